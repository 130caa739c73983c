"""The untouched cell of an exercise, made from its reference; and how to tell an untouched answer from a tried one.

The syntax tree says where a body starts, so comments and layout of what stays survive as they are.
"""

from __future__ import annotations

import ast
import dis
import inspect
import io
import linecache
import re
import textwrap
import tokenize
from collections.abc import Callable
from itertools import pairwise
from types import CodeType

BLANK = ("# YOUR CODE HERE", "raise NotImplementedError")
_QUIET = {
    "RESUME",
    "NOP",
    "CACHE",
    "PRECALL",
    "PUSH_NULL",
    "COPY_FREE_VARS",
    "MAKE_CELL",
    "KW_NAMES",
    "EXTENDED_ARG",
}


def stub_source(function_source: str) -> str:
    """The same text with each exercise's body cut back to its docstring, `# YOUR CODE HERE` and the raise.

    function_source: Python text. Every top-level function decorated with `exercise` is cut; without any such, the
    first function. What stands around them stays; comments that belong to a body go with it. Raises ValueError when
    there is no function, SyntaxError as Python.
    """
    source = textwrap.dedent(function_source)
    functions = [
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    if not functions:
        raise ValueError("stub_source: expected the source of a function, got text without a top-level `def`")
    lines = source.splitlines()
    for node in reversed(list(filter(_is_exercise, functions)) or functions[:1]):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
        lines[first : _end_of_body(node, lines)] = _cut(node, lines, first)
    return "\n".join(lines) + ("\n" if source.endswith("\n") else "")


def _is_exercise(node: ast.AST) -> bool:
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
        return [node for node in ast.parse(source).body if _is_exercise(node)]
    except SyntaxError:
        return []


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
    return [*head, *docstring, *(indent + line for line in BLANK)]


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
    raise ValueError(f"stub_source: no colon after the signature of {node.name}")


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


def cell_source(reference: Callable) -> str:
    """The solved cell: `@exercise` and the reference's source, docstring included, without a newline at the end."""
    return "@exercise\n" + textwrap.dedent(inspect.getsource(reference)).rstrip()


# --- has the student begun? ----------------------------------------------------------------------------------------


def attempt(function: Callable) -> str:
    """ "untouched" for the stub as it was given, "empty" for a body of pass, ... or a docstring, else "tried".

    Read from the bytecode, which is there even where the source is not.
    """
    code = getattr(function, "__code__", None)
    if code is None or code.co_name == "<lambda>" or inspect.isgeneratorfunction(function):
        return "tried"
    steps = [step for step in dis.get_instructions(code) if step.opname not in _QUIET]
    names = [step.opname for step in steps]
    if names and names[-1] == "RAISE_VARARGS" and len(steps) <= 4:
        loads = [step for step in steps if step.opname.startswith("LOAD_")]
        named = "NotImplementedError" in str(loads[0].argval) if loads else False
        if named and all(step.opname == "LOAD_CONST" for step in loads[1:]):
            return "untouched"
    returns_none = names in (["LOAD_CONST", "RETURN_VALUE"], ["RETURN_CONST"]) and steps[0].argval is None
    if returns_none and not _says_return(steps[-1]):
        return "empty"
    return "tried"


def _says_return(step: dis.Instruction) -> bool:
    """True when the return instruction comes from a written `return` or `return None`, not from the end of the body."""
    where = step.positions
    if where is None or where.col_offset is None or where.lineno != where.end_lineno:
        return False
    width = where.end_col_offset - where.col_offset
    if width in (len("return"), len("return None")):
        return True
    # Python 3.11 gives the place of the None alone, seven columns after the indentation, which is even
    return width == len("None") and where.col_offset % 2 == 1 and where.col_offset >= len("return ")


def raised_on_purpose(function: Callable, error: BaseException | None) -> bool:
    """True when the error comes from a `raise` statement in the function itself."""
    code = getattr(function, "__code__", None)
    entry = error.__traceback__ if error is not None else None
    while entry is not None and entry.tb_next is not None:
        entry = entry.tb_next
    if code is None or entry is None or entry.tb_frame.f_code not in _codes(code):
        return False
    return entry.tb_frame.f_code.co_code[entry.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def own_line(function: Callable, error: BaseException) -> str:
    """The student's own line that raised, found in the traceback: "line 3:  return t @ W"."""
    inner = inspect.unwrap(function) if hasattr(function, "__wrapped__") else function
    code = getattr(inner, "__code__", None)
    if code is None:
        return ""
    entry, line = error.__traceback__, None
    while entry is not None:
        if entry.tb_frame.f_code.co_filename == code.co_filename:
            line = entry.tb_lineno
        entry = entry.tb_next
    if line is None:
        return ""
    text = linecache.getline(code.co_filename, line).strip()
    if not text:
        return f"line {line - code.co_firstlineno + 1} of your function"
    return f"line {line}:  {text if len(text) <= 120 else text[:119] + '…'}"


def parameters(function: Callable) -> tuple[str, ...]:
    """The names of a function's parameters, in their order; () where Python cannot tell."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return () if code is None else code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def names_used(function: Callable) -> tuple[str, ...]:
    """The names of functions, methods and attributes in a function's code, sorted, and what its text holds besides.

    That is "=+" for a line with it, "^" for `x ^ 2`, "softmax()" for a softmax of torch without `dim`, "return;" for a
    `return` with lines after it in its block, other than the stub's own `raise`.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return ()
    codes = _codes(code)
    lines = {line for part in codes for *_, line in part.co_lines() if line}
    texts = (linecache.getline(code.co_filename, line) for line in lines)
    slip = ["=+"] if any(re.search(r"[\w\])] *=\+ *\w", text) for text in texts) else []
    return tuple(sorted({name for part in codes for name in part.co_names}) + slip + _in_the_tree(code))


def _in_the_tree(code: CodeType) -> list[str]:
    """What only the tree of a function's text tells; nothing where the text is not there, as for a lambda."""
    try:
        text = "".join(inspect.getblock(linecache.getlines(code.co_filename)[code.co_firstlineno - 1 :]))
        nodes = list(ast.walk(ast.parse(textwrap.dedent(text))))
    except Exception:  # a text that does not stand alone
        return []
    found = ["softmax()"] if any(map(_softmax_without_axis, nodes)) else []
    found += ["^"] if any(map(_hat_for_power, nodes)) else []
    blocks = [getattr(node, field, None) for node in nodes for field in ("body", "orelse", "finalbody")]
    pairs = [pair for block in blocks if isinstance(block, list) for pair in pairwise(block)]
    unreached = [after for step, after in pairs if isinstance(step, ast.Return)]
    return found + (["return;"] if any(ast.unparse(step) != BLANK[1] for step in unreached) else [])


def _hat_for_power(node: ast.AST) -> bool:
    """True for `x ^ 2`, `x ^ 2 + y` and `x ^= 2`: the number stands there."""
    if not isinstance(getattr(node, "op", None), ast.BitXor):
        return False
    power = node.right if isinstance(node, ast.BinOp) else node.value
    while isinstance(power, ast.BinOp):
        power = power.left
    return isinstance(power, ast.Constant) and type(power.value) in (int, float)


def _softmax_without_axis(node: ast.AST) -> bool:
    """True for F.softmax(t), F.log_softmax(t), nn.Softmax(), where torch chooses the axis."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner, named = (
        ast.unparse(node.func.value),
        any(keyword.arg in ("dim", None) for keyword in node.keywords),
    )
    of_functions = node.func.attr in ("softmax", "log_softmax", "softmin")
    if of_functions and owner in ("F", "functional", "nn.functional", "torch.nn.functional"):
        return len(node.args) < 2 and not named
    return node.func.attr in ("Softmax", "LogSoftmax", "Softmin") and not node.args and not named


def _codes(code) -> set:
    inner = [constant for constant in code.co_consts if hasattr(constant, "co_code")]
    return {code}.union(*(_codes(constant) for constant in inner))
