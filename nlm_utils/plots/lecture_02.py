"""The figures of lecture 02: a map of words whose labels do not cover each other, neighbours, squares of cosines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .style import BLUE, GREEN, GREY, INK, ORANGE, PALETTE, PAPER, PURPLE, RED, SKY, figure


def place_labels(dots: np.ndarray, sizes: np.ndarray, frame: np.ndarray, gap: float = 4.5) -> np.ndarray:
    """Finds a free place near its dot for each label: boxes (n, 4) of left, bottom, right, top, in pixels.

    dots: (n, 2). sizes: (n, 2), width and height of each label. frame: (left, bottom, right, top). One label
    after the other takes the first place, to the right of its dot and then around it in growing circles, at
    which it covers no dot and no earlier label and stays in the frame. Nothing is random. A label that finds
    no place, since the frame is too full, stays beside its dot.
    """
    dots, sizes = np.asarray(dots, dtype=float), np.asarray(sizes, dtype=float)
    taken = np.concatenate([dots - gap, dots + gap], axis=1)  # boxes, the dots first
    boxes = np.zeros((0, 4))
    angles = np.pi * np.array([0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 8]) / 8
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (16, 2), the right first
    reach = np.arange(gap + 2.0, frame[2] - frame[0], 3.0)  # how far from the dot the label's edge begins
    for dot, size in zip(dots, sizes, strict=True):
        centres = dot + (reach[:, None, None] + 0.5 * size * np.abs(directions)) * directions
        corners = centres.reshape(-1, 2) - 0.5 * size
        places = np.concatenate([corners, corners + size], axis=1)  # (candidates, 4)
        inside = (places[:, :2] >= frame[:2]).all(axis=1) & (places[:, 2:] <= frame[2:]).all(axis=1)
        clear = inside & ~overlapping(places, np.concatenate([taken, boxes])).any(axis=1)
        boxes = np.concatenate([boxes, places[[int(np.argmax(clear))]]])  # the first place that is clear
    return boxes


def overlapping(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of `boxes` (n, 4) cover a part of which of `others` (m, 4): bool, (n, m)."""
    lower = np.maximum(boxes[:, None, :2], others[None, :, :2])
    upper = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return (upper > lower).all(axis=-1)


def word_map(
    points: np.ndarray, words: Sequence[str], groups: Sequence[str], title: str = "", height: float = 5.0
):
    """A map of words: a dot at each point, coloured by group, and the word beside it, no label over another.

    points: (n, 2). words, groups: n strings each, at most 8 different groups. The axes have no unit: only who
    lies near whom can be read. A label that had to move has a thin line to its dot.
    """
    colours = (*PALETTE, INK, GREY)
    names = list(dict.fromkeys(groups))
    if len(names) > len(colours):
        raise ValueError(f"word_map: at most {len(colours)} groups can be told apart, got {len(names)}")
    fig, ax = figure(height=height)
    ax.set_title(title)
    ax.set(xlabel="first direction", ylabel="second direction", xticks=[], yticks=[])
    ax.grid(False)
    ax.margins(0.09, 0.07)
    for name, colour in zip(names, colours, strict=False):
        of_group = np.array([group == name for group in groups])
        ax.scatter(*np.asarray(points)[of_group].T, s=18, color=colour, linewidths=0, zorder=5)
    for number, (name, colour) in enumerate(zip(names, colours, strict=False)):
        column, row = number % 4, number // 4
        at = (0.02 + 0.25 * column, -0.10 - 0.05 * row)
        ax.plot(*at, "o", color=colour, markersize=5, transform=ax.transAxes, clip_on=False)
        ax.text(at[0] + 0.015, at[1], name, fontsize=8, va="center", transform=ax.transAxes)
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.2}  # a line passes behind a label
    labels = [
        ax.text(x, y, word, fontsize=8, zorder=4, bbox=ground)
        for (x, y), word in zip(points, words, strict=True)
    ]
    fig.draw_without_rendering()
    fig.set_layout_engine("none")  # the frame stays where it is from here on, so that pixels mean something

    renderer = fig.canvas.get_renderer()
    centres = ax.transData.transform(points)  # (n, 2) pixels
    sizes = np.array([[b.width, b.height] for b in (label.get_window_extent(renderer) for label in labels)])
    placed = place_labels(centres, sizes + 2.0, np.array(ax.bbox.extents))
    to_data = ax.transData.inverted()
    for label, centre, box in zip(labels, centres, placed, strict=True):
        label.set(position=to_data.transform((box[0], (box[1] + box[3]) / 2)), va="center", ha="left")
        nearest = np.clip(centre, box[:2], box[2:])
        if np.linalg.norm(nearest - centre) > 12.0:
            ends = to_data.transform([centre, nearest])
            ax.plot(*ends.T, color=GREY, linewidth=0.6, zorder=2)
    return fig


def one_direction(panels: Mapping[str, np.ndarray], words: Sequence[str], across: str, height: float = 3.2):
    """Side by side, words as points of two weights, and the line through 0 that keeps most of the squares.

    panels: {the verb upwards: (n, 2) weights of each word beside `across` and beside that verb}. A thin line
    leads from each point to the place on the line that stands for it.
    """
    fig, axes = figure(1, len(panels), height=height, squeeze=False, sharex=True, sharey=True)
    for ax, (upwards, points) in zip(axes[0], panels.items(), strict=True):
        direction = np.linalg.svd(points, full_matrices=False)[2][0]
        direction = direction * np.sign(direction.sum())
        feet = np.outer(points @ direction, direction)
        end = 1.1 * np.abs(points).max() * direction / direction.max()
        ax.plot([0, end[0]], [0, end[1]], color=ORANGE, linewidth=1.6, zorder=2)
        for point, foot in zip(points, feet, strict=True):
            ax.plot(*np.transpose([point, foot]), color=GREY, linewidth=0.7, zorder=1)
        ax.scatter(*points.T, s=18, color=BLUE, linewidths=0, zorder=3)
        labels = {}
        for word, point in zip(words, points.round(1), strict=True):
            labels.setdefault(tuple(point), []).append(word)
        for point, names in labels.items():
            ax.annotate(", ".join(names), point, (4, 3), textcoords="offset points", fontsize=7)
        ax.set(xlabel=f"weight beside {across}", ylabel=f"weight beside {upwards}", aspect="equal")
    return fig


def cosine_squares(panels: Mapping[str, np.ndarray], words: Sequence[str], height: float = 2.8):
    """Side by side, squares of cosines between the same words. panels: {title: (n, n), from -1 to 1}."""
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("cosine", [RED, PAPER, BLUE])
    fig, axes = figure(1, len(panels), height=height, squeeze=False)
    for number, (ax, (title, cosines)) in enumerate(zip(axes[0], panels.items(), strict=True)):
        image = ax.imshow(cosines, cmap=colours, vmin=-1, vmax=1)
        ax.grid(False)
        ax.set_title(title)
        ax.set_xticks(range(len(words)), words, rotation=90, fontsize=8)
        ax.set_yticks(range(len(words)), words if number == 0 else [], fontsize=8)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    fig.colorbar(image, ax=axes[0], shrink=0.5, label="cosine", ticks=[-1, 0, 1]).outline.set_visible(False)
    return fig


def neighbour_table(
    rows: Mapping[str, Sequence[tuple[str, float]]], title: str = "", odd: Sequence[str] = ()
):
    """A table with one line per word: its nearest neighbours from left to right, with their cosines.

    rows: {word: [(neighbour, cosine), ...]}, the same number for each. The higher the cosine the darker the
    cell. Neighbours that stand in `odd`, those that the text talks about, have an orange edge.
    """
    n_columns = max(len(neighbours) for neighbours in rows.values())
    fig, ax = figure(height=0.7 + 0.42 * len(rows))
    ax.set_title(title)
    ax.set(xlim=(-1.25, n_columns), ylim=(len(rows), 0), xticks=[], yticks=[])
    ax.grid(False)
    ax.spines[:].set_visible(False)
    for line, (word, neighbours) in enumerate(rows.items()):
        ax.text(-0.1, line + 0.5, word, ha="right", va="center", fontsize=9, fontweight="bold")
        for column, (neighbour, cosine) in enumerate(neighbours):
            edge = ORANGE if neighbour in odd else PAPER
            ax.add_patch(_cell(column, line, float(np.clip(cosine, 0.0, 1.0)), edge))
            ax.text(column + 0.5, line + 0.36, neighbour, ha="center", va="center", fontsize=8)
            ax.text(column + 0.5, line + 0.73, f"{cosine:.2f}", ha="center", va="center", fontsize=6.5)
    return fig


def _cell(column: int, line: int, strength: float, edge: str):
    """The coloured cell behind one neighbour: a light blue, so that dark text stays readable on it."""
    from matplotlib.patches import Rectangle

    corner, size = (column + 0.04, line + 0.06), (0.92, 0.88)
    ground = Rectangle(corner, *size, facecolor=SKY, alpha=0.08 + 0.55 * strength)
    ground.set_edgecolor(edge)
    ground.set_linewidth(2.0 if edge == ORANGE else 0.0)
    return ground


def same_class_curves(dims: Sequence[int], shares: Mapping[str, Sequence[float]], chance: float):
    """How often the nearest neighbour is of the same meaning class, over the dimension d, a line per window.

    dims: the values of d. shares: {line's label: share for each d, from 0 to 1}. chance: the dashed floor.
    """
    fig, ax = figure(height=3.2)
    lines = zip(shares.items(), (BLUE, GREEN, PURPLE, RED), strict=False)
    for (label, values), colour in lines:
        ax.plot(dims, np.asarray(values) * 100, "o-", color=colour, markersize=4)
        ax.annotate(
            label, (dims[-1], values[-1] * 100), (7, 0), textcoords="offset points", color=colour, va="center"
        )
    ax.axhline(chance * 100, color=GREY, linestyle="--", linewidth=1.2)
    ax.text(dims[-1], chance * 100 + 1.5, "chance", color=GREY, ha="right", va="bottom", fontsize=9)
    ax.set(
        xscale="log", xlabel="dimension d", ylim=(0, 102), ylabel="nearest neighbour\nof the same class, %"
    )
    ax.set_xticks(list(dims), [str(d) for d in dims])
    ax.minorticks_off()
    return fig
