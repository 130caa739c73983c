"""The exercises of lecture 05: slopes by nudging and by hand, the step downhill, examples in random batches.

The references stand here; the library's batched gradient (additive_numpy.py) is tested against them. What learners do
instead: one-sided differences, a wrong sign, a transpose, a repeated word counted once, an array changed in place.
"""
