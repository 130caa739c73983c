"""Turns a right answer's result into the reference's kind, so that the lecture's next cells work with it.

A list is accepted where the reference gives an array; but `rows.shape` needs an array, and torch wants ids in int64.
`plan` compares what both gave on all cases and returns the change that is needed, or None.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compare import holds_tensors, is_number, is_tensor, stacked

NAMES = {np.ndarray: "array", int: "number", float: "number", bool: "number"}


@dataclass
class Plan:
    """A change of kind; `words` says it in half a sentence. Called with a result, it returns the changed one."""

    change: Callable[[Any], Any]
    words: str

    def __call__(self, value: Any) -> Any:
        return self.change(value)


def plan(pairs: list[tuple[Any, Any]]) -> Plan | None:
    """The change from yours to the reference's kind. pairs: (expected, yours) on every case that gave values."""
    plans = {}
    for kind in dict.fromkeys(type(got) for _, got in pairs):
        found = _one_kind([pair for pair in pairs if type(pair[1]) is kind])
        if found is not None:
            plans[kind] = found
    if not plans:
        return None

    def change(value: Any) -> Any:
        fitting = plans.get(type(value))
        return value if fitting is None else fitting.change(value)

    return Plan(change, next(iter(plans.values())).words)


def _one_kind(pairs: list[tuple[Any, Any]]) -> Plan | None:
    """The change for results of one type; None where none is needed or the reference's kind varies."""
    expected, got = pairs[0]
    kind = type(expected)
    if is_tensor(expected):
        return _to_tensor(expected, got)
    if any(type(one) is not kind for one, _ in pairs):
        return None
    if is_number(expected):
        return (
            Plan(lambda value: value[()], "your 0-d array becomes a number")
            if isinstance(got, np.ndarray)
            else None
        )
    if kind is np.ndarray and isinstance(got, (list, tuple)):
        dtype = expected.dtype
        return Plan(lambda value: np.asarray(value, dtype), f"your {type(got).__name__} becomes an array")
    if kind is Counter and type(got) is not Counter:
        return Plan(Counter, f"your {type(got).__name__} becomes a Counter")
    if kind in (list, tuple):
        return _sequence(pairs, kind)
    return None


def _sequence(pairs: list[tuple[Any, Any]], kind: type) -> Plan | None:
    """The same for tuples and lists: place by place when all are equally long tuples, else one change for all."""
    got = pairs[0][1]
    lengths = {len(one) for one, _ in pairs}
    if kind is tuple and len(lengths) == 1:
        places = [plan([(one[i], other[i]) for one, other in pairs]) for i in range(lengths.pop())]
    else:
        places = [plan([both for one, other in pairs for both in zip(one, other, strict=True)])]
    inner = [place for place in places if place is not None]
    if type(got) is kind and not inner:
        return None

    def change(value: Any) -> Any:
        used = places * len(value) if len(places) == 1 else places
        entries = value.tolist() if isinstance(value, np.ndarray) and not inner else value
        return kind(
            entry if place is None else place(entry) for place, entry in zip(used, entries, strict=False)
        )

    name = NAMES.get(type(got), type(got).__name__)
    words = f"your {name} becomes a {kind.__name__}" if type(got) is not kind else inner[0].words
    return Plan(change, words)


def _to_tensor(expected: Any, got: Any) -> Plan | None:
    """For tensors of another dtype, for arrays, numbers and lists (of tensors, too)."""
    import torch

    if is_tensor(got):
        name = str(expected.dtype).removeprefix("torch.")
        other = got.dtype != expected.dtype
        return Plan(lambda value: value.to(expected.dtype), f"your tensor becomes {name}") if other else None

    def change(value: Any) -> Any:
        return torch.as_tensor(stacked(value) if holds_tensors(value) else np.asarray(value)).to(
            expected.dtype
        )

    return Plan(change, f"your {NAMES.get(type(got), type(got).__name__)} becomes a tensor")
