"""Composition by addition, c_1 + … + c_n: the model of the lecture notes. It cannot know the order of the words."""

from __future__ import annotations

from torch import Tensor

from .composition import Composition


class Addition(Composition):
    """x_t = c_1 + … + c_t; no parameters. The state is the sum so far, (B, d)."""

    def forward(self, c: Tensor) -> Tensor:
        return c.cumsum(dim=1)  # (B, T, d)

    def step(self, c_t: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        total = c_t if state is None else state + c_t
        return total, total
