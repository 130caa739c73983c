"""Three small exercises that the tests of the checker check answers of; `check` and `right` belong to the first."""

from collections import Counter
from itertools import pairwise

import numpy as np

from nlm_utils.exercises.definition import Exercise


def spread(x, scale=1.0):
    """The entries of `x`, shape (..., V), minus their mean over the last axis, times `scale` > 0.

    Raises ValueError when `scale` is not positive.
    """
    if scale <= 0:
        raise ValueError(f"spread: scale must be > 0, got {scale}")
    x = np.asarray(x, dtype=float)
    return (x - x.mean(-1, keepdims=True)) * scale


def make():
    ex = Exercise(spread, "01_ngram_limits", "6 arrays", "Because.", ["Think.", "Think more."])
    ex.case(np.array([1.0, 2.0, 6.0]))
    ex.case(np.array([[1.0, -2.0, 0.5, 8.0], [3.0, 1.0, 1.5, -1.0]]))
    ex.case(np.array([1.0, 5.0, 2.0]), scale=2.0)
    ex.case(np.arange(24.0).reshape(2, 3, 4) ** 2)
    ex.case(np.array([3.0, 9.0]), -1.0)

    @ex.mistake("whole-mean").says("You subtract the mean of everything.")
    def _(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        return (x - x.mean()) * scale

    @ex.mistake("scale-forgotten").says("You leave the scale out.")
    def _(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        return x - x.mean(-1, keepdims=True)

    @ex.mistake("in-place").says("You change x itself.")
    def _(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        x -= x.mean(-1, keepdims=True)
        x *= scale
        return x

    return ex


EX = make()


def right(x, scale=1.0):
    if scale <= 0:
        raise ValueError("no")
    return (x - x.mean(-1, keepdims=True)) * scale


def check(function):
    return EX.check(function)


def changed(change):
    """An answer that is right but for `change` of its value."""

    def answer(x, scale=1.0):
        return change(right(x, scale))

    return answer


def forever(x, scale=1.0):
    while True:
        pass


class Thing:
    pass


def from_source(text):
    space = {"np": np}
    exec(text, space)
    return space["spread"]


def spread_again(x):
    return spread_again(x)


def total(E, ids):
    """The sum of the rows `ids` of `E`, shape (V, d); zeros when there are no ids."""
    return E[ids].sum(0)


def make_total():
    ex = Exercise(total, "01_ngram_limits", "5", "", ["a", "b"])
    E = np.array([[1.0, 0.5, 2.0], [0.25, 3.0, -1.0], [-2.0, 1.5, 4.0], [0.75, -0.5, 8.0]])
    for ids in ([2, 1], [0, 3, 0], [], [3, 1, 2, 2], [1, 0]):
        ex.case(E, np.array(ids, dtype=int))

    @ex.mistake("times-ids").says("You multiply E by the ids.")
    def _(E, ids):
        return (E.T * ids).sum(1)

    @ex.mistake("empty-refused").says("You refuse the empty list.")
    def _(E, ids):
        if len(ids) == 0:
            raise ValueError("no ids")
        return E[ids].sum(0)

    return ex


def angle(a, b):
    """The cosine between `a` and `b`; 0 when one of them is all zeros."""
    length = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / length) if length else 0.0


cosine = angle  # `angle` itself is the student's function while it is checked


def make_angle():
    ex = Exercise(angle, "01_ngram_limits", "6", "", ["a", "b"])
    for a, b in (([1, 2], [3, 4]), ([1, 0], [0, 2]), ([0, 0], [1, 2]), ([3, -1], [2, 7]), ([1, 5], [-2, 3])):
        ex.case(np.array(a, float), np.array(b, float))
    ex.case(np.array([2.0, 1.0]), np.array([4.0, 2.0]))
    return ex


# --- more exercises ------------------------------------------------------------------------------------------------


def exercise_of(reference, *cases):
    found = Exercise(reference, "01_ngram_limits", "some", "", ["a", "b"])
    for case in cases:
        found.case(*case)
    return found


def mean_of(values):
    """The mean."""
    return float(np.mean(values))


def ends(words):
    """First and last word."""
    return words[0], words[-1]


def counts(words):
    """Counts of neighbouring pairs."""
    return Counter(pairwise(words))


def how_often(words, word):
    """How often."""
    return words.count(word)


def shares(numbers):
    """The numbers, divided by their sum."""
    return numbers / numbers.sum(-1, keepdims=True)


def doubled(words):
    """Each word twice."""
    return [word + word for word in words]


MEAN = exercise_of(mean_of, ([1.0, 2.0, 4.0],), ([3.0, 5.0],), ([1.0, 7.0, 2.0, 9.0],))
ENDS = exercise_of(ends, (["a", "b", "c"],), (["the", "blue", "ant"],), (["x", "z"],))
COUNTS = exercise_of(
    counts, (["a", "b", "a", "b"],), (["The", "x", "y", "The", "x", "x"],), (["a", "a", "a", "b"],)
)
TIMES = exercise_of(
    how_often,
    (["a", "b", "a", "a"], "a"),
    (["a", "b", "a"], "a"),
    (["b", "b", "b", "b", "a", "b"], "b"),
    (["c", "a", "b", "c", "c", "c", "c"], "c"),
)
SHARES = exercise_of(
    shares,
    (np.array([1.0, 2.0, 5.0, 4.0]),),
    (np.array([[2.0, 3.0, 4.0, 1.5], [0.5, 6.0, 2.0, 1.0]]),),
    (np.array([4.0, 1.0, 2.0, 7.0, 3.0]),),
)
DOUBLED = exercise_of(doubled, (["a", "b", "c"],), (["x", "y", "z", "w"],), (["ants", "hate"],))


def four(n):
    """Four numbers."""
    return np.array([n + 0.5, n + 2.5, 3.5 * n, 7.25])


def words(n):
    """Three words."""
    return ["a" * n, "b", "c" * n]


def halves(x):
    """Both halves of an array."""
    return x[: len(x) // 2], x[len(x) // 2 :]
