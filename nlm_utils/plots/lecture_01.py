"""The figures of lecture 01: what a window sees, how much of a text is new, guesses beside the exact ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREEN, GREY, INK, ORANGE, PALETTE, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def unseen_curves(orders: Sequence[int], shares: Mapping[str, Sequence[float]], title: str = "") -> Figure:
    """Share of unseen n-grams over n, one curve per training text.

    orders: the values of n; shares: name of the training text -> shares between 0 and 1, one per order.
    """
    fig, ax = figure()
    for colour, (name, values) in zip(PALETTE, shares.items(), strict=False):
        ax.plot(orders, 100 * np.asarray(values), color=colour, marker="o")
        end = (orders[-1], 100 * values[-1])
        ax.annotate(name, end, (8, 0), textcoords="offset points", color=colour, va="center", fontsize=9)
    ax.set_xticks(list(orders))
    ax.set_xlim(orders[0] - 0.1, orders[-1] + 0.32 * (orders[-1] - orders[0]))
    ax.set_ylim(-2, 102)
    ax.set_xlabel("n, the order of the n-gram")
    ax.set_ylabel("n-grams of the test text\nnever seen in training, %")
    ax.set_title(title)
    return fig


def next_word_bars(
    panels: Mapping[str, Mapping[str, float]],
    words: Sequence[str],
    marked: Sequence[str] = (),
    title: str = "",
) -> Figure:
    """The probability of the same few next words, one panel per model or prefix, all from 0 to 1.

    panels: title -> {word: p}; an empty {word: p} is drawn as what it is: no answer. words: from top to
    bottom, those in `marked` in orange; what all others have together comes last.
    """
    fig, axes = figure(1, len(panels), height=0.95 + 0.3 * (len(words) + 1), sharey=True, squeeze=False)
    for ax, (heading, following) in zip(axes[0], panels.items(), strict=True):
        shown = [(word, following.get(word, 0.0)) for word in words] if following else []
        _word_bars(ax, shown, sum(following.values()) - sum(p for _word, p in shown), marked, len(words))
        ax.set_title(heading, fontsize=10)
    axes[0, 0].set_yticks(range(len(words) + 1), [*words, "all others"])
    fig.suptitle(title, x=0.01, ha="left", fontsize=11)
    return fig


def _word_bars(
    ax: Axes, shown: Sequence[tuple[str, float]], rest: float, marked: Sequence[str], n_words: int
) -> None:
    """One bar per word and a grey one for the rest; without any words, a note that there is no answer."""
    rows = [(word, p, ORANGE if word in marked else BLUE) for word, p in shown]
    if shown:
        rows.append(("all others", max(rest, 0.0), GREY))
    for place, (_word, p, colour) in enumerate(rows):
        ax.barh(place, p, color=colour, height=0.66)
        ax.text(p + 0.03, place, f"{p:.3f}" if 0 < p < 0.01 else f"{p:.2f}", va="center", fontsize=9)
    if not rows:
        ax.text(
            0.5, 0.5, "never seen:\nno answer", ha="center", va="center", transform=ax.transAxes, color=GREY
        )
    ax.set_yticks(range(len(rows)), [word for word, _p, _colour in rows])
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.set_ylim(n_words + 0.6, -0.6)
    ax.set_xlim(0, 1.25)
    ax.set_xticks([])
    ax.grid(False)
    ax.spines[["bottom", "left"]].set_visible(False)


def window(prefix: Sequence[str], n: int, following: Mapping[str, float], decisive: str = "") -> Figure:
    """What an n-gram model of order `n` sees of a prefix, and what it makes of it.

    prefix     all words so far; the last n − 1 stand in the window, the others are faded
    following  {word: p}, the model's distribution after this prefix
    decisive   the word of the prefix that decides the answer; it is drawn green, inside the window or outside
    """
    from matplotlib.patches import Rectangle

    fig, (top, bottom) = figure(2, 1, height=3.3, gridspec_kw={"height_ratios": [1, 3]})
    top.set_axis_off()
    words = [*prefix, "____"]
    lefts = np.concatenate(
        [[0], np.cumsum([len(word) + 1 for word in words])]
    )  # in letters, all of one width
    width = max(lefts[-1], 56)
    seen_from = max(0, len(prefix) - (n - 1))
    for i, word in enumerate(words):
        top.text(
            lefts[i] + 0.5,
            0.45,
            word,
            va="center",
            family="monospace",
            fontsize=11 * 56 / width,
            color=GREEN if word == decisive else INK,
            alpha=1.0 if i >= seen_from else 0.45,
            weight="bold" if word == decisive else "normal",
        )
    corner, size = (lefts[seen_from], 0.1), lefts[-1] - lefts[seen_from]
    top.add_patch(Rectangle(corner, size, 0.7, fill=False, edgecolor=BLUE, linewidth=1.6))
    top.set_xlim(-0.3, width + 0.3)
    top.set_ylim(0, 1)
    seen = min(n - 1, len(prefix))
    top.set_title(f"n = {n}: the model sees {seen} of the {len(prefix)} words so far", fontsize=10)
    likeliest = sorted(following.items(), key=lambda item: -item[1])[:5]
    rest = max(sum(following.values()) - sum(p for _word, p in likeliest), 0.0)
    _word_bars(bottom, likeliest, rest, (), 5)
    bottom.set_title("its guess for the next word", fontsize=10)
    return fig
