"""linear_recurrence."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import numbers, positive


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


exercise = Exercise(
    linear_recurrence,
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

exercise.case(torch.tensor([[[0.5], [0.2], [0.4]]]), torch.tensor([[[2.0], [3.0], [-1.0]]]))
exercise.case(numbers(2, 1, 3, seed=1), numbers(2, 1, 3, seed=2))
exercise.case(numbers(2, 5, 3, seed=3, scale=0.6, grad=True), numbers(2, 5, 3, seed=4, grad=True))
exercise.case(numbers(3, 4, 2, seed=5, dtype=torch.float32), numbers(3, 4, 2, seed=6, dtype=torch.float32))
exercise.case(positive(1, 4, 2, seed=7), 1000 * numbers(1, 4, 2, seed=8))
exercise.case(torch.tensor([[[0.5], [0.0], [0.5], [0.5]]]), torch.tensor([[[1.0], [2.0], [3.0], [4.0]]]))
exercise.case(torch.full((1, 300, 1), 0.05, dtype=torch.float64), numbers(1, 300, 1, seed=9))


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


exercise.mistake("shifted", _loop(_right_step, keep="before")).says(
    "Your states are one step late: at t you keep the state from BEFORE input t. Keep it after b_t is added."
)
exercise.mistake("a_on_b", _loop(lambda a, b, h, t: h + a[:, t] * b[:, t])).says(
    "Your a_t multiplies the input b_t. It says how much of the OLD state stays; b_t is added whole."
)
exercise.mistake("a_on_both", _loop(lambda a, b, h, t: a[:, t] * (h + b[:, t]))).says(
    "Your a_t multiplies the input as well as the old state. b_t is added after the multiplication."
)
exercise.mistake("swapped", _loop(lambda a, b, h, t: b[:, t] * h + a[:, t])).says(
    "You have exchanged a and b: b_t multiplies your state and a_t is added. It is the other way round."
)
exercise.mistake("no_factor", lambda a, b: b.cumsum(dim=1)).says(
    "You only sum the inputs up: nothing is forgotten. The old state is first multiplied by a_t."
)
exercise.mistake("earlier_factor", _loop(lambda a, b, h, t: a[:, max(t - 1, 0)] * h + b[:, t])).says(
    "At t you multiply by the factor of the position before. The step to t takes a_t."
)
exercise.mistake("later_factor", _loop(lambda a, b, h, t: a[:, min(t + 1, a.shape[1] - 1)] * h + b[:, t])).says(
    "At t you multiply by the factor of the position after it. The step to t takes a_t."
)
exercise.mistake("first_factor", _loop(lambda a, b, h, t: a[:, 0] * h + b[:, t])).says(
    "You use the factor of position 0 at every step. Each position has its own, a_t."
)
exercise.mistake("earlier_input", _loop(lambda a, b, h, t: a[:, t] * h + (b[:, t - 1] if t else 0 * b[:, 0]))).says(
    "You add the input of the position before. State t has seen b_t."
)
exercise.mistake("starts_with_ones", _loop(_right_step, first=lambda a, b: torch.ones_like(b[:, 0]))).says(
    "Your state starts at 1. Before the first input it is 0, so that state 0 is b_0."
)
exercise.mistake("first_input_twice", _loop(_right_step, first=lambda a, b: b[:, 0])).says(
    "Your state starts at b_0, and then position 0 adds b_0 again. Start at 0, or at position 1."
)
exercise.mistake("starts_with_a", _loop(_right_step, first=lambda a, b: a[:, 0])).says(
    "Your state starts at a_0. Before the first input it is 0."
)
exercise.mistake("first_state_zero", _loop(lambda a, b, h, t: a[:, t] * h + b[:, t] if t else h)).says(
    "Your state 0 is zero: the first input is never added. Position 0 is a step like the others."
)
exercise.mistake("first_scaled", _loop(lambda a, b, h, t: a[:, t] * h + b[:, t] if t else a[:, 0] * b[:, 0])).says(
    "Your state 0 is a_0·b_0. There is nothing before position 0 to be forgotten: it is b_0."
)
exercise.mistake("subtracts", _loop(lambda a, b, h, t: a[:, t] * h - b[:, t])).says("You subtract b_t. It is added.")
exercise.mistake("average", _loop(lambda a, b, h, t: a[:, t] * h + (1 - a[:, t]) * b[:, t])).says(
    "You weigh the input with 1 − a_t, as a moving average does. Here b_t is added whole."
)
exercise.mistake("forgets_a", _loop(lambda a, b, h, t: (1 - a[:, t]) * h + b[:, t])).says(
    "You keep 1 − a_t of the old state. What is kept is a_t."
)
exercise.mistake("exponential", _loop(lambda a, b, h, t: a[:, t].exp() * h + b[:, t])).says(
    "You take the exponential of a_t. Here a_t is already the factor itself."
)
exercise.mistake("adds_a", _loop(lambda a, b, h, t: a[:, t] + h + b[:, t])).says(
    "You add a_t to the state instead of multiplying by it."
)
exercise.mistake("squashed", _loop(lambda a, b, h, t: torch.tanh(_right_step(a, b, h, t)))).says(
    "You put a tanh around the step, as in a recurrent network. This recurrence is linear: no tanh."
)
exercise.mistake("one_step_memory", lambda a, b: b + a * torch.cat([0 * b[:, :1], b[:, :-1]], dim=1)).says(
    "Your step multiplies the last INPUT by a_t, so that nothing older is left. It is the last STATE."
)
exercise.mistake("inputs_only", lambda a, b: b + 0 * a).says("Your result is b: the old state is never added.")
exercise.mistake("last_only", _loop(_right_step, keep="last")).says(
    "You return the last state alone, (B, n). All T states are wanted, (B, T, n)."
)
exercise.mistake("time_first", _loop(_right_step, axis=0)).says(
    "Your states are stacked along axis 0, (T, B, n). Time belongs on axis 1."
)
exercise.mistake("time_last", _loop(_right_step, axis=2)).says(
    "Your states are stacked along the last axis, (B, n, T). Time belongs on axis 1."
)
exercise.mistake(
    "over_batch", lambda a, b: linear_recurrence(a.transpose(0, 1), b.transpose(0, 1)).transpose(0, 1)
).says("You walk along axis 0, the batch: texts run into each other. Time is axis 1.")
exercise.mistake("backwards", lambda a, b: linear_recurrence(a.flip(1), b.flip(1)).flip(1)).says(
    "You walk from the end to the start, so that a state has seen the future. Start at t = 0."
)
exercise.mistake("cumulative_products", lambda a, b: a.cumprod(1) * (b / a.cumprod(1)).cumsum(1)).says(
    "You divide by the cumulative product of a, which is exact on paper. With a zero, or after 300 small factors, the "
    "product is 0 and the quotient not a number. Walk, or combine neighbours."
)
exercise.mistake(
    "cumulative_products_guarded", lambda a, b: a.cumprod(1) * (b / (a.cumprod(1) + 1e-12)).cumsum(1)
).says(
    "You divide by the cumulative product of a plus a tiny number. That hides the division by zero, and the states "
    "are silently wrong wherever the product is as small as the tiny number."
)
exercise.mistake("logarithms", lambda a, b: a.log().cumsum(1).exp() * (b * (-a.log().cumsum(1)).exp()).cumsum(1)).says(
    "You go through the logarithm of a, and a may be zero or negative. Multiply by it as it is."
)
exercise.mistake("cut_between_steps", _loop(lambda a, b, h, t: a[:, t] * h.detach() + b[:, t])).says(
    "The states are right, but no gradient passes from one state to the one before: you cut it off at each step "
    "(`detach`). The gradient must reach every earlier input."
)
exercise.mistake("cut", lambda a, b: linear_recurrence(a.detach(), b.detach())).says(
    "The states are right, but no gradient reaches a and b (`detach`, `.data`, `no_grad`)."
)


@exercise.mistake("into_b").says(
    "You write the states into b. The inputs stay as they were; collect the states in a new list."
)
def into_b(a, b):
    with torch.no_grad():
        for t in range(1, b.shape[1]):
            b[:, t] += a[:, t] * b[:, t - 1]
    return b


@exercise.right
def right_1(a, b):
    h = b[:, 0]
    states = [h]
    for t in range(1, b.shape[1]):
        h = h * a[:, t] + b[:, t]
        states.append(h)
    return torch.stack(states, 1)


@exercise.right
def right_2(a, b):
    h, states = 0, []
    for a_t, b_t in zip(a.unbind(1), b.unbind(1), strict=True):
        h = torch.addcmul(b_t, a_t, h) if states else b_t
        states.append(h[:, None])
    return torch.cat(states, dim=1)


@exercise.right
def right_3(a, b):
    shift = 1
    while shift < b.shape[1]:
        b = torch.cat([b[:, :shift], a[:, shift:] * b[:, :-shift] + b[:, shift:]], dim=1)
        a = torch.cat([a[:, :shift], a[:, shift:] * a[:, :-shift]], dim=1)
        shift *= 2
    return b


@exercise.right
def right_4(a, b):
    if b.shape[1] == 1:
        return b
    before = linear_recurrence(a[:, :-1], b[:, :-1])
    return torch.cat([before, a[:, -1:] * before[:, -1:] + b[:, -1:]], dim=1)


exercise.mistake("last_input_first", _loop(lambda a, b, h, t: a[:, t] * h + b[:, t - 1])).says(
    "At t you add `b[:, t - 1]`, which at t = 0 is the LAST input. State t has seen b_t."
)
exercise.mistake("gate", _loop(lambda a, b, h, t: (1 - a[:, t]) * h + a[:, t] * b[:, t])).says(
    "You keep 1 − a_t of the state and scale b_t by a_t. Here a_t is what is kept, and b_t is added whole."
)
exercise.mistake("products_times_b", lambda a, b: a.cumprod(1) * b).says(
    "You multiply each input by the cumulative product of a. An input meets only the factors AFTER it."
)
exercise.mistake("sum_of_products", lambda a, b: (a.cumprod(1) * b).cumsum(1)).says(
    "You sum inputs times cumulative products. An input meets only the factors AFTER it."
)
exercise.mistake("factor_on_sum", lambda a, b: a * b.cumsum(1)).says(
    "Your a_t multiplies the plain sum of the inputs. It multiplies the state, step by step."
)
exercise.mistake("no_state", lambda a, b: a * b).says(
    "You multiply a and b at each position: nothing is carried from one position to the next."
)
exercise.mistake("sigmoid", _loop(lambda a, b, h, t: a[:, t].sigmoid() * h + b[:, t])).says(
    "You put a_t through a sigmoid. Here a_t is already the factor itself."
)
exercise.mistake("one_tensor", lambda a, b: linear_recurrence(a, b)[:, -1:].expand_as(b)).says(
    "Your T states are all the last one: you change one tensor in place and keep it T times. Make a new one at each "
    "step."
)
exercise.mistake("zeros_kept", lambda a, b: torch.cat([0 * b[:, :1], linear_recurrence(a, b)], dim=1)).says(
    "Your states begin with the zeros from before the first input, so that there are T + 1. Keep a state AFTER each "
    "input only."
)
exercise.mistake(
    "over_entries", lambda a, b: linear_recurrence(a.transpose(1, 2), b.transpose(1, 2)).transpose(1, 2)
).says("You walk along the last axis, the n entries of a state. Time is axis 1.")
