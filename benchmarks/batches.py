"""What it brings to put rows of like length into a batch: speed and curves, before and after, in one run.

    python benchmarks/batches.py

`fit` trains on Campus three times from each seed: with random batches and the mean of each batch's own tokens, as it
did in the first edition ("random"); with batches sorted by length and nothing else ("sorted"); and as it does now
("now"). Both of these divide by a fixed number of tokens. Tokens per CPU second on one thread, measuring left out, the
sides taking turns; the gap on held-out sentences, over seeds. The table goes to the terminal, and everything to
benchmarks/results/batches.json. About ten minutes.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch

from nlm_utils.corpora import campus
from nlm_utils.models import Attention, Composition, FeedForward, LanguageModel, Mamba, Recurrent, Transformer
from nlm_utils.text import Vocabulary
from nlm_utils.training import Rows, fit
from nlm_utils.training.rows import Batches

DIM, CONTEXT, BATCH_SIZE, STEPS, SPEED_STEPS = 64, 25, 64, 400, 30
SEEDS = range(5)
MODELS = {  # with a learning rate that suits them
    "feed-forward": (lambda: FeedForward(DIM, window=5), 0.02),
    "GRU": (lambda: Recurrent(DIM, "gru"), 0.02),
    "attention": (lambda: Attention(DIM, 4, CONTEXT), 0.02),
    "Transformer": (lambda: Transformer(DIM, 2, 4, CONTEXT), 5e-3),
    "Mamba": (lambda: Mamba(DIM, 1), 0.01),
}
CURVES = ("GRU", "attention", "Transformer")  # the others are timed only
RESULTS = Path(__file__).parent / "results" / "batches.json"


class RandomBatches(Batches):
    """As they were: any rows together, and each batch divided by its own tokens."""

    def at(self, step: int):
        inputs, targets, self.tokens_per_step = super().at(step)
        return inputs, targets, self.tokens_per_step

    def cut(self, rng: np.random.Generator) -> list[np.ndarray]:
        order = rng.permutation(len(self.rows))
        return [order[start : start + self.batch_size] for start in range(0, len(order), self.batch_size)]


class SortedBatches(Batches):
    """Neighbours in length, and nothing else beside them."""

    def cut(self, rng: np.random.Generator) -> list[np.ndarray]:
        shuffled = rng.permutation(len(self.rows))
        order = shuffled[np.argsort(self.lengths[shuffled], kind="stable")]
        starts = range(0, len(order), self.batch_size)
        return [order[start : start + self.batch_size] for start in rng.permutation(starts)]


SIDES = {"random": RandomBatches, "sorted": SortedBatches, "now": Batches}


def trained(side: str, build, rate: float, rows: Rows, seed: int, vocab_size: int, steps: int, **settings):
    """(history, CPU seconds) of one training."""
    composition: Composition = build()
    model = LanguageModel(vocab_size, DIM, composition, seed=seed)
    with patch("nlm_utils.training.setup.Batches", SIDES[side]):
        started = time.process_time()
        history = fit(model, rows, steps, batch_size=BATCH_SIZE, learning_rate=rate, seed=seed, **settings)
    return history, time.process_time() - started


def work(side: str, rows: Rows) -> float:
    """Places that are computed for each token that counts, over an epoch; without padding it would be 1."""
    batches = SIDES[side](rows, BATCH_SIZE, 0, torch.device("cpu"))
    order = batches.cut(np.random.default_rng(0))
    return sum(len(which) * int(batches.lengths[which].max()) for which in order) / rows.n_tokens


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(1)
    vocabulary = Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(12_000, seed=151), vocabulary)
    held_out = Rows.campus(500, 152, vocabulary)
    padding = {side: work(side, rows) for side in SIDES}
    print("places computed for each token:", {side: round(share, 3) for side, share in padding.items()})

    print(
        f"{'tokens per CPU second':<24}" + "".join(f"{side:>12}" for side in SIDES) + f"{'now / random':>14}"
    )
    speeds: dict[str, dict[str, float]] = {}
    for name, (build, rate) in MODELS.items():
        found: dict[str, list[float]] = {side: [] for side in SIDES}
        for turn in range(7):
            for side, list_of in found.items():
                history, seconds = trained(side, build, rate, rows, turn, len(vocabulary), SPEED_STEPS)
                list_of.append(history.tokens[-1] / seconds)
        speeds[name] = {side: float(np.median(list_of[1:])) for side, list_of in found.items()}
        shown = "".join(f"{speeds[name][side]:>12,.0f}" for side in SIDES)
        print(f"{name:<24}{shown}{speeds[name]['now'] / speeds[name]['random']:>14.2f}", flush=True)

    print(f"{f'gap after {STEPS} steps':<24}" + "".join(f"{side:>18}" for side in SIDES))
    curves: dict[str, dict[str, list[list[float]]]] = {}
    for name in CURVES:
        build, rate = MODELS[name]
        curves[name] = {side: [] for side in SIDES}
        for seed in SEEDS:
            for side, list_of in curves[name].items():
                history, _ = trained(side, build, rate, rows, seed, len(vocabulary), STEPS, held_out=held_out)
                list_of.append(np.round(history.gaps, 5).tolist())
        ends = {side: [gaps[-1] for gaps in list_of] for side, list_of in curves[name].items()}
        shown = (f"{np.mean(end):.3f} ± {np.std(end, ddof=1):.3f}" for end in ends.values())
        print(f"{name:<24}" + "".join(f"{text:>18}" for text in shown), flush=True)

    results = {
        "command": "python benchmarks/batches.py",
        "seeds": {"models and batches": list(SEEDS), "sentences": [151, 152]},
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "campus_fingerprint": campus.fingerprint(),
        "settings": {"dim": DIM, "batch_size": BATCH_SIZE, "steps": STEPS, "sentences": len(rows)},
        "places_per_token": padding,
        "tokens_per_cpu_second": speeds,
        "gaps": curves,
    }
    RESULTS.write_text(json.dumps(results) + "\n", encoding="utf-8")
    print(f"written: {RESULTS.name}")


if __name__ == "__main__":
    main()
