"""Trains a language model from the command line, on one machine or, under torchrun, with several processes.

    python -m nlm_utils.train --model gru --corpus campus --steps 2000
    torchrun --nproc-per-node 2 -m nlm_utils.train --model transformer --corpus shakespeare --checkpoint run.pt

With the same batch size, several processes give the same losses as one. A run that was stopped, or one of whose
processes died, goes on from its checkpoint with the same command.
"""

from __future__ import annotations

import argparse
import math
import signal
import sys
from collections.abc import Sequence

import torch

from . import corpora, models, processes
from .corpora import campus, registry
from .models.registry import TYPED
from .text import Vocabulary, tokenize
from .training import Rows, fit


def parser() -> argparse.ArgumentParser:
    description, usage = __doc__.split("\n\n", 2)[:2]
    made = argparse.ArgumentParser(
        prog="nlm_utils.train",
        description=description,
        epilog=usage,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--model", choices=TYPED, default="gru")
    add("--corpus", choices=("campus", *registry.names()), default="campus")
    add("--by", choices=("character", "word"), default="character", help="tokens of a real text")
    add("--length", type=int, default=64, help="tokens in a window of running text")
    add("--sentences", type=int, default=20_000, help="of Campus to train on")
    add("--dim", type=int, default=64)
    add("--layers", type=int, default=1, help="of a model that can have several")
    add("--steps", type=int, default=1000)
    add("--batch-size", type=int, default=64, help="rows a step, of all processes together")
    add("--optimizer", choices=("SGD", "Adam", "Sophia"), default="Adam")
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
) -> tuple[Rows, Rows, Vocabulary]:
    """(rows to train on, rows to measure on, vocabulary) of Campus, or of a real text, whose last tenth is held out."""
    if name == "campus":
        vocabulary = Vocabulary.from_types(campus.types())
        train = Rows.of(campus.sample(n_sentences, seed + 1), vocabulary)
        return train, Rows.campus(500, seed + 2, vocabulary), vocabulary
    words = corpora.load(name)
    tokens = tokenize(words) if by == "word" else list(words)
    cut = len(tokens) * 9 // 10
    vocabulary = Vocabulary.from_tokens(tokens[:cut], min_count=1 if by == "character" else 2)
    train, held_out = (
        Rows.from_windows(vocabulary.encode(part), length) for part in (tokens[:cut], tokens[cut:])
    )
    return train, held_out, vocabulary


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains as the command line says; 0 when all went well, 1 with one line on stderr where it did not."""
    options = parser().parse_args(arguments)
    try:
        return _train(options)
    except (ValueError, TypeError, OSError, RuntimeError, FloatingPointError) as error:
        print(f"nlm_utils.train: {error}", file=sys.stderr, flush=True)
        return 1


def _train(options: argparse.Namespace) -> int:
    for name in ("dim", "layers", "length", "sentences"):
        if getattr(options, name) < 1:
            raise ValueError(f"--{name} must be at least 1, got {getattr(options, name)}")
    wanted = "cuda" if options.device == "auto" and torch.cuda.is_available() else options.device
    device = torch.device("cpu" if wanted == "auto" else wanted)
    if processes.started_together():
        device = processes.start(device)
        _say_what_a_termination_means(options.checkpoint)
    rows, held_out, vocabulary = read_corpus(
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
        print(f"{options.model}, {model.n_parameters} parameters, {options.corpus}, V = {len(vocabulary)}")
        print(f"{'step':>8}{'tokens':>12}{'training':>12}{'held out':>12}{'gap':>10}")
        for row in history.measurements:
            losses = (
                f"{loss:.5f}" if not math.isnan(loss) else "–" for loss in (row.train_loss, row.loss, row.gap)
            )
            print(f"{row.step:>8}{row.tokens:>12}" + "{:>12}{:>12}{:>10}".format(*losses))
        print(history)
        if options.save:
            model.to("cpu").save(options.save)
            vocabulary.save(f"{options.save}.vocabulary.json")
    processes.stop()
    return 0


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
