"""Numbers for the cases of this lecture, with one decimal, easy to read on a card; and a text that is one step late."""

import torch


def numbers(*shape: int, seed: int, draw=torch.randn, scale=1.5, shift=0.0, dtype=torch.float64, grad=False):
    """Normal numbers, negative ones among them."""
    drawn = draw(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return (drawn * scale + shift).round(decimals=1).to(dtype).requires_grad_(grad)


def positive(*shape: int, **options):
    """Numbers from 0.1 to 1.2: steps Δ, or sizes of rates."""
    return numbers(*shape, draw=torch.rand, scale=1.1, shift=0.1, **options)


def rates(*shape: int, grad=False, **options):
    """Numbers from −1.2 to −0.1, as the entries of A are."""
    return (-positive(*shape, **options)).requires_grad_(grad)


def of_signs(signs, tensors):
    """The tensors themselves, their numbers made positive (1) or negative (−1) or left alone (0)."""
    with torch.no_grad():
        return tuple(t.abs_().mul_(sign) if sign else t for sign, t in zip(signs, tensors, strict=True))


def late(x):
    """Each position holds what the position before it held; the first is zero."""
    return torch.cat([0 * x[:, :1], x[:, :-1]], dim=1)
