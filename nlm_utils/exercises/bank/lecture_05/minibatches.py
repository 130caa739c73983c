"""minibatches."""

from copy import deepcopy
from itertools import pairwise

import numpy as np

from nlm_utils.exercises.definition import Exercise


def minibatches(n_examples, batch_size, rng):
    """The examples 0 … n_examples − 1 in a fresh random order, cut into batches: a list of int arrays.

    Every example is in exactly one batch. Each batch holds `batch_size` examples; the last may be shorter,
    since it takes what is left. The order comes from `rng`, a NumPy Generator, so that the next call gives
    another order, and the same seed gives the same.
    """
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(0, n_examples, batch_size)]


def _plain_batches(result):
    """The batches as lists of whole numbers, or in words what they are instead."""
    if not isinstance(result, (list, tuple)):
        kinds = {"ndarray": "one array", "generator": "a generator", "NoneType": "None"}
        return kinds.get(type(result).__name__, f"a {type(result).__name__}")
    batches = []
    for batch in result:
        if isinstance(batch, (set, tuple)) and not all(np.ndim(entry) == 0 for entry in batch):
            return "a list of pairs"
        if isinstance(batch, set):
            return "a list of sets"
        array = np.asarray(batch)
        if array.dtype.kind == "b":
            return "a list of masks"
        if array.ndim != 1:
            return "a list of single numbers" if array.ndim == 0 else f"a list of arrays with {array.ndim} axes"
        if array.size and array.dtype.kind not in "iu":
            whole = array.dtype.kind == "f" and (array == array.round()).all()
            return "a list of arrays of floats" if whole else "a list of arrays of fractions"
        batches.append([int(i) for i in array])
    return batches


def _sizes(batches, batch_size):
    """The sizes, largest first, and where the short batch stands: its place is chance where batches are shuffled."""
    sizes = [len(batch) for batch in batches]
    short = [place for place, size in enumerate(sizes) if size < batch_size]
    place = "none or the last"
    if len(sizes) > 8 and len(short) == 1 and short[0] < len(sizes) - 1:
        place = "the first" if short[0] == 0 else "one in the middle"
    return {"batch sizes": sorted(sizes, reverse=True), "the short batch": place}


def _coverage(batches, n_examples):
    """Which examples are missing, and whether some come twice; not which ones, since that may be chance."""
    flat = [i for batch in batches for i in batch]
    missing = sorted(set(range(n_examples)) - set(flat))
    names = {(): "none", (0,): "example 0", (n_examples - 1,): f"the last, {n_examples - 1}"}
    outside = sorted(set(flat) - set(range(n_examples)))
    return {
        "ids that are no examples": outside[:3],
        "examples that never come": names.get(tuple(missing), "some"),
        "examples that come twice": "some" if len(set(flat)) < len(flat) else "none",
        "examples that come twice in one batch": any(len(set(batch)) < len(batch) for batch in batches),
    }


def _mixing(batches, n_examples):
    """How well the order 0, 1, 2, … is mixed."""
    flat = [i for batch in batches for i in batch]
    stayed = sum(abs(a - b) == 1 for a, b in pairwise(flat))
    runs = sum(len(batch) > 2 and max(batch) - min(batch) == len(batch) - 1 for batch in batches)
    share = stayed / n_examples
    return {
        "in the order 0, 1, 2, …": flat == sorted(flat),
        "examples that stand next to a neighbour": (
            "all" if stayed >= n_examples - 2 else "most" if share > 0.5 else "many" if share > 0.25 else "hardly any"
        ),
        "batches of neighbours only": "some" if runs > 1 else "none",
    }


def _observe_minibatches(function, args, kwargs):
    """Sizes, that each example comes once, and where the order comes from. The order itself is free."""
    n_examples, batch_size, rng = args
    start = deepcopy(rng)
    first = _plain_batches(function(n_examples, batch_size, rng))
    if isinstance(first, str):
        return {"result": first}
    facts = {"result": "a list of int arrays", **_sizes(first, batch_size)}
    if n_examples < 20:  # too few to tell a mistake from chance
        return facts
    second = function(n_examples, batch_size, rng)
    again = function(n_examples, batch_size, start)
    other = function(n_examples, batch_size, np.random.default_rng(987))
    return {
        **facts,
        **_coverage(first, n_examples),
        **_mixing(first, n_examples),
        "a second call gives another order": first != _plain_batches(second),
        "all batches alike": len(first) > 1 and all(batch == first[0] for batch in first),
        "the same seed gives the same order": first == _plain_batches(again),
        "another seed gives another order": first != _plain_batches(other),
    }


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
    observe=_observe_minibatches,
)


def _minibatch_case(n_examples, batch_size, seed):
    exercise.case_from(
        lambda: (n_examples, batch_size, np.random.default_rng(seed)), f"{n_examples}, {batch_size}, rng"
    )


_minibatch_case(5, 2, seed=1)

_minibatch_case(6, 3, seed=2)

_minibatch_case(4, 4, seed=3)

_minibatch_case(3, 1, seed=4)

_minibatch_case(3, 8, seed=5)

_minibatch_case(61, 6, seed=6)

_minibatch_case(61, 16, seed=8)

_minibatch_case(96, 12, seed=7)


def _cut(order, batch_size):
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


exercise.mistake(
    "with_replacement", lambda n_examples, batch_size, rng: _cut(rng.integers(0, n_examples, n_examples), batch_size)
).says(
    "You draw with replacement: some examples come twice and others never. Put ALL examples into a random order "
    "instead."
)
exercise.mistake(
    "each_batch_drawn_anew",
    lambda n_examples, batch_size, rng: (
        [
            rng.choice(n_examples, size=min(batch_size, n_examples - start), replace=False)
            for start in range(0, n_examples, batch_size)
        ]
    ),
).says(
    "Each batch by itself is without repeats, but each is drawn from ALL examples again, or shuffled again: over the "
    "batches some come twice and others never. Shuffle once, before the loop, and cut."
)


@exercise.mistake("last_batch_dropped").says(
    "You drop the last batch when it is short. It may be short, but it belongs to the data: every example comes "
    "exactly once."
)
def last_batch_dropped(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n_examples // batch_size)]


exercise.mistake("not_shuffled", lambda n_examples, batch_size, rng: _cut(np.arange(n_examples), batch_size)).says(
    "Your batches come in the order of the data. Texts are not in random order (neighbouring sentences are alike): "
    "shuffle first."
)


@exercise.mistake("only_batches_shuffled").says(
    "You shuffle the batches, but what is IN a batch are still neighbours: 0, 1, 2 always come together. Shuffle the "
    "examples, then cut."
)
def only_batches_shuffled(n_examples, batch_size, rng):
    whole = _cut(np.arange(n_examples), batch_size)
    full = [batch for batch in whole if len(batch) == batch_size]
    order = rng.permutation(len(full))
    return [full[i] for i in order] + whole[len(full) :]


@exercise.mistake("short_batch_in_the_middle").says(
    "You shuffle the batches: what is IN a batch are still neighbours, and the short batch may come anywhere. Shuffle "
    "the examples, then cut."
)
def short_batch_in_the_middle(n_examples, batch_size, rng):
    whole = _cut(np.arange(n_examples), batch_size)
    return [whole[i] for i in np.roll(np.arange(len(whole)), 1 + rng.integers(0, max(len(whole) - 1, 1)))]


exercise.mistake(
    "shuffled_within_batches",
    lambda n_examples, batch_size, rng: [rng.permutation(batch) for batch in _cut(np.arange(n_examples), batch_size)],
).says(
    "You shuffle inside each batch only: the first batch still holds the first examples. Shuffle all examples, then "
    "cut."
)
exercise.mistake(
    "random_start_only",
    lambda n_examples, batch_size, rng: _cut(np.roll(np.arange(n_examples), rng.integers(0, n_examples)), batch_size),
).says(
    "You only choose a random place to start and go on from there in order. Every example must be able to come after "
    "every other: shuffle."
)
exercise.mistake(
    "own_seed", lambda n_examples, batch_size, rng: _cut(np.random.default_rng(0).permutation(n_examples), batch_size)
).says(
    "You make a generator of your own with a fixed seed, so every call gives the same order. Use the `rng` that you "
    "are given: it moves on from call to call."
)
exercise.mistake(
    "global_randomness",
    lambda n_examples, batch_size, rng: _cut(np.random.default_rng().permutation(n_examples), batch_size),
).says(
    "Your order does not come from `rng`, so the same seed gives another order each time, and nobody can repeat your "
    "training. Use `rng.permutation` or `rng.shuffle`."
)
exercise.mistake(
    "ids_from_one", lambda n_examples, batch_size, rng: _cut(rng.permutation(n_examples) + 1, batch_size)
).says("Your examples count from 1 to n. They count from 0: the last is n_examples − 1.")
exercise.mistake(
    "last_example_missing", lambda n_examples, batch_size, rng: _cut(rng.permutation(n_examples - 1), batch_size)
).says("The last example, n_examples − 1, never comes: `n_examples - 1` as an end leaves it out.")
exercise.mistake(
    "first_example_missing",
    lambda n_examples, batch_size, rng: _cut(rng.permutation(np.arange(1, n_examples)), batch_size),
).says("Example 0 never comes: your numbers start at 1.")
exercise.mistake(
    "one_example_too_many", lambda n_examples, batch_size, rng: _cut(rng.permutation(n_examples + 1), batch_size)
).says("Your numbers go up to n_examples itself, and there is no such example: they end at n_examples − 1.")


@exercise.mistake("last_batch_filled_up").says(
    "You fill the last batch up with examples that have come already (from the beginning, or by moving it back). The "
    "last batch may be short."
)
def last_batch_filled_up(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    n_batches = -(-n_examples // batch_size)
    return list(np.resize(order, n_batches * batch_size).reshape(n_batches, batch_size))


exercise.mistake(
    "equal_batches",
    lambda n_examples, batch_size, rng: np.array_split(rng.permutation(n_examples), -(-n_examples // batch_size)),
).says(
    "You cut into batches of nearly equal size (`np.array_split` and dealing out, `order[i::k]`, do). All batches but "
    "the last hold exactly `batch_size` examples."
)
exercise.mistake(
    "number_of_batches", lambda n_examples, batch_size, rng: np.array_split(rng.permutation(n_examples), batch_size)
).says("You make `batch_size` batches. It is the number of examples IN a batch.")


@exercise.mistake("rest_added_to_the_last").says(
    "You put what is left over into the last full batch, which is then larger than `batch_size`. It makes a short "
    "batch of its own."
)
def rest_added_to_the_last(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    n_batches = max(n_examples // batch_size, 1)
    ends = [*(i * batch_size for i in range(1, n_batches)), n_examples]
    return [order[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


@exercise.mistake("short_batch_first").says("Your short batch comes first. What is left over makes the LAST batch.")
def short_batch_first(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    rest = n_examples % batch_size
    return ([order[:rest]] if rest else []) + _cut(order[rest:], batch_size)


@exercise.mistake("empty_batch_at_the_end").says(
    "When `batch_size` divides the number of examples you add an empty batch at the end. The starts are 0, "
    "batch_size, … BELOW n_examples."
)
def empty_batch_at_the_end(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n_examples // batch_size + 1)]


@exercise.mistake("step_of_one").says("Your batches overlap: the starts go up by 1. They go up by `batch_size`.")
def step_of_one(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(n_examples)]


@exercise.mistake("step_of_one_full_batches").says(
    "Your batches overlap: they are all the windows of the order, starts going up by 1. They go up by `batch_size`."
)
def step_of_one_full_batches(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(n_examples - batch_size + 1)]


@exercise.mistake("one_too_few_in_each").says(
    "One example is missing in each batch: the end of a slice is not part of it, so it is `start + batch_size`."
)
def one_too_few_in_each(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size - 1] for start in range(0, n_examples, batch_size)]


@exercise.mistake("one_too_many_in_each").says(
    "Your batches are one example too long and overlap: the end of a slice is not part of it, so it is `start + "
    "batch_size`."
)
def one_too_many_in_each(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size + 1] for start in range(0, n_examples, batch_size)]


@exercise.mistake("slices_grow").says(
    "Every batch begins at 0 or runs to `start` only: your slices grow. Each begins at `start` and holds `batch_size` "
    "examples."
)
def slices_grow(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[: start + batch_size] for start in range(0, n_examples, batch_size)]


@exercise.mistake("slices_to_the_end").says(
    "Every batch runs to the end of the order. Each holds `batch_size` examples: give the slice an end."
)
def slices_to_the_end(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start:] for start in range(0, n_examples, batch_size)]


exercise.mistake(
    "first_batch_only", lambda n_examples, batch_size, rng: [rng.permutation(n_examples)[:batch_size]]
).says(
    "You return a list with one batch. The whole order is cut up: as many batches as there are until every example "
    "has come."
)
exercise.mistake(
    "one_batch_for_a_list", lambda n_examples, batch_size, rng: rng.permutation(n_examples)[:batch_size]
).says("You return one array. A LIST of batches is wanted, as many arrays as it takes until every example has come.")
exercise.mistake("list_of_numbers", lambda n_examples, batch_size, rng: rng.permutation(n_examples).tolist()).says(
    "You return a list of single examples. Each entry of the list is a batch, an array of `batch_size` of them."
)
exercise.mistake(
    "one_example_each", lambda n_examples, batch_size, rng: [np.array([i]) for i in rng.permutation(n_examples)]
).says("Each of your batches holds one example, whatever `batch_size` is.")
exercise.mistake("whole_set_in_one_batch", lambda n_examples, batch_size, rng: [rng.permutation(n_examples)]).says(
    "You put all examples into one batch. Cut after every `batch_size` of them."
)


@exercise.mistake("generator").says(
    "`yield` (or round brackets around `… for …`) makes a generator, which can be used up once. A list of batches is "
    "wanted."
)
def generator(n_examples, batch_size, rng):
    yield from _cut(rng.permutation(n_examples), batch_size)


exercise.mistake(
    "floats", lambda n_examples, batch_size, rng: _cut(rng.permutation(n_examples).astype(float), batch_size)
).says("Your ids are floats, and an array cannot be indexed with floats. Keep them whole numbers.")


@exercise.mistake("shuffle_returns_none").says(
    "`rng.shuffle` shuffles its argument in place and returns None: `order = rng.shuffle(…)` is None. Shuffle first, "
    "then use the array; or take `rng.permutation`."
)
def shuffle_returns_none(n_examples, batch_size, rng):
    order = rng.shuffle(np.arange(n_examples))
    return [order[start : start + batch_size] for start in range(0, n_examples, batch_size)]


exercise.mistake("random_numbers", lambda n_examples, batch_size, rng: _cut(rng.random(n_examples), batch_size)).says(
    "You return random numbers between 0 and 1. Wanted are the ids of examples, whole numbers from 0 to n_examples − "
    "1, each once."
)
exercise.mistake("reversed", lambda n_examples, batch_size, rng: _cut(np.arange(n_examples)[::-1], batch_size)).says(
    "Your order is not random: the examples come backwards. Shuffle them with `rng`."
)
exercise.mistake(
    "with_replacement_last_full",
    lambda n_examples, batch_size, rng: [
        rng.integers(0, n_examples, batch_size) for _ in range(0, n_examples, batch_size)
    ],
).says(
    "You draw each batch with replacement: examples come twice, others never (and the last batch is always full). Put "
    "ALL examples into a random order, and cut."
)
exercise.mistake(
    "with_replacement_last_dropped",
    lambda n_examples, batch_size, rng: [
        rng.integers(0, n_examples, batch_size) for _ in range(n_examples // batch_size)
    ],
).says(
    "You draw each batch with replacement: examples come twice, others never (and the rest that makes no full batch "
    "is forgotten). Put ALL examples into a random order, and cut."
)


@exercise.mistake("each_batch_drawn_anew_last_full").says(
    "Each batch is drawn from ALL examples again: over the batches some come twice and others never. Shuffle once, "
    "and cut."
)
def each_batch_drawn_anew_last_full(n_examples, batch_size, rng):
    size = min(batch_size, n_examples)
    return [rng.permutation(n_examples)[:size] for _ in range(0, n_examples, batch_size)]


exercise.mistake(
    "each_batch_drawn_anew_too_large",
    lambda n_examples, batch_size, rng: [
        rng.choice(n_examples, batch_size, replace=False) for _ in range(0, n_examples, batch_size)
    ],
).says(
    "Each batch is drawn from ALL examples again: over the batches some come twice and others never (and a batch "
    "larger than the data cannot be drawn at all). Shuffle once, and cut."
)
exercise.mistake(
    "each_batch_drawn_anew_last_dropped",
    lambda n_examples, batch_size, rng: [
        rng.permutation(n_examples)[:batch_size] for _ in range(n_examples // batch_size)
    ],
).says(
    "Each batch is drawn from ALL examples again: over the batches some come twice and others never. Shuffle once, "
    "and cut; what is left over makes a short batch."
)


@exercise.mistake("slice_ends_at_batch_size").says(
    "Your slices end at `batch_size` whatever their start is, so that all but the first are empty: the end is `start "
    "+ batch_size`."
)
def slice_ends_at_batch_size(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start:batch_size] for start in range(0, n_examples, batch_size)]


@exercise.mistake("batch_size_batches_cut").says(
    "You make `batch_size` batches, some of them empty or examples left over. There are as many batches as it takes "
    "until every example has come."
)
def batch_size_batches_cut(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(batch_size)]


@exercise.mistake("starts_from_one").says(
    "Your first batch starts at place 1 of the order, so one example never comes. Places count from 0."
)
def starts_from_one(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(1, n_examples, batch_size)]


@exercise.mistake("always_one_batch_less").says(
    "Your last batch never comes, full or not: the range of the starts ends too early."
)
def always_one_batch_less(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[start : start + batch_size] for start in range(0, n_examples - batch_size, batch_size)]


exercise.mistake(
    "reshaped", lambda n_examples, batch_size, rng: rng.permutation(n_examples).reshape(-1, batch_size)
).says(
    "`reshape(-1, batch_size)` works only when `batch_size` divides the number of examples, and it gives one matrix. "
    "Slices may be short: a list of them."
)
exercise.mistake(
    "reshaped_to_a_list", lambda n_examples, batch_size, rng: list(rng.permutation(n_examples).reshape(-1, batch_size))
).says("`reshape(-1, batch_size)` works only when `batch_size` divides the number of examples. Slices may be short.")
exercise.mistake(
    "np_split", lambda n_examples, batch_size, rng: np.split(rng.permutation(n_examples), n_examples / batch_size)
).says(
    "`np.split` into equal parts fails when `batch_size` does not divide the number of examples. Slices may be short."
)
exercise.mistake(
    "sets",
    lambda n_examples, batch_size, rng: [
        set(batch.tolist()) for batch in _cut(rng.permutation(n_examples), batch_size)
    ],
).says("Your batches are sets. An array cannot be indexed with a set: make each batch an array of ints.")
exercise.mistake(
    "masks",
    lambda n_examples, batch_size, rng: [
        np.isin(np.arange(n_examples), batch) for batch in _cut(rng.permutation(n_examples), batch_size)
    ],
).says("Your batches are masks of True and False. Wanted are the numbers of the examples.")
exercise.mistake(
    "pairs", lambda n_examples, batch_size, rng: list(enumerate(_cut(rng.permutation(n_examples), batch_size)))
).says("You return pairs (number, batch), or batches inside of something. A plain list of arrays is wanted.")
exercise.mistake(
    "dictionary", lambda n_examples, batch_size, rng: dict(enumerate(_cut(rng.permutation(n_examples), batch_size)))
).says("You return a dictionary. A list of batches is wanted.")


@exercise.mistake("one_batch_more").says(
    "There is one batch more than needed: it repeats examples that have come already."
)
def one_batch_more(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [*_cut(order, batch_size), order[:batch_size]]


@exercise.mistake("shuffled_starts_only").says(
    "You start each batch at a random example and go on from there in order, or look the starts up in the random "
    "order. Cut the ORDER: `order[start : start + batch_size]`."
)
def shuffled_starts_only(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [np.arange(i, min(i + batch_size, n_examples)) for i in order[::batch_size]]


@exercise.mistake("same_batch_again").says("Every batch is the same: `start` is not used in the slice.")
def same_batch_again(n_examples, batch_size, rng):
    order = rng.permutation(n_examples)
    return [order[:batch_size] for _ in range(0, n_examples, batch_size)]


exercise.mistake(
    "index_pairs",
    lambda n_examples, batch_size, rng: (
        [np.array([start, min(start + batch_size, n_examples)]) for start in range(0, n_examples, batch_size)]
    ),
).says("You return the places where batches start and end. Wanted are the examples of each batch.")
exercise.mistake("number_of_batches_returned", lambda n_examples, batch_size, rng: -(-n_examples // batch_size)).says(
    "You return how many batches there are. Wanted are the batches."
)


@exercise.right
def right_1(n_examples, batch_size, rng):
    order = np.arange(n_examples)
    rng.shuffle(order)
    batches = []
    while len(order):
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches


exercise.right(
    lambda n_examples, batch_size, rng: np.split(rng.permutation(n_examples), range(batch_size, n_examples, batch_size))
)


@exercise.right
def right_2(n_examples, batch_size, rng):
    order = np.argsort(rng.random(n_examples)).tolist()
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


@exercise.right
def right_3(n_examples, batch_size, rng):
    left = list(range(n_examples))
    batches = []
    while left:
        batch = []
        while left and len(batch) < batch_size:
            batch.append(left.pop(rng.integers(len(left))))
        batches.append(np.array(batch))
    return tuple(batches)


@exercise.right
def right_4(n_examples, batch_size, rng):
    order = rng.choice(n_examples, size=n_examples, replace=False)
    n_batches = int(np.ceil(n_examples / batch_size))
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n_batches)]
