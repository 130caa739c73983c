"""A step downhill: the gradient is subtracted, times the learning rate, and the caller's arrays stay as they were."""

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, both, exchanged, one_for_both, result, result_with, rounded, variants


def gradient_step(theta, grad, learning_rate):
    """One step downhill: the new theta.

    theta, grad    float arrays of one shape, any shape; both stay as they were
    learning_rate  a number above 0
    returns        a new array, shaped like theta, even where nothing changes
    """
    return theta - learning_rate * grad


exercise = Exercise(
    gradient_step,
    checks="one to three axes, six learning rates, long and short gradients and one of zeros, theta and grad unchanged",
    new_result=True,
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
exercise.case(np.array(0.5), np.array(2.0), 0.1)
exercise.case(np.array([0.0, 1.0, -1.0, 2.0]), np.array([300.0, -700.0, 50.0, 1.0]), 0.01)
exercise.case(np.array([0.1234, -2.0]), np.array([0.3, -0.4]), 2)
exercise.case(*np.random.default_rng(5).normal(size=(2, 2, 1, 3)), 0.037)
exercise.drawn(lambda rng: (*rng.normal(size=(2, *rng.integers(1, 5, rng.integers(1, 4)))), rng.exponential()), 4)

exercise.takes(
    argument(
        "grad",
        minus=("ascent", "You go UPHILL: the gradient points to where the loss grows fastest. Subtract it."),
        square=("squared_gradient", "You square the gradient: every entry moves down, whatever the sign of its slope."),
        absolute=("absolute_gradient", "You take |grad|: an entry with a negative slope moves uphill."),
        twice=("step_doubled", "Your step is twice too long: θ − η·grad, taken once."),
        half=("step_halved", "Your step is half too short: there is no factor ½ in θ − η·grad."),
        zero=("step_not_taken", "You return theta as it came: `new - η * grad` alone changes nothing, `new = …` does."),
        positive=("negative_slopes_left_out", "Where the slope is negative your theta stays. It must go UP there."),
        one=("learning_rate_alone", "You subtract η from every entry. Each moves by η TIMES its slope."),
    ),
    argument(
        "learning_rate",
        one=("learning_rate_missing", "You subtract the whole gradient. The learning rate says how much of it."),
        inverse=("divided_by_learning_rate", "You divide by η. A smaller η must make a smaller step: multiply."),
        square=("learning_rate_squared", "The learning rate comes in twice. Once is enough."),
        root=("root_of_learning_rate", "You use the square root of η. The step is η·grad."),
        plus_one=("one_plus_learning_rate", "You subtract (1 + η) times the gradient. The step is η times it."),
        one_minus=("one_minus_learning_rate", "You subtract (1 − η) times the gradient. The step is η times it."),
        whole=(
            "whole_learning_rate",
            "You make a whole number of the learning rate: 0.5 becomes 0, and nothing moves.",
        ),
    ),
    argument(
        "theta", minus=("minus_theta", "There is a minus in front of theta as well. The new theta is θ − η·grad.")
    ),
    exchanged("theta", "grad", ("roles_swapped", "You move the gradient by theta. It is theta that moves.")),
    one_for_both(
        "theta", "grad", ("theta_for_gradient", "You subtract η·θ: that shrinks θ, whatever the gradient says.")
    ),
    result_with(
        "theta",
        alone=("theta_returned", "You return theta as it came: the step is computed, if at all, under another name."),
        minus=("update_returned", "You return the step alone, −η·grad. Add it to theta: the new theta is wanted."),
        taken_from=("update_returned_uphill", "You return η·grad, what is subtracted. Wanted is theta minus that."),
    ),
    result_with("grad", alone=("gradient_returned", "You return the gradient. The new theta is wanted.")),
    result(
        positive=("negative_cut_off", "You cut off negative parameters. They may have any sign."),
        summed=("number_returned", "You return one number. The new theta is shaped like the old one."),
    ),
)

UPHILL = "You go UPHILL: subtract."
exercise.takes(
    *(
        both(f"ascent_and_{id}", argument("grad", minus=("", UPHILL)), argument("learning_rate", **{kind: ("", words)}))
        for id, kind, words in (
            ("rate_missing", "one", "And the learning rate says how much of the gradient: multiply by it."),
            ("divided_by_rate", "inverse", "And you divide by η: a smaller η must make a smaller step."),
        )
    ),
    variants(
        "steps_{:d}",
        (3, 4, 5, 10, 20, 50, 100, 1000),
        lambda times: lambda theta, grad, rate: theta - times * rate * grad,
        "You take {value} steps, or one that is {value} times too long. One step is wanted: θ − η·grad.",
    ),
)
exercise.mistake("learning_rate_capped", lambda theta, grad, rate: theta - min(rate, 1) * grad).says(
    "You cap the learning rate at 1. It may be any number above 0: 2.5 takes 2.5 times the gradient."
)

# where the learning rate stands, and what it multiplies
exercise.mistake("learning_rate_subtracted", lambda theta, grad, rate: theta - rate - grad).says(
    "You subtract the learning rate and the gradient one by one. The step is their PRODUCT."
)
exercise.mistakes(
    brackets=lambda theta, grad, rate: rate * (theta - grad),
    brackets_first=lambda theta, grad, rate: (theta - rate) * grad,
).says("Your brackets hold a difference, which is then multiplied. Only the gradient is multiplied: θ − (η·grad).")
exercise.mistake("difference_divided", lambda theta, grad, rate: (theta - grad) / rate).says(
    "You divide the whole difference by η. Only the gradient is scaled, and multiplied."
)
exercise.mistake("theta_scaled", lambda theta, grad, rate: rate * theta - grad).says(
    "You multiply theta by the learning rate and not the gradient. θ stays, the gradient is scaled."
)
DECAY = "You shrink theta on the way. That is weight decay, or a moving average; here θ only moves by −η·grad."
exercise.mistake("weight_decay", lambda theta, grad, rate: (1 - rate) * theta - rate * grad).says(DECAY)
exercise.takes(
    variants(
        "weight_decay_of",
        (0.1, 0.01, 0.001, 1e-4),
        lambda decay: lambda theta, grad, rate: theta - rate * (grad + decay * theta),
        DECAY,
    ),
    variants(
        "shrunk_by",
        (0.1, 0.01, 0.001, 1e-4),
        lambda decay: lambda theta, grad, rate: (1 - decay) * theta - rate * grad,
        DECAY,
    ),
    variants(
        "momentum_of",
        (0.9, 0.99, 0.1, 0.01, 0.001),
        lambda share: lambda theta, grad, rate: theta - share * rate * grad,
        "A factor {value} stands in your step (momentum? percent?). Here the whole of η·grad is subtracted.",
    ),
    rounded(1, 2, 3, 4),
)
exercise.mistake("theta_itself", lambda theta, grad, rate: theta - rate * grad if grad.any() else theta).says(
    "Where the gradient is 0 you return `theta` itself, the caller's array. A new array is wanted always: what is done "
    "to the one must not change the other."
)
exercise.mistake("moving_average", lambda theta, grad, rate: (1 - rate) * theta + rate * grad).says(
    "You mix theta and the gradient, (1 − η)·θ + η·grad. That is a moving average; the step is θ − η·grad."
)
exercise.mistake("growth", lambda theta, grad, rate: theta - rate * (grad - theta)).says(
    "You subtract θ inside the brackets, so that θ grows by itself. The step is η times the gradient alone."
)
exercise.mistakes(
    fixed_learning_rate=lambda theta, grad, rate: theta - 0.1 * grad,
    fixed_small_learning_rate=lambda theta, grad, rate: theta - 0.01 * grad,
).says("You use a learning rate of your own, whatever the caller asks for. Use the parameter.")
exercise.mistakes(
    learning_rate_as_power=lambda theta, grad, rate: theta - grad**rate,
    power_of_the_learning_rate=lambda theta, grad, rate: theta - rate**grad,
).says("`**` is a power. The learning rate multiplies the gradient: `*`.")
exercise.mistakes(
    times_theta=lambda theta, grad, rate: theta - rate * grad * theta,
    exponential=lambda theta, grad, rate: theta * np.exp(-rate * grad),
    theta_divided=lambda theta, grad, rate: theta / (1 + rate * grad),
    all_multiplied=lambda theta, grad, rate: theta * grad * rate,
).says("You multiply by theta, or divide it: an entry at 0 would never move. η·grad is SUBTRACTED from theta.")

# the gradient is taken as it is
for id, (change, words) in {
    "sign_of_the_gradient": (np.sign, "use only the sign of the gradient"),
    "normalised_gradient": (lambda g: g / np.linalg.norm(g), "scale the gradient to length 1"),
    "normalised_gradient_guarded": (lambda g: g / (np.linalg.norm(g) + 1e-8), "scale the gradient to length 1"),
    "largest_slope_normalised": (lambda g: g / np.abs(g).max(), "divide by the largest slope"),
    "clipped": (lambda g: np.clip(g, -1, 1), "clip the gradient, a trick for later (lecture 09)"),
    "clipped_far_away": (lambda g: np.clip(g, -5, 5), "clip the gradient, a trick for later (lecture 09)"),
    "clipped_at_10": (lambda g: np.clip(g, -10, 10), "clip the gradient, a trick for later (lecture 09)"),
    "clipped_at_100": (lambda g: np.clip(g, -100, 100), "clip the gradient, a trick for later (lecture 09)"),
    "shortened_to_5": (
        lambda g: g / max(np.linalg.norm(g) / 5, 1),
        "shorten long gradients, a trick for later (lecture 09)",
    ),
    "slope_of_the_row": (lambda g: g.mean(axis=0), "take a mean over an axis, and each entry has its own slope"),
    "sum_of_the_rows": (lambda g: g.sum(axis=0), "add the slopes up over an axis, and each entry has its own"),
    "mean_of_the_last_axis": (
        lambda g: g.mean(axis=-1, keepdims=True),
        "take a mean over an axis, and each entry has its own slope",
    ),
    "largest_slope": (np.max, "use the largest slope for all, and each entry has its own"),
    "shortened": (lambda g: g / max(np.linalg.norm(g), 1), "shorten long gradients, a trick for later (lecture 09)"),
    "first_slope_for_all": (lambda g: g[0], "use `grad[0]` for all entries, and each has a slope of its own"),
}.items():
    exercise.mistake(id, lambda theta, grad, rate, change=change: theta - rate * change(grad)).says(
        f"You {words}. Where it is steep the step is long: η·grad, as it stands."
    )
exercise.mistakes(
    summed_gradient=lambda theta, grad, rate: theta - rate * grad.sum(),
    mean_gradient=lambda theta, grad, rate: theta - rate * grad.mean(),
).says("You add the slopes up (or average them), so that all entries move alike. Each moves by its own slope.")
exercise.mistakes(
    divided_by_size=lambda theta, grad, rate: theta - rate * grad / theta.size,
    divided_by_length=lambda theta, grad, rate: theta - rate * grad / len(theta),
    times_size=lambda theta, grad, rate: theta - rate * grad * theta.size,
).says("You divide (or multiply) by the number of entries. The step is η·grad as it stands.")
exercise.mistakes(
    result_clipped=lambda theta, grad, rate: np.clip(theta - rate * grad, -1, 1),
    result_clipped_between_0_and_1=lambda theta, grad, rate: np.clip(theta - rate * grad, 0, 1),
).says("You cut the new theta off (`np.clip`). Parameters may be of any size.")
exercise.mistake("gradient_turned_round", lambda theta, grad, rate: theta - rate * grad.T).says(
    "You transpose the gradient. It has theta's shape, entry for entry: no `.T`."
)
exercise.mistake("turned_round", lambda theta, grad, rate: (theta - rate * grad).T).says(
    "Your numbers are right but turned round (transposed). The new theta is shaped like the old one."
)
exercise.mistakes(
    matrix_product=lambda theta, grad, rate: theta - rate * (grad @ grad.T),
    matrix_product_with_theta=lambda theta, grad, rate: theta - rate * (theta @ grad),
).says("You use a matrix product. Every entry of theta moves by its own slope: `*`, entry by entry.")


@exercise.mistake("first_entry_of_zeros").says(
    "A `return` inside the loop: only the first entry is computed, and the others stay 0. It stands after the loop."
)
def first_entry_of_zeros(theta, grad, rate):
    new = np.zeros_like(theta)
    new[0] = gradient_step(theta, grad, rate)[0]
    return new


@exercise.mistake("first_entry_only").says(
    "Only the first entry moves (a `return` inside the loop, or an index too many). All of them do."
)
def first_entry_only(theta, grad, rate):
    new = theta.copy()
    new[0] = gradient_step(theta, grad, rate)[0]
    return new


@exercise.right
def step_added(theta, grad, learning_rate):
    new = theta.copy()
    new += -learning_rate * grad
    return new


@exercise.right
def entry_by_entry(theta, grad, learning_rate):
    new = np.empty(theta.shape)
    for place in np.ndindex(theta.shape):
        new[place] = theta[place] - learning_rate * grad[place]
    return new


@exercise.right
def in_lists(theta, grad, learning_rate):
    return np.subtract(theta, learning_rate * grad).tolist()
