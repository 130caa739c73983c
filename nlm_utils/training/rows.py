"""A text in rows of ids, and which of the rows make the batch of each step."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ..text import PADDING, Vocabulary, sentence_rows
from . import processes


def make_windows(ids, length):
    """A running text cut into windows: (x, y), two int64 tensors of shape (N, length), y one step ahead of x.

    ids     (n,) whole numbers: a 1-D array, a list or a tensor, which stays as it was
    length  tokens in a window, at least 1

    Window i of x holds ids[i·length … (i+1)·length − 1], and y, at each place, the id that FOLLOWS the one in x. The
    windows lie side by side without overlap; what does not fill a window is dropped. N is as large as possible:
    (n − 1) // length, since the last id can only be a target. A text too short for one window gives two tensors of
    shape (0, length).
    """
    ids = torch.as_tensor(ids, dtype=torch.int64)
    n_windows = max(len(ids) - 1, 0) // length
    x = ids[: n_windows * length].reshape(n_windows, length)
    y = ids[1 : n_windows * length + 1].reshape(n_windows, length)
    return x, y


@dataclass(frozen=True)
class Rows:
    """What a model is trained or measured on: inputs and targets, (N, T) int64; targets of −100 do not count.

    exact         the true distributions of all tokens that count, (tokens, V) in reading order, where they are known
    entropy_rate  of the language, nats per token, where it is known: with `exact`, losses are measured over this floor
    """

    inputs: Tensor
    targets: Tensor
    exact: np.ndarray | None = field(default=None, repr=False)
    entropy_rate: float | None = None

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], vocabulary: Vocabulary) -> Rows:
        """One sentence per row, padded to the longest: `text.sentence_rows` as tensors."""
        return cls(*map(torch.from_numpy, sentence_rows(sentences, vocabulary)))

    @classmethod
    def campus(cls, n_sentences: int, seed: int, vocabulary: Vocabulary) -> Rows:
        """Fresh sentences of Campus with the exact distribution of every token: a text to measure on."""
        from ..corpora import campus

        sentences = campus.sample(n_sentences, seed)
        inputs, targets = map(torch.from_numpy, sentence_rows(sentences, vocabulary))
        exact = campus.exact_distributions(sentences, vocabulary)
        return cls(inputs, targets, exact, campus.entropy_rate())

    @classmethod
    def from_windows(cls, ids: Sequence[int], length: int) -> Rows:
        """A running text in windows side by side, each target one token ahead, by `make_windows`.

        ValueError for ids that are no running text, and for a text of fewer than length + 1 ids.
        """
        ids = np.asarray(ids)
        if ids.ndim != 1 or (ids.size and not np.issubdtype(ids.dtype, np.integer)):
            raise ValueError(
                f"Rows.from_windows: ids must be a 1-D array of whole numbers, got shape {ids.shape} of {ids.dtype}; "
                "vocabulary.encode(tokens) makes it"
            )
        if length < 1:
            raise ValueError(f"Rows.from_windows: length must be at least 1, got {length}")
        if len(ids) <= length:
            raise ValueError(
                f"Rows.from_windows: the text must have more than length = {length} ids, got {len(ids)}"
            )
        return cls(*make_windows(ids, length))

    def __len__(self) -> int:
        return len(self.inputs)

    def __post_init__(self) -> None:
        if self.inputs.ndim != 2 or self.inputs.shape != self.targets.shape:
            raise ValueError(
                "Rows: inputs and targets must have one shape (N, T), got "
                f"{tuple(self.inputs.shape)} and {tuple(self.targets.shape)}"
            )
        if self.inputs.dtype != torch.int64 or self.targets.dtype != torch.int64:
            raise TypeError(
                f"Rows: ids must be int64, got {self.inputs.dtype} and {self.targets.dtype}; use .long()"
            )
        if not self.real.any():
            raise ValueError(f"Rows: the text is empty, no target of {tuple(self.targets.shape)} counts")
        if self.exact is not None and len(self.exact) != self.n_tokens:
            raise ValueError(
                f"Rows: exact must have a row for each of {self.n_tokens} tokens, got {len(self.exact)}"
            )

    @property
    def real(self) -> Tensor:
        """Where a target counts, (N, T) bool."""
        return self.targets != PADDING

    @property
    def n_tokens(self) -> int:
        """How many tokens count."""
        return int(self.real.sum())

    @property
    def lengths(self) -> Tensor:
        """Up to where each row counts, (N,); at least 1. What lies after that is padding."""
        places = torch.arange(1, self.targets.shape[1] + 1)
        return (self.real * places).amax(1).clamp_min(1)

    def fingerprint(self) -> str:
        """Sixteen letters that tell these rows from others."""
        digest = hashlib.sha256(self.inputs.numpy().tobytes())
        digest.update(self.targets.numpy().tobytes())
        return digest.hexdigest()[:16]


class Batches:
    """The rows of each step: a function of the seed and of the step alone, so that a resumed run takes the same.

    An epoch takes every row once, in a fresh random order; its last batch may be short. Several processes share each
    batch. A batch is cut off where all its rows have ended. (Neighbours in length in one batch would spare a third of
    the places and a fifth of the time, but a model then ends farther from the floor after as many steps;
    benchmarks/batches.py measures it, and a compromise.)

    tokens_per_step  what the summed loss of EVERY batch is to be divided by: batch size × mean tokens of a row. The
                     batch's own count would weigh a word more where its batch happens to be short.
    ValueError where the smallest batch has no row for each process.
    """

    def __init__(self, rows: Rows, batch_size: int, seed: int, device: torch.device):
        self.rows, self.seed, self.device = rows, seed, device
        self.batch_size = min(batch_size, len(rows))
        self.tokens_per_step = self.batch_size * rows.n_tokens / len(rows)
        self.lengths, self.n_tokens = rows.lengths.numpy(), rows.real.sum(1).numpy()
        self.epoch, self.batches = -1, []  # the epoch that was cut into batches last
        smallest = len(rows) % self.batch_size or self.batch_size
        if smallest < processes.size():
            raise ValueError(
                f"fit: a batch of {smallest} rows cannot be shared by {processes.size()} processes; "
                "take a batch_size that divides the rows, or fewer processes"
            )

    def at(self, step: int) -> tuple[Tensor, Tensor, int]:
        """(inputs, targets, tokens that count) of step 0, 1, 2, …: (B, T) of this process, tokens of all together."""
        epoch, place = divmod(step, math.ceil(len(self.rows) / self.batch_size))
        if epoch != self.epoch:
            self.epoch, self.batches = epoch, self.cut(np.random.default_rng([self.seed, epoch]))
        which = self.batches[place]
        mine = torch.from_numpy(which[processes.rank() :: processes.size()])
        longest = int(self.lengths[mine].max())  # what is padding in all rows is not computed
        inputs, targets = self.rows.inputs[mine, :longest], self.rows.targets[mine, :longest]
        return inputs.to(self.device), targets.to(self.device), int(self.n_tokens[which].sum())

    def cut(self, rng: np.random.Generator) -> list[np.ndarray]:
        """The numbers of the rows of each batch of an epoch."""
        order = rng.permutation(len(self.rows))
        return [order[start : start + self.batch_size] for start in range(0, len(order), self.batch_size)]
