"""Composition by a Transformer (Vaswani et al. 2017): attention and a network for each word, in turn, several times.

The variant is that of GPT-2 (Radford et al. 2019): each part reads a normalised copy of x and adds to x what it found.
Lecture 11 builds it up piece by piece, and takes pieces away with the switches of `Transformer`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .attention import Attention, sinusoidal_positions
from .composition import Composition


def rotate(x: Tensor, turns: Tensor) -> Tensor:
    """Rotary positions (Su et al. 2021): each pair (x_2i, x_2i+1) of x (…, T, d) turned by the angle of its place.

    turns  (T, d), the sine of the angle in column 2i and its cosine in column 2i + 1: `sinusoidal_positions`
    """
    sin, cos = turns[:, 0::2], turns[:, 1::2]  # (T, d / 2)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


class SelfAttention(Attention):
    """`Attention` without positions of its own; `rotary` turns queries and keys by the place where they stand."""

    def __init__(self, dim: int, n_heads: int, context: int, rotary: bool = False):
        super().__init__(dim, n_heads, context, positions=None)
        self.rotary = rotary
        if rotary:
            self.register_buffer("rotation", sinusoidal_positions(context, dim // n_heads), persistent=False)

    def heads(self, c: Tensor, start: int = 0) -> tuple[Tensor, Tensor, Tensor]:
        q, k, v = self.split(c)
        if self.rotary:
            turns = self.rotation[start : start + c.shape[1]]
            q, k = rotate(q, turns), rotate(k, turns)
        return q, k, v


class Block(nn.Module):
    """Attention between the words, then a network for each: x ← x + part(norm(x)), twice (norm="pre").

    norm="post" is x ← norm(x + part(x)), as in 2017; norm=None leaves the norm out, residual=False the "x +".
    """

    def __init__(self, attention: SelfAttention, dim: int, norm: str | None, residual: bool):
        super().__init__()
        self.norm_placement, self.residual = norm, residual
        self.norm1 = nn.LayerNorm(dim, bias=False) if norm else nn.Identity()
        self.attention = attention
        self.norm2 = nn.LayerNorm(dim, bias=False) if norm else nn.Identity()
        self.feed_forward = nn.Sequential(
            nn.Linear(dim, 4 * dim, bias=False), nn.GELU(), nn.Linear(4 * dim, dim, bias=False)
        )

    def around(self, part: Callable[[Tensor], Tensor], norm: nn.Module, x: Tensor) -> Tensor:
        """What residual connection and norm make of one part: (B, T, d) -> (B, T, d)."""
        if self.norm_placement == "post":
            return norm(x + part(x) if self.residual else part(x))
        return x + part(norm(x)) if self.residual else part(norm(x))

    def forward(self, x: Tensor) -> Tensor:
        x = self.around(self.attention, self.norm1, x)
        return self.around(self.feed_forward, self.norm2, x)

    def step(self, x_t: Tensor, state: tuple[Tensor, Tensor] | None = None):
        """One word, x_t (B, d) -> (its new vector, the keys and values so far)."""

        def attend(x: Tensor) -> Tensor:
            nonlocal state
            found, state = self.attention.step(x, state)
            return found

        x_t = self.around(attend, self.norm1, x_t)
        return self.around(self.feed_forward, self.norm2, x_t), state


class Transformer(Composition):
    """`n_layers` blocks of attention and a feed-forward network of 4·dim hidden units (exact GELU), and a final norm.

    There are no biases, and norms have a gain alone: 12·d² + 2·d parameters a layer, d for the final norm, and
    context·d for learned positions.
    positions  "learned" or "sinusoidal" are added to the embeddings once, "rotary" ones turn queries and keys in every
               layer, None leaves order to the causal mask
    context    the longest text; the state holds keys and values so far of each layer, (B, H, t, d/H)
    norm       "pre", "post" (then without a final norm: the last block has one), or None
    residual   False takes the residual connections away
    """

    def __init__(
        self,
        dim: int,
        n_layers: int = 2,
        n_heads: int = 4,
        context: int = 64,
        positions: str | None = "learned",
        norm: str | None = "pre",
        residual: bool = True,
    ):
        super().__init__(
            dim=dim, n_layers=n_layers, n_heads=n_heads, context=context, positions=positions, norm=norm,
            residual=residual,
        )  # fmt: skip
        if n_layers < 1 or context < 1:
            raise ValueError(
                f"Transformer: n_layers and context must be at least 1, got {n_layers}, {context}"
            )
        if n_heads < 1 or dim % n_heads:
            raise ValueError(f"Transformer: n_heads must divide dim = {dim}, got {n_heads}")
        if positions not in ("learned", "sinusoidal", "rotary", None):
            raise ValueError(
                f"Transformer: positions must be 'learned', 'sinusoidal', 'rotary' or None, got {positions!r}"
            )
        if norm not in ("pre", "post", None):
            raise ValueError(f"Transformer: norm must be 'pre', 'post' or None, got {norm!r}")
        if (positions == "sinusoidal" and dim % 2) or (positions == "rotary" and dim // n_heads % 2):
            raise ValueError(
                f"Transformer: {positions} positions turn pairs of numbers, so dim (rotary: dim / n_heads) must be "
                f"even, got dim = {dim}, n_heads = {n_heads}"
            )
        self.context = context
        if positions == "learned":
            self.positions = nn.Parameter(torch.empty(context, dim))
        elif positions == "sinusoidal":
            self.register_buffer("positions", sinusoidal_positions(context, dim), persistent=False)
        else:
            self.positions = None
        self.blocks = nn.ModuleList(
            Block(SelfAttention(dim, n_heads, context, rotary=positions == "rotary"), dim, norm, residual)
            for _ in range(n_layers)
        )
        self.norm = nn.LayerNorm(dim, bias=False) if norm == "pre" else nn.Identity()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Weights of standard deviation 1/√(inputs); those that write to x divided by √(2·n_layers), as in GPT-2.

        GPT-2 itself takes 0.02 for all, near 1/√(inputs) at its width of 768 and far too little at ours.
        """
        for block in self.blocks:
            for weight in (block.attention.to_qkv.weight, block.feed_forward[0].weight):
                nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
            for weight in (block.attention.out.weight, block.feed_forward[2].weight):
                nn.init.normal_(weight, std=(2 * len(self.blocks) * weight.shape[1]) ** -0.5)
        if isinstance(self.positions, nn.Parameter):
            nn.init.normal_(self.positions, std=0.5)

    def at(self, c: Tensor, start: int = 0) -> Tensor:
        """Embeddings c (B, T, d) that stand at `start` and after it, with their positions."""
        length = c.shape[1]
        if start + length > self.context:
            raise ValueError(
                f"Transformer: the text must have at most context = {self.context} tokens, got {start + length}; "
                "cut it into shorter pieces or build the model with a larger context"
            )
        return c if self.positions is None else c + self.positions[start : start + length]

    def forward(self, c: Tensor) -> Tensor:
        x = self.at(c)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)

    def weights(self, c: Tensor) -> list[Tensor]:
        """Who looks where, for each layer: (B, H, T, T), rows as in `Attention.weights`."""
        x, found = self.at(c), []
        for block in self.blocks:
            read = block.norm1(x) if block.norm_placement == "pre" else x
            found.append(block.attention.weights(read))
            x = block(x)
        return found

    def step(self, c_t: Tensor, state: list | None = None) -> tuple[Tensor, list]:
        start = 0 if state is None else state[0][0].shape[2]
        x, states = self.at(c_t[:, None], start)[:, 0], []
        for block, before in zip(self.blocks, state or [None] * len(self.blocks), strict=True):
            x, after = block.step(x, before)
            states.append(after)
        return self.norm(x), states
