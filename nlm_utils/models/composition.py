"""What every composition is: embeddings of a text in, one vector for each of its prefixes out, and no look ahead.

A subclass writes `forward`; `step`, which reads one token at a time, works for all and is overridden where a state can
stand for the prefix. Lectures 08 to 13 exchange compositions and leave everything else alone.
"""

from __future__ import annotations

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
