"""kl_divergence."""

import math

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

from .common import EPSILONS, random_distribution, softmax

exercise = Exercise(
    functional.kl_divergence,
    checks="thirteen pairs over 2 to 8 words: equal, far apart, rare words, zeros in p, in q, in both",
    explanation=(
        "The words come from p, so p is the weight; what each costs is the model's surprise minus the best possible "
        "one, −log q − (−log p) = log(p / q). Where p is 0 the word never comes and costs nothing. Where q is 0 and p "
        "is not, a word comes that the model called impossible: infinitely surprising."
    ),
    hints=[
        (
            "It is a mean over words drawn from p: of the model's surprise −log q, less the best possible surprise "
            "−log p."
        ),
        (
            "Σ p · log(p / q), over the words with p above 0 only. And if q is 0 at one of those, the answer is "
            "`np.inf`."
        ),
        (
            "`possible = p > 0` picks the words that come, in both arrays: `p[possible]` and `q[possible]`. First "
            "look for a 0 in the second one, then sum the first times the log of their quotient."
        ),
    ],
)

exercise.case(np.array([0.5, 0.5]), np.array([0.25, 0.75]))
exercise.case(np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.2, 0.3]))
exercise.case(np.array([0.2, 0.3, 0.5]), np.array([0.2, 0.3, 0.5]))
exercise.case(np.array([0.0, 0.4, 0.6]), np.array([0.3, 0.5, 0.2]))
exercise.case(np.array([0.0, 0.4, 0.0, 0.6]), np.array([0.0, 0.5, 0.3, 0.2]))
exercise.case(np.array([0.3, 0.5, 0.2]), np.array([0.0, 0.4, 0.6]))
exercise.case(np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4, 0.0]))
exercise.case(np.array([0.0, 0.3, 0.5, 0.2]), np.array([0.5, 0.0, 0.4, 0.1]))
exercise.case(random_distribution(8, seed=8), random_distribution(8, seed=9))
exercise.case(np.array([1.0, 0.0, 0.0]), np.array([0.125, 0.375, 0.5]))
exercise.case(np.array([0.6, 0.4]), np.array([1e-30, 1.0]))
exercise.case(np.array([0.0005, 0.2495, 0.75]), np.array([0.3, 0.4, 0.3]))
exercise.case(np.array([1e-9, 1 - 1e-9]), np.array([0.0, 1.0]))


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
    exercise.mistake("arguments_swapped" + suffix, lambda p, q, terms=terms: terms(q, p).sum()).says(
        "You exchanged the two: this is KL(q ‖ p), Σ q log(q / p). The words come from p, so p is the weight and "
        "stands on top. The two directions differ." + remark
    )
    exercise.mistake(
        "symmetrised_mean" + suffix, lambda p, q, terms=terms: (terms(p, q).sum() + terms(q, p).sum()) / 2
    ).says(
        "You averaged both directions. The KL divergence is not symmetric, on purpose: the words come from p, and q "
        "is what is believed." + remark
    )
    exercise.mistake("symmetrised_sum" + suffix, lambda p, q, terms=terms: terms(p, q).sum() + terms(q, p).sum()).says(
        "You added both directions. The KL divergence is not symmetric, on purpose: the words come from p, and q is "
        "what is believed." + remark
    )
    exercise.mistake("sign" + suffix, lambda p, q, terms=terms: -terms(p, q).sum()).says(
        "Your sign is wrong: Σ p log(q / p) is never above 0. To believe something false costs extra nats, so KL is "
        "0 or more: p stands on top." + remark
    )
    exercise.mistake("base_two" + suffix, lambda p, q, terms=terms: terms(p, q).sum() / math.log(2)).says(
        "You took the logarithm to base 2, which gives bits. Nats want the natural logarithm: multiply by 0.693."
        + remark
    )
    exercise.mistake("base_ten" + suffix, lambda p, q, terms=terms: terms(p, q).sum() / math.log(10)).says(
        "You took the logarithm to base 10. Nats want the natural logarithm, `np.log`." + remark
    )
    exercise.mistake("mean_over_vocabulary" + suffix, lambda p, q, terms=terms: terms(p, q).mean()).says(
        "You took `mean` where the sum belongs. The weights p already make a mean of it; dividing by V once more is "
        "too much." + remark
    )
    exercise.mistake("terms_returned" + suffix, lambda p, q, terms=terms: terms(p, q)).says(
        "You returned one term per word. The divergence is their sum, one number." + remark
    )
    exercise.mistake("absolute_terms" + suffix, lambda p, q, terms=terms: np.abs(terms(p, q)).sum()).says(
        "You took the absolute value of every term. Single terms may be negative, where q gives a word too much; "
        "only their sum cannot be." + remark
    )

for suffix, terms, remark in (
    ("", _kl_terms, ""),
    ("_with_nan", _kl_terms_with_nan, " (And zeros give nan: where p is 0 nothing is added.)"),
):

    @exercise.mistake("jensen_shannon" + suffix).says(
        "You compared each with their mean (the Jensen–Shannon divergence). That is symmetric and never infinite; "
        "here q itself is what is believed." + remark
    )
    def _mistake(p, q, terms=terms):
        middle = (p + q) / 2
        return (terms(p, middle).sum() + terms(q, middle).sum()) / 2


exercise.mistake("cross_entropy", lambda p, q: functional.entropy(p) + _kl_terms(p, q).sum()).says(
    "You computed the cross-entropy, −Σ p log q. That holds the entropy of p as well, and is not 0 for q = p; the KL "
    "divergence is what is left when the entropy is taken off."
)
exercise.mistake("cross_entropy_with_nan", lambda p, q: -(p * np.log(q)).sum()).says(
    "You computed the cross-entropy, −Σ p log q. That holds the entropy of p as well, and is not 0 for q = p; take "
    "log p inside: Σ p (log p − log q). (And where p and q are both 0, nan comes out: leave those words out.)"
)

for epsilon in EPSILONS:
    exercise.mistake(
        f"epsilon_{epsilon:.0e}", lambda p, q, epsilon=epsilon: (p * np.log((p + epsilon) / (q + epsilon))).sum()
    ).says(
        "You added a small number, or clipped, to avoid log 0. That makes the infinite case finite, a few dozen nats "
        "at most; where p is above 0 and q is 0 the answer is inf. Treat the zeros on their own."
    )
    exercise.mistake(
        f"epsilon_with_nan_{epsilon:.0e}", lambda p, q, epsilon=epsilon: (p * np.log(p / (q + epsilon))).sum()
    ).says(
        "You added a small number to q to avoid a division by 0. That makes the infinite case finite; where p is "
        "above 0 and q is 0 the answer is inf. And where p is 0 you still get nan: leave those words out."
    )

exercise.mistake("nan_at_zero", lambda p, q: (p * np.log(p / q)).sum()).says(
    "`np.log(0)` is −inf, and 0 · −inf is not a number. Where p is 0 the word never comes and adds nothing: leave it "
    "out."
)
exercise.mistake(
    "raises_at_zero", lambda p, q: sum(a * math.log(a / b) for a, b in zip(p.tolist(), q.tolist(), strict=True))
).says(
    "`math.log(0)` is an error. Skip the words with p = 0, and return `np.inf` when q is 0 at a word that does come."
)
exercise.mistake(
    "raises_at_zero_of_q",
    lambda p, q: sum(a * (math.log(a) - math.log(b)) for a, b in zip(p.tolist(), q.tolist(), strict=True) if a > 0),
).says(
    "A zero in q is an error in your code. Where p is above 0 and q is 0, a word comes that was believed impossible: "
    "the answer is `np.inf`."
)
exercise.mistake(
    "raises_dividing_by_zero",
    lambda p, q: sum(a * math.log(a / b) for a, b in zip(p.tolist(), q.tolist(), strict=True) if a > 0),
).says(
    "You divide by q, and with q = 0 that is an error. Where p is above 0 and q is 0, a word comes that was believed "
    "impossible: the answer is `np.inf`."
)


@exercise.mistake("infinity_skipped").says(
    "You left out the words with q = 0 (or whatever was not finite). If such a word can come (p above 0), the model "
    "called it impossible: the divergence is infinite."
)
def infinity_skipped(p, q):
    both = (p > 0) & (q > 0)
    return (p[both] * np.log(p[both] / q[both])).sum()


exercise.mistake("zero_where_q_is_zero", lambda p, q: 0.0 if (q == 0).any() else _kl_terms(p, q).sum()).says(
    "You returned 0 as soon as q holds a 0. A word that was believed impossible and comes all the same is the worst "
    "case: `np.inf`."
)
exercise.mistake("infinite_for_any_zero_of_q", lambda p, q: np.inf if (q == 0).any() else _kl_terms(p, q).sum()).says(
    "You returned inf as soon as q holds a 0. Only where p is above 0 does it cost anything: a word that never comes "
    "may be called impossible."
)
exercise.mistake("weights_of_q_where_q_is_possible", lambda p, q: -_kl_terms(q, p).sum()).says(
    "You weighted with q. The words come from p, whatever the model believes: the weight is p, p log(p / q)."
)
exercise.mistake("weights_missing", lambda p, q: np.log(p[p > 0] / q[p > 0]).sum()).says(
    "You summed log(p / q) without weights. A word counts as often as it comes: p · log(p / q)."
)
exercise.mistake("mean_over_the_possible", lambda p, q: _kl_terms(p, q)[p > 0].mean()).says(
    "You averaged over the words with p above 0. The weights p already make a mean of it: sum, and do not divide."
)
exercise.mistake("difference_of_entropies", lambda p, q: functional.entropy(q) - functional.entropy(p)).says(
    "You subtracted one entropy from the other. Two different distributions can have the same entropy; each word's "
    "log q must be weighted with p, not with q."
)
exercise.mistake("entropy_of_p", lambda p, q: functional.entropy(p)).says(
    "You computed the entropy of p and never used q. What is asked is what believing q costs on top of that."
)
exercise.mistake("absolute_difference", lambda p, q: np.abs(p - q).sum()).says(
    "You summed |p − q|. That treats 0.5 against 0.4 like 0.1 against 0; KL compares the surprises, log(p / q)."
)
exercise.mistake("total_variation", lambda p, q: np.abs(p - q).sum() / 2).says(
    "You took half the sum of |p − q|, the total variation distance. KL compares the surprises, log(p / q), weighted "
    "with p."
)
exercise.mistake("squared_difference", lambda p, q: ((p - q) ** 2).sum()).says(
    "You summed the squared differences. KL compares the surprises, log(p / q), weighted with p."
)
exercise.mistake("negative_terms_dropped", lambda p, q: np.maximum(_kl_terms(p, q), 0).sum()).says(
    "You dropped the negative terms. Where q gives a word too much, its term is negative and belongs into the sum."
)


@exercise.mistake("quotient_of_logarithms").says(
    "You divided the logarithms, log p / log q. The logarithm of a quotient is a difference: log p − log q."
)
def quotient_of_logarithms(p, q):
    possible = p > 0
    return (p[possible] * np.log(p[possible]) / np.log(q[possible])).sum()


exercise.mistake("logarithm_missing", lambda p, q: (p * p / q).sum()).says(
    "You left out the logarithm: Σ p · p / q. The extra surprise at a word is log(p / q)."
)
exercise.mistake("likeliest_word", lambda p, q: np.log(p.max() / q[p.argmax()])).says(
    "You compared p and q at the likeliest word only. The mean runs over all words that can come."
)
exercise.mistake("softmax_first", lambda p, q: _kl_terms(softmax(p), softmax(q)).sum()).says(
    "You put p and q through a softmax first. They are probabilities already: they sum to 1."
)


@exercise.mistake("in_place").says(
    "The value is right, but you wrote into the caller's arrays to get rid of the zeros. Make new ones, for example "
    "`p[p > 0]`."
)
def in_place(p, q):
    answer = _kl_terms(p, q).sum()
    p[p == 0] = 1e-12
    return answer


exercise.mistake("difference_of_entropies_reversed", lambda p, q: functional.entropy(p) - functional.entropy(q)).says(
    "You subtracted one entropy from the other. Two different distributions can have the same entropy; each word's "
    "log q must be weighted with p, not with q."
)
exercise.mistake("difference_of_entropies_with_nan", lambda p, q: (p * np.log(p) - q * np.log(q)).sum()).says(
    "You computed Σ p log p − Σ q log q, the difference of two entropies. Two different distributions can have the "
    "same entropy; each word's log q must be weighted with p, not with q. (And 0 · log 0 gives nan.)"
)
exercise.mistake("weights_missing_with_zeros", lambda p, q: np.log(p / q).sum()).says(
    "You summed log(p / q) without weights, so that a word that never comes costs log 0 = −inf. A word counts as "
    "often as it comes: p · log(p / q), and nothing where p is 0."
)
exercise.mistake("weights_missing_mean", lambda p, q: np.log(p[p > 0] / q[p > 0]).mean()).says(
    "You averaged log(p / q) as if all words came equally often. A word counts as often as it comes: p · log(p / q), "
    "summed."
)
exercise.mistake("difference_weighted", lambda p, q: ((p - q) * np.log(p / q)).sum()).says(
    "You weighted with p − q, which is both directions added up. The words come from p alone: the weight is p."
)
exercise.mistake("infinity_made_finite", lambda p, q: np.nan_to_num(_kl_terms_with_nan(p, q)).sum()).says(
    "You replaced nan and inf by numbers in one go. Where p is 0 the term is 0, that is right; but where only q is 0 "
    "the answer is inf, and you made a huge finite number of it."
)
exercise.mistake("against_the_middle", lambda p, q: _kl_terms(p, (p + q) / 2).sum()).says(
    "You compared p with the mean of p and q. That is never infinite; here q itself is what is believed: p log(p / q)."
)
exercise.mistake("root", lambda p, q: np.sqrt(np.maximum(_kl_terms(p, q).sum(), 0))).says(
    "You took a square root. The divergence is no distance: it is a mean of surprises, in nats, as it stands."
)
exercise.mistake("largest_term_only", lambda p, q: _kl_terms(p, q).max()).says(
    "You took the largest term only. The divergence is the sum over all words."
)
exercise.mistake("raises_at_zero_of_p", lambda p, q: sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))).says(
    "`math.log(0)` is an error. A word with p = 0 never comes and adds nothing: skip it."
)


def _possible(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both, at the words that p can produce."""
    return p[p > 0], q[p > 0]


def _all_words(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return p, q


for suffix, keep, remark in (
    ("_possible", _possible, ""),
    ("_all_words", _all_words, " (And zeros in p give nan: those words are left out.)"),
):

    @exercise.mistake("weights_of_q" + suffix).says(
        "You weighted with q. The words come from p, whatever the model believes: the weight is p, p log(p / q)."
        + remark
    )
    def _mistake_2(p, q, keep=keep):
        p, q = keep(p, q)
        return (q * np.log(p / q)).sum()

    @exercise.mistake("q_outside_the_logarithm" + suffix).says(
        "You divided p log p by q. The quotient stands inside the logarithm: p · log(p / q), or p (log p − log q)."
        + remark
    )
    def _mistake_2_2(p, q, keep=keep):
        p, q = keep(p, q)
        return (p * np.log(p) / q).sum()

    @exercise.mistake("logarithm_of_the_product" + suffix).says(
        "You took log(p · q), or log p + log q. What counts is how the two differ: log(p / q) = log p − log q." + remark
    )
    def _mistake_2_2_2(p, q, keep=keep):
        p, q = keep(p, q)
        return (p * np.log(p * q)).sum()

    @exercise.mistake("entropy_added" + suffix).says(
        "You added the entropy of p to the cross-entropy. The divergence is what the cross-entropy costs MORE than "
        "the entropy: subtract it, and for q = p nothing is left." + remark
    )
    def _mistake_2_2_2_2(p, q, keep=keep):
        p, q = keep(p, q)
        return -(p * np.log(p)).sum() - (p * np.log(q)).sum()

    @exercise.mistake("entropy_of_q_subtracted" + suffix).says(
        "You subtracted the entropy of q from the cross-entropy. The best that can be done with words from p is the "
        "entropy of p: that is what is taken off." + remark
    )
    def _mistake_2_2_2_2_2(p, q, keep=keep):
        kept_p, kept_q = keep(p, q)
        entropy_q = functional.entropy(q) if keep is _possible else -(q * np.log(q)).sum()
        return -(kept_p * np.log(kept_q)).sum() - entropy_q

    @exercise.mistake("logarithm_outside" + suffix).says(
        "You took the logarithm of the sum, log Σ p · p / q. Each word's log(p / q) is taken first, then they are "
        "averaged with the weights p." + remark
    )
    def _mistake_2_2_2_2_2_2(p, q, keep=keep):
        p, q = keep(p, q)
        return np.log((p * p / q).sum())

    @exercise.mistake("logarithm_outside_without_weights" + suffix).says(
        "You took the logarithm of Σ p / q. Each word's log(p / q) is taken first, then they are averaged with the "
        "weights p." + remark
    )
    def _mistake_2_2_2_2_2_2_2(p, q, keep=keep):
        p, q = keep(p, q)
        return np.log((p / q).sum())

    @exercise.mistake("chi_squared" + suffix).says(
        "You computed Σ (p − q)² / q (the chi-squared divergence). KL compares the surprises: p · log(p / q)." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2(p, q, keep=keep):
        p, q = keep(p, q)
        return ((p - q) ** 2 / q).sum()

    @exercise.mistake("exponential_taken" + suffix).says(
        "You took the exponential of the divergence. It is asked for in nats, as the sum stands." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2(p, q, keep=keep):
        p, q = keep(p, q)
        return np.exp((p * np.log(p / q)).sum())

    @exercise.mistake("first_word_left_out" + suffix).says(
        "You left out word 0 (`[1:]`, or a loop from 1). It is a word like any other." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2(p, q, keep=keep):
        p, q = keep(p[1:], q[1:])
        return (p * np.log(p / q)).sum()

    @exercise.mistake("last_word_left_out" + suffix).says(
        "You left out the last word (`[:-1]`, or a loop that ends too early). All V terms count." + remark
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2(p, q, keep=keep):
        p, q = keep(p[:-1], q[:-1])
        return (p * np.log(p / q)).sum()


exercise.mistake("always_zero", lambda p, q: max(0.0, -_kl_terms(p, q).sum())).says(
    "Your answer is 0 whatever p and q are. Do you sum before the logarithm (both sum to 1), or is your quotient "
    "upside down, q / p, and a `max(0, …)` hides that all results are negative?"
)
exercise.mistake("logarithm_of_the_totals", lambda p, q: np.log(p[p > 0].sum() / q[p > 0].sum())).says(
    "You summed p and q before the logarithm. Then what each word gets no longer enters: log(p / q) is taken word by "
    "word, and weighted with p."
)

for bound in (0.1, 0.01, 1e-3, 1e-6):
    exercise.mistake(
        f"rare_words_left_out_{bound:g}", lambda p, q, bound=bound: _kl_terms(p[p > bound], q[p > bound]).sum()
    ).says(
        "You left out the rare words of p too, not only those with p = 0. A rare word may be the one that the model "
        "calls impossible, and then the answer is inf."
    )


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


exercise.mistake("stops_at_zero_of_p", lambda p, q: _loop(p, q, "stop", math.inf)).says(
    "Your loop ends at the first word with p = 0 (`break`, or a `return`). Only that word adds nothing; those after "
    "it count: `continue` goes on with the next one."
)
exercise.mistake("stops_at_zero_of_q", lambda p, q: _loop(p, q, "go on", "stop")).says(
    "Your loop ends at a word with q = 0 and keeps what it has so far. That word can come and was called impossible: "
    "the answer is `np.inf`."
)
exercise.mistake("zero_at_zero_of_q", lambda p, q: _loop(p, q, "go on", 0.0)).says(
    "You return 0 where q is 0 and p is not. A word that was believed impossible and comes all the same is the worst "
    "case, not the best: `np.inf`."
)
exercise.mistake("minus_infinity", lambda p, q: _loop(p, q, "go on", -math.inf)).says(
    "The sign of your infinity is wrong. To believe a word impossible that comes costs infinitely MUCH: `np.inf`."
)
exercise.mistake("nan_at_zero_of_q", lambda p, q: _loop(p, q, "go on", math.nan)).says(
    "You return nan where q is 0 and p is not. The value is known: such a word is infinitely surprising, `np.inf`."
)
exercise.mistake("none_at_zero_of_q", lambda p, q: _loop(p, q, "go on", None)).says(
    "You return None where q is 0 and p is not. The value is known: such a word is infinitely surprising, `np.inf`."
)

for number in (1e3, 1e6, 1e8, 1e9, 1e10, 1e12, 1e100, 1.0, 100.0):
    exercise.mistake(
        f"number_for_infinity_{number:.0e}", lambda p, q, number=number: _loop(p, q, "go on", number)
    ).says(
        "You return a fixed number where q is 0 and p is not. However large it is, it is not infinite, and a mean "
        "over many prefixes would hide it: `np.inf`."
    )

exercise.mistake(
    "zero_for_any_zero", lambda p, q: 0.0 if (p == 0).any() or (q == 0).any() else _kl_terms(p, q).sum()
).says(
    "You return 0 as soon as p or q holds a 0. Where p is 0 only that word's term is 0; where q is 0 and p is not, "
    "the answer is `np.inf`."
)
exercise.mistake("zero_for_any_zero_of_p", lambda p, q: 0.0 if (p == 0).any() else _kl_terms(p, q).sum()).says(
    "You return 0 as soon as p holds a 0 (`max(0, …)` does that: it makes 0 of nan). Only that word's own term is 0; "
    "the others still count: leave the zeros of p out, and no `max` is needed."
)
exercise.mistake(
    "infinite_for_any_zero", lambda p, q: np.inf if (p == 0).any() or (q == 0).any() else _kl_terms(p, q).sum()
).says(
    "You return inf as soon as p or q holds a 0. It is infinite only where q is 0 and p is not; a word with p = 0 "
    "never comes and adds nothing."
)


def _sum_x_log_y(x: np.ndarray, y: np.ndarray) -> float:
    """Σ x log y with 0 · log 0 = 0, as scipy.special.xlogy gives it."""
    return np.where(x > 0, x * np.log(np.where(x > 0, y, 1.0)), 0.0).sum()


exercise.mistake("cross_entropy_swapped", lambda p, q: _sum_x_log_y(p, p) - _sum_x_log_y(q, p)).says(
    "In your cross-entropy p and q have changed places: Σ q log p. The words come from p, so p is the weight and q is "
    "in the logarithm, Σ p log q."
)
exercise.mistake("mask_on_one_array", lambda p, q: (p[p > 0] * np.log(p[p > 0] / q)).sum()).says(
    "You left the words with p = 0 out of one array and not of the other, so that the two no longer line up. Use the "
    "same `possible = p > 0` for both."
)
exercise.mistake("mask_on_the_quotient", lambda p, q: (p * np.log(p[p > 0] / q[p > 0])).sum()).says(
    "You left the words with p = 0 out of the quotient and not of the weights, so that the two no longer line up. Use "
    "the same `possible = p > 0` everywhere."
)
exercise.mistake("masks_of_their_own", lambda p, q: (p[p > 0] * np.log(p[p > 0] / q[q > 0])).sum()).says(
    "You gave p and q each its own mask. Then words no longer line up: the zeros of the two lie at different places. "
    "Use the same `possible = p > 0` for both."
)


@exercise.mistake("renormalised").says(
    "You made q sum to 1 again on the words with p above 0. What the model gave to words that never come is lost for "
    "it, and that must be paid: leave q as it is."
)
def renormalised(p, q):
    possible = p > 0
    return _kl_terms(p[possible], q[possible] / q[possible].sum()).sum()


exercise.mistake("first_possible_term", lambda p, q: _kl_terms(p, q)[p > 0][0]).says(
    "The `return` stands inside the loop: only the first possible word's term comes back. Add up all terms, then "
    "return."
)
exercise.mistake("first_term", lambda p, q: _kl_terms(p, q)[0]).says(
    "The `return` stands inside the loop: only the first word's term comes back. Add up all terms, then return."
)


def _last_term(p, q):
    """What a loop leaves in which `=` stands for `+=`: the last possible word's term."""
    return math.inf if np.isinf(_kl_terms(p, q)).any() else _kl_terms(p, q)[p > 0][-1]


exercise.mistake("last_possible_term", lambda p, q: _last_term(p, q)).says(
    "Only the last word's term is left: your sum is overwritten in the loop (`=` for `+=`). Add every word's term to "
    "it."
)
exercise.mistake(
    "tiny_q_taken_for_zero", lambda p, q: np.inf if (q[p > 0] < 1e-8).any() else _kl_terms(p, q).sum()
).says(
    "You take a very small q for 0 and return inf. Only q = 0 is infinite: believing 1e-30 of a word that comes 6 "
    "times in 10 costs 41 nats."
)
exercise.mistake("hellinger", lambda p, q: 1 - np.sqrt(p * q).sum()).says(
    "You computed 1 − Σ √(pq) (a Hellinger distance). KL compares the surprises: p · log(p / q)."
)
exercise.mistake("one_at_zero", lambda p, q: np.where(p > 0, _kl_terms(p, q), 1.0).sum()).says(
    "You put 1 in place of the terms with p = 0. Such a word adds nothing to the sum: 0."
)
exercise.mistake(
    "impossible_words_skipped_with_nan", lambda p, q: np.where(q > 0, _kl_terms_with_nan(p, q), 0.0).sum()
).says(
    "You put 0 where q is 0. If such a word can come (p above 0), the answer is inf. And where p is 0 you get nan: "
    "THOSE words add 0."
)

for epsilon in (1e-6, 1e-9, 1e-10, 1e-12):

    @exercise.mistake(f"in_place_epsilon_{epsilon:.0e}").says(
        "`p += …` and `q += …` change the caller's arrays: their probabilities are other ones after your function has "
        "run. And the infinite case becomes finite. Make new arrays, and treat the zeros on their own."
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2(p, q, epsilon=epsilon):
        p += epsilon
        q += epsilon
        return (p * np.log(p / q)).sum()

    @exercise.mistake(f"in_place_zeros_of_q_{epsilon:.0e}").says(
        "You wrote into the caller's `q` to get rid of its zeros, and made the infinite case finite. Leave q alone: "
        "where p is above 0 and q is 0 the answer is inf."
    )
    def _mistake_2_2_2_2_2_2_2_2_2_2_2_2_2(p, q, epsilon=epsilon):
        q[q == 0] = epsilon
        return _kl_terms(p, q).sum()


@exercise.right
def right_1(p, q):
    total = 0.0
    for truth, belief in zip(p, q, strict=True):
        if truth > 0:
            if belief == 0:
                return float("inf")
            total += truth * math.log(truth / belief)
    return total


@exercise.right
def right_2(p, q):
    from scipy.special import rel_entr

    return rel_entr(p, q).sum()


exercise.right(lambda p, q: np.sum(np.where(p > 0, p * np.log(p / q), 0.0)))


@exercise.right
def right_3(p, q):
    possible = p > 0
    cross = -(p[possible] @ np.log(q[possible]))
    return cross - functional.entropy(p)


@exercise.right
def right_4(p, q):
    p, q = p.astype(np.float32), q.astype(np.float32)
    return np.nansum(p * np.log(p / q))
