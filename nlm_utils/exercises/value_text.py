"""How a card writes values: short, the same at every run, shape before numbers, never a flood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from .compare import KINDS, Difference, as_array, is_number, is_tensor, to_numpy
from .plain import Thing, thing

WIDTH = 96  # characters of one value
ENTRIES = 24  # arrays up to this size are written out
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")


def masked(text: str) -> str:
    """The text without memory addresses, which differ from run to run."""
    return _ADDRESS.sub("0x…", text)


def short(text: str, width: int = WIDTH) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def number(value: Any, digits: int = 4) -> str:
    """A number with so many significant digits; a float always shows that it is one."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        text = f"{value or 0.0:.{digits}g}"  # 0.0 for −0.0
        return text if any(mark in text for mark in ".einf") else text + ".0"
    return short(repr(value), 40)


def literal(value: Any, digits: int = 4, width: int = WIDTH) -> str:
    """A value as one would type it: arrays as lists, long ones cut short with their length or shape."""
    text = _literal(value, digits)
    if len(text) <= width:
        return text
    if is_tensor(value) or isinstance(value, np.ndarray):
        if value.ndim > 1:
            return _rows(value, digits)
        return summary(value) if len(value.reshape(-1)) > ENTRIES else text
    if isinstance(value, str):
        return short(text, width)
    if isinstance(value, Mapping):
        return _cut(value.items(), len(value), width, "{", "}", digits, "entries")
    if isinstance(value, (list, tuple, set, frozenset)):
        brackets = {list: "[]", tuple: "()"}.get(type(value), "{}")
        return _cut(value, len(value), width, *brackets, digits, "entries")
    return short(text, width)


def _cut(entries, count, width, opening, closing, digits, noun) -> str:
    shown, used = [], 0
    for entry in entries:
        text = (
            ": ".join(literal(part, digits, width // 3) for part in entry)
            if opening == "{" and isinstance(entry, tuple) and len(entry) == 2
            else literal(entry, digits, width // 2)
        )
        if used + len(text) > width - 20 and shown:
            break
        shown.append(text)
        used += len(text) + 2
    if len(shown) == count:
        return f"{opening}{', '.join(shown)}{closing}"
    return f"{opening}{', '.join(shown)}, … ({count} {noun}){closing}"


def _literal(value: Any, digits: int) -> str:
    if is_number(value):
        return number(value, digits)
    if isinstance(value, np.ndarray) or is_tensor(value):
        array = value if isinstance(value, np.ndarray) else to_numpy(value)
        if array.size > ENTRIES:
            return summary(value)
        return _nested(array.tolist(), digits) if array.size else summary(value)
    if isinstance(value, Counter):
        return f"Counter({_literal(dict(value), digits)})"
    if isinstance(value, dict):
        inside = ", ".join(
            f"{_literal(key, digits)}: {_literal(entry, digits)}" for key, entry in value.items()
        )
        return "{" + inside + "}"
    if type(value) is list:
        return "[" + ", ".join(_literal(entry, digits) for entry in value) + "]"
    if type(value) is tuple:
        inside = ", ".join(_literal(entry, digits) for entry in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(_literal(entry, digits) for entry in value)) + "}" if value else "set()"
    return masked((value if isinstance(value, Thing) else thing(value)).text)


def _nested(entries, digits: int) -> str:
    if isinstance(entries, list):
        return "[" + ", ".join(_nested(entry, digits) for entry in entries) + "]"
    return number(entries, digits) if is_number(entries) else _literal(entries, digits)


def _rows(value: Any, digits: int) -> str:
    """An array of up to ENTRIES numbers, one row in a line, beginning on a line of its own."""
    array = value if isinstance(value, np.ndarray) else to_numpy(value)
    if array.size > ENTRIES or array.ndim < 2:
        return _literal(value, digits)

    def lines(part: Any, depth: int) -> str:
        if depth == array.ndim - 1:
            return _nested(part, digits)
        return "[" + f",\n{' ' * (depth + 1)}".join(lines(entry, depth + 1) for entry in part) + "]"

    return lines(array.tolist(), 0)


def argument(value: Any, digits: int = 4, indent: int = 0) -> str:
    """An argument of a call as one would type it; `indent` is the column where it begins."""
    name = "array" if isinstance(value, np.ndarray) else "tensor" if is_tensor(value) else ""
    if isinstance(value, float):
        return number(value, 10)
    text = _empty(value) if name and tuple(value.shape) == (0,) else literal(value, digits, 60)
    if not name or text.startswith("<") or getattr(value, "ndim", 0) == 0:
        return literal(value, digits)
    return f"{name}({text})".replace("\n", "\n" + " " * (indent + len(name) + 1))


def _empty(value: Any) -> str:
    """ "[]" for floats, "[], dtype=int" for what would be floats if it were typed in without."""
    if is_tensor(value):
        return "[]" if value.is_floating_point() else f"[], dtype={value.dtype}"
    return {"i": "[], dtype=int", "u": "[], dtype=int", "b": "[], dtype=bool"}.get(value.dtype.kind, "[]")


def size(value: Any) -> int:
    """How much there is to follow by hand: the numbers and strings in a value, counted."""
    if isinstance(value, np.ndarray) or is_tensor(value):
        return int(np.prod(tuple(value.shape)))
    if isinstance(value, Mapping):
        return sum(size(key) + size(entry) for key, entry in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return sum(map(size, value))
    return 1


def an(word: str) -> str:
    """`an("IndexError")` is "an IndexError", `an("R")` is "an R"."""
    spoken = "aeiou" if len(word) > 1 else "aefhilmnorsx"
    return f"{'an' if word[:1].lower() in spoken else 'a'} {word}"


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def kind_of(value: Any) -> str:
    """What a value is, in words: "an array of shape (3,), floats"."""
    if value is None:
        return "None"
    if is_tensor(value):
        kind = "floats" if value.is_floating_point() else str(value.dtype).removeprefix("torch.")
        return f"a tensor of shape {tuple(value.shape)}, {kind}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}, {KINDS.get(value.dtype.kind, value.dtype.name)}"
    if isinstance(value, (bool, np.bool_)):
        return "a boolean"
    if is_number(value):
        return {"i": "a whole number", "u": "a whole number", "f": "a float"}.get(
            np.asarray(value).dtype.kind, "a number"
        )
    if isinstance(value, str):
        return "a string"
    if isinstance(value, Mapping):
        return f"{an(type(value).__name__)} with {count(len(value), 'entry', 'entries')}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {count(len(value), 'entry', 'entries')}"
    return an(value.kind if isinstance(value, Thing) else type(value).__name__)


def count(n: int, one: str, many: str | None = None) -> str:
    """`count(1, "line")` is "1 line", `count(3, "line")` is "3 lines"."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def summary(value: Any) -> str:
    """A large array by its shape and its first entries."""
    array = value if isinstance(value, np.ndarray) else to_numpy(value)
    noun = "array" if isinstance(value, np.ndarray) else "tensor"
    kind = {"f": "floats", "i": "ints", "u": "ints", "b": "booleans"}.get(array.dtype.kind, array.dtype.name)
    return f"<{noun} of shape {array.shape}, {kind}>"


def call_text(name: str, args: tuple, kwargs: dict, label: str | None = None) -> str:
    """The input of a case as a call: `softmax([1.0, 2.0, 3.0])`."""
    if label:
        return f"{name}({label})"
    named = [("", value) for value in args] + [(f"{key}=", value) for key, value in kwargs.items()]
    parts = [key + argument(value) for key, value in named]
    if not any("\n" in part for part in parts) and sum(map(len, parts)) <= WIDTH:
        return f"{name}({', '.join(parts)})"
    indent = len(name) + 1  # one argument in a line
    parts = [key + argument(value, indent=indent + len(key)) for key, value in named]
    return f"{name}({f',{chr(10)}{chr(32) * indent}'.join(parts)})"


def both(found: Difference, whole_expected: Any, whole_got: Any) -> list[tuple[str, str]]:
    """The rows of a card for one difference: expected and yours, and where they first differ."""
    rows = pair_rows("expected", "yours", whole_expected, whole_got, found)
    return [*rows, ("note", found.note)] if found.note else rows


def pair_rows(one: str, other: str, expected: Any, got: Any, found: Difference) -> list[tuple[str, str]]:
    """Two values under their labels, in so many digits that they differ, and the first place where they do."""
    digits = _digits(found.expected, found.got)
    kinds = _needs_kind(expected, got, found)
    texts = [literal(value, digits) for value in (expected, got)]
    if texts[0] == texts[1] and type(expected) is not type(got):
        kinds = True
    rows = []
    for label, value, text in zip((one, other), (expected, got), texts, strict=True):
        if kinds:
            if value is None or text.startswith("<"):
                text = kind_of(value)
            elif not isinstance(value, Thing):
                text = f"{kind_of(value)}:{chr(10) if chr(10) in text else ' '}{text}"
        rows.append((label, text))
    place = first_difference(found, digits, one, other)
    hidden = (
        "…" in rows[0][1] or rows[0][1].startswith("<") or "array" in rows[0][1] or "tensor" in rows[0][1]
    )
    if place and (found.where or rows[0][1] == rows[1][1] or hidden):
        rows.append(("differs", place))
    return rows


def _needs_kind(expected, got, found: Difference) -> bool:
    if found.kind in ("shape", "type", "dtype", "precision", "length") and not found.where:
        return True
    return isinstance(expected, np.ndarray) or is_tensor(expected)


def _digits(expected, got) -> int:
    """So many digits that neither number is moved by more than a hundredth of what they differ by; 4 as a rule."""
    pair = _first_pair(expected, got)
    if pair is None:
        return 4
    try:
        one, other = (float(value) for value in pair)
        gap = abs(one - other)
        if not 0 < gap < float("inf"):
            return 4
        for digits in range(4, 18):
            if all(abs(float(f"{value:.{digits}g}") - value) <= gap / 100 for value in (one, other)):
                return digits
    except (TypeError, ValueError, OverflowError):
        return 4
    return 17


def _arrays(expected, got):
    if is_tensor(expected):
        expected = to_numpy(expected)
    got = to_numpy(got) if is_tensor(got) else as_array(got)
    if isinstance(expected, np.ndarray) and got is not None and got.shape == expected.shape:
        return expected, got
    return None


def _first_pair(expected, got):
    if is_number(expected) and is_number(got):
        return expected, got
    pair = _arrays(expected, got)
    if pair is None or not pair[0].size or pair[0].dtype.kind not in "fiu" or pair[1].dtype.kind not in "fiu":
        return None
    place = _first_place(*pair)
    return None if place is None else (pair[0][place], pair[1][place])


def _first_place(expected, got):
    wrong = ~np.isclose(got.astype(float), expected.astype(float), rtol=1e-4, atol=1e-6, equal_nan=True)
    if not wrong.any():
        wrong = got != expected
    places = np.argwhere(wrong)
    return tuple(int(index) for index in places[0]) if len(places) else None


def first_difference(found: Difference, digits: int, one: str = "expected", other: str = "yours") -> str:
    """ "[1, 2] should be 0.5, yours is 0.25" for a difference inside a larger value, "" for a plain one."""
    words = "{} should be {}, yours is {}" if other == "yours" else f"{{}} is {{}} {one}, {{}} {other}"
    if one.endswith("before"):
        words = "{} was {}, is {}"
    pair = _arrays(found.expected, found.got)
    if found.kind == "value" and pair is not None and all(array.dtype.kind in "fiub" for array in pair):
        place = _first_place(*pair)
        if place is not None:
            inside = ", ".join(str(index) for index in place)
            texts = [number(array[place], digits) for array in pair]
            return words.format(f"{found.where}[{inside}]" if inside else found.where or "it", *texts)
    if found.where and found.kind != "keys":
        return words.format(found.where, literal(found.expected, digits, 40), literal(found.got, digits, 40))
    return ""
