"""The exercises of lecture 07: one step of momentum, of Adam, of Sophia; the curvature; the schedule.

The steps work on one NumPy array; optim.py holds the optimizers that train the models, which are tested against
torch and the papers' authors. `warmup_cosine` is the library's own.
"""

import numpy as np


def numbers(*shape: int, seed: int) -> np.ndarray:
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    return np.round(np.random.default_rng(seed).normal(0, 2, size=shape), 1)
