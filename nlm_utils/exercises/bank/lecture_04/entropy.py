"""The mean surprise −Σ p log p. Learners stumble over log 0, lose the weights p, or take a mean where they sum."""

import math

import numpy as np
from scipy.special import entr  # −p log p of each word, 0 where p is 0

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, epsilon, rounded, special, variants

from ..old_memory import on_old_memory
from . import some_impossible

POWERS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)


def _surprise(weights, p):
    """−Σ weights log p, over all words."""
    return -(weights * np.log(p)).sum()


exercise = Exercise(
    functional.entropy,
    atol=1e-13,  # 0 for a certain word, and little for a nearly certain one
    checks=(
        "sixteen distributions over 1 to 9 words, uniform, certain, nearly certain, with zeros at the front, in the "
        "middle and at the end"
    ),
    explanation=(
        "The surprise at each word, −log p, is weighted by how often that word comes, p. A word that never comes adds "
        "nothing, because p log p goes to 0 with p; the computer does not know that, 0 · −inf is not a number for it, "
        "and so the zeros are left out before the logarithm."
    ),
    hints=[
        ("It is a mean of surprises −log p. How often does each word come, that is, what is its weight in the mean?"),
        (
            "Σ p · (−log p). `np.log(0)` is −inf and 0 · −inf is nan: keep the words with p above 0 first, `p[p > "
            "0]`. (`np.log(p, where=p > 0)` alone leaves uninitialised memory at the zeros: it needs `out=` too.)"
        ),
        "`possible = p[p > 0]`, then minus the sum of `possible * np.log(possible)`.",
    ],
)

for p in (
    [0.5, 0.5],
    [0.2, 0.8],
    [0.1, 0.2, 0.7],
    [0.0, 0.25, 0.75],
    [0.5, 0.0, 0.125, 0.375, 0.0],
    np.full(6, 1 / 6),
    np.random.default_rng(7).dirichlet(np.ones(9)),
    [0.0, 1.0, 0.0],
    [2.0**-17, 1 - 2.0**-17],
    [1 - 2.0**-24, 0.0, 2.0**-24],
    [4e-10, 1 - 4e-10],
    [1e-13, 1 - 1e-13],
    [1.0, 0.0],
    [0.02, 0.0, 0.98],
    [1.0],
):
    exercise.case_from(on_old_memory(1.0, p))
exercise.case_from(on_old_memory(np.nan, [0.0, 0.5, 0.5, 0.0]))
exercise.drawn(lambda rng: (some_impossible(rng.integers(1, 20), rng),), 4)

exercise.mistake("nan_at_zero", lambda p: _surprise(p, p)).says(
    "Where p is 0, log p is −inf (and log(1 / p) is inf), and 0 times that is nan. A word that never comes adds "
    "nothing: leave the zeros out."
)
exercise.mistake("raises_at_zero", lambda p: -sum(value * math.log(value) for value in p)).says(
    "`math.log(0)` is an error. A word that never comes adds nothing to the mean surprise: skip it."
)


def _slip(id, finish, sentence):
    """`finish` of the terms −p log p, with zeros left out or not: then two things are wrong, and both are said."""
    remark = " (And 0 · log 0 is nan for the computer: leave the zeros out.)"
    exercise.mistake(id, lambda p: finish(entr(p))).says(sentence)
    exercise.mistake(f"{id}_with_nan", lambda p: finish(-p * np.log(p))).says(sentence + remark)


exercise.mistake("where_without_out", lambda p: -(p * np.log(p, where=p > 0)).sum()).says(
    "`np.log(p, where=p > 0)` leaves memory as it is where p is 0: any number, or nan. Give it `out=` with zeros, "
    "or take the logarithm of `p[p > 0]` only."
)
LOG_2 = math.log(2)
_slip("sign", lambda terms: -terms.sum(), "The minus sign is missing: a mean surprise is 0 or more.")
_slip("base_two", lambda terms: terms.sum() / LOG_2, "Base 2 gives bits. [0.5, 0.5] has 0.693 nats of entropy, not 1.")
_slip("base_ten", lambda terms: terms.sum() / math.log(10), "You take the logarithm to base 10; nats are to base e.")
_slip(
    "mean", lambda terms: terms.mean(), "You take `mean`. The weights p make a mean of it already: the sum is wanted."
)
_slip("mean_in_bits", lambda terms: terms.mean() / LOG_2, "You take `mean` where the sum belongs, and base 2: bits.")
_slip("minus_bits", lambda terms: -terms.sum() / LOG_2, "The minus sign is missing, and base 2 gives bits, not nats.")
_slip(
    "minus_mean", lambda terms: -terms.mean(), "The minus sign is missing, and you take `mean` where the sum belongs."
)
_slip("terms_returned", lambda terms: terms, "You return one term per word. The entropy is their sum, one number.")
_slip("exponential", lambda terms: np.exp(terms.sum()), "You take the exponential, a perplexity: a number of words.")
_slip("share", lambda terms: terms.sum() / math.log(len(terms)), "You divide by log V, which gives a share, not nats.")

exercise.takes(
    argument(
        "p",
        first="first_term",
        last="last_term",
        without_first="first_word_left_out",
        without_last="last_word_left_out",
        once=("each_value_once", "You make the probabilities unique, but [0.5, 0.5] are two words: both terms count."),
        softmax=("softmax_first", "You take a softmax of `p`. These are probabilities already: they sum to 1."),
    ),
    special(
        lambda p: (p == 0).any(),
        "a `p` that holds a 0",
        "Only that word's own term is 0, however it is computed; the others still count.",
        zero="zero_if_any_zero",
        infinity="infinite_if_any_zero",
    ),
    epsilon(
        lambda eps: lambda p: _surprise(p, p + eps),
        "p in the logarithm",
        "A certain word then has less than 0. A word with p = 0 adds nothing: leave it out.",
        values=(*POWERS, 1e-10, 1e-11, 1e-12),
    ),
    epsilon(
        lambda eps: lambda p: _surprise(p, np.clip(p, eps, 1)),
        "p in the logarithm",
        "It shows where a rare word carries the entropy. A word with p = 0 adds nothing: leave it out.",
        id="clipped_{:.0e}",
        values=(0.1, *POWERS, 1e-10, 1e-12),
    ),
    epsilon(
        lambda eps: lambda p: _surprise(p + eps, p + eps),
        "every p",
        "Words that never come then add something: leave them out.",
        id="epsilon_everywhere_{:.0e}",
        values=(0.1, *POWERS, 1e-10, 1e-12),
    ),
    epsilon(
        lambda eps: lambda p: _surprise(np.maximum(p, eps), np.maximum(p, eps)),
        "every p",
        "Words that never come then add something: leave them out.",
        id="clipped_everywhere_{:.0e}",
        values=(0.1, *POWERS, 1e-10, 1e-12),
    ),
    variants(
        "rare_words_left_out",
        (0.1, 0.05, 0.01, 1e-6, 1e-8, 1e-10),
        lambda bound: lambda p: entr(p[p > bound]).sum(),
        "You leave out the rare words, too. A rare word surprises much, and counts as often as it comes.",
    ),
    variants(
        "certain_above",
        (0.9, 0.99),
        lambda bound: lambda p: 0.0 if p.max() > bound else entr(p).sum(),
        "You return 0 as soon as one word is likely enough. Only p = 1 is certain: the others still surprise.",
    ),
    variants(
        "epsilon_renormalised_{:.0e}",
        (1e-3, 1e-6, 1e-8, 1e-10),
        lambda eps: lambda p: entr((p + eps) / (p + eps).sum()).sum(),
        "You add a small number to every p, and renormalise. Words that never come then add something: leave them out.",
    ),
    variants(
        "unweighted_mean_epsilon_{:.0e}",
        (1e-9, 1e-10, 1e-12),
        lambda eps: lambda p: -np.log(p + eps).mean(),
        "You average the surprises as if every word came equally often, the impossible ones, too: p · (−log p).",
    ),
    rounded(1, 2, 3, 4, 6, 8),
)

IN_PLACE = (
    "You write small numbers into the caller's `p`. Make a new array; and a word with p = 0 needs none: leave it out."
)
for eps in (1e-6, 1e-9, 1e-12):
    exercise.mistake(f"in_place_{eps}", lambda p, eps=eps: _surprise(np.add(p, eps, out=p), p)).says(IN_PLACE)
    exercise.mistake(
        f"zeros_in_place_{eps}", lambda p, eps=eps: _surprise(np.maximum(p, eps * (p == 0), out=p), p)
    ).says(IN_PLACE)
for name, over in (("sum", np.sum), ("mean", np.mean)):
    exercise.mistake(f"unweighted_{name}", lambda p, over=over: -over(np.log(p[p > 0]))).says(
        f"You take the {name} of the surprises without weights. One counts as often as its word comes: p · (−log p)."
    )
exercise.mistake("unweighted_with_zeros", lambda p: -np.log(p).sum()).says(
    "The weights are missing, and a word that never comes costs −log 0 = inf: p · (−log p), and nothing where p is 0."
)
exercise.mistake("mean_over_the_possible", lambda p: entr(p[p > 0]).mean()).says(
    "You divide by the number of words with p above 0. The weights p already make a mean of it: sum."
)
exercise.mistake("each_value_once_with_nan", lambda p: _surprise(np.unique(p), np.unique(p))).says(
    "You make the probabilities unique, but [0.5, 0.5] are two words. And 0 · log 0 is nan: leave the zeros out."
)
for word in (0, -1):
    exercise.mistake(f"possible_word_{word}", lambda p, word=word: entr(p[p > 0])[word]).says(
        "One word's term is left: a `return` inside the loop, or `=` for `+=`. Add up all terms −p log p, then return."
    )
exercise.mistake("stops_at_zero", lambda p: (entr(p) * np.cumprod(p > 0)).sum()).says(
    "Your loop ends at the first word with p = 0 (`break`, `return`). Those after it count: `continue` goes on."
)
exercise.mistake("multiplied_again", lambda p: -(p[p > 0] @ np.log(p[p > 0])) @ p[p > 0]).says(
    "`p @ np.log(p)` is one number already, the whole sum: the `@` after it has nothing to multiply. Leave it out."
)
exercise.mistake("values_counted", lambda p: entr(np.unique(p, return_counts=True)[1] / len(p)).sum()).says(
    "You count how often each NUMBER stands in `p`. The entries are the probabilities already: −Σ p log p of them."
)
exercise.mistake("unweighted_over_vocabulary", lambda p: -np.log(p[p > 0]).sum() / len(p)).says(
    "You average the surprises, divided by V, as if every word came equally often. The weight of each is p, no 1/V."
)
exercise.mistake("count_of_words", lambda p: np.log(np.count_nonzero(p))).says(
    "You return the logarithm of the number of possible words: the entropy only if all of them are equally likely."
)
exercise.mistake("log_of_vocabulary", lambda p: np.log(len(p))).says(
    "You return log V, the entropy of a uniform distribution. How the probability is spread must enter."
)
exercise.mistake("likeliest_word", lambda p: -np.log(p.max())).says(
    "You return the surprise at the likeliest word. The entropy is the mean over all words, each weighted with its p."
)
exercise.mistakes(
    distance_from_uniform=lambda p: np.log(len(p)) - entr(p).sum(),
    distance_from_uniform_with_nan=lambda p: (p * np.log(p * len(p))).sum(),
).says("You compare with a uniform guess, log V − H (that is a KL divergence). Asked is the mean surprise H itself.")
exercise.mistakes(
    weights_of_the_others=lambda p: -((1 - p[p > 0]) * np.log(p[p > 0])).sum(),
    weights_of_the_others_with_zeros=lambda p: _surprise(1 - p, p),
).says("You weigh with 1 − p. A surprise −log p counts as often as its word comes, and that is p.")
exercise.mistake("likeliest_term", lambda p: entr(p.max())).says(
    "You take the term of the likeliest word only. The entropy sums −p log p over all words."
)
exercise.mistake("largest_term", lambda p: entr(p).max()).says(
    "You take the largest of the terms −p log p. The entropy is their sum over all words."
)
exercise.mistakes(
    half_precision=lambda p: entr(p.astype(np.float16)).sum(),
    half_precision_made_a_float=lambda p: float(entr(p.astype(np.float16)).sum()),
).says("You compute in float16, which keeps three digits. Leave the dtype as it is.")
exercise.mistakes(
    single_precision=lambda p: entr(p.astype(np.float32)).sum(),
    single_precision_made_a_float=lambda p: float(entr(p.astype(np.float32)).sum()),
).says("You compute in float32, which keeps seven digits: 1 − 1e-13 becomes 1. Leave the dtype as it is.")
exercise.mistake("gini", lambda p: 1 - (p**2).sum()).says(
    "You compute 1 − Σ p², the chance that two draws differ. The entropy weighs each word's surprise, −log p."
)
exercise.mistake("collision_entropy", lambda p: -np.log((p**2).sum())).says(
    "You take −log Σ p² (Rényi's entropy of order 2). The mean surprise has the logarithm inside: Σ p · (−log p)."
)
exercise.mistake("no_logarithm", lambda p: (p * p).sum()).says(
    "You sum p · p; the logarithm is missing. The surprise at a word is −log p."
)
exercise.mistake("weights_squared", lambda p: (p * entr(p)).sum()).says(
    "You weigh with p². A surprise counts as often as its word comes, and that is p."
)
exercise.mistake("yes_or_no", lambda p: (entr(p) + entr(1 - p)).sum()).says(
    "You add −(1 − p) log(1 − p), as for V yes-or-no questions. One word out of V comes: Σ −p log p is all."
)
exercise.mistake("log_of_one_minus", lambda p: _surprise(p, 1 - p)).says(
    "You take log(1 − p), the surprise at a word NOT coming. The mean surprise wants −log p."
)
exercise.mistake("log1p", lambda p: _surprise(p, 1 + p)).says(
    "log(1 + p) does get round log 0, but [0.5, 0.5] then has −0.405, not 0.693. Leave out the words with p = 0."
)
exercise.mistake("log_of_the_total", lambda p: 0.0 * p.sum()).says(
    "You sum the probabilities before the logarithm, and log 1 is 0. Each word's −log p is weighed with p, then summed."
)
exercise.mistake("variance", lambda p: np.var(p)).says(
    "You compute how much the probabilities scatter. The entropy is the mean surprise, −log p weighted with p."
)
exercise.mistake("one_at_zero", lambda p: np.where(p > 0, entr(p), -1.0).sum()).says(
    "You put 1 in place of the terms with p = 0. Such a word adds nothing to the sum: 0."
)
exercise.mistake("divided_before", lambda p: entr(p / np.count_nonzero(p)).sum()).says(
    "You divide the probabilities by the number of possible words. They sum to 1 as they are: leave them."
)

exercise.right(lambda p: sum(-value * math.log(value) for value in p if value > 0))
exercise.right(lambda p: entr(p).sum())
exercise.right(lambda p: -np.einsum("v,v->", p, np.log(np.where(p > 0, p, 1.0))))
exercise.right(lambda p: -np.nansum(p * np.log(p)))
exercise.right(lambda p: math.log(len(p)) - (p[p > 0] * np.log(p[p > 0] * len(p))).sum())
