"""Losses: of a model on a batch and on held-out rows, and of a run since its last measurement."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .. import evaluation
from ..text import PADDING
from . import processes
from .history import History, Measurement
from .rows import Rows


def mean_loss(model: nn.Module, inputs: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats per token; targets of −100 do not count. A model's own `loss` where it has one."""
    if hasattr(model, "loss"):
        return model.loss(inputs, targets)
    t = model(inputs)  # (B, T, V)
    return nn.functional.cross_entropy(t.flatten(0, 1), targets.flatten(), ignore_index=PADDING)


class SummedLoss(nn.Module):
    """(inputs, targets) -> the cross-entropy of all tokens that count, summed, in nats."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor, targets: Tensor) -> Tensor:
        return mean_loss(self.model, inputs, targets) * (targets != PADDING).sum()


@torch.no_grad()
def measured(model: nn.Module, rows: Rows, batch_size: int = 256) -> tuple[float, float, float]:
    """(loss, gap, standard error over rows) of a model on rows, nats per token; gap nan where no truth is known."""
    device = next(model.parameters()).device
    lengths, was_training = rows.lengths, model.training
    model.eval()
    values, done = [], 0
    for start in range(0, len(rows), batch_size):
        longest = int(lengths[start : start + batch_size].max())
        targets = rows.targets[start : start + batch_size, :longest]
        t = model(rows.inputs[start : start + batch_size, :longest].to(device)).cpu()
        log_q = t[targets != PADDING].double().log_softmax(-1)  # (tokens, V)
        if rows.exact is None:
            values.append(-log_q.gather(1, targets[targets != PADDING][:, None])[:, 0].numpy())
        else:
            p = rows.exact[done : done + len(log_q)]
            values.append(_divergences(p, log_q.numpy()))
            done += len(p)
    model.train(was_training)
    counted = [row[row != PADDING].tolist() for row in rows.targets if (row != PADDING).any()]
    value = np.concatenate(values)
    if len(counted) < 2:  # one row has no spread
        mean, error = float(value.mean()), math.nan
    else:
        mean, error = evaluation.mean_over_tokens(value, counted)
    return (mean, math.nan, error) if rows.exact is None else (rows.entropy_rate + mean, mean, error)


def _divergences(p: np.ndarray, log_q: np.ndarray) -> np.ndarray:
    """KL(p ‖ q) of each row, nats; inf where q is 0 and p is not."""
    at = np.nonzero(p)
    possible = p[at]
    return np.bincount(at[0], possible * (np.log(possible) - log_q[at]), minlength=len(p))


class Meter:
    """Counts steps, tokens and losses of a run, and writes a measurement into its `history` when it is asked to."""

    def __init__(self, model: nn.Module, held_out: Rows | None, device: torch.device):
        self.model, self.held_out, self.device = model, held_out, device
        rate = None if held_out is None else held_out.entropy_rate
        self.history = History(ended="going on", entropy_rate=rate)
        self.n_tokens, self.seconds = 0, 0.0
        self.clock = time.perf_counter()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.loss_since_measurement, self.norm_since_measurement = (
            0.0,
            0.0,
        )  # sums; the loss's in this process
        self.tokens_since_measurement, self.steps_since_measurement = 0, 0

    def add(self, loss: Tensor, gradient_norm: Tensor, n_tokens: int) -> None:
        """One more step: the summed loss of this process's rows in nats, and the tokens of all processes.

        FloatingPointError for a loss or a norm that is not finite.
        """
        both = torch.stack([loss.detach(), gradient_norm.to(loss)])
        value, norm = both.tolist()  # an accelerator is waited for here, once
        if not (math.isfinite(value) and math.isfinite(norm)):
            raise FloatingPointError(
                f"fit: at step {self.history.n_steps + 1} the loss is {value / n_tokens}, the norm of its gradient "
                f"{norm}; the model keeps the weights from before. Lower the learning rate, or set clip"
            )
        self.history.n_steps += 1
        self.n_tokens += n_tokens
        self.loss_since_measurement += value
        self.norm_since_measurement += norm
        self.tokens_since_measurement += n_tokens
        self.steps_since_measurement += 1

    def measure(self, learning_rate: float) -> None:
        """Adds a `Measurement` to the history; the first process measures the held-out rows, for all."""
        unknown = [math.nan] * 3
        here = self.held_out is not None and processes.rank() == 0
        found = measured(self.model, self.held_out) if here else unknown
        loss, gap, error = processes.from_first(list(found), self.device)
        train_loss, norm = math.nan, math.nan
        if self.steps_since_measurement:
            (total,) = processes.total([self.loss_since_measurement], self.device)
            train_loss = total / self.tokens_since_measurement
            norm = self.norm_since_measurement / self.steps_since_measurement
        self._begin_anew()
        measurement = Measurement(
            self.history.n_steps, self.n_tokens, train_loss, loss, gap, error, learning_rate, norm, self._seconds()
        )  # fmt: skip
        self.history.measurements.append(measurement)

    def _seconds(self) -> float:
        return self.seconds + time.perf_counter() - self.clock

    def headline(self) -> str:
        """For the progress bar: the loss, the gap, the speed."""
        parts = []
        if self.tokens_since_measurement:
            loss = processes.size() * self.loss_since_measurement / self.tokens_since_measurement
            parts.append(f"loss {loss:.3f}")
        if self.history.measurements and not math.isnan(self.history.gaps[-1]):
            parts.append(f"gap {self.history.gaps[-1]:.3f}")
        return ", ".join([*parts, f"{self.n_tokens / max(self._seconds(), 1e-9):,.0f} tokens/s"])

    def state_dict(self) -> dict[str, Any]:
        """All processes must ask for it together."""
        (loss,) = processes.total([self.loss_since_measurement], self.device)
        return {
            "n_steps": self.history.n_steps,
            "n_tokens": self.n_tokens,
            "seconds": self._seconds(),
            "since_measurement": [
                loss, self.norm_since_measurement, self.tokens_since_measurement, self.steps_since_measurement,
            ],
            "measurements": [tuple(measurement) for measurement in self.history.measurements],
            "best_step": self.history.best_step,
            "ended": self.history.ended,
        }  # fmt: skip

    def load_state_dict(self, state: dict[str, Any]) -> None:
        history = self.history
        history.n_steps, history.best_step = state["n_steps"], state["best_step"]
        history.measurements = [Measurement(*measurement) for measurement in state["measurements"]]
        history.ended = "early stop" if state["ended"] == "early stop" else "going on"
        self.n_tokens, self.seconds = state["n_tokens"], state["seconds"]
        (
            self.loss_since_measurement, self.norm_since_measurement,
            self.tokens_since_measurement, self.steps_since_measurement,
        ) = state["since_measurement"]  # fmt: skip
        if processes.rank() > 0:  # the sum is that of all processes
            self.loss_since_measurement = 0.0
        self.clock = time.perf_counter()
