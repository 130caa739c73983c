"""adam_step: two running means, corrected. Learners forget a correction, misplace ε or the root, mix up m and v."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise

from ...families import argument, exchanged, one_for_both, result, variants
from . import MOVES, numbers, two_things


def adam_step(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam (Kingma & Ba 2015) -> (theta, m, v), all new arrays; `t` counts the steps from 1.

    theta, grad, m and v are float arrays of one shape, any; they come back unchanged.
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
    checks="the first step, later steps, gradients from 1000 to 1e-8 and 0, other β and ε, arguments unchanged",
    explanation=(
        "m and v are running means that start at 0, so after t steps only a share 1 − βᵗ of their weight lies on real "
        "gradients; dividing by it makes them honest means. In the first step m̂ = grad and √v̂ = |grad|: the step is "
        "η·sign(grad), whatever the size of the gradient, unless it is as small as ε."
    ),
    hints=[
        "Four lines before the step, in the order of the docstring: m, v, m̂, v̂. Return the uncorrected m and v.",
        "In the first step, with t = 1, the correction divides m by 1 − β1 and v by 1 − β2. What is left of each?",
        "The denominator is `np.sqrt(v_hat) + eps`: ε is added after the root.",
    ],
)

exercise.case(np.array([1.0, 2.0]), np.array([0.5, -4.0]), np.zeros(2), np.zeros(2), 1, 0.1)
exercise.case(np.array([1.0, 2.0]), np.array([1e-8, -1e-8]), np.zeros(2), np.zeros(2), 1, 0.1)
exercise.case(*np.array([[1.0, 2.0, 3.0], [2.0, -1.0, 0.0], [0.5, 0.3, -1.0], [4.0, 0.5, 1.5]]), 2, 0.1)
exercise.case(*np.array([[1.0, -1.0], [3.0, -0.5], [1.0, 0.5], [2.0, 0.8]]), 5, 0.5, beta1=0.5, beta2=0.9, eps=0.1)
exercise.case(*(numbers(2, 3, seed=seed) for seed in (11, 12, 13)), np.abs(numbers(2, 3, seed=14)), 7, 0.2)
exercise.case(np.array([0.5, 0.5]), np.array([2e-6, -3e-8]), np.array([1e-6, 0.0]), np.array([1e-12, 1e-16]), 3, 1.0)
exercise.case(np.array([1.0, 2.0]), np.array([0.0, 3.0]), np.zeros(2), np.zeros(2), 1, 0.1)
exercise.case(np.array([1.0, 2.0]), np.zeros(2), np.array([0.5, -1.0]), np.array([0.3, 2.0]), 4, 0.1)
exercise.case(*np.array([[[4.0, -3.0]], [[1000.0, -0.2]], [[1.0, 0.1]], [[9.0, 4e-5]]]), 2, 0.5, eps=0.5)
exercise.drawn(
    lambda rng: (
        *rng.normal(0, 10 ** rng.uniform(-3, 3), (3, *(shape := rng.integers(1, 5, rng.integers(1, 4))))),
        rng.random(shape),
        int(rng.integers(1, 20)),
        *rng.uniform(0.1, 0.9, 3),
        10 ** rng.uniform(-8, 0),
    )
)


def _adam(
    step=lambda m, v, c, d, e: m / c / (np.sqrt(v / d) + e),
    share=lambda b, t: 1 - b**t,
    m_from=lambda m, g, b: b * m + (1 - b) * g,
    v_from=lambda v, g, b, m: b * v + (1 - b) * g**2,
):
    """Adam from its parts: θ − η·step(m, v, c, d, ε) with the new m and v and their shares c and d."""

    def adam(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        m = m_from(m, grad, beta1)
        v = v_from(v, grad, beta2, m)
        with np.errstate(all="ignore"):
            c, d = np.float64(share(beta1, t)), np.float64(share(beta2, t))
            return theta - learning_rate * step(m, v, c, d, eps), m, v

    return adam


def _theta_of(wrong):
    """m and v are right, θ is what `wrong` gives."""
    return lambda *args, **settings: (wrong(*args, **settings)[0], *adam_step(*args, **settings)[1:])


def _in_order(*places):
    return lambda *args, **settings: tuple(adam_step(*args, **settings)[place] for place in places)


# The step
exercise.mistake("no_bias_correction", _adam(lambda m, v, c, d, e: m / (np.sqrt(v) + e))).says(
    "The correction is missing. m and v start at 0, so the first m is only a tenth of the gradient and the first √v a "
    "thirtieth: divide m by 1 − β1ᵗ and v by 1 − β2ᵗ before the step."
)
exercise.mistake("eps_inside_the_root", _adam(lambda m, v, c, d, e: m / c / np.sqrt(v / d + e))).says(
    "ε is inside your root. √(v̂ + 1e-8) is at least 1e-4, far more than a gradient of 1e-8: the step almost "
    "vanishes. ε is added after the root."
)
exercise.mistake("root_missing", _adam(lambda m, v, c, d, e: m / c / (v / d + e))).says(
    "The root is missing: you divide by v̂, which is of the size of grad². m̂/√v̂ has no unit, so the step does not "
    "depend on the scale of the loss."
)
exercise.mistake("eps_before_the_correction", _adam(lambda m, v, c, d, e: m / c * np.sqrt(d) / (np.sqrt(v) + e))).says(
    "You add ε to √v before v is corrected, which makes ε up to thirty times larger. Correct v, take the root, add ε."
)
for id, step, sentence in (
    ("only_m_corrected", lambda m, v, c, d, e: m / c / (np.sqrt(v) + e), "v started at 0, too: divide it by 1 − β2ᵗ."),
    ("only_v_corrected", lambda m, v, c, d, e: m / (np.sqrt(v / d) + e), "m started at 0, too: divide it by 1 − β1ᵗ."),
    ("corrections_exchanged", lambda m, v, c, d, e: m / d / (np.sqrt(v / c) + e), "β1 belongs to m, and β2 to v."),
    ("corrections_multiply", lambda m, v, c, d, e: m * c / (np.sqrt(v * d) + e), "m and v are too SMALL: divide."),
    ("corrections_of_the_root", lambda m, v, c, d, e: m / c / (np.sqrt(v) / d + e), "Correct v inside the root."),
    ("eps_outside_the_fraction", lambda m, v, c, d, e: m / c / np.sqrt(v / d) + e, "Put brackets around √v̂ + ε."),
    ("eps_as_a_bound", lambda m, v, c, d, e: m / c / np.maximum(np.sqrt(v / d), e), "You take the LARGER of √v̂ and ε."),
    (
        "brackets_of_the_corrections",
        lambda m, v, c, d, e: (m + c - 1) / ((v + d - 1) ** 0.5 + e),
        "Put brackets around 1 − βᵗ.",
    ),
    ("square_for_root", lambda m, v, c, d, e: m / c / ((v / d) ** 2 + e), "You square v̂ where its root is taken."),
    ("no_correction_eps_inside", lambda m, v, c, d, e: m / np.sqrt(v + e), "Correct m and v; add ε after the root."),
    ("no_correction_no_root", lambda m, v, c, d, e: m / (v + e), "Correct m and v; and the root is missing."),
    ("no_correction_ascent", lambda m, v, c, d, e: -m / (np.sqrt(v) + e), "Correct m and v; and θ moves AGAINST m̂."),
    ("no_denominator", lambda m, v, c, d, e: m / c, "You do not divide by √v̂ + ε: this is momentum."),
    ("momentum_step", lambda m, v, c, d, e: m, "Nothing is divided and nothing corrected: that is momentum."),
):
    exercise.mistake(id, _adam(step)).says(f"{sentence} The step is η·m̂ / (√v̂ + ε).")

# The share of the means that lies on real gradients
exercise.takes(
    argument(
        "t",
        one=(
            "correction_without_power",
            "You divide by 1 − β in every step. The power is missing: 1 − βᵗ comes close to 1 after many steps, when "
            "the zeros at the start are forgotten.",
        ),
        plus_one=("t_plus_one", "Your correction uses t + 1. Here t counts from 1 already: in the first step βᵗ = β."),
        minus_one=("t_from_zero", "Your correction uses t − 1. Here t counts from 1: 1 − β⁰ would be a division by 0."),
    )
)
for id, share, sentence in (
    ("correction_times_t", lambda b, t: (1 - b) ** t, "You take the power of 1 − β."),
    ("beta_times_t", lambda b, t: 1 - b * t, "You take β times t."),
    ("corrections_with_plus", lambda b, t: 1 + b**t, "You divide by 1 + βᵗ, but m and v are too SMALL at first."),
):
    exercise.mistake(id, _adam(share=share)).says(
        f"{sentence} After t steps βᵗ of the zeros is left: divide by 1 − βᵗ."
    )

# m and v
exercise.mistake("v_without_square", _adam(v_from=lambda v, g, b, m: b * v + (1 - b) * g)).says(
    "Your v averages the gradient itself. It is the mean of the SQUARES: else positive and negative gradients cancel, "
    "and the root of a negative number is nan."
)
for id, v_from, sentence in (
    ("v_of_absolute_values", lambda v, g, b, m: b * v + (1 - b) * abs(g), "Your v averages |grad|, not the SQUARES."),
    ("v_of_m", lambda v, g, b, m: b * v + (1 - b) * m**2, "Your v averages m². Average the gradients' own squares."),
    ("v_as_a_sum", lambda v, g, b, m: b * v + g**2, "1 − β2 is missing: a running mean is β2·v + (1 − β2)·grad²."),
    ("one_v_for_all", lambda v, g, b, m: b * v + (1 - b) * np.sum(g**2), "v is ONE sum; each entry has its own."),
    ("v_of_differences", lambda v, g, b, m: b * v + (1 - b) * (g - m) ** 2, "Your v averages (grad − m)², not grad²."),
    ("v_share_squared", lambda v, g, b, m: b * v + ((1 - b) * g) ** 2, "You square 1 − β2, too: only grad is squared."),
    ("v_is_the_maximum", lambda v, g, b, m: np.maximum(v, b * v + (1 - b) * g**2), "v never falls: that is AMSGrad."),
):
    exercise.mistake(id, _adam(v_from=v_from)).says(sentence)
exercise.mistake("m_as_a_sum", _adam(m_from=lambda m, g, b: b * m + g)).says(
    "The factor 1 − β1 is missing in m: a running mean is β1·m + (1 − β1)·grad."
)
exercise.mistake(
    "sums_for_means", _adam(m_from=lambda m, g, b: b * m + g, v_from=lambda v, g, b, m: b * v + g**2)
).says("The factors 1 − β are missing: m and v are running means, β·old + (1 − β)·new, not sums as in momentum.")
exercise.mistake(
    "weights_exchanged",
    _adam(m_from=lambda m, g, b: (1 - b) * m + b * g, v_from=lambda v, g, b, m: (1 - b) * v + b * g**2),
).says("The weights are the wrong way round: the OLD mean is kept with β = 0.9, the new gradient enters with 0.1.")
exercise.mistake(
    "brackets_of_the_shares",
    _adam(m_from=lambda m, g, b: b * m + 1 - b * g, v_from=lambda v, g, b, m: b * v + 1 - b * g**2),
).says("Brackets around 1 − β are missing: `beta * m + 1 - beta * grad` adds a 1. It is β·old + (1 − β)·new.")
exercise.mistake("old_moments", _theta_of(_adam(m_from=lambda m, *_: m, v_from=lambda v, *_: v))).says(
    "Your step uses the OLD m and v. Update them with the new gradient first."
)
exercise.mistake(
    "gradient_for_m", _theta_of(_adam(lambda m, v, c, d, e: m / (np.sqrt(v / d) + e), m_from=lambda m, g, b: g))
).says("You divide the gradient itself by √v̂; that is RMSProp. Adam divides m̂, the mean of the gradients.")
exercise.mistake("plain_gradient_step", _theta_of(lambda x, g, m, v, t, rate, **_: (x - rate * g,))).says(
    "m and v are right, but θ moves along the gradient as in SGD. The step is η·m̂ / (√v̂ + ε)."
)
exercise.mistake("sign_of_the_gradient", _theta_of(lambda x, g, m, v, t, rate, **_: (x - rate * np.sign(g),))).says(
    "You step by the sign of the gradient. That is what Adam's FIRST step comes to; later m̂ and √v̂ differ."
)

# Settings, and what is returned
_EPSILON_FIXED = "Your ε is always one number. It is a parameter, whose default is 1e-8: try `eps=0.1`."


def _with_epsilon(eps):
    return lambda *args, **settings: adam_step(*args[:8], **settings | {"eps": eps})


exercise.takes(
    argument(
        "learning_rate",
        minus=("ascent", "You add the step. The gradient points uphill; to bring the loss down, θ moves against it."),
        one=("learning_rate_missing", "The learning rate is missing: every parameter moves by about 1."),
    ),
    argument(
        "eps",
        zero=(
            "eps_missing",
            "ε is missing. Where the gradient has always been 0, 0/0 makes the parameter nan for ever.",
        ),
        default=("eps_fixed", _EPSILON_FIXED),
    ),
    variants("eps_fixed_{:.0e}", (1e-12, 1e-10, 1e-7, 1e-6, 1e-4, 1e-3), _with_epsilon, _EPSILON_FIXED),
    exchanged(
        "beta1", "beta2", ("betas_exchanged", "β1 belongs to m, the gradients; β2, of longer memory, to the squares.")
    ),
    one_for_both(
        "beta1", "beta2", ("beta1_for_both", "You use β1 for v too. The squares have a memory of their own: β2.")
    ),
    result(first=("only_theta", "You return θ alone. The next step needs m and v too: return (theta, m, v).")),
)
for id, step, sentence in (
    ("defaults_fixed", lambda *args, **_: adam_step(*args), "You always use the defaults: try `beta1=0.5, eps=0.1`."),
    ("moments_exchanged", _in_order(0, 2, 1), "The order of what you return is (theta, m, v); yours has v before m."),
    ("theta_last", _in_order(1, 2, 0), "The order of what you return is (theta, m, v); yours has θ last."),
):
    exercise.mistake(id, step).says(sentence)
exercise.mistake(
    "moments_not_updated", lambda x, g, m, v, *more, **eps: (adam_step(x, g, m, v, *more, **eps)[0], m, v)
).says("θ is right, but you return the old m and v, so that nothing is remembered. Return the new ones.")


@exercise.mistake("eps_outside_everything").says(
    "Brackets are missing: `m_hat / np.sqrt(v_hat) + eps` divides first, so that ε is added to θ. The step is "
    "η·m̂ / (√v̂ + ε)."
)
def eps_outside_everything(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = _adam(lambda m, v, c, d, e: m / c / np.sqrt(v / d))(theta, grad, m, v, t, learning_rate, beta1, beta2)
    return theta + eps, m, v


@exercise.mistake("adagrad").says(
    "That is AdaGrad: v adds all squares up, and m is not used. Adam's m and v are running means, β·old + (1 − β)·new."
)
def adagrad(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    v = v + grad**2
    return theta - learning_rate * grad / (np.sqrt(v) + eps), m, v


@exercise.mistake("rmsprop").says(
    "That is RMSProp: the gradient itself over √v + ε, and m comes back as it was. Adam's step goes along m, the mean "
    "of the gradients, and corrects both means."
)
def rmsprop(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    v = beta2 * v + (1 - beta2) * grad**2
    return theta - learning_rate * grad / (np.sqrt(v) + eps), m, v


@exercise.mistake("weights_decay").says(
    "You shrink θ besides (weight decay, as in AdamW). The step alone is wanted: θ − η·m̂ / (√v̂ + ε)."
)
def weights_decay(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(theta * (1 - 0.01 * learning_rate), grad, m, v, t, learning_rate, beta1, beta2, eps)


@exercise.mistake("corrected_moments_returned").says(
    "θ is right, but you return m̂ and v̂, which the next step would correct again: return m and v uncorrected."
)
def corrected_moments_returned(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    return theta, m / (1 - beta1**t), v / (1 - beta2**t)


@exercise.mistake("one_minus_beta_twice").says("There is a factor 1 − β1 too many in the step: it is in m already.")
def one_minus_beta_twice(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(theta, grad, m, v, t, learning_rate * (1 - beta1), beta1, beta2, eps)


@exercise.mistake("learning_rate_falls").says(
    "You lower the learning rate with t. Adam's step uses it as it is; a schedule is a separate thing."
)
def learning_rate_falls(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(theta, grad, m, v, t, learning_rate / np.sqrt(t), beta1, beta2, eps)


@exercise.mistake("all_steps_from_zero").says(
    "You start from zeros and make t steps. One step is wanted: m and v hold what was before, and t says how many "
    "steps there were."
)
def all_steps_from_zero(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = 0 * m, 0 * v
    for step in range(1, t + 1):
        theta, m, v = adam_step(theta, grad, m, v, step, learning_rate, beta1, beta2, eps)
    return theta, m, v


def _built(
    means=lambda m, v, g, b, c: (b * m + (1 - b) * g, c * v + (1 - c) * g**2),
    share=lambda b, t: 1 - b**t,
    quotient=lambda m, v, e: m / (np.sqrt(v) + e),
    move=lambda x, r, s: x - r * s,
    back=lambda m, v, m_hat, v_hat, old: (m, v),
):
    """Adam from its parts, where what goes wrong in one may meet what goes wrong in another."""

    def adam(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        with np.errstate(all="ignore"):
            new_m, new_v = means(m, v, grad, beta1, beta2)
            m_hat, v_hat = new_m / share(beta1, t), new_v / np.float64(share(beta2, t))
            theta = move(theta, learning_rate, quotient(m_hat, v_hat, eps))
        return theta, *back(new_m, new_v, m_hat, v_hat, (m, v))

    return adam


def _nadam(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    _, m, v = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    ahead = (beta1 * m + (1 - beta1) * grad) / (1 - beta1**t)
    return theta - learning_rate * ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def _nadam_of_the_paper(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    _, m, v = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * grad / (1 - beta1**t)
    return theta - learning_rate * ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def _adamax(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, np.maximum(beta2 * v, abs(grad))
    return theta - learning_rate / (1 - beta1**t) * m / (v + eps), m, v


exercise.mistakes(nadam=_nadam, nadam_of_the_paper=_nadam_of_the_paper).says(
    "You look ahead, as NAdam does: β1·m̂ and the gradient once more. Adam's step goes along m̂ alone."
)
exercise.mistake("adamax", _adamax).says(
    "That is AdaMax: its v is the largest |grad|, fading. Adam's v is a running mean of the squares, and its root "
    "divides."
)
for id, parts, sentence in (
    ("step_alone", {"move": MOVES["step_alone"][1]}, "You return the step where θ belongs: subtract it from θ."),
    (
        "only_m_hat_returned",
        {"back": lambda m, v, m_hat, v_hat, old: (m_hat, v)},
        "You return m̂, which the next step would correct again: return m itself. Two names, m and m_hat, help.",
    ),
    (
        "only_v_hat_returned",
        {"back": lambda m, v, m_hat, v_hat, old: (m, v_hat)},
        "You return v̂, which the next step would correct again: return v itself. Two names, v and v_hat, help.",
    ),
    (
        "old_means_missing",
        {"means": lambda m, v, g, b, c: ((1 - b) * g, (1 - c) * g**2)},
        "The old m and v do not enter: β·old + (1 − β)·new. (`=+` is an assignment; `+=` adds.)",
    ),
    (
        "eps_twice",
        {"quotient": lambda m, v, e: m / (np.sqrt(v + e) + e)},
        "ε is inside your root, too. It is added once, after the root.",
    ),
):
    exercise.mistake(id, _built(**parts)).says(sentence)
for id, step, sentence in (
    ("correction_without_root", lambda m, v, c, d, e: m * d / c / (np.sqrt(v) + e), "takes 1 − β2ᵗ, not its root"),
    ("correction_upside_down", lambda m, v, c, d, e: m * c / np.sqrt(d) / (np.sqrt(v) + e), "is upside down"),
    ("correction_exchanged", lambda m, v, c, d, e: m * np.sqrt(c) / d / (np.sqrt(v) + e), "exchanges β1 and β2"),
):
    exercise.mistake(id, _adam(step)).says(
        f"The correction that you put into the learning rate {sentence}: it is √(1 − β2ᵗ) / (1 − β1ᵗ) there, and "
        "`v / (1 - beta2**t)` and `m / (1 - beta1**t)` say it more plainly."
    )


@exercise.mistake("v_of_m_hat").says("Your v averages m̂². Average the squares of the gradients themselves, grad².")
def v_of_m_hat(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * (m / (1 - beta1**t)) ** 2
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - learning_rate * step, m, v


exercise.mistake("sgd", lambda x, g, m, v, t, rate, **_: (x - rate * g, m, v)).says(
    "That is plain gradient descent, and m and v come back as they were. First make the new m and v, then step."
)
exercise.takes(
    variants(
        "weight_decay",
        (0.1, 1e-3, 1e-4),
        lambda share: (
            lambda x, g, m, v, t, rate, *more, **eps: adam_step(x * (1 - share * rate), g, m, v, t, rate, *more, **eps)
        ),
        "You shrink θ by {value}·η besides (weight decay, as in AdamW). The step alone is wanted.",
    ),
    variants(
        "penalty",
        (0.1, 0.01, 1e-3, 1e-4),
        lambda share: lambda x, g, *more, **eps: adam_step(x, g + share * x, *more, **eps),
        "You add {value}·θ to the gradient (weight decay). The gradient alone is wanted.",
    ),
    variants(
        "gradient_clipped",
        (1, 5),
        lambda most: lambda x, g, *more, **eps: adam_step(x, np.clip(g, -most, most), *more, **eps),
        "You clip the gradient to [−{value}, {value}]. It enters as it is.",
    ),
)
two_things(
    exercise,
    _built,
    {
        "means": {
            "sums": ("m and v are means: (1 − β)·new.", lambda m, v, g, b, c: (b * m + g, c * v + g**2)),
            "m_sum": ("m is a mean: (1 − β1)·grad.", lambda m, v, g, b, c: (b * m + g, c * v + (1 - c) * g**2)),
            "weights_exchanged": (
                "The OLD means are kept with β, the new gradient enters with 1 − β.",
                lambda m, v, g, b, c: ((1 - b) * m + b * g, (1 - c) * v + c * g**2),
            ),
            "betas_exchanged": (
                "β1 belongs to m, and β2 to v.",
                lambda m, v, g, b, c: (c * m + (1 - c) * g, b * v + (1 - b) * g**2),
            ),
            "beta1_for_both": (
                "v has a β of its own, β2.",
                lambda m, v, g, b, c: (b * m + (1 - b) * g, b * v + (1 - b) * g**2),
            ),
            "no_square": (
                "v is the mean of the SQUARES, grad².",
                lambda m, v, g, b, c: (b * m + (1 - b) * g, c * v + (1 - c) * g),
            ),
            "old_missing": (
                "The old m and v do not enter: β·old + (1 − β)·new.",
                lambda m, v, g, b, c: ((1 - b) * g, (1 - c) * g**2),
            ),
        },
        "share": {
            "no_correction": ("Correct m and v for the zeros they started at: divide by 1 − βᵗ.", lambda b, t: 1),
            "no_power": ("The correction divides by 1 − βᵗ, with the power of t.", lambda b, t: 1 - b),
            "plus_one": ("t counts from 1 already: 1 − βᵗ, not with t + 1.", lambda b, t: 1 - b ** (t + 1)),
        },
        "quotient": {
            "eps_inside": ("ε is added AFTER the root.", lambda m, v, e: m / np.sqrt(v + e)),
            "no_root": ("The root is missing: √v̂ + ε.", lambda m, v, e: m / (v + e)),
            "no_eps": ("ε is missing: √v̂ + ε.", lambda m, v, e: m / np.sqrt(v)),
            "no_brackets": ("Put brackets around √v̂ + ε.", lambda m, v, e: m / np.sqrt(v) + e),
            "m_alone": ("m̂ is divided by √v̂ + ε.", lambda m, v, e: m),
        },
        "move": MOVES,
        "back": {
            "hats_returned": ("Return m and v, not m̂ and v̂.", lambda m, v, m_hat, v_hat, old: (m_hat, v_hat)),
            "old_returned": ("Return the NEW m and v.", lambda m, v, m_hat, v_hat, old: old),
            "v_first": ("The order is (theta, m, v).", lambda m, v, *_: (v, m)),
        },
    },
    without=(
        "no_correction_and_m_alone",
        "no_correction_and_hats_returned",
        "no_correction_and_eps_inside",
        "no_correction_and_no_root",
        "no_correction_and_ascent",
    ),
)


@exercise.right
def other_formulas(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    root = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    return [theta - learning_rate / (1 - beta1**t) * m / root, m, v]


@exercise.right
def entry_by_entry(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    new = np.empty((3, *theta.shape))
    for place in np.ndindex(theta.shape):
        first = beta1 * m[place] + (1 - beta1) * grad[place]
        second = beta2 * v[place] + (1 - beta2) * grad[place] ** 2
        step = (first / (1 - beta1**t)) / ((second / (1 - beta2**t)) ** 0.5 + eps)
        new[(slice(None), *place)] = theta[place] - learning_rate * step, first, second
    return tuple(new)


@exercise.right
def torchs_order(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m + (1 - beta1) * (grad - m), beta2 * v + (1 - beta2) * grad * grad
    share = math.sqrt(1 - beta2**t)  # Kingma & Ba's own faster order, with ε at the size that fits it
    return np.stack([theta - learning_rate * share / (1 - beta1**t) * m / (np.sqrt(v) + share * eps), m, v])


@exercise.right
def on_copies(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m.astype(float), v.astype(float)
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    step = m / (1 - np.power(beta1, t)) / (np.sqrt(v / (1 - np.power(beta2, t))) + eps)
    return (theta - learning_rate * step).tolist(), m.tolist(), v.tolist()
