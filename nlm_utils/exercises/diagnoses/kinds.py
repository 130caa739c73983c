"""What is no answer at all, whatever is in it: None, a generator, a function, text for numbers, a set for a list.

Only what came back on the simplest failing input is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..compare import is_number, is_tensor
from ..plain import Thing
from ..value_text import kind_of, literal
from .situation import Named, Situation

IN_PLACE = {
    "at": "np.add.at",
    "append": "list.append",
    "extend": "list.extend",
    "sort": "list.sort",
    "reverse": "list.reverse",
    "insert": "list.insert",
    "update": "dict.update",
    "shuffle": "shuffle",
    "put": "np.put",
    "put_along_axis": "np.put_along_axis",
    "fill": "array.fill",
    "copyto": "np.copyto",
    "fill_diagonal": "np.fill_diagonal",
    "backward": "loss.backward",
}


def no_answer(situation: Situation) -> Named | None:
    """The kind of what came back on the simplest failing input, where that is the mistake."""
    if not situation.values:
        return None
    _, expected, got = situation.values[0]
    if got is None and expected is not None:
        return _none(situation)
    if situation.of_facts:
        return None
    if _is(got, "coroutine"):
        return (
            "generic-async",
            "Your function gives a coroutine; a plain `def` without `async` computes the value itself.",
        )
    if situation.is_about("gradients") and is_tensor(expected) and isinstance(got, (np.ndarray, list, float)):
        return "generic-array-for-tensor", (
            "The values are right, but gradients cannot flow through NumPy arrays, lists and Python numbers: return a "
            "tensor that is computed from the tensors that came in."
        )
    return _no_value(got) or _function(got) or _another_kind(expected, got)


def _none(situation: Situation) -> Named:
    if situation.shown.printed.strip():
        return "generic-prints", (
            "Your function prints its result and returns None. Printing shows a value to you; only `return` hands it "
            "to the code that called."
        )
    if all(seen.facts.get(situation.found.fact) is None for seen in situation.got):
        method = situation.uses(*IN_PLACE)
        if method:
            return "generic-none", (
                f"Your function returns None on every input. A call like `{IN_PLACE[method]}` works in place and "
                "returns None itself: it stands on a line of its own, and the last line is `return` with the result."
            )
        return "generic-none", (
            "Your function returns None on every input. A function that ends without a `return` gives None: is the "
            "last line `return` with the result?"
        )
    return "generic-none-sometimes", (
        "On this input your function gives None: either it ends without reaching a `return` (which path through "
        "the `if`s and loops has none?), or what it returns is None, as `d.get(key)` is for a key that is not there."
    )


def _no_value(got: Any) -> Named | None:
    """A promise of entries, or a class."""
    if isinstance(got, np.ndarray) and got.ndim == 0 and got.dtype == object:
        return "generic-generator-in-array", (
            f"Your array holds one object, {kind_of(got.item())}, not its entries: `np.array` of a "
            "generator does not run it. Use square brackets, `np.array([… for …])`, or `list(…)`."
        )
    if _is(got, "generator"):
        return "generic-generator", (
            "Your function gives a generator, which has not computed anything yet: `yield` (or round brackets around "
            "`… for … in …`) makes one. Use `return`, and square brackets or `sum(…)`, `list(…)` around it."
        )
    if _is(got, "iterator"):
        return "generic-iterator", (
            f"Your function gives a {got.kind}, which only promises its entries; `list(…)` around it makes "
            "them."
        )
    if _is(got, "object") and got.kind in ("matrix", "MaskedArray"):
        return "generic-other-array", (
            f"Your function gives a {got.kind}, which computes by rules of its own: of a matrix `*` is the matrix "
            "product and a row keeps two axes, of a masked array numbers are hidden. Use a plain `np.array`."
        )
    if _is(got, "class"):
        return "generic-returns-class", (
            f"Your function returns the class `{got.named}` itself; to make a value of it, call it with round "
            "brackets."
        )
    return None


def _function(got: Any) -> Named | None:
    """A function for its result, an exception that is not raised."""
    if _is(got, "function") and "lambda" in literal(got):
        return "generic-returns-function", (
            "Your function returns a function, a lambda, where a value is expected: return what it would give here."
        )
    if _is(got, "function"):
        return "generic-returns-function", (
            f"Your function returns {literal(got)} instead of its result: calling it needs round brackets, as in "
            "`.sum()`."
        )
    if _is(got, "placeholder"):
        return "generic-placeholder", (
            f"Your function returns {kind_of(got)}; `raise` raises an error, `return` only hands it over."
        )
    return None


def _another_kind(expected: Any, got: Any) -> Named | None:
    """A value, but not of a kind that can stand for the expected one."""
    number = is_number(expected)
    if isinstance(expected, tuple) and isinstance(got, str) and got not in filter(_strings, expected):
        return "generic-string-for-tuple", (
            'You return one string where a tuple is expected: ("a", "b") keeps its parts apart, "a b" does not.'
        )
    if is_tensor(got) and number:
        return "generic-tensor-for-number", (
            "You return a tensor where a plain number is expected: `.item()` takes it out (and lets go of the graph "
            "behind it)."
        )
    if is_tensor(got) and not is_tensor(expected) and not isinstance(expected, (list, tuple, Mapping)):
        return "generic-tensor-for-array", (
            "You return a torch tensor where a NumPy array is expected: what comes next works with NumPy; `.numpy()` "
            "converts."
        )
    if _strings(got) and (number or isinstance(expected, np.ndarray) or is_tensor(expected)):
        return "generic-string-for-number", (
            "You return text where numbers are expected: what looks like a number cannot be computed with."
        )
    if number and isinstance(got, (bool, np.bool_)):
        return "generic-boolean-for-number", (
            "You return True or False where a number is expected: is the result of a comparison returned?"
        )
    if isinstance(got, Mapping) and isinstance(expected, tuple) and len(got) == len(expected):
        return "generic-mapping", (
            f"You return a {type(got).__name__} where {kind_of(expected)} is expected: several results are returned "
            "without names, in the order of the docstring, `return first, second`."
        )
    if isinstance(got, Mapping) and not isinstance(expected, Mapping):
        return "generic-mapping", (
            f"You return a {type(got).__name__} where {kind_of(expected)} is expected: the counts or entries are a "
            "step on the way, not the answer."
        )
    if isinstance(expected, Mapping) and isinstance(got, (list, tuple, set)):
        return "generic-no-mapping", (
            f"You return {kind_of(got)} where a {type(expected).__name__} is expected, which maps each key to its "
            "value."
        )
    if isinstance(got, (set, frozenset)) and not isinstance(expected, (set, frozenset)):
        return "generic-set", (
            "You return a set: it has no order and holds each entry once, however often it occurs."
        )
    return None


def _is(value: Any, sort: str) -> bool:
    return isinstance(value, Thing) and value.sort == sort


def _strings(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "US"
    if isinstance(value, (list, tuple)):
        return bool(value) and all(map(_strings, value))
    return isinstance(value, str)
