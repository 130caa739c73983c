"""A lecture's text: its cells, the lines they stand on, and the rules a text must keep before it is run.

Reading needs jupytext; the rules are plain functions, used by the builder and by the tests alike.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from nlm_utils.exercises.stubs import exercise_functions, stub_source

MAX_CODE_LINES = 20
MAX_BYTES = 1_000_000
WORDS_PER_MINUTE = 200
MINUTES_PER_EXERCISE = 10
HEADER_FIELDS = ("**You will be able to**", "**You need first**", "**Minutes**")
HEADER_TABLE = "| symbol | in the code | shape |"
FORBIDDEN_TAGS = {"nbval-skip", "raises-exception", "nbval-raises-exception"}
FORBIDDEN_COMMENT = re.compile(r"^\s*#\s*NBVAL_\w+", re.M)
MYST = re.compile(r"^[ \t]*(```+\{|:::+\{?)|(?<!`)\{[a-z:-]+\}`", re.M)


class BuildError(Exception):
    """Something an author has to mend; the message names the file and the line."""


@dataclass
class Cell:
    """One cell of a lecture: `line` is where it starts in the text, counted from 1."""

    kind: str  # "markdown" or "code"
    source: str
    line: int
    tags: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()

    @property
    def stub(self) -> str:
        return stub_source(self.source) if self.exercises else self.source


@dataclass
class Text:
    """A lecture's text as read: `name` is the file name without its suffix."""

    path: Path
    text: str
    cells: list[Cell] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def exercises(self) -> list[str]:
        return [name for cell in self.cells for name in cell.exercises]

    @property
    def words(self) -> int:
        return sum(count_words(cell.source) for cell in self.cells if cell.kind == "markdown")

    @property
    def minutes(self) -> int:
        """What the header must say: words / 200 plus 10 per exercise, rounded."""
        exact = self.words / WORDS_PER_MINUTE + MINUTES_PER_EXERCISE * len(self.exercises)
        return int(exact + 0.5)


def read_text(path: Path) -> Text:
    """Reads a lecture's text. Raises BuildError when it is not the Markdown that a notebook can be made of."""
    from jupytext.myst import myst_to_notebook

    content = path.read_text(encoding="utf-8")
    try:
        notebook = myst_to_notebook(content, add_source_map=True)
    except Exception as error:
        raise BuildError(f"{path}: jupytext cannot read this text: {error}") from error
    lines = content.splitlines()
    cells = []
    for cell, near in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        line = _first_line(lines, cell.source.splitlines(), max(near - 1, 0))
        exercises = exercise_functions(cell.source) if cell.cell_type == "code" else []
        tags = tuple(cell.metadata.get("tags", ()))
        cells.append(Cell(cell.cell_type, cell.source, line, tags, tuple(node.name for node in exercises)))
    return Text(path, content, cells)


def _first_line(lines: list[str], source: list[str], near: int) -> int:
    """jupytext says roughly where a cell starts: the line, from 1, where its source really does."""
    for start in range(near, len(lines)):
        if lines[start : start + len(source)] == source:
            return start + 1
    return near + 1


def cell_ids(sources: list[tuple[str, str]]) -> list[str]:
    """An id for each (kind, source): from the content, and from the occurrence where two cells are equal."""
    seen: dict[tuple[str, str], int] = {}
    ids = []
    for key in sources:
        seen[key] = seen.get(key, 0) + 1
        text = "\0".join((*key, str(seen[key])))
        ids.append(hashlib.sha256(text.encode()).hexdigest()[:12])
    return ids


def count_words(markdown: str) -> int:
    """Words a reader reads: tags and link targets do not count, a formula counts as its parts between spaces."""
    prose = re.sub(r"<[^>]*>|\]\([^)]*\)|https?://\S+", " ", markdown)
    return sum(1 for word in prose.split() if re.search(r"[^\W_]", word))


def text_problems(text: Text) -> list[tuple[int, str]]:
    """(line, what is wrong) for each rule that the text breaks, in the order of the text."""
    problems = header_problems(text)
    for cell in text.cells:
        for line, message in _markdown_problems(cell) if cell.kind == "markdown" else _code_problems(cell):
            problems.append((line, message))
    return problems


def header_problems(text: Text) -> list[tuple[int, str]]:
    """What the header card, the first cell, lacks; among it the right number of minutes."""
    header = text.cells[0] if text.cells else Cell("code", "", 1)
    if header.kind != "markdown":
        return [(header.line, "the first cell must be the header card, in Markdown")]
    problems = []
    number = text.name.split("_")[0]
    if not re.match(rf"# {re.escape(number)} · \S", header.source):
        problems.append((header.line, f"the header card must begin with '# {number} · ' and the title"))
    for wanted in (*HEADER_FIELDS, HEADER_TABLE):
        if wanted not in header.source:
            problems.append((header.line, f"the header card lacks {wanted!r}"))
    said = re.search(r"\*\*Minutes\*\* *(\S*)", header.source)
    if said and said[1] != str(text.minutes):
        line = header.line + header.source[: said.start()].count("\n")
        problems.append(
            (
                line,
                f"the header says {said[1] or 'no number of'} minutes, {text.words} words / {WORDS_PER_MINUTE} + "
                f"{MINUTES_PER_EXERCISE} × {len(text.exercises)} exercises make {text.minutes}: "
                f"write **Minutes** {text.minutes}",
            )
        )
    return problems


def _markdown_problems(cell: Cell):
    prose = re.sub(r"(?ms)^```.*?^```|`[^`\n]*`", lambda code: re.sub(r"[^\n]", " ", code[0]), cell.source)
    for image in re.finditer(r"!\[\s*\]\(", prose):
        yield _line(cell, image.start()), "an image without alt text: ![what it shows](file)"
    for image in re.finditer(r"<img\b[^>]*>", prose, re.I):
        if not re.search(r"""\balt\s*=\s*(?:"[^"]*\w[^"]*"|'[^']*\w[^']*')""", image[0]):
            yield _line(cell, image.start()), 'an image without alt text: <img … alt="what it shows">'
    if directive := MYST.search(cell.source):
        yield (
            _line(cell, directive.start()),
            "a MyST role or directive, which a notebook shows raw: write CommonMark",
        )
    if len(cell.source.encode()) > MAX_BYTES:
        yield cell.line, f"a Markdown cell over {MAX_BYTES} bytes"


def _code_problems(cell: Cell):
    if not cell.source.strip():
        yield cell.line, "an empty code cell"
    length = len(cell.source.splitlines())
    if length > MAX_CODE_LINES and not cell.exercises:
        yield (
            cell.line,
            f"a code cell of {length} lines, {MAX_CODE_LINES} at most: split it, or move it to nlm_utils",
        )
    if forbidden := FORBIDDEN_TAGS & set(cell.tags):
        yield cell.line, f"the tag {min(forbidden)} is not allowed: every cell runs and is compared"
    if forbidden := FORBIDDEN_COMMENT.search(cell.source):
        yield _line(cell, forbidden.start()), f"{forbidden[0].strip()!r}: use a tag, and never skip a cell"


def _line(cell: Cell, offset: int) -> int:
    return cell.line + cell.source[:offset].count("\n")
