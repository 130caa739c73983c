"""Summing over copies: learners forget one kind of copied axis, count axes from the left, or take a mean."""

import numpy as np

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise

from . import numbers

exercise = Exercise(
    autograd.unbroadcast,
    checks="axes added in front, axes of size 1 in every place, both, a single number, nothing copied",
    explanation=(
        "An entry that broadcasting copied to k places is used k times, so its gradient is the sum of the k "
        "gradients. First the axes that broadcasting put in front are summed away; after that the axes of grad and of "
        "`shape` correspond, and those where `shape` has size 1 are summed with `keepdims=True`."
    ),
    hints=[
        "Adding shape (3,) to shape (2, 3) uses each of the 3 numbers twice. "
        "What is the gradient of a number that is used twice?",
        "Two things to undo, in this order: `grad.ndim - len(shape)` axes too many in front; "
        "then every axis in which `shape` says 1.",
        "`sum` takes a tuple of axes, and `keepdims=True` leaves size 1 where it has summed: that is what the second "
        "kind of axis needs, and the first does not.",
    ],
)

exercise.case(np.array([1.0, 2.0, 4.0]), ())
exercise.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (3,))
exercise.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (2, 1))
exercise.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (2, 3))
exercise.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (1, 3))
exercise.case(numbers(3, 3, seed=1), (3,))
exercise.case(numbers(4, 2, 3, seed=2), (3,))
exercise.case(numbers(4, 2, 3, seed=3), (2, 1))
exercise.case(numbers(4, 2, 3, seed=4), (4, 1, 3))
exercise.case(numbers(4, 2, 3, seed=5), (1, 2, 1))
exercise.case(numbers(2, 2, 2, seed=6), (2, 1))
exercise.case(numbers(5, 1, 3, seed=7), (1, 3))
exercise.case(numbers(1, 3, seed=8), (1, 1))
exercise.drawn(lambda rng: _drawn(rng.integers(1, 5, rng.integers(1, 5)), rng), 5)


def _drawn(sizes, rng):
    """A gradient of these sizes, and a shape without some in front, and with a 1 for some others."""
    shape = np.where(rng.random(len(sizes)) < 0.5, 1, sizes)[rng.integers(0, len(sizes) + 1) :]
    return rng.normal(size=sizes), tuple(shape.tolist())


def front(grad, shape):
    """The axes that broadcasting put in front."""
    return tuple(range(grad.ndim - len(shape)))


def stretched(shape, first=0):
    """The axes of size 1, counted from `first`."""
    return tuple(first + axis for axis, size in enumerate(shape) if size == 1)


def copied(grad, shape):
    """Both, as axes of grad."""
    return front(grad, shape) + stretched(shape, grad.ndim - len(shape))


exercise.mistake("only_leading", lambda grad, shape: grad.sum(axis=front(grad, shape))).says(
    "You sum the axes that were added in front, but leave those of size 1 in `shape`: they were stretched, copied too."
)
exercise.mistakes(
    only_size_one=lambda grad, shape: grad.sum(axis=stretched(shape, grad.ndim - len(shape)), keepdims=True),
    only_size_one_from_the_left=lambda grad, shape: grad.sum(axis=stretched(shape), keepdims=True),
    only_size_one_reshaped=lambda grad, shape: grad.sum(axis=stretched(shape), keepdims=True).reshape(shape),
).says("You sum the axes of size 1, but not those in front: going from (3,) to (2, 3) copied every number twice.")
exercise.mistakes(
    mean_for_sum=lambda grad, shape: grad.mean(axis=copied(grad, shape)).reshape(shape),
    front_averaged=lambda grad, shape: grad.mean(axis=front(grad, shape)).sum(axis=stretched(shape), keepdims=True),
    stretched_averaged=lambda grad, shape: grad.sum(axis=front(grad, shape)).mean(axis=stretched(shape), keepdims=True),
).says("You average over copies. Their gradients add up: a number used 3 times with gradients 1, 2 and 4 has 7.")
exercise.mistakes(
    first_copy=lambda grad, shape: grad[
        (0,) * (grad.ndim - len(shape)) + tuple(slice(1) if size == 1 else slice(None) for size in shape)
    ],
    first_copies_from_the_left=lambda grad, shape: grad[tuple(slice(size) for size in shape)],
    largest_copy=lambda grad, shape: grad.max(axis=copied(grad, shape)).reshape(shape),
).says("You keep one of the copies' gradients. Every copy had its influence on the loss: all are added.")
exercise.mistake("size_one_axis_lost", lambda grad, shape: grad.sum(axis=copied(grad, shape))).says(
    "Your sums are right, but the axis of size 1 has vanished: from (2, 3) back to (2, 1), not to (2,)."
)
exercise.mistake("front_axis_kept", lambda grad, shape: grad.sum(axis=copied(grad, shape), keepdims=True)).says(
    "The axes that were added in front are still there, with size 1. The small array had none: (3,), not (1, 3)."
)


def differing(grad, shape):
    """Where the sizes differ, compared from the left."""
    return tuple(axis for axis, (g, s) in enumerate(zip(grad.shape, shape, strict=False)) if g != s)


@exercise.mistake("axes_that_move").says(
    "Your loop sums axis i, and the axes after it move up: the next i names another. Sum axis 0 each time, or all axes "
    "at once, as a tuple."
)
def axes_that_move(grad, shape):
    for axis in front(grad, shape):
        grad = grad.sum(axis=axis)
    return grad.sum(axis=stretched(shape), keepdims=True)


@exercise.mistake("sizes_of_one_in_a_loop").says(
    "In your loop an axis that is summed vanishes, and the ones after it move up. `keepdims=True` leaves size 1 there."
)
def sizes_of_one_in_a_loop(grad, shape):
    grad = grad.sum(axis=front(grad, shape))
    for axis in stretched(shape):
        grad = grad.sum(axis=axis)
    return grad


@exercise.mistake("sizes_of_one_in_a_loop_reshaped").says(
    "In your loop an axis that is summed vanishes, and the ones after it move up: the next number names another, or "
    "none. `keepdims=True` leaves size 1 there."
)
def sizes_of_one_in_a_loop_reshaped(grad, shape):
    return sizes_of_one_in_a_loop(grad, shape).reshape(shape)


@exercise.mistake("first_size_looked_at").says(
    "A `return` inside the loop: only the first axis of `shape` is looked at. It stands after the loop."
)
def first_size_looked_at(grad, shape):
    grad = grad.sum(axis=front(grad, shape))
    return grad.sum(axis=stretched(shape[:1]), keepdims=True)


@exercise.mistake("added_onto_zeros").says(
    "You add grad onto zeros of `shape`. `+=` stretches what is small, it does not sum what is large: sum first."
)
def added_onto_zeros(grad, shape):
    total = np.zeros(shape)
    total += grad
    return total


@exercise.mistake("rows_added").says(
    "You add up the rows of grad, along its first axis, whatever was copied. `shape` says which axes are summed."
)
def rows_added(grad, shape):
    total = np.zeros(shape)
    for row in grad:
        total += row
    return total


exercise.mistake("axes_as_a_list", lambda grad, shape: grad.sum(axis=list(front(grad, shape)))).says(
    "`axis` takes one number or a TUPLE of them, no list. And sizes of 1 in `shape` are summed as well."
)
exercise.mistakes(
    not_moved_by_the_front=lambda grad, shape: grad.sum(axis=tuple({*front(grad, shape), *stretched(shape)})).reshape(
        shape
    ),
).says(
    "Axis i of `shape` is axis i + `grad.ndim - len(shape)` of grad, which has more axes in front. You leave that out."
)
exercise.mistakes(
    product=lambda grad, shape: grad.prod(axis=copied(grad, shape)).reshape(shape),
).says("You multiply the copies' gradients. Every copy adds its influence to the loss: sum.")
exercise.mistake("front_averaged_and_no_sizes", lambda grad, shape: grad.mean(axis=front(grad, shape))).says(
    "Two things. You average over copies, whose gradients add up; and the axes of size 1 in `shape` are left out."
)

FROM_THE_LEFT = (
    "You compare the sizes from the left. Shapes line up at the RIGHT end: the (3,) in (2, 3) is the last axis."
)
exercise.mistakes(
    aligned_from_the_left_kept=lambda grad, shape: grad.sum(axis=differing(grad, shape), keepdims=True),
    aligned_from_the_left_reshaped=lambda grad, shape: grad.sum(axis=differing(grad, shape), keepdims=True).reshape(
        shape
    ),
    aligned_from_the_left_dropped=lambda grad, shape: grad.sum(axis=differing(grad, shape)),
).says(FROM_THE_LEFT)


@exercise.mistake("aligned_from_the_left").says(FROM_THE_LEFT)
def aligned_from_the_left(grad, shape):
    padded = tuple(shape) + (1,) * (grad.ndim - len(shape))
    axes = tuple(axis for axis, (g, s) in enumerate(zip(grad.shape, padded, strict=True)) if g != s)
    return grad.sum(axis=axes, keepdims=True).reshape(-1)[: int(np.prod(shape))].reshape(shape)


exercise.mistake(
    "size_one_only_without_front",
    lambda grad, shape: grad.sum(axis=stretched(shape), keepdims=True).sum(axis=front(grad, shape)),
).says("Your axis numbers count from the left of `shape`, but grad has more axes in front. Take those away first.")
exercise.mistake(
    "one_front_axis",
    lambda grad, shape: grad.sum(axis=front(grad, shape)[:1]).sum(
        axis=stretched(shape, max(grad.ndim - len(shape) - 1, 0)), keepdims=True
    ),
).says("You take away one axis in front, even when broadcasting added several: from (3,) to (4, 2, 3) it added two.")
exercise.mistake(
    "one_stretched_axis",
    lambda grad, shape: grad.sum(axis=front(grad, shape)).sum(axis=stretched(shape)[:1], keepdims=True),
).says("You sum over one axis of size 1 and stop. Several may have been stretched: (1, 2, 1) in (4, 2, 3) has two.")
exercise.mistake(
    "last_axes",
    lambda grad, shape: grad.sum(axis=tuple(range(len(shape), grad.ndim))).sum(axis=stretched(shape), keepdims=True),
).says("You sum away the axes at the end. Broadcasting adds new axes in FRONT: (3,) becomes (2, 3).")
exercise.mistakes(
    always_the_first_axis=lambda grad, shape: grad.sum(axis=0),
    always_the_first_axis_reshaped=lambda grad, shape: grad.sum(axis=0).reshape(shape),
).says("You always sum over the first axis, and only over that. `shape` says which axes were added or stretched.")
exercise.mistakes(
    total_everywhere=lambda grad, shape: np.full(shape, grad.sum()), one_number=lambda grad, shape: grad.sum()
).says("You sum ALL entries. Only the copies of the same entry are added together; `shape` says what is left.")
exercise.mistakes(
    reshaped=lambda grad, shape: np.resize(grad, shape),
    reshape_alone=lambda grad, shape: grad.reshape(shape),
    broadcast=lambda grad, shape: np.broadcast_to(grad, shape),
).says("You change the shape without adding. Grad has more numbers than `shape` has room for: sum over the copies.")
exercise.mistake(
    "single_number_forgotten", lambda grad, shape: autograd.unbroadcast(grad, shape) if shape else grad
).says("You return grad as it is where `shape` is (): a single number was copied to every place: sum over ALL axes.")


@exercise.right
def axis_by_axis(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


exercise.right(lambda grad, shape: np.add.reduce(grad, axis=copied(grad, shape)).reshape(shape).tolist())


@exercise.right
def added_at_the_place_of_origin(grad, shape):
    total = np.zeros(shape)
    place = np.broadcast_to(np.arange(total.size).reshape(shape), grad.shape)  # where each copy came from
    np.add.at(total.reshape(-1), place, grad)
    return total


@exercise.right
def entry_by_entry(grad, shape):
    total = np.zeros(shape)
    for index, value in np.ndenumerate(grad):
        own = index[grad.ndim - len(shape) :]
        total[tuple(0 if size == 1 else i for i, size in zip(own, shape, strict=True))] += value
    return total
