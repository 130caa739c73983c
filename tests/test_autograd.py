"""The autograd engine against torch in float64: operations, random graphs, broadcasting, depth, errors."""

from __future__ import annotations

import operator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy as torch_cross_entropy

from nlm_utils import autograd
from nlm_utils.autograd import Tensor, concatenate, cross_entropy, graph, no_grad, topological_order

TOLERANCE = 1e-9


def largest_difference(ours, torchs) -> float:
    ours, torchs = np.asarray(ours), torchs.detach().numpy()
    assert ours.shape == torchs.shape
    return float(np.abs(ours - torchs).max(initial=0.0) / max(1.0, np.abs(torchs).max(initial=0.0)))


def compare(function, torch_function, *arrays, seed: int = 0) -> None:
    """Value and all gradients of `function` against torch's, for a random cotangent."""
    ours = [Tensor(array) for array in arrays]
    torchs = [torch.tensor(np.asarray(array, dtype=np.float64), requires_grad=True) for array in arrays]
    result, expected = function(*ours), torch_function(*torchs)
    assert largest_difference(result.data, expected) <= TOLERANCE
    cotangent = np.random.default_rng(seed).normal(size=result.shape)
    result.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    for one, other in zip(ours, torchs, strict=True):
        assert largest_difference(one.grad, other.grad) <= TOLERANCE


def random(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


BROADCASTS = [
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((4,), (3, 4)),
    ((3, 4), (1, 4)),
    ((3, 4), (3, 1)),
    ((3, 1), (1, 4)),
    ((2, 3, 4), (3, 1)),
    ((2, 1, 4), (5, 1, 3, 1)),
    ((1, 1), (3, 4)),
    ((3, 4), ()),
    ((), ()),
    ((1,), ()),
]


@pytest.mark.parametrize("shapes", BROADCASTS, ids=str)
@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__mul__", "__truediv__"])
def test_arithmetic_broadcasts_as_torchs_does(operation, shapes):
    a, b = random(*shapes[0]), random(*shapes[1], seed=2) + 3
    compare(*[lambda a, b: getattr(a, operation)(b)] * 2, a, b)


@pytest.mark.parametrize("constant", [2.5, np.full((2, 1), 2.5)], ids=["number", "array"])
@pytest.mark.parametrize("operation", ["add", "sub", "mul", "truediv"])
def test_numbers_and_arrays_are_constants_on_either_side(operation, constant):
    operate, other = getattr(operator, operation), torch.as_tensor(constant)
    compare(lambda x: operate(x, constant), lambda x: operate(x, other), random(2, 3))
    compare(lambda x: operate(constant, x), lambda x: operate(other, x), random(2, 3) + 4)


def test_an_array_on_the_left_leaves_the_operation_to_the_tensor():
    array, x = np.ones((2, 3)), Tensor(random(2, 3))
    results = (array + x, array - x, array * x, array / x, array @ x.T)
    assert all(isinstance(result, Tensor) for result in results)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, 0.5, -1.5, np.int64(2), np.float64(0.5)])
def test_pow(exponent):
    compare(lambda x: x**exponent, lambda x: x ** float(exponent), np.abs(random(3, 4)) + 0.1)


def test_pow_at_zero():
    for exponent in (0, 1, 2):
        compare(lambda x, n=exponent: x**n, lambda x, n=exponent: x**n, np.zeros(3))


def test_neg_and_tanh():
    compare(lambda x: -x, lambda x: -x, random(2, 3))
    compare(lambda x: x.tanh(), lambda x: x.tanh(), 3 * random(2, 3, 4))


MATMULS = [
    ((3, 4), (4, 5)),
    ((2, 3, 4), (4, 5)),
    ((2, 6, 3, 4), (4, 5)),
    ((3, 4), (2, 4, 5)),
    ((2, 3, 4), (2, 4, 5)),
    ((2, 1, 3, 4), (6, 4, 5)),
    ((1, 3, 4), (7, 4, 5)),
    ((1, 4), (4, 1)),
    ((0, 3, 4), (4, 5)),
]


@pytest.mark.parametrize("shapes", MATMULS, ids=str)
def test_matmul(shapes):
    compare(*[lambda a, b: a @ b] * 2, random(*shapes[0]), random(*shapes[1], seed=2))


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 3, 2), (0,), (2, 0)], ids=str)
@pytest.mark.parametrize("row", [(), (3,), (2, 3)], ids=str)
def test_take(shape, row):
    ids = np.random.default_rng(0).integers(5, size=shape)  # 5 rows: ids repeat
    compare(lambda E: E.take(ids), lambda E: E[torch.tensor(ids)], random(5, *row))


def test_take_backward_adds_up_as_add_at_does():
    ids = np.random.default_rng(3).integers(50, size=(40, 7))
    grad, expected = random(40, 7, 6), np.zeros((50, 6))
    np.add.at(expected, ids, grad)
    np.testing.assert_allclose(autograd.take_backward(grad, ids, (50, 6)), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2)], ids=str)
def test_sum_and_mean(axis, keepdims):
    axes = tuple(range(3)) if axis is None else axis
    compare(lambda x: x.sum(axis, keepdims), lambda x: x.sum(axes, keepdim=keepdims), random(2, 3, 4))
    compare(lambda x: x.mean(axis, keepdims), lambda x: x.mean(axes, keepdim=keepdims), random(2, 3, 4))


def test_shapes():
    x = random(2, 3, 4)
    compare(lambda x: x.reshape(6, 4) * np.arange(4), lambda x: x.reshape(6, 4) * torch.arange(4), x)
    compare(lambda x: x.reshape(-1), lambda x: x.reshape(-1), x)
    compare(lambda x: x.transpose(2, 0, 1), lambda x: x.permute(2, 0, 1), x)
    compare(lambda x: x.transpose(-1, 0, 1), lambda x: x.permute(-1, 0, 1), x)
    compare(lambda x: x.T @ x, lambda x: x.mT @ x, x)
    for axis in (0, 1, -1):
        y = random(2, 3, 4, seed=5)
        compare(
            lambda a, b, n=axis: concatenate([a, b, a], n), lambda a, b, n=axis: torch.cat([a, b, a], n), x, y
        )
    compare(lambda a, b: concatenate([a, b]), lambda a, b: torch.cat([a, b]), random(2, 3), random(5, 3))


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_log_softmax_and_cross_entropy(scale):
    t = scale * random(2, 5, 7)
    targets = np.random.default_rng(0).integers(7, size=(2, 5))
    targets[0, 3:] = -100
    compare(lambda t: t.log_softmax(), lambda t: t.log_softmax(-1), t)

    def expected(t):
        return torch_cross_entropy(t.flatten(0, 1), torch.tensor(targets).flatten())

    compare(lambda t: cross_entropy(t, targets), expected, t)
    compare(lambda t: cross_entropy(t, targets) * 3.0 + t.sum(), lambda t: expected(t) * 3.0 + t.sum(), t)
    logits = Tensor(t)
    cross_entropy(logits, targets).backward()
    np.testing.assert_allclose(logits.grad.sum(axis=-1), 0, atol=1e-12)
    assert not logits.grad[0, 3:].any()


def test_a_forbidden_word_has_probability_and_gradient_zero():
    t = np.array([[0.0, -np.inf, 1.0]])
    compare(lambda t: cross_entropy(t, [2]), lambda t: torch_cross_entropy(t, torch.tensor([2])), t)


@pytest.mark.parametrize("kind", [list, np.float32], ids=["list", "float32"])
def test_a_rule_may_return_a_list_or_another_kind_of_float(monkeypatch, kind):
    def rule(grad, out):
        result = grad * (1 - out**2)
        return result.tolist() if kind is list else result.astype(kind)

    monkeypatch.setattr(autograd, "tanh_backward", rule)
    x = Tensor([0.5, -1.0])
    x.tanh().sum().backward()
    assert x.grad.dtype == np.float64
    np.testing.assert_allclose(x.grad, 1 - np.tanh(x.data) ** 2, rtol=1e-6)


# --- whole graphs


@settings(max_examples=150, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**31))
def test_random_graphs_have_torchs_gradients(data, seed):
    """Up to 15 operations on nodes that are drawn again and again: there are diamonds and dead ends."""
    arrays = [
        random(*shape, seed=seed + i) for i, shape in enumerate([(3, 4), (4,), (2, 1, 4), (5, 4), (1, 1)])
    ]
    ours = [Tensor(array) for array in arrays]
    torchs = [torch.tensor(array, requires_grad=True) for array in arrays]
    parameters = list(zip(ours, torchs, strict=True))
    nodes = list(parameters)
    ids = np.random.default_rng(seed).integers(3, size=(2, 3))
    unary = [
        (lambda x: x.tanh(), lambda x: x.tanh()),
        (lambda x: -x, lambda x: -x),
        (lambda x: (x * x + 1.0) ** -0.5, lambda x: (x * x + 1.0) ** -0.5),
        (lambda x: x.sum(-1, keepdims=True), lambda x: x.sum(-1, keepdim=True)),
        (lambda x: x.mean(0), lambda x: x.mean(0)),
        (lambda x: x.log_softmax(), lambda x: x.log_softmax(-1)),
        (lambda x: x.reshape(-1, 1), lambda x: x.reshape(-1, 1)),
        (lambda x: x.T, lambda x: x.mT),
        (lambda x: x.take(ids % x.shape[0]), lambda x: x[torch.tensor(ids % x.shape[0])]),
        (lambda x: concatenate([x, x], -1), lambda x: torch.cat([x, x], -1)),
    ]
    binary = [
        (lambda a, b: a + b,) * 2,
        (lambda a, b: a - b,) * 2,
        (lambda a, b: (a * b).tanh(),) * 2,
        (lambda a, b: (a @ b.T).tanh(), lambda a, b: (a @ b.mT).tanh()),
    ]
    for _ in range(data.draw(st.integers(1, 15))):
        our_operation, torch_operation = data.draw(st.sampled_from(unary + binary))
        n = 2 if (our_operation, torch_operation) in binary else 1
        picked = [nodes[data.draw(st.integers(0, len(nodes) - 1))] for _ in range(n)]
        try:
            expected = torch_operation(*[pair[1] for pair in picked])
        except (RuntimeError, IndexError):  # shapes that do not fit; that ours refuses them is tested below
            continue
        if expected.numel() > 2000 or min(pair[1].ndim for pair in picked) < 2:
            continue
        nodes.append((our_operation(*[pair[0] for pair in picked]), expected))
    result, expected = nodes[-1]
    cotangent = np.random.default_rng(seed + 99).normal(size=result.shape)
    result.backward(cotangent)
    expected.backward(torch.tensor(cotangent))
    assert largest_difference(result.data, expected) <= TOLERANCE
    for one, other in parameters:
        assert (one.grad is None) == (other.grad is None)
        if one.grad is not None:
            assert largest_difference(one.grad, other.grad) <= TOLERANCE


def test_the_additive_language_model():
    ids, targets = np.random.default_rng(0).integers(11, size=(2, 8, 3))[0], np.arange(8) % 11

    def expected(E, W):
        return torch_cross_entropy(E[torch.tensor(ids)].sum(1) @ W.T, torch.tensor(targets))

    compare(
        lambda E, W: cross_entropy(E.take(ids).sum(axis=1) @ W.T, targets),
        expected,
        random(11, 5),
        random(11, 5),
    )


def test_a_node_used_twice_accumulates_and_a_second_backward_adds():
    x = Tensor(3.0)
    y = x * x + x
    y.backward()
    assert x.grad == 7.0
    y.backward()
    assert x.grad == 14.0
    x.zero_grad()
    assert x.grad is None
    y.backward()
    assert x.grad == 7.0


def test_every_node_on_the_way_has_its_gradient():
    x = Tensor([1.0, 2.0])
    y = x * 3.0
    (y * y).sum().backward()
    np.testing.assert_array_equal(y.grad, [6.0, 12.0])


def test_a_chain_of_diamonds_is_visited_once_per_node():
    x = y = Tensor(1.0)
    for _ in range(100):
        y = (y + y) * 0.5  # 2**100 paths
    y.backward()
    assert x.grad == 1.0


def test_a_graph_30_000_deep_is_built_differentiated_and_thrown_away():
    x = y = Tensor([1.0, 2.0])
    for _ in range(30_000):
        y = y + 1e-3
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [1.0, 1.0])
    assert len(topological_order(y)) == 60_001
    del y


def test_topological_order_has_parents_first_and_nodes_once():
    x = Tensor(2.0)
    a = x * x
    root = x - (a + x).tanh() * a  # x and a are reached by short ways and by long ones
    order = topological_order(root)
    assert len(order) == len(set(order)) == 6 and order[-1] is root
    for node in order:
        assert all(order.index(parent) < order.index(node) for parent in node.parents)


def test_gradients_do_not_share_memory():
    a, b = Tensor(np.ones(3)), Tensor(np.ones(3))
    cotangent = np.ones(3)
    (a + b).backward(cotangent)
    a.grad *= 5
    np.testing.assert_array_equal(b.grad, np.ones(3))
    np.testing.assert_array_equal(cotangent, np.ones(3))
    c = Tensor(np.ones((2, 3)))
    c.sum().backward()
    c.grad *= 2  # writable, although it was broadcast
    assert c.grad.sum() == 12


def test_data_is_copied_and_training_does_not_touch_the_original():
    array = np.ones(3)
    x = Tensor(array)
    x.data -= 1.0
    np.testing.assert_array_equal(array, np.ones(3))
    assert x.data.dtype == np.float64 and Tensor([1, 2]).data.dtype == np.float64


def test_no_grad_records_nothing_and_ends_even_after_an_error():
    x = Tensor([1.0, 2.0])
    with pytest.raises(RuntimeError), no_grad():
        raise RuntimeError
    with no_grad():
        with no_grad():
            pass
        y = (x * x).sum()
    assert y.item() == 5.0 and not y.requires_grad and y.parents == ()
    with pytest.raises(ValueError, match="no_grad"):
        y.backward()
    assert (x * x).parents == (x, x)


def test_constants_get_no_gradient():
    x, c = Tensor([1.0, 2.0]), Tensor([3.0, 4.0], requires_grad=False)
    (x * c).sum().backward()
    assert c.grad is None
    np.testing.assert_array_equal(x.grad, [3.0, 4.0])
    assert not (c * 2.0).requires_grad


def test_the_rules_are_looked_up_by_name(monkeypatch):
    """Lecture 06 runs the engine on the student's own functions."""
    for name in ("unbroadcast", "matmul_backward", "take_backward", "tanh_backward", "log_softmax_backward"):
        used = []
        original = getattr(autograd, name)
        monkeypatch.setattr(autograd, name, lambda *a, f=original, used=used: used.append(1) or f(*a))
        x = Tensor(random(3, 4))
        ((x.take([0, 2, 2]) @ x.T + np.ones(3)).tanh().log_softmax() * Tensor(1.0)).sum().backward()
        assert used, name


def test_graph_as_data():
    x = Tensor(3.0, name="x")
    drawing = graph((x * x - 1.0) ** 2)
    assert [node["label"] for node in drawing["nodes"]].count("x") == 1
    labels = {node["id"]: node["label"] for node in drawing["nodes"]}
    assert sorted((labels[a], labels[b]) for a, b in drawing["edges"]) == sorted(
        [("x", "*"), ("x", "*"), ("*", "-"), ("1", "-"), ("-", "**2")]
    )
    by_label = {node["label"]: node for node in drawing["nodes"]}
    assert (by_label["x"]["kind"], by_label["1"]["kind"], by_label["*"]["kind"]) == (
        "parameter",
        "constant",
        "operation",
    )
    assert [by_label[label]["depth"] for label in ("x", "1", "*", "-", "**2")] == [0, 0, 1, 2, 3]
    assert all(depth_of_parent < depth_of_child for depth_of_parent, depth_of_child in _depths(drawing))


def _depths(drawing):
    depth = {node["id"]: node["depth"] for node in drawing["nodes"]}
    return [(depth[a], depth[b]) for a, b in drawing["edges"]]


# --- what goes wrong


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda x: x + np.ones(3), ValueError, r"add: shapes \(2, 4\) and \(3,\) do not broadcast.*reshape"),
        (lambda x: x - np.ones(3), ValueError, r"subtract: shapes \(2, 4\) and \(3,\)"),
        (lambda x: x * np.ones((3, 4)), ValueError, r"multiply: shapes \(2, 4\) and \(3, 4\)"),
        (lambda x: x @ x, ValueError, r"matmul: expected.*got \(2, 4\) @ \(2, 4\); transpose"),
        (lambda x: x @ np.ones(4), ValueError, r"matmul.*\(2, 4\) @ \(4,\).*make a vector a matrix"),
        (lambda x: np.ones((3, 5, 2)) @ (x * np.ones((2, 1, 1))), ValueError, r"\(3, 5, 2\) and \(2, 2, 4\)"),
        (lambda x: x.take([0, 2]), IndexError, r"take: ids must be in 0\.\.1, got 0\.\.2"),
        (lambda x: x.take([-1]), IndexError, r"got -1\.\.-1"),
        (lambda x: x.take([0.0]), TypeError, "take: ids must be integers, got float64"),
        (lambda x: x.reshape(3, 3), ValueError, r"reshape: \(3, 3\) must hold 8 entries"),
        (lambda x: x.backward(), ValueError, r"shape \(2, 4\) is no scalar.*\.sum\(\)"),
        (lambda x: x.backward(np.ones(4)), ValueError, r"must have shape \(2, 4\), got \(4,\)"),
        (lambda x: x.item(), ValueError, r"item.*\(2, 4\)"),
        (lambda x: x**x, TypeError, "pow: the exponent must be a number, got Tensor"),
        (lambda x: x + "a", TypeError, "needs numbers, got str"),
        (lambda x: Tensor([[1], [2, 3]]), TypeError, "needs numbers, got list"),
        (lambda x: concatenate([x, np.ones((3, 3))]), ValueError, r"concatenate.*\(2, 4\), \(3, 3\)"),
        (lambda x: cross_entropy(x, [0]), ValueError, r"logits of shape \(2, 4\) need.*\(2,\).*shape \(1,\)"),
        (lambda x: cross_entropy(x, [0.0, 1.0]), ValueError, "need integer targets.*got float64"),
        (lambda x: cross_entropy(x, [0, 4]), ValueError, r"targets must be in 0\.\.3"),
        (lambda x: cross_entropy(x, [-1, 0]), ValueError, r"targets must be in 0\.\.3"),
        (lambda x: cross_entropy(x, [-100, -100]), ValueError, "not all -100"),
        (lambda x: (Tensor(1.0, requires_grad=False) * 2).backward(), ValueError, "depends on no parameter"),
        (lambda x: np.tanh(x), TypeError, "Tensor"),
    ],
)
def test_errors_say_what_came_and_what_was_expected(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong(Tensor(random(2, 4)))
