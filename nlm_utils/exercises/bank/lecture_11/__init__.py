"""The exercises of lecture 11: layer norm, the feed-forward network, the block, its parameters, rotary positions.

The references are plain torch, one function each. models/transformer.py puts the same pieces together with learnt
matrices; tests/test_transformer_references.py holds the references to torch's own layers.
"""

import torch


def numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card; none is 0."""
    generator = torch.Generator().manual_seed(seed)
    drawn = (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).round(decimals=1)
    drawn[drawn == 0] = 0.1
    return drawn.to(dtype).requires_grad_(grad)
