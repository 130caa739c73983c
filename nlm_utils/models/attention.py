"""Composition by attention: every word looks back at all words so far (Bahdanau et al. 2015; Vaswani et al. 2017).

One layer of causal attention with several heads, and positions; nothing else. What makes a Transformer of it (residual
connections, normalisation, depth) is the subject of lecture 11. The sums are torch's fused kernel.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from .composition import Composition


def sinusoidal_positions(length, dim):
    """One vector for each position: a float (length, dim) tensor of sines and cosines (Vaswani et al. 2017).

    Row p, p from 0, is for position p. Columns come in pairs: column 2i is sin(p / 10000^(2i/d)), column 2i + 1
    the cos of the same angle. d = dim is even; length ≥ 1.
    """
    positions = torch.arange(length)[:, None]  # (T, 1)
    frequencies = 10000.0 ** (-torch.arange(0, dim, 2) / dim)  # (d/2,): one for each pair
    angles = positions * frequencies  # (T, d/2)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


class Attention(Composition):
    """x = O · [head_1; …; head_H], head_h = softmax(q kᵀ / √(d/H)) v, where each word sees itself and those before.

    positions  added to the embeddings: "learned", "sinusoidal" (fixed), or None, which leaves only their content
    context    the longest text; the state holds keys and values so far, (B, H, t, d/H) each
    """

    def __init__(self, dim: int, n_heads: int = 4, context: int = 64, positions: str | None = "learned"):
        super().__init__(dim=dim, n_heads=n_heads, context=context, positions=positions)
        if n_heads < 1 or dim % n_heads:
            raise ValueError(f"Attention: n_heads must divide dim = {dim}, got {n_heads}")
        if positions not in ("sinusoidal", "learned", None):
            raise ValueError(
                f"Attention: positions must be 'learned', 'sinusoidal' or None, got {positions!r}"
            )
        if positions == "sinusoidal" and dim % 2:
            raise ValueError(f"Attention: sinusoidal positions need an even dim, got {dim}")
        self.n_heads, self.context = n_heads, context
        self.to_qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        if positions == "learned":
            self.positions = nn.Parameter(torch.empty(context, dim))
            self.reset_parameters()
        else:
            fixed = sinusoidal_positions(context, dim) if positions else None
            self.register_buffer("positions", fixed, persistent=False)

    def reset_parameters(self) -> None:
        """Draws learned positions; the two projections draw their own weights."""
        if isinstance(self.positions, nn.Parameter):
            nn.init.normal_(self.positions, std=0.5)

    def heads(self, c: Tensor, start: int = 0) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of embeddings c (B, T, d) that stand at `start` and after it: (B, H, T, d/H)."""
        length = c.shape[1]
        if start + length > self.context:
            raise ValueError(
                f"Attention: the text must have at most context = {self.context} tokens, got {start + length}; "
                "cut it into shorter pieces or build the model with a larger context"
            )
        return self.split(c if self.positions is None else c + self.positions[start : start + length])

    def split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of x (B, T, d), in heads: (B, H, T, d/H) each."""
        qkv = self.to_qkv(x).unflatten(-1, (3, self.n_heads, -1))  # (B, T, 3, H, d/H)
        return qkv.permute(2, 0, 3, 1, 4).unbind()

    def merge(self, heads: Tensor) -> Tensor:
        """What the heads found, (B, H, T, d/H), side by side and mixed: (B, T, d)."""
        return self.out(heads.transpose(1, 2).flatten(2))

    def forward(self, c: Tensor) -> Tensor:
        return self.merge(scaled_dot_product_attention(*self.heads(c), is_causal=True))

    def weights(self, c: Tensor) -> Tensor:
        """Who looks where: (B, H, T, T), each row the weights of one query over the words, 0 after it, sum 1."""
        q, k, _ = self.heads(c)
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (B, H, T, T)
        ahead = torch.ones(scores.shape[-2:], dtype=torch.bool, device=c.device).triu(1)
        return scores.masked_fill(ahead, -math.inf).softmax(-1)

    def step(
        self, c_t: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        start = 0 if state is None else state[0].shape[2]
        q, k, v = self.heads(c_t[:, None], start)  # (B, H, 1, d/H)
        if state is not None:
            k, v = torch.cat([state[0], k], dim=2), torch.cat([state[1], v], dim=2)
        return self.merge(scaled_dot_product_attention(q, k, v))[:, 0], (k, v)
