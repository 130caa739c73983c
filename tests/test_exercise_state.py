"""The kernel after a check is as before, whatever the answer did, and other answers are judged as ever.

hostile_answers.py holds the answers, each of which runs in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

import hostile_answers
import numpy as np
import pytest
import torch
from hostile_answers import ANSWERS, CELLS

from nlm_utils.exercises import limits, state

OTHERS = ["right", "largest", "right", "first-axis", "generic-no-gradient"]


@pytest.fixture(scope="module")
def results():
    """{name: what came of it} for all answers and cells."""
    program = subprocess.run(
        [sys.executable, Path(hostile_answers.__file__)], capture_output=True, text=True, timeout=600
    )
    found = {}
    for line in program.stdout.splitlines():
        result = json.loads(line)
        found[result["name"]] = result
    assert found.keys() == ANSWERS.keys() | CELLS.keys(), program.stderr
    return found


@pytest.mark.parametrize("name", ANSWERS)
def test_after_an_answer_all_is_as_before(results, name):
    _, outcome, note = ANSWERS[name]
    found = results[name]
    assert "broken" not in found, found["broken"]
    assert found["outcome"] in outcome.split(" or "), found["text"]
    assert note in found["text"] and bool(note) == ("restart" in found["text"])
    cannot_be_helped = ["streams"] if name == "closes_what_cannot_be_opened" else []
    assert [change.split(":")[0] for change in found["changes"]] == cannot_be_helped, found["changes"]
    assert found["others"] == OTHERS


@pytest.mark.parametrize("name", CELLS)
def test_what_a_cell_did_before_judges_nobody_and_stays(results, name):
    found = results[name]
    assert "broken" not in found, found["broken"]
    assert found["changes"] == [] and found["others"] == OTHERS
    first = found[
        "first"
    ]  # an answer that calls what its notebook has replaced may be wrong, but no wrong one is right
    assert first == OTHERS or name.startswith("cell_replaces")
    assert None not in first


def test_an_answer_has_what_its_notebook_has(monkeypatch):
    monkeypatch.setattr(np, "exp", lambda x: "mine")
    torch.set_num_threads(2)
    seen = []

    def answer(x):
        seen.append((np.exp(1.0), torch.get_num_threads()))
        return 2 * x

    assert hostile_answers.exercises()[0].check(answer).outcome == "right"
    assert set(seen) == {("mine", 1)}
    assert np.exp(1.0) == "mine" and torch.get_num_threads() == 2
    torch.set_num_threads(1)


def test_the_course_has_what_a_fresh_kernel_has(monkeypatch):
    monkeypatch.setattr(np, "exp", None)
    with state.course():
        assert np.exp(0.0) == 1.0
        with state.answering():
            assert np.exp(0.0) == 1.0
    assert np.exp is None


def test_a_check_within_an_answer():
    inner = []

    def answer(x):
        inner.append(hostile_answers.exercises()[1].check(lambda t: t).outcome)
        np.exp = None
        return 2 * x

    exp = np.exp
    assert hostile_answers.exercises()[0].check(answer).outcome == "right"
    assert set(inner) == {"wrong"} and np.exp is exp


def test_what_was_imported_stays(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "imported_by_an_answer.py").write_text("value = 1\n")

    def answer(x):
        import imported_by_an_answer

        return 2 * x * imported_by_an_answer.value

    assert hostile_answers.exercises()[0].check(answer).outcome == "right"
    assert "imported_by_an_answer" in sys.modules


def test_exit_does_not_end_a_notebook(monkeypatch):
    class Shell:
        display_pub = None

        def ask_exit(self):
            raise AssertionError("the kernel ends")

    shell = Shell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    call = limits.call(lambda: shell.ask_exit())
    assert isinstance(call.exception, SystemExit)
    assert "ask_exit" not in vars(shell)
