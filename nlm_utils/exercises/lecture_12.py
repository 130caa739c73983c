"""The exercises of lecture 12: a linear recurrence, its steps, its kernel, the convolution, the scan.

Plain torch, one function each; the references are tested against torch's convolution, SciPy and loops in float64
(tests/test_state_space_references.py).
"""

from __future__ import annotations

import torch

from .definition import Exercise

LECTURE = "12_state_space_models"


def _numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).round(decimals=1)
    return numbers.to(dtype).requires_grad_(grad)


def _positive(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """Numbers from 0.1 to 1.2, with one decimal: steps Δ, or sizes of rates."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.rand(shape, generator=generator, dtype=torch.float64) * 1.1 + 0.1).round(decimals=1)
    return numbers.to(dtype).requires_grad_(grad)


def _rates(*shape: int, seed: int, dtype=torch.float64, grad: bool = False):
    """Negative numbers, as the entries of A are."""
    return (-_positive(*shape, seed=seed, dtype=dtype)).requires_grad_(grad)


def _add(exercise: Exercise, table) -> None:
    """(id, sentence, function) of mistakes that differ from each other in one operation."""
    for id, sentence, function in table:
        exercise.misconception(id, sentence)(function)


# --- linear_recurrence ------------------------------------------------------------------------------------


def linear_recurrence(a, b):
    """All states of h_t = a_t · h_{t−1} + b_t, one position after the other, from h_{−1} = 0.

    a, b     (B, T, n): factors and inputs; a may hold zeros and negative numbers
    returns  (B, T, n) of their dtype; [:, t] is the state AFTER input t

    T may be 300, and then products of many a are too small for a float. Gradients flow back to a and b, which
    stay as they were.
    """
    h = torch.zeros_like(b[:, 0])  # (B, n)
    states = []
    for t in range(b.shape[1]):
        h = a[:, t] * h + b[:, t]
        states.append(h)
    return torch.stack(states, dim=1)


linear_recurrence_exercise = Exercise(
    linear_recurrence,
    lecture=LECTURE,
    checks="T of 1, 3, 5 and 300, factors that are zero and negative, two dtypes, gradients",
    explanation=(
        "The state is the only memory: a_t says how much of it stays, b_t is what is added. Each state "
        "is kept as it "
        "is made, and `torch.stack(…, dim=1)` puts time back where it was."
    ),
    hints=[
        "Walk over the positions, t = 0, 1, …; what has to be carried from one to the next?",
        "Start with a state of zeros of shape (B, n). Position t of a is `a[:, t]`.",
        "Keep every new state in a list, and stack the list along axis 1 at the end.",
    ],
)
_e = linear_recurrence_exercise
_e.case(torch.tensor([[[0.5], [0.2], [0.4]]]), torch.tensor([[[2.0], [3.0], [-1.0]]]))
_e.case(_numbers(2, 1, 3, seed=1), _numbers(2, 1, 3, seed=2))
_e.case(_numbers(2, 5, 3, seed=3, scale=0.6, grad=True), _numbers(2, 5, 3, seed=4, grad=True))
_e.case(_numbers(3, 4, 2, seed=5, dtype=torch.float32), _numbers(3, 4, 2, seed=6, dtype=torch.float32))
_e.case(_positive(1, 4, 2, seed=7), 1000 * _numbers(1, 4, 2, seed=8))
_e.case(torch.tensor([[[0.5], [0.0], [0.5], [0.5]]]), torch.tensor([[[1.0], [2.0], [3.0], [4.0]]]))
_e.case(torch.full((1, 300, 1), 0.05, dtype=torch.float64), _numbers(1, 300, 1, seed=9))


def _loop(step, first=None, keep="after", axis=1):
    """A recurrence with another step(a, b, h, t), start, or collection of states."""

    def recurrence(a, b):
        h = torch.zeros_like(b[:, 0]) if first is None else first(a, b)
        states = []
        for t in range(b.shape[1]):
            if keep == "before":
                states.append(h)
            h = step(a, b, h, t)
            if keep == "after":
                states.append(h)
        return h if keep == "last" else torch.stack(states, dim=axis)

    return recurrence


def _right_step(a, b, h, t):
    return a[:, t] * h + b[:, t]


def _over_batch(a, b):
    return linear_recurrence(a.transpose(0, 1), b.transpose(0, 1)).transpose(0, 1)


def _into_b(a, b):
    with torch.no_grad():
        for t in range(1, b.shape[1]):
            b[:, t] += a[:, t] * b[:, t - 1]
    return b


_add(
    linear_recurrence_exercise,
    [
        (
            "shifted",
            "Your states are one step late: at t you keep the state from BEFORE input t. Keep it after "
            "b_t is added.",
            _loop(_right_step, keep="before"),
        ),
        (
            "a_on_b",
            "Your a_t multiplies the input b_t. It says how much of the OLD state stays; b_t is added whole.",
            _loop(lambda a, b, h, t: h + a[:, t] * b[:, t]),
        ),
        (
            "a_on_both",
            "Your a_t multiplies the input as well as the old state. b_t is added after the multiplication.",
            _loop(lambda a, b, h, t: a[:, t] * (h + b[:, t])),
        ),
        (
            "swapped",
            "You have exchanged a and b: b_t multiplies your state and a_t is added. It is the other way "
            "round.",
            _loop(lambda a, b, h, t: b[:, t] * h + a[:, t]),
        ),
        (
            "no_factor",
            "You only sum the inputs up: nothing is forgotten. The old state is first multiplied by a_t.",
            lambda a, b: b.cumsum(dim=1),
        ),
        (
            "earlier_factor",
            "At t you multiply by the factor of the position before. The step to t takes a_t.",
            _loop(lambda a, b, h, t: a[:, max(t - 1, 0)] * h + b[:, t]),
        ),
        (
            "later_factor",
            "At t you multiply by the factor of the position after it. The step to t takes a_t.",
            _loop(lambda a, b, h, t: a[:, min(t + 1, a.shape[1] - 1)] * h + b[:, t]),
        ),
        (
            "first_factor",
            "You use the factor of position 0 at every step. Each position has its own, a_t.",
            _loop(lambda a, b, h, t: a[:, 0] * h + b[:, t]),
        ),
        (
            "earlier_input",
            "You add the input of the position before. State t has seen b_t.",
            _loop(lambda a, b, h, t: a[:, t] * h + (b[:, t - 1] if t else 0 * b[:, 0])),
        ),
        (
            "starts_with_ones",
            "Your state starts at 1. Before the first input it is 0, so that state 0 is b_0.",
            _loop(_right_step, first=lambda a, b: torch.ones_like(b[:, 0])),
        ),
        (
            "first_input_twice",
            "Your state starts at b_0, and then position 0 adds b_0 again. Start at 0, or at position 1.",
            _loop(_right_step, first=lambda a, b: b[:, 0]),
        ),
        (
            "starts_with_a",
            "Your state starts at a_0. Before the first input it is 0.",
            _loop(_right_step, first=lambda a, b: a[:, 0]),
        ),
        (
            "first_state_zero",
            "Your state 0 is zero: the first input is never added. Position 0 is a step like the others.",
            _loop(lambda a, b, h, t: a[:, t] * h + b[:, t] if t else h),
        ),
        (
            "first_scaled",
            "Your state 0 is a_0·b_0. There is nothing before position 0 to be forgotten: it is b_0.",
            _loop(lambda a, b, h, t: a[:, t] * h + b[:, t] if t else a[:, 0] * b[:, 0]),
        ),
        (
            "subtracts",
            "You subtract b_t. It is added.",
            _loop(lambda a, b, h, t: a[:, t] * h - b[:, t]),
        ),
        (
            "average",
            "You weigh the input with 1 − a_t, as a moving average does. Here b_t is added whole.",
            _loop(lambda a, b, h, t: a[:, t] * h + (1 - a[:, t]) * b[:, t]),
        ),
        (
            "forgets_a",
            "You keep 1 − a_t of the old state. What is kept is a_t.",
            _loop(lambda a, b, h, t: (1 - a[:, t]) * h + b[:, t]),
        ),
        (
            "exponential",
            "You take the exponential of a_t. Here a_t is already the factor itself.",
            _loop(lambda a, b, h, t: a[:, t].exp() * h + b[:, t]),
        ),
        (
            "adds_a",
            "You add a_t to the state instead of multiplying by it.",
            _loop(lambda a, b, h, t: a[:, t] + h + b[:, t]),
        ),
        (
            "squashed",
            "You put a tanh around the step, as in a recurrent network. This recurrence is linear: no tanh.",
            _loop(lambda a, b, h, t: torch.tanh(_right_step(a, b, h, t))),
        ),
        (
            "one_step_memory",
            "Your step multiplies the last INPUT by a_t, so that nothing older is left. It is the last "
            "STATE.",
            lambda a, b: b + a * torch.cat([0 * b[:, :1], b[:, :-1]], dim=1),
        ),
        ("inputs_only", "Your result is b: the old state is never added.", lambda a, b: b + 0 * a),
        (
            "last_only",
            "You return the last state alone, (B, n). All T states are wanted, (B, T, n).",
            _loop(_right_step, keep="last"),
        ),
        (
            "time_first",
            "Your states are stacked along axis 0, (T, B, n). Time belongs on axis 1.",
            _loop(_right_step, axis=0),
        ),
        (
            "time_last",
            "Your states are stacked along the last axis, (B, n, T). Time belongs on axis 1.",
            _loop(_right_step, axis=2),
        ),
        (
            "over_batch",
            "You walk along axis 0, the batch: texts run into each other. Time is axis 1.",
            _over_batch,
        ),
        (
            "backwards",
            "You walk from the end to the start, so that a state has seen the future. Start at t = 0.",
            lambda a, b: linear_recurrence(a.flip(1), b.flip(1)).flip(1),
        ),
        (
            "cumulative_products",
            "You divide by the cumulative product of a, which is exact on paper. With a zero, or after "
            "300 small "
            "factors, the product is 0 and the quotient not a number. Walk, or combine neighbours.",
            lambda a, b: a.cumprod(1) * (b / a.cumprod(1)).cumsum(1),
        ),
        (
            "cumulative_products_guarded",
            "You divide by the cumulative product of a plus a tiny number. That hides the division by "
            "zero, and the "
            "states are silently wrong wherever the product is as small as the tiny number.",
            lambda a, b: a.cumprod(1) * (b / (a.cumprod(1) + 1e-12)).cumsum(1),
        ),
        (
            "logarithms",
            "You go through the logarithm of a, and a may be zero or negative. Multiply by it as it is.",
            lambda a, b: a.log().cumsum(1).exp() * (b * (-a.log().cumsum(1)).exp()).cumsum(1),
        ),
        (
            "cut_between_steps",
            "The states are right, but no gradient passes from one state to the one before: you cut it "
            "off at each "
            "step (`detach`). The gradient must reach every earlier input.",
            _loop(lambda a, b, h, t: a[:, t] * h.detach() + b[:, t]),
        ),
        (
            "cut",
            "The states are right, but no gradient reaches a and b (`detach`, `.data`, `no_grad`).",
            lambda a, b: linear_recurrence(a.detach(), b.detach()),
        ),
        (
            "into_b",
            "You write the states into b. The inputs stay as they were; collect the states in a new list.",
            _into_b,
        ),
    ],
)


@_e.right
def _(a, b):
    h = b[:, 0]
    states = [h]
    for t in range(1, b.shape[1]):
        h = h * a[:, t] + b[:, t]
        states.append(h)
    return torch.stack(states, 1)


@_e.right
def _(a, b):
    h, states = 0, []
    for a_t, b_t in zip(a.unbind(1), b.unbind(1), strict=True):
        h = torch.addcmul(b_t, a_t, h) if states else b_t
        states.append(h[:, None])
    return torch.cat(states, dim=1)


@_e.right
def _(a, b):
    shift = 1
    while shift < b.shape[1]:
        b = torch.cat([b[:, :shift], a[:, shift:] * b[:, :-shift] + b[:, shift:]], dim=1)
        a = torch.cat([a[:, :shift], a[:, shift:] * a[:, :-shift]], dim=1)
        shift *= 2
    return b


@_e.right
def _(a, b):
    if b.shape[1] == 1:
        return b
    before = linear_recurrence(a[:, :-1], b[:, :-1])
    return torch.cat([before, a[:, -1:] * before[:, -1:] + b[:, -1:]], dim=1)


_add(
    linear_recurrence_exercise,
    [
        (
            "last_input_first",
            "At t you add `b[:, t - 1]`, which at t = 0 is the LAST input. State t has seen b_t.",
            _loop(lambda a, b, h, t: a[:, t] * h + b[:, t - 1]),
        ),
        (
            "gate",
            "You keep 1 − a_t of the state and scale b_t by a_t. Here a_t is what is kept, and b_t is added whole.",
            _loop(lambda a, b, h, t: (1 - a[:, t]) * h + a[:, t] * b[:, t]),
        ),
        (
            "products_times_b",
            "You multiply each input by the cumulative product of a. An input meets only the factors AFTER it.",
            lambda a, b: a.cumprod(1) * b,
        ),
        (
            "sum_of_products",
            "You sum inputs times cumulative products. An input meets only the factors AFTER it.",
            lambda a, b: (a.cumprod(1) * b).cumsum(1),
        ),
        (
            "factor_on_sum",
            "Your a_t multiplies the plain sum of the inputs. It multiplies the state, step by step.",
            lambda a, b: a * b.cumsum(1),
        ),
        (
            "no_state",
            "You multiply a and b at each position: nothing is carried from one position to the next.",
            lambda a, b: a * b,
        ),
        (
            "sigmoid",
            "You put a_t through a sigmoid. Here a_t is already the factor itself.",
            _loop(lambda a, b, h, t: a[:, t].sigmoid() * h + b[:, t]),
        ),
    ],
)


_add(
    linear_recurrence_exercise,
    [
        (
            "one_tensor",
            "Your T states are all the last one: you change one tensor in place and keep it T times. Make a new one "
            "at each step.",
            lambda a, b: linear_recurrence(a, b)[:, -1:].expand_as(b),
        ),
        (
            "zeros_kept",
            "Your states begin with the zeros from before the first input, so that there are T + 1. Keep a state "
            "AFTER each input only.",
            lambda a, b: torch.cat([0 * b[:, :1], linear_recurrence(a, b)], dim=1),
        ),
        (
            "over_entries",
            "You walk along the last axis, the n entries of a state. Time is axis 1.",
            lambda a, b: linear_recurrence(a.transpose(1, 2), b.transpose(1, 2)).transpose(1, 2),
        ),
    ],
)


# --- discretise -------------------------------------------------------------------------------------------


def discretise(delta, A, B):
    """The factors of one step of length Δ: Ā = exp(Δ·A) for the state, B̄ = Δ·B for the input.

    delta    (B, T, d), positive: each position and channel has its own step
    A        (d, n), negative; the same at every position
    B        (B, T, n): each position has its own, shared by the channels
    returns  (A_bar, B_bar), both (B, T, d, n)

    Gradients flow back to all three, which stay as they were.
    """
    A_bar = torch.exp(delta[..., None] * A)  # (B, T, d, 1) · (d, n)
    B_bar = delta[..., None] * B[:, :, None, :]  # (B, T, d, 1) · (B, T, 1, n)
    return A_bar, B_bar


discretise_exercise = Exercise(
    discretise,
    lecture=LECTURE,
    checks="B, T, d and n that all differ and that are all equal, large and small steps, two dtypes, gradients",
    explanation=(
        "For a constant input h' = A·h + B·u has an exact solution after time Δ, with exp(Δ·A) before "
        "the old state: "
        "between 0 and 1 for negative A, whatever Δ. Euler's 1 + Δ·A is its first term and leaves that "
        "range when Δ "
        "is large. For B̄ the first term, Δ·B, is enough, as in Mamba."
    ),
    hints=[
        "The result has four axes, (B, T, d, n). Which of them does each argument lack?",
        "`delta[..., None]` has shape (B, T, d, 1) and meets A, (d, n), as it is.",
        "B lacks the channels: `B[:, :, None, :]` has shape (B, T, 1, n). The exponential is of the "
        "whole Δ·A.",
    ],
)
_e = discretise_exercise
_e.case(torch.tensor([[[0.5]]]), torch.tensor([[-2.0]]), torch.tensor([[[3.0]]]))
_e.case(_positive(2, 3, 4, seed=1), _rates(4, 5, seed=2), _numbers(2, 3, 5, seed=3))
_e.case(_positive(2, 2, 2, seed=4), _rates(2, 2, seed=5), _numbers(2, 2, 2, seed=6))
_e.case(
    _positive(1, 2, 3, seed=7, grad=True),
    _rates(3, 2, seed=8, grad=True),
    _numbers(1, 2, 2, seed=9, grad=True),
)
_e.case(
    20 * _positive(1, 3, 2, seed=10, dtype=torch.float32),
    _rates(2, 4, seed=11, dtype=torch.float32),
    1000 * _numbers(1, 3, 4, seed=12, dtype=torch.float32),
)


def _steps(a_bar=None, b_bar=None):
    """Wrong factors: functions of Δ (B, T, d, 1), A (d, n) and B (B, T, 1, n)."""
    a_bar = a_bar or (lambda d, A, B: (d * A).exp())
    b_bar = b_bar or (lambda d, A, B: d * B)

    def factors(delta, A, B):
        d, B = delta[..., None], B[:, :, None, :]
        return a_bar(d, A, B), b_bar(d, A, B)

    return factors


_A_MISTAKES = [
    (
        "euler",
        "Your Ā is 1 + Δ·A, Euler's step. The exact factor is the exponential of Δ·A.",
        lambda d, A, B: 1 + d * A,
    ),
    ("no_exponential", "Your Ā is Δ·A itself; its exponential is wanted.", lambda d, A, B: d * A),
    ("no_delta_in_A", "Your Ā is the exponential of A without Δ.", lambda d, A, B: A.exp() + 0 * d),
    (
        "delta_outside",
        "Your Δ stands outside the exponential; it belongs inside, beside A.",
        lambda d, A, B: d * A.exp(),
    ),
    ("sign", "Your Ā grows: A is negative already, and you turn its sign.", lambda d, A, B: (-d * A).exp()),
    (
        "divides",
        "You divide A by Δ in Ā. A longer step forgets MORE: multiply.",
        lambda d, A, B: (A / d).exp(),
    ),
    ("adds", "You add Δ and A in the exponential; they are multiplied.", lambda d, A, B: (d + A).exp()),
    (
        "minus_one",
        "You subtract 1 from the exponential in Ā. Ā is the exponential alone.",
        lambda d, A, B: (d * A).expm1(),
    ),
    (
        "one_minus",
        "Your Ā is 1 minus the exponential: that is what is forgotten.",
        lambda d, A, B: 1 - (d * A).exp(),
    ),
    (
        "bilinear",
        "Your Ā is the bilinear rule. It is close, but the exponential is exact.",
        lambda d, A, B: (1 + d * A / 2) / (1 - d * A / 2),
    ),
    (
        "backward",
        "Your Ā is 1/(1 − Δ·A), the implicit Euler step. The exponential is wanted.",
        lambda d, A, B: 1 / (1 - d * A),
    ),
    (
        "softplus",
        "You put Δ through a softplus. It is positive already.",
        lambda d, A, B: (torch.nn.functional.softplus(d) * A).exp(),
    ),
    (
        "exponential_of_A",
        "You take −exp(A) for A (A_log of the Mamba code). Here A is negative as it comes.",
        lambda d, A, B: (-d * A.exp()).exp(),
    ),
    (
        "cut_A",
        "The values are right, but no gradient reaches Δ and A through Ā (`detach`).",
        lambda d, A, B: (d * A).exp().detach(),
    ),
]
_B_MISTAKES = [
    (
        "no_delta_in_B",
        "Δ is missing in your B̄: a short step takes in little of its input.",
        lambda d, A, B: B + 0 * d,
    ),
    (
        "exponential_of_B",
        "Your B̄ is an exponential too. It is the plain product of Δ and B.",
        lambda d, A, B: (d * B).exp(),
    ),
    (
        "exact_B",
        "Your B̄ is the exact zero-order hold, (exp(Δ·A) − 1)/A · B. Here its first term, Δ·B, is asked for.",
        lambda d, A, B: (d * A).expm1() / A * B,
    ),
    ("A_in_B", "Your B̄ holds A as a factor. It is Δ and B alone.", lambda d, A, B: d * A * B),
    ("A_bar_in_B", "Your B̄ is multiplied by Ā. It is Δ and B alone.", lambda d, A, B: (d * A).exp() * d * B),
    (
        "complement_in_B",
        "Your B̄ is (1 − Ā)·B, as in a gate. It is Δ·B.",
        lambda d, A, B: -(d * A).expm1() * B,
    ),
    ("divides_B", "You divide B by Δ. A longer step takes in MORE: multiply.", lambda d, A, B: B / d),
    ("adds_B", "You add Δ and B; they are multiplied.", lambda d, A, B: d + B),
    ("squared_B", "Δ enters your B̄ squared; once is enough.", lambda d, A, B: d * d * B),
    ("sign_B", "The sign of your B̄ is turned round.", lambda d, A, B: -d * B),
    (
        "cut_B",
        "The values are right, but no gradient reaches Δ and B through B̄ (`detach`).",
        lambda d, A, B: (d * B).detach(),
    ),
]
_add(discretise_exercise, [(id, sentence, _steps(a_bar=f)) for id, sentence, f in _A_MISTAKES])
_add(discretise_exercise, [(id, sentence, _steps(b_bar=f)) for id, sentence, f in _B_MISTAKES])
_add(
    discretise_exercise,
    [
        (
            "softplus_again",
            "You apply softplus to Δ. It is positive already: that was done before.",
            lambda delta, A, B: discretise(torch.nn.functional.softplus(delta), A, B),
        ),
        (
            "sums_over_d",
            "Your Δ·A is summed over the channels, as a matrix product does. Each channel keeps its own row: "
            "(B, T, d, n).",
            lambda delta, A, B: ((delta @ A).exp(), discretise(delta, A, B)[1]),
        ),
    ],
)
_add(
    discretise_exercise,
    [
        (
            "euler_and_no_delta",
            "Two things: Ā is an exponential, not 1 + Δ·A; and Δ is missing in B̄.",
            _steps(lambda d, A, B: 1 + d * A, lambda d, A, B: B + 0 * d),
        ),
        (
            "exchanged",
            "The two results are right but in the wrong order: Ā comes first.",
            lambda delta, A, B: discretise(delta, A, B)[::-1],
        ),
        (
            "A_alone",
            "You return Ā alone. Both are wanted, (A_bar, B_bar).",
            lambda delta, A, B: discretise(delta, A, B)[0],
        ),
        (
            "state_before_channel",
            "The last two axes of your results are exchanged: (B, T, n, d). Channels come first, (B, T, "
            "d, n).",
            lambda delta, A, B: tuple(x.transpose(-1, -2) for x in discretise(delta, A, B)),
        ),
        (
            "B_bar_axes",
            "The last two axes of your B̄ are exchanged: (B, T, n, d). Channels come first, as in Ā.",
            lambda delta, A, B: (discretise(delta, A, B)[0], discretise(delta, A, B)[1].transpose(-1, -2)),
        ),
        (
            "no_new_axis",
            "You multiply without a new axis, so that channels and state entries are mixed up, or do not "
            "fit. "
            "Give delta a last axis of 1, and B an axis of 1 for the channels.",
            lambda delta, A, B: ((delta * A).exp(), delta * B),
        ),
        (
            "cut",
            "The values are right, but no gradient reaches the arguments (`detach`, `.data`, `no_grad`).",
            lambda delta, A, B: discretise(delta.detach(), A.detach(), B.detach()),
        ),
    ],
)


@_e.right
def _(delta, A, B):
    return torch.exp(torch.einsum("btd,dn->btdn", delta, A)), torch.einsum("btd,btn->btdn", delta, B)


@_e.right
def _(delta, A, B):
    d = delta.unsqueeze(-1)
    return (d * A[None, None]).exp(), B.unsqueeze(2) * d


@_e.right
def _(delta, A, B):
    channels = range(delta.shape[2])
    A_bar = torch.stack([(delta[:, :, i, None] * A[i]).exp() for i in channels], dim=2)
    return A_bar, torch.stack([delta[:, :, i, None] * B for i in channels], dim=2)


@_e.right
def _(delta, A, B):
    return torch.pow(A.exp(), delta[..., None]), delta[..., None] @ B[:, :, None, :]


_add(
    discretise_exercise,
    [
        (
            "euler_exact_B",
            "Two things: Ā is an exponential, not 1 + Δ·A; and for B̄ the plain product Δ·B is asked for.",
            _steps(lambda d, A, B: 1 + d * A, lambda d, A, B: (d * A).expm1() / A * B),
        ),
        (
            "sigmoid_A",
            "Your Ā is a sigmoid. It is the exponential of Δ·A.",
            _steps(lambda d, A, B: (d * A).sigmoid()),
        ),
        (
            "delta_twice_A",
            "Your Ā is multiplied by Δ once more. Δ belongs in the exponential alone.",
            _steps(lambda d, A, B: (d * A).exp() * d),
        ),
        (
            "one_minus_delta_A",
            "Your Ā is 1 − Δ·A, which grows. The exponential of Δ·A is wanted.",
            _steps(lambda d, A, B: 1 - d * A),
        ),
        ("base_two", "Your Ā is a power of 2. The base is e.", _steps(lambda d, A, B: 2 ** (d * A))),
    ],
)


# --- ssm_kernel -------------------------------------------------------------------------------------------


def ssm_kernel(a_bar, b_bar, c, length):
    """The convolution kernel of one time-invariant channel: K_k = Σ_n c_n · a_n^k · b_n for k = 0, 1, …

    a_bar, b_bar, c  (n,): factor, input weight and output weight of each state entry; a_bar may be zero or negative
    length           how many entries, at least 1
    returns          (length,); entry k is what an input of k positions ago weighs in the output

    a_n^0 is 1, also for a_n = 0. Gradients flow back to all three, which stay as they were.
    """
    power = torch.ones_like(a_bar)
    kernel = []
    for _ in range(length):
        kernel.append((c * power * b_bar).sum())
        power = power * a_bar
    return torch.stack(kernel)


ssm_kernel_exercise = Exercise(
    ssm_kernel,
    lecture=LECTURE,
    checks="states of 1, 2, 3 and 4 entries, a length of 1, of n and of more, zero and negative factors, gradients",
    explanation=(
        "An input enters the state as b_n·u, is multiplied by a_n at each of the k steps that follow, "
        "and is read out "
        "with c_n. At k = 0 nothing has been forgotten yet: the power is 0. The state entries do not "
        "meet before the "
        "sum."
    ),
    hints=[
        "Follow a single input 1 through the recurrence: what is the state just after it, and one step "
        "later?",
        "After k more steps entry n of the state is a_n^k·b_n. The output is its sum with weights c_n.",
        "Begin with a power of ones and multiply by a_bar after each entry: k = 0 comes first.",
    ],
)
_e = ssm_kernel_exercise
_e.case(torch.tensor([0.5]), torch.tensor([2.0]), torch.tensor([3.0]), 3)
_e.case(_positive(2, seed=1), _numbers(2, seed=2), _numbers(2, seed=3), 1)
_e.case(torch.tensor([0.9, -0.5, 0.2], dtype=torch.float64), _numbers(3, seed=4), _numbers(3, seed=5), 5)
_e.case(
    _numbers(4, seed=6, scale=0.5, grad=True),
    _numbers(4, seed=7, grad=True),
    _numbers(4, seed=8, grad=True),
    4,
)
_e.case(torch.tensor([0.0, 0.5]), torch.tensor([1000.0, -2.0]), torch.tensor([1.0, 3.0]), 4)


def _kernel(entry):
    """A wrong kernel from entry(a, b, c, k)."""

    def kernel(a_bar, b_bar, c, length):
        return torch.stack([entry(a_bar, b_bar, c, k) for k in range(length)])

    return kernel


_add(
    ssm_kernel_exercise,
    [
        (id, sentence, _kernel(entry))
        for id, sentence, entry in [
            (
                "power_from_one",
                "Your kernel starts at power 1. The present input has not been multiplied by a yet: "
                "start at 0.",
                lambda a, b, c, k: (c * a ** (k + 1) * b).sum(),
            ),
            (
                "no_c",
                "c is missing: the state has to be read out.",
                lambda a, b, c, k: (a**k * b).sum() + 0 * c.sum(),
            ),
            (
                "no_b",
                "b is missing: it says how an input enters the state.",
                lambda a, b, c, k: (c * a**k).sum() + 0 * b.sum(),
            ),
            (
                "k_times_a",
                "You multiply a by k. It is a to the POWER k.",
                lambda a, b, c, k: (c * (a * k) * b).sum(),
            ),
            (
                "k_to_the_a",
                "Base and exponent are exchanged: a is the base.",
                lambda a, b, c, k: (c * float(k) ** a * b).sum(),
            ),
            (
                "no_power",
                "Your a is not raised to a power: each step multiplies once more.",
                lambda a, b, c, k: (c * a * b).sum(),
            ),
            (
                "constant",
                "a is missing, so that nothing is ever forgotten.",
                lambda a, b, c, k: (c * b).sum() + 0 * a.sum(),
            ),
            (
                "exponential",
                "You take exp(k·a). a_bar is discretised already: its powers are wanted.",
                lambda a, b, c, k: (c * (k * a).exp() * b).sum(),
            ),
            (
                "mean",
                "You take the mean over the state. It is a sum.",
                lambda a, b, c, k: (c * a**k * b).mean(),
            ),
            (
                "power_of_ab",
                "b is raised to the power too. The input enters once; only a acts at each step.",
                lambda a, b, c, k: (c * (a * b) ** k).sum(),
            ),
            (
                "power_of_all",
                "The whole product is raised to the power. Only a is.",
                lambda a, b, c, k: ((c * a * b) ** k).sum(),
            ),
            (
                "power_of_ca",
                "c is raised to the power too. The state is read once; only a acts at each step.",
                lambda a, b, c, k: ((c * a) ** k * b).sum(),
            ),
            (
                "sums_apart",
                "You sum over the state before you multiply. Entries meet only in the last sum.",
                lambda a, b, c, k: c.sum() * (a**k * b).sum(),
            ),
            (
                "absolute",
                "You lose the sign of a. A negative factor turns the sign at each step.",
                lambda a, b, c, k: (c * a.abs() ** k * b).sum(),
            ),
            (
                "one_minus",
                "You take powers of 1 − a. a is what is kept.",
                lambda a, b, c, k: (c * (1 - a) ** k * b).sum(),
            ),
            (
                "adds",
                "You add where a product is wanted: c, the power of a and b are multiplied.",
                lambda a, b, c, k: (c * (a**k + b)).sum(),
            ),
            (
                "twice_the_power",
                "The power grows by two at each step. One position is one factor.",
                lambda a, b, c, k: (c * a ** (2 * k) * b).sum(),
            ),
            (
                "not_summed",
                "You do not sum over the state: one number for each position is wanted.",
                lambda a, b, c, k: c * a**k * b,
            ),
            (
                "first_entry",
                "You use the first entry of the state alone. All n are summed.",
                lambda a, b, c, k: c[0] * a[0] ** k * b[0],
            ),
        ]
    ],
)
_add(
    ssm_kernel_exercise,
    [
        (
            "reversed",
            "Your kernel is reversed: the oldest input comes first. Entry 0 belongs to the present.",
            lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length).flip(0),
        ),
        (
            "cumulative",
            "You add the entries up as you go. Each entry stands alone.",
            lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length).cumsum(0),
        ),
        (
            "too_long",
            "Your kernel has one entry too many. Powers 0 to length − 1 make `length` entries.",
            lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length + 1),
        ),
        (
            "too_short",
            "Your kernel has one entry too few. Powers 0 to length − 1 make `length` entries.",
            lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length + 1)[: length - 1],
        ),
        (
            "zero_first",
            "Your entry 0 is zero, and the kernel comes one late. The present input counts.",
            lambda a_bar, b_bar, c, length: torch.cat([0 * c[:1], ssm_kernel(a_bar, b_bar, c, length)])[
                :length
            ],
        ),
        (
            "logarithms",
            "You go through the logarithm of a, and a may be zero or negative. Use powers.",
            lambda a_bar, b_bar, c, length: _kernel(lambda a, b, c, k: (c * (k * a.log()).exp() * b).sum())(
                a_bar, b_bar, c, length
            ),
        ),
        (
            "cut",
            "The values are right, but no gradient reaches the arguments (`detach`, `.item()`, `float()`).",
            lambda a_bar, b_bar, c, length: ssm_kernel(a_bar.detach(), b_bar.detach(), c.detach(), length),
        ),
    ],
)


@_e.right
def _(a_bar, b_bar, c, length):
    return (c * b_bar) @ a_bar[:, None] ** torch.arange(length)


@_e.right
def _(a_bar, b_bar, c, length):
    return torch.stack([(c * a_bar**k * b_bar).sum() for k in range(length)])


@_e.right
def _(a_bar, b_bar, c, length):
    state, kernel = b_bar, []
    for _ in range(length):
        kernel.append(c @ state)
        state = a_bar * state
    return torch.stack(kernel)


@_e.right
def _(a_bar, b_bar, c, length):
    return torch.einsum("n,kn,n->k", c, torch.stack([a_bar**k for k in range(length)]), b_bar)


_add(
    ssm_kernel_exercise,
    [
        (
            "power_late",
            "Your power stays 0 for two entries: entry k has power k.",
            _kernel(lambda a, b, c, k: (c * a ** max(k - 1, 0) * b).sum()),
        ),
        (
            "b_apart",
            "You sum b on its own. State entries meet only in the last sum.",
            _kernel(lambda a, b, c, k: (c * a**k).sum() * b.sum()),
        ),
        (
            "all_apart",
            "You sum each factor on its own. State entries meet only in the last sum.",
            _kernel(lambda a, b, c, k: c.sum() * a.sum() ** k * b.sum()),
        ),
        (
            "a_summed",
            "You sum a before taking powers. Each state entry has its own factor.",
            _kernel(lambda a, b, c, k: (c * b).sum() * a.sum() ** k),
        ),
        ("only_a", "Both b and c are missing.", _kernel(lambda a, b, c, k: (a**k).sum() + 0 * (b + c).sum())),
        (
            "reversed_from_one",
            "Two things: powers start at 0, and the present comes first.",
            lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, a_bar * b_bar, c, length).flip(0),
        ),
    ],
)


# --- causal_depthwise_convolution -------------------------------------------------------------------------


def causal_depthwise_convolution(x, w, b):
    """Each channel's weighted sum of its last k values, the present among them, and a bias.

    x        (B, T, d)
    w        (d, k): one kernel for each channel; w[:, k−1] weighs the present, w[:, 0] what is k−1 positions back
    b        (d,)
    returns  (B, T, d); before the text there are zeros. T may be smaller than k.

    Gradients flow back to all three, which stay as they were.
    """
    length, k = x.shape[1], w.shape[1]
    padded = torch.cat([x.new_zeros(x.shape[0], k - 1, x.shape[2]), x], dim=1)  # (B, k − 1 + T, d)
    return b + sum(w[:, j] * padded[:, j : j + length] for j in range(k))


causal_depthwise_convolution_exercise = Exercise(
    causal_depthwise_convolution,
    lecture=LECTURE,
    checks="B, T, d and k that all differ, d equal to k, a kernel of 1, a text shorter than the kernel, gradients",
    explanation=(
        "k − 1 zeros in front, none behind: then output t sees inputs t − k + 1 to t. Depthwise means "
        "that each channel "
        "has a kernel of its own and no channel sees another. The last weight is the present's, as in "
        "torch's `conv1d`."
    ),
    hints=[
        "What must stand before the first position, so that it too has k values to look at?",
        "Put k − 1 rows of zeros in front of x along time. Window t of the result is then rows t to t + "
        "k − 1.",
        "Weight j goes with the padded x shifted by j: `padded[:, j : j + T]`, multiplied by w[:, j]; "
        "sum over j.",
    ],
)
_e = causal_depthwise_convolution_exercise
_e.case(torch.tensor([[[1.0], [2.0], [4.0]]]), torch.tensor([[0.5, 3.0]]), torch.tensor([10.0]))
_e.case(_numbers(2, 5, 4, seed=1), _numbers(4, 3, seed=2), _numbers(4, seed=3))
_e.case(_numbers(2, 4, 3, seed=4), _numbers(3, 3, seed=5), _numbers(3, seed=6))
_e.case(
    _numbers(1, 3, 2, seed=7, grad=True), _numbers(2, 4, seed=8, grad=True), _numbers(2, seed=9, grad=True)
)
_e.case(_numbers(3, 4, 2, seed=10), _numbers(2, 1, seed=11), _numbers(2, seed=12))
_e.case(*(1000 * _numbers(*s, seed=13, dtype=torch.float32) for s in [(1, 5, 3), (3, 2), (3,)]))


def _ahead(x, w, b):
    return causal_depthwise_convolution(x.flip(1), w.flip(1), b).flip(1)


def _late(x):
    return torch.cat([0 * x[:, :1], x[:, :-1]], dim=1)


def _centred(x, w, b):
    back = w.shape[1] // 2
    padded = torch.cat([x, x.new_zeros(x.shape[0], back, x.shape[2])], dim=1)
    return causal_depthwise_convolution(padded, w, b)[:, back:]


def _repeated(x, w, b):
    k = w.shape[1]
    padded = torch.cat([x[:, :1]] * (k - 1) + [x], dim=1)
    return causal_depthwise_convolution(padded, w, b)[:, k - 1 :]


def _wrapped(x, w, b):
    k = w.shape[1]
    return b + sum(w[:, j] * x.roll(k - 1 - j, dims=1) for j in range(k))


_conv = causal_depthwise_convolution
_add(
    causal_depthwise_convolution_exercise,
    [
        ("looks_ahead", "Your window begins at the present and looks ahead. It ends at the present.", _ahead),
        (
            "flipped",
            "Your kernel is flipped: w[:, 0] weighs the present. The present's weight is the LAST.",
            lambda x, w, b: _conv(x, w.flip(1), b),
        ),
        (
            "mixed",
            "Your channels are mixed: an output sees the other channels too. Each keeps to itself.",
            lambda x, w, b: _conv(x, w, 0 * b).sum(-1, keepdim=True) + b,
        ),
        (
            "centred",
            "Your window is centred on the present, so half of it looks ahead. All zeros go in front.",
            _centred,
        ),
        (
            "no_bias",
            "The bias is missing: one number for each channel is added to its sum.",
            lambda x, w, b: _conv(x, w, 0 * b),
        ),
        (
            "flipped_no_bias",
            "Two things: the present's weight is the last, and the bias is missing.",
            lambda x, w, b: _conv(x, w.flip(1), 0 * b),
        ),
        (
            "bias_per_weight",
            "The bias is added once for each weight. Once is enough.",
            lambda x, w, b: _conv(x, w, b * w.shape[1]),
        ),
        ("bias_subtracted", "The bias is subtracted; it is added.", lambda x, w, b: _conv(x, w, -b)),
        (
            "one_late",
            "Your window ends one position before the present.",
            lambda x, w, b: _conv(_late(x), w, b),
        ),
        (
            "repeats_first",
            "You put copies of the first row in front. Before the text there are zeros.",
            _repeated,
        ),
        (
            "wraps",
            "Your first windows see the END of the text (`roll` wraps round). Before it there are zeros.",
            _wrapped,
        ),
        (
            "first_kernel",
            "All channels get the kernel of channel 0. Each has its own row of w.",
            lambda x, w, b: _conv(x, w[:1].expand_as(w), b),
        ),
        (
            "mean",
            "You take the mean over the window. It is a sum.",
            lambda x, w, b: _conv(x, w / w.shape[1], b),
        ),
        (
            "present_only",
            "Only the present is weighed: the earlier values are missing.",
            lambda x, w, b: x * w[:, -1] + b,
        ),
        (
            "oldest_missing",
            "The oldest value of the window is missing: k values, not k − 1.",
            lambda x, w, b: _conv(x, torch.cat([0 * w[:, :1], w[:, 1:]], 1), b),
        ),
        (
            "present_missing",
            "The present is missing from your window.",
            lambda x, w, b: _conv(x, torch.cat([w[:, :-1], 0 * w[:, -1:]], 1), b),
        ),
        (
            "too_long",
            "Your result is longer than the text. Zeros go in front only, k − 1 of them.",
            lambda x, w, b: _conv(
                torch.cat([x, 0 * x[:, :1].expand(-1, max(w.shape[1] - 1, 1), -1)], 1), w, b
            ),
        ),
        (
            "residual",
            "You add x to the result. The convolution alone is wanted.",
            lambda x, w, b: x + _conv(x, w, b),
        ),
        (
            "silu",
            "You apply a SiLU. In the block it comes after; here the sum itself is wanted.",
            lambda x, w, b: torch.nn.functional.silu(_conv(x, w, b)),
        ),
        (
            "channels_first",
            "Your result is (B, d, T). Channels go last again.",
            lambda x, w, b: _conv(x, w, b).transpose(1, 2),
        ),
        (
            "batch_for_time",
            "Your window slides along axis 0, the batch. Time is axis 1.",
            lambda x, w, b: _conv(x.transpose(0, 1), w, b).transpose(0, 1),
        ),
        (
            "cut",
            "The values are right, but no gradient reaches the arguments (`detach`).",
            lambda x, w, b: _conv(x.detach(), w.detach(), b.detach()),
        ),
    ],
)


@_e.right
def _(x, w, b):
    k, d = w.shape[1], w.shape[0]
    y = torch.nn.functional.conv1d(x.transpose(1, 2), w[:, None], b, padding=k - 1, groups=d)
    return y[..., : x.shape[1]].transpose(1, 2)


@_e.right
def _(x, w, b):
    padded = torch.nn.functional.pad(x, (0, 0, w.shape[1] - 1, 0))
    return torch.einsum("btdk,dk->btd", padded.unfold(1, w.shape[1], 1), w) + b


@_e.right
def _(x, w, b):
    k, rows = w.shape[1], []
    for t in range(x.shape[1]):
        seen = x[:, max(0, t - k + 1) : t + 1]
        rows.append((seen * w[:, k - seen.shape[1] :].T).sum(1) + b)
    return torch.stack(rows, dim=1)


@_e.right
def _(x, w, b):
    y = x * w[:, -1]
    for back in range(1, min(w.shape[1], x.shape[1])):
        y = y + torch.nn.functional.pad(x[:, :-back], (0, 0, back, 0)) * w[:, -1 - back]
    return y + b


_add(
    causal_depthwise_convolution_exercise,
    [
        (
            "flipped_ahead",
            "Two things: the window ends at the present, and the present's weight is the last.",
            lambda x, w, b: _ahead(x, w.flip(1), b),
        ),
        (
            "bias_multiplied",
            "The bias multiplies the sum; it is added.",
            lambda x, w, b: _conv(x, w, 0 * b) * b,
        ),
        (
            "unpadded",
            "Your result is shorter than the text: k − 1 zeros are missing in front.",
            lambda x, w, b: _conv(x, w, b)[:, w.shape[1] - 1 :],
        ),
    ],
)


def _full_windows(x, w, b, before):
    k = w.shape[1]
    return torch.cat([before(x[:, : k - 1]), _conv(x, w, b)[:, k - 1 :]], dim=1)


def _left_aligned(x, w, b):
    k, rows = w.shape[1], []
    for t in range(x.shape[1]):
        seen = x[:, max(0, t - k + 1) : t + 1]
        rows.append((seen * w[:, : seen.shape[1]].T).sum(1) + b)
    return torch.stack(rows, dim=1)


_add(
    causal_depthwise_convolution_exercise,
    [
        (
            "full_windows_only",
            "Your first k − 1 results are zero. They see less, but they are weighed sums too, with zeros in front.",
            lambda x, w, b: _full_windows(x, w, b, lambda first: 0 * first),
        ),
        (
            "first_rows_kept",
            "Your first k − 1 results are x itself. They are weighed sums too, with zeros in front.",
            lambda x, w, b: _full_windows(x, w, b, lambda first: first),
        ),
        (
            "first_weights_first",
            "Where the window is not full yet you take the FIRST weights. The present's weight is always the last.",
            _left_aligned,
        ),
        (
            "mixed_own_kernel",
            "Your channels are mixed: each kernel is laid over the sum of all channels (`groups` is missing).",
            lambda x, w, b: _conv(x.sum(-1, keepdim=True).expand_as(x), w, b),
        ),
    ],
)


# --- combine ----------------------------------------------------------------------------------------------


def combine(left, right):
    """Two steps of h → a·h + b as one: first `left`, then `right`.

    left, right  pairs (a, b) of tensors, all four of one shape, whatever it is
    returns      the pair (a, b) with right(left(h)) = a·h + b for every h

    Nothing is divided; a may be zero. Gradients flow back to all four, which stay as they were.
    """
    a_left, b_left = left
    a_right, b_right = right
    return a_right * a_left, a_right * b_left + b_right


combine_exercise = Exercise(
    combine,
    lecture=LECTURE,
    checks="one number, several axes, zeros and negative factors, ±1000, gradients",
    explanation=(
        "a_r·(a_l·h + b_l) + b_r = (a_r·a_l)·h + (a_r·b_l + b_r): two steps are a step of the same kind. "
        "What left "
        "added is forgotten by right's factor. The order matters, the brackets do not: that is what a "
        "scan needs."
    ),
    hints=[
        "Write the first step on paper, h' = a_l·h + b_l, and put it into the second, a_r·h' + b_r.",
        "Multiply out, and collect what stands before h: that is the new a.",
        "The rest is the new b: b_r, and what left added after right's factor has been over it.",
    ],
)
_e = combine_exercise
_e.case((torch.tensor([0.5]), torch.tensor([2.0])), (torch.tensor([0.2]), torch.tensor([3.0])))
_e.case((_numbers(2, 3, seed=1), _numbers(2, 3, seed=2)), (_numbers(2, 3, seed=3), _numbers(2, 3, seed=4)))
_e.case(
    (_numbers(3, seed=5, grad=True), _numbers(3, seed=6, grad=True)),
    (_numbers(3, seed=7, grad=True), _numbers(3, seed=8, grad=True)),
)
_e.case(
    (torch.tensor([0.0, 1000.0, -2.0]), torch.tensor([1.0, -3.0, 1000.0])),
    (torch.tensor([0.5, 0.0, -1000.0]), torch.tensor([4.0, 5.0, 6.0])),
)


def _pair(a=None, b=None):
    """A wrong pair from functions of a_l, b_l, a_r, b_r."""
    a = a or (lambda al, bl, ar, br: ar * al)
    b = b or (lambda al, bl, ar, br: ar * bl + br)
    return lambda left, right: (a(*left, *right), b(*left, *right))


_add(
    combine_exercise,
    [
        (id, sentence, _pair(b=f))
        for id, sentence, f in [
            (
                "order",
                "Your order is turned round: you let `right` come first. `left` is earlier, so it is "
                "what LEFT added that right's factor forgets.",
                lambda al, bl, ar, br: al * br + bl,
            ),
            (
                "left_factor",
                "You multiply left's b by left's own a. It is the LATER factor that acts on it.",
                lambda al, bl, ar, br: al * bl + br,
            ),
            (
                "right_on_own",
                "You multiply right's b by right's own a and add left's. It is left's b that is multiplied.",
                lambda al, bl, ar, br: ar * br + bl,
            ),
            (
                "no_factor",
                "You add the two b. What left added goes through right's step: it is multiplied by a_r.",
                lambda al, bl, ar, br: bl + br,
            ),
            (
                "left_on_right",
                "You multiply right's b by left's a AND left's b by right's a. The last b is added whole.",
                lambda al, bl, ar, br: ar * bl + al * br,
            ),
            (
                "factor_on_both",
                "Your a_r multiplies both b. Right's own b is added after its factor.",
                lambda al, bl, ar, br: ar * (bl + br),
            ),
            (
                "both_factors",
                "Left's b is multiplied by both factors. Only the later one acts on it.",
                lambda al, bl, ar, br: ar * al * bl + br,
            ),
            (
                "product_of_b",
                "You multiply the two b. They are added, left's after right's factor.",
                lambda al, bl, ar, br: bl * br,
            ),
            (
                "scaled_product",
                "You multiply where right's b should be added.",
                lambda al, bl, ar, br: ar * bl * br,
            ),
            ("subtracts", "You subtract right's b; it is added.", lambda al, bl, ar, br: ar * bl - br),
            ("b_right_missing", "Right's own b is missing.", lambda al, bl, ar, br: ar * bl + 0 * br),
            (
                "b_left_missing",
                "What left added is lost: your b is right's alone.",
                lambda al, bl, ar, br: br + 0 * bl,
            ),
            (
                "b_with_a",
                "Your b holds a_r·a_l too. That belongs before h, in the new a.",
                lambda al, bl, ar, br: ar * al + ar * bl + br,
            ),
            (
                "cut_b",
                "The values are right, but no gradient flows through the new b (`detach`).",
                lambda al, bl, ar, br: (ar * bl + br).detach(),
            ),
        ]
    ],
)
_add(
    combine_exercise,
    [
        (id, sentence, _pair(a=f))
        for id, sentence, f in [
            (
                "sum_of_a",
                "You add the two factors. One after the other they multiply.",
                lambda al, bl, ar, br: al + ar,
            ),
            (
                "a_right_only",
                "Your new a is right's alone. h has been through left's factor too.",
                lambda al, bl, ar, br: ar + 0 * al,
            ),
            (
                "a_left_only",
                "Your new a is left's alone. h goes through right's factor too.",
                lambda al, bl, ar, br: al + 0 * ar,
            ),
            (
                "quotient",
                "You divide one factor by the other. They multiply.",
                lambda al, bl, ar, br: ar / al,
            ),
            ("a_squared", "Right's factor stands twice in your new a.", lambda al, bl, ar, br: ar * ar * al),
            (
                "a_with_b",
                "Your new a holds a b. Only what stands before h belongs there.",
                lambda al, bl, ar, br: ar * al + br,
            ),
            (
                "cut_a",
                "The values are right, but no gradient flows through the new a (`detach`).",
                lambda al, bl, ar, br: (ar * al).detach(),
            ),
        ]
    ],
)
_add(
    combine_exercise,
    [
        (
            "sums",
            "You add factors and add inputs. Put the first step into the second and multiply out.",
            _pair(lambda al, bl, ar, br: al + ar, lambda al, bl, ar, br: bl + br),
        ),
        (
            "exchanged",
            "Your pair is in the wrong order: (a, b), the factor first.",
            lambda left, right: combine(left, right)[::-1],
        ),
        (
            "b_only",
            "You return the new b alone. The pair (a, b) is wanted, so that it can be combined again.",
            lambda left, right: combine(left, right)[1],
        ),
        (
            "pairs_mixed",
            "You unpack a pair as (b, a). The factor comes first.",
            lambda left, right: combine(left[::-1], right[::-1])[::-1],
        ),
        (
            "cut",
            "The values are right, but no gradient reaches the arguments (`detach`).",
            lambda left, right: combine([x.detach() for x in left], [x.detach() for x in right]),
        ),
    ],
)


@_e.right
def _(left, right):
    return left[0] * right[0], torch.addcmul(right[1], right[0], left[1])


@_e.right
def _(left, right):
    (a1, b1), (a2, b2) = left, right
    return a1 * a2, b2 + b1 * a2


@_e.right
def _(left, right):
    both = right[0] * torch.stack(tuple(left))
    return both[0], both[1] + right[1]


@_e.right
def _(left, right):
    return torch.mul(right[0], left[0]), torch.add(torch.mul(right[0], left[1]), right[1])


_add(
    combine_exercise,
    [
        (
            "left_on_both",
            "Your a_l multiplies both b. It acts before left's b is added; only a_r acts on it.",
            _pair(b=lambda al, bl, ar, br: al * (bl + br)),
        ),
        (
            "all_on_both",
            "Both factors multiply both b. Only a_r acts, and on left's b alone.",
            _pair(b=lambda al, bl, ar, br: al * ar * (bl + br)),
        ),
        (
            "own_factors",
            "Each b is multiplied by its own a. It is right's a that acts on left's b.",
            _pair(b=lambda al, bl, ar, br: al * bl + ar * br),
        ),
        (
            "order_and_left_missing",
            "Your b is a_l·b_r. It is right's factor on left's b, and then right's b.",
            _pair(b=lambda al, bl, ar, br: al * br + 0 * bl),
        ),
        (
            "sum_and_order",
            "Two things: factors multiply; and the order is left first, so a_r acts on b_l.",
            _pair(lambda al, bl, ar, br: al + ar, lambda al, bl, ar, br: al * br + bl),
        ),
    ],
)


# --- selective_scan ---------------------------------------------------------------------------------------


def selective_scan(u, delta, A, B, C, D):
    """The selective state space model: h_t = Ā_t h_{t−1} + B̄_t u_t and y_t = C_t · h_t + D · u_t.

    u, delta  (B, T, d): inputs and steps; the steps are positive already
    A         (d, n), negative
    B, C      (B, T, n): how the input enters the state and how the state is read, at each position
    D         (d,): the way past the state
    returns   (B, T, d)

    Ā = exp(Δ·A) and B̄ = Δ·B; h_{−1} = 0. T may be 300, and then products of all factors are too small for a
    float. Gradients flow back to all six, which stay as they were.
    """
    A_bar = torch.exp(delta[..., None] * A)  # (B, T, d, n)
    B_bar_u = delta[..., None] * B[:, :, None, :] * u[..., None]  # (B, T, d, n)
    h = torch.zeros_like(A_bar[:, 0])  # (B, d, n)
    outputs = []
    for t in range(u.shape[1]):
        h = A_bar[:, t] * h + B_bar_u[:, t]
        outputs.append((h * C[:, t, None, :]).sum(-1) + D * u[:, t])
    return torch.stack(outputs, dim=1)


selective_scan_exercise = Exercise(
    selective_scan,
    lecture=LECTURE,
    checks="B, T, d and n that all differ and that are all equal, T of 1 and 300, two dtypes, gradients",
    explanation=(
        "It is the linear recurrence with factors Ā_t and inputs B̄_t·u_t, each channel with n state "
        "entries, read by "
        "C_t. Δ, B and C depend on the input, so each position decides what is kept, taken in and read: "
        "that is the "
        "selection. D·u_t goes past the state."
    ),
    hints=[
        "The pieces are there: `discretise` gives Ā and B̄, `linear_recurrence` shows the loop.",
        "The state is (B, d, n); u lacks the last axis: `u[..., None]`. The input of the recurrence is B̄·u.",
        "Read the NEW state: multiply by `C[:, t, None, :]`, sum over the last axis, and add D·u_t.",
    ],
)
_e = selective_scan_exercise


def _six(batch, length, d, n, seed, **options):
    return (
        _numbers(batch, length, d, seed=seed, **options),
        _positive(batch, length, d, seed=seed + 1, **options),
        _rates(d, n, seed=seed + 2, **options),
        _numbers(batch, length, n, seed=seed + 3, **options),
        _numbers(batch, length, n, seed=seed + 4, **options),
        _numbers(d, seed=seed + 5, **options),
    )


_e.case(*_six(1, 3, 1, 1, seed=1))
_e.case(*_six(2, 5, 3, 4, seed=11))
_e.case(*_six(2, 2, 2, 2, seed=21))
_e.case(*_six(1, 3, 2, 4, seed=31, grad=True))
_e.case(*_six(2, 1, 3, 2, seed=41, dtype=torch.float32))


_e.case(*_six(1, 300, 1, 2, seed=81, dtype=torch.float32))  # products of 300 factors underflow


def _scan(a=None, b=None, read=None, skip=None, keep=None):
    """A wrong scan with other factors, inputs, reading, way past the state."""
    a = a or (lambda delta, A: (delta[..., None] * A).exp())
    b = b or (lambda u, delta, B: delta * B * u)
    read = read or (lambda h, C: (h * C[:, :, None, :]).sum(-1))
    skip = skip or (lambda u, D: D * u)

    def scan(u, delta, A, B, C, D):
        inputs = b(u[..., None], delta[..., None], B[:, :, None, :])
        h = _states(a(delta, A), inputs)
        return read(h, C) + skip(u, D)

    return scan


def _states(a, b):
    h, states = torch.zeros_like(b[:, 0]), []
    for t in range(b.shape[1]):
        h = a[:, t] * h + b[:, t]
        states.append(h)
    return torch.stack(states, dim=1)


def _by_quotients(u, delta, A, B, C, D):
    products = (delta[..., None] * A).cumsum(1).exp()
    h = products * ((delta * u)[..., None] * B[:, :, None] / products).cumsum(1)
    return (h * C[:, :, None]).sum(-1) + D * u


_add(
    selective_scan_exercise,
    [
        ("no_D", "D·u is missing: the input also goes past the state.", _scan(skip=lambda u, D: 0 * u * D)),
        (
            "no_u",
            "u is missing in your state: what enters it is B̄·u.",
            _scan(b=lambda u, d, B: d * B + 0 * u),
        ),
        (
            "no_u_no_D",
            "Two things: u is missing in the state, and D·u in the output.",
            _scan(b=lambda u, d, B: d * B + 0 * u, skip=lambda u, D: 0 * u),
        ),
        (
            "C_before",
            "You read the state with the C of the position before.",
            _scan(
                read=lambda h, C: (
                    (h * C.roll(1, 1)[:, :, None]).sum(-1) if C.shape[1] > 1 else (h * 0).sum(-1)
                )
            ),
        ),
        (
            "cumulative_products",
            "You divide by the products of all factors so far, which is exact on paper. Over 300 positions they "
            "become 0, and the quotient is not a number. Walk, or combine neighbours.",
            _by_quotients,
        ),
        (
            "C_next",
            "You read each state with the C of the position after it. C_t belongs to h_t.",
            _scan(read=lambda h, C: (h * torch.cat([C[:, 1:], C[:, -1:]], dim=1)[:, :, None]).sum(-1)),
        ),
        (
            "sums_apart",
            "You sum the state and C apart, and multiply the sums. Entry n of C reads entry n of the state: multiply "
            "first.",
            _scan(read=lambda h, C: h.sum(-1) * C.sum(-1, keepdim=True)),
        ),
        (
            "silu",
            "You put a non-linearity around the output. Here it is a plain weighted sum; the gate comes later.",
            lambda u, delta, A, B, C, D: torch.nn.functional.silu(selective_scan(u, delta, A, B, C, D)),
        ),
        (
            "C_first",
            "You read every state with the C of position 0.",
            _scan(read=lambda h, C: (h * C[:, :1, None]).sum(-1)),
        ),
        (
            "C_last",
            "You read every state with the C of the last position.",
            _scan(read=lambda h, C: (h * C[:, -1:, None]).sum(-1)),
        ),
        (
            "state_before",
            "You read the state from BEFORE input t. Read the new one.",
            _scan(read=lambda h, C: (_late(h) * C[:, :, None]).sum(-1)),
        ),
        ("no_C", "C is missing: you only sum the state up.", _scan(read=lambda h, C: h.sum(-1))),
        (
            "mean",
            "You take the mean over the state. It is a sum.",
            _scan(read=lambda h, C: (h * C[:, :, None]).mean(-1)),
        ),
        ("euler", "Your Ā is 1 + Δ·A. It is the exponential.", _scan(a=lambda d, A: 1 + d[..., None] * A)),
        (
            "no_exponential",
            "Your Ā is Δ·A itself. Its exponential is wanted.",
            _scan(a=lambda d, A: d[..., None] * A),
        ),
        ("no_delta_in_A", "Δ is missing in your Ā.", _scan(a=lambda d, A: A.exp() + 0 * d[..., None])),
        (
            "grows",
            "Your Ā grows: A is negative already, and you turn its sign.",
            _scan(a=lambda d, A: (-d[..., None] * A).exp()),
        ),
        ("no_memory", "Your old state is lost at each step.", _scan(a=lambda d, A: 0 * d[..., None] * A)),
        (
            "no_forgetting",
            "Your old state is never multiplied by Ā: nothing is forgotten.",
            _scan(a=lambda d, A: 1 + 0 * d[..., None] * A),
        ),
        (
            "softplus",
            "You put Δ through a softplus. It is positive already.",
            lambda u, delta, A, B, C, D: selective_scan(u, torch.nn.functional.softplus(delta), A, B, C, D),
        ),
        (
            "A_log",
            "You take −exp(A) for A. Here A is negative as it comes.",
            _scan(a=lambda d, A: (-d[..., None] * A.exp()).exp()),
        ),
        ("no_delta_in_B", "Δ is missing in your B̄.", _scan(b=lambda u, d, B: B * u + 0 * d)),
        (
            "no_B",
            "B is missing: it says how the input enters the state.",
            _scan(b=lambda u, d, B: d * u + 0 * B),
        ),
        (
            "D_only",
            "You add D alone where D · u_t is wanted: u is missing there.",
            _scan(skip=lambda u, D: D + 0 * u),
        ),
        (
            "u_only",
            "You add u alone where D · u_t is wanted: D is missing there.",
            _scan(skip=lambda u, D: u + 0 * D),
        ),
        ("D_subtracted", "D·u is subtracted; it is added.", _scan(skip=lambda u, D: -D * u)),
        (
            "D_delta",
            "Your Δ multiplies D·u too. It goes past the state, and past Δ.",
            lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, 0 * D) + D * u * delta,
        ),
        (
            "B_and_C",
            "B and C are exchanged: B writes, C reads.",
            lambda u, delta, A, B, C, D: selective_scan(u, delta, A, C, B, D),
        ),
        (
            "u_and_delta",
            "u and delta are exchanged.",
            lambda u, delta, A, B, C, D: selective_scan(delta, u, A, B, C, D),
        ),
        (
            "backwards",
            "You walk from the end to the start, so that outputs see the future.",
            lambda u, delta, A, B, C, D: selective_scan(
                u.flip(1), delta.flip(1), A, B.flip(1), C.flip(1), D
            ).flip(1),
        ),
        (
            "last_only",
            "You return the last output alone. All T are wanted.",
            lambda *six: selective_scan(*six)[:, -1],
        ),
        (
            "time_first",
            "Your outputs are stacked along axis 0. Time belongs on axis 1.",
            lambda *six: selective_scan(*six).transpose(0, 1),
        ),
        (
            "cut_state",
            "The values are right, but no gradient passes through the state (`detach`).",
            _scan(read=lambda h, C: (h.detach() * C[:, :, None]).sum(-1)),
        ),
        (
            "cut",
            "The values are right, but no gradient reaches the arguments (`detach`).",
            lambda *six: selective_scan(*[x.detach() for x in six]),
        ),
    ],
)


@_e.right
def _(u, delta, A, B, C, D):
    h = _states(
        torch.exp(torch.einsum("btd,dn->btdn", delta, A)), torch.einsum("btd,btn->btdn", delta * u, B)
    )
    return torch.einsum("btdn,btn->btd", h, C) + u * D


@_e.right
def _(u, delta, A, B, C, D):
    h, rows = 0, []
    for t in range(u.shape[1]):
        d = delta[:, t, :, None]
        h = (d * A).exp() * h + d * B[:, t, None] * u[:, t, :, None]
        rows.append((h @ C[:, t, :, None])[..., 0] + D * u[:, t])
    return torch.stack(rows, 1)


@_e.right
def _(u, delta, A, B, C, D):
    A_bar, B_bar = discretise(delta, A, B)
    batch, length, d, n = A_bar.shape
    h = linear_recurrence(A_bar.flatten(2), (B_bar * u[..., None]).flatten(2)).view(batch, length, d, n)
    return (h @ C[..., None]).squeeze(-1) + D * u


@_e.right
def _(u, delta, A, B, C, D):
    channels = [
        _scan()(u[..., i : i + 1], delta[..., i : i + 1], A[i : i + 1], B, C, D[i : i + 1])
        for i in range(len(D))
    ]
    return torch.cat(channels, dim=-1)


_add(
    selective_scan_exercise,
    [
        (
            "residual",
            "You add u once more. D·u is the only way past the state.",
            lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, D) + u,
        ),
        (
            "D_times_y",
            "Your D multiplies the reading of the state. It multiplies u, and is added.",
            lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, 0 * D) * D,
        ),
        (
            "B_first",
            "You use the B of position 0 throughout. Each position has its own.",
            lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B[:, :1].expand_as(B), C, D),
        ),
        (
            "delta_first",
            "You use the Δ of position 0 throughout. Each position has its own.",
            lambda u, delta, A, B, C, D: selective_scan(u, delta[:, :1].expand_as(delta), A, B, C, D),
        ),
        (
            "no_delta",
            "Δ is missing in both Ā and B̄.",
            _scan(lambda d, A: A.exp() + 0 * d[..., None], lambda u, d, B: B * u + 0 * d),
        ),
        (
            "euler_no_D",
            "Two things: Ā is the exponential of Δ·A; and D·u is missing.",
            _scan(a=lambda d, A: 1 + d[..., None] * A, skip=lambda u, D: 0 * u * D),
        ),
        (
            "no_delta_in_B_no_D",
            "Two things: Δ is missing in B̄; and D·u is missing.",
            _scan(b=lambda u, d, B: B * u + 0 * d, skip=lambda u, D: 0 * u * D),
        ),
    ],
)


def _quotients_guarded(u, delta, A, B, C, D):
    A_bar, B_bar = discretise(delta, A, B)
    products = A_bar.cumprod(1)
    h = products * (B_bar * u[..., None] / (products + 1e-12)).cumsum(1)
    return (h * C[:, :, None]).sum(-1) + D * u


def _u_on_state(u, delta, A, B, C, D):
    A_bar, B_bar = discretise(delta, A, B)
    h = _states(A_bar * u[..., None], B_bar * u[..., None])
    return (h * C[:, :, None]).sum(-1) + D * u


_add(
    selective_scan_exercise,
    [
        (
            "cumulative_products_guarded",
            "You divide by a cumulative product plus a tiny number: silently wrong wherever the product is as small "
            "as that. Walk, or combine neighbours.",
            _quotients_guarded,
        ),
        (
            "u_on_state",
            "Your u multiplies the old state too. It multiplies B̄ alone.",
            _u_on_state,
        ),
        (
            "product_of_ways",
            "You multiply the reading of the state by D·u. The two are added.",
            lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, 0 * D) * D * u,
        ),
    ],
)


EXERCISES = (
    linear_recurrence_exercise,
    discretise_exercise,
    ssm_kernel_exercise,
    selective_scan_exercise,
    combine_exercise,
    causal_depthwise_convolution_exercise,
)
