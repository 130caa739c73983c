"""What is wrong beside the value: changed arguments, a graph that is cut, another precision, no steady answer.

The values themselves are right here, or are looked at elsewhere.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from ..compare import Difference, is_tensor
from ..observations import Observation, floats_came_in
from .situation import Named, Situation

if TYPE_CHECKING:
    from ..definition import Exercise


HAT = "`^` is no power in Python (it combines bits): a power is written `**`, e^x is `np.exp(x)`."
BUFFERS = {"empty": "zeros", "empty_like": "zeros_like", "new_empty": "new_zeros"}
DRAWS = (
    "random", "rand", "randn", "randint", "normal", "shuffle", "permutation", "randperm", "choice", "choices", "sample",
    "multinomial", "uniform", "default_rng", "integers", "standard_normal", "bernoulli",
)  # fmt: skip


def slip(situation: Situation) -> Named | None:
    """`=+` for `+=` and `^` for `**`, which are no errors to Python."""
    if "^" in situation.names:
        return "generic-power", HAT
    if "=+" not in situation.names:
        return None
    return "generic-equals-plus", (
        "`n =+ 1` sets n to +1, whatever it was before: Python reads `= +1`. To add write `n += 1`."
    )


def parameters(situation: Situation) -> Named | None:
    """The docstring's parameters, in another order."""
    yours, given = situation.parameters, tuple(inspect.signature(situation.exercise.reference).parameters)
    by_place = len(situation.exercise.cases[situation.failing[0]].make()[0])
    if yours[:by_place] == given[:by_place] or sorted(yours) != sorted(given):
        return None
    return "generic-parameter-order", (
        "Your parameters stand in another order than in the cell as it was given, and arguments come by their places: "
        f"the first line must read `def {situation.exercise.name}({', '.join(given)}):`."
    )


def implicit_axis(situation: Situation) -> Named | None:
    """torch's softmax without `dim`, where there are three axes or more and it takes another than the last."""
    if "softmax()" not in situation.names:
        return None
    if not all(
        any(getattr(value, "ndim", 0) >= 3 for value in situation.arguments(place).values())
        for place in situation.failing
    ):
        return None
    return "generic-implicit-axis", (
        "You call torch's softmax without `dim`, and it chooses: the last axis of one or two, but the FIRST of three "
        "and the second of four. Say which one you mean: `dim=-1` is the last."
    )


def unreached(situation: Situation) -> str:
    """One more sentence for lines that no call reaches; "" for other answers."""
    if "return;" not in situation.names:
        return ""
    return " And your function has lines right after a `return`, which are never reached."


def precision(situation: Situation, share: float = 1.0) -> Named | None:
    """The right numbers in another float dtype than compare.py wants, on this share of the wrong inputs."""
    places = [place for place in situation.failing if situation.differences[place].kind == "precision"]
    if situation.failing[0] not in places or len(places) < share * len(situation.failing):
        return None
    tensor = is_tensor(situation.found.expected)
    if floats_came_in(situation.wanted):
        rule = "it keeps the dtype of the input"
    else:
        rule = f"whole numbers become {'torch’s default dtype' if tensor else 'float64'}"
    why = "`.astype(np.float32)`, `dtype=np.float32` and `np.float32(…)` cut digits off; leave them out."
    if tensor:
        why = (
            "`.float()`, `.double()` and tensors made without a dtype change it; `x.new_zeros(…)` and "
            "`dtype=x.dtype` do not."
        )
    return (
        "generic-precision",
        f"The numbers are right, but your result is {situation.found.note}: {rule}. {why}",
    )


def slightly(situation: Situation) -> Named | None:
    """Numbers that are nearly right, wherever something is wrong."""
    if not all(situation.differences[place].slight for place in situation.failing):
        return None
    return "generic-nearly", (
        "Your numbers are nearly right: more is missing than another order of the same steps would explain. Is there a "
        "small number (an ε) that the docstring does not ask for, a constant with too few digits, a step in float32?"
    )


def unsteady(situation: Situation) -> Named | None:
    """A default value that remembers, or something drawn or kept from call to call."""
    if situation.remembers:
        return "generic-mutable-default", (
            "A default value of your function has changed: `def f(x, seen=[])` makes one list when the function is "
            "defined, and all calls write into that one. Make a new one inside the function."
        )
    if not situation.changes:
        return None
    twice = "Called twice with the same input, your function gives two different answers"
    buffer, draws = situation.uses(*BUFFERS), situation.uses(*DRAWS)
    if buffer and not draws:
        return "generic-uninitialised", (
            f"{twice}. `{buffer}` is no buffer of zeros: it holds whatever lay in memory, and what is not written into "
            f"it, or only added to it, is anything. `{BUFFERS[buffer]}` begins with zeros."
        )
    if situation.uses("set", "frozenset") and not draws:
        return "generic-order-of-a-set", (
            f"{twice}. Does the order come from a set? A set has none of its own, and what a loop or `list(…)` makes "
            "of one may come in any: keep the order in a list, and a set beside it for what has been met."
        )
    return "generic-random", (
        f"{twice}: it draws random numbers, or it keeps something from one call to the next (a global name, an object "
        "made outside)."
    )


def memory(situation: Situation) -> str:
    """One more sentence where a buffer is not zeros, and nothing is known of the mistake; "" for other answers."""
    buffer = situation.uses(*BUFFERS)
    if not buffer:
        return ""
    begins = f"`{BUFFERS[buffer]}` begins with zeros"
    return f" And `{buffer}` holds whatever lay in memory until each entry is written; {begins}."


def changed(situation: Situation) -> Named | None:
    """The value is right; an argument is not as it was."""
    fact = situation.found.fact
    if situation.exercise.observe is not None and fact.endswith((" afterwards", " unchanged")):
        return "generic-changes-argument", (
            f"Your function changes what it was given ({fact.rpartition(' ')[0]}), which belongs to whoever called it: "
            "`+=`, `.sort()`, `.append()`, an assignment to `x[…]` and torch's methods with a `_` at the end, like "
            "`x.mul_(2)`, write into the caller's own object. Compute a new one, or work on a copy."
        )
    if not situation.is_about("arguments"):
        return None
    name = argument(situation.exercise, situation.found)[0]
    return "generic-changes-argument", (
        f"Your result is right, but your function changes `{name}`, which belongs to whoever called it: `+=`, `-=`, "
        "`.sort()`, `.append()`, `.pop()` or an assignment to `x[…]` write into the caller's own object. Compute a new "
        "one, or work on a copy."
    )


def argument(
    exercise: Exercise,
    found: Difference,
    wanted: Observation | None = None,
    seen: Observation | None = None,
) -> tuple[str, Any, Any, Difference]:
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
    before, after = (each.facts["arguments"][int(match[1])][key] for each in (wanted, seen))
    return name, before, after, inner


def gradients(situation: Situation) -> Named | None:
    """The values are right; what goes back through them is not."""
    found = situation.found
    if not situation.is_about("gradients"):
        return None
    name = found.where.removeprefix("[").removesuffix("]").strip("'\"")
    if found.got is None:
        return "generic-no-gradient", (
            f"The values are right, but no gradient gets back to `{name}`: `.detach()`, `.item()`, `.data`, "
            "`.numpy()`, `torch.tensor(…)` and `torch.no_grad()` cut the graph. Compute with the tensors themselves."
        )
    if isinstance(found.got, str) and "inplace" not in found.got:
        return "generic-backward-fails", (
            f"The values are right, but torch cannot go back through them: “{found.got}”. Leave `.backward()` and what "
            "frees or changes the graph to whoever calls."
        )
    if isinstance(found.got, str):
        return "generic-backward-fails", (
            "The values are right, but the backward pass fails: an in-place operation (`+=`, `x[…] = …`) overwrites "
            "numbers that it still needs. Compute a new tensor instead."
        )
    return "generic-wrong-gradient", (
        f"The values are right, but the gradient that gets back to `{name}` is not: a part of what depends on it is "
        "cut off (by `.detach()`, `.data`, `.item()` or a tensor made anew), or a step has another slope with the same "
        "value (a clamp, a rounding, a maximum)."
    )
