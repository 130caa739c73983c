"""The additive model by hand: its loss and its gradient, against nudging, torch, and one prefix at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nlm_utils import additive_numpy, functional, text
from nlm_utils.exercises import get

grad_additive_nlm = get("grad_additive_nlm").reference
numerical_gradient = get("numerical_gradient").reference

V, D = 7, 3
INPUTS = np.array([[0, 3, 5, 3], [0, 6, 0, 0], [0, 0, 0, 0]])  # a repeated word; rows of 4, 2 and 1 tokens
TARGETS = np.array([[3, 5, 3, 2], [6, 1, -100, -100], [4, -100, -100, -100]])


@pytest.fixture
def parameters():
    E, W = np.random.default_rng(5).normal(0, 0.8, (2, V, D))
    return E, W


def prefixes_and_targets():
    """The 7 examples of the batch, one by one."""
    for row, wanted in zip(INPUTS, TARGETS, strict=True):
        for length, target in enumerate(wanted, start=1):
            if target != text.PADDING:
                yield row[:length], target


def test_the_loss_is_the_mean_over_all_prefixes_one_at_a_time(parameters):
    E, W = parameters
    one_by_one = [
        functional.negative_log_likelihood(functional.next_word_distribution(E, W, ids), target)
        for ids, target in prefixes_and_targets()
    ]
    assert additive_numpy.loss_and_gradient(E, W, INPUTS, TARGETS)[0] == pytest.approx(
        np.mean(one_by_one), abs=1e-12
    )


def test_the_gradient_is_the_mean_of_the_exercises_gradients(parameters):
    E, W = parameters
    pairs = [grad_additive_nlm(E, W, ids, target) for ids, target in prefixes_and_targets()]
    _, dE, dW = additive_numpy.loss_and_gradient(E, W, INPUTS, TARGETS)
    np.testing.assert_allclose(dE, np.mean([pair[0] for pair in pairs], axis=0), atol=1e-12)
    np.testing.assert_allclose(dW, np.mean([pair[1] for pair in pairs], axis=0), atol=1e-12)


def test_the_gradient_is_what_nudging_finds(parameters):
    E, W = parameters
    _, dE, dW = additive_numpy.loss_and_gradient(E, W, INPUTS, TARGETS)
    nudged_E = numerical_gradient(lambda E: additive_numpy.loss_and_gradient(E, W, INPUTS, TARGETS)[0], E)
    nudged_W = numerical_gradient(lambda W: additive_numpy.loss_and_gradient(E, W, INPUTS, TARGETS)[0], W)
    np.testing.assert_allclose(dE, nudged_E, atol=1e-8)
    np.testing.assert_allclose(dW, nudged_W, atol=1e-8)


def test_loss_and_gradient_are_torchs(parameters):
    E, W = (torch.tensor(array, requires_grad=True) for array in parameters)
    t = torch.cumsum(E[torch.tensor(INPUTS)], dim=1) @ W.T
    loss = F.cross_entropy(t.reshape(-1, V), torch.tensor(TARGETS).reshape(-1))
    loss.backward()
    ours, dE, dW = additive_numpy.loss_and_gradient(*parameters, INPUTS, TARGETS)
    assert ours == pytest.approx(loss.item(), abs=1e-12)
    np.testing.assert_allclose(dE, E.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(dW, W.grad.numpy(), atol=1e-12)


def test_nothing_is_changed_and_padding_does_not_count(parameters):
    E, W = parameters
    before = E.copy(), W.copy(), INPUTS.copy(), TARGETS.copy()
    result = additive_numpy.loss_and_gradient(E, W, INPUTS, TARGETS)
    for array, old in zip((E, W, INPUTS, TARGETS), before, strict=True):
        np.testing.assert_array_equal(array, old)
    longer = np.pad(INPUTS, ((0, 0), (0, 2)), constant_values=6)
    more = additive_numpy.loss_and_gradient(
        E, W, longer, np.pad(TARGETS, ((0, 0), (0, 2)), constant_values=-100)
    )
    assert result[0] == pytest.approx(more[0], abs=1e-12)
    np.testing.assert_allclose(result[1], more[1], atol=1e-12)
    np.testing.assert_allclose(result[2], more[2], atol=1e-12)


def test_distributions_are_the_models_answers_in_reading_order(parameters):
    E, W = parameters
    q = additive_numpy.distributions(E, W, INPUTS, TARGETS)
    expected = [functional.next_word_distribution(E, W, ids) for ids, _ in prefixes_and_targets()]
    np.testing.assert_allclose(q, expected, atol=1e-12)


def test_large_logits_stay_finite(parameters):
    E, W = (1000 * array for array in parameters)
    for result in additive_numpy.loss_and_gradient(E, W, INPUTS, TARGETS):
        assert np.isfinite(result).all()
