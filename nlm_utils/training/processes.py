"""Several processes that train one model together: who this one is, and the few things they tell each other.

`torchrun --nproc-per-node 2 -m nlm_utils.train …` starts them; alone, `size()` is 1 and every function here returns
what it was given. No lecture needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, distributed, nn


def started_together() -> bool:
    """Was this process started by torchrun with others?"""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def start(device: torch.device) -> torch.device:
    """Meets the other processes; the device that is this one's: a GPU of its own (NCCL), or the CPU (gloo)."""
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return device


def stop() -> None:
    """Leaves the others."""
    if size() > 1:
        distributed.destroy_process_group()


def size() -> int:
    """How many processes train together; 1 for a process alone."""
    return distributed.get_world_size() if distributed.is_available() and distributed.is_initialized() else 1


def rank() -> int:
    """Which of them this one is, from 0; the first one measures, writes and shows."""
    return distributed.get_rank() if size() > 1 else 0


def from_first(values: list[float], device: torch.device) -> list[float]:
    """The numbers that the first process has, in all of them."""
    if size() == 1:
        return values
    shared = torch.tensor(values, dtype=torch.float64, device=device)
    distributed.broadcast(shared, 0)
    return shared.tolist()


def total(values: list[float], device: torch.device) -> list[float]:
    """The sums of these numbers over all processes."""
    if size() == 1:
        return values
    shared = torch.tensor(values, dtype=torch.float64, device=device)
    distributed.all_reduce(shared)
    return shared.tolist()


def add_up(tensors: Iterable[Tensor]) -> None:
    """Replaces each tensor by its sum over all processes."""
    if size() > 1:
        for tensor in tensors:
            distributed.all_reduce(tensor)


def together(loss: nn.Module) -> nn.Module:
    """The module, with the gradients of its parameters shared by all processes."""
    return nn.parallel.DistributedDataParallel(loss) if size() > 1 else loss


def backward(loss: Tensor) -> None:
    """The gradient of the sum of this loss over all processes; DistributedDataParallel alone would take their mean."""
    (loss * size()).backward()


@contextmanager
def death_is_told(how_to_go_on: object) -> Iterator[None]:
    """Inside, what torch raises where another process has died becomes an error that says so, and how to go on."""
    try:
        yield
    except RuntimeError as error:
        if size() == 1:
            raise
        raise RuntimeError(
            f"fit: process {rank()} cannot go on; most likely another one has died "
            f"({str(error).splitlines()[0]}); {how_to_go_on}"
        ) from error
