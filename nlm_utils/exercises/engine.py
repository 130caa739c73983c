"""Checks a student's function against the reference and finds the words for what went wrong.

`check(exercise, function)` runs both on every case, compares the observations (compare.py), and when they differ looks
for a name: a misconception of the exercise, something that looks like one, or a general diagnosis (diagnoses.py).
How the answer is drawn is card.py's business; what the notebook does with it is notebook.py's.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np

from . import adapt, diagnoses, flow, limits, stubs
from .card import Card
from .compare import Difference, difference, freeze, is_number, is_tensor, precision
from .definition import Case, Exercise, Misconception
from .values import both, call_text, count, kind_of, literal, masked, pair_rows, short, size

SECONDS = 2.0  # for all cases of one check
SECONDS_TORCH = 5.0  # from lecture 08 on
NEARLY_ALL = 0.6  # share of the failing cases that a misconception must reproduce to be "looks like"


@dataclass
class Observation:
    """What one call showed: named facts (the value, the arguments afterwards), or an exception, or no end.

    on_purpose: the exception comes from a `raise` that the function itself holds.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    exception: BaseException | None = None
    on_purpose: bool = False
    timed_out: bool = False
    call: limits.Call | None = None


@dataclass(repr=False)
class Feedback:
    """The answer to an answer.

    outcome        "right", "wrong", "not_attempted", "raised" or "timeout"
    message        all that the card says below its first line, as plain text
    misconception  the id of the mistake that was recognised, "generic-…" for those of no single exercise
    sentence       what is said about it
    adapter        turns a right answer's result into the reference's kind (a list into an array), None if it is so
    """

    outcome: str
    message: str
    misconception: str | None = None
    exercise: str = ""
    sentence: str = ""
    card: Card | None = None
    adapter: Callable[[Any], Any] | None = None

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
class _Named:
    """The name of a mistake, what is said, and the failing cases that it explains."""

    id: str
    sentence: str
    places: list[int]
    mistake: _Mistake | None = None


@dataclass
class _Prepared:
    """What is known of an exercise before any student comes: computed once, kept on the exercise."""

    size: tuple[int, int]
    expected: list[Observation]
    mistakes: list[_Mistake] | None = None


def time_limit(exercise: Exercise) -> float:
    """Seconds that one check may take."""
    return SECONDS_TORCH if exercise.lecture[:2] >= "08" else SECONDS


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
    defaults = _defaults(function)
    got = _observe_all(exercise, function, time_limit(exercise))
    found = {}
    for place, pair in enumerate(zip(prepared.expected, got, strict=False)):
        item = _difference(exercise, *pair)
        if item is not None:
            found[place] = item
    if not found:
        return _shared_result(exercise, got) or _right(exercise, prepared.expected, got)
    failing = _simplest_first(exercise, prepared.expected, found)
    first = failing[0]
    stopped = stubs.raised_by_stub(function, got[first].exception)
    if stopped and prepared.expected[first].exception is None:
        return _not_attempted(exercise, reached=True)
    try:
        situation = diagnoses.Situation(exercise, function, prepared.expected, got, failing, found)
        situation.remembers = difference(defaults, _defaults(function), 0, 0) is not None
        situation.changes = _differs_next_time(exercise, function, got, first)
        named = _name(exercise, prepared, situation)
        named.sentence += _also_changes(exercise, prepared, got, named)
        place = next(place for place in failing if place in named.places)
        return _wrong(exercise, function, prepared.expected, got, place, found, named)
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
        elif leaves := flow.leaves(exercise.reference, args, kwargs):
            facts["gradients"] = flow.gradients(call.value, leaves)
    on_purpose = stubs.raised_on_purpose(function, call.exception)
    return Observation(facts, call.exception, on_purpose, call.timed_out, call)


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
    return freeze(value) if hasattr(value, "dtype") and value.dtype != object else None


def _observe_all(exercise: Exercise, function: Callable, seconds: float) -> list[Observation]:
    """One observation per case, in order; stops at the first that does not end."""
    observations = []
    deadline = perf_counter() + seconds
    with _own_name(exercise.name, function):
        for case in exercise.cases:
            started, modules = perf_counter(), len(sys.modules)
            observations.append(observe(exercise, case, function, max(deadline - started, 0.02)))
            if len(sys.modules) > modules:  # the time of an import does not count
                deadline += perf_counter() - started
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
        if found is None and name == "value" and _has_float_tensors(expected.facts.get("arguments")):
            found = precision(fact, got.facts.get(name))
        if found is not None:
            found.fact = name
            return found
    return None


def _has_float_tensors(arguments: Any) -> bool:
    """Is there a dtype that the result could keep?"""
    if isinstance(arguments, dict):
        arguments = list(arguments.values())
    if isinstance(arguments, (list, tuple)):
        return any(map(_has_float_tensors, arguments))
    return is_tensor(arguments) and arguments.is_floating_point()


def _agree(exercise: Exercise, one: Observation, other: Observation) -> bool:
    """True when two observations cannot be told apart, whichever of them is right.

    Exceptions agree by type and message; two that were raised on purpose by type, for everybody words them anew.
    """
    if one.timed_out or other.timed_out:
        return one.timed_out and other.timed_out
    if one.exception is not None or other.exception is not None:
        if type(one.exception) is not type(other.exception):
            return False
        same_words = masked(str(one.exception)) == masked(str(other.exception))
        if not same_words and not (one.on_purpose and other.on_purpose):
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


# --- the case that is shown ----------------------------------------------------------------------------------------


def _simplest_first(
    exercise: Exercise, expected: list[Observation], found: dict[int, Difference]
) -> list[int]:
    """The failing cases, one that can be followed by hand first: wrong values before changed arguments, plain inputs
    before edge cases, short ones before long ones."""

    def rank(place: int) -> tuple:
        args, kwargs = exercise.cases[place].make()
        parts = [*args, *kwargs.values()]
        edge = (
            2 if _trivial(expected[place]) else max(map(_edge, [*parts, expected[place].facts.get("value")]))
        )
        return (
            found[place].kind == "timeout",
            exercise.observe is None and getattr(found[place], "fact", "value") == "arguments",
            edge,
            sum(map(size, parts)),
            place,
        )

    return sorted(found, key=rank)


def _edge(value: Any) -> int:
    """2 for what is empty or infinite; 1 for what hides mistakes: large numbers, 0.0, an axis of length 1, a square."""
    if size(value) == 0:
        return 2
    numbers = diagnoses.flat(value)
    if numbers is None:
        return 0
    if not np.isfinite(numbers).all():
        return 2
    extreme = np.abs(numbers).max() >= 100 or (isinstance(value, float) and abs(value) < 1e-3)
    shape = tuple(getattr(value, "shape", ()))
    return int(bool(extreme) or 1 in shape or len(set(shape)) < len(shape))


def _defaults(function: Callable) -> Any:
    """The default values of a function's parameters as they are now."""
    plain = (getattr(function, "__defaults__", None) or (), getattr(function, "__kwdefaults__", None) or {})
    return freeze(_plain(plain))


def _differs_next_time(exercise: Exercise, function: Callable, got: list[Observation], place: int) -> bool:
    """True when one more call on the same input gives something else."""
    if got[place].timed_out or got[place].exception is not None:
        return False
    with _own_name(exercise.name, function):
        again = observe(exercise, exercise.cases[place], function, 0.5)
    if again.timed_out or again.exception is not None:
        return not again.timed_out
    pairs = [(_plain(fact), _plain(again.facts.get(key))) for key, fact in got[place].facts.items()]
    return not all(_alike(exercise, one, other) for one, other in pairs)


def _changed(exercise: Exercise, expected: Observation, got: Observation) -> Difference | None:
    """How the arguments of a call were changed that should not have been."""
    if exercise.observe is not None or "arguments" not in got.facts or "arguments" not in expected.facts:
        return None
    return difference(expected.facts["arguments"], got.facts["arguments"], 0.0, 0.0)


def _also_changes(exercise, prepared, got, named: _Named) -> str:
    """One more sentence when a wrong answer changes its arguments too."""
    if named.id == "generic-changes-argument":
        return ""
    for place, (expected, seen) in enumerate(zip(prepared.expected, got, strict=False)):
        found = _changed(exercise, expected, seen)
        if found is None:
            continue
        if named.mistake is not None and _changed(exercise, expected, named.mistake.seen[place]) is not None:
            return ""  # its own sentence is about that
        name = diagnoses.changed_argument(exercise, found)[0]
        return f" Besides, your function changes `{name}`, which belongs to whoever called it."
    return ""


# --- naming --------------------------------------------------------------------------------------------------------


def _name(exercise, prepared, situation: diagnoses.Situation) -> _Named:
    """The mistake: one we know, one it looks like, a general one; at least what is certain about it."""
    got, failing = situation.got, situation.failing
    urgent = diagnoses.urgent(situation)
    if urgent is not None:
        return _Named(*urgent, failing[:1])
    known = _known(exercise, prepared, got, failing)
    if known is None or len(known.places) < 0.5 * len(failing):
        # the same mistake in an answer that changes its arguments besides
        forgiven = _known(exercise, prepared, _forgiven(exercise, prepared, got), failing)
        known = forgiven if forgiven is not None and len(forgiven.places) >= 0.5 * len(failing) else known
    if known is not None and len(known.places) >= 0.5 * len(failing):
        return known
    if situation.remembers or situation.changes:
        return _Named(*diagnoses.unsteady(situation), failing[:1])
    similar = _similar(exercise, prepared, got, failing)
    if similar is not None:
        return similar
    general = diagnoses.general(situation)
    return known if known is not None and general[0] in diagnoses.WEAK else _Named(*general, failing[:1])


def _forgiven(exercise, prepared, got: list[Observation]) -> list[Observation]:
    """The observations as if the arguments had been left alone."""
    pairs = zip(prepared.expected, got, strict=False)
    return [
        replace(seen, facts={**seen.facts, "arguments": expected.facts["arguments"]})
        if _changed(exercise, expected, seen) is not None
        else seen
        for expected, seen in pairs
    ]


def _rest(explained: int, failing: list[int]) -> str:
    left = len(failing) - explained
    if left < 0.2 * len(failing) or left == 0:
        return ""
    verb = "is" if left == 1 else "are"
    return f" (There is more: {count(left, 'other input')} that went wrong {verb} not explained by this.)"


def _known(exercise, prepared, got, failing) -> _Named | None:
    """The misconception that the student shares wherever it differs from the reference."""
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
        few = len(differs) < 0.5 * len(failing)
        if len(differs) < 0.3 * len(failing) or (few and all(_trivial(got[place]) for place in differs)):
            continue
        rank = (len(differs), len(differs) == len(failing))
        if rank > best_rank:
            sentence = mistake.known.sentence + _rest(len(differs), failing)
            best, best_rank = _Named(mistake.known.id, sentence, differs, mistake), rank
    return best


def _similar(exercise, prepared, got, failing) -> _Named | None:
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
        best = _Named(mistake.known.id, f"This looks like: {mistake.known.sentence}", same, mistake)
        best_count = len(same)
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


def _right(exercise: Exercise, expected: list[Observation], got: list[Observation]) -> Feedback:
    blocks = [("text", f"Checked: {exercise.checks.rstrip('.')}.")]
    pairs = [
        (one.facts["value"], other.facts["value"])
        for one, other in zip(expected, got, strict=True)
        if exercise.observe is None and "value" in one.facts and "value" in other.facts
    ]
    plan = adapt.plan(pairs)
    if plan is not None:
        blocks.append(("text", f"Where the lecture goes on, {plan.words}."))
    feedback = _feedback(exercise, "right", "✓", "right", blocks + _printed(got))
    feedback.adapter = plan
    return feedback


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
            rows += pair_rows("first", "later", seen.facts["value"], seen.call.value, found)
            sentence = (
                "Your result is right when you return it, but a later call of your function changes it: all calls "
                "write into one object (one made outside, or as a default value). Make a new one in each call."
            )
            blocks = [("rows", rows), ("text", sentence)]
            return _feedback(
                exercise, "wrong", "✗", "not right yet", blocks, "generic-shared-result", sentence
            )
    return None


def _not_attempted(exercise: Exercise, reached: bool = False) -> Feedback:
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


def _wrong(exercise, function, expected, got, place, differences, named: _Named) -> Feedback:
    """The card of a wrong answer, which shows the case `place`."""
    seen, wanted, found, case = got[place], expected[place], differences[place], exercise.cases[place]
    args, kwargs = case.make()
    rows = [("input", call_text(exercise.name, args, kwargs, case.label))]
    outcome, head = "wrong", "not right yet"
    if found.kind == "timeout":
        outcome, head = "timeout", f"stopped after {time_limit(exercise):g} s"
    elif found.kind == "exception":
        if wanted.exception is None:
            outcome, head = "raised", f"your code raised {type(seen.exception).__name__}"
        if isinstance(seen.exception, limits.InputNotAllowed):
            head = "your code asks for input"
        else:
            rows += _exception_rows(wanted, seen)
    elif getattr(found, "fact", "value") == "arguments" and exercise.observe is None:
        name, before, after, inner = diagnoses.changed_argument(exercise, found, wanted, seen)
        rows += pair_rows(f"{name} before", f"{name} after", before, after, inner)
    elif exercise.observe is not None or found.fact == "gradients":
        fact = found.fact
        rows += [
            (f"{label} {fact}" if label in ("expected", "yours") else label, text)
            for label, text in both(found, wanted.facts[fact], seen.facts.get(fact))
        ]
    else:
        rows += both(found, wanted.facts["value"], seen.facts.get("value"))
    blocks = [("rows", rows)]
    if seen.exception is not None:
        line = stubs.own_line(function, seen.exception)
        if line:
            blocks.append(("code", line))
    if named.sentence:
        blocks.append(("text", named.sentence))
    passed = len(got) - len(differences)
    if passed and outcome == "wrong" and named.id not in diagnoses.SAYS_HOW_MANY:
        verb = "is" if passed == 1 else "are"
        blocks.append(("text", f"{passed} of {count(len(exercise.cases), 'input')} {verb} right."))
    shown = [seen] if outcome == "raised" else [got[place] for place in sorted(differences)]
    warned = [text for observation in shown for text in observation.call.warnings]
    if warned:
        blocks.append(("text", f"Python warned: {short(masked(warned[0]), 160)}"))
    return _feedback(exercise, outcome, "✗", head, blocks + _printed(got), named.id, named.sentence)


def _exception_rows(expected: Observation, seen: Observation) -> list[tuple[str, str]]:
    rows = []
    if expected.exception is not None:
        rows.append(("expected", f"{type(expected.exception).__name__}"))
        if seen.exception is None:
            rows.append(("yours", literal(seen.facts.get("value"))))
            return rows
    text = short(masked(" ".join(str(seen.exception).split())), 300)
    label = "raised" if expected.exception is None else "yours"
    rows.append((label, f"{type(seen.exception).__name__}: {text}".rstrip(": ")))
    return rows


def _printed(got: list[Observation]) -> list[tuple]:
    """What the student's code printed on the first input where it printed anything, to be shown folded."""
    for observation in got:
        call = observation.call
        if call is not None and call.printed.strip():
            more = f"\n… {count(call.lines_dropped, 'more line')}" if call.lines_dropped else ""
            return [("fold", "Your code printed", masked(call.printed.rstrip("\n")) + more)]
    return []
