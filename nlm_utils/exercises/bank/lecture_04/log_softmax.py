"""log_softmax."""

import math

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

from .common import EPSILONS, NOTES_LOGITS, softmax

exercise = Exercise(
    functional.log_softmax,
    checks=(
        "one row, batches of (2, 3), (3, 3) and (3, 5), an array of (2, 3, 4), logits of ±1000, rows of very "
        "different size, t unchanged"
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
    atol=1e-9,
)

exercise.case(np.array([0.0, 1.0]))
exercise.case(NOTES_LOGITS.copy())
exercise.case(np.array([[1.0, 2.0, 4.0], [-3.0, 0.5, 0.0]]))
exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5], [-2.0, -2.5, 1.5]]))
exercise.case(np.random.default_rng(3).normal(0.0, 2.0, (3, 5)))
exercise.case(np.random.default_rng(4).normal(0.0, 2.0, (2, 3, 4)))
exercise.case(np.array([1000.0, 1001.0, 998.5]))
exercise.case(np.array([-1000.0, -1001.0, -1003.0]))
exercise.case(np.array([1000.0, 0.0]))
exercise.case(np.array([-1000.0, 1000.0, -999.0]))
exercise.case(np.array([[1000.0, 999.0, 0.0], [-1000.0, -1002.0, -999.0]]))

exercise.mistake("log_of_softmax", lambda t: np.log(softmax(t))).says(
    "You took the logarithm of the softmax. For [1000, 0] the second probability, e^−1000, is rounded to 0 and its "
    "logarithm becomes −inf; the answer is −1000. Take the logarithm on paper first, so that no probability is ever "
    "formed."
)
exercise.mistake("overflow_in_the_sum", lambda t: t - np.log(np.exp(t).sum(axis=-1, keepdims=True))).says(
    "Your formula is right on paper, but `np.exp(1000)` is infinite (and all of e^−1000 is rounded to 0). Subtract "
    "each row's maximum before the exponential: it changes no probability."
)
exercise.mistake("overflow_and_division", lambda t: np.log(np.exp(t) / np.exp(t).sum(axis=-1, keepdims=True))).says(
    "You formed e^t, divided by the sum and then took the logarithm. `np.exp(1000)` is infinite, and inf / inf is not "
    "a number. Subtract each row's maximum first, and take the logarithm on paper: no division is left."
)


def _row_shift(t: np.ndarray) -> np.ndarray:
    return t - t.max(axis=-1, keepdims=True)


def _whole_shift(t: np.ndarray) -> np.ndarray:
    return t - t.max()


def _no_shift(t: np.ndarray) -> np.ndarray:
    return t


# each slip is made with the maximum subtracted or without: then two things are wrong, and both are said
for suffix, shift, remark in (
    ("", _row_shift, ""),
    ("_unshifted", _no_shift, " (And `np.exp(1000)` is infinite: subtract each row's maximum first.)"),
):
    exercise.mistake("whole_array" + suffix, lambda t, shift=shift: shift(t) - np.log(np.exp(shift(t)).sum())).says(
        "You normalised the whole array at once. Each row is a distribution of its own: sum along the last axis "
        "only." + remark
    )
    exercise.mistake(
        "whole_array_divided" + suffix, lambda t, shift=shift: np.log(np.exp(shift(t)) / np.exp(shift(t)).sum())
    ).says(
        "You normalised the whole array at once. Each row is a distribution of its own: sum along the last axis "
        "only. And take the logarithm on paper, log(a / b) = log a − log b, so that no probability is rounded to 0."
        + remark
    )

    @exercise.mistake("first_axis" + suffix).says(
        "You normalised along axis 0, down the batch. The words lie along the last axis: each row of V logits is "
        "one distribution." + remark
    )
    def _mistake(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=0, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))

    @exercise.mistake("first_axis_divided" + suffix).says(
        "You normalised along axis 0, down the batch. The words lie along the last axis: each row of V logits is "
        "one distribution. And take the logarithm on paper, so that no probability is rounded to 0." + remark
    )
    def _mistake_2(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=0, keepdims=True)
        return np.log(np.exp(shifted) / np.exp(shifted).sum(axis=0, keepdims=True))

    @exercise.mistake("second_axis" + suffix).says(
        "You wrote axis=1. That is the last axis of a (B, V) array only; one row has no axis 1, and in a (B, T, V) "
        "array it is the time. Count from the end: the last axis is −1." + remark
    )
    def _mistake_2_2(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    @exercise.mistake("second_axis_divided" + suffix).says(
        "You wrote axis=1. That is the last axis of a (B, V) array only; one row has no axis 1, and in a (B, T, V) "
        "array it is the time: the last axis is −1. And take the logarithm on paper, so that no probability is "
        "rounded to 0." + remark
    )
    def _mistake_2_2_2(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=1, keepdims=True)
        return np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))

    @exercise.mistake("keepdims_missing" + suffix).says(
        "You reduced along the last axis without `keepdims=True`. The (B, V) logits then no longer line up with the "
        "B maxima or sums: NumPy stops, or, worse, matches them with the wrong axis." + remark
    )
    def _mistake_2_2_2_2(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=-1)
        return shifted - np.log(np.exp(shifted).sum(axis=-1))

    exercise.mistake(
        "probabilities_returned" + suffix,
        lambda t, shift=shift: np.exp(shift(t)) / np.exp(shift(t)).sum(axis=-1, keepdims=True),
    ).says(
        "You returned the probabilities. Their logarithms are asked for: all of them at most 0, and their "
        "exponentials sum to 1." + remark
    )
    exercise.mistake(
        "sign" + suffix, lambda t, shift=shift: np.log(np.exp(shift(t)).sum(axis=-1, keepdims=True)) - shift(t)
    ).says(
        "You returned −log p. log-softmax gives log p itself, at most 0; the minus sign comes with the loss." + remark
    )
    exercise.mistake(
        "sign_divided" + suffix,
        lambda t, shift=shift: -np.log(np.exp(shift(t)) / np.exp(shift(t)).sum(axis=-1, keepdims=True)),
    ).says(
        "You returned −log p. log-softmax gives log p itself, at most 0; the minus sign comes with the loss. And "
        "take the logarithm on paper, so that no probability is rounded to 0." + remark
    )
    exercise.mistake(
        "log_of_the_sum_missing" + suffix,
        lambda t, shift=shift: shift(t) - np.exp(shift(t)).sum(axis=-1, keepdims=True),
    ).says("You subtracted the sum of the exponentials, not its logarithm. log(a / b) = log a − log b." + remark)
    exercise.mistake(
        "divided_by_the_log" + suffix,
        lambda t, shift=shift: shift(t) / np.log(np.exp(shift(t)).sum(axis=-1, keepdims=True)),
    ).says(
        "You divided by the logarithm of the sum. The logarithm of a quotient is a difference: log(a / b) = log a − "
        "log b." + remark
    )
    exercise.mistake(
        "divided_by_the_sum" + suffix, lambda t, shift=shift: shift(t) / np.exp(shift(t)).sum(axis=-1, keepdims=True)
    ).says(
        "You divided the logits by the sum of the exponentials. In the softmax the exponentials are divided; after "
        "the logarithm that becomes a subtraction." + remark
    )
    exercise.mistake(
        "added_instead" + suffix, lambda t, shift=shift: shift(t) + np.log(np.exp(shift(t)).sum(axis=-1, keepdims=True))
    ).says("You added the logarithm of the sum. log(a / b) = log a − log b: it is subtracted." + remark)
    exercise.mistake(
        "mean_for_sum" + suffix, lambda t, shift=shift: shift(t) - np.log(np.exp(shift(t)).mean(axis=-1, keepdims=True))
    ).says(
        "You averaged the exponentials. The softmax divides by their sum; with the mean, the probabilities would "
        "sum to V." + remark
    )
    exercise.mistake(
        "base_two" + suffix,
        lambda t, shift=shift: np.log2(np.exp(shift(t)) / np.exp(shift(t)).sum(axis=-1, keepdims=True)),
    ).says(
        "You took the logarithm to base 2. Nats want the natural one, which undoes `np.exp`: two equal logits give "
        "−0.693, not −1." + remark
    )
    exercise.mistake(
        "base_two_of_the_sum" + suffix,
        lambda t, shift=shift: shift(t) - np.log2(np.exp(shift(t)).sum(axis=-1, keepdims=True)),
    ).says(
        "You took the logarithm of the sum to base 2. The natural logarithm, `np.log`, is the one that undoes "
        "`np.exp`." + remark
    )
    exercise.mistake(
        "base_ten_of_the_sum" + suffix,
        lambda t, shift=shift: shift(t) - np.log10(np.exp(shift(t)).sum(axis=-1, keepdims=True)),
    ).says(
        "You took the logarithm of the sum to base 10. The natural logarithm, `np.log`, is the one that undoes "
        "`np.exp`." + remark
    )

    @exercise.mistake("normaliser_returned" + suffix).says(
        "You returned log Σ e^t, one number per row. Each word's log-probability is its own logit minus that." + remark
    )
    def _mistake_2_2_2_2_2(t, shift=shift):
        shifted = shift(t)
        return np.log(np.exp(shifted).sum(axis=-1)) + (t - shifted)[..., 0]


exercise.mistake("row_maximum_whole_array_sum", lambda t: _whole_shift(t) - np.log(np.exp(_whole_shift(t)).sum())).says(
    "You subtracted the maximum of the whole array and summed over all of it. Each row is a distribution of its own: "
    "maximum and sum run along the last axis."
)
exercise.mistake("base_two_of_the_result", lambda t: functional.log_softmax(t) / np.log(2)).says(
    "You took the logarithm to base 2 of the probabilities. Nats want the natural one: for two equal logits −0.693, "
    "not −1."
)
exercise.mistake("base_ten", lambda t: functional.log_softmax(t) / np.log(10)).says(
    "You took the logarithm to base 10 of the probabilities. Nats want the natural one, `np.log`."
)

for epsilon in EPSILONS:
    exercise.mistake(f"epsilon_{epsilon:.0e}", lambda t, epsilon=epsilon: np.log(softmax(t) + epsilon)).says(
        "You added a small number to the probabilities before the logarithm, or clipped them. That hides the −inf "
        "behind a wrong number: with 1e-12 it becomes −28, and the answer for [1000, 0] is −1000. Take the logarithm "
        "on paper first, then nothing underflows."
    )


@exercise.mistake("whole_array_maximum").says(
    "You subtracted one maximum for the whole array. A row whose logits all lie far below it, [−1000, −1002], still "
    "underflows to log 0. Subtract each row's own maximum."
)
def whole_array_maximum(t):
    shifted = t - t.max()
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@exercise.mistake("one_row_only").says(
    "Your function works on one row of logits only: Python's `max` cannot compare whole rows. `t` may hold any number "
    "of rows, (B, V) or (B, T, V): take maximum and sum along the last axis."
)
def one_row_only(t):
    shifted = t - max(t)
    return shifted - np.log(np.exp(shifted).sum())


@exercise.mistake("one_row_only_loop").says(
    "Your loop runs over the first axis and takes its elements for numbers; in a batch they are whole rows. `t` may "
    "hold any number of rows: take maximum and sum along the last axis."
)
def one_row_only_loop(t):
    normaliser = math.log(sum(math.exp(value - t.max()) for value in t))
    return np.array([value - t.max() - normaliser for value in t])


@exercise.mistake("two_axes_only").says(
    "Your function works on one row and on a (B, V) batch, but not on (B, T, V). Count the axis from the end, −1, and "
    "any number of axes in front will do."
)
def two_axes_only(t):
    rows = [row - max(row) for row in np.atleast_2d(t)]
    answer = np.array([row - np.log(np.exp(row).sum()) for row in rows])
    return answer if t.ndim > 1 else answer[0]


@exercise.mistake("unshifted_minus_shifted").says(
    "You subtracted the maximum inside the exponential but not from `t` in front. Both terms must be shifted by the "
    "same amount, or the maximum stays in the answer."
)
def unshifted_minus_shifted(t):
    maximum = t.max(axis=-1, keepdims=True)
    return t - np.log(np.exp(t - maximum).sum(axis=-1, keepdims=True))


@exercise.mistake("maximum_subtracted_twice").says(
    "You subtract the maximum twice: once from `t` and once more with the logarithm of the sum. After the shift, log "
    "Σ e^shifted is all that is left to subtract."
)
def maximum_subtracted_twice(t):
    maximum = t.max(axis=-1, keepdims=True)
    shifted = t - maximum
    return shifted - (np.log(np.exp(shifted).sum(axis=-1, keepdims=True)) + maximum)


exercise.mistake("shift_only", lambda t: t - t.max(axis=-1, keepdims=True)).says(
    "You subtracted the maximum and stopped. That makes the largest value 0, but the exponentials do not yet sum to "
    "1: the logarithm of their sum is still to be subtracted."
)
exercise.mistake("log_without_exponentials", lambda t: t - np.log(t.sum(axis=-1, keepdims=True))).says(
    "You took the logarithm of the sum of the logits. The softmax sums their exponentials: log Σ e^t."
)


@exercise.mistake("minimum_subtracted").says(
    "You subtracted the minimum. [−1000, 1000] becomes [0, 2000], and e^2000 overflows; subtract the maximum, so that "
    "the largest exponential is e^0 = 1."
)
def minimum_subtracted(t):
    shifted = t - t.min(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@exercise.mistake("mean_subtracted").says(
    "You subtracted the mean. That leaves large logits large: [−1000, 1000] has mean 0, and e^1000 overflows. "
    "Subtract the maximum."
)
def mean_subtracted(t):
    shifted = t - t.mean(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@exercise.mistake("absolute_maximum_subtracted").says(
    "You subtracted the largest absolute value. For [−1000, −1001] that shifts the logits to −2000 and every "
    "exponential is rounded to 0. Subtract the maximum itself."
)
def absolute_maximum_subtracted(t):
    shifted = t - np.abs(t).max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@exercise.mistake("divided_by_the_maximum").says(
    "You divided by the maximum. That changes the distances between logits, and with them the probabilities; "
    "subtracting the maximum changes nothing."
)
def divided_by_the_maximum(t):
    scaled = t / t.max(axis=-1, keepdims=True)
    return scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True))


@exercise.mistake("in_place").says(
    "The values are right, but you changed `t` itself (`t -= …` writes into the caller's array). Make a new array: "
    "`shifted = t - …`."
)
def in_place(t):
    t -= t.max(axis=-1, keepdims=True)
    return t - np.log(np.exp(t).sum(axis=-1, keepdims=True))


exercise.mistake("log_of_the_logits", lambda t: softmax(np.log(t))).says(
    "You took the logarithm of the logits before the softmax. Logits may be negative; the logarithm belongs to the "
    "probabilities."
)
exercise.mistake(
    "two_axes_assumed",
    lambda t: np.array([element - element.max() - np.log(np.exp(element - element.max()).sum()) for element in t]),
).says(
    "You go through `t` row by row, so each element of the first axis is taken for a row. A single row of logits then "
    "falls apart into numbers, and in (B, T, V) a whole table counts as one row. Work along the last axis, and any "
    "shape will do."
)


@exercise.mistake("keepdims_missing_in_the_sum").says(
    "Your maxima keep their axis, your sums do not: without `keepdims=True` the B sums no longer line up with the (B, "
    "V) logits. NumPy stops, or, worse, matches them with the wrong axis."
)
def keepdims_missing_in_the_sum(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1))


exercise.mistake("shares_of_the_logits", lambda t: np.log(t / t.sum(axis=-1, keepdims=True))).says(
    "You divided the logits by their sum and took the logarithm. Logits may be negative; the softmax divides their "
    "exponentials, e^t."
)
exercise.mistake("infinity_replaced", lambda t: np.nan_to_num(np.log(softmax(t)))).says(
    "You replaced −inf by the most negative number there is. It should be −1000 for [1000, 0]: take the logarithm on "
    "paper first, then nothing underflows and nothing needs mending."
)

for bound in (50.0, 100.0, 1000.0):
    exercise.mistake(f"log_clipped_at_{bound:.0f}", lambda t, bound=bound: np.maximum(np.log(softmax(t)), -bound)).says(
        "You cut the logarithms off from below. That hides the −inf behind a wrong number: for [−1000, 1000] the "
        "answer is −2000. Take the logarithm on paper first, then nothing underflows."
    )

for bound in (10.0, 20.0, 30.0, 50.0, 80.0, 88.0, 100.0, 500.0, 700.0, 709.0):
    exercise.mistake(
        f"logits_clipped_at_{bound:.0f}", lambda t, bound=bound: functional.log_softmax(np.clip(t, -bound, bound))
    ).says(
        "You cut the logits off so that the exponential cannot overflow. That changes them: 1000 and 1001 become "
        "equal. Subtracting each row's maximum avoids the overflow and changes nothing."
    )

exercise.mistake("whole_array_softmax", lambda t: np.log(softmax(t, axis=None))).says(
    "You normalised the whole array at once. Each row is a distribution of its own: maximum and sum run along the "
    "last axis. And take the logarithm on paper, log(a / b) = log a − log b, so that no probability is rounded to 0."
)


@exercise.mistake("whole_array_maximum_divided").says(
    "You subtracted one maximum for the whole array, and took the logarithm after the division. A row far below that "
    "maximum becomes 0 / 0, and small probabilities are rounded to 0. Subtract each row's own maximum, and take the "
    "logarithm on paper."
)
def whole_array_maximum_divided(t):
    exponentials = np.exp(_whole_shift(t))
    return np.log(exponentials / exponentials.sum(axis=-1, keepdims=True))


for epsilon in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8):

    @exercise.mistake(f"epsilon_in_the_sum_{epsilon:.0e}").says(
        "You added a small number to the sum of the exponentials. After the shift that sum is at least 1, so its "
        "logarithm is safe without; with it, no row's probabilities sum to 1."
    )
    def _mistake_2_2_2_2_2_2(t, epsilon=epsilon):
        shifted = _row_shift(t)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True) + epsilon)


@exercise.mistake("absolute_shift").says(
    "You took the absolute value of t − max. The shifted logits are 0 or below, and must stay so: the sign says which "
    "word is less likely, and e^{1000} overflows again."
)
def absolute_shift(t):
    shifted = np.abs(_row_shift(t))
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@exercise.mistake("absolute_shift_in_the_sum").says(
    "You took the absolute value of t − max inside the exponential. The shifted logits are 0 or below, and must stay "
    "so, or e^{1000} overflows again."
)
def absolute_shift_in_the_sum(t):
    shifted = _row_shift(t)
    return shifted - np.log(np.exp(-shifted).sum(axis=-1, keepdims=True))


exercise.mistake("shifted_in_front_only", lambda t: _row_shift(t) - np.log(np.exp(t).sum(axis=-1, keepdims=True))).says(
    "You subtracted the maximum from `t` in front, but not inside the exponential. Both must be shifted by the same "
    "amount: else the maximum stays in the answer, and `np.exp(1000)` is still infinite."
)


@exercise.mistake("log_without_exponentials_shifted").says(
    "You took the logarithm of the sum of the shifted logits, which is never above 0: nan. The softmax sums their "
    "exponentials: log Σ e^shifted."
)
def log_without_exponentials_shifted(t):
    shifted = _row_shift(t)
    return shifted - np.log(shifted.sum(axis=-1, keepdims=True))


@exercise.mistake("sum_of_the_logits_subtracted").says(
    "You subtracted the sum of the shifted logits. What is to be subtracted is log Σ e^shifted: exponential first, "
    "then the sum, then the logarithm."
)
def sum_of_the_logits_subtracted(t):
    shifted = _row_shift(t)
    return shifted - shifted.sum(axis=-1, keepdims=True)


@exercise.mistake("sum_of_the_logarithms").says(
    "You took the logarithm before the sum. That undoes the exponential at once, and the logits are summed; sum the "
    "exponentials first, then take the logarithm of the sum."
)
def sum_of_the_logarithms(t):
    shifted = _row_shift(t)
    return shifted - np.log(np.exp(shifted)).sum(axis=-1, keepdims=True)


@exercise.mistake("sum_of_the_logarithms_whole_array").says(
    "You took the logarithm before the sum, and summed over the whole array. Sum the exponentials of each row first, "
    "then take the logarithm of that sum."
)
def sum_of_the_logarithms_whole_array(t):
    shifted = _row_shift(t)
    return shifted - np.log(np.exp(shifted)).sum()


@exercise.mistake("python_sum").says(
    "Your sum runs over the first axis, as Python's `sum` always does: in a batch it adds up rows, not words. Use "
    "`np.sum` or `.sum` along the last axis."
)
def python_sum(t):
    shifted = _row_shift(t)
    return shifted - np.log(sum(np.exp(shifted)))


for bound in (700,):

    @exercise.mistake(f"shift_where_it_underflows_{bound}").says(
        "Where the probability is rounded to 0 you return t − max alone. The logarithm of the row's sum belongs there "
        "too; taken on paper, one formula serves all entries."
    )
    def _mistake_2_2_2_2_2_2_2(t, bound=bound):
        shifted = _row_shift(t)
        return np.where(shifted < -bound, shifted, np.log(softmax(t)))


@exercise.mistake("zero_where_it_underflows").says(
    "Where the probability is rounded to 0 you return 0, the logarithm of certainty. For [1000, 0] the second entry "
    "is −1000. Take the logarithm on paper, then nothing underflows."
)
def zero_where_it_underflows(t):
    p = softmax(t)
    return np.where(p > 0, np.log(np.where(p > 0, p, 1.0)), 0.0)


@exercise.mistake("early_return").says(
    "The `return` stands inside the loop over the rows and leaves it after the first one: the other rows stay 0. Move "
    "it one level out."
)
def early_return(t):
    if t.ndim == 1:
        return functional.log_softmax(t)
    answer = np.zeros_like(t)
    for place, row in enumerate(t):
        answer[place] = functional.log_softmax(row)
        return answer


exercise.mistake("first_row_returned", lambda t: functional.log_softmax(t if t.ndim == 1 else t[0])).says(
    "The `return` stands inside the loop over the rows: only the first row comes back. Collect all rows."
)

for bound in (10.0, 20.0, 30.0, 50.0, 100.0, 500.0, 700.0):

    @exercise.mistake(f"shift_clipped_at_{bound:.0f}").says(
        "You cut the shifted logits off from below. e^−1000 is rounded to 0, and that is harmless inside the sum; in "
        "front it must stay: the answer for [1000, 0] is −1000."
    )
    def _mistake_2_2_2_2_2_2_2_2(t, bound=bound):
        shifted = np.maximum(_row_shift(t), -bound)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@exercise.mistake("maximum_with_the_wrong_sign").says(
    "A sign slipped where the maximum goes back: log Σ e^t = max + log Σ e^(t − max). You subtract the maximum from "
    "the second term where it is added."
)
def maximum_with_the_wrong_sign(t):
    maximum = t.max(axis=-1, keepdims=True)
    return t - (np.log(np.exp(t - maximum).sum(axis=-1, keepdims=True)) - maximum)


exercise.mistake("keepdim", lambda t: t - t.max(axis=-1, keepdim=True)).says(
    "`keepdim` (and `dim`) is torch's word. NumPy says `keepdims`, with an s (and `axis`)."
)
exercise.mistake("softmax_twice", lambda t: functional.log_softmax(softmax(t))).says(
    "You took the log-softmax of the softmax: normalised twice. [1000, 0] then gives −0.31 and −1.31 where 0 and "
    "−1000 are right. The exponentials are normalised once."
)
exercise.mistake("logarithm_twice", lambda t: np.log(functional.log_softmax(t))).says(
    "You took the logarithm twice. After the subtraction you hold log-probabilities already; their logarithm is not a "
    "number."
)
exercise.mistake(
    "divided_by_the_absolute_maximum", lambda t: functional.log_softmax(t / np.abs(t).max(axis=-1, keepdims=True))
).says(
    "You divided by the largest absolute value. That changes the distances between logits, and with them the "
    "probabilities; subtracting the maximum changes nothing."
)
exercise.mistake("half_precision", lambda t: functional.log_softmax(t.astype(np.float16))).says(
    "You computed in float16, which keeps three digits and ends at 65 504. Leave the dtype as it is."
)


@exercise.mistake("two_axes_assumed_in_a_loop").says(
    "You go through `t` row by row, and a single row of logits has no rows: it falls apart into numbers. Work along "
    "the last axis, and any shape will do."
)
def two_axes_assumed_in_a_loop(t):
    answer = []
    for row in t:
        maximum = max(row)
        normaliser = math.log(sum(math.exp(value - maximum) for value in row))
        answer.append([value - maximum - normaliser for value in row])
    return np.array(answer)


@exercise.right
def right_1(t):
    from scipy.special import log_softmax

    return log_softmax(t, axis=-1)


exercise.right(lambda t: t - np.logaddexp.reduce(t, axis=-1, keepdims=True))


@exercise.right
def right_2(t):
    shifted = t.astype(np.float32) - t.max(axis=-1, keepdims=True).astype(np.float32)
    return shifted - np.log(np.einsum("...v->...", np.exp(shifted)))[..., None]


@exercise.right
def right_3(t):
    if t.ndim > 1:
        return [log_softmax_of_lists(row) for row in t]
    return log_softmax_of_lists(t)


def log_softmax_of_lists(t):
    """log-softmax with loops and lists, for an array of any number of axes."""
    if np.ndim(t) > 1:
        return [log_softmax_of_lists(row) for row in t]
    maximum = max(t)
    normaliser = maximum + math.log(sum(math.exp(value - maximum) for value in t))
    return [value - normaliser for value in t]
