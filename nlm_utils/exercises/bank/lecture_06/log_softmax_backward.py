"""grad − p·Σ grad: learners take the rule of softmax, leave the sum out, or expect a one-hot grad."""

import numpy as np
from scipy import special

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import epsilon, other_axes

from . import numbers

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
        "The derivative of log Σ e^t with respect to t_k is p_k, and p is the exponential of what you are given.",
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
exercise.case(numbers(1, 3, seed=57), _log_p(1, 3, seed=58))
exercise.case(np.array([[1.5], [-2.0]]), np.array([[0.0], [0.0]]))
exercise.case(np.array([2, -1, 0]), np.log([0.5, 0.2, 0.3]))
exercise.drawn(lambda rng: _drawn(rng.integers(1, 6, rng.integers(1, 4)), rng))


def _drawn(shape, rng):
    return rng.normal(size=shape), special.log_softmax(5 * rng.normal(size=shape), axis=-1)


def total(x):
    return x.sum(axis=-1, keepdims=True)


def of_p(rule):
    """The answer `rule(grad, p)`."""
    return lambda grad, log_p: rule(grad, np.exp(log_p))


exercise.mistakes(
    softmax_rule=of_p(lambda grad, p: p * (grad - total(grad * p))),
    softmax_rule_of_one_row=of_p(lambda grad, p: (np.diag(p) - np.outer(p, p)) @ grad),
    softmax_rule_of_log_p=lambda grad, log_p: log_p * (grad - total(grad * log_p)),
).says("You take the rule of softmax, p ⊙ (grad − Σ grad·p). For log-softmax p is at one place: grad − p·Σ grad.")
exercise.mistake("sum_missing", of_p(lambda grad, p: grad - p * grad)).says(
    "You subtract p·grad entry by entry: the sum is missing. Raising t_k lowers ALL the log-probabilities."
)
exercise.mistakes(
    p_alone=of_p(lambda grad, p: grad - p),
    one_hot_looked_for=of_p(lambda grad, p: p - np.eye(p.shape[-1])[grad.argmin(axis=-1)]),
    one_hot_assumed=of_p(lambda grad, p: p + grad),
    p_minus_grad=of_p(lambda grad, p: p - grad),
).says("You count on a one-hot grad, or one that sums to 1 or −1. Here it is any numbers: grad − p·Σ grad.")
exercise.mistake("log_p_for_p", lambda grad, log_p: grad - log_p * total(grad)).says(
    "You multiply by log p. The derivative of log Σ e^t is p: take the exponential of what you are given."
)
exercise.mistakes(
    sum_weighted_by_p=of_p(lambda grad, p: grad - p * total(grad * p)),
    sum_weighted_by_log_p=lambda grad, log_p: grad - np.exp(log_p) * total(grad * log_p),
    exponential_of_grad=of_p(lambda grad, p: grad - p * total(np.exp(grad))),
).says("Your sum is another: it is the plain sum of grad, without p or log p as a weight, and without an exponential.")
exercise.mistakes(
    mean_for_sum=of_p(lambda grad, p: grad - p * grad.mean(axis=-1, keepdims=True)),
    mean_of_everything=of_p(lambda grad, p: grad - p * grad.mean()),
    largest_for_sum=of_p(lambda grad, p: grad - p * grad.max(axis=-1, keepdims=True)),
    absolute_sum=of_p(lambda grad, p: grad - p * total(np.abs(grad))),
    log_sum_exp=of_p(lambda grad, p: grad - p * np.log(total(np.exp(grad)))),
).says(
    "You take a mean of grad, its largest entry, or a sum of |grad| or e^grad. It is the plain SUM of the row's grad."
)
exercise.mistakes(
    jacobian=of_p(lambda grad, p: grad @ (np.eye(p.shape[-1]) - p)),
    jacobian_by_length=of_p(lambda grad, p: grad @ (np.eye(len(p)) - p)),
).says("Your Jacobian is that of one row: (B, V) needs one for each. grad − p·Σ grad, along the last axis, needs none.")
exercise.mistake("jacobian_with_p_twice", of_p(lambda grad, p: grad @ (np.eye(len(p)) - np.outer(p, p)))).says(
    "In your Jacobian p stands twice, p_i·p_k. The slope of log p_i in t_k is (1 for i = k) − p_k, whatever p_i is."
)
exercise.mistakes(
    normalised_over_the_first_axis=of_p(lambda grad, p: grad - p / p.sum(axis=0) * total(grad)),
    all_along_the_first_axis=of_p(lambda grad, p: grad - p / p.sum(axis=0) * grad.sum(axis=0)),
    normalised_over_everything=of_p(lambda grad, p: grad - p / p.sum() * total(grad)),
).says("You normalise p over another axis. e^log p already sums to 1 along the last: nothing is to be divided.")
exercise.mistakes(
    softmax_of_p=of_p(lambda grad, p: grad - special.softmax(p, axis=-1) * total(grad)),
    exponential_twice=of_p(lambda grad, p: grad - np.exp(p) * total(grad)),
).says("You take the exponential twice. p is e^log p, and that is all: it sums to 1.")
exercise.mistakes(
    one_row_outer=of_p(lambda grad, p: (np.eye(len(p)) - np.outer(np.ones(len(p)), p)).T @ grad),
    one_row_outer_on_the_right=of_p(lambda grad, p: grad @ (np.eye(len(p)) - np.outer(np.ones(len(p)), p))),
).says("Your Jacobian fits one distribution only; there may be (B, V) or more. grad − p·Σ grad, along the last axis.")


def row_by_row(row):
    """row(grad, p) for each entry of the first axis."""
    return of_p(lambda grad, p: np.array([row(*pair) for pair in zip(grad, p, strict=True)]))


exercise.mistake("first_axis_for_rows", row_by_row(lambda grad, p: grad - p * grad.sum())).says(
    "Your loop over the first axis is right for a matrix. A single distribution has no rows, and (B, T, V) has more "
    "axes: `sum(axis=-1, keepdims=True)` fits all."
)


@exercise.mistake("first_row_only").says("A `return` inside the loop: only the first row is computed.")
def first_row_only(grad, log_p):
    result = np.zeros(grad.shape)
    result[0] = grad[0] - np.exp(log_p[0]) * grad[0].sum()
    return result


exercise.mistake("total_times_all", of_p(lambda grad, p: (grad - p) * total(grad))).says(
    "Brackets: Σ grad multiplies p alone. It is grad − (p·Σ grad), not (grad − p)·Σ grad."
)
exercise.takes(
    other_axes(
        lambda axis, keepdims: of_p(lambda grad, p: grad - p * grad.sum(axis=axis, keepdims=keepdims)),
        whole="summed_over_everything",
        first_kept="wrong_axis",
        dropped="keepdims_missing",
        second_kept=("axis_one", "`axis=1` is the last axis only where there are exactly two. Axis −1 always is."),
    )
)
exercise.mistakes(
    p_inside_sum_only=of_p(lambda grad, p: grad - total(grad * p)),
    p_missing=of_p(lambda grad, p: grad - total(grad)),
).says("You subtract one number from the whole row. Each logit has its own share p_k of log Σ e^t: p_k·Σ grad.")
exercise.mistake("p_on_both", of_p(lambda grad, p: p * (grad - total(grad)))).says(
    "p multiplies both terms. The first is grad as it is: t_k stands in log p_k with the factor 1."
)
exercise.mistake("p_times_v", of_p(lambda grad, p: grad - p * grad.shape[-1])).says(
    "You multiply p by the number of words instead of the sum of grad: that takes every gradient to be 1."
)
exercise.mistake("plus", of_p(lambda grad, p: grad + p * total(grad))).says(
    "You add p·Σ grad. Raising t_k raises log Σ e^t, which is SUBTRACTED from every log-probability: minus."
)
exercise.mistake("unchanged", lambda grad, log_p: grad.copy()).says(
    "You pass grad on unchanged, as if log p were t. The normaliser log Σ e^t depends on every logit too."
)
exercise.mistake("normaliser_alone", of_p(lambda grad, p: -p * total(grad))).says(
    "You have the part of the normaliser, −p·Σ grad, and left out that t_k also stands in log p_k itself: + grad_k."
)
exercise.mistakes(
    logarithm_rule=np.errstate(all="ignore")(of_p(lambda grad, p: grad / p)),
    divided_by_p=lambda grad, log_p: grad / np.exp(np.maximum(log_p, -700)) - total(grad),
).says("You divide by p, as for a logarithm alone. This one is that of a SOFTMAX of t: grad − p·Σ grad.")
exercise.mistake("p_times_grad", of_p(lambda grad, p: grad * p)).says(
    "You multiply by p, as for an exponential. log-softmax is t minus log Σ e^t: grad stays, and p·Σ grad goes off."
)
exercise.mistake("diagonal_of_softmax", of_p(lambda grad, p: p * (1 - p) * grad)).says(
    "p·(1 − p) is the diagonal of the softmax's derivative. Here every logit moves all the log-probabilities."
)
exercise.mistake("log_p_subtracted", lambda grad, log_p: grad - log_p).says(
    "You subtract log p from grad. What goes off is p·Σ grad: a probability times the sum of the gradients."
)
exercise.mistakes(
    minus_log_p=lambda grad, log_p: grad - np.exp(-log_p) * total(grad),
    log_of_log_p=np.errstate(all="ignore")(lambda grad, log_p: grad - np.log(log_p) * total(grad)),
    exponential_minus_one=lambda grad, log_p: grad - np.expm1(log_p) * total(grad),
    ten_to_the_power=lambda grad, log_p: grad - 10**log_p * total(grad),
).says("You go back from log p to p with another function. p = e^log p: `np.exp(log_p)`, and nothing else.")
exercise.mistakes(
    outer=of_p(lambda grad, p: grad - np.outer(p, grad.sum(axis=-1))),
    matrix_product=of_p(lambda grad, p: grad - grad @ p.T),
).says("`@` and `np.outer` pair every row with every other. Entry by entry: p times the sum of its OWN row of grad.")
exercise.takes(
    epsilon(
        lambda eps: of_p(lambda grad, p: grad - (p + eps) * total(grad)),
        "p",
        "p may be 0, since nothing is divided by it: leave the small number out.",
        values=(1e-3, 1e-4, 1e-5),
    )
)
SUMS = {
    "sum_missing": (lambda x: x, "the sum is missing, Σ grad"),
    "summed_over_everything": (np.sum, "you sum over everything where each row has its own sum"),
    "wrong_axis": (lambda x: x.sum(axis=0), "you sum along the first axis, and it is the last"),
    "keepdims_missing": (lambda x: x.sum(axis=-1), "`keepdims=True` is missing in the sum"),
}
for id, (added, words) in SUMS.items():
    exercise.mistake(f"plus_and_{id}", of_p(lambda grad, p, added=added: grad + p * added(grad))).says(
        f"Two things: you add p·Σ grad where it goes off, and {words}. It is grad − p·Σ grad."
    )
    exercise.mistake(f"log_p_for_p_and_{id}", lambda grad, log_p, added=added: grad - log_p * added(grad)).says(
        f"Two things: p is e^log p, not log p, and {words}. It is grad − p·Σ grad."
    )
    if id != "sum_missing":
        exercise.mistake(
            f"softmax_rule_and_{id}", of_p(lambda grad, p, added=added: p * (grad - added(grad * p)))
        ).says(f"Two things: that is the rule of softmax, for log-softmax it is grad − p·Σ grad; and {words}.")
exercise.mistake("plus_and_log_p_for_p", lambda grad, log_p: grad + log_p * total(grad)).says(
    "Two things: p is e^log p, not log p, and p·Σ grad goes off, with a minus."
)
exercise.mistake("plus_and_p_missing", of_p(lambda grad, p: grad + total(grad))).says(
    "Two things: the sum is multiplied by p, and it goes off, with a minus. It is grad − p·Σ grad."
)
exercise.mistake("softmax_rule_and_sign", of_p(lambda grad, p: p * (total(grad * p) - grad))).says(
    "Two things: that is the rule of softmax, for log-softmax it is grad − p·Σ grad; and the sign is wrong."
)
exercise.mistake("wrong_base", lambda grad, log_p: grad - 2**log_p * total(grad)).says(
    "These are natural logarithms: p is e to the power of log p."
)
exercise.mistakes(p_minus_one=of_p(lambda grad, p: p - 1), one_minus_p=of_p(lambda grad, p: 1 - p)).says(
    "You leave grad out. It is grad − p·Σ grad; with grad = −onehot that is p with 1 less in ONE place."
)
exercise.mistake("sum_of_p", of_p(lambda grad, p: grad - total(p) * grad)).says(
    "You sum the wrong factor: Σ p is always 1. It is grad that is summed: grad − p·Σ grad."
)


@exercise.right
def by_einsum(grad, log_p):
    p = special.softmax(log_p, axis=-1)
    return grad - np.einsum("...i,...j->...i", p, grad)


@exercise.right
def row_by_row_with_the_jacobian(grad, log_p):
    result = np.zeros(grad.shape)
    for row in np.ndindex(grad.shape[:-1]):
        jacobian = np.eye(grad.shape[-1]) - np.exp(log_p[row])  # d log p_i / d t_k
        result[row] = grad[row] @ jacobian
    return result


exercise.right(lambda grad, log_p: (grad - np.exp(log_p) * grad.sum(-1)[..., None]).tolist())


@exercise.right
def in_place_on_a_copy(grad, log_p):
    result = grad.astype(float)
    result -= np.exp(log_p) * np.add.reduce(grad, -1, keepdims=True)
    return result
