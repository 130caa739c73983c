"""What a run consists of, put together and checked before the first step is spent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..optim import OPTIMIZERS
from . import processes
from .checkpoints import Checkpoint, identity
from .curvature import Curvature
from .early_stopping import EarlyStopping
from .measuring import Meter, SummedLoss
from .randomness import Randomness
from .rows import Batches, Rows
from .schedule import Schedule


class Run(NamedTuple):
    """The parts of a run; the loop calls them one after the other."""

    parameters: list[Tensor]
    summed_loss: nn.Module  # (inputs, targets) -> nats, summed over the tokens of this process
    optimizer: torch.optim.Optimizer
    batches: Batches
    schedule: Schedule
    curvature: Curvature
    meter: Meter
    stopping: EarlyStopping
    randomness: Randomness
    checkpoint: Checkpoint
    measure_every: int
    clip: float
    device: torch.device


def prepare(
    model: nn.Module,
    rows: Rows,
    steps: int,
    held_out: Rows | None,
    checkpoint: str | Path | None,
    device: str | torch.device,
    settings: Mapping[str, Any],
) -> Run:
    """The parts of a run, as `fit` was asked for it, where its checkpoint left them; ValueError for what cannot be."""
    check(steps, settings)
    if settings["patience"] is not None and held_out is None:
        raise ValueError("fit: patience needs held_out rows, whose loss it waits for")
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not parameters:
        raise ValueError("fit: the model has no parameters to train")
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    model.to(device)
    device, seed = parameters[0].device, settings["seed"]

    rate = settings["learning_rate"]
    make = OPTIMIZERS[settings["optimizer"]]
    optimizer = make(model.named_parameters(), rate, weight_decay=settings["weight_decay"])
    batches = Batches(rows, settings["batch_size"], seed, device)
    randomness = Randomness(seed, device)
    meter = Meter(model, held_out, device)
    stopping = EarlyStopping(model, settings["patience"])
    parts = {
        "model": model,
        "optimizer": optimizer,
        "randomness": randomness,
        "meter": meter,
        "stopping": stopping,
    }
    saved = Checkpoint(checkpoint, steps, identity(model, rows, held_out, settings), parts)
    saved.restore()
    return Run(
        parameters=parameters,
        summed_loss=processes.together(SummedLoss(model)),
        optimizer=optimizer,
        batches=batches,
        schedule=Schedule(steps, settings["warmup"], peak=rate),
        curvature=Curvature(model, optimizer, randomness.draws, batches.tokens_per_step),
        meter=meter,
        stopping=stopping,
        randomness=randomness,
        checkpoint=saved,
        measure_every=settings["measure_every"] or max(1, steps // 10),
        clip=float("inf") if settings["clip"] is None else settings["clip"],
        device=device,
    )


def check(steps: int, settings: Mapping[str, Any]) -> None:
    """ValueError for a setting that cannot be."""
    values = {"steps": steps, **settings}
    limits = {
        "steps": (steps >= 1, "at least 1"),
        "batch_size": (values["batch_size"] >= 1, "at least 1"),
        "optimizer": (values["optimizer"] in OPTIMIZERS, f"one of {', '.join(map(repr, OPTIMIZERS))}"),
        "learning_rate": (values["learning_rate"] > 0, "> 0"),
        "warmup": (values["warmup"] is None or values["warmup"] >= 0, "at least 0"),
        "clip": (values["clip"] is None or values["clip"] > 0, "> 0, or None"),
        "patience": (values["patience"] is None or values["patience"] >= 1, "at least 1, or None"),
        "measure_every": (values["measure_every"] is None or values["measure_every"] >= 1, "at least 1"),
    }
    for name, (allowed, limit) in limits.items():
        if not allowed:
            raise ValueError(f"fit: {name} must be {limit}, got {values[name]!r}")
