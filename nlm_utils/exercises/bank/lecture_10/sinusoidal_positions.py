"""Sines and cosines in turn: which angle a pair of columns has, where its sine and its cosine stand."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import exchanged, result, rounded, variants
from nlm_utils.models.attention import sinusoidal_positions

exercise = Exercise(
    sinusoidal_positions,
    checks="lengths 1 to 130, dimensions 2 to 10, sine and cosine in turn, positions from 0",
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

for shape in ((2, 4), (6, 2), (5, 6), (4, 10), (40, 8), (1, 6), (130, 4)):
    exercise.case(*shape)
exercise.drawn(lambda rng: (int(rng.integers(1, 60)), 2 * int(rng.integers(1, 9))))


def in_turn(even, odd):
    return torch.stack([even, odd], dim=-1).flatten(1)


def positions(
    frequencies=lambda two_i, d: 10000.0 ** (-two_i / d),
    places=torch.arange,
    place=lambda a: in_turn(a.sin(), a.cos()),
):
    """Positions from their parts: place() puts the angles, places(length) times frequencies(2i, d), into columns."""
    return lambda length, dim: place(places(length)[:, None] * frequencies(torch.arange(0, dim, 2), dim))


def halves(a):
    return torch.cat([a.sin(), a.cos()], dim=1)


def from_one(length):
    return torch.arange(1, length + 1)


for id, (place, words) in {
    "halves": (halves, "Your sines fill the left half and the cosines the right half"),
    "cosine_first": (lambda a: in_turn(a.cos(), a.sin()), "Your cosines stand in the even columns"),
    "halves_cosine_first": (lambda a: torch.cat([a.cos(), a.sin()], dim=1), "You give halves, and the cosines first"),
    "sines_only": (lambda a: in_turn(a.sin(), a.sin()), "All your columns are sines"),
    "cosines_only": (lambda a: in_turn(a.cos(), a.cos()), "All your columns are cosines"),
    "zeros_left": (lambda a: in_turn(a.sin(), 0 * a), "Your odd columns are still 0: the cosines are missing"),
    "zeros_for_sines": (lambda a: in_turn(0 * a, a.cos()), "Your even columns are still 0: the sines are missing"),
    "minus_cosine": (lambda a: in_turn(a.sin(), -a.cos()), "Your cosines have the wrong sign"),
    "half_width": (torch.sin, "You give the sines only, d/2 columns"),
    "angles": (lambda a: in_turn(a, a), "You give the angles, each twice"),
    "angles_once": (lambda a: a, "You give the angles, one for each pair"),
    "sum_of_both": (lambda a: a.sin() + a.cos(), "You add sine and cosine"),
    "pairs_apart": (lambda a: torch.stack([a.sin(), a.cos()], dim=-1), "Your pairs have their own axis, (T, d/2, 2)"),
    "two_tables": (lambda a: (a.sin(), a.cos()), "You give two tables, one of sines and one of cosines"),
    "stacked_in_between": (lambda a: torch.stack([a.sin(), a.cos()], dim=1), "You give (T, 2, d/2)"),
    "stacked_in_front": (
        lambda a: torch.stack([a.sin(), a.cos()]).reshape(len(a), -1),
        "You stack along a new FIRST axis, so that a reshape mixes rows",
    ),
    "both_in_the_even_columns": (
        lambda a: in_turn(a.cos(), 0 * a),
        "Your cosines stand where the sines were (`0::2` twice), and the odd columns are still 0",
    ),
    "both_in_the_odd_columns": (lambda a: in_turn(0 * a, a.sin()), "Your sines stand in the odd columns only"),
    "filled_one_by_one": (
        lambda a: torch.cat([a.sin(), a.cos()[:, -1:], torch.zeros(len(a), a.shape[1] - 1)], dim=1),
        "You write to the columns i and i + 1, where each pair overwrites the one before it",
    ),
    "frequencies_repeated": (
        lambda a: torch.where(torch.arange(2 * a.shape[1]) % 2 == 0, (b := a.repeat(1, 2)).sin(), b.cos()),
        "Your frequencies are repeated as a whole (`repeat`), not each twice (`repeat_interleave`)",
    ),
    "whole_angles": (lambda a: in_turn(a.floor().sin(), a.floor().cos()), "You round the angles down: `/`, not `//`"),
    "one_below_the_other": (lambda a: torch.cat([a.sin(), a.cos()]), "You put the cosines below the sines, 2T rows"),
}.items():
    exercise.mistake(id, positions(place=place)).says(
        f"{words}. Column 2i is the sine of angle i, column 2i + 1 the cosine of the SAME angle: d columns, in turn."
    )
for id, (frequencies, words) in {
    "exponent_halved": (lambda two_i, d: 10000.0 ** (-two_i / 2 / d), "Your exponents are i/d"),
    "exponent_doubled": (
        lambda two_i, d: 10000.0 ** (-2 * two_i / d),
        "Your exponents are twice 2i/d: 0, 2, 4, … ARE 2i already, and the divisor is d, not d/2",
    ),
    "exponent_without_d": (lambda two_i, d: 10000.0 ** -two_i.double(), "Only pair 0 turns noticeably: divide 2i by d"),
    "multiplied": (lambda two_i, d: 10000.0 ** (two_i / d), "You multiply by 10000^(2i/d)"),
    "divided_by_the_power": (lambda two_i, d: 1 / 10000.0 ** (-two_i / d), "You divide by 10000^(−2i/d)"),
    "divided_by_exp": (
        lambda two_i, d: 1 / torch.exp(two_i * (-math.log(10000.0) / d)),
        "You divide by e^(−2i/d · ln 10000), which already is the frequency: multiply by it",
    ),
    "half_precision": (
        lambda two_i, d: (10000.0 ** (-two_i / d)).half().float(),
        "You compute the frequencies in half precision, three digits",
    ),
    "multiplied_by_exp": (lambda two_i, d: torch.exp(two_i * (math.log(10000.0) / d)), "Your exponent is not negative"),
    "to_the_very_end": (lambda two_i, d: 10000.0 ** (-two_i / max(d - 2, 1)), "You divide by d/2 − 1, as some do"),
    "over_d_less_one": (lambda two_i, d: 10000.0 ** (-two_i / (d - 1)), "You divide by d − 1"),
    "from_the_end": (lambda two_i, d: 10000.0 ** (-two_i.flip(0) / d), "Your frequencies run the other way"),
    "shifted_exponent": (lambda two_i, d: 10000.0 ** (-(two_i + 2) / d), "Your exponents begin at 2/d: count i from 0"),
    "base_1000": (lambda two_i, d: 1000.0 ** (-two_i / d), "Your base is 1000"),
    "base_100000": (lambda two_i, d: 1e5 ** (-two_i / d), "Your base is 100000"),
    "base_e": (lambda two_i, d: torch.exp(-two_i / d), "You take e to a power; the factor log 10000 is missing"),
    "log_10": (lambda two_i, d: torch.exp(-4 * two_i / d), "You take log 10000 to base 10, not the natural one"),
    "no_power": (lambda two_i, d: 1 / (10000.0 * two_i / d), "You divide by 10000 TIMES 2i/d"),
    "brackets_of_division": (lambda two_i, d: two_i / d / 10000.0, "You divide by 10000, multiply by 2i/d: brackets"),
    "brackets_of_power": (lambda two_i, d: d / 10000.0 ** two_i.double(), "Only 2i is your exponent: set brackets"),
    "one_frequency": (lambda two_i, d: 0.0 * two_i + 1, "All pairs turn equally fast (is there a `//`?)"),
    "slowest_everywhere": (lambda two_i, d: 0.0 * two_i + 1e-4, "All your angles are p/10000"),
}.items():
    exercise.mistake(id, positions(frequencies)).says(
        f"{words}. The angle is p / 10000^(2i/d): pair 0 turns by one radian a word, each later pair more SLOWLY."
    )
for id, (places, words) in {
    "from_one": (from_one, "Your positions begin at 1"),
    "turns": (lambda n: torch.arange(n) * 2 * math.pi, "You multiply by 2π"),
    "half_turns": (lambda n: torch.arange(n) * math.pi, "You multiply by π"),
    "degrees": (lambda n: torch.arange(n) * math.pi / 180, "You take the angle for degrees"),
    "minus": (lambda n: -torch.arange(n), "Your angles are negative"),
    "share_of_length": (lambda n: torch.arange(n) / n, "You divide the position by the length of the text"),
}.items():
    exercise.mistake(id, positions(places=places)).says(
        f"{words}. The angle is p / 10000^(2i/d) in radians, as it is, with p = 0, 1, 2, …"
    )
for first, (places, frequencies, words) in {
    "from_one": (from_one, lambda two_i, d: 10000.0 ** (-two_i / d), "positions begin at 0"),
    "exponent_halved": (torch.arange, lambda two_i, d: 10000.0 ** (-two_i / 2 / d), "the exponents are 2i/d, not i/d"),
    "to_the_very_end": (
        torch.arange,
        lambda two_i, d: 10000.0 ** (-two_i / max(d - 2, 1)),
        "the exponents are 2i/d, not i/(d/2 − 1)",
    ),
    "multiplied": (torch.arange, lambda two_i, d: 10000.0 ** (two_i / d), "you divide by 10000^(2i/d), not multiply"),
}.items():
    for second, place, more in (
        ("halves", halves, "sine and cosine stand in turn, not in halves"),
        ("cosine_first", lambda a: in_turn(a.cos(), a.sin()), "the sine comes first"),
    ):
        if (first, second) != ("from_one", "halves"):
            exercise.mistake(f"{first}_{second}", positions(frequencies, places, place)).says(
                f"Two things: {words}; and {more}."
            )
exercise.mistake("halves_from_one", positions(places=from_one, place=halves)).says(
    "Two things: positions begin at 0; and sine and cosine stand in turn, not in halves."
)


def cell_by_cell(angle, is_sine=lambda p, column: column % 2 == 0):
    """Each cell by itself: the sine or the cosine of angle(p, column, d)."""

    def table(length, dim):
        p, column = torch.arange(length)[:, None], torch.arange(dim)
        return torch.where(is_sine(p, column), angle(p, column, dim).sin(), angle(p, column, dim).cos())

    return table


for id, (table, words) in {
    "own_exponents": (cell_by_cell(lambda p, c, d: p * 10000.0 ** (-c / d)), "Each column has an exponent of its own"),
    "own_doubled": (cell_by_cell(lambda p, c, d: p * 10000.0 ** (-2 * c / d)), "You use 2·column/d, of each column"),
    "sines_with_own_exponents": (
        cell_by_cell(lambda p, c, d: p * 10000.0 ** (-c / d), lambda p, c: c >= 0),
        "All columns are sines, each with an exponent of its own",
    ),
    "parity_of_position": (
        cell_by_cell(lambda p, c, d: p * 10000.0 ** (-(c - c % 2) / d), lambda p, c: p % 2 == 0),
        "You take the sine in even ROWS and the cosine in odd ones",
    ),
    "parity_of_position_own": (
        cell_by_cell(lambda p, c, d: p * 10000.0 ** (-c / d), lambda p, c: p % 2 == 0),
        "The sine stands in even ROWS, and every column has an exponent of its own",
    ),
    "swapped": (cell_by_cell(lambda p, c, d: (c - c % 2) / 10000.0 ** (2 * p / d)), "Position and column are swapped"),
    "swapped_pairs": (cell_by_cell(lambda p, c, d: c / 10000.0 ** (p // 2 * 2 / d)), "You divide the COLUMN, not p"),
}.items():
    exercise.mistake(id, table).says(
        f"{words}. The position p is divided by 10000^(2i/d), the same for a PAIR of columns: sine first, then cosine."
    )
for id, (change, words) in {
    "times_root_d": (lambda length, dim: sinusoidal_positions(length, dim) * math.sqrt(dim), "You multiply by √d"),
    "over_root_d": (lambda length, dim: sinusoidal_positions(length, dim) / math.sqrt(dim), "You divide by √d"),
    "one_hot": (torch.eye, "You mark each position with a one"),
}.items():
    exercise.mistake(id, change).says(f"{words}. The sines and cosines are wanted, as they are.")


exercise.mistake(
    "length_for_dim",
    lambda length, dim: positions(lambda two_i, d: 10000.0 ** (-two_i / length))(length, dim),
).says("You divide 2i by the length of the text. The angle is p / 10000^(2i/d): d is `dim`.")
exercise.mistake(
    "rows_for_columns",
    lambda length, dim: in_turn((a := positions(place=lambda a: a)(length, dim).T).sin(), a.cos()),
).says("Your angles have one row for each FREQUENCY. Positions go down, frequencies go across: (T, d/2).")
exercise.mistake("spread_over_length", positions(places=lambda n: torch.linspace(0, n, n))).says(
    "`linspace(0, T, T)` ends at T, so that its steps are longer than 1. Positions are 0, 1, 2, …, T − 1: `arange`."
)
exercise.mistake(
    "last_row_empty",
    lambda length, dim: sinusoidal_positions(length, dim) * (torch.arange(length) < length - 1)[:, None],
).says("The last row is still 0: the loop ends one step too early. `range(length)` already stops before length.")
exercise.mistake(
    "first_row_empty", lambda length, dim: sinusoidal_positions(length, dim) * (torch.arange(length) > 0)[:, None]
).says("Row 0 is still 0: the loop begins at 1. Positions are counted from 0, where the cosines are 1.")


def without_column(places):
    """The table where every row gets the angles places(length) · frequencies, if they can be multiplied at all."""
    return lambda length, dim: positions(lambda i, d: places(length) * 10000.0 ** (-i / d), torch.ones)(length, dim)


exercise.mistakes(
    no_column=without_column(torch.arange), row_for_column=without_column(lambda length: torch.arange(length)[None])
).says("Position meets frequency entry by entry; a table is wanted, (T, d/2): a COLUMN of positions, `[:, None]`.")
exercise.takes(
    exchanged("length", "dim", "exchanged"),
    variants(
        "table_of",
        (10, 16, 32, 50, 64, 100, 128),
        lambda size: lambda length, dim: sinusoidal_positions(min(size, length), dim),
        "Your table has {value} rows at most. It has one for each position, whatever `length` is.",
    ),
    result(first_row="returns_in_the_loop", rest_zero="returns_in_the_loop_with_a_buffer"),
    result(last=("last_position", "You give the vector of one position. All are wanted.")),
    rounded(2),
)


@exercise.right
def in_loops(length, dim):
    table = torch.zeros(length, dim)
    for p in range(length):
        for i in range(dim // 2):
            angle = p / 10000 ** (2 * i / dim)
            table[p, 2 * i] = math.sin(angle)
            table[p, 2 * i + 1] = math.cos(angle)
    return table


@exercise.right
def in_slices_and_float64(length, dim):
    places = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    frequencies = torch.exp(torch.arange(0, dim, 2, dtype=torch.float64) * (-math.log(10000.0) / dim))
    table = torch.zeros(length, dim, dtype=torch.float64)
    table[:, 0::2] = torch.sin(places * frequencies)
    table[:, 1::2] = torch.cos(places * frequencies)
    return table


exercise.right(lambda length, dim: cell_by_cell(lambda p, c, d: p / 10000.0 ** (c // 2 * 2 / d))(length, dim).tolist())
