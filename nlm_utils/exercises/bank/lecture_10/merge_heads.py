"""One exchange and one reshape put the heads side by side: which axes change places, and which two become one."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import result, variants

from .inputs import numbers


def merge_heads(x):
    """Puts the heads' pieces side by side again, head 0 first: (B, H, T, d/H) -> (B, T, d).

    The way back from split_heads: merge_heads(split_heads(x, H)) is x. The dtype is kept, gradients flow back to
    x, and x stays as it was.
    """
    batch, n_heads, time, width = x.shape
    return x.transpose(1, 2).reshape(batch, time, n_heads * width)


exercise = Exercise(
    merge_heads,
    checks="1 to 4 heads, heads of size 1, one sentence of one word, all sizes different, gradients",
    explanation=(
        "The steps of split_heads backwards: first time moves back in front of the heads, then the last two axes, "
        "which now lie side by side, become one. A transposed tensor does not lie in memory row by row, which is why "
        "`view` refuses; `reshape` makes a copy where it has to."
    ),
    hints=[
        "Undo split_heads, last step first.",
        "First exchange heads and time: (B, T, H, d/H). Now one word's pieces are neighbours.",
        (
            "Then a reshape to (B, T, H·d/H), or `.flatten(2)`. `view` complains after a transpose: it wants "
            "`.contiguous()` first."
        ),
    ],
)

exercise.case(torch.arange(8.0).reshape(1, 2, 2, 2))
exercise.case(numbers(2, 3, 4, 5, seed=41))
exercise.case(numbers(3, 2, 5, 4, seed=42))
exercise.case(numbers(2, 3, 4, 2, seed=43, grad=True))
exercise.case(numbers(2, 1, 3, 4, seed=44, dtype=torch.float32))
exercise.case(numbers(2, 4, 3, 1, seed=45))
exercise.case(numbers(1, 3, 1, 2, seed=46))
exercise.drawn(lambda rng: tensors(rng, "bhtw"))


def reshaped(x, *axes):
    """Two axes exchanged (or none) and then a reshape to (B, T, d)."""
    return (x.transpose(*axes) if axes else x).reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3])


exercise.mistake("reshape_only", reshaped).says(
    "The shape is right and the numbers are not: a reshape straight to (B, T, d) puts pieces of different words side "
    "by side. Exchange heads and time first."
)
exercise.mistake("view_after_transpose", lambda x: x.transpose(1, 2).view(x.shape[0], x.shape[2], -1)).says(
    "After a transpose the numbers do not lie row by row, which `view` wants: `reshape`, or `.contiguous()` before it."
)
for id, (change, words) in {
    "interleaved": (lambda x: x.permute(0, 2, 3, 1).flatten(2), "weave the heads into each other, entry by entry"),
    "wrong_exchange": (lambda x: reshaped(x, 2, 3), "exchange the last two axes"),
    "wrong_exchange_joined": (lambda x: x.mT.flatten(2), "exchange the last two axes, and join time with heads"),
    "rotated_joined": (lambda x: x.transpose(1, 3).flatten(2), "exchange heads and entries, (B, d/H, T, H)"),
    "one_row": (lambda x: x.flatten(1), "join all axes but the batch"),
    "width_of_a_head": (lambda x: x.mT.reshape(x.shape[0], -1, x.shape[3]), "leave rows as short as a head's, d/H"),
    "count_forgotten": (
        lambda x: x.transpose(1, 2).reshape(x.shape[0], *x.shape[2:]),
        "reshape to (B, T, d/H): d is H·(d/H)",
    ),
    "rotated": (lambda x: reshaped(x, 1, 3), "carry the axes around to (B, d/H, T, H)"),
    "time_and_batch_exchanged": (lambda x: reshaped(x, 0, 1), "exchange batch and heads"),
    "exchange_after_reshape": (lambda x: x.reshape(x.shape[0], -1, x.shape[2]).mT, "reshape first, to (B, d, T)"),
    "sizes_exchanged": (lambda x: x.transpose(1, 2).reshape(*x.shape[:2], -1), "reshape to old sizes, (B, H, T·d/H)"),
    "time_before_batch": (
        lambda x: x.permute(2, 0, 1, 3).reshape(x.shape[0], x.shape[2], -1),
        "put time before the batch, so that the reshape mixes sentences",
    ),
    "everything_joined": (lambda x: x.transpose(1, 2).flatten(1), "join time with the heads' entries, (B, T·d)"),
    "batch_joined": (lambda x: merge_heads(x).flatten(0, 1), "join batch and time, (B·T, d)"),
    "no_flatten": (lambda x: x.transpose(1, 2), "only exchange heads and time, (B, T, H, d/H)"),
    "last_two_flattened": (lambda x: x.flatten(2), "join time and the size of a head, (B, H, T·d/H)"),
    "heads_and_time_joined": (lambda x: x.flatten(1, 2), "join heads and time into one axis, (B, H·T, d/H)"),
    "time_and_heads_joined": (lambda x: x.transpose(1, 2).flatten(1, 2), "join time with heads, (B, T·H, d/H)"),
    "time_first": (lambda x: merge_heads(x).transpose(0, 1), "give (T, B, d)"),
    "batch_lost": (lambda x: merge_heads(x)[0], "give (T, d): the batch is lost"),
    "joined_along_batch": (lambda x: torch.cat(x.unbind(1), dim=0), "put the heads one by one along the BATCH"),
    "stacked_last": (lambda x: torch.stack(x.unbind(1), dim=-1), "stack the heads along a new last axis"),
    "unbound_batch": (lambda x: torch.cat(x.unbind(0), dim=-1), "take the batch apart, not the heads"),
    "squeezed": (lambda x: x.squeeze(1), "`squeeze` out an axis of length 1, whatever H is"),
    "unchanged": (lambda x: x, "return x as it is, with the heads still apart"),
}.items():
    exercise.mistake(id, change).says(
        f"You {words}. Exchange heads and time, axes 1 and 2; then the LAST two, H and d/H, become one: (B, T, d)."
    )
for id, (change, words) in {
    "summed": (lambda x: x.sum(dim=1), "You sum the heads"),
    "mean": (lambda x: x.mean(dim=1), "You average the heads"),
    "first_head": (lambda x: x[:, 0], "You return the first head only"),
    "first_head_missing": (lambda x: merge_heads(x[:, 1:]), "Your first head is missing (does a loop begin at 1?)"),
    "last_head_missing": (lambda x: merge_heads(x[:, :-1]), "Your last head is missing"),
    "last_head": (lambda x: x[:, -1], "You return the last head only"),
    "heads_reversed": (lambda x: merge_heads(x.flip(1)), "Your heads stand in reverse order"),
    "time_reversed": (lambda x: merge_heads(x.flip(2)), "Your words come in reverse order"),
    "scaled": (lambda x: merge_heads(x) / x.shape[1], "You divide by the number of heads"),
}.items():
    exercise.mistake(id, change).says(f"{words}. The pieces only stand side by side, d entries, head 0 first.")
exercise.mistake("scaled_in_place", lambda x: merge_heads(x.mul_(1.0 / x.shape[1]))).says(
    "You change x in place, which is the caller's (and torch refuses where x wants a gradient). Only join the pieces."
)


@exercise.mistake("overlapping").says(
    "Your pieces overlap: head h begins at h, and the next one writes over it. It begins at h·d/H."
)
def overlapping(x):
    merged = torch.zeros_like(merge_heads(x))
    for head in range(x.shape[1]):
        merged[..., head : head + x.shape[3]] = x[:, head]
    return merged


exercise.mistake(
    "returns_in_the_loop_with_a_buffer", lambda x: merge_heads(x * (torch.arange(x.shape[1]) < 1)[:, None, None])
).says(
    "Only the first head is filled in: a `return` inside the loop ends it after the first turn. Move it to the left."
)
exercise.takes(
    result(squeezed="result_squeezed", first_row="returns_in_the_loop", rest_zero="first_sentence_in_a_buffer"),
    variants(
        "always_heads",
        (2, 3, 4, 8),
        lambda heads: lambda x: torch.cat([x[:, head] for head in range(heads)], dim=-1),
        "Your code takes {value} heads always. Their number is `x.shape[1]`.",
    ),
    variants(
        "always_heads_reshaped",
        (2, 3, 4, 8),
        lambda heads: lambda x: x.transpose(1, 2).reshape(x.shape[0], x.shape[2], heads * x.shape[3]),
        "Your code takes {value} heads always. Their number is `x.shape[1]`.",
    ),
)

exercise.right(lambda x: x.transpose(1, 2).flatten(2))
exercise.right(lambda x: torch.cat(x.unbind(dim=1), dim=-1))
exercise.right(lambda x: [torch.cat(list(row), dim=-1) for row in torch.einsum("bhtw->bhtw", x)])


@exercise.right
def piece_by_piece(x):
    B, H, T, w = x.shape
    merged = torch.zeros(B, T, H * w, dtype=x.dtype)
    for head in range(H):
        merged[:, :, head * w : (head + 1) * w] = x[:, head]
    return merged
