"""The additive model by hand: its loss and its gradient, against nudging, torch, and one prefix at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from nlm_utils import additive, functional, text
from nlm_utils.exercises import lecture_05
from nlm_utils.plots import gradients as figures

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
    assert additive.loss_and_gradient(E, W, INPUTS, TARGETS)[0] == pytest.approx(
        np.mean(one_by_one), abs=1e-12
    )


def test_the_gradient_is_the_mean_of_the_exercises_gradients(parameters):
    E, W = parameters
    pairs = [lecture_05.grad_additive_nlm(E, W, ids, target) for ids, target in prefixes_and_targets()]
    _, dE, dW = additive.loss_and_gradient(E, W, INPUTS, TARGETS)
    np.testing.assert_allclose(dE, np.mean([pair[0] for pair in pairs], axis=0), atol=1e-12)
    np.testing.assert_allclose(dW, np.mean([pair[1] for pair in pairs], axis=0), atol=1e-12)


def test_the_gradient_is_what_nudging_finds(parameters):
    E, W = parameters
    _, dE, dW = additive.loss_and_gradient(E, W, INPUTS, TARGETS)
    nudged_E = lecture_05.numerical_gradient(
        lambda E: additive.loss_and_gradient(E, W, INPUTS, TARGETS)[0], E
    )
    nudged_W = lecture_05.numerical_gradient(
        lambda W: additive.loss_and_gradient(E, W, INPUTS, TARGETS)[0], W
    )
    np.testing.assert_allclose(dE, nudged_E, atol=1e-8)
    np.testing.assert_allclose(dW, nudged_W, atol=1e-8)


def test_loss_and_gradient_are_torchs(parameters):
    E, W = (torch.tensor(array, requires_grad=True) for array in parameters)
    t = torch.cumsum(E[torch.tensor(INPUTS)], dim=1) @ W.T
    loss = F.cross_entropy(t.reshape(-1, V), torch.tensor(TARGETS).reshape(-1))
    loss.backward()
    ours, dE, dW = additive.loss_and_gradient(*parameters, INPUTS, TARGETS)
    assert ours == pytest.approx(loss.item(), abs=1e-12)
    np.testing.assert_allclose(dE, E.grad.numpy(), atol=1e-12)
    np.testing.assert_allclose(dW, W.grad.numpy(), atol=1e-12)


def test_nothing_is_changed_and_padding_does_not_count(parameters):
    E, W = parameters
    before = E.copy(), W.copy(), INPUTS.copy(), TARGETS.copy()
    result = additive.loss_and_gradient(E, W, INPUTS, TARGETS)
    for array, old in zip((E, W, INPUTS, TARGETS), before, strict=True):
        np.testing.assert_array_equal(array, old)
    longer = np.pad(INPUTS, ((0, 0), (0, 2)), constant_values=6)
    more = additive.loss_and_gradient(E, W, longer, np.pad(TARGETS, ((0, 0), (0, 2)), constant_values=-100))
    assert result[0] == pytest.approx(more[0], abs=1e-12)
    np.testing.assert_allclose(result[1], more[1], atol=1e-12)
    np.testing.assert_allclose(result[2], more[2], atol=1e-12)


def test_distributions_are_the_models_answers_in_reading_order(parameters):
    E, W = parameters
    q = additive.distributions(E, W, INPUTS, TARGETS)
    expected = [functional.next_word_distribution(E, W, ids) for ids, _ in prefixes_and_targets()]
    np.testing.assert_allclose(q, expected, atol=1e-12)


def test_large_logits_stay_finite(parameters):
    E, W = (1000 * array for array in parameters)
    for result in additive.loss_and_gradient(E, W, INPUTS, TARGETS):
        assert np.isfinite(result).all()


# --- the figures show the numbers they were given ------------------------------------------------------------


@pytest.fixture
def closed_figures():
    import matplotlib.pyplot as plt

    yield
    plt.close("all")


def shown(fig) -> list[str]:
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def test_the_table_of_products_shows_every_product_and_column_sums(closed_figures):
    fig = figures.outer_product(["one", "two"], np.array([0.25, -0.25]), np.array([1.0, -0.5, 2.0]))
    texts = shown(fig)
    assert {"0.5000", "−0.1250", "−0.5000", "0.1250"} <= set(texts)
    assert texts.count("0") == 3


def test_bars_of_p_minus_onehot_sum_to_zero(closed_figures):
    fig = figures.p_minus_onehot(["a", "b", "c"], np.array([0.5, 0.3, 0.2]), target=1)
    widths = [patch.get_width() for patch in fig.axes[2].patches]
    np.testing.assert_allclose(widths, [0.5, -0.7, 0.2])


def test_a_run_that_diverged_ends_early_and_is_named(closed_figures):
    runs = {"small": [5.0] * 60, "large": [5.0, 9.0, 400.0]}
    fig = figures.learning_rates(runs, entropy_rate=1.0, untrained=5.5)
    assert "large: diverges" in shown(fig) and "small" in shown(fig)
    assert [len(line.get_xdata()) for line in fig.axes[0].lines[:2]] == [60, 3]


def test_paths_start_and_end_where_they_do(closed_figures):
    path = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.25]])
    axis = np.linspace(-1, 2, 7)
    surface = axis[:, None] ** 2 + axis**2
    fig = figures.descents(axis, axis, surface, {"one": path, "two": path[:2]}, ("a", "b"))
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["one", "two"]
    lowest, drawn = fig.axes[0].lines[:2]
    assert (lowest.get_xdata()[0], lowest.get_ydata()[0]) == (0, 0)
    np.testing.assert_array_equal(drawn.get_xydata(), path)


def test_noise_is_drawn_with_the_slope_of_its_fit(closed_figures):
    sizes = [1, 4, 16]
    fig = figures.gradient_noise(sizes, {"here": [2.0, 1.0, 0.5]}, {"here": -0.5})
    fit, points = fig.axes[0].lines[:2]
    np.testing.assert_allclose(fit.get_ydata(), points.get_ydata())
    assert "here\nslope −0.50" in shown(fig)


def test_errors_and_slopes_are_drawn_as_given(closed_figures):
    eps = np.logspace(-12, -1, 12)
    fig = figures.difference_errors(eps, eps**2 + 1e-16 / eps, eps + 1e-16 / eps)
    np.testing.assert_allclose(fig.axes[0].lines[1].get_ydata(), eps**2 + 1e-16 / eps)
    values = np.linspace(-1, 1, 21)
    fig = figures.slope_of_one_parameter(values, values**2, here=0.5, slope=1.0, name="w")
    np.testing.assert_allclose(fig.axes[0].lines[1].get_ydata(), 0.25 + values - 0.5)
    assert "slope 1.0000" in shown(fig)


def test_the_steepest_direction_is_marked(closed_figures):
    axis = np.linspace(-2, 2, 9)
    degrees = np.arange(-180, 181)
    grad = np.array([3.0, 4.0])
    rises = 5 * np.cos(np.radians(degrees))
    fig = figures.steepest_ascent(
        axis, axis, axis[:, None] ** 2 + axis**2, np.zeros(2), grad, degrees, rises, ("a", "b")
    )
    marked = fig.axes[1].lines[2]
    np.testing.assert_allclose(marked.get_ydata(), [-5, 5, -5])
    assert {"uphill: dL/dθ", "downhill"} <= set(shown(fig))
