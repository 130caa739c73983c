"""unbroadcast."""

import numpy as np

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise

from .common import numbers

exercise = Exercise(
    autograd.unbroadcast,
    checks="axes added in front, axes of size 1 in every place, both, a single number, nothing copied",
    explanation=(
        "An entry that broadcasting copied to k places is used k times, so its gradient is the sum of the k "
        "gradients. First the axes that broadcasting put in front are summed away; after that the axes of grad and of "
        "`shape` correspond, and those where `shape` has size 1 are summed with `keepdims=True`."
    ),
    hints=[
        (
            "Adding shape (3,) to shape (2, 3) uses each of the 3 numbers twice. What is the gradient of a number "
            "that is used twice?"
        ),
        (
            "Two things to undo, in this order: `grad.ndim - len(shape)` axes too many in front; then every axis in "
            "which `shape` says 1."
        ),
        (
            "`sum` takes a tuple of axes, and `keepdims=True` leaves size 1 where it has summed: that is what the "
            "second kind of axis needs, and the first does not."
        ),
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


def _copied_axes(grad, shape) -> tuple[int, ...]:
    """All the axes of grad that broadcasting made or stretched."""
    front = grad.ndim - len(shape)
    return tuple(range(front)) + tuple(front + axis for axis, size in enumerate(shape) if size == 1)


exercise.mistake("mean_for_sum", lambda grad, shape: grad.mean(axis=_copied_axes(grad, shape)).reshape(shape)).says(
    "You average over the copies. Each copy changes the loss by itself, so the gradients of the copies add up: a "
    "number used 3 times with gradients 1, 2 and 4 has gradient 7."
)
exercise.mistake("only_leading", lambda grad, shape: grad.sum(axis=tuple(range(grad.ndim - len(shape))))).says(
    "You sum the axes that were added in front, but leave those that were stretched: an axis of size 1 in `shape` was "
    "copied as well."
)


@exercise.mistake("only_size_one").says(
    "You sum the axes where `shape` has size 1, but not the axes that broadcasting added in front: going from (3,) to "
    "(2, 3) copied every number twice."
)
def only_size_one(grad, shape):
    front = grad.ndim - len(shape)
    return grad.sum(axis=tuple(front + axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


@exercise.mistake("size_one_only_without_front").says(
    "Your axis numbers count from the left of `shape` while grad still has its extra axes in front, so the wrong axes "
    "are summed. Shapes line up at the right end: take the front axes away first."
)
def size_one_only_without_front(grad, shape):
    grad = grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


@exercise.mistake("aligned_from_the_left").says(
    "You compare the sizes from the left. Broadcasting lines shapes up at the RIGHT end: the (3,) in (2, 3) is the "
    "last axis, not the first."
)
def aligned_from_the_left(grad, shape):
    padded = tuple(shape) + (1,) * (grad.ndim - len(shape))
    axes = tuple(axis for axis, (g, s) in enumerate(zip(grad.shape, padded, strict=True)) if g != s)
    return grad.sum(axis=axes, keepdims=True).reshape(-1)[: int(np.prod(shape))].reshape(shape)


exercise.mistake("size_one_axis_lost", lambda grad, shape: grad.sum(axis=_copied_axes(grad, shape))).says(
    "Your sums are right, but the axis of size 1 has vanished: from (2, 3) back to (2, 1), not to (2,). The gradient "
    "has exactly the shape of what was broadcast."
)
exercise.mistake("front_axis_kept", lambda grad, shape: grad.sum(axis=_copied_axes(grad, shape), keepdims=True)).says(
    "The axes that broadcasting added in front are still there, with size 1. The small array did not have them, so "
    "its gradient has not: shape (3,), not (1, 3)."
)


@exercise.mistake("one_front_axis").says(
    "You take away one axis in front, even when broadcasting added several: from (3,) to (4, 2, 3) it added two."
)
def one_front_axis(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    axes = tuple(grad.ndim - len(shape) + axis for axis, size in enumerate(shape) if size == 1)
    return grad.sum(axis=axes, keepdims=True)


@exercise.mistake("one_stretched_axis").says(
    "You sum over one axis of size 1 and stop. Several may have been stretched: (1, 2, 1) in (4, 2, 3) has two."
)
def one_stretched_axis(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=shape.index(1), keepdims=True) if 1 in shape else grad


@exercise.mistake("first_copy").says(
    "You keep one copy and throw the others away. Every copy had its influence on the loss: their gradients are added."
)
def first_copy(grad, shape):
    for _axis in range(grad.ndim - len(shape)):
        grad = grad[0]
    return grad[tuple(slice(1) if size == 1 else slice(None) for size in shape)]


@exercise.mistake("last_axes").says(
    "You sum away the axes at the end. Broadcasting adds new axes in FRONT: (3,) becomes (2, 3)."
)
def last_axes(grad, shape):
    n = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(grad.ndim - n, grad.ndim)))
    return grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


exercise.mistake("total_everywhere", lambda grad, shape: np.full(shape, grad.sum())).says(
    "You put the sum over ALL entries into every place. Only the copies of the same entry are added together."
)
exercise.mistake("unchanged", lambda grad, shape: grad).says(
    "You return grad as it came. Where something was broadcast, grad has the large shape; the gradient of the small "
    "array has the small one."
)
exercise.mistake("reshaped", lambda grad, shape: np.resize(grad, shape)).says(
    "You bring the entries into the right shape by cutting off or repeating, without adding any: the numbers that do "
    "not fit are lost. Sum over the axes that were copied."
)
exercise.mistake("largest_copy", lambda grad, shape: grad.max(axis=_copied_axes(grad, shape)).reshape(shape)).says(
    "You take the largest of the copies' gradients. They are added: all copies move when the entry moves."
)


@exercise.mistake("front_averaged").says(
    "You average over the axes in front, and sum over the others. All copies are added: a mean is as many times too "
    "small as there are copies."
)
def front_averaged(grad, shape):
    grad = grad.mean(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


@exercise.mistake("stretched_averaged").says(
    "You sum over the axes in front, and average over those that were stretched. All copies are added."
)
def stretched_averaged(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.mean(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


exercise.mistake("always_the_first_axis", lambda grad, shape: grad.sum(axis=0)).says(
    "You always sum over the first axis, and only over that. Look at `shape`: it says which axes were added or "
    "stretched."
)
exercise.mistake("reshape_alone", lambda grad, shape: grad.reshape(shape)).says(
    "Neither `reshape` nor `broadcast_to` can do it: there are more numbers in grad than `shape` has room for. Sum "
    "over the copies."
)
exercise.mistake("one_number", lambda grad, shape: grad.sum()).says(
    "You sum everything into one number. Only the copies of the same entry are added; `shape` says what is left."
)


@exercise.right
def right_1(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@exercise.right
def right_2(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(axis for axis, (g, s) in enumerate(zip(grad.shape, padded, strict=True)) if g != s)
    return np.add.reduce(grad, axis=axes, keepdims=True).reshape(shape).tolist()


@exercise.right
def right_3(grad, shape):
    total = np.zeros(shape)
    place = np.broadcast_to(np.arange(total.size).reshape(shape), grad.shape)  # where each copy came from
    np.add.at(total.reshape(-1), place, grad)
    return total


@exercise.right
def right_4(grad, shape):
    total = np.zeros(shape, dtype=np.float32)
    for index, value in np.ndenumerate(grad):
        own = index[grad.ndim - len(shape) :]
        total[tuple(0 if size == 1 else i for i, size in zip(own, shape, strict=True))] += value
    return total
