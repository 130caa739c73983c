"""What several exercises of this lecture are tried on."""

import torch


def numbers(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(shape, generator=generator, dtype=torch.float64) * 1.5).round(decimals=1)
    return numbers.to(dtype).requires_grad_(grad)
