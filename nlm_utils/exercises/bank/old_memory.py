"""Inputs after which memory that nobody writes is known: `np.empty`, and `np.log(p, where=p > 0)` without `out=`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def on_old_memory(old: float, *arguments: Sequence) -> Callable[[], list[Any]]:
    """What makes the arguments, so that memory which is taken next, and not written, holds the number `old`.

    Lists become arrays, tuples stay shapes and numbers numbers; memory of all these sizes is meant. NumPy keeps its
    last seven small blocks of each size.
    """

    arguments = [argument if isinstance(argument, (tuple, int)) else np.array(argument) for argument in arguments]
    shapes = [getattr(argument, "shape", argument) for argument in arguments if not isinstance(argument, int)]
    filled = 7 * [np.full(shape, old) for shape in shapes]

    def make() -> list[Any]:
        made = [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in arguments]
        blocks = [block.copy() for block in filled]
        del blocks
        return made

    return make
