"""A piece of every vector for each head: learners reshape straight away, or cut another axis."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result

from . import numbers


def split_heads(x, n_heads):
    """Cuts every vector into `n_heads` pieces and gives each head its own: (B, T, d) -> (B, H, T, d/H).

    Head h gets the entries from h·d/H up to (h + 1)·d/H of each word's vector; n_heads divides d. The dtype is
    kept, gradients flow back to x, and x stays as it was (the result may be a view of it).
    """
    batch, time, dim = x.shape
    return x.reshape(batch, time, n_heads, dim // n_heads).transpose(1, 2)


exercise = Exercise(
    split_heads,
    checks="1, 2, 3 heads and as many heads as dimensions, all sizes different, gradients",
    explanation=(
        "A reshape only moves the ends of rows; it can cut the last axis, d, into (H, d/H), because the pieces lie "
        "side by side. Bringing H to the front changes the order of the numbers, and that takes a transpose."
    ),
    hints=[
        "Two steps: cut the last axis in two, then move the axis of the heads in front of time.",
        "After the first step the shape is (B, T, H, d/H). No number has moved yet.",
        "`reshape` (or `view`) cuts, `transpose(1, 2)` exchanges two axes. A reshape straight to (B, H, T, d/H) "
        "has the right shape and the wrong numbers.",
    ],
)

exercise.case(torch.arange(8.0).reshape(1, 2, 4), 2)
exercise.case(numbers(2, 3, 4, seed=31), 2)
exercise.case(numbers(2, 5, 12, seed=32), 3)
exercise.case(numbers(2, 4, 6, seed=33, grad=True), 3)
exercise.case(numbers(3, 4, 2, seed=34, dtype=torch.float32), 1)
exercise.case(numbers(3, 2, 5, seed=35), 5)


def cut(x, H, sizes="BTHw", axes=(0, 2, 1, 3)):
    """x reshaped to these sizes, w = d/H, with its axes in this order then."""
    B, T, d = x.shape
    length = {"B": B, "T": T, "H": H, "w": d // H}
    return x.reshape(*(length[size] for size in sizes)).permute(axes)


_CUT = "Cut (B, T, d) into (B, T, H, d/H), then exchange axes 1 and 2."
exercise.mistake("reshape_only", lambda x, H: cut(x, H, "BHTw", (0, 1, 2, 3))).says(
    "The shape is right and the numbers are not: a reshape straight to (B, H, T, d/H) only moves the ends of rows, so "
    "that a head gets pieces of the wrong words. Cut the last axis first, then exchange two axes."
)
for id, (sizes, axes, words) in {
    "no_transpose": ("BTHw", (0, 1, 2, 3), "Your cut is right; the heads still have to move in front of time."),
    "interleaved": ("BTwH", (0, 3, 1, 2), "Head 0 gets the entries 0, H, 2H, …, not the first d/H side by side."),
    "interleaved_not_moved": ("BTwH", (0, 1, 2, 3), "You cut d into (d/H, H): H pieces of size d/H make (H, d/H)."),
    "size_for_count": ("BTwH", (0, 2, 1, 3), "You make d/H heads of size H (`split` takes a size, `chunk` a number)."),
    "last_two_exchanged": ("BTHw", (0, 1, 3, 2), "You exchange the last two axes, (B, T, d/H, H)."),
    "reshape_time_first": ("BHwT", (0, 1, 2, 3), "You reshape to (B, H, d/H, T): a reshape carries no axes around."),
    "reshape_then_exchange": ("BHwT", (0, 1, 3, 2), "You reshape to (B, H, d/H, T), which tears the words apart."),
}.items():
    exercise.mistake(id, lambda x, H, sizes=sizes, axes=axes: cut(x, H, sizes, axes)).says(f"{words} {_CUT}")
exercise.mistake("transposed_first", lambda x, H: x.mT.reshape(x.shape[0], H, x.shape[1], -1)).says(
    f"You exchange time and d before you cut, so that the pieces are cut out of time. {_CUT}"
)
exercise.mistake("twice_moved", lambda x, H: cut(x.mT.reshape(x.shape), H)).says(
    f"You exchange axes 1 and 2 before you cut and again after. {_CUT}"
)
exercise.mistake("float_division", lambda x, H: x.reshape(*x.shape[:2], H, x.shape[2] / H).transpose(1, 2)).says(
    "`/` gives a float even where it divides evenly, and a shape wants whole numbers: `//`."
)

# Another share for each head
for id, (heads, words) in {
    "time_cut": (lambda x, H: torch.stack(x.split(max(x.shape[1] // H, 1), dim=1), dim=1), "You cut TIME into pieces."),
    "words_for_heads": (lambda x, H: x[:, torch.arange(H) % x.shape[1]], "You take the first H words for the heads."),
    "repeated": (lambda x, H: x[:, None].expand(-1, H, -1, -1), "You give every head the whole vector."),
    "first_piece_everywhere": (lambda x, H: cut(x, H)[:, :1].expand(-1, H, -1, -1), "Your heads get the same piece."),
    "first_head_only": (lambda x, H: cut(x, H)[:, 0], "You return one head, and there are H."),
    "slices_as_wide_as_heads": (
        lambda x, H: torch.stack([x[..., h * H : (h + 1) * H] for h in range(H)], dim=1),
        "Your slices are H entries wide.",
    ),
    "heads_reversed": (lambda x, H: cut(x, H).flip(1), "Your heads come in reverse order."),
}.items():
    exercise.mistake(id, heads).says(f"{words} Head h gets d/H entries of every word, from h·d/H on.")
exercise.mistake("whole_dim", lambda x, H: x.reshape(*x.shape[:2], H, x.shape[2]).transpose(1, 2)).says(
    "You give every head d entries. There are only d in all: d/H for each."
)
exercise.takes(
    argument("n_heads", one=("axis_only", "You only add an axis of length 1. There are H heads, of d/H entries each.")),
    result(first=("batch_lost", "You give (H, T, d/H): the batch is lost.")),
)
exercise.mistake("time_reversed", lambda x, H: cut(x, H).flip(2)).says(
    "Your words come in reverse order. Time stays as it is."
)
exercise.mistakes(
    joined_along_batch=lambda x, H: torch.cat(x.chunk(H, dim=-1), dim=0),
    time_and_heads_in_one=lambda x, H: cut(x, H, "BTHw", (0, 1, 2, 3)).flatten(1, 2),
).says("Batch, heads and time are three axes, (B, H, T, d/H): the heads do not go into one of the others.")
exercise.mistake("scaled", lambda x, H: cut(x, H) / math.sqrt(x.shape[2] // H)).says(
    "You divide by √(d/H) as well. That belongs to the scores; here the vectors are only cut."
)
exercise.mistake("scaled_in_place", lambda x, H: cut(x, H).mul_(1.0 / math.sqrt(x.shape[2] // H))).says(
    "You multiply the pieces in place: they are views of x, so that x changes, or torch refuses. Only cut them."
)

exercise.right(lambda x, n_heads: torch.stack(x.chunk(n_heads, dim=-1), dim=1))
exercise.right(lambda x, n_heads: torch.einsum("bthw->bhtw", x.unflatten(-1, (n_heads, -1))))


@exercise.right
def by_view(x, n_heads):
    B, T, d = x.shape
    return x.view(B, T, n_heads, d // n_heads).permute(0, 2, 1, 3)


@exercise.right
def head_by_head(x, n_heads):
    width = x.shape[-1] // n_heads
    heads = [x[:, :, head * width : (head + 1) * width] for head in range(n_heads)]
    return torch.cat([head.unsqueeze(1) for head in heads], dim=1)


@exercise.right
def text_by_text(x, n_heads):
    width = x.shape[-1] // n_heads
    return [torch.stack([row[:, h * width : (h + 1) * width] for h in range(n_heads)]) for row in x]
