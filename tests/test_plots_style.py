"""Labels keep apart, and a figure is shown with the words for those who do not see it."""

import numpy as np
import pytest

from nlm_utils import plots
from nlm_utils.plots.style import spread_labels


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_labels_that_would_cover_each_other_move_apart_and_the_others_stay(scale):
    fig, ax = plots.figure()
    ax.set(yscale=scale, ylim=(1, 100))
    heights = {"a": 40.0, "c": 40.2, "b": 40.1, "top": 90.0, "nowhere": np.inf}
    spread_labels(ax, {name: (height, "#0072B2") for name, height in heights.items()})
    fig.draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert list(boxes) == ["a", "b", "c", "top"]
    assert boxes["a"].y1 <= boxes["b"].y0 and boxes["b"].y1 <= boxes["c"].y0
    for name in ("b", "top"):
        middle = (boxes[name].y0 + boxes[name].y1) / 2
        assert middle == pytest.approx(ax.transData.transform((0.5, heights[name]))[1], abs=3)


def test_a_figure_is_shown_with_its_alt_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    fig, _ = plots.figure()
    plots.show(fig, alt="An empty frame with two axes and no line.")
    data, metadata = shown[0]._repr_mimebundle_()
    assert data["text/plain"] == "Figure: An empty frame with two axes and no line."
    assert metadata["image/png"]["alt"] == "An empty frame with two axes and no line."
    assert data["image/png"].startswith(b"\x89PNG")


def test_an_alt_text_that_says_nothing_is_refused():
    fig, _ = plots.figure()
    with pytest.raises(ValueError, match="alt must say in words"):
        plots.show(fig, alt="a figure")
