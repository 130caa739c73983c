"""The selective scan against a loop written out in float64, and against itself in pieces."""

import re

import pytest
import torch

from nlm_utils.models import scan
from nlm_utils.models.scan import selective_scan


def by_a_loop(u, delta, A, B, C, D):
    """The recurrence word by word, as one would read it in the paper."""
    h, y = u.new_zeros(u.shape[0], *A.shape), []  # (B, d, N)
    for t in range(u.shape[1]):
        h = torch.exp(delta[:, t, :, None] * A) * h + (delta[:, t] * u[:, t])[..., None] * B[:, t, None]
        y.append((h * C[:, t, None]).sum(-1) + D * u[:, t])
    return torch.stack(y, dim=1)


def arguments(batch=2, length=5, dim=3, state=4, dtype=torch.float64, longest=0.5):
    generator = torch.Generator().manual_seed(length)

    def normal(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    delta = longest * torch.rand(batch, length, dim, generator=generator, dtype=torch.float64)
    A = -torch.arange(1.0, state + 1) * (1 + 0.1 * normal(dim, state).abs())
    u, B, C, D = normal(batch, length, dim), *normal(2, batch, length, state), normal(dim)
    return [x.to(dtype).requires_grad_() for x in (u, delta, A, B, C, D)]


@pytest.fixture(params=[1, 50, 2**18], ids=["8 steps", "10 steps", "all in one"])
def chunks(request, monkeypatch):
    """Chunks of 8 steps, of 10 with the smallest sizes, and of the length as shipped."""
    monkeypatch.setattr(scan, "CHUNK_NUMBERS", request.param)


@pytest.mark.parametrize("length", [1, 2, 8, 9, 16, 37])
def test_values_and_gradients_are_those_of_the_loop(length, chunks):
    inputs = arguments(length=length)
    mine, expected = selective_scan(*inputs), by_a_loop(*inputs)
    torch.testing.assert_close(mine, expected, rtol=1e-11, atol=1e-13)
    cotangent = torch.randn(mine.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for one, other in zip(
        torch.autograd.grad(mine, inputs, cotangent),
        torch.autograd.grad(expected, inputs, cotangent),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("length", [1, 11, 17])
def test_gradients_are_those_of_central_differences(length, chunks):
    assert torch.autograd.gradcheck(selective_scan, arguments(1, length, 2, 2), atol=1e-7, rtol=1e-6)


@pytest.mark.parametrize("which", range(6))
def test_one_argument_alone_may_want_a_gradient(which, chunks):
    inputs = [x.detach() for x in arguments(length=12)]
    inputs[which].requires_grad_()
    assert torch.autograd.gradcheck(selective_scan, inputs, atol=1e-7, rtol=1e-6)


@pytest.mark.parametrize("length", [64, 256, 1024])
def test_float32_is_exact_to_1e_5_where_sums_of_logarithms_are_not(length):
    """At T = 256 exp(−cumsum) overflows in float32; a loop forgets, and stays exact."""
    inputs = arguments(2, length, 8, 16, torch.float32, longest=0.1)
    exact = [x.detach().double().requires_grad_() for x in inputs]
    mine, expected = selective_scan(*inputs), by_a_loop(*exact)
    assert mine.dtype == torch.float32
    torch.testing.assert_close(mine.double(), expected, rtol=1e-5, atol=1e-5)
    cotangent = torch.randn(mine.shape, generator=torch.Generator().manual_seed(1)) / length
    for one, other in zip(
        torch.autograd.grad(mine, inputs, cotangent),
        torch.autograd.grad(expected, exact, cotangent.double()),
        strict=True,
    ):
        torch.testing.assert_close(one.double(), other, rtol=1e-5, atol=1e-5)


def test_extreme_steps_stay_finite():
    u, delta, A, B, C, D = arguments(length=40)
    for size in (0.0, 1e-30, 1e3):  # nothing is written; hardly anything; all is forgotten at once
        steps = torch.full_like(delta, size).requires_grad_()
        y = selective_scan(u, steps, A, B, C, D)
        torch.testing.assert_close(y, by_a_loop(u, steps, A, B, C, D))
        assert all(g.isfinite().all() for g in torch.autograd.grad(y.square().sum(), (u, steps, A, B, C)))


def test_the_arguments_stay_as_they_were_and_need_not_lie_together():
    inputs = arguments(length=20)
    before = [x.detach().clone() for x in inputs]
    turned = [x.detach().transpose(0, -1).contiguous().transpose(0, -1).requires_grad_() for x in inputs]
    y = selective_scan(*turned)
    torch.testing.assert_close(y, selective_scan(*inputs))
    y.sum().backward()
    assert all(
        torch.equal(x, b) and torch.equal(t, b) for x, t, b in zip(inputs, turned, before, strict=True)
    )


def test_memory_between_the_passes_is_one_state_in_eight_and_no_more(monkeypatch):
    monkeypatch.setattr(scan, "CHUNK_NUMBERS", 1)
    kept = []
    inputs = arguments(batch=2, length=160, dim=4, state=16)
    with torch.autograd.graph.saved_tensors_hooks(lambda x: kept.append(x) or x, lambda x: x):
        selective_scan(*inputs)
    states = [x for x in kept if x.shape == (2, 16, 4)]
    assert len(states) == 160 / 8
    assert all(x.untyped_storage().nbytes() == x.nbytes for x in states)  # none keeps its whole chunk alive
    assert all(x.numel() <= max(map(torch.numel, inputs)) for x in kept)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("delta", (2, 5, 1)), ("A", (4, 4)), ("B", (2, 5, 3)), ("C", (5, 4)), ("D", (1,))],
)
def test_a_wrong_shape_is_named(name, shape):
    inputs = dict(zip(("u", "delta", "A", "B", "C", "D"), arguments(), strict=True))
    with pytest.raises(ValueError, match=rf"selective_scan: {name} must be .*, got {re.escape(str(shape))}$"):
        selective_scan(**inputs | {name: torch.zeros(shape)})
