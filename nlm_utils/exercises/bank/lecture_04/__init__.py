"""The exercises of lecture 04: how surprised a model is, and by how much more than it need be.

The references are functional.py's own. What stands here is what they are tried on, and the mistakes that
learners make, each with its sentence. Logits reach ±1000, rows differ in size, and probabilities hold zeros.
"""

from collections.abc import Callable, Sequence

import numpy as np


def on_old_memory(old: float, *numbers: Sequence[float]) -> Callable[[], list[np.ndarray]]:
    """What makes arrays of the numbers, so that memory which is taken next, and not written, holds `old`.

    `np.log(p, where=p > 0)` without `out=` returns such memory. NumPy keeps the last seven small blocks of each size.
    """

    def make() -> list[np.ndarray]:
        arrays = [np.array(row) for row in numbers]
        blocks = [np.full(array.shape, old) for array in 7 * arrays]
        del blocks
        return arrays

    return make


def some_impossible(n: int, rng: np.random.Generator) -> np.ndarray:
    """A distribution over n words, of which about a third are impossible."""
    p = rng.dirichlet(np.ones(n)) * (rng.random(n) < 0.7)
    p[rng.integers(n)] += 0.1
    return p / p.sum()
