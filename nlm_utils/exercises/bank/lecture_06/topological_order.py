"""Parents before children: learners list a node when it is met, by level, twice, or by recursion."""

from collections import Counter, deque

from nlm_utils.autograd import topological_order
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.observers.topological_order import TRIAL, describe, observe

exercise = Exercise(
    topological_order,
    checks=(
        "a single node, chains, diamonds with short cuts on either side, x * x, x + x thirty times, a graph thousands "
        "of nodes deep"
    ),
    explanation=(
        "A node may enter the list when all its parents have. The stack holds what is still to be done: each node is "
        "met twice, first to put its parents on top of it, then, when everything above is finished, to be listed. "
        "`seen` makes sure that a node with several children is listed once. An explicit stack instead of recursion, "
        "since Python gives up after about a thousand calls inside calls."
    ),
    hints=[
        "Think of getting dressed: what must be on before the shoes? A node is listed when everything it needs "
        "has been listed.",
        "Depth first: list all of a node's parents (and theirs), then the node; a set of the nodes already met "
        "keeps each of them unique. Recursion would do on small graphs.",
        "Without recursion: a stack of pairs (node, are its parents done?). Taking (node, False) puts (node, "
        "True) back and all its parents on top; taking (node, True) lists the node.",
    ],
    observe=observe,
    describe=describe,
)


for label, text in {
    "a node x without parents": "x",
    "x → y → root": "x; y: x; root: y",
    "a → root, b → root": "a; b; root: a b",
    "x → root, twice, as in x * x": "x; root: x x",
    "two nodes of one name, x → root and x → root": "x; x'; root: x x'",
    "x → a → root, x → b → root": "x; a: x; b: x; root: a b",
    "x → a → b → root, and x → root as the first parent": "x; a: x; b: a; root: x b",
    "x → a → b → root, and x → root as the last parent": "x; a: x; b: a; root: b x",
    "x → a → b → root, x → c → d → root, and two squares between them, y = x * x and z = x * x": (
        "x; a: x; b: a; c: x; d: c; y: x x; z: x x; root: b y z d"
    ),
    "8 nodes: a ← x, w; b ← a; c ← b, w; e ← a, c; d ← c, x; root ← e, d": (
        "x; w; a: x w; b: a; c: b w; e: a c; d: c x; root: e d"
    ),
    "11 nodes: w ← x; y ← x, x; v ← y; u ← v; a ← w, u; b ← a; c ← b, w; e ← a, c; d ← c, x; root ← e, d, w": TRIAL,
    "8 diamonds on top of each other": "s0"
    + "".join(f"; l{i}: s{i}; r{i}: s{i}; s{i + 1}: l{i} r{i}" for i in range(8)),
    "x + x, and that plus itself, 30 times": "x0" + "".join(f"; x{i + 1}: x{i} x{i}" for i in range(30)),
    "f(x) + x, and the same of that, 25 times": "x0" + "".join(f"; f{i}: x{i}; x{i + 1}: f{i} x{i}" for i in range(25)),
}.items():
    exercise.case_from(lambda text=text: (text,), label)
DEEP = "x; n0: x x; " + "; ".join(f"n{i}: n{i - 1}{' x' if i % 100 == 0 else ''}" for i in range(1, 3500))
exercise.case_from(lambda: (DEEP,), "a graph thousands of nodes deep")
exercise.drawn(lambda rng: (_drawn(rng.integers(1, 40), rng),), 5)


def _drawn(n, rng):
    """A graph of n nodes, each of which is a parent of the next or of a later one, and some of several."""
    parents = [[i - 1, *rng.integers(0, i, rng.integers(0, 3))] if i else [] for i in range(n)]
    return "; ".join(f"n{i}:" + "".join(f" n{j}" for j in rng.permutation(row)) for i, row in enumerate(parents))


@exercise.mistake("recursion").says(
    "Python stops after about a thousand calls inside calls (RecursionError), or where you set the limit; a graph may "
    "be 10 000 deep. Keep a list of what is to do: a stack."
)
def recursion(root):
    order = {}

    def visit(node):
        for parent in node.parents:
            if parent not in order:
                visit(parent)
        order[node] = True

    visit(root)
    return list(order)


def depth_first(root, is_new):
    """The reference, with another way to ask whether a node is met for the first time."""
    order, stack = [], [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif is_new(node):
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def when_met(root, parents=lambda node: node.parents):
    """Every node that root was computed from, each once: from the root, depth first, a node before its parents."""
    found, stack = {}, [root]
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = True
            stack.extend(parents(node))
    return list(found)


def not_marked(node):
    marked, node.visited = getattr(node, "visited", False), True
    return not marked


def _without_parents(node):
    node.parents = ()
    return node


def by_level(root):
    """From the root, a node when it is first reached."""
    order, seen, queue = [], {root}, deque([root])
    while queue:
        order.append(queue.popleft())
        new = [parent for parent in dict.fromkeys(order[-1].parents) if parent not in seen]
        seen.update(new)
        queue.extend(new)
    return order


def line(root, which):
    """One parent of each node."""
    order = [root]
    while order[-1].parents:
        order.append(order[-1].parents[which])
    return order[::-1]


exercise.mistake("node_twice", lambda root: depth_first(root, lambda node: True)).says(
    "A node that is used twice is listed twice, and would pass its gradient on twice. Remember which you have met."
)
exercise.mistake("every_path", lambda root: list(dict.fromkeys(depth_first(root, lambda node: True)))).says(
    "You walk every path, and drop the doubles later: a node goes onto the stack or queue again each time that it is "
    "met. In x + x, thirty times over, there are 2^30 paths: go through the parents of a node only once."
)


@exercise.mistake("recursion_every_path").says(
    "Two things: a node that was met before is visited again, with all its parents (thirty times x + x make 2^30 "
    "paths), and recursion stops after about a thousand calls inside calls. Remember what you have met; keep a stack."
)
def recursion_every_path(root):
    order = {}

    def visit(node):
        for parent in node.parents:
            visit(parent)
        order[node] = True

    visit(root)
    return list(order)


@exercise.mistake("marked_when_pushed").says(
    "You mark a node as met when you PUSH it. Then it keeps its place on the stack, also where a later child needs it "
    "sooner, and comes after that child. Mark it when you take it from the stack."
)
def marked_when_pushed(root):
    order, seen, stack = [], {root}, [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
            continue
        new = [parent for parent in dict.fromkeys(node.parents) if parent not in seen]
        seen.update(new)
        stack.append((node, True))
        stack.extend((parent, False) for parent in new)
    return order


def when_parents_are_listed(root, enough, leave_doubles=lambda node, order: False):
    """The node on top of the stack is listed when enough(its parents, order); before that its parents go on top."""
    order, stack = [], [root]
    while stack:
        node = stack[-1]
        if leave_doubles(node, order):
            stack.pop()
        elif not node.parents or enough([parent in order for parent in node.parents]):
            order.append(stack.pop())
        else:
            stack.extend(node.parents)
    return order


exercise.mistake("doubles_on_the_stack", lambda root: when_parents_are_listed(root, all)).says(
    "A node that lies on the stack twice is listed twice, and would pass its gradient on twice. Ask again when you "
    "take it from the stack: is it listed by now?"
)
exercise.mistake(
    "one_parent_is_enough", lambda root: when_parents_are_listed(root, any, lambda node, order: node in order)
).says("You list a node as soon as ONE of its parents is listed (`any`?). All of them come first: `all`.")


def by_counting(root, up, down, place=-1):
    """Kahn: up(parents) is how the children are counted, down(parents) how that is undone; which is taken first."""
    missing = Counter(parent for node in when_met(root) for parent in up(node.parents))
    order, ready = [], [root]
    while ready:
        order.append(ready.pop(place))
        for parent in down(order[-1].parents):
            missing[parent] -= 1
            if not missing[parent]:
                ready.append(parent)
    return order[::-1]


exercise.mistakes(
    counted_once_for_twice=lambda root: by_counting(root, list, set),
    counted_twice_for_once=lambda root: by_counting(root, dict.fromkeys, list),
    counted_twice_for_once_in_a_queue=lambda root: by_counting(root, dict.fromkeys, list, 0),
).says(
    "You count children one way up and another way down: in x * x, x stands twice in `parents` but only once in a set "
    "of them, so that it is ready too early, or never. Go through `parents` itself both times, or through the set."
)


exercise.mistake("breadth_first", lambda root: by_level(root)[::-1]).says(
    "You go level by level, backwards from the root. A node with a short AND a long way to the root, as x in x → root "
    "and x → a → b → root, then stands after its child a. List a node only when all its parents are listed."
)
exercise.mistake("breadth_first_from_root", by_level).says(
    "You list the nodes level by level from the root: children first. To turn the list round would not be enough."
)
exercise.mistakes(
    listed_when_met=lambda root: when_met(root)[::-1],
    listed_when_met_by_recursion=lambda root: when_met(root, lambda node: reversed(node.parents))[::-1],
).says(
    "You list a node when you meet it, and turn the list round. List it when all its parents ARE listed: two ways may "
    "lead to it, and it can come too late."
)
exercise.mistake("depth_first_from_root", lambda root: when_met(root, lambda node: reversed(node.parents))).says(
    "You list a node before its parents, from the root on. Parents come first; where two ways lead, it waits for both."
)
exercise.mistake("children_first", lambda root: topological_order(root)[::-1]).says(
    "The order is turned round. Parents come before children, the root is last; `backward` reverses the list itself."
)
exercise.mistake("empty", lambda root: []).says(
    "Your list is empty: nothing is appended, or the function inside yours is never called, as in `visit(root)`."
)


@exercise.mistake("by_name").says(
    "You tell nodes apart by their names (`str`, `repr`), and two nodes may look alike. Put the nodes themselves into "
    "the set."
)
def by_name(root):
    seen = set()

    def is_new(node):
        before = len(seen)
        seen.add(str(node))
        return len(seen) > before

    return depth_first(root, is_new)


@exercise.mistake("node_above_its_parents").says(
    "You put the node back on the stack ABOVE its parents, so that it is taken, and listed, before them. First (node, "
    "True), then the parents on top of it."
)
def node_above_its_parents(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.extend((parent, False) for parent in node.parents)
            stack.append((node, True))
    return order


exercise.mistake("root_missing", lambda root: topological_order(root)[:-1]).says(
    "The root itself is missing. The loss is a node too: the last in the list, where `backward` starts."
)
exercise.mistake("leaves_missing", lambda root: [node for node in topological_order(root) if node.parents]).says(
    "The nodes without parents are missing. Those are the parameters, which need their gradients most."
)
exercise.mistake("leaves_only", lambda root: [node for node in topological_order(root) if not node.parents]).says(
    "You list the nodes without parents only. The nodes in between pass the gradient on, so they belong to the order."
)
exercise.mistakes(first_parent_only=lambda root: line(root, 0), last_parent_only=lambda root: line(root, -1)).says(
    "You follow one parent of each node. A node may have several, and all of them come before it."
)
exercise.mistakes(
    root_only=lambda root: [root],
    parents_alone=lambda root: list(root.parents),
    parents_of_root_only=lambda root: [*dict.fromkeys(root.parents), root],
).says("You stop at the root or its parents. All that it was computed from belongs here, down to the parameters.")
exercise.mistake("not_a_list", lambda root: set(topological_order(root))).says(
    "You do not return a list. A set has no order, a generator is used up once, and without `return` there is None."
)
exercise.mistake("names", lambda root: [str(node) for node in topological_order(root)]).says(
    "Your list holds something else than the nodes: their names or pairs, say. `backward` needs the nodes themselves."
)
exercise.mistake("marks_left_on_nodes", lambda root: depth_first(root, not_marked)).says(
    "Your second call on a graph lists nothing: the marks of the first are still there, on the nodes or in a default "
    "value, `seen=set()`, which is made only once. Make a new set inside the function."
)
exercise.mistake("parents_changed", lambda root: [_without_parents(node) for node in topological_order(root)]).says(
    "Your order is right, but you change the `parents` of the nodes, which `backward` needs, too. Keep what is done in "
    "a set of your own."
)
exercise.mistake("set_as_list", lambda root: list(set(when_met(root)))).says(
    "`list(…)` of a set comes in any order: a set has none. Append each node to a list when all its parents are listed."
)
exercise.mistake("other_attribute", lambda root: [*root._prev, root]).says(
    "`_prev` is micrograd's name. Here the nodes that a node was computed from are in `node.parents`."
)


@exercise.right
def when_all_children_are_listed(root):
    children, stack = {root: 0}, [root]
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
def with_iterators_on_the_stack(root):
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
