"""How the contestants of lecture 13 are made equal, and the table that ranks them.

A contestant is a function (dim, context) -> composition: all those of models/registry.py. `sized` gives it the dim
at which the whole language model has a wanted number of parameters, so that nobody wins by being larger. Training is
training.py's business, the long runs are those of benchmarks/shoot_out.py, and challenge.py lets a student's own
composition take part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from .models import Composition, LanguageModel

Build = Callable[[int, int], Composition]

DIM_STEP = 4  # a dim is a multiple of it, so that four heads divide it


def sized(build: Build, vocab_size: int, context: int, n_parameters: int, seed: int = 0) -> LanguageModel:
    """The language model with this composition whose number of parameters comes closest to `n_parameters`.

    Only the dim is chosen, a multiple of 4. ValueError where even the smallest model has twice as many.
    """

    def model(dim: int) -> LanguageModel:
        return LanguageModel(vocab_size, dim, build(dim, context), seed=seed)

    below, above = 0, DIM_STEP  # with dim `below` too few, with dim `above` enough
    while model(above).n_parameters < n_parameters:
        below, above = above, 2 * above
    if not below and model(above).n_parameters > 2 * n_parameters:
        raise ValueError(
            f"sized: already with dim = {above} this model has {model(above).n_parameters:,} parameters, more than "
            f"twice the {n_parameters:,} that are wanted"
        )
    while above - below > DIM_STEP:
        middle = (below + above) // 2 // DIM_STEP * DIM_STEP
        below, above = (middle, above) if model(middle).n_parameters < n_parameters else (below, middle)
    candidates = [model(dim) for dim in (below, above) if dim]
    return min(candidates, key=lambda made: abs(made.n_parameters - n_parameters))


@dataclass(frozen=True)
class Entry:
    """One line of a leaderboard.

    losses        nats per token on held-out text, one for each seed; one alone where nothing is random
    n_parameters  numbers that the model keeps: trained ones, or the n-grams that it counted
    seconds       of CPU time to train it, a mean over the seeds
    """

    name: str
    losses: tuple[float, ...]
    n_parameters: int
    seconds: float

    def __post_init__(self) -> None:
        if not self.losses:
            raise ValueError(f"Entry: {self.name} has no loss; at least one seed is needed")

    @property
    def loss(self) -> float:
        """The mean over the seeds."""
        return sum(self.losses) / len(self.losses)

    @property
    def spread(self) -> float:
        """From the best seed to the worst."""
        return max(self.losses) - min(self.losses)


def entries(runs: Iterable[Mapping[str, Any]], text: str, *parts: str) -> list[Entry]:
    """The entries of one text out of the runs in benchmarks/results/shoot_out.json, the seeds of a name together.

    parts  of the benchmark: "tokens" or "time" for the compositions, "n-grams", "challenge"
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for facts in runs:
        if facts["text"] == text and facts["part"] in parts:
            groups.setdefault(facts["name"], []).append(facts)
    return [
        Entry(
            name,
            tuple(facts["loss"] for facts in group),
            group[0]["n_parameters"],
            sum(facts["seconds"] for facts in group) / len(group),
        )
        for name, group in groups.items()
    ]


def ranking(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, lowest mean loss first."""
    return sorted(entries, key=lambda entry: entry.loss)


def table(entries: Iterable[Entry], floor: float | None = None, yours: str | None = None) -> str:
    """The ranking as a Markdown table; two entries whose seeds overlap share a rank.

    floor  the entropy rate, where it is known: then a column shows how far above it each entry is
    yours  the name of an entry to point at
    """
    heads = ["rank", "model", "nats per token", "spread over seeds", "parameters", "CPU seconds"]
    if floor is not None:
        heads.insert(3, "above the floor")
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for rank, entry in ranks(entries):
        cells = [str(rank), f"**{entry.name}** ←" if entry.name == yours else entry.name, f"{entry.loss:.3f}"]
        if floor is not None:
            cells.append(f"{entry.loss - floor:.3f}")
        spread = f"{entry.spread:.3f} ({len(entry.losses)})" if len(entry.losses) > 1 else "–"
        count = f"{entry.n_parameters:,}".replace(",", " ")
        lines.append("| " + " | ".join([*cells, spread, count, f"{entry.seconds:.1f}"]) + " |")
    return "\n".join(lines)


def ranks(entries: Iterable[Entry]) -> list[tuple[int, Entry]]:
    """Each entry with its rank, best first; one that is not clearly worse than the one before has the same rank.

    Clearly: its best seed is above the worst seed of the first of that rank.
    """
    ranked: list[tuple[int, Entry]] = []
    leader = None
    for place, entry in enumerate(ranking(entries), start=1):
        if leader is None or min(entry.losses) > max(leader[1].losses):
            leader = place, entry
        ranked.append((leader[0], entry))
    return ranked


def fitted_slope(x: Iterable[float], y: Iterable[float]) -> float:
    """The slope of a straight line through (log x, log y) by least squares: y falls like x to this power."""
    pairs = torch.tensor([list(x), list(y)], dtype=torch.float64)
    if pairs.shape[1] < 2 or not (pairs > 0).all():
        raise ValueError(f"fitted_slope: two points or more, all > 0, are needed, got {pairs.tolist()}")
    x_log, y_log = pairs.log() - pairs.log().mean(1, keepdim=True)
    return float((x_log @ y_log) / (x_log @ x_log))
