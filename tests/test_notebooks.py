"""Every lecture: its text, its two notebooks and what they must have in common. (What the cells print is compared
by nbval, see `make test`.)"""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from authoring.build import FOLDERS, notebook_of, output_problems, texts
from authoring.freshness import reasons
from authoring.source import read_text, text_problems
from nlm_utils import syllabus
from nlm_utils.exercises import get
from nlm_utils.exercises.stubs import exercise_functions

ROOT = Path(__file__).resolve().parents[1]
NAMES = [path.stem for path in texts(ROOT)]
LECTURES = [name for name in NAMES if not name.startswith("00")]  # 00 is an introduction, freer in form
MOST_IGNORED = 0.10

each_lecture = pytest.mark.parametrize("name", NAMES)
each_full_lecture = pytest.mark.parametrize("name", LECTURES)
each_folder = pytest.mark.parametrize("folder", FOLDERS)


@cache
def text_of(name: str):
    return read_text(ROOT / "solutions" / f"{name}.md")


@cache
def built(name: str, folder: str) -> nbformat.NotebookNode:
    path = ROOT / folder / f"{name}.ipynb"
    assert path.is_file(), f"{path.relative_to(ROOT)} is missing: run `make build`"
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return notebook


def code_cells(notebook) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(name: str) -> str:
    return "\n\n".join(cell.source for cell in text_of(name).cells if cell.kind == "markdown")


# --- text and notebooks agree --------------------------------------------------------------------------------------


def test_every_lecture_of_the_course_has_a_text_and_every_text_is_in_the_course():
    assert list(syllabus.LECTURES) == NAMES


@each_folder
def test_there_is_no_notebook_without_a_text(folder):
    assert sorted(path.stem for path in (ROOT / folder).glob("*.ipynb")) == NAMES


@each_folder
@each_lecture
def test_a_notebook_holds_exactly_what_its_text_gives(name, folder):
    wanted, found = notebook_of(text_of(name), folder), built(name, folder)
    for key in ("cell_type", "id", "source"):
        assert [c[key] for c in found.cells] == [c[key] for c in wanted.cells], "run `make build`"
    assert [c.metadata.get("tags") for c in found.cells] == [c.metadata.get("tags") for c in wanted.cells]
    assert found.metadata.kernelspec == wanted.metadata.kernelspec


@each_lecture
def test_a_notebook_is_not_older_than_what_it_was_made_from(name):
    assert reasons(name, ROOT) == [], "run `make build`"


@each_folder
@each_lecture
def test_every_cell_was_run_in_order_and_without_gaps(name, folder):
    counts = [cell.execution_count for cell in code_cells(built(name, folder))]
    assert counts == list(range(1, len(counts) + 1))


@each_folder
@each_lecture
def test_outputs_have_no_error_every_picture_its_alt_text_every_exercise_its_outcome(name, folder):
    assert output_problems(text_of(name), built(name, folder), folder) == []


# --- nothing is given away -----------------------------------------------------------------------------------------


def statements(function: ast.FunctionDef) -> list[ast.stmt]:
    """The body of a function without its docstring."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


# how every module of torch begins, whoever writes it
MODULE_BOILERPLATE = {"def __init__(self):", "super().__init__()", "def forward(self, c):"}


@each_lecture
def test_no_line_of_a_solution_is_left_in_the_lecture(name):
    lecture = {
        line.strip() for cell in code_cells(built(name, "lectures")) for line in cell.source.splitlines()
    }
    for cell in text_of(name).cells:
        for function in exercise_functions(cell.source) if cell.exercises else ():
            lines = cell.source.splitlines()
            body = statements(function)
            secret = {line.strip() for line in lines[body[0].lineno - 1 : function.end_lineno]}
            secret = {line for line in secret if len(line) >= 12}  # `else:` and `return n` give nothing away
            secret -= MODULE_BOILERPLATE
            assert not secret & lecture, f"{function.name}: {secret & lecture}"


@each_lecture
def test_a_lectures_exercises_are_empty(name):
    found = []
    for cell in code_cells(built(name, "lectures")):
        for function in exercise_functions(cell.source):
            found.append(function.name)
            assert [ast.unparse(statement) for statement in statements(function)] == [
                "raise NotImplementedError"
            ]
            assert cell.source.count("# YOUR CODE HERE") >= 1
    assert found == text_of(name).exercises


@each_lecture
def test_a_solution_is_the_reference(name):
    for cell in text_of(name).cells:
        for function in exercise_functions(cell.source) if cell.exercises else ():
            reference = ast.parse(inspect.getsource(get(function.name).reference)).body[0]
            for node in (function, reference):
                node.decorator_list = []
                if docstring := ast.get_docstring(node):  # indentation aside
                    node.body[0] = ast.Expr(ast.Constant(docstring))
            assert ast.unparse(function) == ast.unparse(reference)


@each_lecture
def test_the_exercises_are_those_of_the_course_in_its_order(name):
    assert tuple(text_of(name).exercises) == syllabus.EXERCISES.get(name, ())


# --- form ----------------------------------------------------------------------------------------------------------


@each_lecture
def test_the_text_keeps_the_rules_and_its_header_card_is_complete(name):
    problems = [f"solutions/{name}.md:{line}: {message}" for line, message in text_problems(text_of(name))]
    assert not problems, "\n".join(problems)


@each_lecture
def test_the_title_is_the_one_on_the_map(name):
    number = name.split("_")[0]
    assert text_of(name).cells[0].source.splitlines()[0] == f"# {number} · {syllabus.LECTURES[name]}"


def test_the_hours_that_the_first_page_promises_are_those_of_the_lectures():
    hours = sum(text_of(name).minutes for name in NAMES) / 60
    promised = re.search(r"together\s+make about (\d+) hours", markdown("00_start_here"))
    assert int(promised[1]) == round(hours), f"the lectures take {hours:.1f} hours"


@each_full_lecture
def test_every_lecture_imports_the_four_that_help(name):
    """00 says so, and names them."""
    code = "\n".join(cell.source for cell in text_of(name).cells if cell.kind == "code")
    assert "from nlm_utils.exercises import exercise, hint, progress, solution, stub\n" in code + "\n"


@each_full_lecture
def test_a_lecture_has_1500_to_4600_words(name):
    assert 1500 <= text_of(name).words <= 4600


@each_full_lecture
def test_a_lecture_ends_with_recap_questions_and_references(name):
    parts = re.split(r"(?m)^## +(.*)$", markdown(name))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert {"Recap", "Check yourself", "References"} <= set(sections)
    order = [title for title in sections if title in ("Recap", "Check yourself", "Next", "References")]
    assert order == ["Recap", "Check yourself", "Next", "References"]
    assert len(re.findall(r"(?m)^\d\. ", sections["Recap"])) == 5
    assert sections["Check yourself"].count("<details>") == 3
    assert sections["Check yourself"].count("</details>") == 3
    assert len(re.findall(r"(?m)^- .*\(\d{4}\)", sections["References"])) >= 1


@each_lecture
def test_the_last_cell_shows_what_is_done_in_this_lecture(name):
    """And not on the whole map: an exercise more in one lecture makes no other one stale."""
    assert [cell.source for cell in text_of(name).cells if cell.kind == "code"][-1] == f'progress("{name}")'


@each_lecture
def test_links_lead_to_files_that_exist(name):
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=[\"']([^\"']+)[\"']", markdown(name))
    for target in (first or second for first, second in targets):
        if not re.match(r"[a-z]+:|#", target):
            assert (ROOT / "lectures" / target.split("#")[0]).exists(), target


def test_few_outputs_are_left_out_of_the_comparison():
    cells = [cell for name in NAMES for folder in FOLDERS for cell in code_cells(built(name, folder))]
    ignored = sum("nbval-ignore-output" in cell.metadata.get("tags", ()) for cell in cells)
    assert ignored < MOST_IGNORED * len(cells), f"{ignored} of {len(cells)} cells"
