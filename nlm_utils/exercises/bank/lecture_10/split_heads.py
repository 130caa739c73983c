"""One axis is cut in two and one exchange moves the heads: what a reshape alone does, and which axes change places."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import result, variants

from .inputs import numbers


def split_heads(x, n_heads):
    """Cuts every vector into `n_heads` pieces and gives each head its own: (B, T, d) -> (B, H, T, d/H).

    Head h gets the entries from h·d/H up to (h + 1)·d/H of each word's vector; n_heads divides d. The dtype is
    kept, gradients flow back to x, and x stays as it was (the result may be a view of it).
    """
    batch, time, dim = x.shape
    return x.reshape(batch, time, n_heads, dim // n_heads).transpose(1, 2)


exercise = Exercise(
    split_heads,
    checks="1, 2, 3 heads, as many heads as dimensions, one sentence of one word, all sizes different, gradients",
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
exercise.case(numbers(2, 3, 4, seed=31), 2)
exercise.case(numbers(2, 5, 12, seed=32), 3)
exercise.case(numbers(2, 4, 6, seed=33, grad=True), 3)
exercise.case(numbers(3, 4, 2, seed=34, dtype=torch.float32), 1)
exercise.case(numbers(3, 2, 5, seed=35), 5)
exercise.case(numbers(1, 1, 4, seed=36), 2)
exercise.drawn(lambda rng: (*tensors(rng, "btd", d=6), int(rng.choice([1, 2, 3, 6]))))


def cut(x, count, width):
    """The last axis cut into so many pieces of that width."""
    return x.reshape(*x.shape[:2], count, width)


def straight(x, *shape):
    """The batch, and three other axes by a reshape alone."""
    return x.reshape(x.shape[0], *shape)


def answer(change):
    """split_heads as change(x, number of heads, width of a head)."""
    return lambda x, n_heads: change(x, n_heads, x.shape[2] // n_heads)


exercise.mistake("reshape_only", answer(lambda x, h, w: straight(x, h, x.shape[1], w))).says(
    "The shape is right and the numbers are not: a reshape straight to (B, H, T, d/H) only moves the ends of rows, so "
    "that a head gets pieces of the wrong words. Cut the last axis first, then exchange two axes."
)
for id, (change, words) in {
    "no_transpose": (cut, "cut, (B, T, H, d/H), and do not move the heads in front of time"),
    "last_two_at_the_end": (lambda x, h, w: cut(x, h, w).permute(0, 2, 3, 1), "give (B, H, d/H, T): time comes third"),
    "heads_first": (
        lambda x, h, w: torch.stack(x.split(w, -1)),
        "give (H, B, T, d/H) or a list of heads; `torch.stack(…, dim=1)` puts H second",
    ),
    "batch_and_heads_joined": (lambda x, h, w: split_heads(x, h).flatten(0, 1), "join batch and heads, (B·H, T, d/H)"),
    "last_two_exchanged": (lambda x, h, w: cut(x, h, w).transpose(2, 3), "exchange the last two axes, (B, T, d/H, H)"),
    "interleaved": (lambda x, h, w: cut(x, w, h).permute(0, 3, 1, 2), "give head 0 the entries 0, H, 2H, …"),
    "interleaved_not_moved": (lambda x, h, w: cut(x, w, h), "cut d into (d/H, H), and do not move the heads"),
    "size_for_count": (lambda x, h, w: cut(x, w, h).transpose(1, 2), "make d/H heads of size H (as `split(n)` does)"),
    "transposed_first": (lambda x, h, w: straight(x.mT, h, x.shape[1], w), "exchange before you cut: TIME is cut"),
    "twice_moved": (lambda x, h, w: cut(x.mT.reshape(x.shape), h, w).transpose(1, 2), "exchange before the cut, too"),
    "reshape_time_first": (lambda x, h, w: straight(x, h, w, x.shape[1]), "let a reshape carry axes around"),
    "reshape_then_exchange": (lambda x, h, w: straight(x, h, w, x.shape[1]).mT, "reshape to (B, H, d/H, T) first"),
    "time_and_heads_in_one": (lambda x, h, w: straight(x, -1, w), "leave time and heads in one axis, (B, T·H, d/H)"),
    "joined_along_batch": (lambda x, h, w: torch.cat(x.split(w, -1)), "join the pieces along the batch, (H·B, T, d/H)"),
    "joined_along_time": (
        lambda x, h, w: torch.cat(x.split(w, -1), 1),
        "join the heads along TIME with `cat`, (B, H·T, d/H)",
    ),
    "unchanged": (
        lambda x, h, w: x,
        "give x as it came: not cut, or put together again by `cat` where `stack` belongs",
    ),
    "batch_chunked": (
        lambda x, h, w: torch.stack(x.chunk(h), 1),
        "cut the BATCH: `chunk` and `split` take axis 0 if not told `dim=-1`",
    ),
    "batch_and_time_exchanged": (lambda x, h, w: cut(x, h, w).transpose(0, 1), "exchange batch and time"),
    "axes_reversed": (lambda x, h, w: cut(x, h, w).permute(3, 2, 1, 0), "turn all four axes round (`.T`)"),
    "entries_for_heads": (lambda x, h, w: cut(x, h, w).permute(0, 3, 1, 2), "put the entries where the heads belong"),
    "time_and_heads_undone": (lambda x, h, w: split_heads(x, h).reshape(x.shape[0], -1, h, w), "reshape at the end"),
    "batch_and_heads_joined_time_first": (
        lambda x, h, w: x.reshape(len(x), x.shape[1] * h, w).transpose(0, 1),
        "join two axes, and exchange the others",
    ),
    "time_cut_by_view": (lambda x, h, w: x.view(len(x), h, x.shape[1] // h, x.shape[2]), "cut TIME into H pieces"),
    "time_taken_for_d": (
        lambda x, h, w: x.view(len(x), x.shape[2], h, x.shape[1] // h).transpose(1, 2),
        "read the shape as (B, d, T): it is (B, T, d)",
    ),
    "whole_dim": (lambda x, h, w: cut(x, h, h * w).transpose(1, 2), "give every head d entries, all there are"),
    "float_division_view": (
        lambda x, h, w: x.view(*x.shape[:2], h, x.shape[2] / h),
        "divide by `/`; a shape wants `//`",
    ),
    "float_division": (lambda x, h, w: cut(x, h, x.shape[2] / h), "divide by `/`, a float; a shape wants `//`"),
}.items():
    exercise.mistake(id, answer(change)).says(
        f"You {words}. Cut d into (H, d/H), H pieces side by side; then exchange axes 1 and 2, time and heads."
    )
for id, (change, words) in {
    "time_cut": (lambda x, h, w: torch.stack(x.split(max(x.shape[1] // h, 1), 1), 1), "You cut TIME into pieces"),
    "time_chunked": (lambda x, h, w: torch.stack(x.chunk(h, dim=1), 1), "You cut TIME into pieces"),
    "first_head_missing": (lambda x, h, w: split_heads(x, h)[:, 1:], "Your first head is missing"),
    "last_head_missing": (lambda x, h, w: split_heads(x, h)[:, :-1], "Your last head is missing"),
    "overlapping": (
        lambda x, h, w: x.unfold(-1, w, 1)[..., :h, :].transpose(1, 2),
        "Your pieces overlap: head h begins at h·d/H",
    ),
    "words_for_heads": (lambda x, h, w: x[:, torch.arange(h) % x.shape[1]], "You take the first H words for the heads"),
    "repeated": (lambda x, h, w: x[:, None].expand(-1, h, -1, -1), "You give every head the whole vector"),
    "first_piece_everywhere": (lambda x, h, w: x[:, None, :, :w].expand(-1, h, -1, -1), "All get the first piece"),
    "slices_as_wide_as_heads": (
        lambda x, h, w: torch.stack([x[..., i * h : (i + 1) * h] for i in range(h)], dim=1),
        "Your slices are H entries wide",
    ),
    "first_head_only": (lambda x, h, w: x[..., :w], "You return one head"),
    "axis_only": (lambda x, h, w: x[:, None], "You only add an axis of length 1"),
    "heads_reversed": (lambda x, h, w: split_heads(x, h).flip(1), "Your heads come in reverse order"),
    "time_reversed": (lambda x, h, w: split_heads(x, h).flip(2), "Your words come in reverse order"),
    "batch_lost": (lambda x, h, w: split_heads(x, h)[0], "You give (H, T, d/H): the batch is lost"),
    "scaled": (lambda x, h, w: split_heads(x, h) / w**0.5, "You divide by √(d/H), which belongs to the scores"),
}.items():
    exercise.mistake(id, answer(change)).says(
        f"{words}. Each of the H heads sees ALL words, in order, and d/H entries of each: head 0 the first d/H."
    )
exercise.mistake("scaled_in_place", answer(lambda x, h, w: split_heads(x, h).mul_(w**-0.5))).says(
    "You multiply the pieces in place: they are views of x, so that x changes, or torch refuses. Only cut them."
)

exercise.takes(
    result(squeezed="squeezed"),
    variants(
        "piece_of",
        (1, 2, 3, 4, 8, 64),
        lambda width: lambda x, n_heads: x.view(*x.shape[:2], n_heads, width).transpose(1, 2),
        "Your code fixes the size of a head at {value}. It is d/H, `x.shape[-1] // n_heads`.",
    ),
    variants(
        "always_heads",
        (2, 3, 4, 8),
        lambda heads: lambda x, n_heads: x.reshape(*x.shape[:2], heads, -1).transpose(1, 2),
        "Your code makes {value} heads always. Their number is `n_heads`.",
    ),
)
exercise.mistakes(
    returns_in_the_loop=lambda x, n_heads: split_heads(x, n_heads)[:, :1],
    returns_in_the_loop_with_a_buffer=lambda x, n_heads: (
        split_heads(x, n_heads) * (torch.arange(n_heads) < 1)[:, None, None]
    ),
).says("Only the first head is filled: a `return` inside the loop ends it after the first turn. Move it to the left.")
exercise.mistakes(
    pieces_from_one=answer(lambda x, h, w: torch.stack([x[..., i * w : (i + 1) * w] for i in range(1, h + 1)], 1)),
    pieces_as_many_as_wide=answer(lambda x, h, w: torch.stack([x[..., i * w : (i + 1) * w] for i in range(w)], 1)),
    pieces_end_at_width=answer(lambda x, h, w: torch.stack([x[..., i * w : w] for i in range(h)], 1)),
).says(
    "Your pieces are not those of the H heads: a slice runs beyond the end of x, or ends before it begins. Head h, "
    "from 0 to H − 1, gets the entries from h·d/H to (h + 1)·d/H."
)
exercise.mistake("head_squeezed", lambda x, n_heads: split_heads(x, n_heads).squeeze(1)).says(
    "With one head you squeeze its axis away. The result has four axes, (B, H, T, d/H), however many heads there are."
)

exercise.right(lambda x, n_heads: torch.stack(x.chunk(n_heads, dim=-1), dim=1))
exercise.right(lambda x, n_heads: torch.einsum("bthw->bhtw", x.unflatten(-1, (n_heads, -1))))


@exercise.right
def lists_of_heads(x, n_heads):
    width = x.shape[-1] // n_heads
    return [torch.stack([row[:, h * width : (h + 1) * width] for h in range(n_heads)]) for row in x]
