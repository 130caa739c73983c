"""gradient_step."""

import numpy as np

from nlm_utils.exercises.definition import Exercise


def gradient_step(theta, grad, learning_rate):
    """One step downhill: the new theta.

    theta, grad    arrays of one shape, any shape; both stay as they were
    learning_rate  a number above 0
    returns        a new array, shaped like theta
    """
    return theta - learning_rate * grad


exercise = Exercise(
    gradient_step,
    checks="vectors and a matrix, four learning rates, a gradient of zeros, theta and grad unchanged",
    explanation=(
        "The gradient points to where L grows fastest, so we go the other way. `theta - …` makes a new array; `theta "
        "-= …` would change the one that the caller still holds."
    ),
    hints=[
        "The notes' step 3: θ_new = θ_old − η dL/dθ. Which parameter is η?",
        "Write it as an expression, not as an assignment to theta: `-=` changes the caller's array.",
    ],
)

exercise.case(np.array([3.0]), np.array([2.0]), 0.5)
exercise.case(np.array([1.0, -2.0, 0.5]), np.array([-4.0, 0.3, 2.0]), 0.1)
exercise.case(np.array([[0.6, -1.2, 2.2], [0.3, 0.8, -0.9]]), np.array([[1.5, -0.5, 0.0], [2.5, -3.0, 4.0]]), 2.5)
exercise.case(np.array([0.7, -0.4]), np.array([0.0, 0.0]), 1.5)
exercise.case(np.array([0.0, 1.0, -1.0, 2.0]), np.array([300.0, -700.0, 50.0, 1.0]), 0.01)

exercise.mistake("ascent", lambda theta, grad, learning_rate: theta + learning_rate * grad).says(
    "You go UPHILL: the gradient points to where the loss grows fastest. Subtract it."
)


@exercise.mistake("in_place").says(
    "The step is right, but `theta -= …` changes the caller's array as well. Return a new one."
)
def in_place(theta, grad, learning_rate):
    theta -= learning_rate * grad
    return theta


@exercise.mistake("ascent_in_place").says(
    "You go UPHILL, and you change the caller's theta. Subtract, and make a new array."
)
def ascent_in_place(theta, grad, learning_rate):
    theta += learning_rate * grad
    return theta


@exercise.mistake("nothing_returned").says(
    "You change theta in place and return nothing. Return a new array and leave theta as it was."
)
def nothing_returned(theta, grad, learning_rate):
    theta -= learning_rate * grad


@exercise.mistake("grad_changed").says(
    "The step is right, but `grad *= …` changes the caller's gradient. Leave both arrays as they were."
)
def grad_changed(theta, grad, learning_rate):
    grad *= learning_rate
    return theta - grad


exercise.mistake("learning_rate_missing", lambda theta, grad, learning_rate: theta - grad).says(
    "You subtract the whole gradient. The learning rate says how much of it."
)
exercise.mistake("divided_by_learning_rate", lambda theta, grad, learning_rate: theta - grad / learning_rate).says(
    "You divide by the learning rate. A smaller learning rate must make a smaller step: multiply."
)
exercise.mistake("learning_rate_subtracted", lambda theta, grad, learning_rate: theta - learning_rate - grad).says(
    "You subtract the learning rate and the gradient one by one. The step is their PRODUCT."
)
exercise.mistake("learning_rate_alone", lambda theta, grad, learning_rate: theta - learning_rate).says(
    "You subtract the learning rate from every entry. Each entry moves by learning rate TIMES its slope."
)
exercise.mistake("brackets", lambda theta, grad, learning_rate: learning_rate * (theta - grad)).says(
    "Your brackets multiply the whole difference, η·(θ − grad): then theta shrinks as well. Only the gradient is "
    "multiplied."
)
exercise.mistake("theta_scaled", lambda theta, grad, learning_rate: learning_rate * theta - grad).says(
    "You multiply theta by the learning rate and not the gradient. θ stays, the gradient is scaled."
)
exercise.mistake("update_returned", lambda theta, grad, learning_rate: -learning_rate * grad).says(
    "You return the step alone, −η·grad. Add it to theta: the new parameters are wanted."
)
exercise.mistake("update_returned_uphill", lambda theta, grad, learning_rate: learning_rate * grad).says(
    "You return η·grad, what is to be subtracted. The new parameters are wanted: theta minus that."
)
exercise.mistake("difference_reversed", lambda theta, grad, learning_rate: learning_rate * grad - theta).says(
    "You subtract theta from the step. The new theta is the old one MINUS the step."
)
exercise.mistake("roles_swapped", lambda theta, grad, learning_rate: grad - learning_rate * theta).says(
    "You move the gradient by theta. It is theta that moves, by the gradient."
)
exercise.mistake("times_theta", lambda theta, grad, learning_rate: theta - learning_rate * grad * theta).says(
    "You multiply by theta as well, θ·(1 − η·grad). The size of a parameter does not scale its step: at 0 it would "
    "never move."
)
exercise.mistake("theta_for_gradient", lambda theta, grad, learning_rate: theta - learning_rate * theta).says(
    "You subtract η·θ: that shrinks the parameters, whatever the gradient says."
)
exercise.mistake(
    "weight_decay", lambda theta, grad, learning_rate: (1 - learning_rate) * theta - learning_rate * grad
).says(
    "You shrink theta on the way, (1 − η)·θ. That is weight decay, or a moving average; here θ only moves by −η·grad."
)
exercise.mistake("sign_of_the_gradient", lambda theta, grad, learning_rate: theta - learning_rate * np.sign(grad)).says(
    "You use only the sign of the gradient: every entry moves equally far. Steep entries move further: use its value."
)
exercise.mistake(
    "normalised_gradient", lambda theta, grad, learning_rate: theta - learning_rate * grad / np.linalg.norm(grad)
).says(
    "You scale the gradient to length 1. Its length counts: where it is steep the step is long (and a gradient of "
    "zeros has no direction at all)."
)
exercise.mistake(
    "normalised_gradient_guarded",
    lambda theta, grad, learning_rate: theta - learning_rate * grad / (np.linalg.norm(grad) + 1e-8),
).says("You scale the gradient to length 1. Its length counts: where it is steep the step is long.")
exercise.mistake("summed_gradient", lambda theta, grad, learning_rate: theta - learning_rate * grad.sum()).says(
    "You add the slopes up, so that all entries move alike. Each entry moves by its own slope."
)
exercise.mistake("mean_gradient", lambda theta, grad, learning_rate: theta - learning_rate * grad.mean()).says(
    "You average the slopes, so that all entries move alike. Each entry moves by its own slope."
)
exercise.mistake("divided_by_size", lambda theta, grad, learning_rate: theta - learning_rate * grad / theta.size).says(
    "You divide by the number of entries. The loss is averaged already; the step is η·grad as it stands."
)
exercise.mistake(
    "divided_by_length", lambda theta, grad, learning_rate: theta - learning_rate * grad / len(theta)
).says("You divide by `len(theta)`. The loss is averaged already; the step is η·grad as it stands.")
exercise.mistake("squared_gradient", lambda theta, grad, learning_rate: theta - learning_rate * grad**2).says(
    "You square the gradient and lose its sign: every entry moves down, whatever its slope."
)
exercise.mistake("absolute_gradient", lambda theta, grad, learning_rate: theta - learning_rate * np.abs(grad)).says(
    "You take the absolute value of the gradient: an entry with a negative slope moves uphill."
)
exercise.mistake("learning_rate_squared", lambda theta, grad, learning_rate: theta - learning_rate**2 * grad).says(
    "The learning rate comes in twice. Once is enough."
)
exercise.mistake("step_doubled", lambda theta, grad, learning_rate: theta - 2 * learning_rate * grad).says(
    "Your step is twice too long: θ − η·grad, taken once."
)
exercise.mistake("step_halved", lambda theta, grad, learning_rate: theta - 0.5 * learning_rate * grad).says(
    "Your step is half too short: there is no factor ½ in θ − η·grad."
)


@exercise.mistake("learning_rate_as_power").says("`**` is a power. The learning rate multiplies the gradient: `*`.")
def learning_rate_as_power(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta - grad**learning_rate


exercise.mistake("matrix_product", lambda theta, grad, learning_rate: theta - learning_rate * (grad @ grad.T)).says(
    "You use a matrix product. Every entry of theta moves by its own slope: `*`, entry by entry."
)
exercise.mistake("theta_returned", lambda theta, grad, learning_rate: theta).says(
    "You return theta as it came: the step is computed, if at all, under another name."
)
exercise.mistake("whole_numbers", lambda theta, grad, learning_rate: (theta - learning_rate * grad).astype(int)).says(
    "You make whole numbers of the parameters. They are floats."
)
exercise.mistake("clipped", lambda theta, grad, learning_rate: theta - learning_rate * np.clip(grad, -1, 1)).says(
    "You clip the gradient. That is a trick for later (lecture 09); here the step is η·grad, however long."
)
exercise.mistake("flat_result", lambda theta, grad, learning_rate: (theta - learning_rate * grad).reshape(-1)).says(
    "Your numbers are right but stand in one long row. The new theta is shaped like the old one."
)
exercise.mistake("fixed_learning_rate", lambda theta, grad, learning_rate: theta - 0.1 * grad).says(
    "You use a learning rate of your own, whatever the caller asks for. Use the parameter."
)
exercise.mistake("fixed_small_learning_rate", lambda theta, grad, learning_rate: theta - 0.01 * grad).says(
    "You use 0.01, whatever learning rate the caller asks for. Use the parameter."
)
exercise.mistake(
    "moving_average", lambda theta, grad, learning_rate: (1 - learning_rate) * theta + learning_rate * grad
).says("You mix theta and the gradient, (1 − η)·θ + η·grad. That is a moving average; the step is θ − η·grad.")


@exercise.mistake("largest_slope_normalised").says(
    "You divide by the largest slope, so that every step is equally long. Where it is steep the step is long: leave "
    "grad as it is."
)
def largest_slope_normalised(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta - learning_rate * grad / np.abs(grad).max()


exercise.mistake(
    "negative_cut_off", lambda theta, grad, learning_rate: np.maximum(theta - learning_rate * grad, 0)
).says("You cut off negative parameters. They may have any sign.")
exercise.mistake("absolute_parameters", lambda theta, grad, learning_rate: np.abs(theta - learning_rate * grad)).says(
    "You take the absolute value of the new parameters. They may have any sign."
)


@exercise.mistake("first_entry_only").says(
    "Only the first entry moves (a `return` inside the loop, or an index too many). All of them do."
)
def first_entry_only(theta, grad, learning_rate):
    new = theta.copy()
    new[0] = theta[0] - learning_rate * grad[0]
    return new


exercise.mistake("both_returned", lambda theta, grad, learning_rate: (theta - learning_rate * grad, grad)).says(
    "You return more than the new theta. It is wanted alone."
)
exercise.mistake("gradient_returned", lambda theta, grad, learning_rate: grad).says(
    "You return the gradient. The new theta is wanted."
)
exercise.mistake("one_plus_learning_rate", lambda theta, grad, learning_rate: theta - (1 + learning_rate) * grad).says(
    "You subtract (1 + η) times the gradient. The step is η times the gradient."
)
exercise.mistake("one_minus_learning_rate", lambda theta, grad, learning_rate: theta - (1 - learning_rate) * grad).says(
    "You subtract (1 − η) times the gradient. The step is η times the gradient."
)


@exercise.mistake("exponential").says("You multiply theta by e^(−η·grad). The step is a plain difference, θ − η·grad.")
def exponential(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta * np.exp(-learning_rate * grad)


exercise.mistake("all_multiplied", lambda theta, grad, learning_rate: theta * grad * learning_rate).says(
    "You multiply all three. The step is SUBTRACTED from theta."
)
exercise.mistake("times_size", lambda theta, grad, learning_rate: theta - learning_rate * grad * theta.size).says(
    "You multiply by the number of entries. The step is η·grad as it stands."
)
exercise.mistake("difference_divided", lambda theta, grad, learning_rate: (theta - grad) / learning_rate).says(
    "You divide the whole difference by η. Only the gradient is scaled, and multiplied."
)


@exercise.mistake("power_of_the_learning_rate").says("`**` is a power. The learning rate multiplies the gradient: `*`.")
def power_of_the_learning_rate(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta - learning_rate**grad


@exercise.mistake("theta_divided").says("You divide theta. The new theta is the old one minus η·grad.")
def theta_divided(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta / (1 + learning_rate * grad)


exercise.mistake(
    "number_returned", lambda theta, grad, learning_rate: float((theta - learning_rate * grad).sum())
).says("You return one number. The new theta is shaped like the old one.")
exercise.mistake(
    "nothing_subtracted_from_zero", lambda theta, grad, learning_rate: -(theta + learning_rate * grad)
).says("There is a minus in front of theta as well, −θ − η·grad. The new theta is θ − η·grad.")
exercise.mistake("turned_round", lambda theta, grad, learning_rate: (theta - learning_rate * grad).T).says(
    "Your numbers are right but turned round (transposed). The new theta is shaped like the old one."
)
exercise.mistake(
    "root_of_learning_rate", lambda theta, grad, learning_rate: theta - np.sqrt(learning_rate) * grad
).says("You use the square root of η. The step is η·grad.")

exercise.right(lambda theta, grad, learning_rate: theta + (-learning_rate) * grad)


@exercise.right
def right_1(theta, grad, learning_rate):
    new = theta.copy()
    new -= learning_rate * grad
    return new


@exercise.right
def right_2(theta, grad, learning_rate):
    new = np.empty(theta.shape)
    for place in np.ndindex(theta.shape):
        new[place] = theta[place] - learning_rate * grad[place]
    return new


exercise.right(
    lambda theta, grad, learning_rate: np.subtract(
        theta.astype(np.float32), np.float32(learning_rate) * grad.astype(np.float32)
    ).tolist()
)
