"""The figure of lecture 09: what is left of a gradient after many steps, or of what a model knows over a distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .floors import floor_line
from .style import PALETTE, PAPER, figure, spread_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def over_distance(
    distances: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    y_label: str,
    x_label: str = "words between",
    log_y: bool = False,
    guess: tuple[str, float] | None = None,
    title: str = "",
) -> Figure:
    """One line per name over the same distances, each named at the right, level with its end.

    curves  name -> one number per distance; what is not finite (or, with log_y, not positive) leaves a gap
    guess   (name, level) of a dashed line: what one who does not look pays
    ValueError for curves of another length than distances.
    """
    for name, values in curves.items():
        if len(values) != len(distances):
            raise ValueError(f"over_distance: {name} must have {len(distances)} values, got {len(values)}")
    fig, ax = figure(height=3.4)
    ends: dict[str, tuple[float, str]] = {}
    for (name, values), colour in zip(curves.items(), PALETTE, strict=False):
        values = np.asarray(values, dtype=float)
        shown = np.where(np.isfinite(values) & ((values > 0) | (not log_y)), values, np.nan)
        ax.plot(distances, shown, "o-", color=colour, markersize=3)
        last = np.flatnonzero(np.isfinite(shown))
        if len(last):
            ends[name] = shown[last[-1]], colour
    if guess is not None:
        floor_line(ax, guess[1], guess[0])
    if log_y:
        ax.set_yscale("log")
    else:
        ax.set_ylim(0, None)
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.set_title(title)
    spread_labels(ax, ends, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5})
    return fig
