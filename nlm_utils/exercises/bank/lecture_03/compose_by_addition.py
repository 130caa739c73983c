"""One vector for a prefix: its rows of E, added. Learners average, look up other rows, and forget the empty prefix."""

from functools import reduce

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, other_reduction, result, special, variants

exercise = Exercise(
    functional.compose_by_addition,
    checks="prefixes of 0 to 9 words, a word that stands there twice, word 0 alone, d = 1, E unchanged",
    explanation=(
        "`E[ids]` looks up one row for each word of the prefix, shape (n, d), so a word that stands there twice has "
        "its row twice. Summing over axis 0, the words, leaves d numbers however long the prefix is; the sum of no "
        "rows at all is d zeros, so the empty prefix needs no special case."
    ),
    hints=[
        "Look up the rows first: what shape has `E[ids]` for a prefix of n words?",
        "You have (n, d) and want (d,): sum over the axis that counts the words. NumPy's sum of zero rows is zeros.",
        "One line: the rows `E[ids]`, then `.sum(...)` over axis 0.",
    ],
)

_TINY = np.array([[1.0, 0.5], [0.0, 3.0], [-2.0, 1.5]])
_SMALL = np.array([[1.0, 0.5, -2.0], [0.0, 3.0, 1.5], [-1.0, 2.0, 0.5], [4.0, -1.5, 1.0]])

exercise.case(_TINY, np.array([2, 1]))
exercise.case(_TINY, np.array([2]))
exercise.case(_TINY, np.array([0]))
exercise.case(_TINY, np.array([0, 2, 0]))
exercise.case(_TINY, np.array([], dtype=np.int64))
exercise.case(_SMALL, np.array([3, 1, 3, 0]))
exercise.case(_SMALL, np.array([0, 3]))
exercise.case(_SMALL[:, :1], np.array([2, 0]))
exercise.case(_SMALL / 7, np.array([0, 1]))
exercise.drawn(
    lambda rng: (
        rng.normal(size=(V := rng.integers(1, 9), rng.integers(1, 6))),
        rng.integers(0, V, rng.integers(0, 7)),
    ),
    5,
)
exercise.case(np.round(np.random.default_rng(31).normal(size=(11, 4)), 1), np.array([10, 7, 0, 7, 1, 7, 9, 3, 10]))


def _zeros(E):
    return np.zeros(E.shape[1])


def _added_to(x, E, ids):
    for i in ids:
        x += E[i]
    return x


# Another operation than the sum over the words.
exercise.takes(
    other_reduction(
        lambda total: lambda E, ids: total(E[ids], 0),
        "the sum",
        mean=("mean_for_sum", "You take the mean, n times smaller than the sum, and 0/0 for the empty prefix. Add."),
        nothing=("rows_not_added", "You return the rows of the prefix, (n, d), and do not add them to d numbers."),
        everything=("everything_summed", "`.sum()` without an axis adds over words and dimensions; name the words'."),
        product=("product_for_sum", "You multiply the embeddings: another composition. Here they are added."),
        largest=("maximum_for_sum", "You take each dimension's largest (max-pooling). Here the rows are added."),
        running="running_sums",
    ),
    result(
        tanh="squashed",
        zero="sum_not_kept",
        squeezed=(
            "squeezed",
            "`squeeze` takes the axis away where d = 1: a vector of one number has shape (1,) still.",
        ),
    ),
)
exercise.mistake("mean_with_zeros", lambda E, ids: E[ids].sum(axis=0) / max(len(ids), 1)).says(
    "You divide by the number of words: that is the mean. Here two words give c₁ + c₂, not half of it."
)
exercise.mistake("concatenation", lambda E, ids: E[ids].reshape(-1)).says(
    "You join the embeddings, n·d numbers. Added, they stay d: entry 0 is the sum of all the entries 0."
)
exercise.mistake("wrong_axis", lambda E, ids: E[ids].sum(axis=1)).says(
    "You sum over the d dimensions, which leaves one number for each word. Sum over the words: d numbers are left."
)
exercise.mistake("divided_by_root_n", lambda E, ids: E[ids].sum(axis=0) / np.sqrt(max(len(ids), 1))).says(
    "You divide the sum by √n. Some models do, but here the vectors are only added."
)
exercise.mistake(
    "length_normalised", lambda E, ids: E[ids].sum(axis=0) / (np.linalg.norm(E[ids].sum(axis=0)) or 1.0)
).says("You scale the sum to length 1. The sum itself is wanted: a longer one makes the logits larger.")
exercise.mistake("weighted_by_position", lambda E, ids: np.arange(1, len(ids) + 1) @ E[ids]).says(
    "You weigh the words by their position. That keeps the order, but here every word counts the same."
)

# Other rows than those of the prefix, or not all of them.
exercise.takes(
    argument(
        "ids",
        once=(
            "repeated_once",
            "You count a repeated word once: a set does, `counts[ids] += 1` too. Every token of the prefix counts.",
        ),
        last="last_word_only",
        first="first_word_only",
        without_last="last_word_dropped",
        without_first="first_word_dropped",
        positions="positions_for_ids",
        counted_from_one=("ids_from_one", "Your rows are off by one: ids count from 0, the word with id 3 is E[3]."),
    ),
    argument(
        "E",
        whole=("whole_numbers", "Your sum is made of integers: all after the point is lost. Make the zeros floats."),
        unit=("unit_embeddings", "You scale each embedding to length 1 first. They are added as they are."),
    ),
)
exercise.mistakes(
    ids_added=lambda E, ids: E[np.sum(ids)],
    ids_added_modulo=lambda E, ids: E[np.sum(ids) % len(E)],
).says("You add the ids, then look up one row. Ids are names, not quantities: look up first, then add the vectors.")
exercise.mistakes(
    two_words_always=lambda E, ids: E[ids[0]] + E[ids[1]],
    three_words_always=lambda E, ids: E[ids[0]] + E[ids[1]] + E[ids[2]],
).says("You always add the same number of words. A prefix has any number, also one or none: add over an axis.")
exercise.mistakes(
    range_of_ids=lambda E, ids: E[min(ids) : max(ids) + 1].sum(axis=0),
    range_of_ids_or_empty=lambda E, ids: E[min(ids) : max(ids) + 1].sum(axis=0) if len(ids) else _zeros(E),
    range_from_first_to_last=lambda E, ids: E[ids[0] : ids[-1] + 1].sum(axis=0),
    up_to_the_largest_id=lambda E, ids: E[: max(ids) + 1].sum(axis=0) if len(ids) else _zeros(E),
).says("You add all the rows of a range. Ids are names: the prefix [0, 2] has the words 0 and 2, and not word 1.")
exercise.mistake("columns_for_rows", lambda E, ids: E[:, ids].sum(axis=1)).says(
    "You look up columns of E. A word is a row: E has V rows of d numbers."
)
exercise.mistake("whole_matrix", lambda E, ids: E.sum(axis=0)).says(
    "You sum all of E, whatever the prefix is. Look up the rows of the prefix first: `ids` says which."
)
exercise.mistake("ids_as_numbers", lambda E, ids: ids @ E).says(
    "You multiply the ids with E as if they were quantities. They are names of rows: look them up with E[ids]."
)
exercise.mistake("word_zero_skipped", lambda E, ids: E[ids[ids != 0]].sum(axis=0)).says(
    "You skip the word with id 0: `if i:` is false for 0. Id 0 is a word like any other, the first row of E."
)

# Another start than d zeros, and the empty prefix.
exercise.mistakes(
    empty_prefix_fails=lambda E, ids: _added_to(E[ids[0]].copy(), E, ids[1:]),
    empty_prefix_fails_in_stack=lambda E, ids: np.stack([E[i] for i in ids]).sum(axis=0),
    empty_prefix_fails_in_reduce=lambda E, ids: reduce(np.add, [E[i] for i in ids]),
).says("With words it is right, but the empty prefix stops it with an error. Start from d zeros and add every word.")
exercise.mistakes(
    embeddings_changed=lambda E, ids: _added_to(E[ids[0]] if len(ids) else _zeros(E), E, ids[1:]),
    embeddings_changed_and_empty_fails=lambda E, ids: _added_to(E[ids[0]], E, ids[1:]),
).says("`x = E[…]` is a view, not a copy, so `x += …` writes into E: an embedding is changed. Start from d zeros.")
exercise.mistake("starts_from_row_zero", lambda E, ids: E[0] + E[ids].sum(axis=0)).says(
    "You start the sum from E[0], so word 0 is added to every prefix. Start from d zeros; no word has been seen yet."
)
exercise.mistake("starts_from_row_zero_in_place", lambda E, ids: _added_to(E[0], E, ids)).says(
    "You start from E[0]: word 0 is added to every prefix, and `+=` writes the sums into E, since `x = E[0]` is a view."
)
exercise.mistake("first_counted_twice", lambda E, ids: E[ids[0]] + E[ids].sum(axis=0)).says(
    "You start from the first word and then add ALL words, so the first counts twice. Start from d zeros."
)
exercise.mistake("return_inside_the_loop", lambda E, ids: E[ids[0]] if len(ids) else None).says(
    "Your `return` stands inside the loop: it leaves after the first word, and the empty prefix gives None."
)
exercise.mistake("zeros_like_E", lambda E, ids: _added_to(np.zeros_like(E), E, ids)).says(
    "You start from (V, d) zeros, and each row of E is added to all V of them. Start from d zeros, `E.shape[1]`."
)
exercise.mistakes(
    vector_of_length_V=lambda E, ids: _added_to(np.zeros(len(E)), E, ids),
    vector_of_length_V_anew=lambda E, ids: reduce(np.add, E[ids], np.zeros(len(E))),
).says("Your zeros are V long (`E.shape[0]`, the number of types). An embedding has d entries, `E.shape[1]`.")
exercise.mistakes(
    vector_of_length_n=lambda E, ids: _added_to(np.zeros(len(ids)), E, ids),
    vector_of_length_n_anew=lambda E, ids: reduce(np.add, E[ids], np.zeros(len(ids))),
).says("Your zeros are n long (`len(ids)`, the number of words). An embedding has d entries, `E.shape[1]`.")
for _id, _sum in {"d_fixed_at": _added_to, "d_fixed_in_a_sum": lambda x, E, ids: sum((E[i] for i in ids), x)}.items():
    exercise.takes(
        variants(
            _id,
            (2, 3, 4),
            lambda d, add=_sum: lambda E, ids: add(np.zeros(d), E, ids),
            "You start from {value} zeros whatever d is. E says how many it must be: `np.zeros(E.shape[1])`.",
        )
    )
exercise.takes(
    special(
        lambda E, ids: len(ids) == 0,
        "the empty prefix",
        "The sum of no vectors is d zeros.",
        plain_zero=("empty_prefix_is_a_number", "Your empty prefix gives 0, where `sum` starts, not d zeros."),
        one=("empty_prefix_is_ones", "Your empty prefix gives ones, the empty PRODUCT; the empty sum is d zeros."),
        none="empty_prefix_is_none",
        empty="empty_prefix_is_empty",
        nan="empty_prefix_is_nan",
    )
)
exercise.mistake("empty_prefix_is_row_zero", lambda E, ids: E[ids].sum(axis=0) if len(ids) else E[0]).says(
    "Your empty prefix gives E[0], the embedding of word 0, which is not in it. The sum of no vectors is d zeros."
)
exercise.mistake("empty_prefix_is_V_zeros", lambda E, ids: E[ids].sum(axis=0) if len(ids) else np.zeros(len(E))).says(
    "Your empty prefix gives V zeros, one for each type. An embedding has d entries, `E.shape[1]`."
)

exercise.right(lambda E, ids: _added_to(_zeros(E), E, ids))
exercise.right(lambda E, ids: functional.one_hot(ids, len(E)).sum(axis=0) @ E)
exercise.right(lambda E, ids: [sum((float(E[i, j]) for i in ids), 0.0) for j in range(E.shape[1])])
exercise.right(lambda E, ids: np.bincount(ids, minlength=len(E)) @ E)
exercise.right(lambda E, ids: np.add.reduce(E[ids], axis=0))
