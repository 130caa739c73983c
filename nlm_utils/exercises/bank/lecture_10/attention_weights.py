"""attention_weights."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

from .common import _numbers, dot, flat, naive, one, over_queries, root, softmax


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
exercise.case(_numbers(2, 3, seed=1), _numbers(4, 3, seed=2))
exercise.case(_numbers(3, 5, seed=3), _numbers(3, 5, seed=4))
exercise.case(_numbers(4, 3, seed=5, grad=True), _numbers(2, 3, seed=6, grad=True))
exercise.case(_numbers(2, 3, 6, seed=7), _numbers(2, 5, 6, seed=8))
exercise.case(_numbers(2, 3, 4, 6, seed=9, dtype=torch.float32), _numbers(2, 3, 5, 6, seed=10, dtype=torch.float32))
exercise.case(
    torch.tensor([[1000.0, -1000.0, 10.0, 0.0], [-1000.0, 0.0, 1.0, 2.0]], dtype=torch.float64),
    torch.tensor(
        [[1000.0, 0.0, 0.0, 1.0], [1000.0, 0.0, 0.2, 1.0], [0.0, -1000.0, 0.1, 3.0], [1.0, 0.0, 0.0, 0.0]],
        dtype=torch.float64,
    ),
)


def _weights(scale=root, finish=softmax, scores=dot):
    """Wrong weights from their parts: scores(q, k) / scale(q, k), finished off."""

    def weights(q, k):
        return finish(scores(q, k) / scale(q, k))

    return weights


def _distance(q, k):
    return -torch.cdist(q, k)


def _future(scores):
    allowed = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    return torch.softmax(scores.masked_fill(~allowed, -math.inf), dim=-1)


exercise.mistake("no_scale", _weights(one)).says(
    "The scores are not divided by √d. The more dimensions, the larger the dot products, and the softmax would put "
    "nearly all weight on one key."
)
exercise.mistake("scale_d", _weights(lambda q, k: q.shape[-1])).says(
    "You divide by d. The spread of a sum of d products grows like √d, so it is the square root that brings it back "
    "to one."
)
exercise.mistake("over_queries", _weights(finish=over_queries)).says(
    "Your softmax runs over the queries: the columns sum to 1. It is each query that has a weight of 1 to share out "
    "among the keys, so the ROWS sum to 1."
)
exercise.mistake("no_scale_over_queries", _weights(one, over_queries)).says(
    "Two things: the scores have to be divided by √d, and the softmax runs along the keys (the last axis), not along "
    "the queries."
)
exercise.mistake("scale_d_over_queries", _weights(lambda q, k: q.shape[-1], over_queries)).says(
    "Two things: divide by √d, not by d; and the softmax runs along the keys (the last axis)."
)
exercise.mistake("multiplies_by_root", _weights(lambda q, k: 1 / math.sqrt(q.shape[-1]))).says(
    "You multiply by √d, which makes large scores larger still. They are divided by it."
)
exercise.mistake("multiplies_by_d", _weights(lambda q, k: 1 / q.shape[-1])).says(
    "You multiply by d. The scores are divided, and by its square root."
)
exercise.mistake("root_of_keys", _weights(lambda q, k: math.sqrt(k.shape[-2]))).says(
    "You divide by the square root of the number of keys. What makes a score large is the number of products in it: "
    "d, the LAST axis of q."
)
exercise.mistake("root_of_queries", _weights(lambda q, k: math.sqrt(q.shape[-2]))).says(
    "You divide by the square root of the number of queries. What makes a score large is the number of products in "
    "it: d, the LAST axis of q."
)
exercise.mistake("root_of_first_axis", _weights(lambda q, k: math.sqrt(q.shape[0]))).says(
    "You take d from the first axis, `q.shape[0]` or `len(q)`. d is the last one, whatever stands in front."
)
exercise.mistake("root_of_axis_one", _weights(lambda q, k: math.sqrt(q.shape[1]))).says(
    "You take d from axis 1. That is d only when there is no batch; counted from the end it is always the last."
)
exercise.mistake("keys_for_d", _weights(lambda q, k: k.shape[-2])).says(
    "You divide by the number of keys. What makes a score large is the number of products in it, d; and it is √d that "
    "it grows with."
)
exercise.mistake("root_rounded", _weights(lambda q, k: int(math.sqrt(q.shape[-1])))).says(
    "You round √d down to a whole number (`int(…)` or `//`). Keep it as it is: `math.sqrt(d)`."
)
exercise.mistake("half_d", _weights(lambda q, k: q.shape[-1] / 2)).says(
    "You divide by d/2. It should be the square ROOT of d, d to the power ½."
)
exercise.mistake("fourth_root", _weights(lambda q, k: q.shape[-1] ** 0.25)).says(
    "You divide the scores by the fourth root of d (or only one of q and k by it). In all they are divided by √d."
)
exercise.mistake("d_squared", _weights(lambda q, k: q.shape[-1] ** 2)).says(
    "You divide by d squared. It should be the square root of d."
)
exercise.mistake("cosine", _weights(lambda q, k: q.norm(dim=-1)[..., :, None] * k.norm(dim=-1)[..., None, :])).says(
    "You divide each score by the lengths of its query and its key: that is their cosine. A long key may count more; "
    "only √d is divided out."
)
exercise.mistake(
    "scaled_cosine",
    _weights(lambda q, k: q.norm(dim=-1)[..., :, None] * k.norm(dim=-1)[..., None, :] * math.sqrt(q.shape[-1])),
).says("You take cosines and divide them by √d as well. The score is the plain dot product, divided by √d.")
exercise.mistake("scale_after_softmax", lambda q, k: torch.softmax(dot(q, k), dim=-1) / math.sqrt(q.shape[-1])).says(
    "You divide by √d after the softmax, so that the rows no longer sum to 1. It is the SCORES that are divided."
)
exercise.mistake("scaled_twice", lambda q, k: attention_weights(q, k) / math.sqrt(q.shape[-1])).says(
    "The softmax is over scores divided by √d, as it should be, but then the weights are divided by √d again: the "
    "rows no longer sum to 1."
)
exercise.mistake("transposed", lambda q, k: torch.softmax(dot(k, q) / root(q, k), dim=-1)).says(
    "Your result has a row for each key: k qᵀ. A row belongs to a query, so q comes first."
)
exercise.mistake("transposed_right_axis", lambda q, k: torch.softmax(dot(k, q) / root(q, k), dim=-2)).says(
    "Your weights are right, but they stand in columns: you computed k qᵀ. Give one ROW to each query."
)
exercise.mistake("transposed_no_scale", lambda q, k: torch.softmax(dot(k, q), dim=-1)).says(
    "Two things: a row belongs to a query, so it is q kᵀ and not k qᵀ; and the scores are divided by √d."
)
exercise.mistake("no_transpose", lambda q, k: torch.softmax(q @ k / math.sqrt(q.shape[-1]), dim=-1)).says(
    "You multiply q by k as it stands. For the dot product of every query with every key, the keys have to stand in "
    "columns."
)
exercise.mistake("elementwise", lambda q, k: torch.softmax(q * k / math.sqrt(q.shape[-1]), dim=-1)).says(
    "`q * k` multiplies entry by entry, query 1 with key 1 only. Each query meets EVERY key: that is a matrix product."
)
exercise.mistake("pairs_only", lambda q, k: torch.softmax((q * k).sum(dim=-1) / math.sqrt(q.shape[-1]), dim=-1)).says(
    "You take the dot product of query 1 with key 1, of 2 with 2, … Each query meets EVERY key."
)
exercise.mistake(
    "t_reverses_all", lambda q, k: torch.softmax(q @ k.permute(*range(k.ndim)[::-1]) / math.sqrt(q.shape[-1]), dim=-1)
).says(
    "`k.T` (or `k.t()`) turns ALL axes round or wants a matrix. With a batch in front only the last two axes are "
    "exchanged."
)
exercise.mistake(
    "transpose_0_1", lambda q, k: torch.softmax(q @ k.transpose(0, 1) / math.sqrt(q.shape[-1]), dim=-1)
).says("You exchange axes 0 and 1. With a batch in front these are not time and d: count from the end.")
exercise.mistake(
    "transpose_1_2", lambda q, k: torch.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]), dim=-1)
).says(
    "You exchange axes 1 and 2, which is right for (B, T, d) only. Count from the end, and it is right for any number "
    "of axes in front."
)


@exercise.mistake("batch_expected").says(
    "You unpack three axes, so that only (B, T, d) passes. There may be none in front, or two: take d from "
    "`q.shape[-1]` and count the axes from the end."
)
def batch_expected(q, k):
    _batch, _length, dim = q.shape
    return torch.softmax(q @ k.transpose(1, 2) / math.sqrt(dim), dim=2)


exercise.mistake(
    "bmm", lambda q, k: torch.softmax(torch.bmm(q, k.transpose(-2, -1)) / math.sqrt(q.shape[-1]), dim=-1)
).says("`torch.bmm` takes exactly three axes. `@` takes any number in front.")
exercise.mistake(
    "reshape_for_transpose",
    lambda q, k: torch.softmax(q @ k.reshape(*k.shape[:-2], k.shape[-1], k.shape[-2]) / math.sqrt(q.shape[-1]), dim=-1),
).says(
    "You reshape k instead of transposing it: the numbers keep their order and only the row ends move, so columns are "
    "no longer keys."
)
exercise.mistake("axis_0", _weights(finish=lambda scores: torch.softmax(scores, dim=0))).says(
    "Your softmax runs along the first axis: over the queries, or over the batch. It runs along the keys, the last "
    "axis."
)
exercise.mistake("axis_1", _weights(finish=lambda scores: torch.softmax(scores, dim=1))).says(
    "Your softmax runs along axis 1. That is the keys only when there is no batch: take the last axis."
)
exercise.mistake("whole_table", _weights(finish=flat)).says(
    "Your softmax runs over the whole table. Each query has a weight of 1 of its own to share out."
)
exercise.mistake("scores", _weights(finish=lambda scores: scores)).says(
    "You return the scores. The softmax, which makes weights of them, is missing."
)
exercise.mistake("raw_scores", _weights(one, lambda scores: scores)).says(
    "You return q kᵀ as it is: neither divided by √d nor sent through the softmax."
)
exercise.mistake("log_weights", _weights(finish=lambda scores: torch.log_softmax(scores, dim=-1))).says(
    "You return logarithms of the weights (`log_softmax`). The weights themselves are wanted."
)
exercise.mistake("sigmoid", _weights(finish=torch.sigmoid)).says(
    "A sigmoid judges each key on its own, and the weights of a query do not sum to 1. The softmax lets the keys "
    "compete."
)
exercise.mistake("overflow", _weights(finish=naive)).says(
    "Right for small numbers, but `exp` of a large score is infinite, and inf/inf is nan. `torch.softmax` subtracts "
    "the largest score first."
)
exercise.mistake("global_maximum", _weights(finish=lambda scores: naive(scores, scores.max()))).says(
    "You subtract the largest score of the WHOLE table. A query whose own scores are all far below it gets 0/0. Each "
    "row has a maximum of its own."
)
exercise.mistake(
    "maximum_of_columns", _weights(finish=lambda scores: naive(scores, scores.amax(dim=-2, keepdim=True)))
).says(
    "You subtract the maximum of each column. That changes the weights; only what is subtracted from a whole row, a "
    "query, cancels."
)
exercise.mistake("exponentials", _weights(finish=torch.exp)).says(
    "You take `exp` and do not divide by the sum: the weights of a query must sum to 1."
)
exercise.mistake("no_exponential", _weights(finish=lambda scores: scores / scores.sum(dim=-1, keepdim=True))).says(
    "You divide each score by the sum of the scores. Scores may be negative, and their sum 0; the softmax takes `exp` "
    "first."
)
exercise.mistake(
    "hard",
    _weights(
        finish=lambda scores: torch.nn.functional.one_hot(scores.argmax(dim=-1), scores.shape[-1]).to(scores.dtype)
    ),
).says("You put all weight on the best key. The softmax gives every key a share, and a share has a gradient.")
exercise.mistake("best_key", _weights(finish=lambda scores: scores.argmax(dim=-1))).says(
    "You return which key is best. The weight of each key is wanted, (..., T_q, T_k)."
)
exercise.mistake("softmax_twice", _weights(finish=lambda scores: softmax(softmax(scores)))).says(
    "You take the softmax of a softmax, which makes the weights nearly equal. Once is enough."
)
exercise.mistake("sign", _weights(finish=lambda scores: softmax(-scores))).says(
    "Your sign is turned round: the key that is most UNLIKE the query gets the largest weight."
)
exercise.mistake("distance", _weights(scores=_distance)).says(
    "You score by the distance between query and key. It is the dot product here."
)
exercise.mistake(
    "softmax_of_inputs", lambda q, k: torch.softmax(q, dim=-1) @ torch.softmax(k, dim=-1).transpose(-2, -1) / root(q, k)
).says(
    "You take the softmax of q and k before they meet. It belongs after the product: what becomes weights are the "
    "scores."
)
exercise.mistake("causal", _weights(finish=_future)).says(
    "You hide the keys that come after the query. That is the mask, which comes later: here every query may look at "
    "every key."
)
exercise.mistake("keys_returned", lambda q, k: attention_weights(q, k) @ k).says(
    "You go on and mix the keys with your weights. Return the weights."
)
exercise.mistake("with_scores", lambda q, k: (attention_weights(q, k), dot(q, k) / root(q, k))).says(
    "You return a pair. Only the weights are wanted."
)
exercise.mistake("only_the_last_query", lambda q, k: attention_weights(q, k)[..., -1, :]).says(
    "You return the weights of the last query. All queries are wanted, one row each."
)
exercise.mistake("rounded", lambda q, k: attention_weights(q, k).round(decimals=2)).says(
    "You round the weights. Give them as they are; rounding is for printing, and it has no gradient."
)
exercise.mistake("detached", lambda q, k: attention_weights(q, k).detach()).says(
    "The weights are right, but they are cut off from the graph (`.detach()`, `.data`, `torch.no_grad()`): no "
    "gradient gets back to q and k, and nothing would be learnt."
)
exercise.mistake("detached_keys", lambda q, k: attention_weights(q, k.detach())).says(
    "The weights are right, but k is cut off from the graph: no gradient gets back to it."
)
exercise.mistake("detached_queries", lambda q, k: attention_weights(q.detach(), k)).says(
    "The weights are right, but q is cut off from the graph: no gradient gets back to it."
)


@exercise.mistake("in_place").says(
    "You divide q in place (`q /= …`), which changes the caller's tensor, and torch refuses it where q wants a "
    "gradient. Compute a new one."
)
def in_place(q, k):
    q /= math.sqrt(q.shape[-1])
    return torch.softmax(q @ k.transpose(-2, -1), dim=-1)


exercise.mistake(
    "no_axis", _weights(finish=lambda scores: torch.softmax(scores, dim=0 if scores.ndim in (1, 3) else 1))
).says(
    "You leave `dim` out, and torch guesses an axis, another one for another number of axes. Name it: the keys, the "
    "last one."
)
exercise.mistake("multiplies_over_queries", _weights(lambda q, k: 1 / math.sqrt(q.shape[-1]), over_queries)).says(
    "Two things: the scores are DIVIDED by √d, and the softmax runs along the keys (the last axis)."
)
exercise.mistake("multiplied_after_softmax", lambda q, k: softmax(dot(q, k)) * math.sqrt(q.shape[-1])).says(
    "You multiply by √d after the softmax, so that the rows no longer sum to 1. It is the SCORES that are divided, "
    "before it."
)
exercise.mistake("root_of_all_entries", _weights(lambda q, k: math.sqrt(q.numel()))).says(
    "You divide by the square root of the number of ALL entries of q. Only d counts, its last axis."
)
exercise.mistake("root_of_number_of_axes", _weights(lambda q, k: math.sqrt(q.ndim))).says(
    "You divide by the square root of the number of axes (`ndim`, `len(q.shape)`). It is the length of the last axis "
    "that counts."
)
exercise.mistake("root_of_axis_one_of_keys", _weights(lambda q, k: math.sqrt(k.shape[1]))).says(
    "You take d from axis 1 of k. That is d only when there is no batch; counted from the end it is always the last."
)
exercise.mistake("always_eight", _weights(lambda q, k: 8.0)).says(
    "You divide by 8, which is √64. Here d is the last axis of q, whatever it is."
)
exercise.mistake("two_axes_expected", _weights(scores=lambda q, k: torch.einsum("id,jd->ij", q, k))).says(
    "Your product names two axes only, and there may be a batch and heads in front: `@`, or `...` in einsum, takes "
    "any number."
)
exercise.mistake("relu", _weights(finish=torch.relu)).says(
    "You set negative scores to 0 instead of taking the softmax: the weights of a query do not sum to 1."
)
exercise.mistake("softmax_of_relu", _weights(finish=lambda scores: softmax(scores.relu()))).says(
    "You set negative scores to 0 before the softmax, so that a key that does not fit counts like one that says "
    "nothing. Scores stay as they are."
)
exercise.mistake("absolute_scores", _weights(finish=lambda scores: softmax(scores.abs()))).says(
    "You take the scores without their sign: a key that is quite unlike the query would count like one that fits."
)
exercise.mistake(
    "shares_of_absolute_scores", _weights(finish=lambda scores: torch.nn.functional.normalize(scores, p=1, dim=-1))
).says("You divide each score by the sum of their sizes. A weight may not be negative; the softmax takes `exp` first.")
exercise.mistake("softmax_of_tanh", _weights(finish=lambda scores: softmax(scores.tanh()))).says(
    "You squeeze the scores between −1 and 1 first, so that no key can ever win clearly. The softmax takes the scores "
    "as they are."
)


@exercise.right
def right_1(q, k):
    scores = torch.einsum("...id,...jd->...ij", q, k) * q.shape[-1] ** -0.5
    return torch.nn.functional.softmax(scores, dim=-1)


@exercise.right
def right_2(q, k):
    scores = torch.matmul(q / q.shape[-1] ** 0.25, (k / k.shape[-1] ** 0.25).mT)
    scores = scores - scores.amax(dim=-1, keepdim=True)
    exponentials = torch.exp(scores)
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


@exercise.right
def right_3(q, k):
    rows = []
    for i in range(q.shape[-2]):
        scores = [(q[..., i, :] * k[..., j, :]).sum(-1) / math.sqrt(q.shape[-1]) for j in range(k.shape[-2])]
        rows.append(torch.stack(scores, dim=-1).softmax(dim=-1))
    return torch.stack(rows, dim=-2)


@exercise.right
def right_4(q, k):
    identity = torch.eye(k.shape[-2], dtype=k.dtype).expand(*k.shape[:-2], -1, -1)
    return torch.nn.functional.scaled_dot_product_attention(q, k, identity)


exercise.right(lambda q, k: list(torch.softmax(q @ torch.swapaxes(k, -1, -2) / torch.tensor(q.shape[-1]).sqrt(), -1)))
