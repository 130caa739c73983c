"""The trainings that lecture 07's kept results come from are fair to all optimizers; a run that diverges is told."""

import importlib
import math
from pathlib import Path

import pytest
import torch

from nlm_utils import text
from nlm_utils.corpora import campus
from nlm_utils.optim import OPTIMIZERS
from nlm_utils.training import Rows

VOCABULARY = text.Vocabulary.from_types(campus.types())
ROWS, TEST = (Rows.of(campus.sample(n, seed), VOCABULARY) for n, seed in ((200, 0), (50, 1)))


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "benchmarks"))
    return importlib.import_module("optimizer_comparison")


def run(benchmark, optimizer, rate, **settings):
    return benchmark.train(optimizer, rate, ROWS, TEST, len(VOCABULARY), **settings)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_repeats_itself_and_learns(benchmark, optimizer):
    rate = {"SGD": 1.0, "momentum": 0.4, "Adam": 0.03, "Sophia": 0.01}[optimizer]
    runs = [run(benchmark, optimizer, rate, steps=40, measure_at=[20, 40]) for _ in range(2)]
    assert runs[0].losses == runs[1].losses and len(runs[0].losses) == 2
    assert runs[0].losses[-1] < math.log(len(VOCABULARY)) - 0.5
    assert len(runs[0].clipped) == (2 if optimizer == "Sophia" else 0)


def test_all_optimizers_read_the_same_batches_from_the_same_start(benchmark, monkeypatch):
    read = {name: [] for name in OPTIMIZERS}
    mean_loss = benchmark.mean_loss
    for name, losses in read.items():

        def noted(model, inputs, targets, losses=losses):
            losses.append(mean_loss(model, inputs, targets))
            return losses[-1]

        monkeypatch.setattr(benchmark, "mean_loss", noted)
        run(
            benchmark, name, 0.0, steps=25, batch_size=8
        )  # a rate of 0 changes no weight, only the batch the loss
    for losses in read.values():
        assert torch.equal(torch.stack(losses), torch.stack(read["SGD"]))


def test_the_learning_rate_may_be_a_function_of_the_step(benchmark):
    asked = []
    stopped = run(benchmark, "SGD", lambda step: asked.append(step) or 0.5 * (step < 10), steps=20)
    assert asked == list(range(20)) and stopped.losses == run(benchmark, "SGD", 0.5, steps=10).losses


def test_three_times_the_loss_of_an_even_guess_is_a_run_that_diverged(benchmark, monkeypatch):
    read, mean_loss = [], benchmark.mean_loss

    def noted(model, inputs, targets):
        read.append((loss := mean_loss(model, inputs, targets)).item())
        return loss

    monkeypatch.setattr(benchmark, "mean_loss", noted)
    assert run(benchmark, "SGD", 20.0, steps=3).losses == [math.inf]
    assert 3 < read[2] / math.log(len(VOCABULARY)) < 10  # far from infinite yet
