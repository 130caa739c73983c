"""Reverse-mode automatic differentiation over NumPy: what `loss.backward()` does, with nothing hidden.

A `Tensor` remembers the Tensors it was computed from and a rule; `backward` walks that graph from the loss
back to the parameters and applies the chain rule at every node. Float64 and first derivatives only. The seven
functions at the top are its heart; looked up by name, so that lecture 06 can put yours in their place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from numbers import Real

import numpy as np
from scipy.sparse import csr_matrix

from . import functional
from .text import PADDING

_recording = True  # False inside `no_grad()`


# --- the heart: the chain rule for one operation after the other, and the order of applying it -------------


def unbroadcast(grad, shape):
    """The gradient of an array of this `shape` that was broadcast to `grad.shape`: an array of `shape`.

    Sums over everything that broadcasting copied: axes that were added in front, and axes of size 1 that were
    stretched, wherever they stand. `shape` is a tuple, maybe (); where nothing was copied grad is the answer.
    """
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return grad.sum(axis=stretched, keepdims=True)


def matmul_backward(grad, a, b):
    """Gradients of a and of b, where grad is dL/d(a @ b); batch axes are left as broadcast."""
    return grad @ b.swapaxes(-1, -2), a.swapaxes(-1, -2) @ grad


def take_backward(grad, ids, shape):
    """Gradient of E, of this `shape`, where grad is dL/d(E[ids]): a row that was looked up twice adds up.

    E[ids] is one_hot @ E, so this is one_hot.T @ grad, and one_hot is sparse: a single 1 in each row.
    """
    one_hot = csr_matrix((np.ones(ids.size), ids.ravel(), np.arange(ids.size + 1)), (ids.size, shape[0]))
    return (one_hot.T @ grad.reshape(ids.size, math.prod(shape[1:]))).reshape(shape)


def tanh_backward(grad, out):
    """dL/dx for out = tanh(x), any shape: `out` is what is given, not x, and grad is dL/d(out)."""
    return grad * (1 - out**2)


def log_softmax_backward(grad, log_p):
    """dL/dt for log_p = log_softmax(t), along the last axis, of shape (..., V); grad is dL/d(log_p)."""
    return grad - np.exp(log_p) * grad.sum(axis=-1, keepdims=True)


def topological_order(root):
    """All nodes that `root` was computed from, and root itself: a list, parents before children, each once.

    `node.parents` holds the nodes that a node was computed from: none, one, several, or one of them twice.
    Any such order will do. A graph may be 10 000 nodes deep, and many paths may lead to the same node.
    """
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, parents_are_done = stack.pop()
        if parents_are_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def backpropagate(root):
    """Sets `.grad` of `root` and of every node it depends on to d(root)/d(node); returns nothing.

    A node has `.value`, an array; `.parents`, a tuple of the nodes it was computed from, maybe one of them
    twice; `.grad`, None before and an array like `.value` afterwards (for root itself it is all ones); and
    `.pull(grad)`, a tuple with one gradient for each parent, where `grad` is the node's own and complete.
    A rule may hand the same array to several parents. Each `.pull` is called once (that of a node without
    parents gives (), and may be left out). A graph may be 10 000 nodes deep, and many paths may lead to a node.
    """
    root.grad = np.ones(np.shape(root.value))
    for node in reversed(topological_order(root)):  # children first: a gradient is complete when used
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            parent.grad = part if parent.grad is None else parent.grad + part


# --- the graph ---------------------------------------------------------------------------------------------


class Node:
    """What `backpropagate` walks along: a value, the Nodes it was computed from, and the rule of its operation."""

    def __init__(self, value: np.ndarray, parents: tuple[Node, ...], pull: Callable[[np.ndarray], tuple]):
        self.value, self.parents, self.pull = value, parents, pull
        self.grad: np.ndarray | None = None


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside `with no_grad():` results are plain values, which remember no parents and take no gradient."""
    global _recording
    before, _recording = _recording, False
    try:
        yield
    finally:
        _recording = before


class Tensor:
    """A float64 array that remembers how it was computed.

    data           the values, copied from what is given; a parameter is trained by `parameter.data -= ...`
    grad           dL/d(data), summed over the calls of `backward` since `zero_grad`; None before the first
    requires_grad  False for a constant; a number or array that meets a Tensor in an operation is a constant
    name           what a drawing of the graph calls it
    operation, parents, rule   how it was computed; `rule(grad)` returns one gradient for each parent
    """

    __array_ufunc__ = None  # `array + tensor` is then left to Tensor.__radd__

    def __init__(self, data, requires_grad: bool = True, name: str = ""):
        try:
            self.data = np.array(data, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise TypeError(f"Tensor: needs numbers, got {type(data).__name__}: {data!r:.60}") from error
        self.grad: np.ndarray | None = None
        self.requires_grad, self.name, self.operation = requires_grad, name, ""
        self.parents: tuple[Tensor, ...] = ()
        self.rule: Callable[[np.ndarray], tuple] = lambda grad: ()

    def backward(self, gradient=None) -> None:
        """Adds dL/d(node) to the `grad` of self and of every node it was computed from.

        gradient  dL/d(self), shaped like self; may be left out where self has one entry: then L is self
        """
        if not self.requires_grad:
            raise ValueError("backward: this Tensor depends on no parameter, or was computed under no_grad()")
        if gradient is None and self.data.size != 1:
            raise ValueError(
                f"backward: a Tensor of shape {self.shape} is no scalar; reduce it with .sum() or .mean(), "
                f"or give dL/d(this Tensor): backward(gradient) with a gradient of shape {self.shape}"
            )
        gradient = np.ones(self.shape) if gradient is None else np.array(gradient, dtype=np.float64)
        if gradient.shape != self.shape:
            raise ValueError(f"backward: gradient must have shape {self.shape}, got {gradient.shape}")
        tensors = [tensor for tensor in topological_order(self) if tensor.requires_grad]  # no constants
        nodes = {tensor: Node(tensor.data, (), tensor._pull) for tensor in tensors}
        for tensor, node in nodes.items():
            node.parents = tuple(nodes[parent] for parent in tensor.parents if parent.requires_grad)
        backpropagate(Node(np.sum(self.data * gradient), (nodes[self],), lambda grad: (grad * gradient,)))
        taken: set[int] = set()
        for tensor, node in nodes.items():
            tensor.grad = _own(node.grad, taken) if tensor.grad is None else tensor.grad + node.grad

    def _pull(self, grad: np.ndarray) -> tuple[np.ndarray, ...]:
        """What `rule` gives to the parents that want a gradient, in float64 and in their shapes."""
        parts = []
        for parent, part in zip(self.parents, self.rule(grad), strict=True):
            if parent.requires_grad:
                part = np.asarray(part, dtype=np.float64)  # your rule may return a list, or float32
                parts.append(part if part.shape == parent.shape else unbroadcast(part, parent.shape))
        return tuple(parts)

    def zero_grad(self) -> None:
        """Forgets the gradient; otherwise the next `backward` adds to it."""
        self.grad = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    def item(self) -> float:
        """The value of a Tensor with one entry, as a Python float."""
        if self.data.size != 1:
            raise ValueError(f"item: needs a Tensor with one entry, got shape {self.shape}; see .data")
        return self.data.item()

    def __repr__(self) -> str:
        values = np.array2string(self.data, precision=4, threshold=20, separator=", ", prefix="Tensor(")
        return f"Tensor({values}{self.operation and f', operation={self.operation!r}'})"

    # --- entry by entry; shapes broadcast as NumPy's do

    def __add__(self, other) -> Tensor:
        a, b = self, _as_tensor(other)
        _check_broadcast("add", a, b)
        return _result("+", a.data + b.data, (a, b), lambda grad: (grad, grad))

    def __sub__(self, other) -> Tensor:
        a, b = self, _as_tensor(other)
        _check_broadcast("subtract", a, b)
        return _result("-", a.data - b.data, (a, b), lambda grad: (grad, -grad))

    def __mul__(self, other) -> Tensor:
        a, b = self, _as_tensor(other)
        _check_broadcast("multiply", a, b)
        return _result("*", a.data * b.data, (a, b), lambda grad: (grad * b.data, grad * a.data))

    def __pow__(self, exponent: float) -> Tensor:
        if not isinstance(exponent, Real):
            raise TypeError(f"pow: the exponent must be a number, got {type(exponent).__name__}")
        slope = exponent * self.data ** (exponent - 1) if exponent else np.zeros(self.shape)
        return _result(f"**{exponent:g}", self.data**exponent, (self,), lambda grad: (grad * slope,))

    def __neg__(self) -> Tensor:
        return _result("neg", -self.data, (self,), lambda grad: (-grad,))

    def __truediv__(self, other) -> Tensor:
        return self * _as_tensor(other) ** -1.0

    def __radd__(self, other) -> Tensor:
        return _as_tensor(other) + self

    def __rsub__(self, other) -> Tensor:
        return _as_tensor(other) - self

    def __rmul__(self, other) -> Tensor:
        return _as_tensor(other) * self

    def __rtruediv__(self, other) -> Tensor:
        return _as_tensor(other) / self

    def tanh(self) -> Tensor:
        out = np.tanh(self.data)
        return _result("tanh", out, (self,), lambda grad: (tanh_backward(grad, out),))

    # --- products and look-ups

    def __matmul__(self, other) -> Tensor:
        """(..., m, k) @ (..., k, n) -> (..., m, n); leading axes broadcast."""
        a, b = self, _as_tensor(other)
        if min(a.data.ndim, b.data.ndim) < 2 or a.shape[-1] != b.shape[-2]:
            raise ValueError(
                f"matmul: expected shapes (..., m, k) @ (..., k, n), got {a.shape} @ {b.shape}; "
                f"transpose one of them (.T), or make a vector a matrix: .reshape(1, -1) or .reshape(-1, 1)"
            )
        if a.data.ndim > 2 and b.data.ndim == 2:  # one matrix for the whole batch: one large product
            rows = a.reshape(math.prod(a.shape[:-1]), a.shape[-1])
            return (rows @ b).reshape(*a.shape[:-1], b.shape[-1])
        _check_broadcast("matmul", a, b, up_to=-2)
        return _result("@", a.data @ b.data, (a, b), lambda grad: matmul_backward(grad, a.data, b.data))

    def __rmatmul__(self, other) -> Tensor:
        return _as_tensor(other) @ self

    def take(self, ids) -> Tensor:
        """Rows of self, as in E[ids]: ids of any shape, self (V, ...) -> ids.shape + (...)."""
        ids = np.asarray(ids)
        if ids.dtype.kind not in "iu":
            raise TypeError(f"take: ids must be integers, got {ids.dtype}")
        if ids.size and not 0 <= ids.min() <= ids.max() < len(self.data):
            raise IndexError(f"take: ids must be in 0..{len(self.data) - 1}, got {ids.min()}..{ids.max()}")
        return _result("take", self.data[ids], (self,), lambda grad: (take_backward(grad, ids, self.shape),))

    # --- over axes, and from shape to shape

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """Sum over `axis`, or over everything."""
        kept = self.data.sum(axis, keepdims=True)

        def rule(grad):  # every summand gets the gradient of the sum
            return (np.broadcast_to(grad.reshape(kept.shape), self.shape),)

        return _result("sum", kept if keepdims else kept.squeeze(axis), (self,), rule)

    def mean(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Tensor:
        """Mean over `axis`, or over everything."""
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def reshape(self, *shape: int) -> Tensor:
        """The same entries in another shape; one size may be -1."""
        try:
            data = self.data.reshape(shape)
        except ValueError:
            raise ValueError(
                f"reshape: {shape} must hold {self.data.size} entries, as {self.shape} does"
            ) from None
        return _result("reshape", data, (self,), lambda grad: (grad.reshape(self.shape),))

    def transpose(self, *axes: int) -> Tensor:
        """Axes in the given order, as NumPy's transpose."""
        back = np.argsort([axis % self.data.ndim for axis in axes])
        return _result("transpose", self.data.transpose(axes), (self,), lambda grad: (grad.transpose(back),))

    @property
    def T(self) -> Tensor:
        """The last two axes exchanged: (..., m, n) -> (..., n, m)."""
        return _result("T", self.data.swapaxes(-1, -2), (self,), lambda grad: (grad.swapaxes(-1, -2),))

    def log_softmax(self) -> Tensor:
        """log p along the last axis, shape (..., V), in nats; safe for large logits."""
        log_p = functional.log_softmax(self.data)
        return _result("log_softmax", log_p, (self,), lambda grad: (log_softmax_backward(grad, log_p),))


# --- functions of Tensors ----------------------------------------------------------------------------------


def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Joins Tensors along an existing axis; they agree in all other axes."""
    tensors = tuple(_as_tensor(tensor) for tensor in tensors)
    try:
        data = np.concatenate([tensor.data for tensor in tensors], axis)
    except ValueError:
        shapes = ", ".join(str(tensor.shape) for tensor in tensors)
        raise ValueError(f"concatenate: shapes must agree in all axes but {axis}, got {shapes}") from None
    ends = np.cumsum([tensor.shape[axis] for tensor in tensors])[:-1]
    return _result("concatenate", data, tensors, lambda grad: tuple(np.split(grad, ends, axis)))


def cross_entropy(logits: Tensor, targets) -> Tensor:
    """Mean of -log softmax(logits)[target] in nats per token, log-softmax and loss in one node.

    logits (..., V), targets (...) integers in 0..V-1; a target of -100 is padding and does not count.
    The gradient is (p - onehot) / number of targets that count.
    """
    logits, targets = _as_tensor(logits), np.asarray(targets)
    t = logits.data
    if targets.shape != t.shape[:-1] or targets.dtype.kind not in "iu":
        raise ValueError(
            f"cross_entropy: logits of shape {t.shape} need integer targets of shape {t.shape[:-1]}, "
            f"got {targets.dtype} of shape {targets.shape}"
        )
    t, targets = t.reshape(-1, t.shape[-1]), targets.ravel()
    counted = np.flatnonzero(targets != PADDING)
    chosen = (counted, targets[counted])  # where the loss reads the logits
    if not counted.size or not 0 <= chosen[1].min() <= chosen[1].max() < t.shape[1]:
        raise ValueError(f"cross_entropy: targets must be in 0..{t.shape[1] - 1}, and not all {PADDING}")
    shifted = t - t.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=-1)
    loss = (np.log(total[counted]) - shifted[chosen]).mean()

    def rule(grad):
        share = np.where(targets != PADDING, grad / counted.size, 0.0)  # what each row's loss weighs
        dt = exponentials * (share / total)[:, None]
        dt[chosen] -= share[counted]
        return (dt.reshape(logits.shape),)

    return _result("cross_entropy", loss, (logits,), rule)


def graph(root: Tensor) -> dict[str, list]:
    """The graph behind `root` as data for a drawing: {"nodes": [...], "edges": [...]}.

    A node is {"id", "label", "operation", "kind", "depth", "shape", "data", "grad"}; kind is "parameter",
    "constant" or "operation", depth the longest way from a leaf. An edge is (id of parent, id of child);
    x * x has two.
    """
    order = topological_order(root)
    ids = {node: i for i, node in enumerate(order)}
    nodes, edges, depths = [], [], []
    for node in order:
        parents = [ids[parent] for parent in node.parents]
        edges += [(parent, ids[node]) for parent in parents]
        depths.append(max((depths[parent] + 1 for parent in parents), default=0))
        value = f"{node.data.item():.4g}" if node.data.size == 1 else str(node.shape)
        label = node.name or node.operation or value
        kind = "operation" if node.operation else "parameter" if node.requires_grad else "constant"
        about = {"id": ids[node], "label": label, "operation": node.operation, "kind": kind}
        about |= {"depth": depths[-1], "shape": node.shape, "data": node.data, "grad": node.grad}
        nodes.append(about)
    return {"nodes": nodes, "edges": edges}


def _own(grad: np.ndarray, taken: set[int]) -> np.ndarray:
    """This gradient, or a copy of it where it shares its memory: two nodes never hold one array."""
    own = np.asarray(grad)
    if own.base is not None or id(own) in taken:
        own = own.copy()
    taken.add(id(own))
    return own


def _as_tensor(value) -> Tensor:
    return value if isinstance(value, Tensor) else Tensor(value, requires_grad=False)


def _result(operation: str, data, parents: tuple[Tensor, ...], rule: Callable[[np.ndarray], tuple]) -> Tensor:
    """The outcome of an operation. It remembers where it came from if anybody will want to know."""
    result = Tensor.__new__(Tensor)  # without copying the data
    result.data, result.grad, result.name, result.operation = np.asarray(data), None, "", operation
    result.requires_grad = _recording and any(parent.requires_grad for parent in parents)
    result.parents, result.rule = (parents, rule) if result.requires_grad else ((), lambda grad: ())
    return result


def _check_broadcast(operation: str, a: Tensor, b: Tensor, up_to: int | None = None) -> None:
    """Says both shapes where they do not broadcast; matmul's last two axes are none of its business."""
    if a.shape[:up_to] != b.shape[:up_to]:
        try:
            np.broadcast_shapes(a.shape[:up_to], b.shape[:up_to])
        except ValueError:
            raise ValueError(
                f"{operation}: shapes {a.shape} and {b.shape} do not broadcast; lined up from the right, "
                f"two sizes must be equal, or one of them 1; use .reshape(...) to line the axes up"
            ) from None
