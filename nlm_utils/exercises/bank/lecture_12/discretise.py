"""Ā = exp(Δ·A) and B̄ = Δ·B. Learners take Euler's step, forget Δ in one of the two, or do to B̄ what Ā gets."""

import torch
from torch.nn.functional import softplus

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import other_function, result

from .common import numbers, of_signs, positive, rates


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

exercise.case(torch.tensor([[[0.5]]]), torch.tensor([[-2.0]]), torch.tensor([[[3.0]]]))
exercise.case(positive(2, 3, 4, seed=1), rates(4, 5, seed=2), numbers(2, 3, 5, seed=3))
exercise.case(positive(2, 2, 2, seed=4), rates(2, 2, seed=5), numbers(2, 2, 2, seed=6))
exercise.case(positive(1, 2, 3, seed=7, grad=True), rates(3, 2, seed=8, grad=True), numbers(1, 2, 2, seed=9, grad=True))
exercise.case(
    20 * positive(1, 3, 2, seed=10, dtype=torch.float32),
    rates(2, 4, seed=11, dtype=torch.float32),
    1000 * numbers(1, 3, 4, seed=12, dtype=torch.float32),
)


exercise.drawn(lambda rng: of_signs((1, -1, 0), tensors(rng, "btd dn btn")))


def _a_bar(wrong):
    """The right B̄, and Ā by `wrong(delta (B, T, d, 1), A)`."""
    return lambda delta, A, B: (wrong(delta[..., None], A), discretise(delta, A, B)[1])


def _b_bar(wrong):
    """The right Ā, and B̄ by `wrong(delta (B, T, d, 1), B (B, T, 1, n), A)`."""
    return lambda delta, A, B: (discretise(delta, A, B)[0], wrong(delta[..., None], B[:, :, None], A))


for _id, (_wrong, _sentence) in {
    "euler": (lambda d, A: 1 + d * A, "Your Ā is 1 + Δ·A, Euler's step. The exact factor is the exponential of Δ·A."),
    "no_delta_in_A": (lambda d, A: A.exp() + 0 * d, "Your Ā is the exponential of A without Δ."),
    "delta_outside": (lambda d, A: d * A.exp(), "Your Δ stands outside the exponential; it belongs inside, beside A."),
    "delta_twice_A": (lambda d, A: (d * A).exp() * d, "Your Ā is multiplied by Δ once more; Δ is in the exponential."),
    "divides": (lambda d, A: (A / d).exp(), "You divide A by Δ in Ā. A longer step forgets MORE: multiply."),
    "adds": (lambda d, A: (d + A).exp(), "You add Δ and A in the exponential; they are multiplied."),
    "bilinear": (lambda d, A: (1 + d * A / 2) / (1 - d * A / 2), "Your Ā is the bilinear rule. Exact is exp(Δ·A)."),
    "three_terms": (lambda d, A: 1 + d * A + (d * A) ** 2 / 2, "Your Ā is a sum of three terms. Exact is exp(Δ·A)."),
    "exponential_of_delta": (lambda d, A: d.exp() * A, "Your exponential is of Δ alone. It is of Δ·A, the product."),
    "backward": (lambda d, A: 1 / (1 - d * A), "Your Ā is 1/(1 − Δ·A), implicit Euler. The exponential is wanted."),
    "one_minus_delta_A": (lambda d, A: 1 - d * A, "Your Ā is 1 − Δ·A, which grows. The exponential of Δ·A is wanted."),
    "softplus": (lambda d, A: (softplus(d) * A).exp(), "You put Δ through a softplus. It is positive already."),
    "exponential_of_A": (lambda d, A: (-d * A.exp()).exp(), "You take −exp(A) for A, which is negative as it comes."),
    "base_two": (lambda d, A: 2 ** (d * A), "Your Ā is a power of 2. The base is e."),
}.items():
    exercise.mistake(_id, _a_bar(_wrong)).says(_sentence)
exercise.takes(
    other_function(
        lambda f: _a_bar(lambda d, A: f(d * A)),
        "the exponential",
        torch.exp,
        nothing=("no_exponential", "Your Ā is Δ·A itself; its exponential is wanted."),
        minus=("sign", "Your Ā grows: A is negative already, and you turn its sign."),
        expm1=("minus_one", "You subtract 1 from the exponential in Ā. Ā is the exponential alone."),
        sigmoid=("sigmoid_A", "Your Ā is a sigmoid. It is the exponential of Δ·A."),
    ),
    result(0, "A_bar", one_minus=("one_minus", "Your Ā is 1 minus the exponential: that is what is forgotten.")),
)
for _id, (_wrong, _sentence) in {
    "no_delta_in_B": (lambda d, B, A: B + 0 * d, "Δ is missing in your B̄: a short step takes in little of its input."),
    "A_in_B": (lambda d, B, A: d * A * B, "Your B̄ holds A as a factor. It is Δ and B alone."),
    "A_bar_in_B": (lambda d, B, A: (d * A).exp() * d * B, "Your B̄ is multiplied by Ā. It is Δ and B alone."),
    "A_bar_for_delta": (lambda d, B, A: (d * A).exp() * B, "Your B̄ is Ā·B. It is Δ·B: Δ itself, no exponential."),
    "exponential_of_delta_in_B": (lambda d, B, A: d.exp() * B, "Your B̄ has exp(Δ) for Δ. It is Δ·B as it stands."),
    "A_for_B": (lambda d, B, A: d * A + 0 * B, "Your B̄ is Δ·A. It is Δ·B."),
    "expm1_in_B": (lambda d, B, A: (d * A).expm1() * B, "Your B̄ is (exp(Δ·A) − 1)·B. It is Δ·B, the first term."),
    "exact_without_delta": (lambda d, B, A: (d * A).expm1() / (d * A) * B, "Your B̄ is exact, and Δ lacks: it is Δ·B."),
    "complement_in_B": (lambda d, B, A: (1 - (d * A).exp()) * B, "Your B̄ is (1 − Ā)·B, as in a gate. It is Δ·B."),
    "exact_B": (lambda d, B, A: (d * A).expm1() / A * B, "Your B̄ is exact. Its first term, Δ·B, is asked for."),
    "divides_B": (lambda d, B, A: B / d, "You divide B by Δ. A longer step takes in MORE: multiply."),
    "adds_B": (lambda d, B, A: d + B, "You add Δ and B; they are multiplied."),
    "no_channels_in_B": (lambda d, B, A: d * B.mT, "Your B gets its new axis last; it is before n: `B[:, :, None]`."),
    "squared_B": (lambda d, B, A: d * d * B, "Δ enters your B̄ squared; once is enough."),
}.items():
    exercise.mistake(_id, _b_bar(_wrong)).says(_sentence)
exercise.takes(
    result(
        1,
        "B_bar",
        exp=("exponential_of_B", "Your B̄ is an exponential too. It is the plain product of Δ and B."),
        minus=("sign_B", "The sign of your B̄ is turned round: it is +Δ·B."),
        transposed=("B_bar_axes", "The last two axes of your B̄ are exchanged. Channels come first, as in Ā."),
    ),
    result(
        first=("A_alone", "You return Ā alone. Both are wanted, (A_bar, B_bar)."),
        backwards=("exchanged", "The two results are right but in the wrong order: Ā comes first."),
    ),
)

# Both.
exercise.mistake("softplus_again", lambda delta, A, B: discretise(softplus(delta), A, B)).says(
    "You apply softplus to Δ. It is positive already: that was done before."
)
exercise.mistake(
    "bilinear_both",
    lambda d, A, B: ((1 + (h := d[..., None] * A / 2)) / (1 - h), d[..., None] / (1 - h) * B[:, :, None]),
).says("Both of yours are the bilinear rule, as in S4. Here Ā is exp(Δ·A) and B̄ is Δ·B.")
exercise.mistake("no_delta", lambda d, A, B: (A.exp() + 0 * d[..., None], B[:, :, None] + 0 * d[..., None])).says(
    "Δ is missing in both: Ā is the exponential of Δ·A, and B̄ is Δ·B."
)
exercise.mistake("squeezed", lambda *given: tuple(part.squeeze() for part in discretise(*given))).says(
    "Your `squeeze()` drops axes of length 1. Both results have four axes, (B, T, d, n), whatever their lengths."
)
exercise.mistake("sums_over_d", lambda delta, A, B: ((delta @ A).exp(), discretise(delta, A, B)[1])).says(
    "Your Δ·A is summed over the channels, as a matrix product does. Each channel keeps its own row: (B, T, d, n)."
)
exercise.mistake("B_without_axis", lambda delta, A, B: ((delta[..., None] * A).exp(), delta[..., None] * B)).says(
    "B lacks the channels, its axis before n: `B[:, :, None, :]` is (B, T, 1, n) and meets Δ, (B, T, d, 1)."
)
exercise.mistake("B_with_axis_last", lambda delta, A, B: ((delta[..., None] * A).exp(), delta * B[..., None])).says(
    "The new axis goes after Δ and before the n of B: `delta[..., None] * B[:, :, None, :]`."
)
exercise.mistakes(
    averaged_over_time=lambda delta, A, B: discretise(delta.mean(1, keepdim=True).expand_as(delta), A, B),
    averaged_over_channels=lambda delta, A, B: discretise(delta.mean(2, keepdim=True).expand_as(delta), A, B),
    of_first_position=lambda delta, A, B: discretise(delta[:, :1].expand_as(delta), A, B),
).says("You take one Δ (a mean, or the first) for all. Each position and each channel has its own.")
exercise.mistake("no_new_axis", lambda delta, A, B: ((delta * A).exp(), delta * B)).says(
    "You multiply without a new axis, which mixes channels and state entries, or does not fit: `delta[..., None]`."
)
exercise.mistakes(
    euler_and_no_delta=lambda delta, A, B: (1 + delta[..., None] * A, (B[:, :, None] + 0 * delta[..., None])),
    euler_exact_B=lambda d, A, B: (1 + d[..., None] * A, (d[..., None] * A).expm1() / A * B[:, :, None]),
).says("Two things: Ā is an exponential, not 1 + Δ·A; and B̄ is the plain product Δ·B.")

exercise.right(
    lambda delta, A, B: (torch.exp(torch.einsum("btd,dn->btdn", delta, A)), torch.einsum("btd,btn->btdn", delta, B))
)
exercise.right(lambda delta, A, B: (torch.pow(A.exp(), delta[..., None]), delta[..., None] @ B[:, :, None, :]))


@exercise.right
def channel_by_channel(delta, A, B):
    channels = range(delta.shape[2])
    A_bar = torch.stack([(delta[:, :, i, None] * A[i]).exp() for i in channels], dim=2)
    return A_bar, torch.stack([delta[:, :, i, None] * B for i in channels], dim=2)
