"""Tensors for `Exercise.drawn`, of lengths and dtypes that vary with the draw: for the banks of torch exercises."""

from __future__ import annotations

import numpy as np
import torch


def tensors(
    rng: np.random.Generator, shapes: str, scale: float = 1.5, **lengths: int
) -> tuple[torch.Tensor, ...]:
    """Normal numbers, a tensor of each shape: all float32 or all float64, all asking for gradients or none.

    shapes   "*qd *kd": a letter for each axis, of one length wherever it stands; * is for none to two axes in front
    lengths  of the letters that are given: d=2. The others have lengths from 1 to 5
    """
    front = rng.integers(1, 4, rng.integers(3)).tolist()
    for letter in sorted(set(shapes) - set("* ") - set(lengths)):
        lengths[letter] = int(rng.integers(1, 6))
    dtype, grad = (torch.float32, torch.float64)[rng.integers(2)], bool(rng.integers(2))
    drawn = []
    for shape in shapes.split():
        axes = [length for axis in shape for length in (front if axis == "*" else [lengths[axis]])]
        drawn.append(torch.tensor(scale * rng.normal(size=axes), dtype=dtype, requires_grad=grad))
    return tuple(drawn)
