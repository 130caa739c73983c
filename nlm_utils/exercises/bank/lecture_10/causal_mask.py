"""Where a query may look: learners take another triangle, forget the diagonal, or fill it with numbers."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument


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
        "Start from `torch.ones(length, length, dtype=torch.bool)`; or compare `torch.arange(length)` as a column "
        "with itself as a row.",
    ],
)

for _length in (2, 3, 4, 7, 1):
    exercise.case(_length)


def ones(length):
    return torch.ones(length, length, dtype=torch.bool)


def added(allowed, forbidden):
    """A table that is added to the scores: these two numbers for True and False."""
    return lambda n: torch.where(causal_mask(n), allowed, forbidden)


for id, (mask, words) in {
    "transposed": (lambda n: ones(n).triu(), "Your triangle is the upper one: a word looks at what comes AFTER it."),
    "diagonal_forbidden": (lambda n: ones(n).tril(-1), "Your words may not look at themselves, the first at nothing."),
    "inverted": (lambda n: ones(n).triu(1), "Yours is True where looking is FORBIDDEN."),
    "one_ahead": (lambda n: ones(n).tril(1), "Yours shows one word too many, the very one that is to be predicted."),
    "two_ahead": (lambda n: ones(n).tril(2), "Yours shows two words ahead."),
    "diagonal_and_before_missing": (lambda n: ones(n).tril(-2), "Yours hides the word itself and the one before it."),
    "all_allowed": (ones, "Yours is True everywhere, so that nothing is hidden."),
    "none_allowed": (lambda n: ~ones(n), "Yours is False everywhere, so that nothing may be looked at."),
    "itself_only": (lambda n: torch.eye(n) == 1, "In yours a word sees only itself."),
    "others_only": (lambda n: torch.eye(n) == 0, "In yours a word sees all words but itself, the later ones too."),
    "last_two": (lambda n: ones(n).tril().triu(-1), "In yours a word sees only itself and the one before it."),
    "only_the_one_before": (lambda n: ones(n).tril(-1).triu(-1), "In yours a word sees only the one right before it."),
    "only_the_one_after": (lambda n: ones(n).triu(1).tril(1), "In yours a word sees only the one right after it."),
    "mirrored": (lambda n: ones(n).tril().fliplr(), "Your triangle leans the wrong way: left and right are exchanged."),
    "upside_down": (lambda n: ones(n).tril().flipud(), "Your triangle stands on its head: row 0 sees everything."),
    "first_column_missing": (lambda n: ones(n).tril() & (torch.arange(n) > 0), "Yours hides the first word from all."),
}.items():
    exercise.mistake(id, mask).says(f"{words} Row i is True in the columns 0 … i, and False after them.")
for id, (table, words) in {
    "floats": (lambda n: ones(n).tril().float(), "0.0 and 1.0"),
    "whole_numbers": (lambda n: ones(n).tril().long(), "whole numbers, 0 and 1"),
    "additive": (added(0.0, -math.inf), "0 and −∞, to be ADDED to the scores"),
    "additive_large": (added(0.0, -1e9), "0 and a large negative number, to be ADDED to the scores"),
    "infinite_above": (added(1.0, -math.inf), "1 for what may be seen and −∞ for the future"),
    "row_means": (lambda n: ones(n).tril() / torch.arange(1, n + 1)[:, None], "weights, each row over its sum"),
}.items():
    exercise.mistake(id, table).says(f"Your triangle is the right one, but it holds {words}. Give True and False.")
exercise.mistake("floats_inverted", lambda n: ones(n).triu(1).float()).says(
    "Two things: the mask is boolean, and True stands where looking is allowed."
)
exercise.takes(
    argument(
        "length",
        plus_one=("too_large", "Yours has one row and one column too many."),
        minus_one=("too_small", "Yours has one row and one column too few."),
    )
)
for id, (answer, words) in {
    "one_row": (lambda n: torch.ones(n, dtype=torch.bool), "one row"),
    "lengths": (lambda n: torch.arange(1, n + 1), "how many words each query may see"),
    "places": (lambda n: torch.tril_indices(n, n), "the places (rows and columns) of the triangle"),
}.items():
    exercise.mistake(id, answer).says(f"You give {words}. A table (length, length) of True and False is wanted.")

exercise.right(lambda length: torch.arange(length)[:, None] >= torch.arange(length))
exercise.right(lambda length: [[key <= query for key in range(length)] for query in range(length)])
exercise.right(lambda length: torch.tril(torch.ones(length, length)) == 1)
exercise.right(lambda length: ~torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1))
exercise.right(lambda length: torch.nn.Transformer.generate_square_subsequent_mask(length) == 0)


@exercise.right
def row_by_row(length):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for query in range(length):
        mask[query, : query + 1] = True
    return mask
