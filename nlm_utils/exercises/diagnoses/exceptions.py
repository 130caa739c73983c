"""What is said about code that raises, does not raise where it must, or does not end.

Each row of a table names kinds of exception, a pattern that its message must hold, an id and a sentence. The first row
that fits speaks; a sentence may be a function of (raised, match, exercise), which passes on by returning None.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..observations import Raised
from ..value_text import an, capital
from .effects import HAT
from .library_errors import LIBRARIES
from .shape_errors import ANY, FLOAT_INDEX, Row, quoted
from .situation import Named, Situation

if TYPE_CHECKING:
    from ..definition import Exercise


def urgent(situation: Situation) -> Named | None:
    """The code did not run as the student meant it to."""
    return _first(URGENT, situation)


def explained(situation: Situation) -> Named:
    """A sentence for what happened on the input that is shown: no end, an exception, or none where one is due."""
    shown, wanted = situation.shown, situation.wanted.raised
    if shown.waited:
        return "generic-waits", (
            "Your function waited: for a `sleep`, a lock, a file or another process. Nothing has to be waited for here."
        )
    if shown.timed_out:
        return "generic-timeout", (
            "Either a loop never ends (does what its condition tests change inside the loop? does a recursion come to "
            "an end?) or it does far more work than needed."
        )
    if shown.raised is None:
        what = f"“{quoted(' '.join(wanted.text.split()))}”" if wanted.text else "nothing more."
        return "generic-no-exception", (
            f"This input is not allowed: your function must `raise {wanted.kind}(…)` instead of answering. "
            f"The reference says: {what}"
        )
    if wanted is not None and "must derive from BaseException" not in shown.raised.text:
        kind, yours = an(wanted.kind), an(shown.raised.kind)
        if shown.raised.on_purpose:
            return "generic-wrong-exception", (
                f"This input is not allowed, and you raise {yours} for it; asked is {kind}, the kind that the "
                "caller can wait for."
            )
        return "generic-wrong-exception", (
            f"This input is not allowed, and your function does stop; but it must be {kind} that you raise "
            f"yourself, not {yours} that happens on the way."
        )
    return _first(ON_PURPOSE if shown.raised.on_purpose else ON_THE_WAY, situation)


def _first(rows: Iterable[Row], situation: Situation) -> Named | None:
    raised = situation.shown.raised
    for kinds, pattern, id, sentence in rows:
        match = re.search(pattern, raised.text) if raised.is_a(*kinds) else None
        if match is None:
            continue
        words = sentence if isinstance(sentence, str) else sentence(raised, match, situation.exercise)
        if words is not None:
            return id, words
    return None


def _signature(exercise: Exercise) -> str:
    signature = inspect.signature(exercise.reference)
    plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    return f"{exercise.name}{inspect.Signature(plain)}"


def _name(raised: Raised) -> str:
    """The name that an error message has in quotes."""
    match = re.search(r"'([^']+)'", raised.text)
    return f"`{match[1]}`" if match else "A name"


# --- sentences that depend on the message --------------------------------------------------------------------------


def _truth(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    asks_for_empty = re.search(
        r"\bnot \w+\b(?! in)|[!=]= *(\[\]|None)|(if|while|and|or) \w+ *(:|and\b|or\b|else\b|$)", raised.line
    )
    if asks_for_empty:
        return (
            "An array with several entries is neither true nor false, and comparing it compares every entry. Whether "
            "it is empty is asked by `len(x) == 0`."
        )
    if raised.library or not re.search(r"\b(if|while|and|or|not|assert|bool)\b", raised.line):
        return (
            "An array with several entries is neither true nor false, and a function or a comparison in this line asks "
            "that of one: it wants one number, or one True or False. Does it work for one at a time only?"
        )
    return (
        "An array with several entries is neither true nor false: an `if` (or `and`, `or`, `not`) got one. `.any()` "
        "or `.all()` make one answer of many, `np.where` decides entry by entry."
    )


def _other_keyword(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    written = match[1] or match[2]
    meant = {"keepdim": "keepdims", "dim": "axis", "dims": "axis", "axes": "axis"}.get(written)
    if meant is None:
        return None
    return (
        f"The function that you call has no parameter `{written}`: did you mean `{meant}`? "
        "(NumPy says axis and keepdims, torch dim and keepdim.)"
    )


def _swapped(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if "concatenate" in raised.text:
        return None
    return f"A function or method gets a {match[2]} where it wants a {match[1]}: have the two changed places?"


def _value_error(raised: Raised, match: re.Match, exercise: Exercise) -> str:
    said = f" (“{quoted(raised.text)}”)" if raised.text else ""
    return (
        f"This input is allowed, but one step of your code cannot work with it{said}: print what goes into that "
        "line, with its shape."
    )


def _assertion(raised: Raised, match: re.Match, exercise: Exercise) -> str | None:
    if raised.library:
        return None
    return "An `assert` in your function fails on this input: the input is allowed, the claim is not true."


# --- the tables ----------------------------------------------------------------------------------------------------

URGENT: list[Row] = [
    (
        ("ProcessEnded",),
        "",
        "generic-process-ended",
        lambda raised, match, exercise: capital(raised.text) + ".",
    ),
    (
        ("InputNotAllowed",),
        "",
        "generic-input",
        lambda raised, match, exercise: (
            "Your function asks for input (or stops at a breakpoint). An exercise gets all it needs as its "
            f"parameters: {_signature(exercise)}."
        ),
    ),
    (
        ("UnboundLocalError",),
        "",
        "generic-unbound-local",
        lambda raised, match, exercise: (
            f"{_name(raised)} is used before it has a value: every name that is assigned inside a function is local "
            "to it, so give it its first value above that line."
        ),
    ),
    (
        ("NameError",),
        "",
        "generic-name",
        lambda raised, match, exercise: (
            f"{_name(raised)} is not defined where your function looks for it. Is it spelt as in the parameters "
            f"({_signature(exercise)}), or is an import missing?"
        ),
    ),
    (
        ("SystemExit", "GeneratorExit"),
        "",
        "generic-exit",
        "Your function ends Python with `exit()` or `quit()`; use `return` to leave a function.",
    ),
    (
        ("ImportError",),
        "",
        "generic-import",
        lambda raised, match, exercise: f"An import inside your function failed: {quoted(raised.text)}.",
    ),
    (
        ("TypeError",),
        "argument|parameter",
        "generic-signature",
        lambda raised, match, exercise: (
            None
            if raised.accepted or raised.line  # a line of the answer's own ran: it was called
            else "Your function does not take the parameters that it is called with. The first line must read "
            f"`def {_signature(exercise)}:`."
        ),
    ),
]

FIRST: list[Row] = [
    (
        ANY,
        "must derive from BaseException",
        "generic-raises-string",
        '`raise` needs an exception, as in `raise ValueError("…")`; a string is none.',
    ),
    (
        ("AssertionError",),
        "",
        "generic-assertion",
        _assertion,
    ),
]

ON_PURPOSE: list[Row] = [
    *FIRST,
    (
        ANY,
        "",
        "generic-value-error",
        lambda raised, match, exercise: (
            f"You raise {an(raised.kind)} on this input, but the input is an allowed one: either the condition in "
            "front of your `raise` is too strict or the wrong way round, or the docstring wants an answer here."
        ),
    ),
]

ON_THE_WAY: list[Row] = [
    *FIRST,
    *LIBRARIES,
    (
        ("RecursionError",),
        "",
        "generic-recursion",
        lambda raised, match, exercise: (
            "Your function calls itself too often, maybe without end (Python stops at about 1000 calls). If you meant "
            f"to use a ready-made `{exercise.name}`: inside the cell the name stands for your own function. "
            "A recursion needs a case that returns without calling itself."
        ),
    ),
    (
        ("ZeroDivisionError",),
        "",
        "generic-zero-division",
        "Your code divides by zero on this input. Which input makes the denominator 0, and what does the docstring "
        "want then?",
    ),
    (
        ("IndexError",),
        "boolean index did not match",
        "generic-mask",
        "A mask (an array of True and False) must be as long as the array that it picks from; here the lengths "
        "differ. Was one of the two cut down before?",
    ),
    (
        ("IndexError",),
        "integer|boolean",
        "generic-float-index",
        FLOAT_INDEX,
    ),
    (
        ("IndexError",),
        "too many indices|scalar",
        "generic-too-many-indices",
        "Square brackets (or an axis) ask for more axes than the array has: on this input it has fewer than you "
        "expect. Print its `.shape`; `[..., i]` works for any number of axes.",
    ),
    (
        ("IndexError",),
        "assignment index out of range",
        "generic-list-assignment",
        "`x[i] = …` replaces an entry that a list already has, and the list has none at that place: `x.append(…)` adds "
        "one at the end, or make the list in its full length first, as `[0] * n`.",
    ),
    (("IndexError",), "empty", "generic-index", "An entry is taken from something that is empty."),
    (
        ("IndexError",),
        "",
        "generic-index",
        "An index lies outside. Indices run from 0 to length − 1: does a loop go one step too far, is the first entry "
        "of something empty asked for, or is the wrong thing (or axis) indexed?",
    ),
    (
        ("KeyError",),
        "",
        "generic-key",
        lambda raised, match, exercise: (
            f"Your code asks a dictionary for {quoted(raised.text)}, a key that it does not hold. "
            "Is it spelt as in the docstring? Where a key may be missing, `d.get(key, default)` or a `Counter` answers."
        ),
    ),
    (
        ("AttributeError",),
        r"'NoneType' object has no attribute '(\w+)'",
        "generic-attribute-none",
        lambda raised, match, exercise: (
            f"Something is None where a value is needed (`.{match[1]}` is asked of it). Methods that change a thing in "
            "place, like `list.append` or `list.sort`, return None; so does a function without `return`."
        ),
    ),
    (
        ("AttributeError",),
        "",
        "generic-attribute",
        lambda raised, match, exercise: f"{quoted(raised.text)}: is the name spelt right?",
    ),
    (ANY, "ambiguous", "generic-truth-of-array", _truth),
    (
        ANY,
        r"for \^|bitwise_xor",
        "generic-power",
        HAT,
    ),
    (
        ANY,
        "Cannot cast ufunc|annot be cast",
        "generic-cast",
        "An array of whole numbers cannot take floats in place (`+=`, `-=`, `/=`). Start with floats, as "
        "`np.zeros(…)` makes them, or write `x = x + …`.",
    ),
    (
        ("ValueError",),
        "inhomogeneous",
        "generic-ragged",
        "The rows that you put into one array have different lengths.",
    ),
    (
        ("ValueError",),
        r"zero-size array|is an empty sequence|iterable argument is empty|arg is empty",
        "generic-empty",
        "Something is empty here, and the largest or smallest entry of nothing is asked for.",
    ),
    (
        ("TypeError",),
        r"unexpected keyword argument '(\w+)'|(?:'|\b)(keepdim|dim)(?:'|\b)",
        "generic-call-arguments",
        _other_keyword,
    ),
    (
        ("TypeError",),
        "NoneType",
        "generic-type-none",
        "Something is None where a value is needed. Methods that change a thing in place, like `list.sort`, return "
        "None; so does a function without `return`.",
    ),
    (
        ("TypeError",),
        "unhashable",
        "generic-unhashable",
        "Keys of a dictionary (and entries of a set) cannot be lists or arrays, which can change; a tuple can be a "
        "key.",
    ),
    (
        ("TypeError",),
        "not subscriptable",
        "generic-subscript",
        "Square brackets ask something for an entry that has none: a number, a function (are round brackets missing?), "
        "a set.",
    ),
    (
        ("TypeError",),
        "not callable",
        "generic-call",
        "Round brackets call something that is not a function: a missing `*` or operator, square brackets meant, or a "
        "function's name reused for a value.",
    ),
    (
        ("TypeError",),
        "not iterable|has no len",
        "generic-iterate",
        "A single number is used as if it were a list: a loop, a `len` or a `sum` over it cannot work.",
    ),
    (
        ("TypeError",),
        r"(?:must be|expected|requires|argument must be) (?:a )?(\w+)(?:,| instance,)? (?:not|got) (?:a )?(\w+)",
        "generic-argument-type",
        _swapped,
    ),
    (
        ("TypeError",),
        "unsupported operand|can only concatenate|must be str",
        "generic-operand",
        "Two things are combined that do not go together, like a list and a number, or a string and a number. "
        "Arithmetic on a list needs a loop, or `np.array(…)` around it.",
    ),
    (
        ("TypeError",),
        "argument",
        "generic-call-arguments",
        lambda raised, match, exercise: (
            f"A function that you call gets other arguments than it takes: {quoted(raised.text)}."
        ),
    ),
    (
        ("TypeError",),
        "",
        "generic-type-error",
        lambda raised, match, exercise: f"One step does not fit the type it is given: {quoted(raised.text)}.",
    ),
    (
        ("OverflowError",),
        "out of bounds for|too large to convert|too big to convert|int too large|Python int",
        "generic-whole-number-too-large",
        "A whole number does not fit the kind that it is put into: uint8 ends at 255, int32 at 2 147 483 647. Leave "
        "the dtype out, or take int64.",
    ),
    (
        ("OverflowError", "FloatingPointError"),
        "",
        "generic-overflow",
        "A number becomes too large for a float: `exp` of anything over 709 does.",
    ),
    (
        ("NotImplementedError",),
        "",
        "generic-not-implemented",
        "A function that you call does not support this input: is the dtype what it expects?",
    ),
    (
        ("StopIteration",),
        "",
        "generic-stop-iteration",
        "`next(…)` was asked for one entry more than there is.",
    ),
    (
        ("RuntimeError",),
        "changed size during iteration|mutated during iteration|keys changed during iteration",
        "generic-changed-in-loop",
        "A dictionary or a set gets or loses entries while a `for` goes through it: go through a copy, `for key in "
        "list(d)`. (Asking a `defaultdict` for `d[key]` puts the key in, too.)",
    ),
    (("ValueError",), "", "generic-value-error", _value_error),
    (
        ANY,
        "",
        "generic-raised",
        lambda raised, match, exercise: (
            f"Your code stops with {an(raised.kind)} on this input, which is an allowed one."
        ),
    ),
]
