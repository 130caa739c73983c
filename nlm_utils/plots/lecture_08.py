"""The figure of lecture 08: how much of what a model writes belongs to the language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .style import BLUE, INK, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def share_bars(
    labels: Sequence[str], shares: Sequence[float], different: Sequence[float], title: str = ""
) -> Figure:
    """One bar per way of drawing, from 0 to 100 %: the share of drawn sentences that the language has.

    labels, shares, different  one each: `different` is the share of the drawn sentences that are not repeats, a dark
    mark on the same row. ValueError for unequal lengths and for what is no share.
    """
    if not len(labels) == len(shares) == len(different):
        raise ValueError(
            "share_bars: one share and one share of different sentences per label expected, got "
            f"{len(labels)} labels, {len(shares)} and {len(different)}"
        )
    if not all(0 <= share <= 1 for share in [*shares, *different]):
        raise ValueError(f"share_bars: shares lie in [0, 1], got {[*shares, *different]}")
    fig, ax = figure(height=1.1 + 0.36 * len(labels))
    rows = range(len(labels))
    ax.barh(rows, [100 * share for share in shares], color=BLUE, height=0.6)
    ax.vlines(
        [100 * share for share in different], [r - 0.4 for r in rows], [r + 0.4 for r in rows], color=INK
    )
    for row, share in zip(rows, shares, strict=True):
        ax.text(
            1.5, row, f"{100 * share:.0f} %", va="center", color="white" if share > 0.1 else INK, fontsize=9
        )
    ax.set_yticks(rows, labels)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 102)
    ax.set_xlabel("% of the drawn sentences: bar, in Campus; dark mark, different")
    ax.set_title(title)
    return fig
