"""The figures of lecture 12: kernels of a linear recurrence, what a memory recalls, how costs grow with the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .style import GREY, PALETTE, figure, spread_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def kernels(curves: Mapping[str, Sequence[float]], title: str = "") -> Figure:
    """How strongly an input still counts k steps later: name -> K_0, K_1, …; each named at its end."""
    fig, ax = figure(height=3.2)
    ends = {}
    for colour, (name, values) in zip(PALETTE, curves.items(), strict=False):
        ax.plot(range(len(values)), values, color=colour, marker="o", markersize=3)
        ends[name] = values[-1], colour
    spread_labels(ax, ends)
    ax.set_xlabel("steps since the input, k")
    ax.set_ylabel("$K_k$")
    ax.set_title(title)
    return fig


def recall(
    distances: Sequence[int], curves: Mapping[str, Sequence[float]], guess: float, window: int
) -> Figure:
    """Share of right answers over a distance in the text: name -> one share for each distance, in %.

    guess   the share that is right by chance, dashed
    window  the last distance that a convolution sees; the background is grey up to there
    """
    fig, ax = figure(height=3.0)
    ax.axvspan(distances[0] - 0.5, window + 0.5, color=GREY, alpha=0.12, linewidth=0)
    ax.text(
        (distances[0] - 0.5 + window + 0.5) / 2,
        4,
        "in sight of the convolution",
        ha="center",
        fontsize=8,
        color=GREY,
    )
    ends = {}
    for colour, (name, values) in zip(PALETTE, curves.items(), strict=False):
        ax.plot(distances, [100 * value for value in values], color=colour, marker="o", markersize=4)
        ends[name] = 100 * values[-1], colour
    ax.axhline(100 * guess, color=GREY, linestyle="--", linewidth=1.2)
    ax.set_xlim(distances[0] - 0.5, distances[-1] + 0.5)
    ax.set_ylim(0, 106)
    spread_labels(ax, ends)
    ax.annotate(
        "a guess",
        (window + 0.6, 100 * guess),
        (0, -4),
        textcoords="offset points",
        va="top",
        fontsize=8,
        color=GREY,
    )
    ax.set_xlabel("places since the second letter")
    ax.set_ylabel("first letter right, %")
    return fig


def growth(
    lengths: Sequence[int],
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    x_label: str = "length of the text, T",
) -> Figure:
    """What grows with the length of the text, on logarithmic axes: a line is a power, and its slope the power.

    panels  title of a panel -> name of a curve -> one number for each length; the same names in all panels
    """
    fig, axes = figure(1, len(panels), height=3.2, squeeze=False)
    for ax, (title, curves) in zip(axes[0], panels.items(), strict=True):
        ax.set_xscale("log", base=2)
        ax.set_yscale("log")
        for row, (colour, (name, values)) in enumerate(zip(PALETTE, curves.items(), strict=False)):
            ax.plot(lengths, values, color=colour, marker="o", markersize=3.5)
            ax.text(0.04, 0.95 - 0.08 * row, name, color=colour, transform=ax.transAxes, va="top", fontsize=9)
        ax.set_xticks(list(lengths)[::2], [f"{length:,}".replace(",", " ") for length in list(lengths)[::2]])
        ax.tick_params(labelsize=8)
        ax.set_xlabel(x_label)
        ax.set_title(title)
    return fig
