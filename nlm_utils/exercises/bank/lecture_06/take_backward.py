"""The gradient of a look-up: learners lose what is added to a row that was looked up twice."""

import numpy as np

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result

from ..old_memory import on_old_memory
from . import numbers


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
        "Row i of E appears in E[ids] in every place where ids is i. "
        "What is the gradient of something that is used in several places?",
        "Start from zeros of the right shape and add the gradients into the rows. "
        "Beware of `dE[ids] += grad`: try it with ids [1, 1].",
        "`np.add.at(dE, ids, grad)` adds into dE, once for each id, however often an id occurs.",
    ],
)

for grad, ids, shape in (
    ([[1.0, 2.0]], [1], (3, 2)),
    ([[1.0, 2.0], [3.0, 4.5]], [2, 0], (3, 2)),
    ([[1.0, 2.0], [10.0, 20.0]], [1, 1], (3, 2)),
    ([0.5, -1.5, 2.5], np.array(2), (4, 3)),
    (numbers(5, 3, seed=31), [3, 0, 3, 1, 3], (6, 3)),
    (numbers(2, 3, 4, seed=32), [[4, 0, 4], [2, 4, 2]], (5, 4)),
    (numbers(3, 2, 3, seed=33), [[1, 0], [2, 1], [0, 0]], (3, 3)),
    (numbers(2, 2, 3, 2, seed=34), [[[0, 5, 0], [1, 1, 1]], [[6, 5, 0], [3, 3, 6]]], (7, 2)),
    (numbers(1, 1, 3, seed=35), [[1]], (2, 3)),
):
    exercise.case_from(on_old_memory(0.5, grad, ids, shape))
exercise.case(np.array([[1, 2], [3, 4]]), np.array([1, 1]), (3, 2))
exercise.drawn(lambda rng: _drawn(rng.integers(1, 5, rng.integers(0, 4)), *rng.integers(1, 8, 2), rng), 5)


def _drawn(sizes, vocab_size, dim, rng):
    """ids of these sizes, as an array if there are none, too."""
    ids = np.array(rng.integers(0, vocab_size, sizes))
    return rng.normal(size=(*sizes, dim)), ids, (int(vocab_size), int(dim))


def written(grad, ids, shape):
    """Of several gradients for one row the last stays."""
    dE = np.zeros(shape)
    dE[ids] = grad
    return dE


def look_ups(ids, shape):
    """How often each row was looked up, (V, 1)."""
    return np.bincount(ids.ravel(), minlength=shape[0])[:, None]


exercise.mistake("repeats_overwritten", written).says(
    "A repeated row keeps ONE gradient: `dE[ids] = grad` overwrites, and `dE[ids] += grad` reads before it adds."
)
exercise.mistakes(
    first_occurrence=lambda grad, ids, shape: written(grad.reshape(-1, shape[1])[::-1], ids.ravel()[::-1], shape),
    last_times_count=lambda grad, ids, shape: written(grad, ids, shape) * look_ups(ids, shape),
).says("For a repeated id you take ONE gradient, even times the number of look-ups. Each has its own: add those.")
exercise.mistake(
    "mean_over_repeats", lambda grad, ids, shape: take_backward(grad, ids, shape) / np.maximum(look_ups(ids, shape), 1)
).says("You average the gradients of a repeated id. They are added: a row used twice has twice the influence.")
exercise.mistakes(
    one_dimensional=lambda grad, ids, shape: sum(written(g, i, shape) for i, g in zip(ids, grad, strict=True)),
    one_dimensional_by_number=lambda grad, ids, shape: sum(written(grad[i], ids[i], shape) for i in range(len(ids))),
).says(
    "Your loop takes one axis of ids only: in ids of shape (B, T), repeats inside a row are lost, and a single id, of "
    "shape (), has no length. Flatten both: `ids.reshape(-1)` and `grad.reshape(-1, d)`."
)
exercise.mistakes(
    one_axis_of_one_hots=lambda grad, ids, shape: np.eye(shape[0])[ids].T @ grad,
    batches_of_one_hots=lambda grad, ids, shape: np.eye(shape[0])[ids].swapaxes(-1, -2) @ grad,
).says(
    "onehotᵀ @ grad is right where ids has one axis. It may have none, or several: make both flat first, "
    "`ids.reshape(-1)` and `grad.reshape(-1, d)`."
)


def pair_by_pair(ids, grad, shape):
    dE = np.zeros(shape)
    for i, g in zip(ids, grad, strict=False):
        dE[i] += g
    return dE


exercise.mistakes(
    ids_flattened_alone=lambda grad, ids, shape: take_backward(grad, ids.ravel(), shape),
    ids_flattened_alone_in_a_loop=lambda grad, ids, shape: pair_by_pair(ids.ravel(), grad, shape),
).says(
    "You flatten ids and leave grad as it is, so that the two do not fit any more: `grad.reshape(-1, d)` goes with it."
)
exercise.mistake("every_row", lambda grad, ids, shape: np.zeros(shape) + grad.reshape(-1, shape[1]).sum(axis=0)).says(
    "You add the gradients to EVERY row of dE. Only the rows that ids names were looked up; all others are 0."
)
exercise.mistake(
    "rows_up_to_the_largest_id", lambda grad, ids, shape: take_backward(grad, ids, (ids.max() + 1, shape[1]))
).says(
    "Your dE ends at the largest id. It has the `shape` that is given: words that nobody looked up have rows of zeros."
)
exercise.mistake("zeros_like_grad", lambda grad, ids, shape: take_backward(grad, ids, grad.shape)).says(
    "You start from zeros shaped like grad, a row per look-up. dE has a row for each WORD: `np.zeros(shape)`."
)
exercise.mistake("nothing_returned", lambda grad, ids, shape: None).says(
    "You return None: `np.add.at(dE, ids, grad)` changes dE and gives nothing back. `return dE` needs its own line."
)


@exercise.mistake("empty_for_zeros").says(
    "`np.empty` takes memory as it is, with any numbers in it. What is added onto must be 0 at the start: `np.zeros`."
)
def empty_for_zeros(grad, ids, shape):
    dE = np.empty(shape)
    np.add.at(dE, ids, grad)
    return dE


exercise.mistakes(
    by_position=lambda grad, ids, shape: written(
        grad.reshape(-1, shape[1])[: shape[0]], np.arange(min(ids.size, shape[0])), shape
    ),
    by_position_in_a_loop=lambda grad, ids, shape: sum(written(grad[i], i, shape) for i in range(len(ids))),
).says("You write to row 0, 1, 2, … in the order of the look-ups. The row is the id: ids [2, 0] write to row 2 first.")
exercise.mistakes(
    grad_looked_up=lambda grad, ids, shape: grad[ids],
    grad_looked_up_and_added=lambda grad, ids, shape: pair_by_pair(
        ids.ravel(), (grad.reshape(-1, shape[1])[i] for i in ids.ravel()), shape
    ),
).says(
    "You look rows of grad up, as the forward pass does with E. Backwards they are added INTO the rows that ids names."
)
exercise.mistake(
    "total_for_every_id", lambda grad, ids, shape: written(sum(grad.reshape(-1, shape[1])), ids, shape)
).says("Every row that was looked up gets the sum of ALL gradients. A row only gets those of its own look-ups.")


@exercise.mistake("columns").says("You write into columns of dE. E is (V, d): ids choose rows.")
def columns(grad, ids, shape):
    dE = np.zeros(shape)
    for i, g in zip(ids.ravel(), grad.reshape(-1, shape[1]), strict=True):
        dE[: len(g), i] += g
    return dE


exercise.takes(
    argument("grad", one=("counts", "You count the look-ups, and leave grad out. Each adds its own gradient, not 1.")),
    argument("ids", counted_from_one="off_by_one"),
    result(
        whole="integers",
        plus_one=("ones_to_start_with", "You add onto ones. Nothing was looked up at the start: begin with zeros."),
    ),
)
exercise.mistake(
    "first_look_up_only", lambda grad, ids, shape: pair_by_pair(ids.ravel()[:1], grad.reshape(-1, shape[1]), shape)
).says("A `return` inside the loop: only the first look-up passes its gradient on.")
exercise.mistake(
    "grad_mixed_up", lambda grad, ids, shape: take_backward(grad.reshape(shape[1], -1).T, ids.ravel(), shape)
).says("`reshape(d, -1).T` mixes the rows of grad: it keeps the reading order. `reshape(-1, d)` has a look-up a row.")
for id, row in {"first_word_left_out": 0, "last_word_left_out": -1}.items():
    exercise.mistake(
        id,
        lambda grad, ids, shape, row=row: np.where(
            np.arange(shape[0])[:, None] == row % shape[0], 0.0, take_backward(grad, ids, shape)
        ),
    ).says("Your loop leaves a row of dE out, the first or the last: ids go from 0 to V − 1, `range(V)`.")
for id, change, words in (
    ("sign", lambda dE, grad: -dE, "there is a minus too many"),
    ("mean", lambda dE, grad: dE / len(grad), "a mean where gradients add up"),
    ("whole", lambda dE, grad: np.trunc(dE).astype(int), "your array holds whole numbers: make zeros of floats"),
    ("ones", lambda dE, grad: np.where(dE == 0, 1.0, dE), "you start from ones: rows that nobody looked up are 0"),
):
    exercise.mistake(
        f"repeats_overwritten_and_{id}", lambda grad, ids, shape, change=change: change(written(grad, ids, shape), grad)
    ).says(f"Two things. A repeated row keeps ONE of its gradients (`np.add.at` adds all); and {words}.")


@exercise.mistake("repeats_overwritten_and_empty").says(
    "Two things. A repeated row keeps ONE of its gradients (`np.add.at` adds all); and `np.empty` holds any numbers."
)
def repeats_overwritten_and_empty(grad, ids, shape):
    dE = np.empty(shape)
    dE[ids] = grad
    return dE


@exercise.mistake("largest_gradient").says(
    "Of several gradients for one row you keep the largest numbers. They are added."
)
def largest_gradient(grad, ids, shape):
    dE = np.zeros(shape)
    np.maximum.at(dE, ids, grad)
    return dE


exercise.mistake("shape_of_grad", lambda grad, ids, shape: grad.copy()).says(
    "Your result has the shape of grad. The gradient of E has that of E, with zeros in the rows that nobody looked up."
)
exercise.mistake("only_the_rows_used", lambda grad, ids, shape: take_backward(grad, ids, shape)[np.unique(ids)]).says(
    "You return only the rows that were looked up. The gradient has a row for every word: zeros where nobody looked."
)
exercise.mistake(
    "last_place_only", lambda grad, ids, shape: take_backward(ids=ids[..., -1], grad=grad[..., -1, :], shape=shape)
).says("You only pass a gradient to the last id of each row of ids. Every id was looked up and gets its own.")
exercise.mistakes(
    summed_over_d=lambda grad, ids, shape: take_backward(grad.sum(axis=-1, keepdims=True), ids, shape),
    everything_summed=lambda grad, ids, shape: take_backward(grad.sum(), ids, shape),
).says("You add numbers of grad together before you write them. Each look-up has d numbers of its own, one a column.")


@exercise.right
def place_by_place(grad, ids, shape):
    dE = np.zeros(shape)
    for place, i in np.ndenumerate(ids):
        dE[i] += grad[place]
    return dE


@exercise.right
def one_hot_product(grad, ids, shape):
    return np.eye(shape[0])[ids.ravel()].T @ grad.reshape(-1, shape[1])


exercise.right(autograd.take_backward)  # the engine's, a product with a sparse matrix
exercise.right(lambda grad, ids, shape: [sum(grad[ids == i], np.zeros(shape[1])) for i in range(shape[0])])
exercise.right(
    lambda grad, ids, shape: np.stack(
        [np.bincount(ids.ravel(), w, minlength=shape[0]) for w in grad.reshape(-1, shape[1]).T], axis=1
    )
)
