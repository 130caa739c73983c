"""sophia_step."""

import numpy as np

from nlm_utils.exercises.definition import Exercise

from .common import numbers


def sophia_step(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    """One step of Sophia (Liu et al. 2023) -> (theta, m), both new arrays; h estimates the Hessian's diagonal.

    m ← β1·m + (1 − β1)·grad, then θ ← θ − learning_rate · clip(m / max(ρ·h, ε), −1, 1), entry by entry.
    So no entry moves by more than the learning rate, and where h is 0 or negative it moves by just that
    (or, where m is 0, not at all).
    """
    m = beta1 * m + (1 - beta1) * grad
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


exercise = Exercise(
    sophia_step,
    checks=("steps that are clipped on either side and that are not, h positive, 0 and negative, other β1, ρ and ε"),
    explanation=(
        "m/h is Newton's step for each coordinate: far where the loss is flat, short where it is curved. Where h is "
        "tiny, or negative (there Newton would climb), the quotient explodes: max keeps the denominator positive, and "
        "clip turns what is too long into a step of exactly η along −sign(m)."
    ),
    hints=[
        ("Update m first. Then build the denominator, the quotient, its clipped version, and the step, one line each."),
        "Negative curvature: what do you divide by when ρ·h is −0.3? The larger of ρ·h and ε.",
        "`np.maximum` compares entry by entry with a number, and `np.clip(x, -1, 1)` clips the QUOTIENT.",
    ],
)

exercise.case(np.array([1.0, 2.0]), np.array([0.5, -0.5]), np.array([0.0, 0.0]), np.array([1.0, 2.0]), 0.1)
exercise.case(
    np.array([1.0, -2.0, 0.5]),
    np.array([0.2, -0.5, 0.1]),
    np.zeros(3),
    np.array([0.9, 0.1, 0.0]),
    0.1,
    0.9,
    0.05,
)
exercise.case(
    np.array([1.0, 2.0, 3.0]),
    np.array([1.0, -1.0, 0.0]),
    np.array([0.2, 0.3, 0.0]),
    np.array([-2.0, -0.5, -1.0]),
    0.1,
)
exercise.case(
    np.array([0.5, -0.5, 1.0, 2.0]),
    np.array([2.0, -1.0, 0.5, -3.0]),
    np.array([-0.1, 0.4, 0.3, -0.2]),
    np.array([5.0, 8.0, 0.1, 20.0]),
    0.2,
    beta1=0.5,
    rho=0.3,
)
exercise.case(
    np.array([1.0, 1.0, 1.0]),
    np.array([0.004, -0.004, 0.4]),
    np.array([0.002, -0.002, -0.1]),
    np.array([0.01, -0.02, 3.0]),
    0.5,
    beta1=0.8,
    rho=0.1,
    eps=0.05,
)
exercise.case(
    numbers(2, 3, seed=21),
    numbers(2, 3, seed=22),
    numbers(2, 3, seed=23),
    20 * numbers(2, 3, seed=24),
    0.3,
)


def _mean(m, grad, beta1):
    return beta1 * m + (1 - beta1) * grad


@exercise.mistake("clip_forgotten").says(
    "The clip is missing. Where h is close to 0, m / max(ρ·h, ε) is enormous and one step throws the parameter away: "
    "cut the quotient to [−1, 1]."
)
def clip_forgotten(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * m / np.maximum(rho * h, eps), m


@exercise.mistake("clip_before_division").says(
    "You clip m and divide afterwards, so the step can still be as long as it likes. Clip the QUOTIENT."
)
def clip_before_division(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m, -1, 1) / np.maximum(rho * h, eps), m


@exercise.mistake("negative_curvature_divides").says(
    "You divide by ρ·h even where it is negative or 0. That turns the step round, UPHILL, just where the loss curves "
    "downwards (or divides by 0): take the larger of ρ·h and ε."
)
def negative_curvature_divides(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    with np.errstate(all="ignore"):
        return theta - learning_rate * np.clip(m / (rho * h), -1, 1), m


@exercise.mistake("eps_added").says(
    "You add ε to ρ·h. Where h is negative the denominator stays negative and the step goes uphill: it is the LARGER "
    "of the two, max(ρ·h, ε)."
)
def eps_added(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (rho * h + eps), -1, 1), m


@exercise.mistake("eps_added_to_maximum").says(
    "You add ε to max(ρ·h, 0). It is the larger of ρ·h and ε that divides: where ρ·h is above ε, ε does not enter."
)
def eps_added_to_maximum(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (np.maximum(rho * h, 0) + eps), -1, 1), m


@exercise.mistake("absolute_curvature").says(
    "You divide by |h|. Negative curvature is no curvature to trust: max(ρ·h, ε) makes the quotient huge there, and "
    "the clip turns it into a step of η."
)
def absolute_curvature(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * np.abs(h), eps), -1, 1), m


@exercise.mistake("adams_root").says(
    "You take the root of h, as Adam does with v. Adam's v is made of squared gradients; h is a curvature already, "
    "and Newton divides by it as it is."
)
def adams_root(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * np.sqrt(np.maximum(h, 0)), eps), -1, 1), m


@exercise.mistake("adams_denominator").says(
    "That is Adam's step, m / (√h + ε). Sophia divides by max(ρ·h, ε), without a root, and clips."
)
def adams_denominator(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    with np.errstate(all="ignore"):
        return theta - learning_rate * m / (np.sqrt(h) + eps), m


@exercise.mistake("root_of_everything").says(
    "You take the root of ρ·h. Adam's v is made of squares and needs a root; h is a curvature already: divide by ρ·h "
    "itself."
)
def root_of_everything(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(np.sqrt(np.maximum(rho * h, 0)), eps), -1, 1), m


@exercise.mistake("rho_missing").says(
    "ρ is missing: h is multiplied by it before the comparison with ε. It sets how many of the entries are clipped."
)
def rho_missing(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(h, eps), -1, 1), m


@exercise.mistake("rho_outside_the_maximum").says(
    "ρ multiplies the maximum in your denominator, ε included. It belongs to h only: max(ρ·h, ε)."
)
def rho_outside_the_maximum(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (rho * np.maximum(h, eps)), -1, 1), m


@exercise.mistake("rho_in_the_numerator").says("You multiply the quotient by ρ. It multiplies h, in the denominator.")
def rho_in_the_numerator(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(rho * m / np.maximum(h, eps), -1, 1), m


@exercise.mistake("clip_to_rho").says(
    "You clip to [−ρ, ρ]. ρ scales the curvature; the quotient is clipped to [−1, 1]."
)
def clip_to_rho(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(h, eps), -rho, rho), m


@exercise.mistake("minimum_for_maximum").says(
    "You take the smaller of ρ·h and ε: the denominator is then never more than 1e-12 and all steps are clipped. Take "
    "the larger."
)
def minimum_for_maximum(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.minimum(rho * h, eps), -1, 1), m


@exercise.mistake("clipped_above_only").says(
    "You clip at +1 only. A quotient of −1000 throws the parameter away just as well: clip on both sides."
)
def clipped_above_only(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.minimum(m / np.maximum(rho * h, eps), 1), m


@exercise.mistake("clipped_to_positive").says(
    "You clip to [0, 1], so that parameters can only go down. Steps go both ways: [−1, 1]."
)
def clipped_to_positive(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), 0, 1), m


@exercise.mistake("step_clipped").says(
    "You clip after multiplying by the learning rate: steps of length 1 pass. Clip the quotient, then multiply by η."
)
def step_clipped(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - np.clip(learning_rate * m / np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("always_the_sign").says(
    "You take the sign in every case. That is what is left where the quotient is clipped; where |m| is smaller than "
    "ρ·h the step is shorter."
)
def always_the_sign(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.sign(m), m


@exercise.mistake("scaled_by_the_largest").says(
    "You shrink the whole step when one entry is too long. Each entry is clipped by itself, so that one flat "
    "direction does not slow the others down."
)
def scaled_by_the_largest(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    quotient = m / np.maximum(rho * h, eps)
    return theta - learning_rate * quotient / max(1.0, np.abs(quotient).max()), m


@exercise.mistake("curvature_ignored").says("h does not enter your step. Divide m by max(ρ·h, ε) before you clip.")
def curvature_ignored(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m, -1, 1), m


@exercise.mistake("gradient_for_m").says("Your step uses the gradient. It is m, the running mean, that is divided.")
def gradient_for_m(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(grad / np.maximum(rho * h, eps), -1, 1), m


exercise.mistake(
    "old_m",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: (
        theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1),
        _mean(m, grad, beta1),
    ),
).says("Your step uses the OLD m. Update it with the new gradient first: in the first step it is 0 and nothing moves.")


@exercise.mistake("sum_for_mean").says(
    "The factor 1 − β1 is missing: m is a running mean, β1·m + (1 − β1)·grad, not a sum."
)
def sum_for_mean(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = beta1 * m + grad
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("weights_exchanged").says(
    "The weights of your mean are the wrong way round: the OLD m is kept with β1, the gradient enters with 1 − β1."
)
def weights_exchanged(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, 1 - beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("ascent").says(
    "You add the step. The gradient points uphill; to bring the loss down, θ moves against it."
)
def ascent(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta + learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("learning_rate_missing").says("The learning rate is missing: every clipped entry moves by 1.")
def learning_rate_missing(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - np.clip(m / np.maximum(rho * h, eps), -1, 1), m


exercise.mistake(
    "defaults_fixed",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: sophia_step(
        theta, grad, m, h, learning_rate
    ),
).says("You always use 0.96, 0.04 and 1e-12. They are parameters: try `beta1=0.5, rho=0.3`.")
exercise.mistake(
    "eps_fixed",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: sophia_step(
        theta, grad, m, h, learning_rate, beta1, rho
    ),
).says("You always use 1e-12. ε is a parameter: try `eps=0.05`.")
exercise.mistake(
    "swapped",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: sophia_step(
        theta, grad, m, h, learning_rate, beta1, rho, eps
    )[::-1],
).says("You return m first. The order is (theta, m).")
exercise.mistake(
    "only_theta",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: sophia_step(
        theta, grad, m, h, learning_rate, beta1, rho, eps
    )[0],
).says("You return θ alone. The next step needs m too: return the pair (theta, m).")
exercise.mistake(
    "h_returned_too",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: (
        *sophia_step(theta, grad, m, h, learning_rate, beta1, rho, eps),
        h,
    ),
).says("You return three things. h comes from outside and does not change in a step: return the pair (theta, m).")
exercise.mistake(
    "m_not_updated",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: (
        sophia_step(theta, grad, m, h, learning_rate, beta1, rho, eps)[0],
        m,
    ),
).says("θ is right, but you return the old m, so that nothing is remembered. Return the new one.")


@exercise.mistake("in_place").says(
    "The numbers are right, but you change arrays in place (`*=`, `+=`, `-=`), in the hands of whoever called you. "
    "Make new ones."
)
def in_place(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m *= beta1
    m += (1 - beta1) * grad
    theta -= learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1)
    return theta, m


@exercise.mistake("m_in_place").says(
    "The numbers are right, but m is changed in place (`*=`, `+=`), in the array of whoever called you. Make a new one."
)
def m_in_place(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m *= beta1
    m += (1 - beta1) * grad
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("theta_in_place").says(
    "The numbers are right, but `theta -= …` writes into the caller's array. Write `theta = theta - …`."
)
def theta_in_place(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    theta -= learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1)
    return theta, m


@exercise.mistake("curvature_squared").says(
    "You square h. Newton's step divides by the curvature itself: m / max(ρ·h, ε)."
)
def curvature_squared(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h**2, eps), -1, 1), m


@exercise.mistake("clipped_to_learning_rate").says(
    "You clip to [−η, η] and multiply by η as well, so that a step is η² at most. Clip to [−1, 1]."
)
def clipped_to_learning_rate(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -learning_rate, learning_rate), m


@exercise.mistake("multiplied_by_curvature").says(
    "You multiply by max(ρ·h, ε). Where the loss is strongly curved the step is to be SHORT: divide."
)
def multiplied_by_curvature(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m * np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("divided_by_rho").says("You divide h by ρ. It is multiplied: max(ρ·h, ε).")
def divided_by_rho(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(h / rho, eps), -1, 1), m


@exercise.mistake("parameters_clipped").says(
    "You clip the parameters. It is the quotient, m / max(ρ·h, ε), that is clipped."
)
def parameters_clipped(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return np.clip(theta - learning_rate * m / np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("one_curvature_for_all").says(
    "You divide by one number, the largest ρ·h. Every entry has a curvature of its own: `np.maximum` compares entry "
    "by entry."
)
def one_curvature_for_all(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / max(rho * h.max(), eps), -1, 1), m


@exercise.mistake("smooth_clip").says(
    "You bend the quotient with tanh. It is cut off: what lies between −1 and 1 stays as it is."
)
def smooth_clip(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.tanh(m / np.maximum(rho * h, eps)), m


@exercise.mistake("h_updated_too").says(
    "You mix squared gradients into h. Here h comes from outside and stays as it is: its own update has another rhythm."
)
def h_updated_too(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    h = beta1 * h + (1 - beta1) * grad**2
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@exercise.mistake("both_added_and_maximum").says("You add ε to max(ρ·h, ε). The larger of the two is enough.")
def both_added_and_maximum(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (np.maximum(rho * h, eps) + eps), -1, 1), m


@exercise.mistake("absolute_plus_eps").says(
    "You divide by ρ·|h| + ε. Where h is negative, ε alone divides: max(ρ·h, ε), and the clip makes that a step of η."
)
def absolute_plus_eps(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (rho * np.abs(h) + eps), -1, 1), m


@exercise.mistake("one_for_eps").says(
    "You divide by max(ρ·h, 1). The lower bound is ε: only there the quotient may grow until it is clipped."
)
def one_for_eps(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, 1), -1, 1), m


@exercise.mistake("zero_for_eps").says(
    "You divide by max(ρ·h, 0), which is a division by 0 where the curvature is not positive. The lower bound is ε."
)
def zero_for_eps(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    with np.errstate(all="ignore"):
        quotient = m / np.maximum(rho * h, 0)
    return theta - learning_rate * np.clip(quotient, -1, 1), m


@exercise.mistake("clip_forgotten_eps_added").says(
    "Two things: ε is a lower bound, max(ρ·h, ε), not added; and the quotient is clipped to [−1, 1]."
)
def clip_forgotten_eps_added(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * m / (rho * h + eps), m


exercise.mistake(
    "no_mean_at_all",
    lambda theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12: (
        theta - learning_rate * np.clip(grad / np.maximum(rho * h, eps), -1, 1),
        grad,
    ),
).says("You use the gradient for m. m is a running mean, β1·m + (1 − β1)·grad, which also has to be returned.")


@exercise.right
def right_1(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = m + (1 - beta1) * (grad - m)
    quotient = np.abs(m) / np.maximum(rho * h, eps)
    return [theta - learning_rate * np.sign(m) * np.minimum(quotient, 1), m]


@exercise.right
def right_2(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    new_theta, new_m = theta.copy(), m.copy()
    for place in np.ndindex(theta.shape):
        new_m[place] = beta1 * m[place] + (1 - beta1) * grad[place]
        quotient = new_m[place] / max(rho * h[place], eps)
        new_theta[place] -= learning_rate * max(-1.0, min(1.0, quotient))
    return new_theta.tolist(), new_m.tolist()


@exercise.right
def right_3(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = beta1 * m + (1 - beta1) * grad
    denominator = np.where(rho * h > eps, rho * h, eps)
    return theta - np.clip(learning_rate * m / denominator, -learning_rate, learning_rate), m


@exercise.right
def right_4(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    theta, grad, m, h = (x.astype(np.float32) for x in (theta, grad, m, h))
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    quotient = m / np.maximum(np.float32(rho) * h, np.float32(eps))
    return theta - np.float32(learning_rate) * np.clip(quotient, -1, 1), m
