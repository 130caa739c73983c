"""The exercises of lecture 02, words as vectors: counting words, numbering them, and giving each a vector.

Every case is chosen so that two different mistakes give two different answers: V, d and n are never equal,
ids repeat, and no word's neighbours are the same by two measures.
"""
