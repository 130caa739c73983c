"""Every composition of the course and the n-grams on five texts, at equal parameters, at equal time. Lecture 13.

    python benchmarks/shoot_out.py            about an hour on two cores; what is done is kept, and not done again
    python benchmarks/shoot_out.py --fresh    everything anew

Each run is one process with one thread; seconds are CPU seconds of that process, measuring left out.
- pilot: five learning rates for each composition and text, a quarter of the tokens, two seeds of their own; the rate
  whose worse run is best is kept.
- tokens: all compositions see the same number of tokens. Three seeds.
- time: all compositions train for the same number of CPU seconds, at the same rates. Three seeds.
- n-grams: unigram to Kneser–Ney of order 6, on the text that the compositions of "tokens" take their rows from.
- challenge: the conditions of `challenge.submit`, three seeds, the rates of the pilot on Campus.
- scaling: a Transformer with more and more parameters, and with more and more tokens.
Goes to benchmarks/results/shoot_out.json; the leaderboards also to leaderboard.md there. Lecture 13 reads the file.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from nlm_utils import challenge, corpora, evaluation, models, text
from nlm_utils.corpora import campus
from nlm_utils.kneser_ney import KneserNey
from nlm_utils.leaderboard import entries, sized, table
from nlm_utils.models.registry import COMPOSITIONS
from nlm_utils.ngram import NGram
from nlm_utils.training import Rows, fit, measured

FOLDER = Path(__file__).parent / "results"
RATES = 0.002, 0.005, 0.01, 0.02, 0.04
SEEDS, PILOT_SEEDS = (0, 1, 2), (100, 101)
SECONDS = 10.0  # of CPU time, where all have the same
FALLBACK = (0.5, 1.0, 1.5)


class Setting(NamedTuple):
    """One text: how many tokens to train on, parameters, rows a step (about a thousand tokens), longest text."""

    tokens: int
    n_parameters: int
    batch_size: int
    context: int


SETTINGS = {
    "campus": Setting(1_000_000, 60_000, 64, 25),
    "names": Setting(1_000_000, 60_000, 128, 24),
    "shakespeare, characters": Setting(1_000_000, 60_000, 16, 64),
    "shakespeare, words": Setting(500_000, 200_000, 32, 32),
    "python_manual, words": Setting(150_000, 200_000, 32, 32),
}
N_TYPES = 2000  # of words; the others are <unk>
SCALING = {  # more parameters at so many tokens; more tokens at one dim
    "campus": {
        "dims": (8, 16, 32, 64, 96), "at": 1_000_000,
        "tokens": (62_500, 125_000, 250_000, 500_000, 1_000_000, 2_000_000, 4_000_000), "dim": 64,
    },
    "shakespeare, characters": {
        "dims": (8, 16, 32, 64, 96), "at": 1_000_000,
        "tokens": (62_500, 125_000, 250_000, 500_000, 1_000_000), "dim": 64,
    },
}  # fmt: skip
SCALING_RATE, SCALING_SEEDS = 0.006, {"campus": (0, 1), "shakespeare, characters": (0, 1)}


class Text(NamedTuple):
    """A text cut up: rows to train on, rows to measure on, and both as sentences for the n-grams."""

    rows: Rows
    held_out: Rows
    vocabulary: text.Vocabulary
    train: list[list[str]]
    test: list[list[str]]
    n_counted: int  # the last so many tokens of `test` are those that the compositions are measured on


@cache
def read(name: str) -> Text:
    """Campus; the names, one a row; or running text in windows, whose last tenth is held out."""
    setting = SETTINGS[name]
    if name == "campus":
        vocabulary = text.Vocabulary.from_types(campus.types())
        most = max(setting.tokens, *SCALING["campus"]["tokens"])
        sentences = campus.sample(most // 14, seed=131)
        train = sentences[: setting.tokens // 14]
        test = campus.sample(1000, seed=132)
        held_out = Rows.campus(1000, 132, vocabulary)
        return Text(Rows.of(sentences, vocabulary), held_out, vocabulary, train, test, held_out.n_tokens)
    if name == "names":
        every = [[*line, "."] for line in corpora.load("names").split()]
        order = np.random.default_rng(0).permutation(len(every))
        cut = len(every) * 9 // 10
        train, test = ([every[i] for i in part] for part in (order[:cut], order[cut:]))
        vocabulary = text.Vocabulary.from_types(sorted({letter for word in train for letter in word}))
        held_out = Rows.of(test, vocabulary)
        return Text(Rows.of(train, vocabulary), held_out, vocabulary, train, test, held_out.n_tokens)
    corpus, by = name.split(", ")
    tokens = list(corpora.load(corpus)) if by == "characters" else text.tokenize(corpora.load(corpus))
    cut = len(tokens) * 9 // 10
    vocabulary = text.Vocabulary.from_types(most_frequent(tokens[:cut], N_TYPES))
    half = setting.context // 2
    n_windows = min((len(tokens) - cut - 1) // half - 1, 32_768 // half)
    train, test = tokens[:cut], tokens[cut : cut + (n_windows + 1) * half + 1]
    rows = Rows.from_windows(vocabulary.encode(train), setting.context)
    held_out = overlapping_windows(vocabulary.encode(test), setting.context)
    return Text(rows, held_out, vocabulary, [train], [test], held_out.n_tokens)


def most_frequent(tokens: list[str], n_types: int) -> list[str]:
    types, counts = np.unique(tokens, return_counts=True)
    return sorted(types[np.argsort(-counts, kind="stable")][:n_types].tolist())


def overlapping_windows(ids: np.ndarray, length: int) -> Rows:
    """Windows that overlap by half and are measured on their second half only.

    So every token has at least length / 2 tokens before it, as far as a composition can use them: an n-gram model
    always has all it wants, and a text cut into pieces would be unfair to the others.
    """
    half = length // 2
    starts = range(0, len(ids) - length, half)
    x = np.stack([ids[start : start + length] for start in starts]).astype(np.int64)
    y = np.stack([ids[start + 1 : start + 1 + length] for start in starts]).astype(np.int64)
    y[:, :half] = text.PADDING
    return Rows(torch.from_numpy(x), torch.from_numpy(y))


def n_steps(name: str, tokens: int) -> int:
    """How many steps make about so many tokens."""
    rows = read(name).rows
    return max(1, round(tokens / (rows.n_tokens / len(rows) * SETTINGS[name].batch_size)))


def run(job: dict[str, Any]) -> dict[str, Any]:
    """One training, in a process of its own -> the job with what came out."""
    torch.set_num_threads(1)
    if job["part"] == "challenge":
        build = COMPOSITIONS[job["name"]]
        entry = challenge.train(lambda dim: build(dim, challenge.CONTEXT), job["learning_rate"], job["seed"])
        facts = {"n_parameters": entry.n_parameters, "tokens": challenge.TOKENS}
        return job | facts | {"seconds": round(entry.seconds, 2), "loss": round(entry.loss, 5)}
    data, setting = read(job["text"]), SETTINGS[job["text"]]
    if job["part"] == "n-grams":
        return job | count(job, data)
    if "dim" in job:
        composition = COMPOSITIONS[job["name"]](job["dim"], setting.context)
        model = models.LanguageModel(len(data.vocabulary), job["dim"], composition, seed=job["seed"])
    else:
        build = COMPOSITIONS[job["name"]]
        model = sized(build, len(data.vocabulary), setting.context, setting.n_parameters, job["seed"])
    every = job["steps"] // 10 if job["part"] == "tokens" else None
    started = time.process_time()
    history = fit(
        model, data.rows, job["steps"], batch_size=setting.batch_size, learning_rate=job["learning_rate"],
        held_out=data.held_out if every else None, measure_every=every or job["steps"], seed=job["seed"],
    )  # fmt: skip
    seconds = time.process_time() - started
    if every:  # the same without measuring, for the clock
        started, steps = time.process_time(), max(20, job["steps"] // 20)
        again = sized(build, len(data.vocabulary), setting.context, setting.n_parameters, job["seed"])
        fit(again, data.rows, steps, batch_size=setting.batch_size, learning_rate=job["learning_rate"])
        seconds = (time.process_time() - started) / steps * job["steps"]
    loss, gap, error = measured(model, data.held_out)
    facts = {"dim": model.dim, "n_parameters": model.n_parameters, "seconds": round(seconds, 2)}
    facts |= {
        "tokens": history.measurements[-1].tokens,
        "loss": round(loss, 5),
        "standard_error": round(error, 5),
    }
    if not math.isnan(gap):
        facts["gap"] = round(gap, 5)
    if every:
        facts["curve"] = [[m.tokens, round(m.loss, 4)] for m in history.measurements if m.step]
    return job | facts


def count(job: dict[str, Any], data: Text) -> dict[str, Any]:
    """An n-gram model, counted: its loss on the very tokens that the compositions are measured on."""
    order = job["order"]
    started = time.process_time()
    if job["name"].startswith("Kneser"):
        model = KneserNey(order, data.vocabulary, fallback_discounts=FALLBACK).fit(data.train)
    else:
        model = NGram(order, k=job["k"], vocabulary=data.vocabulary).fit(data.train)
    seconds = time.process_time() - started
    facts = {"seconds": round(seconds, 2), "tokens": model.n_tokens, "n_parameters": kept(data, order)}
    if data.held_out.exact is not None:
        q = model.distributions(evaluation.prefixes(data.test))
        gap = evaluation.gap(data.held_out.exact, q, data.test)
        loss, error = campus.entropy_rate() + gap.mean, gap.standard_error
        facts["gap"] = round(gap.mean, 5)
    else:
        log_p = model.log_probs(data.test)
        values = -np.asarray(log_p)
        if len(data.test) == 1:  # running text: the tokens that were counted above
            values = per_token(model, data)[-data.n_counted :]
            loss, error = float(values.mean()), float(values.std() / math.sqrt(len(values)))
        else:
            loss, error = float(values.sum() / data.n_counted), math.nan
    return facts | {"loss": round(loss, 5), "standard_error": round(error, 5)}


def per_token(model, data: Text) -> np.ndarray:
    """−log p of every token of the held-out text, whatever its place."""
    tokens, before = data.test[0], model.order - 1
    words = data.vocabulary.encode(tokens)
    values = []
    for start in range(0, len(tokens), 2000):
        places = range(start, min(start + 2000, len(tokens)))
        q = model.distributions([tokens[max(0, place - before) : place] for place in places])
        values.append(-np.log(q[np.arange(len(places)), words[start : start + len(places)]]))
    return np.concatenate(values)


def kept(data: Text, order: int) -> int:
    """How many different n-grams of orders 1 to `order` the text has: what the model keeps."""
    total, ids = 0, [data.vocabulary.encode(sentence) for sentence in data.train]
    for n in range(1, order + 1):
        grams = np.concatenate(
            [np.lib.stride_tricks.sliding_window_view(row, n) for row in ids if len(row) >= n]
        )
        packed = grams.astype(np.int64) @ len(data.vocabulary) ** np.arange(n, dtype=np.int64)
        total += len(np.unique(packed))
    return total


# --- which runs ---------------------------------------------------------------------------------------------------


def key(job: dict[str, Any]) -> str:
    parts = ["part", "text", "name", "seed", "dim_wanted", "tokens_wanted", "rate_tried", "order"]
    return "/".join(str(job.get(part, "")) for part in parts)


def first_jobs() -> list[dict[str, Any]]:
    """Those that depend on no other."""
    jobs = []
    for name, setting in SETTINGS.items():
        for order, kind, k in [(1, "unigram", 0.01), (2, "bigram, add-k", 0.01), (3, "trigram, add-k", 0.01)]:
            jobs.append({"part": "n-grams", "text": name, "name": kind, "order": order, "k": k})
        for order in range(2, 7):
            job = {"part": "n-grams", "text": name, "name": f"Kneser–Ney {order}", "order": order}
            jobs.append(job)
        for contestant in COMPOSITIONS:
            for rate in RATES:
                for seed in PILOT_SEEDS:
                    job = {"part": "pilot", "text": name, "name": contestant, "seed": seed}
                    job |= {"steps": n_steps(name, setting.tokens // 4)}
                    jobs.append(job | {"learning_rate": rate, "rate_tried": rate})
    return jobs


def scaling_jobs() -> list[dict[str, Any]]:
    jobs = []
    for name, plan in SCALING.items():
        pairs = [(dim, plan["at"]) for dim in plan["dims"]]
        pairs += [(plan["dim"], tokens) for tokens in plan["tokens"]]
        for dim, tokens in dict.fromkeys(pairs):
            for seed in SCALING_SEEDS[name]:
                job = {"part": "scaling", "text": name, "name": "Transformer", "seed": seed, "dim": dim}
                job |= {"dim_wanted": dim, "tokens_wanted": tokens, "learning_rate": SCALING_RATE}
                jobs.append(job | {"steps": n_steps(name, tokens)})
    return sorted(jobs, key=lambda job: -job["steps"] * job["dim"])


def best_rates(runs: list[dict]) -> dict[tuple[str, str], float]:
    """(text, contestant) -> the learning rate whose worse pilot is best: one that depends on luck is not taken."""
    worst: dict[tuple[str, str], dict[float, float]] = {}
    for pilot in runs:
        if pilot["part"] == "pilot":
            losses = worst.setdefault((pilot["text"], pilot["name"]), {})
            rate = pilot["learning_rate"]
            losses[rate] = max(pilot["loss"], losses.get(rate, -math.inf))
    return {place: min(losses, key=losses.get) for place, losses in worst.items()}


def token_jobs(rates: dict[tuple[str, str], float]) -> list[dict[str, Any]]:
    return [
        {"part": "tokens", "text": name, "name": contestant, "seed": seed,
         "steps": n_steps(name, SETTINGS[name].tokens), "learning_rate": rate}
        for seed in SEEDS for (name, contestant), rate in rates.items()
    ]  # fmt: skip


def challenge_jobs(rates: dict[tuple[str, str], float]) -> list[dict[str, Any]]:
    return [
        {"part": "challenge", "text": "campus", "name": name, "seed": seed, "learning_rate": rates["campus", name]}
        for name in COMPOSITIONS for seed in SEEDS
    ]  # fmt: skip


def time_jobs(rates: dict[tuple[str, str], float], runs: list[dict]) -> list[dict[str, Any]]:
    jobs = []
    for (name, contestant), rate in rates.items():
        like = [r for r in runs if r["part"] == "tokens" and (r["text"], r["name"]) == (name, contestant)]
        per_step = float(np.median([r["seconds"] / r["steps"] for r in like]))
        for seed in SEEDS:
            job = {"part": "time", "text": name, "name": contestant, "seed": seed, "learning_rate": rate}
            jobs.append(job | {"steps": max(20, round(SECONDS / per_step))})
    return jobs


def do(jobs: list[dict], results: dict[str, Any], processes: int) -> None:
    """Runs those that are not in the results yet, and writes the file after each."""
    done = {key(r) for r in results["runs"]}
    left = [job for job in jobs if key(job) not in done]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(run, job) for job in left]):
            facts = future.result()
            results["runs"].append(facts)
            results["runs"].sort(key=key)
            write(results)
            shown = f"{facts['part']:10}{facts['text']:26}{facts['name']:16}{facts['n_parameters']:>9,}"
            print(
                f"{shown}{facts['tokens']:>11,} tokens {facts['seconds']:>7.1f} s  loss {facts['loss']:.4f}",
                flush=True,
            )


def write(results: dict[str, Any]) -> None:
    path = FOLDER / "shoot_out.json"
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    head = json.dumps({name: value for name, value in results.items() if name != "runs"}, indent=1)
    runs = ",\n  ".join(json.dumps(facts, ensure_ascii=False) for facts in results["runs"])
    unfinished.write_text(f'{head[:-2]},\n "runs": [\n  {runs}\n ]\n}}\n', encoding="utf-8")
    unfinished.replace(path)


def leaderboards(results: dict[str, Any]) -> str:
    """All of them as one Markdown text."""
    parts = ["# Leaderboards\n\nMade by `python benchmarks/shoot_out.py`; nats per token on held-out text.\n"]
    for part, title in {"tokens": "the same tokens", "time": f"the same {SECONDS:.0f} CPU seconds"}.items():
        for name, setting in SETTINGS.items():
            floor = campus.entropy_rate() if name == "campus" else None
            budget = f"{setting.tokens:,} tokens".replace(",", " ") if part == "tokens" else title
            about = f"{budget}, about {setting.n_parameters // 1000} 000 parameters"
            parts.append(
                f"## {name}: {about}\n\n{table(entries(results['runs'], name, part, 'n-grams'), floor)}\n"
            )
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="forget the runs that are in the file")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    results: dict[str, Any] = {
        "command": "python benchmarks/shoot_out.py",
        "seeds": {"models": SEEDS, "pilot": PILOT_SEEDS, "scaling": SCALING_SEEDS, "sentences": [131, 132]},
        "versions": {
            "python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__,
        },
        "campus_fingerprint": campus.fingerprint(),
        "settings": {
            "texts": {name: setting._asdict() for name, setting in SETTINGS.items()}, "rates": RATES,
            "seconds": SECONDS, "n_types": N_TYPES, "scaling": SCALING | {"learning_rate": SCALING_RATE},
        },
        "runs": [],
    }  # fmt: skip
    path = FOLDER / "shoot_out.json"
    if path.exists() and not options.fresh:
        results["runs"] = json.loads(path.read_text(encoding="utf-8"))["runs"]
    do(first_jobs(), results, options.processes)
    rates = best_rates(results["runs"])
    do(challenge_jobs(rates), results, options.processes)
    do(token_jobs(rates), results, options.processes)
    do(scaling_jobs(), results, options.processes)
    do(time_jobs(rates, results["runs"]), results, options.processes)
    (FOLDER / "leaderboard.md").write_text(leaderboards(results), encoding="utf-8")
    print(leaderboards(results))


if __name__ == "__main__":
    main()
