"""Where an answer stopped with an exception: the call that failed, and what went into it, in words.

The call is found by the place in the code that Python keeps for each instruction, and read as a syntax tree. Its names
are looked up in the frame where it failed. No code of a student's runs again: names, and shapes, transposes and plain
indices of arrays and tensors are read, and what a library's own function was given is read from its frame.
"""

from __future__ import annotations

import ast
import dis
import inspect
import linecache
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from types import FrameType, TracebackType
from typing import Any, NamedTuple

import numpy as np

MOST = 4  # values that are told
MOST_KEYS = 12  # ... and keys of a dictionary
LONGEST = 60  # characters of the call
MISSING = object()


class CallSite(NamedTuple):
    """The failing call.

    call     as it is written: "F.cross_entropy(t, targets)"; "" where it cannot be found, or is long
    values   what its parts are: (("t", "a float64 tensor of shape (2, 3, 5)"), …), the parts as they are written
    library  the package in which the exception was raised, "torch"; "" for the answer's own code
    """

    call: str = ""
    values: tuple[tuple[str, str], ...] = ()
    library: str = ""


def call_site(function: Callable, error: BaseException) -> CallSite:
    """The call in the student's own code that failed; an empty CallSite where there is none or it cannot be read."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    entries = list(_entries(error.__traceback__))
    own = [place for place, entry in enumerate(entries) if code and _is_own(entry, code.co_filename)]
    if not own:
        return CallSite()
    entry, after = entries[own[-1]], entries[own[-1] + 1 :]
    library = after[-1].tb_frame.f_globals.get("__name__", "").split(".")[0] if after else ""
    try:
        text, node = _failing(entry)
        values = dict(_values(node, entry.tb_frame, after[0].tb_frame if after else None))
        told = [(part, said) for part, said in values.items() if len(part) <= LONGEST]
        return CallSite(text if len(text) <= LONGEST else "", tuple(told[:MOST]), library)
    except Exception:  # code without its text, or in a form not thought of
        return CallSite(library=library)


def _entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _is_own(entry: TracebackType, filename: str) -> bool:
    return entry.tb_frame.f_code.co_filename == filename


def _failing(entry: TracebackType) -> tuple[str, ast.AST | None]:
    """The expression that failed, as text and as a tree; for an assignment to several names, its right side."""
    code = entry.tb_frame.f_code
    first, last, start, end = next(islice(code.co_positions(), entry.tb_lasti // 2, None))
    if dis.opname[code.co_code[entry.tb_lasti]].startswith("UNPACK"):  # a, b = …
        statement = ast.parse(linecache.getline(code.co_filename, first).strip()).body[0]
        node = statement.value if isinstance(statement, ast.Assign) else None
        text = ast.unparse(node) if node is not None else ""
        return text, node if _is_plain(node) else None
    lines = [linecache.getline(code.co_filename, line).encode() for line in range(first, last + 1)]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    text = b"".join(lines).decode()
    return " ".join(text.split()), ast.parse(f"({text})", mode="eval").body


def _values(
    node: ast.AST | None, frame: FrameType, called: FrameType | None = None
) -> Iterator[tuple[str, str]]:
    """The parts of a call or an operation with what they are: the outermost ones that can be read."""
    for part in () if node is None else _parts(node, called):
        if isinstance(part, tuple):
            text, value = part
        elif _is_constant(part):
            continue
        else:
            text, value = ast.unparse(part), _read(part, frame)
        said = "" if value is MISSING else described(value)
        if said:
            yield text, said
        elif value is MISSING and not isinstance(part, ast.Name | ast.Constant):
            yield from _values(part, frame)


def _parts(node: ast.AST, called: FrameType | None) -> Iterator[ast.AST | tuple[str, Any]]:
    """What goes into an expression, from left to right; (text, value) for what a library's frame has kept."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            yield node.func.value
        kept = _kept(node, called)
        named = [*enumerate(node.args), *((keyword.arg, keyword.value) for keyword in node.keywords)]
        for name, argument in named:
            if _is_constant(argument):
                continue
            yield (
                (ast.unparse(argument), kept[name]) if name in kept and not _is_plain(argument) else argument
            )
    elif isinstance(node, ast.BinOp):
        yield from (side for side in (node.left, node.right) if not isinstance(side, ast.Constant))
    elif isinstance(node, ast.Compare):
        yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Subscript):
        yield node.value
        yield from (part for part in ast.walk(node.slice) if isinstance(part, ast.Name))
    elif isinstance(node, ast.Attribute | ast.Starred):
        yield node.value
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield node.operand
    elif isinstance(node, ast.List | ast.Tuple):
        yield from (entry for entry in node.elts if not isinstance(entry, ast.Constant))
    elif isinstance(node, ast.Name):
        yield node


def _is_constant(node: ast.AST) -> bool:
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def _is_plain(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)


def _kept(node: ast.Call, called: FrameType | None) -> dict[int | str, Any]:
    """The arguments of a call by place and by name, where the frame that it made is still there."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
    if called is None or called.f_code.co_name != name:
        return {}
    names = called.f_code.co_varnames[: called.f_code.co_argcount + called.f_code.co_kwonlyargcount]
    by_name = {name: called.f_locals[name] for name in names if name in called.f_locals}
    return {**by_name, **dict(enumerate(by_name[name] for name in names if name in by_name))}


def _read(node: ast.AST, frame: FrameType) -> Any:
    """The value of a name, of x.shape, x.T or x[…] for an array or a tensor x; MISSING for all that would compute."""
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id, MISSING))
    if isinstance(node, ast.Attribute) and node.attr in ("shape", "T", "mT", "ndim"):
        value = _read(node.value, frame)
        readable = _is_array(value) and (node.attr != "T" or value.ndim == 2)  # torch warns of others
        return getattr(value, node.attr) if readable else MISSING
    if isinstance(node, ast.Subscript):
        value, index = _read(node.value, frame), _index(node.slice, frame)
        if index is not MISSING and (_is_array(value) or type(value) in (list, tuple, dict)):
            try:
                return value[index]
            except Exception:
                return MISSING
    if isinstance(node, ast.Constant):
        return node.value
    return MISSING


def _index(node: ast.AST, frame: FrameType) -> Any:
    """An index of constants and whole numbers that a name holds; MISSING for any other."""
    if isinstance(node, ast.Tuple):
        parts = [_index(entry, frame) for entry in node.elts]
        return MISSING if any(part is MISSING for part in parts) else tuple(parts)
    if isinstance(node, ast.Slice):
        parts = [
            None if part is None else _index(part, frame) for part in (node.lower, node.upper, node.step)
        ]
        return MISSING if any(part is MISSING for part in parts) else slice(*parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _index(node.operand, frame)
        return -value if type(value) is int else MISSING
    value = _read(node, frame) if isinstance(node, ast.Name | ast.Constant) else MISSING
    return value if type(value) in (int, str) or value is None or value is ... else MISSING


def _torch_types(*names: str) -> tuple[type, ...]:
    torch = sys.modules.get("torch")
    return () if torch is None else tuple(getattr(torch, name) for name in names)


def _is_array(value: Any) -> bool:
    """A plain array, tensor or parameter, whose attributes run no code of a student's."""
    return type(value) in (np.ndarray, *_torch_types("Tensor")) or (
        type(value).__name__ == "Parameter" and type(value).__module__ == "torch.nn.parameter"
    )


def described(value: Any) -> str:
    """What a value is, in words: kind, dtype and shape, or a short number; "" for what has no short words."""
    kind = type(value)
    if _is_array(value):
        dtype, noun = str(value.dtype).removeprefix("torch."), "array" if kind is np.ndarray else "tensor"
        return f"{_article(dtype)} {dtype} {noun} of shape {tuple(value.shape)}"
    if value is None or kind in (bool, int):
        return str(value) if kind is not int or abs(value) < 10**12 else "a large whole number"
    if kind is float:
        return f"the float {value:.4g}"
    if kind is str:
        return f"the string {value!r}" if len(value) <= 20 else "a string"
    if issubclass(kind, np.number) and kind.__module__ == "numpy":
        return f"the {kind.__name__} {value}"
    if kind not in (list, tuple, dict, set, *_torch_types("Size")):
        return ""
    if issubclass(kind, tuple) and len(value) <= 5 and all(type(entry) in (int, float) for entry in value):
        return str(tuple(value))
    if kind is dict and value and all(type(key) is str for key in islice(value, 50)):
        return f"a dict with the {'key' if len(value) == 1 else 'keys'} {_keys(value)}"
    kinds = {type(entry).__name__ for entry in islice(value, 50)}
    each = kinds.pop() if len(kinds) == 1 and len(value) > 1 else ""
    each = f", each {_article(each)} {each}" if each else ""
    return f"a {kind.__name__} of {len(value)} {'entry' if len(value) == 1 else 'entries'}{each}"


def _keys(table: dict) -> str:
    """The keys of a dictionary, as many as there is room for: "'W', 'b'", "'the', 'ants', … (40 in all)"."""
    told: list[str] = []
    for key in islice(table, MOST_KEYS):
        told.append(repr(key))
        if sum(map(len, told)) > 3 * LONGEST:
            break
    more = f", … ({len(table)} in all)" if len(told) < len(table) else ""
    return ", ".join(told) + more


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiouA" and not word.startswith("uint") else "a"
