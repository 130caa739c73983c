"""Seconds for one optimizer step: the course's SGD, Adam and Sophia against torch's foreach versions.

    python benchmarks/optimizers.py

Two sets of parameters: an additive language model's (2 large tensors) and a small Transformer's (34 tensors).
The sides take turns, step by step, on one thread; medians are shown. Sophia has no counterpart in torch: it
is held against AdamW, which also keeps two numbers per parameter. Ours includes the check for nan.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch

from nlm_utils import optim

SETS = {
    "additive, V 2000, d 64": [(2000, 64)] * 2,
    "transformer, 4 layers, d 128": [(1000, 128), (64, 128)]
    + 4 * [(384, 128), (128, 128), (512, 128), (128, 512), (128,), (128,), (128,), (128,)],
}
FOREACH = {"foreach": True}
DECAY = {"weight_decay": 0.01}
PAIRS = {  # ours with its settings, torch's with its own
    "SGD": ((optim.SGD, {}), (torch.optim.SGD, FOREACH)),
    "SGD, momentum": ((optim.SGD, {"momentum": 0.9}), (torch.optim.SGD, {"momentum": 0.9} | FOREACH)),
    "Adam": ((optim.Adam, {}), (torch.optim.Adam, FOREACH)),
    "Adam, weight decay": ((optim.Adam, DECAY), (torch.optim.AdamW, DECAY | FOREACH)),
    "Sophia / AdamW": ((optim.Sophia, DECAY), (torch.optim.AdamW, DECAY | FOREACH)),
}


def parameters(shapes) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    made = [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]
    for parameter in made:
        parameter.grad = torch.randn(parameter.shape, generator=generator)
    return made


def measure(sides, seconds: float) -> list[float]:
    """Median seconds per step of every optimizer; they take turns, after a warm-up."""
    times = [[] for _ in sides]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < 50:
        for optimizer, durations in zip(sides, times, strict=True):
            start = time.perf_counter()
            optimizer.step()
            durations.append(time.perf_counter() - start)
    return [statistics.median(durations[10:]) for durations in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="for each line of the table")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread; ratio = our time / torch's foreach time; goal: <= 1.5\n")
    header = f"{'parameters':<30} {'optimizer':<20} {'ours':>10} {'torch':>10} {'ratio':>7}"
    print(header, "-" * len(header), sep="\n")
    for name, shapes in SETS.items():
        for pair, both in PAIRS.items():
            sides = [make(parameters(shapes), lr=1e-4, **options) for make, options in both]
            own, reference = measure(sides, arguments.seconds)
            times = f"{1e6 * own:>7.0f} µs {1e6 * reference:>7.0f} µs"
            print(f"{name:<30} {pair:<20} {times} {own / reference:>7.2f}")


if __name__ == "__main__":
    main()
