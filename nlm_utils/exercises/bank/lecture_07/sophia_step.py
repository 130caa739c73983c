"""sophia_step: Newton's step, clipped. Learners misbuild the denominator, clip something else, or not at all."""

import numpy as np

from nlm_utils.exercises.definition import Exercise

from ...families import argument, result, variants
from . import MOVES, numbers, two_things


def sophia_step(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    """One step of Sophia (Liu et al. 2023) -> (theta, m), both new arrays; h estimates the Hessian's diagonal.

    theta, grad, m and h are float arrays of one shape, any; they come back unchanged.
    m ← β1·m + (1 − β1)·grad, then θ ← θ − learning_rate · clip(m / max(ρ·h, ε), −1, 1), entry by entry.
    So no entry moves by more than the learning rate, and where h is 0 or negative it moves by just that
    (or, where m is 0, not at all).
    """
    m = beta1 * m + (1 - beta1) * grad
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


exercise = Exercise(
    sophia_step,
    checks="steps that are clipped on either side and not, h positive, 0 and negative, one row, other β1, ρ and ε",
    explanation=(
        "m/h is Newton's step for each coordinate: far where the loss is flat, short where it is curved. Where h is "
        "tiny, or negative (there Newton would climb), the quotient explodes: max keeps the denominator positive, and "
        "clip turns what is too long into a step of exactly η along −sign(m)."
    ),
    hints=[
        "Update m first. Then build the denominator, the quotient, its clipped version, and the step, one line each.",
        "Negative curvature: what do you divide by when ρ·h is −0.3? The larger of ρ·h and ε.",
        "`np.maximum` compares entry by entry with a number, and `np.clip(x, -1, 1)` clips the QUOTIENT.",
    ],
)

exercise.case(np.array([1.0, 2.0]), np.array([0.5, -0.5]), np.array([0.0, 0.0]), np.array([1.0, 2.0]), 0.1)
exercise.case(*np.array([[1.0, -2.0, 0.5], [0.2, -0.5, 0.1], [0.0, 0.0, 0.0], [0.9, 0.1, 0.0]]), 0.1, 0.9, 0.05)
exercise.case(*np.array([[1.0, 2.0, 3.0], [1.0, -1.0, 0.0], [0.2, 0.3, 0.0], [-2.0, -0.5, -1.0]]), 0.1)
exercise.case(
    *np.array([[0.5, -0.5, 1.0, 2.0], [2.0, -1.0, 0.5, -3.0], [-0.1, 0.4, 0.3, -0.2], [5.0, 8.0, 0.1, 20.0]]),
    0.2,
    beta1=0.5,
    rho=0.3,
)
exercise.case(
    *np.array([[1.0, 1.0, 1.0], [0.004, -0.004, 0.4], [0.002, -0.002, -0.1], [0.01, -0.02, 3.0]]),
    0.5,
    beta1=0.8,
    rho=0.1,
    eps=0.05,
)
exercise.case(*(numbers(2, 3, seed=seed) for seed in (21, 22, 23)), 20 * numbers(2, 3, seed=24), 0.3)
exercise.case(*np.array([[[5.0, -2.0, 1.0]], [[3.0, -1e4, 2.0]], [[1.0, 0.0, -2.0]], [[40.0, 9.0, -3.0]]]), 0.1)
exercise.drawn(
    lambda rng: (
        *rng.normal(0, 3, (3, *(shape := rng.integers(1, 5, rng.integers(1, 4))))),
        rng.normal(0, 40, shape) * rng.choice([0, 1, 1, 1], shape),
        *rng.uniform(0.05, 0.95, 3),
        10 ** rng.uniform(-12, -1),
    )
)


def _clip(q, bound=1):
    return np.clip(q, -bound, bound)


def _sophia(divisor=lambda h, r, e: np.maximum(r * h, e), cut=lambda q, rate, r: _clip(q), numerator=lambda m: m):
    """Sophia from its parts: θ − rate · cut(numerator(m) / divisor(h, ρ, ε), …)."""

    def sophia(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
        m = beta1 * m + (1 - beta1) * grad
        with np.errstate(all="ignore"):
            quotient = numerator(m) / divisor(h, rho, eps)
            return theta - learning_rate * cut(quotient, learning_rate, rho), m

    return sophia


def _root(curvature):
    return np.sqrt(np.maximum(curvature, 0))


def _no_cut(q, rate, r):
    return q


def _theta_of_beta(beta):
    """m is right, θ is that of another β1."""

    def step(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
        wrong = sophia_step(theta, grad, m, h, learning_rate, beta, rho, eps)[0]
        return wrong, beta1 * m + (1 - beta1) * grad

    return step


# The denominator
exercise.mistake("negative_curvature_divides", _sophia(lambda h, r, e: r * h)).says(
    "You divide by ρ·h even where it is negative or 0. That turns the step round, UPHILL, just where the loss curves "
    "downwards (or divides by 0): take the larger of ρ·h and ε."
)
exercise.mistake("eps_added", _sophia(lambda h, r, e: r * h + e)).says(
    "You add ε to ρ·h. Where h is negative the denominator stays negative and the step goes uphill: it is the LARGER "
    "of the two, max(ρ·h, ε)."
)
exercise.mistake("absolute_curvature", _sophia(lambda h, r, e: np.maximum(r * abs(h), e))).says(
    "You divide by |h|. Negative curvature is none to trust: max(ρ·h, ε) makes the quotient huge there, and the clip "
    "turns it into a step of η."
)
for id, divisor, sentence in (
    ("absolute_plus_eps", lambda h, r, e: r * abs(h) + e, "Where h is negative, ε alone divides, not |h|."),
    ("eps_added_to_maximum", lambda h, r, e: np.maximum(r * h, 0) + e, "Where ρ·h is above ε, ε does not enter."),
    ("both_added_and_maximum", lambda h, r, e: np.maximum(r * h, e) + e, "You add ε. The larger of the two is enough."),
    ("one_for_eps", lambda h, r, e: np.maximum(r * h, 1), "You take 1 for ε, so that few are clipped."),
    ("zero_for_eps", lambda h, r, e: np.maximum(r * h, 0), "You take 0 for ε, and divide by it."),
    ("minimum_for_maximum", lambda h, r, e: np.minimum(r * h, e), "You take the smaller: all steps are clipped."),
    ("one_curvature_for_all", lambda h, r, e: max(r * h.max(), e), "You divide all by one number."),
    ("rho_missing", lambda h, r, e: np.maximum(h, e), "ρ is missing: it sets how many of the entries are clipped."),
    ("rho_outside_the_maximum", lambda h, r, e: r * np.maximum(h, e), "ρ multiplies ε as well. It belongs to h only."),
    ("rho_in_the_numerator", lambda h, r, e: np.maximum(h, e) / r, "You multiply the quotient by ρ, not h."),
    ("divided_by_rho", lambda h, r, e: np.maximum(h / r, e), "You divide h by ρ; it is multiplied."),
    ("curvature_squared", lambda h, r, e: np.maximum(r * h**2, e), "You square h. Newton divides by h itself."),
    ("adams_root", lambda h, r, e: np.maximum(r * _root(h), e), "You take the root of h; Newton divides by h itself."),
    ("root_of_everything", lambda h, r, e: np.maximum(_root(r * h), e), "You take a root, as Adam does with v."),
    ("multiplied_by_curvature", lambda h, r, e: 1 / np.maximum(r * h, e), "You multiply: where h is large, be SHORT."),
    ("one_where_not_positive", lambda h, r, e: np.where(h > 0, r * h, 1), "Where h is 0 or negative you divide by 1."),
    ("curvature_ignored", lambda h, r, e: 1, "h does not enter your step."),
):
    exercise.mistake(id, _sophia(divisor)).says(f"{sentence} Divide by max(ρ·h, ε), entry by entry.")

# The clip
exercise.mistake("clip_forgotten", _sophia(cut=_no_cut)).says(
    "The clip is missing. Where h is close to 0, m / max(ρ·h, ε) is enormous and one step throws the parameter away: "
    "cut the quotient to [−1, 1]."
)
exercise.mistake("clip_before_division", _sophia(cut=_no_cut, numerator=_clip)).says(
    "You clip m and divide afterwards, so the step can still be as long as it likes. Clip the QUOTIENT."
)
exercise.mistake("scaled_by_the_largest", _sophia(cut=lambda q, rate, r: q / max(1.0, abs(q).max()))).says(
    "You shrink the whole step when one entry is too long. Each is clipped by itself, so that one flat direction does "
    "not slow the others down."
)
exercise.mistake("always_the_sign", _sophia(cut=lambda q, rate, r: np.sign(q))).says(
    "You take the sign in every case. That is what the clip leaves; where |m| is smaller than ρ·h the step is shorter."
)
for id, cut, sentence in (
    ("clipped_above_only", lambda q, rate, r: np.minimum(q, 1), "You clip at +1 only; −1000 is as bad."),
    ("clipped_to_positive", lambda q, rate, r: np.clip(q, 0, 1), "You clip to [0, 1]: θ can only go down."),
    (
        "bounds_exchanged",
        lambda q, rate, r: np.clip(q, 1, -1),
        "`np.clip(q, 1, -1)` is −1 always: the lower one first.",
    ),
    (
        "scaled_by_its_length",
        lambda q, rate, r: q / max(1, np.linalg.norm(q)),
        "You clip the length of the whole step.",
    ),
    ("sign_lost", lambda q, rate, r: np.where(abs(q) > 1, 1, q), "What is below −1 becomes +1, uphill."),
    (
        "long_ones_stand_still",
        lambda q, rate, r: np.where(abs(q) > 1, 0, q),
        "Where the quotient is long, θ stands still.",
    ),
    ("step_clipped", lambda q, rate, r: _clip(rate * q) / rate, "You clip after multiplying by η: steps of 1 pass."),
    ("clipped_to_learning_rate", lambda q, rate, r: _clip(q, rate), "You clip to [−η, η]: a step is η² at most."),
    ("smooth_clip", lambda q, rate, r: np.tanh(q), "You bend the quotient with tanh. What lies within stays as it is."),
):
    exercise.mistake(id, _sophia(cut=cut)).says(f"{sentence} Clip the quotient to [−1, 1], then multiply by η.")
exercise.mistake("never_more_than_the_rate", _sophia(cut=lambda q, rate, r: _clip(q, rate) / rate)).says(
    "You clip the quotient to [−η, η] and take that for the step: so it is not multiplied by η where it is short. Clip "
    "to [−1, 1] and multiply by η."
)
exercise.mistake("clip_to_rho", _sophia(lambda h, r, e: np.maximum(h, e), lambda q, rate, r: _clip(q, r))).says(
    "You clip to [−ρ, ρ]. ρ scales the curvature; the quotient is clipped to [−1, 1]."
)
exercise.mistake("adams_denominator", _sophia(lambda h, r, e: np.sqrt(h) + e, _no_cut)).says(
    "That is Adam's step, m / (√h + ε). Sophia divides by max(ρ·h, ε), without a root, and clips."
)
exercise.mistake("newtons_step", _sophia(lambda h, r, e: h, _no_cut)).says(
    "That is Newton's step, m / h: uphill where h is negative, and of any length. Divide by max(ρ·h, ε), and clip."
)
exercise.mistake("clip_forgotten_eps_added", _sophia(lambda h, r, e: r * h + e, _no_cut)).says(
    "Two things: ε is a lower bound, max(ρ·h, ε), not added; and the quotient is clipped to [−1, 1]."
)


@exercise.mistake("parameters_clipped").says(
    "You clip the parameters. It is the quotient, m / max(ρ·h, ε), that is clipped."
)
def parameters_clipped(*args, **settings):
    theta, m = _sophia(cut=_no_cut)(*args, **settings)
    return _clip(theta), m


# m
exercise.takes(
    argument(
        "beta1",
        one_minus=(
            "weights_exchanged",
            "The weights are exchanged: the OLD m is kept with β1, the gradient gets 1 − β1.",
        ),
        zero=(
            "no_mean_at_all",
            "You use the gradient for m. m is a running mean, β1·m + (1 − β1)·grad, to be returned.",
        ),
        default="beta1_fixed",
    )
)
exercise.mistake("gradient_for_m", _theta_of_beta(0)).says(
    "Your step uses the gradient. It is m, the running mean, that is divided."
)
exercise.mistake("old_m", _theta_of_beta(1)).says(
    "Your step uses the OLD m. Update it with the new gradient first: in the first step it is 0 and nothing moves."
)


@exercise.mistake("sum_for_mean").says(
    "The factor 1 − β1 is missing: m is a running mean, β1·m + (1 − β1)·grad, not a sum."
)
def sum_for_mean(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return sophia_step(theta, grad / (1 - beta1), m, h, learning_rate, beta1, rho, eps)


@exercise.mistake("h_updated_too").says(
    "You mix squared gradients into h. Here h comes from outside and stays as it is: its own update has another rhythm."
)
def h_updated_too(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    h = beta1 * h + (1 - beta1) * grad**2
    return sophia_step(theta, grad, m, h, learning_rate, beta1, rho, eps)


@exercise.mistake("corrected_m").says(
    "You divide m by 1 − β1, as Adam corrects its first step. Sophia takes m as it is."
)
def corrected_m(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    theta = sophia_step(theta, grad / (1 - beta1), m / (1 - beta1), h, learning_rate, beta1, rho, eps)[0]
    return theta, beta1 * m + (1 - beta1) * grad


@exercise.mistake("gradient_clipped").says(
    "You clip the gradient, so that m averages something else. It is the quotient, m / max(ρ·h, ε), that is clipped."
)
def gradient_clipped(theta, grad, *more, **settings):
    return sophia_step(theta, _clip(grad), *more, **settings)


exercise.mistake("still_where_not_positive", _sophia(lambda h, r, e: np.where(r * h > 0, r * h, np.inf))).says(
    "You let θ stand where h is 0 or negative. There ε divides, max(ρ·h, ε): the quotient is huge, and the clip "
    "leaves a step of η against m."
)


@exercise.mistake("authors_code").says(
    "That is the authors' code, sign(m)·min(|m| / (ρ·h + ε), 1), which needs h ≥ 0: where h is negative, so is its "
    "quotient, uphill and as long as it likes. Divide by max(ρ·h, ε)."
)
def authors_code(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = beta1 * m + (1 - beta1) * grad
    with np.errstate(all="ignore"):
        return theta - learning_rate * np.sign(m) * np.minimum(abs(m) / (rho * h + 1e-15), 1), m


exercise.mistake("np_max", _sophia(lambda h, r, e: np.max(r * h, e))).says(
    "`np.max(a, axis)` is the largest entry of one array, and takes your ε for an axis. `np.maximum(a, b)` compares "
    "entry by entry."
)
exercise.mistake("built_in_max", _sophia(lambda h, r, e: max(r * h, e))).says(
    "Python's `max` and `min` (and an `if`) want one answer, and comparing an array gives one for each entry: take "
    "`np.maximum(rho * h, eps)`, and `np.clip(q, -1, 1)` for the quotient."
)

# Settings, and what is returned
exercise.takes(
    argument(
        "learning_rate",
        minus=("ascent", "You add the step. The gradient points uphill; to bring the loss down, θ moves against it."),
        one=("learning_rate_missing", "The learning rate is missing: every clipped entry moves by 1."),
    ),
    argument("eps", default=("eps_fixed", "Your ε is always one number. It is a parameter: try `eps=0.05`.")),
    argument("rho", default="rho_fixed"),
    result(
        first=("only_theta", "You return θ alone. The next step needs m too: return the pair (theta, m)."),
        backwards=("swapped", "You return m first. The order is (theta, m)."),
    ),
)
exercise.mistake("defaults_fixed", lambda x, g, m, h, rate, *_, **__: sophia_step(x, g, m, h, rate)).says(
    "You always use 0.96, 0.04 and 1e-12. They are parameters: try `beta1=0.5, rho=0.3`."
)
exercise.mistake("h_returned_too", lambda x, g, m, h, *more, **eps: (*sophia_step(x, g, m, h, *more, **eps), h)).says(
    "You return three things. h comes from outside and does not change in a step: return the pair (theta, m)."
)
exercise.mistake("m_not_updated", lambda x, g, m, *more, **eps: (sophia_step(x, g, m, *more, **eps)[0], m)).says(
    "θ is right, but you return the old m, so that nothing is remembered. Return the new one."
)


def _built(
    mean=lambda m, g, b: b * m + (1 - b) * g,
    divisor=lambda h, r, e: np.maximum(r * h, e),
    cut=lambda q, r: _clip(q),
    move=lambda x, r, s: x - r * s,
    back=lambda m, old, h: m,
):
    """Sophia from its parts, where what goes wrong in one may meet what goes wrong in another."""

    def sophia(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
        new = mean(m, grad, beta1)
        with np.errstate(all="ignore"):
            step = cut(new / divisor(h, rho, eps), rho)
            return move(theta, learning_rate, step), back(new, m, h)

    return sophia


_MEANS = {
    "sum": ("m is a mean: β1·m + (1 − β1)·grad.", lambda m, g, b: b * m + g),
    "weights_exchanged": ("The OLD m is kept with β1.", lambda m, g, b: (1 - b) * m + b * g),
    "corrected": ("m is not corrected by 1 − β1.", lambda m, g, b: (b * m + (1 - b) * g) / (1 - b)),
    "gradient": ("m is a mean, not the gradient alone.", lambda m, g, b: g),
}
_DIVISORS = {
    "eps_added": ("ε is a lower bound, max(ρ·h, ε), not added.", lambda h, r, e: r * h + e),
    "no_maximum": ("Divide by max(ρ·h, ε), not by ρ·h.", lambda h, r, e: r * h),
    "absolute": ("h enters with its sign: max(ρ·h, ε).", lambda h, r, e: np.maximum(r * abs(h), e)),
    "absolute_and_eps": ("h enters with its sign: max(ρ·h, ε), nothing added.", lambda h, r, e: r * abs(h) + e),
    "no_rho": ("ρ multiplies h: max(ρ·h, ε).", lambda h, r, e: np.maximum(h, e)),
    "no_rho_eps_added": ("ρ multiplies h, and ε is a bound: max(ρ·h, ε).", lambda h, r, e: h + e),
    "root": ("No root is taken: max(ρ·h, ε).", lambda h, r, e: r * np.sqrt(h) + e),
}
_CUTS = {
    "no_clip": ("The quotient is clipped to [−1, 1].", lambda q, r: q),
    "clipped_to_rho": ("The quotient is clipped to [−1, 1], not to [−ρ, ρ].", lambda q, r: _clip(q, r)),
    "above_only": ("The quotient is clipped at −1, too.", lambda q, r: np.minimum(q, 1)),
}
_BACKS = {
    "old_returned": ("Return the NEW m.", lambda m, old, h: old),
    "h_returned": ("Return m, not h: the pair is (theta, m).", lambda m, old, h: h),
}
for id, parts, sentence in (
    ("step_alone", {"move": MOVES["step_alone"][1]}, "You return the step where θ belongs: subtract it from θ."),
    ("h_for_m", {"back": _BACKS["h_returned"][1]}, "θ is right, but you return h. The pair is (theta, m)."),
    ("m_corrected", {"mean": _MEANS["corrected"][1]}, "You divide m by 1 − β1. Sophia takes m as it is, uncorrected."),
    ("root_of_h", {"divisor": lambda h, r, e: np.maximum(r * np.sqrt(h), e)}, "You take the root of h, as Adam does."),
    ("below_only", {"cut": lambda q, r: np.maximum(q, -1)}, "You clip at −1 only; +1000 is as bad: [−1, 1]."),
    ("direction_lost", {"cut": lambda q, r: np.minimum(abs(q), 1)}, "You lose the sign: clip the quotient to [−1, 1]."),
):
    exercise.mistake(id, _built(**parts)).says(sentence)
exercise.mistake("brackets_around_the_divisor", _sophia(lambda h, r, e: r / np.maximum(h, e))).says(
    "`m / rho * np.maximum(h, eps)` divides by ρ and then MULTIPLIES: put brackets around what divides, max(ρ·h, ε)."
)


@exercise.mistake("squared_gradient_for_h").says(
    "You divide by grad², as Adam does. h comes from outside: divide by max(ρ·h, ε)."
)
def squared_gradient_for_h(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return sophia_step(theta, grad, m, grad**2, learning_rate, beta1, rho, eps)


exercise.takes(
    variants(
        "clipped_to",
        (0.01, 0.04, 0.5, 2, 5, 10),
        lambda most: _sophia(cut=lambda q, rate, r: _clip(q, most)),
        "You clip the quotient to [−{value}, {value}]. It is clipped to [−1, 1], so that no step is longer than η.",
    ),
    variants(
        "weight_decay",
        (0.2, 0.1, 0.01, 1e-3, 1e-4),
        lambda share: (
            lambda x, g, m, h, rate, *more, **settings: sophia_step(
                x * (1 - share * rate), g, m, h, rate, *more, **settings
            )
        ),
        "You shrink θ by {value}·η besides (weight decay). The step alone is wanted.",
    ),
)
two_things(
    exercise,
    _built,
    {"mean": _MEANS, "divisor": _DIVISORS, "cut": _CUTS, "move": MOVES, "back": _BACKS},
    without=(
        "weights_exchanged_and_absolute",  # where m is so far off, |h| does not show
        "corrected_and_absolute",
        "gradient_and_absolute",
        "eps_added_and_no_clip",
        "no_rho_and_clipped_to_rho",
    ),
)


@exercise.right
def sign_and_size(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = m + (1 - beta1) * (grad - m)
    quotient = np.abs(m) / np.maximum(rho * h, eps)
    return [theta - learning_rate * np.sign(m) * np.minimum(quotient, 1), m]


@exercise.right
def entry_by_entry(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    new_theta, new_m = theta.astype(float), m.astype(float)
    for place in np.ndindex(theta.shape):
        new_m[place] = beta1 * m[place] + (1 - beta1) * grad[place]
        quotient = new_m[place] / max(rho * h[place], eps)
        new_theta[place] -= learning_rate * max(-1.0, min(1.0, quotient))
    return new_theta.tolist(), new_m.tolist()


@exercise.right
def step_clipped_to_learning_rate(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = beta1 * m + (1 - beta1) * grad
    denominator = np.where(rho * h > eps, rho * h, eps)
    return theta - np.clip(learning_rate * m / denominator, -learning_rate, learning_rate), m


@exercise.right
def m_clipped_to_its_divisor(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = beta1 * m + (1 - beta1) * grad
    divisor = np.clip(rho * h, eps, None)
    return np.stack([theta - learning_rate * np.clip(m, -divisor, divisor) / divisor, m])
