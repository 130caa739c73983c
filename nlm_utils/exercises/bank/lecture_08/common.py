"""What several exercises of this lecture share."""

import math

import torch


def logits(*shape, seed, scale=2.0, dtype=torch.float64, grad=False):
    """Logits with one decimal and no two equal in a row."""
    generator = torch.Generator().manual_seed(seed)
    steps = torch.stack(
        [torch.randperm(4 * shape[-1], generator=generator)[: shape[-1]] for _ in range(math.prod(shape[:-1]))]
    )
    values = (steps.reshape(shape).to(torch.float64) - 2 * shape[-1]) * scale / shape[-1]
    return torch.round(10 * values).div(10).to(dtype).requires_grad_(grad)
