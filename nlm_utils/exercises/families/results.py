"""The reference's result, and then something more: a sign, a logarithm, a softmax, one of two results transposed.

    exercise.takes(
        result(minus="sign", log2="base_two"),
        result(0, "dE", minus="sign_of_dE", transposed="dE_transposed"),
        result_with("x", plus="residual", alone="unchanged"),
    )

What is done to ALL numbers alike (a sign, a factor, a root, a transpose) has a general sentence (diagnoses/). It
need not be taken for that; here it gets an id, works on one of several results, and on results of few numbers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ..definition import Misconception
from . import values
from .kinds import Id, Table, chosen
from .values import library, named

MISTAKES: Table = {
    "minus": ("Your {what} has the wrong sign: it is the expected one times −1.", lambda v: -v),
    "absolute": ("Your {what} has lost its sign: what is expected can be negative.", abs),
    "positive": (
        "Your {what} is 0 wherever it should be negative. Negative numbers stay as they are.",
        values.relu,
    ),
    "twice": ("Your {what} is twice as large as it should be.", lambda v: 2 * v),
    "half": ("Your {what} is half as large as it should be.", lambda v: v / 2),
    "square": (
        "Your {what} is the square of what is expected: a square too many, or a root too few.",
        lambda v: v * v,
    ),
    "root": (
        "Your {what} is the square root of what is expected: a root too many, or a square too few.",
        named("sqrt"),
    ),
    "inverse": ("Your {what} is upside down: it is 1 over what is expected.", lambda v: 1 / v),
    "one_minus": ("Your {what} is 1 minus what is expected.", lambda v: 1 - v),
    "plus_one": (
        "Your {what} is too large by 1: is a start value, a range or an index off by one?",
        lambda v: v + 1,
    ),
    "minus_one": (
        "Your {what} is too small by 1: is a start value, a range or an index off by one?",
        lambda v: v - 1,
    ),
    "exp": (
        "Your {what} is e to the power of what is expected: an `exp` too many, or a `log` too few.",
        named("exp"),
    ),
    "exp_minus": (
        "Your {what} is e to the power of minus what is expected: the logarithm is missing, −log(…).",
        lambda v: library(v).exp(-v),
    ),
    "log": (
        "Your {what} is the logarithm of what is expected: a `log` too many, or an `exp` too few.",
        named("log"),
    ),
    "log2": (
        "Your {what} is in bits, not in nats: 1.4427 times too large, which is 1 / ln 2. `np.log` is the natural "
        "logarithm, `np.log2` the one to base 2.",
        lambda v: v / np.log(2),
    ),
    "log10": (
        "Your {what} is 0.4343 times what is expected, which is 1 / ln 10: you take logarithms to base 10. `np.log` is "
        "the natural one.",
        lambda v: v / np.log(10),
    ),
    "tanh": ("Your {what} is put through a tanh at the end. The plain numbers are wanted.", named("tanh")),
    "sigmoid": (
        "Your {what} is put through a sigmoid at the end. The plain numbers are wanted.",
        values.sigmoid,
    ),
    "softmax": ("Your {what} is put through a softmax at the end: one softmax too many.", values.softmax),
    "log_softmax": (
        "Your {what} is put through a log-softmax at the end. The plain numbers are wanted.",
        values.log_softmax,
    ),
    "unit": ("Your {what} is scaled to length 1. The plain numbers are wanted.", values.unit),
    "shifted": (
        "Your {what} has its largest entry subtracted, so that it is 0. The plain numbers are wanted.",
        lambda v: v - values.largest(v, -1, keepdims=True),
    ),
    "zero": (
        "Your {what} stays 0: nothing is ever added to it, or what is computed is not kept.",
        lambda v: 0 * v,
    ),
    "whole": ("Your {what} is made of whole numbers: what stands after the point is lost.", values.whole),
    "truth": ("Your {what} is True or False where numbers are wanted.", lambda v: v != 0),
    "transposed": ("Your {what} is transposed: the last two axes are exchanged.", values.turned),
    "row": ("Your {what} has an axis too many in front, of length 1.", lambda v: v[None]),
    "column": ("Your {what} has an axis too many at the end, of length 1.", lambda v: v[..., None]),
    "squeezed": (
        "Your {what} loses every axis of length 1: `squeeze()` without an axis drops the batch of one, too.",
        lambda v: v.squeeze(),
    ),
    "flat": (
        "Your {what} is strung together into one axis: its axes must stay apart.",
        lambda v: v.reshape(-1),
    ),
    "summed": (
        "Your {what} is one number, the sum of all. Each entry is wanted for itself.",
        lambda v: v.sum(),
    ),
    "averaged": (
        "Your {what} is one number, the mean of all. Each entry is wanted for itself.",
        lambda v: v.mean(),
    ),
    "largest": (
        "Your {what} is only the largest of the numbers. All are wanted.",
        lambda v: values.largest(v, -1),
    ),
    "place_of_largest": (
        "Your {what} is the place of the largest number. The numbers themselves are wanted.",
        lambda v: v.argmax(-1),
    ),
    "first": ("Your {what} is only the first entry. All are wanted.", lambda v: v[0]),
    "last": ("Your {what} is only the last entry. All are wanted.", lambda v: v[-1]),
    "last_time": (
        "Your {what} is only the last position's. One for each position is wanted.",
        lambda v: v[:, -1],
    ),
    "without_first": (
        "The first entry of your {what} is missing: a range or a slice begins too late.",
        lambda v: v[1:],
    ),
    "without_last": (
        "The last entry of your {what} is missing: a range or a slice ends too early.",
        lambda v: v[:-1],
    ),
    "first_row": (
        "Your {what} has only its first row: a `return` inside the loop ends it after the first turn. Move it to the "
        "left.",
        lambda v: v[:1],
    ),
    "rest_zero": (
        "Only the first row of your {what} is computed, the others are still 0: a `return` inside the loop ends it "
        "after the first turn. Move it to the left.",
        values.first_alone,
    ),
    "backwards": ("Your {what} is in reversed order.", values.backwards),
    "in_order": (
        "Your {what} is sorted by size: each entry must stay at the place that it belongs to.",
        values.in_order,
    ),
}

COMBINED: Table = {
    "plus": (
        "You add `{name}` to the result (a residual connection). Nothing is added here.",
        lambda r, v: r + v,
    ),
    "minus": ("You subtract `{name}` from the result. Nothing is subtracted here.", lambda r, v: r - v),
    "taken_from": ("You subtract the result from `{name}`. The result itself is wanted.", lambda r, v: v - r),
    "times": ("You multiply the result by `{name}` once too often.", lambda r, v: r * v),
    "over": (
        "You divide the result by `{name}` once too often, or multiply by it too seldom.",
        lambda r, v: r / v,
    ),
    "times_length": (
        "You add up where the mean is wanted: your result is too large by the number of entries of `{name}`.",
        lambda r, v: r * len(v),
    ),
    "over_length": (
        "You take a mean where the sum is wanted: your result is divided by the number of entries of `{name}`.",
        lambda r, v: r / len(v),
    ),
    "over_root_of_width": (
        "You divide by the square root of the length of `{name}`'s last axis, as attention does its scores; once too "
        "often here.",
        lambda r, v: r / v.shape[-1] ** 0.5,
    ),
    "alone": (
        "Your function gives `{name}` back as it came: what you compute from it is not used.",
        lambda r, v: v,
    ),
}


def result(part: int | None = None, name: str | None = None, **ids: Id) -> Callable:
    """What comes out when something is done to the result: `result(minus="sign", log2="base_two")`, kind = id.

    part, name   of several results one only, and how the sentence calls it: `result(0, "dE", minus="sign_of_dE")`
    The kinds are the keys of MISTAKES.
    """
    what = "result" if part is None else f"`{name}`"

    def family(exercise) -> list[Misconception]:
        def afterwards(change: Callable[[Any], Any]) -> Callable:
            def mistaken(*args, **kwargs):
                whole = exercise.reference(*args, **kwargs)
                if part is None:
                    return change(whole)
                return tuple(change(entry) if i == part else entry for i, entry in enumerate(whole))

            return mistaken

        return chosen(MISTAKES, ids, afterwards, what=what)

    return family


def result_with(name: str, **ids: Id) -> Callable:
    """The result combined with the argument `name`: `result_with("x", plus="residual")`; kinds are COMBINED's keys."""

    def family(exercise) -> list[Misconception]:
        signature = inspect.signature(exercise.reference)

        def combined(combine: Callable[[Any, Any], Any]) -> Callable:
            def mistaken(*args, **kwargs):
                call = signature.bind(*args, **kwargs)
                call.apply_defaults()
                return combine(exercise.reference(*args, **kwargs), call.arguments[name])

            return mistaken

        return chosen(COMBINED, ids, combined, name=name)

    return family
