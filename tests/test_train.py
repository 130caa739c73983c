"""Training from the command line, alone and with two processes that torchrun starts."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from nlm_utils import train, training
from nlm_utils.models import LanguageModel
from nlm_utils.models.registry import TYPED, heads
from nlm_utils.text import Vocabulary
from nlm_utils.training import Rows, fit

ROOT = Path(__file__).resolve().parents[1]
ALONE = [sys.executable, "-m", "nlm_utils.train"]
TOGETHER = [
    sys.executable,
    "-m",
    "torch.distributed.run",
    "--standalone",
    "--nproc-per-node",
    "2",
    "-m",
    "nlm_utils.train",
]
SMALL = ["--sentences", "200", "--dim", "8", "--batch-size", "31"]
ENVIRONMENT = os.environ | {"TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"}


def start(command, *arguments) -> subprocess.Popen:
    return subprocess.Popen(
        [*command, *SMALL, *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def table(process: subprocess.Popen) -> list[list[float]]:
    """The rows that a run prints: step, tokens, training loss, held-out loss, gap."""
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    rows = [line.split() for line in output.splitlines() if re.match(r" +\d+ +\d+ ", line)]
    assert rows, output
    return [[float(entry) if entry != "–" else 0.0 for entry in row] for row in rows]


def test_two_processes_give_the_losses_of_one():
    arguments = ["--steps", "30", "--model", "recurrent", "--learning-rate", "0.02"]
    alone, together = start(ALONE, *arguments), start(TOGETHER, *arguments)
    one, two = table(alone), table(together)
    assert len(one) == len(two) == 11
    assert one[-1][-1] < 0.8 * one[0][-1]  # it learns
    for a, b in zip(one, two, strict=True):
        assert a == pytest.approx(b, abs=1e-4)


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(entry.parent.name))
    return sorted(found)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find the processes")
def test_a_process_that_dies_ends_the_run_with_a_message_and_a_checkpoint_to_go_on_from(tmp_path):
    path = tmp_path / "run.pt"
    arguments = ["--model", "addition", "--measure-every", "20", "--checkpoint", str(path), "--steps"]
    process = start(TOGETHER, *arguments, "1000000")
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.kill(children(process.pid)[-1], 9)
    _, errors = process.communicate(timeout=120)
    assert process.returncode != 0
    assert f"goes on from {path}" in errors
    content = torch.load(path, weights_only=True)
    assert content["ended"] == "going on" and content["counts"][0] % 20 == 0


def test_a_run_of_two_processes_goes_on_from_its_checkpoint(tmp_path, monkeypatch):
    arguments = ["--model", "addition", "--measure-every", "5", "--steps", "20", "--checkpoint"]
    whole = table(start(ALONE, *arguments, str(tmp_path / "whole.pt")))
    cut = tmp_path / "cut.pt"
    options = train.parser().parse_args([*SMALL, *arguments, str(cut)])
    rows, held_out, vocabulary = train.read_corpus("campus", "word", 64, 200, 0)
    model = LanguageModel(len(vocabulary), 8, TYPED["addition"](8, 25))
    step = training._Run.step
    monkeypatch.setattr(training._Run, "step", lambda self: exit(3) if self.n_steps == 12 else step(self))
    with pytest.raises(SystemExit):
        fit(
            model, rows, 20, batch_size=31, held_out=held_out, measure_every=5, checkpoint=cut,
            learning_rate=options.learning_rate,
        )  # fmt: skip
    again = table(start(TOGETHER, *arguments, str(cut)))
    for a, b in zip(whole, again, strict=True):
        assert a == pytest.approx(b, abs=1e-4)


@pytest.mark.parametrize("name", TYPED)
def test_every_model_trains_on_a_real_text_and_is_saved(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setattr(train.corpora, "load", lambda corpus: "the students opened their books .\n" * 60)
    path = tmp_path / "model.pt"
    arguments = ["--corpus", "python_manual", "--length", "16", "--dim", "8", "--steps", "3"]
    assert train.main([*arguments, "--model", name, "--save", str(path)]) == 0
    assert "held out" in capsys.readouterr().out
    model, vocabulary = LanguageModel.load(path), Vocabulary.load(f"{path}.vocabulary.json")
    assert model.vocab_size == len(vocabulary) and "k" in vocabulary


@pytest.mark.parametrize("name", TYPED)
def test_every_model_takes_two_steps_on_campus(name, capsys, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    arguments = ["--model", name, "--corpus", "campus", "--steps", "2", "--learning-rate", "0.01"]
    assert train.main([*SMALL, *arguments]) == 0
    output = capsys.readouterr().out
    assert output.startswith(f"{name}, ")
    rows = [line.split() for line in output.splitlines() if re.match(r" +\d+ +\d+ ", line)]
    assert [int(row[0]) for row in rows] == [0, 1, 2]
    gaps = [float(row[-1]) for row in rows]
    assert gaps[2] < gaps[1] < gaps[0] < 6  # from about log V − H on it falls at once


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("dim", [1, 6, 7])
def test_every_dim_will_do(name, dim):
    model = LanguageModel(9, dim, TYPED[name](dim, 16, 2))
    assert model(torch.zeros(2, 16, dtype=torch.int64)).shape == (2, 16, 9)


def test_heads_divide_the_dim_and_layers_are_heard():
    assert [heads(dim) for dim in (64, 6, 7, 1)] == [4, 2, 1, 1]
    for name in ("recurrent", "transformer", "mamba"):
        one, three = (sum(p.numel() for p in TYPED[name](8, 16, layers).parameters()) for layers in (1, 3))
        assert three > 2 * one


def test_words_of_a_real_text(monkeypatch):
    monkeypatch.setattr(train.corpora, "load", lambda corpus: "the students opened their books .\n" * 60)
    rows, held_out, vocabulary = train.read_corpus("names", "word", 4, 0, 0)
    assert isinstance(rows, Rows) and rows.inputs.shape[1] == 4 and len(held_out)
    assert set(vocabulary) == {"<s>", "<unk>", "the", "students", "opened", "their", "books", "."}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "0"], "steps must be at least 1, got 0"),
        (["--learning-rate", "-1"], "learning_rate must be > 0"),
        (["--checkpoint", "README.md"], "README.md is damaged, or no file of a checkpoint"),
        (["--device", "warp"], "warp"),
        (["--model", "transformer", "--dim", "0"], "--dim must be at least 1, got 0"),
        (["--model", "recurrent", "--layers", "0"], "--layers must be at least 1, got 0"),
        (["--corpus", "python_manual", "--length", "-3"], "--length must be at least 1, got -3"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, words, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert train.main([*SMALL, "--model", "addition", *arguments]) == 1
    errors = capsys.readouterr().err
    assert words in errors and errors.startswith("nlm_utils.train: ")
