"""The figures of lecture 10: what they draw, and what they refuse."""

import numpy as np
import pytest

from nlm_utils.plots.lecture_10 import attention_maps, weight_curves


def test_maps_show_one_panel_per_head_with_words_on_both_sides():
    weights = np.arange(3 * 4 * 4).reshape(3, 4, 4) / 48
    fig = attention_maps(weights, ["anna", "met", "otto", "."], marked=(2, 0))
    shown = [ax for ax in fig.axes if ax.get_visible()]
    assert len(shown) == 3
    for head, ax in enumerate(shown):
        assert np.array_equal(ax.images[0].get_array(), weights[head])
        assert ax.lines[0].get_xydata().tolist() == [[0, 2]]
    assert [label.get_text() for label in shown[0].get_yticklabels()] == ["anna", "met", "otto", "."]


def test_maps_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"\(heads, 2, 2\), got \(2, 3, 3\)"):
        attention_maps(np.zeros((2, 3, 3)), ["a", "b"])


def test_weights_are_sorted():
    fig = weight_curves([("as it is", np.array([0.2, 0.7, 0.1]))])
    assert [bar.get_height() for bar in fig.axes[0].patches] == [0.7, 0.2, 0.1]
