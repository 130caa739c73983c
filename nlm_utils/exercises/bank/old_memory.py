"""Inputs after which memory that nobody writes is known: `np.empty`, and `np.log(p, where=p > 0)` without `out=`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def on_old_memory(old: float, *arguments: Sequence) -> Callable[[], list[Any]]:
    """What makes the arguments, so that memory which is taken next, and not written, holds the number `old`.

    Lists become arrays, tuples stay shapes; memory of all these sizes is meant. NumPy keeps its last seven small blocks
    of each size.
    """

    def make() -> list[Any]:
        made = [argument if isinstance(argument, tuple) else np.array(argument) for argument in arguments]
        blocks = [np.full(getattr(argument, "shape", argument), old) for argument in 7 * made]
        del blocks
        return made

    return make
