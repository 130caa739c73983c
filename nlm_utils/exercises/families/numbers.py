"""One mistake with a number in it, for every number that learners write there: an epsilon, a bound, digits.

exercise.takes(
    epsilon(lambda eps: lambda p: -np.log(p + eps), "the probability", "It caps an impossible word's loss."),
    rounded(2, 3, 4),
    variants("capped_at", (2, 5), lambda most: lambda loss: np.exp(min(loss, most)), "You cap the loss."),
)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..compare import is_tensor
from ..definition import Misconception

# what learners write; the last but one is np.finfo(float).eps
EPSILONS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 2.220446049250313e-16, 1e-20)


def variants(id: str, values: Iterable[Any], build: Callable[[Any], Callable], sentence: str) -> Callable:
    """One misconception for each value: `build(value)` is the function, `{value}` in the sentence the number.

    id   "capped_at" gives capped_at_2, capped_at_0.5; a place for the number says more: "epsilon_{:.0e}"
    """
    name = id if "{" in id else id + "_{:g}"

    def family(exercise) -> list[Misconception]:
        return [
            Misconception(name.format(value), sentence.replace("{value}", f"{value:g}"), build(value))
            for value in values
        ]

    return family


def epsilon(
    build: Callable[[float], Callable],
    where: str,
    because: str,
    id: str = "epsilon_{:.0e}",
    values: Iterable[float] = EPSILONS,
) -> Callable:
    """A small number that is added, or clipped to: `build(eps)` is the function.

    where    what it is added to, "the logarithm", "the denominator"
    because  why it is wrong here, a sentence
    values   those that show: the tests say which of them give what the reference gives
    """
    sentence = f"You add a small number to {where}, or do not let it fall below one. {because}"
    return variants(id, values, build, sentence)


def rounded(*digits: int, id: str = "rounded_to") -> Callable:
    """The result rounded to so many digits."""

    def family(exercise) -> list[Misconception]:
        def to(places: int) -> Callable:
            def mistaken(*args, **kwargs):
                return _round(exercise.reference(*args, **kwargs), places)

            return mistaken

        return variants(id, digits, to, _ROUNDED)(exercise)

    return family


_ROUNDED = (
    "You round your result. Return all digits, since averages and differences need them, and round "
    "only where a number is printed."
)


def _round(value: Any, digits: int) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_round(entry, digits) for entry in value)
    return value.round(decimals=digits) if is_tensor(value) else np.round(value, digits)
