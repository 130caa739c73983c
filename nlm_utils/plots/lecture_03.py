"""The figures of lecture 03: bars of probabilities, the forward pass as a picture, the floors themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, RED, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def softmax_steps(words: Sequence[str], t: np.ndarray) -> Figure:
    """Three rows of bars for the same words: the logits, their exponentials, and these divided by their sum.

    words, t: V words and their V logits, few enough to be read.
    """
    exponentials = np.exp(t)
    fig, axes = figure(1, 3, height=2.5, sharey=True)
    panels = [
        (t, "logits t", "any sign", GREY),
        (exponentials, "$e^{t}$", "positive", ORANGE),
        (exponentials / exponentials.sum(), "$e^{t}$ / sum", "positive, sum to 1", BLUE),
    ]
    for ax, (values, title, subtitle, colour) in zip(axes, panels, strict=True):
        _labelled_bars(ax, words, values, colour)
        ax.set_title(f"{title}\n{subtitle}", fontsize=10)
    return fig


def _labelled_bars(ax: Axes, words: Sequence[str], values: np.ndarray, colour: str) -> None:
    """Horizontal bars from top to bottom, each with its value written at its end."""
    rows = np.arange(len(words))
    ax.barh(rows, values, color=colour, height=0.62)
    span = max(values.max(), 0) - min(values.min(), 0)
    for row, value in zip(rows, values, strict=True):
        text = f"{value:.3f}" if 0 < span <= 1 else f"{value:.2f}"
        ax.text(max(value, 0) + 0.03 * span, row, text.replace("-", "−"), va="center", fontsize=9)
    ax.set_xlim(min(values.min(), 0) - 0.05 * span, max(values.max(), 0) + 0.38 * span)
    ax.set_yticks(rows, words)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.invert_yaxis()
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.set_xticks([])
    ax.grid(False)
    ax.spines[["bottom", "left"]].set_visible(False)


def temperature_bars(words: Sequence[str], rows: Mapping[str, np.ndarray]) -> Figure:
    """One panel of bars for each temperature, on the same scale from 0 to 1.

    rows: title of the panel -> (V,) probabilities.
    """
    fig, axes = figure(1, len(rows), height=2.4, sharey=True, squeeze=False)
    for ax, (title, p) in zip(axes[0], rows.items(), strict=True):
        _labelled_bars(ax, words, p, BLUE)
        ax.set_xlim(0, 1.42)
        ax.set_title(title, fontsize=10)
    return fig


def temperature_curves(words: Sequence[str], temperatures: np.ndarray, p: np.ndarray) -> Figure:
    """The probability of each word as the temperature grows, with its name on its curve.

    temperatures (N,) rising, drawn on a logarithmic axis; p (N, V). The dashed line is 1/V.
    """
    fig, ax = figure(height=3.0)
    colours = (BLUE, RED, GREEN, PURPLE, ORANGE, GREY)
    where = int(np.abs(np.log(temperatures / 2)).argmin())  # near τ = 2 the curves lie well apart
    for i, word in enumerate(words):
        ax.plot(temperatures, p[:, i], color=colours[i % len(colours)])
        here, height = temperatures[where], p[where, i]
        if height == p[where].max():  # names stand beside their curves: above on the right, above, below
            ax.text(here * 1.1, height + 0.03, word, color=colours[i % len(colours)])
        elif height == p[where].min():
            ax.text(here * 1.15, height - 0.055, word, color=colours[i % len(colours)])
        else:
            ax.text(here * 0.95, height + 0.03, word, color=colours[i % len(colours)], ha="right")
    ax.axhline(1 / len(words), color=GREY, linestyle="--", linewidth=1)
    ax.text(temperatures[-1], 1 / len(words) + 0.09, f"1/V = {1 / len(words):g}", color=GREY, ha="right")
    ax.set_xscale("log")
    ax.set(xlabel="temperature τ", ylabel="probability", ylim=(-0.03, 1.03))
    ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    return fig


def forward_pass(
    prefix: Sequence[str], words: Sequence[str], E: np.ndarray, W: np.ndarray, c: np.ndarray, t: np.ndarray
) -> Figure:
    """The additive model drawn from left to right with its numbers: rows of E, their sum, W, logits, softmax.

    prefix, words   the n words so far and the V words of the vocabulary, in the order of their ids
    E, W (V, d)     drawn as grids, darker where a number is larger in size
    c (n, d)        the rows of E that the prefix names;   t (V,): the logits. A shape stands under each part.
    For a model small enough to be printed: V up to 8, d up to 4.
    """
    vocab_size, dim = E.shape
    x, p = c.sum(axis=0), np.exp(t) / np.exp(t).sum()
    fig, ax = figure(height=3.5)
    ax.set(xlim=(0, 100), ylim=(-3, 54))
    ax.axis("off")
    rows = np.linspace(40, 10, vocab_size)  # the height at which each word of the vocabulary stands
    places = np.linspace(37, 13, len(prefix))
    _grid(ax, 13, rows, E, BLUE, bold=[words.index(word) for word in prefix])
    for i, (word, y) in enumerate(zip(prefix, places, strict=True)):
        ax.text(8.5, rows[words.index(word)], word, ha="right", va="center", fontsize=8, color=INK)
        _arrow(ax, (22.3, rows[words.index(word)]), (27.5, y), GREY)
        _numbers(ax, 28 + 5.6 * np.arange(dim), np.full(dim, y), c[i], BLUE)
        ax.text(28 + 2.8 * dim, y + 4, f"$c_{i + 1}$", ha="center", va="center", fontsize=9, color=BLUE)
        _arrow(ax, (28.4 + 5.6 * dim, y), (48.4, 25 + (y - 25) * 0.14), GREY)
    _node(ax, 50.5, 25, "+", GREEN)
    _numbers(ax, np.full(dim, 56.5), 25 + 4.3 * (np.arange(dim)[::-1] - (dim - 1) / 2), x, GREEN)
    _arrow(ax, (52.9, 25), (56.2, 25), GREY)
    _arrow(ax, (62.4, 25), (65.4, 25), GREY)
    _grid(ax, 66, rows, W, ORANGE)
    _arrow(ax, (75.3, 25), (78, 25), GREY)
    _numbers(ax, np.full(vocab_size, 78.4), rows, t, ORANGE)
    _arrow(ax, (84.3, 25), (87, 25), GREY)
    for word, value, y in zip(words, p, rows, strict=True):
        ax.barh(y - 1.0, 12 * value / p.max(), left=87.6, height=1.5, color=RED)
        ax.text(87.6, y + 0.2, word, fontsize=7, va="bottom", color=INK)
    parts = [
        (17.5, "E", f"(V, d)\n({vocab_size}, {dim})", BLUE, "look up"),
        (28 + 2.8 * dim, "c", f"(n, d)\n({len(prefix)}, {dim})", BLUE, "rows"),
        (59.3, "x", f"(d,)\n({dim},)", GREEN, "add"),
        (70.5, "W", f"(V, d)\n({vocab_size}, {dim})", ORANGE, "W · x"),
        (81.2, "t", f"(V,)\n({vocab_size},)", ORANGE, "logits"),
        (93.5, "p", f"(V,)\n({vocab_size},)", RED, "softmax"),
    ]
    for middle, name, shape, colour, step in parts:
        ax.text(middle, 47, name, ha="center", fontsize=12, style="italic", color=colour)
        ax.text(middle, 52, step, ha="center", fontsize=8.5, color=GREY)
        ax.text(middle, 5, shape, ha="center", va="top", fontsize=8.5, color=INK, linespacing=1.4)
    ax.text(0, 5, "shape", fontsize=8.5, va="top", color=GREY)
    return fig


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    style = {
        "arrowstyle": "-|>",
        "color": colour,
        "linewidth": 0.9,
        "mutation_scale": 8,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", xy=end, xytext=start, arrowprops=style)


def _grid(
    ax: Axes, left: float, rows: np.ndarray, values: np.ndarray, colour: str, bold: Sequence[int] = ()
) -> None:
    """A matrix as coloured squares, one row at each height of `rows`; the rows in `bold` are framed."""
    from matplotlib.patches import Rectangle

    width, height = 9 / values.shape[1], rows[0] - rows[1]
    for i, y in enumerate(rows):
        for j, value in enumerate(values[i]):
            alpha = 0.12 + 0.7 * abs(value) / np.abs(values).max()
            corner = (left + j * width, y - height / 2)
            ax.add_patch(Rectangle(corner, width, height, facecolor=colour, alpha=alpha, edgecolor="none"))
        frame = INK if i in bold else PAPER
        ax.add_patch(
            Rectangle((left, y - height / 2), 9, height, fill=False, edgecolor=frame, linewidth=0.9,
                      zorder=3 if i in bold else 2)
        )  # fmt: skip


def _numbers(ax: Axes, lefts: np.ndarray, middles: np.ndarray, values: np.ndarray, colour: str) -> None:
    """Numbers in boxes of 5.6 × 4.3, each with its left edge and its middle."""
    from matplotlib.patches import Rectangle

    for left, middle, value in zip(lefts, middles, values, strict=True):
        ax.add_patch(
            Rectangle((left, middle - 2.15), 5.6, 4.3, facecolor=colour, alpha=0.16, edgecolor="none")
        )
        ax.add_patch(Rectangle((left, middle - 2.15), 5.6, 4.3, fill=False, edgecolor=colour, linewidth=0.8))
        text = f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")
        ax.text(left + 2.8, middle - 0.1, text, ha="center", va="center", fontsize=7, color=INK)


def _node(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    ax.text(
        x, y, text, ha="center", va="center", fontsize=12, color=PAPER, fontweight="bold",
        bbox={"boxstyle": "circle,pad=0.2", "facecolor": colour, "edgecolor": "none"},
    )  # fmt: skip


def same_words_other_order(words: Sequence[str], distributions: Mapping[str, Mapping[str, float]]) -> Figure:
    """Distributions over the same words, one panel each: what is true after two prefixes, what a model says.

    words           those that are drawn, from top to bottom
    distributions   title of the panel -> {word: p}; the last is the model's
    """
    fig, axes = figure(1, len(distributions), height=0.95 + 0.26 * len(words), sharey=True, squeeze=False)
    for k, (ax, (title, p)) in enumerate(zip(axes[0], distributions.items(), strict=True)):
        probabilities = np.array([p.get(word, 0.0) for word in words])
        _labelled_bars(ax, words, probabilities, ORANGE if k == len(distributions) - 1 else BLUE)
        ax.set_xlim(0, 1.42)
        ax.set_title(title, fontsize=9)
    return fig


def floor_levels(levels: Mapping[str, float], unit: str = "nats per token") -> Figure:
    """Losses that nothing of a kind can go below, as dashed lines on one axis, each with its name and value.

    levels: name -> loss, in the order in which they are written.
    """
    fig, ax = figure(height=2.3)
    ax.set_ylim(0, 1)
    colours = (GREEN, ORANGE, BLUE, RED, GREY)
    values = np.array(list(levels.values()))
    low, high = values.min(), values.max()
    span = high - low or 1.0
    steps = values.argsort().argsort()  # the further right, the shorter: no line runs through a name
    for i, (name, value) in enumerate(levels.items()):
        colour = colours[i % len(colours)]
        top = 0.97 - 0.9 * steps[i] / len(levels)
        ax.plot([value, value], [0, top], color=colour, linestyle="--", linewidth=1.6)
        ax.text(
            value + 0.012 * span, top, f"{name}\n{value:.3f}",
            color=colour, fontsize=9, va="top", ha="left", linespacing=1.2,
        )  # fmt: skip
    ax.set_xlim(low - 0.08 * span, high + 0.26 * span)
    ax.set(xlabel=unit, yticks=[])
    ax.grid(False)
    ax.spines["left"].set_visible(False)
    return fig
