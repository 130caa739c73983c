"""A check from end to end: the answer is observed, what it showed is judged, and the card is written.

Nothing passes between the steps but their arguments. The function runs in observe.py only: on all cases, and once more
on the case that the card shows, to see whether its answer is steady.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import feedback, judge, known, stubs
from .bound import BoundReference
from .feedback import Feedback
from .observe import observe, observe_case

if TYPE_CHECKING:
    from .definition import Exercise

AGAIN = 0.5  # seconds for one more call on an input that went wrong


def check(exercise: Exercise, function: Callable) -> Feedback:
    """Compares `function` with the reference on every case. Never raises (but KeyboardInterrupt), never hangs."""
    if isinstance(function, BoundReference):
        function = function.yours
    refused = feedback.not_a_function(exercise, function)
    if refused is not None:
        return refused
    if stubs.attempt(function) in ("untouched", "empty"):
        return feedback.not_attempted(exercise)
    expected = known.expected(exercise)
    answer = observe(exercise, function)
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
    try:
        again = observe_case(exercise, exercise.cases[first], function, AGAIN) if shown.returned else None
        named = judge.name(exercise, expected, answer, differences, again)
        return feedback.wrong(exercise, expected, answer.seen, differences, named)
    except Exception as error:  # a value whose own methods fail
        return feedback.cannot_be_shown(exercise, error)
