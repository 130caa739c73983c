"""What a lecture's name is bound to after a check, where it is not simply the student's function.

A `BoundReference` where the answer is not right yet; the student's function `adapted` where its result is right but of
another kind than the reference's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .definition import Exercise


class BoundReference:
    """The course's reference, bound to a name whose exercise is not right yet.

    `.yours` is the student's function, None where Python never came to it.
    """

    def __init__(self, exercise: Exercise, yours: Callable | None):
        functools.update_wrapper(self, exercise.reference)
        self.yours = yours
        self.__doc__ = f"This is {self._whose()}.\n\n{exercise.reference.__doc__ or ''}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{self.__name__}: {self._whose()}>"

    def _whose(self) -> str:
        own = "" if self.yours is None else f"; yours is {self.__name__}.yours"
        return f"the course's reference, not your own code{own}"

    def __reduce__(self):
        return self.__name__


def adapted(function: Callable, change: Callable[[Any], Any]) -> Callable:
    """`function` with its result changed; `.yours` is the function itself."""

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        return change(function(*args, **kwargs))

    answer.yours = function
    return answer
