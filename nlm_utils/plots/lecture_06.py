"""The figures of lecture 06: the graph of a small expression with its gradients, and what a gradient costs.

`expression_graph` draws what `autograd.graph(root)` returns, `walk_back` says what to write under the nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, GREEN, GREY, INK, ORANGE, PAPER, RED, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FILLS = {"parameter": "#dcebf5", "constant": "#ecebe6", "operation": "#fdf3dc"}
SIGNS = {"*": "×", "**2": "square", "-": "−", "neg": "−"}
FRAMES = {"parameter": BLUE, "constant": GREY, "operation": ORANGE}


def graph_layout(graph: Mapping[str, list]) -> tuple[dict[int, tuple[float, float]], list[list[tuple]]]:
    """Where to draw a graph: {id: (x, y)} and, for each edge in order, the points it runs through.

    x is the node's depth, so every edge runs to the right. In a column, nodes stand in the order of their
    parents' mean height, leaves in the order of their first use; an edge that skips columns gets a place of
    its own in each, so that it crosses no node.
    """
    depth = {node["id"]: node["depth"] for node in graph["nodes"]}
    ways = [  # every edge as a chain of places; a place between is named by its edge
        [parent, *((number, column) for column in range(depth[parent] + 1, depth[child])), child]
        for number, (parent, child) in enumerate(graph["edges"])
    ]
    first_use = {parent: -number for number, (parent, _) in reversed([*enumerate(graph["edges"])])}
    columns: dict[int, list] = {}
    for node in graph["nodes"]:
        columns.setdefault(node["depth"], []).append(node["id"])
    for way in ways:
        for place in way[1:-1]:
            columns[place[1]].append(place)
    before: dict = {}
    for way in ways:
        for left, right in pairwise(way):
            before.setdefault(right, []).append(left)
    places: dict = {}
    for column in sorted(columns):
        in_column = columns[column]
        height = {
            place: np.mean([places[left][1] for left in before[place]])
            if place in before
            else first_use.get(place, 0)
            for place in in_column
        }
        in_column.sort(key=lambda place: -height[place])
        for i, place in enumerate(in_column):
            places[place] = (float(column), (len(in_column) - 1) / 2 - i)
    return {node: places[node] for node in depth}, [[places[place] for place in way] for way in ways]


def expression_graph(
    graph: Mapping[str, list],
    slopes: Sequence[float] | None = None,
    gradients: Mapping[int, float] | None = None,
    current: int | None = None,
) -> Figure:
    """The graph behind a small expression, from the leaves at the left to the loss at the right.

    graph      what `autograd.graph(root)` returns; a node shows its value, or its shape
    slopes     one local derivative per edge, in the order of `graph["edges"]`, written on the edge
    gradients  {id: dL/d(node) so far}, written under the node; without it each node's own `grad`, if it has one
    current    the id of the node whose rule is being applied, framed in red
    ValueError where the number of slopes is not the number of edges.
    """
    if slopes is not None and len(slopes) != len(graph["edges"]):
        raise ValueError(
            f"expression_graph: {len(graph['edges'])} edges want as many slopes, got {len(slopes)}"
        )
    places, ways = graph_layout(graph)
    if gradients is None:
        gradients = {node["id"]: node["grad"] for node in graph["nodes"] if node["grad"] is not None}
    fig, ax = figure(height=2.9)
    for number, way in enumerate(ways):
        twin = graph["edges"][:number].count(graph["edges"][number])  # x * x: two edges, side by side
        x, y = (np.array(points) for points in zip(*way, strict=True))
        if twin:
            x, y = np.insert(x, 1, x[:2].mean()), np.insert(y, 1, y[:2].mean() + 0.28 * twin)
        ax.plot(x[:-1], y[:-1], color=GREY, linewidth=1.5, zorder=1)
        ax.annotate(
            "", (x[-1], y[-1]), (x[-2], y[-2]), zorder=1,
            arrowprops={"arrowstyle": "-|>", "color": GREY, "linewidth": 1.5, "shrinkA": 0, "shrinkB": 24},
        )  # fmt: skip
        if slopes is not None:
            middle = (x[1], y[1]) if len(x) > 2 else (x.mean(), y.mean())
            ax.text(
                *middle, f"× {slopes[number]:g}", color=GREEN, ha="center", va="center", fontsize=9, zorder=2,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
            )  # fmt: skip
    for node in graph["nodes"]:
        x, y = places[node["id"]]
        sign = SIGNS.get(node["operation"], node["operation"])
        title = sign if node["label"] == node["operation"] else f"{node['label']}: {sign}".removesuffix(": ")
        value = f"{node['data'].item():g}" if node["data"].size == 1 else str(node["shape"])
        frame = RED if node["id"] == current else FRAMES[node["kind"]]
        ax.text(
            x, y, f"{title}\n{value}", ha="center", va="center", fontsize=10, color=INK, linespacing=1.4, zorder=3,
            bbox={
                "facecolor": FILLS[node["kind"]], "edgecolor": frame, "boxstyle": "round,pad=0.45",
                "linewidth": 2.4 if node["id"] == current else 1.2,
            },
        )  # fmt: skip
        if node["id"] in gradients:
            gradient = np.asarray(gradients[node["id"]])
            shown = f"{gradient.item():g}" if gradient.size == 1 else str(gradient.shape)
            ax.annotate(
                f"gradient {shown}", (x, y), (0, -27), textcoords="offset points", ha="center", va="center",
                fontsize=9, color=RED, zorder=4,
            )  # fmt: skip
    heights = [y for way in ways for _, y in way] + [y for _, y in places.values()]
    ax.set_xlim(-0.45, max(x for x, _ in places.values()) + 0.45)
    ax.set_ylim(min(heights) - (0.62 if gradients else 0.45), max(heights) + 0.45)
    ax.axis("off")
    return fig


def walk_back(order: Sequence) -> list[tuple]:
    """The walk back through `order` (parents before children), step by step: [(node, {node: gradient so far})].

    For drawing it: the state after each node, the root first, has handed its gradient on.
    """
    gradients, moments = {order[-1]: np.array(1.0)}, []
    for node in reversed(order):
        for parent, part in zip(node.parents, node.rule(gradients[node]), strict=True):
            gradients[parent] = gradients.get(parent, 0.0) + part
        moments.append((node, dict(gradients)))
    return moments


def gradient_costs(models: Mapping[str, int], passes_backward: float) -> Figure:
    """What one gradient costs in forward passes, by nudging and by backpropagation, over the parameters.

    models           {name: number of parameters}, each marked on both lines
    passes_backward  forward passes that one forward and one backward pass are worth together
    """
    sizes = np.array(list(models.values()), dtype=float)
    ends = np.array([sizes.min() / 4, sizes.max() * 4])
    fig, ax = figure(height=3.4)
    for costs, at_ends, colour, name in (
        (2 * sizes, 2 * ends, RED, "nudging: 2 · |θ|"),
        (np.full(len(sizes), passes_backward), np.full(2, passes_backward), BLUE, "backpropagation"),
    ):
        ax.plot(ends, at_ends, color=colour)
        ax.plot(sizes, costs, "o", color=colour, markersize=6)
        label = name if colour == RED else f"{name}: {passes_backward:g}"
        ax.annotate(
            label, (np.sqrt(ends.prod()), np.sqrt(at_ends.prod())), (12, -16 if colour == RED else 8),
            textcoords="offset points", color=colour, fontsize=10,
        )  # fmt: skip
    for name, size in models.items():
        ax.annotate(
            name, (size, 2 * size), (-8, 3), textcoords="offset points", ha="right", va="bottom", fontsize=9
        )
    ax.set(
        xscale="log", yscale="log", xlabel="parameters |θ|", ylabel="cost of one gradient (forward passes)"
    )
    return fig
