"""The surprise −log p(target). Learners look at other words than the target, or take something else than −log."""

import math

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import EPSILONS, argument, epsilon, result, result_with, rounded, special, variants

exercise = Exercise(
    functional.negative_log_likelihood,
    checks=(
        "fifteen distributions over 1 to 9 words; the first, a middle and the last word; likely and unlikely ones, a "
        "word of probability 1, one of 1e-60, and words that are impossible beside the one that came"
    ),
    explanation=(
        "One number of `p` matters: the one at the word that came. Its logarithm is at most 0, so the minus sign "
        "makes a surprise of it that grows without bound as the probability goes to 0. The other words are not "
        "forgotten: probabilities sum to 1, so what they hold is missing at the target."
    ),
    hints=[
        "The other words do not enter: only the probability that the model gave to the word that came.",
        (
            "`p[target]` is that probability. `np.log` is the natural logarithm; a probability's logarithm is never "
            "positive."
        ),
        "Minus `np.log` of `p[target]`.",
    ],
)

exercise.case(np.array([0.25, 0.75]), 0)
exercise.case(np.array([0.1, 0.2, 0.7]), 1)
exercise.case(np.array([0.35, 0.25, 0.4]), 2)
exercise.case(np.array([0.07, 0.45, 0.48]), 1)
exercise.case(np.array([0.01, 0.99]), 1)

for target in (3, 2, 0):
    exercise.case(np.array([0.2441, 0.00604, 0.7335, 0.01636]), target)

exercise.case(np.random.default_rng(1).dirichlet(np.ones(9)), 8)
exercise.case(np.random.default_rng(2).dirichlet(np.ones(7)), 2)
exercise.case(np.array([0.4, 0.1, 1e-30, 0.5]), 2)
exercise.case(np.array([0.4, 1e-60, 0.6]), 1)
exercise.case(np.array([1.0]), 0)
exercise.case(np.array([1.0, 0.0]), 0)
exercise.case(np.array([0.0, 0.0, 0.3, 0.7]), 2)
exercise.drawn(lambda rng: _drawn(rng.integers(1, 12), rng), 4)


def _drawn(n, rng):
    """A distribution over n words, one of them maybe impossible, and a target that is not."""
    p = rng.dirichlet(np.ones(n)) * (np.arange(n) != rng.integers(1, 12))
    return p / p.sum(), int(rng.choice(np.flatnonzero(p)))


exercise.takes(
    result(
        log2="base_two",
        log10="base_ten",
        minus=("sign", "The minus sign is missing: log p is never above 0, and falls as the model gets worse."),
        exp_minus=("no_logarithm", "You return the probability itself. A likely word must cost little: −log p."),
        exp=("inverse", "You return 1 / p. As many equally likely words have a surprise of log(1 / p) = −log p."),
        zero=(
            "log_of_the_total",
            "Your loss is 0 whatever comes. Do you sum before the logarithm (log 1 = 0), or never reach `p[target]`?",
        ),
    ),
    argument(
        "p",
        exp=("minus_probability", "You return −p. It hardly tells 1e-3 from 1e-30; −log p says 6.9 and 69 nats."),
        plus_one=("log1p", "You take log(1 + p). You need log p: at p = 1 the loss must be 0, and yours is −0.69."),
        minus=("minus_inside", "log(−p) is not a number: the minus stands in front of the logarithm, −log p."),
        softmax=("softmax_again", "You take a softmax of `p`. These are probabilities already; it flattens them."),
    ),
    argument("target", counted_from_one=("ids_from_one", "You look up `target − 1`. Ids count from 0: `p[target]`.")),
    result_with(
        "p", over_length=("over_vocabulary", "You divide by V, as a mean of a one-hot vector does. One word came.")
    ),
    epsilon(
        lambda eps: lambda p, target: -np.log(p[target] + eps),
        "the probability",
        "That caps the loss: with 1e-12, a word of probability 1e-30 costs 28 nats for 69, and `p[target]` is above 0.",
        values=(1e-2, 1e-3, 1e-4, *EPSILONS, 1e-30, 1e-45),
    ),
    variants(
        "clipped_at",
        (0.1, 0.05, 0.01, 1e-3, 1e-4, 1e-5, 1e-30),
        lambda least: lambda p, target: -np.log(max(p[target], least)),
        "You do not let p fall below {value}. That caps the loss: a word of probability 1e-60 should cost 138 nats.",
    ),
    variants(
        "clipped_from_above_at",
        (0.999, 0.99, 0.9),
        lambda most: lambda p, target: -np.log(min(p[target], most)),
        "You do not let the probability come near 1. A word that was certain costs nothing: p = 1 gives 0.",
    ),
    variants(
        "certain_above",
        (0.4, 0.5, 0.8),
        lambda bound: lambda p, target: 0.0 if p[target] >= bound else -np.log(p[target]),
        "You charge nothing when the word was likely enough. Only p = 1 costs nothing: p = 0.733 costs 0.310 nats.",
    ),
    rounded(1, 2, 3, 4, 8),
    variants(
        "probability_rounded_to",
        (2, 3, 4, 6),
        lambda digits: lambda p, target: -np.log(np.round(p[target], digits)),
        "You round the probability before the logarithm: 1e-30 becomes 0, and its surprise infinite. Take it as it is.",
    ),
    variants(
        "capped_at",
        (10, 20, 50),
        lambda most: lambda p, target: min(-np.log(p[target]), most),
        "You cap the loss at {value}. A word of probability 1e-30 costs 69 nats, and must show it.",
    ),
    special(
        lambda p, target: target > 0,
        "every target but word 0",
        "Your loop gives up at word 0: a `return` in its `else`. No loop is needed: the target's place is known.",
        zero="early_return_of_zero",
        none="early_return_of_none",
    ),
)

exercise.takes(
    special(
        lambda p, target: target < len(p) - 1,
        "every target but the last word",
        "",
        zero=("find_overwritten", "Your loop goes on after the target, and its `else` puts 0 there: use `p[target]`."),
    )
)
exercise.mistakes(
    single_precision=lambda p, target: -np.log(p.astype(np.float32)[target]),
    single_precision_made_a_float=lambda p, target: -float(np.log(p.astype(np.float32)[target])),
).says("You compute in float32, which keeps seven digits and has no 1e-60: it becomes 0. Leave the dtype as it is.")
for id, power in (("one_minus", 1), ("squared_error", 2)):
    exercise.mistake(id, lambda p, target, power=power: (1 - p[target]) ** power).says(
        "You take 1 − p, or its square: never above 1 however wrong the model is. −log p is 69 nats at p = 1e-30."
    )
exercise.mistake("likeliest_word", lambda p, target: -np.log(p.max())).says(
    "You score the word the model likes best. A loss that never looks at `target` cannot tell right from wrong."
)
exercise.mistake("off_by_one_up", lambda p, target: -np.log(p[(target + 1) % len(p)])).says(
    "You look up the word after the target. Ids count from 0: the probability of word `target` is `p[target]`."
)
exercise.mistakes(
    word_0_always=lambda p, target: -np.log(p[0]),
    last_word_always=lambda p, target: -np.log(p[-1]),
    counted_from_the_end=lambda p, target: -np.log(p[-target]),
).says("You look at one place always, or count from the end. The word that came has the id `target`: `p[target]`.")
exercise.mistakes(
    one_hot_times_infinity=lambda p, target: -(np.eye(len(p))[target] * np.log(p)).sum(),
    infinity_of_another_word=lambda p, target: [-math.log(probability) for probability in p][target],
).says(
    "You take the logarithm of EVERY probability. Where another word is impossible, log 0 is an error or −inf, and "
    "0 · −inf is nan. Pick first: only the logarithm of `p[target]` is needed."
)
exercise.mistakes(
    id_for_a_label=lambda p, target: -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean(),
    id_for_a_label_summed=lambda p, target: -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum(),
).says("You use the id as a label 0 or 1, as for a yes-or-no question. It is a place: `p[target]`, and its −log.")
exercise.mistake("all_words_returned", lambda p, target: -np.log(p)).says(
    "You return the surprise at every word of the vocabulary, a vector of V numbers. Pick the one at `target`."
)
for over in ("mean", "sum"):
    exercise.mistake(f"{over}_over_vocabulary", lambda p, target, over=over: getattr(-np.log(p), over)()).says(
        f"You take the {over} of −log p over all words of the vocabulary. One word came: take `p[target]` alone."
    )
for suffix, sign in (("", -1), ("_without_sign", 1)):
    exercise.mistake(f"log_of_one_minus{suffix}", lambda p, target, sign=sign: sign * np.log(1 - p[target])).says(
        "You take log(1 − p), which belongs to the word NOT coming. The surprise at what did come is −log p."
    )
    exercise.mistake(f"weighted{suffix}", lambda p, target, sign=sign: sign * p[target] * np.log(p[target])).says(
        "You multiply by p: p log p is a term of the entropy. The word did come: its whole surprise counts, −log p."
    )
    exercise.mistake(f"log_odds{suffix}", lambda p, target, sign=sign: sign * np.log(p[target] / (1 - p[target]))).says(
        "You take the log-odds, log(p / (1 − p)). The surprise is −log p: no 1 − p in it."
    )
    exercise.mistake(f"over_the_logarithm{suffix}", lambda p, target, sign=sign: sign / np.log(p[target])).says(
        "You divide by log p. The loss is −log p = log(1 / p): the 1 / stands inside the logarithm."
    )
    exercise.mistake(f"exponential{suffix}", lambda p, target, sign=sign: np.exp(sign * p[target])).says(
        "You take an exponential of p. The loss is a logarithm: −log p grows without bound as p goes to 0."
    )
    exercise.mistake(f"likeliest_id{suffix}", lambda p, target, sign=sign: sign * np.log(np.float64(p.argmax()))).says(
        "You take the logarithm of an id: `argmax` is the PLACE of the largest probability. And score `target`, not it."
    )
for suffix, step in (("", 1), ("_downwards", -1)):
    exercise.mistake(f"sorted{suffix}", lambda p, target, step=step: -np.log(np.sort(p)[::step][target])).says(
        "You sort the probabilities before looking up `target`. The id of a word is its place in `p` as it is given."
    )
for part, which in (
    ("from_the_target_on", lambda p, target: p[target:]),
    ("up_to_the_target", lambda p, target: p[: target + 1]),
    ("before_the_target", lambda p, target: p[:target]),
):
    exercise.mistake(f"surprises_{part}", lambda p, target, which=which: -np.log(which(p, target)).sum()).says(
        "A slice (`p[target:]`, `p[:target + 1]`, `p[:target]`) or a loop takes many words. One word came: `p[target]`."
    )
    exercise.mistake(f"probabilities_{part}", lambda p, target, which=which: -np.log(which(p, target).sum())).says(
        "You sum the probabilities of many ids, from the target on or up to it. Only `p[target]` counts."
    )
exercise.mistake("entropy", lambda p, target: functional.entropy(p)).says(
    "You compute the entropy, the mean surprise over all words. The loss is the surprise at the one word that came."
)
exercise.mistake(
    "rest_counted_too", lambda p, target: -np.log(p[target]) - np.log(1 - np.delete(p, target)).sum()
).says("You add −log(1 − p) for each word that did not come, as for V yes-or-no questions. −log p at `target` is all.")
exercise.mistake("both_sides", lambda p, target: -np.log(p[target]) - np.log(1 - p[target])).says(
    "You add −log(1 − p), the surprise at the word NOT coming. It did come: −log p is all."
)
exercise.mistake("certain_if_likeliest", lambda p, target: 0.0 if p.argmax() == target else -np.log(p[target])).says(
    "You charge nothing when the likeliest word comes. It still surprises a little: at p = 0.733 by 0.310 nats."
)
exercise.mistake("one_if_wrong", lambda p, target: 0.0 if p.argmax() == target else 1.0).says(
    "You count whether the first guess is right, 0 or 1. That throws the probability away; the loss is −log p[target]."
)
exercise.mistake("relative_to_the_likeliest", lambda p, target: -np.log(p[target] / p.max())).says(
    "You divide by the largest probability first. Then the likeliest word would never surprise: take p as it is."
)
exercise.mistake("divided_by_log_vocabulary", lambda p, target: -np.log(p[target]) / np.log(len(p))).says(
    "You divide by log V, which gives the surprise as a share of an even guess. Nats are not divided by anything."
)
exercise.mistake("sign_and_base_two", lambda p, target: np.log2(p[target])).says(
    "Two things: the minus sign is missing, and base 2 gives bits. In nats a probability of 0.25 costs +1.386."
)
exercise.mistake("logarithm_of_the_id", lambda p, target: -np.log(np.float64(target))).says(
    "You take the logarithm of the word's id. `target` says where to look: the probability is `p[target]`."
)
exercise.mistake("target_looked_for_among_the_values", lambda p, target: -np.log(p[p == target])).says(
    "`p == target` asks which probability is as large as the id. `target` is a place in `p`, not a value: `p[target]`."
)
exercise.mistake("target_given_to_the_logarithm", lambda p, target: -np.log(p, target)).says(
    "`np.log(p, target)` does not pick: its second argument is an array to write into. Square brackets do, `p[target]`."
)
exercise.mistake("target_as_base", lambda p, target: -math.log(p[target], target)).says(
    "The second argument of `math.log` is the base: you take the logarithm to base `target`. Leave it out."
)
exercise.mistake("logarithm_of_the_one_hot", lambda p, target: -(p * np.log(np.eye(len(p))[target])).sum()).says(
    "You take the logarithm of the one-hot vector, weighted with `p`. It is the other way round: log p, and it picks."
)

exercise.right(lambda p, target: -math.log(p[target]))
exercise.right(lambda p, target: np.log(1.0 / p)[target])
exercise.right(lambda p, target: -np.log(np.eye(len(p))[target] @ p))
exercise.right(lambda p, target: -np.log2(p[target]) * math.log(2))
exercise.right(lambda p, target: np.abs(np.log(p.take(target))))
