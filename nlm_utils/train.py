"""Trains a language model from the command line, on one machine or, under torchrun, with several processes.

    python -m nlm_utils.train --model gru --corpus campus --steps 2000
    torchrun --nproc-per-node 2 -m nlm_utils.train --model transformer --corpus shakespeare --checkpoint run.pt

With the same batch size, several processes give the same losses as one. A run that was stopped, or one of whose
processes died, goes on from its checkpoint with the same command. With more --steps it goes on beyond its old end:
the learning rate, which had fallen to nearly 0, then rises again to what the longer schedule has at that step. So the
result is not quite that of a run that was begun with so many steps.

Ends with 0 when all went well, 1 and one line on stderr when something cannot be, 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import math
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from . import corpora, models
from .corpora import campus, registry
from .models import storage
from .models.registry import TYPED
from .optim import OPTIMIZERS
from .text import Vocabulary, tokenize
from .training import Rows, checkpoints, fit, processes


def parser() -> argparse.ArgumentParser:
    description, explained = __doc__.split("\n\n", 1)
    made = argparse.ArgumentParser(
        prog="nlm_utils.train",
        description=description,
        epilog=explained,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--model", choices=TYPED, default="gru")
    add(
        "--corpus",
        choices=("campus", *registry.names()),
        default="campus",
        help="a text that cannot be fetched is replaced by python_manual, with a notice",
    )
    add("--by", choices=("character", "word"), default="character", help="tokens of a real text")
    add("--length", type=int, default=64, help="tokens in a window of running text")
    add("--sentences", type=int, default=20_000, help="of Campus to train on")
    add("--dim", type=int, default=64)
    add("--layers", type=int, default=1, help="of a model that can have several")
    add(
        "--steps", type=int, default=1000, help="in all; more than a checkpoint was begun with makes it go on"
    )
    add("--batch-size", type=int, default=64, help="rows a step, of all processes together")
    add("--optimizer", choices=OPTIMIZERS, default="Adam", help="momentum is SGD with momentum")
    add("--learning-rate", type=float, default=3e-3)
    add("--measure-every", type=int, help="steps; a tenth of all if left out")
    add("--seed", type=int, default=0)
    add("--device", default="auto", help="auto, cpu, cuda …")
    add("--checkpoint", help="a file to write while training, and to go on from if it is there")
    add(
        "--save",
        help="a file for the model at the end; its vocabulary goes beside it, as FILE.vocabulary.json",
    )
    return made


def read_corpus(
    name: str, by: str, length: int, n_sentences: int, seed: int
) -> tuple[Rows, Rows, Vocabulary, str]:
    """(rows to train on, rows to measure on, vocabulary, the corpus's name) of Campus, or of a real text.

    A real text's last tenth is held out. One that is not on this machine and cannot be fetched is replaced by the
    manual of Python, with a notice on stderr.
    """
    if name == "campus":
        vocabulary = Vocabulary.from_types(campus.types())
        train = Rows.of(campus.sample(n_sentences, seed + 1), vocabulary)
        return train, Rows.campus(500, seed + 2, vocabulary), vocabulary, name
    found = corpora.load_or_fallback(name)
    if found.notice and processes.rank() == 0:
        _say(found.notice)
    tokens = tokenize(found.text) if by == "word" else list(found.text)
    cut = len(tokens) * 9 // 10
    vocabulary = Vocabulary.from_tokens(tokens[:cut], min_count=1 if by == "character" else 2)
    train, held_out = (
        Rows.from_windows(vocabulary.encode(part), length) for part in (tokens[:cut], tokens[cut:])
    )
    return train, held_out, vocabulary, found.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains as the command line says; 0 when all went well, 1 or 130 (Ctrl-C) with a line on stderr where not."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(arguments)
    try:
        ended = _train(options)
    except KeyboardInterrupt:
        ended = "interrupted"
    except (ValueError, TypeError, OSError, RuntimeError, FloatingPointError) as error:
        _say(error)
        return 1
    if ended == "interrupted" and processes.rank() == 0:
        _say(_how_to_go_on(options.checkpoint, arguments))
    processes.stop()
    return 130 if ended == "interrupted" else 0


def _train(options: argparse.Namespace) -> str:
    """How the training ended, as in `History.ended`."""
    for name in ("dim", "layers", "length", "sentences"):
        if getattr(options, name) < 1:
            raise ValueError(f"--{name} must be at least 1, got {getattr(options, name)}")
    for path in (options.checkpoint, options.save):
        if path:
            storage.require_place(path)
    device = _device(options.device)
    if processes.started_together():
        device = processes.start(device)
        _say_what_a_termination_means(options.checkpoint)
    rows, held_out, vocabulary, corpus = read_corpus(
        options.corpus, options.by, options.length, options.sentences, options.seed
    )
    context = max(rows.inputs.shape[1], held_out.inputs.shape[1])
    composition = TYPED[options.model](options.dim, context, options.layers)
    model = models.LanguageModel(len(vocabulary), options.dim, composition, seed=options.seed)
    history = fit(
        model,
        rows,
        options.steps,
        batch_size=options.batch_size,
        optimizer=options.optimizer,
        learning_rate=options.learning_rate,
        held_out=held_out,
        measure_every=options.measure_every,
        seed=options.seed,
        checkpoint=options.checkpoint,
        device=device,
    )
    if processes.rank() == 0:
        print(f"{options.model}, {model.n_parameters} parameters, {corpus}, V = {len(vocabulary)}")
        print(f"{'step':>8}{'tokens':>12}{'training':>12}{'held out':>12}{'gap':>10}")
        for row in history.measurements:
            losses = (
                f"{loss:.5f}" if not math.isnan(loss) else "–" for loss in (row.train_loss, row.loss, row.gap)
            )
            print(f"{row.step:>8}{row.tokens:>12}" + "{:>12}{:>12}{:>10}".format(*losses))
        print(history, flush=True)
        if options.save:
            model.to("cpu").save(options.save)
            vocabulary.save(f"{options.save}.vocabulary.json")
    return history.ended


def _device(name: str) -> torch.device:
    """The device of this name, tried out; ValueError for one that this machine has not."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.zeros(1, device=name).device
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(
            f"--device {name}: this machine has no such device ({reason}); leave --device out, or use cpu"
        ) from None


def _say(what: object) -> None:
    print(f"nlm_utils.train: {what}", file=sys.stderr, flush=True)


def _how_to_go_on(checkpoint: str | None, arguments: Sequence[str]) -> str:
    """After Ctrl-C: what is kept, and the command that goes on."""
    if not checkpoint:
        return "interrupted; no --checkpoint was given, so another run begins at step 0"
    n_processes = os.environ.get("WORLD_SIZE", "1")
    start = f"torchrun --nproc-per-node {n_processes}" if processes.started_together() else "python"
    command = f"{start} -m nlm_utils.train {shlex.join(arguments)}"
    if not Path(checkpoint).is_file():
        return f"interrupted before {checkpoint} was written; begin again with: {command}"
    return f"interrupted; {checkpoint} holds {checkpoints.steps_in(checkpoint)} steps; go on with: {command}"


def _say_what_a_termination_means(checkpoint: str | None) -> None:
    """torchrun ends all processes when one has died: then say so, and how to go on."""

    def end(number, frame):
        go_on = f"the same command goes on from {checkpoint}" if checkpoint else "no --checkpoint was given"
        text = f"nlm_utils.train: process {processes.rank()} was ended, for another one has died; {go_on}\n"
        sys.stderr.write(text)
        sys.stderr.flush()
        raise SystemExit(1)

    signal.signal(signal.SIGTERM, end)


if __name__ == "__main__":
    sys.exit(main())
