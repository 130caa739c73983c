"""From a text to numbers: tokens, the vocabulary that gives each type its id, the arrays that a model reads.

Every lecture uses it. Nothing here knows a model or a corpus, and nothing changes its arguments. A *token* is
an occurrence in a text, a *type* is an entry of the vocabulary; a token is a plain string.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

START = "<s>"
UNKNOWN = "<unk>"
PADDING = -100  # a target that does not count; the value that torch's cross_entropy ignores as well

_WORD_OR_MARK = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def tokenize(text: str, lower: bool = False) -> list[str]:
    """Words (with the apostrophes inside them) and punctuation marks as tokens: "don't go." → don't, go, .

    Case is kept unless `lower`. White space separates tokens and is dropped; nothing else is.
    """
    if not isinstance(text, str):
        raise ValueError(
            f"tokenize: text must be one string, got {_described(text)}; tokens need no tokenising, "
            "and bytes are decoded first: text.decode('utf-8')"
        )
    return _WORD_OR_MARK.findall(text.lower() if lower else text)


def split_sentences(tokens: Sequence[str], ends: Iterable[str] = (".", "!", "?")) -> list[list[str]]:
    """Cuts running tokens after every token of `ends` → list of sentences, none of them empty.

    Joined they are `tokens` again; what follows the last end is the last sentence. An abbreviation's full
    stop ends a sentence too.
    """
    _refuse_string("split_sentences", "tokens", tokens)
    ends = frozenset(ends)
    sentences: list[list[str]] = [[]]
    for token in tokens:
        sentences[-1].append(token)
        if token in ends:
            sentences.append([])
    return sentences if sentences[-1] else sentences[:-1]


# --- types and ids ------------------------------------------------------------------------------------------


class Vocabulary(Mapping):
    """The types of a text, each with an id: 0 is `<s>`, 1 is `<unk>`, then one id per type.

    It is also a mapping from type to id: `vocabulary["the"]`, `"the" in vocabulary`, `len(vocabulary)`,
    `vocabulary.items()`. Square brackets are strict (KeyError for an unknown word); `id` and `encode` give
    an unknown word the id of `<unk>`, as a model has to. Built by `from_tokens`, `from_types` or `load`.
    """

    def __init__(self, types: Iterable[str]) -> None:
        """`types` in the order of their ids, `<s>` and `<unk>` first; ValueError for repeats."""
        types = tuple(types)
        _require_strings("Vocabulary", types)
        if types[:2] != (START, UNKNOWN):
            raise ValueError(
                f"Vocabulary: the first two types must be {START!r} and {UNKNOWN!r}, got {list(types[:2])}; "
                "Vocabulary.from_types puts them in front"
            )
        self._types = types
        self._ids = {word: id for id, word in enumerate(types)}
        if len(self._ids) < len(types):
            repeated = next(word for word, count in Counter(types).items() if count > 1)
            raise ValueError(f"Vocabulary: each type must occur once, got {repeated!r} more than once")

    @classmethod
    def from_tokens(cls, tokens: Iterable[str], min_count: int = 1) -> Vocabulary:
        """The types of a text by falling count, ties in alphabetical order.

        Types rarer than `min_count` are left out. `<s>` and `<unk>` keep ids 0 and 1 when they occur among
        the tokens. ValueError for `min_count` below 1.
        """
        _refuse_string("Vocabulary.from_tokens", "tokens", tokens)
        if min_count < 1:
            raise ValueError(f"Vocabulary.from_tokens: min_count must be at least 1, got {min_count}")
        tokens = list(tokens)
        _require_strings("Vocabulary.from_tokens", tokens)
        counts = Counter(tokens)
        kept = [word for word, count in counts.items() if count >= min_count]
        return cls.from_types(sorted(kept, key=lambda word: (-counts[word], word)))

    @classmethod
    def from_types(cls, types: Iterable[str]) -> Vocabulary:
        """These types in this order, after `<s>` and `<unk>` (which need not be among them)."""
        _refuse_string("Vocabulary.from_types", "types", types)
        return cls([START, UNKNOWN, *(word for word in types if word not in (START, UNKNOWN))])

    def __len__(self) -> int:
        return len(self._types)

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    def __getitem__(self, word: str) -> int:
        if word not in self._ids:
            raise KeyError(f"{word!r} is not in the vocabulary{did_you_mean(word, self._types)}")
        return self._ids[word]

    def get(self, word: str, default: int | None = None) -> int | None:
        """The id of `word`, or `default`: without the search for similar words that errors need."""
        return self._ids.get(word, default)

    def __repr__(self) -> str:
        return (
            f"Vocabulary of {len(self)} types: {', '.join(self._types[:6])}{', …' if len(self) > 6 else ''}"
        )

    @property
    def types(self) -> tuple[str, ...]:
        """All types in the order of their ids, (V,): `types[id]` is the word, `types[0]` is `<s>`."""
        return self._types

    def id(self, word: str) -> int:
        """The id of `word`; the id of `<unk>` where the vocabulary does not hold it."""
        return self._ids.get(word, 1)

    def word(self, id: int) -> str:
        """The type with this id. ValueError for an id outside 0 … V−1."""
        if not 0 <= id < len(self):
            raise ValueError(f"Vocabulary.word: id must lie in 0 … {len(self) - 1}, got {id}")
        return self._types[id]

    def encode(self, tokens: Iterable[str]) -> np.ndarray:
        """The ids of tokens, (n,) int64; an unknown token gets the id of `<unk>`."""
        _refuse_string("Vocabulary.encode", "tokens", tokens)
        ids = self._ids
        return np.array([ids.get(token, 1) for token in tokens], dtype=np.int64)

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The types of ids, (n,). ValueError for an id outside 0 … V−1, so cut padding (−100) off before."""
        if isinstance(ids, np.ndarray) or hasattr(ids, "tolist"):
            ids = ids.tolist()
        if not isinstance(ids, Iterable):
            raise ValueError(
                f"Vocabulary.decode: ids must be a sequence, got {ids!r}; for one id: vocabulary.word(id)"
            )
        return [self.word(id) for id in ids]

    def save(self, path: str | Path) -> None:
        """Writes the types to a JSON file (UTF-8), which `Vocabulary.load` reads back."""
        text = json.dumps(list(self._types), ensure_ascii=False, indent=0)
        Path(path).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Vocabulary:
        """Reads what `save` wrote. ValueError, naming the file, for a file that holds no vocabulary."""
        try:
            types = json.loads(Path(path).read_text(encoding="utf-8"))
            if not isinstance(types, list):
                raise ValueError(f"expected a list of types, got {_described(types)}")
            return cls(types)
        except ValueError as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors too
            raise ValueError(
                f"Vocabulary.load: {path} holds no vocabulary as save writes it ({error})"
            ) from None


# --- what a model reads -------------------------------------------------------------------------------------


def sentence_rows(
    sentences: Sequence[Sequence[str]], vocabulary: Vocabulary
) -> tuple[np.ndarray, np.ndarray]:
    """One row per sentence → (inputs, targets), both (N, T) int64, T the length of the longest sentence.

    A sentence w1 … wn gives inputs `<s> w1 … w(n−1)` and targets `w1 … wn`. Shorter rows are filled up at the
    end: inputs with the id of `<s>`, targets with −100, which counts in no loss.
    """
    _refuse_string("sentence_rows", "sentences", sentences)
    for number, sentence in enumerate(sentences):
        if isinstance(sentence, str) or len(sentence) == 0:
            came = f"the string {sentence!r}" if isinstance(sentence, str) else "an empty one"
            raise ValueError(
                f"sentence_rows: every sentence must be a list of at least one token, sentence {number} is "
                f"{came}; text.tokenize and text.split_sentences make them"
            )
    lengths = np.array([len(sentence) for sentence in sentences], dtype=np.int64)
    shape = (len(sentences), int(lengths.max(initial=0)))
    filled = np.arange(shape[1]) < lengths[:, None]  # (N, T)
    targets = np.full(shape, PADDING, dtype=np.int64)
    targets[filled] = vocabulary.encode(token for sentence in sentences for token in sentence)
    inputs = np.full(shape, vocabulary.id(START), dtype=np.int64)
    inputs[:, 1:][filled[:, 1:]] = targets[:, :-1][filled[:, 1:]]
    return inputs, targets


def batches(*arrays, batch_size: int, rng: np.random.Generator | None) -> Iterator[tuple]:
    """Rows of equally long arrays in fresh random order, `batch_size` at a time → tuples of arrays.

    Each row comes exactly once and the last batch may be short. `rng=None` keeps the order of the rows (to
    evaluate). Works on NumPy arrays and on torch tensors; a batch is a copy.
    """
    if not arrays:
        raise ValueError("batches: needs at least one array, got none")
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(f"batches: all arrays must have the same number of rows, got {lengths}")
    if batch_size < 1:
        raise ValueError(f"batches: batch_size must be at least 1, got {batch_size}")
    order = np.arange(lengths[0]) if rng is None else rng.permutation(lengths[0])
    return (
        tuple(array[order[start : start + batch_size]] for array in arrays)
        for start in range(0, lengths[0], batch_size)
    )


# --- errors that help ---------------------------------------------------------------------------------------


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """The end of an error message: "; did you mean 'books'?", or nothing where no known word is close."""
    from difflib import get_close_matches

    close = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def _described(value: object) -> str:
    shown = repr(value)
    return f"{type(value).__name__} {shown if len(shown) <= 40 else shown[:40] + '…'}"


def _refuse_string(function: str, argument: str, value: object) -> None:
    """A string is a sequence of letters, and would pass for a list of one-letter tokens."""
    if isinstance(value, (str, bytes)):
        raise ValueError(
            f"{function}: {argument} must be a list, got {_described(value)}; text.tokenize makes tokens"
        )


def _require_strings(function: str, tokens: Iterable[object]) -> None:
    for token in tokens:
        if not isinstance(token, str) or not token:
            raise ValueError(
                f"{function}: each token must be a string that is not empty, got {_described(token)}"
            )
