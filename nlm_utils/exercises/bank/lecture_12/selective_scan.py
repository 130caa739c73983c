"""selective_scan."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import late, numbers, positive, rates
from .discretise import discretise
from .linear_recurrence import linear_recurrence


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


exercise = Exercise(
    selective_scan,
    checks=("B, T, d and n that all differ and that are all equal, T of 1 and 300, two dtypes, gradients"),
    explanation=(
        "It is the linear recurrence with factors Ā_t and inputs B̄_t·u_t, each channel with n state entries, read by "
        "C_t. Δ, B and C depend on the input, so each position decides what is kept, taken in and read: that is the "
        "selection. D·u_t goes past the state."
    ),
    hints=[
        "The pieces are there: `discretise` gives Ā and B̄, `linear_recurrence` shows the loop.",
        "The state is (B, d, n); u lacks the last axis: `u[..., None]`. The input of the recurrence is B̄·u.",
        "Read the NEW state: multiply by `C[:, t, None, :]`, sum over the last axis, and add D·u_t.",
    ],
)


def _six(batch, length, d, n, seed, **options):
    return (
        numbers(batch, length, d, seed=seed, **options),
        positive(batch, length, d, seed=seed + 1, **options),
        rates(d, n, seed=seed + 2, **options),
        numbers(batch, length, n, seed=seed + 3, **options),
        numbers(batch, length, n, seed=seed + 4, **options),
        numbers(d, seed=seed + 5, **options),
    )


exercise.case(*_six(1, 3, 1, 1, seed=1))
exercise.case(*_six(2, 5, 3, 4, seed=11))
exercise.case(*_six(2, 2, 2, 2, seed=21))
exercise.case(*_six(1, 3, 2, 4, seed=31, grad=True))
exercise.case(*_six(2, 1, 3, 2, seed=41, dtype=torch.float32))
exercise.case(*_six(1, 300, 1, 2, seed=81, dtype=torch.float32))


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


exercise.mistake("no_D", _scan(skip=lambda u, D: 0 * u * D)).says("D·u is missing: the input also goes past the state.")
exercise.mistake("no_u", _scan(b=lambda u, d, B: d * B + 0 * u)).says(
    "u is missing in your state: what enters it is B̄·u."
)
exercise.mistake("no_u_no_D", _scan(b=lambda u, d, B: d * B + 0 * u, skip=lambda u, D: 0 * u)).says(
    "Two things: u is missing in the state, and D·u in the output."
)
exercise.mistake(
    "C_before", _scan(read=lambda h, C: (h * C.roll(1, 1)[:, :, None]).sum(-1) if C.shape[1] > 1 else (h * 0).sum(-1))
).says("You read the state with the C of the position before.")


@exercise.mistake("cumulative_products").says(
    "You divide by the products of all factors so far, which is exact on paper. Over 300 positions they become 0, and "
    "the quotient is not a number. Walk, or combine neighbours."
)
def cumulative_products(u, delta, A, B, C, D):
    products = (delta[..., None] * A).cumsum(1).exp()
    h = products * ((delta * u)[..., None] * B[:, :, None] / products).cumsum(1)
    return (h * C[:, :, None]).sum(-1) + D * u


exercise.mistake(
    "C_next", _scan(read=lambda h, C: (h * torch.cat([C[:, 1:], C[:, -1:]], dim=1)[:, :, None]).sum(-1))
).says("You read each state with the C of the position after it. C_t belongs to h_t.")
exercise.mistake("sums_apart", _scan(read=lambda h, C: h.sum(-1) * C.sum(-1, keepdim=True))).says(
    "You sum the state and C apart, and multiply the sums. Entry n of C reads entry n of the state: multiply first."
)
exercise.mistake(
    "silu", lambda u, delta, A, B, C, D: torch.nn.functional.silu(selective_scan(u, delta, A, B, C, D))
).says("You put a non-linearity around the output. Here it is a plain weighted sum; the gate comes later.")
exercise.mistake("C_first", _scan(read=lambda h, C: (h * C[:, :1, None]).sum(-1))).says(
    "You read every state with the C of position 0."
)
exercise.mistake("C_last", _scan(read=lambda h, C: (h * C[:, -1:, None]).sum(-1))).says(
    "You read every state with the C of the last position."
)
exercise.mistake("state_before", _scan(read=lambda h, C: (late(h) * C[:, :, None]).sum(-1))).says(
    "You read the state from BEFORE input t. Read the new one."
)
exercise.mistake("no_C", _scan(read=lambda h, C: h.sum(-1))).says("C is missing: you only sum the state up.")
exercise.mistake("mean", _scan(read=lambda h, C: (h * C[:, :, None]).mean(-1))).says(
    "You take the mean over the state. It is a sum."
)
exercise.mistake("euler", _scan(a=lambda d, A: 1 + d[..., None] * A)).says("Your Ā is 1 + Δ·A. It is the exponential.")
exercise.mistake("no_exponential", _scan(a=lambda d, A: d[..., None] * A)).says(
    "Your Ā is Δ·A itself. Its exponential is wanted."
)
exercise.mistake("no_delta_in_A", _scan(a=lambda d, A: A.exp() + 0 * d[..., None])).says("Δ is missing in your Ā.")
exercise.mistake("grows", _scan(a=lambda d, A: (-d[..., None] * A).exp())).says(
    "Your Ā grows: A is negative already, and you turn its sign."
)
exercise.mistake("no_memory", _scan(a=lambda d, A: 0 * d[..., None] * A)).says("Your old state is lost at each step.")
exercise.mistake("no_forgetting", _scan(a=lambda d, A: 1 + 0 * d[..., None] * A)).says(
    "Your old state is never multiplied by Ā: nothing is forgotten."
)
exercise.mistake(
    "softplus", lambda u, delta, A, B, C, D: selective_scan(u, torch.nn.functional.softplus(delta), A, B, C, D)
).says("You put Δ through a softplus. It is positive already.")
exercise.mistake("A_log", _scan(a=lambda d, A: (-d[..., None] * A.exp()).exp())).says(
    "You take −exp(A) for A. Here A is negative as it comes."
)
exercise.mistake("no_delta_in_B", _scan(b=lambda u, d, B: B * u + 0 * d)).says("Δ is missing in your B̄.")
exercise.mistake("no_B", _scan(b=lambda u, d, B: d * u + 0 * B)).says(
    "B is missing: it says how the input enters the state."
)
exercise.mistake("D_only", _scan(skip=lambda u, D: D + 0 * u)).says(
    "You add D alone where D · u_t is wanted: u is missing there."
)
exercise.mistake("u_only", _scan(skip=lambda u, D: u + 0 * D)).says(
    "You add u alone where D · u_t is wanted: D is missing there."
)
exercise.mistake("D_subtracted", _scan(skip=lambda u, D: -D * u)).says("D·u is subtracted; it is added.")
exercise.mistake("D_delta", lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, 0 * D) + D * u * delta).says(
    "Your Δ multiplies D·u too. It goes past the state, and past Δ."
)
exercise.mistake("B_and_C", lambda u, delta, A, B, C, D: selective_scan(u, delta, A, C, B, D)).says(
    "B and C are exchanged: B writes, C reads."
)
exercise.mistake("u_and_delta", lambda u, delta, A, B, C, D: selective_scan(delta, u, A, B, C, D)).says(
    "u and delta are exchanged."
)
exercise.mistake(
    "backwards",
    lambda u, delta, A, B, C, D: selective_scan(u.flip(1), delta.flip(1), A, B.flip(1), C.flip(1), D).flip(1),
).says("You walk from the end to the start, so that outputs see the future.")
exercise.mistake("last_only", lambda *six: selective_scan(*six)[:, -1]).says(
    "You return the last output alone. All T are wanted."
)
exercise.mistake("time_first", lambda *six: selective_scan(*six).transpose(0, 1)).says(
    "Your outputs are stacked along axis 0. Time belongs on axis 1."
)
exercise.mistake("cut_state", _scan(read=lambda h, C: (h.detach() * C[:, :, None]).sum(-1))).says(
    "The values are right, but no gradient passes through the state (`detach`)."
)
exercise.mistake("cut", lambda *six: selective_scan(*[x.detach() for x in six])).says(
    "The values are right, but no gradient reaches the arguments (`detach`)."
)


@exercise.right
def right_1(u, delta, A, B, C, D):
    h = _states(torch.exp(torch.einsum("btd,dn->btdn", delta, A)), torch.einsum("btd,btn->btdn", delta * u, B))
    return torch.einsum("btdn,btn->btd", h, C) + u * D


@exercise.right
def right_2(u, delta, A, B, C, D):
    h, rows = 0, []
    for t in range(u.shape[1]):
        d = delta[:, t, :, None]
        h = (d * A).exp() * h + d * B[:, t, None] * u[:, t, :, None]
        rows.append((h @ C[:, t, :, None])[..., 0] + D * u[:, t])
    return torch.stack(rows, 1)


@exercise.right
def right_3(u, delta, A, B, C, D):
    A_bar, B_bar = discretise(delta, A, B)
    batch, length, d, n = A_bar.shape
    h = linear_recurrence(A_bar.flatten(2), (B_bar * u[..., None]).flatten(2)).view(batch, length, d, n)
    return (h @ C[..., None]).squeeze(-1) + D * u


@exercise.right
def right_4(u, delta, A, B, C, D):
    channels = [
        _scan()(u[..., i : i + 1], delta[..., i : i + 1], A[i : i + 1], B, C, D[i : i + 1]) for i in range(len(D))
    ]
    return torch.cat(channels, dim=-1)


exercise.mistake("residual", lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, D) + u).says(
    "You add u once more. D·u is the only way past the state."
)
exercise.mistake("D_times_y", lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, 0 * D) * D).says(
    "Your D multiplies the reading of the state. It multiplies u, and is added."
)
exercise.mistake("B_first", lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B[:, :1].expand_as(B), C, D)).says(
    "You use the B of position 0 throughout. Each position has its own."
)
exercise.mistake(
    "delta_first", lambda u, delta, A, B, C, D: selective_scan(u, delta[:, :1].expand_as(delta), A, B, C, D)
).says("You use the Δ of position 0 throughout. Each position has its own.")
exercise.mistake("no_delta", _scan(lambda d, A: A.exp() + 0 * d[..., None], lambda u, d, B: B * u + 0 * d)).says(
    "Δ is missing in both Ā and B̄."
)
exercise.mistake("euler_no_D", _scan(a=lambda d, A: 1 + d[..., None] * A, skip=lambda u, D: 0 * u * D)).says(
    "Two things: Ā is the exponential of Δ·A; and D·u is missing."
)
exercise.mistake("no_delta_in_B_no_D", _scan(b=lambda u, d, B: B * u + 0 * d, skip=lambda u, D: 0 * u * D)).says(
    "Two things: Δ is missing in B̄; and D·u is missing."
)


@exercise.mistake("cumulative_products_guarded").says(
    "You divide by a cumulative product plus a tiny number: silently wrong wherever the product is as small as that. "
    "Walk, or combine neighbours."
)
def cumulative_products_guarded(u, delta, A, B, C, D):
    A_bar, B_bar = discretise(delta, A, B)
    products = A_bar.cumprod(1)
    h = products * (B_bar * u[..., None] / (products + 1e-12)).cumsum(1)
    return (h * C[:, :, None]).sum(-1) + D * u


@exercise.mistake("u_on_state").says("Your u multiplies the old state too. It multiplies B̄ alone.")
def u_on_state(u, delta, A, B, C, D):
    A_bar, B_bar = discretise(delta, A, B)
    h = _states(A_bar * u[..., None], B_bar * u[..., None])
    return (h * C[:, :, None]).sum(-1) + D * u


exercise.mistake("product_of_ways", lambda u, delta, A, B, C, D: selective_scan(u, delta, A, B, C, 0 * D) * D * u).says(
    "You multiply the reading of the state by D·u. The two are added."
)
