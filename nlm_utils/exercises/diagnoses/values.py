"""What holds between your numbers and the expected ones on each failing input by itself: a sign, a transpose, a square.

A row of a table is (id, test, sentence); the first row whose test holds on nearly all failing inputs speaks, if the
numbers that agree do not do so by accident.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np

from ..compare import difference, is_number
from ..value_text import an, count, kind_of
from .numbers import Pair, close, flat, telling
from .situation import Named, Situation

Test = Callable[[Pair], bool]


def plain(situation: Situation) -> Named | None:
    """What can be seen in the numbers themselves, before a constant between them is looked for."""
    return _first(PLAIN, situation)


def less_plain(situation: Situation) -> Named | None:
    """Powers and logarithms, other shapes, rows that are off by something of their own."""
    return _first(LESS_PLAIN, situation)


def _first(rows: list[tuple[str, Test, str]], situation: Situation) -> Named | None:
    parts = {pair.part: [] for pair in situation.pairs}
    for pair in situation.pairs:
        parts[pair.part].append(pair)
    for id, test, sentence in rows:
        fit = {part: [pair for pair in pairs if _holds(test, pair)] for part, pairs in parts.items()}
        fit = {
            part: pairs for part, pairs in fit.items() if situation.supported([pair.place for pair in pairs])
        }
        every = [pair for pairs in fit.values() for pair in pairs]
        if every and _says_something(id, every):
            where = "" if len(fit) == len(parts) > 1 or "" in fit else f"{next(iter(fit))} of your result: "
            note = f": {situation.found.note}" if situation.found.note else ""
            return id, where + sentence.replace("{got}", _noun(every[0].got)).replace("{note}", note)
    return None


def _noun(value: Any) -> str:
    """What came back, without its shape, which differs from input to input and stands on the card."""
    return (
        an(type(value).__name__) if isinstance(value, (list, tuple)) else kind_of(value).partition(" of ")[0]
    )


def _holds(test: Test, pair: Pair) -> bool:
    try:
        return bool(test(pair))
    except Exception:  # shapes of which the test did not think
        return False


def rounded(situation: Situation) -> Named | None:
    """The expected numbers, rounded to so many digits after the point, wherever something differs, be it slightly."""
    situation = replace(situation, failing=list(situation.differences))
    pairs = [pair for pair in situation.pairs if pair.same_shape and pair.e.size]
    if {pair.place for pair in pairs} != set(situation.failing):
        return None
    e, g = (np.concatenate([getattr(pair, side).ravel() for pair in pairs]) for side in "eg")
    apart = e != g
    e, g = e[apart], g[apart]
    if not np.isfinite([e, g]).all():
        return None
    for digits in range(1, 13):
        step = 10.0**-digits
        if np.array_equal(np.round(g, digits), g) and (np.abs(e - g) <= 0.500001 * step).all():
            if len(set(e[np.abs(e - g) > 1e-4 * step].tolist())) >= 2 and len(set(g.tolist())) >= 2:
                return "generic-rounded", (
                    f"Your numbers are the expected ones rounded to {count(digits, 'digit')} after the point: leave "
                    "the `round` out. Whoever prints a number rounds it."
                )
            return None
    return None


def not_finite(situation: Situation) -> Named | None:
    """nan or inf in the result that is shown."""
    pairs = [pair for pair in situation.pairs[:1] if pair.place == situation.failing[0]]
    if not pairs or not np.isfinite(pairs[0].e).all():
        return None
    yours = pairs[0].g
    if np.isnan(yours).any():
        return "generic-nan", (
            "There is a nan (not a number) in your result: it comes from 0/0, inf − inf, 0·inf or the log of a "
            "negative number. Which step meets that on this input?"
        )
    infinite = yours[np.isinf(yours)]
    about_infinities = any(_holds_infinities(seen.facts) for seen in situation.expected)
    if not infinite.size or about_infinities:
        return None
    if str(getattr(pairs[0].expected, "dtype", "")).endswith("bool"):
        return "generic-additive-mask", (
            "Your mask is one to be added (0 and −inf); asked is one of True and False, which says what may be seen."
        )
    if (infinite < 0).all():
        return "generic-overflow", (
            "There is a −inf in your result: the log of 0 gives one, and so does a mask that no softmax has turned "
            "into zeros. Which step gives it on this input?"
        )
    return "generic-overflow", (
        "There is an infinity in your result: `exp` of a large number overflows (from 710 on), and a division by 0 "
        "gives one. What can be subtracted or treated first, so that it cannot happen?"
    )


def _holds_infinities(facts: dict) -> bool:
    numbers = flat(facts.get("value"))
    return numbers is not None and bool(np.isinf(numbers).any())


CURVES = {  # these hold by accident on few numbers, or on 0 and 1
    "generic-squared",
    "generic-root",
    "generic-exponential",
    "generic-logarithm",
    "generic-power-of-two",
    "generic-negative-logarithm",
    "generic-reciprocal",
    "generic-complement",
    "generic-absolute",
    "generic-sign",
    "generic-zeros",
    "generic-missing-sum",
    "generic-missing-mean",
}
CERTAIN = {"generic-dtype", "generic-whole-array"}  # which only repeat what the card shows


def _says_something(id: str, pairs: list[Pair]) -> bool:
    """True when the numbers that agree do not do so by accident."""
    if id in CERTAIN:
        return True
    every = np.concatenate([pair.e.ravel() for pair in pairs])
    every = every[np.isfinite(every)]
    rare = {float(f"{value:.6g}") for value in every.tolist()} - {0.0, 1.0, -1.0}
    if id == "generic-rounded":
        yours = set(np.concatenate([pair.g.ravel() for pair in pairs]).tolist())
        fractions = {value for value in rare if value != round(value)}
        return len(fractions) >= (2 if yours - {0.0, 1.0, -1.0} else 6) and len(yours) >= 2
    if id in CURVES:
        return len(rare) >= 2 and (len(every) >= 3 or id in ("generic-zeros", "generic-sign"))
    return len(rare) >= 2 or (len(every) >= 6 and len(np.unique(every)) > 1)


# --- the same shape ------------------------------------------------------------------------------------------------


def _map(change: Callable[[np.ndarray], np.ndarray]) -> Test:
    """The student's numbers are `change(expected)`, and that says something."""

    def test(pair: Pair) -> bool:
        with np.errstate(all="ignore"):
            changed = np.asarray(change(pair.e), dtype=float)
        return close(changed, pair.g) and not close(pair.e, pair.g)

    return test


def _sign(pair: Pair) -> bool:
    return telling(pair.e) and _map(np.negative)(pair)


def _transposed(pair: Pair) -> bool:
    return pair.e.ndim >= 2 and _map(lambda e: np.swapaxes(e, -1, -2))(pair)


def _other_axes(pair: Pair) -> bool:
    if not 3 <= pair.e.ndim <= 4:
        return False
    orders = permutations(range(pair.e.ndim))
    return any(_map(lambda e, order=order: e.transpose(order))(pair) for order in orders)


def _reversed(pair: Pair) -> bool:
    return _map(lambda e: np.flip(e, 0))(pair) or _map(lambda e: np.flip(e, -1))(pair)


def _shifted(pair: Pair) -> bool:
    """One step later or earlier along the first or the last axis, whatever fills the gap."""
    if not pair.same_shape or pair.e.ndim == 0:
        return False
    for axis in {0, pair.e.ndim - 1}:
        e, g = np.moveaxis(pair.e, axis, 0), np.moveaxis(pair.g, axis, 0)
        if len(e) >= 3 and not close(e, g):
            for one, other in ((e[:-1], g[1:]), (e[1:], g[:-1])):
                if close(one, other) and len(np.unique(one)) > 1:
                    return True
    return False


def _rounded(pair: Pair) -> bool:
    """Fractions thrown away, and not just because all of yours are the same."""
    if not pair.same_shape or not np.isfinite(pair.e).all() or close(pair.e, pair.g):
        return False
    return any(np.array_equal(step(pair.e), pair.g) for step in (np.trunc, np.floor, np.ceil, np.round))


def _not_normalised(pair: Pair) -> bool:
    """The right proportions along the last axis, but a sum other than 1."""
    e, g = pair.e, pair.g
    if not pair.same_shape or e.shape[-1] < 2 or not np.isfinite(g).all() or (e < 0).any():
        return False
    ones, sums = np.ones(e.shape[:-1]), g.sum(-1, keepdims=True)
    if not close(e.sum(-1), ones) or close(sums[..., 0], ones) or (sums == 0).any():
        return False
    return close(g / sums, e)


def _constant_off(pair: Pair) -> bool:
    """Each row of the last axis is off by one constant of its own."""
    if not pair.same_shape or pair.e.shape[-1] < 2 or not np.isfinite([pair.e, pair.g]).all():
        return False
    if np.isin(pair.e, (0, 1)).all():  # a row of a mask is all true or all false: nothing was added
        return False
    gap = pair.g - pair.e
    return not close(pair.e, pair.g) and close(gap, np.broadcast_to(gap[..., :1], gap.shape))


def _row_factor(pair: Pair) -> bool:
    """Each row of the last axis is scaled by a factor of its own."""
    e, g = pair.e, pair.g
    if not pair.same_shape or e.shape[-1] < 3 or not np.isfinite([e, g]).all():
        return False
    scale = (g * e).sum(-1, keepdims=True) / np.maximum((e * e).sum(-1, keepdims=True), 1e-300)
    return telling(g) and not close(e, g) and bool(scale.all()) and close(scale * e, g)


def _sorted(pair: Pair) -> bool:
    e, g = pair.e, pair.g
    if not pair.same_shape or e.shape[-1] < 3 or close(e, g):
        return False
    return close(np.sort(e), g) or close(np.sort(e)[..., ::-1], g)


def _reordered(pair: Pair) -> bool:
    e, g = pair.e.ravel(), pair.g.ravel()
    return pair.same_shape and len(np.unique(e)) >= 3 and not close(e, g) and close(np.sort(e), np.sort(g))


def _kind_of_number(pair: Pair) -> bool:
    return close(pair.e, pair.g) and difference(pair.expected, pair.got, 1e-3, 1e-5) is not None


def _all_zero(pair: Pair) -> bool:
    return pair.same_shape and telling(pair.e) and bool((pair.g == 0).all())


# --- another shape -------------------------------------------------------------------------------------------------


def _whole_array(pair: Pair) -> bool:
    return pair.e.ndim == 0 and pair.g.ndim > 0 and pair.g.size > 1


def _reduced(reduce: Callable) -> Test:
    return lambda pair: _whole_array(pair) and np.isfinite(pair.g).all() and close(reduce(pair.g), pair.e)


def _reshaped(pair: Pair) -> bool:
    if is_number(pair.expected) and isinstance(pair.got, (list, tuple)):
        return False  # a trailing comma, see structure.py
    return not pair.same_shape and close(pair.g.ravel(), pair.e.ravel())


def _extra_axis(pair: Pair) -> bool:
    return pair.g.ndim > pair.e.ndim and _reshaped(pair)


def _summed_axis(pair: Pair) -> bool:
    """One axis of the expected array has been summed or averaged away."""
    e, g = pair.e, pair.g
    if e.ndim == 0 or e.size < 2 or isinstance(pair.expected, tuple):
        return False
    results = [e.sum(), e.mean()]
    for axis in range(e.ndim):
        results += [e.sum(axis), e.mean(axis), e.sum(axis, keepdims=True), e.mean(axis, keepdims=True)]
    return any(close(result, g) for result in results)


def _one_row(pair: Pair) -> bool:
    """Only the first or the last row of what is expected."""
    return len(pair.e) >= 2 and (close(pair.e[0], pair.g) or close(pair.e[-1], pair.g))


def _last_missing(pair: Pair) -> bool:
    only_one = len(pair.e) == 1 and len(pair.g) == 0 and pair.g.ndim == pair.e.ndim
    return only_one or close(pair.e[:-1], pair.g)


def _first_missing(pair: Pair) -> bool:
    return close(pair.e[1:], pair.g)


def _one_at_the_end(pair: Pair) -> bool:
    return close(pair.e, pair.g[:-1])


def _one_in_front(pair: Pair) -> bool:
    return close(pair.e, pair.g[1:])


ONE_AT_THE_END = (
    "There is one entry too many, at the end: a range or a slice goes one step too far, or something is added after "
    "the last."
)
ONE_IN_FRONT = (
    "There is one entry too many, in front, and the others are right: is something put before them (a start symbol, a "
    "first value), or does a range or a slice begin one step too early?"
)

# --- the tables ----------------------------------------------------------------------------------------------------

PLAIN: list[tuple[str, Test, str]] = [
    ("generic-sign", _sign, "The sign is flipped: your numbers are the expected ones times −1."),
    (
        "generic-transposed",
        _transposed,
        "Your result is transposed: the last two axes are swapped. Which index belongs to the rows?",
    ),
    (
        "generic-axes",
        _other_axes,
        "Your numbers are right, but the axes stand in another order than expected.",
    ),
    (
        "generic-not-normalised",
        _not_normalised,
        "The proportions are right, but your numbers do not sum to 1 along the last axis: divide by their sum.",
    ),
    ("generic-reversed", _reversed, "Your numbers are right but in reversed order."),
    (
        "generic-sorted",
        _sorted,
        "Your numbers are right but sorted by size: each must stay at the place that it belongs to.",
    ),
    (
        "generic-shifted",
        _shifted,
        "Your numbers are shifted by one place against the expected ones: is a range, a slice or an index off by one?",
    ),
    (
        "generic-dtype",
        _kind_of_number,
        "The numbers are right, but of another kind{note}. The dtype decides what can be done with them next: `//`, "
        "`int(…)`, `.astype(…)` (torch: `.to(…)`) make whole numbers, a division makes floats.",
    ),
]

LESS_PLAIN: list[tuple[str, Test, str]] = [
    (
        "generic-rounded",
        _rounded,
        "Your numbers are rounded: `//`, `int(…)`, `round(…)` or an array of whole numbers throws the fraction away.",
    ),
    (
        "generic-squared",
        _map(np.square),
        "Your numbers are the squares of the expected ones: is a root missing?",
    ),
    (
        "generic-root",
        _map(np.sqrt),
        "Your numbers are the square roots of the expected ones: is there one root too many, or a square too few?",
    ),
    (
        "generic-exponential",
        _map(np.exp),
        "Your numbers are e to the power of the expected ones: one `exp` too many, or a `log` too few.",
    ),
    (
        "generic-logarithm",
        _map(np.log),
        "Your numbers are the logarithms of the expected ones: one `log` too many, or an `exp` too few.",
    ),
    ("generic-power-of-two", _map(np.exp2), "Your numbers are 2 to the power of the expected ones."),
    ("generic-negative-logarithm", _map(lambda e: -np.log(e)), "Your numbers are −log of the expected ones."),
    (
        "generic-reciprocal",
        _map(lambda e: 1 / e),
        "Your numbers are 1 over the expected ones: numerator and denominator have changed places.",
    ),
    ("generic-complement", _map(lambda e: 1 - e), "Your numbers are 1 minus the expected ones."),
    (
        "generic-absolute",
        _map(np.abs),
        "Your numbers have lost their signs: the expected ones can be negative.",
    ),
    (
        "generic-zeros",
        _all_zero,
        "Your result is 0 (in every entry): is nothing ever added to it, or is a comparison never true?",
    ),
    (
        "generic-missing-sum",
        _reduced(np.sum),
        "You return {got} where one number is expected: the sum of your entries is that number.",
    ),
    (
        "generic-missing-mean",
        _reduced(np.mean),
        "You return {got} where one number is expected: the mean of your entries is that number.",
    ),
    (
        "generic-extra-axis",
        _extra_axis,
        "The numbers are right, but your result has an axis too many (of length 1, or around the whole): a trailing "
        "comma, a `keepdims=True` or a pair of brackets makes one.",
    ),
    (
        "generic-reshaped",
        _reshaped,
        "The numbers are right, but the shape is another: keep the axes that the docstring names.",
    ),
    (
        "generic-one-row",
        _one_row,
        "You return only one row of what is expected: is the `return` inside the loop, or an index too many?",
    ),
    ("generic-axis-summed", _summed_axis, "You sum (or average) over an axis that must stay."),
    ("generic-whole-array", _whole_array, "You return {got} where one number is expected."),
    (
        "generic-last-missing",
        _last_missing,
        "The last entry is missing: a range or a slice ends one step too early.",
    ),
    (
        "generic-first-missing",
        _first_missing,
        "The first entry is missing: a range or a slice begins one step too late.",
    ),
    (
        "generic-one-too-many",
        _one_at_the_end,
        ONE_AT_THE_END,
    ),
    ("generic-one-too-many", _one_in_front, ONE_IN_FRONT),
    (
        "generic-row-offset",
        _constant_off,
        "Each row of yours differs from the expected one by one constant: something is added or subtracted once too "
        "often, or not at all.",
    ),
    (
        "generic-row-factor",
        _row_factor,
        "Each row of yours is the expected one times a factor of its own: is it divided by something else than it "
        "should be?",
    ),
    ("generic-order", _reordered, "Your numbers are the right ones, in another order."),
]
