"""What lecture 07 quotes beside the comparison of its four optimizers, each rate chosen on other seeds than reported.

    python benchmarks/beyond_adam.py [PART ...]

labels      Sophia with labels that the model draws, the true ones, and random ones; 200 steps of the additive model
equal_time  Sophia for 400 steps, which take it as long as Adam 600, its rate chosen for 400
decay       no weight decay, λ·θ in the gradient, decoupled: the feed-forward network on 200 sentences
wsd         warm-up–stable–decay beside warm-up and cosine, for 300, 600 and 1200 steps, the additive model
muon        Muon, Adam and momentum for the two hidden matrices of the feed-forward network; Adam for all else

One thread; each part takes one to four minutes and replaces its own piece of benchmarks/results/beyond_adam.json.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import math
import platform
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from nlm_utils import optim, text
from nlm_utils.corpora import campus
from nlm_utils.models import FeedForward, LanguageModel
from nlm_utils.optim import warmup_cosine
from nlm_utils.training import Rows, mean_loss

from optimizer_comparison import additive, train, without_infinity  # isort: skip

SWEEP_SEEDS, FINAL_SEEDS = (0, 1, 2), (10, 11, 12, 13, 14)
RESULTS = Path(__file__).parent / "results" / "beyond_adam.json"
VOCABULARY = text.Vocabulary.from_types(campus.types())
V = len(VOCABULARY)


def texts() -> tuple[Rows, Rows]:
    return (
        Rows.of(campus.sample(20_000, seed=71), VOCABULARY),
        Rows.of(campus.sample(1_000, seed=72), VOCABULARY),
    )


def chosen(run: Callable[..., float], settings: Sequence[tuple], name: str, most: int | None = None) -> dict:
    """The setting with the lowest mean loss over the seeds of the sweep, and its losses on the final seeds.

    run  (*setting, seed=…) -> the loss at the end, nats per token
    """
    sweep_seeds, final_seeds = SWEEP_SEEDS[:most], FINAL_SEEDS
    sweep = {setting: [run(*setting, seed=seed) for seed in sweep_seeds] for setting in settings}
    best = min(sweep, key=lambda setting: np.mean(sweep[setting]))
    losses = [run(*best, seed=seed) for seed in final_seeds]
    print(f"{name:30} best {best}: {np.mean(losses):.3f} ± {np.std(losses, ddof=1):.3f}", flush=True)
    print("   ", {s: round(float(np.mean(found)), 3) for s, found in sweep.items()}, flush=True)
    return {
        "sweep": [{"setting": list(s), "losses": without_infinity(found)} for s, found in sweep.items()],
        "best": list(best),
        "losses": without_infinity(losses),
    }


# --- Sophia ----------------------------------------------------------------------------------------------------------


def squared_gradient(model, x, y, real) -> dict:
    """M·g² for a mean loss over M tokens: the estimate of gauss_newton_bartlett, but with labels that are given."""
    parameters = list(model.parameters())
    loss = torch.nn.functional.cross_entropy(model(x)[real], y[real])
    return {
        p: real.sum() * g**2 for p, g in zip(parameters, torch.autograd.grad(loss, parameters), strict=True)
    }


def sophia(rows, test, labels: str, rate: float, seed: int, steps: int = 200) -> float:
    """The loop of lecture 07; `labels` are drawn, true or random."""
    model = additive(V, seed)
    optimizer = optim.OPTIMIZERS["Sophia"](model.parameters(), rate)
    order, draws = (torch.Generator().manual_seed(n + seed) for n in (1000, 2000))
    for _ in range(steps):
        which = torch.randint(len(rows), (64,), generator=order)
        x, y = rows.inputs[which], rows.targets[which]
        real = y != text.PADDING
        given = y if labels == "true" else torch.randint(V, y.shape, generator=draws)
        estimate = {
            "drawn": partial(optim.gauss_newton_bartlett, model, x, draws, real),
            "true": partial(squared_gradient, model, x, given, real),
            "random": partial(squared_gradient, model, x, given, real),
        }[labels]
        optimizer.update_hessian(estimate)
        loss = mean_loss(model, x, y)
        if not loss < 3 * math.log(V):
            return math.inf
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return mean_loss(model, test.inputs, test.targets).item()


def labels() -> dict:
    rows, test = texts()
    rates = [(rate,) for rate in (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16)]
    return {
        kind: chosen(partial(sophia, rows, test, kind), rates, f"labels {kind}")
        for kind in ("drawn", "true", "random")
    }


def equal_time() -> dict:
    rows, test = texts()
    steps = 400

    def run(schedule, optimizer, rate, seed):
        rates = (
            partial(warmup_cosine, warmup=steps // 10, total=steps, peak=rate)
            if schedule == "cosine"
            else rate
        )
        return train(optimizer, rates, rows, test, V, steps=steps, seed=seed).losses[-1]

    rates = [(rate,) for rate in (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08)]
    return {"steps": steps} | {
        schedule: chosen(partial(run, schedule, "Sophia"), rates, f"400 steps {schedule}")
        for schedule in ("constant", "cosine")
    }


# --- the feed-forward network of lecture 08 --------------------------------------------------------------------------


def train_network(optimizers, model, rows, steps: int, batch_size: int, seed: int) -> float:
    """`steps` steps with warm-up and cosine, every optimizer from its own `lr` as the peak -> seconds for a step."""
    order = torch.Generator().manual_seed(1000 + seed)
    peaks = [[group["lr"] for group in optimizer.param_groups] for optimizer in optimizers]
    started = time.process_time()
    for step in range(steps):
        which = torch.randint(len(rows), (batch_size,), generator=order)
        loss = mean_loss(model, rows.inputs[which], rows.targets[which])
        share = warmup_cosine(step, steps // 20, steps, 1.0)
        for optimizer, peak in zip(optimizers, peaks, strict=True):
            optimizer.zero_grad()
            for group, rate in zip(optimizer.param_groups, peak, strict=True):
                group["lr"] = share * rate
        if not loss < 3 * math.log(V):
            break
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
    return (time.process_time() - started) / steps


def loss_of(model, rows) -> float:
    with torch.no_grad():
        loss = mean_loss(model, rows.inputs, rows.targets).item()
    return loss if math.isfinite(loss) else math.inf


def decay() -> dict:
    few = Rows.of(campus.sample(200, seed=73), VOCABULARY)
    test = texts()[1]
    train_losses = {}

    def run(kind, weight_decay, rate, seed):
        model = LanguageModel(V, 32, FeedForward(32, window=5), seed=seed)
        make = torch.optim.Adam if kind == "in the gradient" else optim.Adam
        optimizer = make(model.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=weight_decay)
        train_network([optimizer], model, few, 300, 50, seed)
        train_losses[kind, seed] = loss_of(model, few)
        return loss_of(model, test)

    rates = (0.003, 0.01, 0.03, 0.1, 0.3)
    grid = {
        "none": ((0.0,), (0.001, *rates)),
        "in the gradient": ((1e-3, 2e-3, 3e-3, 5e-3, 1e-2), rates),
        "decoupled": ((1.0, 2.0, 3.0, 5.0, 10.0), rates),
    }
    found = {}
    for kind, axes in grid.items():
        settings = list(itertools.product(*axes))  # (λ, η)
        found[kind] = chosen(partial(run, kind), settings, f"decay {kind}", most=2)
        found[kind]["training_losses"] = without_infinity([train_losses[kind, seed] for seed in FINAL_SEEDS])
    return found


def muon() -> dict:
    rows, test = texts()
    speeds = {}

    def run(kind, rate, hidden_rate, seed):
        model = LanguageModel(V, 32, FeedForward(32, window=5), seed=seed)
        hidden = [model.composition.hidden.weight, model.composition.out.weight]
        others = [p for p in model.parameters() if not any(p is matrix for matrix in hidden)]
        make = {
            "Adam": partial(optim.Adam, betas=(0.9, 0.99)),
            "momentum": partial(optim.SGD, momentum=0.95),
            "Muon": optim.Muon,
        }[kind]
        optimizers = [optim.Adam(others, lr=rate, betas=(0.9, 0.99)), make(hidden, lr=hidden_rate)]
        speeds.setdefault(kind, []).append(train_network(optimizers, model, rows, 300, 64, seed))
        return loss_of(model, test)

    for_all = chosen(
        lambda rate, seed: run("Adam", rate, rate, seed),
        [(r,) for r in (0.005, 0.01, 0.02, 0.04, 0.08)],
        "Adam for all",
        most=2,
    )
    rate = for_all["best"][0]
    found = {"for all": for_all, "steps": 300}
    sweeps = {
        "Adam": (0.0025, 0.005, 0.01, 0.02, 0.04, 0.08),
        "momentum": (0.05, 0.1, 0.2, 0.4, 0.8, 1.6),
        "Muon": (0.005, 0.01, 0.02, 0.04, 0.08, 0.16),
    }
    for kind, rates in sweeps.items():
        found[kind] = chosen(partial(run, kind), [(rate, r) for r in rates], f"hidden: {kind}", most=2)
        found[kind]["milliseconds_per_step"] = round(1000 * float(np.median(speeds[kind])), 3)
    return found


# --- schedules -------------------------------------------------------------------------------------------------------


def wsd() -> dict:
    rows, test = texts()
    lengths, warmup, share = (300, 600, 1200), 30, 0.2

    def steps_with(model, optimizer, order, rates) -> None:
        for rate in rates:
            which = torch.randint(len(rows), (64,), generator=order)
            optimizer.param_groups[0]["lr"] = rate
            loss = mean_loss(model, rows.inputs[which], rows.targets[which])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def start(seed):
        model = additive(V, seed)
        return (
            model,
            optim.OPTIMIZERS["Adam"](model.parameters(), 0.0),
            torch.Generator().manual_seed(1000 + seed),
        )

    def cosine(peak, seed):
        losses = []
        for total in lengths:
            run = start(seed)
            steps_with(*run, [warmup_cosine(step, warmup, total, peak) for step in range(total)])
            losses.append(loss_of(run[0], test))
        return losses

    def stable(peak, seed):
        trunk, done, losses, before = start(seed), 0, [], []
        for total in lengths:
            until = round((1 - share) * total)
            steps_with(*trunk, [peak * min(1, step / warmup) for step in range(done, until)])
            done = until
            before.append(loss_of(trunk[0], test))
            branch = copy.deepcopy(trunk)
            steps_with(*branch, [peak * (total - step) / (total - until) for step in range(until, total)])
            losses.append(loss_of(branch[0], test))
        return losses, before

    found = {"lengths": lengths, "warmup": warmup, "decay_share": share}
    for name, run in {"cosine": cosine, "wsd": lambda *a, **k: stable(*a, **k)[0]}.items():
        peaks = (0.02, 0.04, 0.08, 0.16, 0.32)
        sweep = {peak: [run(peak, seed=seed) for seed in SWEEP_SEEDS] for peak in peaks}
        best = min(peaks, key=lambda peak: np.mean(sweep[peak]))  # one peak for all three lengths
        losses = np.array([run(best, seed=seed) for seed in FINAL_SEEDS])
        print(f"{name} peak {best}: {losses.mean(0).round(3)} ± {losses.std(0, ddof=1).round(3)}", flush=True)
        print({peak: np.mean(all_seeds, axis=0).round(3).tolist() for peak, all_seeds in sweep.items()})
        found[name] = {
            "sweep": [
                {"peak": peak, "losses": np.round(all_seeds, 5).tolist()} for peak, all_seeds in sweep.items()
            ],
            "best": best,
            "losses": losses.round(5).tolist(),
        }
    found["wsd"]["before_decay"] = np.round(
        [stable(found["wsd"]["best"], seed)[1] for seed in FINAL_SEEDS], 5
    ).tolist()
    return found


PARTS = {part.__name__: part for part in (labels, equal_time, decay, wsd, muon)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[], help="left out: all")
    torch.set_num_threads(1)
    for part in parser.parse_args().parts or PARTS:
        found = PARTS[part]()
        results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
        results |= {
            "command": "python benchmarks/beyond_adam.py",
            "seeds": {"sweep": SWEEP_SEEDS, "final": FINAL_SEEDS, "sentences": [71, 72, 73]},
            "versions": {
                "python": platform.python_version(),
                "torch": torch.__version__,
                "numpy": np.__version__,
            },
            "campus_fingerprint": campus.fingerprint(),
            part: found,
        }
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
