"""Tensors for `Exercise.drawn`, of sizes and dtypes that vary with the draw; the banks of torch exercises use them."""

from __future__ import annotations

import numpy as np
import torch


def sizes(rng: np.random.Generator, how_many: int, least: int = 1, most: int = 4) -> list[int]:
    """So many lengths of axes, from `least` to `most`."""
    return rng.integers(least, most + 1, how_many).tolist()


def tensors(
    rng: np.random.Generator, *shapes: tuple[int, ...], scale: float = 1.5
) -> tuple[torch.Tensor, ...]:
    """Normal numbers, a tensor of each shape: all float32 or all float64, all asking for gradients or none."""
    dtype, grad = (torch.float32, torch.float64)[rng.integers(2)], bool(rng.integers(2))
    drawn = [torch.tensor(scale * rng.normal(size=shape), dtype=dtype) for shape in shapes]
    return tuple(tensor.requires_grad_(grad) for tensor in drawn)
