"""The exercises of lecture 03: from the words of a prefix to a probability for every next word.

The references are the library's own (functional.py). What stands here is what a learner does instead: wrong
axes, exponentials that overflow, the mean for the sum, W on the wrong side, a temperature in the wrong place.
"""

from __future__ import annotations

import math
from functools import partial, reduce

import numpy as np
from scipy import special

from .. import functional
from .definition import Exercise

LECTURE = "03_composition_and_softmax"

# --- compose_by_addition ---------------------------------------------------------------------------

compose_by_addition_exercise = Exercise(
    functional.compose_by_addition,
    lecture=LECTURE,
    checks="prefixes of 0 to 9 words, a word that stands there twice, word 0 alone, E unchanged",
    explanation=(
        "`E[ids]` looks up one row for each word of the prefix, shape (n, d), so a word that stands there "
        "twice has its row twice. Summing over axis 0, the words, leaves d numbers however long the prefix "
        "is; the sum of no rows at all is d zeros, so the empty prefix needs no special case."
    ),
    hints=[
        "Look up the rows first: what shape has `E[ids]` for a prefix of n words?",
        "You have (n, d) and want (d,): sum over the axis that counts the words. NumPy's sum of zero rows "
        "is zeros.",
        "One line: the rows `E[ids]`, then `.sum(...)` over axis 0.",
    ],
)

_E_TINY = np.array([[1.0, 0.5], [0.0, 3.0], [-2.0, 1.5]])  # small enough for a card to print it whole
_E_SMALL = np.array([[1.0, 0.5, -2.0], [0.0, 3.0, 1.5], [-1.0, 2.0, 0.5], [4.0, -1.5, 1.0]])
_E_LARGE = np.round(np.random.default_rng(31).normal(size=(11, 4)), 1)

compose_by_addition_exercise.case(_E_TINY, np.array([2, 1]))
compose_by_addition_exercise.case(_E_TINY, np.array([2]))
compose_by_addition_exercise.case(_E_TINY, np.array([0]))
compose_by_addition_exercise.case(_E_TINY, np.array([0, 2, 0]))
compose_by_addition_exercise.case(_E_TINY, np.array([], dtype=np.int64))
compose_by_addition_exercise.case(_E_SMALL, np.array([3, 1, 3, 0]))
compose_by_addition_exercise.case(_E_SMALL, np.array([0, 3]))
compose_by_addition_exercise.case(_E_LARGE, np.array([10, 7, 0, 7, 1, 7, 9, 3, 10]))


@compose_by_addition_exercise.misconception(
    "mean_for_sum",
    "You take the mean of the embeddings; here we add them. The mean of n vectors is n times smaller than "
    "their sum, and for the empty prefix it is 0/0.",
)
def _(E, ids):
    return E[ids].mean(axis=0)


@compose_by_addition_exercise.misconception(
    "mean_with_zeros",
    "You divide the sum by the number of words, which makes it the mean. Here the vectors are only added: "
    "two words give c₁ + c₂, not half of it.",
)
def _(E, ids):
    return E[ids].sum(axis=0) / max(len(ids), 1)


@compose_by_addition_exercise.misconception(
    "concatenation",
    "You put the embeddings one behind the other, n·d numbers for n words. Addition keeps d numbers however "
    "long the prefix is: entry 0 of the result is the sum of all the entries 0.",
)
def _(E, ids):
    return E[ids].reshape(-1)


@compose_by_addition_exercise.misconception(
    "rows_not_added",
    "You return the rows of the prefix, (n, d), without adding them up. One vector of d numbers is wanted.",
)
def _(E, ids):
    return E[ids]


@compose_by_addition_exercise.misconception(
    "repeated_once",
    "You count a repeated word once. A prefix is a sequence of tokens, not a set of types: a word that "
    "stands there twice adds its embedding twice.",
)
def _(E, ids):
    return E[np.unique(ids)].sum(axis=0)


@compose_by_addition_exercise.misconception(
    "wrong_axis",
    "You sum over the d dimensions, which leaves one number for each word, shape (n,). Sum over the words "
    "instead, so that d numbers are left.",
)
def _(E, ids):
    return E[ids].sum(axis=1)


@compose_by_addition_exercise.misconception(
    "everything_summed",
    "You sum everything into one single number: `.sum()` without an axis adds over words and dimensions. "
    "Add over the words only, so that d numbers are left.",
)
def _(E, ids):
    return E[ids].sum()


@compose_by_addition_exercise.misconception(
    "extra_dimension",
    "Your numbers are right but stand in a (1, d) matrix; a vector of shape (d,) is wanted.",
)
def _(E, ids):
    return E[ids].sum(axis=0, keepdims=True)


@compose_by_addition_exercise.misconception(
    "ids_added",
    "You add the ids and then look up one row. Ids are names, not quantities: 3 + 1 = 4 says nothing about "
    "the words 3 and 1. Look up first, then add the vectors.",
)
def _(E, ids):
    return E[np.sum(ids)]


@compose_by_addition_exercise.misconception(
    "ids_added_modulo",
    "You add the ids (modulo V) and look up one row. Ids are names, not quantities: look up the rows first, "
    "then add the vectors.",
)
def _(E, ids):
    return E[np.sum(ids) % len(E)]


@compose_by_addition_exercise.misconception(
    "empty_prefix_is_a_number",
    "With words it is right, but your empty prefix gives the plain number 0 (Python's `sum` starts there). "
    "It should give a vector of d zeros, so that what follows has the same shape always.",
)
def _(E, ids):
    return sum(E[i] for i in ids)


@compose_by_addition_exercise.misconception(
    "empty_prefix_fails",
    "With words it is right, but the empty prefix breaks it: you start from the first word, and there is "
    "none. Start from d zeros and add every word.",
)
def _(E, ids):
    x = E[ids[0]].copy()
    for i in ids[1:]:
        x = x + E[i]
    return x


@compose_by_addition_exercise.misconception(
    "embeddings_changed_and_empty_fails",
    "`x = E[ids[0]]` is a view of a row of E, not a copy, and `x += …` then writes into E: the embedding of "
    "the first word is changed for good. Start from d zeros instead; then the empty prefix works too.",
)
def _(E, ids):
    x = E[ids[0]]
    for i in ids[1:]:
        x += E[i]
    return x


@compose_by_addition_exercise.misconception(
    "embeddings_changed",
    "`x = E[…]` is a view of a row of E, not a copy, and adding to it in place writes into E: an embedding "
    "is changed for good. Start from d zeros of your own.",
)
def _(E, ids):
    if len(ids) == 0:
        return np.zeros(E.shape[1])
    x = E[ids[0]]
    for i in ids[1:]:
        x += E[i]
    return x


@compose_by_addition_exercise.misconception(
    "last_word_only",
    "You return the embedding of the last word only (`=` for `+=` in a loop does that). All words of the "
    "prefix are added: c₁ + c₂ + … + cₙ.",
)
def _(E, ids):
    return E[ids[-1]] if len(ids) else np.zeros(E.shape[1])


@compose_by_addition_exercise.misconception(
    "first_word_only",
    "You return the embedding of the first word only. All words of the prefix are added: c₁ + c₂ + … + cₙ.",
)
def _(E, ids):
    return E[ids[0]] if len(ids) else np.zeros(E.shape[1])


@compose_by_addition_exercise.misconception(
    "last_word_dropped",
    "You leave out the last word of the prefix: for a prefix of one word your sum is empty. The whole "
    "prefix is known, so every word of it is added.",
)
def _(E, ids):
    return E[ids[:-1]].sum(axis=0)


@compose_by_addition_exercise.misconception(
    "first_word_dropped",
    "You leave out the first word of the prefix: your loop starts at 1. Words, ids and positions all count "
    "from 0.",
)
def _(E, ids):
    return E[ids[1:]].sum(axis=0)


@compose_by_addition_exercise.misconception(
    "positions_for_ids",
    "You look up the rows 0, 1, 2 … of E, the positions in the prefix. The ids say which rows: a loop over "
    "`ids` gives them, a loop over `range(len(ids))` does not.",
)
def _(E, ids):
    return E[np.arange(len(ids))].sum(axis=0)


@compose_by_addition_exercise.misconception(
    "columns_for_rows",
    "You look up columns of E. A word is a row: E has V rows of d numbers.",
)
def _(E, ids):
    return E[:, ids].sum(axis=1)


@compose_by_addition_exercise.misconception(
    "product_for_sum",
    "You multiply the embeddings element by element. That is another composition; here they are added (and "
    "the empty product would be ones, not zeros).",
)
def _(E, ids):
    return E[ids].prod(axis=0)


@compose_by_addition_exercise.misconception(
    "maximum_for_sum",
    "You take the largest value of each dimension (max-pooling). That is another composition; here they are "
    "added.",
)
def _(E, ids):
    return E[ids].max(axis=0)


@compose_by_addition_exercise.misconception(
    "length_normalised",
    "You scale the sum to length 1. The sum itself is wanted: its length matters, since it makes the logits "
    "larger.",
)
def _(E, ids):
    x = E[ids].sum(axis=0)
    return x / (np.linalg.norm(x) or 1.0)


@compose_by_addition_exercise.misconception(
    "divided_by_root_n",
    "You divide the sum by √n. Some models do, but here the vectors are only added.",
)
def _(E, ids):
    return E[ids].sum(axis=0) / np.sqrt(max(len(ids), 1))


@compose_by_addition_exercise.misconception(
    "whole_matrix",
    "You sum all of E, whatever the prefix is. Look up the rows of the prefix first: `ids` says which.",
)
def _(E, ids):
    return E.sum(axis=0)


@compose_by_addition_exercise.misconception(
    "whole_numbers",
    "You collect the sum in an array of integers, so every embedding loses what stands behind the point. "
    "Make the zeros floats.",
)
def _(E, ids):
    x = np.zeros(E.shape[1], dtype=int)
    for i in ids:
        x = x + E[i].astype(int)
    return x


@compose_by_addition_exercise.misconception(
    "starts_from_row_zero",
    "You start the sum from E[0], so word 0 is added to every prefix. Start from d zeros; no word has "
    "been seen yet.",
)
def _(E, ids):
    x = E[0]
    for i in ids:
        x = x + E[i]
    return x


@compose_by_addition_exercise.misconception(
    "first_counted_twice",
    "You start from the first word and then add ALL words, so the first counts twice. Start from d zeros.",
)
def _(E, ids):
    x = E[ids[0]].copy()
    for i in ids:
        x += E[i]
    return x


@compose_by_addition_exercise.misconception(
    "two_words_always",
    "You add exactly two words. A prefix has any number of them, also one or none: add in a loop, or over "
    "an axis.",
)
def _(E, ids):
    return E[ids[0]] + E[ids[1]]


@compose_by_addition_exercise.misconception(
    "three_words_always",
    "You add exactly three words, c₁ + c₂ + c₃. A prefix has any number of them, also one or none: add in "
    "a loop, or over an axis.",
)
def _(E, ids):
    return E[ids[0]] + E[ids[1]] + E[ids[2]]


@compose_by_addition_exercise.misconception(
    "weighted_by_position",
    "You weigh the words by their position. That keeps the order, and is another composition: here every "
    "word counts the same.",
)
def _(E, ids):
    return (E[ids] * np.arange(1, len(ids) + 1)[:, None]).sum(axis=0)


@compose_by_addition_exercise.misconception(
    "ids_from_one",
    "Your rows are off by one: ids count from 0, so the word with id 3 is E[3].",
)
def _(E, ids):
    return E[ids - 1].sum(axis=0)


@compose_by_addition_exercise.misconception(
    "ids_as_numbers",
    "You multiply the ids with E as if they were quantities. They are names of rows: look the rows up "
    "with E[ids].",
)
def _(E, ids):
    return ids @ E


@compose_by_addition_exercise.misconception(
    "vector_of_length_V",
    "Your zeros are V long (`E.shape[0]`, the number of types). An embedding has d entries, `E.shape[1]`.",
)
def _(E, ids):
    x = np.zeros(E.shape[0])
    for i in ids:
        x += E[i]
    return x


@compose_by_addition_exercise.misconception(
    "running_sums",
    "You return all the running sums, (n, d). Only the last of them, the sum of all words, is wanted.",
)
def _(E, ids):
    return E[ids].cumsum(axis=0)


@compose_by_addition_exercise.misconception(
    "squashed",
    "You put the sum through a tanh. That is a step towards another model; here the composition is the "
    "plain sum.",
)
def _(E, ids):
    return np.tanh(E[ids].sum(axis=0))


@compose_by_addition_exercise.misconception(
    "return_inside_the_loop",
    "Your `return` stands inside the loop: the function leaves after the first word, and for the empty prefix "
    "it returns nothing at all. It belongs after the loop.",
)
def _(E, ids):
    x = np.zeros(E.shape[1])
    for i in ids:
        x = x + E[i]
        return x


@compose_by_addition_exercise.misconception(
    "sum_not_kept",
    "Your result stays zero: `x + E[i]` alone makes a new vector and forgets it. `x = x + …` or `x += …` "
    "keeps it.",
)
def _(E, ids):
    return np.zeros(E.shape[1])


@compose_by_addition_exercise.misconception(
    "ids_made_floats",
    "You turn the ids into floats, and a float cannot name a row: there is no row 2.0. Leave the ids as they "
    "are, whole numbers.",
)
def _(E, ids):
    return E[np.asarray(ids, float)].sum(axis=0)


@compose_by_addition_exercise.misconception(
    "whole_numbers_added_in_place",
    "You collect the sum in an array of integers, and NumPy refuses to add floats to it in place. Make the "
    "zeros floats: leave `dtype=int` out.",
)
def _(E, ids):
    x = np.zeros(E.shape[1], dtype=int)
    for i in ids:
        x += E[i]
    return x


@compose_by_addition_exercise.misconception(
    "word_zero_skipped",
    "You skip the word with id 0: `if i:` is false for 0. Id 0 is a word like any other; it has the first row "
    "of E.",
)
def _(E, ids):
    return E[ids[ids != 0]].sum(axis=0)


_RANGE_OF_IDS = (
    "You add all the rows between two ids. Ids are names, not a range: the prefix [0, 2] has the words 0 and 2, and "
    "word 1 does not occur in it."
)


@compose_by_addition_exercise.misconception("range_of_ids", _RANGE_OF_IDS)
def _(E, ids):
    return E[min(ids) : max(ids) + 1].sum(axis=0)


@compose_by_addition_exercise.misconception("range_of_ids_or_empty", _RANGE_OF_IDS)
def _(E, ids):
    return E[min(ids) : max(ids) + 1].sum(axis=0) if len(ids) else np.zeros(E.shape[1])


@compose_by_addition_exercise.misconception("range_from_first_to_last", _RANGE_OF_IDS)
def _(E, ids):
    return E[ids[0] : ids[-1] + 1].sum(axis=0)


_UP_TO_THE_LARGEST = (
    "You add all the rows of E up to the largest id. Only the words that the prefix names are added: `E[ids]` "
    "looks up exactly these."
)


@compose_by_addition_exercise.misconception("up_to_the_largest_id", _UP_TO_THE_LARGEST)
def _(E, ids):
    return E[: max(ids) + 1].sum(axis=0)


@compose_by_addition_exercise.misconception("up_to_the_largest_id_or_empty", _UP_TO_THE_LARGEST)
def _(E, ids):
    return E[: max(ids) + 1].sum(axis=0) if len(ids) else np.zeros(E.shape[1])


@compose_by_addition_exercise.misconception(
    "empty_prefix_is_row_zero",
    "With words it is right, but your empty prefix gives E[0], the embedding of word 0, which is not in it. "
    "The sum of no vectors is d zeros.",
)
def _(E, ids):
    return E[ids].sum(axis=0) if len(ids) else E[0]


@compose_by_addition_exercise.misconception(
    "empty_prefix_is_ones",
    "With words it is right, but your empty prefix gives ones. That is the empty PRODUCT; the sum of no vectors "
    "is d zeros.",
)
def _(E, ids):
    return E[ids].sum(axis=0) if len(ids) else np.ones(E.shape[1])


@compose_by_addition_exercise.misconception(
    "empty_prefix_is_none",
    "With words it is right, but your empty prefix gives None. The sum of no vectors is d zeros, so that what "
    "follows has the same shape always.",
)
def _(E, ids):
    return E[ids].sum(axis=0) if len(ids) else None


@compose_by_addition_exercise.misconception(
    "empty_prefix_is_empty",
    "With words it is right, but your empty prefix gives an empty array. A vector of d entries is wanted "
    "whatever n is: d zeros.",
)
def _(E, ids):
    return E[ids].sum(axis=0) if len(ids) else np.array([])


@compose_by_addition_exercise.misconception(
    "empty_prefix_is_V_zeros",
    "With words it is right, but your empty prefix gives as many zeros as there are types. An embedding has d "
    "entries, `E.shape[1]`.",
)
def _(E, ids):
    return E[ids].sum(axis=0) if len(ids) else np.zeros(len(E))


@compose_by_addition_exercise.misconception(
    "empty_prefix_is_nan",
    "With words it is right, but your empty prefix gives nan. The sum of no vectors is d zeros.",
)
def _(E, ids):
    return E[ids].sum(axis=0) if len(ids) else np.full(E.shape[1], np.nan)


_EMPTY_NOTHING_TO_JOIN = (
    "With words it is right, but the empty prefix stops it with an error. It is allowed: sum `E[ids]` over its axis 0, "
    "which may be empty, or start from d zeros."
)


@compose_by_addition_exercise.misconception("empty_prefix_fails_in_stack", _EMPTY_NOTHING_TO_JOIN)
def _(E, ids):
    return np.stack([E[i] for i in ids]).sum(axis=0)


@compose_by_addition_exercise.misconception("empty_prefix_fails_in_reduce", _EMPTY_NOTHING_TO_JOIN)
def _(E, ids):
    return reduce(np.add, [E[i] for i in ids])


@compose_by_addition_exercise.misconception(
    "starts_from_row_zero_in_place",
    "You start the sum from E[0], so word 0 is added to every prefix; and since `x = E[0]` is a view, `+=` "
    "writes the sums into E. Start from d zeros of your own.",
)
def _(E, ids):
    x = E[0]
    for i in ids:
        x += E[i]
    return x


@compose_by_addition_exercise.misconception(
    "unit_embeddings",
    "You scale each embedding to length 1 first. Here they are added as they are.",
)
def _(E, ids):
    return (E[ids] / np.linalg.norm(E[ids], axis=1, keepdims=True)).sum(axis=0)


@compose_by_addition_exercise.misconception(
    "vector_of_length_n",
    "Your zeros are n long (`len(ids)`, the number of words). An embedding has d entries, `E.shape[1]`, whatever "
    "n is.",
)
def _(E, ids):
    x = np.zeros(len(ids))
    for i in ids:
        x += E[i]
    return x


@compose_by_addition_exercise.right
def _(E, ids):
    x = np.zeros(E.shape[1])
    for i in ids:
        x += E[i]
    return x


@compose_by_addition_exercise.right
def _(E, ids):
    return functional.one_hot(ids, len(E)).sum(axis=0) @ E


@compose_by_addition_exercise.right
def _(E, ids):
    return [sum((float(E[i, j]) for i in ids), 0.0) for j in range(E.shape[1])]


@compose_by_addition_exercise.right
def _(E, ids):
    return np.bincount(ids, minlength=len(E)) @ E


@compose_by_addition_exercise.right
def _(E, ids):
    return np.add.reduce(E.astype(np.float32)[ids], axis=0)


# --- logits ----------------------------------------------------------------------------------------

logits_exercise = Exercise(
    functional.logits,
    lecture=LECTURE,
    checks="one vector, batches of shape (2, d), (1, d), (d, d), (V, d) and (2, 4, d), W square, the zero vector",
    explanation=(
        "Logit i is the dot product of row i of W with x. For one column vector that is W·x, as in the "
        "notes. For a batch the vectors are the rows of X, and `X @ W.T` takes the same dot products for "
        "all of them: the last axis (d) is summed away and V takes its place, whatever stands in front."
    ),
    hints=[
        "Each logit is the dot product of one row of W with x. Which axis of W and which axis of x have "
        "length d?",
        "`A @ B` sums over the LAST axis of A and the second-to-last of B. Where must x stand, and how must "
        "W be turned, so that both of these have length d?",
        "x comes first, then the transpose of W: (…, d) @ (d, V) gives (…, V).",
    ],
)

_W_TINY = np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 3.0]])
_W_SMALL = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0], [-1.5, 1.0, 3.0], [0.0, -2.0, 0.5]])
_W_LARGE = np.round(np.random.default_rng(32).normal(size=(7, 6)), 1)

logits_exercise.case(_W_TINY, np.array([2.0, -1.0]))
logits_exercise.case(_W_TINY, np.array([[1.0, 2.0]]))
logits_exercise.case(_W_TINY, np.array([[2.0, -1.0], [0.5, 3.0]]))  # B = d: W @ x fits, and is wrong
logits_exercise.case(_W_SMALL, np.array([2.0, -1.0, 0.5]))
logits_exercise.case(_W_SMALL, np.array([[2.0, -1.0, 0.5], [0.0, 1.5, 3.0]]))
logits_exercise.case(_W_SMALL, np.array([[2.0, -1.0, 0.5], [0.0, 1.5, 3.0], [1.0, -2.0, 0.0]]))  # B = d
logits_exercise.case(_W_TINY, np.array([[2.0, -1.0], [0.5, 3.0], [-2.0, 1.0]]))  # B = V: as large as W
logits_exercise.case(_W_TINY[:2], np.array([2.0, -1.0]))  # W square: x @ W fits, and is wrong
logits_exercise.case(_W_TINY, np.zeros(2))
logits_exercise.case(_W_LARGE, np.round(np.random.default_rng(33).normal(size=(2, 4, 6)), 1))
logits_exercise.case(_W_SMALL, np.array([1000.0, -800.0, 500.0]))


@logits_exercise.misconception(
    "one_vector_only",
    "W·x is right for one vector x, but a batch holds its vectors in its rows, and W (V×d) times X (B×d) "
    "does not fit. Put the batch first and turn W instead.",
)
def _(W, x):
    return W @ x


@logits_exercise.misconception(
    "x_times_W",
    "You compute x·W: that sums over the V words instead of the d dimensions, and (d,) times (V, d) does "
    "not fit. Every ROW of W meets x: turn W round.",
)
def _(W, x):
    return x @ W


@logits_exercise.misconception(
    "transposed_batch",
    "For a batch your result is turned round, (V, B) for (B, V): one column per example. One ROW per "
    "example is wanted, words along the last axis.",
)
def _(W, x):
    return W @ x.T


@logits_exercise.misconception(
    "transposed_last_axes",
    "For a batch your result is turned round, (…, V, B) for (…, B, V). One ROW per example is wanted, with "
    "the words along the last axis, and one single vector must work too.",
)
def _(W, x):
    return W @ np.swapaxes(x, -1, -2)


@logits_exercise.misconception(
    "no_more_than_two_axes",
    "One vector and a (B, d) batch are right, but (B, T, d) fails: `.T` turns ALL the axes of x round, and "
    "a loop over x meets matrices in place of vectors. Leave x as it is and turn W, which always has two "
    "axes.",
)
def _(W, x):
    return (W @ x.T).T


@logits_exercise.misconception(
    "batch_only",
    "A (B, d) batch is right, but one vector of shape (d,) comes back as a (1, V) matrix. It should give "
    "(V,).",
)
def _(W, x):
    return np.atleast_2d(x) @ W.T


@logits_exercise.misconception(
    "reshaped_for_transposed",
    "You reshape W to (d, V) for transposing it. Reshaping keeps the numbers in reading order and so mixes "
    "the rows: word 0 gets pieces of other words. Transposing swaps rows and columns.",
)
def _(W, x):
    return x @ W.reshape(W.shape[1], W.shape[0])


@logits_exercise.misconception(
    "element_wise",
    "You multiply W and x element by element and stop there: a dot product also SUMS over the d dimensions, "
    "which leaves one number for each word.",
)
def _(W, x):
    return x[..., None, :] * W


@logits_exercise.misconception(
    "element_wise_by_broadcasting",
    "`W * x` multiplies element by element: (V, d) again, and it does not fit a batch. A dot product also "
    "sums over the d dimensions; `@` does both.",
)
def _(W, x):
    return W * x


@logits_exercise.misconception(
    "summed_over_the_words",
    "You sum over the V words, which leaves d numbers. Sum over the d dimensions, so that each word keeps "
    "one number.",
)
def _(W, x):
    return (x[..., None, :] * W).sum(axis=-2)


@logits_exercise.misconception(
    "softmax_included",
    "You return probabilities. Logits are the raw scores W·x, of any sign and size; softmax is the next "
    "step.",
)
def _(W, x):
    return functional.softmax(x @ W.T)


@logits_exercise.misconception(
    "shifted_to_maximum_zero",
    "You subtract the largest score. The softmax may do that for itself; the logits are plain dot products, "
    "and zero stays zero.",
)
def _(W, x):
    t = x @ W.T
    return t - t.max(axis=-1, keepdims=True)


@logits_exercise.misconception(
    "scaled_by_root_d",
    "You divide by √d. Attention does that, in lecture 10; here each logit is the plain dot product of a "
    "row of W with x.",
)
def _(W, x):
    return x @ W.T / np.sqrt(W.shape[1])


@logits_exercise.misconception(
    "mean_for_sum",
    "You take the mean of the d products; a dot product is their sum. Yours is d times too small.",
)
def _(W, x):
    return x @ W.T / W.shape[1]


@logits_exercise.misconception(
    "cosine_for_dot_product",
    "You divide by the lengths of the vectors: that is the cosine, never beyond ±1. A logit is the dot "
    "product alone, so that a longer vector can be surer.",
)
def _(W, x):
    lengths = np.linalg.norm(x, axis=-1, keepdims=True) * np.linalg.norm(W, axis=-1)
    return x @ W.T / np.where(lengths == 0, 1.0, lengths)


@logits_exercise.misconception(
    "distances_for_dot_products",
    "You measure distances between x and the rows of W. A logit is a dot product: large where row and x "
    "point the same way.",
)
def _(W, x):
    return np.linalg.norm(x[..., None, :] - W, axis=-1)


@logits_exercise.misconception(
    "negative",
    "Your signs are turned round: the logit of a word is +w·x, large where its row points the same way as x.",
)
def _(W, x):
    return -(x @ W.T)


@logits_exercise.misconception(
    "batch_flattened",
    "You flatten the batch to rows and forget to give it its shape back: (B, T, d) should give (B, T, V), "
    "and (d,) should give (V,).",
)
def _(W, x):
    return x.reshape(-1, W.shape[1]) @ W.T


@logits_exercise.misconception(
    "batch_flattened_to_one_vector",
    "For a batch you string all the scores together, one long vector. Each example keeps its own row: (B, "
    "d) gives (B, V).",
)
def _(W, x):
    return (x @ W.T).reshape(-1)


@logits_exercise.misconception(
    "first_example_only",
    "For a batch you score only its first vector. Every vector gets its own row of V logits.",
)
def _(W, x):
    return x.reshape(-1, W.shape[1])[0] @ W.T


@logits_exercise.misconception(
    "batch_summed",
    "You sum over the batch: the examples run into each other. Each vector of x is scored by itself.",
)
def _(W, x):
    return (x.reshape(-1, W.shape[1]) @ W.T).sum(axis=0)


@logits_exercise.misconception(
    "batch_of_one_squeezed",
    "You squeeze axes of length 1 away, so that a batch of one loses its batch axis: (1, d) should give (1, "
    "V).",
)
def _(W, x):
    return (x @ W.T).squeeze()


@logits_exercise.misconception(
    "best_word_only",
    "You return only the best word. All V scores are wanted, one for each word.",
)
def _(W, x):
    return (x @ W.T).argmax(axis=-1)


@logits_exercise.misconception(
    "best_score_only",
    "You return only the largest score. All V scores are wanted, one for each word.",
)
def _(W, x):
    return (x @ W.T).max(axis=-1)


@logits_exercise.misconception(
    "softmax_included_whole_array",
    "You return probabilities (and normalise the whole array). Logits are the raw scores W·x, of any sign "
    "and size; softmax is the next step.",
)
def _(W, x):
    e = np.exp(x @ W.T)
    return e / e.sum()


@logits_exercise.misconception(
    "element_wise_then_sum",
    "Multiplying by broadcasting and summing is a dot product for ONE vector; a batch (B, d) does not "
    "line up with the V rows of W. `@` pairs every row of x with every row of W.",
)
def _(W, x):
    return (W * x).sum(axis=-1)


@logits_exercise.misconception(
    "matrix_only",
    "Your code needs a batch of exactly two axes, (B, d). One single vector (d,) must work too, and (B, "
    "T, d).",
)
def _(W, x):
    if x.ndim != 2:
        raise ValueError
    return x @ W.T


@logits_exercise.misconception(
    "words_first",
    "For a batch your words stand on the FIRST axis, (V, B, …). They belong on the last one, (B, …, V): x "
    "comes first in the product.",
)
def _(W, x):
    return np.inner(W, x)


@logits_exercise.misconception(
    "squashed",
    "You put the scores through a tanh, which keeps them within ±1. Logits are the plain dot products, of "
    "any size.",
)
def _(W, x):
    return np.tanh(x @ W.T)


@logits_exercise.misconception(
    "square_batch_as_columns",
    "Most inputs are right, but you decide by trial or by shape whether W @ x fits. A batch of exactly d vectors "
    "is (d, d): W @ x fits it too, takes its columns for the vectors, and every number is wrong. x comes first, "
    "whatever its shape.",
)
def _(W, x):
    return W @ x if x.ndim == 1 or (x.ndim == 2 and x.shape[0] == W.shape[1]) else x @ W.T


@logits_exercise.misconception(
    "square_batch_turned_round",
    "Most inputs are right, but a batch of exactly d vectors, (d, d), gets wrong numbers: W @ x takes its columns "
    "for the vectors, and turning the result round does not mend that. x comes first, whatever its shape.",
)
def _(W, x):
    return (W @ x).T if x.ndim == 2 and x.shape[0] == W.shape[1] else x @ W.T


@logits_exercise.misconception(
    "batch_as_large_as_W",
    "Most inputs are right, but a batch of exactly V vectors has the shape of W, and you pair row i of x with row "
    "i of W. Every vector meets every row: (V, d) gives (V, V) scores then.",
)
def _(W, x):
    return (W * x).sum(axis=-1) if x.shape == W.shape else x @ W.T


@logits_exercise.misconception(
    "square_W_not_turned",
    "Most inputs are right, but you decide by trial or by shape whether to transpose W. When V = d, x @ W fits as "
    "well and is wrong: always turn W.",
)
def _(W, x):
    return x @ W if W.shape[0] == W.shape[1] else x @ W.T


@logits_exercise.misconception(
    "square_W_only",
    "You decide by the shapes which way W is turned, and when V = d or B = d both ways fit. The rule is the "
    "same for every shape: x first, then W with its axes swapped.",
)
def _(W, x):
    try:
        return x @ W
    except ValueError:
        return W @ x


@logits_exercise.misconception(
    "squared_distances",
    "You measure squared distances between x and the rows of W. A logit is a dot product: large where row and x "
    "point the same way.",
)
def _(W, x):
    return ((x[..., None, :] - W) ** 2).sum(axis=-1)


@logits_exercise.misconception(
    "distances_summed",
    "You add up |x − w|, a distance between x and each row of W. A logit is a dot product: large where row and x "
    "point the same way.",
)
def _(W, x):
    return np.abs(x[..., None, :] - W).sum(axis=-1)


@logits_exercise.misconception(
    "negative_distances",
    "You take minus the distance between x and each row of W. That too is large where they are alike, but a logit "
    "is the dot product.",
)
def _(W, x):
    return -np.linalg.norm(x[..., None, :] - W, axis=-1)


@logits_exercise.misconception(
    "element_wise_summed_over_the_words",
    "You sum over the V words, which leaves d numbers. Sum over the d dimensions, so that each word keeps one "
    "number; `@` multiplies and sums.",
)
def _(W, x):
    return (W * x).sum(axis=0)


@logits_exercise.misconception(
    "batch_reshaped_for_transposed",
    "W @ x.T holds the right numbers, one COLUMN per example; reshaping them to (B, V) keeps the reading order and "
    "mixes the examples. Swap the axes, or put x first.",
)
def _(W, x):
    return (W @ x.T).reshape(*x.shape[:-1], len(W))


@logits_exercise.misconception(
    "last_dimension_missing",
    "You leave out the last of the d dimensions: `range(d - 1)` stops before d − 1, `range(d)` takes them all.",
)
def _(W, x):
    return x[..., :-1] @ W[:, :-1].T


@logits_exercise.misconception(
    "first_dimension_missing",
    "You leave out the first of the d dimensions: they count from 0.",
)
def _(W, x):
    return x[..., 1:] @ W[:, 1:].T


@logits_exercise.misconception(
    "last_word_missing",
    "You leave out the last of the V words: `range(V - 1)` stops too early.",
)
def _(W, x):
    return x @ W[:-1].T


@logits_exercise.misconception(
    "last_word_zero",
    "The last of the V words never gets its score: `range(V - 1)` stops too early.",
)
def _(W, x):
    t = x @ W.T
    t[..., -1] = 0
    return t


_RETURN_IN_LOOP = (
    "You leave at the first word: a `return` inside the loop ends the function there. It belongs after the loop, so "
    "that all V words get their score."
)


@logits_exercise.misconception("first_score_only", _RETURN_IN_LOOP)
def _(W, x):
    return (x @ W.T)[..., 0]


@logits_exercise.misconception("first_score_only_one_vector", _RETURN_IN_LOOP)
def _(W, x):
    for row in W:
        return row @ x


@logits_exercise.misconception("return_inside_the_loop", _RETURN_IN_LOOP)
def _(W, x):
    t = np.zeros(len(W))
    for i in range(len(W)):
        t[i] = W[i] @ x
        return t


@logits_exercise.misconception("return_inside_the_list_loop", _RETURN_IN_LOOP)
def _(W, x):
    t = []
    for row in W:
        t.append(x @ row)
        return np.array(t)


_OVERWRITTEN = (
    "Each logit is overwritten in your inner loop (`=` for `+=`), so that only the product of the last dimension is "
    "left. A dot product is the sum of all d."
)


@logits_exercise.misconception("last_product_only", _OVERWRITTEN)
def _(W, x):
    return x[..., -1:] * W[:, -1]


@logits_exercise.misconception("last_product_only_one_vector", _OVERWRITTEN)
def _(W, x):
    t = np.zeros(len(W))
    for i in range(len(W)):
        for k in range(W.shape[1]):
            t[i] = W[i, k] * x[k]
    return t


_LOOP_FOR_ONE = (
    "Right for one vector x, but not for a batch: there x[k] is a whole row, an example and not a dimension. The "
    "dimensions stand on the LAST axis of x, whatever stands in front of it."
)


@logits_exercise.misconception("loop_for_one_vector", _LOOP_FOR_ONE)
def _(W, x):
    t = np.zeros(len(W))
    for i in range(len(W)):
        for k in range(W.shape[1]):
            t[i] += W[i, k] * x[k]
    return t


@logits_exercise.misconception("loop_for_one_vector_list", _LOOP_FOR_ONE)
def _(W, x):
    return np.array([sum(W[i, k] * x[k] for k in range(W.shape[1])) for i in range(len(W))])


@logits_exercise.misconception(
    "divided_by_the_rows_of_W",
    "You divide by the lengths of the rows of W. A logit is the plain dot product; a longer row may have larger "
    "scores.",
)
def _(W, x):
    return x @ (W / np.linalg.norm(W, axis=1, keepdims=True)).T


@logits_exercise.misconception(
    "divided_by_the_length_of_x",
    "You divide by the length of x. A logit is the plain dot product; a longer x gives larger scores, and a surer "
    "model.",
)
def _(W, x):
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return x @ W.T / np.where(length == 0, 1.0, length)


@logits_exercise.misconception(
    "cosine_with_zero_division",
    "You divide by the lengths of the vectors: that is the cosine, never beyond ±1, and 0/0 for the zero vector. A "
    "logit is the dot product alone.",
)
def _(W, x):
    return x @ W.T / (np.linalg.norm(x, axis=-1, keepdims=True) * np.linalg.norm(W, axis=-1))


@logits_exercise.misconception(
    "pseudo_inverse",
    "You invert W (`pinv`). It has the right shape and other numbers: the projection is a plain matrix product with "
    "the transpose.",
)
def _(W, x):
    return x @ np.linalg.pinv(W)


_DISTANCES = (
    "You measure distances, and pair a batch with the rows of W one to one. A logit is a dot product, large where row "
    "and x point the same way, and every vector meets every row."
)


@logits_exercise.misconception("squared_distances_one_vector", _DISTANCES)
def _(W, x):
    return ((W - x) ** 2).sum(axis=-1)


@logits_exercise.misconception("squared_distances_row_by_row", _DISTANCES)
def _(W, x):
    return np.array([((row - x) ** 2).sum() for row in W])


@logits_exercise.misconception("distances_summed_one_vector", _DISTANCES)
def _(W, x):
    return np.abs(W - x).sum(axis=-1)


@logits_exercise.misconception("distances_one_vector", _DISTANCES)
def _(W, x):
    return np.linalg.norm(W - x, axis=-1)


@logits_exercise.misconception(
    "cosine_whole_batch",
    "You divide by the lengths of the vectors: that is the cosine, never beyond ±1 (and 0/0 for the zero vector). A "
    "logit is the dot product alone, so that a longer vector can be surer.",
)
def _(W, x):
    return x @ W.T / (np.linalg.norm(W, axis=1) * np.linalg.norm(x))


@logits_exercise.misconception(
    "negative_scores_cut_off",
    "You cut off the negative scores. A logit may have any sign; that a word fits badly is worth knowing.",
)
def _(W, x):
    return np.maximum(x @ W.T, 0)


@logits_exercise.right
def _(W, x):
    return np.einsum("vd,...d->...v", W, x)


@logits_exercise.right
def _(W, x):
    return np.inner(x, W)


@logits_exercise.right
def _(W, x):
    return np.stack([(x * row).sum(axis=-1) for row in W], axis=-1)


@logits_exercise.right
def _(W, x):
    return (W @ x[..., None])[..., 0]


@logits_exercise.right
def _(W, x):
    result = np.zeros((*x.shape[:-1], len(W)))
    for index in np.ndindex(*x.shape[:-1]):
        result[index] = [sum(float(a * b) for a, b in zip(row, x[index], strict=True)) for row in W]
    return result.tolist()


@logits_exercise.right
def _(W, x):
    return np.dot(x.astype(np.float32), W.T.astype(np.float32))


# --- softmax ---------------------------------------------------------------------------------------

softmax_exercise = Exercise(
    functional.softmax,
    lecture=LECTURE,
    checks="1, 2 and 3 axes, ±1000 in one row and in different rows, −inf (exactly 0), t unchanged",
    explanation=(
        "Softmax does not change when the same number is added to a whole row, so we may subtract the row's "
        "maximum: the largest exponential is then e⁰ = 1, and nothing overflows. `axis=-1` with "
        "`keepdims=True` does it for every row by itself, and e^(−inf) = 0 needs no special case."
    ),
    atol=0.0,  # a probability that is 0 must be 0, and a tiny one must not be cut off
    hints=[
        "Two steps: make everything positive, then make each row sum to 1. Which axis holds the V words of "
        "one row?",
        "e^1000 is too large for a float. Softmax stays the same when you subtract one number from a whole "
        "row: which number makes the largest exponent 0?",
        "`t - t.max(axis=-1, keepdims=True)` first; then `np.exp`; then divide by the sum over axis −1, "
        "again with `keepdims=True`.",
    ],
)

softmax_exercise.case(np.array([0.0, 1.0, 3.0]))
softmax_exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]]))
softmax_exercise.case(np.array([-3.0, -1.0, -2.0]))
softmax_exercise.case(np.zeros(4))
softmax_exercise.case(np.array([1.8, -1.9, 2.9, -0.9]))
softmax_exercise.case(np.array([0.0, -np.inf, 1.0, 2.0]))
softmax_exercise.case(np.array([20.0, 0.0, -20.0, 18.0]))
softmax_exercise.case(np.array([1000.0, 999.0, 0.0, -1000.0]))
softmax_exercise.case(np.array([-1000.0, -1001.0, -1003.0]))
softmax_exercise.case(np.array([-1000.0, -np.inf, -1001.0]))
softmax_exercise.case(np.array([[3.0, 1.0, 2.0, -1.0, 0.0]]))
softmax_exercise.case(np.array([[1000.0, 999.0, 997.0], [-1000.0, -1002.0, -1001.0]]))
softmax_exercise.case(np.array([[-1000.0, 1000.0, 1001.0], [0.0, 999.0, -1000.0]]))
softmax_exercise.case(np.array([[-np.inf, 0.0, 1.5], [2.0, 5.0, -np.inf]]))
softmax_exercise.case(np.round(np.random.default_rng(34).normal(size=(2, 4, 5)), 1) * 3)


def _shifted(t):
    return t - t.max(axis=-1, keepdims=True)


def _normalised(positive):
    return positive / positive.sum(axis=-1, keepdims=True)


def _plain_softmax(t):
    return _normalised(np.exp(t))


@softmax_exercise.misconception(
    "overflow",
    "Right for small logits, but e^1000 is inf, and e^−1000 + e^−1001 is 0: inf/inf and 0/0 are nan. Shift "
    "each row first by a number that makes its largest exponent harmless; softmax does not notice the "
    "shift.",
)
def _(t):
    e = np.exp(t)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "whole_array_sum_and_overflow",
    "You divide by the sum of the WHOLE array: right for one vector, but in a batch each row must sum to 1 "
    "by itself. And e^1000 overflows: shift each row by its maximum first.",
)
def _(t):
    e = np.exp(t)
    return e / e.sum()


@softmax_exercise.misconception(
    "whole_array_sum",
    "You divide by the sum of the WHOLE array: right for one vector, but in a batch all rows together then "
    "sum to 1. Each row must sum to 1 by itself.",
)
def _(t):
    e = np.exp(t - t.max())
    return e / e.sum()


@softmax_exercise.misconception(
    "whole_array_sum_row_maximum",
    "You shift each row by its own maximum, and then divide by the sum of the WHOLE array. Each row is "
    "divided by its own sum.",
)
def _(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / e.sum()


@softmax_exercise.misconception(
    "whole_array_maximum",
    "You subtract the maximum of the whole array. A row far below it, −1000 beside +1000, then has nothing "
    "but e^−2000 = 0, and 0/0 is nan. Subtract from each row its OWN maximum.",
)
def _(t):
    e = np.exp(t - t.max())
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "wrong_axis",
    "You normalise along axis 0, so that the columns sum to 1: examples compete with one another. The words "
    "of one example stand along the LAST axis.",
)
def _(t):
    e = np.exp(t - t.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@softmax_exercise.misconception(
    "wrong_axis_and_overflow",
    "You normalise along axis 0, so that the columns sum to 1; the words stand along the LAST axis. And "
    "e^1000 overflows: shift each row by its maximum first.",
)
def _(t):
    e = np.exp(t)
    return e / e.sum(axis=0)


@softmax_exercise.misconception(
    "sum_over_the_wrong_axis",
    "The shift is along the right axis, but you divide by the sums along axis 0. Both go along the LAST "
    "axis, where the words are.",
)
def _(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=0)


@softmax_exercise.misconception(
    "axis_one",
    "`axis=1` is the last axis only when there are exactly two. Count from the end, axis −1: then one "
    "vector and a (B, T, V) batch work too.",
)
def _(t):
    e = np.exp(t - t.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@softmax_exercise.misconception(
    "axis_one_and_overflow",
    "`axis=1` is the last axis only when there are exactly two: count from the end, axis −1. And e^1000 "
    "overflows: shift each row by its maximum first.",
)
def _(t):
    e = np.exp(t)
    return e / e.sum(axis=1, keepdims=True)


@softmax_exercise.misconception(
    "keepdims_missing",
    "For a batch the shapes do not fit: a maximum or a sum along the last axis has one axis less, (B,) "
    "beside (B, V). Keep that axis, with length 1.",
)
def _(t):
    e = np.exp(t - t.max(axis=-1))
    return e / e.sum(axis=-1)


@softmax_exercise.misconception(
    "keepdims_missing_and_overflow",
    "For a batch the shapes do not fit: a sum along the last axis has one axis less, (B,) beside (B, V); "
    "keep that axis. And e^1000 overflows: shift each row by its maximum first.",
)
def _(t):
    return np.exp(t) / np.exp(t).sum(axis=-1)


@softmax_exercise.misconception(
    "divided_by_the_maximum",
    "You DIVIDE the logits by their maximum; subtract it. Only a shift leaves softmax as it was: dividing "
    "changes the differences, and turns the order round when the maximum is negative.",
)
def _(t):
    e = np.exp(t / t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "divided_by_the_maximum_of_all",
    "You DIVIDE by the maximum of the array; subtract the row's own. Only a shift leaves softmax as it was.",
)
def _(t):
    e = np.exp(t / t.max())
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "divided_by_the_largest_size",
    "You divide the logits by their largest absolute value. That tames them but changes the answer: only "
    "subtracting one number from the whole row leaves softmax as it was.",
)
def _(t):
    e = np.exp(t / np.abs(t).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "no_exponential",
    "You divide by the sum without making everything positive first: with a negative logit that gives a "
    "negative 'probability', with zeros 0/0. Take exponentials first.",
)
def _(t):
    return t / t.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "no_exponential_whole_array",
    "You divide by the sum without making everything positive first (and the sum is over the whole array). "
    "Take exponentials, then divide each row by its own sum.",
)
def _(t):
    return t / t.sum()


@softmax_exercise.misconception(
    "absolute_values",
    "You use the size of the logits, so −3 counts as much as 3. The exponential makes everything positive "
    "AND keeps the order.",
)
def _(t):
    return np.abs(t) / np.abs(t).sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "squares",
    "You square the logits, so −3 counts as much as 3. The exponential makes everything positive AND keeps "
    "the order.",
)
def _(t):
    return t**2 / (t**2).sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "shifted_to_minimum_zero",
    "You make the logits positive by subtracting the smallest: the worst word then always gets exactly 0. "
    "The exponential makes everything positive and keeps differences meaningful.",
)
def _(t):
    shifted = t - t.min(axis=-1, keepdims=True)
    return shifted / shifted.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "negative_parts_cut_off",
    "You set negative logits to zero, and all the words below zero become impossible alike. The exponential "
    "keeps them apart.",
)
def _(t):
    positive = np.maximum(t, 0)
    return positive / positive.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "sign",
    "Your exponent has the wrong sign: the word with the LOWEST logit gets the highest probability. The "
    "exponent is t − max, never above 0.",
)
def _(t):
    e = np.exp(t.min(axis=-1, keepdims=True) - t)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "maximum_minus_t",
    "You take max − t for t − max: the exponents are positive, they overflow again, and the order is turned "
    "round.",
)
def _(t):
    e = np.exp(t.max(axis=-1, keepdims=True) - t)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "maximum_added",
    "You ADD the maximum; subtract it. Adding changes nothing for small logits, and makes the overflow "
    "worse: 1000 becomes 2000.",
)
def _(t):
    e = np.exp(t + t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "minimum_for_maximum",
    "You subtract the minimum: then the largest exponent is max − min, which is 2000 here, and overflows "
    "(and −inf − (−inf) is nan). Subtract the maximum.",
)
def _(t):
    e = np.exp(t - t.min(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "mean_for_maximum",
    "You subtract the mean: the largest logit may still stand far above it and overflow, and with a −inf in "
    "the row the mean is −inf. Subtract the maximum.",
)
def _(t):
    e = np.exp(t - t.mean(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "standardised",
    "You standardise the logits first, mean 0 and spread 1. Subtracting is harmless, dividing by the spread "
    "changes the distribution.",
)
def _(t):
    shifted = (t - t.mean(axis=-1, keepdims=True)) / t.std(axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "sum_without_the_shift",
    "You shift above the fraction line but not below it: e^(t − max) over the sum of e^t. Both need the "
    "same shift.",
)
def _(t):
    return np.exp(t - t.max(axis=-1, keepdims=True)) / np.exp(t).sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "nan_hidden",
    "You let the exponentials overflow and put a number where nan came out. The answer there is a perfectly "
    "good distribution: shift each row by its maximum, and no nan arises.",
)
def _(t):
    e = np.exp(t)
    return np.nan_to_num(e / e.sum(axis=-1, keepdims=True))


@softmax_exercise.misconception(
    "not_normalised",
    "You stop after the exponential: everything is positive, but a row does not sum to 1 yet.",
)
def _(t):
    return np.exp(t)


@softmax_exercise.misconception(
    "shifted_not_normalised",
    "You shift and take the exponential, but a row does not sum to 1 yet: its largest entry is 1 already. "
    "Divide by the row's sum.",
)
def _(t):
    return np.exp(t - t.max(axis=-1, keepdims=True))


@softmax_exercise.misconception(
    "mean_for_sum",
    "You divide by the mean of the exponentials; then a row sums to V. Divide by their sum.",
)
def _(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / e.mean(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "euclidean_norm",
    "You divide by the Euclidean norm: then the SQUARES sum to 1. Divide by the plain sum.",
)
def _(t):
    e = np.exp(t - t.max(axis=-1, keepdims=True))
    return e / np.linalg.norm(e, axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "divided_by_the_sum_of_logits",
    "You divide the exponentials by the sum of the LOGITS. Divide them by the sum of the exponentials, so "
    "that a row sums to 1.",
)
def _(t):
    return np.exp(t) / t.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "logarithm",
    "You return log-probabilities, all of them ≤ 0. Here the probabilities themselves are wanted.",
)
def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@softmax_exercise.misconception(
    "sigmoid",
    "You squash each logit by itself (a sigmoid). Words compete in a softmax: what one gains the others "
    "lose, so that the row sums to 1.",
)
def _(t):
    return special.expit(t)


@softmax_exercise.misconception(
    "hard_maximum",
    "You give everything to the largest logit. That is a hard maximum; softmax is soft: every finite logit "
    "keeps some probability.",
)
def _(t):
    return (t == t.max(axis=-1, keepdims=True)).astype(float)


@softmax_exercise.misconception(
    "base_two",
    "You use powers of 2. Softmax uses powers of e: with base 2 all differences between logits shrink by ln "
    "2.",
)
def _(t):
    e = 2.0 ** (t - t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "base_ten",
    "You use powers of 10. Softmax uses powers of e.",
)
def _(t):
    e = 10.0 ** (t - t.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "in_place",
    "Your probabilities are right, but `-=` writes into `t`: whoever called you finds other logits "
    "afterwards. Make a new array with `t - …`.",
)
def _(t):
    t -= t.max(axis=-1, keepdims=True)
    e = np.exp(t)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "one_vector_in_place",
    "You write into `t` (`-=`), so the caller's logits change, and in a batch you use one maximum and one "
    "sum for all rows. Make a new array, and treat each row by itself.",
)
def _(t):
    t -= t.max()
    e = np.exp(t)
    return e / e.sum()


@softmax_exercise.misconception(
    "rows_strung_together",
    "You flatten the batch into one long row. Each row is a distribution of its own, and the result has the "
    "shape of t.",
)
def _(t):
    flat = t.reshape(-1)
    e = np.exp(flat - flat.max())
    return e / e.sum()


@softmax_exercise.misconception(
    "only_two_axes",
    "One vector and a (B, V) batch are right, but (B, T, V) fails: you loop over the rows of a matrix. Use "
    "axis −1, and any number of axes works.",
)
def _(t):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return one(t) if t.ndim == 1 else np.array([one(row) for row in t])


@softmax_exercise.misconception(
    "impossible_dropped",
    "You drop the −inf entries, so that the result is shorter than t. They keep their place, with "
    "probability 0.",
)
def _(t):
    if not np.isinf(t).any():
        return functional.softmax(t)
    return functional.softmax(t[np.isfinite(t)])


@softmax_exercise.misconception(
    "first_axis_loop",
    "You loop over the FIRST axis and normalise what you find there: for one vector that is a single "
    "number, which always becomes 1. Normalise along the last axis, whatever stands in front.",
)
def _(t):
    result = np.zeros(t.shape)
    for i in range(len(t)):
        e = np.exp(t[i] - t[i].max())
        result[i] = e / e.sum()
    return result


@softmax_exercise.misconception(
    "one_vector_loop_and_overflow",
    "You go through t number by number, which works for one vector only; a batch needs every row done. "
    "And e^1000 overflows: shift each row by its maximum first.",
)
def _(t):
    result = np.zeros(len(t))
    for i in range(len(t)):
        result[i] = np.exp(t[i]) / np.exp(t).sum()
    return result


@softmax_exercise.misconception(
    "one_vector_loop",
    "You go through t number by number, which works for one vector only; a batch needs every row done.",
)
def _(t):
    e = np.exp(t - t.max())
    result = np.zeros(len(t))
    for i in range(len(t)):
        result[i] = e[i] / e.sum()
    return result


@softmax_exercise.misconception(
    "scaled_between_0_and_1",
    "You stretch the logits to run from 0 to 1: the worst word gets 0, the best 1, and a row does not sum "
    "to 1. Take exponentials, then divide by their sum.",
)
def _(t):
    low, high = t.min(axis=-1, keepdims=True), t.max(axis=-1, keepdims=True)
    return (t - low) / (high - low)


@softmax_exercise.misconception(
    "largest_size_subtracted",
    "You subtract the largest absolute value. For a row of −1000s that shifts AWAY from 0, everything "
    "underflows, and 0/0 is nan. Subtract the maximum itself.",
)
def _(t):
    e = np.exp(t - np.abs(t).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "fixed_shift",
    "You subtract a fixed number. It saves logits near 1000 and ruins all the others, which underflow to "
    "0/0. Each row needs its own shift: its maximum.",
)
def _(t):
    e = np.exp(t - 1000)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "scaled_down",
    "You divide the logits by a fixed number to keep them small. That changes their differences and "
    "flattens the distribution; only subtracting leaves softmax as it was.",
)
def _(t):
    e = np.exp(t / 100)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "overflow_two_axes",
    "Up to two axes it works for small logits; for (B, T, V) use axis −1 in place of 1. And e^1000 "
    "overflows: shift each row by its maximum first.",
)
def _(t):
    e = np.exp(t)
    return e / e.sum() if t.ndim == 1 else e / e.sum(axis=1, keepdims=True)


@softmax_exercise.misconception(
    "two_axes",
    "One vector and a (B, V) batch are right, but axis 1 of a (B, T, V) batch is not the last. Axis −1 "
    "is, always.",
)
def _(t):
    axis = 0 if t.ndim == 1 else 1
    e = np.exp(t - t.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _each(name, sentence, values, wrong):
    """A misconception for each of some values of a number that a learner picks by taste."""
    for value in values:
        softmax_exercise.misconception(f"{name}_{value:g}", sentence)(partial(wrong, value=value))


_each(
    "clipped",
    "You clip the logits. That stops the overflow but makes 1000 and 999 the same number; the difference of 1 is "
    "worth a factor of e. Shift instead.",
    (10, 20, 50, 100, 500, 700, 709),
    lambda t, value: _plain_softmax(np.clip(t, -value, value)),
)
_each(
    "clipped_from_below",
    "You lift the logits that are very low to a fixed number. In a row that lies below it altogether, like −1000 and "
    "−1001, all become equal; and −inf must keep probability 0. Shift each row by its own maximum.",
    (50, 100, 500, 700, 1000),
    lambda t, value: functional.softmax(np.maximum(t, -value)),
)
_each(
    "clipped_from_above",
    "You cap the logits that are very high. That stops the overflow but makes 1000 and 999 the same number; the "
    "difference of 1 is worth a factor of e. Shift instead.",
    (50, 100, 500, 700),
    lambda t, value: functional.softmax(np.minimum(t, value)),
)
_each(
    "clipped_after_the_shift",
    "You shift, and then lift what lies far below the maximum to a fixed number. An impossible word, −inf, gets a "
    "little probability in this way; it must get exactly 0. After the shift nothing can overflow, so nothing needs a "
    "limit.",
    (10, 20, 30, 50, 100, 500, 700),
    lambda t, value: _plain_softmax(np.maximum(_shifted(t), -value)),
)
_each(
    "epsilon_added",
    "You add a tiny number to the exponentials. After the shift no sum can be 0 (the largest exponential is 1), so it "
    "guards against nothing; and an impossible word, −inf, gets a little probability where it must have exactly 0.",
    (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
    lambda t, value: _normalised(np.exp(_shifted(t)) + value),
)
_each(
    "zeros_replaced",
    "You replace probabilities of 0 by a tiny number. An impossible word, −inf, must have exactly 0, and with the "
    "replacement a row no longer sums to 1.",
    (1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
    lambda t, value: np.where(functional.softmax(t) == 0, value, functional.softmax(t)),
)
_each(
    "small_probabilities_lifted",
    "You lift small probabilities to a fixed least value. An impossible word, −inf, must have exactly 0, and a word "
    "that is merely very unlikely keeps its own tiny number.",
    (1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-16),
    lambda t, value: np.maximum(functional.softmax(t), value),
)
_each(
    "epsilon_in_the_sum",
    "You add a tiny number to the sum instead of shifting: e^1000 is inf all the same, and a row of −1000s gives 0 "
    "everywhere. Shift each row by its maximum; then the sum is at least 1.",
    (1e-8,),
    lambda t, value: np.exp(t) / (np.exp(t).sum(axis=-1, keepdims=True) + value),
)
_each(
    "rounded_to",
    "You round the probabilities: a row no longer sums to 1, as in the lecture notes, and what is merely unlikely "
    "becomes impossible. Round only what you print.",
    (2, 3, 4, 5, 6, 8),
    lambda t, value: functional.softmax(t).round(value),
)
_each(
    "impossible_made_possible",
    "You replace −inf by an ordinary number, and an impossible word becomes possible: beside other logits near −1000 "
    "even −1000 is likely. e^(−inf) is exactly 0: leave it as it is.",
    (0, -1, -10, -50, -100, -500, -700, -1000),
    lambda t, value: functional.softmax(np.where(np.isinf(t), value, t)),
)


@softmax_exercise.misconception(
    "maximum_of_the_exponentials_subtracted",
    "You subtract the maximum AFTER the exponential: then nothing is positive any more, and e^1000 has overflowed "
    "already. Shift the logits, then take the exponential.",
)
def _(t):
    e = np.exp(t)
    e = e - e.max(axis=-1, keepdims=True)
    return e / e.sum(axis=-1, keepdims=True)


_AFTER = (
    "You subtract the maximum AFTER the exponential: then nothing is positive any more, and e^1000 has overflowed "
    "already. Shift the logits first; and sum each row by itself."
)


@softmax_exercise.misconception("maximum_of_the_exponentials_subtracted_whole_array", _AFTER)
def _(t):
    e = np.exp(t)
    e -= e.max()
    return e / e.sum()


@softmax_exercise.misconception("maximum_of_the_exponentials_subtracted_mixed", _AFTER)
def _(t):
    e = np.exp(t)
    e -= e.max()
    return e / e.sum(axis=-1, keepdims=True)


_BRACKETS = (
    "Brackets are missing: `np.exp(t) - m / s` divides first and subtracts after. The shift belongs INSIDE the "
    "exponential, `np.exp(t - m)`, and the division to the whole of it."
)


@softmax_exercise.misconception("brackets_missing", _BRACKETS)
def _(t):
    return np.exp(t) - t.max(axis=-1, keepdims=True) / np.exp(t).sum(axis=-1, keepdims=True)


@softmax_exercise.misconception("brackets_missing_whole_array", _BRACKETS)
def _(t):
    return np.exp(t) - t.max() / np.exp(t).sum()


@softmax_exercise.misconception("maximum_outside_the_exponential", _BRACKETS)
def _(t):
    return (np.exp(t) - t.max(axis=-1, keepdims=True)) / np.exp(t).sum(axis=-1, keepdims=True)


@softmax_exercise.misconception(
    "exponential_minus_one",
    "You use `expm1`, which is e^t − 1: after the shift the best word gets 0 and all the others are negative. The "
    "plain exponential is wanted.",
)
def _(t):
    return _normalised(np.expm1(_shifted(t)))


@softmax_exercise.misconception(
    "exponential_minus_one_and_overflow",
    "You use `expm1`, which is e^t − 1 and negative below 0. The plain exponential is wanted, of logits shifted by "
    "their maximum, since e^1000 overflows.",
)
def _(t):
    return _normalised(np.expm1(t))


_MATH_EXP = (
    "`math.exp` takes one number at a time, and it raises OverflowError above 709.78 where `np.exp` gives inf. Use "
    "`np.exp` on the whole array, after shifting each row by its maximum."
)


@softmax_exercise.misconception("math_exp_in_a_loop", _MATH_EXP)
def _(t):
    exponentials = [math.exp(value) for value in t]
    return np.array([e / sum(exponentials) for e in exponentials])


@softmax_exercise.misconception("math_exp_in_a_loop_array", _MATH_EXP)
def _(t):
    exponentials = np.array([math.exp(value) for value in t])
    return exponentials / exponentials.sum()


@softmax_exercise.misconception("math_exp_of_every_entry", _MATH_EXP)
def _(t):
    return _normalised(np.vectorize(math.exp)(t))


@softmax_exercise.misconception("math_exp_shifted_in_a_loop", _MATH_EXP)
def _(t):
    exponentials = [math.exp(value - max(t)) for value in t]
    return np.array([e / sum(exponentials) for e in exponentials])


@softmax_exercise.misconception(
    "first_logit_for_maximum",
    "You subtract the first logit of each row. When a later one is far above it, 1000 beside −1000, that overflows "
    "(and −inf − (−inf) is nan). Subtract the largest.",
)
def _(t):
    return _normalised(np.exp(t - t[..., :1]))


@softmax_exercise.misconception(
    "last_logit_for_maximum",
    "You subtract the last logit of each row. When another one is far above it, 1000 beside −1000, that overflows. "
    "Subtract the largest.",
)
def _(t):
    return _normalised(np.exp(t - t[..., -1:]))


_NEVER_BELOW_ZERO = (
    "Your maximum is never below 0 (it starts from 0). A row that lies far below, −1000 and −1001, is not shifted "
    "at all then, and everything underflows to 0/0. Take the maximum of the row itself."
)


@softmax_exercise.misconception("maximum_never_below_zero", _NEVER_BELOW_ZERO)
def _(t):
    return _normalised(np.exp(t - t.max(axis=-1, keepdims=True, initial=0)))


@softmax_exercise.misconception("maximum_loop_from_zero", _NEVER_BELOW_ZERO)
def _(t):
    largest = 0
    for value in t:
        if value > largest:
            largest = value
    e = np.exp(t - largest)
    return e / e.sum()


@softmax_exercise.misconception(
    "return_inside_the_row_loop",
    "Your `return` stands inside the loop over the rows, so that only the first is done; and a single vector has no "
    "rows: your loop meets its numbers one by one. Working along axis −1 needs no loop.",
)
def _(t):
    rows = []
    for row in t:
        e = np.exp(row - row.max())
        rows.append(e / e.sum())
        return np.array(rows)


@softmax_exercise.misconception(
    "first_row_only",
    "For a batch you return the first row only (is the `return` inside the loop?). Every row gets its distribution.",
)
def _(t):
    return functional.softmax(t) if t.ndim == 1 else functional.softmax(t)[:1]


_LOG_OF_THE_SUM = (
    "e^(t − log Σe^t) is the same in mathematics, but Σe^t overflows at 1000 (and is 0 at −1000) before its logarithm "
    "is taken. Shift each row by its maximum first."
)


@softmax_exercise.misconception("log_of_the_sum_overflows", _LOG_OF_THE_SUM)
def _(t):
    return np.exp(t - np.log(np.exp(t).sum(axis=-1, keepdims=True)))


@softmax_exercise.misconception("log_of_the_sum_overflows_whole_array", _LOG_OF_THE_SUM)
def _(t):
    return np.exp(t - np.log(np.exp(t).sum()))


_BUILTIN_MAX = (
    "Python's own `max` goes through the FIRST axis: for a batch it compares whole rows, which are neither larger nor "
    "smaller. NumPy's `t.max(axis=-1, keepdims=True)` takes the maximum of each row."
)


@softmax_exercise.misconception("builtin_max", _BUILTIN_MAX)
def _(t):
    e = np.exp(t - max(t))
    return e / e.sum()


@softmax_exercise.misconception("builtin_max_builtin_sum", _BUILTIN_MAX)
def _(t):
    e = np.exp(t - max(t))
    return e / sum(e)


@softmax_exercise.misconception(
    "softmax_twice",
    "You take the softmax twice: of probabilities, all between 0 and 1, a softmax is nearly flat. Once is enough.",
)
def _(t):
    return functional.softmax(functional.softmax(t))


@softmax_exercise.misconception(
    "half_precision",
    "You return 16-bit floats, which keep three digits. Leave the numbers as NumPy makes them, in 64 bits.",
)
def _(t):
    return functional.softmax(t).astype(np.float16)


@softmax_exercise.misconception(
    "softplus_for_exponential",
    "You use log(1 + e^t), which is positive but grows like t itself. Softmax uses e^t, so that a difference of "
    "logits becomes a ratio of probabilities.",
)
def _(t):
    return _normalised(np.log1p(np.exp(t)))


@softmax_exercise.misconception(
    "sigmoid_normalised",
    "You squash each logit by itself (a sigmoid) and normalise after. Softmax uses e^t, so that a difference of "
    "logits becomes a ratio of probabilities.",
)
def _(t):
    return _normalised(special.expit(t))


@softmax_exercise.misconception(
    "axis_one_keepdims_missing",
    "`axis=1` is there only when t has two axes or more, and a sum without keepdims loses its axis. Sum over axis −1 "
    "and keep that axis, with length 1.",
)
def _(t):
    return np.exp(t) / np.exp(t).sum(axis=1)


@softmax_exercise.right
def _(t):
    return special.softmax(t, axis=-1)


@softmax_exercise.right
def _(t):
    return np.exp(t - special.logsumexp(t, axis=-1, keepdims=True))


@softmax_exercise.right
def _(t):
    result = np.zeros(t.shape)
    for index in np.ndindex(*t.shape[:-1]):
        largest = max(t[index])
        exponentials = [np.exp(value - largest) for value in t[index]]
        result[index] = np.array(exponentials) / sum(exponentials)
    return result


@softmax_exercise.right
def _(t):
    return np.apply_along_axis(lambda row: np.exp(row - row.max()) / np.exp(row - row.max()).sum(), -1, t)


@softmax_exercise.right
def _(t):
    single = t.astype(np.float32)
    e = np.exp(single - np.max(single, axis=-1)[..., None])
    return (e / np.sum(e, axis=-1)[..., None]).tolist()


@softmax_exercise.right
def _(t):
    t = t.astype(float)
    t -= np.expand_dims(np.amax(t, -1), -1)
    np.exp(t, out=t)
    t /= np.einsum("...v->...", t)[..., None]
    return t


# --- next_word_distribution ------------------------------------------------------------------------

next_word_distribution_exercise = Exercise(
    functional.next_word_distribution,
    lecture=LECTURE,
    checks="prefixes of 0 to 6 words, a repeated word, word 0 alone, logits near 1000, E and W unchanged",
    explanation=(
        "Three steps, each an exercise of this lecture: look the words up in E and add them (d numbers), "
        "score every word of the vocabulary with W (V numbers), turn the scores into probabilities. E "
        "reads, W writes: swapping them gives an answer of the right shape and the wrong values."
    ),
    hints=[
        "You have all three pieces already: from ids to x, from x to t, from t to p. Which of them needs E, "
        "which W?",
        "`compose_by_addition` looks up in E; `logits` scores with W; `softmax` comes last.",
        "x = compose_by_addition(E, prefix_ids); t = logits(W, x); and the softmax of t is the answer.",
    ],
)

_E_PAIR = np.array([[0.5, -1.0], [1.0, 0.5], [-0.5, 1.5]])
_W_PAIR = np.array([[1.0, 0.5], [-0.5, 1.0], [0.0, -2.0]])
_E_OTHER = np.array([[0.5, -1.0, 0.0], [1.0, 0.5, -0.5], [-0.5, 1.0, 1.5], [0.0, 0.5, -1.0]])
_W_OTHER = np.array([[1.0, 0.0, 0.5], [-0.5, 0.5, 1.0], [0.0, -1.0, 0.5], [0.5, 1.0, 0.0]])
_E_HUGE = np.array([[500.0, 0.0], [500.0, 1.0], [-250.0, 2.0], [0.0, -1.0]])
_W_HUGE = np.array([[1.0, 0.5], [1.0, -0.5], [-1.0, 2.0], [1.0, 1.5]])

next_word_distribution_exercise.case(_E_PAIR, _W_PAIR, np.array([2, 1]))
next_word_distribution_exercise.case(_E_PAIR, _W_PAIR, np.array([1]))
next_word_distribution_exercise.case(_E_PAIR, _W_PAIR, np.array([0]))
next_word_distribution_exercise.case(_E_PAIR, _W_PAIR, np.array([], dtype=np.int64))
next_word_distribution_exercise.case(_E_OTHER, _W_OTHER, np.array([0, 3]))
next_word_distribution_exercise.case(_E_OTHER, _W_OTHER, np.array([3, 0, 3, 1]))
next_word_distribution_exercise.case(_E_HUGE, _W_HUGE, np.array([0, 1, 1]))
next_word_distribution_exercise.case(
    np.round(np.random.default_rng(35).normal(size=(11, 4)), 1),
    np.round(np.random.default_rng(36).normal(size=(11, 4)), 1),
    np.array([10, 7, 0, 7, 3, 1]),
)


@next_word_distribution_exercise.misconception(
    "softmax_of_the_embedding",
    "You take the softmax of the composed vector itself: d numbers, and the d dimensions are no words. "
    "Project with W to V logits first.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "last_word_only",
    "You use only the last word of the prefix: that is a bigram model. All words of the prefix are composed "
    "into x.",
)
def _(E, W, prefix_ids):
    x = E[prefix_ids[-1]] if len(prefix_ids) else np.zeros(E.shape[1])
    return functional.softmax(W @ x)


@next_word_distribution_exercise.misconception(
    "last_word_only_and_empty_fails",
    "You use only the last word of the prefix: that is a bigram model, and the empty prefix has no last "
    "word. All the words of the prefix are composed into x.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids[-1]])


@next_word_distribution_exercise.misconception(
    "first_word_only",
    "You use only the first word of the prefix. All its words are composed into x.",
)
def _(E, W, prefix_ids):
    x = E[prefix_ids[0]] if len(prefix_ids) else np.zeros(E.shape[1])
    return functional.softmax(W @ x)


@next_word_distribution_exercise.misconception(
    "last_word_dropped",
    "You leave the last word of the prefix out, as if it were the target. The prefix is all known; the "
    "target comes after it.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids[:-1]].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "mean_for_sum",
    "You compose with the mean of the embeddings; this model adds them. For n words your logits are n times "
    "too small, and the distribution too flat.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ (E[prefix_ids].sum(axis=0) / max(len(prefix_ids), 1)))


@next_word_distribution_exercise.misconception(
    "mean_and_empty_fails",
    "You compose with the mean of the embeddings; this model adds them. For n words your logits are n times "
    "too small, and for the empty prefix the mean is 0/0.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].mean(axis=0))


@next_word_distribution_exercise.misconception(
    "repeated_once",
    "You count a repeated word of the prefix once. Every token adds its embedding, repeated or not.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[np.unique(prefix_ids)].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "logits_returned",
    "You stop at the logits: scores of any sign that do not sum to 1. The softmax comes last.",
)
def _(E, W, prefix_ids):
    return W @ E[prefix_ids].sum(axis=0)


@next_word_distribution_exercise.misconception(
    "E_for_W",
    "You score with E again. E and W have the same shape but are different parameters here: E to look up "
    "the prefix, W to score what may come next.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E @ E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "W_for_E",
    "You look the prefix up in W. E and W have the same shape but are different parameters here: E to look "
    "up the prefix, W to score what may come next.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ W[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "swapped",
    "E and W are swapped: the prefix is looked up in E, and W scores what may come next. Since both are "
    "V×d, the shapes do not warn you.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E @ W[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "distributions_averaged",
    "You compute one distribution for each word and average them. The words are composed FIRST, into one "
    "vector x; then there is one distribution.",
)
def _(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        return np.full(len(W), 1 / len(W))
    return functional.softmax(E[prefix_ids] @ W.T).mean(axis=0)


@next_word_distribution_exercise.misconception(
    "distributions_averaged_and_empty_fails",
    "You compute one distribution for each word and average them, which an empty prefix turns into 0/0. The "
    "words are composed FIRST, into one vector x; then there is one distribution.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids] @ W.T).mean(axis=0)


@next_word_distribution_exercise.misconception(
    "distributions_added",
    "You compute one distribution for each word and add them: n words then sum to n. Add the vectors, "
    "before W and softmax.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids] @ W.T).sum(axis=0)


@next_word_distribution_exercise.misconception(
    "distributions_multiplied",
    "You multiply one distribution per word, and the product does not sum to 1. Add the vectors first; the "
    "softmax is taken once, at the end.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids] @ W.T).prod(axis=0)


@next_word_distribution_exercise.misconception(
    "not_composed",
    "You forget to compose: one row for each word of the prefix, (n, V). Add the embeddings first; one "
    "distribution of shape (V,) is wanted.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids] @ W.T)


@next_word_distribution_exercise.misconception(
    "softmax_before_projection",
    "You take the softmax before W: what comes out of W are scores again and do not sum to 1. First project "
    "to V logits, then softmax.",
)
def _(E, W, prefix_ids):
    return W @ functional.softmax(E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "softmax_twice",
    "You take the softmax twice: of probabilities, all between 0 and 1, a softmax is nearly flat. Once is "
    "enough.",
)
def _(E, W, prefix_ids):
    return functional.softmax(functional.softmax(W @ E[prefix_ids].sum(axis=0)))


@next_word_distribution_exercise.misconception(
    "overflow",
    "Right for small logits, but e^1000 is inf, and inf/inf is nan. Use your stable `softmax`, which "
    "subtracts the maximum first.",
)
def _(E, W, prefix_ids):
    exponentials = np.exp(W @ E[prefix_ids].sum(axis=0))
    return exponentials / exponentials.sum()


@next_word_distribution_exercise.misconception(
    "logarithm",
    "You return log-probabilities, all of them ≤ 0. Here the probabilities themselves are wanted.",
)
def _(E, W, prefix_ids):
    return functional.log_softmax(W @ E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "best_word",
    "You return the id of the likeliest word. The whole distribution is wanted, one probability for each "
    "word.",
)
def _(E, W, prefix_ids):
    return int((W @ E[prefix_ids].sum(axis=0)).argmax())


@next_word_distribution_exercise.misconception(
    "prefix_only",
    "You return probabilities for the words of the prefix only. Any of the V words may come next.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].sum(axis=0))[prefix_ids]


@next_word_distribution_exercise.misconception(
    "prefix_forbidden",
    "You forbid the words of the prefix. A word may well come again ('the blue ants hated the red ants'); "
    "the model leaves all V words possible.",
)
def _(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    t[prefix_ids] = -np.inf
    return functional.softmax(t)


@next_word_distribution_exercise.misconception(
    "extra_dimension",
    "Your numbers are right but stand in a (1, V) matrix; a vector of shape (V,) is wanted.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids].sum(axis=0, keepdims=True) @ W.T)


@next_word_distribution_exercise.misconception(
    "sign",
    "Your logits have the wrong sign: the word that fits worst gets the highest probability.",
)
def _(E, W, prefix_ids):
    return functional.softmax(-(W @ E[prefix_ids].sum(axis=0)))


@next_word_distribution_exercise.misconception(
    "empty_prefix_fails",
    "With words it is right, but the empty prefix breaks it. The sum of no vectors is d zeros: then all "
    "logits are 0, and every word gets 1/V.",
)
def _(E, W, prefix_ids):
    x = E[prefix_ids[0]].copy()
    for i in prefix_ids[1:]:
        x += E[i]
    return functional.softmax(W @ x)


@next_word_distribution_exercise.misconception(
    "embeddings_changed",
    "`x = E[…]` is a view of a row of E, and adding to it in place writes into E: the embedding of a word "
    "is changed for good. Start from d zeros of your own; then the empty prefix works too.",
)
def _(E, W, prefix_ids):
    x = E[prefix_ids[0]]
    for i in prefix_ids[1:]:
        x += E[i]
    return functional.softmax(W @ x)


@next_word_distribution_exercise.misconception(
    "first_word_dropped",
    "You leave out the first word of the prefix: your slice or loop starts at 1. All words are composed.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids[1:]].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "x_times_W",
    "You compute x·W, and (d,) times (V, d) does not fit. Every ROW of W meets x; your `logits` does it.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids].sum(axis=0) @ W)


@next_word_distribution_exercise.misconception(
    "wrong_axis",
    "You sum over the d dimensions of each word. Sum over the words, so that d numbers are left for W; "
    "your `compose_by_addition` does it.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].sum(axis=1))


@next_word_distribution_exercise.misconception(
    "concatenation",
    "You put the embeddings one behind the other, n·d numbers, and W expects d. They are added.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].reshape(-1))


@next_word_distribution_exercise.misconception(
    "no_exponential",
    "You divide the logits by their sum: negative ones stay negative. The softmax makes everything "
    "positive first.",
)
def _(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return t / t.sum()


@next_word_distribution_exercise.misconception(
    "sigmoid",
    "You squash each logit by itself (a sigmoid). Words compete in a softmax, so that all together sum to 1.",
)
def _(E, W, prefix_ids):
    return special.expit(W @ E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "positions_for_ids",
    "You look up the rows 0, 1, 2 … of E, the positions in the prefix. The ids say which rows: "
    "E[prefix_ids].",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[np.arange(len(prefix_ids))].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "whole_matrix",
    "You compose all of E, whatever the prefix is. Look up the rows of the prefix first.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E.sum(axis=0))


@next_word_distribution_exercise.misconception(
    "scaled_by_root_d",
    "You divide the logits by √d. Attention does that, in lecture 10; this model does not.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].sum(axis=0) / np.sqrt(E.shape[1]))


@next_word_distribution_exercise.misconception(
    "empty_prefix_gives_zeros",
    "With words it is right, but your empty prefix gives zeros, which are no distribution. With x = 0 all "
    "logits are 0, and the softmax gives every word 1/V without any special case.",
)
def _(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        return np.zeros(len(W))
    return functional.softmax(W @ E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "squashed",
    "You put the composed vector through a tanh. This model projects the plain sum.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ np.tanh(E[prefix_ids].sum(axis=0)))


@next_word_distribution_exercise.misconception(
    "maximum_for_sum",
    "You compose by taking the largest value of each dimension. This model adds.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].max(axis=0))


@next_word_distribution_exercise.misconception(
    "product_for_sum",
    "You compose by multiplying the embeddings. This model adds.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].prod(axis=0))


@next_word_distribution_exercise.misconception(
    "composition_only",
    "You stop at the composed vector, d numbers. Two steps are missing: project it with W, then the softmax.",
)
def _(E, W, prefix_ids):
    return E[prefix_ids].sum(axis=0)


@next_word_distribution_exercise.misconception(
    "best_probability",
    "You return only the highest probability. The whole distribution is wanted, one number for each word.",
)
def _(E, W, prefix_ids):
    return float(functional.softmax(W @ E[prefix_ids].sum(axis=0)).max())


@next_word_distribution_exercise.misconception(
    "unit_embeddings",
    "You scale the embeddings to length 1 first. This model adds them as they are.",
)
def _(E, W, prefix_ids):
    E = E / np.linalg.norm(E, axis=1, keepdims=True)
    return functional.softmax(W @ E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "swapped_logits_returned",
    "E and W are swapped (the prefix is looked up in E, and W scores what may come next), and the softmax is still "
    "to come: these are scores that do not sum to 1.",
)
def _(E, W, prefix_ids):
    return E @ W[prefix_ids].sum(axis=0)


@next_word_distribution_exercise.misconception(
    "softmax_before_projection_too",
    "You take a softmax before W as well. The composed vector goes into W as it is; the softmax is taken once, of "
    "the V logits.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ functional.softmax(E[prefix_ids].sum(axis=0)))


_E_AND_MEAN = (
    "You score with E again, and compose with the mean. Here W scores what may come next, and the embeddings of the "
    "prefix are added."
)


@next_word_distribution_exercise.misconception("E_for_W_and_mean", _E_AND_MEAN)
def _(E, W, prefix_ids):
    return functional.softmax(E @ (E[prefix_ids].sum(axis=0) / max(len(prefix_ids), 1)))


@next_word_distribution_exercise.misconception("E_for_W_and_mean_empty_fails", _E_AND_MEAN)
def _(E, W, prefix_ids):
    return functional.softmax(E @ E[prefix_ids].mean(axis=0))


_COSINE = (
    "You score with the cosine of x and each row of W, never beyond ±1, so that the model can never be sure. A logit "
    "is the plain dot product."
)


def _cosine_scores(W, x, safe):
    length = np.linalg.norm(x) * np.linalg.norm(W, axis=1)
    return W @ x / (np.where(length == 0, 1.0, length) if safe else length)


@next_word_distribution_exercise.misconception("cosine_for_dot_product", _COSINE)
def _(E, W, prefix_ids):
    return functional.softmax(_cosine_scores(W, E[prefix_ids].sum(axis=0), safe=True))


@next_word_distribution_exercise.misconception("cosine_and_empty_fails", _COSINE)
def _(E, W, prefix_ids):
    return functional.softmax(_cosine_scores(W, E[prefix_ids].sum(axis=0), safe=False))


@next_word_distribution_exercise.misconception(
    "divided_by_the_maximum",
    "You DIVIDE the logits by their maximum; subtract it. Only a shift leaves softmax as it was, and for the empty "
    "prefix the maximum is 0. Your `softmax` does it right.",
)
def _(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return functional.softmax(t / t.max())


@next_word_distribution_exercise.misconception(
    "divided_by_the_maximum_no_softmax",
    "You divide the logits by the largest, so that the best word gets 1. Probabilities are ≥ 0 and sum to 1: take "
    "the softmax.",
)
def _(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return t / t.max()


@next_word_distribution_exercise.misconception(
    "reshaped_for_transposed",
    "You reshape W to (d, V) for transposing it. Reshaping keeps the numbers in reading order and so mixes the rows "
    "of W. Transposing swaps rows and columns; your `logits` does it right.",
)
def _(E, W, prefix_ids):
    return functional.softmax(E[prefix_ids].sum(axis=0) @ W.reshape(W.shape[1], W.shape[0]))


_EXPONENTIALS_ADDED = (
    "You add up e^(W·c) of the single words, so each word of the prefix decides for itself. The vectors are added "
    "FIRST; the exponential of a sum is a product of exponentials, not their sum."
)


@next_word_distribution_exercise.misconception("exponentials_added", _EXPONENTIALS_ADDED)
def _(E, W, prefix_ids):
    e = np.exp(E[prefix_ids] @ W.T).sum(axis=0)
    return e / e.sum()


@next_word_distribution_exercise.misconception("exponentials_added_or_empty", _EXPONENTIALS_ADDED)
def _(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        return np.full(len(W), 1 / len(W))
    e = np.exp(E[prefix_ids] @ W.T).sum(axis=0)
    return e / e.sum()


@next_word_distribution_exercise.misconception(
    "distributions_added_and_normalised",
    "You add one distribution per word and divide by the sum, which averages them. The vectors are added FIRST, "
    "before W and softmax; then there is one distribution.",
)
def _(E, W, prefix_ids):
    p = functional.softmax(E[prefix_ids] @ W.T).sum(axis=0)
    return p / (p.sum() or 1.0)


@next_word_distribution_exercise.misconception(
    "empty_prefix_refused",
    "With words it is right, but you refuse the empty prefix. It is allowed: the sum of no vectors is d zeros, all "
    "logits are 0, and every word gets 1/V without any special case.",
)
def _(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        raise ValueError("empty prefix")
    return functional.softmax(W @ E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "empty_prefix_is_none",
    "With words it is right, but your empty prefix gives None. With x = 0 all logits are 0, and the softmax gives "
    "every word 1/V without any special case.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids].sum(axis=0)) if len(prefix_ids) else None


@next_word_distribution_exercise.misconception(
    "word_zero_skipped",
    "You skip the word with id 0 in the prefix: `if i:` is false for 0. Id 0 is a word like any other; it has the "
    "first row of E.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ E[prefix_ids[prefix_ids != 0]].sum(axis=0))


@next_word_distribution_exercise.misconception(
    "word_zero_added",
    "You add the embedding of word 0 to every prefix. Nothing is added: who wants `<s>` in front puts its id into "
    "prefix_ids.",
)
def _(E, W, prefix_ids):
    return functional.softmax(W @ (E[0] + E[prefix_ids].sum(axis=0)))


@next_word_distribution_exercise.misconception(
    "log_of_the_sum_overflows",
    "e^(t − log Σe^t) is the same in mathematics, but Σe^t overflows at 1000. Use your stable `softmax`.",
)
def _(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return np.exp(t - np.log(np.exp(t).sum()))


@next_word_distribution_exercise.misconception(
    "sigmoid_normalised",
    "You squash each logit by itself (a sigmoid) and normalise after. The softmax uses e^t, so that a difference of "
    "logits becomes a ratio of probabilities.",
)
def _(E, W, prefix_ids):
    p = special.expit(W @ E[prefix_ids].sum(axis=0))
    return p / p.sum()


@next_word_distribution_exercise.right
def _(E, W, prefix_ids):
    return special.softmax(W @ E[prefix_ids].sum(axis=0))


@next_word_distribution_exercise.right
def _(E, W, prefix_ids):
    x = functional.one_hot(prefix_ids, len(E)).sum(axis=0) @ E
    t = np.einsum("vd,d->v", W, x)
    return np.exp(t - special.logsumexp(t))


@next_word_distribution_exercise.right
def _(E, W, prefix_ids):
    t = np.zeros(len(W))
    for i in prefix_ids:  # W·(c₁ + c₂ + …) = W·c₁ + W·c₂ + …: adding logits is adding vectors
        t += W @ E[i]
    e = np.exp(t - t.max())
    return e / e.sum()


@next_word_distribution_exercise.right
def _(E, W, prefix_ids):
    x = E[prefix_ids].astype(np.float32).sum(axis=0)
    return functional.softmax(x @ W.astype(np.float32).T).tolist()


# --- softmax_with_temperature ----------------------------------------------------------------------

softmax_with_temperature_exercise = Exercise(
    functional.softmax_with_temperature,
    lecture=LECTURE,
    checks="temperatures from 0.00001 to 100, ints too, 1, 2 and 3 axes, ±1000, −inf, ValueError for 0 and below",
    explanation=(
        "The temperature divides the LOGITS, before the softmax: it scales their differences, and "
        "differences are all that softmax sees. As τ falls to 0 the best word takes everything, as τ grows "
        "all words become equal; τ = 0 itself is a division by zero and a negative τ turns the order round, "
        "so both are refused."
    ),
    atol=0.0,  # a probability that is 0 must be 0, and a tiny one must not be cut off
    hints=[
        "First the refusal: which exception does the docstring name, and for which temperatures?",
        "Temperature acts on the logits, before the softmax. A HIGH temperature should make their "
        "differences SMALL.",
        "Raise ValueError if temperature <= 0; otherwise it is the softmax of t / temperature.",
    ],
)

softmax_with_temperature_exercise.case(np.array([0.0, 1.0, 3.0]), 2.0)
softmax_with_temperature_exercise.case(np.array([0.0, 1.0, 3.0]), 0.5)
softmax_with_temperature_exercise.case(np.array([0.0, 1.0, 3.0]), 1.0)
softmax_with_temperature_exercise.case(np.array([0.0, 1.0, 3.0]), 0.0)
softmax_with_temperature_exercise.case(np.array([0.0, 1.0, 3.0]), -2.0)
softmax_with_temperature_exercise.case(np.array([0.0, 1.0, 3.0]), temperature=2)
softmax_with_temperature_exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]]), 1.5)
softmax_with_temperature_exercise.case(np.array([2.0, 2.1, 1.9]), 0.05)
softmax_with_temperature_exercise.case(np.array([0.0, -np.inf, 1.0]), 2.0)
softmax_with_temperature_exercise.case(np.array([-3.0, -1.0, -2.0, -7.0]), 100.0)
softmax_with_temperature_exercise.case(np.array([0.0, -1000.0, -500.0]), 100.0)
softmax_with_temperature_exercise.case(np.array([1000.0, 999.5, -1000.0]), 0.25)
softmax_with_temperature_exercise.case(np.array([[1000.0, 999.5, 999.0], [-1000.0, -1002.0, -1001.0]]), 1.25)
softmax_with_temperature_exercise.case(np.array([0.0, 1e-5, 3e-5]), 1e-5)
softmax_with_temperature_exercise.case(
    np.round(np.random.default_rng(37).normal(size=(2, 4, 5)), 1) * 3, temperature=3.0
)


def _refuse(temperature):
    if temperature <= 0:
        raise ValueError("temperature must be > 0")


@softmax_with_temperature_exercise.misconception(
    "multiplied",
    "You MULTIPLY the logits by the temperature (or raise the probabilities to the power τ, which is the "
    "same), and a high temperature makes the distribution sharp. High means flat: divide.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t * temperature)


@softmax_with_temperature_exercise.misconception(
    "after_the_softmax",
    "You divide the PROBABILITIES by the temperature: then they sum to 1/τ. It belongs to the logits, "
    "before the softmax.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t) / temperature


@softmax_with_temperature_exercise.misconception(
    "power_not_renormalised",
    "You raise the probabilities to the power 1/τ, and the row no longer sums to "
    "1: divide by the sum again, or better, put τ into the logits.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t) ** (1 / temperature)


@softmax_with_temperature_exercise.misconception(
    "ignored",
    "Your temperature has no effect. Whatever shifts all the logits of a row, or scales all its "
    "probabilities before they are normalised, is undone by the normalising: τ must divide the logits "
    "themselves, (t − max) / τ, not t − max / τ.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t)


@softmax_with_temperature_exercise.misconception(
    "nothing_refused",
    "A temperature of 0 or below goes through: 0 divides by zero, and a negative one makes the WORST word "
    "the likeliest. Raise ValueError for both.",
)
def _(t, temperature):
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "zero_goes_through",
    "You refuse negative temperatures but let 0 through, and t / 0 is inf or nan. The docstring says 0 or "
    "below.",
)
def _(t, temperature):
    if temperature < 0:
        raise ValueError
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "negative_goes_through",
    "You refuse 0 but let negative temperatures through, and they turn the order round: the worst word "
    "becomes the likeliest.",
)
def _(t, temperature):
    if temperature == 0:
        raise ValueError
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "zero_as_argmax",
    "You answer a temperature of 0 with the limit, all probability on the best word. A sensible idea, but "
    "the docstring wants ValueError for 0 and below.",
)
def _(t, temperature):
    if temperature < 0:
        raise ValueError
    if temperature == 0:
        return (t == t.max(axis=-1, keepdims=True)).astype(float)
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "assertion_for_value_error",
    "You refuse with an `assert`, which raises AssertionError and vanishes under `python -O`. A bad "
    "argument is a ValueError.",
)
def _(t, temperature):
    assert temperature > 0
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "error_returned",
    "You RETURN the ValueError (or print a message and go on). Use `raise`, so that nobody can take it for "
    "a distribution.",
)
def _(t, temperature):
    if temperature <= 0:
        return ValueError("temperature must be > 0")
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "nothing_returned",
    "For a bad temperature you return None, and the mistake turns up much later somewhere else. Raise "
    "ValueError here.",
)
def _(t, temperature):
    if temperature <= 0:
        return None
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "unscaled_for_bad_temperature",
    "For a temperature of 0 or below you quietly use another one. The caller made a mistake and should hear "
    "of it: raise ValueError.",
)
def _(t, temperature):
    return functional.softmax(t / temperature if temperature > 0 else t)


@softmax_with_temperature_exercise.misconception(
    "clamped",
    "For a temperature of 0 or below you quietly use a tiny one (or answer with its limit, all on the best "
    "word). The caller made a mistake and should hear of it: raise ValueError.",
)
def _(t, temperature):
    return functional.softmax(t / max(temperature, 1e-8))


@softmax_with_temperature_exercise.misconception(
    "low_refused",
    "You refuse temperatures below 1 as well. Everything above 0 is allowed: below 1 sharpens the "
    "distribution.",
)
def _(t, temperature):
    if temperature < 1:
        raise ValueError
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "high_refused",
    "You refuse temperatures above 1. Everything above 0 is allowed: above 1 flattens the distribution.",
)
def _(t, temperature):
    if temperature <= 0 or temperature > 1:
        raise ValueError
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "denominator_without_temperature",
    "The temperature stands above the fraction line but not below it: e^(t/τ) over the sum of e^t. Both "
    "need it, or the row does not sum to 1.",
)
def _(t, temperature):
    _refuse(temperature)
    return np.exp(t / temperature) / np.exp(t).sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "denominator_without_temperature_shifted",
    "The temperature stands above the fraction line but not below it. Both need it, or the row does not sum "
    "to 1.",
)
def _(t, temperature):
    _refuse(temperature)
    shifted = t - t.max(axis=-1, keepdims=True)
    return np.exp(shifted / temperature) / np.exp(shifted).sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "maximum_before_dividing",
    "You subtract max(t) from t/τ. The maximum must belong to the divided logits, max(t)/τ; otherwise the "
    "exponents run far from 0, and large logits give 0/0 or inf/inf.",
)
def _(t, temperature):
    _refuse(temperature)
    exponentials = np.exp(t / temperature - t.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "overflow",
    "Right for small logits, but e^4000 is inf, and inf/inf is nan. Use your stable `softmax` on t / τ.",
)
def _(t, temperature):
    _refuse(temperature)
    exponentials = np.exp(t / temperature)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "whole_array_sum",
    "You divide by the sum of the WHOLE array: in a batch each row must sum to 1 by itself.",
)
def _(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max()) / temperature)
    return e / e.sum()


@softmax_with_temperature_exercise.misconception(
    "whole_array_sum_and_overflow",
    "You divide by the sum of the WHOLE array: in a batch each row must sum to 1 by itself. And e^4000 "
    "overflows: your own `softmax` handles both.",
)
def _(t, temperature):
    _refuse(temperature)
    e = np.exp(t / temperature)
    return e / e.sum()


@softmax_with_temperature_exercise.misconception(
    "wrong_axis",
    "You normalise along axis 0, so that the columns sum to 1. The words stand along the LAST axis.",
)
def _(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max(axis=0)) / temperature)
    return e / e.sum(axis=0)


@softmax_with_temperature_exercise.misconception(
    "temperature_squared",
    "You divide by τ twice, or by its square. Dividing the logits by τ once is enough.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t / temperature**2)


@softmax_with_temperature_exercise.misconception(
    "root_of_temperature",
    "You divide the logits by √τ. They are divided by τ itself.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t / np.sqrt(temperature))


@softmax_with_temperature_exercise.misconception(
    "whole_number_division",
    "You use `//`, which cuts off what stands behind the point. Divide with `/`.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t // temperature)


@softmax_with_temperature_exercise.misconception(
    "logits_returned",
    "You return the divided logits. The softmax is still to come.",
)
def _(t, temperature):
    _refuse(temperature)
    return t / temperature


@softmax_with_temperature_exercise.misconception(
    "softmax_of_probabilities",
    "You divide the probabilities and take a softmax of THEM: they all lie between 0 and 1, so the result "
    "is nearly flat. Divide the logits; one softmax.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(functional.softmax(t) / temperature)


@softmax_with_temperature_exercise.misconception(
    "in_place",
    "Your probabilities are right, but `t /= …` writes into `t`: whoever called you finds other logits "
    "afterwards. Make a new array.",
)
def _(t, temperature):
    _refuse(temperature)
    t /= temperature
    return functional.softmax(t)


@softmax_with_temperature_exercise.misconception(
    "sign",
    "Your exponents have the wrong sign: the word with the LOWEST logit becomes the likeliest.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(-t / temperature)


@softmax_with_temperature_exercise.misconception(
    "power_T_not_renormalised",
    "You raise the probabilities to the power τ: the row no longer sums to 1, and a high temperature "
    "makes it sharp. τ must divide the logits, before the softmax.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t) ** temperature


@softmax_with_temperature_exercise.misconception(
    "whole_array_maximum",
    "You subtract the maximum of the whole array. A row far below it then underflows to 0/0, which is "
    "nan: each row needs its own maximum, as in your `softmax`.",
)
def _(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max()) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "keepdims_missing",
    "For a batch the shapes do not fit: a maximum or a sum along the last axis has one axis less, (B,) "
    "beside (B, V). Keep that axis, or use your `softmax`.",
)
def _(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max(axis=-1)) / temperature)
    return e / e.sum(axis=-1)


@softmax_with_temperature_exercise.misconception(
    "condition_reversed",
    "Your condition is the wrong way round: it refuses the good temperatures and lets 0 and below through.",
)
def _(t, temperature):
    if temperature > 0:
        raise ValueError
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "temperature_cut_to_whole_number",
    "You make the temperature a whole number: 1.5 becomes 1, and 0.5 becomes 0.",
)
def _(t, temperature):
    _refuse(temperature)
    return functional.softmax(t / np.float64(int(temperature)))


@softmax_with_temperature_exercise.misconception(
    "sign_of_temperature_ignored",
    "You take the absolute value of the temperature, so that −2 counts as 2. A negative temperature is a "
    "mistake of the caller, and so is 0: raise ValueError.",
)
def _(t, temperature):
    return functional.softmax(t / abs(temperature))


@softmax_with_temperature_exercise.misconception(
    "power_underflows",
    "p^(1/τ), normalised again, is the same in mathematics, and so is log(p)/τ. But p has underflowed to 0 by then "
    "for a logit 1000 below the best, and 0 stays 0: with τ = 100 it should get e^−10 of the best. Divide the LOGITS.",
)
def _(t, temperature):
    _refuse(temperature)
    p = functional.softmax(t) ** (1 / temperature)
    return p / p.sum(axis=-1, keepdims=True)


_NUMERATOR = (
    "The temperature stands below the fraction line but not above it: e^t over the sum of e^(t/τ). Both need it, or "
    "the row does not sum to 1."
)


@softmax_with_temperature_exercise.misconception("numerator_without_temperature", _NUMERATOR)
def _(t, temperature):
    _refuse(temperature)
    return np.exp(t) / np.exp(t / temperature).sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception("numerator_without_temperature_shifted", _NUMERATOR)
def _(t, temperature):
    _refuse(temperature)
    shifted = t - t.max(axis=-1, keepdims=True)
    return np.exp(shifted) / np.exp(shifted / temperature).sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "one_and_below_refused",
    "You refuse a temperature of 1, and those below it. Everything above 0 is allowed: 1 leaves the distribution as "
    "it is, below 1 sharpens it.",
)
def _(t, temperature):
    if temperature <= 1:
        raise ValueError
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception(
    "very_low_refused",
    "You refuse small temperatures that are allowed. Everything above 0 is: 0.05 makes a very sharp distribution.",
)
def _(t, temperature):
    if temperature < 0.1:
        raise ValueError
    return functional.softmax(t / temperature)


_WHOLE_NUMBERS = (
    "You refuse whole-number temperatures: 2 is an int, and as good as 2.0. Test the value, not the type."
)


@softmax_with_temperature_exercise.misconception("whole_numbers_refused", _WHOLE_NUMBERS)
def _(t, temperature):
    if not isinstance(temperature, float) or temperature <= 0:
        raise ValueError
    return functional.softmax(t / temperature)


@softmax_with_temperature_exercise.misconception("whole_numbers_refused_type_error", _WHOLE_NUMBERS)
def _(t, temperature):
    if not isinstance(temperature, float):
        raise TypeError
    _refuse(temperature)
    return functional.softmax(t / temperature)


_EPSILON_FOR_REFUSAL = (
    "You add a tiny number to the temperature, so that 0 divides by almost nothing and a negative one goes through. "
    "The caller made a mistake and should hear of it: raise ValueError for both."
)
_EPSILON = (
    "You add a tiny number to the temperature. What is 0 or below has been refused already, so it guards against "
    "nothing; and a very small temperature becomes another one."
)
_SMALLEST = (
    "You lift small temperatures to a least value of your own. Everything above 0 is allowed, however small: divide "
    "by the temperature that was asked for."
)


def _with_epsilon(t, temperature, value):
    return functional.softmax(t / (temperature + value))


def _refused_with_epsilon(t, temperature, value):
    _refuse(temperature)
    return functional.softmax(t / (temperature + value))


def _refused_with_smallest(t, temperature, value):
    _refuse(temperature)
    return functional.softmax(t / max(temperature, value))


for _value in (1e-3, 1e-6, 1e-8, 1e-9, 1e-12):
    softmax_with_temperature_exercise.misconception(f"epsilon_for_refusal_{_value:g}", _EPSILON_FOR_REFUSAL)(
        partial(_with_epsilon, value=_value)
    )
for _value in (1e-3, 1e-6, 1e-8):
    softmax_with_temperature_exercise.misconception(f"epsilon_added_{_value:g}", _EPSILON)(
        partial(_refused_with_epsilon, value=_value)
    )
for _value in (0.1, 0.01, 1e-3):
    softmax_with_temperature_exercise.misconception(f"smallest_temperature_{_value:g}", _SMALLEST)(
        partial(_refused_with_smallest, value=_value)
    )


@softmax_with_temperature_exercise.misconception(
    "nan_for_bad_temperature",
    "For a temperature of 0 or below you return nan, which turns up much later somewhere else. Raise ValueError here, "
    "where the mistake is made.",
)
def _(t, temperature):
    return functional.softmax(t / temperature) if temperature > 0 else np.full(t.shape, np.nan)


@softmax_with_temperature_exercise.misconception(
    "uniform_for_bad_temperature",
    "For a temperature of 0 or below you make all words equally likely. The caller made a mistake and should hear of "
    "it: raise ValueError.",
)
def _(t, temperature):
    return functional.softmax(t / temperature) if temperature > 0 else np.full(t.shape, 1 / t.shape[-1])


@softmax_with_temperature_exercise.misconception(
    "zeros_for_bad_temperature",
    "For a temperature of 0 or below you return zeros, which are no distribution. The caller made a mistake and "
    "should hear of it: raise ValueError.",
)
def _(t, temperature):
    return functional.softmax(t / temperature) if temperature > 0 else np.zeros(t.shape)


@softmax_with_temperature_exercise.misconception(
    "first_axis_loop",
    "You loop over the FIRST axis and take a softmax of what you find there: in a single vector that is one number, "
    "and its softmax is always 1. Your `softmax` does every row by itself: no loop is needed.",
)
def _(t, temperature):
    _refuse(temperature)
    return np.array([functional.softmax(value / temperature) for value in t])


@softmax_with_temperature_exercise.misconception(
    "axis_one",
    "`axis=1` is the last axis only when there are exactly two. Count from the end, axis −1; your `softmax` does.",
)
def _(t, temperature):
    _refuse(temperature)
    e = np.exp((t - t.max(axis=1, keepdims=True)) / temperature)
    return e / e.sum(axis=1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "axis_one_and_overflow",
    "`axis=1` is the last axis only when there are exactly two: count from the end, axis −1. And large logits "
    "overflow. Your `softmax` handles both.",
)
def _(t, temperature):
    _refuse(temperature)
    e = np.exp(t / temperature)
    return e / e.sum(axis=1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "temperature_as_base",
    "You use powers of τ. The temperature is no base: the powers are those of e, and τ divides the exponent, "
    "e^(t/τ).",
)
def _(t, temperature):
    _refuse(temperature)
    powers = temperature**t
    return powers / powers.sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.misconception(
    "subtracted",
    "You subtract the temperature from the logits. The same number less for all of them cancels in the softmax: τ "
    "must divide.",
)
def _(t, temperature):
    return functional.softmax(t - temperature)


@softmax_with_temperature_exercise.right
def _(t, temperature):
    if not temperature > 0:
        raise ValueError(temperature)
    return special.softmax(t / temperature, axis=-1)


@softmax_with_temperature_exercise.right
def _(t, temperature):
    if temperature <= 0:
        raise ValueError
    shifted = (t - t.max(axis=-1, keepdims=True)) / temperature
    return np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)


@softmax_with_temperature_exercise.right
def _(t, temperature):
    if temperature <= 0:
        raise ValueError
    scaled = t.astype(np.float32) / np.float32(temperature)
    return np.exp(scaled - special.logsumexp(scaled, axis=-1, keepdims=True)).tolist()


EXERCISES = (
    compose_by_addition_exercise,
    logits_exercise,
    softmax_exercise,
    next_word_distribution_exercise,
    softmax_with_temperature_exercise,
)
