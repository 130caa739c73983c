"""adamw_step: θ shrinks by itself, and Adam never hears of it. Learners put λθ into the gradient, or forget η in it."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise

from ...families import argument, exchanged, one_for_both, result, variants
from . import numbers


def adamw_step(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam with decoupled weight decay (AdamW) -> (theta, m, v), all new; `t` counts from 1.

    theta, grad, m and v are float arrays of one shape, any; they come back unchanged.
    First θ shrinks: θ ← θ · (1 − learning_rate · weight_decay). Then it takes Adam's step, from grad as it came:
    m ← β1·m + (1 − β1)·grad, v ← β2·v + (1 − β2)·grad² (both returned as they are),
    θ ← θ − learning_rate · m̂ / (√v̂ + ε) with m̂ = m / (1 − β1ᵗ), v̂ = v / (1 − β2ᵗ).
    """
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta = theta * (1 - learning_rate * weight_decay)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


exercise = Exercise(
    adamw_step,
    checks="first and later steps, decay from 0 to 3, gradients from 1000 to 1e-8 and 0, other β and ε, arguments kept",
    explanation=(
        "The decay stands beside Adam's step and not inside it: every θ shrinks by the same share η·λ. Added to the "
        "gradient, λθ would be divided by √v̂ with it, and parameters with large gradients would hardly decay."
    ),
    hints=[
        "Your `adam_step` is nearly all of it: what has to happen to θ before it takes its step?",
        "The share by which θ shrinks is learning_rate · weight_decay; m and v see the plain gradient.",
        "`theta = theta * (1 - learning_rate * weight_decay)`, then the four lines and the step of Adam.",
    ],
)

exercise.case(np.array([1.0, -2.0]), np.array([0.5, -4.0]), np.zeros(2), np.zeros(2), 1, 0.1, 0.5)
exercise.case(np.array([1.0, -2.0]), np.zeros(2), np.zeros(2), np.zeros(2), 1, 0.1, 0.5)
exercise.case(np.array([1.0, 2.0]), np.array([0.5, -4.0]), np.zeros(2), np.zeros(2), 1, 0.1, 0.0)
exercise.case(np.array([1.0, 2.0]), np.array([1e-8, -1e-8]), np.zeros(2), np.zeros(2), 1, 0.1, 0.3)
exercise.case(*np.array([[4.0, 2.0, 3.0], [2.0, -1.0, 0.0], [0.5, 0.3, -1.0], [4.0, 0.5, 1.5]]), 2, 0.1, 3.0)
exercise.case(*np.array([[5.0, -6.0], [3.0, -0.5], [1.0, 0.5], [2.0, 0.8]]), 5, 0.5, 0.2, beta1=0.5, beta2=0.9, eps=0.1)
exercise.case(*(numbers(2, 3, seed=seed) for seed in (41, 42, 43)), np.abs(numbers(2, 3, seed=44)), 7, 0.2, 0.4)
exercise.case(*np.array([[[4.0, -3.0]], [[1000.0, -0.2]], [[1.0, 0.1]], [[9.0, 4e-5]]]), 2, 0.5, 0.1, eps=0.5)
exercise.drawn(
    lambda rng: (
        *rng.normal(0, 10 ** rng.uniform(-3, 3), (3, *(shape := rng.integers(1, 5, rng.integers(1, 4))))),
        rng.random(shape),
        int(rng.integers(1, 20)),
        *rng.uniform(0.1, 0.9, 4),
        10 ** rng.uniform(-8, 0),
    )
)


def _adamw(
    shrink=lambda x, rate, decay: x * (1 - rate * decay),
    gradient=lambda g, x, decay: g,
    step=lambda m, v, c, d, e: m / c / (np.sqrt(v / d) + e),
    share=lambda b, t: 1 - b**t,
    m_from=lambda m, g, b: b * m + (1 - b) * g,
    v_from=lambda v, g, b: b * v + (1 - b) * g**2,
    after=lambda new, x, rate, decay: new,
    returned=lambda m, v, c, d: (m, v),
):
    """AdamW from its parts: shrink(θ) − η·step(m, v, c, d, ε), from gradient(grad, θ, λ), then after(new θ, old θ)."""

    def adamw(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
        grad = gradient(grad, theta, weight_decay)
        m, v = m_from(m, grad, beta1), v_from(v, grad, beta2)
        with np.errstate(all="ignore"):
            c, d = np.float64(share(beta1, t)), np.float64(share(beta2, t))
            new = shrink(theta, learning_rate, weight_decay) - learning_rate * step(m, v, c, d, eps)
            return after(new, theta, learning_rate, weight_decay), *returned(m, v, c, d)

    return adamw


def _kept(x, rate, decay):
    return x


# The decay
exercise.mistake("decay_in_the_gradient", _adamw(_kept, lambda g, x, decay: g + decay * x)).says(
    "You add λ·θ to the gradient. Adam then divides it by √v̂ together with the gradient, so that parameters with large "
    "gradients hardly decay. Keep the gradient as it is, and shrink θ by itself: θ·(1 − η·λ)."
)
exercise.mistake("decay_in_the_gradient_and_beside", _adamw(gradient=lambda g, x, decay: g + decay * x)).says(
    "θ decays twice in yours: λ·θ is in the gradient, and θ is multiplied by 1 − η·λ. Leave the gradient as it came."
)
exercise.mistake("twice_in_the_gradient", _adamw(_kept, lambda g, x, decay: g + 2 * decay * x)).says(
    "You add 2·λ·θ, the derivative of λ·θ², to the gradient. Leave the gradient as it came; θ shrinks by 1 − η·λ."
)
exercise.mistake("subtracted_from_the_gradient", _adamw(_kept, lambda g, x, decay: g - decay * x)).says(
    "You subtract λ·θ from the gradient, which lets θ GROW. Leave the gradient as it came; θ shrinks by 1 − η·λ."
)
exercise.mistake("decay_without_learning_rate", _adamw(lambda x, rate, decay: x * (1 - decay))).says(
    "η is missing in the decay: θ shrinks by the share η·λ, so that a schedule lowers both. (Loshchilov and Hutter "
    "write it without η, times the schedule's factor: another convention; here it is torch's.)"
)
exercise.mistake("learning_rate_without_decay", _adamw(lambda x, rate, decay: x * (1 - rate))).says(
    "θ shrinks by η in yours, and λ has no effect: the share is η·λ."
)
exercise.mistake("decay_after_the_step", _adamw(_kept, after=lambda new, x, r, d: new * (1 - r * d))).says(
    "You shrink θ AFTER Adam's step, and so a part of the step as well. First the decay, θ·(1 − η·λ), then the step."
)
exercise.mistake("decay_before_and_after", _adamw(after=lambda new, x, r, d: new * (1 - r * d))).says(
    "You shrink θ twice, before the step and after it. Once is enough, before it."
)
exercise.mistake("decay_after_without_learning_rate", _adamw(_kept, after=lambda new, x, r, d: new * (1 - d))).says(
    "Two things about the decay: it comes before the step, from the old θ, and its share is η·λ, not λ."
)
exercise.mistake(
    "decay_inside_the_step_size", _adamw(_kept, after=lambda new, x, r, d: x - (x - new) * (1 - r * d))
).says("Your factor 1 − η·λ shortens the STEP. It is θ that shrinks: θ·(1 − η·λ), then the whole step.")
for id, shrink, sentence in (
    ("decay_missing", _kept, "θ does not decay: weight_decay has no effect, and this is Adam."),
    ("growth", lambda x, rate, decay: x * (1 + rate * decay), "θ GROWS by the share η·λ in yours: a sign."),
    ("only_the_share_is_kept", lambda x, r, d: x * (r * d), "You keep the share η·λ of θ, and 1 − η·λ is lost."),
    (
        "divided",
        lambda x, rate, decay: x / (1 + rate * decay),
        "You divide by 1 + η·λ, which is close, but not the same.",
    ),
    (
        "exponential",
        lambda x, rate, decay: x * np.exp(-rate * decay),
        "You take e to the power −η·λ: close, not the same.",
    ),
    ("a_constant_is_taken_off", lambda x, rate, decay: x - rate * decay, "You take off η·λ itself, whatever θ is."),
    ("decay_of_the_sign", lambda x, r, d: x - r * d * np.sign(x), "You take off η·λ·sign(θ), as an L1 penalty does."),
    (
        "decay_of_the_size",
        lambda x, r, d: x - r * d * abs(x),
        "You take off η·λ·|θ|, which lets what is negative grow.",
    ),
    ("rate_and_decay_taken_off", lambda x, rate, decay: x * (1 - rate - decay), "You subtract η AND λ from 1."),
    (
        "only_lambda_is_kept",
        lambda x, rate, decay: x * decay,
        "You multiply θ by λ itself, so that little is left of it.",
    ),
    ("grows_by_lambda", lambda x, rate, decay: x * (1 + decay), "θ GROWS, and by λ without η: a sign, and a factor."),
    ("decay_squared", lambda x, r, d: x * (1 - r * d**2), "You square λ in the decay."),
    ("halved", lambda x, rate, decay: x * (1 - rate * decay / 2), "There is a ½ too many in your decay."),
    ("doubled", lambda x, rate, decay: x * (1 - 2 * rate * decay), "There is a 2 too many in your decay."),
    ("rate_squared", lambda x, rate, decay: x * (1 - rate**2 * decay), "η enters twice in your decay."),
    ("theta_squared", lambda x, rate, decay: x - rate * decay * x**2, "You take off η·λ·θ², which has lost θ's sign."),
    ("decay_of_the_length", lambda x, r, d: x - r * d * np.linalg.norm(x), "You take off η·λ times θ's LENGTH."),
):
    exercise.mistake(id, _adamw(shrink)).says(f"{sentence} Before the step, θ becomes θ·(1 − η·λ).")
exercise.mistake("decay_of_the_gradient", _adamw(_kept, lambda g, x, decay: g * (1 - decay))).says(
    "You shrink the gradient. It is θ that decays: θ·(1 − η·λ); the gradient stays as it came."
)


@exercise.mistake("gradient_decays_by_the_share").says(
    "You multiply the gradient by 1 − η·λ. It is θ that shrinks; the gradient stays as it came."
)
def gradient_decays_by_the_share(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    shrunk = grad * (1 - learning_rate * weight_decay)
    return _adamw(_kept)(theta, shrunk, m, v, t, learning_rate, weight_decay, beta1, beta2, eps)


@exercise.mistake("decay_in_the_numerator").says(
    "You add λ·θ to m̂, where it is divided by √v̂ like the gradient. Shrink θ by itself: θ·(1 − η·λ)."
)
def decay_in_the_numerator(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    new, m, v = _adamw(_kept)(theta, grad, m, v, t, learning_rate, weight_decay, beta1, beta2, eps)
    return new - learning_rate * weight_decay * theta / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@exercise.mistake("gradient_decays_theta").says(
    "You take off η·λ·grad, so that the gradient enters twice. The decay takes off a share of θ: η·λ·θ."
)
def gradient_decays_theta(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    new, m, v = _adamw(_kept)(theta, grad, m, v, t, learning_rate, weight_decay, beta1, beta2, eps)
    return new - learning_rate * weight_decay * grad, m, v


@exercise.mistake("decay_to_the_power_t").says(
    "You shrink θ by (1 − η·λ)ᵗ, the decay of all t steps at once. The old θ has decayed already: once a step."
)
def decay_to_the_power_t(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    shrunk = theta * (1 - learning_rate * weight_decay) ** t
    return _adamw(_kept)(shrunk, grad, m, v, t, learning_rate, weight_decay, beta1, beta2, eps)


@exercise.mistake("decay_for_the_learning_rate").says(
    "Your step is as long as η·λ says, and θ does not shrink. λ belongs in the decay alone: θ·(1 − η·λ), then η·…"
)
def decay_for_the_learning_rate(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adamw(_kept)(theta, grad, m, v, t, learning_rate * weight_decay, weight_decay, beta1, beta2, eps)


@exercise.mistake("only_the_decay").says(
    "θ decays, and that is all: it takes no step of Adam's, and m and v come back as they were. (A call of `adam_step` "
    "changes nothing by itself: keep what it returns.)"
)
def only_the_decay(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    return theta * (1 - learning_rate * weight_decay), m, v


@exercise.mistake("eps_added_to_theta").says(
    "Brackets are missing: `m_hat / np.sqrt(v_hat) + eps` divides first, so that ε is added to θ. The step is "
    "η·m̂ / (√v̂ + ε)."
)
def eps_added_to_theta(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    without = _adamw(step=lambda m, v, c, d, e: m / c / np.sqrt(v / d))
    theta, m, v = without(theta, grad, m, v, t, learning_rate, weight_decay, beta1, beta2, eps)
    return theta + eps, m, v


# Adam's own step
for id, step, sentence in (
    ("no_bias_correction", lambda m, v, c, d, e: m / (np.sqrt(v) + e), "m and v are not corrected: divide by 1 − βᵗ."),
    ("eps_inside_the_root", lambda m, v, c, d, e: m / c / np.sqrt(v / d + e), "ε is inside your root; add it after."),
    ("root_missing", lambda m, v, c, d, e: m / c / (v / d + e), "The root is missing: you divide by v̂."),
    ("eps_before_the_correction", lambda m, v, c, d, e: m / c * np.sqrt(d) / (np.sqrt(v) + e), "You add ε too early."),
    ("only_m_corrected", lambda m, v, c, d, e: m / c / (np.sqrt(v) + e), "v started at 0, too: divide it by 1 − β2ᵗ."),
    ("only_v_corrected", lambda m, v, c, d, e: m / (np.sqrt(v / d) + e), "m started at 0, too: divide it by 1 − β1ᵗ."),
    ("corrections_exchanged", lambda m, v, c, d, e: m / d / (np.sqrt(v / c) + e), "β1 belongs to m, and β2 to v."),
    ("corrections_multiply", lambda m, v, c, d, e: m * c / (np.sqrt(v * d) + e), "m and v are too SMALL: divide."),
    ("corrections_of_the_root", lambda m, v, c, d, e: m / c / (np.sqrt(v) / d + e), "Correct v inside the root."),
    ("eps_outside_the_fraction", lambda m, v, c, d, e: m / c / np.sqrt(v / d) + e, "Put brackets around √v̂ + ε."),
    ("no_denominator", lambda m, v, c, d, e: m / c, "You do not divide by √v̂ + ε: this is momentum."),
):
    exercise.mistake(id, _adamw(step=step)).says(f"{sentence} The step is η·m̂ / (√v̂ + ε).")
for id, parts, sentence in (
    ("v_without_square", {"v_from": lambda v, g, b: b * v + (1 - b) * g}, "Your v averages grad, not its SQUARE."),
    ("v_as_a_sum", {"v_from": lambda v, g, b: b * v + g**2}, "1 − β2 is missing in v: it is β2·v + (1 − β2)·grad²."),
    ("v_share_squared", {"v_from": lambda v, g, b: b * v + ((1 - b) * g) ** 2}, "You square 1 − β2, too: only grad."),
    ("m_as_a_sum", {"m_from": lambda m, g, b: b * m + g}, "1 − β1 is missing in m: it is β1·m + (1 − β1)·grad."),
    ("correction_times_t", {"share": lambda b, t: (1 - b) ** t}, "You take the power of 1 − β: divide by 1 − βᵗ."),
    (
        "weights_exchanged",
        {"m_from": lambda m, g, b: (1 - b) * m + b * g, "v_from": lambda v, g, b: (1 - b) * v + b * g**2},
        "The weights are exchanged: the OLD mean is kept with β, the new gradient gets 1 − β.",
    ),
    (
        "corrected_moments_returned",
        {"returned": lambda m, v, c, d: (m / c, v / d)},
        "θ is right, but you return m̂ and v̂, which the next step would correct again: return m and v uncorrected.",
    ),
    ("moments_exchanged", {"returned": lambda m, v, c, d: (v, m)}, "The order is (theta, m, v); yours has v before m."),
):
    exercise.mistake(id, _adamw(**parts)).says(sentence)
exercise.mistake("theta_last", lambda *args, **settings: (*(new := adamw_step(*args, **settings))[1:], new[0])).says(
    "The order of what you return is (theta, m, v); yours has θ last."
)
exercise.mistake(
    "moments_not_updated", lambda x, g, m, v, *more, **eps: (adamw_step(x, g, m, v, *more, **eps)[0], m, v)
).says("θ is right, but you return the old m and v, so that nothing is remembered. Return the new ones.")

# Settings, and what is returned
_EPSILON_FIXED = "Your ε is always one number. It is a parameter, whose default is 1e-8: try `eps=0.1`."
exercise.takes(
    argument(
        "t",
        one=("correction_without_power", "You divide by 1 − β in every step. The power is missing: 1 − βᵗ."),
        plus_one=("t_plus_one", "Your correction uses t + 1. Here t counts from 1 already: in the first step βᵗ = β."),
        minus_one=("t_from_zero", "Your correction uses t − 1. Here t counts from 1: 1 − β⁰ would be a division by 0."),
    ),
    argument(
        "learning_rate",
        minus=("ascent", "Both signs of η are turned round: θ grows, and moves along the gradient. Both go down."),
        one=("learning_rate_missing", "The learning rate is missing, in the decay and in the step."),
    ),
    argument(
        "eps",
        zero=("eps_missing", "ε is missing. Where the gradient has always been 0, 0/0 makes the parameter nan."),
        default=("eps_fixed", _EPSILON_FIXED),
    ),
    variants(
        "decay_fixed_{:g}",
        (0.01, 0.1),
        lambda decay: (
            lambda x, g, m, v, t, rate, weight_decay, *more, **settings: adamw_step(
                x, g, m, v, t, rate, decay, *more, **settings
            )
        ),
        "Your decay is always {value}. It is a parameter: use `weight_decay`.",
    ),
    exchanged("beta1", "beta2", ("betas_exchanged", "β1 belongs to m, and β2, of longer memory, to the squares in v.")),
    one_for_both("beta1", "beta2", ("beta1_for_both", "You use β1 for v too. The squares have a memory of their own.")),
    result(first=("only_theta", "You return θ alone. The next step needs m and v too: return (theta, m, v).")),
)
exercise.mistake("ascent_after_decay", _adamw(step=lambda m, v, c, d, e: -m / c / (np.sqrt(v / d) + e))).says(
    "You add Adam's step. The gradient points uphill; θ moves against m̂."
)
exercise.mistake("betas_fixed", lambda *args, **_: adamw_step(*args[:7])).says(
    "You always use the default β1, β2 and ε. They are parameters: try `beta1=0.5, eps=0.1`."
)


@exercise.right
def through_adam(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m + (1 - beta1) * (grad - m), v + (1 - beta2) * (grad * grad - v)
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return [theta - learning_rate * (step + weight_decay * theta), m, v]


@exercise.right
def torchs_order(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = theta.astype(float), m.astype(float), v.astype(float)
    theta *= 1 - learning_rate * weight_decay
    m += (1 - beta1) * (grad - m)
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    denominator = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    theta -= learning_rate / (1 - beta1**t) * m / denominator
    return theta.tolist(), m.tolist(), v.tolist()


@exercise.right
def entry_by_entry(theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8):
    new = np.empty((3, *theta.shape))
    for place in np.ndindex(theta.shape):
        first = beta1 * m[place] + (1 - beta1) * grad[place]
        second = beta2 * v[place] + (1 - beta2) * grad[place] ** 2
        step = (first / (1 - beta1**t)) / ((second / (1 - beta2**t)) ** 0.5 + eps)
        kept = theta[place] - learning_rate * weight_decay * theta[place]
        new[(slice(None), *place)] = kept - learning_rate * step, first, second
    return new


@exercise.right
def decay_last_but_of_the_old_theta(
    theta, grad, m, v, t, learning_rate, weight_decay, beta1=0.9, beta2=0.999, eps=1e-8
):
    m = np.average([m, grad], axis=0, weights=[beta1, 1 - beta1])
    v = np.average([v, grad**2], axis=0, weights=[beta2, 1 - beta2])
    new = theta - learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return new - learning_rate * weight_decay * theta, m, v
