"""What every composition is: embeddings of a text in, one vector for each of its prefixes out, and no look ahead.

A subclass writes `forward`; `step`, which reads one token at a time, works for all and is overridden where a state can
stand for the prefix. Lectures 08 to 13 exchange compositions and leave everything else alone.
"""

from __future__ import annotations

import re
from importlib import import_module, util
from typing import Any

from torch import Tensor, nn


class Composition(nn.Module):
    """(B, T, d) -> (B, T, d): vector t of a row composes its embeddings 0 … t and depends on nothing after them.

    context   the longest T that it can read, None for any
    settings  what its constructor was called with, so that a saved model can be built again
    """

    context: int | None = None

    def __init__(self, **settings: Any):
        super().__init__()
        self.settings = settings

    def forward(self, c: Tensor) -> Tensor:
        """The composed vectors x (B, T, d) of embeddings c (B, T, d)."""
        raise NotImplementedError(f"{type(self).__name__} has no forward yet")

    def step(self, c_t: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """Reads one more embedding per row, c_t (B, d) -> (x_t (B, d), state), the last row of what `forward` gives.

        state  what it returned for the tokens before, None at the start. Here it is the whole prefix, read anew.
        """
        import torch

        c = c_t[:, None] if state is None else torch.cat([state, c_t[:, None]], dim=1)  # (B, t + 1, d)
        return self(c)[:, -1], c


def class_named(name: str) -> type[Composition]:
    """The composition whose class has this name, from the file of its name: FeedForward from feed_forward.py.

    LookupError where there is none.
    """
    file = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    if name.isidentifier() and util.find_spec(f"{__package__}.{file}") is not None:
        found = getattr(import_module(f"{__package__}.{file}"), name, None)
        if isinstance(found, type) and issubclass(found, Composition):
            return found
    raise LookupError(f"no file of {__package__} has a composition {name!r}")
