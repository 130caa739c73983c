"""What torch and NumPy mean when shapes, axes and places do not fit, and the usual cause.

The shapes and dtypes that went into the failing call stand on the card (call_site.py); here they decide what is said.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..observations import Raised
from ..value_text import count, masked, short

if TYPE_CHECKING:
    from ..definition import Exercise

Sentence = str | Callable[[Raised, re.Match, "Exercise"], str | None]
Row = tuple[tuple[str, ...], str, str, Sentence]

ANY, TYPE_ERROR = ("BaseException",), ("TypeError",)


def quoted(text: str) -> str:
    """What a message says, without addresses and not too long."""
    return short(masked(text), 120)


def calls(raised: Raised, pattern: str) -> bool:
    """True when the failing call, or its line where the call is long, matches the pattern."""
    return bool(re.search(pattern, raised.call or raised.line))


def shape_of(said: str) -> tuple[int, ...] | None:
    """(2, 3) for "a float64 array of shape (2, 3)"."""
    match = re.search(r" of shape \(([\d, ]*)\)$", said)
    return tuple(map(int, re.findall(r"\d+", match[1]))) if match else None


def shapes_in(text: str) -> list[str]:
    """The shapes that a message names: "(3,) (2,4)" gives "3," and "2,4"."""
    return [shape.replace(" ", "") for shape in re.findall(r"\((\d*(?:,\s*\d*)*)\)", text)]


def _matmul(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    rule = (
        "A matrix product needs the last axis of the left factor to be as long as the second to last (or only) axis of "
        "the right one."
    )
    met = _lengths_that_meet(raised)
    fitting = _fitting(raised)
    if fitting:
        of_matrices = all(len(shape) > 1 for _, shape in _operands(raised))
        *first, last = (f"`{form}`" for form in fitting)
        forms = f"{', '.join(first)} or {last}" if first else last
        which = (
            " Take the one whose result has the axes that are asked for."
            if len(fitting) > 1 and of_matrices
            else ""
        )
        return f"{rule}{met} By their lengths {forms} would fit.{which}"
    return f"{rule}{met} Is a transpose missing, or are the factors in the wrong order?"


def _lengths_that_meet(raised: Raised) -> str:
    operands = _operands(raised)
    if operands:
        (_, left), (_, right) = operands
        return f" Here a length of {left[-1]} meets one of {right[-2] if len(right) > 1 else right[0]}."
    sizes, shapes = re.search(r"size (\d+) is different from (\d+)", raised.text), shapes_in(raised.text)
    if sizes:
        return f" Here a length of {sizes[2]} meets one of {sizes[1]}."
    return f" Here ({shapes[0]}) meets ({shapes[1]})." if len(shapes) >= 2 else ""


def _operands(raised: Raised) -> list[tuple[str, tuple[int, ...]]]:
    """Text and shape of both factors of a product that is written with @, where both are known."""
    try:
        node = ast.parse(raised.call, mode="eval").body
    except SyntaxError:
        return []
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.MatMult):
        return []
    known = {part: shape_of(said) for part, said in raised.values}
    found = [(text, known.get(text)) for text in (ast.unparse(node.left), ast.unparse(node.right))]
    return found if all(shape for _, shape in found) else []


def _fitting(raised: Raised) -> list[str]:
    """The ways in which the factors would fit: one of them transposed, or in the other order."""
    operands = _operands(raised)
    if not operands:
        return []
    (a, left), (b, right) = operands
    inner = right[-2] if len(right) > 1 else right[0]
    forms = []
    if len(right) > 1 and left[-1] == right[-1]:
        forms.append(f"{a} @ {_transposed(b, right)}")
        if len(left) > 1:
            forms.append(f"{b} @ {_transposed(a, left)}")
    if len(left) > 1 and left[-2] == inner:
        forms.append(f"{_transposed(a, left)} @ {b}")
    if right[-1] == (left[-2] if len(left) > 1 else left[0]):
        forms.append(f"{b} @ {a}")
    return list(dict.fromkeys(forms))[:3]


def _transposed(text: str, shape: tuple[int, ...]) -> str:
    if text.endswith((".T", ".mT")):
        return text.rpartition(".")[0]
    return f"{text}.{'T' if len(shape) == 2 else 'mT'}"


def _broadcast(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    shapes = [shape for _, said in raised.values if (shape := shape_of(said)) is not None]
    torch_says = re.search(
        r"tensor a \((\d+)\).*tensor b \((\d+)\) at non-singleton dimension (\d+)", raised.text
    )
    texts = [] if torch_says else shapes_in(raised.text)[:2]
    if len(texts) == 2:
        shapes = [tuple(map(int, re.findall(r"\d+", text))) for text in texts]
    if "into shape" in raised.text and len(texts) == 2:
        return (
            f"What is assigned has shape ({texts[0]}), and the place that it is put into has shape ({texts[1]}): the "
            "two must be equal, or differ only where the first has length 1."
        )
    if len(shapes) == 2 and (0,) in shapes and "==" not in raised.text:
        return (
            f"Two arrays are combined (or compared) entry by entry, and one of them is empty: {shapes[0]} and "
            f"{shapes[1]}. Whether an array is empty is asked by `len(x) == 0`."
        )
    if len(shapes) == 2 and all(len(shape) == 1 for shape in shapes) and shapes[0] != shapes[1]:
        return (
            f"Two arrays of {shapes[0][0]} and {shapes[1][0]} numbers cannot be combined entry by entry. Do the two "
            "belong together? If one was cut down by a mask or a slice, the other must be too."
        )
    if torch_says:
        met = f"at axis {torch_says[3]} a length of {torch_says[1]} meets one of {torch_says[2]}"
    elif len(shapes) == 2:
        met = f"{shapes[0]} and {shapes[1]}{_where_they_clash(*shapes)}"
    else:
        met = "their shapes do not fit"
    return (
        f"Two arrays cannot be combined entry by entry: {met}. Shapes are compared from the last axis backwards, and "
        "each pair must be equal or 1. After a sum or mean over an axis, `keepdims=True` (torch: `keepdim=True`) keeps "
        "its place; `x[:, None]` makes an axis of length 1."
    )


def _where_they_clash(one: tuple[int, ...], other: tuple[int, ...]) -> str:
    for place in range(1, min(len(one), len(other)) + 1):
        if one[-place] != other[-place] and 1 not in (one[-place], other[-place]):
            return f" differ at axis −{place}, {one[-place]} against {other[-place]}"
    return ""


def _gather(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if not calls(raised, "gather|scatter|take_along_axis"):
        return None
    return (
        "The index must have as many axes as the array: one id for each row needs an axis of its own, "
        "`targets[..., None]`. What comes back has that axis too; `[..., 0]` takes it away."
    )


def _convolution(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    groups = int(match[1])
    weight, given = ([int(size) for size in re.findall(r"\d+", part)] for part in (match[2], match[3]))
    advice = []
    if len(given) == 3 and given[1] != weight[0] and given[2] == weight[0]:
        advice.append(
            "`conv1d` wants the channels on axis 1, (B, d, T): transpose the input before, and back after"
        )
    if groups == 1 and weight[1] == 1:
        advice.append(f"a kernel of its own for each channel, (d, 1, k), needs `groups=d` (here {weight[0]})")
    said = (
        "; ".join(advice) or "`conv1d` wants an input of (B, d, T) and weights of (d out, d in / groups, k)"
    )
    return f"The input {tuple(given)} and the kernels {tuple(weight)} do not fit: {said}."


def _axis(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    if match[1]:  # torch: "in range of [-1, 0], but got 1", which it says of a single number too
        asked, axes = int(match[3]), int(match[2]) + 1
        axes = 0 if axes == 1 and any(shape_of(said) == () for _, said in raised.values) else axes
    else:
        asked, axes = int(match[4]), int(match[5])
    begin = f"Axis {asked} is asked for".replace("-", "−")
    if axes == 0:
        return f"{begin} of a single number, which has no axes."
    if axes == 1 and asked > 0:
        return (
            f"{begin}, and here is ONE vector, which has axis 0 alone. `axis=-1` (torch: `dim=-1`) is the last axis of "
            "a vector and of many at once alike."
        )
    if axes == 1:
        return (
            f"{begin}, and here is ONE vector, which has one axis: there is nothing to exchange, and no row to sum "
            "over. One way must serve a single vector and many at once."
        )
    return (
        f"{begin}, and there are {axes}, 0 to {axes - 1}: on this input the array has another number of axes than your "
        "code expects. Counted from the end, −1 is the last axis whatever stands before it."
    )


def _unpack(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    numbers = re.findall(r"\d+", raised.text)
    names = f"{count(int(numbers[0]), 'name')}" if numbers else "another number of names"
    if ".shape" in raised.line or ".size()" in raised.line:
        return (
            f"The left side has {names}, the shape of this input another number of axes: inputs with fewer or more "
            "axes are allowed here. `x.shape[-1]` is the last length whatever stands before it, and `…, -1` the last "
            "axis."
        )
    entries = f"{numbers[1]}" if len(numbers) > 1 else "another number of entries"
    return (
        "The left side of an assignment (or a `for`) has another number of names than the right side has entries: "
        f"{names} for {entries}. Print what stands on the right."
    )


def _index(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    index, axis, length = match[1], match[2], int(match[3])
    if length == 0:
        return f"Place {index} is asked for of something that is empty on this input (axis {axis})."
    return (
        f"Place {index} is asked for along axis {axis}, which has length {length}: its places are 0 to {length - 1}. "
        "Does a loop go one step too far, or is the wrong thing (or axis) indexed?"
    )


def _reshape(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if not calls(raised, "shape|view"):  # some functions reshape for themselves
        return None
    entries, shape = (match[1], f"({match[2]})") if match[1] else (match[4], f"({match[3]})")
    return (
        f"{entries} numbers do not fill the shape {shape}: the lengths of the new shape must multiply to the number of "
        "entries. Is an axis forgotten, or a length fixed that differs from input to input?"
    )


FLOAT_INDEX = (
    "A whole number (or an array of them) is needed here, as an index, a length or a size, and it is something "
    "else: `/` always gives a float, `//` a whole number; `torch.Tensor(ids)`, `np.zeros(n)` and an empty "
    "`np.array([])` hold floats, `torch.tensor(ids)` keeps whole numbers."
)

AXIS = (
    r"(Dimension out of range) \(expected to be in range of \[-\d+, (-?\d+)\], but got (-?\d+)\)"
    r"|axis (-?\d+) is out of bounds for array of dimension (\d+)"
)
RESHAPE = (
    r"cannot reshape array of size (\d+) into shape \(([\d, -]*)\)"
    r"|shape '\[([\d, -]*)\]' is invalid for input of size (\d+)"
)

SHAPES: list[Row] = [
    # places
    (ANY, "the same number of dimensions", "generic-gather", _gather),
    (ANY, AXIS, "generic-axis", _axis),
    (
        ANY,
        "only supported on matrices|must have at least 2 dim|requires (the )?.*at least (2|two)|axes don't match array",
        "generic-axis",
        "A transpose (or a triangle) needs two axes at least, and there is another number here: on this input the "
        "array has fewer or more axes than your code expects. Print its `.shape`.",
    ),
    (
        ("IndexError",),
        "tuple index out of range",
        "generic-axis",
        lambda raised, match, exercise: (
            "An axis is asked for that is not there: on this input `.shape` has fewer lengths than you expect. "
            "`x.shape[-1]` is the last one, whatever stands before it."
            if ".shape" in raised.line
            else None
        ),
    ),
    (
        ANY,
        r"index (-?\d+) is out of bounds for (?:axis|dimension) (\d+) with size (\d+)",
        "generic-index",
        _index,
    ),
    (
        ANY,
        "Class values must be smaller",
        "generic-index",
        "An id is not smaller than the number of columns: the second argument of `F.one_hot` is how many ids there can "
        "be, the number of words.",
    ),
    (
        ANY,
        "index out of range in self",
        "generic-index",
        "An id is too large for the table: ids run from 0 to the number of rows − 1.",
    ),
    (
        TYPE_ERROR,
        r"(list|tuple) indices must be integers or slices, not (NoneType|tuple|list|numpy.ndarray|Tensor)",
        "generic-list-for-array",
        lambda raised, match, exercise: (
            f"A {match[1]} has one axis and takes one whole number (or a slice) in square brackets. `np.array(…)` or "
            "`torch.tensor(…)` around it makes an array, which takes `[None]`, `[:, i]` and arrays of ids."
        ),
    ),
    (
        TYPE_ERROR,
        r"(list|tuple|string) indices must be integers(?: or slices)?, not '?str",
        "generic-index-by-entry",
        lambda raised, match, exercise: (
            f"Square brackets ask a {match[1]} for an entry by its place, a whole number, and here a string stands in "
            "them. `for t in tokens` goes through the tokens themselves, and `t` is one; `for i in range(len(tokens))` "
            "goes through their places, and `tokens[i]` is the token."
        ),
    ),
    (
        ANY,
        "last dimension of size 2",
        "generic-complex",
        "`torch.view_as_complex` makes one complex number of each pair on the last axis, which must have length 2: "
        "`x.reshape(*x.shape[:-1], -1, 2)` makes pairs of neighbours first.",
    ),
    (
        ANY,
        r"used as indices must be|valid indices|must be tuple of ints, ?(?:but got|not) (?:float|str)"
        r"|must be int, not float|found element of type float"
        r"|expected a sequence of integers|interpreted as an integer|indices must be integers"
        r"|Expected dtype int\S* for index|must be an integer array|argument #1 'indices'|applicable to index tensor",
        "generic-float-index",
        FLOAT_INDEX,
    ),
    (ANY, RESHAPE, "generic-reshape", _reshape),
    (("ValueError",), "values to unpack", "generic-unpack", _unpack),
    # products, convolutions, sums of products
    (
        ANY,
        r"Given groups=(\d+), weight of size \[([\d, ]+)\], expected input\[([\d, ]+)\]",
        "generic-convolution",
        _convolution,
    ),
    (
        ANY,
        "weight should have at least three",
        "generic-convolution",
        "`conv1d` wants kernels of three axes, (d out, d in / groups, k): `[:, None]` makes the middle one.",
    ),
    (
        ANY,
        "einsum|einstein",
        "generic-einsum",
        lambda raised, match, exercise: (
            "In `einsum` each letter is one axis with one length, and every operand needs as many letters as it has "
            "axes; `...` stands for any axes in front, and must stand in the result too. It says: "
            f"“{quoted(raised.text)}”"
        ),
    ),
    (
        ANY,
        r"loading state_dict(?s:.*)size mismatch",
        "generic-state-dict-sizes",
        "`load_state_dict` wants weights of just the shapes that the module has: make the module with the sizes of "
        "these weights, in the order that its class asks for (input size first, as in `nn.Linear`, `nn.GRUCell`). The "
        "message names both shapes of each.",
    ),
    (
        ANY,
        r"matmul|shapes? .* not aligned|mat1 and mat2|size mismatch|inner dim|core dimension|batch2 tensor"
        "|must be a matrix",
        "generic-matmul",
        _matmul,
    ),
    (ANY, "broadcast|must match the (existing )?size", "generic-broadcast", _broadcast),
]
