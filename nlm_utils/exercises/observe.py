"""Runs a function on the cases of an exercise and writes down what it showed: the only file in which answers run.

What comes back is data (observations.py), and nothing is judged. `observe` is all the calls of a check but one:
`observe_case` calls once more on the input that the card will show, to see whether the answer stays the same.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from . import gradient_flow, limits, stubs
from .call_site import call_site
from .compare import difference, freeze
from .observations import Answer, Observation, Raised, plain_copy

if TYPE_CHECKING:
    from .definition import Case, Exercise

SECONDS = 2.0  # of CPU time, for all cases of one check
SECONDS_TORCH = 5.0  # from lecture 08 on
WAITING = limits.WAITING  # seconds for all cases of one check in which nothing is computed
LEAST = 0.02  # seconds that each case has in any case


def time_limit(exercise: Exercise) -> float:
    """CPU seconds that one check may take."""
    return SECONDS_TORCH if exercise.lecture[:2] >= "08" else SECONDS


def observe(exercise: Exercise, function: Callable) -> Answer:
    """One observation per case, in order, within the time limit; stops at the first that does not end."""
    defaults = _defaults(function)
    seen, values = [], []
    clock = limits.Clock(time_limit(exercise), WAITING)
    with _own_name(exercise.name, function):
        for case in exercise.cases:
            clock.give(LEAST, LEAST)
            left, modules = clock.left(), len(sys.modules)
            observation, value = _observe(exercise, case, function, clock)
            seen.append(observation)
            values.append(value)
            if len(sys.modules) > modules:  # the time of an import does not count
                clock.give(*left)
            if observation.timed_out:
                break
    for observation, value in zip(seen, values, strict=True):
        observation.later = freeze(value)
    return Answer(seen, remembers=difference(defaults, _defaults(function), 0, 0) is not None)


def observe_case(exercise: Exercise, case: Case, function: Callable, seconds: float) -> Observation:
    """One call by itself, within so many seconds, computing or not."""
    with _own_name(exercise.name, function):
        return _observe(exercise, case, function, limits.Clock(seconds, seconds))[0]


def _observe(
    exercise: Exercise, case: Case, function: Callable, clock: limits.Clock
) -> tuple[Observation, Any]:
    """Calls `function` on fresh arguments of one case; copies of all that can be compared, and the value itself."""
    args, kwargs = case.make()
    if exercise.observe is not None:
        call = limits.call(exercise.observe, (function, args, kwargs), clock=clock)
        facts = {key: freeze(fact) for key, fact in (call.value or {}).items()}
    else:
        call = limits.call(function, args, kwargs, clock)
        facts = {"value": freeze(call.value), "arguments": plain_copy((args, kwargs))}
        if call.exception is not None or call.timed_out:
            del facts["value"]
        elif leaves := gradient_flow.leaves(exercise.reference, args, kwargs):
            facts["gradients"] = gradient_flow.gradients(call.value, leaves)
    raised = None if call.exception is None else _raised(case, function, call.exception)
    return (
        Observation(
            facts,
            raised,
            call.timed_out,
            call.waited,
            printed=call.printed,
            lines_dropped=call.lines_dropped,
            warnings=call.warnings,
        ),
        call.value,
    )


def _raised(case: Case, function: Callable, error: BaseException) -> Raised:
    try:
        text = str(error)
    except Exception:
        text = ""
    return Raised(
        tuple(kind.__name__ for kind in type(error).__mro__),
        text,
        stubs.raised_on_purpose(function, error),
        not isinstance(error, TypeError) or _accepts(function, *case.make()),
        stubs.own_line(function, error),
        *call_site(function, error),
    )


def _accepts(function: Callable, args: tuple, kwargs: dict) -> bool:
    """True when the function can be called with these arguments, as far as Python can tell."""
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return False
    except Exception:
        return True
    return True


def _defaults(function: Callable) -> Any:
    """The default values of a function's parameters as they are now."""
    plain = (getattr(function, "__defaults__", None) or (), getattr(function, "__kwdefaults__", None) or {})
    return plain_copy(plain)


@contextmanager
def _own_name(name: str, function: Callable) -> Iterator[None]:
    """While it is checked, a function that calls itself by name must find itself, not the course's reference."""
    inner = inspect.unwrap(function) if hasattr(function, "__wrapped__") else function
    inner = getattr(inner, "func", inner)
    space = getattr(inner, "__globals__", None)
    if space is None or str(space.get("__name__", "")).startswith("nlm_utils"):
        yield
        return
    missing = object()
    before = space.get(name, missing)
    space[name] = function
    try:
        yield
    finally:
        if before is missing:
            space.pop(name, None)
        else:
            space[name] = before
