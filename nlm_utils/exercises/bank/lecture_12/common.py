"""What several exercises of this lecture share."""

import torch


def _numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).round(decimals=1)
    return numbers.to(dtype).requires_grad_(grad)


def positive(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """Numbers from 0.1 to 1.2, with one decimal: steps Δ, or sizes of rates."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.rand(shape, generator=generator, dtype=torch.float64) * 1.1 + 0.1).round(decimals=1)
    return numbers.to(dtype).requires_grad_(grad)


def rates(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """Negative numbers, as the entries of A are."""
    return (-positive(*shape, seed=seed, dtype=dtype)).requires_grad_(grad)


def late(x):
    return torch.cat([0 * x[:, :1], x[:, :-1]], dim=1)
