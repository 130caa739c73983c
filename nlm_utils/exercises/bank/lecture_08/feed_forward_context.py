"""A window of embeddings side by side. Learners look ahead, turn the order round, or mix the numbers of words."""

import torch
from torch.nn import functional as F

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result


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
        "Put width − 1 vectors of zeros in front of every text; then every word has width − 1 words before it.",
        "In the padded text, word t stands at place t + width − 1, and its window is the places t … t + width − 1.",
        "The slice `padded[:, i : i + T]` is, for every t at once, the i-th word of its window. Make one for each "
        "i, oldest first.",
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
exercise.case(_embeddings(2, 1, 3, 8), 2)
exercise.case(_embeddings(1, 1, 1, 9), 1)


def _draw(rng):
    c = 10 ** rng.uniform(-3, 3) * rng.normal(size=rng.integers(1, 6, 3))
    return torch.tensor(c, dtype=[torch.float64, torch.float32][rng.integers(2)]), int(rng.integers(1, 8))


exercise.drawn(_draw, times=5)


def _window(c, width, before=None, after=0, step=1, dim=-1):
    """The reference with another padding, order (step −1: newest first) or axis."""
    before = c.new_zeros(c.shape[0], width - 1 if before is None else before, c.shape[2])
    padded = torch.cat([before, c, c.new_zeros(c.shape[0], after, c.shape[2])], dim=1)
    return torch.cat([padded[:, i : i + c.shape[1]] for i in range(width)][::step], dim=dim)


def _stacked(c, width):
    return _window(c, width).unflatten(-1, (width, c.shape[2]))  # (B, T, width, d)


def _rolled(c, shifts):
    return torch.cat([c.roll(shift, dims=1) for shift in shifts], dim=-1)


def _glued(padded, c, width, dim):
    return torch.cat([padded.narrow(dim, i, c.shape[dim]) for i in range(width)], dim=-1)


def _unpadded(c, width):
    return torch.cat([c[:, i : c.shape[1] - width + 1 + i] for i in range(width)], dim=-1)


for id, function, sentence in (
    ("looks_ahead", lambda c, width: _window(c, width, 0, width - 1), "You see words AFTER t."),
    ("newest_first", lambda c, width: _window(c, width, step=-1), "You put the newest word first."),
    ("wraps_newest_first", lambda c, width: _rolled(c, range(width)), "`roll` wraps around, and newest first."),
    ("present_missing", lambda c, width: _window(c, width, width), "Your window ends one word early."),
    ("one_ahead", lambda c, width: _window(c, width, max(width - 2, 0), 2), "Your window ends one word late."),
    ("centred", lambda c, width: _window(c, width, (width - 1) // 2, width), "Half of your window is after t."),
    ("ones", lambda c, width: _window(c - 1, width) + 1, "Before the start you put ones."),
    ("no_padding", _unpadded, "The first width − 1 words have a window, too."),
    ("not_flattened", _stacked, "Your window has an axis of its own, (B, T, width, d)."),
    ("summed", lambda c, width: _stacked(c, width).sum(2), "You add the embeddings up."),
    ("averaged", lambda c, width: _stacked(c, width).mean(2), "You average the embeddings."),
    ("glued_in_time", lambda c, width: _window(c, width, dim=1), "You glue along time: dim=-1."),
    ("glued_in_batch", lambda c, width: _window(c, width, dim=0), "You glue along the batch: dim=-1."),
    ("one_too_narrow", lambda c, width: _window(c, max(width - 1, 1)), "Your window holds width − 1 words."),
    ("repeated", lambda c, width: c.repeat(1, 1, width), "You repeat the present word."),
    ("whole_numbers", lambda c, width: _window(c, width).long(), "Your result holds whole numbers, not those of c."),
):
    exercise.mistake(id, function).says(
        f"{sentence} Row t is c_{{t−width+1}}, …, c_t side by side, zeros before the start."
    )
exercise.takes(
    result(squeezed="squeezed"),
    result(last_time=("last_only", "You give one window, that of the last word. Each word has one.")),
    argument("width", plus_one=("one_too_wide", "Your window holds width + 1 words.")),
)
exercise.mistake("wraps_around", lambda c, width: _rolled(c, range(width - 1, -1, -1))).says(
    "At the beginning your window goes on at the END of the text (`roll` and negative indices do that). Zeros stand "
    "before the start."
)
exercise.mistake("looks_ahead_rolled", lambda c, width: _rolled(c, range(0, -width, -1))).says(
    "Your window is made of the words from t on, and wraps around at the end. It ends at word t."
)
exercise.mistake("first_repeated", lambda c, width: _window(c - c[:, :1], width) + c[:, :1].repeat(1, 1, width)).says(
    "Before the start you repeat the first word. Zeros stand there."
)
exercise.mistake("interleaved", lambda c, width: _stacked(c, width).mT.flatten(2)).says(
    "You mix entry 0 of all words, then entry 1, … (`unfold` puts the window LAST). Each embedding stays in one piece."
)
exercise.mistake("reshape_mixes", lambda c, width: _stacked(c, width).transpose(1, 2).reshape(*c.shape[:2], -1)).says(
    "Your reshape mixes words of different places: bring the window's axis beside d before you flatten them."
)
exercise.mistake("numbers_padded", lambda c, width: _glued(F.pad(c, (width - 1, 0)), c, width, 2)).says(
    "You pad the last axis, the numbers of an embedding. `F.pad` counts axes from the last: (0, 0, width − 1, 0) puts "
    "zeros before the first WORD."
)


@exercise.mistake("zeros_at_the_end").says(
    "Your zeros stand after the words of a window that is not full. They stand where the text has not begun: in front."
)
def zeros_at_the_end(c, width):
    windows = _stacked(c, width)  # (B, T, width, d)
    full = [(windows[:, t].roll(min(t + 1, width), 1) if t + 1 < width else windows[:, t]) for t in range(c.shape[1])]
    return torch.stack(full, dim=1).flatten(2)


@exercise.mistake("first_word_alone_zeroed").says(
    "`roll` brings the END of the text back to the front, and you set only place 0 to zero. Shifted by k, the first k "
    "places have no word."
)
def first_word_alone_zeroed(c, width):
    start = (torch.arange(c.shape[1]) > 0).to(c.dtype)[:, None]
    return torch.cat([c.roll(k, 1) * start if k else c for k in range(width - 1, -1, -1)], dim=-1)


@exercise.mistake("newest_first_where_full").says(
    "You put the newest word first, and the zeros before it. The order is that of the text: zeros, then oldest first."
)
def newest_first_where_full(c, width):
    windows = _window(c, width, step=-1).unflatten(-1, (width, c.shape[2]))
    full = [windows[:, t].roll(max(width - t - 1, 0), 1) for t in range(c.shape[1])]
    return torch.stack(full, dim=1).flatten(2)


exercise.mistake("first_text_alone", lambda c, width: _window(c[:1], width)).says(
    "Only text 0 of the batch is there (`c[0]`). Every text has its windows: `c[:, t]` takes word t of all."
)
exercise.mistake("first_text_without_batch", lambda c, width: _window(c, width)[0]).says(
    "Only text 0 of the batch is there (`c[0]`). Every text has its windows: (B, T, width·d)."
)
exercise.mistake("first_text_for_all", lambda c, width: _window(c[:1].expand_as(c), width)).says(
    "You use the words of text 0 in every row of the batch. Each text has its own: `c[:, t]`."
)
exercise.mistake(
    "stacked_in_front", lambda c, width: _stacked(c, width).permute(2, 0, 1, 3).reshape(*c.shape[:2], -1)
).says(
    "You stack along axis 0 and reshape, which deals the numbers out anew. Stack along dim=2, beside d, and flatten it."
)


@exercise.mistake("not_padded").says(
    "At the beginning of the text your windows are shorter, and do not stack. Zeros stand where it has not begun."
)
def not_padded(c, width):
    return torch.stack([c[:, max(0, t - width + 1) : t + 1].flatten(1) for t in range(c.shape[1])], dim=1)


def _into_zeros(c, width):
    B, T, d = c.shape
    out = c.new_zeros(B, T, width, d)
    for back in range(width):
        out[:, back:, width - 1 - back] = c[:, : T - back]
    return out.flatten(2)


def _zeros_and_cut(c, width):
    shifted = [
        torch.cat([torch.zeros_like(c).repeat(1, width, 1)[:, :k], c[:, :-k] if k else c], 1) for k in range(width)
    ]
    return torch.cat(shifted[::-1], dim=-1)


exercise.mistakes(wider_than_the_text=_into_zeros, wider_than_the_text_cut=_zeros_and_cut).says(
    "Your slices fail where the window is wider than the text: `c[:, :T - k]` with k > T counts from the end. With "
    "width − 1 zeros in front of the text every slice `padded[:, i : i + T]` is there."
)
exercise.mistake("batch_shifted", lambda c, width: _window(c.transpose(0, 1), width).transpose(0, 1)).says(
    "You shift along the batch: the window holds words of OTHER texts. Time is axis 1."
)

exercise.right(lambda c, width: F.pad(c, (0, 0, width - 1, 0)).unfold(1, width, 1).mT.flatten(2))


@exercise.right
def word_by_word(c, width):
    rows = []
    for t in range(c.shape[1]):
        window = [c[:, t - i] if t >= i else torch.zeros_like(c[:, 0]) for i in range(width - 1, -1, -1)]
        rows.append(torch.cat(window, dim=1))
    return torch.stack(rows, dim=1)


@exercise.right
def slices_into_zeros(c, width):
    out = c.new_zeros(*c.shape[:2], width, c.shape[2])
    for back in range(min(width, c.shape[1])):
        out[:, back:, width - 1 - back] = c[:, : c.shape[1] - back]
    return out.flatten(2)


@exercise.right
def by_places(c, width):
    padded = torch.cat([torch.zeros(c.shape[0], width - 1, c.shape[2], dtype=c.dtype), c], dim=1)
    places = torch.arange(c.shape[1])[:, None] + torch.arange(width)
    return padded[:, places].reshape(c.shape[0], c.shape[1], width * c.shape[2])
