"""Attention that looks back only: where the mask comes, what it writes, and what the weights then mix."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import argument, exchanged, one_for_both, other_softmax, result, result_with, variants

from .attention_weights import (
    PRODUCTS,
    SCALES,
    WHY_PRODUCT,
    WHY_ROOT,
    attention_weights,
    d,
    dot,
    one,
    over_queries,
    root,
    softmax,
)
from .causal_mask import causal_mask
from .inputs import numbers


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
    checks="lengths 1 to 5 and 70, d_v other than d, no batch, a batch, heads, scores of 0, ±1000, gradients",
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
exercise.case(  # scores of 0: vectors at right angles, and a vector of zeros
    torch.tensor([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]),
    torch.tensor([[0.0, 1.0], [2.0, 0.0], [1.0, -1.0]]),
    torch.tensor([[1.0, 2.0], [5.0, 0.0], [-2.0, 4.0]]),
)
exercise.case(numbers(3, 2, seed=11), numbers(3, 2, seed=12), numbers(3, 4, seed=13))
exercise.case(numbers(1, 3, seed=14), numbers(1, 3, seed=15), numbers(1, 2, seed=16))
exercise.case(*(numbers(4, width, seed=17 + width, grad=True) for width in (3, 3, 2)))
exercise.case(numbers(2, 4, 5, seed=23), numbers(2, 4, 5, seed=24), numbers(2, 4, 3, seed=25))
exercise.case(*(numbers(2, 3, 5, width, seed=26 + i, dtype=torch.float32) for i, width in enumerate((6, 6, 4))))
exercise.case(
    torch.tensor([[1000.0, 0.0, 1.0, 0.0], [-1000.0, 0.0, 1.0, 2.0], [1000.0, 1.0, -1.0, 0.5]], dtype=torch.float64),
    torch.tensor([[1000.0, 0.0, 1.0, 1.0], [1000.0, 3.0, 0.0, 2.0], [-1000.0, 1.0, 0.0, 0.0]], dtype=torch.float64),
    torch.tensor([[1.0, -2.0], [3.0, 4.0], [1000.0, -1000.0]], dtype=torch.float64),
)
exercise.case(*(numbers(70, width, seed=51 + i) for i, width in enumerate((2, 2, 3))))
exercise.drawn(lambda rng: tensors(rng, "*td *td *te"))


def minus_infinity(scores, allowed):
    return scores.masked_fill(~allowed, -math.inf)


def zeros(scores, allowed):
    return scores * allowed


def nothing(scores, allowed=None):
    return scores


def attend(
    scale=root,
    hide=minus_infinity,
    finish=softmax,
    after=nothing,
    look=lambda q: causal_mask(q.shape[-2]),
    scores=dot,
    mix=lambda weights, v: weights @ v,
):
    """Attention from its parts: look(q) says who may be seen, hide() works on scores, after() on weights."""

    def attention(q, k, v):
        allowed = look(q)
        return mix(after(finish(hide(scores(q, k) / scale(q, k), allowed)), allowed), v)

    return attention


# where the mask comes, and what it writes
exercise.mistake("mask_after_softmax", attend(hide=nothing, after=zeros)).says(
    "You mask after the softmax. By then the future has taken its share of every row, and what is left no longer sums "
    "to 1. Hide the SCORES, before the softmax."
)
exercise.mistake("multiplies_by_zero", attend(hide=zeros)).says(
    "You set the scores of the future to 0. The softmax makes exp(0) = 1 of that, a weight like any other: the future "
    "is still seen. Which score becomes a weight of 0?"
)
exercise.mistake("looks_ahead", attend(hide=nothing)).says(
    "There is no mask: every word mixes in the words after it, which it is supposed to predict. (`masked_fill` makes a "
    "NEW tensor: is it kept?)"
)
exercise.mistakes(
    zeros_for_the_future=attend(hide=lambda s, allowed: (low := s.tril()).masked_fill(low == 0, -math.inf)),
    zeros_made_small=attend(hide=lambda s, allowed: (low := s.tril()).masked_fill(low == 0, -1e9)),
).says(
    "You take every score of 0 for one of the future, as `tril` makes them. But two vectors at right angles have the "
    "score 0, too. Which places are hidden is known without the scores: mask by position."
)
exercise.mistake(
    "mask_of_torchs_modules",
    lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(q, k, v, ~causal_mask(q.shape[-2])),
).says(
    "In the mask of torch's `scaled_dot_product_attention` True means: may look. (In its `nn.MultiheadAttention` True "
    "means forbidden.) Row i shows j ≤ i."
)
for id, (after, words) in {
    "renormalised": (
        lambda weights, allowed: weights * allowed / (weights * allowed).sum(dim=-1, keepdim=True),
        "You mask the weights and divide by what is left: 0/0 where the future has taken all",
    ),
    "renormalised_with_epsilon": (
        lambda weights, allowed: weights * allowed / ((weights * allowed).sum(dim=-1, keepdim=True) + 1e-9),
        "You mask the weights and divide by what is left: nearly nothing where the future has taken all",
    ),
    "renormalised_over_queries": (
        lambda weights, allowed: weights * allowed / (weights * allowed).sum(dim=-2, keepdim=True),
        "You mask the weights and divide them by the sum of their COLUMNS; it is rows that sum to 1",
    ),
    "softmax_twice": (
        lambda weights, allowed: softmax(minus_infinity(weights, allowed)),
        "You mask the weights and take a second softmax, which makes them nearly equal",
    ),
    "weights_infinite": (minus_infinity, "You write −∞ over weights, after the softmax"),
    "masked_in_place_after": (
        lambda weights, allowed: weights.masked_fill_(~allowed, 0.0),
        "You overwrite weights with 0: rows no longer sum to 1, and the backward pass misses the old numbers",
    ),
}.items():
    exercise.mistake(id, attend(hide=nothing, after=after)).says(
        f"{words}. Hide the SCORES with −∞, before the one softmax: it shares out all weight among what is left."
    )
for id, (hide, words) in {
    "infinity_times_zero": (lambda s, allowed: s + (~allowed) * -math.inf, "multiply the mask by −∞: 0 · ∞ is nan"),
    "multiplies_by_infinity": (lambda s, allowed: s.where(allowed, s * -math.inf), "multiply by −∞: −1 becomes +∞"),
    "softmax_of_triangle_with_nan": (lambda s, allowed: s / allowed, "divide by the mask: a score over 0 is ±∞ or nan"),
    "adds_mask": (lambda s, allowed: s + allowed, "add True as 1 and False as 0: that favours the past a little"),
    "fill_minus_one": (lambda s, allowed: s.masked_fill(~allowed, -1.0), "write −1 over scores of the future"),
    "fill_minus_ten": (lambda s, allowed: s.masked_fill(~allowed, -10.0), "write −10: unlikely, not impossible"),
    "fill_below_minimum": (
        lambda s, allowed: s.where(allowed, s.min() - 10),
        "write a little less than the least score",
    ),
    "fill_too_high": (lambda s, allowed: s.masked_fill(~allowed, -1e4), "write a number that a score may lie below"),
    "fill_plus_infinity": (lambda s, allowed: s.masked_fill(~allowed, math.inf), "write +∞, the largest score"),
}.items():
    exercise.mistake(id, attend(hide=hide)).says(
        f"You {words}. Write −∞ in place of the scores of the future, and only there: exp(−∞) = 0 is their weight."
    )

# who may look where
for id, (look, words) in {
    "wrong_way_round": (lambda q: ~causal_mask(q.shape[-2]), "turned round (`masked_fill` writes where it is True)"),
    "upper_triangle": (lambda q: causal_mask(q.shape[-2]).T, "the upper triangle: a word sees what comes AFTER it"),
    "diagonal_forbidden": (lambda q: causal_mask(q.shape[-2]).tril(-1), "without the diagonal: row 0 gets nan"),
    "one_ahead": (lambda q: causal_mask(q.shape[-2] + 1)[1:, :-1], "one too wide: it shows the very word to predict"),
    "mask_of_batch": (lambda q: causal_mask(q.shape[0]), "as large as the first axis, which may be a batch"),
    "mask_of_axis_one": (lambda q: causal_mask(q.shape[1]), "as large as axis 1; count from the end"),
    "mask_of_d": (lambda q: causal_mask(q.shape[-1]), "as large as d"),
    "mask_of_four_axes": (lambda q: causal_mask(q.shape[-2])[None, None], "(1, 1, T, T), which adds axes to a result"),
    "window_of_two": (lambda q: causal_mask(q.shape[-2]).triu(-1), "a window: a word and the one before it, no more"),
    "window_of_three": (lambda q: causal_mask(q.shape[-2]).triu(-2), "a window of three; but ALL before are seen"),
}.items():
    exercise.mistake(id, attend(look=look)).says(
        f"Your mask is {words}. Row i shows j ≤ i, in a table as large as T, the last axis of q but one."
    )


exercise.mistakes(
    diagonal_forbidden_large=attend(hide=lambda s, allowed: s.masked_fill(~allowed.tril(-1), -1e9)),
    diagonal_forbidden_mixed=attend(hide=lambda s, allowed: s * allowed - 1e9 * (~allowed.tril(-1))),
    diagonal_forbidden_subtracted=attend(hide=lambda s, allowed: s - 1e9 * (~allowed.tril(-1))),
).says(
    "Your mask is without the diagonal, so that a word does not see itself; and in row 0, where nothing is left, large "
    "negative numbers everywhere share the weight out among ALL words. Row i shows j ≤ i: `tril()`, or `triu(1)` for "
    "what is forbidden."
)


@exercise.mistake("loop_ends_early").says(
    "Your row i sees keys and values only up to i − 1: `[:i]` and `tril(-1)` leave i itself out. j ≤ i is allowed."
)
def loop_ends_early(q, k, v):
    rows = [attention_weights(q[..., i : i + 1, :], k[..., :i, :]) @ v[..., :i, :] for i in range(q.shape[-2])]
    return torch.cat(rows, dim=-2)


# scores and √d, as in attention_weights
for id in ("no_scale", "scale_d", "root_of_first_axis", "root_of_axis_one", "multiplies_by_root"):
    exercise.mistake(id, attend(SCALES[id][0])).says(f"{SCALES[id][1]}. {WHY_ROOT}")
exercise.mistake("root_of_length", attend(SCALES["root_of_keys"][0])).says(
    f"You divide by the square root of the number of words. {WHY_ROOT}"
)
exercise.mistake("root_of_d_v", lambda q, k, v: attend(lambda q, k: math.sqrt(v.shape[-1]))(q, k, v)).says(
    f"You divide by the square root of the size of v. {WHY_ROOT}"
)
exercise.mistake("scale_after_softmax", lambda q, k, v: attend(one)(q, k, v) / root(q, k)).says(
    "You divide the weights by √d, after the softmax. It is the scores that are divided."
)
for id in ("t_reverses_all", "transpose_0_1", "transpose_1_2", "batch_expected", "heads_expected", "mm"):
    exercise.mistake(id, attend(scores=PRODUCTS[id][0])).says(f"{PRODUCTS[id][1]}. {WHY_PRODUCT}")
exercise.mistake("in_place", lambda q, k, v: attend(one)(q.div_(root(q, k)), k, v)).says(
    "You divide q in place, which changes the caller's tensor, and torch refuses it where q wants a gradient."
)
for id, (answer, words) in {
    "no_scale_mask_after": (attend(one, nothing, after=zeros), "; and the mask comes BEFORE the softmax"),
    "no_scale_by_zero": (attend(one, zeros), "; and a score of 0 hides nothing, for exp(0) = 1"),
    "no_scale_looks_ahead": (attend(one, nothing), "; and the mask is missing"),
    "no_scale_diagonal": (
        attend(one, look=lambda q: causal_mask(q.shape[-2]).tril(-1)),
        "; and the mask leaves the diagonal out: row i shows j ≤ i",
    ),
    "no_scale_wrong_way_round": (
        attend(one, look=lambda q: ~causal_mask(q.shape[-2])),
        "; and the mask is turned round (`masked_fill` writes where it is True)",
    ),
    "no_scale_upper_triangle": (
        attend(one, look=lambda q: causal_mask(q.shape[-2]).T),
        "; and the mask is the upper triangle: row i shows j ≤ i",
    ),
    "scale_d_mask_after": (attend(d, nothing, after=zeros), ", not by d; and the mask comes BEFORE the softmax"),
    "over_queries_no_scale": (attend(one, finish=over_queries), "; and the softmax runs along the keys, the last axis"),
}.items():
    exercise.mistake(id, answer).says(f"Two things: the scores are divided by √d{words}.")

# the softmax
exercise.mistake("over_queries_looks_ahead", attend(hide=nothing, finish=over_queries)).says(
    "Two things: the mask is missing, and the softmax runs along the keys (the last axis)."
)
exercise.takes(
    other_softmax(
        lambda softmax: attend(finish=softmax),
        second_to_last=("over_queries", "Your softmax runs over queries. Each shares out its weight among the keys."),
        first_axis=("axis_0", "Your softmax runs along the first axis. It runs along the keys, the last axis."),
        whole=("whole_table", "Your softmax runs over the whole table. Each query has a weight of 1 of its own."),
        nothing=("infinite_scores", "The softmax is missing: −∞ goes straight into the mixture."),
        overflow="overflow",
        sigmoid="sigmoid",
        logarithm=("log_weights", "You mix with logarithms of the weights (`log_softmax`), −∞ among them."),
    )
)
exercise.mistake("axis_1", attend(finish=lambda scores: scores.softmax(1))).says(
    "Your softmax runs along axis 1, the keys only when there is no batch. Take the last axis."
)
exercise.mistake("no_softmax", attend(hide=zeros, finish=nothing)).says(
    "The softmax is missing: you mix the values with masked scores."
)
exercise.mistake("hard", attend(finish=lambda s: torch.eye(s.shape[-1], dtype=s.dtype)[s.argmax(dim=-1)])).says(
    "You fetch only the value of the best key. The softmax mixes all that may be seen."
)

# what is mixed, and what is returned
exercise.takes(
    one_for_both("k", "v", ("keys_mixed", "You mix the keys. They are searched; what is handed over are the VALUES.")),
    one_for_both("q", "v", ("queries_mixed", "You mix the queries. What is handed over are the VALUES.")),
    exchanged("q", "k", ("keys_ask", "k qᵀ lets the keys ask. Row i must hold the scores of QUERY i.")),
    argument("k", transposed=("no_transpose", "You multiply q by k as it stands. The keys must stand in columns.")),
    result(squeezed="squeezed"),
    result_with("v", plus=("residual", "You add v: that residual comes in the next lecture. The mixture is wanted.")),
    result_with("q", over_root_of_width=("scaled_twice", "Your result is divided by √d. Only the scores are.")),
)
for id, (answer, words) in {
    "weights_returned": (attend(mix=nothing), "return the weights; they still have to mix the values"),
    "scores_returned": (attend(finish=nothing, mix=nothing), "return masked scores, without softmax and mixture"),
    "weights_transposed": (attend(mix=lambda weights, v: weights.mT @ v), "mix with the weights transposed"),
    "only_the_last": (lambda q, k, v: causal_attention(q, k, v)[..., -1, :], "return the row of the last word only"),
    "weights_times_values": (attend(mix=lambda weights, v: weights * v), "multiply weights and values entry by entry"),
    "axes_exchanged": (lambda q, k, v: causal_attention(q, k, v).transpose(1, 2), "exchange axes 1 and 2 at the end"),
    "batch_joined": (lambda q, k, v: causal_attention(q, k, v).flatten(0, -2), "string the words of a batch together"),
    "sums": (lambda q, k, v: v.cumsum(dim=-2), "give every word the sum of the values so far, whatever q and k say"),
    "means": (attend(lambda q, k: math.inf), "give every word the mean of the values so far, whatever q and k say"),
    "values_masked": (lambda q, k, v: attention_weights(q, k) @ v.cumsum(dim=-2), "sum up values before the mixture"),
}.items():
    exercise.mistake(id, answer).says(f"You {words}. Row i of the result is Σ_j w_ij v_j over j ≤ i, for every word.")


exercise.takes(
    variants(
        "mask_of_at_most",
        (4, 5, 8, 10, 16, 32, 64),
        lambda size: attend(look=lambda q: causal_mask(size)[: q.shape[-2], : q.shape[-2]]),
        "Your mask is cut from a table of {value} × {value}, and texts may be longer. Make it as large as T, "
        "`q.shape[-2]`.",
    )
)
exercise.mistakes(
    returns_in_the_loop=lambda q, k, v: causal_attention(q, k, v)[..., :1, :],
    returns_in_the_loop_with_a_buffer=lambda q, k, v: (
        causal_attention(q, k, v) * (torch.arange(q.shape[-2]) < 1)[:, None]
    ),
).says("Only row 0 is computed: a `return` inside the loop ends it after the first turn. Move it to the left.")
exercise.mistake("viewed_as_q", lambda q, k, v: causal_attention(q, k, v).reshape(q.shape)).says(
    "You give the result the shape of q. It has the width of the VALUES, d_v, which may differ from d."
)


@exercise.mistake("buffer_like_q").says(
    "Your buffer has the shape of q (`torch.zeros_like(q)`). A row of the result is as wide as a value, d_v, which may "
    "differ from d."
)
def buffer_like_q(q, k, v):
    mixed = torch.zeros_like(q)
    for i in range(q.shape[-2]):
        mixed[..., i, :] = causal_attention(q, k, v)[..., i, :]
    return mixed


@exercise.mistake("first_axis_loop").says(
    "You loop over the first axis, `q[i]`: that is time only where there is no batch. Time is the last axis but one."
)
def first_axis_loop(q, k, v):
    return torch.stack([softmax(k[: i + 1] @ q[i] / root(q, k)) @ v[: i + 1] for i in range(q.shape[-2])])


exercise.right(lambda q, k, v: torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True))
exercise.right(attend(hide=lambda s, allowed: s.masked_fill(~allowed, torch.finfo(s.dtype).min)))


@exercise.right
def a_large_number_subtracted(q, k, v):
    scores = torch.einsum("...id,...jd->...ij", q, k) / q.shape[-1] ** 0.5
    scores = scores - 1e9 * torch.ones(q.shape[-2], q.shape[-2]).triu(1)
    return torch.einsum("...ij,...jd->...id", scores.softmax(-1), v)


@exercise.right
def written_into_own_scores(q, k, v):
    scores = (q * q.shape[-1] ** -0.5) @ k.mT
    scores[..., ~causal_mask(q.shape[-2])] = float("-inf")
    weights = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    return list(weights / weights.sum(-1, keepdim=True) @ v)
