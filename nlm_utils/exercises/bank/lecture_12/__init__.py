"""The exercises of lecture 12: a linear recurrence, its steps, its kernel, the convolution, the scan.

Plain torch, one function each; the references are tested against torch's convolution, SciPy and loops in float64
(tests/test_state_space_references.py).
"""
