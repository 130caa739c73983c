"""The learning rate of each step of a run: it rises for some steps, then falls along half a cosine (lecture 07)."""

from __future__ import annotations

import torch

from ..optim import warmup_cosine


class Schedule:
    """The learning rate of step 1 … steps: up to `peak` in a straight line, down along `optim.warmup_cosine`.

    warmup  steps until the peak; None: a twentieth of all
    The last step's is small but not 0. A run that goes on for more steps than it was begun with follows the longer
    schedule from where it stands: its rate, which had fallen, rises again.
    """

    def __init__(self, steps: int, warmup: int | None, peak: float):
        self.steps, self.peak = steps, peak
        self.warmup = max(1, steps // 20) if warmup is None else warmup

    def at(self, step: int) -> float:
        """The learning rate of a step, counted from 1; 0 at 0, before the first."""
        return warmup_cosine(step, self.warmup, self.steps + 1, self.peak)

    def set(self, optimizer: torch.optim.Optimizer, step: int) -> None:
        """Gives the optimizer the learning rate of this step."""
        for group in optimizer.param_groups:
            group["lr"] = self.at(step)
