"""Imports go down: no circle among the modules of nlm_utils, and nothing below exercises/ imports it.

Imports inside functions count; only what stands under `if TYPE_CHECKING:` does not, for it never happens.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {  # the machinery of exercises/, each name above those that it may import
    name: floor
    for floor, names in enumerate(
        [
            ["state"],
            ["card", "compare", "limits", "record", "stubs", "bound", "task", "call_site"],
            ["plain", "gradient_flow", "adapt_result"],
            ["value_text"],
            ["observations"],
            ["observe", "transport"],
            ["known", "diagnoses", "worker"],
            ["judge"],
            ["feedback"],
            ["engine"],
            ["definition"],
        ]
    )
    for name in names
}


def modules(root: Path) -> dict[str, Path]:
    """{dotted name: file} of every module of nlm_utils; a package by its own name."""
    files = sorted((root / "nlm_utils").rglob("*.py"))
    return {
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file
        for file in files
    }


def imports(name: str, files: dict[str, Path]) -> set[str]:
    """The modules of nlm_utils that a module names in an import statement, wherever that stands."""
    file = files[name]
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in _statements(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            inside = {f"{base}.{alias.name}" for alias in node.names}
            found |= inside if inside <= files.keys() else {*inside, base}
    return (found & files.keys()) - {name}


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under `if TYPE_CHECKING:`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _statements(node)


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The names along one circle, [] when there is none."""
    done, path = set(), []

    def visit(name: str) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        path.append(name)
        for other in sorted(graph[name]):
            if found := visit(other):
                return found
        done.add(path.pop())
        return []

    return next((found for name in graph if (found := visit(name))), [])


FILES = modules(ROOT)
GRAPH = {name: imports(name, FILES) for name in FILES}


def test_there_is_no_circle_of_imports():
    assert len(GRAPH) > 40
    assert circle(GRAPH) == []


def test_nothing_below_imports_the_exercises():
    """Only the check of the installation stands above them: it asks where the record is kept."""
    users = {name for name, others in GRAPH.items() if any(map(is_exercises, others))}
    assert {name for name in users if not is_exercises(name)} == {"nlm_utils.environment"}
    assert not any("nlm_utils.environment" in others for others in GRAPH.values())


def is_exercises(name: str) -> bool:
    return f"{name}.".startswith("nlm_utils.exercises.")


def test_the_machinery_of_exercises_stands_in_floors():
    for name, others in GRAPH.items():
        part = name.removeprefix("nlm_utils.exercises.").split(".")[0]
        for other in filter(is_exercises, others):
            below = other.removeprefix("nlm_utils.exercises.").split(".")[0]
            if is_exercises(name) and part in FLOORS and part != below:
                assert FLOORS.get(below, len(FLOORS)) < FLOORS[part], f"{name} imports {other}"


@pytest.mark.parametrize(
    "how", ["from .b import x", "from . import b", "def f():\n    from p.b import x", "import p.b"]
)
def test_a_circle_is_found_however_it_is_written(tmp_path, how):
    package = tmp_path / "nlm_utils"
    package.mkdir()
    how = how.replace("p.b", "nlm_utils.b")
    for name, text in {
        "__init__": "",
        "a": how,
        "b": "from .c import y",
        "c": "from nlm_utils.a import z",
    }.items():
        (package / f"{name}.py").write_text(text)
    files = modules(tmp_path)
    names = ["nlm_utils.a", "nlm_utils.b", "nlm_utils.c", "nlm_utils.a"]
    assert circle({name: imports(name, files) for name in files}) == names
    (package / "c.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .a import z\n"
    )
    assert circle({name: imports(name, files) for name in files}) == []
