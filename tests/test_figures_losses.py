"""The figures of losses and n-grams: what is drawn is what was given, and floors are dashed."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from nlm_utils.plots import losses, ngrams


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def dashed(ax):
    return [line for line in ax.get_lines() if line.get_linestyle() == "--"]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_loss_bars_take_a_loss_apart():
    ax = losses.loss_bars(["a", "b"], losses=[3.0, 1.9], floors=[2.5, 2.0], entropy_rate=1.0).axes[0]
    pieces = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    expected = [(0, 1), (0, 1), (1, 1.5), (1, 1), (2.5, 0.5), (2, 0)]  # b came out below its floor by chance
    assert np.allclose(pieces, expected)
    assert [line.get_xdata()[0] for line in dashed(ax)] == [1.0]
    assert {"3.00", "1.90"} <= set(texts(ax))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((["a"], [1.0, 2.0], [1.0], 0.5), "one loss and one floor per label"),
        ((["a"], [np.inf], [1.0], 0.5), "finite"),
        ((["a"], [1.0], [0.4], 0.5), "entropy rate"),
    ],
)
def test_loss_bars_refuse(arguments, says):
    with pytest.raises(ValueError, match=says):
        losses.loss_bars(*arguments)


def test_loss_curves_stand_over_their_floors():
    curves = {"n = 1": [3.0, 2.6], "n = 2": [4.0, np.inf]}
    ax = losses.loss_curves([10, 100], curves, {"n = 1": 2.5, "bag of words": 1.5}, 1.0).axes[0]
    drawn = [line for line in ax.get_lines() if line.get_linestyle() == "-"]
    assert [list(line.get_ydata()) for line in drawn] == list(curves.values())
    assert sorted(line.get_ydata()[0] for line in dashed(ax)) == [1.0, 1.5, 2.5]
    assert dashed(ax)[0].get_color() == drawn[0].get_color()
    assert texts(ax) == ["n = 1 (floor 2.50)", "entropy rate 1.00", "bag of words 1.50"]


def test_labels_never_come_closer_than_the_gap():
    places = losses._spread({"a": 1.0, "b": 1.01, "c": 1.02, "d": 5.0}, gap=0.1)
    assert places == pytest.approx({"a": 1.0, "b": 1.1, "c": 1.2, "d": 5.0})


def test_unseen_curves_are_per_cent():
    ax = ngrams.unseen_curves([1, 2, 3], {"small": [0.0, 0.25, 0.5]}).axes[0]
    assert list(ax.get_lines()[0].get_ydata()) == [0, 25, 50]


def test_next_word_bars_show_the_rest_and_no_answer():
    first, second = ngrams.next_word_bars(
        {"a": {"their": 0.7, "her": 0.2, "zoo": 0.1}, "b": {}}, ["their", "ants"]
    ).axes
    assert [bar.get_width() for bar in first.patches] == pytest.approx([0.7, 0.0, 0.3])
    assert not second.patches and texts(second) == ["never seen:\nno answer"]


def test_window_shows_what_the_model_sees():
    top, bottom = ngrams.window(["the", "iPad", "exploded"], 2, {"because": 1.0}, decisive="iPad").axes
    faded = [text.get_text() for text in top.texts if text.get_alpha() < 1]
    assert faded == ["the", "iPad"]
    assert [bar.get_width() for bar in bottom.patches] == [1.0, 0.0]
