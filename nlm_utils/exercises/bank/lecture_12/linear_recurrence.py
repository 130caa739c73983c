"""h_t = a_t·h_{t−1} + b_t, walked. Learners weigh the input, are one step off, or divide by products that become 0."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import argument, exchanged, result

from .common import late, numbers, positive


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
exercise.drawn(lambda rng: tensors(rng, "btn btn", scale=0.4, t=int(rng.choice([2, 7, 300]))))

_h = linear_recurrence


def _steps(step):
    """All states of h = step(a_t, b_t, h), from 0."""

    def recurrence(a, b):
        h, states = torch.zeros_like(b[:, 0]), []
        for t in range(b.shape[1]):
            h = step(a[:, t], b[:, t], h)
            states.append(h)
        return torch.stack(states, dim=1)

    return recurrence


def later_factors(a):
    """The product of all factors after each position; 1 after the last."""
    return torch.cat([a[:, 1:].flip(1).cumprod(1).flip(1), torch.ones_like(a[:, :1])], dim=1)


def _first(state):
    """The right steps, but state 0 is `state(a_0, b_0)`."""
    return lambda a, b: _h(a, torch.cat([state(a[:, :1], b[:, :1]), b[:, 1:]], dim=1))


# The step.
for _id, (_step, _sentence) in {
    "a_on_b": (lambda a, b, h: h + a * b, "Your a_t multiplies b_t. It says how much of the OLD state stays."),
    "a_on_both": (lambda a, b, h: a * (h + b), "Your a_t multiplies the input, too. b_t is added after it, whole."),
    "average": (lambda a, b, h: a * h + (1 - a) * b, "You weigh b_t with 1 − a_t, as an average does. Add it whole."),
    "gate": (lambda a, b, h: (1 - a) * h + a * b, "You keep 1 − a_t, and a_t of b_t. Keep a_t, and add b_t whole."),
    "sigmoid": (lambda a, b, h: a.sigmoid() * h + b, "You put a_t through a sigmoid. It is the factor itself already."),
    "adds_a": (lambda a, b, h: a + h + b, "You add a_t to the state instead of multiplying by it."),
    "squashed": (lambda a, b, h: torch.tanh(a * h + b), "You put a tanh around the step. This recurrence is linear."),
}.items():
    exercise.mistake(_id, _steps(_step)).says(_sentence)
exercise.takes(
    exchanged("a", "b", ("swapped", "You have exchanged a and b: b_t multiplies your state and a_t is added.")),
    argument(
        "a",
        one=("no_factor", "You only sum the inputs up: nothing is forgotten. The old state is multiplied by a_t."),
        one_minus=("forgets_a", "You keep 1 − a_t of the old state. What is kept is a_t."),
        exp=("exponential", "You take the exponential of a_t. Here a_t is already the factor itself."),
    ),
    result(last_time=("last_only", "You return the last state alone, (B, n). All T states are wanted, (B, T, n).")),
    result(transposed=("stacked_last", "Yours is (B, n, T): stack the states along axis 1."), squeezed="squeezed"),
)

# The first state.
for _id, (_state, _sentence) in {
    "starts_with_ones": (lambda a, b: a + b, "Your state starts at 1. Before the first input it is 0: state 0 is b_0."),
    "first_input_twice": (lambda a, b: a * b + b, "Your state starts at b_0, and b_0 is added again. Start at 0."),
    "starts_with_a": (lambda a, b: a * a + b, "Your state starts at a_0. Before the first input it is 0."),
    "first_state_zero": (lambda a, b: 0 * b, "Your state 0 is zero. Position 0 is a step like the others: add b_0."),
    "first_scaled": (lambda a, b: a * b, "Your state 0 is a_0·b_0. Nothing before it is to be forgotten: it is b_0."),
}.items():
    exercise.mistake(_id, _first(_state)).says(_sentence)

# One step off, another direction, no state, no loop.
exercise.mistakes(
    earlier_factor=lambda a, b: _h(torch.cat([a[:, :1], a[:, :-1]], dim=1), b),
    later_factor=lambda a, b: _h(torch.cat([a[:, 1:], a[:, -1:]], dim=1), b),
    first_factor=lambda a, b: _h(a[:, :1].expand_as(a), b),
).says("At t you multiply by the factor of another position. The step to t takes a_t.")
exercise.mistakes(
    earlier_input=lambda a, b: _h(a, late(b)),
    last_input_first=lambda a, b: _h(a, b.roll(1, dims=1)),
).says("At t you add `b[:, t - 1]`, which at t = 0 is the LAST input, or none. State t has seen b_t.")
exercise.mistakes(
    products_times_b=lambda a, b: a.cumprod(1) * b,
    sum_of_products=lambda a, b: (a.cumprod(1) * b).cumsum(1),
).says("You multiply inputs by cumulative products of a. An input meets only the factors AFTER it.")
for _id, (_wrong, _sentence) in {
    "first_position_only": (
        lambda a, b: _h(a, b)[:, :1],
        "Only the first state comes back: the `return` stands inside the loop, and ends it at t = 0.",
    ),
    "last_position_filled": (
        lambda a, b: torch.cat([0 * b[:, :-1], _h(a, b)[:, -1:]], 1),
        "Only the last state is kept, the others are 0: the line that keeps h stands after the loop.",
    ),
    "shifted": (lambda a, b: late(_h(a, b)), "You keep the state from BEFORE input t. Keep it after b_t is added."),
    "backwards": (lambda a, b: _h(a.flip(1), b.flip(1)).flip(1), "You walk from the end: begin at t = 0."),
    "over_batch": (lambda a, b: _h(a[None], b[None])[0], "You walk along axis 0, the batch. Time is axis 1."),
    "over_entries": (lambda a, b: _h(a.mT, b.mT).mT, "You walk along the entries of a state. Time is axis 1."),
    "one_step_memory": (lambda a, b: b + a * late(b), "Your a_t multiplies the last INPUT. It multiplies the STATE."),
    "time_first": (lambda a, b: _h(a, b).transpose(0, 1), "Yours is (T, B, n): stack the states with `dim=1`."),
    "joined": (lambda a, b: _h(a, b).flatten(1), "`cat` joins the states to rows of T·n. `stack` gives time its axis."),
    "from_one": (lambda a, b: _h(a[:, 1:], b[:, 1:]), "Your loop begins at 1, and b_0 is lost. State 0 is b_0."),
    "matrix_product": (
        _steps(lambda a, b, h: a @ h + b),
        "`a @ h` adds products up. Multiply entry by entry: `a * h`.",
    ),
    "inputs_only": (lambda a, b: b + 0 * a, "Your result is b: the old state is never added."),
    "no_state": (lambda a, b: a * b, "You multiply a and b. Carry a state: h = a_t · h + b_t."),
    "factor_on_sum": (lambda a, b: a * b.cumsum(1), "Your a_t multiplies the sum of inputs. It multiplies the state."),
}.items():
    exercise.mistake(_id, _wrong).says(_sentence)
exercise.mistake("zeros_kept", lambda a, b: torch.cat([0 * b[:, :1], _h(a, b)], dim=1)).says(
    "Your T + 1 states begin with the zeros from before the first input. Keep a state AFTER each input only."
)
exercise.mistake("one_tensor", lambda a, b: _h(a, b)[:, -1:].expand_as(b)).says(
    "Your T states are all the last one: you change one tensor in place and keep it T times. Make a new one."
)
exercise.mistakes(
    cumulative_products=lambda a, b: a.cumprod(1) * (b / a.cumprod(1)).cumsum(1),
    cumulative_products_guarded=lambda a, b: a.cumprod(1) * (b / (a.cumprod(1) + 1e-12)).cumsum(1),
    cumulative_products_clamped=lambda a, b: (p := a.cumprod(1).clamp_min(1e-12)) * (b / p).cumsum(1),
    cumulative_products_replaced=lambda a, b: (p := a.cumprod(1) + (a.cumprod(1) == 0)) * (b / p).cumsum(1),
    products_of_later_factors=lambda a, b: (b * later_factors(a)).cumsum(1) / (later_factors(a) + 1e-12),
).says(
    "You divide by products of a: 0 after a zero or 300 small factors, which no tiny number mends. Walk step by step."
)
exercise.mistakes(
    logarithms=lambda a, b: a.log().cumsum(1).exp() * (b * (-a.log().cumsum(1)).exp()).cumsum(1),
    logarithms_clamped=lambda a, b: (s := a.clamp(1e-12).log().cumsum(1)).exp() * (b * (-s).exp()).cumsum(1),
).says("You go through the logarithm of a, and a may be zero or negative. Multiply by a as it is.")


exercise.right(_steps(lambda a, b, h: torch.addcmul(b, a, h)))


@exercise.right
def doubling_steps(a, b):
    shift = 1
    while shift < b.shape[1]:
        b = torch.cat([b[:, :shift], a[:, shift:] * b[:, :-shift] + b[:, shift:]], dim=1)
        a = torch.cat([a[:, :shift], a[:, shift:] * a[:, :-shift]], dim=1)
        shift *= 2
    return b


@exercise.right
def recursion(a, b):
    if b.shape[1] == 1:
        return b
    before = _h(a[:, :-1], b[:, :-1])
    return torch.cat([before, a[:, -1:] * before[:, -1:] + b[:, -1:]], dim=1)
