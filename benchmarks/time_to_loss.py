"""How long each composition trains on Campus until it is 0.3, 0.1 and 0.05 nats above the entropy rate.

    python benchmarks/time_to_loss.py

All have about as many parameters (`leaderboard.sized`), Adam, one thread, and the same four million tokens of
Campus. The learning rate rises for 100 steps and then falls with the root of the steps: no end need be known.
Each rate of RATES is tried for `--trial` CPU seconds, and the one with the lowest gap goes on, up to `--seconds`; a
composition that has reached the last target stops. Seconds are CPU seconds of this process, measuring left out; a
target counts as reached at the first measurement below it, one every 25 steps. One seed: small differences mean
nothing. The table goes to the terminal and everything to benchmarks/results/time_to_loss.json.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from pathlib import Path

import numpy as np
import torch

from nlm_utils import optim
from nlm_utils.corpora import campus
from nlm_utils.leaderboard import sized
from nlm_utils.models.registry import COMPOSITIONS
from nlm_utils.text import Vocabulary
from nlm_utils.training import Rows, mean_loss, measured

TARGETS = 0.3, 0.1, 0.05  # nats per token above the entropy rate
RATES = {  # peaks; a composition that is not named here tries OTHER_RATES
    "addition": (0.04,),
    "feed-forward": (0.04,),
    "RNN": (0.01, 0.03),
    "GRU": (0.02, 0.05),
    "LSTM": (0.02, 0.05),
    "attention": (0.01, 0.02),
    "Transformer": (0.006, 0.02),
    "Mamba": (0.01, 0.02),
}
OTHER_RATES = 0.01, 0.03
BATCH_SIZES = {name: 32 if name == "Mamba" else 64 for name in COMPOSITIONS}
N_PARAMETERS, WARMUP, MEASURE_EVERY, SENTENCES = 60_000, 100, 25, 300_000
SEED = 0
RESULTS = Path(__file__).parent / "results" / "time_to_loss.json"


class Race:
    """One composition at one learning rate, under way."""

    def __init__(self, name: str, learning_rate: float, rows: Rows, held_out: Rows, vocab_size: int):
        self.name, self.learning_rate, self.rows, self.held_out = name, learning_rate, rows, held_out
        context = max(rows.inputs.shape[1], held_out.inputs.shape[1])
        self.model = sized(COMPOSITIONS[name], vocab_size, context, N_PARAMETERS, seed=SEED)
        self.optimizer = optim.Adam(self.model.parameters(), learning_rate, betas=(0.9, 0.99))
        self.n_steps, self.n_tokens, self.seconds, self.curve = 0, 0, 0.0, []

    def step(self) -> None:
        size = BATCH_SIZES[self.name]
        place = self.n_steps % (SENTENCES // size)
        which = slice(place * size, (place + 1) * size)
        inputs, targets = self.rows.inputs[which], self.rows.targets[which]
        real = targets >= 0
        longest = int(real.sum(1).max())
        self.n_steps += 1
        share = min(self.n_steps / WARMUP, (WARMUP / self.n_steps) ** 0.5)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate * share
        loss = mean_loss(self.model, inputs[:, :longest], targets[:, :longest])
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.n_tokens += int(real.sum())

    def go_on(self, seconds: float) -> None:
        """Trains until it has had so many CPU seconds in all, or is below the last target."""
        while self.seconds < seconds and self.gap >= TARGETS[-1]:
            start = time.process_time()
            for _ in range(MEASURE_EVERY):
                self.step()
            self.seconds += time.process_time() - start
            with torch.no_grad():
                gap = measured(self.model, self.held_out)[1]
            self.curve.append((self.n_steps, self.n_tokens, round(self.seconds, 2), round(gap, 5)))

    @property
    def gap(self) -> float:
        return self.curve[-1][3] if self.curve else float("inf")

    def reached(self, target: float) -> tuple[float, int] | None:
        """(seconds, tokens) of the first measurement below the target."""
        return next(((seconds, tokens) for _, tokens, seconds, gap in self.curve if gap < target), None)

    def record(self) -> dict:
        targets = {str(target): self.reached(target) for target in TARGETS}
        return {
            "name": self.name,
            "learning_rate": self.learning_rate,
            "batch_size": BATCH_SIZES[self.name],
            "dim": self.model.dim,
            "n_parameters": self.model.n_parameters,
            "reached": {t: r and {"seconds": r[0], "tokens": r[1]} for t, r in targets.items()},
            "curve": self.curve,
        }


def line(race: Race) -> str:
    reached = [race.reached(target) for target in TARGETS]
    cells = [f"{r[0]:>8.1f}{r[1] / 1e6:>8.2f}" if r else f"{'–':>8}{'–':>8}" for r in reached]
    last = f"{race.gap:>9.3f}{race.seconds:>9.0f}"
    return f"{race.name:<14}{race.model.n_parameters:>8}{race.learning_rate:>8}{''.join(cells)}{last}"


def write(arguments: argparse.Namespace, trials: list[dict], runs: list[dict]) -> None:
    """What is done so far."""
    results = {
        "command": f"python benchmarks/time_to_loss.py --seconds {arguments.seconds} --trial {arguments.trial}",
        "seeds": {"model": SEED, "sentences": [141, 142]},
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "campus_fingerprint": campus.fingerprint(),
        "settings": {
            "n_parameters": N_PARAMETERS,
            "rates": RATES,
            "warmup": WARMUP,
            "measure_every": MEASURE_EVERY,
            "held_out_sentences": 300,
            "targets": TARGETS,
        },
        "trials": trials,
        "runs": runs,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of CPU time, the most for a composition")
    parser.add_argument("--trial", type=float, default=3.0, help="CPU seconds for each learning rate")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    vocabulary = Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(SENTENCES, seed=141), vocabulary)
    held_out = Rows.campus(300, 142, vocabulary)
    print("CPU seconds and millions of tokens until the gap is below the target (–: not within the limit)")
    print(f"{'':<30}" + "".join(f"{f'{target} nats':>16}" for target in TARGETS) + f"{'at the end':>18}")
    units = f"{'s':>8}{'M tok':>8}" * len(TARGETS)
    print(f"{'composition':<14}{'params':>8}{'rate':>8}{units}{'gap':>9}{'s':>9}", flush=True)
    trials, runs = [], []
    for name in COMPOSITIONS:
        races = [Race(name, rate, rows, held_out, len(vocabulary)) for rate in RATES.get(name, OTHER_RATES)]
        for race in races:
            race.go_on(min(arguments.trial, arguments.seconds))
            trials.append({"name": name, "learning_rate": race.learning_rate, "gap": race.gap})
        best = min(races, key=lambda race: race.gap)
        best.go_on(arguments.seconds)
        runs.append(best.record())
        print(line(best), flush=True)
        write(arguments, trials, runs)
    print(f"written: {RESULTS.name}")


if __name__ == "__main__":
    main()
