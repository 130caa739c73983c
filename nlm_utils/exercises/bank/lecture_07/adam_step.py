"""adam_step."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise

from .common import numbers


def adam_step(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam (Kingma & Ba 2015) -> (theta, m, v), all new arrays; `t` counts the steps from 1.

    m ← β1·m + (1 − β1)·grad and v ← β2·v + (1 − β2)·grad², entry by entry; these are returned as they are.
    They started at 0, so for the step they are corrected: m̂ = m / (1 − β1ᵗ), v̂ = v / (1 − β2ᵗ).
    θ ← θ − learning_rate · m̂ / (√v̂ + ε).
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


exercise = Exercise(
    adam_step,
    checks=("the first step, later steps, gradients down to 1e-8 and 0, other β and ε, arguments unchanged"),
    explanation=(
        "m and v are running means that start at 0, so after t steps only a share 1 − βᵗ of their weight lies on real "
        "gradients; dividing by it makes them honest means. In the first step m̂ = grad and √v̂ = |grad|: the step is "
        "η·sign(grad), whatever the size of the gradient, unless it is as small as ε."
    ),
    hints=[
        ("Four lines before the step, in the order of the docstring: m, v, m̂, v̂. Return the uncorrected m and v."),
        ("In the first step, with t = 1, the correction divides m by 1 − β1 and v by 1 − β2. What is left of each?"),
        "The denominator is `np.sqrt(v_hat) + eps`: ε is added after the root.",
    ],
)

exercise.case(np.array([1.0, 2.0]), np.array([0.5, -4.0]), np.zeros(2), np.zeros(2), 1, 0.1)
exercise.case(np.array([1.0, 2.0]), np.array([1e-8, -1e-8]), np.zeros(2), np.zeros(2), 1, 0.1)
exercise.case(
    np.array([1.0, 2.0, 3.0]),
    np.array([2.0, -1.0, 0.0]),
    np.array([0.5, 0.3, -1.0]),
    np.array([4.0, 0.5, 1.5]),
    2,
    0.1,
)
exercise.case(
    np.array([1.0, -1.0]),
    np.array([3.0, -0.5]),
    np.array([1.0, 0.5]),
    np.array([2.0, 0.8]),
    5,
    0.5,
    beta1=0.5,
    beta2=0.9,
    eps=0.1,
)
exercise.case(
    numbers(2, 3, seed=11),
    numbers(2, 3, seed=12),
    numbers(2, 3, seed=13),
    np.abs(numbers(2, 3, seed=14)),
    7,
    0.2,
)
exercise.case(np.array([0.5, 0.5]), np.array([2e-6, -3e-8]), np.array([1e-6, 0.0]), np.array([1e-12, 1e-16]), 3, 1.0)


def _moments(grad, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


@exercise.mistake("no_bias_correction").says(
    "The correction is missing. m and v start at 0, so the first m is only a tenth of the gradient and the first √v a "
    "thirtieth: divide m by 1 − β1ᵗ and v by 1 − β2ᵗ before the step."
)
def no_bias_correction(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (np.sqrt(v) + eps), m, v


@exercise.mistake("eps_inside_the_root").says(
    "ε is inside your root. √(v̂ + 1e-8) is at least 1e-4, far more than a gradient of 1e-8: the step almost "
    "vanishes. ε is added after the root."
)
def eps_inside_the_root(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@exercise.mistake("t_from_zero").says(
    "Your correction uses t − 1. Here t counts from 1: in the first step 1 − β¹ is right, and 1 − β⁰ would be a "
    "division by 0."
)
def t_from_zero(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        m_hat, v_hat = m / np.float64(1 - beta1 ** (t - 1)), v / np.float64(1 - beta2 ** (t - 1))
        return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("t_plus_one").says(
    "Your correction uses t + 1. Here t counts from 1 already: in the first step the power is βᵗ = β."
)
def t_plus_one(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("v_without_square").says(
    "Your v averages the gradient itself. It is the mean of the SQUARES: else positive and negative gradients cancel, "
    "and the root of a negative number is nan."
)
def v_without_square(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad
    with np.errstate(all="ignore"):
        return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("v_of_absolute_values").says(
    "Your v averages |grad|. Adam averages the SQUARES and takes the root afterwards."
)
def v_of_absolute_values(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.abs(grad)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("v_of_m").says("Your v averages m². It averages the squares of the gradients themselves.")
def v_of_m(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * m**2
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("root_missing").says(
    "The root is missing: you divide by v̂, which is of the size of grad². m̂/√v̂ has no unit, so the step does not "
    "depend on the scale of the loss."
)
def root_missing(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (v / (1 - beta2**t) + eps), m, v


@exercise.mistake("only_m_corrected").says(
    "You correct m only. v started at 0 as well, and is a thousandth of grad² after the first step: divide it by 1 − "
    "β2ᵗ."
)
def only_m_corrected(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v) + eps), m, v


@exercise.mistake("only_v_corrected").says("You correct v only. m started at 0 as well: divide it by 1 − β1ᵗ.")
def only_v_corrected(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("correction_without_power").says(
    "You divide by 1 − β in every step. The power is missing: 1 − βᵗ comes close to 1 after many steps, when the "
    "zeros at the start are forgotten."
)
def correction_without_power(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps), m, v


@exercise.mistake("correction_times_t").says(
    "You take β times t, or the power of 1 − β. The share of the zeros that is left after t steps is β to the power "
    "of t, so divide by 1 − βᵗ."
)
def correction_times_t(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1) ** t, v / (1 - beta2) ** t
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("corrections_multiply").says("You multiply by 1 − βᵗ. m and v are too SMALL at first: divide by it.")
def corrections_multiply(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m * (1 - beta1**t) / (np.sqrt(v * (1 - beta2**t)) + eps), m, v


@exercise.mistake("corrected_moments_returned").says(
    "θ is right, but you return m̂ and v̂. The next step would correct them once more: return m and v as they were "
    "before the correction."
)
def corrected_moments_returned(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m / (np.sqrt(v) + eps), m, v


@exercise.mistake("eps_before_the_correction").says(
    "You add ε to √v before the correction is divided out, which makes ε up to thirty times larger. Correct v first, "
    "take the root, then add ε."
)
def eps_before_the_correction(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    step_size = learning_rate * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - step_size * m / (np.sqrt(v) + eps), m, v


@exercise.mistake("eps_missing").says(
    "ε is missing. Where the gradient has always been 0, 0/0 makes the parameter nan for ever; where it is tiny, the "
    "step is not."
)
def eps_missing(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return theta - learning_rate * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)), m, v


@exercise.mistake("eps_outside_the_fraction").says(
    "Brackets: you add ε to the quotient. It belongs to the denominator: m̂ / (√v̂ + ε)."
)
def eps_outside_the_fraction(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return theta - learning_rate * (m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("betas_exchanged").says(
    "β1 and β2 are exchanged. β1 belongs to m, the gradients; β2, nearer to 1 and so of longer memory, to v, the "
    "squares."
)
def betas_exchanged(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta2, beta1)
    return theta - learning_rate * m / (1 - beta2**t) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v


@exercise.mistake("sums_for_means").says(
    "The factors 1 − β are missing: m and v are running means, β·old + (1 − β)·new, not sums as in momentum."
)
def sums_for_means(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + grad, beta2 * v + grad**2
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("weights_exchanged").says(
    "The weights are the wrong way round: the OLD mean is kept with β = 0.9, the new gradient enters with 0.1."
)
def weights_exchanged(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, 1 - beta1, 1 - beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("old_moments").says("Your step uses the OLD m and v. Update them with the new gradient first.")
def old_moments(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return (theta - learning_rate * step, *_moments(grad, m, v, beta1, beta2))


@exercise.mistake("gradient_for_m").says(
    "You divide the gradient itself by √v̂; that is RMSProp. Adam divides m̂, the mean of the gradients."
)
def gradient_for_m(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * grad / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("no_denominator").says(
    "You do not divide by √v̂ + ε. Without it this is momentum: the step depends on the size of the gradient."
)
def no_denominator(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t), m, v


@exercise.mistake("ascent").says(
    "You add the step. The gradient points uphill; to bring the loss down, θ moves against it."
)
def ascent(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta + learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


exercise.mistake(
    "defaults_fixed",
    lambda theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: adam_step(
        theta, grad, m, v, t, learning_rate
    ),
).says("You always use 0.9, 0.999 and 1e-8. They are parameters: try `beta1=0.5, beta2=0.9, eps=0.1`.")
exercise.mistake(
    "eps_fixed",
    lambda theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: adam_step(
        theta, grad, m, v, t, learning_rate, beta1, beta2
    ),
).says("You always use 1e-8. ε is a parameter: try `eps=0.1`.")


@exercise.mistake("moments_exchanged").says("The order of what you return is (theta, m, v); yours has v before m.")
def moments_exchanged(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    return theta, v, m


@exercise.mistake("theta_last").says("The order of what you return is (theta, m, v); yours has θ last.")
def theta_last(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    return m, v, theta


exercise.mistake(
    "only_theta",
    lambda theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: adam_step(
        theta, grad, m, v, t, learning_rate, beta1, beta2, eps
    )[0],
).says("You return θ alone. The next step needs m and v too: return (theta, m, v).")
exercise.mistake(
    "moments_not_updated",
    lambda theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8: (
        adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)[0],
        m,
        v,
    ),
).says("θ is right, but you return the old m and v, so that nothing is remembered. Return the new ones.")


@exercise.mistake("moments_in_place").says(
    "The numbers are right, but m and v are changed in place (`*=`, `+=`), in the arrays of whoever called you. Make "
    "new ones."
)
def moments_in_place(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    result = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    m[...], v[...] = result[1:]
    return result[0], m, v


@exercise.mistake("theta_in_place").says(
    "The numbers are right, but `theta -= …` writes into the caller's array. Write `theta = theta - …`."
)
def theta_in_place(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    result = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    theta[...] = result[0]
    return result


@exercise.mistake("all_in_place").says(
    "The numbers are right, but θ, m and v are changed in place (`*=`, `+=`, `-=`), in the arrays of whoever called "
    "you. Make new ones."
)
def all_in_place(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta[...], m[...], v[...] = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    return theta, m, v


@exercise.mistake("no_correction_eps_inside").says(
    "Two things: the corrections m / (1 − β1ᵗ) and v / (1 − β2ᵗ) are missing, and ε belongs outside the root."
)
def no_correction_eps_inside(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / np.sqrt(v + eps), m, v


@exercise.mistake("no_correction_no_root").says(
    "Two things: the corrections m / (1 − β1ᵗ) and v / (1 − β2ᵗ) are missing, and so is the root of v̂."
)
def no_correction_no_root(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (v + eps), m, v


@exercise.mistake("no_correction_ascent").says(
    "Two things: the corrections are missing, and θ has to move AGAINST the gradient."
)
def no_correction_ascent(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta + learning_rate * m / (np.sqrt(v) + eps), m, v


@exercise.mistake("corrections_exchanged").says("The corrections are exchanged: β1 belongs to m, β2 to v.")
def corrections_exchanged(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta2**t) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v


@exercise.mistake("beta_times_t").says(
    "You take β times t. What is left of the zeros after t steps is β to the POWER of t."
)
def beta_times_t(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        step = m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps)
    return theta - learning_rate * step, m, v


@exercise.mistake("corrections_with_plus").says(
    "You divide by 1 + βᵗ. m and v are too SMALL at first, so they are divided by less than 1: 1 − βᵗ."
)
def corrections_with_plus(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 + beta1**t) / (np.sqrt(v / (1 + beta2**t)) + eps), m, v


@exercise.mistake("learning_rate_missing").says("The learning rate is missing: every parameter moves by about 1.")
def learning_rate_missing(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("learning_rate_falls").says(
    "You lower the learning rate with t. Adam's step uses it as it is; a schedule is a separate thing."
)
def learning_rate_falls(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate / np.sqrt(t) * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("square_for_root").says("You square v̂ where its root is taken.")
def square_for_root(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (v_hat**2 + eps), m, v


@exercise.mistake("v_as_a_sum").says("The factor 1 − β2 is missing in v: a running mean is β2·v + (1 − β2)·grad².")
def v_as_a_sum(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("m_as_a_sum").says("The factor 1 − β1 is missing in m: a running mean is β1·m + (1 − β1)·grad.")
def m_as_a_sum(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + grad, beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("beta1_for_both").says("You use β1 for v too. The squares have a memory of their own: β2.")
def beta1_for_both(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta1)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta1**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("one_v_for_all").says(
    "Your v holds the sum over all parameters. Each has a v of its own: grad², entry by entry."
)
def one_v_for_all(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.sum(grad**2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("plain_gradient_step").says(
    "m and v are right, but θ moves along the gradient as in SGD. The step is η·m̂ / (√v̂ + ε)."
)
def plain_gradient_step(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * grad, m, v


@exercise.mistake("momentum_step").says(
    "m is right, but nothing is divided and nothing corrected: that is momentum. The step is η·m̂ / (√v̂ + ε)."
)
def momentum_step_mistake(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m, m, v


@exercise.mistake("sign_of_the_gradient").says(
    "You step by the sign of the gradient. That is what Adam's FIRST step comes to; later m̂ and √v̂ differ."
)
def sign_of_the_gradient(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * np.sign(grad), m, v


@exercise.mistake("one_minus_beta_twice").says("There is a factor 1 − β1 too many in the step: it is in m already.")
def one_minus_beta_twice(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * (1 - beta1) * m_hat / (np.sqrt(v_hat) + eps), m, v


@exercise.mistake("corrections_of_the_root").says(
    "You correct √v with 1 − β2ᵗ. That correction belongs to v, inside the root."
)
def corrections_of_the_root(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v) / (1 - beta2**t) + eps), m, v


@exercise.right
def right_1(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    root = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    return [theta - learning_rate / (1 - beta1**t) * m / root, m, v]


@exercise.right
def right_2(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    new = np.empty((3, *theta.shape))
    for place in np.ndindex(theta.shape):
        first = beta1 * m[place] + (1 - beta1) * grad[place]
        second = beta2 * v[place] + (1 - beta2) * grad[place] ** 2
        step = (first / (1 - beta1**t)) / ((second / (1 - beta2**t)) ** 0.5 + eps)
        new[(slice(None), *place)] = theta[place] - learning_rate * step, first, second
    return tuple(new)


@exercise.right
def right_3(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, grad, m, v = (x.astype(np.float32) for x in (theta, grad, m, v))
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    v = np.float32(beta2) * v + np.float32(1 - beta2) * grad**2
    m_hat, v_hat = m / np.float32(1 - beta1**t), v / np.float32(1 - beta2**t)
    return theta - np.float32(learning_rate) * m_hat / (np.sqrt(v_hat) + np.float32(eps)), m, v


@exercise.right
def right_4(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    step = m / (1 - np.power(beta1, t)) / (np.sqrt(v / (1 - np.power(beta2, t))) + eps)
    return (theta - learning_rate * step).tolist(), m.tolist(), v.tolist()
