"""Text drawn from a language model, token by token: which logits to keep, and the loop.

`top_k_filter`, `top_p_filter` and `generate` are exercises of lecture 08; `generate_with_state` does what `generate`
does without reading the whole prefix again for every token.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def top_k_filter(t, k):
    """The logits `t` with all but the k largest of each row set to −inf.

    t        (V,) or (..., V) float tensor, each row by itself; `t` stays as it was
    k        int, 1 ≤ k ≤ V; no two logits of a row are equal
    returns  a tensor shaped like t, of its dtype: the k largest keep their value and their place
    Gradients flow back to t.
    """
    kept = torch.topk(t, k, dim=-1).indices  # (..., k)
    mask = torch.ones_like(t, dtype=torch.bool).scatter(-1, kept, False)  # True: to be removed
    return t.masked_fill(mask, -math.inf)


def top_p_filter(t, p):
    """The logits `t` outside the smallest set of words whose probability reaches `p` set to −inf.

    t        (V,) or (..., V) float tensor, each row by itself, no two logits of it equal; `t` stays as it was
    p        a number, 0 < p ≤ 1. The set is filled from the most probable word down, until its probability,
             by softmax(t), is p or more; the word that reaches p belongs to it, so it is never empty
             (a set that reaches p to the last digit may have the next word besides: rounding decides that)
    returns  a tensor shaped like t, of its dtype: what is kept keeps its value and its place
    Gradients flow back to t.
    """
    ordered, order = t.sort(dim=-1, descending=True)
    probabilities = ordered.softmax(dim=-1)
    before = probabilities.cumsum(dim=-1) - probabilities  # what the more probable words hold
    removed = (before >= p).scatter(-1, order, before >= p)  # back to the places in t
    return t.masked_fill(removed, -math.inf)


def generate(model, prefix_ids, n_new, generator, temperature=1.0):
    """The prefix followed by `n_new` tokens drawn from the model: ids (len + n_new,), a 1-D int64 tensor.

    model        ids (1, T) -> logits (1, T, V); it is called on all ids so far, once for each new token
    prefix_ids   at least one id: a 1-D int64 tensor or a list, which stays as it was
    generator    a torch.Generator: each token is drawn with torch.multinomial(p, 1, generator=generator)
    temperature  > 0; the logits of the LAST position are divided by it before the softmax
    No gradients are recorded; n_new may be 0.
    """
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
    with torch.no_grad():
        for _ in range(n_new):
            t = model(ids[None])[0, -1]  # (1, T) -> (1, T, V) -> (V,)
            p = torch.softmax(t / temperature, dim=-1)
            ids = torch.cat([ids, torch.multinomial(p, 1, generator=generator)])
    return ids


@torch.no_grad()
def generate_with_state(
    model: nn.Module,
    prefix_ids,
    n_new: int,
    generator: torch.Generator | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    stop: int | None = None,
) -> Tensor:
    """`generate` with the model's state carried along: ids (len + at most n_new,), int64.

    temperature  divides the logits, then top_k, then top_p remove what is too improbable
    stop         a token after which nothing more is drawn, the full stop of a sentence say
    ValueError for an empty prefix, a temperature of 0 or below, and more tokens than the model's context.
    """
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64).flatten().tolist()
    if not ids:
        raise ValueError("generate: the prefix must hold at least one id, got none; begin with that of <s>")
    if temperature <= 0:
        raise ValueError(
            f"generate: temperature must be > 0, got {temperature}; top_k=1 takes the likeliest word"
        )
    if top_k is not None and top_k < 1:
        raise ValueError(f"generate: top_k must be at least 1, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"generate: top_p must lie in (0, 1], got {top_p}")
    context = getattr(model, "context", None)
    if context is not None and len(ids) + n_new > context + 1:
        raise ValueError(
            f"generate: {len(ids)} ids and {n_new} new ones are more than the model's context of {context} and one"
        )
    device = next(model.parameters()).device
    unread, state = ids, None
    for _ in range(n_new):
        for id in unread:
            t, state = model.step(torch.tensor([id], device=device), state)  # (1, V)
        t = t / temperature
        if top_k is not None:
            t = top_k_filter(t, min(top_k, t.shape[-1]))
        if top_p is not None:
            t = top_p_filter(t, top_p)
        unread = [torch.multinomial(t[0].softmax(-1).cpu(), 1, generator=generator).item()]
        ids = ids + unread
        if ids[-1] == stop:
            break
    return torch.tensor(ids)
