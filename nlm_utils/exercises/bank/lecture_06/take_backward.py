"""take_backward."""

import numpy as np
from scipy import sparse

from nlm_utils.exercises.definition import Exercise

from .common import numbers


def take_backward(grad, ids, shape):
    """dL/dE for E of this `shape`, (V, d), where grad is dL/d(E[ids]).

    ids is an integer array of any shape, () too, and grad is ids.shape + (d,). An id may occur several times.
    The result is float64, and 0 in the rows that nobody looked up.
    """
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE


exercise = Exercise(
    take_backward,
    checks="one id, repeated ids, ids of shape (), (n,) and (B, T), rows that nobody looked up",
    explanation=(
        "A row that was looked up k times is used k times, so the k gradients are added. `dE[ids] += grad` does not "
        "do that: NumPy reads the rows once, adds, and writes them back, so of several additions to one row only the "
        "last survives. `np.add.at` adds them one by one. (E[ids] is onehot @ E, so onehotᵀ @ grad is the same.)"
    ),
    hints=[
        (
            "Row i of E appears in E[ids] in every place where ids is i. What is the gradient of something that is "
            "used in several places?"
        ),
        (
            "Start from zeros of the right shape and add the gradients into the rows. Beware of `dE[ids] += grad`: "
            "try it with ids [1, 1]."
        ),
        "`np.add.at(dE, ids, grad)` adds into dE, once for each id, however often an id occurs.",
    ],
)

exercise.case(np.array([[1.0, 2.0]]), np.array([1]), (3, 2))
exercise.case(np.array([[1.0, 2.0], [3.0, 4.5]]), np.array([2, 0]), (3, 2))
exercise.case(np.array([[1.0, 2.0], [10.0, 20.0]]), np.array([1, 1]), (3, 2))
exercise.case(np.array([0.5, -1.5, 2.5]), np.array(2), (4, 3))
exercise.case(numbers(5, 3, seed=31), np.array([3, 0, 3, 1, 3]), (6, 3))
exercise.case(numbers(2, 3, 4, seed=32), np.array([[4, 0, 4], [2, 4, 2]]), (5, 4))
exercise.case(numbers(3, 2, 3, seed=33), np.array([[1, 0], [2, 1], [0, 0]]), (3, 3))
exercise.case(numbers(2, 2, 3, 2, seed=34), np.array([[[0, 5, 0], [1, 1, 1]], [[6, 5, 0], [3, 3, 6]]]), (7, 2))


@exercise.mistake("repeats_overwritten").says(
    "A row that was looked up several times keeps only one of its gradients. `dE[ids] = grad` overwrites, and "
    "`dE[ids] += grad` reads the rows before it adds: either way, of ids [1, 1] one is lost."
)
def repeats_overwritten(grad, ids, shape):
    dE = np.zeros(shape)
    dE[ids] += grad
    return dE


@exercise.mistake("first_occurrence").says(
    "A row that was looked up several times gets only the gradient of its first look-up. All of them are added."
)
def first_occurrence(grad, ids, shape):
    dE = np.zeros(shape)
    unique, places = np.unique(ids.ravel(), return_index=True)
    dE[unique] = grad.reshape(-1, shape[1])[places]
    return dE


@exercise.mistake("mean_over_repeats").says(
    "You average the gradients of a repeated id. They are added: a row that is used twice has twice the influence."
)
def mean_over_repeats(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE / np.maximum(np.bincount(ids.ravel(), minlength=shape[0]), 1)[:, None]


@exercise.mistake("last_times_count").says(
    "For a repeated id you take one gradient times the number of look-ups. Each look-up has a gradient of its own: "
    "add those."
)
def last_times_count(grad, ids, shape):
    dE = np.zeros(shape)
    dE[ids] = grad
    return dE * np.bincount(ids.ravel(), minlength=shape[0])[:, None]


@exercise.mistake("one_dimensional").says(
    "Your loop takes one axis of ids only. With ids of shape (B, T) it meets whole rows of ids, and repeats inside a "
    "row are lost again: flatten ids and grad first."
)
def one_dimensional(grad, ids, shape):
    dE = np.zeros(shape)
    for i, g in zip(ids, grad, strict=True):
        dE[i] += g
    return dE


@exercise.mistake("by_position").says(
    "You write to row 0, 1, 2, … in the order of the look-ups. The row is the id: ids [2, 0] write to row 2 first."
)
def by_position(grad, ids, shape):
    dE, rows = np.zeros(shape), grad.reshape(-1, shape[1])
    n = min(len(rows), shape[0])
    dE[:n] = rows[:n]
    return dE


exercise.mistake("grad_looked_up", lambda grad, ids, shape: grad[ids]).says(
    "You look rows of grad up with ids, as the forward pass does with E. Backwards it is the other way round: the "
    "rows of grad are added INTO the rows that ids names."
)


@exercise.mistake("counts").says(
    "You count how often each row was looked up, and leave grad out. Each look-up adds its own gradient, not 1."
)
def counts(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, 1.0)
    return dE


@exercise.mistake("total_for_every_id").says(
    "Every row that was looked up gets the sum of ALL gradients. A row only gets the gradients of its own look-ups."
)
def total_for_every_id(grad, ids, shape):
    dE = np.zeros(shape)
    dE[ids] = grad.reshape(-1, shape[1]).sum(axis=0)
    return dE


@exercise.mistake("columns").says("You write into columns of dE. E is (V, d): ids choose rows.")
def columns(grad, ids, shape):
    dE = np.zeros(shape)
    for i, g in zip(ids.ravel(), grad.reshape(-1, shape[1]), strict=True):
        dE[: len(g), i] += g
    return dE


@exercise.mistake("transposed").says("The result is transposed: it has to have the shape of E, (V, d).")
def transposed(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE.T


@exercise.mistake("off_by_one").says("You are one row off: ids count from 0, so id 1 is the row dE[1].")
def off_by_one(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids - 1, grad)
    return dE


exercise.mistake("shape_of_grad", lambda grad, ids, shape: grad.copy()).says(
    "Your result has the shape of grad. The gradient of E has the shape of E, with zeros in the rows that nobody "
    "looked up."
)


@exercise.mistake("only_the_rows_used").says(
    "You return the rows that were looked up, and only those. The gradient of E has a row for every word: zeros where "
    "nobody looked."
)
def only_the_rows_used(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE[np.unique(ids)]


@exercise.mistake("last_place_only").says(
    "You only pass a gradient to the last id of each row of ids. Every id was looked up, so every one gets its own."
)
def last_place_only(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids[..., -1], grad[..., -1, :])
    return dE


@exercise.mistake("integers").says(
    "Your array of zeros holds whole numbers: what follows the decimal point is cut off. Gradients are float64, which "
    "is what `np.zeros(shape)` makes."
)
def integers(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad)
    return dE.astype(int)


@exercise.mistake("sign").says(
    "Your gradient has the wrong sign. A gradient says how L GROWS; the minus comes later, in the step."
)
def sign(grad, ids, shape):
    dE = np.zeros(shape)
    np.subtract.at(dE, ids, grad)
    return dE


@exercise.mistake("ones_to_start_with").says(
    "You add onto ones. Nothing has been looked up at the start: begin with zeros."
)
def ones_to_start_with(grad, ids, shape):
    dE = np.ones(shape)
    np.add.at(dE, ids, grad)
    return dE


@exercise.mistake("summed_over_d").says(
    "You add the d numbers of a gradient together before you write them. Each of the d columns has its own."
)
def summed_over_d(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad.sum(axis=-1, keepdims=True))
    return dE


@exercise.mistake("everything_summed").says(
    "You add all the numbers of grad together and write that into the rows. Each look-up has a gradient of its own."
)
def everything_summed(grad, ids, shape):
    dE = np.zeros(shape)
    np.add.at(dE, ids, grad.sum())
    return dE


@exercise.right
def right_1(grad, ids, shape):
    dE = np.zeros(shape)
    for place, i in np.ndenumerate(ids):
        dE[i] += grad[place]
    return dE


@exercise.right
def right_2(grad, ids, shape):
    one_hot = np.eye(shape[0], dtype=np.float32)[ids.ravel()]
    return one_hot.T @ grad.reshape(-1, shape[1]).astype(np.float32)


@exercise.right
def right_3(grad, ids, shape):
    rows = grad.reshape(-1, shape[1])
    return [rows[ids.ravel() == i].sum(axis=0) for i in range(shape[0])]


@exercise.right
def right_4(grad, ids, shape):
    weights = grad.reshape(-1, shape[1]).T
    return np.stack([np.bincount(ids.ravel(), w, minlength=shape[0]) for w in weights], axis=1)


@exercise.right
def right_5(grad, ids, shape):
    n = ids.size
    one_hot = sparse.csr_matrix((np.ones(n), (np.arange(n), ids.ravel())), shape=(n, shape[0]))
    return (one_hot.T @ grad.reshape(n, shape[1])).tolist()
