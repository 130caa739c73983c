"""Rows of E for ids: learners take columns, add the vectors up too early, or lose the shape of the ids."""

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result
from nlm_utils.functional import embed, one_hot

from .one_hot import table

_generator = np.random.default_rng(2)
_E_5_by_3 = np.round(_generator.normal(size=(5, 3)), 2)
_E_4_by_6 = np.round(_generator.normal(size=(4, 6)), 2)
_E_9_by_2 = np.round(_generator.normal(size=(9, 2)), 2)

exercise = Exercise(
    embed,
    checks="matrices of 4 shapes, one with d = 1; rows and tables of ids, repeats, axes of length 1, a single id",
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
exercise.case(_E_4_by_6, np.array([3]))
exercise.case(_E_4_by_6, np.array([[[2], [1]], [[0], [2]], [[3], [3]]]))
exercise.case(_E_9_by_2[:, :1], np.array([4, 0, 4]))
exercise.drawn(
    lambda rng: (
        rng.normal(size=(V := rng.integers(1, 9), rng.integers(1, 6))),
        rng.integers(0, V, rng.integers(1, 5, rng.integers(1, 4))),
    ),
    4,
)
exercise.drawn(lambda rng: (rng.normal(size=(5, 3)), int(rng.integers(5))))


@np.errstate(all="ignore")
def normalised(rows):
    return (rows - rows.mean(axis=-1, keepdims=True)) / rows.std(axis=-1, keepdims=True)


def collected(E, ids, n=None, dtype=float):
    """Row after row, the first n only."""
    out = np.zeros((len(ids), E.shape[1]), dtype=dtype)
    for i, id in list(enumerate(ids))[:n]:
        out[i] = E[id]
    return out


exercise.mistakes(
    columns=lambda E, ids: E[:, ids],
    columns_transposed=lambda E, ids: E.T[ids],
    columns_turned=lambda E, ids: E[:, ids].T,
).says("You take columns of E. A word's vector is its ROW: E has V rows, one per type, each with d numbers.")
exercise.mistake("transposed", lambda E, ids: E[ids].T).says(
    "Your result is transposed: one ROW for each id, d numbers long, so that d is the last axis."
)
for id, verb, over in (("summed", "add up", np.sum), ("averaged", "average", np.mean)):
    for rows, axis in {id: 0, f"{id}_per_row": -2}.items():
        exercise.mistake(
            rows, lambda E, ids, over=over, axis=axis: over(E[ids], axis=axis) if np.ndim(ids) else E[ids]
        ).says(f"You {verb} the vectors. That is composition, the next lecture; here every id keeps its own vector.")
    exercise.mistake(f"{id}_always", lambda E, ids, over=over: over(E[ids], axis=0)).says(
        f"You {verb} numbers that belong apart: every id keeps its own vector of d numbers."
    )
    exercise.mistake(f"{id}_over_d", lambda E, ids, over=over: over(E[ids], axis=-1)).says(
        f"You {verb} the d numbers of each vector. They are its coordinates: keep all of them."
    )
exercise.mistake("all_in_one_row", lambda E, ids: np.isin(np.arange(len(E)), ids) @ E).says(
    "You put the ones of all ids into one vector before multiplying, which adds up the vectors (and a repeated word "
    "only once). Each id needs its own one-hot row."
)

# ids of another shape
exercise.mistakes(
    concatenated=lambda E, ids: E[ids].reshape(-1),
    concatenated_per_row=lambda E, ids: E[ids].reshape((*np.shape(ids)[:-1], -1)),
    flattened_ids=lambda E, ids: E[ids].reshape(-1, E.shape[1]) if np.ndim(ids) else E[ids],
    always_two_dimensional=lambda E, ids: E[np.ravel(ids)],
).says("The shape is lost. It is that of the ids with d added: (d,) for one id, (n, d) for n, (B, T, d) for a table.")
exercise.mistake("single_id_gets_an_axis", lambda E, ids: E[np.atleast_1d(ids)]).says(
    "A single id must give a single vector, of shape (d,). Yours has an axis in front, (1, d)."
)
exercise.mistakes(
    no_single_id=lambda E, ids: np.array([E[id] for id in ids]),
    no_single_id_by_shape=lambda E, ids: E[ids.reshape(-1)].reshape(*ids.shape, E.shape[1]),
).says("A single id, the plain number 4, makes your code fail: it is no list and has no shape. `E[ids]` needs neither.")
exercise.mistakes(
    only_tables=lambda E, ids: E[table(ids)], only_tables_as_array=lambda E, ids: E[table(np.asarray(ids))]
).says("`B, T = ids.shape` fits tables only. One int, ids in a row and three axes are allowed, too: `E[ids]` fits all.")
exercise.takes(
    result(
        squeezed="squeezed",
        tanh=("bent", "You put the vectors through a tanh. A lookup returns the rows as they are."),
        positive=("negative_cut", "You set negative numbers to 0 (ReLU). A lookup returns the rows as they are."),
    )
)
exercise.mistake("only_one_row_of_ids", collected).says(
    "This works for ids in a row, but not for ids of any shape: a table (B, T) must give (B, T, d)."
)

# other rows
exercise.takes(argument("ids", counted_from_one="counted_from_one"))
exercise.mistakes(
    one_row_too_far=lambda E, ids: E[np.asarray(ids) + 1],
    one_row_too_far_rolled=lambda E, ids: np.roll(E, -1, axis=0)[ids],
).says("You take the row after the right one. Ids start at 0, as rows do.")
exercise.mistakes(
    first_rows=lambda E, ids: E[: np.size(ids)],
    first_rows_by_length=lambda E, ids: E[: len(ids)],
    rows_by_place=lambda E, ids: np.array([E[i] for i in range(len(ids))]),
    rows_by_place_of_any_shape=lambda E, ids: E[np.arange(np.size(ids)).reshape(np.shape(ids))],
).says("You take row 0 for the first word, row 1 for the second: their places. The row to take is what the ID says.")
exercise.mistake("repeats_dropped", lambda E, ids: E[np.unique(ids)]).says(
    "You drop repeated ids, and the order of the text with them. One row for each id, in the order of `ids`."
)
exercise.mistake("sorted_ids", lambda E, ids: E[np.sort(ids)] if np.ndim(ids) else E[ids]).says(
    "You sort the ids first. One row for each id, in the order of `ids`: the order of the words is the text."
)
exercise.mistake("backwards", lambda E, ids: E[np.flip(ids)]).says(
    "Your rows come in reversed order. One row for each id, in the order of `ids`."
)
exercise.mistake("last_word_only", lambda E, ids: E[ids[-1]]).says(
    "You return the vector of the last word only. Every id gets its own."
)
exercise.mistake("first_word_only", lambda E, ids: E[ids[0]]).says(
    "You return the vector of the first word only: is the `return` inside the loop? Every id gets its own."
)
exercise.mistakes(
    returned_in_the_loop=lambda E, ids: np.array([E[id] for id in ids][:1]),
    array_returned_in_the_loop=lambda E, ids: collected(E, ids, 1),
).says("Your `return` stands inside the loop, after the first row. Move it out; or have none: NumPy takes all ids.")
exercise.mistake("one_slice", lambda E, ids: E[ids[0] : ids[-1] + 1]).says(
    "You take all rows from the first id to the last one. The ids are a list of single rows, in any order."
)
exercise.mistake("slice_up_to_the_id", lambda E, ids: E[:ids]).says(
    "`E[:ids]` means all rows BEFORE that number. The row with that number is `E[ids]`, without a colon."
)
exercise.mistakes(
    counted_from_the_end=lambda E, ids: E[::-1][ids],
    counted_from_the_end_by_sign=lambda E, ids: E[-np.asarray(ids)],
).says("You count the rows from the end: that is what `E[::-1]` or a minus before the ids does. Take them as they are.")
exercise.mistake("rows_left_at_their_place", lambda E, ids: E * np.isin(np.arange(len(E)), ids)[:, None]).says(
    "You leave the chosen rows at their old places in E. The result has one row per id, in the order of `ids`."
)

# ids between the wrong brackets, or in a product
exercise.mistake("take_without_axis", lambda E, ids: np.take(E, ids)).says(
    "`np.take` without an axis looks into the flattened matrix: single numbers. Say axis=0, or write `E[ids]`."
)
exercise.mistakes(single_numbers=lambda E, ids: E[ids, ids], first_column=lambda E, ids: E[ids, 0]).says(
    "`E[ids, ids]` and `E[ids, 0]` take single numbers, one row and one column each. A word's vector is its whole row."
)
exercise.mistake("ids_as_a_tuple", lambda E, ids: E[tuple(ids)]).says(
    "A tuple means one index per AXIS: `E[(2, 0)]` is the number in row 2, column 0. Rows need an array or a list."
)
exercise.mistake("ids_indexed_by_E", lambda E, ids: ids[E]).says(
    "`ids[E]` looks up numbers of E among the ids. It is E that has the rows: the ids go between ITS brackets."
)
exercise.mistake("one_hot_only", lambda E, ids: one_hot(ids, len(E))).says(
    "You return one-hot rows. They still have to be multiplied by E: (..., V) times (V, d) gives (..., d)."
)
exercise.mistake("product_in_the_wrong_order", lambda E, ids: E @ one_hot(ids, len(E))).says(
    "One-hot rows have V numbers each, as many as E has ROWS, so they stand on the left: (n, V) times (V, d)."
)
exercise.mistakes(
    one_hot_of_width_d=lambda E, ids: one_hot(ids, E.shape[1]) @ E,
    rows_of_eye_of_width_d=lambda E, ids: np.eye(E.shape[1])[ids] @ E,
).says("Your one-hot rows have d places, `E.shape[1]`. They need one for each type, V of them: `len(E)`.")
exercise.mistakes(
    ids_times_E=lambda E, ids: ids @ E,
    E_times_ids=lambda E, ids: E * ids,
    E_times_ids_with_an_axis=lambda E, ids: E * np.asarray(ids)[..., None],
).says("You multiply E by the ids themselves. An id is a row NUMBER: it goes between the brackets, or becomes one-hot.")
exercise.mistake("multiplied_by_the_id", lambda E, ids: E[ids] * np.asarray(ids)[..., None]).says(
    "You multiply the vectors by their ids. An id only says which row to take."
)

# other numbers
exercise.mistakes(
    integers=lambda E, ids: E[ids].astype(int), integers_by_loop=lambda E, ids: collected(E, ids, dtype=int)
).says("Your vectors have lost their decimals: the array that you collect them in, or E, is made of whole numbers.")
exercise.mistake("unit_length", lambda E, ids: E[ids] / np.linalg.norm(E[ids], axis=-1, keepdims=True)).says(
    "You scale the vectors to length 1. A lookup returns the rows as they are; lengths matter later."
)
exercise.mistakes(
    rescaled_matrix=lambda E, ids: E[ids] / E.std(),
    times_the_root_of_d=lambda E, ids: E[ids] * np.sqrt(E.shape[1]),
    over_the_root_of_d=lambda E, ids: E[ids] / np.sqrt(E.shape[1]),
).says("You scale the rows, by √d (as Transformers do) or by the spread of E. A lookup returns them as they are.")
exercise.mistakes(
    centred_matrix=lambda E, ids: (E - E.mean(axis=0))[ids], centred_by_the_mean=lambda E, ids: E[ids] - E.mean()
).says("You subtract a mean from E. A lookup returns the rows as they are.")
exercise.mistake("layer_normalised", lambda E, ids: normalised(E[ids])).says(
    "You subtract each vector's mean and divide by its spread (layer norm). A lookup returns the rows as they are."
)
exercise.mistake("running_sums", lambda E, ids: np.cumsum(E[ids], axis=0)).says(
    "You add to each vector those before it (`cumsum`, or an `x` that is not set back). Every id has its own, alone."
)
exercise.mistakes(
    largest_of_each_axis=lambda E, ids: E[ids].max(axis=0), largest_per_row=lambda E, ids: E[ids].max(axis=-2)
).says("You take the largest entry over several vectors (pooling). Every id keeps its own vector of d numbers.")
exercise.mistake("id_zero_is_padding", lambda E, ids: E[ids] * (np.asarray(ids) != 0)[..., None]).says(
    "You give id 0 a vector of zeros, as for padding. Here it is a type like any other: the first row of E."
)

exercise.right(lambda E, ids: one_hot(ids, len(E)) @ E)
exercise.right(lambda E, ids: np.take(E, ids, axis=0))
exercise.right(lambda E, ids: np.einsum("...v,vd->...d", one_hot(ids, len(E)), E))


@exercise.right
def nested_lists(E, ids):
    if np.ndim(ids) == 0:
        return [float(number) for number in E[ids]]
    if np.ndim(ids) == 1:
        return [E[id] for id in ids]
    return [[E[id] for id in row] for row in ids]
