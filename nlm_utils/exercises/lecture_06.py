"""The exercises of lecture 06: the rules that carry a gradient backwards, and the order to apply them in.

`unbroadcast`, `tanh_backward`, `log_softmax_backward` and `topological_order` are the engine's own
(autograd.py); of the two others it has a batched and a sparse version, and the short ones stand here.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from scipy import sparse, special

from .. import autograd
from .definition import Exercise

LECTURE = "06_backpropagation"


def _numbers(*shape: int, seed: int) -> np.ndarray:
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    return np.round(np.random.default_rng(seed).normal(0, 2, size=shape), 1)


# --- unbroadcast ------------------------------------------------------------------------------------------

unbroadcast_exercise = Exercise(
    autograd.unbroadcast,
    lecture=LECTURE,
    checks="axes added in front, axes of size 1 in every place, both, a single number, nothing copied",
    explanation=(
        "An entry that broadcasting copied to k places is used k times, so its gradient is the sum of the k "
        "gradients. First the axes that broadcasting put in front are summed away; after that the axes of "
        "grad and of `shape` correspond, and those where `shape` has size 1 are summed with `keepdims=True`."
    ),
    hints=[
        "Adding shape (3,) to shape (2, 3) uses each of the 3 numbers twice. What is the gradient of a "
        "number that is used twice?",
        "Two things to undo, in this order: `grad.ndim - len(shape)` axes too many in front; then every "
        "axis in which `shape` says 1.",
        "`sum` takes a tuple of axes, and `keepdims=True` leaves size 1 where it has summed: that is what "
        "the second kind of axis needs, and the first does not.",
    ],
)
_e = unbroadcast_exercise
_e.case(np.array([1.0, 2.0, 4.0]), ())
_e.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (3,))
_e.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (2, 1))
_e.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (2, 3))
_e.case(np.array([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]]), (1, 3))
_e.case(_numbers(3, 3, seed=1), (3,))
_e.case(_numbers(4, 2, 3, seed=2), (3,))
_e.case(_numbers(4, 2, 3, seed=3), (2, 1))
_e.case(_numbers(4, 2, 3, seed=4), (4, 1, 3))
_e.case(_numbers(4, 2, 3, seed=5), (1, 2, 1))
_e.case(_numbers(2, 2, 2, seed=6), (2, 1))
_e.case(_numbers(5, 1, 3, seed=7), (1, 3))


def _copied_axes(grad, shape) -> tuple[int, ...]:
    """All the axes of grad that broadcasting made or stretched."""
    front = grad.ndim - len(shape)
    return tuple(range(front)) + tuple(front + axis for axis, size in enumerate(shape) if size == 1)


@unbroadcast_exercise.misconception(
    "mean_for_sum",
    "You average over the copies. Each copy changes the loss by itself, so the gradients of the copies add "
    "up: a number used 3 times with gradients 1, 2 and 4 has gradient 7.",
)
def _(grad, shape):
    return grad.mean(axis=_copied_axes(grad, shape)).reshape(shape)


@unbroadcast_exercise.misconception(
    "only_leading",
    "You sum the axes that were added in front, but leave those that were stretched: an axis of size 1 in "
    "`shape` was copied as well.",
)
def _(grad, shape):
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


@unbroadcast_exercise.misconception(
    "only_size_one",
    "You sum the axes where `shape` has size 1, but not the axes that broadcasting added in front: going "
    "from (3,) to (2, 3) copied every number twice.",
)
def _(grad, shape):
    front = grad.ndim - len(shape)
    return grad.sum(axis=tuple(front + axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


@unbroadcast_exercise.misconception(
    "size_one_only_without_front",
    "Your axis numbers count from the left of `shape` while grad still has its extra axes in front, so the "
    "wrong axes are summed. Shapes line up at the right end: take the front axes away first.",
)
def _(grad, shape):
    grad = grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


@unbroadcast_exercise.misconception(
    "aligned_from_the_left",
    "You compare the sizes from the left. Broadcasting lines shapes up at the RIGHT end: the (3,) in (2, 3) "
    "is the last axis, not the first.",
)
def _(grad, shape):
    padded = tuple(shape) + (1,) * (grad.ndim - len(shape))
    axes = tuple(axis for axis, (g, s) in enumerate(zip(grad.shape, padded, strict=True)) if g != s)
    return grad.sum(axis=axes, keepdims=True).reshape(-1)[: int(np.prod(shape))].reshape(shape)


@unbroadcast_exercise.misconception(
    "size_one_axis_lost",
    "Your sums are right, but the axis of size 1 has vanished: from (2, 3) back to (2, 1), not to (2,). The "
    "gradient has exactly the shape of what was broadcast.",
)
def _(grad, shape):
    return grad.sum(axis=_copied_axes(grad, shape))


@unbroadcast_exercise.misconception(
    "front_axis_kept",
    "The axes that broadcasting added in front are still there, with size 1. The small array did not have "
    "them, so its gradient has not: shape (3,), not (1, 3).",
)
def _(grad, shape):
    return grad.sum(axis=_copied_axes(grad, shape), keepdims=True)


@unbroadcast_exercise.misconception(
    "one_front_axis",
    "You take away one axis in front, even when broadcasting added several: from (3,) to (4, 2, 3) it "
    "added two.",
)
def _(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    axes = tuple(grad.ndim - len(shape) + axis for axis, size in enumerate(shape) if size == 1)
    return grad.sum(axis=axes, keepdims=True)


@unbroadcast_exercise.misconception(
    "one_stretched_axis",
    "You sum over one axis of size 1 and stop. Several may have been stretched: (1, 2, 1) in (4, 2, 3) has "
    "two.",
)
def _(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=shape.index(1), keepdims=True) if 1 in shape else grad


@unbroadcast_exercise.misconception(
    "first_copy",
    "You keep one copy and throw the others away. Every copy had its influence on the loss: their gradients "
    "are added.",
)
def _(grad, shape):
    for _axis in range(grad.ndim - len(shape)):
        grad = grad[0]
    return grad[tuple(slice(1) if size == 1 else slice(None) for size in shape)]


@unbroadcast_exercise.misconception(
    "last_axes",
    "You sum away the axes at the end. Broadcasting adds new axes in FRONT: (3,) becomes (2, 3).",
)
def _(grad, shape):
    n = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(grad.ndim - n, grad.ndim)))
    return grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


@unbroadcast_exercise.misconception(
    "total_everywhere",
    "You put the sum over ALL entries into every place. Only the copies of the same entry are added "
    "together.",
)
def _(grad, shape):
    return np.full(shape, grad.sum())


@unbroadcast_exercise.misconception(
    "unchanged",
    "You return grad as it came. Where something was broadcast, grad has the large shape; the gradient of "
    "the small array has the small one.",
)
def _(grad, shape):
    return grad


@unbroadcast_exercise.misconception(
    "reshaped",
    "You bring the entries into the right shape by cutting off or repeating, without adding any: the "
    "numbers that do not fit are lost. Sum over the axes that were copied.",
)
def _(grad, shape):
    return np.resize(grad, shape)


@unbroadcast_exercise.misconception(
    "largest_copy",
    "You take the largest of the copies' gradients. They are added: all copies move when the entry moves.",
)
def _(grad, shape):
    return grad.max(axis=_copied_axes(grad, shape)).reshape(shape)


@unbroadcast_exercise.misconception(
    "front_averaged",
    "You average over the axes in front, and sum over the others. All copies are added: a mean is as many times too "
    "small as there are copies.",
)
def _(grad, shape):
    grad = grad.mean(axis=tuple(range(grad.ndim - len(shape))))
    return grad.sum(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


@unbroadcast_exercise.misconception(
    "stretched_averaged",
    "You sum over the axes in front, and average over those that were stretched. All copies are added.",
)
def _(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    return grad.mean(axis=tuple(axis for axis, size in enumerate(shape) if size == 1), keepdims=True)


@unbroadcast_exercise.misconception(
    "always_the_first_axis",
    "You always sum over the first axis, and only over that. Look at `shape`: it says which axes were added or "
    "stretched.",
)
def _(grad, shape):
    return grad.sum(axis=0)


@unbroadcast_exercise.misconception(
    "reshape_alone",
    "Neither `reshape` nor `broadcast_to` can do it: there are more numbers in grad than `shape` has room for. Sum "
    "over the copies.",
)
def _(grad, shape):
    return grad.reshape(shape)


@unbroadcast_exercise.misconception(
    "one_number",
    "You sum everything into one number. Only the copies of the same entry are added; `shape` says what is left.",
)
def _(grad, shape):
    return grad.sum()


@unbroadcast_exercise.right
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@unbroadcast_exercise.right
def _(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(axis for axis, (g, s) in enumerate(zip(grad.shape, padded, strict=True)) if g != s)
    return np.add.reduce(grad, axis=axes, keepdims=True).reshape(shape).tolist()


@unbroadcast_exercise.right
def _(grad, shape):
    total = np.zeros(shape)
    place = np.broadcast_to(np.arange(total.size).reshape(shape), grad.shape)  # where each copy came from
    np.add.at(total.reshape(-1), place, grad)
    return total


@unbroadcast_exercise.right
def _(grad, shape):
    total = np.zeros(shape, dtype=np.float32)
    for index, value in np.ndenumerate(grad):
        own = index[grad.ndim - len(shape) :]
        total[tuple(0 if size == 1 else i for i, size in zip(own, shape, strict=True))] += value
    return total


# --- matmul_backward --------------------------------------------------------------------------------------


def matmul_backward(grad, a, b):
    """Gradients (da, db) of the matrices a, (m, k), and b, (k, n), where grad = dL/d(a @ b), (m, n).

    da has the shape of a, db the shape of b; everything is float64.
    """
    return grad @ b.T, a.T @ grad


matmul_backward_exercise = Exercise(
    matmul_backward,
    lecture=LECTURE,
    checks="square and rectangular matrices, m, k and n all different, one row, one column",
    explanation=(
        "Entry (i, j) of a @ b is Σ_l a_il·b_lj. So a_il meets every column j, with weight b_lj: da_il = "
        "Σ_j grad_ij·b_lj, which is grad @ b.T; and b_lj meets every row i: db_lj = Σ_i a_il·grad_ij, "
        "which is a.T @ grad. The shapes alone allow nothing else when m, k and n differ."
    ),
    hints=[
        "Write the shapes down: grad is (m, n), b is (k, n), and da has to be (m, k). Which product of grad "
        "and b has that shape?",
        "For numbers, d(ab)/da = b: so da needs grad and b, and db needs grad and a.",
        "da is grad times the transpose of b; db has the transpose of a on the left of grad.",
    ],
)
_e = matmul_backward_exercise
_e.case(
    np.array([[1.0, 0.0], [2.0, -1.0]]),
    np.array([[1.0, 2.0], [3.0, 4.0]]),
    np.array([[5.0, 6.0], [7.0, 9.0]]),
)
_e.case(_numbers(2, 4, seed=11), _numbers(2, 3, seed=12), _numbers(3, 4, seed=13))
_e.case(_numbers(1, 5, seed=14), _numbers(1, 3, seed=15), _numbers(3, 5, seed=16))
_e.case(_numbers(4, 1, seed=17), _numbers(4, 2, seed=18), _numbers(2, 1, seed=19))
_e.case(_numbers(3, 3, seed=20), _numbers(3, 3, seed=21), _numbers(3, 3, seed=22))


@matmul_backward_exercise.misconception(
    "swapped",
    "You return db first. The order is that of the arguments: the gradient of a, then the gradient of b.",
)
def _(grad, a, b):
    return a.T @ grad, grad @ b.T


@matmul_backward_exercise.misconception(
    "no_transposes",
    "The transposes are missing. grad is (m, n) and b is (k, n): their product exists only with b turned "
    "round, and so it is with a.",
)
def _(grad, a, b):
    return grad @ b, a @ grad


@matmul_backward_exercise.misconception(
    "no_transpose_of_b",
    "db is right, but in da the transpose of b is missing: (m, n) times (n, k) gives the (m, k) that is "
    "wanted. With square matrices the shapes fit either way and only the numbers tell.",
)
def _(grad, a, b):
    return grad @ b, a.T @ grad


@matmul_backward_exercise.misconception(
    "no_transpose_of_a",
    "da is right, but in db the transpose of a is missing: (k, m) times (m, n) gives the (k, n) that is "
    "wanted. With square matrices the shapes fit either way and only the numbers tell.",
)
def _(grad, a, b):
    return grad @ b.T, a @ grad


@matmul_backward_exercise.misconception(
    "wrong_side",
    "The factors stand in the wrong order. Matrix products do not commute: a was on the left, so da has "
    "grad on the left and b on the right; for db it is the other way round.",
)
def _(grad, a, b):
    return b.T @ grad, grad @ a.T


@matmul_backward_exercise.misconception(
    "own_factor",
    "You use a for the gradient of a. The derivative of a product with respect to one factor is the OTHER "
    "factor, as in d(ab)/da = b.",
)
def _(grad, a, b):
    return grad @ a.T, b.T @ grad


@matmul_backward_exercise.misconception(
    "elementwise",
    "You multiply entry by entry. a @ b sums products over k, and so do its gradients: use matrix products.",
)
def _(grad, a, b):
    return grad * b, grad * a


@matmul_backward_exercise.misconception(
    "gradients_transposed",
    "Both gradients are transposed. A gradient has the shape of what it belongs to: da that of a, (m, k).",
)
def _(grad, a, b):
    return b @ grad.T, grad.T @ a


@matmul_backward_exercise.misconception(
    "da_transposed",
    "db is right, but da is transposed: it has to have the shape of a, (m, k).",
)
def _(grad, a, b):
    return b @ grad.T, a.T @ grad


@matmul_backward_exercise.misconception(
    "db_transposed",
    "da is right, but db is transposed: it has to have the shape of b, (k, n).",
)
def _(grad, a, b):
    return grad @ b.T, grad.T @ a


@matmul_backward_exercise.misconception(
    "grad_transposed",
    "You transpose grad. It already has the shape of a @ b; what is transposed is the other factor.",
)
def _(grad, a, b):
    return grad.T @ b, a @ grad.T


@matmul_backward_exercise.misconception(
    "grad_left_out",
    "You leave grad out, as if dL/d(a @ b) were 1 everywhere. The chain rule multiplies by what comes from "
    "above.",
)
def _(grad, a, b):
    ones = np.ones(grad.shape)
    return ones @ b.T, a.T @ ones


@matmul_backward_exercise.misconception(
    "other_factor_alone",
    "You return the other factor itself, d(ab)/da = b. That is the rule for numbers, without the gradient "
    "that comes from above: the chain rule multiplies the two.",
)
def _(grad, a, b):
    return b.T, a.T


@matmul_backward_exercise.misconception(
    "mean_over_rows",
    "You divide db by the number of rows. The rows of a batch add up here; where the loss is a mean, that "
    "1/m is already in grad.",
)
def _(grad, a, b):
    return grad @ b.T, a.T @ grad / len(a)


@matmul_backward_exercise.misconception(
    "only_one",
    "You return one gradient. There are two factors, so there are two gradients: return the pair (da, db).",
)
def _(grad, a, b):
    return grad @ b.T


@matmul_backward_exercise.misconception(
    "sign",
    "Your gradients have the wrong sign. A gradient says how L GROWS; the minus comes later, in the step.",
)
def _(grad, a, b):
    return -(grad @ b.T), -(a.T @ grad)


@matmul_backward_exercise.misconception(
    "da_on_the_wrong_side",
    "db is right, but in da the factors stand in the wrong order: a was on the left of the product, so grad "
    "is on the left here, and the transpose of b on the right.",
)
def _(grad, a, b):
    return b.T @ grad, a.T @ grad


@matmul_backward_exercise.misconception(
    "db_on_the_wrong_side",
    "da is right, but in db the factors stand in the wrong order: b was on the right of the product, so grad "
    "is on the right here, and the transpose of a on the left.",
)
def _(grad, a, b):
    return grad @ b.T, grad @ a.T


@matmul_backward_exercise.misconception(
    "db_left_and_transposed",
    "da is right, but db is a @ gradᵀ: the transpose sits on the wrong factor. It is a that is turned round.",
)
def _(grad, a, b):
    return grad @ b.T, a @ grad.T


@matmul_backward_exercise.misconception(
    "grad_first_without_transposes",
    "You multiply grad by the other factor as it is, grad on the left both times. Write the shapes down: b has "
    "to be transposed in da, and in db the transpose of a stands on the LEFT.",
)
def _(grad, a, b):
    return grad @ b, grad @ a


@matmul_backward_exercise.misconception(
    "elementwise_transposed",
    "You multiply entry by entry. a @ b sums products over k, and so do its gradients: use matrix products.",
)
def _(grad, a, b):
    return grad * b.T, grad * a.T


@matmul_backward_exercise.misconception(
    "factors_returned",
    "You return the other factor as it is. The chain rule multiplies it, transposed, by grad.",
)
def _(grad, a, b):
    return b, a


@matmul_backward_exercise.misconception(
    "mean_in_both",
    "You divide by the number of rows. They add up here; where the loss is a mean, that 1/m is already in grad.",
)
def _(grad, a, b):
    return grad @ b.T / len(a), a.T @ grad / len(a)


@matmul_backward_exercise.misconception(
    "grad_transposed_on_the_left",
    "You transpose grad in both. It already has the shape of a @ b; what is transposed is the other factor, and in "
    "db it stands on the left.",
)
def _(grad, a, b):
    return grad.T @ b, grad.T @ a


@matmul_backward_exercise.misconception(
    "own_factor_on_the_right",
    "You multiply each gradient by the transpose of its own factor. The derivative of a product with respect to one "
    "factor is the OTHER factor.",
)
def _(grad, a, b):
    return grad @ a.T, grad @ b.T


@matmul_backward_exercise.misconception(
    "pseudo_inverse",
    "You undo the product with an inverse. Going backwards is no undoing: grad is multiplied by the transpose of the "
    "other factor.",
)
def _(grad, a, b):
    return grad @ np.linalg.pinv(b), np.linalg.pinv(a) @ grad


@matmul_backward_exercise.right
def _(grad, a, b):
    return np.einsum("ij,lj->il", grad, b), np.einsum("il,ij->lj", a, grad)


@matmul_backward_exercise.right
def _(grad, a, b):
    da, db = np.zeros_like(a), np.zeros_like(b)
    for i in range(a.shape[0]):
        for l in range(a.shape[1]):
            for j in range(b.shape[1]):
                da[i, l] += grad[i, j] * b[l, j]
                db[l, j] += a[i, l] * grad[i, j]
    return [da, db]


@matmul_backward_exercise.right
def _(grad, a, b):
    return np.dot(grad, b.transpose()).tolist(), np.dot(grad.transpose(), a).transpose().tolist()


@matmul_backward_exercise.right
def _(grad, a, b):
    grad, a, b = grad.astype(np.float32), a.astype(np.float32), b.astype(np.float32)
    return np.tensordot(grad, b, (1, 1)), sum(np.outer(row, g) for row, g in zip(a, grad, strict=True))


# --- take_backward ----------------------------------------------------------------------------------------


def take_backward(grad, ids, shape):
    """dL/dE for E of this `shape`, (V, d), where grad is dL/d(E[ids]).

    ids is an integer array of any shape, () too, and grad is ids.shape + (d,). An id may occur several times.
    The result is float64, and 0 in the rows that nobody looked up.
    """
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE


take_backward_exercise = Exercise(
    take_backward,
    lecture=LECTURE,
    checks="one id, repeated ids, ids of shape (), (n,) and (B, T), rows that nobody looked up",
    explanation=(
        "A row that was looked up k times is used k times, so the k gradients are added. `dE[ids] += grad` "
        "does not do that: NumPy reads the rows once, adds, and writes them back, so of several additions "
        "to one row only the last survives. `np.add.at` adds them one by one. (E[ids] is onehot @ E, so "
        "onehotᵀ @ grad is the same.)"
    ),
    hints=[
        "Row i of E appears in E[ids] in every place where ids is i. What is the gradient of something "
        "that is used in several places?",
        "Start from zeros of the right shape and add the gradients into the rows. Beware of `dE[ids] += "
        "grad`: try it with ids [1, 1].",
        "`np.add.at(dE, ids, grad)` adds into dE, once for each id, however often an id occurs.",
    ],
)
_e = take_backward_exercise
_e.case(np.array([[1.0, 2.0]]), np.array([1]), (3, 2))
_e.case(np.array([[1.0, 2.0], [3.0, 4.5]]), np.array([2, 0]), (3, 2))
_e.case(np.array([[1.0, 2.0], [10.0, 20.0]]), np.array([1, 1]), (3, 2))
_e.case(np.array([0.5, -1.5, 2.5]), np.array(2), (4, 3))
_e.case(_numbers(5, 3, seed=31), np.array([3, 0, 3, 1, 3]), (6, 3))
_e.case(_numbers(2, 3, 4, seed=32), np.array([[4, 0, 4], [2, 4, 2]]), (5, 4))
_e.case(_numbers(3, 2, 3, seed=33), np.array([[1, 0], [2, 1], [0, 0]]), (3, 3))
_e.case(_numbers(2, 2, 3, 2, seed=34), np.array([[[0, 5, 0], [1, 1, 1]], [[6, 5, 0], [3, 3, 6]]]), (7, 2))


@take_backward_exercise.misconception(
    "repeats_overwritten",
    "A row that was looked up several times keeps only one of its gradients. `dE[ids] = grad` overwrites, "
    "and `dE[ids] += grad` reads the rows before it adds: either way, of ids [1, 1] one is lost.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    dE[ids] += grad
    return dE


@take_backward_exercise.misconception(
    "first_occurrence",
    "A row that was looked up several times gets only the gradient of its first look-up. All of them are "
    "added.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    unique, places = np.unique(ids.ravel(), return_index=True)
    dE[unique] = grad.reshape(-1, shape[1])[places]
    return dE


@take_backward_exercise.misconception(
    "mean_over_repeats",
    "You average the gradients of a repeated id. They are added: a row that is used twice has twice the "
    "influence.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE / np.maximum(np.bincount(ids.ravel(), minlength=shape[0]), 1)[:, None]


@take_backward_exercise.misconception(
    "last_times_count",
    "For a repeated id you take one gradient times the number of look-ups. Each look-up has a gradient of "
    "its own: add those.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    dE[ids] = grad
    return dE * np.bincount(ids.ravel(), minlength=shape[0])[:, None]


@take_backward_exercise.misconception(
    "one_dimensional",
    "Your loop takes one axis of ids only. With ids of shape (B, T) it meets whole rows of ids, and repeats "
    "inside a row are lost again: flatten ids and grad first.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    for i, g in zip(ids, grad, strict=True):
        dE[i] += g
    return dE


@take_backward_exercise.misconception(
    "by_position",
    "You write to row 0, 1, 2, … in the order of the look-ups. The row is the id: ids [2, 0] write to row 2 "
    "first.",
)
def _(grad, ids, shape):
    dE, rows = np.zeros(shape), grad.reshape(-1, shape[1])
    n = min(len(rows), shape[0])
    dE[:n] = rows[:n]
    return dE


@take_backward_exercise.misconception(
    "grad_looked_up",
    "You look rows of grad up with ids, as the forward pass does with E. Backwards it is the other way "
    "round: the rows of grad are added INTO the rows that ids names.",
)
def _(grad, ids, shape):
    return grad[ids]


@take_backward_exercise.misconception(
    "counts",
    "You count how often each row was looked up, and leave grad out. Each look-up adds its own gradient, "
    "not 1.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, 1.0)
    return dE


@take_backward_exercise.misconception(
    "total_for_every_id",
    "Every row that was looked up gets the sum of ALL gradients. A row only gets the gradients of its own "
    "look-ups.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    dE[ids] = grad.reshape(-1, shape[1]).sum(axis=0)
    return dE


@take_backward_exercise.misconception(
    "columns",
    "You write into columns of dE. E is (V, d): ids choose rows.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    for i, g in zip(ids.ravel(), grad.reshape(-1, shape[1]), strict=True):
        dE[: len(g), i] += g
    return dE


@take_backward_exercise.misconception(
    "transposed",
    "The result is transposed: it has to have the shape of E, (V, d).",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE.T


@take_backward_exercise.misconception(
    "off_by_one",
    "You are one row off: ids count from 0, so id 1 is the row dE[1].",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids - 1, grad)
    return dE


@take_backward_exercise.misconception(
    "shape_of_grad",
    "Your result has the shape of grad. The gradient of E has the shape of E, with zeros in the rows that "
    "nobody looked up.",
)
def _(grad, ids, shape):
    return grad.copy()


@take_backward_exercise.misconception(
    "only_the_rows_used",
    "You return the rows that were looked up, and only those. The gradient of E has a row for every word: "
    "zeros where nobody looked.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE[np.unique(ids)]


@take_backward_exercise.misconception(
    "last_place_only",
    "You only pass a gradient to the last id of each row of ids. Every id was looked up, so every one gets "
    "its own.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids[..., -1], grad[..., -1, :])
    return dE


@take_backward_exercise.misconception(
    "integers",
    "Your array of zeros holds whole numbers: what follows the decimal point is cut off. Gradients are "
    "float64, which is what `np.zeros(shape)` makes.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE.astype(int)


@take_backward_exercise.misconception(
    "sign",
    "Your gradient has the wrong sign. A gradient says how L GROWS; the minus comes later, in the step.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.subtract.at(dE, ids, grad)
    return dE


@take_backward_exercise.misconception(
    "ones_to_start_with",
    "You add onto ones. Nothing has been looked up at the start: begin with zeros.",
)
def _(grad, ids, shape):
    dE = np.ones(shape)
    np.add.at(dE, ids, grad)
    return dE


@take_backward_exercise.misconception(
    "summed_over_d",
    "You add the d numbers of a gradient together before you write them. Each of the d columns has its own.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad.sum(axis=-1, keepdims=True))
    return dE


@take_backward_exercise.misconception(
    "everything_summed",
    "You add all the numbers of grad together and write that into the rows. Each look-up has a gradient of its own.",
)
def _(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad.sum())
    return dE


@take_backward_exercise.right
def _(grad, ids, shape):
    dE = np.zeros(shape)
    for place, i in np.ndenumerate(ids):
        dE[i] += grad[place]
    return dE


@take_backward_exercise.right
def _(grad, ids, shape):
    one_hot = np.eye(shape[0], dtype=np.float32)[ids.ravel()]
    return one_hot.T @ grad.reshape(-1, shape[1]).astype(np.float32)


@take_backward_exercise.right
def _(grad, ids, shape):
    rows = grad.reshape(-1, shape[1])
    return [rows[ids.ravel() == i].sum(axis=0) for i in range(shape[0])]


@take_backward_exercise.right
def _(grad, ids, shape):
    weights = grad.reshape(-1, shape[1]).T
    return np.stack([np.bincount(ids.ravel(), w, minlength=shape[0]) for w in weights], axis=1)


@take_backward_exercise.right
def _(grad, ids, shape):
    n = ids.size
    one_hot = sparse.csr_matrix((np.ones(n), (np.arange(n), ids.ravel())), shape=(n, shape[0]))
    return (one_hot.T @ grad.reshape(n, shape[1])).tolist()


# --- tanh_backward ----------------------------------------------------------------------------------------

tanh_backward_exercise = Exercise(
    autograd.tanh_backward,
    lecture=LECTURE,
    checks="arrays of 1 to 3 axes, out = 0, out close to ±1, negative gradients, arguments unchanged",
    explanation=(
        "tanh′(x) = 1 − tanh(x)², and tanh(x) is the `out` we kept from the forward pass: x itself is not "
        "needed any more. The chain rule multiplies by grad, entry by entry."
    ),
    hints=[
        "What is the derivative of tanh? It can be written with tanh(x) alone.",
        "`out` IS tanh(x). Nothing has to be computed again.",
        "The slope at each entry is 1 − out²; multiply it by what comes from above.",
    ],
)
_e = tanh_backward_exercise
_e.case(np.array([2.0, 3.0]), np.array([0.0, 0.5]))
_e.case(np.array([1.0, -1.0, 10.0]), np.array([-0.5, 0.8, 0.3]))
_e.case(np.array([[2.0, -3.0, 0.5], [1.0, 4.0, -2.0]]), np.array([[0.9, -0.9, 0.1], [0.0, -0.2, 0.6]]))
_e.case(np.array([5.0, -5.0]), np.array([0.999999, -0.999999]))
_e.case(_numbers(2, 3, 4, seed=41), np.round(np.tanh(_numbers(2, 3, 4, seed=42)), 3))


@tanh_backward_exercise.misconception(
    "tanh_again",
    "You take tanh of `out`, which already is tanh(x). With out = 0.5 the slope is 1 − 0.25 = 0.75.",
)
def _(grad, out):
    return grad * (1 - np.tanh(out) ** 2)


@tanh_backward_exercise.misconception(
    "not_squared",
    "The square is missing: tanh′ = 1 − tanh², and with out = −0.5 the slope is 0.75, not 1.5. The slope "
    "of tanh is never more than 1.",
)
def _(grad, out):
    return grad * (1 - out)


@tanh_backward_exercise.misconception(
    "plus",
    "You have 1 + out². The slope of tanh is largest at 0 and vanishes where out comes close to ±1: 1 − "
    "out².",
)
def _(grad, out):
    return grad * (1 + out**2)


@tanh_backward_exercise.misconception(
    "grad_missing",
    "That is the slope of tanh alone. The chain rule multiplies it by grad, which comes from above.",
)
def _(grad, out):
    return 1 - out**2


@tanh_backward_exercise.misconception(
    "grad_added",
    "You add grad to the slope. The chain rule multiplies: dL/dx = dL/d(out) · d(out)/dx.",
)
def _(grad, out):
    return grad + (1 - out**2)


@tanh_backward_exercise.misconception(
    "brackets_missing",
    "Brackets: `grad * 1 - out**2` is grad − out². The whole slope is multiplied by grad.",
)
def _(grad, out):
    return grad * 1 - out**2


@tanh_backward_exercise.misconception(
    "sigmoid",
    "out·(1 − out) is the slope of the sigmoid. That of tanh is 1 − out²; at out = 0 it is 1, not 0.",
)
def _(grad, out):
    return grad * out * (1 - out)


@tanh_backward_exercise.misconception(
    "sign",
    "The sign is wrong: tanh rises everywhere, so its slope is never negative: 1 − out², not out² − 1.",
)
def _(grad, out):
    return grad * (out**2 - 1)


@tanh_backward_exercise.misconception(
    "square_alone",
    "You multiply by out². The slope is what is left of 1: 1 − out².",
)
def _(grad, out):
    return grad * out**2


@tanh_backward_exercise.misconception(
    "out_for_slope",
    "You multiply by the value of tanh. The chain rule wants its slope, 1 − out².",
)
def _(grad, out):
    return grad * out


@tanh_backward_exercise.misconception(
    "tanh_of_grad",
    "You send grad through tanh. Backwards, grad is multiplied by the slope of tanh at the place where the "
    "forward pass has been.",
)
def _(grad, out):
    return np.tanh(grad)


@tanh_backward_exercise.misconception(
    "slope_at_grad",
    "You take the slope at grad instead of at the forward value: it is 1 − out², times grad.",
)
def _(grad, out):
    return out * (1 - grad**2)


@tanh_backward_exercise.misconception(
    "grad_squared_too",
    "You multiply by grad inside the square: 1 − (grad·out)². Square out alone; grad is a factor of the "
    "whole.",
)
def _(grad, out):
    return 1 - (grad * out) ** 2


@tanh_backward_exercise.misconception(
    "root",
    "√(1 − out²) is the cosine that belongs to a sine. The slope of tanh is 1 − out², without the root.",
)
def _(grad, out):
    return grad * np.sqrt(1 - out**2)


@tanh_backward_exercise.misconception(
    "slope_of_inverse",
    "You divide by the slope. That is the rule for the inverse function; the chain rule multiplies.",
)
def _(grad, out):
    return grad / (1 - out**2)


@tanh_backward_exercise.misconception(
    "back_to_x",
    "You go back to x first and then square x. The slope is 1 − tanh(x)², and tanh(x) is `out`: nothing "
    "has to be undone.",
)
def _(grad, out):
    return grad * (1 - np.arctanh(out) ** 2)


@tanh_backward_exercise.misconception(
    "slope_times_out",
    "There is one factor out too many: tanh² has that derivative (up to a 2), tanh itself has 1 − out².",
)
def _(grad, out):
    return grad * out * (1 - out**2)


@tanh_backward_exercise.misconception(
    "summed",
    "You add everything up into one number. Each x has its own gradient: the result has the shape of out.",
)
def _(grad, out):
    return np.sum(grad * (1 - out**2))


@tanh_backward_exercise.misconception(
    "grad_in_place",
    "The numbers are right, but `grad *= …` writes into grad, which other nodes may still need. Make a new "
    "array.",
)
def _(grad, out):
    grad *= 1 - out**2
    return grad


@tanh_backward_exercise.misconception(
    "tanh_again_not_squared",
    "You take tanh of `out`, which already is tanh(x), and forget to square it: the slope is 1 − out².",
)
def _(grad, out):
    return grad * (1 - np.tanh(out))


@tanh_backward_exercise.misconception(
    "tanh_for_slope",
    "You multiply by tanh of `out`. `out` is tanh(x) already, and the chain rule wants the SLOPE, 1 − out².",
)
def _(grad, out):
    return grad * np.tanh(out)


@tanh_backward_exercise.misconception(
    "difference_squared",
    "You square 1 − out as a whole. Only out is squared: 1 − out².",
)
def _(grad, out):
    return grad * (1 - out) ** 2


@tanh_backward_exercise.misconception(
    "doubled",
    "You have 1 − 2·out: that is the derivative of out − out². The slope of tanh is 1 − out².",
)
def _(grad, out):
    return grad * (1 - 2 * out)


@tanh_backward_exercise.misconception(
    "absolute_value",
    "You have 1 − |out|. It is the square that is subtracted: at out = 0.5 the slope is 0.75.",
)
def _(grad, out):
    return grad * (1 - np.abs(out))


@tanh_backward_exercise.misconception(
    "derivative_of_the_slope",
    "That is the derivative of 1 − out², the second derivative of tanh. The first is 1 − out² itself.",
)
def _(grad, out):
    return -2 * grad * out * (1 - out**2)


@tanh_backward_exercise.misconception(
    "derivative_of_the_square",
    "That is the derivative of tanh². The derivative of tanh itself is 1 − out², without 2·out in front.",
)
def _(grad, out):
    return 2 * grad * out * (1 - out**2)


@tanh_backward_exercise.misconception(
    "tanh_again_without_grad",
    "Two things: `out` is tanh(x) already, so no tanh of it; and the slope is multiplied by grad.",
)
def _(grad, out):
    return 1 - np.tanh(out) ** 2


@tanh_backward_exercise.misconception(
    "not_squared_without_grad",
    "Two things: out is squared in the slope, 1 − out²; and the slope is multiplied by grad.",
)
def _(grad, out):
    return 1 - out


@tanh_backward_exercise.misconception(
    "slope_at_grad_times_grad",
    "You take the slope at grad instead of at the forward value: `out` goes into 1 − out², grad is the factor.",
)
def _(grad, out):
    return grad * (1 - grad**2)


@tanh_backward_exercise.misconception(
    "tanh_of_grad_in_the_slope",
    "You take the slope of tanh at grad. It belongs to the place where the forward pass has been: 1 − out², and "
    "that is multiplied by grad.",
)
def _(grad, out):
    return 1 - np.tanh(grad) ** 2


@tanh_backward_exercise.misconception(
    "out_for_grad",
    "You multiply the slope by out. The other factor is grad, which comes from above.",
)
def _(grad, out):
    return out * (1 - out**2)


@tanh_backward_exercise.misconception(
    "inverse_function",
    "You undo the tanh. Going backwards is no undoing: it multiplies grad by the slope, 1 − out².",
)
def _(grad, out):
    return grad * np.arctanh(out)


@tanh_backward_exercise.right
def _(grad, out):
    return grad - grad * out * out


@tanh_backward_exercise.right
def _(grad, out):
    return ((1 + out) * (1 - out) * grad).tolist()


@tanh_backward_exercise.right
def _(grad, out):
    return grad.astype(np.float32) / np.cosh(np.arctanh(out)) ** 2


@tanh_backward_exercise.right
def _(grad, out):
    result = np.empty(out.shape)
    for place in np.ndindex(out.shape):
        result[place] = grad[place] * (1 - out[place] ** 2)
    return result


# --- log_softmax_backward ---------------------------------------------------------------------------------

log_softmax_backward_exercise = Exercise(
    autograd.log_softmax_backward,
    lecture=LECTURE,
    checks="one distribution, batches of 1 and 2 axes, any gradients, probabilities of 0",
    explanation=(
        "log p_i = t_i − log Σ_j e^{t_j}. Its derivative with respect to t_k is 1 for k = i, and −p_k for "
        "every i, since t_k is in the sum of all of them. So dL/dt_k = grad_k − p_k·Σ_i grad_i. With grad "
        "= −onehot, as the loss hands it down, this is p − onehot."
    ),
    hints=[
        "log p_i = t_i − log Σ_j e^{t_j}: t_k stands there once as t_i itself, and in the sum of EVERY i.",
        "The derivative of log Σ e^t with respect to t_k is p_k, and p is the exponential of what you are "
        "given.",
        "dL/dt_k = grad_k − p_k · (sum of all grad_i), with the sum over the last axis, `keepdims=True`.",
    ],
)


def _log_p(*shape: int, seed: int, scale: float = 1.5) -> np.ndarray:
    """log-probabilities; with a large scale, some of the probabilities are 0."""
    return special.log_softmax(np.random.default_rng(seed).normal(0, scale, size=shape), axis=-1)


_e = log_softmax_backward_exercise
_e.case(np.array([0.0, -1.0]), np.log(np.array([0.25, 0.75])))
_e.case(np.array([1.0, 2.0, -4.0]), np.log(np.array([0.2, 0.5, 0.3])))
_e.case(
    np.array([[0.0, -1.0, 0.0], [-0.5, 0.0, 0.0]]), np.log(np.array([[0.1, 0.6, 0.3], [0.25, 0.25, 0.5]]))
)
_e.case(_numbers(3, 3, seed=51), _log_p(3, 3, seed=52))
_e.case(_numbers(2, 3, 4, seed=53), _log_p(2, 3, 4, seed=54))
_e.case(_numbers(2, 5, seed=55), _log_p(2, 5, seed=56, scale=1000.0))


def _sum(x) -> np.ndarray:
    return x.sum(axis=-1, keepdims=True)


@log_softmax_backward_exercise.misconception(
    "softmax_rule",
    "That is the rule of softmax, p ⊙ (grad − Σ grad·p). Here grad belongs to log p: the logarithm takes "
    "the factor p away from the first term and from the sum.",
)
def _(grad, log_p):
    p = np.exp(log_p)
    return p * (grad - _sum(grad * p))


@log_softmax_backward_exercise.misconception(
    "sum_missing",
    "You subtract p·grad entry by entry: the sum is missing. Raising t_k lowers ALL the log-probabilities, "
    "so every grad_i contributes to dL/dt_k, not only grad_k.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad


@log_softmax_backward_exercise.misconception(
    "p_alone",
    "You subtract p itself. What belongs there is p times the sum of grad along the last axis: p alone is "
    "right only where that sum is 1.",
)
def _(grad, log_p):
    return grad - np.exp(log_p)


@log_softmax_backward_exercise.misconception(
    "one_hot_assumed",
    "p + grad is right only when the gradients of a row sum to −1, as those of the loss do. In general it "
    "is grad − p·Σ grad.",
)
def _(grad, log_p):
    return np.exp(log_p) + grad


@log_softmax_backward_exercise.misconception(
    "p_minus_grad",
    "p − grad would be right for a one-hot grad and the negative log-likelihood. Here grad is dL/d(log p), "
    "any numbers: grad − p·Σ grad.",
)
def _(grad, log_p):
    return np.exp(log_p) - grad


@log_softmax_backward_exercise.misconception(
    "log_p_for_p",
    "You multiply by log p. The derivative of log Σ e^t is p: take the exponential of what you are given.",
)
def _(grad, log_p):
    return grad - log_p * _sum(grad)


@log_softmax_backward_exercise.misconception(
    "sum_weighted_by_p",
    "The sum is weighted by p once too often. Σ grad·p belongs to softmax; for log-softmax the plain sum "
    "of grad is multiplied by p.",
)
def _(grad, log_p):
    p = np.exp(log_p)
    return grad - p * _sum(grad * p)


@log_softmax_backward_exercise.misconception(
    "sum_weighted_by_log_p",
    "The sum holds grad·log p. It is the plain sum of grad: every log-probability loses the same log Σ e^t.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * _sum(grad * log_p)


@log_softmax_backward_exercise.misconception(
    "p_inside_sum_only",
    "You subtract one number from the whole row, Σ grad·p. Each logit k has its own p_k, outside the sum: "
    "p_k·Σ grad.",
)
def _(grad, log_p):
    return grad - _sum(grad * np.exp(log_p))


@log_softmax_backward_exercise.misconception(
    "p_missing",
    "You subtract the sum of grad without the factor p. Only the share p_k of log Σ e^t is due to t_k.",
)
def _(grad, log_p):
    return grad - _sum(grad)


@log_softmax_backward_exercise.misconception(
    "mean_for_sum",
    "You take the mean of grad for its sum: that is V times too small.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad.mean(axis=-1, keepdims=True)


@log_softmax_backward_exercise.misconception(
    "summed_over_everything",
    "You sum over the whole array. The rows of a batch are distributions of their own: sum along the last "
    "axis only.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad.sum()


@log_softmax_backward_exercise.misconception(
    "wrong_axis",
    "You sum over the first axis, which mixes the rows of the batch. A distribution lies along the LAST "
    "axis.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad.sum(axis=0, keepdims=True)


@log_softmax_backward_exercise.misconception(
    "keepdims_missing",
    "Without `keepdims=True` the sums lose their axis and line up with the columns: each column, not each "
    "row, gets its sum, or the shapes do not fit at all.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad.sum(axis=-1)


@log_softmax_backward_exercise.misconception(
    "plus",
    "You add p·Σ grad. Raising t_k raises log Σ e^t, which is SUBTRACTED from every log-probability: minus.",
)
def _(grad, log_p):
    return grad + np.exp(log_p) * _sum(grad)


@log_softmax_backward_exercise.misconception(
    "sign",
    "The sign of the whole is wrong: it is grad − p·Σ grad.",
)
def _(grad, log_p):
    return np.exp(log_p) * _sum(grad) - grad


@log_softmax_backward_exercise.misconception(
    "unchanged",
    "You pass grad on unchanged, as if log p were t. The normaliser log Σ e^t depends on every logit too.",
)
def _(grad, log_p):
    return grad.copy()


@log_softmax_backward_exercise.misconception(
    "normaliser_alone",
    "You have the part of the normaliser, −p·Σ grad, and left out that t_k also stands in log p_k itself: "
    "+ grad_k.",
)
def _(grad, log_p):
    return -np.exp(log_p) * _sum(grad)


@log_softmax_backward_exercise.misconception(
    "logarithm_rule",
    "You divide by p, as for a logarithm alone. log_p is the logarithm of a SOFTMAX of t, and the gradient "
    "wanted is that of t.",
)
def _(grad, log_p):
    with np.errstate(all="ignore"):
        return grad / np.exp(log_p)


@log_softmax_backward_exercise.misconception(
    "p_times_grad",
    "You multiply by p, as for an exponential. log-softmax is t minus log Σ e^t: grad stays, and p·Σ grad "
    "goes off.",
)
def _(grad, log_p):
    return grad * np.exp(log_p)


@log_softmax_backward_exercise.misconception(
    "in_place",
    "The numbers are right, but `grad -= …` writes into grad, which other nodes may still need. Make a new "
    "array.",
)
def _(grad, log_p):
    grad -= np.exp(log_p) * _sum(grad)
    return grad


@log_softmax_backward_exercise.misconception(
    "diagonal_of_softmax",
    "p·(1 − p) is the diagonal of the softmax's derivative. Here grad belongs to log p, and every logit moves all "
    "the log-probabilities.",
)
def _(grad, log_p):
    return np.exp(log_p) * (1 - np.exp(log_p)) * grad


@log_softmax_backward_exercise.misconception(
    "log_p_subtracted",
    "You subtract log p from grad. What goes off is p·Σ grad: a probability times the sum of the gradients.",
)
def _(grad, log_p):
    return grad - log_p


@log_softmax_backward_exercise.misconception(
    "largest_for_sum",
    "You take the largest entry of grad for its sum.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad.max(axis=-1, keepdims=True)


@log_softmax_backward_exercise.misconception(
    "wrong_base",
    "These are natural logarithms: p is e to the power of log p.",
)
def _(grad, log_p):
    return grad - 2**log_p * _sum(grad)


@log_softmax_backward_exercise.misconception(
    "batch_mean",
    "You divide by the size of the batch. Where the loss is a mean, that is in grad already.",
)
def _(grad, log_p):
    return (grad - np.exp(log_p) * _sum(grad)) / len(grad)


@log_softmax_backward_exercise.misconception(
    "exponential_of_grad",
    "You take the exponential of grad. It is log_p that was a logarithm: p = exp(log_p), and grad is only summed.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * _sum(np.exp(grad))


@log_softmax_backward_exercise.misconception(
    "p_minus_one",
    "p − 1 everywhere leaves grad out. It is grad − p·Σ grad; with grad = −onehot that subtracts 1 in ONE place.",
)
def _(grad, log_p):
    return np.exp(log_p) - 1


@log_softmax_backward_exercise.misconception(
    "one_minus_p",
    "1 − p leaves grad out. Multiply p by the sum of grad, and subtract that from grad.",
)
def _(grad, log_p):
    return 1 - np.exp(log_p)


@log_softmax_backward_exercise.misconception(
    "p_times_v",
    "You multiply p by the number of words instead of the sum of grad: that takes every gradient to be 1.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad.shape[-1]


@log_softmax_backward_exercise.misconception(
    "divided_by_p",
    "The division by p belongs to the logarithm alone, the sum to the rest: for log-softmax of t it is grad − p·Σ "
    "grad.",
)
def _(grad, log_p):
    return grad / np.exp(np.maximum(log_p, -700)) - _sum(grad)


@log_softmax_backward_exercise.misconception(
    "p_on_both",
    "p multiplies both terms. The first is grad as it is: t_k stands in log p_k with the factor 1.",
)
def _(grad, log_p):
    return np.exp(log_p) * (grad - _sum(grad))


@log_softmax_backward_exercise.misconception(
    "softmax_rule_of_log_p",
    "That is the rule of softmax with log p in the place of p. For log-softmax it is grad − p·Σ grad.",
)
def _(grad, log_p):
    return log_p * (grad - _sum(grad * log_p))


@log_softmax_backward_exercise.misconception(
    "sum_of_p",
    "You sum the wrong factor: Σ p is always 1. It is grad that is summed: grad − p·Σ grad.",
)
def _(grad, log_p):
    return grad - _sum(np.exp(log_p)) * grad


@log_softmax_backward_exercise.misconception(
    "mean_of_everything",
    "You take the mean of all of grad. It is the sum of the row's own gradients.",
)
def _(grad, log_p):
    return grad - np.exp(log_p) * grad.mean()


@log_softmax_backward_exercise.right
def _(grad, log_p):
    p = special.softmax(log_p, axis=-1)
    return grad - np.einsum("...i,...j->...i", p, grad)


@log_softmax_backward_exercise.right
def _(grad, log_p):
    result = np.zeros(grad.shape)
    for row in np.ndindex(grad.shape[:-1]):
        jacobian = np.eye(grad.shape[-1]) - np.exp(log_p[row])  # d log p_i / d t_k
        result[row] = grad[row] @ jacobian
    return result


@log_softmax_backward_exercise.right
def _(grad, log_p):
    return (grad - np.exp(log_p) * grad.sum(-1)[..., None]).tolist()


@log_softmax_backward_exercise.right
def _(grad, log_p):
    grad, p = grad.astype(np.float32), np.exp(log_p.astype(np.float32))
    return grad - p * np.sum(grad, -1, keepdims=True)


# --- topological_order ------------------------------------------------------------------------------------


class Node:
    """A node of a graph, as small as it gets: a name to show, and parents."""

    def __init__(self, name: str, *parents: Node):
        self.name, self.parents = name, parents

    def __repr__(self) -> str:
        return self.name


def _reachable(root: Node) -> list[Node]:
    """Every node behind root, each once, in no promised order."""
    found, stack = {id(root): root}, [root]
    while stack:
        for parent in stack.pop().parents:
            if id(parent) not in found:
                found[id(parent)] = parent
                stack.append(parent)
    return list(found.values())


def _describe(order, graph: list[Node]) -> dict:
    """What is right and wrong about an order; several orders are right, so none is compared as a whole."""
    if not isinstance(order, (list, tuple)):
        return {"result": "no list"}
    places: dict[int, int] = {}
    twice = set()
    for place, node in enumerate(order):
        if places.setdefault(id(node), place) != place:
            twice.add(str(node))
    early = []
    for node in graph:
        own = places.get(id(node), len(order))
        if any(places.get(id(parent), -1) > own for parent in node.parents):
            early.append(node.name)
    return {
        "result": "list",
        "nodes left out": sorted(node.name for node in graph if id(node) not in places)[:5],
        "nodes listed more than once": sorted(twice)[:5],
        "nodes that stand before one of their parents": sorted(early)[:5],
        "things in the list that are no nodes of this graph": not places.keys()
        <= {id(node) for node in graph},
    }


def _observe_order(function, args, kwargs) -> dict:
    graph = _reachable(args[0])
    parents = [node.parents for node in graph]
    small = len(graph) < 100
    try:
        facts = _describe(function(*args), graph)
    except RecursionError:
        if small:  # an endless recursion is another mistake
            raise
        return {"result": "a RecursionError"}
    if small:
        facts["a second call gives the same"] = _describe(function(*args), graph) == facts
    same = all(node.parents is before for node, before in zip(graph, parents, strict=True))
    return facts | {"the graph is as it was": same}


topological_order_exercise = Exercise(
    autograd.topological_order,
    lecture=LECTURE,
    checks="a single node, chains, diamonds with short cuts on either side, x * x, a graph thousands of nodes deep",
    explanation=(
        "A node may enter the list when all its parents have. The stack holds what is still to be done: "
        "each node is met twice, first to put its parents on top of it, then, when everything above is "
        "finished, to be listed. `seen` makes sure that a node with several children is listed once. An "
        "explicit stack instead of recursion, since Python gives up after about a thousand calls inside "
        "calls."
    ),
    hints=[
        "Think of getting dressed: what must be on before the shoes? A node is listed when everything it "
        "needs has been listed.",
        "Depth first: list all of a node's parents (and theirs), then the node; a set of the nodes already "
        "met keeps each of them unique. Recursion would do on small graphs.",
        "Without recursion: a stack of pairs (node, are its parents done?). Taking (node, False) puts "
        "(node, True) back and all its parents on top; taking (node, True) lists the node.",
    ],
    observe=_observe_order,
)


def _single():
    return (Node("x"),)


def _chain():
    x = Node("x")
    return (Node("root", Node("y", x)),)


def _sum_of_two():
    return (Node("root", Node("a"), Node("b")),)


def _square():
    x = Node("x")
    return (Node("root", x, x),)


def _diamond():
    x = Node("x")
    return (Node("root", Node("a", x), Node("b", x)),)


def _short_cut_left():
    x = Node("x")
    return (Node("root", x, Node("b", Node("a", x))),)


def _short_cut_right():
    x = Node("x")
    return (Node("root", Node("b", Node("a", x)), x),)


def _uneven():
    x, w = Node("x"), Node("w")
    a = Node("a", x, w)
    b = Node("b", a)
    c = Node("c", b, w)
    return (Node("root", Node("e", a, c), Node("d", c, x)),)


def _ladder():
    node = Node("x")
    for i in range(8):
        node = Node(f"s{i}", Node(f"l{i}", node), Node(f"r{i}", node))
    return (node,)


def _deep():
    x = node = Node("x")
    for i in range(4000):
        node = Node(f"n{i}", node, x) if i % 100 == 0 else Node(f"n{i}", node)
    return (node,)


_e = topological_order_exercise
_e.case_from(_single, "a node x without parents")
_e.case_from(_chain, "x → y → root")
_e.case_from(_sum_of_two, "a → root, b → root")
_e.case_from(_square, "x → root, twice, as in x * x")
_e.case_from(_diamond, "x → a → root, x → b → root")
_e.case_from(_short_cut_left, "x → a → b → root, and x → root as the first parent")
_e.case_from(_short_cut_right, "x → a → b → root, and x → root as the last parent")
_e.case_from(_uneven, "8 nodes: a ← x, w; b ← a; c ← b, w; e ← a, c; d ← c, x; root ← e, d")
_e.case_from(_ladder, "8 diamonds on top of each other")
_e.case_from(_deep, "a graph 4 000 nodes deep")


@topological_order_exercise.misconception(
    "recursion",
    "Right on small graphs, but each node is a function call inside a function call, and Python stops "
    "after about a thousand of those (RecursionError). Keep a list of what is still to be done instead: a "
    "stack.",
)
def _(root):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


@topological_order_exercise.misconception(
    "node_twice",
    "A node that is used twice is listed twice, and its gradient would be passed on twice. Remember which "
    "nodes you have met.",
)
def _(root):
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


@topological_order_exercise.misconception(
    "breadth_first",
    "You go through the graph level by level, backwards from the root. A node that is reached by a short "
    "AND a long way, as x in x → root and x → a → b → root, then stands after its child a. List a node "
    "only when all its parents are listed.",
)
def _(root):
    order, seen, queue = [], {root}, deque([root])
    while queue:
        node = queue.popleft()
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return order[::-1]


@topological_order_exercise.misconception(
    "breadth_first_from_root",
    "You list the nodes level by level from the root, so children come before their parents; and a node "
    "that is reached by a short and a long way stands in the wrong place even when the list is turned "
    "round.",
)
def _(root):
    order, seen, queue = [], {root}, deque([root])
    while queue:
        node = queue.popleft()
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return order


@topological_order_exercise.misconception(
    "listed_when_met",
    "You list a node when you first meet it, and turn the list round. Where two ways lead to a node, it "
    "can come too late: list it when all its parents ARE listed, not when it is met.",
)
def _(root):
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(node.parents)
    return order[::-1]


@topological_order_exercise.misconception(
    "children_first",
    "The order is turned round: the root stands first. Parents come before children, so the root is last; "
    "`backward` reverses the list itself.",
)
def _(root):
    return autograd.topological_order(root)[::-1]


@topological_order_exercise.misconception(
    "depth_first_from_root",
    "You list a node before its parents, from the root downwards. Parents come first, the root last; and a "
    "node that two ways lead to has to wait for both.",
)
def _(root):
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(reversed(node.parents))
    return order


@topological_order_exercise.misconception(
    "root_missing",
    "The root itself is missing. The loss is a node too: the last in the list, where `backward` starts.",
)
def _(root):
    return autograd.topological_order(root)[:-1]


@topological_order_exercise.misconception(
    "leaves_missing",
    "The nodes without parents are missing. Those are the parameters, which need their gradients most.",
)
def _(root):
    return [node for node in autograd.topological_order(root) if node.parents]


@topological_order_exercise.misconception(
    "leaves_only",
    "You list the nodes without parents only. The nodes in between pass the gradient on, so they belong to "
    "the order.",
)
def _(root):
    return [node for node in autograd.topological_order(root) if not node.parents]


@topological_order_exercise.misconception(
    "first_parent_only",
    "You follow the first parent only. A node may have several, and all of them come before it.",
)
def _(root):
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


@topological_order_exercise.misconception(
    "last_parent_only",
    "You follow the last parent only. A node may have several, and all of them come before it.",
)
def _(root):
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[-1])
    return order[::-1]


@topological_order_exercise.misconception(
    "parents_of_root_only",
    "You list the root and its parents, and stop. Their parents, and so on down to the parameters, belong "
    "to it too.",
)
def _(root):
    return [*dict.fromkeys(root.parents), root]


@topological_order_exercise.misconception(
    "root_only",
    "You list the root alone. Every node that it was computed from, down to the parameters, belongs to the order.",
)
def _(root):
    return [root]


@topological_order_exercise.misconception(
    "parents_alone",
    "You list the parents of the root alone. Their parents belong to the order as well, and the root itself.",
)
def _(root):
    return list(root.parents)


@topological_order_exercise.misconception(
    "not_a_list",
    "You do not return a list. A set has no order, a generator can be used up only once, and a function "
    "without `return` gives None: collect the nodes in a list and return it.",
)
def _(root):
    return set(autograd.topological_order(root))


@topological_order_exercise.misconception(
    "names",
    "Your list holds something else than the nodes: their names or pairs, say. `backward` needs the nodes "
    "themselves.",
)
def _(root):
    return [str(node) for node in autograd.topological_order(root)]


@topological_order_exercise.misconception(
    "marks_left_on_nodes",
    "You mark the nodes you have met by writing on them, and the marks stay: the next call finds "
    "everything visited and lists nothing. Keep a set of your own.",
)
def _(root):
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif not getattr(node, "visited", False):
            node.visited = True
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


@topological_order_exercise.misconception(
    "remembers_the_last_call",
    "Your function remembers the last call: a list or set as a default argument, `order=[]`, is made only "
    "once and then shared by all calls. Make it inside the function.",
)
def _(root, order=[], seen=set()):  # noqa: B006
    stack = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


@topological_order_exercise.right
def _(root):
    children = {root: 0}
    stack = [root]
    while stack:
        for parent in stack.pop().parents:
            if parent not in children:
                children[parent] = 0
                stack.append(parent)
            children[parent] += 1
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            children[parent] -= 1
            if children[parent] == 0:
                ready.append(parent)
    return order[::-1]


@topological_order_exercise.right
def _(root):
    order, seen, stack = [], {id(root)}, [(root, iter(root.parents))]
    while stack:
        node, parents = stack[-1]
        parent = next(parents, None)
        if parent is None:
            order.append(node)
            stack.pop()
        elif id(parent) not in seen:
            seen.add(id(parent))
            stack.append((parent, iter(parent.parents)))
    return tuple(order)


@topological_order_exercise.right
def _(root):
    depth, stack = {}, [root]
    while stack:  # a node's depth is known when all its parents' is
        node = stack[-1]
        unknown = [parent for parent in node.parents if parent not in depth]
        if unknown:
            stack.extend(unknown)
        else:
            depth[stack.pop()] = max((depth[parent] + 1 for parent in node.parents), default=0)
    return sorted(depth, key=depth.get)


@topological_order_exercise.right
def _(root):
    order, stack = [], [root]
    listed = set()
    while stack:
        node = stack[-1]
        if node in listed:
            stack.pop()
        elif all(parent in listed for parent in node.parents):
            order.append(stack.pop())
            listed.add(node)
        else:
            stack += [parent for parent in node.parents if parent not in listed]
    return order


EXERCISES = (
    tanh_backward_exercise,
    matmul_backward_exercise,
    topological_order_exercise,
    unbroadcast_exercise,
    take_backward_exercise,
    log_softmax_backward_exercise,
)
