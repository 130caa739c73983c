"""The figures of lecture 09: what is left of a gradient after many steps, and what a model knows over a distance.

Plain numbers come in, a figure goes out. Losses over their floors stand in losses.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import INK, PALETTE, PAPER, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
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
    """One line per name over the same distances, each named at its end.

    curves  name -> one number per distance; what is not finite (or, with log_y, not positive) leaves a gap
    guess   (name, level) of a dashed line: what one who does not look pays
    ValueError for curves of another length than distances.
    """
    for name, values in curves.items():
        if len(values) != len(distances):
            raise ValueError(f"over_distance: {name} must have {len(distances)} values, got {len(values)}")
    fig, ax = figure(height=3.4)
    ends: dict[str, tuple[float, float, str]] = {}
    for (name, values), colour in zip(curves.items(), PALETTE, strict=False):
        values = np.asarray(values, dtype=float)
        shown = np.where(np.isfinite(values) & ((values > 0) | (not log_y)), values, np.nan)
        ax.plot(distances, shown, "o-", color=colour, markersize=3)
        last = np.flatnonzero(np.isfinite(shown))
        if len(last):
            ends[name] = distances[last[-1]], float(shown[last[-1]]), colour
    if guess is not None:
        ax.axhline(guess[1], color=INK, linestyle="--", linewidth=1.3)
        ax.annotate(
            guess[0],
            (0, guess[1]),
            (3, 3),
            ("axes fraction", "data"),
            "offset points",
            fontsize=8,
            va="bottom",
        )
    if log_y:
        ax.set_yscale("log")
    else:
        ax.set_ylim(0, None)
    ax.set(xlabel=x_label, ylabel=y_label)
    ax.set_title(title)
    _name(ax, ends, log_y)
    return fig


def _name(ax: Axes, ends: Mapping[str, tuple[float, float, str]], log_y: bool) -> None:
    """Each line's name at its end (place, height, colour), moved down where the one above is too near."""
    low, high = (np.log10(limit) if log_y else limit for limit in ax.get_ylim())
    lowest, gap = np.inf, 0.06 * (high - low)
    for name, (place, height, colour) in sorted(ends.items(), key=lambda item: -item[1][1]):
        lowest = min(np.log10(height) if log_y else height, lowest - gap)
        ax.annotate(
            name, (place, 10**lowest if log_y else lowest), (6, 0), textcoords="offset points", color=colour,
            va="center", fontsize=9, annotation_clip=False,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
        )  # fmt: skip
