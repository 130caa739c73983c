"""What is done to a number, an array, a tensor or a list: the plain functions that the families are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..compare import is_tensor


def library(value: Any):
    """torch for a tensor, NumPy for all else: both know `exp`, `log`, `sqrt`, `tanh`, `round`, `ones_like`, …"""
    if is_tensor(value):
        import torch

        return torch
    return np


def named(function: str) -> Callable[[Any], Any]:
    """The function of that name of NumPy or torch, whichever the value belongs to."""
    return lambda value: getattr(library(value), function)(value)


def largest(value: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The maximum, over all entries or one axis."""
    if is_tensor(value) and axis is not None:
        return value.amax(axis, keepdim=keepdims)
    return value.max() if axis is None else value.max(axis=axis, keepdims=keepdims)


def softmax(value: Any, axis: int = -1) -> Any:
    """e^value over its sum along an axis, stable."""
    powers = library(value).exp(value - largest(value, axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


def log_softmax(value: Any, axis: int = -1) -> Any:
    """The logarithm of `softmax`, stable."""
    shifted = value - largest(value, axis, keepdims=True)
    return shifted - library(value).log(library(value).exp(shifted).sum(axis, keepdims=True))


def sigmoid(value: Any) -> Any:
    """1 / (1 + e^−value)."""
    return 0.5 + 0.5 * library(value).tanh(0.5 * value)


def relu(value: Any) -> Any:
    """The value where it is positive, 0 elsewhere."""
    return value * (value > 0)


def silu(value: Any) -> Any:
    """value · sigmoid(value)."""
    return value * sigmoid(value)


def unit(value: Any) -> Any:
    """Each vector of the last axis divided by its length."""
    return value / (value * value).sum(-1, keepdims=True) ** 0.5


def whole(value: Any) -> Any:
    """Without what stands after the point."""
    return value.long() if is_tensor(value) else np.asarray(value).astype(int)


def half_precision(value: Any) -> Any:
    """With the digits that a float of 16 bits keeps."""
    return value.half().to(value.dtype) if is_tensor(value) else value.astype(np.float16).astype(value.dtype)


def single_precision(value: Any) -> Any:
    """With the digits that a float of 32 bits keeps."""
    return value.float().to(value.dtype) if is_tensor(value) else value.astype(np.float32).astype(value.dtype)


def turned(value: Any) -> Any:
    """The last two axes exchanged."""
    return value.transpose(-1, -2) if is_tensor(value) else np.swapaxes(value, -1, -2)


def reshaped(value: Any) -> Any:
    """Cut into the transpose's shape with the numbers left in reading order, and so not transposed."""
    return turned(value.reshape(tuple(value.shape[::-1])))


def backwards(value: Any) -> Any:
    """The first axis from the end."""
    return value.flip(0) if is_tensor(value) else value[::-1]


def first_alone(value: Any) -> Any:
    """Zeros but for the first entry along the first axis."""
    kept = library(value).zeros_like(value)
    kept[:1] = 1
    return value * kept


def in_order(value: Any) -> Any:
    """Sorted, an array along its last axis."""
    if is_tensor(value):
        return value.sort(-1).values
    return np.sort(value) if isinstance(value, np.ndarray) else type(value)(sorted(value))


def once(value: Any) -> Any:
    """Each entry once: sorted in arrays, at its first place in lists."""
    if is_tensor(value):
        return value.unique()
    return np.unique(value) if isinstance(value, np.ndarray) else type(value)(dict.fromkeys(value))


def positions(value: Any) -> Any:
    """0, 1, 2, … as many as there are entries."""
    places = np.arange(len(value))
    return library(value).as_tensor(places) if is_tensor(value) else places


def lower(value: Any) -> Any:
    """Words in small letters."""
    return value.lower() if isinstance(value, str) else type(value)(word.lower() for word in value)
