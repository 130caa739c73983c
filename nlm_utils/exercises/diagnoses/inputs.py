"""What needs all inputs at once: answers that never change, an argument handed back, what sets some inputs apart.

And the last words, where nothing else fits.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ..compare import as_array, difference, is_number, is_tensor, to_numpy
from ..value_text import count, literal
from .numbers import flat, nothing_special
from .situation import ENOUGH, LEAST, Named, Situation


def across(situation: Situation) -> Named | None:
    """An answer that never changes, or an argument that comes back as it was."""
    return _constant(situation) or _returned_argument(situation)


def _constant(situation: Situation) -> Named | None:
    values = [seen.facts["value"] for seen in situation.got if "value" in seen.facts and not seen.raised]
    if len(values) < 3 or len(values) < len(situation.expected):
        return None
    wanted = [seen.facts.get("value") for seen in situation.expected]
    if not all(_same(values[0], value) for value in values) or all(
        _same(wanted[0], value) for value in wanted
    ):
        return None
    if _empty(values[0]):
        return "generic-empty", (
            "Your result is empty, whatever the input is: is nothing ever added to it, or a comparison never true?"
        )
    return "generic-constant", (
        "Your function gives the same answer whatever the input is: is a `return` inside the loop, or a value never "
        "updated?"
    )


def _empty(value: Any) -> bool:
    return not len(value) if isinstance(value, (list, tuple)) else getattr(value, "shape", ())[:1] == (0,)


def _same(one: Any, other: Any) -> bool:
    return difference(one, other, 1e-6, 1e-9) is None


def _returned_argument(situation: Situation) -> Named | None:
    returned = Counter()
    for place in situation.failing:
        value = situation.got[place].facts.get("value")
        if value is None or nothing_special(value):
            continue
        for name, argument in situation.arguments(place).items():
            try:
                same = type(argument) is type(value) and difference(argument, value, 1e-9, 0) is None
            except Exception:  # an object that cannot be compared
                continue
            if same:
                returned[name] += 1
    for name, hits in returned.most_common(1):
        if hits >= max(LEAST, ENOUGH * len(situation.failing)):
            if is_number(situation.arguments(situation.failing[0]).get(name)):
                return "generic-returns-argument", (
                    f"Where your function is wrong it gives `{name}` itself, as it was passed in: is a step left out "
                    "there, a condition too wide, or another name returned?"
                )
            return "generic-returns-argument", (
                f"Your function gives `{name}` back as it came: is the result computed but another name returned?"
            )
    return None


# --- what sets the failing inputs apart ----------------------------------------------------------------------------

FEATURES = {
    "empty": "`{name}` is empty",
    "infinite": "`{name}` holds an infinite entry",
    "large": "`{name}` holds large numbers",
    "repeated": "an id occurs more than once in `{name}`",
    "zero": "`{name}` is 0",
    "zeros": "`{name}` is all zeros",
    "negative": "`{name}` holds negative numbers",
    "above 1": "`{name}` is above 1",
    "below 1": "`{name}` is below 1",
    "one": "`{name}` is 1",
    "true": "`{name}` is True",
    "false": "`{name}` is False",
    "one entry": "`{name}` has one entry",
    "axes0": "`{name}` has no axis, its shape is ()",
    "axes2": "`{name}` has two axes",
    "axes3": "`{name}` has three axes",
    "axes4": "`{name}` has four axes",
    "rows": "`{name}` has more than one row",
    "one row": "`{name}` has one row only",
    "capitals": "`{name}` has words with capitals",
}
CLEAR = ("empty", "infinite", "zero", "zeros")  # these are believed when a single input fails


def sets_apart(situation: Situation) -> str:
    """What the inputs that went wrong have in common, and those that went right have not; "" where nothing shows."""
    failing = situation.failing
    passing = [place for place in range(len(situation.got)) if place not in situation.differences]
    telling = [
        place
        for place in passing
        if situation.expected[place].raised is None
        and not nothing_special(situation.expected[place].facts.get("value", "x"))
    ]
    if len(telling) < LEAST:
        return ""
    described = {place: _described(situation.arguments(place)) for place in [*failing, *passing]}
    common = set.intersection(*(described[place] for place in failing))
    common -= set().union(*(described[place] for place in passing))
    for feature, words in FEATURES.items():
        for name, other in sorted(common):
            if other == feature and (len(failing) >= 2 or feature in CLEAR):
                these = "this input" if len(failing) == 1 else f"the {len(failing)} inputs that go wrong"
                return f"What sets {these} apart from the {len(passing)} others: {words.format(name=name)}."
    return ""


def _described(arguments: dict[str, Any]) -> set[tuple[str, str]]:
    return {(name, feature) for name, value in arguments.items() for feature in _features(value)}


def _features(value: Any) -> set[str]:
    """What is special about one argument."""
    numbers, shape = flat(value), getattr(value, "shape", ())
    found = {
        "empty": (isinstance(value, str) and not value) or (numbers is not None and not numbers.size),
        "zero": is_number(value) and not isinstance(value, bool) and value == 0,
        "capitals": isinstance(value, (list, tuple))
        and any(isinstance(entry, str) and entry != entry.lower() for entry in value),
        f"axes{len(shape)}": len(shape) != 1 and hasattr(value, "shape"),
        "true": value is True,
        "false": value is False,
        "rows": len(shape) >= 2 and np.prod(shape[:-1]) > 1,
        "one row": len(shape) >= 2 and np.prod(shape[:-1]) == 1,
    }
    if is_number(value) and not isinstance(value, bool):
        found |= {"above 1": value > 1, "below 1": 0 < value < 1, "one": value == 1}
    if numbers is not None and numbers.size:
        finite, whole = numbers[np.isfinite(numbers)], _whole(value)
        found |= {
            "large": np.abs(finite).max(initial=0) >= 100 and not whole,
            "negative": (numbers < 0).any(),
            "infinite": np.isinf(numbers).any(),
            "zeros": not is_number(value) and (numbers == 0).all(),
            "one entry": not is_number(value) and numbers.size == 1,
            "repeated": whole and not isinstance(value, tuple) and len(np.unique(numbers)) < numbers.size,
        }
    return {feature for feature, holds in found.items() if holds}


def _whole(value: Any) -> bool:
    array = to_numpy(value) if is_tensor(value) else as_array(value)
    return array is not None and array.dtype.kind in "iu" and array.ndim >= 1


# --- the last words ------------------------------------------------------------------------------------------------


def some_inputs(situation: Situation) -> Named | None:
    """Right on some inputs: what sets the others apart, if it shows."""
    passed = len(situation.got) - len(situation.differences)
    if not passed:
        return None
    right, apart = count(passed, "input"), sets_apart(situation)
    if apart:
        return (
            "generic-edge",
            f"Your function is right on {right}. {apart} Follow this input through your code.",
        )
    return "generic-some-inputs", (
        f"Your function is right on {right} and wrong on {len(situation.differences)}. This one is among the simplest "
        "that go wrong: follow it through your code by hand."
    )


def partly(situation: Situation) -> Named | None:
    """Counts that are always too high or too low, arrays of which a part is right."""
    pairs = [pair for pair in situation.pairs if pair.same_shape and pair.e.size]
    if not pairs or not situation.supported([pair.place for pair in pairs]):
        return None
    counts = all(
        isinstance(pair.expected, (int, np.integer)) and (pair.g == np.round(pair.g)).all() for pair in pairs
    )
    if counts and len(pairs) >= LEAST and len({float(pair.e) for pair in pairs}) > 1:
        if all(pair.g > pair.e for pair in pairs):
            return "generic-too-many", (
                "Your number is too large wherever it is wrong: something is counted that should not be, or counted "
                "more than once."
            )
        if all(pair.g < pair.e for pair in pairs):
            return "generic-too-few", (
                "Your number is too small wherever it is wrong: a loop or a slice leaves something out, or a condition "
                "is too strict."
            )
    right = [np.isclose(pair.e, pair.g, rtol=1e-4, atol=1e-6, equal_nan=True) for pair in pairs]
    rare = sum(
        int((same & ~np.isin(pair.e, (0.0, 1.0))).sum()) for same, pair in zip(right, pairs, strict=True)
    )
    if rare >= 4 and all(same.mean() >= 0.5 for same in right) and pairs[0].e.size > 3:
        return "generic-partly", (
            f"{int(right[0].sum())} of the {pairs[0].e.size} numbers are right on this input: what is special about "
            "the others?"
        )
    return None


def fact(situation: Situation) -> Named | None:
    """What an observer has written down of an answer whose plain value cannot be compared."""
    found = situation.found
    if not situation.of_facts:
        return None
    name = found.fact
    expected, got = (seen.facts.get(name) for seen in (situation.wanted, situation.shown))
    if got is None or got == "None":
        return "generic-fact", (
            f"Your function gives None where “{name}” is looked at: does it end with a `return`, and does that hand "
            "over all that the docstring asks for?"
        )
    return "generic-fact", (
        f"What was looked at here is “{name}”: {literal(expected, width=60)} is expected, and with your function it is "
        f"{literal(got, width=60)}. Which line decides that?"
    )


def wrong_values(situation: Situation) -> Named:
    """The last resort, which is true of every wrong value."""
    inputs = len(situation.got)
    everywhere = f", here and on all {count(inputs, 'input')}" if 1 < inputs == len(situation.failing) else ""
    fits = situation.pairs and all(pair.same_shape for pair in situation.pairs)
    what = "Kind and shape of your result are right, its numbers are not" if fits else "Your result is wrong"
    return "generic-wrong-values", (
        f"{what}{everywhere}. Compute this input by hand, and print what your code has after each line: where do the "
        "two part?"
    )
