"""A slope by nudging one entry up and down: what is divided by what, what is nudged, which nudge stays by accident."""

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result, result_with
from nlm_utils.exercises.observers.numerical_gradient import (
    a_product,
    a_times_b_squared,
    loss_of_w,
    sum_of_cubes,
    sum_of_squares,
    surprise_at_laptops,
)


def numerical_gradient(f, theta, eps=1e-5):
    """The slope of f at every entry of theta, by nudging one entry at a time: (f(θ + ε) − f(θ − ε)) / 2ε.

    f        takes an array shaped like theta and returns one number
    theta    floats of any shape; it comes back exactly as it was, so nudge a copy
    eps      the size ε of the nudge, once up and once down
    returns  an array shaped like theta
    """
    gradient = np.zeros(theta.shape)
    for place in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[place] += eps
        down[place] -= eps
        gradient[place] = (f(up) - f(down)) / (2 * eps)
    return gradient


exercise = Exercise(
    numerical_gradient,
    checks="six functions of vectors, matrices and three axes, several nudges, theta unchanged to the last bit",
    explanation=(
        "`np.ndindex(theta.shape)` walks over the places of an array of any shape. At each place two fresh copies are "
        "nudged, one up and one down, and all other entries stay. The two values of f lie 2ε apart, so 2ε is what "
        "their difference is divided by."
    ),
    hints=[
        "One entry at a time: what would you do for a theta with a single entry? Then put a loop around it.",
        "A fresh copy for every nudge (`theta.copy()`) keeps theta and all the other entries as they were.",
        (
            "`for place in np.ndindex(theta.shape):` gives places that work as an index for any shape; `up[place] += "
            "eps`, `down[place] -= eps`, and how far are the two apart?"
        ),
    ],
)


exercise.case(sum_of_squares, np.array([3.0]), eps=0.5)
exercise.case(sum_of_squares, np.array([3.0, -1.0]))
exercise.case(sum_of_cubes, np.array([1.0, -2.0, 0.0]), eps=0.5)
exercise.case(a_times_b_squared, np.array([2.0, -1.0]), eps=0.2)
exercise.case(a_product, np.array([[0.7, 0.3, -1.1], [2.0, -0.6, 0.1]]), eps=0.1)
exercise.case(surprise_at_laptops, np.array([1.8, -1.9, 2.9, -0.9]))
exercise.case(loss_of_w, np.array([[0.3, -0.7, 0.1], [0.9, 0.2, -0.3]]), eps=1.0)
exercise.case(sum_of_cubes, np.array([[[1.0, -0.5]], [[2.0, 0.0]]]), eps=0.25)
exercise.case(sum_of_cubes, np.array(0.5), eps=0.25)
for f in (sum_of_squares, sum_of_cubes):
    exercise.drawn(
        lambda rng, f=f: (f, rng.normal(size=rng.integers(1, 4, rng.integers(1, 4))), rng.uniform(0.01, 1)), 2
    )
exercise.drawn(lambda rng: (surprise_at_laptops, rng.normal(size=rng.integers(3, 7))))


def at_each_place(slope, shape):
    """`slope(place)` for every place of an array of that shape."""
    return np.array([slope(place) for place in np.ndindex(shape)]).reshape(shape)


def placed(theta, place, value):
    """A copy of theta with this value at that place."""
    theta = theta.copy()
    theta[place] = value
    return theta


def moved(theta, place, step):
    return placed(theta, place, theta[place] + step)


def _flat_unit(theta, place):
    return np.arange(theta.size) == np.ravel_multi_index(place, theta.shape)


def central(at, eps):
    return (at(eps) - at(-eps)) / (2 * eps)


def slopes(quotient=central, nudged=moved, shape=np.shape):
    """numerical_gradient with another quotient(at, eps), where at(step) is f(nudged(theta, place, step))."""

    def gradient(f, theta, eps=1e-5):
        def slope(place):
            return quotient(lambda step: f(nudged(theta, place, step)), eps)

        return at_each_place(slope, shape(theta))

    return gradient


def walked(up=1, down=-2, back=0, over=2, copied=False):
    """Theta itself, or one copy of it, is nudged by ε so many times: before each f, and at the end."""

    def gradient(f, theta, eps=1e-5):
        nudged = theta.copy() if copied else theta

        def slope(place):
            nudged[place] += up * eps
            above = f(nudged)
            nudged[place] += down * eps
            below = f(nudged)
            nudged[place] += back * eps
            return (above - below) / (over * eps)

        return at_each_place(slope, theta.shape)

    return gradient


def forward(at, eps):
    return (at(eps) - at(0)) / eps


def _relative(f, theta, eps, scale):
    """Forward differences with a step of its own for every entry, eps·scale(entry)."""
    steps = {place: eps * scale(entry) for place, entry in np.ndenumerate(theta)}
    return at_each_place(lambda place: forward(lambda step: f(moved(theta, place, step)), steps[place]), theta.shape)


def together(theta, place, step):
    return theta + step


def all_so_far(theta, place, step):
    so_far = np.arange(theta.size) <= np.ravel_multi_index(place, theta.shape)
    return theta + step * so_far.reshape(theta.shape)


# two values of f, and the distance between them
exercise.mistake("forward_difference", slopes(forward)).says(
    "You nudge up only. That leans to one side: for θ² at 3 with ε = 0.5 it gives 6.5. Up AND down gives 6."
)
exercise.mistake("backward_difference", slopes(lambda at, eps: forward(at, -eps))).says(
    "You nudge down only. That leans to one side: for θ² at 3 with ε = 0.5 it gives 5.5. Up AND down gives 6."
)
exercise.mistake("forward_over_two_eps", slopes(lambda at, eps: forward(at, eps) / 2)).says(
    "θ + ε and θ are only ε apart (after `+= eps`, `-= eps` is back at θ), yet you divide by 2ε: half the slope."
)
exercise.mistake("nudged_down_from_above", slopes(lambda at, eps: forward(at, 2 * eps))).says(
    "You go up by 2ε and back to θ, not from θ − ε to θ + ε: `down` must start from theta, or go 2ε below `up`."
)
exercise.mistake("half_times_eps", slopes(lambda at, eps: (at(eps) - at(-eps)) / 2 * eps)).says(
    "`/ 2 * eps` divides by 2 and then MULTIPLIES by ε: Python works from left to right. Brackets: `/ (2 * eps)`."
)
exercise.takes(
    result(
        twice=("eps_for_two_eps", "You divide by ε, but from θ − ε to θ + ε it is 2ε: all slopes are twice too large."),
        minus=("sign", "Your slopes have the wrong sign: f ABOVE minus f BELOW, so that it is positive where f grows."),
    ),
    result_with("eps", times=("divided_by_two", "You divide by 2 and not by 2ε: a slope is the change per unit.")),
    argument(
        "eps",
        default=("eps_ignored", "You always nudge by the same amount, whatever `eps` the caller asks for."),
        twice=("double_step", "You nudge by 2ε on each side. Here it is ε up, ε down, over 2ε."),
        half=("half_step", "You nudge by ε/2 on each side, a fine way; but here it is ε up, ε down, over 2ε."),
        one=("nudge_and_divisor_of_one", "You nudge by 1, whatever `eps` is. The nudge is ε."),
    ),
)
for id, (quotient, words) in {
    "not_divided": (lambda at, eps: at(eps) - at(-eps), "return by how much f changes, not the change per unit"),
    "times_two_eps": (lambda at, eps: (at(eps) - at(-eps)) * 2 * eps, "multiply by 2ε where you should divide"),
    "divided_by_two_eps_squared": (lambda at, eps: (at(eps) - at(-eps)) / (2 * eps**2), "divide by ε² for ε"),
    "divided_by_eps_squared": (lambda at, eps: (at(eps) - at(-eps)) / eps**2, "divide by ε² where 2ε belongs"),
    "brackets_above": (lambda at, eps: at(eps) - at(-eps) / (2 * eps), "divide only the second value of f (brackets!)"),
    "sum_for_difference": (lambda at, eps: (at(eps) + at(-eps)) / (2 * eps), "ADD the two values of f"),
    "value_for_slope": (lambda at, eps: at(eps), "return values of f, no difference of two"),
    "second_derivative": (lambda at, eps: (at(eps) - 2 * at(0) + at(-eps)) / eps**2, "take the SECOND derivative"),
    "backward_over_two_eps": (lambda at, eps: forward(at, -eps) / 2, "divide by 2ε what is only ε apart, θ − ε and θ"),
    "half_nudges": (lambda at, eps: central(at, eps / 2) / 2, "nudge by ε/2 up and down, yet divide by 2ε"),
    "double_nudges": (lambda at, eps: (at(2 * eps) - at(-2 * eps)) / (2 * eps), "nudge by 2ε, yet divide by 2ε"),
    "two_up_two_down_over_eps": (lambda at, eps: (at(2 * eps) - at(-2 * eps)) / eps, "nudge by 2ε, yet divide by ε"),
    "nudge_of_one": (lambda at, eps: (at(1) - at(-1)) / (2 * eps), "nudge by 1 and divide by 2ε"),
    "forward_sign": (lambda at, eps: -forward(at, eps), "nudge up only, and subtract the wrong way round"),
}.items():
    exercise.mistake(id, slopes(quotient)).says(f"You {words}. The slope is (f(θ + ε) − f(θ − ε)) / (2ε).")
exercise.mistakes(
    higher_order=lambda f, theta, eps=1e-5: (4 * slopes()(f, theta, eps / 2) - slopes()(f, theta, eps)) / 3,
    five_points=lambda f, theta, eps=1e-5: (4 * slopes()(f, theta, eps) - slopes()(f, theta, 2 * eps)) / 3,
).says("You use four values of f for each slope: more accurate, but here it is exactly (f(θ + ε) − f(θ − ε)) / (2ε).")
exercise.mistake(
    "divided_by_theta", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps) * 2 * eps / theta
).says("You divide the difference of f by θ (or by the nudged θ), not by the distance 2ε.")

# what is nudged
exercise.mistakes(
    all_nudged_at_once=lambda f, theta, eps=1e-5: (f(theta + eps) - f(theta - eps)) / (2 * eps),
    all_nudged_at_once_filled=slopes(nudged=together),
).says("You nudge all the entries at once, which gives the sum of all slopes. One at a time, while the others stay.")
exercise.mistake(
    "all_nudged_at_once_half_times_eps", lambda f, theta, eps=1e-5: (f(theta + eps) - f(theta - eps)) / 2 * eps
).says("You nudge all the entries at once, and `/ 2 * eps` multiplies by ε. One at a time, and `/ (2 * eps)`.")
exercise.mistakes(
    forward_all_at_once=lambda f, theta, eps=1e-5: (f(theta + eps) - f(theta)) / eps,
    forward_all_at_once_filled=slopes(forward, together),
).says("You nudge all the entries at once, and up only. Each entry is nudged by itself, up and down.")
relative = slopes(nudged=lambda theta, place, step: moved(theta, place, step * theta[place]))
exercise.mistake("nudge_relative_to_the_entry", relative).says(
    "You nudge each entry by a share of itself, θ·(1 ± ε). Then an entry of 0 does not move. The nudge is ε, for all."
)
exercise.mistake("share_of_the_entry", lambda f, theta, eps=1e-5: relative(f, theta, eps) / theta).says(
    "You nudge each entry by a share of itself and divide by that: an entry of 0 gives 0/0. The nudge is ε, for all."
)
exercise.mistakes(
    relative_to_the_size=lambda f, theta, eps=1e-5: _relative(f, theta, eps, lambda entry: max(abs(entry), 1)),
    relative_to_one_more=lambda f, theta, eps=1e-5: _relative(f, theta, eps, lambda entry: 1 + abs(entry)),
).says("You nudge up only, by a step that grows with the entry. The nudge is ε for every entry, up AND down.")
exercise.mistake("entry_set_to_eps", slopes(nudged=placed)).says(
    "You SET the entry to ε and −ε: that is the slope near 0, not near θ. Add ε to what stands there, and subtract it."
)
exercise.mistake(
    "other_entries_lost", slopes(nudged=lambda theta, place, step: placed(0 * theta, place, theta[place] + step))
).says("You start from zeros, so that all other entries of θ are 0 while one is tried. Start from a copy of theta.")
exercise.mistake(
    "difference_taken_before_f",
    slopes(lambda at, eps: at(2 * eps) / (2 * eps), lambda theta, place, step: placed(0 * theta, place, step)),
).says("You subtract the two nudged θ and call f once. Call f on each of them, and subtract what it gives.")
exercise.mistakes(
    entry_alone=slopes(nudged=lambda theta, place, step: theta[place] + step),
    entry_alone_vectorised=lambda f, theta, eps=1e-5: central(lambda step: np.vectorize(f)(theta + step), eps),
    entry_alone_by_rows=lambda f, theta, eps=1e-5: np.array(
        [(f(row + eps) - f(row - eps)) / (2 * eps) for row in theta]
    ),
).says("You hand f single entries (or rows) of theta. f wants all of θ, with one entry nudged.")
exercise.mistake(
    "single_precision", slopes(nudged=lambda theta, place, step: moved(theta.astype(np.float32), place, step))
).says("You nudge in float32, which keeps seven digits: a nudge of 1e-5 is lost in rounding. Leave the dtype as it is.")
exercise.mistake("theta_in_whole_numbers", lambda f, theta, eps=1e-5: numerical_gradient(f, np.trunc(theta), eps)).says(
    "You make whole numbers of θ (or of the nudge), so that ε vanishes. They are floats."
)
exercise.mistakes(
    flat_nudge=slopes(nudged=lambda theta, place, step: theta + step * _flat_unit(theta, place)),
    flat_nudge_of_rows=lambda f, theta, eps=1e-5: np.array(
        [central(lambda step, unit=unit: f(theta + step * unit), eps) for unit in np.eye(len(theta))]
    ),
).says(
    "Your nudge is one long row, which does not go together with a matrix. Make it of theta's shape, "
    "`np.zeros(theta.shape)`, with ε at one place."
)
exercise.mistakes(
    numpy_gradient=lambda f, theta, eps=1e-5: np.gradient(np.append(theta, 0.0))[:-1].reshape(theta.shape),
    numpy_gradient_of_f=lambda f, theta, eps=1e-5: np.gradient(f(theta), eps),
    numpy_gradient_of_theta=lambda f, theta, eps=1e-5: np.gradient(theta, eps),
    numpy_gradient_of_three=lambda f, theta, eps=1e-5: np.gradient(
        np.array([f(theta - eps), f(theta), f(theta + eps)]), eps
    ),
).says("`np.gradient` takes differences of neighbouring numbers of an array; it does not know f. Nudge θ and call f.")

# a nudge that stays
exercise.mistake("entry_left_nudged", walked(copied=True)).says(
    "An entry stays nudged while the next one is tried, since your one copy is not put back: the next is at another θ."
)
exercise.mistake("two_copies_left_nudged", slopes(nudged=all_so_far)).says(
    "You make the two copies once, before the loop: entries stay nudged while the next one is tried. Fresh copies!"
)
exercise.mistake("theta_left_nudged", walked()).says(
    "You nudge theta itself and leave it nudged, for the next entry and for the caller. Nudge a copy."
)
exercise.mistake("forward_and_left_nudged", slopes(forward, all_so_far)).says(
    "You nudge up only, and leave each entry nudged while the next one is tried. Up AND down, on fresh copies."
)
exercise.mistake("forward_theta_left_nudged", walked(0, 1, over=-1)).says(
    "You nudge theta itself, up only, and leave it nudged, for the caller too. Nudge copies, up AND down."
)
exercise.mistake("theta_restored_inexactly", walked(back=1)).says(
    "You nudge theta itself and back: `+ eps − 2·eps + eps` has changed a last bit of it. Nudge a copy."
)
exercise.mistakes(theta_restored_the_wrong_way=walked(back=-1), theta_restored_too_far=walked(back=2)).says(
    "After `+= eps` and `-= 2 * eps` theta stands at θ − ε. To be back at θ it needs `+= eps`. Safer: nudge a copy."
)


ALL_ZERO = (
    "All your slopes are 0. Are `up = theta` and `down = theta` two names for ONE array, so that the nudges cancel "
    "(`.copy()` it)? Or do the nudges or the slopes go into a copy, as `.flatten()[i]` makes one, or nowhere?"
)
exercise.mistake("one_array_under_two_names", lambda f, theta, eps=1e-5: np.zeros(theta.shape)).says(ALL_ZERO)

# the shape of theta
exercise.mistake("whole_rows", slopes(nudged=lambda theta, place, step: moved(theta, place[0], step))).says(
    "For a matrix you nudge a whole row at once: `theta[i]` is row i. Every single entry has a slope of its own."
)
exercise.mistake("one_slope_per_row", slopes(shape=lambda theta: theta.shape[:1])).says(
    "For a matrix you find one slope per row: you loop over `len(theta)`. Every single entry has a slope of its own."
)
exercise.mistake("index_for_vectors_only", slopes(shape=lambda theta: (theta.size,))).says(
    "A matrix has fewer rows than entries, `theta.size`. `np.ndindex(theta.shape)` gives an index for any shape."
)
exercise.mistakes(
    two_axes_always=lambda f, theta, eps=1e-5: next(numerical_gradient(f, theta, eps) for _, _ in [theta.shape]),
    rows_and_columns_always=lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps) + 0 * theta.shape[1],
).says("You loop over rows and columns, but a vector has no columns. `np.ndindex(theta.shape)` walks over any shape.")
exercise.takes(
    argument("theta", flat=("flat_theta", "For a matrix you hand f one long row. f wants an array shaped like theta.")),
    result(
        summed=("one_number", "You add the slopes up into one number. The gradient is shaped like theta."),
        averaged=("mean_of_the_slopes", "You return the mean of the slopes, one number. Every entry has its own."),
        whole=("whole_numbers", "Your array holds whole numbers, which cuts off what comes after the point: floats."),
    ),
    result_with(
        "theta",
        taken_from=("step_downhill", "You take a step along the slopes. It comes later, in `gradient_step`."),
        plus=("added_to_theta", "You add the slopes to θ: the array for them starts as zeros, not as a copy of θ."),
        times=("times_theta", "You multiply the slopes by θ. Per unit of the nudge: nothing else comes in."),
    ),
)
exercise.mistake("transposed", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).T).says(
    "Your slopes are turned round: the gradient is shaped like theta, row for row."
)
exercise.mistakes(
    summed_over_rows=lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).sum(axis=0),
    summed_over_columns=lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).sum(axis=-1),
).says("You sum the slopes over an axis. Every entry has its own: the gradient is shaped like theta.")
for id, (change, words) in {
    "first_entry_only": (lambda slopes, i: slopes * (i == 0), "return inside the loop, after the first entry"),
    "last_entry_skipped": (lambda slopes, i: slopes * (i < i.size - 1), "stop one entry too early: the last stays 0"),
    "first_entry_skipped": (lambda slopes, i: slopes * (i > 0), "start one entry too late: the first stays 0"),
    "running_sum": (lambda slopes, i: slopes.cumsum()[i], "let the slopes pile up: each place holds all so far"),
    "normalised": (lambda slopes, i: slopes / np.linalg.norm(slopes), "scale the gradient to length 1"),
    "last_slope_only": (lambda slopes, i: slopes.flat[-1], "keep one slope, the last (`gradient = …` in the loop)"),
    "first_slope_only": (lambda slopes, i: slopes.flat[0], "return one slope, that of the first entry"),
}.items():
    exercise.mistake(
        id,
        lambda f, theta, eps=1e-5, change=change: change(
            numerical_gradient(f, theta, eps), np.arange(theta.size).reshape(theta.shape)
        ),
    ).says(f"You {words}. Every entry has a slope of its own, as it is.")


@exercise.right
def theta_put_back_exactly(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for place in np.ndindex(*theta.shape):
        before = theta[place]
        theta[place] = before + eps
        up = f(theta)
        theta[place] = before - eps
        gradient[place] = 0.5 * (up - f(theta)) / eps
        theta[place] = before
    return gradient


@exercise.right
def unit_vectors(f, theta, eps=1e-5):
    units = np.eye(theta.size).reshape(theta.size, *theta.shape)
    flat = [(f(theta + eps * unit) - f(theta - eps * unit)) / (2 * eps) for unit in units]
    return np.array(flat).reshape(theta.shape).tolist()
