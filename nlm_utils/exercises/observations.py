"""What a call of a function showed, as data, and how two such observations are compared.

No function runs here. `difference` asks whether an observation is the reference's, `agree` whether two of them can be
told apart; observe.py makes them, judge.py finds the words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import compare
from .compare import Difference, is_number, is_tensor, precision
from .value_text import masked

if TYPE_CHECKING:
    from .definition import Exercise
    from .task import Case

NEW = "a new array"  # the fact that the result lies in no memory of the arguments, where the docstring promises that


@dataclass(frozen=True)
class Raised:
    """An exception, told in words.

    kinds       the names of its class and of all that its class derives from, its own first
    text        its message
    on_purpose  it comes from a `raise` that the function itself holds
    accepted    the function can be called with these arguments (asked of a TypeError only)
    line        the function's own line that raised, "line 3:  return t @ W"; "" where there is none
    call, values, library  what failed there, what went into it, and who raised (call_site.py)
    """

    kinds: tuple[str, ...]
    text: str = ""
    on_purpose: bool = False
    accepted: bool = True
    line: str = ""
    call: str = ""
    values: tuple[tuple[str, str], ...] = ()
    library: str = ""

    @property
    def kind(self) -> str:
        return self.kinds[0]

    @property
    def by_stub(self) -> bool:
        """It is the `raise NotImplementedError` of the untouched cell (torch raises it too, elsewhere)."""
        return self.on_purpose and self.is_a("NotImplementedError")

    def is_a(self, *kinds: str) -> bool:
        return any(kind in self.kinds for kind in kinds)


@dataclass
class Observation:
    """What one call showed: named facts (the value, the arguments afterwards), or an exception, or no end.

    waited  it was stopped for the time that it waited, not for what it computed
    later  the value as it stands after the calls on all inputs
    """

    facts: dict[str, Any] = field(default_factory=dict)
    raised: Raised | None = None
    timed_out: bool = False
    waited: bool = False
    later: Any = None
    printed: str = ""
    lines_dropped: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def returned(self) -> bool:
        return self.raised is None and not self.timed_out


@dataclass
class Answer:
    """All that is known of a student's function: an observation for each case, up to the first that does not end.

    remembers  a default value of a parameter was changed by the calls
    attempt    "untouched" for the stub as it was given, "empty", or "tried"
    unusable   ("class", its name), ("not-callable", what it is), ("async", "") for what is no function
    names      the names that its code uses: what it calls, which attributes it asks for (stubs.names_used)
    parameters the names of its parameters, in their order
    """

    seen: list[Observation]
    remembers: bool = False
    attempt: str = "tried"
    unusable: tuple[str, str] | None = None
    names: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


def described(exercise: Exercise, case: Case, seen: Observation) -> Observation:
    """The same observation with the facts that the exercise makes of what its observer saw."""
    if exercise.describe is None or not seen.facts:
        return seen
    try:
        return replace(seen, facts=exercise.describe(seen.facts, *case.make()))
    except Exception:  # what an answer gave in place of what was asked for, in a form that nobody thought of
        return replace(seen, facts={"result": "something else"})


def difference(exercise: Exercise, expected: Observation, got: Observation) -> Difference | None:
    """Where an observation first differs from the reference's."""
    if got.timed_out:
        return Difference("timeout", "", expected, got)
    if expected.raised or got.raised:
        if expected.raised and got.raised and got.raised.is_a(expected.raised.kind):
            return None
        return Difference("exception", "", expected.raised, got.raised)
    shown = _without_zero_gradients(got.facts)
    for name, fact in _without_zero_gradients(expected.facts).items():
        yours = shown.get(name)
        exact = name == "arguments" and exercise.observe is None
        rtol, atol = (0.0, 0.0) if exact else (exercise.rtol, exercise.atol)
        try:
            found = compare.difference(fact, yours, rtol, atol)
            if found is not None and name == "value" and exercise.also_right is not None:
                args, kwargs = expected.facts["arguments"]
                found = None if exercise.also_right(fact, yours, *args, **kwargs) else found
            if found is None and not exact:
                found = precision(fact, yours, floats_came_in(expected))
            elif found is not None and found.kind == "value" and not exact:
                found.slight = compare.difference(fact, yours, *by_a_look(exercise)) is None
        except Exception:  # an object whose own comparison fails is not the reference's value
            found = Difference("type", "", fact, yours)
        if found is not None:
            found.fact = name
            return found
    return None


def by_a_look(exercise: Exercise) -> tuple[float, float]:
    """The tolerances of a look at the numbers, which are not narrower than those of the exercise."""
    rtol, atol = compare.LOOK
    return max(rtol, exercise.rtol or 0), atol if exercise.atol is None else exercise.atol


def floats_came_in(expected: Observation) -> bool:
    """Is there a float dtype among the arguments that the result could keep? True where they are not known."""
    return "arguments" not in expected.facts or _holds_floats(expected.facts["arguments"])


def _holds_floats(arguments: Any) -> bool:
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    if isinstance(arguments, (list, tuple)):
        return any(map(_holds_floats, arguments))
    if is_tensor(arguments):
        return arguments.is_floating_point()
    return isinstance(arguments, float) or (isinstance(arguments, np.ndarray) and arguments.dtype.kind == "f")


def changed_argument(exercise: Exercise, expected: Observation, got: Observation) -> Difference | None:
    """How the arguments of a call were changed that should not have been."""
    if exercise.observe is not None or "arguments" not in got.facts or "arguments" not in expected.facts:
        return None
    return compare.difference(expected.facts["arguments"], got.facts["arguments"], 0.0, 0.0)


def agree(exercise: Exercise, one: Observation, other: Observation, closely: bool = False) -> bool:
    """True when two observations cannot be told apart, whichever of them is right; closely: but for rounding.

    Exceptions agree by type and message; two that were raised on purpose by type, for everybody words them anew.
    """
    if one.timed_out or other.timed_out:
        return one.timed_out and other.timed_out
    if one.raised or other.raised:
        if not (one.raised and other.raised) or one.raised.kinds != other.raised.kinds:
            return False
        same_words = masked(one.raised.text) == masked(other.raised.text)
        if not same_words and not (one.raised.on_purpose and other.raised.on_purpose):
            return False
    if one.facts.keys() != other.facts.keys():
        return False
    one, other = (_without_zero_gradients(seen.facts) for seen in (one, other))
    return all(alike(exercise, one[key], other[key], closely) for key in one)


def _without_zero_gradients(facts: dict[str, Any]) -> dict[str, Any]:
    """An argument that changes nothing has no gradient or one of zeros, as the answer is written: the same mistake."""
    if not isinstance(facts.get("gradients"), dict):
        return facts
    found = facts["gradients"].items()
    return {**facts, "gradients": {name: None if is_tensor(g) and not g.any() else g for name, g in found}}


def alike(exercise: Exercise, one: Any, other: Any, closely: bool = False) -> bool:
    """True when two values cannot be told apart by a look; closely: within the exercise's tolerances."""
    tolerances = (exercise.rtol, exercise.atol) if closely else by_a_look(exercise)
    try:
        if (
            compare.difference(one, other, *tolerances) is None
            or compare.difference(other, one, *tolerances) is None
        ):
            return True
    except Exception:
        return False
    simple = (str, bytes, list, tuple, dict, set, frozenset, type(None))
    if isinstance(one, simple) or is_number(one) or is_tensor(one) or hasattr(one, "shape"):
        return False
    return type(one) is type(other)  # generators, functions, iterators: the same kind of thing
