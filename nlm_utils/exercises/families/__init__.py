"""Mistakes that learners make everywhere, each written once: an exercise names those that it takes.

    exercise.takes(argument("grad", minus="ascent"), exchanged("E", "W"), rounded(2, 3))

A family is a function that, given the exercise, gives misconceptions (definition.py). In a call the keyword is the
KIND of mistake and its value the ID that the exercise gives it. Nothing is dropped silently: a mistake that does not
show on the exercise's cases, or that another one equals, fails in tests/test_exercise_banks.py; leave it out then.
"""

from .arguments import argument, exchanged, one_for_both
from .holes import other_axes, other_function, other_reduction, other_softmax
from .inputs import special
from .numbers import EPSILONS, epsilon, rounded, variants
from .results import result, result_with
from .together import both

__all__ = [
    "EPSILONS",
    "argument",
    "both",
    "epsilon",
    "exchanged",
    "one_for_both",
    "other_axes",
    "other_function",
    "other_reduction",
    "other_softmax",
    "result",
    "result_with",
    "rounded",
    "special",
    "variants",
]
