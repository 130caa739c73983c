"""Composition by recurrence: one vector is carried along and changed by each word (Elman 1990).

The cells are torch's fused ones, whose equations lecture 09 writes out: a plain RNN, a GRU (Cho et al. 2014), an LSTM
(Hochreiter & Schmidhuber 1997).
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from .composition import Composition

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class Recurrent(Composition):
    """x_t = h_t, the state after reading c_1 … c_t, from a state of zeros; `n_layers` of them, one above the other.

    cell  "rnn" (tanh), "gru" or "lstm". The state is torch's: (n_layers, B, d), a pair of these for "lstm".
    """

    def __init__(self, dim: int, cell: str = "gru", n_layers: int = 1):
        super().__init__(dim=dim, cell=cell, n_layers=n_layers)
        if cell not in CELLS:
            raise ValueError(f"Recurrent: cell must be one of {', '.join(map(repr, CELLS))}, got {cell!r}")
        self.cell = CELLS[cell](dim, dim, num_layers=n_layers, batch_first=True)

    def forward(self, c: Tensor) -> Tensor:
        return self.cell(c)[0]  # (B, T, d)

    def step(self, c_t: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        x, state = self.cell(c_t[:, None], state)  # (B, 1, d)
        return x[:, 0], state
