"""sinusoidal_positions."""

import math

import torch

from nlm_utils.exercises.definition import Exercise


def sinusoidal_positions(length, dim):
    """One vector for each position: a float (length, dim) tensor of sines and cosines (Vaswani et al. 2017).

    Row p, p from 0, is for position p. Columns come in pairs: column 2i is sin(p / 10000^(2i/d)), column 2i + 1
    the cos of the same angle. d = dim is even; length ≥ 1.
    """
    positions = torch.arange(length)[:, None]  # (T, 1)
    frequencies = 10000.0 ** (-torch.arange(0, dim, 2) / dim)  # (d/2,): one for each pair
    angles = positions * frequencies  # (T, d/2)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


exercise = Exercise(
    sinusoidal_positions,
    checks="lengths 1 to 40, dimensions 2 to 10, sine and cosine in turn, positions from 0",
    explanation=(
        "Each pair of columns is the hand of a clock: pair 0 turns by one radian a word, each following pair more "
        "slowly, down to almost 1/10000. Sine and cosine of ONE angle stand side by side, so that moving by k words "
        "is turning each pair by a fixed angle."
    ),
    hints=[
        "There are d/2 angles for each position, one for each pair of columns: p times a frequency.",
        "The frequency of pair i is 10000^(−2i/d), and 2i runs through 0, 2, 4, …: `torch.arange(0, dim, 2)`.",
        "A column of positions (T, 1) times a row of frequencies (d/2,) gives all angles, (T, d/2).",
        (
            "Sines go into the columns `0::2`, cosines into `1::2`: assign to slices of a zero tensor, or stack along "
            "a new last axis and flatten it."
        ),
    ],
    atol=2e-5,
)

for _shape in ((2, 4), (3, 2), (5, 6), (4, 10), (40, 8), (1, 6)):
    exercise.case(*_shape)


def _two_i(dim):
    return torch.arange(0, dim, 2)


def _frequencies(dim):
    return 10000.0 ** (-_two_i(dim) / dim)


def _in_turn(angles):
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def _positions(frequencies=_frequencies, first=0, place=_in_turn, turn=1.0, angles=None):
    """Wrong positions from their parts: angles = (p + first)·frequencies, placed in the columns."""

    def table(length, dim):
        places = torch.arange(first, length + first)[:, None] * turn
        return place(places * frequencies(dim))

    return table


def _halves(angles):
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def _power(exponent, base=10000.0):
    return lambda dim: torch.as_tensor(base) ** -exponent(dim)


exercise.mistake("halves", _positions(place=_halves)).says(
    "Your sines fill the left half and the cosines the right half. They stand in turn here: column 2i the sine, "
    "column 2i + 1 the cosine of the same angle."
)
exercise.mistake("cosine_first", _positions(place=lambda a: torch.stack([a.cos(), a.sin()], dim=-1).flatten(1))).says(
    "Your cosines stand in the even columns. The sine comes first: column 2i."
)
exercise.mistake("halves_cosine_first", _positions(place=lambda a: torch.cat([a.cos(), a.sin()], dim=1))).says(
    "Two things: sine and cosine stand in turn, not in halves; and the sine comes first."
)
exercise.mistake("from_one", _positions(first=1)).says(
    "Your positions begin at 1. Row 0 is for position 0: all its sines are 0 and its cosines 1."
)
exercise.mistake("halves_from_one", _positions(first=1, place=_halves)).says(
    "Two things: positions begin at 0; and sine and cosine stand in turn, not in halves."
)
exercise.mistake("transposed", lambda length, dim: _positions()(length, dim).T).says(
    "Position and dimension are exchanged: yours is (d, T). One ROW for each position."
)


@exercise.mistake("swapped").says(
    "Position and dimension have changed places in the formula: the angle is p divided by a power that grows with the "
    "COLUMN."
)
def swapped(length, dim):
    table = torch.zeros(length, dim)
    for p in range(length):
        for column in range(dim):
            angle = (column - column % 2) / 10000 ** (2 * p / dim)
            table[p, column] = math.sin(angle) if column % 2 == 0 else math.cos(angle)
    return table


exercise.mistake("exponent_halved", _positions(_power(lambda dim: torch.arange(dim // 2) / dim))).says(
    "Your exponents are i/d, with i = 0, 1, 2, … for the pairs. They are 2i/d."
)
exercise.mistake("exponent_doubled", _positions(_power(lambda dim: 2 * _two_i(dim) / dim))).says(
    "Your exponents are twice too large: the numbers 0, 2, 4, … ARE 2i already, and you double them again."
)
exercise.mistake("exponent_without_d", _positions(_power(lambda dim: _two_i(dim).double()))).says(
    "Your exponent is 2i, not divided by d: the second pair already stands almost still."
)


@exercise.mistake("own_exponents").says(
    "Each of your columns has an exponent of its own, so that the cosine belongs to another angle than the sine "
    "beside it. A pair shares one angle: 2i/d for both."
)
def own_exponents(length, dim):
    columns = torch.arange(dim)
    angles = torch.arange(length)[:, None] * 10000.0 ** (-columns / dim)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())


@exercise.mistake("own_doubled").says(
    "You use 2·column/d. In column 2i the exponent is 2i/d: the column's own number is 2i already, and the cosine "
    "beside it has the same one."
)
def own_doubled(length, dim):
    columns = torch.arange(dim)
    angles = torch.arange(length)[:, None] * 10000.0 ** (-2 * columns / dim)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())


exercise.mistake("multiplied", _positions(lambda dim: 10000.0 ** (_two_i(dim) / dim))).says(
    "You multiply the position by 10000^(2i/d); it is divided by it. Later pairs turn more SLOWLY."
)
exercise.mistake("to_the_very_end", _positions(_power(lambda dim: torch.arange(dim // 2) / max(dim // 2 - 1, 1)))).says(
    "Your frequencies go down to exactly 1/10000, dividing by d/2 − 1. Some programs do that; here the exponent is "
    "2i/d, which stops a little before."
)
exercise.mistake("from_the_end", _positions(lambda dim: _frequencies(dim).flip(0))).says(
    "Your frequencies run the other way: the first pair should be the fastest, the last the slowest."
)
exercise.mistake("shifted_exponent", _positions(_power(lambda dim: (_two_i(dim) + 2) / dim))).says(
    "Your exponents begin at 2/d: i counts from 0, so that the first pair turns by one radian a word."
)
exercise.mistake("base_1000", _positions(_power(lambda dim: _two_i(dim) / dim, 1000.0))).says(
    "Your base is 1000. It is 10000."
)
exercise.mistake("base_100000", _positions(_power(lambda dim: _two_i(dim) / dim, 1e5))).says(
    "Your base is 100000. It is 10000."
)
exercise.mistake("base_e", _positions(_power(lambda dim: _two_i(dim) / dim, math.e))).says(
    "You take e to the power −2i/d. The base is 10000 (in terms of e: the exponent times log 10000)."
)
exercise.mistake("log_10", _positions(_power(lambda dim: 4 * _two_i(dim) / dim, math.e))).says(
    "You take the logarithm of 10000 to the base 10, which is 4, and then e to a power. `exp` wants the natural "
    "logarithm."
)
exercise.mistake("no_power", _positions(lambda dim: 1 / (10000.0 * _two_i(dim) / dim))).says(
    "You divide by 10000 times 2i/d. 10000 is raised to that POWER."
)
exercise.mistake("one_frequency", _positions(lambda dim: torch.ones(dim // 2))).says(
    "All your pairs turn equally fast. Each pair has a frequency of its own, 10000^(−2i/d). (Does a `//` make every "
    "exponent 0?)"
)
exercise.mistake("slowest_everywhere", _positions(lambda dim: torch.full((dim // 2,), 1e-4))).says(
    "All your angles are p/10000. The power 2i/d is missing."
)
exercise.mistake("turns", _positions(turn=2 * math.pi)).says(
    "You multiply by 2π. The angle is p / 10000^(2i/d) in radians, as it is."
)
exercise.mistake("half_turns", _positions(turn=math.pi)).says(
    "You multiply by π. The angle is p / 10000^(2i/d) in radians, as it is."
)
exercise.mistake("degrees", _positions(turn=math.pi / 180)).says(
    "You take the angle for degrees. `sin` and `cos` take radians, and the angle is in radians as it is."
)
exercise.mistake("minus", _positions(turn=-1.0)).says("Your angles are negative: all sines have the wrong sign.")
exercise.mistake("share_of_length", lambda length, dim: _positions(turn=1 / length)(length, dim)).says(
    "You divide the position by the length of the text. Positions are counted: 0, 1, 2, …"
)
exercise.mistake("sines_only", _positions(place=lambda a: a.sin().repeat_interleave(2, dim=1))).says(
    "All your columns are sines. Column 2i + 1 is the COSINE of the same angle."
)
exercise.mistake("cosines_only", _positions(place=lambda a: a.cos().repeat_interleave(2, dim=1))).says(
    "All your columns are cosines. Column 2i is the SINE."
)
exercise.mistake("half_width", _positions(place=torch.sin)).says(
    "You give the sines only, d/2 columns. Sine and cosine of each angle stand in turn: d columns."
)
exercise.mistake("angles", _positions(place=lambda a: a.repeat_interleave(2, dim=1))).says(
    "You give the angles, each twice. Their sine and cosine are wanted."
)
exercise.mistake("angles_once", _positions(place=lambda a: a)).says(
    "You give the angles, one for each pair. Their sine and cosine are wanted, in turn: d columns."
)
exercise.mistake("sum_of_both", _positions(place=lambda a: a.sin() + a.cos())).says(
    "You add sine and cosine. They stand in columns of their own."
)
exercise.mistake("zeros_left", _positions(place=lambda a: torch.stack([a.sin(), 0 * a], dim=-1).flatten(1))).says(
    "Your sines are right, but the odd columns are still 0: the cosines are missing."
)
exercise.mistake("zeros_for_sines", _positions(place=lambda a: torch.stack([0 * a, a.cos()], dim=-1).flatten(1))).says(
    "Your cosines are right, but the even columns are still 0: the sines are missing."
)
exercise.mistake("pairs_apart", _positions(place=lambda a: torch.stack([a.sin(), a.cos()], dim=-1))).says(
    "Your pairs have an axis of their own, (T, d/2, 2). Flatten the last two axes: (T, d)."
)
exercise.mistake("batch_axis", lambda length, dim: _positions()(length, dim)[None]).says(
    "The numbers are right, but an axis of length 1 stands in front. The shape is (T, d)."
)
exercise.mistake("too_long", lambda length, dim: _positions()(length + 1, dim)).says(
    "Yours has one row too many: positions 0 … length − 1."
)
exercise.mistake("last_position", lambda length, dim: _positions()(length, dim)[-1]).says(
    "You give the vector of one position. All of them are wanted, one row each."
)


@exercise.mistake("parity_of_position").says(
    "You take the sine in even ROWS and the cosine in odd ones. It is the column that decides."
)
def parity_of_position(length, dim):
    angles = torch.arange(length)[:, None] * _frequencies(dim).repeat_interleave(2)
    return torch.where(torch.arange(length)[:, None] % 2 == 0, angles.sin(), angles.cos())


@exercise.mistake("parity_of_position_own").says(
    "You take the sine in even ROWS and the cosine in odd ones, and every column has an exponent of its own. It is "
    "the column that decides, and a pair of columns shares one angle."
)
def parity_of_position_own(length, dim):
    """Sines in the even ROWS, cosines in the odd ones."""
    angles = torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(dim) / dim)
    table = angles.clone()
    table[0::2], table[1::2] = angles[0::2].sin(), angles[1::2].cos()
    return table


exercise.mistake("one_hot", lambda length, dim: torch.eye(length, dim)).says(
    "You mark each position with a one. Sines and cosines are wanted."
)
exercise.mistake("rounded", lambda length, dim: _positions()(length, dim).round(decimals=2)).says(
    "You round the numbers. Give them as they are."
)
exercise.mistake("whole_numbers", lambda length, dim: _positions()(length, dim).long()).says(
    "Sines and cosines are written into a tensor of whole numbers, which cuts off what follows the point."
)
exercise.mistake("brackets_of_division", _positions(lambda dim: _two_i(dim) / dim / 10000.0)).says(
    "Brackets: you divide by 10000 and MULTIPLY by 2i/d. 10000 is raised to that power."
)
exercise.mistake("brackets_of_power", _positions(lambda dim: dim / 10000.0 ** _two_i(dim).double())).says(
    "Brackets: you raise 10000 to the power 2i and divide that by d. The whole quotient 2i/d is the exponent."
)
exercise.mistake("one_below_the_other", _positions(place=lambda a: torch.cat([a.sin(), a.cos()], dim=0))).says(
    "You put the cosines below the sines, 2T rows. They stand side by side, in turn: d columns."
)
exercise.mistake(
    "sines_with_own_exponents",
    lambda length, dim: (torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(dim) / dim)).sin(),
).says(
    "All your columns are sines, and every column has an exponent of its own. A PAIR of columns shares one angle: the "
    "sine of it, then the cosine."
)
exercise.mistake("minus_cosine", _positions(place=lambda a: torch.stack([a.sin(), -a.cos()], dim=-1).flatten(1))).says(
    "Your sines are right, and your cosines have the wrong sign."
)
exercise.mistake("times_root_d", lambda length, dim: _positions()(length, dim) * math.sqrt(dim)).says(
    "You multiply by √d. Some programs do that to the embeddings; the positions stay as they are."
)
exercise.mistake("over_root_d", lambda length, dim: _positions()(length, dim) / math.sqrt(dim)).says(
    "You divide by √d. That belongs to the scores of attention; the positions stay as they are."
)


@exercise.mistake("swapped_pairs").says(
    "You divide the COLUMN by a power that grows with the position. It is the other way round: the position, divided "
    "by a power that grows with the column."
)
def swapped_pairs(length, dim):
    column, p = torch.arange(dim), torch.arange(length)[:, None]
    angles = column / 10000.0 ** (2 * (p // 2) / dim)
    return torch.where(column % 2 == 0, angles.sin(), angles.cos())


exercise.mistake("multiplied_by_exp", _positions(lambda dim: torch.exp(_two_i(dim) * (math.log(10000.0) / dim)))).says(
    "Your frequencies are e to the power +2i·log(10000)/d and grow. The exponent is negative: later pairs turn more "
    "SLOWLY."
)


@exercise.right
def right_1(length, dim):
    table = torch.zeros(length, dim)
    for p in range(length):
        for i in range(dim // 2):
            angle = p / 10000 ** (2 * i / dim)
            table[p, 2 * i] = math.sin(angle)
            table[p, 2 * i + 1] = math.cos(angle)
    return table


@exercise.right
def right_2(length, dim):
    positions = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    frequencies = torch.exp(torch.arange(0, dim, 2, dtype=torch.float64) * (-math.log(10000.0) / dim))
    table = torch.zeros(length, dim, dtype=torch.float64)
    table[:, 0::2] = torch.sin(positions * frequencies)
    table[:, 1::2] = torch.cos(positions * frequencies)
    return table


@exercise.right
def right_3(length, dim):
    columns = torch.arange(dim)
    angles = torch.arange(length)[:, None] / 10000.0 ** ((columns - columns % 2) / dim)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())


@exercise.right
def right_4(length, dim):
    columns = torch.arange(dim)
    angles = torch.outer(torch.arange(length).float(), 10000.0 ** (-(columns // 2 * 2) / dim))
    return torch.sin(angles + columns % 2 * (math.pi / 2))


@exercise.right
def right_5(length, dim):
    frequencies = torch.pow(10000.0, -torch.arange(0, dim, 2).float() / dim)
    rows = [torch.stack([torch.sin(p * frequencies), torch.cos(p * frequencies)]) for p in range(length)]
    return [row.T.reshape(dim) for row in rows]
