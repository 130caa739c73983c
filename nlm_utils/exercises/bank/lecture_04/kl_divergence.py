"""What believing q costs: Σ p log(p / q). Learners exchange p and q, and lose the infinity of an impossible word."""

import math
import sys

import numpy as np
from scipy.special import rel_entr, xlogy  # p log(p / q): 0 where p is 0, inf where only q is; and p log q

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import epsilon, rounded, variants

from ..old_memory import on_old_memory
from . import some_impossible

exercise = Exercise(
    functional.kl_divergence,
    checks="seventeen pairs over 1 to 8 words: equal, far apart, rare words, zeros in p, in q, in both",
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

for p, q in (
    ([0.5, 0.5], [0.25, 0.75]),
    ([0.1, 0.2, 0.7], [0.5, 0.2, 0.3]),
    ([0.2, 0.3, 0.5], [0.2, 0.3, 0.5]),
    ([0.0, 0.4, 0.6], [0.3, 0.5, 0.2]),
    ([0.0, 0.4, 0.0, 0.6], [0.0, 0.5, 0.3, 0.2]),
    ([0.3, 0.5, 0.2], [0.0, 0.4, 0.6]),
    ([0.5, 0.3, 0.2], [0.6, 0.4, 0.0]),
    ([0.0, 0.3, 0.5, 0.2], [0.5, 0.0, 0.4, 0.1]),
    (np.random.default_rng(8).dirichlet(np.ones(8)), np.random.default_rng(9).dirichlet(np.ones(8))),
    ([1.0, 0.0, 0.0], [0.125, 0.375, 0.5]),
    ([0.6, 0.4], [1e-30, 1.0]),
    ([0.5, 0.5], [1e-200, 1.0]),
    ([0.0005, 0.2495, 0.75], [0.3, 0.4, 0.3]),
    ([1e-9, 1 - 1e-9], [0.0, 1.0]),
    ([1e-14, 1 - 1e-14], [0.0, 1.0]),
    ([1.0], [1.0]),
):
    exercise.case_from(on_old_memory(1.0, p, q))
exercise.case_from(on_old_memory(np.nan, [0.0, 0.5, 0.5, 0.0], [0.25, 0.5, 0.25, 0.0]))
exercise.drawn(lambda rng: _drawn(rng.integers(1, 20), rng), 4)


def _drawn(n, rng):
    """p may hold zeros, and so may q; where p has some beside those of q, the divergence is infinite."""
    p, q = some_impossible(n, rng), some_impossible(n, rng)
    mixed = q + p * (rng.random() < 0.5)
    return p, mixed / mixed.sum()


def _numbers(p, q):
    """Both as plain floats, with which a division by 0 is an error."""
    return zip(p.tolist(), q.tolist(), strict=True)


def _where_both(p, q):
    """The terms p log(p / q) of words that are possible in both, 0 for the others."""
    both = (p > 0) & (q > 0)
    return np.where(both, rel_entr(np.where(both, p, 1.0), np.where(both, q, 1.0)), 0.0)


def _with_nan(p, q):
    """The terms as the formula is typed: nan where p is 0."""
    return p * np.log(p / q)


def _slip(id, finish, sentence):
    """`finish(kl, lk)` of the terms of KL(p ‖ q) and KL(q ‖ p), with zeros treated well, not at all, or dropped."""
    for suffix, terms, remark in (
        ("", rel_entr, ""),
        ("_with_nan", _with_nan, " (And zeros in p give nan: nothing is added there.)"),
        ("_where_both", _where_both, " (And where only q is 0 the answer is infinite: do not drop those words.)"),
    ):
        exercise.mistake(id + suffix, lambda p, q, terms=terms: finish(terms(p, q), terms(q, p))).says(
            sentence + remark
        )


def _formula(id, formula, sentence):
    """A wrong formula for the words with p above 0, or for all: then two things are wrong, and both are said."""
    exercise.mistake(id, lambda p, q: formula(p[p > 0], q[p > 0])).says(sentence)
    remark = " (And zeros in p give nan: leave those words out.)"
    exercise.mistake(id + "_with_zeros", formula).says(sentence + remark)


BOTH = "You mix both directions. KL is not symmetric, on purpose: the words come from p, and q is what is believed."
_slip(
    "swapped",
    lambda kl, lk: lk.sum(),
    "This is KL(q ‖ p), and the two differ. The words come from p, so p is the weight and stands on top.",
)
_slip("sign", lambda kl, lk: -kl.sum(), "Your sign is wrong: p stands on top, log(p / q), and KL is 0 or more.")
_slip("symmetrised_mean", lambda kl, lk: (kl + lk).sum() / 2, BOTH)
_slip("symmetrised_sum", lambda kl, lk: (kl + lk).sum(), BOTH)
_slip("base_two", lambda kl, lk: kl.sum() / math.log(2), "Base 2 gives bits. Nats want the natural logarithm.")
_slip("base_ten", lambda kl, lk: kl.sum() / math.log(10), "You take logarithms to base 10. Nats want `np.log`.")
_slip("mean", lambda kl, lk: kl.mean(), "You take `mean`. The weights p already make a mean of it: sum, and no more.")
_slip("terms_returned", lambda kl, lk: kl, "You return one term per word. The divergence is their sum, one number.")
_slip("absolute_terms", lambda kl, lk: abs(kl).sum(), "Terms may be negative, where q gives too much. Do not take |…|.")
_slip("exponential", lambda kl, lk: np.exp(kl.sum()), "You take the exponential. The sum as it stands is in nats.")
_slip("first_word_left_out", lambda kl, lk: kl[1:].sum(), "You leave out word 0. It is a word like any other.")
_slip("last_word_left_out", lambda kl, lk: kl[:-1].sum(), "You leave out the last word. All V terms count.")

_formula("cross_entropy", lambda p, q: -(p * np.log(q)).sum(), "This is the cross-entropy: take the entropy of p off.")
_formula("weights_of_q", lambda p, q: (q * np.log(p / q)).sum(), "You weigh with q. It is p · log(p / q).")
_formula("weights_missing", lambda p, q: np.log(p / q).sum(), "Your sum has no weights: Σ p · log(p / q).")
_formula("weights_alike", lambda p, q: np.log(p / q).mean(), "You average without weights: Σ p · log(p / q).")
_formula("weights_of_both", lambda p, q: ((p - q) * np.log(p / q)).sum(), "Your weight is p − q. It is p alone.")
_formula("logarithm_missing", lambda p, q: (p * p / q).sum(), "The logarithm is missing: Σ p · log(p / q).")
_formula("logarithm_outside", lambda p, q: np.log((p * p / q).sum()), "The log goes inside: Σ p · log(p / q).")
_formula("log_of_quotients", lambda p, q: np.log((p / q).sum()), "You take log Σ p / q. It is Σ p · log(p / q).")
_formula("log_p_over_q", lambda p, q: (p * np.log(p) / q).sum(), "You divide p log p by q. It is p · log(p / q).")
_formula(
    "quotient", lambda p, q: (p * np.log(p) / np.log(q)).sum(), "You divide logarithms: log(p / q) = log p − log q."
)
_formula("product", lambda p, q: (p * np.log(p * q)).sum(), "You take log(p · q). It is the quotient, log p − log q.")
_formula(
    "entropy_added", lambda p, q: -(p * np.log(p * q)).sum(), "You add the entropy to the cross-entropy: take it off."
)
_formula("chi_squared", lambda p, q: ((p - q) ** 2 / q).sum(), "This is chi-squared. KL is Σ p · log(p / q).")

exercise.takes(
    epsilon(
        lambda eps: lambda p, q: (p * np.log((p + eps) / (q + eps))).sum(),
        "q, or to both",
        "That makes the infinite case finite; where p is above 0 and q is 0 the answer is inf: treat it by itself.",
    ),
    epsilon(
        lambda eps: lambda p, q: (p * np.log(p / (q + eps))).sum(),
        "q",
        "That makes the infinite case finite: where only q is 0 the answer is inf. And where p is 0 you still get nan.",
        id="epsilon_with_nan_{:.0e}",
    ),
    variants(
        "zeros_of_q_replaced_{:.0e}",
        (1e-6, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-300, sys.float_info.min),
        lambda eps: lambda p, q: rel_entr(p, np.where(q == 0, eps, q)).sum(),
        "You put {value} where q is 0, and made the infinite case finite: where p is above 0 the answer is inf there.",
    ),
    rounded(1, 2, 3, 4, 8),
    variants(
        "rare_words_left_out",
        (0.1, 0.01, 1e-3, 1e-6, 1e-12),
        lambda bound: lambda p, q: rel_entr(p[p > bound], q[p > bound]).sum(),
        "You leave out rare words of p, too. One of them may be the one that the model calls impossible: inf.",
    ),
    variants(
        "instead_of_infinity_{:.0e}",
        (0.0, math.nan, -math.inf, 1.0, 100.0, 1e3, 1e6, 1e8, 1e9, 1e10, 1e12, 1e100),
        lambda value: lambda p, q: value if np.isinf(rel_entr(p, q)).any() else rel_entr(p, q).sum(),
        "You give {value} where q is 0 and p is not. A word that was called impossible comes: +infinity, `np.inf`.",
    ),
)
exercise.mistake("in_place", lambda p, q: [rel_entr(p, q).sum(), np.maximum(p, 1e-12 * (p == 0), out=p)][0]).says(
    "The value is right, but you write into the caller's arrays. Make new ones, for example `p[p > 0]`."
)
for eps in (1e-6, 1e-9, 1e-10, 1e-12):
    for id, changed in (
        ("in_place_epsilon", lambda p, q, eps: rel_entr(np.add(p, eps, out=p), np.add(q, eps, out=q))),
        ("in_place_zeros_of_q", lambda p, q, eps: rel_entr(p, np.maximum(q, eps * (q == 0), out=q))),
    ):
        exercise.mistake(f"{id}_{eps:.0e}", lambda p, q, eps=eps, changed=changed: changed(p, q, eps).sum()).says(
            "You write small numbers into the caller's arrays, and the infinite case becomes finite. Make new arrays, "
            "and where p is above 0 and q is 0 return inf."
        )
for where, held in (("p or q", np.minimum), ("p", lambda p, q: p), ("q", lambda p, q: q)):
    for value in (0.0, np.inf)[: 1 if where == "p" else 2]:  # inf for p is inf for p or q, on our cases
        exercise.mistake(
            f"{value}_for_any_zero_of_{where}",
            lambda p, q, held=held, value=value: value if (held(p, q) == 0).any() else rel_entr(p, q).sum(),
        ).says(
            f"You return {value} as soon as {where} holds a 0. It is inf where q is 0 and p is not; where p "
            "is 0, only that word's own term is 0."
        )
for suffix, terms in (("", rel_entr), ("_with_nan", _with_nan)):
    exercise.mistake(
        f"jensen_shannon{suffix}", lambda p, q, terms=terms: (terms(p, (p + q) / 2) + terms(q, (p + q) / 2)).sum() / 2
    ).says("You compare each with their mean (Jensen–Shannon), never infinite. Here q itself is what is believed.")
exercise.mistake("against_the_middle", lambda p, q: rel_entr(p, (p + q) / 2).sum()).says(
    "You compare p with the mean of p and q, never infinite. Here q itself is what is believed: p log(p / q)."
)
exercise.mistake("nan_at_zero", lambda p, q: _with_nan(p, q).sum()).says(
    "`np.log(0)` is −inf, and 0 · −inf is nan. Where p is 0 the word never comes and adds nothing: leave it out."
)
exercise.mistake("where_without_out", lambda p, q: (p * np.log(p / q, where=p > 0)).sum()).says(
    "`np.log(…, where=p > 0)` leaves memory as it is where p is 0: any number, or nan. Give it `out=` with zeros, "
    "or cut p and q down to the words with p above 0."
)
exercise.mistake(
    "nan_where_both_are_zero", lambda p, q: np.nan if ((p == 0) & (q == 0)).any() else rel_entr(p, q).sum()
).says(
    "Where p AND q are 0 you get nan, of 0 · log 0 (torch's `kl_div` does, too). Nothing is added there: leave out the "
    "words with p = 0, whatever q is."
)


@exercise.mistake("infinity_refused").says(
    "You raise an error where q is 0 and p is not. It is an allowed input, and the answer a number: return `np.inf`."
)
def infinity_refused(p, q):
    if (q[p > 0] == 0).any():
        raise ValueError("infinite")
    return rel_entr(p, q).sum()


exercise.mistakes(
    logarithm_of_q_missing=lambda p, q: (xlogy(p, p) - p * q).sum(),
    logarithm_of_q_missing_with_nan=lambda p, q: (p * (np.log(p) - q)).sum(),
).says("You take q where log q belongs: Σ p · (log p − log q). (torch's `kl_div` wants its first argument as log q.)")
exercise.mistakes(
    yes_or_no=lambda p, q: (rel_entr(p, q) + rel_entr(1 - p, 1 - q)).sum(),
    yes_or_no_with_nan=lambda p, q: (_with_nan(p, q) + _with_nan(1 - p, 1 - q)).sum(),
).says("You add the same for 1 − p and 1 − q, as for V yes-or-no questions. One word out of V comes: Σ p · log(p / q).")
exercise.mistake("raises_at_zero", lambda p, q: sum(a * math.log(a / b) for a, b in _numbers(p, q))).says(
    "`math.log(0)` is an error. Skip the words with p = 0, and return `np.inf` when q is 0 at a word that does come."
)
exercise.mistake("raises_at_zero_of_p", lambda p, q: sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))).says(
    "`math.log(0)` is an error. A word with p = 0 never comes and adds nothing: skip it."
)
exercise.mistakes(
    raises_at_zero_of_q=lambda p, q: sum(a * (math.log(a) - math.log(b)) for a, b in _numbers(p, q) if a > 0),
    raises_dividing_by_zero=lambda p, q: sum(a * math.log(a / b) for a, b in _numbers(p, q) if a > 0),
).says("A zero in q is an error in your code. A word that was believed impossible comes: `np.inf`.")
exercise.mistake("infinity_skipped", lambda p, q: _where_both(p, q).sum()).says(
    "You leave out the words with q = 0. If such a word can come (p above 0), the divergence is infinite."
)
exercise.mistake("infinity_made_finite", lambda p, q: np.nan_to_num(_with_nan(p, q)).sum()).says(
    "`nan_to_num` makes 0 of nan where p is 0, rightly, and a huge number where only q is 0: there the answer is inf."
)
exercise.mistake("impossible_skipped_with_nan", lambda p, q: np.where(q > 0, _with_nan(p, q), 0.0).sum()).says(
    "You put 0 where q is 0. If such a word can come, the answer is inf. And where p is 0 you get nan: THOSE add 0."
)
exercise.mistake("minus_swapped", lambda p, q: -rel_entr(q, p).sum()).says(
    "You weigh with q. The words come from p, whatever the model believes: p log(p / q)."
)
exercise.mistake("cross_entropy_swapped", lambda p, q: (xlogy(p, p) - xlogy(q, p)).sum()).says(
    "Your cross-entropy is Σ q log p. The words come from p, so p is the weight: Σ p log q."
)
for suffix, sign in (("", 1), ("_reversed", -1)):
    exercise.mistake(
        f"difference_of_entropies{suffix}", lambda p, q, sign=sign: sign * (xlogy(p, p) - xlogy(q, q)).sum()
    ).says("You subtract one entropy from the other. Two distributions may have the same: log q is weighted with p.")
exercise.mistake("difference_of_entropies_with_nan", lambda p, q: (p * np.log(p) - q * np.log(q)).sum()).says(
    "Σ p log p − Σ q log q is the difference of two entropies: log q is weighted with p. (And 0 · log 0 gives nan.)"
)
exercise.mistake("entropy_of_q_subtracted", lambda p, q: -xlogy(p, q).sum() - functional.entropy(q)).says(
    "You take the entropy of q off the cross-entropy. The best that can be done with words from p is p's entropy."
)
exercise.mistake("entropy_of_q_subtracted_with_zeros", lambda p, q: (q * np.log(q) - p * np.log(q)).sum()).says(
    "You take the entropy of q off the cross-entropy; take p's. (And zeros in p give nan: leave those words out.)"
)
exercise.mistake("entropy_of_p", lambda p, q: functional.entropy(p)).says(
    "You compute the entropy of p and never use q. What is asked is what believing q costs on top of that."
)
for id, add_up in (
    ("absolute_difference", lambda d: abs(d).sum()),
    ("total_variation", lambda d: abs(d).sum() / 2),
    ("squared_difference", lambda d: (d**2).sum()),
):
    exercise.mistake(id, lambda p, q, add_up=add_up: add_up(p - q)).says(
        "You add up how far p and q are apart. KL compares the surprises: log(p / q), weighted with p."
    )
exercise.mistake("hellinger", lambda p, q: 1 - np.sqrt(p * q).sum()).says(
    "You compute 1 − Σ √(pq) (a Hellinger distance). KL compares the surprises: p · log(p / q)."
)
exercise.mistake("negative_terms_dropped", lambda p, q: np.maximum(rel_entr(p, q), 0).sum()).says(
    "You drop the negative terms. Where q gives a word too much, its term is negative and belongs into the sum."
)
exercise.mistake("always_zero", lambda p, q: max(0.0, -rel_entr(p, q).sum())).says(
    "Your answer is always 0. Do you sum before the logarithm, or does `max(0, …)` hide that your quotient is q / p?"
)
exercise.mistake("logarithm_of_the_totals", lambda p, q: np.log(p[p > 0].sum() / q[p > 0].sum())).says(
    "You sum p and q before the logarithm. log(p / q) is taken word by word, and weighted with p."
)
exercise.mistake("mean_over_the_possible", lambda p, q: rel_entr(p, q)[p > 0].mean()).says(
    "You average over the words with p above 0. The weights p already make a mean of it: sum, and do not divide."
)
exercise.mistake("likeliest_word", lambda p, q: np.log(p.max() / q[p.argmax()])).says(
    "You compare p and q at the likeliest word only. The mean runs over all words that can come."
)
exercise.mistake("largest_term_only", lambda p, q: rel_entr(p, q).max()).says(
    "You take the largest term only. The divergence is the sum over all words."
)
exercise.mistake("softmax_first", lambda p, q: rel_entr(functional.softmax(p), functional.softmax(q)).sum()).says(
    "You put p and q through a softmax first. They are probabilities already: they sum to 1."
)
exercise.mistake("renormalised", lambda p, q: rel_entr(p, q / q[p > 0].sum()).sum()).says(
    "You make q sum to 1 on the words with p above 0. What q gives to words that never come is lost, and must be paid."
)
exercise.mistake("stops_at_zero_of_p", lambda p, q: rel_entr(p, q)[np.cumprod(p > 0) > 0].sum()).says(
    "Your loop ends at the first word with p = 0 (`break`, `return`). Those after it count: `continue` goes on."
)
exercise.mistake("stops_at_zero_of_q", lambda p, q: rel_entr(p, q)[np.cumprod((p == 0) | (q > 0)) > 0].sum()).says(
    "Your loop ends at a word with q = 0 and keeps what it has. That word can come and was called impossible: `np.inf`."
)
for id, which in (("first_term", lambda terms, p: terms), ("first_possible_term", lambda terms, p: terms[p > 0])):
    exercise.mistake(id, lambda p, q, which=which: which(rel_entr(p, q), p)[0]).says(
        "The `return` stands inside the loop: only the first word's term comes back. Add up all terms, then return."
    )
exercise.mistake("last_possible_term", lambda p, q: rel_entr(p, q)[p > 0][-1] if (q[p > 0] > 0).all() else np.inf).says(
    "Only the last word's term is left: `=` for `+=` in the loop. Add every word's term."
)
exercise.mistakes(
    tiny_q_taken_for_zero=lambda p, q: rel_entr(p, np.where(q < 1e-8, 0.0, q)).sum(),
    very_tiny_q_taken_for_zero=lambda p, q: rel_entr(p, np.where(q < 1e-100, 0.0, q)).sum(),
).says(
    "You take a very small q for 0 and return inf. Only q = 0 is infinite: 1e-30 for a word that comes costs 69 nats."
)
exercise.mistake("one_at_zero", lambda p, q: np.where(p > 0, rel_entr(p, q), 1.0).sum()).says(
    "You put 1 in place of the terms with p = 0. Such a word adds nothing to the sum: 0."
)

exercise.right(lambda p, q: rel_entr(p, q).sum())
exercise.right(lambda p, q: np.sum(np.where(p > 0, p * np.log(p / q), 0.0)))
exercise.right(lambda p, q: -(p[p > 0] @ np.log(q[p > 0])) - functional.entropy(p))
exercise.right(lambda p, q: np.nansum(p * np.log(p / q)))


@exercise.right
def with_a_loop(p, q):
    total = 0.0
    for truth, belief in zip(p, q, strict=True):
        if truth > 0:
            if belief == 0:
                return float("inf")
            total += truth * math.log(truth / belief)
    return total
