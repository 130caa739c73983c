"""feed_forward_context."""

import torch
from torch import nn

from nlm_utils.exercises.definition import Exercise


def feed_forward_context(c, width):
    """For each word the last `width` embeddings side by side, oldest first: (B, T, d) -> (B, T, width·d).

    c      (B, T, d) embeddings of B texts of T words, T ≥ 1; c stays as it was
    width  at least 1; it may be larger than T

    Row t holds c_{t−width+1}, …, c_{t−1}, c_t one after the other, each of d numbers; zeros stand where the text
    has not begun. The dtype is that of c, and gradients flow back to it.
    """
    before = c.new_zeros(c.shape[0], width - 1, c.shape[2])
    padded = torch.cat([before, c], dim=1)  # (B, width − 1 + T, d)
    shifted = [padded[:, i : i + c.shape[1]] for i in range(width)]  # the oldest first, (B, T, d) each
    return torch.cat(shifted, dim=-1)


exercise = Exercise(
    feed_forward_context,
    checks=("windows of 1 to 5 words, one longer than the text, batches, float32 and float64, gradients, c unchanged"),
    explanation=(
        "width − 1 zero vectors in front make the first words ordinary ones. Then column block i of the result is the "
        "padded text, moved by i: `width` slices of length T, glued together along the last axis, and no loop over "
        "time."
    ),
    hints=[
        ("Put width − 1 vectors of zeros in front of every text; then every word has width − 1 words before it."),
        ("In the padded text, word t stands at place t + width − 1, and its window is the places t … t + width − 1."),
        (
            "The slice `padded[:, i : i + T]` is, for every t at once, the i-th word of its window. Make one for each "
            "i, oldest first."
        ),
        "`torch.cat([...], dim=-1)` puts them side by side; `c.new_zeros(...)` has the right dtype.",
    ],
)


def _embeddings(batch, length, dim, seed, dtype=torch.float64, grad=False):
    generator = torch.Generator().manual_seed(seed)
    values = torch.round(10 * torch.randn(batch, length, dim, generator=generator, dtype=torch.float64)) / 10
    values[values == 0] = 0.1
    return values.to(dtype).requires_grad_(grad)


exercise.case(torch.tensor([[[1.0], [2.0], [3.0], [4.0]]], dtype=torch.float64), 2)
exercise.case(_embeddings(1, 4, 2, 1), 3)
exercise.case(_embeddings(2, 5, 3, 2), 2)
exercise.case(_embeddings(3, 4, 2, 3), 1)
exercise.case(_embeddings(2, 3, 4, 4), 5)
exercise.case(_embeddings(2, 6, 3, 5, torch.float32), 3)
exercise.case(_embeddings(2, 4, 3, 6, grad=True), 3)
exercise.case(_embeddings(4, 3, 2, 7), 3)


def _slices(c, width, before=None, after=0, newest_first=False, dim=-1, skip=0):
    """The reference with another padding, order or axis."""
    before = width - 1 if before is None else before
    length = c.shape[1]
    padded = torch.cat([c.new_zeros(c.shape[0], before, c.shape[2]), c, c.new_zeros(c.shape[0], after, c.shape[2])], 1)
    parts = [padded[:, i + skip : i + skip + length] for i in range(width)]
    return torch.cat(parts[::-1] if newest_first else parts, dim=dim)


def _stacked(c, width):
    return _slices(c, width).unflatten(-1, (width, c.shape[2]))


def _summed(c, width):
    return _stacked(c, width).sum(2)


exercise.mistake("looks_ahead", lambda c, width: _slices(c, width, before=0, after=width - 1)).says(
    "Your window begins at word t and goes on behind it: it sees the words that are to be predicted. It ends at word t."
)
exercise.mistake("newest_first", lambda c, width: _slices(c, width, newest_first=True)).says(
    "The order is turned round: you put the newest word first. Oldest first."
)
exercise.mistake(
    "wraps_around", lambda c, width: torch.cat([torch.roll(c, width - 1 - i, dims=1) for i in range(width)], dim=-1)
).says(
    "At the beginning your window goes on at the END of the text (`roll` does that): it sees words that come later. "
    "Zeros stand before the start."
)
exercise.mistake(
    "wraps_newest_first", lambda c, width: torch.cat([torch.roll(c, i, dims=1) for i in range(width)], dim=-1)
).says("`roll` brings the end of the text to its beginning, and the order is newest first.")
exercise.mistake(
    "looks_ahead_rolled", lambda c, width: torch.cat([torch.roll(c, -i, dims=1) for i in range(width)], dim=-1)
).says("Your window is made of the words from t on, and wraps around at the end. It ends at word t.")


@exercise.mistake("present_missing").says(
    "Your window ends one word too early: the word at t itself belongs to it, as the last."
)
def present_missing(c, width):
    """The words before, without the present one."""
    padded = nn.functional.pad(c, (0, 0, width, 0))
    return torch.cat([padded[:, i : i + c.shape[1]] for i in range(width)], dim=-1)


exercise.mistake("one_ahead", lambda c, width: _slices(c, width, before=max(width - 2, 0), after=2)).says(
    "Your window ends one word too late: it holds c_{t+1}."
)
exercise.mistake("centred", lambda c, width: _slices(c, width, before=(width - 1) // 2, after=width)).says(
    "Your window lies around word t, half of it behind. It ends at t."
)


@exercise.mistake("first_repeated").says("Before the start you repeat the first word. Zeros stand there.")
def first_repeated(c, width):
    padded = torch.cat([c[:, :1].expand(-1, width - 1, -1), c], dim=1)
    return torch.cat([padded[:, i : i + c.shape[1]] for i in range(width)], dim=-1)


exercise.mistake("ones", lambda c, width: _slices(c - 1, width) + 1).says(
    "Before the start you put ones. Zeros stand there."
)


@exercise.mistake("interleaved").says(
    "Your numbers are mixed: entry 0 of all words of the window, then entry 1, … (`unfold` puts the window LAST). "
    "Each embedding stays in one piece."
)
def interleaved(c, width):
    padded = nn.functional.pad(c, (0, 0, width - 1, 0))
    return padded.unfold(1, width, 1).flatten(2)


@exercise.mistake("reshape_mixes").says(
    "Your reshape mixes words of different places: bring the window's axis beside d before you flatten them."
)
def reshape_mixes(c, width):
    padded = nn.functional.pad(c, (0, 0, width - 1, 0))
    stacked = torch.stack([padded[:, i : i + c.shape[1]] for i in range(width)], dim=1)  # (B, width, T, d)
    return stacked.reshape(c.shape[0], c.shape[1], -1)


@exercise.mistake("no_padding").says(
    "The first width − 1 words have no window in yours. Every word has one, filled up with zeros in front."
)
def no_padding(c, width):
    length = c.shape[1] - width + 1
    return torch.cat([c[:, i : i + length] for i in range(width)], dim=-1)


exercise.mistake("not_flattened", _stacked).says(
    "The window has an axis of its own, (B, T, width, d). Put the embeddings side by side."
)
exercise.mistake("summed", _summed).says("You add the embeddings of the window. Side by side they keep their order.")
exercise.mistake("averaged", lambda c, width: _summed(c, width) / width).says(
    "You average the embeddings of the window. Side by side they keep their order."
)
exercise.mistake("glued_in_time", lambda c, width: _slices(c, width, dim=1)).says(
    "You glue along time. The last axis grows, to width·d."
)
exercise.mistake("glued_in_batch", lambda c, width: _slices(c, width, dim=0)).says(
    "You glue along the batch. The last axis grows, to width·d."
)


@exercise.mistake("batch_shifted").says(
    "You shift along the batch: the window holds words of OTHER texts. Time is axis 1."
)
def batch_shifted(c, width):
    padded = torch.cat([c.new_zeros(width - 1, *c.shape[1:]), c], dim=0)
    return torch.cat([padded[i : i + len(c)] for i in range(width)], dim=-1)


exercise.mistake("last_only", lambda c, width: _slices(c, width)[:, -1]).says(
    "You give one window, that of the last word. Every word has one."
)
exercise.mistake("one_too_wide", lambda c, width: _slices(c, width + 1)).says("Your window holds width + 1 words.")
exercise.mistake("one_too_narrow", lambda c, width: _slices(c, max(width - 1, 1))).says(
    "Your window holds width − 1 words."
)
exercise.mistake("repeated", lambda c, width: c.repeat(1, 1, width)).says(
    "You put the present word there `width` times. The words before it are wanted."
)
exercise.mistake("no_gradient", lambda c, width: torch.tensor(_slices(c, width).detach().numpy())).says(
    "The values are right, but no gradient gets back to c: `.detach()`, `.data`, `.numpy()` and `torch.tensor(…)` cut "
    "the graph."
)
exercise.mistake("float32", lambda c, width: _slices(c, width).long()).says(
    "Your zeros bring the wrong dtype with them."
)


@exercise.right
def right_1(c, width):
    padded = nn.functional.pad(c, (0, 0, width - 1, 0))
    return padded.unfold(1, width, 1).transpose(2, 3).flatten(2)


@exercise.right
def right_2(c, width):
    rows = []
    for t in range(c.shape[1]):
        window = [c[:, t - i] if t >= i else torch.zeros_like(c[:, 0]) for i in range(width - 1, -1, -1)]
        rows.append(torch.cat(window, dim=1))
    return torch.stack(rows, dim=1)


@exercise.right
def right_3(c, width):
    parts = []
    for back in range(width - 1, -1, -1):
        moved = torch.zeros_like(c)
        if back < c.shape[1]:
            moved[:, back:] = c[:, : c.shape[1] - back]
        parts.append(moved)
    return torch.cat(parts, dim=2)


@exercise.right
def right_4(c, width):
    padded = torch.cat([torch.zeros(c.shape[0], width - 1, c.shape[2], dtype=c.dtype), c], dim=1)
    places = torch.arange(c.shape[1])[:, None] + torch.arange(width)
    return padded[:, places].reshape(c.shape[0], c.shape[1], width * c.shape[2])
