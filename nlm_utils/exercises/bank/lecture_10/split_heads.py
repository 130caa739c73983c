"""split_heads."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

from .common import _numbers


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
        (
            "`reshape` (or `view`) cuts, `transpose(1, 2)` exchanges two axes. A reshape straight to (B, H, T, d/H) "
            "has the right shape and the wrong numbers."
        ),
    ],
)

exercise.case(torch.arange(8.0).reshape(1, 2, 4), 2)
exercise.case(_numbers(2, 3, 4, seed=31), 2)
exercise.case(_numbers(2, 5, 12, seed=32), 3)
exercise.case(_numbers(2, 4, 6, seed=33, grad=True), 3)
exercise.case(_numbers(3, 4, 2, seed=34, dtype=torch.float32), 1)
exercise.case(_numbers(3, 2, 5, seed=35), 5)


def _cut(x, n_heads):
    return x.reshape(x.shape[0], x.shape[1], n_heads, x.shape[2] // n_heads)


def _straight(x, *shape):
    return x.reshape(x.shape[0], *shape)


exercise.mistake("reshape_only", lambda x, h: _straight(x, h, x.shape[1], x.shape[2] // h)).says(
    "The shape is right and the numbers are not: a reshape straight to (B, H, T, d/H) only moves the ends of rows, so "
    "that a head gets pieces of the wrong words. Cut the last axis first, then exchange two axes."
)
exercise.mistake("no_transpose", _cut).says(
    "You cut the vectors into pieces, (B, T, H, d/H); the axis of the heads still has to move in front of time."
)
exercise.mistake(
    "interleaved", lambda x, h: x.reshape(x.shape[0], x.shape[1], x.shape[2] // h, h).permute(0, 3, 1, 2)
).says("Head 0 gets the entries 0, H, 2H, … It should get the first d/H entries side by side.")
exercise.mistake("interleaved_not_moved", lambda x, h: x.reshape(x.shape[0], x.shape[1], x.shape[2] // h, h)).says(
    "You cut d into (d/H, H): the number of heads comes first, H pieces of size d/H. And the axis of the heads has to "
    "move in front of time."
)
exercise.mistake(
    "size_for_count", lambda x, h: x.reshape(x.shape[0], x.shape[1], x.shape[2] // h, h).transpose(1, 2)
).says(
    "You make d/H heads of size H. It should be H heads of size d/H. (`split(n)` makes pieces of size n, `chunk(n)` "
    "makes n pieces.)"
)
exercise.mistake("last_two_exchanged", lambda x, h: _cut(x, h).transpose(2, 3)).says(
    "You exchange the last two axes, (B, T, d/H, H). It is time and heads, axes 1 and 2, that change places."
)
exercise.mistake("time_last", lambda x, h: _cut(x, h).permute(0, 2, 3, 1)).says(
    "Your heads are right, but time stands last: (B, H, d/H, T). It should be (B, H, T, d/H)."
)
exercise.mistake("transposed_first", lambda x, h: _straight(x.transpose(1, 2), h, x.shape[1], x.shape[2] // h)).says(
    "You exchange time and d before you cut, so that the pieces are cut out of time. Cut (B, T, d) first."
)
exercise.mistake("heads_first", lambda x, h: _cut(x, h).permute(2, 0, 1, 3)).says(
    "Your heads come first, before the batch: (H, B, T, d/H). The batch stays in front, (B, H, T, d/H)."
)
exercise.mistake("batch_and_heads_joined", lambda x, h: _cut(x, h).transpose(1, 2).flatten(0, 1)).says(
    "You put batch and heads into one axis, (B·H, T, d/H). Keep them apart: (B, H, T, d/H)."
)
exercise.mistake("time_cut", lambda x, h: torch.stack(x.split(max(x.shape[1] // h, 1), dim=1), dim=1)).says(
    "You cut TIME into pieces. Every head sees all words; it is the vectors, the last axis, that are cut."
)
exercise.mistake("repeated", lambda x, h: x[:, None].expand(-1, h, -1, -1)).says(
    "You give every head the whole vector. The heads share the d entries out among them: d/H each."
)
exercise.mistake("axis_only", lambda x, h: x[:, None]).says(
    "You only add an axis of length 1. There are H heads, and each has d/H entries."
)
exercise.mistake("heads_reversed", lambda x, h: _cut(x, h).transpose(1, 2).flip(1)).says(
    "Your heads come in reverse order. Head 0 has the FIRST d/H entries."
)
exercise.mistake("time_reversed", lambda x, h: _cut(x, h).transpose(1, 2).flip(2)).says(
    "Your words come in reverse order. Time stays as it is."
)
exercise.mistake(
    "float_division", lambda x, h: x.reshape(x.shape[0], x.shape[1], h, x.shape[2] / h).transpose(1, 2)
).says("`/` gives a float even where it divides evenly, and a shape wants whole numbers: `//`.")
exercise.mistake("whole_dim", lambda x, h: x.reshape(x.shape[0], x.shape[1], h, x.shape[2]).transpose(1, 2)).says(
    "You give every head d entries. There are only d in all: d/H for each."
)
exercise.mistake("first_head_only", lambda x, h: x[..., : x.shape[2] // h]).says(
    "You return one head. All H are wanted: (B, H, T, d/H)."
)
exercise.mistake("unchanged", lambda x, h: x).says("You return x as it is, without an axis for the heads.")
exercise.mistake("time_and_heads_in_one", lambda x, h: _straight(x, x.shape[1] * h, x.shape[2] // h)).says(
    "You give (B, T·H, d/H). Time and heads are two axes."
)
exercise.mistake("transposed_x", lambda x, h: _cut(x, h).permute(1, 2, 0, 3)).says(
    "You exchange batch and time. Batch stays first."
)
exercise.mistake("scaled", lambda x, h: _cut(x, h).transpose(1, 2) / math.sqrt(x.shape[2] // h)).says(
    "You divide by √(d/H) as well. That belongs to the scores; here the vectors are only cut."
)


@exercise.mistake("scaled_in_place").says(
    "You multiply the pieces in place: they are views of x, so that x changes, or torch refuses. Only cut them."
)
def scaled_in_place(x, n_heads):
    heads = _cut(x, n_heads).transpose(1, 2)
    heads *= 1.0 / math.sqrt(heads.shape[-1])
    return heads


exercise.mistake("detached", lambda x, h: _cut(x, h).transpose(1, 2).detach()).says(
    "The numbers are right, but they are cut off from the graph (`.detach()`, `.data`, `torch.tensor(…)`): no "
    "gradient gets back to x."
)
exercise.mistake("batch_lost", lambda x, h: _cut(x, h).transpose(1, 2)[0]).says(
    "You give (H, T, d/H): the batch is lost."
)
exercise.mistake("reshape_time_first", lambda x, h: _straight(x, h, x.shape[2] // h, x.shape[1])).says(
    "You reshape to (B, H, d/H, T): a reshape does not carry axes around. Cut the last axis into (H, d/H), then "
    "exchange axes 1 and 2."
)
exercise.mistake(
    "reshape_then_exchange", lambda x, h: _straight(x, h, x.shape[2] // h, x.shape[1]).transpose(2, 3)
).says(
    "You reshape to (B, H, d/H, T) and then exchange the last two axes: the reshape has already torn the words apart. "
    "Only the last axis may be cut."
)
exercise.mistake(
    "twice_moved", lambda x, h: x.transpose(1, 2).reshape(x.shape[0], x.shape[1], h, x.shape[2] // h).transpose(1, 2)
).says(
    "You exchange axes 1 and 2 before you cut and again after. Cut (B, T, d) into (B, T, H, d/H), then exchange once."
)
exercise.mistake(
    "slices_as_wide_as_heads", lambda x, h: torch.stack([x[..., i * h : (i + 1) * h] for i in range(h)], dim=1)
).says("Your slices are H entries wide. There are H of them, each d/H wide.")
exercise.mistake("first_piece_everywhere", lambda x, h: x[:, None].expand(-1, h, -1, -1)[..., : x.shape[-1] // h]).says(
    "All your heads get the same piece, the first d/H entries. Head h gets its own."
)
exercise.mistake("joined_along_batch", lambda x, h: torch.cat(x.chunk(h, dim=-1), dim=0)).says(
    "You put the pieces one after the other along the batch, (H·B, T, d/H). They get an axis of their own behind the "
    "batch."
)
exercise.mistake("joined_along_time", lambda x, h: torch.cat(x.chunk(h, dim=-1), dim=1)).says(
    "You put the pieces one after the other along time, (B, H·T, d/H). They get an axis of their own before it."
)
exercise.mistake("words_for_heads", lambda x, h: torch.stack([x[:, i % x.shape[1]] for i in range(h)], dim=1)).says(
    "You take the first H words for the heads. Every head sees all words; it is the vectors, the last axis, that are "
    "cut."
)

exercise.right(lambda x, n_heads: torch.stack(x.chunk(n_heads, dim=-1), dim=1))


@exercise.right
def right_1(x, n_heads):
    B, T, d = x.shape
    return x.view(B, T, n_heads, d // n_heads).permute(0, 2, 1, 3)


@exercise.right
def right_2(x, n_heads):
    width = x.shape[-1] // n_heads
    heads = [x[:, :, head * width : (head + 1) * width] for head in range(n_heads)]
    return torch.cat([head.unsqueeze(1) for head in heads], dim=1)


exercise.right(lambda x, n_heads: torch.einsum("bthw->bhtw", x.unflatten(-1, (n_heads, -1))))


@exercise.right
def right_3(x, n_heads):
    width = x.shape[-1] // n_heads
    return [torch.stack([row[:, h * width : (h + 1) * width] for h in range(n_heads)]) for row in x]
