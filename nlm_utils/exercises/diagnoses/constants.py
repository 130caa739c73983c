"""One factor or one offset between all numbers and the expected ones, or a factor that is a length of the input.

They are looked for on all failing inputs at once, after what each input shows by itself (values.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..compare import is_tensor
from ..value_text import number
from .numbers import Pair, close
from .situation import LEAST, Named, Situation

FACTORS = [
    (
        1 / np.log(2),
        "generic-log2",
        "Your numbers are 1.4427 times the expected ones, which is 1 / ln 2: `log2` for the natural `log`.",
    ),
    (
        1 / np.log(10),
        "generic-log10",
        "Your numbers are 0.4343 times the expected ones, which is 1 / ln 10: `log10` for the natural `log`.",
    ),
    (
        np.log(2),
        "generic-log2",
        "Your numbers are 0.6931 times the expected ones, which is ln 2: a natural `log` where it is undone with 2, or "
        "the reverse.",
    ),
    (
        2.0,
        "generic-double",
        "Your numbers are twice the expected ones: is something counted twice, or is a 2 missing in a denominator?",
    ),
    (0.5, "generic-half", "Your numbers are half the expected ones: is there a 2 too many in a denominator?"),
    (100.0, "generic-percent", "Your numbers are 100 times the expected ones: a percentage for a share."),
]


def constants(situation: Situation) -> Named | None:
    """The same offset or factor on all failing inputs; or a length as the factor, another one on each."""
    pairs = [pair for pair in situation.pairs if pair.same_shape and pair.e.size]
    pairs = [pair for pair in pairs if np.isfinite(pair.e).all() and np.isfinite(pair.g).all()]
    if not pairs or not situation.supported([pair.place for pair in pairs]):
        return None
    every = np.concatenate([pair.e.ravel() for pair in pairs])
    if len(every) < LEAST or len(set(every.tolist()) - {0.0}) < 2:
        return None
    return _offset(pairs) or _factor(situation, pairs)


def _offset(pairs: list[Pair]) -> Named | None:
    gaps = np.concatenate([(pair.g - pair.e).ravel() for pair in pairs])
    gap = float(gaps[0])
    if gap == 0 or not close(
        gaps, np.full_like(gaps, gap)
    ):  # the numbers are right, what is wrong is another thing
        return None
    if abs(abs(gap) - 1) < 1e-4:
        side = "large" if gap > 0 else "small"
        whole = all((pair.e == np.round(pair.e)).all() for pair in pairs)
        cause = (
            "is a range, a start value or an index off by one?"
            if whole
            else "is a 1 added or left out somewhere?"
        )
        return "generic-off-by-one", f"Your numbers are too {side} by 1, always: {cause}"
    return (
        "generic-offset",
        f"Your numbers differ from the expected ones by {number(gap)}, always: a constant is added or missing.",
    )


def _factor(situation: Situation, pairs: list[Pair]) -> Named | None:
    scales = [_scale(pair) for pair in pairs]
    if None in scales:
        return None
    by_length = _length_factor(situation, pairs, scales)
    scale = scales[0]
    if not close(scales, np.full(len(scales), scale)):
        return by_length
    for factor, id, sentence in FACTORS:
        if abs(scale / factor - 1) < 1e-3:
            return id, sentence
    if by_length is None and abs(scale - 1) > 1e-3 and scale != 0:
        return (
            "generic-factor",
            f"Your numbers are {number(scale)} times the expected ones, always: a constant factor is missing or too "
            "many.",
        )
    return by_length


def _scale(pair: Pair) -> float | None:
    """The one factor between all entries of a pair; None where there is none, or where 0 has become something else."""
    mask = np.abs(pair.e) > 1e-9
    if not mask.any():
        return None
    ratios, zeros = pair.g[mask] / pair.e[mask], pair.g[~mask]
    if not close(ratios, np.full_like(ratios, ratios[0])):
        return None
    return float(ratios[0]) if not zeros.size or close(zeros, np.zeros_like(zeros)) else None


def _length_factor(situation: Situation, pairs: list[Pair], scales: list[float]) -> Named | None:
    """The factor is a length of something: a missing mean, or one too many."""
    lengths = {
        name: values
        for name, values in _lengths(situation, pairs).items()
        if len(set(values) - {1.0}) >= 2  # one length agrees by accident
    }
    for name, values in lengths.items():
        if close(scales, values):
            return "generic-missing-mean", (
                f"Your numbers are too large by the factor {number(scales[0])} here, which is {name}: is a division "
                "missing, a sum where a mean is meant?"
            )
    for name, values in lengths.items():
        if close(scales, 1 / np.array(values)):
            return "generic-extra-mean", (
                f"Your numbers are the expected ones divided by {number(1 / scales[0])}, which is {name}: is there a "
                "mean where a sum is meant?"
            )
    return None


def _lengths(situation: Situation, pairs: list[Pair]) -> dict[str, list[float]]:
    """Every length that the arguments have, by name, one entry for each pair; only those all cases have."""
    tables = [_lengths_of(situation.arguments(pair.place)) for pair in pairs]
    return {
        name: [table[name] for table in tables]
        for name in tables[0]
        if all(table.get(name) for table in tables)
    }


def _lengths_of(arguments: Mapping[str, Any]) -> dict[str, float]:
    table = {}
    for name, value in arguments.items():
        if is_tensor(value) or (isinstance(value, np.ndarray) and value.ndim):
            for axis, length in enumerate(value.shape):
                table[f"the length of axis {axis} of `{name}`"] = float(length)
            table[f"the number of entries of `{name}`"] = float(np.prod(value.shape))
        elif isinstance(value, (list, tuple, str)):
            table[f"the length of `{name}`"] = float(len(value))
        elif isinstance(value, int) and not isinstance(value, bool):
            table[f"`{name}`"] = float(value)
    return table
