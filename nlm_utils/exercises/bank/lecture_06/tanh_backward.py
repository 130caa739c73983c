"""The slope of tanh times grad: learners take tanh once more, forget the square, or leave grad out."""

import numpy as np

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, variants

from . import numbers

exercise = Exercise(
    autograd.tanh_backward,
    checks="arrays of 1 to 3 axes, out = 0, out close to ±1, negative gradients, arguments unchanged",
    explanation=(
        "tanh′(x) = 1 − tanh(x)², and tanh(x) is the `out` we kept from the forward pass: x itself is not needed any "
        "more. The chain rule multiplies by grad, entry by entry."
    ),
    hints=[
        "What is the derivative of tanh? It can be written with tanh(x) alone.",
        "`out` IS tanh(x). Nothing has to be computed again.",
        "The slope at each entry is 1 − out²; multiply it by what comes from above.",
    ],
)

exercise.case(np.array([2.0, 3.0]), np.array([0.0, 0.5]))
exercise.case(np.array([1.0, -1.0, 10.0]), np.array([-0.5, 0.8, 0.3]))
exercise.case(np.array([[2.0, -3.0, 0.5], [1.0, 4.0, -2.0]]), np.array([[0.9, -0.9, 0.1], [0.0, -0.2, 0.6]]))
exercise.case(np.array([5.0, -5.0]), np.array([0.999999, -0.999999]))
exercise.case(numbers(2, 3, 4, seed=41), np.round(np.tanh(numbers(2, 3, 4, seed=42)), 3))
exercise.case(np.array([[1.5], [-2.0]]), np.array([[1.0], [0.25]]))
exercise.case(np.array([2, -1]), np.array([0.5, -0.8]))
exercise.drawn(lambda rng: _drawn(rng.integers(1, 5, rng.integers(1, 4)), rng))


def _drawn(shape, rng):
    return rng.normal(size=shape), np.tanh(rng.normal(size=shape))


exercise.mistakes(
    tanh_again=lambda grad, out: grad * (1 - np.tanh(out) ** 2),
    tanh_again_not_squared=lambda grad, out: grad * (1 - np.tanh(out)),
    tanh_again_without_grad=lambda grad, out: 1 - np.tanh(out) ** 2,
    tanh_for_slope=lambda grad, out: grad * np.tanh(out),
).says("You take tanh of `out`, which already is tanh(x). The gradient is grad · (1 − out²).")
exercise.mistakes(
    not_squared=lambda grad, out: grad * (1 - out),
    difference_squared=lambda grad, out: grad * (1 - out) ** 2,
    doubled=lambda grad, out: grad * (1 - 2 * out),
    absolute_value=lambda grad, out: grad * (1 - np.abs(out)),
).says("The slope is 1 − out², with out alone squared: 0.75 at out = −0.5, and never more than 1.")
exercise.mistake("not_squared_without_grad", lambda grad, out: 1 - out).says(
    "Two things: out is squared in the slope, 1 − out²; and the slope is multiplied by grad."
)
exercise.mistake("grad_missing", lambda grad, out: 1 - out**2).says(
    "That is the slope of tanh alone. The chain rule multiplies it by grad, which comes from above."
)
exercise.mistakes(plus=lambda grad, out: grad * (1 + out**2), sign=lambda grad, out: grad * (out**2 - 1)).says(
    "A sign is wrong. The slope is 1 − out²: largest at 0, never negative, and nearly 0 where out comes close to ±1."
)
exercise.mistake("grad_added", lambda grad, out: grad + (1 - out**2)).says(
    "You add grad to the slope. The chain rule multiplies: dL/dx = dL/d(out) · d(out)/dx."
)
exercise.mistake("brackets_missing", lambda grad, out: grad * 1 - out**2).says(
    "Brackets: `grad * 1 - out**2` is grad − out². The whole slope is multiplied by grad."
)
exercise.mistake("grad_squared_too", lambda grad, out: 1 - (grad * out) ** 2).says(
    "You multiply by grad inside the square: 1 − (grad·out)². Square out alone; grad is a factor of the whole."
)
exercise.mistake("sigmoid", lambda grad, out: grad * out * (1 - out)).says(
    "out·(1 − out) is the slope of the sigmoid. That of tanh is 1 − out²; at out = 0 it is 1, not 0."
)
exercise.mistakes(square_alone=lambda grad, out: grad * out**2, out_for_slope=lambda grad, out: grad * out).says(
    "You multiply by the value of tanh, or by its square. The chain rule wants the slope, what is left of 1: 1 − out²."
)
exercise.mistake("out_for_grad", lambda grad, out: out * (1 - out**2)).says(
    "You multiply the slope by out. The other factor is grad, which comes from above."
)
exercise.mistakes(
    tanh_of_grad=lambda grad, out: np.tanh(grad),
    slope_at_grad=lambda grad, out: out * (1 - grad**2),
    slope_at_grad_times_grad=lambda grad, out: grad * (1 - grad**2),
    tanh_of_grad_in_the_slope=lambda grad, out: 1 - np.tanh(grad) ** 2,
).says("You take tanh or its slope at grad. The slope belongs to the forward value, 1 − out²; grad is the factor.")
exercise.mistake("summed", lambda grad, out: (grad * (1 - out**2)).sum()).says(
    "You add everything up into one number. Each x has its own gradient: the result has the shape of out."
)
exercise.mistakes(
    summed_over_the_first_axis=lambda grad, out: (grad * (1 - out**2)).sum(axis=0),
    summed_over_the_last_axis=lambda grad, out: (grad * (1 - out**2)).sum(axis=-1),
).says("You sum over an axis. Each x has its own gradient: the result has the shape of out.")
exercise.mistakes(
    matrix_product=lambda grad, out: grad @ (1 - out**2), dot_product=lambda grad, out: np.dot(grad, 1 - out**2)
).says("`@` and `np.dot` multiply AND add up. Every x has a slope of its own: multiply entry by entry, with `*`.")
exercise.mistakes(
    jacobian=lambda grad, out: np.diag(1 - out**2) @ grad,
    jacobian_on_the_right=lambda grad, out: grad @ np.diag(1 - out**2),
    jacobian_times=lambda grad, out: np.diag(1 - out**2) * grad,
).says("`np.diag` makes the Jacobian of ONE vector. tanh works entry by entry: 1 − out² times grad fits every shape.")
exercise.mistake("slope_of_relu", lambda grad, out: grad * (out > 0)).says(
    "You take the slope of ReLU, 0 or 1. That of tanh is 1 − out²."
)
exercise.mistake("other_power", lambda grad, out: grad * (1 - out**3)).says(
    "You raise out to another power. The slope of tanh is 1 − out², with a square."
)
exercise.mistake("squashed_again", lambda grad, out: grad * (1 - out) / (1 + out)).says(
    "You divide by 1 + out. The slope is 1 − out², which is (1 − out) TIMES (1 + out)."
)
exercise.mistake("root", lambda grad, out: grad * np.sqrt(1 - out**2)).says(
    "√(1 − out²) is the cosine that belongs to a sine. The slope of tanh is 1 − out², without the root."
)
exercise.mistakes(
    back_to_x=lambda grad, out: grad * (1 - np.arctanh(out) ** 2),
    inverse_function=lambda grad, out: grad * np.arctanh(out),
).says("You undo the tanh. Nothing has to be undone: grad is multiplied by 1 − tanh(x)², and tanh(x) is `out`.")
exercise.mistake("slope_of_inverse", lambda grad, out: grad / (1 - out**2)).says(
    "You divide by the slope. That is the rule for the inverse function; the chain rule multiplies."
)
exercise.mistakes(
    slope_times_out=lambda grad, out: grad * out * (1 - out**2),
    derivative_of_the_square=lambda grad, out: 2 * grad * out * (1 - out**2),
    derivative_of_the_slope=lambda grad, out: -2 * grad * out * (1 - out**2),
).says("There is a factor out too many: tanh² and the slope have such derivatives, tanh itself has 1 − out².")

exercise.mistakes(twice_out=lambda grad, out: grad * 2 * out, minus_twice_out=lambda grad, out: -grad * 2 * out).says(
    "±2·out is what you get for the square of out. The slope of tanh is 1 − out², which is not derived once more."
)
exercise.mistake("slope_squared", lambda grad, out: grad * (1 - out**2) ** 2).says(
    "You square the whole slope. Only out is squared: 1 − out²."
)
exercise.mistake("one_missing", lambda grad, out: -grad * out**2).says(
    "The 1 is missing: the slope of tanh is 1 − out², the largest, 1, at out = 0."
)
exercise.mistake("grad_inside", lambda grad, out: 1 - grad * out**2).says(
    "Brackets: grad multiplies the whole slope, grad·(1 − out²), not out² alone."
)
exercise.mistake("added_to_out", lambda grad, out: grad + out).says(
    "You add grad to out. The chain rule multiplies grad by the slope: grad·(1 − out²)."
)
exercise.mistakes(
    root_of_the_difference=lambda grad, out: grad * np.sqrt(1 - out),
    slope_of_the_root=lambda grad, out: grad * np.sqrt(np.abs(out)),
).says("You take a root. The slope of tanh is 1 − out², with a square.")
for id, (slope, words) in {
    "plus": (lambda out: 1 + out**2, "The slope is 1 MINUS out²"),
    "sign": (lambda out: out**2 - 1, "The slope is 1 − out², not the other way round"),
    "sigmoid": (lambda out: out * (1 - out), "out·(1 − out) is the slope of a sigmoid, that of tanh is 1 − out²"),
    "square_alone": (lambda out: out**2, "The slope is what is left of 1: 1 − out²"),
    "one_missing": (lambda out: -(out**2), "The slope is 1 − out²: the 1 is missing"),
    "twice_out": (lambda out: 2 * out, "The slope is 1 − out², not 2·out"),
    "minus_twice_out": (lambda out: -2 * out, "The slope is 1 − out², not −2·out"),
    "difference_squared": (lambda out: (1 - out) ** 2, "The slope is 1 − out², with out alone squared"),
}.items():
    exercise.mistake(f"{id}_without_grad", lambda grad, out, slope=slope: slope(out)).says(
        f"Two things. {words}; and the chain rule multiplies it by grad."
    )
for id, (wrong, words) in {
    "not_squared_and_sign": (lambda grad, out: grad * (out - 1), "out is squared in the slope; and the sign is wrong"),
    "not_squared_and_swapped": (
        lambda grad, out: out * (1 - grad),
        "grad and out have changed places; and it is out that is squared",
    ),
    "not_squared_and_brackets": (
        lambda grad, out: grad - out,
        "out is squared in the slope; and it stands in brackets, since grad multiplies all of it",
    ),
    "minus_and_not_squared_without_grad": (lambda grad, out: out - 1, "out is squared; grad and a sign are missing"),
    "tanh_again_summed": (
        lambda grad, out: (grad * (1 - np.tanh(out) ** 2)).sum(),
        "`out` already is tanh(x); and nothing is summed, for each x has its own gradient",
    ),
}.items():
    exercise.mistake(id, wrong).says(f"Two things: {words}. It is grad · (1 − out²).")
exercise.takes(
    argument("grad", square="grad_squared", inverse="divided_by_grad", transposed="grad_transposed"),
    variants(
        "slope_at_least",
        (0.1, 0.01, 0.001, 1e-4),
        lambda least: lambda grad, out: grad * np.maximum(1 - out**2, least),
        "You do not let the slope fall below {value}. Near out = ±1 tanh is flat, and the slope is as small as it is.",
    ),
)
exercise.mistake("slope_summed", lambda grad, out: grad * (1 - out**2).sum()).says(
    "You add the slopes up. Each x has its own: grad times 1 − out², entry by entry."
)
exercise.mistake("outer", lambda grad, out: np.outer(grad, 1 - out**2)).says(
    "`np.outer` multiplies every grad by every slope. Each grad has its own slope: `*`, entry by entry."
)


@exercise.mistake("first_row_only").says("A `return` inside the loop: only the first entry (or row) is computed.")
def first_row_only(grad, out):
    result = np.zeros(grad.shape)
    result[0] = grad[0] * (1 - out[0] ** 2)
    return result


@exercise.mistake("array_of_one_axis").says(
    "Your array has `len(grad)` places, one for each ROW. It has the shape of grad, which may have several axes: "
    "`np.zeros(grad.shape)`. Without a loop, `*` does all entries."
)
def array_of_one_axis(grad, out):
    result = np.zeros(len(grad))
    for i in range(len(grad)):
        result[i] = grad[i] * (1 - out[i] ** 2)
    return result


exercise.right(lambda grad, out: grad - grad * out * out)
exercise.right(lambda grad, out: ((1 + out) * (1 - out) * grad).tolist())
exercise.right(lambda grad, out: grad / np.cosh(np.arctanh(out)) ** 2)
