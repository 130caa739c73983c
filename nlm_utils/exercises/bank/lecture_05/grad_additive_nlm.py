"""Backwards through the additive model: which rows of dE get dL/dx and how often, and what dW is the product of."""

from types import SimpleNamespace

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, exchanged, one_for_both, other_softmax, result
from nlm_utils.functional import log_softmax, one_hot, softmax

from ..old_memory import on_old_memory
from .grad_logits import grad_logits


def grad_additive_nlm(E, W, ids, target):
    """The gradients (dE, dW) of the additive model's surprise −log softmax(W · Σ c)[target] at one word.

    E, W     (V, d) embeddings and projection, floats; both stay as they were
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


def world(vocab_size, dim, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return tuple(np.round(scale * rng.normal(size=(vocab_size, dim)), 1) for _ in range(2))


E, W = world(5, 3, seed=51)

for parameters, ids, target in (
    ((E, W), [2], 0),
    ((E, W), [3, 1], 4),
    ((E, W), [1, 4], 4),
    ((E, W), [2, 0, 2, 4], 3),
    ((E, W), np.array([], dtype=np.int64), 2),
    (world(8, 4, seed=52), [7, 0, 3, 3, 5, 3], 6),
    (world(6, 2, seed=53, scale=100.0), [5, 1, 2], 0),
    (world(3, 1, seed=54), [1, 1], 1),
):
    exercise.case_from(on_old_memory(0.5, *parameters, ids, target))
exercise.drawn(lambda rng: _drawn(*rng.integers(1, 8, 2), rng.integers(0, 7), rng), 4)


def _drawn(vocab_size, dim, n, rng):
    E, W = rng.normal(size=(2, vocab_size, dim))
    return E, W, rng.integers(0, vocab_size, n), int(rng.integers(vocab_size))


def scattered(E, ids, rows):
    """Zeros shaped like E, and `rows` (or one row) added to those of `ids`."""
    dE = np.zeros(E.shape)
    np.add.at(dE, np.asarray(ids, dtype=int), rows)
    return dE


def answer(
    x=lambda rows: rows.sum(axis=0),
    scores=lambda m: m.W @ m.x,
    dt=lambda p, y, t: p - y,
    dE=lambda m: scattered(m.E, m.ids, m.dx),
    dW=lambda m: np.outer(m.dt, m.x),
):
    """grad_additive_nlm with something changed; m holds E, W, ids, target and all that is found on the way."""

    def gradients(E, W, ids, target):
        m = SimpleNamespace(E=E, W=W, ids=ids, target=target, n=len(ids), y=one_hot(target, len(W)), x=x(E[ids]))
        m.inside = np.isin(range(len(E)), ids)[:, None]
        m.p = softmax(scores(m))
        m.dt = dt(m.p, m.y, scores(m))
        m.dx = W.T @ m.dt
        return dE(m), dW(m)

    return gradients


def afterwards(change, gradients=grad_additive_nlm):
    """change(dE, dW) at the end."""
    return lambda E, W, ids, target: change(*gradients(E, W, ids, target))


def words_once(m):
    return scattered(m.E, np.unique(m.ids), m.dx)


# which rows of dE
exercise.mistake("repeats_overwritten", answer(dE=words_once)).says(
    "A word that stands in the prefix twice gets its gradient once: `dE[ids] = …` and `dE[ids] += …` write each row "
    "once. Its vector is in the sum twice, so its slope is twice as large: `np.add.at`, or a loop."
)
exercise.mistake("all_words_get_it", answer(dE=lambda m: scattered(m.E, range(len(m.E)), m.dx))).says(
    "You add dL/dx to every row of dE. Only the prefix's words were in the sum: the slope of all others is 0."
)
exercise.mistakes(
    target_row_of_E=answer(dE=lambda m: scattered(m.E, [*m.ids, m.target], m.dx)),
    x_in_the_target_row_of_E=answer(dE=lambda m: scattered(m.E, m.ids, m.dx) + m.dt @ m.y * np.outer(m.y, m.x)),
    target_row_subtracted=answer(dE=lambda m: scattered(m.E, m.ids, m.dx) - np.outer(m.y, m.dx)),
).says(
    "You also put a gradient into the target's row of E. The word that came is not in the sum: its embedding gets "
    "nothing (unless it stands in the prefix as well)."
)
for id, (which, words) in {
    "last_word_only": (lambda m: m.ids[-1:], "only the last word of the prefix has a gradient"),
    "first_word_only": (lambda m: m.ids[:1], "only the first word of the prefix has a gradient"),
    "last_word_left_out": (lambda m: m.ids[:-1], "the last word gets no gradient: your loop ends one word too early"),
    "first_word_left_out": (lambda m: m.ids[1:], "the first word gets no gradient: your loop starts one word late"),
    "positions_for_ids": (lambda m: range(m.n), "you fill rows 0 … n−1, the POSITIONS of the words, not their ids"),
    "ids_from_one": (lambda m: m.ids - 1, "your rows are off by one: ids count from 0"),
    "target_row_of_E_only": (lambda m: [m.target], "you fill the row of the TARGET"),
    "all_words_but_the_prefix": (lambda m: np.setdiff1d(range(len(m.E)), m.ids), "you fill all rows BUT the prefix's"),
    "all_rows_for_every_word": (lambda m: [*range(len(m.E))] * m.n, "you add to ALL rows for each word, not `dE[i]`"),
    "weighed_by_place": (
        lambda m: [word for i in range(m.n) for word in m.ids[i:]],
        "a word gets dL/dx once for every word BEFORE it, too, but places do not count in a sum",
    ),
    "repeats_of_neighbours_only": (
        lambda m: [word for i in range(m.n) for word in m.ids[: i + 1]],
        "a word gets dL/dx once for every word AFTER it, too, but all predict one target",
    ),
}.items():
    exercise.mistake(id, answer(dE=lambda m, which=which: scattered(m.E, which(m), m.dx))).says(
        f"In dE {words}. x is a sum: each of its words, c₁ to cₙ, gets dL/dx, and no other."
    )

# what they get
for id, (row, words) in {
    "dx_shared_out": (lambda m: m.dx / max(m.n, 1), "share dL/dx out among the n words"),
    "dx_times_n": (lambda m: m.dx * m.n, "make each row n times too large"),
    "mean_over_W": (lambda m: m.dx / len(m.W), "take a mean over the rows of W"),
    "W_summed_the_other_way": (lambda m: (m.W * m.dt[:, None]).sum(axis=1), "sum over the d entries of each row"),
    "target_row_of_W_uphill": (lambda m: m.y @ m.W, "put W[target] there, but ALL logits depend on x"),
    "x_in_dE": (lambda m: m.x, "put x into the rows"),
    "embeddings_in_dE": (lambda m: m.E[m.ids], "put the embeddings themselves into the rows"),
    "embedding_times": (lambda m: m.dx * m.E[m.ids], "multiply by the embeddings, but each is only ADDED to x"),
    "E_for_W_in_dx": (lambda m: m.E.T @ m.dt, "go back from the logits with E, but they were made with W"),
    "target_row_for_dx": (lambda m: m.dt @ m.y * (m.y @ m.W), "use only the target's row of W"),
    "target_row_of_W_in_dE": (lambda m: -m.y @ m.W, "put −W[target] there, but ALL logits depend on x"),
    "p_in_dE": (lambda m: m.W.T @ m.p, "go back with p instead of p − onehot (in dW it is right)"),
    "rows_of_W_of_the_prefix": (lambda m: m.W[m.ids], "put the prefix's rows of W there"),
    "loss_wrt_ids_rows_of_W": (lambda m: m.dt[m.ids, None] * m.W[m.ids], "put the prefix's rows of W there, weighed"),
    "slots_of_W": (lambda m: (m.dt[:, None] * m.W)[: m.n], "pair the words of the prefix with rows of W"),
    "sum_of_W": (lambda m: m.W.sum(axis=0), "add up the rows of W without weighing them by p − onehot"),
    "dx_summed": (lambda m: m.dx.sum(), "add the d entries of dL/dx up, but each dimension has its own slope"),
    "W_updated_before_dE": (lambda m: (m.W - np.outer(m.dt, m.x)).T @ m.dt, "change W before you go back through it"),
}.items():
    exercise.mistake(id, answer(dE=lambda m, row=row: scattered(m.E, m.ids, row(m)))).says(
        f"For dE you {words}. Each word of the prefix gets the whole of dL/dx = Wᵀ(p − y), summed over ALL rows of W."
    )
exercise.mistakes(
    dx_without_transpose=answer(dE=lambda m: scattered(m.E, m.ids, m.W @ m.dt)),
    dx_without_transpose_in_the_loop=answer(dE=lambda m: [m.W @ m.dt for _ in m.ids] or 0 * m.E),
).says("For dL/dx you multiply W by p − y as W stands: (V, d) times (V,) does not fit. Turn W round: V logits to d.")
for id, (dE, words) in {
    "rows_of_the_prefix_only": (lambda m: np.tile(m.dx, (m.n, 1)), "one row per word of the PREFIX, (n, d)"),
    "dx_for_dE": (lambda m: m.dx, "dL/dx, d numbers"),
    "added_to_the_parameters": (lambda m: m.E + scattered(m.E, m.ids, m.dx), "E itself, with the gradient added to it"),
    "dense_dE": (lambda m: np.outer(m.dt, m.dx), "an outer product, as if E were projected like W"),
}.items():
    exercise.mistake(id, answer(dE=dE)).says(
        f"Your dE is {words}. It is shaped like E: zeros, and dL/dx added to the rows of the prefix's words."
    )

exercise.mistake("logits_from_E", answer(scores=lambda m: m.E @ m.x)).says(
    "You make the logits with E, though you go back with W. The projection is W on both ways: t = W·x."
)
exercise.mistakes(
    summed_within_the_words=answer(lambda rows: rows.sum(axis=1)), summed_to_a_number=answer(lambda rows: rows.sum())
).says("x is summed over the wrong axis: the words are added to each other, `E[ids].sum(axis=0)`, (n, d) to (d,).")


@exercise.mistake("empty_for_zeros").says(
    "`np.empty` takes memory as it is, with any numbers in it. What is added onto must be 0 at the start: `np.zeros`."
)
def empty_for_zeros(E, W, ids, target):
    dE, (added, dW) = np.empty(E.shape), grad_additive_nlm(E, W, ids, target)
    return dE + added, dW


# dW
for id, (dW, words) in {
    "outer_with_last_word": (lambda m: np.outer(m.dt, m.E[m.ids[-1:]].sum(axis=0)), "has the last word for x"),
    "once_for_each_word": (lambda m: np.outer(m.dt, m.x) * m.n, "is added once for each word, but there is ONE x"),
    "mean_in_dW_only": (lambda m: np.outer(m.dt, m.x) / max(m.n, 1), "holds the MEAN of the embeddings for x, the sum"),
    "x_missing_in_dW": (lambda m: np.outer(m.dt, m.x * 0 + 1), "lacks x"),
    "only_p_minus_onehot_for_dW": (lambda m: m.dt, "is p − onehot without x"),
    "dW_times_W": (lambda m: np.outer(m.dt, m.x) * m.W, "has a factor W, which the slope of W_ik·x_k has not"),
    "target_row_of_W_only": (lambda m: np.outer(m.dt * m.y, m.x), "has the target's row only; every word has a logit"),
    "prefix_rows_of_dW_only": (lambda m: np.outer(m.dt, m.x) * m.inside, "has the prefix's rows only, not ALL"),
    "minus_onehot_in_dW": (lambda m: np.outer(-m.y, m.x), "has −onehot where p − onehot belongs"),
    "embeddings_of_the_prefix_in_dW": (lambda m: m.E * m.inside, "holds embeddings, not their sum"),
    "p_in_dW": (lambda m: np.outer(m.p, m.x), "has p where p − onehot belongs (in dE it is right)"),
}.items():
    exercise.mistake(id, answer(dW=dW)).says(
        f"Your dW {words}. W_ik multiplies x_k, so its slope is (p − y)_i·x_k: the outer product, for every word i."
    )
exercise.mistakes(
    dot_for_outer=answer(dW=lambda m: m.dt @ m.x), entry_by_entry_for_outer=answer(dW=lambda m: m.dt * m.x)
).says(
    "You multiply p − onehot and x by `@`, or entry by entry, but they have V and d entries. Every entry of one times "
    "every entry of the other: an OUTER product, (V, 1)·(1, d)."
)

# one of the two, or both
exercise.takes(
    result(
        0,
        "dE",
        minus=("sign_of_dE", "dE has the wrong sign. Both are gradients, uphill: dL/dx = Wᵀ(p − y)."),
        zero=("dE_missing", "dE is all zeros. Go on from the logits to x, and from x to the words."),
    ),
    result(
        1,
        "dW",
        minus=("sign_of_dW", "dW has the wrong sign. Both are gradients, uphill: (p − y)xᵀ."),
        zero=("dW_missing", "dW is all zeros. The surprise depends on W as well: t = W·x."),
        transposed=("dW_transposed", "Your dW is turned round, (d, V). Row i of dW belongs to word i, as in W."),
    ),
    result(
        backwards=("returned_in_the_wrong_order", "Your two gradients are in the wrong order: dE first, then dW."),
        first=("dE_alone", "You return dE alone. Two gradients are wanted: dE, then dW."),
        last=("dW_alone", "You return dW alone. Two gradients are wanted: dE, then dW."),
    ),
)
for id, (change, words) in {
    "sign": (lambda dE, dW: (-dE, -dW), "Both gradients have the wrong sign: you have the way downhill"),
    "sign_and_dW_transposed": (lambda dE, dW: (-dE, -dW.T), "Both have the wrong sign, and dW is turned round"),
    "order_wrong_and_dW_transposed": (lambda dE, dW: (dW.T, dE), "The order is wrong, and dW is turned round"),
    "tied": (lambda dE, dW: (dE + dW, dE + dW), "You add both up, as if E and W were one matrix"),
    "dW_twice": (lambda dE, dW: (dW, dW), "You return dW for both"),
    "dE_twice": (lambda dE, dW: (dE, dE), "You return dE for both"),
}.items():
    exercise.mistake(id, afterwards(change)).says(f"{words}. First dE, Wᵀ(p − y) in its rows, then dW = (p − y)xᵀ.")


def mean(rows):
    return rows.sum(axis=0) / max(len(rows), 1)


ONCE = "a word that stands in the prefix twice gets its gradient once (`dE[ids] += …` writes each row once)"
NO_ONEHOT = "the word that came leaves no trace, since dL/dt is p − onehot"
MEAN = "x is a mean where this model ADDS"
for id, gradients, besides in (
    ("repeats_overwritten", answer(dE=words_once), ONCE),
    ("p_alone", answer(dt=lambda p, y, t: p), NO_ONEHOT),
    ("mean_in_x", answer(mean), MEAN),
):
    for other, change, words in (
        ("sign", lambda dE, dW: (-dE, -dW), "Both gradients have the wrong sign"),
        ("dW_transposed", lambda dE, dW: (dE, dW.T), "dW is turned round"),
        ("order", lambda dE, dW: (dW, dE), "The order is wrong, dE should be first"),
    ):
        exercise.mistake(f"{id}_and_{other}", afterwards(change, gradients)).says(
            f"Two things. {words}; and {besides}."
        )
for id, gradients, words in (
    ("p_alone_and_repeats", answer(dt=lambda p, y, t: p, dE=words_once), f"{NO_ONEHOT}; and {ONCE}"),
    ("mean_in_x_and_repeats", answer(mean, dE=words_once), f"{MEAN}; and {ONCE}"),
    ("mean_in_x_and_p_alone", answer(mean, dt=lambda p, y, t: p), f"{MEAN}; and {NO_ONEHOT}"),
):
    exercise.mistake(id, gradients).says(f"Two things: {words}.")
exercise.mistake("step_taken", lambda E, W, *words: afterwards(lambda dE, dW: (E - dE, W - dW))(E, W, *words)).says(
    "You return parameters after a step. Only the gradients are wanted; the step comes later, in `gradient_step`."
)

# x
for id, (x, words) in {
    "x_is_the_last_word": (lambda rows: rows[-1:].sum(axis=0), "take the last word for x"),
    "x_is_the_first_word": (lambda rows: rows[:1].sum(axis=0), "take the first word for x"),
    "mean_in_x_only": (mean, "compose by the mean"),
    "repeats_in_x_forgotten": (lambda rows: np.unique(rows, axis=0).sum(axis=0), "add a repeated word only once"),
    "x_normalised": (lambda rows: rows.sum(axis=0) / (np.linalg.norm(rows.sum(axis=0)) or 1.0), "scale x to length 1"),
    "tanh": (lambda rows: np.tanh(rows.sum(axis=0)), "put x through a tanh"),
    "product_composed": (lambda rows: rows.prod(axis=0), "multiply the embeddings entry by entry"),
    "maximum_composed": (lambda rows: rows.max(axis=0) if len(rows) else rows.sum(axis=0), "take the largest values"),
}.items():
    exercise.mistake(id, answer(x)).says(f"You {words}. This model ADDS: x is the sum of ALL the prefix's embeddings.")
exercise.mistake(
    "mean_composition",
    answer(mean, dE=lambda m: scattered(m.E, m.ids, m.dx / max(m.n, 1))),
).says("You compose by the mean. This model ADDS the embeddings: neither x nor the gradients are divided by n.")
exercise.mistake(
    "tanh_with_its_derivative",
    answer(lambda rows: np.tanh(rows.sum(axis=0)), dE=lambda m: scattered(m.E, m.ids, m.dx * (1 - m.x**2))),
).says("You put x through a tanh. This model only adds.")
exercise.mistake("empty_prefix_fails", answer(lambda rows: rows[0] + rows[1:].sum(axis=0))).says(
    "The empty prefix breaks it. Then x is d zeros, dW is all zeros, and dE has no row to fill."
)
exercise.takes(
    argument(
        "ids",
        once=("types_for_tokens", "You take each word once (`set`, `np.unique`). What comes twice counts twice."),
        last=("last_word_composed", "You compose with the last word only. All words of the prefix are added."),
    ),
    one_for_both("E", "W", ("E_for_W_everywhere", "You compute the logits with E. The projection is W: t = W·x.")),
    exchanged(
        "E", "W", ("roles_swapped", "You look the prefix up in W and project with E. It is the other way round.")
    ),
    other_softmax(
        lambda softmax: answer(dt=lambda p, y, t: softmax(t) - y),
        overflow=("overflow", "Right for small logits. But e^1000 is inf, inf/inf is nan: use the stable `softmax`."),
        nothing=("logits_for_probabilities", "You go back with t − onehot. Take the softmax first: p − onehot."),
    ),
)


def added_up(parts):
    """The gradients of several prefixes, parts(ids), added up."""

    def gradients(E, W, ids, target):
        each = [np.array(grad_additive_nlm(E, W, part, target)) for part in parts(ids)]
        return tuple(sum(each, np.zeros((2, *E.shape))))

    return gradients


exercise.mistake("each_word_by_itself", added_up(lambda ids: [[i] for i in ids])).says(
    "You treat each word as a prefix of its own. The words are added FIRST, and there is one softmax for their sum."
)


@exercise.mistake("each_next_word").says(
    "You predict each word of the prefix from those before it. There is ONE prediction: `target`, from ALL of them."
)
def each_next_word(E, W, ids, target):
    each = [np.array(grad_additive_nlm(E, W, ids[:i], ids[i])) for i in range(1, len(ids))]
    return tuple(sum(each, np.zeros((2, *E.shape))))


exercise.mistake("growing_prefixes", added_up(lambda ids: [ids[: i + 1] for i in range(len(ids))])).says(
    "You add up the gradients of all the shorter prefixes too. One prefix, one word that came."
)


@exercise.mistake("embeddings_changed").says(
    "Your gradients are right, but E has changed: `x = E[i]` is a view of a row, into which `x += …` writes."
)
def embeddings_changed(E, W, ids, target):
    gradients = grad_additive_nlm(E, W, ids, target)
    if len(ids):
        E[ids[0]] = E[ids].sum(axis=0)
    return gradients


# dL/dt
for id, (dt, words) in {
    "p_for_p_minus_onehot": (lambda p, y, t: p, "p alone: the word that came leaves no trace"),
    "onehot_alone": (lambda p, y, t: -y, "−onehot: the denominator of the softmax is missing"),
    "squared_error": (lambda p, y, t: p * (p - y - p @ (p - y)), "the slope of a squared error; the loss is −log p"),
}.items():
    exercise.mistake(id, answer(dt=dt)).says(f"You go back with {words}. dL/dt is p − onehot.")
exercise.mistake("probabilities_times_x_only", lambda E, W, ids, target: softmax(W @ E[ids].sum(axis=0))).says(
    "You return the probabilities. Two arrays are wanted, the gradients dE and dW."
)
exercise.mistake("surprise_returned", lambda E, W, ids, target: -log_softmax(W @ E[ids].sum(axis=0))[target]).says(
    "You return the surprise. Its gradients are wanted: dE and dW."
)


@exercise.right
def in_loops(E, W, ids, target):
    x = np.zeros(E.shape[1])
    for i in ids:
        x += E[i]
    dt = softmax(W @ x) - one_hot(target, len(W))
    dE = np.zeros_like(E)
    for i in ids:
        dE[i] += dt @ W
    return [dE, dt[:, None] * x]


@exercise.right
def by_torch(E, W, ids, target):
    import torch

    E, W = (torch.tensor(array, requires_grad=True) for array in (E, W))
    t = W @ E[torch.tensor(ids)].sum(dim=0)
    torch.nn.functional.cross_entropy(t[None], torch.tensor([int(target)])).backward()
    return E.grad.numpy(), W.grad.numpy()
