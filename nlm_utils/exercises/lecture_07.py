"""The exercises of lecture 07: one step of momentum, of Adam, of Sophia; the curvature; the schedule.

The steps work on one NumPy array; optim.py holds the optimizers that train the models, which are tested against
torch and the papers' authors. `warmup_cosine` is the library's own.
"""

from __future__ import annotations

import math

import numpy as np

from .. import optim
from .definition import Exercise

LECTURE = "07_optimizers"


def _numbers(*shape: int, seed: int) -> np.ndarray:
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    return np.round(np.random.default_rng(seed).normal(0, 2, size=shape), 1)


# --- momentum_step ----------------------------------------------------------------------------------------


def momentum_step(theta, grad, velocity, learning_rate, beta=0.9):
    """One step of gradient descent with momentum -> (theta, velocity), both new arrays.

    velocity ← β·velocity + grad, then θ ← θ − learning_rate · velocity, with the new velocity.
    theta, grad and velocity have one shape, any; they come back unchanged.
    """
    velocity = beta * velocity + grad
    return theta - learning_rate * velocity, velocity


momentum_step_exercise = Exercise(
    momentum_step,
    lecture=LECTURE,
    checks="a first step, later steps, β of 0, 0.5 and 0.9, vectors and matrices, arguments unchanged",
    explanation=(
        "The velocity is a sum of all gradients so far, each weighed by β to the power of its age. Where "
        "the gradients agree it grows up to 1/(1 − β) times as long as one of them, where they alternate "
        "it stays small: that is what carries it along a valley instead of across."
    ),
    hints=[
        "Two lines: first the new velocity, then the parameters, which move along the NEW velocity.",
        "velocity is the old one times β, plus the gradient as it is (no factor 1 − β, no learning rate).",
        "Write `velocity = ...` rather than `velocity *= ...`: the caller's array must not change.",
    ],
)
_e = momentum_step_exercise
_e.case(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.zeros(2), 0.1)
_e.case(np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([2.0, 3.0]), 0.1)
_e.case(np.array([1.0, -2.0, 0.5]), np.array([4.0, 0.0, -2.0]), np.array([1.0, -3.0, 2.0]), 0.5, 0.5)
_e.case(np.array([1.0, -2.0, 0.5]), np.array([4.0, 0.0, -2.0]), np.array([1.0, -3.0, 2.0]), 0.2, beta=0.0)
_e.case(_numbers(2, 3, seed=1), _numbers(2, 3, seed=2), _numbers(2, 3, seed=3), 0.3, beta=0.7)


@momentum_step_exercise.misconception(
    "one_minus_beta",
    "You weigh the gradient with 1 − β. That makes a running MEAN, as in Adam; here the velocity is a "
    "running sum: β·velocity + grad.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + (1 - beta) * grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "ascent",
    "You add the step. The gradient points uphill; to bring the loss down, θ moves against it.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    return theta + learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "old_velocity",
    "You move θ along the OLD velocity. Update the velocity first, then take the step with it: else the "
    "first step, where it is 0, goes nowhere.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    return theta - learning_rate * velocity, beta * velocity + grad


@momentum_step_exercise.misconception(
    "plain_step",
    "The velocity is right, but θ moves along the gradient alone. It is the velocity that moves θ.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    return theta - learning_rate * grad, beta * velocity + grad


@momentum_step_exercise.misconception(
    "learning_rate_in_velocity",
    "The learning rate is inside your velocity. There it would be remembered after you change it; here it "
    "only multiplies the step: θ − η·velocity.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + learning_rate * grad
    return theta - velocity, velocity


@momentum_step_exercise.misconception(
    "learning_rate_twice",
    "The learning rate multiplies twice, in the velocity and in the step. It belongs in the step only.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + learning_rate * grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "negative_velocity",
    "Your velocity already points downhill: β·velocity − grad, added to θ. Papers do that too, but here "
    "velocity ADDS the gradients, and the minus stands in the step of θ.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity - grad
    return theta + learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "downhill_with_learning_rate",
    "Your velocity is the step itself, β·velocity − η·grad. Papers do that too; here velocity = β·velocity "
    "+ grad, and η and the minus stand in the step of θ.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity - learning_rate * grad
    return theta + velocity, velocity


@momentum_step_exercise.misconception(
    "velocity_subtracts_gradient",
    "Your velocity subtracts the gradient while θ subtracts the velocity: two minus signs make an ascent.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity - grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "no_friction",
    "β is missing: the old velocity is taken over whole. Without that friction old gradients never fade "
    "and the steps grow and grow.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = velocity + grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "beta_on_gradient",
    "β multiplies the gradient; it belongs to the old velocity, which fades: β·velocity + grad.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = velocity + beta * grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "beta_on_both",
    "β multiplies old velocity and gradient together. Only what is old fades: β·velocity + grad.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * (velocity + grad)
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "weights_exchanged",
    "The weights are the wrong way round: the OLD velocity is multiplied by β, and the gradient is added "
    "whole.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = (1 - beta) * velocity + beta * grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "fades_by_one_minus_beta",
    "You keep the share 1 − β of the old velocity. β itself is what is kept: 0.9 of it, not 0.1.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = (1 - beta) * velocity + grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "beta_fixed",
    "You always take 0.9. β is a parameter: try `beta=0.5`.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = 0.9 * velocity + grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "nesterov",
    "You look ahead: θ − η·(grad + β·velocity), with the new velocity. That is Nesterov's momentum, a close "
    "relative; here θ moves along the velocity itself.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    return theta - learning_rate * (grad + beta * velocity), velocity


@momentum_step_exercise.misconception(
    "swapped",
    "You return the velocity first. The order is (theta, velocity).",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    return velocity, theta - learning_rate * velocity


@momentum_step_exercise.misconception(
    "only_theta",
    "You return θ alone. The next step needs the velocity too: return the pair (theta, velocity).",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    return theta - learning_rate * (beta * velocity + grad)


@momentum_step_exercise.misconception(
    "velocity_not_updated",
    "θ is right, but you return the old velocity, so the next step starts from it again. Return the new one.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    return theta - learning_rate * (beta * velocity + grad), velocity


@momentum_step_exercise.misconception(
    "step_for_velocity",
    "θ is right, but the second thing you return is the step η·velocity. Return the velocity without η.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    step = learning_rate * (beta * velocity + grad)
    return theta - step, step


@momentum_step_exercise.misconception(
    "in_place",
    "The numbers are right, but `*=`, `+=` and `-=` write into the arrays of whoever called you. Return "
    "new arrays.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity *= beta
    velocity += grad
    theta -= learning_rate * velocity
    return theta, velocity


@momentum_step_exercise.misconception(
    "velocity_in_place",
    "The numbers are right, but your velocity is written into the caller's array. Write `velocity = …`, "
    "which makes a new one.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity *= beta
    velocity += grad
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "theta_in_place",
    "The numbers are right, but `theta -= …` writes into the caller's array. Write `theta = theta - …`.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    theta -= learning_rate * velocity
    return theta, velocity


@momentum_step_exercise.misconception(
    "learning_rate_missing",
    "The learning rate is missing: θ moves by the whole velocity.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - v, v


@momentum_step_exercise.misconception(
    "nothing_remembered",
    "You neither update the velocity nor use the gradient: θ moves along the old velocity, which you return as it "
    "came.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    return theta - learning_rate * velocity, velocity


@momentum_step_exercise.misconception(
    "mean_not_returned",
    "Two things: the gradient enters the velocity whole, without 1 − β; and the new velocity has to be returned.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    return theta - learning_rate * (beta * velocity + (1 - beta) * grad), velocity


@momentum_step_exercise.misconception(
    "negative_mean",
    "Your velocity is a mean that points downhill. Here it is a sum, β·velocity + grad, and the minus stands in the "
    "step of θ.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity - (1 - beta) * grad
    return theta + learning_rate * v, v


@momentum_step_exercise.misconception(
    "mean_only_in_the_step",
    "The velocity is right, but the step has a factor 1 − β too much: θ − η·velocity.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - learning_rate * (1 - beta) * v, v


@momentum_step_exercise.misconception(
    "beta_twice",
    "β enters twice: once for the old velocity, and again in the step. The step is η times the new velocity.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - learning_rate * beta * v, v


@momentum_step_exercise.misconception(
    "velocity_without_learning_rate",
    "The learning rate multiplies the gradient only; the old velocity enters your step without it. It multiplies the "
    "whole velocity.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - learning_rate * grad - beta * velocity, v


@momentum_step_exercise.misconception(
    "gradient_returned",
    "You return the gradient where the new velocity belongs.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    return theta - learning_rate * (beta * velocity + grad), grad


@momentum_step_exercise.misconception(
    "gradient_squared",
    "You square the gradient, as Adam does for v. Momentum adds the gradients as they are.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad**2
    return theta - learning_rate * v, v


@momentum_step_exercise.misconception(
    "ascent_by_mean",
    "Two things: no factor 1 − β here, and θ moves AGAINST the velocity.",
)
def _(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + (1 - beta) * grad
    return theta + learning_rate * v, v


@momentum_step_exercise.right
def _(theta, grad, velocity, learning_rate, beta=0.9):
    new = np.add(np.multiply(velocity, beta), grad)
    return [np.subtract(theta, np.multiply(new, learning_rate)), new]


@momentum_step_exercise.right
def _(theta, grad, velocity, learning_rate, beta=0.9):
    new_theta, new_velocity = np.empty(theta.shape), np.empty(theta.shape)
    for place in np.ndindex(theta.shape):
        new_velocity[place] = beta * velocity[place] + grad[place]
        new_theta[place] = theta[place] - learning_rate * new_velocity[place]
    return new_theta, new_velocity


@momentum_step_exercise.right
def _(theta, grad, velocity, learning_rate, beta=0.9):
    velocity, theta = velocity.copy(), theta.copy()
    velocity *= beta
    velocity += grad
    theta -= learning_rate * velocity
    return theta.tolist(), velocity.tolist()


@momentum_step_exercise.right
def _(theta, grad, velocity, learning_rate, beta=0.9):
    theta, grad, velocity = (x.astype(np.float32) for x in (theta, grad, velocity))
    return theta - learning_rate * beta * velocity - learning_rate * grad, beta * velocity + grad


# --- adam_step --------------------------------------------------------------------------------------------


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


adam_step_exercise = Exercise(
    adam_step,
    lecture=LECTURE,
    checks="the first step, later steps, gradients down to 1e-8 and 0, other β and ε, arguments unchanged",
    explanation=(
        "m and v are running means that start at 0, so after t steps only a share 1 − βᵗ of their weight "
        "lies on real gradients; dividing by it makes them honest means. In the first step m̂ = grad and "
        "√v̂ = |grad|: the step is η·sign(grad), whatever the size of the gradient, unless it is as small "
        "as ε."
    ),
    hints=[
        "Four lines before the step, in the order of the docstring: m, v, m̂, v̂. Return the uncorrected m "
        "and v.",
        "In the first step, with t = 1, the correction divides m by 1 − β1 and v by 1 − β2. What is left "
        "of each?",
        "The denominator is `np.sqrt(v_hat) + eps`: ε is added after the root.",
    ],
)
_e = adam_step_exercise
_e.case(np.array([1.0, 2.0]), np.array([0.5, -4.0]), np.zeros(2), np.zeros(2), 1, 0.1)
_e.case(np.array([1.0, 2.0]), np.array([1e-8, -1e-8]), np.zeros(2), np.zeros(2), 1, 0.1)
_e.case(
    np.array([1.0, 2.0, 3.0]),
    np.array([2.0, -1.0, 0.0]),
    np.array([0.5, 0.3, -1.0]),
    np.array([4.0, 0.5, 1.5]),
    2,
    0.1,
)
_e.case(
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
_e.case(
    _numbers(2, 3, seed=11),
    _numbers(2, 3, seed=12),
    _numbers(2, 3, seed=13),
    np.abs(_numbers(2, 3, seed=14)),
    7,
    0.2,
)
_e.case(
    np.array([0.5, 0.5]), np.array([2e-6, -3e-8]), np.array([1e-6, 0.0]), np.array([1e-12, 1e-16]), 3, 1.0
)


def _moments(grad, m, v, beta1, beta2):
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


@adam_step_exercise.misconception(
    "no_bias_correction",
    "The correction is missing. m and v start at 0, so the first m is only a tenth of the gradient and the "
    "first √v a thirtieth: divide m by 1 − β1ᵗ and v by 1 − β2ᵗ before the step.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (np.sqrt(v) + eps), m, v


@adam_step_exercise.misconception(
    "eps_inside_the_root",
    "ε is inside your root. √(v̂ + 1e-8) is at least 1e-4, far more than a gradient of 1e-8: the step "
    "almost vanishes. ε is added after the root.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@adam_step_exercise.misconception(
    "t_from_zero",
    "Your correction uses t − 1. Here t counts from 1: in the first step 1 − β¹ is right, and 1 − β⁰ would "
    "be a division by 0.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        m_hat, v_hat = m / np.float64(1 - beta1 ** (t - 1)), v / np.float64(1 - beta2 ** (t - 1))
        return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "t_plus_one",
    "Your correction uses t + 1. Here t counts from 1 already: in the first step the power is βᵗ = β.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "v_without_square",
    "Your v averages the gradient itself. It is the mean of the SQUARES: else positive and negative "
    "gradients cancel, and the root of a negative number is nan.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad
    with np.errstate(all="ignore"):
        return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "v_of_absolute_values",
    "Your v averages |grad|. Adam averages the SQUARES and takes the root afterwards.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.abs(grad)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "v_of_m",
    "Your v averages m². It averages the squares of the gradients themselves.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * m**2
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "root_missing",
    "The root is missing: you divide by v̂, which is of the size of grad². m̂/√v̂ has no unit, so the step "
    "does not depend on the scale of the loss.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (v / (1 - beta2**t) + eps), m, v


@adam_step_exercise.misconception(
    "only_m_corrected",
    "You correct m only. v started at 0 as well, and is a thousandth of grad² after the first step: divide "
    "it by 1 − β2ᵗ.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v) + eps), m, v


@adam_step_exercise.misconception(
    "only_v_corrected",
    "You correct v only. m started at 0 as well: divide it by 1 − β1ᵗ.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "correction_without_power",
    "You divide by 1 − β in every step. The power is missing: 1 − βᵗ comes close to 1 after many steps, "
    "when the zeros at the start are forgotten.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps), m, v


@adam_step_exercise.misconception(
    "correction_times_t",
    "You take β times t, or the power of 1 − β. The share of the zeros that is left after t steps is β to "
    "the power of t, so divide by 1 − βᵗ.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1) ** t, v / (1 - beta2) ** t
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "corrections_multiply",
    "You multiply by 1 − βᵗ. m and v are too SMALL at first: divide by it.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m * (1 - beta1**t) / (np.sqrt(v * (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "corrected_moments_returned",
    "θ is right, but you return m̂ and v̂. The next step would correct them once more: return m and v as "
    "they were before the correction.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m / (np.sqrt(v) + eps), m, v


@adam_step_exercise.misconception(
    "eps_before_the_correction",
    "You add ε to √v before the correction is divided out, which makes ε up to thirty times larger. "
    "Correct v first, take the root, then add ε.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    step_size = learning_rate * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - step_size * m / (np.sqrt(v) + eps), m, v


@adam_step_exercise.misconception(
    "eps_missing",
    "ε is missing. Where the gradient has always been 0, 0/0 makes the parameter nan for ever; where it is "
    "tiny, the step is not.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return theta - learning_rate * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)), m, v


@adam_step_exercise.misconception(
    "eps_outside_the_fraction",
    "Brackets: you add ε to the quotient. It belongs to the denominator: m̂ / (√v̂ + ε).",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        return theta - learning_rate * (m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "betas_exchanged",
    "β1 and β2 are exchanged. β1 belongs to m, the gradients; β2, nearer to 1 and so of longer memory, to "
    "v, the squares.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta2, beta1)
    return theta - learning_rate * m / (1 - beta2**t) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v


@adam_step_exercise.misconception(
    "sums_for_means",
    "The factors 1 − β are missing: m and v are running means, β·old + (1 − β)·new, not sums as in momentum.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + grad, beta2 * v + grad**2
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "weights_exchanged",
    "The weights are the wrong way round: the OLD mean is kept with β = 0.9, the new gradient enters with "
    "0.1.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, 1 - beta1, 1 - beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "old_moments",
    "Your step uses the OLD m and v. Update them with the new gradient first.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return (theta - learning_rate * step, *_moments(grad, m, v, beta1, beta2))


@adam_step_exercise.misconception(
    "gradient_for_m",
    "You divide the gradient itself by √v̂; that is RMSProp. Adam divides m̂, the mean of the gradients.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * grad / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "no_denominator",
    "You do not divide by √v̂ + ε. Without it this is momentum: the step depends on the size of the gradient.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t), m, v


@adam_step_exercise.misconception(
    "ascent",
    "You add the step. The gradient points uphill; to bring the loss down, θ moves against it.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta + learning_rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "defaults_fixed",
    "You always use 0.9, 0.999 and 1e-8. They are parameters: try `beta1=0.5, beta2=0.9, eps=0.1`.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(theta, grad, m, v, t, learning_rate)


@adam_step_exercise.misconception(
    "eps_fixed",
    "You always use 1e-8. ε is a parameter: try `eps=0.1`.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2)


@adam_step_exercise.misconception(
    "moments_exchanged",
    "The order of what you return is (theta, m, v); yours has v before m.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    return theta, v, m


@adam_step_exercise.misconception(
    "theta_last",
    "The order of what you return is (theta, m, v); yours has θ last.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    return m, v, theta


@adam_step_exercise.misconception(
    "only_theta",
    "You return θ alone. The next step needs m and v too: return (theta, m, v).",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)[0]


@adam_step_exercise.misconception(
    "moments_not_updated",
    "θ is right, but you return the old m and v, so that nothing is remembered. Return the new ones.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)[0], m, v


@adam_step_exercise.misconception(
    "moments_in_place",
    "The numbers are right, but m and v are changed in place (`*=`, `+=`), in the arrays of whoever called "
    "you. Make new ones.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    result = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    m[...], v[...] = result[1:]
    return result[0], m, v


@adam_step_exercise.misconception(
    "theta_in_place",
    "The numbers are right, but `theta -= …` writes into the caller's array. Write `theta = theta - …`.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    result = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    theta[...] = result[0]
    return result


@adam_step_exercise.misconception(
    "all_in_place",
    "The numbers are right, but θ, m and v are changed in place (`*=`, `+=`, `-=`), in the arrays of "
    "whoever called you. Make new ones.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta[...], m[...], v[...] = adam_step(theta, grad, m, v, t, learning_rate, beta1, beta2, eps)
    return theta, m, v


@adam_step_exercise.misconception(
    "no_correction_eps_inside",
    "Two things: the corrections m / (1 − β1ᵗ) and v / (1 − β2ᵗ) are missing, and ε belongs outside the root.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / np.sqrt(v + eps), m, v


@adam_step_exercise.misconception(
    "no_correction_no_root",
    "Two things: the corrections m / (1 − β1ᵗ) and v / (1 − β2ᵗ) are missing, and so is the root of v̂.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (v + eps), m, v


@adam_step_exercise.misconception(
    "no_correction_ascent",
    "Two things: the corrections are missing, and θ has to move AGAINST the gradient.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta + learning_rate * m / (np.sqrt(v) + eps), m, v


@adam_step_exercise.misconception(
    "corrections_exchanged",
    "The corrections are exchanged: β1 belongs to m, β2 to v.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta2**t) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v


@adam_step_exercise.misconception(
    "beta_times_t",
    "You take β times t. What is left of the zeros after t steps is β to the POWER of t.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    with np.errstate(all="ignore"):
        step = m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps)
    return theta - learning_rate * step, m, v


@adam_step_exercise.misconception(
    "corrections_with_plus",
    "You divide by 1 + βᵗ. m and v are too SMALL at first, so they are divided by less than 1: 1 − βᵗ.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 + beta1**t) / (np.sqrt(v / (1 + beta2**t)) + eps), m, v


@adam_step_exercise.misconception(
    "learning_rate_missing",
    "The learning rate is missing: every parameter moves by about 1.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "learning_rate_falls",
    "You lower the learning rate with t. Adam's step uses it as it is; a schedule is a separate thing.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate / np.sqrt(t) * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "square_for_root",
    "You square v̂ where its root is taken.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (v_hat**2 + eps), m, v


@adam_step_exercise.misconception(
    "v_as_a_sum",
    "The factor 1 − β2 is missing in v: a running mean is β2·v + (1 − β2)·grad².",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "m_as_a_sum",
    "The factor 1 − β1 is missing in m: a running mean is β1·m + (1 − β1)·grad.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + grad, beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "beta1_for_both",
    "You use β1 for v too. The squares have a memory of their own: β2.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta1)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta1**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "one_v_for_all",
    "Your v holds the sum over all parameters. Each has a v of its own: grad², entry by entry.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.sum(grad**2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "plain_gradient_step",
    "m and v are right, but θ moves along the gradient as in SGD. The step is η·m̂ / (√v̂ + ε).",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * grad, m, v


@adam_step_exercise.misconception(
    "momentum_step",
    "m is right, but nothing is divided and nothing corrected: that is momentum. The step is η·m̂ / (√v̂ + ε).",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m, m, v


@adam_step_exercise.misconception(
    "sign_of_the_gradient",
    "You step by the sign of the gradient. That is what Adam's FIRST step comes to; later m̂ and √v̂ differ.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * np.sign(grad), m, v


@adam_step_exercise.misconception(
    "one_minus_beta_twice",
    "There is a factor 1 − β1 too many in the step: it is in m already.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - learning_rate * (1 - beta1) * m_hat / (np.sqrt(v_hat) + eps), m, v


@adam_step_exercise.misconception(
    "corrections_of_the_root",
    "You correct √v with 1 − β2ᵗ. That correction belongs to v, inside the root.",
)
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _moments(grad, m, v, beta1, beta2)
    return theta - learning_rate * m / (1 - beta1**t) / (np.sqrt(v) / (1 - beta2**t) + eps), m, v


@adam_step_exercise.right
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    root = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    return [theta - learning_rate / (1 - beta1**t) * m / root, m, v]


@adam_step_exercise.right
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    new = np.empty((3, *theta.shape))
    for place in np.ndindex(theta.shape):
        first = beta1 * m[place] + (1 - beta1) * grad[place]
        second = beta2 * v[place] + (1 - beta2) * grad[place] ** 2
        step = (first / (1 - beta1**t)) / ((second / (1 - beta2**t)) ** 0.5 + eps)
        new[(slice(None), *place)] = theta[place] - learning_rate * step, first, second
    return tuple(new)


@adam_step_exercise.right
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, grad, m, v = (x.astype(np.float32) for x in (theta, grad, m, v))
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    v = np.float32(beta2) * v + np.float32(1 - beta2) * grad**2
    m_hat, v_hat = m / np.float32(1 - beta1**t), v / np.float32(1 - beta2**t)
    return theta - np.float32(learning_rate) * m_hat / (np.sqrt(v_hat) + np.float32(eps)), m, v


@adam_step_exercise.right
def _(theta, grad, m, v, t, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m.copy(), v.copy()
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * np.square(grad)
    step = m / (1 - np.power(beta1, t)) / (np.sqrt(v / (1 - np.power(beta2, t))) + eps)
    return (theta - learning_rate * step).tolist(), m.tolist(), v.tolist()


# --- hutchinson_diagonal ----------------------------------------------------------------------------------


def hutchinson_diagonal(hvp, shape, rng, n_samples):
    """An estimate of the diagonal of a Hessian H that nobody has written down: an array of this `shape`.

    `hvp(u)` returns H u, for u and H u of this shape. Draw n_samples times a random u from `rng` (a NumPy
    Generator) whose entries are −1 or 1, each with probability ½ and independently, call hvp once for each
    draw, and return the mean of u ⊙ (H u), entry by entry. (Standard normal entries are right too.)
    """
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = rng.choice([-1.0, 1.0], size=shape)
        total += u * hvp(u)
    return total / n_samples


def _hessian(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix with curvatures of both signs, and about as much beside the diagonal as on it."""
    beside = np.random.default_rng(seed).normal(0, 1.0, size=(n, n))
    signs = np.where(np.arange(n) % 3 == 2, -1.0, 1.0)
    return np.diag(signs * np.arange(1.0, n + 1) / 2 - np.diag(beside)) + (beside + beside.T) / 2


class _Product:
    """hvp for a given H, which keeps every u that it was called with."""

    def __init__(self, H: np.ndarray, shape: tuple[int, ...]):
        self.H, self.shape, self.draws, self.shapes = H, shape, [], set()

    def __call__(self, u):
        u = np.array(u, dtype=np.float64)
        self.shapes.add(u.shape)
        self.draws.append(u)
        if u.shape != self.shape:
            raise ValueError(f"hvp: u must have shape {self.shape}, got {u.shape}")
        return (self.H @ u.ravel()).reshape(self.shape)


def _same(result, value) -> bool:
    return np.shape(result) == np.shape(value) and bool(np.allclose(result, value, rtol=1e-4, atol=1e-5))


def _formula(result, H: np.ndarray, draws: np.ndarray) -> str:
    """Which formula turns the draws that were made into the result."""
    n, shape = len(draws), draws.shape[1:]
    products = (draws.reshape(n, -1) @ H.T).reshape(draws.shape)
    each = draws * products  # (n, *shape)
    with np.errstate(all="ignore"):
        formulas = {
            "mean of u ⊙ (H u)": each.mean(axis=0),
            "mean of H u": products.mean(axis=0),
            "sum of u ⊙ (H u)": each.sum(axis=0),
            "sum of H u": products.sum(axis=0),
            "the last u ⊙ (H u)": each[-1],
            "the first u ⊙ (H u)": each[0],
            "u ⊙ (H u) / n_samples of the last draw": each[-1] / n,
            "mean of squares": (each**2).mean(axis=0),
            "mean of squares (of H u)": (products**2).mean(axis=0),
            "mean of absolute values": np.abs(each).mean(axis=0),
            "|mean of u ⊙ (H u)|": np.abs(each.mean(axis=0)),
            "mean of absolute values (of H u)": np.abs(products).mean(axis=0),
            "−mean of u ⊙ (H u)": -each.mean(axis=0),
            "half the mean of u ⊙ (H u)": each.mean(axis=0) / 2,
            "u ⊙ (H u), summed, / (n_samples − 1)": each.sum(axis=0) / max(n - 1, 0.5),
            "u ⊙ (H u), summed, / (n_samples + 1)": each.sum(axis=0) / (n + 1),
            "mean of u, times mean of H u": draws.mean(axis=0) * products.mean(axis=0),
            "mean of u + H u": (draws + products).mean(axis=0),
            "mean of u": draws.mean(axis=0),
            "mean of (H u) / u": (products / draws).mean(axis=0) if draws.all() else np.nan,
            "one number: mean of uᵀ H u": np.float64(each.reshape(n, -1).sum(axis=1).mean()),
            "one number: mean over everything": np.float64(each.mean()),
            "mean of uᵀ H u in every entry": np.full(shape, each.reshape(n, -1).sum(axis=1).mean()),
            "square root of the mean of (u ⊙ (H u))²": np.sqrt((each**2).mean(axis=0)),
            "median of u ⊙ (H u)": np.median(each, axis=0),
            "all of the u ⊙ (H u), not their mean": each,
        }
    if n == 1:
        formulas = {"mean of u ⊙ (H u)": each[0]} | formulas
    found = next((name for name, value in formulas.items() if _same(result, value)), "something else")
    return found.removesuffix(
        " (of H u)"
    )  # with signs for u, squares and absolute values are the same either way


def _distribution(draws: np.ndarray) -> str:
    """What the entries of u are like, coarsely: what many draws show beyond doubt."""
    u = draws.reshape(len(draws), -1)
    if (u == u[0]).all():
        return "the same u in every draw"
    if ((u != 0).sum(axis=1) <= 1).all():
        return "one entry at a time"
    if abs(u.mean()) > 0.1:
        return "entries whose mean is not 0"
    size = np.sqrt((u**2).mean(axis=0))
    if np.abs(size - 1).max() > 0.15:
        return "entries whose mean square is not 1"
    if u.shape[1] > 1 and np.abs(np.corrcoef(u.T) - np.eye(u.shape[1])).max() > 0.25:
        return "entries that depend on each other"
    return "independent, mean 0, mean square 1"


def _observe_hutchinson(function, args, kwargs) -> dict:
    H, shape, seed, n_samples = args
    runs = []
    for number in (seed, seed, seed + 1):
        hvp = _Product(H, shape)
        result = function(hvp, shape, np.random.default_rng(number), n_samples)
        runs.append((hvp, result))
        if n_samples > 100:
            break  # once is enough for what many draws show
    hvp, result = runs[0]
    calls = {0: "none", n_samples: "n_samples", n_samples - 1: "n_samples − 1", 1: "one"}
    many = "more than n_samples" if len(hvp.draws) > n_samples else "fewer than n_samples"
    calls = "n_samples" if len(hvp.draws) == n_samples else calls.get(len(hvp.draws), many)
    facts = {"shape": tuple(np.shape(result)), "calls of hvp": calls}
    if not hvp.draws:
        return facts
    draws = np.array(hvp.draws)
    facts["value"] = _formula(result, H, draws)
    if len(runs) == 1:
        facts["u"] = _distribution(draws)
    elif draws.size >= 12:  # fewer signs can be the same by chance
        again, other = (np.array(run[0].draws) for run in runs[1:])
        facts["the same rng gives the same u"] = _same(draws, again)
        facts["another rng gives another u"] = not _same(draws, other)
    return facts


hutchinson_diagonal_exercise = Exercise(
    hutchinson_diagonal,
    lecture=LECTURE,
    checks=(
        "the mean of u ⊙ (H u) over your own draws, one call of hvp for each, their distribution, that "
        "they come from rng, vectors and matrices, 1 to 400 samples"
    ),
    explanation=(
        "(u ⊙ H u)_i = u_i·Σ_j H_ij·u_j. Since u_i·u_j is 1 on average for j = i and 0 for j ≠ i, only "
        "H_ii survives in the mean; with u_i = ±1 the diagonal term is exact in every draw, and what is "
        "beside the diagonal is the noise."
    ),
    hints=[
        "Work out entry i of u ⊙ (H u) for a 2×2 matrix H, and average over the four possible u.",
        "A loop: draw u from `rng` with the right shape, call `hvp(u)`, add u times that to a running "
        "total. Divide at the end.",
        "`rng.choice([-1.0, 1.0], size=shape)` draws a u.",
    ],
    observe=_observe_hutchinson,
)
_e = hutchinson_diagonal_exercise


def _hutchinson_case(shape: tuple[int, ...], n_samples: int, seed: int) -> None:
    H = _hessian(math.prod(shape), seed)
    label = f"hvp of a {len(H)}×{len(H)} matrix, shape={shape}, rng, n_samples={n_samples}"
    _e.case_from(lambda: (H, shape, seed, n_samples), label)


_hutchinson_case((3,), 1, 1)
_hutchinson_case((4,), 3, 2)
_hutchinson_case((2, 3), 7, 4)
_hutchinson_case((5,), 400, 5)


def _signs(rng, shape) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=shape)


@hutchinson_diagonal_exercise.misconception(
    "u_in_front_missing",
    "You average H u alone. Its mean is 0, because u is as often −1 as 1: multiply by u, entry by entry, "
    "so that u_i·u_i = 1 keeps the diagonal.",
)
def _(hvp, shape, rng, n_samples):
    return sum(hvp(_signs(rng, shape)) for _ in range(n_samples)) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "squared",
    "You average squares. The mean of u ⊙ (H u) itself is the diagonal, of either sign; squares are never "
    "negative and add up the squares of a whole row of H.",
)
def _(hvp, shape, rng, n_samples):
    return sum(hvp(_signs(rng, shape)) ** 2 for _ in range(n_samples)) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "one_draw",
    "You draw once, whatever n_samples is. One draw is right on average but noisy: draw n_samples times "
    "and take the mean.",
)
def _(hvp, shape, rng, n_samples):
    u = _signs(rng, shape)
    return u * hvp(u)


@hutchinson_diagonal_exercise.misconception(
    "same_u_every_time",
    "You draw u once, before the loop, and use it in every round: the mean of n times the same is still "
    "one noisy draw. Draw a new u inside the loop.",
)
def _(hvp, shape, rng, n_samples):
    u = _signs(rng, shape)
    return sum(u * hvp(u) for _ in range(n_samples)) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "sum_for_mean",
    "You return the sum over the draws: n_samples times too much. Divide by n_samples.",
)
def _(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += u * hvp(u)
    return total


@hutchinson_diagonal_exercise.misconception(
    "last_draw",
    "You return what the last draw gave. Keep a running total over all draws, and divide by their number.",
)
def _(hvp, shape, rng, n_samples):
    for _ in range(n_samples):
        u = _signs(rng, shape)
        result = u * hvp(u)
    return result


@hutchinson_diagonal_exercise.misconception(
    "last_draw_divided",
    "Your total is overwritten in every round (`=` for `+=`), so the last draw alone is left, divided by "
    "n_samples.",
)
def _(hvp, shape, rng, n_samples):
    for _ in range(n_samples):
        u = _signs(rng, shape)
        result = u * hvp(u)
    return result / n_samples


@hutchinson_diagonal_exercise.misconception(
    "trace",
    "You return one number: the inner product uᵀ H u estimates the trace, the SUM of the diagonal. "
    "Multiply entry by entry, ⊙, to keep the entries apart.",
)
def _(hvp, shape, rng, n_samples):
    total = 0.0
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += np.sum(u * hvp(u))
    return total / n_samples


@hutchinson_diagonal_exercise.misconception(
    "mean_over_entries",
    "You average over the entries too, and one number is left. Average over the draws only (axis 0).",
)
def _(hvp, shape, rng, n_samples):
    return np.mean([u * hvp(u) for u in (_signs(rng, shape) for _ in range(n_samples))])


@hutchinson_diagonal_exercise.misconception(
    "absolute_values",
    "You average absolute values. Curvature may be negative, and the terms beside the diagonal cancel only "
    "with their signs.",
)
def _(hvp, shape, rng, n_samples):
    return sum(np.abs(u * hvp(u)) for u in (_signs(rng, shape) for _ in range(n_samples))) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "absolute_at_the_end",
    "You take the absolute value of the estimate. The diagonal may be negative, and whoever asks for it "
    "wants to know.",
)
def _(hvp, shape, rng, n_samples):
    return np.abs(hutchinson_diagonal(hvp, shape, rng, n_samples))


@hutchinson_diagonal_exercise.misconception(
    "means_multiplied",
    "You multiply the mean of u by the mean of H u: both go to 0. Multiply within each draw, then take the "
    "mean.",
)
def _(hvp, shape, rng, n_samples):
    draws = [_signs(rng, shape) for _ in range(n_samples)]
    return np.mean(draws, axis=0) * np.mean([hvp(u) for u in draws], axis=0)


@hutchinson_diagonal_exercise.misconception(
    "other_u_in_front",
    "The u in front is another draw than the u inside H u: two independent draws multiply to 0 on average. "
    "Draw once and use it in both places.",
)
def _(hvp, shape, rng, n_samples):
    return sum(_signs(rng, shape) * hvp(_signs(rng, shape)) for _ in range(n_samples)) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "mean_not_zero",
    "The entries of your u do not average 0: zeros and ones, say, or numbers between 0 and 1. What is beside the "
    "diagonal cancels only when u is as often −1 as 1.",
)
def _(hvp, shape, rng, n_samples):
    return sum(u * hvp(u) for u in (rng.integers(0, 2, size=shape) for _ in range(n_samples))) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "size_not_one",
    "The entries of your u have the wrong size: u² must be 1 on average. Uniform between −1 and 1 it is ⅓, with "
    "zeros among the signs ⅔, in a u of length 1 it is 1 over the number of entries. Take −1 or 1, nothing else.",
)
def _(hvp, shape, rng, n_samples):
    return sum(u * hvp(u) for u in (rng.uniform(-1, 1, shape) for _ in range(n_samples))) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "one_sign_for_all",
    "You draw one sign for the whole u. Then u_i·u_j is always 1 and nothing cancels: each entry needs a "
    "sign of its own, `size=shape`.",
)
def _(hvp, shape, rng, n_samples):
    draws = (np.full(shape, rng.choice([-1.0, 1.0])) for _ in range(n_samples))
    return sum(u * hvp(u) for u in draws) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "ones",
    "You use a u of ones. That gives the sums of the rows of H: random signs are what makes the rest of a "
    "row cancel.",
)
def _(hvp, shape, rng, n_samples):
    u = np.ones(shape)
    return sum(u * hvp(u) for _ in range(n_samples)) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "unit_vectors",
    "You ask for one entry at a time. That is exact, but needs a call for each parameter, and a model has "
    "millions. Random signs probe all entries in each call.",
)
def _(hvp, shape, rng, n_samples):
    diagonal = np.zeros(shape)
    for place in np.ndindex(*shape):
        u = np.zeros(shape)
        u[place] = 1.0
        diagonal[place] = hvp(u)[place]
    return diagonal


@hutchinson_diagonal_exercise.misconception(
    "global_random",
    "You do not draw from `rng`: with the same rng your function gives another result each time. Use the "
    "generator that is passed in.",
)
def _(hvp, shape, rng, n_samples):
    fresh = np.random.default_rng()
    return sum(u * hvp(u) for u in (_signs(fresh, shape) for _ in range(n_samples))) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "own_seed",
    "You make a generator of your own with a fixed seed: every call draws the same u, whatever `rng` is. "
    "Draw from `rng`.",
)
def _(hvp, shape, rng, n_samples):
    own = np.random.default_rng(0)
    return sum(u * hvp(u) for u in (_signs(own, shape) for _ in range(n_samples))) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "one_draw_too_few",
    "You draw n_samples − 1 times. `range(n)` has n numbers already, from 0.",
)
def _(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(1, n_samples):
        u = _signs(rng, shape)
        total += u * hvp(u)
    return total / n_samples


@hutchinson_diagonal_exercise.misconception(
    "divided_by_n_minus_one",
    "You divide by n_samples − 1. That is for a variance; the mean of n numbers divides by n.",
)
def _(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += u * hvp(u)
    with np.errstate(all="ignore"):
        return total / np.float64(n_samples - 1)


@hutchinson_diagonal_exercise.misconception(
    "all_draws_returned",
    "You return all the draws. Take their mean over axis 0, so that an array of the given shape is left.",
)
def _(hvp, shape, rng, n_samples):
    return np.array([u * hvp(u) for u in (_signs(rng, shape) for _ in range(n_samples))])


@hutchinson_diagonal_exercise.misconception(
    "batch_in_one_call",
    "You hand all the draws to hvp at once. It takes one u of the given shape: call it once for each draw.",
)
def _(hvp, shape, rng, n_samples):
    u = rng.choice([-1.0, 1.0], size=(n_samples, *shape))
    return (u * hvp(u)).mean(axis=0)


@hutchinson_diagonal_exercise.misconception(
    "called_twice",
    "You call hvp twice for each draw. Each call costs two passes through the model: keep H u in a "
    "variable, or use it at once.",
)
def _(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        hvp(u)
        total += u * hvp(u)
    return total / n_samples


@hutchinson_diagonal_exercise.misconception(
    "sign",
    "Your estimate has the wrong sign: where the loss curves upwards the diagonal is positive.",
)
def _(hvp, shape, rng, n_samples):
    return -hutchinson_diagonal(hvp, shape, rng, n_samples)


@hutchinson_diagonal_exercise.misconception(
    "trace_in_every_entry",
    "The inner product uᵀ H u is one number, the sum of all entries of u ⊙ (H u), and stands in every entry of your "
    "result. Multiply entry by entry: `u * hvp(u)`.",
)
def _(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += np.sum(u * hvp(u))
    return total / n_samples


@hutchinson_diagonal_exercise.misconception(
    "stops_after_one",
    "Your loop ends in its first round: the `return` is indented too far, so that one draw is divided by n_samples.",
)
def _(hvp, shape, rng, n_samples):
    u = _signs(rng, shape)
    return u * hvp(u) / n_samples


@hutchinson_diagonal_exercise.misconception(
    "another_formula",
    "What you return is not the mean of u ⊙ (H u) over your draws. In each round: u times hvp(u), entry by entry, "
    "added to a total; at the end, the total divided by n_samples.",
)
def _(hvp, shape, rng, n_samples):
    return 7.7 * hutchinson_diagonal(hvp, shape, rng, n_samples) + 1.0


@hutchinson_diagonal_exercise.misconception(
    "hvp_never_called",
    "You never call hvp, and only hvp knows the Hessian: call `hvp(u)` once for each u that you draw.",
)
def _(hvp, shape, rng, n_samples):
    return np.zeros(shape)


@hutchinson_diagonal_exercise.right
def _(hvp, shape, rng, n_samples):
    draws = rng.normal(size=(n_samples, *shape))
    return np.mean([u * hvp(u) for u in draws], axis=0)


@hutchinson_diagonal_exercise.right
def _(hvp, shape, rng, n_samples):
    estimate = np.zeros(shape)
    for n in range(1, n_samples + 1):
        u = 2 * rng.integers(0, 2, size=shape) - 1
        estimate += (u * hvp(u) - estimate) / n
    return estimate.tolist()


@hutchinson_diagonal_exercise.right
def _(hvp, shape, rng, n_samples):
    draws = np.where(rng.random((n_samples, *shape)) < 0.5, -1.0, 1.0)
    products = np.stack([hvp(u) for u in draws])
    return np.einsum("n...,n...->...", draws, products) / n_samples


@hutchinson_diagonal_exercise.right
def _(hvp, shape, rng, n_samples):
    total = 0
    for _ in range(n_samples):
        u = np.sign(rng.standard_normal(shape))
        total = total + (u * hvp(u)).astype(np.float32)
    return total / n_samples


@hutchinson_diagonal_exercise.right
def _(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = np.array([1.0 if rng.random() < 0.5 else -1.0 for _ in range(math.prod(shape))]).reshape(shape)
        total += hvp(u) / u  # 1 / u is u for signs
    return total / n_samples


# --- sophia_step ------------------------------------------------------------------------------------------


def sophia_step(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    """One step of Sophia (Liu et al. 2023) -> (theta, m), both new arrays; h estimates the Hessian's diagonal.

    m ← β1·m + (1 − β1)·grad, then θ ← θ − learning_rate · clip(m / max(ρ·h, ε), −1, 1), entry by entry.
    So no entry moves by more than the learning rate, and where h is 0 or negative it moves by just that
    (or, where m is 0, not at all).
    """
    m = beta1 * m + (1 - beta1) * grad
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


sophia_step_exercise = Exercise(
    sophia_step,
    lecture=LECTURE,
    checks="steps that are clipped on either side and that are not, h positive, 0 and negative, other β1, ρ and ε",
    explanation=(
        "m/h is Newton's step for each coordinate: far where the loss is flat, short where it is curved. "
        "Where h is tiny, or negative (there Newton would climb), the quotient explodes: max keeps the "
        "denominator positive, and clip turns what is too long into a step of exactly η along −sign(m)."
    ),
    hints=[
        "Update m first. Then build the denominator, the quotient, its clipped version, and the step, one "
        "line each.",
        "Negative curvature: what do you divide by when ρ·h is −0.3? The larger of ρ·h and ε.",
        "`np.maximum` compares entry by entry with a number, and `np.clip(x, -1, 1)` clips the QUOTIENT.",
    ],
)
_e = sophia_step_exercise
_e.case(np.array([1.0, 2.0]), np.array([0.5, -0.5]), np.array([0.0, 0.0]), np.array([1.0, 2.0]), 0.1)
_e.case(
    np.array([1.0, -2.0, 0.5]),
    np.array([0.2, -0.5, 0.1]),
    np.zeros(3),
    np.array([0.9, 0.1, 0.0]),
    0.1,
    0.9,
    0.05,
)
_e.case(
    np.array([1.0, 2.0, 3.0]),
    np.array([1.0, -1.0, 0.0]),
    np.array([0.2, 0.3, 0.0]),
    np.array([-2.0, -0.5, -1.0]),
    0.1,
)
_e.case(
    np.array([0.5, -0.5, 1.0, 2.0]),
    np.array([2.0, -1.0, 0.5, -3.0]),
    np.array([-0.1, 0.4, 0.3, -0.2]),
    np.array([5.0, 8.0, 0.1, 20.0]),
    0.2,
    beta1=0.5,
    rho=0.3,
)
_e.case(
    np.array([1.0, 1.0, 1.0]),
    np.array([0.004, -0.004, 0.4]),
    np.array([0.002, -0.002, -0.1]),
    np.array([0.01, -0.02, 3.0]),
    0.5,
    beta1=0.8,
    rho=0.1,
    eps=0.05,
)
_e.case(
    _numbers(2, 3, seed=21),
    _numbers(2, 3, seed=22),
    _numbers(2, 3, seed=23),
    20 * _numbers(2, 3, seed=24),
    0.3,
)


def _mean(m, grad, beta1):
    return beta1 * m + (1 - beta1) * grad


@sophia_step_exercise.misconception(
    "clip_forgotten",
    "The clip is missing. Where h is close to 0, m / max(ρ·h, ε) is enormous and one step throws the "
    "parameter away: cut the quotient to [−1, 1].",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * m / np.maximum(rho * h, eps), m


@sophia_step_exercise.misconception(
    "clip_before_division",
    "You clip m and divide afterwards, so the step can still be as long as it likes. Clip the QUOTIENT.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m, -1, 1) / np.maximum(rho * h, eps), m


@sophia_step_exercise.misconception(
    "negative_curvature_divides",
    "You divide by ρ·h even where it is negative or 0. That turns the step round, UPHILL, just where the "
    "loss curves downwards (or divides by 0): take the larger of ρ·h and ε.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    with np.errstate(all="ignore"):
        return theta - learning_rate * np.clip(m / (rho * h), -1, 1), m


@sophia_step_exercise.misconception(
    "eps_added",
    "You add ε to ρ·h. Where h is negative the denominator stays negative and the step goes uphill: it is "
    "the LARGER of the two, max(ρ·h, ε).",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (rho * h + eps), -1, 1), m


@sophia_step_exercise.misconception(
    "eps_added_to_maximum",
    "You add ε to max(ρ·h, 0). It is the larger of ρ·h and ε that divides: where ρ·h is above ε, ε does "
    "not enter.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (np.maximum(rho * h, 0) + eps), -1, 1), m


@sophia_step_exercise.misconception(
    "absolute_curvature",
    "You divide by |h|. Negative curvature is no curvature to trust: max(ρ·h, ε) makes the quotient huge "
    "there, and the clip turns it into a step of η.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * np.abs(h), eps), -1, 1), m


@sophia_step_exercise.misconception(
    "adams_root",
    "You take the root of h, as Adam does with v. Adam's v is made of squared gradients; h is a curvature "
    "already, and Newton divides by it as it is.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * np.sqrt(np.maximum(h, 0)), eps), -1, 1), m


@sophia_step_exercise.misconception(
    "adams_denominator",
    "That is Adam's step, m / (√h + ε). Sophia divides by max(ρ·h, ε), without a root, and clips.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    with np.errstate(all="ignore"):
        return theta - learning_rate * m / (np.sqrt(h) + eps), m


@sophia_step_exercise.misconception(
    "root_of_everything",
    "You take the root of ρ·h. Adam's v is made of squares and needs a root; h is a curvature already: "
    "divide by ρ·h itself.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(np.sqrt(np.maximum(rho * h, 0)), eps), -1, 1), m


@sophia_step_exercise.misconception(
    "rho_missing",
    "ρ is missing: h is multiplied by it before the comparison with ε. It sets how many of the entries are "
    "clipped.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "rho_outside_the_maximum",
    "ρ multiplies the maximum in your denominator, ε included. It belongs to h only: max(ρ·h, ε).",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (rho * np.maximum(h, eps)), -1, 1), m


@sophia_step_exercise.misconception(
    "rho_in_the_numerator",
    "You multiply the quotient by ρ. It multiplies h, in the denominator.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(rho * m / np.maximum(h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "clip_to_rho",
    "You clip to [−ρ, ρ]. ρ scales the curvature; the quotient is clipped to [−1, 1].",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(h, eps), -rho, rho), m


@sophia_step_exercise.misconception(
    "minimum_for_maximum",
    "You take the smaller of ρ·h and ε: the denominator is then never more than 1e-12 and all steps are "
    "clipped. Take the larger.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.minimum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "clipped_above_only",
    "You clip at +1 only. A quotient of −1000 throws the parameter away just as well: clip on both sides.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.minimum(m / np.maximum(rho * h, eps), 1), m


@sophia_step_exercise.misconception(
    "clipped_to_positive",
    "You clip to [0, 1], so that parameters can only go down. Steps go both ways: [−1, 1].",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), 0, 1), m


@sophia_step_exercise.misconception(
    "step_clipped",
    "You clip after multiplying by the learning rate: steps of length 1 pass. Clip the quotient, then "
    "multiply by η.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - np.clip(learning_rate * m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "always_the_sign",
    "You take the sign in every case. That is what is left where the quotient is clipped; where |m| is "
    "smaller than ρ·h the step is shorter.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.sign(m), m


@sophia_step_exercise.misconception(
    "scaled_by_the_largest",
    "You shrink the whole step when one entry is too long. Each entry is clipped by itself, so that one "
    "flat direction does not slow the others down.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    quotient = m / np.maximum(rho * h, eps)
    return theta - learning_rate * quotient / max(1.0, np.abs(quotient).max()), m


@sophia_step_exercise.misconception(
    "curvature_ignored",
    "h does not enter your step. Divide m by max(ρ·h, ε) before you clip.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m, -1, 1), m


@sophia_step_exercise.misconception(
    "gradient_for_m",
    "Your step uses the gradient. It is m, the running mean, that is divided.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(grad / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "old_m",
    "Your step uses the OLD m. Update it with the new gradient first: in the first step it is 0 and "
    "nothing moves.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), _mean(m, grad, beta1)


@sophia_step_exercise.misconception(
    "sum_for_mean",
    "The factor 1 − β1 is missing: m is a running mean, β1·m + (1 − β1)·grad, not a sum.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = beta1 * m + grad
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "weights_exchanged",
    "The weights of your mean are the wrong way round: the OLD m is kept with β1, the gradient enters with "
    "1 − β1.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, 1 - beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "ascent",
    "You add the step. The gradient points uphill; to bring the loss down, θ moves against it.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta + learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "learning_rate_missing",
    "The learning rate is missing: every clipped entry moves by 1.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "defaults_fixed",
    "You always use 0.96, 0.04 and 1e-12. They are parameters: try `beta1=0.5, rho=0.3`.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return sophia_step(theta, grad, m, h, learning_rate)


@sophia_step_exercise.misconception(
    "eps_fixed",
    "You always use 1e-12. ε is a parameter: try `eps=0.05`.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return sophia_step(theta, grad, m, h, learning_rate, beta1, rho)


@sophia_step_exercise.misconception(
    "swapped",
    "You return m first. The order is (theta, m).",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return sophia_step(theta, grad, m, h, learning_rate, beta1, rho, eps)[::-1]


@sophia_step_exercise.misconception(
    "only_theta",
    "You return θ alone. The next step needs m too: return the pair (theta, m).",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return sophia_step(theta, grad, m, h, learning_rate, beta1, rho, eps)[0]


@sophia_step_exercise.misconception(
    "h_returned_too",
    "You return three things. h comes from outside and does not change in a step: return the pair (theta, "
    "m).",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return (*sophia_step(theta, grad, m, h, learning_rate, beta1, rho, eps), h)


@sophia_step_exercise.misconception(
    "m_not_updated",
    "θ is right, but you return the old m, so that nothing is remembered. Return the new one.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return sophia_step(theta, grad, m, h, learning_rate, beta1, rho, eps)[0], m


@sophia_step_exercise.misconception(
    "in_place",
    "The numbers are right, but you change arrays in place (`*=`, `+=`, `-=`), in the hands of whoever "
    "called you. Make new ones.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m *= beta1
    m += (1 - beta1) * grad
    theta -= learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1)
    return theta, m


@sophia_step_exercise.misconception(
    "m_in_place",
    "The numbers are right, but m is changed in place (`*=`, `+=`), in the array of whoever called you. "
    "Make a new one.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m *= beta1
    m += (1 - beta1) * grad
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "theta_in_place",
    "The numbers are right, but `theta -= …` writes into the caller's array. Write `theta = theta - …`.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    theta -= learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1)
    return theta, m


@sophia_step_exercise.misconception(
    "curvature_squared",
    "You square h. Newton's step divides by the curvature itself: m / max(ρ·h, ε).",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h**2, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "clipped_to_learning_rate",
    "You clip to [−η, η] and multiply by η as well, so that a step is η² at most. Clip to [−1, 1].",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -learning_rate, learning_rate), m


@sophia_step_exercise.misconception(
    "multiplied_by_curvature",
    "You multiply by max(ρ·h, ε). Where the loss is strongly curved the step is to be SHORT: divide.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m * np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "divided_by_rho",
    "You divide h by ρ. It is multiplied: max(ρ·h, ε).",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(h / rho, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "parameters_clipped",
    "You clip the parameters. It is the quotient, m / max(ρ·h, ε), that is clipped.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return np.clip(theta - learning_rate * m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "one_curvature_for_all",
    "You divide by one number, the largest ρ·h. Every entry has a curvature of its own: `np.maximum` compares entry "
    "by entry.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / max(rho * h.max(), eps), -1, 1), m


@sophia_step_exercise.misconception(
    "smooth_clip",
    "You bend the quotient with tanh. It is cut off: what lies between −1 and 1 stays as it is.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.tanh(m / np.maximum(rho * h, eps)), m


@sophia_step_exercise.misconception(
    "h_updated_too",
    "You mix squared gradients into h. Here h comes from outside and stays as it is: its own update has another "
    "rhythm.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    h = beta1 * h + (1 - beta1) * grad**2
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, eps), -1, 1), m


@sophia_step_exercise.misconception(
    "both_added_and_maximum",
    "You add ε to max(ρ·h, ε). The larger of the two is enough.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (np.maximum(rho * h, eps) + eps), -1, 1), m


@sophia_step_exercise.misconception(
    "absolute_plus_eps",
    "You divide by ρ·|h| + ε. Where h is negative, ε alone divides: max(ρ·h, ε), and the clip makes that a step of η.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / (rho * np.abs(h) + eps), -1, 1), m


@sophia_step_exercise.misconception(
    "one_for_eps",
    "You divide by max(ρ·h, 1). The lower bound is ε: only there the quotient may grow until it is clipped.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * np.clip(m / np.maximum(rho * h, 1), -1, 1), m


@sophia_step_exercise.misconception(
    "zero_for_eps",
    "You divide by max(ρ·h, 0), which is a division by 0 where the curvature is not positive. The lower bound is ε.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    with np.errstate(all="ignore"):
        quotient = m / np.maximum(rho * h, 0)
    return theta - learning_rate * np.clip(quotient, -1, 1), m


@sophia_step_exercise.misconception(
    "clip_forgotten_eps_added",
    "Two things: ε is a lower bound, max(ρ·h, ε), not added; and the quotient is clipped to [−1, 1].",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = _mean(m, grad, beta1)
    return theta - learning_rate * m / (rho * h + eps), m


@sophia_step_exercise.misconception(
    "no_mean_at_all",
    "You use the gradient for m. m is a running mean, β1·m + (1 − β1)·grad, which also has to be returned.",
)
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    return theta - learning_rate * np.clip(grad / np.maximum(rho * h, eps), -1, 1), grad


@sophia_step_exercise.right
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = m + (1 - beta1) * (grad - m)
    quotient = np.abs(m) / np.maximum(rho * h, eps)
    return [theta - learning_rate * np.sign(m) * np.minimum(quotient, 1), m]


@sophia_step_exercise.right
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    new_theta, new_m = theta.copy(), m.copy()
    for place in np.ndindex(theta.shape):
        new_m[place] = beta1 * m[place] + (1 - beta1) * grad[place]
        quotient = new_m[place] / max(rho * h[place], eps)
        new_theta[place] -= learning_rate * max(-1.0, min(1.0, quotient))
    return new_theta.tolist(), new_m.tolist()


@sophia_step_exercise.right
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    m = beta1 * m + (1 - beta1) * grad
    denominator = np.where(rho * h > eps, rho * h, eps)
    return theta - np.clip(learning_rate * m / denominator, -learning_rate, learning_rate), m


@sophia_step_exercise.right
def _(theta, grad, m, h, learning_rate, beta1=0.96, rho=0.04, eps=1e-12):
    theta, grad, m, h = (x.astype(np.float32) for x in (theta, grad, m, h))
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    quotient = m / np.maximum(np.float32(rho) * h, np.float32(eps))
    return theta - np.float32(learning_rate) * np.clip(quotient, -1, 1), m


# --- warmup_cosine ----------------------------------------------------------------------------------------

warmup_cosine_exercise = Exercise(
    optim.warmup_cosine,
    lecture=LECTURE,
    checks="the first step, the warm-up, the peak, half way down, the last steps, after the end, a floor",
    explanation=(
        "During the warm-up the rate is a share step/warmup of the peak. After it, progress runs from 0 at "
        "`warmup` to 1 at `total`, and (1 + cos(π·progress))/2 from 1 down to 0, flat at both ends. "
        "Cutting progress off at 1 keeps the floor for ever; without that, the cosine would rise again."
    ),
    hints=[
        "Two cases: before `warmup`, and from there on. Which value has the cosine part at step = warmup, "
        "and at total?",
        "How far are we between warmup and total, as a number from 0 to 1? That is (step − warmup)/(total "
        "− warmup); it must not go beyond 1.",
        "floor + (peak − floor)·(1 + cos(π·progress))/2, with `math.cos`, which takes radians.",
    ],
)
_e = warmup_cosine_exercise
_e.case(0, 4, 12, 0.8)
_e.case(1, 4, 12, 0.8)
_e.case(3, 4, 12, 0.8, 0.2)
_e.case(4, 4, 12, 0.8)
_e.case(5, 4, 12, 0.8)
_e.case(8, 4, 12, 0.8, floor=0.2)
_e.case(11, 4, 12, 0.8)
_e.case(12, 4, 12, 0.8)
_e.case(12, 4, 12, 0.8, floor=0.2)
_e.case(17, 4, 12, 0.8, floor=0.2)
_e.case(20, 4, 12, 0.8)
_e.case(40, 10, 100, 3e-3, 3e-4)
_e.case(95, 10, 100, 3e-3, 3e-4)
_e.case(1, 1, 3, 2.0, 0.5)


def _schedule(warm, decay, after=None):
    """A wrong schedule from its parts: warm(step, …) before warmup, decay(progress, …) until total, then after."""

    def schedule(step, warmup, total, peak, floor=0.0):
        if step < warmup:
            return warm(step, warmup, total, peak, floor)
        if step >= total and after is not None:
            return after(peak, floor)
        return decay(step, warmup, total, peak, floor)

    return schedule


def _line(step, warmup, total, peak, floor):
    return peak * step / warmup


def _down(step, warmup, total, peak, floor):
    return floor + (peak - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2


def _at_floor(peak, floor):
    return floor


def _wrong(id: str, sentence: str, warm=_line, decay=_down, after=_at_floor) -> None:
    warmup_cosine_exercise.misconception(id, sentence)(_schedule(warm, decay, after))


_wrong(
    "cosine_over_total",
    "Your cosine runs over `total` steps. Only total − warmup are left after the warm-up: it has to be at "
    "its lowest at step = total.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / n)) / 2,
)
_wrong(
    "jump_at_the_seam",
    "Your cosine starts at step 0, so that the rate jumps at the end of the warm-up. It has to start where "
    "the warm-up ends: count from `warmup`.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * s / n)) / 2,
)
_wrong(
    "seam_of_shifted_start",
    "You divide step, not step − warmup, by total − warmup: the cosine starts too far down and ends too "
    "early.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * s / (n - w))) / 2,
)
_wrong(
    "degrees",
    "You give the cosine degrees. `math.cos` and `np.cos` take radians: half a turn is π, not 180.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(180 * (s - w) / (n - w))) / 2,
)
_wrong(
    "no_pi",
    "π is missing: the cosine of 0…1 only falls to 0.54. Half a turn is π.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos((s - w) / (n - w))) / 2,
)
_wrong(
    "whole_turn",
    "Your cosine makes a whole turn, 2π, and is up again at the end. Half a turn, π, leads from the top to "
    "the bottom.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(2 * math.pi * (s - w) / (n - w))) / 2,
)
_wrong(
    "quarter_turn",
    "Your cosine makes a quarter of a turn, π/2. It takes half a turn, and (1 + cos)/2 to bring it between "
    "0 and 1.",
    decay=lambda s, w, n, p, f: f + (p - f) * math.cos(math.pi / 2 * (s - w) / (n - w)),
)
_wrong(
    "half_missing",
    "The ½ is missing: 1 + cos goes up to 2, so the rate would be twice the peak after the warm-up.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / (n - w))),
)
_wrong(
    "one_missing",
    "cos alone runs from 1 to −1. Bring it between 1 and 0: (1 + cos)/2.",
    decay=lambda s, w, n, p, f: f + (p - f) * math.cos(math.pi * (s - w) / (n - w)),
)
_wrong(
    "half_cosine_alone",
    "The 1 is missing: cos/2 runs from ½ to −½. (1 + cos)/2 runs from 1 to 0.",
    decay=lambda s, w, n, p, f: f + (p - f) * math.cos(math.pi * (s - w) / (n - w)) / 2,
)
_wrong(
    "upwards",
    "Your rate rises after the warm-up: (1 − cos)/2 runs from 0 to 1, and it is (1 + cos)/2 that falls.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 - math.cos(math.pi * (s - w) / (n - w))) / 2,
)
_wrong(
    "sine",
    "You take the sine. It starts at 0 and comes back to 0; the cosine goes down from 1.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.sin(math.pi * (s - w) / (n - w))) / 2,
)
_wrong(
    "straight_down",
    "Your rate falls in a straight line. Half a cosine is flat at both ends and steepest in the middle.",
    decay=lambda s, w, n, p, f: p - (p - f) * (s - w) / (n - w),
)
_wrong(
    "floor_on_top",
    "You put the floor on top of the whole curve, so that the peak is peak + floor. Only peak − floor is "
    "scaled by the cosine.",
    decay=lambda s, w, n, p, f: f + p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2,
)
_wrong(
    "floor_ignored_on_the_way",
    "The floor is missing from your cosine: the curve goes down to 0 and then jumps up to the floor. It "
    "runs from peak to floor.",
    decay=lambda s, w, n, p, f: p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2,
)
_wrong(
    "floor_ignored",
    "The floor is missing: your rate falls to 0. It runs from peak down to floor, and stays there.",
    decay=lambda s, w, n, p, f: p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2,
    after=lambda p, f: 0.0,
)
_wrong(
    "floor_as_a_cut",
    "You let the cosine run down to 0 and cut it off at the floor. The curve itself runs from peak to "
    "floor, without a corner.",
    decay=lambda s, w, n, p, f: max(f, p * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2),
)
_wrong(
    "floor_not_subtracted_from_peak",
    "Your curve is peak − floor too low: the floor is not added again. It runs from peak to floor.",
    decay=lambda s, w, n, p, f: (p - f) * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2,
)
_wrong(
    "rises_again",
    "After `total` your cosine goes up again. From there on the rate stays at the floor.",
    after=None,
)
_wrong(
    "zero_after_the_end",
    "From `total` on your rate is 0. It stays at the floor.",
    after=lambda p, f: 0.0,
)
_wrong(
    "peak_after_the_end",
    "From `total` on your rate is the peak again. It stays at the floor.",
    after=lambda p, f: p,
)
_wrong(
    "warmup_one_ahead",
    "Your warm-up is one step ahead: step 0 has the rate 0, and the peak is reached AT step = warmup, not "
    "before.",
    warm=lambda s, w, n, p, f: p * (s + 1) / w,
)
_wrong(
    "warmup_plus_one",
    "Your warm-up takes shares of warmup + 1. At step s it is s/warmup of the peak, from 0 at step 0.",
    warm=lambda s, w, n, p, f: p * (s + 1) / (w + 1),
)
_wrong(
    "warmup_minus_one",
    "Your warm-up reaches the peak one step too early: it divides by warmup − 1. At step s it is s/warmup "
    "of the peak.",
    warm=lambda s, w, n, p, f: p * s / max(w - 1, 1),
)
_wrong(
    "warmup_from_the_floor",
    "Your warm-up starts from the floor. It starts from 0: peak·step/warmup.",
    warm=lambda s, w, n, p, f: f + (p - f) * s / w,
)
_wrong(
    "warmup_to_peak_minus_floor",
    "Your warm-up rises towards peak − floor. It rises from 0 to the peak.",
    warm=lambda s, w, n, p, f: (p - f) * s / w,
)
_wrong(
    "warmup_whole_numbers",
    "`//` cuts off what follows the point: step // warmup is 0 in the whole warm-up. Divide with `/`.",
    warm=lambda s, w, n, p, f: p * (s // w),
)
_wrong(
    "no_warmup",
    "There is no warm-up: the rate is the peak from the start. Before `warmup` it is peak·step/warmup.",
    warm=lambda s, w, n, p, f: p,
)
_wrong(
    "warmup_over_total",
    "Your warm-up divides by `total`. It is over after `warmup` steps: peak·step/warmup.",
    warm=lambda s, w, n, p, f: p * s / n,
)
_wrong(
    "warmup_without_peak",
    "Your warm-up rises to 1. It is a share step/warmup of the PEAK.",
    warm=lambda s, w, n, p, f: s / w,
)
_wrong(
    "warmup_as_cosine",
    "Your warm-up is a cosine too. It is a straight line: peak·step/warmup.",
    warm=lambda s, w, n, p, f: p * (1 - math.cos(math.pi * s / w)) / 2,
)
_wrong(
    "decay_one_ahead",
    "Your cosine is one step ahead: at step = warmup progress is 0 and the rate is the peak.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w + 1) / (n - w))) / 2,
)
_wrong(
    "decay_ends_early",
    "Your cosine divides by total − warmup − 1 and reaches the floor one step early. It is at the floor at "
    "step = total.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / max(n - w - 1, 1))) / 2,
)
_wrong(
    "no_decay",
    "Your rate stays at the peak after the warm-up. From there it falls along half a cosine to the floor.",
    decay=lambda s, w, n, p, f: p,
)

_wrong(
    "brackets",
    "Brackets: 1 + cos(…) as a whole is multiplied by (peak − floor)/2.",
    decay=lambda s, w, n, p, f: f + (p - f) * 0.5 + math.cos(math.pi * (s - w) / (n - w)),
)
_wrong(
    "brackets_in_progress",
    "Brackets: (step − warmup)/(total − warmup). Without the second pair you divide by total first and then subtract.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / n - w)) / 2,
)
_wrong(
    "sum_for_difference",
    "The height of the curve is peak − floor, and it stands on the floor.",
    decay=lambda s, w, n, p, f: (p + f) * (1 + math.cos(math.pi * (s - w) / (n - w))) / 2,
)
_wrong(
    "cosine_alone_without_floor",
    "cos alone runs from 1 to −1, and the floor is missing: floor + (peak − floor)·(1 + cos)/2.",
    decay=lambda s, w, n, p, f: p * math.cos(math.pi * (s - w) / (n - w)),
)
_wrong(
    "exponential_decay",
    "Your rate falls exponentially. Half a cosine is asked for, flat at both ends.",
    decay=lambda s, w, n, p, f: f + (p - f) * math.exp(-(s - w) / (n - w)),
)
_wrong(
    "total_plus_warmup",
    "You divide by total + warmup. After the warm-up total − warmup steps are left.",
    decay=lambda s, w, n, p, f: f + (p - f) * (1 + math.cos(math.pi * (s - w) / (n + w))) / 2,
)


@warmup_cosine_exercise.misconception(
    "cosine_during_warmup",
    "Your warm-up multiplies the cosine instead of standing before it. Until `warmup` the line alone holds.",
)
def _(step, warmup, total, peak, floor=0.0):
    cosine = floor + (peak - floor) * (1 + math.cos(math.pi * min(step / total, 1.0))) / 2
    return cosine * min(1.0, step / warmup)


@warmup_cosine_exercise.misconception(
    "share_of_peak",
    "You return the share of the peak, a number from 0 to 1. Multiply by `peak` (and mind the floor).",
)
def _(step, warmup, total, peak, floor=0.0):
    return optim.warmup_cosine(step, warmup, total, 1.0, 0.0)


@warmup_cosine_exercise.right
def _(step, warmup, total, peak, floor=0.0):
    if step >= total:
        return floor
    if step >= warmup:
        return floor + 0.5 * (peak - floor) * (1 + np.cos(np.pi * (step - warmup) / (total - warmup)))
    return step / warmup * peak


@warmup_cosine_exercise.right
def _(step, warmup, total, peak, floor=0.0):
    if step <= warmup:
        return peak * step / warmup
    angle = np.clip((step - warmup) / (total - warmup), 0, 1) * np.pi
    return float(peak * np.cos(angle / 2) ** 2 + floor * np.sin(angle / 2) ** 2)  # (1 + cos φ)/2 = cos²(φ/2)


@warmup_cosine_exercise.right
def _(step, warmup, total, peak, floor=0.0):
    progress = np.interp(step, [warmup, total], [0.0, 1.0])
    decay = floor + (peak - floor) * (1 + math.cos(math.radians(180 * progress))) / 2
    return np.float32(decay) if step >= warmup else np.float32(peak) * step / warmup


@warmup_cosine_exercise.right
def _(step, warmup, total, peak, floor=0.0):
    return np.array(
        peak * step / warmup if step < warmup else _down(min(step, total), warmup, total, peak, floor)
    )


EXERCISES = (
    momentum_step_exercise,
    adam_step_exercise,
    hutchinson_diagonal_exercise,
    sophia_step_exercise,
    warmup_cosine_exercise,
)
