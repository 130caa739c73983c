"""top_k_filter."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.models import sampling

from .common import logits

top_k_filter = sampling.top_k_filter

exercise = Exercise(
    top_k_filter,
    checks="one row and batches, k from 1 to V, logits of ±1000, float32, gradients, t unchanged",
    explanation=(
        "−inf is the logit of probability 0. What is kept keeps its value, so after the softmax the kept words share "
        "all probability in their old proportions."
    ),
    hints=[
        "`torch.topk(t, k, dim=-1)` gives the k largest of each row, values and places.",
        ("Start from a tensor like t that is full of −inf, and put the k values back at their places: `scatter`."),
        ("Or compare: everything below the k-th largest value of its row is masked, `t.masked_fill(mask, -math.inf)`."),
    ],
)

exercise.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 2)
exercise.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 1)
exercise.case(torch.tensor([[0.5, 3.0, -1.0], [2.0, -2.5, 4.0]], dtype=torch.float64), 2)
exercise.case(logits(2, 5, seed=1, scale=9.0), 3)
exercise.case(logits(2, 3, 4, seed=2, scale=9.0), 2)
exercise.case(logits(6, seed=3, scale=9.0), 6)
exercise.case(torch.tensor([1000.0, -1000.0, 0.0, 999.0, -3.0], dtype=torch.float64), 3)
exercise.case(logits(3, 4, seed=4, scale=9.0, dtype=torch.float32), 2)
exercise.case(logits(2, 5, seed=5, scale=9.0, grad=True), 2)


def _below(t, k):
    """True for what the reference removes."""
    return t < t.topk(k, dim=-1).values[..., -1:]


exercise.mistake(
    "keeps_smallest", lambda t, k: t.masked_fill(t > t.topk(k, dim=-1, largest=False).values[..., -1:], -math.inf)
).says("You keep the k SMALLEST logits. The largest belong to the likeliest words.")
exercise.mistake("removes_largest", lambda t, k: t.masked_fill(~_below(t, k), -math.inf)).says(
    "You remove the k largest and keep the others. It is the other way round."
)
exercise.mistake("zero_for_inf", lambda t, k: t.masked_fill(_below(t, k), 0.0)).says(
    "You set the others to 0. A logit of 0 has probability e⁰/Z, which is not nothing: −inf has."
)
exercise.mistake("large_negative", lambda t, k: t.masked_fill(_below(t, k), -1e9)).says(
    "You use a large negative number. −inf is wanted, whose probability is exactly 0 whatever the other logits are."
)
exercise.mistake("nan", lambda t, k: t.masked_fill(_below(t, k), math.nan)).says(
    "You multiply to remove: 0 times −inf, or −inf times 0, is nan. Mask instead."
)
exercise.mistake("plus_inf", lambda t, k: t.masked_fill(_below(t, k), math.inf)).says(
    "You set the others to +inf: they would get all the probability. −inf."
)
exercise.mistake("only_values", lambda t, k: t.topk(k, dim=-1).values).says(
    "You return the k logits themselves. The result is shaped like t: everything stays in its place."
)
exercise.mistake("only_places", lambda t, k: t.topk(k, dim=-1).indices).says(
    "You return the places of the k largest. The filtered logits are wanted."
)
exercise.mistake(
    "sorted", lambda t, k: torch.cat([t.topk(k, dim=-1).values, torch.full_like(t[..., k:], -math.inf)], dim=-1)
).says("Your logits come back in falling order. Each stays in its place, for its place is its word.")
exercise.mistake("one_more", lambda t, k: t.masked_fill(_below(t, min(k + 1, t.shape[-1])), -math.inf)).says(
    "You keep k + 1 words: what is strictly below the (k+1)-th largest is removed."
)
exercise.mistake("one_fewer", lambda t, k: t.masked_fill(t <= t.topk(k, dim=-1).values[..., -1:], -math.inf)).says(
    "The k-th largest itself is removed: compare with <, not with ≤."
)
exercise.mistake("mask", lambda t, k: ~_below(t, k)).says(
    "You return which words are kept, True and False. The logits themselves are wanted."
)
exercise.mistake("mask_as_numbers", lambda t, k: (~_below(t, k)).to(t.dtype)).says(
    "You return ones and zeros. The kept logits keep their value."
)
exercise.mistake("probabilities", lambda t, k: t.masked_fill(_below(t, k), -math.inf).softmax(-1)).says(
    "You return probabilities. Logits are wanted; the softmax comes afterwards."
)
exercise.mistake("log_probabilities", lambda t, k: t.masked_fill(_below(t, k), -math.inf).log_softmax(-1)).says(
    "The kept logits were normalised. They keep their values."
)
exercise.mistake("whole_tensor", lambda t, k: t.masked_fill(t < t.flatten().topk(k).values[-1], -math.inf)).says(
    "You take the k largest of ALL rows together. Each row by itself."
)


@exercise.mistake("places_of_first_row").says(
    "You keep the places of the first row in every row. Each row has its own."
)
def places_of_first_row(t, k):
    rows = t.reshape(-1, t.shape[-1])
    kept = torch.zeros_like(rows, dtype=torch.bool)
    kept[:, rows[0].topk(k).indices] = True
    return rows.masked_fill(~kept, -math.inf).reshape(t.shape)


@exercise.mistake("first_axis").says("You compare along the first axis. The words are the last axis.")
def first_axis(t, k):
    k = min(k, t.shape[0])
    return t.masked_fill(t < t.topk(k, dim=0).values[-1], -math.inf)


exercise.mistake(
    "by_size", lambda t, k: t.masked_fill(t.abs() < t.abs().topk(k, dim=-1).values[..., -1:], -math.inf)
).says("You keep the k largest in absolute value. A very negative logit is a very unlikely word.")
exercise.mistake("first_k", lambda t, k: torch.cat([t[..., :k], torch.full_like(t[..., k:], -math.inf)], dim=-1)).says(
    "You keep the first k words of the vocabulary."
)
exercise.mistake("threshold_k", lambda t, k: t.masked_fill(t < k, -math.inf)).says(
    "You compare the logits with the number k itself."
)
exercise.mistake("nothing_removed", lambda t, k: t.clone()).says("Nothing is removed: every word can still be drawn.")


@exercise.mistake("in_place").says("You write −inf into the caller's own t.")
def in_place(t, k):
    with torch.no_grad():
        t[_below(t, k)] = -math.inf
    return t


exercise.mistake("detached", lambda t, k: t.detach().masked_fill(_below(t.detach(), k), -math.inf)).says(
    "The values are right, but they are cut off from t: no gradient gets back."
)
exercise.mistake("ones_kept", lambda t, k: torch.zeros_like(t).masked_fill(_below(t, k), -math.inf)).says(
    "The kept logits became 0: they keep their values."
)


@exercise.right
def right_1(t, k):
    values, places = t.topk(k, dim=-1)
    return torch.full_like(t, -math.inf).scatter(-1, places, values)


@exercise.right
def right_2(t, k):
    threshold = torch.sort(t, dim=-1, descending=True).values[..., k - 1 : k]
    return torch.where(t >= threshold, t, -torch.inf)


@exercise.right
def right_3(t, k):
    rank = t.argsort(dim=-1, descending=True).argsort(dim=-1)
    return t.masked_fill(rank >= k, float("-inf"))


@exercise.right
def right_4(t, k):
    larger = (t[..., None, :] > t[..., :, None]).sum(-1)
    return torch.where(larger < k, t, torch.full_like(t, -math.inf))
