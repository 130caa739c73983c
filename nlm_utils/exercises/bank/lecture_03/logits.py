"""A dot product for each word, for one vector and batches of any shape. Learners write W @ x, right for one only."""

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result, result_with

exercise = Exercise(
    functional.logits,
    checks="one vector, batches of shape (2, d), (1, d), (d, d), (V, d) (2, 4, d), W square, zeros, W or x of ints",
    explanation=(
        "Logit i is the dot product of row i of W with x. For one column vector that is W·x, as in the notes. For a "
        "batch the vectors are the rows of X, and `X @ W.T` takes the same dot products for all of them: the last "
        "axis (d) is summed away and V takes its place, whatever stands in front."
    ),
    hints=[
        "Each logit is the dot product of one row of W with x. Which axis of W and which axis of x have length d?",
        (
            "`A @ B` sums over the LAST axis of A and the second-to-last of B. Where must x stand, and how must W be "
            "turned, so that both of these have length d?"
        ),
        "x comes first, then the transpose of W: (…, d) @ (d, V) gives (…, V).",
    ],
)

_TINY = np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 3.0]])
_SMALL = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0], [-1.5, 1.0, 3.0], [0.0, -2.0, 0.5]])
_LARGE = np.round(np.random.default_rng(32).normal(size=(7, 6)), 1)

exercise.case(_TINY, np.array([2.0, -1.0]))
exercise.case(_TINY, np.array([[1.0, 2.0]]))
exercise.case(_TINY, np.array([[2.0, -1.0], [0.5, 3.0]]))
exercise.case(_SMALL, np.array([2.0, -1.0, 0.5]))
exercise.case(_SMALL, np.array([[2.0, -1.0, 0.5], [0.0, 1.5, 3.0]]))
exercise.case(_SMALL, np.array([[2.0, -1.0, 0.5], [0.0, 1.5, 3.0], [1.0, -2.0, 0.0]]))
exercise.case(_TINY, np.array([[2.0, -1.0], [0.5, 3.0], [-2.0, 1.0]]))
exercise.case(_TINY[:2], np.array([2.0, -1.0]))
exercise.case(_TINY, np.zeros(2))
exercise.case(_LARGE, np.round(np.random.default_rng(33).normal(size=(2, 4, 6)), 1))
exercise.case(_SMALL, np.array([1000.0, -800.0, 500.0]))
exercise.case(_TINY, np.array([[2, -1], [0, 3]]))
exercise.case(np.array([[1, -1], [0, 2], [-1, 3]]), np.array([2.5, -1.0]))
exercise.case(_TINY[:1], np.array([[2.0, -1.0], [0.5, 3.0]]))
exercise.case(_TINY, np.array([[[[2.0, -1.0]], [[0.5, 3.0]]]]))
exercise.drawn(
    lambda rng: (
        rng.normal(size=(rng.integers(1, 7), d := rng.integers(1, 6))),
        rng.normal(size=(*rng.integers(1, 5, rng.integers(4)), d)),
    ),
    5,
)


def _lengths(x):
    return np.linalg.norm(x, axis=-1, keepdims=True)


def _loop_for_one_vector(W, x, kept):
    t = np.zeros(len(W))
    for i, k in np.ndindex(W.shape):
        t[i] = kept * t[i] + W[i, k] * x[k]
    return t


def _first_score(W, x):
    t = np.zeros(len(W))
    t[0] = W[0] @ x
    return t


# The factors: which comes first, which is turned, and what becomes of the axes in front.
exercise.mistakes(
    one_vector_only=lambda W, x: W @ x,
    one_vector_only_dot=lambda W, x: np.dot(W, x),
    one_vector_only_row_by_row=lambda W, x: np.array([np.dot(row, x) for row in W]),
    one_vector_only_einsum=lambda W, x: np.einsum("vd,d->v", W, x),
    one_vector_only_tensordot=lambda W, x: np.tensordot(W, x, axes=(1, 0)),
).says("W·x is right for one vector, but a batch holds its vectors in ROWS, and W (V×d) times X (B×d) does not fit.")
exercise.takes(
    argument(
        "W",
        transposed=("x_times_W", "You compute x·W, which sums over the V words. Every ROW of W meets x: turn W round."),
        reshaped="reshaped_for_transposed",
        without_last="last_word_missing",
        unit=("divided_by_the_rows_of_W", "You divide by the lengths of W's rows. A longer row may score higher."),
    ),
)
exercise.mistakes(
    transposed_batch=lambda W, x: W @ x.T,
    transposed_last_axes=lambda W, x: W @ np.swapaxes(x, -1, -2),
    words_first=lambda W, x: np.inner(W, x),
).says("Your batch is turned round, (V, B) for (B, V): one ROW per example is wanted. x comes first in the product.")
exercise.mistake("batch_reshaped_for_transposed", lambda W, x: (W @ x.T).reshape(*x.shape[:-1], len(W))).says(
    "W @ x.T has one COLUMN per example. Reshaping it keeps the reading order and mixes the examples: put x first."
)
exercise.mistakes(
    no_more_than_two_axes=lambda W, x: (W @ x.T).T,
    no_more_than_two_axes_dot=lambda W, x: np.dot(W, x.T).T,
    no_more_than_two_axes_loop=lambda W, x: W @ x if x.ndim == 1 else np.array([W @ row for row in x]),
).says(
    "One vector and a (B, d) batch are right, (B, T, d) fails. Turn W, which always has two axes: x first, then W.T."
)
exercise.mistake("batch_only", lambda W, x: np.atleast_2d(x) @ W.T).says(
    "A (B, d) batch is right, but one vector of shape (d,) comes back as a (1, V) matrix. It should give (V,)."
)
exercise.mistake("batch_flattened", lambda W, x: x.reshape(-1, W.shape[1]) @ W.T).says(
    "You flatten the batch to rows and leave it so: (B, T, d) should give (B, T, V), and (d,) should give (V,)."
)
exercise.mistake("first_example_only", lambda W, x: x.reshape(-1, W.shape[1])[0] @ W.T).says(
    "For a batch you score only its first vector. Every vector gets its own row of V logits."
)
exercise.mistake("batch_summed", lambda W, x: (x.reshape(-1, W.shape[1]) @ W.T).sum(axis=0)).says(
    "You sum over the batch: the examples run into each other. Each vector of x is scored by itself."
)
exercise.mistake("square_W_only", lambda W, x: x @ W if x.shape[-1] == len(W) else W @ x).says(
    "You decide by the shapes which way to multiply; when V = d or B = d both fit. Always: x first, then W turned."
)
exercise.mistake("square_W_not_turned", lambda W, x: x @ W if W.shape[0] == W.shape[1] else x @ W.T).says(
    "You decide by trial or by shape whether to turn W. When V = d, x @ W fits as well and is wrong: always turn W."
)
exercise.mistake(
    "square_batch_as_columns", lambda W, x: W @ x if x.ndim < 3 and len(x) == W.shape[1] else x @ W.T
).says(
    "Most inputs are right, but W @ x fits a batch of exactly d vectors, too, and takes its columns for the vectors."
)
exercise.mistake(
    "square_batch_turned_round", lambda W, x: (W @ x).T if x.ndim == 2 and len(x) == W.shape[1] else x @ W.T
).says(
    "Most inputs are right, but W @ x takes the columns of a (d, d) batch for its vectors: turning it mends nothing."
)


def _two_axes(x):
    B, d = x.shape
    return x.reshape(B, d)


exercise.mistakes(
    matrix_only=lambda W, x: _two_axes(x) @ W.T,
    matrix_only_loop=lambda W, x: np.array([W @ vector for vector in x]),
    matrix_only_two_loops=lambda W, x: np.array([[np.dot(row, vector) for row in W] for vector in x]),
    matrix_only_einsum=lambda W, x: np.einsum("bd,vd->bv", x, W),
).says("Your code needs a batch of exactly two axes, (B, d). One single vector (d,) must work too, and (B, T, d).")
exercise.mistakes(
    whole_numbers_of_x=lambda W, x: (x @ W.T).astype(x.dtype),
    whole_numbers_of_W=lambda W, x: (x @ W.T).astype(W.dtype),
).says("Of whole numbers in x or W you make whole scores: a buffer took their dtype. `np.zeros(shape)` has floats.")


# Products: element by element, a loop that stops too early, a loop for one vector.
exercise.mistakes(
    element_wise=lambda W, x: x[..., None, :] * W,
    element_wise_by_broadcasting=lambda W, x: W * x,
).says("You multiply element by element and stop: a dot product also SUMS over the d dimensions. `@` does both.")
exercise.mistakes(
    summed_over_the_words=lambda W, x: (x[..., None, :] * W).sum(axis=-2),
    element_wise_summed_over_the_words=lambda W, x: (W * x).sum(axis=0),
).says("You sum over the V words, which leaves d numbers. Sum over the d dimensions: each word keeps one number.")
exercise.mistake("element_wise_then_sum", lambda W, x: (W * x).sum(axis=-1)).says(
    "Multiplying and summing works for ONE vector; a batch does not line up with the rows of W. `@` pairs all with all."
)
exercise.mistake("batch_as_large_as_W", lambda W, x: (W * x).sum(axis=-1) if x.shape == W.shape else x @ W.T).says(
    "A batch of V vectors has the shape of W, and you pair row i with row i. Every vector meets every row: (V, V)."
)
exercise.mistakes(
    first_score_only=lambda W, x: (x @ W.T)[..., 0],
    first_score_only_one_vector=lambda W, x: W[0] @ x,
    return_inside_the_loop=_first_score,
    return_inside_the_list_loop=lambda W, x: np.array([x @ W[0]]),
).says("You leave at the first word: a `return` inside the loop ends the function there. It belongs after the loop.")
exercise.mistakes(
    last_product_only=lambda W, x: x[..., -1:] * W[:, -1],
    last_product_only_one_vector=lambda W, x: _loop_for_one_vector(W, x, kept=0),
).says("Your inner loop overwrites each logit (`=` for `+=`), so that only the product of the last dimension is left.")
exercise.mistakes(
    loop_for_one_vector=lambda W, x: _loop_for_one_vector(W, x, kept=1),
    loop_for_one_vector_zip=lambda W, x: [sum(a * b for a, b in zip(row, x, strict=False)) for row in W],
    loop_for_one_vector_list=lambda W, x: np.array([sum(w * x[k] for k, w in enumerate(row)) for row in W]),
).says("Right for one vector, but in a batch x[k] is an example, not a dimension: dimensions stand on x's LAST axis.")
exercise.mistake("last_word_zero", lambda W, x: x @ np.vstack([W[:-1], 0 * W[-1:]]).T).says(
    "The last of the V words never gets its score: `range(V - 1)` stops too early."
)
exercise.mistake("last_dimension_missing", lambda W, x: x[..., :-1] @ W[:, :-1].T).says(
    "You leave out the last of the d dimensions: `range(d - 1)` stops before d − 1, `range(d)` takes them all."
)
exercise.mistake("first_dimension_missing", lambda W, x: x[..., 1:] @ W[:, 1:].T).says(
    "You leave out the first of the d dimensions: they count from 0."
)

# Something else than the dot product, or something done to it.
exercise.takes(
    result(
        softmax=(
            "softmax_included",
            "You return probabilities. Logits are the raw scores W·x; softmax is the next step.",
        ),
        shifted=(
            "shifted_to_maximum_zero",
            "You subtract the largest score, as a softmax may do. Logits stay as they are.",
        ),
        plus_one=("bias_of_one", "You add 1 to every score. A logit is the plain dot product, without a bias."),
        squeezed="batch_of_one_squeezed",
        place_of_largest=(
            "best_word_only",
            "You return only the best word. All V scores are wanted, one for each word.",
        ),
        largest=("best_score_only", "You return only the largest score. All V scores are wanted, one for each word."),
        tanh=("squashed", "You put the scores through a tanh, within ±1. Logits are plain dot products, of any size."),
        positive=("negative_scores_cut_off", "You cut off negative scores. That a word fits badly is worth knowing."),
    ),
    result_with("x", over_root_of_width="scaled_by_root_d"),
)
exercise.mistake("softmax_included_whole_array", lambda W, x: np.exp(x @ W.T) / np.exp(x @ W.T).sum()).says(
    "You return probabilities (and normalise the whole array). Logits are the raw scores; softmax is the next step."
)
exercise.mistakes(
    cosine_for_dot_product=lambda W, x: x @ W.T / np.where(_lengths(x), _lengths(x), 1) / _lengths(W).T[0],
    cosine_with_zero_division=lambda W, x: x @ W.T / (_lengths(x) * _lengths(W).T[0]),
    cosine_whole_batch=lambda W, x: x @ W.T / (np.linalg.norm(x) * _lengths(W).T[0]),
).says("You divide by the lengths: that is the cosine, within ±1. A logit is the dot product: a longer x is surer.")
exercise.mistake("divided_by_the_length_of_x", lambda W, x: x @ W.T / np.where(_lengths(x), _lengths(x), 1)).says(
    "You divide by the length of x. A logit is the plain dot product: a longer x gives larger scores, a surer model."
)
exercise.mistakes(
    distances_for_dot_products=lambda W, x: np.linalg.norm(x[..., None, :] - W, axis=-1),
    squared_distances=lambda W, x: ((x[..., None, :] - W) ** 2).sum(axis=-1),
    distances_summed=lambda W, x: np.abs(x[..., None, :] - W).sum(axis=-1),
    negative_distances=lambda W, x: -np.linalg.norm(x[..., None, :] - W, axis=-1),
    distances_one_vector=lambda W, x: np.linalg.norm(W - x, axis=-1),
    squared_distances_one_vector=lambda W, x: ((W - x) ** 2).sum(axis=-1),
    squared_distances_row_by_row=lambda W, x: np.array([((row - x) ** 2).sum() for row in W]),
    distances_summed_one_vector=lambda W, x: np.abs(W - x).sum(axis=-1),
).says("You measure distances between x and the rows of W. A logit is a dot product, large where they point one way.")
exercise.mistake("pseudo_inverse", lambda W, x: x @ np.linalg.pinv(W)).says(
    "You invert W (`pinv`). That has the right shape and other numbers: a plain product with the transpose is wanted."
)

exercise.right(lambda W, x: np.einsum("vd,...d->...v", W, x))
exercise.right(lambda W, x: np.inner(x, W))
exercise.right(lambda W, x: np.stack([(x * row).sum(axis=-1) for row in W], axis=-1))
exercise.right(lambda W, x: (W @ x[..., None])[..., 0])
exercise.right(lambda W, x: np.dot(x, W.T))


@exercise.right
def dot_products_by_hand(W, x):
    t = np.zeros((*x.shape[:-1], len(W)))
    for index in np.ndindex(*x.shape[:-1]):
        t[index] = [sum(float(a * b) for a, b in zip(row, x[index], strict=True)) for row in W]
    return t.tolist()
