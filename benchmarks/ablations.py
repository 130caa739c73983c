"""What each part of a Transformer is worth on Campus: the full model, and the same with one thing changed. Lecture 11.

    python benchmarks/ablations.py

Every run has the same text, batches, steps, optimizer and learning rate; only the composition differs. Two seeds, one
thread, about six minutes. Each run's gap to the exact distributions on held-out sentences goes to the terminal and to
benchmarks/results/ablations.json, which lecture 11 reads.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nlm_utils import models, text
from nlm_utils.corpora import campus
from nlm_utils.training import Rows, fit

DIM, CONTEXT = 64, 25
STEPS, WARMUP, BATCH, RATE = 800, 50, 32, 5e-3
MEASURE_EVERY = 100
SEEDS = (0, 1)
SENTENCES = {"train": (40_000, 111), "held_out": (400, 112)}
FULL = {"n_layers": 2, "n_heads": 4, "positions": "learned", "norm": "pre", "residual": True}
CHANGES = {
    "full": {},
    "no positions": {"positions": None},
    "rotary positions": {"positions": "rotary"},
    "no residual": {"residual": False},
    "no norm": {"norm": None},
    "post-norm": {"norm": "post"},
    "no feed-forward": {},
    "1 head": {"n_heads": 1},
    "1 layer": {"n_layers": 1},
}
RESULTS = Path(__file__).parent / "results" / "ablations.json"


class Silent(nn.Module):
    """Instead of a feed-forward network: adds nothing to x."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.zeros_like(x)


def language_model(name: str, vocab_size: int, seed: int) -> models.LanguageModel:
    """The model of a run: lecture 10's attention, the full Transformer, or it with one thing changed."""
    if name == "attention alone":
        return models.LanguageModel(vocab_size, DIM, models.Attention(DIM, 4, CONTEXT), seed=seed)
    transformer = models.Transformer(DIM, context=CONTEXT, **(FULL | CHANGES[name]))
    model = models.LanguageModel(vocab_size, DIM, transformer, seed=seed)
    if name == "no feed-forward":
        for block in transformer.blocks:
            block.feed_forward, block.norm2 = Silent(), nn.Identity()
    return model


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(1)
    vocabulary = text.Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(*SENTENCES["train"]), vocabulary)
    held_out = Rows.campus(*SENTENCES["held_out"], vocabulary)
    runs = []
    for seed in SEEDS:
        for name in ("attention alone", *CHANGES):
            started = time.perf_counter()
            model = language_model(name, len(vocabulary), seed)
            history = fit(
                model, rows, steps=STEPS, batch_size=BATCH, learning_rate=RATE, warmup=WARMUP, held_out=held_out,
                measure_every=MEASURE_EVERY, seed=seed,
            )  # fmt: skip
            gaps = np.round(history.gaps, 4).tolist()
            facts = {"name": name, "seed": seed, "n_parameters": model.n_parameters, "gaps": gaps}
            runs.append(facts | {"seconds": round(time.perf_counter() - started, 1)})
            print(f"seed {seed} {name:18} {model.n_parameters:>8,} gap {gaps[-1]:.3f}", flush=True)
    results = {
        "command": "python benchmarks/ablations.py",
        "seeds": {"models": SEEDS, "sentences": [seed for _, seed in SENTENCES.values()]},
        "versions": {
            "python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__,
        },
        "campus_fingerprint": campus.fingerprint(),
        "settings": {
            "dim": DIM, "steps": STEPS, "warmup": WARMUP, "batch_size": BATCH, "learning_rate": RATE,
            "optimizer": "Adam", "measure_at": list(range(0, STEPS + 1, MEASURE_EVERY)), "full": FULL,
        },
        "runs": runs,
    }  # fmt: skip
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"written: {RESULTS.name}")


if __name__ == "__main__":
    main()
