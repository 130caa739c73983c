"""The exercises of lecture 03: from the words of a prefix to a probability for every next word.

The references are the library's own (functional.py). What stands here is what a learner does instead: wrong
axes, exponentials that overflow, the mean for the sum, W on the wrong side, a temperature in the wrong place.
"""
