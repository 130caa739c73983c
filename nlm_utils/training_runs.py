"""Short trainings of the additive model, in torch, that differ in their optimizer and nothing else.

The parameters at the start and the batches are the same for all optimizers with the same seed, so what
differs in the end is the optimizer's doing. Lecture 07 and benchmarks/optimizer_comparison.py use this; how a
model is trained in earnest is the subject of lecture 08.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from . import optim, text

OPTIMIZERS: dict[str, Callable] = {  # name -> (parameters, learning rate) -> optimizer
    "SGD": lambda parameters, learning_rate: optim.SGD(parameters, learning_rate),
    "momentum": lambda parameters, learning_rate: optim.SGD(parameters, learning_rate, momentum=0.9),
    "Adam": lambda parameters, learning_rate: optim.Adam(parameters, learning_rate),
    "Sophia": lambda parameters, learning_rate: optim.Sophia(parameters, learning_rate, rho=0.3),
}


class AdditiveModel(nn.Module):
    """softmax(W · (c_1 + … + c_n)) after every prefix; E and W (V, d) start at 0.1 times standard normal."""

    def __init__(self, vocab_size: int, dim: int = 16, seed: int = 0):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        E, W = 0.1 * torch.randn(2, vocab_size, dim, generator=generator)
        self.E, self.W = nn.Parameter(E), nn.Parameter(W)

    def forward(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        """(inputs, real), both (N, T) -> logits (M, V), one row for each of the M places where real is True."""
        inputs, real = batch
        x = nn.functional.embedding(inputs, self.E).cumsum(1)  # (N, T) -> (N, T, d): every prefix
        return x[real] @ self.W.T


class Rows(NamedTuple):
    """Sentences as `text.sentence_rows` lays them out, as tensors (N, T)."""

    inputs: Tensor
    targets: Tensor

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], vocabulary: text.Vocabulary) -> Rows:
        """The rows of these sentences, padded to the longest."""
        return cls(*map(torch.from_numpy, text.sentence_rows(sentences, vocabulary)))

    def chosen(self, which: Tensor) -> Rows:
        """The rows with these numbers."""
        return Rows(self.inputs[which], self.targets[which])

    @property
    def batch(self) -> tuple[Tensor, Tensor]:
        """What the model takes: the inputs, and the places where there is something to predict."""
        return self.inputs, self.targets != text.PADDING


def mean_loss(model: nn.Module, rows: Rows) -> Tensor:
    """Mean cross-entropy over all tokens of `rows`, nats per token."""
    return nn.functional.cross_entropy(model(rows.batch), rows.targets[rows.targets != text.PADDING])


class Run(NamedTuple):
    """What a training left behind."""

    model: AdditiveModel
    losses: list[float]  # on the test rows, nats per token, after each of `measure_at`; inf once it diverged
    seconds: float  # spent on steps, measuring not counted
    clipped: list[float]  # Sophia: share of clipped coordinates at each of `measure_at`; else empty

    @property
    def loss(self) -> float:
        return self.losses[-1]


def train(
    optimizer: str,
    learning_rate: float | Callable[[int], float],
    rows: Rows,
    test: Rows,
    vocab_size: int,
    steps: int = 200,
    batch_size: int = 64,
    seed: int = 0,
    measure_at: Collection[int] | None = None,
) -> Run:
    """`steps` steps with one of OPTIMIZERS on batches of sentences drawn from `rows`.

    learning_rate  a number, or a function of the step 0, 1, 2, …
    measure_at     after how many steps the test loss is taken, ascending; None: at the end only
    A run whose loss is no longer finite, or three times that of an even guess, stops: it has diverged.
    """
    model = AdditiveModel(vocab_size, seed=seed)
    stepper = OPTIMIZERS[optimizer](model.parameters(), 0.0)
    order = torch.Generator().manual_seed(1000 + seed)  # the batches
    draws = torch.Generator().manual_seed(2000 + seed)  # Sophia's labels: they must not change the batches
    measure_at = [steps] if measure_at is None else list(measure_at)
    losses, clipped, seconds = [], [], 0.0
    for step in range(steps):
        started = time.perf_counter()
        batch = rows.chosen(torch.randint(len(rows.inputs), (batch_size,), generator=order))
        for group in stepper.param_groups:
            group["lr"] = learning_rate(step) if callable(learning_rate) else learning_rate
        if optimizer == "Sophia":
            stepper.update_hessian(lambda: optim.gauss_newton_bartlett(model, batch.batch, draws))  # noqa: B023
        loss = mean_loss(model, batch)
        if not loss.item() < 3 * math.log(vocab_size):
            break
        stepper.zero_grad()
        loss.backward()
        stepper.step()
        seconds += time.perf_counter() - started
        if step + 1 in measure_at:
            with torch.no_grad():
                losses.append(mean_loss(model, test).item())
            if optimizer == "Sophia":
                clipped.append(stepper.clipped_share())
    losses += [math.inf] * (len(measure_at) - len(losses))
    return Run(model, losses, seconds, clipped)
