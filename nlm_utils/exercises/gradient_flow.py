"""Whether gradients flow through what a student's torch function returns: lectures 08 to 12 ask for it.

The engine observes it for every argument that is a leaf with `requires_grad=True`; exercises without tensors never
come here, and torch is not imported for them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from .compare import is_tensor


def leaves(parameters: Sequence[str], args: tuple, kwargs: dict) -> dict[str, Any]:
    """{name of the argument: leaf tensor that asks for a gradient}; entries of lists and dicts as `params['b']`."""
    if "torch" not in sys.modules:
        return {}
    bound = [*zip(parameters, args, strict=False), *kwargs.items()]
    return {name: tensor for argument, value in bound for name, tensor in _inside(argument, value)}


def _inside(name: str, value: Any):
    if is_tensor(value):
        if value.requires_grad and value.is_leaf:
            yield name, value
    elif type(value) in (list, tuple):
        for place, entry in enumerate(value):
            yield from _inside(f"{name}[{place}]", entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _inside(f"{name}[{key!r}]", entry)


def gradients(result: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """{name: gradient of Σ cotangent ⊙ result}, shaped like the tensor; None where no gradient arrives.

    result  a tensor, or a list or tuple of tensors and other things. The cotangent is fixed and has no symmetry, so
            that the gradient of a softmax is not 0; it is 0 where the result is infinite, which nothing moves. Where
            torch cannot go backwards, {name: its message}.
    """
    import torch

    outputs = [entry for entry in _tensors(result) if entry.is_floating_point() and entry.requires_grad]
    if not outputs:
        return dict.fromkeys(wanted)
    sizes = [
        entry.numel() for entry in outputs
    ]  # one draw, cut up: a list of rows gets what the stacked tensor gets
    draw = torch.randn(sum(sizes), generator=torch.Generator().manual_seed(0)).split(sizes)
    cotangents = [
        part.reshape(entry.shape).to(entry).masked_fill(entry.isinf(), 0)
        for part, entry in zip(draw, outputs, strict=True)
    ]
    try:
        found = torch.autograd.grad(outputs, list(wanted.values()), cotangents, allow_unused=True)
    except RuntimeError as error:
        return dict.fromkeys(wanted, f"RuntimeError: {str(error).splitlines()[0]}")
    return dict(zip(wanted, found, strict=True))


def _tensors(value: Any):
    if is_tensor(value):
        yield value
    elif type(value) in (list, tuple):
        for entry in value:
            yield from _tensors(entry)
