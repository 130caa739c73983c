"""top_p_filter."""

import math
from collections.abc import Callable

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.models import sampling

from .common import logits
from .top_k_filter import top_k_filter

top_p_filter = sampling.top_p_filter

exercise = Exercise(
    top_p_filter,
    checks=("one row and batches, p from 0.05 to 1, flat and peaked rows, logits of ±1000, gradients, t unchanged"),
    explanation=(
        "A word stays exactly when the words that are more probable have not reached p yet. So the sum that is "
        "compared leaves the word itself out, and the one that crosses p is kept. scatter brings the decision back "
        "from the sorted places to the words."
    ),
    hints=[
        (
            "Sort the logits of each row, falling, and take the softmax of the sorted row; keep the order for the way "
            "back."
        ),
        (
            "`cumsum` gives the probability of a word and all more probable ones. Which cumulative sum decides about "
            "a word: the one with it, or the one without it?"
        ),
        "Removed is what has `cumulative − its own probability ≥ p`.",
        "`removed.scatter(-1, order, removed_sorted)` puts the sorted decisions back to their words.",
    ],
)

exercise.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 0.9)
exercise.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 0.5)
exercise.case(torch.tensor([[0.5, 1.0, -1.0], [2.0, -2.5, 2.2]], dtype=torch.float64), 0.6)
exercise.case(logits(2, 5, seed=11), 0.75)
exercise.case(logits(2, 3, 4, seed=12), 0.62)
exercise.case(logits(6, seed=13), 1.0)
exercise.case(logits(5, seed=14, scale=0.5), 0.05)
exercise.case(torch.tensor([1000.0, -1000.0, 0.0, 999.5], dtype=torch.float64), 0.7)
exercise.case(logits(3, 6, seed=15, dtype=torch.float32), 0.8)
exercise.case(logits(2, 5, seed=16, grad=True), 0.7)
exercise.case(torch.tensor([0.0, -1000.0, -1000.0], dtype=torch.float64), 1.0)


def _top_p(crossing=True, back=True, fill=-math.inf, descending=True, by=None, dim=-1, strict=False) -> Callable:
    """The reference with one thing changed."""

    def filtered(t, p):
        ordered, order = t.sort(dim=dim, descending=descending)
        q = by(ordered) if by else ordered.softmax(dim)
        total = q.cumsum(dim)
        compared = total - q if crossing else total
        removed = compared > p if strict else compared >= p
        if not back:
            return ordered.masked_fill(removed, fill)
        mask = torch.zeros_like(t, dtype=torch.bool).scatter(dim, order, removed)
        return t.masked_fill(mask, fill)

    return filtered


exercise.mistake("drops_crossing", _top_p(crossing=False, strict=True)).says(
    "You drop the word that crosses p: the set you keep has less than p. The word that reaches p belongs to it."
)
exercise.mistake("sorted_result", _top_p(back=False)).says(
    "Your logits come back sorted. Each stays in its place, for its place is its word."
)
exercise.mistake("threshold", lambda t, p: t.masked_fill(t.softmax(-1) < p, -math.inf)).says(
    "You keep the words whose OWN probability is at least p. It is the sum of the likeliest ones that has to reach p."
)
exercise.mistake("threshold_one_minus", lambda t, p: t.masked_fill(t.softmax(-1) < 1 - p, -math.inf)).says(
    "You compare each word's own probability with 1 − p. The sum of the likeliest has to reach p."
)
exercise.mistake(
    "relative_threshold",
    lambda t, p: t.masked_fill(t.softmax(-1) < p * t.softmax(-1).amax(-1, keepdim=True), -math.inf),
).says(
    "You compare each probability with p times the largest (that is called min-p). Here the sum of the likeliest has "
    "to reach p."
)
exercise.mistake("ascending", _top_p(descending=False)).says(
    "You fill the set from the LEAST probable word up. Sort in falling order."
)


@exercise.mistake("unsorted").says("You add up in the order of the vocabulary. Sort first: the likeliest come first.")
def unsorted(t, p):
    q = t.softmax(-1)
    return t.masked_fill(q.cumsum(-1) - q >= p, -math.inf)


exercise.mistake("unsorted_and_crossing", lambda t, p: t.masked_fill(t.softmax(-1).cumsum(-1) > p, -math.inf)).says(
    "You add up in the order of the vocabulary, and drop the word that reaches p. Sort first, and keep it."
)


@exercise.mistake("mask_stays_sorted").says(
    "The decisions are right for the SORTED words and are applied to the unsorted ones. Bring them back with the order."
)
def mask_stays_sorted(t, p):
    q = t.sort(dim=-1, descending=True).values.softmax(-1)
    return t.masked_fill(q.cumsum(-1) - q >= p, -math.inf)


@exercise.mistake("wrong_way_back").says(
    "You bring the decisions back in the wrong direction: `gather` with the order sorts once more; `scatter` (or the "
    "order of the order) undoes it."
)
def wrong_way_back(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    q = ordered.softmax(-1)
    return t.masked_fill((q.cumsum(-1) - q >= p).gather(-1, order), -math.inf)


exercise.mistake("zero_for_inf", _top_p(fill=0.0)).says(
    "You set the others to 0. A logit of 0 has probability e⁰/Z, which is not nothing: −inf has."
)
exercise.mistake("large_negative", _top_p(fill=-1e9)).says(
    "You use a large negative number. −inf is wanted, whose probability is exactly 0."
)


@exercise.mistake("one_word_more").says(
    "You keep one word more than is needed: the set ends with the word that reaches p."
)
def one_word_more(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    q = ordered.softmax(-1)
    before = q.cumsum(-1) - q
    removed = torch.cat([torch.zeros_like(before[..., :1], dtype=torch.bool), (before >= p)[..., :-1]], dim=-1)
    return t.masked_fill(torch.zeros_like(removed).scatter(-1, order, removed), -math.inf)


exercise.mistake("sum_of_logits", _top_p(by=lambda ordered: ordered)).says(
    "You add up logits. Probabilities: the softmax first."
)
exercise.mistake("no_normalisation", _top_p(by=lambda ordered: ordered.exp())).says(
    "You add up e^t without dividing by their sum."
)
exercise.mistake("probabilities", lambda t, p: top_p_filter(t, p).softmax(-1)).says(
    "You return probabilities. Logits are wanted; the softmax comes afterwards."
)
exercise.mistake(
    "probabilities_not_renormalised", lambda t, p: t.softmax(-1).masked_fill(top_p_filter(t, p).isinf(), 0.0)
).says("You return probabilities with zeros. The filtered LOGITS are wanted.")
exercise.mistake("log_probabilities", lambda t, p: top_p_filter(t, p).log_softmax(-1)).says(
    "The kept logits were normalised. They keep their values."
)
exercise.mistake("whole_tensor", lambda t, p: top_p_filter(t.flatten(), p).reshape(t.shape)).says(
    "You fill one set for all rows together. Each row by itself."
)
exercise.mistake("first_axis", _top_p(dim=0)).says("You sort along the first axis. The words are the last axis.")
exercise.mistake("mask", lambda t, p: ~top_p_filter(t, p).isinf()).says(
    "You return which words are kept. The logits themselves are wanted."
)
exercise.mistake("more_than_p", _top_p(strict=True)).says(
    "Where the likeliest words hold p exactly, you take one word more: the set is full as soon as it has p or more, "
    "so compare with >= and not with >."
)


@exercise.mistake("not_shifted").says(
    "You drop the word that crosses p, and save only the first one. Move the decision one place on, or compare what "
    "stands BEFORE a word, cumsum − q, with p."
)
def not_shifted(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    removed = ordered.softmax(-1).cumsum(-1) > p
    removed[..., 0] = False
    return t.masked_fill(removed.scatter(-1, order, removed), -math.inf)


exercise.mistake("one_minus_p", lambda t, p: _top_p()(t, 1 - p)).says("You keep the set that reaches 1 − p.")
exercise.mistake("removes_the_set", lambda t, p: t.masked_fill(~top_p_filter(t, p).isinf(), -math.inf)).says(
    "You remove the set and keep the rest. It is the other way round."
)
exercise.mistake("likeliest_only", lambda t, p: top_k_filter(t, 1)).says("You keep the likeliest word alone.")
exercise.mistake("nothing_removed", lambda t, p: t.clone()).says("Nothing is removed: every word can still be drawn.")


@exercise.mistake("in_place").says("You write −inf into the caller's own t.")
def in_place(t, p):
    with torch.no_grad():
        t.copy_(top_p_filter(t, p))
    return t


exercise.mistake("detached", lambda t, p: top_p_filter(t.detach(), p)).says(
    "The values are right, but they are cut off from t: no gradient gets back."
)


@exercise.right
def right_1(t, p):
    ordered, order = torch.sort(t, descending=True)
    q = torch.softmax(ordered, -1)
    removed = q.cumsum(-1) - q >= p
    return t.masked_fill(removed.gather(-1, order.argsort(-1)), -math.inf)


@exercise.right
def right_2(t, p):
    q = t.softmax(-1)
    more = torch.where(q[..., None, :] > q[..., :, None], q[..., None, :], 0.0).sum(-1)
    return torch.where(more < p, t, -torch.inf)


@exercise.right
def right_3(t, p):
    rows, out = t.reshape(-1, t.shape[-1]), []
    for row in rows:
        q, total, kept = row.softmax(-1), 0.0, torch.zeros(len(row), dtype=torch.bool)
        for place in row.argsort(descending=True):
            kept[place] = True
            total += q[place].item()
            if total >= p:
                break
        out.append(row.masked_fill(~kept, -math.inf))
    return torch.stack(out).reshape(t.shape)


@exercise.right
def right_4(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    removed = ordered.softmax(-1).cumsum(-1) >= p
    removed = torch.cat([torch.zeros_like(removed[..., :1]), removed[..., :-1]], dim=-1)
    return t.masked_fill(torch.zeros_like(removed).scatter(-1, order, removed), -math.inf)
