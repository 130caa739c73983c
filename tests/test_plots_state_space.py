"""The figures of lecture 12 show the numbers that they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nlm_utils.plots import state_space


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_a_kernel_is_drawn_from_step_0_and_named():
    ax = state_space.kernels({"slow": [1.0, 0.9, 0.81], "fast": [1.0, 0.1, 0.01]}).axes[0]
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [0, 1, 2])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [1.0, 0.1, 0.01])
    assert {text.get_text() for text in ax.texts} == {"slow", "fast"}


def test_names_that_would_overlap_are_moved_apart():
    ax = state_space.kernels({"a": [1.0, 0.5], "b": [0.0, 0.5]}).axes[0]
    heights = [text.xy[1] for text in ax.texts]
    assert abs(heights[0] - heights[1]) > 0.05


def test_growth_has_a_panel_for_each_quantity_on_logarithmic_axes():
    panels = {"work": {"x": [1, 4, 16], "y": [2, 4, 8]}, "room": {"x": [1, 2, 4], "y": [3, 3, 3]}}
    axes = state_space.growth([32, 64, 128], panels).axes
    assert [ax.get_title(loc="left") for ax in axes] == ["work", "room"]
    assert all(ax.get_xscale() == ax.get_yscale() == "log" for ax in axes)
    np.testing.assert_array_equal(axes[0].lines[0].get_ydata(), [1, 4, 16])
    np.testing.assert_array_equal(axes[1].lines[1].get_ydata(), [3, 3, 3])
