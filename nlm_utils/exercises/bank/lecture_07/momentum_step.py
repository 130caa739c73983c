"""momentum_step: the velocity is a running SUM. Learners make a mean of it, or put η, β or the minus elsewhere."""

import numpy as np

from nlm_utils.exercises.definition import Exercise

from ...families import argument, exchanged, result, variants
from . import MOVES, numbers, two_things


def momentum_step(theta, grad, velocity, learning_rate, beta=0.9):
    """One step of gradient descent with momentum -> (theta, velocity), both new arrays.

    velocity ← β·velocity + grad, then θ ← θ − learning_rate · velocity, with the new velocity.
    theta, grad and velocity are float arrays of one shape, any; they come back unchanged.
    """
    velocity = beta * velocity + grad
    return theta - learning_rate * velocity, velocity


exercise = Exercise(
    momentum_step,
    checks="a first step, later steps, β of 0, 0.5 and 0.9, vectors and matrices, one row, arguments unchanged",
    explanation=(
        "The velocity is a sum of all gradients so far, each weighed by β to the power of its age. Where the "
        "gradients agree it grows up to 1/(1 − β) times as long as one of them, where they alternate it stays small: "
        "that is what carries it along a valley instead of across."
    ),
    hints=[
        "Two lines: first the new velocity, then the parameters, which move along the NEW velocity.",
        "velocity is the old one times β, plus the gradient as it is (no factor 1 − β, no learning rate).",
        "Write `velocity = ...` rather than `velocity *= ...`: the caller's array must not change.",
    ],
)

exercise.case(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.zeros(2), 0.1)
exercise.case(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([2.0, 3.0]), 0.1)
exercise.case(np.array([1.0, -2.0, 0.5]), np.array([4.0, 0.0, -2.0]), np.array([1.0, -3.0, 2.0]), 0.5, 0.5)
exercise.case(np.array([1.0, -2.0, 0.5]), np.array([4.0, 0.0, -2.0]), np.array([1.0, -3.0, 2.0]), 0.2, beta=0.0)
exercise.case(numbers(2, 3, seed=1), numbers(2, 3, seed=2), numbers(2, 3, seed=3), 0.3, beta=0.7)
exercise.case(np.array([[3.0, -2.0]]), np.array([[5e4, 1e-4]]), np.array([[1.0, 0.0]]), 0.1)
exercise.drawn(
    lambda rng: (*rng.normal(0, 10 ** rng.uniform(-2, 3), (3, *rng.integers(1, 5, rng.integers(1, 4)))), *rng.random(2))
)


def _step(wrong):
    """A step from wrong(w, v, g, b, r) -> (what θ loses, what is returned as velocity).

    w is the right new velocity, v the old one, g the gradient, b is β and r the learning rate.
    """

    def step(theta, grad, velocity, learning_rate, beta=0.9):
        lost, returned = wrong(beta * velocity + grad, velocity, grad, beta, learning_rate)
        return theta - lost, returned

    return step


def _along(velocity):
    """A step along another velocity(v, g, b)."""
    return _step(lambda w, v, g, b, r: (r * velocity(v, g, b), velocity(v, g, b)))


exercise.mistake("one_minus_beta", _along(lambda v, g, b: b * v + (1 - b) * g)).says(
    "You weigh the gradient with 1 − β. That makes a running MEAN, as in Adam; here it is a sum: β·velocity + grad."
)
exercise.takes(
    argument(
        "learning_rate",
        minus=("ascent", "You add the step. The gradient points uphill; θ moves against it."),
        one=("learning_rate_missing", "The learning rate is missing: θ moves by the whole velocity."),
        inverse=("learning_rate_divides", "You divide by the learning rate. It multiplies the velocity."),
    ),
    argument(
        "beta",
        one=(
            "no_friction",
            "β is missing: without that friction old gradients never fade, and the steps grow and grow.",
        ),
        one_minus=(
            "fades_by_one_minus_beta",
            "You keep 1 − β of the old velocity. β itself is kept: 0.9 of it, not 0.1.",
        ),
        default=("beta_fixed", "You always take 0.9. β is a parameter: try `beta=0.5`."),
        zero=("no_memory", "The old velocity does not enter yours: β times it is added to the gradient."),
    ),
    argument(
        "grad",
        minus=(
            "velocity_subtracts_gradient",
            "Your velocity subtracts the gradient, and θ the velocity: two minus make an ascent.",
        ),
        square=(
            "gradient_squared",
            "You square the gradient, as Adam does for v. Momentum adds the gradients as they are.",
        ),
    ),
    exchanged(
        "grad", "velocity", ("beta_on_gradient", "β multiplies the gradient; it is the old velocity that fades.")
    ),
    result(
        first=(
            "only_theta",
            "You return θ alone. The next step needs the velocity too: return the pair (theta, velocity).",
        ),
        last=("only_velocity", "You return the velocity alone. Return the pair (theta, velocity)."),
        backwards=("swapped", "You return the velocity first. The order is (theta, velocity)."),
    ),
)
for id, velocity, sentence in (
    ("beta_on_both", lambda v, g, b: b * (v + g), "β multiplies old velocity and gradient. Only what is old fades."),
    ("weights_exchanged", lambda v, g, b: (1 - b) * v + b * g, "The weights are exchanged: β is for the OLD one."),
):
    exercise.mistake(id, _along(velocity)).says(f"{sentence} It is β·velocity + grad.")
for id, wrong, sentence in (
    ("old_velocity", lambda w, v, g, b, r: (r * v, w), "You move θ along the OLD velocity. Update it first."),
    ("plain_step", lambda w, v, g, b, r: (r * g, w), "θ moves along the gradient alone, not along the velocity."),
    ("mean_only_in_the_step", lambda w, v, g, b, r: (r * (1 - b) * w, w), "Your step has a factor 1 − β too much."),
    ("beta_twice", lambda w, v, g, b, r: (r * b * w, w), "β enters again in the step, which is η times the velocity."),
    ("velocity_without_learning_rate", lambda w, v, g, b, r: (r * g + b * v, w), "η multiplies the WHOLE velocity."),
    ("velocity_not_updated", lambda w, v, g, b, r: (r * w, v), "θ is right, but you return the OLD velocity."),
    ("step_for_velocity", lambda w, v, g, b, r: (r * w, r * w), "You return the step η·velocity, not the velocity."),
    ("gradient_returned", lambda w, v, g, b, r: (r * w, g), "You return the gradient where the new velocity belongs."),
):
    exercise.mistake(id, _step(wrong)).says(sentence)
exercise.mistake("nesterov", _step(lambda w, v, g, b, r: (r * (g + b * w), w))).says(
    "You look ahead, η·(grad + β·velocity) with the new velocity. That is Nesterov's momentum, a close relative; here "
    "θ moves along the velocity itself."
)
exercise.mistake("learning_rate_in_velocity", _step(lambda w, v, g, b, r: (b * v + r * g, b * v + r * g))).says(
    "The learning rate is inside your velocity, and would be remembered after you change it. It multiplies the step."
)
exercise.mistake("learning_rate_twice", _step(lambda w, v, g, b, r: (r * (b * v + r * g), b * v + r * g))).says(
    "The learning rate multiplies twice, in the velocity and in the step. It belongs in the step only."
)
exercise.mistake("negative_velocity", _step(lambda w, v, g, b, r: (r * (g - b * v), b * v - g))).says(
    "Your velocity already points downhill: β·velocity − grad, added to θ. Papers do that too, but here velocity ADDS "
    "the gradients, and the minus stands in the step of θ."
)
exercise.mistake("downhill_with_learning_rate", _step(lambda w, v, g, b, r: (r * g - b * v, b * v - r * g))).says(
    "Your velocity is the step itself, β·velocity − η·grad. Papers do that too; here velocity = β·velocity + grad, "
    "and η and the minus stand in the step of θ."
)
exercise.mistake("negative_mean", _step(lambda w, v, g, b, r: (r * ((1 - b) * g - b * v), b * v - (1 - b) * g))).says(
    "Your velocity is a mean that points downhill. Here it is a sum, and the minus stands in the step of θ."
)
exercise.mistake("ascent_by_mean", _step(lambda w, v, g, b, r: (-r * (b * v + (1 - b) * g), b * v + (1 - b) * g))).says(
    "Two things: no factor 1 − β here, and θ moves AGAINST the velocity."
)
exercise.mistake("mean_not_returned", _step(lambda w, v, g, b, r: (r * (b * v + (1 - b) * g), v))).says(
    "Two things: the gradient enters the velocity whole, without 1 − β; and the new velocity has to be returned."
)
exercise.mistake("plain_descent", _step(lambda w, v, g, b, r: (r * g, v))).says(
    "That is plain gradient descent, θ − η·grad, and the velocity comes back as it was. First make the new velocity, "
    "β·velocity + grad; then θ moves along it, and it is returned."
)
exercise.mistake("nesterov_downhill", _step(lambda w, v, g, b, r: (r * g - b * (b * v - r * g), b * v - r * g))).says(
    "That is Nesterov's momentum, with a velocity that is itself a step, β·velocity − η·grad. Here velocity is "
    "β·velocity + grad, and θ moves by −η times it."
)
exercise.mistake("unit_velocity", _step(lambda w, v, g, b, r: (r * w / np.linalg.norm(w), w))).says(
    "You bring the velocity to length 1 in the step. θ moves by η times the velocity, as long as it is."
)
exercise.mistake("nothing_remembered", _step(lambda w, v, g, b, r: (r * v, v))).says(
    "You neither update the velocity nor use the gradient: θ moves along the old velocity, which you return as it came."
)
for id, wrong, sentence in (
    ("sign_of_the_velocity", lambda w, v, g, b, r: (r * np.sign(w), w), "You step by the SIGN of the velocity."),
    ("gradient_twice", lambda w, v, g, b, r: (r * (w + g), w), "The gradient enters the step twice: it is in there."),
    ("over_one_minus_beta", lambda w, v, g, b, r: (r * w / (1 - b), w), "You divide by 1 − β: nothing is corrected."),
    (
        "mean_in_velocity",
        lambda w, v, g, b, r: (r * w, b * v + (1 - b) * g),
        "θ is right, the velocity you return not.",
    ),
    (
        "corrected_mean",
        lambda w, v, g, b, r: (r * (b * v / (1 - b) + g), b * v + (1 - b) * g),
        "You make a running mean, and divide by 1 − β, as Adam does.",
    ),
    (
        "mean_of_steps",
        lambda w, v, g, b, r: (b * v + (1 - b) * r * g, b * v + (1 - b) * r * g),
        "Neither 1 − β nor η belongs into the velocity.",
    ),
):
    exercise.mistake(id, _step(wrong)).says(f"{sentence} velocity is β·velocity + grad, and θ moves by −η times it.")


def _built(velocity=lambda v, g, b, r: b * v + g, move=lambda x, r, s: x - r * s, back=lambda w, v: w):
    """A step from its parts: the new velocity w, how θ moves along it, and which velocity is returned."""

    def step(theta, grad, velocity_before, learning_rate, beta=0.9):
        new = velocity(velocity_before, grad, beta, learning_rate)
        return move(theta, learning_rate, new), back(new, velocity_before)

    return step


exercise.mistake("step_alone", _built(move=MOVES["step_alone"][1])).says(
    "You return the step η·velocity where the new θ belongs: subtract it from θ."
)


@exercise.mistake("beta_on_theta").says("β multiplies θ, too, which shrinks it. Only the old velocity fades.")
def beta_on_theta(theta, grad, velocity, learning_rate, beta=0.9):
    return momentum_step(beta * theta, grad, velocity, learning_rate, beta)


exercise.mistake("gradient_subtracts_velocity", _built(lambda v, g, b, r: g - b * v)).says(
    "You subtract β·velocity from the gradient. It is ADDED: β·velocity + grad."
)
exercise.mistake("power_of_beta", _built(lambda v, g, b, r: np.abs(v) ** b * np.sign(v) + g)).says(
    "`**` is a power. β MULTIPLIES the old velocity: `beta * velocity + grad`."
)
exercise.takes(
    variants(
        "weight_decay",
        (0.1, 0.01, 1e-3, 1e-4, 5e-4),
        lambda share: lambda x, g, *more, **beta: momentum_step(x, g + share * x, *more, **beta),
        "You add {value}·θ to the gradient (weight decay). The gradient alone is wanted.",
    ),
    variants(
        "decoupled_decay",
        (0.1, 0.01, 1e-3, 1e-4),
        lambda share: lambda x, g, v, rate, *b, **beta: momentum_step(x * (1 - share * rate), g, v, rate, *b, **beta),
        "You shrink θ by {value}·η besides (weight decay). The step alone is wanted.",
    ),
    variants(
        "gradient_clipped",
        (1, 5, 10),
        lambda most: lambda x, g, *more, **beta: momentum_step(x, np.clip(g, -most, most), *more, **beta),
        "You clip the gradient to [−{value}, {value}]. It enters as it is.",
    ),
    variants(
        "gradient_shortened",
        (1, 5, 10),
        lambda most: lambda x, g, *more, **beta: momentum_step(x, g * min(1, most / np.linalg.norm(g)), *more, **beta),
        "You shorten the gradient to length {value}. It enters as it is.",
    ),
)
two_things(
    exercise,
    _built,
    {
        "velocity": {
            "mean": ("The gradient enters the velocity whole, without 1 − β.", lambda v, g, b, r: b * v + (1 - b) * g),
            "weights_exchanged": (
                "β multiplies the OLD velocity, and the gradient enters whole.",
                lambda v, g, b, r: (1 - b) * v + b * g,
            ),
            "rate_inside": ("The learning rate is no part of the velocity.", lambda v, g, b, r: b * v + r * g),
            "downhill": ("velocity is β·velocity PLUS grad.", lambda v, g, b, r: b * v - g),
            "downhill_rate": ("velocity is β·velocity PLUS grad, without η.", lambda v, g, b, r: b * v - r * g),
            "beta_outside": ("β multiplies the old velocity alone.", lambda v, g, b, r: b * (v + g)),
            "beta_on_gradient": ("β multiplies the old velocity, not the gradient.", lambda v, g, b, r: v + b * g),
            "no_beta": ("β is missing: it multiplies the old velocity.", lambda v, g, b, r: v + g),
            "minus_velocity": ("β·velocity is ADDED to the gradient.", lambda v, g, b, r: g - b * v),
            "gradient": ("The old velocity does not enter yours.", lambda v, g, b, r: g),
        },
        "move": MOVES,
        "back": {"old_returned": ("The NEW velocity has to be returned.", lambda w, v: v)},
    },
    without=(
        "mean_and_ascent",
        "mean_and_old_returned",
        "rate_inside_and_no_rate",
        "downhill_and_ascent",
        "gradient_and_old_returned",
    ),
)


@exercise.right
def by_ufuncs(theta, grad, velocity, learning_rate, beta=0.9):
    new = np.add(np.multiply(velocity, beta), grad)
    return [np.subtract(theta, np.multiply(new, learning_rate)), new]


@exercise.right
def entry_by_entry(theta, grad, velocity, learning_rate, beta=0.9):
    new_theta, new_velocity = np.empty(theta.shape), np.empty(theta.shape)
    for place in np.ndindex(theta.shape):
        new_velocity[place] = beta * velocity[place] + grad[place]
        new_theta[place] = theta[place] - learning_rate * new_velocity[place]
    return new_theta, new_velocity


@exercise.right
def on_copies(theta, grad, velocity, learning_rate, beta=0.9):
    velocity, theta = velocity.astype(float), theta.astype(float)
    velocity *= beta
    velocity += grad
    theta -= learning_rate * velocity
    return theta.tolist(), velocity.tolist()


@exercise.right
def opened_brackets(theta, grad, velocity, learning_rate, beta=0.9):
    return np.stack([theta - learning_rate * beta * velocity - learning_rate * grad, beta * velocity + grad])
