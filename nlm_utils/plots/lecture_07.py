"""The figures of lecture 07: paths through a valley, first steps of Adam, sweeps, comparisons, schedules.

The optimizers keep their colours through the whole lecture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .floors import floor_line
from .style import BLUE, GREEN, GREY, INK, ORANGE, PALETTE, PURPLE, RED, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {"SGD": GREY, "momentum": GREEN, "RMSProp": ORANGE, "Adam": BLUE, "Sophia": RED}
FRAME = ((-5.0, 3.0), (-2.6, 2.6))  # of the valley: where θ₁ and θ₂ are drawn


def valley_paths(
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray],
    paths: Mapping[str, np.ndarray],
    columns: int = 3,
    colour: str | None = None,
) -> Figure:
    """The contours of a loss of two parameters, one panel for each path, all with the same frame.

    loss   (θ₁, θ₂) arrays of one shape -> losses of that shape
    paths  title -> (n, 2) the places from the start on; what leaves the frame is cut off. A title that begins
           with the name of an optimizer gives its colour; `colour` overrides
    """
    rows = -(-len(paths) // columns)
    fig, axes = figure(rows, columns, height=0.45 + 2.15 * rows, sharex=True, sharey=True, squeeze=False)
    first, second = np.meshgrid(*(np.linspace(*limits, 161) for limits in FRAME))
    heights = loss(first, second)
    levels = np.array([0.02, 0.3, 1.5, 5, 12, 25, 45, 75, 120])
    for ax, (title, path) in zip(axes.flat, paths.items(), strict=False):
        ax.contour(first, second, heights, levels=levels, colors="#b9b5ab", linewidths=0.7)
        line = colour or COLOURS.get(title.split()[0].rstrip(","), BLUE)
        ax.plot(*path.T, color=line, marker="o", markersize=2.2, linewidth=1.1, clip_on=True)
        ax.plot(*path[0], "o", color=INK, markersize=5)
        ax.plot(0, 0, "*", color=INK, markersize=8)
        ax.set(xlim=FRAME[0], ylim=FRAME[1])
        ax.set_title(title, fontsize=9)
        ax.grid(visible=False)
    for ax in axes.flat[len(paths) :]:
        ax.set_axis_off()
    for ax in axes[-1]:
        ax.set_xlabel("θ₁")
    for ax in axes[:, 0]:
        ax.set_ylabel("θ₂")
    return fig


def first_steps(m: Sequence, m_hat: Sequence, v: Sequence, v_hat: Sequence, g: float) -> Figure:
    """The running means of Adam and their corrected versions in the first steps, for a gradient that stays g.

    Each of the four has one number per step, t = 1, 2, …; g and g², where they should be, are dashed.
    """
    fig, axes = figure(1, 2, height=2.8)
    for ax, raw, corrected, goal, name in zip(
        axes, (m, v), (m_hat, v_hat), (g, g * g), ("m", "v"), strict=True
    ):
        t = np.arange(1, len(raw) + 1)
        ax.axhline(goal, color=INK, linestyle="--", linewidth=1.2)
        ax.plot(t, corrected, color=BLUE, marker="o", markersize=4)
        ax.plot(t, raw, color=ORANGE, marker="o", markersize=4)
        middle = len(raw) // 2
        for label, values, ink in ((f"{name}̂", corrected, BLUE), (name, raw, "#8a5a00")):
            below = (
                label == name and values[middle] > 0.5 * goal
            )  # above it the line of the goal is in the way
            offset = (6, -16) if below else (0, 6)
            ax.annotate(label, (t[middle], values[middle]), offset, textcoords="offset points", color=ink)
        ax.set(ylim=(0, 1.15 * goal), xlabel="step t", title="the gradient" if name == "m" else "its square")
    return fig


def estimates_of_curvature(counts: Sequence[int], estimates: np.ndarray, exact: Sequence[float]) -> Figure:
    """Estimates of the diagonal of a Hessian over the number of draws, each entry over its exact value (dashed).

    estimates  (counts, repetitions, entries)
    """
    fig, ax = figure(height=3.0)
    for entry, value in enumerate(exact):
        colour = (BLUE, RED)[entry % 2]
        ax.axhline(value, color=colour, linestyle="--", linewidth=1.2)
        for count, column in zip(counts, estimates[:, :, entry], strict=True):
            ax.plot(np.full(len(column), count), column, "o", color=colour, markersize=3, alpha=0.4)
        ax.annotate(
            f"exact: {value:g}", (1, value), (5, 0), ("axes fraction", "data"), "offset points", color=colour,
            va="center", fontsize=9, annotation_clip=False,
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xticks(list(counts), [str(count) for count in counts])
    ax.minorticks_off()
    ax.set(xlabel="draws of u", ylabel="estimated curvature")
    return fig


def valleys(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    floor: float,
    x_label: str = "learning rate η",
    top: float = 3.0,
    ticks: Sequence[float] = (),
) -> Figure:
    """Test losses over a setting, with a logarithmic axis; the best of each curve is a large dot.

    curves  name -> (settings, losses in nats per token); what lies above `top`, or has diverged, is a cross
            at the upper edge
    ticks   where the axis is marked; nothing: at powers of ten. Curves are named at their best, and with
            ticks, where they share their settings, at their last point that is inside
    """
    fig, ax = figure(height=3.5)
    ax.set_xscale("log")
    for i, (name, (settings, losses)) in enumerate(curves.items()):
        colour = COLOURS.get(name, PALETTE[i % len(PALETTE)])
        settings, losses = np.asarray(settings, dtype=float), np.asarray(losses, dtype=float)
        inside = losses <= top
        ax.plot(settings[inside], losses[inside], color=colour, marker="o", markersize=3.5, linewidth=1.6)
        ax.plot(settings[~inside], np.full((~inside).sum(), top), "x", color=colour, clip_on=False)
        best = int(np.argmin(losses))
        ax.plot(settings[best], losses[best], "o", color=colour, markersize=8)
        last = int(np.flatnonzero(inside)[-1])
        place, offset, side = (last, (-8, 6), "right") if ticks else (best, (0, -15), "center")
        ax.annotate(
            name, (settings[place], losses[place]), offset, textcoords="offset points", color=colour,
            ha=side, fontsize=9,
        )  # fmt: skip
    if ticks:
        ax.set_xticks(list(ticks), [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
    floor_line(ax, floor, f"order-blind floor {floor:.2f}", side="right")
    ax.set(ylim=(floor - 0.12, top), xlabel=x_label, ylabel="test loss, nats per token")
    ax.set_title("large dot: the best of its curve    ×: above the picture, or diverged", fontsize=8, pad=10)
    return fig


def spreads(
    panels: Mapping[str, Mapping[str, tuple[Sequence[float], np.ndarray]]],
    floor: float,
    top: float = 2.6,
) -> Figure:
    """Test losses as they fall, one panel for each x axis: the mean over seeds, and a band from lowest to highest.

    panels  label of the x axis -> name of the optimizer -> (x (N,), losses (seeds, N)); a floor is dashed.
            Names stand in the last panel, at the upper right
    """
    fig, axes = figure(1, len(panels), height=3.5, sharey=True, squeeze=False)
    for ax, (x_label, curves) in zip(axes[0], panels.items(), strict=True):
        for name, (x, losses) in curves.items():
            losses, colour = np.asarray(losses), COLOURS.get(name, BLUE)
            ax.plot(x, losses.mean(axis=0), color=colour, linewidth=1.6)
            ax.fill_between(x, losses.min(axis=0), losses.max(axis=0), color=colour, alpha=0.25, linewidth=0)
        ax.set(xlabel=x_label, ylim=(floor - 0.12, top), xlim=(0, None))
        floor_line(ax, floor, f"order-blind floor {floor:.2f}")
    axes[0, 0].set_ylabel("test loss, nats per token")
    for line, name in enumerate(next(iter(panels.values()))):
        axes[0, -1].text(
            0.97, 0.95 - 0.09 * line, name, color=COLOURS.get(name, BLUE), transform=axes[0, -1].transAxes,
            ha="right", va="top", fontsize=9,
        )  # fmt: skip
    return fig


def schedule(rates: Sequence[float], warmup: int) -> Figure:
    """The learning rate over the steps; the end of the warm-up is a dotted line."""
    fig, ax = figure(height=2.5)
    ax.plot(rates, color=PURPLE)
    ax.axvline(warmup, color=GREY, linestyle=":", linewidth=1.2)
    ax.annotate("warm-up ends", (warmup, 0), (6, 6), textcoords="offset points", color=GREY, fontsize=9)
    ax.set(xlabel="step", ylabel="learning rate η", ylim=(0, None), xlim=(0, len(rates) - 1))
    return fig
