"""causal_depthwise_convolution."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import _numbers, late


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
    checks=("B, T, d and k that all differ, d equal to k, a kernel of 1, a text shorter than the kernel, gradients"),
    explanation=(
        "k − 1 zeros in front, none behind: then output t sees inputs t − k + 1 to t. Depthwise means that each "
        "channel has a kernel of its own and no channel sees another. The last weight is the present's, as in torch's "
        "`conv1d`."
    ),
    hints=[
        "What must stand before the first position, so that it too has k values to look at?",
        ("Put k − 1 rows of zeros in front of x along time. Window t of the result is then rows t to t + k − 1."),
        ("Weight j goes with the padded x shifted by j: `padded[:, j : j + T]`, multiplied by w[:, j]; sum over j."),
    ],
)

exercise.case(torch.tensor([[[1.0], [2.0], [4.0]]]), torch.tensor([[0.5, 3.0]]), torch.tensor([10.0]))
exercise.case(_numbers(2, 5, 4, seed=1), _numbers(4, 3, seed=2), _numbers(4, seed=3))
exercise.case(_numbers(2, 4, 3, seed=4), _numbers(3, 3, seed=5), _numbers(3, seed=6))
exercise.case(_numbers(1, 3, 2, seed=7, grad=True), _numbers(2, 4, seed=8, grad=True), _numbers(2, seed=9, grad=True))
exercise.case(_numbers(3, 4, 2, seed=10), _numbers(2, 1, seed=11), _numbers(2, seed=12))
exercise.case(*(1000 * _numbers(*s, seed=13, dtype=torch.float32) for s in [(1, 5, 3), (3, 2), (3,)]))


def _ahead(x, w, b):
    return causal_depthwise_convolution(x.flip(1), w.flip(1), b).flip(1)


_conv = causal_depthwise_convolution

exercise.mistake("looks_ahead", _ahead).says(
    "Your window begins at the present and looks ahead. It ends at the present."
)
exercise.mistake("flipped", lambda x, w, b: _conv(x, w.flip(1), b)).says(
    "Your kernel is flipped: w[:, 0] weighs the present. The present's weight is the LAST."
)
exercise.mistake("mixed", lambda x, w, b: _conv(x, w, 0 * b).sum(-1, keepdim=True) + b).says(
    "Your channels are mixed: an output sees the other channels too. Each keeps to itself."
)


@exercise.mistake("centred").says(
    "Your window is centred on the present, so half of it looks ahead. All zeros go in front."
)
def centred(x, w, b):
    back = w.shape[1] // 2
    padded = torch.cat([x, x.new_zeros(x.shape[0], back, x.shape[2])], dim=1)
    return causal_depthwise_convolution(padded, w, b)[:, back:]


exercise.mistake("no_bias", lambda x, w, b: _conv(x, w, 0 * b)).says(
    "The bias is missing: one number for each channel is added to its sum."
)
exercise.mistake("flipped_no_bias", lambda x, w, b: _conv(x, w.flip(1), 0 * b)).says(
    "Two things: the present's weight is the last, and the bias is missing."
)
exercise.mistake("bias_per_weight", lambda x, w, b: _conv(x, w, b * w.shape[1])).says(
    "The bias is added once for each weight. Once is enough."
)
exercise.mistake("bias_subtracted", lambda x, w, b: _conv(x, w, -b)).says("The bias is subtracted; it is added.")
exercise.mistake("one_late", lambda x, w, b: _conv(late(x), w, b)).says(
    "Your window ends one position before the present."
)


@exercise.mistake("repeats_first").says("You put copies of the first row in front. Before the text there are zeros.")
def repeats_first(x, w, b):
    k = w.shape[1]
    padded = torch.cat([x[:, :1]] * (k - 1) + [x], dim=1)
    return causal_depthwise_convolution(padded, w, b)[:, k - 1 :]


@exercise.mistake("wraps").says(
    "Your first windows see the END of the text (`roll` wraps round). Before it there are zeros."
)
def wraps(x, w, b):
    k = w.shape[1]
    return b + sum(w[:, j] * x.roll(k - 1 - j, dims=1) for j in range(k))


exercise.mistake("first_kernel", lambda x, w, b: _conv(x, w[:1].expand_as(w), b)).says(
    "All channels get the kernel of channel 0. Each has its own row of w."
)
exercise.mistake("mean", lambda x, w, b: _conv(x, w / w.shape[1], b)).says(
    "You take the mean over the window. It is a sum."
)
exercise.mistake("present_only", lambda x, w, b: x * w[:, -1] + b).says(
    "Only the present is weighed: the earlier values are missing."
)
exercise.mistake("oldest_missing", lambda x, w, b: _conv(x, torch.cat([0 * w[:, :1], w[:, 1:]], 1), b)).says(
    "The oldest value of the window is missing: k values, not k − 1."
)
exercise.mistake("present_missing", lambda x, w, b: _conv(x, torch.cat([w[:, :-1], 0 * w[:, -1:]], 1), b)).says(
    "The present is missing from your window."
)
exercise.mistake(
    "too_long", lambda x, w, b: _conv(torch.cat([x, 0 * x[:, :1].expand(-1, max(w.shape[1] - 1, 1), -1)], 1), w, b)
).says("Your result is longer than the text. Zeros go in front only, k − 1 of them.")
exercise.mistake("residual", lambda x, w, b: x + _conv(x, w, b)).says(
    "You add x to the result. The convolution alone is wanted."
)
exercise.mistake("silu", lambda x, w, b: torch.nn.functional.silu(_conv(x, w, b))).says(
    "You apply a SiLU. In the block it comes after; here the sum itself is wanted."
)
exercise.mistake("channels_first", lambda x, w, b: _conv(x, w, b).transpose(1, 2)).says(
    "Your result is (B, d, T). Channels go last again."
)
exercise.mistake("batch_for_time", lambda x, w, b: _conv(x.transpose(0, 1), w, b).transpose(0, 1)).says(
    "Your window slides along axis 0, the batch. Time is axis 1."
)
exercise.mistake("cut", lambda x, w, b: _conv(x.detach(), w.detach(), b.detach())).says(
    "The values are right, but no gradient reaches the arguments (`detach`)."
)


@exercise.right
def right_1(x, w, b):
    k, d = w.shape[1], w.shape[0]
    y = torch.nn.functional.conv1d(x.transpose(1, 2), w[:, None], b, padding=k - 1, groups=d)
    return y[..., : x.shape[1]].transpose(1, 2)


@exercise.right
def right_2(x, w, b):
    padded = torch.nn.functional.pad(x, (0, 0, w.shape[1] - 1, 0))
    return torch.einsum("btdk,dk->btd", padded.unfold(1, w.shape[1], 1), w) + b


@exercise.right
def right_3(x, w, b):
    k, rows = w.shape[1], []
    for t in range(x.shape[1]):
        seen = x[:, max(0, t - k + 1) : t + 1]
        rows.append((seen * w[:, k - seen.shape[1] :].T).sum(1) + b)
    return torch.stack(rows, dim=1)


@exercise.right
def right_4(x, w, b):
    y = x * w[:, -1]
    for back in range(1, min(w.shape[1], x.shape[1])):
        y = y + torch.nn.functional.pad(x[:, :-back], (0, 0, back, 0)) * w[:, -1 - back]
    return y + b


exercise.mistake("flipped_ahead", lambda x, w, b: _ahead(x, w.flip(1), b)).says(
    "Two things: the window ends at the present, and the present's weight is the last."
)
exercise.mistake("bias_multiplied", lambda x, w, b: _conv(x, w, 0 * b) * b).says(
    "The bias multiplies the sum; it is added."
)
exercise.mistake("unpadded", lambda x, w, b: _conv(x, w, b)[:, w.shape[1] - 1 :]).says(
    "Your result is shorter than the text: k − 1 zeros are missing in front."
)


def _full_windows(x, w, b, before):
    k = w.shape[1]
    return torch.cat([before(x[:, : k - 1]), _conv(x, w, b)[:, k - 1 :]], dim=1)


exercise.mistake("full_windows_only", lambda x, w, b: _full_windows(x, w, b, lambda first: 0 * first)).says(
    "Your first k − 1 results are zero. They see less, but they are weighed sums too, with zeros in front."
)
exercise.mistake("first_rows_kept", lambda x, w, b: _full_windows(x, w, b, lambda first: first)).says(
    "Your first k − 1 results are x itself. They are weighed sums too, with zeros in front."
)


@exercise.mistake("first_weights_first").says(
    "Where the window is not full yet you take the FIRST weights. The present's weight is always the last."
)
def first_weights_first(x, w, b):
    k, rows = w.shape[1], []
    for t in range(x.shape[1]):
        seen = x[:, max(0, t - k + 1) : t + 1]
        rows.append((seen * w[:, : seen.shape[1]].T).sum(1) + b)
    return torch.stack(rows, dim=1)


exercise.mistake("mixed_own_kernel", lambda x, w, b: _conv(x.sum(-1, keepdim=True).expand_as(x), w, b)).says(
    "Your channels are mixed: each kernel is laid over the sum of all channels (`groups` is missing)."
)
