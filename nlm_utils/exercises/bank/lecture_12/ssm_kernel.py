"""What an input of k steps ago weighs: Σ c·aᵏ·b. Learners begin at power 1, raise more than a, or sum too early."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import argument, result

from .common import numbers, positive


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


exercise = Exercise(
    ssm_kernel,
    checks="states of 1, 2, 3 and 4 entries, a length of 1, of n and of more, zero and negative factors, gradients",
    explanation=(
        "An input enters the state as b_n·u, is multiplied by a_n at each of the k steps that follow, and is read out "
        "with c_n. At k = 0 nothing has been forgotten yet: the power is 0. The state entries do not meet before the "
        "sum."
    ),
    hints=[
        "Follow a single input 1 through the recurrence: what is the state just after it, and one step later?",
        "After k more steps entry n of the state is a_n^k·b_n. The output is its sum with weights c_n.",
        "Begin with a power of ones and multiply by a_bar after each entry: k = 0 comes first.",
    ],
)

exercise.case(torch.tensor([0.5]), torch.tensor([2.0]), torch.tensor([3.0]), 3)
exercise.case(positive(2, seed=1), numbers(2, seed=2), numbers(2, seed=3), 1)
exercise.case(torch.tensor([0.9, -0.5, 0.2], dtype=torch.float64), numbers(3, seed=4), numbers(3, seed=5), 5)
exercise.case(*(numbers(4, seed=seed, scale=scale, grad=True) for seed, scale in [(6, 0.5), (7, 1.5), (8, 1.5)]), 4)
exercise.case(torch.tensor([0.0, 0.5]), torch.tensor([1000.0, -2.0]), torch.tensor([1.0, 3.0]), 4)
exercise.drawn(lambda rng: (*tensors(rng, "n n n", scale=0.7), int(rng.integers(2, 8))))


def _kernel(terms):
    """A kernel whose entry k is the sum of terms(a, b, c, k)."""
    return lambda a_bar, b_bar, c, length: torch.stack([terms(a_bar, b_bar, c, k).sum() for k in range(length)])


for _id, (_terms, _sentence) in {
    # the power
    "power_from_one": (lambda a, b, c, k: c * a ** (k + 1) * b, "You begin at power 1. Begin at 0, before any a."),
    "power_late": (lambda a, b, c, k: c * a ** max(k - 1, 0) * b, "Your power stays 0 for two entries: it is k."),
    "no_power": (lambda a, b, c, k: c * a * b, "Your a is not raised to a power: each step multiplies once more."),
    "constant": (lambda a, b, c, k: c * b, "a is missing, so that nothing is ever forgotten."),
    "squared_each_step": (
        lambda a, b, c, k: c * a ** (2**k) * b,
        "You square a each time: multiply by a once more.",
    ),
    "power_off_n": (lambda a, b, c, k: c * a ** (len(a) + k) * b, "Your powers begin at n. They begin at 0."),
    "k_times_a": (lambda a, b, c, k: c * (a * k) * b, "You multiply a by k. It is a to the POWER k."),
    "k_to_the_a": (lambda a, b, c, k: c * float(k) ** a * b, "Base and exponent are exchanged: a is the base."),
    "power_of_ab": (lambda a, b, c, k: c * (a * b) ** k, "b is raised to the power, too. The input enters once."),
    "power_of_ca": (lambda a, b, c, k: (c * a) ** k * b, "c is raised to the power, too. The state is read once."),
    "power_of_all": (lambda a, b, c, k: (c * a * b) ** k, "The whole product is raised to the power. Only a is."),
    "logarithms": (
        lambda a, b, c, k: c * (k * a.log()).exp() * b,
        "You take the log of a, which may be ≤ 0. Take powers.",
    ),
    # the factors, and the sum
    "no_c": (lambda a, b, c, k: a**k * b, "c is missing: the state has to be read out."),
    "no_b": (lambda a, b, c, k: c * a**k, "b is missing: it says how an input enters the state."),
    "only_a": (lambda a, b, c, k: a**k, "Both b and c are missing."),
    "adds": (lambda a, b, c, k: c * (a**k + b), "You add b. It is multiplied, as c and the power of a are."),
    "sums_apart": (lambda a, b, c, k: c.sum() * a**k * b, "You sum c on its own. Entries meet only in the last sum."),
    "b_apart": (lambda a, b, c, k: c * a**k * b.sum(), "You sum b on its own. Entries meet only in the last sum."),
    "a_summed": (lambda a, b, c, k: c * b * a.sum() ** k, "You sum a before taking powers. Each entry has its own."),
    "all_apart": (lambda a, b, c, k: c.sum() * a.sum() ** k * b.sum(), "You sum each factor on its own. Sum last."),
    "first_entry": (lambda a, b, c, k: (c * a**k * b)[:1], "You use the first state entry alone. Sum over all n."),
}.items():
    exercise.mistake(_id, _kernel(_terms)).says(_sentence)
exercise.takes(
    argument(
        "a_bar",
        exp=("exponential", "You take exp(k·a). a_bar is discretised already: its powers are wanted."),
        absolute=("absolute", "You lose the sign of a. A negative factor turns the sign at each step."),
        one_minus=("one_minus", "You take powers of 1 − a. a is what is kept."),
        square=("twice_the_power", "The power grows by two at each step. One position is one factor."),
    )
)


def _table(a_bar, b_bar, c, length):
    return torch.stack([c * a_bar**k * b_bar for k in range(length)])  # (length, n)


exercise.mistakes(
    not_summed=_table, not_summed_turned=lambda a_bar, b_bar, c, length: _table(a_bar, b_bar, c, length).T
).says("You do not sum over the state: one number for each position is wanted.")
exercise.mistakes(
    summed_over_k=lambda a_bar, b_bar, c, length: _table(a_bar, b_bar, c, length).sum(0),
    summed_over_both=lambda a_bar, b_bar, c, length: _table(a_bar, b_bar, c, length).sum(),
).says("You sum over k, the positions. Each k has an entry of its own; what is summed is n, the state.")
exercise.mistake("as_long_as_the_state", lambda a_bar, b_bar, c, _: ssm_kernel(a_bar, b_bar, c, len(a_bar))).says(
    "You take the size of the state for the length. k runs from 0 to length − 1, whatever n is."
)
exercise.mistake("reversed", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length).flip(0)).says(
    "Your kernel is turned round. Entry k is for an input of k positions ago: the present, power 0, comes first."
)


exercise.takes(result(squeezed=("squeezed", "Your `squeeze()` leaves no axis when length is 1; it is (1,) then.")))
exercise.mistakes(
    normalised=lambda *given: (kernel := ssm_kernel(*given)) / kernel.sum(),
    softmax=lambda *given: ssm_kernel(*given).softmax(0),
    by_length=lambda *given: ssm_kernel(*given) / given[3],
).says("You divide the kernel (by its sum, or its length). Its entries stay as they are, and need not sum to 1.")
exercise.mistake("divided_by_a", lambda a, b, c, length: (a.expand(length, -1).cumprod(0) / a * b * c).sum(-1)).says(
    "You divide by a to come back to power 0, and a may be 0: then it is 0/0. Begin with ones instead."
)
exercise.mistake("mean_for_sum", lambda a, b, c, length: ssm_kernel(a, b, c, length) / len(a)).says(
    "You take the mean over the state entries. It is their sum."
)
exercise.mistake("vander", lambda a, b, c, length: (c * b) @ torch.vander(a, length, increasing=True)).says(
    "The values are right, but `torch.vander` lets no gradient back here: torch's own backward of it fails. "
    "`a_bar[:, None] ** torch.arange(length)` holds the same powers."
)
exercise.mistake("vander_decreasing", lambda a, b, c, length: (c * b) @ torch.vander(a, length)).says(
    "`torch.vander` begins with the HIGHEST power, and its backward fails. `a_bar[:, None] ** torch.arange(length)`."
)
exercise.mistake("cumulative", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length).cumsum(0)).says(
    "You add the entries up as you go. Each entry stands alone: no `cumsum`."
)
exercise.mistake(
    "zero_first", lambda a_bar, b_bar, c, length: torch.cat([0 * c[:1], ssm_kernel(a_bar, b_bar, c, length)])[:length]
).says("Your entry 0 is zero, and the kernel comes one late. The present input counts: begin with power 0.")
exercise.mistake(
    "reversed_from_one", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, a_bar * b_bar, c, length).flip(0)
).says("Two things: powers start at 0, and the present comes first.")

exercise.right(lambda a_bar, b_bar, c, length: (c * b_bar) @ a_bar[:, None] ** torch.arange(length))
exercise.right(_kernel(lambda a, b, c, k: c * a**k * b))


@exercise.right
def one_input_followed(a_bar, b_bar, c, length):
    state, kernel = b_bar, []
    for _ in range(length):
        kernel.append(c @ state)
        state = a_bar * state
    return torch.stack(kernel)
