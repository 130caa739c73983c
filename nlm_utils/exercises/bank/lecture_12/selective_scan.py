"""The recurrence of Mamba with Ā, B̄ and C of each position. Learners forget Δ or D, or read with another C or state."""

import torch
from torch.nn.functional import silu, softplus

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import argument, exchanged, result, result_with

from .common import late, numbers, of_signs, positive, rates
from .linear_recurrence import later_factors, linear_recurrence


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
    checks="B, T, d and n that all differ and that are all equal, T of 1 and 300, two dtypes, gradients",
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


exercise.drawn(
    lambda rng: of_signs(
        (0, 1, -1, 0, 0, 0), tensors(rng, "btd btd dn btn btn d", 0.7, t=int(rng.choice([1, 2, 9, 30])))
    )
)


def _scan(
    a=lambda u, delta, A: (delta * A).exp(),
    b=lambda u, delta, B: delta * B * u,
    states=linear_recurrence,
    read=lambda h, C: (h * C).sum(-1),
    past=lambda u, delta, D: D * u,
):
    """A scan by its parts: a, b and read get u and Δ as (B, T, d, 1), B and C as (B, T, 1, n)."""

    def scan(u, delta, A, B, C, D):
        wide = u[..., None], delta[..., None]
        return read(states(a(*wide, A), b(*wide, B[:, :, None])), C[:, :, None]) + past(u, delta, D)

    return scan


def _bilinear(u, delta, A):
    return (1 + delta * A / 2) / (1 - delta * A / 2)


def _on(**change):
    """The right scan on arguments that are changed: `_on(delta=softplus)`."""
    names = ("u", "delta", "A", "B", "C", "D")
    return lambda *six: selective_scan(*[change.get(name, lambda x: x)(x) for name, x in zip(names, six, strict=True)])


def _combined(combine):
    """`combine(y, u, D)`, where y is the reading of the state alone."""
    return lambda u, delta, A, B, C, D: combine(selective_scan(u, delta, A, B, C, 0 * D), u, D)


# Ā, B̄ and the state.
exercise.takes(
    argument("A", minus=("grows", "Your Ā grows: A is negative already, and you turn its sign.")),
    exchanged("B", "C", ("B_and_C", "B and C are exchanged: B writes, C reads.")),
    exchanged("u", "delta", "u_and_delta"),
)
for _id, (_wrong, _sentence) in {
    "euler": (_scan(a=lambda u, d, A: 1 + d * A), "Your Ā is 1 + Δ·A. It is the exponential."),
    "bilinear": (_scan(a=_bilinear), "Your Ā is the bilinear rule. Here it is the exact one, exp(Δ·A)."),
    "bilinear_both": (
        lambda u, delta, A, *rest: _scan(_bilinear, lambda u, d, B: d / (1 - d * A / 2) * B * u)(u, delta, A, *rest),
        "Both Ā and B̄ of yours are the bilinear rule, as in S4. Here Ā is exp(Δ·A) and B̄ is Δ·B.",
    ),
    "exact": (
        lambda u, delta, A, *rest: _scan(b=lambda u, d, B: (d * A).expm1() / A * B * u)(u, delta, A, *rest),
        "Your B̄ is exact, (exp(Δ·A) − 1)/A · B. Its first term, Δ·B, is asked for, as in Mamba.",
    ),
    "channels_of_B": (_scan(b=lambda u, d, B: d * B.mT * u), "Your B is (B, T, n, 1): it is B[:, :, None]."),
    "first_input_twice": (
        _scan(states=lambda a, b: linear_recurrence(a, b) + a.cumprod(1) * b[:, :1]),
        "Your state starts at the first input, which is then added again. It starts at 0.",
    ),
    "silu_of_u": (_on(u=silu), "You put u through a SiLU first. u comes as it is to be used."),
    "no_exponential": (_scan(a=lambda u, d, A: d * A), "Your Ā is Δ·A itself. Its exponential is wanted."),
    "no_delta_in_A": (_scan(a=lambda u, d, A: A.exp() + 0 * d), "Δ is missing in your Ā, which is exp(Δ·A)."),
    "A_log": (_scan(a=lambda u, d, A: (-d * A.exp()).exp()), "You take −exp(A) for A. Here A is negative as it comes."),
    "u_on_state": (_scan(a=lambda u, d, A: (d * A).exp() * u), "Your u multiplies Ā, too. It multiplies B̄ alone."),
    "no_memory": (_scan(a=lambda u, d, A: 0 * d * A), "Your old state is lost at each step: carry h on, Ā·h + B̄·u."),
    "no_forgetting": (_scan(a=lambda u, d, A: 1 + 0 * d * A), "Your old state is never forgotten: it is Ā·h + B̄·u."),
    "softplus": (_on(delta=softplus), "You put Δ through a softplus. It is positive already."),
    "delta_first": (_on(delta=lambda x: x[:, :1].expand_as(x)), "You use the Δ of position 0 throughout: it is Δ_t."),
    "no_u": (_scan(b=lambda u, d, B: d * B + 0 * u), "u is missing in your state: what enters it is B̄·u."),
    "no_u_no_D": (_scan(b=lambda u, d, B: d * B + 0 * u, past=lambda *_: 0), "u is missing in h, and so is D·u."),
    "no_B": (_scan(b=lambda u, d, B: d * u + 0 * B), "B is missing: it says how the input enters the state."),
    "B_first": (_on(B=lambda x: x[:, :1].expand_as(x)), "You use the B of position 0 throughout: it is B_t."),
    "no_delta_in_B": (_scan(b=lambda u, d, B: B * u + 0 * d), "Δ is missing in your B̄, which is Δ·B."),
    "no_delta": (_scan(lambda u, d, A: A.exp() + 0 * d, lambda u, d, B: B * u), "Δ is missing in both Ā and B̄."),
}.items():
    exercise.mistake(_id, _wrong).says(_sentence)
exercise.mistakes(
    cumulative_products=_scan(states=lambda a, b: a.cumprod(1) * (b / a.cumprod(1)).cumsum(1)),
    cumulative_products_guarded=_scan(states=lambda a, b: a.cumprod(1) * (b / (a.cumprod(1) + 1e-12)).cumsum(1)),
    cumulative_sums=_scan(states=lambda a, b: (s := a.log().cumsum(1)).exp() * (b * (-s).exp()).cumsum(1)),
    products_of_later_factors=_scan(states=lambda a, b: (b * (f := later_factors(a))).cumsum(1) / (f + 1e-12)),
).says("You divide by products of factors: 0 after 300 positions, which no tiny number mends. Walk step by step.")
exercise.mistake(
    "backwards", lambda *six: selective_scan(*[x.flip(1) if x.ndim == 3 else x for x in six]).flip(1)
).says("You walk from the end to the start, so that outputs see the future.")

# How the state is read, and the way past it.
exercise.takes(
    argument("C", one=("no_C", "C is missing: you only sum the state up.")),
    argument(
        "D",
        zero=("no_D", "D·u is missing: the input also goes past the state."),
        one=("u_only", "You add u alone where D · u_t is wanted: D is missing there."),
        minus=("D_subtracted", "D·u is subtracted; it is added."),
    ),
    result(last_time=("last_only", "You return the last output alone. All T are wanted."), squeezed="squeezed"),
    result_with("u", plus=("residual", "You add u once more. D·u is the only way past the state.")),
)
for _id, (_wrong, _sentence) in {
    "state_before": (_scan(read=lambda h, C: (late(h) * C).sum(-1)), "You read the state before input t is in it."),
    "first_position_only": (
        lambda *six: selective_scan(*six)[:, :1],
        "Only the first output comes back: the `return` stands inside the loop, and ends it at t = 0.",
    ),
    "last_position_filled": (
        lambda *six: torch.cat([0 * (y := selective_scan(*six))[:, :-1], y[:, -1:]], 1),
        "Only the last output is filled, the others are 0: the line that keeps y stands after the loop over time.",
    ),
    "delta_averaged": (
        _on(delta=lambda x: x.mean(1, keepdim=True).expand_as(x)),
        "You average Δ over time; it is Δ_t.",
    ),
    "B_averaged": (_on(B=lambda x: x.mean(1, keepdim=True).expand_as(x)), "You average B over time. It is B_t."),
    "C_before": (_on(C=lambda C: C.roll(1, 1)), "You read each state with the C of the position before. It is C_t."),
    "C_next": (_on(C=lambda C: torch.cat([C[:, 1:], C[:, -1:]], 1)), "You read with the next position's C: it is C_t."),
    "C_first": (_on(C=lambda x: x[:, :1].expand_as(x)), "You read every state with C_0. It is C_t."),
    "C_last": (_on(C=lambda C: C[:, -1:].expand_as(C)), "You read every state with the last C. It is C_t."),
    "mean": (_on(C=lambda C: C / C.shape[-1]), "You take the mean over the state. It is a sum."),
    "sums_apart": (_scan(read=lambda h, C: h.sum(-1) * C.sum(-1)), "You sum h and C apart. Multiply first, then sum."),
    "silu": (lambda *six: silu(selective_scan(*six)), "You put a SiLU around the output. The gate comes later."),
    "D_only": (_scan(past=lambda u, d, D: D), "You add D alone where D · u_t is wanted: u is missing there."),
    "D_delta": (_scan(past=lambda u, d, D: D * u * d), "Your Δ multiplies D·u, too. D·u goes past the state and Δ."),
    "D_and_u_exchanged": (_combined(lambda y, u, D: D * y + u), "You give D·y + u. D multiplies u: y + D·u."),
    "gate": (lambda u, *five: selective_scan(u, *five) * silu(u), "You multiply by SiLU(u). The gate comes later."),
    "time_first": (lambda *six: selective_scan(*six).transpose(0, 1), "Yours is (T, B, d): stack along axis 1."),
    "D_times_y": (_combined(lambda y, u, D: y * D), "Your D multiplies the reading of the state. It multiplies u."),
    "product_of_ways": (_combined(lambda y, u, D: y * D * u), "You multiply C·h by D·u. The two are added."),
    "euler_no_D": (_scan(a=lambda u, d, A: 1 + d * A, past=lambda *_: 0), "Your Ā is 1 + Δ·A, and D·u is missing."),
    "no_delta_in_B_no_D": (_scan(b=lambda u, d, B: B * u, past=lambda *_: 0), "Δ is missing in B̄, and so is D·u."),
}.items():
    exercise.mistake(_id, _wrong).says(_sentence)


@exercise.right
def by_a_matrix_of_decays(u, delta, A, B, C, D):
    sums = (delta[..., None] * A).cumsum(1)
    future = torch.ones(u.shape[1], u.shape[1], dtype=torch.bool).triu(1)[..., None, None]
    decays = (sums[:, :, None] - sums[:, None]).masked_fill(future, -torch.inf).exp()  # (B, T, T, d, n)
    inputs = delta[..., None] * B[:, :, None] * u[..., None]
    return (torch.einsum("btsdn,bsdn->btdn", decays, inputs) * C[:, :, None]).sum(-1) + D * u


exercise.right(_scan(read=lambda h, C: (h @ C.mT)[..., 0]))
exercise.right(_scan(b=lambda u, delta, B: delta * u @ B, read=lambda h, C: torch.einsum("btdn,bton->btd", h, C)))


@exercise.right
def channel_by_channel(u, delta, A, B, C, D):
    each = zip(u.split(1, -1), delta.split(1, -1), A.split(1), D.split(1), strict=True)
    return torch.cat([_scan()(u, delta, A, B, C, D) for u, delta, A, D in each], dim=-1)
