"""One step of training. Learners forget zero_grad, call things out of order, or take another mean for the loss."""

import math

import numpy as np
import torch
from torch import nn

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, epsilon, variants
from nlm_utils.exercises.observers.training_step import observe

from ..lecture_07 import two_things


def training_step(model, x, y, optimizer):
    """One step of training: the loss of the batch BEFORE the step, in nats per token, as a Python float.

    model      ids (B, T) -> logits (B, T, V), a torch module
    x, y       (B, T) int64, inputs and targets; both stay as they were. A target of −100 is padding and does not count
    optimizer  a torch optimizer over the model's parameters; gradients of an earlier step may still be there

    The loss is the mean of −log softmax(t)[target] over all targets that count, for logits of any size. The step
    follows its gradient alone.
    """
    t = model(x)  # (B, T, V)
    loss = torch.nn.functional.cross_entropy(t.flatten(0, 1), y.flatten(), ignore_index=-100)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


exercise = Exercise(
    training_step,
    checks=("loss and parameters over two steps, SGD, momentum and Adam, old gradients, padding of −100, large logits"),
    explanation=(
        "Five lines that are the same for every model of the course. cross_entropy wants one row of logits per token, "
        "so batch and time are flattened together and V stays; zero_grad throws away what backward() of an earlier "
        "step left, for backward() ADDS to it."
    ),
    hints=[
        "Four things in order: logits, loss, gradients, step. And one that must come before the gradients.",
        "cross_entropy takes (N, V) and (N,): `t.flatten(0, 1)` makes one row for each token, `y.flatten()` its "
        "target. It leaves out targets of −100 by itself.",
        "`optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`, in this order.",
        "`loss.item()` is the number without its graph.",
    ],
    observe=observe,
)


def _step_case(vocab_size, x, y, optimizer="SGD", stale=False, scale=1.0):
    label = f"a model of {vocab_size} words, x={x}, y={y}, {optimizer}" + (", old gradients" if stale else "")
    label += ", logits in the thousands" if scale > 1 else ""
    exercise.case_from(lambda: (vocab_size, torch.tensor(x), torch.tensor(y), optimizer, stale, scale), label)


_step_case(3, [[0, 2]], [[2, 1]])
_step_case(4, [[0, 2, 3], [1, 1, 0]], [[2, 3, 1], [1, 0, 3]], "SGD", True)
_step_case(4, [[0, 2, 3], [1, 0, 0]], [[2, 3, 1], [1, -100, -100]])
_step_case(4, [[3]], [[0]])  # one token, and a gradient longer than 1
_step_case(5, [[0, 2, 3, 4], [1, 1, 0, 2]], [[2, 3, 4, 0], [1, 0, 2, 2]], "SGD with momentum", True)
_step_case(
    5,
    [[0, 2, 3, 4], [1, 1, 0, 0], [4, 0, 0, 0]],
    [[2, 3, 4, 0], [1, 0, -100, -100], [3, -100, -100, -100]],
    "Adam",
)
_step_case(4, [[0, 2, 3], [1, 1, 0]], [[1, 3, 0], [0, 2, 3]], scale=2000.0)


def _draw(rng):
    vocab_size = int(rng.integers(2, 8))
    x, y = torch.from_numpy(rng.integers(0, vocab_size, (2, *rng.integers(1, 6, 2))))
    padding = torch.from_numpy(rng.random(y.shape) < 0.3)
    padding[0, 0] = False
    optimizer = ["SGD", "SGD with momentum", "Adam"][rng.integers(3)]
    return (
        vocab_size,
        x,
        y.masked_fill(padding, -100),
        optimizer,
        bool(rng.integers(2)),
        float(rng.choice([1, 1, 1000])),
    )


exercise.drawn(_draw, times=5)


def _mean(t, y, **how):
    return nn.functional.cross_entropy(t.flatten(0, 1), y.flatten(), **how)


def _sum(t, y):
    return _mean(t, y, reduction="sum")


def _mean_of_rows(t, y):
    losses = nn.functional.cross_entropy(t.transpose(1, 2), y, reduction="none")
    return (losses.sum(1) / (y != -100).sum(1)).mean()


def _nll(t, y):
    return nn.functional.nll_loss(t.flatten(0, 1), y.flatten())


def _squared_error(t, y):
    return ((t.softmax(-1) - nn.functional.one_hot(y.clamp_min(0), t.shape[-1])) ** 2).mean()


def _step(order="zero backward step", loss_of=_mean, gives=lambda loss, y: loss.item(), before_step=lambda ps: None):
    """A training step that makes these calls in this order, follows this loss and gives this back."""

    def step(model, x, y, optimizer):
        loss = loss_of(model(x), y)
        calls = {"zero": optimizer.zero_grad, "backward": loss.backward, "step": optimizer.step}
        for call in order.split():
            if call == "step":
                before_step(model.parameters())
            calls[call]()
        return gives(loss, y)

    return step


exercise.mistake("no_zero_grad", _step("backward step")).says(
    "The gradients are not set to zero: backward() ADDS to what an earlier step left in `.grad`, and the step follows "
    "the sum of both."
)
for id, order, sentence in (
    ("zero_grad_too_late", "backward zero step", "zero_grad after backward() throws the new gradient away."),
    ("zero_grad_after_step", "backward step zero", "You zero gradients after the step: old ones count in it."),
    ("step_before_backward", "zero step backward", "You step before backward(): no gradient is there yet."),
    ("step_along_the_last", "step backward", "You step before backward(), along the gradient of the batch before."),
    ("no_step", "zero backward", "Gradients are computed and never used: `optimizer.step()` is missing."),
    ("no_backward", "zero step", "No gradient arrives: no backward(), or one of a new tensor."),
    ("two_steps", "zero backward step step", "The optimizer steps twice along one gradient."),
):
    exercise.mistake(id, _step(order)).says(f"{sentence} The order is zero_grad, backward, step, each once.")
for id, gives, sentence in (
    ("tensor_with_graph", lambda loss, y: loss, "You return a tensor, and its graph stays in memory: `.item()`."),
    ("detached_tensor", lambda loss, y: loss.detach(), "You return a tensor. A Python float is wanted: `.item()`."),
    ("nothing_returned", lambda loss, y: None, "The step is right, but nothing is returned. Return the loss."),
    ("sum_reported", lambda loss, y: (loss * (y != -100).sum()).item(), "You return the sum. Return the mean."),
):
    exercise.mistake(id, _step(gives=gives)).says(sentence)
for id, loss_of, sentence in (
    ("sum", _sum, "Your loss is the SUM over the tokens: the step grows with the batch."),
    ("over_padding_too", lambda t, y: _sum(t, y) / y.numel(), "You divide by the padding, too."),
    ("over_batch", lambda t, y: _sum(t, y) / len(y), "You divide by the number of sentences."),
    ("mean_of_row_means", _mean_of_rows, "You average sentences first, so words of short ones weigh more."),
    ("last_place_only", lambda t, y: _mean(t[:, -1:], y[:, -1:]), "You ask the last place only."),
    ("first_sentence_only", lambda t, y: _mean(t[:1], y[:1]), "You ask the first sentence only."),
    ("softmax_twice", lambda t, y: _mean(t.softmax(-1), y), "cross_entropy takes the softmax itself."),
    ("bits", lambda t, y: _mean(t, y) / math.log(2), "Your loss is in bits, log2: it is in nats, log."),
    ("negative", lambda t, y: -_mean(t, y), "The sign is wrong: the step makes the right words LESS probable."),
    ("nll_of_softmax", lambda t, y: _nll(t.softmax(-1), y), "nll_loss wants LOGARITHMS of probabilities: log_softmax."),
    ("nll_of_logits", lambda t, y: _nll(t, y), "nll_loss wants log-probabilities: take log_softmax, or cross_entropy."),
    ("shifted_once_more", lambda t, y: _mean(t[:, :-1], y[:, 1:]), "y is one step ahead already: you shift once more."),
    ("word_0_left_out", lambda t, y: _mean(t, y.masked_fill(y == 0, -100)), "You leave targets of 0 out: they count."),
    (
        "smoothed",
        lambda t, y: _mean(t, y, label_smoothing=0.1),
        "You smooth the targets (`label_smoothing`).",
    ),
    ("perplexity", lambda t, y: _mean(t, y).exp(), "You minimise the perplexity, of which the loss is the logarithm."),
    ("squared_error", _squared_error, "You take squared errors of probabilities."),
    ("no_grad", lambda t, y: _mean(t.detach(), y), "Your loss has no way back: `no_grad`, `detach`, `argmax`?"),
):
    exercise.mistake(id, _step(loss_of=loss_of)).says(
        f"{sentence} The loss is the mean of −log p of the targets that count."
    )
exercise.mistake("axes_mixed", _step(loss_of=lambda t, y: _mean(t.permute(2, 0, 1).reshape(t.shape), y))).says(
    "Your reshape mixes batch, time and vocabulary. Flatten batch and time together, and leave V as it is."
)
exercise.mistake("batch_and_time_exchanged", _step(loss_of=lambda t, y: _mean(t.transpose(0, 1), y))).says(
    "Your logits run through time first and your targets through the batch first. Flatten both in the same order."
)
exercise.mistake("reshaped", _step(loss_of=lambda t, y: _mean(t.reshape(len(t), t.shape[2], -1).mT, y))).says(
    "cross_entropy also takes (B, V, T), but `reshape` deals the numbers out anew: `transpose(1, 2)` exchanges axes."
)
exercise.takes(
    argument("y", positive=("padding_counts", "Your padding counts as word 0. cross_entropy leaves −100 out itself."))
)
exercise.mistake("ascent", _step(loss_of=lambda t, y: -_mean(t, y), gives=lambda loss, y: -loss.item())).says(
    "You go up: the gradient that the step follows is that of minus the loss."
)
exercise.mistake(
    "backward_twice", _step(loss_of=lambda t, y: 2 * _mean(t, y), gives=lambda loss, y: loss.item() / 2)
).says("The gradient is counted twice: backward() is called twice, and each call adds to `.grad`.")
exercise.mistake("sum_followed", _step(loss_of=_sum, gives=lambda loss, y: (loss / (y != -100).sum()).item())).says(
    "You report the mean, but the step follows the gradient of the SUM: it grows with the batch."
)
exercise.mistake("no_zero_grad_sum", _step("backward step", _sum)).says(
    "The gradients are not set to zero, and the loss is a sum instead of a mean."
)
exercise.mistake("no_zero_grad_tensor", _step("backward step", gives=lambda loss, y: loss)).says(
    "The gradients are not set to zero, so that old ones are added; and the loss comes back as a tensor."
)
exercise.mistake(
    "inputs_as_targets", lambda model, x, y, optimizer: training_step(model, x, torch.where(y == -100, y, x), optimizer)
).says("You compare with x. The targets are y, one step ahead.")
exercise.mistake(
    "own_optimizer", lambda model, x, y, _: training_step(model, x, y, torch.optim.SGD(model.parameters(), lr=0.01))
).says(
    "The optimizer that is passed in never steps: you make one of your own, or move the parameters by hand. Only "
    "`optimizer.step()` knows the learning rate, and remembers earlier gradients."
)
exercise.mistake("clipped", _step(before_step=lambda ps: nn.utils.clip_grad_norm_(ps, 1.0))).says(
    "You clip the gradient to length 1 before the step. Nothing is clipped here: the step follows it as it is."
)
exercise.mistake("clipped_by_value", _step(before_step=lambda ps: nn.utils.clip_grad_value_(ps, 0.1))).says(
    "You clip the entries of the gradient before the step. Nothing is clipped here: the step follows it as it is."
)


def _with_targets(changed, **how):
    """A step that writes other targets into the caller's y."""

    def step(model, x, y, optimizer):
        y.copy_(changed(y))
        return _step(loss_of=lambda t, y: _mean(t, y, **how))(model, x, y, optimizer)

    return step


exercise.mistakes(
    padding_set_to_0=_with_targets(lambda y: y.clamp(min=0)),
    padding_set_to_minus_1=_with_targets(lambda y: y.clamp(min=-1), ignore_index=-1),
).says(
    "`y[y == -100] = …` writes into the caller's y. Leave it as it is: cross_entropy leaves targets of −100 out by "
    "itself."
)


exercise.mistake(
    "gradients_of_sentences_added",
    _step(loss_of=lambda t, y: _mean_of_rows(t, y) * len(y), gives=lambda loss, y: loss.item() / len(y)),
).says(
    "You go through the batch sentence by sentence, and the step follows the SUM of their gradients. One mean over all "
    "targets that count, one backward()."
)


def _log_of(probability):
    """−log probability(t) of the targets that count, on the average."""

    def loss_of(t, y):
        real = y != -100
        return -probability(t)[real].gather(1, y[real][:, None]).log().mean()

    return loss_of


def _shares(t):
    return t.exp() / t.exp().sum(-1, keepdim=True)


exercise.mistakes(
    log_of_softmax=_step(loss_of=_log_of(lambda t: t.softmax(-1))), softmax_by_hand=_step(loss_of=_log_of(_shares))
).says(
    "You take the logarithm of a softmax. With logits in the thousands a probability rounds to 0, and log 0 is −inf "
    "(e^1000 is inf, besides). `log_softmax` and `cross_entropy` never leave the logarithms."
)
exercise.takes(
    epsilon(
        lambda eps: _step(loss_of=_log_of(lambda t: t.softmax(-1) + eps)),
        "the probability",
        "It caps the loss, and where the probability rounds to 0 no gradient is left: `log_softmax` needs no ε.",
        values=(1e-8, 1e-9, 1e-10, 1e-12),
    ),
    variants(
        "divided_by",
        (2, 4),
        lambda n: _step(loss_of=lambda t, y: _mean(t, y) / n),
        "You divide the loss by {value}, as for gradients of several batches. It is the mean of this one.",
    ),
    variants(
        "rounded_to",
        (2, 4),
        lambda digits: _step(gives=lambda loss, y: round(loss.item(), int(digits))),
        "You round the loss to {value} digits. Return all; whoever prints it rounds.",
    ),
)
for id, loss_of, sentence in (
    ("softmax_over_time", lambda t, y: _nll(t.log_softmax(1), y), "Your log_softmax runs over the text: dim=-1."),
    ("softmax_over_batch", lambda t, y: _nll(t.log_softmax(0), y), "Your log_softmax runs over the batch: dim=-1."),
    (
        "squared_error_of_logits",
        lambda t, y: ((t - nn.functional.one_hot(y.clamp_min(0), t.shape[-1])) ** 2).mean(),
        "You take squared errors of logits.",
    ),
):
    exercise.mistake(id, _step(loss_of=loss_of)).says(
        f"{sentence} The loss is the mean of −log softmax(t)[target], over the words."
    )
exercise.mistakes(
    one_hot_of_padding=_step(
        loss_of=lambda t, y: -(nn.functional.one_hot(y, t.shape[-1]) * t.log_softmax(-1)).sum(-1).mean()
    ),
    gather_of_padding=_step(loss_of=lambda t, y: -t.log_softmax(-1).gather(-1, y[..., None]).mean()),
).says(
    "−100 is padding and no word: `one_hot` and `gather` cannot look it up. Leave those places out, `y != -100`; "
    "cross_entropy does so by itself."
)


@exercise.mistake("y_overwritten_and_masked").says(
    "`y[~mask] = …` writes into the caller's y: the first loss is right, and in the next step the padding counts as "
    "words. Work on a copy (`y.clone()`), or let cross_entropy leave −100 out."
)
def y_overwritten_and_masked(model, x, y, optimizer):
    loss = training_step(model, x, y, optimizer)
    y.clamp_(min=0)
    return loss


@exercise.mistake("two_rounds_second_loss").says(
    "You train twice on the batch in one call, and return the second loss. One step is wanted: a `for` too many?"
)
def two_rounds_second_loss(model, x, y, optimizer):
    training_step(model, x, y, optimizer)
    return training_step(model, x, y, optimizer)


exercise.mistake("loss_after_without_zero_grad", lambda model, x, y, optimizer: _after(model, x, y, optimizer)).says(
    "Two things: gradients are not set to zero; and you return the loss AFTER the step, where that before it is wanted."
)


def _after(model, x, y, optimizer):
    _step("backward step")(model, x, y, optimizer)
    return _mean(model(x), y).item()


two_things(
    exercise,
    _step,
    {
        "order": {
            "no_zero": ("Old gradients are added: `optimizer.zero_grad()` is missing.", "backward step"),
            "no_step_taken": ("`optimizer.step()` is missing.", "zero backward"),
        },
        "loss_of": {
            "summed": ("The loss is a mean, not a sum.", _sum),
            "softmaxed": ("cross_entropy takes the softmax itself.", lambda t, y: _mean(t.softmax(-1), y)),
        },
        "gives": {
            "tensor": ("Return a float: `loss.item()`.", lambda loss, y: loss),
        },
    },
    without=("no_zero_and_summed", "no_zero_and_tensor"),
)


@exercise.mistake("one_step_each").says(
    "You make one step for each sentence of the batch. One step is wanted, along the gradient of all together."
)
def one_step_each(model, x, y, optimizer):
    return sum(training_step(model, x[i : i + 1], y[i : i + 1], optimizer) for i in range(len(x))) / len(x)


@exercise.mistake("two_rounds").says("You train twice on the batch in one call. One step is wanted: a `for` too many?")
def two_rounds(model, x, y, optimizer):
    loss = training_step(model, x, y, optimizer)
    training_step(model, x, y, optimizer)
    return loss


@exercise.mistake("loss_after").says("You return the loss AFTER the step. That before it is wanted.")
def loss_after(model, x, y, optimizer):
    training_step(model, x, y, optimizer)
    return _mean(model(x), y).item()


exercise.right(
    _step(loss_of=lambda t, y: nn.functional.cross_entropy(t.transpose(1, 2), y), gives=lambda loss, y: float(loss))
)


exercise.right(_step("zero backward step zero", gives=lambda loss, y: np.float64(loss.item())))


@exercise.right
def by_hand(model, x, y, optimizer):
    log_p = model(x).log_softmax(-1)
    real = y != -100
    loss = -log_p[real].gather(1, y[real][:, None]).mean()
    for parameter in model.parameters():
        parameter.grad = None
    loss.backward()
    optimizer.step()
    return loss.item()


@exercise.right
def with_closure(model, x, y, optimizer):
    def closure():
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x).reshape(-1, model.bias.numel()), y.reshape(-1))
        loss.backward()
        return loss

    return optimizer.step(closure).item()
