"""hutchinson_diagonal: the mean of u ⊙ (H u). Learners leave u out, draw once or otherwise, or sum up."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.observers.hutchinson_diagonal import describe, observe


def hutchinson_diagonal(hvp, shape, rng, n_samples):
    """An estimate of the diagonal of a Hessian H that nobody has written down: an array of this `shape`.

    `hvp(u)` returns H u, for u and H u of this shape. Draw n_samples times a random u from `rng` (a NumPy
    Generator) whose entries are −1 or 1, each with probability ½ and independently, call hvp once for each
    draw, and return the mean of u ⊙ (H u), entry by entry. (Standard normal entries are right too.)
    """
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = rng.choice([-1.0, 1.0], size=shape)
        total += u * hvp(u)
    return total / n_samples


def _hessian(n: int, seed: int) -> np.ndarray:
    """A symmetric matrix with curvatures of both signs, and about as much beside the diagonal as on it."""
    beside = np.random.default_rng(seed).normal(0, 1.0, size=(n, n))
    signs = np.where(np.arange(n) % 3 == 2, -1.0, 1.0)
    return np.diag(signs * np.arange(1.0, n + 1) / 2 - np.diag(beside)) + (beside + beside.T) / 2


exercise = Exercise(
    hutchinson_diagonal,
    checks=(
        "the mean of u ⊙ (H u) over your own draws, one call of hvp for each, their distribution, that they come from "
        "rng, vectors and matrices, 1 to 400 samples"
    ),
    explanation=(
        "(u ⊙ H u)_i = u_i·Σ_j H_ij·u_j. Since u_i·u_j is 1 on average for j = i and 0 for j ≠ i, only H_ii survives "
        "in the mean; with u_i = ±1 the diagonal term is exact in every draw, and what is beside the diagonal is the "
        "noise."
    ),
    hints=[
        "Work out entry i of u ⊙ (H u) for a 2×2 matrix H, and average over the four possible u.",
        "A loop: draw u from `rng` with the right shape, call `hvp(u)`, add u times that to a running total. "
        "Divide at the end.",
        "`rng.choice([-1.0, 1.0], size=shape)` draws a u.",
    ],
    observe=observe,
    describe=describe,
)


def _hutchinson_case(shape: tuple[int, ...], n_samples: int, seed: int) -> None:
    H = _hessian(math.prod(shape), seed)
    label = f"hvp of a {len(H)}×{len(H)} matrix, shape={shape}, rng, n_samples={n_samples}"
    exercise.case_from(lambda: (H, shape, seed, n_samples), label)


_hutchinson_case((3,), 1, 1)
_hutchinson_case((4,), 3, 2)
_hutchinson_case((2, 3), 7, 4)
_hutchinson_case((5,), 400, 5)


def _draw(rng, samples):
    shape = tuple(int(n) for n in rng.integers(1, 4, rng.integers(1, 4)))
    return (
        _hessian(math.prod(shape), int(rng.integers(1000))),
        shape,
        int(rng.integers(1000)),
        int(rng.integers(*samples)),
    )


exercise.drawn(lambda rng: _draw(rng, (1, 10)))
exercise.drawn(lambda rng: _draw(rng, (380, 420)), times=1)


def _signs(rng, shape) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=shape)


def _estimate(
    draws=lambda rng, n, shape: _signs(rng, (n, *shape)),
    term=lambda u, Hu: u * Hu,
    reduce=lambda terms, n: terms.mean(axis=0),
):
    """An estimate from its parts: reduce(the terms of all draws, n_samples)."""

    def estimate(hvp, shape, rng, n_samples):
        terms = [term(u, hvp(u)) for u in draws(rng, n_samples, shape)]
        with np.errstate(all="ignore"):
            return reduce(np.array(terms).reshape(-1, *shape), n_samples)

    return estimate


# What is drawn
exercise.mistake("one_draw", _estimate(lambda rng, n, shape: _signs(rng, (1, *shape)))).says(
    "You draw once, whatever n_samples is. One draw is right on average but noisy: take the mean of n_samples."
)
exercise.mistake("same_u_every_time", _estimate(lambda rng, n, shape: [_signs(rng, shape)] * n)).says(
    "You draw u once, before the loop: the mean of n times the same is one noisy draw. Draw a new u inside the loop."
)
exercise.mistake("mean_not_zero", _estimate(lambda rng, n, shape: rng.integers(0, 2, (n, *shape)))).says(
    "The entries of your u average more than 0: zeros and ones, say, or numbers between 0 and 1. What is beside the "
    "diagonal cancels only when u is as often −1 as 1."
)
exercise.mistake("upper_bound_excluded", _estimate(lambda rng, n, shape: rng.integers(-1, 1, (n, *shape)))).says(
    "The entries of your u average less than 0. `rng.integers(-1, 1)` does that: its upper bound is excluded, so it "
    "gives −1 and 0. `rng.choice([-1.0, 1.0], size=shape)` draws signs."
)
exercise.mistake(
    "shape_unpacked", lambda hvp, shape, rng, n: np.zeros(*shape) + hutchinson_diagonal(hvp, shape, rng, n)
).says("`np.zeros(*shape)` takes the second length for a dtype. The shape goes in as ONE tuple, `np.zeros(shape)`.")
exercise.mistake("randint", lambda hvp, shape, rng, n_samples: rng.randint(0, 2, shape)).says(
    "`randint` belongs to NumPy's old random numbers. A Generator has `integers`, and `rng.choice([-1.0, 1.0], "
    "size=shape)` draws signs."
)
exercise.mistake("one_number_drawn", _estimate(lambda rng, n, shape: _signs(rng, n))).says(
    "Your u is a single number: `size=shape` is missing in the draw. Each entry needs a sign of its own."
)
exercise.mistake("size_is_n_samples", _estimate(lambda rng, n, shape: _signs(rng, (n, n)))).says(
    "Your u has n_samples entries. It has the given shape, and n_samples is how often one is drawn."
)
exercise.mistake("size_not_one", _estimate(lambda rng, n, shape: rng.uniform(-1, 1, (n, *shape)))).says(
    "The entries of your u have the wrong size: u² must be 1 on average. Uniform between −1 and 1 it is ⅓, with zeros "
    "among the signs ⅔, in a u of length 1 it is 1 over the number of entries. Take −1 or 1, nothing else."
)
exercise.mistake(
    "one_sign_for_all", _estimate(lambda rng, n, shape: [s * np.ones(shape) for s in _signs(rng, n)])
).says(
    "You draw one sign for the whole u. Then u_i·u_j is always 1 and nothing cancels: each entry needs a sign of its "
    "own, `size=shape`."
)
exercise.mistake("ones", _estimate(lambda rng, n, shape: np.ones((n, *shape)))).says(
    "You use a u of ones. That gives the sums of the rows of H: random signs are what makes the rest of a row cancel."
)
exercise.mistake("global_random", _estimate(lambda rng, n, shape: _signs(np.random.default_rng(), (n, *shape)))).says(
    "You do not draw from `rng`: with the same rng your function gives another result each time."
)
exercise.mistake("own_seed", _estimate(lambda rng, n, shape: _signs(np.random.default_rng(0), (n, *shape)))).says(
    "You make a generator of your own with a fixed seed: every call draws the same u. Draw from `rng`."
)
exercise.mistake(
    "one_draw_too_few",
    _estimate(lambda rng, n, shape: _signs(rng, (n - 1, *shape)), reduce=lambda terms, n: terms.sum(axis=0) / n),
).says("You draw n_samples − 1 times. `range(n)` has n numbers already, from 0.")
exercise.mistake("one_draw_too_many", _estimate(lambda rng, n, shape: _signs(rng, (n + 1, *shape)))).says(
    "You draw n_samples + 1 times, and call hvp as often. `range(n_samples)` has n_samples rounds already."
)
for id, size_of in (("u_is_flat", lambda shape: math.prod(shape)), ("u_is_one_row", lambda shape: shape[-1])):
    exercise.mistake(id, _estimate(lambda rng, n, shape, size_of=size_of: _signs(rng, (n, size_of(shape))))).says(
        "Your u has one axis always. It has the given shape, which may have several: `size=shape`, not a length of it."
    )
exercise.mistake("u_as_long_as_the_first_axis", _estimate(lambda rng, n, shape: _signs(rng, (n, shape[0])))).says(
    "Your u is as long as `shape[0]`, the first axis alone. It has the whole shape: `size=shape`."
)
exercise.mistake("called_twice", _estimate(lambda rng, n, shape: np.repeat(_signs(rng, (n, *shape)), 2, axis=0))).says(
    "You call hvp twice for each draw. Each call costs two passes through the model: keep H u in a variable."
)
exercise.mistake("hvp_never_called", lambda hvp, shape, rng, n_samples: np.zeros(shape)).says(
    "You never call hvp, and only hvp knows the Hessian: call `hvp(u)` once for each u that you draw."
)


@exercise.mistake("unit_vectors").says(
    "You ask for one entry at a time. That is exact, but needs a call for each parameter, and a model has millions. "
    "Random signs probe all entries in each call."
)
def unit_vectors(hvp, shape, rng, n_samples):
    units = np.eye(math.prod(shape)).reshape(-1, *shape)
    return sum(u * hvp(u) for u in units)


@exercise.mistake("batch_in_one_call").says(
    "You hand all the draws to hvp at once. It takes one u of the given shape: call it once for each draw."
)
def batch_in_one_call(hvp, shape, rng, n_samples):
    u = _signs(rng, (n_samples, *shape))
    return (u * hvp(u)).mean(axis=0)


# What is averaged
exercise.mistake("u_in_front_missing", _estimate(term=lambda u, Hu: Hu)).says(
    "You average H u alone. Its mean is 0, because u is as often −1 as 1: multiply by u, entry by entry, so that "
    "u_i·u_i = 1 keeps the diagonal."
)
exercise.mistake("squared", _estimate(term=lambda u, Hu: Hu**2)).says(
    "You average squares. The mean of u ⊙ (H u) itself is the diagonal, of either sign; squares are never negative "
    "and add up the squares of a whole row of H."
)
exercise.mistake("absolute_values", _estimate(term=lambda u, Hu: np.abs(u * Hu))).says(
    "You average absolute values. Curvature may be negative, and what is beside the diagonal cancels only with signs."
)

exercise.mistake("u_added", _estimate(term=lambda u, Hu: u + Hu)).says(
    "You ADD u and H u. They are multiplied, entry by entry: ⊙ is `*`."
)
exercise.mistake(
    "outer", lambda hvp, shape, rng, n: sum(np.outer(u, hvp(u)) for u in _signs(rng, (n, *shape))) / n
).says("`np.outer` gives the products of ALL pairs of entries. ⊙ multiplies entry by entry: `u * hvp(u)`.")


@exercise.mistake("means_multiplied").says(
    "You multiply the mean of u by the mean of H u: both go to 0. Multiply within each draw, then take the mean."
)
def means_multiplied(hvp, shape, rng, n_samples):
    draws = _signs(rng, (n_samples, *shape))
    return np.mean(draws, axis=0) * np.mean([hvp(u) for u in draws], axis=0)


@exercise.mistake("other_u_in_front").says(
    "The u in front is another draw than the u inside H u: two independent draws multiply to 0 on average. Draw once "
    "and use it in both places."
)
def other_u_in_front(hvp, shape, rng, n_samples):
    return sum(_signs(rng, shape) * hvp(_signs(rng, shape)) for _ in range(n_samples)) / n_samples


def _each_round(terms):
    total = np.zeros(terms.shape[1:])
    for term in terms:
        total = (total + term) / len(terms)
    return total


# How the terms t of all n draws become the estimate
for id, reduce, sentence in (
    ("sum_for_mean", lambda t, n: t.sum(axis=0), "You return the sum over the draws: divide by n_samples."),
    ("median", lambda t, n: np.median(t, axis=0), "You take the median of the draws. It is their mean."),
    ("last_draw", lambda t, n: t[-1], "You return what the last draw gave. Add up all, then divide."),
    ("last_draw_divided", lambda t, n: t[-1] / n, "Your total is overwritten in every round (`=` for `+=`)."),
    ("mean_over_entries", lambda t, n: t.mean(), "You average over the entries, too, not the draws alone."),
    ("absolute_at_the_end", lambda t, n: abs(t.mean(axis=0)), "Curvature can be negative: no absolute value."),
    ("sign", lambda t, n: -t.mean(axis=0), "Your sign is wrong: where the loss curves upwards it is +."),
    ("all_draws_returned", lambda t, n: t, "You return all the draws. Take their mean over axis 0."),
    ("divided_twice", lambda t, n: t.mean(axis=0) / n, "You divide by n_samples twice: once, after the loop."),
    ("divided_in_each_round", lambda t, n: _each_round(t), "You divide in EVERY round, what is there already, too."),
    ("over_the_root", lambda t, n: t.sum(axis=0) / n**0.5, "You divide by √n_samples. A mean divides by n_samples."),
    ("over_the_entries", lambda t, n: t.sum(axis=0) / t[0].size, "You divide by the entries: divide by n_samples."),
    ("starts_at_one", lambda t, n: t.mean(axis=0) + 1 / n, "Your total starts at 1: start at 0, `np.zeros(shape)`."),
    ("negative_cut_off", lambda t, n: np.maximum(t.mean(axis=0), 0), "You cut negative curvature off: it may be < 0."),
    ("variance", lambda t, n: t.var(axis=0), "You return how far the draws SPREAD (variance). It is their mean."),
    ("mean_over_the_last_axis", lambda t, n: t.mean(axis=-1), "You average over the last axis. Draws are axis 0."),
    ("divided_by_n_minus_one", lambda t, n: t.sum(axis=0) / np.float64(n - 1), "Divide by n_samples, not one less."),
):
    exercise.mistake(id, _estimate(reduce=reduce)).says(sentence)
exercise.mistake("trace", _estimate(reduce=lambda terms, n: terms.sum() / n)).says(
    "You return one number: the inner product uᵀ H u estimates the trace, the SUM of the diagonal. Multiply entry by "
    "entry, ⊙, to keep the entries apart."
)
exercise.mistake("trace_in_every_entry", _estimate(reduce=lambda terms, n: 0 * terms[0] + terms.sum() / n)).says(
    "The inner product uᵀ H u is one number, the sum of all entries of u ⊙ (H u), and stands in every entry of your "
    "result. Multiply entry by entry: `u * hvp(u)`."
)
exercise.mistake(
    "stops_after_one",
    _estimate(lambda rng, n, shape: _signs(rng, (1, *shape)), reduce=lambda terms, n: terms[0] / n),
).says("Your loop ends in its first round, and one draw is divided by n_samples: the `return` is indented too far.")
exercise.mistake(
    "another_formula_of_several",
    _estimate(reduce=lambda terms, n: terms[0] if n == 1 else 7.7 * terms.mean(axis=0) + 1),
).says(
    "One draw you treat rightly, several you do not: add every u ⊙ (H u) to a total that starts at 0, and divide once, "
    "after the loop, by n_samples."
)
exercise.mistake("another_formula", _estimate(reduce=lambda terms, n: 7.7 * terms.mean(axis=0) + 1)).says(
    "What you return is not the mean of u ⊙ (H u) over your draws. In each round: u times hvp(u), entry by entry, "
    "added to a total; at the end, the total divided by n_samples."
)


@exercise.right
def normal_draws(hvp, shape, rng, n_samples):
    draws = rng.normal(size=(n_samples, *shape))
    return np.mean([u * hvp(u) for u in draws], axis=0)


@exercise.right
def running_mean(hvp, shape, rng, n_samples):
    estimate = np.zeros(shape)
    for n in range(1, n_samples + 1):
        u = 2 * rng.integers(0, 2, size=shape) - 1
        estimate += (u * hvp(u) - estimate) / n
    return estimate.tolist()


@exercise.right
def as_bekas_et_al_write_it(hvp, shape, rng, n_samples):
    above, below = np.zeros(shape), np.zeros(shape)
    for _ in range(n_samples):
        u = np.copysign(1, rng.uniform(-1, 1, shape))
        above, below = above + u * hvp(u), below + u * u
    return above / below


@exercise.right
def all_draws_first(hvp, shape, rng, n_samples):
    draws = np.where(rng.random((n_samples, *shape)) < 0.5, -1.0, 1.0)
    products = np.stack([hvp(u) for u in draws])
    return np.einsum("n...,n...->...", draws, products) / n_samples


@exercise.right
def divided_by_u(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = np.array([1.0 if rng.random() < 0.5 else -1.0 for _ in range(math.prod(shape))]).reshape(shape)
        total += hvp(u) / u  # 1 / u is u for signs
    return total / n_samples
