"""The exercises of lecture 10: the weights, the mask, attention that looks back, heads, positions.

Plain torch, one function each; models/attention.py puts the same pieces together with learnt matrices and is
tested against torch's own attention, as the references here are (tests/test_attention_references.py).
"""

import torch


def numbers(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    generator = torch.Generator().manual_seed(seed)
    drawn = (torch.randn(shape, generator=generator, dtype=torch.float64) * 1.5).round(decimals=1)
    return drawn.to(dtype).requires_grad_(grad)
