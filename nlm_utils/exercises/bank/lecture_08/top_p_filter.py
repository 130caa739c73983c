"""The smallest set of likeliest words that reaches p. Learners drop the word that crosses p, or lose the way back."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, other_softmax, result, result_with, variants
from nlm_utils.models.sampling import top_k_filter, top_p_filter

from ..lecture_07 import two_things
from .top_k_filter import drawn_logits, logits

exercise = Exercise(
    top_p_filter,
    checks="one row, batches, one word, p from 0.05 to 1, logits of ±1000 and −inf, float32, gradients, t unchanged",
    explanation=(
        "A word stays exactly when the words that are more probable have not reached p yet. So the sum that is "
        "compared leaves the word itself out, and the one that crosses p is kept. scatter brings the decision back "
        "from the sorted places to the words."
    ),
    hints=[
        "Sort the logits of each row, falling, and take the softmax of the sorted row; keep the order to come back.",
        "`cumsum` gives the probability of a word and all more probable ones. Which cumulative sum decides about "
        "a word: the one with it, or the one without it?",
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
exercise.case(torch.tensor([[1000.0, 999.5, 998.0], [-1001.5, -1000.0, -1003.0]], dtype=torch.float64), 0.7)
exercise.case(logits(3, 6, seed=15, dtype=torch.float32), 0.8)
exercise.case(logits(2, 5, seed=16, grad=True), 0.7)
exercise.case(torch.tensor([[-0.4]], dtype=torch.float64), 0.3)
exercise.case(torch.tensor([[1.0, -math.inf, 0.5, 2.0], [0.0, 3.0, -1.0, 1e-3]], dtype=torch.float64), 0.8)
exercise.drawn(lambda rng: (drawn_logits(rng), rng.uniform(0.01, 0.99)), times=5)


def _reached(total, q, p):
    """What the reference removes, of sorted probabilities q and their sums so far."""
    return total - q >= p


def _one_on(removed):
    """One place further: what is decided about a word holds for the next one."""
    return torch.cat([torch.zeros_like(removed[..., :1]), removed[..., :-1]], dim=-1)


def _filter(removed_of=_reached, shares=torch.softmax, descending=True, dim=-1, filler=-math.inf, back=torch.scatter):
    """The reference with one thing changed."""

    def filtered(t, p):
        ordered, order = t.sort(dim=dim, descending=descending)
        q = shares(ordered, dim)
        removed = removed_of(q.cumsum(dim), q, p)
        return t.masked_fill(back(torch.zeros_like(removed), dim, order, removed), filler)

    return filtered


exercise.mistake("drops_crossing", _filter(lambda total, q, p: total > p)).says(
    "You drop the word that crosses p: the set you keep has less than p. The word that reaches p belongs to it."
)
exercise.mistake("mask_stays_sorted", _filter(back=lambda zeros, dim, order, removed: removed)).says(
    "The decisions are right for the SORTED words and are applied to the unsorted ones. Bring them back with the order."
)
for id, sentence, changed in (
    ("ascending", "You fill the set from the LEAST probable word up. Sort in falling order.", {"descending": False}),
    ("first_axis", "You sort along the first axis. The words are the last: dim=-1.", {"dim": 0}),
    ("zero_for_inf", "A logit of 0 has probability e⁰/Z, which is not 0: −inf has none.", {"filler": 0.0}),
    ("large_negative", "You use a large negative number. Only −inf has probability 0, exactly.", {"filler": -1e9}),
    ("sum_of_logits", "You add up logits. Take their softmax first.", {"shares": lambda ordered, dim: ordered}),
    ("no_normalisation", "You do not divide e^t by their sum.", {"shares": lambda ordered, dim: ordered.exp()}),
):
    exercise.mistake(id, _filter(**changed)).says(sentence)
exercise.mistake("lowest_number", lambda t, p: top_p_filter(t, p).clamp(min=torch.finfo(t.dtype).min)).says(
    "You use the lowest number of the dtype. It is a number: only −inf has probability 0, whatever the others."
)
for id, removed_of, shares in (
    ("softmax_of_columns", _reached, lambda ordered, dim: ordered.softmax(0)),
    ("sums_of_columns", lambda total, q, p: q.cumsum(0) - q >= p, torch.softmax),
):
    exercise.mistake(id, _filter(removed_of, shares)).says(
        "You go down the columns of a batch, dim=0. Softmax and cumsum run along the last axis, the words: dim=-1."
    )


@exercise.mistake("probabilities_not_sorted").says(
    "You sort the logits, and add up the probabilities of the UNSORTED ones. Take the softmax of the sorted logits."
)
def probabilities_not_sorted(t, p):
    order, q = t.argsort(dim=-1, descending=True), t.softmax(-1)
    removed = q.cumsum(-1) - q >= p
    return t.masked_fill(removed.scatter(-1, order, removed), -math.inf)


@exercise.mistake("first_row_saved").says(
    "`removed[0] = False` keeps the first word of ONE row, and the whole first row of a batch. `removed[..., 0] = "
    "False` keeps the likeliest word of each."
)
def first_row_saved(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    full = ordered.softmax(-1).cumsum(-1) > p
    removed = torch.cat([full[..., :1], full[..., :-1]], dim=-1)
    removed[0] = False
    return t.masked_fill(removed.scatter(-1, order, removed), -math.inf)


@exercise.mistake("shifted_into_itself").says(
    "`removed[..., 1:] = removed[..., :-1]` reads what it is writing over, which torch refuses: `.clone()` it first."
)
def shifted_into_itself(t, p):
    removed = t.sort(descending=True).values.softmax(-1).cumsum(-1) > p
    removed[..., 1:] = removed[..., :-1]
    removed[..., 0] = False
    return t.masked_fill(removed, -math.inf)


@exercise.mistake("places_of_rows").says(
    "Square brackets with the places pick ROWS where t has several axes. `removed.scatter(-1, order, removed_sorted)` "
    "brings the decisions back within each row."
)
def places_of_rows(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    q = ordered.softmax(-1)
    out = t.clone()
    out[order[q.cumsum(-1) - q >= p]] = -math.inf
    return out


@exercise.mistake("sorted_by_gather").says(
    "`gather` with the order sorts the sorted logits once more. Bring them back with `scatter(-1, order, …)`."
)
def sorted_by_gather(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    q = ordered.softmax(-1)
    return ordered.masked_fill(q.cumsum(-1) - q >= p, -math.inf).gather(-1, order)


@exercise.mistake("one_word_fewer").says(
    "You count the words whose sums are below p, and keep as many: the word that reaches p is one more."
)
def one_word_fewer(t, p):
    ordered = t.sort(dim=-1, descending=True).values
    n = (ordered.softmax(-1).cumsum(-1) < p).sum(-1, keepdim=True)
    return t.masked_fill(t < ordered.gather(-1, n.clamp(max=t.shape[-1] - 1) - 1), -math.inf)


exercise.mistake("rolled", _filter(lambda total, q, p: total.roll(1, -1) >= p)).says(
    "`roll` brings the last sum, 1, to the front, so that the likeliest word is removed. What stands before the first "
    "word is 0: compare cumsum − q."
)
exercise.mistake("not_shifted", _filter(lambda total, q, p: (total > p) & (torch.arange(q.shape[-1]) > 0))).says(
    "You drop the word that crosses p, and save only the first one. Compare what stands BEFORE a word, cumsum − q."
)
exercise.mistake("one_word_more", _filter(lambda total, q, p: _one_on(total - q >= p))).says(
    "You keep one word more than is needed: the set ends with the word that reaches p."
)
exercise.takes(
    argument("p", one_minus=("one_minus_p", "You keep the set that reaches 1 − p. It must reach p.")),
    result(
        softmax=("probabilities", "You return probabilities. Logits are wanted; the softmax comes afterwards."),
        log_softmax=("log_probabilities", "The kept logits were normalised. They keep their values."),
    ),
    result_with("t", alone=("nothing_removed", "Nothing is removed: every word can still be drawn.")),
)
exercise.mistake(
    "one_minus_p_and_the_first", _filter(lambda total, q, p: (total - q >= 1 - p) & (torch.arange(q.shape[-1]) > 0))
).says("You keep the set that reaches 1 − p, and at least one word. It must reach p.")
exercise.mistake(
    "one_minus_p_crossing", _filter(lambda total, q, p: (total > 1 - p) & (torch.arange(q.shape[-1]) > 0))
).says("You stop at 1 − p, where the set must reach p; and the word that crosses it belongs to it.")
exercise.takes(
    other_softmax(
        lambda softmax: _filter(shares=lambda ordered, dim: softmax(ordered)),
        overflow="overflow",
        whole="softmax_of_everything",
        whole_maximum="maximum_of_everything",
        sigmoid="sigmoid",
        twice="softmax_twice",
    ),
    variants(
        "filled_with",
        (-1e10, -1e4, -1e5, -1e8, -100, -1000),
        lambda filler: lambda t, p: t.masked_fill(top_p_filter(t, p) == -math.inf, filler),
        "You fill with {value}, a number like others. Only −inf has probability 0, whatever the others.",
    ),
)
_CROSSING = "The word that reaches p belongs to the set."
two_things(
    exercise,
    _filter,
    {
        "removed_of": {
            "crossing": (_CROSSING, lambda total, q, p: total > p),
            "crossing_but_first": (_CROSSING, lambda total, q, p: (total > p) & (torch.arange(q.shape[-1]) > 0)),
        },
        "shares": {
            "logits_added": ("Add up probabilities, not logits.", lambda ordered, dim: ordered),
            "columns": ("The softmax runs along the words, dim=-1.", lambda ordered, dim: ordered.softmax(0)),
        },
        "descending": {"rising": ("Sort in FALLING order.", False)},
        "filler": {"zero": ("What is removed is −inf, not 0.", 0.0), "huge": ("What is removed is −inf.", -1e9)},
        "back": {
            "sorted": (
                "The decisions are those of the SORTED words: bring them back by the order.",
                lambda zeros, dim, order, removed: removed,
            ),
            "gathered": (
                "`gather` with the order sorts once more: `scatter` undoes it.",
                lambda zeros, dim, order, removed: removed.gather(dim, order),
            ),
        },
    },
)
exercise.mistake("wrong_way_back", _filter(back=lambda zeros, dim, order, removed: removed.gather(dim, order))).says(
    "`gather` with the order sorts once more. `scatter` (or `gather` with the order of the order) undoes it."
)
for id, removed, sentence in (
    ("unsorted", lambda q, p: q.cumsum(-1) - q >= p, "You add up in the order of the vocabulary. Sort first."),
    ("unsorted_crossing", lambda q, p: q.cumsum(-1) > p, "You add up unsorted, and drop the word that reaches p."),
    ("threshold", lambda q, p: q < p, "You keep words whose OWN probability is p or more. Their SUM must reach p."),
    ("threshold_one_minus", lambda q, p: q < 1 - p, "You compare each probability with 1 − p: add up first."),
    (
        "quantile",
        lambda q, p: q < q.quantile(1 - p, dim=-1, keepdim=True),
        "A quantile counts words. Add their probabilities up.",
    ),
    ("min_p_one_minus", lambda q, p: q < (1 - p) * q.amax(-1, keepdim=True), "You compare with the largest: add up."),
    ("min_p", lambda q, p: q < p * q.amax(-1, keepdim=True), "You compare with p times the largest: add up first."),
):
    exercise.mistake(id, lambda t, p, out=removed: t.masked_fill(out(t.softmax(-1), p), -math.inf)).says(sentence)
for id, function, sentence in (
    ("inverted", lambda t, p: t.masked_fill(top_p_filter(t, p) > -math.inf, -math.inf), "You remove the set."),
    (
        "share_of_the_words",
        lambda t, p: top_k_filter(t, math.ceil(p * t.shape[-1])),
        "You keep a share p of the WORDS, not of their probability.",
    ),
    (
        "one_size_for_all",
        lambda t, p: top_k_filter(
            t, min(t.shape[-1], 1 + int((t.sort(descending=True)[0].softmax(-1).cumsum(-1) < p).sum()))
        ),
        "You keep equally many words in all rows.",
    ),
    ("likeliest_only", lambda t, p: top_k_filter(t, 1), "You keep the likeliest word alone."),
    ("whole_tensor", lambda t, p: top_p_filter(t.flatten(), p).reshape(t.shape), "Yours is one set of all rows."),
    (
        "log_probabilities_kept",
        lambda t, p: t.log_softmax(-1).masked_fill(top_p_filter(t, p) == -math.inf, -math.inf),
        "You return log-probabilities; logits as they came are wanted.",
    ),
    (
        "logits_squashed",
        lambda t, p: t.exp().masked_fill(top_p_filter(t, p) == -math.inf, -math.inf),
        "You return e^t; logits as they came are wanted.",
    ),
    ("mask", lambda t, p: top_p_filter(t, p).isfinite(), "You return True and False."),
    ("zeros", lambda t, p: t.softmax(-1) * top_p_filter(t, p).isfinite(), "You return probabilities, not LOGITS."),
):
    exercise.mistake(id, function).says(
        f"{sentence} In each row the likeliest words keep their logits, until p is reached."
    )

exercise.right(_filter(back=lambda zeros, dim, order, removed: removed.gather(dim, order.argsort(dim))))
exercise.right(_filter(lambda total, q, p: _one_on(total >= p)))
exercise.right(_filter(lambda total, q, p: _one_on(total > p)))
exercise.right(_filter(lambda total, q, p: total - q > p))


@exercise.right
def pair_by_pair(t, p):
    q = t.softmax(-1)
    more = torch.where(q[..., None, :] > q[..., :, None], q[..., None, :], 0.0).sum(-1)
    return torch.where(more < p, t, -torch.inf)


@exercise.right
def with_loops(t, p):
    if t.ndim > 1:
        return torch.stack([with_loops(row, p) for row in t])
    q, total, kept = t.softmax(-1), 0.0, torch.zeros(len(t), dtype=torch.bool)
    for place in t.argsort(descending=True):
        kept[place] = total < p
        total += q[place].item()
    return t.masked_fill(~kept, -math.inf)
