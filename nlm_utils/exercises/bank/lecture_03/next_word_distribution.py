"""The whole model: E composes, W scores, softmax. Learners mix up E and W, and take one distribution for each word."""

from functools import reduce
from operator import iadd

import numpy as np
from scipy import special as scipy_special

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import (
    argument,
    exchanged,
    one_for_both,
    other_function,
    other_reduction,
    other_softmax,
    result,
    special,
)
from nlm_utils.functional import softmax

exercise = Exercise(
    functional.next_word_distribution,
    checks="prefixes of 0 to 6 words, a repeated word, word 0 alone, one word or d = 1, logits of 1000, E, W unchanged",
    explanation=(
        "Three steps, each an exercise of this lecture: look the words up in E and add them (d numbers), score every "
        "word of the vocabulary with W (V numbers), turn the scores into probabilities. E reads, W writes: swapping "
        "them gives an answer of the right shape and the wrong values."
    ),
    hints=[
        "You have all three pieces already: from ids to x, from x to t, from t to p. Which of them needs E, which W?",
        "`compose_by_addition` looks up in E; `logits` scores with W; `softmax` comes last.",
        "x = compose_by_addition(E, prefix_ids); t = logits(W, x); and the softmax of t is the answer.",
    ],
)

_E_PAIR = np.array([[0.5, -1.0], [1.0, 0.5], [-0.5, 1.5]])
_W_PAIR = np.array([[1.0, 0.5], [-0.5, 1.0], [0.0, -2.0]])
_E_OTHER = np.array([[0.5, -1.0, 0.0], [1.0, 0.5, -0.5], [-0.5, 1.0, 1.5], [0.0, 0.5, -1.0]])
_W_OTHER = np.array([[1.0, 0.0, 0.5], [-0.5, 0.5, 1.0], [0.0, -1.0, 0.5], [0.5, 1.0, 0.0]])
_E_HUGE = np.array([[500.0, 0.0], [500.0, 1.0], [-250.0, 2.0], [0.0, -1.0]])
_W_HUGE = np.array([[1.0, 0.5], [1.0, -0.5], [-1.0, 2.0], [1.0, 1.5]])

exercise.case(_E_PAIR, _W_PAIR, np.array([2, 1]))
exercise.case(_E_PAIR, _W_PAIR, np.array([1]))
exercise.case(_E_PAIR, _W_PAIR, np.array([0]))
exercise.case(_E_PAIR, _W_PAIR, np.array([], dtype=np.int64))
exercise.case(_E_OTHER, _W_OTHER, np.array([0, 3]))
exercise.case(_E_OTHER, _W_OTHER, np.array([3, 0, 3, 1]))
exercise.case(_E_HUGE, _W_HUGE, np.array([0, 1, 1]))
exercise.case(1000 * np.eye(3)[:, :2], np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), np.array([0, 1]))
exercise.case(_E_PAIR[:1], _W_PAIR[:1], np.array([0, 0]))
exercise.case(_E_OTHER[:, :1], _W_OTHER[:, :1], np.array([2, 1]))
exercise.case(np.array([[1, 0], [0, 2], [-1, 1]]), np.array([[1, 1], [0, -1], [2, 0]]), np.array([0, 2, 0]))
exercise.drawn(
    lambda rng: (
        *rng.normal(size=(2, V := rng.integers(1, 9), rng.integers(1, 6))),
        rng.integers(0, V, rng.integers(0, 7)),
    ),
    5,
)
exercise.case(
    np.round(np.random.default_rng(35).normal(size=(11, 4)), 1),
    np.round(np.random.default_rng(36).normal(size=(11, 4)), 1),
    np.array([10, 7, 0, 7, 3, 1]),
)


def _x(E, ids):
    return E[ids].sum(axis=0)


def _one_for_each_word(E, W, ids):
    return softmax(E[ids] @ W.T)


def _uniform(W):
    return np.full(len(W), 1 / len(W))


def _cosines(W, x):
    lengths = np.linalg.norm(x) * np.linalg.norm(W, axis=1)
    return W @ x / np.where(lengths == 0, 1.0, lengths)


# E and W.
exercise.takes(
    one_for_both("E", "W", ("E_for_W", "You score with E again. E looks up the prefix, W scores what may come next.")),
    one_for_both("W", "E", ("W_for_E", "You look the prefix up in W. E looks it up, W scores what may come next.")),
    exchanged("E", "W", ("swapped", "E and W are swapped; both are V×d, so that the shapes do not warn you.")),
    argument(
        "W",
        transposed=("x_times_W", "You compute x·W, where every ROW of W should meet x; your `logits` does it."),
        reshaped="reshaped_for_transposed",
    ),
    argument("E", unit=("unit_embeddings", "You scale the embeddings to length 1 first. They are added as they are.")),
)
exercise.mistake("swapped_logits_returned", lambda E, W, ids: E @ _x(W, ids)).says(
    "E and W are swapped, and the softmax is still to come: these are scores that do not sum to 1."
)
exercise.mistake("E_for_W_and_mean", lambda E, W, ids: softmax(E @ _x(E, ids) / max(len(ids), 1))).says(
    "You score with E again, and compose with the mean. W scores what may come next, and the embeddings are added."
)

# From the prefix to x.
exercise.takes(
    argument(
        "prefix_ids",
        last=("last_word_only", "You use only the last word, as a bigram model does. All words are composed into x."),
        first="first_word_only",
        without_last=(
            "last_word_dropped",
            "You leave the last word out, as if it were the target: that comes after it.",
        ),
        without_first="first_word_dropped",
        once=("repeated_once", "You count a repeated word once. Every token adds its embedding, repeated or not."),
        positions="positions_for_ids",
    ),
    other_reduction(
        lambda total: lambda E, W, ids: softmax(W @ total(E[ids], 0)),
        "the sum of the embeddings",
        largest="maximum_for_sum",
        product="product_for_sum",
    ),
    other_function(
        lambda f: lambda E, W, ids: softmax(W @ f(_x(E, ids))),
        "no such function",
        tanh=("squashed", "You put the composed vector through a tanh. This model projects the plain sum."),
        softmax=("softmax_before_projection_too", "You take a softmax of x as well. Take it once, of the V logits."),
    ),
    special(
        lambda E, W, ids: len(ids) == 0,
        "the empty prefix",
        "With x = 0 all logits are 0, and the softmax gives every word 1/V without any special case.",
        zero="empty_prefix_gives_zeros",
        none="empty_prefix_is_none",
        refused="empty_prefix_refused",
    ),
)
exercise.mistake(
    "empty_prefix_is_d_long", lambda E, W, ids: softmax(W @ _x(E, ids) if len(ids) else np.zeros(E.shape[1]))
).says("Your empty prefix gives d probabilities. There are V words, one for each row of W: each gets 1/V.")
exercise.mistake("mean_for_sum", lambda E, W, ids: softmax(W @ _x(E, ids) / max(len(ids), 1))).says(
    "You compose with the mean of the embeddings; this model adds them. For n words your logits are n times too small."
)
exercise.mistake("weighted_by_position", lambda E, W, ids: softmax(W @ (np.arange(1, len(ids) + 1) @ E[ids]))).says(
    "You weigh the words by their position. That keeps the order, but in this model every word counts the same."
)
exercise.mistake("softmax_over_the_prefix", lambda E, W, ids: softmax(W @ E[ids].T).sum(axis=1)).says(
    "You take the softmax along the n words of the prefix, and add it up: 1 for every word. Add the embeddings first."
)
exercise.mistake("wrong_axis", lambda E, W, ids: softmax(W @ E[ids].sum(axis=1))).says(
    "You sum over the d dimensions of each word. Sum over the words; your `compose_by_addition` does it."
)
exercise.mistake("concatenation", lambda E, W, ids: softmax(W @ E[ids].reshape(-1))).says(
    "You put the embeddings one after the other, n·d numbers, and W expects d. They are added."
)
exercise.mistake("empty_prefix_fails", lambda E, W, ids: softmax(W @ reduce(np.add, E[ids[1:]], E[ids[0]]))).says(
    "With words it is right, but the empty prefix breaks it. Start from d zeros: then every word gets 1/V."
)
exercise.mistake(
    "embeddings_changed", lambda E, W, ids: softmax(W @ reduce(iadd, (E[i] for i in ids[1:]), E[ids[0]]))
).says("`x = E[…]` is a view, so `x += …` writes into E: an embedding is changed for good. Start from d zeros.")
exercise.mistake("whole_matrix", lambda E, W, ids: softmax(W @ E.sum(axis=0))).says(
    "You compose all of E, whatever the prefix is. Look up the rows of the prefix first."
)
exercise.mistake("word_zero_skipped", lambda E, W, ids: softmax(W @ _x(E, ids[ids != 0]))).says(
    "You skip the word with id 0: `if i:` is false for 0. Id 0 is a word like any other; it has the first row of E."
)
exercise.mistake("word_zero_added_into_E", lambda E, W, ids: softmax(W @ reduce(iadd, (E[i] for i in ids), E[0]))).says(
    "You start from `x = E[0]`: word 0 is added to every prefix, and `x += …` writes into E, for x is a view of it."
)
exercise.mistake("word_zero_added", lambda E, W, ids: softmax(W @ (E[0] + _x(E, ids)))).says(
    "You add the embedding of word 0 to every prefix. Who wants `<s>` in front puts its id into prefix_ids."
)

# One distribution for each word of the prefix.
exercise.mistake("not_composed", lambda E, W, ids: _one_for_each_word(E, W, ids)).says(
    "You forget to compose: one row for each word of the prefix, (n, V). Add the embeddings first: (V,) is wanted."
)
exercise.mistake(
    "distributions_averaged", lambda E, W, ids: _one_for_each_word(E, W, ids).mean(axis=0) if len(ids) else _uniform(W)
).says("You average one distribution per word. The words are composed FIRST, into one vector: one distribution.")
exercise.mistake("distributions_added", lambda E, W, ids: _one_for_each_word(E, W, ids).sum(axis=0)).says(
    "You add one distribution per word: n words then sum to n. Add the vectors, before W and softmax."
)
exercise.mistake("distributions_multiplied", lambda E, W, ids: _one_for_each_word(E, W, ids).prod(axis=0)).says(
    "You multiply one distribution per word, and the product does not sum to 1. Add the vectors first; one softmax."
)
exercise.mistake(
    "distributions_multiplied_and_divided",
    lambda E, W, ids: (p := _one_for_each_word(E, W, ids).prod(axis=0)) / p.sum(),
).says(
    "You multiply one distribution per word. Where the words exclude each other, all underflows to 0, and 0/0 is nan. "
    "Add the vectors first; one softmax."
)
exercise.mistake(
    "exponentials_added",
    lambda E, W, ids: softmax(np.log(np.exp(E[ids] @ W.T).sum(axis=0))) if len(ids) else _uniform(W),
).says("You add up e^(W·c) of the single words. Add the vectors FIRST: e to a sum is a PRODUCT of exponentials.")

# From x to the scores.
exercise.mistake("softmax_of_the_embedding", lambda E, W, ids: softmax(_x(E, ids))).says(
    "You take the softmax of the composed vector: the d dimensions are no words. Project with W to V logits first."
)
exercise.mistake("softmax_before_projection", lambda E, W, ids: W @ softmax(_x(E, ids))).says(
    "You take the softmax before W: what comes out of W are scores again. First project to V logits, then softmax."
)
exercise.mistake("composition_only", lambda E, W, ids: _x(E, ids)).says(
    "You stop at the composed vector, d numbers. Two steps are missing: project it with W, then the softmax."
)
exercise.mistake("scaled_by_root_d", lambda E, W, ids: softmax(W @ _x(E, ids) / np.sqrt(E.shape[1]))).says(
    "You divide the logits by √d. Attention does that, in lecture 10; this model does not."
)
exercise.mistake("cosine_for_dot_product", lambda E, W, ids: softmax(_cosines(W, _x(E, ids)))).says(
    "You score with the cosine, within ±1, so that the model can never be sure. A logit is the plain dot product."
)

# From the scores to probabilities.
exercise.takes(
    other_softmax(
        lambda softmax: lambda E, W, ids: softmax(W @ _x(E, ids)),
        nothing=("logits_returned", "You stop at the logits, scores that do not sum to 1. The softmax comes last."),
        overflow=("overflow", "e^1000 is inf, and inf/inf is nan. Your stable `softmax` subtracts the maximum first."),
        twice="softmax_twice",
        minus="sign",
        no_exponential="no_exponential",
        sigmoid="sigmoid",
        sigmoid_shares="sigmoid_normalised",
        over_maximum="divided_by_the_maximum",
    ),
    result(
        squeezed="squeezed",
        place_of_largest=("best_word", "You return the likeliest word's id. One probability for each word is wanted."),
        largest=("best_probability", "You return the highest probability only. One number for each word is wanted."),
    ),
)
exercise.mistake("divided_by_the_maximum_no_softmax", lambda E, W, ids: W @ _x(E, ids) / (W @ _x(E, ids)).max()).says(
    "You divide the logits by the largest, so that the best word gets 1. Take the softmax: it is ≥ 0 and sums to 1."
)
exercise.mistake(
    "log_of_the_sum_overflows", lambda E, W, ids: np.exp(W @ _x(E, ids) - np.log(np.exp(W @ _x(E, ids)).sum()))
).says("e^(t − log Σe^t) is the same in mathematics, but Σe^t overflows at 1000. Use your stable `softmax`.")
exercise.mistake("logits_clipped", lambda E, W, ids: softmax(np.clip(W @ _x(E, ids), -100, 100))).says(
    "You clip the logits: all beyond the bound become equal. Your stable `softmax` needs no clipping."
)
exercise.mistake("prefix_only", lambda E, W, ids: softmax(W @ _x(E, ids))[ids]).says(
    "You return probabilities for the words of the prefix only. Any of the V words may come next."
)
exercise.mistake(
    "prefix_forbidden",
    lambda E, W, ids: softmax(np.where(np.isin(np.arange(len(W)), ids), -np.inf, W @ _x(E, ids))),
).says("You forbid the words of the prefix. A word may come again ('the blue ants hated the red ants').")

exercise.right(lambda E, W, ids: scipy_special.softmax(W @ E[ids].sum(axis=0)))
exercise.right(lambda E, W, ids: softmax(E[ids].sum(axis=0) @ W.T).tolist())
exercise.right(lambda E, W, ids: softmax(sum((W @ E[i] for i in ids), np.zeros(len(W)))))  # W·(c₁+c₂) = W·c₁ + W·c₂


@exercise.right
def one_hot_and_einsum(E, W, prefix_ids):
    x = functional.one_hot(prefix_ids, len(E)).sum(axis=0) @ E
    t = np.einsum("vd,d->v", W, x)
    return np.exp(t - scipy_special.logsumexp(t))
