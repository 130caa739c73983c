"""generate: the ids, what the model was asked, where the generator stands, and whether a graph was recorded."""

import random

import numpy as np
import torch
from torch import nn


class _Story(nn.Module):
    """Logits that depend on all ids so far and on their number; it notes what it was asked."""

    def __init__(self, vocab_size: int):
        super().__init__()
        generator = torch.Generator().manual_seed(vocab_size)
        self.table = nn.Parameter(torch.randn(vocab_size, vocab_size, generator=generator) * 0.6)
        self.asked: list[list[int]] = []
        self.recorded = False

    def forward(self, ids):
        if ids.ndim != 2:
            raise ValueError(f"the model takes ids of shape (1, T), got {tuple(ids.shape)}")
        self.asked.append(ids[0].tolist())
        t = self.table[ids].cumsum(1) + self.table.T[ids] + ids.shape[1] / 10 * self.table[0]  # (1, T, V)
        self.recorded |= t.requires_grad
        return t


def _drawn_from_elsewhere(function, args, generator, result) -> bool:
    """Has nothing been drawn from the generator, and does another chance give other words?"""
    vocab_size, prefix, n_new, seed, extra = args
    if not torch.equal(generator.get_state(), torch.Generator().manual_seed(seed).get_state()):
        return False
    for other in range(3):
        torch.manual_seed(other)
        np.random.seed(other)
        random.seed(other)
        given = prefix.clone() if torch.is_tensor(prefix) else list(prefix)
        again = function(_Story(vocab_size), given, n_new, torch.Generator().manual_seed(seed), **extra)
        if str(again) != str(result):
            return True
    return False


def observe(function, args, kwargs) -> dict:
    """The ids, their kind, what the model was asked, where the generator stands, whether a graph was recorded."""
    vocab_size, prefix, n_new, seed, extra = args
    model, generator = _Story(vocab_size), torch.Generator().manual_seed(seed)
    given = prefix.clone() if torch.is_tensor(prefix) else list(prefix)
    torch.manual_seed(99)
    result = function(model, given, n_new, generator, **extra)
    if n_new and _drawn_from_elsewhere(function, args, generator, result):
        return {"where the generator stands": "where it was: the words come from elsewhere"}
    if generator.initial_seed() != seed:
        return {"where the generator stands": "its seed was set anew"}
    facts = {"kind": type(result).__name__}
    if torch.is_tensor(result):
        facts["dtype"] = str(result.dtype)
        facts["shape"] = tuple(result.shape)
        facts["ids"] = result.detach().flatten().tolist()
    else:
        facts["ids"] = result
    facts["prefix unchanged"] = [int(i) for i in given] == [int(i) for i in prefix]
    facts["calls of the model"] = len(model.asked)
    facts["last question to the model"] = model.asked[-1] if model.asked else "none"
    facts["where the generator stands"] = torch.rand(1, generator=generator).item()
    facts["gradients recorded"] = model.recorded
    return facts
