"""Compares what an answer showed with what the reference shows, and finds the name of the mistake.

First the exercise's own misconceptions, then one that it looks like, then a general diagnosis (diagnoses/). No function
of a student is called here: observe.py has done that. How the answer is drawn is feedback.py's business.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import compare, diagnoses
from .compare import Difference, is_number
from .diagnoses import effects
from .diagnoses.numbers import flat
from .diagnoses.situation import Situation
from .known import Mistake, mistakes
from .observations import NEW, Answer, Observation, agree, alike, changed_argument, difference
from .value_text import count, size

if TYPE_CHECKING:
    from .definition import Exercise

HALF = 0.5  # share of the failing cases that a misconception must explain to be the one
SOME = 0.3  # ... to be named where nothing better than a weak general sentence is found
NEARLY_ALL = 0.6  # ... that it must reproduce, where it differs elsewhere, to be "looks like"
REST = 0.2  # share of the failing cases that may stay unexplained without a word


@dataclass
class Named:
    """The name of a mistake, what is said, and the failing cases that it explains."""

    id: str
    sentence: str
    places: list[int]
    mistake: Mistake | None = None


# --- right or wrong ------------------------------------------------------------------------------------------------


def differences(
    exercise: Exercise, expected: list[Observation], got: list[Observation]
) -> dict[int, Difference]:
    """{place: where that case first differs}, the simplest first: one that can be followed by hand.

    What can be seen before what is slight, wrong values before changed arguments, plain inputs before edge cases, short
    ones before long ones.
    """
    found = {}
    for place, pair in enumerate(zip(expected, got, strict=False)):
        item = difference(exercise, *pair)
        if item is not None:
            found[place] = item

    def rank(place: int) -> tuple:
        args, kwargs = exercise.cases[place].make()
        parts = [*args, *kwargs.values()]
        wanted = expected[place]
        return (
            found[place].slight,
            found[place].kind == "timeout",
            exercise.observe is None and {"arguments": 1, NEW: 2}.get(found[place].fact, 0),
            2 if _trivial(wanted) else max(map(_edge, [*parts, wanted.facts.get("value")])),
            sum(map(size, parts)),
            place,
        )

    return {place: found[place] for place in sorted(found, key=rank)}


def overwritten(exercise: Exercise, got: list[Observation]) -> tuple[int, Difference] | None:
    """An answer that was right when it was given, and was changed by a later call: its place, and how."""
    if exercise.observe is not None:
        return None
    for place, seen in enumerate(got):
        if "value" in seen.facts:
            found = compare.difference(seen.facts["value"], seen.later, 0.0, 0.0)
            if found is not None:
                return place, found
    return None


def _edge(value: Any) -> int:
    """2 for what is empty or infinite; 1 for what hides mistakes: large numbers, 0.0, an axis of length 1, a square."""
    if size(value) == 0:
        return 2
    numbers = flat(value)
    if numbers is None:
        return 0
    if not np.isfinite(numbers).all():
        return 2
    extreme = np.abs(numbers).max() >= 100 or (isinstance(value, float) and abs(value) < 1e-3)
    shape = tuple(getattr(value, "shape", ()))
    return int(bool(extreme) or 1 in shape or len(set(shape)) < len(shape))


# --- naming --------------------------------------------------------------------------------------------------------


def name(
    exercise: Exercise,
    expected: list[Observation],
    answer: Answer,
    differences: dict[int, Difference],
    again: Observation | None,
) -> Named:
    """The mistake: one we know, one it looks like, a general one; at least what is certain about it.

    again  one more call on the first of the differing cases; None where the first call did not return
    """
    got = answer.seen
    failing = [place for place, found in differences.items() if not found.slight] or list(differences)
    changes = again is not None and not _same_again(exercise, got[failing[0]], again)
    situation = Situation(
        exercise,
        expected,
        got,
        failing,
        differences,
        answer.remembers,
        changes,
        answer.names,
        answer.parameters,
    )
    named = _name(situation)
    named.sentence += _also_changes(situation, named) + effects.unreached(situation)
    return named


def _same_again(exercise: Exercise, seen: Observation, again: Observation) -> bool:
    """True when one more call on the same input showed the same; one that did not end says nothing."""
    if not again.returned:
        return again.timed_out
    return all(alike(exercise, fact, again.facts.get(key)) for key, fact in seen.facts.items())


def _name(situation: Situation) -> Named:
    failing = situation.failing
    urgent = diagnoses.urgent(situation)
    if urgent is not None:
        return Named(*urgent, failing[:1])
    enough = HALF * len(failing)
    known = _known(situation, situation.got)
    if known is None or len(known.places) < enough:
        # the same mistake in an answer that changes its arguments besides
        forgiven = _known(situation, _forgiven(situation))
        known = forgiven if forgiven is not None and len(forgiven.places) >= enough else known
    if known is not None and len(known.places) >= enough:
        return known
    unsteady = diagnoses.unsteady(situation)
    if unsteady is not None:
        return Named(*unsteady, failing[:1])
    similar = _similar(situation)
    if similar is not None:
        return similar
    general = diagnoses.general(situation)
    return known if known is not None and general[0] in diagnoses.WEAK else Named(*general, failing[:1])


def _forgiven(situation: Situation) -> list[Observation]:
    """The observations as if the arguments had been left alone."""
    return [
        replace(
            seen,
            facts=seen.facts
            | {name: fact for name, fact in expected.facts.items() if name in ("arguments", NEW)},
        )
        if changed_argument(situation.exercise, expected, seen) is not None
        else seen
        for expected, seen in zip(situation.expected, situation.got, strict=False)
    ]


def _known(situation: Situation, got: list[Observation]) -> Named | None:
    """The misconception that the student shares wherever it differs from the reference."""
    exercise, failing = situation.exercise, situation.failing
    best, best_rank = None, (0, False, False)
    for mistake in mistakes(exercise):
        differs = [place for place in mistake.differs if place < len(got)]
        if not differs or not set(differs) <= set(failing):
            continue
        if not all(agree(exercise, mistake.seen[place], got[place], mistake.slight) for place in differs):
            continue
        says_nothing = all(_nothing(mistake.seen[place]) for place in differs)
        if says_nothing and len(differs) < len(failing):
            continue
        few = len(differs) < HALF * len(failing)
        if len(differs) < SOME * len(failing) or (few and all(_trivial(got[place]) for place in differs)):
            continue
        closely = all(agree(exercise, mistake.seen[place], got[place], closely=True) for place in differs)
        rank = (len(differs), len(differs) == len(failing), closely)
        if rank > best_rank:
            sentence = mistake.known.sentence + _rest(len(differs), len(failing))
            best, best_rank = Named(mistake.known.id, sentence, differs, mistake), rank
    return best


def _rest(explained: int, failing: int) -> str:
    """What is said of the failing inputs that a misconception does not explain; nothing where they are few."""
    left = failing - explained
    if not left or left < REST * failing:
        return ""
    verb = "goes" if left == 1 else "go"
    return f" (It may not be all: {count(left, 'other input')} {verb} wrong as well.)"


def _similar(situation: Situation) -> Named | None:
    """The misconception that reproduces nearly all of what the student got wrong, if there is one."""
    exercise, failing, got = situation.exercise, situation.failing, situation.got
    best, best_count = None, 0
    for mistake in mistakes(exercise):
        both_wrong = [place for place in failing if place in mistake.differs]
        if len(both_wrong) < NEARLY_ALL * len(failing) or len(both_wrong) <= best_count:
            continue
        same = [
            place for place in both_wrong if agree(exercise, mistake.seen[place], got[place], mistake.slight)
        ]
        telling = [place for place in same if not _trivial(got[place])]
        if not telling or len(same) < NEARLY_ALL * len(failing) or len(same) <= best_count:
            continue
        # small whole numbers agree by accident: then most of what the misconception does wrong must be there
        differs = [place for place in mistake.differs if place < len(got)]
        if all(_small(got[place]) for place in same) and len(same) < NEARLY_ALL * len(differs):
            continue
        best = Named(mistake.known.id, f"This looks like: {mistake.known.sentence}", same, mistake)
        best_count = len(same)
    return best


def _small(observation: Observation) -> bool:
    """True for a single small whole number, which says little."""
    value = observation.facts.get("value")
    if not is_number(value) or np.iscomplexobj(value):
        return False
    return bool(abs(value) < 20 and float(value).is_integer())


def _nothing(observation: Observation) -> bool:
    """True for an exception, and for None."""
    return bool(observation.raised) or observation.facts.get("value", "") is None


def _trivial(observation: Observation) -> bool:
    """True for what agrees by accident: an exception, None, nothing, zeros, nan."""
    if not observation.returned:
        return True
    value = observation.facts.get("value", observation.facts)
    if value is None or size(value) == 0:
        return True
    numbers = flat(value)
    return numbers is not None and bool(((numbers == 0) | np.isnan(numbers)).all())


def _also_changes(situation: Situation, named: Named) -> str:
    """One more sentence when a wrong answer changes its arguments too."""
    if named.id == "generic-changes-argument":
        return ""
    exercise = situation.exercise
    for place, (expected, seen) in enumerate(zip(situation.expected, situation.got, strict=False)):
        found = changed_argument(exercise, expected, seen)
        if found is None:
            continue
        if named.mistake and changed_argument(exercise, expected, named.mistake.seen[place]) is not None:
            return ""  # its own sentence is about that
        name = effects.argument(exercise, found)[0]
        return f" Besides, your function changes `{name}`, which belongs to whoever called it."
    return ""
