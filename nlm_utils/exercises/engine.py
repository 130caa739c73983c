"""Checks a student's function against the reference and finds the words for what went wrong.

`check(exercise, function)` runs both on every case, compares the observations (compare.py), and when they differ looks
for a name: a misconception of the exercise, something that looks like one, or a general diagnosis (diagnoses.py).
How the answer is drawn is card.py's business; what the notebook does with it is notebook.py's.
"""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from . import diagnoses, limits, stubs
from .card import Card
from .compare import Difference, difference, freeze, is_number, is_tensor
from .definition import Case, Exercise, Misconception
from .values import both, call_text, count, first_difference, kind_of, literal, masked, short

SECONDS = 2.0  # for all cases of one check
SECONDS_TORCH = 5.0  # lectures 08 to 12
NEARLY_ALL = 0.6  # share of the failing cases that a misconception must reproduce to be "looks like"


@dataclass
class Observation:
    """What one call showed: named facts (the value, the arguments afterwards), or an exception, or no end."""

    facts: dict[str, Any] = field(default_factory=dict)
    exception: BaseException | None = None
    timed_out: bool = False
    call: limits.Call | None = None


@dataclass(repr=False)
class Feedback:
    """The answer to an answer.

    outcome        "right", "wrong", "not_attempted", "raised" or "timeout"
    message        all that the card says below its first line, as plain text
    misconception  the id of the mistake that was recognised, "generic-…" for those of no single exercise
    sentence       what is said about it
    """

    outcome: str
    message: str
    misconception: str | None = None
    exercise: str = ""
    sentence: str = ""
    card: Card | None = None

    def _repr_html_(self) -> str:
        return self.card.html()

    def __repr__(self) -> str:
        return self.card.text()


@dataclass
class _Mistake:
    """A misconception with what it gives on each case, and on which cases that is wrong."""

    known: Misconception
    seen: list[Observation]
    differs: list[int]


@dataclass
class _Prepared:
    """What is known of an exercise before any student comes: computed once, kept on the exercise."""

    size: tuple[int, int]
    expected: list[Observation]
    mistakes: list[_Mistake] | None = None


def time_limit(exercise: Exercise) -> float:
    """Seconds that one check may take."""
    return SECONDS_TORCH if "08" <= exercise.lecture[:2] <= "12" else SECONDS


def check(exercise: Exercise, function: Callable) -> Feedback:
    """Compares `function` with the reference on every case. Never raises (but KeyboardInterrupt), never hangs."""
    from .notebook import BoundReference

    if isinstance(function, BoundReference):
        function = function.yours
    refused = _not_a_function(exercise, function)
    if refused is not None:
        return refused
    state = stubs.attempt(function)
    if state in ("untouched", "empty"):
        return _not_attempted(exercise)
    prepared = _prepare(exercise)
    got = _observe_all(exercise, function, time_limit(exercise))
    found = [_difference(exercise, *pair) for pair in zip(prepared.expected, got, strict=False)]
    failing = [place for place, item in enumerate(found) if item is not None]
    if not failing:
        return _shared_result(exercise, got) or _right(exercise, got)
    first = failing[0]
    if stubs.raised_by_stub(function, got[first].exception):
        return _not_attempted(exercise, reached=True, call=got[first].call)
    try:
        name, sentence = _name(exercise, function, prepared, got, failing, found[first])
        return _wrong(
            exercise, function, prepared.expected[first], got, failing, found[first], name, sentence
        )
    except Exception as error:  # a value whose own methods fail, and that no word fits
        text = f"Your function gives something that cannot be compared or shown ({type(error).__name__})."
        return _feedback(exercise, "wrong", "✗", "not right yet", [("text", text)], "generic-unknown", text)


# --- observing -----------------------------------------------------------------------------------------------------


def observe(exercise: Exercise, case: Case, function: Callable, seconds: float) -> Observation:
    """Calls `function` on fresh arguments of one case and keeps copies of all that can be compared."""
    args, kwargs = case.make()
    if exercise.observe is not None:
        call = limits.call(exercise.observe, (function, args, kwargs), seconds=seconds)
        facts = {key: freeze(fact) for key, fact in (call.value or {}).items()}
    else:
        call = limits.call(function, args, kwargs, seconds)
        facts = {"value": freeze(call.value), "arguments": _plain((args, kwargs))}
        if call.exception is not None or call.timed_out:
            del facts["value"]
    return Observation(facts, call.exception, call.timed_out, call)


def _plain(value: Any, depth: int = 0) -> Any:
    """A frozen copy of arguments in which objects of other kinds (functions, models, rngs) count as unchanged."""
    if depth > 30:
        return "…"
    if isinstance(value, dict):
        return {key: _plain(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return (
            type(value)(_plain(entry, depth + 1) for entry in value) if type(value) in (list, tuple) else None
        )
    if value is None or isinstance(value, (str, bytes, set)) or is_number(value) or is_tensor(value):
        return freeze(value)
    return freeze(value) if hasattr(value, "dtype") else None


def _observe_all(exercise: Exercise, function: Callable, seconds: float) -> list[Observation]:
    """One observation per case, in order; stops at the first that does not end."""
    observations = []
    deadline = perf_counter() + seconds
    with _own_name(exercise.name, function):
        for case in exercise.cases:
            left = deadline - perf_counter()
            observations.append(observe(exercise, case, function, max(left, 0.02)))
            if observations[-1].timed_out:
                break
    return observations


def _prepare(exercise: Exercise) -> _Prepared:
    size = (len(exercise.cases), len(exercise.misconceptions))
    prepared = exercise.__dict__.get("_prepared")
    if prepared is None or prepared.size != size:
        if not exercise.cases:
            raise ValueError(f"exercise {exercise.name}: needs at least one case")
        prepared = _Prepared(
            size, [observe(exercise, case, exercise.reference, 30.0) for case in exercise.cases]
        )
        exercise.__dict__["_prepared"] = prepared
    return prepared


def _mistakes(exercise: Exercise, prepared: _Prepared) -> list[_Mistake]:
    if prepared.mistakes is None:
        limit = time_limit(exercise)
        prepared.mistakes = []
        for known in exercise.misconceptions:
            seen = _observe_all(exercise, known.function, limit)
            pairs = zip(prepared.expected, seen, strict=False)
            differs = [i for i, pair in enumerate(pairs) if _difference(exercise, *pair) is not None]
            prepared.mistakes.append(_Mistake(known, seen, differs))
    return prepared.mistakes


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


# --- comparing -----------------------------------------------------------------------------------------------------


def _difference(exercise: Exercise, expected: Observation, got: Observation) -> Difference | None:
    """Where an observation first differs from the reference's; `where` begins with the name of the fact."""
    if got.timed_out:
        return Difference("timeout", "", expected, got)
    raised = expected.exception is not None or got.exception is not None
    if raised and not (expected.exception and isinstance(got.exception, type(expected.exception))):
        return Difference("exception", "", expected.exception, got.exception)
    for name, fact in expected.facts.items():
        exact = name == "arguments" and exercise.observe is None
        rtol, atol = (0.0, 0.0) if exact else (exercise.rtol, exercise.atol)
        try:
            found = difference(fact, got.facts.get(name), rtol, atol)
        except Exception:  # an object whose own comparison fails is not the reference's value
            found = Difference("type", "", fact, got.facts.get(name))
        if found is not None:
            found.fact = name
            return found
    return None


def _agree(exercise: Exercise, one: Observation, other: Observation) -> bool:
    """True when two observations cannot be told apart, whichever of them is right."""
    if one.timed_out or other.timed_out:
        return one.timed_out and other.timed_out
    if (one.exception is None) != (other.exception is None):
        return False
    if one.exception is not None and type(one.exception) is not type(other.exception):
        return False
    if one.facts.keys() != other.facts.keys():
        return False
    return all(_alike(exercise, one.facts[key], other.facts[key]) for key in one.facts)


def _alike(exercise: Exercise, one: Any, other: Any) -> bool:
    tolerances = (exercise.rtol, exercise.atol)
    try:
        if difference(one, other, *tolerances) is None or difference(other, one, *tolerances) is None:
            return True
    except Exception:
        return False
    simple = (str, bytes, list, tuple, dict, set, frozenset, type(None))
    if isinstance(one, simple) or is_number(one) or is_tensor(one) or hasattr(one, "shape"):
        return False
    return type(one) is type(other)  # generators, functions, iterators: the same kind of thing


# --- naming --------------------------------------------------------------------------------------------------------


def _name(exercise, function, prepared, got, failing, found) -> tuple[str | None, str]:
    """The id and the sentence of the mistake: one we know, one it looks like, a general one, or none."""
    situation = diagnoses.Situation(exercise, function, prepared.expected, got, failing, found)
    urgent = diagnoses.urgent(situation)
    if urgent is not None:
        return urgent
    known, explained = _known(exercise, prepared, got, failing)
    if known is not None and explained >= 0.5:
        return known.id, known.sentence + _rest(explained, failing)
    similar = _similar(exercise, prepared, got, failing)
    if similar is not None:
        return similar.id, f"This looks like: {similar.sentence}"
    general = diagnoses.general(situation)
    if known is not None and (general is None or general[0] in diagnoses.WEAK):
        return known.id, known.sentence + _rest(explained, failing)
    return general if general is not None else (None, "")


def _rest(explained: float, failing: list[int]) -> str:
    left = len(failing) - round(explained * len(failing))
    return (
        ""
        if left == 0
        else f" (There is more: {count(left, 'other input')} that went wrong are not explained by this.)"
    )


def _known(exercise, prepared, got, failing):
    """The misconception that the student shares wherever it differs from the reference, and the share it explains."""
    best, best_rank = None, (0, False)
    for mistake in _mistakes(exercise, prepared):
        differs = [place for place in mistake.differs if place < len(got)]
        if not differs or not set(differs) <= set(failing):
            continue
        if not all(_agree(exercise, mistake.seen[place], got[place]) for place in differs):
            continue
        only_raises = all(mistake.seen[place].exception is not None for place in differs)
        if only_raises and len(differs) < len(failing):
            continue
        rank = (len(differs), len(differs) == len(failing))
        if rank > best_rank:
            best, best_rank = mistake.known, rank
    return best, best_rank[0] / len(failing)


def _similar(exercise, prepared, got, failing):
    """The misconception that reproduces nearly all of what the student got wrong, if there is one."""
    best, best_count = None, 0
    for mistake in _mistakes(exercise, prepared):
        both_wrong = [place for place in failing if place in mistake.differs]
        if len(both_wrong) < NEARLY_ALL * len(failing) or len(both_wrong) <= best_count:
            continue
        same = [place for place in both_wrong if _agree(exercise, mistake.seen[place], got[place])]
        telling = [place for place in same if not _trivial(got[place])]
        if not telling or len(same) < NEARLY_ALL * len(failing) or len(same) <= best_count:
            continue
        # small whole numbers agree by accident: then most of what the misconception does wrong must be there
        small = all(_small(got[place]) for place in same)
        if small and len(same) < NEARLY_ALL * len([place for place in mistake.differs if place < len(got)]):
            continue
        best, best_count = mistake.known, len(same)
    return best


def _small(observation: Observation) -> bool:
    """True for a single small whole number, which says little."""
    value = observation.facts.get("value")
    return (
        is_number(value) and abs(value) < 20 and value == round(float(abs(value))) * (1 if value >= 0 else -1)
    )


def _trivial(observation: Observation) -> bool:
    """True for what agrees by accident: an exception, None, nothing, zeros, nan."""
    if observation.exception is not None or observation.timed_out:
        return True
    value = observation.facts.get("value", observation.facts)
    if value is None or (hasattr(value, "__len__") and len(value) == 0):
        return True
    numbers = diagnoses.flat(value)
    if numbers is not None:
        return bool(len(numbers) == 0 or ((numbers == 0) | (numbers != numbers)).all())
    return False


# --- the answers ---------------------------------------------------------------------------------------------------


def _feedback(exercise, outcome, symbol, head, blocks, name=None, sentence="") -> Feedback:
    card = Card(symbol, f"{exercise.name}: {head}", blocks)
    return Feedback(outcome, card.body_text(), name, exercise.name, sentence, card)


def _right(exercise: Exercise, got: list[Observation]) -> Feedback:
    blocks = [("text", f"Checked: {exercise.checks.rstrip('.')}.")]
    return _feedback(exercise, "right", "✓", "right", blocks + _printed(got))


def _shared_result(exercise: Exercise, got: list[Observation]) -> Feedback | None:
    """An answer that was right when it was given, and was changed by a later call: one object for all answers."""
    if exercise.observe is not None:
        return None
    for place, seen in enumerate(got):
        if "value" not in seen.facts:
            continue
        found = difference(seen.facts["value"], seen.call.value, 0.0, 0.0)
        if found is not None:
            args, kwargs = exercise.cases[place].make()
            rows = [("input", call_text(exercise.name, args, kwargs, exercise.cases[place].label))]
            rows += [("first", literal(seen.facts["value"])), ("later", literal(seen.call.value))]
            sentence = (
                "Your result is right when you return it, but a later call of your function changes "
                "it: all calls write "
                "into one object (one made outside, or as a default value). Make a new one in each call."
            )
            blocks = [("rows", rows), ("text", sentence)]
            return _feedback(
                exercise, "wrong", "✗", "not right yet", blocks, "generic-shared-result", sentence
            )
    return None


def _not_attempted(exercise: Exercise, reached: bool = False, call: limits.Call | None = None) -> Feedback:
    if reached:
        text = "Your code still reaches `raise NotImplementedError`: delete that line when your answer is complete."
        return _feedback(exercise, "not_attempted", "○", "not finished yet", [("text", text)])
    return _feedback(exercise, "not_attempted", "○", "not attempted yet", [])


def _not_a_function(exercise: Exercise, function: Any) -> Feedback | None:
    if inspect.isclass(function):
        name, sentence = (
            "generic-class",
            f"`{function.__name__}` is a class; exercises are functions: `def {exercise.name}(…):`.",
        )
    elif not callable(function):
        name, sentence = (
            "generic-not-callable",
            f"{_capital(kind_of(function))} cannot be called; write a function, `def {exercise.name}(…):`.",
        )
    elif inspect.iscoroutinefunction(function):
        name, sentence = (
            "generic-async",
            "`async def` makes a coroutine, which computes nothing until it is awaited; write a plain `def`.",
        )
    else:
        return None
    return _feedback(exercise, "wrong", "✗", "not right yet", [("text", sentence)], name, sentence)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _wrong(exercise, function, expected, got, failing, found, name, sentence) -> Feedback:
    first = got[failing[0]]
    case = exercise.cases[failing[0]]
    args, kwargs = case.make()
    rows = [("input", call_text(exercise.name, args, kwargs, case.label))]
    outcome, head = "wrong", "not right yet"
    if found.kind == "timeout":
        outcome, head = "timeout", f"stopped after {time_limit(exercise):g} s"
    elif found.kind == "exception":
        if expected.exception is None:
            outcome, head = "raised", f"your code raised {type(first.exception).__name__}"
        if isinstance(first.exception, limits.InputNotAllowed):
            head = "your code asks for input"
        else:
            rows += _exception_rows(expected, first, found)
    elif getattr(found, "fact", "value") == "arguments" and exercise.observe is None:
        rows += _argument_rows(exercise, case, found)
    elif exercise.observe is not None:
        fact = found.fact
        rows += [
            (f"{label} {fact}" if label in ("expected", "yours") else label, text)
            for label, text in both(found, expected.facts[fact], first.facts.get(fact))
        ]
    else:
        rows += both(found, expected.facts["value"], first.facts.get("value"))
    blocks = [("rows", rows)]
    if first.exception is not None:
        place = _own_line(function, first.exception)
        if place:
            blocks.append(("code", place))
    if sentence:
        blocks.append(("text", sentence))
    passed = len(got) - len(failing)
    if passed and outcome == "wrong":
        blocks.append(
            (
                "text",
                f"{passed} of {count(len(exercise.cases), 'input')} {'is' if passed == 1 else 'are'} right.",
            )
        )
    shown = [first] if outcome == "raised" else [got[place] for place in failing]
    warned = [text for observation in shown for text in observation.call.warnings]
    if warned:
        blocks.append(("text", f"Python warned: {short(masked(warned[0]), 160)}"))
    return _feedback(exercise, outcome, "✗", head, blocks + _printed(got), name, sentence)


def _exception_rows(expected: Observation, first: Observation, found: Difference) -> list[tuple[str, str]]:
    rows = []
    if expected.exception is not None:
        rows.append(("expected", f"{type(expected.exception).__name__}"))
        if first.exception is None:
            value = first.facts.get("value")
            rows.append(("yours", literal(value) if value is not None else "None"))
            return rows
    text = short(masked(" ".join(str(first.exception).split())), 300)
    rows.append(
        (
            "raised" if expected.exception is None else "yours",
            f"{type(first.exception).__name__}: {text}".rstrip(": "),
        )
    )
    return rows


def _argument_rows(exercise: Exercise, case: Case, found: Difference) -> list[tuple[str, str]]:
    """Rows for a changed argument: which one, what it was, what it is."""
    rows = []
    name, before, after = diagnoses.changed_argument(exercise, found)
    rows.append((f"{name} before", literal(before)))
    rows.append((f"{name} after", literal(after)))
    if rows[-1][1] == rows[-2][1]:
        rows.append(("differs", first_difference(Difference("value", "", before, after))))
    return rows


def _own_line(function: Callable, error: BaseException) -> str:
    """The student's own line that raised, found in the traceback: "line 3:  return t @ W"."""
    code = getattr(
        inspect.unwrap(function) if hasattr(function, "__wrapped__") else function, "__code__", None
    )
    if code is None:
        return ""
    entry, line = error.__traceback__, None
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == code.co_filename:
            line = entry.tb_lineno
        entry = entry.tb_next
    if line is None:
        return ""
    text = linecache.getline(code.co_filename, line).strip()
    return (
        f"line {line}:  {short(text, 120)}"
        if text
        else f"line {line - code.co_firstlineno + 1} of your function"
    )


def _printed(got: list[Observation]) -> list[tuple]:
    """What the student's code printed on the first input where it printed anything, to be shown folded."""
    for observation in got:
        call = observation.call
        if call is not None and call.printed.strip():
            more = f"\n… {count(call.lines_dropped, 'more line')}" if call.lines_dropped else ""
            return [("fold", "Your code printed", masked(call.printed.rstrip("\n")) + more)]
    return []
