"""What is known of an exercise before any answer comes: what its reference and its known mistakes show on its cases.

Observed once, when it is first asked for, and kept on the exercise until its cases or mistakes become more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import state
from .observations import Observation, described, difference
from .observe import glance, observe_case

if TYPE_CHECKING:
    from .definition import Exercise, Misconception

PATIENCE = 30.0  # seconds that the reference may take for one case


@dataclass
class Mistake:
    """A misconception with what it shows on each case, and on which cases that is wrong.

    slight  no difference can be seen by a look at the numbers; else `differs` holds the cases where one can
    """

    known: Misconception
    seen: list[Observation]
    differs: list[int]
    slight: bool = False


def expected(exercise: Exercise) -> list[Observation]:
    """What the reference shows, one observation per case. Raises ValueError when the exercise has no cases."""
    if not exercise.cases:
        raise ValueError(f"exercise {exercise.name}: needs at least one case")
    return _kept(exercise, "expected", _observe_reference)


def mistakes(exercise: Exercise) -> list[Mistake]:
    """The misconceptions of an exercise, observed."""
    return _kept(exercise, "mistakes", _observe_mistakes)


def _kept(exercise: Exercise, what: str, find):
    size = (len(exercise.cases), len(exercise.misconceptions))
    kept = exercise.__dict__.setdefault("_known", {})
    if kept.get(what, (None,))[0] != size:
        with state.course():
            kept[what] = (size, find(exercise))
    return kept[what][1]


def _observe_reference(exercise: Exercise) -> list[Observation]:
    task, function = exercise.task, exercise.reference
    return [
        described(exercise, case, observe_case(task, case, function, PATIENCE)) for case in exercise.cases
    ]


def _observe_mistakes(exercise: Exercise) -> list[Mistake]:
    found = []
    observed = glance(exercise.task, [known.function for known in exercise.misconceptions])
    for known, observations in zip(exercise.misconceptions, observed, strict=True):
        seen = [described(exercise, *pair) for pair in zip(exercise.cases, observations, strict=False)]
        places = {}
        for place, pair in enumerate(zip(expected(exercise), seen, strict=False)):
            differs = difference(exercise, *pair)
            if differs is not None:
                places[place] = differs.slight
        clear = [place for place, slight in places.items() if not slight]
        found.append(Mistake(known, seen, clear or list(places), slight=not clear))
    return found
