"""Interpolated modified Kneser–Ney, of any order: the best that counting does, and the model to beat.

As Chen & Goodman (1999, An empirical study of smoothing techniques for language modeling) define it and as
KenLM estimates it (Heafield et al. 2013, Scalable modified Kneser-Ney language model estimation). Vectorised in
NumPy; `save_arpa` writes the file that n-gram toolkits read. Plain counts and their mixtures are in ngram.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from .ngram import Sentences, sentence_lengths
from .text import START, Vocabulary

END_MARK = "</s>"
_START_ID = 0  # <s>: stands before every sentence, and is never predicted
_NO_KEY = np.iinfo(np.int64).max  # larger than any packed n-gram
_NEVER = -99.0  # how an ARPA file writes log10 0


class KneserNey:
    """p(word | the n − 1 words before it): discounted counts, mixed with the next lower order's estimate.

    order       n >= 1
    vocabulary  a text.Vocabulary, or None to take the types of the training text
    predict_end  whether every sentence ends with a mark `</s>` that is predicted like a word. False suits the
                corpora of this course, where "." ends a sentence: then the model has the same V − 1 events as
                `NGram` and every other model here, and losses and gaps compare. True is the habit of KenLM and
                of most toolkits: the vocabulary gets the type `</s>`, and each sentence counts one token more.
    discounts   None to estimate them from the text, or the three discounts D1, D2, D3+ of every order, (n, 3);
                (3,) for the same in all orders. D1 = D2 = D3+ is Kneser & Ney's method of 1995.
    fallback_discounts  None, or three numbers for those orders whose discounts cannot be estimated
                (KenLM takes 0.5, 1, 1.5). Small and regular texts need them; `fallback_orders` tells where.

    For a word w after a prefix h, with h' the prefix without its first word and a(·) the adjusted count:

        p(w | h) = (a(h w) − D(a(h w))) / Σ_v a(h v)  +  γ(h) · p(w | h'),  γ(h) = Σ_v D(a(h v)) / Σ_v a(h v)

    The adjusted count of the highest order, and of n-grams that begin with `<s>`, is how often they occur; of
    all others, how many different words stand before them. D(a) is D1, D2 or D3+ as a is 1, 2 or more, and 0
    for a = 0. After a prefix never seen, p(w | h) = p(w | h'). Order 1 is mixed with 1 / (number of events),
    so that every word but `<s>` can come; words outside the vocabulary are `<unk>`.

    A sentence is a list of tokens. Running text is one long sentence: `fit([tokens])`.
    """

    def __init__(
        self,
        order: int,
        vocabulary: Vocabulary | None = None,
        predict_end: bool = False,
        discounts: Sequence[float] | Sequence[Sequence[float]] | None = None,
        fallback_discounts: Sequence[float] | None = None,
    ):
        if order < 1 or order != int(order):
            raise ValueError(f"KneserNey: order must be a whole number >= 1, got {order}")
        self.order, self.vocabulary, self.predict_end = int(order), vocabulary, bool(predict_end)
        self._given = None if discounts is None else _checked_discounts("discounts", discounts, self.order)
        self._fallback = None
        if fallback_discounts is not None:
            self._fallback = _checked_discounts("fallback_discounts", fallback_discounts, 1)[0]
        self._orders: list[_Order] | None = None

    def __repr__(self) -> str:
        fitted = f"{self.n_tokens} tokens" if self._orders else "not fitted"
        return f"KneserNey(order={self.order}{', predict_end=True' if self.predict_end else ''}; {fitted})"

    # --- estimating ----------------------------------------------------------------------------------------

    def fit(self, sentences: Sentences) -> KneserNey:
        """Estimates the model from `sentences`, forgetting what was fitted before, and returns it.

        ValueError for a text without tokens, for a flat list of strings, where a sentence holds `<s>` (or
        `</s>`, if that is predicted), and where discounts cannot be estimated and no fallback was given.
        """
        lengths = sentence_lengths("KneserNey.fit", sentences)
        for mark in [START, END_MARK][: 1 + self.predict_end]:
            if any(mark in sentence for sentence in sentences):
                raise ValueError(
                    f"KneserNey.fit: a sentence holds {mark!r}; leave it out, the model adds it by itself"
                )
        if self.vocabulary is None:
            self.vocabulary = Vocabulary.from_tokens(chain.from_iterable(sentences))
        if self.predict_end and END_MARK not in self.vocabulary:
            self.vocabulary = Vocabulary([*self.vocabulary.types, END_MARK])
        grams = _count(*self._stream(sentences, lengths), self.order, len(self.vocabulary))
        self._n_tokens = int(lengths.sum())
        self.discounts, self.fallback_orders = self._choose_discounts(grams)
        self._orders = []
        for level, discounts in zip(grams, self.discounts, strict=True):
            shorter = self._orders[-1] if self._orders else None
            self._orders.append(_Order(level, discounts, shorter, len(self.vocabulary)))
        return self

    @property
    def n_tokens(self) -> int:
        """Number of tokens of the training text, marks not counted."""
        self._fitted("n_tokens")
        return self._n_tokens

    @property
    def n_types(self) -> int:
        """Number of different n-grams of the training text. None reaches back over the start of a sentence."""
        return self._fitted("n_types")[-1].n_seen

    # --- asking --------------------------------------------------------------------------------------------

    def prob(self, word: str, prefix: Sequence[str]) -> float:
        """p(word | prefix). `prefix` holds ALL words of the sentence so far; the last n − 1 are looked at."""
        rows, _row = self._rows("prob", [prefix])
        return float(rows[0, self.vocabulary.id(word)])

    def distribution(self, prefix: Sequence[str]) -> np.ndarray:
        """p(· | prefix) in the order of the ids, (V,). It sums to 1."""
        return self.distributions([prefix])[0]

    def distributions(self, prefixes: Sequence[Sequence[str]]) -> np.ndarray:
        """One distribution per prefix, (N, V): what `evaluation.gap` asks for `evaluation.prefixes(…)`."""
        rows, row = self._rows("distributions", prefixes)
        return rows[row]

    def next_word(self, prefix: Sequence[str]) -> dict[str, float]:
        """{word: p(word | prefix)} for every word with p > 0, likeliest first (as `campus.next_word`)."""
        p = self.distribution(prefix)
        return {self.vocabulary.word(int(i)): float(p[i]) for i in np.argsort(-p, kind="stable") if p[i] > 0}

    # --- scoring a text ------------------------------------------------------------------------------------

    def log_prob(self, sentence: Sequence[str]) -> float:
        """log p(sentence) in nats, with its end if the model predicts ends; −inf for p = 0."""
        return float(self._log_probs("log_prob", [sentence]).sum())

    def log_probs(self, sentences: Sentences) -> np.ndarray:
        """log p of each token after its prefix, in nats, sentence by sentence, (tokens,); −inf for p = 0.

        If the model predicts ends, each sentence has one entry more at its end, for `</s>`.
        """
        return self._log_probs("log_probs", sentences)

    def nats_per_token(self, sentences: Sentences) -> float:
        """The loss: mean −log p over all that is predicted (tokens, and ends if the model predicts them)."""
        return -float(self._log_probs("nats_per_token", sentences).mean())

    # --- writing -------------------------------------------------------------------------------------------

    def sample(
        self, n_sentences: int, rng: np.random.Generator | int, max_length: int = 40, end: str = "."
    ) -> list[list[str]]:
        """Draws sentences word by word. `rng` may be a seed.

        Each stops at `max_length` tokens, or else after `end`; before `</s>` if the model predicts that.
        ValueError for fewer than 0 sentences or a `max_length` below 1.
        """
        orders = self._fitted("sample")
        if n_sentences < 0 or max_length < 1:
            raise ValueError(
                "KneserNey.sample: n_sentences must be at least 0 and max_length at least 1, got "
                f"{n_sentences} and {max_length}"
            )
        rng = np.random.default_rng(rng)
        end = END_MARK if self.predict_end else end
        end_id = self.vocabulary.id(end) if end in self.vocabulary else -1
        drawn = np.full((n_sentences, max_length), -1)
        alive = np.arange(n_sentences)  # the sentences still being written
        contexts = self._contexts("sample", [[]] * n_sentences)
        for position in range(max_length):
            words = self._draw(contexts, rng)
            drawn[alive, position] = words
            going_on = words != end_id
            alive, words = alive[going_on], words[going_on]
            if len(alive) == 0:
                break
            contexts = [ids[going_on] for ids in contexts]
            grown = [order.find(ids, words) for order, ids in zip(orders[:-1], contexts, strict=False)]
            contexts = [contexts[0], *grown]
        if self.predict_end:
            drawn[drawn == end_id] = -1
        return [self.vocabulary.decode(row[row >= 0]) for row in drawn]

    def save_arpa(self, path: str | Path) -> None:
        """Writes the model as an ARPA file (log10, back-off weights), which KenLM, SRILM and others read.

        A model that predicts no ends gives `</s>` the probability 0 (log10 −99), since readers want it in the
        file: score with it left out. ValueError for types that hold white space, which separates words there.
        """
        orders = self._fitted("save_arpa")
        spaced = [word for word in self.vocabulary.types if len(word.split()) != 1]
        if spaced:
            raise ValueError(
                f"KneserNey.save_arpa: white space separates words in an ARPA file, but {spaced[0]!r} is a "
                "type of the vocabulary; replace such tokens, for example by '_', before fitting"
            )
        without_end = END_MARK not in self.vocabulary
        counts = [len(self.vocabulary) + without_end, *(order.n_seen for order in orders[1:])]
        with Path(path).open("w", encoding="utf-8", newline="\n") as file:
            file.write("\\data\\\n")
            file.writelines(f"ngram {n}={count}\n" for n, count in enumerate(counts, 1))
            texts: list[str] = [""]
            for order, longer in zip(orders, [*orders[1:], None], strict=True):
                prefixes, words = np.divmod(order.keys[:-1], len(self.vocabulary))
                texts = [
                    f"{texts[prefix]} {self.vocabulary.types[word]}".strip()
                    for prefix, word in zip(prefixes.tolist(), words.tolist(), strict=True)
                ]
                lines = [f"{p:.7f}\t{text}" for p, text in zip(_log10(order.log_p[:-1]), texts, strict=True)]
                if longer is not None:
                    weights = _log10(longer.log_backoff[:-1])
                    lines = [f"{line}\t{weight:.7f}" for line, weight in zip(lines, weights, strict=True)]
                if order.n == 1 and without_end:
                    lines.append(f"{_NEVER:.7f}\t{END_MARK}")
                file.write(f"\n\\{order.n}-grams:\n")
                file.writelines(f"{line}\n" for line in lines)
            file.write("\n\\end\\\n")

    # --- inside --------------------------------------------------------------------------------------------

    def _fitted(self, method: str) -> list[_Order]:
        if self._orders is None:
            raise RuntimeError(f"KneserNey.{method}: the model is not fitted; call fit(sentences) first")
        return self._orders

    def _stream(self, sentences: Sentences, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All sentences in one row of ids, `<s>` before each, `</s>` after each if it is predicted -> ids (N,),
        place (N,): where in its sentence each stands, 0 for `<s>`."""
        sizes = lengths + 1 + self.predict_end
        place = _ranges(sizes)
        stream = np.full(len(place), _START_ID)
        stream[(place > 0) & (place <= np.repeat(lengths, sizes))] = self.vocabulary.encode(
            chain.from_iterable(sentences)
        )
        if self.predict_end:
            stream[np.cumsum(sizes) - 1] = self.vocabulary.id(END_MARK)
        return stream, place

    def _choose_discounts(self, grams: list[_Grams]) -> tuple[np.ndarray, tuple[int, ...]]:
        """The discounts of all orders, (n, 3), and the orders for which the fallback stands in."""
        if self._given is not None:
            return self._given, ()
        discounts, fallback_orders = np.zeros((self.order, 3)), []
        for n, order in enumerate(grams, 1):
            try:
                discounts[n - 1] = estimate_discounts(order.adjusted)
            except ValueError as error:
                if self._fallback is None:
                    raise ValueError(
                        f"KneserNey.fit: no discounts for order {n}: {error}. The text is too small or too regular; "
                        "pass fallback_discounts=(0.5, 1.0, 1.5), or choose a lower order"
                    ) from None
                discounts[n - 1] = self._fallback
                fallback_orders.append(n)
        return discounts, tuple(fallback_orders)

    def _walk(
        self, stream: np.ndarray, place: np.ndarray, longest: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """For k = 2 … longest: the (k − 1)-gram before every token, and the k-gram that ends with it, both (N,);
        −1 for one that was never seen or would reach back over the start of the sentence."""
        found = stream
        for order in self._orders[1:longest]:
            before = np.where(place >= order.n - 1, np.roll(found, 1), -1)
            found = order.find(before, stream)
            yield before, found

    def _log_probs(self, method: str, sentences: Sentences) -> np.ndarray:
        orders = self._fitted(method)
        stream, place = self._stream(sentences, sentence_lengths(f"KneserNey.{method}", sentences))
        log_p = orders[0].log_p[stream]
        for order, (before, found) in zip(orders[1:], self._walk(stream, place, self.order), strict=True):
            log_p = np.where(found >= 0, order.log_p[found], log_p + order.log_backoff[before])
        return log_p[place > 0]

    def _contexts(self, method: str, prefixes: Sequence[Sequence[str]]) -> list[np.ndarray]:
        """The last 0 … n − 1 words of each prefix, `<s>` before it: n arrays of ids (N,), −1 for one never seen."""
        self._fitted(method)
        for prefix in prefixes:
            if isinstance(prefix, str):
                raise ValueError(
                    f"KneserNey.{method}: a prefix must be a list of tokens, got {prefix!r}; split it first"
                )
        width = max(self.order - 1, 1)
        tails = [[START, *list(prefix)[-width:]][-width:] for prefix in prefixes]
        sizes = np.array([len(tail) for tail in tails], dtype=np.int64)
        stream, last = self.vocabulary.encode(chain.from_iterable(tails)), np.cumsum(sizes) - 1
        walk = self._walk(stream, _ranges(sizes), self.order - 1)
        contexts = [np.zeros_like(last), stream[last], *(found[last] for _before, found in walk)]
        return contexts[: self.order]

    def _rows(self, method: str, prefixes: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
        """Distributions (R, V), and which of them belongs to each prefix, (N,): many prefixes end alike."""
        contexts = self._contexts(method, prefixes)
        longest, size = np.zeros(len(prefixes), dtype=np.int64), 1  # the longest prefix seen decides all
        for order, ids in zip(self._orders[1:], contexts[1:], strict=True):
            longest = np.where(ids >= 0, size + ids, longest)
            size += len(order.backoff)
        _distinct, first, row = np.unique(longest, return_index=True, return_inverse=True)
        p = np.repeat(self._orders[0].p[None, :-1], len(first), axis=0)  # (R, V)
        for order, ids in zip(self._orders[1:], contexts[1:], strict=True):
            p *= order.backoff[ids[first]][:, None]
            rows, places = order.following(ids[first])
            p[rows, order.keys[places] % len(self.vocabulary)] = order.p[places]
        return p, row

    def _draw(self, contexts: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
        """One next word for each of N prefixes, given as `_contexts` gives them -> ids (N,).

        From the longest prefix down: with probability 1 − γ a word that was seen after it, by its discounted
        count, else the next shorter prefix decides, and in the end every word is as likely as the next.
        """
        words = np.full(len(contexts[0]), -1)
        for order, ids in zip(reversed(self._orders), reversed(contexts), strict=True):
            open_ = np.flatnonzero(words < 0)
            position = rng.random(len(open_))
            start = order.starts[ids[open_]]
            target = order.cumulative[start] + position
            places = np.searchsorted(order.cumulative, target, side="right") - 1
            counted = places < start + order.widths[ids[open_]]
            words[open_[counted]] = order.keys[places[counted]] % len(self.vocabulary)
        words[words < 0] = rng.integers(1, len(self.vocabulary), size=int((words < 0).sum()))
        return words


@dataclass
class _Grams:
    """The different n-grams of one order, before any discount.

    keys      (G,) sorted: (number of the first n − 1 words among the n-grams of order n − 1)·V + last word. So
              one integer is enough whatever the order and the vocabulary
    suffix    (G,) the number of the last n − 1 words among the n-grams of order n − 1
    adjusted  (G,) the adjusted counts
    """

    keys: np.ndarray
    suffix: np.ndarray
    adjusted: np.ndarray


def _count(stream: np.ndarray, place: np.ndarray, order: int, vocab_size: int) -> list[_Grams]:
    """The n-grams of orders 1 … `order` of a text as `KneserNey._stream` gives it, with adjusted counts."""
    ending = stream  # the number of the n-gram that ends at each place
    counts = np.bincount(stream, minlength=vocab_size)
    counts[_START_ID] = 0  # it is a prefix only
    first = np.zeros(vocab_size, dtype=bool)
    grams = [_Grams(np.arange(vocab_size), np.zeros(vocab_size, dtype=np.int64), counts)]
    for n in range(2, order + 1):
        inside = np.flatnonzero(place >= n - 1)
        keys, number, counts = np.unique(
            ending[inside - 1] * vocab_size + stream[inside], return_inverse=True, return_counts=True
        )
        suffix = np.empty(len(keys), dtype=np.int64)
        suffix[number] = ending[inside]
        # Not the highest order after all: what counts is how many different words stand before it.
        shorter = grams[-1]
        different = np.bincount(suffix, minlength=len(shorter.keys))
        shorter.adjusted = np.where(first, shorter.adjusted, different)
        grams.append(_Grams(keys, suffix, counts))
        first = np.zeros(len(keys), dtype=bool)  # n-grams that begin with <s> keep their counts
        first[number[place[inside] == n - 1]] = True
        ending = np.zeros_like(stream)
        ending[inside] = number
    return grams


class _Order:
    """The estimates of one order n: a probability for each n-gram seen, a weight γ for each prefix seen.

    Row −1 of each array stands for "never seen". G n-grams, C prefixes (n-grams of order n − 1).

    keys        (G + 1,) sorted, see _Grams; what follows a prefix is one slice
    p, log_p    (G + 1,) p(last word | first n − 1 words), mixed with all lower orders, and its logarithm
    backoff, log_backoff  (C + 1,) γ of each prefix, and its logarithm; 1 for one that nothing follows
    starts, widths  (C + 1,) where the slice of each prefix begins, and its length
    cumulative  (G + 1,) sums of the discounted relative counts before each n-gram
    """

    def __init__(self, grams: _Grams, discounts: np.ndarray, shorter: _Order | None, vocab_size: int):
        self.n, self.vocab_size = (1, vocab_size) if shorter is None else (shorter.n + 1, vocab_size)
        n_prefixes = 1 if shorter is None else len(shorter.keys) - 1
        prefix = grams.keys // vocab_size
        discount = np.array([0.0, *discounts])[np.minimum(grams.adjusted, 3)]
        total = np.bincount(prefix, weights=grams.adjusted, minlength=n_prefixes + 1)
        kept_back = np.bincount(prefix, weights=discount, minlength=n_prefixes + 1)
        self.backoff = np.divide(kept_back, total, out=np.ones(n_prefixes + 1), where=total > 0)
        lower = 1 / (vocab_size - 1) if shorter is None else shorter.p[grams.suffix]
        direct = (grams.adjusted - discount) / total[prefix]
        self.keys = np.append(grams.keys, _NO_KEY)
        self.p = np.append(direct + self.backoff[prefix] * lower, 0.0)
        if shorter is None:
            self.p[_START_ID] = 0.0
        self.n_seen = int(np.count_nonzero(grams.adjusted))
        with np.errstate(divide="ignore"):
            self.log_p, self.log_backoff = np.log(self.p), np.log(self.backoff)
        self.widths = np.bincount(prefix, minlength=n_prefixes + 1)
        self.starts = np.cumsum(self.widths) - self.widths
        self.cumulative = np.concatenate([[0.0], np.cumsum(direct)])

    def find(self, prefixes: np.ndarray, words: np.ndarray) -> np.ndarray:
        """The numbers of the n-grams with these prefixes and last words, (N,); −1 for one never seen."""
        keys = prefixes * self.vocab_size + words  # below 0 for a prefix never seen
        numbers = np.searchsorted(self.keys, keys)
        return np.where(self.keys[numbers] == keys, numbers, -1)

    def following(self, prefixes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All n-grams that begin with these prefixes -> which of the prefixes, and the n-gram's number."""
        widths = self.widths[prefixes]
        which = np.repeat(np.arange(len(prefixes)), widths)
        return which, np.repeat(self.starts[prefixes], widths) + _ranges(widths)


def estimate_discounts(adjusted: np.ndarray) -> np.ndarray:
    """D1, D2, D3+ from the adjusted counts of one order, (G,) -> (3,): Chen & Goodman (1999), equation 26.

    With n_j the number of n-grams whose adjusted count is j and Y = n_1 / (n_1 + 2 n_2):
    D_j = j − (j + 1) · Y · n_(j+1) / n_j. ValueError where n_1, n_2 or n_3 is 0, or D_j is outside [0, j].
    """
    n1, n2, n3, n4 = np.bincount(np.minimum(adjusted, 5), minlength=6)[1:5].tolist()
    seen = f"of its n-grams {n1}, {n2}, {n3}, {n4} have the adjusted counts 1, 2, 3, 4"
    if 0 in (n1, n2, n3):
        raise ValueError(f"{seen}, and none of the first three may be 0")
    y = n1 / (n1 + 2 * n2)
    discounts = np.array([1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3])
    for j, discount in enumerate(discounts, 1):
        if not 0 <= discount <= j:
            raise ValueError(f"{seen}, which gives D{j} = {discount:.3f}, outside [0, {j}]")
    return discounts


def _checked_discounts(name: str, discounts, order: int) -> np.ndarray:
    """(order, 3) discounts from (3,) or (order, 3); ValueError for another shape or D_j outside [0, j]."""
    table = np.asarray(discounts, dtype=float)
    if table.shape not in ((3,), (order, 3)):
        wanted = "D1, D2, D3+, shape (3,)" + (f", or so for every order, ({order}, 3)" if order > 1 else "")
        raise ValueError(f"KneserNey: {name} must be {wanted}; got shape {table.shape}")
    if not ((table >= 0) & (table <= [1, 2, 3])).all():
        raise ValueError(f"KneserNey: {name} must lie in [0, 1], [0, 2] and [0, 3], got {table.tolist()}")
    return np.broadcast_to(table, (order, 3)).copy()


def _ranges(lengths: np.ndarray) -> np.ndarray:
    """0 … length − 1 for each length, one after the other, (sum of lengths,)."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _log10(logs: np.ndarray) -> list[float]:
    """Natural logarithms -> to base 10, as an ARPA file has them: −99 for −inf."""
    return np.where(np.isneginf(logs), _NEVER, logs / np.log(10)).tolist()
