"""The figure of lecture 09: what it draws, and what it refuses."""

import numpy as np
import pytest

from nlm_utils.plots.lecture_09 import over_distance


def test_lines_stand_over_the_distances_with_their_names_and_the_guess():
    fig = over_distance(
        [1, 5, 9], {"rnn": [1.0, 2.0, 2.1], "gru": [0.5, np.inf, 1.0]}, "nats", guess=("guess", 2.08)
    )
    ax = fig.axes[0]
    assert list(ax.lines[0].get_ydata()) == [1.0, 2.0, 2.1]
    assert np.isnan(ax.lines[1].get_ydata()[1])
    assert list(ax.lines[2].get_ydata()) == [2.08, 2.08] and ax.lines[2].get_linestyle() == "--"
    assert {text.get_text() for text in ax.texts} == {"rnn", "gru", "guess"}


def test_a_logarithmic_axis_leaves_out_zeros():
    ax = over_distance([1, 2], {"cut": [1.0, 0.0]}, "norm", log_y=True).axes[0]
    assert ax.get_yscale() == "log" and np.isnan(ax.lines[0].get_ydata()[1])


def test_other_lengths_are_refused():
    with pytest.raises(ValueError, match="rnn must have 2 values, got 3"):
        over_distance([1, 2], {"rnn": [1, 2, 3]}, "nats")
