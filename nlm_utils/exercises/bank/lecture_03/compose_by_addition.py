"""compose_by_addition."""

from functools import reduce

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.compose_by_addition,
    checks="prefixes of 0 to 9 words, a word that stands there twice, word 0 alone, E unchanged",
    explanation=(
        "`E[ids]` looks up one row for each word of the prefix, shape (n, d), so a word that stands there twice has "
        "its row twice. Summing over axis 0, the words, leaves d numbers however long the prefix is; the sum of no "
        "rows at all is d zeros, so the empty prefix needs no special case."
    ),
    hints=[
        "Look up the rows first: what shape has `E[ids]` for a prefix of n words?",
        ("You have (n, d) and want (d,): sum over the axis that counts the words. NumPy's sum of zero rows is zeros."),
        "One line: the rows `E[ids]`, then `.sum(...)` over axis 0.",
    ],
)

_E_TINY = np.array([[1.0, 0.5], [0.0, 3.0], [-2.0, 1.5]])

_E_SMALL = np.array([[1.0, 0.5, -2.0], [0.0, 3.0, 1.5], [-1.0, 2.0, 0.5], [4.0, -1.5, 1.0]])

_E_LARGE = np.round(np.random.default_rng(31).normal(size=(11, 4)), 1)

exercise.case(_E_TINY, np.array([2, 1]))
exercise.case(_E_TINY, np.array([2]))
exercise.case(_E_TINY, np.array([0]))
exercise.case(_E_TINY, np.array([0, 2, 0]))
exercise.case(_E_TINY, np.array([], dtype=np.int64))
exercise.case(_E_SMALL, np.array([3, 1, 3, 0]))
exercise.case(_E_SMALL, np.array([0, 3]))
exercise.case(_E_LARGE, np.array([10, 7, 0, 7, 1, 7, 9, 3, 10]))

exercise.mistake("mean_for_sum", lambda E, ids: E[ids].mean(axis=0)).says(
    "You take the mean of the embeddings; here we add them. The mean of n vectors is n times smaller than their sum, "
    "and for the empty prefix it is 0/0."
)
exercise.mistake("mean_with_zeros", lambda E, ids: E[ids].sum(axis=0) / max(len(ids), 1)).says(
    "You divide the sum by the number of words, which makes it the mean. Here the vectors are only added: two words "
    "give c₁ + c₂, not half of it."
)
exercise.mistake("concatenation", lambda E, ids: E[ids].reshape(-1)).says(
    "You put the embeddings one behind the other, n·d numbers for n words. Addition keeps d numbers however long the "
    "prefix is: entry 0 of the result is the sum of all the entries 0."
)
exercise.mistake("rows_not_added", lambda E, ids: E[ids]).says(
    "You return the rows of the prefix, (n, d), without adding them up. One vector of d numbers is wanted."
)
exercise.mistake("repeated_once", lambda E, ids: E[np.unique(ids)].sum(axis=0)).says(
    "You count a repeated word once. A prefix is a sequence of tokens, not a set of types: a word that stands there "
    "twice adds its embedding twice."
)
exercise.mistake("wrong_axis", lambda E, ids: E[ids].sum(axis=1)).says(
    "You sum over the d dimensions, which leaves one number for each word, shape (n,). Sum over the words instead, so "
    "that d numbers are left."
)
exercise.mistake("everything_summed", lambda E, ids: E[ids].sum()).says(
    "You sum everything into one single number: `.sum()` without an axis adds over words and dimensions. Add over the "
    "words only, so that d numbers are left."
)
exercise.mistake("extra_dimension", lambda E, ids: E[ids].sum(axis=0, keepdims=True)).says(
    "Your numbers are right but stand in a (1, d) matrix; a vector of shape (d,) is wanted."
)
exercise.mistake("ids_added", lambda E, ids: E[np.sum(ids)]).says(
    "You add the ids and then look up one row. Ids are names, not quantities: 3 + 1 = 4 says nothing about the words "
    "3 and 1. Look up first, then add the vectors."
)
exercise.mistake("ids_added_modulo", lambda E, ids: E[np.sum(ids) % len(E)]).says(
    "You add the ids (modulo V) and look up one row. Ids are names, not quantities: look up the rows first, then add "
    "the vectors."
)
exercise.mistake("empty_prefix_is_a_number", lambda E, ids: sum(E[i] for i in ids)).says(
    "With words it is right, but your empty prefix gives the plain number 0 (Python's `sum` starts there). It should "
    "give a vector of d zeros, so that what follows has the same shape always."
)


@exercise.mistake("empty_prefix_fails").says(
    "With words it is right, but the empty prefix breaks it: you start from the first word, and there is none. Start "
    "from d zeros and add every word."
)
def empty_prefix_fails(E, ids):
    x = E[ids[0]].copy()
    for i in ids[1:]:
        x = x + E[i]
    return x


@exercise.mistake("embeddings_changed_and_empty_fails").says(
    "`x = E[ids[0]]` is a view of a row of E, not a copy, and `x += …` then writes into E: the embedding of the first "
    "word is changed for good. Start from d zeros instead; then the empty prefix works too."
)
def embeddings_changed_and_empty_fails(E, ids):
    x = E[ids[0]]
    for i in ids[1:]:
        x += E[i]
    return x


@exercise.mistake("embeddings_changed").says(
    "`x = E[…]` is a view of a row of E, not a copy, and adding to it in place writes into E: an embedding is changed "
    "for good. Start from d zeros of your own."
)
def embeddings_changed(E, ids):
    if len(ids) == 0:
        return np.zeros(E.shape[1])
    x = E[ids[0]]
    for i in ids[1:]:
        x += E[i]
    return x


exercise.mistake("last_word_only", lambda E, ids: E[ids[-1]] if len(ids) else np.zeros(E.shape[1])).says(
    "You return the embedding of the last word only (`=` for `+=` in a loop does that). All words of the prefix are "
    "added: c₁ + c₂ + … + cₙ."
)
exercise.mistake("first_word_only", lambda E, ids: E[ids[0]] if len(ids) else np.zeros(E.shape[1])).says(
    "You return the embedding of the first word only. All words of the prefix are added: c₁ + c₂ + … + cₙ."
)
exercise.mistake("last_word_dropped", lambda E, ids: E[ids[:-1]].sum(axis=0)).says(
    "You leave out the last word of the prefix: for a prefix of one word your sum is empty. The whole prefix is "
    "known, so every word of it is added."
)
exercise.mistake("first_word_dropped", lambda E, ids: E[ids[1:]].sum(axis=0)).says(
    "You leave out the first word of the prefix: your loop starts at 1. Words, ids and positions all count from 0."
)
exercise.mistake("positions_for_ids", lambda E, ids: E[np.arange(len(ids))].sum(axis=0)).says(
    "You look up the rows 0, 1, 2 … of E, the positions in the prefix. The ids say which rows: a loop over `ids` "
    "gives them, a loop over `range(len(ids))` does not."
)
exercise.mistake("columns_for_rows", lambda E, ids: E[:, ids].sum(axis=1)).says(
    "You look up columns of E. A word is a row: E has V rows of d numbers."
)
exercise.mistake("product_for_sum", lambda E, ids: E[ids].prod(axis=0)).says(
    "You multiply the embeddings element by element. That is another composition; here they are added (and the empty "
    "product would be ones, not zeros)."
)
exercise.mistake("maximum_for_sum", lambda E, ids: E[ids].max(axis=0)).says(
    "You take the largest value of each dimension (max-pooling). That is another composition; here they are added."
)


@exercise.mistake("length_normalised").says(
    "You scale the sum to length 1. The sum itself is wanted: its length matters, since it makes the logits larger."
)
def length_normalised(E, ids):
    x = E[ids].sum(axis=0)
    return x / (np.linalg.norm(x) or 1.0)


exercise.mistake("divided_by_root_n", lambda E, ids: E[ids].sum(axis=0) / np.sqrt(max(len(ids), 1))).says(
    "You divide the sum by √n. Some models do, but here the vectors are only added."
)
exercise.mistake("whole_matrix", lambda E, ids: E.sum(axis=0)).says(
    "You sum all of E, whatever the prefix is. Look up the rows of the prefix first: `ids` says which."
)


@exercise.mistake("whole_numbers").says(
    "You collect the sum in an array of integers, so every embedding loses what stands behind the point. Make the "
    "zeros floats."
)
def whole_numbers(E, ids):
    x = np.zeros(E.shape[1], dtype=int)
    for i in ids:
        x = x + E[i].astype(int)
    return x


@exercise.mistake("starts_from_row_zero").says(
    "You start the sum from E[0], so word 0 is added to every prefix. Start from d zeros; no word has been seen yet."
)
def starts_from_row_zero(E, ids):
    x = E[0]
    for i in ids:
        x = x + E[i]
    return x


@exercise.mistake("first_counted_twice").says(
    "You start from the first word and then add ALL words, so the first counts twice. Start from d zeros."
)
def first_counted_twice(E, ids):
    x = E[ids[0]].copy()
    for i in ids:
        x += E[i]
    return x


exercise.mistake("two_words_always", lambda E, ids: E[ids[0]] + E[ids[1]]).says(
    "You add exactly two words. A prefix has any number of them, also one or none: add in a loop, or over an axis."
)
exercise.mistake("three_words_always", lambda E, ids: E[ids[0]] + E[ids[1]] + E[ids[2]]).says(
    "You add exactly three words, c₁ + c₂ + c₃. A prefix has any number of them, also one or none: add in a loop, or "
    "over an axis."
)
exercise.mistake(
    "weighted_by_position", lambda E, ids: (E[ids] * np.arange(1, len(ids) + 1)[:, None]).sum(axis=0)
).says(
    "You weigh the words by their position. That keeps the order, and is another composition: here every word counts "
    "the same."
)
exercise.mistake("ids_from_one", lambda E, ids: E[ids - 1].sum(axis=0)).says(
    "Your rows are off by one: ids count from 0, so the word with id 3 is E[3]."
)
exercise.mistake("ids_as_numbers", lambda E, ids: ids @ E).says(
    "You multiply the ids with E as if they were quantities. They are names of rows: look the rows up with E[ids]."
)


@exercise.mistake("vector_of_length_V").says(
    "Your zeros are V long (`E.shape[0]`, the number of types). An embedding has d entries, `E.shape[1]`."
)
def vector_of_length_V(E, ids):
    x = np.zeros(E.shape[0])
    for i in ids:
        x += E[i]
    return x


exercise.mistake("running_sums", lambda E, ids: E[ids].cumsum(axis=0)).says(
    "You return all the running sums, (n, d). Only the last of them, the sum of all words, is wanted."
)
exercise.mistake("squashed", lambda E, ids: np.tanh(E[ids].sum(axis=0))).says(
    "You put the sum through a tanh. That is a step towards another model; here the composition is the plain sum."
)


@exercise.mistake("return_inside_the_loop").says(
    "Your `return` stands inside the loop: the function leaves after the first word, and for the empty prefix it "
    "returns nothing at all. It belongs after the loop."
)
def return_inside_the_loop(E, ids):
    x = np.zeros(E.shape[1])
    for i in ids:
        x = x + E[i]
        return x


exercise.mistake("sum_not_kept", lambda E, ids: np.zeros(E.shape[1])).says(
    "Your result stays zero: `x + E[i]` alone makes a new vector and forgets it. `x = x + …` or `x += …` keeps it."
)
exercise.mistake("ids_made_floats", lambda E, ids: E[np.asarray(ids, float)].sum(axis=0)).says(
    "You turn the ids into floats, and a float cannot name a row: there is no row 2.0. Leave the ids as they are, "
    "whole numbers."
)


@exercise.mistake("whole_numbers_added_in_place").says(
    "You collect the sum in an array of integers, and NumPy refuses to add floats to it in place. Make the zeros "
    "floats: leave `dtype=int` out."
)
def whole_numbers_added_in_place(E, ids):
    x = np.zeros(E.shape[1], dtype=int)
    for i in ids:
        x += E[i]
    return x


exercise.mistake("word_zero_skipped", lambda E, ids: E[ids[ids != 0]].sum(axis=0)).says(
    "You skip the word with id 0: `if i:` is false for 0. Id 0 is a word like any other; it has the first row of E."
)

_RANGE_OF_IDS = (
    "You add all the rows between two ids. Ids are names, not a range: the prefix [0, 2] has the words 0 and 2, and "
    "word 1 does not occur in it."
)

exercise.mistake("range_of_ids", lambda E, ids: E[min(ids) : max(ids) + 1].sum(axis=0)).says(_RANGE_OF_IDS)
exercise.mistake(
    "range_of_ids_or_empty", lambda E, ids: E[min(ids) : max(ids) + 1].sum(axis=0) if len(ids) else np.zeros(E.shape[1])
).says(_RANGE_OF_IDS)
exercise.mistake("range_from_first_to_last", lambda E, ids: E[ids[0] : ids[-1] + 1].sum(axis=0)).says(_RANGE_OF_IDS)

_UP_TO_THE_LARGEST = (
    "You add all the rows of E up to the largest id. Only the words that the prefix names are added: `E[ids]` "
    "looks up exactly these."
)

exercise.mistake("up_to_the_largest_id", lambda E, ids: E[: max(ids) + 1].sum(axis=0)).says(_UP_TO_THE_LARGEST)
exercise.mistake(
    "up_to_the_largest_id_or_empty", lambda E, ids: E[: max(ids) + 1].sum(axis=0) if len(ids) else np.zeros(E.shape[1])
).says(_UP_TO_THE_LARGEST)
exercise.mistake("empty_prefix_is_row_zero", lambda E, ids: E[ids].sum(axis=0) if len(ids) else E[0]).says(
    "With words it is right, but your empty prefix gives E[0], the embedding of word 0, which is not in it. The sum "
    "of no vectors is d zeros."
)
exercise.mistake("empty_prefix_is_ones", lambda E, ids: E[ids].sum(axis=0) if len(ids) else np.ones(E.shape[1])).says(
    "With words it is right, but your empty prefix gives ones. That is the empty PRODUCT; the sum of no vectors is d "
    "zeros."
)
exercise.mistake("empty_prefix_is_none", lambda E, ids: E[ids].sum(axis=0) if len(ids) else None).says(
    "With words it is right, but your empty prefix gives None. The sum of no vectors is d zeros, so that what follows "
    "has the same shape always."
)
exercise.mistake("empty_prefix_is_empty", lambda E, ids: E[ids].sum(axis=0) if len(ids) else np.array([])).says(
    "With words it is right, but your empty prefix gives an empty array. A vector of d entries is wanted whatever n "
    "is: d zeros."
)
exercise.mistake("empty_prefix_is_V_zeros", lambda E, ids: E[ids].sum(axis=0) if len(ids) else np.zeros(len(E))).says(
    "With words it is right, but your empty prefix gives as many zeros as there are types. An embedding has d "
    "entries, `E.shape[1]`."
)
exercise.mistake(
    "empty_prefix_is_nan", lambda E, ids: E[ids].sum(axis=0) if len(ids) else np.full(E.shape[1], np.nan)
).says("With words it is right, but your empty prefix gives nan. The sum of no vectors is d zeros.")

_EMPTY_NOTHING_TO_JOIN = (
    "With words it is right, but the empty prefix stops it with an error. It is allowed: sum `E[ids]` over its axis 0, "
    "which may be empty, or start from d zeros."
)

exercise.mistake("empty_prefix_fails_in_stack", lambda E, ids: np.stack([E[i] for i in ids]).sum(axis=0)).says(
    _EMPTY_NOTHING_TO_JOIN
)
exercise.mistake("empty_prefix_fails_in_reduce", lambda E, ids: reduce(np.add, [E[i] for i in ids])).says(
    _EMPTY_NOTHING_TO_JOIN
)


@exercise.mistake("starts_from_row_zero_in_place").says(
    "You start the sum from E[0], so word 0 is added to every prefix; and since `x = E[0]` is a view, `+=` writes the "
    "sums into E. Start from d zeros of your own."
)
def starts_from_row_zero_in_place(E, ids):
    x = E[0]
    for i in ids:
        x += E[i]
    return x


exercise.mistake(
    "unit_embeddings", lambda E, ids: (E[ids] / np.linalg.norm(E[ids], axis=1, keepdims=True)).sum(axis=0)
).says("You scale each embedding to length 1 first. Here they are added as they are.")


@exercise.mistake("vector_of_length_n").says(
    "Your zeros are n long (`len(ids)`, the number of words). An embedding has d entries, `E.shape[1]`, whatever n is."
)
def vector_of_length_n(E, ids):
    x = np.zeros(len(ids))
    for i in ids:
        x += E[i]
    return x


@exercise.right
def right_1(E, ids):
    x = np.zeros(E.shape[1])
    for i in ids:
        x += E[i]
    return x


exercise.right(lambda E, ids: functional.one_hot(ids, len(E)).sum(axis=0) @ E)
exercise.right(lambda E, ids: [sum((float(E[i, j]) for i in ids), 0.0) for j in range(E.shape[1])])
exercise.right(lambda E, ids: np.bincount(ids, minlength=len(E)) @ E)
exercise.right(lambda E, ids: np.add.reduce(E.astype(np.float32)[ids], axis=0))
