"""grad_additive_nlm."""

import numpy as np
from scipy import special

from nlm_utils.exercises.definition import Exercise
from nlm_utils.functional import log_softmax, one_hot, softmax

from .grad_logits import grad_logits


def grad_additive_nlm(E, W, ids, target):
    """The gradients (dE, dW) of the additive model's surprise −log softmax(W · Σ c)[target] at one word.

    E, W     (V, d) embeddings and projection; both stay as they were
    ids      (n,) int, the words of the prefix: c = E[ids]; n = 0 is allowed, then x = Σ c is zeros
    target   the id of the word that came
    returns  dE and dW, each (V, d); a word that stands in the prefix twice gets its gradient twice
    """
    x = E[ids].sum(axis=0)  # (d,)
    dt = grad_logits(W @ x, target)  # (V,)
    dE = np.zeros(E.shape)
    np.add.at(dE, ids, W.T @ dt)  # every word of the prefix gets dL/dx
    return dE, np.outer(dt, x)


exercise = Exercise(
    grad_additive_nlm,
    checks=(
        "prefixes of 2, 1, 4, 0 and 6 words, repeated words, the target among them, large logits, E and W unchanged"
    ),
    explanation=(
        "W_ik multiplies x_k and adds to t_i, so its slope is (p − y)_i·x_k: an outer product. x_k reaches all "
        "logits, so dL/dx = Wᵀ(p − y), and every c_i of a sum gets the whole of it. `np.add.at` adds once for each "
        "time that an id occurs, where `dE[ids] += …` would keep one of them."
    ),
    hints=[
        (
            "Go through the model forwards first: x, then t. `grad_logits(t, target)` gives dL/dt. Then go back: from "
            "t to W and to x, from x to the words."
        ),
        (
            "dL/dW[i, k] = dL/dt[i] · x[k], an outer product. dL/dx[k] = Σ_i dL/dt[i] · W[i, k]. And since x is a "
            "sum, dL/dc = dL/dx for every word."
        ),
        ("dE starts as zeros; add dL/dx to row i for every i in ids, in a loop or with `np.add.at(dE, ids, …)`."),
    ],
)


def _world(vocab_size, dim, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return tuple(np.round(scale * rng.normal(size=(vocab_size, dim)), 1) for _ in range(2))


_E, _W = _world(5, 3, seed=51)

exercise.case(_E, _W, np.array([2]), 0)
exercise.case(_E, _W, np.array([3, 1]), 4)
exercise.case(_E, _W, np.array([1, 4]), 4)
exercise.case(_E, _W, np.array([2, 0, 2, 4]), 3)
exercise.case(_E, _W, np.array([], dtype=np.int64), 2)
exercise.case(*_world(8, 4, seed=52), np.array([7, 0, 3, 3, 5, 3]), 6)
exercise.case(*_world(6, 2, seed=53, scale=100.0), np.array([5, 1, 2]), 0)


def _parts(E, W, ids, target):
    """x, dL/dt and dL/dx of the additive model."""
    x = E[ids].sum(axis=0)
    dt = grad_logits(W @ x, target)
    return x, dt, W.T @ dt


def _scattered(E, ids, rows):
    dE = np.zeros(E.shape)
    np.add.at(dE, ids, rows)
    return dE


@exercise.mistake("repeats_overwritten").says(
    "A word that stands in the prefix twice gets its gradient once: `dE[ids] = …` and `dE[ids] += …` write each row "
    "once. Its vector is in the sum twice, so its slope is twice as large: `np.add.at`, or a loop."
)
def repeats_overwritten(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] += dx
    return dE, np.outer(dt, x)


exercise.mistake("types_for_tokens", lambda E, W, ids, target: grad_additive_nlm(E, W, np.unique(ids), target)).says(
    "You take each word of the prefix once (`set`, `np.unique`), in x as well as in dE. A word that stands there "
    "twice counts twice."
)


@exercise.mistake("dW_transposed").says(
    "Your dW is turned round: (d, V). A gradient is shaped like its parameter, so row i of dW belongs to word i: the "
    "outer product of dL/dt and x, in this order."
)
def dW_transposed(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE, dW.T


@exercise.mistake("both_transposed").says(
    "Both gradients are turned round, (d, V). A gradient is shaped like its parameter, one row per word."
)
def both_transposed(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE.T, dW.T


@exercise.mistake("last_word_only").says(
    "In dE only the last word of the prefix has a gradient. x is a sum: each of its words, c₁ to cₙ, gets dL/dx."
)
def last_word_only(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[-1:], dx), np.outer(dt, x)


@exercise.mistake("first_word_only").says(
    "In dE only the first word of the prefix has a gradient. x is a sum: each of its words, c₁ to cₙ, gets dL/dx."
)
def first_word_only(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[:1], dx), np.outer(dt, x)


exercise.mistake("last_word_composed", lambda E, W, ids, target: grad_additive_nlm(E, W, ids[-1:], target)).says(
    "You compose with the last word only, as if x were its embedding: all words of the prefix are added."
)


@exercise.mistake("sign").says("Both gradients have the wrong sign: you have the way downhill. dL/dt is p − onehot.")
def sign(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return -dE, -dW


exercise.mistake(
    "returned_in_the_wrong_order", lambda E, W, ids, target: grad_additive_nlm(E, W, ids, target)[::-1]
).says("Your two gradients come back in the wrong order: dE first, then dW.")


@exercise.mistake("order_wrong_and_dW_transposed").says(
    "Your two gradients come back in the wrong order, dE should be first; and dW is turned round."
)
def order_wrong_and_dW_transposed(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dW.T, dE


@exercise.mistake("all_words_get_it").says(
    "You add dL/dx to every row of dE. Only the words of the prefix were in the sum; for all other words the surprise "
    "does not depend on their embedding, and the slope is 0."
)
def all_words_get_it(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.tile(dx, (len(E), 1)), np.outer(dt, x)


@exercise.mistake("mean_composition").says(
    "You compose by the mean. This model ADDS the embeddings: neither x nor the gradients are divided by n."
)
def mean_composition(E, W, ids, target):
    n = max(len(ids), 1)
    x = E[ids].sum(axis=0) / n
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt / n), np.outer(dt, x)


@exercise.mistake("mean_in_x_only").says(
    "You compose by the mean (and then let each word have the whole of dL/dx). This model ADDS the embeddings."
)
def mean_in_x_only(E, W, ids, target):
    x = E[ids].sum(axis=0) / max(len(ids), 1)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("dx_shared_out").says(
    "You share dL/dx out among the n words. In a sum each word gets the WHOLE of it: nudging c₁ moves x just as far "
    "as nudging x itself."
)
def dx_shared_out(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx / max(len(ids), 1)), np.outer(dt, x)


@exercise.mistake("dx_times_n").says(
    "Your rows of dE are n times too large: each word gets dL/dx once for every time it stands in the prefix."
)
def dx_times_n(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx * len(ids)), np.outer(dt, x)


@exercise.mistake("p_for_p_minus_onehot").says(
    "You go back with p instead of p − onehot: then the word that came leaves no trace in the gradient."
)
def p_for_p_minus_onehot(E, W, ids, target):
    x = E[ids].sum(axis=0)
    p = softmax(W @ x)
    return _scattered(E, ids, W.T @ p), np.outer(p, x)


@exercise.mistake("onehot_alone").says(
    "You go back with −onehot instead of p − onehot: the probabilities, which come from the denominator of the "
    "softmax, are missing."
)
def onehot_alone(E, W, ids, target):
    x, y = E[ids].sum(axis=0), one_hot(target, len(W))
    return _scattered(E, ids, -W.T @ y), -np.outer(y, x)


@exercise.mistake("target_row_of_W_only").says(
    "In dW only the row of the target is filled. Every word has a logit, so every row has a gradient, (p − y)_i·x."
)
def target_row_of_W_only(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(dt * one_hot(target, len(W)), x)


@exercise.mistake("target_row_for_dx").says(
    "For dL/dx you use only the target's row of W. All the logits depend on x: sum over all rows, Wᵀ(p − y)."
)
def target_row_for_dx(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, dt[target] * W[target]), np.outer(dt, x)


@exercise.mistake("E_for_W_in_dx").says(
    "You go back from the logits to x with E. They were made with W, so dL/dx = Wᵀ(p − y)."
)
def E_for_W_in_dx(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, E.T @ dt), np.outer(dt, x)


@exercise.mistake("tied").says(
    "You treat E and W as one matrix: both gradients are added up. They are different parameters, each with its own."
)
def tied(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE + dW, dE + dW


exercise.mistake("E_for_W_everywhere", lambda E, W, ids, target: grad_additive_nlm(E, E, ids, target)).says(
    "You compute the logits with E. The projection is W: t = W·x."
)
exercise.mistake("roles_swapped", lambda E, W, ids, target: grad_additive_nlm(W, E, ids, target)).says(
    "You look the prefix up in W and project with E. The embeddings are E, the projection is W."
)


@exercise.mistake("rows_of_the_prefix_only").says(
    "Your dE has one row per word of the PREFIX, (n, d). The gradient of E is shaped like E, (V, d), with zeros for "
    "all words that are not in the prefix."
)
def rows_of_the_prefix_only(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.tile(dx, (len(ids), 1)), np.outer(dt, x)


@exercise.mistake("dx_for_dE").says(
    "You return dL/dx, d numbers, for dE. Put it into the rows of the prefix's words: dE is shaped like E."
)
def dx_for_dE(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return dx, np.outer(dt, x)


@exercise.mistake("positions_for_ids").says(
    "You fill rows 0 … n−1 of dE, the POSITIONS of the words. The rows of E are named by their ids."
)
def positions_for_ids(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, np.arange(len(ids)), dx), np.outer(dt, x)


@exercise.mistake("target_row_of_E").says(
    "You also put a gradient into the target's row of E. The word that came is not in the sum: its embedding gets "
    "nothing (unless it stands in the prefix as well)."
)
def target_row_of_E(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, [*ids, target], dx), np.outer(dt, x)


@exercise.mistake("outer_with_last_word").says(
    "Your dW holds the embedding of the last word where x belongs, the SUM of all words of the prefix."
)
def outer_with_last_word(E, W, ids, target):
    _, dt, dx = _parts(E, W, ids, target)
    last = E[ids[-1]] if len(ids) else np.zeros(E.shape[1])
    return _scattered(E, ids, dx), np.outer(dt, last)


@exercise.mistake("x_missing_in_dW").says(
    "x is missing in your dW: W_ik multiplies x_k, so its slope is (p − y)_i·x_k."
)
def x_missing_in_dW(E, W, ids, target):
    _, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(dt, np.ones(E.shape[1]))


@exercise.mistake("embedding_times").says(
    "You multiply the rows of dE by the embeddings. c_i is only added to x, so its gradient is dL/dx with nothing in "
    "front."
)
def embedding_times(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx * E[ids]), np.outer(dt, x)


@exercise.mistake("dW_times_W").says(
    "There is a factor W in your dW. The derivative of W_ik·x_k with respect to W_ik is x_k alone."
)
def dW_times_W(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(dt, x) * W


@exercise.mistake("dE_missing").says(
    "dE is all zeros. The surprise depends on the embeddings too: go on from the logits to x, and from x to the words."
)
def dE_missing(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return np.zeros(E.shape), np.outer(dt, x)


exercise.mistake(
    "dW_missing", lambda E, W, ids, target: (grad_additive_nlm(E, W, ids, target)[0], np.zeros(W.shape))
).says("dW is all zeros. The surprise depends on W as well: t = W·x.")


@exercise.mistake("empty_prefix_fails").says(
    "With words it is right, but the empty prefix breaks it. Then x is d zeros, dW is all zeros, and dE has no row to "
    "fill."
)
def empty_prefix_fails(E, W, ids, target):
    x = E[ids[0]].copy()
    for i in ids[1:]:
        x += E[i]
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("overflow").says(
    "Right for small logits. But e to the power of large ones is inf, and inf/inf is nan: use `grad_logits` or the "
    "stable `softmax`."
)
def overflow(E, W, ids, target):
    x = E[ids].sum(axis=0)
    with np.errstate(all="ignore"):
        exponentials = np.exp(W @ x)
        dt = exponentials / exponentials.sum() - one_hot(target, len(W))
        return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("embeddings_changed").says(
    "Your gradients are right, but E has changed: `x = E[i]` is a view of a row of E, and `x += …` writes into it. "
    "Start from d zeros of your own."
)
def embeddings_changed(E, W, ids, target):
    before = E.copy()
    if len(ids):
        x = E[ids[0]]
        for i in ids[1:]:
            x += before[i]
    return grad_additive_nlm(before, W, ids, target)


@exercise.mistake("gradients_written_into_the_parameters").says(
    "`dE = E` is another name for E, not a new array: what you write into it ends up in the parameters. Start from "
    "`np.zeros(E.shape)`."
)
def gradients_written_into_the_parameters(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    E *= 0
    np.add.at(E, ids, dx)
    return E, np.outer(dt, x)


@exercise.mistake("added_to_the_parameters").says(
    "Your dE starts as a copy of E (or is E itself): the gradient is added on top of the parameters. Start from zeros."
)
def added_to_the_parameters(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = E.copy()
    np.add.at(dE, ids, dx)
    return dE, np.outer(dt, x)


@exercise.mistake("step_taken").says(
    "You return parameters after a step. Only the gradients are wanted; the step comes later, in `gradient_step`."
)
def step_taken(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return E - dE, W - dW


@exercise.mistake("dx_without_transpose").says(
    "For dL/dx you multiply W by p − y as W stands: (V, d) times (V,) does not fit. Each x_k collects from all V "
    "logits: turn W round."
)
def dx_without_transpose(E, W, ids, target):
    x = E[ids].sum(axis=0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W @ dt), np.outer(dt, x)


@exercise.mistake("loss_wrt_ids_rows_of_W").says(
    "You put the gradient of the prefix's words into rows of W, or scale it by them. Row i of E gets dL/dx = Wᵀ(p − "
    "y), summed over ALL words of the vocabulary."
)
def loss_wrt_ids_rows_of_W(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, dt[ids][:, None] * W[ids]), np.outer(dt, x)


@exercise.mistake("repeats_in_x_forgotten").says(
    "In x a repeated word is added once, but its gradient is added twice (or the rows of x come from a set). E[ids] "
    "holds a row for every token."
)
def repeats_in_x_forgotten(E, W, ids, target):
    x = E[np.unique(ids)].sum(axis=0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("divided_by_vocabulary").says(
    "Your gradients are divided by V. The surprise at one word is no mean over the vocabulary."
)
def divided_by_vocabulary(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE / len(E), dW / len(W)


@exercise.mistake("sign_of_dE").says(
    "dE has the wrong sign. Both are gradients, uphill: dL/dx = Wᵀ(p − y), added to the rows of the prefix."
)
def sign_of_dE(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return -dE, dW


@exercise.mistake("sign_of_dW").says("dW has the wrong sign. Both are gradients, uphill: (p − y)xᵀ.")
def sign_of_dW(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE, -dW


@exercise.mistake("dW_twice").says(
    "You return dW for both. dE is another matrix: zeros, and Wᵀ(p − y) in the rows of the prefix."
)
def dW_twice(E, W, ids, target):
    dW = grad_additive_nlm(E, W, ids, target)[1]
    return dW, dW


@exercise.mistake("dE_twice").says("You return dE for both. dW is another matrix: (p − y)xᵀ.")
def dE_twice(E, W, ids, target):
    dE = grad_additive_nlm(E, W, ids, target)[0]
    return dE, dE


exercise.mistake("dE_alone", lambda E, W, ids, target: grad_additive_nlm(E, W, ids, target)[0]).says(
    "You return dE alone. Two gradients are wanted: dE, then dW."
)
exercise.mistake("dW_alone", lambda E, W, ids, target: grad_additive_nlm(E, W, ids, target)[1]).says(
    "You return dW alone. Two gradients are wanted: dE, then dW."
)


@exercise.mistake("dictionary").says("You return a dictionary. Two arrays are wanted, `return dE, dW`.")
def dictionary(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return {"dE": dE, "dW": dW}


@exercise.mistake("last_word_left_out").says(
    "The last word of the prefix gets no gradient in dE: your loop ends one word too early. All words of the prefix "
    "are in x."
)
def last_word_left_out(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[:-1], dx), np.outer(dt, x)


@exercise.mistake("first_word_left_out").says(
    "The first word of the prefix gets no gradient in dE: your loop starts one word too late. All words of the prefix "
    "are in x."
)
def first_word_left_out(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids[1:], dx), np.outer(dt, x)


@exercise.mistake("prefix_rows_of_dW_only").says(
    "In dW only the rows of the prefix's words are filled. Row i of W writes word i as a PREDICTION, and every word "
    "was predicted with some probability: every row has a gradient."
)
def prefix_rows_of_dW_only(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    kept = np.zeros(W.shape)
    kept[ids] = dW[ids]
    return dE, kept


@exercise.mistake("x_in_dE").says("You put x into the rows of dE. What arrives there is dL/dx = Wᵀ(p − y).")
def x_in_dE(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, x), np.outer(dt, x)


@exercise.mistake("embeddings_in_dE").says(
    "You put the embeddings themselves into dE. What arrives there is dL/dx = Wᵀ(p − y)."
)
def embeddings_in_dE(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, E[ids]), np.outer(dt, x)


@exercise.mistake("mean_in_dW_only").says("Your dW holds the MEAN of the embeddings where x belongs, their sum.")
def mean_in_dW_only(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE, dW / max(len(ids), 1)


@exercise.mistake("step_taken_in_place").says(
    "You change E and W themselves, and return them. Only the gradients are wanted, in new arrays; the step comes "
    "later."
)
def step_taken_in_place(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    E -= dE
    W -= dW
    return E, W


@exercise.mistake("repeats_of_neighbours_only").says(
    "Rows of dE are counted once for every word AFTER the position: here all the words predict one target, so each "
    "gets dL/dx once for each time it stands there."
)
def repeats_of_neighbours_only(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    for place, id in enumerate(ids):
        dE[id] += dx * (len(ids) - place)
    return dE, np.outer(dt, x)


@exercise.mistake("target_row_of_W_in_dE").says(
    "You put −W[target] (or W[target]) into dE: the other words' rows of W count too, each with its probability."
)
def target_row_of_W_in_dE(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, -W[target]), np.outer(dt, x)


@exercise.mistake("logits_for_probabilities").says(
    "You go back with t − onehot. The probabilities come from the softmax: dL/dt = softmax(t) − onehot."
)
def logits_for_probabilities(E, W, ids, target):
    x = E[ids].sum(axis=0)
    dt = W @ x - one_hot(target, len(W))
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("target_row_of_E_only").says(
    "Your dE fills the row of the TARGET. The words that were added up are those of the prefix: their rows have the "
    "gradient."
)
def target_row_of_E_only(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, [target], dx), np.outer(dt, x)


@exercise.mistake("only_p_minus_onehot_for_dW").says(
    "Your dW is p − onehot (or its sum) without x. W_ik multiplies x_k, so its slope is (p − y)_i·x_k, an outer "
    "product."
)
def only_p_minus_onehot_for_dW(E, W, ids, target):
    _, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), dt


@exercise.mistake("dot_for_outer").says(
    "You use a dot product, or multiply entry by entry, where an OUTER product belongs: every entry of p − y times "
    "every entry of x, (V, 1)·(1, d)."
)
def dot_for_outer(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), dt @ x


@exercise.mistake("both_divided_by_n").says("Both gradients are divided by n. The embeddings are added, not averaged.")
def both_divided_by_n(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return dE / max(len(ids), 1), dW / max(len(ids), 1)


@exercise.mistake("x_is_the_last_word").says(
    "You take the embedding of the last word for x. x is the SUM of all the words of the prefix."
)
def x_is_the_last_word(E, W, ids, target):
    x = E[ids[-1]] if len(ids) else np.zeros(E.shape[1])
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("x_is_the_first_word").says(
    "You take the embedding of the first word for x. x is the SUM of all the words of the prefix."
)
def x_is_the_first_word(E, W, ids, target):
    x = E[ids[0]] if len(ids) else np.zeros(E.shape[1])
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("p_in_dE").says("In dE you go back with p instead of p − onehot; in dW it is right.")
def p_in_dE(E, W, ids, target):
    x, dt, _ = _parts(E, W, ids, target)
    return _scattered(E, ids, W.T @ softmax(W @ x)), np.outer(dt, x)


@exercise.mistake("p_in_dW").says("In dW you use p instead of p − onehot; in dE it is right.")
def p_in_dW(E, W, ids, target):
    x, _, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), np.outer(softmax(W @ x), x)


@exercise.mistake("each_word_by_itself").says(
    "You treat each word as a prefix of its own and add the gradients up. The words are added FIRST, and there is one "
    "softmax for their sum."
)
def each_word_by_itself(E, W, ids, target):
    dE, dW = np.zeros(E.shape), np.zeros(W.shape)
    for i in ids:
        dt = grad_logits(W @ E[i], target)
        dE[i] += W.T @ dt
        dW += np.outer(dt, E[i])
    return dE, dW


@exercise.mistake("growing_prefixes").says(
    "You add up the gradients of all the shorter prefixes too. One prefix, one word that came."
)
def growing_prefixes(E, W, ids, target):
    dE, dW = np.zeros(E.shape), np.zeros(W.shape)
    for length in range(1, len(ids) + 1):
        more = grad_additive_nlm(E, W, ids[:length], target)
        dE, dW = dE + more[0], dW + more[1]
    return dE, dW


@exercise.mistake("W_updated_before_dE").says(
    "You change W before you go back through it. All gradients belong to the same, old parameters."
)
def W_updated_before_dE(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    W = W - np.outer(dt, x)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("x_normalised").says("You scale x to length 1. Its length counts: x is the plain sum.")
def x_normalised(E, W, ids, target):
    x = E[ids].sum(axis=0)
    x = x / (np.linalg.norm(x) or 1.0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("tanh").says("You put x through a tanh. This model only adds.")
def tanh(E, W, ids, target):
    x = np.tanh(E[ids].sum(axis=0))
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("tanh_with_its_derivative").says("You put x through a tanh. This model only adds.")
def tanh_with_its_derivative(E, W, ids, target):
    x = np.tanh(E[ids].sum(axis=0))
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, (W.T @ dt) * (1 - x**2)), np.outer(dt, x)


@exercise.mistake("product_composed").says("You multiply the embeddings entry by entry. This model adds them.")
def product_composed(E, W, ids, target):
    x = E[ids].prod(axis=0)
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("maximum_composed").says(
    "You take the largest value of each dimension. This model adds the embeddings."
)
def maximum_composed(E, W, ids, target):
    x = E[ids].max(axis=0) if len(ids) else np.zeros(E.shape[1])
    dt = grad_logits(W @ x, target)
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("target_row_subtracted").says(
    "You subtract a gradient in the target's row of E. The word that came is not in the sum: its embedding gets "
    "nothing (unless it stands in the prefix as well)."
)
def target_row_subtracted(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = _scattered(E, ids, dx)
    dE[target] -= dx
    return dE, np.outer(dt, x)


@exercise.mistake("all_words_but_the_prefix").says(
    "Your dE fills the rows of the words that are NOT in the prefix. It is the other way round."
)
def all_words_but_the_prefix(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.tile(dx, (len(E), 1))
    dE[ids] = 0
    return dE, np.outer(dt, x)


@exercise.mistake("dense_dE").says(
    "Your dE is an outer product of p − onehot with dL/dx, as if E were projected like W. Every word of the PREFIX "
    "gets dL/dx, the others nothing."
)
def dense_dE(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.outer(dt, dx), np.outer(dt, x)


@exercise.mistake("slots_of_W").says(
    "You pair the words of the prefix with rows of W. Row i of E gets dL/dx = Wᵀ(p − y), summed over ALL rows of W."
)
def slots_of_W(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    for place, i in enumerate(ids):
        dE[i] += dt[place] * W[place]
    return dE, np.outer(dt, x)


@exercise.mistake("rows_of_W_of_the_prefix").says(
    "You put the prefix's rows of W into dE. Row i of E gets dL/dx = Wᵀ(p − y), summed over ALL rows of W."
)
def rows_of_W_of_the_prefix(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    return _scattered(E, ids, W[ids]), np.outer(dt, x)


@exercise.mistake("sum_of_W").says("You add up the rows of W for dL/dx without weighing them by p − onehot.")
def sum_of_W(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    return _scattered(E, ids, W.sum(axis=0)), np.outer(dt, x)


@exercise.mistake("dx_summed").says(
    "You add the d entries of dL/dx up into one number. It is a vector: each dimension of an embedding has its own "
    "slope."
)
def dx_summed(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, np.full(E.shape[1], dx.sum())), np.outer(dt, x)


@exercise.mistake("sign_and_dW_transposed").says(
    "Both gradients have the wrong sign (you have the way downhill), and dW is turned round."
)
def sign_and_dW_transposed(E, W, ids, target):
    dE, dW = grad_additive_nlm(E, W, ids, target)
    return -dE, -dW.T


@exercise.mistake("repeats_overwritten_and_sign").says(
    "Both gradients have the wrong sign (you have the way downhill), and a word that stands there twice gets its "
    "gradient once."
)
def repeats_overwritten_and_sign(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] = -dx
    return dE, -np.outer(dt, x)


@exercise.mistake("repeats_overwritten_and_dW_transposed").says(
    "dW is turned round, and in dE a word that stands there twice gets its gradient once: `dE[ids] += …` writes each "
    "row once."
)
def repeats_overwritten_and_dW_transposed(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] = dx
    return dE, np.outer(x, dt)


@exercise.mistake("repeats_overwritten_and_order").says(
    "Your two gradients come back in the wrong order, dE should be first; and a word that stands there twice gets its "
    "gradient once."
)
def repeats_overwritten_and_order(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    dE[ids] = dx
    return np.outer(dt, x), dE


exercise.mistake("probabilities_times_x_only", lambda E, W, ids, target: softmax(W @ E[ids].sum(axis=0))).says(
    "You return the probabilities. Two arrays are wanted, the gradients dE and dW."
)
exercise.mistake(
    "surprise_returned", lambda E, W, ids, target: float(-log_softmax(W @ E[ids].sum(axis=0))[target])
).says("You return the surprise. Its gradients are wanted: dE and dW.")


@exercise.mistake("embeddings_of_the_prefix_in_dW").says(
    "Your dW fills rows with embeddings. Each of its rows is a multiple of x, the SUM of the embeddings."
)
def embeddings_of_the_prefix_in_dW(E, W, ids, target):
    _x, _dt, dx = _parts(E, W, ids, target)
    dW = np.zeros(W.shape)
    dW[ids] = E[ids]
    return _scattered(E, ids, dx), dW


@exercise.mistake("squared_error").says(
    "You go back as if the loss were a squared error. It is −log p: dL/dt = p − onehot, without another factor."
)
def squared_error(E, W, ids, target):
    x = E[ids].sum(axis=0)
    p = softmax(W @ x)
    dt = (np.diag(p) - np.outer(p, p)) @ (p - one_hot(target, len(W)))
    return _scattered(E, ids, W.T @ dt), np.outer(dt, x)


@exercise.mistake("ids_from_one").says("Your rows of dE are off by one: ids count from 0.")
def ids_from_one(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, np.asarray(ids) - 1, dx), np.outer(dt, x)


@exercise.mistake("all_rows_for_every_word").says(
    "You add dL/dx to the WHOLE of dE (`dE += …`) for each word. Only the row of that word: `dE[i] += …`."
)
def all_rows_for_every_word(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return np.tile(dx * len(ids), (len(E), 1)), np.outer(dt, x)


@exercise.mistake("entry_by_entry_for_outer").says(
    "You multiply p − onehot and x entry by entry, but they have V and d entries. Every entry of one times every "
    "entry of the other: an OUTER product, (V, 1)·(1, d)."
)
def entry_by_entry_for_outer(E, W, ids, target):
    x, dt, dx = _parts(E, W, ids, target)
    return _scattered(E, ids, dx), dt * x


@exercise.mistake("dx_without_transpose_in_the_loop").says(
    "For dL/dx you multiply W by p − y as W stands: (V, d) times (V,) does not fit. Each x_k collects from all V "
    "logits: turn W round."
)
def dx_without_transpose_in_the_loop(E, W, ids, target):
    x, dt, _dx = _parts(E, W, ids, target)
    dE = np.zeros(E.shape)
    for i in ids:
        dE[i] += W @ dt
    return dE, np.outer(dt, x)


@exercise.right
def right_1(E, W, ids, target):
    x = np.zeros(E.shape[1])
    for i in ids:
        x += E[i]
    dt = softmax(W @ x) - one_hot(target, len(W))
    dE = np.zeros_like(E)
    for i in ids:
        dE[i] += dt @ W
    return dE, dt[:, None] * x


@exercise.right
def right_2(E, W, ids, target):
    counts = np.bincount(ids, minlength=len(E)).astype(float)
    x = counts @ E
    dt = special.softmax(W @ x)
    dt[target] -= 1
    return [np.outer(counts, dt @ W), np.einsum("i,k->ik", dt, x)]


@exercise.right
def right_3(E, W, ids, target):
    rows = one_hot(ids, len(E))  # (n, V)
    x = rows.sum(axis=0) @ E
    dt = (softmax(x @ W.T) - one_hot(target, len(W)))[:, None]
    return rows.T @ np.tile(dt.T @ W, (len(ids), 1)), dt @ x[None]


@exercise.right
def right_4(E, W, ids, target):
    import torch

    E, W = (torch.tensor(array, requires_grad=True) for array in (E, W))
    t = W @ E[torch.tensor(ids)].sum(dim=0)
    torch.nn.functional.cross_entropy(t[None], torch.tensor([int(target)])).backward()
    return E.grad.numpy(), W.grad.numpy()
