"""The builder, on small texts of its own: what it writes, when it builds again, what it refuses."""

from __future__ import annotations

import ast
import inspect
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from authoring import build as builder
from authoring.build import ROOT, BuildError, build, main
from authoring.freshness import FOLDERS
from authoring.source import cell_ids, count_words, read_text, text_problems
from nlm_utils.exercises import get, stub_source

# --- a course in miniature -----------------------------------------------------------------------------------------

HEADER = """\
# 03 · Small

**You will be able to** test a builder.

**You need first** nothing.

**Minutes** {minutes}

| symbol | in the code | shape |
|---|---|---|
| $n$ | `n` | a number |
"""

EXERCISE = '''\
@exercise
def double(n):
    """Twice `n`."""
    answer_to_find = n + n
    return answer_to_find'''

# stands in for the real exercises: the card of a stub says ○, of anything else ✓ or ✗
EXERCISES_PACKAGE = """\
from IPython.display import display

class Card:
    def __init__(self, text): self.text = text
    def __repr__(self): return self.text

def exercise(function):
    try:
        mark = "✓" if function(4) == 8 else "✗"
    except NotImplementedError:
        mark = "○"
    display(Card(f"{mark} {function.__name__}: what the card says"))
    return function if mark == "✓" else (lambda n: 2 * n)
"""


def cell(source: str, tags: str = "") -> str:
    options = f":tags: [{tags}]\n" if tags else ""
    return f"```{{code-cell}} ipython3\n{options}{source}\n```"


def compose(*parts: str, minutes: int = 0) -> str:
    head = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n"
    return head + "\n\n".join([HEADER.format(minutes=minutes) + "\n+++", *parts]) + "\n"


IMPORT = cell("from nlm_utils.exercises import exercise\nfrom nlm_utils import helper")
GOOD = compose(
    "Read *this*.", IMPORT, cell(EXERCISE), "Use it.", cell("print(helper.VALUE, double(21))"), minutes=10
)


@pytest.fixture
def course(tmp_path: Path):
    """A repository in miniature: `write(text)` puts solutions/03_small.md there."""

    class Course:
        root = tmp_path / "a course"
        text = root / "solutions" / "03_small.md"
        notebooks = (root / "solutions" / "03_small.ipynb", root / "lectures" / "03_small.ipynb")

        def write(self, content: str) -> Path:
            self.text.write_text(content, encoding="utf-8")
            return self.text

        def build(self, content: str | None = None):
            if content is not None:
                self.write(content)
            return [nbformat.read(path, as_version=4) for path in build(self.text, self.root)]

        def contents(self) -> list[bytes]:
            return [path.read_bytes() for path in self.notebooks]

        def run(self, *arguments: str) -> int:
            return main(list(arguments), self.root)

        def refused(self, content: str) -> str:
            self.write(content)
            with pytest.raises(BuildError) as error:
                build(self.text, self.root)
            return str(error.value)

    package = Course.root / "nlm_utils"
    (Course.root / "solutions").mkdir(parents=True)
    (package / "exercises").mkdir(parents=True)
    (package / "__init__.py").write_text('"""Small."""\n')
    (package / "helper.py").write_text("from .deeper import VALUE\n")
    (package / "deeper.py").write_text("VALUE = 1\n")
    (package / "unused.py").write_text("VALUE = 2\n")
    (package / "exercises" / "__init__.py").write_text(EXERCISES_PACKAGE, encoding="utf-8")
    return Course()


# --- what is built -------------------------------------------------------------------------------------------------


def test_two_notebooks_come_out_executed_and_the_answer_is_in_one_of_them(course):
    solved, lecture = course.build(GOOD)
    for notebook in (solved, lecture):
        nbformat.validate(notebook)
        code = [c for c in notebook.cells if c.cell_type == "code"]
        assert [c.execution_count for c in code] == [1, 2, 3]
        assert code[-1].outputs[0].text == "1 42\n"
        assert set(notebook.metadata.kernelspec) == {"display_name", "language", "name"}
        assert "version" not in notebook.metadata.language_info
    assert solved.cells[3].source == EXERCISE
    assert "answer_to_find" not in str(lecture)
    assert lecture.cells[3].source.endswith(
        '"""Twice `n`."""\n    # YOUR CODE HERE\n    raise NotImplementedError'
    )
    assert "✓ double" in str(solved.cells[3].outputs)
    assert "○ double" in str(lecture.cells[3].outputs)


def test_building_twice_gives_the_same_bytes(course):
    course.build(GOOD)
    before = course.contents()
    assert course.run("--all") == 0
    assert course.contents() == before


def test_tags_are_kept_and_shown_streams_are_joined(course):
    text = compose(
        cell("import sys\nfor k in range(3):\n    print(k); sys.stdout.flush()", "nbval-ignore-output")
    )
    solved, _ = course.build(text)
    assert solved.cells[-1].metadata.tags == ["nbval-ignore-output"]
    assert [output.text for output in solved.cells[-1].outputs] == ["0\n1\n2\n"]


def test_equal_cells_get_different_ids_that_do_not_depend_on_what_stands_around_them():
    pair = ("code", "x")
    first = cell_ids([pair, ("markdown", "y"), pair])
    assert len(set(first)) == 3
    assert cell_ids([("markdown", "z"), pair, pair])[1:] == [first[0], first[2]]
    assert cell_ids([("markdown", "x")]) != cell_ids([pair])


def test_kernels_run_in_the_notebooks_folder_and_keep_no_record(course):
    names = "'NLM_PROGRESS', 'OMP_NUM_THREADS', 'PYTHONHASHSEED'"
    text = compose(
        cell(f"import os\nprint(os.path.basename(os.getcwd()), *[os.environ[n] for n in ({names})])")
    )
    solved, lecture = course.build(text)
    assert solved.cells[-1].outputs[0].text == "solutions :memory: 1 0\n"
    assert lecture.cells[-1].outputs[0].text == "lectures :memory: 1 0\n"


# --- when it is built again ----------------------------------------------------------------------------------------


def test_nothing_changed_nothing_done(course, capsys, monkeypatch):
    course.build(GOOD)
    monkeypatch.setattr(builder, "build", lambda *_: pytest.fail("built although nothing changed"))
    assert course.run() == 0
    assert course.run("--check") == 0
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ("nlm_utils/helper.py", "nlm_utils/helper.py changed since it was built"),
        ("nlm_utils/deeper.py", "nlm_utils/deeper.py changed since it was built"),
        ("solutions/03_small.md", "its text changed"),
    ],
)
def test_a_changed_file_that_matters_means_building_again(course, capsys, changed, reason):
    course.build(GOOD)
    path = course.root / changed
    path.write_text(path.read_text().replace("VALUE", "VALUE ").replace("Use it", "Use that"))
    assert course.run("--check") == 1
    assert capsys.readouterr().out == f"03_small: {reason}\n"
    assert course.run() == 0
    assert "built" in capsys.readouterr().out
    assert course.run("--check") == 0


def test_what_changes_while_a_lecture_runs_makes_it_stale(course, capsys):
    course.build(compose(cell('from nlm_utils import helper\nopen(helper.__file__, "a").write("# more")')))
    assert course.run("--check") == 1
    assert capsys.readouterr().out == "03_small: nlm_utils/helper.py changed since it was built\n"


def test_a_changed_file_that_nobody_imports_does_not(course):
    course.build(GOOD)
    (course.root / "nlm_utils" / "unused.py").write_text("VALUE = 3\n")
    assert course.run("--check") == 0


@pytest.mark.parametrize("notebook", [0, 1])
@pytest.mark.parametrize("damage", ["torn", "absent"])
def test_a_notebook_that_is_torn_or_gone_is_built_again(course, capsys, notebook, damage):
    course.build(GOOD)
    before = course.contents()
    path = course.notebooks[notebook]
    if damage == "torn":
        path.write_bytes(before[notebook][:100])
        reason = f"{path.parent.name}/03_small.ipynb does not say what it was made from"
    else:
        path.unlink()
        reason = "never built"
    assert course.run("--check") == 1
    assert capsys.readouterr().out == f"03_small: {reason}\n"
    assert course.run() == 0
    assert course.contents() == before


def test_a_notebook_names_what_its_run_really_read(course):
    package = course.root / "nlm_utils"
    for name in ("one", "two", "three", "four", "five", "six", "seven", "eight", "mentioned", "not_run"):
        (package / f"{name}.py").write_text("x = 1\n")
    (package / "sub").mkdir()
    (package / "sub" / "__init__.py").write_text(
        "def __getattr__(name):\n    from importlib import import_module\n"
        '    return import_module(f"{__name__}.{name}")\n'
    )
    (package / "sub" / "lazy.py").write_text(
        "from pathlib import Path\nmentioned = 'mentioned'\nif mentioned == 1:\n    from .. import not_run\n"
        "def load():\n    from .. import six\n    from ..seven import x\n"
        "    return Path(__file__).with_name('table.json').read_text()\n"
    )
    (package / "sub" / "table.json").write_text("{}")
    (package / "sub" / "other.json").write_text("{}")
    other = "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'nlm_utils.eight'], check=True)"
    cells = (
        "import nlm_utils.one as first\nfrom nlm_utils import two, sub\nsub.lazy.load()",
        "%time import nlm_utils.three\nfrom nlm_utils.four import x\nnlm_utils.__path__",
        "import importlib\nimportlib.import_module('nlm_utils.five')",
        other,
    )
    for notebook in course.build(compose(*map(cell, cells))):
        modules = ("__init__", "one", "two", "three", "four", "five", "six", "seven", "eight")
        wanted = {f"nlm_utils/{name}.py" for name in modules}
        wanted |= {f"nlm_utils/sub/{name}" for name in ("__init__.py", "lazy.py", "table.json")}
        wanted |= {"authoring/build.py", "authoring/source.py", "nlm_utils/exercises/stubs.py"}
        assert set(notebook.metadata.nlm_course.made_from) == wanted | {"solutions/03_small.md"}


# --- what is stale after which change ------------------------------------------------------------------------------

SYLLABUS = """\
LECTURES = {"03_small": "Small", "04_other": "Other"}
EXERCISES = {"03_small": ("double",), "04_other": ("treble",)}
"""
LAZY_EXERCISES = """\
from importlib import import_module
from .. import syllabus
from .card import Card

def get(name):
    lecture = next(key for key, names in syllabus.EXERCISES.items() if name in names)
    return import_module(f"nlm_utils.exercises.bank.lecture_{lecture[:2]}.{name}")
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Two built lectures, each with one exercise of its own; 03 quotes a result, 04 uses a model."""
    root = tmp_path_factory.mktemp("house")
    files = {
        "nlm_utils/__init__.py": "",
        "nlm_utils/syllabus.py": SYLLABUS,
        "nlm_utils/models/__init__.py": "",
        "nlm_utils/models/mamba.py": "",
        "nlm_utils/exercises/__init__.py": LAZY_EXERCISES,
        "nlm_utils/exercises/card.py": "class Card: pass\n",
        "nlm_utils/exercises/bank/__init__.py": "",
        "nlm_utils/exercises/bank/lecture_03/__init__.py": "",
        "nlm_utils/exercises/bank/lecture_03/double.py": "",
        "nlm_utils/exercises/bank/lecture_04/__init__.py": "",
        "nlm_utils/exercises/bank/lecture_04/treble.py": "",
        "benchmarks/results/long.json": "{}",
        "benchmarks/results/unused.json": "{}",
        "solutions/03_small.md": compose(
            cell("from nlm_utils import models\nfrom nlm_utils.exercises import get\nget('double').__name__"),
            cell("import json\njson.load(open('../benchmarks/results/long.json'))"),
        ),
        "solutions/04_other.md": compose(
            cell(
                "from nlm_utils.models import mamba\nfrom nlm_utils.exercises import get\nget('treble').__name__"
            )
        ).replace("# 03", "# 04"),
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    assert main([], root) == 0
    return root


BANKS = "nlm_utils/exercises/bank"


@pytest.mark.parametrize(
    ("changed", "added", "stale"),
    [
        (f"{BANKS}/lecture_03/double.py", "# a comment", ["03_small"]),
        (f"{BANKS}/lecture_04/treble.py", "# a comment", ["04_other"]),
        ("nlm_utils/exercises/card.py", "# a comment", ["03_small", "04_other"]),
        ("nlm_utils/models/mamba.py", "# a comment", ["04_other"]),
        ("benchmarks/results/long.json", " ", ["03_small"]),
        ("benchmarks/results/unused.json", " ", []),
        ("nlm_utils/syllabus.py", "# a comment", []),
        ("nlm_utils/syllabus.py", 'EXERCISES["04_other"] += ("another",)', ["04_other"]),
        ("nlm_utils/syllabus.py", 'LECTURES["03_small"] = "Smaller"', ["03_small"]),
        ("nlm_utils/syllabus.py", 'LECTURES["05_new"] = "New"', []),
    ],
)
def test_a_change_makes_only_those_stale_whose_run_read_it(house, capsys, changed, added, stale):
    path = house / changed
    before = path.read_text()
    path.write_text(f"{before}{added}\n")
    assert main(["--check"], house) == bool(stale)
    path.write_text(before)
    what = (
        f"its entry in {changed} changed"
        if "syllabus" in changed
        else f"{changed} changed since it was built"
    )
    assert capsys.readouterr().out == "".join(f"{name}: {what}\n" for name in stale)
    assert main(["--check"], house) == 0


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the repository with its built notebooks, and the files that each lecture was made from."""
    root = tmp_path_factory.mktemp("tree")
    for folder in ("lectures", "solutions", "nlm_utils", "benchmarks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    made_from = {}
    for path in builder.texts(root):
        notebooks = [json.loads((root / folder / f"{path.stem}.ipynb").read_text()) for folder in FOLDERS]
        made_from[path.stem] = {
            file for each in notebooks for file in each["metadata"]["nlm_course"]["made_from"]
        }
    return root, made_from


@pytest.mark.parametrize(
    "changed", ["nlm_utils/syllabus.py", "bank", "nlm_utils/exercises/card.py", "nlm_utils/models/mamba.py"]
)
def test_a_comment_makes_stale_only_what_it_should_in_the_real_course(tree, capsys, changed):
    root, made_from = tree
    if changed == "bank":
        changed = Path(inspect.getsourcefile(get("topological_order").reference)).relative_to(ROOT).as_posix()
        wanted = {"06_backpropagation"}
    elif changed.endswith("syllabus.py"):
        wanted = set()
    elif changed.endswith("card.py"):
        wanted = set(made_from)
    else:
        wanted = {name for name, files in made_from.items() if changed in files}
        assert "12_state_space_models" in wanted
        assert not wanted & {name for name in made_from if name < "08"}  # before torch
    path = root / changed
    before = path.read_text(encoding="utf-8")
    path.write_text(before + "# a comment\n", encoding="utf-8")
    main(["--check"], root)
    path.write_text(before, encoding="utf-8")
    assert set(capsys.readouterr().out.splitlines()) == {
        f"{name}: {changed} changed since it was built" for name in wanted
    }


def test_lectures_are_chosen_by_number_or_name(course, capsys):
    course.write(GOOD)
    for name in ("03", "03_small", "03_small.md", "solutions/03_small.md"):
        assert [path.stem for path in builder.texts(course.root, [name])] == ["03_small"]
    assert course.run("99") == 1
    error = capsys.readouterr().err
    assert "99" in error
    assert "03_small" in error


# --- what goes wrong -----------------------------------------------------------------------------------------------


def line_of(text: str, what: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if what in line)


def test_a_failing_cell_is_named_by_its_line_and_the_old_notebooks_stay(course):
    course.build(GOOD)
    before = course.contents()
    bad = GOOD.replace("print(helper.VALUE, double(21))", "total = 1\n\nprint(total / 0)  # fails")
    message = course.refused(bad)
    assert message.startswith(
        f"solutions/03_small.md:{line_of(bad, '# fails')}: ZeroDivisionError: division by zero"
    )
    assert "→ print(total / 0)  # fails" in message
    assert course.contents() == before
    assert len(list(course.root.glob("*/*03_small*"))) == 3  # no temporary file is left


def test_a_failure_inside_a_function_of_an_earlier_cell_names_both_lines(course):
    text = compose(
        cell("x = 1\n\ndef half(n):\n    return n / 0  # inner"), "Now.", cell("x = 2\nhalf(3)  # outer")
    )
    message = course.refused(text)
    assert message.startswith(f"solutions/03_small.md:{line_of(text, '# inner')}: ZeroDivisionError")
    assert f"called from solutions/03_small.md:{line_of(text, '# outer')}" in message


def test_a_syntax_error_is_named_by_its_line(course):
    text = compose(cell("x = 1\ny = = 2  # here"))
    message = course.refused(text)
    assert message.startswith(f"solutions/03_small.md:{line_of(text, '# here')}: SyntaxError")


def test_a_cell_that_fails_only_in_the_lecture_says_so(course):
    text = compose(IMPORT, cell(EXERCISE), cell("assert double.__name__ == 'double'  # theirs"), minutes=10)
    message = course.refused(text)
    assert message.startswith(f"solutions/03_small.md:{line_of(text, '# theirs')}: AssertionError")
    assert "(lectures)" in message


def test_a_cell_that_never_ends_is_named(course, monkeypatch):
    monkeypatch.setattr(builder, "CELL_TIMEOUT", 2)
    text = compose(cell("import time"), cell("time.sleep(60)  # long"))
    assert course.refused(text).startswith(f"solutions/03_small.md:{line_of(text, '# long')}: still running")


def test_a_kernel_that_dies_is_named(course):
    text = compose(cell("import os"), cell("os._exit(1)  # dies"))
    assert course.refused(text).startswith(
        f"solutions/03_small.md:{line_of(text, '# dies')}: the kernel died"
    )


def test_an_exercise_must_be_right_when_solved(course):
    message = course.refused(GOOD.replace("n + n", "n + 1"))
    assert "exercise double must show ✓ in solutions/ and shows ✗" in message


def test_an_exercise_without_a_card_is_refused(course):
    path = course.root / "nlm_utils" / "exercises" / "__init__.py"
    path.write_text("def exercise(function):\n    return function\n")
    text = GOOD.replace("double(21)", "21")
    assert "exercise double must show ✓ in solutions/ and shows no card" in course.refused(text)


PICTURE = """\
import base64
from IPython.display import display
dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
display({"image/%s": %s}, raw=True, metadata=%s)"""


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (PICTURE % ("png", "dot", "{}"), "a picture without alt text"),
        (PICTURE % ("png", "dot", "{'image/png': {'alt': ' '}}"), "a picture without alt text"),
        (PICTURE % ("svg+xml", "'<svg/>'", "{'image/svg+xml': {'alt': 'x'}}"), "a picture as image/svg+xml"),
        ("object()", "is another one at each run"),
        ("print('x' * 1_000_001)", "would have"),
    ],
)
def test_outputs_that_may_not_be_published_are_refused(course, source, complaint):
    assert complaint in course.refused(compose("Text.", cell(source)))
    assert not course.notebooks[0].exists()


def test_a_picture_with_alt_text_is_fine(course):
    source = PICTURE % ("png", "dot", "{'image/png': {'alt': 'a dot'}}")
    solved, _ = course.build(compose(cell(source)))
    assert solved.cells[-1].outputs[0].metadata["image/png"]["alt"] == "a dot"


LONG = "\n".join(f"x{k} = {k}" for k in range(21))


@pytest.mark.parametrize(
    ("part", "mark", "complaint"),
    [
        (cell(LONG), "x0 = 0", "a code cell of 21 lines"),
        ("Look:\n\n![](picture.png)", "![](", "an image without alt text"),
        ("Look:\n\n<img src='picture.png'>", "<img", "an image without alt text"),
        ("Look:\n\n<img src='picture.png' alt=''>", "<img", "an image without alt text"),
        ("Look:\n\n:::note\nHello\n:::", ":::note", "MyST"),
        ("Look at {ref}`this`.", "{ref}", "MyST"),
        (cell("x = 1", "nbval-skip"), "x = 1", "nbval-skip is not allowed"),
        (cell("x = 1", "raises-exception"), "x = 1", "raises-exception is not allowed"),
        (cell("x = 1\n# NBVAL_SKIP"), "# NBVAL_SKIP", "never skip a cell"),
        (cell(""), "```{code-cell}", "an empty code cell"),
    ],
)
def test_texts_that_break_a_rule_are_refused_with_the_line(course, part, mark, complaint):
    text = compose("Text.", part)
    text_path = course.write(text)
    ((line, message),) = text_problems(read_text(text_path))
    assert complaint in message
    assert abs(line - line_of(text, mark)) <= (mark == "```{code-cell}")
    assert complaint in course.refused(text)


@pytest.mark.parametrize(
    "part",
    [
        "![a dot](dot.png)",
        "<img src='dot.png' alt='a dot'>",
        "Write `![](dot.png)` or `{ref}`.",
        cell("\n".join(LONG.splitlines()[:20])),
    ],
)
def test_texts_that_keep_the_rules_are_not_refused(course, part):
    assert text_problems(read_text(course.write(compose(part)))) == []


def test_an_exercise_cell_may_be_long(course):
    text = compose(cell(EXERCISE.replace("Twice `n`.", "Twice.\n" + "\n    Yes." * 20)), minutes=10)
    assert text_problems(read_text(course.write(text))) == []


@pytest.mark.parametrize(
    "field", ["**You will be able to**", "**You need first**", "**Minutes**", "| symbol |", "# 03 ·"]
)
def test_a_header_without_a_field_is_refused(course, field):
    problems = text_problems(read_text(course.write(GOOD.replace(field, "", 1))))
    assert any("header card" in message for _, message in problems)


def test_a_text_that_starts_with_code_has_no_header(course):
    head = GOOD.split("# 03")[0]
    assert "header card" in course.refused(head + cell("x = 1"))


def test_wrong_minutes_are_refused_with_the_right_number(course):
    text = compose("word " * 500, cell(EXERCISE), minutes=12)
    words = 500 + count_words(HEADER.format(minutes=12))
    right = int(words / 200 + 10 + 0.5)
    message = course.refused(text)
    assert message.startswith(f"solutions/03_small.md:{line_of(text, '**Minutes**')}: ")
    assert f"write **Minutes** {right}" in message
    assert right == 13


def test_words_are_those_a_reader_reads():
    assert count_words("A *bold* claim, see [the page](https://example.org/a/b).") == 6
    assert count_words("<details><summary>Answer</summary>\n\nIt's 4-fold.\n\n</details>") == 3
    assert count_words("| - | — | ... |") == 0


# --- cutting an exercise back --------------------------------------------------------------------------------------

STUB = "# YOUR CODE HERE\n    raise NotImplementedError"

CUTS = {
    "plain": (
        '@exercise\ndef f(x):\n    """Doc."""\n    return x',
        f'@exercise\ndef f(x):\n    """Doc."""\n    {STUB}',
    ),
    "no docstring": ("@exercise\ndef f(x):\n    return x", f"@exercise\ndef f(x):\n    {STUB}"),
    "one line": ("@exercise\ndef f(x): return x", f"@exercise\ndef f(x):\n    {STUB}"),
    "one line with docstring": (
        "@exercise\ndef f(x): 'Doc.'; return x",
        f"@exercise\ndef f(x):\n    'Doc.'\n    {STUB}",
    ),
    "docstring alone": ('@exercise\ndef f(x):\n    "Doc."', f'@exercise\ndef f(x):\n    "Doc."\n    {STUB}'),
    "several decorators": (
        "@exercise\n@cache(size=3)\ndef f(x):\n    return x",
        f"@exercise\n@cache(size=3)\ndef f(x):\n    {STUB}",
    ),
    "exercise second": (
        "@cache\n@exercises.exercise\ndef f(x):\n    return x",
        f"@cache\n@exercises.exercise\ndef f(x):\n    {STUB}",
    ),
    "signature over lines, colons in it": (
        "@exercise\ndef f(\n    x: dict[str, int] = {1: 2},  # a: b\n    *,\n    y=lambda z: z[1:2],\n) -> 'a: b':\n    return x",
        f"@exercise\ndef f(\n    x: dict[str, int] = {{1: 2}},  # a: b\n    *,\n    y=lambda z: z[1:2],\n) -> 'a: b':\n    {STUB}",
    ),
    "keyword-only without default": (
        "@exercise\ndef f(*a, b, **c):\n    return a",
        f"@exercise\ndef f(*a, b, **c):\n    {STUB}",
    ),
    "a space before the colon": ("@exercise\ndef f() :\n    return 1", f"@exercise\ndef f() :\n    {STUB}"),
    "docstring with quotes and code in it": (
        "@exercise\ndef f(x):\n    '''Say \"\"\"hi\"\"\":\n\n        def f(x):\n            return x\n    '''\n    return x",
        "@exercise\ndef f(x):\n    '''Say \"\"\"hi\"\"\":\n\n        def f(x):\n            return x\n    '''\n"
        f"    {STUB}",
    ),
    "comments in and after the body": (
        '@exercise\ndef f(x):  # a hint\n    # another\n    """Doc."""  # third\n    # fourth\n    return x  # fifth\n\n'
        "    # sixth\n\ny = 1  # stays",
        f'@exercise\ndef f(x):\n    """Doc."""\n    {STUB}\n\ny = 1  # stays',
    ),
    "a comment at the margin stays": (
        "@exercise\ndef f(x):\n    return x\n# stays\nf(1)",
        f"@exercise\ndef f(x):\n    {STUB}\n# stays\nf(1)",
    ),
    "nested function and class": (
        "@exercise\ndef f(x):\n    def g(y):\n        '''In.'''\n        return y\n    class A:\n        pass\n    return g(x)",
        f"@exercise\ndef f(x):\n    {STUB}",
    ),
    "a string over lines in the body": (
        "@exercise\ndef f(x):\n    return '''a\ny = 1\n# b'''\nz = 2",
        f"@exercise\ndef f(x):\n    {STUB}\nz = 2",
    ),
    "two in one cell, other code kept": (
        "import a\n\n@exercise\ndef f(x):\n    return x\n\ndef helper(x):\n    return x\n\n@exercise\ndef g(x):\n    return f(x)\n",
        f"import a\n\n@exercise\ndef f(x):\n    {STUB}\n\ndef helper(x):\n    return x\n\n@exercise\ndef g(x):\n    {STUB}\n",
    ),
    "letters of more than one byte": (
        '@exercise\ndef f(θ="η·", *, ε=1e-8): "Nach θ − η∇L."; return θ',
        f'@exercise\ndef f(θ="η·", *, ε=1e-8):\n    "Nach θ − η∇L."\n    {STUB}',
    ),
    "two spaces of indent": (
        '@exercise\ndef f(x):\n  """Doc."""\n  return x',
        '@exercise\ndef f(x):\n  """Doc."""\n  # YOUR CODE HERE\n  raise NotImplementedError',
    ),
    "async": ("@exercise\nasync def f(x):\n    return x", f"@exercise\nasync def f(x):\n    {STUB}"),
    "a first statement that is an f-string": (
        "@exercise\ndef f(x):\n    f'{x}'\n    return x",
        f"@exercise\ndef f(x):\n    {STUB}",
    ),
}


@pytest.mark.parametrize("name", CUTS)
def test_an_exercise_is_cut_back_to_its_signature_and_docstring(name):
    solved, wanted = CUTS[name]
    stub = stub_source(solved)
    assert stub == wanted
    assert stub_source(stub) == stub
    before = {n.name: n for n in ast.walk(ast.parse(solved)) if isinstance(n, ast.FunctionDef)}
    for node in ast.parse(stub).body:
        if isinstance(node, ast.FunctionDef):
            assert ast.get_docstring(node) == ast.get_docstring(before[node.name])
            assert ast.dump(node.args) == ast.dump(before[node.name].args)


def test_without_a_decorator_the_first_function_is_cut():
    assert stub_source("def f(x):\n    return x\n") == f"def f(x):\n    {STUB}\n"


def test_what_is_not_python_cannot_be_cut():
    with pytest.raises(SyntaxError):
        stub_source("@exercise\ndef f(x)\n    return x")


def test_the_builder_shows_where_each_cell_starts(course):
    lines = GOOD.splitlines()
    for each in read_text(course.write(GOOD)).cells:
        first = each.source.splitlines()
        assert lines[each.line - 1 : each.line - 1 + len(first)] == first
        assert re.search(r"\S", first[0])
