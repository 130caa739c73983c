"""hutchinson_diagonal."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise


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


class _Product:
    """hvp for a given H, which keeps every u that it was called with."""

    def __init__(self, H: np.ndarray, shape: tuple[int, ...]):
        self.H, self.shape, self.draws, self.shapes = H, shape, [], set()

    def __call__(self, u):
        u = np.array(u, dtype=np.float64)
        self.shapes.add(u.shape)
        self.draws.append(u)
        if u.shape != self.shape:
            raise ValueError(f"hvp: u must have shape {self.shape}, got {u.shape}")
        return (self.H @ u.ravel()).reshape(self.shape)


def _same(result, value) -> bool:
    return np.shape(result) == np.shape(value) and bool(np.allclose(result, value, rtol=1e-4, atol=1e-5))


def _formula(result, H: np.ndarray, draws: np.ndarray) -> str:
    """Which formula turns the draws that were made into the result."""
    n, shape = len(draws), draws.shape[1:]
    products = (draws.reshape(n, -1) @ H.T).reshape(draws.shape)
    each = draws * products  # (n, *shape)
    with np.errstate(all="ignore"):
        formulas = {
            "mean of u ⊙ (H u)": each.mean(axis=0),
            "mean of H u": products.mean(axis=0),
            "sum of u ⊙ (H u)": each.sum(axis=0),
            "sum of H u": products.sum(axis=0),
            "the last u ⊙ (H u)": each[-1],
            "the first u ⊙ (H u)": each[0],
            "u ⊙ (H u) / n_samples of the last draw": each[-1] / n,
            "mean of squares": (each**2).mean(axis=0),
            "mean of squares (of H u)": (products**2).mean(axis=0),
            "mean of absolute values": np.abs(each).mean(axis=0),
            "|mean of u ⊙ (H u)|": np.abs(each.mean(axis=0)),
            "mean of absolute values (of H u)": np.abs(products).mean(axis=0),
            "−mean of u ⊙ (H u)": -each.mean(axis=0),
            "half the mean of u ⊙ (H u)": each.mean(axis=0) / 2,
            "u ⊙ (H u), summed, / (n_samples − 1)": each.sum(axis=0) / max(n - 1, 0.5),
            "u ⊙ (H u), summed, / (n_samples + 1)": each.sum(axis=0) / (n + 1),
            "mean of u, times mean of H u": draws.mean(axis=0) * products.mean(axis=0),
            "mean of u + H u": (draws + products).mean(axis=0),
            "mean of u": draws.mean(axis=0),
            "mean of (H u) / u": (products / draws).mean(axis=0) if draws.all() else np.nan,
            "one number: mean of uᵀ H u": np.float64(each.reshape(n, -1).sum(axis=1).mean()),
            "one number: mean over everything": np.float64(each.mean()),
            "mean of uᵀ H u in every entry": np.full(shape, each.reshape(n, -1).sum(axis=1).mean()),
            "square root of the mean of (u ⊙ (H u))²": np.sqrt((each**2).mean(axis=0)),
            "median of u ⊙ (H u)": np.median(each, axis=0),
            "all of the u ⊙ (H u), not their mean": each,
        }
    if n == 1:
        formulas = {"mean of u ⊙ (H u)": each[0]} | formulas
    found = next((name for name, value in formulas.items() if _same(result, value)), "something else")
    return found.removesuffix(" (of H u)")


def _distribution(draws: np.ndarray) -> str:
    """What the entries of u are like, coarsely: what many draws show beyond doubt."""
    u = draws.reshape(len(draws), -1)
    if (u == u[0]).all():
        return "the same u in every draw"
    if ((u != 0).sum(axis=1) <= 1).all():
        return "one entry at a time"
    if abs(u.mean()) > 0.1:
        return "entries whose mean is not 0"
    size = np.sqrt((u**2).mean(axis=0))
    if np.abs(size - 1).max() > 0.15:
        return "entries whose mean square is not 1"
    if u.shape[1] > 1 and np.abs(np.corrcoef(u.T) - np.eye(u.shape[1])).max() > 0.25:
        return "entries that depend on each other"
    return "independent, mean 0, mean square 1"


def _observe_hutchinson(function, args, kwargs) -> dict:
    H, shape, seed, n_samples = args
    runs = []
    for number in (seed, seed, seed + 1):
        hvp = _Product(H, shape)
        result = function(hvp, shape, np.random.default_rng(number), n_samples)
        runs.append((hvp, result))
        if n_samples > 100:
            break  # once is enough for what many draws show
    hvp, result = runs[0]
    calls = {0: "none", n_samples: "n_samples", n_samples - 1: "n_samples − 1", 1: "one"}
    many = "more than n_samples" if len(hvp.draws) > n_samples else "fewer than n_samples"
    calls = "n_samples" if len(hvp.draws) == n_samples else calls.get(len(hvp.draws), many)
    facts = {"shape": tuple(np.shape(result)), "calls of hvp": calls}
    if not hvp.draws:
        return facts
    draws = np.array(hvp.draws)
    facts["value"] = _formula(result, H, draws)
    if len(runs) == 1:
        facts["u"] = _distribution(draws)
    elif draws.size >= 12:  # fewer signs can be the same by chance
        again, other = (np.array(run[0].draws) for run in runs[1:])
        facts["the same rng gives the same u"] = _same(draws, again)
        facts["another rng gives another u"] = not _same(draws, other)
    return facts


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
        (
            "A loop: draw u from `rng` with the right shape, call `hvp(u)`, add u times that to a running total. "
            "Divide at the end."
        ),
        "`rng.choice([-1.0, 1.0], size=shape)` draws a u.",
    ],
    observe=_observe_hutchinson,
)


def _hutchinson_case(shape: tuple[int, ...], n_samples: int, seed: int) -> None:
    H = _hessian(math.prod(shape), seed)
    label = f"hvp of a {len(H)}×{len(H)} matrix, shape={shape}, rng, n_samples={n_samples}"
    exercise.case_from(lambda: (H, shape, seed, n_samples), label)


_hutchinson_case((3,), 1, 1)

_hutchinson_case((4,), 3, 2)

_hutchinson_case((2, 3), 7, 4)

_hutchinson_case((5,), 400, 5)


def _signs(rng, shape) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=shape)


exercise.mistake(
    "u_in_front_missing",
    lambda hvp, shape, rng, n_samples: sum(hvp(_signs(rng, shape)) for _ in range(n_samples)) / n_samples,
).says(
    "You average H u alone. Its mean is 0, because u is as often −1 as 1: multiply by u, entry by entry, so that "
    "u_i·u_i = 1 keeps the diagonal."
)
exercise.mistake(
    "squared",
    lambda hvp, shape, rng, n_samples: sum(hvp(_signs(rng, shape)) ** 2 for _ in range(n_samples)) / n_samples,
).says(
    "You average squares. The mean of u ⊙ (H u) itself is the diagonal, of either sign; squares are never negative "
    "and add up the squares of a whole row of H."
)


@exercise.mistake("one_draw").says(
    "You draw once, whatever n_samples is. One draw is right on average but noisy: draw n_samples times and take the "
    "mean."
)
def one_draw(hvp, shape, rng, n_samples):
    u = _signs(rng, shape)
    return u * hvp(u)


@exercise.mistake("same_u_every_time").says(
    "You draw u once, before the loop, and use it in every round: the mean of n times the same is still one noisy "
    "draw. Draw a new u inside the loop."
)
def same_u_every_time(hvp, shape, rng, n_samples):
    u = _signs(rng, shape)
    return sum(u * hvp(u) for _ in range(n_samples)) / n_samples


@exercise.mistake("sum_for_mean").says(
    "You return the sum over the draws: n_samples times too much. Divide by n_samples."
)
def sum_for_mean(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += u * hvp(u)
    return total


@exercise.mistake("last_draw").says(
    "You return what the last draw gave. Keep a running total over all draws, and divide by their number."
)
def last_draw(hvp, shape, rng, n_samples):
    for _ in range(n_samples):
        u = _signs(rng, shape)
        result = u * hvp(u)
    return result


@exercise.mistake("last_draw_divided").says(
    "Your total is overwritten in every round (`=` for `+=`), so the last draw alone is left, divided by n_samples."
)
def last_draw_divided(hvp, shape, rng, n_samples):
    for _ in range(n_samples):
        u = _signs(rng, shape)
        result = u * hvp(u)
    return result / n_samples


@exercise.mistake("trace").says(
    "You return one number: the inner product uᵀ H u estimates the trace, the SUM of the diagonal. Multiply entry by "
    "entry, ⊙, to keep the entries apart."
)
def trace(hvp, shape, rng, n_samples):
    total = 0.0
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += np.sum(u * hvp(u))
    return total / n_samples


exercise.mistake(
    "mean_over_entries",
    lambda hvp, shape, rng, n_samples: np.mean([u * hvp(u) for u in (_signs(rng, shape) for _ in range(n_samples))]),
).says("You average over the entries too, and one number is left. Average over the draws only (axis 0).")
exercise.mistake(
    "absolute_values",
    lambda hvp, shape, rng, n_samples: (
        sum(np.abs(u * hvp(u)) for u in (_signs(rng, shape) for _ in range(n_samples))) / n_samples
    ),
).says(
    "You average absolute values. Curvature may be negative, and the terms beside the diagonal cancel only with their "
    "signs."
)
exercise.mistake(
    "absolute_at_the_end", lambda hvp, shape, rng, n_samples: np.abs(hutchinson_diagonal(hvp, shape, rng, n_samples))
).says(
    "You take the absolute value of the estimate. The diagonal may be negative, and whoever asks for it wants to know."
)


@exercise.mistake("means_multiplied").says(
    "You multiply the mean of u by the mean of H u: both go to 0. Multiply within each draw, then take the mean."
)
def means_multiplied(hvp, shape, rng, n_samples):
    draws = [_signs(rng, shape) for _ in range(n_samples)]
    return np.mean(draws, axis=0) * np.mean([hvp(u) for u in draws], axis=0)


exercise.mistake(
    "other_u_in_front",
    lambda hvp, shape, rng, n_samples: (
        sum(_signs(rng, shape) * hvp(_signs(rng, shape)) for _ in range(n_samples)) / n_samples
    ),
).says(
    "The u in front is another draw than the u inside H u: two independent draws multiply to 0 on average. Draw once "
    "and use it in both places."
)
exercise.mistake(
    "mean_not_zero",
    lambda hvp, shape, rng, n_samples: (
        sum(u * hvp(u) for u in (rng.integers(0, 2, size=shape) for _ in range(n_samples))) / n_samples
    ),
).says(
    "The entries of your u do not average 0: zeros and ones, say, or numbers between 0 and 1. What is beside the "
    "diagonal cancels only when u is as often −1 as 1."
)
exercise.mistake(
    "size_not_one",
    lambda hvp, shape, rng, n_samples: (
        sum(u * hvp(u) for u in (rng.uniform(-1, 1, shape) for _ in range(n_samples))) / n_samples
    ),
).says(
    "The entries of your u have the wrong size: u² must be 1 on average. Uniform between −1 and 1 it is ⅓, with zeros "
    "among the signs ⅔, in a u of length 1 it is 1 over the number of entries. Take −1 or 1, nothing else."
)


@exercise.mistake("one_sign_for_all").says(
    "You draw one sign for the whole u. Then u_i·u_j is always 1 and nothing cancels: each entry needs a sign of its "
    "own, `size=shape`."
)
def one_sign_for_all(hvp, shape, rng, n_samples):
    draws = (np.full(shape, rng.choice([-1.0, 1.0])) for _ in range(n_samples))
    return sum(u * hvp(u) for u in draws) / n_samples


@exercise.mistake("ones").says(
    "You use a u of ones. That gives the sums of the rows of H: random signs are what makes the rest of a row cancel."
)
def ones(hvp, shape, rng, n_samples):
    u = np.ones(shape)
    return sum(u * hvp(u) for _ in range(n_samples)) / n_samples


@exercise.mistake("unit_vectors").says(
    "You ask for one entry at a time. That is exact, but needs a call for each parameter, and a model has millions. "
    "Random signs probe all entries in each call."
)
def unit_vectors(hvp, shape, rng, n_samples):
    diagonal = np.zeros(shape)
    for place in np.ndindex(*shape):
        u = np.zeros(shape)
        u[place] = 1.0
        diagonal[place] = hvp(u)[place]
    return diagonal


@exercise.mistake("global_random").says(
    "You do not draw from `rng`: with the same rng your function gives another result each time. Use the generator "
    "that is passed in."
)
def global_random(hvp, shape, rng, n_samples):
    fresh = np.random.default_rng()
    return sum(u * hvp(u) for u in (_signs(fresh, shape) for _ in range(n_samples))) / n_samples


@exercise.mistake("own_seed").says(
    "You make a generator of your own with a fixed seed: every call draws the same u, whatever `rng` is. Draw from "
    "`rng`."
)
def own_seed(hvp, shape, rng, n_samples):
    own = np.random.default_rng(0)
    return sum(u * hvp(u) for u in (_signs(own, shape) for _ in range(n_samples))) / n_samples


@exercise.mistake("one_draw_too_few").says("You draw n_samples − 1 times. `range(n)` has n numbers already, from 0.")
def one_draw_too_few(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(1, n_samples):
        u = _signs(rng, shape)
        total += u * hvp(u)
    return total / n_samples


@exercise.mistake("divided_by_n_minus_one").says(
    "You divide by n_samples − 1. That is for a variance; the mean of n numbers divides by n."
)
def divided_by_n_minus_one(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += u * hvp(u)
    with np.errstate(all="ignore"):
        return total / np.float64(n_samples - 1)


exercise.mistake(
    "all_draws_returned",
    lambda hvp, shape, rng, n_samples: np.array([u * hvp(u) for u in (_signs(rng, shape) for _ in range(n_samples))]),
).says("You return all the draws. Take their mean over axis 0, so that an array of the given shape is left.")


@exercise.mistake("batch_in_one_call").says(
    "You hand all the draws to hvp at once. It takes one u of the given shape: call it once for each draw."
)
def batch_in_one_call(hvp, shape, rng, n_samples):
    u = rng.choice([-1.0, 1.0], size=(n_samples, *shape))
    return (u * hvp(u)).mean(axis=0)


@exercise.mistake("called_twice").says(
    "You call hvp twice for each draw. Each call costs two passes through the model: keep H u in a variable, or use "
    "it at once."
)
def called_twice(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        hvp(u)
        total += u * hvp(u)
    return total / n_samples


exercise.mistake("sign", lambda hvp, shape, rng, n_samples: -hutchinson_diagonal(hvp, shape, rng, n_samples)).says(
    "Your estimate has the wrong sign: where the loss curves upwards the diagonal is positive."
)


@exercise.mistake("trace_in_every_entry").says(
    "The inner product uᵀ H u is one number, the sum of all entries of u ⊙ (H u), and stands in every entry of your "
    "result. Multiply entry by entry: `u * hvp(u)`."
)
def trace_in_every_entry(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = _signs(rng, shape)
        total += np.sum(u * hvp(u))
    return total / n_samples


@exercise.mistake("stops_after_one").says(
    "Your loop ends in its first round: the `return` is indented too far, so that one draw is divided by n_samples."
)
def stops_after_one(hvp, shape, rng, n_samples):
    u = _signs(rng, shape)
    return u * hvp(u) / n_samples


exercise.mistake(
    "another_formula", lambda hvp, shape, rng, n_samples: 7.7 * hutchinson_diagonal(hvp, shape, rng, n_samples) + 1.0
).says(
    "What you return is not the mean of u ⊙ (H u) over your draws. In each round: u times hvp(u), entry by entry, "
    "added to a total; at the end, the total divided by n_samples."
)
exercise.mistake("hvp_never_called", lambda hvp, shape, rng, n_samples: np.zeros(shape)).says(
    "You never call hvp, and only hvp knows the Hessian: call `hvp(u)` once for each u that you draw."
)


@exercise.right
def right_1(hvp, shape, rng, n_samples):
    draws = rng.normal(size=(n_samples, *shape))
    return np.mean([u * hvp(u) for u in draws], axis=0)


@exercise.right
def right_2(hvp, shape, rng, n_samples):
    estimate = np.zeros(shape)
    for n in range(1, n_samples + 1):
        u = 2 * rng.integers(0, 2, size=shape) - 1
        estimate += (u * hvp(u) - estimate) / n
    return estimate.tolist()


@exercise.right
def right_3(hvp, shape, rng, n_samples):
    draws = np.where(rng.random((n_samples, *shape)) < 0.5, -1.0, 1.0)
    products = np.stack([hvp(u) for u in draws])
    return np.einsum("n...,n...->...", draws, products) / n_samples


@exercise.right
def right_4(hvp, shape, rng, n_samples):
    total = 0
    for _ in range(n_samples):
        u = np.sign(rng.standard_normal(shape))
        total = total + (u * hvp(u)).astype(np.float32)
    return total / n_samples


@exercise.right
def right_5(hvp, shape, rng, n_samples):
    total = np.zeros(shape)
    for _ in range(n_samples):
        u = np.array([1.0 if rng.random() < 0.5 else -1.0 for _ in range(math.prod(shape))]).reshape(shape)
        total += hvp(u) / u  # 1 / u is u for signs
    return total / n_samples
