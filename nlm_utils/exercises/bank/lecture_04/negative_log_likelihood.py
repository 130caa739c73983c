"""negative_log_likelihood."""

import math

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

from .common import EPSILONS, random_distribution

exercise = Exercise(
    functional.negative_log_likelihood,
    checks=(
        "twelve distributions over 1 to 9 words; the first, a middle and the last word; likely and unlikely ones, a "
        "word of probability 1, and one of 1e-30"
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

exercise.case(random_distribution(9, seed=1), 8)
exercise.case(random_distribution(7, seed=2), 2)
exercise.case(np.array([0.4, 0.1, 1e-30, 0.5]), 2)
exercise.case(np.array([1.0]), 0)

exercise.mistake("base_two", lambda p, target: -np.log2(p[target])).says(
    "You took the logarithm to base 2, which measures surprise in bits. Nats want the natural logarithm: a "
    "probability of 0.25 is 2 bits, but 1.386 nats."
)
exercise.mistake("base_ten", lambda p, target: -np.log10(p[target])).says(
    "You took the logarithm to base 10. Nats want the natural logarithm: a probability of 0.25 is 1.386 nats, and "
    "0.602 to base 10."
)
exercise.mistake("sign", lambda p, target: np.log(p[target])).says(
    "You left out the minus sign. The logarithm of a probability is never above 0, so your loss falls as the model "
    "gets worse; the negative log likelihood is 0 at best and grows with the surprise."
)
exercise.mistake("one_minus", lambda p, target: 1 - p[target]).says(
    "You took 1 − p. That never exceeds 1 however wrong the model is; −log p goes from 1.4 nats at p = 0.25 to 69 "
    "nats at p = 1e-30."
)
exercise.mistake("log_of_one_minus", lambda p, target: -np.log(1 - p[target])).says(
    "You took −log(1 − p), the surprise at the word NOT coming. We want the surprise at what did come: it must be "
    "large where p is small."
)
exercise.mistake("mean_over_vocabulary", lambda p, target: -np.log(p).mean()).says(
    "You averaged −log p over all words of the vocabulary. Only one word came: take the probability at `target` alone."
)
exercise.mistake("sum_over_vocabulary", lambda p, target: -np.log(p).sum()).says(
    "You summed −log p over all words of the vocabulary. Only one word came: take the probability at `target` alone."
)
exercise.mistake("divided_by_vocabulary", lambda p, target: -np.log(p[target]) / len(p)).says(
    "You divided by the number of words in the vocabulary (a mean over a one-hot vector does that too). One word "
    "came, so there is nothing to average: its −log p is the loss."
)
exercise.mistake("all_words_returned", lambda p, target: -np.log(p)).says(
    "You returned the surprise at every word of the vocabulary, a vector of V numbers. Pick the one at `target`."
)
exercise.mistake("no_logarithm", lambda p, target: p[target]).says(
    "You returned the probability itself. The loss is its negative logarithm: a likely word must cost little, and you "
    "charge it most."
)
exercise.mistake("minus_probability", lambda p, target: -p[target]).says(
    "You returned −p, without the logarithm. −p cannot tell a probability of 1e-3 from one of 1e-30; −log p says 6.9 "
    "and 69 nats."
)
exercise.mistake("inverse_without_logarithm", lambda p, target: 1 / p[target]).says(
    "You returned 1 / p and left out the logarithm. 1 / p = 4 is how many equally likely words it would take; the "
    "surprise is log 4 = 1.386 nats."
)
exercise.mistake("likeliest_word", lambda p, target: -np.log(p.max())).says(
    "You scored the word the model likes best, not the word that came. A loss that never looks at `target` cannot "
    "tell a right model from a wrong one."
)
exercise.mistake("ids_from_one", lambda p, target: -np.log(p[target - 1])).says(
    "You looked up `target − 1`. Ids count from 0, as NumPy's indices do: word 0 is `p[0]`."
)
exercise.mistake("off_by_one_up", lambda p, target: -np.log(p[(target + 1) % len(p)])).says(
    "You looked up the word after the target. Ids count from 0: the probability of word `target` is `p[target]`."
)
exercise.mistake("softmax_again", lambda p, target: -functional.log_softmax(p)[target]).says(
    "You put `p` through a softmax first. These are probabilities already, they sum to 1; a second softmax flattens "
    "them ([0.25, 0.75] becomes [0.38, 0.62])."
)

for epsilon in (1e-2, 1e-3, 1e-4, *EPSILONS):
    exercise.mistake(f"epsilon_{epsilon:.0e}", lambda p, target, epsilon=epsilon: -np.log(p[target] + epsilon)).says(
        "You added a small number inside the logarithm, or clipped the probability from below. That caps the loss: "
        "with 1e-12, a word of probability 1e-30 costs 28 nats where it should cost 69. `p[target]` is above 0 here."
    )

exercise.mistake("weighted_by_probability", lambda p, target: -p[target] * np.log(p[target])).says(
    "You multiplied by the probability: −p log p is this word's share of the entropy. The word did come, so its whole "
    "surprise counts: −log p."
)
exercise.mistake("entropy", lambda p, target: -(p * np.log(p)).sum()).says(
    "You computed the entropy, the surprise the model expects on average over all words. The loss is the surprise at "
    "the one word that came, `target`."
)
exercise.mistake("log1p", lambda p, target: -np.log1p(p[target])).says(
    "`log1p` is log(1 + p). You need log p: at p = 1 the loss must be 0, and yours is −0.69."
)
exercise.mistake("minus_inside", lambda p, target: np.log(-p[target])).says(
    "You put the minus sign inside the logarithm: log(−p) is not a number. The minus stands in front: −log p."
)
exercise.mistake("array_of_one", lambda p, target: -np.log(p[[target]])).says(
    "You returned an array that holds the number. The surprise at one word is a single float."
)


@exercise.mistake("rest_counted_too").says(
    "You added −log(1 − p) for every word that did not come, as one does for V separate yes-or-no questions. Here one "
    "word out of V comes: −log p at `target` is all."
)
def rest_counted_too(p, target):
    others = np.delete(p, target)
    return -np.log(p[target]) - np.log(1 - others).sum()


exercise.mistake("target_is_a_position_in_the_ranking", lambda p, target: -np.log(np.sort(p)[::-1][target])).says(
    "You sorted the probabilities before looking up `target`. The id of a word is its place in `p` as it is given."
)
exercise.mistake("log_of_one_minus_without_sign", lambda p, target: np.log(1 - p[target])).says(
    "You took log(1 − p), and its sign makes the loss negative. The surprise at what came is −log p: no 1 − in it, "
    "and a minus in front."
)
exercise.mistake("exponential", lambda p, target: np.exp(-p[target])).says(
    "You took e^(−p), an exponential. The loss is a logarithm: −log p grows without bound as p goes to 0, and e^(−p) "
    "stays at 1."
)
exercise.mistake("squared_error", lambda p, target: (1 - p[target]) ** 2).says(
    "You squared the distance to 1. (1 − p)² never exceeds 1 however wrong the model is; −log p is 69 nats at p = "
    "1e-30."
)
exercise.mistake("weighted_without_sign", lambda p, target: p[target] * np.log(p[target])).says(
    "You computed p log p, a term of the (negative) entropy. The word did come, so its whole surprise counts: −log p, "
    "without a weight."
)
exercise.mistake("logarithm_of_the_id", lambda p, target: -np.log(np.float64(target))).says(
    "You took the logarithm of the word's id. `target` says where to look: the probability is `p[target]`."
)
exercise.mistake("log_of_the_total", lambda p, target: -np.log(p.sum())).says(
    "Your loss is 0 whatever comes. Do you sum before the logarithm (the probabilities sum to 1, and log 1 = 0), or "
    "does your code never reach the probability at `target`?"
)
exercise.mistake("sign_and_base_two", lambda p, target: np.log2(p[target])).says(
    "Two things: you left out the minus sign, and took the logarithm to base 2, which gives bits. In nats a "
    "probability of 0.25 costs +1.386."
)
exercise.mistake("certain_if_likeliest", lambda p, target: 0.0 if p.argmax() == target else -np.log(p[target])).says(
    "You charge nothing when the likeliest word comes. It still surprises a little unless it was certain: at p = "
    "0.733 the loss is 0.310 nats."
)

for bound in (0.4, 0.5, 0.8):
    exercise.mistake(
        f"certain_above_{bound}", lambda p, target, bound=bound: 0.0 if p[target] >= bound else -np.log(p[target])
    ).says(
        "You charge nothing when the word was likely enough. Only p = 1 costs nothing: at p = 0.733 the loss is 0.310 "
        "nats, and 0.010 even at p = 0.99."
    )

for digits in (1, 2, 3, 4):
    exercise.mistake(
        f"rounded_to_{digits}", lambda p, target, digits=digits: round(float(-np.log(p[target])), digits)
    ).says(
        "You rounded the result. Return the loss with all its digits and round only where it is printed: the averages "
        "and differences that come later need them."
    )


@exercise.mistake("early_return_of_zero").says(
    "Your loop gives up at the first word: a `return` in the `else` leaves the function when word 0 is not the "
    "target. No loop is needed: the target's place is known."
)
def early_return_of_zero(p, target):
    for word in range(len(p)):
        if word == target:
            return -np.log(p[word])
        return 0.0


@exercise.mistake("early_return_of_none").says(
    "Your loop gives up at the first word: a `return` in the `else` leaves the function when word 0 is not the "
    "target, with None. No loop is needed: the target's place is known."
)
def early_return_of_none(p, target):
    for word in range(len(p)):
        if word == target:
            return -np.log(p[word])
        return None


exercise.mistake("target_looked_for_among_the_values", lambda p, target: -np.log(p[p == target])).says(
    "`p == target` asks which probability is as large as the id, and usually none is. `target` is a place in `p`, not "
    "a value."
)
exercise.mistake("returned_with_the_target", lambda p, target: (-np.log(p[target]), target)).says(
    "You returned two things, the loss and the target. Return the loss alone, one float."
)
exercise.mistake("target_returned_with_it", lambda p, target: (target, -np.log(p[target]))).says(
    "You returned two things, the target and the loss. Return the loss alone, one float."
)
exercise.mistake("reciprocal_of_the_logarithm", lambda p, target: 1 / np.log(p[target])).says(
    "You took 1 / log p. The loss is log(1 / p), which is the same as −log p: the 1 / stands inside. Yours falls as "
    "the word gets less likely."
)
exercise.mistake("negative_reciprocal_of_the_logarithm", lambda p, target: -1 / np.log(p[target])).says(
    "You took −1 / log p. The loss is −log p itself: it grows as the word gets less likely, and yours shrinks."
)

for bound in (0.1, 0.05, 0.01, 1e-3, 1e-4, 1e-5):
    exercise.mistake(f"clipped_at_{bound:g}", lambda p, target, bound=bound: -np.log(max(p[target], bound))).says(
        "You do not let the probability fall below a bound. That caps the loss: with 0.01 no word can cost more than "
        "4.6 nats, and one of probability 1e-30 should cost 69. `p[target]` is above 0 here."
    )

for bound in (0.999, 0.99, 0.9):
    exercise.mistake(
        f"clipped_from_above_at_{bound:g}", lambda p, target, bound=bound: -np.log(min(p[target], bound))
    ).says("You do not let the probability come near 1. A word that was certain costs nothing: p = 1 gives 0.")

exercise.mistake("sorted_first", lambda p, target: -np.log(np.sort(p)[target])).says(
    "You sorted the probabilities before looking up `target`. The id of a word is its place in `p` as it is given; "
    "sorting puts another word there."
)
exercise.mistake("from_the_target_on", lambda p, target: -np.log(p[target:]).sum()).says(
    "`p[target:]` is the target AND all words after it: you added up their surprises. One word came, `p[target]`."
)
exercise.mistake("up_to_the_target", lambda p, target: -np.log(p[: target + 1]).sum()).says(
    "`p[:target + 1]` is the target AND all words before it: you added up their surprises. One word came, `p[target]`."
)
exercise.mistake("before_the_target", lambda p, target: -np.log(p[:target]).sum()).says(
    "`p[:target]` (or a loop over `range(target)`) is all words BEFORE the target. One word came, `p[target]`."
)
exercise.mistake("probability_from_the_target_on", lambda p, target: -np.log(p[target:].sum())).says(
    "You summed the probabilities of the target and all words after it. The order of the ids means nothing: only "
    "`p[target]` counts."
)
exercise.mistake("probability_up_to_the_target", lambda p, target: -np.log(p[: target + 1].sum())).says(
    "You summed the probabilities up to the target (a cumulative sum). The order of the ids means nothing: only "
    "`p[target]` counts."
)
exercise.mistake("log_odds", lambda p, target: np.log(p[target] / (1 - p[target]))).says(
    "You took the log-odds, log(p / (1 − p)). The surprise is −log p: no 1 − p in it."
)
exercise.mistake("minus_log_odds", lambda p, target: -np.log(p[target] / (1 - p[target]))).says(
    "You took the log-odds, −log(p / (1 − p)). The surprise is −log p: no 1 − p in it. Yours falls below 0 when p is "
    "above one half."
)
exercise.mistake("both_sides", lambda p, target: -np.log(p[target]) - np.log(1 - p[target])).says(
    "You added −log(1 − p), the surprise at the word NOT coming. It did come: −log p is all."
)
exercise.mistake("logarithm_of_the_likeliest_id", lambda p, target: -np.log(np.float64(p.argmax()))).says(
    "You took the logarithm of an id: `argmax` gives the PLACE of the largest probability. And the word to score is "
    "`target`, not the likeliest one."
)
exercise.mistake("logarithm_of_the_likeliest_id_without_sign", lambda p, target: np.log(np.float64(p.argmax()))).says(
    "You took the logarithm of an id: `argmax` gives the PLACE of the largest probability. The word to score is "
    "`target`: −log of its probability."
)
exercise.mistake("target_given_to_the_logarithm", lambda p, target: -np.log(p, target)).says(
    "`np.log(p, target)` does not pick: the second argument of `np.log` is an array to write into. Square brackets "
    "pick, `p[target]`."
)
exercise.mistake("target_as_base", lambda p, target: -math.log(p[target], target)).says(
    "The second argument of `math.log` is the base: you took the logarithm to base `target`. The natural one needs no "
    "second argument."
)
exercise.mistake("relative_to_the_likeliest", lambda p, target: -np.log(p[target] / p.max())).says(
    "You divided by the largest probability first. These are probabilities already; divided, the likeliest word would "
    "never surprise."
)
exercise.mistake("divided_by_log_vocabulary", lambda p, target: -np.log(p[target]) / np.log(len(p))).says(
    "You divided by log V, which gives the surprise as a share of an even guess. Nats are not divided by anything."
)
exercise.mistake("exponential_of_the_probability", lambda p, target: np.exp(p[target])).says(
    "You took e^p. The loss is minus the logarithm, which undoes the exponential: −log p."
)
exercise.mistake("logarithm_of_the_one_hot", lambda p, target: -(p * np.log(np.eye(len(p))[target])).sum()).says(
    "You took the logarithm of the one-hot vector and weighted it with `p`. It is the other way round: the logarithm "
    "is of the model's `p`, and the one-hot vector picks from it."
)
exercise.mistake("one_if_wrong", lambda p, target: 0.0 if p.argmax() == target else 1.0).says(
    "You counted whether the first guess is right, 0 or 1. That throws the probability away; the loss is −log p at "
    "the word that came."
)

exercise.right(lambda p, target: -math.log(p[target]))
exercise.right(lambda p, target: np.log(1.0 / p)[target])
exercise.right(lambda p, target: -(np.eye(len(p))[target] @ np.log(p)))
exercise.right(lambda p, target: -np.log2(np.float32(p[target])) * math.log(2))
exercise.right(lambda p, target: [-math.log(probability) for probability in p][target])
