"""hutchinson_diagonal: how u is drawn, and what is made of the draws. The draws themselves are free."""

import numpy as np

MANY = 100  # draws: once is enough for what they show


class _Product:
    """hvp for a given H, which keeps every u that it was called with."""

    def __init__(self, H: np.ndarray, shape: tuple[int, ...]):
        self.H, self.shape, self.draws = H, shape, []

    def __call__(self, u):
        u = np.array(u, dtype=np.float64)
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
    mean, inner = each.mean(axis=0), each.reshape(n, -1).sum(axis=1).mean()
    with np.errstate(all="ignore"):
        formulas = {
            "mean of u ⊙ (H u)": mean,
            "u ⊙ (H u), summed, / n_samples²": mean / n,
            "u ⊙ (H u), summed, / √n_samples": each.sum(axis=0) / np.sqrt(n),
            "u ⊙ (H u), divided by n_samples in every round": _divided_each_round(each),
            "u ⊙ (H u), summed, / another number": _over_a_count(each, result),
            "mean of H u": products.mean(axis=0),
            "sum of u ⊙ (H u)": each.sum(axis=0),
            "sum of H u": products.sum(axis=0),
            "the last u ⊙ (H u)": each[-1],
            "the first u ⊙ (H u)": each[0],
            "u ⊙ (H u) / n_samples of the last draw": each[-1] / n,
            "mean of squares": (each**2).mean(axis=0),
            "mean of squares (of H u)": (products**2).mean(axis=0),
            "mean of absolute values": np.abs(each).mean(axis=0),
            "|mean of u ⊙ (H u)|": np.abs(mean),
            "mean of absolute values (of H u)": np.abs(products).mean(axis=0),
            "−mean of u ⊙ (H u)": -mean,
            "half the mean of u ⊙ (H u)": mean / 2,
            "u ⊙ (H u), summed, / (n_samples − 1)": each.sum(axis=0) / max(n - 1, 0.5),
            "u ⊙ (H u), summed, / (n_samples + 1)": each.sum(axis=0) / (n + 1),
            "mean of u, times mean of H u": draws.mean(axis=0) * products.mean(axis=0),
            "mean of u + H u": (draws + products).mean(axis=0),
            "1 / n_samples more than the mean": mean + 1 / n,
            "variance or spread of u ⊙ (H u)": _spread(each, result),
            "mean of u": draws.mean(axis=0),
            "mean of (H u) / u": (products / draws).mean(axis=0) if draws.all() else np.nan,
            "one number: mean of uᵀ H u": inner,
            "one number: mean over everything": each.mean(),
            "mean of uᵀ H u in every entry": np.full(shape, inner),
            "square root of the mean of (u ⊙ (H u))²": np.sqrt((each**2).mean(axis=0)),
            "the positive part of the mean": np.maximum(mean, 0),
            "median of u ⊙ (H u)": np.median(each, axis=0),
            "all of the u ⊙ (H u), not their mean": each,
        }
    if n == 1:
        formulas = {"mean of u ⊙ (H u)": each[0]} | formulas
        if _same(np.abs(result), np.abs(products[0])):
            formulas["H u with the signs of another u"] = np.asarray(result)
    found = next((name for name, value in formulas.items() if _same(result, value)), "something else")
    return found.removesuffix(" (of H u)")


def _divided_each_round(each: np.ndarray) -> np.ndarray:
    total = np.zeros(each.shape[1:])
    for term in each:
        total = (total + term) / len(each)
    return total


def _over_a_count(each: np.ndarray, result) -> np.ndarray:
    """The sum over the number of entries, or over the length of the first axis, whichever `result` is."""
    total = each.sum(axis=0)
    counts = (total.size, len(total), total.size * len(each))
    return next((total / n for n in counts if n != len(each) and _same(result, total / n)), np.array(np.nan))


def _spread(each: np.ndarray, result) -> np.ndarray:
    """The variance or the standard deviation over the draws, whichever `result` is."""
    variance = each.var(axis=0)
    return np.sqrt(variance) if _same(result, np.sqrt(variance)) else variance


def _distribution(draws: np.ndarray) -> str:
    """What the entries of u are like, coarsely: what many draws show beyond doubt."""
    u = draws.reshape(len(draws), -1)
    if (u == u[0]).all():
        return "the same u in every draw"
    if ((u != 0).sum(axis=1) <= 1).all():
        return "one entry at a time"
    if abs(u.mean()) > 0.1:
        return f"entries whose mean is {'above' if u.mean() > 0 else 'below'} 0"
    size = np.sqrt((u**2).mean(axis=0))
    if np.abs(size - 1).max() > 0.15:
        return "entries whose mean square is not 1"
    if u.shape[1] > 1 and np.abs(np.corrcoef(u.T) - np.eye(u.shape[1])).max() > 0.25:
        return "entries that depend on each other"
    return "independent, mean 0, mean square 1"


def observe(function, args, kwargs) -> dict:
    """For three rngs, two of one seed: the u that hvp was called with, and the result. One rng where u are many."""
    H, shape, seed, n_samples = args
    runs = []
    for number in (seed, seed, seed + 1)[: 1 if n_samples > MANY else 3]:
        hvp = _Product(H, shape)
        result = function(hvp, shape, np.random.default_rng(number), n_samples)
        runs.append((hvp.draws, result))
    return {"runs": runs}


def describe(seen, args, kwargs) -> dict:
    """How many u there were and from where, what they are like, and which formula was used."""
    H, _, _, n_samples = args
    runs = seen["runs"]
    drawn, result = runs[0]
    calls = {2 * n_samples: "twice n_samples", n_samples + 1: "n_samples + 1"}
    calls |= {0: "none", n_samples - 1: "n_samples − 1", 1: "one", n_samples: "n_samples"}
    other = "more than n_samples" if len(drawn) > n_samples else "fewer than n_samples"
    facts = {"shape": tuple(np.shape(result)), "calls of hvp": calls.get(len(drawn), other)}
    if not drawn:
        return facts
    draws = np.array(drawn)
    facts["value"] = _formula(result, H, draws)
    if len(runs) == 1:
        facts["u"] = _distribution(draws)
    elif draws.size >= 12:  # fewer signs can be the same by chance
        again, other = (np.array(draws) for draws, _ in runs[1:])
        facts["the same rng gives the same u"] = _same(draws, again)
        facts["another rng gives another u"] = not _same(draws, other)
    return facts
