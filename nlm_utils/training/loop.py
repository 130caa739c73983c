"""The training loop of lectures 08 to 13. What it calls has a file of its own beside it: see `nlm_utils.training`."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from . import console, processes
from .history import History
from .rows import Rows
from .setup import prepare


def fit(
    model: nn.Module,
    rows: Rows,
    steps: int,
    *,
    batch_size: int = 64,
    optimizer: str = "Adam",
    learning_rate: float = 3e-3,
    warmup: int | None = None,
    clip: float | None = 1.0,
    weight_decay: float = 0.0,
    held_out: Rows | None = None,
    measure_every: int | None = None,
    patience: int | None = None,
    seed: int = 0,
    checkpoint: str | Path | None = None,
    device: str | torch.device = "auto",
) -> History:
    """Trains `model` on `rows` for `steps` steps, in place -> History.

    model          ids (B, T) -> logits (B, T, V), such as a `LanguageModel`; its loss is the mean over the targets
    batch_size     rows a step; each epoch takes all rows in a fresh random order, its last batch may be short. Every
                   step's loss is divided by the same number, the tokens of an average batch, so that every word weighs
                   the same, whatever batch it is in
    optimizer      one of `optim.OPTIMIZERS`: "SGD", "momentum", "Adam" or "Sophia"
    learning_rate  the peak: `optim.warmup_cosine` rises to it over `warmup` steps (left out: a twentieth), falls to 0
    clip           the largest norm of all gradients together; None: as they are
    held_out       rows to measure on, before the first step, every `measure_every` steps (left out: a tenth) and at the
                   end; with `exact` the loss is entropy rate + gap, which chance cannot push below the floor
    patience       stop early after so many measurements without a lower held-out loss; the model then has the weights
                   of the lowest
    checkpoint     a file, written whole at each measurement and at an interruption. If it is there, the SAME run goes
                   on from it, and with more `steps` than before beyond its old end: the learning rate, which had
                   fallen, is then that of the longer schedule. ValueError for the file of another run or a damaged one
    device         "auto": a CUDA device if there is one, else the CPU. The model stays there
    Processes that torchrun started train together: each takes its part of the same batches.
    Ctrl-C (in Jupyter, Interrupt) stops after the step that is under way and keeps what was learnt; a second one stops
    at once. A loss that is not finite raises FloatingPointError, and the model keeps its last finite weights.
    """
    settings = {
        "batch_size": batch_size, "optimizer": optimizer, "learning_rate": learning_rate, "warmup": warmup,
        "clip": clip, "weight_decay": weight_decay, "measure_every": measure_every, "patience": patience,
        "seed": seed,
    }  # fmt: skip
    run = prepare(model, rows, steps, held_out, checkpoint, device, settings)
    history = run.meter.history
    with (
        processes.death_is_told(run.checkpoint),
        run.randomness.in_use(),
        console.interruptible(run.device) as interrupted,
        console.progress_bar(steps, history.n_steps) as bar,
    ):
        while history.ended == "going on":
            step = history.n_steps

            # now and then, and at the end: measure, stop early, save
            if step == steps:
                history.ended = "done"
            if (step == steps or step % run.measure_every == 0) and step not in history.steps:
                run.meter.measure(run.schedule.at(step))
                if run.stopping.stops(history):
                    history.ended = "early stop"
                run.checkpoint.write()
            if history.ended == "going on" and interrupted():
                history.ended = "interrupted"
                run.checkpoint.write()
            if history.ended != "going on":
                break

            # one step
            inputs, targets, n_tokens = run.batches.at(step)
            run.curvature.update(inputs, targets)
            loss = run.summed_loss(inputs, targets)
            run.optimizer.zero_grad()
            processes.backward(loss / run.batches.tokens_per_step)
            norm = nn.utils.clip_grad_norm_(run.parameters, run.clip)
            run.meter.add(loss, norm, n_tokens)
            run.schedule.set(run.optimizer, step + 1)
            run.optimizer.step()
            bar.update()
            if step % 20 == 19:
                bar.set_postfix_str(run.meter.headline(), refresh=False)
    return history
