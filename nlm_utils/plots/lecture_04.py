"""The figures of lecture 04: what a probability costs, what a wrong belief costs, what accuracy misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .floors import ENTROPY, floor_line
from .style import BLUE, GREEN, GREY, INK, ORANGE, RED, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def surprise_curve(words: Mapping[str, float]) -> Figure:
    """−log p over p, with each word of {word: p} at its place on the curve."""
    fig, ax = figure(height=3.4)
    p = np.linspace(0.002, 1, 500)
    ax.plot(p, -np.log(p), color=BLUE)
    for word, probability in words.items():
        surprise = -np.log(probability)
        ax.plot(probability, surprise, "o", color=RED, markersize=6)
        ax.annotate(
            f"{word}  {surprise:.3f}",
            (probability, surprise),
            xytext=(9, 4),
            textcoords="offset points",
            fontsize=9,
        )
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.25, 6.4), xlabel="probability the model gave to the word that came")
    ax.set_ylabel("surprise, −log p (nats)")
    return fig


def belief_curve(truth: float, belief: float) -> Figure:
    """The mean surprise at a yes-or-no word that comes with probability `truth`, for every belief q.

    The curve touches the entropy at q = truth, and the gap at `belief` is the KL divergence.
    """
    q = np.linspace(0.004, 0.996, 400)

    def cost(q):
        return -truth * np.log(q) - (1 - truth) * np.log(1 - q)

    floor, here = cost(truth), cost(belief)
    fig, ax = figure(height=3.4)
    ax.plot(q, cost(q), color=BLUE)
    ax.axhline(floor, color=INK, linestyle="--", linewidth=1.3)
    ax.annotate(
        f"entropy {floor:.3f}: the floor",
        (1.0, floor),
        xytext=(0, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=9,
    )
    ax.plot([belief, belief], [floor, here], color=RED, linewidth=3, solid_capstyle="butt")
    ax.plot(belief, here, "o", color=RED)
    on_the_left = belief > 0.55
    ax.annotate(
        f"loss {here:.3f} = {floor:.3f} + {here - floor:.3f} (KL)",
        (belief, here),
        xytext=(-10 if on_the_left else 10, 8),
        textcoords="offset points",
        ha="right" if on_the_left else "left",
        fontsize=9,
        color=RED,
    )
    ax.plot(truth, floor, "o", color=INK, markersize=5)
    ax.set(xlim=(0, 1), ylim=(max(0.0, floor - 0.45), floor + 2.1))
    ax.set(xlabel=f"believed probability q (the truth is {truth:.2f})", ylabel="mean surprise (nats)")
    return fig


def entropy_and_divergence_bars(rows: Sequence[tuple[str, float, float]]) -> Figure:
    """One bar per (prefix, entropy, KL): the expected loss, cut into what nobody can know and the rest."""
    fig, ax = figure(height=0.9 + 0.62 * len(rows))
    longest = max(entropy + divergence for _prefix, entropy, divergence in rows)
    for place, (prefix, entropy, divergence) in enumerate(rows):
        ax.barh(place, entropy, color=ENTROPY, height=0.42)
        ax.barh(place, divergence, left=entropy, color=RED, height=0.42)
        ax.text(0, place - 0.28, prefix, fontsize=9, va="bottom")
        sum_of_both = f"{entropy:z.2f} + {divergence:z.2f} = {entropy + divergence:.2f}"
        ax.text(entropy + divergence + 0.015 * longest, place, sum_of_both, va="center", fontsize=9)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)
    ax.set(xlim=(0, 1.3 * longest), ylim=(len(rows) - 0.65, -0.75), xlabel="expected loss (nats)")
    ax.text(0, 1.02, "■ entropy: nobody knows", color=GREY, transform=ax.transAxes, fontsize=9)
    ax.text(0.36, 1.02, "■ KL: this model does not know", color=RED, transform=ax.transAxes, fontsize=9)
    return fig


def losses_below_the_floor(losses: Sequence[float], floor: float, sentences_each: int) -> Figure:
    """The source's own loss on many small texts: how many fall below the entropy rate by chance."""
    losses = np.asarray(losses)
    bins = np.linspace(losses.min(), losses.max(), 25)
    width = bins[1] - bins[0]
    bins = floor + width * np.arange(
        np.floor((bins[0] - floor) / width), np.ceil((bins[-1] - floor) / width) + 1
    )
    fig, ax = figure(height=3.0)
    ax.hist(losses[losses < floor], bins=bins, color=ORANGE)
    ax.hist(losses[losses >= floor], bins=bins, color=BLUE)
    ax.axvline(floor, color=INK, linestyle="--", linewidth=1.3)
    top = ax.get_ylim()[1] * 1.12
    ax.set_ylim(0, top)
    ax.text(floor, top * 0.97, f"  entropy rate {floor:.3f}", va="top", fontsize=9)
    below = int((losses < floor).sum())
    ax.text(losses.min(), top * 0.97, f"{below} texts below", color="#a86f00", va="top", fontsize=9)
    ax.text(
        losses.max(), top * 0.97, f"{len(losses) - below} above", color=BLUE, va="top", ha="right", fontsize=9
    )
    ax.set(xlabel=f"loss of the source itself on {sentences_each} sentences (nats per token)", ylabel="texts")
    return fig


def accuracy_and_loss(
    temperatures: Sequence[float], accuracies: Sequence[float], losses: Sequence[float], floor: float
) -> Figure:
    """Two panels over the temperature of one model: the accuracy stays, the loss does not."""
    fig, (left, right) = figure(1, 2, height=3.0)
    left.plot(temperatures, np.asarray(accuracies) * 100, "o-", color=GREEN, markersize=4)
    left.set(ylim=(0, 100), ylabel="accuracy (%)", title="right first guesses")
    right.plot(temperatures, losses, "o-", color=RED, markersize=4)
    floor_line(right, floor, f"entropy rate {floor:.2f}", side="right")
    right.set(ylim=(0, None), ylabel="loss (nats per token)", title="entropy rate + mean KL")
    for ax in (left, right):
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(temperatures), [f"{t:g}" for t in temperatures], fontsize=8)
        ax.axvline(1, color=GREY, linewidth=0.8)
        ax.set_xlabel("temperature")
    return fig
