"""Composition by a selective state space model: Mamba (Gu & Dao 2023).

Each channel carries N numbers from word to word; the word itself decides how much of them fades and what is written.
A prefix of any length becomes a state of one size, and a text of length T costs T steps. Lecture 12 builds it up.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import silu, softplus

from .composition import Composition
from .scan import selective_scan

STEP_SIZES = 1e-3, 0.1  # between which Δ starts, evenly in its logarithm


class Mixer(nn.Module):
    """One Mamba block (Gu & Dao 2023, figure 3): (B, T, d) -> (B, T, d). Its inner width is expand·d.

    u = SiLU(convolution of the last `kernel` words), y = selective_scan(u), then y·SiLU(z), a gate from the same word.
    The names of the parameters are those of the authors' code, so that weights can be exchanged.
    """

    def __init__(self, dim: int, state: int = 16, expand: int = 2, kernel: int = 4):
        super().__init__()
        inner, self.state, self.rank = expand * dim, state, math.ceil(dim / 16)
        self.in_proj = nn.Linear(dim, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, kernel, groups=inner)
        self.x_proj = nn.Linear(inner, self.rank + 2 * state, bias=False)
        self.dt_proj = nn.Linear(self.rank, inner)
        self.A_log = nn.Parameter(torch.empty(inner, state))
        self.D = nn.Parameter(torch.empty(inner))
        self.out_proj = nn.Linear(inner, dim, bias=False)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """A = −1 … −N in every channel, D = 1, and Δ between 0.001 and 0.1; the projections draw their own weights."""
        self.A_log.copy_(torch.arange(1.0, self.state + 1).log().expand_as(self.A_log))
        self.D.fill_(1.0)
        nn.init.uniform_(self.dt_proj.weight, -(self.rank**-0.5), self.rank**-0.5)
        low, high = map(math.log, STEP_SIZES)
        delta = torch.empty_like(self.D).uniform_(low, high).exp_()
        self.dt_proj.bias.copy_(delta + (-torch.expm1(-delta)).log())  # the inverse of softplus

    def selection(self, u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What each word decides, from u (…, inner): Δ (…, inner), B and C (…, N)."""
        delta, B, C = self.x_proj(u).split([self.rank, self.state, self.state], dim=-1)
        return softplus(self.dt_proj(delta)), B, C

    def convolve(self, x: Tensor) -> Tensor:
        """The causal convolution, each channel by itself, zeros before the start: (B, T, inner) -> same."""
        kernel = self.conv1d.kernel_size[0]
        padded = nn.functional.pad(x, (0, 0, kernel - 1, 0))  # (B, kernel − 1 + T, inner)
        y = self.conv1d.bias
        for i, weight in enumerate(self.conv1d.weight[:, 0].T):  # (inner,) each, the oldest word first
            y = y + weight * padded[:, i : i + x.shape[1]]
        return y

    def forward(self, c: Tensor) -> Tensor:
        x, z = self.in_proj(c).chunk(2, dim=-1)  # (B, T, inner) each
        u = silu(self.convolve(x))
        delta, B, C = self.selection(u)
        y = selective_scan(u, delta, -self.A_log.exp(), B, C, self.D)
        return self.out_proj(y * silu(z))

    def step(
        self, c_t: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """One word, c_t (B, d). The state: the last kernel − 1 inputs of the convolution, and h (B, inner, N)."""
        x, z = self.in_proj(c_t).chunk(2, dim=-1)  # (B, inner) each
        if state is None:
            before = x.new_zeros(len(x), self.conv1d.kernel_size[0] - 1, x.shape[1])
            h = x.new_zeros(*x.shape, self.state)
        else:
            before, h = state
        window = torch.cat([before, x[:, None]], dim=1)  # (B, kernel, inner)
        u = silu((window * self.conv1d.weight[:, 0].T).sum(1) + self.conv1d.bias)
        delta, B, C = self.selection(u)
        A_bar = (delta[..., None] * -self.A_log.exp()).exp()  # (B, inner, N)
        h = A_bar * h + (delta * u)[..., None] * B[:, None]
        y = (h * C[:, None]).sum(-1) + self.D * u
        return self.out_proj(y * silu(z)), (window[:, 1:], h)


class Mamba(Composition):
    """`n_layers` of x ← x + mixer(norm(x)), and a norm at the end; any length, a state of one size for each prefix.

    state   N, the numbers that each of the expand·dim channels carries
    kernel  how many words the convolution before the scan sees
    Residual connections and norms (LayerNorm with a gain alone) are those of the course's `Transformer`, so that the
    two differ in how words are mixed and in nothing else; the authors' code takes RMSNorm.
    """

    def __init__(self, dim: int, n_layers: int = 1, state: int = 16, expand: int = 2, kernel: int = 4):
        super().__init__(dim=dim, n_layers=n_layers, state=state, expand=expand, kernel=kernel)
        for name, value in self.settings.items():
            if value < 1:
                raise ValueError(f"Mamba: {name} must be at least 1, got {value}")
        self.norms = nn.ModuleList(nn.LayerNorm(dim, bias=False) for _ in range(n_layers))
        self.mixers = nn.ModuleList(Mixer(dim, state, expand, kernel) for _ in range(n_layers))
        self.norm = nn.LayerNorm(dim, bias=False)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Each layer adds its share: its last projection, drawn anew, is divided by √n_layers."""
        for mixer in self.mixers:
            mixer.out_proj.reset_parameters()
            mixer.out_proj.weight /= math.sqrt(len(self.mixers))

    def forward(self, c: Tensor) -> Tensor:
        for norm, mixer in zip(self.norms, self.mixers, strict=True):
            c = c + mixer(norm(c))
        return self.norm(c)

    def step(self, c_t: Tensor, state: list | None = None) -> tuple[Tensor, list]:
        states = []
        before = state or [None] * len(self.mixers)
        for norm, mixer, last in zip(self.norms, self.mixers, before, strict=True):
            mixed, new = mixer.step(norm(c_t), last)
            c_t = c_t + mixed
            states.append(new)
        return self.norm(c_t), states
