"""n-gram language models that count: maximum likelihood, add-k, and interpolation over orders, of any order.

Vectorised in NumPy: an n-gram is one row of word ids, a table of counts is a sorted array of packed ids, and
looking up is `searchsorted`. Lecture 01 lives on it; later lectures use it as the model to beat. Modified
Kneser–Ney is in kneser_ney.py, neural models are in models/.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from .text import START, Vocabulary

Sentences = Sequence[Sequence[str]]

_LARGEST_KEY = 2**62  # packed ids stay below it, so that one more word always fits into an int64
_START_ID = 0  # <s>: pads the prefix at the start of a sentence, and is never predicted


class NGram:
    """p(word | the n − 1 words before it), estimated from counts.

    order       n >= 1: 1 looks at no word before, 3 at two
    k           0.0 is maximum likelihood, count(prefix, word) / count(prefix followed by any word); k > 0
                adds k to the count of every word of the vocabulary (Lidstone's rule, Laplace's for k = 1)
    weights     None, or one weight for each order 1 … n, >= 0 and summing to 1: then the estimates of all
                orders are mixed (Jelinek & Mercer 1980). Where a long prefix was never seen, its weight goes
                to the shorter ones.
    vocabulary  a text.Vocabulary, or None to take the types of the training text

    A sentence is a list of tokens and starts after n − 1 marks `<s>`. No mark is added at its end: in the
    corpora of this course "." ends a sentence. Running text is one long sentence: `fit([tokens])`. Every word
    of the vocabulary can come next except `<s>`, that is V − 1 events, `<unk>` among them; words outside the
    vocabulary are `<unk>`.
    """

    def __init__(
        self,
        order: int,
        k: float = 0.0,
        weights: Sequence[float] | None = None,
        vocabulary: Vocabulary | None = None,
    ):
        if order < 1 or order != int(order):
            raise ValueError(f"NGram: order must be a whole number >= 1, got {order}")
        if not 0 <= k < np.inf:
            raise ValueError(f"NGram: k must be >= 0 and finite, got {k}; 0 is maximum likelihood")
        self.order, self.k, self.vocabulary = int(order), float(k), vocabulary
        self.weights = None if weights is None else _checked_weights(weights, self.order)
        self._tables: list[_Counts] | None = None

    def __repr__(self) -> str:
        fitted = f"{self.n_tokens} tokens" if self._tables else "not fitted"
        weights = "" if self.weights is None else f", weights={np.round(self.weights, 3).tolist()}"
        return f"NGram(order={self.order}, k={self.k}{weights}; {fitted})"

    # --- counting ------------------------------------------------------------------------------------------

    def fit(self, sentences: Sentences) -> NGram:
        """Counts the n-grams of `sentences`, forgetting what was fitted before, and returns the model itself.

        ValueError for a text without tokens, for a flat list of strings, and where a sentence holds `<s>`.
        """
        lengths = sentence_lengths("NGram.fit", sentences)
        if any(START in sentence for sentence in sentences):
            raise ValueError(f"NGram.fit: a sentence holds {START!r}; leave it out, the model pads by itself")
        if self.vocabulary is None:
            self.vocabulary = Vocabulary.from_tokens(chain.from_iterable(sentences))
        prefixes, words = self._windows(sentences, lengths)
        # Without weights only the highest order is ever asked for.
        orders = [self.order] if self.weights is None else range(1, self.order + 1)
        self._tables = [_Counts(prefixes[:, self.order - n :], words, len(self.vocabulary)) for n in orders]
        return self

    @property
    def n_tokens(self) -> int:
        """Number of tokens of the training text."""
        return int(self._fitted("n_tokens")[-1].cumulative[-1])

    @property
    def n_types(self) -> int:
        """Number of different n-grams of the training text, the cells of the V^n table that are not 0."""
        return len(self._fitted("n_types")[-1].keys)

    # --- asking --------------------------------------------------------------------------------------------

    def prob(self, word: str, prefix: Sequence[str]) -> float:
        """p(word | prefix); with k = 0 it is 0.0 after a prefix that was never followed by anything.

        `prefix` holds ALL words of the sentence so far; the last n − 1 are looked at.
        """
        prefixes = self._encoded("prob", [prefix])
        return float(self._probabilities(prefixes, np.array([self.vocabulary.id(word)]))[0])

    def distribution(self, prefix: Sequence[str]) -> np.ndarray:
        """p(· | prefix) in the order of the ids, (V,). It sums to 1, or to 0 where no order can answer."""
        return self.distributions([prefix])[0]

    def distributions(self, prefixes: Sequence[Sequence[str]]) -> np.ndarray:
        """One distribution per prefix, (N, V): `distribution` for many prefixes at once."""
        encoded = self._encoded("distributions", prefixes)
        mixture = np.zeros((len(encoded), len(self.vocabulary)))
        weight_seen = np.zeros((len(encoded), 1))
        for weight, table in self._mixed():
            ranks = table.find(encoded[:, self.order - table.order :])
            distinct, row = np.unique(ranks, return_inverse=True)  # many prefixes end alike
            p, seen = self._estimate(table.rows(distinct), table.totals_of(distinct)[:, None])
            mixture += weight * p[row]
            weight_seen += weight * seen[row]
        mixture[:, _START_ID] = 0.0
        return _ratio(mixture, weight_seen)

    def next_word(self, prefix: Sequence[str]) -> dict[str, float]:
        """{word: p(word | prefix)} for every word with p > 0, likeliest first (as `campus.next_word`)."""
        p = self.distribution(prefix)
        return {self.vocabulary.word(int(i)): float(p[i]) for i in np.argsort(-p, kind="stable") if p[i] > 0}

    # --- scoring a text ------------------------------------------------------------------------------------

    def log_probs(self, sentences: Sentences) -> np.ndarray:
        """log p of each token after its prefix, in nats, sentence by sentence, (tokens,); −inf for p = 0."""
        self._fitted("log_probs")
        p = self._probabilities(*self._windows(sentences, sentence_lengths("NGram.log_probs", sentences)))
        with np.errstate(divide="ignore"):
            return np.log(p)

    def nats_per_token(self, sentences: Sentences) -> float:
        """The loss: mean −log p over all tokens, in nats. One token with p = 0 makes it inf."""
        return -float(self.log_probs(sentences).mean())

    def unseen_share(self, sentences: Sentences) -> float:
        """Share of the n-gram tokens of `sentences`, padded as in training, that the training text lacks."""
        table = self._fitted("unseen_share")[-1]
        prefixes, words = self._windows(sentences, sentence_lengths("NGram.unseen_share", sentences))
        return float(np.mean(table.counts(prefixes, words)[0] == 0))

    def tune(self, sentences: Sentences, n_steps: int = 100) -> NGram:
        """Chooses the weights that make `sentences` likeliest, a text that the counts have NOT seen; returns
        the model.

        Expectation maximisation (Jelinek & Mercer 1980): a weight becomes the share of tokens its order
        explains. ValueError for a model without weights.
        """
        if self.weights is None:
            raise ValueError(
                "NGram.tune: the model has no weights; build it with weights, for example equal ones"
            )
        self._fitted("tune")
        prefixes, words = self._windows(sentences, sentence_lengths("NGram.tune", sentences))
        estimates = [
            self._estimate(*table.counts(prefixes[:, self.order - table.order :], words))
            for table in self._tables
        ]
        p = np.array([estimate for estimate, _seen in estimates])  # (n, tokens)
        seen = np.array([seen for _estimate, seen in estimates])
        possible = p.sum(0) > 0
        if not possible.any():
            raise ValueError(
                "NGram.tune: no token of the text has a probability above 0, so no weight is better"
            )
        p, seen = p[:, possible], seen[:, possible]
        for _step in range(n_steps):
            explained = _ratio(self.weights[:, None] * p, self.weights @ p)
            # Where an order cannot answer, the choice among those that can says nothing about its weight.
            unanswered = ~seen * _ratio(self.weights[:, None], self.weights @ seen)
            share = (explained + unanswered).sum(1)
            self.weights = share / share.sum()
        return self

    # --- writing a text ------------------------------------------------------------------------------------

    def sample(
        self, n_sentences: int, rng: np.random.Generator | int, max_length: int = 40, end: str = "."
    ) -> list[list[str]]:
        """Draws sentences word by word; each stops after `end`, or at `max_length` tokens. `rng` may be a
        seed.

        With k = 0 a sentence also stops where a prefix was never followed by anything.
        """
        self._fitted("sample")
        rng = np.random.default_rng(rng)
        end_id = self.vocabulary.id(end) if end in self.vocabulary else -1
        drawn = np.full((n_sentences, max_length), -1)
        prefixes = np.full((n_sentences, self.order - 1), _START_ID)
        alive = np.arange(n_sentences)  # the sentences still being written
        for position in range(max_length):
            words = self._draw(prefixes, rng)
            alive, prefixes, words = alive[words >= 0], prefixes[words >= 0], words[words >= 0]
            drawn[alive, position] = words
            going_on = words != end_id
            prefixes = np.column_stack([prefixes, words])[going_on, 1:]
            alive = alive[going_on]
            if len(alive) == 0:
                break
        return [self.vocabulary.decode(row[row >= 0]) for row in drawn]

    def _draw(self, prefixes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One next word per prefix, (N, n − 1) -> (N,); −1 where no order has seen the prefix."""
        n_events = len(self.vocabulary) - 1
        mixed = list(self._mixed())
        ranks = [table.find(prefixes[:, self.order - table.order :]) for _weight, table in mixed]
        totals = np.array([table.totals_of(rank) for (_w, table), rank in zip(mixed, ranks, strict=True)])
        shares = np.array([[weight] for weight, _table in mixed]) * (totals + self.k * n_events > 0)
        cumulative = np.cumsum(shares, axis=0)  # (orders, N)
        chosen = (rng.random(len(prefixes)) * cumulative[-1] >= cumulative).sum(
            0
        )  # which order writes the word
        words = np.full(len(prefixes), -1)
        for number, (_weight, table) in enumerate(mixed):
            mine = np.flatnonzero(chosen == number)
            total = totals[number, mine]
            position = rng.random(len(mine)) * (total + self.k * n_events)
            counted = position < total  # the rest falls on the k extra counts, all words alike
            words[mine[counted]] = table.word_at(ranks[number][mine[counted]], position[counted])
            extra = (position[~counted] - total[~counted]) / max(self.k, 1e-300)
            words[mine[~counted]] = 1 + np.minimum(extra.astype(np.int64), n_events - 1)
        return words

    # --- inside --------------------------------------------------------------------------------------------

    def _fitted(self, method: str) -> list[_Counts]:
        if self._tables is None:
            raise RuntimeError(f"NGram.{method}: the model is not fitted; call fit(sentences) first")
        return self._tables

    def _mixed(self):
        """Pairs of weight and table; without weights the highest order alone."""
        return zip([1.0] if self.weights is None else self.weights, self._tables, strict=True)

    def _estimate(self, counts: np.ndarray, totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Counts and prefix totals -> (p, whether this order can answer at all)."""
        denominator = totals + self.k * (len(self.vocabulary) - 1)
        return _ratio(counts + self.k, denominator), denominator > 0

    def _probabilities(self, prefixes: np.ndarray, words: np.ndarray) -> np.ndarray:
        """p(word | prefix) for (N, n − 1) prefixes and (N,) words -> (N,)."""
        mixture, weight_seen = np.zeros(len(words)), np.zeros(len(words))
        for weight, table in self._mixed():
            p, seen = self._estimate(*table.counts(prefixes[:, self.order - table.order :], words))
            mixture += weight * p
            weight_seen += weight * seen
        return np.where(words == _START_ID, 0.0, _ratio(mixture, weight_seen))

    def _encoded(self, method: str, prefixes: Sequence[Sequence[str]]) -> np.ndarray:
        """The last n − 1 words of each prefix as ids, padded with `<s>` on the left, (N, n − 1)."""
        self._fitted(method)
        for prefix in prefixes:
            if isinstance(prefix, str):
                raise ValueError(
                    f"NGram.{method}: a prefix must be a list of tokens, got {prefix!r}; split it first"
                )
        width = self.order - 1
        last = [list(prefix)[max(0, len(prefix) - width) :] for prefix in prefixes]
        lengths = np.array([len(words) for words in last], dtype=np.int64)
        encoded = np.full((len(last), width), _START_ID)
        encoded[np.arange(width) >= width - lengths[:, None]] = self.vocabulary.encode(
            chain.from_iterable(last)
        )
        return encoded

    def _windows(self, sentences: Sentences, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Every token with the n − 1 before it -> prefixes (tokens, n − 1), words (tokens,), as ids."""
        words = self.vocabulary.encode(chain.from_iterable(sentences))
        place = np.arange(len(words)) - np.repeat(np.cumsum(lengths) - lengths, lengths)  # in its sentence
        prefixes = np.full((len(words), self.order - 1), _START_ID)
        for back in range(1, self.order):
            column = prefixes[back:, -back]  # what stands `back` tokens earlier
            np.copyto(column, words[:-back], where=place[back:] >= back)
        return prefixes, words


class _Counts:
    """The n-grams of one order with their counts, sorted by prefix: what follows a prefix is one slice.

    `keys` holds rank(prefix)·V + word for each different n-gram, `starts[r]` where the slice of prefix r
    begins, `cumulative[i]` the sum of the counts before n-gram i.
    """

    def __init__(self, prefixes: np.ndarray, words: np.ndarray, vocab_size: int):
        self.order, self.vocab_size = prefixes.shape[1] + 1, vocab_size
        self._levels: list[np.ndarray] = []
        ranks, _seen = self._ranks(prefixes, learn=True)
        self.keys, counts = np.unique(ranks * vocab_size + words, return_counts=True)
        self.cumulative = np.concatenate([[0], np.cumsum(counts)])
        self.starts = np.searchsorted(self.keys, np.arange(len(self._levels[-1]) + 1) * vocab_size)

    def _ranks(self, prefixes: np.ndarray, learn: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """The number of each prefix among the different ones, (N, n − 1) -> (N,), and whether it is one of
        them.

        As many ids as fit are packed into one integer; when the next would not fit, the packed integers are
        replaced by their ranks and packing goes on. So any order works with any vocabulary.
        """
        keys, seen, size = np.zeros(len(prefixes), dtype=np.int64), np.ones(len(prefixes), dtype=bool), 1
        level = 0
        for column in [*prefixes.T, None]:
            if column is None or size * self.vocab_size >= _LARGEST_KEY:
                if learn:
                    known, keys = np.unique(keys, return_inverse=True)
                    self._levels.append(known)
                else:
                    known = self._levels[level]
                    ranks = np.minimum(np.searchsorted(known, keys), len(known) - 1)
                    seen, keys = seen & (known[ranks] == keys), ranks
                size, level = len(known), level + 1
            if column is not None:
                keys, size = keys * self.vocab_size + column, size * self.vocab_size
        return keys, seen

    def find(self, prefixes: np.ndarray) -> np.ndarray:
        """The rank of each prefix, (N, n − 1) -> (N,); −1 for one never followed by anything."""
        ranks, seen = self._ranks(prefixes)
        return np.where(seen, ranks, -1)

    def totals_of(self, ranks: np.ndarray) -> np.ndarray:
        """How often each prefix was followed by any word, (N,); 0 for rank −1."""
        totals = self.cumulative[self.starts[ranks + 1]] - self.cumulative[self.starts[ranks]]
        return np.where(ranks >= 0, totals, 0)

    def counts(self, prefixes: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How often each prefix was followed by its word, (N,), and by any word, (N,)."""
        ranks = self.find(prefixes)
        keys = ranks * self.vocab_size + words
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        counts = self.cumulative[places + 1] - self.cumulative[places]
        return np.where((ranks >= 0) & (self.keys[places] == keys), counts, 0), self.totals_of(ranks)

    def rows(self, ranks: np.ndarray) -> np.ndarray:
        """The counts of all words after each prefix, (N,) -> (N, V); zeros for rank −1."""
        lengths = np.where(ranks >= 0, self.starts[ranks + 1] - self.starts[ranks], 0)
        rows = np.repeat(np.arange(len(ranks)), lengths)
        inside = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)  # within the slice
        places = np.repeat(self.starts[ranks], lengths) + inside
        table = np.zeros((len(ranks), self.vocab_size))
        table[rows, self.keys[places] % self.vocab_size] = (
            self.cumulative[places + 1] - self.cumulative[places]
        )
        return table

    def word_at(self, ranks: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """The word that the counts put at `positions`, 0 <= position < total of the prefix, (N,) -> (N,)."""
        places = np.searchsorted(
            self.cumulative, self.cumulative[self.starts[ranks]] + positions, side="right"
        )
        return self.keys[places - 1] % self.vocab_size


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """numerator / denominator, 0.0 where the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=denominator != 0)


def _checked_weights(weights: Sequence[float], order: int) -> np.ndarray:
    weights = np.asarray(weights, dtype=float)
    if weights.shape != (order,):
        raise ValueError(
            f"NGram: weights must hold one number for each order 1 … {order}, got shape {weights.shape}"
        )
    if not (weights >= 0).all() or abs(weights.sum() - 1) > 1e-6:
        raise ValueError(f"NGram: weights must be >= 0 and sum to 1, got {weights.tolist()}")
    return weights


def sentence_lengths(function: str, sentences: Sentences) -> np.ndarray:
    """The number of tokens of each sentence; ValueError, naming `function`, for what is no list of sentences."""
    if isinstance(sentences, str) or any(isinstance(sentence, str) for sentence in sentences):
        raise ValueError(
            f"{function}: expected a list of sentences, each a list of tokens, got strings; "
            f"running text is one long sentence: {function.split('.')[-1]}([tokens])"
        )
    lengths = np.array([len(sentence) for sentence in sentences], dtype=np.int64)
    if lengths.sum() == 0:
        raise ValueError(f"{function}: the text has no tokens; expected at least one sentence with one")
    return lengths
