"""The training loop of lectures 08 to 13: batches, optimizer, schedule, measurements, checkpoints.

`fit` minimises the mean negative log likelihood of a model on `Rows`, and returns a `History`, which draws itself over
the floors. Nothing depends on what else was computed before: all random numbers come from `seed`, and a run that was
cut off goes on from its checkpoint as if nothing had happened. Under torchrun the processes share each batch and step
alike (processes.py).
"""

from __future__ import annotations

import hashlib
import math
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from . import evaluation, optim, processes
from .models import storage
from .text import PADDING, Vocabulary, sentence_rows, windows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OPTIMIZERS = {
    "SGD": lambda parameters, decay: optim.SGD(parameters, momentum=0.9, weight_decay=decay),
    "Adam": lambda parameters, decay: optim.Adam(parameters, betas=(0.9, 0.99), weight_decay=decay),
    "Sophia": lambda parameters, decay: optim.Sophia(parameters, rho=0.3, weight_decay=decay),
}


@dataclass(frozen=True)
class Rows:
    """What a model is trained or measured on: inputs and targets, (N, T) int64; targets of −100 do not count.

    exact         the true distributions of all tokens that count, (tokens, V) in reading order, where they are known
    entropy_rate  of the language, nats per token, where it is known: with `exact`, losses are measured over this floor
    """

    inputs: Tensor
    targets: Tensor
    exact: np.ndarray | None = field(default=None, repr=False)
    entropy_rate: float | None = None

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]], vocabulary: Vocabulary) -> Rows:
        """One sentence per row, padded to the longest: `text.sentence_rows` as tensors."""
        return cls(*map(torch.from_numpy, sentence_rows(sentences, vocabulary)))

    @classmethod
    def campus(cls, n_sentences: int, seed: int, vocabulary: Vocabulary) -> Rows:
        """Fresh sentences of Campus with the exact distribution of every token: a text to measure on."""
        from .corpora import campus

        sentences = campus.sample(n_sentences, seed)
        inputs, targets = map(torch.from_numpy, sentence_rows(sentences, vocabulary))
        exact = campus.exact_distributions(sentences, vocabulary)
        return cls(inputs, targets, exact, campus.entropy_rate())

    @classmethod
    def from_windows(cls, ids: Sequence[int], length: int) -> Rows:
        """A running text in windows side by side, each target one token ahead: `text.windows` as tensors.

        ValueError for a text of fewer than length + 1 ids.
        """
        x, y = windows(ids, length)
        if not len(x):
            raise ValueError(
                f"Rows.from_windows: the text must have more than length = {length} ids, got {len(ids)}"
            )
        return cls(torch.from_numpy(x), torch.from_numpy(y))

    def __len__(self) -> int:
        return len(self.inputs)

    def __post_init__(self) -> None:
        if self.inputs.ndim != 2 or self.inputs.shape != self.targets.shape:
            raise ValueError(
                "Rows: inputs and targets must have one shape (N, T), got "
                f"{tuple(self.inputs.shape)} and {tuple(self.targets.shape)}"
            )
        if self.inputs.dtype != torch.int64 or self.targets.dtype != torch.int64:
            raise TypeError(
                f"Rows: ids must be int64, got {self.inputs.dtype} and {self.targets.dtype}; use .long()"
            )
        if not (self.targets != PADDING).any():
            raise ValueError(f"Rows: the text is empty, no target of {tuple(self.targets.shape)} counts")
        if self.exact is not None and len(self.exact) != self.n_tokens:
            raise ValueError(
                f"Rows: exact must have a row for each of {self.n_tokens} tokens, got {len(self.exact)}"
            )

    @property
    def n_tokens(self) -> int:
        """How many tokens count."""
        return int((self.targets != PADDING).sum())


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
        from .plots.floors import loss_curves

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
        return f"{self.ended}: {', '.join(parts)} nats per token, ≈ {last.seconds:.1f} s"

    __repr__ = __str__


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
    batch_size     rows a step; each epoch takes all rows in a fresh random order, its last batch may be short
    optimizer      "SGD" (momentum 0.9), "Adam" (β2 = 0.99) or "Sophia" (Gauss–Newton–Bartlett every 10 steps)
    learning_rate  the peak: `optim.warmup_cosine` rises to it over `warmup` steps (left out: a twentieth), falls to 0
    clip           the largest norm of all gradients together; None: as they are
    held_out       rows to measure on, before the first step, every `measure_every` steps (left out: a tenth) and at the
                   end; with `exact` the loss is entropy rate + gap, which chance cannot push below the floor
    patience       stop early after so many measurements without a lower held-out loss; the model then has the weights
                   of the lowest
    checkpoint     a file, written whole at each measurement and at an interruption. If it is there, the SAME run goes
                   on from it; ValueError for that of another run or a damaged one
    device         "auto": a CUDA device if there is one, else the CPU. The model stays there
    Processes that torchrun started train together: each takes its part of the same batches.
    Ctrl-C (in Jupyter, Interrupt) stops after the step that is under way and keeps what was learnt; a second one stops
    at once. A loss that is not finite raises FloatingPointError, and the model keeps its last finite weights.
    """
    settings = _checked(
        steps=steps,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        warmup=max(1, steps // 20) if warmup is None else warmup,
        clip=clip,
        weight_decay=weight_decay,
        measure_every=measure_every or max(1, steps // 10),
        patience=patience,
        seed=seed,
    )
    if patience is not None and held_out is None:
        raise ValueError("fit: patience needs held_out rows, whose loss it waits for")
    run = _Run(model.to(_device(device)), rows, held_out, settings)
    if checkpoint is not None and Path(checkpoint).exists():
        run.restore(checkpoint)
    try:
        with torch.random.fork_rng(), _interruptible() as interrupted, _bar(run, settings["steps"]) as bar:
            run.seed_torch()
            while run.history.ended == "going on":
                stop = processes.total([float(interrupted())], run.device) != [0.0]
                if run.due():
                    run.measure()
                elif stop:
                    run.interrupt()
                else:
                    run.step()
                    bar.update()
                    if run.n_steps % 20 == 0:
                        bar.set_postfix_str(run.headline(), refresh=False)
                    continue
                if checkpoint is not None and processes.rank() == 0:
                    run.save(checkpoint)
    except RuntimeError as error:
        if processes.size() == 1:
            raise
        raise RuntimeError(
            f"fit: process {processes.rank()} cannot go on after step {run.n_steps}; most likely another one has died "
            f"({str(error).splitlines()[0]}). "
            + (f"The same command goes on from {checkpoint}" if checkpoint else "No checkpoint was asked for")
        ) from error
    return run.history


def _checked(**settings: Any) -> dict[str, Any]:
    """The settings of a run; ValueError for one that cannot be."""
    limits = {
        "steps": (settings["steps"] >= 1, "at least 1"),
        "batch_size": (settings["batch_size"] >= 1, "at least 1"),
        "optimizer": (settings["optimizer"] in OPTIMIZERS, f"one of {', '.join(map(repr, OPTIMIZERS))}"),
        "learning_rate": (settings["learning_rate"] > 0, "> 0"),
        "warmup": (settings["warmup"] >= 0, "at least 0"),
        "clip": (settings["clip"] is None or settings["clip"] > 0, "> 0, or None"),
        "patience": (settings["patience"] is None or settings["patience"] >= 1, "at least 1, or None"),
        "measure_every": (settings["measure_every"] >= 1, "at least 1"),
    }
    for name, (allowed, limit) in limits.items():
        if not allowed:
            raise ValueError(f"fit: {name} must be {limit}, got {settings[name]!r}")
    return settings


def _device(device: str | torch.device) -> torch.device:
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)


def mean_loss(model: nn.Module, inputs: Tensor, targets: Tensor) -> Tensor:
    """Mean cross-entropy in nats per token; targets of −100 do not count. A model's own `loss` where it has one."""
    if hasattr(model, "loss"):
        return model.loss(inputs, targets)
    t = model(inputs)  # (B, T, V)
    return nn.functional.cross_entropy(t.flatten(0, 1), targets.flatten(), ignore_index=PADDING)


class _Loss(nn.Module):
    """`mean_loss` as a module, which is what DistributedDataParallel takes."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor, targets: Tensor) -> Tensor:
        return mean_loss(self.model, inputs, targets)


class _Run:
    """A training under way: everything that changes from step to step, and how to put it into a file and back."""

    def __init__(self, model: nn.Module, rows: Rows, held_out: Rows | None, settings: dict[str, Any]):
        self.model, self.rows, self.held_out, self.settings = model, rows, held_out, settings
        parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        if not parameters:
            raise ValueError("fit: the model has no parameters to train")
        self.parameters, self.device = parameters, parameters[0].device
        self.loss_of = _Loss(model)
        if processes.size() > 1:
            self.loss_of = nn.parallel.DistributedDataParallel(self.loss_of)
        self.optimizer = OPTIMIZERS[settings["optimizer"]](model.named_parameters(), settings["weight_decay"])
        self.draws = torch.Generator(self.device)  # for Sophia's labels
        self.draws.manual_seed(settings["seed"] + 1 + 1000 * processes.rank())
        self.torch_state: Tensor | None = None  # torch's own generator, which a model with dropout uses
        self.lengths = _lengths(rows.targets)
        self.order: tuple[int, np.ndarray] = (-1, np.empty(0, dtype=np.int64))  # (epoch, its rows in order)
        self.n_steps, self.n_tokens, self.seconds = 0, 0, 0.0
        self.loss_sum, self.norm_sum, self.since, self.steps_since = 0.0, 0.0, 0, 0
        self.best: dict[str, Tensor] | None = None
        self.history = History(
            ended="going on", entropy_rate=None if held_out is None else held_out.entropy_rate
        )
        self.clock = time.perf_counter()

    # --- one step -------------------------------------------------------------------------------------------------

    def batch(self) -> tuple[Tensor, Tensor, int]:
        """(inputs, targets, tokens that count) of this step, of all processes together for the last.

        A function of the seed and the step alone, so that a resumed run takes the same rows.
        """
        n, size = len(self.rows), min(self.settings["batch_size"], len(self.rows))
        epoch, place = divmod(self.n_steps, math.ceil(n / size))
        if self.order[0] != epoch:
            self.order = epoch, np.random.default_rng([self.settings["seed"], epoch]).permutation(n)
        which = torch.from_numpy(self.order[1][place * size : (place + 1) * size])
        counted = int((self.rows.targets[which] != PADDING).sum())
        mine = which[processes.rank() :: processes.size()]
        if not len(mine):
            raise ValueError(
                f"fit: a batch of {len(which)} rows cannot be shared by {processes.size()} processes; "
                "take a batch_size that divides the rows, or fewer processes"
            )
        longest = int(self.lengths[mine].max())  # what is padding in all rows is not computed
        inputs, targets = self.rows.inputs[mine, :longest], self.rows.targets[mine, :longest]
        return inputs.to(self.device), targets.to(self.device), counted

    def step(self) -> None:
        settings = self.settings
        rate = optim.warmup_cosine(
            self.n_steps + 1, settings["warmup"], settings["steps"] + 1, settings["learning_rate"]
        )
        inputs, targets, counted = self.batch()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if isinstance(self.optimizer, optim.Sophia):
            self.optimizer.update_hessian(lambda: self.curvature(inputs, targets))
        # the mean over the batch of all processes; DistributedDataParallel takes the mean of their gradients
        mine = int((targets != PADDING).sum())
        loss = self.loss_of(inputs, targets) * (mine / counted)
        self.optimizer.zero_grad()
        (loss * processes.size()).backward()
        limit = math.inf if settings["clip"] is None else settings["clip"]
        norm = nn.utils.clip_grad_norm_(self.parameters, limit)
        value, norm = torch.stack(
            [loss.detach(), norm.to(loss)]
        ).tolist()  # an accelerator is waited for once
        if not (math.isfinite(value) and math.isfinite(norm)):
            raise FloatingPointError(
                f"fit: at step {self.n_steps + 1} the loss is {value}, the norm of its gradient {norm}; the model "
                "keeps the weights from before. Lower the learning rate, or set clip"
            )
        self.optimizer.step()
        self.n_steps += 1
        self.n_tokens += counted
        self.loss_sum += value * counted
        self.norm_sum += norm
        self.since += counted
        self.steps_since += 1

    def curvature(self, inputs: Tensor, targets: Tensor) -> dict[Tensor, Tensor]:
        """Sophia's estimate, the mean of those of all processes."""
        estimates = optim.gauss_newton_bartlett(self.model, inputs, self.draws, targets != PADDING)
        processes.average(estimates.values())
        return estimates

    # --- measuring ------------------------------------------------------------------------------------------------

    def due(self) -> bool:
        """Is this a place to measure at which that was not done yet?"""
        done = self.history.steps[-1] if self.history.measurements else -1
        last = self.n_steps == self.settings["steps"]
        return done != self.n_steps and (last or self.n_steps % self.settings["measure_every"] == 0)

    def measure(self) -> None:
        settings, rows = self.settings, self.held_out
        unknown = [math.nan] * 3
        here = measured(self.model, rows) if rows is not None and processes.rank() == 0 else unknown
        loss, gap, error = processes.from_first(list(here), self.device)
        self.loss_sum = processes.total([self.loss_sum], self.device)[0]
        self.seconds += time.perf_counter() - self.clock
        self.clock = time.perf_counter()
        rate = optim.warmup_cosine(
            self.n_steps, settings["warmup"], settings["steps"] + 1, settings["learning_rate"]
        )
        train = self.loss_sum / self.since if self.since else math.nan
        norm = self.norm_sum / self.steps_since if self.steps_since else math.nan
        self.loss_sum, self.norm_sum, self.since, self.steps_since = 0.0, 0.0, 0, 0
        row = Measurement(self.n_steps, self.n_tokens, train, loss, gap, error, rate, norm, self.seconds)
        self.history.measurements.append(row)
        if settings["patience"] is not None:
            self._early_stop()
        if self.history.ended == "going on" and self.n_steps >= settings["steps"]:
            self.history.ended = "done"

    def _early_stop(self) -> None:
        losses = self.history.losses
        best = int(np.argmin(losses))
        if best == len(losses) - 1:
            self.best = {name: tensor.clone() for name, tensor in self.model.state_dict().items()}
            self.history.best_step = self.n_steps
        waited = len(losses) - 1 - best
        if waited >= self.settings["patience"] or (self.n_steps >= self.settings["steps"] and waited):
            self.model.load_state_dict(self.best)
            self.history.ended = "early stop"

    def interrupt(self) -> None:
        self.loss_sum = processes.total([self.loss_sum], self.device)[0]
        self.history.ended = "interrupted"

    def headline(self) -> str:
        """For the progress bar: the loss, the gap, the speed."""
        seconds = self.seconds + time.perf_counter() - self.clock
        parts = [f"loss {self.loss_sum / self.since:.3f}"] if self.since else []
        if self.history.measurements and not math.isnan(self.history.gaps[-1]):
            parts.append(f"gap {self.history.gaps[-1]:.3f}")
        return ", ".join([*parts, f"{self.n_tokens / max(seconds, 1e-9):,.0f} tokens/s"])

    # --- checkpoints ----------------------------------------------------------------------------------------------

    def seed_torch(self) -> None:
        """Torch's own generator as this run has it; the caller's is put back at the end."""
        if self.torch_state is None:
            torch.manual_seed(self.settings["seed"] + processes.rank())
        elif processes.rank() == 0:
            torch.set_rng_state(self.torch_state)
        else:  # the file holds the first process's
            torch.manual_seed(self.settings["seed"] + processes.rank() + 1000 * self.n_steps)

    def identity(self) -> dict[str, Any]:
        """What makes two runs the same run."""
        described = getattr(self.model, "description", None)
        shapes = {name: list(tensor.shape) for name, tensor in self.model.state_dict().items()}
        return {
            **self.settings,
            "model": described() if described else type(self.model).__name__,
            "shapes": shapes,
            "rows": _fingerprint(self.rows),
            "held_out": None if self.held_out is None else _fingerprint(self.held_out),
        }

    def save(self, path: str | Path) -> None:
        content = {
            "kind": "checkpoint",
            "identity": self.identity(),
            "model": self.model.state_dict(),
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "draws": self.draws.get_state(),
            "torch_state": torch.get_rng_state(),
            "counts": [self.n_steps, self.n_tokens, self.since, self.steps_since],
            "sums": [self.loss_sum, self.norm_sum, self.seconds + time.perf_counter() - self.clock],
            "measurements": [tuple(row) for row in self.history.measurements],
            "ended": self.history.ended,
            "best_step": self.history.best_step,
        }
        storage.write(content, path)

    def restore(self, path: str | Path) -> None:
        """Goes on where the file stopped; ValueError, and nothing changed, unless it is of this very run."""
        content = storage.read(path, "checkpoint")
        mine, theirs = self.identity(), content["identity"]
        different = [name for name in mine if mine[name] != theirs.get(name)]
        if different:
            name = different[0]
            shown = f": {name} is {mine[name]!r}, there it is {theirs.get(name)!r}"
            if name in ("rows", "held_out", "shapes"):
                shown = f": {name.replace('_', '-')} are different ones"
            raise ValueError(
                f"fit: {path} is the checkpoint of another run{shown}. Give this run a file of its own, or "
                "delete that one"
            )
        self.model.load_state_dict(content["model"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.draws.set_state(content["draws"])
        self.torch_state, self.best = content["torch_state"], content["best"]
        self.n_steps, self.n_tokens, self.since, self.steps_since = content["counts"]
        self.loss_sum, self.norm_sum, self.seconds = content["sums"]
        if processes.rank() > 0:  # the sum is that of all processes
            self.loss_sum = 0.0
        self.history.measurements = [Measurement(*row) for row in content["measurements"]]
        self.history.best_step = content["best_step"]
        self.history.ended = "going on" if content["ended"] == "interrupted" else content["ended"]
        self.clock = time.perf_counter()


@torch.no_grad()
def measured(model: nn.Module, rows: Rows, batch_size: int = 256) -> tuple[float, float, float]:
    """(loss, gap, standard error over rows) of a model on rows, nats per token; gap nan where no truth is known."""
    device = next(model.parameters()).device
    lengths, was_training = _lengths(rows.targets), model.training
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


def _lengths(targets: Tensor) -> Tensor:
    """Up to where each row counts, (N,); at least 1."""
    places = torch.arange(1, targets.shape[1] + 1)
    return ((targets != PADDING) * places).amax(1).clamp_min(1)


def _fingerprint(rows: Rows) -> str:
    digest = hashlib.sha256(rows.inputs.numpy().tobytes())
    digest.update(rows.targets.numpy().tobytes())
    return digest.hexdigest()[:16]


def _bar(run: _Run, steps: int):
    """A progress bar that vanishes at the end; none where CI or TQDM_DISABLE is set, whose outputs are compared."""
    from tqdm.auto import tqdm

    quiet = bool(os.environ.get("CI") or os.environ.get("TQDM_DISABLE") or processes.rank())
    return tqdm(total=steps, initial=run.n_steps, unit="step", leave=False, disable=quiet)


@contextmanager
def _interruptible() -> Iterator[Any]:
    """Inside, a first Ctrl-C is only noted, for the loop to stop between two steps; a second one is as ever."""
    noted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield noted.is_set
        return
    before = signal.getsignal(signal.SIGINT)

    def note(number, frame):
        noted.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield noted.is_set
    finally:
        signal.signal(signal.SIGINT, before)
