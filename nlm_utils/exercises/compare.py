"""The course's policy for kinds, dtypes and tolerances, and the code that follows it: where do two values differ?

Kinds. A number is a Python number, a NumPy number or 0-d. Whole numbers stand for whole numbers, of any width, and
booleans for booleans; a whole number may stand for a float. Lists stand for arrays, lists and arrays for tensors (where
a gradient is asked, none arrives through them), a dict for a Counter. Shapes are exact: nothing is broadcast.

Dtypes. The floats of a result have the input's float dtype; where only whole numbers came in they have NumPy's float64
or torch's default. With fewer digits they are refused (`precision`). More digits are refused in a tensor only, and only
where floats came in: torch does not mix dtypes. A list has no dtype, but the arrays and tensors in it have.

Tolerances. |yours − expected| ≤ rtol·|expected| + atol·size, where size is that of a usual entry of the expected array
(the median of |entry|, zeros left out, at least 0.1): an entry in which terms cancel has no more digits than the terms.
ROUNDING holds rtol and atol of each dtype, wide enough for another order of summation. nan equals nan, −0 equals 0.

What the docstring of an exercise does not forbid, and what does not change the value, is right.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

KINDS = {"b": "booleans", "i": "whole numbers", "u": "whole numbers", "f": "floats", "c": "complex numbers"}
KINDS |= {"O": "Python objects", "U": "strings", "S": "bytes"}

ROUNDING = {  # (rtol, atol)
    "float64": (1e-8, 1e-8),
    "float64 in torch": (1e-6, 1e-7),  # a constant of a right answer may be float32: torch.tensor(3).sqrt()
    "float32": (1e-4, 1e-5),
    "float16": (2e-2, 2e-2),
    "bfloat16": (2e-2, 2e-2),
}
LOOK = (1e-4, 1e-6)  # what a look at four digits tells apart: is this the same mistake?
LEAST_SIZE = 0.1
BY_DIGITS = ("bfloat16", "float16", "float32", "float64")


@dataclass
class Difference:
    """The first place where two values differ.

    kind   "type", "shape", "dtype", "precision", "length", "keys", "value" or "exception"
    where  the way to it, "[1]['a']", "" for the whole value
    expected, got   the two at that place
    note   one clause for the card, "" where expected and yours say enough
    fact   which of the observed facts they belong to
    slight  too much for rounding, and too little to be seen by a look
    """

    kind: str
    where: str
    expected: Any
    got: Any
    note: str = ""
    fact: str = "value"
    slight: bool = False


def is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and torch.Tensor in type(value).__mro__  # `isinstance` takes ten times as long


def is_number(value: Any) -> bool:
    """A Python or NumPy number or boolean, or a 0-d array."""
    if isinstance(value, (bool, int, float, complex, np.number, np.bool_)):
        return True
    return isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "biufc"


def difference(
    expected: Any, got: Any, rtol: float | None = None, atol: float | None = None, where: str = ""
) -> Difference | None:
    """Where `got` first differs from `expected`, or None when it is right; rtol, atol: as ROUNDING says."""
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


def close(expected: np.ndarray, got: np.ndarray, rtol: float, atol: float) -> bool:
    """Are all entries within the tolerance? `atol` is relative to the size of a usual entry."""
    same = got == expected
    if same.all():
        return True
    with np.errstate(all="ignore"):
        sizes = np.abs(expected)
        finite = np.isfinite(sizes)
        usual = np.sort(sizes[finite & (sizes > 0)])
        size = max(usual[usual.size // 2], LEAST_SIZE) if usual.size else LEAST_SIZE
        near = finite & (np.abs(got - expected) <= rtol * sizes + atol * size)
        return bool((same | near | (np.isnan(expected) & np.isnan(got))).all())


def _tolerance(dtypes: tuple[str, str], rtol: float | None, atol: float | None) -> tuple[float, float]:
    """rtol and atol where they are said, else those of the dtype with fewer digits."""
    rule = max(ROUNDING.get(dtype, ROUNDING["float64"]) for dtype in dtypes)
    return (rule[0] if rtol is None else rtol), (rule[1] if atol is None else atol)


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
            same = _close_numbers(expected, got, *_tolerance(_dtypes(expected, got), rtol, atol))
        except (OverflowError, TypeError):  # a whole number beyond every float
            same = False
    else:
        same = bool(expected == got)
    return None if same else Difference("value", where, expected, got)


def _dtypes(expected: Any, got: Any) -> tuple[str, str]:
    return tuple(_dtype_name(getattr(value, "dtype", None)) for value in (expected, got))


@lru_cache
def _dtype_name(dtype: Any) -> str:
    return "float64" if dtype is None else str(dtype)


def _close_numbers(expected: Any, got: Any, rtol: float, atol: float) -> bool:
    """`close` for two numbers, many times faster."""
    if isinstance(expected, complex) or isinstance(got, complex):
        return close(np.asarray(expected), np.asarray(got), rtol, atol)
    one, other = float(expected), float(got)
    if one == other or (one != one and other != other):
        return True
    return abs(one) < float("inf") and abs(other - one) <= rtol * abs(one) + atol * max(abs(one), LEAST_SIZE)


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
    if expected.dtype.kind not in "fc":
        same = bool((expected == array).all())
    else:
        same = close(expected, array, *_tolerance(_dtypes(expected, array), rtol, atol))
    return None if same else Difference("value", where, expected, got)


def stacked(value: Any) -> Any:
    """A list (of lists) of tensors as one tensor. Raises where there is anything else in it, or shapes differ."""
    import torch

    if is_tensor(value):
        return value
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"stacked: tensors are expected, got {type(value).__name__}")
    return torch.stack([stacked(entry) for entry in value])


def holds_tensors(value: Any) -> bool:
    """Is it a list (of lists) whose first entry is a tensor?"""
    return (
        isinstance(value, (list, tuple)) and bool(value) and (is_tensor(value[0]) or holds_tensors(value[0]))
    )


def _tensor_difference(expected, got, rtol, atol, where):
    plain = got
    if holds_tensors(got):
        try:
            plain = stacked(got)
        except Exception:
            return Difference("type", where, expected, got)
    if is_tensor(plain):
        if tuple(plain.shape) != tuple(expected.shape):
            return Difference("shape", where, expected, got)
        plain_dtype, plain = _tensor_dtype(plain), to_numpy(plain)
    else:
        plain_dtype = str(getattr(plain, "dtype", ""))
    if expected.is_floating_point():
        rtol, atol = _tolerance((_tensor_dtype(expected), plain_dtype), rtol, atol)
    compare = _number_difference if expected.ndim == 0 else _array_difference
    found = compare(to_numpy(expected), plain, rtol, atol, where)
    if found is not None:
        found.expected, found.got = expected, got
    return found


def _tensor_dtype(tensor) -> str:
    name = str(tensor.dtype).removeprefix("torch.")
    return "float64 in torch" if name == "float64" else name


def precision(expected: Any, got: Any, floats_came_in: bool = True, where: str = "") -> Difference | None:
    """Where floats have fewer digits than expected, or, in a tensor, another dtype; their values are not asked."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        pairs = [(f"[{key!r}]", expected[key], got[key]) for key in expected if key in got]
    elif isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        pairs = [(f"[{i}]", *pair) for i, pair in enumerate(zip(expected, got, strict=False))]
    else:
        wanted = next(_float_dtypes(expected), "float64" if isinstance(expected, float) else None)
        exact = is_tensor(expected) and floats_came_in
        for yours in _float_dtypes(got) if wanted else ():
            if _digits(yours) < _digits(wanted) or (exact and yours != wanted):
                return Difference("precision", where, expected, got, f"{yours} where {wanted} is expected")
        return None
    found = (precision(one, other, floats_came_in, where + place) for place, one, other in pairs)
    return next((difference for difference in found if difference is not None), None)


def _float_dtypes(value: Any) -> Iterator[str]:
    """The float dtypes of the arrays, tensors and NumPy numbers in it."""
    if isinstance(value, (list, tuple)):
        for entry in value:
            yield from _float_dtypes(entry)
    elif is_tensor(value):
        if value.is_floating_point():
            yield str(value.dtype).removeprefix("torch.")
    elif isinstance(value, (np.ndarray, np.floating)) and value.dtype.kind == "f":
        yield value.dtype.name


def _digits(dtype: str) -> int:
    """Whose digits are more? Those of longdouble are most."""
    return BY_DIGITS.index(dtype) if dtype in BY_DIGITS else len(BY_DIGITS)


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
