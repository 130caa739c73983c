"""The exercises of lecture 04: how surprised a model is, and by how much more than it need be.

The references are functional.py's own. What stands here is what they are tried on, and the mistakes that
learners make, each with its sentence. Logits reach ±1000, rows differ in size, and probabilities hold zeros.
"""

from __future__ import annotations

import math

import numpy as np

from nlm_utils import functional

from .definition import Exercise

LECTURE = "04_loss"
EPSILONS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 2.220446049250313e-16, 1e-20)
NOTES_LOGITS = np.array([1.8, -1.9, 2.9, -0.9])  # the lecture notes' t over books, cars, laptops, zoo


def _random_distribution(size: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(size))


def _softmax(t: np.ndarray, axis: int | None = -1) -> np.ndarray:
    """The stable softmax, for mistakes that come after it."""
    exponentials = np.exp(t - t.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def _log_of_softmax(t: np.ndarray) -> np.ndarray:
    """What the stable softmax makes of log p: −inf wherever a probability is rounded to 0."""
    return np.log(_softmax(t))


def _log_of_naive_softmax(t: np.ndarray) -> np.ndarray:
    """What the softmax that overflows makes of log p: nan for large logits."""
    return np.log(np.exp(t) / np.exp(t).sum(axis=-1, keepdims=True))


def _picked(t: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The log-probability of each target, (B,)."""
    return functional.log_softmax(t)[np.arange(len(targets)), targets]


# --- negative_log_likelihood ---------------------------------------------------------------------------

nll_exercise = Exercise(
    functional.negative_log_likelihood,
    lecture=LECTURE,
    checks=(
        "twelve distributions over 1 to 9 words; the first, a middle and the last word; likely and unlikely ones, a "
        "word of probability 1, and one of 1e-30"
    ),
    explanation=(
        "One number of `p` matters: the one at the word that came. Its logarithm is at most 0, so the "
        "minus sign makes a surprise of it that grows without bound as the probability goes to 0. The "
        "other words are not forgotten: probabilities sum to 1, so what they hold is missing at the "
        "target."
    ),
    hints=[
        "The other words do not enter: only the probability that the model gave to the word that came.",
        "`p[target]` is that probability. `np.log` is the natural logarithm; a probability's logarithm is "
        "never positive.",
        "Minus `np.log` of `p[target]`.",
    ],
)
nll_exercise.case(np.array([0.25, 0.75]), 0)
nll_exercise.case(np.array([0.1, 0.2, 0.7]), 1)
nll_exercise.case(np.array([0.35, 0.25, 0.4]), 2)
nll_exercise.case(np.array([0.07, 0.45, 0.48]), 1)
nll_exercise.case(np.array([0.01, 0.99]), 1)
for target in (3, 2, 0):
    nll_exercise.case(np.array([0.2441, 0.00604, 0.7335, 0.01636]), target)
nll_exercise.case(_random_distribution(9, seed=1), 8)
nll_exercise.case(_random_distribution(7, seed=2), 2)
nll_exercise.case(np.array([0.4, 0.1, 1e-30, 0.5]), 2)
nll_exercise.case(np.array([1.0]), 0)


@nll_exercise.misconception(
    "base_two",
    "You took the logarithm to base 2, which measures surprise in bits. Nats want the natural logarithm: "
    "a probability of 0.25 is 2 bits, but 1.386 nats.",
)
def _(p, target):
    return -np.log2(p[target])


@nll_exercise.misconception(
    "base_ten",
    "You took the logarithm to base 10. Nats want the natural logarithm: a probability of 0.25 is 1.386 "
    "nats, and 0.602 to base 10.",
)
def _(p, target):
    return -np.log10(p[target])


@nll_exercise.misconception(
    "sign",
    "You left out the minus sign. The logarithm of a probability is never above 0, so your loss falls as "
    "the model gets worse; the negative log likelihood is 0 at best and grows with the surprise.",
)
def _(p, target):
    return np.log(p[target])


@nll_exercise.misconception(
    "one_minus",
    "You took 1 − p. That never exceeds 1 however wrong the model is; −log p goes from 1.4 nats at p = "
    "0.25 to 69 nats at p = 1e-30.",
)
def _(p, target):
    return 1 - p[target]


@nll_exercise.misconception(
    "log_of_one_minus",
    "You took −log(1 − p), the surprise at the word NOT coming. We want the surprise at what did come: it "
    "must be large where p is small.",
)
def _(p, target):
    return -np.log(1 - p[target])


@nll_exercise.misconception(
    "mean_over_vocabulary",
    "You averaged −log p over all words of the vocabulary. Only one word came: take the probability at "
    "`target` alone.",
)
def _(p, target):
    return -np.log(p).mean()


@nll_exercise.misconception(
    "sum_over_vocabulary",
    "You summed −log p over all words of the vocabulary. Only one word came: take the probability at "
    "`target` alone.",
)
def _(p, target):
    return -np.log(p).sum()


@nll_exercise.misconception(
    "divided_by_vocabulary",
    "You divided by the number of words in the vocabulary (a mean over a one-hot vector does that too). "
    "One word came, so there is nothing to average: its −log p is the loss.",
)
def _(p, target):
    return -np.log(p[target]) / len(p)


@nll_exercise.misconception(
    "all_words_returned",
    "You returned the surprise at every word of the vocabulary, a vector of V numbers. Pick the one at "
    "`target`.",
)
def _(p, target):
    return -np.log(p)


@nll_exercise.misconception(
    "no_logarithm",
    "You returned the probability itself. The loss is its negative logarithm: a likely word must cost "
    "little, and you charge it most.",
)
def _(p, target):
    return p[target]


@nll_exercise.misconception(
    "minus_probability",
    "You returned −p, without the logarithm. −p cannot tell a probability of 1e-3 from one of 1e-30; −log "
    "p says 6.9 and 69 nats.",
)
def _(p, target):
    return -p[target]


@nll_exercise.misconception(
    "inverse_without_logarithm",
    "You returned 1 / p and left out the logarithm. 1 / p = 4 is how many equally likely words it would "
    "take; the surprise is log 4 = 1.386 nats.",
)
def _(p, target):
    return 1 / p[target]


@nll_exercise.misconception(
    "likeliest_word",
    "You scored the word the model likes best, not the word that came. A loss that never looks at "
    "`target` cannot tell a right model from a wrong one.",
)
def _(p, target):
    return -np.log(p.max())


@nll_exercise.misconception(
    "ids_from_one",
    "You looked up `target − 1`. Ids count from 0, as NumPy's indices do: word 0 is `p[0]`.",
)
def _(p, target):
    return -np.log(p[target - 1])


@nll_exercise.misconception(
    "off_by_one_up",
    "You looked up the word after the target. Ids count from 0: the probability of word `target` is "
    "`p[target]`.",
)
def _(p, target):
    return -np.log(p[(target + 1) % len(p)])


@nll_exercise.misconception(
    "softmax_again",
    "You put `p` through a softmax first. These are probabilities already, they sum to 1; a second "
    "softmax flattens them ([0.25, 0.75] becomes [0.38, 0.62]).",
)
def _(p, target):
    return -functional.log_softmax(p)[target]


for epsilon in (1e-2, 1e-3, 1e-4, *EPSILONS):

    @nll_exercise.misconception(
        f"epsilon_{epsilon:.0e}",
        "You added a small number inside the logarithm, or clipped the probability from below. That caps "
        "the loss: with 1e-12, a word of probability 1e-30 costs 28 nats where it should cost 69. "
        "`p[target]` is above 0 here.",
    )
    def _(p, target, epsilon=epsilon):
        return -np.log(p[target] + epsilon)


@nll_exercise.misconception(
    "weighted_by_probability",
    "You multiplied by the probability: −p log p is this word's share of the entropy. The word did come, "
    "so its whole surprise counts: −log p.",
)
def _(p, target):
    return -p[target] * np.log(p[target])


@nll_exercise.misconception(
    "entropy",
    "You computed the entropy, the surprise the model expects on average over all words. The loss is the "
    "surprise at the one word that came, `target`.",
)
def _(p, target):
    return -(p * np.log(p)).sum()


@nll_exercise.misconception(
    "log1p",
    "`log1p` is log(1 + p). You need log p: at p = 1 the loss must be 0, and yours is −0.69.",
)
def _(p, target):
    return -np.log1p(p[target])


@nll_exercise.misconception(
    "minus_inside",
    "You put the minus sign inside the logarithm: log(−p) is not a number. The minus stands in front: "
    "−log p.",
)
def _(p, target):
    return np.log(-p[target])


@nll_exercise.misconception(
    "array_of_one",
    "You returned an array that holds the number. The surprise at one word is a single float.",
)
def _(p, target):
    return -np.log(p[[target]])


@nll_exercise.misconception(
    "rest_counted_too",
    "You added −log(1 − p) for every word that did not come, as one does for V separate yes-or-no "
    "questions. Here one word out of V comes: −log p at `target` is all.",
)
def _(p, target):
    others = np.delete(p, target)
    return -np.log(p[target]) - np.log(1 - others).sum()


@nll_exercise.misconception(
    "target_is_a_position_in_the_ranking",
    "You sorted the probabilities before looking up `target`. The id of a word is its place in `p` as it "
    "is given.",
)
def _(p, target):
    return -np.log(np.sort(p)[::-1][target])


@nll_exercise.misconception(
    "log_of_one_minus_without_sign",
    "You took log(1 − p), and its sign makes the loss negative. The surprise at what came is −log p: no 1 "
    "− in it, and a minus in front.",
)
def _(p, target):
    return np.log(1 - p[target])


@nll_exercise.misconception(
    "exponential",
    "You took e^(−p), an exponential. The loss is a logarithm: −log p grows without bound as p goes to 0, "
    "and e^(−p) stays at 1.",
)
def _(p, target):
    return np.exp(-p[target])


@nll_exercise.misconception(
    "squared_error",
    "You squared the distance to 1. (1 − p)² never exceeds 1 however wrong the model is; −log p is 69 nats "
    "at p = 1e-30.",
)
def _(p, target):
    return (1 - p[target]) ** 2


@nll_exercise.misconception(
    "weighted_without_sign",
    "You computed p log p, a term of the (negative) entropy. The word did come, so its whole surprise "
    "counts: −log p, without a weight.",
)
def _(p, target):
    return p[target] * np.log(p[target])


@nll_exercise.misconception(
    "logarithm_of_the_id",
    "You took the logarithm of the word's id. `target` says where to look: the probability is `p[target]`.",
)
def _(p, target):
    return -np.log(np.float64(target))


@nll_exercise.misconception(
    "log_of_the_total",
    "Your loss is 0 whatever comes. Do you sum before the logarithm (the probabilities sum to 1, and log 1 = 0), or "
    "does your code never reach the probability at `target`?",
)
def _(p, target):
    return -np.log(p.sum())


@nll_exercise.misconception(
    "sign_and_base_two",
    "Two things: you left out the minus sign, and took the logarithm to base 2, which gives bits. In nats "
    "a probability of 0.25 costs +1.386.",
)
def _(p, target):
    return np.log2(p[target])


@nll_exercise.misconception(
    "certain_if_likeliest",
    "You charge nothing when the likeliest word comes. It still surprises a little unless it was certain: at "
    "p = 0.733 the loss is 0.310 nats.",
)
def _(p, target):
    return 0.0 if p.argmax() == target else -np.log(p[target])


for bound in (0.4, 0.5, 0.8):

    @nll_exercise.misconception(
        f"certain_above_{bound}",
        "You charge nothing when the word was likely enough. Only p = 1 costs nothing: at p = 0.733 the loss is "
        "0.310 nats, and 0.010 even at p = 0.99.",
    )
    def _(p, target, bound=bound):
        return 0.0 if p[target] >= bound else -np.log(p[target])


for digits in (1, 2, 3, 4):

    @nll_exercise.misconception(
        f"rounded_to_{digits}",
        "You rounded the result. Return the loss with all its digits and round only where it is printed: the "
        "averages and differences that come later need them.",
    )
    def _(p, target, digits=digits):
        return round(float(-np.log(p[target])), digits)


@nll_exercise.misconception(
    "early_return_of_zero",
    "Your loop gives up at the first word: a `return` in the `else` leaves the function when word 0 is not "
    "the target. No loop is needed: the target's place is known.",
)
def _(p, target):
    for word in range(len(p)):
        if word == target:
            return -np.log(p[word])
        return 0.0


@nll_exercise.misconception(
    "early_return_of_none",
    "Your loop gives up at the first word: a `return` in the `else` leaves the function when word 0 is not "
    "the target, with None. No loop is needed: the target's place is known.",
)
def _(p, target):
    for word in range(len(p)):
        if word == target:
            return -np.log(p[word])
        return None


@nll_exercise.misconception(
    "target_looked_for_among_the_values",
    "`p == target` asks which probability is as large as the id, and usually none is. `target` is a place in "
    "`p`, not a value.",
)
def _(p, target):
    return -np.log(p[p == target])


@nll_exercise.misconception(
    "returned_with_the_target",
    "You returned two things, the loss and the target. Return the loss alone, one float.",
)
def _(p, target):
    return -np.log(p[target]), target


@nll_exercise.misconception(
    "target_returned_with_it",
    "You returned two things, the target and the loss. Return the loss alone, one float.",
)
def _(p, target):
    return target, -np.log(p[target])


@nll_exercise.misconception(
    "reciprocal_of_the_logarithm",
    "You took 1 / log p. The loss is log(1 / p), which is the same as −log p: the 1 / stands inside. Yours "
    "falls as the word gets less likely.",
)
def _(p, target):
    return 1 / np.log(p[target])


@nll_exercise.misconception(
    "negative_reciprocal_of_the_logarithm",
    "You took −1 / log p. The loss is −log p itself: it grows as the word gets less likely, and yours shrinks.",
)
def _(p, target):
    return -1 / np.log(p[target])


for bound in (0.1, 0.05, 0.01, 1e-3, 1e-4, 1e-5):

    @nll_exercise.misconception(
        f"clipped_at_{bound:g}",
        "You do not let the probability fall below a bound. That caps the loss: with 0.01 no word can cost more "
        "than 4.6 nats, and one of probability 1e-30 should cost 69. `p[target]` is above 0 here.",
    )
    def _(p, target, bound=bound):
        return -np.log(max(p[target], bound))


for bound in (0.999, 0.99, 0.9):

    @nll_exercise.misconception(
        f"clipped_from_above_at_{bound:g}",
        "You do not let the probability come near 1. A word that was certain costs nothing: p = 1 gives 0.",
    )
    def _(p, target, bound=bound):
        return -np.log(min(p[target], bound))


@nll_exercise.misconception(
    "sorted_first",
    "You sorted the probabilities before looking up `target`. The id of a word is its place in `p` as it is "
    "given; sorting puts another word there.",
)
def _(p, target):
    return -np.log(np.sort(p)[target])


@nll_exercise.misconception(
    "from_the_target_on",
    "`p[target:]` is the target AND all words after it: you added up their surprises. One word came, "
    "`p[target]`.",
)
def _(p, target):
    return -np.log(p[target:]).sum()


@nll_exercise.misconception(
    "up_to_the_target",
    "`p[:target + 1]` is the target AND all words before it: you added up their surprises. One word came, "
    "`p[target]`.",
)
def _(p, target):
    return -np.log(p[: target + 1]).sum()


@nll_exercise.misconception(
    "before_the_target",
    "`p[:target]` (or a loop over `range(target)`) is all words BEFORE the target. One word came, `p[target]`.",
)
def _(p, target):
    return -np.log(p[:target]).sum()


@nll_exercise.misconception(
    "probability_from_the_target_on",
    "You summed the probabilities of the target and all words after it. The order of the ids means nothing: "
    "only `p[target]` counts.",
)
def _(p, target):
    return -np.log(p[target:].sum())


@nll_exercise.misconception(
    "probability_up_to_the_target",
    "You summed the probabilities up to the target (a cumulative sum). The order of the ids means nothing: "
    "only `p[target]` counts.",
)
def _(p, target):
    return -np.log(p[: target + 1].sum())


@nll_exercise.misconception(
    "log_odds",
    "You took the log-odds, log(p / (1 − p)). The surprise is −log p: no 1 − p in it.",
)
def _(p, target):
    return np.log(p[target] / (1 - p[target]))


@nll_exercise.misconception(
    "minus_log_odds",
    "You took the log-odds, −log(p / (1 − p)). The surprise is −log p: no 1 − p in it. Yours falls below 0 "
    "when p is above one half.",
)
def _(p, target):
    return -np.log(p[target] / (1 - p[target]))


@nll_exercise.misconception(
    "both_sides",
    "You added −log(1 − p), the surprise at the word NOT coming. It did come: −log p is all.",
)
def _(p, target):
    return -np.log(p[target]) - np.log(1 - p[target])


@nll_exercise.misconception(
    "logarithm_of_the_likeliest_id",
    "You took the logarithm of an id: `argmax` gives the PLACE of the largest probability. And the word to "
    "score is `target`, not the likeliest one.",
)
def _(p, target):
    return -np.log(np.float64(p.argmax()))


@nll_exercise.misconception(
    "logarithm_of_the_likeliest_id_without_sign",
    "You took the logarithm of an id: `argmax` gives the PLACE of the largest probability. The word to score "
    "is `target`: −log of its probability.",
)
def _(p, target):
    return np.log(np.float64(p.argmax()))


@nll_exercise.misconception(
    "target_given_to_the_logarithm",
    "`np.log(p, target)` does not pick: the second argument of `np.log` is an array to write into. Square "
    "brackets pick, `p[target]`.",
)
def _(p, target):
    return -np.log(p, target)


@nll_exercise.misconception(
    "target_as_base",
    "The second argument of `math.log` is the base: you took the logarithm to base `target`. The natural one "
    "needs no second argument.",
)
def _(p, target):
    return -math.log(p[target], target)


@nll_exercise.misconception(
    "relative_to_the_likeliest",
    "You divided by the largest probability first. These are probabilities already; divided, the likeliest "
    "word would never surprise.",
)
def _(p, target):
    return -np.log(p[target] / p.max())


@nll_exercise.misconception(
    "divided_by_log_vocabulary",
    "You divided by log V, which gives the surprise as a share of an even guess. Nats are not divided by "
    "anything.",
)
def _(p, target):
    return -np.log(p[target]) / np.log(len(p))


@nll_exercise.misconception(
    "exponential_of_the_probability",
    "You took e^p. The loss is minus the logarithm, which undoes the exponential: −log p.",
)
def _(p, target):
    return np.exp(p[target])


@nll_exercise.misconception(
    "logarithm_of_the_one_hot",
    "You took the logarithm of the one-hot vector and weighted it with `p`. It is the other way round: the "
    "logarithm is of the model's `p`, and the one-hot vector picks from it.",
)
def _(p, target):
    return -(p * np.log(np.eye(len(p))[target])).sum()


@nll_exercise.misconception(
    "one_if_wrong",
    "You counted whether the first guess is right, 0 or 1. That throws the probability away; the loss is "
    "−log p at the word that came.",
)
def _(p, target):
    return 0.0 if p.argmax() == target else 1.0


@nll_exercise.right
def _(p, target):
    return -math.log(p[target])


@nll_exercise.right
def _(p, target):
    return np.log(1.0 / p)[target]


@nll_exercise.right
def _(p, target):
    return -(np.eye(len(p))[target] @ np.log(p))


@nll_exercise.right
def _(p, target):
    return -np.log2(np.float32(p[target])) * math.log(2)


@nll_exercise.right
def _(p, target):
    return [-math.log(probability) for probability in p][target]


# --- log_softmax ---------------------------------------------------------------------------------------

log_softmax_exercise = Exercise(
    functional.log_softmax,
    lecture=LECTURE,
    checks=(
        "one row, batches of (2, 3), (3, 3) and (3, 5), an array of (2, 3, 4), logits of ±1000, rows of "
        "very different size, t unchanged"
    ),
    explanation=(
        "log(e^{t_i} / Σ_j e^{t_j}) = t_i − log Σ_j e^{t_j}: no division is needed, and no probability is "
        "ever formed that could be rounded to 0. Subtracting the row's maximum first changes nothing (it "
        "leaves both terms by the same amount) and keeps every e^{…} at most 1. At least one of them is "
        "exactly 1, so the sum is never 0 either."
    ),
    hints=[
        "Write log(e^{t_i} / Σ_j e^{t_j}) as a difference of two logarithms. The first one undoes its "
        "exponential.",
        "e^{1000} overflows. Adding a constant to a whole row changes no probability: subtract each row's "
        "maximum first.",
        "With `shifted` = t minus each row's maximum (`axis=-1, keepdims=True`): `shifted` minus the log "
        "of the row's sum of `np.exp(shifted)`, with `keepdims=True` again.",
    ],
    atol=1e-9,  # where a word is certain, log p is exactly 0 in float32 too
)
log_softmax_exercise.case(np.array([0.0, 1.0]))
log_softmax_exercise.case(NOTES_LOGITS.copy())
log_softmax_exercise.case(np.array([[1.0, 2.0, 4.0], [-3.0, 0.5, 0.0]]))
log_softmax_exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5], [-2.0, -2.5, 1.5]]))
log_softmax_exercise.case(np.random.default_rng(3).normal(0.0, 2.0, (3, 5)))
log_softmax_exercise.case(np.random.default_rng(4).normal(0.0, 2.0, (2, 3, 4)))
log_softmax_exercise.case(np.array([1000.0, 1001.0, 998.5]))
log_softmax_exercise.case(np.array([-1000.0, -1001.0, -1003.0]))
log_softmax_exercise.case(np.array([1000.0, 0.0]))  # the sum is 1: here a small number added to it shows
log_softmax_exercise.case(np.array([-1000.0, 1000.0, -999.0]))
log_softmax_exercise.case(np.array([[1000.0, 999.0, 0.0], [-1000.0, -1002.0, -999.0]]))


@log_softmax_exercise.misconception(
    "log_of_softmax",
    "You took the logarithm of the softmax. For [1000, 0] the second probability, e^−1000, is rounded to "
    "0 and its logarithm becomes −inf; the answer is −1000. Take the logarithm on paper first, so that no "
    "probability is ever formed.",
)
def _(t):
    return np.log(_softmax(t))


@log_softmax_exercise.misconception(
    "overflow_in_the_sum",
    "Your formula is right on paper, but `np.exp(1000)` is infinite (and all of e^−1000 is rounded to 0). "
    "Subtract each row's maximum before the exponential: it changes no probability.",
)
def _(t):
    return t - np.log(np.exp(t).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "overflow_and_division",
    "You formed e^t, divided by the sum and then took the logarithm. `np.exp(1000)` is infinite, and inf "
    "/ inf is not a number. Subtract each row's maximum first, and take the logarithm on paper: no "
    "division is left.",
)
def _(t):
    return np.log(np.exp(t) / np.exp(t).sum(axis=-1, keepdims=True))


def _row_shift(t: np.ndarray) -> np.ndarray:
    return t - t.max(axis=-1, keepdims=True)


def _whole_shift(t: np.ndarray) -> np.ndarray:
    return t - t.max()


def _no_shift(t: np.ndarray) -> np.ndarray:
    return t


# each slip is made with the maximum subtracted or without: then two things are wrong, and both are said
for suffix, shift, remark in (
    ("", _row_shift, ""),
    ("_unshifted", _no_shift, " (And `np.exp(1000)` is infinite: subtract each row's maximum first.)"),
):

    @log_softmax_exercise.misconception(
        "whole_array" + suffix,
        "You normalised the whole array at once. Each row is a distribution of its own: sum along the "
        "last axis only." + remark,
    )
    def _(t, shift=shift):
        return shift(t) - np.log(np.exp(shift(t)).sum())

    @log_softmax_exercise.misconception(
        "whole_array_divided" + suffix,
        "You normalised the whole array at once. Each row is a distribution of its own: sum along the "
        "last axis only. And take the logarithm on paper, log(a / b) = log a − log b, so that no "
        "probability is rounded to 0." + remark,
    )
    def _(t, shift=shift):
        return np.log(np.exp(shift(t)) / np.exp(shift(t)).sum())

    @log_softmax_exercise.misconception(
        "first_axis" + suffix,
        "You normalised along axis 0, down the batch. The words lie along the last axis: each row of V "
        "logits is one distribution." + remark,
    )
    def _(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=0, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))

    @log_softmax_exercise.misconception(
        "first_axis_divided" + suffix,
        "You normalised along axis 0, down the batch. The words lie along the last axis: each row of V "
        "logits is one distribution. And take the logarithm on paper, so that no probability is rounded "
        "to 0." + remark,
    )
    def _(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=0, keepdims=True)
        return np.log(np.exp(shifted) / np.exp(shifted).sum(axis=0, keepdims=True))

    @log_softmax_exercise.misconception(
        "second_axis" + suffix,
        "You wrote axis=1. That is the last axis of a (B, V) array only; one row has no axis 1, and in a "
        "(B, T, V) array it is the time. Count from the end: the last axis is −1." + remark,
    )
    def _(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    @log_softmax_exercise.misconception(
        "second_axis_divided" + suffix,
        "You wrote axis=1. That is the last axis of a (B, V) array only; one row has no axis 1, and in a "
        "(B, T, V) array it is the time: the last axis is −1. And take the logarithm on paper, so that no "
        "probability is rounded to 0." + remark,
    )
    def _(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=1, keepdims=True)
        return np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))

    @log_softmax_exercise.misconception(
        "keepdims_missing" + suffix,
        "You reduced along the last axis without `keepdims=True`. The (B, V) logits then no longer line "
        "up with the B maxima or sums: NumPy stops, or, worse, matches them with the wrong axis." + remark,
    )
    def _(t, shift=shift):
        shifted = shift(t) if shift is _no_shift else t - t.max(axis=-1)
        return shifted - np.log(np.exp(shifted).sum(axis=-1))

    @log_softmax_exercise.misconception(
        "probabilities_returned" + suffix,
        "You returned the probabilities. Their logarithms are asked for: all of them at most 0, and their "
        "exponentials sum to 1." + remark,
    )
    def _(t, shift=shift):
        return np.exp(shift(t)) / np.exp(shift(t)).sum(axis=-1, keepdims=True)

    @log_softmax_exercise.misconception(
        "sign" + suffix,
        "You returned −log p. log-softmax gives log p itself, at most 0; the minus sign comes with the loss."
        + remark,
    )
    def _(t, shift=shift):
        return np.log(np.exp(shift(t)).sum(axis=-1, keepdims=True)) - shift(t)

    @log_softmax_exercise.misconception(
        "sign_divided" + suffix,
        "You returned −log p. log-softmax gives log p itself, at most 0; the minus sign comes with the "
        "loss. And take the logarithm on paper, so that no probability is rounded to 0." + remark,
    )
    def _(t, shift=shift):
        return -np.log(np.exp(shift(t)) / np.exp(shift(t)).sum(axis=-1, keepdims=True))

    @log_softmax_exercise.misconception(
        "log_of_the_sum_missing" + suffix,
        "You subtracted the sum of the exponentials, not its logarithm. log(a / b) = log a − log b." + remark,
    )
    def _(t, shift=shift):
        return shift(t) - np.exp(shift(t)).sum(axis=-1, keepdims=True)

    @log_softmax_exercise.misconception(
        "divided_by_the_log" + suffix,
        "You divided by the logarithm of the sum. The logarithm of a quotient is a difference: log(a / b) "
        "= log a − log b." + remark,
    )
    def _(t, shift=shift):
        return shift(t) / np.log(np.exp(shift(t)).sum(axis=-1, keepdims=True))

    @log_softmax_exercise.misconception(
        "divided_by_the_sum" + suffix,
        "You divided the logits by the sum of the exponentials. In the softmax the exponentials are "
        "divided; after the logarithm that becomes a subtraction." + remark,
    )
    def _(t, shift=shift):
        return shift(t) / np.exp(shift(t)).sum(axis=-1, keepdims=True)

    @log_softmax_exercise.misconception(
        "added_instead" + suffix,
        "You added the logarithm of the sum. log(a / b) = log a − log b: it is subtracted." + remark,
    )
    def _(t, shift=shift):
        return shift(t) + np.log(np.exp(shift(t)).sum(axis=-1, keepdims=True))

    @log_softmax_exercise.misconception(
        "mean_for_sum" + suffix,
        "You averaged the exponentials. The softmax divides by their sum; with the mean, the "
        "probabilities would sum to V." + remark,
    )
    def _(t, shift=shift):
        return shift(t) - np.log(np.exp(shift(t)).mean(axis=-1, keepdims=True))

    @log_softmax_exercise.misconception(
        "base_two" + suffix,
        "You took the logarithm to base 2. Nats want the natural one, which undoes `np.exp`: two equal "
        "logits give −0.693, not −1." + remark,
    )
    def _(t, shift=shift):
        return np.log2(np.exp(shift(t)) / np.exp(shift(t)).sum(axis=-1, keepdims=True))

    @log_softmax_exercise.misconception(
        "base_two_of_the_sum" + suffix,
        "You took the logarithm of the sum to base 2. The natural logarithm, `np.log`, is the one that "
        "undoes `np.exp`." + remark,
    )
    def _(t, shift=shift):
        return shift(t) - np.log2(np.exp(shift(t)).sum(axis=-1, keepdims=True))

    @log_softmax_exercise.misconception(
        "base_ten_of_the_sum" + suffix,
        "You took the logarithm of the sum to base 10. The natural logarithm, `np.log`, is the one that "
        "undoes `np.exp`." + remark,
    )
    def _(t, shift=shift):
        return shift(t) - np.log10(np.exp(shift(t)).sum(axis=-1, keepdims=True))

    @log_softmax_exercise.misconception(
        "normaliser_returned" + suffix,
        "You returned log Σ e^t, one number per row. Each word's log-probability is its own logit minus that."
        + remark,
    )
    def _(t, shift=shift):
        shifted = shift(t)
        return np.log(np.exp(shifted).sum(axis=-1)) + (t - shifted)[..., 0]


@log_softmax_exercise.misconception(
    "row_maximum_whole_array_sum",
    "You subtracted the maximum of the whole array and summed over all of it. Each row is a distribution "
    "of its own: maximum and sum run along the last axis.",
)
def _(t):
    return _whole_shift(t) - np.log(np.exp(_whole_shift(t)).sum())


@log_softmax_exercise.misconception(
    "base_two_of_the_result",
    "You took the logarithm to base 2 of the probabilities. Nats want the natural one: for two equal "
    "logits −0.693, not −1.",
)
def _(t):
    return functional.log_softmax(t) / np.log(2)


@log_softmax_exercise.misconception(
    "base_ten",
    "You took the logarithm to base 10 of the probabilities. Nats want the natural one, `np.log`.",
)
def _(t):
    return functional.log_softmax(t) / np.log(10)


for epsilon in EPSILONS:

    @log_softmax_exercise.misconception(
        f"epsilon_{epsilon:.0e}",
        "You added a small number to the probabilities before the logarithm, or clipped them. That hides "
        "the −inf behind a wrong number: with 1e-12 it becomes −28, and the answer for [1000, 0] is "
        "−1000. Take the logarithm on paper first, then nothing underflows.",
    )
    def _(t, epsilon=epsilon):
        return np.log(_softmax(t) + epsilon)


@log_softmax_exercise.misconception(
    "whole_array_maximum",
    "You subtracted one maximum for the whole array. A row whose logits all lie far below it, [−1000, "
    "−1002], still underflows to log 0. Subtract each row's own maximum.",
)
def _(t):
    shifted = t - t.max()
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "one_row_only",
    "Your function works on one row of logits only: Python's `max` cannot compare whole rows. `t` may hold "
    "any number of rows, (B, V) or (B, T, V): take maximum and sum along the last axis.",
)
def _(t):
    shifted = t - max(t)
    return shifted - np.log(np.exp(shifted).sum())


@log_softmax_exercise.misconception(
    "one_row_only_loop",
    "Your loop runs over the first axis and takes its elements for numbers; in a batch they are whole "
    "rows. `t` may hold any number of rows: take maximum and sum along the last axis.",
)
def _(t):
    normaliser = math.log(sum(math.exp(value - t.max()) for value in t))
    return np.array([value - t.max() - normaliser for value in t])


@log_softmax_exercise.misconception(
    "two_axes_only",
    "Your function works on one row and on a (B, V) batch, but not on (B, T, V). Count the axis from the "
    "end, −1, and any number of axes in front will do.",
)
def _(t):
    rows = [row - max(row) for row in np.atleast_2d(t)]
    answer = np.array([row - np.log(np.exp(row).sum()) for row in rows])
    return answer if t.ndim > 1 else answer[0]


@log_softmax_exercise.misconception(
    "unshifted_minus_shifted",
    "You subtracted the maximum inside the exponential but not from `t` in front. Both terms must be "
    "shifted by the same amount, or the maximum stays in the answer.",
)
def _(t):
    maximum = t.max(axis=-1, keepdims=True)
    return t - np.log(np.exp(t - maximum).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "maximum_subtracted_twice",
    "You subtract the maximum twice: once from `t` and once more with the logarithm of the sum. After the "
    "shift, log Σ e^shifted is all that is left to subtract.",
)
def _(t):
    maximum = t.max(axis=-1, keepdims=True)
    shifted = t - maximum
    return shifted - (np.log(np.exp(shifted).sum(axis=-1, keepdims=True)) + maximum)


@log_softmax_exercise.misconception(
    "shift_only",
    "You subtracted the maximum and stopped. That makes the largest value 0, but the exponentials do not "
    "yet sum to 1: the logarithm of their sum is still to be subtracted.",
)
def _(t):
    return t - t.max(axis=-1, keepdims=True)


@log_softmax_exercise.misconception(
    "log_without_exponentials",
    "You took the logarithm of the sum of the logits. The softmax sums their exponentials: log Σ e^t.",
)
def _(t):
    return t - np.log(t.sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "minimum_subtracted",
    "You subtracted the minimum. [−1000, 1000] becomes [0, 2000], and e^2000 overflows; subtract the "
    "maximum, so that the largest exponential is e^0 = 1.",
)
def _(t):
    shifted = t - t.min(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "mean_subtracted",
    "You subtracted the mean. That leaves large logits large: [−1000, 1000] has mean 0, and e^1000 "
    "overflows. Subtract the maximum.",
)
def _(t):
    shifted = t - t.mean(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "absolute_maximum_subtracted",
    "You subtracted the largest absolute value. For [−1000, −1001] that shifts the logits to −2000 and "
    "every exponential is rounded to 0. Subtract the maximum itself.",
)
def _(t):
    shifted = t - np.abs(t).max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "divided_by_the_maximum",
    "You divided by the maximum. That changes the distances between logits, and with them the "
    "probabilities; subtracting the maximum changes nothing.",
)
def _(t):
    scaled = t / t.max(axis=-1, keepdims=True)
    return scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "in_place",
    "The values are right, but you changed `t` itself (`t -= …` writes into the caller's array). Make a "
    "new array: `shifted = t - …`.",
)
def _(t):
    t -= t.max(axis=-1, keepdims=True)
    return t - np.log(np.exp(t).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "log_of_the_logits",
    "You took the logarithm of the logits before the softmax. Logits may be negative; the logarithm "
    "belongs to the probabilities.",
)
def _(t):
    return _softmax(np.log(t))


@log_softmax_exercise.misconception(
    "two_axes_assumed",
    "You go through `t` row by row, so each element of the first axis is taken for a row. A single row of "
    "logits then falls apart into numbers, and in (B, T, V) a whole table counts as one row. Work along "
    "the last axis, and any shape will do.",
)
def _(t):
    return np.array(
        [element - element.max() - np.log(np.exp(element - element.max()).sum()) for element in t]
    )


@log_softmax_exercise.misconception(
    "keepdims_missing_in_the_sum",
    "Your maxima keep their axis, your sums do not: without `keepdims=True` the B sums no longer line up "
    "with the (B, V) logits. NumPy stops, or, worse, matches them with the wrong axis.",
)
def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1))


@log_softmax_exercise.misconception(
    "shares_of_the_logits",
    "You divided the logits by their sum and took the logarithm. Logits may be negative; the softmax "
    "divides their exponentials, e^t.",
)
def _(t):
    return np.log(t / t.sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "infinity_replaced",
    "You replaced −inf by the most negative number there is. It should be −1000 for [1000, 0]: take the "
    "logarithm on paper first, then nothing underflows and nothing needs mending.",
)
def _(t):
    return np.nan_to_num(np.log(_softmax(t)))


for bound in (50.0, 100.0, 1000.0):

    @log_softmax_exercise.misconception(
        f"log_clipped_at_{bound:.0f}",
        "You cut the logarithms off from below. That hides the −inf behind a wrong number: for [−1000, "
        "1000] the answer is −2000. Take the logarithm on paper first, then nothing underflows.",
    )
    def _(t, bound=bound):
        return np.maximum(np.log(_softmax(t)), -bound)


for bound in (10.0, 20.0, 30.0, 50.0, 80.0, 88.0, 100.0, 500.0, 700.0, 709.0):

    @log_softmax_exercise.misconception(
        f"logits_clipped_at_{bound:.0f}",
        "You cut the logits off so that the exponential cannot overflow. That changes them: 1000 and 1001 "
        "become equal. Subtracting each row's maximum avoids the overflow and changes nothing.",
    )
    def _(t, bound=bound):
        return functional.log_softmax(np.clip(t, -bound, bound))


@log_softmax_exercise.misconception(
    "whole_array_softmax",
    "You normalised the whole array at once. Each row is a distribution of its own: maximum and sum run "
    "along the last axis. And take the logarithm on paper, log(a / b) = log a − log b, so that no "
    "probability is rounded to 0.",
)
def _(t):
    return np.log(_softmax(t, axis=None))


@log_softmax_exercise.misconception(
    "whole_array_maximum_divided",
    "You subtracted one maximum for the whole array, and took the logarithm after the division. A row far "
    "below that maximum becomes 0 / 0, and small probabilities are rounded to 0. Subtract each row's own "
    "maximum, and take the logarithm on paper.",
)
def _(t):
    exponentials = np.exp(_whole_shift(t))
    return np.log(exponentials / exponentials.sum(axis=-1, keepdims=True))


for epsilon in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8):

    @log_softmax_exercise.misconception(
        f"epsilon_in_the_sum_{epsilon:.0e}",
        "You added a small number to the sum of the exponentials. After the shift that sum is at least 1, so its "
        "logarithm is safe without; with it, no row's probabilities sum to 1.",
    )
    def _(t, epsilon=epsilon):
        shifted = _row_shift(t)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True) + epsilon)


@log_softmax_exercise.misconception(
    "absolute_shift",
    "You took the absolute value of t − max. The shifted logits are 0 or below, and must stay so: the sign "
    "says which word is less likely, and e^{1000} overflows again.",
)
def _(t):
    shifted = np.abs(_row_shift(t))
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "absolute_shift_in_the_sum",
    "You took the absolute value of t − max inside the exponential. The shifted logits are 0 or below, and "
    "must stay so, or e^{1000} overflows again.",
)
def _(t):
    shifted = _row_shift(t)
    return shifted - np.log(np.exp(-shifted).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "shifted_in_front_only",
    "You subtracted the maximum from `t` in front, but not inside the exponential. Both must be shifted by the "
    "same amount: else the maximum stays in the answer, and `np.exp(1000)` is still infinite.",
)
def _(t):
    return _row_shift(t) - np.log(np.exp(t).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "log_without_exponentials_shifted",
    "You took the logarithm of the sum of the shifted logits, which is never above 0: nan. The softmax sums "
    "their exponentials: log Σ e^shifted.",
)
def _(t):
    shifted = _row_shift(t)
    return shifted - np.log(shifted.sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "sum_of_the_logits_subtracted",
    "You subtracted the sum of the shifted logits. What is to be subtracted is log Σ e^shifted: exponential "
    "first, then the sum, then the logarithm.",
)
def _(t):
    shifted = _row_shift(t)
    return shifted - shifted.sum(axis=-1, keepdims=True)


@log_softmax_exercise.misconception(
    "sum_of_the_logarithms",
    "You took the logarithm before the sum. That undoes the exponential at once, and the logits are summed; "
    "sum the exponentials first, then take the logarithm of the sum.",
)
def _(t):
    shifted = _row_shift(t)
    return shifted - np.log(np.exp(shifted)).sum(axis=-1, keepdims=True)


@log_softmax_exercise.misconception(
    "sum_of_the_logarithms_whole_array",
    "You took the logarithm before the sum, and summed over the whole array. Sum the exponentials of each row "
    "first, then take the logarithm of that sum.",
)
def _(t):
    shifted = _row_shift(t)
    return shifted - np.log(np.exp(shifted)).sum()


@log_softmax_exercise.misconception(
    "python_sum",
    "Your sum runs over the first axis, as Python's `sum` always does: in a batch it adds up rows, not words. "
    "Use `np.sum` or `.sum` along the last axis.",
)
def _(t):
    shifted = _row_shift(t)
    return shifted - np.log(sum(np.exp(shifted)))


for bound in (700,):

    @log_softmax_exercise.misconception(
        f"shift_where_it_underflows_{bound}",
        "Where the probability is rounded to 0 you return t − max alone. The logarithm of the row's sum belongs "
        "there too; taken on paper, one formula serves all entries.",
    )
    def _(t, bound=bound):
        shifted = _row_shift(t)
        return np.where(shifted < -bound, shifted, np.log(_softmax(t)))


@log_softmax_exercise.misconception(
    "zero_where_it_underflows",
    "Where the probability is rounded to 0 you return 0, the logarithm of certainty. For [1000, 0] the second "
    "entry is −1000. Take the logarithm on paper, then nothing underflows.",
)
def _(t):
    p = _softmax(t)
    return np.where(p > 0, np.log(np.where(p > 0, p, 1.0)), 0.0)


@log_softmax_exercise.misconception(
    "early_return",
    "The `return` stands inside the loop over the rows and leaves it after the first one: the other rows stay "
    "0. Move it one level out.",
)
def _(t):
    if t.ndim == 1:
        return functional.log_softmax(t)
    answer = np.zeros_like(t)
    for place, row in enumerate(t):
        answer[place] = functional.log_softmax(row)
        return answer


@log_softmax_exercise.misconception(
    "first_row_returned",
    "The `return` stands inside the loop over the rows: only the first row comes back. Collect all rows.",
)
def _(t):
    return functional.log_softmax(t if t.ndim == 1 else t[0])


for bound in (10.0, 20.0, 30.0, 50.0, 100.0, 500.0, 700.0):

    @log_softmax_exercise.misconception(
        f"shift_clipped_at_{bound:.0f}",
        "You cut the shifted logits off from below. e^−1000 is rounded to 0, and that is harmless inside the "
        "sum; in front it must stay: the answer for [1000, 0] is −1000.",
    )
    def _(t, bound=bound):
        shifted = np.maximum(_row_shift(t), -bound)
        return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "maximum_with_the_wrong_sign",
    "A sign slipped where the maximum goes back: log Σ e^t = max + log Σ e^(t − max). You subtract the "
    "maximum from the second term where it is added.",
)
def _(t):
    maximum = t.max(axis=-1, keepdims=True)
    return t - (np.log(np.exp(t - maximum).sum(axis=-1, keepdims=True)) - maximum)


@log_softmax_exercise.misconception(
    "keepdim",
    "`keepdim` (and `dim`) is torch's word. NumPy says `keepdims`, with an s (and `axis`).",
)
def _(t):
    return t - t.max(axis=-1, keepdim=True)


@log_softmax_exercise.misconception(
    "softmax_twice",
    "You took the log-softmax of the softmax: normalised twice. [1000, 0] then gives −0.31 and −1.31 where 0 "
    "and −1000 are right. The exponentials are normalised once.",
)
def _(t):
    return functional.log_softmax(_softmax(t))


@log_softmax_exercise.misconception(
    "logarithm_twice",
    "You took the logarithm twice. After the subtraction you hold log-probabilities already; their logarithm "
    "is not a number.",
)
def _(t):
    return np.log(functional.log_softmax(t))


@log_softmax_exercise.misconception(
    "divided_by_the_absolute_maximum",
    "You divided by the largest absolute value. That changes the distances between logits, and with them the "
    "probabilities; subtracting the maximum changes nothing.",
)
def _(t):
    return functional.log_softmax(t / np.abs(t).max(axis=-1, keepdims=True))


@log_softmax_exercise.misconception(
    "half_precision",
    "You computed in float16, which keeps three digits and ends at 65 504. Leave the dtype as it is.",
)
def _(t):
    return functional.log_softmax(t.astype(np.float16))


@log_softmax_exercise.misconception(
    "two_axes_assumed_in_a_loop",
    "You go through `t` row by row, and a single row of logits has no rows: it falls apart into numbers. Work "
    "along the last axis, and any shape will do.",
)
def _(t):
    answer = []
    for row in t:
        maximum = max(row)
        normaliser = math.log(sum(math.exp(value - maximum) for value in row))
        answer.append([value - maximum - normaliser for value in row])
    return np.array(answer)


@log_softmax_exercise.right
def _(t):
    from scipy.special import log_softmax

    return log_softmax(t, axis=-1)


@log_softmax_exercise.right
def _(t):
    return t - np.logaddexp.reduce(t, axis=-1, keepdims=True)


@log_softmax_exercise.right
def _(t):
    shifted = t.astype(np.float32) - t.max(axis=-1, keepdims=True).astype(np.float32)
    return shifted - np.log(np.einsum("...v->...", np.exp(shifted)))[..., None]


@log_softmax_exercise.right
def _(t):
    if t.ndim > 1:
        return [log_softmax_of_lists(row) for row in t]
    return log_softmax_of_lists(t)


def log_softmax_of_lists(t):
    """log-softmax with loops and lists, for an array of any number of axes."""
    if np.ndim(t) > 1:
        return [log_softmax_of_lists(row) for row in t]
    maximum = max(t)
    normaliser = maximum + math.log(sum(math.exp(value - maximum) for value in t))
    return [value - normaliser for value in t]


# --- cross_entropy -------------------------------------------------------------------------------------

cross_entropy_exercise = Exercise(
    functional.cross_entropy,
    lecture=LECTURE,
    checks=(
        "batches of 1, 2, 3 and 5 examples over 3 to 6 words, repeated targets, logits of ±1000, t unchanged"
    ),
    explanation=(
        "`log_softmax(t)` holds the log-probability of every word after every prefix, (B, V). Each "
        "example needs one of its row's V numbers: `log_p[np.arange(B), targets]` pairs row 0 with "
        "targets[0], row 1 with targets[1], and so on. The mean makes the loss of a small and of a large "
        "batch comparable, in nats per example."
    ),
    hints=[
        "Three steps: log-probabilities for every row, the one at each row's own target, minus the mean "
        "of those.",
        "`log_p[:, targets]` gives a B×B table. To pair row i with targets[i], index with two arrays of "
        "length B: the rows' numbers and the targets.",
        "`log_p = log_softmax(t)`, then minus the mean of `log_p[np.arange(len(targets)), targets]`.",
    ],
)
cross_entropy_exercise.case(np.array([[0.0, 1.0, 3.0]]), np.array([1]))
cross_entropy_exercise.case(np.array([[1.0, 2.0, 4.0], [3.0, 0.5, 0.0]]), np.array([0, 2]))
cross_entropy_exercise.case(np.array([[-1.0, 0.5, 2.0, -0.5]]), np.array([3]))
cross_entropy_exercise.case(np.array([[1.0, 2.0, 4.0], [-3.0, 0.5, 0.0]]), np.array([0, 2]))
cross_entropy_exercise.case(np.stack([NOTES_LOGITS, -NOTES_LOGITS, NOTES_LOGITS / 2]), np.array([2, 1, 3]))
cross_entropy_exercise.case(np.random.default_rng(5).normal(0.0, 2.0, (5, 4)), np.array([3, 0, 0, 1, 3]))
cross_entropy_exercise.case(np.random.default_rng(6).normal(0.0, 2.0, (3, 6)), np.array([5, 5, 2]))
cross_entropy_exercise.case(np.array([[1000.0, 999.0, 997.0]]), np.array([1]))
cross_entropy_exercise.case(np.array([[1000.0, 999.0, 998.0], [-1000.0, -999.0, -1001.0]]), np.array([1, 2]))
cross_entropy_exercise.case(
    np.array([[1000.0, 200.0, -1000.0], [0.0, 1000.0, -1000.0], [240.0, -1000.0, 1000.0]]),
    np.array([1, 1, 0]),
)


# each slip is made on top of a stable log-softmax or of one that breaks: then two things are wrong
for suffix, log_probabilities, remark in (
    ("", functional.log_softmax, ""),
    (
        "_log_of_softmax",
        _log_of_softmax,
        " (And the log of a rounded probability is −inf: use `log_softmax`.)",
    ),
    ("_naive", _log_of_naive_softmax, " (And `np.exp(1000)` is infinite: use `log_softmax`.)"),
):

    @cross_entropy_exercise.misconception(
        "sum_for_mean" + suffix,
        "You summed over the batch. The loss is the mean over the B examples: with a sum, a batch twice "
        "as large looks twice as bad." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum()

    @cross_entropy_exercise.misconception(
        "sum_without_sign" + suffix,
        "Two things: you summed over the batch where the mean belongs, and left out the minus sign." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        return log_probabilities(t)[np.arange(len(targets)), targets].sum()

    @cross_entropy_exercise.misconception(
        "all_targets_in_every_row" + suffix,
        "`log_p[:, targets]` takes EVERY target from EVERY row, a B×B table. Row 0 belongs to targets[0] "
        "only: index with two arrays, the numbers of the rows and the targets." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[:, targets].mean()

    @cross_entropy_exercise.misconception(
        "sign" + suffix,
        "You left out the minus sign. Log-probabilities are never above 0; the loss is minus their mean, "
        "so that a better model has a smaller one." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return log_p[np.arange(len(targets)), targets].mean()

    @cross_entropy_exercise.misconception(
        "losses_not_averaged" + suffix,
        "You returned one loss per example, (B,). The loss of a batch is their mean, one number." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets]

    @cross_entropy_exercise.misconception(
        "mean_over_vocabulary_too" + suffix,
        "You divided by B·V, as the mean of a one-hot table times log p does. Each example has one "
        "target, so B numbers are averaged: divide by B." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum() / log_p.size

    @cross_entropy_exercise.misconception(
        "divided_by_vocabulary" + suffix,
        "You divided the sum by the number of words V. The mean runs over the B examples of the batch."
        + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum() / log_p.shape[-1]

    @cross_entropy_exercise.misconception(
        "all_words_averaged" + suffix,
        "You averaged the log-probabilities of all words and never looked at `targets`. Only the word "
        "that came counts in each row." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p.mean()

    @cross_entropy_exercise.misconception(
        "first_row_only" + suffix,
        "You looked up all targets in the first row of the batch. Row i belongs to targets[i]: index with "
        "the numbers of the rows as well." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[0, targets].mean()

    @cross_entropy_exercise.misconception(
        "rows_by_target" + suffix,
        "`log_p[targets]` takes whole rows, the ones whose number is a target. The targets are columns: "
        "give the numbers of the rows first, then the targets." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[targets].mean()

    @cross_entropy_exercise.misconception(
        "rows_and_columns_swapped" + suffix,
        "You gave the targets as rows (`axis=0` in `take_along_axis` does so too). `log_p` is (B, V): the example's "
        "number comes first, its target second." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[targets, np.arange(len(targets))].mean()

    @cross_entropy_exercise.misconception(
        "first_example_only" + suffix,
        "You scored the first example only. The loss is the mean over all B of them." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets][0]

    @cross_entropy_exercise.misconception(
        "last_example_only" + suffix,
        "You scored the last example only: a variable in the loop is overwritten each time. Collect all B "
        "losses and average." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets][-1]

    @cross_entropy_exercise.misconception(
        "early_return" + suffix,
        "Your return stands inside the loop and leaves it after the first example, divided by B. Add up "
        "all B losses first." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets][0] / len(targets)

    @cross_entropy_exercise.misconception(
        "base_two" + suffix,
        "You took logarithms to base 2: that is bits. In nats, two equally likely words cost 0.693, not 1."
        + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].mean() / np.log(2)

    @cross_entropy_exercise.misconception(
        "base_ten" + suffix,
        "You took logarithms to base 10. In nats, two equally likely words cost 0.693, not 0.301." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].mean() / np.log(10)

    @cross_entropy_exercise.misconception(
        "perplexity" + suffix,
        "You returned the exponential of the loss, the perplexity. The loss is the mean of −log p itself, "
        "in nats." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return np.exp(-log_p[np.arange(len(targets)), targets].mean())

    @cross_entropy_exercise.misconception(
        "ids_from_one" + suffix,
        "You looked up `targets − 1`. Ids count from 0, as NumPy's indices do." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets - 1].mean()

    @cross_entropy_exercise.misconception(
        "one_example_fewer" + suffix,
        "You divided by B − 1. A mean over B examples divides by B." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        log_p = log_probabilities(t)
        return -log_p[np.arange(len(targets)), targets].sum() / max(len(targets) - 1, 1)

    @cross_entropy_exercise.misconception(
        "all_targets_in_every_row_summed" + suffix,
        "`log_p[:, targets]` takes EVERY target from EVERY row, a B×B table, and you summed all of it. Row 0 "
        "belongs to targets[0] only: index with two arrays, the numbers of the rows and the targets."
        + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        return -log_probabilities(t)[:, targets].sum() / len(targets)

    @cross_entropy_exercise.misconception(
        "all_targets_in_every_row_total" + suffix,
        "`log_p[:, targets]` takes EVERY target from EVERY row, a B×B table, and you summed all of it. Row 0 "
        "belongs to targets[0] only; and the loss is a mean over the B examples." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        return -log_probabilities(t)[:, targets].sum()

    @cross_entropy_exercise.misconception(
        "one_target_for_all" + suffix,
        "You scored every row at the first target. Row i belongs to targets[i]: index with the numbers of the "
        "rows and with all targets." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        return -log_probabilities(t)[:, targets[0]].mean()

    @cross_entropy_exercise.misconception(
        "last_example_divided" + suffix,
        "Only the last example is left in your total: it is set anew in the loop (`=` for `+=`, or `total = 0` "
        "inside the loop). Start it once, before the loop, and add." + remark,
    )
    def _(t, targets, log_probabilities=log_probabilities):
        return -log_probabilities(t)[-1, targets[-1]] / len(targets)


for epsilon in EPSILONS:

    @cross_entropy_exercise.misconception(
        f"epsilon_{epsilon:.0e}",
        "You added a small number to the probabilities before the logarithm, or clipped them. With 1e-12 "
        "no word can cost more than 28 nats, and with logits of ±1000 one may cost 2000. `log_softmax` "
        "needs no such crutch.",
    )
    def _(t, targets, epsilon=epsilon):
        return -np.log(_softmax(t)[np.arange(len(targets)), targets] + epsilon).mean()


@cross_entropy_exercise.misconception(
    "takes_probabilities",
    "You treated `t` as probabilities and took the logarithm right away. These are logits, which may be "
    "negative and do not sum to 1: a log-softmax comes first.",
)
def _(t, targets):
    return -np.log(t[np.arange(len(targets)), targets]).mean()


@cross_entropy_exercise.misconception(
    "log_of_softmax",
    "You took the logarithm of the softmax. With logits of ±1000 the target's probability is rounded to 0 "
    "and your loss is inf; it should be 1000 or 2000. Use `log_softmax`, which never forms the "
    "probability.",
)
def _(t, targets):
    return -np.log(_softmax(t)[np.arange(len(targets)), targets]).mean()


@cross_entropy_exercise.misconception(
    "overflow",
    "`np.exp(1000)` is infinite, so your loss is not a number for large logits. Use `log_softmax` from "
    "the exercise before: it subtracts each row's maximum.",
)
def _(t, targets):
    return -_log_of_naive_softmax(t)[np.arange(len(targets)), targets].mean()


@cross_entropy_exercise.misconception(
    "no_softmax",
    "You averaged the raw logits of the targets. A logit says nothing by itself: log-softmax first "
    "subtracts log Σ e^t, what the other words of the row claim.",
)
def _(t, targets):
    return -t[np.arange(len(targets)), targets].mean()


@cross_entropy_exercise.misconception(
    "log_of_mean_probability",
    "You averaged the probabilities and took the logarithm afterwards. The mean goes outside: one word of "
    "probability 0.001 must be felt, and in a mean of probabilities it is not.",
)
def _(t, targets):
    return -np.log(np.exp(_picked(t, targets)).mean())


@cross_entropy_exercise.misconception(
    "whole_batch_normalised",
    "You normalised over the whole batch at once. Each row is a distribution of its own: log-softmax "
    "along the last axis.",
)
def _(t, targets):
    log_p = functional.log_softmax(t.reshape(-1)).reshape(t.shape)
    return -log_p[np.arange(len(targets)), targets].mean()


@cross_entropy_exercise.misconception(
    "first_axis",
    "You normalised down the batch (axis 0). The words lie along the last axis: each row of V logits is "
    "one distribution.",
)
def _(t, targets):
    return -functional.log_softmax(t.T).T[np.arange(len(targets)), targets].mean()


@cross_entropy_exercise.misconception(
    "softmax_twice",
    "You applied the softmax twice: log-softmax of the softmax. It expects logits, and flattens "
    "probabilities that it is given; a perfect prediction would then still cost something.",
)
def _(t, targets):
    return -_picked(_softmax(t), targets).mean()


@cross_entropy_exercise.misconception(
    "error_rate",
    "You counted the share of wrong first guesses. That throws the probabilities away: a model that is "
    "almost right and one that is hopeless score the same. Use the log-probabilities of the targets.",
)
def _(t, targets):
    return float((t.argmax(axis=-1) != targets).mean())


@cross_entropy_exercise.misconception(
    "accuracy",
    "You counted the share of right first guesses, the accuracy. The loss is the mean of −log p at the "
    "targets, in nats.",
)
def _(t, targets):
    return float((t.argmax(axis=-1) == targets).mean())


@cross_entropy_exercise.misconception(
    "one_minus_probability",
    "You averaged 1 − p. That never exceeds 1 however wrong the model is; the loss is the mean of −log p.",
)
def _(t, targets):
    return 1 - np.exp(_picked(t, targets)).mean()


@cross_entropy_exercise.misconception(
    "minus_probability",
    "You averaged −p and left out the logarithm. The loss is the mean of −log p.",
)
def _(t, targets):
    return -np.exp(_picked(t, targets)).mean()


@cross_entropy_exercise.misconception(
    "likeliest_word",
    "You scored each row's likeliest word instead of its target. A loss that never looks at `targets` "
    "cannot tell a right model from a wrong one.",
)
def _(t, targets):
    return -functional.log_softmax(t).max(axis=-1).mean()


@cross_entropy_exercise.misconception(
    "entropy_of_the_model",
    "You computed the model's own entropy, Σ −p log p per row, which never looks at `targets`. Take −log "
    "p at the word that came.",
)
def _(t, targets):
    log_p = functional.log_softmax(t)
    return -(np.exp(log_p) * log_p).sum(axis=-1).mean()


@cross_entropy_exercise.misconception(
    "in_place",
    "The value is right, but you changed `t` itself (`t -= …` writes into the caller's array). Make a new "
    "array.",
)
def _(t, targets):
    t -= t.max(axis=-1, keepdims=True)
    return -_picked(t, targets).mean()


@cross_entropy_exercise.misconception(
    "last_example_dropped",
    "Your loop ends one example too early. All B examples count: range(B) runs from 0 to B − 1.",
)
def _(t, targets):
    return -_picked(t, targets)[:-1].sum() / len(targets)


@cross_entropy_exercise.misconception(
    "first_example_dropped",
    "Your loop starts at 1 and leaves out the first example. Rows count from 0.",
)
def _(t, targets):
    return -_picked(t, targets)[1:].sum() / len(targets)


@cross_entropy_exercise.misconception(
    "median",
    "You took the median. The loss is the mean: one terrible prediction must be felt.",
)
def _(t, targets):
    return -np.median(_picked(t, targets))


@cross_entropy_exercise.misconception(
    "logits_averaged_first",
    "You averaged the logits of the batch first. Every row is a prediction for another prefix: take each "
    "row's loss, then average the losses.",
)
def _(t, targets):
    return -functional.log_softmax(t.mean(axis=0))[targets].mean()


@cross_entropy_exercise.misconception(
    "probabilities_averaged_first",
    "You averaged the predictions of the batch first. Every row is a prediction for another prefix: take "
    "each row's loss, then average the losses.",
)
def _(t, targets):
    return -np.log(_softmax(t).mean(axis=0))[targets].mean()


@cross_entropy_exercise.misconception(
    "squared_error",
    "You took squared distances to the one-hot targets. They never exceed 1 however wrong the model is; "
    "the loss is the mean of −log p at the targets.",
)
def _(t, targets):
    return ((_softmax(t) - np.eye(t.shape[-1])[targets]) ** 2).mean()


@cross_entropy_exercise.misconception(
    "squared_error_per_row",
    "You took squared distances to the one-hot targets (the Brier score). They never exceed 2 however "
    "wrong the model is; the loss is the mean of −log p at the targets.",
)
def _(t, targets):
    return ((_softmax(t) - np.eye(t.shape[-1])[targets]) ** 2).sum(axis=-1).mean()


@cross_entropy_exercise.misconception(
    "one_hot_times_infinity",
    "Your one-hot table is multiplied with logarithms that hold −inf, and 0 · −inf is not a number. "
    "`log_softmax` is finite for every finite logit: use it in place of the logarithm of a softmax.",
)
def _(t, targets):
    return -(np.eye(t.shape[-1])[targets] * np.log(_softmax(t))).sum(axis=-1).mean()


@cross_entropy_exercise.misconception(
    "normaliser_only",
    "You averaged log Σ e^t and forgot the targets' own logits: −log p = log Σ e^t − t[target].",
)
def _(t, targets):
    return np.logaddexp.reduce(t, axis=-1).mean()


@cross_entropy_exercise.misconception(
    "worst_example",
    "You took the largest loss of the batch. The loss is the mean over all B examples.",
)
def _(t, targets):
    return (-functional.log_softmax(t)[np.arange(len(targets)), targets]).max()


@cross_entropy_exercise.misconception(
    "geometric_mean",
    "You took the geometric mean of the losses (the logarithm of each, or their product). The loss is their "
    "plain mean.",
)
def _(t, targets):
    losses = -functional.log_softmax(t)[np.arange(len(targets)), targets]
    return np.exp(np.log(losses).mean())


@cross_entropy_exercise.misconception(
    "weighted_by_probability",
    "You weighted each −log p with its p, as in an entropy. The word did come, so its whole surprise counts: "
    "the mean of −log p.",
)
def _(t, targets):
    log_p = functional.log_softmax(t)[np.arange(len(targets)), targets]
    return -(np.exp(log_p) * log_p).mean()


@cross_entropy_exercise.misconception(
    "yes_or_no",
    "You added −log(1 − p) for every word that did not come, as for V separate yes-or-no questions. One word "
    "out of V comes in each row: −log p at its target is all.",
)
def _(t, targets):
    log_p, one_hot = functional.log_softmax(t), np.eye(t.shape[-1])[targets]
    return -(one_hot * log_p + (1 - one_hot) * np.log(1 - np.exp(log_p))).sum(axis=-1).mean()


@cross_entropy_exercise.misconception(
    "yes_or_no_mean",
    "You computed the loss of V separate yes-or-no questions, averaged over all of them. One word out of V "
    "comes in each row: −log p at its target is all.",
)
def _(t, targets):
    log_p, one_hot = functional.log_softmax(t), np.eye(t.shape[-1])[targets]
    return -(one_hot * log_p + (1 - one_hot) * np.log(1 - np.exp(log_p))).mean()


@cross_entropy_exercise.misconception(
    "mean_of_perplexities",
    "You averaged e^(−log p), that is 1 / p. The loss is the mean of −log p itself, in nats.",
)
def _(t, targets):
    return np.exp(-functional.log_softmax(t)[np.arange(len(targets)), targets]).mean()


@cross_entropy_exercise.misconception(
    "last_target_dropped",
    "You left out the last example (`[:-1]`). All B examples count.",
)
def _(t, targets):
    return -functional.log_softmax(t)[np.arange(len(targets) - 1), targets[:-1]].mean()


@cross_entropy_exercise.misconception(
    "targets_shifted",
    "You shifted the targets by one, `targets[1:]`. They are the words to predict already: row i belongs to "
    "targets[i].",
)
def _(t, targets):
    return -functional.log_softmax(t)[np.arange(len(targets) - 1), targets[1:]].mean()


@cross_entropy_exercise.misconception(
    "first_target_dropped",
    "You left out the first example (`[1:]`). All B examples count.",
)
def _(t, targets):
    return -functional.log_softmax(t)[np.arange(1, len(targets)), targets[1:]].mean()


@cross_entropy_exercise.misconception(
    "words_as_rows",
    "You numbered the rows up to V, the number of words. A row is an example: there are B of them, "
    "`len(targets)`.",
)
def _(t, targets):
    return -functional.log_softmax(t)[np.arange(t.shape[-1]), targets].mean()


@cross_entropy_exercise.misconception(
    "class_zero_masked",
    "You left out the examples whose target is 0. Here 0 is a word's id like any other.",
)
def _(t, targets):
    real = targets != 0
    return -functional.log_softmax(t)[np.arange(len(targets)), targets][real].mean()


@cross_entropy_exercise.misconception(
    "diagonal",
    "You took the diagonal of the whole table, word i from row i, and never looked at `targets`. Row i "
    "belongs to the column targets[i].",
)
def _(t, targets):
    return -np.diag(functional.log_softmax(t)).mean()


@cross_entropy_exercise.misconception(
    "divided_by_log_vocabulary",
    "You divided by log V, which gives the loss as a share of an even guess. Nats are not divided by "
    "anything.",
)
def _(t, targets):
    return -functional.log_softmax(t)[np.arange(len(targets)), targets].mean() / np.log(t.shape[-1])


@cross_entropy_exercise.misconception(
    "best_example",
    "You took the smallest loss of the batch. The loss is the mean over all B examples.",
)
def _(t, targets):
    return (-_picked(t, targets)).min()


@cross_entropy_exercise.misconception(
    "overflow_in_the_sum",
    "Your formula log Σ e^t − t[target] is right on paper, but `np.exp(1000)` is infinite and all of e^−1000 is "
    "rounded to 0. Use `log_softmax` from the exercise before: it subtracts each row's maximum first.",
)
def _(t, targets):
    return (np.log(np.exp(t).sum(axis=-1)) - t[np.arange(len(targets)), targets]).mean()


@cross_entropy_exercise.misconception(
    "impossible_words_left_out",
    "You left out the targets whose probability is rounded to 0: the worst mistakes of the model. `log_softmax` "
    "gives them their full price, 1000 or 2000 nats.",
)
def _(t, targets):
    p = _softmax(t)[np.arange(len(targets)), targets]
    return -np.log(p).mean(where=p > 0)


@cross_entropy_exercise.misconception(
    "difference_averaged",
    "You averaged onehot − p. Every row of it sums to 0, so the mean is 0 for any model. (As a gradient you "
    "will meet it again.) The loss is the mean of −log p at the targets.",
)
def _(t, targets):
    return (np.eye(t.shape[-1])[targets] - _softmax(t)).mean()


@cross_entropy_exercise.misconception(
    "absolute_difference",
    "You summed |onehot − p|. That never exceeds 2 per row however wrong the model is; the loss is the mean of "
    "−log p at the targets.",
)
def _(t, targets):
    return np.abs(np.eye(t.shape[-1])[targets] - _softmax(t)).sum() / len(targets)


@cross_entropy_exercise.misconception(
    "whole_batch_maximum",
    "You subtracted one maximum for the whole batch. A row whose logits lie far below it, [−1000, −999], still "
    "underflows to log 0. `log_softmax` subtracts each row's own maximum.",
)
def _(t, targets):
    shifted = t - t.max()
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


@cross_entropy_exercise.misconception(
    "whole_batch_maximum_divided",
    "You subtracted one maximum for the whole batch, and took the logarithm of a quotient. A row far below it "
    "becomes 0 / 0, and small probabilities are rounded to 0. Use `log_softmax`.",
)
def _(t, targets):
    exponentials = np.exp(t - t.max())
    log_p = np.log(exponentials / exponentials.sum(axis=-1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


for share in (0.1, 0.05, 0.01):

    @cross_entropy_exercise.misconception(
        f"label_smoothing_{share}",
        "You smoothed the targets: a share of each goes to all words (label smoothing). The loss asked for gives "
        "the word that came the whole weight.",
    )
    def _(t, targets, share=share):
        vocab_size = t.shape[-1]
        weights = np.eye(vocab_size)[targets] * (1 - share) + share / vocab_size
        return -(weights * functional.log_softmax(t)).sum(axis=-1).mean()


@cross_entropy_exercise.misconception(
    "mean_probability",
    "You averaged the probabilities of the targets and left out the logarithm. The loss is the mean of −log p: "
    "it grows as the model gets worse.",
)
def _(t, targets):
    return np.exp(_picked(t, targets)).mean()


@cross_entropy_exercise.misconception(
    "inverse_perplexity",
    "You took the exponential of the mean log-probability, the inverse of the perplexity. The loss is minus "
    "that mean itself, in nats.",
)
def _(t, targets):
    return np.exp(_picked(t, targets).mean())


@cross_entropy_exercise.misconception(
    "multiplied_by_the_ids",
    "You multiplied the log-probabilities by the ids. An id is a name, not a weight: word 5 does not count five "
    "times. The targets pick one column in each row.",
)
def _(t, targets):
    return -(functional.log_softmax(t) * targets[:, None]).mean()


@cross_entropy_exercise.misconception(
    "multiplied_by_the_ids_summed",
    "You multiplied the log-probabilities by the ids. An id is a name, not a weight: word 5 does not count five "
    "times. The targets pick one column in each row.",
)
def _(t, targets):
    return -(functional.log_softmax(t) * targets[:, None]).sum(axis=-1).mean()


@cross_entropy_exercise.misconception(
    "multiplied_by_the_ids_across",
    "You multiplied the log-probabilities by the ids. An id is a name, not a weight; and (B, V) times (B,) does "
    "not line up. The targets pick one column in each row.",
)
def _(t, targets):
    return -(functional.log_softmax(t) * targets).mean()


@cross_entropy_exercise.misconception(
    "ids_as_a_factor",
    "You multiplied the vector of ids with the table. An id is a name, not a weight. The targets pick one "
    "column in each row; a product would need one-hot vectors.",
)
def _(t, targets):
    return -(targets @ functional.log_softmax(t)).mean()


@cross_entropy_exercise.misconception(
    "shifted_inside_only",
    "You subtracted the maximum inside the exponential but not from the target's own logit. Both must be "
    "shifted by the same amount, or the maximum stays in the loss.",
)
def _(t, targets):
    log_p = t - np.log(np.exp(t - t.max(axis=-1, keepdims=True)).sum(axis=-1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


for bound in (20, 50, 100, 700):

    @cross_entropy_exercise.misconception(
        f"log_clipped_at_{bound}",
        "You cut the log-probabilities off from below, so that no word can cost more than a fixed price. With "
        "logits of ±1000 one may cost 2000 nats, and the loss must say so.",
    )
    def _(t, targets, bound=bound):
        return -np.maximum(_picked(t, targets), -bound).mean()


@cross_entropy_exercise.misconception(
    "class_zero_for_nothing",
    "You charge nothing where the target is 0. Here 0 is a word's id like any other.",
)
def _(t, targets):
    return -(_picked(t, targets) * (targets != 0)).sum() / len(targets)


@cross_entropy_exercise.misconception(
    "each_target_once",
    "You made the targets unique, so that a word that comes twice counts once and the rows no longer line up. "
    "Every example counts: row i with targets[i].",
)
def _(t, targets):
    unique = np.unique(targets)
    return -functional.log_softmax(t)[np.arange(len(unique)), unique].mean()


@cross_entropy_exercise.misconception(
    "dictionary_by_target",
    "You collected the losses in a dictionary by target, so that a word that comes twice overwrites its first "
    "loss. Every example counts.",
)
def _(t, targets):
    losses = dict(zip(targets.tolist(), -_picked(t, targets), strict=True))
    return sum(losses.values()) / len(losses)


@cross_entropy_exercise.misconception(
    "mean_of_squares",
    "You squared the log-probabilities. The loss is the mean of −log p: a minus sign makes it positive, no "
    "square is needed.",
)
def _(t, targets):
    return (_picked(t, targets) ** 2).mean()


@cross_entropy_exercise.misconception(
    "target_logit_added",
    "You added the target's logit: log Σ e^t + t[target]. The logarithm of a quotient is a difference, −log p = "
    "log Σ e^t − t[target].",
)
def _(t, targets):
    return (np.logaddexp.reduce(t, axis=-1) + t[np.arange(len(targets)), targets]).mean()


@cross_entropy_exercise.misconception(
    "logarithm_of_the_sum_missing",
    "You took Σ e^t − t[target] and forgot the logarithm: −log p = log Σ e^t − t[target].",
)
def _(t, targets):
    return (np.exp(t).sum(axis=-1) - t[np.arange(len(targets)), targets]).mean()


@cross_entropy_exercise.right
def _(t, targets):
    log_p = functional.log_softmax(t)
    return -sum(log_p[row, target] for row, target in enumerate(targets)) / len(targets)


@cross_entropy_exercise.right
def _(t, targets):
    one_hot = np.eye(t.shape[-1])[targets]
    return -np.einsum("bv,bv->", one_hot, functional.log_softmax(t)) / len(targets)


@cross_entropy_exercise.right
def _(t, targets):
    t = t.astype(np.float32)
    log_p = functional.log_softmax(t)
    return -np.take_along_axis(log_p, targets[:, None], axis=-1).mean()


@cross_entropy_exercise.right
def _(t, targets):
    return np.mean(np.logaddexp.reduce(t, axis=-1) - t[np.arange(len(t)), targets])


@cross_entropy_exercise.right
def _(t, targets):
    from scipy.special import logsumexp

    return float(np.mean([logsumexp(row) - row[target] for row, target in zip(t, targets, strict=True)]))


# --- perplexity ----------------------------------------------------------------------------------------

perplexity_exercise = Exercise(
    functional.perplexity,
    lecture=LECTURE,
    checks="eight losses from 0 to 20 nats",
    explanation=(
        "A uniform guess among k words has p = 1/k everywhere, so its loss is log k. Turned round: a loss "
        "of L nats is the loss of a uniform guess among e^L words. The exponential must have the base of "
        "the logarithm, e for nats."
    ),
    hints=[
        "A uniform guess among k words loses log k nats. Which k loses `mean_nll`?",
        "Undo the natural logarithm.",
        "`np.exp` of the loss.",
    ],
    rtol=5e-6,  # in the exponent a rounded e or log 2 shows
)
for loss in (0.0, 1.0, 1.41, 0.31, 2.5, 5.125, 12.0, 20.0):
    perplexity_exercise.case(loss)


@perplexity_exercise.misconception(
    "base_two",
    "You raised 2 to the loss. That is right for a loss in bits; in nats the base is e: log 4 = 1.386 "
    "nats must give 4, and 2^1.386 is 2.61.",
)
def _(mean_nll):
    return 2**mean_nll


@perplexity_exercise.misconception(
    "base_ten",
    "You raised 10 to the loss. The loss is in nats, natural logarithms, so the base is e: log 4 = 1.386 "
    "nats must give 4.",
)
def _(mean_nll):
    return 10**mean_nll


@perplexity_exercise.misconception(
    "no_exponential",
    "You returned the loss itself. Perplexity counts words: the uniform guess among 4 words loses log 4 = "
    "1.386 nats and has perplexity 4.",
)
def _(mean_nll):
    return mean_nll


@perplexity_exercise.misconception(
    "negative_exponent",
    "You took e^(−loss). That is the (geometric) mean probability of a word, at most 1; perplexity is its "
    "inverse, at least 1.",
)
def _(mean_nll):
    return np.exp(-mean_nll)


@perplexity_exercise.misconception(
    "minus_exponential",
    "Your perplexity is negative. `mean_nll` already holds the minus sign of the negative log likelihood: "
    "e^loss is all.",
)
def _(mean_nll):
    return -np.exp(mean_nll)


@perplexity_exercise.misconception(
    "logarithm",
    "You took the logarithm of the loss. The loss is a logarithm already; undo it with the exponential.",
)
def _(mean_nll):
    return np.log(mean_nll)


@perplexity_exercise.misconception(
    "bits_returned",
    "You converted nats to bits. Perplexity is no unit change: it is the number of equally likely words, "
    "e^loss.",
)
def _(mean_nll):
    return mean_nll / np.log(2)


@perplexity_exercise.misconception(
    "converted_the_wrong_way",
    "You converted between bits and nats in the wrong direction: bits = nats / log 2, and then 2 to that "
    "power. In nats nothing needs converting.",
)
def _(mean_nll):
    return 2 ** (mean_nll * np.log(2))


@perplexity_exercise.misconception(
    "converted_then_base_e",
    "You converted the loss to bits and then raised e to it. Either bits with base 2, or nats with base e.",
)
def _(mean_nll):
    return np.exp(mean_nll / np.log(2))


@perplexity_exercise.misconception(
    "times_e",
    "You multiplied by e. The loss belongs in the exponent: e^loss, and 1 for a loss of 0.",
)
def _(mean_nll):
    return math.e * mean_nll


@perplexity_exercise.misconception(
    "power_of_the_loss",
    "You raised the loss to the power e. It is the other way round: e to the power of the loss.",
)
def _(mean_nll):
    return mean_nll**math.e


@perplexity_exercise.misconception(
    "squared",
    "You squared the loss. Perplexity is the exponential of the loss: log 4 = 1.386 nats must give 4.",
)
def _(mean_nll):
    return mean_nll**2


@perplexity_exercise.misconception(
    "rounded",
    "You rounded to a whole number. “As unsure as among k words” need not be a whole k: a loss of 0.31 "
    "gives 1.363.",
)
def _(mean_nll):
    return round(math.exp(mean_nll))


@perplexity_exercise.misconception(
    "rounded_down",
    "You cut off the decimals. “As unsure as among k words” need not be a whole k: a loss of 0.31 gives "
    "1.363.",
)
def _(mean_nll):
    return math.floor(math.exp(mean_nll))


@perplexity_exercise.misconception(
    "rounded_up",
    "You rounded up to a whole number. “As unsure as among k words” need not be a whole k: a loss of 0.31 "
    "gives 1.363.",
)
def _(mean_nll):
    return math.ceil(math.exp(mean_nll))


@perplexity_exercise.misconception(
    "expm1",
    "You subtracted 1. A model that is certain and right, loss 0, is as unsure as among ONE word: its "
    "perplexity is 1, not 0.",
)
def _(mean_nll):
    return np.expm1(mean_nll)


@perplexity_exercise.misconception(
    "inverse_of_the_loss",
    "You took 1 / loss. The loss is a logarithm; undo it with the exponential.",
)
def _(mean_nll):
    return np.float64(1) / np.float64(mean_nll)


@perplexity_exercise.misconception(
    "one_minus",
    "You took 1 − e^(−loss), the chance of being wrong. Perplexity is e^loss: a number of words, at least 1.",
)
def _(mean_nll):
    return 1 - np.exp(-mean_nll)


@perplexity_exercise.misconception(
    "exponential_twice_in_python",
    "You took the exponential twice (and the second one overflows for large losses). A loss of 0 must give 1, and "
    "e^(e^0) is 2.718.",
)
def _(mean_nll):
    return math.exp(math.exp(mean_nll))


@perplexity_exercise.misconception(
    "exponential_twice",
    "You took the exponential twice. A loss of 0 must give 1, and e^(e^0) is 2.718.",
)
def _(mean_nll):
    return np.exp(np.exp(mean_nll))


@perplexity_exercise.misconception(
    "array_of_one",
    "You returned an array, a list or a tuple that holds the number (a comma after `return …` makes a tuple). A single "
    "float is asked for.",
)
def _(mean_nll):
    return np.exp(np.array([mean_nll]))


@perplexity_exercise.misconception(
    "times_log_two",
    "You multiplied by log 2, which turns bits into nats. The loss is in nats already, and perplexity is "
    "no unit change: it is e^loss.",
)
def _(mean_nll):
    return mean_nll * np.log(2)


@perplexity_exercise.misconception(
    "root",
    "You took a square root. The loss is a mean per word already: e^loss is all.",
)
def _(mean_nll):
    return np.sqrt(np.exp(mean_nll))


@perplexity_exercise.misconception(
    "exponential_of_the_inverse",
    "You put 1 / loss into the exponent. A larger loss must give a larger perplexity: e^loss.",
)
def _(mean_nll):
    return np.exp(np.float64(1) / np.float64(mean_nll))


@perplexity_exercise.misconception(
    "divided_by_the_loss",
    "You divided by the loss. `mean_nll` is a mean already: e^loss is all.",
)
def _(mean_nll):
    return np.exp(mean_nll) / np.float64(mean_nll)


@perplexity_exercise.misconception(
    "plus_one",
    "You added 1. A model that is certain and right, loss 0, is as unsure as among ONE word, and e^0 is 1 "
    "already.",
)
def _(mean_nll):
    return np.exp(mean_nll) + 1


@perplexity_exercise.misconception(
    "base_three",
    "Your base is not e. The loss is in natural logarithms, and only e undoes them: log 4 = 1.386 nats "
    "must give 4.",
)
def _(mean_nll):
    return 3**mean_nll


@perplexity_exercise.misconception(
    "zero_for_no_loss",
    "For a loss of 0 you return 0. `mean_nll and …` (or `if mean_nll:`) takes the number 0 for “nothing”; a "
    "model that is certain and right has perplexity e^0 = 1.",
)
def _(mean_nll):
    return mean_nll and math.exp(mean_nll)


@perplexity_exercise.misconception(
    "caret",
    "`^` is not a power in Python (it combines the bits of whole numbers). A power is written `**`; the "
    "exponential is `np.exp`.",
)
def _(mean_nll):
    return np.e ^ mean_nll


@perplexity_exercise.misconception(
    "loss_returned_too",
    "You returned two numbers, the loss and the perplexity. Return the perplexity alone.",
)
def _(mean_nll):
    return mean_nll, math.exp(mean_nll)


@perplexity_exercise.misconception(
    "logarithm_to_base_two",
    "You took a logarithm of the loss, to base 2. The loss is a logarithm already; undo it with the exponential.",
)
def _(mean_nll):
    return np.log2(mean_nll)


@perplexity_exercise.misconception(
    "logarithm_to_base_ten",
    "You took a logarithm of the loss, to base 10. The loss is a logarithm already; undo it with the "
    "exponential.",
)
def _(mean_nll):
    return np.log10(mean_nll)


@perplexity_exercise.misconception(
    "minus_logarithm",
    "You took −log of the loss. The loss holds −log p already; perplexity undoes it with the exponential.",
)
def _(mean_nll):
    return -np.log(mean_nll)


@perplexity_exercise.misconception(
    "log1p",
    "You took log(1 + loss). The loss is a logarithm already; undo it with the exponential: a loss of 1 gives "
    "e = 2.718.",
)
def _(mean_nll):
    return np.log1p(mean_nll)


for base in (2.7, 2.71, 2.72, 2.718, 2.7182, 2.7183, 2.71828):

    @perplexity_exercise.misconception(
        f"rounded_e_{base}",
        "Your e is cut short. A small error in the base grows with the exponent: 2.718^20 is 1 in 480 too small. "
        "`np.exp` knows e to 16 digits.",
    )
    def _(mean_nll, base=base):
        return base**mean_nll


for factor in (1.44, 1.443, 1.4427, 1.45):

    @perplexity_exercise.misconception(
        f"rounded_conversion_{factor}",
        "You turned nats into bits with a rounded factor, and its error grows in the exponent. Divide by `np.log(2)`, "
        "or simpler, stay in nats: e^loss.",
    )
    def _(mean_nll, factor=factor):
        return 2 ** (mean_nll * factor)


@perplexity_exercise.misconception(
    "vocabulary_as_base",
    "You raised V, the number of words, to the loss. The base is e, the base of the logarithm in the loss: then "
    "a loss of log V gives V.",
)
def _(mean_nll):
    return 248.0**mean_nll


for factor in (1.44, 1.443, 1.4427):

    @perplexity_exercise.misconception(
        f"converted_then_base_e_{factor}",
        "You converted the loss to bits and then raised e to it. Either bits with base 2, or nats with base e.",
    )
    def _(mean_nll, factor=factor):
        return np.exp(mean_nll * factor)


for bound in (2.0, 5.0, 10.0):

    @perplexity_exercise.misconception(
        f"loss_capped_at_{bound:.0f}",
        "You capped the loss before the exponential. A bad model has a large perplexity, and it should show: "
        "a loss of 20 nats gives 485 million.",
    )
    def _(mean_nll, bound=bound):
        return math.exp(min(mean_nll, bound))


for digits in (0, 1, 2):

    @perplexity_exercise.misconception(
        f"loss_rounded_to_{digits}",
        "You rounded the loss before the exponential, and the exponential makes the error larger. Do not round "
        "in between.",
    )
    def _(mean_nll, digits=digits):
        return math.exp(round(mean_nll, digits))


for digits in (1, 2, 3):

    @perplexity_exercise.misconception(
        f"rounded_to_{digits}",
        "You rounded the result. Return it with all its digits and round only where it is printed.",
    )
    def _(mean_nll, digits=digits):
        return round(math.exp(mean_nll), digits)


@perplexity_exercise.misconception(
    "power_series_cut_short",
    "You took the first terms of the exponential's series, 1 + x + x²/2. That is near e^x for small x only: a "
    "loss of 5.11 gives 19 where 165.7 is right.",
)
def _(mean_nll):
    return 1 + mean_nll + mean_nll**2 / 2


@perplexity_exercise.misconception(
    "one_plus_loss",
    "You added 1 to the loss. That is near e^loss for small losses only: a loss of 5.11 gives 165.7, not 6.11.",
)
def _(mean_nll):
    return 1 + mean_nll


@perplexity_exercise.misconception(
    "negative_exponent_base_two",
    "You took 2^(−loss): the base is e for nats, and the exponent is the loss itself, without a minus sign.",
)
def _(mean_nll):
    return 2.0**-mean_nll


@perplexity_exercise.right
def _(mean_nll):
    return math.exp(mean_nll)


@perplexity_exercise.right
def _(mean_nll):
    return 2 ** (mean_nll / math.log(2))


@perplexity_exercise.right
def _(mean_nll):
    return math.e**mean_nll


@perplexity_exercise.right
def _(mean_nll):
    return 1.0 / np.exp(np.float32(-mean_nll))


# --- entropy -------------------------------------------------------------------------------------------

entropy_exercise = Exercise(
    functional.entropy,
    lecture=LECTURE,
    checks=(
        "eleven distributions over 2 to 9 words, uniform, certain, nearly certain, with zeros at the front, in the "
        "middle and at the end"
    ),
    explanation=(
        "The surprise at each word, −log p, is weighted by how often that word comes, p. A word that "
        "never comes adds nothing, because p log p goes to 0 with p; the computer does not know that, 0 · "
        "−inf is not a number for it, and so the zeros are left out before the logarithm."
    ),
    hints=[
        "It is a mean of surprises −log p. How often does each word come, that is, what is its weight in "
        "the mean?",
        "Σ p · (−log p). `np.log(0)` is −inf and 0 · −inf is nan: keep the words with p above 0 first, "
        "`p[p > 0]`. (`np.log(p, where=p > 0)` alone leaves uninitialised memory at the zeros: it needs `out=` too.)",
        "`possible = p[p > 0]`, then minus the sum of `possible * np.log(possible)`.",
    ],
    atol=5e-10,  # a certain word has entropy exactly 0 in float32 too
)
entropy_exercise.case(np.array([0.5, 0.5]))
entropy_exercise.case(np.array([0.2, 0.8]))
entropy_exercise.case(np.array([0.1, 0.2, 0.7]))
entropy_exercise.case(np.array([0.0, 0.25, 0.75]))
entropy_exercise.case(np.array([0.5, 0.0, 0.125, 0.375, 0.0]))
entropy_exercise.case(np.full(6, 1 / 6))
entropy_exercise.case(_random_distribution(9, seed=7))
entropy_exercise.case(np.array([0.0, 1.0, 0.0]))
entropy_exercise.case(np.array([2.0**-17, 1 - 2.0**-17]))  # float32 holds these exactly
entropy_exercise.case(np.array([1 - 2.0**-24, 0.0, 2.0**-24]))
entropy_exercise.case(np.array([4e-10, 1 - 4e-10]))


def _entropy_terms(p: np.ndarray) -> np.ndarray:
    """−p log p of each word, 0 where p is 0."""
    return np.array([-value * math.log(value) if value > 0 else 0.0 for value in p])


@entropy_exercise.misconception(
    "nan_at_zero",
    "`np.log(0)` is −inf, and 0 · −inf is not a number. A word that never comes adds nothing to the mean "
    "surprise: leave the zeros out.",
)
def _(p):
    return -(p * np.log(p)).sum()


@entropy_exercise.misconception(
    "raises_at_zero",
    "`math.log(0)` is an error. A word that never comes adds nothing to the mean surprise: skip the words "
    "with p = 0.",
)
def _(p):
    return -sum(value * math.log(value) for value in p)


def _entropy_terms_with_nan(p: np.ndarray) -> np.ndarray:
    """−p log p of each word, nan where p is 0."""
    return -p * np.log(p)


# each slip, with the zeros left out or not: then two things are wrong, and both are said
for suffix, terms, remark in (
    ("", _entropy_terms, ""),
    ("_with_nan", _entropy_terms_with_nan, " (And 0 · log 0 is nan for the computer: leave the zeros out.)"),
):

    @entropy_exercise.misconception(
        "sign" + suffix,
        "You left out the minus sign. log p is never above 0, so your entropy is negative; a mean "
        "surprise is 0 or more." + remark,
    )
    def _(p, terms=terms):
        return -terms(p).sum()

    @entropy_exercise.misconception(
        "base_two" + suffix,
        "You took the logarithm to base 2, which gives bits. In nats two equally likely words have "
        "entropy 0.693, not 1." + remark,
    )
    def _(p, terms=terms):
        return terms(p).sum() / math.log(2)

    @entropy_exercise.misconception(
        "base_ten" + suffix,
        "You took the logarithm to base 10. In nats two equally likely words have entropy 0.693, not 0.301."
        + remark,
    )
    def _(p, terms=terms):
        return terms(p).sum() / math.log(10)

    @entropy_exercise.misconception(
        "mean_over_vocabulary" + suffix,
        "You took `mean` where the sum belongs. The weights p already make a mean of it; dividing by V "
        "once more is too much." + remark,
    )
    def _(p, terms=terms):
        return terms(p).mean()

    @entropy_exercise.misconception(
        "mean_and_base_two" + suffix,
        "Two things: you took `mean` where the sum belongs (the weights p already make a mean of it), and "
        "the logarithm to base 2, which gives bits." + remark,
    )
    def _(p, terms=terms):
        return terms(p).mean() / math.log(2)

    @entropy_exercise.misconception(
        "sign_and_base_two" + suffix,
        "Two things: you left out the minus sign, and took the logarithm to base 2, which gives bits."
        + remark,
    )
    def _(p, terms=terms):
        return -terms(p).sum() / math.log(2)

    @entropy_exercise.misconception(
        "sign_and_mean" + suffix,
        "Two things: you left out the minus sign, and took `mean` where the sum belongs (the weights p make it a mean)."
        + remark,
    )
    def _(p, terms=terms):
        return -terms(p).mean()

    @entropy_exercise.misconception(
        "terms_returned" + suffix,
        "You returned one term per word. The entropy is their sum, one number." + remark,
    )
    def _(p, terms=terms):
        return terms(p)

    @entropy_exercise.misconception(
        "exponential_taken" + suffix,
        "You took the exponential, which turns nats into a number of words (a perplexity). The entropy "
        "itself is in nats." + remark,
    )
    def _(p, terms=terms):
        return np.exp(terms(p).sum())

    @entropy_exercise.misconception(
        "normalised_by_maximum" + suffix,
        "You divided by log V, which gives a number between 0 and 1. The entropy in nats is not divided "
        "by anything." + remark,
    )
    def _(p, terms=terms):
        return terms(p).sum() / math.log(len(p))


for epsilon in (1e-2, 1e-3, 1e-4):

    @entropy_exercise.misconception(
        f"epsilon_{epsilon:.0e}",
        "You added a small number inside the logarithm, and it is large enough to be seen in the result. "
        "A word with p = 0 adds nothing at all: leave it out.",
    )
    def _(p, epsilon=epsilon):
        return -(p * np.log(p + epsilon)).sum()


@entropy_exercise.misconception(
    "mean_over_the_possible",
    "You divided by the number of words with p above 0. The weights p already make a mean of it: sum, and "
    "do not divide.",
)
def _(p):
    return _entropy_terms(p).sum() / np.count_nonzero(p)


@entropy_exercise.misconception(
    "unweighted_sum",
    "You summed the surprises without their weights. A surprise counts as often as its word comes: p · "
    "(−log p).",
)
def _(p):
    return -np.log(p[p > 0]).sum()


@entropy_exercise.misconception(
    "unweighted_mean",
    "You averaged the surprises as if every word came equally often. Weigh each with its probability: p · "
    "(−log p).",
)
def _(p):
    return -np.log(p[p > 0]).mean()


@entropy_exercise.misconception(
    "unweighted_with_zeros",
    "You left out the weights, so a word that never comes costs log 0 = −inf. Each surprise counts as "
    "often as its word comes: p · (−log p), and nothing where p is 0.",
)
def _(p):
    return -np.log(p).sum()


@entropy_exercise.misconception(
    "count_of_words",
    "You returned the logarithm of the number of possible words. That is the entropy only if all are "
    "equally likely; [0.2, 0.8] has 0.500, less than log 2 = 0.693.",
)
def _(p):
    return np.log(np.count_nonzero(p))


@entropy_exercise.misconception(
    "log_of_vocabulary",
    "You returned log V, the entropy of a uniform distribution. How the probability is spread must enter.",
)
def _(p):
    return np.log(len(p))


@entropy_exercise.misconception(
    "likeliest_word",
    "You returned the surprise at the likeliest word. The entropy is the mean over all words, each "
    "weighted with its probability.",
)
def _(p):
    return -np.log(p.max())


@entropy_exercise.misconception(
    "gini",
    "You computed 1 − Σ p², the chance that two draws differ. The entropy weighs each word's surprise, "
    "−log p.",
)
def _(p):
    return 1 - (p**2).sum()


@entropy_exercise.misconception(
    "softmax_first",
    "You put `p` through a softmax first. These are probabilities already: they sum to 1.",
)
def _(p):
    return _entropy_terms(_softmax(p)).sum()


@entropy_exercise.misconception(
    "yes_or_no",
    "You added −(1 − p) log(1 − p) for every word, as for V separate yes-or-no questions. One word out of "
    "V comes: Σ −p log p is all.",
)
def _(p):
    return _entropy_terms(p).sum() + _entropy_terms(1 - p).sum()


@entropy_exercise.misconception(
    "log_of_one_minus",
    "You took log(1 − p), the surprise at a word NOT coming. The mean surprise wants −log p.",
)
def _(p):
    return -(p * np.log(1 - p)).sum()


@entropy_exercise.misconception(
    "no_logarithm_weight_squared",
    "You summed p · p and left out the logarithm. The surprise at a word is −log p.",
)
def _(p):
    return (p * p).sum()


@entropy_exercise.misconception(
    "zero_if_any_zero",
    "You returned 0 as soon as one probability is 0. Only that word's own term is 0; the others still count.",
)
def _(p):
    return 0.0 if (p == 0).any() else _entropy_terms(p).sum()


@entropy_exercise.misconception(
    "infinite_if_any_zero",
    "Your entropy is infinite as soon as one probability is 0: its log 0 = −inf is still there, with a weight "
    "that is not 0. A word that never comes never surprises anybody: its term is 0.",
)
def _(p):
    return np.inf if (p == 0).any() else _entropy_terms(p).sum()


@entropy_exercise.misconception(
    "log1p",
    "You took log(1 + p) to get round log 0. That is another function: for two equally likely words it "
    "gives −0.405 where the entropy is 0.693. Leave out the words with p = 0 instead.",
)
def _(p):
    return -(p * np.log1p(p)).sum()


@entropy_exercise.misconception(
    "in_place",
    "The value is right, but you wrote into the caller's `p` to get rid of the zeros. Make a new array, "
    "for example `p[p > 0]`.",
)
def _(p):
    p[p == 0] = 1.0
    return -(p * np.log(p)).sum()


@entropy_exercise.misconception(
    "log_of_the_total",
    "You summed the probabilities before the logarithm. They sum to 1, so that is always 0: take each "
    "word's own −log p, weigh it with p, then sum.",
)
def _(p):
    return -np.log(p.sum())


@entropy_exercise.misconception(
    "largest_term_only",
    "You took the term of the likeliest word only. The entropy sums −p log p over all words.",
)
def _(p):
    return -p.max() * np.log(p.max())


@entropy_exercise.misconception(
    "variance",
    "You computed how much the probabilities scatter. The entropy is the mean surprise: each word's −log "
    "p, weighted with p.",
)
def _(p):
    return np.var(p)


@entropy_exercise.misconception(
    "weights_squared",
    "You weighted with p². A surprise counts as often as its word comes, and that is p.",
)
def _(p):
    return (p * _entropy_terms(p)).sum()


for epsilon in (1e-1, 1e-2):

    @entropy_exercise.misconception(
        f"clipped_{epsilon:.0e}",
        "You clipped the probabilities inside the logarithm, and the bound is large enough to be seen in "
        "the result. A word with p = 0 adds nothing: leave it out.",
    )
    def _(p, epsilon=epsilon):
        return -(p * np.log(np.clip(p, epsilon, 1))).sum()


for epsilon in (1e-1, 1e-2, 1e-3, 1e-4):

    @entropy_exercise.misconception(
        f"epsilon_everywhere_{epsilon:.0e}",
        "You added a small number to every probability, weight and logarithm alike. They no longer sum to "
        "1, and it shows in the result. A word with p = 0 adds nothing: leave it out.",
    )
    def _(p, epsilon=epsilon):
        return -((p + epsilon) * np.log(p + epsilon)).sum()


for epsilon in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9):

    @entropy_exercise.misconception(
        f"epsilon_{epsilon:.0e}",
        "You added a small number inside the logarithm. It shows where the entropy is small: for a word that is "
        "certain you get less than 0. A word with p = 0 adds nothing at all: leave it out.",
    )
    def _(p, epsilon=epsilon):
        return -(p * np.log(p + epsilon)).sum()


for epsilon in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8):

    @entropy_exercise.misconception(
        f"clipped_{epsilon:.0e}",
        "You clipped the probabilities inside the logarithm. It shows where a rare word carries the entropy, as in "
        "[0.99999, 0.00001]. A word with p = 0 adds nothing: leave it out, and leave the rare ones as they are.",
    )
    def _(p, epsilon=epsilon):
        return -(p * np.log(np.clip(p, epsilon, 1))).sum()


for epsilon in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9):

    @entropy_exercise.misconception(
        f"clipped_everywhere_{epsilon:.0e}",
        "You raised every probability to at least a small number, weight and logarithm alike: the words that never "
        "come now add something. Leave them out instead.",
    )
    def _(p, epsilon=epsilon):
        return -(np.maximum(p, epsilon) * np.log(np.maximum(p, epsilon))).sum()


for epsilon in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9):

    @entropy_exercise.misconception(
        f"epsilon_everywhere_{epsilon:.0e}",
        "You added a small number to every probability, weight and logarithm alike: the words that never come now "
        "add something. Leave them out instead.",
    )
    def _(p, epsilon=epsilon):
        return -((p + epsilon) * np.log(p + epsilon)).sum()


for bound in (0.1, 0.05, 0.01, 1e-6, 1e-8):

    @entropy_exercise.misconception(
        f"rare_words_left_out_{bound:g}",
        "You left out the rare words too, not only those with p = 0. A rare word surprises much, and counts as "
        "often as it comes.",
    )
    def _(p, bound=bound):
        return _entropy_terms(p[p > bound]).sum()


for epsilon in (1e-3, 1e-6, 1e-9, 1e-12):

    @entropy_exercise.misconception(
        f"in_place_epsilon_{epsilon:.0e}",
        "`p += …` changes the caller's `p`: their probabilities are other ones after your function has run. Make a "
        "new array (and a word with p = 0 needs no small number, it is left out).",
    )
    def _(p, epsilon=epsilon):
        p += epsilon
        return -(p * np.log(p)).sum()


for epsilon in (1e-6, 1e-9, 1e-12):

    @entropy_exercise.misconception(
        f"in_place_zeros_{epsilon:.0e}",
        "You wrote into the caller's `p` to get rid of the zeros: `p[p == 0] = …` changes their array. Make a new "
        "one, for example `p[p > 0]`.",
    )
    def _(p, epsilon=epsilon):
        p[p == 0] = epsilon
        return -(p * np.log(p)).sum()


@entropy_exercise.misconception(
    "last_possible_term",
    "Only the last word's term is left: your sum is overwritten in the loop (`=` for `+=` or `-=`). Add every "
    "word's −p log p to it.",
)
def _(p):
    return _entropy_terms(p)[p > 0][-1]


@entropy_exercise.misconception(
    "last_term",
    "Only the last word's term is left: your sum starts at 0 again inside the loop. Set it once, before the loop.",
)
def _(p):
    return _entropy_terms(p)[-1]


@entropy_exercise.misconception(
    "first_possible_term",
    "The `return` stands inside the loop: only the first possible word's term comes back. Add up all terms, then "
    "return.",
)
def _(p):
    return _entropy_terms(p)[p > 0][0]


@entropy_exercise.misconception(
    "first_term",
    "The `return` stands inside the loop: only the first word's term comes back. Add up all terms, then return.",
)
def _(p):
    return _entropy_terms(p)[0]


@entropy_exercise.misconception(
    "stops_at_zero",
    "Your loop ends at the first word with p = 0 (`break`, or a `return`). Only that word adds nothing; those "
    "after it count: `continue` goes on with the next one.",
)
def _(p):
    total = 0.0
    for value in p:
        if value == 0:
            break
        total -= value * math.log(value)
    return total


@entropy_exercise.misconception(
    "each_value_once",
    "You made the probabilities unique, with `set` or `np.unique`. Two words with the same probability are two "
    "words: both terms count. [0.5, 0.5] has entropy 0.693.",
)
def _(p):
    return _entropy_terms(np.unique(p)).sum()


@entropy_exercise.misconception(
    "each_value_once_with_nan",
    "You made the probabilities unique, with `set` or `np.unique`. Two words with the same probability are two "
    "words: both terms count. (And 0 · log 0 is nan for the computer: leave the zeros out.)",
)
def _(p):
    return _entropy_terms_with_nan(np.unique(p)).sum()


@entropy_exercise.misconception(
    "minus_one_at_zero",
    "You put 1 in place of the terms with p = 0. Such a word adds nothing to the sum: 0.",
)
def _(p):
    return -np.where(p > 0, -_entropy_terms(p), 1.0).sum()


@entropy_exercise.misconception(
    "collision_entropy",
    "You took −log Σ p², the logarithm outside the sum (Rényi's entropy of order 2). The mean surprise has it "
    "inside: Σ p · (−log p).",
)
def _(p):
    return -np.log((p**2).sum())


for epsilon in (1e-9, 1e-10, 1e-12):

    @entropy_exercise.misconception(
        f"unweighted_mean_epsilon_{epsilon:.0e}",
        "You averaged the surprises as if every word came equally often, the impossible ones too. Weigh each with "
        "its probability: p · (−log p).",
    )
    def _(p, epsilon=epsilon):
        return -np.log(p + epsilon).mean()


@entropy_exercise.misconception(
    "first_word_left_out",
    "You left out word 0 (`p[1:]`, or a loop from 1). It is a word like any other: all V terms count.",
)
def _(p):
    return _entropy_terms(p[1:]).sum()


@entropy_exercise.misconception(
    "last_word_left_out",
    "You left out the last word (`p[:-1]`, or a loop that ends too early). All V terms count.",
)
def _(p):
    return _entropy_terms(p[:-1]).sum()


@entropy_exercise.misconception(
    "largest_term",
    "You took the largest of the terms −p log p. The entropy is their sum over all words.",
)
def _(p):
    return _entropy_terms(p).max()


for digits in (1, 2, 3):

    @entropy_exercise.misconception(
        f"rounded_to_{digits}",
        "You rounded the result. Return the entropy with all its digits and round only where it is printed.",
    )
    def _(p, digits=digits):
        return round(float(_entropy_terms(p).sum()), digits)


@entropy_exercise.misconception(
    "divided_before",
    "You divided the probabilities by the number of possible words. They sum to 1 as they are, and need no "
    "further normalising.",
)
def _(p):
    return _entropy_terms(p / np.count_nonzero(p)).sum()


@entropy_exercise.misconception(
    "logarithm_of_the_entropy",
    "You took the logarithm of the result once more. Each word's logarithm is inside the sum; the sum itself is "
    "the entropy.",
)
def _(p):
    return np.log(_entropy_terms(p).sum())


@entropy_exercise.misconception(
    "mask_on_one_side",
    "You left the zeros out of one array and not of the other, so that the two no longer line up. Take "
    "`possible = p[p > 0]` once, and use it for weight and logarithm alike.",
)
def _(p):
    return -(p[p > 0] * np.log(p)).sum()


@entropy_exercise.misconception(
    "mask_on_the_other_side",
    "You left the zeros out of one array and not of the other, so that the two no longer line up. Take "
    "`possible = p[p > 0]` once, and use it for weight and logarithm alike.",
)
def _(p):
    return -(p * np.log(p[p > 0])).sum()


@entropy_exercise.right
def _(p):
    return sum(-value * math.log(value) for value in p if value > 0)


@entropy_exercise.right
def _(p):
    from scipy.special import entr

    return entr(p).sum()


@entropy_exercise.right
def _(p):
    return -np.einsum("v,v->", p, np.log(np.where(p > 0, p, 1.0)))


@entropy_exercise.right
def _(p):
    logarithms = np.log(p.astype(np.float32), out=np.zeros(p.shape, np.float32), where=p > 0)
    return -(p.astype(np.float32) @ logarithms)


@entropy_exercise.right
def _(p):
    return -np.nansum(p * np.log(p))


@entropy_exercise.right
def _(p):
    return -(p * np.log(p + 1e-12)).sum()


# --- kl_divergence -------------------------------------------------------------------------------------

kl_exercise = Exercise(
    functional.kl_divergence,
    lecture=LECTURE,
    checks="thirteen pairs over 2 to 8 words: equal, far apart, rare words, zeros in p, in q, in both",
    explanation=(
        "The words come from p, so p is the weight; what each costs is the model's surprise minus the "
        "best possible one, −log q − (−log p) = log(p / q). Where p is 0 the word never comes and costs "
        "nothing. Where q is 0 and p is not, a word comes that the model called impossible: infinitely "
        "surprising."
    ),
    hints=[
        "It is a mean over words drawn from p: of the model's surprise −log q, less the best possible "
        "surprise −log p.",
        "Σ p · log(p / q), over the words with p above 0 only. And if q is 0 at one of those, the answer "
        "is `np.inf`.",
        "`possible = p > 0` picks the words that come, in both arrays: `p[possible]` and `q[possible]`. "
        "First look for a 0 in the second one, then sum the first times the log of their quotient.",
    ],
)
kl_exercise.case(np.array([0.5, 0.5]), np.array([0.25, 0.75]))
kl_exercise.case(np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.2, 0.3]))
kl_exercise.case(np.array([0.2, 0.3, 0.5]), np.array([0.2, 0.3, 0.5]))
kl_exercise.case(np.array([0.0, 0.4, 0.6]), np.array([0.3, 0.5, 0.2]))
kl_exercise.case(np.array([0.0, 0.4, 0.0, 0.6]), np.array([0.0, 0.5, 0.3, 0.2]))
kl_exercise.case(np.array([0.3, 0.5, 0.2]), np.array([0.0, 0.4, 0.6]))
kl_exercise.case(np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4, 0.0]))
kl_exercise.case(np.array([0.0, 0.3, 0.5, 0.2]), np.array([0.5, 0.0, 0.4, 0.1]))
kl_exercise.case(_random_distribution(8, seed=8), _random_distribution(8, seed=9))
kl_exercise.case(np.array([1.0, 0.0, 0.0]), np.array([0.125, 0.375, 0.5]))
kl_exercise.case(np.array([0.6, 0.4]), np.array([1e-30, 1.0]))
kl_exercise.case(np.array([0.0005, 0.2495, 0.75]), np.array([0.3, 0.4, 0.3]))
kl_exercise.case(np.array([1e-9, 1 - 1e-9]), np.array([0.0, 1.0]))


def _kl_terms(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """p log(p / q) of each word: 0 where p is 0, inf where only q is."""
    from scipy.special import rel_entr

    return rel_entr(p, q)


def _kl_terms_with_nan(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """p log(p / q) of each word as the formula is typed: nan where p is 0."""
    return p * np.log(p / q)


def _kl_terms_where_both(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """p log(p / q) of the words that are possible in both, 0 for the others."""
    both = (p > 0) & (q > 0)
    return np.where(both, p * np.log(np.where(both, p, 1.0) / np.where(both, q, 1.0)), 0.0)


# each slip, with the zeros treated well, not at all, or dropped: then two things are wrong, and both are said
for suffix, terms, remark in (
    ("", _kl_terms, ""),
    ("_with_nan", _kl_terms_with_nan, " (And zeros in p give nan: nothing is added there.)"),
    (
        "_where_both",
        _kl_terms_where_both,
        " (And where only q is 0 the answer is infinite: do not drop those words.)",
    ),
):

    @kl_exercise.misconception(
        "arguments_swapped" + suffix,
        "You exchanged the two: this is KL(q ‖ p), Σ q log(q / p). The words come from p, so p is the "
        "weight and stands on top. The two directions differ." + remark,
    )
    def _(p, q, terms=terms):
        return terms(q, p).sum()

    @kl_exercise.misconception(
        "symmetrised_mean" + suffix,
        "You averaged both directions. The KL divergence is not symmetric, on purpose: the words come "
        "from p, and q is what is believed." + remark,
    )
    def _(p, q, terms=terms):
        return (terms(p, q).sum() + terms(q, p).sum()) / 2

    @kl_exercise.misconception(
        "symmetrised_sum" + suffix,
        "You added both directions. The KL divergence is not symmetric, on purpose: the words come from "
        "p, and q is what is believed." + remark,
    )
    def _(p, q, terms=terms):
        return terms(p, q).sum() + terms(q, p).sum()

    @kl_exercise.misconception(
        "sign" + suffix,
        "Your sign is wrong: Σ p log(q / p) is never above 0. To believe something false costs extra "
        "nats, so KL is 0 or more: p stands on top." + remark,
    )
    def _(p, q, terms=terms):
        return -terms(p, q).sum()

    @kl_exercise.misconception(
        "base_two" + suffix,
        "You took the logarithm to base 2, which gives bits. Nats want the natural logarithm: multiply by "
        "0.693." + remark,
    )
    def _(p, q, terms=terms):
        return terms(p, q).sum() / math.log(2)

    @kl_exercise.misconception(
        "base_ten" + suffix,
        "You took the logarithm to base 10. Nats want the natural logarithm, `np.log`." + remark,
    )
    def _(p, q, terms=terms):
        return terms(p, q).sum() / math.log(10)

    @kl_exercise.misconception(
        "mean_over_vocabulary" + suffix,
        "You took `mean` where the sum belongs. The weights p already make a mean of it; dividing by V "
        "once more is too much." + remark,
    )
    def _(p, q, terms=terms):
        return terms(p, q).mean()

    @kl_exercise.misconception(
        "terms_returned" + suffix,
        "You returned one term per word. The divergence is their sum, one number." + remark,
    )
    def _(p, q, terms=terms):
        return terms(p, q)

    @kl_exercise.misconception(
        "absolute_terms" + suffix,
        "You took the absolute value of every term. Single terms may be negative, where q gives a word "
        "too much; only their sum cannot be." + remark,
    )
    def _(p, q, terms=terms):
        return np.abs(terms(p, q)).sum()


for suffix, terms, remark in (
    ("", _kl_terms, ""),
    ("_with_nan", _kl_terms_with_nan, " (And zeros give nan: where p is 0 nothing is added.)"),
):

    @kl_exercise.misconception(
        "jensen_shannon" + suffix,
        "You compared each with their mean (the Jensen–Shannon divergence). That is symmetric and never "
        "infinite; here q itself is what is believed." + remark,
    )
    def _(p, q, terms=terms):
        middle = (p + q) / 2
        return (terms(p, middle).sum() + terms(q, middle).sum()) / 2


@kl_exercise.misconception(
    "cross_entropy",
    "You computed the cross-entropy, −Σ p log q. That holds the entropy of p as well, and is not 0 for q "
    "= p; the KL divergence is what is left when the entropy is taken off.",
)
def _(p, q):
    return functional.entropy(p) + _kl_terms(p, q).sum()


@kl_exercise.misconception(
    "cross_entropy_with_nan",
    "You computed the cross-entropy, −Σ p log q. That holds the entropy of p as well, and is not 0 for q "
    "= p; take log p inside: Σ p (log p − log q). (And where p and q are both 0, nan comes out: leave "
    "those words out.)",
)
def _(p, q):
    return -(p * np.log(q)).sum()


for epsilon in EPSILONS:

    @kl_exercise.misconception(
        f"epsilon_{epsilon:.0e}",
        "You added a small number, or clipped, to avoid log 0. That makes the infinite case finite, a few "
        "dozen nats at most; where p is above 0 and q is 0 the answer is inf. Treat the zeros on their "
        "own.",
    )
    def _(p, q, epsilon=epsilon):
        return (p * np.log((p + epsilon) / (q + epsilon))).sum()

    @kl_exercise.misconception(
        f"epsilon_with_nan_{epsilon:.0e}",
        "You added a small number to q to avoid a division by 0. That makes the infinite case finite; "
        "where p is above 0 and q is 0 the answer is inf. And where p is 0 you still get nan: leave those "
        "words out.",
    )
    def _(p, q, epsilon=epsilon):
        return (p * np.log(p / (q + epsilon))).sum()


@kl_exercise.misconception(
    "nan_at_zero",
    "`np.log(0)` is −inf, and 0 · −inf is not a number. Where p is 0 the word never comes and adds "
    "nothing: leave it out.",
)
def _(p, q):
    return (p * np.log(p / q)).sum()


@kl_exercise.misconception(
    "raises_at_zero",
    "`math.log(0)` is an error. Skip the words with p = 0, and return `np.inf` when q is 0 at a word that "
    "does come.",
)
def _(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p.tolist(), q.tolist(), strict=True))


@kl_exercise.misconception(
    "raises_at_zero_of_q",
    "A zero in q is an error in your code. Where p is above 0 and q is 0, a word comes that was believed "
    "impossible: the answer is `np.inf`.",
)
def _(p, q):
    return sum(a * (math.log(a) - math.log(b)) for a, b in zip(p.tolist(), q.tolist(), strict=True) if a > 0)


@kl_exercise.misconception(
    "raises_dividing_by_zero",
    "You divide by q, and with q = 0 that is an error. Where p is above 0 and q is 0, a word comes that "
    "was believed impossible: the answer is `np.inf`.",
)
def _(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p.tolist(), q.tolist(), strict=True) if a > 0)


@kl_exercise.misconception(
    "infinity_skipped",
    "You left out the words with q = 0 (or whatever was not finite). If such a word can come (p above 0), "
    "the model called it impossible: the divergence is infinite.",
)
def _(p, q):
    both = (p > 0) & (q > 0)
    return (p[both] * np.log(p[both] / q[both])).sum()


@kl_exercise.misconception(
    "zero_where_q_is_zero",
    "You returned 0 as soon as q holds a 0. A word that was believed impossible and comes all the same is "
    "the worst case: `np.inf`.",
)
def _(p, q):
    return 0.0 if (q == 0).any() else _kl_terms(p, q).sum()


@kl_exercise.misconception(
    "infinite_for_any_zero_of_q",
    "You returned inf as soon as q holds a 0. Only where p is above 0 does it cost anything: a word that "
    "never comes may be called impossible.",
)
def _(p, q):
    return np.inf if (q == 0).any() else _kl_terms(p, q).sum()


@kl_exercise.misconception(
    "weights_of_q_where_q_is_possible",
    "You weighted with q. The words come from p, whatever the model believes: the weight is p, p log(p / q).",
)
def _(p, q):
    return -_kl_terms(q, p).sum()


@kl_exercise.misconception(
    "weights_missing",
    "You summed log(p / q) without weights. A word counts as often as it comes: p · log(p / q).",
)
def _(p, q):
    return np.log(p[p > 0] / q[p > 0]).sum()


@kl_exercise.misconception(
    "mean_over_the_possible",
    "You averaged over the words with p above 0. The weights p already make a mean of it: sum, and do not "
    "divide.",
)
def _(p, q):
    return _kl_terms(p, q)[p > 0].mean()


@kl_exercise.misconception(
    "difference_of_entropies",
    "You subtracted one entropy from the other. Two different distributions can have the same entropy; "
    "each word's log q must be weighted with p, not with q.",
)
def _(p, q):
    return functional.entropy(q) - functional.entropy(p)


@kl_exercise.misconception(
    "entropy_of_p",
    "You computed the entropy of p and never used q. What is asked is what believing q costs on top of that.",
)
def _(p, q):
    return functional.entropy(p)


@kl_exercise.misconception(
    "absolute_difference",
    "You summed |p − q|. That treats 0.5 against 0.4 like 0.1 against 0; KL compares the surprises, log(p "
    "/ q).",
)
def _(p, q):
    return np.abs(p - q).sum()


@kl_exercise.misconception(
    "total_variation",
    "You took half the sum of |p − q|, the total variation distance. KL compares the surprises, log(p / "
    "q), weighted with p.",
)
def _(p, q):
    return np.abs(p - q).sum() / 2


@kl_exercise.misconception(
    "squared_difference",
    "You summed the squared differences. KL compares the surprises, log(p / q), weighted with p.",
)
def _(p, q):
    return ((p - q) ** 2).sum()


@kl_exercise.misconception(
    "negative_terms_dropped",
    "You dropped the negative terms. Where q gives a word too much, its term is negative and belongs into "
    "the sum.",
)
def _(p, q):
    return np.maximum(_kl_terms(p, q), 0).sum()


@kl_exercise.misconception(
    "quotient_of_logarithms",
    "You divided the logarithms, log p / log q. The logarithm of a quotient is a difference: log p − log q.",
)
def _(p, q):
    possible = p > 0
    return (p[possible] * np.log(p[possible]) / np.log(q[possible])).sum()


@kl_exercise.misconception(
    "logarithm_missing",
    "You left out the logarithm: Σ p · p / q. The extra surprise at a word is log(p / q).",
)
def _(p, q):
    return (p * p / q).sum()


@kl_exercise.misconception(
    "likeliest_word",
    "You compared p and q at the likeliest word only. The mean runs over all words that can come.",
)
def _(p, q):
    return np.log(p.max() / q[p.argmax()])


@kl_exercise.misconception(
    "softmax_first",
    "You put p and q through a softmax first. They are probabilities already: they sum to 1.",
)
def _(p, q):
    return _kl_terms(_softmax(p), _softmax(q)).sum()


@kl_exercise.misconception(
    "in_place",
    "The value is right, but you wrote into the caller's arrays to get rid of the zeros. Make new ones, "
    "for example `p[p > 0]`.",
)
def _(p, q):
    answer = _kl_terms(p, q).sum()
    p[p == 0] = 1e-12
    return answer


@kl_exercise.misconception(
    "difference_of_entropies_reversed",
    "You subtracted one entropy from the other. Two different distributions can have the same entropy; "
    "each word's log q must be weighted with p, not with q.",
)
def _(p, q):
    return functional.entropy(p) - functional.entropy(q)


@kl_exercise.misconception(
    "difference_of_entropies_with_nan",
    "You computed Σ p log p − Σ q log q, the difference of two entropies. Two different distributions can "
    "have the same entropy; each word's log q must be weighted with p, not with q. (And 0 · log 0 gives "
    "nan.)",
)
def _(p, q):
    return (p * np.log(p) - q * np.log(q)).sum()


@kl_exercise.misconception(
    "weights_missing_with_zeros",
    "You summed log(p / q) without weights, so that a word that never comes costs log 0 = −inf. A word "
    "counts as often as it comes: p · log(p / q), and nothing where p is 0.",
)
def _(p, q):
    return np.log(p / q).sum()


@kl_exercise.misconception(
    "weights_missing_mean",
    "You averaged log(p / q) as if all words came equally often. A word counts as often as it comes: p · "
    "log(p / q), summed.",
)
def _(p, q):
    return np.log(p[p > 0] / q[p > 0]).mean()


@kl_exercise.misconception(
    "difference_weighted",
    "You weighted with p − q, which is both directions added up. The words come from p alone: the weight "
    "is p.",
)
def _(p, q):
    return ((p - q) * np.log(p / q)).sum()


@kl_exercise.misconception(
    "infinity_made_finite",
    "You replaced nan and inf by numbers in one go. Where p is 0 the term is 0, that is right; but where "
    "only q is 0 the answer is inf, and you made a huge finite number of it.",
)
def _(p, q):
    return np.nan_to_num(_kl_terms_with_nan(p, q)).sum()


@kl_exercise.misconception(
    "against_the_middle",
    "You compared p with the mean of p and q. That is never infinite; here q itself is what is believed: p "
    "log(p / q).",
)
def _(p, q):
    return _kl_terms(p, (p + q) / 2).sum()


@kl_exercise.misconception(
    "root",
    "You took a square root. The divergence is no distance: it is a mean of surprises, in nats, as it "
    "stands.",
)
def _(p, q):
    return np.sqrt(np.maximum(_kl_terms(p, q).sum(), 0))


@kl_exercise.misconception(
    "largest_term_only",
    "You took the largest term only. The divergence is the sum over all words.",
)
def _(p, q):
    return _kl_terms(p, q).max()


@kl_exercise.misconception(
    "raises_at_zero_of_p",
    "`math.log(0)` is an error. A word with p = 0 never comes and adds nothing: skip it.",
)
def _(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))


def _possible(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both, at the words that p can produce."""
    return p[p > 0], q[p > 0]


def _all_words(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return p, q


for suffix, keep, remark in (
    ("_possible", _possible, ""),
    ("_all_words", _all_words, " (And zeros in p give nan: those words are left out.)"),
):

    @kl_exercise.misconception(
        "weights_of_q" + suffix,
        "You weighted with q. The words come from p, whatever the model believes: the weight is p, p log(p / q)."
        + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return (q * np.log(p / q)).sum()

    @kl_exercise.misconception(
        "q_outside_the_logarithm" + suffix,
        "You divided p log p by q. The quotient stands inside the logarithm: p · log(p / q), or p (log p − log q)."
        + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return (p * np.log(p) / q).sum()

    @kl_exercise.misconception(
        "logarithm_of_the_product" + suffix,
        "You took log(p · q), or log p + log q. What counts is how the two differ: log(p / q) = log p − log q."
        + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return (p * np.log(p * q)).sum()

    @kl_exercise.misconception(
        "entropy_added" + suffix,
        "You added the entropy of p to the cross-entropy. The divergence is what the cross-entropy costs MORE than "
        "the entropy: subtract it, and for q = p nothing is left." + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return -(p * np.log(p)).sum() - (p * np.log(q)).sum()

    @kl_exercise.misconception(
        "entropy_of_q_subtracted" + suffix,
        "You subtracted the entropy of q from the cross-entropy. The best that can be done with words from p is "
        "the entropy of p: that is what is taken off." + remark,
    )
    def _(p, q, keep=keep):
        kept_p, kept_q = keep(p, q)
        entropy_q = functional.entropy(q) if keep is _possible else -(q * np.log(q)).sum()
        return -(kept_p * np.log(kept_q)).sum() - entropy_q

    @kl_exercise.misconception(
        "logarithm_outside" + suffix,
        "You took the logarithm of the sum, log Σ p · p / q. Each word's log(p / q) is taken first, then they are "
        "averaged with the weights p." + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return np.log((p * p / q).sum())

    @kl_exercise.misconception(
        "logarithm_outside_without_weights" + suffix,
        "You took the logarithm of Σ p / q. Each word's log(p / q) is taken first, then they are averaged with the "
        "weights p." + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return np.log((p / q).sum())

    @kl_exercise.misconception(
        "chi_squared" + suffix,
        "You computed Σ (p − q)² / q (the chi-squared divergence). KL compares the surprises: p · log(p / q)."
        + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return ((p - q) ** 2 / q).sum()

    @kl_exercise.misconception(
        "exponential_taken" + suffix,
        "You took the exponential of the divergence. It is asked for in nats, as the sum stands." + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p, q)
        return np.exp((p * np.log(p / q)).sum())

    @kl_exercise.misconception(
        "first_word_left_out" + suffix,
        "You left out word 0 (`[1:]`, or a loop from 1). It is a word like any other." + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p[1:], q[1:])
        return (p * np.log(p / q)).sum()

    @kl_exercise.misconception(
        "last_word_left_out" + suffix,
        "You left out the last word (`[:-1]`, or a loop that ends too early). All V terms count." + remark,
    )
    def _(p, q, keep=keep):
        p, q = keep(p[:-1], q[:-1])
        return (p * np.log(p / q)).sum()


@kl_exercise.misconception(
    "always_zero",
    "Your answer is 0 whatever p and q are. Do you sum before the logarithm (both sum to 1), or is your quotient "
    "upside down, q / p, and a `max(0, …)` hides that all results are negative?",
)
def _(p, q):
    return max(0.0, -_kl_terms(p, q).sum())


@kl_exercise.misconception(
    "logarithm_of_the_totals",
    "You summed p and q before the logarithm. Then what each word gets no longer enters: log(p / q) is taken word by "
    "word, and weighted with p.",
)
def _(p, q):
    return np.log(p[p > 0].sum() / q[p > 0].sum())


for bound in (0.1, 0.01, 1e-3, 1e-6):

    @kl_exercise.misconception(
        f"rare_words_left_out_{bound:g}",
        "You left out the rare words of p too, not only those with p = 0. A rare word may be the one that the model "
        "calls impossible, and then the answer is inf.",
    )
    def _(p, q, bound=bound):
        return _kl_terms(p[p > bound], q[p > bound]).sum()


def _loop(p, q, at_zero_of_p, at_zero_of_q):
    """The loop over the words that stops where it should not: "go on", "stop", or a value to return."""
    total = 0.0
    for truth, belief in zip(p.tolist(), q.tolist(), strict=True):
        if truth == 0:
            if at_zero_of_p == "stop":
                break
            if at_zero_of_p != "go on":
                return at_zero_of_p
            continue
        if belief == 0:
            if at_zero_of_q == "stop":
                break
            return at_zero_of_q
        total += truth * math.log(truth / belief)
    return total


@kl_exercise.misconception(
    "stops_at_zero_of_p",
    "Your loop ends at the first word with p = 0 (`break`, or a `return`). Only that word adds nothing; those after "
    "it count: `continue` goes on with the next one.",
)
def _(p, q):
    return _loop(p, q, "stop", math.inf)


@kl_exercise.misconception(
    "stops_at_zero_of_q",
    "Your loop ends at a word with q = 0 and keeps what it has so far. That word can come and was called "
    "impossible: the answer is `np.inf`.",
)
def _(p, q):
    return _loop(p, q, "go on", "stop")


@kl_exercise.misconception(
    "zero_at_zero_of_q",
    "You return 0 where q is 0 and p is not. A word that was believed impossible and comes all the same is the worst "
    "case, not the best: `np.inf`.",
)
def _(p, q):
    return _loop(p, q, "go on", 0.0)


@kl_exercise.misconception(
    "minus_infinity",
    "The sign of your infinity is wrong. To believe a word impossible that comes costs infinitely MUCH: `np.inf`.",
)
def _(p, q):
    return _loop(p, q, "go on", -math.inf)


@kl_exercise.misconception(
    "nan_at_zero_of_q",
    "You return nan where q is 0 and p is not. The value is known: such a word is infinitely surprising, `np.inf`.",
)
def _(p, q):
    return _loop(p, q, "go on", math.nan)


@kl_exercise.misconception(
    "none_at_zero_of_q",
    "You return None where q is 0 and p is not. The value is known: such a word is infinitely surprising, `np.inf`.",
)
def _(p, q):
    return _loop(p, q, "go on", None)


for number in (1e3, 1e6, 1e8, 1e9, 1e10, 1e12, 1e100, 1.0, 100.0):

    @kl_exercise.misconception(
        f"number_for_infinity_{number:.0e}",
        "You return a fixed number where q is 0 and p is not. However large it is, it is not infinite, and a mean "
        "over many prefixes would hide it: `np.inf`.",
    )
    def _(p, q, number=number):
        return _loop(p, q, "go on", number)


@kl_exercise.misconception(
    "zero_for_any_zero",
    "You return 0 as soon as p or q holds a 0. Where p is 0 only that word's term is 0; where q is 0 and p is not, "
    "the answer is `np.inf`.",
)
def _(p, q):
    return 0.0 if (p == 0).any() or (q == 0).any() else _kl_terms(p, q).sum()


@kl_exercise.misconception(
    "zero_for_any_zero_of_p",
    "You return 0 as soon as p holds a 0 (`max(0, …)` does that: it makes 0 of nan). Only that word's own term is 0; "
    "the others still count: leave the zeros of p out, and no `max` is needed.",
)
def _(p, q):
    return 0.0 if (p == 0).any() else _kl_terms(p, q).sum()


@kl_exercise.misconception(
    "infinite_for_any_zero",
    "You return inf as soon as p or q holds a 0. It is infinite only where q is 0 and p is not; a word with p = 0 "
    "never comes and adds nothing.",
)
def _(p, q):
    return np.inf if (p == 0).any() or (q == 0).any() else _kl_terms(p, q).sum()


def _sum_x_log_y(x: np.ndarray, y: np.ndarray) -> float:
    """Σ x log y with 0 · log 0 = 0, as scipy.special.xlogy gives it."""
    return np.where(x > 0, x * np.log(np.where(x > 0, y, 1.0)), 0.0).sum()


@kl_exercise.misconception(
    "cross_entropy_swapped",
    "In your cross-entropy p and q have changed places: Σ q log p. The words come from p, so p is the weight and q "
    "is in the logarithm, Σ p log q.",
)
def _(p, q):
    return _sum_x_log_y(p, p) - _sum_x_log_y(q, p)


@kl_exercise.misconception(
    "mask_on_one_array",
    "You left the words with p = 0 out of one array and not of the other, so that the two no longer line up. Use the "
    "same `possible = p > 0` for both.",
)
def _(p, q):
    return (p[p > 0] * np.log(p[p > 0] / q)).sum()


@kl_exercise.misconception(
    "mask_on_the_quotient",
    "You left the words with p = 0 out of the quotient and not of the weights, so that the two no longer line up. "
    "Use the same `possible = p > 0` everywhere.",
)
def _(p, q):
    return (p * np.log(p[p > 0] / q[p > 0])).sum()


@kl_exercise.misconception(
    "masks_of_their_own",
    "You gave p and q each its own mask. Then words no longer line up: the zeros of the two lie at different "
    "places. Use the same `possible = p > 0` for both.",
)
def _(p, q):
    return (p[p > 0] * np.log(p[p > 0] / q[q > 0])).sum()


@kl_exercise.misconception(
    "renormalised",
    "You made q sum to 1 again on the words with p above 0. What the model gave to words that never come is lost "
    "for it, and that must be paid: leave q as it is.",
)
def _(p, q):
    possible = p > 0
    return _kl_terms(p[possible], q[possible] / q[possible].sum()).sum()


@kl_exercise.misconception(
    "first_possible_term",
    "The `return` stands inside the loop: only the first possible word's term comes back. Add up all terms, then "
    "return.",
)
def _(p, q):
    return _kl_terms(p, q)[p > 0][0]


@kl_exercise.misconception(
    "first_term",
    "The `return` stands inside the loop: only the first word's term comes back. Add up all terms, then return.",
)
def _(p, q):
    return _kl_terms(p, q)[0]


def _last_term(p, q):
    """What a loop leaves in which `=` stands for `+=`: the last possible word's term."""
    return math.inf if np.isinf(_kl_terms(p, q)).any() else _kl_terms(p, q)[p > 0][-1]


@kl_exercise.misconception(
    "last_possible_term",
    "Only the last word's term is left: your sum is overwritten in the loop (`=` for `+=`). Add every word's term "
    "to it.",
)
def _(p, q):
    return _last_term(p, q)


@kl_exercise.misconception(
    "tiny_q_taken_for_zero",
    "You take a very small q for 0 and return inf. Only q = 0 is infinite: believing 1e-30 of a word that comes 6 "
    "times in 10 costs 41 nats.",
)
def _(p, q):
    return np.inf if (q[p > 0] < 1e-8).any() else _kl_terms(p, q).sum()


@kl_exercise.misconception(
    "hellinger",
    "You computed 1 − Σ √(pq) (a Hellinger distance). KL compares the surprises: p · log(p / q).",
)
def _(p, q):
    return 1 - np.sqrt(p * q).sum()


@kl_exercise.misconception(
    "one_at_zero",
    "You put 1 in place of the terms with p = 0. Such a word adds nothing to the sum: 0.",
)
def _(p, q):
    return np.where(p > 0, _kl_terms(p, q), 1.0).sum()


@kl_exercise.misconception(
    "impossible_words_skipped_with_nan",
    "You put 0 where q is 0. If such a word can come (p above 0), the answer is inf. And where p is 0 you get nan: "
    "THOSE words add 0.",
)
def _(p, q):
    return np.where(q > 0, _kl_terms_with_nan(p, q), 0.0).sum()


for epsilon in (1e-6, 1e-9, 1e-10, 1e-12):

    @kl_exercise.misconception(
        f"in_place_epsilon_{epsilon:.0e}",
        "`p += …` and `q += …` change the caller's arrays: their probabilities are other ones after your function has "
        "run. And the infinite case becomes finite. Make new arrays, and treat the zeros on their own.",
    )
    def _(p, q, epsilon=epsilon):
        p += epsilon
        q += epsilon
        return (p * np.log(p / q)).sum()

    @kl_exercise.misconception(
        f"in_place_zeros_of_q_{epsilon:.0e}",
        "You wrote into the caller's `q` to get rid of its zeros, and made the infinite case finite. Leave q alone: "
        "where p is above 0 and q is 0 the answer is inf.",
    )
    def _(p, q, epsilon=epsilon):
        q[q == 0] = epsilon
        return _kl_terms(p, q).sum()


@kl_exercise.right
def _(p, q):
    total = 0.0
    for truth, belief in zip(p, q, strict=True):
        if truth > 0:
            if belief == 0:
                return float("inf")
            total += truth * math.log(truth / belief)
    return total


@kl_exercise.right
def _(p, q):
    from scipy.special import rel_entr

    return rel_entr(p, q).sum()


@kl_exercise.right
def _(p, q):
    return np.sum(np.where(p > 0, p * np.log(p / q), 0.0))


@kl_exercise.right
def _(p, q):
    possible = p > 0
    cross = -(p[possible] @ np.log(q[possible]))
    return cross - functional.entropy(p)


@kl_exercise.right
def _(p, q):
    p, q = p.astype(np.float32), q.astype(np.float32)
    return np.nansum(p * np.log(p / q))


EXERCISES = (
    nll_exercise,
    log_softmax_exercise,
    cross_entropy_exercise,
    perplexity_exercise,
    entropy_exercise,
    kl_exercise,
)
