"""What a training has measured: plain numbers, and a figure of them over the floors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Measurement(NamedTuple):
    """The state of a training after so many steps; losses in nats per token, nan where nothing was measured."""

    step: int
    tokens: int  # trained on so far, those that count
    train_loss: float  # mean over the tokens since the measurement before
    loss: float  # on the held-out rows; where the truth is known entropy rate + gap, else the plain mean
    gap: float  # mean KL from the truth, where it is known
    standard_error: float  # of loss, over rows
    learning_rate: float
    gradient_norm: float  # mean since the measurement before, before clipping
    seconds: float  # since the start, measuring included


@dataclass
class History:
    """What `fit` has measured, in order, and how it ended: "done", "early stop" or "interrupted"."""

    measurements: list[Measurement] = field(default_factory=list)
    ended: str = "done"
    entropy_rate: float | None = None
    best_step: int | None = None  # the step whose weights the model has, after an early stop
    n_steps: int = 0  # steps taken: after an interruption more than at the last measurement

    def _column(self, name: str) -> list:
        return [getattr(measurement, name) for measurement in self.measurements]

    @property
    def steps(self) -> list[int]:
        return self._column("step")

    @property
    def tokens(self) -> list[int]:
        return self._column("tokens")

    @property
    def train_losses(self) -> list[float]:
        """Mean loss of the batches between one measurement and the next; nan at the start."""
        return self._column("train_loss")

    @property
    def losses(self) -> list[float]:
        """Held-out losses; entropy rate + gap where the truth is known."""
        return self._column("loss")

    @property
    def gaps(self) -> list[float]:
        """Mean KL from the truth on the held-out rows."""
        return self._column("gap")

    def plot(self, floors: Mapping[str, float] | None = None, title: str = "") -> Figure:
        """The training and held-out losses over the tokens seen, with the floors and the entropy rate dashed."""
        from ..plots.floors import loss_curves

        later = [m for m in self.measurements if m.step > 0]
        if not later:
            raise ValueError("History.plot: there is nothing to draw yet; train for a step or more")
        curves = {"training": [m.train_loss for m in later]}
        if not all(math.isnan(m.loss) for m in later):
            curves["held out"] = [m.loss for m in later]
        tokens = [m.tokens for m in later]
        return loss_curves(tokens, curves, dict(floors or {}), self.entropy_rate, title=title)

    def __str__(self) -> str:
        if not self.measurements:
            return f"{self.ended}: nothing measured"
        last = self.measurements[-1]
        parts = [f"{last.step:,} steps".replace(",", " "), f"{last.tokens:,} tokens".replace(",", " ")]
        parts.append(f"training loss ≈ {last.train_loss:.3f}")
        if not math.isnan(last.gap):
            parts.append(f"gap to the entropy rate ≈ {last.gap:.4f} ± ≈ {last.standard_error:.4f}")
        elif not math.isnan(last.loss):
            parts.append(f"held-out loss ≈ {last.loss:.3f}")
        how = (
            self.ended
            if self.n_steps == last.step
            else f"{self.ended} at step {self.n_steps}, measured after"
        )
        return f"{how}{':' if how == self.ended else ''} {', '.join(parts)} nats per token, ≈ {last.seconds:.1f} s"

    __repr__ = __str__
