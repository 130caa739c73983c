"""A mixture of estimates: learners let wrong weights pass, refuse right ones, do not add up weight times estimate."""

import math
from itertools import accumulate

import numpy as np

from nlm_utils.exercises.definition import Exercise


def interpolated_probability(probabilities, weights):
    """Mixture of several estimates of one probability: the sum of weight times probability, a float.

    `probabilities` holds p(word | prefix) from a 1-gram, a 2-gram, …, `weights` a weight for each.
    Both have the same length. ValueError unless every weight is >= 0 and together they sum to 1, but for
    rounding: ten times 0.1 is fine, a sum of 1.0003 is not. Any tolerance from 1e-9 to 1e-4 will do.
    """
    if min(weights) < 0 or not math.isclose(sum(weights), 1, abs_tol=1e-6):
        raise ValueError(f"weights must be >= 0 and sum to 1, got {weights}")
    return sum(weight * p for weight, p in zip(weights, probabilities, strict=True))


exercise = Exercise(
    interpolated_probability,
    checks="1 to 10 estimates, weights of 0 and 1 (ints, too), negative weights (all, one, barely), sums off by 0.0003",
    explanation=(
        "A mixture of distributions is a distribution again exactly when the weights are ≥ 0 and sum to 1. Sums of "
        "floats are rarely exact, so the comparison with 1 needs a tolerance: `sum([0.1] * 10)` is "
        "0.9999999999999999."
    ),
    hints=[
        "Multiply each probability with its own weight, then add up. Before that, look at the weights.",
        "Two things can be wrong with weights: one of them is negative, or their sum is not 1. Both are a ValueError.",
        "`math.isclose(sum(weights), 1, abs_tol=1e-6)` compares with a tolerance, `zip(weights, probabilities)` "
        "walks over both lists.",
    ],
)

exercise.case([0.5], [1.0])
exercise.case([0.2, 0.9], [1.5, -0.5])
exercise.case([0.2, 0.6], [0.5, 0.25])
exercise.case([0.4, 0.6], [1.0, 0.5])
exercise.case([0.4, 0.6], [0.25, 0.75])
exercise.case([0.3, 0.9], [0.0, 1.0])
exercise.case([0.9, 0.2], [-0.5, 1.5])
exercise.case([0.2, 0.6], [0.75, -0.25])
exercise.case([0.9, 0.2], [-0.0001, 1.0001])
exercise.case([0.2, 0.6], [0.47, 0.5])
exercise.case([0.2, 0.6], [0.504, 0.5])
exercise.case([0.2, 0.6], [0.5, 0.5003])
exercise.case([0.2, 0.6], [0.4997, 0.5])
exercise.case([0.2, 0.6], [-0.25, -0.75])
exercise.case([0.9, 0.2], [-1e-7, 1.0000001])
exercise.case([0.3, 0.9], [1, 0])
exercise.case([0.00012345, 0.1234567], [0.7, 0.3])
exercise.case([0.2, 0.3, 0.1], [0.7, 0.2, 0.1])  # sums to a little less than 1 in NumPy
exercise.case([0.5] * 49, [1 / 49] * 49)  # and this one however it is added up
exercise.case([0.4567891, 0.0123456], [0.25, 0.75])
exercise.case([0.1, 0.4, 0.0], [0.5, 0.3, 0.2])
exercise.case([0.3, 0.9, 0.2], [0.25, 0.0, 0.75])
exercise.case([0.2, 0.6, 0.1], [0.75, -0.25, 0.5])
exercise.case([0.2, 0.6, 0.1], [0.5, -0.25, 0.5])
exercise.case([0.05, 0.7, 0.2, 1.0], [0.4, 0.1, 0.3, 0.2])
exercise.case([0.02, 0.3, 0.1, 0.0, 0.5, 0.7, 0.2, 0.9, 0.4, 0.6], [0.1] * 10)
exercise.drawn(lambda rng: (rng.random(n := rng.integers(1, 8)).tolist(), rng.dirichlet(np.ones(n)).tolist()))
exercise.drawn(lambda rng: (rng.random(n := rng.integers(2, 8)).tolist(), (rng.dirichlet(np.ones(n)) * 1.1).tolist()))
exercise.drawn(lambda rng: (rng.random(3).tolist(), [1.0 + (less := rng.random()), -less, 0.0]))


def mix(probabilities, weights):
    return sum(weight * p for weight, p in zip(weights, probabilities, strict=True))


def mixed_in_turn(probabilities, weights):
    rest = probabilities[0]
    for p, weight in zip(probabilities[1:], weights[1:], strict=True):
        rest = weight * p + (1 - weight) * rest
    return rest


def sum_off(weights, tolerance=1e-6):
    return abs(sum(weights) - 1) > tolerance


def wrong(weights):
    return min(weights) < 0 or sum_off(weights)


def answer(mixed=mix, refused=wrong):
    """An answer that raises a ValueError where `refused(weights)`, and else gives `mixed(probabilities, weights)`."""

    def answer(probabilities, weights):
        if refused(weights):
            raise ValueError("weights")
        return mixed(probabilities, weights)

    return answer


# wrong weights that pass
exercise.mistake("nothing_refused", mix).says(
    "You take any weights. With weights that are negative or do not sum to 1 the result is no probability. An error "
    "stops the caller only if you `raise` it: making or printing one is not enough."
)
exercise.mistake("renormalised", lambda p, w: mix(p, w) / sum(w)).says(
    "You divide by the sum of the weights and so mend wrong ones in silence. Whoever passes [0.5, 0.25] has made a "
    "mistake and should hear of it: raise a ValueError."
)
exercise.mistake(
    "renormalised_after_check_of_sign", answer(lambda p, w: mix(p, w) / sum(w), lambda w: min(w) < 0)
).says("You refuse negative weights, but mend a sum that is not 1 in silence. That is a ValueError too.")
exercise.mistake("error_returned", lambda p, w: ValueError("weights") if wrong(w) else mix(p, w)).says(
    "You RETURN the ValueError. An error is raised, with `raise`; else the caller takes it for a result."
)
exercise.mistake("sign_not_checked", answer(refused=sum_off)).says(
    "Weights like [1.5, −0.5] sum to 1 and pass: you check the sum only, or ask whether ALL are negative. Refuse them "
    "as soon as ONE is, `any(…)` or `min(weights) < 0`: the result can be a negative probability."
)
exercise.mistake("sum_not_checked", answer(refused=lambda w: min(w) < 0)).says(
    "You refuse negative weights only. Weights that do not sum to 1 are a ValueError too."
)
exercise.mistakes(
    only_too_large_refused=answer(refused=lambda w: min(w) < 0 or sum(w) > 1 + 1e-6),
    only_too_small_refused=answer(refused=lambda w: min(w) < 0 or sum(w) < 1 - 1e-6),
).says(
    "You refuse sums on one side of 1 only. The mixture loses probability below, and gains some above: it has to BE 1."
)
exercise.mistake("and_for_or", answer(refused=lambda w: min(w) < 0 and sum_off(w))).says(
    "You refuse weights only if they are negative AND do not sum to 1. Each of the two alone is a mistake already."
)
exercise.mistakes(
    sign_of_first_only=answer(refused=lambda w: w[0] < 0 or sum_off(w)),
    sign_of_last_only=answer(refused=lambda w: w[-1] < 0 or sum_off(w)),
).says("You look at the sign of one weight only, the first or the last. Any of them may be negative.")
exercise.mistake("signs_dropped", answer(refused=lambda w: sum_off([abs(weight) for weight in w]))).says(
    "You add up the weights without their signs (`abs`): −0.25 and 0.75 seem to sum to 1. Refuse negative ones."
)
exercise.mistake("above_one_for_below_zero", answer(refused=lambda w: max(w) > 1 or sum_off(w))).says(
    "You refuse weights above 1, not those below 0: [0.75, −0.25, 0.5] passes. Ask whether one is negative."
)
exercise.mistakes(
    only_above_one_refused=answer(refused=lambda w: max(w) > 1),
    only_sum_above_refused=answer(refused=lambda w: sum(w) > 1),
).says("You refuse only what is above 1, a weight or the sum. Weights below 0 and any other sum than 1 are wrong, too.")
exercise.mistake("result_checked", lambda p, w: answer(refused=lambda w: not 0 <= mix(p, w) <= 1)(p, w)).says(
    "You look whether the RESULT lies between 0 and 1. Wrong weights can give such a result, too: look at the weights."
)
exercise.mistakes(
    slightly_negative_allowed=answer(refused=lambda w: min(w) < -0.1 or sum_off(w)),
    negative_within_rounding_allowed=answer(refused=lambda w: min(w) < -1e-6 or sum_off(w)),
).says("You let slightly negative weights through. The tolerance is for the SUM; a weight below 0 is a mistake.")
exercise.mistake(
    "weights_clipped", answer(lambda p, w: mix(p, np.maximum(w, 0)) / sum(np.maximum(w, 0)), refused=sum_off)
).says("You set negative weights to 0 and go on. They are a mistake of the caller: raise a ValueError.")
exercise.mistakes(
    tolerance_too_wide=answer(refused=lambda w: min(w) < 0 or sum_off(w, 0.01)),
    tolerance_far_too_wide=answer(refused=lambda w: min(w) < 0 or sum_off(w, 0.1)),
    tolerance_of_a_thousandth=answer(refused=lambda w: min(w) < 0 or sum_off(w, 1e-3)),
).says("Your tolerance is wide. It is for rounding only, at most 1e-4: a sum of 1.0003 is a mistake of the caller.")
exercise.mistakes(
    tolerance_too_wide_sign_not_checked=answer(refused=lambda w: round(sum(w), 2) != 1),
    tolerance_far_too_wide_sign_not_checked=answer(refused=lambda w: round(sum(w), 1) != 1),
    tolerance_of_a_thousandth_sign_not_checked=answer(refused=lambda w: round(sum(w), 3) != 1),
).says(
    "Two things: you do not refuse negative weights, and your tolerance is wider than rounding needs (at most 1e-4)."
)

# right weights that are refused
exercise.mistake("exact_comparison", answer(refused=lambda w: min(w) < 0 or sum(w) != 1)).says(
    "You compare the sum with 1 exactly. Ten times 0.1 is 0.9999999999999999 in floating point, and you refuse it: "
    "leave room for rounding."
)
exercise.mistake("exact_comparison_sign_not_checked", answer(refused=lambda w: sum(w) != 1)).says(
    "Two things: you compare the sum with 1 exactly, although ten times 0.1 is 0.9999999999999999, and you do not "
    "refuse negative weights."
)
exercise.mistake("whole_part_of_the_sum", answer(refused=lambda w: min(w) < 0 or int(sum(w)) != 1)).says(
    "`int` cuts the sum down: 1.5 passes as 1, 0.9999999999999999 becomes 0 and is refused. Compare with a tolerance."
)
exercise.mistake("whole_part_of_the_sum_sign_not_checked", answer(refused=lambda w: int(sum(w)) != 1)).says(
    "Two things: `int` cuts the sum down, 1.5 passes and 0.9999999999999999 is refused; and negative weights pass."
)
exercise.mistakes(
    zero_weight_refused=answer(refused=lambda w: min(w) <= 0 or sum_off(w)),
    weight_of_one_refused=answer(refused=lambda w: wrong(w) or max(w) >= 1),
    weight_of_one_and_zero_refused=answer(refused=lambda w: min(w) <= 0 or max(w) >= 1 or sum_off(w)),
).says("You refuse a weight of 0 or of 1. Both are fine: one estimate is switched off, or has all the say.")
exercise.mistakes(
    condition_inverted=answer(refused=lambda w: not wrong(w)),
    condition_on_the_sum_inverted=answer(refused=lambda w: min(w) < 0 or not sum_off(w)),
).says("Your condition is the wrong way round: you refuse weights that sum to 1 and take those that do not.")
exercise.mistake("list_compared", lambda p, w: answer(refused=lambda w: w < 0)(p, w)).says(
    "`weights < 0` compares a whole list with a number, and fails. Ask `min(weights) < 0`."
)
exercise.mistake(
    "sum_checked_inside_the_loop", answer(refused=lambda w: any(sum_off([part]) for part in accumulate(w)))
).says("You ask whether the sum is 1 INSIDE the loop, when only some weights have been added. Ask after the loop.")
exercise.mistake("always_refused", answer(refused=lambda w: True)).says(
    "You refuse weights that are fine, all of them. `is not 1` compares objects, not numbers: a float is never the "
    "object 1. Compare the sum with 1 by its distance."
)


@exercise.mistake("probabilities_checked").says(
    "You ask the PROBABILITIES to sum to 1. They are several estimates of one and the same word: only the weights must."
)
def probabilities_checked(probabilities, weights):
    if sum_off(probabilities):
        raise ValueError("probabilities")
    return mix(probabilities, weights)


# another mixture
exercise.mistakes(
    lists_multiplied=answer(lambda p, w: sum(p * w)), lists_multiplied_unchecked=lambda p, w: sum(p * w)
).says("A list times a list fails: Python multiplies arrays entry by entry, not lists. Loop over `zip`, or use arrays.")
exercise.mistakes(
    plain_mean=answer(lambda p, w: sum(p) / len(p)), sum_of_probabilities=answer(lambda p, w: sum(p))
).says(
    "The weights do not count in your result, the plain sum or mean of the estimates: they are left out, or each meets "
    "ALL estimates (a loop in a loop). `zip` pairs the two lists one to one."
)
exercise.mistakes(
    first_weight_only=answer(lambda p, w: w[0] * p[0] + (1 - w[0]) * p[-1]),
    first_weight_only_unchecked=lambda p, w: w[0] * p[0] + (1 - w[0]) * p[-1],
).says("You use the first weight, and 1 minus it for the last estimate. There may be one estimate, or ten: use each.")
exercise.mistakes(
    product_for_sum=answer(lambda p, w: math.prod(np.multiply(p, w))),
    harmonic_mean=answer(lambda p, w: 1 / mix([1 / estimate for estimate in p], w) if min(p) > 0 else 1 / 0),
    product_of_powers_unsigned=answer(lambda p, w: math.prod(np.power(p, w)), lambda w: sum(w) != 1),
    product_of_powers=answer(lambda p, w: math.prod(np.power(p, w))),
    mixed_in_logarithms=answer(lambda p, w: math.exp(mix([math.log(estimate) for estimate in p], w))),
).says(
    "You multiply the estimates, or add up logarithms or inverses: a 0 among them spoils all. A mixture ADDS weight "
    "times estimate."
)
exercise.mistakes(
    softmax_of_weights=lambda p, w: mix(p, np.exp(w) / np.exp(w).sum()),
    softmax_of_weights_checked=answer(lambda p, w: mix(p, np.exp(w) / np.exp(w).sum())),
).says("You put the weights through a softmax: they are weights already, and sum to 1. Use them as they are.")
exercise.mistake("signs_dropped_in_the_sum", answer(lambda p, w: mix(p, np.abs(w)), sum_off)).says(
    "You drop the signs of the weights (`abs`). A negative weight is a mistake of the caller: raise a ValueError."
)
exercise.mistake("one_for_a_probability_of_zero", answer(lambda p, w: mix([x or 1.0 for x in p], w))).says(
    "You take an estimate of 0 for 1, or leave it out of the product. 0 times its weight adds 0."
)
exercise.mistake("started_from_zero", answer(lambda p, w: 0.0)).says(
    "Your result is always 0: you multiply into a total that begins at 0, or add nothing to it. Add: `+=`."
)
exercise.mistake("counted_from_the_end", answer(lambda p, w: mix([p[-i] for i in range(len(p))], w))).says(
    "`probabilities[-i]` begins with the first, as −0 is 0, and then goes on from the END. Pair them as they come."
)
exercise.mistake("powers_added", answer(lambda p, w: sum(np.power(p, w)))).says(
    "You take the estimates to the POWER of their weights, `**`. Multiply each by its weight, `*`, and add up."
)
exercise.mistake("one_after_another", answer(mixed_in_turn)).says(
    "You mix one after another, w·p + (1 − w)·rest: each step shrinks those before. Here every weight counts as it is."
)
exercise.mistake("weights_added", answer(lambda p, w: sum(p) + sum(w))).says(
    "You ADD the weight to the probability. Multiply the two, and then add up over the estimates."
)
exercise.mistakes(
    weights_reversed=answer(lambda p, w: mix(p, w[::-1])), weights_sorted=answer(lambda p, w: mix(p, sorted(w)))
).says("You reverse or sort the weights. The first weight belongs to the first estimate: pair them as they come.")
exercise.mistakes(
    best_only=answer(lambda p, w: max(np.multiply(p, w))),
    largest_weight_term_only=answer(lambda p, w: max(w) * p[w.index(max(w))]),
).says("You return one weighted estimate only, the largest or that of the largest weight. Add up ALL of them.")
exercise.mistakes(
    highest_order_only=answer(lambda p, w: p[-1]),
    largest_only=answer(lambda p, w: max(p)),
    estimate_of_the_largest_weight=answer(lambda p, w: p[w.index(max(w))]),
).says("You return one of the estimates as it is. Add up ALL of them, each times its weight.")
exercise.mistake("back_off", answer(lambda p, w: next((x for x in reversed(p) if x > 0), 0.0))).says(
    "You take the estimate of the highest order that is not 0. That is back-off; a mixture adds up ALL, weighted."
)
exercise.mistake("largest_weight_only", answer(lambda p, w: max(w) * sum(p))).says(
    "You multiply all the estimates by the largest weight. Each has its own."
)
exercise.mistakes(
    square_of_the_weights=answer(lambda p, w: mix(p, np.square(w))),
    weighted_and_unweighted=answer(lambda p, w: mix(p, w) + sum(p)),
).says("You use the weights squared, or 1 + weight. Each estimate is multiplied by its weight once, and no more.")
exercise.mistake("probabilities_of_zero_left_out", answer(lambda p, w: mix(p, w) / mix([x > 0 for x in p], w))).says(
    "You leave out estimates of 0 and share their weight among the others. 0 is an answer too: it keeps its weight."
)
exercise.mistake("return_in_loop", answer(lambda p, w: w[0] * p[0])).says(
    "Your `return` stands inside the loop: you return the first term only. It belongs after the loop."
)
exercise.mistake("last_term_only", answer(lambda p, w: w[-1] * p[-1])).says(
    "Your sum is overwritten instead of growing: `=` where `+=` is meant. Only the last term is left."
)
exercise.mistakes(
    first_term_skipped=answer(lambda p, w: mix(p[1:], w[1:])),
    last_term_skipped=answer(lambda p, w: mix(p[:-1], w[:-1])),
).says("You leave out the first or the last term: indices begin at 0, and a range leaves out its end by itself.")
exercise.mistake("only_two", answer(lambda p, w: mix(p[:2], w[:2]))).says(
    "You mix the first two estimates only. There may be one, two or ten."
)


@exercise.right
def in_numpy(probabilities, weights):
    weights = np.asarray(weights)
    if (weights < 0).any() or not np.isclose(weights.sum(), 1):
        raise ValueError("the weights must be >= 0 and sum to 1")
    return weights @ np.asarray(probabilities)


@exercise.right
def one_error_each(probabilities, weights):
    if any(weight < 0 for weight in weights):
        raise ValueError("negative weight")
    if abs(math.fsum(weights) - 1.0) > 1e-9:
        raise ValueError("the weights do not sum to 1")
    total = 0.0
    for i in range(len(weights)):
        total += weights[i] * probabilities[i]
    return total


@exercise.right
def error_of_a_kind_of_its_own(probabilities, weights):
    class WeightError(ValueError):
        pass

    if round(sum(weights), 6) != 1 or not all(0 <= weight <= 1 for weight in weights):
        raise WeightError("weights")
    return np.float64(np.average(probabilities, weights=weights))
