"""The practice exercise of lecture 00: counting a word."""
