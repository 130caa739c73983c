"""Composition by a feed-forward network over a window of words (Bengio et al. 2003).

The last `window` embeddings stand side by side, so order counts; what lies before them is out of reach, as for an
n-gram model of order window + 1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .composition import Composition


class FeedForward(Composition):
    """x_t = U tanh(H [c_{t−window+1}; …; c_t]), zeros before the start (Bengio et al. 2003, equation 1).

    hidden  rows of H, 2·dim if left out. The state is the last `window` embeddings, (B, window, d).
    """

    def __init__(self, dim: int, window: int = 3, hidden: int | None = None):
        super().__init__(dim=dim, window=window, hidden=hidden)
        if window < 1:
            raise ValueError(f"FeedForward: window must be at least 1, got {window}")
        self.window = window
        self.hidden = nn.Linear(window * dim, hidden or 2 * dim)
        self.out = nn.Linear(hidden or 2 * dim, dim)

    def forward(self, c: Tensor) -> Tensor:
        length = c.shape[1]
        before = c.new_zeros(c.shape[0], self.window - 1, c.shape[2])
        padded = torch.cat([before, c], dim=1)  # (B, window − 1 + T, d)
        side_by_side = torch.cat([padded[:, i : i + length] for i in range(self.window)], dim=-1)
        return self.out(torch.tanh(self.hidden(side_by_side)))  # (B, T, window·d) -> (B, T, d)

    def step(self, c_t: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        if state is None:
            state = c_t.new_zeros(c_t.shape[0], self.window, c_t.shape[1])
        state = torch.cat([state[:, 1:], c_t[:, None]], dim=1)  # (B, window, d)
        return self.out(torch.tanh(self.hidden(state.flatten(1)))), state
