"""Mistakes that are the same in every exercise, each with its sentence: a sign, a transpose, a forgotten return.

They speak when no misconception of the exercise fits. A sentence that is false is worse than none: each is said only
when it explains (nearly) all of the inputs that went wrong, on numbers that do not agree by accident, or when it only
repeats what the card shows. Ids begin with "generic-".

exceptions.py, kinds.py, effects.py, values.py, constants.py, structure.py and inputs.py each look at one thing, through
situation.py and numbers.py. Here stands in which order they are asked.
"""

from __future__ import annotations

from . import constants, effects, exceptions, inputs, kinds, structure, values
from .situation import ENOUGH, Named, Situation

WEAK = {  # what a misconception of the exercise that explains less than half goes before
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
VAGUE = {
    "generic-edge",
    "generic-nan",
    "generic-overflow",
    "generic-partly",
    "generic-some-inputs",
    "generic-wrong-values",
}
SAYS_HOW_MANY = {
    "generic-random",
    "generic-order-of-a-set",
    "generic-uninitialised",
    "generic-mutable-default",
    "generic-some-inputs",
    "generic-edge",
}


def urgent(situation: Situation) -> Named | None:
    """What must be said before anything else is looked for: the code did not run as the student meant it to."""
    if situation.shown.raised:
        return exceptions.urgent(situation) or effects.parameters(situation)
    slightly = all(situation.differences[place].slight for place in situation.failing)
    return (
        effects.slip(situation)
        or effects.parameters(situation)
        or effects.precision(situation)
        or (values.rounded(situation) if slightly else None)
    )


def unsteady(situation: Situation) -> Named | None:
    """What is said about a function that gives something else when it is called again."""
    return effects.unsteady(situation)


def general(situation: Situation) -> Named:
    """The first general diagnosis that explains the failing inputs."""
    if not situation.shown.returned or situation.wanted.raised:
        found = exceptions.explained(situation)
        apart = inputs.sets_apart(situation) if situation.shown.raised else ""
        return (found[0], f"{found[1]} {apart}") if apart else found
    id, sentence = (
        kinds.no_answer(situation)
        or effects.changed(situation)
        or effects.gradients(situation)
        or effects.precision(situation, ENOUGH)
        or values.rounded(situation)
        or effects.slightly(situation)
        or effects.implicit_axis(situation)
        or structure.mappings(situation)
        or values.plain(situation)
        or constants.constants(situation)
        or values.less_plain(situation)
        or values.not_finite(situation)
        or structure.sequences(situation)
        or inputs.across(situation)
        or structure.shape(situation)
        or inputs.fact(situation)
        or inputs.some_inputs(situation)
        or inputs.partly(situation)
        or inputs.wrong_values(situation)
    )
    return id, sentence + (effects.memory(situation) if id in VAGUE else "")
