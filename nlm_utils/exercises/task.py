"""What is needed to observe an answer: inputs, and how it is called. Neither reference nor mistakes are in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 2.0  # of CPU time, for all cases of one check
SECONDS_TORCH = 5.0  # from lecture 08 on


@dataclass(frozen=True)
class Case:
    """One input on which a student's function is compared with the reference.

    `make()` returns `(args, kwargs)`, fresh at every call, so that nobody's changes are seen by the next.
    `label` is what the card shows for arguments that do not print well ("a model of 3 words").
    """

    make: Callable[[], tuple[tuple, dict]]
    label: str | None = None


@dataclass(frozen=True)
class Task:
    """One answer's work.

    name        of the function
    parameters  the names of its parameters, as the reference has them
    cases       its inputs, the simplest first
    observer    None, or (function, args, kwargs) -> {what: value}, for functions without a plain value
    seconds     of CPU time for all cases
    home        the module of the reference
    new_result  the result must share no memory with the arguments: "a new array"
    """

    name: str
    parameters: Sequence[str]
    cases: Sequence[Case]
    observer: Callable[[Callable, tuple, dict], dict[str, Any]] | None = None
    seconds: float = SECONDS
    home: str = ""
    new_result: bool = False
