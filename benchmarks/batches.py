"""Would it pay to put rows of like length into a batch? Speed and curves of four kinds of batches, in one run.

    python benchmarks/batches.py

`fit` trains on Campus from each seed with: random batches and the mean of each batch's own tokens, as in the first
edition ("own mean"); random batches whose summed loss is divided by a fixed number of tokens, as it does now ("now");
batches of neighbours in length ("sorted"); and a compromise, in which each row is sorted as if it were as long as the
longest of itself and two others ("mixed"). Tokens per CPU second on one thread, the sides taking turns; then the gap on
held-out sentences, and on the longest of them, the rarest kind: mean and spread over seeds. What is padding
is not projected on the vocabulary in any of them, so less work is saved than `places computed for each token` says.
The table goes to the terminal, and everything to benchmarks/results/batches.json. About fifteen minutes.
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
from nlm_utils.models import Attention, FeedForward, LanguageModel, Mamba, Recurrent, Transformer
from nlm_utils.text import Vocabulary
from nlm_utils.training import Rows, fit, measured
from nlm_utils.training.rows import Batches

DIM, CONTEXT, BATCH_SIZE, STEPS, SPEED_STEPS = 64, 25, 64, 900, (10, 110)
SEEDS = range(5)
MODELS = {  # with a learning rate that suits them
    "feed-forward": (lambda: FeedForward(DIM, window=5), 0.02),
    "GRU": (lambda: Recurrent(DIM, "gru"), 0.02),
    "attention": (lambda: Attention(DIM, 4, CONTEXT), 0.02),
    "Transformer": (lambda: Transformer(DIM, 2, 4, CONTEXT), 5e-3),
    "Mamba": (lambda: Mamba(DIM, 1), 0.01),
}
CURVES = ("GRU", "attention")  # the others are timed only
RESULTS = Path(__file__).parent / "results" / "batches.json"


class OwnMean(Batches):
    """Each batch divided by its own tokens."""

    def at(self, step: int):
        inputs, targets, self.tokens_per_step = super().at(step)
        return inputs, targets, self.tokens_per_step


class Sorted(Batches):
    """Neighbours in length together, in random order."""

    def key(self, rng: np.random.Generator) -> np.ndarray:
        """What the rows are sorted by."""
        return self.lengths

    def cut(self, rng: np.random.Generator) -> list[np.ndarray]:
        shuffled, key = rng.permutation(len(self.rows)), self.key(rng)
        order = shuffled[np.argsort(key[shuffled], kind="stable")]
        starts = range(0, len(order), self.batch_size)
        return [order[start : start + self.batch_size] for start in rng.permutation(starts)]


class Mixed(Sorted):
    """Shorter rows among the long ones."""

    def key(self, rng: np.random.Generator) -> np.ndarray:
        return np.maximum(self.lengths, rng.choice(self.lengths, (2, len(self.rows))).max(axis=0))


SIDES = {"own mean": OwnMean, "now": Batches, "sorted": Sorted, "mixed": Mixed}


def trained(side: str, name: str, rows: Rows, seed: int, vocab_size: int, steps: int):
    """(model, tokens seen, CPU seconds) of one training."""
    build, rate = MODELS[name]
    model = LanguageModel(vocab_size, DIM, build(), seed=seed)
    with patch("nlm_utils.training.setup.Batches", SIDES[side]):
        started = time.process_time()
        history = fit(model, rows, steps, batch_size=BATCH_SIZE, learning_rate=rate, seed=seed)
    return model, history.tokens[-1], time.process_time() - started


def tokens_per_second(side: str, name: str, rows: Rows, seed: int, vocab_size: int) -> float:
    """From two runs of different lengths, so that what happens once does not count."""
    (_, few, before), (_, many, after) = (
        trained(side, name, rows, seed, vocab_size, steps) for steps in SPEED_STEPS
    )
    return (many - few) / (after - before)


def work(side: str, rows: Rows) -> float:
    """Places that are computed for each token that counts, over an epoch; without padding it would be 1."""
    batches = SIDES[side](rows, BATCH_SIZE, 0, torch.device("cpu"))
    order = batches.cut(np.random.default_rng(0))
    return sum(len(which) * int(batches.lengths[which].max()) for which in order) / rows.n_tokens


def longest(rows: Rows) -> Rows:
    """The rows that are as long as the longest."""
    which = rows.lengths == rows.lengths.max()
    counts = np.repeat(which.numpy(), rows.real.sum(1).numpy())  # for each token
    return Rows(rows.inputs[which], rows.targets[which], rows.exact[counts], rows.entropy_rate)


def shown(numbers: list[float]) -> str:
    return f"{np.mean(numbers):.3f} ± {np.std(numbers, ddof=1):.3f}"


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(1)
    vocabulary = Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(20_000, seed=151), vocabulary)
    held_out = Rows.campus(1000, 152, vocabulary)
    padding = {side: round(work(side, rows), 3) for side in SIDES}
    print("places computed for each token:", padding)

    print(f"{'tokens per CPU second':<24}" + "".join(f"{side:>18}" for side in SIDES))
    speeds: dict[str, dict[str, float]] = {}
    for name in MODELS:
        found: dict[str, list[float]] = {side: [] for side in SIDES}
        for turn in range(5):
            for side in SIDES:
                found[side].append(tokens_per_second(side, name, rows, turn, len(vocabulary)))
        speeds[name] = {side: round(float(np.median(numbers))) for side, numbers in found.items()}
        print(f"{name:<24}" + "".join(f"{speed:>18,}" for speed in speeds[name].values()), flush=True)

    print(f"{f'gap after {STEPS} steps':<24}" + "".join(f"{side:>18}" for side in SIDES))
    curves: dict[str, dict[str, dict[str, list[float]]]] = {}
    for name in CURVES:
        curves[name] = {side: {"all": [], "longest": []} for side in SIDES}
        for seed in SEEDS:
            for side, gaps in curves[name].items():
                model, _, _ = trained(side, name, rows, seed, len(vocabulary), STEPS)
                gaps["all"].append(round(measured(model, held_out)[1], 5))
                gaps["longest"].append(round(measured(model, longest(held_out))[1], 5))
        for which in ("all", "longest"):
            ends = (shown(gaps[which]) for gaps in curves[name].values())
            print(f"{f'{name}, {which}':<24}" + "".join(f"{end:>18}" for end in ends), flush=True)

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
