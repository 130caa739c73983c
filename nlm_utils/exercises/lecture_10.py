"""The exercises of lecture 10: the weights, the mask, attention that looks back, heads, positions.

Plain torch, one function each; models/attention.py puts the same pieces together with learnt matrices and is
tested against torch's own attention, as the references here are (tests/test_attention_references.py).
"""

from __future__ import annotations

import math

import torch

from .definition import Exercise

LECTURE = "10_attention"


def _numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).round(decimals=1)
    return numbers.to(dtype).requires_grad_(grad)


def _add(exercise: Exercise, table) -> None:
    """(id, sentence, function) of mistakes that differ from each other in one operation."""
    for id, sentence, function in table:
        exercise.misconception(id, sentence)(function)


# --- attention_weights ------------------------------------------------------------------------------------


def attention_weights(q, k):
    """How much each query looks at each key: softmax(q kᵀ / √d), along the keys.

    q        (..., T_q, d) queries, one in each row
    k        (..., T_k, d) keys; the axes in front (none, a batch, a batch and heads) are those of q
    returns  (..., T_q, T_k) of q's dtype; row i holds the weights of query i, none negative, their sum 1

    Safe for large numbers (±1000). Gradients flow back to q and k, which stay as they were.
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (..., T_q, T_k)
    return torch.softmax(scores, dim=-1)


attention_weights_exercise = Exercise(
    attention_weights,
    lecture=LECTURE,
    checks="one query and many, as many keys as queries and not, no batch, a batch, heads, ±1000, gradients",
    explanation=(
        "Row i of `q @ k.transpose(-2, -1)` holds the dot products of query i with all keys. Each is a sum of d "
        "products, so its spread grows like √d; dividing by √d keeps the softmax from deciding for one key before "
        "anything is learnt. The softmax runs along the last axis: a query's weights are its own and sum to 1."
    ),
    hints=[
        "A score is the dot product of one query with one key. All of them at once are one matrix product.",
        "k has its keys in rows; the product wants them in columns: exchange the last TWO axes, and only those.",
        "d is `q.shape[-1]`. Divide the scores by its square root before the softmax, not after.",
        "`torch.softmax(scores, dim=…)`: a row belongs to a query and runs over the keys. Which axis is that?",
    ],
)
_e = attention_weights_exercise
_e.case(torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]))
_e.case(_numbers(2, 3, seed=1), _numbers(4, 3, seed=2))
_e.case(_numbers(3, 5, seed=3), _numbers(3, 5, seed=4))
_e.case(_numbers(4, 3, seed=5, grad=True), _numbers(2, 3, seed=6, grad=True))
_e.case(_numbers(2, 3, 6, seed=7), _numbers(2, 5, 6, seed=8))
_e.case(_numbers(2, 3, 4, 6, seed=9, dtype=torch.float32), _numbers(2, 3, 5, 6, seed=10, dtype=torch.float32))
_e.case(
    torch.tensor([[1000.0, -1000.0, 10.0, 0.0], [-1000.0, 0.0, 1.0, 2.0]], dtype=torch.float64),
    torch.tensor(
        [[1000.0, 0.0, 0.0, 1.0], [1000.0, 0.0, 0.2, 1.0], [0.0, -1000.0, 0.1, 3.0], [1.0, 0.0, 0.0, 0.0]],
        dtype=torch.float64,
    ),
)


def _dot(q, k):
    return q @ k.transpose(-2, -1)


def _root(q, k):
    return math.sqrt(q.shape[-1])


def _one(q, k):
    return 1.0


def _softmax(scores):
    return torch.softmax(scores, dim=-1)


def _over_queries(scores):
    return torch.softmax(scores, dim=-2)


def _weights(scale=_root, finish=_softmax, scores=_dot):
    """Wrong weights from their parts: scores(q, k) / scale(q, k), finished off."""

    def weights(q, k):
        return finish(scores(q, k) / scale(q, k))

    return weights


def _naive(scores, shift=0.0):
    exponentials = (scores - shift).exp()
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


def _in_place(q, k):
    q /= math.sqrt(q.shape[-1])
    return torch.softmax(q @ k.transpose(-2, -1), dim=-1)


def _unpacked(q, k):
    _batch, _length, dim = q.shape
    return torch.softmax(q @ k.transpose(1, 2) / math.sqrt(dim), dim=2)


def _flat(scores):
    return torch.softmax(scores.flatten(), dim=0).reshape(scores.shape)


def _distance(q, k):
    return -torch.cdist(q, k)


def _future(scores):
    allowed = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    return torch.softmax(scores.masked_fill(~allowed, -math.inf), dim=-1)


_add(
    attention_weights_exercise,
    [
        (
            "no_scale",
            "The scores are not divided by √d. The more dimensions, the larger the dot products, and the softmax "
            "would put nearly all weight on one key.",
            _weights(_one),
        ),
        (
            "scale_d",
            "You divide by d. The spread of a sum of d products grows like √d, so it is the square root that "
            "brings it back to one.",
            _weights(lambda q, k: q.shape[-1]),
        ),
        (
            "over_queries",
            "Your softmax runs over the queries: the columns sum to 1. It is each query that has a weight of 1 to "
            "share out among the keys, so the ROWS sum to 1.",
            _weights(finish=_over_queries),
        ),
        (
            "no_scale_over_queries",
            "Two things: the scores have to be divided by √d, and the softmax runs along the keys (the last axis), "
            "not along the queries.",
            _weights(_one, _over_queries),
        ),
        (
            "scale_d_over_queries",
            "Two things: divide by √d, not by d; and the softmax runs along the keys (the last axis).",
            _weights(lambda q, k: q.shape[-1], _over_queries),
        ),
        (
            "multiplies_by_root",
            "You multiply by √d, which makes large scores larger still. They are divided by it.",
            _weights(lambda q, k: 1 / math.sqrt(q.shape[-1])),
        ),
        (
            "multiplies_by_d",
            "You multiply by d. The scores are divided, and by its square root.",
            _weights(lambda q, k: 1 / q.shape[-1]),
        ),
        (
            "root_of_keys",
            "You divide by the square root of the number of keys. What makes a score large is the number of "
            "products in it: d, the LAST axis of q.",
            _weights(lambda q, k: math.sqrt(k.shape[-2])),
        ),
        (
            "root_of_queries",
            "You divide by the square root of the number of queries. What makes a score large is the number of "
            "products in it: d, the LAST axis of q.",
            _weights(lambda q, k: math.sqrt(q.shape[-2])),
        ),
        (
            "root_of_first_axis",
            "You take d from the first axis, `q.shape[0]` or `len(q)`. d is the last one, whatever stands in front.",
            _weights(lambda q, k: math.sqrt(q.shape[0])),
        ),
        (
            "root_of_axis_one",
            "You take d from axis 1. That is d only when there is no batch; counted from the end it is always the "
            "last.",
            _weights(lambda q, k: math.sqrt(q.shape[1])),
        ),
        (
            "keys_for_d",
            "You divide by the number of keys. What makes a score large is the number of products in it, d; and it "
            "is √d that it grows with.",
            _weights(lambda q, k: k.shape[-2]),
        ),
        (
            "root_rounded",
            "You round √d down to a whole number (`int(…)` or `//`). Keep it as it is: `math.sqrt(d)`.",
            _weights(lambda q, k: int(math.sqrt(q.shape[-1]))),
        ),
        (
            "half_d",
            "You divide by d/2. It should be the square ROOT of d, d to the power ½.",
            _weights(lambda q, k: q.shape[-1] / 2),
        ),
        (
            "fourth_root",
            "You divide the scores by the fourth root of d (or only one of q and k by it). In all they are divided "
            "by √d.",
            _weights(lambda q, k: q.shape[-1] ** 0.25),
        ),
        (
            "d_squared",
            "You divide by d squared. It should be the square root of d.",
            _weights(lambda q, k: q.shape[-1] ** 2),
        ),
        (
            "cosine",
            "You divide each score by the lengths of its query and its key: that is their cosine. A long key may "
            "count more; only √d is divided out.",
            _weights(lambda q, k: q.norm(dim=-1)[..., :, None] * k.norm(dim=-1)[..., None, :]),
        ),
        (
            "scaled_cosine",
            "You take cosines and divide them by √d as well. The score is the plain dot product, divided by √d.",
            _weights(
                lambda q, k: (
                    q.norm(dim=-1)[..., :, None] * k.norm(dim=-1)[..., None, :] * math.sqrt(q.shape[-1])
                )
            ),
        ),
        (
            "scale_after_softmax",
            "You divide by √d after the softmax, so that the rows no longer sum to 1. It is the SCORES that are "
            "divided.",
            lambda q, k: torch.softmax(_dot(q, k), dim=-1) / math.sqrt(q.shape[-1]),
        ),
        (
            "scaled_twice",
            "The softmax is over scores divided by √d, as it should be, but then the weights are divided by √d "
            "again: the rows no longer sum to 1.",
            lambda q, k: attention_weights(q, k) / math.sqrt(q.shape[-1]),
        ),
        (
            "transposed",
            "Your result has a row for each key: k qᵀ. A row belongs to a query, so q comes first.",
            lambda q, k: torch.softmax(_dot(k, q) / _root(q, k), dim=-1),
        ),
        (
            "transposed_right_axis",
            "Your weights are right, but they stand in columns: you computed k qᵀ. Give one ROW to each query.",
            lambda q, k: torch.softmax(_dot(k, q) / _root(q, k), dim=-2),
        ),
        (
            "transposed_no_scale",
            "Two things: a row belongs to a query, so it is q kᵀ and not k qᵀ; and the scores are divided by √d.",
            lambda q, k: torch.softmax(_dot(k, q), dim=-1),
        ),
        (
            "no_transpose",
            "You multiply q by k as it stands. For the dot product of every query with every key, the keys have to "
            "stand in columns.",
            lambda q, k: torch.softmax(q @ k / math.sqrt(q.shape[-1]), dim=-1),
        ),
        (
            "elementwise",
            "`q * k` multiplies entry by entry, query 1 with key 1 only. Each query meets EVERY key: that is a "
            "matrix product.",
            lambda q, k: torch.softmax(q * k / math.sqrt(q.shape[-1]), dim=-1),
        ),
        (
            "pairs_only",
            "You take the dot product of query 1 with key 1, of 2 with 2, … Each query meets EVERY key.",
            lambda q, k: torch.softmax((q * k).sum(dim=-1) / math.sqrt(q.shape[-1]), dim=-1),
        ),
        (
            "t_reverses_all",
            "`k.T` (or `k.t()`) turns ALL axes round or wants a matrix. With a batch in front only the last two "
            "axes are exchanged.",
            lambda q, k: torch.softmax(q @ k.permute(*range(k.ndim)[::-1]) / math.sqrt(q.shape[-1]), dim=-1),
        ),
        (
            "transpose_0_1",
            "You exchange axes 0 and 1. With a batch in front these are not time and d: count from the end.",
            lambda q, k: torch.softmax(q @ k.transpose(0, 1) / math.sqrt(q.shape[-1]), dim=-1),
        ),
        (
            "transpose_1_2",
            "You exchange axes 1 and 2, which is right for (B, T, d) only. Count from the end, and it is right for "
            "any number of axes in front.",
            lambda q, k: torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]), dim=-1),
        ),
        (
            "batch_expected",
            "You unpack three axes, so that only (B, T, d) passes. There may be none in front, or two: take d from "
            "`q.shape[-1]` and count the axes from the end.",
            _unpacked,
        ),
        (
            "bmm",
            "`torch.bmm` takes exactly three axes. `@` takes any number in front.",
            lambda q, k: torch.softmax(torch.bmm(q, k.transpose(-2, -1)) / math.sqrt(q.shape[-1]), dim=-1),
        ),
        (
            "reshape_for_transpose",
            "You reshape k instead of transposing it: the numbers keep their order and only the row ends move, so "
            "columns are no longer keys.",
            lambda q, k: torch.softmax(
                q @ k.reshape(*k.shape[:-2], k.shape[-1], k.shape[-2]) / math.sqrt(q.shape[-1]), dim=-1
            ),
        ),
        (
            "axis_0",
            "Your softmax runs along the first axis: over the queries, or over the batch. It runs along the keys, the "
            "last axis.",
            _weights(finish=lambda scores: torch.softmax(scores, dim=0)),
        ),
        (
            "axis_1",
            "Your softmax runs along axis 1. That is the keys only when there is no batch: take the last axis.",
            _weights(finish=lambda scores: torch.softmax(scores, dim=1)),
        ),
        (
            "whole_table",
            "Your softmax runs over the whole table. Each query has a weight of 1 of its own to share out.",
            _weights(finish=_flat),
        ),
        (
            "scores",
            "You return the scores. The softmax, which makes weights of them, is missing.",
            _weights(finish=lambda scores: scores),
        ),
        (
            "raw_scores",
            "You return q kᵀ as it is: neither divided by √d nor sent through the softmax.",
            _weights(_one, lambda scores: scores),
        ),
        (
            "log_weights",
            "You return logarithms of the weights (`log_softmax`). The weights themselves are wanted.",
            _weights(finish=lambda scores: torch.log_softmax(scores, dim=-1)),
        ),
        (
            "sigmoid",
            "A sigmoid judges each key on its own, and the weights of a query do not sum to 1. The softmax lets the "
            "keys compete.",
            _weights(finish=torch.sigmoid),
        ),
        (
            "overflow",
            "Right for small numbers, but `exp` of a large score is infinite, and inf/inf is nan. `torch.softmax` "
            "subtracts the largest score first.",
            _weights(finish=_naive),
        ),
        (
            "global_maximum",
            "You subtract the largest score of the WHOLE table. A query whose own scores are all far below it gets "
            "0/0. Each row has a maximum of its own.",
            _weights(finish=lambda scores: _naive(scores, scores.max())),
        ),
        (
            "maximum_of_columns",
            "You subtract the maximum of each column. That changes the weights; only what is subtracted from a whole "
            "row, a query, cancels.",
            _weights(finish=lambda scores: _naive(scores, scores.amax(dim=-2, keepdim=True))),
        ),
        (
            "exponentials",
            "You take `exp` and do not divide by the sum: the weights of a query must sum to 1.",
            _weights(finish=torch.exp),
        ),
        (
            "no_exponential",
            "You divide each score by the sum of the scores. Scores may be negative, and their sum 0; the softmax "
            "takes `exp` first.",
            _weights(finish=lambda scores: scores / scores.sum(dim=-1, keepdim=True)),
        ),
        (
            "hard",
            "You put all weight on the best key. The softmax gives every key a share, and a share has a gradient.",
            _weights(
                finish=lambda scores: torch.nn.functional.one_hot(scores.argmax(dim=-1), scores.shape[-1]).to(
                    scores.dtype
                )
            ),
        ),
        (
            "best_key",
            "You return which key is best. The weight of each key is wanted, (..., T_q, T_k).",
            _weights(finish=lambda scores: scores.argmax(dim=-1)),
        ),
        (
            "softmax_twice",
            "You take the softmax of a softmax, which makes the weights nearly equal. Once is enough.",
            _weights(finish=lambda scores: _softmax(_softmax(scores))),
        ),
        (
            "sign",
            "Your sign is turned round: the key that is most UNLIKE the query gets the largest weight.",
            _weights(finish=lambda scores: _softmax(-scores)),
        ),
        (
            "distance",
            "You score by the distance between query and key. It is the dot product here.",
            _weights(scores=_distance),
        ),
        (
            "softmax_of_inputs",
            "You take the softmax of q and k before they meet. It belongs after the product: what becomes weights "
            "are the scores.",
            lambda q, k: torch.softmax(q, dim=-1) @ torch.softmax(k, dim=-1).transpose(-2, -1) / _root(q, k),
        ),
        (
            "causal",
            "You hide the keys that come after the query. That is the mask, which comes later: here every query may "
            "look at every key.",
            _weights(finish=_future),
        ),
        (
            "keys_returned",
            "You go on and mix the keys with your weights. Return the weights.",
            lambda q, k: attention_weights(q, k) @ k,
        ),
        (
            "with_scores",
            "You return a pair. Only the weights are wanted.",
            lambda q, k: (attention_weights(q, k), _dot(q, k) / _root(q, k)),
        ),
        (
            "only_the_last_query",
            "You return the weights of the last query. All queries are wanted, one row each.",
            lambda q, k: attention_weights(q, k)[..., -1, :],
        ),
        (
            "rounded",
            "You round the weights. Give them as they are; rounding is for printing, and it has no gradient.",
            lambda q, k: attention_weights(q, k).round(decimals=2),
        ),
        (
            "detached",
            "The weights are right, but they are cut off from the graph (`.detach()`, `.data`, `torch.no_grad()`): no "
            "gradient gets back to q and k, and nothing would be learnt.",
            lambda q, k: attention_weights(q, k).detach(),
        ),
        (
            "detached_keys",
            "The weights are right, but k is cut off from the graph: no gradient gets back to it.",
            lambda q, k: attention_weights(q, k.detach()),
        ),
        (
            "detached_queries",
            "The weights are right, but q is cut off from the graph: no gradient gets back to it.",
            lambda q, k: attention_weights(q.detach(), k),
        ),
        (
            "in_place",
            "You divide q in place (`q /= …`), which changes the caller's tensor, and torch refuses it where q wants "
            "a gradient. Compute a new one.",
            _in_place,
        ),
    ],
)


_add(
    attention_weights_exercise,
    [
        (
            "no_axis",
            "You leave `dim` out, and torch guesses an axis, another one for another number of axes. Name it: the "
            "keys, the last one.",
            _weights(finish=lambda scores: torch.softmax(scores, dim=0 if scores.ndim in (1, 3) else 1)),
        ),
        (
            "multiplies_over_queries",
            "Two things: the scores are DIVIDED by √d, and the softmax runs along the keys (the last axis).",
            _weights(lambda q, k: 1 / math.sqrt(q.shape[-1]), _over_queries),
        ),
        (
            "multiplied_after_softmax",
            "You multiply by √d after the softmax, so that the rows no longer sum to 1. It is the SCORES that are "
            "divided, before it.",
            lambda q, k: _softmax(_dot(q, k)) * math.sqrt(q.shape[-1]),
        ),
        (
            "root_of_all_entries",
            "You divide by the square root of the number of ALL entries of q. Only d counts, its last axis.",
            _weights(lambda q, k: math.sqrt(q.numel())),
        ),
        (
            "root_of_number_of_axes",
            "You divide by the square root of the number of axes (`ndim`, `len(q.shape)`). It is the length of the "
            "last axis that counts.",
            _weights(lambda q, k: math.sqrt(q.ndim)),
        ),
        (
            "root_of_axis_one_of_keys",
            "You take d from axis 1 of k. That is d only when there is no batch; counted from the end it is always the "
            "last.",
            _weights(lambda q, k: math.sqrt(k.shape[1])),
        ),
        (
            "always_eight",
            "You divide by 8, which is √64. Here d is the last axis of q, whatever it is.",
            _weights(lambda q, k: 8.0),
        ),
        (
            "two_axes_expected",
            "Your product names two axes only, and there may be a batch and heads in front: `@`, or `...` in einsum, "
            "takes any number.",
            _weights(scores=lambda q, k: torch.einsum("id,jd->ij", q, k)),
        ),
        (
            "relu",
            "You set negative scores to 0 instead of taking the softmax: the weights of a query do not sum to 1.",
            _weights(finish=torch.relu),
        ),
        (
            "softmax_of_relu",
            "You set negative scores to 0 before the softmax, so that a key that does not fit counts like one that "
            "says nothing. Scores stay as they are.",
            _weights(finish=lambda scores: _softmax(scores.relu())),
        ),
        (
            "absolute_scores",
            "You take the scores without their sign: a key that is quite unlike the query would count like one that "
            "fits.",
            _weights(finish=lambda scores: _softmax(scores.abs())),
        ),
        (
            "shares_of_absolute_scores",
            "You divide each score by the sum of their sizes. A weight may not be negative; the softmax takes `exp` "
            "first.",
            _weights(finish=lambda scores: torch.nn.functional.normalize(scores, p=1, dim=-1)),
        ),
        (
            "softmax_of_tanh",
            "You squeeze the scores between −1 and 1 first, so that no key can ever win clearly. The softmax takes the "
            "scores as they are.",
            _weights(finish=lambda scores: _softmax(scores.tanh())),
        ),
    ],
)


@attention_weights_exercise.right
def _(q, k):
    scores = torch.einsum("...id,...jd->...ij", q, k) * q.shape[-1] ** -0.5
    return torch.nn.functional.softmax(scores, dim=-1)


@attention_weights_exercise.right
def _(q, k):
    scores = torch.matmul(q / q.shape[-1] ** 0.25, (k / k.shape[-1] ** 0.25).mT)
    scores = scores - scores.amax(dim=-1, keepdim=True)
    exponentials = torch.exp(scores)
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


@attention_weights_exercise.right
def _(q, k):
    rows = []
    for i in range(q.shape[-2]):
        scores = [(q[..., i, :] * k[..., j, :]).sum(-1) / math.sqrt(q.shape[-1]) for j in range(k.shape[-2])]
        rows.append(torch.stack(scores, dim=-1).softmax(dim=-1))
    return torch.stack(rows, dim=-2)


@attention_weights_exercise.right
def _(q, k):
    identity = torch.eye(k.shape[-2], dtype=k.dtype).expand(*k.shape[:-2], -1, -1)
    return torch.nn.functional.scaled_dot_product_attention(q, k, identity)


@attention_weights_exercise.right
def _(q, k):
    return list(torch.softmax(q @ torch.swapaxes(k, -1, -2) / torch.tensor(q.shape[-1]).sqrt(), -1))


# --- causal_mask ------------------------------------------------------------------------------------------


def causal_mask(length):
    """Where a query may look: a boolean (length, length) tensor, row i the query, column j the key.

    True for j ≤ i, so for the word itself and for all before it; False for what comes later. length ≥ 1.
    """
    return torch.ones(length, length, dtype=torch.bool).tril()


causal_mask_exercise = Exercise(
    causal_mask,
    lecture=LECTURE,
    checks="lengths 1, 2, 3, 4 and 7; booleans",
    explanation=(
        "Row i is a query and may use keys 0 … i: a lower triangle, diagonal included. The word at i itself is "
        "known when the word after it is predicted; without the diagonal the first query had nothing to look at."
    ),
    hints=[
        "Write the 3 × 3 table on paper: which words may word 0 use? Which may word 2 use?",
        "It is a triangle. `torch.tril` and `torch.triu` keep the lower and the upper one, with the diagonal.",
        "Start from `torch.ones(length, length, dtype=torch.bool)`; or compare `torch.arange(length)` as a column "
        "with itself as a row.",
    ],
)
for _length in (2, 3, 4, 7, 1):
    causal_mask_exercise.case(_length)


def _ones(length):
    return torch.ones(length, length, dtype=torch.bool)


def _additive(length, allowed=0.0, forbidden=-math.inf):
    return torch.full((length, length), allowed).masked_fill(~_ones(length).tril(), forbidden)


_add(
    causal_mask_exercise,
    [
        (
            "transposed",
            "Your triangle is the upper one: a word would look at itself and at what comes AFTER it. Row i may use "
            "columns 0 … i.",
            lambda length: _ones(length).triu(),
        ),
        (
            "diagonal_forbidden",
            "Your words may not look at themselves. The word at i is known when the next one is predicted; and the "
            "first would have nothing to look at.",
            lambda length: _ones(length).tril(-1),
        ),
        (
            "inverted",
            "Yours is True where looking is FORBIDDEN. Here True means: may look.",
            lambda length: _ones(length).triu(1),
        ),
        (
            "one_ahead",
            "Yours allows one word too many: row i may look at column i + 1, the very word that is to be predicted.",
            lambda length: _ones(length).tril(1),
        ),
        (
            "two_ahead",
            "Yours allows looking two words ahead. Row i ends at column i.",
            lambda length: _ones(length).tril(2),
        ),
        (
            "diagonal_and_before_missing",
            "In yours a word may look neither at itself nor at the word before it. All columns up to i are allowed.",
            lambda length: _ones(length).tril(-2),
        ),
        ("all_allowed", "Yours is True everywhere, so nothing is hidden.", _ones),
        (
            "none_allowed",
            "Yours is False everywhere, so nothing may be looked at.",
            lambda length: ~_ones(length),
        ),
        (
            "itself_only",
            "In yours a word sees only itself. It may look at all the words before it too.",
            lambda length: torch.eye(length, dtype=torch.bool),
        ),
        (
            "others_only",
            "In yours a word sees all words but itself, the later ones too. Row i may use columns 0 … i.",
            lambda length: ~torch.eye(length, dtype=torch.bool),
        ),
        (
            "last_two",
            "In yours a word sees itself and the one before it: a window. It may look back as far as it likes.",
            lambda length: _ones(length).tril() & _ones(length).triu(-1),
        ),
        (
            "only_the_one_before",
            "In yours a word sees only the one right before it. It may look at all of them, and at itself.",
            lambda length: torch.eye(length + 1, dtype=torch.bool)[:length, 1:].T,
        ),
        (
            "mirrored",
            "Your triangle leans the wrong way: left and right are exchanged. Row 0 is allowed column 0 only.",
            lambda length: _ones(length).tril().fliplr(),
        ),
        (
            "upside_down",
            "Your triangle stands on its head: row 0 may see everything. Row 0 sees only itself, the LAST row all.",
            lambda length: _ones(length).tril().flipud(),
        ),
        (
            "first_column_missing",
            "Yours hides the first word from all others. Column 0 is allowed in every row.",
            lambda length: _ones(length).tril() & (torch.arange(length) > 0),
        ),
        (
            "floats",
            "The triangle is right, but it holds 0.0 and 1.0. A mask that chooses is boolean: True and False.",
            lambda length: torch.ones(length, length).tril(),
        ),
        (
            "whole_numbers",
            "The triangle is right, but it holds whole numbers. Make it boolean: True and False.",
            lambda length: torch.ones(length, length, dtype=torch.int64).tril(),
        ),
        (
            "floats_upper",
            "Two things: the mask is boolean, and row i may use columns 0 … i, not those from i on.",
            lambda length: torch.ones(length, length).triu(),
        ),
        (
            "floats_inverted",
            "Two things: the mask is boolean, and True stands where looking is allowed.",
            lambda length: torch.ones(length, length).triu(1),
        ),
        (
            "additive",
            "Yours is a table to be ADDED to the scores, 0 and −∞. Here the mask itself is wanted: True and False.",
            _additive,
        ),
        (
            "additive_large",
            "Yours is a table to be ADDED to the scores, 0 and a large negative number. Here the mask itself is "
            "wanted: True and False.",
            lambda length: _additive(length, forbidden=-1e9),
        ),
        (
            "infinite_above",
            "Yours marks the future with −∞ and the past with 1. The mask is boolean: True where a query may look.",
            lambda length: _additive(length, 1.0),
        ),
        (
            "batch_axis",
            "The triangle is right, but it has axes of length 1 in front. It is a table (length, length).",
            lambda length: _ones(length).tril()[None],
        ),
        (
            "batch_and_heads",
            "The triangle is right, but two axes of length 1 stand in front. It is a table (length, length).",
            lambda length: _ones(length).tril()[None, None],
        ),
        ("too_large", "Yours has one row and one column too many.", lambda length: _ones(length + 1).tril()),
        (
            "too_small",
            "Yours has one row and one column too few.",
            lambda length: _ones(max(length - 1, 0)).tril(),
        ),
        (
            "one_row",
            "You give one row. Every query needs a row of its own: (length, length).",
            lambda length: torch.ones(length, dtype=torch.bool),
        ),
        (
            "flat",
            "The entries are right, but they lie in one row. Give a table, (length, length).",
            lambda length: _ones(length).tril().flatten(),
        ),
        (
            "row_means",
            "You divide each row by its number of words: those are weights. The mask only says True or False.",
            lambda length: torch.ones(length, length).tril() / torch.arange(1, length + 1)[:, None],
        ),
        (
            "lengths",
            "You give how many words each query may see. A table of True and False is wanted.",
            lambda length: torch.arange(1, length + 1),
        ),
        (
            "places",
            "You give the places (rows and columns) of the triangle. A table of True and False is wanted.",
            lambda length: torch.tril_indices(length, length),
        ),
    ],
)


@causal_mask_exercise.right
def _(length):
    return torch.arange(length)[:, None] >= torch.arange(length)


@causal_mask_exercise.right
def _(length):
    return [[key <= query for key in range(length)] for query in range(length)]


@causal_mask_exercise.right
def _(length):
    return torch.tril(torch.ones(length, length)) == 1


@causal_mask_exercise.right
def _(length):
    return ~torch.triu(torch.ones(length, length, dtype=torch.bool), diagonal=1)


@causal_mask_exercise.right
def _(length):
    mask = torch.zeros(length, length, dtype=torch.bool)
    for query in range(length):
        mask[query, : query + 1] = True
    return mask


@causal_mask_exercise.right
def _(length):
    return torch.nn.Transformer.generate_square_subsequent_mask(length) == 0


# --- causal_attention -------------------------------------------------------------------------------------


def causal_attention(q, k, v):
    """For each word a mixture of the values of itself and of the words before it -> (..., T, d_v).

    q, k     (..., T, d) queries and keys, of one length T
    v        (..., T, d_v) values; d_v may differ from d
    returns  (..., T, d_v): row i is Σ_j w_ij v_j over j ≤ i, with w_i = softmax over these j of q_i·k_j / √d

    Nothing at i depends on what comes after i. Safe for large numbers (±1000). Gradients flow back to q, k
    and v, which stay as they were.
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (..., T, T)
    allowed = causal_mask(q.shape[-2]).to(q.device)
    weights = torch.softmax(scores.masked_fill(~allowed, -torch.inf), dim=-1)
    return weights @ v  # (..., T, T) @ (..., T, d_v)


causal_attention_exercise = Exercise(
    causal_attention,
    lecture=LECTURE,
    checks="lengths 1 to 5, d_v other than d, no batch, a batch, heads, ±1000, gradients",
    explanation=(
        "A score of −∞ becomes a weight of exactly 0, because exp(−∞) = 0, and the softmax shares out the whole "
        "weight among the words that are left. Masking has to come before it: afterwards the future has already "
        "taken its share of every row."
    ),
    hints=[
        "Three steps: scores, as in `attention_weights`; the mask; the softmax. Then mix the values.",
        "A word that must not be seen needs the weight 0 AFTER the softmax. Which score becomes that?",
        "`scores.masked_fill(where, value)` writes `value` where the boolean tensor `where` is True; "
        "`~mask` turns True and False round.",
        "The weights are (..., T, T), the values (..., T, d_v): their matrix product is what is returned.",
    ],
)
_e = causal_attention_exercise
_e.case(
    torch.tensor([[1.0, 0.0], [0.0, 2.0]]),
    torch.tensor([[1.0, 1.0], [0.0, -1.0]]),
    torch.tensor([[1.0, 2.0, 3.0], [5.0, 0.0, -1.0]]),
)
_e.case(_numbers(3, 2, seed=11), _numbers(3, 2, seed=12), _numbers(3, 4, seed=13))
_e.case(_numbers(1, 3, seed=14), _numbers(1, 3, seed=15), _numbers(1, 2, seed=16))
_e.case(*(_numbers(4, width, seed=17 + width, grad=True) for width in (3, 3, 2)))
_e.case(_numbers(2, 4, 5, seed=23), _numbers(2, 4, 5, seed=24), _numbers(2, 4, 3, seed=25))
_e.case(*(_numbers(2, 3, 5, width, seed=26 + i, dtype=torch.float32) for i, width in enumerate((6, 6, 4))))
_e.case(
    torch.tensor(
        [[1000.0, 0.0, 1.0, 0.0], [-1000.0, 0.0, 1.0, 2.0], [1000.0, 1.0, -1.0, 0.5]], dtype=torch.float64
    ),
    torch.tensor(
        [[1000.0, 0.0, 1.0, 1.0], [1000.0, 3.0, 0.0, 2.0], [-1000.0, 1.0, 0.0, 0.0]], dtype=torch.float64
    ),
    torch.tensor([[1.0, -2.0], [3.0, 4.0], [1000.0, -1000.0]], dtype=torch.float64),
)


def _hide(scores, allowed):
    return scores.masked_fill(~allowed, -math.inf)


def _zero(scores, allowed):
    return scores * allowed


def _show_all(scores, allowed):
    return scores


def _lower(length):
    return _ones(length).tril()


def _shift_by(places):
    return lambda length: _ones(length).tril(places)


def _attend(scale=_root, hide=_hide, finish=_softmax, after=_show_all, look=_lower, scores=_dot, mix=None):
    """Wrong attention from its parts: hide() works on the scores, after() on the weights, mix() with the values."""

    def attend(q, k, v):
        allowed = look(q.shape[-2])
        weights = after(finish(hide(scores(q, k) / scale(q, k), allowed)), allowed)
        return weights @ v if mix is None else mix(weights, v)

    return attend


def _renormalise(weights, allowed):
    weights = weights * allowed
    return weights / weights.sum(dim=-1, keepdim=True)


def _in_place_after(weights, allowed):
    weights[..., ~allowed] = 0.0
    return weights


def _by_d(q, k):
    return q.shape[-1]


def _with_q_in_place(q, k, v):
    q /= math.sqrt(q.shape[-1])
    return _attend(_one)(q, k, v)


def _three_axes(q, k, v):
    _batch, length, dim = q.shape
    scores = (q @ k.transpose(-2, -1) / math.sqrt(dim)).masked_fill(~_lower(length), -math.inf)
    return torch.softmax(scores, dim=-1) @ v


def _mask_of_axis(axis):
    def attend(q, k, v):
        scores = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).masked_fill(
            ~_lower(q.shape[axis]), -math.inf
        )
        return torch.softmax(scores, dim=-1) @ v

    return attend


def _means(q, k, v):
    weights = _lower(q.shape[-2]).to(v.dtype)
    return weights / weights.sum(dim=-1, keepdim=True) @ v


_add(
    causal_attention_exercise,
    [
        (
            "mask_after_softmax",
            "You mask after the softmax. By then the future has taken its share of every row, and what is left no "
            "longer sums to 1. Hide the SCORES, before the softmax.",
            _attend(hide=_show_all, after=_zero),
        ),
        (
            "multiplies_by_zero",
            "You set the scores of the future to 0. The softmax makes exp(0) = 1 of that, a weight like any other: "
            "the future is still seen. Which score becomes a weight of 0?",
            _attend(hide=_zero),
        ),
        (
            "looks_ahead",
            "There is no mask: every word mixes in the words after it, which it is supposed to predict.",
            _attend(hide=_show_all),
        ),
        (
            "wrong_way_round",
            "Your mask is turned round: what may be seen is hidden and the future is shown. `masked_fill` writes "
            "where its mask is True.",
            _attend(look=_shift_by(0), hide=lambda scores, allowed: _hide(scores, ~allowed)),
        ),
        (
            "upper_triangle",
            "Your mask is the upper triangle: a word sees itself and what comes AFTER it.",
            _attend(look=lambda length: _ones(length).triu()),
        ),
        (
            "diagonal_forbidden",
            "Your words may not look at themselves, and the first has nothing at all to look at: its softmax is nan. "
            "j ≤ i is allowed.",
            _attend(look=_shift_by(-1)),
        ),
        (
            "one_ahead",
            "Your mask lets each word see one word ahead: the very one that is to be predicted.",
            _attend(look=_shift_by(1)),
        ),
        (
            "no_scale",
            "The scores are not divided by √d, the square root of the last axis of q.",
            _attend(_one),
        ),
        ("scale_d", "You divide the scores by d. It should be its square root.", _attend(_by_d)),
        (
            "no_scale_mask_after",
            "Two things: the scores are divided by √d; and the mask comes BEFORE the softmax, else the rows no longer "
            "sum to 1.",
            _attend(_one, _show_all, after=_zero),
        ),
        (
            "no_scale_by_zero",
            "Two things: the scores are divided by √d; and a score of 0 does not hide anything, for exp(0) = 1.",
            _attend(_one, _zero),
        ),
        (
            "no_scale_looks_ahead",
            "Two things are missing: the division by √d, and the mask.",
            _attend(_one, _show_all),
        ),
        (
            "scale_d_mask_after",
            "Two things: divide by √d, not by d; and mask BEFORE the softmax.",
            _attend(_by_d, _show_all, after=_zero),
        ),
        (
            "renormalised",
            "Masking after the softmax and dividing by what is left is right as long as something IS left. Where the "
            "future has taken all the weight it gives 0/0. Hide the scores before the softmax.",
            _attend(hide=_show_all, after=_renormalise),
        ),
        (
            "renormalised_over_queries",
            "You mask the weights and divide them by the sum of their COLUMNS. Rows have to sum to 1; and hiding the "
            "scores before the softmax makes the division unnecessary.",
            _attend(
                hide=_show_all,
                after=lambda w, allowed: w * allowed / (w * allowed).sum(dim=-2, keepdim=True),
            ),
        ),
        (
            "softmax_twice",
            "You mask the weights with −∞ and take a second softmax, which makes the weights nearly equal. Mask the "
            "SCORES and take one softmax.",
            _attend(hide=_show_all, after=lambda weights, allowed: _softmax(_hide(weights, allowed))),
        ),
        (
            "weights_infinite",
            "You write −∞ over weights, after the softmax. −∞ belongs among the SCORES, before it.",
            _attend(hide=_show_all, after=_hide),
        ),
        (
            "masked_in_place_after",
            "You overwrite weights with 0 after the softmax: rows no longer sum to 1, and the backward pass misses "
            "the numbers that you overwrote. Hide the scores, before the softmax.",
            _attend(hide=_show_all, after=_in_place_after),
        ),
        (
            "infinity_times_zero",
            "You multiply the mask by −∞ and add it: 0 · ∞ is nan, which spreads to the whole row. Write −∞ only "
            "where it belongs, with `masked_fill` or `torch.where`.",
            _attend(hide=lambda scores, allowed: scores + (~allowed) * -math.inf),
        ),
        (
            "multiplies_by_infinity",
            "You multiply the scores of the future by −∞: a negative score becomes +∞. Write −∞ in their place.",
            _attend(hide=lambda scores, allowed: torch.where(allowed, scores, scores * -math.inf)),
        ),
        (
            "fill_minus_one",
            "You give the scores of the future −1. A score must be −∞ for its weight to be 0.",
            _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, -1.0)),
        ),
        (
            "fill_too_high",
            "Your number for the future is not low enough: where the scores of the past lie below it the future is "
            "seen. Minus infinity is lower than any score.",
            _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, -1e4)),
        ),
        (
            "fill_plus_infinity",
            "You give the future +∞: exp of it is infinite, and the weights are nan. It should be −∞.",
            _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, math.inf)),
        ),
        (
            "adds_mask",
            "You add the mask itself, True as 1 and False as 0, to the scores. That favours the past a little and "
            "hides nothing.",
            _attend(hide=lambda scores, allowed: scores + allowed),
        ),
        (
            "over_queries",
            "Your softmax runs over the queries. Each query shares out its own weight among the keys: the last axis.",
            _attend(finish=_over_queries),
        ),
        (
            "over_queries_no_scale",
            "Two things: divide by √d, and let the softmax run along the keys (the last axis).",
            _attend(_one, finish=_over_queries),
        ),
        (
            "over_queries_looks_ahead",
            "Two things: the mask is missing, and the softmax runs along the keys (the last axis).",
            _attend(hide=_show_all, finish=_over_queries),
        ),
        (
            "axis_0",
            "Your softmax runs along the first axis. It runs along the keys, the last axis.",
            _attend(finish=lambda scores: torch.softmax(scores, dim=0)),
        ),
        (
            "axis_1",
            "Your softmax runs along axis 1, the keys only when there is no batch. Take the last axis.",
            _attend(finish=lambda scores: torch.softmax(scores, dim=1)),
        ),
        (
            "no_softmax",
            "The softmax is missing: you mix the values with masked scores.",
            _attend(hide=_zero, finish=lambda scores: scores),
        ),
        (
            "infinite_scores",
            "The softmax is missing: −∞ goes straight into the mixture.",
            _attend(finish=lambda scores: scores),
        ),
        (
            "overflow",
            "Right for small numbers, but `exp` of a large score is infinite and inf/inf is nan. `torch.softmax` "
            "subtracts the largest score first.",
            _attend(finish=_naive),
        ),
        (
            "whole_table",
            "Your softmax runs over the whole table. Each query has a weight of 1 of its own to share out.",
            _attend(finish=_flat),
        ),
        (
            "root_of_length",
            "You divide by the square root of the number of words. It is d, the last axis of q, that makes scores "
            "large.",
            _attend(lambda q, k: math.sqrt(q.shape[-2])),
        ),
        (
            "root_of_first_axis",
            "You take d from the first axis of q. It is the last one.",
            _attend(lambda q, k: math.sqrt(q.shape[0])),
        ),
        (
            "root_of_axis_one",
            "You take d from axis 1 of q. That is d only when there is no batch; it is always the last.",
            _attend(lambda q, k: math.sqrt(q.shape[1])),
        ),
        (
            "root_of_d_v",
            "You divide by the square root of the size of v. A score is a dot product of q and k: their last axis "
            "counts.",
            lambda q, k, v: _attend(lambda *_: math.sqrt(v.shape[-1]))(q, k, v),
        ),
        (
            "multiplies_by_root",
            "You multiply the scores by √d. They are divided by it.",
            _attend(lambda q, k: 1 / math.sqrt(q.shape[-1])),
        ),
        (
            "scale_after_softmax",
            "You divide the weights by √d, after the softmax. It is the scores that are divided.",
            lambda q, k, v: _attend(_one)(q, k, v) / math.sqrt(q.shape[-1]),
        ),
        (
            "scaled_twice",
            "The weights are right, and then your result is divided by √d once more. Only the scores are divided.",
            lambda q, k, v: causal_attention(q, k, v) / math.sqrt(q.shape[-1]),
        ),
        (
            "keys_ask",
            "You exchange q and k: k qᵀ lets the keys ask. Row i must hold the scores of QUERY i.",
            _attend(scores=lambda q, k: _dot(k, q)),
        ),
        (
            "no_transpose",
            "You multiply q by k as it stands. The keys have to stand in columns: exchange the last two axes.",
            _attend(scores=lambda q, k: q @ k),
        ),
        (
            "t_reverses_all",
            "`k.T` turns ALL axes round, or wants a matrix. With a batch only the last two axes are exchanged.",
            _attend(scores=lambda q, k: q @ k.permute(*range(k.ndim)[::-1])),
        ),
        (
            "transpose_0_1",
            "You exchange axes 0 and 1 of k. With a batch in front these are not time and d: count from the end.",
            _attend(scores=lambda q, k: q @ k.transpose(0, 1)),
        ),
        (
            "transpose_1_2",
            "You exchange axes 1 and 2 of k, right for (B, T, d) only. Count from the end.",
            _attend(scores=lambda q, k: q @ k.transpose(1, 2)),
        ),
        (
            "three_axes_expected",
            "You unpack three axes, so that only (B, T, d) passes. There may be none in front, or two: use "
            "`q.shape[-2]` and `q.shape[-1]`.",
            _three_axes,
        ),
        (
            "mask_of_batch",
            "Your mask is as large as the first axis of q, which is the batch where there is one. T is the axis before "
            "the last.",
            _mask_of_axis(0),
        ),
        (
            "mask_of_axis_one",
            "Your mask is as large as axis 1 of q. T is the axis before the last, however many stand in front.",
            _mask_of_axis(1),
        ),
        (
            "mask_of_d",
            "Your mask is as large as d. It has a row and a column for each WORD: T, the axis before the last.",
            _mask_of_axis(-1),
        ),
        (
            "weights_returned",
            "You return the weights. They still have to mix the values: (..., T, T) times (..., T, d_v).",
            _attend(mix=lambda weights, v: weights),
        ),
        (
            "pair_returned",
            "You return a pair, the mixture and the weights. Only the mixture is wanted.",
            _attend(mix=lambda weights, v: (weights @ v, weights)),
        ),
        (
            "scores_returned",
            "You return masked scores. The softmax is missing, and the mixture of the values.",
            _attend(finish=lambda scores: scores, mix=lambda weights, v: weights),
        ),
        (
            "weights_transposed",
            "You mix with the weights transposed: each value is sent where its query should have fetched it. Row i of "
            "the weights mixes the values for row i.",
            _attend(mix=lambda weights, v: weights.transpose(-2, -1) @ v),
        ),
        (
            "keys_mixed",
            "You mix the keys. Keys are what is searched; what is handed over are the VALUES.",
            lambda q, k, v: causal_attention(q, k, k),
        ),
        (
            "queries_mixed",
            "You mix the queries. What is handed over are the VALUES.",
            lambda q, k, v: causal_attention(q, k, q),
        ),
        (
            "means",
            "Every word gets the plain mean of the values up to it: q and k are not used.",
            _means,
        ),
        (
            "sums",
            "Every word gets the sum of the values up to it: that is addition. q and k decide how much of each.",
            lambda q, k, v: v.cumsum(dim=-2),
        ),
        (
            "hard",
            "You fetch only the value of the best key. The softmax mixes all that may be seen.",
            _attend(
                finish=lambda scores: torch.nn.functional.one_hot(scores.argmax(dim=-1), scores.shape[-1]).to(
                    scores.dtype
                )
            ),
        ),
        (
            "residual",
            "You add v to the result. That residual comes in the next lecture; here the mixture alone is wanted.",
            lambda q, k, v: causal_attention(q, k, v) + v,
        ),
        (
            "only_the_last",
            "You return the row of the last word only. Every word gets one: (..., T, d_v).",
            lambda q, k, v: causal_attention(q, k, v)[..., -1, :],
        ),
        (
            "detached",
            "The values are right, but the result is cut off from the graph (`.detach()`, `.data`, "
            "`torch.no_grad()`): no gradient gets back, and nothing would be learnt.",
            lambda q, k, v: causal_attention(q, k, v).detach(),
        ),
        (
            "detached_weights",
            "The result is right, but the weights are cut off from the graph: only v gets a gradient, and where to "
            "look is never learnt.",
            lambda q, k, v: causal_attention(q.detach(), k.detach(), v),
        ),
        (
            "detached_values",
            "The result is right, but v is cut off from the graph: it gets no gradient.",
            lambda q, k, v: causal_attention(q, k, v.detach()),
        ),
        (
            "in_place",
            "You divide q in place (`q /= …`), which changes the caller's tensor, and torch refuses it where q wants "
            "a gradient. Compute a new one.",
            _with_q_in_place,
        ),
    ],
)


def _loop_ends_early(q, k, v):
    rows = [
        attention_weights(q[..., i : i + 1, :], k[..., :i, :]) @ v[..., :i, :] for i in range(q.shape[-2])
    ]
    return torch.cat(rows, dim=-2)


_add(
    causal_attention_exercise,
    [
        (
            "fill_minus_ten",
            "You give the scores of the future −10. That makes them unlikely, not impossible, and where the past "
            "scores lower still the future wins. −∞ is lower than any score.",
            _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, -10.0)),
        ),
        (
            "loop_ends_early",
            "Your row i takes keys and values only up to i − 1: `[:i]` leaves i itself out. j ≤ i is allowed.",
            _loop_ends_early,
        ),
        (
            "sigmoid",
            "A sigmoid judges each word on its own, and the weights of a query do not sum to 1. The softmax lets the "
            "words compete.",
            _attend(finish=torch.sigmoid),
        ),
        (
            "log_weights",
            "You mix with logarithms of the weights (`log_softmax`), and that of a hidden word is −∞. Mix with the "
            "weights.",
            _attend(finish=lambda scores: torch.log_softmax(scores, dim=-1)),
        ),
        (
            "values_masked",
            "You sum up the values before you mix them (the mask multiplies v). The mask belongs to the scores.",
            lambda q, k, v: attention_weights(q, k) @ v.cumsum(dim=-2),
        ),
        (
            "softmax_of_triangle_with_nan",
            "You divide by the mask: a score over 0 is ±∞ or nan. Write −∞ where looking is forbidden.",
            _attend(hide=lambda scores, allowed: scores / allowed),
        ),
    ],
)


@causal_attention_exercise.right
def _(q, k, v):
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)


@causal_attention_exercise.right
def _(q, k, v):
    rows = []
    for i in range(q.shape[-2]):
        rows.append(attention_weights(q[..., i : i + 1, :], k[..., : i + 1, :]) @ v[..., : i + 1, :])
    return torch.cat(rows, dim=-2)


@causal_attention_exercise.right
def _(q, k, v):
    scores = torch.einsum("...id,...jd->...ij", q, k) / q.shape[-1] ** 0.5
    scores = scores - 1e9 * torch.ones(q.shape[-2], q.shape[-2]).triu(1)
    return torch.einsum("...ij,...jd->...id", scores.softmax(-1), v)


@causal_attention_exercise.right
def _(q, k, v):
    scores = (q * q.shape[-1] ** -0.5) @ k.mT
    scores[..., ~causal_mask(q.shape[-2])] = float("-inf")
    weights = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    return list(weights / weights.sum(-1, keepdim=True) @ v)


@causal_attention_exercise.right
def _(q, k, v):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    hidden = torch.triu(torch.full(scores.shape[-2:], -torch.inf, dtype=q.dtype), diagonal=1)
    return torch.nn.functional.softmax(scores + hidden, dim=-1) @ v


# --- split_heads ------------------------------------------------------------------------------------------


def split_heads(x, n_heads):
    """Cuts every vector into `n_heads` pieces and gives each head its own: (B, T, d) -> (B, H, T, d/H).

    Head h gets the entries from h·d/H up to (h + 1)·d/H of each word's vector; n_heads divides d. The dtype is
    kept, gradients flow back to x, and x stays as it was (the result may be a view of it).
    """
    batch, time, dim = x.shape
    return x.reshape(batch, time, n_heads, dim // n_heads).transpose(1, 2)


split_heads_exercise = Exercise(
    split_heads,
    lecture=LECTURE,
    checks="1, 2, 3 heads and as many heads as dimensions, all sizes different, gradients",
    explanation=(
        "A reshape only moves the ends of rows; it can cut the last axis, d, into (H, d/H), because the pieces lie "
        "side by side. Bringing H to the front changes the order of the numbers, and that takes a transpose."
    ),
    hints=[
        "Two steps: cut the last axis in two, then move the axis of the heads in front of time.",
        "After the first step the shape is (B, T, H, d/H). No number has moved yet.",
        "`reshape` (or `view`) cuts, `transpose(1, 2)` exchanges two axes. A reshape straight to (B, H, T, d/H) has "
        "the right shape and the wrong numbers.",
    ],
)
_e = split_heads_exercise
_e.case(torch.arange(8.0).reshape(1, 2, 4), 2)
_e.case(_numbers(2, 3, 4, seed=31), 2)
_e.case(_numbers(2, 5, 12, seed=32), 3)
_e.case(_numbers(2, 4, 6, seed=33, grad=True), 3)
_e.case(_numbers(3, 4, 2, seed=34, dtype=torch.float32), 1)
_e.case(_numbers(3, 2, 5, seed=35), 5)


def _cut(x, n_heads):
    return x.reshape(x.shape[0], x.shape[1], n_heads, x.shape[2] // n_heads)  # (B, T, H, d/H)


def _straight(x, *shape):
    return x.reshape(x.shape[0], *shape)


def _split_in_place(x, n_heads):
    heads = _cut(x, n_heads).transpose(1, 2)
    heads *= 1.0 / math.sqrt(heads.shape[-1])
    return heads


_add(
    split_heads_exercise,
    [
        (
            "reshape_only",
            "The shape is right and the numbers are not: a reshape straight to (B, H, T, d/H) only moves the ends of "
            "rows, so that a head gets pieces of the wrong words. Cut the last axis first, then exchange two axes.",
            lambda x, h: _straight(x, h, x.shape[1], x.shape[2] // h),
        ),
        (
            "no_transpose",
            "You cut the vectors into pieces, (B, T, H, d/H); the axis of the heads still has to move in front of "
            "time.",
            _cut,
        ),
        (
            "interleaved",
            "Head 0 gets the entries 0, H, 2H, … It should get the first d/H entries side by side.",
            lambda x, h: x.reshape(x.shape[0], x.shape[1], x.shape[2] // h, h).permute(0, 3, 1, 2),
        ),
        (
            "interleaved_not_moved",
            "You cut d into (d/H, H): the number of heads comes first, H pieces of size d/H. And the axis of the "
            "heads has to move in front of time.",
            lambda x, h: x.reshape(x.shape[0], x.shape[1], x.shape[2] // h, h),
        ),
        (
            "size_for_count",
            "You make d/H heads of size H. It should be H heads of size d/H. (`split(n)` makes pieces of size n, "
            "`chunk(n)` makes n pieces.)",
            lambda x, h: x.reshape(x.shape[0], x.shape[1], x.shape[2] // h, h).transpose(1, 2),
        ),
        (
            "last_two_exchanged",
            "You exchange the last two axes, (B, T, d/H, H). It is time and heads, axes 1 and 2, that change places.",
            lambda x, h: _cut(x, h).transpose(2, 3),
        ),
        (
            "time_last",
            "Your heads are right, but time stands last: (B, H, d/H, T). It should be (B, H, T, d/H).",
            lambda x, h: _cut(x, h).permute(0, 2, 3, 1),
        ),
        (
            "transposed_first",
            "You exchange time and d before you cut, so that the pieces are cut out of time. Cut (B, T, d) first.",
            lambda x, h: _straight(x.transpose(1, 2), h, x.shape[1], x.shape[2] // h),
        ),
        (
            "heads_first",
            "Your heads come first, before the batch: (H, B, T, d/H). The batch stays in front, (B, H, T, d/H).",
            lambda x, h: _cut(x, h).permute(2, 0, 1, 3),
        ),
        (
            "batch_and_heads_joined",
            "You put batch and heads into one axis, (B·H, T, d/H). Keep them apart: (B, H, T, d/H).",
            lambda x, h: _cut(x, h).transpose(1, 2).flatten(0, 1),
        ),
        (
            "time_cut",
            "You cut TIME into pieces. Every head sees all words; it is the vectors, the last axis, that are cut.",
            lambda x, h: torch.stack(x.split(max(x.shape[1] // h, 1), dim=1), dim=1),
        ),
        (
            "repeated",
            "You give every head the whole vector. The heads share the d entries out among them: d/H each.",
            lambda x, h: x[:, None].expand(-1, h, -1, -1),
        ),
        (
            "axis_only",
            "You only add an axis of length 1. There are H heads, and each has d/H entries.",
            lambda x, h: x[:, None],
        ),
        (
            "heads_reversed",
            "Your heads come in reverse order. Head 0 has the FIRST d/H entries.",
            lambda x, h: _cut(x, h).transpose(1, 2).flip(1),
        ),
        (
            "time_reversed",
            "Your words come in reverse order. Time stays as it is.",
            lambda x, h: _cut(x, h).transpose(1, 2).flip(2),
        ),
        (
            "float_division",
            "`/` gives a float even where it divides evenly, and a shape wants whole numbers: `//`.",
            lambda x, h: x.reshape(x.shape[0], x.shape[1], h, x.shape[2] / h).transpose(1, 2),
        ),
        (
            "whole_dim",
            "You give every head d entries. There are only d in all: d/H for each.",
            lambda x, h: x.reshape(x.shape[0], x.shape[1], h, x.shape[2]).transpose(1, 2),
        ),
        (
            "first_head_only",
            "You return one head. All H are wanted: (B, H, T, d/H).",
            lambda x, h: x[..., : x.shape[2] // h],
        ),
        (
            "unchanged",
            "You return x as it is, without an axis for the heads.",
            lambda x, h: x,
        ),
        (
            "time_and_heads_in_one",
            "You give (B, T·H, d/H). Time and heads are two axes.",
            lambda x, h: _straight(x, x.shape[1] * h, x.shape[2] // h),
        ),
        (
            "transposed_x",
            "You exchange batch and time. Batch stays first.",
            lambda x, h: _cut(x, h).permute(1, 2, 0, 3),
        ),
        (
            "scaled",
            "You divide by √(d/H) as well. That belongs to the scores; here the vectors are only cut.",
            lambda x, h: _cut(x, h).transpose(1, 2) / math.sqrt(x.shape[2] // h),
        ),
        (
            "scaled_in_place",
            "You multiply the pieces in place: they are views of x, so that x changes, or torch refuses. Only cut "
            "them.",
            _split_in_place,
        ),
        (
            "detached",
            "The numbers are right, but they are cut off from the graph (`.detach()`, `.data`, `torch.tensor(…)`): no "
            "gradient gets back to x.",
            lambda x, h: _cut(x, h).transpose(1, 2).detach(),
        ),
        (
            "batch_lost",
            "You give (H, T, d/H): the batch is lost.",
            lambda x, h: _cut(x, h).transpose(1, 2)[0],
        ),
        (
            "reshape_time_first",
            "You reshape to (B, H, d/H, T): a reshape does not carry axes around. Cut the last axis into (H, d/H), "
            "then exchange axes 1 and 2.",
            lambda x, h: _straight(x, h, x.shape[2] // h, x.shape[1]),
        ),
        (
            "reshape_then_exchange",
            "You reshape to (B, H, d/H, T) and then exchange the last two axes: the reshape has already torn the words "
            "apart. Only the last axis may be cut.",
            lambda x, h: _straight(x, h, x.shape[2] // h, x.shape[1]).transpose(2, 3),
        ),
        (
            "twice_moved",
            "You exchange axes 1 and 2 before you cut and again after. Cut (B, T, d) into (B, T, H, d/H), then "
            "exchange once.",
            lambda x, h: (
                x.transpose(1, 2).reshape(x.shape[0], x.shape[1], h, x.shape[2] // h).transpose(1, 2)
            ),
        ),
    ],
)


_add(
    split_heads_exercise,
    [
        (
            "slices_as_wide_as_heads",
            "Your slices are H entries wide. There are H of them, each d/H wide.",
            lambda x, h: torch.stack([x[..., i * h : (i + 1) * h] for i in range(h)], dim=1),
        ),
        (
            "first_piece_everywhere",
            "All your heads get the same piece, the first d/H entries. Head h gets its own.",
            lambda x, h: x[:, None].expand(-1, h, -1, -1)[..., : x.shape[-1] // h],
        ),
        (
            "joined_along_batch",
            "You put the pieces one after the other along the batch, (H·B, T, d/H). They get an axis of their own "
            "behind the batch.",
            lambda x, h: torch.cat(x.chunk(h, dim=-1), dim=0),
        ),
        (
            "joined_along_time",
            "You put the pieces one after the other along time, (B, H·T, d/H). They get an axis of their own before "
            "it.",
            lambda x, h: torch.cat(x.chunk(h, dim=-1), dim=1),
        ),
        (
            "words_for_heads",
            "You take the first H words for the heads. Every head sees all words; it is the vectors, the last axis, "
            "that are cut.",
            lambda x, h: torch.stack([x[:, i % x.shape[1]] for i in range(h)], dim=1),
        ),
    ],
)


@split_heads_exercise.right
def _(x, n_heads):
    return torch.stack(x.chunk(n_heads, dim=-1), dim=1)


@split_heads_exercise.right
def _(x, n_heads):
    B, T, d = x.shape
    return x.view(B, T, n_heads, d // n_heads).permute(0, 2, 1, 3)


@split_heads_exercise.right
def _(x, n_heads):
    width = x.shape[-1] // n_heads
    heads = [x[:, :, head * width : (head + 1) * width] for head in range(n_heads)]
    return torch.cat([head.unsqueeze(1) for head in heads], dim=1)


@split_heads_exercise.right
def _(x, n_heads):
    return torch.einsum("bthw->bhtw", x.unflatten(-1, (n_heads, -1)))


@split_heads_exercise.right
def _(x, n_heads):
    width = x.shape[-1] // n_heads
    return [torch.stack([row[:, h * width : (h + 1) * width] for h in range(n_heads)]) for row in x]


# --- merge_heads ------------------------------------------------------------------------------------------


def merge_heads(x):
    """Puts the heads' pieces side by side again, head 0 first: (B, H, T, d/H) -> (B, T, d).

    The way back from split_heads: merge_heads(split_heads(x, H)) is x. The dtype is kept, gradients flow back to
    x, and x stays as it was.
    """
    batch, n_heads, time, width = x.shape
    return x.transpose(1, 2).reshape(batch, time, n_heads * width)


merge_heads_exercise = Exercise(
    merge_heads,
    lecture=LECTURE,
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
_e = merge_heads_exercise
_e.case(torch.arange(8.0).reshape(1, 2, 2, 2))
_e.case(_numbers(2, 3, 4, 5, seed=41))
_e.case(_numbers(3, 2, 5, 4, seed=42))
_e.case(_numbers(2, 3, 4, 2, seed=43, grad=True))
_e.case(_numbers(2, 1, 3, 4, seed=44, dtype=torch.float32))
_e.case(_numbers(2, 4, 3, 1, seed=45))


def _view_after_transpose(x):
    batch, n_heads, time, width = x.shape
    return x.transpose(1, 2).view(batch, time, n_heads * width)


def _merged(x):
    batch, n_heads, time, width = x.shape
    return x.transpose(1, 2).reshape(batch, time, n_heads * width)


def _merge_in_place(x):
    x *= 1.0 / x.shape[1]
    return _merged(x)


_add(
    merge_heads_exercise,
    [
        (
            "reshape_only",
            "The shape is right and the numbers are not: a reshape straight to (B, T, d) puts pieces of different "
            "words side by side. Exchange heads and time first.",
            lambda x: x.reshape(x.shape[0], x.shape[2], x.shape[1] * x.shape[3]),
        ),
        (
            "view_after_transpose",
            "Right idea, but after a transpose the numbers no longer lie row by row, and `view` cannot do without: "
            "`reshape`, or `.contiguous()` before it.",
            _view_after_transpose,
        ),
        (
            "interleaved",
            "You weave the heads into each other: entry 0 of each head, then entry 1 of each. Head 0 comes first as a "
            "whole.",
            lambda x: x.permute(0, 2, 3, 1).flatten(2),
        ),
        (
            "no_flatten",
            "You only exchange heads and time, (B, T, H, d/H). The last two axes still have to become one.",
            lambda x: x.transpose(1, 2),
        ),
        (
            "wrong_exchange",
            "You exchange the last two axes. It is heads and time, axes 1 and 2, that change places.",
            lambda x: x.transpose(2, 3).reshape(x.shape[0], x.shape[2], -1),
        ),
        (
            "last_two_flattened",
            "You join time and the size of a head, (B, H, T·d/H). It is H and d/H that become one axis.",
            lambda x: x.flatten(2),
        ),
        (
            "heads_and_time_joined",
            "You join heads and time into one axis, (B, H·T, d/H). Every word gets ONE vector again, of d entries.",
            lambda x: x.flatten(1, 2),
        ),
        (
            "time_and_heads_joined",
            "You exchange the axes rightly and then join time with heads, (B, T·H, d/H). Join the LAST two.",
            lambda x: x.transpose(1, 2).flatten(1, 2),
        ),
        (
            "everything_joined",
            "You join all axes but the batch. Time stays an axis: (B, T, d).",
            lambda x: x.transpose(1, 2).flatten(1),
        ),
        (
            "summed",
            "You sum the heads. Their pieces stand side by side: d entries, not d/H.",
            lambda x: x.sum(dim=1),
        ),
        (
            "mean",
            "You average the heads. Their pieces stand side by side: d entries, not d/H.",
            lambda x: x.mean(dim=1),
        ),
        ("first_head", "You return the first head only.", lambda x: x[:, 0]),
        ("last_head", "You return the last head only.", lambda x: x[:, -1]),
        (
            "heads_reversed",
            "Your heads stand in reverse order. Head 0 comes first.",
            lambda x: _merged(x.flip(1)),
        ),
        ("time_reversed", "Your words come in reverse order.", lambda x: _merged(x.flip(2))),
        (
            "transposed",
            "You give (B, d, T). Time comes before the entries: (B, T, d).",
            lambda x: _merged(x).transpose(1, 2),
        ),
        (
            "time_first",
            "You give (T, B, d). The batch stays in front.",
            lambda x: _merged(x).transpose(0, 1),
        ),
        (
            "batch_lost",
            "You give (T, d): the batch is lost.",
            lambda x: _merged(x)[0],
        ),
        (
            "batch_joined",
            "You join batch and time, (B·T, d). They are two axes.",
            lambda x: _merged(x).flatten(0, 1),
        ),
        (
            "joined_along_batch",
            "You put the heads one after the other along the BATCH. They stand side by side along the last axis.",
            lambda x: torch.cat(x.unbind(1), dim=0),
        ),
        (
            "stacked_last",
            "You stack the heads along a new last axis. They are joined along the one that is there: (B, T, d).",
            lambda x: torch.stack(x.unbind(1), dim=-1),
        ),
        (
            "unbound_batch",
            "You take the batch apart instead of the heads. The heads are axis 1.",
            lambda x: torch.cat(x.unbind(0), dim=-1),
        ),
        (
            "squeezed",
            "`squeeze` takes out axes of length 1 only. Heads and d/H have to become one axis whatever H is.",
            lambda x: x.squeeze(1),
        ),
        ("unchanged", "You return x as it is, with the heads still apart.", lambda x: x),
        (
            "scaled",
            "You divide by the number of heads. The pieces are only put side by side.",
            lambda x: _merged(x) / x.shape[1],
        ),
        (
            "scaled_in_place",
            "You change x in place, which belongs to whoever called you (and torch refuses where x wants a gradient). "
            "The pieces are only put side by side.",
            _merge_in_place,
        ),
        (
            "detached",
            "The numbers are right, but they are cut off from the graph (`.detach()`, `.data`, `torch.tensor(…)`): no "
            "gradient gets back to x.",
            lambda x: _merged(x).detach(),
        ),
        (
            "sizes_exchanged",
            "You exchange heads and time and then reshape to (B, H, T·d/H), with the sizes from before the exchange. T "
            "comes first now, and H and d/H become one.",
            lambda x: x.transpose(1, 2).reshape(x.shape[0], x.shape[1], -1),
        ),
        (
            "exchange_after_reshape",
            "You reshape to (B, d, T) first and exchange then: the reshape has already torn the words apart.",
            lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[3], x.shape[2]).transpose(1, 2),
        ),
        (
            "rotated",
            "You carry the axes around to (B, d/H, T, H) before the reshape. Only heads and time change places.",
            lambda x: x.transpose(1, 3).reshape(x.shape[0], x.shape[2], -1),
        ),
        (
            "time_and_batch_exchanged",
            "You exchange batch and heads. It is heads and TIME that change places.",
            lambda x: x.transpose(0, 1).reshape(x.shape[0], x.shape[2], -1),
        ),
    ],
)


@merge_heads_exercise.right
def _(x):
    return x.transpose(1, 2).flatten(2)


@merge_heads_exercise.right
def _(x):
    return torch.cat(x.unbind(dim=1), dim=-1)


@merge_heads_exercise.right
def _(x):
    B, H, T, w = x.shape
    return x.permute(0, 2, 1, 3).contiguous().view(B, T, H * w)


@merge_heads_exercise.right
def _(x):
    B, H, T, w = x.shape
    merged = torch.zeros(B, T, H * w, dtype=x.dtype)
    for head in range(H):
        merged[:, :, head * w : (head + 1) * w] = x[:, head]
    return merged


@merge_heads_exercise.right
def _(x):
    return [torch.cat(list(row), dim=-1) for row in torch.einsum("bhtw->bhtw", x)]


# --- sinusoidal_positions ---------------------------------------------------------------------------------


def sinusoidal_positions(length, dim):
    """One vector for each position: a float (length, dim) tensor of sines and cosines (Vaswani et al. 2017).

    Row p, p from 0, is for position p. Columns come in pairs: column 2i is sin(p / 10000^(2i/d)), column 2i + 1
    the cos of the same angle. d = dim is even; length ≥ 1.
    """
    positions = torch.arange(length)[:, None]  # (T, 1)
    frequencies = 10000.0 ** (-torch.arange(0, dim, 2) / dim)  # (d/2,): one for each pair
    angles = positions * frequencies  # (T, d/2)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)  # (T, d/2, 2) -> (T, d)


sinusoidal_positions_exercise = Exercise(
    sinusoidal_positions,
    lecture=LECTURE,
    checks="lengths 1 to 40, dimensions 2 to 10, sine and cosine in turn, positions from 0",
    explanation=(
        "Each pair of columns is the hand of a clock: pair 0 turns by one radian a word, each following pair more "
        "slowly, down to almost 1/10000. Sine and cosine of ONE angle stand side by side, so that moving by k words is "
        "turning each pair by a fixed angle."
    ),
    hints=[
        "There are d/2 angles for each position, one for each pair of columns: p times a frequency.",
        "The frequency of pair i is 10000^(−2i/d), and 2i runs through 0, 2, 4, …: `torch.arange(0, dim, 2)`.",
        "A column of positions (T, 1) times a row of frequencies (d/2,) gives all angles, (T, d/2).",
        "Sines go into the columns `0::2`, cosines into `1::2`: assign to slices of a zero tensor, or stack along a "
        "new last axis and flatten it.",
    ],
    atol=2e-5,
)
for _shape in ((2, 4), (3, 2), (5, 6), (4, 10), (40, 8), (1, 6)):
    sinusoidal_positions_exercise.case(*_shape)


def _two_i(dim):
    return torch.arange(0, dim, 2)


def _frequencies(dim):
    return 10000.0 ** (-_two_i(dim) / dim)


def _in_turn(angles):
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def _positions(frequencies=_frequencies, first=0, place=_in_turn, turn=1.0, angles=None):
    """Wrong positions from their parts: angles = (p + first)·frequencies, placed in the columns."""

    def table(length, dim):
        places = torch.arange(first, length + first)[:, None] * turn
        return place(places * frequencies(dim))

    return table


def _halves(angles):
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def _power(exponent, base=10000.0):
    return lambda dim: torch.as_tensor(base) ** -exponent(dim)


def _own_exponents(length, dim):
    columns = torch.arange(dim)
    angles = torch.arange(length)[:, None] * 10000.0 ** (-columns / dim)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())


def _own_doubled(length, dim):
    columns = torch.arange(dim)
    angles = torch.arange(length)[:, None] * 10000.0 ** (-2 * columns / dim)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())


def _swapped(length, dim):
    table = torch.zeros(length, dim)
    for p in range(length):
        for column in range(dim):
            angle = (column - column % 2) / 10000 ** (2 * p / dim)
            table[p, column] = math.sin(angle) if column % 2 == 0 else math.cos(angle)
    return table


def _by_position_parity(length, dim):
    angles = torch.arange(length)[:, None] * _frequencies(dim).repeat_interleave(2)
    return torch.where(torch.arange(length)[:, None] % 2 == 0, angles.sin(), angles.cos())


def _through_rows(length, dim):
    """Sines in the even ROWS, cosines in the odd ones."""
    angles = torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(dim) / dim)
    table = angles.clone()
    table[0::2], table[1::2] = angles[0::2].sin(), angles[1::2].cos()
    return table


_add(
    sinusoidal_positions_exercise,
    [
        (
            "halves",
            "Your sines fill the left half and the cosines the right half. They stand in turn here: column 2i the "
            "sine, column 2i + 1 the cosine of the same angle.",
            _positions(place=_halves),
        ),
        (
            "cosine_first",
            "Your cosines stand in the even columns. The sine comes first: column 2i.",
            _positions(place=lambda a: torch.stack([a.cos(), a.sin()], dim=-1).flatten(1)),
        ),
        (
            "halves_cosine_first",
            "Two things: sine and cosine stand in turn, not in halves; and the sine comes first.",
            _positions(place=lambda a: torch.cat([a.cos(), a.sin()], dim=1)),
        ),
        (
            "from_one",
            "Your positions begin at 1. Row 0 is for position 0: all its sines are 0 and its cosines 1.",
            _positions(first=1),
        ),
        (
            "halves_from_one",
            "Two things: positions begin at 0; and sine and cosine stand in turn, not in halves.",
            _positions(first=1, place=_halves),
        ),
        (
            "transposed",
            "Position and dimension are exchanged: yours is (d, T). One ROW for each position.",
            lambda length, dim: _positions()(length, dim).T,
        ),
        (
            "swapped",
            "Position and dimension have changed places in the formula: the angle is p divided by a power that grows "
            "with the COLUMN.",
            _swapped,
        ),
        (
            "exponent_halved",
            "Your exponents are i/d, with i = 0, 1, 2, … for the pairs. They are 2i/d.",
            _positions(_power(lambda dim: torch.arange(dim // 2) / dim)),
        ),
        (
            "exponent_doubled",
            "Your exponents are twice too large: the numbers 0, 2, 4, … ARE 2i already, and you double them again.",
            _positions(_power(lambda dim: 2 * _two_i(dim) / dim)),
        ),
        (
            "exponent_without_d",
            "Your exponent is 2i, not divided by d: the second pair already stands almost still.",
            _positions(_power(lambda dim: _two_i(dim).double())),
        ),
        (
            "own_exponents",
            "Each of your columns has an exponent of its own, so that the cosine belongs to another angle than the "
            "sine beside it. A pair shares one angle: 2i/d for both.",
            _own_exponents,
        ),
        (
            "own_doubled",
            "You use 2·column/d. In column 2i the exponent is 2i/d: the column's own number is 2i already, and the "
            "cosine beside it has the same one.",
            _own_doubled,
        ),
        (
            "multiplied",
            "You multiply the position by 10000^(2i/d); it is divided by it. Later pairs turn more SLOWLY.",
            _positions(lambda dim: 10000.0 ** (_two_i(dim) / dim)),
        ),
        (
            "to_the_very_end",
            "Your frequencies go down to exactly 1/10000, dividing by d/2 − 1. Some programs do that; here the "
            "exponent is 2i/d, which stops a little before.",
            _positions(_power(lambda dim: torch.arange(dim // 2) / max(dim // 2 - 1, 1))),
        ),
        (
            "from_the_end",
            "Your frequencies run the other way: the first pair should be the fastest, the last the slowest.",
            _positions(lambda dim: _frequencies(dim).flip(0)),
        ),
        (
            "shifted_exponent",
            "Your exponents begin at 2/d: i counts from 0, so that the first pair turns by one radian a word.",
            _positions(_power(lambda dim: (_two_i(dim) + 2) / dim)),
        ),
        (
            "base_1000",
            "Your base is 1000. It is 10000.",
            _positions(_power(lambda dim: _two_i(dim) / dim, 1000.0)),
        ),
        (
            "base_100000",
            "Your base is 100000. It is 10000.",
            _positions(_power(lambda dim: _two_i(dim) / dim, 1e5)),
        ),
        (
            "base_e",
            "You take e to the power −2i/d. The base is 10000 (in terms of e: the exponent times log 10000).",
            _positions(_power(lambda dim: _two_i(dim) / dim, math.e)),
        ),
        (
            "log_10",
            "You take the logarithm of 10000 to the base 10, which is 4, and then e to a power. `exp` wants the "
            "natural logarithm.",
            _positions(_power(lambda dim: 4 * _two_i(dim) / dim, math.e)),
        ),
        (
            "no_power",
            "You divide by 10000 times 2i/d. 10000 is raised to that POWER.",
            _positions(lambda dim: 1 / (10000.0 * _two_i(dim) / dim)),
        ),
        (
            "one_frequency",
            "All your pairs turn equally fast. Each pair has a frequency of its own, 10000^(−2i/d). (Does a `//` make "
            "every exponent 0?)",
            _positions(lambda dim: torch.ones(dim // 2)),
        ),
        (
            "slowest_everywhere",
            "All your angles are p/10000. The power 2i/d is missing.",
            _positions(lambda dim: torch.full((dim // 2,), 1e-4)),
        ),
        (
            "turns",
            "You multiply by 2π. The angle is p / 10000^(2i/d) in radians, as it is.",
            _positions(turn=2 * math.pi),
        ),
        (
            "half_turns",
            "You multiply by π. The angle is p / 10000^(2i/d) in radians, as it is.",
            _positions(turn=math.pi),
        ),
        (
            "degrees",
            "You take the angle for degrees. `sin` and `cos` take radians, and the angle is in radians as it is.",
            _positions(turn=math.pi / 180),
        ),
        (
            "minus",
            "Your angles are negative: all sines have the wrong sign.",
            _positions(turn=-1.0),
        ),
        (
            "share_of_length",
            "You divide the position by the length of the text. Positions are counted: 0, 1, 2, …",
            lambda length, dim: _positions(turn=1 / length)(length, dim),
        ),
        (
            "sines_only",
            "All your columns are sines. Column 2i + 1 is the COSINE of the same angle.",
            _positions(place=lambda a: a.sin().repeat_interleave(2, dim=1)),
        ),
        (
            "cosines_only",
            "All your columns are cosines. Column 2i is the SINE.",
            _positions(place=lambda a: a.cos().repeat_interleave(2, dim=1)),
        ),
        (
            "half_width",
            "You give the sines only, d/2 columns. Sine and cosine of each angle stand in turn: d columns.",
            _positions(place=torch.sin),
        ),
        (
            "angles",
            "You give the angles, each twice. Their sine and cosine are wanted.",
            _positions(place=lambda a: a.repeat_interleave(2, dim=1)),
        ),
        (
            "angles_once",
            "You give the angles, one for each pair. Their sine and cosine are wanted, in turn: d columns.",
            _positions(place=lambda a: a),
        ),
        (
            "sum_of_both",
            "You add sine and cosine. They stand in columns of their own.",
            _positions(place=lambda a: a.sin() + a.cos()),
        ),
        (
            "zeros_left",
            "Your sines are right, but the odd columns are still 0: the cosines are missing.",
            _positions(place=lambda a: torch.stack([a.sin(), 0 * a], dim=-1).flatten(1)),
        ),
        (
            "zeros_for_sines",
            "Your cosines are right, but the even columns are still 0: the sines are missing.",
            _positions(place=lambda a: torch.stack([0 * a, a.cos()], dim=-1).flatten(1)),
        ),
        (
            "pairs_apart",
            "Your pairs have an axis of their own, (T, d/2, 2). Flatten the last two axes: (T, d).",
            _positions(place=lambda a: torch.stack([a.sin(), a.cos()], dim=-1)),
        ),
        (
            "batch_axis",
            "The numbers are right, but an axis of length 1 stands in front. The shape is (T, d).",
            lambda length, dim: _positions()(length, dim)[None],
        ),
        (
            "too_long",
            "Yours has one row too many: positions 0 … length − 1.",
            lambda length, dim: _positions()(length + 1, dim),
        ),
        (
            "last_position",
            "You give the vector of one position. All of them are wanted, one row each.",
            lambda length, dim: _positions()(length, dim)[-1],
        ),
        (
            "parity_of_position",
            "You take the sine in even ROWS and the cosine in odd ones. It is the column that decides.",
            _by_position_parity,
        ),
        (
            "parity_of_position_own",
            "You take the sine in even ROWS and the cosine in odd ones, and every column has an exponent of its own. "
            "It is the column that decides, and a pair of columns shares one angle.",
            _through_rows,
        ),
        (
            "one_hot",
            "You mark each position with a one. Sines and cosines are wanted.",
            lambda length, dim: torch.eye(length, dim),
        ),
        (
            "rounded",
            "You round the numbers. Give them as they are.",
            lambda length, dim: _positions()(length, dim).round(decimals=2),
        ),
        (
            "whole_numbers",
            "Sines and cosines are written into a tensor of whole numbers, which cuts off what follows the point.",
            lambda length, dim: _positions()(length, dim).long(),
        ),
    ],
)


def _swapped_pairs(length, dim):
    column, p = torch.arange(dim), torch.arange(length)[:, None]
    angles = column / 10000.0 ** (2 * (p // 2) / dim)
    return torch.where(column % 2 == 0, angles.sin(), angles.cos())


_add(
    sinusoidal_positions_exercise,
    [
        (
            "brackets_of_division",
            "Brackets: you divide by 10000 and MULTIPLY by 2i/d. 10000 is raised to that power.",
            _positions(lambda dim: _two_i(dim) / dim / 10000.0),
        ),
        (
            "brackets_of_power",
            "Brackets: you raise 10000 to the power 2i and divide that by d. The whole quotient 2i/d is the exponent.",
            _positions(lambda dim: dim / 10000.0 ** _two_i(dim).double()),
        ),
        (
            "one_below_the_other",
            "You put the cosines below the sines, 2T rows. They stand side by side, in turn: d columns.",
            _positions(place=lambda a: torch.cat([a.sin(), a.cos()], dim=0)),
        ),
        (
            "sines_with_own_exponents",
            "All your columns are sines, and every column has an exponent of its own. A PAIR of columns shares one "
            "angle: the sine of it, then the cosine.",
            lambda length, dim: (torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(dim) / dim)).sin(),
        ),
        (
            "minus_cosine",
            "Your sines are right, and your cosines have the wrong sign.",
            _positions(place=lambda a: torch.stack([a.sin(), -a.cos()], dim=-1).flatten(1)),
        ),
        (
            "times_root_d",
            "You multiply by √d. Some programs do that to the embeddings; the positions stay as they are.",
            lambda length, dim: _positions()(length, dim) * math.sqrt(dim),
        ),
        (
            "over_root_d",
            "You divide by √d. That belongs to the scores of attention; the positions stay as they are.",
            lambda length, dim: _positions()(length, dim) / math.sqrt(dim),
        ),
        (
            "swapped_pairs",
            "You divide the COLUMN by a power that grows with the position. It is the other way round: the position, "
            "divided by a power that grows with the column.",
            _swapped_pairs,
        ),
        (
            "multiplied_by_exp",
            "Your frequencies are e to the power +2i·log(10000)/d and grow. The exponent is negative: later pairs turn "
            "more SLOWLY.",
            _positions(lambda dim: torch.exp(_two_i(dim) * (math.log(10000.0) / dim))),
        ),
    ],
)


@sinusoidal_positions_exercise.right
def _(length, dim):
    table = torch.zeros(length, dim)
    for p in range(length):
        for i in range(dim // 2):
            angle = p / 10000 ** (2 * i / dim)
            table[p, 2 * i] = math.sin(angle)
            table[p, 2 * i + 1] = math.cos(angle)
    return table


@sinusoidal_positions_exercise.right
def _(length, dim):
    positions = torch.arange(length, dtype=torch.float64).unsqueeze(1)
    frequencies = torch.exp(torch.arange(0, dim, 2, dtype=torch.float64) * (-math.log(10000.0) / dim))
    table = torch.zeros(length, dim, dtype=torch.float64)
    table[:, 0::2] = torch.sin(positions * frequencies)
    table[:, 1::2] = torch.cos(positions * frequencies)
    return table


@sinusoidal_positions_exercise.right
def _(length, dim):
    columns = torch.arange(dim)
    angles = torch.arange(length)[:, None] / 10000.0 ** ((columns - columns % 2) / dim)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())


@sinusoidal_positions_exercise.right
def _(length, dim):
    columns = torch.arange(dim)
    angles = torch.outer(torch.arange(length).float(), 10000.0 ** (-(columns // 2 * 2) / dim))
    return torch.sin(angles + columns % 2 * (math.pi / 2))


@sinusoidal_positions_exercise.right
def _(length, dim):
    frequencies = torch.pow(10000.0, -torch.arange(0, dim, 2).float() / dim)
    rows = [torch.stack([torch.sin(p * frequencies), torch.cos(p * frequencies)]) for p in range(length)]
    return [row.T.reshape(dim) for row in rows]


EXERCISES = (
    attention_weights_exercise,
    causal_mask_exercise,
    causal_attention_exercise,
    split_heads_exercise,
    merge_heads_exercise,
    sinusoidal_positions_exercise,
)
