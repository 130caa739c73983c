"""The figures of lecture 06 show the numbers that they were given, and no edge runs through a node."""

from itertools import pairwise

import numpy as np
import pytest

from nlm_utils.autograd import Tensor, graph
from nlm_utils.plots import lecture_06 as figures


def toy():
    a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    c = a * b
    loss = c + c**2
    c.name, loss.name = "c", "L"
    return loss


def texts(fig) -> list[str]:
    return [text.get_text() for text in fig.axes[0].texts]


def test_nodes_show_their_values_and_edges_their_slopes():
    shown = texts(figures.expression_graph(graph(toy()), slopes=[3, 2, 12, 1, 0.5]))
    assert {"a\n2", "b\n3", "c: ×\n6", "square\n36", "L: +\n42"} <= set(shown)
    assert sorted(text for text in shown if text.startswith("× ")) == ["× 0.5", "× 1", "× 12", "× 2", "× 3"]
    assert not [text for text in shown if text.startswith("gradient")]


def test_gradients_come_from_the_nodes_or_from_what_is_given():
    loss = toy()
    loss.backward()
    own = texts(figures.expression_graph(graph(loss)))
    assert sorted(text for text in own if text.startswith("gradient")) == [
        "gradient 1",
        "gradient 1",
        "gradient 13",
        "gradient 26",
        "gradient 39",
    ]
    first = graph(loss)["nodes"][0]["id"]
    given = texts(figures.expression_graph(graph(loss), gradients={first: 0.25}))
    assert [text for text in given if text.startswith("gradient")] == ["gradient 0.25"]


def test_arrays_show_their_shapes():
    x = Tensor(np.ones((2, 3)), name="x")
    shown = texts(figures.expression_graph(graph((x * x).sum())))
    assert {"x\n(2, 3)", "×\n(2, 3)", "sum\n6"} <= set(shown)


def test_edges_run_to_the_right_and_past_the_nodes():
    x = Tensor(2.0)
    a = x * 3.0
    b = a.tanh() + x  # x and a are used again, further to the right
    drawing = graph((b * a - x) ** 2)
    places, ways = figures.graph_layout(drawing)
    assert len(set(places.values())) == len(drawing["nodes"])
    assert len(ways) == len(drawing["edges"])
    for (parent, child), way in zip(drawing["edges"], ways, strict=True):
        assert way[0] == places[parent] and way[-1] == places[child]
        assert all(right[0] - left[0] == 1 for left, right in pairwise(way))
        assert not set(way[1:-1]) & set(places.values())


def test_the_first_leaf_that_is_used_stands_on_top():
    drawing = graph(toy())
    places, _ = figures.graph_layout(drawing)
    height = {node["label"]: places[node["id"]][1] for node in drawing["nodes"]}
    assert height["a"] > height["b"]


def test_a_wrong_number_of_slopes_is_refused():
    with pytest.raises(ValueError, match="5 edges want as many slopes, got 2"):
        figures.expression_graph(graph(toy()), slopes=[1, 2])


def test_costs_rise_with_the_parameters_or_do_not():
    ax = figures.gradient_costs({"small": 100, "large": 1_000_000}, 3).axes[0]
    _, nudging, _, backward = ax.lines
    np.testing.assert_array_equal(nudging.get_data(), [[100, 1_000_000], [200, 2_000_000]])
    np.testing.assert_array_equal(backward.get_ydata(), [3, 3])
