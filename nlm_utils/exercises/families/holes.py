"""The reference with a hole, filled with what learners put there: another function, another axis, another reduction.

The exercise writes its function once, with the softmax (the activation, the sum, …) as a parameter:

    exercise.takes(
        other_softmax(lambda softmax: lambda W, x: softmax(W @ x), overflow="overflow", sigmoid="sigmoid"),
        other_function(lambda f: lambda x, W, b: f(x @ W.T + b), "tanh", relu="relu", nothing="not_bent"),
        other_reduction(lambda total: lambda E, ids: total(E[ids], 0), "the sum", mean="mean_for_sum"),
        other_axes(lambda axis, keepdims: lambda t: t / t.sum(axis, keepdims=keepdims), whole="whole_array"),
    )
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import values
from .kinds import Id, Table, chosen
from .values import largest, library, named, softmax


def _exponentials(t: Any) -> Any:
    return library(t).exp(t)


def _share(positive: Any) -> Any:
    return positive / positive.sum(-1, keepdims=True)


SOFTMAXES: Table = {
    "overflow": (
        "Your softmax is right for small logits, but e^1000 is infinite, and inf / inf is nan. Subtract each row's "
        "maximum first: that changes no probability.",
        lambda t: _share(_exponentials(t)),
    ),
    "nan_hidden": (
        "You let e^1000 overflow and put a number where nan came out. Subtract each row's maximum, and no nan arises.",
        lambda t: library(t).nan_to_num(_share(_exponentials(t))),
    ),
    "whole": (
        "Your softmax runs over the WHOLE array, so that all its rows together sum to 1. Each row (the last axis) "
        "has a sum of its own.",
        lambda t: softmax(t.reshape(-1)).reshape(t.shape),
    ),
    "whole_maximum": (
        "You subtract the maximum of the WHOLE array: in a row far below it every exponential becomes 0, and 0 / 0 is "
        "nan. Subtract each row's own.",
        lambda t: _share(_exponentials(t - t.max())),
    ),
    "first_axis": (
        "Your softmax runs along the first axis: the columns sum to 1. It runs along the last, so that each row does.",
        lambda t: softmax(t, 0),
    ),
    "second_to_last": (
        "Your softmax runs along the last axis but one. It runs along the last: what sums to 1 stands side by side.",
        lambda t: softmax(t, -2),
    ),
    "twice": (
        "You take the softmax twice: of probabilities, all between 0 and 1, it is nearly flat.",
        lambda t: softmax(softmax(t)),
    ),
    "nothing": ("The softmax is missing: you go on with the plain scores.", lambda t: t),
    "logarithm": (
        "You take the log-softmax, all of it below 0. Here the probabilities themselves are wanted.",
        values.log_softmax,
    ),
    "exponential": (
        "You take the exponentials, and do not divide by their sum: the row does not sum to 1.",
        lambda t: _exponentials(t - largest(t, -1, keepdims=True)),
    ),
    "no_exponential": (
        "You divide the scores by their sum: negative ones stay negative. The softmax makes all of them positive "
        "first, with e^t.",
        _share,
    ),
    "absolute": (
        "You divide the absolute values by their sum: −3 then counts as much as 3. The softmax uses e^t.",
        lambda t: _share(abs(t)),
    ),
    "square": (
        "You divide the squares by their sum: −3 then counts as much as 3. The softmax uses e^t.",
        lambda t: _share(t * t),
    ),
    "relu": (
        "You cut negative scores off and divide by the sum. In a softmax every score counts, by e^t.",
        lambda t: _share(values.relu(t)),
    ),
    "sigmoid": (
        "You squash each score by itself (a sigmoid). In a softmax the scores compete, so that together they give 1.",
        values.sigmoid,
    ),
    "sigmoid_shares": (
        "You squash each score by itself (a sigmoid) and divide by the sum. The softmax uses e^t.",
        lambda t: _share(values.sigmoid(t)),
    ),
    "hard": (
        "You give everything to the largest score (argmax). The softmax gives each its share.",
        lambda t: 1.0 * (t == largest(t, -1, keepdims=True)),
    ),
    "base_two": (
        "You use powers of 2 where the softmax has powers of e.",
        lambda t: softmax(t * float(np.log(2))),
    ),
    "base_ten": (
        "You use powers of 10 where the softmax has powers of e.",
        lambda t: softmax(t * float(np.log(10))),
    ),
    "minus": (
        "Your scores have the wrong sign in the softmax: what fits worst gets the largest share.",
        lambda t: softmax(-t),
    ),
    "over_maximum": (
        "You DIVIDE the scores by their maximum. Subtract it: only a shift leaves the softmax as it is.",
        lambda t: softmax(t / largest(t, -1, keepdims=True)),
    ),
    "over_length": (
        "You divide the vector by its length (Euclid's). The softmax takes e^t and divides by the sum.",
        values.unit,
    ),
}


def other_softmax(build: Callable[[Callable], Callable], **ids: Id) -> Callable:
    """What comes out when `build(softmax)` gets a wrong softmax; kinds are the keys of SOFTMAXES."""
    return lambda exercise: chosen(SOFTMAXES, ids, build)


def _torch_function(name: str) -> Callable[[Any], Any]:
    def function(z):
        import torch

        return getattr(torch.nn.functional, name)(z)

    return function


FUNCTIONS: Table = {
    "nothing": ("{Wanted} is missing.", lambda z: z),
    "tanh": ("You use tanh; {wanted} is wanted.", named("tanh")),
    "sigmoid": ("You use a sigmoid, between 0 and 1; {wanted} is wanted.", values.sigmoid),
    "relu": ("You use ReLU, which is 0 for all that is negative; {wanted} is wanted.", values.relu),
    "silu": ("You use SiLU (swish), z·sigmoid(z); {wanted} is wanted.", values.silu),
    "softplus": ("You use softplus, log(1 + eᶻ); {wanted} is wanted.", _torch_function("softplus")),
    "gelu": ("You use GELU; {wanted} is wanted.", _torch_function("gelu")),
    "elu": ("You use ELU; {wanted} is wanted.", _torch_function("elu")),
    "leaky": ("You use a leaky ReLU; {wanted} is wanted.", _torch_function("leaky_relu")),
    "selu": ("You use SELU; {wanted} is wanted.", _torch_function("selu")),
    "mish": ("You use Mish; {wanted} is wanted.", _torch_function("mish")),
    "softsign": ("You use z / (1 + |z|); {wanted} is wanted.", lambda z: z / (1 + abs(z))),
    "softmax": ("You use a softmax, which makes the numbers share 1; {wanted} is wanted.", softmax),
    "hard": ("You cut off at −1 and 1; {wanted} is wanted, which is smooth.", lambda z: z.clip(-1, 1)),
    "exp": ("You use an exponential; {wanted} is wanted.", named("exp")),
    "expm1": ("You use eᶻ − 1; {wanted} is wanted.", named("expm1")),
    "square": ("You use a square; {wanted} is wanted.", lambda z: z * z),
    "absolute": ("You use the absolute value; {wanted} is wanted.", abs),
    "sin": ("You use a sine; {wanted} is wanted.", named("sin")),
    "cos": ("You use a cosine; {wanted} is wanted.", named("cos")),
    "arctan": ("You use the arc tangent; {wanted} is wanted.", named("arctan")),
    "log": ("You use a logarithm; {wanted} is wanted.", named("log")),
    "log2": ("You use the logarithm to base 2; {wanted} is wanted.", named("log2")),
    "log10": ("You use the logarithm to base 10; {wanted} is wanted.", named("log10")),
    "log1p": ("You use log(1 + z); {wanted} is wanted.", named("log1p")),
    "root": ("You use a square root; {wanted} is wanted.", named("sqrt")),
}


def other_function(
    build: Callable[[Callable], Callable], wanted: str, right: Callable[[Any], Any] | None = None, **ids: Id
) -> Callable:
    """What comes out when `build(f)` gets another function than `wanted`, "tanh" or "the natural logarithm".

    right   the function itself, for the kinds `twice` and `minus`; the other kinds are the keys of FUNCTIONS
    """
    own = {
        "twice": ("{Wanted} stands there twice; it is wanted once.", lambda z: right(right(z))),
        "minus": ("{Wanted} gets the wrong sign in your function.", lambda z: right(-z)),
    }
    capital = wanted[:1].upper() + wanted[1:]
    return lambda exercise: chosen(FUNCTIONS | own, ids, build, wanted=wanted, Wanted=capital)


REDUCTIONS: Table = {
    "sum": (
        "You add up where {wanted} is wanted: the result grows with the number of entries.",
        lambda v, axis: v.sum(axis),
    ),
    "mean": (
        "You take the mean; {wanted} is wanted. The mean of n is n times smaller than their sum.",
        lambda v, axis: v.mean(axis),
    ),
    "largest": ("You take the largest; {wanted} is wanted.", largest),
    "smallest": ("You take the smallest; {wanted} is wanted.", lambda v, axis: -largest(-v, axis)),
    "median": ("You take the median; {wanted} is wanted.", lambda v, axis: np.median(v, axis)),
    "product": ("You multiply; {wanted} is wanted.", lambda v, axis: v.prod(axis)),
    "squares": ("You add up squares; {wanted} is wanted.", lambda v, axis: (v * v).sum(axis)),
    "absolute": ("You add up absolute values; {wanted} is wanted.", lambda v, axis: abs(v).sum(axis)),
    "length": (
        "You take the length (a root of a sum of squares); {wanted} is wanted.",
        lambda v, axis: (v * v).sum(axis) ** 0.5,
    ),
    "first": ("You take the first alone; {wanted} is wanted.", lambda v, axis: np.take(v, 0, axis)),
    "last": ("You take the last alone; {wanted} is wanted.", lambda v, axis: np.take(v, -1, axis)),
    "running": (
        "You return all the running sums; only the last of them, {wanted}, is wanted.",
        lambda v, axis: v.cumsum(axis),
    ),
    "everything": (
        "You reduce over ALL axes to one number; only one axis goes away.",
        lambda v, axis: v.sum(),
    ),
    "nothing": ("You do not add up at all; {wanted} is wanted.", lambda v, axis: v),
}


def other_reduction(
    build: Callable[[Callable[[Any, int | None], Any]], Callable], wanted: str, **ids: Id
) -> Callable:
    """What comes out when `build(reduce)` gets another `reduce(array, axis)`; kinds are the keys of REDUCTIONS."""
    return lambda exercise: chosen(REDUCTIONS, ids, build, wanted=wanted)


AXES: Table = {
    "whole": (
        "You reduce the WHOLE array to one number; each row of the last axis has its own.",
        (None, False),
    ),
    "whole_kept": (
        "You reduce the WHOLE array to one number; each row of the last axis has its own.",
        (None, True),
    ),
    "first": ("You reduce along the first axis, column by column; it is the last axis.", (0, False)),
    "first_kept": ("You reduce along the first axis, column by column; it is the last axis.", (0, True)),
    "second": (
        "You reduce along axis 1, the last only where there are two; −1 is the last always.",
        (1, False),
    ),
    "second_kept": (
        "You reduce along axis 1, the last only where there are two; −1 is the last always.",
        (1, True),
    ),
    "second_to_last": ("You reduce along the last axis but one; it is the last axis.", (-2, False)),
    "second_to_last_kept": ("You reduce along the last axis but one; it is the last axis.", (-2, True)),
    "dropped": (
        "The axis is right, but without `keepdims=True` it is gone, and what is left meets the wrong axis: (B, V) and "
        "(B,) do not go together row by row.",
        (-1, False),
    ),
}


def other_axes(build: Callable[[int | None, bool], Callable], **ids: Id) -> Callable:
    """What comes out when `build(axis, keepdims)` gets another axis than (−1, True); kinds are the keys of AXES."""
    return lambda exercise: chosen(AXES, ids, lambda how: build(*how))
