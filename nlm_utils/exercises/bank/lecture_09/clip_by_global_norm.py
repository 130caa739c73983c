"""clip_by_global_norm."""

from collections.abc import Callable
from typing import Any

import torch

from nlm_utils.exercises.definition import Exercise

from .common import numbers


def clip_by_global_norm(grads, max_norm):
    """Gradients that are together no longer than max_norm -> (clipped, norm): a list like `grads`, and a number.

    grads     a list of tensors of any shapes: the gradients of all parameters
    max_norm  a positive number
    norm is the Euclidean length of all their entries TOGETHER, as it was before clipping (a float, or a tensor
    of one number). If norm ≤ max_norm the gradients are returned as they are, zeros included; else all of them
    are multiplied by one factor, so that their common length becomes max_norm. The tensors of the caller come
    back unchanged.
    """
    norm = torch.sqrt(sum((grad**2).sum() for grad in grads))
    if norm <= max_norm:
        return list(grads), norm
    return [grad * (max_norm / norm) for grad in grads], norm


def _observe_clipping(function: Callable, args: tuple, kwargs: dict) -> dict[str, Any]:
    """The clipped tensors, the norm as a float whichever kind of number it is, and the gradients afterwards."""
    result = function(*args, **kwargs)
    facts: dict[str, Any] = {}
    if isinstance(result, (tuple, list)) and len(result) == 2:
        clipped, norm = result
        if isinstance(norm, torch.Tensor) and norm.numel() == 1 and norm.is_floating_point():
            norm = float(norm)
        facts |= {"clipped": clipped, "norm": norm}
    else:
        facts["clipped"] = result
    return facts | {"gradients afterwards": args[0]}


exercise = Exercise(
    clip_by_global_norm,
    checks=("one to four shapes, shorter and longer than max_norm, exactly as long, zeros, large, unchanged"),
    explanation=(
        "All gradients together are one long vector. One factor for all keeps its direction and changes its length "
        "only; a factor for each tensor would turn it. torch.nn.utils.clip_grad_norm_ does the same in place."
    ),
    hints=[
        "Think of all gradients as one long vector, and of its length by Pythagoras.",
        "Squares of all entries of all tensors, added up, and one square root at the end.",
        ("Compare this one norm with max_norm. Shorter or equal: nothing changes. Longer: one factor for all tensors."),
        "The factor is what makes the length max_norm: max_norm divided by the norm. Return (list, norm).",
    ],
    observe=_observe_clipping,
)

exercise.case([torch.tensor([3.0, 4.0])], 2.5)
exercise.case([torch.tensor([3.0, 4.0]), torch.tensor([12.0])], 6.5)
exercise.case([torch.tensor([0.3, -0.4]), torch.tensor([[1.2]])], 1.5)
exercise.case([torch.tensor([-0.4, 0.3]), torch.tensor([[-1.2]])], 2.0)
exercise.case([numbers(2, 3, seed=201), numbers(3, seed=202), numbers(1, seed=203, scale=3.0)], 1.0)
exercise.case([numbers(2, 3, seed=204, scale=0.1), numbers(4, seed=205, scale=9.0), numbers(2, 2, seed=206)], 3.0)
exercise.case([torch.tensor([0.6, 0.0], dtype=torch.float64), torch.tensor([-0.8], dtype=torch.float64)], 5.0)
exercise.case([torch.tensor([2.0, -2.0]), torch.tensor([[1.0], [0.0]])], 3.0)
exercise.case([torch.zeros(2, 3), torch.zeros(3)], 1.0)
exercise.case(
    [numbers(3, 2, seed=207, scale=1000.0, dtype=torch.float32), numbers(2, seed=208, dtype=torch.float32)],
    0.5,
)
exercise.case([numbers(2, seed=i + 210, scale=0.5) for i in range(4)], 0.7)


def _clipping(norm, factor=None, when=None, returned=None):
    """clip_by_global_norm with another norm(grads), factor(norm, max_norm), condition or returned norm."""
    factor = factor or (lambda norm, max_norm: max_norm / norm)
    when = when or (lambda norm, max_norm: norm > max_norm)

    def clip(grads, max_norm):
        size = norm(grads)
        clipped = [g * factor(size, max_norm) for g in grads] if when(size, max_norm) else list(grads)
        return clipped, size if returned is None else returned(size, grads, clipped, max_norm)

    return clip


def _norm(grads):
    return torch.sqrt(sum((g**2).sum() for g in grads))


def _flat(grads):
    return torch.cat([g.flatten() for g in grads])


def _each_alone(grads, max_norm):
    return [g * max_norm / max(g.norm(), torch.as_tensor(max_norm)) for g in grads], _norm(grads)


def _halved(grads, max_norm):
    norm = _norm(grads)
    clipped, size = list(grads), norm
    while size > max_norm:
        clipped, size = [g / 2 for g in clipped], size / 2
    return clipped, norm


exercise.mistake("each_alone", _each_alone).says(
    "You clip each tensor by its own norm. One norm is taken over all tensors together, and one factor for all: else "
    "the direction of the step changes."
)
exercise.mistake(
    "each_alone_norms",
    lambda grads, max_norm: (
        [g * max_norm / max(g.norm(), torch.as_tensor(max_norm)) for g in grads],
        [g.norm() for g in grads],
    ),
).says("You take one norm for each tensor. There is ONE, over all of them together, and one factor for all.")
exercise.mistake("always_rescaled", _clipping(_norm, when=lambda norm, max_norm: True)).says(
    "You rescale always, short gradients too. When the norm is at most max_norm nothing changes."
)
exercise.mistake("squared_norm", _clipping(lambda grads: _norm(grads) ** 2)).says(
    "You never take the root: that is the SQUARE of the norm."
)
exercise.mistake(
    "squared_norm_returned", _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: norm**2)
).says("The clipping is right, but the norm that you return is its square.")
exercise.mistake(
    "root_missing_in_the_condition", _clipping(_norm, when=lambda norm, max_norm: norm**2 > max_norm)
).says("You compare the SQUARED norm with max_norm, so that short gradients are rescaled or long ones are not.")
exercise.mistake("clamped", lambda grads, max_norm: ([g.clamp(-max_norm, max_norm) for g in grads], _norm(grads))).says(
    "You cut single entries off at ±max_norm. That changes the direction; here all entries are scaled by one factor."
)
exercise.mistake("clamped_at_one", lambda grads, max_norm: ([g.clamp(-1, 1) for g in grads], _norm(grads))).says(
    "You cut every entry off at ±1. All entries are to be scaled by one factor, so that the norm becomes max_norm."
)
exercise.mistake("largest_entry", _clipping(lambda grads: _flat(grads).abs().max())).says(
    "Your norm is the largest entry. The Euclidean length is wanted: root of the sum of squares."
)
exercise.mistake("sum_of_absolute_values", _clipping(lambda grads: _flat(grads).abs().sum())).says(
    "Your norm adds absolute values up. The Euclidean length is wanted: root of the sum of squares."
)
exercise.mistake("plain_sum", _clipping(lambda grads: _flat(grads).sum())).says(
    "You add the entries up without squaring them, so that positive and negative ones cancel."
)
exercise.mistake("sum_of_norms", _clipping(lambda grads: sum(g.norm() for g in grads))).says(
    "You add the norms of the tensors up. Lengths add by Pythagoras: squares first, one root at the end."
)
exercise.mistake("mean_of_norms", _clipping(lambda grads: sum(g.norm() for g in grads) / len(grads))).says(
    "You average the norms of the tensors. All entries together make one length."
)
exercise.mistake("largest_norm", _clipping(lambda grads: max(g.norm() for g in grads))).says(
    "You take the largest norm among the tensors. All entries together make one length."
)
exercise.mistake("first_norm", _clipping(lambda grads: grads[0].norm())).says(
    "You take the norm of the first tensor only. All tensors together make one length."
)
exercise.mistake("last_norm", _clipping(lambda grads: grads[-1].norm())).says(
    "You take the norm of the last tensor only. All tensors together make one length."
)
exercise.mistake("norm_of_norms_summed_twice", _clipping(lambda grads: sum(g.norm() for g in grads) ** 2)).says(
    "You square the sum of the tensors' norms. The squares of the norms are added, not the norms."
)
exercise.mistake("root_mean_square", _clipping(lambda grads: (_flat(grads) ** 2).mean().sqrt())).says(
    "You take the root of the MEAN of the squares. Length has the sum."
)
exercise.mistake("means_per_tensor", _clipping(lambda grads: torch.sqrt(sum((g**2).mean() for g in grads)))).says(
    "You take the mean of the squares in each tensor. Length has the sum over all entries."
)
exercise.mistake("norm_after", _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: _norm(clipped))).says(
    "The norm that you return is the one after clipping. The one before is wanted: it tells how close to blowing up "
    "the training was."
)
exercise.mistake(
    "max_norm_returned", _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: float(max_norm))
).says("You return max_norm itself. The norm before clipping is wanted.")
exercise.mistake(
    "factor_returned",
    _clipping(
        _norm,
        returned=lambda norm, grads, clipped, max_norm: max_norm / norm if norm > max_norm else torch.tensor(1.0),
    ),
).says("You return the factor. The norm before clipping is wanted.")
exercise.mistake(
    "whether_clipped", _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: bool(norm > max_norm))
).says("You return whether something was clipped. The norm before clipping is wanted.")
exercise.mistake(
    "norms_returned", _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: [g.norm() for g in grads])
).says("The clipping is right, but you return one norm for each tensor. The common one is wanted.")
exercise.mistake("list_alone", lambda grads, max_norm: clip_by_global_norm(grads, max_norm)[0]).says(
    "You return the gradients alone. Return the pair (clipped, norm)."
)
exercise.mistake("norm_alone", lambda grads, max_norm: _norm(grads)).says(
    "You return the norm alone. Return the pair (clipped, norm)."
)
exercise.mistake("nothing_returned", lambda grads, max_norm: None).says(
    "Your function returns nothing. Return the pair (clipped, norm)."
)


@exercise.mistake("in_place").says(
    "The numbers are right, but you write into what belongs to the caller: `mul_`, `*=` and `g[:] = …` change the "
    "tensors, `grads[i] = …` the list. Return a new list of new tensors."
)
def in_place(grads, max_norm):
    norm = _norm(grads)
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return grads, norm


exercise.mistake(
    "torchs_own_in_place", lambda grads, max_norm: (grads, torch.nn.utils.clip_grad_norm_(grads, max_norm))
).says(
    "torch.nn.utils.clip_grad_norm_ changes the `.grad` of parameters. Here tensors are given and new ones returned."
)
exercise.mistake("factor_inverted", _clipping(_norm, factor=lambda norm, max_norm: norm / max_norm)).says(
    "Your factor is upside down: you multiply by norm / max_norm, which makes long gradients longer."
)
exercise.mistake(
    "factor_inverted_always",
    _clipping(_norm, factor=lambda norm, max_norm: norm / max_norm, when=lambda norm, max_norm: True),
).says("Two things: your factor is upside down, and it is applied to short gradients too.")
exercise.mistake("unit_length", _clipping(_norm, factor=lambda norm, max_norm: 1 / norm)).says(
    "You divide by the norm, so that the length becomes 1. It is to become max_norm."
)
exercise.mistake(
    "always_unit_length", _clipping(_norm, factor=lambda norm, max_norm: 1 / norm, when=lambda norm, max_norm: True)
).says(
    "You divide by the norm always, so that every length becomes 1. Only gradients longer than max_norm change, and "
    "max_norm is what they become."
)
exercise.mistake("multiplied_by_max_norm", _clipping(_norm, factor=lambda norm, max_norm: max_norm)).says(
    "You multiply by max_norm without dividing by the norm."
)
exercise.mistake("divided_by_max_norm", _clipping(_norm, factor=lambda norm, max_norm: 1 / max_norm)).says(
    "You divide by max_norm. What makes the length max_norm is max_norm over the norm."
)
exercise.mistake("divided_by_the_square", _clipping(_norm, factor=lambda norm, max_norm: max_norm / norm**2)).says(
    "You divide by the square of the norm. Once is enough."
)
exercise.mistake("root_of_the_factor", _clipping(_norm, factor=lambda norm, max_norm: (max_norm / norm) ** 0.5)).says(
    "Your factor is the root of max_norm / norm. Length grows in proportion, so no root."
)
exercise.mistake("one_in_the_denominator", _clipping(_norm, factor=lambda norm, max_norm: max_norm / (norm + 1))).says(
    "You add 1 to the norm in the denominator, so that the result is too short. A tiny number would do no harm; none "
    "is needed."
)
exercise.mistake("condition_reversed", _clipping(_norm, when=lambda norm, max_norm: 0 < norm <= max_norm)).says(
    "Your condition is the wrong way round: you rescale the short gradients and leave the long ones."
)
exercise.mistake("condition_on_one", _clipping(_norm, when=lambda norm, max_norm: norm > 1)).says(
    "You compare the norm with 1. The limit is max_norm."
)
exercise.mistake("never_clipped", lambda grads, max_norm: (list(grads), _norm(grads))).says(
    "You never change anything. Gradients longer than max_norm are to become as long as max_norm."
)
exercise.mistake("zero_when_long", _clipping(_norm, factor=lambda norm, max_norm: 0.0)).says(
    "You set gradients that are too long to zero. They keep their direction and become as long as max_norm."
)
exercise.mistake(
    "difference",
    lambda grads, max_norm: (
        [g - torch.relu(_norm(grads) - max_norm) for g in grads],
        _norm(grads),
    ),
).says("You subtract the surplus from every entry. That is no scaling, and it changes the direction.")


@exercise.mistake("running_norm").says(
    "You clip inside the loop that still adds up the norm, so that the first tensors are measured by a part of it. "
    "First the whole norm, then the clipping."
)
def running_norm(grads, max_norm):
    total, clipped = 0.0, []
    for g in grads:
        total = total + (g**2).sum()
        norm = torch.sqrt(total)
        clipped.append(g * (max_norm / norm) if norm > max_norm else g)
    return clipped, norm


@exercise.mistake("only_first_clipped").says("Only the first tensor is scaled. One factor goes to all of them.")
def only_first_clipped(grads, max_norm):
    norm = _norm(grads)
    first = grads[0] * (max_norm / norm) if norm > max_norm else grads[0]
    return [first, *grads[1:]], norm


@exercise.mistake("only_where_long").says(
    "You scale only the tensors that are too long by themselves. One factor goes to all of them."
)
def only_where_long(grads, max_norm):
    norm = _norm(grads)
    return [g * (max_norm / norm) if g.norm() > max_norm else g for g in grads], norm


@exercise.mistake("rows").says("You take a norm for each row. All entries of all tensors make one length.")
def rows_mistake(grads, max_norm):
    clipped = [g * max_norm / g.norm(dim=-1, keepdim=True).clamp(min=max_norm) for g in grads]
    return clipped, _norm(grads)


exercise.mistake(
    "flattened", lambda grads, max_norm: (_flat(clip_by_global_norm(grads, max_norm)[0]), _norm(grads))
).says("You return one long vector. A list of tensors with the shapes of `grads` is wanted.")
exercise.mistake("order_reversed", lambda grads, max_norm: clip_by_global_norm(grads, max_norm)[::-1]).says(
    "You return (norm, clipped). The order is (clipped, norm)."
)
exercise.mistake(
    "each_alone_always", lambda grads, max_norm: ([g * max_norm / g.norm() for g in grads], _norm(grads))
).says("Two things: each tensor is scaled by its own norm, and short ones are scaled too.")
exercise.mistake(
    "squares_not_rooted_always", _clipping(lambda grads: _norm(grads) ** 2, when=lambda norm, max_norm: True)
).says("Two things: the root is missing, and you rescale short gradients too.")
exercise.mistake(
    "roots_before_the_sum",
    lambda grads, max_norm: (
        clip_by_global_norm(grads, max_norm)[0],
        sum(torch.sqrt(g**2).sum() for g in grads),
    ),
).says("You take the root of every square, which is the absolute value, and add those up. One root, of the whole sum.")
exercise.mistake(
    "sign",
    lambda grads, max_norm: (
        [g.sign() * max_norm for g in grads] if _norm(grads) > max_norm else list(grads),
        _norm(grads),
    ),
).says("You keep only the signs. The entries keep their proportions.")
exercise.mistake("rounded", _clipping(lambda grads: _norm(grads).round())).says(
    "You turn the norm into a whole number."
)
exercise.mistake(
    "zero_returned_when_short",
    _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: norm if norm > max_norm else 0.0),
).says("When nothing is clipped you return 0 (or nothing) for the norm. The norm is wanted always.")
exercise.mistake(
    "max_norm_returned_when_short",
    _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: norm if norm > max_norm else max_norm),
).says("When nothing is clipped you return max_norm for the norm. The norm as it is is wanted always.")
exercise.mistake(
    "list_alone_when_short",
    lambda grads, max_norm: clip_by_global_norm(grads, max_norm) if _norm(grads) > max_norm else list(grads),
).says("When nothing is clipped you return the gradients alone. The pair (clipped, norm) is wanted always.")
exercise.mistake("root_of_summed_norms", _clipping(lambda grads: sum(g.norm() for g in grads) ** 0.5)).says(
    "You add norms up and take a root of that. Squares are added, and one root taken at the end."
)
exercise.mistake("norm_of_sums", _clipping(lambda grads: torch.stack([g.sum() for g in grads]).norm())).says(
    "You sum each tensor up before squaring, so that positive and negative entries cancel. Square every entry."
)
exercise.mistake(
    "standard_deviation", _clipping(lambda grads: _flat(grads).std() if _flat(grads).numel() > 1 else _norm(grads))
).says("You take the standard deviation. Length is the root of the sum of squares.")
exercise.mistake("root_of_the_sum", _clipping(lambda grads: _flat(grads).sum().abs().sqrt())).says(
    "You take a root of the plain sum: the entries have to be squared first."
)
exercise.mistake("clamped_above", lambda grads, max_norm: ([g.clamp(max=max_norm) for g in grads], _norm(grads))).says(
    "You cut entries off at max_norm. All entries are to be scaled by one factor, negative ones too."
)
exercise.mistake(
    "squashed", lambda grads, max_norm: ([max_norm * torch.tanh(g / max_norm) for g in grads], _norm(grads))
).says("You squash the entries with tanh. They keep their proportions: one factor for all.")
exercise.mistake("halved_until_short", _halved).says(
    "You halve until the norm is short enough, which gives less than max_norm. The length is to be just max_norm."
)
exercise.mistake(
    "halved_until_short_norm_after",
    lambda grads, max_norm: (_halved(grads, max_norm)[0], _norm(_halved(grads, max_norm)[0])),
).says("Two things: halving gives less than max_norm, and the norm from BEFORE is wanted.")
exercise.mistake("scaled_by_the_surplus", _clipping(_norm, factor=lambda norm, max_norm: 1 - (norm - max_norm))).says(
    "You multiply by 1 minus the surplus, norm − max_norm. Lengths scale in proportion, by a quotient."
)
exercise.mistake("stacked", _clipping(lambda grads: torch.stack(list(grads)).norm())).says(
    "`torch.stack` wants tensors of one shape; gradients have many. Flatten them, or square and sum each."
)
exercise.mistake("glued_unflattened", _clipping(lambda grads: torch.cat(list(grads)).norm())).says(
    "`torch.cat` wants tensors with equally many axes; gradients have different ones. Flatten them first, or square "
    "and sum each."
)


@exercise.mistake("zero_division").says(
    "Gradients of zeros divide by zero in your code. Their norm is short enough: return them as they are."
)
def zero_division(grads, max_norm):
    norm = float(_norm(grads))
    return [g * min(1.0, max_norm / norm) for g in grads], norm


exercise.mistake(
    "pairs", lambda grads, max_norm: [(g, _norm(grads)) for g in clip_by_global_norm(grads, max_norm)[0]]
).says("You return a pair for each tensor. One pair is wanted: the list, and the common norm.")
exercise.mistake(
    "each_alone_squares", lambda grads, max_norm: (_each_alone(grads, max_norm)[0], _norm(grads) ** 2)
).says("Two things: each tensor is clipped by its own norm, and the root of the summed squares is missing.")
exercise.mistake(
    "each_alone_sum", lambda grads, max_norm: (_each_alone(grads, max_norm)[0], sum(g.norm() for g in grads))
).says("Two things: each tensor is clipped by its own norm, and norms add by Pythagoras, not as they are.")
exercise.mistake(
    "glued_back_in_one", lambda grads, max_norm: (clip_by_global_norm(grads, max_norm)[0][0], _norm(grads))
).says("Only the first tensor comes back. A list as long as `grads` is wanted.")
exercise.mistake(
    "minus", lambda grads, max_norm: ([-g for g in clip_by_global_norm(grads, max_norm)[0]], _norm(grads))
).says("The sign of your gradients is turned. Only their length changes; the minus belongs to the step.")


@exercise.right
def right_1(grads, max_norm):
    norm = torch.cat([grad.flatten() for grad in grads]).norm()
    return [grad * min(1.0, max_norm / (float(norm) + 1e-6)) for grad in grads], norm


@exercise.right
def right_2(grads, max_norm):
    total = 0.0
    for grad in grads:
        for entry in grad.flatten().tolist():
            total += entry * entry
    norm = total**0.5
    factor = max_norm / norm if norm > max_norm else 1.0
    return tuple(grad * factor for grad in grads), norm


@exercise.right
def right_3(grads, max_norm):
    norm = torch.stack([torch.linalg.vector_norm(grad) for grad in grads]).norm()
    return [grad * torch.clamp(max_norm / norm, max=1.0) for grad in grads], norm


@exercise.right
def right_4(grads, max_norm):
    copies = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for copy, grad in zip(copies, grads, strict=True):
        copy.grad = grad.clone()
    norm = torch.nn.utils.clip_grad_norm_(copies, max_norm)
    return [copy.grad for copy in copies], norm.item()


@exercise.right
def right_5(grads, max_norm):
    squares = torch.stack([torch.einsum("i,i->", g.flatten(), g.flatten()) for g in grads])
    norm = squares.sum() ** 0.5
    return [g / torch.maximum(norm / max_norm, torch.ones(())) for g in grads], norm.reshape(1)
