"""softmax_with_temperature."""

from functools import partial

import numpy as np
from scipy import special

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.softmax_with_temperature,
    checks=("temperatures from 0.00001 to 100, ints too, 1, 2 and 3 axes, ±1000, −inf, ValueError for 0 and below"),
    explanation=(
        "The temperature divides the LOGITS, before the softmax: it scales their differences, and differences are all "
        "that softmax sees. As τ falls to 0 the best word takes everything, as τ grows all words become equal; τ = 0 "
        "itself is a division by zero and a negative τ turns the order round, so both are refused."
    ),
    atol=0.0,
    hints=[
        "First the refusal: which exception does the docstring name, and for which temperatures?",
        ("Temperature acts on the logits, before the softmax. A HIGH temperature should make their differences SMALL."),
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
exercise.case(np.array([[1000.0, 999.5, 999.0], [-1000.0, -1002.0, -1001.0]]), 1.25)
exercise.case(np.array([0.0, 1e-5, 3e-5]), 1e-5)
exercise.case(np.round(np.random.default_rng(37).normal(size=(2, 4, 5)), 1) * 3, temperature=3.0)


def _refuse(temperature):
    if temperature <= 0:
        raise ValueError("temperature must be > 0")


@exercise.mistake("multiplied").says(
    "You MULTIPLY the logits by the temperature (or raise the probabilities to the power τ, which is the same), and a "
    "high temperature makes the distribution sharp. High means flat: divide."
)
def multiplied(t, temperature):
    _refuse(temperature)
    return functional.softmax(t * temperature)


@exercise.mistake("after_the_softmax").says(
    "You divide the PROBABILITIES by the temperature: then they sum to 1/τ. It belongs to the logits, before the "
    "softmax."
)
def after_the_softmax(t, temperature):
    _refuse(temperature)
    return functional.softmax(t) / temperature


@exercise.mistake("power_not_renormalised").says(
    "You raise the probabilities to the power 1/τ, and the row no longer sums to 1: divide by the sum again, or "
    "better, put τ into the logits."
)
def power_not_renormalised(t, temperature):
    _refuse(temperature)
    return functional.softmax(t) ** (1 / temperature)


@exercise.mistake("ignored").says(
    "Your temperature has no effect. Whatever shifts all the logits of a row, or scales all its probabilities before "
    "they are normalised, is undone by the normalising: τ must divide the logits themselves, (t − max) / τ, not t − "
    "max / τ."
)
def ignored(t, temperature):
    _refuse(temperature)
    return functional.softmax(t)


exercise.mistake("nothing_refused", lambda t, temperature: functional.softmax(t / temperature)).says(
    "A temperature of 0 or below goes through: 0 divides by zero, and a negative one makes the WORST word the "
    "likeliest. Raise ValueError for both."
)


@exercise.mistake("zero_goes_through").says(
    "You refuse negative temperatures but let 0 through, and t / 0 is inf or nan. The docstring says 0 or below."
)
def zero_goes_through(t, temperature):
    if temperature < 0:
        raise ValueError
    return functional.softmax(t / temperature)


@exercise.mistake("negative_goes_through").says(
    "You refuse 0 but let negative temperatures through, and they turn the order round: the worst word becomes the "
    "likeliest."
)
def negative_goes_through(t, temperature):
    if temperature == 0:
        raise ValueError
    return functional.softmax(t / temperature)


@exercise.mistake("zero_as_argmax").says(
    "You answer a temperature of 0 with the limit, all probability on the best word. A sensible idea, but the "
    "docstring wants ValueError for 0 and below."
)
def zero_as_argmax(t, temperature):
    if temperature < 0:
        raise ValueError
    if temperature == 0:
        return (t == t.max(axis=-1, keepdims=True)).astype(float)
    return functional.softmax(t / temperature)


@exercise.mistake("assertion_for_value_error").says(
    "You refuse with an `assert`, which raises AssertionError and vanishes under `python -O`. A bad argument is a "
    "ValueError."
)
def assertion_for_value_error(t, temperature):
    assert temperature > 0
    return functional.softmax(t / temperature)


@exercise.mistake("error_returned").says(
    "You RETURN the ValueError (or print a message and go on). Use `raise`, so that nobody can take it for a "
    "distribution."
)
def error_returned(t, temperature):
    if temperature <= 0:
        return ValueError("temperature must be > 0")
    return functional.softmax(t / temperature)


@exercise.mistake("nothing_returned").says(
    "For a bad temperature you return None, and the mistake turns up much later somewhere else. Raise ValueError here."
)
def nothing_returned(t, temperature):
    if temperature <= 0:
        return None
    return functional.softmax(t / temperature)


exercise.mistake(
    "unscaled_for_bad_temperature", lambda t, temperature: functional.softmax(t / temperature if temperature > 0 else t)
).says(
    "For a temperature of 0 or below you quietly use another one. The caller made a mistake and should hear of it: "
    "raise ValueError."
)
exercise.mistake("clamped", lambda t, temperature: functional.softmax(t / max(temperature, 1e-8))).says(
    "For a temperature of 0 or below you quietly use a tiny one (or answer with its limit, all on the best word). The "
    "caller made a mistake and should hear of it: raise ValueError."
)


@exercise.mistake("low_refused").says(
    "You refuse temperatures below 1 as well. Everything above 0 is allowed: below 1 sharpens the distribution."
)
def low_refused(t, temperature):
    if temperature < 1:
        raise ValueError
    return functional.softmax(t / temperature)


@exercise.mistake("high_refused").says(
    "You refuse temperatures above 1. Everything above 0 is allowed: above 1 flattens the distribution."
)
def high_refused(t, temperature):
    if temperature <= 0 or temperature > 1:
        raise ValueError
    return functional.softmax(t / temperature)


@exercise.mistake("denominator_without_temperature").says(
    "The temperature stands above the fraction line but not below it: e^(t/τ) over the sum of e^t. Both need it, or "
    "the row does not sum to 1."
)
def denominator_without_temperature(t, temperature):
    _refuse(temperature)
    return np.exp(t / temperature) / np.exp(t).sum(axis=-1, keepdims=True)


@exercise.mistake("denominator_without_temperature_shifted").says(
    "The temperature stands above the fraction line but not below it. Both need it, or the row does not sum to 1."
)
def denominator_without_temperature_shifted(t, temperature):
    _refuse(temperature)
    shifted = t - t.max(axis=-1, keepdims=True)
    return np.exp(shifted / temperature) / np.exp(shifted).sum(axis=-1, keepdims=True)


@exercise.mistake("maximum_before_dividing").says(
    "You subtract max(t) from t/τ. The maximum must belong to the divided logits, max(t)/τ; otherwise the exponents "
    "run far from 0, and large logits give 0/0 or inf/inf."
)
def maximum_before_dividing(t, temperature):
    _refuse(temperature)
    exponentials = np.exp(t / temperature - t.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@exercise.mistake("overflow").says(
    "Right for small logits, but e^4000 is inf, and inf/inf is nan. Use your stable `softmax` on t / τ."
)
def overflow(t, temperature):
    _refuse(temperature)
    exponentials = np.exp(t / temperature)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@exercise.mistake("whole_array_sum").says(
    "You divide by the sum of the WHOLE array: in a batch each row must sum to 1 by itself."
)
def whole_array_sum(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max()) / temperature)
    return e / e.sum()


@exercise.mistake("whole_array_sum_and_overflow").says(
    "You divide by the sum of the WHOLE array: in a batch each row must sum to 1 by itself. And e^4000 overflows: "
    "your own `softmax` handles both."
)
def whole_array_sum_and_overflow(t, temperature):
    _refuse(temperature)
    e = np.exp(t / temperature)
    return e / e.sum()


@exercise.mistake("wrong_axis").says(
    "You normalise along axis 0, so that the columns sum to 1. The words stand along the LAST axis."
)
def wrong_axis(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max(axis=0)) / temperature)
    return e / e.sum(axis=0)


@exercise.mistake("temperature_squared").says(
    "You divide by τ twice, or by its square. Dividing the logits by τ once is enough."
)
def temperature_squared(t, temperature):
    _refuse(temperature)
    return functional.softmax(t / temperature**2)


@exercise.mistake("root_of_temperature").says("You divide the logits by √τ. They are divided by τ itself.")
def root_of_temperature(t, temperature):
    _refuse(temperature)
    return functional.softmax(t / np.sqrt(temperature))


@exercise.mistake("whole_number_division").says(
    "You use `//`, which cuts off what stands behind the point. Divide with `/`."
)
def whole_number_division(t, temperature):
    _refuse(temperature)
    return functional.softmax(t // temperature)


@exercise.mistake("logits_returned").says("You return the divided logits. The softmax is still to come.")
def logits_returned(t, temperature):
    _refuse(temperature)
    return t / temperature


@exercise.mistake("softmax_of_probabilities").says(
    "You divide the probabilities and take a softmax of THEM: they all lie between 0 and 1, so the result is nearly "
    "flat. Divide the logits; one softmax."
)
def softmax_of_probabilities(t, temperature):
    _refuse(temperature)
    return functional.softmax(functional.softmax(t) / temperature)


@exercise.mistake("in_place").says(
    "Your probabilities are right, but `t /= …` writes into `t`: whoever called you finds other logits afterwards. "
    "Make a new array."
)
def in_place(t, temperature):
    _refuse(temperature)
    t /= temperature
    return functional.softmax(t)


@exercise.mistake("sign").says(
    "Your exponents have the wrong sign: the word with the LOWEST logit becomes the likeliest."
)
def sign(t, temperature):
    _refuse(temperature)
    return functional.softmax(-t / temperature)


@exercise.mistake("power_T_not_renormalised").says(
    "You raise the probabilities to the power τ: the row no longer sums to 1, and a high temperature makes it sharp. "
    "τ must divide the logits, before the softmax."
)
def power_T_not_renormalised(t, temperature):
    _refuse(temperature)
    return functional.softmax(t) ** temperature


@exercise.mistake("whole_array_maximum").says(
    "You subtract the maximum of the whole array. A row far below it then underflows to 0/0, which is nan: each row "
    "needs its own maximum, as in your `softmax`."
)
def whole_array_maximum(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max()) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


@exercise.mistake("keepdims_missing").says(
    "For a batch the shapes do not fit: a maximum or a sum along the last axis has one axis less, (B,) beside (B, V). "
    "Keep that axis, or use your `softmax`."
)
def keepdims_missing(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max(axis=-1)) / temperature)
    return e / e.sum(axis=-1)


@exercise.mistake("condition_reversed").says(
    "Your condition is the wrong way round: it refuses the good temperatures and lets 0 and below through."
)
def condition_reversed(t, temperature):
    if temperature > 0:
        raise ValueError
    return functional.softmax(t / temperature)


@exercise.mistake("temperature_cut_to_whole_number").says(
    "You make the temperature a whole number: 1.5 becomes 1, and 0.5 becomes 0."
)
def temperature_cut_to_whole_number(t, temperature):
    _refuse(temperature)
    return functional.softmax(t / np.float64(int(temperature)))


exercise.mistake("sign_of_temperature_ignored", lambda t, temperature: functional.softmax(t / abs(temperature))).says(
    "You take the absolute value of the temperature, so that −2 counts as 2. A negative temperature is a mistake of "
    "the caller, and so is 0: raise ValueError."
)


@exercise.mistake("power_underflows").says(
    "p^(1/τ), normalised again, is the same in mathematics, and so is log(p)/τ. But p has underflowed to 0 by then "
    "for a logit 1000 below the best, and 0 stays 0: with τ = 100 it should get e^−10 of the best. Divide the LOGITS."
)
def power_underflows(t, temperature):
    _refuse(temperature)
    p = functional.softmax(t) ** (1 / temperature)
    return p / p.sum(axis=-1, keepdims=True)


_NUMERATOR = (
    "The temperature stands below the fraction line but not above it: e^t over the sum of e^(t/τ). Both need it, or "
    "the row does not sum to 1."
)


@exercise.mistake("numerator_without_temperature").says(_NUMERATOR)
def numerator_without_temperature(t, temperature):
    _refuse(temperature)
    return np.exp(t) / np.exp(t / temperature).sum(axis=-1, keepdims=True)


@exercise.mistake("numerator_without_temperature_shifted").says(_NUMERATOR)
def numerator_without_temperature_shifted(t, temperature):
    _refuse(temperature)
    shifted = t - t.max(axis=-1, keepdims=True)
    return np.exp(shifted) / np.exp(shifted / temperature).sum(axis=-1, keepdims=True)


@exercise.mistake("one_and_below_refused").says(
    "You refuse a temperature of 1, and those below it. Everything above 0 is allowed: 1 leaves the distribution as "
    "it is, below 1 sharpens it."
)
def one_and_below_refused(t, temperature):
    if temperature <= 1:
        raise ValueError
    return functional.softmax(t / temperature)


@exercise.mistake("very_low_refused").says(
    "You refuse small temperatures that are allowed. Everything above 0 is: 0.05 makes a very sharp distribution."
)
def very_low_refused(t, temperature):
    if temperature < 0.1:
        raise ValueError
    return functional.softmax(t / temperature)


_WHOLE_NUMBERS = "You refuse whole-number temperatures: 2 is an int, and as good as 2.0. Test the value, not the type."


@exercise.mistake("whole_numbers_refused").says(_WHOLE_NUMBERS)
def whole_numbers_refused(t, temperature):
    if not isinstance(temperature, float) or temperature <= 0:
        raise ValueError
    return functional.softmax(t / temperature)


@exercise.mistake("whole_numbers_refused_type_error").says(_WHOLE_NUMBERS)
def whole_numbers_refused_type_error(t, temperature):
    if not isinstance(temperature, float):
        raise TypeError
    _refuse(temperature)
    return functional.softmax(t / temperature)


_EPSILON_FOR_REFUSAL = (
    "You add a tiny number to the temperature, so that 0 divides by almost nothing and a negative one goes through. "
    "The caller made a mistake and should hear of it: raise ValueError for both."
)

_EPSILON = (
    "You add a tiny number to the temperature. What is 0 or below has been refused already, so it guards against "
    "nothing; and a very small temperature becomes another one."
)

_SMALLEST = (
    "You lift small temperatures to a least value of your own. Everything above 0 is allowed, however small: divide "
    "by the temperature that was asked for."
)


def _with_epsilon(t, temperature, value):
    return functional.softmax(t / (temperature + value))


def _refused_with_epsilon(t, temperature, value):
    _refuse(temperature)
    return functional.softmax(t / (temperature + value))


def _refused_with_smallest(t, temperature, value):
    _refuse(temperature)
    return functional.softmax(t / max(temperature, value))


for _value in (1e-3, 1e-6, 1e-8, 1e-9, 1e-12):
    exercise.mistake(f"epsilon_for_refusal_{_value:g}", partial(_with_epsilon, value=_value)).says(_EPSILON_FOR_REFUSAL)

for _value in (1e-3, 1e-6, 1e-8):
    exercise.mistake(f"epsilon_added_{_value:g}", partial(_refused_with_epsilon, value=_value)).says(_EPSILON)

for _value in (0.1, 0.01, 1e-3):
    exercise.mistake(f"smallest_temperature_{_value:g}", partial(_refused_with_smallest, value=_value)).says(_SMALLEST)

exercise.mistake(
    "nan_for_bad_temperature",
    lambda t, temperature: functional.softmax(t / temperature) if temperature > 0 else np.full(t.shape, np.nan),
).says(
    "For a temperature of 0 or below you return nan, which turns up much later somewhere else. Raise ValueError here, "
    "where the mistake is made."
)
exercise.mistake(
    "uniform_for_bad_temperature",
    lambda t, temperature: (
        functional.softmax(t / temperature) if temperature > 0 else np.full(t.shape, 1 / t.shape[-1])
    ),
).says(
    "For a temperature of 0 or below you make all words equally likely. The caller made a mistake and should hear of "
    "it: raise ValueError."
)
exercise.mistake(
    "zeros_for_bad_temperature",
    lambda t, temperature: functional.softmax(t / temperature) if temperature > 0 else np.zeros(t.shape),
).says(
    "For a temperature of 0 or below you return zeros, which are no distribution. The caller made a mistake and "
    "should hear of it: raise ValueError."
)


@exercise.mistake("first_axis_loop").says(
    "You loop over the FIRST axis and take a softmax of what you find there: in a single vector that is one number, "
    "and its softmax is always 1. Your `softmax` does every row by itself: no loop is needed."
)
def first_axis_loop(t, temperature):
    _refuse(temperature)
    return np.array([functional.softmax(value / temperature) for value in t])


@exercise.mistake("axis_one").says(
    "`axis=1` is the last axis only when there are exactly two. Count from the end, axis −1; your `softmax` does."
)
def axis_one(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max(axis=1, keepdims=True)) / temperature)
    return e / e.sum(axis=1, keepdims=True)


@exercise.mistake("axis_one_and_overflow").says(
    "`axis=1` is the last axis only when there are exactly two: count from the end, axis −1. And large logits "
    "overflow. Your `softmax` handles both."
)
def axis_one_and_overflow(t, temperature):
    _refuse(temperature)
    e = np.exp(t / temperature)
    return e / e.sum(axis=1, keepdims=True)


@exercise.mistake("temperature_as_base").says(
    "You use powers of τ. The temperature is no base: the powers are those of e, and τ divides the exponent, e^(t/τ)."
)
def temperature_as_base(t, temperature):
    _refuse(temperature)
    powers = temperature**t
    return powers / powers.sum(axis=-1, keepdims=True)


exercise.mistake("subtracted", lambda t, temperature: functional.softmax(t - temperature)).says(
    "You subtract the temperature from the logits. The same number less for all of them cancels in the softmax: τ "
    "must divide."
)


@exercise.right
def right_1(t, temperature):
    if not temperature > 0:
        raise ValueError(temperature)
    return special.softmax(t / temperature, axis=-1)


@exercise.right
def right_2(t, temperature):
    if temperature <= 0:
        raise ValueError
    shifted = (t - t.max(axis=-1, keepdims=True)) / temperature
    return np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)


@exercise.right
def right_3(t, temperature):
    if temperature <= 0:
        raise ValueError
    scaled = t.astype(np.float32) / np.float32(temperature)
    return np.exp(scaled - special.logsumexp(scaled, axis=-1, keepdims=True)).tolist()
