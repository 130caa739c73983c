"""A wrong answer as the diagnoses look at it: what was expected, what was observed, and which inputs fail.

It also says how much of the failing inputs a sentence must explain before it is said.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..compare import Difference, difference, is_number
from ..observations import Observation
from .numbers import Pair, pairs

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
    names        the names that the student's code uses
    parameters   the names of its parameters, in their order
    """

    exercise: Exercise
    expected: list[Observation]
    got: list[Observation]
    failing: list[int]
    differences: dict[int, Difference]
    remembers: bool = False
    changes: bool = False
    names: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

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

    @property
    def of_facts(self) -> bool:
        """True where an observer has written down what it saw, and the value itself is not compared."""
        return self.exercise.observe is not None and "value" not in self.wanted.facts

    def uses(self, *names: str) -> str:
        """The first of these names that the student's code uses, "" where it uses none."""
        return next((name for name in names if name in self.names), "")

    def supported(self, places: list[int]) -> bool:
        """True when these are all the failing cases, or nearly all."""
        return len(set(places)) >= ENOUGH * len(self.failing)

    @cached_property
    def _facts(self) -> list[tuple[int, str, Any, Any]]:
        """(place, fact, expected, got) of every failing case in which both returned."""
        return [
            (place, *fact)
            for place in self.failing
            if self.expected[place].raised is None and self.got[place].returned
            for fact in _differing(self.expected[place].facts, self.got[place].facts)
        ]

    @property
    def values(self) -> list[tuple[int, Any, Any]]:
        """(place, expected, got) of every failing case in which both gave a value."""
        return [(place, expected, got) for place, _, expected, got in self._facts]

    @cached_property
    def pairs(self) -> list[Pair]:
        """The same in numbers, where there are only numbers; of several results each that is wrong."""
        return [
            found if fact == "value" else replace(found, part=f"“{fact}”")
            for place, fact, *both in self._facts
            for found in pairs(place, *both)
        ]

    def arguments(self, place: int) -> dict[str, Any]:
        """The arguments of a case by the names of the reference's parameters."""
        args, kwargs = self.exercise.cases[place].make()
        try:
            return dict(inspect.signature(self.exercise.reference).bind(*args, **kwargs).arguments)
        except TypeError:
            return {}


def _differing(one: dict, other: dict) -> list[tuple[str, Any, Any]]:
    """(name, expected, got): the value, or the numbers among other facts that differ."""
    if "value" in one:
        return [("value", one["value"], other.get("value"))]
    return [
        (name, fact, other[name])
        for name, fact in one.items()
        if name in other and _of_numbers(fact) and not _equal(fact, other[name])
    ]


def _of_numbers(fact: Any) -> bool:
    """True for numbers that are the student's; what an observer says in words, or by yes and no, is its own."""
    if isinstance(fact, list):
        return bool(fact) and all(is_number(entry) or _of_numbers(entry) for entry in fact)
    return isinstance(fact, float) or getattr(fact, "ndim", 0) > 0


def _equal(one: Any, other: Any) -> bool:
    try:
        return difference(one, other, 1e-4, 1e-6) is None
    except Exception:
        return False
