"""embed."""

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

_generator = np.random.default_rng(2)

_E_5_by_3 = np.round(_generator.normal(size=(5, 3)), 2)

_E_4_by_6 = np.round(_generator.normal(size=(4, 6)), 2)

_E_9_by_2 = np.round(_generator.normal(size=(9, 2)), 2)

exercise = Exercise(
    functional.embed,
    checks="3 matrices of different shapes; a row of ids with repeats, a table of ids, a single id",
    explanation=(
        "NumPy indexing along the first axis picks whole rows, one for each id, and keeps the shape of the ids: that "
        "is all that a lookup is. It costs n·d copied numbers, whatever V is; the product with one-hot rows gives the "
        "same result for n·V·d multiplications."
    ),
    hints=[
        "E has one row per type. Which rows are asked for, and in which order?",
        "For one id, `E[3]` is row 3. NumPy also takes an array of ids between the brackets.",
        "`E[ids]` has the shape of `ids` with d added at the end.",
    ],
)

exercise.case(np.array([[0.1, 0.2], [1.1, 1.2], [2.1, 2.2]]), np.array([2, 0, 0, 1]))
exercise.case(_E_4_by_6, np.array([3, 1, 1, 0, 2]))
exercise.case(_E_9_by_2, np.array([8, 5, 8]))
exercise.case(_E_9_by_2, np.array([5, 1, 7, 1]))
exercise.case(_E_5_by_3, 4)
exercise.case(_E_5_by_3, np.array([[4, 0, 4, 2], [1, 3, 0, 0]]))
exercise.case(_E_4_by_6, np.array([[0, 2, 3], [3, 1, 3]]))

exercise.mistake("columns", lambda E, ids: E[:, ids]).says(
    "You take columns of E. A word's vector is its ROW: E has V rows, one per type, each with d numbers."
)
exercise.mistake("columns_transposed", lambda E, ids: E.T[ids]).says(
    "You take columns of E (rows of E transposed). A word's vector is its ROW: E has V rows, one per type."
)
exercise.mistake("summed", lambda E, ids: E[ids].sum(axis=0) if np.ndim(ids) else E[ids]).says(
    "You add the vectors up. That is composition, the next lecture; here every id keeps its own vector: (n, d), not "
    "(d,)."
)
exercise.mistake("summed_per_row", lambda E, ids: E[ids].sum(axis=-2) if np.ndim(ids) else E[ids]).says(
    "You add the vectors of each prefix up. That is composition, the next lecture; here every id keeps its own vector."
)
exercise.mistake("summed_always", lambda E, ids: E[ids].sum(axis=0)).says(
    "You add numbers up that belong apart: every id keeps its own vector of d numbers."
)
exercise.mistake("averaged", lambda E, ids: E[ids].mean(axis=0) if np.ndim(ids) else E[ids]).says(
    "You average the vectors. Every id keeps its own vector here: (n, d), not (d,)."
)
exercise.mistake("averaged_always", lambda E, ids: E[ids].mean(axis=0)).says(
    "You average numbers that belong apart: every id keeps its own vector of d numbers."
)
exercise.mistake("averaged_per_row", lambda E, ids: E[ids].mean(axis=-2) if np.ndim(ids) else E[ids]).says(
    "You average the vectors of each prefix. Every id keeps its own vector here."
)
exercise.mistake("concatenated", lambda E, ids: E[ids].reshape(-1)).says(
    "You string all vectors together into one long one. Every id keeps its own row: (n, d), not (n·d,)."
)
exercise.mistake("concatenated_per_row", lambda E, ids: E[ids].reshape((*np.shape(ids)[:-1], -1))).says(
    "You string the vectors of each prefix together. The shape asked for is (..., d): an axis for the words, an axis "
    "for d."
)
exercise.mistake("flattened_ids", lambda E, ids: E[ids].reshape(-1, E.shape[1]) if np.ndim(ids) else E[ids]).says(
    "The shape of the ids is lost: ids of shape (B, T) must give (B, T, d), not (B·T, d)."
)
exercise.mistake("always_two_dimensional", lambda E, ids: E[np.ravel(ids)]).says(
    "Your result always has two axes. Its shape is that of the ids with d added: (d,) for one id, (B, T, d) for a "
    "table."
)
exercise.mistake("single_id_gets_an_axis", lambda E, ids: E[np.atleast_1d(ids)]).says(
    "A single id must give a single vector, of shape (d,). Yours has an axis in front, (1, d)."
)
exercise.mistake("no_single_id", lambda E, ids: np.array([E[id] for id in ids])).says(
    "A single id, the plain number 4, makes your code fail: one cannot loop over a number. `E[ids]` needs no loop."
)
exercise.mistake("no_single_id_by_shape", lambda E, ids: E[ids.reshape(-1)].reshape(*ids.shape, E.shape[1])).says(
    "A single id, the plain number 4, makes your code fail: it has no shape. `E[ids]` needs none."
)


@exercise.mistake("only_one_row_of_ids").says(
    "This works for ids in a row, but not for ids of any shape: a table (B, T) must give (B, T, d)."
)
def only_one_row_of_ids(E, ids):
    out = np.zeros((len(ids), E.shape[1]))
    for i, id in enumerate(ids):
        out[i] = E[id]
    return out


exercise.mistake("counted_from_one", lambda E, ids: E[np.asarray(ids) - 1]).says(
    "You take the row before the right one: ids start at 0, and id 0 owns row 0."
)
exercise.mistake("take_without_axis", lambda E, ids: np.take(E, ids)).says(
    "`np.take` without an axis looks into the flattened matrix, so that you get single numbers. Say axis=0, or write "
    "`E[ids]`."
)
exercise.mistake("first_rows", lambda E, ids: E[: np.size(ids)]).says(
    "You return the first rows of E, as many as there are ids. Which rows they are is what the ids say."
)
exercise.mistake("repeats_dropped", lambda E, ids: E[np.unique(ids)]).says(
    "You drop repeated ids, and the order of the text with them. One row for each id, in the order of `ids`."
)
exercise.mistake("sorted_ids", lambda E, ids: E[np.sort(ids)] if np.ndim(ids) else E[ids]).says(
    "You sort the ids first. One row for each id, in the order of `ids`: the order of the words is the text."
)
exercise.mistake("transposed", lambda E, ids: E[ids].T).says(
    "Your result is transposed: one ROW for each id, d numbers long, so that d is the last axis."
)
exercise.mistake("last_word_only", lambda E, ids: E[ids[-1]]).says(
    "You return the vector of the last word only. Every id gets its own."
)
exercise.mistake("first_word_only", lambda E, ids: E[ids[0]]).says(
    "You return the vector of the first word only: is the `return` inside the loop? Every id gets its own."
)
exercise.mistake("integers", lambda E, ids: E[ids].astype(int)).says(
    "Your vectors have lost their decimals: the array you collect them in holds integers."
)
exercise.mistake("unit_length", lambda E, ids: E[ids] / np.linalg.norm(E[ids], axis=-1, keepdims=True)).says(
    "You scale the vectors to length 1. A lookup returns the rows as they are; lengths matter later."
)
exercise.mistake("one_hot_only", lambda E, ids: functional.one_hot(ids, len(E))).says(
    "You return one-hot rows. They still have to be multiplied by E: (..., V) times (V, d) gives (..., d)."
)
exercise.mistake("whole_matrix", lambda E, ids: E).says(
    "You return the whole of E. Only the rows that `ids` names are asked for."
)


@exercise.mistake("summed_by_loop").says(
    "You add the vectors up. That is composition, the next lecture; here every id keeps its own vector: (n, d), not "
    "(d,)."
)
def summed_by_loop(E, ids):
    total = np.zeros(E.shape[1])
    for id in ids:
        total = total + E[id]
    return total


@exercise.mistake("all_in_one_row").says(
    "You put the ones of all ids into one vector before multiplying, which adds up the vectors (and a repeated word "
    "only once). Each id needs its own one-hot row."
)
def all_in_one_row(E, ids):
    row = np.zeros(len(E))
    row[ids] = 1.0
    return row @ E


exercise.mistake("concatenated_by_loop", lambda E, ids: np.concatenate([E[id] for id in ids])).says(
    "You string all vectors together into one long one. Every id keeps its own row: (n, d), not (n·d,)."
)
exercise.mistake("single_numbers", lambda E, ids: E[ids, ids]).says(
    "`E[ids, ids]` takes single numbers, row id and column id. A word's vector is its whole row."
)


@exercise.mistake("integers_by_loop").says(
    "Your vectors have lost their decimals: the array you collect them in holds integers."
)
def integers_by_loop(E, ids):
    out = np.zeros((len(ids), E.shape[1]), dtype=int)
    for i, id in enumerate(ids):
        out[i] = E[id]
    return out


exercise.mistake("batch_axis_added", lambda E, ids: E[np.atleast_2d(ids)]).says(
    "Your result has an axis too many. Its shape is that of the ids with d added."
)
exercise.mistake("rescaled_matrix", lambda E, ids: E[ids] / E.std()).says(
    "You divide by the spread or the size of E. A lookup returns the rows as they are."
)
exercise.mistake("reversed", lambda E, ids: E[ids][::-1] if np.ndim(ids) else E[ids]).says(
    "Your rows come in reverse order. One row for each id, in the order of `ids`."
)
exercise.mistake("ids_indexed_by_E", lambda E, ids: ids[E]).says(
    "`ids[E]` looks up numbers of E among the ids. It is E that has the rows: the ids go between ITS brackets."
)
exercise.mistake("ids_as_a_tuple", lambda E, ids: E[tuple(ids)]).says(
    "A tuple between the brackets means one index per AXIS: `E[(2, 0)]` is the single number in row 2, column 0. To "
    "pick rows, the ids must be an array or a list."
)
exercise.mistake("counted_from_the_end", lambda E, ids: E[::-1][ids]).says(
    "You count the rows from the end: `E[::-1]` turns the matrix upside down. Id 0 owns the first row."
)
exercise.mistake("counted_from_the_end_by_sign", lambda E, ids: E[-np.asarray(ids)]).says(
    "A minus in front of the ids counts rows from the end of E. Take the ids as they are."
)


@exercise.mistake("ids_sorted_in_place").says(
    "`ids.sort()` sorts the caller's ids: they stay changed, and the order of the words is the text. Take the ids as "
    "they are."
)
def ids_sorted_in_place(E, ids):
    if np.ndim(ids):
        ids.sort()
    return E[ids]


@exercise.mistake("ids_sorted_in_place_always").says(
    "`ids.sort()` sorts the caller's ids: they stay changed, and the order of the words is the text. Take the ids as "
    "they are."
)
def ids_sorted_in_place_always(E, ids):
    ids.sort()
    return E[ids]


exercise.mistake("rows_by_place", lambda E, ids: np.array([E[place] for place in range(len(ids))])).says(
    "You take row 0 for the first word, row 1 for the second, and so on: that is the place in the text. The row to "
    "take is what the ID says."
)
exercise.mistake("rows_by_place_of_any_shape", lambda E, ids: E[np.arange(np.size(ids)).reshape(np.shape(ids))]).says(
    "You number the words and take the rows with those numbers: that is the place in the text. The row to take is "
    "what the ID says."
)
exercise.mistake("first_rows_by_length", lambda E, ids: E[: len(ids)]).says(
    "You return the first rows of E, as many as there are ids. Which rows they are is what the ids say."
)
exercise.mistake("one_row_too_far", lambda E, ids: E[np.asarray(ids) + 1]).says(
    "You take the row after the right one, and run over the end for the last id. Ids start at 0, as rows do."
)
exercise.mistake("one_row_too_far_rolled", lambda E, ids: np.roll(E, -1, axis=0)[ids]).says(
    "You take the row after the right one. Ids start at 0, as rows do."
)
exercise.mistake("one_slice", lambda E, ids: E[ids[0] : ids[-1] + 1]).says(
    "You take all rows from the first id to the last one. The ids are a list of single rows, in any order."
)
exercise.mistake("slice_up_to_the_id", lambda E, ids: E[:ids]).says(
    "`E[:ids]` means all rows BEFORE that number. The row with that number is `E[ids]`, without a colon."
)


@exercise.mistake("returned_in_the_loop").says(
    "Your `return` stands inside the loop, so there is one row only. Move it out of the loop; or have none: NumPy "
    "takes all ids at once."
)
def returned_in_the_loop(E, ids):
    rows = []
    for id in ids:
        rows.append(E[id])
        return np.array(rows)


exercise.mistake("multiplied_by_the_id", lambda E, ids: E[ids] * np.asarray(ids)[..., None]).says(
    "You multiply the vectors by their ids. An id only says which row to take."
)
exercise.mistake("dict_returned", lambda E, ids: {int(id): E[id] for id in np.ravel(ids)}).says(
    "You return a dict from id to vector, in which a repeated word stands only once. Return an array: one row for "
    "each id, in order."
)


@exercise.mistake("array_returned_in_the_loop").says(
    "Your `return` stands inside the loop: only the first row is filled, the others are still zeros. Move it out of "
    "the loop; or have none: NumPy takes all ids at once."
)
def array_returned_in_the_loop(E, ids):
    out = np.zeros((len(ids), E.shape[1]))
    for i, id in enumerate(ids):
        out[i] = E[id]
        return out


@exercise.mistake("rows_left_at_their_place").says(
    "You copy the chosen rows into a matrix as large as E, each at its old place. The result has one row per id, in "
    "the order of `ids`."
)
def rows_left_at_their_place(E, ids):
    out = np.zeros(E.shape)
    for id in np.ravel(ids):
        out[id] = E[id]
    return out


exercise.mistake("summed_over_d", lambda E, ids: E[ids].sum(axis=-1)).says(
    "You add up the d numbers of each vector. They are its coordinates: keep all of them."
)
exercise.mistake("averaged_over_d", lambda E, ids: E[ids].mean(axis=-1)).says(
    "You average the d numbers of each vector. They are its coordinates: keep all of them."
)
exercise.mistake("columns_turned", lambda E, ids: E[:, ids].T).says(
    "You take columns of E and turn them into rows. A word's vector is its ROW: E has V rows, one per type, each with "
    "d numbers."
)
exercise.mistake("product_in_the_wrong_order", lambda E, ids: E @ functional.one_hot(ids, len(E))).says(
    "One-hot rows have V numbers each, as many as E has ROWS, so they stand on the left: (n, V) times (V, d)."
)
exercise.mistake("ids_times_E", lambda E, ids: ids @ E).says(
    "You multiply the ids themselves with E. An id is a row NUMBER: either it goes between the brackets, or it "
    "becomes a one-hot row first."
)
exercise.mistake("E_times_ids", lambda E, ids: E * ids).says(
    "You multiply E by the ids, entry by entry. An id is a row NUMBER: it goes between the brackets."
)

exercise.right(lambda E, ids: functional.one_hot(ids, len(E)) @ E)
exercise.right(lambda E, ids: np.take(E, ids, axis=0))
exercise.right(lambda E, ids: np.einsum("...v,vd->...d", functional.one_hot(ids, len(E)), E))


@exercise.right
def right_1(E, ids):
    if np.ndim(ids) == 0:
        return [float(number) for number in E[ids]]
    if np.ndim(ids) == 1:
        return [E[id] for id in ids]
    return np.stack([[E[id] for id in row] for row in ids]).astype(np.float32)
