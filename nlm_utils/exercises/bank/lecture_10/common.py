"""What several exercises of this lecture share."""

import math

import torch


def _numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).round(decimals=1)
    return numbers.to(dtype).requires_grad_(grad)


def dot(q, k):
    return q @ k.transpose(-2, -1)


def root(q, k):
    return math.sqrt(q.shape[-1])


def one(q, k):
    return 1.0


def softmax(scores):
    return torch.softmax(scores, dim=-1)


def over_queries(scores):
    return torch.softmax(scores, dim=-2)


def naive(scores, shift=0.0):
    exponentials = (scores - shift).exp()
    return exponentials / exponentials.sum(dim=-1, keepdim=True)


def flat(scores):
    return torch.softmax(scores.flatten(), dim=0).reshape(scores.shape)


def ones(length):
    return torch.ones(length, length, dtype=torch.bool)
