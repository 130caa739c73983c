"""Plain data: what is left of a student's values when nothing of the student's is left in them.

None, booleans, numbers, text, NumPy arrays, torch tensors, and lists, tuples, sets, dicts, Counters of them stay what
they are (copied, and of no class of the student's own); everything else becomes a `Thing`: words. So the judge runs no
code of a student's, and an observation can travel from one process to another (transport.py).
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compare import is_tensor

DEPTH = 30  # levels; a list that contains itself has an end
ENTRIES = 200_000  # of all lists, sets and dicts in one value
BYTES = 1 << 26  # of all arrays and texts in one value
BITS = 1 << 13  # of a whole number
TEXT = 200  # characters of what a thing says of itself
TOO_DEEP = "…"


@dataclass(frozen=True)
class Thing:
    """An object that is no plain data.

    kind   the name of its class
    sort   "generator", "iterator", "function", "class", "coroutine", "exception", "placeholder", "large" or "object"
    text   how it prints, or its name
    named  the name of a function, a class, a generator, "" for others
    """

    kind: str
    sort: str
    text: str
    named: str = ""


def plain(value: Any) -> Any:
    """A copy of a value that is plain data; no later change of the original reaches it.

    It may run code of the value's own (`__repr__`, a class that calls itself a tensor): call it under guard.
    What would be too much (more than 200 000 entries, 64 MiB) becomes a Thing that says so.
    """
    return _Copy().of(value)


def arguments(value: Any) -> Any:
    """The same for arguments after a call: objects of other kinds (functions, models) count as unchanged, None."""
    return _Copy(others=lambda _: None).of(value)


def copied(value: Any) -> Any:
    """A fresh copy of plain inputs, many times faster than deepcopy: tensors keep that they ask for gradients."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if is_tensor(value):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if type(value) in (list, tuple, set):
        return type(value)(map(copied, value))
    if type(value) is Counter:
        return Counter(dict(value))
    if type(value) is dict:
        return {key: copied(entry) for key, entry in value.items()}
    return value


class _TooMuch(Exception):
    pass


class _Copy:
    """One copy, with what is left of its size; `others` makes something of what is no plain data."""

    def __init__(self, others: Callable[[Any], Any] | None = None):
        self.entries, self.bytes, self.others = ENTRIES, BYTES, others or thing

    def of(self, value: Any, depth: int = 0) -> Any:
        try:
            return self._of(value, depth)
        except _TooMuch:
            if depth:
                raise
            return _large(value)

    def _of(self, value: Any, depth: int) -> Any:
        if value is None or type(value) in (bool, float, complex):
            return value
        if depth > DEPTH:
            return TOO_DEEP
        kind = type(value)
        if issubclass(kind, str):
            self._spend(characters=str.__len__(value))
            return value if kind is str else str.__str__(value)
        if issubclass(kind, np.generic):
            return value if kind.__module__ == "numpy" else np.array(value).reshape(1)[0]
        for number in (int, float, complex):
            if issubclass(kind, number):
                exact = number.__pos__(value)
                return _large(exact) if number is int and exact.bit_length() > BITS else exact
        if issubclass(kind, (bytes, bytearray)):
            self._spend(characters=len(value))
            return bytes(value) if issubclass(kind, bytes) else self.others(value)
        if issubclass(kind, np.ndarray):
            return self._array(value, depth)
        if is_tensor(value):
            return self._tensor(value)
        if issubclass(kind, dict):
            self._spend(entries=dict.__len__(value))
            pairs = [(self.of(k, depth + 1), self.of(v, depth + 1)) for k, v in dict.items(value)]
            return (Counter if issubclass(kind, Counter) else dict)(dict(pairs))
        for base in (list, tuple, set, frozenset):
            if issubclass(kind, base):
                self._spend(entries=base.__len__(value))
                return base([self.of(entry, depth + 1) for entry in base.__iter__(value)])
        return self.others(value)

    def _spend(self, entries: int = 0, characters: int = 0) -> None:
        self.entries -= entries
        self.bytes -= characters
        if self.entries < 0 or self.bytes < 0:
            raise _TooMuch

    def _array(self, value: np.ndarray, depth: int) -> Any:
        if isinstance(value, (np.matrix, np.ma.MaskedArray)):  # they compute by rules of their own
            return self.others(value)
        value = np.ndarray.view(value, np.ndarray)
        if value.dtype.hasobject:
            self._spend(entries=value.size)
            if value.dtype != object:
                return self.others(value)
            entries = [self.of(entry, depth + 1) for entry in value.flat]
            copy = np.empty(value.size, dtype=object)
            for place, entry in enumerate(entries):  # one by one: an entry may be a list
                copy[place] = entry
            return copy.reshape(value.shape)
        self._spend(characters=value.size * value.itemsize)
        return value.copy()

    def _tensor(self, value: Any) -> Any:
        import torch

        with torch._C.DisableTorchFunctionSubclass():
            try:
                self._spend(characters=value.numel() * value.element_size())
                value = torch.Tensor.detach(value)
                if value.device.type == "meta" or value.is_quantized or value.is_nested:
                    return self.others(value)
                return value.to_dense().cpu().clone().as_subclass(torch.Tensor)
            except (AttributeError, NotImplementedError, RuntimeError, TypeError):
                return self.others(value)


def _large(value: Any) -> Thing:
    text = f"more than {ENTRIES:,} entries or {BYTES >> 20} MiB".replace(",", " ")
    return Thing(type(value).__name__, "large", "a huge number" if type(value) is int else text)


def thing(value: Any) -> Thing:
    """What an object is, in words. Its own `__repr__` may run."""
    kind = type(value).__name__
    try:
        return Thing(kind, *_in_words(value, kind))
    except Exception:
        return Thing(kind, "object", f"{kind} whose repr fails")


def _in_words(value: Any, kind: str) -> tuple[str, str, str]:
    """Sort, text and name."""
    name = str(getattr(value, "__name__", ""))[:TEXT]
    if isinstance(value, type):
        return "class", f"the class {name}", name
    if inspect.iscoroutine(value):
        value.close()  # nobody will await it, and Python would complain
        return "coroutine", "a coroutine", name
    if inspect.isgenerator(value):
        return "generator", f"a generator ({name})", name
    if callable(value) and name:
        return "function", "a lambda" if name == "<lambda>" else f"the function {name}", name
    text = "rng" if isinstance(value, np.random.Generator) else " ".join(repr(value).split())[:TEXT]
    if value is NotImplemented or value is Ellipsis or isinstance(value, BaseException):
        return "placeholder", text, ""
    if isinstance(value, (map, filter, zip, range, enumerate, reversed)) or hasattr(value, "__next__"):
        return "iterator", text, ""
    return "function" if callable(value) else "object", text, ""
