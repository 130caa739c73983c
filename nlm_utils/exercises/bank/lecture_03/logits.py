"""logits."""

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.logits,
    checks=("one vector, batches of shape (2, d), (1, d), (d, d), (V, d) and (2, 4, d), W square, the zero vector"),
    explanation=(
        "Logit i is the dot product of row i of W with x. For one column vector that is W·x, as in the notes. For a "
        "batch the vectors are the rows of X, and `X @ W.T` takes the same dot products for all of them: the last "
        "axis (d) is summed away and V takes its place, whatever stands in front."
    ),
    hints=[
        ("Each logit is the dot product of one row of W with x. Which axis of W and which axis of x have length d?"),
        (
            "`A @ B` sums over the LAST axis of A and the second-to-last of B. Where must x stand, and how must W be "
            "turned, so that both of these have length d?"
        ),
        "x comes first, then the transpose of W: (…, d) @ (d, V) gives (…, V).",
    ],
)

_W_TINY = np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 3.0]])

_W_SMALL = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0], [-1.5, 1.0, 3.0], [0.0, -2.0, 0.5]])

_W_LARGE = np.round(np.random.default_rng(32).normal(size=(7, 6)), 1)

exercise.case(_W_TINY, np.array([2.0, -1.0]))
exercise.case(_W_TINY, np.array([[1.0, 2.0]]))
exercise.case(_W_TINY, np.array([[2.0, -1.0], [0.5, 3.0]]))
exercise.case(_W_SMALL, np.array([2.0, -1.0, 0.5]))
exercise.case(_W_SMALL, np.array([[2.0, -1.0, 0.5], [0.0, 1.5, 3.0]]))
exercise.case(_W_SMALL, np.array([[2.0, -1.0, 0.5], [0.0, 1.5, 3.0], [1.0, -2.0, 0.0]]))
exercise.case(_W_TINY, np.array([[2.0, -1.0], [0.5, 3.0], [-2.0, 1.0]]))
exercise.case(_W_TINY[:2], np.array([2.0, -1.0]))
exercise.case(_W_TINY, np.zeros(2))
exercise.case(_W_LARGE, np.round(np.random.default_rng(33).normal(size=(2, 4, 6)), 1))
exercise.case(_W_SMALL, np.array([1000.0, -800.0, 500.0]))

exercise.mistake("one_vector_only", lambda W, x: W @ x).says(
    "W·x is right for one vector x, but a batch holds its vectors in its rows, and W (V×d) times X (B×d) does not "
    "fit. Put the batch first and turn W instead."
)
exercise.mistake("x_times_W", lambda W, x: x @ W).says(
    "You compute x·W: that sums over the V words instead of the d dimensions, and (d,) times (V, d) does not fit. "
    "Every ROW of W meets x: turn W round."
)
exercise.mistake("transposed_batch", lambda W, x: W @ x.T).says(
    "For a batch your result is turned round, (V, B) for (B, V): one column per example. One ROW per example is "
    "wanted, words along the last axis."
)
exercise.mistake("transposed_last_axes", lambda W, x: W @ np.swapaxes(x, -1, -2)).says(
    "For a batch your result is turned round, (…, V, B) for (…, B, V). One ROW per example is wanted, with the words "
    "along the last axis, and one single vector must work too."
)
exercise.mistake("no_more_than_two_axes", lambda W, x: (W @ x.T).T).says(
    "One vector and a (B, d) batch are right, but (B, T, d) fails: `.T` turns ALL the axes of x round, and a loop "
    "over x meets matrices in place of vectors. Leave x as it is and turn W, which always has two axes."
)
exercise.mistake("batch_only", lambda W, x: np.atleast_2d(x) @ W.T).says(
    "A (B, d) batch is right, but one vector of shape (d,) comes back as a (1, V) matrix. It should give (V,)."
)
exercise.mistake("reshaped_for_transposed", lambda W, x: x @ W.reshape(W.shape[1], W.shape[0])).says(
    "You reshape W to (d, V) for transposing it. Reshaping keeps the numbers in reading order and so mixes the rows: "
    "word 0 gets pieces of other words. Transposing swaps rows and columns."
)
exercise.mistake("element_wise", lambda W, x: x[..., None, :] * W).says(
    "You multiply W and x element by element and stop there: a dot product also SUMS over the d dimensions, which "
    "leaves one number for each word."
)
exercise.mistake("element_wise_by_broadcasting", lambda W, x: W * x).says(
    "`W * x` multiplies element by element: (V, d) again, and it does not fit a batch. A dot product also sums over "
    "the d dimensions; `@` does both."
)
exercise.mistake("summed_over_the_words", lambda W, x: (x[..., None, :] * W).sum(axis=-2)).says(
    "You sum over the V words, which leaves d numbers. Sum over the d dimensions, so that each word keeps one number."
)
exercise.mistake("softmax_included", lambda W, x: functional.softmax(x @ W.T)).says(
    "You return probabilities. Logits are the raw scores W·x, of any sign and size; softmax is the next step."
)


@exercise.mistake("shifted_to_maximum_zero").says(
    "You subtract the largest score. The softmax may do that for itself; the logits are plain dot products, and zero "
    "stays zero."
)
def shifted_to_maximum_zero(W, x):
    t = x @ W.T
    return t - t.max(axis=-1, keepdims=True)


exercise.mistake("scaled_by_root_d", lambda W, x: x @ W.T / np.sqrt(W.shape[1])).says(
    "You divide by √d. Attention does that, in lecture 10; here each logit is the plain dot product of a row of W "
    "with x."
)
exercise.mistake("mean_for_sum", lambda W, x: x @ W.T / W.shape[1]).says(
    "You take the mean of the d products; a dot product is their sum. Yours is d times too small."
)


@exercise.mistake("cosine_for_dot_product").says(
    "You divide by the lengths of the vectors: that is the cosine, never beyond ±1. A logit is the dot product alone, "
    "so that a longer vector can be surer."
)
def cosine_for_dot_product(W, x):
    lengths = np.linalg.norm(x, axis=-1, keepdims=True) * np.linalg.norm(W, axis=-1)
    return x @ W.T / np.where(lengths == 0, 1.0, lengths)


exercise.mistake("distances_for_dot_products", lambda W, x: np.linalg.norm(x[..., None, :] - W, axis=-1)).says(
    "You measure distances between x and the rows of W. A logit is a dot product: large where row and x point the "
    "same way."
)
exercise.mistake("negative", lambda W, x: -(x @ W.T)).says(
    "Your signs are turned round: the logit of a word is +w·x, large where its row points the same way as x."
)
exercise.mistake("batch_flattened", lambda W, x: x.reshape(-1, W.shape[1]) @ W.T).says(
    "You flatten the batch to rows and forget to give it its shape back: (B, T, d) should give (B, T, V), and (d,) "
    "should give (V,)."
)
exercise.mistake("batch_flattened_to_one_vector", lambda W, x: (x @ W.T).reshape(-1)).says(
    "For a batch you string all the scores together, one long vector. Each example keeps its own row: (B, d) gives "
    "(B, V)."
)
exercise.mistake("first_example_only", lambda W, x: x.reshape(-1, W.shape[1])[0] @ W.T).says(
    "For a batch you score only its first vector. Every vector gets its own row of V logits."
)
exercise.mistake("batch_summed", lambda W, x: (x.reshape(-1, W.shape[1]) @ W.T).sum(axis=0)).says(
    "You sum over the batch: the examples run into each other. Each vector of x is scored by itself."
)
exercise.mistake("batch_of_one_squeezed", lambda W, x: (x @ W.T).squeeze()).says(
    "You squeeze axes of length 1 away, so that a batch of one loses its batch axis: (1, d) should give (1, V)."
)
exercise.mistake("best_word_only", lambda W, x: (x @ W.T).argmax(axis=-1)).says(
    "You return only the best word. All V scores are wanted, one for each word."
)
exercise.mistake("best_score_only", lambda W, x: (x @ W.T).max(axis=-1)).says(
    "You return only the largest score. All V scores are wanted, one for each word."
)


@exercise.mistake("softmax_included_whole_array").says(
    "You return probabilities (and normalise the whole array). Logits are the raw scores W·x, of any sign and size; "
    "softmax is the next step."
)
def softmax_included_whole_array(W, x):
    e = np.exp(x @ W.T)
    return e / e.sum()


exercise.mistake("element_wise_then_sum", lambda W, x: (W * x).sum(axis=-1)).says(
    "Multiplying by broadcasting and summing is a dot product for ONE vector; a batch (B, d) does not line up with "
    "the V rows of W. `@` pairs every row of x with every row of W."
)


@exercise.mistake("matrix_only").says(
    "Your code needs a batch of exactly two axes, (B, d). One single vector (d,) must work too, and (B, T, d)."
)
def matrix_only(W, x):
    if x.ndim != 2:
        raise ValueError
    return x @ W.T


exercise.mistake("words_first", lambda W, x: np.inner(W, x)).says(
    "For a batch your words stand on the FIRST axis, (V, B, …). They belong on the last one, (B, …, V): x comes first "
    "in the product."
)
exercise.mistake("squashed", lambda W, x: np.tanh(x @ W.T)).says(
    "You put the scores through a tanh, which keeps them within ±1. Logits are the plain dot products, of any size."
)
exercise.mistake(
    "square_batch_as_columns",
    lambda W, x: W @ x if x.ndim == 1 or (x.ndim == 2 and x.shape[0] == W.shape[1]) else x @ W.T,
).says(
    "Most inputs are right, but you decide by trial or by shape whether W @ x fits. A batch of exactly d vectors is "
    "(d, d): W @ x fits it too, takes its columns for the vectors, and every number is wrong. x comes first, whatever "
    "its shape."
)
exercise.mistake(
    "square_batch_turned_round", lambda W, x: (W @ x).T if x.ndim == 2 and x.shape[0] == W.shape[1] else x @ W.T
).says(
    "Most inputs are right, but a batch of exactly d vectors, (d, d), gets wrong numbers: W @ x takes its columns for "
    "the vectors, and turning the result round does not mend that. x comes first, whatever its shape."
)
exercise.mistake("batch_as_large_as_W", lambda W, x: (W * x).sum(axis=-1) if x.shape == W.shape else x @ W.T).says(
    "Most inputs are right, but a batch of exactly V vectors has the shape of W, and you pair row i of x with row i "
    "of W. Every vector meets every row: (V, d) gives (V, V) scores then."
)
exercise.mistake("square_W_not_turned", lambda W, x: x @ W if W.shape[0] == W.shape[1] else x @ W.T).says(
    "Most inputs are right, but you decide by trial or by shape whether to transpose W. When V = d, x @ W fits as "
    "well and is wrong: always turn W."
)


@exercise.mistake("square_W_only").says(
    "You decide by the shapes which way W is turned, and when V = d or B = d both ways fit. The rule is the same for "
    "every shape: x first, then W with its axes swapped."
)
def square_W_only(W, x):
    try:
        return x @ W
    except ValueError:
        return W @ x


exercise.mistake("squared_distances", lambda W, x: ((x[..., None, :] - W) ** 2).sum(axis=-1)).says(
    "You measure squared distances between x and the rows of W. A logit is a dot product: large where row and x point "
    "the same way."
)
exercise.mistake("distances_summed", lambda W, x: np.abs(x[..., None, :] - W).sum(axis=-1)).says(
    "You add up |x − w|, a distance between x and each row of W. A logit is a dot product: large where row and x "
    "point the same way."
)
exercise.mistake("negative_distances", lambda W, x: -np.linalg.norm(x[..., None, :] - W, axis=-1)).says(
    "You take minus the distance between x and each row of W. That too is large where they are alike, but a logit is "
    "the dot product."
)
exercise.mistake("element_wise_summed_over_the_words", lambda W, x: (W * x).sum(axis=0)).says(
    "You sum over the V words, which leaves d numbers. Sum over the d dimensions, so that each word keeps one number; "
    "`@` multiplies and sums."
)
exercise.mistake("batch_reshaped_for_transposed", lambda W, x: (W @ x.T).reshape(*x.shape[:-1], len(W))).says(
    "W @ x.T holds the right numbers, one COLUMN per example; reshaping them to (B, V) keeps the reading order and "
    "mixes the examples. Swap the axes, or put x first."
)
exercise.mistake("last_dimension_missing", lambda W, x: x[..., :-1] @ W[:, :-1].T).says(
    "You leave out the last of the d dimensions: `range(d - 1)` stops before d − 1, `range(d)` takes them all."
)
exercise.mistake("first_dimension_missing", lambda W, x: x[..., 1:] @ W[:, 1:].T).says(
    "You leave out the first of the d dimensions: they count from 0."
)
exercise.mistake("last_word_missing", lambda W, x: x @ W[:-1].T).says(
    "You leave out the last of the V words: `range(V - 1)` stops too early."
)


@exercise.mistake("last_word_zero").says(
    "The last of the V words never gets its score: `range(V - 1)` stops too early."
)
def last_word_zero(W, x):
    t = x @ W.T
    t[..., -1] = 0
    return t


_RETURN_IN_LOOP = (
    "You leave at the first word: a `return` inside the loop ends the function there. It belongs after the loop, so "
    "that all V words get their score."
)

exercise.mistake("first_score_only", lambda W, x: (x @ W.T)[..., 0]).says(_RETURN_IN_LOOP)


@exercise.mistake("first_score_only_one_vector").says(_RETURN_IN_LOOP)
def first_score_only_one_vector(W, x):
    for row in W:
        return row @ x


@exercise.mistake("return_inside_the_loop").says(_RETURN_IN_LOOP)
def return_inside_the_loop(W, x):
    t = np.zeros(len(W))
    for i in range(len(W)):
        t[i] = W[i] @ x
        return t


@exercise.mistake("return_inside_the_list_loop").says(_RETURN_IN_LOOP)
def return_inside_the_list_loop(W, x):
    t = []
    for row in W:
        t.append(x @ row)
        return np.array(t)


_OVERWRITTEN = (
    "Each logit is overwritten in your inner loop (`=` for `+=`), so that only the product of the last dimension is "
    "left. A dot product is the sum of all d."
)

exercise.mistake("last_product_only", lambda W, x: x[..., -1:] * W[:, -1]).says(_OVERWRITTEN)


@exercise.mistake("last_product_only_one_vector").says(_OVERWRITTEN)
def last_product_only_one_vector(W, x):
    t = np.zeros(len(W))
    for i in range(len(W)):
        for k in range(W.shape[1]):
            t[i] = W[i, k] * x[k]
    return t


_LOOP_FOR_ONE = (
    "Right for one vector x, but not for a batch: there x[k] is a whole row, an example and not a dimension. The "
    "dimensions stand on the LAST axis of x, whatever stands in front of it."
)


@exercise.mistake("loop_for_one_vector").says(_LOOP_FOR_ONE)
def loop_for_one_vector(W, x):
    t = np.zeros(len(W))
    for i in range(len(W)):
        for k in range(W.shape[1]):
            t[i] += W[i, k] * x[k]
    return t


exercise.mistake(
    "loop_for_one_vector_list",
    lambda W, x: np.array([sum(W[i, k] * x[k] for k in range(W.shape[1])) for i in range(len(W))]),
).says(_LOOP_FOR_ONE)
exercise.mistake("divided_by_the_rows_of_W", lambda W, x: x @ (W / np.linalg.norm(W, axis=1, keepdims=True)).T).says(
    "You divide by the lengths of the rows of W. A logit is the plain dot product; a longer row may have larger scores."
)


@exercise.mistake("divided_by_the_length_of_x").says(
    "You divide by the length of x. A logit is the plain dot product; a longer x gives larger scores, and a surer "
    "model."
)
def divided_by_the_length_of_x(W, x):
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    return x @ W.T / np.where(length == 0, 1.0, length)


exercise.mistake(
    "cosine_with_zero_division",
    lambda W, x: x @ W.T / (np.linalg.norm(x, axis=-1, keepdims=True) * np.linalg.norm(W, axis=-1)),
).says(
    "You divide by the lengths of the vectors: that is the cosine, never beyond ±1, and 0/0 for the zero vector. A "
    "logit is the dot product alone."
)
exercise.mistake("pseudo_inverse", lambda W, x: x @ np.linalg.pinv(W)).says(
    "You invert W (`pinv`). It has the right shape and other numbers: the projection is a plain matrix product with "
    "the transpose."
)

_DISTANCES = (
    "You measure distances, and pair a batch with the rows of W one to one. A logit is a dot product, large where row "
    "and x point the same way, and every vector meets every row."
)

exercise.mistake("squared_distances_one_vector", lambda W, x: ((W - x) ** 2).sum(axis=-1)).says(_DISTANCES)
exercise.mistake("squared_distances_row_by_row", lambda W, x: np.array([((row - x) ** 2).sum() for row in W])).says(
    _DISTANCES
)
exercise.mistake("distances_summed_one_vector", lambda W, x: np.abs(W - x).sum(axis=-1)).says(_DISTANCES)
exercise.mistake("distances_one_vector", lambda W, x: np.linalg.norm(W - x, axis=-1)).says(_DISTANCES)
exercise.mistake("cosine_whole_batch", lambda W, x: x @ W.T / (np.linalg.norm(W, axis=1) * np.linalg.norm(x))).says(
    "You divide by the lengths of the vectors: that is the cosine, never beyond ±1 (and 0/0 for the zero vector). A "
    "logit is the dot product alone, so that a longer vector can be surer."
)
exercise.mistake("negative_scores_cut_off", lambda W, x: np.maximum(x @ W.T, 0)).says(
    "You cut off the negative scores. A logit may have any sign; that a word fits badly is worth knowing."
)

exercise.right(lambda W, x: np.einsum("vd,...d->...v", W, x))
exercise.right(lambda W, x: np.inner(x, W))
exercise.right(lambda W, x: np.stack([(x * row).sum(axis=-1) for row in W], axis=-1))
exercise.right(lambda W, x: (W @ x[..., None])[..., 0])


@exercise.right
def right_1(W, x):
    result = np.zeros((*x.shape[:-1], len(W)))
    for index in np.ndindex(*x.shape[:-1]):
        result[index] = [sum(float(a * b) for a, b in zip(row, x[index], strict=True)) for row in W]
    return result.tolist()


exercise.right(lambda W, x: np.dot(x.astype(np.float32), W.T.astype(np.float32)))
