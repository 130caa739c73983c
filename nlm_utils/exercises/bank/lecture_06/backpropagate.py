"""The loop of backpropagation: learners overwrite, add in place, call a rule too early, too often or with 0."""

import numpy as np

from nlm_utils.autograd import backpropagate, topological_order
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.observers.backpropagate import observe

exercise = Exercise(
    backpropagate,
    checks=(
        "a single node, chains, x · x, (a + b) + a, short cuts, arrays, values used by many, x + x thirty times, a "
        "graph thousands of nodes deep"
    ),
    explanation=(
        "Read backwards, a topological order has every node after all of its children, so a gradient is complete when "
        "its rule is called, and each rule is called once. What a parent gets is added to what it has, in a NEW array: "
        "the rule of a sum hands the same array to both of its parents, and `+=` would change it for the other, too."
    ),
    hints=[
        "Begin with the root: d(root)/d(root) is 1 for each of its numbers. In which order can you go on, so that a "
        "node's gradient is complete before you call its rule?",
        "`reversed(topological_order(root))` is such an order. For each node: `node.pull(node.grad)` gives one "
        "gradient for each of `node.parents`, in the same order: `zip` them.",
        "A parent that has no gradient yet (`parent.grad is None`) gets the part; one that has some gets the sum of "
        "both, `parent.grad + part`, not `+=`.",
    ],
    observe=observe,
)

for label, text in {
    "a node without parents": "root = 2",
    "root = x · x, with x = 3": "x = 3; root = * x x",
    "c = a · b, root = c + c², with a = 2, b = 3": "a = 2; b = 3; c = * a b; s = square c; root = + c s",
    "c = a · b, root = c² + c, with a = 2, b = 3": "a = 2; b = 3; c = * a b; s = square c; root = + s c",
    "root = (a + b) + a": "a = 1; b = 2; c = + a b; root = + c a",
    "root = a + (a + b)": "a = 1; b = 2; c = + a b; root = + a c",
    "root = a − b, with arrays of 3 numbers": "a = 1 2 3; b = 4 5 7; root = - a b",
    "the sum of (a · b + a) · b, with arrays": "a = 1 -2 3; b = 4 5 -7; m = mix a b a; p = * m b; root = sum p",
    "a copy of x, and x, both added to x": "x = 1 2; y = same x; s = + x y; root = + s x",
    "three nodes that do not use z": "z = 5; x = 0.5; y = square x; root = square y",
    "x → a → b → root, and x → root as the first parent": "x = 2; a = square x; b = square a; root = * x b",
    "x → a → b → root, and x → root as the last parent": "x = 2; a = square x; b = square a; root = * b x",
    "x − x, a gradient of 0, squared on the way": "x = 3; y = square x; root = - y y",
    "one x in four places": "x = 2; a = * x x; b = mix x a x; root = + a b",
    "x + x, and that plus itself, 30 times": "x0 = 1" + "".join(f"; x{i + 1} = + x{i} x{i}" for i in range(30)),
}.items():
    exercise.case_from(lambda text=text: (text,), label)
DEEP = "x = 0.5; n0 = same x; " + "; ".join(
    f"n{i} = {f'+ n{i - 1} x' if i % 100 == 0 else f'same n{i - 1}'}" for i in range(1, 3500)
)
exercise.case_from(lambda: (DEEP,), "a graph 3 500 nodes deep")
exercise.drawn(lambda rng: (_drawn(rng.integers(1, 25), rng),), 5)


def _drawn(n, rng):
    """A graph of n nodes, each of which uses the one before and some earlier ones."""
    entries = [f"n0 = {rng.normal():.3f} {rng.normal():.3f}"]
    for i in range(1, n):
        operation, arity = (("+", 2), ("-", 2), ("same", 1), ("mix", 3), ("+", 2))[rng.integers(5)]
        parents = [i - 1, *rng.integers(0, i, arity - 1)]
        entries.append(f"n{i} = {operation} " + " ".join(f"n{parent}" for parent in rng.permutation(parents)))
    return "; ".join(entries)


def walk(
    root, hand_on, order=lambda root: reversed(topological_order(root)), start=lambda node: np.ones(node.value.shape)
):
    """The reference with other parts: what a parent does with its part, the order, the root's own gradient."""
    root.grad = start(root)
    for node in order(root):
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            hand_on(parent, part, node)


def add(parent, part, node=None):
    parent.grad = part if parent.grad is None else parent.grad + part


def add_in_place(parent, part, node=None):
    if parent.grad is None:
        parent.grad = part
    else:
        parent.grad += part


def overwrite(parent, part, node=None):
    parent.grad = part


def as_none(parent, part, node=None):
    pass


def by_level(root):
    """Every node when it is first met, level by level from the root."""
    found = [root]
    for node in found:
        found.extend(parent for parent in dict.fromkeys(node.parents) if parent not in found)
    return found


exercise.mistake("overwritten", lambda root: walk(root, overwrite)).says(
    "You write over the gradient that a parent has already. A value that is used twice gets the SUM: in x · x with "
    "x = 3 it is 3 + 3. Add: `parent.grad + part`, and take the part itself only where there is None yet."
)
exercise.mistake("in_place", lambda root: walk(root, add_in_place)).says(
    "`parent.grad += part` changes the array itself, and the rule of a sum hands the SAME array to both parents and to "
    "its own node: in (a + b) + a, b then gets 2 instead of 1. Make a new array: `parent.grad = parent.grad + part`."
)
exercise.mistake(
    "only_when_new", lambda root: walk(root, lambda p, part, n: add(p, part) if p.grad is None else None)
).says("You keep the first part that a parent gets and drop the others. A value that is used twice gets their sum.")
exercise.mistake("root_zero", lambda root: walk(root, add, start=lambda node: np.zeros(node.value.shape))).says(
    "You start with 0 at the root, and 0 times anything is 0. d(root)/d(root) is 1, for each of its numbers."
)
exercise.mistakes(
    root_scalar=lambda root: walk(root, add, start=lambda node: 1.0),
    root_whole_number=lambda root: walk(root, add, start=lambda node: 1),
).says("You start with the number 1 at the root. Its gradient is an array of its shape: `np.ones_like(root.value)`.")
exercise.mistake(
    "whole_numbers", lambda root: walk(root, add, start=lambda node: np.ones(node.value.shape, dtype=int))
).says("Your ones are whole numbers (`dtype=int`). Gradients are floats: `np.ones_like(root.value)`.")
exercise.mistake("added_to_none", lambda root: walk(root, lambda p, part, n: setattr(p, "grad", p.grad + part))).says(
    "The first part has nothing to be added to: a `.grad` is None before. Take the part itself there, and the sum of "
    "both where there is a gradient already."
)
exercise.mistake("whole_tuple", lambda root: walk(root, lambda p, part, n: overwrite(p, n.pull(n.grad)))).says(
    "You put a tuple into a `.grad`. `node.pull(node.grad)`, the rule of the node itself, gives one gradient for each "
    "of `node.parents`: go through both with `zip`."
)
exercise.mistake(
    "mean", lambda root: walk(root, lambda p, part, n: overwrite(p, part if p.grad is None else (p.grad + part) / 2))
).says("You average the parts that arrive at a node. Where ways meet, their gradients are added up.")
exercise.mistake(
    "product", lambda root: walk(root, lambda p, part, n: overwrite(p, part if p.grad is None else p.grad * part))
).says("You multiply the parts that arrive at a node. Along a way one multiplies; where ways meet, one ADDS.")
exercise.mistake("summed", lambda root: walk(root, lambda p, part, n: add(p, np.sum(part)))).says(
    "You add up the numbers within a part. A node's gradient has the shape of its value: add the parts, entry by entry."
)
exercise.mistake("root_value", lambda root: walk(root, add, start=lambda node: np.array(node.value, dtype=float))).says(
    "You start with the root's own value. d(root)/d(root) is 1, whatever its value is."
)
exercise.mistake("root_none", lambda root: walk(root, add, start=lambda node: None)).says(
    "The root has no gradient when its rule is called: it is still None. Start with ones, `np.ones_like(root.value)`."
)
exercise.mistake("parents_first", lambda root: walk(root, add, order=topological_order)).says(
    "You go from the parents to the root: then the first rule is called while its node has no gradient (None). Go "
    "backwards: `reversed(topological_order(root))`."
)
exercise.mistake("by_level", lambda root: walk(root, add, order=by_level)).says(
    "You go back level by level. A node with a short AND a long way to the root then hands on what came by the short "
    "way, and the rest comes too late. Use a topological order, backwards."
)


@exercise.mistake("depth_first").says(
    "You hand a node's gradient on as soon as you meet the node, before all of its children have paid in. Wait until "
    "it is complete: `reversed(topological_order(root))` is an order in which it is."
)
def depth_first(root):
    root.grad = np.ones(root.value.shape)
    stack, seen = [root], set()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            add(parent, part)
            stack.append(parent)


@exercise.mistake("every_path").says(
    "You call a rule once for each path that leads to its node. Thirty times x + x make 2^30 paths. Add up what comes, "
    "and call each rule once, when the gradient is complete."
)
def every_path(root):
    root.grad = np.ones(root.value.shape)
    stack = [(root, root.grad)]
    while stack:
        node, grad = stack.pop()
        for parent, part in zip(node.parents, node.pull(grad), strict=True):
            add(parent, part)
            stack.append((parent, part))


@exercise.mistake("every_path_by_recursion").says(
    "Your function calls itself for each parent, so a rule runs once for every path (thirty times x + x make 2^30), "
    "and Python stops after about a thousand calls inside calls. Go through `reversed(topological_order(root))`."
)
def every_path_by_recursion(root):
    def visit(node, grad):
        add(node, grad)
        for parent, part in zip(node.parents, node.pull(grad), strict=True):
            visit(parent, part)

    visit(root, np.ones(root.value.shape))


def handed_on_again(root, take):
    """A node hands on all that it has whenever a part arrives."""
    root.grad = np.ones(root.value.shape)
    waiting = [root]
    while waiting:
        node = waiting.pop(take)
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            add(parent, part)
            waiting.append(parent)


def handed_on_again_by_recursion(root):
    root.grad = np.ones(root.value.shape)

    def visit(node):
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            add(parent, part)
            visit(parent)

    visit(root)


exercise.mistakes(
    handed_on_again=lambda root: handed_on_again(root, -1),
    handed_on_again_from_a_queue=lambda root: handed_on_again(root, 0),
    handed_on_again_by_recursion=handed_on_again_by_recursion,
).says(
    "Whenever a part arrives you hand on a node's whole gradient, so the first part is counted again with the second. "
    "Call each rule once, when all parts have come: go through `reversed(topological_order(root))`."
)


def _recursive_order(root):
    order = {}

    def visit(node):
        for parent in node.parents:
            if parent not in order:
                visit(parent)
        order[node] = True

    visit(root)
    return reversed(list(order))


exercise.mistake("recursion", lambda root: walk(root, add, order=_recursive_order)).says(
    "Right on small graphs; on a deep one Python stops after about a thousand calls inside calls. Your "
    "`topological_order` from above does without recursion: use it."
)
exercise.mistake("rule_for_each_parent", lambda root: _rule_for_each_parent(root)).says(
    "You call a node's rule once for each of its parents. Call it once, keep the tuple, and go through it: "
    "`zip(node.parents, node.pull(node.grad))`."
)


def _rule_for_each_parent(root):
    root.grad = np.ones(root.value.shape)
    for node in reversed(topological_order(root)):
        for place, parent in enumerate(node.parents):
            add(parent, node.pull(node.grad)[place])


def _through_a_set(root):
    root.grad = np.ones(root.value.shape)
    for node in reversed(topological_order(root)):
        for parent, part in zip(dict.fromkeys(node.parents), node.pull(node.grad), strict=False):
            add(parent, part)


exercise.mistake("each_parent_once", _through_a_set).says(
    "You go through a set of the parents. In x · x the node x stands in `parents` twice, and each place has a gradient "
    "of its own: go through `node.parents` itself."
)
exercise.mistake("multiplied_again", lambda root: walk(root, lambda p, part, n: add(p, part * n.grad))).says(
    "You multiply by the node's gradient once more. `pull(grad)` has done that: what it returns is the part itself."
)
exercise.mistake("rule_with_ones", lambda root: _with(root, lambda node: np.ones(node.value.shape))).says(
    "You call the rules with 1, which gives local derivatives. The chain rule multiplies: call `node.pull(node.grad)`."
)
exercise.mistake("rule_with_value", lambda root: _with(root, lambda node: np.array(node.value, dtype=float))).says(
    "You call the rules with the nodes' values. A rule takes the node's gradient: `node.pull(node.grad)`."
)


def _with(root, what):
    root.grad = np.ones(root.value.shape)
    for node in reversed(topological_order(root)):
        for parent, part in zip(node.parents, node.pull(what(node)), strict=True):
            add(parent, part)


for _id, _which in {"first_parent_only": slice(1), "last_parent_only": slice(-1, None)}.items():

    @exercise.mistake(_id).says("You hand a gradient to one parent of each node only. Every parent gets its part.")
    def one_parent(root, which=_which):
        root.grad = np.ones(root.value.shape)
        for node in reversed(topological_order(root)):
            for parent, part in list(zip(node.parents, node.pull(node.grad), strict=True))[which]:
                add(parent, part)


def _in_a_dict(root, keep):
    gradients = {root: np.ones(root.value.shape)}
    for node in reversed(topological_order(root)):
        for parent, part in zip(node.parents, node.pull(gradients[node]), strict=True):
            gradients[parent] = gradients[parent] + part if parent in gradients else part
    for node, grad in gradients.items():
        if keep(node, root):
            node.grad = grad


exercise.mistake("kept_in_a_dictionary", lambda root: _in_a_dict(root, lambda node, root: False)).says(
    "You compute the gradients and do not put them where they are looked for: each node's `.grad`."
)
exercise.mistake("leaves_only", lambda root: _in_a_dict(root, lambda node, root: not node.parents)).says(
    "Only nodes without parents get their `.grad`. Every node that root depends on gets one, and the root itself, too."
)
exercise.mistake("root_left_out", lambda root: _in_a_dict(root, lambda node, root: node is not root)).says(
    "The root itself has no `.grad` in the end. It is 1, for each of its numbers."
)


def with_zeros(root, hand_on=None, order=lambda root: reversed(topological_order(root)), start=None, pull=None):
    """As `walk`, for those who set every gradient to 0 before they begin."""
    for node in topological_order(root):
        node.grad = np.zeros(node.value.shape)
    root.grad = np.ones(root.value.shape) if start is None else start
    for node in order(root):
        parts = node.pull(node.grad) if pull is None else pull(node)
        for parent, part in zip(node.parents, parts, strict=True):
            parent.grad = parent.grad + part if hand_on is None else hand_on(parent, part, node)


exercise.mistake("parents_first_with_zeros", lambda root: with_zeros(root, order=topological_order)).says(
    "You go from the parents to the root: when a node's rule is called, nothing has arrived there yet. Go backwards: "
    "`reversed(topological_order(root))`."
)
exercise.mistake("root_scalar_with_zeros", lambda root: with_zeros(root, start=1.0)).says(
    "You start with the number 1 at the root. Its gradient is an array of its shape: `np.ones_like(root.value)`."
)
exercise.mistake(
    "rule_of_ones_times_gradient",
    lambda root: with_zeros(
        root, lambda p, part, n: p.grad + n.grad * part, pull=lambda n: n.pull(np.ones(n.value.shape))
    ),
).says(
    "You call the rules with 1 and multiply by the gradient yourself. A rule does that, and for more than products of "
    "entries: call `node.pull(node.grad)`."
)
exercise.mistake("parents_turned_round", lambda root: with_zeros(root, pull=lambda n: n.pull(n.grad)[::-1])).says(
    "You give the parts to the parents in the wrong order. The first part is that of the first parent."
)
exercise.mistake("zero_gradients_skipped", lambda root: _zero_gradients_skipped(root)).says(
    "You skip nodes whose gradient is 0. Their rules are to be called, too, once each: the parents have gradients of 0."
)


def _zero_gradients_skipped(root):
    root.grad = np.ones(root.value.shape)
    for node in topological_order(root)[:-1]:
        node.grad = np.zeros(node.value.shape)
    for node in reversed(topological_order(root)):
        if node.grad.any():
            for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
                parent.grad = parent.grad + part


exercise.mistake("one_buffer_for_all", lambda root: _one_buffer_for_all(root)).says(
    "All nodes share ONE array of zeros, and `+=` adds into it for all of them. Make an array for each node, and add "
    "without changing arrays: `parent.grad = parent.grad + part`."
)


def _one_buffer_for_all(root):
    zero = np.zeros(root.value.shape)
    for node in topological_order(root):
        node.grad = zero
    root.grad = np.ones(root.value.shape)
    for node in reversed(topological_order(root)):
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            parent.grad += part


exercise.mistake("dictionary_of_parents", lambda root: _dictionary_of_parents(root)).says(
    "A dictionary from parent to part keeps ONE part for a parent that stands in `parents` twice, as in x · x. Go "
    "through both tuples together: `zip(node.parents, node.pull(node.grad))`."
)


def _dictionary_of_parents(root):
    root.grad = np.ones(root.value.shape)
    for node in reversed(topological_order(root)):
        for parent, part in dict(zip(node.parents, node.pull(node.grad), strict=True)).items():
            add(parent, part)


exercise.mistake("root_not_walked", lambda root: walk(root, add, lambda root: topological_order(root)[-2::-1])).says(
    "Your loop leaves the root out, so its own rule is never called and nobody gets a part. Only its gradient is known "
    "at the start: the loop begins with the root."
)
exercise.mistake("root_only", lambda root: setattr(root, "grad", np.ones(root.value.shape))).says(
    "Only the root gets a gradient. Hand it on: each node's rule gives the parts of its parents."
)


@exercise.mistake("one_level").says(
    "You stop at the parents of the root. Go on to their parents, and theirs, down to the leaves."
)
def one_level(root):
    root.grad = np.ones(root.value.shape)
    for parent, part in zip(root.parents, root.pull(root.grad), strict=True):
        add(parent, part)


@exercise.mistake("zeros_at_the_end").says(
    "You set gradients to 0 on the way, after parts have arrived there. Set them to 0 once, before you start."
)
def zeros_at_the_end(root):
    root.grad = np.ones(root.value.shape)
    for node in reversed(topological_order(root)):
        for parent in node.parents:
            parent.grad = np.zeros(parent.value.shape)
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            parent.grad = parent.grad + part


exercise.mistakes(
    rule=lambda root: walk(root, lambda p, part, n: n.rule),
    data=lambda root: walk(root, add, start=lambda node: np.ones_like(node.data)),
    micrograds=lambda root: [node._backward() for node in reversed(topological_order(root))] and None,
).says("A node here has `.value`, `.parents`, `.grad` and `.pull(grad)`; no `.data`, `.rule` or `_backward`.")


@exercise.right
def with_zeros_to_start_with(root):
    order = topological_order(root)
    for node in order:
        node.grad = np.zeros_like(node.value, dtype=float)
    root.grad = np.ones_like(root.value, dtype=float)
    for node in order[::-1]:
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            parent.grad = parent.grad + part


@exercise.right
def with_copies_and_in_place(root):
    root.grad = np.full(root.value.shape, 1.0)
    for node in reversed(topological_order(root)):
        if node.parents:  # a leaf has nobody to hand on to
            parts = node.pull(node.grad)
            for place in range(len(parts)):
                if node.parents[place].grad is None:
                    node.parents[place].grad = np.array(parts[place])
                else:
                    node.parents[place].grad += parts[place]


@exercise.right
def when_all_children_have_paid(root):
    missing, stack = {root: 0}, [root]
    while stack:
        for parent in stack.pop().parents:
            if parent not in missing:
                missing[parent] = 0
                stack.append(parent)
            missing[parent] += 1
    root.grad, ready = np.ones(np.shape(root.value)), [root]
    while ready:
        node = ready.pop()
        for parent, part in zip(node.parents, node.pull(node.grad), strict=True):
            parent.grad = part if parent.grad is None else parent.grad + part
            missing[parent] -= 1
            if missing[parent] == 0:
                ready.append(parent)
    return root


exercise.right(lambda root: _in_a_dict(root, lambda node, root: True))
