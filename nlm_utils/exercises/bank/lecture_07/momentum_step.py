"""momentum_step."""

import numpy as np

from nlm_utils.exercises.definition import Exercise

from .common import numbers


def momentum_step(theta, grad, velocity, learning_rate, beta=0.9):
    """One step of gradient descent with momentum -> (theta, velocity), both new arrays.

    velocity ← β·velocity + grad, then θ ← θ − learning_rate · velocity, with the new velocity.
    theta, grad and velocity have one shape, any; they come back unchanged.
    """
    velocity = beta * velocity + grad
    return theta - learning_rate * velocity, velocity


exercise = Exercise(
    momentum_step,
    checks="a first step, later steps, β of 0, 0.5 and 0.9, vectors and matrices, arguments unchanged",
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


@exercise.mistake("one_minus_beta").says(
    "You weigh the gradient with 1 − β. That makes a running MEAN, as in Adam; here the velocity is a running sum: "
    "β·velocity + grad."
)
def one_minus_beta(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + (1 - beta) * grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("ascent").says(
    "You add the step. The gradient points uphill; to bring the loss down, θ moves against it."
)
def ascent(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    return theta + learning_rate * velocity, velocity


exercise.mistake(
    "old_velocity",
    lambda theta, grad, velocity, learning_rate, beta=0.9: (theta - learning_rate * velocity, beta * velocity + grad),
).says(
    "You move θ along the OLD velocity. Update the velocity first, then take the step with it: else the first step, "
    "where it is 0, goes nowhere."
)
exercise.mistake(
    "plain_step",
    lambda theta, grad, velocity, learning_rate, beta=0.9: (theta - learning_rate * grad, beta * velocity + grad),
).says("The velocity is right, but θ moves along the gradient alone. It is the velocity that moves θ.")


@exercise.mistake("learning_rate_in_velocity").says(
    "The learning rate is inside your velocity. There it would be remembered after you change it; here it only "
    "multiplies the step: θ − η·velocity."
)
def learning_rate_in_velocity(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + learning_rate * grad
    return theta - velocity, velocity


@exercise.mistake("learning_rate_twice").says(
    "The learning rate multiplies twice, in the velocity and in the step. It belongs in the step only."
)
def learning_rate_twice(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + learning_rate * grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("negative_velocity").says(
    "Your velocity already points downhill: β·velocity − grad, added to θ. Papers do that too, but here velocity ADDS "
    "the gradients, and the minus stands in the step of θ."
)
def negative_velocity(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity - grad
    return theta + learning_rate * velocity, velocity


@exercise.mistake("downhill_with_learning_rate").says(
    "Your velocity is the step itself, β·velocity − η·grad. Papers do that too; here velocity = β·velocity + grad, "
    "and η and the minus stand in the step of θ."
)
def downhill_with_learning_rate(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity - learning_rate * grad
    return theta + velocity, velocity


@exercise.mistake("velocity_subtracts_gradient").says(
    "Your velocity subtracts the gradient while θ subtracts the velocity: two minus signs make an ascent."
)
def velocity_subtracts_gradient(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity - grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("no_friction").says(
    "β is missing: the old velocity is taken over whole. Without that friction old gradients never fade and the steps "
    "grow and grow."
)
def no_friction(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = velocity + grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("beta_on_gradient").says(
    "β multiplies the gradient; it belongs to the old velocity, which fades: β·velocity + grad."
)
def beta_on_gradient(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = velocity + beta * grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("beta_on_both").says(
    "β multiplies old velocity and gradient together. Only what is old fades: β·velocity + grad."
)
def beta_on_both(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * (velocity + grad)
    return theta - learning_rate * velocity, velocity


@exercise.mistake("weights_exchanged").says(
    "The weights are the wrong way round: the OLD velocity is multiplied by β, and the gradient is added whole."
)
def weights_exchanged(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = (1 - beta) * velocity + beta * grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("fades_by_one_minus_beta").says(
    "You keep the share 1 − β of the old velocity. β itself is what is kept: 0.9 of it, not 0.1."
)
def fades_by_one_minus_beta(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = (1 - beta) * velocity + grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("beta_fixed").says("You always take 0.9. β is a parameter: try `beta=0.5`.")
def beta_fixed(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = 0.9 * velocity + grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("nesterov").says(
    "You look ahead: θ − η·(grad + β·velocity), with the new velocity. That is Nesterov's momentum, a close relative; "
    "here θ moves along the velocity itself."
)
def nesterov(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    return theta - learning_rate * (grad + beta * velocity), velocity


@exercise.mistake("swapped").says("You return the velocity first. The order is (theta, velocity).")
def swapped(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    return velocity, theta - learning_rate * velocity


exercise.mistake(
    "only_theta",
    lambda theta, grad, velocity, learning_rate, beta=0.9: theta - learning_rate * (beta * velocity + grad),
).says("You return θ alone. The next step needs the velocity too: return the pair (theta, velocity).")
exercise.mistake(
    "velocity_not_updated",
    lambda theta, grad, velocity, learning_rate, beta=0.9: (theta - learning_rate * (beta * velocity + grad), velocity),
).says("θ is right, but you return the old velocity, so the next step starts from it again. Return the new one.")


@exercise.mistake("step_for_velocity").says(
    "θ is right, but the second thing you return is the step η·velocity. Return the velocity without η."
)
def step_for_velocity(theta, grad, velocity, learning_rate, beta=0.9):
    step = learning_rate * (beta * velocity + grad)
    return theta - step, step


@exercise.mistake("in_place").says(
    "The numbers are right, but `*=`, `+=` and `-=` write into the arrays of whoever called you. Return new arrays."
)
def in_place(theta, grad, velocity, learning_rate, beta=0.9):
    velocity *= beta
    velocity += grad
    theta -= learning_rate * velocity
    return theta, velocity


@exercise.mistake("velocity_in_place").says(
    "The numbers are right, but your velocity is written into the caller's array. Write `velocity = …`, which makes a "
    "new one."
)
def velocity_in_place(theta, grad, velocity, learning_rate, beta=0.9):
    velocity *= beta
    velocity += grad
    return theta - learning_rate * velocity, velocity


@exercise.mistake("theta_in_place").says(
    "The numbers are right, but `theta -= …` writes into the caller's array. Write `theta = theta - …`."
)
def theta_in_place(theta, grad, velocity, learning_rate, beta=0.9):
    velocity = beta * velocity + grad
    theta -= learning_rate * velocity
    return theta, velocity


@exercise.mistake("learning_rate_missing").says("The learning rate is missing: θ moves by the whole velocity.")
def learning_rate_missing(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - v, v


exercise.mistake(
    "nothing_remembered",
    lambda theta, grad, velocity, learning_rate, beta=0.9: (theta - learning_rate * velocity, velocity),
).says(
    "You neither update the velocity nor use the gradient: θ moves along the old velocity, which you return as it came."
)
exercise.mistake(
    "mean_not_returned",
    lambda theta, grad, velocity, learning_rate, beta=0.9: (
        theta - learning_rate * (beta * velocity + (1 - beta) * grad),
        velocity,
    ),
).says("Two things: the gradient enters the velocity whole, without 1 − β; and the new velocity has to be returned.")


@exercise.mistake("negative_mean").says(
    "Your velocity is a mean that points downhill. Here it is a sum, β·velocity + grad, and the minus stands in the "
    "step of θ."
)
def negative_mean(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity - (1 - beta) * grad
    return theta + learning_rate * v, v


@exercise.mistake("mean_only_in_the_step").says(
    "The velocity is right, but the step has a factor 1 − β too much: θ − η·velocity."
)
def mean_only_in_the_step(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - learning_rate * (1 - beta) * v, v


@exercise.mistake("beta_twice").says(
    "β enters twice: once for the old velocity, and again in the step. The step is η times the new velocity."
)
def beta_twice(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - learning_rate * beta * v, v


@exercise.mistake("velocity_without_learning_rate").says(
    "The learning rate multiplies the gradient only; the old velocity enters your step without it. It multiplies the "
    "whole velocity."
)
def velocity_without_learning_rate(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad
    return theta - learning_rate * grad - beta * velocity, v


exercise.mistake(
    "gradient_returned",
    lambda theta, grad, velocity, learning_rate, beta=0.9: (theta - learning_rate * (beta * velocity + grad), grad),
).says("You return the gradient where the new velocity belongs.")


@exercise.mistake("gradient_squared").says(
    "You square the gradient, as Adam does for v. Momentum adds the gradients as they are."
)
def gradient_squared(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + grad**2
    return theta - learning_rate * v, v


@exercise.mistake("ascent_by_mean").says("Two things: no factor 1 − β here, and θ moves AGAINST the velocity.")
def ascent_by_mean(theta, grad, velocity, learning_rate, beta=0.9):
    v = beta * velocity + (1 - beta) * grad
    return theta + learning_rate * v, v


@exercise.right
def right_1(theta, grad, velocity, learning_rate, beta=0.9):
    new = np.add(np.multiply(velocity, beta), grad)
    return [np.subtract(theta, np.multiply(new, learning_rate)), new]


@exercise.right
def right_2(theta, grad, velocity, learning_rate, beta=0.9):
    new_theta, new_velocity = np.empty(theta.shape), np.empty(theta.shape)
    for place in np.ndindex(theta.shape):
        new_velocity[place] = beta * velocity[place] + grad[place]
        new_theta[place] = theta[place] - learning_rate * new_velocity[place]
    return new_theta, new_velocity


@exercise.right
def right_3(theta, grad, velocity, learning_rate, beta=0.9):
    velocity, theta = velocity.copy(), theta.copy()
    velocity *= beta
    velocity += grad
    theta -= learning_rate * velocity
    return theta.tolist(), velocity.tolist()


@exercise.right
def right_4(theta, grad, velocity, learning_rate, beta=0.9):
    theta, grad, velocity = (x.astype(np.float32) for x in (theta, grad, velocity))
    return theta - learning_rate * beta * velocity - learning_rate * grad, beta * velocity + grad
