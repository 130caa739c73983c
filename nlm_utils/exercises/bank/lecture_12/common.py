"""Numbers for the cases of this lecture, with one decimal, easy to read on a card; and a text that is one step late."""

import torch


def _drawn(numbers, dtype, grad):
    return numbers.round(decimals=1).to(dtype).requires_grad_(grad)


def numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Normal, negative ones among them."""
    generator = torch.Generator().manual_seed(seed)
    return _drawn(torch.randn(shape, generator=generator, dtype=torch.float64) * scale, dtype, grad)


def positive(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """From 0.1 to 1.2: steps Δ, or sizes of rates."""
    generator = torch.Generator().manual_seed(seed)
    return _drawn(torch.rand(shape, generator=generator, dtype=torch.float64) * 1.1 + 0.1, dtype, grad)


def rates(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """From −1.2 to −0.1, as the entries of A are."""
    return (-positive(*shape, seed=seed, dtype=dtype)).requires_grad_(grad)


def late(x):
    """Each position holds what the position before it held; the first is zero."""
    return torch.cat([0 * x[:, :1], x[:, :-1]], dim=1)
