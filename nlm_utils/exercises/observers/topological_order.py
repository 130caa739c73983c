"""topological_order: what is right and wrong about an order of a graph, of which there are several right ones."""

import math
import sys
from functools import lru_cache
from zlib import crc32

MANY = 20_000  # so often parents may be asked for in a graph of fewer than SMALL nodes
SMALL = 100
DEEPER = 3  # times as deep as the large graph may a graph be that the docstring speaks of
TRIAL = "x; w: x; y: x x; v: y; u: v; a: w u; b: a; c: b w; e: a c; d: c x; root: e d w"  # tried first


class EveryPath(Exception):
    """Parents were asked for far more often than there are nodes: every path is walked, and there may be 2^30."""


class Node:
    """A node of a graph, as small as it gets: a name to show, and parents.

    asked  how often parents were asked for, in all of the graph: a list of one number
    Two of one name are told apart by a stroke, x and x', which is not shown.
    Its hash comes from its name, so that a set of nodes has the same order at every call.
    """

    def __init__(self, name: str, parents: tuple, asked: list[int]):
        self.name, self._parents, self._asked = name, parents, asked

    @property
    def parents(self) -> tuple:
        self._asked[0] += 1
        if self._asked[0] > MANY:
            raise EveryPath
        if not self._parents:
            _room_for_more(self._asked[0])
        return self._parents

    @parents.setter
    def parents(self, parents: tuple) -> None:
        self._parents = parents

    def __repr__(self) -> str:
        return self.name.rstrip("'")

    def __hash__(self) -> int:
        return crc32(self.name.encode())


def _room_for_more(asked: float) -> None:
    """RecursionError at the end of a large graph where calls inside calls have led there, and more would not fit."""
    depth, frame = 0, sys._getframe() if asked < 0 else None
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    if depth * DEEPER > sys.getrecursionlimit():
        raise RecursionError


def observe(function, args, kwargs) -> dict:
    """The order of the graph of this text, twice where it is small: the places of its nodes in `graph`'s list."""
    if args[0].count(";") >= SMALL:
        small = observe(function, (TRIAL,), {})
        if not _right(small):
            return small | {"tried": "a small graph"}
    nodes = graph(args[0])
    root, asked = nodes[-1], nodes[-1]._asked
    places = {id(node): place for place, node in enumerate(nodes)}
    parents = [node._parents for node in nodes]
    small = len(nodes) < SMALL

    def order():
        asked[0] = 0 if small else -math.inf
        try:
            found = function(root)
        except EveryPath:
            return "every path is walked"
        except RecursionError:
            if small:  # an endless recursion is another mistake
                raise
            return "a RecursionError"
        return [places.get(id(node)) for node in found] if isinstance(found, (list, tuple)) else "no list"

    seen = {"order": order()}
    if isinstance(seen["order"], str):
        return seen
    if small:
        seen["again"] = order()
    asked[0] = -math.inf
    same = all(node._parents is before for node, before in zip(nodes, parents, strict=True))
    return seen | {"the graph is as it was": same}


def _right(seen) -> bool:
    """Whether the order of the small graph is right: if not, a large one would show nothing new."""
    return describe(seen, (TRIAL,), {}) == describe(
        {"order": [*range(TRIAL.count(";") + 1)]}, (TRIAL,), {}
    ) | {
        "a second call gives the same": True,
        "the graph is as it was": True,
    }


def describe(seen, args, kwargs) -> dict:
    """What is right and wrong about an order; several orders are right, so none is compared as a whole."""
    entries = read(TRIAL if "tried" in seen else args[0])
    facts = _facts(seen["order"], entries)
    if "again" in seen:
        facts["a second call gives the same"] = _facts(seen["again"], entries) == facts
    if "the graph is as it was" in seen:
        facts["the graph is as it was"] = seen["the graph is as it was"]
    return facts


def _facts(order, entries):
    if isinstance(order, str):
        return {"result": order}
    places: dict[int, int] = {}  # where a node stands in the order
    twice = set()
    for place, node in enumerate(order):
        if places.setdefault(node, place) != place:
            twice.add("a stranger" if node is None else entries[node][0])
    early = [
        name
        for i, (name, parents) in enumerate(entries)
        if any(places.get(parent, -1) > places.get(i, len(order)) for parent in parents)
    ]
    return {
        "result": "list",
        "nodes left out": sorted(name for i, (name, _) in enumerate(entries) if i not in places)[:5],
        "nodes listed more than once": sorted(twice)[:5],
        "nodes that stand before one of their parents": sorted(early)[:5],
        "things in the list that are no nodes of this graph": None in order,
    }


@lru_cache
def read(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """The nodes of "x; y: x; root: x y": a name, and the places of its parents in this list."""
    places, entries = {}, []
    for place, entry in enumerate(text.split("; ")):
        name, _, parents = entry.partition(":")
        places[name] = place
        entries.append((name, tuple(places[parent] for parent in parents.split())))
    return entries


def graph(text: str) -> list[Node]:
    """The nodes of this text; the last was computed from all others."""
    nodes, asked = [], [0]
    for name, parents in read(text):
        nodes.append(Node(name, tuple(nodes[parent] for parent in parents), asked))
    return nodes
