"""The weights of the lowest held-out loss so far, and when to stop waiting for lower ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import nn

from .history import History


class EarlyStopping:
    """Watches the held-out losses of a history, and keeps the weights of the lowest.

    patience  how many measurements in a row without a lower loss are enough; None: nothing is watched
    """

    def __init__(self, model: nn.Module, patience: int | None):
        self.model, self.patience, self.best = model, patience, None

    def stops(self, history: History) -> bool:
        """After a measurement: is it time to stop? Then the model gets its best weights back.

        At the end of a run ("done") any earlier measurement that was lower is reason enough.
        """
        if self.patience is None:
            return False
        losses = history.losses
        waited = len(losses) - 1 - int(np.argmin(losses))
        if waited == 0:
            self.best = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
            history.best_step = history.steps[-1]
        if waited < (1 if history.ended == "done" else self.patience):
            return False
        self.model.load_state_dict(self.best)
        return True

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.best = state["best"]
