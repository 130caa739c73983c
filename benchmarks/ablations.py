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
from torch.nn.functional import gelu, scaled_dot_product_attention

from nlm_utils import models, text
from nlm_utils.corpora import campus
from nlm_utils.exercises import get
from nlm_utils.models.composition import Composition
from nlm_utils.training import Rows, fit

rotary_positions = get("rotary_positions").reference

DIM, CONTEXT = 64, 25
STEPS, WARMUP, BATCH, RATE = 800, 50, 32, 5e-3
MEASURE_EVERY = 100
SEEDS = (0, 1)
SENTENCES = {"train": (40_000, 111), "held_out": (400, 112)}
FULL = {"n_layers": 2, "n_heads": 4, "positions": "learned", "norm": "pre", "residual": True, "network": True}
CHANGES = {
    "full": {},
    "no positions": {"positions": None},
    "rotary positions": {"positions": "rotary"},
    "no residual": {"residual": False},
    "no norm": {"norm": None},
    "post-norm": {"norm": "post"},
    "no feed-forward": {"network": False},
    "1 head": {"n_heads": 1},
    "1 layer": {"n_layers": 1},
}
RESULTS = Path(__file__).parent / "results" / "ablations.json"


class Block(nn.Module):
    """One block, with every part behind a switch; (B, T, d) -> (B, T, d)."""

    def __init__(self, dim: int, n_heads: int, positions, norm, residual: bool, network: bool):
        super().__init__()
        self.n_heads, self.rotary, self.norm, self.residual = n_heads, positions == "rotary", norm, residual
        self.norm1, self.norm2 = (nn.LayerNorm(dim, bias=False) if norm else nn.Identity() for _ in range(2))
        self.to_qkv, self.out = nn.Linear(dim, 3 * dim, bias=False), nn.Linear(dim, dim, bias=False)
        self.up = nn.Linear(dim, 4 * dim, bias=False) if network else None
        self.down = nn.Linear(4 * dim, dim, bias=False) if network else None

    def attention(self, x: Tensor) -> Tensor:
        q, k, v = (
            part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for part in self.to_qkv(x).chunk(3, -1)
        )
        if self.rotary:
            places = torch.arange(x.shape[1])
            q, k = rotary_positions(q, places), rotary_positions(k, places)
        return self.out(scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))

    def feed_forward(self, x: Tensor) -> Tensor:
        return self.down(gelu(self.up(x)))

    def step(self, x: Tensor, part, norm) -> Tensor:
        said = part(x) if self.norm == "post" else part(norm(x))
        x = x + said if self.residual else said
        return norm(x) if self.norm == "post" else x

    def forward(self, x: Tensor) -> Tensor:
        x = self.step(x, self.attention, self.norm1)
        return x if self.up is None else self.step(x, self.feed_forward, self.norm2)


class Stack(Composition):
    """Positions, blocks, a last norm (where the blocks are pre-norm)."""

    def __init__(self, dim: int, n_layers: int, n_heads: int, positions, norm, residual: bool, network: bool):
        super().__init__(dim=dim)
        self.context = CONTEXT
        self.positions = nn.Parameter(torch.empty(CONTEXT, dim)) if positions == "learned" else None
        switches = (n_heads, positions, norm, residual, network)
        self.blocks = nn.ModuleList(Block(dim, *switches) for _ in range(n_layers))
        self.last = nn.LayerNorm(dim, bias=False) if norm == "pre" else nn.Identity()

    def reset_parameters(self) -> None:
        if self.positions is not None:
            nn.init.normal_(self.positions, std=0.5)

    def forward(self, c: Tensor) -> Tensor:
        x = c if self.positions is None else c + self.positions[: c.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.last(x)


def compositions() -> dict:
    """name -> a function that builds the composition: lecture 10's attention, the full model, and each change."""
    made = {"attention alone": lambda: models.Attention(DIM, n_heads=4, context=CONTEXT)}
    for name, change in CHANGES.items():
        made[name] = lambda change=change: Stack(DIM, **{**FULL, **change})
    return made


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(1)
    vocabulary = text.Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(*SENTENCES["train"]), vocabulary)
    held_out = Rows.campus(*SENTENCES["held_out"], vocabulary)
    runs = []
    for seed in SEEDS:
        for name, build in compositions().items():
            started = time.perf_counter()
            model = models.LanguageModel(len(vocabulary), DIM, build(), seed=seed)
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
