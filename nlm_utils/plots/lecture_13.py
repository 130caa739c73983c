"""The figures of lecture 13: leaderboards, the same race on several texts, losses that fall like a power.

The runs are those of benchmarks/shoot_out.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREY, INK, ORANGE, PALETTE, PAPER, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def board(
    losses: Mapping[str, Sequence[float]],
    counted: Sequence[str] = (),
    floor: float | None = None,
    limit: float | None = None,
    title: str = "",
    kinds: tuple[str, str] = ("composed", "counted"),
) -> Figure:
    """A leaderboard: one row per model, the best on top, one dot per seed.

    losses   name -> nats per token, one for each seed
    counted  names that are drawn in another colour; `kinds` says what the two colours stand for
    floor    the entropy rate, a dashed line
    limit    where the axis ends; a mean that lies beyond is written at the edge
    """
    order = sorted(losses, key=lambda name: np.mean(losses[name]))
    fig, ax = figure(height=0.9 + 0.27 * len(order))
    right = limit or 1.05 * max(max(values) for values in losses.values())
    for row, name in enumerate(order):
        values = np.asarray(losses[name], dtype=float)
        colour = ORANGE if name in counted else BLUE
        if values.mean() > right:
            ax.annotate(
                f"{values.mean():.2f} →", (right, row), ha="right", va="center", color=INK, fontsize=9
            )
            continue
        ax.hlines(row, values.min(), values.max(), color=colour, linewidth=1.5)
        ax.plot(values, [row] * len(values), "o", color=colour, markersize=5, alpha=0.8)
        ax.annotate(
            f"{values.mean():.3f}",
            (values.max(), row),
            (7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    if floor is not None:
        ax.axvline(floor, color=INK, linestyle="--", linewidth=1.4)
        ax.annotate(
            f"entropy rate {floor:.3f}", (floor, -0.9), (4, 0), textcoords="offset points", fontsize=8
        )
    lowest = min(min(values) for values in losses.values())
    left = lowest if floor is None else floor
    ax.set_xlim(left - 0.04 * (right - left), right + 0.06 * (right - left))
    ax.set_ylim(len(order) - 0.4, -1.2)
    ax.set_yticks(range(len(order)), order)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.set_xlabel("nats per token, held out")
    ax.set_title(title, pad=18)
    for place, kind, colour in zip((0.0, 0.22), kinds, (BLUE, "#8a5a00"), strict=True):
        if counted:
            ax.text(place, 1.01, f"● {kind}", color=colour, transform=ax.transAxes, fontsize=9, va="bottom")
    return fig


def races(behind: Mapping[str, Mapping[str, float]], title: str = "") -> Figure:
    """How far each model is behind the best one, on several texts: a table of squares, dark is far.

    behind  text -> model -> nats per token above the best loss on this text; the models of the first text, in its order
    """
    texts = list(behind)
    models = list(behind[texts[0]])
    values = np.array([[behind[text].get(model, np.nan) for text in texts] for model in models])
    fig, ax = figure(height=1.5 + 0.28 * len(models))
    ax.imshow(np.minimum(values, 1.0) ** 0.5, cmap="Blues", aspect="auto", vmin=0, vmax=1.3)
    for (row, column), value in np.ndenumerate(values):
        shown = "best" if value == 0 else f"{value:.2f}"
        ax.text(
            column, row, shown, ha="center", va="center", fontsize=8, color=PAPER if value > 0.45 else INK
        )
    ax.set_xticks(range(len(texts)), [text.replace(", ", ",\n").replace("_", "\n") for text in texts])
    ax.xaxis.tick_top()
    ax.tick_params(length=0, labelcolor=INK, labelsize=8)
    ax.set_yticks(range(len(models)), models)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    if title:
        ax.set_title(title, pad=12)
    return fig


def power_laws(
    panels: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]],
    slopes: Mapping[tuple[str, str], float],
    y_label: str = "nats per token",
) -> Figure:
    """What falls as parameters or tokens grow, on two logarithmic axes, with the fitted straight lines.

    panels  label of the horizontal axis -> name of a series -> its points (x, y), one or more for each x
    slopes  (label, name) -> the slope of the line that is drawn through its points, at their logarithmic mean
    """
    fig, axes = figure(1, len(panels), height=3.3, squeeze=False, sharey=True)
    for ax, (label, series) in zip(axes[0], panels.items(), strict=True):
        for row, (colour, (name, points)) in enumerate(zip(PALETTE, series.items(), strict=False)):
            x, y = np.array(sorted(points), dtype=float).T
            ax.plot(x, y, "o", color=colour, markersize=4.5, alpha=0.8)
            ends = np.array([x.min(), x.max()])
            slope = slopes[label, name]
            line = np.exp(np.log(y).mean() + slope * (np.log(ends) - np.log(x).mean()))
            ax.plot(ends, line, color=colour, linewidth=1.2)
            ax.text(
                0.03,
                0.04 + 0.07 * row,
                f"{name}: slope {slope:.2f}",
                color=colour,
                transform=ax.transAxes,
                fontsize=8,
            )
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlabel(label)
        ax.grid(which="both", axis="y", linewidth=0.4)
        ax.tick_params(which="minor", labelsize=7, labelcolor=GREY)
    axes[0, 0].set_ylabel(y_label)
    return fig
