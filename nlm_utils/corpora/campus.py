"""Campus: a small language whose true probabilities are known, because we wrote its source.

Sentences about students and their books, ants that hate ants and an iPad that exploded; the words and
templates are in campus_grammar.py. Everything below is exact except `sample`. A sentence is a list of words
that ends with "." and holds it nowhere else, at most 25 tokens with it; a prefix is the beginning of one,
`[]` the empty one. Probabilities are floats, logarithms natural, entropies in nats per token averaged over
tokens ("." counts). Used from lecture 01 on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp

import numpy as np

from ..text import Vocabulary, did_you_mean
from . import floors
from .campus_grammar import CLASSES, FAMILIES, REMEMBERED_CLASSES, SLOTS, SOURCE
from .source import END, MAX_TOKENS

# Printed by `python -m nlm_utils.corpora`; used as long as the fingerprint is that of the grammar.
CONSTANTS = {
    "fingerprint": "21b08e798fc0ee5d",
    "entropy_rate": 1.0559207069857184,
    "ngram_floors": [
        4.296675361189577,
        2.3445086066106446,
        1.6928014872434383,
        1.5362635986749182,
        1.3496626261037925,
        1.2948693897272165,
    ],
    "order_blind_floor": 1.1770876287854983,
}

# --- words --------------------------------------------------------------------------------------------------

MEANING_CLASSES: dict[str, tuple[str, ...]] = {
    name: tuple(SLOTS[place] if isinstance(place, str) else SLOTS[place[0]][place[1]])
    for name, place in CLASSES.items()
}
"""Words of one meaning, {class: words}; a word is in one class at most, function words are in none."""

ALIKE_CLASSES: tuple[str, ...] = tuple(name for name in MEANING_CLASSES if name not in REMEMBERED_CLASSES)
"""Classes whose members are exactly interchangeable: after any of them comes the same future, always.

The members of the other classes come back later or decide what comes later; there, only a swap of the two
words everywhere in a sentence leaves its probability as it was.
"""

_CLASS_OF = {word: name for name, words in MEANING_CLASSES.items() for word in words}


def types() -> list[str]:
    """All words of Campus, sorted, "." among them."""
    return list(SOURCE.machine.words)


def meaning_class(word: str) -> str | None:
    """The class of MEANING_CLASSES that holds `word`, or None. ValueError for a word not in Campus."""
    if word not in _CLASS_OF and word not in _words():
        raise ValueError(_unknown("meaning_class", word))
    return _CLASS_OF.get(word)


def fingerprint() -> str:
    """Sixteen hexadecimal digits that change with any word, weight or template of the grammar."""
    return SOURCE.fingerprint


# --- probabilities ------------------------------------------------------------------------------------------


def next_word(prefix: Sequence[str]) -> dict[str, float]:
    """p(w | prefix) of every word that can come next, likeliest first.

    ValueError for an unknown word, for a prefix that no sentence begins with, and for a finished sentence.
    """
    belief = 0
    for edge in _path("next_word", prefix):
        belief = int(SOURCE.machine.next[edge])
    if belief < 0:
        raise ValueError("campus.next_word: the sentence is over after '.'; next_word([]) begins a new one")
    return dict(_distribution(belief))


def next_word_distributions(sentence: Sequence[str]) -> list[dict[str, float]]:
    """`next_word` for every word of a sentence: entry i is p(w | sentence[:i]), so len(sentence) entries."""
    edges = _path("next_word_distributions", sentence)
    beliefs = [0, *(int(SOURCE.machine.next[edge]) for edge in edges[:-1])][: len(edges)]
    return [dict(_distribution(belief)) for belief in beliefs]


def log_prob(sentence: Sequence[str]) -> float:
    """log p(sentence), nats; −inf for known words that make no sentence of Campus.

    ValueError for an unknown word and for a sentence that does not end with ".".
    """
    _check_words("log_prob", sentence)
    if not sentence or sentence[-1] != END:
        raise ValueError(f"campus.log_prob: a sentence ends with '.', got {_shown(sentence)}")
    edges, impossible = _follow(sentence)
    return float("-inf") if impossible is not None else float(np.log(SOURCE.machine.p[edges]).sum())


def exact_distributions(sentences: Sequence[Sequence[str]], vocabulary: Vocabulary) -> np.ndarray:
    """p(w | prefix) for every token of every sentence, in reading order → (n_tokens, V) float64.

    Row i is the distribution that the i-th token was drawn from; column j belongs to `vocabulary.types[j]`.
    What the vocabulary does not hold is in the column of `<unk>`; `<s>` gets 0. ValueError as for
    `next_word`.
    """
    beliefs = []
    for sentence in sentences:
        edges = _path("exact_distributions", sentence)
        beliefs += [0, *SOURCE.machine.next[edges[:-1]].tolist()][: len(edges)]
    if not beliefs:
        return np.zeros((0, len(vocabulary)))
    distinct, row = np.unique(np.array(beliefs), return_inverse=True)
    machine = SOURCE.machine
    origin, edge = machine.edges_from(distinct)
    rows = np.zeros((distinct.size, len(vocabulary)))
    np.add.at(rows, (origin, vocabulary.encode(machine.words)[machine.word[edge]]), machine.p[edge])
    return rows[row]


# --- sampling -----------------------------------------------------------------------------------------------


def sample(n_sentences: int, seed: int | np.random.Generator = 0) -> list[list[str]]:
    """`n_sentences` independent sentences; the same seed gives the same sentences."""
    if n_sentences < 0:
        raise ValueError(f"campus.sample: n_sentences must be at least 0, got {n_sentences}")
    return _as_words(_sample_ids(n_sentences, np.random.default_rng(seed)))


@dataclass(frozen=True)
class WithheldSplit:
    """A text without some combinations of words, and the sentences that have them.

    train      sentences of Campus; no sentence holds both words of any of `pairs`
    test       sentences of Campus in which the words of a pair are subject and verb, side by side:
               "the pupils opened their books ."
    pairs      (plural people, verb of opening); the first is always ("pupils", "opened")
    positions  for each test sentence the positions of the two words to be scored, right after the pair:
               *their* and the things. Only these words measure whether a model carries over what it knows of
               *students opened*; what stands before them is another language in train than in test.
    """

    train: list[list[str]]
    test: list[list[str]]
    pairs: tuple[tuple[str, str], ...]
    positions: list[tuple[int, int]]


def withheld_split(
    seed: int = 0, n_train: int = 20_000, n_test: int = 1_000, n_pairs: int = 4
) -> WithheldSplit:
    """Draws sentences from the source and keeps for training those without a withheld pair.

    `n_pairs` pairs of different people and different verbs, at most 8; every one of the words occurs in train
    in other company. The sentences are otherwise independent draws, in train and in test.
    """
    people, verbs = MEANING_CLASSES["people"], MEANING_CLASSES["verbs of opening"]
    if not 1 <= n_pairs <= min(len(people), len(verbs)):
        raise ValueError(f"campus.withheld_split: n_pairs must lie in 1 … {len(people)}, got {n_pairs}")
    if n_train < 0 or n_test < 0:
        raise ValueError(
            f"campus.withheld_split: sizes must be at least 0, got n_train={n_train}, n_test={n_test}"
        )
    rng = np.random.default_rng(seed)
    other_people = rng.permutation([word for word in people if word != "pupils"]).tolist()
    other_verbs = rng.permutation([word for word in verbs if word != "opened"]).tolist()
    pairs = (("pupils", "opened"), *zip(other_people, other_verbs, strict=True))[:n_pairs]
    pair_ids = [tuple(_words()[word] for word in pair) for pair in pairs]

    def holds_both(ids: np.ndarray) -> np.ndarray:
        return np.any([(ids == a).any(axis=1) & (ids == b).any(axis=1) for a, b in pair_ids], axis=0)

    def side_by_side(ids: np.ndarray) -> np.ndarray:  # (n, 25) -> (n, 23): where "pupils opened their" begins
        their = ids[:, 2:] == _words()["their"]
        return their & np.any([(ids[:, :-2] == a) & (ids[:, 1:-1] == b) for a, b in pair_ids], axis=0)

    train = _draw_until(n_train, lambda ids: ~holds_both(ids), rng)
    test = _draw_until(n_test, lambda ids: side_by_side(ids).any(axis=1), rng)
    first = side_by_side(test).argmax(axis=1)
    return WithheldSplit(
        _as_words(train), _as_words(test), pairs, [(place + 2, place + 3) for place in first.tolist()]
    )


def _draw_until(n: int, wanted: Callable[[np.ndarray], np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """The first `n` of a stream of sentences that are wanted → ids (n, 25)."""
    kept, found = [np.empty((0, MAX_TOKENS), dtype=np.int16)], 0
    while found < n:
        ids = _sample_ids(20_000, rng)
        kept.append(ids[wanted(ids)])
        found += len(kept[-1])
    return np.concatenate(kept)[:n]


def _sample_ids(n_sentences: int, rng: np.random.Generator) -> np.ndarray:
    """Sentences as ids into `types()`, (n, 25), filled up with −1: all of them a word at a time."""
    machine = SOURCE.machine
    ids = np.full((n_sentences, MAX_TOKENS), -1, dtype=np.int16)
    going, belief = np.arange(n_sentences), np.zeros(n_sentences, dtype=np.int64)
    for place in range(MAX_TOKENS):
        # belief b owns the stretch from b to b + 1 of one long line, cut up by its words
        edge = np.searchsorted(_cumulative(), belief + rng.random(belief.size), side="right")
        edge = np.minimum(edge, machine.start[belief + 1] - 1)  # against rounding at the end of a stretch
        ids[going, place] = machine.word[edge]
        belief = machine.next[edge]
        going, belief = going[belief >= 0], belief[belief >= 0]
    return ids


@cache
def _cumulative() -> np.ndarray:
    """For every edge, where its stretch ends on the line of all beliefs, (E,)."""
    machine = SOURCE.machine
    origin, _ = machine.edges_from(np.arange(machine.start.size - 1))
    sums = np.cumsum(machine.p)
    return sums - (np.append(0.0, sums)[machine.start[:-1]] - np.arange(machine.start.size - 1))[origin]


def _as_words(ids: np.ndarray) -> list[list[str]]:
    words = SOURCE.machine.words
    lengths = (ids >= 0).sum(axis=1).tolist()
    return [[words[id] for id in row[:length]] for row, length in zip(ids.tolist(), lengths, strict=True)]


# --- floors -------------------------------------------------------------------------------------------------


def entropy_rate() -> float:
    """The entropy of Campus, −E[log p(sentence)] / E[length], nats per token: no model can do better."""
    return _constants()["entropy_rate"]


def ngram_floor(n: int) -> float:
    """The best that any n-gram model of order n can do, nats per token.

    It is the entropy of the next word given the n − 1 words before it; what stands before a sentence is
    `<s>`. n = 1 is the entropy of the words' frequencies. ValueError for n < 1.
    """
    if not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"campus.ngram_floor: n must be a whole number ≥ 1, got {n!r}")
    known = _constants()["ngram_floors"]
    return known[n - 1] if n <= len(known) else _ngram_floor(n)


def order_blind_floor() -> float:
    """The best that any model can do that sees only which words came before and how often, nats per token.

    It is exact: the entropy of the next word given the multiset of the words of the prefix.
    """
    return _constants()["order_blind_floor"]


@cache
def _ngram_floor(n: int) -> float:
    return floors.ngram_floor(SOURCE.machine, n)


@cache
def _constants() -> dict:
    """The constants of this grammar: those in the module, or, when the grammar was changed, fresh ones."""
    return CONSTANTS if CONSTANTS.get("fingerprint") == fingerprint() else enumerate_constants()


def enumerate_constants() -> dict:
    """The entropy rate and the floors, worked out from the grammar: takes about a second."""
    machine = SOURCE.machine
    return {
        "fingerprint": fingerprint(),
        "entropy_rate": floors.entropy_rate(machine),
        "ngram_floors": [floors.ngram_floor(machine, n) for n in range(1, 7)],
        "order_blind_floor": floors.order_blind_floor(machine),
    }


# --- to look at ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FamilyNote:
    """One kind of sentence: its share of all sentences, what it shows, an example and its probability."""

    name: str
    probability: float
    shows: str
    example: str
    example_probability: float


def families() -> list[FamilyNote]:
    """The kinds of sentences that Campus speaks, in the order of the grammar."""
    return [
        FamilyNote(f.name, f.probability, f.shows, f.example, exp(log_prob(f.example.split())))
        for f in FAMILIES
    ]


def describe() -> str:
    """The families as text: name, share, what it shows, an example with its probability."""
    return "\n".join(
        f"{note.name} ({note.probability:.0%} of the sentences). {note.shows}\n"
        f"    {note.example}  (p = {note.example_probability:.1e})"
        for note in families()
    )


# --- following a sentence through the machine ---------------------------------------------------------------


@cache
def _words() -> dict[str, int]:
    return {word: id for id, word in enumerate(SOURCE.machine.words)}


@cache
def _edges() -> list[dict[str, int]]:
    """For every belief, {word: edge}."""
    machine = SOURCE.machine
    words = [machine.words[id] for id in machine.word.tolist()]
    start = machine.start.tolist()
    return [dict(zip(words[first:last], range(first, last), strict=True)) for first, last in pairwise(start)]


@cache
def _distribution(belief: int) -> tuple[tuple[str, float], ...]:
    p = SOURCE.machine.p
    pairs = [(word, float(p[edge])) for word, edge in _edges()[belief].items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _follow(words: Sequence[str]) -> tuple[list[int], int | None]:
    """The edges along `words`, and the position of the first impossible word (None: all are possible)."""
    edges, leads_to, belief, path = _edges(), _leads_to(), 0, []
    for place, word in enumerate(words):
        edge = edges[belief].get(word) if belief >= 0 else None
        if edge is None:
            return path, place
        path.append(edge)
        belief = leads_to[edge]
    return path, None


@cache
def _leads_to() -> list[int]:
    return SOURCE.machine.next.tolist()


def _path(function: str, words: Sequence[str]) -> list[int]:
    """The edges along `words`; ValueError where there is no such path."""
    _check_words(function, words)
    path, impossible = _follow(words)
    if impossible is None:
        return path
    before = list(words[:impossible])
    if END in before:
        raise ValueError(
            f"campus.{function}: the sentence is over after '.', got {words[impossible]!r} after it"
        )
    possible = list(next_word(before))
    listed = ", ".join(possible[:5]) + (", …" if len(possible) > 5 else "")
    where = f"after {_shown(before)}" if before else "at the beginning"
    raise ValueError(
        f"campus.{function}: {words[impossible]!r} (word {impossible + 1}) is impossible {where}; "
        f"possible are {listed}"
    )


def _check_words(function: str, words: Sequence[str]) -> None:
    if isinstance(words, str):
        raise ValueError(
            f"campus.{function}: expected a list of words, got the string {_shown([words])}; "
            "split it: sentence.split()"
        )
    for word in words:
        if word not in _words():
            raise ValueError(_unknown(function, word))


def _unknown(function: str, word: object) -> str:
    hint = did_you_mean(word, _words()) or "; campus.types() lists them"
    return f"campus.{function}: {word!r} is not a word of Campus{hint}"


def _shown(words: Sequence[str]) -> str:
    shown = " ".join(map(str, words))
    return repr(shown if len(shown) <= 60 else "… " + shown[-57:])
