"""Cuts a solved exercise back to what a student gets: decorators, signature, docstring and an empty body.

The syntax tree and the tokens say where a body starts and ends; comments that belong to it go with it.
"""

from __future__ import annotations

import ast
import io
import tokenize

EMPTY_BODY = ("# YOUR CODE HERE", "raise NotImplementedError")


def is_exercise(node: ast.AST) -> bool:
    """True for a function under `@exercise`, `@exercises.exercise` or `@exercise(...)`."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if "exercise" in (getattr(called, "id", None), getattr(called, "attr", None)):
            return True
    return False


def exercise_functions(source: str) -> list[ast.FunctionDef]:
    """The exercises at the top level of a cell, in order; [] where the cell is not plain Python."""
    try:
        return [node for node in ast.parse(source).body if is_exercise(node)]
    except SyntaxError:
        return []


def stub_source(source: str, every_function: bool = False) -> str:
    """`source` with the body of each exercise replaced by `raise NotImplementedError`.

    With `every_function` the top-level functions count as exercises though undecorated.
    Raises SyntaxError when `source` is not Python.
    """
    tree = ast.parse(source)
    lines = source.splitlines()
    for node in reversed(tree.body):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_exercise(node) or (every_function and is_function):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            lines[first : _end_of_body(node, lines)] = _cut(node, lines, first)
    return "\n".join(lines) + ("\n" if source.endswith("\n") else "")


def _cut(node: ast.FunctionDef, lines: list[str], first: int) -> list[str]:
    """The lines of the emptied function, from its first decorator on."""
    colon_line, colon_column = _colon(node, lines)
    head = [*lines[first:colon_line], lines[colon_line][: colon_column + 1]]
    statement = node.body[0]
    indent = " " * (node.col_offset + 4)
    if statement.lineno - 1 > colon_line:
        indent = lines[statement.lineno - 1][: statement.col_offset]
    docstring = []
    if ast.get_docstring(node, clean=False) is not None:
        docstring = _segment(statement, lines).split("\n")
        docstring[0] = indent + docstring[0]
    return [*head, *docstring, *(indent + line for line in EMPTY_BODY)]


def _colon(node: ast.FunctionDef, lines: list[str]) -> tuple[int, int]:
    """Line and column, from 0, of the colon that ends the signature."""
    arguments = node.args
    parts = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *arguments.defaults,
        *arguments.kw_defaults,
        arguments.vararg,
        arguments.kwarg,
        node.returns,
        *getattr(node, "type_params", ()),
    ]
    ends = [(part.end_lineno, _column(lines, part.end_lineno, part.end_col_offset)) for part in parts if part]
    after = max([(node.lineno, node.col_offset), *ends])
    for token in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
        if token.type == tokenize.OP and token.string == ":" and token.start >= after:
            return token.start[0] - 1, token.start[1]
    raise AssertionError(f"stub_source: no colon after the signature of {node.name}")


def _end_of_body(node: ast.FunctionDef, lines: list[str]) -> int:
    """How many lines belong to the function, counted from the top of the cell: indented comments below it do."""
    end = here = node.end_lineno
    while here < len(lines):
        text = lines[here].strip()
        if text and not (text.startswith("#") and lines[here][node.col_offset].isspace()):
            break
        here += 1
        if text:
            end = here
    return end


def _segment(node: ast.stmt, lines: list[str]) -> str:
    """The text of one statement as it stands."""
    rows = lines[node.lineno - 1 : node.end_lineno]
    rows[-1] = rows[-1][: _column(lines, node.end_lineno, node.end_col_offset)]
    rows[0] = rows[0][_column(lines, node.lineno, node.col_offset) :]
    return "\n".join(rows)


def _column(lines: list[str], line: int, offset: int) -> int:
    """The tree counts bytes of UTF-8, the tokens characters: an offset of the former as one of the latter."""
    return len(lines[line - 1].encode()[:offset].decode())
