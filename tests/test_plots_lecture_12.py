"""The figures of lecture 12 show the numbers that they are given."""

import numpy as np

from nlm_utils.plots import lecture_12 as figures


def test_a_kernel_is_drawn_from_step_0_and_named():
    ax = figures.kernels({"slow": [1.0, 0.9, 0.81], "fast": [1.0, 0.1, 0.01]}).axes[0]
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [0, 1, 2])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [1.0, 0.1, 0.01])
    assert {text.get_text() for text in ax.texts} == {"slow", "fast"}


def test_recall_is_in_percent_over_a_guess_and_a_window():
    ax = figures.recall(range(1, 5), {"fixed": [1.0, 0.9, 0.3, 0.25], "free": [1.0] * 4}, 0.25, 2).axes[0]
    fixed, free, guess = ax.lines
    np.testing.assert_array_equal(fixed.get_xydata(), [[1, 100], [2, 90], [3, 30], [4, 25]])
    np.testing.assert_array_equal(free.get_ydata(), [100] * 4)
    assert guess.get_linestyle() == "--" and set(guess.get_ydata()) == {25}
    assert ax.patches[0].get_x() + ax.patches[0].get_width() == 2.5
    assert {"fixed", "free", "a guess"} <= {text.get_text() for text in ax.texts}


def test_growth_has_a_panel_for_each_quantity_on_logarithmic_axes():
    panels = {"work": {"x": [1, 4, 16], "y": [2, 4, 8]}, "room": {"x": [1, 2, 4], "y": [3, 3, 3]}}
    axes = figures.growth([32, 64, 128], panels).axes
    assert [ax.get_title(loc="left") for ax in axes] == ["work", "room"]
    assert all(ax.get_xscale() == ax.get_yscale() == "log" for ax in axes)
    np.testing.assert_array_equal(axes[0].lines[0].get_ydata(), [1, 4, 16])
    np.testing.assert_array_equal(axes[1].lines[1].get_ydata(), [3, 3, 3])
