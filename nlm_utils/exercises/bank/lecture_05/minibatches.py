"""Every example once, in random order, cut into batches: where the order comes from, where it is cut, what is left."""

from copy import deepcopy

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, one_for_both, result
from nlm_utils.exercises.observers.minibatches import describe, observe


def minibatches(n_examples, batch_size, rng):
    """The examples 0 … n_examples − 1 in a fresh random order, cut into batches: a list of int arrays.

    Every example is in exactly one batch. Each batch holds `batch_size` examples; the last may be shorter,
    since it takes what is left. The order comes from `rng`, a NumPy Generator, so that the next call gives
    another order, and the same seed gives the same.
    """
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(0, n_examples, batch_size)]


exercise = Exercise(
    minibatches,
    checks=(
        "batch sizes that divide and do not divide, one batch, batches of one, every example exactly once, the order "
        "random, from rng and fresh at each call"
    ),
    explanation=(
        "`rng.permutation(n)` is 0 … n − 1 in random order, each once. Slices of it, side by side, are the batches; a "
        "slice that runs over the end is simply shorter, so the last batch needs no special case."
    ),
    hints=[
        "Two steps: first put all the examples into a random order, then cut that order into pieces.",
        (
            "`rng.permutation(n_examples)` is the order. `range(0, n_examples, batch_size)` are the places where "
            "batches start."
        ),
        "A slice `order[start : start + batch_size]` may run over the end: Python then gives what there is.",
    ],
    observe=observe,
    describe=describe,
)


def case(n_examples, batch_size, seed):
    exercise.case_from(lambda: (n_examples, batch_size, seed), f"{n_examples}, {batch_size}, rng")


case(5, 2, seed=1)
case(6, 3, seed=2)
case(4, 4, seed=3)
case(3, 1, seed=4)
case(3, 8, seed=5)
case(61, 6, seed=6)
case(61, 16, seed=8)
case(96, 12, seed=7)
exercise.drawn(lambda rng: (int(rng.integers(40, 120)), int(rng.integers(4, 30)), int(rng.integers(1000))), 4)


def all_starts(n, size):
    return range(0, n, size)


def full_only(n, size):
    return range(0, n - n % size, size)


def sliced(stop=lambda start, size: start + size, starts=all_starts, begin=lambda start: start):
    """An order cut at other places: the slice from begin(start) to stop(start, size) for each of starts(n, size)."""
    return lambda order, size: [order[begin(start) : stop(start, size)] for start in starts(len(order), size)]


cut = sliced()


def answer(order=lambda n, rng: rng.permutation(n), pieces=cut):
    """minibatches with another order(n, rng), or other pieces(order, size)."""
    return lambda n, size, rng: pieces(order(n, rng), size)


def each(draw, starts=all_starts):
    """Every batch is made by itself, draw(n, size, rng)."""
    return lambda n, size, rng: [draw(n, size, rng) for _ in starts(n, size)]


def neighbours(places):
    """Batches of 0, 1, 2, … in another order: places(how many batches, how many full ones, rng)."""

    def batches(n, size, rng):
        whole = cut(np.arange(n), size)
        return [whole[i] for i in places(len(whole), n // size, rng)]

    return batches


# the order
exercise.mistakes(
    with_replacement=answer(lambda n, rng: rng.integers(0, n, n)),
    with_replacement_last_full=each(lambda n, size, rng: rng.integers(0, n, size)),
    with_replacement_last_dropped=each(lambda n, size, rng: rng.integers(0, n, size), full_only),
).says("You draw with replacement: some examples come twice, others never. Put ALL in a random order, and cut.")
exercise.mistakes(
    each_batch_drawn_anew=lambda n, size, rng: [
        rng.choice(n, size=min(size, n - start), replace=False) for start in range(0, n, size)
    ],
    each_batch_drawn_anew_last_full=each(lambda n, size, rng: rng.permutation(n)[:size]),
    each_batch_drawn_anew_too_large=each(lambda n, size, rng: rng.choice(n, size, replace=False)),
    each_batch_drawn_anew_last_dropped=each(lambda n, size, rng: rng.permutation(n)[:size], full_only),
).says(
    "Each batch is drawn from ALL examples again, or shuffled again: over the batches some come twice and others "
    "never. Shuffle once, before the loop, and cut, down to what is left over."
)
for id, (order, words) in {
    "not_shuffled": (lambda n, rng: np.arange(n), "Your batches come in the order of the data, neighbours together"),
    "reversed": (lambda n, rng: np.arange(n)[::-1], "Your order is not random: the examples come backwards"),
    "random_start_only": (lambda n, rng: np.roll(range(n), rng.integers(n)), "You go on in order after a random start"),
}.items():
    exercise.mistake(id, answer(order)).says(f"{words}. Every example must be able to come after every other: shuffle.")
exercise.mistake("own_seed", answer(lambda n, rng: np.random.default_rng(0).permutation(n))).says(
    "Your own generator with a fixed seed gives the same order at every call. The `rng` that is given moves on."
)
exercise.mistake("copy_of_rng", answer(lambda n, rng: deepcopy(rng).permutation(n))).says(
    "You draw from a COPY of `rng`, and `rng` itself stays where it is: the next call gives the same order. Draw from "
    "`rng` itself, which moves on."
)
exercise.mistake("sorted_within_batches", answer(pieces=lambda order, size: [*map(np.sort, cut(order, size))])).says(
    "You sort each batch. The order stays as `rng` made it: cut it, and no more."
)
exercise.mistake("global_randomness", answer(lambda n, rng: np.random.default_rng().permutation(n))).says(
    "Your order does not come from `rng`, so nobody can repeat your training. `rng.permutation` or `rng.shuffle`."
)
exercise.mistake("shuffle_returns_none", lambda n, size, rng: [rng.shuffle(np.arange(n))[:size]]).says(
    "`rng.shuffle` shuffles in place and returns None. Shuffle first, then use the array; or take `rng.permutation`."
)
exercise.mistake("shuffled_within_batches", lambda n, size, rng: [*map(rng.permutation, cut(np.arange(n), size))]).says(
    "You shuffle inside each batch only: the first still holds the first examples. Shuffle all examples, then cut."
)
exercise.mistakes(
    only_batches_shuffled=neighbours(lambda n, full, rng: [*rng.permutation(full), *range(full, n)]),
    short_batch_in_the_middle=neighbours(lambda n, full, rng: np.roll(range(n), 1 + rng.integers(0, max(n - 1, 1)))),
).says("You shuffle the batches, but what is IN a batch are still neighbours. Shuffle the examples, then cut.")
exercise.mistake(
    "shuffled_starts_only", lambda n, size, rng: [np.arange(i, min(i + size, n)) for i in rng.permutation(n)[::size]]
).says("You start each batch at a random example and go on in order. Cut the ORDER: `order[start : …]`.")

# which examples there are
exercise.takes(
    argument(
        "n_examples",
        minus_one=("last_example_missing", "The last example, n_examples − 1, never comes: a range ends too early."),
        plus_one=("one_example_too_many", "Your numbers go up to n_examples itself. They end at n_examples − 1."),
    ),
    argument(
        "batch_size",
        one=("one_example_each", "Each batch holds one example, whatever `batch_size` is."),
        plus_one=("one_too_many", "Each batch holds one example too many, batch_size + 1: is `>` where `>=` belongs?"),
    ),
    one_for_both(
        "n_examples", "batch_size", ("whole_set_in_one_batch", "You put all examples into one batch: cut it.")
    ),
    result(
        backwards=("short_batch_first", "Your short batch comes first. What is left over makes the LAST batch."),
        without_last=("always_one_batch_less", "Your last batch never comes, full or not: a range ends too early."),
        first=("one_batch_for_a_list", "You return one array. A LIST is wanted: batches until every example has come."),
    ),
)
exercise.mistake("ids_from_one", answer(lambda n, rng: rng.permutation(n) + 1)).says(
    "Your examples count from 1 to n. They count from 0: the last is n_examples − 1."
)
exercise.mistake("first_example_missing", answer(lambda n, rng: rng.permutation(np.arange(1, n)))).says(
    "Example 0 never comes: your numbers start at 1."
)
exercise.mistake("floats", answer(lambda n, rng: rng.permutation(n).astype(float))).says(
    "Your ids are floats, and an array cannot be indexed with floats. Keep them whole numbers."
)
exercise.mistake("random_numbers", answer(lambda n, rng: rng.random(n))).says(
    "You return random numbers between 0 and 1. Wanted are ids of examples, 0 to n_examples − 1, each once."
)

exercise.mistake(
    "batch_size_shuffled", lambda n, size, rng: [rng.permutation(size)[i : i + size] for i in all_starts(n, size)]
).says(
    "You shuffle 0 … batch_size − 1 only. All n_examples are put into a random order: `rng.permutation(n_examples)`."
)

# where the order is cut
for id, (pieces, words) in {
    "last_batch_dropped": (sliced(starts=full_only), "You drop the last batch when it is short"),
    "rest_below_half_dropped": (
        lambda order, size: cut(order, size)[: round(len(order) / size)],
        "You round the number of batches (`round`), and a rest of less than half a batch is dropped",
    ),
    "starts_from_one": (sliced(starts=lambda n, size: range(1, n, size)), "Your first batch starts at place 1, not 0"),
    "first_batch_only": (lambda order, size: [order[:size]], "You return a list with one batch"),
    "slice_ends_at_batch_size": (sliced(lambda start, size: size), "Your slices all end at `batch_size`"),
    "batch_size_batches_cut": (sliced(starts=lambda n, size: range(0, size**2, size)), "You make `batch_size` batches"),
    "one_too_few_in_each": (sliced(lambda start, size: start + size - 1), "Each batch lacks one"),
}.items():
    exercise.mistake(id, answer(pieces=pieces)).says(
        f"{words}. Wanted is `order[start : start + batch_size]` for start 0, batch_size, … until ALL have come."
    )
for id, (pieces, words) in {
    "step_of_one": (sliced(starts=lambda n, size: range(n)), "overlap: the starts go up by 1"),
    "step_of_one_full_batches": (sliced(starts=lambda n, size: range(n - size + 1)), "overlap: starts go up by 1"),
    "step_of_one_few": (sliced(starts=lambda n, size: range(n // size)), "overlap: starts go up by 1"),
    "step_of_one_few_and_rest": (sliced(starts=lambda n, size: range(-(-n // size))), "overlap: starts go up by 1"),
    "never_emptied": (lambda order, size: [order[:size], order], "go on growing: the list for one is not emptied"),
    "one_too_many_in_each": (sliced(lambda start, size: start + size + 1), "are one too long, and overlap"),
    "empty_batch_at_the_end": (sliced(starts=lambda n, size: range(0, n + 1, size)), "may end with an empty one"),
    "slices_grow": (sliced(begin=lambda start: 0), "all begin at 0, and grow"),
    "slices_to_the_end": (sliced(lambda start, size: None), "all run to the end of the order"),
    "same_batch_again": (sliced(lambda start, size: size, begin=lambda start: 0), "are all alike, without `start`"),
    "one_batch_more": (lambda order, size: [*cut(order, size), order[:size]], "are one too many, which repeats"),
    "last_batch_filled_up": (
        lambda order, size: [*np.resize(order, (-(-len(order) // size), size))],
        "repeat examples to fill the last one up; it may be short",
    ),
}.items():
    exercise.mistake(id, answer(pieces=pieces)).says(
        f"Your batches {words}. The slices `order[start : start + batch_size]` lie side by side, start 0, batch_size, …"
    )
exercise.mistakes(
    fewer_equal_batches=answer(pieces=lambda order, size: np.array_split(order, len(order) // size)),
    fewer_equal_batches_at_least_one=answer(
        pieces=lambda order, size: np.array_split(order, max(len(order) // size, 1))
    ),
).says(
    "`np.array_split` into n_examples // batch_size parts spreads what is left over: batches are too large, and with "
    "fewer examples than `batch_size` there is no part. Cut at 0, batch_size, 2·batch_size, …; the last may be short."
)
for id, (pieces, words) in {
    "equal_batches": (
        lambda order, size: np.array_split(order, -(-len(order) // size)),
        "You cut into batches of nearly equal size (`np.array_split` and dealing out, `order[i::k]`, do)",
    ),
    "number_of_batches": (np.array_split, "You make `batch_size` batches"),
    "rest_added_to_the_last": (
        lambda order, size: np.split(order, range(size, len(order) // size * size, size)),
        "You put what is left over into the last full batch, which is then too large",
    ),
}.items():
    exercise.mistake(id, answer(pieces=pieces)).says(
        f"{words}. All batches hold exactly `batch_size` examples, but the LAST: it holds what is left over."
    )
exercise.mistakes(
    reshaped=answer(pieces=lambda order, size: order.reshape(-1, size)),
    reshaped_to_a_list=answer(pieces=lambda order, size: list(order.reshape(-1, size))),
    np_split=answer(pieces=lambda order, size: np.split(order, len(order) / size)),
).says("Equal parts (`reshape`, `np.split`) fail when `batch_size` does not divide n_examples. Slices may be short.")

DROPPED = "the last batch is dropped when it is short"
for id, order, words in (
    ("not_shuffled", lambda n, rng: np.arange(n), "Nothing is shuffled"),
    ("own_seed", lambda n, rng: np.random.default_rng(0).permutation(n), "A seed of your own gives one order for ever"),
    ("global", lambda n, rng: np.random.default_rng().permutation(n), "The order does not come from `rng`"),
    ("ids_from_one", lambda n, rng: rng.permutation(n) + 1, "The examples count from 0, not 1"),
    ("last_example_missing", lambda n, rng: rng.permutation(n - 1), "The last example never comes"),
):
    exercise.mistake(f"{id}_and_last_dropped", answer(order, sliced(starts=full_only))).says(
        f"Two things. {words}; and {DROPPED}. All of `rng.permutation(n_examples)`, down to what is left over."
    )
exercise.mistake("not_shuffled_from_one", answer(lambda n, rng: np.arange(1, n + 1))).says(
    "Two things. Nothing is shuffled; and the examples count from 0, not 1: `rng.permutation(n_examples)`."
)
exercise.mistakes(
    one_list_for_all=answer(pieces=lambda order, size: [order[len(order) // size * size :]] * (-(-len(order) // size))),
).says(
    "All your batches are ONE list: `append` keeps no copy, and `.clear()` also empties what you have appended. Begin "
    "a new one each time, `batch = []`."
)


@exercise.mistake("too_few_left").says(
    "For the last batch fewer examples are left than `batch_size`, and NumPy cannot draw more than there are: "
    "`min(batch_size, len(left))`. Or shuffle once, and cut."
)
def too_few_left(n, size, rng):
    left, batches = np.arange(n), []
    while len(left):
        batches.append(rng.choice(left, size, replace=False))
        left = np.setdiff1d(left, batches[-1])
    return batches


exercise.mistake(
    "batches_sorted", answer(pieces=lambda order, size: sorted(cut(order, size), key=lambda b: b[0]))
).says("You sort the batches. They stay as the order was cut: only the LAST may be short.")

# what is returned
for id, (pieces, words) in {
    "list_of_numbers": (lambda order, size: order.tolist(), "a list of single examples"),
    "sets": (lambda order, size: [set(batch.tolist()) for batch in cut(order, size)], "sets, not arrays"),
    "masks": (lambda order, size: [np.isin(order, batch) for batch in cut(order, size)], "masks of True and False"),
    "pairs": (lambda order, size: list(enumerate(cut(order, size))), "pairs (number, batch)"),
    "dictionary": (lambda order, size: dict(enumerate(cut(order, size))), "a dictionary"),
    "generator": (lambda order, size: (b for b in cut(order, size)), "a generator (`yield`), used up in one turn"),
    "number_of_batches_returned": (lambda order, size: -(-len(order) // size), "how many batches there are"),
    "index_pairs": (
        lambda order, size: [np.array([i, min(i + size, len(order))]) for i in all_starts(len(order), size)],
        "where batches start and end",
    ),
}.items():
    exercise.mistake(id, answer(pieces=pieces)).says(f"You return {words}. Wanted is a list of arrays, the batches.")


@exercise.right
def shuffled_in_place(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    rng.shuffle(order)
    batches = []
    while len(order):
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches


exercise.right(lambda n, size, rng: tuple(np.split(rng.permutation(n), range(size, n, size))))
exercise.right(answer(lambda n, rng: np.argsort(rng.random(n)).tolist()))
exercise.right(answer(lambda n, rng: rng.choice(n, size=n, replace=False)))
