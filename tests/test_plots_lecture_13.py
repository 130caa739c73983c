"""The figures of lecture 13 show the numbers that they are given."""

import numpy as np
import pytest

from nlm_utils.plots import lecture_13 as figures


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_the_board_has_the_best_on_top_and_a_dot_for_each_seed():
    fig = figures.board(
        {"b": [2.0, 2.2], "a": [1.5, 1.6, 1.7], "far": [9.0]}, counted=["far"], floor=1.0, limit=3.0
    )
    ax = fig.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "far"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_array_equal(dots[0].get_xdata(), [1.5, 1.6, 1.7])
    np.testing.assert_array_equal(dots[1].get_xdata(), [2.0, 2.2])
    assert len(dots) == 2 and "9.00 →" in words(ax) and "entropy rate 1.000" in words(ax)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # row 0 is the highest


def test_the_races_write_every_distance_and_mark_the_best():
    fig = figures.races({"one": {"a": 0.0, "b": 0.5}, "two, words": {"a": 0.125, "b": 0.0}})
    ax = fig.axes[0]
    assert words(ax) == ["best", "0.12", "0.50", "best"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_a_line_of_a_power_law_has_the_slope_that_is_given():
    points = [(10.0, 1.0), (10.0, 1.2), (1000.0, 0.1)]
    fig = figures.power_laws({"tokens": {"gap": points}}, {("tokens", "gap"): -0.5})
    ax = fig.axes[0]
    drawn, line = ax.lines
    assert len(drawn.get_xdata()) == 3
    x, y = np.log(line.get_xdata()), np.log(line.get_ydata())
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(-0.5)
    assert words(ax) == ["gap: slope -0.50"]
    assert ax.get_xscale() == ax.get_yscale() == "log"
