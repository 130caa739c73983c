"""training_step."""

import math
from collections.abc import Callable

import torch
from torch import nn

from nlm_utils.exercises.definition import Exercise


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


exercise = Exercise(
    training_step,
    checks=("the loss and the parameters over two steps, SGD, momentum and Adam, old gradients, padding of −100"),
    explanation=(
        "Five lines that are the same for every model of the course. cross_entropy wants one row of logits per token, "
        "so batch and time are flattened together and V stays; zero_grad throws away what backward() of an earlier "
        "step left behind, for backward() ADDS to it."
    ),
    hints=[
        (
            "Four things in order: logits, loss, gradients, step. And one that must happen before the gradients are "
            "computed."
        ),
        (
            "cross_entropy takes (N, V) and (N,): `t.flatten(0, 1)` makes one row for each token, `y.flatten()` its "
            "target. It leaves out targets of −100 by itself."
        ),
        "`optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`, in this order.",
        "`loss.item()` is the number without the graph behind it.",
    ],
    observe=_observe_step,
)


def _step_case(vocab_size, x, y, optimizer="SGD", stale=False):
    label = f"a model of {vocab_size} words, x={x}, y={y}, {optimizer}" + (", old gradients" if stale else "")
    exercise.case_from(lambda: (vocab_size, torch.tensor(x), torch.tensor(y), optimizer, stale), label)


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
        return {"item": loss.item, "tensor": lambda: loss, "detached": loss.detach, "none": lambda: None}[result]()

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


exercise.mistake("no_zero_grad", _variant(zero=False)).says(
    "The gradients are not set to zero: backward() ADDS to what an earlier step left in `.grad`, and the step follows "
    "the sum of both."
)
exercise.mistake("zero_grad_after_backward", _variant(zero=False, order="zero last")).says(
    "You call zero_grad between backward and step: the gradient is thrown away before it is used, and nothing moves."
)
exercise.mistake("step_before_backward", _variant(order="step backward")).says(
    "You step before backward(): the optimizer moves along gradients that are not there yet. First the gradients, "
    "then the step."
)
exercise.mistake("step_before_backward_stale", _variant(zero=False, order="step backward")).says(
    "You step before backward() and never clear: each step follows the gradient of the batch before."
)
exercise.mistake("no_step", _variant(order="backward only")).says(
    "Gradients are computed and never used: `optimizer.step()` is missing."
)
exercise.mistake("no_backward", _variant(order="step only")).says(
    "backward() is missing, so the optimizer has no gradient to follow."
)
exercise.mistake("tensor_with_graph", _variant(result="tensor")).says(
    "You return the loss as a tensor, which keeps the whole graph behind it in memory. `.item()` takes the number out."
)
exercise.mistake("detached_tensor", _variant(result="detached")).says(
    "You return a tensor of no dimensions. A Python float is wanted: `.item()`."
)
exercise.mistake("nothing_returned", _variant(result="none")).says(
    "The step is right, but nothing is returned. Return the loss, as a float."
)
exercise.mistake("loss_after", _variant(after=True)).says(
    "You return the loss AFTER the step, which costs a second forward pass. The loss before it is wanted."
)
exercise.mistake("two_steps", _variant(times=2)).says("The optimizer steps twice along one gradient.")
exercise.mistake("sum", _variant(_sum_loss)).says(
    "Your loss is the SUM over the tokens: the step grows with the batch. The mean is wanted."
)


@exercise.mistake("sum_reported").says(
    "The step is right, and the loss you return is a sum over tokens. Return the mean."
)
def sum_reported(model, x, y, optimizer):
    loss = training_step(model, x, y, optimizer)
    return loss * int((y != -100).sum())


exercise.mistake("axes_mixed", _variant(_mixed_axes)).says(
    "Your reshape mixes batch, time and vocabulary: the rows of logits no longer belong to their targets. Flatten "
    "batch and time together, and leave V as it is."
)
exercise.mistake("batch_and_time_exchanged", _variant(_mixed_rows)).says(
    "Your logits run through time first and your targets through the batch first, so they belong to different tokens. "
    "Flatten both in the same order."
)
exercise.mistake("reshape_for_transpose", _variant(_reshape_for_classes)).says(
    "cross_entropy also takes (B, V, T), but `reshape` does not exchange axes, it deals the numbers out anew. "
    "`transpose(1, 2)` exchanges them."
)
exercise.mistake("padding_counts", _variant(_padding_as_word)).says(
    "Your padding counts as word 0. Targets of −100 are left out: `ignore_index=-100`, which is what cross_entropy "
    "does by itself."
)
exercise.mistake("divides_by_padding_too", _variant(_mean_over_all)).says(
    "You divide by all places, padding too. The mean is over the targets that count."
)
exercise.mistake("mean_of_row_means", _variant(_mean_of_rows)).says(
    "You take the mean of each sentence and then the mean of those, so words of short sentences weigh more. Every "
    "token weighs the same."
)
exercise.mistake("divides_by_batch", _variant(_by_batch)).says(
    "You divide the sum by the number of sentences. Nats per TOKEN: divide by the tokens that count."
)
exercise.mistake("last_place_only", _variant(_last_only)).says(
    "Only the last place of each row is asked. Every place has a target."
)
exercise.mistake("softmax_before_cross_entropy", _variant(_softmax_first)).says(
    "You apply softmax before cross_entropy, which does that itself: the probabilities are then taken for logits."
)
exercise.mistake("bits", _variant(_bits)).says("Your loss is in bits. Natural logarithms: nats.")
exercise.mistake("negative", _variant(_negative)).says(
    "Your loss has the wrong sign: the step makes the right words LESS probable."
)


@exercise.mistake("ascent").says("You go up: the gradient that the step follows is that of minus the loss.")
def ascent(model, x, y, optimizer):
    loss = _mean_loss(model(x), y)
    optimizer.zero_grad()
    (-loss).backward()
    optimizer.step()
    return loss.item()


exercise.mistake("perplexity", _variant(_perplexity)).says(
    "You minimise and return the perplexity. The loss is its logarithm."
)
exercise.mistake("squared_error", _variant(_mean_squared)).says(
    "You take the squared error of the probabilities. The loss is −log p of the right word."
)
exercise.mistake(
    "inputs_as_targets", lambda model, x, y, optimizer: training_step(model, x, torch.where(y == -100, y, x), optimizer)
).says("You compare with x. The targets are y, one step ahead.")


@exercise.mistake("own_optimizer").says(
    "You make an optimizer of your own. The one that is passed in has the learning rate, and its memory."
)
def own_optimizer(model, x, y, optimizer):
    loss = _mean_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=0.01).step()
    return loss.item()


@exercise.mistake("no_grad").says(
    "Your forward pass records nothing (`torch.no_grad`), so there is nothing to go back through."
)
def no_grad_mistake(model, x, y, optimizer):
    with torch.no_grad():
        loss = _mean_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@exercise.mistake("zero_grad_after_step").says(
    "You zero the gradients after the step. What somebody left in them before your call is then still added in: zero "
    "them before backward()."
)
def zero_grad_after_step(model, x, y, optimizer):
    loss = _mean_loss(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


@exercise.mistake("sum_followed_mean_reported").says(
    "You report the mean, but the step follows the gradient of the SUM: it grows with the batch."
)
def sum_followed_mean_reported(model, x, y, optimizer):
    t = model(x)
    optimizer.zero_grad()
    _sum_loss(t, y).backward()
    optimizer.step()
    return _mean_loss(t, y).item()


exercise.mistake("no_zero_grad_sum", _variant(_sum_loss, zero=False)).says(
    "The gradients are not set to zero, and the loss is a sum instead of a mean."
)
exercise.mistake("no_zero_grad_tensor", _variant(zero=False, result="tensor")).says(
    "The gradients are not set to zero, so that old ones are added; and the loss comes back as a tensor."
)


@exercise.right
def right_1(model, x, y, optimizer):
    optimizer.zero_grad()
    t = model(x)
    loss = nn.functional.cross_entropy(t.transpose(1, 2), y)
    loss.backward()
    optimizer.step()
    return float(loss)


@exercise.right
def right_2(model, x, y, optimizer):
    log_p = model(x).log_softmax(-1)
    real = y != -100
    loss = -log_p[real].gather(1, y[real][:, None]).mean()
    for parameter in model.parameters():
        parameter.grad = None
    loss.backward()
    optimizer.step()
    return loss.item()


@exercise.right
def right_3(model, x, y, optimizer):
    t = model(x)
    loss = nn.CrossEntropyLoss()(t.reshape(-1, t.shape[-1]), y.reshape(-1))
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach().item()


@exercise.right
def right_4(model, x, y, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = _mean_loss(model(x), y)
        loss.backward()
        return loss

    return optimizer.step(closure).item()
