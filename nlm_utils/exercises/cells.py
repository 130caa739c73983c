"""Cells with `@exercise` that do not come as far as their check: the card says why, and the lecture goes on.

Importing the package inside IPython (JupyterLab, Notebook, a terminal) sets hooks. A cell that Python cannot read
is replaced by one that shows the card, as an answer that is not right is shown, so that *Run All* goes on. After a cell
that raised or was interrupted above its `def`, Python's traceback stays and the card follows. In each case the name of
the exercise is bound to the reference. A cell that runs well passes through as it is; outside IPython nothing is set.
"""

from __future__ import annotations

import difflib
import re
import sys
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import syllabus
from .bound import BoundReference
from .notebook import get, meant, names

if TYPE_CHECKING:
    from .definition import Exercise

_AT = re.compile(r"^[ \t]*@[ \t]*(?:\w+\.)*(\w+)", re.MULTILINE)
_NOT_NAMES = {"def", "class", "async", "function", "define", "func", "fun", "fn"}
_before: dict[str, Any] = {}  # exercise -> what it was bound to when the cell began
_raw = ""  # the cell that runs, as it was typed


@dataclass(frozen=True)
class Answer:
    """An answer as far as a cell's text shows it: the line of its `@exercise`, the name that is typed there, if any."""

    line: int
    typed: str | None
    exercise: Exercise

    @property
    def name(self) -> str:
        return self.exercise.name


def install() -> None:
    """Sets the hooks in the IPython shell that runs, if there is one; those of an earlier import make place."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return
    for transformers, ours in (
        (shell.input_transformers_cleanup, _replace_badly_indented),
        (shell.input_transformers_post, _replace_unreadable),
    ):
        transformers[:] = [one for one in transformers if getattr(one, "__module__", None) != __name__]
        transformers.append(ours)
    for event, hook in (("pre_run_cell", _before_cell), ("post_run_cell", _after_cell)):
        for old in list(shell.events.callbacks[event]):
            if getattr(old, "__module__", None) == __name__:
                shell.events.unregister(event, old)
        shell.events.register(event, hook)


def unreadable(source: str, space: dict) -> None:
    """What runs in place of a cell that Python cannot read: shows the card, binds the names in `space`."""
    from . import record, slips
    from .card import Card, show

    error = slips.problem(source)
    line, sentence = slips.words(source, error)
    above = _lines_above(source)
    blocks = [
        ("text", f"Line {line + above}: {sentence}"),
        ("code", _marked(source, line, error, above)),
        ("rows", [("Python says", f"{type(error).__name__}: {error.msg}")]),
    ]
    answers = _answers(source, space)
    next_step = "Mend the line and run the cell again."
    name = "@exercise"
    if answers:
        here = ([answer for answer in answers if answer.line <= line] or answers[:1])[-1]
        name = here.name
        if here.typed != name:
            next_step = f"Mend the line, name the function `{name}`, and run the cell again."
        next_step += (
            f' `hint("{name}")` gives a hint, `stub("{name}")` the untouched cell. {_goes_on(answers, space)}'
        )
        record.note(name, "raised")
    blocks.append(("text", next_step))
    show(Card("✗", f"{name}: Python cannot read this cell", blocks))


def _replace_unreadable(lines: list[str]) -> list[str]:
    """The cell as it came; or, where it has an exercise and cannot be read, one line that shows the card."""
    source = "".join(lines)
    if not _has_exercise(source):
        return lines
    from . import slips

    if slips.problem(source) is None:
        return lines
    return [f"__import__({__name__!r}, fromlist=['unreadable']).unreadable({source!r}, globals())\n"]


def _replace_badly_indented(lines: list[str]) -> list[str]:
    """The same before IPython looks for `%magic`: where lines are indented like no others, it would raise by itself."""
    if _has_exercise("".join(lines)):
        try:
            for _ in tokenize.generate_tokens(iter(lines).__next__):
                pass
        except IndentationError:
            return _replace_unreadable(lines)
        except (SyntaxError, tokenize.TokenError):
            pass
    return lines


def _before_cell(info: Any) -> None:
    global _raw
    _raw = info.raw_cell
    space = _space()
    _before.clear()
    _before.update({name: space.get(name) for name in names()})


def _after_cell(result: Any) -> None:
    error = None if result is None else result.error_in_exec
    if error is not None:
        space = _space()
        answers = [answer for answer in _answers(_raw, space) if not _was_reached(answer, space)]
        if answers:
            _stopped(error, answers, space)
        elif type(error) is NameError and error.name in names() and error.name not in space:
            _never_bound(error, space)
    _before.clear()


def _was_reached(answer: Answer, space: dict) -> bool:
    """True when this cell has bound the answer's name, or the misspelt one that stands there."""
    misspelt = answer.typed != answer.name and answer.typed in space
    return misspelt or space.get(answer.name) is not _before.get(answer.name)


def _stopped(error: BaseException, answers: list[Answer], space: dict) -> None:
    """The card below a traceback: the cell ended before these answers were checked."""
    from .card import Card, show

    line, text = _line_of(error, space)
    where = f"Line {line}" if line else "A line"
    missing = error.name if type(error) is NameError else ""
    name = answers[0].name
    if isinstance(error, KeyboardInterrupt):
        head = "interrupted before it was checked"
        at = f"in line {line}, " if line else ""
        sentence = f"You interrupted the cell {at}before `{name}` was checked. Run it again to go on."
    else:
        head = "the cell ended before it was checked"
        sentence = (
            f"{where} raised {type(error).__name__}, and the cell ended there, before `{name}` was "
            "checked. Mend the line, or delete it, and run the cell again."
        )
    if missing == "exercise":
        sentence = (
            "`exercise` has not been imported. Run the lecture's cell with `from nlm_utils.exercises import exercise` "
            "(if it is gone, write that line into a cell of its own), then this cell again."
        )
    elif missing and _is_exercise(missing):
        sentence = f"There is no `@{missing}`: write `@exercise`, and run the cell again."
    elif missing:
        sentence = (
            f"{where} uses the name `{missing}`, which nothing has: it is misspelt, or a cell above that makes it has "
            f"not run (the lecture's imports?). The cell ended there, before `{name}` was checked."
        )
    blocks = [("text", sentence)]
    if text:
        blocks.append(("code", f"line {line}:  {text}"))
    blocks.append(("text", _goes_on(answers, space)))
    show(Card("✗", f"{name}: {head}", blocks))


def _never_bound(error: NameError, space: dict) -> None:
    """The card below a NameError for an exercise whose cell has not run."""
    from .card import Card, show

    name = error.name
    _bind(get(name), space)
    text = (
        f"`{name}` is an exercise of lecture {syllabus.lecture_of(name)[:2]} whose cell has not run here. From now on "
        "the name stands for the reference: run this cell again."
    )
    show(Card("○", f"{name}: not there yet", [("text", text)]))


def _is_exercise(word: str) -> bool:
    """True for `exercise`, and for what it becomes when it is typed in haste."""
    return bool(difflib.get_close_matches(word.lower(), ["exercise"], 1, cutoff=0.75))


def _has_exercise(source: str) -> bool:
    return any(map(_is_exercise, _AT.findall(source)))


def _answers(source: str, space: dict) -> list[Answer]:
    """The answers in a cell's text, which need not be Python."""
    places = [place for place in _AT.finditer(source) if _is_exercise(place[1])]
    ends = [place.start() for place in places] + [len(source)]
    answers = {}
    for place, end in zip(places, ends[1:], strict=True):
        below = source[place.end() : end]
        typed = _name_below(below)
        name = meant(typed, _docstring_below(below), space)
        if name is not None:
            answers[name] = Answer(source.count("\n", 0, place.start(1)) + 1, typed, get(name))
    return list(answers.values())


def _name_below(text: str) -> str | None:
    """The name that a `def` gives, if need be a broken one; `text` begins after the word `exercise`."""
    if named := re.match(r"\s*\(\s*(?:name\s*=\s*)?['\"](\w+)['\"]", text):
        return named[1]
    for line in text.split("\n")[1:]:
        if line.strip() and not line.strip().startswith(("#", "@")):
            words = re.findall(r"\w+", re.split(r"[(=:\[]", line)[0])
            return "_".join(word for word in words if word.lower() not in _NOT_NAMES) or None
    return None


def _docstring_below(text: str) -> str:
    found = re.search(r"""(?:\"{3}|'{3})(.*)""", text)
    return found[1] if found else ""


def _bind(found: Exercise, space: dict) -> None:
    """Binds the reference; `.yours` is the answer that stood there before, None if there was none."""
    space[found.name] = BoundReference(found, getattr(space.get(found.name), "yours", None))


def _goes_on(answers: list[Answer], space: dict) -> str:
    """Binds the references of these answers, and says so."""
    for answer in answers:
        _bind(answer.exercise, space)
    if len(answers) == 1:
        return "The lecture goes on with the reference."
    *listed, last = [f"`{answer.name}`" for answer in answers]
    return f"The lecture goes on with the references of {', '.join(listed)} and {last}."


def _space() -> dict:
    """The names of the student's notebook."""
    return sys.modules["IPython"].get_ipython().user_ns


def _lines_above(source: str) -> int:
    """How many lines of the cell stand above this text: IPython takes away empty ones, `%%time` what follows it."""
    first = source.strip().split("\n")[0].strip()
    lines = [line.strip() for line in _raw.split("\n")]
    return lines.index(first) if first in lines else 0


def _line_of(error: BaseException, space: dict) -> tuple[int, str]:
    """Where in the cell, outside of any function, this was raised: (line from 1, its text), (0, "") if unknown."""
    import linecache

    entry, place = error.__traceback__, None
    while entry is not None:
        code = entry.tb_frame.f_code
        outside = code.co_name.startswith(("<module>", "<cell line"))  # the second up to IPython 8
        if outside and entry.tb_frame.f_globals is space:
            place = (code.co_filename, entry.tb_lineno)
        entry = entry.tb_next
    if place is None:
        return 0, ""
    first = linecache.getline(place[0], 1)
    return place[1] + _lines_above(first), linecache.getline(*place).rstrip()


def _marked(source: str, line: int, error: SyntaxError, above: int) -> str:
    """The line with its number and a caret below the place where Python stopped, if that is in this line."""
    lines = source.split("\n")
    shown = [line]
    if isinstance(error, TabError):
        shown = [number for number in range(1, line) if lines[number - 1].strip()][-1:] + shown
    rows = []
    for number in shown:
        text = lines[number - 1]
        if isinstance(error, TabError):
            indent = text[: len(text) - len(text.lstrip())]
            text = indent.replace(" ", "·").replace("\t", "→   ") + text.lstrip()
        rows.append(f"line {number + above}:  {text.rstrip()}")
    if error.lineno == line and error.offset and not isinstance(error, IndentationError):
        start = error.offset - 1
        width = (error.end_offset or 0) - error.offset if error.end_lineno == line else 1
        before = f"line {line + above}:  " + lines[line - 1][:start].ljust(start)
        rows.append(re.sub(r"[^\t]", " ", before) + "^" * max(width, 1))
    return "\n".join(rows)
