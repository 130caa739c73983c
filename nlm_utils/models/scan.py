"""The selective scan of Mamba (Gu & Dao 2023, Algorithm 2) as one differentiable operation, made for a CPU.

A loop over time is quick if each step is one operation on memory that lies together: states are laid out (T, B, N, d),
time first and the long axis last, and the loop writes in place into views. Automatic differentiation would keep every
state, T·B·N·d numbers; here only the first state of each chunk is kept, and the backward pass computes the others
again, a chunk at a time, in memory that fits a processor's cache.
Lecture 12 derives the recurrence; `mamba.py` uses it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

SHORTEST_CHUNK = 8  # steps whose states are in memory together, at least
CHUNK_NUMBERS = 2**18  # more steps as long as their states are no more numbers than this


def selective_scan(u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor, D: Tensor) -> Tensor:
    """y_t = C_t·h_t + D·u_t with h_t = exp(Δ_t A)·h_{t−1} + Δ_t·B_t·u_t, from h = 0; (B, T, d), differentiable once.

    u, delta  (B, T, d): the inputs, and the step sizes, positive already
    A         (d, N), negative: how fast each number of the state fades
    B, C      (B, T, N): how the input is written into the state, and how the state is read
    D         (d,): the share of the input that goes past the state
    """
    batch, length, dim = u.shape
    state = A.shape[-1]
    expected = {"delta": (batch, length, dim), "A": (dim, state), "B": (batch, length, state),
                "C": (batch, length, state), "D": (dim,)}  # fmt: skip
    for (name, shape), tensor in zip(expected.items(), (delta, A, B, C, D), strict=True):
        if tuple(tensor.shape) != shape:
            raise ValueError(
                f"selective_scan: {name} must be {shape} where u is {tuple(u.shape)} and A {tuple(A.shape)}, "
                f"got {tuple(tensor.shape)}"
            )
    return _SelectiveScan.apply(u, delta, A, B, C, D)


def _chunks(u: Tensor, state: int) -> list[slice]:
    """The steps of u (T, B, d) in chunks, first to last."""
    per_step = max(1, u[0].numel() * state)
    size = max(SHORTEST_CHUNK, CHUNK_NUMBERS // per_step)
    return [slice(start, start + size) for start in range(0, len(u), size)]


def _states(delta: Tensor, A: Tensor, written: Tensor, B: Tensor, h_t: Tensor) -> tuple[Tensor, Tensor]:
    """Ā = exp(Δ A) and all states h of a chunk that begins at state h_t (B, N, d): (chunk, B, N, d) each.

    delta, written = Δ·u  (chunk, B, d); A (N, d); B (chunk, B, N)
    """
    a = (delta[:, :, None] * A).exp_()
    h = written[:, :, None] * B[..., None]
    for a_t, h_next in zip(a.unbind(), h.unbind(), strict=True):
        h_t = h_next.addcmul_(a_t, h_t)
    return a, h


class _SelectiveScan(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor, D: Tensor) -> Tensor:
        u, delta, B, C = (tensor.transpose(0, 1).contiguous() for tensor in (u, delta, B, C))  # time first
        A = A.T.contiguous()  # (N, d)
        written, y = delta * u, D * u  # (T, B, d)
        h_t, starts = u.new_zeros(u.shape[1], *A.shape), []  # (B, N, d)
        for part in _chunks(u, len(A)):
            starts.append(h_t)
            _, h = _states(delta[part], A, written[part], B[part], h_t)
            y[part] += (C[part, :, None] @ h)[:, :, 0]  # (chunk, B, 1, N) @ (chunk, B, N, d)
            h_t = h[-1].clone()  # not a view, which would keep the whole chunk
        ctx.save_for_backward(u, delta, A, B, C, D, *starts)
        return y.transpose(0, 1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_y: Tensor) -> tuple[Tensor, ...]:
        """G_t = dL/dh_t = C_t ⊗ dL/dy_t + Ā_{t+1}·G_{t+1}, from the last step to the first; the rest follows."""
        u, delta, A, B, C, D, *starts = ctx.saved_tensors
        g, written = grad_y.transpose(0, 1).contiguous(), delta * u  # (T, B, d)
        grad_delta, grad_written, grad_B, grad_C = map(torch.empty_like, (delta, written, B, C))
        grad_A, later = torch.zeros_like(A), torch.zeros_like(starts[0])  # later: Ā_{t+1}·G_{t+1}
        for part, start in reversed(list(zip(_chunks(u, len(A)), starts, strict=True))):
            a, h = _states(delta[part], A, written[part], B[part], start)
            grad_C[part] = (h * g[part, :, None]).sum(-1)
            G = C[part, ..., None] * g[part, :, None]  # (chunk, B, N, d)
            G[-1] += later
            views, factors = G.unbind(), a.unbind()
            for t in reversed(range(len(G) - 1)):
                views[t].addcmul_(factors[t + 1], views[t + 1])
            later = a[0] * G[0]
            grad_B[part] = (G * written[part, :, None]).sum(-1)
            grad_written[part] = (B[part, :, None] @ G)[:, :, 0]
            a[1:] *= h[:-1]
            a[0] *= start  # Ā_t·h_{t−1}
            G *= a  # dL/d(Δ_t A)
            grad_delta[part] = (G * A).sum(2)
            grad_A += G.mul_(delta[part, :, None]).sum((0, 1))
        grad_u = grad_written * delta + g * D
        grad_delta += grad_written * u
        grad_u, grad_delta, grad_B, grad_C = (
            tensor.transpose(0, 1) for tensor in (grad_u, grad_delta, grad_B, grad_C)
        )
        return grad_u, grad_delta, grad_A.T, grad_B, grad_C, (g * u).sum((0, 1))
