"""The figures of lecture 01 show the numbers and words that they were given."""

import pytest

from nlm_utils.plots import lecture_01 as figures


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_unseen_curves_are_per_cent():
    ax = figures.unseen_curves([1, 2, 3], {"small": [0.0, 0.25, 0.5]}).axes[0]
    assert list(ax.get_lines()[0].get_ydata()) == [0, 25, 50]


def test_next_word_bars_show_the_rest_and_no_answer():
    first, second = figures.next_word_bars(
        {"a": {"their": 0.7, "her": 0.2, "zoo": 0.1}, "b": {}}, ["their", "ants"]
    ).axes
    assert [bar.get_width() for bar in first.patches] == pytest.approx([0.7, 0.0, 0.3])
    assert not second.patches and texts(second) == ["never seen:\nno answer"]


def test_window_shows_what_the_model_sees():
    top, bottom = figures.window(["the", "iPad", "exploded"], 2, {"because": 1.0}, decisive="iPad").axes
    faded = [text.get_text() for text in top.texts if text.get_alpha() < 1]
    assert faded == ["the", "iPad"]
    assert [bar.get_width() for bar in bottom.patches] == [1.0, 0.0]
