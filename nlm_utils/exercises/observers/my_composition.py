"""my_composition: the verdict of the challenge, and what can be seen of its cause; every right answer is another one.

A verdict is the kind of a fault, and after a colon what came back or which words were looked at, in words of which the
bank has a sentence each: "shape: a tuple", "looks ahead: the next word".
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from nlm_utils import challenge

LENGTH = 12  # words of the sentences that are looked at here
OTHER_SIZES = (16, 32, 64, 128, 256, 300, 512)  # what is often written in place of `dim`


def observe(function, args, kwargs) -> dict:
    def build(dim):
        return function(dim, **kwargs)

    (dim,) = args
    with torch.random.fork_rng(devices=[]):
        return {"verdict": _verdict(build, dim)}


def _verdict(build: Callable, dim: int) -> str:
    try:
        fault = challenge.find_fault(build, dim)
    except Exception:
        verdict = _why_it_stops(build, dim)
        if verdict is None:
            raise
        return verdict
    if fault is None:
        return "takes part"
    detail = DETAILS.get(fault.kind, lambda *_: "")(build, dim)
    return f"{fault.kind}: {detail}" if detail else fault.kind


def _words(dim: int, length: int = LENGTH, rows: int = 2) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(rows, length, dim, generator=generator)


def _built(build: Callable, dim: int):
    torch.manual_seed(0)
    compose = build(dim)
    return compose.eval() if isinstance(compose, nn.Module) else compose


def _read(compose: Callable, c: Tensor):
    torch.manual_seed(1)
    with torch.no_grad():
        return compose(c.clone())


def _works(build: Callable, dim: int, length: int = 10, rows: int = 3) -> bool:
    try:
        return _read(_built(build, dim), _words(dim, length, rows)).shape == (rows, length, dim)
    except Exception:
        return False


def _works_again(build: Callable, dim: int) -> bool:
    """Does one that has read three sentences read two others?"""
    try:
        compose = _built(build, dim)
        return [_read(compose, _words(dim, rows=rows)).shape[0] for rows in (3, 2)] == [3, 2]
    except Exception:
        return False


def _lacks_forward(build: Callable, dim: int) -> bool:
    try:
        return getattr(type(build(dim)), "forward", None) is nn.Module.forward
    except Exception:
        return False


def _why_it_stops(build: Callable, dim: int) -> str | None:
    """What an exception comes from, where that can be found out by other sizes; None where it cannot."""
    if _works(build, dim):
        if not _works(build, dim, length=1):
            return "stops: one word"
        if not _works(build, dim, rows=1):
            return "stops: one sentence"
        return None if _works_again(build, dim) else "remembers: a state"
    if _works(build, dim, length=25):
        return "stops: fewer words"
    if any(_works(build, size) for size in OTHER_SIZES if size != dim):
        return "stops: another dim"
    c = _words(dim)
    try:
        return "stops: c for dim" if build(c).shape == c.shape else None
    except Exception:
        return "stops: no forward" if _lacks_forward(build, dim) else None


def _no_module(build: Callable, dim: int) -> str:
    made = build(dim)
    return "None" if made is None else "a class" if isinstance(made, type) else ""


def _shape(build: Callable, dim: int) -> str:
    for rows, length in ((2, LENGTH), (1, LENGTH), (2, 1)):
        x = _read(_built(build, dim), _words(dim, length, rows))
        if not isinstance(x, Tensor):
            return {tuple: "a tuple", type(None): "None"}.get(type(x), "")
        shape = tuple(x.shape)
        if shape == (rows, length, dim):
            continue
        if 1 in (rows, length):
            return "squeezed" if x.ndim < 3 else ""
        if shape in ((rows, dim), (1, rows, dim), (rows, 1, dim)):
            return "one vector" if x.ndim == 2 or shape[0] == 1 else "another number of words"
        names = {(rows, dim, length): "channels first", (length, rows, dim): "time first"}
        if shape in names or x.ndim != 3 or shape[0] != rows:
            return names.get(shape, "")
        if (shape[1] == length) != (shape[2] == dim):
            return "another number of words" if shape[2] == dim else "another last axis"
        return ""
    return ""


def _not_finite(build: Callable, dim: int) -> str:
    bad = ~torch.isfinite(_read(_built(build, dim), _words(dim))).all(-1).all(0)  # (T,)
    if not bad.any() or bad.all():
        return ""
    return (
        "the last word" if bad[-1] and not bad[:-1].any() else "the first word" if not bad[1:].any() else ""
    )


def _remembers(build: Callable, dim: int) -> str:
    compose, c = _built(build, dim), _words(dim)
    if not torch.equal(_read(compose, c), _read(compose, c)):
        return "a state"
    known = set(map(id, compose.parameters())) if isinstance(compose, nn.Module) else set()
    return "a layer made anew" if any(id(leaf) not in known for leaf in _weights(compose, c)) else "at random"


def _weights(compose: Callable, c: Tensor) -> list[Tensor]:
    x = compose(c.clone())
    return challenge.leaves(x) if x.requires_grad else []


def _mixes_rows(build: Callable, dim: int) -> str:
    compose = _built(build, dim)
    seen = _seen(compose, _words(dim, rows=6), axis=0)
    along = bool(seen) and all(row > other for row, other in seen)
    return "along the batch" if along else "the whole batch"


def _looks_ahead(build: Callable, dim: int) -> str:
    seen = _seen(_built(build, dim), _words(dim), axis=1)
    later = {(t, word) for t, word in seen if word > t}
    if not later:
        return ""
    gaps, last = {word - t for t, word in later}, LENGTH - 1
    if {word for _, word in later} == {last} and len(later) > LENGTH / 2:
        return "the last word"
    if min(gaps) > LENGTH / 2:
        return "the end"
    if max(gaps) <= LENGTH / 2:
        return "the next word" if gaps == {1} else "a few words"
    everything = len(later) == LENGTH * last / 2
    if everything:
        return "all words" if later != seen else "only later words"
    sums = {t + word for t, word in seen}
    return "turned round" if min(sums) >= last or max(sums) <= last else ""


def _seen(compose: Callable, c: Tensor, axis: int) -> set[tuple[int, int]]:
    """(output, input) along an axis, where that output changes with that other input."""
    whole, found = _read(compose, c), set()
    for place in range(c.shape[axis]):
        changed = c.clone()
        changed.select(axis, place).add_(1.0 + torch.rand(1))
        gap = (_read(compose, changed) - whole).abs()
        gap = gap.amax([other for other in range(3) if other != axis])
        found |= {(t, place) for t in (gap > 1e-5).nonzero().flatten().tolist() if t != place}
    return found


DETAILS = {
    "no module": _no_module,
    "shape": _shape,
    "not finite": _not_finite,
    "remembers": _remembers,
    "mixes rows": _mixes_rows,
    "looks ahead": _looks_ahead,
}
