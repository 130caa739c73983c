"""The teaching functions of lecture 08 agree with torch, and with the library's fast paths."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nlm_utils.exercises import get
from nlm_utils.models import Addition, FeedForward, LanguageModel

feed_forward_context = get("feed_forward_context").reference
make_windows = get("make_windows").reference
training_step = get("training_step").reference
clip_by_global_norm = get("clip_by_global_norm").reference


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 7))
def test_windows_hold_the_text_and_the_text_one_step_ahead(ids, length):
    x, y = make_windows(ids, length)
    assert x.shape == y.shape == (max(len(ids) - 1, 0) // length, length)
    assert x.dtype == y.dtype == torch.int64
    assert x.flatten().tolist() == ids[: x.numel()]
    assert y.flatten().tolist() == ids[1 : 1 + x.numel()]


def test_the_window_of_embeddings_is_what_the_feed_forward_composition_reads():
    c = torch.randn(2, 6, 4, dtype=torch.float64)
    composition = FeedForward(4, window=3).double()
    by_hand = composition.out(torch.tanh(composition.hidden(feed_forward_context(c, 3))))
    torch.testing.assert_close(by_hand, composition(c))


def test_the_window_is_torchs_unfold():
    c = torch.randn(3, 7, 5)
    unfolded = nn.functional.unfold(c.transpose(1, 2)[..., None], (4, 1), padding=(3, 0))  # (B, 5·4, 7 + 3)
    expected = unfolded[..., :7].unflatten(1, (5, 4)).permute(0, 3, 2, 1).flatten(2)
    torch.testing.assert_close(feed_forward_context(c, 4), expected)


def test_a_training_step_is_the_models_own_loss_and_one_step_of_the_optimizer():
    x = torch.randint(9, (3, 5), generator=torch.Generator().manual_seed(0))
    y = torch.randint(9, (3, 5), generator=torch.Generator().manual_seed(1))
    y[1, 2:] = -100
    one, other = (LanguageModel(9, 4, Addition(), seed=1) for _ in range(2))
    loss = training_step(one, x, y, torch.optim.SGD(one.parameters(), lr=0.5))
    expected = other.loss(x, y)
    expected.backward()
    assert isinstance(loss, float) and loss == pytest.approx(expected.item(), rel=1e-6)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a.detach(), (b - 0.5 * b.grad).detach())


@pytest.mark.parametrize("max_norm", [0.1, 1.0, 5.0, 1000.0])
def test_clipping_is_torchs(max_norm):
    torch.manual_seed(9)
    grads = [torch.randn(shape, dtype=torch.float64) for shape in [(3, 4), (5,), (1,)]]
    parameters = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad.clone()
    clipped, norm = clip_by_global_norm(grads, max_norm)
    theirs = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    torch.testing.assert_close(norm, theirs, rtol=1e-12, atol=0)
    for ours, parameter in zip(clipped, parameters, strict=True):
        torch.testing.assert_close(ours, parameter.grad, rtol=1e-5, atol=0)  # torch adds 1e-6 to the norm
    length = torch.cat([grad.flatten() for grad in clipped]).norm()
    assert float(length) == pytest.approx(min(max_norm, float(norm)), rel=1e-12)
