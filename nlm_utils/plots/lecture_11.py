"""The figures of lecture 11: two colours after two verbs, gradients through depth, ablations, rotary scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREY, INK, ORANGE, PALETTE, PAPER, figure, spread_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def two_colours(
    shares: Mapping[str, Sequence[tuple[float, float]]], sentences: Sequence[str], colours: tuple[str, str]
) -> Figure:
    """How probable each of two colours is after some prefixes: one panel per model, one pair of bars per prefix.

    shares     model -> for each prefix (probability of the first colour, of the second)
    sentences  a short name of each prefix
    colours    the names of the two, written at the first pair
    """
    fig, axes = figure(1, len(shares), height=2.5, sharey=True, squeeze=False)
    places = np.arange(len(sentences))
    for ax, (name, pairs) in zip(axes[0], shares.items(), strict=True):
        for which, (colour, word, shift) in enumerate(
            zip((BLUE, ORANGE), colours, (-0.19, 0.19), strict=True)
        ):
            heights = [pair[which] for pair in pairs]
            ax.bar(places + shift, heights, width=0.36, color=colour)
            for place, height in zip(places, heights, strict=True):
                ax.text(place + shift, height + 0.02, word, ha="center", fontsize=8, color=INK)
        ax.set_xticks(places, sentences)
        ax.set_ylim(0, 1.12)
        ax.grid(axis="x", visible=False)
        ax.set_title(name)
    axes[0, 0].set_ylabel("probability")
    return fig


def gradients_by_layer(norms: Mapping[str, Sequence[float]]) -> Figure:
    """The size of the gradient that arrives at the output of each block, from the first to the last.

    norms  name of the wiring -> (n_layers,) norms, relative to the last block's; drawn on a logarithmic axis
    """
    fig, ax = figure(height=3.0)
    ends = {}
    for colour, (name, values) in zip(PALETTE, norms.items(), strict=False):
        layers = np.arange(1, len(values) + 1)
        ax.plot(layers, values, marker="o", markersize=3.5, color=colour)
        ends[name] = values[0], colour
    ax.set_yscale("log")
    spread_labels(ax, ends, x=0, offset=(-6, 0), ha="right")
    ax.yaxis.tick_right()
    ax.yaxis.set_label_position("right")
    ax.set_xlabel("after block")
    ax.set_ylabel("gradient, last block = 1")
    return fig


def ablations(
    losses: Mapping[str, Sequence[float]], entropy_rate: float, floors: Mapping[str, float], unit: str
) -> Figure:
    """Losses of a model with one thing changed at a time: a dot for each seed, over the floors.

    losses  name -> one loss in nats per token for each seed; drawn top to bottom in this order
    floors  name -> floor, dashed and named above the picture; the entropy rate is dashed too
    unit    what was held equal, for the axis: "800 steps"
    """
    fig, ax = figure(height=1.3 + 0.3 * len(losses))
    for row, (name, values) in enumerate(losses.items()):
        colour = ORANGE if name in ("attention alone",) else BLUE
        ax.plot([min(values), max(values)], [row, row], color=colour, linewidth=2)
        ax.plot(values, [row] * len(values), "o", color=colour, markersize=5)
        ax.text(max(values) + 0.006, row, f"{np.mean(values):.2f}", va="center", fontsize=9, color=INK)
    for name, floor in {"entropy rate": entropy_rate, **floors}.items():
        ax.axvline(floor, color=INK if name == "entropy rate" else GREY, linestyle="--", linewidth=1.2)
        ax.annotate(
            f"{name} {floor:.2f}", (floor, 1), (0, 4), ("data", "axes fraction"), "offset points",
            ha="center", va="bottom", fontsize=8, color=INK, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.3},
        )  # fmt: skip
    ax.set_yticks(range(len(losses)), list(losses))
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set_xlabel(f"nats per token after {unit}")
    return fig


def scores_by_distance(distances: Sequence[int], scores: Mapping[str, Sequence[float]]) -> Figure:
    """The score of one query and one key over their distance, one curve for each place where the query stands.

    Curves that lie on each other are drawn as rings of growing size, so that all can be seen.
    """
    fig, ax = figure(height=2.8)
    for place, (name, values) in enumerate(scores.items()):
        colour = PALETTE[place % len(PALETTE)]
        size = 3 + 3.5 * place
        ax.plot(
            distances, values, "o", color=colour, markersize=size, markerfacecolor="none" if place else colour
        )
        ax.plot(
            [], [], "o", color=colour, markersize=6, markerfacecolor="none" if place else colour, label=name
        )
    ax.plot(distances, next(iter(scores.values())), color=GREY, linewidth=0.8, zorder=0)
    ax.legend(frameon=False, fontsize=8, loc="best")
    ax.set_xlabel("distance in words, query minus key")
    ax.set_ylabel("score q · k")
    return fig
