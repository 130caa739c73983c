"""The answer to an answer, with its card: right, not attempted, no function at all, or wrong.

Nothing is judged here: what was observed, where it differs and what it is called come as arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import adapt_result, diagnoses
from .card import Card
from .compare import Difference
from .diagnoses import effects
from .judge import Named
from .observations import Observation
from .observe import WAITING
from .value_text import both, call_text, capital, count, literal, masked, pair_rows, short

if TYPE_CHECKING:
    from .definition import Exercise


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

    def also(self, notes: list[str]) -> Feedback:
        """Says what else is to be known: what an answer left in the kernel that cannot be put back."""
        if notes:
            folded = [block for block in self.card.blocks if block[0] == "fold"]
            shown = [block for block in self.card.blocks if block[0] != "fold"]
            self.card.blocks = [*shown, *(("text", note) for note in notes), *folded]
            self.message = self.card.body_text()
        return self

    def _repr_html_(self) -> str:
        return self.card.html()

    def __repr__(self) -> str:
        return self.card.text()


def _feedback(exercise, outcome, symbol, head, blocks, name=None, sentence="") -> Feedback:
    card = Card(symbol, f"{exercise.name}: {head}", blocks)
    return Feedback(outcome, card.body_text(), name, exercise.name, sentence, card)


def _wrong_sentence(
    exercise: Exercise, name: str, sentence: str, rows: list[tuple[str, str]] = ()
) -> Feedback:
    blocks = [("text", sentence)] + ([("rows", rows)] if rows else [])
    return _feedback(exercise, "wrong", "✗", "not right yet", blocks, name, sentence)


def right(exercise: Exercise, expected: list[Observation], got: list[Observation]) -> Feedback:
    """A tick, with what was checked."""
    blocks = [("text", f"Checked: {exercise.checks.rstrip('.')}.")]
    pairs = [
        (one.facts["value"], other.facts["value"])
        for one, other in zip(expected, got, strict=True)
        if "value" in one.facts and "value" in other.facts
    ]
    plan = adapt_result.plan(pairs)
    if plan is not None:
        blocks.append(("text", f"Where the lecture goes on, {plan.words}."))
    feedback = _feedback(exercise, "right", "✓", "right", blocks + _printed(got))
    feedback.adapter = plan
    return feedback


def overwritten(exercise: Exercise, got: list[Observation], place: int, found: Difference) -> Feedback:
    """One object for all answers: right when it is returned, wrong after the next call."""
    case, seen = exercise.cases[place], got[place]
    args, kwargs = case.make()
    rows = [("input", call_text(exercise.name, args, kwargs, case.label))]
    rows += pair_rows("first", "later", seen.facts["value"], seen.later, found)
    sentence = (
        "Your result is right when you return it, but a later call of your function changes it: all calls "
        "write into one object (one made outside, or as a default value). Make a new one in each call."
    )
    return _wrong_sentence(exercise, "generic-shared-result", sentence, rows)


def not_attempted(exercise: Exercise) -> Feedback:
    return _feedback(exercise, "not_attempted", "○", "not attempted yet", [])


def not_finished(exercise: Exercise) -> Feedback:
    """Some lines stand there, and the stub's own `raise` after them."""
    text = (
        "Your code still reaches `raise NotImplementedError`: delete that line when your answer is complete."
    )
    return _feedback(exercise, "not_attempted", "○", "not finished yet", [("text", text)])


def not_a_function(exercise: Exercise, kind: str, words: str) -> Feedback:
    """What is said of a class, a number, a coroutine function (`Answer.unusable`)."""
    sentence = {
        "class": f"`{words}` is a class; exercises are functions: `def {exercise.name}(…):`.",
        "not-callable": f"{capital(words)} cannot be called; write a function, `def {exercise.name}(…):`.",
        "source": f"The text of your answer does not run by itself: {words}",
        "async": "`async def` makes a coroutine, which computes nothing until it is awaited; write a plain `def`.",
    }[kind]
    return _wrong_sentence(exercise, f"generic-{kind}", sentence)


def cannot_be_shown(exercise: Exercise, error: Exception) -> Feedback:
    """For plain data that a diagnosis fails on: a fault of the check, which must not end a lecture."""
    return _wrong_sentence(
        exercise,
        "generic-unknown",
        f"Your answer is not right, and the check found no words for it ({type(error).__name__}).",
    )


def wrong(
    exercise: Exercise,
    expected: list[Observation],
    got: list[Observation],
    differences: dict[int, Difference],
    named: Named,
) -> Feedback:
    """The card of a wrong answer: its sentence first, then the simplest case that the sentence explains."""
    place = next(place for place in differences if place in named.places)
    seen, wanted, found, case = got[place], expected[place], differences[place], exercise.cases[place]
    outcome, head = "wrong", "not right yet"
    if found.kind == "timeout":
        took = WAITING if seen.waited else exercise.task.seconds
        outcome, head = "timeout", f"stopped after {took:g} s"
    elif found.kind == "exception" and seen.raised and seen.raised.is_a("InputNotAllowed"):
        outcome, head = "raised" if wanted.raised is None else "wrong", "your code asks for input"
    elif found.kind == "exception" and wanted.raised is None:
        outcome, head = "raised", f"your code raised {seen.raised.kind}"
    args, kwargs = case.make()
    rows = [("input", call_text(exercise.name, args, kwargs, case.label))]
    blocks = [("text", named.sentence), ("rows", rows + _rows(exercise, wanted, seen, found))]
    if seen.raised and seen.raised.line:
        blocks.append(("code", seen.raised.line))
    if seen.raised and seen.raised.values:
        values = [f"`{part}` is {said}" for part, said in seen.raised.values]
        blocks.append(("text", f"There {', '.join(values)}."))
    passed = len(got) - len(differences)
    if passed and outcome == "wrong" and named.id not in diagnoses.SAYS_HOW_MANY:
        verb = "is" if passed == 1 else "are"
        blocks.append(("text", f"{passed} of {count(len(exercise.cases), 'input')} {verb} right."))
    shown = [seen] if outcome == "raised" else [got[place] for place in sorted(differences)]
    warned = [text for observation in shown for text in observation.warnings]
    if warned:
        blocks.append(("text", f"Python warned: {short(masked(warned[0]), 160)}"))
    return _feedback(exercise, outcome, "✗", head, blocks + _printed(got), named.id, named.sentence)


def _rows(
    exercise: Exercise, wanted: Observation, seen: Observation, found: Difference
) -> list[tuple[str, str]]:
    """Expected and yours, as far as there is something to show."""
    if found.kind == "timeout":
        return []
    if found.kind == "exception":
        return _exception_rows(wanted, seen)
    if found.fact == "arguments" and exercise.observe is None:
        name, before, after, inner = effects.argument(exercise, found, wanted, seen)
        return pair_rows(f"{name} before", f"{name} after", before, after, inner)
    rows = both(found, wanted.facts[found.fact], seen.facts.get(found.fact))
    if found.fact == "value" and exercise.observe is None:
        return rows
    return [
        (f"{label} {found.fact}" if label in ("expected", "yours") else label, text) for label, text in rows
    ]


def _exception_rows(wanted: Observation, seen: Observation) -> list[tuple[str, str]]:
    if seen.raised is None:
        return [("expected", wanted.raised.kind), ("yours", literal(seen.facts.get("value")))]
    if seen.raised.is_a("InputNotAllowed"):
        return []
    text = short(masked(" ".join(seen.raised.text.split())), 300)
    text = f"{seen.raised.kind}: {text}".rstrip(": ")
    return (
        [("raised", text)] if wanted.raised is None else [("expected", wanted.raised.kind), ("yours", text)]
    )


def _printed(got: list[Observation]) -> list[tuple]:
    """What the student's code printed on the first input where it printed anything, to be shown folded."""
    for seen in got:
        if seen.printed.strip():
            more = f"\n… {count(seen.lines_dropped, 'more line')}" if seen.lines_dropped else ""
            return [("fold", "Your code printed", masked(seen.printed.rstrip("\n")) + more)]
    return []
