"""The figures of lecture 10: who looks at whom, and how scores spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, ORANGE, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def attention_maps(
    weights: np.ndarray, words: Sequence[str], marked: tuple[int, int] | None = None, columns: int = 2
) -> Figure:
    """One panel per head: row the word that looks, column the word that is looked at, dark for a large weight.

    weights  (H, T, T), each row one query's weights;  words  T of them
    marked   (row, column) of the place that is framed, where one knows the right answer
    ValueError for weights of another shape.
    """
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 3 or weights.shape[1:] != (len(words), len(words)):
        raise ValueError(
            f"attention_maps: weights must be (heads, {len(words)}, {len(words)}), got {weights.shape}"
        )
    n_heads, length = weights.shape[:2]
    columns = min(columns, n_heads)
    rows = -(-n_heads // columns)
    fig, axes = figure(
        rows, columns, height=0.5 + rows * (6.0 / columns) * 0.92, squeeze=False, sharex=True, sharey=True
    )
    for head, ax in enumerate(axes.flat):
        ax.grid(visible=False)
        if head >= n_heads:
            ax.set_visible(False)
            continue
        ax.imshow(weights[head], cmap="Blues", vmin=0, vmax=1, aspect="equal")
        ax.set_title(f"head {head}", fontsize=9)
        ax.set_xticks(range(length), words, rotation=90, fontsize=7)
        ax.set_yticks(range(length), words, fontsize=7)
        ax.tick_params(length=0)
        if marked is not None:
            ax.plot(
                marked[1],
                marked[0],
                "s",
                markersize=9,
                markerfacecolor="none",
                markeredgecolor=ORANGE,
                markeredgewidth=2,
            )
    return fig


def weight_curves(scales: Sequence[tuple[str, np.ndarray]]) -> Figure:
    """Attention weights of one query under several scalings of its scores, sorted: one panel each, from 0 to 1."""
    fig, axes = figure(1, len(scales), height=2.4, sharey=True, squeeze=False)
    for ax, (name, weights) in zip(axes[0], scales, strict=True):
        ordered = np.sort(np.asarray(weights, dtype=float))[::-1]
        ax.bar(range(len(ordered)), ordered, color=BLUE)
        ax.set_title(name, fontsize=9)
        ax.set_xlabel("keys, sorted")
        ax.set_ylim(0, 1)
    axes[0, 0].set_ylabel("weight")
    return fig
