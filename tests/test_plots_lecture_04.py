"""The figures of lecture 04 show the numbers that they were given."""

import numpy as np
import pytest

from nlm_utils.plots import lecture_04 as figures


def test_surprises_stand_on_the_curve():
    ax = figures.surprise_curve({"books": 0.25, "zoo": 0.02}).axes[0]
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines[1:]]
    np.testing.assert_allclose(points, [(0.25, np.log(4)), (0.02, np.log(50))])


def test_the_belief_curve_is_lowest_at_the_truth_and_touches_the_entropy():
    ax = figures.belief_curve(truth=0.25, belief=0.6).axes[0]
    q, cost = ax.lines[0].get_data()
    floor = ax.lines[1].get_ydata()[0]
    assert q[np.argmin(cost)] == pytest.approx(0.25, abs=0.005)
    assert floor <= cost.min() < floor + 1e-4
    assert np.diff(ax.lines[2].get_ydata())[0] == pytest.approx(0.2526, abs=1e-4)  # KL, worked out by hand


def test_bars_are_entropy_and_then_divergence():
    ax = figures.entropy_and_divergence_bars([("the students …", 2.0, 0.5), ("so …", -0.0, 3.0)]).axes[0]
    pieces = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    np.testing.assert_allclose(pieces, [(0, 2.0), (2.0, 0.5), (0, 0.0), (0, 3.0)])
    assert "0.00 + 3.00 = 3.00" in [text.get_text() for text in ax.texts]


def test_no_column_of_losses_crosses_the_floor():
    losses = np.random.default_rng(0).normal(1.05, 0.02, 300)
    ax = figures.losses_below_the_floor(losses, floor=1.056, sentences_each=50).axes[0]
    below = sum(bar.get_height() for bar in ax.patches if bar.get_x() + bar.get_width() <= 1.056 + 1e-9)
    assert below == (losses < 1.056).sum()
    assert sum(bar.get_height() for bar in ax.patches) == 300


def test_accuracy_and_loss_stand_side_by_side_over_a_dashed_floor():
    left, right = figures.accuracy_and_loss([0.5, 1, 2], [0.4, 0.4, 0.4], [2.0, 1.8, 2.1], floor=1.06).axes
    np.testing.assert_allclose(left.lines[0].get_ydata(), [40, 40, 40])
    np.testing.assert_allclose(right.lines[0].get_ydata(), [2.0, 1.8, 2.1])
    assert (right.lines[1].get_ydata()[0], right.lines[1].get_linestyle()) == (1.06, "--")
