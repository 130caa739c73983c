"""Training steps per second: the course's autograd against torch, on the additive language model.

    python benchmarks/autograd.py

The model is E[ids].sum(1) @ W.T -> cross-entropy -> backward -> SGD, with a window of 3 words and one thread.
Both sides start from the same parameters, see the same batches and take turns in one run; medians are shown.
torch runs in float32, its default, and in float64, which is what the course's engine computes in.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

from nlm_utils.autograd import Tensor, cross_entropy

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
DIM, CONTEXT, LEARNING_RATE = 64, 3, 0.1


def ours(E, W, batches) -> Callable[[int], float]:
    """One training step of the course's engine, as a function of its number -> loss."""
    E, W = Tensor(E), Tensor(W)

    def step(i: int) -> float:
        ids, targets = batches[i % len(batches)]
        loss = cross_entropy(E.take(ids).sum(axis=1) @ W.T, targets)
        loss.backward()
        for parameter in (E, W):
            parameter.data -= LEARNING_RATE * parameter.grad
            parameter.zero_grad()
        return loss.item()

    return step


def torchs(E, W, batches, dtype: torch.dtype) -> Callable[[int], float]:
    """The same step in torch, eager, with torch's own SGD."""
    E, W = (torch.tensor(array, dtype=dtype, requires_grad=True) for array in (E, W))
    batches = [(torch.tensor(ids), torch.tensor(targets)) for ids, targets in batches]
    optimizer = torch.optim.SGD([E, W], lr=LEARNING_RATE)

    def step(i: int) -> float:
        ids, targets = batches[i % len(batches)]
        logits = torch.nn.functional.embedding(ids, E).sum(1) @ W.T
        loss = torch.nn.functional.cross_entropy(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def measure(sides: dict[str, Callable[[int], float]], seconds: float) -> dict[str, float]:
    """Median seconds per step of every side; they take turns, step by step, after a warm-up."""
    times = {name: [] for name in sides}
    end, i = time.perf_counter() + seconds, 0
    while i < 20 or time.perf_counter() < end:
        losses = []
        for name, step in sides.items():
            start = time.perf_counter()
            losses.append(step(i))
            times[name].append(time.perf_counter() - start)
        assert max(losses) - min(losses) < 1e-3, "the sides do not train the same model"
        i += 1
    return {name: statistics.median(values[5:]) for name, values in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="for each line of the table")
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    print(f"torch {torch.__version__}, numpy {np.__version__}, d = {DIM}, window of {CONTEXT}, one thread")
    print("speed of ours relative to torch = torch's seconds / our seconds; the goal is 0.33\n")
    header = (
        f"{'V':>6} {'batch':>6} {'ours':>10} {'torch f32':>10} {'torch f64':>10} {'vs f32':>8} {'vs f64':>8}"
    )
    print(header, "-" * len(header), sep="\n")
    for vocab_size in (200, 2000):
        E, W = rng.normal(0, 0.1, (2, vocab_size, DIM))
        for batch_size in (64, 256):
            batches = [
                (
                    rng.integers(vocab_size, size=(batch_size, CONTEXT)),
                    rng.integers(vocab_size, size=batch_size),
                )
                for _ in range(16)
            ]
            seconds = measure(
                {
                    "ours": ours(E, W, batches),
                    "float32": torchs(E, W, batches, torch.float32),
                    "float64": torchs(E, W, batches, torch.float64),
                },
                arguments.seconds,
            )
            times = "".join(f"{1e3 * value:>8.3f} ms" for value in seconds.values())
            ratios = [seconds[name] / seconds["ours"] for name in ("float32", "float64")]
            print(f"{vocab_size:>6} {batch_size:>6}{times} {ratios[0]:>8.2f} {ratios[1]:>8.2f}")


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):  # read when NumPy is loaded
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)
    main()
