"""Dictionaries by their keys and counts, lists and tuples by their entries, arrays by their shapes.

A row of a table is (id, test, sentence); the first whose test holds on nearly all failing inputs speaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..compare import difference
from ..value_text import count, kind_of
from .situation import Named, Situation
from .values import ONE_AT_THE_END, ONE_IN_FRONT

Test = Callable[[Any, Any], bool]
SEQUENCE = (list, tuple)


def mappings(situation: Situation) -> Named | None:
    """Dictionaries: their keys first."""
    return _first(MAPPINGS, situation, Mapping)


def sequences(situation: Situation) -> Named | None:
    """One value of several or several for one; then lists and tuples against each other."""
    return (
        _first(SEVERAL, situation, object)
        or _first(SEQUENCES, situation, SEQUENCE)
        or _first(LENGTH, situation, object)
    )


def _first(rows: list[tuple[str, Test, str]], situation: Situation, kind: Any) -> Named | None:
    """The first row whose test holds for nearly all failing inputs, and for two at least; both values are of `kind`."""
    pairs = [pair for pair in situation.values if isinstance(pair[1], kind) and isinstance(pair[2], kind)]
    for id, test, sentence in rows:
        hits = {place for place, expected, got in pairs if _holds(test, expected, got)}
        if len(hits) >= 2 and situation.supported(list(hits)):
            return id, sentence
    return None


def _holds(test: Test, expected: Any, got: Any) -> bool:
    try:
        return bool(test(expected, got))
    except Exception:  # values of which the test did not think
        return False


def _equal(one: Any, other: Any) -> bool:
    return difference(one, other, 1e-4, 1e-6) is None


def _counts(*mappings: Mapping) -> bool:
    return all(isinstance(value, int | np.integer) for mapping in mappings for value in mapping.values())


MAPPINGS: list[tuple[str, Test, str]] = [
    (
        "generic-keys-joined",
        lambda e, g: any(isinstance(key, tuple) for key in e) and any(isinstance(key, str) for key in g),
        "Your keys are strings where tuples are expected: a joined string no longer says where one word ends and the "
        "next begins.",
    ),
    (
        "generic-counts-once",
        lambda e, g: e.keys() == g.keys() and all(value == 1 for value in g.values()),
        "Every count is 1: each key is set, but not counted up when it comes again.",
    ),
    (
        "generic-too-few",
        lambda e, g: g and _counts(e, g) and set(g) <= set(e) and all(g.get(key, 0) <= e[key] for key in e),
        "You count too little: a loop or a slice leaves something out, or a condition is too strict.",
    ),
    (
        "generic-too-many",
        lambda e, g: g and _counts(e, g) and e.keys() == g.keys() and all(g[key] >= e[key] for key in e),
        "You count too much: something is counted that should not be, or counted more than once.",
    ),
    (
        "generic-keys-missing",
        lambda e, g: set(g) < set(e),
        "Some keys are missing: a range or a slice may end too early, or a condition leaves too much out.",
    ),
    (
        "generic-keys-extra",
        lambda e, g: set(g) > set(e),
        "There are keys that should not be there: a range may go too far, or shorter pieces are counted too.",
    ),
    (
        "generic-keys",
        lambda e, g: set(g) != set(e),
        "Your keys are other ones than expected: compare one of yours with one of the expected.",
    ),
]

SEVERAL: list[tuple[str, Test, str]] = [
    (
        "generic-swapped",
        lambda e, g: isinstance(e, SEQUENCE) and len(e) == len(g) == 2 and _equal(type(e)(reversed(e)), g),
        "The two results are right but in the wrong order: the first is where the second belongs.",
    ),
    (
        "generic-one-of-several",
        lambda e, g: isinstance(e, tuple) and len(e) > 1 and any(_equal(part, g) for part in e),
        "You return one of the values; the docstring asks for several, as in `return first, second`.",
    ),
    (
        "generic-too-many-values",
        lambda e, g: isinstance(g, tuple) and len(g) > 1 and any(_equal(e, part) for part in g),
        "One of the values that you return is the expected one; return it alone.",
    ),
    (
        "generic-trailing-comma",
        lambda e, g: isinstance(g, SEQUENCE) and len(g) == 1 and _equal(e, g[0]),
        "Your value is packed into a tuple or list of one entry: a comma after `return value` does that, or a pair of "
        "brackets too many.",
    ),
]

SEQUENCES: list[tuple[str, Test, str]] = [
    (
        "generic-reversed",
        lambda e, g: len(e) > 1 and _equal(list(reversed(e)), list(g)),
        "Your entries are right but in reversed order.",
    ),
    (
        "generic-last-missing",
        lambda e, g: len(g) == len(e) - 1 and _equal(list(e)[:-1], list(g)),
        "The last entry is missing: a range or a slice ends one step too early, or what is left at the end is dropped.",
    ),
    (
        "generic-first-missing",
        lambda e, g: len(g) == len(e) - 1 and _equal(list(e)[1:], list(g)),
        "The first entry is missing: a range or a slice begins one step too late.",
    ),
    (
        "generic-one-too-many",
        lambda e, g: len(g) == len(e) + 1 and _equal(list(e), list(g)[:-1]),
        ONE_AT_THE_END,
    ),
    (
        "generic-one-too-many",
        lambda e, g: len(g) == len(e) + 1 and _equal(list(e), list(g)[1:]),
        ONE_IN_FRONT,
    ),
    (
        "generic-order",
        lambda e, g: len(e) > 1 and Counter(map(repr, e)) == Counter(map(repr, g)),
        "Your entries are the right ones, in another order.",
    ),
]

LENGTH: list[tuple[str, Test, str]] = [
    (
        "generic-length",
        lambda e, g: isinstance(e, SEQUENCE) and hasattr(g, "__len__") and len(e) != len(g),
        "Your result has another number of entries than expected.",
    ),
]

# --- shapes --------------------------------------------------------------------------------------------------------


def shape(situation: Situation) -> Named | None:
    """Another kind, length or shape, said in words: which axis is too many, too few or of another length."""
    if situation.of_facts:
        return None
    pair = next(iter(situation.pairs), None)
    if pair is None or pair.same_shape or pair.place != situation.failing[0]:
        return _kind_or_length(situation)
    e, g = pair.e, pair.g
    what = f"Part {pair.part} of your result" if pair.part else "Your result"
    yours = f"has {count(g.ndim, 'axis', 'axes')}" if g.ndim else "is one number"
    if g.ndim < e.ndim:
        gone = [length for length in e.shape if length not in g.shape]
        axis = f" (the one of length {gone[0]} is gone)" if len(gone) == 1 else ""
        axes = count(e.ndim, "axis", "axes")
        wanted = (
            f"{e.ndim} {'is' if e.ndim == 1 else 'are'} expected"
            if g.ndim
            else f"an array of {axes} is expected"
        )
        return "generic-axis-missing", (
            f"{what} {yours} where {wanted}{axis}: is something summed, averaged or indexed away that must stay?"
        )
    if g.ndim > e.ndim:
        wanted = "one number is" if e.ndim == 0 else "1 is" if e.ndim == 1 else f"{e.ndim} are"
        return "generic-axis-too-many", (
            f"{what} {yours} where {wanted} expected: is a sum or an index over one axis missing?"
        )
    if sorted(e.shape) == sorted(g.shape):
        return "generic-axis-order", (
            f"{what} has the axes {g.shape} where {e.shape} is expected, the same lengths in another order: is there a "
            "transpose too many or too few? (`.T` turns all axes round, `.mT` and `swapaxes(-1, -2)` the last two.)"
        )
    axis = next(axis for axis in range(e.ndim) if e.shape[axis] != g.shape[axis])
    return "generic-axis-length", (
        f"Axis {axis} of {what[:1].lower()}{what[1:]} has length {g.shape[axis]} where {e.shape[axis]} is expected: "
        "what does this axis count, and which input has that length?"
    )


def _pieces(situation: Situation) -> Named | None:
    """A tuple or list of arrays where one array is expected."""
    if not situation.values or situation.found.kind not in ("shape", "type"):
        return None
    _, expected, got = situation.values[0]
    if not hasattr(expected, "shape") or not isinstance(got, (list, tuple)):
        return None
    if not any(getattr(entry, "shape", ()) for entry in got):
        return None
    cutter = situation.uses("chunk", "split", "unbind")
    made = f" (`{cutter}` cuts into several)" if cutter else ""
    return "generic-type", (
        f"You return {kind_of(got)} where {kind_of(expected)} is expected{made}: which of them is asked for, or how "
        "are they joined into one, by `stack`, `cat` or a reshape?"
    )


def _kind_or_length(situation: Situation) -> Named | None:
    found = situation.found
    if found.kind == "shape" and found.where:
        return "generic-shape", (
            f"In your result, {found.where} is {kind_of(found.got)} where {kind_of(found.expected)} is expected."
        )
    pieces = _pieces(situation)
    if pieces is not None:
        return pieces
    if found.kind == "dtype" and "float" in found.note.split(" where ")[0] and " where float" in found.note:
        return "generic-precision", (
            f"Your result is {found.note}: it keeps the dtype of the input. Arrays made without a dtype have the "
            "library's own (torch: float32); `x.new_zeros(…)`, `np.zeros_like(x)` and `dtype=x.dtype` keep the input's."
        )
    if found.kind == "dtype" and found.note:
        return "generic-dtype", (
            f"Another kind of number: {found.note}. Where does it come from, a division, a comparison, an `int(…)`?"
        )
    if found.kind == "type" and found.where:
        yours, wanted = kind_of(found.got), kind_of(found.expected)
        return "generic-type", f"In your result, {found.where} is {yours} where {wanted} is expected."
    if found.kind == "type" and situation.values:
        _, expected, got = situation.values[0]
        return "generic-type", f"You return {kind_of(got)} where {kind_of(expected)} is expected."
    if found.kind == "length":
        entries, wanted = count(len(found.got), "entry", "entries"), len(found.expected)
        return "generic-length", (
            f"Your result{f', at {found.where},' if found.where else ''} has {entries} where {wanted} "
            f"{'is' if wanted == 1 else 'are'} expected."
        )
    return None
