"""Log-probabilities of logits. Learners form a probability that is 0, or take maximum and sum of the wrong axis."""

import math
import sys

import numpy as np
from scipy import special

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import EPSILONS, argument, epsilon, other_softmax, result, rounded, variants

exercise = Exercise(
    functional.log_softmax,
    checks=(
        "one row, batches of (2, 3), (3, 3) and (3, 5), a batch of one, one word, 3 and 4 axes, logits of ±1000, "
        "1e8 and more, whole numbers, rows of very different size, t unchanged"
    ),
    explanation=(
        "log(e^{t_i} / Σ_j e^{t_j}) = t_i − log Σ_j e^{t_j}: no division is needed, and no probability is ever formed "
        "that could be rounded to 0. Subtracting the row's maximum first changes nothing (it leaves both terms by the "
        "same amount) and keeps every e^{…} at most 1. At least one of them is exactly 1, so the sum is never 0 "
        "either."
    ),
    hints=[
        ("Write log(e^{t_i} / Σ_j e^{t_j}) as a difference of two logarithms. The first one undoes its exponential."),
        (
            "e^{1000} overflows. Adding a constant to a whole row changes no probability: subtract each row's maximum "
            "first."
        ),
        (
            "With `shifted` = t minus each row's maximum (`axis=-1, keepdims=True`): `shifted` minus the log of the "
            "row's sum of `np.exp(shifted)`, with `keepdims=True` again."
        ),
    ],
)

exercise.case(np.array([0.0, 1.0]))
exercise.case(np.array([1.8, -1.9, 2.9, -0.9]))
exercise.case(np.array([[1.0, 2.0, 4.0], [-3.0, 0.5, 0.0]]))
exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5], [-2.0, -2.5, 1.5]]))
exercise.case(np.random.default_rng(3).normal(0.0, 2.0, (3, 5)))
exercise.case(np.random.default_rng(4).normal(0.0, 2.0, (2, 3, 4)))
exercise.case(np.arange(24.0).reshape(2, 2, 2, 3) % 5)
exercise.case(np.array([1000.0, 1001.0, 998.5]))
exercise.case(np.array([-1000.0, -1001.0, -1003.0]))
exercise.case(np.array([1000.0, 0.0]))
exercise.case(np.array([-1000.0, 1000.0, -999.0]))
exercise.case(np.array([[1000.0, 999.0, 0.0], [-1000.0, -1002.0, -999.0]]))
exercise.case(np.array([[0.5, 1.5, -2.0]]))
exercise.case(np.array([[2.0], [-0.5]]))
exercise.case(np.array([[[1.0, 3.0]]]))
exercise.case(np.array([1, 2, 4]))
exercise.case(np.array([[0, 3, -1], [2, -5, 1]]))
exercise.case(np.array([1e8, 1e8 + 1.0, 1e8 - 2.0]))
exercise.case(np.array([20000.0, -30000.0, 19999.0]))
exercise.drawn(lambda rng: (10 * rng.normal(size=rng.integers(1, 6, rng.integers(1, 4))),))
exercise.drawn(lambda rng: (rng.integers(-2000, 2000, rng.integers(1, 6, rng.integers(1, 4))),))


def _shifted(t):
    return t - t.max(axis=-1, keepdims=True)


def _sum(t):
    return np.exp(t).sum(axis=-1, keepdims=True)


def _typed(change):
    """t − log Σ e^t of changed logits, as it is typed: infinite where they are large."""
    return lambda t: change(t) - np.log(_sum(change(t)))


exercise.mistake("log_of_softmax", lambda t: np.log(functional.softmax(t))).says(
    "You take the logarithm of the softmax. For [1000, 0] the second probability, e^−1000, is rounded to 0 and its "
    "logarithm becomes −inf; the answer is −1000. Take the logarithm on paper, so that no probability is ever formed."
)
exercise.mistake("overflow_in_the_sum", _typed(lambda t: t)).says(
    "Your formula is right on paper, but `np.exp(1000)` is infinite (and all of e^−1000 is rounded to 0). Subtract "
    "each row's maximum before the exponential: it changes no probability."
)
exercise.mistake("overflow_and_division", lambda t: np.log(np.exp(t) / _sum(t))).says(
    "`np.exp(1000)` is infinite, and inf / inf is nan. Subtract each row's maximum first, and take the logarithm on "
    "paper, log(a / b) = log a − log b: no division is left."
)

UNSHIFTED = " (And `np.exp(1000)` is infinite: subtract each row's maximum first.)"
DIVIDED = " (And take the logarithm on paper, log(a / b) = log a − log b, so that no probability is rounded to 0.)"


def _reduced(t, maximum, total, divided):
    """The log-softmax with maximum and sum over these (axis, keepdims); None: no maximum is subtracted."""
    shifted = t if maximum is None else t - t.max(axis=maximum[0], keepdims=maximum[1])
    sums = np.exp(shifted).sum(axis=total[0], keepdims=total[1])
    return np.log(np.exp(shifted) / sums) if divided else shifted - np.log(sums)


ROWS, DROPPED, WHOLE, FIRST, SECOND, PYTHON = (-1, True), (-1, False), (None, True), (0, True), (1, True), (0, False)
SAID = {
    WHOLE: "You sum over the whole array. Each row is a distribution of its own: sum along the last axis only.",
    ROWS: "You subtract ONE maximum. A row far below it, [−1000, −1002], still underflows: subtract each row's own.",
    FIRST: "You normalise along axis 0, down the batch. The words lie along the last axis: each row is a distribution.",
    SECOND: "You wrote axis=1. One row has no axis 1, and in a (B, T, V) array it is the time: the last axis is −1.",
    DROPPED: "Without `keepdims=True` the B maxima or sums and the (B, V) logits do not line up, or line up wrongly.",
    PYTHON: "Your sum runs over the first axis, as Python's `sum` always does: in a batch it adds up rows, not words.",
}
for id, maximum, total in (
    ("whole_array", WHOLE, WHOLE),
    ("whole_array_sum", ROWS, WHOLE),
    ("whole_array_unshifted", None, WHOLE),
    ("whole_array_maximum", WHOLE, ROWS),
    ("first_axis", FIRST, FIRST),
    ("first_axis_unshifted", None, FIRST),
    ("second_axis", SECOND, SECOND),
    ("second_axis_unshifted", None, SECOND),
    ("keepdims_missing", DROPPED, DROPPED),
    ("keepdims_missing_in_the_sum", ROWS, DROPPED),
    ("keepdims_missing_unshifted", None, DROPPED),
    ("python_sum", ROWS, PYTHON),
):
    for divided in (False, True):
        exercise.mistake(
            id + "_divided" * divided,
            lambda t, maximum=maximum, total=total, divided=divided: _reduced(t, maximum, total, divided),
        ).says(SAID[total] + UNSHIFTED * (maximum is None) + DIVIDED * divided)


def _slip(id, finish, sentence):
    """`finish` of shifted logits and the sums of their exponentials, or of plain ones: then two things are wrong."""
    exercise.mistake(id, lambda t: finish(_shifted(t), _sum(_shifted(t)))).says(sentence)
    exercise.mistake(id + "_unshifted", lambda t: finish(t, _sum(t))).says(sentence + UNSHIFTED)


_slip("probabilities", lambda t, sums: np.exp(t) / sums, "You return probabilities. Their logarithms are asked for.")
_slip("sign", lambda t, sums: np.log(sums) - t, "You return −log p. The minus sign comes with the loss.")
_slip("sign_divided", lambda t, sums: -np.log(np.exp(t) / sums), "You return −log p. Its minus comes later." + DIVIDED)
_slip("log_missing", lambda t, sums: t - sums, "You subtract the sum, not its logarithm: log(a / b) = log a − log b.")
_slip("added", lambda t, sums: t + np.log(sums), "You add the logarithm of the sum: log(a / b) = log a − log b.")
_slip(
    "divided_by_the_log", lambda t, sums: t / np.log(sums), "You divide by the logarithm: log(a / b) = log a − log b."
)
_slip("divided_by_the_sum", lambda t, sums: t / sums, "You divide logits by the sum. In logarithms one subtracts.")
_slip("mean_for_sum", lambda t, sums: t - np.log(sums / t.shape[-1]), "You average the exponentials: they are summed.")
_slip("log1p", lambda t, sums: t - np.log1p(sums), "`log1p` is log(1 + …). The sum holds its 1 already: `np.log`.")
_slip(
    "running_sum",
    lambda t, sums: t - np.log(np.cumsum(np.exp(t), axis=-1)),
    "`cumsum` adds up to each word only. Every word of a row is divided by the sum of them all.",
)
_slip("base_two", lambda t, sums: np.log2(np.exp(t) / sums), "Base 2 gives bits: two equal logits have −0.693, not −1.")
_slip("base_two_of_the_sum", lambda t, sums: t - np.log2(sums), "`np.log2` does not undo `np.exp`. `np.log` does.")
_slip("base_ten_of_the_sum", lambda t, sums: t - np.log10(sums), "`np.log10` does not undo `np.exp`. `np.log` does.")

NORMALISER = "You return log Σ e^t, one number per row. A word's log-probability is its own logit minus that."
exercise.mistake("normaliser", lambda t: np.logaddexp.reduce(t, axis=-1)).says(NORMALISER)
exercise.mistake("normaliser_unshifted", lambda t: np.log(np.exp(t).sum(axis=-1))).says(NORMALISER + UNSHIFTED)
exercise.mistakes(
    normaliser_kept=lambda t: np.logaddexp.reduce(t, axis=-1, keepdims=True),
    normaliser_of_shifted=lambda t: np.log(_sum(_shifted(t))),
).says(NORMALISER)
exercise.mistake("normaliser_kept_unshifted", lambda t: np.log(_sum(t))).says(NORMALISER + UNSHIFTED)

exercise.takes(
    result(
        log2="base_two_of_the_result",
        log10="base_ten",
        log="logarithm_twice",
        shifted=("shift_only", "You subtract the maximum and stop: the logarithm of the sum comes off, too."),
    ),
    argument("t", softmax=("softmax_twice", "You take the log-softmax of the softmax: normalised twice.")),
    other_softmax(
        lambda softmax: lambda t: np.log(softmax(t)),
        no_exponential="shares_of_the_logits",
        over_maximum="divided_by_the_maximum",
        sigmoid=("sigmoid", "You take the log-sigmoid, V yes-or-no questions. Here one of V words comes: a softmax."),
    ),
    epsilon(
        lambda eps: lambda t: np.log(functional.softmax(t) + eps),
        "the probabilities",
        "That hides the −inf: with 1e-12 it becomes −28, and the answer for [1000, 0] is −1000. Take the logarithm on "
        "paper first, then nothing underflows.",
        values=(*EPSILONS, 1e-300, sys.float_info.min),
    ),
    epsilon(
        lambda eps: lambda t: _shifted(t) - np.log(_sum(_shifted(t)) + eps),
        "the sum of the exponentials",
        "After the shift that sum is at least 1, and its logarithm safe; with it, no row's probabilities sum to 1.",
        id="epsilon_in_the_sum_{:.0e}",
        values=(1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9),
    ),
    rounded(1, 2, 3, 4),
    variants(
        "infinity_replaced_by_{:g}",
        (-1e9, -1e10, -1e30),
        lambda low: lambda t: np.maximum(np.log(functional.softmax(t)), low),
        "Where the probability is rounded to 0 you put {value}; for [1000, 0] it is −1000. Take logarithms on paper.",
    ),
    variants(
        "log_clipped_at",
        (50, 100, 1000),
        lambda bound: lambda t: np.maximum(np.log(functional.softmax(t)), -bound),
        "You cut the logarithms off at −{value}. [−1000, 1000] has one of −2000: take them on paper first.",
    ),
    variants(
        "logits_clipped_at",
        (10, 20, 30, 50, 80, 88, 100, 500, 700, 709),
        lambda bound: lambda t: functional.log_softmax(np.clip(t, -bound, bound)),
        "You cut the logits off at {value}: 1000 and 1001 become equal. Subtracting the maximum changes nothing.",
    ),
    variants(
        "shift_clipped_at",
        (10, 20, 30, 50, 100, 500, 700),
        lambda bound: _typed(lambda t: np.maximum(_shifted(t), -bound)),
        "You cut the shifted logits off at −{value}. Harmless in the sum, but not in front: [1000, 0] has −1000.",
    ),
)

exercise.mistake("minimum_subtracted", _typed(lambda t: t - t.min(axis=-1, keepdims=True))).says(
    "You subtract the minimum: [−1000, 1000] becomes [0, 2000], and e^2000 overflows. Subtract the maximum."
)
exercise.mistake("mean_subtracted", _typed(lambda t: t - t.mean(axis=-1, keepdims=True))).says(
    "You subtract the mean. [−1000, 1000] has mean 0, and e^1000 overflows: subtract the maximum."
)
exercise.mistake("absolute_maximum_subtracted", _typed(lambda t: t - np.abs(t).max(axis=-1, keepdims=True))).says(
    "You subtract the largest absolute value: [−1000, −1001] falls to −2000, and all e^… to 0. Subtract the maximum."
)
exercise.mistake("absolute_shift", _typed(lambda t: np.abs(_shifted(t)))).says(
    "You take |t − max|. The sign says which word is less likely, and without it e^1000 overflows again."
)
exercise.mistake("divided_by_the_absolute_maximum", _typed(lambda t: t / np.abs(t).max(axis=-1, keepdims=True))).says(
    "You DIVIDE by the largest absolute value, and the distances between logits change. Subtract the maximum."
)
exercise.mistake("unshifted_minus_shifted", lambda t: t - np.log(_sum(_shifted(t)))).says(
    "You subtract the maximum inside the exponential, but not from `t` in front: the maximum stays in the answer."
)
exercise.mistake("shifted_in_front_only", lambda t: _shifted(t) - np.log(_sum(t))).says(
    "You subtract the maximum from `t` in front, but not inside the exponential: `np.exp(1000)` is still infinite."
)
exercise.mistake("maximum_subtracted_twice", lambda t: functional.log_softmax(t) - t.max(axis=-1, keepdims=True)).says(
    "You subtract the maximum twice. After the shift, log Σ e^shifted is all that is left to subtract."
)
exercise.mistake(
    "maximum_with_the_wrong_sign", lambda t: t - (np.log(_sum(_shifted(t))) - t.max(axis=-1, keepdims=True))
).says("Where the maximum goes back, log Σ e^t = max + log Σ e^(t − max), you subtract it: it is added.")
exercise.mistake("absolute_shift_in_the_sum", lambda t: _shifted(t) - np.log(_sum(-_shifted(t)))).says(
    "You take |t − max| inside the exponential. It is 0 or below, and must stay so, or e^1000 overflows again."
)
for suffix, shift in (("", lambda t: t), ("_shifted", _shifted)):
    exercise.mistake(
        f"log_without_exponentials{suffix}",
        lambda t, shift=shift: shift(t) - np.log(shift(t).sum(axis=-1, keepdims=True)),
    ).says("You take the logarithm of the sum of the logits. The softmax sums their exponentials: log Σ e^t.")
for suffix, total in (
    ("logits", lambda t: t.sum(axis=-1, keepdims=True)),
    ("logarithms", lambda t: np.log(np.exp(t)).sum(axis=-1, keepdims=True)),
    ("logarithms_whole_array", lambda t: np.log(np.exp(t)).sum()),
):
    exercise.mistake(f"sum_of_the_{suffix}", lambda t, total=total: _shifted(t) - total(_shifted(t))).says(
        "You subtract a sum of logits (a log before the sum undoes the exp). It is log Σ e^shifted of each row."
    )
exercise.mistake("log_sigmoid", lambda t: -np.logaddexp(0, -t)).says(
    "You take the log-sigmoid, V yes-or-no questions. Here one of V words comes: a softmax."
)
exercise.mistake("log_of_the_logits", lambda t: functional.softmax(np.log(t))).says(
    "You take the logarithm of the logits, which may be negative. It belongs to the probabilities."
)
exercise.mistake("infinity_replaced", lambda t: np.nan_to_num(np.log(functional.softmax(t)))).says(
    "`nan_to_num` makes a huge number of −inf; it should be −1000 for [1000, 0]. Take the logarithm on paper first."
)
exercise.mistake(
    "zero_where_it_underflows", lambda t: np.log(np.where(functional.softmax(t) > 0, functional.softmax(t), 1.0))
).says("Where the probability is rounded to 0 you return 0, the logarithm of certainty. For [1000, 0] it is −1000.")
exercise.mistake(
    "shift_where_it_underflows", lambda t: np.where(_shifted(t) < -700, _shifted(t), functional.log_softmax(t))
).says(
    "Where the probability is rounded to 0 you return t − max alone. The logarithm of the row's sum belongs there, too."
)


def _table(t):
    """Normalised over the last two axes together."""
    return _shifted(t) - np.log(np.exp(_shifted(t)).sum(axis=(-1, -2), keepdims=True))


def _flat(t):
    """One distribution made of a whole table."""
    return t - np.logaddexp.reduce(t, axis=None)


def _one_row(row):
    return row - max(row) - np.log(np.exp(row - max(row)).sum())


exercise.mistake("one_row_only", _one_row).says(
    "Your function works on one row only: Python's `max` cannot compare rows. Take maximum and sum along the last axis."
)
exercise.mistake(
    "one_row_only_loop", lambda t: t - t.max() - math.log(sum(math.exp(value - t.max()) for value in t))
).says(
    "Your loop takes the elements of the first axis for numbers; in a batch they are rows. Work along the last axis."
)
exercise.mistake(
    "two_axes_only", lambda t: np.array([_one_row(row) for row in np.atleast_2d(t)]).reshape(t.shape)
).says(
    "Your function works on one row and on (B, V), but not on (B, T, V). Count the axis from the end: −1 serves all."
)
exercise.mistake(
    "three_axes_only",
    lambda t: functional.log_softmax(t) if t.ndim < 4 else np.array([[_flat(m) for m in n] for n in t]),
).says("Up to three axes are right, (A, B, T, V) is not: your loops are written for three. Axis −1 fits any number.")
exercise.mistake("two_axes_summed", lambda t: functional.log_softmax(t) if t.ndim < 3 else _table(t)).says(
    "Of three axes you sum over the last two, (−1, −2): the rows of a table run together. Sum over axis −1 alone."
)
exercise.mistakes(
    two_axes_assumed=lambda t: np.array([functional.log_softmax(row.ravel()).reshape(row.shape) for row in t]),
    two_axes_assumed_in_a_loop=lambda t: np.array(
        [[x - max(row) - math.log(sum(math.exp(y - max(row)) for y in row)) for x in row] for row in t]
    ),
).says(
    "You take each entry of the first axis for a row: one row falls into numbers, (B, T, V) into tables. Use axis −1."
)
exercise.mistake("first_row_returned", lambda t: functional.log_softmax(t if t.ndim == 1 else t[0])).says(
    "Only the first row comes back: the `return` stands inside the loop, or an index is too many. Collect all rows."
)
exercise.mistake(
    "early_return",
    lambda t: functional.log_softmax(t) if t.ndim == 1 else np.concatenate([functional.log_softmax(t[:1]), 0 * t[1:]]),
).says("The `return` stands inside the loop over the rows: all but the first stay 0. Move it one level out.")
exercise.mistake("whole_numbers_kept", lambda t: functional.log_softmax(t).astype(t.dtype)).says(
    "Right for floats; but of whole numbers as logits you make whole numbers: `np.empty_like(t)`, `zeros_like(t)` and "
    "`.astype(t.dtype)` take the dtype of t. Results are floats: `np.zeros(t.shape)`."
)
exercise.mistake("squeezed", lambda t: functional.log_softmax(t).squeeze()).says(
    "Your numbers are right, but `squeeze` takes every axis of length 1 away: a batch of one row, (1, 3), stays one."
)
exercise.mistake("one_row_made_a_batch", lambda t: functional.log_softmax(np.atleast_2d(t))).says(
    "One row comes back as a batch of one, (1, V). The result is shaped like t: axis −1 needs no second axis."
)
exercise.mistakes(
    extended_precision=lambda t: _typed(lambda t: t)(t.astype(np.longdouble)).astype(float),
    extended_precision_divided=lambda t: _reduced(t.astype(np.longdouble), None, ROWS, True).astype(float),
).says("`longdouble` puts the overflow off to e^11356, where the computer has it at all. Subtract each row's maximum.")
exercise.mistake("single_precision", lambda t: functional.log_softmax(t.astype(np.float32))).says(
    "You compute in float32, which keeps seven digits: 1e8 and 1e8 + 1 become one number. Leave the dtype as it is."
)
exercise.mistake("half_precision", lambda t: functional.log_softmax(t.astype(np.float16))).says(
    "You compute in float16, which keeps three digits and ends at 65 504. Leave the dtype as it is."
)

exercise.right(lambda t: special.log_softmax(t, axis=-1))
exercise.right(lambda t: t - np.logaddexp.reduce(t, axis=-1, keepdims=True))
exercise.right(lambda t: (t.T - np.logaddexp.reduce(t.T, axis=0)).T)


@exercise.right
def lists(t):
    """With loops and lists, for any number of axes."""
    if np.ndim(t) > 1:
        return [lists(row) for row in t]
    normaliser = max(t) + math.log(sum(math.exp(value - max(t)) for value in t))
    return [value - normaliser for value in t]
