"""Our NGram beside nltk.lm in one run: seconds to count a text and tokens scored per second.

    python -m benchmarks.ngram [--order 3] [--tokens 200000] [--text shakespeare] [--json FILE]

Both count the same n-grams with the same vocabulary and add-k smoothing, and both score the same held-out
tokens (NLTK only `--scored` of them: it is slow). What matters is the ratio, which hardly depends on the
machine.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from nlm_utils import corpora
from nlm_utils.ngram import NGram
from nlm_utils.text import Vocabulary, tokenize

K = 0.1


def timed(function) -> tuple[float, object]:
    start = time.perf_counter()
    value = function()
    return time.perf_counter() - start, value


def fit_nltk(order: int, tokens: list[str]):
    from nltk.lm import Lidstone
    from nltk.lm import Vocabulary as NltkVocabulary
    from nltk.util import ngrams

    model = Lidstone(K, order, NltkVocabulary([*tokens, *tokens], unk_cutoff=1))
    model.fit([list(ngrams(["<s>"] * (order - 1) + tokens, order))])
    return model


def measure(order: int, tokens: list[str], n_scored: int) -> dict[str, float]:
    from nltk.util import ngrams

    train, test = tokens[: -len(tokens) // 10], tokens[-len(tokens) // 10 :]
    vocabulary = Vocabulary.from_tokens(train)
    repeats = [timed(lambda: NGram(order, k=K, vocabulary=vocabulary).fit([train])) for _ in range(3)]
    our_fit, ours = min(repeats, key=lambda pair: pair[0])
    our_score, log_probs = min(
        (timed(lambda: ours.log_probs([test])) for _ in range(3)), key=lambda pair: pair[0]
    )
    their_fit, theirs = timed(lambda: fit_nltk(order, train))
    windows = list(ngrams(["<s>"] * (order - 1) + test[:n_scored], order))
    their_score, logs = timed(lambda: [theirs.logscore(window[-1], window[:-1]) for window in windows])
    difference = np.abs(np.array(logs) * np.log(2) - log_probs[: len(logs)]).max()
    return {
        "train tokens": len(train),
        "types": len(vocabulary),
        "fit, ours [s]": our_fit,
        "fit, nltk [s]": their_fit,
        "fit, ratio": their_fit / our_fit,
        "score, ours [tokens/s]": len(test) / our_score,
        "score, nltk [tokens/s]": len(windows) / their_score,
        "score, ratio": len(test) / our_score / (len(windows) / their_score),
        "largest difference of log p": float(difference),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--order", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=200_000)
    parser.add_argument("--scored", type=int, default=2_000, help="tokens that NLTK scores")
    parser.add_argument("--text", default="shakespeare", help="a name that corpora.load knows")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    arguments = parser.parse_args()
    tokens = tokenize(corpora.load(arguments.text))[: arguments.tokens]
    numbers = measure(arguments.order, tokens, arguments.scored)
    for name, value in numbers.items():
        print(f"{name:30}{value:>16,.3g}" if value < 1 else f"{name:30}{value:>16,.2f}")
    if arguments.json:
        settings = {key: str(value) for key, value in vars(arguments).items() if key != "json"}
        versions = {name: version(name) for name in ("numpy", "nltk")} | {"python": platform.python_version()}
        record = {"settings": settings, "versions": versions, "numbers": numbers}
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
