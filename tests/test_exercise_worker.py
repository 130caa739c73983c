"""Answers that run in a process of their own: judged as in the kernel, harmless, and not to be forged."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

from nlm_utils import syllabus
from nlm_utils.exercises import get, names, worker

ROOT = Path(__file__).resolve().parents[1]
PLAIN = "import numpy as np\ndef softmax(t):\n    e = np.exp(t - t.max(-1, keepdims=True))\n"
RIGHT = f"{PLAIN}    return e / e.sum(-1, keepdims=True)\n"
WRONG = f"{PLAIN}    return e / e.sum()\n"


def solved(name: str) -> str:
    """The imports of a lecture and its solved exercises up to this one, as a student would hand them in."""
    lecture = syllabus.lecture_of(name)
    parts = []
    for cell in jupytext.read(ROOT / "solutions" / f"{lecture}.md").cells:
        if cell.cell_type != "code" or cell.source.lstrip().startswith("%"):
            continue
        for node in ast.parse(cell.source).body:
            text = ast.unparse(node)
            if isinstance(node, (ast.Import, ast.ImportFrom)) or "exercise" in map(
                ast.unparse, decorators(node)
            ):
                parts.append(text)
            if getattr(node, "name", "") == name:
                return "\n\n".join(parts)
    raise LookupError(name)


def decorators(node: ast.stmt) -> list[ast.expr]:
    return getattr(node, "decorator_list", [])


@pytest.mark.parametrize("name", names())
def test_a_solved_lecture_is_right_in_a_process_of_its_own_on_drawn_inputs(name):
    feedback = get(name).check(solved(name), seed=7)
    assert feedback.outcome == "right", str(feedback)


def test_the_same_mistake_is_named_as_in_the_kernel():
    space = {}
    exec(WRONG, space)
    assert get("softmax").check(WRONG).misconception == get("softmax").check(space["softmax"]).misconception


def test_the_text_of_the_line_that_raised_is_shown():
    feedback = get("softmax").check("def softmax(t):\n    return t.no_such_thing")
    assert feedback.outcome == "raised"
    assert "line 2:  return t.no_such_thing" in feedback.message


def test_an_unsteady_answer_is_called_once_more_in_its_process():
    source = (
        "import numpy as np\ncalls = []\ndef softmax(t):\n    calls.append(1)\n    return t + len(calls)\n"
    )
    assert get("softmax").check(source).misconception == "generic-random"


def test_a_table_of_the_fixed_inputs_is_no_answer():
    cases = [case.make()[0][0].tolist() for case in get("softmax").cases]
    table = (
        f"from numpy import array, inf\n{RIGHT.replace('softmax', 'compute')}\n"
        f"TABLE = {{repr(t): compute(array(t)) for t in {cases!r}}}\n"
        "def softmax(t):\n    return TABLE[repr(t.tolist())].copy()\n"
    )
    assert get("softmax").check(table).outcome == "right"
    assert get("softmax").check(table, seed=1).outcome == "raised"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def softmax(t:\n    return t", "SyntaxError"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("def sotfmax(t):\n    return t", "defines no softmax"),
        ("", "defines no softmax"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise SystemExit", "SystemExit"),
    ],
)
def test_a_text_that_gives_no_function_is_told_why(source, says):
    feedback = get("softmax").check(source)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-source")
    assert says in feedback.message


HARM = {
    "ends the process": "import os\ndef softmax(t):\n    os._exit(0)",
    "crashes": "import ctypes\ndef softmax(t):\n    ctypes.string_at(0)",
    "kills itself": "import os, signal\ndef softmax(t):\n    os.kill(os.getpid(), signal.SIGKILL)",
    "kills its parent": "import os, signal\ndef softmax(t):\n    os.kill(os.getppid(), signal.SIGKILL)",
    "takes all memory": "import numpy as np\ndef softmax(t):\n    return np.ones(1 << 36)",
    "runs for ever in C": "import itertools\ndef softmax(t):\n    return sum(itertools.repeat(0))",
    "blocks all signals": "import signal\ndef softmax(t):\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
    "    while True:\n        pass",
    "closes everything": "import os\ndef softmax(t):\n    os.closerange(0, 100)\n    return t",
    "starts processes": "import subprocess\ndef softmax(t):\n    subprocess.Popen(['sleep', '1000'])\n    return t",
    "returns too much": "def softmax(t):\n    return 'a' * (1 << 28)",
    "replaces the machinery": "from nlm_utils.exercises import observe, plain, transport, worker\n"
    "def softmax(t):\n    plain.plain = worker.pack = transport.encode = None\n    return t",
}


def test_a_process_that_ends_is_said():
    feedback = get("softmax").check(HARM["ends the process"])
    assert feedback.misconception == "generic-process-ended" and feedback.sentence.endswith(".")


@pytest.mark.parametrize("source", HARM.values(), ids=HARM.keys())
def test_harm_stays_in_the_process(source):
    feedback = get("softmax").check(source)
    assert feedback.outcome in ("wrong", "raised", "timeout"), str(feedback)
    assert get("softmax").check(RIGHT).outcome == "right"


def test_what_an_answer_has_started_is_ended_with_it():
    source = "import subprocess\ndef softmax(t):\n    subprocess.Popen(['sleep', '1234567'])\n    return t"
    get("softmax").check(source)
    found = subprocess.run(["ps", "-A", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 1234567" not in found


FORGED = {
    "the reference by its name": "from nlm_utils.exercises import get\n"
    "def softmax(t):\n    return get('softmax').reference(t)",
    "the bank": "from nlm_utils.exercises.bank.lecture_03.softmax import softmax as reference\n"
    "def softmax(t):\n    return reference(t)",
    "the library's own": "from nlm_utils import functional\ndef softmax(t):\n    return functional.softmax(t)",
    "an object that is always equal": "class Equal:\n    def __eq__(self, other):\n        return True\n"
    "    __hash__ = None\ndef softmax(t):\n    return Equal()",
    "another comparison": "from nlm_utils.exercises import compare\ncompare.difference = lambda *_: None\n"
    "def softmax(t):\n    return t",
    "another NumPy": "import numpy as np\nnp.isclose = np.allclose = lambda *_, **__: np.True_\n"
    "def softmax(t):\n    return t",
    "an answer without observations": "import gc\nfrom multiprocessing.connection import Connection\n"
    "def softmax(t):\n"
    "    for found in gc.get_objects():\n"
    "        if isinstance(found, Connection) and not found.closed and found.writable:\n"
    '            found.send_bytes(b\'["answer", {"dict": [["seen", []], ["remembers", false], \'\n'
    '                b\'["attempt", "tried"], ["unusable", null], ["names", {"tuple": []}], \'\n'
    '                b\'["parameters", {"tuple": []}]]}]\')\n'
    "    return t",
    "an answer without its parts": "import gc\n"
    "from multiprocessing.connection import Connection\n"
    "def softmax(t):\n"
    "    for found in gc.get_objects():\n"
    "        if isinstance(found, Connection) and not found.closed and found.writable:\n"
    '            found.send_bytes(b\'["answer", {"dict": [["seen", []]]}]\')\n'
    "    return t",
    "observations that say nothing": "from nlm_utils.exercises import worker\n"
    "worker.observe = lambda task, function, tell: worker.Answer([worker.Observation() for _ in task.cases])\n"
    "def softmax(t):\n    return t",
}


@pytest.mark.parametrize("source", FORGED.values(), ids=FORGED.keys())
def test_a_wrong_answer_cannot_be_forged_into_a_right_one(source):
    assert get("softmax").check(source, seed=2).outcome != "right"


@pytest.mark.parametrize("name", ["minibatches", "topological_order", "hutchinson_diagonal"])
def test_facts_are_made_where_no_answer_runs(name):
    """An answer that replaces what its process would call to describe it is described all the same."""
    source = (
        f"from nlm_utils.exercises.observers import {name} as observer\n"
        "observer.describe = lambda *_: {}\n"
        f"def {name}(*args):\n    return []\n"
    )
    assert get(name).check(source).outcome != "right"


def test_the_process_holds_neither_bank_nor_reference():
    source = (
        "import gc, sys\n"
        "def softmax(t):\n"
        "    names = [name for name in sys.modules if '.bank' in name or name.endswith('.definition')]\n"
        "    kinds = {type(found).__name__ for found in gc.get_objects()} & {'Exercise', 'Misconception'}\n"
        "    raise ValueError(f'{names} {kinds}')\n"
    )
    assert "[] set()" in get("softmax").check(source).message


def test_what_observers_need_is_no_bank():
    """Neither they nor what they import, in a fresh process."""
    code = (
        "import importlib, pkgutil, sys\n"
        "from nlm_utils.exercises import observers, worker\n"
        "for found in pkgutil.iter_modules(observers.__path__):\n"
        "    importlib.import_module(f'{observers.__name__}.{found.name}')\n"
        "print([name for name in sys.modules if name.startswith(worker.HIDDEN)])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"


def test_a_function_among_the_inputs_stands_with_the_observers():
    with pytest.raises(ValueError, match=r"expected a function of .*observers, got .*test_exercise_worker"):
        worker._name_of(solved)
