"""The figures of lecture 12: kernels of a linear recurrence, what a selective one takes in, how costs grow.

Plain numbers come in, a figure goes out; what is trained or counted lives elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREY, INK, ORANGE, PALETTE, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def kernels(curves: Mapping[str, Sequence[float]], title: str = "") -> Figure:
    """How strongly an input still counts k steps later: name -> K_0, K_1, …; each named where it is still high."""
    fig, ax = figure(height=3.2)
    for colour, (_name, values) in zip(PALETTE, curves.items(), strict=False):
        ax.plot(range(len(values)), values, color=colour, marker="o", markersize=3)
    _names_at_the_end(ax, {name: float(values[-1]) for name, values in curves.items()})
    ax.set_xlabel("steps since the input, k")
    ax.set_ylabel("$K_k$")
    ax.set_title(title)
    return fig


def taken_in(
    symbols: Sequence[str], rows: Mapping[str, Sequence[float]], marked: Sequence[int] = ()
) -> Figure:
    """One sequence, symbol by symbol, and how large the step Δ is at each: one panel for each model.

    symbols  what stands at each place
    rows     name -> one number for each place
    marked   the places that should be remembered, drawn in another colour
    """
    fig, axes = figure(len(rows), 1, height=0.9 + 1.25 * len(rows), sharex=True, squeeze=False)
    for ax, (name, values) in zip(axes[:, 0], rows.items(), strict=True):
        colours = [ORANGE if place in marked else BLUE for place in range(len(symbols))]
        ax.bar(range(len(symbols)), values, color=colours, width=0.7)
        ax.set_title(name)
        ax.set_ylabel("mean step Δ")
        ax.set_ylim(0, 1.15 * max(values))
    axes[-1, 0].set_xticks(range(len(symbols)), symbols)
    axes[-1, 0].tick_params(axis="x", length=0, labelcolor=INK)
    return fig


def growth(
    lengths: Sequence[int],
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    x_label: str = "length of the text, T",
) -> Figure:
    """What grows with the length of the text, on logarithmic axes: a line is a power, and its slope the power.

    panels  label of the vertical axis -> name of a curve -> one number for each length
    """
    fig, axes = figure(1, len(panels), height=3.2, squeeze=False)
    for ax, (label, curves) in zip(axes[0], panels.items(), strict=True):
        ax.set_xscale("log", base=2)
        ax.set_yscale("log")
        for colour, (_name, values) in zip(PALETTE, curves.items(), strict=False):
            ax.plot(lengths, values, color=colour, marker="o", markersize=3.5)
        _names_at_the_end(ax, {name: float(values[-1]) for name, values in curves.items()}, inside=True)
        ax.set_xticks(list(lengths)[::2], [f"{length:,}".replace(",", " ") for length in list(lengths)[::2]])
        ax.tick_params(labelsize=8)
        ax.set_xlabel(x_label)
        ax.set_title(label)
        ax.tick_params(which="minor", labelcolor=GREY, labelsize=7)
    return fig


def _names_at_the_end(ax: Axes, ends: Mapping[str, float], inside: bool = False) -> None:
    """Each name at the height of its curve's last point, moved up where two are too close."""
    log = ax.get_yscale() == "log"
    low, high = np.log10(ax.get_ylim()) if log else ax.get_ylim()
    lowest, gap = -np.inf, 0.075 * (high - low)
    colours = dict(zip(ends, PALETTE, strict=False))
    for name, end in sorted(ends.items(), key=lambda item: item[1]):
        lowest = max(np.log10(end) if log else end, lowest + gap)
        ax.annotate(
            name, (1, 10**lowest if log else lowest), (-2 if inside else 5, 4 if inside else 0),
            ("axes fraction", "data"), "offset points", color=colours[name], fontsize=9,
            ha="right" if inside else "left", va="bottom" if inside else "center", annotation_clip=False,
        )  # fmt: skip
