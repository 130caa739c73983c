"""How good a model of Campus is: its loss on a text, and its gap to the floor that nobody can beat.

Plain data in, two numbers out: a model is the table of what it believes, one row of V probabilities after
every prefix of some sentences, so that n-grams, NumPy models and torch models are measured alike. Lecture 04
builds the two measures by hand; lectures 08 to 13 use them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .text import PADDING, Vocabulary, sentence_rows

Sentences = Sequence[Sequence[str]]


class Estimate(NamedTuple):
    """A mean over tokens in nats, and its standard error: how far chance may have moved it."""

    mean: float
    standard_error: float

    def __str__(self) -> str:
        return f"≈ {self.mean:.3f} ± ≈ {self.standard_error:.3f} nats per token"


def prefixes(sentences: Sentences) -> list[Sequence[str]]:
    """Every prefix that a token follows, the sentences one after the other: `[]`, `[w1]`, …"""
    return [sentence[:length] for sentence in sentences for length in range(len(sentence))]


def distributions(
    next_word: Callable[[Sequence[str]], Mapping[str, float]], sentences: Sentences, vocabulary: Vocabulary
) -> np.ndarray:
    """What a function prefix → {word: p} believes after every prefix of `sentences`, (tokens, V) by id.

    The function is asked once for each different prefix. ValueError where it gives a word that the
    vocabulary lacks.
    """
    table: dict[tuple[str, ...], int] = {}
    places = [table.setdefault(tuple(prefix), len(table)) for prefix in prefixes(sentences)]
    rows = np.zeros((len(table), len(vocabulary)))  # one row per different prefix
    for prefix, row in table.items():
        for word, p in next_word(prefix).items():
            if word not in vocabulary:
                raise ValueError(
                    f"distributions: the model gives {word!r} after {list(prefix)}, which is not in the "
                    "vocabulary; build it from the model's own types"
                )
            rows[row, vocabulary.id(word)] = p
    return rows[places]


def model_distributions(
    model: Callable, sentences: Sentences, vocabulary: Vocabulary, batch_size: int = 256
) -> np.ndarray:
    """What a torch model believes after every prefix of `sentences`, (tokens, V) float64, by id.

    model  ids (B, T) int64, each row a sentence that begins with `<s>`, -> logits (B, T, V); a `LanguageModel` say.
           It must not look ahead: all prefixes of a sentence are read in one pass.
    """
    import torch

    inputs, targets = sentence_rows(sentences, vocabulary)
    device = next(iter(model.parameters()), torch.zeros(0)).device if hasattr(model, "parameters") else "cpu"
    rows = []
    with torch.no_grad():
        for start in range(0, len(inputs), batch_size):
            real = torch.from_numpy(targets[start : start + batch_size] != PADDING)
            t = model(torch.from_numpy(inputs[start : start + batch_size]).to(device)).cpu()
            if t.shape != (*real.shape, len(vocabulary)):
                raise ValueError(
                    f"model_distributions: the model must give logits {(*real.shape, len(vocabulary))}, "
                    f"got {tuple(t.shape)}"
                )
            rows.append(t[real].double().softmax(-1).numpy())
    return np.concatenate(rows)


def nats_per_token(q: np.ndarray, sentences: Sentences, vocabulary: Vocabulary) -> Estimate:
    """The loss: the mean over all tokens of −log q of the token that came; inf where one has q = 0.

    q  (tokens, V), one row for each of `prefixes(sentences)`. It can lie below the floor by chance.
    """
    targets = vocabulary.encode([token for sentence in sentences for token in sentence])
    _require_rows("nats_per_token", q, len(targets), len(vocabulary))
    with np.errstate(divide="ignore"):
        return mean_over_tokens(-np.log(q[np.arange(len(targets)), targets]), sentences)


def gap(p: np.ndarray, q: np.ndarray, sentences: Sentences) -> Estimate:
    """How far a model is from the floor: the mean over all prefixes of KL(p ‖ q), never below 0.

    p  (tokens, V) the truth, `campus.exact_distributions(sentences, vocabulary)`
    q  (tokens, V) what the model believes; inf where it gives 0 to a word that can come
    The entropy rate plus this gap is the model's loss on an infinite text.
    """
    _require_rows("gap", q, *p.shape)
    possible = p > 0
    terms = np.zeros(p.shape)
    with np.errstate(divide="ignore"):
        terms[possible] = p[possible] * (np.log(p[possible]) - np.log(q[possible].astype(np.float64)))
    return mean_over_tokens(terms.sum(axis=1), sentences)


def mean_over_tokens(values: np.ndarray, sentences: Sentences) -> Estimate:
    """The mean of one value per token, with its standard error over sentences.

    The tokens of one sentence hang together, sentences do not: so the sentence is the unit, and the mean is
    the ratio of two sums, values and tokens (Cochran 1977, Sampling Techniques, chapter 6). ValueError for
    fewer than two sentences or another number of values than tokens.
    """
    lengths = np.array([len(sentence) for sentence in sentences])
    if len(lengths) < 2 or lengths.min() == 0:
        raise ValueError(
            f"mean_over_tokens: two sentences or more, none empty, are needed, got {len(lengths)}"
        )
    if len(values) != lengths.sum():
        raise ValueError(f"mean_over_tokens: {lengths.sum()} tokens want as many values, got {len(values)}")
    sums = np.add.reduceat(values, np.cumsum(lengths) - lengths)  # (tokens,) -> (sentences,)
    mean = sums.sum() / lengths.sum()
    if not np.isfinite(mean):
        return Estimate(float(mean), float(mean))
    spread = ((sums - mean * lengths) ** 2).sum() / (len(lengths) - 1)
    return Estimate(float(mean), float(np.sqrt(spread / len(lengths)) / lengths.mean()))


def _require_rows(function: str, q: np.ndarray, n_tokens: int, vocab_size: int) -> None:
    if q.shape != (n_tokens, vocab_size):
        raise ValueError(
            f"{function}: q must have one row of probabilities per token, ({n_tokens}, {vocab_size}), got "
            f"{q.shape}; `prefixes(sentences)` lists what the rows are for"
        )
