"""The figures of lecture 05: a slope, the two errors of nudging, p − onehot, the way uphill and downhill, noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREEN, GREY, INK, ORANGE, PAPER, RED, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def slope_of_one_parameter(
    values: np.ndarray, losses: np.ndarray, here: float, slope: float, name: str
) -> Figure:
    """The loss over one parameter, and the straight line that gradients take it for.

    values, losses (N,): the parameter's values, rising, and the loss there; here: its value now, one of `values`.
    """
    fig, ax = figure(height=3.0)
    level = float(np.interp(here, values, losses))
    ax.plot(values, losses, color=BLUE)
    ax.plot(values, level + slope * (values - here), color=RED, linewidth=1.4, linestyle="--")
    ax.plot(here, level, "o", color=INK)
    ax.annotate(
        f"now: {here:g}, loss {level:.3f}", (here, level), (8, 8), textcoords="offset points", fontsize=9
    )
    left = values[0] + 0.1 * (values[-1] - values[0])
    ax.text(left, np.interp(left, values, losses) + 0.1, "the loss", color=BLUE, fontsize=9)
    right = here + 0.45 * (values[-1] - here)
    ax.text(right, level + slope * (right - here) - 0.12, f"slope {slope:.4f}".replace("-", "−"), color=RED,
            fontsize=9, ha="right", va="top")  # fmt: skip
    ax.set(xlabel=name, ylabel="loss (nats)", ylim=(min(0, level + slope * (values[-1] - here)) - 0.05, None))
    return fig


def difference_errors(eps: np.ndarray, central: np.ndarray, forward: np.ndarray) -> Figure:
    """The error of a slope over the size of the nudge, both axes logarithmic; all three (N,)."""
    fig, ax = figure(height=3.6)
    ax.loglog(eps, forward, color=ORANGE, marker="o", markersize=3.5, linewidth=1.2)
    ax.loglog(eps, central, color=BLUE, marker="o", markersize=3.5, linewidth=1.2)
    largest, smallest = int(np.argmax(eps)), int(np.argmin(eps))
    reach = eps[(eps > 1e-4)]
    ax.loglog(
        reach, 0.35 * central[largest] * (reach / eps[largest]) ** 2, color=GREY, linestyle=":", linewidth=1.4
    )
    tiny = eps[eps < 1e-7]
    ax.loglog(tiny, 0.15 * central[smallest] * eps[smallest] / tiny, color=GREY, linestyle=":", linewidth=1.4)
    ax.text(2e-2, 1e-5, "truncation\n∝ ε²", color=GREY, fontsize=9, va="top")
    ax.text(2e-12, 3e-6, "rounding\n∝ 1/ε", color=GREY, fontsize=9, va="top")
    ax.text(2e-5, 1.5e-3, "one nudge, up\n(f(θ+ε) − f(θ)) / ε", color="#8a5a00", fontsize=9, ha="right")
    ax.text(1.5e-3, 4e-9, "two nudges,\nup and down", color=BLUE, fontsize=9, va="top")
    ax.set(xlabel="size of the nudge ε", ylabel="error of the slope")
    ax.grid(axis="both", visible=True)
    return fig


def p_minus_onehot(words: Sequence[str], p: np.ndarray, target: int) -> Figure:
    """Three panels of bars: what the model gave, what came, and the difference: the gradient of the logits."""
    y = np.eye(len(words))[target]
    fig, axes = figure(1, 3, height=2.4, sharey=True)
    panels = [
        ("p: what the model gave", p, BLUE),
        ("y: what came", y, GREY),
        ("p − y: the gradient", p - y, RED),
    ]
    rows = np.arange(len(words))
    for ax, (title, values, colour) in zip(axes, panels, strict=True):
        ax.barh(rows, values, color=[GREEN if value < 0 else colour for value in values], height=0.6)
        for row, value in zip(rows, values, strict=True):
            text = f"{value:.4f}".replace("-", "−") if colour != GREY else f"{value:g}"
            ax.text(max(value, 0) + 0.04, row, text, va="center", fontsize=9)
        ax.set_title(title, fontsize=10)
        ax.set_xlim(-0.35, 1.3)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.set_yticks(rows, words)
        ax.tick_params(axis="y", length=0, labelcolor=INK)
        ax.set_xticks([])
        ax.grid(False)
        ax.spines[["bottom", "left"]].set_visible(False)
    axes[0].invert_yaxis()
    return fig


def outer_product(words: Sequence[str], dt: np.ndarray, x: np.ndarray) -> Figure:
    """dL/dW as the table of all products of dL/dt, one per row, and x, one per column, with its column sums.

    words, dt (V,); x (d,); few enough to be read.
    """
    dW = np.outer(dt, x)
    fig, ax = figure(height=0.95 + 0.4 * (len(words) + 2))
    largest = np.abs(dW).max()
    for i in range(len(words)):
        _cell(ax, -1.25, i, dt[i], largest, bold=True)
        for k in range(len(x)):
            _cell(ax, k, i, dW[i, k], largest)
    for k in range(len(x)):
        _cell(ax, k, -1.25, x[k], 3 * np.abs(x).max(), bold=True)
        total = dW[:, k].sum()
        ax.text(
            k,
            len(words) + 0.05,
            f"{0.0 if abs(total) < 1e-12 else total:g}",
            ha="center",
            va="center",
            fontsize=9,
        )
    ax.text(-1.25, -1.25, "dL/dt    x", ha="center", va="center", fontsize=9, color=GREY)
    ax.text(-1.25, len(words) + 0.05, "sum of the column", ha="center", va="center", fontsize=9, color=GREY)
    for i, word in enumerate(words):
        ax.text(-2.0, i, word, ha="right", va="center", fontsize=9)
    ax.text(len(x) - 0.35, (len(words) - 1) / 2, f"dL/dW\n({len(words)}, {len(x)})", va="center", fontsize=10)
    ax.set(xlim=(-3.0, len(x) + 0.6), ylim=(len(words) + 0.6, -1.9))
    ax.axis("off")
    return fig


def _cell(ax: Axes, x: float, y: float, value: float, largest: float, bold: bool = False) -> None:
    """One number in its box: red where raising the parameter raises the loss, green where it lowers it."""
    from matplotlib.patches import Rectangle

    colour, alpha = (RED if value > 0 else GREEN), min(0.08 + 0.55 * abs(value) / largest, 0.65)
    ax.add_patch(Rectangle((x - 0.48, y - 0.44), 0.96, 0.88, facecolor=colour, alpha=alpha, edgecolor="none"))
    ax.text(x, y, f"{value:.4f}".replace("-", "−"), ha="center", va="center", fontsize=9,
            fontweight="bold" if bold else "normal")  # fmt: skip


def steepest_ascent(
    a: np.ndarray, b: np.ndarray, surface: np.ndarray, start: np.ndarray, grad: np.ndarray, degrees: np.ndarray,
    rises: np.ndarray, names: tuple[str, str],
) -> Figure:  # fmt: skip
    """Left the surface over two parameters with the gradient at one point, right how much each direction rises.

    a (M,), b (N,), surface (N, M); start, grad (2,); degrees, rises (K,): the direction of a small step, measured
    from the gradient, −180 to 180, and the change of the loss per unit of that step.
    """
    fig, (left, right) = figure(1, 2, height=3.2)
    _contours(left, a, b, surface, names)
    direction = grad / np.linalg.norm(grad)
    reach = 0.22 * min(np.ptp(a), np.ptp(b))
    for sign, colour, word in ((1, RED, "uphill: dL/dθ"), (-1, GREEN, "downhill")):
        tip = start + sign * reach * direction
        arrow = {
            "arrowstyle": "-|>",
            "color": colour,
            "linewidth": 2.2,
            "mutation_scale": 13,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        left.annotate("", xy=tip, xytext=start, arrowprops=arrow)
        left.text(
            tip[0], tip[1] + sign * 0.06 * np.ptp(b) * np.sign(direction[1]), word, color=colour, fontsize=9,
            ha="left" if tip[0] < a.mean() else "right", va="center",
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
        )  # fmt: skip
    left.plot(*start, "o", color=INK)
    right.axhline(0, color=GREY, linewidth=0.8)
    right.plot(degrees, rises, color=BLUE)
    length = float(np.linalg.norm(grad))
    right.plot([-180, 0, 180], [-length, length, -length], "o", color=INK, markersize=4)
    right.annotate(
        "along the gradient", (0, length), (0, 5), textcoords="offset points", ha="center", fontsize=8.5
    )
    right.text(0, -length, "against it", ha="center", va="center", fontsize=8.5)
    right.annotate("", (-176, -length), (-70, -length), arrowprops={"arrowstyle": "->", "color": GREY})
    right.annotate("", (176, -length), (70, -length), arrowprops={"arrowstyle": "->", "color": GREY})
    right.set_xticks([-180, -90, 0, 90, 180], ["−180°", "−90°", "0°", "90°", "180°"])
    right.set(ylim=(-1.25 * length, 1.3 * length), xlabel="direction, from the gradient")
    right.set_ylabel("rise of L per unit of step")
    return fig


def _contours(ax: Axes, a: np.ndarray, b: np.ndarray, surface: np.ndarray, names: tuple[str, str]) -> None:
    low = surface.min()
    levels = low + np.linspace(0, 1, 15)[1:] ** 2 * (surface.max() - low)
    ax.contour(a, b, surface, levels=levels, colors=[GREY], linewidths=0.7, alpha=0.7)
    lowest = np.unravel_index(surface.argmin(), surface.shape)
    ax.plot(a[lowest[1]], b[lowest[0]], "x", color=INK, markersize=7, markeredgewidth=1.8)
    ax.grid(False)
    ax.set_aspect("equal")  # so that a gradient stands at right angles to the contours
    ax.set(xlim=(a[0], a[-1]), ylim=(b[0], b[-1]), xlabel=names[0], ylabel=names[1])


def descents(
    a: np.ndarray, b: np.ndarray, surface: np.ndarray, paths: Mapping[str, np.ndarray], names: tuple[str, str]
) -> Figure:
    """One panel per path over the same surface; × is the lowest point.

    a (M,), b (N,), surface (N, M); paths: title -> (steps + 1, 2) the parameters before each step and after the last.
    """
    fig, axes = figure(1, len(paths), height=2.5 if len(paths) > 1 else 3.2, sharey=True, squeeze=False)
    for ax, (title, path) in zip(axes[0], paths.items(), strict=True):
        _contours(ax, a, b, surface, (names[0], names[1] if ax is axes[0, 0] else ""))
        ax.plot(path[:, 0], path[:, 1], color=BLUE, marker="o", markersize=3, linewidth=1.2)
        ax.plot(*path[0], "o", color=INK)
        ax.plot(*path[-1], "o", color=RED)
        ax.set_title(title, fontsize=10)
    return fig


def learning_rates(runs: Mapping[str, Sequence[float]], entropy_rate: float, untrained: float) -> Figure:
    """The loss of each batch over the steps, one curve per learning rate; a run that left the picture ends early.

    runs: name -> losses in nats per token, of any lengths; untrained: the loss of an even guess.
    """
    fig, ax = figure(height=3.4)
    longest, top = max(map(len, runs.values())), untrained + 2.2
    for (name, trained), colour in zip(runs.items(), (ORANGE, BLUE, RED), strict=False):
        trained = np.asarray(trained)
        ended = len(trained) < longest
        ax.plot(np.minimum(trained, 2 * top), color=colour, linewidth=1.3)
        place = (
            (len(trained) + 0.01 * longest, top - 0.15) if ended else (1.02 * longest, trained[-20:].mean())
        )
        ax.text(
            *place,
            f"{name}: diverges" if ended else name,
            color=colour,
            fontsize=9,
            va="top" if ended else "center",
        )
    for level, name in ((entropy_rate, "entropy rate"), (untrained, "log V")):
        ax.plot([0, longest], [level, level], color=INK, linestyle="--", linewidth=1.2)
        ax.text(longest, level + 0.08, f"{name} {level:.2f}", fontsize=8.5, ha="right", va="bottom")
    ax.set(
        xlim=(0, 1.16 * longest), ylim=(0.6, top), xlabel="steps", ylabel="loss of the batch (nats per token)"
    )
    return fig


def gradient_noise(
    batch_sizes: Sequence[int], noise: Mapping[str, Sequence[float]], slopes: Mapping[str, float]
) -> Figure:
    """How far the gradient of B examples is from the full one, over B, both axes logarithmic.

    noise: name -> mean distance, as a share of the full gradient's length; slopes: name -> the slope of its fit.
    """
    fig, ax = figure(height=3.3)
    for (name, values), colour in zip(noise.items(), (BLUE, RED, GREEN), strict=False):
        values = np.asarray(values)
        fit = np.exp(np.polyval(np.polyfit(np.log(batch_sizes), np.log(values), 1), np.log(batch_sizes)))
        ax.loglog(batch_sizes, fit, color=colour, linewidth=1.2)
        ax.loglog(batch_sizes, values, "o", color=colour, markersize=5)
        ax.annotate(
            f"{name}\nslope {slopes[name]:.2f}".replace("-", "−"), (batch_sizes[-1], values[-1]), (8, 0),
            textcoords="offset points", va="center", fontsize=9, color=colour, annotation_clip=False,
        )  # fmt: skip
    ax.axhline(1, color=GREY, linewidth=1, linestyle="--")
    ax.text(batch_sizes[0], 1.05, "noise = gradient", color=GREY, fontsize=8.5, va="bottom")
    ax.set_xticks(list(batch_sizes), [str(size) for size in batch_sizes])
    ax.minorticks_off()
    low, high = (f(np.concatenate([np.asarray(v) for v in noise.values()])) for f in (np.min, np.max))
    ticks = [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if low / 1.5 <= tick <= high * 1.5]
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_xlim(batch_sizes[0] / 1.3, batch_sizes[-1] * 1.15)
    ax.set(xlabel="examples in the batch, B", ylabel="|noise| / |full gradient|")
    return fig
