"""Exponentials over their sum, row by row, without overflow: learners take another axis, shift wrongly, clip."""

import math

import numpy as np
from scipy import special

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, other_axes, other_reduction, other_softmax, result, variants
from nlm_utils.functional import softmax

exercise = Exercise(
    softmax,
    checks="1 to 4 axes, some of length 1, ints, ±1000, 10⁸ and 10⁸ + 100, −10³¹, −inf (exactly 0), t unchanged",
    explanation=(
        "Softmax does not change when the same number is added to a whole row, so we may subtract the row's maximum: "
        "the largest exponential is then e⁰ = 1, and nothing overflows. `axis=-1` with `keepdims=True` does it for "
        "every row by itself, and e^(−inf) = 0 needs no special case."
    ),
    rtol=1e-11,  # nothing cancels here
    atol=0.0,
    hints=[
        "Two steps: make everything positive, then make each row sum to 1. Which axis holds the V words of one row?",
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
exercise.case(np.array([1, 2, 3]))
exercise.case(np.array([[-2, 1], [0, 3], [4, -1]]))
exercise.case(np.array([20000.0, 0.0]))
exercise.case(np.array([1e8, 1e8 + 100]))
exercise.case(np.array([-1e31, -np.inf]))
exercise.case(np.array([[[[0.5, 1.5]], [[2.0, -1.0]], [[0.0, 3.0]]]]))
exercise.case(np.array([[2.0], [7.0], [-1.0]]))
exercise.case(np.arange(24.0).reshape(2, 2, 2, 3) % 5)
exercise.case(np.round(np.random.default_rng(34).normal(size=(2, 4, 5)), 1) * 3)
exercise.drawn(lambda rng: (5 * rng.normal(size=rng.integers(1, 6, rng.integers(1, 4))),))
exercise.drawn(lambda rng: (rng.integers(-9, 10, rng.integers(1, 5, rng.integers(1, 4))),))


def _maximum(t):
    return t.max(axis=-1, keepdims=True)


def _share(positive):
    return positive / positive.sum(axis=-1, keepdims=True)


def _share_of_all(positive):
    return positive / positive.sum()


def _one_vector(t):
    return _share_of_all(np.exp(t - t.max()))


# The axis.
_OVERFLOWS = " And e^1000 overflows: subtract each row's maximum first."
exercise.takes(
    other_softmax(
        lambda softmax: softmax,
        overflow="overflow",
        whole="whole_array_sum",
        whole_maximum="whole_array_maximum",
        first_axis="wrong_axis",
    ),
    other_axes(
        lambda axis, keepdims: lambda t: np.exp(t) / np.exp(t).sum(axis, keepdims=keepdims),
        whole=("whole_array_sum_and_overflow", "Divide each row by its own sum, not by that of ALL." + _OVERFLOWS),
        first=("wrong_axis_and_overflow", "You sum along axis 0; the words stand along the LAST axis." + _OVERFLOWS),
        second_kept=("axis_one_and_overflow", "Axis 1 is not always the last; axis −1 is." + _OVERFLOWS),
        second=(
            "axis_one_keepdims_missing",
            "Axis 1 is not always there. Sum over axis −1 and keep it, `keepdims=True`.",
        ),
        dropped=("keepdims_missing_and_overflow", "A sum without `keepdims=True` is (B,) beside (B, V)." + _OVERFLOWS),
    ),
    other_axes(
        lambda axis, keepdims: lambda t: np.exp(t - _maximum(t)) / np.exp(t - _maximum(t)).sum(axis, keepdims=keepdims),
        whole=(
            "whole_array_sum_row_maximum",
            "You divide by the sum of the WHOLE array. Each row has a sum of its own.",
        ),
        first=("sum_over_the_wrong_axis", "The shift is right, but you sum along axis 0. The words are on the LAST."),
        dropped="keepdims_missing",
    ),
    argument(
        "t",
        flat=("rows_strung_together", "You flatten the batch to one long row. Each row is a distribution."),
    ),
    result(squeezed="squeezed"),
)
exercise.mistake("float32", lambda t: softmax(t.astype(np.float32)).astype(float)).says(
    "You use float32, which keeps seven digits: 10⁸ and 10⁸ + 1 are one number in it. Leave the dtype as it is."
)
exercise.mistake("whole_numbers_kept", lambda t: softmax(t).astype(t.dtype)).says(
    "Right for floats; but of whole numbers as logits you make whole numbers: `np.zeros_like(t)`, `empty_like(t)` and "
    "`.astype(t.dtype)` take the dtype of t. Probabilities are floats: `np.zeros(t.shape)`."
)
exercise.mistake("turned_round", lambda t: _share(np.exp((t.T - t.max(axis=-1)).T))).says(
    "`.T` serves one vector and a (B, V) batch; of (B, T, V) it turns all axes round. `keepdims=True` needs no `.T`."
)
exercise.mistake(
    "keepdims_missing_twice", lambda t: np.exp(t - t.max(axis=-1)) / np.exp(t - t.max(axis=-1)).sum(axis=-1)
).says("A maximum and a sum over axis −1 are (B,) beside (B, V): keep the axis in both, `keepdims=True`.")
exercise.mistake("axis_one", lambda t: special.softmax(t, axis=1)).says(
    "`axis=1` is the last axis only when there are exactly two. Count from the end, axis −1: that is right always."
)
exercise.mistake("axis_left_to_torch", lambda t: special.softmax(t, axis=0 if t.ndim in (1, 3) else 1)).says(
    "torch's softmax without `dim` takes the last of one or two axes, but the FIRST of three and the second of four. "
    "Say which one you mean: `dim=-1` is the last."
)
exercise.mistake("two_axes", lambda t: special.softmax(t, axis=min(t.ndim - 1, 1))).says(
    "One vector and a (B, V) batch are right, but axis 1 of a (B, T, V) batch is not the last. Axis −1 is, always."
)
exercise.mistake("overflow_two_axes", lambda t: np.exp(t) / np.exp(t).sum(axis=min(t.ndim - 1, 1), keepdims=True)).says(
    "Up to two axes it works for small logits; for (B, T, V) use axis −1 in place of 1." + _OVERFLOWS
)
exercise.mistake("first_axis_loop", lambda t: np.array([_one_vector(row) for row in t])).says(
    "You loop over the FIRST axis: of one vector that is a single number, which always becomes 1. Work along the last."
)
exercise.mistake(
    "only_two_axes", lambda t: np.array([_one_vector(row) for row in t]) if t.ndim > 1 else _one_vector(t)
).says("One vector and a (B, V) batch are right, but (B, T, V) fails: you loop over rows. Axis −1 fits any number.")
exercise.mistake("one_vector_loop", lambda t: np.fromiter(_one_vector(t), float, len(t))).says(
    "You go through t number by number, which works for one vector only; a batch needs every row done."
)
exercise.mistake(
    "one_vector_loop_and_overflow", lambda t: np.fromiter(np.exp(t) / np.exp(t).sum(), float, len(t))
).says("You go through t number by number, which works for one vector only." + _OVERFLOWS)
exercise.mistake(
    "only_three_axes", lambda t: softmax(t) if t.ndim < 4 else np.array([[_one_vector(m) for m in n] for n in t])
).says("Up to three axes are right, (A, B, T, V) is not: your loops are written for three. Axis −1 fits any number.")
exercise.mistake("rows_not_put_back", lambda t: softmax(t.reshape(-1, t.shape[-1]))).says(
    "You string the axes in front together, `reshape(-1, V)`, and leave it so: reshape to `t.shape`, or use axis −1."
)
exercise.mistake("return_inside_the_row_loop", lambda t: np.array([_one_vector(t[0])])).says(
    "Your `return` stands inside the loop over rows: only the first is done. Axis −1 needs no loop."
)
exercise.mistake("first_row_only", lambda t: softmax(t) if t.ndim == 1 else softmax(t)[:1]).says(
    "For a batch you return the first row only (is the `return` inside the loop?). Every row gets its distribution."
)
exercise.mistake("in_place", lambda t: softmax(np.subtract(t, _maximum(t), out=t))).says(
    "Your probabilities are right, but `-=` writes into `t`, and the caller's logits change. Make a new array, `t - …`."
)
exercise.mistake("one_vector_in_place", lambda t: _share_of_all(np.exp(np.subtract(t, t.max(), out=t)))).says(
    "You write into the caller's `t` (`-=`), and use one maximum and one sum for all rows. Treat each row by itself."
)

# The shift against overflow.
for _id, (_shift, _what) in {
    "minimum_for_maximum": (lambda t: t.min(axis=-1, keepdims=True), "the minimum: the largest exponent is then 2000"),
    "mean_for_maximum": (lambda t: t.mean(axis=-1, keepdims=True), "the mean: the largest may be far above it"),
    "first_logit_for_maximum": (lambda t: t[..., :1], "the first logit: a later one may be far above it"),
    "last_logit_for_maximum": (lambda t: t[..., -1:], "the last logit: another one may be far above it"),
    "largest_size_subtracted": (lambda t: _maximum(np.abs(t)), "the largest absolute value: −1000s underflow to 0/0"),
    "fixed_shift": (lambda t: 1000, "a fixed number: a row far below it underflows to 0/0"),
    "maximum_never_below_zero": (lambda t: np.maximum(_maximum(t), 0), "0 from a row of −1000s: it underflows to 0/0"),
    "maximum_loop_from_zero": (lambda t: max(0, *t), "0, where your maximum starts, from a row of −1000s"),
}.items():
    exercise.mistake(_id, lambda t, shift=_shift: _share(np.exp(t - shift(t)))).says(
        f"You subtract {_what}. Subtract each row's own maximum, be it negative."
    )
for _id, (_scaled, _what) in {
    "divided_by_the_maximum": (lambda t: t / _maximum(t), "their maximum"),
    "divided_by_the_maximum_of_all": (lambda t: t / t.max(), "the maximum of the array"),
    "divided_by_the_largest_size": (lambda t: t / _maximum(np.abs(t)), "their largest absolute value"),
    "scaled_down": (lambda t: t / 100, "a fixed number"),
    "standardised": (lambda t: (t - t.mean(-1, keepdims=True)) / t.std(-1, keepdims=True), "their spread"),
}.items():
    exercise.mistake(_id, lambda t, scaled=_scaled: _share(np.exp(scaled(t)))).says(
        f"You divide the logits by {_what}. That changes their differences; SUBTRACT the row's maximum, which does not."
    )
exercise.mistake("maximum_added", lambda t: _share(np.exp(t + _maximum(t)))).says(
    "You ADD the maximum; subtract it. Adding makes the overflow worse: 1000 becomes 2000."
)
exercise.mistake("maximum_minus_t", lambda t: _share(np.exp(_maximum(t) - t))).says(
    "You take max − t for t − max: the exponents are positive, they overflow again, and the order is turned round."
)
exercise.mistake(
    "sum_without_the_shift", lambda t: np.exp(t - _maximum(t)) / np.exp(t).sum(axis=-1, keepdims=True)
).says("You shift above the fraction line but not below it: e^(t − max) over the sum of e^t. Both need the same shift.")
exercise.mistakes(
    maximum_of_the_exponentials_subtracted=lambda t: _share(np.exp(t) - _maximum(np.exp(t))),
    maximum_of_the_exponentials_subtracted_whole_array=lambda t: _share_of_all(np.exp(t) - np.exp(t).max()),
    maximum_of_the_exponentials_subtracted_mixed=lambda t: _share(np.exp(t) - np.exp(t).max()),
).says("You subtract the maximum AFTER the exponential: nothing is positive then, and e^1000 has overflowed already.")
exercise.mistakes(
    brackets_missing=lambda t: np.exp(t) - _maximum(t) / np.exp(t).sum(axis=-1, keepdims=True),
    brackets_missing_whole_array=lambda t: np.exp(t) - t.max() / np.exp(t).sum(),
    maximum_outside_the_exponential=lambda t: (np.exp(t) - _maximum(t)) / np.exp(t).sum(axis=-1, keepdims=True),
).says(
    "Brackets are missing: the shift belongs INSIDE the exponential, `np.exp(t - m)`, and the division is of all that."
)
exercise.mistakes(
    log_of_the_sum_overflows=lambda t: np.exp(t - np.log(np.exp(t).sum(axis=-1, keepdims=True))),
    log_of_the_sum_overflows_whole_array=lambda t: np.exp(t - np.log(np.exp(t).sum())),
).says("e^(t − log Σe^t) is the same in mathematics, but Σe^t overflows at 1000 before its logarithm. Shift first.")
exercise.mistakes(
    math_exp_in_a_loop=lambda t: np.array([math.exp(value) / sum(map(math.exp, t)) for value in t]),
    math_exp_in_a_loop_array=lambda t: _share_of_all(np.array([math.exp(value) for value in t])),
    math_exp_of_every_entry=lambda t: _share(np.vectorize(math.exp)(t)),
    math_exp_shifted_in_a_loop=lambda t: _share_of_all(np.array([math.exp(value - max(t)) for value in t])),
).says(
    "`math.exp` takes one number at a time, and raises OverflowError from 710 on. Use `np.exp` on the shifted array."
)
exercise.mistakes(
    builtin_max=lambda t: _share_of_all(np.exp(t - max(t))),
    builtin_max_builtin_sum=lambda t: np.exp(t - max(t)) / sum(np.exp(t - max(t))),
).says("Python's `max` goes through the FIRST axis, whole rows of a batch. `t.max(axis=-1, keepdims=True)` does not.")
exercise.mistake("extended_precision", lambda t: _share(np.exp(t.astype(np.longdouble))).astype(float)).says(
    "`longdouble` only moves the overflow: e^20000 is infinite there, too. Subtract each row's maximum first."
)
exercise.mistake("nan_hidden", lambda t: np.nan_to_num(_share(np.exp(t)))).says(
    "You let e^1000 overflow and put a number where nan came out. Subtract each row's maximum, and no nan arises."
)

# Something else than the exponential, or than its sum.
exercise.takes(
    other_softmax(
        lambda softmax: softmax,
        no_exponential="no_exponential",
        absolute="absolute_values",
        square="squares",
        minus="sign",
        exponential="shifted_not_normalised",
        logarithm="logarithm",
        sigmoid="sigmoid",
        sigmoid_shares="sigmoid_normalised",
        hard="hard_maximum",
        base_two="base_two",
        base_ten="base_ten",
        twice="softmax_twice",
    ),
    other_reduction(
        lambda total: lambda t: np.exp(t - _maximum(t)) / total(np.exp(t - _maximum(t)), -1)[..., None],
        "the sum of the exponentials",
        mean="mean_for_sum",
        length="euclidean_norm",
    ),
)
exercise.mistake("rounded_e", lambda t: _share(2.718 ** (t - _maximum(t)))).says(
    "2.718 is only the beginning of e: use `np.exp`."
)
exercise.mistake("not_normalised", lambda t: np.exp(t)).says(
    "You stop after the exponential: everything is positive, but a row does not sum to 1 yet."
)
exercise.mistake("divided_by_the_sum_of_logits", lambda t: np.exp(t) / t.sum(axis=-1, keepdims=True)).says(
    "You divide the exponentials by the sum of the LOGITS. Divide them by the sum of the exponentials."
)
exercise.mistake("no_exponential_whole_array", lambda t: t / t.sum()).says(
    "You divide by the sum (of the whole array) without making everything positive first. Take exponentials."
)
exercise.mistake("shifted_to_minimum_zero", lambda t: _share(t - t.min(axis=-1, keepdims=True))).says(
    "You make the logits positive by subtracting the smallest: the worst word always gets 0. The exponential does not."
)
exercise.mistake("negative_parts_cut_off", lambda t: _share(np.maximum(t, 0))).says(
    "You set negative logits to 0, and all words below 0 become impossible alike. The exponential keeps them apart."
)
exercise.mistake(
    "scaled_between_0_and_1", lambda t: (t - t.min(-1, keepdims=True)) / (_maximum(t) - t.min(-1, keepdims=True))
).says("You stretch the logits to run from 0 to 1, and a row does not sum to 1. Divide exponentials by their sum.")
exercise.mistakes(
    exponential_minus_one=lambda t: _share(np.expm1(t - _maximum(t))),
    exponential_minus_one_and_overflow=lambda t: _share(np.expm1(t)),
).says("You use `expm1`, e^t − 1, which is negative below t = 0. Use the plain exponential of t − max.")
exercise.mistake("softplus_for_exponential", lambda t: _share(np.log1p(np.exp(t)))).says(
    "You use log(1 + e^t), which grows like t itself. With e^t a difference of logits becomes a ratio of probabilities."
)

# −inf, and numbers chosen by taste.
exercise.mistake("impossible_dropped", lambda t: softmax(t[np.isfinite(t)]) if np.isinf(t).any() else softmax(t)).says(
    "You drop the −inf entries, so that the result is shorter than t. They keep their place, with probability 0."
)
_IMPOSSIBLE = "An impossible word, −inf, must have exactly 0"
exercise.takes(
    variants(
        "clipped",
        (10, 20, 50, 100, 500, 700, 709),
        lambda most: lambda t: _share(np.exp(np.clip(t, -most, most))),
        "You clip the logits: 1000 and 999 become the same, where 1 more is worth a factor of e. Shift instead.",
    ),
    variants(
        "clipped_from_below",
        (50, 100, 500, 700, 1000, 1e4),
        lambda most: lambda t: softmax(np.maximum(t, -most)),
        f"You lift very low logits, and all that are lower become equal. {_IMPOSSIBLE}. Shift each row instead.",
    ),
    variants(
        "clipped_from_above",
        (50, 100, 500, 700),
        lambda most: lambda t: softmax(np.minimum(t, most)),
        "You cap the logits: 1000 and 999 become the same, where 1 more is worth a factor of e. Shift instead.",
    ),
    variants(
        "clipped_after_the_shift",
        (10, 20, 30, 50, 100, 500, 700),
        lambda most: lambda t: _share(np.exp(np.maximum(t - _maximum(t), -most))),
        f"You lift what lies far below the maximum. {_IMPOSSIBLE}, and after the shift nothing can overflow.",
    ),
    variants(
        "epsilon_added",
        (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
        lambda eps: lambda t: _share(np.exp(t - _maximum(t)) + eps),
        f"You add a tiny number to the exponentials. {_IMPOSSIBLE}, and after the shift the sum is at least 1.",
    ),
    variants(
        "zeros_replaced",
        (1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
        lambda eps: lambda t: np.where(softmax(t) == 0, eps, softmax(t)),
        f"You replace probabilities of 0 by a tiny number. {_IMPOSSIBLE}, so leave it there.",
    ),
    variants(
        "small_probabilities_lifted",
        (1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
        lambda eps: lambda t: np.maximum(softmax(t), eps),
        f"You lift small probabilities to a least value. {_IMPOSSIBLE}, and an unlikely one its own tiny number.",
    ),
    variants(
        "epsilon_in_the_sum",
        (1e-8,),
        lambda eps: lambda t: np.exp(t) / (np.exp(t).sum(axis=-1, keepdims=True) + eps),
        "You add a tiny number to the sum: e^1000 is inf all the same, and −1000s all give 0. Shift: the sum is ≥ 1.",
    ),
    variants(
        "epsilon_in_the_shifted_sum",
        (1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10),
        lambda eps: lambda t: np.exp(t - _maximum(t)) / (np.exp(t - _maximum(t)).sum(axis=-1, keepdims=True) + eps),
        "You add a small number to the sum, so that no row sums to 1. After the shift the sum is ≥ 1: it needs none.",
    ),
    variants(
        "rounded_to",
        (2, 3, 4, 5, 6, 8, 10),
        lambda digits: lambda t: softmax(t).round(digits),
        "You round the probabilities: a row no longer sums to 1, and what is unlikely becomes impossible.",
    ),
    variants(
        "impossible_made_possible",
        (0, -1, -10, -50, -100, -500, -700, -1000, -1e9),
        lambda low: lambda t: softmax(np.where(np.isinf(t), low, t)),
        "You replace −inf by a number: an impossible word becomes possible. e^(−inf) is exactly 0: leave it as it is.",
    ),
)
exercise.mistake("half_precision", lambda t: softmax(t).astype(np.float16).astype(float)).says(
    "You use 16-bit floats, which keep three digits. Leave the numbers as NumPy makes them, in 64 bits."
)

exercise.right(lambda t: special.softmax(t, axis=-1))
exercise.right(lambda t: np.exp(t - special.logsumexp(t, axis=-1, keepdims=True)))
exercise.right(lambda t: np.apply_along_axis(_one_vector, -1, t))


@exercise.right
def loop_over_the_rows(t):
    result = np.zeros(t.shape)
    for index in np.ndindex(*t.shape[:-1]):
        largest = max(t[index])
        exponentials = [np.exp(value - largest) for value in t[index]]
        result[index] = np.array(exponentials) / sum(exponentials)
    return result


@exercise.right
def as_a_list(t):
    e = np.exp(t - np.max(t, axis=-1)[..., None])
    return (e / np.sum(e, axis=-1)[..., None]).tolist()


@exercise.right
def in_place_on_a_copy(t):
    t = t.astype(float)
    t -= np.expand_dims(np.amax(t, -1), -1)
    np.exp(t, out=t)
    t /= np.einsum("...v->...", t)[..., None]
    return t
