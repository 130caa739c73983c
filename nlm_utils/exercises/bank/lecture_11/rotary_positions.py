"""rotary_positions."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

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
        "one pair and many, no batch, a batch, heads, positions that begin later or are out of order, float32, the "
        "gradient of x"
    ),
    explanation=(
        "A pair is a point in the plane, and its position an angle. The dot product of two turned points depends only "
        "on the DIFFERENCE of their angles, so that attention's scores know how far two words are apart, not where "
        "they stand. Each pair turns at its own speed: fast ones tell neighbours apart, slow ones distant words."
    ),
    hints=[
        "The angles first: a table (T, d/2), one row for each position, one column for each pair.",
        "`torch.arange(0, d, 2) / d` are the exponents 2i/d; `positions[:, None] * frequencies` is the table.",
        (
            "All first members of the pairs are `x[..., 0::2]`, all second ones `x[..., 1::2]`. Turn them with cos "
            "and sin of the table; both new ones are made from the OLD ones."
        ),
        (
            "`torch.stack([first, second], dim=-1)` puts the two side by side, (..., T, d/2, 2); flattening the last "
            "two axes brings the pairs back to their places."
        ),
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
exercise.case(numbers(3, 3, 3, 4, seed=305), torch.tensor([40, 2, 17]))
exercise.case(numbers(2, 3, 6, seed=306, dtype=torch.float32), torch.tensor([7, 8, 30]))
exercise.case(numbers(3, 4, seed=307, grad=True), torch.tensor([2, 3, 6]))


def _even(dim):
    return torch.arange(0, dim, 2, dtype=torch.float64)


def _speeds(exponents=lambda dim: -_even(dim) / dim, base=10000.0):
    return lambda dim: base ** exponents(dim)


def _turn(first, second, angles):
    cosine, sine = angles.cos(), angles.sin()
    return first * cosine - second * sine, first * sine + second * cosine


def _neighbours(first, second):
    return torch.stack([first, second], dim=-1).flatten(-2)


def _side_by_side(first, second):
    return torch.cat([first, second], dim=-1)


def _pairs(x):
    return x[..., 0::2], x[..., 1::2]


def _halves(x):
    return x.chunk(2, dim=-1)


def _rotary(speeds=None, turn=_turn, split=_pairs, join=_neighbours, place=lambda p, x: p):
    """Wrong rotary positions from their parts; `place` makes the positions that are used."""
    speeds = speeds or _speeds()

    def rotary(x, positions):
        angles = (place(positions, x)[:, None] * speeds(x.shape[-1])).to(x.dtype)
        return join(*turn(*split(x), angles))

    return rotary


def _counted(positions, x):
    return torch.arange(len(positions))


def _second_from_new(first, second, angles):
    first = first * angles.cos() - second * angles.sin()
    return first, first * angles.sin() + second * angles.cos()


def _sinusoids(x, positions):
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    return _neighbours(angles.sin(), angles.cos())


def _by_square_root(first, second, angles):
    one, other = _turn(first, second, angles)
    scale = math.sqrt(2 * first.shape[-1])
    return one / scale, other / scale


def _turning(one, other):
    """A turn from two functions of (first, second, cosine, sine)."""
    return lambda a, b, angles: (
        one(a, b, angles.cos(), angles.sin()),
        other(a, b, angles.cos(), angles.sin()),
    )


def _plain_first(a, b, c, s):
    return a * c - b * s


def _plain_second(a, b, c, s):
    return a * s + b * c


exercise.mistake("positions_ignored", _rotary(place=_counted)).says(
    "You number the rows 0, 1, 2, … and do not use `positions`. A text may begin later, or be out of order."
)
exercise.mistake("halves", _rotary(split=_halves, join=_side_by_side)).says(
    "You pair x_i with x_(i+d/2), the two halves. Some programs do; here a pair is two NEIGHBOURS, x_2i and x_2i+1."
)
exercise.mistake("one_angle", _rotary(_speeds(lambda dim: 0 * _even(dim)))).says(
    "All your pairs turn by the same angle. Each has a speed of its own, 10000^(−2i/d)."
)
exercise.mistake("slowest_everywhere", _rotary(lambda dim: torch.full((dim // 2,), 1e-4, dtype=torch.float64))).says(
    "All your pairs turn equally slowly. Each has a speed of its own, 10000^(−2i/d), beginning with 1."
)
exercise.mistake("halves_joined_as_pairs", _rotary(split=_halves)).says(
    "You take halves apart and put them back as neighbours: the numbers change places. Both ways must be the same: "
    "neighbours."
)
exercise.mistake("pairs_joined_as_halves", _rotary(join=_side_by_side)).says(
    "You turn the right pairs, but then put all first members in front and all second ones behind. Each goes back to "
    "its own place: `stack` along a new last axis and flatten, not `cat`."
)


@exercise.mistake("halves_mixed").says(
    "You turn x_i with x_(i+d/2), but your angles are laid out for neighbours. Here the pairs are neighbours "
    "throughout."
)
def halves_mixed(x, positions):
    """The usual 'rotate half', with angles that are laid out for neighbours."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, dim=-1)
    first, second = _halves(x)
    return x * angles.cos() + torch.cat([-second, first], dim=-1) * angles.sin()


@exercise.mistake("neighbours_mixed").says(
    "You turn neighbours, but your angles are laid out for halves, so that the two of a pair get different ones: "
    "repeat each angle twice in a row (`repeat_interleave`)."
)
def neighbours_mixed(x, positions):
    """Neighbours turned, with angles that are laid out for halves."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat(1, 2)
    first, second = _pairs(x)
    return x * angles.cos() + _neighbours(-second, first) * angles.sin()


exercise.mistake("backwards", _rotary(turn=lambda a, b, angles: _turn(a, b, -angles))).says(
    "You turn the other way: the signs of both sines are exchanged."
)
exercise.mistake(
    "halves_backwards", _rotary(split=_halves, join=_side_by_side, turn=lambda a, b, angles: _turn(a, b, -angles))
).says("Two things: pairs are neighbours, not halves; and you turn the other way.")
exercise.mistake("halves_counted", _rotary(split=_halves, join=_side_by_side, place=_counted)).says(
    "Two things: pairs are neighbours, not halves; and the rows stand at `positions`, not at 0, 1, 2, …"
)
exercise.mistake("sine_for_cosine", _rotary(turn=lambda a, b, angles: _turn(a, b, math.pi / 2 - angles))).says(
    "Sine and cosine are exchanged: at position 0, where the angle is 0, nothing may change."
)
exercise.mistake("first_sign", _rotary(turn=_turning(lambda a, b, c, s: a * c + b * s, _plain_second))).says(
    "The sign in the first member is wrong: x_2i cos φ MINUS x_2i+1 sin φ."
)
exercise.mistake("second_sign", _rotary(turn=_turning(_plain_first, lambda a, b, c, s: a * s - b * c))).says(
    "The sign in the second member is wrong: x_2i sin φ PLUS x_2i+1 cos φ."
)
exercise.mistake("second_sign_of_sine", _rotary(turn=_turning(_plain_first, lambda a, b, c, s: b * c - a * s))).says(
    "Your second member subtracts the sine: x_2i sin φ PLUS x_2i+1 cos φ."
)
exercise.mistake("second_as_first", _rotary(turn=_turning(_plain_first, lambda a, b, c, s: a * c + b * s))).says(
    "Your second member exchanges the two: it is x_2i SIN φ + x_2i+1 COS φ."
)
exercise.mistake("first_exchanged", _rotary(turn=_turning(lambda a, b, c, s: b * c - a * s, _plain_second))).says(
    "Your first member exchanges the two: it is x_2i COS φ − x_2i+1 SIN φ."
)
exercise.mistake("members_exchanged", _rotary(turn=_turning(_plain_second, _plain_first))).says(
    "The two members of each pair have changed places: the first one is x_2i cos φ − x_2i+1 sin φ."
)
exercise.mistake("second_from_new", _rotary(turn=_second_from_new)).says(
    "Your second member is made from the first one as it is AFTER turning. Both are made from the old pair."
)
exercise.mistake("cosine_only", _rotary(turn=_turning(lambda a, b, c, s: a * c, lambda a, b, c, s: b * c))).says(
    "You multiply everything by the cosine; the sine, which mixes the two of a pair, is missing."
)
exercise.mistake("cosine_and_sine", _rotary(turn=_turning(lambda a, b, c, s: a * c, lambda a, b, c, s: b * s))).says(
    "You multiply the first by the cosine and the second by the sine. A turn mixes the two."
)
exercise.mistake("sine_and_cosine", _rotary(turn=_turning(lambda a, b, c, s: a * s, lambda a, b, c, s: b * c))).says(
    "You multiply the first by the sine and the second by the cosine. A turn mixes the two."
)
exercise.mistake("added", lambda x, positions: x + _sinusoids(x, positions)).says(
    "You add sinusoidal positions. Here nothing is added: each pair is TURNED."
)
exercise.mistake("table", lambda x, positions: _sinusoids(x, positions).expand(x.shape)).says(
    "You return the table of sines and cosines. x is to be turned by it."
)
exercise.mistake(
    "angle_added",
    lambda x, positions: x + (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, -1),
).says("You add the angles to x. They are angles to TURN by.")
exercise.mistake("from_one", _rotary(place=lambda p, x: p + 1)).says(
    "Your positions are one too high. `positions` is used as it is; position 0 is not turned at all."
)
exercise.mistake("one_too_low", _rotary(place=lambda p, x: p - 1)).says(
    "Your positions are one too low. `positions` is used as it is."
)
exercise.mistake("relative_to_first", _rotary(place=lambda p, x: p - p[0])).says(
    "You subtract the first position. `positions` is used as it is."
)
exercise.mistake("counted_from_one", _rotary(place=lambda p, x: torch.arange(1, len(p) + 1))).says(
    "You number the rows 1, 2, 3, … and do not use `positions`."
)
exercise.mistake("reversed", _rotary(place=lambda p, x: p.flip(0))).says(
    "You use the positions in reverse order: row j stands at `positions[j]`."
)
exercise.mistake("sorted", _rotary(place=lambda p, x: p.sort().values)).says(
    "You sort the positions. Row j stands at `positions[j]`, in whatever order."
)
exercise.mistake("last_position", _rotary(place=lambda p, x: p[-1:].expand(len(p)))).says(
    "You turn all rows by the last position. Each row has its own."
)
exercise.mistake("first_position", _rotary(place=lambda p, x: p[:1].expand(len(p)))).says(
    "You turn all rows by the first position. Each row has its own."
)
exercise.mistake("share_of_length", _rotary(place=lambda p, x: p / len(p))).says(
    "You divide the positions by the number of rows. They are used as they are."
)
exercise.mistake("exponent_halved", _rotary(_speeds(lambda dim: -_even(dim) / 2 / dim))).says(
    "Your exponents are i/d, with i = 0, 1, 2, … for the pairs. They are 2i/d."
)
exercise.mistake("exponent_doubled", _rotary(_speeds(lambda dim: -2 * _even(dim) / dim))).says(
    "Your exponents are twice too large: 0, 2, 4, … ARE 2i already, and you double them again."
)
exercise.mistake("exponent_without_d", _rotary(_speeds(lambda dim: -_even(dim)))).says(
    "Only your first pair turns noticeably. All d/2 do, with exponents 2i/d. (10000 to the power −2i is close to 0 "
    "for the others.)"
)


@exercise.mistake("own_speeds").says(
    "Each of your columns has an exponent of its own. The two of a pair share ONE angle, with exponent 2i/d."
)
def own_speeds(x, positions):
    columns = torch.arange(x.shape[-1], dtype=torch.float64)
    angles = (positions[:, None] * 10000.0 ** (-columns / x.shape[-1])).to(x.dtype)
    first, second = _pairs(x)
    cosine, sine = angles.cos(), angles.sin()
    return _neighbours(
        first * cosine[:, 0::2] - second * sine[:, 0::2], first * sine[:, 1::2] + second * cosine[:, 1::2]
    )


exercise.mistake("speeds_grow", _rotary(_speeds(lambda dim: _even(dim) / dim))).says(
    "Your angles are MULTIPLIED by 10000^(2i/d). The exponent is negative: later pairs turn more slowly."
)
exercise.mistake("speeds_reversed", _rotary(lambda dim: _speeds()(dim).flip(0))).says(
    "Your speeds run the other way: the first pair is the fastest."
)
exercise.mistake("shifted_exponent", _rotary(_speeds(lambda dim: -(_even(dim) + 2) / dim))).says(
    "Your exponents begin at 2/d. i counts from 0: the first pair turns by one radian a word."
)
exercise.mistake("to_the_very_end", _rotary(_speeds(lambda dim: -_even(dim) / max(dim - 2, 1)))).says(
    "Your exponents go from 0 to exactly −1, in d/2 − 1 steps. They are −2i/d, which stops a little before."
)
exercise.mistake("base_1000", _rotary(_speeds(base=1000.0))).says("Your base is 1000. It is 10000.")
exercise.mistake("base_100000", _rotary(_speeds(base=1e5))).says("Your base is 100000. It is 10000.")
exercise.mistake("base_500000", _rotary(_speeds(base=5e5))).says(
    "Your base is larger than 10000 (newer models take 500000). Here it is 10000."
)
exercise.mistake("base_e", _rotary(_speeds(base=math.e))).says("Your base is e. It is 10000.")
exercise.mistake("no_power", _rotary(lambda dim: 1 / (10000.0 * _even(dim) / dim).clamp_min(1.0))).says(
    "You divide by 10000 times 2i/d. 10000 is raised to that POWER."
)
exercise.mistake("turns", _rotary(place=lambda p, x: 2 * math.pi * p)).says(
    "You multiply the angle by 2π. It is in radians as it is."
)
exercise.mistake("half_turns", _rotary(place=lambda p, x: math.pi * p)).says(
    "You multiply the angle by π. It is in radians as it is."
)
exercise.mistake("degrees", _rotary(place=lambda p, x: p * math.pi / 180)).says(
    "You take the angle for degrees. sin and cos take radians, and it is in radians as it is."
)
exercise.mistake("half_angle", _rotary(place=lambda p, x: p / 2)).says(
    "Your angles are half as large as they should be."
)
exercise.mistake("double_angle", _rotary(place=lambda p, x: 2 * p)).says(
    "Your angles are twice as large as they should be."
)


@exercise.mistake("time_first").says(
    "You take the FIRST axis for time. With a batch in front time is the axis before the last."
)
def time_first(x, positions):
    """Takes axis 0 for time."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    shape = (len(positions),) + (1,) * (x.ndim - 2) + (x.shape[-1] // 2,)
    return _neighbours(*_turn(*_pairs(x), angles.reshape(shape)))


@exercise.mistake("time_one").says("You take axis 1 for time. Count from the end: time is the axis before the last.")
def time_one(x, positions):
    """Takes axis 1 for time."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    shape = (1, len(positions)) + (1,) * (x.ndim - 3) + (x.shape[-1] // 2,)
    return _neighbours(*_turn(*_pairs(x), angles.reshape(shape)))


exercise.mistake("scaled", _rotary(turn=_by_square_root)).says(
    "You divide by √d. The scale belongs to attention; a turn keeps all lengths."
)
exercise.mistake("unchanged", lambda x, positions: x.clone()).says("You return x as it came: nothing is turned.")
exercise.mistake("first_members", _rotary(join=lambda first, second: first)).says(
    "You return the first members of the pairs only, d/2 numbers. All d are wanted."
)
exercise.mistake("pairs_apart", _rotary(join=lambda first, second: torch.stack([first, second], dim=-1))).says(
    "Your pairs have an axis of their own, (..., d/2, 2). Flatten the last two axes."
)
exercise.mistake(
    "stacked_over_time",
    _rotary(
        join=lambda first, second: torch.stack([first, second], dim=-3).reshape(*first.shape[:-1], 2 * first.shape[-1])
    ),
).says("You stack the two members in front of time, and flattening mixes rows. Stack along a new LAST axis.")
exercise.mistake("two_tensors", _rotary(join=lambda first, second: (first, second))).says(
    "You return the two members separately. They go back into one tensor, side by side."
)


@exercise.mistake("no_gradients").says(
    "The values are right, but no gradient flows back to x (`no_grad`, `.detach()`, `.data`, `.numpy()`)."
)
def no_gradients(x, positions):
    with torch.no_grad():
        return rotary_positions(x, positions)


exercise.mistake("second_detached", _rotary(turn=lambda a, b, angles: _turn(a, b.detach(), angles))).says(
    "The values are right, but half of x is cut off from the graph."
)
exercise.mistake("first_detached", _rotary(turn=lambda a, b, angles: _turn(a.detach(), b, angles))).says(
    "The values are right, but half of x, the first members, is cut off from the graph."
)


@exercise.mistake("in_place").says(
    "You write into x, which belongs to whoever called; and the second members are made from first ones that are "
    "turned already."
)
def in_place(x, positions):
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    x[..., 0::2] = x[..., 0::2] * angles.cos() - x[..., 1::2] * angles.sin()
    x[..., 1::2] = x[..., 0::2] * angles.sin() + x[..., 1::2] * angles.cos()
    return x


@exercise.mistake("in_place_data").says(
    "The result is right, but you also write it into x, which belongs to whoever called."
)
def in_place_data(x, positions):
    turned = rotary_positions(x, positions)
    x.data.copy_(turned.data)
    return turned


exercise.mistake(
    "rolled",
    lambda x, positions: (
        x * (a := (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, -1)).cos()
        + x.roll(1, -1) * a.sin()
    ),
).says(
    "You take the neighbour to the left for every number, across the pairs. Each pair mixes only with itself, and one "
    "of the two sines has a minus."
)
exercise.mistake(
    "no_column", lambda x, positions: _neighbours(*_turn(*_pairs(x), (positions * _speeds()(x.shape[-1])).to(x.dtype)))
).says(
    "`positions * frequencies` multiplies entry by entry. A table is wanted, every position with every frequency: "
    "give positions an axis, `positions[:, None]`."
)
exercise.mistake(
    "angles_transposed",
    lambda x, positions: _neighbours(*_turn(*_pairs(x), (positions * _speeds()(x.shape[-1])[:, None]).to(x.dtype))),
).says("Your table of angles is (d/2, T). A row belongs to a position: (T, d/2).")
exercise.mistake(
    "full_angles",
    lambda x, positions: _neighbours(
        *_turn(
            *_pairs(x),
            (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, -1),
        )
    ),
).says("Your table has d columns, and the halves that it meets have d/2. One angle for each PAIR.")
exercise.mistake(
    "stacked_at_front",
    lambda x, positions: torch.stack(
        _turn(*_pairs(x), (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype))
    ).flatten(-2),
).says("You stack the two members along a new FIRST axis. Stack along a new last one and flatten it.")
exercise.mistake(
    "members_taken_crosswise",
    lambda x, positions: _neighbours(
        *_turn(*_pairs(x)[::-1], (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype))
    ),
).says(
    "You take the odd columns for first members and the even ones for second. It is the other way: x_2i comes first."
)


@exercise.mistake("unpacked").says(
    "You unpack a fixed number of axes. There may be none in front of time, or several: take d from `x.shape[-1]`."
)
def unpacked(x, positions):
    _batch, _length, _dim = x.shape
    return rotary_positions(x, positions)


@exercise.mistake("two_axes").says(
    "You index x with two axes, `x[t, i]`, which takes the first axis for time when there is a batch. Count from the "
    "end: `x[..., t, i]`."
)
def two_axes(x, positions):
    result, dim = torch.zeros(x.shape, dtype=x.dtype), x.shape[-1]
    for t in range(len(positions)):
        for i in range(dim // 2):
            angle = positions[t] * 10000.0 ** (-2 * i / dim)
            one, other = x[t, 2 * i], x[t, 2 * i + 1]
            result[t, 2 * i] = one * angle.cos() - other * angle.sin()
            result[t, 2 * i + 1] = one * angle.sin() + other * angle.cos()
    return result


exercise.mistake(
    "halves_one_angle", _rotary(_speeds(lambda dim: 0 * _even(dim)), split=_halves, join=_side_by_side)
).says("Two things: pairs are neighbours, not halves; and each has a speed of its own.")
exercise.mistake("halves_from_one", _rotary(split=_halves, join=_side_by_side, place=lambda p, x: p + 1)).says(
    "Two things: pairs are neighbours, not halves; and `positions` is used as it is, not plus 1."
)
exercise.mistake("backwards_counted", _rotary(turn=lambda a, b, angles: _turn(a, b, -angles), place=_counted)).says(
    "Two things: you turn the other way; and the rows stand at `positions`, not at 0, 1, 2, …"
)
exercise.mistake("one_angle_counted", _rotary(_speeds(lambda dim: 0 * _even(dim)), place=_counted)).says(
    "Two things: each pair has a speed of its own; and the rows stand at `positions`."
)
exercise.mistake(
    "exponent_halved_halves", _rotary(_speeds(lambda dim: -_even(dim) / 2 / dim), split=_halves, join=_side_by_side)
).says("Two things: pairs are neighbours, not halves; and the exponents are 2i/d, not i/d.")
exercise.mistake(
    "cosines_exchanged_with_halves",
    _rotary(
        split=_halves,
        join=_side_by_side,
        turn=_turning(lambda a, b, c, s: a * c + b * s, _plain_second),
    ),
).says("Two things: pairs are neighbours, not halves; and the signs: x_2i cos φ MINUS x_2i+1 sin φ.")
exercise.mistake("summed", lambda x, positions: x + rotary_positions(x, positions)).says(
    "You turn each row and then add what it was before. Nothing is added: the turned row replaces it."
)
exercise.mistake("first_as_second", _rotary(turn=_turning(lambda a, b, c, s: a * s - b * c, _plain_second))).says(
    "Your first member takes sine and cosine the wrong way round: x_2i COS φ − x_2i+1 SIN φ."
)
exercise.mistake("members_summed", _rotary(join=lambda first, second: first + second)).says(
    "You add up the two members of each pair, d/2 numbers. Both stay, side by side."
)


@exercise.right
def right_1(x, positions):
    dim = x.shape[-1]
    angles = positions.to(x.dtype)[:, None] * 10000.0 ** (-torch.arange(0, dim, 2) / dim)
    turns = torch.polar(torch.ones_like(angles), angles)
    points = torch.view_as_complex(x.reshape(*x.shape[:-1], dim // 2, 2))
    return torch.view_as_real(points * turns.to(points.dtype)).flatten(-2)


@exercise.right
def right_2(x, positions):
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
def right_3(x, positions):
    dim = x.shape[-1]
    frequencies = torch.exp(-math.log(10000.0) * torch.arange(0, dim, 2).float() / dim)
    angles = torch.outer(positions.float(), frequencies).repeat_interleave(2, dim=-1)
    swapped = torch.stack([-x[..., 1::2], x[..., 0::2]], dim=-1).reshape(x.shape)
    return (x * angles.cos() + swapped * angles.sin()).to(x.dtype)


@exercise.right
def right_4(x, positions):
    dim = x.shape[-1]
    angles = torch.einsum("t,i->ti", positions.float(), 1 / 10000 ** (torch.arange(0, dim, 2) / dim))
    cosine, sine = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    matrices = torch.stack([torch.stack([cosine, -sine], -1), torch.stack([sine, cosine], -1)], -2)
    return torch.einsum("tiab,...tib->...tia", matrices, x.unflatten(-1, (-1, 2))).flatten(-2)


@exercise.right
def right_5(x, positions):
    dim = x.shape[-1]
    angles = positions.unsqueeze(1) / torch.pow(10000.0, torch.arange(0, dim, 2) / dim)
    out = x.clone()
    out[..., ::2] = x[..., ::2] * torch.cos(angles) - x[..., 1::2] * torch.sin(angles)
    out[..., 1::2] = x[..., ::2] * torch.sin(angles) + x[..., 1::2] * torch.cos(angles)
    return out
