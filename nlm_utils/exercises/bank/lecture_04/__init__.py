"""The exercises of lecture 04: how surprised a model is, and by how much more than it need be.

The references are functional.py's own. What stands here is what they are tried on, and the mistakes that
learners make, each with its sentence. Logits reach ±1000, rows differ in size, and probabilities hold zeros.
"""

import numpy as np


def some_impossible(n: int, rng: np.random.Generator) -> np.ndarray:
    """A distribution over n words, of which about a third are impossible."""
    p = rng.dirichlet(np.ones(n)) * (rng.random(n) < 0.7)
    p[rng.integers(n)] += 0.1
    return p / p.sum()
