"""ssm_kernel."""

import torch

from nlm_utils.exercises.definition import Exercise

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
    checks=("states of 1, 2, 3 and 4 entries, a length of 1, of n and of more, zero and negative factors, gradients"),
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
exercise.case(
    numbers(4, seed=6, scale=0.5, grad=True),
    numbers(4, seed=7, grad=True),
    numbers(4, seed=8, grad=True),
    4,
)
exercise.case(torch.tensor([0.0, 0.5]), torch.tensor([1000.0, -2.0]), torch.tensor([1.0, 3.0]), 4)


def _kernel(entry):
    """A wrong kernel from entry(a, b, c, k)."""

    def kernel(a_bar, b_bar, c, length):
        return torch.stack([entry(a_bar, b_bar, c, k) for k in range(length)])

    return kernel


for id, sentence, entry in [
    (
        "power_from_one",
        "Your kernel starts at power 1. The present input has not been multiplied by a yet: start at 0.",
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
]:
    exercise.mistake(id, _kernel(entry)).says(sentence)

exercise.mistake("reversed", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length).flip(0)).says(
    "Your kernel is reversed: the oldest input comes first. Entry 0 belongs to the present."
)
exercise.mistake("cumulative", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length).cumsum(0)).says(
    "You add the entries up as you go. Each entry stands alone."
)
exercise.mistake("too_long", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length + 1)).says(
    "Your kernel has one entry too many. Powers 0 to length − 1 make `length` entries."
)
exercise.mistake(
    "too_short", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, b_bar, c, length + 1)[: length - 1]
).says("Your kernel has one entry too few. Powers 0 to length − 1 make `length` entries.")
exercise.mistake(
    "zero_first", lambda a_bar, b_bar, c, length: torch.cat([0 * c[:1], ssm_kernel(a_bar, b_bar, c, length)])[:length]
).says("Your entry 0 is zero, and the kernel comes one late. The present input counts.")
exercise.mistake(
    "logarithms",
    lambda a_bar, b_bar, c, length: _kernel(lambda a, b, c, k: (c * (k * a.log()).exp() * b).sum())(
        a_bar, b_bar, c, length
    ),
).says("You go through the logarithm of a, and a may be zero or negative. Use powers.")
exercise.mistake(
    "cut", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar.detach(), b_bar.detach(), c.detach(), length)
).says("The values are right, but no gradient reaches the arguments (`detach`, `.item()`, `float()`).")

exercise.right(lambda a_bar, b_bar, c, length: (c * b_bar) @ a_bar[:, None] ** torch.arange(length))
exercise.right(lambda a_bar, b_bar, c, length: torch.stack([(c * a_bar**k * b_bar).sum() for k in range(length)]))


@exercise.right
def right_1(a_bar, b_bar, c, length):
    state, kernel = b_bar, []
    for _ in range(length):
        kernel.append(c @ state)
        state = a_bar * state
    return torch.stack(kernel)


exercise.right(
    lambda a_bar, b_bar, c, length: torch.einsum("n,kn,n->k", c, torch.stack([a_bar**k for k in range(length)]), b_bar)
)

exercise.mistake("power_late", _kernel(lambda a, b, c, k: (c * a ** max(k - 1, 0) * b).sum())).says(
    "Your power stays 0 for two entries: entry k has power k."
)
exercise.mistake("b_apart", _kernel(lambda a, b, c, k: (c * a**k).sum() * b.sum())).says(
    "You sum b on its own. State entries meet only in the last sum."
)
exercise.mistake("all_apart", _kernel(lambda a, b, c, k: c.sum() * a.sum() ** k * b.sum())).says(
    "You sum each factor on its own. State entries meet only in the last sum."
)
exercise.mistake("a_summed", _kernel(lambda a, b, c, k: (c * b).sum() * a.sum() ** k)).says(
    "You sum a before taking powers. Each state entry has its own factor."
)
exercise.mistake("only_a", _kernel(lambda a, b, c, k: (a**k).sum() + 0 * (b + c).sum())).says(
    "Both b and c are missing."
)
exercise.mistake(
    "reversed_from_one", lambda a_bar, b_bar, c, length: ssm_kernel(a_bar, a_bar * b_bar, c, length).flip(0)
).says("Two things: powers start at 0, and the present comes first.")
