"""Never stuck: whatever a cell with `@exercise` does before its check, a card says it, and the name is bound."""

import importlib
import os
import queue
import sys

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from nlm_utils.exercises import BoundReference, cells, get, notebook, record, slips

IMPORT = "from nlm_utils.exercises import exercise, progress"
RIGHT = "@exercise\ndef count_word(tokens, word):\n    return tokens.count(word)\n"


@pytest.fixture(scope="module")
def shell():
    """An IPython shell in this process, with the hooks that the import sets in a kernel."""
    config = Config()
    config.HistoryManager.enabled = False
    yield InteractiveShell.instance(config=config, colors="nocolor")
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell, capsys, monkeypatch):
    """Runs a cell and gives (IPython's result, what stood below the cell)."""
    monkeypatch.setattr(record, "_memory", {})
    monkeypatch.setenv("NLM_PROGRESS", ":memory:")
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shell.reset()
    cells.install()

    def run(cell):
        result = shell.run_cell(cell)
        return result, capsys.readouterr().out

    run(IMPORT)
    return run


def is_reference(shell, name):
    bound = shell.user_ns[name]
    return isinstance(bound, BoundReference) and bound.__wrapped__ is get(name).reference


SLIPS = {
    "colon": ("def f(t)\n    return t", 1, "`def` needs a colon"),
    "colon of an if": ("def f(t):\n    if t > 0  # so\n        return t", 2, "`if` needs a colon"),
    "colon, two lines": ("def f(t,\n      u)\n    return t", 2, "`def` needs a colon"),
    "equals": ("def f(t):\n    if t = 3:\n        return t", 2, "write `==`"),
    "equals and colon": ("def f(t):\n    while t[0] = 3\n        t += 1", 2, "write `==`; and"),
    "bracket": ("def f(t):\n    e = np.exp(t\n    return e", 2, "The `(` that opens here is never closed"),
    "no opening bracket": ("def f(t):\n    return t)", 2, "`)` closes nothing"),
    "wrong bracket": ("def f(t):\n    return (t]", 2, "`]` cannot close `(`"),
    "tabs": ("def f(t):\n    x = t\n\treturn x", 3, "begins with a tab"),
    "indent": ("def f(t):\n    x = t\n      return x", 3, "further to the right than the one above"),
    "dedent": ("def f(t):\n    x = t\n  return x", 3, "further to the left than the one above"),
    "no body": ("def f(t):\n# soon", 2, "The `def` above has no body"),
    "return outside": ('def f(t):\n    """Doc."""\nreturn t', 3, "`return` does not belong to a function"),
    "print": ("def f(t):\n    print t", 2, "`print` is a function"),
    "else if": (
        "def f(t):\n    if t:\n        t = 1\n    else if t > 3:\n        t = 2",
        4,
        "Python writes `elif`",
    ),
    "plus plus": ("def f(i):\n    i++\n    return i", 2, "Python has no `++`: write `+= 1`"),
    "and": ("def f(t):\n    return t > 1 && t < 3", 2, "write `and`"),
    "larger": ("def f(t):\n    return t => 3", 2, "write `>=`"),
    "quotes": ("def f(t):\n    return t[“a”]", 2, "`“` is a printer's quotation mark"),
    "closing quote": ('def f(t):\n    return t["a”]', 2, "`”` is a printer's quotation mark"),
    "no-break space": ("def f(t):\n    return\u00a0t", 2, "U+00A0, no-break space"),
    "minus": ("def f(t):\n    return t − 1", 2, "write `-`"),
    "docstring": ('def f(t):\n    """Doc.\n    return t', 2, "a docstring begins with three quotes"),
    "docstring's beginning": (
        'def f(t):\n    Doc with a ←.\n    """\n    return t',
        2,
        "here they are missing",
    ),
    "no name": ("def (t):\n    return t", 1, "After `def` comes the function's name"),
    "string": ("def f(t):\n    return t.split('.)", 2, "no partner on this line"),
    "left over": ("def f(t):\n    return t\n      raise NotImplementedError", 3, "is left over"),
    "prompt": ("def f(t):\n    >>> x = t\n    ... return x", 2, "`>>>` is the prompt"),
    "lambda": ("def f(t):\n    lambda = 0.1\n    return lambda * t", 2, "`lambda` is a word of Python's own"),
    "number": ("def f(t):\n    return 2t", 2, "To multiply, write `*`"),
    "retrun": ("def f(t):\n    retrun t", 2, "`retrun` looks like `return`"),
    "nothing after": ("def f(t):\n    x =\n    return x", 2, "ends in `=`"),
    "no def": ("@exercise\nf(t):\n    return t", 2, "A function begins with `def`"),
    "two words": ("@exercise\ndef soft max(t):\n    return t", 2, "`soft_max`"),
    "no function": ("@exercise\nlambda t: t", 2, "must stand the `def` of a function"),
    "call": ("def f(t):\n    return g(a=1, t)", 2, "arguments with a name (`axis=0`) come after"),
    "bracket before a colon": (
        "def f(t):\n    for i in range(3:\n        t += i",
        2,
        "The `(` that opens here",
    ),
    "else with a condition": (
        "def f(t):\n    if t:\n        t = 1\n    else t < 3:\n        t = 2",
        4,
        "it is an `elif`",
    ),
    "then": ("def f(t):\n    if t > 3 then:\n        return t", 2, "Python has no `then`"),
    "braces": ("def f(t):\n    while t < 3 {\n        t += 1\n    }", 2, "Python has no braces"),
    "type": ("def f(t):\n    int i = 0\n    return i", 2, "no word stands before a name"),
    "walrus": ("def f(t):\n    x := 3\n    return x", 2, "by `=` alone"),
    "return =": ("def f(t):\n    return = t", 2, "After `return` comes the value"),
    "name of two words": ("def f(t):\n    my var = t\n    return 1", 2, "A name is one word"),
    "one line": ("def f(t):\n    if t > 3 return t", 2, "needs a colon `:` before what it is to do"),
    "no else": ("def f(t):\n    return t if t > 3", 2, "needs an `else` too"),
    "block without lines": ("def f(t):\n    if t > 3:", 2, "below it something must stand"),
    "block not indented": ("def f(t):\n    if t > 3:\n    return t", 3, "The line above ends in a colon"),
    "comma between parameters": (
        "def f(t u):\n    return t",
        1,
        "a comma may be missing between two parameters",
    ),
    "unknown": ("def f(t):\n    return t t t", 2, "Look at this line"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_has_its_line_and_its_sentence(slip):
    source, line, sentence = SLIPS[slip]
    error = slips.problem(source + "\n")
    found = slips.words(source, error)
    assert found[0] == line and sentence in found[1], (error, found)


def test_what_can_be_read_is_no_slip():
    assert slips.problem("from time import sleep\nawait f()\nx: int = 1\n") is None
    assert (
        slips.problem('x = "\\d"\nfrom __future__ import annotations\n') is None
    )  # as IPython, line by line


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("def count_word(tokens, word)\n    return 1", "def count_word(tokens, word)"),
        ("def count_word(tokens, word):\nreturn 1", "return 1"),
        ("def count_word(:\n    return 1", "def count_word(:"),
        ("def count_word(tokens, word):\n    x = 1\n  return x", "  return x"),
        ("def count_word(tokens, word):\n    x = 1\n\treturn x", "\treturn x"),
    ],
)
def test_a_cell_that_cannot_be_read_has_a_card_and_the_lecture_goes_on(shell, run, body, line):
    cell = f"\n\n@exercise\n{body}\n"
    result, out = run(cell)
    assert result.success and is_reference(shell, "count_word") and shell.user_ns["count_word"].yours is None
    assert "✗ count_word: Python cannot read this cell" in out and "Traceback" not in out
    assert "Python says  " in out and "Error: " in out
    assert 'stub("count_word")' in out and "goes on with the reference" in out
    shown = line.replace("\t", "→   ")
    assert f"line {cell.split(chr(10)).index(line) + 1}:  {shown}" in out
    result, out = run("print(count_word(['a', 'b', 'a'], 'a'))")
    assert result.success and out == "2\n"
    assert "own code>" in repr(shell.user_ns["count_word"])
    assert record.outcomes() == {"count_word": "tried"}


def test_the_caret_stands_where_python_stopped(run):
    out = run("@exercise\ndef count_word(tokens, word):\n    é = tokens)\n")[1]
    shown, caret = [line for line in out.split("\n") if "é = tokens)" in line or line.strip() == "^"]
    assert shown.index(")") == caret.index("^")


def test_a_cell_that_cannot_be_read_after_a_right_answer(shell, run):
    run(RIGHT)
    answer = shell.user_ns["count_word"]
    run(RIGHT.replace(":", ""))
    assert is_reference(shell, "count_word") and shell.user_ns["count_word"].yours is answer
    assert record.outcomes() == {"count_word": "right"}
    run(RIGHT)
    assert not isinstance(shell.user_ns["count_word"], BoundReference)


def test_every_exercise_of_a_cell_that_cannot_be_read_is_bound(shell, run):
    out = run("@exercise\ndef entropy(p):\n    return 1\n\n@exercise\ndef perplexity(l)\n    return 1\n")[1]
    assert is_reference(shell, "entropy") and is_reference(shell, "perplexity")
    assert "✗ perplexity" in out and "the references of `entropy` and `perplexity`" in out
    assert record.outcomes() == {"perplexity": "tried"}


def test_which_exercise_a_broken_cell_is(shell, run):
    for cell, name in {
        "@exercise\ndef softmx(t)\n    return t": "softmax",
        "@exercise\nclass Perplexity\n    pass": "perplexity",
        "@exercise\nfunction entropy(p):\n    return p": "entropy",
        "@exercise\ncross_entropy(p):\n    return p": "cross_entropy",
        "@exercise\ndef log soft max(p):\n    return p": "log_softmax",
        "@exercise('kl_divergence')\ndef f(p)\n    return p": "kl_divergence",
        "%%time\n@exercise  # mine\n# a comment\ndef numerical_gradient(f)\n    return 1": "numerical_gradient",
    }.items():
        result, out = run(cell)
        assert result.success and f"✗ {name}: Python cannot read this cell" in out, (cell, out)
        assert is_reference(shell, name)
    out = run("@exercise\ndef zzz(t)\n    return t")[1]
    assert "✗ @exercise: Python cannot read this cell" in out and "goes on with" not in out


def test_an_exercise_is_known_by_its_docstring_in_the_open_lecture(shell, run, monkeypatch):
    run("import numpy as np")
    stub = notebook.stub("softmax").replace("def softmax(", "def my_own_name(")
    assert "my_own_name: not checked" in run(stub)[1] and "softmax" not in shell.user_ns
    monkeypatch.setenv("JPY_SESSION_NAME", "work/03_composition_and_softmax-Copy1.ipynb")
    assert "did you mean softmax" in run(stub)[1] and is_reference(shell, "softmax")
    del shell.user_ns["softmax"]
    assert "✗ softmax: " in run(stub.replace("raise", "rais e"))[1] and is_reference(shell, "softmax")


def test_a_misspelt_name_binds_the_exercise_that_was_meant(shell, run):
    result, out = run("@exercise\ndef softmx(t):\n    return 7\n")
    assert result.success and shell.user_ns["softmx"](1) == 7
    assert "There is no exercise softmx: did you mean softmax?" in out
    assert "The lecture goes on with the reference of softmax" in out
    assert is_reference(shell, "softmax") and shell.user_ns["softmax"].yours is shell.user_ns["softmx"]
    assert record.outcomes() == {"softmax": "tried"}
    run("@exercise('cuont_word')\ndef count_word(tokens, word):\n    return 7\n")
    assert is_reference(shell, "count_word") and shell.user_ns["count_word"].yours([], "") == 7
    run("@exercise\nclass Entropy:\n    pass\n")
    assert is_reference(shell, "entropy")


def test_a_misspelt_name_leaves_a_right_answer_alone(shell, run):
    run(RIGHT)
    answer = shell.user_ns["count_word"]
    out = run(RIGHT.replace("count_word", "count_words") + "\n1 / 0")[1]
    assert "`count_word` stays what it was" in out and "✗" not in out
    assert shell.user_ns["count_word"] is answer and callable(shell.user_ns["count_words"])


def test_a_name_that_nothing_is_near(shell, run):
    out = run("@exercise\ndef zzz(t):\n    return 7\n")[1]
    assert "There is no exercise zzz, and none with a name like it" in out
    assert shell.user_ns["zzz"](1) == 7 and not [name for name in notebook.names() if name in shell.user_ns]


def test_a_lambda_has_the_name_that_it_is_given(shell, run):
    out = run("count_word = exercise(lambda tokens, word: 0)")[1]
    assert "✗ count_word" in out and is_reference(shell, "count_word")


def test_a_class_is_no_answer(shell, run):
    assert "is a class" in run("@exercise\nclass count_word:\n    pass\n")[1]
    assert is_reference(shell, "count_word")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("\nx = [][0]\n" + RIGHT, "Line 2 raised IndexError, and the cell ended there, before `count_word`"),
        (RIGHT.replace("word)", "word=nothing)", 1), "uses the name `nothing`, which nothing has"),
        (RIGHT.replace("exercise", "exersise"), "There is no `@exersise`: write `@exercise`"),
        ("del exercise\n" + RIGHT, "`exercise` has not been imported"),
    ],
)
def test_a_cell_that_raises_before_its_def(shell, run, cell, sentence):
    result, out = run(cell)
    assert not result.success and out.index("Traceback") < out.index("✗ count_word") and sentence in out
    assert is_reference(shell, "count_word") and shell.user_ns["count_word"].yours is None
    assert record.outcomes() == {}


def test_a_cell_that_raises_after_its_def_says_nothing_more(shell, run):
    out = run(RIGHT + "\n1 / 0")[1]
    assert (
        "✓ count_word" in out
        and "✗" not in out
        and not isinstance(shell.user_ns["count_word"], BoundReference)
    )
    out = run(RIGHT + "\n1 / 0\n" + RIGHT.replace("count_word", "entropy"))[1]
    assert "✓ count_word" in out and "before `entropy` was checked" in out and is_reference(shell, "entropy")


def test_an_exercise_whose_cell_never_ran(shell, run):
    result, out = run("print(count_word(['a'], 'a'))")
    assert not result.success and "○ count_word: not there yet" in out
    assert run("print(count_word(['a'], 'a'))")[1] == "1\n"
    assert "○" not in run("print(nothing)")[1]


def test_an_interrupted_check_binds_the_name_and_ends_the_cell(shell, run):
    result, out = run(
        RIGHT.replace("return", "raise KeyboardInterrupt  # and not return") + "print('further')\n"
    )
    assert isinstance(result.error_in_exec, KeyboardInterrupt) and "further" not in out
    assert "✗ count_word: interrupted" in out and "line 3:  raise KeyboardInterrupt" in out
    assert out.rstrip().endswith("KeyboardInterrupt: the check of count_word was interrupted")
    assert "Traceback" not in out and out.count("✗") == 1
    assert is_reference(shell, "count_word") and callable(shell.user_ns["count_word"].yours)
    assert record.outcomes() == {"count_word": "tried"}


def test_an_interrupt_in_the_first_lines(shell, run):
    out = run("raise KeyboardInterrupt\n" + RIGHT)[1]
    assert "✗ count_word: interrupted before it was checked" in out and "in line 1" in out
    assert is_reference(shell, "count_word")


def test_cells_that_run_well_are_left_as_they_are(shell, run):
    for cell in (
        RIGHT,
        "x = 1\n",
        "%time\n",
        "%%time\nx = 1\n",
        '"@exercise\\n def f("',
        "text = '''\n@exercise\ndef f(\n'''\n",
    ):
        assert shell.transform_cell(cell) == TransformerManager().transform_cell(cell)
    result, out = run("def f(:\n    pass\n")
    assert not result.success and "✗" not in out


def test_imported_twice_there_is_one_card(shell, run):
    importlib.reload(cells)
    cells.install()
    assert run(RIGHT.replace(":", ""))[1].count("✗") == 1
    assert run("1 / 0\n" + RIGHT)[1].count("✗") == 1


def test_outside_ipython_nothing_is_set(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    cells.install()


def test_a_script_that_is_run(shell, run, tmp_path):
    script = tmp_path / "answers.py"
    script.write_text(f"{IMPORT}\n{RIGHT}\n@exercise\ndef softmx(t):\n    return t\n")
    out = run(f"%run {script}")[1]
    assert "✓ count_word" in out and "did you mean softmax" in out and is_reference(shell, "softmax")


class Kernel:
    """A kernel of its own, as JupyterLab and Notebook start it."""

    def __init__(self, tmp_path):
        self.manager = KernelManager(kernel_name="python3")
        environment = os.environ | {
            "NLM_PROGRESS": str(tmp_path / "progress.sqlite"),
            "IPYTHONDIR": str(tmp_path),
        }
        self.manager.start_kernel(cwd=tmp_path, env=environment)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def restart(self):
        self.client.stop_channels()
        self.manager.restart_kernel(now=True)
        self.connect()

    def run(self, cell, interrupt_at=None):
        """(status, all that stood below the cell); interrupted as soon as there is a file `interrupt_at`."""
        message = self.client.execute(cell, stop_on_error=False)
        out = ""
        while True:
            try:
                received = self.client.get_iopub_msg(timeout=0.1 if interrupt_at else 60)
            except queue.Empty:
                assert interrupt_at, f"nothing more comes from {cell}"
                if interrupt_at.exists():
                    interrupt_at.unlink()
                    interrupt_at = None
                    self.manager.interrupt_kernel()
                continue
            if received["parent_header"].get("msg_id") != message:
                continue
            content = received["content"]
            if content.get("execution_state") == "idle":
                break
            out += content.get("text", "") + content.get("data", {}).get("text/plain", "")
            out += "\n".join(content.get("traceback", ()))
        while (reply := self.client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != message:
            pass
        return reply["content"]["status"], out


@pytest.fixture
def kernel(tmp_path):
    kernel = Kernel(tmp_path)
    yield kernel
    kernel.client.stop_channels()
    kernel.manager.shutdown_kernel(now=True)


def test_in_a_kernel_the_next_cell_runs(kernel, tmp_path):
    use = "print(count_word(['a', 'b', 'a'], 'a'))"
    broken = RIGHT.replace(":", "")
    wait = "open('waits', 'w').close()\n{0}__import__('time').sleep(60)\n{0}"
    waits_above, waits_inside = (
        wait.format("") + RIGHT,
        RIGHT.replace("return", wait.format("    ") + "return"),
    )

    def never_stuck(cell, *says, status="ok", **options):
        done, out = kernel.run(cell, **options)
        assert done == status and all(words in out for words in says), (done, out)
        assert kernel.run(use) == ("ok", "2\n")
        kernel.run("del count_word")

    kernel.run(IMPORT)
    never_stuck(broken, "✗ count_word: Python cannot read this cell")
    never_stuck(RIGHT.replace("count_word", "count_wrd"), "did you mean count_word?")
    interrupted = {"status": "error", "interrupt_at": tmp_path / "waits"}
    never_stuck(waits_above, "✗ count_word: interrupted before", "in line 2", **interrupted)
    never_stuck(waits_inside, "✗ count_word: interrupted\n", "sleep(60)", **interrupted)
    never_stuck("1 / 0\n" + RIGHT, "ZeroDivisionError", "✗ count_word: the cell ended before", status="error")
    kernel.restart()
    kernel.run(IMPORT)
    never_stuck(broken, "✗ count_word: Python cannot read this cell")
    assert "✗ count_word" in kernel.run("progress('00_start_here')")[1]
