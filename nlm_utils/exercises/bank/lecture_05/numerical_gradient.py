"""numerical_gradient."""

from copy import deepcopy

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.functional import log_softmax


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
    checks="six functions of vectors and matrices, several nudges, theta unchanged to the last bit",
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


def sum_of_squares(theta):
    return float((theta**2).sum())


def sum_of_cubes(theta):
    return float((theta**3).sum())


def a_times_b_squared(theta):
    a, b = theta
    return float(a * b**2)


def a_product(theta):
    return float((theta[0, 0] + theta[1, 2]) ** 3 * theta[0, 1] + theta[1, 0] * theta[1, 1] ** 2 - theta[0, 2])


def surprise_at_laptops(theta):
    return float(-log_softmax(theta)[2])


def loss_of_w(theta):
    return float(-log_softmax(theta @ np.array([1.0, 0.5, -2.0]))[1])


exercise.case(sum_of_squares, np.array([3.0]), eps=0.5)
exercise.case(sum_of_squares, np.array([3.0, -1.0]))
exercise.case(sum_of_cubes, np.array([1.0, -2.0, 0.0]), eps=0.5)
exercise.case(a_times_b_squared, np.array([2.0, -1.0]), eps=0.2)
exercise.case(a_product, np.array([[0.7, 0.3, -1.1], [2.0, -0.6, 0.1]]), eps=0.1)
exercise.case(surprise_at_laptops, np.array([1.8, -1.9, 2.9, -0.9]))
exercise.case(loss_of_w, np.array([[0.3, -0.7, 0.1], [0.9, 0.2, -0.3]]), eps=1.0)


def _differences(theta, slope_at):
    """`slope_at(place)` for every place of theta, in an array shaped like theta."""
    gradient = np.zeros(theta.shape)
    for place in np.ndindex(theta.shape):
        gradient[place] = slope_at(place)
    return gradient


def _moved(theta, place, step):
    theta = theta.copy()
    theta[place] += step
    return theta


exercise.mistake(
    "forward_difference",
    lambda f, theta, eps=1e-5: _differences(theta, lambda place: (f(_moved(theta, place, eps)) - f(theta)) / eps),
).says(
    "You nudge up only, (f(θ + ε) − f(θ)) / ε. That leans to one side: for θ² at 3 with ε = 0.5 it gives 6.5. Up AND "
    "down gives 6."
)
exercise.mistake(
    "backward_difference",
    lambda f, theta, eps=1e-5: _differences(theta, lambda place: (f(theta) - f(_moved(theta, place, -eps))) / eps),
).says(
    "You nudge down only, (f(θ) − f(θ − ε)) / ε. That leans to one side: for θ² at 3 with ε = 0.5 it gives 5.5. Up "
    "AND down gives 6."
)
exercise.mistake(
    "eps_for_two_eps",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / eps
    ),
).says("You divide by ε, but from θ − ε to θ + ε it is 2ε: all your slopes are twice too large.")
exercise.mistake(
    "forward_over_two_eps",
    lambda f, theta, eps=1e-5: _differences(theta, lambda place: (f(_moved(theta, place, eps)) - f(theta)) / (2 * eps)),
).says(
    "Your two values of f are only ε apart (after `+= eps`, `-= eps` is back at θ, not at θ − ε), yet you divide by "
    "2ε: the slopes are about half of what they should be."
)
exercise.mistake(
    "half_times_eps",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / 2 * eps
    ),
).says("`/ 2 * eps` divides by 2 and then MULTIPLIES by ε: Python works from left to right. Brackets: `/ (2 * eps)`.")
exercise.mistake(
    "not_divided",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))
    ),
).says("You return by how much f changes. A slope is the change per unit of the nudge: divide by 2ε.")
exercise.mistake("sign", lambda f, theta, eps=1e-5: -numerical_gradient(f, theta, eps)).says(
    "Your slopes have the wrong sign: it is f ABOVE minus f BELOW, so that a positive slope means that f grows."
)
exercise.mistake("all_nudged_at_once", lambda f, theta, eps=1e-5: (f(theta + eps) - f(theta - eps)) / (2 * eps)).says(
    "You nudge all the entries at once, `theta + eps`, so that you get one number: the sum of all slopes. Each entry "
    "is nudged by itself while the others stay."
)
exercise.mistake(
    "all_nudged_at_once_filled",
    lambda f, theta, eps=1e-5: np.full(theta.shape, (f(theta + eps) - f(theta - eps)) / (2 * eps)),
).says(
    "You nudge all the entries at once, so that every place gets the same number, the sum of all slopes. Each entry "
    "is nudged by itself while the others stay."
)


@exercise.mistake("entry_left_nudged").says(
    "An entry stays nudged while the next one is tried: your copy is made once, before the loop, and not put back. "
    "From the second entry on you are at another θ."
)
def entry_left_nudged(f, theta, eps=1e-5):
    theta = theta.copy()

    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        return (up - f(theta)) / (2 * eps)

    return _differences(theta, slope)


@exercise.mistake("two_copies_left_nudged").says(
    "You make the two copies once, before the loop, so entries stay nudged while the next one is tried. Make fresh "
    "copies inside the loop (or put each entry back)."
)
def two_copies_left_nudged(f, theta, eps=1e-5):
    up, down = theta.copy(), theta.copy()

    def slope(place):
        up[place] += eps
        down[place] -= eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@exercise.mistake("theta_left_nudged").says(
    "You nudge theta itself and leave it nudged: the next entry is tried at another θ, and whoever called you gets "
    "other parameters back. Nudge a copy."
)
def theta_left_nudged(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        return (up - f(theta)) / (2 * eps)

    return _differences(theta, slope)


@exercise.mistake("theta_restored_inexactly").says(
    "You nudge theta itself and then take the nudge back. `+ eps − 2·eps + eps` is not nothing in floating point: a "
    "last bit of theta has changed. Nudge a copy."
)
def theta_restored_inexactly(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        down = f(theta)
        theta[place] += eps
        return (up - down) / (2 * eps)

    return _differences(theta, slope)


@exercise.mistake("one_array_under_two_names").says(
    "`up = theta` and `down = theta` are two names for ONE array: the nudge up and the nudge down cancel, and all the "
    "slopes are 0. `.copy()` makes a second array."
)
def one_array_under_two_names(f, theta, eps=1e-5):
    def slope(place):
        up = theta
        down = theta
        up[place] += eps
        down[place] -= eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


exercise.mistake(
    "nudged_down_from_above",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, 2 * eps)) - f(theta)) / (2 * eps)
    ),
).says(
    "Your `down` starts from what was nudged up already (`down = up`, then `-= eps`), so it is θ and not θ − ε, or "
    "you subtract ε where 2ε is needed."
)
exercise.mistake("eps_ignored", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, 1e-5)).says(
    "You always nudge by the same amount, whatever `eps` the caller asks for. Use the parameter."
)
exercise.mistake("half_step", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps / 2)).says(
    "You nudge by ε/2 on each side. A fine way, but here the nudge is ε up and ε down, and the difference is divided "
    "by 2ε."
)


@exercise.mistake("nudge_relative_to_the_entry").says(
    "You nudge each entry by a share of itself, θ·(1 ± ε). Then an entry of 0 does not move at all, and a large one "
    "moves far. The nudge is ε, the same for all."
)
def nudge_relative_to_the_entry(f, theta, eps=1e-5):
    def slope(place):
        step = eps * theta[place]
        up, down = _moved(theta, place, step), _moved(theta, place, -step)
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@exercise.mistake("share_of_the_entry").says(
    "You nudge each entry by a share of itself and divide by that: an entry of 0 gives 0/0. The nudge is ε, the same "
    "for all."
)
def share_of_the_entry(f, theta, eps=1e-5):
    def slope(place):
        step = eps * theta[place]
        up, down = _moved(theta, place, step), _moved(theta, place, -step)
        return (f(up) - f(down)) / (2 * step)

    return _differences(theta, slope)


@exercise.mistake("second_derivative").says(
    "f(θ + ε) − 2·f(θ) + f(θ − ε) over ε² is the curvature, the SECOND derivative. The slope is the difference of the "
    "two, over 2ε."
)
def second_derivative(f, theta, eps=1e-5):
    def slope(place):
        return (f(_moved(theta, place, eps)) - 2 * f(theta) + f(_moved(theta, place, -eps))) / eps**2

    return _differences(theta, slope)


exercise.mistake("divided_by_eps_squared", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps) * 2 / eps).says(
    "You divide by ε² where 2ε belongs."
)
exercise.mistake(
    "sum_for_difference",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) + f(_moved(theta, place, -eps))) / (2 * eps)
    ),
).says("You ADD the two values of f. The slope is their difference over their distance 2ε.")
exercise.mistake("absolute_value", lambda f, theta, eps=1e-5: np.abs(numerical_gradient(f, theta, eps))).says(
    "Your slopes are never negative. The sign is what says whether f grows or falls: no `abs`."
)


@exercise.mistake("whole_rows").says(
    "For a matrix you nudge a whole row at once: `theta[i]` is row i. Every single entry has a slope of its own."
)
def whole_rows(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in range(len(theta)):
        gradient[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return gradient


exercise.mistake(
    "one_slope_per_row",
    lambda f, theta, eps=1e-5: np.array(
        [(f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps) for i in range(len(theta))]
    ),
).says(
    "For a matrix you find one slope per row, because you loop over `len(theta)`. Every single entry has a slope of "
    "its own: the result is shaped like theta."
)
exercise.mistake("flat_result", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).reshape(-1)).says(
    "For a matrix your slopes are right, but they stand in one long row. The gradient is shaped like theta."
)


@exercise.mistake("flat_theta").says(
    "For a matrix you hand f one long row of numbers. f wants an array shaped like theta: reshape before you call it."
)
def flat_theta(f, theta, eps=1e-5):
    flat = theta.reshape(-1)
    return np.array([(f(_moved(flat, i, eps)) - f(_moved(flat, i, -eps))) / (2 * eps) for i in range(flat.size)])


@exercise.mistake("index_for_vectors_only").says(
    "`theta[i]` with i up to `theta.size` works for a vector; a matrix has fewer rows than entries. "
    "`np.ndindex(theta.shape)` gives an index for any shape."
)
def index_for_vectors_only(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in range(theta.size):
        gradient[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return gradient


@exercise.mistake("two_axes_always").says(
    "You loop over rows and columns, so a vector, which has no columns, breaks it. `np.ndindex(theta.shape)` walks "
    "over any shape."
)
def two_axes_always(f, theta, eps=1e-5):
    n_rows, n_columns = theta.shape
    return numerical_gradient(f, theta, eps).reshape(n_rows, n_columns)


exercise.mistake(
    "entry_alone",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(theta[place] + eps) - f(theta[place] - eps)) / (2 * eps)
    ),
).says("You hand f one single entry. f wants all of θ, with that one entry nudged.")


@exercise.mistake("first_entry_only").says(
    "You return inside the loop, so only the first entry is tried. Indent the `return` less."
)
def first_entry_only(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for place in np.ndindex(theta.shape):
        gradient[place] = (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / (2 * eps)
        return gradient


@exercise.mistake("last_entry_skipped").says("Your loop stops one entry too early: the last slope is never computed.")
def last_entry_skipped(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    gradient.reshape(-1)[-1] = 0.0
    return gradient


@exercise.mistake("first_entry_skipped").says("Your loop starts one entry too late: the first slope is never computed.")
def first_entry_skipped(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    gradient.reshape(-1)[0] = 0.0
    return gradient


exercise.mistake("one_number", lambda f, theta, eps=1e-5: float(numerical_gradient(f, theta, eps).sum())).says(
    "You add the slopes up into one number. Every entry has its own slope: the gradient is shaped like theta."
)
exercise.mistake(
    "running_sum", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).cumsum().reshape(theta.shape)
).says(
    "Your slopes pile up: each place holds the sum of all the slopes so far. Set each entry, and start afresh for the "
    "next."
)
exercise.mistake("mean_slope", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps) / theta.size).says(
    "You divide the slopes by the number of entries. Nothing is averaged here: each entry has its own slope."
)
exercise.mistake("whole_numbers", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).astype(int)).says(
    "You collect the slopes in an array of whole numbers, which cuts off what stands behind the point. Make the zeros "
    "floats."
)
exercise.mistake(
    "higher_order",
    lambda f, theta, eps=1e-5: (4 * numerical_gradient(f, theta, eps / 2) - numerical_gradient(f, theta, eps)) / 3,
).says(
    "You use more than two values of f for each slope. That is more accurate, but here the slope is exactly (f(θ + ε) "
    "− f(θ − ε)) / 2ε."
)
exercise.mistake(
    "five_points",
    lambda f, theta, eps=1e-5: (4 * numerical_gradient(f, theta, eps) - numerical_gradient(f, theta, 2 * eps)) / 3,
).says(
    "You use four values of f for each slope. That is more accurate, but here the slope is exactly (f(θ + ε) − f(θ − "
    "ε)) / 2ε."
)
exercise.mistake("step_downhill", lambda f, theta, eps=1e-5: theta - numerical_gradient(f, theta, eps)).says(
    "You take a step along the slopes. Only the slopes are wanted; the step comes later, in `gradient_step`."
)


@exercise.mistake("normalised").says("You scale the gradient to length 1. Its length says how steep f is, so leave it.")
def normalised(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    return gradient / np.linalg.norm(gradient)


@exercise.mistake("entry_set_to_eps").says(
    "You SET the entry to ε and −ε: that is the slope near 0, not near θ. Add ε to what stands there, and subtract it."
)
def entry_set_to_eps(f, theta, eps=1e-5):
    def slope(place):
        up, down = theta.copy(), theta.copy()
        up[place], down[place] = eps, -eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


exercise.mistake(
    "nudge_of_one",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, 1)) - f(_moved(theta, place, -1))) / (2 * eps)
    ),
).says("You nudge by 1 and divide by 2ε. The nudge is ε: a unit vector must be multiplied by it.")
exercise.mistake("nudge_and_divisor_of_one", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, 1.0)).says(
    "You nudge by 1, whatever `eps` is. The nudge is ε."
)
exercise.mistake(
    "last_slope_only", lambda f, theta, eps=1e-5: float(numerical_gradient(f, theta, eps).reshape(-1)[-1])
).says("You keep one slope, the last: each turn of the loop overwrites the whole gradient. Write into one entry of it.")
exercise.mistake(
    "first_slope_only", lambda f, theta, eps=1e-5: float(numerical_gradient(f, theta, eps).reshape(-1)[0])
).says("You return one slope, that of the first entry. Every entry has its own: the gradient is shaped like theta.")


@exercise.mistake("rows_and_columns_always").says(
    "You loop over rows and columns, `theta.shape[1]`, which a vector does not have. `np.ndindex(theta.shape)` walks "
    "over any shape."
)
def rows_and_columns_always(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    theta.shape[1]
    return gradient


@exercise.mistake("forward_and_left_nudged").says(
    "You nudge up only, and leave each entry nudged while the next one is tried. Up AND down, on a fresh copy each "
    "time."
)
def forward_and_left_nudged(f, theta, eps=1e-5):
    up = theta.copy()

    def slope(place):
        up[place] += eps
        return (f(up) - f(theta)) / eps

    return _differences(theta, slope)


@exercise.mistake("forward_theta_left_nudged").says(
    "You nudge theta itself, up only, and leave it nudged: the caller gets other parameters back. Nudge copies, up "
    "AND down."
)
def forward_theta_left_nudged(f, theta, eps=1e-5):
    def slope(place):
        before = f(theta)
        theta[place] += eps
        return (f(theta) - before) / eps

    return _differences(theta, slope)


@exercise.mistake("theta_restored_the_wrong_way").says(
    "After `+= eps` and `-= 2 * eps` theta stands at θ − ε. To be back at θ it needs `+= eps`. Safer: nudge a copy."
)
def theta_restored_the_wrong_way(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        down = f(theta)
        theta[place] -= eps
        return (up - down) / (2 * eps)

    return _differences(theta, slope)


@exercise.mistake("theta_restored_too_far").says(
    "After `+= eps` and `-= 2 * eps` theta stands at θ − ε, and `+= 2 * eps` overshoots. Safer: nudge a copy."
)
def theta_restored_too_far(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        down = f(theta)
        theta[place] += 2 * eps
        return (up - down) / (2 * eps)

    return _differences(theta, slope)


exercise.mistake(
    "numpy_gradient",
    lambda f, theta, eps=1e-5: np.gradient(np.r_[theta.reshape(-1), 0.0])[: theta.size].reshape(theta.shape),
).says(
    "`np.gradient` takes the differences between neighbouring numbers of an array; it does not know f at all. Nudge θ "
    "and call f."
)
exercise.mistake(
    "entry_alone_by_rows",
    lambda f, theta, eps=1e-5: np.array([(f(entry + eps) - f(entry - eps)) / (2 * eps) for entry in theta]),
).says("You hand f single entries (or rows) of theta. f wants all of θ, with one entry nudged.")
exercise.mistake(
    "value_for_slope", lambda f, theta, eps=1e-5: _differences(theta, lambda place: f(_moved(theta, place, eps)))
).says("You return values of f. A slope is the difference of two of them, divided by how far they are apart.")


@exercise.mistake("divided_by_theta").says(
    "You divide the difference of f by θ (or by the nudged θ), not by the distance 2ε."
)
def divided_by_theta(f, theta, eps=1e-5):
    with np.errstate(all="ignore"):
        return numerical_gradient(f, theta, eps) * 2 * eps / theta


exercise.mistake("transposed", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).T).says(
    "Your slopes are turned round: the gradient is shaped like theta, row for row."
)
exercise.mistake("rounded", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).round(1)).says(
    "You round the slopes. Give them as they are."
)
exercise.mistake(
    "divided_by_two",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / 2
    ),
).says("You divide by 2 and not by 2ε: a slope is the change per unit of the nudge.")
exercise.mistake(
    "divided_by_four_eps",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / (4 * eps)
    ),
).says("Your two values of f are 2ε apart, and you divide by 4ε.")
exercise.mistake(
    "times_two_eps",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) * 2 * eps
    ),
).says("You multiply by 2ε where you should divide.")
exercise.mistake(
    "brackets_above",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps)) / (2 * eps)
    ),
).says("Without brackets only the second value of f is divided. `(f(up) - f(down)) / (2 * eps)`.")
exercise.mistake(
    "backward_over_two_eps",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: (f(theta) - f(_moved(theta, place, -eps))) / (2 * eps)
    ),
).says("Your two values of f are only ε apart (θ and θ − ε), yet you divide by 2ε. Nudge up as well.")
exercise.mistake(
    "difference_taken_before_f",
    lambda f, theta, eps=1e-5: _differences(
        theta, lambda place: f(_moved(theta, place, eps) - _moved(theta, place, -eps)) / (2 * eps)
    ),
).says("You subtract the two nudged θ and call f once. Call f on each of them, and subtract what it gives.")
exercise.mistake("times_theta", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps) * theta).says(
    "You multiply the slopes by θ. Per unit of the nudge: nothing else comes in."
)
exercise.mistake("summed_over_rows", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).sum(axis=0)).says(
    "You sum the slopes over an axis. Every entry has its own: the gradient is shaped like theta."
)
exercise.mistake("summed_over_columns", lambda f, theta, eps=1e-5: numerical_gradient(f, theta, eps).sum(axis=-1)).says(
    "You sum the slopes over the last axis. Every entry has its own: the gradient is shaped like theta."
)
exercise.mistake("mean_of_the_slopes", lambda f, theta, eps=1e-5: float(numerical_gradient(f, theta, eps).mean())).says(
    "You return the mean of the slopes, one number. Every entry has its own: the gradient is shaped like theta."
)
exercise.mistake("forward_all_at_once", lambda f, theta, eps=1e-5: (f(theta + eps) - f(theta)) / eps).says(
    "You nudge all the entries at once, and up only. Each entry is nudged by itself, up and down."
)
exercise.mistake(
    "forward_all_at_once_filled", lambda f, theta, eps=1e-5: np.full(theta.shape, (f(theta + eps) - f(theta)) / eps)
).says(
    "You nudge all the entries at once, and up only, so that every place gets the same number. Each entry is nudged "
    "by itself, up and down."
)
exercise.mistake(
    "forward_sign",
    lambda f, theta, eps=1e-5: _differences(theta, lambda place: (f(theta) - f(_moved(theta, place, eps))) / eps),
).says("Your slopes have the wrong sign, and you nudge to one side only: f ABOVE minus f BELOW.")


@exercise.mistake("theta_in_whole_numbers").says(
    "You make whole numbers of θ (or of the nudge), so that ε vanishes. They are floats."
)
def theta_in_whole_numbers(f, theta, eps=1e-5):
    whole = theta.astype(int).astype(float)
    return numerical_gradient(f, whole, eps)


exercise.mistake(
    "half_nudges",
    lambda f, theta, eps=1e-5: _differences(
        theta,
        lambda place: (f(_moved(theta, place, eps / 2)) - f(_moved(theta, place, -eps / 2))) / (2 * eps),
    ),
).says(
    "You nudge by ε/2 on each side, so that the two are ε apart, yet you divide by 2ε: the slopes are half of what "
    "they should be."
)
exercise.mistake(
    "all_nudged_at_once_half_times_eps", lambda f, theta, eps=1e-5: (f(theta + eps) - f(theta - eps)) / 2 * eps
).says(
    "You nudge all the entries at once, and `/ 2 * eps` multiplies by ε. Each entry is nudged by itself; brackets: `/ "
    "(2 * eps)`."
)


@exercise.mistake("other_entries_lost").says(
    "You start from zeros, so that all other entries of θ are 0 while one is tried. They must stay: start from a copy "
    "of theta."
)
def other_entries_lost(f, theta, eps=1e-5):
    def slope(place):
        up, down = np.zeros(theta.shape), np.zeros(theta.shape)
        up[place], down[place] = theta[place] + eps, theta[place] - eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@exercise.right
def right_1(f, theta, eps=1e-5):
    nudged = theta.copy()
    gradient = np.empty_like(theta)
    for place, value in np.ndenumerate(theta):
        nudged[place] = value + eps
        up = f(nudged)
        nudged[place] = value - eps
        gradient[place] = (up - f(nudged)) / (2 * eps)
        nudged[place] = value
    return gradient


@exercise.right
def right_2(f, theta, eps=1e-5):
    slopes = []
    for i in range(theta.size):
        unit = np.zeros(theta.size)
        unit[i] = eps
        unit = unit.reshape(theta.shape)
        slopes.append((f(theta + unit) - f(theta - unit)) / eps / 2)
    return np.reshape(slopes, theta.shape)


@exercise.right
def right_3(f, theta, eps=1e-5):
    """theta itself is nudged and put back, exactly."""
    gradient = np.zeros(theta.shape)
    for place in np.ndindex(*theta.shape):
        before = theta[place]
        theta[place] = before + eps
        up = f(theta)
        theta[place] = before - eps
        down = f(theta)
        theta[place] = before
        gradient[place] = 0.5 * (up - down) / eps
    return gradient


@exercise.right
def right_4(f, theta, eps=1e-5):
    units = np.eye(theta.size).reshape(theta.size, *theta.shape)
    flat = [(f(theta + eps * unit) - f(theta - eps * unit)) / (2 * eps) for unit in units]
    return np.array(flat).reshape(theta.shape).tolist()


@exercise.right
def right_5(f, theta, eps=1e-5):
    slopes = []
    for i in range(theta.size):
        up, down = deepcopy(theta), deepcopy(theta)
        up.flat[i] += eps
        down.flat[i] -= eps
        slopes.append((f(up) - f(down)) * (1 / (2 * eps)))
    return np.array(slopes).reshape(theta.shape)
