"""The most similar rows: learners keep the word itself, drop another for it, or rank by something else."""

from itertools import takewhile

import numpy as np
from numpy.linalg import norm

from nlm_utils.exercises.compare import as_array
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import epsilon, exchanged, result
from nlm_utils.functional import cosine_similarity, nearest_neighbours


def as_near(expected, yours, E, word_id, k):
    """Other ids (or the same in another order) with the same cosines: words with equal cosines may change places."""
    ids = as_array(yours)
    if ids is None or ids.shape != expected.shape or ids.dtype.kind not in "iu":
        return False
    others = set(range(len(E))) - {word_id}
    if not others.issuperset(ids.tolist()) or len(set(ids.tolist())) < k:
        return False
    return np.allclose(*(cosines(E, word_id)[order] for order in (ids, expected)), rtol=0, atol=1e-7)


def cosines(E, word_id):
    lengths = norm(E, axis=1) * norm(E[word_id])
    return E @ E[word_id] / np.where(lengths == 0, 1.0, lengths)


exercise = Exercise(
    nearest_neighbours,
    also_right=as_near,
    checks=(
        "14 matrices, the first, a middle and the last word, k from 1 to V − 1, rows of very different length, of the "
        "same and of opposite direction, rows of zeros, equal cosines"
    ),
    explanation=(
        "One cosine for each row of E, then the ids in the order of falling cosine: `np.argsort` sorts upwards, hence "
        "the minus sign. The word itself is taken out by its id before the first k are kept: it has cosine 1, but so "
        "has every other row of its direction. Taking its row out of E beforehand would shift all later ids by one."
    ),
    hints=[
        "First the cosine of row `word_id` with every row of E: V numbers. You have `cosine_similarity`.",
        "`np.argsort` returns the ids in the order of their values, smallest first. You want the largest first.",
        "With `order = np.argsort(-similarities)`: drop `word_id` from it, then keep the first k.",
    ],
)

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

for E, questions in (
    ([[1.0, 0.0], [0.6, 0.5], [4.0, 4.0], [-0.3, 0.1], [0.2, -0.05]], [(0, 2), (1, 1), (0, 4)]),
    ([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]], [(0, 1), (1, 1)]),  # two rows of one direction
    ([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [-3.0, 0.0]], [(0, 3), (1, 3)]),  # and one of the opposite
    ([[-3.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]], [(1, 3), (2, 3)]),
    ([[0.0, 0.0], [1.0, 0.2], [3.0, 1.0], [-1.0, 0.5], [0.5, -1.0]], [(1, 1), (1, 4), (3, 4)]),  # a row of zeros
    (_E_7_by_3, [(2, 3), (6, 4)]),
    (_E_12_by_4, [(7, 5), (11, 1)]),
    (np.random.default_rng(86).normal(size=(40, 6)).round(2), [(17, 9), (0, 39)]),
    (np.random.default_rng(113).normal(size=(700, 5)).round(2), [(400, 300)]),
):
    for word_id, k in questions:
        exercise.case(np.array(E), word_id, k)
exercise.case(np.array([[1.0, 0.0], [2.0, 0.0], [4.0, 0.0], [0.0, 1.0]]), 0, 3)  # equal cosines: in any order
exercise.case(np.array([[1.0, 2.0], [0.0, 0.0], [-1.0, 1.0], [1.0, 2.0], [-3.0, 3.0], [0.0, 0.0]]), 0, 4)
exercise.case(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]]), 3, 1)  # the word's own row is zeros
exercise.case(np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 0.0], [5.0, 0.0]]), 4, 1)
exercise.case(np.array([[1.0, 0.0], [1.0, 1.0], [1e-3, 0.0], [0.0, 1.0]]), 0, 2)  # a short row
exercise.drawn(
    lambda rng: (rng.normal(size=(V := rng.integers(2, 30), 4)), int(rng.integers(V)), int(rng.integers(1, V))), 4
)
exercise.drawn(lambda rng: (rng.integers(-1, 2, (9, 2)).astype(float), 4, int(rng.integers(1, 9))), 4)  # many are equal


@np.errstate(all="ignore")
def cosines_with_nan(E, word_id):
    """A row of zeros has 0 / 0."""
    return E @ E[word_id] / (norm(E, axis=1) * norm(E[word_id]))


@np.errstate(all="ignore")
def query_unguarded(E, w):
    """Only the word's own row gives 0 / 0."""
    lengths = norm(E, axis=1, keepdims=True)
    return E / np.where(lengths == 0, 1.0, lengths) @ (E[w] / norm(E[w]))


def lengthened(eps):
    """Cosines with a small number added to each length."""
    return lambda E, w: E / (norm(E, axis=1, keepdims=True) + eps) @ E[w] / (norm(E[w]) + eps)


def minus_distance_of_unit_rows(E, w):
    lengths = norm(E, axis=1, keepdims=True)
    unit = E / np.where(lengths == 0, 1.0, lengths)
    return -norm(unit - unit[w], axis=1)


def cosines_but(own, of=cosines):
    """The word itself has the cosine `own`."""
    return lambda E, w: np.where(np.arange(len(E)) == w, own, of(E, w))


def without(order, word_id):
    return order[order != word_id]


def with_itself(order, word_id):
    return order


def without_the_first(order, word_id):
    return order[1:]


def falling(values):
    return np.argsort(-values)


def rising_reversed(values):
    """The same, but nan comes first, and so does the later of two equal values."""
    return np.argsort(values)[::-1]


def found_and_set(least):
    """The largest, k times; its cosine, and that of the word itself, is set to `least`."""

    def mistake(E, word_id, k):
        similarities, best = cosines_but(least)(E, word_id), []
        for _ in range(k):
            best.append(int(np.argmax(similarities)))
            similarities[best[-1]] = least
        return np.array(best)

    return mistake


def nearest(measure, drop=without, order=falling):
    """The first k in the order of `measure(E, word_id)`, after `drop` has taken the word itself out of the order."""
    return lambda E, w, k: drop(order(measure(E, w)), w)[:k]


exercise.mistakes(
    word_itself_included=nearest(cosines, with_itself),
    word_itself_included_reversed=nearest(cosines, with_itself, rising_reversed),
    one_too_many=lambda E, w, k: falling(cosines(E, w))[: k + 1],
).says(
    "The word itself is among your neighbours: its cosine with itself is 1, the largest there is. Leave it out first."
)
exercise.mistake("first_of_the_order_dropped", nearest(cosines, without_the_first)).says(
    "You drop whatever comes FIRST. That may be another word whose cosine is 1, too: leave out `word_id` by its id."
)
exercise.mistake("last_of_the_order_dropped", nearest(cosines, without_the_first, rising_reversed)).says(
    "You drop whatever comes LAST in the rising order. That may be another word whose cosine is 1: go by the id."
)
exercise.mistake("ascending", nearest(lambda E, w: -cosines(E, w))).says(
    "You return the LEAST similar words first: `np.argsort` sorts upwards."
)
exercise.mistake("ascending_first_dropped", nearest(lambda E, w: -cosines(E, w), without_the_first)).says(
    "You return the least similar words but the first: `np.argsort` sorts upwards, the word itself stands at the END."
)
exercise.mistake("ascending_with_itself", lambda E, w, k: np.argsort(cosines(E, w))[-k:]).says(
    "You take the k last of a rising order: the word itself is among them, and the most similar comes last."
)
exercise.takes(
    result(
        backwards=("reversed_inside", "You have the right words in reverse: the MOST similar comes first."),
        in_order=(
            "sorted_by_id",
            "You have the right words, but in the order of their ids. The MOST similar comes first.",
        ),
    ),
    exchanged("word_id", "k", "swapped_parameters"),
)

# another measure
exercise.mistakes(
    dot_product=nearest(lambda E, w: E @ E[w]),
    dot_product_itself_included=nearest(lambda E, w: E @ E[w], with_itself),
    dot_product_first_dropped=nearest(lambda E, w: E @ E[w], without_the_first),
).says(
    "You rank by the dot product: long vectors win, and the word itself need not come first. Rank by the cosine, a "
    "length for each row: `norm(E)` without `axis=1` is one number for all."
)
exercise.mistake("squared_lengths", nearest(lambda E, w: E @ E[w] / (E**2).sum(axis=1))).says(
    "You divide by the squared length of each row, so short vectors win. Divide by the length itself, the root."
)
exercise.mistakes(
    euclidean_distance=nearest(lambda E, w: -norm(E - E[w], axis=1)),
    euclidean_distance_itself_included=nearest(lambda E, w: -norm(E - E[w], axis=1), with_itself),
    absolute_distance=nearest(lambda E, w: -norm(E - E[w], 1, axis=1)),
).says("You rank by the distance between the points: short vectors flock together. By cosine the direction counts.")
exercise.mistake("distance_of_unit_rows", nearest(minus_distance_of_unit_rows)).says(
    "You rank by the distance between rows of length 1. That is the order of the cosines, but not for a row of zeros: "
    "its cosine is 0, as at right angles, and its distance 1 where that of a right angle is √2."
)
exercise.mistakes(
    cosines_rounded_to_1=nearest(cosines_but(-np.inf, lambda E, w: cosines(E, w).round(1)), with_itself),
    cosines_rounded_to_2=nearest(cosines_but(-np.inf, lambda E, w: cosines(E, w).round(2)), with_itself),
    cosines_rounded_to_3=nearest(cosines_but(-np.inf, lambda E, w: cosines(E, w).round(3)), with_itself),
    cosines_in_float16=nearest(cosines_but(-np.inf, lambda E, w: cosines(E, w).astype(np.float16)), with_itself),
).says(
    "You rank rounded cosines (`round`, float16): words that differ after those digits change places. Keep them all."
)
exercise.takes(
    epsilon(
        lambda eps: nearest(cosines_but(-np.inf, lengthened(eps)), with_itself),
        "the lengths",
        "The cosine of a short row comes out too small then. Treat rows of zeros apart.",
        values=(1e-2, 1e-3),
    )
)
exercise.mistake("absolute_value", nearest(lambda E, w: abs(cosines(E, w)))).says(
    "You rank by the cosine without its sign. −1 means the opposite direction, as far away as can be."
)
exercise.mistake("whole_numbers", nearest(lambda E, w: cosines(E, w).astype(int))).says(
    "You keep the cosines in an array of whole numbers, which cuts them down to −1, 0 and 1. Use floats."
)
exercise.mistake("columns", nearest(lambda E, w: cosines(E.T, w))).says(
    "You compare columns of E. A word's vector is its ROW."
)
exercise.mistake("columns_normalised", nearest(lambda E, w: E / norm(E, axis=0) @ (E[w] / norm(E, axis=0)))).says(
    "You divide the COLUMNS of E by their lengths. Divide each row, a word's vector, by its own (axis=1)."
)
exercise.mistake("centred", nearest(lambda E, w: cosines(E - E.mean(axis=1, keepdims=True), w))).says(
    "You subtract the mean of each vector first: that is the correlation. The cosine takes the rows as they are."
)
exercise.mistake("mean_word_removed", nearest(lambda E, w: cosines(E - E.mean(axis=0), w))).says(
    "You subtract the average vector of all words first. The cosine takes the rows as they are."
)
for suffix, drop in {"": without, "_itself_included": with_itself}.items():
    exercise.mistake(
        f"cosine_with_the_id{suffix}", nearest(lambda E, w: np.array([cosine_similarity(w, row) for row in E]), drop)
    ).says("You compare each row with `word_id`, a whole number. Compare it with the word's VECTOR, `E[word_id]`.")
    exercise.mistake(f"first_ids{suffix}", nearest(lambda E, w: -np.arange(len(E)), drop)).says(
        "You return the first ids, whatever their rows are. Order the words by their cosine with row `word_id`."
    )

exercise.mistake(
    "cosine_with_the_id_reversed",
    nearest(lambda E, w: np.array([cosine_similarity(w, row) for row in E]), without_the_first, rising_reversed),
).says("You compare each row with `word_id`, a whole number. Compare it with the word's VECTOR, `E[word_id]`.")
exercise.mistake("minus_before_a_list", lambda E, w, k: without(np.argsort(-cosines(E, w).tolist()), w)[:k]).says(
    "A list has no minus: make an array of the cosines, `np.array(…)`, before you write `-similarities`."
)

# a row of zeros
NAN = "A row of zeros has the cosine 0 / 0 = nan in your code, which `np.argsort` puts at the end. It is 0."
exercise.mistakes(
    zero_row_first=nearest(cosines_with_nan, order=rising_reversed),
    zero_row_last=nearest(cosines_with_nan),
    zero_row_after_the_word_itself=nearest(cosines_but(-np.inf, cosines_with_nan), with_itself),
).says(NAN)
exercise.mistakes(
    zero_row_first_and_first_dropped=nearest(cosines_with_nan, without_the_first, rising_reversed),
    zero_row_first_and_itself_included=nearest(cosines_with_nan, with_itself, rising_reversed),
    zero_row_last_and_first_dropped=nearest(cosines_with_nan, without_the_first),
).says(f"{NAN} And leave the word itself out by its id.")
exercise.mistake("own_row_of_zeros", nearest(cosines_but(-np.inf, query_unguarded), with_itself)).says(
    "The word's own row may be zeros: `E[word_id]` divided by its length is then 0 / 0 = nan. Guard that length as you "
    "guard the others."
)
exercise.mistake(
    "zero_row_dropped", lambda E, w, k: np.array([i for i in nearest_neighbours(E, w, len(E) - 1) if E[i].any()])[:k]
).says("You leave out the rows of zeros. They are words, too: their cosine is 0, which is more than a negative one.")

# the word itself
exercise.mistake("itself_set_to_zero", nearest(cosines_but(0.0), with_itself)).says(
    "You keep the word itself out by setting its cosine to 0, but words with a negative cosine come after it then."
)
exercise.mistakes(
    itself_set_to_minus_one=nearest(cosines_but(-1.0), with_itself),
    itself_set_to_minus_one_reversed=nearest(cosines_but(-1.0), with_itself, rising_reversed),
).says("You set the word's own cosine to −1. Another word may have that, too, and come after it. Take −inf, or its id.")
exercise.mistakes(
    all_with_the_largest_cosine_dropped=nearest(
        lambda E, w: np.where(cosines(E, w) == cosines(E, w).max(), -2.0, cosines(E, w)), with_itself
    ),
    all_with_cosine_one_dropped=lambda E, w, k: np.array(
        [i for i in falling(cosines(E, w)) if abs(cosines(E, w)[i] - 1.0) > 1e-12]
    )[:k],
    same_row_dropped=lambda E, w, k: np.array([i for i in falling(cosines(E, w)) if (E[i] != E[w]).any()])[:k],
).says("You drop every word with the largest cosine, or with the same row. Another may have it, too: go by the id.")
exercise.mistakes(
    dropped_by_place=nearest(cosines, np.delete), dropped_by_place_reversed=nearest(cosines, np.delete, rising_reversed)
).says("You delete the entry at PLACE `word_id` of the order, another word. Drop the entry whose VALUE is `word_id`.")
exercise.mistake("dropped_by_place_ascending", nearest(lambda E, w: -cosines(E, w), np.delete)).says(
    "`np.argsort` sorts upwards, and you delete the entry at PLACE `word_id`. Drop the one whose VALUE is `word_id`."
)
exercise.mistake("ids_shifted", lambda E, w, k: falling(np.delete(cosines(E, w), w))[:k]).says(
    "You took the word's own row out of E before you numbered the rest, so every id after it is one too small."
)
exercise.mistake(
    "shifted_back_too_late", lambda E, w, k: np.array([i + (i > w) for i in falling(np.delete(cosines(E, w), w))[:k]])
).says("You shift the larger ids back. The id EQUAL to `word_id` is the next word's and moves, too: `>=`, not `>`.")
exercise.mistake("another_word_asked", lambda E, w, k: falling(cosines(np.delete(E, w, axis=0), w))[:k]).says(
    "You delete the word's row and then use `word_id` on what is left: another word's row. First the cosines."
)
exercise.mistakes(
    last_id_dropped=nearest(cosines, lambda order, w: order[(order != w) & (order != len(order) - 1)]),
    id_zero_dropped=nearest(cosines, lambda order, w: order[(order != w) & (order != 0)]),
).says("You drop the first or the last id, or never look at it. Every row except the word's own is a candidate.")
exercise.mistake("best_neighbour_skipped", lambda E, w, k: nearest_neighbours(E, w, k + 1)[1:]).says(
    "You skip one word too many: the best neighbour is missing. Only `word_id` itself is left out."
)
exercise.mistakes(
    break_at_the_word_itself=lambda E, w, k: np.array(
        list(takewhile(lambda i: i != w, falling(cosines(E, w)))), dtype=int
    )[:k],
    break_among_the_rows=lambda E, w, k: np.argsort(-cosines(E, w)[:w])[:k],
).says("You stop when you meet the word itself (`break`), and the rest is never looked at. Step over it: `continue`.")

# how many, and what of them
exercise.mistake("dropped_from_k_plus_one", lambda E, w, k: without(falling(cosines(E, w))[: k + 1], w)).says(
    "You keep k + 1 words and then drop the word itself, which need not be among them: others may have cosine 1, too, "
    "or its row is zeros. Drop it first, then keep k."
)
exercise.mistakes(
    one_too_few=lambda E, w, k: falling(cosines(E, w))[1:k],
    cut_before_dropping=lambda E, w, k: without(falling(cosines(E, w))[:k], w),
    one_too_few_of_the_others=lambda E, w, k: nearest_neighbours(E, w, k)[:-1],
).says("You return k − 1 neighbours. Drop the word itself first, and then keep k of the rest.")
exercise.mistakes(
    all_returned=lambda E, w, k: nearest_neighbours(E, w, len(E)),
    all_returned_with_itself=lambda E, w, k: falling(cosines(E, w)),
).says("You return the whole order. Only the k most similar are asked for, without the word itself.")
exercise.mistakes(
    only_the_best=lambda E, w, k: int(nearest_neighbours(E, w, 1)[0]),
    words_of_similarity_one=lambda E, w, k: int(np.argmax(cosines(E, w))),
).says("You return one number. k ids are asked for, in an array of shape (k,), also for k = 1.")
exercise.mistake(
    "row_before", nearest(lambda E, w: cosines(E, w - 1), lambda order, w: without(order, (w - 1) % len(order)))
).says("You compare with row `word_id` − 1. Ids count from 0, as rows do: the word is row `word_id`.")
exercise.mistake("largest_ids", lambda E, w, k: np.array([i for i in range(len(E)) if i != w])[::-1][:k]).says(
    "You sort the IDS, not their cosines, as `sorted(dict)` does: its keys are what is sorted. Give it a `key=`."
)
exercise.mistakes(
    row_k=lambda E, w, k: without(falling(cosines(E, k)), w)[:k],
    row_k_first_dropped=lambda E, w, k: falling(cosines(E, k))[1 : k + 1],
    row_k_dropped=lambda E, w, k: without(falling(cosines(E, k)), k)[:k],
).says("You compare with row `k`. k is how MANY are asked for; the word is row `word_id`.")
exercise.mistake(
    "only_positive",
    lambda E, w, k: np.array([i for i in without(falling(cosines(E, w)), w) if cosines(E, w)[i] > 0], int)[:k],
).says("You keep only words with a cosine above 0. k are asked for, and the rest may have to be filled with others.")
exercise.mistakes(
    found_set_to_minus_one=found_and_set(-1.0),
    found_set_to_zero=found_and_set(0.0),
).says("You set the cosine of what was found to 0 or −1. Another may have less and is then never found: take −inf.")
exercise.mistakes(
    best_one_repeated=lambda E, w, k: np.full(k, nearest_neighbours(E, w, 1)),
    itself_repeated=lambda E, w, k: np.full(k, w),
).says("You return one word k times: what was found must be taken out of the race. Set its cosine to −inf.")
exercise.mistakes(
    similarities_returned=lambda E, w, k: cosines(E, w)[nearest_neighbours(E, w, k)],
    similarities_returned_with_itself=lambda E, w, k: np.sort(cosines(E, w))[::-1][:k],
    smallest_values=lambda E, w, k: np.sort(cosines(E, w))[:k],
    values_of_the_others=lambda E, w, k: np.delete(cosines(E, w), w)[:k],
).says("You return cosines. Asked for are the IDS of the k largest: `np.argsort` gives ids, `np.sort` values.")
exercise.mistake(
    "pairs_returned", lambda E, w, k: [(int(i), float(cosines(E, w)[i])) for i in nearest_neighbours(E, w, k)]
).says("You return pairs of id and cosine. Only the ids are asked for, shape (k,).")
exercise.mistake("vectors_returned", lambda E, w, k: E[nearest_neighbours(E, w, k)]).says(
    "You return the neighbours' vectors. Their ids are asked for, shape (k,)."
)
exercise.mistakes(
    ranks_returned=nearest(cosines, lambda order, w: np.argsort(without(order, w))),
    ranks_of_all_returned=nearest(cosines_but(-np.inf), lambda order, w: np.argsort(order)),
).says(
    "You return ranks, the place of each word in the order. Asked for are the words at its first k places: one argsort."
)
exercise.mistakes(
    last_of_the_rising_order=lambda E, w, k: np.argsort(cosines_but(-np.inf)(E, w))[-k:],
    last_of_the_rising_order_by_id=lambda E, w, k: without(np.argsort(cosines(E, w)), w)[-k:],
).says("You have the k most similar words in RISING order: `np.argsort` sorts upwards. Turn them round, `[::-1]`.")
exercise.mistakes(
    partition_not_sorted=lambda E, w, k: np.argpartition(-cosines_but(-np.inf)(E, w), k - 1)[:k],
    partition_from_the_end=lambda E, w, k: np.argpartition(cosines_but(-np.inf)(E, w), -k)[-k:],
    partition_with_itself=lambda E, w, k: without(np.argpartition(-cosines(E, w), k)[: k + 1], w)[:k],
).says("`np.argpartition` leaves the words unsorted. The most similar comes first: sort those k by their cosine.")
exercise.mistakes(
    looked_up_by_value=lambda E, w, k: np.array(
        [cosines(E, w).tolist().index(cosine) for cosine in cosines(E, w)[nearest(cosines)(E, w, k)]]
    ),
    dict_by_value=lambda E, w, k: np.array(
        [i for _, i in sorted({c: i for i, c in enumerate(cosines(E, w))}.items(), reverse=True) if i != w]
    )[:k],
    dict_of_the_others_by_value=lambda E, w, k: np.array(
        [i for _, i in sorted({c: i for i, c in enumerate(cosines(E, w)) if i != w}.items(), reverse=True)]
    )[:k],
    looked_up_among_the_others=lambda E, w, k: np.array(
        [others.index(cosine) for others in [cosines_but(-2.0)(E, w).tolist()] for cosine in sorted(others)[::-1]]
    )[:k],
).says("You find ids by their cosines. Two words with the same one share an id then: sort ids, or pairs with the id.")


def found_and_deleted(start):
    """The largest, k times, deleted each time."""

    def mistake(E, word_id, k):
        similarities, best = start(E, word_id), []
        for _ in range(k):
            best.append(int(np.argmax(similarities)))
            similarities = np.delete(similarities, best[-1])
        return np.array(best)

    return mistake


exercise.mistakes(
    deleted_in_the_loop=found_and_deleted(cosines_but(-np.inf)),
    own_row_deleted_then_in_the_loop=found_and_deleted(lambda E, w: np.delete(cosines(E, w), w)),
).says("You delete words from the list of cosines, and the ids after them move down by one. Set a cosine to −inf.")


@exercise.mistake("chain").says(
    "You go from neighbour to neighbour, each the nearest to the one BEFORE. All k are neighbours of `word_id`."
)
def chained(E, word_id, k):
    chain = [word_id]
    for _ in range(k):
        similarities = cosines(E, chain[-1])
        similarities[chain] = -np.inf
        chain.append(int(np.argmax(similarities)))
    return np.array(chain[1:])


@exercise.right
def with_unit_rows(E, word_id, k):
    lengths = norm(E, axis=1, keepdims=True)
    unit = E / np.where(lengths == 0, 1.0, lengths)
    order = np.argsort(unit @ unit[word_id])[::-1]
    return np.delete(order, np.flatnonzero(order == word_id))[:k]


@exercise.right
def by_scipy(E, word_id, k):
    from scipy.spatial.distance import cdist

    distances = np.nan_to_num(cdist(E[word_id : word_id + 1], E, metric="cosine")[0], nan=1.0)
    distances[word_id] = np.inf
    return distances.argsort()[:k]


@exercise.right
def one_after_another_in_float32(E, word_id, k):
    similarities = cosines(E.astype(np.float32), word_id)
    similarities[word_id] = -np.inf
    best = []
    for _ in range(k):
        best.append(int(np.argmax(similarities)))
        similarities[best[-1]] = -np.inf
    return tuple(best)


@exercise.right
def with_a_small_number_below(E, word_id, k):
    unit = E / (norm(E, axis=1, keepdims=True) + 1e-9)
    similarities = unit @ unit[word_id]
    similarities[word_id] = -2.0
    return np.flip(np.argsort(similarities))[:k]


@exercise.right
def sorted_by_a_key(E, word_id, k):
    others = [i for i in range(len(E)) if i != word_id]
    return sorted(others, key=lambda i: cosine_similarity(E[word_id], E[i]), reverse=True)[:k]
