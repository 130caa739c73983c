"""The exercises of lecture 05: slopes by nudging and by hand, the step downhill, examples in random batches.

The references stand here; the library's batched gradient (additive.py) is tested against them. What a learner does
instead: one-sided differences, a wrong sign, a transpose, a repeated word counted once, an array changed in place.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise

import numpy as np
from scipy import special

from ..functional import log_softmax, one_hot, softmax
from .definition import Exercise

LECTURE = "05_gradients"


# --- numerical_gradient ------------------------------------------------------------------------------------


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


numerical_gradient_exercise = Exercise(
    numerical_gradient,
    lecture=LECTURE,
    checks="six functions of vectors and matrices, several nudges, theta unchanged to the last bit",
    explanation=(
        "`np.ndindex(theta.shape)` walks over the places of an array of any shape. At each place two fresh "
        "copies are nudged, one up and one down, and all other entries stay. The two values of f lie 2ε "
        "apart, so 2ε is what their difference is divided by."
    ),
    hints=[
        "One entry at a time: what would you do for a theta with a single entry? Then put a loop around it.",
        "A fresh copy for every nudge (`theta.copy()`) keeps theta and all the other entries as they were.",
        "`for place in np.ndindex(theta.shape):` gives places that work as an index for any shape; "
        "`up[place] += eps`, `down[place] -= eps`, and how far are the two apart?",
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
    return float(
        (theta[0, 0] + theta[1, 2]) ** 3 * theta[0, 1] + theta[1, 0] * theta[1, 1] ** 2 - theta[0, 2]
    )


def surprise_at_laptops(theta):
    return float(-log_softmax(theta)[2])


def loss_of_w(theta):
    return float(-log_softmax(theta @ np.array([1.0, 0.5, -2.0]))[1])


_e = numerical_gradient_exercise
_e.case(sum_of_squares, np.array([3.0]), eps=0.5)
_e.case(sum_of_squares, np.array([3.0, -1.0]))
_e.case(sum_of_cubes, np.array([1.0, -2.0, 0.0]), eps=0.5)
_e.case(a_times_b_squared, np.array([2.0, -1.0]), eps=0.2)
_e.case(a_product, np.array([[0.7, 0.3, -1.1], [2.0, -0.6, 0.1]]), eps=0.1)
_e.case(surprise_at_laptops, np.array([1.8, -1.9, 2.9, -0.9]))
_e.case(loss_of_w, np.array([[0.3, -0.7, 0.1], [0.9, 0.2, -0.3]]), eps=1.0)


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


@numerical_gradient_exercise.misconception(
    "forward_difference",
    "You nudge up only, (f(θ + ε) − f(θ)) / ε. That leans to one side: for θ² at 3 with ε = 0.5 it gives "
    "6.5. Up AND down gives 6.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: (f(_moved(theta, place, eps)) - f(theta)) / eps)


@numerical_gradient_exercise.misconception(
    "backward_difference",
    "You nudge down only, (f(θ) − f(θ − ε)) / ε. That leans to one side: for θ² at 3 with ε = 0.5 it gives "
    "5.5. Up AND down gives 6.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: (f(theta) - f(_moved(theta, place, -eps))) / eps)


@numerical_gradient_exercise.misconception(
    "eps_for_two_eps",
    "You divide by ε, but from θ − ε to θ + ε it is 2ε: all your slopes are twice too large.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / eps
    )


@numerical_gradient_exercise.misconception(
    "forward_over_two_eps",
    "Your two values of f are only ε apart (after `+= eps`, `-= eps` is back at θ, not at θ − ε), yet you "
    "divide by 2ε: the slopes are about half of what they should be.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: (f(_moved(theta, place, eps)) - f(theta)) / (2 * eps))


@numerical_gradient_exercise.misconception(
    "half_times_eps",
    "`/ 2 * eps` divides by 2 and then MULTIPLIES by ε: Python works from left to right. Brackets: `/ (2 * "
    "eps)`.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / 2 * eps
    )


@numerical_gradient_exercise.misconception(
    "not_divided",
    "You return by how much f changes. A slope is the change per unit of the nudge: divide by 2ε.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps)))


@numerical_gradient_exercise.misconception(
    "sign",
    "Your slopes have the wrong sign: it is f ABOVE minus f BELOW, so that a positive slope means that f "
    "grows.",
)
def _(f, theta, eps=1e-5):
    return -numerical_gradient(f, theta, eps)


@numerical_gradient_exercise.misconception(
    "all_nudged_at_once",
    "You nudge all the entries at once, `theta + eps`, so that you get one number: the sum of all slopes. "
    "Each entry is nudged by itself while the others stay.",
)
def _(f, theta, eps=1e-5):
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


@numerical_gradient_exercise.misconception(
    "all_nudged_at_once_filled",
    "You nudge all the entries at once, so that every place gets the same number, the sum of all slopes. "
    "Each entry is nudged by itself while the others stay.",
)
def _(f, theta, eps=1e-5):
    return np.full(theta.shape, (f(theta + eps) - f(theta - eps)) / (2 * eps))


@numerical_gradient_exercise.misconception(
    "entry_left_nudged",
    "An entry stays nudged while the next one is tried: your copy is made once, before the loop, and not "
    "put back. From the second entry on you are at another θ.",
)
def _(f, theta, eps=1e-5):
    theta = theta.copy()

    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        return (up - f(theta)) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "two_copies_left_nudged",
    "You make the two copies once, before the loop, so entries stay nudged while the next one is tried. "
    "Make fresh copies inside the loop (or put each entry back).",
)
def _(f, theta, eps=1e-5):
    up, down = theta.copy(), theta.copy()

    def slope(place):
        up[place] += eps
        down[place] -= eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "theta_left_nudged",
    "You nudge theta itself and leave it nudged: the next entry is tried at another θ, and whoever called "
    "you gets other parameters back. Nudge a copy.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        return (up - f(theta)) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "theta_restored_inexactly",
    "You nudge theta itself and then take the nudge back. `+ eps − 2·eps + eps` is not nothing in floating "
    "point: a last bit of theta has changed. Nudge a copy.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        down = f(theta)
        theta[place] += eps
        return (up - down) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "one_array_under_two_names",
    "`up = theta` and `down = theta` are two names for ONE array: the nudge up and the nudge down cancel, "
    "and all the slopes are 0. `.copy()` makes a second array.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        up = theta
        down = theta
        up[place] += eps
        down[place] -= eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "nudged_down_from_above",
    "Your `down` starts from what was nudged up already (`down = up`, then `-= eps`), so it is θ and not θ "
    "− ε, or you subtract ε where 2ε is needed.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: (f(_moved(theta, place, 2 * eps)) - f(theta)) / (2 * eps))


@numerical_gradient_exercise.misconception(
    "eps_ignored",
    "You always nudge by the same amount, whatever `eps` the caller asks for. Use the parameter.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, 1e-5)


@numerical_gradient_exercise.misconception(
    "half_step",
    "You nudge by ε/2 on each side. A fine way, but here the nudge is ε up and ε down, and the difference "
    "is divided by 2ε.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps / 2)


@numerical_gradient_exercise.misconception(
    "nudge_relative_to_the_entry",
    "You nudge each entry by a share of itself, θ·(1 ± ε). Then an entry of 0 does not move at all, and a "
    "large one moves far. The nudge is ε, the same for all.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        step = eps * theta[place]
        up, down = _moved(theta, place, step), _moved(theta, place, -step)
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "share_of_the_entry",
    "You nudge each entry by a share of itself and divide by that: an entry of 0 gives 0/0. The nudge is "
    "ε, the same for all.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        step = eps * theta[place]
        up, down = _moved(theta, place, step), _moved(theta, place, -step)
        return (f(up) - f(down)) / (2 * step)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "second_derivative",
    "f(θ + ε) − 2·f(θ) + f(θ − ε) over ε² is the curvature, the SECOND derivative. The slope is the "
    "difference of the two, over 2ε.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        return (f(_moved(theta, place, eps)) - 2 * f(theta) + f(_moved(theta, place, -eps))) / eps**2

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "divided_by_eps_squared",
    "You divide by ε² where 2ε belongs.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps) * 2 / eps


@numerical_gradient_exercise.misconception(
    "sum_for_difference",
    "You ADD the two values of f. The slope is their difference over their distance 2ε.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) + f(_moved(theta, place, -eps))) / (2 * eps)
    )


@numerical_gradient_exercise.misconception(
    "absolute_value",
    "Your slopes are never negative. The sign is what says whether f grows or falls: no `abs`.",
)
def _(f, theta, eps=1e-5):
    return np.abs(numerical_gradient(f, theta, eps))


@numerical_gradient_exercise.misconception(
    "whole_rows",
    "For a matrix you nudge a whole row at once: `theta[i]` is row i. Every single entry has a slope of "
    "its own.",
)
def _(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in range(len(theta)):
        gradient[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return gradient


@numerical_gradient_exercise.misconception(
    "one_slope_per_row",
    "For a matrix you find one slope per row, because you loop over `len(theta)`. Every single entry has a "
    "slope of its own: the result is shaped like theta.",
)
def _(f, theta, eps=1e-5):
    return np.array(
        [(f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps) for i in range(len(theta))]
    )


@numerical_gradient_exercise.misconception(
    "flat_result",
    "For a matrix your slopes are right, but they stand in one long row. The gradient is shaped like theta.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps).reshape(-1)


@numerical_gradient_exercise.misconception(
    "flat_theta",
    "For a matrix you hand f one long row of numbers. f wants an array shaped like theta: reshape before "
    "you call it.",
)
def _(f, theta, eps=1e-5):
    flat = theta.reshape(-1)
    return np.array(
        [(f(_moved(flat, i, eps)) - f(_moved(flat, i, -eps))) / (2 * eps) for i in range(flat.size)]
    )


@numerical_gradient_exercise.misconception(
    "index_for_vectors_only",
    "`theta[i]` with i up to `theta.size` works for a vector; a matrix has fewer rows than entries. "
    "`np.ndindex(theta.shape)` gives an index for any shape.",
)
def _(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in range(theta.size):
        gradient[i] = (f(_moved(theta, i, eps)) - f(_moved(theta, i, -eps))) / (2 * eps)
    return gradient


@numerical_gradient_exercise.misconception(
    "two_axes_always",
    "You loop over rows and columns, so a vector, which has no columns, breaks it. "
    "`np.ndindex(theta.shape)` walks over any shape.",
)
def _(f, theta, eps=1e-5):
    n_rows, n_columns = theta.shape
    return numerical_gradient(f, theta, eps).reshape(n_rows, n_columns)


@numerical_gradient_exercise.misconception(
    "entry_alone",
    "You hand f one single entry. f wants all of θ, with that one entry nudged.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: (f(theta[place] + eps) - f(theta[place] - eps)) / (2 * eps))


@numerical_gradient_exercise.misconception(
    "first_entry_only",
    "You return inside the loop, so only the first entry is tried. Indent the `return` less.",
)
def _(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for place in np.ndindex(theta.shape):
        gradient[place] = (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / (2 * eps)
        return gradient


@numerical_gradient_exercise.misconception(
    "last_entry_skipped",
    "Your loop stops one entry too early: the last slope is never computed.",
)
def _(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    gradient.reshape(-1)[-1] = 0.0
    return gradient


@numerical_gradient_exercise.misconception(
    "first_entry_skipped",
    "Your loop starts one entry too late: the first slope is never computed.",
)
def _(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    gradient.reshape(-1)[0] = 0.0
    return gradient


@numerical_gradient_exercise.misconception(
    "one_number",
    "You add the slopes up into one number. Every entry has its own slope: the gradient is shaped like "
    "theta.",
)
def _(f, theta, eps=1e-5):
    return float(numerical_gradient(f, theta, eps).sum())


@numerical_gradient_exercise.misconception(
    "running_sum",
    "Your slopes pile up: each place holds the sum of all the slopes so far. Set each entry, and start "
    "afresh for the next.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps).cumsum().reshape(theta.shape)


@numerical_gradient_exercise.misconception(
    "mean_slope",
    "You divide the slopes by the number of entries. Nothing is averaged here: each entry has its own slope.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps) / theta.size


@numerical_gradient_exercise.misconception(
    "whole_numbers",
    "You collect the slopes in an array of whole numbers, which cuts off what stands behind the point. "
    "Make the zeros floats.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps).astype(int)


@numerical_gradient_exercise.misconception(
    "higher_order",
    "You use more than two values of f for each slope. That is more accurate, but here the slope is exactly "
    "(f(θ + ε) − f(θ − ε)) / 2ε.",
)
def _(f, theta, eps=1e-5):
    return (4 * numerical_gradient(f, theta, eps / 2) - numerical_gradient(f, theta, eps)) / 3


@numerical_gradient_exercise.misconception(
    "five_points",
    "You use four values of f for each slope. That is more accurate, but here the slope is exactly "
    "(f(θ + ε) − f(θ − ε)) / 2ε.",
)
def _(f, theta, eps=1e-5):
    return (4 * numerical_gradient(f, theta, eps) - numerical_gradient(f, theta, 2 * eps)) / 3


@numerical_gradient_exercise.misconception(
    "step_downhill",
    "You take a step along the slopes. Only the slopes are wanted; the step comes later, in `gradient_step`.",
)
def _(f, theta, eps=1e-5):
    return theta - numerical_gradient(f, theta, eps)


@numerical_gradient_exercise.misconception(
    "normalised",
    "You scale the gradient to length 1. Its length says how steep f is, so leave it.",
)
def _(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    return gradient / np.linalg.norm(gradient)


@numerical_gradient_exercise.misconception(
    "entry_set_to_eps",
    "You SET the entry to ε and −ε: that is the slope near 0, not near θ. Add ε to what stands there, and "
    "subtract it.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        up, down = theta.copy(), theta.copy()
        up[place], down[place] = eps, -eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "nudge_of_one",
    "You nudge by 1 and divide by 2ε. The nudge is ε: a unit vector must be multiplied by it.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: (f(_moved(theta, place, 1)) - f(_moved(theta, place, -1))) / (2 * eps)
    )


@numerical_gradient_exercise.misconception(
    "nudge_and_divisor_of_one",
    "You nudge by 1, whatever `eps` is. The nudge is ε.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, 1.0)


@numerical_gradient_exercise.misconception(
    "last_slope_only",
    "You keep one slope, the last: each turn of the loop overwrites the whole gradient. Write into one "
    "entry of it.",
)
def _(f, theta, eps=1e-5):
    return float(numerical_gradient(f, theta, eps).reshape(-1)[-1])


@numerical_gradient_exercise.misconception(
    "first_slope_only",
    "You return one slope, that of the first entry. Every entry has its own: the gradient is shaped like "
    "theta.",
)
def _(f, theta, eps=1e-5):
    return float(numerical_gradient(f, theta, eps).reshape(-1)[0])


@numerical_gradient_exercise.misconception(
    "rows_and_columns_always",
    "You loop over rows and columns, `theta.shape[1]`, which a vector does not have. "
    "`np.ndindex(theta.shape)` walks over any shape.",
)
def _(f, theta, eps=1e-5):
    gradient = numerical_gradient(f, theta, eps)
    theta.shape[1]
    return gradient


@numerical_gradient_exercise.misconception(
    "forward_and_left_nudged",
    "You nudge up only, and leave each entry nudged while the next one is tried. Up AND down, on a fresh "
    "copy each time.",
)
def _(f, theta, eps=1e-5):
    up = theta.copy()

    def slope(place):
        up[place] += eps
        return (f(up) - f(theta)) / eps

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "forward_theta_left_nudged",
    "You nudge theta itself, up only, and leave it nudged: the caller gets other parameters back. Nudge "
    "copies, up AND down.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        before = f(theta)
        theta[place] += eps
        return (f(theta) - before) / eps

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "theta_restored_the_wrong_way",
    "After `+= eps` and `-= 2 * eps` theta stands at θ − ε. To be back at θ it needs `+= eps`. Safer: "
    "nudge a copy.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        down = f(theta)
        theta[place] -= eps
        return (up - down) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "theta_restored_too_far",
    "After `+= eps` and `-= 2 * eps` theta stands at θ − ε, and `+= 2 * eps` overshoots. Safer: nudge a "
    "copy.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        theta[place] += eps
        up = f(theta)
        theta[place] -= 2 * eps
        down = f(theta)
        theta[place] += 2 * eps
        return (up - down) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.misconception(
    "numpy_gradient",
    "`np.gradient` takes the differences between neighbouring numbers of an array; it does not know f at "
    "all. Nudge θ and call f.",
)
def _(f, theta, eps=1e-5):
    return np.gradient(np.r_[theta.reshape(-1), 0.0])[: theta.size].reshape(theta.shape)


@numerical_gradient_exercise.misconception(
    "entry_alone_by_rows",
    "You hand f single entries (or rows) of theta. f wants all of θ, with one entry nudged.",
)
def _(f, theta, eps=1e-5):
    return np.array([(f(entry + eps) - f(entry - eps)) / (2 * eps) for entry in theta])


@numerical_gradient_exercise.misconception(
    "value_for_slope",
    "You return values of f. A slope is the difference of two of them, divided by how far they are apart.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: f(_moved(theta, place, eps)))


@numerical_gradient_exercise.misconception(
    "divided_by_theta",
    "You divide the difference of f by θ (or by the nudged θ), not by the distance 2ε.",
)
def _(f, theta, eps=1e-5):
    with np.errstate(all="ignore"):
        return numerical_gradient(f, theta, eps) * 2 * eps / theta


@numerical_gradient_exercise.misconception(
    "transposed",
    "Your slopes are turned round: the gradient is shaped like theta, row for row.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps).T


@numerical_gradient_exercise.misconception(
    "rounded",
    "You round the slopes. Give them as they are.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps).round(1)


@numerical_gradient_exercise.misconception(
    "divided_by_two",
    "You divide by 2 and not by 2ε: a slope is the change per unit of the nudge.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / 2
    )


@numerical_gradient_exercise.misconception(
    "divided_by_four_eps",
    "Your two values of f are 2ε apart, and you divide by 4ε.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) / (4 * eps)
    )


@numerical_gradient_exercise.misconception(
    "times_two_eps",
    "You multiply by 2ε where you should divide.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: (f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps))) * 2 * eps
    )


@numerical_gradient_exercise.misconception(
    "brackets_above",
    "Without brackets only the second value of f is divided. `(f(up) - f(down)) / (2 * eps)`.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: f(_moved(theta, place, eps)) - f(_moved(theta, place, -eps)) / (2 * eps)
    )


@numerical_gradient_exercise.misconception(
    "backward_over_two_eps",
    "Your two values of f are only ε apart (θ and θ − ε), yet you divide by 2ε. Nudge up as well.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: (f(theta) - f(_moved(theta, place, -eps))) / (2 * eps))


@numerical_gradient_exercise.misconception(
    "difference_taken_before_f",
    "You subtract the two nudged θ and call f once. Call f on each of them, and subtract what it gives.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta, lambda place: f(_moved(theta, place, eps) - _moved(theta, place, -eps)) / (2 * eps)
    )


@numerical_gradient_exercise.misconception(
    "times_theta",
    "You multiply the slopes by θ. Per unit of the nudge: nothing else comes in.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps) * theta


@numerical_gradient_exercise.misconception(
    "summed_over_rows",
    "You sum the slopes over an axis. Every entry has its own: the gradient is shaped like theta.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps).sum(axis=0)


@numerical_gradient_exercise.misconception(
    "summed_over_columns",
    "You sum the slopes over the last axis. Every entry has its own: the gradient is shaped like theta.",
)
def _(f, theta, eps=1e-5):
    return numerical_gradient(f, theta, eps).sum(axis=-1)


@numerical_gradient_exercise.misconception(
    "mean_of_the_slopes",
    "You return the mean of the slopes, one number. Every entry has its own: the gradient is shaped like "
    "theta.",
)
def _(f, theta, eps=1e-5):
    return float(numerical_gradient(f, theta, eps).mean())


@numerical_gradient_exercise.misconception(
    "forward_all_at_once",
    "You nudge all the entries at once, and up only. Each entry is nudged by itself, up and down.",
)
def _(f, theta, eps=1e-5):
    return (f(theta + eps) - f(theta)) / eps


@numerical_gradient_exercise.misconception(
    "forward_all_at_once_filled",
    "You nudge all the entries at once, and up only, so that every place gets the same number. Each entry "
    "is nudged by itself, up and down.",
)
def _(f, theta, eps=1e-5):
    return np.full(theta.shape, (f(theta + eps) - f(theta)) / eps)


@numerical_gradient_exercise.misconception(
    "forward_sign",
    "Your slopes have the wrong sign, and you nudge to one side only: f ABOVE minus f BELOW.",
)
def _(f, theta, eps=1e-5):
    return _differences(theta, lambda place: (f(theta) - f(_moved(theta, place, eps))) / eps)


@numerical_gradient_exercise.misconception(
    "theta_in_whole_numbers",
    "You make whole numbers of θ (or of the nudge), so that ε vanishes. They are floats.",
)
def _(f, theta, eps=1e-5):
    whole = theta.astype(int).astype(float)
    return numerical_gradient(f, whole, eps)


@numerical_gradient_exercise.misconception(
    "half_nudges",
    "You nudge by ε/2 on each side, so that the two are ε apart, yet you divide by 2ε: the slopes are half "
    "of what they should be.",
)
def _(f, theta, eps=1e-5):
    return _differences(
        theta,
        lambda place: (f(_moved(theta, place, eps / 2)) - f(_moved(theta, place, -eps / 2))) / (2 * eps),
    )


@numerical_gradient_exercise.misconception(
    "all_nudged_at_once_half_times_eps",
    "You nudge all the entries at once, and `/ 2 * eps` multiplies by ε. Each entry is nudged by itself; "
    "brackets: `/ (2 * eps)`.",
)
def _(f, theta, eps=1e-5):
    return (f(theta + eps) - f(theta - eps)) / 2 * eps


@numerical_gradient_exercise.misconception(
    "other_entries_lost",
    "You start from zeros, so that all other entries of θ are 0 while one is tried. They must stay: start "
    "from a copy of theta.",
)
def _(f, theta, eps=1e-5):
    def slope(place):
        up, down = np.zeros(theta.shape), np.zeros(theta.shape)
        up[place], down[place] = theta[place] + eps, theta[place] - eps
        return (f(up) - f(down)) / (2 * eps)

    return _differences(theta, slope)


@numerical_gradient_exercise.right
def _(f, theta, eps=1e-5):
    nudged = theta.copy()
    gradient = np.empty_like(theta)
    for place, value in np.ndenumerate(theta):
        nudged[place] = value + eps
        up = f(nudged)
        nudged[place] = value - eps
        gradient[place] = (up - f(nudged)) / (2 * eps)
        nudged[place] = value
    return gradient


@numerical_gradient_exercise.right
def _(f, theta, eps=1e-5):
    slopes = []
    for i in range(theta.size):
        unit = np.zeros(theta.size)
        unit[i] = eps
        unit = unit.reshape(theta.shape)
        slopes.append((f(theta + unit) - f(theta - unit)) / eps / 2)
    return np.reshape(slopes, theta.shape)


@numerical_gradient_exercise.right
def _(f, theta, eps=1e-5):
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


@numerical_gradient_exercise.right
def _(f, theta, eps=1e-5):
    units = np.eye(theta.size).reshape(theta.size, *theta.shape)
    flat = [(f(theta + eps * unit) - f(theta - eps * unit)) / (2 * eps) for unit in units]
    return np.array(flat).reshape(theta.shape).tolist()


@numerical_gradient_exercise.right
def _(f, theta, eps=1e-5):
    slopes = []
    for i in range(theta.size):
        up, down = deepcopy(theta), deepcopy(theta)
        up.flat[i] += eps
        down.flat[i] -= eps
        slopes.append((f(up) - f(down)) * (1 / (2 * eps)))
    return np.array(slopes).reshape(theta.shape)


# --- grad_logits -------------------------------------------------------------------------------------------


def grad_logits(t, target):
    """The gradient of the surprise −log softmax(t)[target] with respect to the logits t.

    t        (V,) logits, ±1000 too; `t` stays as it was
    target   the id of the word that came, counted from 0
    returns  (V,): how much the surprise grows per unit of each logit
    """
    gradient = softmax(t)
    gradient[target] -= 1
    return gradient


grad_logits_exercise = Exercise(
    grad_logits,
    lecture=LECTURE,
    checks="2 to 6 logits, first, middle and last word as the target, logits of ±1000, t unchanged",
    explanation=(
        "Every logit pushes up log Σ e^t at the rate p_i, and the logit of the target stands there with a "
        "minus sign as well: p − onehot. `softmax` makes a new array, so we may subtract 1 in it; t is not "
        "touched."
    ),
    hints=[
        "−log softmax(t)[target] = −t[target] + log Σ e^t. What is the derivative of each of the two parts?",
        "The second part gives the probabilities. The first is −1 at one single place.",
        "`softmax(t)` is ready to be used; subtract 1 from it at `target`, and only there.",
    ],
)

_e = grad_logits_exercise
_e.case(np.array([1.8, -1.9, 2.9, -0.9]), 2)
_e.case(np.array([1.8, -1.9, 2.9, -0.9]), 0)
_e.case(np.array([0.0, 0.0, 0.0]), 1)
_e.case(np.array([0.5, -1.5]), 1)
_e.case(np.array([0.3, 2.2, -0.7, 1.1, -2.4, 0.6]), 5)
_e.case(np.array([1000.0, 0.0, -1000.0]), 1)
_e.case(np.array([-1000.0, -1001.0, -999.0, -1003.0, -1000.5]), 3)


def _y(t, target):
    return one_hot(target, len(t))


@grad_logits_exercise.misconception(
    "sign",
    "Your sign is wrong: onehot − p is the way DOWNHILL. The gradient points uphill: raising the logit of "
    "the word that came makes the surprise smaller, so its entry is negative.",
)
def _(t, target):
    return _y(t, target) - softmax(t)


@grad_logits_exercise.misconception(
    "one_subtracted_everywhere",
    "You subtract 1 everywhere. Only the word that came has the 1: the entries of the others are p, above 0.",
)
def _(t, target):
    return softmax(t) - 1


@grad_logits_exercise.misconception(
    "p_alone",
    "You return the probabilities. Something is missing at the target: its logit also stands in −t[target].",
)
def _(t, target):
    return softmax(t)


@grad_logits_exercise.misconception(
    "target_entry_only",
    "You return one number, the entry of the target. Every logit has a slope: those of the other words "
    "count too.",
)
def _(t, target):
    return float(softmax(t)[target] - 1)


@grad_logits_exercise.misconception(
    "others_zero",
    "Only the target's entry is filled, the others are 0. But raising another word's logit takes "
    "probability from the target: its slope is p.",
)
def _(t, target):
    return _y(t, target) * (softmax(t) - 1)


@grad_logits_exercise.misconception(
    "target_zero",
    "Your entry for the target is 0. It should be p − 1, negative: raising that logit lowers the surprise.",
)
def _(t, target):
    return (1 - _y(t, target)) * softmax(t)


@grad_logits_exercise.misconception(
    "onehot_alone",
    "You return −onehot, the derivative of −t[target] alone. The sum in the denominator of the softmax "
    "depends on every logit as well.",
)
def _(t, target):
    return -_y(t, target)


@grad_logits_exercise.misconception(
    "with_respect_to_p",
    "That is the gradient with respect to the PROBABILITIES, −1/p at the target. You want it with respect "
    "to the logits: the softmax lies between them.",
)
def _(t, target):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(_y(t, target) > 0, -1 / softmax(t), 0.0)


@grad_logits_exercise.misconception(
    "surprise_returned",
    "You return the surprise itself, −log p[target]. Its slopes are wanted, one for each logit.",
)
def _(t, target):
    return float(-log_softmax(t)[target])


@grad_logits_exercise.misconception(
    "all_surprises",
    "You return −log p for all words. That is how surprised we would be at each; wanted are the slopes of "
    "ONE surprise.",
)
def _(t, target):
    return -log_softmax(t)


@grad_logits_exercise.misconception(
    "logits_for_probabilities",
    "You subtract the 1 from the logits. It is softmax(t) − onehot: the probabilities come from the softmax.",
)
def _(t, target):
    return t - _y(t, target)


@grad_logits_exercise.misconception(
    "log_probabilities",
    "You use log-probabilities where probabilities belong: p − onehot, not log p − onehot.",
)
def _(t, target):
    return log_softmax(t) - _y(t, target)


@grad_logits_exercise.misconception(
    "gradient_of_p",
    "That is the gradient of the probability p[target]. The gradient of its logarithm has no factor "
    "p[target] in front, and the minus of −log turns the sign.",
)
def _(t, target):
    p = softmax(t)
    return p[target] * (_y(t, target) - p)


@grad_logits_exercise.misconception(
    "gradient_of_minus_p",
    "That is the gradient of −p[target]: you forgot the logarithm, which divides by p[target].",
)
def _(t, target):
    p = softmax(t)
    return p[target] * (p - _y(t, target))


@grad_logits_exercise.misconception(
    "softmax_applied_again",
    "You take p − onehot and then multiply by the derivative of the softmax once more. It is in p − onehot "
    "already.",
)
def _(t, target):
    p = softmax(t)
    return (np.diag(p) - np.outer(p, p)) @ (p - _y(t, target))


@grad_logits_exercise.misconception(
    "sigmoid_derivative",
    "You multiply by p(1 − p), as for a squared error behind a sigmoid. Here softmax and logarithm have "
    "cancelled it: p − onehot is all.",
)
def _(t, target):
    p = softmax(t)
    return (p - _y(t, target)) * p * (1 - p)


@grad_logits_exercise.misconception(
    "p_times_one_minus_p",
    "You return p(1 − p), the derivative of a probability with respect to its own logit. The loss is −log "
    "p[target]: every logit has the slope p, the target p − 1.",
)
def _(t, target):
    p = softmax(t)
    return p * (1 - p)


@grad_logits_exercise.misconception(
    "times_p",
    "There is a factor p too many. The slope of the target is p − 1, and of another word p.",
)
def _(t, target):
    p = softmax(t)
    return p * (p - _y(t, target))


@grad_logits_exercise.misconception(
    "divided_by_vocabulary",
    "You divide by V. The surprise at one word is no mean over the vocabulary.",
)
def _(t, target):
    return (softmax(t) - _y(t, target)) / len(t)


@grad_logits_exercise.misconception(
    "twice",
    "There is a factor 2 too many: that belongs to a squared error, and this is a logarithm.",
)
def _(t, target):
    return 2 * (softmax(t) - _y(t, target))


@grad_logits_exercise.misconception(
    "overflow",
    "Right for small logits. But e^1000 is inf, and inf/inf is nan: use the stable `softmax`.",
)
def _(t, target):
    p = np.exp(t) / np.exp(t).sum()
    p[target] -= 1
    return p


@grad_logits_exercise.misconception(
    "t_changed",
    "Your gradient is right, but t is no longer what it was: somewhere you write into it (`t -= …`, "
    "`t[target] -= …`, `np.exp(t, out=t)`). Make a new array.",
)
def _(t, target):
    t -= t.max()
    gradient = softmax(t)
    gradient[target] -= 1
    return gradient


@grad_logits_exercise.misconception(
    "one_subtracted_from_the_logit",
    "You subtract the 1 from t[target] BEFORE the softmax (and change t while you are at it). It comes off "
    "the probability, after the softmax.",
)
def _(t, target):
    t[target] -= 1
    return softmax(t)


@grad_logits_exercise.misconception(
    "one_subtracted_before_the_softmax",
    "You subtract the onehot BEFORE the softmax. It comes off the probabilities: softmax(t) − onehot.",
)
def _(t, target):
    return softmax(t - _y(t, target))


@grad_logits_exercise.misconception(
    "softmax_of_the_difference",
    "You put p − onehot through a softmax once more. p − onehot is the answer: it sums to 0, not to 1.",
)
def _(t, target):
    return softmax(softmax(t) - _y(t, target))


@grad_logits_exercise.misconception(
    "softmax_twice",
    "You take the softmax of probabilities. One softmax, of the logits.",
)
def _(t, target):
    return softmax(softmax(t)) - _y(t, target)


@grad_logits_exercise.misconception(
    "id_subtracted",
    "You subtract the id of the target from all entries. The id is a place, not a quantity: 1 is "
    "subtracted there.",
)
def _(t, target):
    return softmax(t) - target


@grad_logits_exercise.misconception(
    "ids_from_one",
    "The 1 is subtracted one place too early: ids count from 0.",
)
def _(t, target):
    gradient = softmax(t)
    gradient[target - 1] -= 1
    return gradient


@grad_logits_exercise.misconception(
    "favourite_for_target",
    "You subtract the 1 at the word the model likes best. It belongs to the word that CAME.",
)
def _(t, target):
    gradient = softmax(t)
    gradient[np.argmax(t)] -= 1
    return gradient


@grad_logits_exercise.misconception(
    "one_added",
    "You add 1 at the target. It is p MINUS onehot: raising the target's logit lowers the surprise.",
)
def _(t, target):
    return softmax(t) + _y(t, target)


@grad_logits_exercise.misconception(
    "target_set_to_minus_one",
    "You SET the target's entry to −1. It is p − 1: subtract 1 from the probability that is there.",
)
def _(t, target):
    gradient = softmax(t)
    gradient[target] = -1
    return gradient


@grad_logits_exercise.misconception(
    "one_minus_p_at_the_target",
    "The entry of the target has the wrong sign: p − 1, not 1 − p (an `abs` does that). The entries of the "
    "other words are right.",
)
def _(t, target):
    gradient = softmax(t)
    gradient[target] = 1 - gradient[target]
    return gradient


@grad_logits_exercise.misconception(
    "others_negative",
    "The entries of the other words have the wrong sign: raising their logits takes probability from the "
    "target, so the surprise grows. Only the target's entry is negative.",
)
def _(t, target):
    gradient = -softmax(t)
    gradient[target] = -1 - gradient[target]
    return gradient


@grad_logits_exercise.misconception(
    "squared",
    "You square the entries. The surprise is a logarithm, not a squared error: p − onehot as it is.",
)
def _(t, target):
    return (softmax(t) - _y(t, target)) ** 2


@grad_logits_exercise.misconception(
    "unnormalised",
    "You use e^t without dividing by its sum. Probabilities are needed: softmax(t) − onehot.",
)
def _(t, target):
    with np.errstate(over="ignore"):
        return np.exp(t) - _y(t, target)


@grad_logits_exercise.misconception(
    "unnormalised_shifted",
    "You use e^(t − max) without dividing by its sum. Probabilities are needed: softmax(t) − onehot.",
)
def _(t, target):
    return np.exp(t - t.max()) - _y(t, target)


@grad_logits_exercise.misconception(
    "maximum_taken_from_one_side",
    "You subtract the maximum above the fraction line but not below it, so the probabilities do not sum to "
    "1. `softmax` does both.",
)
def _(t, target):
    with np.errstate(all="ignore"):
        return np.exp(t - t.max()) / np.exp(t).sum() - _y(t, target)


@grad_logits_exercise.misconception(
    "surprise_times",
    "You multiply by the surprise itself. The derivative of −log p does not hold the logarithm any more.",
)
def _(t, target):
    return -log_softmax(t)[target] * (softmax(t) - _y(t, target))


@grad_logits_exercise.misconception(
    "matrix",
    "You return a V×V matrix, the derivatives of all the probabilities. Wanted is a vector: the slopes of "
    "one surprise.",
)
def _(t, target):
    p = softmax(t)
    return np.diag(p) - np.outer(p, p)


@grad_logits_exercise.misconception(
    "row_matrix",
    "Your numbers are right but stand in a (1, V) matrix; a vector of shape (V,) is wanted.",
)
def _(t, target):
    return (softmax(t) - _y(t, target))[None]


@grad_logits_exercise.misconception(
    "summed",
    "You add the entries up, which always gives 0. The V slopes themselves are wanted.",
)
def _(t, target):
    return float((softmax(t) - _y(t, target)).sum())


@grad_logits_exercise.misconception(
    "mean_error",
    "You subtract 1/V instead of a onehot: that would be the slopes if all words had come equally often.",
)
def _(t, target):
    return softmax(t) - 1 / len(t)


@grad_logits_exercise.misconception(
    "p_of_the_target_everywhere",
    "You subtract the onehot from p[target], one number for all. Each word has its OWN probability: p − "
    "onehot.",
)
def _(t, target):
    return softmax(t)[target] - _y(t, target)


@grad_logits_exercise.misconception(
    "id_in_the_onehot",
    "Your onehot holds the id of the target where the 1 belongs. The id says WHERE; what is subtracted is 1.",
)
def _(t, target):
    return softmax(t) - target * _y(t, target)


@grad_logits_exercise.misconception(
    "first_word_for_target",
    "You subtract the 1 at word 0 always. It belongs to the target.",
)
def _(t, target):
    gradient = softmax(t)
    gradient[0] -= 1
    return gradient


@grad_logits_exercise.misconception(
    "last_word_for_target",
    "You subtract the 1 at the last word always. It belongs to the target.",
)
def _(t, target):
    gradient = softmax(t)
    gradient[-1] -= 1
    return gradient


@grad_logits_exercise.misconception(
    "one_minus_p_everywhere",
    "You return 1 − p for every word. For the target it is p − 1, for the others p.",
)
def _(t, target):
    return 1 - softmax(t)


@grad_logits_exercise.misconception(
    "times_the_surprises",
    "You multiply p − onehot by −log p (or by log p). The derivative of the logarithm does not hold the "
    "logarithm any more.",
)
def _(t, target):
    return log_softmax(t) * (softmax(t) - _y(t, target))


@grad_logits_exercise.misconception(
    "times_the_surprises_sign",
    "You multiply p − onehot by −log p. The derivative of the logarithm does not hold the logarithm any "
    "more.",
)
def _(t, target):
    return -log_softmax(t) * (softmax(t) - _y(t, target))


@grad_logits_exercise.misconception(
    "divided_by_p",
    "You divide by p: the slope of log p in p is 1/p, but the slope of the softmax has a factor p that "
    "cancels it.",
)
def _(t, target):
    with np.errstate(all="ignore"):
        p = softmax(t)
        return (p - _y(t, target)) / p


@grad_logits_exercise.misconception(
    "divided_by_p_of_the_target",
    "You divide by p[target]: the slope of log p in p is 1/p, but the slope of the softmax has a factor p "
    "that cancels it.",
)
def _(t, target):
    with np.errstate(all="ignore"):
        p = softmax(t)
        return (p - _y(t, target)) / p[target]


@grad_logits_exercise.misconception(
    "times_logits",
    "You multiply by the logits. The slopes with respect to t are p − onehot alone; factors come in only "
    "further back.",
)
def _(t, target):
    return t * (softmax(t) - _y(t, target))


@grad_logits_exercise.misconception(
    "unchanged_logits",
    "You return the logits. Their slopes are wanted: softmax(t) − onehot.",
)
def _(t, target):
    return t


@grad_logits_exercise.misconception(
    "sigmoid_for_softmax",
    "You squash each logit by itself (a sigmoid). The softmax divides by the sum over ALL logits.",
)
def _(t, target):
    return special.expit(t) - _y(t, target)


@grad_logits_exercise.misconception(
    "one_hot_matrix",
    "Your onehot is a matrix, so that a (V, V) table comes out. One row of it is wanted: the target's.",
)
def _(t, target):
    return softmax(t) - np.eye(len(t))


@grad_logits_exercise.misconception(
    "step_taken",
    "You take a step, t minus the gradient. Only the gradient is wanted.",
)
def _(t, target):
    return t - (softmax(t) - _y(t, target))


@grad_logits_exercise.misconception(
    "normalised",
    "You scale the gradient to length 1. Its length counts: it is near 0 when the model was sure and right.",
)
def _(t, target):
    gradient = softmax(t) - _y(t, target)
    return gradient / (np.linalg.norm(gradient) or 1.0)


@grad_logits_exercise.misconception(
    "slope_of_p_as_a_number",
    "You return one number, p(1 − p) at the target. Every logit has a slope: p − onehot, V numbers.",
)
def _(t, target):
    p = softmax(t)[target]
    return float(p * (1 - p))


@grad_logits_exercise.misconception(
    "slope_in_p_as_a_number",
    "You return −1/p[target], the slope in the PROBABILITY. The V slopes in the logits are wanted.",
)
def _(t, target):
    with np.errstate(all="ignore"):
        return float(-1 / softmax(t)[target])


@grad_logits_exercise.misconception(
    "p_of_the_target_subtracted",
    "You subtract p[target] from all probabilities. What is subtracted is 1, and at the target only.",
)
def _(t, target):
    p = softmax(t)
    return p - p[target]


@grad_logits_exercise.misconception(
    "subtracted_from_p_of_the_target",
    "You subtract the probabilities from p[target]. What is wanted is p − onehot.",
)
def _(t, target):
    p = softmax(t)
    return p[target] - p


@grad_logits_exercise.misconception(
    "p_of_the_target_negative",
    "The target has −p where p − 1 belongs: subtract 1, do not turn the sign.",
)
def _(t, target):
    p = softmax(t)
    p[target] = -p[target]
    return p


@grad_logits_exercise.misconception(
    "others_zero_sign",
    "Only the target's entry is filled, and with the wrong sign. Raising another word's logit takes "
    "probability from the target: its slope is p.",
)
def _(t, target):
    return _y(t, target) * (1 - softmax(t))


@grad_logits_exercise.misconception(
    "ones_for_p",
    "You take 1 − onehot. Each word has its OWN probability: p − onehot.",
)
def _(t, target):
    return 1 - _y(t, target)


@grad_logits_exercise.misconception(
    "onehot_twice",
    "You subtract the onehot twice. Once: p − onehot.",
)
def _(t, target):
    return softmax(t) - 2 * _y(t, target)


@grad_logits_exercise.misconception(
    "target_removed",
    "You take the target's entry out. Its slope, p − 1, is the most important one.",
)
def _(t, target):
    return np.delete(softmax(t), target)


@grad_logits_exercise.misconception(
    "column",
    "Your numbers are right but stand in a (V, 1) matrix; a vector of shape (V,) is wanted.",
)
def _(t, target):
    return (softmax(t) - _y(t, target))[:, None]


@grad_logits_exercise.misconception(
    "onehot_returned",
    "You return the onehot. The gradient is p − onehot.",
)
def _(t, target):
    return _y(t, target)


@grad_logits_exercise.misconception(
    "log_p_at_the_target",
    "You put log p at the target. Its slope is p − 1.",
)
def _(t, target):
    p = softmax(t)
    p[target] = log_softmax(t)[target]
    return p


@grad_logits_exercise.misconception(
    "minus_log_p_at_the_target",
    "You put −log p at the target. Its slope is p − 1.",
)
def _(t, target):
    p = softmax(t)
    p[target] = -log_softmax(t)[target]
    return p


@grad_logits_exercise.misconception(
    "sign_of_p",
    "Both p and the onehot have a minus sign. It is p MINUS onehot: only the target's entry is negative.",
)
def _(t, target):
    return -softmax(t) - _y(t, target)


@grad_logits_exercise.misconception(
    "base_two",
    "There is a factor 1/log 2 too many, as for a loss in bits. Ours is in nats: natural logarithm.",
)
def _(t, target):
    return (softmax(t) - _y(t, target)) / np.log(2)


@grad_logits_exercise.misconception(
    "sharpened",
    "You use exponentials to another base than e. Natural logarithm, natural exponential.",
)
def _(t, target):
    with np.errstate(all="ignore"):
        return softmax(t * np.log(2)) - _y(t, target)


@grad_logits_exercise.misconception(
    "overflow_without_the_one",
    "You return probabilities, and unstable ones: e^1000 is inf. `softmax`, then subtract 1 at the target.",
)
def _(t, target):
    with np.errstate(all="ignore"):
        return np.exp(t) / np.exp(t).sum()


@grad_logits_exercise.misconception(
    "overflow_and_sign",
    "Your sign is wrong (onehot − p is the way DOWNHILL), and e^1000 is inf: use `softmax`.",
)
def _(t, target):
    with np.errstate(all="ignore"):
        return _y(t, target) - np.exp(t) / np.exp(t).sum()


@grad_logits_exercise.misconception(
    "one_subtracted_from_the_exponential",
    "You subtract the 1 from the exponential, before dividing by the sum. It comes off the probability.",
)
def _(t, target):
    e = np.exp(t - t.max())
    return (e - _y(t, target)) / e.sum()


@grad_logits_exercise.misconception(
    "one_subtracted_from_the_exponential_and_the_sum",
    "You subtract the 1 from the exponential, before the sum is taken. It comes off the probability, at "
    "the very end.",
)
def _(t, target):
    e = np.exp(t - t.max()) - _y(t, target)
    with np.errstate(all="ignore"):
        return e / e.sum()


@grad_logits_exercise.misconception(
    "surprise_in_the_onehot",
    "You put the surprise, −log p, at the target and 0 elsewhere: that is the loss, not its slopes.",
)
def _(t, target):
    return _y(t, target) * -log_softmax(t)


@grad_logits_exercise.right
def _(t, target):
    return softmax(t) - one_hot(target, len(t))


@grad_logits_exercise.right
def _(t, target):
    p = special.softmax(t)
    return [float(p[i]) - (1.0 if i == target else 0.0) for i in range(len(t))]


@grad_logits_exercise.right
def _(t, target):
    return np.exp(t - special.logsumexp(t)) - np.eye(len(t))[target]


@grad_logits_exercise.right
def _(t, target):
    t = t.astype(np.float32)
    exponentials = np.exp(t - t.max())
    p = exponentials / exponentials.sum()
    p[target] = p[target] - 1
    return p


@grad_logits_exercise.right
def _(t, target):
    import torch

    t = torch.tensor(t, requires_grad=True)
    torch.nn.functional.cross_entropy(t[None], torch.tensor([target])).backward()
    return t.grad.numpy()


# --- grad_additive_nlm -------------------------------------------------------------------------------------


def grad_additive_nlm(E, W, ids, target):
    """The gradients (dE, dW) of the additive model's surprise −log softmax(W · Σ c)[target] at one word.

    E, W     (V, d) embeddings and projection; both stay as they were
    ids      (n,) int, the words of the prefix: c = E[ids]; n = 0 is allowed, then x = Σ c is zeros
    target   the id of the word that came
    returns  dE and dW, each (V, d); a word that stands in the prefix twice gets its gradient twice
    """
    x = E[ids].sum(axis=0)  # (d,)
    dt = grad_logits(W @ x, target)  # (V,)
    dE = np.zeros(E.shape)
    np.add.at(dE, ids, W.T @ dt)  # every word of the prefix gets dL/dx
    return dE, np.outer(dt, x)


grad_additive_nlm_exercise = Exercise(
    grad_additive_nlm,
    lecture=LECTURE,
    checks="prefixes of 2, 1, 4, 0 and 6 words, repeated words, the target among them, large logits, E and W unchanged",
    explanation=(
        "W_ik multiplies x_k and adds to t_i, so its slope is (p − y)_i·x_k: an outer product. x_k reaches "
        "all logits, so dL/dx = Wᵀ(p − y), and every c_i of a sum gets the whole of it. `np.add.at` adds "
        "once for each time that an id occurs, where `dE[ids] += …` would keep one of them."
    ),
    hints=[
        "Go through the model forwards first: x, then t. `grad_logits(t, target)` gives dL/dt. Then go "
        "back: from t to W and to x, from x to the words.",
        "dL/dW[i, k] = dL/dt[i] · x[k], an outer product. dL/dx[k] = Σ_i dL/dt[i] · W[i, k]. And since x "
        "is a sum, dL/dc = dL/dx for every word.",
        "dE starts as zeros; add dL/dx to row i for every i in ids, in a loop or with `np.add.at(dE, ids, "
        "…)`.",
    ],
)


def _world(vocab_size, dim, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return tuple(np.round(scale * rng.normal(size=(vocab_size, dim)), 1) for _ in range(2))


_E, _W = _world(5, 3, seed=51)
_e = grad_additive_nlm_exercise
_e.case(_E, _W, np.array([2]), 0)
_e.case(_E, _W, np.array([3, 1]), 4)
_e.case(_E, _W, np.array([1, 4]), 4)
_e.case(_E, _W, np.array([2, 0, 2, 4]), 3)
_e.case(_E, _W, np.array([], dtype=np.int64), 2)
_e.case(*_world(8, 4, seed=52), np.array([7, 0, 3, 3, 5, 3]), 6)
_e.case(*_world(6, 2, seed=53, scale=100.0), np.array([5, 1, 2]), 0)


def _parts(E, W, ids, target):
    """x, dL/dt and dL/dx of the additive model."""
    x = E[ids].sum(axis=0)
    dt = grad_logits(W @ x, target)
    return x, dt, W.T @ dt


def _scattered(E, ids, rows):
    dE = np.zeros(E.shape)
    np.add.at(dE, ids, rows)
    return dE


@grad_additive_nlm_exercise.misconception(
    "repeats_overwritten",
    "A word that stands in the prefix twice gets its gradient once: `dE[ids] = …` and `dE[ids] += …` write "
    "each row once. Its vector is in the sum twice, so its slope is twice as large: `np.add.at`, or a loop.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] += dx
    return dE, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "types_for_tokens",
    "You take each word of the prefix once (`set`, `np.unique`), in x as well as in dE. A word that stands "
    "there twice counts twice.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(E, W, np.unique(ids), target)


@grad_additive_nlm_exercise.misconception(
    "dW_transposed",
    "Your dW is turned round: (d, V). A gradient is shaped like its parameter, so row i of dW belongs to "
    "word i: the outer product of dL/dt and x, in this order.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE, dW.T


@grad_additive_nlm_exercise.misconception(
    "both_transposed",
    "Both gradients are turned round, (d, V). A gradient is shaped like its parameter, one row per word.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE.T, dW.T


@grad_additive_nlm_exercise.misconception(
    "last_word_only",
    "In dE only the last word of the prefix has a gradient. x is a sum: each of its words, c₁ to cₙ, gets "
    "dL/dx.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[-1:], dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "first_word_only",
    "In dE only the first word of the prefix has a gradient. x is a sum: each of its words, c₁ to cₙ, gets "
    "dL/dx.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[:1], dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "last_word_composed",
    "You compose with the last word only, as if x were its embedding: all words of the prefix are added.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(E, W, ids[-1:], target)


@grad_additive_nlm_exercise.misconception(
    "sign",
    "Both gradients have the wrong sign: you have the way downhill. dL/dt is p − onehot.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return -dE, -dW


@grad_additive_nlm_exercise.misconception(
    "returned_in_the_wrong_order",
    "Your two gradients come back in the wrong order: dE first, then dW.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(E, W, ids, target)[::-1]


@grad_additive_nlm_exercise.misconception(
    "order_wrong_and_dW_transposed",
    "Your two gradients come back in the wrong order, dE should be first; and dW is turned round.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dW.T, dE


@grad_additive_nlm_exercise.misconception(
    "all_words_get_it",
    "You add dL/dx to every row of dE. Only the words of the prefix were in the sum; for all other words "
    "the surprise does not depend on their embedding, and the slope is 0.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.tile(dx, (len(E), 1)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "mean_composition",
    "You compose by the mean. This model ADDS the embeddings: neither x nor the gradients are divided by n.",
)
def _(E, W, ids, target):
    n = max(len(ids), 1)
    x = E[ids].sum(axis=0) / n
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt / n), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "mean_in_x_only",
    "You compose by the mean (and then let each word have the whole of dL/dx). This model ADDS the "
    "embeddings.",
)
def _(E, W, ids, target):
    x = E[ids].sum(axis=0) / max(len(ids), 1)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "dx_shared_out",
    "You share dL/dx out among the n words. In a sum each word gets the WHOLE of it: nudging c₁ moves x "
    "just as far as nudging x itself.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx / max(len(ids), 1)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "dx_times_n",
    "Your rows of dE are n times too large: each word gets dL/dx once for every time it stands in the "
    "prefix.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx * len(ids)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "p_for_p_minus_onehot",
    "You go back with p instead of p − onehot: then the word that came leaves no trace in the gradient.",
)
def _(E, W, ids, target):
    x = E[ids].sum(axis=0)
    p = softmax(W @ x)
    return _scattered(E, ids, W.T @ p), np.outer(p, x)


@grad_additive_nlm_exercise.misconception(
    "onehot_alone",
    "You go back with −onehot instead of p − onehot: the probabilities, which come from the denominator of "
    "the softmax, are missing.",
)
def _(E, W, ids, target):
    x, y = E[ids].sum(axis=0), one_hot(target, len(W))
    return _scattered(E, ids, -W.T @ y), -np.outer(y, x)


@grad_additive_nlm_exercise.misconception(
    "target_row_of_W_only",
    "In dW only the row of the target is filled. Every word has a logit, so every row has a gradient, (p − "
    "y)_i·x.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(dt * one_hot(target, len(W)), x)


@grad_additive_nlm_exercise.misconception(
    "target_row_for_dx",
    "For dL/dx you use only the target's row of W. All the logits depend on x: sum over all rows, Wᵀ(p − y).",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, dt[target] * W[target]), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "E_for_W_in_dx",
    "You go back from the logits to x with E. They were made with W, so dL/dx = Wᵀ(p − y).",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, E.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "tied",
    "You treat E and W as one matrix: both gradients are added up. They are different parameters, each "
    "with its own.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE + dW, dE + dW


@grad_additive_nlm_exercise.misconception(
    "E_for_W_everywhere",
    "You compute the logits with E. The projection is W: t = W·x.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(E, E, ids, target)


@grad_additive_nlm_exercise.misconception(
    "roles_swapped",
    "You look the prefix up in W and project with E. The embeddings are E, the projection is W.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(W, E, ids, target)


@grad_additive_nlm_exercise.misconception(
    "rows_of_the_prefix_only",
    "Your dE has one row per word of the PREFIX, (n, d). The gradient of E is shaped like E, (V, d), with "
    "zeros for all words that are not in the prefix.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.tile(dx, (len(ids), 1)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "dx_for_dE",
    "You return dL/dx, d numbers, for dE. Put it into the rows of the prefix's words: dE is shaped like E.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return dx, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "positions_for_ids",
    "You fill rows 0 … n−1 of dE, the POSITIONS of the words. The rows of E are named by their ids.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, np.arange(len(ids)), dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "target_row_of_E",
    "You also put a gradient into the target's row of E. The word that came is not in the sum: its "
    "embedding gets nothing (unless it stands in the prefix as well).",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, [*ids, target], dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "outer_with_last_word",
    "Your dW holds the embedding of the last word where x belongs, the SUM of all words of the prefix.",
)
def _(E, W, ids, target):
    _, dt, dx = _parts(E, W, ids, target)
    last = E[ids[-1]] if len(ids) else np.zeros(E.shape[1])
    return _scattered(E, ids, dx), np.outer(dt, last)


@grad_additive_nlm_exercise.misconception(
    "x_missing_in_dW",
    "x is missing in your dW: W_ik multiplies x_k, so its slope is (p − y)_i·x_k.",
)
def _(E, W, ids, target):
    _, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(dt, np.ones(E.shape[1]))


@grad_additive_nlm_exercise.misconception(
    "embedding_times",
    "You multiply the rows of dE by the embeddings. c_i is only added to x, so its gradient is dL/dx with "
    "nothing in front.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx * E[ids]), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "dW_times_W",
    "There is a factor W in your dW. The derivative of W_ik·x_k with respect to W_ik is x_k alone.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(dt, x) * W


@grad_additive_nlm_exercise.misconception(
    "dE_missing",
    "dE is all zeros. The surprise depends on the embeddings too: go on from the logits to x, and from x "
    "to the words.",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return np.zeros(E.shape), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "dW_missing",
    "dW is all zeros. The surprise depends on W as well: t = W·x.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(E, W, ids, target)[0], np.zeros(W.shape)


@grad_additive_nlm_exercise.misconception(
    "empty_prefix_fails",
    "With words it is right, but the empty prefix breaks it. Then x is d zeros, dW is all zeros, and dE "
    "has no row to fill.",
)
def _(E, W, ids, target):
    x = E[ids[0]].copy()
    for i in ids[1:]:
        x += E[i]
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "overflow",
    "Right for small logits. But e to the power of large ones is inf, and inf/inf is nan: use "
    "`grad_logits` or the stable `softmax`.",
)
def _(E, W, ids, target):
    x = E[ids].sum(axis=0)
    with np.errstate(all="ignore"):
        exponentials = np.exp(W @ x)
        dt = exponentials / exponentials.sum() - one_hot(target, len(W))
        return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "embeddings_changed",
    "Your gradients are right, but E has changed: `x = E[i]` is a view of a row of E, and `x += …` writes "
    "into it. Start from d zeros of your own.",
)
def _(E, W, ids, target):
    before = E.copy()
    if len(ids):
        x = E[ids[0]]
        for i in ids[1:]:
            x += before[i]
    return grad_additive_nlm(before, W, ids, target)


@grad_additive_nlm_exercise.misconception(
    "gradients_written_into_the_parameters",
    "`dE = E` is another name for E, not a new array: what you write into it ends up in the parameters. "
    "Start from `np.zeros(E.shape)`.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    E *= 0
    np.add.at(E, ids, dx)
    return E, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "added_to_the_parameters",
    "Your dE starts as a copy of E (or is E itself): the gradient is added on top of the parameters. Start "
    "from zeros.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = E.copy()
    np.add.at(dE, ids, dx)
    return dE, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "step_taken",
    "You return parameters after a step. Only the gradients are wanted; the step comes later, in "
    "`gradient_step`.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return E - dE, W - dW


@grad_additive_nlm_exercise.misconception(
    "dx_without_transpose",
    "For dL/dx you multiply W by p − y as W stands: (V, d) times (V,) does not fit. Each x_k collects from "
    "all V logits: turn W round.",
)
def _(E, W, ids, target):
    x = E[ids].sum(axis=0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "loss_wrt_ids_rows_of_W",
    "You put the gradient of the prefix's words into rows of W, or scale it by them. Row i of E gets dL/dx "
    "= Wᵀ(p − y), summed over ALL words of the vocabulary.",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, dt[ids][:, None] * W[ids]), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "repeats_in_x_forgotten",
    "In x a repeated word is added once, but its gradient is added twice (or the rows of x come from a "
    "set). E[ids] holds a row for every token.",
)
def _(E, W, ids, target):
    x = E[np.unique(ids)].sum(axis=0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "divided_by_vocabulary",
    "Your gradients are divided by V. The surprise at one word is no mean over the vocabulary.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE / len(E), dW / len(W)


@grad_additive_nlm_exercise.misconception(
    "sign_of_dE",
    "dE has the wrong sign. Both are gradients, uphill: dL/dx = Wᵀ(p − y), added to the rows of the prefix.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return -dE, dW


@grad_additive_nlm_exercise.misconception(
    "sign_of_dW",
    "dW has the wrong sign. Both are gradients, uphill: (p − y)xᵀ.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE, -dW


@grad_additive_nlm_exercise.misconception(
    "dW_twice",
    "You return dW for both. dE is another matrix: zeros, and Wᵀ(p − y) in the rows of the prefix.",
)
def _(E, W, ids, target):
    dW = grad_additive_nlm(E, W, ids, target)[1]
    return dW, dW


@grad_additive_nlm_exercise.misconception(
    "dE_twice",
    "You return dE for both. dW is another matrix: (p − y)xᵀ.",
)
def _(E, W, ids, target):
    dE = grad_additive_nlm(E, W, ids, target)[0]
    return dE, dE


@grad_additive_nlm_exercise.misconception(
    "dE_alone",
    "You return dE alone. Two gradients are wanted: dE, then dW.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(E, W, ids, target)[0]


@grad_additive_nlm_exercise.misconception(
    "dW_alone",
    "You return dW alone. Two gradients are wanted: dE, then dW.",
)
def _(E, W, ids, target):
    return grad_additive_nlm(E, W, ids, target)[1]


@grad_additive_nlm_exercise.misconception(
    "dictionary",
    "You return a dictionary. Two arrays are wanted, `return dE, dW`.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return {"dE": dE, "dW": dW}


@grad_additive_nlm_exercise.misconception(
    "last_word_left_out",
    "The last word of the prefix gets no gradient in dE: your loop ends one word too early. All words of "
    "the prefix are in x.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[:-1], dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "first_word_left_out",
    "The first word of the prefix gets no gradient in dE: your loop starts one word too late. All words of "
    "the prefix are in x.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[1:], dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "prefix_rows_of_dW_only",
    "In dW only the rows of the prefix's words are filled. Row i of W writes word i as a PREDICTION, and "
    "every word was predicted with some probability: every row has a gradient.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    kept = np.zeros(W.shape)
    kept[ids] = dW[ids]
    return dE, kept


@grad_additive_nlm_exercise.misconception(
    "x_in_dE",
    "You put x into the rows of dE. What arrives there is dL/dx = Wᵀ(p − y).",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, x), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "embeddings_in_dE",
    "You put the embeddings themselves into dE. What arrives there is dL/dx = Wᵀ(p − y).",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, E[ids]), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "mean_in_dW_only",
    "Your dW holds the MEAN of the embeddings where x belongs, their sum.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE, dW / max(len(ids), 1)


@grad_additive_nlm_exercise.misconception(
    "step_taken_in_place",
    "You change E and W themselves, and return them. Only the gradients are wanted, in new arrays; the "
    "step comes later.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    E -= dE
    W -= dW
    return E, W


@grad_additive_nlm_exercise.misconception(
    "repeats_of_neighbours_only",
    "Rows of dE are counted once for every word AFTER the position: here all the words predict one target, "
    "so each gets dL/dx once for each time it stands there.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    for place, id in enumerate(ids):
        dE[id] += dx * (len(ids) - place)
    return dE, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "target_row_of_W_in_dE",
    "You put −W[target] (or W[target]) into dE: the other words' rows of W count too, each with its "
    "probability.",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, -W[target]), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "logits_for_probabilities",
    "You go back with t − onehot. The probabilities come from the softmax: dL/dt = softmax(t) − onehot.",
)
def _(E, W, ids, target):
    x = E[ids].sum(axis=0)
    dt = W @ x - one_hot(target, len(W))
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "target_row_of_E_only",
    "Your dE fills the row of the TARGET. The words that were added up are those of the prefix: their rows "
    "have the gradient.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, [target], dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "only_p_minus_onehot_for_dW",
    "Your dW is p − onehot (or its sum) without x. W_ik multiplies x_k, so its slope is (p − y)_i·x_k, an "
    "outer product.",
)
def _(E, W, ids, target):
    _, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), dt


@grad_additive_nlm_exercise.misconception(
    "dot_for_outer",
    "You use a dot product, or multiply entry by entry, where an OUTER product belongs: every entry of p − "
    "y times every entry of x, (V, 1)·(1, d).",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), dt @ x


@grad_additive_nlm_exercise.misconception(
    "both_divided_by_n",
    "Both gradients are divided by n. The embeddings are added, not averaged.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE / max(len(ids), 1), dW / max(len(ids), 1)


@grad_additive_nlm_exercise.misconception(
    "x_is_the_last_word",
    "You take the embedding of the last word for x. x is the SUM of all the words of the prefix.",
)
def _(E, W, ids, target):
    x = E[ids[-1]] if len(ids) else np.zeros(E.shape[1])
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "x_is_the_first_word",
    "You take the embedding of the first word for x. x is the SUM of all the words of the prefix.",
)
def _(E, W, ids, target):
    x = E[ids[0]] if len(ids) else np.zeros(E.shape[1])
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "p_in_dE",
    "In dE you go back with p instead of p − onehot; in dW it is right.",
)
def _(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, W.T @ softmax(W @ x)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "p_in_dW",
    "In dW you use p instead of p − onehot; in dE it is right.",
)
def _(E, W, ids, target):
    x, _, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(softmax(W @ x), x)


@grad_additive_nlm_exercise.misconception(
    "each_word_by_itself",
    "You treat each word as a prefix of its own and add the gradients up. The words are added FIRST, and "
    "there is one softmax for their sum.",
)
def _(E, W, ids, target):
    dE, dW = np.zeros(E.shape), np.zeros(W.shape)
    for i in ids:
        dt = grad_logits(W @ E[i], target)
        dE[i] += W.T @ dt
        dW += np.outer(dt, E[i])
    return dE, dW


@grad_additive_nlm_exercise.misconception(
    "growing_prefixes",
    "You add up the gradients of all the shorter prefixes too. One prefix, one word that came.",
)
def _(E, W, ids, target):
    dE, dW = np.zeros(E.shape), np.zeros(W.shape)
    for length in range(1, len(ids) + 1):
        more = grad_additive_nlm(E, W, ids[:length], target)
        dE, dW = dE + more[0], dW + more[1]
    return dE, dW


@grad_additive_nlm_exercise.misconception(
    "W_updated_before_dE",
    "You change W before you go back through it. All gradients belong to the same, old parameters.",
)
def _(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    W = W - np.outer(dt, x)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "x_normalised",
    "You scale x to length 1. Its length counts: x is the plain sum.",
)
def _(E, W, ids, target):
    x = E[ids].sum(axis=0)
    x = x / (np.linalg.norm(x) or 1.0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "tanh",
    "You put x through a tanh. This model only adds.",
)
def _(E, W, ids, target):
    x = np.tanh(E[ids].sum(axis=0))
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "tanh_with_its_derivative",
    "You put x through a tanh. This model only adds.",
)
def _(E, W, ids, target):
    x = np.tanh(E[ids].sum(axis=0))
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, (W.T @ dt) * (1 - x**2)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "product_composed",
    "You multiply the embeddings entry by entry. This model adds them.",
)
def _(E, W, ids, target):
    x = E[ids].prod(axis=0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "maximum_composed",
    "You take the largest value of each dimension. This model adds the embeddings.",
)
def _(E, W, ids, target):
    x = E[ids].max(axis=0) if len(ids) else np.zeros(E.shape[1])
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "target_row_subtracted",
    "You subtract a gradient in the target's row of E. The word that came is not in the sum: its embedding "
    "gets nothing (unless it stands in the prefix as well).",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = _scattered(E, ids, dx)
    dE[target] -= dx
    return dE, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "all_words_but_the_prefix",
    "Your dE fills the rows of the words that are NOT in the prefix. It is the other way round.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.tile(dx, (len(E), 1))
    dE[ids] = 0
    return dE, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "dense_dE",
    "Your dE is an outer product of p − onehot with dL/dx, as if E were projected like W. Every word of "
    "the PREFIX gets dL/dx, the others nothing.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.outer(dt, dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "slots_of_W",
    "You pair the words of the prefix with rows of W. Row i of E gets dL/dx = Wᵀ(p − y), summed over ALL "
    "rows of W.",
)
def _(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    for place, i in enumerate(ids):
        dE[i] += dt[place] * W[place]
    return dE, np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "rows_of_W_of_the_prefix",
    "You put the prefix's rows of W into dE. Row i of E gets dL/dx = Wᵀ(p − y), summed over ALL rows of W.",
)
def _(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    return _scattered(E, ids, W[ids]), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "sum_of_W",
    "You add up the rows of W for dL/dx without weighing them by p − onehot.",
)
def _(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    return _scattered(E, ids, W.sum(axis=0)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "dx_summed",
    "You add the d entries of dL/dx up into one number. It is a vector: each dimension of an embedding has "
    "its own slope.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, np.full(E.shape[1], dx.sum())), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "sign_and_dW_transposed",
    "Both gradients have the wrong sign (you have the way downhill), and dW is turned round.",
)
def _(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return -dE, -dW.T


@grad_additive_nlm_exercise.misconception(
    "repeats_overwritten_and_sign",
    "Both gradients have the wrong sign (you have the way downhill), and a word that stands there twice "
    "gets its gradient once.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] = -dx
    return dE, -np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "repeats_overwritten_and_dW_transposed",
    "dW is turned round, and in dE a word that stands there twice gets its gradient once: `dE[ids] += …` "
    "writes each row once.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] = dx
    return dE, np.outer(x, dt)


@grad_additive_nlm_exercise.misconception(
    "repeats_overwritten_and_order",
    "Your two gradients come back in the wrong order, dE should be first; and a word that stands there "
    "twice gets its gradient once.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] = dx
    return np.outer(dt, x), dE


@grad_additive_nlm_exercise.misconception(
    "probabilities_times_x_only",
    "You return the probabilities. Two arrays are wanted, the gradients dE and dW.",
)
def _(E, W, ids, target):
    return softmax(W @ E[ids].sum(axis=0))


@grad_additive_nlm_exercise.misconception(
    "surprise_returned",
    "You return the surprise. Its gradients are wanted: dE and dW.",
)
def _(E, W, ids, target):
    return float(-log_softmax(W @ E[ids].sum(axis=0))[target])


@grad_additive_nlm_exercise.misconception(
    "embeddings_of_the_prefix_in_dW",
    "Your dW fills rows with embeddings. Each of its rows is a multiple of x, the SUM of the embeddings.",
)
def _(E, W, ids, target):
    _x, _dt, dx = _parts(E, W, ids, target)
    dW = np.zeros(W.shape)
    dW[ids] = E[ids]
    return _scattered(E, ids, dx), dW


@grad_additive_nlm_exercise.misconception(
    "squared_error",
    "You go back as if the loss were a squared error. It is −log p: dL/dt = p − onehot, without another "
    "factor.",
)
def _(E, W, ids, target):
    x = E[ids].sum(axis=0)
    p = softmax(W @ x)
    dt = (np.diag(p) - np.outer(p, p)) @ (p - one_hot(target, len(W)))
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "ids_from_one",
    "Your rows of dE are off by one: ids count from 0.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, np.asarray(ids) - 1, dx), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "all_rows_for_every_word",
    "You add dL/dx to the WHOLE of dE (`dE += …`) for each word. Only the row of that word: `dE[i] += …`.",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.tile(dx * len(ids), (len(E), 1)), np.outer(dt, x)


@grad_additive_nlm_exercise.misconception(
    "entry_by_entry_for_outer",
    "You multiply p − onehot and x entry by entry, but they have V and d entries. Every entry of one times "
    "every entry of the other: an OUTER product, (V, 1)·(1, d).",
)
def _(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), dt * x


@grad_additive_nlm_exercise.misconception(
    "dx_without_transpose_in_the_loop",
    "For dL/dx you multiply W by p − y as W stands: (V, d) times (V,) does not fit. Each x_k collects from "
    "all V logits: turn W round.",
)
def _(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    for i in ids:
        dE[i] += W @ dt
    return dE, np.outer(dt, x)


@grad_additive_nlm_exercise.right
def _(E, W, ids, target):
    x = np.zeros(E.shape[1])
    for i in ids:
        x += E[i]
    dt = softmax(W @ x) - one_hot(target, len(W))
    dE = np.zeros_like(E)
    for i in ids:
        dE[i] += dt @ W
    return dE, dt[:, None] * x


@grad_additive_nlm_exercise.right
def _(E, W, ids, target):
    counts = np.bincount(ids, minlength=len(E)).astype(float)
    x = counts @ E
    dt = special.softmax(W @ x)
    dt[target] -= 1
    return [np.outer(counts, dt @ W), np.einsum("i,k->ik", dt, x)]


@grad_additive_nlm_exercise.right
def _(E, W, ids, target):
    rows = one_hot(ids, len(E))  # (n, V)
    x = rows.sum(axis=0) @ E
    dt = (softmax(x @ W.T) - one_hot(target, len(W)))[:, None]
    return rows.T @ np.tile(dt.T @ W, (len(ids), 1)), dt @ x[None]


@grad_additive_nlm_exercise.right
def _(E, W, ids, target):
    import torch

    E, W = (torch.tensor(array, requires_grad=True) for array in (E, W))
    t = W @ E[torch.tensor(ids)].sum(dim=0)
    torch.nn.functional.cross_entropy(t[None], torch.tensor([int(target)])).backward()
    return E.grad.numpy(), W.grad.numpy()


# --- gradient_step -----------------------------------------------------------------------------------------


def gradient_step(theta, grad, learning_rate):
    """One step downhill: the new theta.

    theta, grad    arrays of one shape, any shape; both stay as they were
    learning_rate  a number above 0
    returns        a new array, shaped like theta
    """
    return theta - learning_rate * grad


gradient_step_exercise = Exercise(
    gradient_step,
    lecture=LECTURE,
    checks="vectors and a matrix, four learning rates, a gradient of zeros, theta and grad unchanged",
    explanation=(
        "The gradient points to where L grows fastest, so we go the other way. `theta - …` makes a new "
        "array; `theta -= …` would change the one that the caller still holds."
    ),
    hints=[
        "The notes' step 3: θ_new = θ_old − η dL/dθ. Which parameter is η?",
        "Write it as an expression, not as an assignment to theta: `-=` changes the caller's array.",
    ],
)

_e = gradient_step_exercise
_e.case(np.array([3.0]), np.array([2.0]), 0.5)
_e.case(np.array([1.0, -2.0, 0.5]), np.array([-4.0, 0.3, 2.0]), 0.1)
_e.case(np.array([[0.6, -1.2, 2.2], [0.3, 0.8, -0.9]]), np.array([[1.5, -0.5, 0.0], [2.5, -3.0, 4.0]]), 2.5)
_e.case(np.array([0.7, -0.4]), np.array([0.0, 0.0]), 1.5)
_e.case(np.array([0.0, 1.0, -1.0, 2.0]), np.array([300.0, -700.0, 50.0, 1.0]), 0.01)


@gradient_step_exercise.misconception(
    "ascent",
    "You go UPHILL: the gradient points to where the loss grows fastest. Subtract it.",
)
def _(theta, grad, learning_rate):
    return theta + learning_rate * grad


@gradient_step_exercise.misconception(
    "in_place",
    "The step is right, but `theta -= …` changes the caller's array as well. Return a new one.",
)
def _(theta, grad, learning_rate):
    theta -= learning_rate * grad
    return theta


@gradient_step_exercise.misconception(
    "ascent_in_place",
    "You go UPHILL, and you change the caller's theta. Subtract, and make a new array.",
)
def _(theta, grad, learning_rate):
    theta += learning_rate * grad
    return theta


@gradient_step_exercise.misconception(
    "nothing_returned",
    "You change theta in place and return nothing. Return a new array and leave theta as it was.",
)
def _(theta, grad, learning_rate):
    theta -= learning_rate * grad


@gradient_step_exercise.misconception(
    "grad_changed",
    "The step is right, but `grad *= …` changes the caller's gradient. Leave both arrays as they were.",
)
def _(theta, grad, learning_rate):
    grad *= learning_rate
    return theta - grad


@gradient_step_exercise.misconception(
    "learning_rate_missing",
    "You subtract the whole gradient. The learning rate says how much of it.",
)
def _(theta, grad, learning_rate):
    return theta - grad


@gradient_step_exercise.misconception(
    "divided_by_learning_rate",
    "You divide by the learning rate. A smaller learning rate must make a smaller step: multiply.",
)
def _(theta, grad, learning_rate):
    return theta - grad / learning_rate


@gradient_step_exercise.misconception(
    "learning_rate_subtracted",
    "You subtract the learning rate and the gradient one by one. The step is their PRODUCT.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate - grad


@gradient_step_exercise.misconception(
    "learning_rate_alone",
    "You subtract the learning rate from every entry. Each entry moves by learning rate TIMES its slope.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate


@gradient_step_exercise.misconception(
    "brackets",
    "Your brackets multiply the whole difference, η·(θ − grad): then theta shrinks as well. Only the "
    "gradient is multiplied.",
)
def _(theta, grad, learning_rate):
    return learning_rate * (theta - grad)


@gradient_step_exercise.misconception(
    "theta_scaled",
    "You multiply theta by the learning rate and not the gradient. θ stays, the gradient is scaled.",
)
def _(theta, grad, learning_rate):
    return learning_rate * theta - grad


@gradient_step_exercise.misconception(
    "update_returned",
    "You return the step alone, −η·grad. Add it to theta: the new parameters are wanted.",
)
def _(theta, grad, learning_rate):
    return -learning_rate * grad


@gradient_step_exercise.misconception(
    "update_returned_uphill",
    "You return η·grad, what is to be subtracted. The new parameters are wanted: theta minus that.",
)
def _(theta, grad, learning_rate):
    return learning_rate * grad


@gradient_step_exercise.misconception(
    "difference_reversed",
    "You subtract theta from the step. The new theta is the old one MINUS the step.",
)
def _(theta, grad, learning_rate):
    return learning_rate * grad - theta


@gradient_step_exercise.misconception(
    "roles_swapped",
    "You move the gradient by theta. It is theta that moves, by the gradient.",
)
def _(theta, grad, learning_rate):
    return grad - learning_rate * theta


@gradient_step_exercise.misconception(
    "times_theta",
    "You multiply by theta as well, θ·(1 − η·grad). The size of a parameter does not scale its step: at 0 "
    "it would never move.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad * theta


@gradient_step_exercise.misconception(
    "theta_for_gradient",
    "You subtract η·θ: that shrinks the parameters, whatever the gradient says.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * theta


@gradient_step_exercise.misconception(
    "weight_decay",
    "You shrink theta on the way, (1 − η)·θ. That is weight decay, or a moving average; here θ only moves "
    "by −η·grad.",
)
def _(theta, grad, learning_rate):
    return (1 - learning_rate) * theta - learning_rate * grad


@gradient_step_exercise.misconception(
    "sign_of_the_gradient",
    "You use only the sign of the gradient: every entry moves equally far. Steep entries move further: use "
    "its value.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * np.sign(grad)


@gradient_step_exercise.misconception(
    "normalised_gradient",
    "You scale the gradient to length 1. Its length counts: where it is steep the step is long (and a "
    "gradient of zeros has no direction at all).",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad / np.linalg.norm(grad)


@gradient_step_exercise.misconception(
    "normalised_gradient_guarded",
    "You scale the gradient to length 1. Its length counts: where it is steep the step is long.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad / (np.linalg.norm(grad) + 1e-8)


@gradient_step_exercise.misconception(
    "summed_gradient",
    "You add the slopes up, so that all entries move alike. Each entry moves by its own slope.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad.sum()


@gradient_step_exercise.misconception(
    "mean_gradient",
    "You average the slopes, so that all entries move alike. Each entry moves by its own slope.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad.mean()


@gradient_step_exercise.misconception(
    "divided_by_size",
    "You divide by the number of entries. The loss is averaged already; the step is η·grad as it stands.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad / theta.size


@gradient_step_exercise.misconception(
    "divided_by_length",
    "You divide by `len(theta)`. The loss is averaged already; the step is η·grad as it stands.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad / len(theta)


@gradient_step_exercise.misconception(
    "squared_gradient",
    "You square the gradient and lose its sign: every entry moves down, whatever its slope.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad**2


@gradient_step_exercise.misconception(
    "absolute_gradient",
    "You take the absolute value of the gradient: an entry with a negative slope moves uphill.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * np.abs(grad)


@gradient_step_exercise.misconception(
    "learning_rate_squared",
    "The learning rate comes in twice. Once is enough.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate**2 * grad


@gradient_step_exercise.misconception(
    "step_doubled",
    "Your step is twice too long: θ − η·grad, taken once.",
)
def _(theta, grad, learning_rate):
    return theta - 2 * learning_rate * grad


@gradient_step_exercise.misconception(
    "step_halved",
    "Your step is half too short: there is no factor ½ in θ − η·grad.",
)
def _(theta, grad, learning_rate):
    return theta - 0.5 * learning_rate * grad


@gradient_step_exercise.misconception(
    "learning_rate_as_power",
    "`**` is a power. The learning rate multiplies the gradient: `*`.",
)
def _(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta - grad**learning_rate


@gradient_step_exercise.misconception(
    "matrix_product",
    "You use a matrix product. Every entry of theta moves by its own slope: `*`, entry by entry.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * (grad @ grad.T)


@gradient_step_exercise.misconception(
    "theta_returned",
    "You return theta as it came: the step is computed, if at all, under another name.",
)
def _(theta, grad, learning_rate):
    return theta


@gradient_step_exercise.misconception(
    "whole_numbers",
    "You make whole numbers of the parameters. They are floats.",
)
def _(theta, grad, learning_rate):
    return (theta - learning_rate * grad).astype(int)


@gradient_step_exercise.misconception(
    "clipped",
    "You clip the gradient. That is a trick for later (lecture 09); here the step is η·grad, however long.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * np.clip(grad, -1, 1)


@gradient_step_exercise.misconception(
    "flat_result",
    "Your numbers are right but stand in one long row. The new theta is shaped like the old one.",
)
def _(theta, grad, learning_rate):
    return (theta - learning_rate * grad).reshape(-1)


@gradient_step_exercise.misconception(
    "fixed_learning_rate",
    "You use a learning rate of your own, whatever the caller asks for. Use the parameter.",
)
def _(theta, grad, learning_rate):
    return theta - 0.1 * grad


@gradient_step_exercise.misconception(
    "fixed_small_learning_rate",
    "You use 0.01, whatever learning rate the caller asks for. Use the parameter.",
)
def _(theta, grad, learning_rate):
    return theta - 0.01 * grad


@gradient_step_exercise.misconception(
    "moving_average",
    "You mix theta and the gradient, (1 − η)·θ + η·grad. That is a moving average; the step is θ − η·grad.",
)
def _(theta, grad, learning_rate):
    return (1 - learning_rate) * theta + learning_rate * grad


@gradient_step_exercise.misconception(
    "largest_slope_normalised",
    "You divide by the largest slope, so that every step is equally long. Where it is steep the step is "
    "long: leave grad as it is.",
)
def _(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta - learning_rate * grad / np.abs(grad).max()


@gradient_step_exercise.misconception(
    "negative_cut_off",
    "You cut off negative parameters. They may have any sign.",
)
def _(theta, grad, learning_rate):
    return np.maximum(theta - learning_rate * grad, 0)


@gradient_step_exercise.misconception(
    "absolute_parameters",
    "You take the absolute value of the new parameters. They may have any sign.",
)
def _(theta, grad, learning_rate):
    return np.abs(theta - learning_rate * grad)


@gradient_step_exercise.misconception(
    "first_entry_only",
    "Only the first entry moves (a `return` inside the loop, or an index too many). All of them do.",
)
def _(theta, grad, learning_rate):
    new = theta.copy()
    new[0] = theta[0] - learning_rate * grad[0]
    return new


@gradient_step_exercise.misconception(
    "both_returned",
    "You return more than the new theta. It is wanted alone.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad, grad


@gradient_step_exercise.misconception(
    "gradient_returned",
    "You return the gradient. The new theta is wanted.",
)
def _(theta, grad, learning_rate):
    return grad


@gradient_step_exercise.misconception(
    "one_plus_learning_rate",
    "You subtract (1 + η) times the gradient. The step is η times the gradient.",
)
def _(theta, grad, learning_rate):
    return theta - (1 + learning_rate) * grad


@gradient_step_exercise.misconception(
    "one_minus_learning_rate",
    "You subtract (1 − η) times the gradient. The step is η times the gradient.",
)
def _(theta, grad, learning_rate):
    return theta - (1 - learning_rate) * grad


@gradient_step_exercise.misconception(
    "exponential",
    "You multiply theta by e^(−η·grad). The step is a plain difference, θ − η·grad.",
)
def _(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta * np.exp(-learning_rate * grad)


@gradient_step_exercise.misconception(
    "all_multiplied",
    "You multiply all three. The step is SUBTRACTED from theta.",
)
def _(theta, grad, learning_rate):
    return theta * grad * learning_rate


@gradient_step_exercise.misconception(
    "times_size",
    "You multiply by the number of entries. The step is η·grad as it stands.",
)
def _(theta, grad, learning_rate):
    return theta - learning_rate * grad * theta.size


@gradient_step_exercise.misconception(
    "difference_divided",
    "You divide the whole difference by η. Only the gradient is scaled, and multiplied.",
)
def _(theta, grad, learning_rate):
    return (theta - grad) / learning_rate


@gradient_step_exercise.misconception(
    "power_of_the_learning_rate",
    "`**` is a power. The learning rate multiplies the gradient: `*`.",
)
def _(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta - learning_rate**grad


@gradient_step_exercise.misconception(
    "theta_divided",
    "You divide theta. The new theta is the old one minus η·grad.",
)
def _(theta, grad, learning_rate):
    with np.errstate(all="ignore"):
        return theta / (1 + learning_rate * grad)


@gradient_step_exercise.misconception(
    "number_returned",
    "You return one number. The new theta is shaped like the old one.",
)
def _(theta, grad, learning_rate):
    return float((theta - learning_rate * grad).sum())


@gradient_step_exercise.misconception(
    "nothing_subtracted_from_zero",
    "There is a minus in front of theta as well, −θ − η·grad. The new theta is θ − η·grad.",
)
def _(theta, grad, learning_rate):
    return -(theta + learning_rate * grad)


@gradient_step_exercise.misconception(
    "turned_round",
    "Your numbers are right but turned round (transposed). The new theta is shaped like the old one.",
)
def _(theta, grad, learning_rate):
    return (theta - learning_rate * grad).T


@gradient_step_exercise.misconception(
    "root_of_learning_rate",
    "You use the square root of η. The step is η·grad.",
)
def _(theta, grad, learning_rate):
    return theta - np.sqrt(learning_rate) * grad


@gradient_step_exercise.right
def _(theta, grad, learning_rate):
    return theta + (-learning_rate) * grad


@gradient_step_exercise.right
def _(theta, grad, learning_rate):
    new = theta.copy()
    new -= learning_rate * grad
    return new


@gradient_step_exercise.right
def _(theta, grad, learning_rate):
    new = np.empty(theta.shape)
    for place in np.ndindex(theta.shape):
        new[place] = theta[place] - learning_rate * grad[place]
    return new


@gradient_step_exercise.right
def _(theta, grad, learning_rate):
    return np.subtract(theta.astype(np.float32), np.float32(learning_rate) * grad.astype(np.float32)).tolist()


# --- minibatches -------------------------------------------------------------------------------------------


def minibatches(n_examples, batch_size, rng):
    """The examples 0 … n_examples − 1 in a fresh random order, cut into batches: a list of int arrays.

    Every example is in exactly one batch. Each batch holds `batch_size` examples; the last may be shorter,
    since it takes what is left. The order comes from `rng`, a NumPy Generator, so that the next call gives
    another order, and the same seed gives the same.
    """
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(0, n_examples, batch_size)]


def _plain_batches(result):
    """The batches as lists of whole numbers, or in words what they are instead."""
    if not isinstance(result, (list, tuple)):
        kinds = {"ndarray": "one array", "generator": "a generator", "NoneType": "None"}
        return kinds.get(type(result).__name__, f"a {type(result).__name__}")
    batches = []
    for batch in result:
        if isinstance(batch, (set, tuple)) and not all(np.ndim(entry) == 0 for entry in batch):
            return "a list of pairs"
        if isinstance(batch, set):
            return "a list of sets"
        array = np.asarray(batch)
        if array.dtype.kind == "b":
            return "a list of masks"
        if array.ndim != 1:
            return (
                "a list of single numbers" if array.ndim == 0 else f"a list of arrays with {array.ndim} axes"
            )
        if array.size and array.dtype.kind not in "iu":
            whole = array.dtype.kind == "f" and (array == array.round()).all()
            return "a list of arrays of floats" if whole else "a list of arrays of fractions"
        batches.append([int(i) for i in array])
    return batches


def _sizes(batches, batch_size):
    """The sizes, largest first, and where the short batch stands: its place is chance where batches are shuffled."""
    sizes = [len(batch) for batch in batches]
    short = [place for place, size in enumerate(sizes) if size < batch_size]
    place = "none or the last"
    if len(sizes) > 8 and len(short) == 1 and short[0] < len(sizes) - 1:
        place = "the first" if short[0] == 0 else "one in the middle"
    return {"batch sizes": sorted(sizes, reverse=True), "the short batch": place}


def _coverage(batches, n_examples):
    """Which examples are missing, and whether some come twice; not which ones, since that may be chance."""
    flat = [i for batch in batches for i in batch]
    missing = sorted(set(range(n_examples)) - set(flat))
    names = {(): "none", (0,): "example 0", (n_examples - 1,): f"the last, {n_examples - 1}"}
    outside = sorted(set(flat) - set(range(n_examples)))
    return {
        "ids that are no examples": outside[:3],
        "examples that never come": names.get(tuple(missing), "some"),
        "examples that come twice": "some" if len(set(flat)) < len(flat) else "none",
        "examples that come twice in one batch": any(len(set(batch)) < len(batch) for batch in batches),
    }


def _mixing(batches, n_examples):
    """How well the order 0, 1, 2, … is mixed."""
    flat = [i for batch in batches for i in batch]
    stayed = sum(abs(a - b) == 1 for a, b in pairwise(flat))
    runs = sum(len(batch) > 2 and max(batch) - min(batch) == len(batch) - 1 for batch in batches)
    share = stayed / n_examples
    return {
        "in the order 0, 1, 2, …": flat == sorted(flat),
        "examples that stand next to a neighbour": (
            "all"
            if stayed >= n_examples - 2
            else "most"
            if share > 0.5
            else "many"
            if share > 0.25
            else "hardly any"
        ),
        "batches of neighbours only": "some" if runs > 1 else "none",
    }


def _observe_minibatches(function, args, kwargs):
    """Sizes, that each example comes once, and where the order comes from. The order itself is free."""
    n_examples, batch_size, rng = args
    start = deepcopy(rng)
    first = _plain_batches(function(n_examples, batch_size, rng))
    if isinstance(first, str):
        return {"result": first}
    facts = {"result": "a list of int arrays", **_sizes(first, batch_size)}
    if n_examples < 20:  # too few to tell a mistake from chance
        return facts
    second = function(n_examples, batch_size, rng)
    again = function(n_examples, batch_size, start)
    other = function(n_examples, batch_size, np.random.default_rng(987))
    return {
        **facts,
        **_coverage(first, n_examples),
        **_mixing(first, n_examples),
        "a second call gives another order": first != _plain_batches(second),
        "all batches alike": len(first) > 1 and all(batch == first[0] for batch in first),
        "the same seed gives the same order": first == _plain_batches(again),
        "another seed gives another order": first != _plain_batches(other),
    }


minibatches_exercise = Exercise(
    minibatches,
    lecture=LECTURE,
    checks=(
        "batch sizes that divide and do not divide, one batch, batches of one, every example exactly once, "
        "the order random, from rng and fresh at each call"
    ),
    explanation=(
        "`rng.permutation(n)` is 0 … n − 1 in random order, each once. Slices of it, side by side, are the "
        "batches; a slice that runs over the end is simply shorter, so the last batch needs no special "
        "case."
    ),
    hints=[
        "Two steps: first put all the examples into a random order, then cut that order into pieces.",
        "`rng.permutation(n_examples)` is the order. `range(0, n_examples, batch_size)` are the places "
        "where batches start.",
        "A slice `order[start : start + batch_size]` may run over the end: Python then gives what there is.",
    ],
    observe=_observe_minibatches,
)


def _minibatch_case(n_examples, batch_size, seed):
    minibatches_exercise.case_from(
        lambda: (n_examples, batch_size, np.random.default_rng(seed)), f"{n_examples}, {batch_size}, rng"
    )


_minibatch_case(5, 2, seed=1)
_minibatch_case(6, 3, seed=2)
_minibatch_case(4, 4, seed=3)
_minibatch_case(3, 1, seed=4)
_minibatch_case(3, 8, seed=5)
_minibatch_case(61, 6, seed=6)
_minibatch_case(61, 16, seed=8)
_minibatch_case(96, 12, seed=7)


def _cut(order, batch_size):
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


@minibatches_exercise.misconception(
    "with_replacement",
    "You draw with replacement: some examples come twice and others never. Put ALL examples into a random "
    "order instead.",
)
def _(n_examples, batch_size, rng):
    return _cut(rng.integers(0, n_examples, n_examples), batch_size)


@minibatches_exercise.misconception(
    "each_batch_drawn_anew",
    "Each batch by itself is without repeats, but each is drawn from ALL examples again, or shuffled "
    "again: over the batches some come twice and others never. Shuffle once, before the loop, and cut.",
)
def _(n_examples, batch_size, rng):
    return [
        rng.choice(n_examples, size=min(batch_size, n_examples - start), replace=False)
        for start in range(0, n_examples, batch_size)
    ]


@minibatches_exercise.misconception(
    "last_batch_dropped",
    "You drop the last batch when it is short. It may be short, but it belongs to the data: every example "
    "comes exactly once.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n_examples // batch_size)]


@minibatches_exercise.misconception(
    "not_shuffled",
    "Your batches come in the order of the data. Texts are not in random order (neighbouring sentences are "
    "alike): shuffle first.",
)
def _(n_examples, batch_size, rng):
    return _cut(np.arange(n_examples), batch_size)


@minibatches_exercise.misconception(
    "only_batches_shuffled",
    "You shuffle the batches, but what is IN a batch are still neighbours: 0, 1, 2 always come together. "
    "Shuffle the examples, then cut.",
)
def _(n_examples, batch_size, rng):
    whole = _cut(np.arange(n_examples), batch_size)
    full = [batch for batch in whole if len(batch) == batch_size]
    order = rng.permutation(len(full))
    return [full[i] for i in order] + whole[len(full) :]


@minibatches_exercise.misconception(
    "short_batch_in_the_middle",
    "You shuffle the batches: what is IN a batch are still neighbours, and the short batch may come "
    "anywhere. Shuffle the examples, then cut.",
)
def _(n_examples, batch_size, rng):
    whole = _cut(np.arange(n_examples), batch_size)
    return [whole[i] for i in np.roll(np.arange(len(whole)), 1 + rng.integers(0, max(len(whole) - 1, 1)))]


@minibatches_exercise.misconception(
    "shuffled_within_batches",
    "You shuffle inside each batch only: the first batch still holds the first examples. Shuffle all "
    "examples, then cut.",
)
def _(n_examples, batch_size, rng):
    return [rng.permutation(batch) for batch in _cut(np.arange(n_examples), batch_size)]


@minibatches_exercise.misconception(
    "random_start_only",
    "You only choose a random place to start and go on from there in order. Every example must be able to "
    "come after every other: shuffle.",
)
def _(n_examples, batch_size, rng):
    return _cut(np.roll(np.arange(n_examples), rng.integers(0, n_examples)), batch_size)


@minibatches_exercise.misconception(
    "own_seed",
    "You make a generator of your own with a fixed seed, so every call gives the same order. Use the `rng` "
    "that you are given: it moves on from call to call.",
)
def _(n_examples, batch_size, rng):
    return _cut(np.random.default_rng(0).permutation(n_examples), batch_size)


@minibatches_exercise.misconception(
    "global_randomness",
    "Your order does not come from `rng`, so the same seed gives another order each time, and nobody can "
    "repeat your training. Use `rng.permutation` or `rng.shuffle`.",
)
def _(n_examples, batch_size, rng):
    return _cut(np.random.default_rng().permutation(n_examples), batch_size)


@minibatches_exercise.misconception(
    "ids_from_one",
    "Your examples count from 1 to n. They count from 0: the last is n_examples − 1.",
)
def _(n_examples, batch_size, rng):
    return _cut(rng.permutation(n_examples) + 1, batch_size)


@minibatches_exercise.misconception(
    "last_example_missing",
    "The last example, n_examples − 1, never comes: `n_examples - 1` as an end leaves it out.",
)
def _(n_examples, batch_size, rng):
    return _cut(rng.permutation(n_examples - 1), batch_size)


@minibatches_exercise.misconception(
    "first_example_missing",
    "Example 0 never comes: your numbers start at 1.",
)
def _(n_examples, batch_size, rng):
    return _cut(rng.permutation(np.arange(1, n_examples)), batch_size)


@minibatches_exercise.misconception(
    "one_example_too_many",
    "Your numbers go up to n_examples itself, and there is no such example: they end at n_examples − 1.",
)
def _(n_examples, batch_size, rng):
    return _cut(rng.permutation(n_examples + 1), batch_size)


@minibatches_exercise.misconception(
    "last_batch_filled_up",
    "You fill the last batch up with examples that have come already (from the beginning, or by moving it "
    "back). The last batch may be short.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    n_batches = -(-n_examples // batch_size)
    return list(np.resize(order, n_batches * batch_size).reshape(n_batches, batch_size))


@minibatches_exercise.misconception(
    "equal_batches",
    "You cut into batches of nearly equal size (`np.array_split` and dealing out, `order[i::k]`, do). All "
    "batches but the last hold exactly `batch_size` examples.",
)
def _(n_examples, batch_size, rng):
    return np.array_split(rng.permutation(n_examples), -(-n_examples // batch_size))


@minibatches_exercise.misconception(
    "number_of_batches",
    "You make `batch_size` batches. It is the number of examples IN a batch.",
)
def _(n_examples, batch_size, rng):
    return np.array_split(rng.permutation(n_examples), batch_size)


@minibatches_exercise.misconception(
    "rest_added_to_the_last",
    "You put what is left over into the last full batch, which is then larger than `batch_size`. It makes "
    "a short batch of its own.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    n_batches = max(n_examples // batch_size, 1)
    ends = [*(i * batch_size for i in range(1, n_batches)), n_examples]
    return [order[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


@minibatches_exercise.misconception(
    "short_batch_first",
    "Your short batch comes first. What is left over makes the LAST batch.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    rest = n_examples % batch_size
    return ([order[:rest]] if rest else []) + _cut(order[rest:], batch_size)


@minibatches_exercise.misconception(
    "empty_batch_at_the_end",
    "When `batch_size` divides the number of examples you add an empty batch at the end. The starts are 0, "
    "batch_size, … BELOW n_examples.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n_examples // batch_size + 1)]


@minibatches_exercise.misconception(
    "step_of_one",
    "Your batches overlap: the starts go up by 1. They go up by `batch_size`.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(n_examples)]


@minibatches_exercise.misconception(
    "step_of_one_full_batches",
    "Your batches overlap: they are all the windows of the order, starts going up by 1. They go up by "
    "`batch_size`.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(n_examples - batch_size + 1)]


@minibatches_exercise.misconception(
    "one_too_few_in_each",
    "One example is missing in each batch: the end of a slice is not part of it, so it is `start + "
    "batch_size`.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size - 1] for start in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "one_too_many_in_each",
    "Your batches are one example too long and overlap: the end of a slice is not part of it, so it is "
    "`start + batch_size`.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size + 1] for start in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "slices_grow",
    "Every batch begins at 0 or runs to `start` only: your slices grow. Each begins at `start` and holds "
    "`batch_size` examples.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[: start + batch_size] for start in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "slices_to_the_end",
    "Every batch runs to the end of the order. Each holds `batch_size` examples: give the slice an end.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start:] for start in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "first_batch_only",
    "You return a list with one batch. The whole order is cut up: as many batches as there are until every "
    "example has come.",
)
def _(n_examples, batch_size, rng):
    return [rng.permutation(n_examples)[:batch_size]]


@minibatches_exercise.misconception(
    "one_batch_for_a_list",
    "You return one array. A LIST of batches is wanted, as many arrays as it takes until every example has "
    "come.",
)
def _(n_examples, batch_size, rng):
    return rng.permutation(n_examples)[:batch_size]


@minibatches_exercise.misconception(
    "list_of_numbers",
    "You return a list of single examples. Each entry of the list is a batch, an array of `batch_size` of "
    "them.",
)
def _(n_examples, batch_size, rng):
    return rng.permutation(n_examples).tolist()


@minibatches_exercise.misconception(
    "one_example_each",
    "Each of your batches holds one example, whatever `batch_size` is.",
)
def _(n_examples, batch_size, rng):
    return [np.array([i]) for i in rng.permutation(n_examples)]


@minibatches_exercise.misconception(
    "whole_set_in_one_batch",
    "You put all examples into one batch. Cut after every `batch_size` of them.",
)
def _(n_examples, batch_size, rng):
    return [rng.permutation(n_examples)]


@minibatches_exercise.misconception(
    "generator",
    "`yield` (or round brackets around `… for …`) makes a generator, which can be used up once. A list of "
    "batches is wanted.",
)
def _(n_examples, batch_size, rng):
    yield from _cut(rng.permutation(n_examples), batch_size)


@minibatches_exercise.misconception(
    "floats",
    "Your ids are floats, and an array cannot be indexed with floats. Keep them whole numbers.",
)
def _(n_examples, batch_size, rng):
    return _cut(rng.permutation(n_examples).astype(float), batch_size)


@minibatches_exercise.misconception(
    "shuffle_returns_none",
    "`rng.shuffle` shuffles its argument in place and returns None: `order = rng.shuffle(…)` is None. "
    "Shuffle first, then use the array; or take `rng.permutation`.",
)
def _(n_examples, batch_size, rng):
    order = rng.shuffle(np.arange(n_examples))
    return [order[start : start + batch_size] for start in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "random_numbers",
    "You return random numbers between 0 and 1. Wanted are the ids of examples, whole numbers from 0 to "
    "n_examples − 1, each once.",
)
def _(n_examples, batch_size, rng):
    return _cut(rng.random(n_examples), batch_size)


@minibatches_exercise.misconception(
    "reversed",
    "Your order is not random: the examples come backwards. Shuffle them with `rng`.",
)
def _(n_examples, batch_size, rng):
    return _cut(np.arange(n_examples)[::-1], batch_size)


@minibatches_exercise.misconception(
    "with_replacement_last_full",
    "You draw each batch with replacement: examples come twice, others never (and the last batch is always "
    "full). Put ALL examples into a random order, and cut.",
)
def _(n_examples, batch_size, rng):
    return [rng.integers(0, n_examples, batch_size) for _ in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "with_replacement_last_dropped",
    "You draw each batch with replacement: examples come twice, others never (and the rest that makes no "
    "full batch is forgotten). Put ALL examples into a random order, and cut.",
)
def _(n_examples, batch_size, rng):
    return [rng.integers(0, n_examples, batch_size) for _ in range(n_examples // batch_size)]


@minibatches_exercise.misconception(
    "each_batch_drawn_anew_last_full",
    "Each batch is drawn from ALL examples again: over the batches some come twice and others never. "
    "Shuffle once, and cut.",
)
def _(n_examples, batch_size, rng):
    size = min(batch_size, n_examples)
    return [rng.permutation(n_examples)[:size] for _ in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "each_batch_drawn_anew_too_large",
    "Each batch is drawn from ALL examples again: over the batches some come twice and others never (and a "
    "batch larger than the data cannot be drawn at all). Shuffle once, and cut.",
)
def _(n_examples, batch_size, rng):
    return [rng.choice(n_examples, batch_size, replace=False) for _ in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "each_batch_drawn_anew_last_dropped",
    "Each batch is drawn from ALL examples again: over the batches some come twice and others never. "
    "Shuffle once, and cut; what is left over makes a short batch.",
)
def _(n_examples, batch_size, rng):
    return [rng.permutation(n_examples)[:batch_size] for _ in range(n_examples // batch_size)]


@minibatches_exercise.misconception(
    "slice_ends_at_batch_size",
    "Your slices end at `batch_size` whatever their start is, so that all but the first are empty: the end "
    "is `start + batch_size`.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start:batch_size] for start in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "batch_size_batches_cut",
    "You make `batch_size` batches, some of them empty or examples left over. There are as many batches as "
    "it takes until every example has come.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(batch_size)]


@minibatches_exercise.misconception(
    "starts_from_one",
    "Your first batch starts at place 1 of the order, so one example never comes. Places count from 0.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(1, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "always_one_batch_less",
    "Your last batch never comes, full or not: the range of the starts ends too early.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(0, n_examples - batch_size, batch_size)]


@minibatches_exercise.misconception(
    "reshaped",
    "`reshape(-1, batch_size)` works only when `batch_size` divides the number of examples, and it gives "
    "one matrix. Slices may be short: a list of them.",
)
def _(n_examples, batch_size, rng):
    return rng.permutation(n_examples).reshape(-1, batch_size)


@minibatches_exercise.misconception(
    "reshaped_to_a_list",
    "`reshape(-1, batch_size)` works only when `batch_size` divides the number of examples. Slices may be "
    "short.",
)
def _(n_examples, batch_size, rng):
    return list(rng.permutation(n_examples).reshape(-1, batch_size))


@minibatches_exercise.misconception(
    "np_split",
    "`np.split` into equal parts fails when `batch_size` does not divide the number of examples. Slices "
    "may be short.",
)
def _(n_examples, batch_size, rng):
    return np.split(rng.permutation(n_examples), n_examples / batch_size)


@minibatches_exercise.misconception(
    "sets",
    "Your batches are sets. An array cannot be indexed with a set: make each batch an array of ints.",
)
def _(n_examples, batch_size, rng):
    return [set(batch.tolist()) for batch in _cut(rng.permutation(n_examples), batch_size)]


@minibatches_exercise.misconception(
    "masks",
    "Your batches are masks of True and False. Wanted are the numbers of the examples.",
)
def _(n_examples, batch_size, rng):
    return [np.isin(np.arange(n_examples), batch) for batch in _cut(rng.permutation(n_examples), batch_size)]


@minibatches_exercise.misconception(
    "pairs",
    "You return pairs (number, batch), or batches inside of something. A plain list of arrays is wanted.",
)
def _(n_examples, batch_size, rng):
    return list(enumerate(_cut(rng.permutation(n_examples), batch_size)))


@minibatches_exercise.misconception(
    "dictionary",
    "You return a dictionary. A list of batches is wanted.",
)
def _(n_examples, batch_size, rng):
    return dict(enumerate(_cut(rng.permutation(n_examples), batch_size)))


@minibatches_exercise.misconception(
    "one_batch_more",
    "There is one batch more than needed: it repeats examples that have come already.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [*_cut(order, batch_size), order[:batch_size]]


@minibatches_exercise.misconception(
    "shuffled_starts_only",
    "You start each batch at a random example and go on from there in order, or look the starts up in the "
    "random order. Cut the ORDER: `order[start : start + batch_size]`.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [np.arange(i, min(i + batch_size, n_examples)) for i in order[::batch_size]]


@minibatches_exercise.misconception(
    "same_batch_again",
    "Every batch is the same: `start` is not used in the slice.",
)
def _(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[:batch_size] for _ in range(0, n_examples, batch_size)]


@minibatches_exercise.misconception(
    "index_pairs",
    "You return the places where batches start and end. Wanted are the examples of each batch.",
)
def _(n_examples, batch_size, rng):
    return [
        np.array([start, min(start + batch_size, n_examples)]) for start in range(0, n_examples, batch_size)
    ]


@minibatches_exercise.misconception(
    "number_of_batches_returned",
    "You return how many batches there are. Wanted are the batches.",
)
def _(n_examples, batch_size, rng):
    return -(-n_examples // batch_size)


@minibatches_exercise.right
def _(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    rng.shuffle(order)
    batches = []
    while len(order):
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches


@minibatches_exercise.right
def _(n_examples, batch_size, rng):
    return np.split(rng.permutation(n_examples), range(batch_size, n_examples, batch_size))


@minibatches_exercise.right
def _(n_examples, batch_size, rng):
    order = np.argsort(rng.random(n_examples)).tolist()
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


@minibatches_exercise.right
def _(n_examples, batch_size, rng):
    left = list(range(n_examples))
    batches = []
    while left:
        batch = []
        while left and len(batch) < batch_size:
            batch.append(left.pop(rng.integers(len(left))))
        batches.append(np.array(batch))
    return tuple(batches)


@minibatches_exercise.right
def _(n_examples, batch_size, rng):
    order = rng.choice(n_examples, size=n_examples, replace=False)
    n_batches = int(np.ceil(n_examples / batch_size))
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n_batches)]


EXERCISES = (
    numerical_gradient_exercise,
    grad_logits_exercise,
    grad_additive_nlm_exercise,
    gradient_step_exercise,
    minibatches_exercise,
)
