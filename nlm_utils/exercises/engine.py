"""A check from end to end: the answer is observed, what it showed is judged, and the card is written.

Nothing passes between the steps but plain data. The function runs in the observer only: on all cases, and once more on
the case that the card shows, to see whether its answer is steady.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from . import feedback, judge, known, state
from .bound import BoundReference
from .feedback import Feedback
from .observations import Answer, Observation, described
from .observe import Here

if TYPE_CHECKING:
    from .definition import Exercise


class Observer(Protocol):
    """Where an answer runs: `observe.Here`, in this process, or `worker.Apart`, in one of its own."""

    def all(self) -> Answer: ...

    def again(self, place: int) -> Observation: ...


def check(exercise: Exercise, answer: Callable | str) -> Feedback:
    """Compares an answer with the reference on every case. Never raises (but KeyboardInterrupt), never hangs.

    answer  a function, which runs in this process, or Python text that defines one, which runs in a process of its own
    """
    if isinstance(answer, str):
        from .worker import Apart  # brings torch

        with Apart(exercise.task, answer) as apart:
            return judged(exercise, apart)
    function = answer.yours if isinstance(answer, BoundReference) else answer
    with state.kept() as left:
        found = judged(exercise, Here(exercise.task, function))
    return found.also(left)


def judged(exercise: Exercise, observer: Observer) -> Feedback:
    """Compares what the observer shows with the reference on every case."""
    expected = known.expected(exercise)
    answer = observer.all()
    if answer.unusable is not None:
        return feedback.not_a_function(exercise, *answer.unusable)
    if answer.attempt != "tried":
        return feedback.not_attempted(exercise)
    answer.seen = [described(exercise, *pair) for pair in zip(exercise.cases, answer.seen, strict=False)]
    differences = judge.differences(exercise, expected, answer.seen)
    if not differences:
        overwritten = judge.overwritten(exercise, answer.seen)
        if overwritten is not None:
            return feedback.overwritten(exercise, answer.seen, *overwritten)
        return feedback.right(exercise, expected, answer.seen)
    first = next(iter(differences))
    shown = answer.seen[first]
    if shown.raised and shown.raised.by_stub and expected[first].raised is None:
        return feedback.not_finished(exercise)
    again = described(exercise, exercise.cases[first], observer.again(first)) if shown.returned else None
    try:
        named = judge.name(exercise, expected, answer, differences, again)
        return feedback.wrong(exercise, expected, answer.seen, differences, named)
    except Exception as error:  # plain data that no diagnosis has met before must not end a lecture
        return feedback.cannot_be_shown(exercise, error)
