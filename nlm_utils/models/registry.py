"""Every composition of the course, once: the name that is shown, and how it is built at any size.

The command line, the leaderboard, the benchmarks and the tests go over `COMPOSITIONS`: one more file in this folder and
one more entry here are a new composition. No file is imported before its composition is built.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from .. import models
from .composition import Composition


class Recipe(NamedTuple):
    """How a composition is built; called with a size, it does so.

    build     (dim, context, n_layers) -> composition
    n_layers  how many it has where nobody asks for another number
    """

    build: Callable[[int, int, int], Composition]
    n_layers: int = 1

    def __call__(self, dim: int, context: int, n_layers: int | None = None) -> Composition:
        """One for embeddings of size `dim` and texts of up to `context` tokens; without layers it has one anyway."""
        return self.build(dim, context, self.n_layers if n_layers is None else n_layers)


def heads(dim: int) -> int:
    """How many heads attention gets: 4 where that divides dim, else 2, else 1."""
    return math.gcd(dim, 4)


COMPOSITIONS: dict[str, Recipe] = {  # by the name that tables and figures show
    "addition": Recipe(lambda dim, context, n_layers: models.Addition()),
    "feed-forward": Recipe(lambda dim, context, n_layers: models.FeedForward(dim, window=5)),
    "RNN": Recipe(lambda dim, context, n_layers: models.Recurrent(dim, "rnn", n_layers)),
    "GRU": Recipe(lambda dim, context, n_layers: models.Recurrent(dim, "gru", n_layers)),
    "LSTM": Recipe(lambda dim, context, n_layers: models.Recurrent(dim, "lstm", n_layers)),
    "attention": Recipe(lambda dim, context, n_layers: models.Attention(dim, heads(dim), context)),
    "Transformer": Recipe(
        lambda dim, context, n_layers: models.Transformer(dim, n_layers, heads(dim), context), n_layers=2
    ),
    "Mamba": Recipe(lambda dim, context, n_layers: models.Mamba(dim, n_layers, state=8)),
}

TYPED = {name.lower(): recipe for name, recipe in COMPOSITIONS.items()}  # as the command line takes them
TYPED["recurrent"] = COMPOSITIONS["GRU"]  # its name there before the three cells could be told apart
