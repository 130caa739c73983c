"""Mistakes that are the same in every exercise, each with its sentence: a sign, a transpose, a forgotten return.

They speak when no misconception of the exercise fits. A sentence that is false is worse than none: each is said only
when it explains (nearly) all of the inputs that went wrong, on numbers that do not agree by accident, or when it only
repeats what the card shows. Ids begin with "generic-".
"""

from __future__ import annotations

import asyncio
import inspect
import re
import types
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import stubs
from .compare import Difference, as_array, difference, is_number, is_tensor, to_numpy
from .limits import InputNotAllowed
from .values import an, count, kind_of, literal, masked, number, short

ENOUGH = 0.8  # share of the failing inputs that a general diagnosis must explain, if it is not all
LEAST = 3  # and so many of them
WEAK = {
    "generic-axis-length",
    "generic-axis-missing",
    "generic-axis-too-many",
    "generic-dtype",
    "generic-edge",
    "generic-length",
    "generic-partly",
    "generic-raised",
    "generic-some-inputs",
    "generic-too-few",
    "generic-too-many",
    "generic-type",
    "generic-value-error",
    "generic-wrong-values",
}
SAYS_HOW_MANY = {"generic-random", "generic-mutable-default", "generic-some-inputs", "generic-edge"}

Named = tuple[str, str]


@dataclass
class Situation:
    """A wrong answer: what was expected and observed on each case, and which cases fail, the simplest first.

    differences  where each failing case first differs
    remembers    a default value of a parameter was changed by the calls
    changes      one more call on the simplest failing case gave something else
    """

    exercise: Any
    function: Callable
    expected: list
    got: list
    failing: list[int]
    differences: dict[int, Difference]
    remembers: bool = False
    changes: bool = False

    @property
    def found(self) -> Difference:
        return self.differences[self.failing[0]]

    def supported(self, places: list[int]) -> bool:
        """True when these are all the failing cases, or nearly all and not few."""
        hits = len(set(places))
        return hits == len(self.failing) or (hits >= LEAST and hits >= ENOUGH * len(self.failing))

    def values(self) -> list[tuple[Any, Any]]:
        """(expected, got) of every failing case in which both gave a value."""
        pairs = []
        for place in self.failing:
            one, other = self.expected[place], self.got[place]
            if not (one.exception or other.exception or other.timed_out):
                pairs += _value_pairs(one.facts, other.facts)
        return pairs

    def arguments(self, place: int) -> dict[str, Any]:
        """The arguments of a case by the names of the reference's parameters."""
        args, kwargs = self.exercise.cases[place].make()
        try:
            return dict(inspect.signature(self.exercise.reference).bind(*args, **kwargs).arguments)
        except TypeError:
            return {}


def _value_pairs(one: dict, other: dict) -> list[tuple[Any, Any]]:
    """(expected, got): the values, or the facts that differ."""
    if "value" in one:
        return [(one["value"], other.get("value"))]
    return [
        (fact, other[name]) for name, fact in one.items() if name in other and not _equal(fact, other[name])
    ]


def _equal(one: Any, other: Any) -> bool:
    try:
        return difference(one, other, 1e-4, 1e-6) is None
    except Exception:
        return False


# --- exceptions and the end of time --------------------------------------------------------------------------------


def urgent(situation: Situation) -> Named | None:
    """What must be said before anything else is looked for: the code did not run as the student meant it to."""
    error = situation.got[situation.failing[0]].exception
    if error is None:
        return _precision(situation)
    if isinstance(error, InputNotAllowed):
        return "generic-input", (
            "Your function asks for input (or stops at a breakpoint). An exercise gets all it "
            "needs as its parameters: "
            f"{_signature(situation)}."
        )
    if isinstance(error, UnboundLocalError):
        return "generic-unbound-local", (
            f"{_quoted(error)} is used before it has a value: every name that is assigned inside a "
            "function is local to "
            "it, so give it its first value above that line."
        )
    if isinstance(error, NameError):
        return "generic-name", (
            f"{_quoted(error)} is not defined where your function looks for it. Is it spelt as in the parameters "
            f"({_signature(situation)}), or is an import missing?"
        )
    if isinstance(error, (SystemExit, GeneratorExit)):
        return (
            "generic-exit",
            "Your function ends Python with `exit()` or `quit()`; use `return` to leave a function.",
        )
    if isinstance(error, ImportError):
        return "generic-import", f"An import inside your function failed: {short(masked(str(error)), 120)}."
    if isinstance(error, TypeError) and _raised_by_call(error) and not _accepts(situation):
        return "generic-signature", (
            f"Your function does not take the parameters that it is called with. The first line must read "
            f"`def {_signature(situation)}:`."
        )
    return None


def _precision(situation: Situation) -> Named | None:
    """The right numbers in tensors of another precision than the input's, wherever something is wrong."""
    differences = [situation.differences[place] for place in situation.failing]
    for found in differences:
        tensors = is_tensor(found.got) and is_tensor(found.expected)
        if not (found.kind == "dtype" and tensors and found.got.is_floating_point()):
            return None
        if not found.expected.is_floating_point():
            return None
    return "generic-precision", (
        f"The numbers are right, but your result is {differences[0].note}: it keeps the dtype of the input. "
        "`.float()`, `.double()` and tensors made without a dtype change it; `x.new_zeros(…)` and `dtype=x.dtype` "
        "do not."
    )


def _raised_by_call(error: BaseException) -> bool:
    return bool(re.search(r"argument|parameter", str(error)))


def _accepts(situation: Situation) -> bool:
    """True when the student's function can be called with the arguments of the first failing case."""
    args, kwargs = situation.exercise.cases[situation.failing[0]].make()
    try:
        inspect.signature(situation.function).bind(*args, **kwargs)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _signature(situation: Situation) -> str:
    signature = inspect.signature(situation.exercise.reference)
    plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    return f"{situation.exercise.name}{inspect.Signature(plain)}"


def _quoted(error: BaseException) -> str:
    """The name that an error message has in quotes."""
    match = re.search(r"'([^']+)'", str(error))
    return f"`{match[1]}`" if match else "A name"


def _exception(situation: Situation) -> Named | None:
    """A sentence for what the student's code raised on the input that is shown."""
    place = situation.failing[0]
    error, wanted = situation.got[place].exception, situation.expected[place].exception
    if error is None:
        return None
    text, line = str(error), stubs.own_line(situation.function, error)
    if "must derive from BaseException" in text:
        return (
            "generic-raises-string",
            '`raise` needs an exception, as in `raise ValueError("…")`; a string is none.',
        )
    if wanted is not None:
        kind, yours = type(wanted).__name__, type(error).__name__
        if situation.got[place].on_purpose:
            return "generic-wrong-exception", (
                f"This input is not allowed, and you raise {an(yours)} for it; asked is {an(kind)}, the kind that the "
                "caller can wait for."
            )
        return "generic-wrong-exception", (
            f"This input is not allowed, and your function does stop; but it must be {an(kind)} that you raise "
            f"yourself, not {an(yours)} that happens on the way."
        )
    if isinstance(error, AssertionError):
        return (
            "generic-assertion",
            "An `assert` in your function fails on this input: the input is allowed, the claim is not true.",
        )
    if situation.got[place].on_purpose:
        return "generic-value-error", (
            f"You raise {an(type(error).__name__)} on this input, but the input is an allowed one: the condition in "
            "front of your `raise` is too strict, or the wrong way round."
        )
    if isinstance(error, RecursionError):
        return "generic-recursion", (
            f"Your function calls itself too often, maybe without end (Python stops at about 1000 calls). If you meant "
            f"to use a ready-made `{situation.exercise.name}`: inside the cell the name stands for your own function. "
            "A recursion needs a case that returns without calling itself."
        )
    if isinstance(error, ZeroDivisionError):
        return "generic-zero-division", (
            "Your code divides by zero on this input. Which input makes the denominator 0, and what does the docstring "
            "want then?"
        )
    if isinstance(error, IndexError):
        return _index(text)
    if isinstance(error, KeyError):
        return "generic-key", (
            f"Your code asks a dictionary for {short(masked(text), 60)}, a key that it does not hold. "
            "`d.get(key, default)` or a `Counter` answers for keys that are not there."
        )
    if isinstance(error, AttributeError):
        return _attribute(error)
    if "ambiguous" in text:
        return _truth(line)
    found = _power(text) or _shapes(text)
    if found is not None:
        return found
    if "Cannot cast ufunc" in text or "annot be cast" in text:
        return "generic-cast", (
            "An array of whole numbers cannot take floats in place (`+=`, `-=`, `/=`). Start with floats, as "
            "`np.zeros(…)` makes them, or write `x = x + …`."
        )
    if isinstance(error, ValueError) and "unpack" in text:
        return (
            "generic-unpack",
            "The left side of an assignment (or a `for`) has another number of names than the right side has entries.",
        )
    if isinstance(error, ValueError) and "inhomogeneous" in text:
        return "generic-ragged", "The rows that you put into one array have different lengths."
    if isinstance(error, ValueError) and re.search(
        r"zero-size array|is an empty sequence|iterable argument is empty|arg is empty", text
    ):
        return (
            "generic-empty",
            "Something is empty here, and the largest or smallest entry of nothing is asked for.",
        )
    if isinstance(error, TypeError):
        return _type_error(text)
    if isinstance(error, (OverflowError, FloatingPointError)):
        return "generic-overflow", "A number becomes too large for a float: `exp` of anything over 709 does."
    if isinstance(error, NotImplementedError):
        return (
            "generic-not-implemented",
            "A function that you call does not support this input: is the dtype what it expects?",
        )
    if isinstance(error, StopIteration):
        return "generic-stop-iteration", "`next(…)` was asked for one entry more than there is."
    if isinstance(error, ValueError):
        said = f" (“{short(masked(text), 100)}”)" if text else ""
        return "generic-value-error", (
            f"This input is allowed, but one step of your code cannot work with it{said}: print what goes into that "
            "line, with its shape."
        )
    return (
        "generic-raised",
        f"Your code stops with {an(type(error).__name__)} on this input, which is an allowed one.",
    )


def _index(text: str) -> Named:
    if "boolean index did not match" in text:
        return "generic-mask", (
            "A mask (an array of True and False) must be as long as the array that it picks from; here the lengths "
            "differ. Was one of the two cut down before?"
        )
    if "integer" in text or "boolean" in text:
        return "generic-float-index", (
            "An index must be a whole number (or an array of them), and here it is something else: floats, a string, "
            "a list. `/` always gives a float, and so does an empty `np.array([])`."
        )
    if "too many indices" in text or "scalar" in text:
        return "generic-too-many-indices", (
            "Square brackets (or an axis) ask for more axes than the array has: on this input it has fewer than you "
            "expect. Print its `.shape`; `[..., i]` works for any number of axes."
        )
    if "empty" in text:
        return "generic-index", "An entry is taken from something that is empty."
    return "generic-index", (
        "An index lies outside. Indices run from 0 to length − 1: does a loop go one step too far, is the first entry "
        "of something empty asked for, or is the wrong thing (or axis) indexed?"
    )


def _truth(line: str) -> Named:
    asks_for_empty = re.search(
        r"\bnot \w+\b(?! in)|[!=]= *(\[\]|None)|(if|while|and|or) \w+ *(:|and\b|or\b|else\b|$)", line
    )
    if asks_for_empty:
        return "generic-truth-of-array", (
            "An array with several entries is neither true nor false, and comparing it compares every entry. Whether "
            "it is empty is asked by `len(x) == 0`."
        )
    return "generic-truth-of-array", (
        "An array with several entries is neither true nor false: an `if` (or `and`, `or`, `not`) got one. `.any()` "
        "or `.all()` make one answer of many, `np.where` decides entry by entry."
    )


def _power(text: str) -> Named | None:
    if re.search(r"for \^|bitwise_xor", text):
        return (
            "generic-power",
            "`^` is no power in Python (it combines bits): a power is written `**`, e^x is `np.exp(x)`.",
        )
    return None


_SHAPE = re.compile(r"\((\d*(?:,\s*\d*)*)\)")


def _shapes(text: str) -> Named | None:
    """Two arrays that do not go together, with the shapes that met."""
    shapes = [match[1].replace(" ", "") for match in _SHAPE.finditer(text)]
    if re.search(r"matmul|shapes? .* not aligned|mat1 and mat2|size mismatch|inner dim|core dimension", text):
        sizes = re.search(r"size (\d+) is different from (\d+)", text)
        met = (
            f" Here a length of {sizes[1]} meets one of {sizes[2]}."
            if sizes
            else f" Here ({shapes[0]}) meets ({shapes[1]})."
            if len(shapes) >= 2
            else ""
        )
        return "generic-matmul", (
            "A matrix product needs the last axis of the left factor to be as long as the second to last (or only) "
            f"axis of the right one.{met} Is a transpose missing, or are the factors in the wrong order?"
        )
    if not re.search(r"broadcast|must match the size", text):
        return None
    met = f"({shapes[0]}) and ({shapes[1]})" if len(shapes) >= 2 else "their shapes"
    if "0," in shapes[:2] and "==" not in text:
        return "generic-broadcast", (
            f"Two arrays are combined (or compared) entry by entry, and one of them is empty: {met}. Whether an array "
            "is empty is asked by `len(x) == 0`."
        )
    plain = [re.fullmatch(r"(\d+),", shape) for shape in shapes[:2]]
    if len(plain) == 2 and all(plain):
        return "generic-broadcast", (
            f"Two arrays of {plain[0][1]} and {plain[1][1]} numbers cannot be combined entry by entry. Do the two "
            "belong together? If one was cut down by a mask or a slice, the other must be too."
        )
    return "generic-broadcast", (
        f"Two arrays cannot be combined entry by entry: {met}. Shapes are compared from the last axis backwards, and "
        "each pair must be equal or 1. After a sum or mean over an axis, `keepdims=True` keeps its place."
    )


def _attribute(error: AttributeError) -> Named:
    match = re.search(r"'(\w+)' object has no attribute '(\w+)'", str(error))
    if match and match[1] == "NoneType":
        return "generic-attribute-none", (
            f"Something is None where a value is needed (`.{match[2]}` is asked of it). Methods "
            "that change a thing in "
            "place, like `list.append` or `list.sort`, return None; so does a function without `return`."
        )
    if match:
        return "generic-attribute", (
            f"{'An' if an(match[1]).startswith('an ') else 'A'} {match[1]} has no `.{match[2]}`: what you hold there "
            "is not what you take it for. Printing its `type(…)` will tell."
        )
    return "generic-attribute", f"{short(masked(str(error)), 120)}: is the name spelt right?"


_OTHER_NAMES = {"keepdim": "keepdims", "dim": "axis", "dims": "axis", "axes": "axis"}


def _type_error(text: str) -> Named:
    unknown = re.search(r"unexpected keyword argument '(\w+)'|(?:'|\b)(keepdim|dim)(?:'|\b)", text)
    meant = _OTHER_NAMES.get((unknown[1] or unknown[2]) if unknown else "")
    if meant is not None:
        return "generic-call-arguments", (
            f"The function that you call has no parameter `{unknown[1] or unknown[2]}`: did you mean `{meant}`? "
            "(NumPy says axis and keepdims, torch dim and keepdim.)"
        )
    if "NoneType" in text:
        return "generic-type-none", (
            "Something is None where a value is needed. Methods that change a thing in place, like "
            "`list.sort`, return "
            "None; so does a function without `return`."
        )
    if re.search(r"only (0-dimensional|length-1|size-1) arrays", text):
        return "generic-scalar-function", (
            "`math.…`, `float(…)` and `int(…)` take one number, and here they get a whole array: NumPy's functions, "
            "as `np.log`, work entry by entry."
        )
    if "unhashable" in text:
        return (
            "generic-unhashable",
            (
                "Keys of a dictionary (and entries of a set) cannot be lists or arrays, which can "
                "change; a tuple can be a key."
            ),
        )
    if "not subscriptable" in text:
        return (
            "generic-subscript",
            (
                "Square brackets ask something for an entry that has none: a number, a function (are "
                "round brackets missing?), a set."
            ),
        )
    if "not callable" in text:
        return (
            "generic-call",
            (
                "Round brackets call something that is not a function: a missing `*` or operator, "
                "square brackets meant, or a function's name reused for a value."
            ),
        )
    if "not iterable" in text or "has no len" in text:
        return (
            "generic-iterate",
            "A single number is used as if it were a list: a loop, a `len` or a `sum` over it cannot work.",
        )
    if (
        "only integer" in text
        or "indices must be integers" in text
        or "cannot be interpreted as an integer" in text
    ):
        return (
            "generic-float-index",
            "A float (or a string) is used as an index or a length; `/` always gives a float, `//` a whole number.",
        )
    swapped = re.search(
        (
            r"(?:must be|expected|requires|argument must be) (?:a )?(\w+)(?:,| instance,)? "
            r"(?:not|got) (?:a )?(\w+)"
        ),
        text,
    )
    if swapped and "concatenate" not in text:
        return "generic-argument-type", (
            f"A function or method gets a {swapped[2]} where it wants a {swapped[1]}: have the two changed places?"
        )
    if "unsupported operand" in text or "can only concatenate" in text or "must be str" in text:
        return "generic-operand", (
            "Two things are combined that do not go together, like a list and a number, or a string and a number. "
            "Arithmetic on a list needs a loop, or `np.array(…)` around it."
        )
    if "argument" in text:
        return (
            "generic-call-arguments",
            f"A function that you call gets other arguments than it takes: {short(masked(text), 100)}.",
        )
    return "generic-type-error", f"One step does not fit the type it is given: {short(masked(text), 120)}."


# --- values --------------------------------------------------------------------------------------------------------


def general(situation: Situation) -> Named:
    """The first general diagnosis that explains the failing inputs."""
    first = situation.got[situation.failing[0]]
    if first.timed_out:
        return "generic-timeout", (
            "Either a loop never ends (does what its condition tests change inside the loop? does "
            "a recursion come to "
            "an end?) or it does far more work than needed."
        )
    wanted = situation.expected[situation.failing[0]].exception
    if wanted is not None and first.exception is None:
        what = _first_sentence(str(wanted))
        return "generic-no-exception", (
            f"This input is not allowed: your function must `raise {type(wanted).__name__}(…)` instead of answering. "
            f"The reference says: {what}"
        )
    raised = _exception(situation)
    if raised is not None:
        apart = _sets_apart(situation)
        return (raised[0], f"{raised[1]} {apart}") if apart else raised
    return (
        _kind(situation)
        or _arguments(situation)
        or _gradients(situation)
        or _mappings(situation)
        or _each(situation)
        or _structures(situation)
        or _across(situation)
        or _shape(situation)
        or _some_inputs(situation)
        or _partly(situation)
        or _wrong_values(situation)
    )


def unsteady(situation: Situation) -> Named:
    """What is said about a function that gives something else when it is called again."""
    if situation.remembers:
        return "generic-mutable-default", (
            "A default value of your function has changed: `def f(x, seen=[])` makes one list when the function is "
            "defined, and all calls write into that one. Make a new one inside the function."
        )
    return "generic-random", (
        "Called twice with the same input, your function gives two different answers: it draws random numbers, or it "
        "keeps something from one call to the next (a global name, an object made outside)."
    )


def _first_sentence(text: str) -> str:
    return f"“{short(masked(' '.join(text.split())), 120)}”" if text else "nothing more."


def _kind(situation: Situation) -> Named | None:
    """None, a generator, a function, a tensor: things that are no answer at all."""
    place = situation.failing[0]
    pairs = situation.values()
    if not pairs:
        return None
    expected, got = pairs[0]
    call = situation.got[place].call
    if got is None and expected is not None:
        if call is not None and call.printed.strip():
            return "generic-prints", (
                "Your function prints its result and returns None. Printing shows a value to you; only "
                "`return` hands it "
                "to the code that called."
            )
        if all(seen.facts.get("value") is None for seen in situation.got):
            return "generic-none", (
                "Your function returns None on every input. Is the last line `return …`? (Methods like `list.append`, "
                "`list.sort` or `dict.update` change a thing in place and return None themselves.)"
            )
        return "generic-none-sometimes", (
            "On this input your function gives None: either it ends without reaching a `return` (which path through "
            "the `if`s and loops has none?), or what it returns is None, as `d.get(key)` is for a key that is not "
            "there."
        )
    if isinstance(got, np.ndarray) and got.ndim == 0 and got.dtype == object:
        return "generic-generator-in-array", (
            f"Your array holds one object, {an(type(got.item()).__name__)}, not its entries: `np.array` of a "
            "generator does not run it. Use square brackets, `np.array([… for …])`, or `list(…)`."
        )
    if isinstance(got, types.GeneratorType):
        return "generic-generator", (
            "Your function gives a generator, which has not computed anything yet: `yield` (or round brackets around "
            "`… for … in …`) makes one. Use `return`, and square brackets or `sum(…)`, `list(…)` around it."
        )
    if isinstance(got, (map, filter, zip, range, enumerate, reversed)) or hasattr(got, "__next__"):
        return "generic-iterator", (
            f"Your function gives a {type(got).__name__}, which only promises its entries; "
            "`list(…)` around it makes them."
        )
    if asyncio.iscoroutine(got):
        got.close()
        return (
            "generic-async",
            "Your function gives a coroutine; a plain `def` without `async` computes the value itself.",
        )
    if isinstance(got, type):
        return (
            "generic-returns-class",
            (
                f"Your function returns the class `{got.__name__}` itself; to make a value of it, call "
                "it with round brackets."
            ),
        )
    if isinstance(got, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)) or (
        callable(got) and not callable(expected)
    ):
        return "generic-returns-function", (
            f"Your function returns {literal(got)} instead of its result: calling it needs round "
            "brackets, as in `.sum()`."
        )
    if isinstance(got, types.BuiltinMethodType):
        return (
            "generic-returns-function",
            "Your function returns a method instead of its result: are the round brackets missing?",
        )
    if got is NotImplemented or isinstance(got, BaseException) or got is Ellipsis:
        return (
            "generic-placeholder",
            f"Your function returns {kind_of(got)}; `raise` raises an error, `return` only hands it over.",
        )
    if isinstance(expected, tuple) and isinstance(got, str) and got not in expected:
        return (
            "generic-string-for-tuple",
            'You return one string where a tuple is expected: ("a", "b") keeps its parts apart, "a b" does not.',
        )
    if is_tensor(got) and not is_tensor(expected) and not isinstance(expected, (list, tuple, Mapping)):
        if is_number(expected):
            return (
                "generic-tensor-for-number",
                (
                    "You return a tensor where a plain number is expected: `.item()` takes it out (and "
                    "lets go of the graph behind it)."
                ),
            )
        return (
            "generic-tensor-for-array",
            (
                "You return a torch tensor where a NumPy array is expected: what comes next works with "
                "NumPy; `.numpy()` converts."
            ),
        )
    if is_tensor(expected) and isinstance(got, (np.ndarray, int, float)):
        return (
            "generic-array-for-tensor",
            "You return a NumPy or Python value where a torch tensor is expected: gradients cannot flow through it.",
        )
    if _strings(got) and (is_number(expected) or isinstance(expected, np.ndarray) or is_tensor(expected)):
        return (
            "generic-string-for-number",
            "You return text where numbers are expected: what looks like a number cannot be computed with.",
        )
    if is_number(expected) and isinstance(got, (bool, np.bool_)):
        return (
            "generic-boolean-for-number",
            "You return True or False where a number is expected: is the result of a comparison returned?",
        )
    if isinstance(expected, (bool, np.bool_)) and is_number(got) and not isinstance(got, (bool, np.bool_)):
        return (
            "generic-number-for-boolean",
            "You return a number where True or False is expected: `bool(…)` or a comparison gives one.",
        )
    if isinstance(got, Mapping) and not isinstance(expected, Mapping):
        return (
            "generic-mapping",
            (
                f"You return a {type(got).__name__} where {kind_of(expected)} is expected: the counts "
                "or entries are a step on the way, not the answer."
            ),
        )
    if isinstance(expected, Mapping) and isinstance(got, (list, tuple, set)):
        return (
            "generic-no-mapping",
            (
                f"You return {kind_of(got)} where a {type(expected).__name__} is expected, which maps "
                "each key to its value."
            ),
        )
    if isinstance(got, (set, frozenset)) and not isinstance(expected, (set, frozenset)):
        return (
            "generic-set",
            "You return a set: it has no order and holds each entry once, however often it occurs.",
        )
    return None


def _strings(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "US"
    if isinstance(value, (list, tuple)):
        return bool(value) and all(map(_strings, value))
    return isinstance(value, str)


def _arguments(situation: Situation) -> Named | None:
    if getattr(situation.found, "fact", "value") != "arguments" or situation.exercise.observe is not None:
        return None
    name = changed_argument(situation.exercise, situation.found)[0]
    return "generic-changes-argument", (
        f"Your result is right, but your function changes `{name}`, which belongs to whoever called it: `+=`, `-=`, "
        "`.sort()`, `.append()`, `.pop()` or an assignment to `x[…]` write into the caller's "
        "own object. Compute a new "
        "one, or work on a copy."
    )


def _gradients(situation: Situation) -> Named | None:
    """The values are right; what goes back through them is not."""
    found = situation.found
    if getattr(found, "fact", "value") != "gradients" or situation.exercise.observe is not None:
        return None
    name = found.where.removeprefix("[").removesuffix("]").strip("'\"")
    if found.got is None:
        return "generic-no-gradient", (
            f"The values are right, but no gradient gets back to `{name}`: `.detach()`, `.item()`, `.data`, "
            "`.numpy()`, `torch.tensor(…)` and `torch.no_grad()` cut the graph. Compute with the tensors themselves."
        )
    if isinstance(found.got, str):
        return "generic-backward-fails", (
            "The values are right, but the backward pass fails: an in-place operation (`+=`, `x[…] = …`) overwrites "
            "numbers that it still needs. Compute a new tensor instead."
        )
    return "generic-wrong-gradient", (
        f"The values are right, but the gradient that gets back to `{name}` is not: a part of what depends on it is "
        "cut off, by `.detach()`, `.data`, `.item()` or a tensor made anew."
    )


def changed_argument(exercise: Any, found: Difference, wanted: Any = None, seen: Any = None):
    """(parameter's name, as it should be, as it is, the difference inside it) for arguments that were changed.

    With the observations the whole argument is given, without them only the place that differs.
    """
    match = re.match(r"\[(\d+)\]\[(\d+|'\w+')\]", found.where)
    names = list(inspect.signature(exercise.reference).parameters)
    if match is None:
        return "an argument", found.expected, found.got, found
    key = match[2].strip("'") if match[2].startswith("'") else int(match[2])
    name = key if isinstance(key, str) else names[key] if key < len(names) else "an argument"
    inner = Difference(found.kind, name + found.where[match.end() :], found.expected, found.got, found.note)
    if wanted is None:
        return name, found.expected, found.got, inner
    before, after = (seen.facts["arguments"][int(match[1])][key] for seen in (wanted, seen))
    return name, before, after, inner


def flat(value: Any) -> np.ndarray | None:
    """All numbers in a value, in order, as floats; None when there is anything else in it."""
    if is_tensor(value):
        value = to_numpy(value)
    if is_number(value):
        array = np.asarray(value)
    elif isinstance(value, Mapping):
        return flat(list(value.values())) if value else np.zeros(0)
    elif isinstance(value, (list, tuple)):
        array = as_array(value) if not any(is_tensor(entry) for entry in value) else None
        if array is None:
            parts = [flat(entry) for entry in value]
            if any(part is None for part in parts):
                return None
            return np.concatenate(parts) if parts else np.zeros(0)
    else:
        array = value if isinstance(value, np.ndarray) else None
    if array is None or array.dtype.kind not in "biuf":
        return None
    try:
        return array.astype(float).ravel()
    except (TypeError, OverflowError):
        return None


def _shaped(value: Any) -> np.ndarray | None:
    """A number, an array or a list of numbers with its shape; None for anything else."""
    if is_tensor(value):
        value = to_numpy(value)
    array = np.asarray(value) if is_number(value) else as_array(value)
    if array is None or array.dtype.kind not in "biuf":
        return None
    try:
        return array.astype(float)
    except OverflowError:
        return None


@dataclass
class Pair:
    """One failing case in numbers: e expected and g got, with the same keys in the same order for mappings."""

    e: np.ndarray
    g: np.ndarray
    place: int
    expected: Any
    got: Any

    @property
    def same_shape(self) -> bool:
        return self.e.shape == self.g.shape


def _pairs(situation: Situation) -> list[Pair]:
    pairs = []
    for place in situation.failing:
        one, other = situation.expected[place], situation.got[place]
        if one.exception or other.exception or other.timed_out:
            continue
        for expected, got in _value_pairs(one.facts, other.facts):
            if isinstance(expected, Mapping):
                if not isinstance(got, Mapping) or expected.keys() != got.keys():
                    continue
                e, g = flat([expected[key] for key in expected]), flat([got[key] for key in expected])
            else:
                e, g = _shaped(expected), _shaped(got)
                if (e is None or g is None) and _alike_structure(expected, got):
                    e, g = flat(expected), flat(got)
            if e is not None and g is not None:
                pairs.append(Pair(e, g, place, expected, got))
    return pairs


def _alike_structure(expected: Any, got: Any) -> bool:
    if (
        not isinstance(expected, (list, tuple))
        or not isinstance(got, (list, tuple))
        or len(expected) != len(got)
    ):
        return False
    for one, other in zip(expected, got, strict=True):
        e, g = _shaped(one), _shaped(other)
        if e is None or g is None or e.shape != g.shape:
            return False
    return True


def _close(one, other) -> bool:
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if one.shape != other.shape or not one.size:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(one, other, rtol=1e-4, atol=1e-6, equal_nan=True))


def _telling(array: np.ndarray) -> bool:
    """True when an array holds a finite number other than 0, so that agreeing with it says something."""
    finite = array[np.isfinite(array)] if array.size else array
    return bool(finite.size and (finite != 0).any())


def _map(change: Callable[[np.ndarray], Any]) -> Callable[[Pair], bool]:
    """A test: the student's numbers are `change(expected)`, and that says something."""

    def test(pair: Pair) -> bool:
        with np.errstate(all="ignore"):
            changed = np.asarray(change(pair.e), dtype=float)
        return _close(changed, pair.g) and not _close(pair.e, pair.g)

    return test


def _sign(pair: Pair) -> bool:
    return _telling(pair.e) and _map(np.negative)(pair)


def _transposed(pair: Pair) -> bool:
    return pair.e.ndim >= 2 and _map(lambda e: np.swapaxes(e, -1, -2))(pair)


def _other_axes(pair: Pair) -> bool:
    from itertools import permutations

    if not 3 <= pair.e.ndim <= 4:
        return False
    return any(
        _map(lambda e, order=order: e.transpose(order))(pair) for order in permutations(range(pair.e.ndim))
    )


def _reversed(pair: Pair) -> bool:
    return pair.e.ndim >= 1 and (_map(lambda e: np.flip(e, 0))(pair) or _map(lambda e: np.flip(e, -1))(pair))


def _shifted(pair: Pair) -> bool:
    """One step later or earlier along the first or the last axis, whatever fills the gap."""
    if not pair.same_shape or pair.e.ndim == 0:
        return False
    for axis in {0, pair.e.ndim - 1}:
        e, g = np.moveaxis(pair.e, axis, 0), np.moveaxis(pair.g, axis, 0)
        if len(e) >= 3 and not _close(e, g):
            for one, other in ((e[:-1], g[1:]), (e[1:], g[:-1])):
                if _close(one, other) and len(np.unique(one)) > 1:
                    return True
    return False


def _rounded(pair: Pair) -> bool:
    """Fractions thrown away, and not just because all of yours are the same."""
    if not pair.same_shape or not np.isfinite(pair.e).all() or _close(pair.e, pair.g):
        return False
    steps = [np.trunc, np.floor, np.ceil, *(lambda e, k=k: np.round(e, k) for k in range(4))]
    return any(np.array_equal(step(pair.e), pair.g) for step in steps)


def _not_normalised(pair: Pair) -> bool:
    """The right proportions along the last axis, but a sum other than 1."""
    e, g = pair.e, pair.g
    if e.ndim == 0 or not pair.same_shape or not np.isfinite(g).all() or not (e >= 0).all():
        return False
    sums = g.sum(-1, keepdims=True)
    if (
        not _close(e.sum(-1), np.ones(e.shape[:-1]))
        or _close(sums[..., 0], np.ones(e.shape[:-1]))
        or (sums == 0).any()
    ):
        return False
    return e.shape[-1] > 1 and _close(g / sums, e)


def _constant_off(pair: Pair) -> bool:
    """Each row of the last axis is off by one constant of its own."""
    if not pair.same_shape or pair.e.ndim == 0 or pair.e.shape[-1] < 2 or not np.isfinite(pair.e).all():
        return False
    gap = pair.g - pair.e
    return (
        bool(np.isfinite(gap).all())
        and not _close(pair.e, pair.g)
        and _close(gap, np.broadcast_to(gap[..., :1], gap.shape))
    )


def _row_factor(pair: Pair) -> bool:
    """Each row of the last axis is scaled by a factor of its own."""
    e, g = pair.e, pair.g
    if (
        not pair.same_shape
        or e.ndim == 0
        or e.shape[-1] < 3
        or not np.isfinite(g).all()
        or not np.isfinite(e).all()
    ):
        return False
    scale = (g * e).sum(-1, keepdims=True) / np.maximum((e * e).sum(-1, keepdims=True), 1e-300)
    return _telling(g) and not _close(e, g) and _close(scale * e, g)


def _sorted(pair: Pair) -> bool:
    e, g = pair.e, pair.g
    if (
        not pair.same_shape
        or e.ndim == 0
        or e.shape[-1] < 3
        or _close(e, g)
        or not _close(np.sort(e), np.sort(g))
    ):
        return False
    return _close(np.sort(e), g) or _close(np.sort(e)[..., ::-1], g)


def _reordered(pair: Pair) -> bool:
    e, g = pair.e.ravel(), pair.g.ravel()
    return pair.same_shape and len(np.unique(e)) >= 3 and not _close(e, g) and _close(np.sort(e), np.sort(g))


def _whole_array(pair: Pair) -> bool:
    return pair.e.ndim == 0 and pair.g.ndim > 0 and pair.g.size > 1


def _reduced(reduce: Callable) -> Callable[[Pair], bool]:
    def test(pair: Pair) -> bool:
        if not (_whole_array(pair) and np.isfinite(pair.g).all()):
            return False
        return _close(reduce(pair.g), pair.e)

    return test


def _extra_axis(pair: Pair) -> bool:
    if is_number(pair.expected) and isinstance(pair.got, (list, tuple)):
        return False  # a trailing comma, see _structures
    return pair.g.ndim > pair.e.ndim and pair.g.size == pair.e.size and _close(pair.g.ravel(), pair.e.ravel())


def _flattened(pair: Pair) -> bool:
    if is_number(pair.expected) and isinstance(pair.got, (list, tuple)):
        return False  # a trailing comma, see _structures
    return (
        pair.g.shape != pair.e.shape and pair.g.size == pair.e.size and _close(pair.g.ravel(), pair.e.ravel())
    )


def _summed_axis(pair: Pair) -> bool:
    """One axis of the expected array has been summed or averaged away."""
    e, g = pair.e, pair.g
    if e.ndim == 0 or e.size < 2 or isinstance(pair.expected, tuple):
        return False
    results = []
    for axis in range(e.ndim):
        results += [e.sum(axis), e.mean(axis), e.sum(axis, keepdims=True), e.mean(axis, keepdims=True)]
    results += [e.sum(), e.mean()]
    return any(_close(result, g) for result in results)


def _one_row(pair: Pair) -> bool:
    """Only the first or the last row of what is expected."""
    e, g = pair.e, pair.g
    return e.ndim >= 1 and len(e) >= 2 and g.ndim == e.ndim - 1 and (_close(e[0], g) or _close(e[-1], g))


def _missing_end(pair: Pair) -> bool:
    return (
        pair.e.ndim >= 1
        and pair.g.ndim == pair.e.ndim
        and len(pair.g) == len(pair.e) - 1
        and (len(pair.g) == 0 or _close(pair.e[:-1], pair.g))
    )


def _missing_start(pair: Pair) -> bool:
    return (
        pair.e.ndim >= 1
        and pair.g.ndim == pair.e.ndim
        and len(pair.g) == len(pair.e) - 1
        and _close(pair.e[1:], pair.g)
    )


def _too_long(pair: Pair) -> bool:
    return (
        pair.e.ndim >= 1
        and pair.g.ndim == pair.e.ndim
        and len(pair.g) == len(pair.e) + 1
        and (_close(pair.e, pair.g[:-1]) or _close(pair.e, pair.g[1:]))
    )


def _kind_dtype(pair: Pair) -> bool:
    return (
        pair.same_shape
        and _close(pair.e, pair.g)
        and difference(pair.expected, pair.got, 1e-3, 1e-5) is not None
    )


def _all_zero(pair: Pair) -> bool:
    return pair.same_shape and _telling(pair.e) and bool((pair.g == 0).all())


EACH: list[tuple[str, Callable[[Pair], bool], str]] = [
    ("generic-sign", _sign, "The sign is flipped: your numbers are the expected ones times −1."),
    (
        "generic-transposed",
        _transposed,
        "Your result is transposed: the last two axes are swapped. Which index belongs to the rows?",
    ),
    (
        "generic-axes",
        _other_axes,
        "Your numbers are right, but the axes stand in another order than expected.",
    ),
    (
        "generic-not-normalised",
        _not_normalised,
        "The proportions are right, but your numbers do not sum to 1 along the last axis: divide by their sum.",
    ),
    ("generic-reversed", _reversed, "Your numbers are right but in reversed order."),
    (
        "generic-sorted",
        _sorted,
        "Your numbers are right but sorted by size: each must stay at the place that it belongs to.",
    ),
    (
        "generic-shifted",
        _shifted,
        "Your numbers are shifted by one place against the expected ones: is a range, a slice or an index off by one?",
    ),
    (
        "generic-dtype",
        _kind_dtype,
        "The numbers are right, but of another kind: floats where whole numbers are expected, whole numbers where "
        "floats are, or True and False for 1 and 0. The dtype decides what can be done with them next.",
    ),
    (
        "generic-rounded",
        _rounded,
        "Your numbers are rounded: `//`, `int(…)`, `round(…)` or an array of whole numbers throws the fraction away.",
    ),
    (
        "generic-squared",
        _map(np.square),
        "Your numbers are the squares of the expected ones: is a root missing?",
    ),
    (
        "generic-root",
        _map(np.sqrt),
        "Your numbers are the square roots of the expected ones: is there one root too many, or a square too few?",
    ),
    (
        "generic-exponential",
        _map(np.exp),
        "Your numbers are e to the power of the expected ones: one `exp` too many, or a `log` too few.",
    ),
    (
        "generic-logarithm",
        _map(np.log),
        "Your numbers are the logarithms of the expected ones: one `log` too many, or an `exp` too few.",
    ),
    ("generic-power-of-two", _map(np.exp2), "Your numbers are 2 to the power of the expected ones."),
    (
        "generic-negative-logarithm",
        _map(lambda e: -np.log(e)),
        "Your numbers are −log of the expected ones.",
    ),
    (
        "generic-reciprocal",
        _map(lambda e: 1 / e),
        "Your numbers are 1 over the expected ones: numerator and denominator have changed places.",
    ),
    ("generic-complement", _map(lambda e: 1 - e), "Your numbers are 1 minus the expected ones."),
    (
        "generic-absolute",
        _map(np.abs),
        "Your numbers have lost their signs: the expected ones can be negative.",
    ),
    (
        "generic-zeros",
        _all_zero,
        "Your result is 0 (in every entry): is nothing ever added to it, or is a comparison never true?",
    ),
    (
        "generic-missing-length",
        lambda pair: _whole_array(pair) and pair.g.ndim == 1 and pair.e == len(pair.g) and len(pair.g) > 1,
        "You return {got} where one number is expected: the length of your list is that number.",
    ),
    (
        "generic-missing-sum",
        _reduced(np.sum),
        "You return {got} where one number is expected: the sum of your entries is that number.",
    ),
    (
        "generic-missing-mean",
        _reduced(np.mean),
        "You return {got} where one number is expected: the mean of your entries is that number.",
    ),
    (
        "generic-extra-axis",
        _extra_axis,
        "The numbers are right, but your result has an axis too many (of length 1, or around the whole): a trailing "
        "comma, a `keepdims=True` or a pair of brackets makes one.",
    ),
    (
        "generic-reshaped",
        _flattened,
        "The numbers are right, but the shape is another: keep the axes that the docstring names.",
    ),
    (
        "generic-one-row",
        _one_row,
        "You return only one row of what is expected: is the `return` inside the loop, or an index too many?",
    ),
    (
        "generic-axis-summed",
        _summed_axis,
        "You sum (or average) over an axis that must stay.",
    ),
    (
        "generic-whole-array",
        _whole_array,
        "You return {got} where one number is expected.",
    ),
    (
        "generic-last-missing",
        _missing_end,
        "The last entry is missing: a range or a slice ends one step too early.",
    ),
    (
        "generic-first-missing",
        _missing_start,
        "The first entry is missing: a range or a slice begins one step too late.",
    ),
    (
        "generic-one-too-many",
        _too_long,
        "There is one entry too many: a range or a slice goes one step too far.",
    ),
    (
        "generic-row-offset",
        _constant_off,
        (
            "Each row of yours differs from the expected one by one constant: something is added "
            "or subtracted once too often, or not at all."
        ),
    ),
    (
        "generic-row-factor",
        _row_factor,
        (
            "Each row of yours is the expected one times a factor of its own: is it divided by "
            "something else than it should be?"
        ),
    ),
    (
        "generic-order",
        _reordered,
        "Your numbers are the right ones, in another order.",
    ),
]


CURVES = {
    "generic-squared",
    "generic-root",
    "generic-exponential",
    "generic-logarithm",
    "generic-power-of-two",
    "generic-negative-logarithm",
    "generic-reciprocal",
    "generic-complement",
    "generic-absolute",
    "generic-rounded",
    "generic-sign",
    "generic-zeros",
    "generic-missing-sum",
    "generic-missing-mean",
    "generic-missing-length",
}
PLAIN = {"generic-dtype", "generic-whole-array"}  # which only repeat what the card shows


def _each(situation: Situation) -> Named | None:
    """Diagnoses that hold case by case."""
    pairs = _pairs(situation)
    if not pairs:
        return None
    for group in (EACH[:8], None, EACH[8:]):
        if group is None:
            constant = _constants(situation)
            if constant is not None:
                return constant
            continue
        for id, test, sentence in group:
            fit = [pair for pair in pairs if _safe(test, pair)]
            if fit and situation.supported([pair.place for pair in fit]) and _says_something(id, fit):
                return id, sentence.replace("{got}", kind_of(fit[0].got))
    return _not_finite(situation, pairs)


def _says_something(id: str, pairs: list[Pair]) -> bool:
    """True when the numbers that agree do not do so by accident."""
    if id in PLAIN:
        return True
    every = np.concatenate([pair.e.ravel() for pair in pairs])
    every = every[np.isfinite(every)]
    rare = {float(f"{value:.6g}") for value in every.tolist()} - {0.0, 1.0, -1.0}
    if id == "generic-rounded":
        yours = set(np.concatenate([pair.g.ravel() for pair in pairs]).tolist())
        fractions = {value for value in rare if value != round(value)}
        return (
            len(fractions) >= 2
            and len(yours) >= 2
            and (len(fractions) >= 6 or bool(yours - {0.0, 1.0, -1.0}))
        )
    if id in CURVES:
        return len(rare) >= 2 and (len(every) >= 3 or id in ("generic-zeros", "generic-sign"))
    return len(rare) >= 2 or (len(every) >= 6 and len(np.unique(every)) > 1)


def _not_finite(situation: Situation, pairs: list[Pair]) -> Named | None:
    """nan or inf in the result that is shown."""
    pair = pairs[0]
    if pair.place != situation.failing[0] or not np.isfinite(pair.e).all():
        return None
    if np.isnan(pair.g).any():
        return "generic-nan", (
            "There is a nan (not a number) in your result: it comes from 0/0, inf − inf, 0·inf or the log of a "
            "negative number. Which step meets that on this input?"
        )
    if np.isinf(pair.g).any():
        return "generic-overflow", (
            "There is an infinity in your result: `exp` of a large number overflows (from 710 on), a division by 0 or "
            "log(0) gives one. What can be subtracted or treated first, so that it cannot happen?"
        )
    return None


def _safe(test: Callable[[Pair], bool], pair: Pair) -> bool:
    try:
        return bool(test(pair))
    except Exception:
        return False


FACTORS = [
    (
        1 / np.log(2),
        "generic-log2",
        "Your numbers are 1.4427 times the expected ones, which is 1 / ln 2: `log2` for the natural `log`.",
    ),
    (
        1 / np.log(10),
        "generic-log10",
        "Your numbers are 0.4343 times the expected ones, which is 1 / ln 10: `log10` for the natural `log`.",
    ),
    (
        np.log(2),
        "generic-log2",
        (
            "Your numbers are 0.6931 times the expected ones, which is ln 2: a natural `log` where "
            "it is undone with 2, or the reverse."
        ),
    ),
    (
        2.0,
        "generic-double",
        "Your numbers are twice the expected ones: is something counted twice, or is a 2 missing in a denominator?",
    ),
    (0.5, "generic-half", "Your numbers are half the expected ones: is there a 2 too many in a denominator?"),
    (100.0, "generic-percent", "Your numbers are 100 times the expected ones: a percentage for a share."),
]


def _constants(situation: Situation) -> Named | None:
    """One factor or one offset between yours and the expected numbers, the same on all failing inputs; or a length."""
    pairs = [pair for pair in _pairs(situation) if pair.same_shape and pair.e.size]
    pairs = [pair for pair in pairs if np.isfinite(pair.e).all() and np.isfinite(pair.g).all()]
    if not pairs or not situation.supported([pair.place for pair in pairs]):
        return None
    gaps = np.concatenate([(pair.g - pair.e).ravel() for pair in pairs])
    e = np.concatenate([pair.e.ravel() for pair in pairs])
    if len(e) < LEAST or len(set(e.tolist()) - {0.0}) < 2:
        return None
    if _close(gaps, np.full_like(gaps, gaps[0])) and len(set(e)) > 1:
        gap = gaps[0]
        if abs(abs(gap) - 1) < 1e-4:
            side = "large" if gap > 0 else "small"
            return (
                "generic-off-by-one",
                f"Your numbers are too {side} by 1, always: is a range, a start value or an index off by one?",
            )
        return (
            "generic-offset",
            (
                f"Your numbers differ from the expected ones by {number(float(gap))}, always: a "
                "constant is added or missing."
            ),
        )
    scales = []
    if not all(_telling(pair.e) for pair in pairs):
        return None
    for pair in pairs:
        mask = np.abs(pair.e) > 1e-9
        ratios = pair.g[mask] / pair.e[mask]
        if not _close(ratios, np.full_like(ratios, ratios[0])) or not _close(
            pair.g[~mask] if (~mask).any() else [1.0], np.zeros((~mask).sum()) if (~mask).any() else [1.0]
        ):
            return None
        scales.append(float(ratios[0]))
    sizes = _length_factor(situation, pairs, scales)
    if _close(scales, np.full(len(scales), scales[0])):
        for factor, id, sentence in FACTORS:
            if abs(scales[0] / factor - 1) < 1e-3:
                return id, sentence
        if sizes is None and abs(scales[0] - 1) > 1e-3 and scales[0] != 0:
            return (
                "generic-factor",
                (
                    f"Your numbers are {number(scales[0])} times the expected ones, always: a constant "
                    "factor is missing or too many."
                ),
            )
    return sizes


def _length_factor(situation: Situation, pairs: list[Pair], scales: list[float]) -> Named | None:
    """The factor is a length of something: a missing mean, or one too many."""
    for power, id in ((1, "generic-missing-mean"), (-1, "generic-extra-mean")):
        for name, lengths in _lengths(situation, pairs).items():
            if len(set(lengths) - {1.0}) < 2:
                continue  # one length agrees by accident
            if _close(scales, np.array(lengths, dtype=float) ** power):
                if power == 1:
                    return (
                        id,
                        (
                            f"Your numbers are too large by the factor {number(scales[0])} here, which is {name}: is a "
                            "division missing, a sum where a mean is meant?"
                        ),
                    )
                return (
                    id,
                    (
                        f"Your numbers are the expected ones divided by {number(1 / scales[0])}, which is "
                        f"{name}: is there a mean where a sum is meant?"
                    ),
                )
    return None


def _lengths(situation: Situation, pairs: list[Pair]) -> dict[str, list[float]]:
    """Every length that the arguments have, by name, one entry for each pair; only those all cases have."""
    tables = []
    for pair in pairs:
        table = {}
        for name, value in situation.arguments(pair.place).items():
            if is_tensor(value) or (isinstance(value, np.ndarray) and value.ndim):
                for axis, length in enumerate(value.shape):
                    table[f"the length of axis {axis} of `{name}`"] = float(length)
                table[f"the number of entries of `{name}`"] = float(np.prod(value.shape))
            elif isinstance(value, (list, tuple, str)):
                table[f"the length of `{name}`"] = float(len(value))
            elif isinstance(value, int) and not isinstance(value, bool):
                table[f"`{name}`"] = float(value)
        tables.append(table)
    common = set(tables[0]).intersection(*tables[1:]) if tables else set()
    return {
        name: [table[name] for table in tables]
        for name in tables[0]
        if name in common and all(table[name] for table in tables)
    }


# --- structures, inputs, shapes ------------------------------------------------------------------------------------


def _all(situation: Situation, test: Callable[[Any, Any], bool]) -> bool:
    """True when the test holds for nearly all failing inputs, and for two at least."""
    hits = []
    for place in situation.failing:
        one, other = situation.expected[place], situation.got[place]
        if one.exception or other.exception or other.timed_out:
            continue
        for expected, got in _value_pairs(one.facts, other.facts):
            try:
                if test(expected, got):
                    hits.append(place)
            except Exception:
                continue
    return len(set(hits)) >= 2 and situation.supported(hits)


def _counts(one: Any, other: Any) -> bool:
    """Two mappings to whole numbers, of which the second is not empty."""
    if not (isinstance(one, Mapping) and isinstance(other, Mapping) and other):
        return False
    return all(isinstance(value, int | np.integer) for value in [*one.values(), *other.values()])


def _mappings(situation: Situation) -> Named | None:
    """Dictionaries: their keys first."""
    tests: list[tuple[str, Callable[[Any, Any], bool], str]] = [
        (
            "generic-keys-joined",
            lambda e, g: (
                isinstance(e, Mapping)
                and isinstance(g, Mapping)
                and any(isinstance(key, tuple) for key in e)
                and any(isinstance(key, str) for key in g)
            ),
            (
                "Your keys are strings where tuples are expected: a joined string no longer says where "
                "one word ends and the next begins."
            ),
        ),
        (
            "generic-keys-case",
            lambda e, g: (
                isinstance(e, Mapping)
                and isinstance(g, Mapping)
                and {str(key).lower() for key in e} == {str(key) for key in g}
                and e.keys() != g.keys()
            ),
            "Your keys are in lower case: “The” and “the” are two different words here.",
        ),
        (
            "generic-counts-once",
            lambda e, g: (
                isinstance(e, Mapping)
                and isinstance(g, Mapping)
                and e.keys() == g.keys()
                and all(value == 1 for value in g.values())
            ),
            "Every count is 1: each key is set, but not counted up when it comes again.",
        ),
        (
            "generic-too-few",
            lambda e, g: _counts(e, g) and set(g) <= set(e) and all(g.get(key, 0) <= e[key] for key in e),
            "You count too little: a loop or a slice leaves something out, or a condition is too strict.",
        ),
        (
            "generic-too-many",
            lambda e, g: _counts(e, g) and e.keys() == g.keys() and all(g[key] >= e[key] for key in e),
            "You count too much: something is counted that should not be, or counted more than once.",
        ),
        (
            "generic-keys-missing",
            lambda e, g: isinstance(e, Mapping) and isinstance(g, Mapping) and set(g) < set(e),
            "Some keys are missing: a range or a slice may end too early, or a condition leaves too much out.",
        ),
        (
            "generic-keys-extra",
            lambda e, g: isinstance(e, Mapping) and isinstance(g, Mapping) and set(g) > set(e),
            "There are keys that should not be there: a range may go too far, or shorter pieces are counted too.",
        ),
        (
            "generic-keys",
            lambda e, g: isinstance(e, Mapping) and isinstance(g, Mapping) and set(g) != set(e),
            "Your keys are other ones than expected: compare one of yours with one of the expected.",
        ),
    ]
    for id, test, sentence in tests:
        if _all(situation, test):
            return id, sentence
    return None


def _structures(situation: Situation) -> Named | None:
    """Pairs, lists of words and strings."""
    equal = lambda one, other: difference(one, other, 1e-4, 1e-6) is None  # noqa: E731
    sequence = (list, tuple)
    tests: list[tuple[str, Callable[[Any, Any], bool], str]] = [
        (
            "generic-swapped",
            lambda e, g: (
                isinstance(e, sequence) and len(e) == 2 and len(g) == 2 and equal(type(e)(reversed(e)), g)
            ),
            "The two results are right but in the wrong order: the first is where the second belongs.",
        ),
        (
            "generic-one-of-several",
            lambda e, g: isinstance(e, tuple) and len(e) > 1 and any(equal(part, g) for part in e),
            "You return one of the values; the docstring asks for several, as in `return first, second`.",
        ),
        (
            "generic-too-many-values",
            lambda e, g: isinstance(g, tuple) and len(g) > 1 and any(equal(e, part) for part in g),
            "One of the values that you return is the expected one; return it alone.",
        ),
        (
            "generic-trailing-comma",
            lambda e, g: isinstance(g, sequence) and len(g) == 1 and equal(e, g[0]),
            (
                "Your value is packed into a tuple or list of one entry: a comma behind `return "
                "value,` does that, or a pair of brackets too many."
            ),
        ),
        (
            "generic-reversed",
            lambda e, g: (
                isinstance(e, sequence)
                and isinstance(g, sequence)
                and len(e) > 1
                and equal(list(reversed(e)), list(g))
            ),
            "Your entries are right but in reversed order.",
        ),
        (
            "generic-last-missing",
            lambda e, g: (
                isinstance(e, sequence)
                and isinstance(g, sequence)
                and len(g) == len(e) - 1
                and equal(list(e)[:-1], list(g))
            ),
            (
                "The last entry is missing: a range or a slice ends one step too early, or what is "
                "left at the end is dropped."
            ),
        ),
        (
            "generic-first-missing",
            lambda e, g: (
                isinstance(e, sequence)
                and isinstance(g, sequence)
                and len(g) == len(e) - 1
                and equal(list(e)[1:], list(g))
            ),
            "The first entry is missing: a range or a slice begins one step too late.",
        ),
        (
            "generic-one-too-many",
            lambda e, g: (
                isinstance(e, sequence)
                and isinstance(g, sequence)
                and len(g) == len(e) + 1
                and (equal(list(e), list(g)[:-1]) or equal(list(e), list(g)[1:]))
            ),
            "There is one entry too many: a range or a slice goes one step too far.",
        ),
        (
            "generic-order",
            lambda e, g: (
                isinstance(e, sequence)
                and isinstance(g, sequence)
                and len(e) > 1
                and Counter(map(repr, e)) == Counter(map(repr, g))
            ),
            "Your entries are the right ones, in another order.",
        ),
        (
            "generic-duplicates",
            lambda e, g: (
                isinstance(e, sequence)
                and isinstance(g, sequence)
                and len(g) < len(e)
                and {repr(x) for x in e} == {repr(x) for x in g}
            ),
            "Entries that occur more than once are only there once.",
        ),
        (
            "generic-lower-case",
            lambda e, g: (
                situation.exercise.observe is None
                and isinstance(e, str)
                and isinstance(g, str)
                and e.lower() == g.lower()
            ),
            "Upper and lower case differ.",
        ),
        (
            "generic-length",
            lambda e, g: isinstance(e, sequence) and hasattr(g, "__len__") and len(e) != len(g),
            "Your result has another number of entries than expected.",
        ),
    ]
    for id, test, sentence in tests:
        if _all(situation, test):
            return id, sentence
    return None


def _across(situation: Situation) -> Named | None:
    """Diagnoses that need all inputs at once: an answer that never changes, an argument handed back."""
    values = [
        (place, seen.facts.get("value"))
        for place, seen in enumerate(situation.got)
        if "value" in seen.facts and not seen.exception
    ]
    if len(values) >= 3 and len(values) == len(situation.expected):
        wanted = [seen.facts.get("value") for seen in situation.expected]
        same = all(difference(values[0][1], value, 1e-6, 1e-9) is None for _, value in values[1:])
        vary = any(difference(wanted[0], value, 1e-6, 1e-9) is not None for value in wanted[1:])
        if same and vary and np.shape(values[0][1])[:1] == (0,):
            return "generic-empty", (
                "Your result is empty, whatever the input is: is nothing ever added to it, or a comparison never true?"
            )
        if same and vary:
            return (
                "generic-constant",
                (
                    "Your function gives the same answer whatever the input is: is a `return` inside the "
                    "loop, or a value never updated?"
                ),
            )
    returned = Counter()
    for place in situation.failing:
        value = situation.got[place].facts.get("value")
        if value is None or _nothing_special(value):
            continue
        for name, argument in situation.arguments(place).items():
            try:
                if type(argument) is type(value) and difference(argument, value, 1e-9, 0) is None:
                    returned[name] += 1
            except Exception:
                continue
    if returned:
        name, hits = returned.most_common(1)[0]
        if hits >= ENOUGH * len(situation.failing) and hits >= LEAST:
            return (
                "generic-returns-argument",
                f"Your function gives `{name}` back as it came: is the result computed but another name returned?",
            )
    return None


def _nothing_special(value: Any) -> bool:
    """True for a value that equals an argument by accident: empty, zeros, one small whole number."""
    numbers = flat(value)
    if numbers is None:
        return hasattr(value, "__len__") and len(value) == 0
    return not _telling(numbers) or (
        numbers.size == 1 and abs(numbers[0]) < 10 and numbers[0] == int(numbers[0])
    )


def _shape(situation: Situation) -> Named | None:
    """Another shape, said in words: which axis is too many, too few or of another length."""
    pairs = _pairs(situation)
    if not pairs or pairs[0].same_shape or pairs[0].place != situation.failing[0]:
        found = situation.found
        if found.kind == "dtype" and found.note:
            return "generic-dtype", (
                f"Another kind of number: {found.note}. Where does it come from, a division, a "
                "comparison, an `int(…)`?"
            )
        if found.kind == "type" and found.where:
            yours, wanted = kind_of(found.got), kind_of(found.expected)
            return "generic-type", f"In your result, {found.where} is {yours} where {wanted} is expected."
        if found.kind == "type" and situation.values():
            expected, got = situation.values()[0]
            return "generic-type", f"You return {kind_of(got)} where {kind_of(expected)} is expected."
        if found.kind == "length":
            return "generic-length", (
                f"Your result{f', at {found.where},' if found.where else ''} has "
                f"{count(len(found.got), 'entry', 'entries')} where {len(found.expected)} "
                f"{'is' if len(found.expected) == 1 else 'are'} expected."
            )
        return None
    e, g = pairs[0].e, pairs[0].g
    if g.ndim < e.ndim:
        gone = [length for length in e.shape if length not in g.shape]
        axis = f" (the one of length {gone[0]} is gone)" if len(gone) == 1 else ""
        return "generic-axis-missing", (
            f"Your result has {count(g.ndim, 'axis', 'axes')} where {e.ndim} "
            f"{'is' if e.ndim == 1 else 'are'} expected{axis}: is "
            "something summed, "
            "averaged or indexed away that must stay?"
        )
    if g.ndim > e.ndim:
        return "generic-axis-too-many", (
            f"Your result has {count(g.ndim, 'axis', 'axes')} where {'one number' if e.ndim == 0 else e.ndim} "
            f"{'is' if e.ndim <= 1 else 'are'} expected: is a sum or an index over one axis missing?"
        )
    axes = [axis for axis in range(e.ndim) if e.shape[axis] != g.shape[axis]]
    axis = axes[0]
    return "generic-axis-length", (
        f"Axis {axis} of your result has length {g.shape[axis]} where {e.shape[axis]} is "
        "expected: what does this axis "
        "count, and which input has that length?"
    )


def _partly(situation: Situation) -> Named | None:
    """Counts that are always too high or too low, arrays of which a part is right."""
    pairs = [pair for pair in _pairs(situation) if pair.same_shape and pair.e.size]
    if not pairs or not situation.supported([pair.place for pair in pairs]):
        return None
    counts = all(
        isinstance(pair.expected, (int, np.integer)) and (pair.g == np.round(pair.g)).all() for pair in pairs
    )
    if counts and len(pairs) >= LEAST and len({float(pair.e) for pair in pairs}) > 1:
        if all(pair.g > pair.e for pair in pairs):
            return "generic-too-many", (
                "Your number is too large wherever it is wrong: something is counted that should not be, or counted "
                "more than once."
            )
        if all(pair.g < pair.e for pair in pairs):
            return "generic-too-few", (
                "Your number is too small wherever it is wrong: a loop or a slice leaves something out, or a condition "
                "is too strict."
            )
    shares = [np.isclose(pair.e, pair.g, rtol=1e-4, atol=1e-6, equal_nan=True) for pair in pairs]
    right = sum(
        int((same & ~np.isin(pair.e, (0.0, 1.0))).sum()) for same, pair in zip(shares, pairs, strict=True)
    )
    if right >= 4 and all(same.mean() >= 0.5 for same in shares) and pairs[0].e.size > 3:
        return "generic-partly", (
            f"{int(shares[0].sum())} of the {pairs[0].e.size} numbers are right on this input: what is special about "
            "the others?"
        )
    return None


def _wrong_values(situation: Situation) -> Named:
    """The last resort, which is true of every wrong value."""
    inputs = count(len(situation.got), "input")
    everywhere = f", here and on all {inputs}" if 1 < len(situation.got) == len(situation.failing) else ""
    pairs = _pairs(situation)
    kind = (
        "Kind and shape of your result are right, its numbers are not"
        if _fits(pairs)
        else "Your result is wrong"
    )
    return "generic-wrong-values", (
        f"{kind}{everywhere}. Compute this input by hand, and print what your code has after each line: where do the "
        "two part?"
    )


def _fits(pairs: list[Pair]) -> bool:
    return bool(pairs) and all(pair.same_shape for pair in pairs)


def _features(value: Any) -> set[str]:
    """What is special about one argument."""
    found = set()
    if isinstance(value, (list, tuple, str)) and len(value) == 0:
        found.add("empty")
    if is_number(value) and not isinstance(value, bool) and value == 0:
        found.add("zero")
    numbers = flat(value)
    if numbers is not None and numbers.size:
        if np.abs(numbers[np.isfinite(numbers)]).max(initial=0) >= 100 and not _whole(value):
            found.add("large")
        if (numbers < 0).any():
            found.add("negative")
        if np.isinf(numbers).any():
            found.add("infinite")
        if not is_number(value) and (numbers == 0).all():
            found.add("zeros")
    if numbers is not None and numbers.size == 0:
        found.add("empty")
    if _whole(value) and numbers is not None and len(np.unique(numbers)) < numbers.size:
        found.add("repeated")
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape) >= 2:
        found.add(f"axes{len(shape)}")
    if isinstance(value, (list, tuple)) and any(
        isinstance(entry, str) and entry != entry.lower() for entry in value
    ):
        found.add("capitals")
    return found


def _whole(value: Any) -> bool:
    array = to_numpy(value) if is_tensor(value) else as_array(value)
    return array is not None and array.dtype.kind in "iu" and array.ndim >= 1


FEATURES = {
    "empty": "`{name}` is empty",
    "infinite": "`{name}` holds an infinite entry",
    "large": "`{name}` holds large numbers",
    "repeated": "an id occurs more than once in `{name}`",
    "zero": "`{name}` is 0",
    "zeros": "`{name}` is all zeros",
    "negative": "`{name}` holds negative numbers",
    "axes2": "`{name}` has two axes",
    "axes3": "`{name}` has three axes",
    "axes4": "`{name}` has four axes",
    "capitals": "`{name}` has words with capitals",
}


def _sets_apart(situation: Situation) -> str:
    """What the inputs that went wrong have in common, and those that went right have not; "" where nothing shows."""
    failing = situation.failing
    passing = [place for place in range(len(situation.got)) if place not in failing]
    telling = [place for place in passing if situation.expected[place].exception is None]
    telling = [
        place for place in telling if not _nothing_special(situation.expected[place].facts.get("value", "x"))
    ]
    if len(telling) < LEAST:
        return ""
    described = {
        place: {
            (name, feature)
            for name, value in situation.arguments(place).items()
            for feature in _features(value)
        }
        for place in [*failing, *passing]
    }
    common = set.intersection(*(described[place] for place in failing))
    common -= set().union(*(described[place] for place in passing))
    for feature, words in FEATURES.items():
        for name, other in sorted(common):
            if other == feature and (len(failing) >= 2 or feature in ("empty", "infinite", "zero", "zeros")):
                these = "this input" if len(failing) == 1 else f"the {len(failing)} inputs that go wrong"
                return f"What sets {these} apart from the {len(passing)} others: {words.format(name=name)}."
    return ""


def _some_inputs(situation: Situation) -> Named | None:
    """Right on some inputs: what sets the others apart, if it shows."""
    right = count(len(situation.got) - len(situation.failing), "input")
    if len(situation.got) == len(situation.failing):
        return None
    apart = _sets_apart(situation)
    if apart:
        return (
            "generic-edge",
            f"Your function is right on {right}. {apart} Follow this input through your code.",
        )
    return "generic-some-inputs", (
        f"Your function is right on {right} and wrong on {len(situation.failing)}. This one is among the simplest "
        "that go wrong: follow it through your code by hand."
    )
