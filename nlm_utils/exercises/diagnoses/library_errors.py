"""What torch and NumPy mean when they refuse what an answer gives them, and the usual cause.

Losses, dtypes, lists of tensors, gradients and modules stand here, shapes and places in shape_errors.py. The rows of
LIBRARIES are asked in order, before those of exceptions.py.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import numpy as np

from ..observations import Raised
from ..value_text import an, capital
from .shape_errors import ANY, SHAPES, TYPE_ERROR, Row, calls, quoted

if TYPE_CHECKING:
    from ..definition import Exercise


def _side_by_side(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    return (
        "What is put together must fit: `stack` wants equal shapes, `cat` (NumPy: `concatenate`) equal shapes but for "
        f"the axis along which it joins. torch or NumPy says: “{quoted(raised.text)}”. Print the shapes of the parts."
    )


def _flatten(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if not calls(raised, r"cross_entropy|nll_loss|Loss\("):
        return None
    return (
        "`F.cross_entropy` compares rows: logits of shape (N, V) with targets of shape (N,); of three axes it takes "
        "the SECOND for the words. With a batch and a time axis flatten both alike: "
        "`F.cross_entropy(logits.flatten(0, 1), targets.flatten())`."
    )


def _target(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    target = int(match[1])
    if target == -100:
        return (
            "A target of −100 marks a place that does not count, and your call counts it: −100 is what "
            "`ignore_index` is unless you change it, so leave `ignore_index` out."
        )
    if target < 0:
        return f"A target is negative ({target}): places that do not count are left out by `ignore_index={target}`."
    return (
        f"A target of {target} has no column among the logits: the words must stand on axis 1 of the logits, and "
        "targets run from 0 to their number − 1."
    )


KINDS = {"numpy.ndarray": "a NumPy array", "ndarray": "a NumPy array", "Tensor": "a tensor"}

# --- dtypes --------------------------------------------------------------------------------------------------------

DTYPES = {
    "Float": "float32",
    "Double": "float64",
    "Half": "float16",
    "Long": "int64",
    "Int": "int32",
    "Bool": "bool",
}
DTYPES |= {"float": "float32", "double": "float64", "long": "int64", "BFloat16": "bfloat16"}


def _dtypes(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    named = [DTYPES[word] for word in re.findall(r"\w+", raised.text) if word in DTYPES]
    pair = list(dict.fromkeys(named))
    met = f": {pair[0]} and {pair[1]}" if len(pair) == 2 else ""
    return (
        f"Two tensors of different dtypes meet{met}. `torch.zeros`, `torch.ones`, `torch.randn` and new layers are "
        "float32 unless told otherwise, and ids are int64: make yours like the input, with `dtype=x.dtype`, "
        "`x.new_zeros(…)` or `.to(x.dtype)`."
    )


def _not_a_tensor(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    function, argument, got = match[1], match[2], match[3]
    if function == "cross_entropy_loss" and argument == "weight":
        return (
            "The third argument of `F.cross_entropy` is a weight for each word. Say which one you mean: "
            "`ignore_index=-100`."
        )
    if function in ("maximum", "minimum"):
        bound = {"maximum": "min", "minimum": "max"}[function]
        return f"`torch.{function}` compares two tensors. Against one number it is `.clamp({bound}=…)`."
    number = "`math` has functions of one number, and `torch.ones(…)` makes a tensor of a given size"
    made = {
        "list": "`torch.tensor(…)` makes one of a list of numbers, `torch.stack(…)` of a list of tensors",
        "tuple": "`torch.tensor(…)` makes one of numbers, `torch.stack(…)` of tensors",
        "numpy.ndarray": "`torch.from_numpy(…)` makes one of it; or stay with NumPy's functions",
        "int": number,
        "float": number,
    }.get(got)
    if not made:
        return None
    return f"torch's `{function}` wants a tensor and gets {KINDS.get(got, an(got))}: {made}."


# --- two of one kind -----------------------------------------------------------------------------------------------


def _maximum(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if re.match(r"(max|min)\(", raised.call):
        which = raised.call[:3]
        return (
            f"Python's `{which}` asks which of two whole arrays is larger, and there is no answer. Entry by entry it "
            f"is `np.{which}imum(a, b)` (torch: `torch.{which}imum`, or `.clamp` against a number)."
        )
    if calls(raised, r"np\.(a?max|a?min)\("):
        which = re.search(r"np\.a?(max|min)\(", raised.call or raised.line)[1]
        return (
            f"The second argument of `np.{which}` is an axis. The {'larger' if which == 'max' else 'smaller'} of two, "
            f"entry by entry, is `np.{which}imum(a, b)`."
        )
    return None


def _loss_class(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    found = re.search(r"\b(\w+Loss)\((?!\))(?![^()]*\)\()", raised.call or raised.line)
    if not found:
        return None
    return (
        f"`{found[1]}` is a class: its first brackets make a loss, the second compute it, `nn.{found[1]}()(t, "
        "targets)`. The function is `F.cross_entropy(t, targets)`."
    )


def _joined(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if not calls(raised, r"stack\(|concatenate\(|cat\("):
        return None
    return "What is put together stands in ONE list, in square brackets: `torch.cat([a, b])`, `np.concatenate([a, b])`."


def _range(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if not calls(raised, r"range\("):
        return None
    return (
        f"`range` counts up to a whole number, and it gets {an(match[1])}. Its entries come by `for entry in …`, its "
        "places by `range(len(…))`."
    )


def _attribute(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    owner, name = match[1].rpartition(".")[2], match[2]
    instead = {
        ("Tensor", "astype"): "torch's way is `.to(dtype)`",
        ("Tensor", "copy"): "torch's way is `.clone()`",
        ("ndarray", "clone"): "NumPy's way is `.copy()`",
        ("ndarray", "unsqueeze"): "NumPy's way is `x[:, None]`, or `np.expand_dims`",
        ("ndarray", "numpy"): "it is NumPy's already",
        ("ndarray", "detach"): "it is NumPy's, and has no gradients",
        ("ndarray", "item"): "",
    }.get((owner, name), "")
    if owner in ("list", "tuple") and name in (
        "shape",
        "ndim",
        "dtype",
        "T",
        "sum",
        "mean",
        "max",
        "reshape",
        "size",
    ):
        instead = "`np.array(…)` makes an array of it (torch: `torch.tensor(…)`)"
    if owner in KINDS and not instead and _has(owner, name):
        instead = f"it is {'torch' if owner == 'ndarray' else 'NumPy'}'s; stay with one of the two libraries"
    what = capital(KINDS.get(owner, an(owner)))
    if instead:
        return f"{what} has no `.{name}`: {instead}."
    return f"{what} has no `.{name}`: it is not what you take it for. Printing its `type(…)` there will tell."


def _has(owner: str, name: str) -> bool:
    """True when the other library's arrays have what this one's have not."""
    torch = sys.modules.get("torch")
    other = np.ndarray if owner == "Tensor" else getattr(torch, "Tensor", None)
    return hasattr(other, name)


LIBRARIES: list[Row] = [
    # losses
    (
        ANY,
        "Expected target size|Expected input batch_size|only batches of spatial targets",
        "generic-flatten",
        _flatten,
    ),
    (
        ANY,
        "target dtype to be Long|expected scalar type Long but found|floating point type for target",
        "generic-target-dtype",
        "Targets are ids, and must be whole numbers of dtype int64: `.long()` makes them so; `torch.Tensor(…)` makes "
        "floats.",
    ),
    (ANY, r"Target (-?\d+) is out of bounds", "generic-target", _target),
    (ANY, "ambiguous", "generic-loss-class", _loss_class),
    (ANY, "ambiguous|as an integer|only integer scalar arrays|scalar index", "generic-maximum", _maximum),
    (
        ANY,
        r"max\(\) received an invalid|min\(\) received an invalid",
        "generic-maximum",
        "`torch.max` of a tensor and a number does not exist: the larger of each entry and a number is "
        "`.clamp(min=…)`, the smaller `.clamp(max=…)`; of two tensors it is `torch.maximum`, `torch.minimum`.",
    ),
    # whole numbers, dtypes
    (
        TYPE_ERROR,
        r"'(list|tuple|str|dict|set|Tensor|numpy.ndarray)' object cannot be interpreted as an integer",
        "generic-range",
        _range,
    ),
    (
        TYPE_ERROR,
        "only integer tensors of a single element",
        "generic-range",
        lambda raised, match, exercise: _range(raised, re.match("(.*)", "Tensor"), exercise),
    ),
    (TYPE_ERROR, "only integer scalar arrays", "generic-stack", _joined),
    (
        ANY,
        "same dtype|m1 and m2|same scalar type|expected scalar type|mixed dtype|self.dtype to be equal",
        "generic-dtypes",
        _dtypes,
    ),
    # lists of tensors
    (
        ANY,
        r"expected Tensor as element (\d+) in argument 0, but got (\S+)",
        "generic-stack",
        lambda raised, match, exercise: (
            f"`torch.stack` and `torch.cat` put tensors together, and entry {match[1]} of the list is {an(match[2])}. "
            "`torch.tensor(…)` makes a tensor of a number, or of a whole list of numbers."
        ),
    ),
    (
        ANY,
        "non-empty TensorList|non-empty list of Tensors|at least one array to",
        "generic-stack",
        "The list that is put together is empty on this input: nothing was ever put into it. How many pieces are "
        "there, and what is asked for where there is none?",
    ),
    (ANY, "must be tuple of Tensors, not Tensor", "generic-stack", _joined),
    (
        ANY,
        "expects each tensor to be equal size|have same number of dimensions|Sizes of tensors must match"
        "|must have the same shape|concatenation axis must match",
        "generic-stack",
        _side_by_side,
    ),
    # numbers and tensors
    (
        ANY,
        r"Can't call numpy\(\) on Tensor that requires grad",
        "generic-numpy-of-gradients",
        "A tensor that asks for gradients cannot become a NumPy array, and NumPy's functions make one: compute with "
        "torch's own (`torch.tanh` for `np.tanh`), which keep the way back for the gradients.",
    ),
    (
        ANY,
        "only one element tensors",
        "generic-stack",
        lambda raised, match, exercise: (
            "`torch.tensor` makes a tensor of numbers; tensors are put together by `torch.stack`."
            if calls(raised, r"torch\.(as_)?tensor\(|Tensor\(")
            else None
        ),
    ),
    (
        ANY,
        "only one element tensors|only (0-dimensional|length-1|size-1) arrays|elements cannot be converted"
        "|convert an array of size 1",
        "generic-scalar-function",
        "`math.…`, `float(…)`, `int(…)` and `.item()` take one number, and here they get a whole array: NumPy's "
        "functions, as `np.log`, and torch's, as `torch.tanh`, work entry by entry.",
    ),
    (
        TYPE_ERROR,
        r"(\w+)\(\): argument '(\w+)' \(position \d+\) must be Tensor, not ([\w.]+)",
        "generic-not-a-tensor",
        _not_a_tensor,
    ),
    (
        ANY,
        "Concatenation operation is not implemented|'numpy.ndarray' and 'Tensor'|expected np.ndarray",
        "generic-numpy-and-torch",
        "A NumPy array and a torch tensor (or a list) meet: make both of one kind, `torch.from_numpy(…)` or "
        "`.numpy()`.",
    ),
    (
        ANY,
        "not implemented for '(Long|Int|Bool)'|could not infer output dtype|only support floating point"
        "|a floating point or|either float or double",
        "generic-whole-numbers",
        "The tensor holds whole numbers, and this function wants floats: `.float()`, or `.to(dtype)` of the others.",
    ),
    (
        ANY,
        "only supports boolean masks|to be a boolean tensor",
        "generic-mask-dtype",
        "The mask must hold True and False: `mask.bool()`, or a comparison, as `mask == 0`.",
    ),
    # drawing
    (
        ANY,
        "probability tensor contains|sum of probabilities <= 0|[pP]robabilities (do not|are not|contain)",
        "generic-probabilities",
        "What is drawn from must be probabilities: none negative, none nan, with a sum (in NumPy of 1). Logits become "
        "probabilities by the softmax.",
    ),
    (
        TYPE_ERROR,
        "must be bool, not torch._C.Generator",
        "generic-call-arguments",
        "The generator must be named: `torch.multinomial(p, 1, generator=…)`; the third place is `replacement`.",
    ),
    (
        ANY,
        "prob_dist must be",
        "generic-axis",
        "`torch.multinomial` draws from one distribution, (V,), or a row of them, (B, V): take the last step first, "
        "`[:, -1]`.",
    ),
    # gradients
    (
        ANY,
        "leaf Variable that requires grad",
        "generic-in-place",
        "A tensor that asks for gradients is overwritten in place (`+=`, `x[…] = …`): compute a new one. A step on "
        "parameters stands inside `with torch.no_grad():`, or is the optimizer's.",
    ),
    (
        ANY,
        "modified by an inplace operation",
        "generic-in-place",
        "An operation in place (`+=`, `x[…] = …`, a method with `_` at its end) overwrites numbers that the backward "
        "pass still needs: write `x = x + …`, or collect the parts in a list and `torch.stack` them.",
    ),
    (
        ANY,
        "backward through the graph a second time",
        "generic-second-backward",
        "`.backward()` has been through this graph, which is freed afterwards: call it once for each loss, and compute "
        "the loss anew in every step.",
    ),
    (
        ANY,
        "does not require grad",
        "generic-no-graph",
        "Nothing leads back from this loss to a parameter: it was computed inside `torch.no_grad()`, or went through "
        "`.detach()`, `.data`, `.item()`, NumPy or a new `torch.tensor(…)`.",
    ),
    (
        ANY,
        "created only for scalar outputs",
        "generic-backward-of-many",
        "`.backward()` starts from one number: take the mean (or the sum) of the losses before.",
    ),
    (
        ANY,
        "view size is not compatible",
        "generic-view",
        "`.view` only reads the same memory anew, and after a transpose (or some slices) the numbers do not lie in "
        "that order: `.reshape` copies them where it must.",
    ),
    # modules
    (
        ANY,
        r"before Module.__init__\(\) call",
        "generic-module-init",
        "`super().__init__()` is missing: it must be the first line in the `__init__` of a module.",
    ),
    (
        ANY,
        r"divisible by num_heads",
        "generic-heads",
        "The width must be a multiple of the number of heads, for each head takes an equal part: choose a number of "
        "heads that divides it.",
    ),
    (
        ("AttributeError",),
        r"'([\w.]+)' object has no attribute '(\w+)'",
        "generic-attribute",
        lambda raised, match, exercise: (
            None if match[1] == "NoneType" else _attribute(raised, match, exercise)
        ),
    ),
    *SHAPES,
]
