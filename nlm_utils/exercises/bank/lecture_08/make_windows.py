"""make_windows."""

import numpy as np
import torch

from nlm_utils.exercises.definition import Exercise


def make_windows(ids, length):
    """A running text cut into windows: (x, y), two int64 tensors of shape (N, length), y one step ahead of x.

    ids     (n,) whole numbers: a 1-D array, a list or a tensor, which stays as it was
    length  tokens in a window, at least 1

    Window i of x holds ids[i·length … (i+1)·length − 1], and y, at each place, the id that FOLLOWS the one in x. The
    windows lie side by side without overlap; what does not fill a window is dropped. N is as large as possible:
    (n − 1) // length, since the last id can only be a target. A text too short for one window gives two tensors of
    shape (0, length).
    """
    ids = torch.as_tensor(ids, dtype=torch.int64)
    n_windows = max(len(ids) - 1, 0) // length
    x = ids[: n_windows * length].reshape(n_windows, length)
    y = ids[1 : n_windows * length + 1].reshape(n_windows, length)
    return x, y


def _observe_windows(function, args, kwargs) -> dict:
    """The two tensors, what kind of numbers they hold, and the ids afterwards."""
    result = function(*args, **kwargs)
    facts = {"value": result}
    if isinstance(result, tuple) and all(torch.is_tensor(part) for part in result):
        facts["dtype"] = ", ".join(str(part.dtype) for part in result)
    return facts | {"ids afterwards": torch.as_tensor(args[0])}


exercise = Exercise(
    make_windows,
    observe=_observe_windows,
    checks=("texts of 0 to 23 ids, lists, arrays and tensors, windows that fit exactly, a rest, texts too short"),
    explanation=(
        "One text gives both: y is x moved by one. Each window is T questions at once, one for each of its prefixes. "
        "The last id of the text has nothing behind it, so it is asked for and never asked from: that is the − 1."
    ),
    hints=[
        (
            "How many whole windows are there? Every place of x needs an id behind it in the text, so one id is left "
            "over."
        ),
        "With N = (n − 1) // length, x is the first N·length ids, and y the N·length ids from place 1 on.",
        "`.reshape(N, length)` cuts a tensor into rows; it works for N = 0 too.",
        "`torch.as_tensor(ids, dtype=torch.int64)` takes a list, an array and a tensor.",
    ],
)

exercise.case([5, 8, 2, 9, 4], 2)
exercise.case(torch.tensor([3, 7, 1, 6, 0, 2, 9, 4]), 3)
exercise.case(np.array([3, 7, 1, 6, 0, 2, 9]), 3)
exercise.case(list(range(10, 33)), 4)
exercise.case(torch.tensor([9, 4, 7]), 1)
exercise.case(np.arange(40, 49, dtype=np.int32), 4)
exercise.case([4, 6, 1], 3)
exercise.case([4, 6], 5)
exercise.case(torch.zeros(0, dtype=torch.int64), 2)


def _ids(ids):
    return torch.as_tensor(ids, dtype=torch.int64)


def _cut(x, length, n=None):
    n = len(x) // length if n is None else n
    return x[: n * length].reshape(n, length)


def _pairs(x_from, y_from):
    """Windows of two shifted copies of the text, each cut by itself to the shorter number."""

    def make(ids, length):
        ids = _ids(ids)
        x, y = x_from(ids), y_from(ids)
        n = min(len(x), len(y)) // length
        return _cut(x, length, n), _cut(y, length, n)

    return make


exercise.mistake("y_is_x", _pairs(lambda ids: ids[:-1], lambda ids: ids[:-1])).says(
    "Your y is x: the model would learn to repeat its input. y is one step AHEAD."
)
exercise.mistake("shifted_back", _pairs(lambda ids: ids[1:], lambda ids: ids[:-1])).says(
    "Your y is one step BEHIND x (or the two are exchanged): it asks for the word before. The pair is (x, y), and y "
    "is the id that follows."
)
exercise.mistake("plus_one", lambda ids, length: (make_windows(ids, length)[0], make_windows(ids, length)[0] + 1)).says(
    "You add 1 to the ids. y is the id that stands one PLACE further in the text, whatever its number is."
)
exercise.mistake("two_ahead", _pairs(lambda ids: ids[:-2], lambda ids: ids[2:])).says(
    "Your y is two steps ahead of x. The target is the very next id."
)


@exercise.mistake("overlapping").says(
    "Your windows overlap: each begins one id after the last. They lie side by side here."
)
def overlapping(ids, length):
    ids = _ids(ids)
    n = max(len(ids) - length, 0)
    empty = torch.zeros(0, length, dtype=torch.int64)
    if n == 0:
        return empty, empty.clone()
    return (
        torch.stack([ids[i : i + length] for i in range(n)]),
        torch.stack([ids[i + 1 : i + 1 + length] for i in range(n)]),
    )


@exercise.mistake("gap_between_windows").says(
    "You cut pieces of length + 1 and drop the last id of each from x. The windows of x follow each other without a "
    "gap; only y looks across the border."
)
def gap_between_windows(ids, length):
    """Windows of length + 1, so that the last id of each is never asked from."""
    ids = _ids(ids)
    n = len(ids) // (length + 1)
    both = ids[: n * (length + 1)].reshape(n, length + 1)
    return both[:, :-1], both[:, 1:]


@exercise.mistake("shift_inside_window").says(
    "You shift inside each window, so that the last target of a window is its own first id. The target of the last "
    "place is the first id of the NEXT window."
)
def shift_inside_window(ids, length):
    x, _ = make_windows(ids, length)
    return x, torch.roll(x, -1, dims=1)


@exercise.mistake("last_window_dropped").says("The last whole window is missing. N is (n − 1) // length.")
def last_window_dropped(ids, length):
    x, y = make_windows(ids, length)
    return x[:-1], y[:-1]


@exercise.mistake("columns").says("You let the text run down the columns. A window is a ROW: the text runs along it.")
def columns(ids, length):
    ids = _ids(ids)
    n = max(len(ids) - 1, 0) // length
    return ids[: n * length].reshape(length, n).T, ids[1 : n * length + 1].reshape(length, n).T


@exercise.mistake("time_first").says(
    "Your windows stand upright, (length, N). One window per row is wanted, (N, length)."
)
def time_first(ids, length):
    x, y = make_windows(ids, length)
    return x.T, y.T


@exercise.mistake("one_window_too_many").says(
    "You count n // length windows. The last id of the text has no id behind it, so it cannot be in x: N is (n − 1) "
    "// length. Where the text fits exactly, y comes out too short."
)
def one_window_too_many(ids, length):
    """Counts the windows without the − 1: the last target may be missing."""
    ids = _ids(ids)
    n = len(ids) // length
    return ids[: n * length].reshape(n, length), ids[1 : n * length + 1].reshape(n, length)


@exercise.mistake("target_invented").says(
    "Where the text ends you put a 0 as the last target. What has no target is dropped."
)
def target_invented(ids, length):
    ids = _ids(ids)
    n = len(ids) // length
    x = ids[: n * length]
    y = torch.cat([ids[1:], ids.new_zeros(1)])[: n * length]
    return x.reshape(n, length), y.reshape(n, length)


@exercise.mistake("target_wrapped").says(
    "At the end of the text you take its first id as the target. What has no target is dropped."
)
def target_wrapped(ids, length):
    ids = _ids(ids)
    n = len(ids) // length
    return ids[: n * length].reshape(n, length), torch.roll(ids, -1)[: n * length].reshape(n, length)


@exercise.mistake("only_last_target").says("You keep one target per window. Every place has one: y is shaped like x.")
def only_last_target(ids, length):
    x, y = make_windows(ids, length)
    return x, y[:, -1]


@exercise.mistake("floats").says("Your ids became floats. They are places in a table: int64.")
def floats(ids, length):
    x, y = make_windows(ids, length)
    return x.float(), y.float()


exercise.mistake("int32", lambda ids, length: tuple(part.int() for part in make_windows(ids, length))).says(
    "Right numbers of the wrong kind: torch's losses want int64 targets, `torch.int64` or `.long()`."
)


@exercise.mistake("ids_moved_in_place").says("You move the caller's own ids to make y. Cut two pieces out instead.")
def ids_moved_in_place(ids, length):
    x, y = make_windows(ids, length)
    x, y = x.clone(), y.clone()
    if len(ids) > 1:
        if isinstance(ids, list):
            ids.append(ids.pop(0))
        else:
            ids[:-1] = ids[1:].clone() if torch.is_tensor(ids) else ids[1:].copy()
    return x, y


exercise.mistake("only_x", lambda ids, length: make_windows(ids, length)[0]).says(
    "You return one tensor. Two are wanted, (x, y)."
)


@exercise.right
def right_1(ids, length):
    text = [int(i) for i in ids]
    x, y, start = [], [], 0
    while start + length < len(text):
        x.append(text[start : start + length])
        y.append(text[start + 1 : start + length + 1])
        start += length
    return torch.tensor(x, dtype=torch.int64).reshape(-1, length), torch.tensor(y, dtype=torch.int64).reshape(
        -1, length
    )


@exercise.right
def right_2(ids, length):
    ids = torch.tensor(np.asarray(ids), dtype=torch.long)
    n = (ids.numel() - 1) // length if ids.numel() else 0
    pairs = torch.stack([ids[: n * length].view(n, length), ids[1 : n * length + 1].view(n, length)])
    return pairs[0], pairs[1]


@exercise.right
def right_3(ids, length):
    from nlm_utils.text import windows

    return tuple(map(torch.from_numpy, windows(list(map(int, ids)), length)))


@exercise.right
def right_4(ids, length):
    ids = torch.as_tensor(ids).long()
    if len(ids) <= length:
        return torch.zeros(0, length, dtype=torch.long), torch.zeros(0, length, dtype=torch.long)
    x, y = ids[:-1], ids[1:]
    return x.unfold(0, length, length), y.unfold(0, length, length)
