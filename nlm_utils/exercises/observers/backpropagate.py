"""backpropagate: the gradients that it leaves on a graph, and how the rules of the nodes were called."""

import numpy as np

MANY = 20_000  # so many rules may be called on one graph
SMALL = 100


class EveryPath(Exception):
    """Rules were called far more often than there are nodes: every path is walked, and there may be 2^30."""


class NoGradient(Exception):
    """A tuple was made somebody's gradient; added to others, it would grow without end."""


class Node:
    """A node of a graph as `backpropagate` meets it; `calls` are the gradients that its rule was called with."""

    def __init__(self, name: str, value: np.ndarray, parents: tuple, rule, counter: list[int]):
        self.name, self.value, self.parents, self._grad = name, value, parents, None
        self.calls: list[np.ndarray] = []
        self._rule, self._counter = rule, counter

    @property
    def grad(self):
        return self._grad

    @grad.setter
    def grad(self, grad) -> None:
        if isinstance(grad, tuple):
            raise NoGradient
        self._grad = grad

    def pull(self, grad) -> tuple:
        """One gradient for each parent. The rule of a sum hands the very same array to both."""
        self._counter[0] += 1
        if self._counter[0] > MANY:
            raise EveryPath
        self.calls.append(np.array(grad, dtype=float))
        return self._rule(grad)

    def __repr__(self) -> str:
        return self.name


def observe(function, args, kwargs) -> dict:
    """The gradient of every node of the graph of this text (first and last of a large one), and the calls of rules."""
    nodes = graph(args[0])
    before = [(node, node.value.copy(), node.parents) for node in nodes]
    try:
        function(nodes[-1])
    except EveryPath:
        return {"what came of it": "the rules are called once for every path"}
    except NoGradient:
        return {"what came of it": "a tuple as somebody's gradient"}
    except RecursionError:
        if len(nodes) < SMALL:  # an endless recursion is another mistake
            raise
        return {"what came of it": "a RecursionError"}
    shown = nodes if len(nodes) < SMALL else [nodes[0], nodes[-1]]
    facts = {f"grad of {node.name}": _plain(node.grad) for node in shown}
    inner = [node for node in nodes if node.parents]
    facts["rules called more than once"] = [node.name for node in inner if len(node.calls) > 1][:5]
    facts["rules called too early, before all of the gradient had come"] = _too_early(inner)
    facts["rules never called"] = [node.name for node in inner if not node.calls][:5]
    kept = all(
        node.parents is parents and np.array_equal(node.value, value) for node, value, parents in before
    )
    facts["values and parents are as they were"] = kept
    return facts


def _plain(grad):
    if grad is None:
        return "no gradient (None)"
    return grad if isinstance(grad, (np.ndarray, float, int, np.number)) else f"a {type(grad).__name__}"


def _too_early(nodes) -> list[str]:
    """Nodes whose one call had another gradient than the one that they have in the end."""
    early = []
    for node in nodes:
        if len(node.calls) == 1 and isinstance(node.grad, (np.ndarray, float, int, np.number)):
            final, call = np.asarray(node.grad, dtype=float), node.calls[0]
            if final.shape == call.shape and not np.allclose(final, call):
                early.append(node.name)
    return early[:5]


RULES = {
    "+": lambda a, b: (a + b, lambda grad: (grad, grad)),
    "-": lambda a, b: (a - b, lambda grad: (grad, -grad)),
    "*": lambda a, b: (a * b, lambda grad: (grad * b, grad * a)),
    "same": lambda a: (a.copy(), lambda grad: (grad,)),
    "square": lambda a: (a * a, lambda grad: (2 * grad * a,)),
    "sum": lambda a: (a.sum(), lambda grad: (np.full(a.shape, grad),)),
    "mix": lambda a, b, c: (a * b + c, lambda grad: (grad * b, grad * a, grad)),
}


def graph(text: str) -> list[Node]:
    """The nodes of "a = 2; b = 1 -1; c = * a b": leaves with one number or several, and operations on earlier nodes."""
    nodes: dict[str, Node] = {}
    counter = [0]
    for entry in text.split("; "):
        name, _, what = entry.partition(" = ")
        first, *rest = what.split()
        if first in RULES:
            parents = tuple(nodes[parent] for parent in rest)
            value, rule = RULES[first](*(parent.value for parent in parents))
        else:
            numbers = [float(number) for number in (first, *rest)]
            value, parents, rule = np.array(numbers if rest else numbers[0]), (), lambda grad: ()
        nodes[name] = Node(name, np.asarray(value), parents, rule, counter)
    if len(nodes) >= SMALL:
        counter[0] = -len(nodes) * SMALL
    return list(nodes.values())
