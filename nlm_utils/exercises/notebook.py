"""What a student types in a lecture: `@exercise`, `hint`, `solution`, `stub` and `progress`.

Nothing heavy is imported before the first exercise is checked.
"""

from __future__ import annotations

import contextlib
import difflib
import linecache
import os
import re
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .. import syllabus
from . import state
from .bound import BoundReference, adapted

if TYPE_CHECKING:
    from .card import Card
    from .definition import Exercise


class UnknownExercise(LookupError):
    """A name that no exercise has; the message says which ones are near."""


def names(lecture: str | None = None) -> list[str]:
    """The names of all exercises in course order, or of one lecture's."""
    if lecture is not None:
        return list(syllabus.EXERCISES[lecture])
    return [name for lecture in syllabus.LECTURES for name in syllabus.EXERCISES.get(lecture, ())]


def get(name: str) -> Exercise:
    """The exercise of this name. Raises UnknownExercise, which suggests names that are near."""
    for lecture, exercises in syllabus.EXERCISES.items():
        if name in exercises:
            with state.course():  # inputs are made here: with the default dtype, on the processor
                return import_module(f"{__package__}.bank.lecture_{lecture[:2]}.{name}").exercise
    near = difflib.get_close_matches(str(name), names(), n=3, cutoff=0.5)
    suggestion = f"did you mean {' or '.join(near)}?" if near else "names() lists them all."
    raise UnknownExercise(f"there is no exercise {name!r}: {suggestion}")


def meant(name: str | None, docstring: str | None, space: dict) -> str | None:
    """The exercise that a name stands for: itself, else one of the same docstring, else one of nearly the same name.

    space  the student's names; in the lecture that they, or the notebook's name, show to be open, less likeness will do
    Returns None where there is no such exercise.
    """
    if name in names():
        return name
    here = names(lecture) if (lecture := _open_lecture(space)) else []
    for known in here if _first_line(docstring) else ():
        if _first_line(docstring) == _first_line(get(known).reference.__doc__):
            return known
    for among, cutoff in ((here, 0.6), (names(), 0.75)):
        if near := difflib.get_close_matches(name or "", among, 1, cutoff):
            return near[0]
    return None


def _first_line(docstring: str | None) -> str:
    return (docstring or "").strip().split("\n")[0].strip("\"' ")


def _open_lecture(space: dict) -> str | None:
    """The lecture that this notebook is, by its name (JupyterLab tells it) or by what is bound; None if unknown."""
    file = os.path.basename(os.environ.get("JPY_SESSION_NAME", ""))
    bound = [
        lecture
        for lecture, exercises in syllabus.EXERCISES.items()
        for name in exercises
        if hasattr(space.get(name), "yours")
    ]
    return next(filter(file.startswith, syllabus.LECTURES), max(bound, key=bound.count, default=None))


class Interrupted(KeyboardInterrupt):
    """A check was interrupted. It ends the cell, and IPython says so in one line: the card has said the rest."""

    def _render_traceback_(self) -> list[str]:
        return [f"KeyboardInterrupt: {self}"]


def exercise(function: Callable | str | None = None, *, name: str | None = None) -> Any:
    """Decorator: checks the function below at once, shows the card, and binds what the lecture goes on with.

    That is the student's own function when it is right, else a BoundReference. `@exercise`, `@exercise()` and
    `@exercise("name")` all work. A name that is no exercise is bound unchecked, and the card says which exercise was
    meant; that is bound to its reference. An interrupt binds the name to the reference and ends the cell, as whoever
    interrupts wants it: raises Interrupted.
    """
    if function is None or isinstance(function, str):
        return partial(exercise, name=function or name)
    from .card import show
    from .stubs import own_line

    if isinstance(function, BoundReference):
        function = function.yours
    if not callable(function):
        raise TypeError(
            f"@exercise: expected a function below it, got {type(function).__name__}; write `def name(...):`"
        )
    name = name or getattr(function, "__name__", None)
    if name == "<lambda>":
        name = _assigned(sys._getframe(1)) or name
    try:
        found = get(name)
    except UnknownExercise:
        return _under_another_name(function, name)
    from . import record

    try:
        feedback = found.check(function)
    except KeyboardInterrupt as error:
        _names_of(function)[found.name] = BoundReference(found, function)
        record.note(found.name, "raised")
        show(_interrupted(found.name, own_line(function, error)))
        raise Interrupted(f"the check of {found.name} was interrupted") from None
    record.note(found.name, feedback.outcome)
    show(_with_next_step(feedback, found.name))
    if feedback.outcome != "right":
        return BoundReference(found, function)
    if feedback.adapter is not None:
        return adapted(function, feedback.adapter)
    with contextlib.suppress(AttributeError):
        function.yours = function
    return function


def _under_another_name(function: Callable, name: str | None) -> Callable:
    """What is bound to a name that is no exercise; that of the exercise that was meant gets its reference, if free.

    A function that bears the meant exercise's own name (`@exercise("softmx")` above `def softmax`) gives way to it.
    """
    from . import record, stubs
    from .card import Card, show

    space = _names_of(function)
    near = meant(name, getattr(function, "__doc__", None), space)
    if near is None:
        text = (
            f"There is no exercise {name}, and none with a name like it. `@exercise` stands above a `def` with the "
            "exercise's name, as the untouched cell has it. Your function is bound, unchecked."
        )
        if name == "<lambda>":
            text = (
                "A lambda has no name of its own: write a `def` with the exercise's name below `@exercise`."
            )
        show(Card("?", f"{name}: not checked", [("text", text)]))
        return function
    if stubs.attempt(function) not in ("untouched", "empty"):
        record.note(near, "raised")
    reference = BoundReference(get(near), function)
    own_name = getattr(function, "__name__", None) == near
    free = own_name or not callable(space.get(near)) or isinstance(space[near], BoundReference)
    text = f"There is no exercise {name}: did you mean {near}? Name it `{near}` and run the cell again. "
    if free:
        space[near] = reference
        text += f"The lecture goes on with the reference of {near}; `{near}.yours` is your function."
    else:
        text += f"`{near}` stays what it was."
    show(Card("?", f"{name}: not checked", [("text", text)]))
    return reference if own_name else function


def _names_of(function: Callable) -> dict:
    """The names among which a function was written: the notebook's."""
    own = getattr(sys.modules.get(getattr(function, "__module__", None) or ""), "__dict__", {})
    return getattr(function, "__globals__", own)


def _assigned(frame) -> str | None:
    """`softmax` where the line that runs is `softmax = exercise(lambda t: ...)`."""
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
    assigned = re.match(r"\s*(\w+)\s*=\s*exercise\b", line)
    return assigned[1] if assigned else None


def _interrupted(name: str, line: str) -> Card:
    from .card import Card

    text = (
        "You interrupted the check, so it is not known whether your answer is right. Run the cell again to check it. "
        f"The lecture goes on with the reference; `{name}.yours` is your function."
    )
    where = [("text", "It was here:"), ("code", line)] if line else []
    return Card("✗", f"{name}: interrupted", [("text", text), *where])


def _with_next_step(feedback, name: str) -> Card:
    """The card of a check with what happens next and where help is."""
    from .card import Card

    card = feedback.card
    if feedback.outcome == "right":
        return card
    if feedback.outcome == "not_attempted":
        text = "The lecture goes on with the reference."
        if not card.blocks:
            return Card(card.symbol, f"{card.head}; the lecture goes on with the reference", [])
    else:
        text = (
            f'`hint("{name}")` gives a hint. The lecture goes on with the reference; `{name}.yours` '
            "is your function."
        )
    blocks = list(card.blocks)
    folded = [blocks.pop()] if blocks and blocks[-1][0] == "fold" else []
    return Card(card.symbol, card.head, [*blocks, ("text", text), *folded])


_hints_given: dict[str, int] = {}


def hint(name: str | Callable) -> Card:
    """The next hint of an exercise; after the last one it says where the solution is."""
    from .card import Card

    found = _find(name)
    if isinstance(found, Card):
        return found
    total = len(found.hints)
    given = _hints_given.get(found.name, 0)
    if given >= total:
        _hints_given[found.name] = 0
        text = (
            f'Those were all the hints. `solution("{found.name}")` shows the solution; '
            f'`hint("{found.name}")` starts again.'
        )
        return Card("?", f"{found.name}: no more hints", [("text", text)])
    _hints_given[found.name] = given + 1
    return Card("?", f"{found.name}: hint {given + 1} of {total}", [("text", found.hints[given])])


def solution(name: str | Callable) -> Card:
    """The reference of an exercise with its explanation."""
    from .card import Card
    from .stubs import cell_source

    found = _find(name)
    if isinstance(found, Card):
        return found
    return Card(
        "?",
        f"{found.name}: a solution",
        [("code", cell_source(found.reference)), ("text", found.explanation)],
    )


class Source(str):
    """Python text that a notebook shows line by line when it is the last value of a cell."""

    def __repr__(self) -> str:
        return str(self)


def stub(name: str | Callable) -> Source | Card:
    """The untouched cell of an exercise, to start again from."""
    from .card import Card
    from .stubs import cell_source, stub_source

    found = _find(name)
    return found if isinstance(found, Card) else Source(stub_source(cell_source(found.reference)))


def exercise_cell(name: str) -> str:
    """The solved cell of an exercise: `@exercise` and the reference's source. Raises UnknownExercise."""
    from .stubs import cell_source

    return cell_source(get(name).reference)


def _find(name: str | Callable) -> Exercise | Card:
    """The exercise, or the card that says which names are near. A function may stand for its name."""
    from .card import Card

    name = getattr(name, "__name__", name)
    try:
        return get(name)
    except UnknownExercise as error:
        return Card("?", f"{name}: no such exercise", [("text", f"{str(error)[:1].upper()}{str(error)[1:]}")])


def progress(lecture: str | None = None) -> Card:
    """The map of the lectures with what is done: ✓ right, ✗ tried, ○ not yet. With a lecture's name, only that one."""
    from . import record
    from .card import Card

    if lecture is not None and lecture not in syllabus.LECTURES:
        match = [key for key in syllabus.LECTURES if key.startswith(str(lecture)[:2])]
        near = match or difflib.get_close_matches(str(lecture), syllabus.LECTURES, n=1, cutoff=0.3)
        text = f"Did you mean {near[0]}?" if near else f"The lectures are: {', '.join(syllabus.LECTURES)}."
        return Card("?", f"{lecture}: no such lecture", [("text", text)])
    done = record.outcomes()
    shown = [lecture] if lecture is not None else list(syllabus.LECTURES)
    rows, right, total = [], 0, 0
    for key in shown:
        exercises = syllabus.EXERCISES.get(key, ())
        count = sum(done.get(name) == "right" for name in exercises)
        marks = "  ".join(f"{_MARKS.get(done.get(name), '○')} {name}" for name in exercises)
        rows.append((f"{key[:2]}  {count}/{len(exercises)}", marks or "no exercises"))
        right, total = right + count, total + len(exercises)
    title = syllabus.LECTURES[lecture] if lecture is not None else "The course"
    symbol = "✓" if total and right == total else "○"
    return Card(symbol, f"{title}: {right} of {total} exercises right", [("rows", rows)])


_MARKS = {"right": "✓", "tried": "✗"}
