"""The estimates of the curvature that Sophia asks for every few steps; the other optimizers need none."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .. import optim
from ..text import PADDING
from . import processes


class Curvature:
    """Hands Sophia its Gauss–Newton–Bartlett estimates (lecture 07), and any other optimizer nothing.

    draws            for the labels that the model draws; nothing else takes random numbers from it
    tokens_per_step  what the summed loss of a batch is divided by: a batch of more tokens weighs more
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        draws: torch.Generator,
        tokens_per_step: float,
    ):
        self.model, self.optimizer, self.draws = model, optimizer, draws
        self.tokens_per_step = tokens_per_step

    def update(self, inputs: Tensor, targets: Tensor) -> None:
        """Before the step on this batch, (B, T) each."""
        if isinstance(self.optimizer, optim.Sophia):
            self.optimizer.update_hessian(lambda: self.estimates(inputs, targets))

    def estimates(self, inputs: Tensor, targets: Tensor) -> dict[Tensor, Tensor]:
        """{parameter: ĥ}, the sum over all processes of their estimates, each with the weight of its tokens."""
        real = targets != PADDING
        estimates = optim.gauss_newton_bartlett(self.model, inputs, self.draws, real)
        for estimate in estimates.values():
            estimate *= int(real.sum()) / self.tokens_per_step
        processes.add_up(estimates.values())
        return estimates
