"""Losses over their floors: the figure that every lecture from 01 on comes back to.

A loss in nats per token is taken apart into three pieces: the entropy of the language, which no model can
remove; what this class of model cannot know, up to its floor; and what has not been learnt yet. Floors are
dashed lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREY, INK, ORANGE, PALETTE, figure, spread_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENTROPY = "#b9b5ab"  # the piece that nobody can remove
PIECES = (
    ("entropy of the language", ENTROPY, GREY),
    ("what this class cannot know", ORANGE, "#8a5a00"),
    ("not learnt yet", BLUE, BLUE),
)


def loss_bars(
    labels: Sequence[str],
    losses: Sequence[float],
    floors: Sequence[float],
    entropy_rate: float,
    title: str = "",
) -> Figure:
    """One bar per model, taken apart: entropy | what this class cannot know | not learnt yet.

    losses, floors: nats per token, one each per label, in the order of the labels (top to bottom); a floor is
    the best that any model of this class could reach and is drawn dashed, with its number at the upper end where
    it is not that of the bar before; the entropy rate goes through all bars and has its number below them.
    A loss below its floor, which happens by chance on a small test text, shows no third piece. ValueError for
    unequal lengths, for a floor below the entropy rate and for a loss that is not finite.
    """
    losses, floors = np.asarray(losses, dtype=float), np.asarray(floors, dtype=float)
    if not len(labels) == len(losses) == len(floors):
        raise ValueError(
            "loss_bars: one loss and one floor per label expected, "
            f"got {len(labels)} labels, {len(losses)} losses, {len(floors)} floors"
        )
    if not np.isfinite(losses).all():
        raise ValueError(f"loss_bars: losses must be finite, got {losses.tolist()}; smooth the model first")
    if (floors < entropy_rate - 1e-9).any():
        raise ValueError(
            f"loss_bars: no floor lies below the entropy rate {entropy_rate}, got {floors.tolist()}"
        )
    fig, ax = figure(height=1.25 + 0.42 * len(labels))
    rows = np.arange(len(labels))
    lefts = (np.zeros(len(labels)), np.full(len(labels), entropy_rate), floors)
    rights = (np.full(len(labels), entropy_rate), floors, np.maximum(losses, floors))
    for left, right, (_name, colour, _ink) in zip(lefts, rights, PIECES, strict=True):
        ax.barh(rows, right - left, left=left, color=colour, height=0.62)
    ax.vlines(floors, rows - 0.42, rows + 0.42, color=INK, linestyle="--", linewidth=1.2)
    ax.axvline(entropy_rate, color=INK, linestyle="--", linewidth=1.2)
    span = losses.max()
    for row, loss, floor in zip(rows, losses, floors, strict=True):
        ax.text(max(loss, floor) + 0.01 * span, row, f"{loss:.2f}", va="center", fontsize=9)
        if row == 0 or floor != floors[row - 1]:
            ax.text(floor + 0.006 * span, row - 0.33, f"{floor:.2f}", va="bottom", fontsize=8)
    ax.text(
        entropy_rate - 0.01 * span,
        len(labels) - 0.5,
        f"{entropy_rate:.2f}",
        va="center",
        ha="right",
        fontsize=8,
    )
    ax.set_yticks(rows, labels)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_xlim(0, 1.1 * span)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("nats per token")
    ax.set_title(title, pad=20)
    _name_pieces(ax)
    return fig


def _name_pieces(ax: Axes) -> None:
    """The three names, each after a square in the colour of its piece, above the bars, side by side."""
    for place, (name, colour, ink) in zip((0.0, 0.36, 0.78), PIECES, strict=True):
        ax.text(place, 1.02, "■", color=colour, transform=ax.transAxes, fontsize=9, va="bottom")
        ax.annotate(
            name, (place, 1.02), (11, 0), "axes fraction", "offset points", color=ink, va="bottom", fontsize=9
        )


def loss_curves(
    x: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    floors: Mapping[str, float],
    entropy_rate: float | None = None,
    x_label: str = "training tokens",
    log_x: bool = True,
    title: str = "",
) -> Figure:
    """Losses as they fall, each over its own floor.

    x        (N,) where the losses were measured
    curves   name -> (N,) losses in nats per token; values that are not finite leave a gap
    floors   name -> the floor of that curve, dashed in the curve's colour; a name without a curve is drawn
             grey
    entropy_rate  drawn as a dashed black line; None on a text whose entropy nobody knows

    Names stand at the right: a curve's at its own floor if it has one, else at its end; then the other floors and
    the entropy rate.
    """
    fig, ax = figure(height=3.8)
    colours = {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(curves)}
    if log_x:
        ax.set_xscale("log")
    for name, losses in curves.items():
        ax.plot(x, losses, color=colours[name], marker="o", markersize=4)
    for name, floor in floors.items():
        ax.axhline(floor, color=colours.get(name, GREY), linestyle="--", linewidth=1.2)
    if entropy_rate is not None:
        ax.axhline(entropy_rate, color=INK, linestyle="--", linewidth=1.4)
    ends = {}
    for name, losses in curves.items():
        label = f"{name} (floor {floors[name]:.2f})" if name in floors else name
        own_floor = name in floors and list(floors.values()).count(floors[name]) == 1
        ends[label] = floors[name] if own_floor else losses[-1], colours[name]
    ends |= {f"{name} {floor:.2f}": (floor, GREY) for name, floor in floors.items() if name not in curves}
    if entropy_rate is not None:
        ends[f"entropy rate {entropy_rate:.2f}"] = entropy_rate, INK
    spread_labels(ax, ends)
    if len(x) <= 6:
        ax.set_xticks(list(x), [f"{value:,}".replace(",", " ") for value in x])
        ax.minorticks_off()
    elif log_x:
        _label_decades(ax, float(min(x)), float(max(x)))
    ax.set_xlabel(x_label)
    ax.set_ylabel("nats per token")
    ax.set_title(title)
    return fig


def _label_decades(ax: Axes, low: float, high: float) -> None:
    """Ticks at 1, 2 and 5 times the powers of ten (at the powers alone, over more than three of them)."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    steps = (1, 2, 5) if high < 1000 * low else (1,)
    places = [step * 10.0**power for power in decades for step in steps]
    places = [place for place in places if low <= place <= high]
    ax.set_xticks(places, [f"{place:,.0f}".replace(",", " ") for place in places])
    ax.minorticks_off()


def floor_line(ax: Axes, level: float, name: str, side: str = "left") -> None:
    """A dashed line through axes that a lecture draws, with its name above it at the `side` "left" or "right"."""
    ax.axhline(level, color=INK, linestyle="--", linewidth=1.3)
    place, offset = ((1, level), (-3, 2)) if side == "right" else ((0, level), (3, 2))
    ax.annotate(
        name, place, offset, ("axes fraction", "data"), "offset points", ha=side, va="bottom", fontsize=8
    )
