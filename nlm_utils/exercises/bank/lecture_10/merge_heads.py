"""Heads side by side again: learners reshape without the exchange, or join other axes."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import result

from . import numbers


def merge_heads(x):
    """Puts the heads' pieces side by side again, head 0 first: (B, H, T, d/H) -> (B, T, d).

    The way back from split_heads: merge_heads(split_heads(x, H)) is x. The dtype is kept, gradients flow back to
    x, and x stays as it was.
    """
    batch, n_heads, time, width = x.shape
    return x.transpose(1, 2).reshape(batch, time, n_heads * width)


exercise = Exercise(
    merge_heads,
    checks="1, 2, 3 heads and heads of size 1, all sizes different, gradients",
    explanation=(
        "The steps of split_heads backwards: first time moves back in front of the heads, then the last two axes, "
        "which now lie side by side, become one. A transposed tensor does not lie in memory row by row, which is why "
        "`view` refuses; `reshape` makes a copy where it has to."
    ),
    hints=[
        "Undo split_heads, last step first.",
        "First exchange heads and time: (B, T, H, d/H). Now one word's pieces are neighbours.",
        "Then a reshape to (B, T, H·d/H), or `.flatten(2)`. `view` complains after a transpose: it wants "
        "`.contiguous()` first.",
    ],
)

exercise.case(torch.arange(8.0).reshape(1, 2, 2, 2))
exercise.case(numbers(2, 3, 4, 5, seed=41))
exercise.case(numbers(3, 2, 5, 4, seed=42))
exercise.case(numbers(2, 3, 4, 2, seed=43, grad=True))
exercise.case(numbers(2, 1, 3, 4, seed=44, dtype=torch.float32))
exercise.case(numbers(2, 4, 3, 1, seed=45))


def sized(build):
    """An answer build(x, B, H, T, w), with w = d/H."""
    return lambda x: build(x, *x.shape)


exercise.mistake("reshape_only", sized(lambda x, B, H, T, w: x.reshape(B, T, H * w))).says(
    "The shape is right and the numbers are not: a reshape straight to (B, T, d) puts pieces of different words side "
    "by side. Exchange heads and time first."
)
exercise.mistake("view_after_transpose", sized(lambda x, B, H, T, w: x.transpose(1, 2).view(B, T, H * w))).says(
    "Right idea, but after a transpose the numbers no longer lie row by row, and `view` cannot do without: `reshape`, "
    "or `.contiguous()` before it."
)
exercise.mistake("interleaved", lambda x: x.permute(0, 2, 3, 1).flatten(2)).says(
    "You weave the heads into each other: entry 0 of each head, then entry 1 of each. Head 0 comes first as a whole."
)
for id, (axes, words) in {
    "wrong_exchange": ((2, 3), "the last two axes"),
    "rotated": ((1, 3), "heads and d/H"),
    "time_and_batch_exchanged": ((0, 1), "batch and heads"),
}.items():
    exercise.mistake(id, sized(lambda x, B, H, T, w, axes=axes: x.transpose(*axes).reshape(B, T, -1))).says(
        f"You exchange {words} before the reshape. It is heads and time, axes 1 and 2, that change places."
    )
exercise.mistake("exchange_after_reshape", sized(lambda x, B, H, T, w: x.reshape(B, H * w, T).transpose(1, 2))).says(
    "You reshape to (B, d, T) first and exchange then: the reshape has already torn the words apart."
)

# Another axis joined
for id, (joined, words) in {
    "no_flatten": (lambda x: x.transpose(1, 2), "You only exchange heads and time, (B, T, H, d/H)."),
    "last_two_flattened": (lambda x: x.flatten(2), "You join time and the size of a head, (B, H, T·d/H)."),
    "heads_and_time_joined": (lambda x: x.flatten(1, 2), "You join heads and time, (B, H·T, d/H)."),
    "time_and_heads_joined": (lambda x: x.transpose(1, 2).flatten(1, 2), "You join time and heads, (B, T·H, d/H)."),
    "sizes_exchanged": (sized(lambda x, B, H, T, w: x.transpose(1, 2).reshape(B, H, -1)), "Your T comes after H."),
    "unchanged": (lambda x: x, "You return x as it is."),
}.items():
    exercise.mistake(id, joined).says(f"{words} Exchange heads and time; then H and d/H become one axis: (B, T, d).")
exercise.mistake("squeezed", lambda x: x.squeeze(1)).says(
    "`squeeze` takes out axes of length 1 only. Heads and d/H have to become one axis whatever H is."
)

# The pieces not side by side
for id, (pieces, words) in {
    "summed": (lambda x: x.sum(dim=1), "sum the heads"),
    "mean": (lambda x: x.mean(dim=1), "average the heads"),
    "first_head": (lambda x: x[:, 0], "return the first head only"),
    "last_head": (lambda x: x[:, -1], "return the last head only"),
    "joined_along_batch": (lambda x: torch.cat(x.unbind(1), dim=0), "join the heads along the BATCH"),
    "stacked_last": (lambda x: torch.stack(x.unbind(1), dim=-1), "stack the heads along a new last axis"),
    "unbound_batch": (lambda x: torch.cat(x.unbind(0), dim=-1), "take the batch apart instead of the heads"),
}.items():
    exercise.mistake(id, pieces).says(f"You {words}. All heads' pieces stand side by side along the last axis: d.")
for id, (axis, words) in {"heads_reversed": (1, "heads, head 0 comes first"), "time_reversed": (2, "words")}.items():
    exercise.mistake(id, lambda x, axis=axis: merge_heads(x.flip(axis))).says(f"You reverse the order of the {words}.")
exercise.takes(result(first=("batch_lost", "You give (T, d): the batch is lost.")))
exercise.mistake("scaled", lambda x: merge_heads(x) / x.shape[1]).says(
    "You divide by the number of heads. The pieces are only put side by side."
)
exercise.mistake("scaled_in_place", lambda x: merge_heads(x.mul_(1.0 / x.shape[1]))).says(
    "You change x in place, which belongs to whoever called you (and torch refuses where x wants a gradient). The "
    "pieces are only put side by side."
)

exercise.right(lambda x: x.transpose(1, 2).flatten(2))
exercise.right(lambda x: torch.cat(x.unbind(dim=1), dim=-1))
exercise.right(lambda x: [torch.cat(list(row), dim=-1) for row in x])
exercise.right(sized(lambda x, B, H, T, w: x.permute(0, 2, 1, 3).contiguous().view(B, T, H * w)))


@exercise.right
def head_by_head(x):
    B, H, T, w = x.shape
    merged = torch.zeros(B, T, H * w, dtype=x.dtype)
    for head in range(H):
        merged[:, :, head * w : (head + 1) * w] = x[:, head]
    return merged
