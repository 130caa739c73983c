"""Observations and inputs as text: JSON, with arrays as `.npy` in base 64. Never a pickle, which would run code.

`encode` writes plain data, `decode` reads it, whoever wrote it: at most so long, and nothing but plain data. `pack`
makes plain data of an Observation or an Answer, `unpack` an Observation or Answer of it, field by field.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from .compare import is_tensor
from .observations import Answer, Observation, Raised
from .plain import Thing

LONGEST = 1 << 27  # characters of one text


class Unreadable(ValueError):
    """A text that is not what `encode` writes; the message says what was expected."""


def encode(value: Any) -> str:
    """Plain data -> JSON text. Raises TypeError for anything else, ValueError for what is too long."""
    text = json.dumps(_packed(value), allow_nan=False)
    if len(text) > LONGEST:
        raise ValueError(f"encode: expected at most {LONGEST} characters, got {len(text)}")
    return text


def decode(text: str) -> Any:
    """JSON text -> plain data. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable(f"decode: expected at most {LONGEST} characters, got {len(text)}")
    try:
        return _unpacked(json.loads(text))
    except Unreadable:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
        MemoryError,
    ) as error:
        raise Unreadable(
            f"decode: expected plain data as JSON, got {type(error).__name__}: {error}"
        ) from None


def _packed(value: Any) -> Any:
    """JSON's own kinds stay; everything else is {tag: …}."""
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if abs(value) < 1 << 53 else {"int": hex(value)}
    if kind is float:
        return {"float": value.hex()}
    if kind is list:
        return list(map(_packed, value))
    if kind is complex:
        return {"complex": [value.real.hex(), value.imag.hex()]}
    if kind is bytes:
        return {"bytes": base64.b64encode(value).decode()}
    if kind is Thing:
        return {"thing": [value.kind, value.sort, value.text, value.named]}
    if kind in (tuple, set, frozenset):
        return {kind.__name__: list(map(_packed, value))}
    if kind in (dict, Counter):
        return {kind.__name__: [[_packed(key), _packed(entry)] for key, entry in value.items()]}
    if isinstance(value, np.generic):
        return {"scalar": _npy(np.asarray(value))}
    if kind is np.ndarray and value.dtype == object:
        return {"objects": [list(value.shape), list(map(_packed, value.flat))]}
    if kind is np.ndarray:
        return {"array": _npy(value)}
    if is_tensor(value):
        return {"tensor": _tensor(value)}
    raise TypeError(f"encode: expected plain data, got {kind.__name__}")


def _npy(array: np.ndarray) -> str:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return base64.b64encode(file.getvalue()).decode()


def _tensor(value: Any) -> list:
    """[dtype, does it ask for gradients, bytes as an array]; NumPy knows no bfloat16."""
    import torch

    bare = value.detach().cpu().contiguous()
    array = bare.view(torch.int16) if bare.dtype is torch.bfloat16 else bare
    return [str(value.dtype).removeprefix("torch."), value.requires_grad, _npy(array.numpy())]


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return list(map(_unpacked, value))
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or not value.keys() <= _READERS.keys():
        raise Unreadable(f"decode: expected one of {', '.join(_READERS)}, got {list(value)[:3]}")
    ((tag, content),) = value.items()
    return _READERS[tag](content)


def _array(content: str) -> np.ndarray:
    try:
        return np.load(io.BytesIO(base64.b64decode(content, validate=True)), allow_pickle=False)
    except (binascii.Error, EOFError, OSError, SyntaxError) as error:
        raise Unreadable(f"decode: expected an array as .npy, got {error}") from None


def _read_tensor(content: list) -> Any:
    import torch

    dtype, asks, npy = content
    if not isinstance(getattr(torch, dtype), torch.dtype):
        raise Unreadable(f"decode: expected a dtype of torch, got {dtype!r}")
    tensor = torch.from_numpy(_array(npy))
    if dtype == "bfloat16":
        tensor = tensor.view(torch.bfloat16)
    return tensor.to(getattr(torch, dtype)).requires_grad_(bool(asks))


def _objects(content: list) -> np.ndarray:
    shape, entries = content
    array = np.empty(len(entries), dtype=object)
    for place, entry in enumerate(entries):
        array[place] = _unpacked(entry)
    return array.reshape(shape)


def _pairs(content: list) -> list:
    return [(_unpacked(key), _unpacked(entry)) for key, entry in content]


def _thing(content: list) -> Thing:
    if len(content) != 4 or not all(isinstance(part, str) for part in content):
        raise Unreadable("decode: expected four texts for a thing")
    return Thing(*content)


_READERS: dict[str, Callable[[Any], Any]] = {
    "int": lambda content: int(content, 16),
    "float": float.fromhex,
    "complex": lambda content: complex(*map(float.fromhex, content)),
    "bytes": lambda content: base64.b64decode(content, validate=True),
    "thing": _thing,
    "tuple": lambda content: tuple(map(_unpacked, content)),
    "set": lambda content: set(map(_unpacked, content)),
    "frozenset": lambda content: frozenset(map(_unpacked, content)),
    "dict": lambda content: dict(_pairs(content)),
    "Counter": lambda content: Counter(dict(_pairs(content))),
    "scalar": lambda content: _array(content)[()],
    "objects": _objects,
    "array": _array,
    "tensor": _read_tensor,
}


# --- observations -------------------------------------------------------------------------------------------------


def pack(record: Observation | Answer | Raised) -> dict[str, Any]:
    """An observation, or a whole answer, as plain data."""
    found = {field.name: getattr(record, field.name) for field in fields(record)}
    if isinstance(record, Answer):
        found["seen"] = list(map(pack, record.seen))
    elif isinstance(record, Observation) and record.raised is not None:
        found["raised"] = pack(record.raised)
    return found


Record = TypeVar("Record", Observation, Answer, Raised)


def unpack(kind: type[Record], data: Any) -> Record:
    """What `pack` made such data of, every field of the class that belongs there. Raises Unreadable."""
    if not isinstance(data, dict) or data.keys() != {field.name for field in fields(kind)}:
        raise Unreadable(f"unpack: expected the fields of {kind.__name__}, got {str(data)[:80]}")
    data = dict(data)
    for name, value in data.items():
        if name in _FREE or (name in _OPTIONAL and value is None):
            continue
        if name == "seen":
            data[name] = [unpack(Observation, entry) for entry in _all(value, list, dict)]
        elif name == "raised":
            data[name] = unpack(Raised, value)
        elif name == "values":
            data[name] = tuple(tuple(_all(pair, tuple, str)) for pair in _all(value, tuple, tuple))
        elif name in _TEXTS:
            _all(value, _TEXTS[name], str)
        elif type(value) is not type(_LIKE[name]):
            raise Unreadable(
                f"unpack: expected {type(_LIKE[name]).__name__} as {name}, got {type(value).__name__}"
            )
    return kind(**data)


_FREE = {"later"}
_OPTIONAL = {"raised", "unusable"}
_TEXTS = {
    "kinds": tuple,
    "warnings": list,
    "unusable": tuple,
    "names": tuple,
    "parameters": tuple,
}  # several texts
_LIKE = {"facts": {}, "text": "", "line": "", "call": "", "library": "", "printed": "", "attempt": ""}
_LIKE |= {
    "on_purpose": True,
    "accepted": True,
    "timed_out": True,
    "waited": True,
    "remembers": True,
    "lines_dropped": 0,
}


def _all(value: Any, outer: type, inner: type) -> Any:
    """The value, when it is a list or tuple of such entries."""
    if type(value) is outer and all(type(entry) is inner for entry in value):
        return value
    raise Unreadable(f"unpack: expected a {outer.__name__} of {inner.__name__}, got {str(value)[:80]}")
