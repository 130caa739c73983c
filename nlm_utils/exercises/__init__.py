"""Exercises that answer at once: `from nlm_utils.exercises import exercise, hint, solution, progress`.

Each exercise has a file of its own in bank/; engine.py checks, card.py shows, record.py remembers.
Importing this package brings in neither NumPy nor torch; inside IPython it sets the hooks of cells.py.
"""

from . import cells, state
from .notebook import (
    BoundReference,
    UnknownExercise,
    exercise,
    exercise_cell,
    get,
    hint,
    names,
    progress,
    solution,
    stub,
)
from .stubs import stub_source

state.see()  # before a notebook may have replaced something
cells.install()

__all__ = [
    "BoundReference",
    "UnknownExercise",
    "exercise",
    "exercise_cell",
    "get",
    "hint",
    "names",
    "progress",
    "solution",
    "stub",
    "stub_source",
]
