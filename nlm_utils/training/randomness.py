"""The random numbers of a run, apart from the order of its rows: all come from its seed, and a resumed run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from . import processes


class Randomness:
    """Torch's own generator, which dropout uses, and `draws`, a generator for the labels that Sophia asks for.

    Each process has its own numbers. A checkpoint holds the state of the first one; the others begin anew from it.
    """

    def __init__(self, seed: int, device: torch.device):
        self.seed, self.device = seed, device
        self.draws = torch.Generator(device)
        self.draws.manual_seed(seed + 1 + 1000 * processes.rank())
        self.restored: list[torch.Tensor] = []  # torch's own states, first the CPU's

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Inside, torch's generators are this run's; at the end the caller's are as they were."""
        with torch.random.fork_rng():
            torch.manual_seed(self.seed + processes.rank())
            if self.restored:
                torch.set_rng_state(self.restored[0])
                if self.device.type == "cuda" and len(self.restored) > 1:
                    torch.cuda.set_rng_state(self.restored[1], self.device)
                if processes.rank():
                    torch.manual_seed(processes.rank() + int(torch.randint(2**60, ())))
            yield

    def state_dict(self) -> dict[str, Any]:
        states = [torch.get_rng_state()]
        if self.device.type == "cuda":
            states.append(torch.cuda.get_rng_state(self.device))
        return {"torch": states, "draws": self.draws.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.restored = state["torch"]
        self.draws.set_state(state["draws"])
        if processes.rank():
            seed = torch.randint(2**60, (), generator=self.draws, device=self.device)
            self.draws.manual_seed(processes.rank() + int(seed))
