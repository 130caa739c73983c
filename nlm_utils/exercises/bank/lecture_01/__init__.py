"""The exercises of lecture 01, what n-grams cannot do: counting, estimating, smoothing, interpolating.

Each reference is the short teaching version; the vectorised model of ngram.py is tested against it.
"""
