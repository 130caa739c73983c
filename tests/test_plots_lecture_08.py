"""The figure of lecture 08: what they draw, and what they refuse."""

import pytest

from nlm_utils.plots.lecture_08 import share_bars


def test_share_bars_draw_both_shares_in_the_order_of_the_labels():
    fig = share_bars(["as it is", "k = 1"], [0.25, 1.0], [0.9, 0.01], title="drawn")
    ax = fig.axes[0]
    assert [bar.get_width() for bar in ax.patches] == [25, 100]
    assert [text.get_text() for text in ax.texts] == ["25 %", "100 %"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["as it is", "k = 1"]
    assert [path.vertices[0, 0] for path in ax.collections[0].get_paths()] == [90, 1]


@pytest.mark.parametrize(
    ("shares", "words"), [([0.5], "got 2 labels, 1 and 2"), ([0.5, 50], r"lie in \[0, 1\]")]
)
def test_share_bars_refuse_what_is_no_share(shares, words):
    with pytest.raises(ValueError, match=words):
        share_bars(["a", "b"], shares, [0.1, 0.2])
