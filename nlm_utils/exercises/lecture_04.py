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
        "distributions over 1 to 9 words; the first, a middle and the last word; a word of probability 1, "
        "and one of 1e-30"
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
nll_exercise.case(np.array([0.244135, 0.006036, 0.733422, 0.016407]), 3)
nll_exercise.case(np.array([0.244135, 0.006036, 0.733422, 0.016407]), 0)
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
    "You summed the probabilities before the logarithm. They sum to 1, so that is always 0; only the "
    "probability at `target` counts.",
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
)
log_softmax_exercise.case(np.array([0.0, 1.0]))
log_softmax_exercise.case(NOTES_LOGITS.copy())
log_softmax_exercise.case(np.array([[1.0, 2.0, 4.0], [-3.0, 0.5, 0.0]]))
log_softmax_exercise.case(np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5], [-2.0, -2.5, 1.5]]))
log_softmax_exercise.case(np.random.default_rng(3).normal(0.0, 2.0, (3, 5)))
log_softmax_exercise.case(np.random.default_rng(4).normal(0.0, 2.0, (2, 3, 4)))
log_softmax_exercise.case(np.array([1000.0, 1001.0, 998.5]))
log_softmax_exercise.case(np.array([-1000.0, -1001.0, -1003.0]))
log_softmax_exercise.case(np.array([1000.0, 0.0]))
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


def _(t):
    shifted = t - t.max()
    return shifted - np.log(np.exp(shifted).sum())


def _(t):
    return t - np.log(np.exp(t).sum())


def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum())


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


def _(t):
    shifted = t - t.max(axis=0, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=0, keepdims=True))


def _(t):
    shifted = t - t.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _(t):
    shifted = t - t.max(axis=-1)
    return shifted - np.log(np.exp(shifted).sum(axis=-1))


@log_softmax_exercise.misconception(
    "one_row_only",
    "Your function works on one row of logits only. `t` may hold any number of rows, (B, V) or (B, T, V): "
    "take maximum and sum along the last axis.",
)
def _(t):
    if t.ndim > 1:
        raise ValueError("one row of logits expected")
    return functional.log_softmax(t)


@log_softmax_exercise.misconception(
    "one_row_only_loop",
    "Your loop runs over the first axis and takes its elements for numbers; in a batch they are whole "
    "rows. `t` may hold any number of rows: take maximum and sum along the last axis.",
)
def _(t):
    if t.ndim > 1:
        raise TypeError("one row of logits expected")
    return functional.log_softmax(t)


@log_softmax_exercise.misconception(
    "two_axes_only",
    "Your function works on one row and on a (B, V) batch, but not on (B, T, V). Count the axis from the "
    "end, −1, and any number of axes in front will do.",
)
def _(t):
    if t.ndim > 2:
        raise ValueError("at most two axes expected")
    return functional.log_softmax(t)


def _(t):
    return _softmax(t)


def _(t):
    return -functional.log_softmax(t)


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


def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.exp(shifted).sum(axis=-1, keepdims=True)


def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted / np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted / np.exp(shifted).sum(axis=-1, keepdims=True)


def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted + np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).mean(axis=-1, keepdims=True))


def _(t):
    return functional.log_softmax(t) / np.log(2)


def _(t):
    shifted = t - t.max(axis=-1, keepdims=True)
    return shifted - np.log2(np.exp(shifted).sum(axis=-1, keepdims=True))


def _(t):
    return functional.log_softmax(t) / np.log(10)


@log_softmax_exercise.misconception(
    "log_without_exponentials",
    "You took the logarithm of the sum of the logits. The softmax sums their exponentials: log Σ e^t.",
)
def _(t):
    return t - np.log(t.sum(axis=-1, keepdims=True))


def _(t):
    return np.log(_softmax(t) + 1e-12)


def _(t):
    return np.log(np.clip(_softmax(t), 1e-12, 1.0))


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


def _(t):
    maximum = t.max(axis=-1, keepdims=True)
    return np.log(np.exp(t - maximum).sum(axis=-1)) + maximum[..., 0]


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
cross_entropy_exercise.case(np.array([[1.0, 2.0, 4.0], [-3.0, 0.5, 0.0]]), np.array([0, 2]))
cross_entropy_exercise.case(np.stack([NOTES_LOGITS, -NOTES_LOGITS, NOTES_LOGITS / 2]), np.array([2, 1, 3]))
cross_entropy_exercise.case(np.random.default_rng(5).normal(0.0, 2.0, (5, 4)), np.array([3, 0, 0, 1, 3]))
cross_entropy_exercise.case(np.random.default_rng(6).normal(0.0, 2.0, (3, 6)), np.array([5, 5, 2]))
cross_entropy_exercise.case(np.array([[1000.0, 999.0, 998.0], [-1000.0, -999.0, -1001.0]]), np.array([1, 2]))
cross_entropy_exercise.case(
    np.array([[1000.0, 200.0, -1000.0], [0.0, 1000.0, -1000.0], [240.0, -1000.0, 1000.0]]),
    np.array([1, 1, 0]),
)


def _(t, targets):
    return -_picked(t, targets).sum()


def _(t, targets):
    return -functional.log_softmax(t)[:, targets].mean()


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
        "You gave the targets as rows and the examples as columns. `log_p` is (B, V): the example's "
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


def _(t, targets):
    return _picked(t, targets).mean()


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


def _(t, targets):
    return -_picked(t, targets)


@cross_entropy_exercise.misconception(
    "log_of_mean_probability",
    "You averaged the probabilities and took the logarithm afterwards. The mean goes outside: one word of "
    "probability 0.001 must be felt, and in a mean of probabilities it is not.",
)
def _(t, targets):
    return -np.log(np.exp(_picked(t, targets)).mean())


def _(t, targets):
    return -_picked(t, targets).sum() / t.size


def _(t, targets):
    return -_picked(t, targets).sum() / t.shape[-1]


def _(t, targets):
    return -functional.log_softmax(t).mean()


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


def _(t, targets):
    return -functional.log_softmax(t)[0, targets].mean()


def _(t, targets):
    return -functional.log_softmax(t)[targets].mean()


def _(t, targets):
    return -functional.log_softmax(t)[targets, np.arange(len(targets))].mean()


def _(t, targets):
    return -_picked(t, targets)[0]


def _(t, targets):
    return -_picked(t, targets)[-1]


def _(t, targets):
    return -_picked(t, targets)[0] / len(targets)


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


def _(t, targets):
    return -_picked(t, targets).mean() / np.log(2)


def _(t, targets):
    return -_picked(t, targets).mean() / np.log(10)


def _(t, targets):
    return np.exp(-_picked(t, targets).mean())


def _(t, targets):
    return -_picked(t, targets - 1).mean()


def _(t, targets):
    return -np.log(_softmax(t)[np.arange(len(targets)), targets] + 1e-12).mean()


@cross_entropy_exercise.misconception(
    "in_place",
    "The value is right, but you changed `t` itself (`t -= …` writes into the caller's array). Make a new "
    "array.",
)
def _(t, targets):
    t -= t.max(axis=-1, keepdims=True)
    return -_picked(t, targets).mean()


def _(t, targets):
    return -_picked(t, targets).sum() / max(len(targets) - 1, 1)


def _(t, targets):
    return -_log_of_naive_softmax(t)[np.arange(len(targets)), targets].sum()


def _(t, targets):
    return -np.log(_softmax(t)[np.arange(len(targets)), targets]).sum()


def _(t, targets):
    return -np.log(_softmax(t)[:, targets]).mean()


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
    checks="seven losses from 0 to 20 nats, log 4 and log 210 among them",
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
)
for loss in (0.0, math.log(4), 1.41, 0.31, 5.11, math.log(210), 20.0):
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
    "nats_as_bits",
    "You treated the loss as bits and turned it into nats before the exponential. It is in nats already.",
)
def _(mean_nll):
    return np.exp(2 ** (mean_nll / np.log(2)))


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
    "exponential_twice",
    "You took the exponential twice. A loss of 0 must give 1, and e^(e^0) is 2.718.",
)
def _(mean_nll):
    return np.exp(np.exp(min(mean_nll, 6.0)))


@perplexity_exercise.misconception(
    "array_of_one",
    "You returned an array that holds the number. A single float is asked for.",
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
        "eight distributions over 2 to 9 words, uniform, certain, and with zeros at the front, in the "
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
        "`p[p > 0]`.",
        "`possible = p[p > 0]`, then minus the sum of `possible * np.log(possible)`.",
    ],
)
entropy_exercise.case(np.array([0.5, 0.5]))
entropy_exercise.case(np.array([0.2, 0.8]))
entropy_exercise.case(np.array([0.1, 0.2, 0.7]))
entropy_exercise.case(np.array([0.0, 0.25, 0.75]))
entropy_exercise.case(np.array([0.5, 0.0, 0.125, 0.375, 0.0]))
entropy_exercise.case(np.full(6, 1 / 6))
entropy_exercise.case(_random_distribution(9, seed=7))
entropy_exercise.case(np.array([0.0, 1.0, 0.0]))


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


def _(p):
    return -_entropy_terms(p).sum()


def _(p):
    return (p * np.log(p)).sum()


def _(p):
    return _entropy_terms(p).sum() / math.log(2)


def _(p):
    return -(p * np.log2(p)).sum()


def _(p):
    return _entropy_terms(p).sum() / math.log(10)


def _(p):
    return _entropy_terms(p).mean()


def _(p):
    return -(p * np.log(p)).mean()


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


def _(p):
    return _entropy_terms(p)


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


def _(p):
    return np.exp(_entropy_terms(p).sum())


def _(p):
    return _entropy_terms(p).sum() / math.log(len(p))


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
    "You made the entropy infinite as soon as one probability is 0. A word that never comes never "
    "surprises anybody: its term is 0.",
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


def _(p):
    return -(p * np.log(p + 1e-3)).sum()


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
    checks="ten pairs over 2 to 8 words: equal, far apart, zeros in p, in q, in both, both ways round",
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
kl_exercise.case(np.array([0.0, 0.3, 0.5, 0.2]), np.array([0.5, 0.0, 0.4, 0.1]))
kl_exercise.case(_random_distribution(8, seed=8), _random_distribution(8, seed=9))
kl_exercise.case(np.array([1.0, 0.0, 0.0]), np.array([0.125, 0.375, 0.5]))
kl_exercise.case(np.array([0.6, 0.4]), np.array([1e-30, 1.0]))


def _kl_terms(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """p log(p / q) of each word: 0 where p is 0, inf where only q is."""
    from scipy.special import rel_entr

    return rel_entr(p, q)


def _(p, q):
    return _kl_terms(q, p).sum()


def _(p, q):
    return (q * np.log(q / p)).sum()


def _(p, q):
    return (_kl_terms(p, q).sum() + _kl_terms(q, p).sum()) / 2


def _(p, q):
    return _kl_terms(p, q).sum() + _kl_terms(q, p).sum()


def _(p, q):
    middle = (p + q) / 2
    return (_kl_terms(p, middle).sum() + _kl_terms(q, middle).sum()) / 2


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


def _(p, q):
    return (p * (np.log(p) - np.log(q))).sum()


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


def _(p, q):
    terms = p * np.log(p / q)
    return terms[np.isfinite(terms)].sum()


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


def _(p, q):
    return (p * np.log((p + 1e-12) / (q + 1e-12))).sum()


def _(p, q):
    return (p * np.log(np.clip(p, 1e-12, 1) / np.clip(q, 1e-12, 1))).sum()


def _(p, q):
    return -_kl_terms(p, q).sum()


def _(p, q):
    return (p * np.log(q / p)).sum()


@kl_exercise.misconception(
    "weights_of_q",
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


def _(p, q):
    return _kl_terms(p, q).sum() / math.log(2)


def _(p, q):
    return (p * np.log2(p / q)).sum()


def _(p, q):
    return _kl_terms(p, q).sum() / math.log(10)


def _(p, q):
    return _kl_terms(p, q).mean()


@kl_exercise.misconception(
    "mean_over_the_possible",
    "You averaged over the words with p above 0. The weights p already make a mean of it: sum, and do not "
    "divide.",
)
def _(p, q):
    return _kl_terms(p, q)[p > 0].mean()


def _(p, q):
    return functional.entropy(p) + _kl_terms(p, q).sum()


def _(p, q):
    return -(p * np.log(q)).sum()


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


def _(p, q):
    return _kl_terms(p, q)


def _(p, q):
    return np.abs(_kl_terms(p, q)).sum()


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
