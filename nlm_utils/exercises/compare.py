"""Compares what a student's function gave with what the reference gave, and says where they first differ.

Exact shapes (nothing is broadcast), the kind of dtype (whole numbers, floats, booleans), values within rtol, atol.
A list may stand for an array; Python numbers, NumPy numbers and 0-d arrays are the same; a Counter equals a dict.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = {"b": "booleans", "i": "whole numbers", "u": "whole numbers", "f": "floats", "c": "complex numbers"}
KINDS |= {"O": "Python objects", "U": "strings", "S": "bytes"}


@dataclass
class Difference:
    """The first place where two values differ.

    kind   "type", "shape", "dtype", "length", "keys", "value" or "exception"
    where  the way to it, "[1]['a']", "" for the whole value
    expected, got   the two at that place
    note   one clause for the card, "" where expected and yours say enough
    fact   which of the observed facts they belong to
    """

    kind: str
    where: str
    expected: Any
    got: Any
    note: str = ""
    fact: str = "value"


def is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and torch.Tensor in type(value).__mro__  # `isinstance` takes ten times as long


def is_number(value: Any) -> bool:
    """A Python or NumPy number or boolean, or a 0-d array."""
    if isinstance(value, (bool, int, float, complex, np.number, np.bool_)):
        return True
    return isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "biufc"


def difference(expected: Any, got: Any, rtol: float, atol: float, where: str = "") -> Difference | None:
    """Where `got` first differs from `expected`, or None when it is right."""
    if is_tensor(expected):
        return _tensor_difference(expected, got, rtol, atol, where)
    if expected is None or isinstance(expected, (str, bytes)):
        same = isinstance(got, type(expected)) and got == expected
        kind = "value" if isinstance(got, type(expected)) else "type"
        return None if same else Difference(kind, where, expected, got)
    if is_number(expected):
        return _number_difference(expected, got, rtol, atol, where)
    if isinstance(expected, np.ndarray):
        return _array_difference(expected, got, rtol, atol, where)
    if isinstance(expected, Mapping):
        return _mapping_difference(expected, got, rtol, atol, where)
    if isinstance(expected, (list, tuple)):
        return _sequence_difference(expected, got, rtol, atol, where)
    if isinstance(expected, (set, frozenset)):
        same = isinstance(got, (set, frozenset)) and got == expected
        return None if same else Difference("value", where, expected, got)
    try:
        same = type(got) is type(expected) and bool(got == expected)
    except Exception:
        same = False
    return None if same else Difference("value", where, expected, got)


def close(expected: np.ndarray, got: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Entry by entry: |got − expected| ≤ atol + rtol·|expected|; nan equals nan, inf equals inf."""
    with np.errstate(all="ignore"):
        return np.isclose(got, expected, rtol=rtol, atol=atol, equal_nan=True)


def _kind_note(expected: str, got: str) -> str:
    """ "" when numbers of kind `got` may stand for numbers of kind `expected`, else what is wrong."""
    same = {"i": "iu", "u": "iu", "f": "f", "b": "b", "c": "c"}.get(expected, expected)
    if got in same:
        return ""
    return f"{KINDS.get(got, got)} where {KINDS.get(expected, expected)} are expected"


def _number_difference(expected, got, rtol, atol, where):
    if not is_number(got):
        return Difference("shape" if hasattr(got, "shape") else "type", where, expected, got)
    expected_kind, got_kind = np.asarray(expected).dtype.kind, np.asarray(got).dtype.kind
    if isinstance(got, int) and not isinstance(got, bool):
        got_kind = "i"  # of any size
    if not (expected_kind == "f" and got_kind in "iu"):
        note = _kind_note(expected_kind, got_kind)
        if note:
            article = {"b": "a boolean", "i": "a whole number", "u": "a whole number", "f": "a float"}
            note = (
                f"{article.get(got_kind, 'a complex number')} where {article.get(expected_kind)} is expected"
            )
            return Difference("dtype", where, expected, got, note)
    if expected_kind in "fc":
        try:
            same = _close_numbers(expected, got, rtol, atol)
        except (OverflowError, TypeError):  # a whole number beyond every float
            same = False
    else:
        same = bool(expected == got)
    return None if same else Difference("value", where, expected, got)


def _close_numbers(expected: Any, got: Any, rtol: float, atol: float) -> bool:
    """`close` for two numbers, many times faster than NumPy's."""
    if isinstance(expected, np.ndarray) or isinstance(got, (np.ndarray, complex)):
        return bool(close(np.asarray(expected), np.asarray(got), rtol, atol))
    one, other = float(expected), float(got)
    if one == other or (one != one and other != other):
        return True
    return abs(one) < float("inf") and abs(other - one) <= atol + rtol * abs(one)


def as_array(got: Any) -> np.ndarray | None:
    """An array, or a list (of lists, of arrays) of numbers as an array; None for anything else."""
    if isinstance(got, np.ndarray):
        return got
    if isinstance(got, (list, tuple)):
        try:
            array = np.asarray(got)
        except Exception:
            return None
        return array if array.dtype.kind in "biufc" else None
    return None


def _only_python_ints(got: Any) -> bool:
    if isinstance(got, (list, tuple)):
        return all(_only_python_ints(entry) for entry in got)
    return isinstance(got, int) and not isinstance(got, bool)


def _array_difference(expected, got, rtol, atol, where):
    if is_number(got):
        return Difference("shape", where, expected, got, "one number where an array is expected")
    array = as_array(got)
    if array is None:
        return Difference("type", where, expected, got)
    if array.shape != expected.shape:
        return Difference("shape", where, expected, got)
    if array.size == 0 and isinstance(got, (list, tuple)):
        return None  # an empty list has no dtype
    note = _kind_note(expected.dtype.kind, array.dtype.kind)
    if note and not (expected.dtype.kind == "f" and _only_python_ints(got)):
        return Difference("dtype", where, expected, got, note)
    same = close(expected, array, rtol, atol) if expected.dtype.kind in "fc" else expected == array
    return None if same.all() else Difference("value", where, expected, got)


def _tensor_difference(expected, got, rtol, atol, where):
    import torch

    if isinstance(got, (list, tuple)):
        try:
            parts = [torch.as_tensor(entry) for entry in got]
            got = torch.stack(parts) if parts else torch.zeros(0, dtype=expected.dtype)
        except Exception:
            return Difference("type", where, expected, got)
    if not is_tensor(got):
        if expected.ndim == 0 and is_number(got):
            return Difference("type", where, expected, got, "a plain number where a tensor is expected")
        return Difference("type", where, expected, got)
    if tuple(got.shape) != tuple(expected.shape):
        return Difference("shape", where, expected, got)
    found = _array_difference(to_numpy(expected), to_numpy(got), rtol, atol, where)
    if expected.ndim == 0:
        found = _number_difference(to_numpy(expected), to_numpy(got), rtol, atol, where)
    if found is not None:
        found.expected, found.got = expected, got
    return found


def precision(expected: Any, got: Any, where: str = "") -> Difference | None:
    """Where a torch tensor of floats has another dtype than expected, float32 for float64; the numbers are not asked.

    Torch work keeps its input's dtype. NumPy and lists are free: there a float32 array may stand for a float64 one.
    """
    if is_tensor(expected) and is_tensor(got):
        if expected.is_floating_point() and got.is_floating_point() and expected.dtype != got.dtype:
            yours, wanted = (str(tensor.dtype).removeprefix("torch.") for tensor in (got, expected))
            return Difference("dtype", where, expected, got, f"{yours} where {wanted} is expected")
        return None
    if type(expected) in (list, tuple) and type(got) in (list, tuple):
        for place, (one, other) in enumerate(zip(expected, got, strict=False)):
            found = precision(one, other, f"{where}[{place}]")
            if found is not None:
                return found
    return None


def to_numpy(tensor) -> np.ndarray:
    tensor = tensor.detach().cpu()
    if tensor.is_sparse:
        tensor = tensor.to_dense()
    try:
        return tensor.numpy()
    except (TypeError, RuntimeError):
        return tensor.double().numpy()  # bfloat16


def _mapping_difference(expected, got, rtol, atol, where):
    if not isinstance(got, Mapping):
        return Difference("type", where, expected, got)
    if isinstance(expected, Counter) and isinstance(got, Counter):  # to a Counter, absent and 0 are the same
        expected = {key: value for key, value in expected.items() if value}
        got = {key: value for key, value in got.items() if not (is_number(value) and value == 0)}
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        notes = [f"missing: {_keys(missing)}"] if missing else []
        notes += [f"not expected: {_keys(extra)}"] if extra else []
        return Difference("keys", where, expected, got, "; ".join(notes))
    for key in expected:
        found = difference(expected[key], got[key], rtol, atol, f"{where}[{key!r}]")
        if found is not None:
            return found
    return None


def _keys(keys: list, most: int = 3) -> str:
    shown = ", ".join(repr(key) for key in keys[:most])
    return shown if len(keys) <= most else f"{shown} and {len(keys) - most} more"


def _sequence_difference(expected, got, rtol, atol, where):
    if (isinstance(got, np.ndarray) and got.ndim > 0) or (
        is_tensor(got) and got.ndim > 0 and len(expected) and is_tensor(expected[0])
    ):
        got = list(got)
    if not isinstance(got, (list, tuple)):
        return Difference("type", where, expected, got)
    if where and isinstance(expected, tuple) != isinstance(got, tuple):
        names = ("a tuple", "a list") if isinstance(expected, tuple) else ("a list", "a tuple")
        return Difference("type", where, expected, got, f"{names[1]} where {names[0]} is expected")
    if len(expected) != len(got):
        return Difference("length", where, expected, got)
    for place, (entry, other) in enumerate(zip(expected, got, strict=True)):
        found = difference(entry, other, rtol, atol, f"{where}[{place}]")
        if found is not None:
            return found
    return None
