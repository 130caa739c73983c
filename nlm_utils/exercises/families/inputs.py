"""Right but for one kind of input: the empty prefix, a zero vector, a probability of 0.

exercise.takes(
    special(lambda E, ids: len(ids) == 0, "the empty prefix", "The sum of no vectors is d zeros.", nan="empty_is_nan")
)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..definition import Misconception
from .kinds import Id, Table, chosen


def _refuse(right: Any) -> None:
    """Stands for a `raise`, which the function itself must hold: see `raised_on_purpose` in stubs.py."""


def _filled(number: float) -> Callable[[Any], Any]:
    """A number of that value, or the right result's array or tensor filled with it."""

    def fill(right: Any) -> Any:
        if right is None or not getattr(right, "shape", ()):
            return number
        return right * 0 + number

    return fill


VALUES: Table = {
    "none": ("you return None", lambda right: None),
    "zero": ("you give 0", _filled(0.0)),
    "one": ("you give 1", _filled(1.0)),
    "minus_one": ("you give −1", _filled(-1.0)),
    "half": ("you give a half", _filled(0.5)),
    "nan": ("you give nan, which is no number and spreads", _filled(float("nan"))),
    "infinity": ("you give infinity", _filled(float("inf"))),
    "plain_zero": ("you give the plain number 0", lambda right: 0),
    "empty": (
        "you give something empty",
        lambda right: np.array([]) if hasattr(right, "shape") else type(right)(),
    ),
    "refused": ("you raise an error, although it is an allowed one", _refuse),
    "error_returned": (
        "you RETURN the error; `raise` it, or it is taken for a result",
        lambda right: ValueError(),
    ),
}


def special(when: Callable[..., bool], what: str, because: str, **ids: Id) -> Callable:
    """The reference, but something else on inputs for which `when(*arguments)` holds; kinds are the keys of VALUES.

    what      these inputs in words, "the empty prefix"
    because   what is right there, a sentence
    Where the reference raises an error, the kinds give a plain number (or what they are called).
    """

    def family(exercise) -> list[Misconception]:
        def otherwise(value: Callable[[Any], Any]) -> Callable:
            def mistaken(*args, **kwargs):
                if not when(*args, **kwargs):
                    return exercise.reference(*args, **kwargs)
                try:
                    right = exercise.reference(*args, **kwargs)
                except ValueError:
                    right = None
                if value is _refuse:
                    raise ValueError("not allowed")
                return value(right)

            return mistaken

        table = {kind: (f"For {what} {words}. {because}", value) for kind, (words, value) in VALUES.items()}
        return chosen(table, ids, otherwise)

    return family
