"""A weighted sum of each channel's last k values. Learners look ahead, turn the kernel, mix channels, drop the bias."""

import torch
from torch.nn.functional import conv1d, pad, silu

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import argument, result, result_with

from .common import late, numbers


def causal_depthwise_convolution(x, w, b):
    """Each channel's weighted sum of its last k values, the present among them, and a bias.

    x        (B, T, d)
    w        (d, k): one kernel for each channel; w[:, k−1] weighs the present, w[:, 0] what is k−1 positions back
    b        (d,)
    returns  (B, T, d); before the text there are zeros. T may be smaller than k.

    Gradients flow back to all three, which stay as they were.
    """
    length, k = x.shape[1], w.shape[1]
    padded = torch.cat([x.new_zeros(x.shape[0], k - 1, x.shape[2]), x], dim=1)  # (B, k − 1 + T, d)
    return b + sum(w[:, j] * padded[:, j : j + length] for j in range(k))


exercise = Exercise(
    causal_depthwise_convolution,
    checks="B, T, d and k that all differ, d equal to k, a kernel of 1, a text shorter than the kernel, gradients",
    explanation=(
        "k − 1 zeros in front, none after: then output t sees inputs t − k + 1 to t. Depthwise means that each "
        "channel has a kernel of its own and no channel sees another. The last weight is the present's, as in torch's "
        "`conv1d`."
    ),
    hints=[
        "What must stand before the first position, so that it too has k values to look at?",
        "Put k − 1 rows of zeros in front of x along time. Window t of the result is then rows t to t + k − 1.",
        "Weight j goes with the padded x shifted by j: `padded[:, j : j + T]`, multiplied by w[:, j]; sum over j.",
    ],
)

exercise.case(torch.tensor([[[1.0], [2.0], [4.0]]]), torch.tensor([[0.5, 3.0]]), torch.tensor([10.0]))
exercise.case(numbers(2, 5, 4, seed=1), numbers(4, 3, seed=2), numbers(4, seed=3))
exercise.case(numbers(2, 4, 3, seed=4), numbers(3, 3, seed=5), numbers(3, seed=6))
exercise.case(numbers(1, 3, 2, seed=7, grad=True), numbers(2, 4, seed=8, grad=True), numbers(2, seed=9, grad=True))
exercise.case(numbers(3, 4, 2, seed=10), numbers(2, 1, seed=11), numbers(2, seed=12))
exercise.case(*(1000 * numbers(*s, seed=13, dtype=torch.float32) for s in [(1, 5, 3), (3, 2), (3,)]))
exercise.drawn(lambda rng: tensors(rng, "btd dk d"))

_conv = causal_depthwise_convolution


def _padded(x, w):
    return pad(x, (0, 0, w.shape[1] - 1, 0))


def _conv1d(x, weight, b, groups):
    k = weight.shape[-1]
    return conv1d(x, weight, b, padding=k - 1, groups=groups)[..., : x.shape[-1]]


def _ahead(x, w, b):
    return _conv(x.flip(1), w.flip(1), b).flip(1)


def _then_zeros(rows, x, w, b):
    """The convolution of the text with so many rows of zeros after it."""
    return _conv(torch.cat([x, x.new_zeros(x.shape[0], rows, x.shape[2])], dim=1), w, b)


def _full_windows(first, x, w, b):
    """The convolution where the window is full, and `first` before."""
    return torch.cat([first[:, : w.shape[1] - 1], _conv(x, w, b)[:, w.shape[1] - 1 :]], dim=1)


def _windows(x, w, b, weights):
    """Each position by itself: `weights(w, seen)` for the part of the window that there is."""
    k, rows = w.shape[1], []
    for t in range(x.shape[1]):
        seen = x[:, max(0, t - k + 1) : t + 1]
        rows.append((seen * weights(w, seen.shape[1]).T).sum(1) + b)
    return torch.stack(rows, dim=1)


# The likeliest: time, kernel and bias.
for _id, (_wrong, _sentence) in {
    "looks_ahead": (_ahead, "Your window begins at the present and looks ahead. It ends at the present."),
    "flipped_ahead": (lambda x, w, b: _ahead(x, w.flip(1), b), "It looks ahead, and w[:, 0] is not the present's."),
    "flipped_no_bias": (lambda x, w, b: _conv(x, w.flip(1), 0 * b), "w[:, −1] is the present's; and b is missing."),
    "one_late": (lambda x, w, b: _conv(late(x), w, b), "Your window ends too early: k − 1 zeros in front, not k."),
    "unpadded": (lambda x, w, b: _conv(x, w, b)[:, w.shape[1] - 1 :], "k − 1 zeros are missing in front of the text."),
    "too_long": (lambda x, w, b: _then_zeros(max(w.shape[1] - 1, 1), x, w, b), "Your result is too long: keep T rows."),
    "present_only": (lambda x, w, b: x * w[:, -1] + b, "Only the present is weighed: the earlier values are missing."),
    "bias_per_weight": (lambda x, w, b: _conv(x, w, b * w.shape[1]), "The bias is added k times. Once is enough."),
    "bias_multiplied": (lambda x, w, b: _conv(x, w, 0 * b) * b, "The bias multiplies the sum; it is added."),
    "silu": (lambda x, w, b: silu(_conv(x, w, b)), "You apply a SiLU. It comes later in the block."),
}.items():
    exercise.mistake(_id, _wrong).says(_sentence)
exercise.takes(
    argument(
        "b",
        zero=("no_bias", "The bias is missing: one number for each channel is added to its sum."),
        minus=("bias_subtracted", "The bias is subtracted; it is added."),
    ),
    result_with("x", plus="residual"),
    result(squeezed="squeezed", transposed=("channels_first", "Yours is (B, d, T), as `conv1d` gives it: turn it.")),
)

# torch's conv1d, and what it asks for
for _id, (_wrong, _sentence) in {
    "no_groups": (lambda x, w, b: _conv1d(x.mT, w[:, None], b, 1).mT, "Your kernels want ALL channels, each of them"),
    "weight_of_two_axes": (lambda x, w, b: _conv1d(x.mT, w, b, len(w)).mT, "Your weight has two axes"),
    "one_kernel_of_all": (lambda x, w, b: _conv1d(x.mT, w[None], b, 1).mT, "`w[None]` is ONE kernel over all channels"),
    "time_last": (lambda x, w, b: _conv1d(x, w[:, None], b, len(w)), "You do not transpose x: time is to come last"),
}.items():
    exercise.mistake(_id, _wrong).says(
        f"{_sentence}. `conv1d` wants x as (B, d, T), w as `w[:, None]`, and `groups=d`."
    )
exercise.mistake(
    "channels_padded",
    lambda x, w, b: conv1d(pad(x, (w.shape[1] - 1, 0)).mT, w[:, None], b, groups=len(w)).mT,
).says(
    "`pad(x, (k - 1, 0))` pads the LAST axis, the channels. Time is padded by `pad(x, (0, 0, k - 1, 0))`, or after "
    "transposing."
)
exercise.mistake("wraps_flipped", lambda x, w, b: b + sum(w[:, j] * x.roll(j, dims=1) for j in range(w.shape[1]))).says(
    "Two things: the last weight is the present's; and x[:, t − j] with t < j is the END of the text: use zeros."
)
exercise.mistake("first_position_filled", lambda x, w, b: torch.cat([_conv(x, w, b)[:, :1], 0 * x[:, 1:]], 1)).says(
    "Only the first position is filled, the others are 0: the `return` stands inside the loop."
)
exercise.mistake("minus_zero", lambda x, w, b: _then_zeros(w.shape[1] - 1, x, w, b)[:, : -(w.shape[1] - 1)]).says(
    "With a kernel of 1 your `[:-(k - 1)]` is `[:-0]`, which is empty. Cut to the length that is wanted, `[:T]`."
)
exercise.mistake("first_word_lost", lambda x, w, b: _conv(torch.cat([0 * x[:, :1], x[:, 1:]], 1), w, b)).says(
    "The first position never counts: is a condition `> 0` where `>= 0` is meant?"
)
exercise.mistake("matrix_product", lambda x, w, b: (w @ _padded(x, w).unfold(1, w.shape[1], 1).mT) + b).says(
    "`@` lets each kernel meet every channel, d × d numbers. Multiply entry by entry, and sum over the k positions."
)

# Where the window stands.
exercise.mistake("centred", lambda x, w, b: _then_zeros(w.shape[1] // 2, x, w, b)[:, w.shape[1] // 2 :]).says(
    "Your window is centred on the present, so half of it looks ahead. All zeros go in front."
)
exercise.mistake(
    "repeats_first",
    lambda x, w, b: _conv(torch.cat([x[:, :1].expand(-1, w.shape[1] - 1, -1), x], 1), w, b)[:, w.shape[1] - 1 :],
).says("You put copies of the first row in front. Before the text there are zeros.")
exercise.mistake(
    "wraps", lambda x, w, b: b + sum(w[:, j] * x.roll(w.shape[1] - 1 - j, dims=1) for j in range(w.shape[1]))
).says("Your first windows see the END of the text (`roll` wraps round). Before it there are zeros.")
exercise.mistakes(
    full_windows_only=lambda x, w, b: _full_windows(0 * x, x, w, b),
    first_rows_kept=lambda x, w, b: _full_windows(x, x, w, b),
).says("Your first k − 1 results are zeros, or x itself. They are weighed sums, too, with zeros in front.")
exercise.mistake("batch_for_time", lambda x, w, b: _conv(x.transpose(0, 1), w, b).transpose(0, 1)).says(
    "Your window slides along axis 0, the batch. Time is axis 1."
)

# The weights, and the channels.
for _id, (_weights, _sentence) in {
    "flipped": (lambda w: w.flip(1), "Your kernel is flipped: w[:, 0] weighs the present. The present's is the LAST."),
    "first_kernel": (lambda w: w[:1].expand_as(w), "All channels get the kernel of channel 0. Each has its own row."),
    "mean": (lambda w: w / w.shape[1], "You take the mean over the window. Take the sum."),
    "oldest_missing": (lambda w: w * (torch.arange(w.shape[1]) > 0), "The oldest of the k values is missing: w[:, 0]."),
    "present_missing": (lambda w: torch.cat([w[:, :-1], 0 * w[:, -1:]], 1), "The present is missing: w[:, k − 1]."),
}.items():
    exercise.mistake(_id, lambda x, w, b, weights=_weights: _conv(x, weights(w), b)).says(_sentence)
exercise.mistake("first_weights_first", lambda x, w, b: _windows(x, w, b, lambda w, seen: w[:, :seen])).says(
    "Where the window is not full yet you take the FIRST weights. The present's weight is always the last."
)
exercise.mistakes(
    mixed=lambda x, w, b: _conv(x, w, 0 * b).sum(-1, keepdim=True) + b,
    mixed_own_kernel=lambda x, w, b: _conv(x.sum(-1, keepdim=True).expand_as(x), w, b),
).says("Your channels are mixed: an output sees the others, too (is `groups` missing?). Each keeps to itself.")


@exercise.right
def torch_conv1d(x, w, b):
    k, d = w.shape[1], w.shape[0]
    y = conv1d(x.transpose(1, 2), w[:, None], b, padding=k - 1, groups=d)
    return y[..., : x.shape[1]].transpose(1, 2)


exercise.right(lambda x, w, b: _windows(x, w, b, lambda w, seen: w[:, w.shape[1] - seen :]))
exercise.right(lambda x, w, b: torch.einsum("btdk,dk->btd", _padded(x, w).unfold(1, w.shape[1], 1), w) + b)
