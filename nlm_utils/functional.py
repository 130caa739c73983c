"""The functions every neural language model is made of, in NumPy, as short as the maths.

Words as vectors (lecture 02), composition and softmax (03), losses and information (04). Each is the
reference of an exercise: what a student writes is compared with it. Natural logarithms; nothing here changes
its arguments.
"""

from __future__ import annotations

import numpy as np

# --- words as vectors (lecture 02) ----------------------------------------------------------------


def count_types_and_tokens(tokens):
    """How many types (different words) and how many tokens (words in all) a text has.

    tokens: a list of strings. "The" and "the" are two types; a full stop is a token like any other.
    Returns two whole numbers, (types, tokens). An empty text has (0, 0).
    """
    return len(set(tokens)), len(tokens)


def encode(tokens, vocabulary):
    """The vocabulary id of every token, in the order of the text: an int array of shape (n,).

    tokens: a list of n strings, n > 0.
    vocabulary: a dict from type to id, an int of any size. It holds "<unk>", whose id stands for every token
    that is not in it.
    """
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])


def one_hot(ids, vocab_size):
    """A row of vocab_size zeros with a single 1.0, at place `id`, for each id.

    ids: one int, such as 2, or an int array of any shape (...); every id lies in 0 ... vocab_size - 1.
    Returns an array of floats, of shape (..., vocab_size); (vocab_size,) for one int.
    """
    return (np.asarray(ids)[..., None] == np.arange(vocab_size)).astype(float)


def embed(E, ids):
    """The embedding of each id: the rows of `E` that `ids` names.

    E: (V, d) floats, one row per type.   ids: one int, such as 2, or an int array of any shape (...).
    Returns an array of shape (..., d); (d,) for one int. E and ids stay as they were.
    """
    return E[ids]


def cosine_similarity(a, b):
    """The cosine of the angle between two vectors: 1 same direction, 0 at right angles, -1 opposite.

    a, b: float arrays of shape (d,), which stay as they were; they may be as short as 1e-60.
    Returns one float; 0.0 when one of the vectors (or both) is all zeros.
    """
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / lengths) if lengths > 0 else 0.0


def nearest_neighbours(E, word_id, k):
    """The ids of the k words whose rows of `E` are most similar to row `word_id`, by cosine.

    E: (V, d) floats, which stay as they were; a row is all zeros or no shorter than 1e-3.
    word_id: int.   k: int, at most V - 1.
    Returns an int array of shape (k,), the most similar first, without `word_id` itself. A row of zeros has
    cosine 0 with every other. Words with equal cosines may come in any order.
    """
    similarities = np.array([cosine_similarity(E[word_id], row) for row in E])  # (V,)
    order = np.argsort(-similarities)
    return order[order != word_id][:k]


# --- composition and softmax (lecture 03) ---------------------------------------------------------


def compose_by_addition(E: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """One vector for a whole prefix: the sum of the embeddings of its words.

    E        (V, d) embeddings, one row for each type; `E` stays as it was
    ids      (n,) int, the words of the prefix; a word that stands there twice counts twice
    returns  (d,), whatever n is; an empty prefix (n = 0) gives d zeros
    """
    return E[ids].sum(axis=0)  # (n, d) -> (d,)


def logits(W: np.ndarray, x: np.ndarray) -> np.ndarray:
    """One score for each of the V words: the dot product of its row of W with x.

    W        (V, d) projection, one row for each word that may come next
    x        (d,) one composed vector, floats or ints, or any number of them, (..., d): (B, d), (B, T, d)
    returns  (V,) or (..., V); each vector of x is scored by itself
    """
    return x @ W.T  # (..., d) -> (..., V)


def softmax(t: np.ndarray) -> np.ndarray:
    """Probabilities for logits `t`, along the last axis.

    t        (V,) or (..., V), floats or ints: one row of V logits, or any number of rows, each normalised by itself
    returns  floats shaped like t, none negative, every row summing to 1; `t` stays as it was

    Right for every finite t, ±1000 in one row or in different rows.
    A logit of −inf gets probability 0, exactly; each row has at least one finite logit.
    """
    exponentials = np.exp(t - t.max(axis=-1, keepdims=True))  # the largest is e^0 = 1: no overflow
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def next_word_distribution(E: np.ndarray, W: np.ndarray, prefix_ids: np.ndarray) -> np.ndarray:
    """p(w | prefix) for every word w of the vocabulary: the additive neural language model.

    E           (V, d) embeddings, floats or ints, with which the words of the prefix are looked up
    W           (V, d) projection, likewise, with which the V words that may come next are scored
    prefix_ids  (n,) int, all the words to be composed (`<s>` only if its id is among them); n = 0 is allowed
    returns     (V,) probabilities that sum to 1; E and W stay as they were
    """
    x = compose_by_addition(E, prefix_ids)  # (n,) -> (d,)
    t = logits(W, x)  # (d,) -> (V,)
    return softmax(t)


def softmax_with_temperature(t: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities for logits `t` divided by `temperature`, along the last axis.

    t            (V,) or (..., V), as for `softmax`: ±1000 and −inf too; `t` stays as it was
    temperature  any number > 0 (down to 1e-9), int or float: below 1 makes it sharper, above 1 flatter
    returns      an array shaped like t; every row sums to 1
    Raises ValueError for a temperature of 0 or below.
    """
    if temperature <= 0:
        raise ValueError(f"softmax_with_temperature: temperature must be > 0, got {temperature}")
    return softmax(t / temperature)


# --- loss (lecture 04) ----------------------------------------------------------------------------


def negative_log_likelihood(p: np.ndarray, target: int) -> float:
    """How surprised a model is, in nats, by the word that came: −log p(target).

    p       (V,) the model's probabilities, `p[target]` above 0, be it 1e-60
    target  the id of the word that came, counted from 0
    Natural logarithm; a number ≥ 0, and 0 only for a word that was certain.
    """
    return float(-np.log(p[target]))


def log_softmax(t: np.ndarray) -> np.ndarray:
    """Log-probabilities of the words for logits `t`, along the last axis.

    t        (..., V) floats or ints: one row of V logits, or any number of rows, each normalised by itself
    returns  floats, shaped like t; natural logarithm; `t` stays as it was

    Finite for logits of ±1000 and far beyond: [1000, 0] gives [0, −1000], [−1000, 1000] gives [−2000, 0].
    """
    shifted = t - t.max(axis=-1, keepdims=True)  # the largest is 0: exp cannot overflow
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def cross_entropy(t: np.ndarray, targets: np.ndarray) -> float:
    """The loss of a batch: the mean over its B examples of −log softmax(t[i])[targets[i]], in nats.

    t        (B, V) logits (not probabilities), one row per example; `t` stays as it was
    targets  (B,) ids of the words that came, counted from 0

    Finite for logits of ±1000 and far beyond.
    """
    log_p = log_softmax(t)  # (B, V)
    return float(-log_p[np.arange(len(targets)), targets].mean())


def perplexity(mean_nll: float) -> float:
    """The perplexity, e^loss: an even guess among that many words has the same loss.

    mean_nll  the mean negative log likelihood in nats per token
    A loss of 0 gives 1; the loss of a uniform guess, log V, gives V.
    """
    return float(np.exp(mean_nll))


def entropy(p: np.ndarray) -> float:
    """The mean surprise, in nats, of one who knows p at words drawn from p: −Σ p log p.

    p  (V,) probabilities that sum to 1; some may be 0, and add nothing (0 · log 0 = 0)
    `p` stays as it was.
    """
    possible = p[p > 0]
    return float(0.0 - (possible * np.log(possible)).sum())  # 0 for a certain word, not −0


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """What it costs, in nats per word, to believe q when the truth is p: Σ p log(p / q).

    p, q  (V,) probabilities that sum to 1; both stay as they were

    Where p is 0 nothing is added, whatever q is there, 0 too.
    Where p is above 0 and q is 0, the answer is infinite: `np.inf`.
    """
    possible = p > 0
    if (q[possible] == 0).any():
        return np.inf
    return float((p[possible] * np.log(p[possible] / q[possible])).sum())
