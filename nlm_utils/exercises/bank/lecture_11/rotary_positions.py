"""rotary_positions: pairs turned by angles. Learners pair halves, get signs, exponents or positions wrong."""

import math
from itertools import product

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors

from ...families import argument, result, result_with, variants
from . import numbers


def rotary_positions(x, positions):
    """Queries or keys turned by their positions (Su et al. 2021); shaped like x.

    x          (..., T, d) with d even; none or more axes in front (a batch, heads)
    positions  (T,) whole numbers, the position of each of the T rows; they need not begin at 0 nor be in order

    The row at position p is cut into the pairs (x_2i, x_2i+1), i = 0 … d/2 − 1: NEIGHBOURS, not halves. Each pair is
    turned by its own angle φ = p · 10000^(−2i/d):
    (x_2i cos φ − x_2i+1 sin φ,  x_2i sin φ + x_2i+1 cos φ), and stays where it was.
    The dtype is that of x. Gradients flow back to x; x and positions stay as they were.
    """
    dim = x.shape[-1]
    frequencies = 10000.0 ** (-torch.arange(0, dim, 2, dtype=x.dtype, device=x.device) / dim)  # (d/2,)
    angles = positions[:, None] * frequencies  # (T, d/2)
    first, second = x[..., 0::2], x[..., 1::2]  # (..., T, d/2) each
    turned = [first * angles.cos() - second * angles.sin(), first * angles.sin() + second * angles.cos()]
    return torch.stack(turned, dim=-1).flatten(-2)


exercise = Exercise(
    rotary_positions,
    checks=(
        "one pair and many, one word, no batch, a batch, heads, positions that begin later or are out of order, "
        "float32, the gradient of x"
    ),
    explanation=(
        "A pair is a point in the plane, and its position an angle. The dot product of two turned points depends only "
        "on the DIFFERENCE of their angles, so that attention's scores know how far two words are apart, not where "
        "they stand. Each pair turns at its own speed: fast ones tell neighbours apart, slow ones distant words."
    ),
    hints=[
        "The angles first: a table (T, d/2), one row for each position, one column for each pair.",
        "`torch.arange(0, d, 2) / d` are the exponents 2i/d; `positions[:, None] * frequencies` is the table.",
        "All first members of the pairs are `x[..., 0::2]`, all second ones `x[..., 1::2]`. Turn them with cos and sin "
        "of the table; both new ones are made from the OLD ones.",
        "`torch.stack([first, second], dim=-1)` puts the two side by side, (..., T, d/2, 2); flattening the last two "
        "axes brings the pairs back to their places.",
    ],
    rtol=1e-3,
    atol=1e-4,
)

exercise.case(torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64), torch.tensor([1, 2]))
exercise.case(numbers(3, 4, seed=300), torch.tensor([0, 1, 2]))
exercise.case(numbers(3, 6, seed=301), torch.tensor([5, 6, 7]))
exercise.case(numbers(4, 4, seed=302), torch.tensor([3, 0, 9, 4]))
exercise.case(numbers(2, 3, 4, seed=303), torch.tensor([1, 2, 3]))
exercise.case(numbers(2, 3, 4, 6, seed=304), torch.tensor([10, 11, 12, 13]))
exercise.case(numbers(3, 3, 3, 4, seed=305), torch.tensor([40, 2, 3001]))
exercise.case(numbers(2, 3, 6, seed=306, dtype=torch.float32), torch.tensor([7, 8, 30]))
exercise.case(numbers(3, 4, seed=307, grad=True), torch.tensor([2, 3, 6]))
exercise.case(numbers(1, 1, 4, seed=308), torch.tensor([6]))
exercise.drawn(
    lambda rng: (*tensors(rng, "*td", t=3, d=2 * int(rng.integers(1, 5))), torch.tensor(rng.permutation(40)[:3]))
)


def _speeds(i, d):
    """The frequencies of the pairs that begin at the columns i = 0, 2, 4, …"""
    return 10000.0 ** (-i / d)


def _table(positions, speeds):
    return positions[:, None] * speeds


def _pairs(x):
    return x[..., 0::2], x[..., 1::2]


def _first(a, b, cos, sin):
    return a * cos - b * sin


def _second(a, b, cos, sin):
    return a * sin + b * cos


def _neighbours(first, second):
    return torch.stack([first, second], dim=-1).flatten(-2)


def _rotary(
    place=lambda p: p, speeds=_speeds, table=_table, split=_pairs, first=_first, second=_second, join=_neighbours
):
    """Rotary positions from their parts."""

    def rotary(x, positions):
        i, d = torch.arange(0, x.shape[-1], 2, dtype=torch.float64), x.shape[-1]
        angles = table(place(positions), speeds(i, d)).to(x.dtype)
        pair = *split(x), angles.cos(), angles.sin()
        return join(first(*pair), second(*pair))

    return rotary


def _angles(x, positions):
    return _table(positions, _speeds(torch.arange(0, x.shape[-1], 2), x.shape[-1])).to(x.dtype)


def _turned(x, angles):
    pair = *_pairs(x), angles.cos(), angles.sin()
    return _neighbours(_first(*pair), _second(*pair))


def _mixed(swapped, lay=lambda angles: angles.repeat_interleave(2, -1)):
    """A turn of all columns at once, x cos φ + swapped(x) sin φ, with the angles laid out over the d columns."""

    def mixed(x, positions):
        angles = lay(_angles(x, positions))
        return x * angles.cos() + swapped(x) * angles.sin()

    return mixed


def _halves(x):
    return x.chunk(2, dim=-1)


def _side_by_side(first, second):
    return torch.cat([first, second], dim=-1)


def _overlapping(x, positions):
    result, d = torch.zeros_like(x), x.shape[-1]
    for i in range(d // 2):
        angle = positions * 10000.0 ** (-2 * i / d)
        pair = x[..., i], x[..., i + 1], angle.cos(), angle.sin()
        result[..., i], result[..., i + 1] = _first(*pair), _second(*pair)
    return result


def _counted(p):
    return torch.arange(len(p))


def _one_speed(i, d):
    return i * 0 + 1


# Which position
exercise.takes(
    argument(
        "positions",
        positions=("positions_ignored", "You number the rows 0, 1, 2, … A text may begin later, or be out of order."),
        minus=("backwards", "You turn the other way: the signs of both sines are exchanged."),
        plus_one=("from_one", "Your positions are one too high. `positions` is used as it is; at 0 nothing is turned."),
        minus_one=("one_too_low", "Your positions are one too low. `positions` is used as it is."),
        backwards=("reversed", "You use the positions in reverse order: row j stands at `positions[j]`."),
        in_order=("sorted", "You sort the positions. Row j stands at `positions[j]`, in whatever order."),
        last=("last_position", "You turn all rows by the last position. Each row has its own."),
        first=("first_position", "You turn all rows by the first position. Each row has its own."),
        half=("half_angle", "Your angles are half as large as p · 10000^(−2i/d)."),
        twice=("double_angle", "Your angles are twice as large as p · 10000^(−2i/d)."),
    ),
    result_with(
        "x",
        plus=("summed", "You turn each row and then add what it was before. The turned row REPLACES it."),
        over_root_of_width=("scaled", "You divide by √d. The scale belongs to attention; a turn keeps all lengths."),
    ),
    result(squeezed="squeezed"),
)
for id, place, sentence in (
    ("relative_to_first", lambda p: p - p[0], "You subtract the first position. `positions` is used as it is."),
    ("counted_from_one", lambda p: _counted(p) + 1, "You number the rows 1, 2, 3, … and do not use `positions`."),
    ("share_of_length", lambda p: p / len(p), "You divide the positions by the number of rows. Use them as they are."),
    ("turns", lambda p: 2 * math.pi * p, "You multiply the angle by 2π. It is in radians as it is."),
    ("half_turns", lambda p: math.pi * p, "You multiply the angle by π. It is in radians as it is."),
    ("degrees", lambda p: p * math.pi / 180, "You take the angle for degrees; it is in radians."),
):
    exercise.mistake(id, _rotary(place)).says(sentence)

# How fast
for id, speeds, sentence in (
    ("one_angle", _one_speed, "All your pairs turn by the same angle. Each has a speed of its own, 10000^(−2i/d)."),
    ("slowest_everywhere", lambda i, d: i * 0 + 1e-4, "Your pairs are equally slow. Each has a speed of its own."),
    ("exponent_halved", lambda i, d: 1e4 ** (-i / 2 / d), "Your exponents are i/d, i = 0, 1, 2, … They are 2i/d."),
    (
        "exponent_doubled",
        lambda i, d: 1e4 ** (-2 * i / d),
        "Your exponents are twice 2i/d: 0, 2, 4, … ARE 2i already, and the divisor is d, not d/2.",
    ),
    (
        "exponent_without_d",
        lambda i, d: 1e4**-i,
        "Only your first pair turns (noticeably). Each pair does, with the exponent 2i/d: is 2i divided by d?",
    ),
    ("speeds_grow", lambda i, d: 1e4 ** (i / d), "The exponent is NEGATIVE, −2i/d: later pairs turn more slowly."),
    ("speeds_reversed", lambda i, d: _speeds(i, d).flip(0), "Your speeds run the other way: the first is the fastest."),
    ("shifted_exponent", lambda i, d: 1e4 ** (-(i + 2) / d), "Your exponents begin at 2/d. i counts from 0."),
    ("to_the_very_end", lambda i, d: 1e4 ** (-i / max(d - 2, 1)), "You divide 2i by d − 2. Divide by d."),
    ("no_power", lambda i, d: 1 / (1e4 * i / d).clamp_min(1), "10000 is raised to the POWER 2i/d, not multiplied."),
):
    exercise.mistake(id, _rotary(speeds=speeds)).says(sentence)
exercise.takes(
    variants(
        "base_{:g}",
        (math.e, 1e3, 1e5, 5e5),
        lambda base: _rotary(speeds=lambda i, d: base ** (-i / d)),
        "Your base is {value}. It is 10000.",
    )
)
exercise.mistake(
    "own_speeds",
    _rotary(
        speeds=lambda i, d: _speeds(torch.arange(d), d),
        first=lambda a, b, c, s: _first(a, b, c[:, 0::2], s[:, 0::2]),
        second=lambda a, b, c, s: _second(a, b, c[:, 1::2], s[:, 1::2]),
    ),
).says("Each of your columns has an exponent of its own. The two of a pair share ONE angle, with exponent 2i/d.")

# The turn of a pair
for id, first, sentence in (
    ("first_sign", lambda a, b, c, s: a * c + b * s, "Your first member adds the sine."),
    ("first_exchanged", lambda a, b, c, s: b * c - a * s, "Your first member exchanges x_2i and x_2i+1."),
    ("first_as_second", lambda a, b, c, s: a * s - b * c, "Your first member exchanges sine and cosine."),
):
    exercise.mistake(id, _rotary(first=first)).says(f"{sentence} It is x_2i cos φ − x_2i+1 sin φ.")
for id, second, sentence in (
    ("second_sign", lambda a, b, c, s: a * s - b * c, "Your second member subtracts the cosine."),
    ("second_sign_of_sine", lambda a, b, c, s: b * c - a * s, "Your second member subtracts the sine."),
    ("second_as_first", lambda a, b, c, s: a * c + b * s, "Your second member exchanges sine and cosine."),
    ("second_from_new", lambda a, b, c, s: (a * c - b * s) * s + b * c, "Your second member uses the NEW first one."),
):
    exercise.mistake(id, _rotary(second=second)).says(f"{sentence} It is x_2i sin φ + x_2i+1 cos φ, of the old pair.")
exercise.mistake("members_exchanged", _rotary(first=_second, second=_first)).says(
    "The two members of each pair have changed places: the first one is x_2i cos φ − x_2i+1 sin φ."
)
exercise.mistake(
    "sine_for_cosine", _rotary(first=lambda a, b, c, s: a * s - b * c, second=lambda a, b, c, s: a * c + b * s)
).says("Sine and cosine are exchanged: at position 0, where the angle is 0, nothing may change.")
exercise.mistake("cosine_only", _rotary(first=lambda a, b, c, s: a * c, second=lambda a, b, c, s: b * c)).says(
    "You multiply everything by the cosine; the sine, which mixes the two of a pair, is missing."
)
exercise.mistake("cosine_and_sine", _rotary(first=lambda a, b, c, s: a * c, second=lambda a, b, c, s: b * s)).says(
    "You multiply the first by the cosine and the second by the sine. A turn mixes the two."
)
exercise.mistake("sine_and_cosine", _rotary(first=lambda a, b, c, s: a * s, second=lambda a, b, c, s: b * c)).says(
    "You multiply the first by the sine and the second by the cosine. A turn mixes the two."
)
exercise.mistake("rolled", _mixed(lambda x: x.roll(1, -1))).says(
    "You take the neighbour to the left for every number, across the pairs. Each pair mixes only with itself, and one "
    "of the two sines has a minus."
)

# Which numbers make a pair, and where they go back to
_AS_HALVES = {"split": _halves, "join": _side_by_side}
exercise.mistake("halves", _rotary(**_AS_HALVES)).says(
    "You pair x_i with x_(i+d/2), the two halves. Some programs do; here a pair is two NEIGHBOURS, x_2i and x_2i+1."
)
for id, wrong, sentence in (
    ("halves_backwards", {"place": lambda p: -p}, "you turn the other way"),
    ("halves_counted", {"place": _counted}, "the rows stand at `positions`, not at 0, 1, 2, …"),
    ("halves_from_one", {"place": lambda p: p + 1}, "`positions` is used as it is, not plus 1"),
    ("halves_one_angle", {"speeds": _one_speed}, "each has a speed of its own"),
    ("exponent_halved_halves", {"speeds": lambda i, d: 1e4 ** (-i / 2 / d)}, "the exponents are 2i/d, not i/d"),
    ("halves_first_sign", {"first": lambda a, b, c, s: a * c + b * s}, "it is x_2i cos φ MINUS x_2i+1 sin φ"),
):
    exercise.mistake(id, _rotary(**_AS_HALVES, **wrong)).says(
        f"Two things: pairs are neighbours, not halves; and {sentence}."
    )
exercise.mistake("halves_joined_as_pairs", _rotary(split=_halves)).says(
    "You take halves apart and put them back as neighbours: the numbers change places. It is neighbours both times."
)
exercise.mistake("pairs_joined_as_halves", _rotary(join=_side_by_side)).says(
    "You put all first members in front of all second ones. Each goes back to its own place: `stack` along a new last "
    "axis and flatten, not `cat`."
)
exercise.mistake("halves_mixed", _mixed(lambda x: _side_by_side(-_halves(x)[1], _halves(x)[0]))).says(
    "You turn x_i with x_(i+d/2), but your angles are laid out for neighbours. Pairs are neighbours throughout."
)
exercise.mistake(
    "neighbours_mixed", _mixed(lambda x: _neighbours(-_pairs(x)[1], _pairs(x)[0]), lambda angles: angles.repeat(1, 2))
).says(
    "You turn neighbours, but your angles are laid out for halves: repeat each twice in a row (`repeat_interleave`)."
)
exercise.mistake("members_taken_crosswise", _rotary(split=lambda x: _pairs(x)[::-1])).says(
    "You take the odd columns for first members and the even ones for second. It is the other way: x_2i comes first."
)
for id, join, sentence in (
    ("first_members", lambda a, b: a, "You return the first members of the pairs only, d/2 numbers. All d are wanted."),
    ("members_summed", lambda a, b: a + b, "You add up the two members of each pair, d/2 numbers. Both stay."),
    ("two_tensors", lambda a, b: (a, b), "You return the members separately. One tensor is wanted."),
    ("pairs_apart", lambda a, b: torch.stack([a, b], -1), "Your pairs have an axis of their own: flatten it."),
    (
        "stacked_at_front",
        lambda a, b: torch.stack([a, b]).flatten(-2),
        "You stack along a new FIRST axis: take the last.",
    ),
):
    exercise.mistake(id, _rotary(join=join)).says(sentence)
exercise.mistake(
    "stacked_over_time", _rotary(join=lambda a, b: torch.stack([a, b], dim=-3).reshape(*a.shape[:-1], 2 * a.shape[-1]))
).says("You stack the two members in front of time, and flattening mixes rows. Stack along a new LAST axis.")

# The table of angles
for id, table, sentence in (
    ("no_column", lambda p, f: p * f, "A table is wanted, each position with each frequency: `positions[:, None]`."),
    ("angles_transposed", lambda p, f: p * f[:, None], "Your table is (d/2, T). A row belongs to a position."),
    ("whole_angles", lambda p, f: _table(p, f).floor(), "You cut the angles down to whole numbers (`//`, `.long()`)."),
    ("full_angles", lambda p, f: _table(p, f).repeat(1, 2), "Your table has d columns. It has one for each PAIR."),
):
    exercise.mistake(id, _rotary(table=table)).says(sentence)
exercise.mistake("time_first", lambda x, p: _turned(x, _angles(x, p).reshape(len(p), *[1] * (x.ndim - 2), -1))).says(
    "You take the FIRST axis for time. With a batch in front time is the axis before the last."
)
exercise.mistake("time_one", lambda x, p: _turned(x, _angles(x, p).reshape(1, len(p), *[1] * (x.ndim - 3), -1))).says(
    "You take axis 1 for time. Count from the end: time is the axis before the last."
)
exercise.mistake("added", _rotary(first=lambda a, b, c, s: a + s, second=lambda a, b, c, s: b + c)).says(
    "You add sinusoidal positions. Here nothing is added: each pair is TURNED."
)
exercise.mistake(
    "table", _rotary(first=lambda a, b, c, s: s.expand(a.shape), second=lambda a, b, c, s: c.expand(b.shape))
).says("You return the table of sines and cosines. x is to be turned by it.")
exercise.mistake(
    "columns_of_axis_one", lambda x, p: _turned(x, _angles(x, p)) if x.ndim == 2 else x[:, ::2] * _angles(x, p)
).says("`x[:, ::2]` takes every second entry of axis 1, which is the last only without a batch. Write `x[..., ::2]`.")
exercise.mistake("counted_along_axis_one", lambda x, p: rotary_positions(x, torch.arange(x.shape[1]))).says(
    "You number axis 1 and do not use `positions`. Time is the axis before the last, and each row has its position."
)


exercise.mistakes(
    unpacked=lambda x, positions: next(rotary_positions(x, positions) for _, _, _ in [x.shape]),
    heads_unpacked=lambda x, positions: next(rotary_positions(x, positions) for _, _, _, _ in [x.shape]),
).says("You unpack three axes, or four. There may be none in front of time, or several: take d from `x.shape[-1]`.")
exercise.mistake("angle_added", lambda x, positions: x + _angles(x, positions).repeat_interleave(2, -1)).says(
    "You add the angles to x. They are angles to TURN by."
)
exercise.mistake(
    "width_of_axis_one",
    lambda x, p: _turned(x, _table(p, _speeds(torch.arange(0, x.shape[1], 2), x.shape[1])).to(x.dtype)),
).says("You take d from `x.shape[1]`, the last axis only where x has two. Take it from `x.shape[-1]`.")
exercise.mistake(
    "half_turned",
    lambda x, p: torch.cat([rotary_positions(x[..., : (h := x.shape[-1] // 2 // 2 * 2)], p), x[..., h:]], -1),
).says("You turn the first half of the columns and leave the rest. All pairs are turned, each by 10000^(−2i/d).")
exercise.mistake("second_as_first_counted", _rotary(_counted, second=lambda a, b, c, s: a * c + b * s)).says(
    "Two things: the second member exchanges sine and cosine; and the rows stand at `positions`, not at 0, 1, 2, …"
)
for _id, _second_too, _sentence in (
    ("second_sign_counted", lambda a, b, c, s: b * c - a * s, "the second member is x_2i sin φ PLUS x_2i+1 cos φ"),
    ("second_from_new_counted", lambda a, b, c, s: (a * c - b * s) * s + b * c, "the second member uses the NEW first"),
):
    exercise.mistake(_id, _rotary(_counted, second=_second_too)).says(
        f"Two things: {_sentence}; and the rows stand at `positions`, not at 0, 1, 2, …"
    )
exercise.mistake("overlapping_pairs", _overlapping).says(
    "Your i counts 0, 1, 2, … and takes (x_i, x_i+1), so that pairs overlap. They begin at 0, 2, 4, …: x_2i and x_2i+1."
)
exercise.mistake("backwards_counted", _rotary(lambda p: -_counted(p))).says(
    "Two things: you turn the other way; and the rows stand at `positions`, not at 0, 1, 2, …"
)
exercise.mistake("one_angle_counted", _rotary(_counted, _one_speed)).says(
    "Two things: each pair has a speed of its own; and the rows stand at `positions`."
)


@exercise.mistake("two_axes").says(
    "You index x with two axes, `x[t, i]`, which takes the first axis for time when there is a batch. Count from the "
    "end: `x[..., t, i]`."
)
def two_axes(x, positions):
    result, d = torch.zeros_like(x), x.shape[-1]
    for t, i in product(range(len(positions)), range(0, d, 2)):
        angle = positions[t] * 10000.0 ** (-i / d)
        pair = x[t, i], x[t, i + 1], angle.cos(), angle.sin()
        result[t, i], result[t, i + 1] = _first(*pair), _second(*pair)
    return result


@exercise.mistake("in_place").says(
    "You write into x, which belongs to whoever called; and the second members are made from the new first ones."
)
def in_place(x, positions):
    angles = _angles(x, positions)
    x[..., 0::2] = _first(*_pairs(x), angles.cos(), angles.sin())
    x[..., 1::2] = _second(*_pairs(x), angles.cos(), angles.sin())
    return x


@exercise.right
def by_complex_numbers(x, positions):
    dim = x.shape[-1]
    angles = positions.to(x.dtype)[:, None] * 10000.0 ** (-torch.arange(0, dim, 2) / dim)
    turns = torch.polar(torch.ones_like(angles), angles)
    points = torch.view_as_complex(x.reshape(*x.shape[:-1], dim // 2, 2))
    return torch.view_as_real(points * turns.to(points.dtype)).flatten(-2)


@exercise.right
def by_loops(x, positions):
    dim = x.shape[-1]
    result = torch.zeros_like(x)
    for row, p in enumerate(positions.tolist()):
        for i in range(dim // 2):
            phi = p * 10000 ** (-2 * i / dim)
            one, other = x[..., row, 2 * i], x[..., row, 2 * i + 1]
            result[..., row, 2 * i] = one * math.cos(phi) - other * math.sin(phi)
            result[..., row, 2 * i + 1] = one * math.sin(phi) + other * math.cos(phi)
    return result


@exercise.right
def by_rotated_copy(x, positions):
    dim = x.shape[-1]
    frequencies = torch.exp(-math.log(10000.0) * torch.arange(0, dim, 2).float() / dim)
    angles = torch.outer(positions.float(), frequencies).repeat_interleave(2, dim=-1)
    swapped = torch.stack([-x[..., 1::2], x[..., 0::2]], dim=-1).reshape(x.shape)
    return (x * angles.cos() + swapped * angles.sin()).to(x.dtype)
