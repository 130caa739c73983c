"""minibatches: sizes, what comes how often, and where the order comes from. The order itself is free."""

from itertools import pairwise

import numpy as np

from nlm_utils.exercises.plain import Thing, plain

FEW = 20  # examples: with fewer a mistake cannot be told from chance


def _plain_batches(result):
    """The batches as lists of whole numbers, or in words what they are instead."""
    if not isinstance(result, (list, tuple)):
        kind = result.kind if isinstance(result, Thing) else type(result).__name__
        return {"ndarray": "one array", "NoneType": "None"}.get(kind, f"a {kind}")
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
            return (
                "a list of single numbers" if array.ndim == 0 else f"a list of arrays with {array.ndim} axes"
            )
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


def _coverage(batches, n_examples, batch_size):
    """Which examples are missing, and whether some come twice; not which ones, since that may be chance."""
    flat = [i for batch in batches for i in batch]
    missing = sorted(set(range(n_examples)) - set(flat))
    names = {(): "none", (0,): "example 0", (n_examples - 1,): f"the last, {n_examples - 1}"}
    names[tuple(range(batch_size, n_examples))] = "those from batch_size on"
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
            "all"
            if stayed >= n_examples - 2
            else "most"
            if share > 0.5
            else "many"
            if share > 0.25
            else "hardly any"
        ),
        "batches of neighbours only": "some" if runs > 1 else "none",
    }


def observe(function, args, kwargs):
    """The batches from an rng of this seed, from the same rng again, from the same seed, and from another seed."""
    n_examples, batch_size, seed = args
    rng = np.random.default_rng(seed)
    found = {"first": plain(function(n_examples, batch_size, rng))}
    if n_examples >= FEW:
        found["second"] = plain(function(n_examples, batch_size, rng))
        found["again"] = function(n_examples, batch_size, np.random.default_rng(seed))
        found["other"] = function(n_examples, batch_size, np.random.default_rng(987))
    return found


def describe(seen, args, kwargs):
    """What these batches are like."""
    n_examples, batch_size, _ = args
    batches = {name: _plain_batches(found) for name, found in seen.items()}
    first = batches["first"]
    if isinstance(first, str):
        return {"result": first}
    facts = {"result": "a list of int arrays", **_sizes(first, batch_size)}
    if n_examples < FEW:
        return facts
    mixing = _mixing(first, n_examples)
    near = mixing["examples that stand next to a neighbour"]
    if (
        mixing["batches of neighbours only"] == "some" and near != "all"
    ):  # shuffled whole: its place is chance
        facts["the short batch"] = "none or the last"
    return {
        **facts,
        **_coverage(first, n_examples, batch_size),
        **mixing,
        "a second call gives another order": first != batches["second"],
        "each batch goes on one place after the last": len(first) > 1
        and all(len(a) > 1 and a[1:] == b[: len(a) - 1] for a, b in pairwise(first)),
        "all batches alike": len(first) > 1 and all(batch == first[0] for batch in first),
        "the same seed gives the same order": first == batches["again"],
        "another seed gives another order": first != batches["other"],
    }
