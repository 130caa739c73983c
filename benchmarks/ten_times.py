"""Lecture 08's models at one and at ten times its training: what stays, and what was only not learnt yet.

    python benchmarks/ten_times.py

Addition, a network over the same sum, and a window of five words are trained for 800 steps on 20 000 sentences and
for 8 000 on 200 000, on five seeds; so are addition and a window of four on the text that withholds *pupils opened*.
The learning rates are chosen before, on other seeds and another text. Measured are the losses, where the window's mass
on impossible words lies (beside that of the best window there can be, which is computed), how many words have a
neighbour of their own class in E and W, and p(their) with other rows in the place of *pupils*. One thread, about
twenty minutes. The results go to benchmarks/results/ten_times.json, which lecture 08 reads.
"""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nlm_utils import evaluation, text, vectors
from nlm_utils.corpora import campus, floors
from nlm_utils.corpora.campus_grammar import SOURCE
from nlm_utils.models import Addition, Composition, FeedForward, LanguageModel
from nlm_utils.training import Rows, fit, measured

DIM, BATCH, WINDOW = 32, 64, 5
BUDGETS = {800: 20_000, 8_000: 200_000}  # steps -> sentences
PEAKS = (0.003, 0.01, 0.03, 0.1)
SWEEP_SEEDS, SEEDS = (0, 1), (10, 11, 12, 13, 14)
TEXTS = {"train": 1, "validation": 2, "test": 3, "withheld": 0}
RESULTS = Path(__file__).parent / "results" / "ten_times.json"


class NetworkOverTheSum(Composition):
    """x_t = s + U tanh(H s + b) + a with s = c_1 + … + c_t: any function of the sum, order-blind as addition is."""

    def __init__(self, dim: int):
        super().__init__(dim=dim)
        self.hidden, self.out = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def forward(self, c: Tensor) -> Tensor:
        total = c.cumsum(dim=1)
        return total + self.out(torch.tanh(self.hidden(total)))


MODELS = {
    "addition": Addition,
    "network over the sum": lambda: NetworkOverTheSum(DIM),
    "window 5": lambda: FeedForward(DIM, WINDOW),
    "window 5, small start": lambda: FeedForward(DIM, WINDOW),
    "window 4": lambda: FeedForward(DIM, 4),
}


def new(name: str, vocab_size: int, seed: int) -> LanguageModel:
    """A fresh model; with a small start the rows of E are a tenth as long."""
    model = LanguageModel(vocab_size, DIM, MODELS[name](), seed=seed)
    if name.endswith("small start"):
        with torch.no_grad():
            model.E *= 0.1
    return model


def of_the_best_window(sentences: list[list[str]], vocabulary: text.Vocabulary, window: int) -> np.ndarray:
    """p(w | the last `window` words) after every prefix, exactly, (tokens, V): no window of this size does better."""
    machine, ids = SOURCE.machine, {word: i for i, word in enumerate(SOURCE.machine.words)}
    reached = floors.belief_probabilities(machine)
    origin, _ = machine.edges_from(np.arange(reached.size))
    by_word = [np.flatnonzero(machine.word == i) for i in range(len(machine.words))]
    columns = vocabulary.encode(machine.words)
    known: dict[tuple, np.ndarray] = {}

    def row(seen: tuple[str, ...], begins: bool) -> np.ndarray:
        weight = np.eye(1, reached.size)[0] if begins else reached
        for word in seen:
            edges = by_word[ids[word]]
            edges = edges[machine.next[edges] >= 0]
            weight = np.bincount(machine.next[edges], weight[origin[edges]] * machine.p[edges], reached.size)
        p = np.bincount(machine.word, weight[origin] * machine.p, len(machine.words))
        full = np.zeros(len(vocabulary))
        full[columns] = p / p.sum()
        return full

    rows = []
    for prefix in evaluation.prefixes(sentences):
        begins = len(prefix) < window  # <s> is among the last five
        seen = tuple(prefix[-window:]), begins
        if seen not in known:
            known[seen] = row(*seen)
        rows.append(known[seen])
    return np.array(rows)


def masses(q: np.ndarray, p: np.ndarray, best: np.ndarray) -> dict[str, float]:
    """Mean probability that q gives to words that p excludes: all of it, and parts of it."""
    rank = (-q).argsort(1).argsort(1)
    impossible = q * (p == 0)
    return {
        "impossible": impossible.sum(1).mean(),
        "outside_the_top_ten": (impossible * (rank >= 10)).sum(1).mean(),
        "possible_after_the_window": (impossible * (best > 0)).sum(1).mean(),
    }


def same_class(E: Tensor, vocabulary: text.Vocabulary) -> float:
    """Lecture 02's measure: the share of words whose nearest neighbour is of their own class."""
    classes = np.array(["", ""] + [campus.meaning_class(word) or "" for word in vocabulary.types[2:]])
    nearest = vectors.nearest_word(E.detach().numpy())
    return (classes == classes[nearest])[classes != ""].mean()


def their(model: LanguageModel, sentences: list, places: list[int], vocabulary: text.Vocabulary) -> float:
    """Mean p(their) at its place in each sentence."""
    q = evaluation.model_distributions(model, sentences, vocabulary)
    first = np.cumsum([0, *map(len, sentences)])[:-1]
    return q[first + places, vocabulary.id("their")].mean()


def with_other_rows(model: LanguageModel, start: Tensor, pupils: tuple, vocabulary: text.Vocabulary) -> dict:
    """p(their) after *pupils opened*, with the row of *pupils* in E as it is, and with others in its place."""
    place, found = vocabulary.id("pupils"), {}
    trained = model.E.detach().clone()
    rows = {name: trained[vocabulary.id(name)] for name in ("pupils", "students", "ants", "library")}
    for name, row in (rows | {"pupils before training": start[place]}).items():
        with torch.no_grad():
            model.E[place] = row
        found[name] = their(model, *pupils, vocabulary)
    with torch.no_grad():
        model.E.copy_(trained)
    return found


def rounded(value):
    """All numbers of plain data to four digits."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return value if isinstance(value, str | int) else round(float(value), 4)


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    torch.set_num_threads(1)
    vocabulary = text.Vocabulary.from_types(campus.types())
    V = len(vocabulary)
    sentences = campus.sample(max(BUDGETS.values()), TEXTS["train"])
    train = {steps: Rows.of(sentences[:n], vocabulary) for steps, n in BUDGETS.items()}
    validation = Rows.campus(300, TEXTS["validation"], vocabulary)
    heard = campus.sample(1_000, TEXTS["test"])
    test = Rows.campus(1_000, TEXTS["test"], vocabulary)
    best = of_the_best_window(heard, vocabulary, WINDOW)

    sweep, peak = [], {}
    for name in MODELS:
        losses = {}
        for rate in PEAKS:
            each = []
            for seed in SWEEP_SEEDS:
                model = new(name, V, seed)
                fit(model, train[800], 800, batch_size=BATCH, learning_rate=rate, seed=seed)
                each.append(measured(model, validation)[0])
            losses[rate] = float(np.mean(each))
            sweep.append({"name": name, "peak": rate, "loss": losses[rate]})
        peak[name] = min(losses, key=losses.get)
        print(f"{name:22} peak {peak[name]}, of {rounded(losses)}", flush=True)

    runs = []
    for steps in BUDGETS:
        for seed in SEEDS:
            for name in ("addition", "network over the sum", "window 5", "window 5, small start"):
                model = new(name, V, seed)
                fit(model, train[steps], steps, batch_size=BATCH, learning_rate=peak[name], seed=seed)
                run = {"name": name, "steps": steps, "seed": seed, "loss": measured(model, test)[0]}
                run |= {
                    "same_class_E": same_class(model.E, vocabulary),
                    "same_class_W": same_class(model.W, vocabulary),
                }
                if name == "window 5":
                    q = evaluation.model_distributions(model, heard, vocabulary)
                    run |= masses(q, test.exact, best)
                runs.append(rounded(run))
                print(runs[-1], flush=True)

    shared = []
    for steps, n in BUDGETS.items():
        split = campus.withheld_split(seed=TEXTS["withheld"], n_train=n)
        rows, places = Rows.of(split.train, vocabulary), [place for place, _ in split.positions]
        pairs = list(zip(split.test, places, strict=True))
        pupils = tuple(zip(*(pair for pair in pairs if pair[0][pair[1] - 2] == "pupils"), strict=True))
        for seed in SEEDS:
            for name in ("addition", "window 4"):
                model = new(name, V, seed)
                start = model.E.detach().clone()
                fit(model, rows, steps, batch_size=BATCH, learning_rate=peak[name], seed=seed)
                run = {
                    "name": name,
                    "steps": steps,
                    "seed": seed,
                    "their": their(model, split.test, places, vocabulary),
                }
                run["rows"] = with_other_rows(model, start, (list(pupils[0]), list(pupils[1])), vocabulary)
                shared.append(rounded(run))
                print(shared[-1], flush=True)

    results = {
        "command": "python benchmarks/ten_times.py",
        "seeds": {"sweep": SWEEP_SEEDS, "runs": SEEDS, "texts": TEXTS},
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "campus_fingerprint": campus.fingerprint(),
        "settings": {"dim": DIM, "batch_size": BATCH, "budgets": BUDGETS, "peaks": peak},
        "sweep": [rounded(entry) for entry in sweep],
        "best_window": rounded(masses(best, test.exact, best)),
        "runs": runs,
        "withheld": shared,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"written: {RESULTS.name}")


if __name__ == "__main__":
    main()
