"""The numbers in a value: all in a row, or in the value's shape; and one failing input in numbers, a `Pair`.

All numbers are floats here, whatever they came in: the diagnoses ask for sizes and places, compare.py for kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..compare import as_array, is_number, is_tensor, to_numpy


def flat(value: Any) -> np.ndarray | None:
    """All numbers in a value, in order, as floats; None when there is anything else in it."""
    if isinstance(value, Mapping):
        return flat(list(value.values()))
    found = shaped(value) if not _holds_tensors(value) else None
    if found is not None:
        return found.ravel()
    if not isinstance(value, (list, tuple)):
        return None
    parts = [flat(entry) for entry in value]
    if any(part is None for part in parts):
        return None
    return np.concatenate(parts) if parts else np.zeros(0)


def _holds_tensors(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(map(is_tensor, value))


def shaped(value: Any) -> np.ndarray | None:
    """A number, an array or a list of numbers as floats in its shape; None for anything else."""
    if is_tensor(value):
        value = to_numpy(value)
    array = np.asarray(value) if is_number(value) else as_array(value)
    if array is None or array.dtype.kind not in "biuf":
        return None
    try:
        return array.astype(float)
    except OverflowError:
        return None


def close(one: Any, other: Any) -> bool:
    """True when two arrays of one shape hold the same numbers, at least one of them."""
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if one.shape != other.shape or not one.size:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(one, other, rtol=1e-4, atol=1e-6, equal_nan=True))


def telling(array: np.ndarray) -> bool:
    """True when an array holds a finite number other than 0, so that agreeing with it says something."""
    finite = array[np.isfinite(array)]
    return bool((finite != 0).any())


def nothing_special(value: Any) -> bool:
    """True for a value that equals an argument by accident: empty, zeros, one small whole number."""
    numbers = flat(value)
    if numbers is None:
        return hasattr(value, "__len__") and len(value) == 0
    return not telling(numbers) or (
        numbers.size == 1 and abs(numbers[0]) < 10 and numbers[0] == int(numbers[0])
    )


@dataclass
class Pair:
    """One failing case in numbers: e expected and g got, with the same keys in the same order for mappings.

    part  which of several results it is, "[1]"; "" for the whole
    """

    e: np.ndarray
    g: np.ndarray
    place: int
    expected: Any
    got: Any
    part: str = ""

    @property
    def same_shape(self) -> bool:
        return self.e.shape == self.g.shape


def pairs(place: int, expected: Any, got: Any) -> list[Pair]:
    """Both values in numbers, of several results each that is wrong; [] where there are no numbers."""
    if _several(expected) and isinstance(got, tuple) and len(got) == len(expected):
        parts = [_pair(place, *both, f"[{i}]") for i, both in enumerate(zip(expected, got, strict=True))]
        return [part for part in parts if part is not None and not close(part.e, part.g)]
    found = _pair(place, expected, got)
    return [] if found is None else [found]


def _pair(place: int, expected: Any, got: Any, part: str = "") -> Pair | None:
    """Both values in numbers; None where one of them holds something else."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping) or expected.keys() != got.keys():
            return None
        e, g = flat([expected[key] for key in expected]), flat([got[key] for key in expected])
    elif _several(expected) or _several(got):  # results side by side are no axis
        return None
    else:
        e, g = shaped(expected), shaped(got)
        if (e is None or g is None) and _alike_structure(expected, got):
            e, g = flat(expected), flat(got)
    return None if e is None or g is None else Pair(e, g, place, expected, got, part)


def _several(value: Any) -> bool:
    """True for a tuple of arrays: several results."""
    return isinstance(value, tuple) and any(getattr(entry, "ndim", 0) for entry in value)


def _alike_structure(expected: Any, got: Any) -> bool:
    """True for two equally long lists or tuples of arrays of the same shapes."""
    if not isinstance(expected, (list, tuple)) or not isinstance(got, (list, tuple)):
        return False
    if len(expected) != len(got):
        return False
    parts = [(shaped(one), shaped(other)) for one, other in zip(expected, got, strict=True)]
    return all(e is not None and g is not None and e.shape == g.shape for e, g in parts)
