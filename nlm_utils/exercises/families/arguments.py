"""The reference, but on another argument than the one that was passed: a sign, a factor, a transpose, a word left out.

exercise.takes(
    argument("learning_rate", one="learning_rate_missing", minus="ascent", twice="step_doubled"),
    argument("ids", first="first_word_only", last="last_word_only", counted_from_one="ids_from_one"),
    exchanged("E", "W"),
    one_for_both("E", "W", id="E_for_W"),
)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..definition import Misconception
from . import values
from .kinds import Id, Table, chosen
from .values import library, named

MISTAKES: Table = {
    # sign and size
    "minus": ("Your result is that of −`{name}`: a sign is the wrong way round.", lambda v: -v),
    "absolute": ("Your result is that of |`{name}`|: the sign of `{name}` counts.", abs),
    "positive": (
        "What is negative in `{name}` counts as 0 in your result. It counts as it is.",
        values.relu,
    ),
    "twice": (
        "`{name}` goes into your result twice: a factor 2 too many, or it is added two times.",
        lambda v: 2 * v,
    ),
    "half": (
        "Only half of `{name}` goes into your result: is there a 2 too many in a denominator?",
        lambda v: v / 2,
    ),
    "square": ("You square `{name}`, or multiply by it twice. It goes in once, as it is.", lambda v: v * v),
    "root": ("You take the square root of `{name}`. It goes in as it is.", lambda v: v**0.5),
    "inverse": (
        "Your result is that of 1 / `{name}`: you divide by it where you should multiply, or the other way round.",
        lambda v: 1 / v,
    ),
    "one_minus": ("Your result has 1 − `{name}` where `{name}` belongs.", lambda v: 1 - v),
    "exp": ("You take e to the power of `{name}`: an `exp` too many, or a `log` too few.", named("exp")),
    "log": ("You take the logarithm of `{name}`: a `log` too many, or an `exp` too few.", named("log")),
    "tanh": ("You put `{name}` through a tanh before it is used. It goes in as it is.", named("tanh")),
    "softmax": ("You take a softmax of `{name}` before it is used: one softmax too many.", values.softmax),
    "unit": ("You scale `{name}` to length 1 first. It goes in as it is.", values.unit),
    "centred": (
        "You subtract the mean from `{name}` first. It goes in as it is.",
        lambda v: v - v.mean(-1, keepdims=True),
    ),
    "whole": ("You turn `{name}` into whole numbers, and what stands after the point is lost.", values.whole),
    "half_precision": (
        "You compute with `{name}` in half precision (float16), which keeps three digits. Leave its dtype as it is.",
        values.half_precision,
    ),
    "single_precision": (
        "You compute with `{name}` in float32 (`.float()`), which keeps seven digits. Leave its dtype as it is.",
        values.single_precision,
    ),
    # not used as it is passed in
    "one": (
        "Your result is that of `{name}` = 1, whatever is passed in: `{name}` is not used where it belongs.",
        lambda v: library(v).ones_like(v) if hasattr(v, "dtype") else 1,
    ),
    "zero": (
        "Your result is that of `{name}` = 0, whatever is passed in: `{name}` is not used where it belongs.",
        lambda v: library(v).zeros_like(v) if hasattr(v, "dtype") else 0,
    ),
    # off by one
    "plus_one": (
        "Your result is that of `{name}` + 1: you go one step too far, or count one too many.",
        lambda v: v + 1,
    ),
    "minus_one": (
        "Your result is that of `{name}` − 1: you stop one step too early, or count one too few.",
        lambda v: v - 1,
    ),
    "counted_from_one": (
        "You are off by one: what `{name}` says counts from 0, so 3 names the row (or column, or entry) `[3]`, which "
        "is the fourth.",
        lambda v: v - 1,
    ),
    # axes
    "transposed": (
        "`{name}` stands the wrong way round: a `.T` is missing, or there is one too many.",
        values.turned,
    ),
    "reshaped": (
        "You reshape `{name}` where you should transpose it: reshaping keeps the numbers in reading order, and rows do "
        "not become columns.",
        values.reshaped,
    ),
    "flat": ("You flatten `{name}`: its axes must stay apart.", lambda v: v.reshape(-1)),
    # entries and their order
    "first": (
        "Only the first entry of `{name}` counts in your result: a `return` inside the loop, or an index, leaves out "
        "all others.",
        lambda v: v[:1],
    ),
    "last": (
        "Only the last entry of `{name}` counts in your result: an index, or a name that each turn of the loop gives a "
        "new value (`=` for `+=`), leaves out all others.",
        lambda v: v[-1:],
    ),
    "without_first": (
        "You leave out the first entry of `{name}`: your loop or slice starts at 1. Places count from 0.",
        lambda v: v[1:],
    ),
    "without_last": (
        "You leave out the last entry of `{name}`: your loop or slice ends one step too early.",
        lambda v: v[:-1],
    ),
    "once": (
        "What comes again in `{name}` counts only once in your result. It counts each time it comes.",
        values.once,
    ),
    "in_order": ("You sort `{name}` first. Its order says something: leave it as it is.", values.in_order),
    "backwards": (
        "You go through `{name}` from its end. Its order says something: leave it as it is.",
        values.backwards,
    ),
    "positions": (
        "You use the places 0, 1, 2 … in `{name}`, not what stands there: `range(len({name}))` gives places, a loop "
        "over `{name}` itself its entries.",
        values.positions,
    ),
    "lower": ("You make `{name}` lower case: “The” and “the” are two different words here.", values.lower),
}


def argument(name: str, **ids: Id) -> Callable:
    """What comes out when the argument `name` is another: `argument("grad", minus="ascent")`, kind = id.

    The kinds are the keys of MISTAKES, and `default`: the value in the signature, whatever is passed in.
    """

    def family(exercise) -> list[Misconception]:
        default = inspect.signature(exercise.reference).parameters[name].default
        always = (
            "Your `{name}` is always {default}; use the parameter, whatever is passed in.",
            lambda _: default,
        )
        return chosen(
            MISTAKES | {"default": always},
            ids,
            lambda change: _on_another(exercise.reference, name, change),
            name=name,
            default=str(default),
        )

    return family


def _on_another(reference: Callable, name: str, change: Callable[[Any], Any]) -> Callable:
    """The reference with `change(value)` for the argument of that name."""
    signature = inspect.signature(reference)

    def mistaken(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        call.arguments[name] = change(call.arguments[name])
        return reference(*call.args, **call.kwargs)

    return mistaken


def exchanged(one: str, other: str, id: Id = "swapped") -> Callable:
    """Two arguments have changed places."""
    sentence = (
        f"`{one}` and `{other}` have changed places in your function: each stands where the other belongs."
    )
    return _redirected({one: other, other: one}, id, sentence)


def one_for_both(kept: str, missing: str, id: Id) -> Callable:
    """`kept` stands where `missing` belongs, too."""
    sentence = f"You use `{kept}` where `{missing}` belongs, too: `{missing}` has no effect on your result."
    return _redirected({missing: kept}, id, sentence)


def _redirected(source: dict[str, str], id: Id, sentence: str) -> Callable:
    def family(exercise) -> list[Misconception]:
        signature = inspect.signature(exercise.reference)

        def mistaken(*args, **kwargs):
            call = signature.bind(*args, **kwargs)
            call.apply_defaults()
            passed = dict(call.arguments)
            call.arguments.update({name: passed[other] for name, other in source.items()})
            return exercise.reference(*call.args, **call.kwargs)

        return chosen({"it": (sentence, mistaken)}, {"it": id}, lambda function: function)

    return family
