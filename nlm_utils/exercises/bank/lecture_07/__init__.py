"""The exercises of lecture 07: one step of momentum, of Adam, of Sophia; the curvature; the schedule.

The steps work on one NumPy array; optim.py holds the optimizers that train the models, which are tested against
torch and the papers' authors. `warmup_cosine` is the library's own.
"""

from collections.abc import Callable, Collection
from itertools import combinations, product

import numpy as np


def numbers(*shape: int, seed: int) -> np.ndarray:
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    return np.round(np.random.default_rng(seed).normal(0, 2, size=shape), 1)


def two_things(exercise, build: Callable, groups: dict[str, dict], without: Collection[str] = ()) -> None:
    """Two mistakes in one answer: each kind of one group with each of another, `build(**{group: part})`.

    groups   {a part of the step: {id: (sentence, the part as learners write it)}}
    without  ids of pairs that another mistake equals: the first with the second, joined by "_and_"
    """
    for (one, first), (other, second) in combinations(groups.items(), 2):
        for (a, (said, part)), (b, (too, more)) in product(first.items(), second.items()):
            if f"{a}_and_{b}" not in without:
                function = build(**{one: part, other: more})
                exercise.mistake(f"{a}_and_{b}", function).says(f"Two things. {said} {too}")


MOVES = {  # of θ, along a step s with the learning rate r
    "ascent": ("θ moves AGAINST the step: a minus.", lambda x, r, s: x + r * s),
    "no_rate": ("The step is multiplied by the learning rate, once.", lambda x, r, s: x - s),
    "step_alone": ("The step is subtracted from θ: return θ − η·step.", lambda x, r, s: r * s),
}
