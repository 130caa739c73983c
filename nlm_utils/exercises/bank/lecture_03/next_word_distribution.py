"""next_word_distribution."""

import numpy as np
from scipy import special

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.next_word_distribution,
    checks=("prefixes of 0 to 6 words, a repeated word, word 0 alone, logits near 1000, E and W unchanged"),
    explanation=(
        "Three steps, each an exercise of this lecture: look the words up in E and add them (d numbers), score every "
        "word of the vocabulary with W (V numbers), turn the scores into probabilities. E reads, W writes: swapping "
        "them gives an answer of the right shape and the wrong values."
    ),
    hints=[
        ("You have all three pieces already: from ids to x, from x to t, from t to p. Which of them needs E, which W?"),
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
exercise.case(
    np.round(np.random.default_rng(35).normal(size=(11, 4)), 1),
    np.round(np.random.default_rng(36).normal(size=(11, 4)), 1),
    np.array([10, 7, 0, 7, 3, 1]),
)

exercise.mistake(
    "softmax_of_the_embedding", lambda E, W, prefix_ids: functional.softmax(E[prefix_ids].sum(axis=0))
).says(
    "You take the softmax of the composed vector itself: d numbers, and the d dimensions are no words. Project with W "
    "to V logits first."
)


@exercise.mistake("last_word_only").says(
    "You use only the last word of the prefix: that is a bigram model. All words of the prefix are composed into x."
)
def last_word_only(E, W, prefix_ids):
    x = E[prefix_ids[-1]] if len(prefix_ids) else np.zeros(E.shape[1])
    return functional.softmax(W @ x)


exercise.mistake(
    "last_word_only_and_empty_fails", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids[-1]])
).says(
    "You use only the last word of the prefix: that is a bigram model, and the empty prefix has no last word. All the "
    "words of the prefix are composed into x."
)


@exercise.mistake("first_word_only").says(
    "You use only the first word of the prefix. All its words are composed into x."
)
def first_word_only(E, W, prefix_ids):
    x = E[prefix_ids[0]] if len(prefix_ids) else np.zeros(E.shape[1])
    return functional.softmax(W @ x)


exercise.mistake(
    "last_word_dropped", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids[:-1]].sum(axis=0))
).says(
    "You leave the last word of the prefix out, as if it were the target. The prefix is all known; the target comes "
    "after it."
)
exercise.mistake(
    "mean_for_sum",
    lambda E, W, prefix_ids: functional.softmax(W @ (E[prefix_ids].sum(axis=0) / max(len(prefix_ids), 1))),
).says(
    "You compose with the mean of the embeddings; this model adds them. For n words your logits are n times too "
    "small, and the distribution too flat."
)
exercise.mistake(
    "mean_and_empty_fails", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].mean(axis=0))
).says(
    "You compose with the mean of the embeddings; this model adds them. For n words your logits are n times too "
    "small, and for the empty prefix the mean is 0/0."
)
exercise.mistake(
    "repeated_once", lambda E, W, prefix_ids: functional.softmax(W @ E[np.unique(prefix_ids)].sum(axis=0))
).says("You count a repeated word of the prefix once. Every token adds its embedding, repeated or not.")
exercise.mistake("logits_returned", lambda E, W, prefix_ids: W @ E[prefix_ids].sum(axis=0)).says(
    "You stop at the logits: scores of any sign that do not sum to 1. The softmax comes last."
)
exercise.mistake("E_for_W", lambda E, W, prefix_ids: functional.softmax(E @ E[prefix_ids].sum(axis=0))).says(
    "You score with E again. E and W have the same shape but are different parameters here: E to look up the prefix, "
    "W to score what may come next."
)
exercise.mistake("W_for_E", lambda E, W, prefix_ids: functional.softmax(W @ W[prefix_ids].sum(axis=0))).says(
    "You look the prefix up in W. E and W have the same shape but are different parameters here: E to look up the "
    "prefix, W to score what may come next."
)
exercise.mistake("swapped", lambda E, W, prefix_ids: functional.softmax(E @ W[prefix_ids].sum(axis=0))).says(
    "E and W are swapped: the prefix is looked up in E, and W scores what may come next. Since both are V×d, the "
    "shapes do not warn you."
)


@exercise.mistake("distributions_averaged").says(
    "You compute one distribution for each word and average them. The words are composed FIRST, into one vector x; "
    "then there is one distribution."
)
def distributions_averaged(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        return np.full(len(W), 1 / len(W))
    return functional.softmax(E[prefix_ids] @ W.T).mean(axis=0)


exercise.mistake(
    "distributions_averaged_and_empty_fails",
    lambda E, W, prefix_ids: functional.softmax(E[prefix_ids] @ W.T).mean(axis=0),
).says(
    "You compute one distribution for each word and average them, which an empty prefix turns into 0/0. The words are "
    "composed FIRST, into one vector x; then there is one distribution."
)
exercise.mistake(
    "distributions_added", lambda E, W, prefix_ids: functional.softmax(E[prefix_ids] @ W.T).sum(axis=0)
).says(
    "You compute one distribution for each word and add them: n words then sum to n. Add the vectors, before W and "
    "softmax."
)
exercise.mistake(
    "distributions_multiplied", lambda E, W, prefix_ids: functional.softmax(E[prefix_ids] @ W.T).prod(axis=0)
).says(
    "You multiply one distribution per word, and the product does not sum to 1. Add the vectors first; the softmax is "
    "taken once, at the end."
)
exercise.mistake("not_composed", lambda E, W, prefix_ids: functional.softmax(E[prefix_ids] @ W.T)).says(
    "You forget to compose: one row for each word of the prefix, (n, V). Add the embeddings first; one distribution "
    "of shape (V,) is wanted."
)
exercise.mistake(
    "softmax_before_projection", lambda E, W, prefix_ids: W @ functional.softmax(E[prefix_ids].sum(axis=0))
).says(
    "You take the softmax before W: what comes out of W are scores again and do not sum to 1. First project to V "
    "logits, then softmax."
)
exercise.mistake(
    "softmax_twice", lambda E, W, prefix_ids: functional.softmax(functional.softmax(W @ E[prefix_ids].sum(axis=0)))
).says("You take the softmax twice: of probabilities, all between 0 and 1, a softmax is nearly flat. Once is enough.")


@exercise.mistake("overflow").says(
    "Right for small logits, but e^1000 is inf, and inf/inf is nan. Use your stable `softmax`, which subtracts the "
    "maximum first."
)
def overflow(E, W, prefix_ids):
    exponentials = np.exp(W @ E[prefix_ids].sum(axis=0))
    return exponentials / exponentials.sum()


exercise.mistake("logarithm", lambda E, W, prefix_ids: functional.log_softmax(W @ E[prefix_ids].sum(axis=0))).says(
    "You return log-probabilities, all of them ≤ 0. Here the probabilities themselves are wanted."
)
exercise.mistake("best_word", lambda E, W, prefix_ids: int((W @ E[prefix_ids].sum(axis=0)).argmax())).says(
    "You return the id of the likeliest word. The whole distribution is wanted, one probability for each word."
)
exercise.mistake(
    "prefix_only", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].sum(axis=0))[prefix_ids]
).says("You return probabilities for the words of the prefix only. Any of the V words may come next.")


@exercise.mistake("prefix_forbidden").says(
    "You forbid the words of the prefix. A word may well come again ('the blue ants hated the red ants'); the model "
    "leaves all V words possible."
)
def prefix_forbidden(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    t[prefix_ids] = -np.inf
    return functional.softmax(t)


exercise.mistake(
    "extra_dimension", lambda E, W, prefix_ids: functional.softmax(E[prefix_ids].sum(axis=0, keepdims=True) @ W.T)
).says("Your numbers are right but stand in a (1, V) matrix; a vector of shape (V,) is wanted.")
exercise.mistake("sign", lambda E, W, prefix_ids: functional.softmax(-(W @ E[prefix_ids].sum(axis=0)))).says(
    "Your logits have the wrong sign: the word that fits worst gets the highest probability."
)


@exercise.mistake("empty_prefix_fails").says(
    "With words it is right, but the empty prefix breaks it. The sum of no vectors is d zeros: then all logits are 0, "
    "and every word gets 1/V."
)
def empty_prefix_fails(E, W, prefix_ids):
    x = E[prefix_ids[0]].copy()
    for i in prefix_ids[1:]:
        x += E[i]
    return functional.softmax(W @ x)


@exercise.mistake("embeddings_changed").says(
    "`x = E[…]` is a view of a row of E, and adding to it in place writes into E: the embedding of a word is changed "
    "for good. Start from d zeros of your own; then the empty prefix works too."
)
def embeddings_changed(E, W, prefix_ids):
    x = E[prefix_ids[0]]
    for i in prefix_ids[1:]:
        x += E[i]
    return functional.softmax(W @ x)


exercise.mistake(
    "first_word_dropped", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids[1:]].sum(axis=0))
).says("You leave out the first word of the prefix: your slice or loop starts at 1. All words are composed.")
exercise.mistake("x_times_W", lambda E, W, prefix_ids: functional.softmax(E[prefix_ids].sum(axis=0) @ W)).says(
    "You compute x·W, and (d,) times (V, d) does not fit. Every ROW of W meets x; your `logits` does it."
)
exercise.mistake("wrong_axis", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].sum(axis=1))).says(
    "You sum over the d dimensions of each word. Sum over the words, so that d numbers are left for W; your "
    "`compose_by_addition` does it."
)
exercise.mistake("concatenation", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].reshape(-1))).says(
    "You put the embeddings one behind the other, n·d numbers, and W expects d. They are added."
)


@exercise.mistake("no_exponential").says(
    "You divide the logits by their sum: negative ones stay negative. The softmax makes everything positive first."
)
def no_exponential(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return t / t.sum()


exercise.mistake("sigmoid", lambda E, W, prefix_ids: special.expit(W @ E[prefix_ids].sum(axis=0))).says(
    "You squash each logit by itself (a sigmoid). Words compete in a softmax, so that all together sum to 1."
)
exercise.mistake(
    "positions_for_ids", lambda E, W, prefix_ids: functional.softmax(W @ E[np.arange(len(prefix_ids))].sum(axis=0))
).says("You look up the rows 0, 1, 2 … of E, the positions in the prefix. The ids say which rows: E[prefix_ids].")
exercise.mistake("whole_matrix", lambda E, W, prefix_ids: functional.softmax(W @ E.sum(axis=0))).says(
    "You compose all of E, whatever the prefix is. Look up the rows of the prefix first."
)
exercise.mistake(
    "scaled_by_root_d", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].sum(axis=0) / np.sqrt(E.shape[1]))
).says("You divide the logits by √d. Attention does that, in lecture 10; this model does not.")


@exercise.mistake("empty_prefix_gives_zeros").says(
    "With words it is right, but your empty prefix gives zeros, which are no distribution. With x = 0 all logits are "
    "0, and the softmax gives every word 1/V without any special case."
)
def empty_prefix_gives_zeros(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        return np.zeros(len(W))
    return functional.softmax(W @ E[prefix_ids].sum(axis=0))


exercise.mistake("squashed", lambda E, W, prefix_ids: functional.softmax(W @ np.tanh(E[prefix_ids].sum(axis=0)))).says(
    "You put the composed vector through a tanh. This model projects the plain sum."
)
exercise.mistake("maximum_for_sum", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].max(axis=0))).says(
    "You compose by taking the largest value of each dimension. This model adds."
)
exercise.mistake("product_for_sum", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].prod(axis=0))).says(
    "You compose by multiplying the embeddings. This model adds."
)
exercise.mistake("composition_only", lambda E, W, prefix_ids: E[prefix_ids].sum(axis=0)).says(
    "You stop at the composed vector, d numbers. Two steps are missing: project it with W, then the softmax."
)
exercise.mistake(
    "best_probability", lambda E, W, prefix_ids: float(functional.softmax(W @ E[prefix_ids].sum(axis=0)).max())
).says("You return only the highest probability. The whole distribution is wanted, one number for each word.")


@exercise.mistake("unit_embeddings").says(
    "You scale the embeddings to length 1 first. This model adds them as they are."
)
def unit_embeddings(E, W, prefix_ids):
    E = E / np.linalg.norm(E, axis=1, keepdims=True)
    return functional.softmax(W @ E[prefix_ids].sum(axis=0))


exercise.mistake("swapped_logits_returned", lambda E, W, prefix_ids: E @ W[prefix_ids].sum(axis=0)).says(
    "E and W are swapped (the prefix is looked up in E, and W scores what may come next), and the softmax is still to "
    "come: these are scores that do not sum to 1."
)
exercise.mistake(
    "softmax_before_projection_too",
    lambda E, W, prefix_ids: functional.softmax(W @ functional.softmax(E[prefix_ids].sum(axis=0))),
).says(
    "You take a softmax before W as well. The composed vector goes into W as it is; the softmax is taken once, of the "
    "V logits."
)

_E_AND_MEAN = (
    "You score with E again, and compose with the mean. Here W scores what may come next, and the embeddings of the "
    "prefix are added."
)

exercise.mistake(
    "E_for_W_and_mean",
    lambda E, W, prefix_ids: functional.softmax(E @ (E[prefix_ids].sum(axis=0) / max(len(prefix_ids), 1))),
).says(_E_AND_MEAN)
exercise.mistake(
    "E_for_W_and_mean_empty_fails", lambda E, W, prefix_ids: functional.softmax(E @ E[prefix_ids].mean(axis=0))
).says(_E_AND_MEAN)

_COSINE = (
    "You score with the cosine of x and each row of W, never beyond ±1, so that the model can never be sure. A logit "
    "is the plain dot product."
)


def _cosine_scores(W, x, safe):
    length = np.linalg.norm(x) * np.linalg.norm(W, axis=1)
    return W @ x / (np.where(length == 0, 1.0, length) if safe else length)


exercise.mistake(
    "cosine_for_dot_product",
    lambda E, W, prefix_ids: functional.softmax(_cosine_scores(W, E[prefix_ids].sum(axis=0), safe=True)),
).says(_COSINE)
exercise.mistake(
    "cosine_and_empty_fails",
    lambda E, W, prefix_ids: functional.softmax(_cosine_scores(W, E[prefix_ids].sum(axis=0), safe=False)),
).says(_COSINE)


@exercise.mistake("divided_by_the_maximum").says(
    "You DIVIDE the logits by their maximum; subtract it. Only a shift leaves softmax as it was, and for the empty "
    "prefix the maximum is 0. Your `softmax` does it right."
)
def divided_by_the_maximum(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return functional.softmax(t / t.max())


@exercise.mistake("divided_by_the_maximum_no_softmax").says(
    "You divide the logits by the largest, so that the best word gets 1. Probabilities are ≥ 0 and sum to 1: take the "
    "softmax."
)
def divided_by_the_maximum_no_softmax(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return t / t.max()


exercise.mistake(
    "reshaped_for_transposed",
    lambda E, W, prefix_ids: functional.softmax(E[prefix_ids].sum(axis=0) @ W.reshape(W.shape[1], W.shape[0])),
).says(
    "You reshape W to (d, V) for transposing it. Reshaping keeps the numbers in reading order and so mixes the rows "
    "of W. Transposing swaps rows and columns; your `logits` does it right."
)

_EXPONENTIALS_ADDED = (
    "You add up e^(W·c) of the single words, so each word of the prefix decides for itself. The vectors are added "
    "FIRST; the exponential of a sum is a product of exponentials, not their sum."
)


@exercise.mistake("exponentials_added").says(_EXPONENTIALS_ADDED)
def exponentials_added(E, W, prefix_ids):
    e = np.exp(E[prefix_ids] @ W.T).sum(axis=0)
    return e / e.sum()


@exercise.mistake("exponentials_added_or_empty").says(_EXPONENTIALS_ADDED)
def exponentials_added_or_empty(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        return np.full(len(W), 1 / len(W))
    e = np.exp(E[prefix_ids] @ W.T).sum(axis=0)
    return e / e.sum()


@exercise.mistake("distributions_added_and_normalised").says(
    "You add one distribution per word and divide by the sum, which averages them. The vectors are added FIRST, "
    "before W and softmax; then there is one distribution."
)
def distributions_added_and_normalised(E, W, prefix_ids):
    p = functional.softmax(E[prefix_ids] @ W.T).sum(axis=0)
    return p / (p.sum() or 1.0)


@exercise.mistake("empty_prefix_refused").says(
    "With words it is right, but you refuse the empty prefix. It is allowed: the sum of no vectors is d zeros, all "
    "logits are 0, and every word gets 1/V without any special case."
)
def empty_prefix_refused(E, W, prefix_ids):
    if len(prefix_ids) == 0:
        raise ValueError("empty prefix")
    return functional.softmax(W @ E[prefix_ids].sum(axis=0))


exercise.mistake(
    "empty_prefix_is_none",
    lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids].sum(axis=0)) if len(prefix_ids) else None,
).says(
    "With words it is right, but your empty prefix gives None. With x = 0 all logits are 0, and the softmax gives "
    "every word 1/V without any special case."
)
exercise.mistake(
    "word_zero_skipped", lambda E, W, prefix_ids: functional.softmax(W @ E[prefix_ids[prefix_ids != 0]].sum(axis=0))
).says(
    "You skip the word with id 0 in the prefix: `if i:` is false for 0. Id 0 is a word like any other; it has the "
    "first row of E."
)
exercise.mistake(
    "word_zero_added", lambda E, W, prefix_ids: functional.softmax(W @ (E[0] + E[prefix_ids].sum(axis=0)))
).says(
    "You add the embedding of word 0 to every prefix. Nothing is added: who wants `<s>` in front puts its id into "
    "prefix_ids."
)


@exercise.mistake("log_of_the_sum_overflows").says(
    "e^(t − log Σe^t) is the same in mathematics, but Σe^t overflows at 1000. Use your stable `softmax`."
)
def log_of_the_sum_overflows(E, W, prefix_ids):
    t = W @ E[prefix_ids].sum(axis=0)
    return np.exp(t - np.log(np.exp(t).sum()))


@exercise.mistake("sigmoid_normalised").says(
    "You squash each logit by itself (a sigmoid) and normalise after. The softmax uses e^t, so that a difference of "
    "logits becomes a ratio of probabilities."
)
def sigmoid_normalised(E, W, prefix_ids):
    p = special.expit(W @ E[prefix_ids].sum(axis=0))
    return p / p.sum()


exercise.right(lambda E, W, prefix_ids: special.softmax(W @ E[prefix_ids].sum(axis=0)))


@exercise.right
def right_1(E, W, prefix_ids):
    x = functional.one_hot(prefix_ids, len(E)).sum(axis=0) @ E
    t = np.einsum("vd,d->v", W, x)
    return np.exp(t - special.logsumexp(t))


@exercise.right
def right_2(E, W, prefix_ids):
    t = np.zeros(len(W))
    for i in prefix_ids:  # W·(c₁ + c₂ + …) = W·c₁ + W·c₂ + …: adding logits is adding vectors
        t += W @ E[i]
    e = np.exp(t - t.max())
    return e / e.sum()


@exercise.right
def right_3(E, W, prefix_ids):
    x = E[prefix_ids].astype(np.float32).sum(axis=0)
    return functional.softmax(x @ W.astype(np.float32).T).tolist()
