"""discretise."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import numbers, positive, rates


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


exercise = Exercise(
    discretise,
    checks=("B, T, d and n that all differ and that are all equal, large and small steps, two dtypes, gradients"),
    explanation=(
        "For a constant input h' = A·h + B·u has an exact solution after time Δ, with exp(Δ·A) before the old state: "
        "between 0 and 1 for negative A, whatever Δ. Euler's 1 + Δ·A is its first term and leaves that range when Δ "
        "is large. For B̄ the first term, Δ·B, is enough, as in Mamba."
    ),
    hints=[
        "The result has four axes, (B, T, d, n). Which of them does each argument lack?",
        "`delta[..., None]` has shape (B, T, d, 1) and meets A, (d, n), as it is.",
        ("B lacks the channels: `B[:, :, None, :]` has shape (B, T, 1, n). The exponential is of the whole Δ·A."),
    ],
)

exercise.case(torch.tensor([[[0.5]]]), torch.tensor([[-2.0]]), torch.tensor([[[3.0]]]))
exercise.case(positive(2, 3, 4, seed=1), rates(4, 5, seed=2), numbers(2, 3, 5, seed=3))
exercise.case(positive(2, 2, 2, seed=4), rates(2, 2, seed=5), numbers(2, 2, 2, seed=6))
exercise.case(
    positive(1, 2, 3, seed=7, grad=True),
    rates(3, 2, seed=8, grad=True),
    numbers(1, 2, 2, seed=9, grad=True),
)
exercise.case(
    20 * positive(1, 3, 2, seed=10, dtype=torch.float32),
    rates(2, 4, seed=11, dtype=torch.float32),
    1000 * numbers(1, 3, 4, seed=12, dtype=torch.float32),
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

for id, sentence, f in _A_MISTAKES:
    exercise.mistake(id, _steps(a_bar=f)).says(sentence)

for id, sentence, f in _B_MISTAKES:
    exercise.mistake(id, _steps(b_bar=f)).says(sentence)

exercise.mistake("softplus_again", lambda delta, A, B: discretise(torch.nn.functional.softplus(delta), A, B)).says(
    "You apply softplus to Δ. It is positive already: that was done before."
)
exercise.mistake("sums_over_d", lambda delta, A, B: ((delta @ A).exp(), discretise(delta, A, B)[1])).says(
    "Your Δ·A is summed over the channels, as a matrix product does. Each channel keeps its own row: (B, T, d, n)."
)
exercise.mistake("euler_and_no_delta", _steps(lambda d, A, B: 1 + d * A, lambda d, A, B: B + 0 * d)).says(
    "Two things: Ā is an exponential, not 1 + Δ·A; and Δ is missing in B̄."
)
exercise.mistake("exchanged", lambda delta, A, B: discretise(delta, A, B)[::-1]).says(
    "The two results are right but in the wrong order: Ā comes first."
)
exercise.mistake("A_alone", lambda delta, A, B: discretise(delta, A, B)[0]).says(
    "You return Ā alone. Both are wanted, (A_bar, B_bar)."
)
exercise.mistake(
    "state_before_channel", lambda delta, A, B: tuple(x.transpose(-1, -2) for x in discretise(delta, A, B))
).says("The last two axes of your results are exchanged: (B, T, n, d). Channels come first, (B, T, d, n).")
exercise.mistake(
    "B_bar_axes", lambda delta, A, B: (discretise(delta, A, B)[0], discretise(delta, A, B)[1].transpose(-1, -2))
).says("The last two axes of your B̄ are exchanged: (B, T, n, d). Channels come first, as in Ā.")
exercise.mistake("no_new_axis", lambda delta, A, B: ((delta * A).exp(), delta * B)).says(
    "You multiply without a new axis, so that channels and state entries are mixed up, or do not fit. Give delta a "
    "last axis of 1, and B an axis of 1 for the channels."
)
exercise.mistake("cut", lambda delta, A, B: discretise(delta.detach(), A.detach(), B.detach())).says(
    "The values are right, but no gradient reaches the arguments (`detach`, `.data`, `no_grad`)."
)

exercise.right(
    lambda delta, A, B: (torch.exp(torch.einsum("btd,dn->btdn", delta, A)), torch.einsum("btd,btn->btdn", delta, B))
)


@exercise.right
def right_1(delta, A, B):
    d = delta.unsqueeze(-1)
    return (d * A[None, None]).exp(), B.unsqueeze(2) * d


@exercise.right
def right_2(delta, A, B):
    channels = range(delta.shape[2])
    A_bar = torch.stack([(delta[:, :, i, None] * A[i]).exp() for i in channels], dim=2)
    return A_bar, torch.stack([delta[:, :, i, None] * B for i in channels], dim=2)


exercise.right(lambda delta, A, B: (torch.pow(A.exp(), delta[..., None]), delta[..., None] @ B[:, :, None, :]))

exercise.mistake("euler_exact_B", _steps(lambda d, A, B: 1 + d * A, lambda d, A, B: (d * A).expm1() / A * B)).says(
    "Two things: Ā is an exponential, not 1 + Δ·A; and for B̄ the plain product Δ·B is asked for."
)
exercise.mistake("sigmoid_A", _steps(lambda d, A, B: (d * A).sigmoid())).says(
    "Your Ā is a sigmoid. It is the exponential of Δ·A."
)
exercise.mistake("delta_twice_A", _steps(lambda d, A, B: (d * A).exp() * d)).says(
    "Your Ā is multiplied by Δ once more. Δ belongs in the exponential alone."
)
exercise.mistake("one_minus_delta_A", _steps(lambda d, A, B: 1 - d * A)).says(
    "Your Ā is 1 − Δ·A, which grows. The exponential of Δ·A is wanted."
)
exercise.mistake("base_two", _steps(lambda d, A, B: 2 ** (d * A))).says("Your Ā is a power of 2. The base is e.")
