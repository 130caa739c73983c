"""A wrong answer as the diagnoses look at it: what was expected, what was observed, and which inputs fail.

It also says how much of the failing inputs a sentence must explain before it is said.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..compare import Difference, difference
from ..observations import Observation
from .numbers import Pair, pair

if TYPE_CHECKING:
    from ..definition import Exercise

ENOUGH = 0.8  # share of the failing inputs that a general diagnosis must explain
LEAST = 3  # so many inputs, or numbers, where fewer agree by accident

Named = tuple[str, str]  # the id of a mistake, and what is said


@dataclass
class Situation:
    """What was expected and observed on each case, and which cases fail, the simplest first.

    differences  where each failing case first differs
    remembers    a default value of a parameter was changed by the calls
    changes      one more call on the simplest failing case gave something else
    """

    exercise: Exercise
    expected: list[Observation]
    got: list[Observation]
    failing: list[int]
    differences: dict[int, Difference]
    remembers: bool = False
    changes: bool = False

    @property
    def shown(self) -> Observation:
        """What the student's function showed on the simplest failing case."""
        return self.got[self.failing[0]]

    @property
    def wanted(self) -> Observation:
        """What it should have shown there."""
        return self.expected[self.failing[0]]

    @property
    def found(self) -> Difference:
        """Where the two first differ."""
        return self.differences[self.failing[0]]

    def is_about(self, fact: str) -> bool:
        """True when the difference that is shown lies in this fact ("arguments", "gradients") of an ordinary call."""
        return self.found.fact == fact and self.exercise.observe is None

    def supported(self, places: list[int]) -> bool:
        """True when these are all the failing cases, or nearly all."""
        return len(set(places)) >= ENOUGH * len(self.failing)

    @cached_property
    def values(self) -> list[tuple[int, Any, Any]]:
        """(place, expected, got) of every failing case in which both gave a value."""
        return [
            (place, *values)
            for place in self.failing
            if self.expected[place].raised is None and self.got[place].returned
            for values in _differing(self.expected[place].facts, self.got[place].facts)
        ]

    @cached_property
    def pairs(self) -> list[Pair]:
        """The same in numbers, where there are only numbers."""
        found = [pair(*entry) for entry in self.values]
        return [entry for entry in found if entry is not None]

    def arguments(self, place: int) -> dict[str, Any]:
        """The arguments of a case by the names of the reference's parameters."""
        args, kwargs = self.exercise.cases[place].make()
        try:
            return dict(inspect.signature(self.exercise.reference).bind(*args, **kwargs).arguments)
        except TypeError:
            return {}


def _differing(one: dict, other: dict) -> list[tuple[Any, Any]]:
    """(expected, got): the values, or the facts that differ."""
    if "value" in one:
        return [(one["value"], other.get("value"))]
    return [
        (fact, other[name]) for name, fact in one.items() if name in other and not _equal(fact, other[name])
    ]


def _equal(one: Any, other: Any) -> bool:
    try:
        return difference(one, other, 1e-4, 1e-6) is None
    except Exception:
        return False
