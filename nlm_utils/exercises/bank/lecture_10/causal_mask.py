"""causal_mask."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

from .common import ones


def causal_mask(length):
    """Where a query may look: a boolean (length, length) tensor, row i the query, column j the key.

    True for j ≤ i, so for the word itself and for all before it; False for what comes later. length ≥ 1.
    """
    return torch.ones(length, length, dtype=torch.bool).tril()


exercise = Exercise(
    causal_mask,
    checks="lengths 1, 2, 3, 4 and 7; booleans",
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

for _length in (2, 3, 4, 7, 1):
    exercise.case(_length)


def _additive(length, allowed=0.0, forbidden=-math.inf):
    return torch.full((length, length), allowed).masked_fill(~ones(length).tril(), forbidden)


exercise.mistake("transposed", lambda length: ones(length).triu()).says(
    "Your triangle is the upper one: a word would look at itself and at what comes AFTER it. Row i may use columns 0 "
    "… i."
)
exercise.mistake("diagonal_forbidden", lambda length: ones(length).tril(-1)).says(
    "Your words may not look at themselves. The word at i is known when the next one is predicted; and the first "
    "would have nothing to look at."
)
exercise.mistake("inverted", lambda length: ones(length).triu(1)).says(
    "Yours is True where looking is FORBIDDEN. Here True means: may look."
)
exercise.mistake("one_ahead", lambda length: ones(length).tril(1)).says(
    "Yours allows one word too many: row i may look at column i + 1, the very word that is to be predicted."
)
exercise.mistake("two_ahead", lambda length: ones(length).tril(2)).says(
    "Yours allows looking two words ahead. Row i ends at column i."
)
exercise.mistake("diagonal_and_before_missing", lambda length: ones(length).tril(-2)).says(
    "In yours a word may look neither at itself nor at the word before it. All columns up to i are allowed."
)
exercise.mistake("all_allowed", ones).says("Yours is True everywhere, so nothing is hidden.")
exercise.mistake("none_allowed", lambda length: ~ones(length)).says(
    "Yours is False everywhere, so nothing may be looked at."
)
exercise.mistake("itself_only", lambda length: torch.eye(length, dtype=torch.bool)).says(
    "In yours a word sees only itself. It may look at all the words before it too."
)
exercise.mistake("others_only", lambda length: ~torch.eye(length, dtype=torch.bool)).says(
    "In yours a word sees all words but itself, the later ones too. Row i may use columns 0 … i."
)
exercise.mistake("last_two", lambda length: ones(length).tril() & ones(length).triu(-1)).says(
    "In yours a word sees itself and the one before it: a window. It may look back as far as it likes."
)
exercise.mistake("only_the_one_before", lambda length: torch.eye(length + 1, dtype=torch.bool)[:length, 1:].T).says(
    "In yours a word sees only the one right before it. It may look at all of them, and at itself."
)
exercise.mistake("mirrored", lambda length: ones(length).tril().fliplr()).says(
    "Your triangle leans the wrong way: left and right are exchanged. Row 0 is allowed column 0 only."
)
exercise.mistake("upside_down", lambda length: ones(length).tril().flipud()).says(
    "Your triangle stands on its head: row 0 may see everything. Row 0 sees only itself, the LAST row all."
)
exercise.mistake("first_column_missing", lambda length: ones(length).tril() & (torch.arange(length) > 0)).says(
    "Yours hides the first word from all others. Column 0 is allowed in every row."
)
exercise.mistake("floats", lambda length: torch.ones(length, length).tril()).says(
    "The triangle is right, but it holds 0.0 and 1.0. A mask that chooses is boolean: True and False."
)
exercise.mistake("whole_numbers", lambda length: torch.ones(length, length, dtype=torch.int64).tril()).says(
    "The triangle is right, but it holds whole numbers. Make it boolean: True and False."
)
exercise.mistake("floats_upper", lambda length: torch.ones(length, length).triu()).says(
    "Two things: the mask is boolean, and row i may use columns 0 … i, not those from i on."
)
exercise.mistake("floats_inverted", lambda length: torch.ones(length, length).triu(1)).says(
    "Two things: the mask is boolean, and True stands where looking is allowed."
)
exercise.mistake("additive", _additive).says(
    "Yours is a table to be ADDED to the scores, 0 and −∞. Here the mask itself is wanted: True and False."
)
exercise.mistake("additive_large", lambda length: _additive(length, forbidden=-1e9)).says(
    "Yours is a table to be ADDED to the scores, 0 and a large negative number. Here the mask itself is wanted: True "
    "and False."
)
exercise.mistake("infinite_above", lambda length: _additive(length, 1.0)).says(
    "Yours marks the future with −∞ and the past with 1. The mask is boolean: True where a query may look."
)
exercise.mistake("batch_axis", lambda length: ones(length).tril()[None]).says(
    "The triangle is right, but it has axes of length 1 in front. It is a table (length, length)."
)
exercise.mistake("batch_and_heads", lambda length: ones(length).tril()[None, None]).says(
    "The triangle is right, but two axes of length 1 stand in front. It is a table (length, length)."
)
exercise.mistake("too_large", lambda length: ones(length + 1).tril()).says("Yours has one row and one column too many.")
exercise.mistake("too_small", lambda length: ones(max(length - 1, 0)).tril()).says(
    "Yours has one row and one column too few."
)
exercise.mistake("one_row", lambda length: torch.ones(length, dtype=torch.bool)).says(
    "You give one row. Every query needs a row of its own: (length, length)."
)
exercise.mistake("flat", lambda length: ones(length).tril().flatten()).says(
    "The entries are right, but they lie in one row. Give a table, (length, length)."
)
exercise.mistake(
    "row_means", lambda length: torch.ones(length, length).tril() / torch.arange(1, length + 1)[:, None]
).says("You divide each row by its number of words: those are weights. The mask only says True or False.")
exercise.mistake("lengths", lambda length: torch.arange(1, length + 1)).says(
    "You give how many words each query may see. A table of True and False is wanted."
)
exercise.mistake("places", lambda length: torch.tril_indices(length, length)).says(
    "You give the places (rows and columns) of the triangle. A table of True and False is wanted."
)

exercise.right(lambda length: torch.arange(length)[:, None] >= torch.arange(length))
exercise.right(lambda length: [[key <= query for key in range(length)] for query in range(length)])
exercise.right(lambda length: torch.tril(torch.ones(length, length)) == 1)
exercise.right(lambda length: ~torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1))


@exercise.right
def right_1(length):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for query in range(length):
        mask[query, : query + 1] = True
    return mask


exercise.right(lambda length: torch.nn.Transformer.generate_square_subsequent_mask(length) == 0)
