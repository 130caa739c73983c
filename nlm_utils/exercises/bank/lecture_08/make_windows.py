"""A running text in windows of x and y, one step apart. Learners shift wrongly, or miscount the windows."""

import numpy as np
import torch
from torch import nn

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.observers.make_windows import observe
from nlm_utils.training.rows import make_windows

exercise = Exercise(
    make_windows,
    observe=observe,
    checks=("texts of 0 to 23 ids, lists, arrays and tensors, windows that fit exactly, a rest, texts too short"),
    explanation=(
        "One text gives both: y is x moved by one. Each window is T questions at once, one for each of its prefixes. "
        "The last id of the text has nothing after it, so it is asked for and never asked from: that is the − 1."
    ),
    hints=[
        "How many whole windows are there? Every place of x needs an id after it, so one id is left over.",
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
exercise.case(torch.arange(60, 73, dtype=torch.int32), 3)
exercise.case([4, 6, 1], 3)
exercise.case([4, 6], 5)
exercise.case(torch.zeros(0, dtype=torch.int64), 2)
exercise.case([8], 1)


def _draw(rng):
    ids = rng.integers(0, 10**6, int(rng.integers(0, 40)))
    return [ids.tolist(), ids, torch.from_numpy(ids)][rng.integers(3)], int(rng.integers(1, 9))


exercise.drawn(_draw, times=6)


def _changed(change):
    """Something made of the right x and y."""
    return lambda ids, length: change(*make_windows(ids, length))


def _without_minus_one(follow):
    """n // length windows; `follow(ids)` are the ids from which y is cut."""

    def windows(ids, length):
        ids = torch.as_tensor(ids, dtype=torch.int64)
        n = len(ids) // length
        return ids[: n * length].reshape(n, length), follow(ids)[: n * length].reshape(n, length)

    return windows


for id, change, sentence in (
    ("y_is_x", lambda x, y: (x, x), "Your y is x: the model would learn to repeat its input. y is one step AHEAD."),
    ("shifted_back", lambda x, y: (y, x), "Your y is one step BEFORE x. y is the id that follows: the pair is (x, y)."),
    ("plus_one", lambda x, y: (x, x + 1), "You add 1 to the ids. y stands one PLACE further, whatever its number is."),
    ("shift_inside", lambda x, y: (x, x.roll(-1, 1)), "You shift inside a window: its last target is in the NEXT one."),
    ("last_window_dropped", lambda x, y: (x[:-1], y[:-1]), "The last whole window is missing. N is (n − 1) // length."),
    ("only_last_target", lambda x, y: (x, y[:, -1]), "You keep one target per window. Every place has one."),
    ("time_first", lambda x, y: (x.T, y.T), "Your windows are columns, (length, N). One per row: (N, length)."),
    ("columns", lambda *xy: tuple(part.reshape(part.shape[::-1]).T for part in xy), "A window is ONE ROW of the text."),
    ("floats", lambda x, y: (x.float(), y.float()), "Your ids became floats. They are places in a table: int64."),
    ("int32", lambda x, y: (x.int(), y.int()), "Right numbers of the wrong kind: torch's losses want int64."),
):
    exercise.mistake(id, _changed(change)).says(sentence)
for id, follow, sentence in (
    ("one_window_too_many", lambda ids: ids[1:], "The last id has no target: N is (n − 1) // length, not n // length."),
    ("target_invented", lambda ids: torch.cat([ids[1:], 0 * ids[:1]]), "You invent a target, 0. Drop what has none."),
    ("target_wrapped", lambda ids: ids.roll(-1), "Your last target is the FIRST id. Drop what has none."),
):
    exercise.mistake(id, _without_minus_one(follow)).says(sentence)


def _padded(filler):
    """The rest of the text in a window of its own, filled up."""

    def windows(ids, length):
        x, y = (torch.as_tensor(ids, dtype=torch.int64)[side] for side in (slice(None, -1), slice(1, None)))
        missing = -len(x) % length
        return [nn.functional.pad(part, (0, missing), value=v).reshape(-1, length) for part, v in ((x, 0), (y, filler))]

    return windows


exercise.mistakes(padded=_padded(0), padded_with_minus_100=_padded(-100)).says(
    "You fill the last, short window up. What does not fill a window is dropped: N is (n − 1) // length."
)


@exercise.mistake("no_windows_without_shape").says(
    "A text too short for one window gives two tensors of shape (0, length). An empty list, or a tensor made of one, "
    "has the shape (0,): `.reshape(-1, length)` gives it both axes."
)
def no_windows_without_shape(ids, length):
    return tuple(part if len(part) else part.reshape(-1) for part in make_windows(ids, length))


def _made_of_lists(ids, length):
    return tuple(part if len(part) else torch.tensor([]) for part in make_windows(ids, length))


exercise.mistake("no_windows_as_an_empty_list", _made_of_lists).says(
    "A text too short for one window gives two int64 tensors of shape (0, length). `torch.tensor([])` has the shape "
    "(0,), and holds floats: `.reshape(-1, length)` gives it both axes, `dtype=torch.int64` the kind."
)
exercise.mistake("flat", _changed(lambda x, y: (x.reshape(-1), y.reshape(-1)))).says(
    "You cut the text off where the last window ends, and do not cut it into windows: `.reshape(N, length)`."
)
exercise.mistake("lengths_exchanged", _changed(lambda x, y: (x.reshape(x.shape[::-1]), y.reshape(x.shape[::-1])))).says(
    "You reshape to (length, N). A window is one row: (N, length)."
)
exercise.mistake("pairs", lambda ids, length: [*zip(*make_windows(ids, length), strict=True)]).says(
    "You return a list of pairs. Two tensors are wanted: all windows of x, (N, length), and all of y."
)
exercise.mistake("last_target_wrapped", _changed(lambda x, y: (x, x.reshape(-1).roll(-1).reshape(x.shape)))).says(
    "Your y is made of x, so that its last target is the FIRST id. Cut y out of the text, from place 1 on."
)


@exercise.mistake("cut_from_the_end").says(
    "You drop the rest at the BEGINNING. Window 0 starts with the first id, and what is left over stands at the end."
)
def cut_from_the_end(ids, length):
    return make_windows(ids[max(len(ids) - 1, 0) % length :], length)


@exercise.mistake("unfolded").says(
    "`unfold` fails where the text is shorter than a window. Such a text gives two tensors of shape (0, length)."
)
def unfolded(ids, length):
    ids = torch.as_tensor(ids, dtype=torch.int64)
    return ids[:-1].unfold(0, length, length), ids[1:].unfold(0, length, length)


@exercise.mistake("split").says(
    "`split` cuts a list of pieces, the last of which may be short. What does not fill a window is dropped, and the "
    "rest is ONE tensor, (N, length), for x and one for y."
)
def split(ids, length):
    ids = torch.as_tensor(ids, dtype=torch.int64)
    return list(ids[:-1].split(length)), list(ids[1:].split(length))


@exercise.mistake("first_window").says("You return the first window alone. All of them are wanted, (N, length).")
def first_window(ids, length):
    ids = torch.as_tensor(ids, dtype=torch.int64)
    return ids[:length], ids[1 : length + 1]


@exercise.mistake("overlapping").says("Your windows overlap: each begins one id after the last. They lie side by side.")
def overlapping(ids, length):
    if len(ids) <= length:
        return make_windows(ids, length)
    ids = torch.as_tensor(ids, dtype=torch.int64)
    return ids[:-1].unfold(0, length, 1), ids[1:].unfold(0, length, 1)


@exercise.mistake("overlapping_stacked").says(
    "Your windows overlap: each begins one id after the last. They lie side by side: `range(0, n - length, length)`."
)
def overlapping_stacked(ids, length):
    ids, starts = torch.as_tensor(ids, dtype=torch.int64), range(len(ids) - length)
    return tuple(torch.stack([ids[start + a : start + a + length] for start in starts]) for a in (0, 1))


@exercise.mistake("next_window").says("Your y is the NEXT window. It is the same window of the text, one id further.")
def next_window(ids, length):
    windows = torch.as_tensor(ids, dtype=torch.int64)[: len(ids) // length * length].reshape(-1, length)
    return windows[:-1], windows[1:]


@exercise.mistake("cut_before_the_shift").says(
    "You cut windows of `length` ids and make x and y out of each, so that both are one too short. Cut x and y, each "
    "`length` long, out of the text itself."
)
def cut_before_the_shift(ids, length):
    windows = torch.as_tensor(ids, dtype=torch.int64)[: len(ids) // length * length].reshape(-1, length)
    return windows[:, :-1], windows[:, 1:]


@exercise.mistake("two_ahead").says("Your y is two steps ahead of x. The target is the very next id.")
def two_ahead(ids, length):
    x, _ = make_windows(ids[:-1], length)
    return x, make_windows(ids[1:], length)[1][: len(x)]


@exercise.mistake("gap_between_windows").says("You skip an id after each window of x. They follow without a gap.")
def gap_between_windows(ids, length):
    ids = torch.as_tensor(ids, dtype=torch.int64)
    pieces = ids[: len(ids) // (length + 1) * (length + 1)].reshape(-1, length + 1)
    return pieces[:, :-1], pieces[:, 1:]


@exercise.mistake("ids_moved_in_place").says("You move the caller's own ids to make y. Cut two pieces out instead.")
def ids_moved_in_place(ids, length):
    x, y = (part.clone() for part in make_windows(ids, length))
    if isinstance(ids, list):
        ids[:] = ids[1:] + ids[:1]
    elif len(ids):
        ids[:-1] = torch.as_tensor(ids[1:]).clone()
    return x, y


@exercise.right
def with_a_loop(ids, length):
    text = [int(i) for i in ids]
    starts = range(0, len(text) - length, length)
    x = [text[start : start + length] for start in starts]
    y = [text[start + 1 : start + length + 1] for start in starts]
    return torch.tensor(x, dtype=torch.int64).reshape(-1, length), torch.tensor(y).long().reshape(-1, length)


@exercise.right
def by_places(ids, length):
    ids = torch.from_numpy(np.array(ids, dtype=np.int64))
    places = torch.arange(max(len(ids) - 1, 0) // length)[:, None] * length + torch.arange(length)
    return [ids[places], ids[places + 1]]


@exercise.right
def with_unfold(ids, length):
    ids = torch.as_tensor(ids).long()
    if len(ids) <= length:
        return torch.zeros(0, length, dtype=torch.long), torch.zeros(0, length, dtype=torch.long)
    return ids[:-1].unfold(0, length, length), ids[1:].unfold(0, length, length)
