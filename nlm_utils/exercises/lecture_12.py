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
        "The state is the only memory: a_t says how much of it stays, b_t is what is added. Each state is kept as it "
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
            "Your states are one step late: at t you keep the state from BEFORE input t. Keep it after b_t is added.",
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
            "You have exchanged a and b: b_t multiplies your state and a_t is added. It is the other way round.",
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
            "Your step multiplies the last INPUT by a_t, so that nothing older is left. It is the last STATE.",
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
            "You divide by the cumulative product of a, which is exact on paper. With a zero, or after 300 small "
            "factors, the product is 0 and the quotient not a number. Walk, or combine neighbours.",
            lambda a, b: a.cumprod(1) * (b / a.cumprod(1)).cumsum(1),
        ),
        (
            "cumulative_products_guarded",
            "You divide by the cumulative product of a plus a tiny number. That hides the division by zero, and the "
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
            "The states are right, but no gradient passes from one state to the one before: you cut it off at each "
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
        "For a constant input h' = A·h + B·u has an exact solution after time Δ, with exp(Δ·A) before the old state: "
        "between 0 and 1 for negative A, whatever Δ. Euler's 1 + Δ·A is its first term and leaves that range when Δ "
        "is large. For B̄ the first term, Δ·B, is enough, as in Mamba."
    ),
    hints=[
        "The result has four axes, (B, T, d, n). Which of them does each argument lack?",
        "`delta[..., None]` has shape (B, T, d, 1) and meets A, (d, n), as it is.",
        "B lacks the channels: `B[:, :, None, :]` has shape (B, T, 1, n). The exponential is of the whole Δ·A.",
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
    ("euler", "Your Ā is 1 + Δ·A, Euler's step. The exact factor is the exponential of Δ·A.", lambda d, A, B: 1 + d * A),
    ("no_exponential", "Your Ā is Δ·A itself; its exponential is wanted.", lambda d, A, B: d * A),
    ("no_delta_in_A", "Your Ā is the exponential of A without Δ.", lambda d, A, B: A.exp() + 0 * d),
    ("delta_outside", "Your Δ stands outside the exponential; it belongs inside, beside A.", lambda d, A, B: d * A.exp()),
    ("sign", "Your Ā grows: A is negative already, and you turn its sign.", lambda d, A, B: (-d * A).exp()),
    ("divides", "You divide A by Δ in Ā. A longer step forgets MORE: multiply.", lambda d, A, B: (A / d).exp()),
    ("adds", "You add Δ and A in the exponential; they are multiplied.", lambda d, A, B: (d + A).exp()),
    ("minus_one", "You subtract 1 from the exponential in Ā. Ā is the exponential alone.", lambda d, A, B: (d * A).expm1()),
    ("one_minus", "Your Ā is 1 minus the exponential: that is what is forgotten.", lambda d, A, B: 1 - (d * A).exp()),
    ("bilinear", "Your Ā is the bilinear rule. It is close, but the exponential is exact.", lambda d, A, B: (1 + d * A / 2) / (1 - d * A / 2)),
    ("backward", "Your Ā is 1/(1 − Δ·A), the implicit Euler step. The exponential is wanted.", lambda d, A, B: 1 / (1 - d * A)),
    ("softplus", "You put Δ through a softplus. It is positive already.", lambda d, A, B: (torch.nn.functional.softplus(d) * A).exp()),
    ("exponential_of_A", "You take −exp(A) for A (A_log of the Mamba code). Here A is negative as it comes.", lambda d, A, B: (-d * A.exp()).exp()),
    ("cut_A", "The values are right, but no gradient reaches Δ and A through Ā (`detach`).", lambda d, A, B: (d * A).exp().detach()),
]  # fmt: skip
_B_MISTAKES = [
    ("no_delta_in_B", "Δ is missing in your B̄: a short step takes in little of its input.", lambda d, A, B: B + 0 * d),
    ("exponential_of_B", "Your B̄ is an exponential too. It is the plain product of Δ and B.", lambda d, A, B: (d * B).exp()),
    ("exact_B", "Your B̄ is the exact zero-order hold, (exp(Δ·A) − 1)/A · B. Here its first term, Δ·B, is asked for.", lambda d, A, B: (d * A).expm1() / A * B),
    ("A_in_B", "Your B̄ holds A as a factor. It is Δ and B alone.", lambda d, A, B: d * A * B),
    ("A_bar_in_B", "Your B̄ is multiplied by Ā. It is Δ and B alone.", lambda d, A, B: (d * A).exp() * d * B),
    ("complement_in_B", "Your B̄ is (1 − Ā)·B, as in a gate. It is Δ·B.", lambda d, A, B: -(d * A).expm1() * B),
    ("divides_B", "You divide B by Δ. A longer step takes in MORE: multiply.", lambda d, A, B: B / d),
    ("adds_B", "You add Δ and B; they are multiplied.", lambda d, A, B: d + B),
    ("squared_B", "Δ enters your B̄ squared; once is enough.", lambda d, A, B: d * d * B),
    ("sign_B", "The sign of your B̄ is turned round.", lambda d, A, B: -d * B),
    ("cut_B", "The values are right, but no gradient reaches Δ and B through B̄ (`detach`).", lambda d, A, B: (d * B).detach()),
]  # fmt: skip
_add(discretise_exercise, [(id, sentence, _steps(a_bar=f)) for id, sentence, f in _A_MISTAKES])
_add(discretise_exercise, [(id, sentence, _steps(b_bar=f)) for id, sentence, f in _B_MISTAKES])
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
        ("A_alone", "You return Ā alone. Both are wanted, (A_bar, B_bar).", lambda delta, A, B: discretise(delta, A, B)[0]),
        (
            "state_before_channel",
            "The last two axes of your results are exchanged: (B, T, n, d). Channels come first, (B, T, d, n).",
            lambda delta, A, B: tuple(x.transpose(-1, -2) for x in discretise(delta, A, B)),
        ),
        (
            "no_new_axis",
            "You multiply without a new axis, so that channels and state entries are mixed up, or do not fit. "
            "Give delta a last axis of 1, and B an axis of 1 for the channels.",
            lambda delta, A, B: ((delta * A).exp(), delta * B),
        ),
        (
            "cut",
            "The values are right, but no gradient reaches the arguments (`detach`, `.data`, `no_grad`).",
            lambda delta, A, B: discretise(delta.detach(), A.detach(), B.detach()),
        ),
    ],
)  # fmt: skip


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
        "a_r·(a_l·h + b_l) + b_r = (a_r·a_l)·h + (a_r·b_l + b_r): two steps are a step of the same kind. What left "
        "added is forgotten by right's factor. The order matters, the brackets do not: that is what a scan needs."
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
            ("order", "Your order is turned round: you let `right` come first. `left` is earlier, so it is what LEFT added that right's factor forgets.", lambda al, bl, ar, br: al * br + bl),
            ("left_factor", "You multiply left's b by left's own a. It is the LATER factor that acts on it.", lambda al, bl, ar, br: al * bl + br),
            ("right_on_own", "You multiply right's b by right's own a and add left's. It is left's b that is multiplied.", lambda al, bl, ar, br: ar * br + bl),
            ("no_factor", "You add the two b. What left added goes through right's step: it is multiplied by a_r.", lambda al, bl, ar, br: bl + br),
            ("left_on_right", "You multiply right's b by left's a AND left's b by right's a. The last b is added whole.", lambda al, bl, ar, br: ar * bl + al * br),
            ("factor_on_both", "Your a_r multiplies both b. Right's own b is added after its factor.", lambda al, bl, ar, br: ar * (bl + br)),
            ("both_factors", "Left's b is multiplied by both factors. Only the later one acts on it.", lambda al, bl, ar, br: ar * al * bl + br),
            ("product_of_b", "You multiply the two b. They are added, left's after right's factor.", lambda al, bl, ar, br: bl * br),
            ("scaled_product", "You multiply where right's b should be added.", lambda al, bl, ar, br: ar * bl * br),
            ("subtracts", "You subtract right's b; it is added.", lambda al, bl, ar, br: ar * bl - br),
            ("b_right_missing", "Right's own b is missing.", lambda al, bl, ar, br: ar * bl + 0 * br),
            ("b_left_missing", "What left added is lost: your b is right's alone.", lambda al, bl, ar, br: br + 0 * bl),
            ("b_with_a", "Your b holds a_r·a_l too. That belongs before h, in the new a.", lambda al, bl, ar, br: ar * al + ar * bl + br),
            ("cut_b", "The values are right, but no gradient flows through the new b (`detach`).", lambda al, bl, ar, br: (ar * bl + br).detach()),
        ]
    ],
)  # fmt: skip
_add(
    combine_exercise,
    [
        (id, sentence, _pair(a=f))
        for id, sentence, f in [
            ("sum_of_a", "You add the two factors. One after the other they multiply.", lambda al, bl, ar, br: al + ar),
            ("a_right_only", "Your new a is right's alone. h has been through left's factor too.", lambda al, bl, ar, br: ar + 0 * al),
            ("a_left_only", "Your new a is left's alone. h goes through right's factor too.", lambda al, bl, ar, br: al + 0 * ar),
            ("quotient", "You divide one factor by the other. They multiply.", lambda al, bl, ar, br: ar / al),
            ("a_squared", "Right's factor stands twice in your new a.", lambda al, bl, ar, br: ar * ar * al),
            ("a_with_b", "Your new a holds a b. Only what stands before h belongs there.", lambda al, bl, ar, br: ar * al + br),
            ("cut_a", "The values are right, but no gradient flows through the new a (`detach`).", lambda al, bl, ar, br: (ar * al).detach()),
        ]
    ],
)  # fmt: skip
_add(
    combine_exercise,
    [
        ("sums", "You add factors and add inputs. Put the first step into the second and multiply out.", _pair(lambda al, bl, ar, br: al + ar, lambda al, bl, ar, br: bl + br)),
        ("exchanged", "Your pair is in the wrong order: (a, b), the factor first.", lambda left, right: combine(left, right)[::-1]),
        ("b_only", "You return the new b alone. The pair (a, b) is wanted, so that it can be combined again.", lambda left, right: combine(left, right)[1]),
        ("pairs_mixed", "You unpack a pair as (b, a). The factor comes first.", lambda left, right: combine(left[::-1], right[::-1])[::-1]),
        ("cut", "The values are right, but no gradient reaches the arguments (`detach`).", lambda left, right: combine([x.detach() for x in left], [x.detach() for x in right])),
    ],
)  # fmt: skip


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


EXERCISES = [linear_recurrence_exercise, discretise_exercise, combine_exercise]
