"""Training from the command line, alone and with two processes that torchrun starts."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from nlm_utils import optim, train
from nlm_utils.corpora import CorpusUnavailable, registry
from nlm_utils.models import LanguageModel
from nlm_utils.models.registry import TYPED, heads
from nlm_utils.text import Vocabulary
from nlm_utils.training import Rows, checkpoints

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
    assert checkpoints.steps_in(path) % 20 == 0


def test_a_run_of_two_processes_goes_on_from_its_checkpoint(tmp_path, monkeypatch):
    arguments = ["--model", "addition", "--measure-every", "5", "--steps", "20", "--checkpoint"]
    whole = table(start(ALONE, *arguments, str(tmp_path / "whole.pt")))
    cut = tmp_path / "cut.pt"
    step, taken = optim.CheckedOptimizer.step, []

    def stop(self):
        if len(taken) == 12:
            raise FloatingPointError("a stop that no checkpoint knows of")
        taken.append(self)
        return step(self)

    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setattr(optim.Adam, "step", stop)
    assert train.main([*SMALL, *arguments, str(cut)]) == 1
    assert checkpoints.steps_in(cut) == 10
    again = table(start(TOGETHER, *arguments, str(cut)))
    for a, b in zip(whole, again, strict=True):
        assert a == pytest.approx(b, abs=1e-4)


@pytest.mark.parametrize("name", TYPED)
def test_every_model_trains_on_a_real_text_and_is_saved(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setattr(registry, "load", lambda corpus: "the students opened their books .\n" * 60)
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


def test_words_of_a_real_text_and_a_tenth_of_it_held_out(monkeypatch):
    words = ["the", "students", "opened", "their", "books", "."] * 150 + [
        "unseen",
        "unseen",
        "words",
        "words",
    ] * 25
    monkeypatch.setattr(registry, "load", lambda corpus: " ".join(words))
    rows, held_out, vocabulary, name = train.read_corpus("names", "word", 4, 0, 0)
    assert isinstance(rows, Rows) and rows.inputs.shape[1] == 4 and name == "names"
    assert rows.n_tokens == 4 * (899 // 4) and held_out.n_tokens == 4 * (99 // 4)
    assert set(vocabulary) == {"<s>", "<unk>", "the", "students", "opened", "their", "books", "."}
    assert set(held_out.targets.flatten().tolist()) == {vocabulary.id("<unk>")}


def test_a_text_that_cannot_be_had_is_replaced_and_the_replacement_named(capsys, monkeypatch):
    def load(name):
        if name == "shakespeare":
            raise CorpusUnavailable("there is no network here")
        return "Do not import what you do not need. " * 60

    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setattr(registry, "load", load)
    assert train.main([*SMALL, "--corpus", "shakespeare", "--length", "16", "--steps", "2"]) == 0
    printed = capsys.readouterr()
    assert "We go on with 'python_manual': there is no network here" in printed.err
    assert " parameters, python_manual, V = " in printed.out


def test_a_finished_run_goes_on_with_more_steps(tmp_path):
    arguments = ["--model", "addition", "--checkpoint", str(tmp_path / "run.pt"), "--steps"]
    short = table(start(ALONE, *arguments, "20", "--measure-every", "10"))
    long = table(start(ALONE, *arguments, "40", "--measure-every", "10"))
    assert long[:3] == short and [row[0] for row in long] == [0, 10, 20, 30, 40]
    assert long[-1][-1] < short[-1][-1]


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_ctrl_c_ends_with_130_and_the_command_that_goes_on(tmp_path):
    path = tmp_path / "a run.pt"
    arguments = [
        "--model",
        "addition",
        "--measure-every",
        "20",
        "--checkpoint",
        str(path),
        "--steps",
        "1000000",
    ]
    process = start(ALONE, *arguments)
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted at step" in output
    (said,) = errors.splitlines()
    held, command = re.search(rf"{re.escape(str(path))} holds (\d+) steps; go on with: (.*)", said).groups()
    assert int(held) == checkpoints.steps_in(path)
    assert command == f"python -m nlm_utils.train {shlex.join([*SMALL, *arguments])}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--steps", "0"], "steps must be at least 1, got 0"),
        (["--learning-rate", "-1"], "learning_rate must be > 0"),
        (["--checkpoint", "README.md"], "README.md is damaged, or no file of a checkpoint"),
        (["--device", "warp"], "--device warp: this machine has no such device"),
        (
            ["--checkpoint", "nowhere/run.pt"],
            "there is no folder nowhere for run.pt; make it first: mkdir -p nowhere",
        ),
        (["--save", "nowhere/model.pt"], "there is no folder nowhere for model.pt"),
        (["--save", "tests"], "tests is a folder; name a file in it"),
        (["--model", "transformer", "--dim", "0"], "--dim must be at least 1, got 0"),
        (["--model", "recurrent", "--layers", "0"], "--layers must be at least 1, got 0"),
        (["--corpus", "python_manual", "--length", "-3"], "--length must be at least 1, got -3"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments, words, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert train.main([*SMALL, "--model", "addition", *arguments]) == 1
    output, errors = capsys.readouterr()
    assert words in errors and errors.startswith("nlm_utils.train: ") and errors.count("\n") == 1
    assert not output
