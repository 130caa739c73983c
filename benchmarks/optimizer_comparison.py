"""SGD, momentum, Adam and Sophia on Campus, each at its own best learning rate: the long runs of lecture 07.

    python benchmarks/optimizer_comparison.py

Three parts, one thread: a sweep of the learning rate (constant, and with warm-up and cosine) on three seeds;
each optimizer at its best rate on five other seeds, with its CPU time per step, the optimizers taking turns; and a
sweep of the batch size with Adam, a rate chosen for each, on equally many sentences. About ten minutes. The
table goes to the terminal and everything to benchmarks/results/optimizer_comparison.json, which lecture 07 reads.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from nlm_utils import optim, text
from nlm_utils.corpora import campus
from nlm_utils.models import Addition, LanguageModel
from nlm_utils.optim import OPTIMIZERS, warmup_cosine
from nlm_utils.training import Rows, mean_loss

STEPS, WARMUP = 600, 60
MEASURE_AT = (50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600)
RATES = {
    "SGD": (0.25, 0.5, 1.0, 1.5, 2.0, 2.5),
    "momentum": (0.2, 0.4, 0.8, 1.2, 1.6, 2.4),
    "Adam": (0.005, 0.01, 0.02, 0.04, 0.08, 0.16),
    "Sophia": (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08),
}
SWEEP_SEEDS, FINAL_SEEDS = (0, 1, 2), (10, 11, 12, 13, 14)
BATCH_SIZES, SENTENCES = (8, 16, 32, 64, 128, 256, 512), 19_200
BATCH_RATES = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
SCHEDULES = ("constant", "cosine")
RESULTS = Path(__file__).parent / "results" / "optimizer_comparison.json"


class Run(NamedTuple):
    """What a training left behind."""

    losses: list[float]  # on the test rows, nats per token, after each of `measure_at`; inf once it diverged
    seconds: float  # CPU time spent on steps, measuring not counted
    clipped: list[float]  # Sophia: share of clipped coordinates at each of `measure_at`; else empty


def additive(vocab_size: int, seed: int) -> LanguageModel:
    """The additive model; E and W (V, 16) start at 0.1 times standard normal, and so with equally large gradients."""
    model = LanguageModel(vocab_size, 16, Addition(), seed=seed)
    with torch.no_grad():
        model.E.mul_(0.1)
        model.W.mul_(10)
    return model


def train(
    optimizer: str,
    learning_rate: float | Callable[[int], float],
    rows: Rows,
    test: Rows,
    vocab_size: int,
    steps: int = 200,
    batch_size: int = 64,
    seed: int = 0,
    measure_at: Collection[int] | None = None,
) -> Run:
    """`steps` steps of the additive model with one of OPTIMIZERS, on batches of sentences drawn from `rows`.

    learning_rate  a number, or a function of the step 0, 1, 2, …
    measure_at     after how many steps the test loss is taken, ascending; None: at the end only
    The same seed gives every optimizer the same start and the same batches. A run whose loss is no longer finite, or
    three times that of an even guess, stops: it has diverged.
    """
    model = additive(vocab_size, seed)
    stepper = OPTIMIZERS[optimizer](model.parameters(), 0.0)
    order = torch.Generator().manual_seed(1000 + seed)  # the batches
    draws = torch.Generator().manual_seed(2000 + seed)  # Sophia's labels: they must not change the batches
    measure_at = [steps] if measure_at is None else list(measure_at)
    losses, clipped, seconds = [], [], 0.0
    for step in range(steps):
        started = time.process_time()
        which = torch.randint(len(rows), (batch_size,), generator=order)
        inputs, targets = rows.inputs[which], rows.targets[which]
        for group in stepper.param_groups:
            group["lr"] = learning_rate(step) if callable(learning_rate) else learning_rate
        if optimizer == "Sophia":
            real = targets != text.PADDING
            stepper.update_hessian(lambda: optim.gauss_newton_bartlett(model, inputs, draws, real))  # noqa: B023
        loss = mean_loss(model, inputs, targets)
        if not loss.item() < 3 * math.log(vocab_size):
            break
        stepper.zero_grad()
        loss.backward()
        stepper.step()
        seconds += time.process_time() - started
        if step + 1 in measure_at:
            with torch.no_grad():
                losses.append(mean_loss(model, test.inputs, test.targets).item())
            if optimizer == "Sophia":
                clipped.append(stepper.clipped_share())
    losses += [math.inf] * (len(measure_at) - len(losses))
    return Run(losses, seconds, clipped)


def schedule_of(name: str, rate: float):
    """A constant rate, or one that warms up to `rate` and falls along a cosine to 0."""
    return rate if name == "constant" else partial(warmup_cosine, warmup=WARMUP, total=STEPS, peak=rate)


def best_rate(runs: list[dict], **wanted) -> float:
    """The learning rate with the lowest mean of the last losses over its seeds."""
    runs = [run for run in runs if all(run[key] == value for key, value in wanted.items())]
    rates = sorted({run["learning_rate"] for run in runs})
    means = [np.mean([run["losses"][-1] for run in runs if run["learning_rate"] == rate]) for rate in rates]
    return rates[int(np.argmin(means))]


def without_infinity(losses: list[float]) -> list[float]:
    """Losses for JSON, which has no infinity: 99 stands for a run that diverged."""
    return [round(min(loss, 99.0), 5) for loss in losses]


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(1)
    vocabulary = text.Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(20_000, seed=71), vocabulary)
    test = Rows.of(campus.sample(1_000, seed=72), vocabulary)
    run = partial(train, rows=rows, test=test, vocab_size=len(vocabulary))
    long_run = partial(run, steps=STEPS, measure_at=MEASURE_AT)

    sweep, final, batches = [], [], []
    for schedule in SCHEDULES:
        for optimizer, rates in RATES.items():
            for rate in rates:
                for seed in SWEEP_SEEDS:
                    done = long_run(optimizer, schedule_of(schedule, rate), seed=seed)
                    facts = {
                        "schedule": schedule,
                        "optimizer": optimizer,
                        "learning_rate": rate,
                        "seed": seed,
                    }
                    sweep.append(facts | {"losses": without_infinity(done.losses)})
            best = best_rate(sweep, schedule=schedule, optimizer=optimizer)
            print(f"{schedule:9} {optimizer:9} best learning rate {best}", flush=True)
        for seed in FINAL_SEEDS:  # the optimizers take turns, so that a busy machine treats them alike
            for optimizer in RATES:
                rate = best_rate(sweep, schedule=schedule, optimizer=optimizer)
                done = long_run(optimizer, schedule_of(schedule, rate), seed=seed)
                facts = {"schedule": schedule, "optimizer": optimizer, "learning_rate": rate, "seed": seed}
                facts |= {
                    "losses": without_infinity(done.losses),
                    "clipped": np.round(done.clipped, 4).tolist(),
                }
                final.append(facts | {"milliseconds_per_step": round(1000 * done.seconds / STEPS, 4)})
        for optimizer in RATES:
            runs = [r for r in final if r["schedule"] == schedule and r["optimizer"] == optimizer]
            last = [r["losses"][-1] for r in runs]
            speed = np.median([r["milliseconds_per_step"] for r in runs])
            print(
                f"{schedule:9} {optimizer:9} {np.mean(last):.3f} ± {np.std(last, ddof=1):.3f}  {speed:.2f} ms"
            )
    for batch_size in BATCH_SIZES:
        for rate in BATCH_RATES:
            for seed in SWEEP_SEEDS[:2]:
                done = run("Adam", rate, steps=SENTENCES // batch_size, batch_size=batch_size, seed=seed)
                facts = {"batch_size": batch_size, "learning_rate": rate, "seed": seed}
                facts |= {"losses": without_infinity(done.losses), "seconds": round(done.seconds, 4)}
                batches.append(facts)
        print(f"batch {batch_size:4} best {best_rate(batches, batch_size=batch_size)}", flush=True)
    results = {
        "command": "python benchmarks/optimizer_comparison.py",
        "seeds": {"sweep": SWEEP_SEEDS, "final": FINAL_SEEDS, "sentences": [71, 72]},
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "campus_fingerprint": campus.fingerprint(),
        "settings": {"steps": STEPS, "warmup": WARMUP, "batch_size": 64, "dim": 16, "measure_at": MEASURE_AT},
        "sweep": sweep,
        "final": final,
        "batch_sizes": {"optimizer": "Adam", "sentences": SENTENCES, "runs": batches},
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"written: {RESULTS.name}")


if __name__ == "__main__":
    main()
