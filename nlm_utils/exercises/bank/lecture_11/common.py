"""What several exercises of this lecture share."""

import torch


def _numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card; none is 0."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).round(decimals=1)
    numbers[numbers == 0] = 0.1
    return numbers.to(dtype).requires_grad_(grad)
