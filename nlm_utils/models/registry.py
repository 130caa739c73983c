"""Every composition of the course, once: its name, its file, and how it is built at any size.

The command line, the leaderboard, the benchmarks and the tests go over `COMPOSITIONS`: one more file in this folder and
one more entry here are a new composition. No file is imported before its composition is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from .composition import Composition


class Recipe(NamedTuple):
    """How a composition is built; called with a size, it does so.

    file      in this folder, where its class stands
    kind      the name of its class
    build     (class, dim, context, n_layers) -> composition
    n_layers  how many it has where nobody asks for another number
    """

    file: str
    kind: str
    build: Callable[[type[Composition], int, int, int], Composition]
    n_layers: int = 1

    def __call__(self, dim: int, context: int, n_layers: int | None = None) -> Composition:
        """One for embeddings of size `dim` and texts of up to `context` tokens; without layers it has one anyway."""
        n_layers = self.n_layers if n_layers is None else n_layers
        return self.build(class_named(self.kind), dim, context, n_layers)


def heads(dim: int) -> int:
    """How many heads attention gets: 4 where that divides dim, else 2, else 1."""
    return math.gcd(dim, 4)


COMPOSITIONS: dict[str, Recipe] = {  # by the name that tables and figures show
    "addition": Recipe("addition", "Addition", lambda Addition, dim, context, n_layers: Addition()),
    "feed-forward": Recipe(
        "feed_forward", "FeedForward", lambda FeedForward, dim, context, n_layers: FeedForward(dim, window=5)
    ),
    "RNN": Recipe(
        "recurrent", "Recurrent", lambda Recurrent, dim, context, n_layers: Recurrent(dim, "rnn", n_layers)
    ),
    "GRU": Recipe(
        "recurrent", "Recurrent", lambda Recurrent, dim, context, n_layers: Recurrent(dim, "gru", n_layers)
    ),
    "LSTM": Recipe(
        "recurrent", "Recurrent", lambda Recurrent, dim, context, n_layers: Recurrent(dim, "lstm", n_layers)
    ),
    "attention": Recipe(
        "attention",
        "Attention",
        lambda Attention, dim, context, n_layers: Attention(dim, heads(dim), context),
    ),
    "Transformer": Recipe(
        "transformer",
        "Transformer",
        lambda Transformer, dim, context, n_layers: Transformer(dim, n_layers, heads(dim), context),
        n_layers=2,
    ),
    "Mamba": Recipe("mamba", "Mamba", lambda Mamba, dim, context, n_layers: Mamba(dim, n_layers, state=8)),
}

TYPED = {name.lower(): recipe for name, recipe in COMPOSITIONS.items()}  # as the command line takes them
TYPED["recurrent"] = COMPOSITIONS["GRU"]  # its name there before the three cells could be told apart

FILES = {recipe.kind: recipe.file for recipe in COMPOSITIONS.values()}


def class_named(kind: str) -> type[Composition]:
    """The class with this name; KeyError where no entry has it."""
    return getattr(import_module(f".{FILES[kind]}", __package__), kind)
