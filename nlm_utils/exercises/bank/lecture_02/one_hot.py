"""A row with a single one for each id: learners mix up rows and columns, or write for ids in a row only."""

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result
from nlm_utils.functional import one_hot

exercise = Exercise(
    one_hot,
    checks="rows of ids with repeats, tables of ids, axes of length 1, a single id, the first and the last id of V",
    explanation=(
        "`ids[..., None]` gives every id an axis of its own with one entry; comparing it with `np.arange(vocab_size)` "
        "stretches that axis to V and is true at one place. `np.eye(vocab_size)[ids]` says the same in fewer letters: "
        "row `id` of the identity matrix is the one-hot vector of `id`. It costs a V×V matrix."
    ),
    hints=[
        "Begin with one id: a vector of `vocab_size` zeros, and a 1.0 at place `id`.",
        "Row 3 of the identity matrix is zero everywhere except at place 3. NumPy makes it with `np.eye`.",
        "Indexing a matrix with an array of ids of any shape picks one row for each id and keeps that shape: "
        "`matrix[ids]` has shape `(..., V)`.",
    ],
)


def on_used_memory():
    """Memory of the result's size has been in use: what `np.empty((2, 3))` holds is not 0 by chance."""
    for used in [np.full((2, 3), 0.5) for _ in range(8)]:
        del used
    return np.array([2, 0]), 3


exercise.case_from(on_used_memory)
exercise.case(np.array([1, 3, 1, 5, 0]), 7)
exercise.case(2, 4)
exercise.case(np.array([1]), 3)
exercise.case(np.array([[2], [0]]), 3)
exercise.case(np.array([0, 0]), 1)
exercise.case(np.array([[3, 0, 3], [1, 2, 4]]), 6)
exercise.case(np.array([[[1, 1, 0, 4], [7, 2, 5, 6], [0, 3, 3, 2]], [[6, 6, 6, 1], [5, 4, 2, 0], [1, 7, 3, 3]]]), 8)
exercise.drawn(lambda rng: (rng.integers(0, V := rng.integers(1, 9), rng.integers(1, 5, rng.integers(1, 4))), int(V)))
exercise.drawn(lambda rng: (int(rng.integers(5)), int(rng.integers(5, 9))))


def ones(shape, place):
    """Zeros with 1.0 at `place`."""
    out = np.zeros(shape)
    out[place] = 1.0
    return out


def filled(rows, ids):
    """Each row with 1.0 at the place of its id."""
    for i, id in enumerate(ids):
        rows[i][id] = 1.0
    return np.array(rows)


def table(ids):
    B, T = ids.shape
    return ids.reshape(B, T)


def list_with_ones(ids, V):
    """Fails for an array of ids."""
    row = [0] * V
    row[ids] = 1
    return row


# rows and columns
exercise.mistakes(
    transposed=lambda ids, V: np.eye(V)[:, ids],
    transposed_at_the_end=lambda ids, V: one_hot(ids, V).T,
    transposed_one_row_of_ids=lambda ids, V: filled(np.zeros((len(ids), V)), ids).T,
    compared_in_columns=lambda ids, V: (np.arange(V)[:, None] == np.asarray(ids)).astype(float),
).says("Your ones stand in columns. One ROW for each id is asked for: (n, V), with the vocabulary as the LAST axis.")
exercise.mistake("reshaped_for_transposed", lambda ids, V: np.eye(V)[:, ids].reshape(*np.shape(ids), V)).says(
    "You pick columns and then `reshape` them into rows, which exchanges no axes: it scrambles the ones. Pick rows."
)
exercise.mistake("identity", lambda ids, V: np.eye(V)).says(
    "You return the whole identity matrix, the one-hot rows of ALL types. Pick the row of each id out of it."
)
exercise.mistakes(
    places_for_ids=lambda ids, V: np.eye(len(ids), V),
    first_rows_of_the_identity=lambda ids, V: np.eye(V)[: np.size(ids)],
).says("Row i has its one at place i. The place is what the ID says: row i has its one at place `ids[i]`.")
exercise.mistake("repeats_dropped", lambda ids, V: one_hot(np.unique(ids), V)).says(
    "You drop repeated ids. Each id, repeated or not, has its own row."
)

# ids of another shape
exercise.mistakes(
    only_one_row_of_ids=lambda ids, V: ones((len(ids), V), (np.arange(len(ids)), ids)),
    only_one_row_of_ids_by_loop=lambda ids, V: filled(np.zeros((len(ids), V)), ids),
    only_one_row_of_ids_by_shape=lambda ids, V: ones((*ids.shape[:1], V), (np.arange(ids.shape[0]), ids)),
    only_one_row_of_ids_as_array=lambda ids, V: ones((np.asarray(ids).shape[0], V), (np.arange(len(ids)), ids)),
    only_one_row_of_ids_by_list=lambda ids, V: np.array([[1.0 if i == id else 0.0 for i in range(V)] for id in ids]),
).says("This works for ids in a row only: a single id must give shape (V,), a table (B, T) must give (B, T, V).")
exercise.mistakes(
    no_single_id=lambda ids, V: one_hot(ids[: len(ids)], V),
    no_single_id_by_shape=lambda ids, V: one_hot(ids.reshape(-1), V).reshape(*ids.shape, V),
).says("A single id, the plain number 2, makes your code fail: it has no length and no shape. `np.asarray(ids)` has.")
exercise.mistakes(
    only_tables=lambda ids, V: one_hot(table(ids), V),
    only_tables_as_array=lambda ids, V: one_hot(table(np.asarray(ids)), V),
).says("`B, T = ids.shape` fits tables only. One int, (n,) and three axes are allowed, too: `[..., None]` fits all.")
exercise.takes(result(squeezed="squeezed"))
exercise.mistake(
    "last_axis_of_one", lambda ids, V: one_hot(ids[..., 0] if np.shape(ids)[1:][-1:] == (1,) else ids, V)
).says("You drop a last axis of length 1, as Keras' `to_categorical` does. ids of shape (B, 1) must give (B, 1, V).")
exercise.mistake("single_id_gets_an_axis", lambda ids, V: one_hot(np.atleast_1d(ids), V)).says(
    "A single id must give a single row, of shape (V,). Yours has an axis in front, (1, V)."
)
for id, single in {"flattened": np.asarray, "always_flattened": np.ravel}.items():
    exercise.mistake(id, lambda ids, V, single=single: one_hot((np.ravel if np.ndim(ids) else single)(ids), V)).says(
        "You flatten the ids, and the shape is lost: ids of shape (B, T) must give (B, T, V), a single id (V,)."
    )
exercise.mistake("compared_without_a_new_axis", lambda ids, V: np.where(np.arange(V) == ids, 1.0, 0.0)).says(
    "You compare n ids with V places, entry by entry. Every id must meet every place: give the ids a new last axis, "
    "`[..., None]`."
)

# other places, another width
for id, by, side in (("counted_from_one", -1, "left"), ("counted_up", 1, "right")):
    sentence = f"Your ones stand one place too far to the {side}: ids start at 0, so that id 0 has the first place."
    exercise.mistake(id, lambda ids, V, by=by: np.roll(one_hot(ids, V), by, axis=-1)).says(sentence)
    exercise.mistake(f"{id}_by_comparison", lambda ids, V, by=by: one_hot(np.asarray(ids) + by, V)).says(sentence)
exercise.takes(argument("vocab_size", plus_one="one_place_too_many", minus_one="one_place_too_few"))
exercise.mistake("width_from_the_ids", lambda ids, V: one_hot(ids, np.max(ids) + 1)).says(
    "Your rows are only as long as the largest id needs. They have vocab_size places, also for words not in this text."
)
exercise.mistakes(
    swapped_parameters=lambda ids, V: np.eye(ids)[V],
    swapped_in_the_comparison=lambda ids, V: one_hot(V, ids),
).says("You exchanged the two parameters: the first one holds the ids, the second one the size of the vocabulary.")
for id, where, sign, compare in (
    ("ones_up_to_the_id", "up to the id", "<=", np.less_equal),
    ("ones_before_the_id", "before the id", "<", np.less),
    ("ones_from_the_id_on", "from the id on", ">=", np.greater_equal),
    ("ones_after_the_id", "after the id", ">", np.greater),
):
    exercise.mistake(
        id, lambda ids, V, compare=compare: compare(np.arange(V), np.asarray(ids)[..., None]).astype(float)
    ).says(f"You have ones at all places {where}: that is what `{sign}` gives. One-hot: the place EQUALS the id.")
exercise.mistake("one_in_the_first_place", lambda ids, V: one_hot(0 * np.asarray(ids), V)).says(
    "All your ones stand in the first place. The id says at which place the 1.0 stands."
)

# other entries
for kind in (bool, int, str):
    exercise.mistake(f"{kind.__name__}_entries", lambda ids, V, kind=kind: one_hot(ids, V).astype(kind)).says(
        f"Your entries are of type {kind.__name__}. Floats are asked for, 0.0 and 1.0, as every matrix product wants."
    )
exercise.mistake("smoothed", lambda ids, V: 0.9 * one_hot(ids, V) + 0.1 / V).says(
    "You smooth the ones (label smoothing). One-hot means 1.0 at the place of the id, and 0.0 at all others."
)
exercise.mistake("minus_one_for_zero", lambda ids, V: 2 * one_hot(ids, V) - 1).says(
    "You write −1 where 0.0 belongs. One-hot means zeros at all places but one: a product with it picks ONE row."
)
exercise.mistake(
    "softmax_of_ones", lambda ids, V: one_hot(ids, V) * (np.e - 1) / (np.e + V - 1) + 1 / (np.e + V - 1)
).says(
    "You put the one-hot rows through a softmax, and its zeros become positive. Return the zeros and ones as they are."
)
exercise.mistake("zeros_and_ones_exchanged", lambda ids, V: 1.0 - one_hot(ids, V)).says(
    "Zeros and ones are exchanged: one-hot means that exactly one entry is 1.0."
)
exercise.mistake("no_ones", lambda ids, V: 0 * one_hot(ids, V)).says(
    "Your result holds no ones at all: is the array that you return the one that you wrote into?"
)
exercise.mistake("all_ones", lambda ids, V: 0 * one_hot(ids, V) + 1).says(
    "All your entries are 1. One-hot means a single 1.0 in each row, at the place of the id, and zeros elsewhere."
)
exercise.mistakes(
    id_as_value=lambda ids, V: one_hot(ids, V) * np.asarray(ids)[..., None],
    every_entry_is_the_id=lambda ids, V: 0 * one_hot(ids, V) + np.asarray(ids)[..., None],
    id_in_the_first_place=lambda ids, V: one_hot(0 * np.asarray(ids), V) * np.asarray(ids)[..., None],
).says("You write the id itself into its row. It says at WHICH place the 1.0 stands; everywhere else stands 0.0.")
for id, kind in {"times_every_place": float, "times_every_place_in_whole_numbers": int}.items():
    exercise.mistake(id, lambda ids, V, kind=kind: np.asarray(ids)[..., None] * np.arange(V, dtype=kind)).says(
        "You multiply each id with every place. Compare them instead: 1.0 where the place IS the id, else 0.0."
    )

# ones that are written into the wrong row
exercise.mistake("all_in_one_row", lambda ids, V: ones(V, ids)).says(
    "You put all the ones into a single vector of V numbers, and their order is lost. Each id needs a row of its own."
)
exercise.mistakes(
    bag_of_words=lambda ids, V: np.bincount(np.ravel(ids), minlength=V).astype(float),
    added_into_one_row=lambda ids, V: sum(ones(V, id) for id in ids),
).says("You count how often each id occurs: a bag of words, the SUM of the one-hot rows. Each id keeps its own row.")
exercise.mistakes(
    every_row_has_all=lambda ids, V: ones((*np.shape(ids), V), (..., ids)),
    every_row_has_all_by_slice=lambda ids, V: ones((len(ids), V), (slice(None), ids)),
    every_row_has_all_at_least_one=lambda ids, V: ones((len(np.atleast_1d(ids)), V), (slice(None), np.ravel(ids))),
    shared_row=lambda ids, V: filled([[0.0] * V] * len(ids), ids),
    added_into_every_row=lambda ids, V: np.zeros((len(ids), V)) + sum(ones(V, id) for id in ids),
).says(
    "All your rows are the same, and each holds the ones of all ids: `out[:, ids] = 1` writes into every row, and "
    "a row made BEFORE the loop, or `[[0] * V] * n`, is one and the same object everywhere."
)
exercise.mistake("diagonal_of_eye", lambda ids, V: np.eye(1, V, k=ids)[0]).says(
    "`np.eye(…, k=id)` has ONE diagonal, so `k` takes a single id, no array. `np.eye(vocab_size)[ids]` picks a row for "
    "each id."
)
exercise.mistake("list_indexed_by_an_array", list_with_ones).says(
    "A list takes one whole number between its brackets, no array of ids; an array takes both. And each id needs a row "
    "of its own, not one row for all."
)
exercise.mistakes(
    whole_rows_set=lambda ids, V: ones((len(ids), V), ids),
    whole_rows_set_for_any_shape=lambda ids, V: ones((*np.shape(ids), V), np.asarray(ids)),
).says("You use the id as the number of a ROW of your result (`out[ids] = 1`, say). It is the place WITHIN a row.")
exercise.mistake("whole_rows_of_the_vocabulary_set", lambda ids, V: ones((V, V), ids)).says(
    "Your matrix has V rows, and those that the ids name are all ones. One row per ID is wanted, with a single one."
)
exercise.mistakes(
    row_not_reset=lambda ids, V: np.maximum.accumulate([ones(V, id) for id in ids]),
    row_not_reset_for_any_shape=lambda ids, V: np.maximum.accumulate(one_hot(np.ravel(ids), V)).reshape(
        *np.shape(ids), V
    ),
).says("Your row is not emptied between two ids, so it carries the ones of all before. Start each from zeros.")
exercise.mistakes(
    only_the_first_id=lambda ids, V: np.eye(V)[ids[0]],
    only_the_first_id_of_an_array=lambda ids, V: np.eye(V)[np.asarray(ids)[0]],
    one_for_the_first_id=lambda ids, V: ones(V, ids[0]),
    returned_in_the_loop=lambda ids, V: ones((len(ids), V), (0, ids[0])),
    returned_in_the_loop_for_any_shape=lambda ids, V: ones(
        (*np.shape(ids), V), (*(0,) * np.ndim(ids), np.ravel(ids)[0])
    ),
    list_returned_in_the_loop=lambda ids, V: filled([[0.0] * V], [next(iter(ids))]),
).says("Only the first id gets its one: is the `return` inside the loop? Every id has a row of its own.")
exercise.mistake("last_row_only", lambda ids, V: [ones(V, id) for id in ids][-1]).says(
    "You return the row of the last id only: each turn of the loop replaces the one before. Collect the rows."
)

exercise.right(lambda ids, vocab_size: np.eye(vocab_size)[ids])


@exercise.right
def written_one_by_one(ids, vocab_size):
    ids = np.asarray(ids)
    out = np.zeros((*ids.shape, vocab_size))
    for index in np.ndindex(ids.shape):
        out[(*index, ids[index])] = 1
    return out


@exercise.right
def by_two_indices(ids, vocab_size):
    flat = np.asarray(ids).reshape(-1)
    out = np.zeros((flat.size, vocab_size))
    out[np.arange(flat.size), flat] = 1.0
    return out.reshape(*np.shape(ids), vocab_size)


@exercise.right
def put_along_the_last_axis(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    np.put_along_axis(out, np.asarray(ids)[..., None], 1.0, axis=-1)
    return out


@exercise.right
def nested_lists(ids, vocab_size):
    def rows(ids):
        if np.ndim(ids) == 0:
            return [1.0 if place == ids else 0.0 for place in range(vocab_size)]
        return [rows(part) for part in ids]

    return rows(ids)
