"""softmax."""

import math
from functools import partial

import numpy as np
from scipy import special

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.softmax,
    checks="1, 2 and 3 axes, ±1000 in one row and in different rows, −inf (exactly 0), t unchanged",
    explanation=(
        "Softmax does not change when the same number is added to a whole row, so we may subtract the row's maximum: "
        "the largest exponential is then e⁰ = 1, and nothing overflows. `axis=-1` with `keepdims=True` does it for "
        "every row by itself, and e^(−inf) = 0 needs no special case."
    ),
    atol=0.0,
    hints=[
        ("Two steps: make everything positive, then make each row sum to 1. Which axis holds the V words of one row?"),
        (
            "e^1000 is too large for a float. Softmax stays the same when you subtract one number from a whole row: "
            "which number makes the largest exponent 0?"
        ),
        (
            "`t - t.max(axis=-1, keepdims=True)` first; then `np.exp`; then divide by the sum over axis −1, again "
            "with `keepdims=True`."
        ),
    ],
)

exercise.case(np.array([0.0, 1.0, 3.0]))
exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]]))
exercise.case(np.array([-3.0, -1.0, -2.0]))
exercise.case(np.zeros(4))
exercise.case(np.array([1.8, -1.9, 2.9, -0.9]))
exercise.case(np.array([0.0, -np.inf, 1.0, 2.0]))
exercise.case(np.array([20.0, 0.0, -20.0, 18.0]))
exercise.case(np.array([1000.0, 999.0, 0.0, -1000.0]))
exercise.case(np.array([-1000.0, -1001.0, -1003.0]))
exercise.case(np.array([-1000.0, -np.inf, -1001.0]))
exercise.case(np.array([[3.0, 1.0, 2.0, -1.0, 0.0]]))
exercise.case(np.array([[1000.0, 999.0, 997.0], [-1000.0, -1002.0, -1001.0]]))
exercise.case(np.array([[-1000.0, 1000.0, 1001.0], [0.0, 999.0, -1000.0]]))
exercise.case(np.array([[-np.inf, 0.0, 1.5], [2.0, 5.0, -np.inf]]))
exercise.case(np.round(np.random.default_rng(34).normal(size=(2, 4, 5)), 1) * 3)


def _shifted(t):
    return t - t.max(axis=-1, keepdims=True)


def _normalised(positive):
    return positive / positive.sum(axis=-1, keepdims=True)


def _plain_softmax(t):
    return _normalised(np.exp(t))


@exercise.mistake("overflow").says(
    "Right for small logits, but e^1000 is inf, and e^−1000 + e^−1001 is 0: inf/inf and 0/0 are nan. Shift each row "
    "first by a number that makes its largest exponent harmless; softmax does not notice the shift."
)
def overflow(t):
    e = np.exp(t)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("whole_array_sum_and_overflow").says(
    "You divide by the sum of the WHOLE array: right for one vector, but in a batch each row must sum to 1 by itself. "
    "And e^1000 overflows: shift each row by its maximum first."
)
def whole_array_sum_and_overflow(t):
    e = np.exp(t)
    return e / e.sum()


@exercise.mistake("whole_array_sum").says(
    "You divide by the sum of the WHOLE array: right for one vector, but in a batch all rows together then sum to 1. "
    "Each row must sum to 1 by itself."
)
def whole_array_sum(t):
    e = np.exp(t - t.max())
    return e / e.sum()


@exercise.mistake("whole_array_sum_row_maximum").says(
    "You shift each row by its own maximum, and then divide by the sum of the WHOLE array. Each row is divided by its "
    "own sum."
)
def whole_array_sum_row_maximum(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / e.sum()


@exercise.mistake("whole_array_maximum").says(
    "You subtract the maximum of the whole array. A row far below it, −1000 beside +1000, then has nothing but "
    "e^−2000 = 0, and 0/0 is nan. Subtract from each row its OWN maximum."
)
def whole_array_maximum(t):
    e = np.exp(t - t.max())
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("wrong_axis").says(
    "You normalise along axis 0, so that the columns sum to 1: examples compete with one another. The words of one "
    "example stand along the LAST axis."
)
def wrong_axis(t):
    e = np.exp(t - t.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@exercise.mistake("wrong_axis_and_overflow").says(
    "You normalise along axis 0, so that the columns sum to 1; the words stand along the LAST axis. And e^1000 "
    "overflows: shift each row by its maximum first."
)
def wrong_axis_and_overflow(t):
    e = np.exp(t)
    return e / e.sum(axis=0)


@exercise.mistake("sum_over_the_wrong_axis").says(
    "The shift is along the right axis, but you divide by the sums along axis 0. Both go along the LAST axis, where "
    "the words are."
)
def sum_over_the_wrong_axis(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=0)


@exercise.mistake("axis_one").says(
    "`axis=1` is the last axis only when there are exactly two. Count from the end, axis −1: then one vector and a "
    "(B, T, V) batch work too."
)
def axis_one(t):
    e = np.exp(t - t.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@exercise.mistake("axis_one_and_overflow").says(
    "`axis=1` is the last axis only when there are exactly two: count from the end, axis −1. And e^1000 overflows: "
    "shift each row by its maximum first."
)
def axis_one_and_overflow(t):
    e = np.exp(t)
    return e / e.sum(axis=1, keepdims=True)


@exercise.mistake("keepdims_missing").says(
    "For a batch the shapes do not fit: a maximum or a sum along the last axis has one axis less, (B,) beside (B, V). "
    "Keep that axis, with length 1."
)
def keepdims_missing(t):
    e = np.exp(t - t.max(axis=-1))
    return e / e.sum(axis=-1)


exercise.mistake("keepdims_missing_and_overflow", lambda t: np.exp(t) / np.exp(t).sum(axis=-1)).says(
    "For a batch the shapes do not fit: a sum along the last axis has one axis less, (B,) beside (B, V); keep that "
    "axis. And e^1000 overflows: shift each row by its maximum first."
)


@exercise.mistake("divided_by_the_maximum").says(
    "You DIVIDE the logits by their maximum; subtract it. Only a shift leaves softmax as it was: dividing changes the "
    "differences, and turns the order round when the maximum is negative."
)
def divided_by_the_maximum(t):
    e = np.exp(t / t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("divided_by_the_maximum_of_all").says(
    "You DIVIDE by the maximum of the array; subtract the row's own. Only a shift leaves softmax as it was."
)
def divided_by_the_maximum_of_all(t):
    e = np.exp(t / t.max())
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("divided_by_the_largest_size").says(
    "You divide the logits by their largest absolute value. That tames them but changes the answer: only subtracting "
    "one number from the whole row leaves softmax as it was."
)
def divided_by_the_largest_size(t):
    e = np.exp(t / np.abs(t).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


exercise.mistake("no_exponential", lambda t: t / t.sum(axis=-1, keepdims=True)).says(
    "You divide by the sum without making everything positive first: with a negative logit that gives a negative "
    "'probability', with zeros 0/0. Take exponentials first."
)
exercise.mistake("no_exponential_whole_array", lambda t: t / t.sum()).says(
    "You divide by the sum without making everything positive first (and the sum is over the whole array). Take "
    "exponentials, then divide each row by its own sum."
)
exercise.mistake("absolute_values", lambda t: np.abs(t) / np.abs(t).sum(axis=-1, keepdims=True)).says(
    "You use the size of the logits, so −3 counts as much as 3. The exponential makes everything positive AND keeps "
    "the order."
)
exercise.mistake("squares", lambda t: t**2 / (t**2).sum(axis=-1, keepdims=True)).says(
    "You square the logits, so −3 counts as much as 3. The exponential makes everything positive AND keeps the order."
)


@exercise.mistake("shifted_to_minimum_zero").says(
    "You make the logits positive by subtracting the smallest: the worst word then always gets exactly 0. The "
    "exponential makes everything positive and keeps differences meaningful."
)
def shifted_to_minimum_zero(t):
    shifted = t - t.min(axis=-1, keepdims=True)
    return shifted / shifted.sum(axis=-1, keepdims=True)


@exercise.mistake("negative_parts_cut_off").says(
    "You set negative logits to zero, and all the words below zero become impossible alike. The exponential keeps "
    "them apart."
)
def negative_parts_cut_off(t):
    positive = np.maximum(t, 0)
    return positive / positive.sum(axis=-1, keepdims=True)


@exercise.mistake("sign").says(
    "Your exponent has the wrong sign: the word with the LOWEST logit gets the highest probability. The exponent is t "
    "− max, never above 0."
)
def sign(t):
    e = np.exp(t.min(axis=-1, keepdims=True) - t)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("maximum_minus_t").says(
    "You take max − t for t − max: the exponents are positive, they overflow again, and the order is turned round."
)
def maximum_minus_t(t):
    e = np.exp(t.max(axis=-1, keepdims=True) - t)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("maximum_added").says(
    "You ADD the maximum; subtract it. Adding changes nothing for small logits, and makes the overflow worse: 1000 "
    "becomes 2000."
)
def maximum_added(t):
    e = np.exp(t + t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("minimum_for_maximum").says(
    "You subtract the minimum: then the largest exponent is max − min, which is 2000 here, and overflows (and −inf − "
    "(−inf) is nan). Subtract the maximum."
)
def minimum_for_maximum(t):
    e = np.exp(t - t.min(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("mean_for_maximum").says(
    "You subtract the mean: the largest logit may still stand far above it and overflow, and with a −inf in the row "
    "the mean is −inf. Subtract the maximum."
)
def mean_for_maximum(t):
    e = np.exp(t - t.mean(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("standardised").says(
    "You standardise the logits first, mean 0 and spread 1. Subtracting is harmless, dividing by the spread changes "
    "the distribution."
)
def standardised(t):
    shifted = (t - t.mean(axis=-1, keepdims=True)) / t.std(axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)


exercise.mistake(
    "sum_without_the_shift", lambda t: np.exp(t - t.max(axis=-1, keepdims=True)) / np.exp(t).sum(axis=-1, keepdims=True)
).says("You shift above the fraction line but not below it: e^(t − max) over the sum of e^t. Both need the same shift.")


@exercise.mistake("nan_hidden").says(
    "You let the exponentials overflow and put a number where nan came out. The answer there is a perfectly good "
    "distribution: shift each row by its maximum, and no nan arises."
)
def nan_hidden(t):
    e = np.exp(t)
    return np.nan_to_num(e / e.sum(axis=-1, keepdims=True))


exercise.mistake("not_normalised", lambda t: np.exp(t)).says(
    "You stop after the exponential: everything is positive, but a row does not sum to 1 yet."
)
exercise.mistake("shifted_not_normalised", lambda t: np.exp(t - t.max(axis=-1, keepdims=True))).says(
    "You shift and take the exponential, but a row does not sum to 1 yet: its largest entry is 1 already. Divide by "
    "the row's sum."
)


@exercise.mistake("mean_for_sum").says(
    "You divide by the mean of the exponentials; then a row sums to V. Divide by their sum."
)
def mean_for_sum(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / e.mean(axis=-1, keepdims=True)


@exercise.mistake("euclidean_norm").says(
    "You divide by the Euclidean norm: then the SQUARES sum to 1. Divide by the plain sum."
)
def euclidean_norm(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / np.linalg.norm(e, axis=-1, keepdims=True)


exercise.mistake("divided_by_the_sum_of_logits", lambda t: np.exp(t) / t.sum(axis=-1, keepdims=True)).says(
    "You divide the exponentials by the sum of the LOGITS. Divide them by the sum of the exponentials, so that a row "
    "sums to 1."
)


@exercise.mistake("logarithm").says(
    "You return log-probabilities, all of them ≤ 0. Here the probabilities themselves are wanted."
)
def logarithm(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


exercise.mistake("sigmoid", lambda t: special.expit(t)).says(
    "You squash each logit by itself (a sigmoid). Words compete in a softmax: what one gains the others lose, so that "
    "the row sums to 1."
)
exercise.mistake("hard_maximum", lambda t: (t == t.max(axis=-1, keepdims=True)).astype(float)).says(
    "You give everything to the largest logit. That is a hard maximum; softmax is soft: every finite logit keeps some "
    "probability."
)


@exercise.mistake("base_two").says(
    "You use powers of 2. Softmax uses powers of e: with base 2 all differences between logits shrink by ln 2."
)
def base_two(t):
    e = 2.0 ** (t - t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("base_ten").says("You use powers of 10. Softmax uses powers of e.")
def base_ten(t):
    e = 10.0 ** (t - t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("in_place").says(
    "Your probabilities are right, but `-=` writes into `t`: whoever called you finds other logits afterwards. Make a "
    "new array with `t - …`."
)
def in_place(t):
    t -= t.max(axis=-1, keepdims=True)
    e = np.exp(t)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("one_vector_in_place").says(
    "You write into `t` (`-=`), so the caller's logits change, and in a batch you use one maximum and one sum for all "
    "rows. Make a new array, and treat each row by itself."
)
def one_vector_in_place(t):
    t -= t.max()
    e = np.exp(t)
    return e / e.sum()


@exercise.mistake("rows_strung_together").says(
    "You flatten the batch into one long row. Each row is a distribution of its own, and the result has the shape of t."
)
def rows_strung_together(t):
    flat = t.reshape(-1)
    e = np.exp(flat - flat.max())
    return e / e.sum()


@exercise.mistake("only_two_axes").says(
    "One vector and a (B, V) batch are right, but (B, T, V) fails: you loop over the rows of a matrix. Use axis −1, "
    "and any number of axes works."
)
def only_two_axes(t):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return one(t) if t.ndim == 1 else np.array([one(row) for row in t])


@exercise.mistake("impossible_dropped").says(
    "You drop the −inf entries, so that the result is shorter than t. They keep their place, with probability 0."
)
def impossible_dropped(t):
    if not np.isinf(t).any():
        return functional.softmax(t)
    return functional.softmax(t[np.isfinite(t)])


@exercise.mistake("first_axis_loop").says(
    "You loop over the FIRST axis and normalise what you find there: for one vector that is a single number, which "
    "always becomes 1. Normalise along the last axis, whatever stands in front."
)
def first_axis_loop(t):
    result = np.zeros(t.shape)
    for i in range(len(t)):
        e = np.exp(t[i] - t[i].max())
        result[i] = e / e.sum()
    return result


@exercise.mistake("one_vector_loop_and_overflow").says(
    "You go through t number by number, which works for one vector only; a batch needs every row done. And e^1000 "
    "overflows: shift each row by its maximum first."
)
def one_vector_loop_and_overflow(t):
    result = np.zeros(len(t))
    for i in range(len(t)):
        result[i] = np.exp(t[i]) / np.exp(t).sum()
    return result


@exercise.mistake("one_vector_loop").says(
    "You go through t number by number, which works for one vector only; a batch needs every row done."
)
def one_vector_loop(t):
    e = np.exp(t - t.max())
    result = np.zeros(len(t))
    for i in range(len(t)):
        result[i] = e[i] / e.sum()
    return result


@exercise.mistake("scaled_between_0_and_1").says(
    "You stretch the logits to run from 0 to 1: the worst word gets 0, the best 1, and a row does not sum to 1. Take "
    "exponentials, then divide by their sum."
)
def scaled_between_0_and_1(t):
    low, high = t.min(axis=-1, keepdims=True), t.max(axis=-1, keepdims=True)
    return (t - low) / (high - low)


@exercise.mistake("largest_size_subtracted").says(
    "You subtract the largest absolute value. For a row of −1000s that shifts AWAY from 0, everything underflows, and "
    "0/0 is nan. Subtract the maximum itself."
)
def largest_size_subtracted(t):
    e = np.exp(t - np.abs(t).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("fixed_shift").says(
    "You subtract a fixed number. It saves logits near 1000 and ruins all the others, which underflow to 0/0. Each "
    "row needs its own shift: its maximum."
)
def fixed_shift(t):
    e = np.exp(t - 1000)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("scaled_down").says(
    "You divide the logits by a fixed number to keep them small. That changes their differences and flattens the "
    "distribution; only subtracting leaves softmax as it was."
)
def scaled_down(t):
    e = np.exp(t / 100)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("overflow_two_axes").says(
    "Up to two axes it works for small logits; for (B, T, V) use axis −1 in place of 1. And e^1000 overflows: shift "
    "each row by its maximum first."
)
def overflow_two_axes(t):
    e = np.exp(t)
    return e / e.sum() if t.ndim == 1 else e / e.sum(axis=1, keepdims=True)


@exercise.mistake("two_axes").says(
    "One vector and a (B, V) batch are right, but axis 1 of a (B, T, V) batch is not the last. Axis −1 is, always."
)
def two_axes(t):
    axis = 0 if t.ndim == 1 else 1
    e = np.exp(t - t.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _each(name, sentence, values, wrong):
    """A misconception for each of some values of a number that a learner picks by taste."""
    for value in values:
        exercise.mistake(f"{name}_{value:g}", partial(wrong, value=value)).says(sentence)


_each(
    "clipped",
    "You clip the logits. That stops the overflow but makes 1000 and 999 the same number; the difference of 1 is "
    "worth a factor of e. Shift instead.",
    (10, 20, 50, 100, 500, 700, 709),
    lambda t, value: _plain_softmax(np.clip(t, -value, value)),
)

_each(
    "clipped_from_below",
    "You lift the logits that are very low to a fixed number. In a row that lies below it altogether, like −1000 and "
    "−1001, all become equal; and −inf must keep probability 0. Shift each row by its own maximum.",
    (50, 100, 500, 700, 1000),
    lambda t, value: functional.softmax(np.maximum(t, -value)),
)

_each(
    "clipped_from_above",
    "You cap the logits that are very high. That stops the overflow but makes 1000 and 999 the same number; the "
    "difference of 1 is worth a factor of e. Shift instead.",
    (50, 100, 500, 700),
    lambda t, value: functional.softmax(np.minimum(t, value)),
)

_each(
    "clipped_after_the_shift",
    "You shift, and then lift what lies far below the maximum to a fixed number. An impossible word, −inf, gets a "
    "little probability in this way; it must get exactly 0. After the shift nothing can overflow, so nothing needs a "
    "limit.",
    (10, 20, 30, 50, 100, 500, 700),
    lambda t, value: _plain_softmax(np.maximum(_shifted(t), -value)),
)

_each(
    "epsilon_added",
    "You add a tiny number to the exponentials. After the shift no sum can be 0 (the largest exponential is 1), so it "
    "guards against nothing; and an impossible word, −inf, gets a little probability where it must have exactly 0.",
    (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
    lambda t, value: _normalised(np.exp(_shifted(t)) + value),
)

_each(
    "zeros_replaced",
    "You replace probabilities of 0 by a tiny number. An impossible word, −inf, must have exactly 0, and with the "
    "replacement a row no longer sums to 1.",
    (1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
    lambda t, value: np.where(functional.softmax(t) == 0, value, functional.softmax(t)),
)

_each(
    "small_probabilities_lifted",
    "You lift small probabilities to a fixed least value. An impossible word, −inf, must have exactly 0, and a word "
    "that is merely very unlikely keeps its own tiny number.",
    (1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
    lambda t, value: np.maximum(functional.softmax(t), value),
)

_each(
    "epsilon_in_the_sum",
    "You add a tiny number to the sum instead of shifting: e^1000 is inf all the same, and a row of −1000s gives 0 "
    "everywhere. Shift each row by its maximum; then the sum is at least 1.",
    (1e-8,),
    lambda t, value: np.exp(t) / (np.exp(t).sum(axis=-1, keepdims=True) + value),
)

_each(
    "rounded_to",
    "You round the probabilities: a row no longer sums to 1, as in the lecture notes, and what is merely unlikely "
    "becomes impossible. Round only what you print.",
    (2, 3, 4, 5, 6, 8),
    lambda t, value: functional.softmax(t).round(value),
)

_each(
    "impossible_made_possible",
    "You replace −inf by an ordinary number, and an impossible word becomes possible: beside other logits near −1000 "
    "even −1000 is likely. e^(−inf) is exactly 0: leave it as it is.",
    (0, -1, -10, -50, -100, -500, -700, -1000),
    lambda t, value: functional.softmax(np.where(np.isinf(t), value, t)),
)


@exercise.mistake("maximum_of_the_exponentials_subtracted").says(
    "You subtract the maximum AFTER the exponential: then nothing is positive any more, and e^1000 has overflowed "
    "already. Shift the logits, then take the exponential."
)
def maximum_of_the_exponentials_subtracted(t):
    e = np.exp(t)
    e = e - e.max(axis=-1, keepdims=True)
    return e / e.sum(axis=-1, keepdims=True)


_AFTER = (
    "You subtract the maximum AFTER the exponential: then nothing is positive any more, and e^1000 has overflowed "
    "already. Shift the logits first; and sum each row by itself."
)


@exercise.mistake("maximum_of_the_exponentials_subtracted_whole_array").says(_AFTER)
def maximum_of_the_exponentials_subtracted_whole_array(t):
    e = np.exp(t)
    e -= e.max()
    return e / e.sum()


@exercise.mistake("maximum_of_the_exponentials_subtracted_mixed").says(_AFTER)
def maximum_of_the_exponentials_subtracted_mixed(t):
    e = np.exp(t)
    e -= e.max()
    return e / e.sum(axis=-1, keepdims=True)


_BRACKETS = (
    "Brackets are missing: `np.exp(t) - m / s` divides first and subtracts after. The shift belongs INSIDE the "
    "exponential, `np.exp(t - m)`, and the division to the whole of it."
)

exercise.mistake(
    "brackets_missing", lambda t: np.exp(t) - t.max(axis=-1, keepdims=True) / np.exp(t).sum(axis=-1, keepdims=True)
).says(_BRACKETS)
exercise.mistake("brackets_missing_whole_array", lambda t: np.exp(t) - t.max() / np.exp(t).sum()).says(_BRACKETS)
exercise.mistake(
    "maximum_outside_the_exponential",
    lambda t: (np.exp(t) - t.max(axis=-1, keepdims=True)) / np.exp(t).sum(axis=-1, keepdims=True),
).says(_BRACKETS)
exercise.mistake("exponential_minus_one", lambda t: _normalised(np.expm1(_shifted(t)))).says(
    "You use `expm1`, which is e^t − 1: after the shift the best word gets 0 and all the others are negative. The "
    "plain exponential is wanted."
)
exercise.mistake("exponential_minus_one_and_overflow", lambda t: _normalised(np.expm1(t))).says(
    "You use `expm1`, which is e^t − 1 and negative below 0. The plain exponential is wanted, of logits shifted by "
    "their maximum, since e^1000 overflows."
)

_MATH_EXP = (
    "`math.exp` takes one number at a time, and it raises OverflowError above 709.78 where `np.exp` gives inf. Use "
    "`np.exp` on the whole array, after shifting each row by its maximum."
)


@exercise.mistake("math_exp_in_a_loop").says(_MATH_EXP)
def math_exp_in_a_loop(t):
    exponentials = [math.exp(value) for value in t]
    return np.array([e / sum(exponentials) for e in exponentials])


@exercise.mistake("math_exp_in_a_loop_array").says(_MATH_EXP)
def math_exp_in_a_loop_array(t):
    exponentials = np.array([math.exp(value) for value in t])
    return exponentials / exponentials.sum()


exercise.mistake("math_exp_of_every_entry", lambda t: _normalised(np.vectorize(math.exp)(t))).says(_MATH_EXP)


@exercise.mistake("math_exp_shifted_in_a_loop").says(_MATH_EXP)
def math_exp_shifted_in_a_loop(t):
    exponentials = [math.exp(value - max(t)) for value in t]
    return np.array([e / sum(exponentials) for e in exponentials])


exercise.mistake("first_logit_for_maximum", lambda t: _normalised(np.exp(t - t[..., :1]))).says(
    "You subtract the first logit of each row. When a later one is far above it, 1000 beside −1000, that overflows "
    "(and −inf − (−inf) is nan). Subtract the largest."
)
exercise.mistake("last_logit_for_maximum", lambda t: _normalised(np.exp(t - t[..., -1:]))).says(
    "You subtract the last logit of each row. When another one is far above it, 1000 beside −1000, that overflows. "
    "Subtract the largest."
)

_NEVER_BELOW_ZERO = (
    "Your maximum is never below 0 (it starts from 0). A row that lies far below, −1000 and −1001, is not shifted "
    "at all then, and everything underflows to 0/0. Take the maximum of the row itself."
)

exercise.mistake(
    "maximum_never_below_zero", lambda t: _normalised(np.exp(t - t.max(axis=-1, keepdims=True, initial=0)))
).says(_NEVER_BELOW_ZERO)


@exercise.mistake("maximum_loop_from_zero").says(_NEVER_BELOW_ZERO)
def maximum_loop_from_zero(t):
    largest = 0
    for value in t:
        if value > largest:
            largest = value
    e = np.exp(t - largest)
    return e / e.sum()


@exercise.mistake("return_inside_the_row_loop").says(
    "Your `return` stands inside the loop over the rows, so that only the first is done; and a single vector has no "
    "rows: your loop meets its numbers one by one. Working along axis −1 needs no loop."
)
def return_inside_the_row_loop(t):
    rows = []
    for row in t:
        e = np.exp(row - row.max())
        rows.append(e / e.sum())
        return np.array(rows)


exercise.mistake("first_row_only", lambda t: functional.softmax(t) if t.ndim == 1 else functional.softmax(t)[:1]).says(
    "For a batch you return the first row only (is the `return` inside the loop?). Every row gets its distribution."
)

_LOG_OF_THE_SUM = (
    "e^(t − log Σe^t) is the same in mathematics, but Σe^t overflows at 1000 (and is 0 at −1000) before its logarithm "
    "is taken. Shift each row by its maximum first."
)

exercise.mistake("log_of_the_sum_overflows", lambda t: np.exp(t - np.log(np.exp(t).sum(axis=-1, keepdims=True)))).says(
    _LOG_OF_THE_SUM
)
exercise.mistake("log_of_the_sum_overflows_whole_array", lambda t: np.exp(t - np.log(np.exp(t).sum()))).says(
    _LOG_OF_THE_SUM
)

_BUILTIN_MAX = (
    "Python's own `max` goes through the FIRST axis: for a batch it compares whole rows, which are neither larger nor "
    "smaller. NumPy's `t.max(axis=-1, keepdims=True)` takes the maximum of each row."
)


@exercise.mistake("builtin_max").says(_BUILTIN_MAX)
def builtin_max(t):
    e = np.exp(t - max(t))
    return e / e.sum()


@exercise.mistake("builtin_max_builtin_sum").says(_BUILTIN_MAX)
def builtin_max_builtin_sum(t):
    e = np.exp(t - max(t))
    return e / sum(e)


exercise.mistake("softmax_twice", lambda t: functional.softmax(functional.softmax(t))).says(
    "You take the softmax twice: of probabilities, all between 0 and 1, a softmax is nearly flat. Once is enough."
)
exercise.mistake("half_precision", lambda t: functional.softmax(t).astype(np.float16)).says(
    "You return 16-bit floats, which keep three digits. Leave the numbers as NumPy makes them, in 64 bits."
)
exercise.mistake("softplus_for_exponential", lambda t: _normalised(np.log1p(np.exp(t)))).says(
    "You use log(1 + e^t), which is positive but grows like t itself. Softmax uses e^t, so that a difference of "
    "logits becomes a ratio of probabilities."
)
exercise.mistake("sigmoid_normalised", lambda t: _normalised(special.expit(t))).says(
    "You squash each logit by itself (a sigmoid) and normalise after. Softmax uses e^t, so that a difference of "
    "logits becomes a ratio of probabilities."
)
exercise.mistake("axis_one_keepdims_missing", lambda t: np.exp(t) / np.exp(t).sum(axis=1)).says(
    "`axis=1` is there only when t has two axes or more, and a sum without keepdims loses its axis. Sum over axis −1 "
    "and keep that axis, with length 1."
)

exercise.right(lambda t: special.softmax(t, axis=-1))
exercise.right(lambda t: np.exp(t - special.logsumexp(t, axis=-1, keepdims=True)))


@exercise.right
def right_1(t):
    result = np.zeros(t.shape)
    for index in np.ndindex(*t.shape[:-1]):
        largest = max(t[index])
        exponentials = [np.exp(value - largest) for value in t[index]]
        result[index] = np.array(exponentials) / sum(exponentials)
    return result


exercise.right(
    lambda t: np.apply_along_axis(lambda row: np.exp(row - row.max()) / np.exp(row - row.max()).sum(), -1, t)
)


@exercise.right
def right_2(t):
    single = t.astype(np.float32)
    e = np.exp(single - np.max(single, axis=-1)[..., None])
    return (e / np.sum(e, axis=-1)[..., None]).tolist()


@exercise.right
def right_3(t):
    t = t.astype(float)
    t -= np.expand_dims(np.amax(t, -1), -1)
    np.exp(t, out=t)
    t /= np.einsum("...v->...", t)[..., None]
    return t
