"""interpolated_probability."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise


def interpolated_probability(probabilities, weights):
    """Mixture of several estimates of one probability: the sum of weight times probability, a float.

    `probabilities` holds p(word | prefix) from a 1-gram, a 2-gram, …, `weights` a weight for each.
    Both have the same length. ValueError unless every weight is >= 0 and together they sum to 1,
    give or take 1e-6 for rounding: ten times 0.1 is fine, a sum of 1.004 is not.
    """
    if min(weights) < 0 or not math.isclose(sum(weights), 1, abs_tol=1e-6):
        raise ValueError(f"weights must be >= 0 and sum to 1, got {weights}")
    return sum(weight * p for weight, p in zip(weights, probabilities, strict=True))


exercise = Exercise(
    interpolated_probability,
    checks=("1 to 10 estimates, weights of 0 and 1, negative weights (all, one, barely), sums of 0.97 and 1.004"),
    explanation=(
        "A mixture of distributions is a distribution again exactly when the weights are ≥ 0 and sum to 1. Sums of "
        "floats are rarely exact, so the comparison with 1 needs a tolerance: `sum([0.1] * 10)` is "
        "0.9999999999999999."
    ),
    hints=[
        "Multiply each probability with its own weight, then add up. Before that, look at the weights.",
        (
            "Two things can be wrong with weights: one of them is negative, or their sum is not 1. Both are a "
            "ValueError."
        ),
        (
            "`math.isclose(sum(weights), 1, abs_tol=1e-6)` compares with a tolerance, `zip(weights, probabilities)` "
            "walks over both lists."
        ),
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
exercise.case([0.2, 0.6], [-0.25, -0.75])
exercise.case([0.1, 0.4, 0.0], [0.5, 0.3, 0.2])
exercise.case([0.3, 0.9, 0.2], [0.25, 0.0, 0.75])
exercise.case([0.2, 0.6, 0.1], [0.75, -0.25, 0.5])
exercise.case([0.2, 0.6, 0.1], [0.5, -0.25, 0.5])
exercise.case([0.05, 0.7, 0.2, 1.0], [0.4, 0.1, 0.3, 0.2])
exercise.case([0.02, 0.3, 0.1, 0.0, 0.5, 0.7, 0.2, 0.9, 0.4, 0.6], [0.1] * 10)


def _refuse(weights):
    """The right check of the weights, for the banks below."""
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")


def _mix(probabilities, weights):
    return sum(weight * p for weight, p in zip(weights, probabilities, strict=True))


exercise.mistake("nothing_refused", lambda probabilities, weights: _mix(probabilities, weights)).says(
    "You take any weights. With weights that are negative or do not sum to 1 the result is no probability. An error "
    "stops the caller only if you `raise` it: making or printing one is not enough."
)
exercise.mistake("renormalised", lambda probabilities, weights: _mix(probabilities, weights) / sum(weights)).says(
    "You divide by the sum of the weights and so mend wrong ones in silence. Whoever passes [0.5, 0.25] has made a "
    "mistake and should hear of it: raise a ValueError."
)


@exercise.mistake("renormalised_after_check_of_sign").says(
    "You refuse negative weights, but mend a sum that is not 1 in silence. That is a ValueError too."
)
def renormalised_after_check_of_sign(probabilities, weights):
    if min(weights) < 0:
        raise ValueError("negative")
    return _mix(probabilities, weights) / sum(weights)


@exercise.mistake("product_for_sum").says(
    "You multiply the estimates. One that is 0 would then silence all the others; a mixture ADDS weight times "
    "probability."
)
def product_for_sum(probabilities, weights):
    _refuse(weights)
    return math.prod(weight * p for weight, p in zip(weights, probabilities, strict=True))


@exercise.mistake("product_of_powers").says(
    "You multiply the probabilities raised to their weights, a geometric mean: one estimate that is 0 makes it 0. A "
    "mixture ADDS weight times probability."
)
def product_of_powers(probabilities, weights):
    _refuse(weights)
    return math.prod(p**weight for weight, p in zip(weights, probabilities, strict=True))


@exercise.mistake("sign_not_checked").says(
    "You check the sum only. Weights like [1.5, −0.5] sum to 1 and can still give a negative probability: they are a "
    "ValueError too."
)
def sign_not_checked(probabilities, weights):
    if abs(sum(weights) - 1) > 1e-6:
        raise ValueError("sum")
    return _mix(probabilities, weights)


@exercise.mistake("sum_not_checked").says(
    "You refuse negative weights only. Weights that do not sum to 1 are a ValueError too."
)
def sum_not_checked(probabilities, weights):
    if min(weights) < 0:
        raise ValueError("negative")
    return _mix(probabilities, weights)


@exercise.mistake("only_too_large_refused").says(
    "You refuse a sum above 1 but not one below. Then the mixture loses probability: the sum has to BE 1."
)
def only_too_large_refused(probabilities, weights):
    if min(weights) < 0 or sum(weights) > 1 + 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("only_too_small_refused").says(
    "You refuse a sum below 1 but not one above. Then the mixture makes probability out of nothing: the sum has to BE "
    "1."
)
def only_too_small_refused(probabilities, weights):
    if min(weights) < 0 or sum(weights) < 1 - 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("exact_comparison").says(
    "You compare the sum with 1 exactly. Ten times 0.1 is 0.9999999999999999 in floating point, and you refuse it: "
    "leave room for rounding."
)
def exact_comparison(probabilities, weights):
    if min(weights) < 0 or sum(weights) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("exact_comparison_sign_not_checked").says(
    "Two things: you compare the sum with 1 exactly, although ten times 0.1 is 0.9999999999999999, and you do not "
    "refuse negative weights."
)
def exact_comparison_sign_not_checked(probabilities, weights):
    if sum(weights) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("zero_weight_refused").says(
    "You refuse a weight of 0. It only switches an estimate off; negative weights are the mistake."
)
def zero_weight_refused(probabilities, weights):
    if min(weights) <= 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("assertion").says(
    "You use `assert`, which raises an AssertionError (and nothing at all under `python -O`). Asked for is a "
    "ValueError."
)
def assertion(probabilities, weights):
    assert min(weights) >= 0 and abs(sum(weights) - 1) < 1e-6
    return _mix(probabilities, weights)


@exercise.mistake("error_returned").says(
    "You RETURN the ValueError. An error is raised, with `raise`; else the caller takes it for a result."
)
def error_returned(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("zero_for_wrong_weights").says(
    "For wrong weights you return 0.0. That looks like a probability: raise a ValueError."
)
def zero_for_wrong_weights(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return 0.0
    return _mix(probabilities, weights)


@exercise.mistake("none_for_wrong_weights").says(
    "For wrong weights you return None, or only print a message. Raise a ValueError, so that nobody goes on with it."
)
def none_for_wrong_weights(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return None
    return _mix(probabilities, weights)


@exercise.mistake("weights_clipped").says(
    "You set negative weights to 0 and go on. They are a mistake of the caller: raise a ValueError."
)
def weights_clipped(probabilities, weights):
    if abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    weights = [max(0.0, weight) for weight in weights]
    return _mix(probabilities, weights) / sum(weights)


@exercise.mistake("plain_mean").says("You take the plain mean of the estimates and never use the weights.")
def plain_mean(probabilities, weights):
    _refuse(weights)
    return sum(probabilities) / len(probabilities)


@exercise.mistake("divided_by_number").says(
    "You divide by the number of estimates at the end. The weights sum to 1 already: nothing is left to divide by."
)
def divided_by_number(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities, weights) / len(probabilities)


@exercise.mistake("weights_reversed").says(
    "You pair the weights with the estimates in reverse order. The first weight belongs to the first estimate."
)
def weights_reversed(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities, list(weights)[::-1])


@exercise.mistake("best_only").says("You return the largest weighted estimate only. Add up all of them.")
def best_only(probabilities, weights):
    _refuse(weights)
    return max(weight * p for weight, p in zip(weights, probabilities, strict=True))


@exercise.mistake("back_off").says(
    "You take the estimate of the highest order that is not 0. That is back-off; a mixture adds up ALL of them with "
    "their weights."
)
def back_off(probabilities, weights):
    _refuse(weights)
    return next((p for p in reversed(probabilities) if p > 0), 0.0)


@exercise.mistake("list_returned").says("You return the weighted estimates one by one. Add them up.")
def list_returned(probabilities, weights):
    _refuse(weights)
    return [weight * p for weight, p in zip(weights, probabilities, strict=True)]


@exercise.mistake("probabilities_checked").says(
    "You ask the PROBABILITIES to sum to 1. They are several estimates of one and the same word: only the weights must."
)
def probabilities_checked(probabilities, weights):
    if abs(sum(probabilities) - 1) > 1e-6:
        raise ValueError("probabilities")
    return _mix(probabilities, weights)


@exercise.mistake("sum_of_probabilities").says("You add the estimates up without their weights: the sum can exceed 1.")
def sum_of_probabilities(probabilities, weights):
    _refuse(weights)
    return sum(probabilities)


@exercise.mistake("only_two").says("You mix the first two estimates only. There may be one, two or ten.")
def only_two(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities[:2], weights[:2])


@exercise.mistake("and_for_or").says(
    "You refuse weights only if they are negative AND do not sum to 1. Each of the two alone is a mistake already."
)
def and_for_or(probabilities, weights):
    if min(weights) < 0 and abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("highest_order_only").says(
    "You return the last estimate as it is. Add up ALL of them, each times its weight."
)
def highest_order_only(probabilities, weights):
    _refuse(weights)
    return probabilities[-1]


@exercise.mistake("largest_only").says(
    "You return the largest estimate as it is. Add up ALL of them, each times its weight."
)
def largest_only(probabilities, weights):
    _refuse(weights)
    return max(probabilities)


@exercise.mistake("mixed_in_logarithms").says(
    "You add up weighted LOGARITHMS: that is a geometric mean, and an estimate of 0 has no logarithm. A mixture adds "
    "the probabilities themselves."
)
def mixed_in_logarithms(probabilities, weights):
    _refuse(weights)
    return math.exp(sum(weight * math.log(p) for weight, p in zip(weights, probabilities, strict=True)))


@exercise.mistake("weights_added").says(
    "You ADD the weight to the probability. Multiply the two, and then add up over the estimates."
)
def weights_added(probabilities, weights):
    _refuse(weights)
    return sum(weight + p for weight, p in zip(weights, probabilities, strict=True))


@exercise.mistake("tolerance_far_too_wide").says(
    "You let sums through that are off by up to a tenth. The tolerance is for rounding only, about 1e-6: with weights "
    "that sum to 0.97, three hundredths of the probability are lost."
)
def tolerance_far_too_wide(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 0.1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("tolerance_too_wide").says(
    "You let sums through that are off by up to a hundredth. The tolerance is for rounding only, about 1e-6: a sum of "
    "1.004 is a mistake of the caller."
)
def tolerance_too_wide(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 0.01:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("tolerance_far_too_wide_sign_not_checked").says(
    "Two things: you do not refuse negative weights, and your tolerance for the sum is far wider than rounding needs "
    "(about 1e-6)."
)
def tolerance_far_too_wide_sign_not_checked(probabilities, weights):
    if round(sum(weights), 1) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("tolerance_too_wide_sign_not_checked").says(
    "Two things: you do not refuse negative weights, and your tolerance for the sum is wider than rounding needs "
    "(about 1e-6)."
)
def tolerance_too_wide_sign_not_checked(probabilities, weights):
    if round(sum(weights), 2) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("slightly_negative_allowed").says(
    "You let slightly negative weights through. The tolerance is for the rounding of the SUM; a weight below 0 is a "
    "mistake, however small."
)
def slightly_negative_allowed(probabilities, weights):
    if min(weights) < -0.1 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("signs_dropped").says(
    "You drop the signs of the weights (`abs`) when you add them up, so that −0.25 and 0.75 seem to sum to 1. Refuse "
    "negative ones."
)
def signs_dropped(probabilities, weights):
    if abs(sum(map(abs, weights)) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("sign_of_first_only").says(
    "You look at the sign of the first weight only. Any of them may be negative."
)
def sign_of_first_only(probabilities, weights):
    if weights[0] < 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("sign_of_last_only").says(
    "You look at the sign of the last weight only. Any of them may be negative."
)
def sign_of_last_only(probabilities, weights):
    if weights[-1] < 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("whole_part_of_the_sum").says(
    "`int` cuts the sum down to its whole part: 1.5 becomes 1 and passes, 0.9999999999999999 becomes 0 and is "
    "refused. Compare with a tolerance instead."
)
def whole_part_of_the_sum(probabilities, weights):
    if min(weights) < 0 or int(sum(weights)) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("whole_part_of_the_sum_sign_not_checked").says(
    "Two things: `int` cuts the sum down, 1.5 passes and 0.9999999999999999 is refused; and you do not refuse "
    "negative weights."
)
def whole_part_of_the_sum_sign_not_checked(probabilities, weights):
    if int(sum(weights)) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("condition_inverted").says(
    "Your condition is the wrong way round: you refuse the right weights and take the wrong ones."
)
def condition_inverted(probabilities, weights):
    if not (min(weights) < 0 or abs(sum(weights) - 1) > 1e-6):
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("weight_of_one_refused").says(
    "You refuse a weight of 1. It is fine: one estimate has all the say, the others have weight 0."
)
def weight_of_one_refused(probabilities, weights):
    if min(weights) < 0 or max(weights) >= 1 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("weight_of_one_and_zero_refused").says(
    "You refuse weights of 0 and of 1. Both are fine: one estimate is switched off, or has all the say."
)
def weight_of_one_and_zero_refused(probabilities, weights):
    if not all(0 < weight < 1 for weight in weights) or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("probabilities_of_zero_left_out").says(
    "You leave out estimates of 0 and share their weight among the others. An estimate of 0 is an answer too, and "
    "counts with its weight."
)
def probabilities_of_zero_left_out(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities, weights) / sum(w for w, p in zip(weights, probabilities, strict=True) if p > 0)


@exercise.mistake("estimate_of_the_largest_weight").says(
    "You return the estimate with the largest weight as it is. Add up ALL of them, each times its weight."
)
def estimate_of_the_largest_weight(probabilities, weights):
    _refuse(weights)
    return probabilities[weights.index(max(weights))]


@exercise.mistake("largest_weight_only").says("You multiply all the estimates by the largest weight. Each has its own.")
def largest_weight_only(probabilities, weights):
    _refuse(weights)
    return max(weights) * sum(probabilities)


@exercise.mistake("largest_weight_term_only").says(
    "You return only the term of the largest weight. Add up ALL of them."
)
def largest_weight_term_only(probabilities, weights):
    _refuse(weights)
    return max(weights) * probabilities[weights.index(max(weights))]


@exercise.mistake("return_in_loop").says(
    "Your `return` stands inside the loop: you return the first term only. It belongs below the loop."
)
def return_in_loop(probabilities, weights):
    _refuse(weights)
    return weights[0] * probabilities[0]


@exercise.mistake("last_term_only").says(
    "Your sum is overwritten instead of growing: `=` where `+=` is meant. Only the last term is left."
)
def last_term_only(probabilities, weights):
    _refuse(weights)
    return weights[-1] * probabilities[-1]


@exercise.mistake("first_term_skipped").says("You leave out the first term: indices begin at 0.")
def first_term_skipped(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities[1:], weights[1:])


@exercise.mistake("last_term_skipped").says("You leave out the last term: your range ends one step too early.")
def last_term_skipped(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities[:-1], weights[:-1])


@exercise.mistake("square_of_the_weights").says(
    "You use the weights twice (squared). Each estimate is multiplied by its weight once."
)
def square_of_the_weights(probabilities, weights):
    _refuse(weights)
    return sum(weight**2 * p for weight, p in zip(weights, probabilities, strict=True))


@exercise.mistake("weighted_and_unweighted").says(
    "You multiply by 1 + weight (or add the estimates once more). Each estimate is multiplied by its weight, no more."
)
def weighted_and_unweighted(probabilities, weights):
    _refuse(weights)
    return sum((1 + weight) * p for weight, p in zip(weights, probabilities, strict=True))


@exercise.mistake("sum_checked_inside_the_loop").says(
    "You ask whether the sum is 1 INSIDE the loop, when only some of the weights have been added. Ask after the loop."
)
def sum_checked_inside_the_loop(probabilities, weights):
    total = 0.0
    for weight in weights:
        total += weight
        if weight < 0 or abs(total - 1) > 1e-6:
            raise ValueError("weights")
    return _mix(probabilities, weights)


@exercise.mistake("nan_for_wrong_weights").says(
    "For wrong weights you return nan. That spreads silently: raise a ValueError."
)
def nan_for_wrong_weights(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return math.nan
    return _mix(probabilities, weights)


@exercise.mistake("always_refused").says(
    "You refuse weights that are fine, all of them. `is not 1` compares objects, not numbers: a float is never the "
    "object 1. Compare the sum with 1 by its distance."
)
def always_refused(probabilities, weights):
    raise ValueError("weights")


@exercise.right
def right_1(probabilities, weights):
    weights = np.asarray(weights)
    if (weights < 0).any() or not np.isclose(weights.sum(), 1):
        raise ValueError("the weights must be >= 0 and sum to 1")
    return weights @ np.asarray(probabilities)


@exercise.right
def right_2(probabilities, weights):
    if any(weight < 0 for weight in weights):
        raise ValueError("negative weight")
    if abs(math.fsum(weights) - 1.0) > 1e-9:
        raise ValueError("the weights do not sum to 1")
    total = 0.0
    for i in range(len(weights)):
        total += weights[i] * probabilities[i]
    return total


@exercise.right
def right_3(probabilities, weights):
    if round(sum(weights), 6) != 1 or not all(0 <= weight <= 1 for weight in weights):
        raise ValueError(weights)
    return np.float32(np.einsum("i,i->", weights, probabilities))


@exercise.right
def right_4(probabilities, weights):
    class WeightError(ValueError):
        pass

    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-3:
        raise WeightError("weights")
    return float(np.average(probabilities, weights=weights))
