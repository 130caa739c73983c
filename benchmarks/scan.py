"""The course's selective scan beside mambapy's parallel scan and plain loops: one table, one run.

    python benchmarks/scan.py                (mambapy comes with `make parity`)

Milliseconds for forward and backward of y = selective_scan(u, Δ, A, B, C, D), all six gradients, float32, d = 128
channels with N = 16 numbers each. "parallel" computes Ā and B̄·u as mambapy's block does and calls its `pscan`. "loop"
takes the words apart once (`unbind`) and leaves the backward pass to torch; "naive" indexes `[:, t]` in every step,
which is what one writes first, and whose backward fills a tensor of zeros for each. The sides take turns, on one
thread; medians are shown. "error" is ours against the loop in float64, the largest over y, absolute.
Goals: parallel / ours ≥ 1.5 at T = 256 and ≥ 2 at T = 1024, error ≤ 1e-5.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import torch
from mambapy.pscan import pscan
from side_by_side import alternate
from torch import Tensor

from nlm_utils.models.scan import selective_scan

DIM, STATE = 128, 16
SIDES = ("ours", "parallel", "loop", "naive")
LONGEST_NAIVE = 256  # its backward pass takes a minute at T = 1024


def parallel(u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor, D: Tensor) -> Tensor:
    a = torch.exp(delta[..., None] * A)  # (B, T, d, N)
    b = delta[..., None] * B[:, :, None] * u[..., None]
    return (pscan(a, b) @ C[..., None])[..., 0] + D * u


def naive(u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor, D: Tensor) -> Tensor:
    a = torch.exp(delta[..., None] * A)
    b = delta[..., None] * B[:, :, None] * u[..., None]
    h, states = torch.zeros_like(b[:, 0]), []
    for t in range(u.shape[1]):
        h = a[:, t] * h + b[:, t]
        states.append(h)
    return (torch.stack(states, 1) @ C[..., None])[..., 0] + D * u


def loop(u: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor, D: Tensor) -> Tensor:
    h, y = u.new_zeros(u.shape[0], *A.shape), []
    for u_t, delta_t, B_t, C_t in zip(u.unbind(1), delta.unbind(1), B.unbind(1), C.unbind(1), strict=True):
        h = torch.exp(delta_t[..., None] * A) * h + (delta_t * u_t)[..., None] * B_t[:, None]
        y.append((h * C_t[:, None]).sum(-1) + D * u_t)
    return torch.stack(y, dim=1)


def there_and_back(
    scan: Callable[..., Tensor], inputs: list[Tensor], cotangent: Tensor
) -> Callable[[], None]:
    def call() -> None:
        torch.autograd.grad(scan(*inputs), inputs, cotangent)

    return call


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--seconds", type=float, default=6.0, help="for each line of the table, at least 5 rounds"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{'':>6}{'':>6}{'ms, forward and backward':^40}{'others / ours':^30}{'':>10}")
    print(f"{'T':>6}{'B':>6}" + "".join(f"{name:>10}" for name in SIDES + SIDES[1:]) + f"{'error':>10}")
    for length, batch in ((64, 16), (128, 8), (256, 8), (512, 4), (1024, 4)):
        delta = torch.empty(batch, length, DIM).uniform_(-6.9, -2.3).exp_()  # 0.001 … 0.1, as Mamba starts
        A = -torch.arange(1.0, STATE + 1).repeat(DIM, 1)
        B, C = torch.randn(2, batch, length, STATE)
        inputs = [torch.randn(batch, length, DIM), delta, A, B, C, torch.ones(DIM)]
        inputs = [x.requires_grad_() for x in inputs]
        cotangent = torch.randn(batch, length, DIM)
        scans = {"ours": selective_scan, "parallel": parallel, "loop": loop}
        if length <= LONGEST_NAIVE:
            scans["naive"] = naive
        sides = {name: there_and_back(scan, inputs, cotangent) for name, scan in scans.items()}
        took = alternate(sides, arguments.seconds / len(sides), rounds=5)
        with torch.no_grad():
            error = (selective_scan(*inputs) - loop(*(x.double() for x in inputs))).abs().max().item()
        times = "".join(f"{1e3 * took[name]:>10.1f}" if name in took else f"{'–':>10}" for name in SIDES)
        ratios = "".join(
            f"{took[name] / took['ours']:>10.1f}" if name in took else f"{'–':>10}" for name in SIDES[1:]
        )
        print(f"{length:>6}{batch:>6}{times}{ratios}{error:>10.1e}", flush=True)


if __name__ == "__main__":
    main()
