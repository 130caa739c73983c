"""log_softmax_backward."""

import numpy as np
from scipy import special

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise

from .common import numbers

exercise = Exercise(
    autograd.log_softmax_backward,
    checks="one distribution, batches of 1 and 2 axes, any gradients, probabilities of 0",
    explanation=(
        "log p_i = t_i − log Σ_j e^{t_j}. Its derivative with respect to t_k is 1 for k = i, and −p_k for every i, "
        "since t_k is in the sum of all of them. So dL/dt_k = grad_k − p_k·Σ_i grad_i. With grad = −onehot, as the "
        "loss hands it down, this is p − onehot."
    ),
    hints=[
        "log p_i = t_i − log Σ_j e^{t_j}: t_k stands there once as t_i itself, and in the sum of EVERY i.",
        ("The derivative of log Σ e^t with respect to t_k is p_k, and p is the exponential of what you are given."),
        "dL/dt_k = grad_k − p_k · (sum of all grad_i), with the sum over the last axis, `keepdims=True`.",
    ],
)


def _log_p(*shape: int, seed: int, scale: float = 1.5) -> np.ndarray:
    """log-probabilities; with a large scale, some of the probabilities are 0."""
    return special.log_softmax(np.random.default_rng(seed).normal(0, scale, size=shape), axis=-1)


exercise.case(np.array([0.0, -1.0]), np.log(np.array([0.25, 0.75])))
exercise.case(np.array([1.0, 2.0, -4.0]), np.log(np.array([0.2, 0.5, 0.3])))
exercise.case(np.array([[0.0, -1.0, 0.0], [-0.5, 0.0, 0.0]]), np.log(np.array([[0.1, 0.6, 0.3], [0.25, 0.25, 0.5]])))
exercise.case(numbers(3, 3, seed=51), _log_p(3, 3, seed=52))
exercise.case(numbers(2, 3, 4, seed=53), _log_p(2, 3, 4, seed=54))
exercise.case(numbers(2, 5, seed=55), _log_p(2, 5, seed=56, scale=1000.0))


def _sum(x) -> np.ndarray:
    return x.sum(axis=-1, keepdims=True)


@exercise.mistake("softmax_rule").says(
    "That is the rule of softmax, p ⊙ (grad − Σ grad·p). Here grad belongs to log p: the logarithm takes the factor p "
    "away from the first term and from the sum."
)
def softmax_rule(grad, log_p):
    p = np.exp(log_p)
    return p * (grad - _sum(grad * p))


exercise.mistake("sum_missing", lambda grad, log_p: grad - np.exp(log_p) * grad).says(
    "You subtract p·grad entry by entry: the sum is missing. Raising t_k lowers ALL the log-probabilities, so every "
    "grad_i contributes to dL/dt_k, not only grad_k."
)
exercise.mistake("p_alone", lambda grad, log_p: grad - np.exp(log_p)).says(
    "You subtract p itself. What belongs there is p times the sum of grad along the last axis: p alone is right only "
    "where that sum is 1."
)
exercise.mistake("one_hot_assumed", lambda grad, log_p: np.exp(log_p) + grad).says(
    "p + grad is right only when the gradients of a row sum to −1, as those of the loss do. In general it is grad − "
    "p·Σ grad."
)
exercise.mistake("p_minus_grad", lambda grad, log_p: np.exp(log_p) - grad).says(
    "p − grad would be right for a one-hot grad and the negative log-likelihood. Here grad is dL/d(log p), any "
    "numbers: grad − p·Σ grad."
)
exercise.mistake("log_p_for_p", lambda grad, log_p: grad - log_p * _sum(grad)).says(
    "You multiply by log p. The derivative of log Σ e^t is p: take the exponential of what you are given."
)


@exercise.mistake("sum_weighted_by_p").says(
    "The sum is weighted by p once too often. Σ grad·p belongs to softmax; for log-softmax the plain sum of grad is "
    "multiplied by p."
)
def sum_weighted_by_p(grad, log_p):
    p = np.exp(log_p)
    return grad - p * _sum(grad * p)


exercise.mistake("sum_weighted_by_log_p", lambda grad, log_p: grad - np.exp(log_p) * _sum(grad * log_p)).says(
    "The sum holds grad·log p. It is the plain sum of grad: every log-probability loses the same log Σ e^t."
)
exercise.mistake("p_inside_sum_only", lambda grad, log_p: grad - _sum(grad * np.exp(log_p))).says(
    "You subtract one number from the whole row, Σ grad·p. Each logit k has its own p_k, outside the sum: p_k·Σ grad."
)
exercise.mistake("p_missing", lambda grad, log_p: grad - _sum(grad)).says(
    "You subtract the sum of grad without the factor p. Only the share p_k of log Σ e^t is due to t_k."
)
exercise.mistake("mean_for_sum", lambda grad, log_p: grad - np.exp(log_p) * grad.mean(axis=-1, keepdims=True)).says(
    "You take the mean of grad for its sum: that is V times too small."
)
exercise.mistake("summed_over_everything", lambda grad, log_p: grad - np.exp(log_p) * grad.sum()).says(
    "You sum over the whole array. The rows of a batch are distributions of their own: sum along the last axis only."
)
exercise.mistake("wrong_axis", lambda grad, log_p: grad - np.exp(log_p) * grad.sum(axis=0, keepdims=True)).says(
    "You sum over the first axis, which mixes the rows of the batch. A distribution lies along the LAST axis."
)
exercise.mistake("keepdims_missing", lambda grad, log_p: grad - np.exp(log_p) * grad.sum(axis=-1)).says(
    "Without `keepdims=True` the sums lose their axis and line up with the columns: each column, not each row, gets "
    "its sum, or the shapes do not fit at all."
)
exercise.mistake("plus", lambda grad, log_p: grad + np.exp(log_p) * _sum(grad)).says(
    "You add p·Σ grad. Raising t_k raises log Σ e^t, which is SUBTRACTED from every log-probability: minus."
)
exercise.mistake("sign", lambda grad, log_p: np.exp(log_p) * _sum(grad) - grad).says(
    "The sign of the whole is wrong: it is grad − p·Σ grad."
)
exercise.mistake("unchanged", lambda grad, log_p: grad.copy()).says(
    "You pass grad on unchanged, as if log p were t. The normaliser log Σ e^t depends on every logit too."
)
exercise.mistake("normaliser_alone", lambda grad, log_p: -np.exp(log_p) * _sum(grad)).says(
    "You have the part of the normaliser, −p·Σ grad, and left out that t_k also stands in log p_k itself: + grad_k."
)


@exercise.mistake("logarithm_rule").says(
    "You divide by p, as for a logarithm alone. log_p is the logarithm of a SOFTMAX of t, and the gradient wanted is "
    "that of t."
)
def logarithm_rule(grad, log_p):
    with np.errstate(all="ignore"):
        return grad / np.exp(log_p)


exercise.mistake("p_times_grad", lambda grad, log_p: grad * np.exp(log_p)).says(
    "You multiply by p, as for an exponential. log-softmax is t minus log Σ e^t: grad stays, and p·Σ grad goes off."
)


@exercise.mistake("in_place").says(
    "The numbers are right, but `grad -= …` writes into grad, which other nodes may still need. Make a new array."
)
def in_place(grad, log_p):
    grad -= np.exp(log_p) * _sum(grad)
    return grad


exercise.mistake("diagonal_of_softmax", lambda grad, log_p: np.exp(log_p) * (1 - np.exp(log_p)) * grad).says(
    "p·(1 − p) is the diagonal of the softmax's derivative. Here grad belongs to log p, and every logit moves all the "
    "log-probabilities."
)
exercise.mistake("log_p_subtracted", lambda grad, log_p: grad - log_p).says(
    "You subtract log p from grad. What goes off is p·Σ grad: a probability times the sum of the gradients."
)
exercise.mistake("largest_for_sum", lambda grad, log_p: grad - np.exp(log_p) * grad.max(axis=-1, keepdims=True)).says(
    "You take the largest entry of grad for its sum."
)
exercise.mistake("wrong_base", lambda grad, log_p: grad - 2**log_p * _sum(grad)).says(
    "These are natural logarithms: p is e to the power of log p."
)
exercise.mistake("batch_mean", lambda grad, log_p: (grad - np.exp(log_p) * _sum(grad)) / len(grad)).says(
    "You divide by the size of the batch. Where the loss is a mean, that is in grad already."
)
exercise.mistake("exponential_of_grad", lambda grad, log_p: grad - np.exp(log_p) * _sum(np.exp(grad))).says(
    "You take the exponential of grad. It is log_p that was a logarithm: p = exp(log_p), and grad is only summed."
)
exercise.mistake("p_minus_one", lambda grad, log_p: np.exp(log_p) - 1).says(
    "p − 1 everywhere leaves grad out. It is grad − p·Σ grad; with grad = −onehot that subtracts 1 in ONE place."
)
exercise.mistake("one_minus_p", lambda grad, log_p: 1 - np.exp(log_p)).says(
    "1 − p leaves grad out. Multiply p by the sum of grad, and subtract that from grad."
)
exercise.mistake("p_times_v", lambda grad, log_p: grad - np.exp(log_p) * grad.shape[-1]).says(
    "You multiply p by the number of words instead of the sum of grad: that takes every gradient to be 1."
)
exercise.mistake("divided_by_p", lambda grad, log_p: grad / np.exp(np.maximum(log_p, -700)) - _sum(grad)).says(
    "The division by p belongs to the logarithm alone, the sum to the rest: for log-softmax of t it is grad − p·Σ grad."
)
exercise.mistake("p_on_both", lambda grad, log_p: np.exp(log_p) * (grad - _sum(grad))).says(
    "p multiplies both terms. The first is grad as it is: t_k stands in log p_k with the factor 1."
)
exercise.mistake("softmax_rule_of_log_p", lambda grad, log_p: log_p * (grad - _sum(grad * log_p))).says(
    "That is the rule of softmax with log p in the place of p. For log-softmax it is grad − p·Σ grad."
)
exercise.mistake("sum_of_p", lambda grad, log_p: grad - _sum(np.exp(log_p)) * grad).says(
    "You sum the wrong factor: Σ p is always 1. It is grad that is summed: grad − p·Σ grad."
)
exercise.mistake("mean_of_everything", lambda grad, log_p: grad - np.exp(log_p) * grad.mean()).says(
    "You take the mean of all of grad. It is the sum of the row's own gradients."
)


@exercise.right
def right_1(grad, log_p):
    p = special.softmax(log_p, axis=-1)
    return grad - np.einsum("...i,...j->...i", p, grad)


@exercise.right
def right_2(grad, log_p):
    result = np.zeros(grad.shape)
    for row in np.ndindex(grad.shape[:-1]):
        jacobian = np.eye(grad.shape[-1]) - np.exp(log_p[row])  # d log p_i / d t_k
        result[row] = grad[row] @ jacobian
    return result


exercise.right(lambda grad, log_p: (grad - np.exp(log_p) * grad.sum(-1)[..., None]).tolist())


@exercise.right
def right_3(grad, log_p):
    grad, p = grad.astype(np.float32), np.exp(log_p.astype(np.float32))
    return grad - p * np.sum(grad, -1, keepdims=True)
