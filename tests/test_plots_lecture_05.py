"""The figures of lecture 05 show the numbers that they were given."""

import numpy as np

from nlm_utils.plots import lecture_05 as figures


def shown(fig) -> list[str]:
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def test_the_table_of_products_shows_every_product_and_column_sums():
    fig = figures.outer_product(["one", "two"], np.array([0.25, -0.25]), np.array([1.0, -0.5, 2.0]))
    texts = shown(fig)
    assert {"0.5000", "−0.1250", "−0.5000", "0.1250"} <= set(texts)
    assert texts.count("0") == 3


def test_bars_of_p_minus_onehot_sum_to_zero():
    fig = figures.p_minus_onehot(["a", "b", "c"], np.array([0.5, 0.3, 0.2]), target=1)
    widths = [patch.get_width() for patch in fig.axes[2].patches]
    np.testing.assert_allclose(widths, [0.5, -0.7, 0.2])


def test_a_run_that_diverged_ends_early_and_is_named():
    runs = {"small": [5.0] * 60, "large": [5.0, 9.0, 400.0]}
    fig = figures.learning_rates(runs, entropy_rate=1.0, untrained=5.5)
    assert "large: diverges" in shown(fig) and "small" in shown(fig)
    assert [len(line.get_xdata()) for line in fig.axes[0].lines[:2]] == [60, 3]


def test_paths_start_and_end_where_they_do():
    path = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.25]])
    axis = np.linspace(-1, 2, 7)
    surface = axis[:, None] ** 2 + axis**2
    fig = figures.descents(axis, axis, surface, {"one": path, "two": path[:2]}, ("a", "b"))
    assert [ax.get_title(loc="left") for ax in fig.axes] == ["one", "two"]
    lowest, drawn = fig.axes[0].lines[:2]
    assert (lowest.get_xdata()[0], lowest.get_ydata()[0]) == (0, 0)
    np.testing.assert_array_equal(drawn.get_xydata(), path)


def test_noise_is_drawn_with_the_slope_of_its_fit():
    sizes = [1, 4, 16]
    fig = figures.gradient_noise(sizes, {"here": [2.0, 1.0, 0.5]}, {"here": -0.5})
    fit, points = fig.axes[0].lines[:2]
    np.testing.assert_allclose(fit.get_ydata(), points.get_ydata())
    assert "here\nslope −0.50" in shown(fig)


def test_errors_and_slopes_are_drawn_as_given():
    eps = np.logspace(-12, -1, 12)
    fig = figures.difference_errors(eps, eps**2 + 1e-16 / eps, eps + 1e-16 / eps)
    np.testing.assert_allclose(fig.axes[0].lines[1].get_ydata(), eps**2 + 1e-16 / eps)
    values = np.linspace(-1, 1, 21)
    fig = figures.slope_of_one_parameter(values, values**2, here=0.5, slope=1.0, name="w")
    np.testing.assert_allclose(fig.axes[0].lines[1].get_ydata(), 0.25 + values - 0.5)
    assert "slope 1.0000" in shown(fig)


def test_the_steepest_direction_is_marked():
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
