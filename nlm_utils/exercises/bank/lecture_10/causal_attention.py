"""causal_attention."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

from .attention_weights import attention_weights
from .causal_mask import causal_mask
from .common import _numbers, dot, flat, naive, one, ones, over_queries, root, softmax


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
    return weights @ v


exercise = Exercise(
    causal_attention,
    checks="lengths 1 to 5, d_v other than d, no batch, a batch, heads, ±1000, gradients",
    explanation=(
        "A score of −∞ becomes a weight of exactly 0, because exp(−∞) = 0, and the softmax shares out the whole "
        "weight among the words that are left. Masking has to come before it: afterwards the future has already taken "
        "its share of every row."
    ),
    hints=[
        "Three steps: scores, as in `attention_weights`; the mask; the softmax. Then mix the values.",
        "A word that must not be seen needs the weight 0 AFTER the softmax. Which score becomes that?",
        (
            "`scores.masked_fill(where, value)` writes `value` where the boolean tensor `where` is True; `~mask` "
            "turns True and False round."
        ),
        "The weights are (..., T, T), the values (..., T, d_v): their matrix product is what is returned.",
    ],
)

exercise.case(
    torch.tensor([[1.0, 0.0], [0.0, 2.0]]),
    torch.tensor([[1.0, 1.0], [0.0, -1.0]]),
    torch.tensor([[1.0, 2.0, 3.0], [5.0, 0.0, -1.0]]),
)
exercise.case(_numbers(3, 2, seed=11), _numbers(3, 2, seed=12), _numbers(3, 4, seed=13))
exercise.case(_numbers(1, 3, seed=14), _numbers(1, 3, seed=15), _numbers(1, 2, seed=16))
exercise.case(*(_numbers(4, width, seed=17 + width, grad=True) for width in (3, 3, 2)))
exercise.case(_numbers(2, 4, 5, seed=23), _numbers(2, 4, 5, seed=24), _numbers(2, 4, 3, seed=25))
exercise.case(*(_numbers(2, 3, 5, width, seed=26 + i, dtype=torch.float32) for i, width in enumerate((6, 6, 4))))
exercise.case(
    torch.tensor([[1000.0, 0.0, 1.0, 0.0], [-1000.0, 0.0, 1.0, 2.0], [1000.0, 1.0, -1.0, 0.5]], dtype=torch.float64),
    torch.tensor([[1000.0, 0.0, 1.0, 1.0], [1000.0, 3.0, 0.0, 2.0], [-1000.0, 1.0, 0.0, 0.0]], dtype=torch.float64),
    torch.tensor([[1.0, -2.0], [3.0, 4.0], [1000.0, -1000.0]], dtype=torch.float64),
)


def _hide(scores, allowed):
    return scores.masked_fill(~allowed, -math.inf)


def _zero(scores, allowed):
    return scores * allowed


def _show_all(scores, allowed):
    return scores


def _lower(length):
    return ones(length).tril()


def _shift_by(places):
    return lambda length: ones(length).tril(places)


def _attend(scale=root, hide=_hide, finish=softmax, after=_show_all, look=_lower, scores=dot, mix=None):
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


def _mask_of_axis(axis):
    def attend(q, k, v):
        scores = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).masked_fill(~_lower(q.shape[axis]), -math.inf)
        return torch.softmax(scores, dim=-1) @ v

    return attend


exercise.mistake("mask_after_softmax", _attend(hide=_show_all, after=_zero)).says(
    "You mask after the softmax. By then the future has taken its share of every row, and what is left no longer sums "
    "to 1. Hide the SCORES, before the softmax."
)
exercise.mistake("multiplies_by_zero", _attend(hide=_zero)).says(
    "You set the scores of the future to 0. The softmax makes exp(0) = 1 of that, a weight like any other: the future "
    "is still seen. Which score becomes a weight of 0?"
)
exercise.mistake("looks_ahead", _attend(hide=_show_all)).says(
    "There is no mask: every word mixes in the words after it, which it is supposed to predict."
)
exercise.mistake(
    "wrong_way_round", _attend(look=_shift_by(0), hide=lambda scores, allowed: _hide(scores, ~allowed))
).says(
    "Your mask is turned round: what may be seen is hidden and the future is shown. `masked_fill` writes where its "
    "mask is True."
)
exercise.mistake("upper_triangle", _attend(look=lambda length: ones(length).triu())).says(
    "Your mask is the upper triangle: a word sees itself and what comes AFTER it."
)
exercise.mistake("diagonal_forbidden", _attend(look=_shift_by(-1))).says(
    "Your words may not look at themselves, and the first has nothing at all to look at: its softmax is nan. j ≤ i is "
    "allowed."
)
exercise.mistake("one_ahead", _attend(look=_shift_by(1))).says(
    "Your mask lets each word see one word ahead: the very one that is to be predicted."
)
exercise.mistake("no_scale", _attend(one)).says(
    "The scores are not divided by √d, the square root of the last axis of q."
)
exercise.mistake("scale_d", _attend(_by_d)).says("You divide the scores by d. It should be its square root.")
exercise.mistake("no_scale_mask_after", _attend(one, _show_all, after=_zero)).says(
    "Two things: the scores are divided by √d; and the mask comes BEFORE the softmax, else the rows no longer sum to 1."
)
exercise.mistake("no_scale_by_zero", _attend(one, _zero)).says(
    "Two things: the scores are divided by √d; and a score of 0 does not hide anything, for exp(0) = 1."
)
exercise.mistake("no_scale_looks_ahead", _attend(one, _show_all)).says(
    "Two things are missing: the division by √d, and the mask."
)
exercise.mistake("scale_d_mask_after", _attend(_by_d, _show_all, after=_zero)).says(
    "Two things: divide by √d, not by d; and mask BEFORE the softmax."
)
exercise.mistake("renormalised", _attend(hide=_show_all, after=_renormalise)).says(
    "Masking after the softmax and dividing by what is left is right as long as something IS left. Where the future "
    "has taken all the weight it gives 0/0. Hide the scores before the softmax."
)
exercise.mistake(
    "renormalised_over_queries",
    _attend(
        hide=_show_all,
        after=lambda w, allowed: w * allowed / (w * allowed).sum(dim=-2, keepdim=True),
    ),
).says(
    "You mask the weights and divide them by the sum of their COLUMNS. Rows have to sum to 1; and hiding the scores "
    "before the softmax makes the division unnecessary."
)
exercise.mistake(
    "softmax_twice", _attend(hide=_show_all, after=lambda weights, allowed: softmax(_hide(weights, allowed)))
).says(
    "You mask the weights with −∞ and take a second softmax, which makes the weights nearly equal. Mask the SCORES "
    "and take one softmax."
)
exercise.mistake("weights_infinite", _attend(hide=_show_all, after=_hide)).says(
    "You write −∞ over weights, after the softmax. −∞ belongs among the SCORES, before it."
)
exercise.mistake("masked_in_place_after", _attend(hide=_show_all, after=_in_place_after)).says(
    "You overwrite weights with 0 after the softmax: rows no longer sum to 1, and the backward pass misses the "
    "numbers that you overwrote. Hide the scores, before the softmax."
)
exercise.mistake("infinity_times_zero", _attend(hide=lambda scores, allowed: scores + (~allowed) * -math.inf)).says(
    "You multiply the mask by −∞ and add it: 0 · ∞ is nan, which spreads to the whole row. Write −∞ only where it "
    "belongs, with `masked_fill` or `torch.where`."
)
exercise.mistake(
    "multiplies_by_infinity", _attend(hide=lambda scores, allowed: torch.where(allowed, scores, scores * -math.inf))
).says("You multiply the scores of the future by −∞: a negative score becomes +∞. Write −∞ in their place.")
exercise.mistake("fill_minus_one", _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, -1.0))).says(
    "You give the scores of the future −1. A score must be −∞ for its weight to be 0."
)
exercise.mistake("fill_too_high", _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, -1e4))).says(
    "Your number for the future is not low enough: where the scores of the past lie below it the future is seen. "
    "Minus infinity is lower than any score."
)
exercise.mistake(
    "fill_plus_infinity", _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, math.inf))
).says("You give the future +∞: exp of it is infinite, and the weights are nan. It should be −∞.")
exercise.mistake("adds_mask", _attend(hide=lambda scores, allowed: scores + allowed)).says(
    "You add the mask itself, True as 1 and False as 0, to the scores. That favours the past a little and hides "
    "nothing."
)
exercise.mistake("over_queries", _attend(finish=over_queries)).says(
    "Your softmax runs over the queries. Each query shares out its own weight among the keys: the last axis."
)
exercise.mistake("over_queries_no_scale", _attend(one, finish=over_queries)).says(
    "Two things: divide by √d, and let the softmax run along the keys (the last axis)."
)
exercise.mistake("over_queries_looks_ahead", _attend(hide=_show_all, finish=over_queries)).says(
    "Two things: the mask is missing, and the softmax runs along the keys (the last axis)."
)
exercise.mistake("axis_0", _attend(finish=lambda scores: torch.softmax(scores, dim=0))).says(
    "Your softmax runs along the first axis. It runs along the keys, the last axis."
)
exercise.mistake("axis_1", _attend(finish=lambda scores: torch.softmax(scores, dim=1))).says(
    "Your softmax runs along axis 1, the keys only when there is no batch. Take the last axis."
)
exercise.mistake("no_softmax", _attend(hide=_zero, finish=lambda scores: scores)).says(
    "The softmax is missing: you mix the values with masked scores."
)
exercise.mistake("infinite_scores", _attend(finish=lambda scores: scores)).says(
    "The softmax is missing: −∞ goes straight into the mixture."
)
exercise.mistake("overflow", _attend(finish=naive)).says(
    "Right for small numbers, but `exp` of a large score is infinite and inf/inf is nan. `torch.softmax` subtracts "
    "the largest score first."
)
exercise.mistake("whole_table", _attend(finish=flat)).says(
    "Your softmax runs over the whole table. Each query has a weight of 1 of its own to share out."
)
exercise.mistake("root_of_length", _attend(lambda q, k: math.sqrt(q.shape[-2]))).says(
    "You divide by the square root of the number of words. It is d, the last axis of q, that makes scores large."
)
exercise.mistake("root_of_first_axis", _attend(lambda q, k: math.sqrt(q.shape[0]))).says(
    "You take d from the first axis of q. It is the last one."
)
exercise.mistake("root_of_axis_one", _attend(lambda q, k: math.sqrt(q.shape[1]))).says(
    "You take d from axis 1 of q. That is d only when there is no batch; it is always the last."
)
exercise.mistake("root_of_d_v", lambda q, k, v: _attend(lambda *_: math.sqrt(v.shape[-1]))(q, k, v)).says(
    "You divide by the square root of the size of v. A score is a dot product of q and k: their last axis counts."
)
exercise.mistake("multiplies_by_root", _attend(lambda q, k: 1 / math.sqrt(q.shape[-1]))).says(
    "You multiply the scores by √d. They are divided by it."
)
exercise.mistake("scale_after_softmax", lambda q, k, v: _attend(one)(q, k, v) / math.sqrt(q.shape[-1])).says(
    "You divide the weights by √d, after the softmax. It is the scores that are divided."
)
exercise.mistake("scaled_twice", lambda q, k, v: causal_attention(q, k, v) / math.sqrt(q.shape[-1])).says(
    "The weights are right, and then your result is divided by √d once more. Only the scores are divided."
)
exercise.mistake("keys_ask", _attend(scores=lambda q, k: dot(k, q))).says(
    "You exchange q and k: k qᵀ lets the keys ask. Row i must hold the scores of QUERY i."
)
exercise.mistake("no_transpose", _attend(scores=lambda q, k: q @ k)).says(
    "You multiply q by k as it stands. The keys have to stand in columns: exchange the last two axes."
)
exercise.mistake("t_reverses_all", _attend(scores=lambda q, k: q @ k.permute(*range(k.ndim)[::-1]))).says(
    "`k.T` turns ALL axes round, or wants a matrix. With a batch only the last two axes are exchanged."
)
exercise.mistake("transpose_0_1", _attend(scores=lambda q, k: q @ k.transpose(0, 1))).says(
    "You exchange axes 0 and 1 of k. With a batch in front these are not time and d: count from the end."
)
exercise.mistake("transpose_1_2", _attend(scores=lambda q, k: q @ k.transpose(1, 2))).says(
    "You exchange axes 1 and 2 of k, right for (B, T, d) only. Count from the end."
)


@exercise.mistake("three_axes_expected").says(
    "You unpack three axes, so that only (B, T, d) passes. There may be none in front, or two: use `q.shape[-2]` and "
    "`q.shape[-1]`."
)
def three_axes_expected(q, k, v):
    _batch, length, dim = q.shape
    scores = (q @ k.transpose(-2, -1) / math.sqrt(dim)).masked_fill(~_lower(length), -math.inf)
    return torch.softmax(scores, dim=-1) @ v


exercise.mistake("mask_of_batch", _mask_of_axis(0)).says(
    "Your mask is as large as the first axis of q, which is the batch where there is one. T is the axis before the "
    "last."
)
exercise.mistake("mask_of_axis_one", _mask_of_axis(1)).says(
    "Your mask is as large as axis 1 of q. T is the axis before the last, however many stand in front."
)
exercise.mistake("mask_of_d", _mask_of_axis(-1)).says(
    "Your mask is as large as d. It has a row and a column for each WORD: T, the axis before the last."
)
exercise.mistake("weights_returned", _attend(mix=lambda weights, v: weights)).says(
    "You return the weights. They still have to mix the values: (..., T, T) times (..., T, d_v)."
)
exercise.mistake("pair_returned", _attend(mix=lambda weights, v: (weights @ v, weights))).says(
    "You return a pair, the mixture and the weights. Only the mixture is wanted."
)
exercise.mistake("scores_returned", _attend(finish=lambda scores: scores, mix=lambda weights, v: weights)).says(
    "You return masked scores. The softmax is missing, and the mixture of the values."
)
exercise.mistake("weights_transposed", _attend(mix=lambda weights, v: weights.transpose(-2, -1) @ v)).says(
    "You mix with the weights transposed: each value is sent where its query should have fetched it. Row i of the "
    "weights mixes the values for row i."
)
exercise.mistake("keys_mixed", lambda q, k, v: causal_attention(q, k, k)).says(
    "You mix the keys. Keys are what is searched; what is handed over are the VALUES."
)
exercise.mistake("queries_mixed", lambda q, k, v: causal_attention(q, k, q)).says(
    "You mix the queries. What is handed over are the VALUES."
)


@exercise.mistake("means").says("Every word gets the plain mean of the values up to it: q and k are not used.")
def means(q, k, v):
    weights = _lower(q.shape[-2]).to(v.dtype)
    return weights / weights.sum(dim=-1, keepdim=True) @ v


exercise.mistake("sums", lambda q, k, v: v.cumsum(dim=-2)).says(
    "Every word gets the sum of the values up to it: that is addition. q and k decide how much of each."
)
exercise.mistake(
    "hard",
    _attend(
        finish=lambda scores: torch.nn.functional.one_hot(scores.argmax(dim=-1), scores.shape[-1]).to(scores.dtype)
    ),
).says("You fetch only the value of the best key. The softmax mixes all that may be seen.")
exercise.mistake("residual", lambda q, k, v: causal_attention(q, k, v) + v).says(
    "You add v to the result. That residual comes in the next lecture; here the mixture alone is wanted."
)
exercise.mistake("only_the_last", lambda q, k, v: causal_attention(q, k, v)[..., -1, :]).says(
    "You return the row of the last word only. Every word gets one: (..., T, d_v)."
)
exercise.mistake("detached", lambda q, k, v: causal_attention(q, k, v).detach()).says(
    "The values are right, but the result is cut off from the graph (`.detach()`, `.data`, `torch.no_grad()`): no "
    "gradient gets back, and nothing would be learnt."
)
exercise.mistake("detached_weights", lambda q, k, v: causal_attention(q.detach(), k.detach(), v)).says(
    "The result is right, but the weights are cut off from the graph: only v gets a gradient, and where to look is "
    "never learnt."
)
exercise.mistake("detached_values", lambda q, k, v: causal_attention(q, k, v.detach())).says(
    "The result is right, but v is cut off from the graph: it gets no gradient."
)


@exercise.mistake("in_place").says(
    "You divide q in place (`q /= …`), which changes the caller's tensor, and torch refuses it where q wants a "
    "gradient. Compute a new one."
)
def in_place(q, k, v):
    q /= math.sqrt(q.shape[-1])
    return _attend(one)(q, k, v)


exercise.mistake("fill_minus_ten", _attend(hide=lambda scores, allowed: scores.masked_fill(~allowed, -10.0))).says(
    "You give the scores of the future −10. That makes them unlikely, not impossible, and where the past scores lower "
    "still the future wins. −∞ is lower than any score."
)


@exercise.mistake("loop_ends_early").says(
    "Your row i takes keys and values only up to i − 1: `[:i]` leaves i itself out. j ≤ i is allowed."
)
def loop_ends_early(q, k, v):
    rows = [attention_weights(q[..., i : i + 1, :], k[..., :i, :]) @ v[..., :i, :] for i in range(q.shape[-2])]
    return torch.cat(rows, dim=-2)


exercise.mistake("sigmoid", _attend(finish=torch.sigmoid)).says(
    "A sigmoid judges each word on its own, and the weights of a query do not sum to 1. The softmax lets the words "
    "compete."
)
exercise.mistake("log_weights", _attend(finish=lambda scores: torch.log_softmax(scores, dim=-1))).says(
    "You mix with logarithms of the weights (`log_softmax`), and that of a hidden word is −∞. Mix with the weights."
)
exercise.mistake("values_masked", lambda q, k, v: attention_weights(q, k) @ v.cumsum(dim=-2)).says(
    "You sum up the values before you mix them (the mask multiplies v). The mask belongs to the scores."
)
exercise.mistake("softmax_of_triangle_with_nan", _attend(hide=lambda scores, allowed: scores / allowed)).says(
    "You divide by the mask: a score over 0 is ±∞ or nan. Write −∞ where looking is forbidden."
)

exercise.right(lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True))


@exercise.right
def right_1(q, k, v):
    rows = []
    for i in range(q.shape[-2]):
        rows.append(attention_weights(q[..., i : i + 1, :], k[..., : i + 1, :]) @ v[..., : i + 1, :])
    return torch.cat(rows, dim=-2)


@exercise.right
def right_2(q, k, v):
    scores = torch.einsum("...id,...jd->...ij", q, k) / q.shape[-1] ** 0.5
    scores = scores - 1e9 * torch.ones(q.shape[-2], q.shape[-2]).triu(1)
    return torch.einsum("...ij,...jd->...id", scores.softmax(-1), v)


@exercise.right
def right_3(q, k, v):
    scores = (q * q.shape[-1] ** -0.5) @ k.mT
    scores[..., ~causal_mask(q.shape[-2])] = float("-inf")
    weights = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    return list(weights / weights.sum(-1, keepdim=True) @ v)


@exercise.right
def right_4(q, k, v):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    hidden = torch.triu(torch.full(scores.shape[-2:], -torch.inf, dtype=q.dtype), diagonal=1)
    return torch.nn.functional.softmax(scores + hidden, dim=-1) @ v
