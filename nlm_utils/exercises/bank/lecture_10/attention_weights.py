"""Scores, √d, softmax: what is divided by what, which axes are exchanged, along which axis the weights sum to 1."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import argument, exchanged, other_softmax, result, result_with, rounded

from .inputs import numbers


def attention_weights(q, k):
    """How much each query looks at each key: softmax(q kᵀ / √d), along the keys.

    q        (..., T_q, d) queries, one in each row
    k        (..., T_k, d) keys; the axes in front (none, a batch, a batch and heads) are those of q
    returns  (..., T_q, T_k) of q's dtype; row i holds the weights of query i, none negative, their sum 1

    Safe for large numbers (±1000). Gradients flow back to q and k, which stay as they were.
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (..., T_q, T_k)
    return torch.softmax(scores, dim=-1)


exercise = Exercise(
    attention_weights,
    checks=("one query and many, as many keys as queries and not, no batch, a batch, heads, ±1000, gradients"),
    explanation=(
        "Row i of `q @ k.transpose(-2, -1)` holds the dot products of query i with all keys. Each is a sum of d "
        "products, so its spread grows like √d; dividing by √d keeps the softmax from deciding for one key before "
        "anything is learnt. The softmax runs along the last axis: a query's weights are its own and sum to 1."
    ),
    hints=[
        "A score is the dot product of one query with one key. All of them at once are one matrix product.",
        ("k has its keys in rows; the product wants them in columns: exchange the last TWO axes, and only those."),
        "d is `q.shape[-1]`. Divide the scores by its square root before the softmax, not after.",
        "`torch.softmax(scores, dim=…)`: a row belongs to a query and runs over the keys. Which axis is that?",
    ],
)

exercise.case(torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 1.0]]))
exercise.case(numbers(2, 3, seed=1), numbers(4, 3, seed=2))
exercise.case(numbers(3, 5, seed=3), numbers(3, 5, seed=4))
exercise.case(numbers(4, 3, seed=5, grad=True), numbers(2, 3, seed=6, grad=True))
exercise.case(numbers(2, 3, 6, seed=7), numbers(2, 5, 6, seed=8))
exercise.case(numbers(2, 3, 4, 6, seed=9, dtype=torch.float32), numbers(2, 3, 5, 6, seed=10, dtype=torch.float32))
exercise.case(
    torch.tensor([[1000.0, -1000.0, 10.0, 0.0], [-1000.0, 0.0, 1.0, 2.0]], dtype=torch.float64),
    torch.tensor(
        [[1000.0, 0.0, 0.0, 1.0], [1000.0, 0.0, 0.2, 1.0], [0.0, -1000.0, 0.1, 3.0], [1.0, 0.0, 0.0, 0.0]],
        dtype=torch.float64,
    ),
)
exercise.drawn(lambda rng: tensors(rng, "*qd *kd"))


def dot(q, k):
    return q @ k.transpose(-2, -1)


def root(q, k):
    return math.sqrt(q.shape[-1])


def softmax(scores):
    return torch.softmax(scores, dim=-1)


def over_queries(scores):
    return torch.softmax(scores, dim=-2)


def weights(scale=root, finish=softmax, scores=dot):
    """Weights from their parts: scores(q, k) / scale(q, k), finished off."""
    return lambda q, k: finish(scores(q, k) / scale(q, k))


def one(q, k):
    return 1.0


def d(q, k):
    return q.shape[-1]


def lengths(q, k):
    return q.norm(dim=-1)[..., :, None] * k.norm(dim=-1)[..., None, :]


SCALES = {
    "no_scale": (one, "The scores are not divided"),
    "scale_d": (d, "You divide by d"),
    "multiplies_by_root": (lambda q, k: 1 / math.sqrt(q.shape[-1]), "You multiply by √d"),
    "root_of_first_axis": (lambda q, k: math.sqrt(q.shape[0]), "You take d from the first axis, `len(q)`"),
    "root_of_axis_one": (lambda q, k: math.sqrt(q.shape[1]), "You take d from axis 1, right only without a batch"),
    "root_of_keys": (lambda q, k: math.sqrt(k.shape[-2]), "You divide by the square root of the number of keys"),
    "root_of_queries": (lambda q, k: math.sqrt(q.shape[-2]), "You divide by the square root of the number of queries"),
    "keys_for_d": (lambda q, k: k.shape[-2], "You divide by the number of keys"),
    "multiplies_by_d": (lambda q, k: 1 / q.shape[-1], "You multiply by d"),
    "root_rounded": (lambda q, k: int(root(q, k)), "You round √d down to a whole number (`int(…)` or `//`)"),
    "half_d": (lambda q, k: q.shape[-1] / 2, "You divide by d/2, not by d to the power ½"),
    "fourth_root": (lambda q, k: q.shape[-1] ** 0.25, "You divide by the fourth root of d (or only q or k by it)"),
    "d_squared": (lambda q, k: q.shape[-1] ** 2, "You divide by d squared"),
    "cosine": (lengths, "You divide by the lengths of query and key (their cosine); but a long key may count more"),
    "scaled_cosine": (lambda q, k: lengths(q, k) * root(q, k), "You take cosines of query and key, and divide these"),
    "root_of_all_entries": (lambda q, k: math.sqrt(q.numel()), "You take the square root of the number of ALL entries"),
    "root_of_number_of_axes": (lambda q, k: math.sqrt(q.ndim), "You take the square root of the number of axes"),
    "root_of_axis_one_of_keys": (lambda q, k: math.sqrt(k.shape[1]), "You take d from axis 1 of k"),
    "half_without_brackets": (lambda q, k: 2 * q.shape[-1], "`d ** 1 / 2` is (d ** 1) / 2: write `d ** 0.5`"),
    "root_of_axis_two": (lambda q, k: math.sqrt(q.shape[2]), "You take d from axis 2, which (B, T, d) alone has last"),
    "always_eight": (lambda q, k: 8.0, "You divide by 8, which is √64"),
}
WHY_ROOT = "A score is a sum of d products, whose spread grows like √d: divide it by √d, d being the LAST axis of q."
for id, (scale, words) in SCALES.items():
    exercise.mistake(id, weights(scale)).says(f"{words}. {WHY_ROOT}")
for id, (scale, words) in {
    "no_scale_over_queries": (one, "the scores have to be divided by √d"),
    "scale_d_over_queries": (d, "divide by √d, not by d"),
    "multiplies_over_queries": (SCALES["multiplies_by_root"][0], "the scores are DIVIDED by √d"),
}.items():
    exercise.mistake(id, weights(scale, over_queries)).says(
        f"Two things: {words}; and the softmax runs along the keys (the last axis), not along the queries."
    )
exercise.mistakes(
    scale_after_softmax=lambda q, k: softmax(dot(q, k)) / root(q, k),
    multiplied_after_softmax=lambda q, k: softmax(dot(q, k)) * root(q, k),
).says("You use √d after the softmax, so that the rows no longer sum to 1. It is the SCORES that are divided by it.")

# the product: every query meets every key
PRODUCTS = {
    "t_reverses_all": (lambda q, k: q @ k.permute(*range(k.ndim)[::-1]), "`k.T` turns ALL axes, or wants a matrix"),
    "transpose_0_1": (lambda q, k: q @ k.transpose(0, 1), "You exchange axes 0 and 1, of which one may be a batch"),
    "transpose_1_2": (lambda q, k: q @ k.transpose(1, 2), "You exchange axes 1 and 2, right for (B, T, d) only"),
    "batch_expected": (lambda q, k: next(dot(q, k) for _, _, _ in [q.shape]), "You unpack three axes, (B, T, d)"),
    "heads_expected": (lambda q, k: next(dot(q, k) for _, _, _, _ in [q.shape]), "You unpack four axes, with heads"),
    "mm": (lambda q, k: torch.mm(q, k.mT), "`torch.mm` takes exactly two axes"),
    "dot_of_vectors": (torch.dot, "`torch.dot` takes two vectors"),
    "one_letter": (
        lambda q, k: torch.einsum("...td,...td->...t", q, k),
        "Your einsum has one letter for queries and keys, which pairs them off",
    ),
    "bmm": (lambda q, k: torch.bmm(q, k.mT), "`torch.bmm` takes exactly three axes"),
    "two_axes_expected": (lambda q, k: torch.einsum("id,jd->ij", q, k), "Your product names two axes only"),
    "reshape_for_transpose": (lambda q, k: q @ k.reshape(k.mT.shape), "You reshape k, which moves only the row ends"),
    "elementwise": (lambda q, k: q * k, "`q * k` multiplies entry by entry, query 1 with key 1 only"),
    "pairs_only": (lambda q, k: (q * k).sum(dim=-1), "You take the dot product of query 1 with key 1, of 2 with 2, …"),
    "distance": (lambda q, k: -torch.cdist(q, k), "You score by the distance between query and key"),
}
WHY_PRODUCT = "Every query meets EVERY key: `q @ k.transpose(-2, -1)`, counted from the end, whatever stands in front."
for id, (scores, words) in PRODUCTS.items():
    exercise.mistake(id, weights(scores=scores)).says(f"{words}. {WHY_PRODUCT}")
exercise.mistake("transposed_no_scale", weights(one, scores=lambda q, k: dot(k, q))).says(
    "Two things: a row belongs to a query, so it is q kᵀ and not k qᵀ; and the scores are divided by √d."
)
exercise.mistake(
    "softmax_of_inputs", weights(finish=lambda s: s, scores=lambda q, k: dot(softmax(q), softmax(k)))
).says("You take the softmax of q and k before they meet. What becomes weights are the scores: after the product.")
exercise.mistakes(
    softmax_of_queries=lambda q, k: dot(softmax(q / root(q, k)), k),
    softmax_of_plain_queries=lambda q, k: dot(softmax(q), k),
).says(
    "You take the softmax of the queries, before they meet the keys. What becomes weights are the scores, q kᵀ / √d."
)
exercise.mistake("first_axis_loop", lambda q, k: torch.stack([softmax(k @ one / root(q, k)) for one in q])).says(
    "You loop over the first axis, `q[i]`: that is a query only where there is no batch. Queries are the last axis but "
    "one."
)
exercise.mistake("returns_in_the_loop", lambda q, k: attention_weights(q, k)[..., :1, :]).says(
    "Only the first query's row is there: a `return` inside the loop ends it after the first turn. Move it to the left."
)
exercise.mistake("in_place", lambda q, k: softmax(dot(q.div_(root(q, k)), k))).says(
    "You divide q in place, which changes the caller's tensor, and torch refuses it where q wants a gradient."
)
exercise.takes(
    exchanged("q", "k", ("transposed", "Your result has a row for each key: k qᵀ. A row belongs to a query: q first.")),
    argument("k", transposed=("no_transpose", "You multiply q by k as it stands. The keys must stand in columns.")),
    result(
        transposed=("transposed_right_axis", "Your weights stand in columns: k qᵀ. Give one ROW to each query."),
        place_of_largest=("best_key", "You return which key is best. The weight of each key is wanted."),
        squeezed="squeezed",
    ),
    result_with("q", over_root_of_width=("scaled_twice", "You divide by √d again: rows no longer sum to 1.")),
    rounded(2, 3),
)

# the softmax: along the keys, of all scores as they are
exercise.takes(
    other_softmax(
        lambda softmax: weights(finish=softmax),
        second_to_last=("over_queries", "Your softmax runs over the queries. Each shares out 1: the ROWS sum to 1."),
        first_axis=("axis_0", "Your softmax runs along the first axis: queries, or the batch. It runs along the last."),
        whole=("whole_table", "Your softmax runs over the whole table. Each query has a weight of 1 of its own."),
        nothing=("scores", "You return the scores. The softmax, which makes weights of them, is missing."),
        sigmoid="sigmoid",
        overflow="overflow",
        nan_hidden="nan_hidden",
        whole_maximum="global_maximum",
        no_exponential="no_exponential",
        hard=("hard", "You put all weight on the best key. The softmax gives each a share, which has a gradient."),
        twice="softmax_twice",
        minus="sign",
        base_two="base_two",
        base_ten="base_ten",
        over_maximum="over_maximum",
        over_length="over_length",
        square="squares",
        relu="shares_of_relu",
    )
)
for id, (finish, words) in {
    "hard_in_whole_numbers": (
        lambda scores: torch.nn.functional.one_hot(scores.argmax(dim=-1), scores.shape[-1]),
        "You mark the best key with a 1 (`argmax`, `one_hot`), and give the others nothing",
    ),
    "axis_1": (lambda scores: scores.softmax(1), "Your softmax runs along axis 1, the keys only without a batch"),
    "no_axis": (
        lambda scores: scores.softmax(0 if scores.ndim in (1, 3) else 1),
        "You leave `dim` out, and torch guesses an axis, another one for another number of axes",
    ),
    "least_to_largest": (
        lambda s: (s - s.amin(-1, keepdim=True)) / (s.amax(-1, keepdim=True) - s.amin(-1, keepdim=True)),
        "You stretch each row from 0 to 1 instead of taking the softmax",
    ),
    "exponentials": (torch.exp, "You take `exp` and do not divide by the sum"),
    "maximum_of_columns": (
        lambda scores: (e := (scores - scores.amax(dim=-2, keepdim=True)).exp()) / e.sum(dim=-1, keepdim=True),
        "You subtract the maximum of each column, but only what is subtracted from a whole ROW cancels",
    ),
    "relu": (torch.relu, "You set negative scores to 0 instead of taking the softmax"),
    "softmax_of_relu": (lambda scores: softmax(scores.relu()), "You set negative scores to 0 before the softmax"),
    "absolute_scores": (lambda scores: softmax(scores.abs()), "You drop the signs: a key quite unlike q fits well"),
    "shares_of_absolute_scores": (
        lambda scores: torch.nn.functional.normalize(scores, p=1, dim=-1),
        "You divide by the sum of the sizes, and a weight may not be negative",
    ),
    "softmax_of_tanh": (lambda scores: softmax(scores.tanh()), "You squeeze the scores to ±1, so that no key can win"),
    "clamped": (lambda scores: softmax(scores.clamp(-50, 50)), "You clamp the scores, and large ones become equal"),
    "clamped_to_10000": (lambda scores: softmax(scores.clamp(-1e4, 1e4)), "You clamp scores: large ones become equal"),
    "causal": (
        lambda scores: softmax(scores.masked_fill(torch.ones(scores.shape[-2:]).triu(1) > 0, -math.inf)),
        "You hide the keys that come after the query: that is the mask, which comes later",
    ),
}.items():
    exercise.mistake(id, weights(finish=finish)).says(
        f"{words}. The softmax takes each query's scores as they are, all of them, along the keys: the last axis."
    )
exercise.mistake("raw_scores", dot).says("You return q kᵀ as it is: neither divided by √d nor put through the softmax.")

# what is returned
exercise.mistake("keys_returned", lambda q, k: attention_weights(q, k) @ k).says(
    "You go on and mix the keys with your weights. Return the weights."
)
exercise.mistake("only_the_last_query", lambda q, k: attention_weights(q, k)[..., -1, :]).says(
    "You return the weights of the last query. All queries are wanted, one row each."
)


@exercise.right
def both_divided_and_exponentials_by_hand(q, k):
    scores = torch.matmul(q / q.shape[-1] ** 0.25, (k / k.shape[-1] ** 0.25).mT)
    exponentials = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


@exercise.right
def torchs_attention_to_an_identity(q, k):
    identity = torch.eye(k.shape[-2], dtype=k.dtype).expand(*k.shape[:-2], -1, -1)
    return torch.nn.functional.scaled_dot_product_attention(q, k, identity)


exercise.right(lambda q, k: list(torch.softmax(q @ torch.swapaxes(k, -1, -2) / torch.tensor(q.shape[-1]).sqrt(), -1)))
