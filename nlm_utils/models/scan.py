"""The selective scan of Mamba (Gu & Dao 2023, Algorithm 2) as one differentiable operation, made for a CPU.

A loop over time is short work if each step is one operation on memory that lies together: time comes first in the
layout, and the loop writes in place into views. Automatic differentiation would keep every state, T·B·d·N numbers; here
only the state at the start of each chunk is kept, and the backward pass computes the others again, a chunk at a time.
Lecture 12 derives the recurrence; `mamba.py` uses it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

CHUNK = 32  # steps whose states are in memory together


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


def _states(written: Tensor, delta: Tensor, A: Tensor, B: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """Ā = exp(Δ A) and all states h of a chunk that begins at state `before` (B, d, N): (chunk, B, d, N) each.

    written  Δ·u, what is written into the state, (chunk, B, d); delta, B the chunk's
    """
    a = (delta[..., None] * A).exp_()
    h = written[..., None] * B[:, :, None]
    for a_t, h_t in zip(a.unbind(), h.unbind(), strict=True):
        before = h_t.addcmul_(a_t, before)
    return a, h


class _SelectiveScan(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor, D: Tensor) -> Tensor:
        u, delta, B, C = (tensor.transpose(0, 1).contiguous() for tensor in (u, delta, B, C))  # time first
        written, y = delta * u, D * u  # (T, B, d)
        h_t = u.new_zeros(*u.shape[1:], A.shape[1])  # (B, d, N)
        starts = []
        for chunk in torch.arange(len(u)).split(CHUNK):
            part = slice(int(chunk[0]), int(chunk[-1]) + 1)
            starts.append(h_t)
            _, h = _states(written[part], delta[part], A, B[part], h_t)
            y[part] += (h @ C[part, :, :, None])[..., 0]
            h_t = h[-1].clone()  # not a view, which would keep the whole chunk
        ctx.save_for_backward(u, delta, A, B, C, D, *starts)
        return y.transpose(0, 1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_y: Tensor) -> tuple[Tensor, ...]:
        """G_t = dL/dh_t = dL/dy_t ⊗ C_t + Ā_{t+1}·G_{t+1}, from the last step to the first; the rest follows."""
        u, delta, A, B, C, D, *starts = ctx.saved_tensors
        g = grad_y.transpose(0, 1).contiguous()  # (T, B, d)
        written = delta * u
        grad_written, grad_delta = torch.empty_like(u), torch.empty_like(u)
        grad_A, grad_B, grad_C = torch.zeros_like(A), torch.empty_like(B), torch.empty_like(C)
        later = torch.zeros_like(starts[0])  # Ā_{t+1}·G_{t+1}
        for i in reversed(range(len(starts))):
            part = slice(i * CHUNK, (i + 1) * CHUNK)
            a, h = _states(written[part], delta[part], A, B[part], starts[i])
            grad_C[part] = (g[part, :, None] @ h)[:, :, 0]  # (chunk, B, 1, d) @ (chunk, B, d, N)
            G = g[part, ..., None] * C[part, :, None]  # (chunk, B, d, N)
            for t in reversed(range(len(G))):
                later = G[t].add_(later) * a[t]
            grad_B[part] = (written[part, :, None] @ G)[:, :, 0]
            grad_written[part] = (G @ B[part, :, :, None])[..., 0]
            a[1:] *= h[:-1]  # Ā_t·h_{t−1}
            a[0] *= starts[i]
            G *= a  # dL/d(Δ_t A)
            grad_delta[part] = (G * A).sum(-1)
            grad_A += (G * delta[part, ..., None]).sum((0, 1))
        grad_u = grad_written * delta + g * D
        grad_delta += grad_written * u
        time_second = (tensor.transpose(0, 1) for tensor in (grad_u, grad_delta, grad_B, grad_C))
        grad_u, grad_delta, grad_B, grad_C = time_second
        return grad_u, grad_delta, grad_A, grad_B, grad_C, (g * u).sum((0, 1))
