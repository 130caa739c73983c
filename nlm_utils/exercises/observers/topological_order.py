"""topological_order: what is right and wrong about an order of a graph, of which there are several right ones."""


class Node:
    """A node of a graph, as small as it gets: a name to show, and parents."""

    def __init__(self, name: str, *parents):
        self.name, self.parents = name, parents

    def __repr__(self) -> str:
        return self.name


def when_met(root, parents=lambda node: node.parents):
    """Every node that root was computed from, each once: from the root, depth first, a node before its parents."""
    found, stack = {}, [root]
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = True
            stack.extend(parents(node))
    return list(found)


def _describe(order, nodes):
    """What is right and wrong about an order; several orders are right, so none is compared as a whole."""
    if not isinstance(order, (list, tuple)):
        return {"result": "no list"}
    places: dict[int, int] = {}
    twice = set()
    for place, node in enumerate(order):
        if places.setdefault(id(node), place) != place:
            twice.add(str(node))
    early = []
    for node in nodes:
        own = places.get(id(node), len(order))
        if any(places.get(id(parent), -1) > own for parent in node.parents):
            early.append(node.name)
    return {
        "result": "list",
        "nodes left out": sorted(node.name for node in nodes if id(node) not in places)[:5],
        "nodes listed more than once": sorted(twice)[:5],
        "nodes that stand before one of their parents": sorted(early)[:5],
        "things in the list that are no nodes of this graph": not places.keys()
        <= {id(node) for node in nodes},
    }


def observe(function, args, kwargs) -> dict:
    """What the order of the graph of this text is like."""
    root = graph(args[0])
    nodes = when_met(root)
    parents = [node.parents for node in nodes]
    small = len(nodes) < 100
    try:
        facts = _describe(function(root), nodes)
    except RecursionError:
        if small:  # an endless recursion is another mistake
            raise
        return {"result": "a RecursionError"}
    if small:
        facts["a second call gives the same"] = _describe(function(root), nodes) == facts
    same = all(node.parents is before for node, before in zip(nodes, parents, strict=True))
    return facts | {"the graph is as it was": same}


def graph(text):
    """The last node of "x; y: x; root: x y", a name and its parents each time."""
    nodes = {}
    for entry in text.split("; "):
        name, _, parents = entry.partition(":")
        nodes[name] = Node(name, *(nodes[parent] for parent in parents.split()))
    return nodes[name]
