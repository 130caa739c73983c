"""tanh_backward."""

import numpy as np

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise

from .common import numbers

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

exercise.mistake("tanh_again", lambda grad, out: grad * (1 - np.tanh(out) ** 2)).says(
    "You take tanh of `out`, which already is tanh(x). With out = 0.5 the slope is 1 − 0.25 = 0.75."
)
exercise.mistake("not_squared", lambda grad, out: grad * (1 - out)).says(
    "The square is missing: tanh′ = 1 − tanh², and with out = −0.5 the slope is 0.75, not 1.5. The slope of tanh is "
    "never more than 1."
)
exercise.mistake("plus", lambda grad, out: grad * (1 + out**2)).says(
    "You have 1 + out². The slope of tanh is largest at 0 and vanishes where out comes close to ±1: 1 − out²."
)
exercise.mistake("grad_missing", lambda grad, out: 1 - out**2).says(
    "That is the slope of tanh alone. The chain rule multiplies it by grad, which comes from above."
)
exercise.mistake("grad_added", lambda grad, out: grad + (1 - out**2)).says(
    "You add grad to the slope. The chain rule multiplies: dL/dx = dL/d(out) · d(out)/dx."
)
exercise.mistake("brackets_missing", lambda grad, out: grad * 1 - out**2).says(
    "Brackets: `grad * 1 - out**2` is grad − out². The whole slope is multiplied by grad."
)
exercise.mistake("sigmoid", lambda grad, out: grad * out * (1 - out)).says(
    "out·(1 − out) is the slope of the sigmoid. That of tanh is 1 − out²; at out = 0 it is 1, not 0."
)
exercise.mistake("sign", lambda grad, out: grad * (out**2 - 1)).says(
    "The sign is wrong: tanh rises everywhere, so its slope is never negative: 1 − out², not out² − 1."
)
exercise.mistake("square_alone", lambda grad, out: grad * out**2).says(
    "You multiply by out². The slope is what is left of 1: 1 − out²."
)
exercise.mistake("out_for_slope", lambda grad, out: grad * out).says(
    "You multiply by the value of tanh. The chain rule wants its slope, 1 − out²."
)
exercise.mistake("tanh_of_grad", lambda grad, out: np.tanh(grad)).says(
    "You send grad through tanh. Backwards, grad is multiplied by the slope of tanh at the place where the forward "
    "pass has been."
)
exercise.mistake("slope_at_grad", lambda grad, out: out * (1 - grad**2)).says(
    "You take the slope at grad instead of at the forward value: it is 1 − out², times grad."
)
exercise.mistake("grad_squared_too", lambda grad, out: 1 - (grad * out) ** 2).says(
    "You multiply by grad inside the square: 1 − (grad·out)². Square out alone; grad is a factor of the whole."
)
exercise.mistake("root", lambda grad, out: grad * np.sqrt(1 - out**2)).says(
    "√(1 − out²) is the cosine that belongs to a sine. The slope of tanh is 1 − out², without the root."
)
exercise.mistake("slope_of_inverse", lambda grad, out: grad / (1 - out**2)).says(
    "You divide by the slope. That is the rule for the inverse function; the chain rule multiplies."
)
exercise.mistake("back_to_x", lambda grad, out: grad * (1 - np.arctanh(out) ** 2)).says(
    "You go back to x first and then square x. The slope is 1 − tanh(x)², and tanh(x) is `out`: nothing has to be "
    "undone."
)
exercise.mistake("slope_times_out", lambda grad, out: grad * out * (1 - out**2)).says(
    "There is one factor out too many: tanh² has that derivative (up to a 2), tanh itself has 1 − out²."
)
exercise.mistake("summed", lambda grad, out: np.sum(grad * (1 - out**2))).says(
    "You add everything up into one number. Each x has its own gradient: the result has the shape of out."
)


@exercise.mistake("grad_in_place").says(
    "The numbers are right, but `grad *= …` writes into grad, which other nodes may still need. Make a new array."
)
def grad_in_place(grad, out):
    grad *= 1 - out**2
    return grad


exercise.mistake("tanh_again_not_squared", lambda grad, out: grad * (1 - np.tanh(out))).says(
    "You take tanh of `out`, which already is tanh(x), and forget to square it: the slope is 1 − out²."
)
exercise.mistake("tanh_for_slope", lambda grad, out: grad * np.tanh(out)).says(
    "You multiply by tanh of `out`. `out` is tanh(x) already, and the chain rule wants the SLOPE, 1 − out²."
)
exercise.mistake("difference_squared", lambda grad, out: grad * (1 - out) ** 2).says(
    "You square 1 − out as a whole. Only out is squared: 1 − out²."
)
exercise.mistake("doubled", lambda grad, out: grad * (1 - 2 * out)).says(
    "You have 1 − 2·out: that is the derivative of out − out². The slope of tanh is 1 − out²."
)
exercise.mistake("absolute_value", lambda grad, out: grad * (1 - np.abs(out))).says(
    "You have 1 − |out|. It is the square that is subtracted: at out = 0.5 the slope is 0.75."
)
exercise.mistake("derivative_of_the_slope", lambda grad, out: -2 * grad * out * (1 - out**2)).says(
    "That is the derivative of 1 − out², the second derivative of tanh. The first is 1 − out² itself."
)
exercise.mistake("derivative_of_the_square", lambda grad, out: 2 * grad * out * (1 - out**2)).says(
    "That is the derivative of tanh². The derivative of tanh itself is 1 − out², without 2·out in front."
)
exercise.mistake("tanh_again_without_grad", lambda grad, out: 1 - np.tanh(out) ** 2).says(
    "Two things: `out` is tanh(x) already, so no tanh of it; and the slope is multiplied by grad."
)
exercise.mistake("not_squared_without_grad", lambda grad, out: 1 - out).says(
    "Two things: out is squared in the slope, 1 − out²; and the slope is multiplied by grad."
)
exercise.mistake("slope_at_grad_times_grad", lambda grad, out: grad * (1 - grad**2)).says(
    "You take the slope at grad instead of at the forward value: `out` goes into 1 − out², grad is the factor."
)
exercise.mistake("tanh_of_grad_in_the_slope", lambda grad, out: 1 - np.tanh(grad) ** 2).says(
    "You take the slope of tanh at grad. It belongs to the place where the forward pass has been: 1 − out², and that "
    "is multiplied by grad."
)
exercise.mistake("out_for_grad", lambda grad, out: out * (1 - out**2)).says(
    "You multiply the slope by out. The other factor is grad, which comes from above."
)
exercise.mistake("inverse_function", lambda grad, out: grad * np.arctanh(out)).says(
    "You undo the tanh. Going backwards is no undoing: it multiplies grad by the slope, 1 − out²."
)

exercise.right(lambda grad, out: grad - grad * out * out)
exercise.right(lambda grad, out: ((1 + out) * (1 - out) * grad).tolist())
exercise.right(lambda grad, out: grad.astype(np.float32) / np.cosh(np.arctanh(out)) ** 2)


@exercise.right
def right_1(grad, out):
    result = np.empty(out.shape)
    for place in np.ndindex(out.shape):
        result[place] = grad[place] * (1 - out[place] ** 2)
    return result
