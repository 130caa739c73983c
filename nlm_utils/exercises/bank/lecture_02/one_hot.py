"""one_hot."""

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.one_hot,
    checks=("a row of ids with repeats, a table of ids, a single id, the first and the last id of the vocabulary"),
    explanation=(
        "`ids[..., None]` gives every id an axis of its own with one entry; comparing it with `np.arange(vocab_size)` "
        "stretches that axis to V and is true at one place. `np.eye(vocab_size)[ids]` says the same in fewer letters: "
        "row `id` of the identity matrix is the one-hot vector of `id`. It costs a V×V matrix."
    ),
    hints=[
        "Begin with one id: a vector of `vocab_size` zeros, and a 1.0 at place `id`.",
        "Row 3 of the identity matrix is zero everywhere except at place 3. NumPy makes it with `np.eye`.",
        (
            "Indexing a matrix with an array of ids of any shape picks one row for each id and keeps that shape: "
            "`matrix[ids]` has shape `(..., V)`."
        ),
    ],
)

exercise.case(np.array([2, 0]), 3)
exercise.case(np.array([1, 3, 1, 5, 0]), 7)
exercise.case(2, 4)
exercise.case(np.array([[3, 0, 3], [1, 2, 4]]), 6)
exercise.case(np.array([[[1, 1, 0, 4], [7, 2, 5, 6], [0, 3, 3, 2]], [[6, 6, 6, 1], [5, 4, 2, 0], [1, 7, 3, 3]]]), 8)

exercise.mistake("transposed", lambda ids, vocab_size: np.eye(vocab_size)[:, ids]).says(
    "Your ones stand in columns: the shape is (V, n), and (n, V) is asked for, one ROW for each id. The vocabulary is "
    "the last axis."
)
exercise.mistake("transposed_at_the_end", lambda ids, vocab_size: np.eye(vocab_size)[ids].T).says(
    "Your result is transposed: one ROW for each id is asked for, with the vocabulary as the last axis."
)


@exercise.mistake("transposed_last_two").says(
    "The last two axes are exchanged: one ROW for each id is asked for, with the vocabulary as the last axis."
)
def transposed_last_two(ids, vocab_size):
    rows = np.eye(vocab_size)[ids]
    return np.swapaxes(rows, -1, -2) if rows.ndim > 1 else rows


@exercise.mistake("transposed_one_row_of_ids").says(
    "Your ones stand in columns, one per id. One ROW for each id is asked for: shape (n, V), and the same for ids of "
    "any shape."
)
def transposed_one_row_of_ids(ids, vocab_size):
    out = np.zeros((vocab_size, len(ids)))
    for i, id in enumerate(ids):
        out[id, i] = 1.0
    return out


@exercise.mistake("all_in_one_row").says(
    "You put all the ones into a single vector of V numbers. Each id needs a row of its own: which word came first, "
    "and that a word came twice, is lost otherwise."
)
def all_in_one_row(ids, vocab_size):
    out = np.zeros(vocab_size)
    out[ids] = 1.0
    return out


exercise.mistake(
    "bag_of_words", lambda ids, vocab_size: np.bincount(np.ravel(ids), minlength=vocab_size).astype(float)
).says(
    "You counted how often each id occurs. That is a bag of words, the SUM of the one-hot rows; here each id keeps "
    "its own row."
)


@exercise.mistake("only_one_row_of_ids").says(
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table (B, T) must "
    "give (B, T, V)."
)
def only_one_row_of_ids(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    out[np.arange(len(ids)), ids] = 1.0
    return out


@exercise.mistake("only_one_row_of_ids_by_loop").says(
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table (B, T) must "
    "give (B, T, V)."
)
def only_one_row_of_ids_by_loop(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    for i, id in enumerate(ids):
        out[i, id] = 1.0
    return out


@exercise.mistake("only_one_row_of_ids_by_shape").says(
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table (B, T) must "
    "give (B, T, V)."
)
def only_one_row_of_ids_by_shape(ids, vocab_size):
    out = np.zeros((ids.shape[0], vocab_size))
    out[np.arange(ids.shape[0]), ids] = 1.0
    return out


@exercise.mistake("no_single_id").says(
    "A single id, the plain number 2, makes your code fail: it has no length and cannot be looped over or indexed. "
    "One id must give one row, of shape (V,)."
)
def no_single_id(ids, vocab_size):
    len(ids)
    return np.eye(vocab_size)[ids]


exercise.mistake(
    "no_single_id_by_shape", lambda ids, vocab_size: np.eye(vocab_size)[ids.reshape(-1)].reshape(*ids.shape, vocab_size)
).says(
    "A single id, the plain number 2, makes your code fail: it has no `.shape`. `np.asarray(ids)` turns both a number "
    "and an array into something that has one."
)
exercise.mistake("single_id_gets_an_axis", lambda ids, vocab_size: np.eye(vocab_size)[np.atleast_1d(ids)]).says(
    "A single id must give a single row, of shape (V,). Yours has an axis in front, (1, V)."
)
exercise.mistake(
    "flattened", lambda ids, vocab_size: np.eye(vocab_size)[np.ravel(ids)] if np.ndim(ids) else np.eye(vocab_size)[ids]
).says("You flatten the ids, and the shape is lost: ids of shape (B, T) must give (B, T, V).")
exercise.mistake("always_flattened", lambda ids, vocab_size: np.eye(vocab_size)[np.ravel(ids)]).says(
    "You flatten the ids, and the shape is lost: ids of shape (B, T) must give (B, T, V), a single id (V,)."
)
exercise.mistake("booleans", lambda ids, vocab_size: np.eye(vocab_size, dtype=bool)[ids]).says(
    "Your entries are True and False. Floats are asked for (0.0 and 1.0), as every matrix product with them wants."
)
exercise.mistake("integers", lambda ids, vocab_size: np.eye(vocab_size, dtype=int)[ids]).says(
    "Your entries are integers. Floats are asked for: 1.0, not 1."
)
exercise.mistake("counted_from_one", lambda ids, vocab_size: np.eye(vocab_size)[np.asarray(ids) - 1]).says(
    "Your one stands one place too far to the left: ids start at 0, so id 0 has its one at the very first place."
)
exercise.mistake("width_from_the_ids", lambda ids, vocab_size: np.eye(int(np.max(ids)) + 1)[ids]).says(
    "Your rows are only as long as the largest id needs. They have vocab_size places, also for words that do not "
    "occur here."
)
exercise.mistake("identity", lambda ids, vocab_size: np.eye(vocab_size)).says(
    "You return the whole identity matrix. It holds the one-hot rows of ALL types; pick the row of each id out of it."
)
exercise.mistake("id_as_value", lambda ids, vocab_size: np.eye(vocab_size)[ids] * np.asarray(ids)[..., None]).says(
    "You write the id itself into its place. The place says which word it is; the value there is always 1.0."
)
exercise.mistake("zeros_and_ones_exchanged", lambda ids, vocab_size: 1.0 - np.eye(vocab_size)[ids]).says(
    "Zeros and ones are exchanged: one-hot means that exactly one entry is 1.0."
)
exercise.mistake("repeats_dropped", lambda ids, vocab_size: np.eye(vocab_size)[np.unique(ids)]).says(
    "You drop repeated ids. Each id, repeated or not, has its own row."
)


@exercise.mistake("shared_row").says(
    "All your rows are the same, and each holds the ones of all ids. Either `out[:, ids] = 1` writes into every row, "
    "or the rows are one and the same object: a vector made once, BEFORE the loop, and appended at each turn, or "
    "`[[0] * V] * n`, which copies nothing."
)
def shared_row(ids, vocab_size):
    rows = [[0.0] * vocab_size] * len(ids)
    for i, id in enumerate(ids):
        rows[i][id] = 1.0
    return np.array(rows)


exercise.mistake("no_ones", lambda ids, vocab_size: np.zeros((*np.shape(ids), vocab_size))).says(
    "Your result holds no ones at all: is the array that you return the one that you wrote into?"
)
exercise.mistake("only_the_first_id", lambda ids, vocab_size: np.eye(vocab_size)[ids[0]]).says(
    "You return the row of the first id only: is the `return` inside the loop?"
)


@exercise.mistake("every_row_has_all").says(
    "All your rows are the same, and each holds the ones of all ids: `out[..., ids] = 1` writes into every row. Each "
    "row gets the one of its own id."
)
def every_row_has_all(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[..., ids] = 1.0
    return out


exercise.mistake("places_for_ids", lambda ids, vocab_size: np.eye(len(ids), vocab_size)).says(
    "Row i has its one at place i. The place is what the ID says: row i has its one at place `ids[i]`."
)
exercise.mistake("first_rows_of_the_identity", lambda ids, vocab_size: np.eye(vocab_size)[: np.size(ids)]).says(
    "You take the first rows of the identity matrix. Which rows to take is what the ids say."
)
exercise.mistake("concatenated", lambda ids, vocab_size: np.eye(vocab_size)[ids].reshape(-1)).says(
    "You string the rows together into one long vector. Each id has a row of its own."
)
exercise.mistake(
    "compared_in_columns", lambda ids, vocab_size: (np.arange(vocab_size)[:, None] == np.asarray(ids)).astype(float)
).says("Your vocabulary is the first axis. It must be the LAST one: give the ids the new axis, not the vocabulary.")


@exercise.mistake("only_one_row_of_ids_as_array").says(
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table (B, T) must "
    "give (B, T, V)."
)
def only_one_row_of_ids_as_array(ids, vocab_size):
    ids = np.asarray(ids)
    out = np.zeros((ids.shape[0], vocab_size))
    out[np.arange(ids.shape[0]), ids] = 1.0
    return out


exercise.mistake("counted_up", lambda ids, vocab_size: np.roll(np.eye(vocab_size)[ids], 1, axis=-1)).says(
    "Your one stands one place too far to the right: ids start at 0."
)
exercise.mistake("one_place_too_many", lambda ids, vocab_size: np.eye(vocab_size + 1)[ids]).says(
    "Your rows have vocab_size + 1 places. Ids run from 0 to vocab_size − 1, so vocab_size places are enough."
)


@exercise.mistake("row_not_reset").says(
    "Your row is not emptied between two ids, so each one carries the ones of all ids before it. Start every row from "
    "zeros."
)
def row_not_reset(ids, vocab_size):
    row, rows = np.zeros(vocab_size), []
    for id in ids:
        row[id] = 1.0
        rows.append(row.copy())
    return np.array(rows)


exercise.mistake(
    "one_place_too_few", lambda ids, vocab_size: (np.asarray(ids)[..., None] == np.arange(vocab_size - 1)).astype(float)
).says("Your rows have vocab_size − 1 places. `np.arange(vocab_size)` runs from 0 to vocab_size − 1 already.")
exercise.mistake("only_the_first_id_of_an_array", lambda ids, vocab_size: np.eye(vocab_size)[np.asarray(ids)[0]]).says(
    "You use `ids[0]` only. Every id gets a row, and a single id has no first one."
)


@exercise.mistake("one_for_the_first_id").says(
    "You put a one at `ids[0]` and look at no other id. Every id gets a row of its own."
)
def one_for_the_first_id(ids, vocab_size):
    row = np.zeros(vocab_size)
    row[ids[0]] = 1.0
    return row


exercise.mistake("swapped_parameters", lambda ids, vocab_size: np.eye(ids)[vocab_size]).says(
    "You exchanged the two parameters: the first one holds the ids, the second one the size of the vocabulary."
)
exercise.mistake(
    "swapped_in_the_comparison",
    lambda ids, vocab_size: (np.asarray(vocab_size)[..., None] == np.arange(ids)).astype(float),
).says("You exchanged the two: `np.arange` gets the SIZE of the vocabulary, and its numbers are compared with the ids.")
exercise.mistake("all_ones", lambda ids, vocab_size: np.ones((*np.shape(ids), vocab_size))).says(
    "All your entries are 1. One-hot means a single 1.0 in each row, at the place of the id, and zeros everywhere else."
)
exercise.mistake(
    "every_entry_is_the_id", lambda ids, vocab_size: np.zeros((*np.shape(ids), vocab_size)) + np.asarray(ids)[..., None]
).says(
    "Every entry of your row is the id itself. One-hot means a single 1.0 at the place of the id, and zeros "
    "everywhere else."
)


@exercise.mistake("whole_rows_set").says(
    "You use the id as the number of a ROW of your result (`out[ids] = 1`, say). A row belongs to a place in the "
    "text; the id is the place WITHIN that row."
)
def whole_rows_set(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    out[ids] = 1.0
    return out


@exercise.mistake("whole_rows_of_the_vocabulary_set").says(
    "Your matrix has V rows, and the ids choose which of them are filled with ones. Asked for is one row per ID, with "
    "a single one in it."
)
def whole_rows_of_the_vocabulary_set(ids, vocab_size):
    out = np.zeros((vocab_size, vocab_size))
    out[ids] = 1.0
    return out


exercise.mistake(
    "times_every_place", lambda ids, vocab_size: np.asarray(ids)[..., None] * np.arange(float(vocab_size))
).says("You multiply each id with every place. Compare them instead: 1.0 where the place IS the id, else 0.0.")


@exercise.mistake("id_in_the_first_place").says(
    "You wrote the id itself into the first place of its row. The id says at WHICH place the 1.0 stands."
)
def id_in_the_first_place(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[..., 0] = ids
    return out


@exercise.mistake("one_in_the_first_place").says(
    "All your ones stand in the first place. The id says at which place the 1.0 stands."
)
def one_in_the_first_place(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[..., 0] = 1.0
    return out


exercise.mistake(
    "counted_from_one_by_comparison",
    lambda ids, vocab_size: (np.asarray(ids)[..., None] - 1 == np.arange(vocab_size)).astype(float),
).says(
    "You compare the places with id − 1, so each one stands a place too far to the left, and the id 0 gets none at "
    "all. Ids start at 0."
)
exercise.mistake(
    "counted_up_by_comparison",
    lambda ids, vocab_size: (np.asarray(ids)[..., None] + 1 == np.arange(vocab_size)).astype(float),
).says(
    "You compare the places with id + 1, so each one stands a place too far to the right, and the last id gets none "
    "at all. Ids start at 0."
)
exercise.mistake(
    "ones_up_to_the_id", lambda ids, vocab_size: (np.arange(vocab_size) <= np.asarray(ids)[..., None]).astype(float)
).says("You have ones at all places up to the id: that is what `<=` gives. One-hot means that the place EQUALS the id.")
exercise.mistake(
    "ones_before_the_id", lambda ids, vocab_size: (np.arange(vocab_size) < np.asarray(ids)[..., None]).astype(float)
).says("You have ones at all places before the id: that is what `<` gives. One-hot means that the place EQUALS the id.")
exercise.mistake(
    "ones_from_the_id_on", lambda ids, vocab_size: (np.arange(vocab_size) >= np.asarray(ids)[..., None]).astype(float)
).says(
    "You have ones at all places from the id on: that is what `>=` gives. One-hot means that the place EQUALS the id."
)
exercise.mistake(
    "ones_after_the_id", lambda ids, vocab_size: (np.arange(vocab_size) > np.asarray(ids)[..., None]).astype(float)
).says("You have ones at all places after the id: that is what `>` gives. One-hot means that the place EQUALS the id.")
exercise.mistake("strings", lambda ids, vocab_size: np.eye(vocab_size)[ids].astype(str)).says(
    "Your entries are strings. Floats are asked for: 1.0 and 0.0."
)
exercise.mistake(
    "reshaped_for_transposed", lambda ids, vocab_size: np.eye(vocab_size)[:, ids].reshape(*np.shape(ids), vocab_size)
).says(
    "You pick columns and then `reshape` them into rows, which scrambles the ones: reshaping reads the numbers row by "
    "row and does not exchange axes. Pick rows from the start."
)


@exercise.mistake("added_into_one_row").says(
    "You add all the ones into a single vector of V numbers, where a repeated id counts twice. Each id needs a row of "
    "its own."
)
def added_into_one_row(ids, vocab_size):
    row = np.zeros(vocab_size)
    for id in ids:
        row[id] += 1.0
    return row


@exercise.mistake("added_into_every_row").says(
    "`out[:, id] += 1` writes into EVERY row. Each row gets the one of its own id only: `out[i, id]`."
)
def added_into_every_row(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    for id in ids:
        out[:, id] += 1.0
    return out


@exercise.mistake("returned_in_the_loop").says(
    "Your `return` stands inside the loop: only the first row has its one, the others are still zeros. Move it out of "
    "the loop."
)
def returned_in_the_loop(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    for i, id in enumerate(ids):
        out[i, id] = 1.0
        return out


@exercise.mistake("list_returned_in_the_loop").says(
    "Your `return` stands inside the loop, so there is one row only. Move it out of the loop."
)
def list_returned_in_the_loop(ids, vocab_size):
    rows = []
    for id in ids:
        row = [0.0] * vocab_size
        row[id] = 1.0
        rows.append(row)
        return np.array(rows)


@exercise.mistake("last_row_only").says(
    "You return the row of the last id only: each turn of the loop replaces the one before. Collect the rows."
)
def last_row_only(ids, vocab_size):
    for id in ids:
        row = np.zeros(vocab_size)
        row[id] = 1.0
    return row


@exercise.mistake("row_not_reset_for_any_shape").says(
    "Your row is not emptied between two ids, so each one carries the ones of all ids before it. Start every row from "
    "zeros."
)
def row_not_reset_for_any_shape(ids, vocab_size):
    row, rows = np.zeros(vocab_size), []
    for id in np.ravel(ids):
        row[id] = 1.0
        rows.append(row.copy())
    return np.array(rows).reshape(*np.shape(ids), vocab_size)


exercise.mistake(
    "times_every_place_in_whole_numbers", lambda ids, vocab_size: np.asarray(ids)[..., None] * np.arange(vocab_size)
).says("You multiply each id with every place. Compare them instead: 1.0 where the place IS the id, else 0.0.")
exercise.mistake(
    "compared_without_a_new_axis", lambda ids, vocab_size: np.where(np.arange(vocab_size) == ids, 1.0, 0.0)
).says(
    "You compare n ids with V places, entry by entry, and the shapes do not fit. Every id must meet every place: give "
    "the ids a new last axis first, `[..., None]`."
)


@exercise.mistake("whole_rows_set_for_any_shape").says(
    "You use the id as the number of a ROW of your result (`out[ids] = 1`, say). A row belongs to a place in the "
    "text; the id is the place WITHIN that row."
)
def whole_rows_set_for_any_shape(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[np.asarray(ids)] = 1.0
    return out


exercise.mistake(
    "only_one_row_of_ids_by_list",
    lambda ids, vocab_size: np.array([[1.0 if place == id else 0.0 for place in range(vocab_size)] for id in ids]),
).says(
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table (B, T) must "
    "give (B, T, V)."
)

exercise.right(lambda ids, vocab_size: np.eye(vocab_size)[ids])


@exercise.right
def right_1(ids, vocab_size):
    ids = np.asarray(ids)
    out = np.zeros((*ids.shape, vocab_size))
    for index in np.ndindex(ids.shape):
        out[(*index, ids[index])] = 1
    return out


@exercise.right
def right_2(ids, vocab_size):
    flat = np.asarray(ids).reshape(-1)
    out = np.zeros((flat.size, vocab_size), dtype=np.float32)
    out[np.arange(flat.size), flat] = 1.0
    return out.reshape(*np.shape(ids), vocab_size)


@exercise.right
def right_3(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    np.put_along_axis(out, np.asarray(ids)[..., None], 1.0, axis=-1)
    return out


@exercise.right
def right_4(ids, vocab_size):
    def rows(ids):
        if np.ndim(ids) == 0:
            return [1.0 if place == ids else 0.0 for place in range(vocab_size)]
        return [rows(part) for part in ids]

    return rows(ids)
