"""nearest_neighbours."""

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

from .common import _cosine

exercise = Exercise(
    functional.nearest_neighbours,
    checks=(
        "9 matrices, the first, a middle and the last word, k from 1 to V − 1, rows of very different length, of the "
        "same and of opposite direction, a row of zeros"
    ),
    explanation=(
        "One cosine for each row of E, then the ids in the order of falling cosine: `np.argsort` sorts upwards, hence "
        "the minus sign. The word itself is taken out by its id before the first k are kept: it has cosine 1, but so "
        "has every other row of its direction. Taking its row out of E beforehand would shift all later ids by one."
    ),
    hints=[
        "First the cosine of row `word_id` with every row of E: V numbers. You have `cosine_similarity`.",
        ("`np.argsort` returns the ids in the order of their values, smallest first. You want the largest first."),
        "With `order = np.argsort(-similarities)`: drop `word_id` from it, then keep the first k.",
    ],
)

_E_small = np.array([[1.0, 0.0], [0.6, 0.5], [4.0, 4.0], [-0.3, 0.1], [0.2, -0.05]])

_E_same_direction = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])

_E_opposite_last = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [-3.0, 0.0]])

_E_opposite_first = np.array([[-3.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])

_E_zero_row = np.array([[0.0, 0.0], [1.0, 0.2], [3.0, 1.0], [-1.0, 0.5], [0.5, -1.0]])

_E_7_by_3 = np.array(
    [
        [0.5, 0.1, 0.2],
        [-1.0, 0.4, 0.0],
        [3.0, 2.5, 0.5],
        [0.3, 0.0, 0.2],
        [-0.1, -0.6, 2.0],
        [0.05, 0.02, 0.01],
        [1.0, -2.0, 0.3],
    ]
)

_E_12_by_4 = np.round(np.random.default_rng(12).normal(size=(12, 4)) * np.linspace(0.2, 4.0, 12)[::-1, None], 2)

_E_40_by_6 = np.random.default_rng(86).normal(size=(40, 6)).round(2)

_E_700_by_5 = np.random.default_rng(113).normal(size=(700, 5)).round(2)

exercise.case(_E_small, 0, 2)
exercise.case(_E_small, 1, 1)
exercise.case(_E_small, 0, 4)
exercise.case(_E_same_direction, 0, 1)
exercise.case(_E_same_direction, 1, 1)
exercise.case(_E_opposite_last, 0, 3)
exercise.case(_E_opposite_last, 1, 3)
exercise.case(_E_opposite_first, 1, 3)
exercise.case(_E_opposite_first, 2, 3)
exercise.case(_E_zero_row, 1, 1)
exercise.case(_E_zero_row, 1, 4)
exercise.case(_E_zero_row, 3, 4)
exercise.case(_E_7_by_3, 2, 3)
exercise.case(_E_7_by_3, 6, 4)
exercise.case(_E_12_by_4, 7, 5)
exercise.case(_E_12_by_4, 11, 1)
exercise.case(_E_40_by_6, 17, 9)
exercise.case(_E_40_by_6, 0, 39)
exercise.case(_E_700_by_5, 400, 300)


def _similarities(E, word_id):
    lengths = np.linalg.norm(E, axis=1) * np.linalg.norm(E[word_id])
    return E @ E[word_id] / np.where(lengths == 0, 1.0, lengths)


def _without(order, word_id):
    return order[order != word_id]


exercise.mistake("word_itself_included", lambda E, word_id, k: np.argsort(-_similarities(E, word_id))[:k]).says(
    "Your first neighbour is the word itself: its cosine with itself is 1, which nothing beats. Leave it out, then "
    "take k."
)
exercise.mistake("ascending", lambda E, word_id, k: _without(np.argsort(_similarities(E, word_id)), word_id)[:k]).says(
    "You return the LEAST similar words first: `np.argsort` sorts upwards."
)
exercise.mistake(
    "ascending_first_dropped", lambda E, word_id, k: np.argsort(_similarities(E, word_id))[1 : k + 1]
).says(
    "You return the least similar words, and the very first of them you drop: `np.argsort` sorts upwards, so the word "
    "itself is at the END of the order."
)
exercise.mistake("dot_product", lambda E, word_id, k: _without(np.argsort(-(E @ E[word_id])), word_id)[:k]).says(
    "You rank by the dot product, so long vectors win whatever their direction. Divide by the length of every row "
    "too: that is the cosine."
)
exercise.mistake("dot_product_itself_included", lambda E, word_id, k: np.argsort(-(E @ E[word_id]))[:k]).says(
    "You rank by the dot product and leave the word itself in. Divide by the length of every row, and drop `word_id`."
)
exercise.mistake("dot_product_first_dropped", lambda E, word_id, k: np.argsort(-(E @ E[word_id]))[1 : k + 1]).says(
    "You rank by the dot product. Then long vectors win, and the first in the order need not even be the word itself. "
    "Rank by the cosine."
)
exercise.mistake(
    "squared_lengths", lambda E, word_id, k: _without(np.argsort(-(E @ E[word_id]) / (E**2).sum(axis=1)), word_id)[:k]
).says("You divide by the squared length of each row, so short vectors win. Divide by the length itself, the root.")
exercise.mistake(
    "euclidean_distance",
    lambda E, word_id, k: _without(np.argsort(np.linalg.norm(E - E[word_id], axis=1)), word_id)[:k],
).says(
    "You rank by the distance between the points, so words with short vectors flock together. By cosine only the "
    "direction counts."
)
exercise.mistake(
    "absolute_value", lambda E, word_id, k: _without(np.argsort(-np.abs(_similarities(E, word_id))), word_id)[:k]
).says(
    "You rank by the size of the cosine without its sign. A cosine of −1 means the opposite direction, as far away as "
    "can be."
)


@exercise.mistake("similarities_returned").says(
    "You return the cosines. Asked for are the ids of the words that have them: `np.argsort` gives ids, `np.sort` "
    "values."
)
def similarities_returned(E, word_id, k):
    similarities = _similarities(E, word_id)
    return similarities[_without(np.argsort(-similarities), word_id)[:k]]


exercise.mistake(
    "similarities_returned_with_itself", lambda E, word_id, k: np.sort(_similarities(E, word_id))[::-1][:k]
).says(
    "You return the largest cosines, the word's own 1 included. Asked for are the ids of the words that have them, "
    "without the word itself."
)


@exercise.mistake("pairs_returned").says("You return pairs of id and cosine. Only the ids are asked for, shape (k,).")
def pairs_returned(E, word_id, k):
    similarities = _similarities(E, word_id)
    return [(int(i), float(similarities[i])) for i in _without(np.argsort(-similarities), word_id)[:k]]


exercise.mistake(
    "vectors_returned", lambda E, word_id, k: E[_without(np.argsort(-_similarities(E, word_id)), word_id)[:k]]
).says("You return the neighbours' vectors. Their ids are asked for, shape (k,).")
exercise.mistake("one_too_few", lambda E, word_id, k: np.argsort(-_similarities(E, word_id))[1:k]).says(
    "You return k − 1 neighbours: you keep k words and drop the word itself afterwards. Drop it first."
)
exercise.mistake("one_too_many", lambda E, word_id, k: np.argsort(-_similarities(E, word_id))[: k + 1]).says(
    "You return k + 1 words, the word itself among them. Without it there are k."
)
exercise.mistake("all_returned", lambda E, word_id, k: _without(np.argsort(-_similarities(E, word_id)), word_id)).says(
    "You return all the other words. Only the k most similar are asked for."
)
exercise.mistake("all_returned_with_itself", lambda E, word_id, k: np.argsort(-_similarities(E, word_id))).says(
    "You return the whole order, the word itself in front. Only the k most similar others are asked for."
)
exercise.mistake(
    "reversed_inside", lambda E, word_id, k: _without(np.argsort(-_similarities(E, word_id)), word_id)[:k][::-1]
).says("You have the right words in reverse: the MOST similar comes first.")
exercise.mistake(
    "sorted_by_id", lambda E, word_id, k: np.sort(_without(np.argsort(-_similarities(E, word_id)), word_id)[:k])
).says("You have the right words, but in the order of their ids. The most similar comes first.")
exercise.mistake(
    "ids_shifted", lambda E, word_id, k: np.argsort(-np.delete(_similarities(E, word_id), word_id))[:k]
).says("You took the word's own row out of E before you numbered the rest, so every id after it is one too small.")
exercise.mistake(
    "only_the_best", lambda E, word_id, k: int(_without(np.argsort(-_similarities(E, word_id)), word_id)[0])
).says("You return the single best word as a number. k ids are asked for, in an array of shape (k,), also for k = 1.")
exercise.mistake(
    "ranks_returned", lambda E, word_id, k: np.argsort(_without(np.argsort(-_similarities(E, word_id)), word_id))[:k]
).says(
    "You return ranks: the place that each word takes in the order. Asked for are the words at the first k places; "
    "one `np.argsort` does it."
)
exercise.mistake("columns", lambda E, word_id, k: _without(np.argsort(-_similarities(E.T, word_id)), word_id)[:k]).says(
    "You compare columns of E. A word's vector is its ROW."
)


@exercise.mistake("last_id_dropped").says(
    "You drop the word with the largest id, or never look at it. Every row of E except the word's own is a candidate."
)
def last_id_dropped(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)
    return order[order != len(E) - 1][:k]


@exercise.mistake("id_zero_dropped").says(
    "You drop the word with id 0. It is a word like any other; the one to leave out is `word_id`."
)
def id_zero_dropped(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)
    return order[order != 0][:k]


@exercise.mistake("in_place").says(
    "The ids are right, but you scaled the rows of E in place (`E /= …`), so the caller's matrix has changed. Work on "
    "a new one."
)
def in_place(E, word_id, k):
    lengths = np.linalg.norm(E, axis=1, keepdims=True)
    E /= np.where(lengths == 0, 1.0, lengths)
    return _without(np.argsort(-(E @ E[word_id])), word_id)[:k]


@exercise.mistake("own_row_overwritten").says(
    "The ids are right, but you wrote into E to keep the word itself out, so the caller's matrix has changed. Change "
    "the cosines instead."
)
def own_row_overwritten(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)[:k]
    E[word_id] = 0.0
    return order


@exercise.mistake("partition_not_sorted").says(
    "These are the right words, but `np.argpartition` leaves them unsorted. The most similar comes first: sort those "
    "k by their cosine."
)
def partition_not_sorted(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -np.inf
    return np.argpartition(-similarities, k - 1)[:k]


@exercise.mistake("partition_from_the_end").says(
    "These are the right words, but `np.argpartition` leaves them unsorted. The most similar comes first: sort those "
    "k by their cosine."
)
def partition_from_the_end(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -np.inf
    return np.argpartition(similarities, -k)[-k:]


exercise.mistake(
    "best_neighbour_skipped", lambda E, word_id, k: _without(np.argsort(-_similarities(E, word_id)), word_id)[1 : k + 1]
).says("You skip one word too many: the best neighbour is missing. Only `word_id` itself is left out.")
exercise.mistake("ascending_with_itself", lambda E, word_id, k: np.argsort(_similarities(E, word_id))[-k:]).says(
    "You take the k last of the order, which runs upwards: the word itself is among them, and the most similar comes "
    "last instead of first."
)


@exercise.mistake("itself_set_to_zero").says(
    "You keep the word itself out by setting its cosine to 0. That is not the smallest one: words with a negative "
    "cosine now come after it."
)
def itself_set_to_zero(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = 0.0
    return np.argsort(-similarities)[:k]


@exercise.mistake("columns_normalised").says(
    "You divide the columns of E by their lengths. A word's vector is a ROW: divide each row by its own length "
    "(axis=1)."
)
def columns_normalised(E, word_id, k):
    unit = E / np.linalg.norm(E, axis=0)
    return _without(np.argsort(-(unit @ unit[word_id])), word_id)[:k]


exercise.mistake(
    "centred",
    lambda E, word_id, k: _without(np.argsort(-_similarities(E - E.mean(axis=1, keepdims=True), word_id)), word_id)[:k],
).says("You subtract the mean of each vector first: that is the correlation. The cosine takes the rows as they are.")
exercise.mistake(
    "mean_word_removed",
    lambda E, word_id, k: _without(np.argsort(-_similarities(E - E.mean(axis=0), word_id)), word_id)[:k],
).says("You subtract the average vector of all words first. The cosine takes the rows as they are.")


@exercise.mistake("another_word_asked").says(
    "You delete the word's row and then use `word_id` on what is left: that is another word's row. Compute the "
    "cosines first, then drop the word itself."
)
def another_word_asked(E, word_id, k):
    rest = np.delete(E, word_id, axis=0)
    return np.argsort(-np.array([_cosine(rest[word_id], row) for row in rest]))[:k]


exercise.mistake(
    "absolute_distance", lambda E, word_id, k: _without(np.argsort(np.abs(E - E[word_id]).sum(axis=1)), word_id)[:k]
).says("You rank by the sum of absolute differences. By cosine only the direction of a row counts, not its length.")


def _unguarded(E, word_id):
    """Cosines in which a row of zeros has nan, 0 divided by 0."""
    with np.errstate(all="ignore"):
        return E @ E[word_id] / (np.linalg.norm(E, axis=1) * np.linalg.norm(E[word_id]))


exercise.mistake(
    "zero_row_first", lambda E, word_id, k: _without(np.argsort(_unguarded(E, word_id))[::-1], word_id)[:k]
).says(
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and nan is sorted like the largest "
    "number: the word without a vector comes out on top. Its cosine is 0."
)
exercise.mistake(
    "zero_row_first_and_first_dropped", lambda E, word_id, k: np.argsort(_unguarded(E, word_id))[::-1][1 : k + 1]
).says(
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and nan is sorted like the largest "
    "number. Its cosine is 0. And the word itself need not be the first of the order: leave it out by its id."
)
exercise.mistake(
    "zero_row_last", lambda E, word_id, k: _without(np.argsort(-_unguarded(E, word_id)), word_id)[:k]
).says(
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and `np.argsort` puts nan at the very "
    "end. Its cosine is 0: that is before every negative one."
)
exercise.mistake(
    "zero_row_last_and_first_dropped", lambda E, word_id, k: np.argsort(-_unguarded(E, word_id))[1 : k + 1]
).says(
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and nan is sorted to the end. Its cosine "
    "is 0. And the word itself need not be the first of the order: leave it out by its id."
)
exercise.mistake(
    "zero_row_first_and_itself_included", lambda E, word_id, k: np.argsort(_unguarded(E, word_id))[::-1][:k]
).says(
    "You keep the word itself, and a row of zeros comes out on top: its cosine is 0 / 0 = nan in your code, and nan "
    "is sorted like the largest number. Leave the word out, and give a row of zeros the cosine 0."
)


@exercise.mistake("zero_row_dropped").says(
    "You leave out the rows of zeros. They are words, too: their cosine is 0, which is more than a negative one."
)
def zero_row_dropped(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)
    return order[np.any(E[order] != 0, axis=1)][:k]


exercise.mistake(
    "first_of_the_order_dropped", lambda E, word_id, k: np.argsort(-_similarities(E, word_id))[1 : k + 1]
).says(
    "You drop whatever comes FIRST, in the belief that it is the word itself. Another word may have the cosine 1, "
    "too, and then comes before it: leave out `word_id` by its id."
)
exercise.mistake(
    "last_of_the_order_dropped", lambda E, word_id, k: np.argsort(_similarities(E, word_id))[-k - 1 : -1][::-1]
).says(
    "You drop whatever comes LAST in the rising order, in the belief that it is the word itself. Another word may "
    "have the cosine 1, too: leave out `word_id` by its id."
)


@exercise.mistake("all_with_the_largest_cosine_dropped").says(
    "You drop every word whose cosine is the largest. A word that points exactly the same way has it, too, and is the "
    "very best neighbour: leave out `word_id` by its id."
)
def all_with_the_largest_cosine_dropped(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[similarities == similarities.max()] = -2.0
    return np.argsort(-similarities)[:k]


@exercise.mistake("all_with_cosine_one_dropped").says(
    "You drop every word whose cosine is 1. A word that points exactly the same way has it, too, and is the very best "
    "neighbour: leave out `word_id` by its id."
)
def all_with_cosine_one_dropped(E, word_id, k):
    similarities = _similarities(E, word_id)
    order = np.argsort(-similarities)
    return order[~np.isclose(similarities[order], 1.0, atol=1e-12)][:k]


@exercise.mistake("looked_up_by_value").says(
    "You look the ids up by their cosines. Two words with the same cosine then get ONE id between them: sort ids, or "
    "pairs of cosine and id."
)
def looked_up_by_value(E, word_id, k):
    similarities = _similarities(E, word_id).tolist()
    best = sorted((s for i, s in enumerate(similarities) if i != word_id), reverse=True)
    return np.array([similarities.index(s) for s in best[:k]])


@exercise.mistake("dict_by_value").says(
    "You use the cosine as the key of a dict. Two words with the same cosine then share one entry, and one of them is "
    "lost: use the id as the key."
)
def dict_by_value(E, word_id, k):
    id_of = {s: i for i, s in enumerate(_similarities(E, word_id))}
    return _without(np.array([id_of[s] for s in sorted(id_of, reverse=True)]), word_id)[:k]


@exercise.mistake("itself_set_to_minus_one").says(
    "You keep the word itself out by setting its cosine to −1. A word that points exactly the other way has that, "
    "too, and then the word itself may come before it. Take −inf, or leave it out by its id."
)
def itself_set_to_minus_one(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -1.0
    return np.argsort(-similarities)[:k]


@exercise.mistake("itself_set_to_minus_one_reversed").says(
    "You keep the word itself out by setting its cosine to −1. A word that points exactly the other way has that, "
    "too, and then the word itself may come before it. Take −inf, or leave it out by its id."
)
def itself_set_to_minus_one_reversed(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -1.0
    return np.argsort(similarities)[::-1][:k]


exercise.mistake(
    "dropped_by_place", lambda E, word_id, k: np.delete(np.argsort(-_similarities(E, word_id)), word_id)[:k]
).says(
    "You delete the entry at PLACE `word_id` of the order. There stands another word: the word itself stands wherever "
    "its cosine puts it, near the front. Drop the entry whose VALUE is `word_id`."
)
exercise.mistake(
    "dropped_by_place_ascending", lambda E, word_id, k: np.delete(np.argsort(_similarities(E, word_id)), word_id)[:k]
).says(
    "`np.argsort` sorts upwards, so the LEAST similar come first, and you delete the entry at PLACE `word_id` of that "
    "order. Drop the entry whose VALUE is `word_id`."
)
exercise.mistake(
    "one_too_few_of_the_others",
    lambda E, word_id, k: _without(np.argsort(-_similarities(E, word_id)), word_id)[: k - 1],
).says("You return k − 1 neighbours. The word itself is already left out of the order, so keep k of the rest.")
exercise.mistake(
    "whole_numbers", lambda E, word_id, k: _without(np.argsort(-_similarities(E, word_id).astype(int)), word_id)[:k]
).says(
    "You keep the cosines in an array of whole numbers, which cuts them down to −1, 0 and 1. Then the order among the "
    "zeros is an accident: use floats."
)
exercise.mistake("first_ids", lambda E, word_id, k: _without(np.arange(len(E)), word_id)[:k]).says(
    "You return the first k ids, whatever their rows are. Order the words by their cosine with row `word_id`."
)
exercise.mistake("first_ids_with_itself", lambda E, word_id, k: np.arange(k)).says(
    "You return the ids 0 to k − 1, whatever their rows are. Order the words by their cosine with row `word_id`."
)
exercise.mistake("smallest_values", lambda E, word_id, k: np.sort(_similarities(E, word_id))[:k]).says(
    "You return the smallest cosines. Asked for are IDS, and those of the largest cosines."
)
exercise.mistake("values_of_the_others", lambda E, word_id, k: np.delete(_similarities(E, word_id), word_id)[:k]).says(
    "You return the cosines of the other words, in the order of their ids. Asked for are the ids of the k largest."
)


@exercise.mistake("cosine_with_the_id").says(
    "You compare each row with `word_id`, a whole number. Compare it with the word's VECTOR, `E[word_id]`."
)
def cosine_with_the_id(E, word_id, k):
    similarities = np.array([_cosine(word_id, row) for row in E])
    return _without(np.argsort(-similarities), word_id)[:k]


exercise.mistake(
    "best_one_repeated", lambda E, word_id, k: np.full(k, _without(np.argsort(-_similarities(E, word_id)), word_id)[0])
).says(
    "You return the best neighbour k times: after it is found, its cosine must be taken out of the race (set it to "
    "−inf)."
)
exercise.mistake("itself_repeated", lambda E, word_id, k: np.full(k, word_id)).says(
    "You return the word itself k times: neither it nor a word that was found already is taken out of the race."
)


@exercise.mistake("deleted_in_the_loop").says(
    "You delete each word that you found from the list of cosines, and then the ids behind it move down by one. Set "
    "its cosine to −inf instead, so that every word keeps its place."
)
def deleted_in_the_loop(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -np.inf
    best = []
    for _ in range(k):
        best.append(int(np.argmax(similarities)))
        similarities = np.delete(similarities, best[-1])
    return np.array(best)


@exercise.mistake("own_row_deleted_then_in_the_loop").says(
    "You delete words from the list of cosines, first the word itself and then each that you found, and the ids "
    "behind them move down by one. Set a cosine to −inf instead."
)
def own_row_deleted_then_in_the_loop(E, word_id, k):
    similarities = np.delete(_similarities(E, word_id), word_id)
    best = []
    for _ in range(k):
        best.append(int(np.argmax(similarities)))
        similarities = np.delete(similarities, best[-1])
    return np.array(best)


@exercise.mistake("shifted_back_too_late").says(
    "You took the word's own row out and then shift the larger ids back. The id that EQUALS `word_id` belongs to the "
    "next word and has to be shifted, too: `>=`, not `>`."
)
def shifted_back_too_late(E, word_id, k):
    order = np.argsort(-np.delete(_similarities(E, word_id), word_id))
    order[order > word_id] += 1
    return order[:k]


exercise.mistake(
    "swapped_parameters", lambda E, word_id, k: _without(np.argsort(-_similarities(E, k)), k)[:word_id]
).says("You exchanged `word_id` and `k`: the second parameter says which word, the third how many neighbours.")


@exercise.mistake("chain").says(
    "You go from neighbour to neighbour: each word is nearest to the one BEFORE it. All k are asked for as neighbours "
    "of `word_id`."
)
def chain_mistake(E, word_id, k):
    chain = [word_id]
    for _ in range(k):
        similarities = _similarities(E, chain[-1])
        similarities[chain] = -np.inf
        chain.append(int(np.argmax(similarities)))
    return np.array(chain[1:])


@exercise.mistake("break_at_the_word_itself").says(
    "You stop when you meet the word itself (`break`), and it is among the first. Step over it: `continue`."
)
def break_at_the_word_itself(E, word_id, k):
    best = []
    for i in np.argsort(-_similarities(E, word_id)):
        if i == word_id:
            break
        best.append(int(i))
    return np.array(best[:k], dtype=int)


exercise.mistake(
    "break_among_the_rows", lambda E, word_id, k: np.argsort(-_similarities(E, word_id)[:word_id])[:k]
).says(
    "You stop when you meet the word itself (`break`), so the rows after it are never looked at. Step over it: "
    "`continue`."
)
exercise.mistake("words_of_similarity_one", lambda E, word_id, k: int(np.argsort(-_similarities(E, word_id))[0])).says(
    "You return one number. k ids are asked for, in an array of shape (k,)."
)
exercise.mistake(
    "set_returned", lambda E, word_id, k: set(_without(np.argsort(-_similarities(E, word_id)), word_id)[:k].tolist())
).says("You return a set, which has no order. The most similar word comes first: return an array or a list.")


@exercise.mistake("zero_row_behind_the_word_itself").says(
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and `np.argsort` puts nan at the very "
    "end, behind even the word itself. Its cosine is 0."
)
def zero_row_behind_the_word_itself(E, word_id, k):
    similarities = _unguarded(E, word_id)
    similarities[word_id] = -np.inf
    return np.argsort(-similarities)[:k]


exercise.mistake(
    "cosine_with_the_id_itself_included",
    lambda E, word_id, k: np.argsort(-np.array([_cosine(word_id, row) for row in E]))[:k],
).says(
    "You compare each row with `word_id`, a whole number. Compare it with the word's VECTOR, `E[word_id]`, and leave "
    "the word itself out."
)
exercise.mistake(
    "partition_with_itself",
    lambda E, word_id, k: _without(np.argpartition(-_similarities(E, word_id), k)[: k + 1], word_id)[:k],
).says("`np.argpartition` leaves the words unsorted. The most similar comes first: sort those k by their cosine.")


@exercise.right
def right_1(E, word_id, k):
    lengths = np.linalg.norm(E, axis=1, keepdims=True)
    unit = E / np.where(lengths == 0, 1.0, lengths)
    order = np.argsort(unit @ unit[word_id])[::-1]
    return np.delete(order, np.flatnonzero(order == word_id))[:k]


@exercise.right
def right_2(E, word_id, k):
    pairs = [(_cosine(E[i], E[word_id]), i) for i in range(len(E)) if i != word_id]
    return [i for _, i in sorted(pairs, reverse=True)[:k]]


@exercise.right
def right_3(E, word_id, k):
    from scipy.spatial.distance import cdist

    distances = np.nan_to_num(cdist(E[word_id : word_id + 1], E, metric="cosine")[0], nan=1.0)
    distances[word_id] = np.inf
    return distances.argsort()[:k]


@exercise.right
def right_4(E, word_id, k):
    similarities = _similarities(E.astype(np.float32), word_id)
    similarities[word_id] = -np.inf
    best = []
    for _ in range(k):
        best.append(int(np.argmax(similarities)))
        similarities[best[-1]] = -np.inf
    return tuple(best)


@exercise.right
def right_5(E, word_id, k):
    unit = E / (np.linalg.norm(E, axis=1, keepdims=True) + 1e-9)
    similarities = unit @ unit[word_id]
    similarities[word_id] = -2.0
    return np.flip(np.argsort(similarities))[:k]


@exercise.right
def right_6(E, word_id, k):
    others = [i for i in range(len(E)) if i != word_id]
    others.sort(key=lambda i: _cosine(E[word_id], E[i]), reverse=True)
    return others[:k]
