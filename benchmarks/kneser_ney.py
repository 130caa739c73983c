"""Our modified Kneser–Ney beside nltk.lm's in one run: seconds to fit a text, tokens scored per second.

    python -m benchmarks.kneser_ney [--tokens 460000] [--json FILE]

The text is what `corpora.load` gives, up to so many tokens: Shakespeare and Python's manual by word and mark, then the
names by letter, in sentences. Ours is fitted on all of it, n = 3 and n = 5, and scores it, the best of five. NLTK's
KneserNeyInterpolated is fitted on a slice, since it walks through all its prefixes for each word that it scores. NLTK
has one discount, ours three: the work differs a little, and only the speeds are compared. Seconds are CPU
seconds, one thread. Goal: n = 3 within one.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from nlm_utils import corpora
from nlm_utils.kneser_ney import KneserNey
from nlm_utils.text import split_sentences, tokenize

ORDERS = 3, 5
GOAL = 1.0  # seconds, n = 3
FALLBACK = (0.5, 1.0, 1.5)  # for an order whose discounts cannot be estimated


def text(n_tokens: int) -> list[list[str]]:
    """Sentences of about `n_tokens` tokens together."""
    by_word = chain.from_iterable(
        split_sentences(tokenize(corpora.load(name))) for name in ("shakespeare", "python_manual")
    )
    by_letter = ([*name, "."] for name in corpora.load("names").split())
    taken, n = [], 0
    for sentence in chain(by_word, by_letter):
        if n >= n_tokens:
            return taken
        taken.append(sentence)
        n += len(sentence)
    raise SystemExit(f"kneser_ney: all corpora together have {n} tokens, {n_tokens} were wanted")


def best(function: Callable, repeats: int = 5) -> tuple[float, object]:
    """(the least CPU seconds of so many calls, what the last one gave)."""
    took = []
    for _ in range(repeats):
        start = time.process_time()
        value = function()
        took.append(time.process_time() - start)
    return min(took), value


def fit_nltk(order: int, sentences: list[list[str]]):
    from nltk.lm import KneserNeyInterpolated
    from nltk.lm import Vocabulary as NltkVocabulary
    from nltk.util import everygrams

    padded = [["<s>"] * (order - 1) + sentence for sentence in sentences]
    model = KneserNeyInterpolated(
        order, discount=0.75, vocabulary=NltkVocabulary(chain.from_iterable(sentences))
    )
    model.fit([list(everygrams(sentence, max_len=order)) for sentence in padded])
    return model


def measure(order: int, sentences: list[list[str]], slice_tokens: int, n_scored: int) -> dict[str, float]:
    from nltk.util import ngrams

    n_tokens = sum(map(len, sentences))
    our_fit, ours = best(lambda: KneserNey(order, fallback_discounts=FALLBACK).fit(sentences))
    our_score, _ = best(lambda: ours.log_probs(sentences))
    small, n_small = [], 0
    for sentence in sentences:
        if n_small >= slice_tokens:
            break
        small.append(sentence)
        n_small += len(sentence)
    our_small_fit, _ = best(lambda: KneserNey(order, fallback_discounts=FALLBACK).fit(small))
    their_fit, theirs = best(lambda: fit_nltk(order, small), 1)
    padded = [["<s>"] * (order - 1) + sentence for sentence in small]
    windows = [window for sentence in padded for window in ngrams(sentence, order)][:n_scored]
    their_score, _ = best(lambda: [theirs.score(window[-1], window[:-1]) for window in windows], 1)
    return {
        "tokens": n_tokens,
        "types": len(ours.vocabulary),
        "n-grams of the highest order": ours.n_types,
        "fit, ours [s]": our_fit,
        "fit, ours [tokens/s]": n_tokens / our_fit,
        "score, ours [tokens/s]": n_tokens / our_score,
        "slice for NLTK [tokens]": n_small,
        "fit the slice, ours [tokens/s]": n_small / our_small_fit,
        "fit the slice, nltk [tokens/s]": n_small / their_fit,
        "fit the slice, ratio": their_fit / our_small_fit,
        "scored by nltk [tokens]": len(windows),
        "score, nltk [tokens/s]": len(windows) / their_score,
        "score, ratio": n_tokens / our_score / (len(windows) / their_score),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=460_000)
    parser.add_argument("--slice", type=int, default=20_000, help="tokens that NLTK is fitted on")
    parser.add_argument("--scored", type=int, default=200, help="tokens that NLTK scores")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    arguments = parser.parse_args()
    sentences = text(arguments.tokens)
    columns = {f"n = {n}": measure(n, sentences, arguments.slice, arguments.scored) for n in ORDERS}
    print(f"{'':34}" + "".join(f"{name:>16}" for name in columns))
    for name in next(iter(columns.values())):
        print(f"{name:34}" + "".join(f"{column[name]:>16,.4g}" for column in columns.values()))
    seconds = columns["n = 3"]["fit, ours [s]"]
    print(f"goal: n = 3 within {GOAL} s, {'reached' if seconds <= GOAL else 'missed'}: {seconds:.2f} s")
    if arguments.json:
        settings = {key: value for key, value in vars(arguments).items() if key != "json"}
        versions = {name: version(name) for name in ("numpy", "nltk")} | {"python": platform.python_version()}
        command = f"python -m benchmarks.kneser_ney --json {arguments.json}"
        record = {"command": command, "settings": settings, "versions": versions, "numbers": columns}
        arguments.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
