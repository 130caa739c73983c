"""The exercises of lecture 08: windows of text, one training step, a window of embeddings, and how text is drawn.

`top_k_filter`, `top_p_filter` and `generate` are the library's own (models/sampling.py). For what has no plain value, a
training step or a random draw, the functions named `_observe_…` say which facts are compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import nn

from ..models import sampling
from .definition import Exercise

LECTURE = "08_training_a_language_model"


def _known(exercise: Exercise, table: Sequence[tuple[str, str, Callable]]) -> None:
    """Adds the mistakes of a table of (id, sentence, function), the likeliest first."""
    for id, sentence, function in table:
        exercise.misconception(id, sentence)(function)


# --- make_windows --------------------------------------------------------------------------------------------------


def make_windows(ids, length):
    """A running text cut into windows: (x, y), two int64 tensors of shape (N, length), y one step ahead of x.

    ids     (n,) whole numbers: a 1-D array, a list or a tensor, which stays as it was
    length  tokens in a window, at least 1

    Window i of x holds ids[i·length … (i+1)·length − 1], and y, at each place, the id that FOLLOWS the one in x. The
    windows lie side by side without overlap; what does not fill a window is dropped. N is as large as possible:
    (n − 1) // length, since the last id can only be a target. A text too short for one window gives two tensors of
    shape (0, length).
    """
    ids = torch.as_tensor(ids, dtype=torch.int64)
    n_windows = max(len(ids) - 1, 0) // length
    x = ids[: n_windows * length].reshape(n_windows, length)
    y = ids[1 : n_windows * length + 1].reshape(n_windows, length)
    return x, y


def _observe_windows(function, args, kwargs) -> dict:
    """The two tensors, what kind of numbers they hold, and the ids afterwards."""
    result = function(*args, **kwargs)
    facts = {"value": result}
    if isinstance(result, tuple) and all(torch.is_tensor(part) for part in result):
        facts["dtype"] = ", ".join(str(part.dtype) for part in result)
    return facts | {"ids afterwards": torch.as_tensor(args[0])}


make_windows_exercise = Exercise(
    make_windows,
    lecture=LECTURE,
    observe=_observe_windows,
    checks="texts of 0 to 23 ids, lists, arrays and tensors, windows that fit exactly, a rest, texts too short",
    explanation=(
        "One text gives both: y is x moved by one. Each window is T questions at once, one for each of its prefixes. "
        "The last id of the text has nothing behind it, so it is asked for and never asked from: that is the − 1."
    ),
    hints=[
        "How many whole windows are there? Every place of x needs an id behind it in the text, so one id is left over.",
        "With N = (n − 1) // length, x is the first N·length ids, and y the N·length ids from place 1 on.",
        "`.reshape(N, length)` cuts a tensor into rows; it works for N = 0 too.",
        "`torch.as_tensor(ids, dtype=torch.int64)` takes a list, an array and a tensor.",
    ],
)
_e = make_windows_exercise
_e.case([5, 8, 2, 9, 4], 2)
_e.case(torch.tensor([3, 7, 1, 6, 0, 2, 9, 4]), 3)
_e.case(np.array([3, 7, 1, 6, 0, 2, 9]), 3)
_e.case(list(range(10, 33)), 4)
_e.case(torch.tensor([9, 4, 7]), 1)
_e.case(np.arange(40, 49, dtype=np.int32), 4)
_e.case([4, 6, 1], 3)
_e.case([4, 6], 5)
_e.case(torch.zeros(0, dtype=torch.int64), 2)


def _ids(ids):
    return torch.as_tensor(ids, dtype=torch.int64)


def _cut(x, length, n=None):
    n = len(x) // length if n is None else n
    return x[: n * length].reshape(n, length)


def _pairs(x_from, y_from):
    """Windows of two shifted copies of the text, each cut by itself to the shorter number."""

    def make(ids, length):
        ids = _ids(ids)
        x, y = x_from(ids), y_from(ids)
        n = min(len(x), len(y)) // length
        return _cut(x, length, n), _cut(y, length, n)

    return make


def _overlapping(ids, length):
    ids = _ids(ids)
    n = max(len(ids) - length, 0)
    empty = torch.zeros(0, length, dtype=torch.int64)
    if n == 0:
        return empty, empty.clone()
    return (
        torch.stack([ids[i : i + length] for i in range(n)]),
        torch.stack([ids[i + 1 : i + 1 + length] for i in range(n)]),
    )


def _shift_inside(ids, length):
    x, _ = make_windows(ids, length)
    return x, torch.roll(x, -1, dims=1)


def _last_dropped(ids, length):
    x, y = make_windows(ids, length)
    return x[:-1], y[:-1]


def _column_windows(ids, length):
    ids = _ids(ids)
    n = max(len(ids) - 1, 0) // length
    return ids[: n * length].reshape(length, n).T, ids[1 : n * length + 1].reshape(length, n).T


def _transposed(ids, length):
    x, y = make_windows(ids, length)
    return x.T, y.T


def _n_over_length(ids, length):
    """Counts the windows without the − 1: the last target may be missing."""
    ids = _ids(ids)
    n = len(ids) // length
    return ids[: n * length].reshape(n, length), ids[1 : n * length + 1].reshape(n, length)


def _padded_last(ids, length):
    ids = _ids(ids)
    n = len(ids) // length
    x = ids[: n * length]
    y = torch.cat([ids[1:], ids.new_zeros(1)])[: n * length]
    return x.reshape(n, length), y.reshape(n, length)


def _wrapped_last(ids, length):
    ids = _ids(ids)
    n = len(ids) // length
    return ids[: n * length].reshape(n, length), torch.roll(ids, -1)[: n * length].reshape(n, length)


def _gap_between(ids, length):
    """Windows of length + 1, so that the last id of each is never asked from."""
    ids = _ids(ids)
    n = len(ids) // (length + 1)
    both = ids[: n * (length + 1)].reshape(n, length + 1)
    return both[:, :-1], both[:, 1:]


def _only_last_targets(ids, length):
    x, y = make_windows(ids, length)
    return x, y[:, -1]


def _moved_in_place(ids, length):
    x, y = make_windows(ids, length)
    x, y = x.clone(), y.clone()
    if len(ids) > 1:
        if isinstance(ids, list):
            ids.append(ids.pop(0))
        else:
            ids[:-1] = ids[1:].clone() if torch.is_tensor(ids) else ids[1:].copy()
    return x, y


def _as_floats(ids, length):
    x, y = make_windows(ids, length)
    return x.float(), y.float()


_known(
    _e,
    [
        (
            "y_is_x",
            "Your y is x: the model would learn to repeat its input. y is one step AHEAD.",
            _pairs(lambda ids: ids[:-1], lambda ids: ids[:-1]),
        ),
        (
            "shifted_back",
            "Your y is one step BEHIND x (or the two are exchanged): it asks for the word before. The "
            "pair is (x, y), and y is the id that follows.",
            _pairs(lambda ids: ids[1:], lambda ids: ids[:-1]),
        ),
        (
            "plus_one",
            "You add 1 to the ids. y is the id that stands one PLACE further in the text, whatever its number is.",
            lambda ids, length: (make_windows(ids, length)[0], make_windows(ids, length)[0] + 1),
        ),
        (
            "two_ahead",
            "Your y is two steps ahead of x. The target is the very next id.",
            _pairs(lambda ids: ids[:-2], lambda ids: ids[2:]),
        ),
        (
            "overlapping",
            "Your windows overlap: each begins one id after the last. They lie side by side here.",
            _overlapping,
        ),
        (
            "gap_between_windows",
            "You cut pieces of length + 1 and drop the last id of each from x. The windows of x follow each "
            "other without a gap; only y looks across the border.",
            _gap_between,
        ),
        (
            "shift_inside_window",
            "You shift inside each window, so that the last target of a window is its own first id. The "
            "target of the last place is the first id of the NEXT window.",
            _shift_inside,
        ),
        ("last_window_dropped", "The last whole window is missing. N is (n − 1) // length.", _last_dropped),
        (
            "columns",
            "You let the text run down the columns. A window is a ROW: the text runs along it.",
            _column_windows,
        ),
        (
            "time_first",
            "Your windows stand upright, (length, N). One window per row is wanted, (N, length).",
            _transposed,
        ),
        (
            "one_window_too_many",
            "You count n // length windows. The last id of the text has no id behind it, so it cannot be in "
            "x: N is (n − 1) // length. Where the text fits exactly, y comes out too short.",
            _n_over_length,
        ),
        (
            "target_invented",
            "Where the text ends you put a 0 as the last target. What has no target is dropped.",
            _padded_last,
        ),
        (
            "target_wrapped",
            "At the end of the text you take its first id as the target. What has no target is dropped.",
            _wrapped_last,
        ),
        (
            "only_last_target",
            "You keep one target per window. Every place has one: y is shaped like x.",
            _only_last_targets,
        ),
        ("floats", "Your ids became floats. They are places in a table: int64.", _as_floats),
        (
            "int32",
            "Right numbers of the wrong kind: torch's losses want int64 targets, `torch.int64` or `.long()`.",
            lambda ids, length: tuple(part.int() for part in make_windows(ids, length)),
        ),
        (
            "ids_moved_in_place",
            "You move the caller's own ids to make y. Cut two pieces out instead.",
            _moved_in_place,
        ),
        (
            "only_x",
            "You return one tensor. Two are wanted, (x, y).",
            lambda ids, length: make_windows(ids, length)[0],
        ),
    ],
)


@_e.right
def _(ids, length):
    text = [int(i) for i in ids]
    x, y, start = [], [], 0
    while start + length < len(text):
        x.append(text[start : start + length])
        y.append(text[start + 1 : start + length + 1])
        start += length
    return torch.tensor(x, dtype=torch.int64).reshape(-1, length), torch.tensor(y, dtype=torch.int64).reshape(
        -1, length
    )


@_e.right
def _(ids, length):
    ids = torch.tensor(np.asarray(ids), dtype=torch.long)
    n = (ids.numel() - 1) // length if ids.numel() else 0
    pairs = torch.stack([ids[: n * length].view(n, length), ids[1 : n * length + 1].view(n, length)])
    return pairs[0], pairs[1]


@_e.right
def _(ids, length):
    from ..text import windows

    return tuple(map(torch.from_numpy, windows(list(map(int, ids)), length)))


@_e.right
def _(ids, length):
    ids = torch.as_tensor(ids).long()
    if len(ids) <= length:
        return torch.zeros(0, length, dtype=torch.long), torch.zeros(0, length, dtype=torch.long)
    x, y = ids[:-1], ids[1:]
    return x.unfold(0, length, length), y.unfold(0, length, length)


# --- training_step -------------------------------------------------------------------------------------------------


def training_step(model, x, y, optimizer):
    """One step of training: the loss of the batch BEFORE the step, in nats per token, as a Python float.

    model      ids (B, T) -> logits (B, T, V), a torch module
    x, y       (B, T) int64, inputs and targets; both stay as they were. A target of −100 is padding and does not count
    optimizer  a torch optimizer over the model's parameters; gradients of an earlier step may still be there

    The loss is the mean of −log softmax(t)[target] over all targets that count. The step follows its gradient alone.
    """
    t = model(x)  # (B, T, V)
    loss = torch.nn.functional.cross_entropy(t.flatten(0, 1), y.flatten(), ignore_index=-100)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


class _Bigram(nn.Module):
    """A model of V logits for each last word, which counts how often it is called."""

    def __init__(self, vocab_size: int, seed: int):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        table = torch.randn(vocab_size, vocab_size, generator=generator, dtype=torch.float64)
        self.table = nn.Parameter(torch.round(10 * table) / 10)
        self.bias = nn.Parameter(torch.linspace(-1, 1, vocab_size, dtype=torch.float64))

    def forward(self, ids):
        return self.table[ids] + self.bias


_OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.5),
    "SGD with momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.3, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.1),
}


def _observe_step(function, args, kwargs) -> dict:
    """Two steps on one model that has old gradients: the losses, their kind, and the parameters after each."""
    vocab_size, x, y, optimizer_name, stale = args
    model = _Bigram(vocab_size, seed=3)
    optimizer = _OPTIMIZERS[optimizer_name](model.parameters())
    if stale:
        for parameter in model.parameters():
            parameter.grad = torch.full_like(parameter, 0.25)
    x_in, y_in = x.clone(), y.clone()
    facts, events = {}, []
    model.bias.register_hook(lambda gradient: events.append("backward"))
    optimizer.register_step_post_hook(
        lambda *_: events.append("step" if _has_gradients(model) else "step without gradients")
    )
    before = model.bias.detach().clone()
    for number in ("first", "second"):
        loss = function(model, x_in, y_in, optimizer)
        kind = type(loss).__name__
        facts["kind"] = "tensor with a graph" if torch.is_tensor(loss) and loss.requires_grad else kind
        facts[f"{number} loss"] = float(loss) if kind in ("float", "int", "Tensor", "float64") else loss
        facts[f"parameters after the {number} step"] = [p.detach().clone() for p in model.parameters()]
    if torch.equal(model.bias, before):
        facts["nothing moved"] = ", ".join(events[:2]) or "neither backward nor step"
    facts["x and y unchanged"] = torch.equal(x, x_in) and torch.equal(y, y_in)
    return facts


def _has_gradients(model) -> bool:
    return any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


training_step_exercise = Exercise(
    training_step,
    lecture=LECTURE,
    checks="the loss and the parameters over two steps, SGD, momentum and Adam, old gradients, padding of −100",
    explanation=(
        "Five lines that are the same for every model of the course. cross_entropy wants one row of "
        "logits per token, so "
        "batch and time are flattened together and V stays; zero_grad throws away what backward() of an "
        "earlier step left "
        "behind, for backward() ADDS to it."
    ),
    hints=[
        "Four things in order: logits, loss, gradients, step. And one that must happen before the "
        "gradients are computed.",
        "cross_entropy takes (N, V) and (N,): `t.flatten(0, 1)` makes one row for each token, "
        "`y.flatten()` its target. "
        "It leaves out targets of −100 by itself.",
        "`optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`, in this order.",
        "`loss.item()` is the number without the graph behind it.",
    ],
    observe=_observe_step,
)
_e = training_step_exercise


def _step_case(vocab_size, x, y, optimizer="SGD", stale=False):
    label = f"a model of {vocab_size} words, x={x}, y={y}, {optimizer}" + (", old gradients" if stale else "")
    _e.case_from(lambda: (vocab_size, torch.tensor(x), torch.tensor(y), optimizer, stale), label)


_step_case(3, [[0, 2]], [[2, 1]])
_step_case(4, [[0, 2, 3], [1, 1, 0]], [[2, 3, 1], [1, 0, 3]], "SGD", True)
_step_case(4, [[0, 2, 3], [1, 0, 0]], [[2, 3, 1], [1, -100, -100]])
_step_case(5, [[0, 2, 3, 4], [1, 1, 0, 2]], [[2, 3, 4, 0], [1, 0, 2, 2]], "SGD with momentum", True)
_step_case(
    5,
    [[0, 2, 3, 4], [1, 1, 0, 0], [4, 0, 0, 0]],
    [[2, 3, 4, 0], [1, 0, -100, -100], [3, -100, -100, -100]],
    "Adam",
)


def _variant(loss_of=None, zero=True, order="backward step", result="item", times=1, after=False) -> Callable:
    """A training step that differs from the right one in what is asked for."""

    def step(model, x, y, optimizer):
        t = model(x)
        loss = (loss_of or _mean_loss)(t, y)
        if zero:
            optimizer.zero_grad()
        if order == "step backward":
            optimizer.step()
            loss.backward()
        elif order == "zero last":
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
        elif order == "backward only":
            loss.backward()
        elif order == "step only":
            optimizer.step()
        else:
            loss.backward()
            for _ in range(times):
                optimizer.step()
        if after:
            loss = _mean_loss(model(x), y)
        return {"item": loss.item, "tensor": lambda: loss, "detached": loss.detach, "none": lambda: None}[
            result
        ]()

    return step


def _mean_loss(t, y):
    return nn.functional.cross_entropy(t.flatten(0, 1), y.flatten(), ignore_index=-100)


def _sum_loss(t, y):
    return nn.functional.cross_entropy(t.flatten(0, 1), y.flatten(), ignore_index=-100, reduction="sum")


def _mixed_axes(t, y):
    return nn.functional.cross_entropy(t.permute(2, 0, 1).reshape(-1, t.shape[-1]), y.flatten())


def _mixed_rows(t, y):
    return nn.functional.cross_entropy(t.transpose(0, 1).flatten(0, 1), y.flatten())


def _reshape_for_classes(t, y):
    return nn.functional.cross_entropy(t.reshape(t.shape[0], t.shape[2], t.shape[1]), y)


def _padding_as_word(t, y):
    return nn.functional.cross_entropy(t.flatten(0, 1), y.flatten().clamp_min(0))


def _mean_over_all(t, y):
    return _sum_loss(t, y) / y.numel()


def _mean_of_rows(t, y):
    losses = nn.functional.cross_entropy(t.transpose(1, 2), y, ignore_index=-100, reduction="none")
    return (losses.sum(1) / (y != -100).sum(1)).mean()


def _last_only(t, y):
    return nn.functional.cross_entropy(t[:, -1], y[:, -1])


def _softmax_first(t, y):
    return _mean_loss(t.softmax(-1), y)


def _bits(t, y):
    return _mean_loss(t, y) / math.log(2)


def _negative(t, y):
    return -_mean_loss(t, y)


def _perplexity(t, y):
    return _mean_loss(t, y).exp()


def _by_batch(t, y):
    return _sum_loss(t, y) / len(y)


def _mean_squared(t, y):
    return ((t.softmax(-1) - nn.functional.one_hot(y.clamp_min(0), t.shape[-1])) ** 2).mean()


def _loss_reported_sum(model, x, y, optimizer):
    loss = training_step(model, x, y, optimizer)
    return loss * int((y != -100).sum())


def _zero_on_fresh_optimizer(model, x, y, optimizer):
    loss = _mean_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=0.01).step()
    return loss.item()


def _targets_are_inputs(model, x, y, optimizer):
    return training_step(model, x, torch.where(y == -100, y, x), optimizer)


def _no_gradient(model, x, y, optimizer):
    with torch.no_grad():
        loss = _mean_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _zero_after_step(model, x, y, optimizer):
    loss = _mean_loss(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def _sum_followed(model, x, y, optimizer):
    t = model(x)
    optimizer.zero_grad()
    _sum_loss(t, y).backward()
    optimizer.step()
    return _mean_loss(t, y).item()


def _ascends(model, x, y, optimizer):
    loss = _mean_loss(model(x), y)
    optimizer.zero_grad()
    (-loss).backward()
    optimizer.step()
    return loss.item()


_known(
    _e,
    [
        (
            "no_zero_grad",
            "The gradients are not set to zero: backward() ADDS to what an earlier step left in `.grad`, and the "
            "step follows the sum of both.",
            _variant(zero=False),
        ),
        (
            "zero_grad_after_backward",
            "You call zero_grad between backward and step: the gradient is thrown away before it is "
            "used, and nothing moves.",
            _variant(zero=False, order="zero last"),
        ),
        (
            "step_before_backward",
            "You step before backward(): the optimizer moves along gradients that are not there yet. First "
            "the gradients, then the step.",
            _variant(order="step backward"),
        ),
        (
            "step_before_backward_stale",
            "You step before backward() and never clear: each step follows the gradient of the batch before.",
            _variant(zero=False, order="step backward"),
        ),
        (
            "no_step",
            "Gradients are computed and never used: `optimizer.step()` is missing.",
            _variant(order="backward only"),
        ),
        (
            "no_backward",
            "backward() is missing, so the optimizer has no gradient to follow.",
            _variant(order="step only"),
        ),
        (
            "tensor_with_graph",
            "You return the loss as a tensor, which keeps the whole graph behind it in memory. `.item()` takes "
            "the number out.",
            _variant(result="tensor"),
        ),
        (
            "detached_tensor",
            "You return a tensor of no dimensions. A Python float is wanted: `.item()`.",
            _variant(result="detached"),
        ),
        (
            "nothing_returned",
            "The step is right, but nothing is returned. Return the loss, as a float.",
            _variant(result="none"),
        ),
        (
            "loss_after",
            "You return the loss AFTER the step, which costs a second forward pass. The loss before it is wanted.",
            _variant(after=True),
        ),
        ("two_steps", "The optimizer steps twice along one gradient.", _variant(times=2)),
        (
            "sum",
            "Your loss is the SUM over the tokens: the step grows with the batch. The mean is wanted.",
            _variant(_sum_loss),
        ),
        (
            "sum_reported",
            "The step is right, and the loss you return is a sum over tokens. Return the mean.",
            _loss_reported_sum,
        ),
        (
            "axes_mixed",
            "Your reshape mixes batch, time and vocabulary: the rows of logits no longer belong to their targets. "
            "Flatten batch and time together, and leave V as it is.",
            _variant(_mixed_axes),
        ),
        (
            "batch_and_time_exchanged",
            "Your logits run through time first and your targets through the batch first, so they belong "
            "to different tokens. Flatten both in the same order.",
            _variant(_mixed_rows),
        ),
        (
            "reshape_for_transpose",
            "cross_entropy also takes (B, V, T), but `reshape` does not exchange axes, it deals the numbers "
            "out anew. `transpose(1, 2)` exchanges them.",
            _variant(_reshape_for_classes),
        ),
        (
            "padding_counts",
            "Your padding counts as word 0. Targets of −100 are left out: `ignore_index=-100`, which is what "
            "cross_entropy does by itself.",
            _variant(_padding_as_word),
        ),
        (
            "divides_by_padding_too",
            "You divide by all places, padding too. The mean is over the targets that count.",
            _variant(_mean_over_all),
        ),
        (
            "mean_of_row_means",
            "You take the mean of each sentence and then the mean of those, so words of short sentences weigh "
            "more. Every token weighs the same.",
            _variant(_mean_of_rows),
        ),
        (
            "divides_by_batch",
            "You divide the sum by the number of sentences. Nats per TOKEN: divide by the tokens that count.",
            _variant(_by_batch),
        ),
        (
            "last_place_only",
            "Only the last place of each row is asked. Every place has a target.",
            _variant(_last_only),
        ),
        (
            "softmax_before_cross_entropy",
            "You apply softmax before cross_entropy, which does that itself: the probabilities are "
            "then taken for logits.",
            _variant(_softmax_first),
        ),
        ("bits", "Your loss is in bits. Natural logarithms: nats.", _variant(_bits)),
        (
            "negative",
            "Your loss has the wrong sign: the step makes the right words LESS probable.",
            _variant(_negative),
        ),
        ("ascent", "You go up: the gradient that the step follows is that of minus the loss.", _ascends),
        (
            "perplexity",
            "You minimise and return the perplexity. The loss is its logarithm.",
            _variant(_perplexity),
        ),
        (
            "squared_error",
            "You take the squared error of the probabilities. The loss is −log p of the right word.",
            _variant(_mean_squared),
        ),
        ("inputs_as_targets", "You compare with x. The targets are y, one step ahead.", _targets_are_inputs),
        (
            "own_optimizer",
            "You make an optimizer of your own. The one that is passed in has the learning rate, and its memory.",
            _zero_on_fresh_optimizer,
        ),
        (
            "no_grad",
            "Your forward pass records nothing (`torch.no_grad`), so there is nothing to go back through.",
            _no_gradient,
        ),
        (
            "zero_grad_after_step",
            "You zero the gradients after the step. What somebody left in them before your call is then "
            "still added in: "
            "zero them before backward().",
            _zero_after_step,
        ),
        (
            "sum_followed_mean_reported",
            "You report the mean, but the step follows the gradient of the SUM: it grows with the batch.",
            _sum_followed,
        ),
        (
            "no_zero_grad_sum",
            "The gradients are not set to zero, and the loss is a sum instead of a mean.",
            _variant(_sum_loss, zero=False),
        ),
        (
            "no_zero_grad_tensor",
            "The gradients are not set to zero, so that old ones are added; and the loss comes back as a tensor.",
            _variant(zero=False, result="tensor"),
        ),
    ],
)


@_e.right
def _(model, x, y, optimizer):
    optimizer.zero_grad()
    t = model(x)
    loss = nn.functional.cross_entropy(t.transpose(1, 2), y)
    loss.backward()
    optimizer.step()
    return float(loss)


@_e.right
def _(model, x, y, optimizer):
    log_p = model(x).log_softmax(-1)
    real = y != -100
    loss = -log_p[real].gather(1, y[real][:, None]).mean()
    for parameter in model.parameters():
        parameter.grad = None
    loss.backward()
    optimizer.step()
    return loss.item()


@_e.right
def _(model, x, y, optimizer):
    t = model(x)
    loss = nn.CrossEntropyLoss()(t.reshape(-1, t.shape[-1]), y.reshape(-1))
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach().item()


@_e.right
def _(model, x, y, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = _mean_loss(model(x), y)
        loss.backward()
        return loss

    return optimizer.step(closure).item()


# --- feed_forward_context ------------------------------------------------------------------------------------------


def feed_forward_context(c, width):
    """For each word the last `width` embeddings side by side, oldest first: (B, T, d) -> (B, T, width·d).

    c      (B, T, d) embeddings of B texts of T words, T ≥ 1; c stays as it was
    width  at least 1; it may be larger than T

    Row t holds c_{t−width+1}, …, c_{t−1}, c_t one after the other, each of d numbers; zeros stand where the text
    has not begun. The dtype is that of c, and gradients flow back to it.
    """
    before = c.new_zeros(c.shape[0], width - 1, c.shape[2])
    padded = torch.cat([before, c], dim=1)  # (B, width − 1 + T, d)
    shifted = [padded[:, i : i + c.shape[1]] for i in range(width)]  # the oldest first, (B, T, d) each
    return torch.cat(shifted, dim=-1)


feed_forward_context_exercise = Exercise(
    feed_forward_context,
    lecture=LECTURE,
    checks="windows of 1 to 5 words, one longer than the text, batches, float32 and float64, gradients, c unchanged",
    explanation=(
        "width − 1 zero vectors in front make the first words ordinary ones. Then column block i of the "
        "result is the padded "
        "text, moved by i: `width` slices of length T, glued together along the last axis, and no loop over time."
    ),
    hints=[
        "Put width − 1 vectors of zeros in front of every text; then every word has width − 1 words before it.",
        "In the padded text, word t stands at place t + width − 1, and its window is the places t … t + width − 1.",
        "The slice `padded[:, i : i + T]` is, for every t at once, the i-th word of its window. Make one for each i, "
        "oldest first.",
        "`torch.cat([...], dim=-1)` puts them side by side; `c.new_zeros(...)` has the right dtype.",
    ],
)
_e = feed_forward_context_exercise


def _embeddings(batch, length, dim, seed, dtype=torch.float64, grad=False):
    generator = torch.Generator().manual_seed(seed)
    values = torch.round(10 * torch.randn(batch, length, dim, generator=generator, dtype=torch.float64)) / 10
    values[values == 0] = 0.1
    return values.to(dtype).requires_grad_(grad)


_e.case(torch.tensor([[[1.0], [2.0], [3.0], [4.0]]], dtype=torch.float64), 2)
_e.case(_embeddings(1, 4, 2, 1), 3)
_e.case(_embeddings(2, 5, 3, 2), 2)
_e.case(_embeddings(3, 4, 2, 3), 1)
_e.case(_embeddings(2, 3, 4, 4), 5)
_e.case(_embeddings(2, 6, 3, 5, torch.float32), 3)
_e.case(_embeddings(2, 4, 3, 6, grad=True), 3)
_e.case(_embeddings(4, 3, 2, 7), 3)


def _slices(c, width, before=None, after=0, newest_first=False, dim=-1, skip=0):
    """The reference with another padding, order or axis."""
    before = width - 1 if before is None else before
    length = c.shape[1]
    padded = torch.cat(
        [c.new_zeros(c.shape[0], before, c.shape[2]), c, c.new_zeros(c.shape[0], after, c.shape[2])], 1
    )
    parts = [padded[:, i + skip : i + skip + length] for i in range(width)]
    return torch.cat(parts[::-1] if newest_first else parts, dim=dim)


def _rolled(c, width):
    return torch.cat([torch.roll(c, width - 1 - i, dims=1) for i in range(width)], dim=-1)


def _repeat_first(c, width):
    padded = torch.cat([c[:, :1].expand(-1, width - 1, -1), c], dim=1)
    return torch.cat([padded[:, i : i + c.shape[1]] for i in range(width)], dim=-1)


def _interleaved(c, width):
    padded = nn.functional.pad(c, (0, 0, width - 1, 0))
    return padded.unfold(1, width, 1).flatten(2)


def _no_padding(c, width):
    length = c.shape[1] - width + 1
    return torch.cat([c[:, i : i + length] for i in range(width)], dim=-1)


def _stacked(c, width):
    return _slices(c, width).unflatten(-1, (width, c.shape[2]))


def _summed(c, width):
    return _stacked(c, width).sum(2)


def _window_of(c, width):
    """Windows of width + 1 or width − 1 words."""
    return _slices(c, width)


def _past_only(c, width):
    """The words before, without the present one."""
    padded = nn.functional.pad(c, (0, 0, width, 0))
    return torch.cat([padded[:, i : i + c.shape[1]] for i in range(width)], dim=-1)


def _batch_rolled(c, width):
    padded = torch.cat([c.new_zeros(width - 1, *c.shape[1:]), c], dim=0)
    return torch.cat([padded[i : i + len(c)] for i in range(width)], dim=-1)


def _numpy_way(c, width):
    return torch.tensor(_slices(c, width).detach().numpy())


def _last_windows_only(c, width):
    return _slices(c, width)[:, -1]


def _reshape_side(c, width):
    padded = nn.functional.pad(c, (0, 0, width - 1, 0))
    stacked = torch.stack([padded[:, i : i + c.shape[1]] for i in range(width)], dim=1)  # (B, width, T, d)
    return stacked.reshape(c.shape[0], c.shape[1], -1)


_known(
    _e,
    [
        (
            "looks_ahead",
            "Your window begins at word t and goes on behind it: it sees the words that are to be predicted. It ends "
            "at word t.",
            lambda c, width: _slices(c, width, before=0, after=width - 1),
        ),
        (
            "newest_first",
            "The order is turned round: you put the newest word first. Oldest first.",
            lambda c, width: _slices(c, width, newest_first=True),
        ),
        (
            "wraps_around",
            "At the beginning your window goes on at the END of the text (`roll` does that): it sees words that "
            "come later. Zeros stand before the start.",
            _rolled,
        ),
        (
            "wraps_newest_first",
            "`roll` brings the end of the text to its beginning, and the order is newest first.",
            lambda c, width: torch.cat([torch.roll(c, i, dims=1) for i in range(width)], dim=-1),
        ),
        (
            "looks_ahead_rolled",
            "Your window is made of the words from t on, and wraps around at the end. It ends at word t.",
            lambda c, width: torch.cat([torch.roll(c, -i, dims=1) for i in range(width)], dim=-1),
        ),
        (
            "present_missing",
            "Your window ends one word too early: the word at t itself belongs to it, as the last.",
            _past_only,
        ),
        (
            "one_ahead",
            "Your window ends one word too late: it holds c_{t+1}.",
            lambda c, width: _slices(c, width, before=max(width - 2, 0), after=2),
        ),
        (
            "centred",
            "Your window lies around word t, half of it behind. It ends at t.",
            lambda c, width: _slices(c, width, before=(width - 1) // 2, after=width),
        ),
        ("first_repeated", "Before the start you repeat the first word. Zeros stand there.", _repeat_first),
        (
            "ones",
            "Before the start you put ones. Zeros stand there.",
            lambda c, width: _slices(c - 1, width) + 1,
        ),
        (
            "interleaved",
            "Your numbers are mixed: entry 0 of all words of the window, then entry 1, … (`unfold` puts the window "
            "LAST). Each embedding stays in one piece.",
            _interleaved,
        ),
        (
            "reshape_mixes",
            "Your reshape mixes words of different places: bring the window's axis beside d before you flatten "
            "them.",
            _reshape_side,
        ),
        (
            "no_padding",
            "The first width − 1 words have no window in yours. Every word has one, filled up with zeros in front.",
            _no_padding,
        ),
        (
            "not_flattened",
            "The window has an axis of its own, (B, T, width, d). Put the embeddings side by side.",
            _stacked,
        ),
        ("summed", "You add the embeddings of the window. Side by side they keep their order.", _summed),
        (
            "averaged",
            "You average the embeddings of the window. Side by side they keep their order.",
            lambda c, width: _summed(c, width) / width,
        ),
        (
            "glued_in_time",
            "You glue along time. The last axis grows, to width·d.",
            lambda c, width: _slices(c, width, dim=1),
        ),
        (
            "glued_in_batch",
            "You glue along the batch. The last axis grows, to width·d.",
            lambda c, width: _slices(c, width, dim=0),
        ),
        (
            "batch_shifted",
            "You shift along the batch: the window holds words of OTHER texts. Time is axis 1.",
            _batch_rolled,
        ),
        ("last_only", "You give one window, that of the last word. Every word has one.", _last_windows_only),
        ("one_too_wide", "Your window holds width + 1 words.", lambda c, width: _slices(c, width + 1)),
        (
            "one_too_narrow",
            "Your window holds width − 1 words.",
            lambda c, width: _slices(c, max(width - 1, 1)),
        ),
        (
            "repeated",
            "You put the present word there `width` times. The words before it are wanted.",
            lambda c, width: c.repeat(1, 1, width),
        ),
        (
            "no_gradient",
            "The values are right, but no gradient gets back to c: `.detach()`, `.data`, `.numpy()` and "
            "`torch.tensor(…)` "
            "cut the graph.",
            _numpy_way,
        ),
        ("float32", "Your zeros bring the wrong dtype with them.", lambda c, width: _slices(c, width).long()),
    ],
)


@_e.right
def _(c, width):
    padded = nn.functional.pad(c, (0, 0, width - 1, 0))
    return padded.unfold(1, width, 1).transpose(2, 3).flatten(2)


@_e.right
def _(c, width):
    rows = []
    for t in range(c.shape[1]):
        window = [c[:, t - i] if t >= i else torch.zeros_like(c[:, 0]) for i in range(width - 1, -1, -1)]
        rows.append(torch.cat(window, dim=1))
    return torch.stack(rows, dim=1)


@_e.right
def _(c, width):
    parts = []
    for back in range(width - 1, -1, -1):
        moved = torch.zeros_like(c)
        if back < c.shape[1]:
            moved[:, back:] = c[:, : c.shape[1] - back]
        parts.append(moved)
    return torch.cat(parts, dim=2)


@_e.right
def _(c, width):
    padded = torch.cat([torch.zeros(c.shape[0], width - 1, c.shape[2], dtype=c.dtype), c], dim=1)
    places = torch.arange(c.shape[1])[:, None] + torch.arange(width)
    return padded[:, places].reshape(c.shape[0], c.shape[1], width * c.shape[2])


# --- top_k_filter and top_p_filter ---------------------------------------------------------------------------------

top_k_filter = sampling.top_k_filter
top_p_filter = sampling.top_p_filter

top_k_filter_exercise = Exercise(
    top_k_filter,
    lecture=LECTURE,
    checks="one row and batches, k from 1 to V, logits of ±1000, float32, gradients, t unchanged",
    explanation=(
        "−inf is the logit of probability 0. What is kept keeps its value, so after the softmax the kept "
        "words share all "
        "probability in their old proportions."
    ),
    hints=[
        "`torch.topk(t, k, dim=-1)` gives the k largest of each row, values and places.",
        "Start from a tensor like t that is full of −inf, and put the k values back at their places: `scatter`.",
        "Or compare: everything below the k-th largest value of its row is masked, `t.masked_fill(mask, -math.inf)`.",
    ],
)


def _logits(*shape, seed, scale=2.0, dtype=torch.float64, grad=False):
    """Logits with one decimal and no two equal in a row."""
    generator = torch.Generator().manual_seed(seed)
    steps = torch.stack(
        [
            torch.randperm(4 * shape[-1], generator=generator)[: shape[-1]]
            for _ in range(math.prod(shape[:-1]))
        ]
    )
    values = (steps.reshape(shape).to(torch.float64) - 2 * shape[-1]) * scale / shape[-1]
    return torch.round(10 * values).div(10).to(dtype).requires_grad_(grad)


_e = top_k_filter_exercise
_e.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 2)
_e.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 1)
_e.case(torch.tensor([[0.5, 3.0, -1.0], [2.0, -2.5, 4.0]], dtype=torch.float64), 2)
_e.case(_logits(2, 5, seed=1, scale=9.0), 3)
_e.case(_logits(2, 3, 4, seed=2, scale=9.0), 2)
_e.case(_logits(6, seed=3, scale=9.0), 6)
_e.case(torch.tensor([1000.0, -1000.0, 0.0, 999.0, -3.0], dtype=torch.float64), 3)
_e.case(_logits(3, 4, seed=4, scale=9.0, dtype=torch.float32), 2)
_e.case(_logits(2, 5, seed=5, scale=9.0, grad=True), 2)


def _below(t, k):
    """True for what the reference removes."""
    return t < t.topk(k, dim=-1).values[..., -1:]


def _in_place_k(t, k):
    with torch.no_grad():
        t[_below(t, k)] = -math.inf
    return t


def _whole_tensor(t, k):
    return t.masked_fill(t < t.flatten().topk(k).values[-1], -math.inf)


def _first_row_places(t, k):
    rows = t.reshape(-1, t.shape[-1])
    kept = torch.zeros_like(rows, dtype=torch.bool)
    kept[:, rows[0].topk(k).indices] = True
    return rows.masked_fill(~kept, -math.inf).reshape(t.shape)


def _topk_first_axis(t, k):
    k = min(k, t.shape[0])
    return t.masked_fill(t < t.topk(k, dim=0).values[-1], -math.inf)


_known(
    _e,
    [
        (
            "keeps_smallest",
            "You keep the k SMALLEST logits. The largest belong to the likeliest words.",
            lambda t, k: t.masked_fill(t > t.topk(k, dim=-1, largest=False).values[..., -1:], -math.inf),
        ),
        (
            "removes_largest",
            "You remove the k largest and keep the others. It is the other way round.",
            lambda t, k: t.masked_fill(~_below(t, k), -math.inf),
        ),
        (
            "zero_for_inf",
            "You set the others to 0. A logit of 0 has probability e⁰/Z, which is not nothing: −inf has.",
            lambda t, k: t.masked_fill(_below(t, k), 0.0),
        ),
        (
            "large_negative",
            "You use a large negative number. −inf is wanted, whose probability is exactly 0 whatever the "
            "other logits are.",
            lambda t, k: t.masked_fill(_below(t, k), -1e9),
        ),
        (
            "nan",
            "You multiply to remove: 0 times −inf, or −inf times 0, is nan. Mask instead.",
            lambda t, k: t.masked_fill(_below(t, k), math.nan),
        ),
        (
            "plus_inf",
            "You set the others to +inf: they would get all the probability. −inf.",
            lambda t, k: t.masked_fill(_below(t, k), math.inf),
        ),
        (
            "only_values",
            "You return the k logits themselves. The result is shaped like t: everything stays in its place.",
            lambda t, k: t.topk(k, dim=-1).values,
        ),
        (
            "only_places",
            "You return the places of the k largest. The filtered logits are wanted.",
            lambda t, k: t.topk(k, dim=-1).indices,
        ),
        (
            "sorted",
            "Your logits come back in falling order. Each stays in its place, for its place is its word.",
            lambda t, k: torch.cat(
                [t.topk(k, dim=-1).values, torch.full_like(t[..., k:], -math.inf)], dim=-1
            ),
        ),
        (
            "one_more",
            "You keep k + 1 words: what is strictly below the (k+1)-th largest is removed.",
            lambda t, k: t.masked_fill(_below(t, min(k + 1, t.shape[-1])), -math.inf),
        ),
        (
            "one_fewer",
            "The k-th largest itself is removed: compare with <, not with ≤.",
            lambda t, k: t.masked_fill(t <= t.topk(k, dim=-1).values[..., -1:], -math.inf),
        ),
        (
            "mask",
            "You return which words are kept, True and False. The logits themselves are wanted.",
            lambda t, k: ~_below(t, k),
        ),
        (
            "mask_as_numbers",
            "You return ones and zeros. The kept logits keep their value.",
            lambda t, k: (~_below(t, k)).to(t.dtype),
        ),
        (
            "probabilities",
            "You return probabilities. Logits are wanted; the softmax comes afterwards.",
            lambda t, k: t.masked_fill(_below(t, k), -math.inf).softmax(-1),
        ),
        (
            "log_probabilities",
            "The kept logits were normalised. They keep their values.",
            lambda t, k: t.masked_fill(_below(t, k), -math.inf).log_softmax(-1),
        ),
        ("whole_tensor", "You take the k largest of ALL rows together. Each row by itself.", _whole_tensor),
        (
            "places_of_first_row",
            "You keep the places of the first row in every row. Each row has its own.",
            _first_row_places,
        ),
        ("first_axis", "You compare along the first axis. The words are the last axis.", _topk_first_axis),
        (
            "by_size",
            "You keep the k largest in absolute value. A very negative logit is a very unlikely word.",
            lambda t, k: t.masked_fill(t.abs() < t.abs().topk(k, dim=-1).values[..., -1:], -math.inf),
        ),
        (
            "first_k",
            "You keep the first k words of the vocabulary.",
            lambda t, k: torch.cat([t[..., :k], torch.full_like(t[..., k:], -math.inf)], dim=-1),
        ),
        (
            "threshold_k",
            "You compare the logits with the number k itself.",
            lambda t, k: t.masked_fill(t < k, -math.inf),
        ),
        ("nothing_removed", "Nothing is removed: every word can still be drawn.", lambda t, k: t.clone()),
        ("in_place", "You write −inf into the caller's own t.", _in_place_k),
        (
            "detached",
            "The values are right, but they are cut off from t: no gradient gets back.",
            lambda t, k: t.detach().masked_fill(_below(t.detach(), k), -math.inf),
        ),
        (
            "ones_kept",
            "The kept logits became 0: they keep their values.",
            lambda t, k: torch.zeros_like(t).masked_fill(_below(t, k), -math.inf),
        ),
    ],
)


@_e.right
def _(t, k):
    values, places = t.topk(k, dim=-1)
    return torch.full_like(t, -math.inf).scatter(-1, places, values)


@_e.right
def _(t, k):
    threshold = torch.sort(t, dim=-1, descending=True).values[..., k - 1 : k]
    return torch.where(t >= threshold, t, -torch.inf)


@_e.right
def _(t, k):
    rank = t.argsort(dim=-1, descending=True).argsort(dim=-1)
    return t.masked_fill(rank >= k, float("-inf"))


@_e.right
def _(t, k):
    larger = (t[..., None, :] > t[..., :, None]).sum(-1)
    return torch.where(larger < k, t, torch.full_like(t, -math.inf))


top_p_filter_exercise = Exercise(
    top_p_filter,
    lecture=LECTURE,
    checks="one row and batches, p from 0.05 to 1, flat and peaked rows, logits of ±1000, gradients, t unchanged",
    explanation=(
        "A word stays exactly when the words that are more probable have not reached p yet. So the sum "
        "that is compared "
        "leaves the word itself out, and the one that crosses p is kept. scatter brings the decision "
        "back from the sorted "
        "places to the words."
    ),
    hints=[
        "Sort the logits of each row, falling, and take the softmax of the sorted row; keep the order "
        "for the way back.",
        "`cumsum` gives the probability of a word and all more probable ones. Which cumulative sum "
        "decides about a word: "
        "the one with it, or the one without it?",
        "Removed is what has `cumulative − its own probability ≥ p`.",
        "`removed.scatter(-1, order, removed_sorted)` puts the sorted decisions back to their words.",
    ],
)
_e = top_p_filter_exercise
_e.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 0.9)
_e.case(torch.tensor([1.8, -1.9, 2.9, -0.9], dtype=torch.float64), 0.5)
_e.case(torch.tensor([[0.5, 1.0, -1.0], [2.0, -2.5, 2.2]], dtype=torch.float64), 0.6)
_e.case(_logits(2, 5, seed=11), 0.75)
_e.case(_logits(2, 3, 4, seed=12), 0.62)
_e.case(_logits(6, seed=13), 1.0)
_e.case(_logits(5, seed=14, scale=0.5), 0.05)
_e.case(torch.tensor([1000.0, -1000.0, 0.0, 999.5], dtype=torch.float64), 0.7)
_e.case(_logits(3, 6, seed=15, dtype=torch.float32), 0.8)
_e.case(_logits(2, 5, seed=16, grad=True), 0.7)
_e.case(torch.tensor([0.0, -1000.0, -1000.0], dtype=torch.float64), 1.0)  # the first word reaches p exactly


def _top_p(
    crossing=True, back=True, fill=-math.inf, descending=True, by=None, dim=-1, strict=False
) -> Callable:
    """The reference with one thing changed."""

    def filtered(t, p):
        ordered, order = t.sort(dim=dim, descending=descending)
        q = by(ordered) if by else ordered.softmax(dim)
        total = q.cumsum(dim)
        compared = total - q if crossing else total
        removed = compared > p if strict else compared >= p
        if not back:
            return ordered.masked_fill(removed, fill)
        mask = torch.zeros_like(t, dtype=torch.bool).scatter(dim, order, removed)
        return t.masked_fill(mask, fill)

    return filtered


def _save_the_first(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    removed = ordered.softmax(-1).cumsum(-1) > p
    removed[..., 0] = False
    return t.masked_fill(removed.scatter(-1, order, removed), -math.inf)


def _unsorted_cumsum(t, p):
    q = t.softmax(-1)
    return t.masked_fill(q.cumsum(-1) - q >= p, -math.inf)


def _wrong_way_back(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    q = ordered.softmax(-1)
    return t.masked_fill((q.cumsum(-1) - q >= p).gather(-1, order), -math.inf)


def _mask_not_back(t, p):
    q = t.sort(dim=-1, descending=True).values.softmax(-1)
    return t.masked_fill(q.cumsum(-1) - q >= p, -math.inf)


def _flat_top_p(t, p):
    return top_p_filter(t.flatten(), p).reshape(t.shape)


def _one_more(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    q = ordered.softmax(-1)
    before = q.cumsum(-1) - q
    removed = torch.cat(
        [torch.zeros_like(before[..., :1], dtype=torch.bool), (before >= p)[..., :-1]], dim=-1
    )
    return t.masked_fill(torch.zeros_like(removed).scatter(-1, order, removed), -math.inf)


def _in_place_p(t, p):
    with torch.no_grad():
        t.copy_(top_p_filter(t, p))
    return t


_known(
    _e,
    [
        (
            "drops_crossing",
            "You drop the word that crosses p: the set you keep has less than p. The word that reaches p belongs "
            "to it.",
            _top_p(crossing=False, strict=True),
        ),
        (
            "sorted_result",
            "Your logits come back sorted. Each stays in its place, for its place is its word.",
            _top_p(back=False),
        ),
        (
            "threshold",
            "You keep the words whose OWN probability is at least p. It is the sum of the likeliest ones that has to "
            "reach p.",
            lambda t, p: t.masked_fill(t.softmax(-1) < p, -math.inf),
        ),
        (
            "threshold_one_minus",
            "You compare each word's own probability with 1 − p. The sum of the likeliest has to reach p.",
            lambda t, p: t.masked_fill(t.softmax(-1) < 1 - p, -math.inf),
        ),
        (
            "relative_threshold",
            "You compare each probability with p times the largest (that is called min-p). Here the sum of the "
            "likeliest has to reach p.",
            lambda t, p: t.masked_fill(t.softmax(-1) < p * t.softmax(-1).amax(-1, keepdim=True), -math.inf),
        ),
        (
            "ascending",
            "You fill the set from the LEAST probable word up. Sort in falling order.",
            _top_p(descending=False),
        ),
        (
            "unsorted",
            "You add up in the order of the vocabulary. Sort first: the likeliest come first.",
            _unsorted_cumsum,
        ),
        (
            "unsorted_and_crossing",
            "You add up in the order of the vocabulary, and drop the word that reaches p. Sort first, and keep it.",
            lambda t, p: t.masked_fill(t.softmax(-1).cumsum(-1) > p, -math.inf),
        ),
        (
            "mask_stays_sorted",
            "The decisions are right for the SORTED words and are applied to the unsorted ones. Bring them back "
            "with the order.",
            _mask_not_back,
        ),
        (
            "wrong_way_back",
            "You bring the decisions back in the wrong direction: `gather` with the order sorts once more; "
            "`scatter` (or the order of the order) undoes it.",
            _wrong_way_back,
        ),
        (
            "zero_for_inf",
            "You set the others to 0. A logit of 0 has probability e⁰/Z, which is not nothing: −inf has.",
            _top_p(fill=0.0),
        ),
        (
            "large_negative",
            "You use a large negative number. −inf is wanted, whose probability is exactly 0.",
            _top_p(fill=-1e9),
        ),
        (
            "one_word_more",
            "You keep one word more than is needed: the set ends with the word that reaches p.",
            _one_more,
        ),
        (
            "sum_of_logits",
            "You add up logits. Probabilities: the softmax first.",
            _top_p(by=lambda ordered: ordered),
        ),
        (
            "no_normalisation",
            "You add up e^t without dividing by their sum.",
            _top_p(by=lambda ordered: ordered.exp()),
        ),
        (
            "probabilities",
            "You return probabilities. Logits are wanted; the softmax comes afterwards.",
            lambda t, p: top_p_filter(t, p).softmax(-1),
        ),
        (
            "probabilities_not_renormalised",
            "You return probabilities with zeros. The filtered LOGITS are wanted.",
            lambda t, p: t.softmax(-1).masked_fill(top_p_filter(t, p).isinf(), 0.0),
        ),
        (
            "log_probabilities",
            "The kept logits were normalised. They keep their values.",
            lambda t, p: top_p_filter(t, p).log_softmax(-1),
        ),
        ("whole_tensor", "You fill one set for all rows together. Each row by itself.", _flat_top_p),
        ("first_axis", "You sort along the first axis. The words are the last axis.", _top_p(dim=0)),
        (
            "mask",
            "You return which words are kept. The logits themselves are wanted.",
            lambda t, p: ~top_p_filter(t, p).isinf(),
        ),
        (
            "more_than_p",
            "Where the likeliest words hold p exactly, you take one word more: the set is full as soon as it has p or "
            "more, so compare with >= and not with >.",
            _top_p(strict=True),
        ),
        (
            "not_shifted",
            "You drop the word that crosses p, and save only the first one. Move the decision one place on, or compare "
            "what stands BEFORE a word, cumsum − q, with p.",
            _save_the_first,
        ),
        ("one_minus_p", "You keep the set that reaches 1 − p.", lambda t, p: _top_p()(t, 1 - p)),
        (
            "removes_the_set",
            "You remove the set and keep the rest. It is the other way round.",
            lambda t, p: t.masked_fill(~top_p_filter(t, p).isinf(), -math.inf),
        ),
        ("likeliest_only", "You keep the likeliest word alone.", lambda t, p: top_k_filter(t, 1)),
        ("nothing_removed", "Nothing is removed: every word can still be drawn.", lambda t, p: t.clone()),
        ("in_place", "You write −inf into the caller's own t.", _in_place_p),
        (
            "detached",
            "The values are right, but they are cut off from t: no gradient gets back.",
            lambda t, p: top_p_filter(t.detach(), p),
        ),
    ],
)


@_e.right
def _(t, p):
    ordered, order = torch.sort(t, descending=True)
    q = torch.softmax(ordered, -1)
    removed = q.cumsum(-1) - q >= p
    return t.masked_fill(removed.gather(-1, order.argsort(-1)), -math.inf)


@_e.right
def _(t, p):
    q = t.softmax(-1)
    more = torch.where(q[..., None, :] > q[..., :, None], q[..., None, :], 0.0).sum(-1)
    return torch.where(more < p, t, -torch.inf)


@_e.right
def _(t, p):
    rows, out = t.reshape(-1, t.shape[-1]), []
    for row in rows:
        q, total, kept = row.softmax(-1), 0.0, torch.zeros(len(row), dtype=torch.bool)
        for place in row.argsort(descending=True):
            kept[place] = True
            total += q[place].item()
            if total >= p:
                break
        out.append(row.masked_fill(~kept, -math.inf))
    return torch.stack(out).reshape(t.shape)


@_e.right
def _(t, p):
    ordered, order = t.sort(dim=-1, descending=True)
    removed = ordered.softmax(-1).cumsum(-1) >= p
    removed = torch.cat([torch.zeros_like(removed[..., :1]), removed[..., :-1]], dim=-1)
    return t.masked_fill(torch.zeros_like(removed).scatter(-1, order, removed), -math.inf)


# --- generate ------------------------------------------------------------------------------------------------------

generate = sampling.generate


class _Story(nn.Module):
    """Logits that depend on all ids so far and on their number; it notes what it was asked."""

    def __init__(self, vocab_size: int, sharpness: float):
        super().__init__()
        generator = torch.Generator().manual_seed(vocab_size)
        self.table = nn.Parameter(torch.randn(vocab_size, vocab_size, generator=generator) * sharpness)
        self.asked: list[list[int]] = []
        self.recorded = False

    def forward(self, ids):
        if ids.ndim != 2:
            raise ValueError(f"the model takes ids of shape (1, T), got {tuple(ids.shape)}")
        self.asked.append(ids[0].tolist())
        t = self.table[ids].cumsum(1) + self.table.T[ids] + ids.shape[1] / 10 * self.table[0]  # (1, T, V)
        self.recorded |= t.requires_grad
        return t


def _observe_generate(function, args, kwargs) -> dict:
    """The ids, their kind, what the model was asked, where the generator stands, whether a graph was recorded."""
    vocab_size, sharpness, prefix, n_new, seed, extra = args
    model, generator = _Story(vocab_size, sharpness), torch.Generator().manual_seed(seed)
    given = prefix.clone() if torch.is_tensor(prefix) else list(prefix)
    torch.manual_seed(99)
    result = function(model, given, n_new, generator, **extra)
    facts = {"kind": type(result).__name__}
    if torch.is_tensor(result):
        facts["dtype"] = str(result.dtype)
        facts["shape"] = tuple(result.shape)
        facts["ids"] = result.detach().flatten().tolist()
    else:
        facts["ids"] = result
    facts["prefix unchanged"] = [int(i) for i in given] == [int(i) for i in prefix]
    facts["last question to the model"] = model.asked[-1] if model.asked else "none"
    facts["the generator afterwards"] = torch.rand(1, generator=generator).item()
    facts["gradients recorded"] = model.recorded
    return facts


generate_exercise = Exercise(
    generate,
    lecture=LECTURE,
    checks=(
        "the ids for several seeds, temperatures and prefixes (list and tensor), that they come from the "
        "generator, what "
        "the model is asked, no gradients, prefix unchanged"
    ),
    explanation=(
        "The model gives logits after every prefix, and only those of the last place say what comes "
        "next. The new id is put "
        "behind the others and all of them are read again. How to save that work is a question for later lectures."
    ),
    hints=[
        "A loop of n_new rounds: ask the model, take ONE row of its logits, make probabilities of it, draw, append.",
        "`model(ids[None])` is (1, T, V): a batch of one. The row that knows all the words is `[0, -1]`.",
        "`torch.multinomial(p, 1, generator=generator)` gives a tensor with one id; `torch.cat` puts it "
        "behind the others.",
        "Around it all `with torch.no_grad():`; a list becomes a tensor by `torch.as_tensor(prefix_ids, "
        "dtype=torch.int64)`.",
    ],
    observe=_observe_generate,
)
_e = generate_exercise


def _generate_case(vocab_size, prefix, n_new, seed, sharpness=0.6, **extra):
    shown = "".join(f", {name}={value}" for name, value in extra.items())
    label = f"a model of {vocab_size} words, prefix_ids={prefix}, n_new={n_new}, a generator{shown}"
    _e.case_from(lambda: (vocab_size, sharpness, prefix, n_new, seed, extra), label)


_generate_case(4, torch.tensor([2]), 1, 0)
_generate_case(5, torch.tensor([2, 4]), 3, 1)
_generate_case(6, [0, 3, 1], 6, 2)
_generate_case(6, torch.tensor([1, 5]), 8, 3, temperature=0.5)
_generate_case(6, torch.tensor([1, 5]), 8, 4, temperature=2.0)
_generate_case(7, torch.tensor([3, 3]), 10, 5)
_generate_case(5, torch.tensor([4, 0, 2]), 0, 6)


def _drawing(
    place=-1,
    extend=True,
    draw=None,
    temperature=True,
    no_grad=True,
    only_new=False,
    out=None,
    window=None,
    inverse=False,
) -> Callable:
    """The reference with one thing changed."""

    def drawn(model, prefix_ids, n_new, generator, temperature_=1.0, **extra):
        heat = extra.get("temperature", temperature_)
        heat = 1.0 if not temperature else 1 / heat if inverse else heat
        ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
        prefix, new = ids, ids[:0]
        context = torch.no_grad() if no_grad else torch.enable_grad()
        with context:
            for _ in range(n_new):
                seen = (torch.cat([prefix, new]) if extend else prefix)[-(window or 10**6) :]
                t = model(seen[None])[0, place]
                p = torch.softmax(t / heat, -1)
                id = (draw or _multinomial)(p, generator)
                new = torch.cat([new, id])
        result = new if only_new else torch.cat([prefix, new])
        return out(result) if out else result

    return drawn


def _multinomial(p, generator):
    return torch.multinomial(p, 1, generator=generator)


def _renamed(function):
    """The table's functions take `temperature` by keyword."""
    return lambda model, prefix_ids, n_new, generator, temperature=1.0: function(
        model, prefix_ids, n_new, generator, temperature=temperature
    )


def _all_at_once(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)
    with torch.no_grad():
        p = torch.softmax(model(ids[None])[0, -1] / temperature, -1)
        return torch.cat(
            [ids, torch.multinomial(p, max(n_new, 1), replacement=True, generator=generator)[:n_new]]
        )


def _one_too_many(model, prefix_ids, n_new, generator, temperature=1.0):
    return generate(model, prefix_ids, n_new + 1, generator, temperature)


def _one_too_few(model, prefix_ids, n_new, generator, temperature=1.0):
    return generate(model, prefix_ids, max(n_new - 1, 0), generator, temperature)


def _total_length(model, prefix_ids, n_new, generator, temperature=1.0):
    return generate(model, prefix_ids, max(n_new - len(prefix_ids), 0), generator, temperature)


def _appends_to_prefix(model, prefix_ids, n_new, generator, temperature=1.0):
    result = generate(model, prefix_ids, n_new, generator, temperature)
    if isinstance(prefix_ids, list):
        prefix_ids.extend(result[len(prefix_ids) :].tolist())
    return result


def _multiplied(model, prefix_ids, n_new, generator, temperature=1.0):
    return generate(model, prefix_ids, n_new, generator, 1 / temperature)


_known(
    _e,
    [
        (
            "first_position",
            "You take the logits of the FIRST position, which has seen one word only. The last has seen all.",
            _renamed(_drawing(place=0)),
        ),
        (
            "not_extended",
            "You ask the model about the same prefix every time: the new words are not put behind it before the next "
            "question.",
            _renamed(_drawing(extend=False)),
        ),
        (
            "argmax",
            "You take the likeliest word (argmax). The word is DRAWN, with torch.multinomial.",
            _renamed(_drawing(draw=lambda p, generator: p.argmax()[None])),
        ),
        (
            "no_generator",
            "Your draw does not come from the generator that was passed in: the same seed must give the same text.",
            _renamed(_drawing(draw=lambda p, generator: torch.multinomial(p, 1))),
        ),
        (
            "temperature_ignored",
            "The temperature has no effect. The LOGITS are divided by it, before the softmax "
            "(multinomial normalises whatever it is given, so dividing probabilities changes nothing).",
            _renamed(_drawing(temperature=False)),
        ),
        (
            "temperature_multiplies",
            "You multiply by the temperature. The logits are divided by it: below 1 is sharper.",
            _multiplied,
        ),
        (
            "only_new",
            "You return the new ids alone. The prefix stands in front of them.",
            _renamed(_drawing(only_new=True)),
        ),
        (
            "gradients_kept",
            "A graph is recorded for every token, which nobody needs: `with torch.no_grad():`.",
            _renamed(_drawing(no_grad=False)),
        ),
        (
            "batch_of_one",
            "Your result is (1, len + n_new), a batch of one. It is 1-D: take row 0.",
            _renamed(_drawing(out=lambda ids: ids[None])),
        ),
        (
            "list",
            "You return a list. A 1-D int64 tensor is wanted.",
            _renamed(_drawing(out=lambda ids: ids.tolist())),
        ),
        (
            "last_word_only",
            "You show the model the last word alone. It reads all ids so far.",
            _renamed(_drawing(window=1)),
        ),
        (
            "drawn_at_once",
            "You draw all new words from the distribution after the prefix. Each word is drawn after the ones before "
            "it.",
            _all_at_once,
        ),
        ("one_too_many", "You draw one word too many.", _one_too_many),
        ("one_too_few", "You draw one word too few.", _one_too_few),
        (
            "n_new_is_total",
            "You stop when there are n_new ids in all. n_new counts the new ones.",
            _total_length,
        ),
        (
            "prefix_changed",
            "The ids are right, but the caller's own list grows. Work on a copy.",
            _appends_to_prefix,
        ),
        ("floats", "Your ids are floats. int64.", _renamed(_drawing(out=lambda ids: ids.float()))),
        (
            "second_to_last",
            "You take the last position but one, whose logits are about a word that is already there.",
            _renamed(_drawing(place=-2)),
        ),
        (
            "argmin",
            "You take the LEAST likely word.",
            _renamed(_drawing(draw=lambda p, generator: p.argmin()[None])),
        ),
        (
            "uniform",
            "You draw every word with the same probability, whatever the model says.",
            _renamed(
                _drawing(
                    draw=lambda p, generator: torch.multinomial(torch.ones_like(p), 1, generator=generator)
                )
            ),
        ),
        (
            "not_extended_only_new",
            "The new words are not put behind the prefix before the next question, and the prefix is missing "
            "from the result.",
            _renamed(_drawing(extend=False, only_new=True)),
        ),
        (
            "argmax_with_gradients",
            "You take the likeliest word instead of drawing one, and a graph is recorded.",
            _renamed(_drawing(draw=lambda p, generator: p.argmax()[None], no_grad=False)),
        ),
    ],
)


@_e.right
@torch.no_grad()
def _(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.as_tensor(prefix_ids, dtype=torch.int64)[None].clone()
    for _ in range(n_new):
        p = (model(ids)[:, -1, :] / temperature).softmax(-1)
        ids = torch.cat([ids, torch.multinomial(p, num_samples=1, generator=generator)], dim=1)
    return ids[0]


@_e.right
def _(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = [int(i) for i in prefix_ids]
    for _ in range(n_new):
        with torch.inference_mode():
            t = model(torch.tensor([ids]))[0][-1]
        ids.append(torch.multinomial(torch.softmax(t / temperature, 0), 1, generator=generator).item())
    return torch.tensor(ids)


@_e.right
def _(model, prefix_ids, n_new, generator, temperature=1.0):
    if n_new == 0:
        return torch.tensor([int(i) for i in prefix_ids])
    ids = torch.tensor([int(i) for i in prefix_ids])
    with torch.no_grad():
        log_p = torch.log_softmax(model(ids.unsqueeze(0))[0, -1] / temperature, dim=-1)
        new = torch.multinomial(log_p.exp(), 1, generator=generator)
    return generate(model, torch.cat([ids, new]), n_new - 1, generator, temperature)


@_e.right
def _(model, prefix_ids, n_new, generator, temperature=1.0):
    ids = torch.zeros(len(prefix_ids) + n_new, dtype=torch.long)
    ids[: len(prefix_ids)] = torch.as_tensor(prefix_ids)
    for place in range(len(prefix_ids), len(ids)):
        with torch.no_grad():
            t = model(ids[:place].unsqueeze(0)).squeeze(0)[-1]
        ids[place] = torch.multinomial(t.div(temperature).softmax(0), 1, generator=generator)
    return ids


EXERCISES = (
    make_windows_exercise,
    training_step_exercise,
    feed_forward_context_exercise,
    generate_exercise,
    top_k_filter_exercise,
    top_p_filter_exercise,
)
