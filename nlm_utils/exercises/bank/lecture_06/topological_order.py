"""topological_order."""

from collections import deque

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise


class Node:
    """A node of a graph, as small as it gets: a name to show, and parents."""

    def __init__(self, name: str, *parents):
        self.name, self.parents = name, parents

    def __repr__(self) -> str:
        return self.name


def _reachable(root):
    """Every node behind root, each once, in no promised order."""
    found, stack = {id(root): root}, [root]
    while stack:
        for parent in stack.pop().parents:
            if id(parent) not in found:
                found[id(parent)] = parent
                stack.append(parent)
    return list(found.values())


def _describe(order, graph):
    """What is right and wrong about an order; several orders are right, so none is compared as a whole."""
    if not isinstance(order, (list, tuple)):
        return {"result": "no list"}
    places: dict[int, int] = {}
    twice = set()
    for place, node in enumerate(order):
        if places.setdefault(id(node), place) != place:
            twice.add(str(node))
    early = []
    for node in graph:
        own = places.get(id(node), len(order))
        if any(places.get(id(parent), -1) > own for parent in node.parents):
            early.append(node.name)
    return {
        "result": "list",
        "nodes left out": sorted(node.name for node in graph if id(node) not in places)[:5],
        "nodes listed more than once": sorted(twice)[:5],
        "nodes that stand before one of their parents": sorted(early)[:5],
        "things in the list that are no nodes of this graph": not places.keys() <= {id(node) for node in graph},
    }


def _observe_order(function, args, kwargs) -> dict:
    graph = _reachable(args[0])
    parents = [node.parents for node in graph]
    small = len(graph) < 100
    try:
        facts = _describe(function(*args), graph)
    except RecursionError:
        if small:  # an endless recursion is another mistake
            raise
        return {"result": "a RecursionError"}
    if small:
        facts["a second call gives the same"] = _describe(function(*args), graph) == facts
    same = all(node.parents is before for node, before in zip(graph, parents, strict=True))
    return facts | {"the graph is as it was": same}


exercise = Exercise(
    autograd.topological_order,
    checks=("a single node, chains, diamonds with short cuts on either side, x * x, a graph thousands of nodes deep"),
    explanation=(
        "A node may enter the list when all its parents have. The stack holds what is still to be done: each node is "
        "met twice, first to put its parents on top of it, then, when everything above is finished, to be listed. "
        "`seen` makes sure that a node with several children is listed once. An explicit stack instead of recursion, "
        "since Python gives up after about a thousand calls inside calls."
    ),
    hints=[
        (
            "Think of getting dressed: what must be on before the shoes? A node is listed when everything it needs "
            "has been listed."
        ),
        (
            "Depth first: list all of a node's parents (and theirs), then the node; a set of the nodes already met "
            "keeps each of them unique. Recursion would do on small graphs."
        ),
        (
            "Without recursion: a stack of pairs (node, are its parents done?). Taking (node, False) puts (node, "
            "True) back and all its parents on top; taking (node, True) lists the node."
        ),
    ],
    observe=_observe_order,
)


def _single():
    return (Node("x"),)


def _chain():
    x = Node("x")
    return (Node("root", Node("y", x)),)


def _sum_of_two():
    return (Node("root", Node("a"), Node("b")),)


def _square():
    x = Node("x")
    return (Node("root", x, x),)


def _diamond():
    x = Node("x")
    return (Node("root", Node("a", x), Node("b", x)),)


def _short_cut_left():
    x = Node("x")
    return (Node("root", x, Node("b", Node("a", x))),)


def _short_cut_right():
    x = Node("x")
    return (Node("root", Node("b", Node("a", x)), x),)


def _uneven():
    x, w = Node("x"), Node("w")
    a = Node("a", x, w)
    b = Node("b", a)
    c = Node("c", b, w)
    return (Node("root", Node("e", a, c), Node("d", c, x)),)


def _ladder():
    node = Node("x")
    for i in range(8):
        node = Node(f"s{i}", Node(f"l{i}", node), Node(f"r{i}", node))
    return (node,)


def _deep():
    x = node = Node("x")
    for i in range(4000):
        node = Node(f"n{i}", node, x) if i % 100 == 0 else Node(f"n{i}", node)
    return (node,)


exercise.case_from(_single, "a node x without parents")
exercise.case_from(_chain, "x → y → root")
exercise.case_from(_sum_of_two, "a → root, b → root")
exercise.case_from(_square, "x → root, twice, as in x * x")
exercise.case_from(_diamond, "x → a → root, x → b → root")
exercise.case_from(_short_cut_left, "x → a → b → root, and x → root as the first parent")
exercise.case_from(_short_cut_right, "x → a → b → root, and x → root as the last parent")
exercise.case_from(_uneven, "8 nodes: a ← x, w; b ← a; c ← b, w; e ← a, c; d ← c, x; root ← e, d")
exercise.case_from(_ladder, "8 diamonds on top of each other")
exercise.case_from(_deep, "a graph 4 000 nodes deep")


@exercise.mistake("recursion").says(
    "Right on small graphs, but each node is a function call inside a function call, and Python stops after about a "
    "thousand of those (RecursionError). Keep a list of what is still to be done instead: a stack."
)
def recursion(root):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


@exercise.mistake("node_twice").says(
    "A node that is used twice is listed twice, and its gradient would be passed on twice. Remember which nodes you "
    "have met."
)
def node_twice(root):
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


@exercise.mistake("breadth_first").says(
    "You go through the graph level by level, backwards from the root. A node that is reached by a short AND a long "
    "way, as x in x → root and x → a → b → root, then stands after its child a. List a node only when all its parents "
    "are listed."
)
def breadth_first(root):
    order, seen, queue = [], {root}, deque([root])
    while queue:
        node = queue.popleft()
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return order[::-1]


@exercise.mistake("breadth_first_from_root").says(
    "You list the nodes level by level from the root, so children come before their parents; and a node that is "
    "reached by a short and a long way stands in the wrong place even when the list is turned round."
)
def breadth_first_from_root(root):
    order, seen, queue = [], {root}, deque([root])
    while queue:
        node = queue.popleft()
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                queue.append(parent)
    return order


@exercise.mistake("listed_when_met").says(
    "You list a node when you first meet it, and turn the list round. Where two ways lead to a node, it can come too "
    "late: list it when all its parents ARE listed, not when it is met."
)
def listed_when_met(root):
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(node.parents)
    return order[::-1]


exercise.mistake("children_first", lambda root: autograd.topological_order(root)[::-1]).says(
    "The order is turned round: the root stands first. Parents come before children, so the root is last; `backward` "
    "reverses the list itself."
)


@exercise.mistake("depth_first_from_root").says(
    "You list a node before its parents, from the root downwards. Parents come first, the root last; and a node that "
    "two ways lead to has to wait for both."
)
def depth_first_from_root(root):
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(reversed(node.parents))
    return order


exercise.mistake("root_missing", lambda root: autograd.topological_order(root)[:-1]).says(
    "The root itself is missing. The loss is a node too: the last in the list, where `backward` starts."
)
exercise.mistake(
    "leaves_missing", lambda root: [node for node in autograd.topological_order(root) if node.parents]
).says("The nodes without parents are missing. Those are the parameters, which need their gradients most.")
exercise.mistake(
    "leaves_only", lambda root: [node for node in autograd.topological_order(root) if not node.parents]
).says(
    "You list the nodes without parents only. The nodes in between pass the gradient on, so they belong to the order."
)


@exercise.mistake("first_parent_only").says(
    "You follow the first parent only. A node may have several, and all of them come before it."
)
def first_parent_only(root):
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


@exercise.mistake("last_parent_only").says(
    "You follow the last parent only. A node may have several, and all of them come before it."
)
def last_parent_only(root):
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[-1])
    return order[::-1]


exercise.mistake("parents_of_root_only", lambda root: [*dict.fromkeys(root.parents), root]).says(
    "You list the root and its parents, and stop. Their parents, and so on down to the parameters, belong to it too."
)
exercise.mistake("root_only", lambda root: [root]).says(
    "You list the root alone. Every node that it was computed from, down to the parameters, belongs to the order."
)
exercise.mistake("parents_alone", lambda root: list(root.parents)).says(
    "You list the parents of the root alone. Their parents belong to the order as well, and the root itself."
)
exercise.mistake("not_a_list", lambda root: set(autograd.topological_order(root))).says(
    "You do not return a list. A set has no order, a generator can be used up only once, and a function without "
    "`return` gives None: collect the nodes in a list and return it."
)
exercise.mistake("names", lambda root: [str(node) for node in autograd.topological_order(root)]).says(
    "Your list holds something else than the nodes: their names or pairs, say. `backward` needs the nodes themselves."
)


@exercise.mistake("marks_left_on_nodes").says(
    "You mark the nodes you have met by writing on them, and the marks stay: the next call finds everything visited "
    "and lists nothing. Keep a set of your own."
)
def marks_left_on_nodes(root):
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif not getattr(node, "visited", False):
            node.visited = True
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


@exercise.mistake("remembers_the_last_call").says(
    "Your function remembers the last call: a list or set as a default argument, `order=[]`, is made only once and "
    "then shared by all calls. Make it inside the function."
)
def remembers_the_last_call(root, order=[], seen=set()):  # noqa: B006
    stack = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


@exercise.right
def right_1(root):
    children = {root: 0}
    stack = [root]
    while stack:
        for parent in stack.pop().parents:
            if parent not in children:
                children[parent] = 0
                stack.append(parent)
            children[parent] += 1
    order, ready = [], [root]
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            children[parent] -= 1
            if children[parent] == 0:
                ready.append(parent)
    return order[::-1]


@exercise.right
def right_2(root):
    order, seen, stack = [], {id(root)}, [(root, iter(root.parents))]
    while stack:
        node, parents = stack[-1]
        parent = next(parents, None)
        if parent is None:
            order.append(node)
            stack.pop()
        elif id(parent) not in seen:
            seen.add(id(parent))
            stack.append((parent, iter(parent.parents)))
    return tuple(order)


@exercise.right
def right_3(root):
    depth, stack = {}, [root]
    while stack:  # a node's depth is known when all its parents' is
        node = stack[-1]
        unknown = [parent for parent in node.parents if parent not in depth]
        if unknown:
            stack.extend(unknown)
        else:
            depth[stack.pop()] = max((depth[parent] + 1 for parent in node.parents), default=0)
    return sorted(depth, key=depth.get)


@exercise.right
def right_4(root):
    order, stack = [], [root]
    listed = set()
    while stack:
        node = stack[-1]
        if node in listed:
            stack.pop()
        elif all(parent in listed for parent in node.parents):
            order.append(stack.pop())
            listed.add(node)
        else:
            stack += [parent for parent in node.parents if parent not in listed]
    return order
