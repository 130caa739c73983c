"""Two mistakes in one answer.

exercise.takes(both("relu_no_b2", other_function(build, "GELU", relu=""), argument("b2", zero="")))
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace

from ..definition import Misconception
from .kinds import Id, chosen


def both(id: Id, *families: Callable) -> Callable:
    """Several mistakes in one answer, each a family with one kind; those with a hole (holes.py) come first."""

    def family(exercise) -> list[Misconception]:
        function, sentences = exercise.reference, []
        for one in families:
            (mistake,) = one(replace(exercise, reference=function, misconceptions=[]))
            function = mistake.function
            function.__signature__ = inspect.signature(exercise.reference)
            sentences.append(mistake.sentence)
        return chosen({"both": ("Two things. " + " ".join(sentences), function)}, {"both": id}, lambda f: f)

    return family
