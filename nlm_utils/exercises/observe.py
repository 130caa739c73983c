"""Runs a function on the cases of a task and writes down what it showed: the only file in which answers run.

What comes back is plain data (observations.py, plain.py): nothing of the student's own is left in it, and nothing is
judged. `Here` runs the function in this process; worker.py has its like for a process apart.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

from . import gradient_flow, limits, state, stubs
from .call_site import call_site
from .compare import difference
from .observations import NEW, Answer, Observation, Raised
from .plain import arguments, plain, thing
from .task import Case, Task
from .value_text import kind_of

WAITING = limits.WAITING  # seconds for all cases of one check in which nothing is computed
LEAST = 0.02  # seconds that each case has in any case
AGAIN = 0.5  # seconds for one more call on an input that went wrong


class Here:
    """An answer that runs in this process: all calls of a check are `all` and at most one `again`."""

    def __init__(self, task: Task, function: Callable):
        self.task, self.function = task, function

    def all(self) -> Answer:
        """One observation per case, in order, within the time limit; stops at the first that does not end."""
        return observe(self.task, self.function)

    def again(self, place: int) -> Observation:
        """One more call on the case at this place, to see whether the answer stays the same."""
        return observe_case(self.task, self.task.cases[place], self.function, AGAIN)


def observe(task: Task, function: Callable, tell: Callable[[Observation], None] | None = None) -> Answer:
    """One observation per case, in order, within the time limit; stops at the first that does not end.

    tell  called with each observation as soon as it is made: a process may end before the last
    """
    unusable = _unusable(function)
    if unusable:
        return Answer([], unusable=unusable)
    attempt = stubs.attempt(function)
    if attempt != "tried":
        return Answer([], attempt=attempt)
    defaults = _defaults(function)
    seen, values = [], []
    clock = limits.Clock(task.seconds, WAITING)
    with _own_name(task.name, function):
        for case in task.cases:
            clock.give(LEAST, LEAST)
            left, modules = clock.left(), len(sys.modules)
            observation = _observe(task, case, function, clock, values)
            seen.append(observation)
            if tell is not None:
                tell(observation)
            if len(sys.modules) > modules:  # the time of an import does not count
                clock.give(*left)
            if observation.timed_out:
                break
    clock.give(LEAST, LEAST)
    later = limits.call(lambda: list(map(plain, values)), clock=clock).value or []
    for observation, value in zip(seen, later, strict=False):
        observation.later = value
    clock.give(LEAST, LEAST)
    limits.call(values.clear, clock=clock)  # a `__del__` of theirs runs, maybe for ever
    remembers = difference(defaults, _defaults(function), 0, 0) is not None
    return Answer(seen, remembers, names=stubs.names_used(function), parameters=stubs.parameters(function))


def glance(task: Task, functions: Sequence[Callable]) -> list[list[Observation]]:
    """The same for functions of the course's own, many times as fast: one guard around all of them.

    What they print, Python's warnings and later changes of their values are not written down.
    """
    found: list[list[Observation]] = []
    clock = limits.Clock(task.seconds, WAITING)

    def run() -> None:
        for function in functions[len(found) :]:
            clock.give(task.seconds, WAITING)
            found.append([])
            with state.answering():
                for case in task.cases:
                    found[-1].append(_glanced(task, case, function))

    while len(found) < len(functions):
        if limits.call(run, clock=clock).timed_out:
            found[-1].append(Observation(timed_out=True))
    return found


def _glanced(task: Task, case: Case, function: Callable) -> Observation:
    args, kwargs = case.make()
    try:
        return Observation(_facts(task, function, args, kwargs, []))
    except limits.TimeIsUp:
        raise
    except BaseException as error:
        facts = {} if task.observer else {"arguments": arguments((args, kwargs))}
        return Observation(facts, _told(case, function, error))


def observe_case(task: Task, case: Case, function: Callable, seconds: float) -> Observation:
    """One call by itself, within so many seconds, computing or not."""
    clock, values = limits.Clock(seconds, seconds), []
    with _own_name(task.name, function):
        seen = _observe(task, case, function, clock, values)
    clock.give(LEAST, LEAST)
    limits.call(values.clear, clock=clock)
    return seen


def _observe(
    task: Task, case: Case, function: Callable, clock: limits.Clock, values: list[Any]
) -> Observation:
    """Calls `function` on fresh arguments of one case; all that can be compared. The value itself goes into `values`.

    There it is None where there is none.
    """
    args, kwargs = case.make()
    count = len(values)
    call = limits.call(_facts, (task, function, args, kwargs, values, state.answering), clock=clock)
    facts = call.value or {}
    if not call.value and task.observer is None:  # what has become of the arguments, all the same
        clock.give(LEAST, LEAST)
        facts = limits.call(lambda: {"arguments": arguments((args, kwargs))}, clock=clock).value or {}
    raised = None if call.exception is None else _raised(case, function, call.exception)
    if len(values) == count:
        values.append(None)
    return Observation(
        facts,
        raised,
        call.timed_out,
        call.waited,
        printed=call.printed,
        lines_dropped=call.lines_dropped,
        warnings=call.warnings,
    )


def _facts(
    task: Task,
    function: Callable,
    args: tuple,
    kwargs: dict,
    values: list,
    around: Callable[[], AbstractContextManager] = nullcontext,
) -> dict[str, Any]:
    """What one call shows, as plain data; the value itself goes into `values`."""
    if task.observer is not None:
        with around():
            facts = task.observer(function, args, kwargs)
        return {name: plain(fact) for name, fact in facts.items()}
    with around():
        value = function(*args, **kwargs)
    facts = {"value": plain(value), "arguments": arguments((args, kwargs))}
    if task.new_result:
        facts[NEW] = not _shared(value, args)
    if leaves := gradient_flow.leaves(task.parameters, args, kwargs):
        facts["gradients"] = plain(gradient_flow.gradients(value, leaves))
    values.append(value)
    return facts


def _shared(value: Any, args: tuple) -> bool:
    """Whether the value, an array or some of them, lies in the memory of an argument."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    arrays = [[part for part in some if isinstance(part, np.ndarray)] for some in (parts, args)]
    return any(np.may_share_memory(part, argument) for part in arrays[0] for argument in arrays[1])


def _raised(case: Case, function: Callable, error: BaseException) -> Raised:
    """The exception in words. Its class is the student's, and so may be its `__str__`: looked at under guard."""
    told = limits.call(_told, (case, function, error), clock=limits.Clock(AGAIN, AGAIN))
    return told.value or Raised(_kinds(error))


def _kinds(error: BaseException) -> tuple[str, ...]:
    return tuple(kind.__name__ for kind in type(error).__mro__)


def _told(case: Case, function: Callable, error: BaseException) -> Raised:
    try:
        text = str(error)
    except Exception:
        text = ""
    return Raised(
        _kinds(error),
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


def _unusable(function: Any) -> tuple[str, str] | None:
    """("class", its name) and the like for what is no function; None for what can be called."""
    if inspect.isclass(function):
        return "class", thing(function).named
    if not callable(function):
        return "not-callable", kind_of(plain(function))
    return ("async", "") if inspect.iscoroutinefunction(function) else None


def _defaults(function: Callable) -> Any:
    """The default values of a function's parameters as they are now."""
    found = (getattr(function, "__defaults__", None) or (), getattr(function, "__kwdefaults__", None) or {})
    return arguments(found)


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
