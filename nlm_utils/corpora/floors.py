"""What no model can beat: the entropy of a language, and the floors of models that see only part of a prefix.

All of it is a sum over the beliefs of a machine (source.py), nothing is sampled. Units are nats per token,
averaged over tokens: −E[log p(sentence)] / E[length], or the conditional entropy of the next word given what
is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from .source import Machine


def entropy_rate(machine: Machine) -> float:
    """The entropy of a sentence over its mean length: the loss of a model that knows every probability."""
    reached = belief_probabilities(machine)
    belief, edge = machine.edges_from(np.arange(reached.size))
    surprise = -np.log(machine.p[edge])
    return float((reached[belief] * machine.p[edge] * surprise).sum() / reached.sum())


def mean_length(machine: Machine) -> float:
    """The mean number of tokens of a sentence, "." included."""
    return float(belief_probabilities(machine).sum())


def ngram_floor(machine: Machine, n: int) -> float:
    """The entropy of the next word given the n − 1 words before it, `<s>` standing before the first."""
    if n < 1:
        raise ValueError(f"ngram_floor: n must be at least 1, got {n}")
    start = np.zeros((1, n - 1), dtype=np.uint16)  # 0 is <s>, symbol s is s + 1

    def shift(seen: np.ndarray, symbol: np.ndarray) -> np.ndarray:
        return np.column_stack([seen, symbol + 1])[:, 1:].astype(np.uint16)  # (F, n − 1)

    return _floor(machine, start, shift)


def order_blind_floor(machine: Machine) -> float:
    """The entropy of the next word given how often each word occurred before it, in whatever order."""
    start = np.zeros((1, len(_lumped(machine)[0].words)), dtype=np.uint8)

    def count(seen: np.ndarray, symbol: np.ndarray) -> np.ndarray:
        counts = seen.copy()  # (F, symbols)
        counts[np.arange(symbol.size), symbol] += 1
        return counts

    return _floor(machine, start, count)


def belief_probabilities(machine: Machine) -> np.ndarray:
    """How likely a sentence is to pass through each belief, (N,)."""
    reached = np.zeros(machine.start.size - 1)
    belief, weight = np.zeros(1, dtype=np.int64), np.ones(1)
    while belief.size:  # all prefixes of one length at a time
        reached[belief] += weight
        origin, edge = machine.edges_from(belief)
        goes_on = machine.next[edge] >= 0
        flow = (weight[origin] * machine.p[edge])[goes_on]
        belief, group = np.unique(machine.next[edge][goes_on], return_inverse=True)
        weight = np.bincount(group, flow)
    return reached


# --- the entropy of the next word given a view of the prefix ------------------------------------------------


@lru_cache(maxsize=8)
def _lumped(machine: Machine) -> tuple[Machine, float]:
    """The machine with interchangeable words made one symbol, and the entropy per token that this leaves out.

    Two words are interchangeable when they leave every belief for the same belief, always in the same ratio.
    Which of them was said is then independent of everything else, past and future: it tells a model nothing,
    and the entropy of the word given its symbol can be added at the end. So the sums stay exact and become a
    hundred times shorter.
    """
    n_beliefs = machine.start.size - 1
    origin, _ = machine.edges_from(np.arange(n_beliefs))
    by_word = np.argsort(machine.word, kind="stable")
    ends = np.cumsum(np.bincount(machine.word, minlength=len(machine.words)))
    symbols: dict[tuple, int] = {}
    symbol_of = np.empty(len(machine.words), dtype=np.int64)
    for word, edges in enumerate(np.split(by_word, ends[:-1])):
        ratio = np.round(machine.p[edges] / machine.p[edges[0]], 9)
        behaviour = (origin[edges].tobytes(), machine.next[edges].tobytes(), ratio.tobytes())
        symbol_of[word] = symbols.setdefault(behaviour, len(symbols))

    key, first, group = np.unique(
        origin * len(symbols) + symbol_of[machine.word], return_index=True, return_inverse=True
    )
    p = np.bincount(group, machine.p)
    reached = belief_probabilities(machine)
    within = (reached[origin] * machine.p * np.log(p[group] / machine.p)).sum() / reached.sum()
    lumped = Machine(
        words=tuple(str(symbol) for symbol in range(len(symbols))),
        start=np.searchsorted(key, np.arange(n_beliefs + 1) * len(symbols)),
        word=key % len(symbols),
        p=p,
        next=machine.next[first],
    )
    return lumped, float(within)


def _floor(machine: Machine, start: np.ndarray, see: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> float:
    """The entropy of the next word given a view of the prefix, nats per token.

    A view is a row of small integers; `start` (1, k) is the view before the first word, and
    `see(views, symbols)` gives the views after one more symbol, (F, k). All prefixes of one length
    are followed at a time; those with the same view and the same belief are one.
    """
    machine, within = _lumped(machine)
    n_beliefs, n_symbols = machine.start.size - 1, len(machine.words)
    views, view, belief, weight = start, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.ones(1)
    all_views, all_pairs, all_flows, n_views, length = [], [], [], 0, 0.0
    while belief.size:
        length += weight.sum()
        origin, edge = machine.edges_from(belief)
        symbol, flow = machine.word[edge], weight[origin] * machine.p[edge]
        pair, group = np.unique((view[origin] + n_views) * n_symbols + symbol, return_inverse=True)
        all_views.append(views)
        all_pairs.append(pair)
        all_flows.append(np.bincount(group, flow))
        n_views += len(views)
        goes_on = machine.next[edge] >= 0
        # the next views: one for each (view, symbol), and of those the distinct ones
        step, of_step = np.unique((view[origin] * n_symbols + symbol)[goes_on], return_inverse=True)
        views, of_view = _distinct_rows(see(views[step // n_symbols], step % n_symbols))
        reached, group = np.unique(
            of_view[of_step] * n_beliefs + machine.next[edge][goes_on], return_inverse=True
        )
        view, belief = np.divmod(reached, n_beliefs)
        weight = np.bincount(group, flow[goes_on])

    _, same = _distinct_rows(
        np.concatenate(all_views)
    )  # a view may occur after prefixes of different lengths
    pair, flow = np.concatenate(all_pairs), np.concatenate(all_flows)
    pair, group = np.unique(same[pair // n_symbols] * n_symbols + pair % n_symbols, return_inverse=True)
    joint = np.bincount(group, flow)  # p(view, symbol), times the mean length
    marginal = np.bincount(pair // n_symbols, joint)
    return float((joint * np.log(marginal[pair // n_symbols] / joint)).sum() / length + within)


def _distinct_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different rows, and for every row which of them it is: np.unique by rows, on their bytes."""
    if rows.shape[1] == 0 or rows.shape[0] == 0:
        return rows[:1], np.zeros(len(rows), dtype=np.int64)
    as_bytes = np.ascontiguousarray(rows).view(f"V{rows.shape[1] * rows.itemsize}").ravel()
    _, first, which = np.unique(as_bytes, return_index=True, return_inverse=True)
    return rows[first], which
