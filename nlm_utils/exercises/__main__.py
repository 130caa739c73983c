"""For instructors: `python -m nlm_utils.exercises [name ...]` prints exercises with all that students see in pieces.

Each with its hints, its solution, its explanation and the misconceptions that it names; without names, all of them.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator

from .notebook import UnknownExercise, get, names
from .stubs import cell_source


def main(arguments: list[str] | None = None) -> int:
    """Prints the exercises of these names; 2 when a name is unknown."""
    wanted = sys.argv[1:] if arguments is None else arguments
    if wanted and wanted[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    try:
        exercises = [get(name) for name in wanted or names()]
    except UnknownExercise as error:
        print(error, file=sys.stderr)
        return 2
    for found in exercises:
        print("\n".join(_lines(found)))
    return 0


def _lines(found) -> Iterator[str]:
    def fill(text: str, first: str = "  ", rest: str = "  ") -> str:
        return textwrap.fill(text, 110, initial_indent=first, subsequent_indent=rest)

    yield f"{'=' * 110}\n{found.name}   ({found.lecture}, checked on: {found.checks})\n"
    yield textwrap.indent(cell_source(found.reference), "  ") + "\n"
    yield fill(found.explanation) + "\n"
    for place, text in enumerate(found.hints, 1):
        yield fill(text, f"  hint {place}: ", "          ")
    yield (
        f"\n  {len(found.misconceptions)} misconceptions are named, {len(found.right_answers)} "
        "other answers accepted:"
    )
    for mistake in found.misconceptions:
        yield fill(mistake.sentence, f"  - {mistake.id}: ", "      ")
    yield ""


if __name__ == "__main__":
    sys.exit(main())
