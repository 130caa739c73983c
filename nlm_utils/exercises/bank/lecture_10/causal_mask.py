"""A lower triangle of True: which triangle, with its diagonal or without, and of booleans."""

import math

import numpy as np
import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import result, variants


def causal_mask(length):
    """Where a query may look: a boolean (length, length) tensor, row i the query, column j the key.

    True for j ≤ i, so for the word itself and for all before it; False for what comes later. length ≥ 1.
    """
    return torch.ones(length, length, dtype=torch.bool).tril()


exercise = Exercise(
    causal_mask,
    checks="lengths 1, 2, 3, 4, 7, 12 and 70; booleans",
    explanation=(
        "Row i is a query and may use keys 0 … i: a lower triangle, diagonal included. The word at i itself is known "
        "when the word after it is predicted; without the diagonal the first query had nothing to look at."
    ),
    hints=[
        "Write the 3 × 3 table on paper: which words may word 0 use? Which may word 2 use?",
        "It is a triangle. `torch.tril` and `torch.triu` keep the lower and the upper one, with the diagonal.",
        (
            "Start from `torch.ones(length, length, dtype=torch.bool)`; or compare `torch.arange(length)` as a column "
            "with itself as a row."
        ),
    ],
)

for length in (2, 3, 4, 7, 1, 12, 70):
    exercise.case(length)
exercise.drawn(lambda rng: (int(rng.integers(1, 12)),))


def ones(length):
    return torch.ones(length, length, dtype=torch.bool)


def diagonal(length):
    return torch.eye(length, dtype=torch.bool)


for id, (mask, words) in {
    "transposed": (lambda n: ones(n).triu(), "the upper triangle: a word looks at itself and at what comes AFTER"),
    "diagonal_forbidden": (lambda n: ones(n).tril(-1), "without the diagonal: the first word sees nothing at all"),
    "inverted": (lambda n: ones(n).triu(1), "True where looking is FORBIDDEN; here True means: may look"),
    "one_ahead": (lambda n: ones(n).tril(1), "True for one word too many, the very one that is to be predicted"),
    "two_ahead": (lambda n: ones(n).tril(2), "True for two words too many"),
    "diagonal_and_before_missing": (lambda n: ones(n).tril(-2), "False for a word itself and for the word before it"),
    "all_allowed": (ones, "True everywhere, so that nothing is hidden"),
    "none_allowed": (lambda n: ~ones(n), "False everywhere, so that nothing may be looked at"),
    "itself_only": (diagonal, "the diagonal: a word sees only itself"),
    "others_only": (lambda n: ~diagonal(n), "True for all words but the word itself, later ones too"),
    "last_two": (lambda n: ones(n).tril() & ones(n).triu(-1), "a window: a word sees itself and the one before it"),
    "only_the_one_before": (lambda n: ones(n).tril(-1).triu(-1), "True for the one word right before only"),
    "only_the_one_after": (lambda n: ones(n).triu(1).tril(1), "True for the one word right AFTER only"),
    "first_column_missing": (lambda n: ones(n).tril() & (torch.arange(n) > 0), "False in column 0, the first word"),
    "mirrored": (lambda n: ones(n).tril().fliplr(), "a triangle that leans the wrong way, left and right exchanged"),
    "upside_down": (lambda n: ones(n).tril().flipud(), "a triangle on its head: row 0 sees everything"),
    "too_large": (lambda n: ones(n + 1).tril(), "one row and one column too large"),
    "too_small": (lambda n: ones(max(n - 1, 0)).tril(), "one row and one column too small"),
    "last_column_left": (lambda n: ones(n).tril() | (torch.arange(n) == n - 1), "True all down the last column"),
    "last_row_empty": (lambda n: ones(n).tril() & (torch.arange(n) < n - 1)[:, None], "False in the whole last row"),
    "first_row_empty": (lambda n: ones(n).tril() & (torch.arange(n) > 0)[:, None], "False in the whole first row"),
    "returns_in_the_loop": (
        lambda n: ones(n).tril() & (torch.arange(n) < 1)[:, None],
        "False but for row 0: a `return` inside the loop ends it after the first turn",
    ),
    "first_column_only": (lambda n: ones(n) & (torch.arange(n) < 1), "True in column 0 only"),
    "prefix_of_half": (
        lambda n: ones(n).tril() | (torch.arange(n) < n // 2),
        "True for the whole first half of a text",
    ),
    "one_row": (lambda n: torch.ones(n, dtype=torch.bool), "one row, but every query needs a row of its own"),
}.items():
    exercise.mistake(id, mask).says(f"Yours is {words}. Row i may use the columns 0 … i, itself and all before it.")


def added(length, allowed=0.0, forbidden=-math.inf):
    return torch.full((length, length), allowed).masked_fill(~ones(length).tril(), forbidden)


for id, (mask, words) in {
    "floats": (lambda n: ones(n).tril().float(), "The triangle is right, but it holds 0.0 and 1.0"),
    "whole_numbers": (lambda n: ones(n).tril().long(), "The triangle is right, but it holds whole numbers"),
    "floats_upper": (lambda n: ones(n).triu().float(), "It is the lower triangle that is wanted, and of booleans"),
    "floats_inverted": (lambda n: ones(n).triu(1).float(), "Yours holds a 1.0 where looking is forbidden"),
    "additive": (added, "Yours is a table to be ADDED to the scores, 0 and −∞"),
    "additive_large": (lambda n: added(n, forbidden=-1e9), "Yours is a table to be ADDED to the scores"),
    "infinite_above": (lambda n: added(n, 1.0), "Yours marks the future with −∞ and the past with 1"),
    "row_means": (lambda n: ones(n).tril() / torch.arange(1, n + 1)[:, None], "You give weights, no mask"),
    "additive_of_four_axes": (lambda n: added(n)[None, None], "Yours is a table to be ADDED, with two axes in front"),
    "floats_of_four_axes": (lambda n: ones(n).tril().float()[None, None], "It is (length, length), and of booleans"),
    "lengths": (lambda n: torch.arange(1, n + 1), "You give how many words each query may see"),
    "places": (lambda n: torch.tril_indices(n, n), "You give the places (rows and columns) of the triangle"),
}.items():
    exercise.mistake(id, mask).says(f"{words}. The mask is a boolean table: True where a query may look, else False.")

exercise.takes(
    variants(
        "window_of",
        (3, 4, 5, 6, 8, 10, 16, 32, 64),
        lambda width: lambda n: ones(n).tril().triu(1 - width),
        "Yours is a window: a query sees the last {value} words only. Row i may use ALL columns 0 … i.",
    ),
    variants(
        "table_of",
        (4, 5, 8, 10, 16, 32, 64),
        lambda size: lambda n: ones(size).tril()[:n, :n],
        "Your table has {value} rows and columns at most. It is as large as `length` says, whatever that is.",
    ),
    variants(
        "always",
        (2, 3, 4, 5, 8, 10),
        lambda size: lambda n: ones(size).tril(),
        "Your mask is {value} × {value} always. It is (length, length): use the parameter.",
    ),
    result(squeezed=("squeezed", "Your `squeeze()` leaves no axis when length is 1. The mask is (1, 1) then.")),
)
exercise.mistakes(
    axis_in_front=lambda length: ones(length).tril()[None],
    two_axes_in_front=lambda length: ones(length).tril()[None, None],
    triangle_of_a_row=lambda length: torch.tril(torch.ones(length)),
).says("The mask has two axes, (length, length): a row for each query. Axes in front are for those who use it to add.")

exercise.mistake("rows_of_their_own_length", lambda length: [[True] * (i + 1) for i in range(length)]).says(
    "Your rows have different lengths: what may not be seen is missing. Each row has `length` entries, False after i."
)

exercise.right(lambda length: torch.arange(length)[:, None] >= torch.arange(length))
exercise.right(lambda length: np.tril(np.ones((length, length), dtype=bool)))
exercise.right(lambda length: [[key <= query for key in range(length)] for query in range(length)])
exercise.right(lambda length: ~torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1))
exercise.right(lambda length: torch.nn.Transformer.generate_square_subsequent_mask(length) == 0)
