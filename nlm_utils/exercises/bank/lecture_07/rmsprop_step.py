"""rmsprop_step: a running mean of squares divides the gradient. Learners sum, or misplace ε, root or square."""

import numpy as np

from nlm_utils.exercises.definition import Exercise

from ...families import argument, exchanged, result, variants
from . import numbers


def rmsprop_step(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    """One step of RMSProp (Tieleman & Hinton 2012) -> (theta, v), both new arrays.

    theta, grad and v are float arrays of one shape, any; they come back unchanged.
    v ← β·v + (1 − β)·grad², entry by entry, then θ ← θ − learning_rate · grad / (√v + ε), with the new v.
    ε is added after the root; v is not corrected for its start at 0.
    """
    v = beta * v + (1 - beta) * grad**2
    return theta - learning_rate * grad / (np.sqrt(v) + eps), v


exercise = Exercise(
    rmsprop_step,
    checks="a first step, later steps, gradients from 5e4 to 1e-8 and 0, other β and ε, matrices, arguments unchanged",
    explanation=(
        "v is a running mean of the squared gradients, so √v is their usual size, one number for each entry, and "
        "grad/√v has no unit: entries with large and with small gradients move equally far. Old squares fade by β in "
        "each step, so that, unlike AdaGrad's sum, v can become smaller again."
    ),
    hints=[
        "Two lines: first the new v from the old one and the squares, then θ, with the NEW v in the denominator.",
        "The weights β and 1 − β add up to 1: v stays a mean. `grad**2` squares entry by entry.",
        "The denominator is `np.sqrt(v) + eps`, in brackets: ε is added after the root, before the division.",
    ],
)

exercise.case(np.array([1.0, 2.0]), np.array([0.5, -4.0]), np.zeros(2), 0.1)
exercise.case(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([4.0, 0.25]), 0.1)
exercise.case(np.array([1.0, -2.0, 0.5]), np.array([4.0, 0.5, -2.0]), np.array([1.0, 9.0, 0.0]), 0.5, 0.5)
exercise.case(np.array([1.0, 2.0, 3.0]), np.array([3e-8, -1e-8, 0.0]), np.zeros(3), 0.1)
exercise.case(np.array([1.0, -1.0]), np.array([3.0, -0.5]), np.array([2.0, 0.8]), 0.5, beta=0.7, eps=0.1)
exercise.case(numbers(2, 3, seed=31), numbers(2, 3, seed=32), np.abs(numbers(2, 3, seed=33)), 0.3, beta=0.8)
exercise.case(np.array([[3.0, -2.0]]), np.array([[5e4, 1e-4]]), np.array([[1.0, 0.0]]), 0.1, beta=0.0)
exercise.drawn(
    lambda rng: (
        *rng.normal(0, 10 ** rng.uniform(-3, 3), (2, *(shape := rng.integers(1, 5, rng.integers(1, 4))))),
        rng.random(shape) * 10 ** rng.uniform(-3, 3),
        *rng.uniform(0.05, 0.95, 2),
        10 ** rng.uniform(-8, 0),
    )
)


def _rmsprop(
    step=lambda g, v, e, b: g / (np.sqrt(v) + e),
    v_from=lambda v, g, b: b * v + (1 - b) * g**2,
    in_step=None,
    returned=lambda new, old: new,
):
    """RMSProp from its parts: θ − η·step(g, v, ε, β). `in_step` makes another v for the step alone, from (v, g, β)."""

    def rmsprop(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
        with np.errstate(all="ignore"):
            new = v_from(v, grad, beta)
            used = new if in_step is None else in_step(v, grad, beta)
            return theta - learning_rate * step(grad, used, eps, beta), returned(new, v)

    return rmsprop


# v
exercise.mistake("old_v", _rmsprop(in_step=lambda v, g, b: v)).says(
    "Your step divides by the root of the OLD v, which is 0 in the first step. Update v first, then use the new one."
)
exercise.mistake("one_minus_beta_missing", _rmsprop(v_from=lambda v, g, b: b * v + g**2)).says(
    "The factor 1 − β is missing: v is a running MEAN of the squares, β·v + (1 − β)·grad². Without it v grows up to "
    "1/(1 − β) times too large."
)
exercise.mistake("adagrad", _rmsprop(v_from=lambda v, g, b: v + g**2)).says(
    "Your v adds all squares up, as AdaGrad does, and never forgets: the steps become shorter and shorter. RMSProp "
    "keeps a running mean, β·v + (1 − β)·grad²."
)
exercise.mistake("old_v_never_fades", _rmsprop(v_from=lambda v, g, b: v + (1 - b) * g**2)).says(
    "β is missing at the old v, which never fades in yours: it is β·v + (1 − β)·grad²."
)
for id, v_from, sentence in (
    ("v_without_square", lambda v, g, b: b * v + (1 - b) * g, "Your v averages the gradient itself, not its SQUARE."),
    ("v_of_absolute_values", lambda v, g, b: b * v + (1 - b) * abs(g), "Your v averages |grad|, not grad²."),
    ("share_squared", lambda v, g, b: b * v + ((1 - b) * g) ** 2, "You square 1 − β, too: only grad is squared."),
    ("brackets_of_the_share", lambda v, g, b: b * v + 1 - b * g**2, "Brackets around 1 − β are missing."),
    ("beta_on_both", lambda v, g, b: b * (v + g**2), "β multiplies both. The new square has the weight 1 − β."),
    ("one_v_for_all", lambda v, g, b: b * v + (1 - b) * np.sum(g**2), "You add the squares of all entries together."),
    ("doubled_for_squared", lambda v, g, b: b * v + (1 - b) * 2 * g, "`grad * 2` doubles; `grad**2` squares."),
    ("mean_over_entries", lambda v, g, b: b * v + (1 - b) * np.mean(g**2), "You average over the ENTRIES of grad."),
    ("square_of_the_mean", lambda v, g, b: (b * np.sqrt(v) + (1 - b) * g) ** 2, "You average first and square then."),
    ("v_is_the_maximum", lambda v, g, b: np.maximum(v, b * v + (1 - b) * g**2), "Your v never falls."),
    (
        "latest_square_only",
        lambda v, g, b: g**2 + 0 * v,
        "Your v is the latest square alone; old ones stay in it by β.",
    ),
):
    exercise.mistake(id, _rmsprop(v_from=v_from)).says(f"{sentence} Each entry of v is β·v + (1 − β)·grad².")

# The step
exercise.mistake("eps_inside_the_root", _rmsprop(lambda g, v, e, b: g / np.sqrt(v + e))).says(
    "ε is inside your root: √(v + 1e-8) is at least 1e-4, so that a gradient of 1e-8 hardly moves θ. Some libraries do "
    "that; here, as in torch, ε is added after the root."
)
exercise.mistake("root_missing", _rmsprop(lambda g, v, e, b: g / (v + e))).says(
    "The root is missing: you divide by v, which is of the size of grad². grad/√v has no unit, so that the step does "
    "not depend on the scale of the loss."
)
exercise.mistake("corrected", _rmsprop(lambda g, v, e, b: g / (np.sqrt(v / (1 - b)) + e))).says(
    "You divide v by 1 − β in the step, as Adam corrects its first one. RMSProp takes v as it is."
)
for id, step, sentence in (
    ("no_denominator", lambda g, v, e, b: g, "Your step is that of plain gradient descent: nothing divides."),
    ("sign_step", lambda g, v, e, b: np.sign(g), "You take the sign of the gradient, and v does not enter."),
    ("eps_after_the_division", lambda g, v, e, b: g / np.sqrt(v) + e, "Brackets around √v + ε are missing."),
    ("eps_as_a_bound", lambda g, v, e, b: g / np.maximum(np.sqrt(v), e), "You take the LARGER of √v and ε: add them."),
    (
        "multiplied",
        lambda g, v, e, b: g * (np.sqrt(v) + e),
        "You multiply by √v + ε: large gradients make longer steps.",
    ),
    ("v_divided", lambda g, v, e, b: v / (np.sqrt(v) + e), "You divide v by its own root; the gradient is divided."),
    ("gradient_missing", lambda g, v, e, b: 1 / (np.sqrt(v) + e), "The gradient is missing above your √v + ε."),
    ("half_for_root", lambda g, v, e, b: g / (v / 2 + e), "`v**1/2` is half of v, since ** binds first: np.sqrt(v)."),
    ("square_divided", lambda g, v, e, b: g**2 / (np.sqrt(v) + e), "You divide grad²; the SQUARE belongs in v only."),
    ("square_for_root", lambda g, v, e, b: g / (v**2 + e), "You square v where its root is taken."),
    ("whole_length", lambda g, v, e, b: g / (np.sqrt(np.sum(v)) + e), "You divide all entries by one number."),
    ("share_in_the_step", lambda g, v, e, b: (1 - b) * g / (np.sqrt(v) + e), "Your step has a factor 1 − β too many."),
    ("a_tenth_of_the_gradient", lambda g, v, e, b: 0.1 * g / (np.sqrt(v) + e), "There is a factor 0.1 too many above."),
    ("momentum_in_the_step", lambda g, v, e, b: b * g / (np.sqrt(v) + e), "Your step has a factor β too many."),
):
    exercise.mistake(id, _rmsprop(step)).says(f"{sentence} The step is η·grad / (√v + ε), entry by entry.")


@exercise.mistake("eps_added_to_theta").says(
    "Brackets are missing: `grad / np.sqrt(v) + eps` divides first, so that ε is added to θ. It is grad / (√v + ε)."
)
def eps_added_to_theta(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    theta, v = _rmsprop(lambda g, v, e, b: g / np.sqrt(v))(theta, grad, v, learning_rate, beta, eps)
    return theta + eps, v


@exercise.mistake("learning_rate_in_v").says(
    "The learning rate is inside the square in your v. v averages grad² alone; η multiplies the step."
)
def learning_rate_in_v(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    v = rmsprop_step(theta, learning_rate * grad, v, learning_rate, beta, eps)[1]
    return theta - learning_rate * grad / (np.sqrt(v) + eps), v


@exercise.mistake("unit_gradient").says(
    "You bring the whole gradient to length 1 first. grad goes in as it is; √v divides each entry by its own size."
)
def unit_gradient(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    return rmsprop_step(theta, grad / np.linalg.norm(grad), v, learning_rate, beta, eps)


@exercise.mistake("theta_multiplied").says(
    "You multiply θ by 1 minus the step. The step is subtracted: θ − η·grad / (√v + ε)."
)
def theta_multiplied(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    return theta * rmsprop_step(np.ones(theta.shape), grad, v, learning_rate, beta, eps)[0], beta * v + (
        1 - beta
    ) * grad**2


exercise.mistake(
    "theta_not_kept", lambda theta, *more, **settings: (theta, rmsprop_step(theta, *more, **settings)[1])
).says(
    "v is right, but θ comes back as it was. A line that computes a new θ needs `theta = …` in front (or a `return`)."
)
exercise.mistake("np_max", _rmsprop(lambda g, v, e, b: g / np.max(np.sqrt(v), e))).says(
    "`np.max(a, axis)` is the largest entry of one array, and takes your ε for an axis. Here ε is ADDED: √v + ε."
)


@exercise.mistake("decays_weights").says(
    "You shrink θ besides (weight decay). The step alone is wanted: θ − η·grad / (√v + ε)."
)
def decays_weights(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    return rmsprop_step(theta * (1 - 0.01 * learning_rate), grad, v, learning_rate, beta, eps)


# Settings, and what is returned
_EPSILON_FIXED = "Your ε is always one number. It is a parameter, whose default is 1e-8: try `eps=0.1`."
exercise.takes(
    argument(
        "learning_rate",
        minus=("ascent", "You add the step. The gradient points uphill; to bring the loss down, θ moves against it."),
        one=("learning_rate_missing", "The learning rate is missing in your step: η·grad / (√v + ε)."),
        inverse=("learning_rate_divides", "You divide by the learning rate. It multiplies the step."),
    ),
    argument(
        "beta",
        one_minus=("weights_exchanged", "The weights are exchanged: the OLD v is kept with β, grad² gets 1 − β."),
        default=("beta_fixed", "You always take 0.9. β is a parameter: try `beta=0.5`."),
    ),
    argument(
        "eps",
        zero=("eps_missing", "ε is missing. Where the gradient has always been 0, 0/0 makes the parameter nan."),
        default=("eps_fixed", _EPSILON_FIXED),
    ),
    variants(
        "beta_fixed_{:g}",
        (0.99, 0.999),
        lambda beta: lambda theta, grad, v, rate, *_, eps=1e-8, **__: rmsprop_step(theta, grad, v, rate, beta, eps),
        "You always take {value} for β. It is a parameter, whose default is 0.9.",
    ),
    variants(
        "eps_fixed_{:.0e}",
        (1e-12, 1e-10, 1e-7, 1e-6, 1e-4),
        lambda eps: lambda *args, beta=0.9, **_: rmsprop_step(*args[:4], *(args[4:5] or [beta]), eps),
        _EPSILON_FIXED,
    ),
    exchanged("grad", "v", "gradient_and_v_exchanged"),
    result(
        first=("only_theta", "You return θ alone. The next step needs v too: return the pair (theta, v)."),
        last=("only_v", "You return v alone. Return the pair (theta, v)."),
        backwards=("swapped", "You return v first. The order is (theta, v)."),
    ),
)
exercise.mistake("v_not_updated", _rmsprop(returned=lambda new, old: old)).says(
    "θ is right, but you return the OLD v, so that nothing is remembered. Return the new one."
)
exercise.mistake("root_returned", _rmsprop(returned=lambda new, old: np.sqrt(new))).says(
    "θ is right, but you return √v. The next step averages squares: return v itself."
)


@exercise.right
def entry_by_entry(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    new_theta, new_v = np.empty(theta.shape), np.empty(theta.shape)
    for place in np.ndindex(theta.shape):
        new_v[place] = beta * v[place] + (1 - beta) * grad[place] ** 2
        new_theta[place] = theta[place] - learning_rate * grad[place] / (new_v[place] ** 0.5 + eps)
    return new_theta, new_v


@exercise.right
def by_difference(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    v = v + (1 - beta) * (grad * grad - v)
    return [theta - learning_rate / (v**0.5 + eps) * grad, v]


@exercise.right
def on_copies(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    theta, v = theta.astype(float), v.astype(float)
    v *= beta
    v += (1 - beta) * np.square(grad)
    theta -= learning_rate * np.divide(grad, np.add(np.sqrt(v), eps))
    return theta.tolist(), v.tolist()


@exercise.right
def rate_of_each(theta, grad, v, learning_rate, beta=0.9, eps=1e-8):
    v = np.average([v, grad**2], axis=0, weights=[beta, 1 - beta])
    rates = learning_rate / (np.sqrt(v) + eps)
    return np.stack([theta - rates * grad, v])
