"""merge_heads."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import _numbers


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
        (
            "Then a reshape to (B, T, H·d/H), or `.flatten(2)`. `view` complains after a transpose: it wants "
            "`.contiguous()` first."
        ),
    ],
)

exercise.case(torch.arange(8.0).reshape(1, 2, 2, 2))
exercise.case(_numbers(2, 3, 4, 5, seed=41))
exercise.case(_numbers(3, 2, 5, 4, seed=42))
exercise.case(_numbers(2, 3, 4, 2, seed=43, grad=True))
exercise.case(_numbers(2, 1, 3, 4, seed=44, dtype=torch.float32))
exercise.case(_numbers(2, 4, 3, 1, seed=45))


def _merged(x):
    batch, n_heads, time, width = x.shape
    return x.transpose(1, 2).reshape(batch, time, n_heads * width)


exercise.mistake("reshape_only", lambda x: x.reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3])).says(
    "The shape is right and the numbers are not: a reshape straight to (B, T, d) puts pieces of different words side "
    "by side. Exchange heads and time first."
)


@exercise.mistake("view_after_transpose").says(
    "Right idea, but after a transpose the numbers no longer lie row by row, and `view` cannot do without: `reshape`, "
    "or `.contiguous()` before it."
)
def view_after_transpose(x):
    batch, n_heads, time, width = x.shape
    return x.transpose(1, 2).view(batch, time, n_heads * width)


exercise.mistake("interleaved", lambda x: x.permute(0, 2, 3, 1).flatten(2)).says(
    "You weave the heads into each other: entry 0 of each head, then entry 1 of each. Head 0 comes first as a whole."
)
exercise.mistake("no_flatten", lambda x: x.transpose(1, 2)).says(
    "You only exchange heads and time, (B, T, H, d/H). The last two axes still have to become one."
)
exercise.mistake("wrong_exchange", lambda x: x.transpose(2, 3).reshape(x.shape[0], x.shape[2], -1)).says(
    "You exchange the last two axes. It is heads and time, axes 1 and 2, that change places."
)
exercise.mistake("last_two_flattened", lambda x: x.flatten(2)).says(
    "You join time and the size of a head, (B, H, T·d/H). It is H and d/H that become one axis."
)
exercise.mistake("heads_and_time_joined", lambda x: x.flatten(1, 2)).says(
    "You join heads and time into one axis, (B, H·T, d/H). Every word gets ONE vector again, of d entries."
)
exercise.mistake("time_and_heads_joined", lambda x: x.transpose(1, 2).flatten(1, 2)).says(
    "You exchange the axes rightly and then join time with heads, (B, T·H, d/H). Join the LAST two."
)
exercise.mistake("everything_joined", lambda x: x.transpose(1, 2).flatten(1)).says(
    "You join all axes but the batch. Time stays an axis: (B, T, d)."
)
exercise.mistake("summed", lambda x: x.sum(dim=1)).says(
    "You sum the heads. Their pieces stand side by side: d entries, not d/H."
)
exercise.mistake("mean", lambda x: x.mean(dim=1)).says(
    "You average the heads. Their pieces stand side by side: d entries, not d/H."
)
exercise.mistake("first_head", lambda x: x[:, 0]).says("You return the first head only.")
exercise.mistake("last_head", lambda x: x[:, -1]).says("You return the last head only.")
exercise.mistake("heads_reversed", lambda x: _merged(x.flip(1))).says(
    "Your heads stand in reverse order. Head 0 comes first."
)
exercise.mistake("time_reversed", lambda x: _merged(x.flip(2))).says("Your words come in reverse order.")
exercise.mistake("transposed", lambda x: _merged(x).transpose(1, 2)).says(
    "You give (B, d, T). Time comes before the entries: (B, T, d)."
)
exercise.mistake("time_first", lambda x: _merged(x).transpose(0, 1)).says(
    "You give (T, B, d). The batch stays in front."
)
exercise.mistake("batch_lost", lambda x: _merged(x)[0]).says("You give (T, d): the batch is lost.")
exercise.mistake("batch_joined", lambda x: _merged(x).flatten(0, 1)).says(
    "You join batch and time, (B·T, d). They are two axes."
)
exercise.mistake("joined_along_batch", lambda x: torch.cat(x.unbind(1), dim=0)).says(
    "You put the heads one after the other along the BATCH. They stand side by side along the last axis."
)
exercise.mistake("stacked_last", lambda x: torch.stack(x.unbind(1), dim=-1)).says(
    "You stack the heads along a new last axis. They are joined along the one that is there: (B, T, d)."
)
exercise.mistake("unbound_batch", lambda x: torch.cat(x.unbind(0), dim=-1)).says(
    "You take the batch apart instead of the heads. The heads are axis 1."
)
exercise.mistake("squeezed", lambda x: x.squeeze(1)).says(
    "`squeeze` takes out axes of length 1 only. Heads and d/H have to become one axis whatever H is."
)
exercise.mistake("unchanged", lambda x: x).says("You return x as it is, with the heads still apart.")
exercise.mistake("scaled", lambda x: _merged(x) / x.shape[1]).says(
    "You divide by the number of heads. The pieces are only put side by side."
)


@exercise.mistake("scaled_in_place").says(
    "You change x in place, which belongs to whoever called you (and torch refuses where x wants a gradient). The "
    "pieces are only put side by side."
)
def scaled_in_place(x):
    x *= 1.0 / x.shape[1]
    return _merged(x)


exercise.mistake("detached", lambda x: _merged(x).detach()).says(
    "The numbers are right, but they are cut off from the graph (`.detach()`, `.data`, `torch.tensor(…)`): no "
    "gradient gets back to x."
)
exercise.mistake("sizes_exchanged", lambda x: x.transpose(1, 2).reshape(x.shape[0], x.shape[1], -1)).says(
    "You exchange heads and time and then reshape to (B, H, T·d/H), with the sizes from before the exchange. T comes "
    "first now, and H and d/H become one."
)
exercise.mistake(
    "exchange_after_reshape", lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[3], x.shape[2]).transpose(1, 2)
).says("You reshape to (B, d, T) first and exchange then: the reshape has already torn the words apart.")
exercise.mistake("rotated", lambda x: x.transpose(1, 3).reshape(x.shape[0], x.shape[2], -1)).says(
    "You carry the axes around to (B, d/H, T, H) before the reshape. Only heads and time change places."
)
exercise.mistake("time_and_batch_exchanged", lambda x: x.transpose(0, 1).reshape(x.shape[0], x.shape[2], -1)).says(
    "You exchange batch and heads. It is heads and TIME that change places."
)

exercise.right(lambda x: x.transpose(1, 2).flatten(2))
exercise.right(lambda x: torch.cat(x.unbind(dim=1), dim=-1))


@exercise.right
def right_1(x):
    B, H, T, w = x.shape
    return x.permute(0, 2, 1, 3).contiguous().view(B, T, H * w)


@exercise.right
def right_2(x):
    B, H, T, w = x.shape
    merged = torch.zeros(B, T, H * w, dtype=x.dtype)
    for head in range(H):
        merged[:, :, head * w : (head + 1) * w] = x[:, head]
    return merged


exercise.right(lambda x: [torch.cat(list(row), dim=-1) for row in torch.einsum("bhtw->bhtw", x)])
