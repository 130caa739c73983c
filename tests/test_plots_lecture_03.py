"""The figures of lecture 03 show the numbers and shapes that they were given."""

import numpy as np
from scipy import special

from nlm_utils.plots import lecture_03 as figures

WORDS = ["books", "cars", "laptops", "zoo"]
T4 = np.array([1.8, -1.9, 2.9, -0.9])


def bar_lengths(ax):
    return [bar.get_width() for bar in ax.patches]


def test_softmax_steps_draws_logits_exponentials_and_probabilities():
    fig = figures.softmax_steps(WORDS, T4)
    drawn = [bar_lengths(ax) for ax in fig.axes]
    np.testing.assert_allclose(drawn, [T4, np.exp(T4), special.softmax(T4)])


def test_temperature_figures_draw_what_they_are_given():
    rows = {"T = 1": special.softmax(T4), "T = 2": special.softmax(T4 / 2)}
    fig = figures.temperature_bars(WORDS, rows)
    np.testing.assert_allclose([bar_lengths(ax) for ax in fig.axes], list(rows.values()))
    temperatures = np.array([0.5, 1.0, 2.0])
    p = special.softmax(T4 / temperatures[:, None], axis=-1)
    fig = figures.temperature_curves(WORDS, temperatures, p)
    drawn = np.array([line.get_ydata() for line in fig.axes[0].lines[:4]])
    np.testing.assert_allclose(drawn, p.T)


def test_the_forward_pass_shows_every_number_and_shape():
    rng = np.random.default_rng(1)
    E, W = rng.normal(size=(2, 5, 2)).round(2)
    ids = [0, 3, 1, 3]
    words = ["a", "b", "c", "d", "e"]
    t = W @ E[ids].sum(axis=0)
    fig = figures.forward_pass([words[i] for i in ids], words, E, W, E[ids], t)
    written = [text.get_text().replace("−", "-") for text in fig.axes[0].texts]
    for shape in ["(5, 2)", "(4, 2)", "(2,)", "(5,)"]:
        assert any(shape in text for text in written), shape
    for value in [*E[ids].ravel(), *t]:
        assert any(_is_number(text) and abs(float(text) - value) < 0.0051 for text in written), value


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_no_line_of_the_floors_runs_through_a_name():
    fig = figures.floor_levels(
        {"lowest of all": 1.056, "the third": 1.295, "in between": 1.177, "last": 1.693}
    )
    fig.canvas.draw()
    ax = fig.axes[0]
    for line in ax.lines:
        (x, _), (_, top) = ax.transData.transform(line.get_xydata())
        for name in ax.texts:
            box = name.get_window_extent()
            assert not (box.x0 < x < box.x1 and top > box.y0), name.get_text()


def test_floors_and_distributions_are_drawn_to_scale():
    levels = {"entropy rate": 1.0, "order-blind floor": 1.2}
    lines = figures.floor_levels(levels).axes[0].lines
    assert [line.get_xdata()[0] for line in lines] == [1.0, 1.2]
    assert {line.get_linestyle() for line in lines} == {"--"}
    fig = figures.same_words_other_order(
        ["red", "blue"], {"one": {"red": 1.0}, "two": {"blue": 0.6, "red": 0.4}}
    )
    assert [label.get_text() for label in fig.axes[0].get_yticklabels()] == ["red", "blue"]
    np.testing.assert_allclose([bar_lengths(ax) for ax in fig.axes], [[1.0, 0.0], [0.4, 0.6]])
