"""The temperature divides the logits, and must be above 0: learners put it elsewhere, or refuse too little or much."""

import numpy as np
from scipy import special

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import other_axes, other_softmax, variants
from nlm_utils.functional import softmax, softmax_with_temperature

exercise = Exercise(
    softmax_with_temperature,
    checks="temperatures from 1e-9 to 100, t and temperature of ints, 1 to 4 axes, ±1000, −inf, ValueError for ≤ 0",
    explanation=(
        "The temperature divides the LOGITS, before the softmax: it scales their differences, and differences are all "
        "that softmax sees. As τ falls to 0 the best word takes everything, as τ grows all words become equal; τ = 0 "
        "itself is a division by zero and a negative τ turns the order round, so both are refused."
    ),
    atol=0.0,
    hints=[
        "First the refusal: which exception does the docstring name, and for which temperatures?",
        "Temperature acts on the logits, before the softmax. A HIGH temperature should make their differences SMALL.",
        "Raise ValueError if temperature <= 0; otherwise it is the softmax of t / temperature.",
    ],
)

exercise.case(np.array([0.0, 1.0, 3.0]), 2.0)
exercise.case(np.array([0.0, 1.0, 3.0]), 0.5)
exercise.case(np.array([0.0, 1.0, 3.0]), 1.0)
exercise.case(np.array([0.0, 1.0, 3.0]), 0.0)
exercise.case(np.array([0.0, 1.0, 3.0]), -2.0)
exercise.case(np.array([0.0, 1.0, 3.0]), temperature=2)
exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]]), 1.5)
exercise.case(np.array([2.0, 2.1, 1.9]), 0.05)
exercise.case(np.array([0.0, -np.inf, 1.0]), 2.0)
exercise.case(np.array([-3.0, -1.0, -2.0, -7.0]), 100.0)
exercise.case(np.array([0.0, -1000.0, -500.0]), 100.0)
exercise.case(np.array([1000.0, 999.5, -1000.0]), 0.25)
exercise.case(np.array([1, 2, 3]), 2)
exercise.case(np.array([300.0, 0.0, -300.0]), 0.01)
exercise.case(np.array([-4e9, -np.inf]), 2.0)
exercise.case(np.array([[[[0.5, 1.5]], [[2.0, -1.0]], [[0.0, 3.0]]]]), 3)
exercise.drawn(lambda rng: (5 * rng.normal(size=rng.integers(1, 6, rng.integers(1, 4))), 10 ** rng.uniform(-2, 2)))
exercise.drawn(lambda rng: (rng.integers(-9, 10, rng.integers(1, 5, rng.integers(1, 4))), int(rng.integers(-1, 5))), 4)
exercise.case(np.array([[1000.0, 999.5, 999.0], [-1000.0, -1002.0, -1001.0]]), 1.25)
exercise.case(np.array([0.0, 1e-9, 3e-9]), 1e-9)
exercise.case(np.round(np.random.default_rng(37).normal(size=(2, 4, 5)), 1) * 3, temperature=3.0)


def _share(positive):
    return positive / positive.sum(axis=-1, keepdims=True)


def _shifted(t):
    return t - t.max(axis=-1, keepdims=True)


def _refusing(condition, answer=lambda t, T: softmax(t / T), error=ValueError):
    def mistaken(t, temperature):
        if condition(temperature):
            raise error
        return answer(t, temperature)

    return mistaken


def _after_refusal(answer):
    return _refusing(lambda T: T <= 0, answer)


# Where the temperature stands.
for _id, (_answer, _sentence) in {
    "multiplied": (
        lambda t, T: softmax(t * T),
        "You MULTIPLY the logits by τ (or take p^τ, which is the same): high is sharp then. High means flat: divide.",
    ),
    "after_the_softmax": (
        lambda t, T: softmax(t) / T,
        "You divide the PROBABILITIES by τ: then they sum to 1/τ. It belongs to the logits, before the softmax.",
    ),
    "times_the_probabilities": (
        lambda t, T: softmax(t) * T,
        "You multiply the PROBABILITIES by τ: then they sum to τ. It divides the logits, before the softmax.",
    ),
    "small_as_argmax": (
        lambda t, T: softmax(t / T) if T >= 1e-3 else 1.0 * (t == t.max(axis=-1, keepdims=True)),
        "You answer a small τ with the limit, all on the best word. Logits can be as near as that: divide, always.",
    ),
    "extended_precision": (
        lambda t, T: _share(np.exp((t / T).astype(np.longdouble))).astype(float),
        "`longdouble` only moves the overflow: e^30000 is infinite there, too. Your own `softmax` shifts t.",
    ),
    "impossible_made_possible": (
        lambda t, T: softmax(np.where(np.isinf(t), -1e9, t) / T),
        "You replace −inf by a number: an impossible word becomes possible. e^(−inf) is exactly 0: leave it as it is.",
    ),
    "whole_numbers_kept": (
        lambda t, T: softmax(t / T).astype(t.dtype),
        "Whole logits give you whole numbers: `zeros_like(t)` takes their dtype; `np.zeros(t.shape)` has floats.",
    ),
    "in_place": (
        lambda t, T: softmax(np.divide(t, T, out=t)),
        "`/=` writes into `t`: the caller's logits change, and whole numbers refuse it. Make a new array, `t / τ`.",
    ),
    "squeezed": (
        lambda t, T: softmax(t / T).squeeze(),
        "`squeeze` takes every axis of length 1 away, also one that belongs to t. The result is shaped like t.",
    ),
    "best_word": (
        lambda t, T: softmax(t / T).argmax(axis=-1),
        "You return the place of the likeliest word. One probability for each word is wanted.",
    ),
    "ignored": (
        lambda t, T: softmax(t),
        "Your τ has no effect: a shift of a row, or a factor on its probabilities, cancels. Divide the logits by τ.",
    ),
    "power_not_renormalised": (
        lambda t, T: softmax(t) ** (1 / T),
        "You raise the probabilities to the power 1/τ, and a row no longer sums to 1. Better put τ into the logits.",
    ),
    "power_T_not_renormalised": (
        lambda t, T: softmax(t) ** T,
        "You raise the probabilities to the power τ: no row sums to 1, and high is sharp. τ divides the logits.",
    ),
    "power_underflows": (
        lambda t, T: _share(softmax(t) ** (1 / T)),
        "p^(1/τ) is the same in mathematics, but a p that has underflowed to 0 stays 0. Divide the LOGITS by τ.",
    ),
    "maximum_before_dividing": (
        lambda t, T: _share(np.exp(t / T - t.max(axis=-1, keepdims=True))),
        "You subtract max(t) from t/τ, and the exponents run far from 0. Subtract the maximum of t/τ.",
    ),
    "temperature_squared": (lambda t, T: softmax(t / T**2), "You divide by τ twice, or by its square. Once is enough."),
    "root_of_temperature": (
        lambda t, T: softmax(t / T**0.5),
        "You divide the logits by √τ. It is τ that divides them.",
    ),
    "whole_number_division": (lambda t, T: softmax(t // T), "`//` cuts off what stands after the point: use `/`."),
    "temperature_cut_to_whole_number": (
        lambda t, T: softmax(t / np.float64(int(T))),
        "You make the temperature a whole number: 1.5 becomes 1, and 0.5 becomes 0.",
    ),
    "temperature_cut_to_whole_number_at_least_one": (
        lambda t, T: softmax(t / max(int(T), 1)),
        "You cut the temperature to a whole number, at least 1: 1.5 and 0.5 both become 1. Divide by τ as it is.",
    ),
    "temperature_rounded": (
        lambda t, T: softmax(t / np.float64(round(T, 6))),
        "You round the temperature, and a tiny one becomes 0. Divide by τ as it is.",
    ),
    "quotients_cut_to_whole_numbers": (
        lambda t, T: softmax((t / T).astype(t.dtype)),
        "Of whole logits, t / τ loses what stands after the point: `zeros_like(t)` is whole. Use `np.zeros(t.shape)`.",
    ),
    "temperature_as_base": (
        lambda t, T: _share(T**t),
        "You use powers of τ. It is no base: the powers are those of e, and τ divides the exponent, e^(t/τ).",
    ),
    "softmax_of_probabilities": (
        lambda t, T: softmax(softmax(t) / T),
        "You take the softmax of probabilities, which all lie between 0 and 1: nearly flat. One softmax, of t/τ.",
    ),
}.items():
    exercise.mistake(_id, _after_refusal(_answer)).says(_sentence)
exercise.mistakes(
    denominator_without_temperature=_after_refusal(lambda t, T: np.exp(t / T) / np.exp(t).sum(axis=-1, keepdims=True)),
    denominator_without_temperature_shifted=_after_refusal(
        lambda t, T: np.exp(_shifted(t) / T) / np.exp(_shifted(t)).sum(axis=-1, keepdims=True)
    ),
).says("Your τ stands above the fraction line but not below it. Both need it, or the row does not sum to 1.")
exercise.mistakes(
    numerator_without_temperature=_after_refusal(lambda t, T: np.exp(t) / np.exp(t / T).sum(axis=-1, keepdims=True)),
    numerator_without_temperature_shifted=_after_refusal(
        lambda t, T: np.exp(_shifted(t)) / np.exp(_shifted(t) / T).sum(axis=-1, keepdims=True)
    ),
).says("Your τ stands below the fraction line but not above it. Both need it, or the row does not sum to 1.")
exercise.mistake("subtracted", lambda t, temperature: softmax(t - temperature)).says(
    "You subtract τ from the logits. The same number less for all of them cancels in the softmax: τ must divide."
)

# What is refused.
for _id, (_condition, _sentence) in {
    "nothing_refused": (
        lambda T: False,
        "0 and below go through: 0 divides by zero, a negative τ makes the WORST word the likeliest. Raise ValueError.",
    ),
    "zero_goes_through": (lambda T: T < 0, "You let 0 through: t / 0 is inf or nan. The docstring says 0 or below."),
    "negative_goes_through": (
        lambda T: T == 0,
        "You let negative temperatures through, which turn the order round: the worst word becomes the likeliest.",
    ),
    "condition_reversed": (
        lambda T: T > 0,
        "Your condition is the wrong way round: it refuses the good temperatures and lets 0 and below through.",
    ),
    "low_refused": (lambda T: T < 1, "You refuse temperatures below 1, too. They are allowed: below 1 sharpens."),
    "one_and_below_refused": (lambda T: T <= 1, "You refuse 1 and what is below. All above 0 is allowed, 1 too."),
    "very_low_refused": (lambda T: T < 0.1, "You refuse small temperatures. Everything above 0 is allowed, 0.05 too."),
    "tiny_refused": (
        lambda T: T < 1e-6,
        "You refuse tiny temperatures, as `np.isclose(…, 0)` does. 1e-9 is allowed, too: ask `temperature <= 0`.",
    ),
    "high_refused": (lambda T: T <= 0 or T > 1, "You refuse temperatures above 1. They are allowed: above 1 flattens."),
}.items():
    exercise.mistake(_id, _refusing(_condition)).says(_sentence)
exercise.mistakes(
    whole_numbers_refused=_refusing(lambda T: not isinstance(T, float) or T <= 0),
    whole_numbers_refused_type_error=_refusing(lambda T: not isinstance(T, float), softmax_with_temperature, TypeError),
).says("You refuse whole-number temperatures: 2 is an int, and as good as 2.0. Test the value, not the type.")
exercise.mistakes(
    unscaled_for_bad_temperature=lambda t, temperature: softmax(t / temperature if temperature > 0 else t),
    clamped=lambda t, temperature: softmax(t / max(temperature, 1e-8)),
    nan_for_bad_temperature=lambda t, temperature: softmax(t / temperature) if temperature > 0 else np.nan * t,
).says("For a temperature of 0 or below you quietly answer something else. The caller should hear of it: ValueError.")
exercise.mistake(
    "error_returned", lambda t, temperature: softmax(t / temperature) if temperature > 0 else ValueError()
).says("You RETURN the ValueError (or print a message and go on). `raise` it, or it is taken for a distribution.")
exercise.mistake(
    "zero_as_argmax",
    _refusing(lambda T: T < 0, lambda t, T: softmax(t / T) if T else 1.0 * (t == t.max(axis=-1, keepdims=True))),
).says(
    "You answer 0 with the limit, all on the best word. Sensible, but the docstring wants ValueError for 0 and below."
)
exercise.mistake("sign_of_temperature_ignored", lambda t, temperature: softmax(t / abs(temperature))).says(
    "You take |τ|, so that −2 counts as 2. A negative temperature is the caller's mistake, and so is 0: ValueError."
)
exercise.takes(
    variants(
        "epsilon_for_refusal",
        (1e-3, 1e-6, 1e-8, 1e-9, 1e-12),
        lambda eps: lambda t, temperature: softmax(t / (temperature + eps)),
        "You add a small number to τ, so that 0 and below go through. The caller should hear of it: raise ValueError.",
    ),
    variants(
        "epsilon_added",
        (1e-3, 1e-6, 1e-8, 1e-9, 1e-10, 1e-12),
        lambda eps: _after_refusal(lambda t, T: softmax(t / (T + eps))),
        "You add a small number to τ. It guards against nothing, since 0 is refused, and changes a very small τ.",
    ),
    variants(
        "smallest_temperature",
        (0.1, 0.01, 1e-3, 1e-6, 1e-8),
        lambda least: _after_refusal(lambda t, T: softmax(t / max(T, least))),
        "You lift small temperatures to a least value. Everything above 0 is allowed: divide by what was asked for.",
    ),
)

# The softmax.
_YOURS = " Your own `softmax` handles both."
exercise.takes(
    other_softmax(
        lambda softmax: _after_refusal(lambda t, T: softmax(t / T)),
        overflow=("overflow", "e^4000 is inf, and inf/inf is nan. Use your own stable `softmax` on t / τ."),
        whole="whole_array_sum",
        whole_maximum="whole_array_maximum",
        first_axis="wrong_axis",
        minus="sign",
        nothing=("logits_returned", "You return the divided logits. The softmax is still to come."),
    ),
    other_axes(
        lambda axis, keepdims: _after_refusal(lambda t, T: np.exp(t / T) / np.exp(t / T).sum(axis, keepdims=keepdims)),
        whole=("whole_array_sum_and_overflow", "You sum the WHOLE array, and e^4000 overflows." + _YOURS),
        second_kept=("axis_one_and_overflow", "Axis 1 is not always the last, and e^4000 overflows." + _YOURS),
    ),
    other_axes(
        lambda axis, keepdims: _after_refusal(
            lambda t, T: np.exp(_shifted(t / T)) / np.exp(_shifted(t / T)).sum(axis, keepdims=keepdims)
        ),
        dropped="keepdims_missing",
    ),
)
exercise.mistake(
    "keepdims_missing_twice", _after_refusal(lambda t, T: (e := np.exp((t - t.max(axis=-1)) / T)) / e.sum(axis=-1))
).says("A maximum and a sum over axis −1 are (B,) beside (B, V): keep the axis in both, or use your `softmax`.")
exercise.mistake("axis_one", _after_refusal(lambda t, T: special.softmax(t / T, axis=1))).says(
    "`axis=1` is the last axis only when there are exactly two. Count from the end, axis −1; your `softmax` does."
)
exercise.mistake("first_axis_loop", _after_refusal(lambda t, T: np.array([softmax(row / T) for row in t]))).says(
    "You loop over the FIRST axis: of one vector that is a single number, whose softmax is always 1. No loop is needed."
)

exercise.right(_after_refusal(lambda t, T: special.softmax(t / T, axis=-1)))
exercise.right(_after_refusal(lambda t, T: _share(np.exp(_shifted(t) / T))))


@exercise.right
def as_a_list(t, temperature):
    if not temperature > 0:
        raise ValueError(temperature)
    scaled = t / temperature
    return np.exp(scaled - special.logsumexp(scaled, axis=-1, keepdims=True)).tolist()
