"""The one figure style of the course, `show`, which displays a figure with its alt text, and labels that keep apart.

Figures are drawn on an opaque, slightly warm page, so that they read alike in a light and a dark theme. Colours are
Okabe and Ito's palette (2008), told apart by colour-blind readers. Used by every lecture from 01 on.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, RED, PURPLE, SKY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"
INK, GREY, PAPER = "#222222", "#6b6b6b", "#fcfbf8"
PALETTE = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY)
WIDTH = 6.0  # inches; no figure is wider

RC = {
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "figure.figsize": (WIDTH, 3.4),
    "figure.dpi": 110,
    "savefig.dpi": 110,
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#e4e1da",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
}


def figure(n_rows: int = 1, n_columns: int = 1, height: float = 3.4, **kwargs):
    """A figure of the course's width with its axes: `(fig, ax)` as matplotlib's `subplots` returns them.

    From the first call on the course's style is matplotlib's default, also for figures that a student draws.
    """
    import matplotlib.pyplot as plt
    from cycler import cycler

    plt.rcParams.update(RC | {"axes.prop_cycle": cycler(color=PALETTE)})
    return plt.subplots(n_rows, n_columns, figsize=(WIDTH, height), **kwargs)


def spread_labels(
    ax: Axes,
    labels: Mapping[str, tuple[float, str]],
    x: float = 1.0,
    offset: tuple[float, float] = (6, 0),
    **style,
) -> None:
    """Writes each label at its height; those that would cover each other stand in a column around their mean.

    labels  text -> (height in the units of the y axis, colour); a height that is not finite has no label
    x       where they stand, from 0 at the left edge of the axes to 1 at the right; `offset` in points from there
    style   what else `Axes.annotate` takes
    Call it when the axes have their final scale and limits.
    """
    ax.get_ylim()  # brings the limits up to date
    to_axes = ax.transData + ax.transAxes.inverted()
    shown = sorted((height, text) for text, (height, _) in labels.items() if np.isfinite(height))
    gap = 0.07  # of the height of the axes: a line of text
    columns: list[list[float]] = []  # each the places of its labels, less those of the labels below
    for number, (height, _) in enumerate(shown):
        columns.append([to_axes.transform((ax.get_xlim()[0], height))[1] - number * gap])
        while len(columns) > 1 and np.mean(columns[-2]) > np.mean(columns[-1]):
            columns[-2:] = [columns[-2] + columns[-1]]
    places = [np.mean(column) for column in columns for _ in column]
    for number, ((_, text), place) in enumerate(zip(shown, places, strict=True)):
        ax.annotate(
            text, (x, place + number * gap), offset, "axes fraction", "offset points", color=labels[text][1],
            **({"va": "center", "fontsize": 9, "annotation_clip": False} | style),
        )  # fmt: skip


class Shown:
    """A drawn figure as the notebook stores it: a PNG whose alt text is also its plain-text form."""

    def __init__(self, png: bytes, alt: str):
        self.png, self.alt = png, alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        metadata = {"image/png": {"alt": self.alt, "needs_background": "light"}}
        return {"image/png": self.png, "text/plain": f"Figure: {self.alt}"}, metadata


def show(fig: Figure, alt: str) -> None:
    """Displays `fig` with its alt text and closes it. `alt` says in words what the picture shows.

    Raises ValueError for an alt text that is empty or says nothing (under 20 characters).
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    if len(alt.strip()) < 20:
        raise ValueError(f"show: alt must say in words what the figure shows, got {alt!r}")
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", metadata={"Software": None})
    plt.close(fig)
    display(Shown(buffer.getvalue(), alt))
