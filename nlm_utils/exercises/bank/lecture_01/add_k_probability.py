"""add_k_probability."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise


def add_k_probability(count, prefix_count, vocab_size, k=1.0):
    """Add-k estimate of p(word | prefix), a float: every word gets k > 0 extra counts.

    count         how often the prefix was followed by the word
    prefix_count  how often the prefix was followed by any word, maybe 0
    vocab_size    V, the number of types in the vocabulary
    """
    return (count + k) / (prefix_count + k * vocab_size)


exercise = Exercise(
    add_k_probability,
    checks=("seen and unseen words and prefixes, k from 0.01 to 3, the default k, the sum over a vocabulary"),
    explanation=(
        "Each of the V words gets k extra counts, so the total grows by k·V: only then do the V probabilities still "
        "sum to 1. A prefix never seen gives k / (k·V) = 1/V, the uniform distribution."
    ),
    hints=[
        "If each of V words gets k extra counts, by how much does the total grow?",
        "The V probabilities must sum to 1: Σ (count + k) over all words is prefix_count + what?",
        "Numerator: count + k. Denominator: prefix_count + k·V. Mind the brackets.",
    ],
)

exercise.case(1, 2, 4)
exercise.case(0, 3, 5)
exercise.case(0, 0, 8)
exercise.case(0, 0, 8, 0.5)
exercise.case(2, 5, 10, 0.5)
exercise.case(0, 7, 20, 0.01)
exercise.case(3, 4, 6, k=3.0)
exercise.case(6, 6, 150, k=0.1)
exercise.case(120, 4000, 12000, k=0.05)

exercise.mistake(
    "vocabulary_missing", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k)
).says(
    "You add k below only once. All V words got k extra counts, so the total grows by more: as it is, the "
    "probabilities sum to more than 1."
)
exercise.mistake(
    "denominator_without_k", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + vocab_size)
).says("You add V below whatever k is. That is right for k = 1 only: with k = 0.5, V words bring V/2 extra counts.")
exercise.mistake(
    "always_add_one", lambda count, prefix_count, vocab_size, k=1.0: (count + 1) / (prefix_count + vocab_size)
).says("You add 1 whatever k is: k never enters your result.")
exercise.mistake(
    "numerator_always_one", lambda count, prefix_count, vocab_size, k=1.0: (count + 1) / (prefix_count + k * vocab_size)
).says("Above the line you add 1 whatever k is; each word gets k extra counts.")
exercise.mistake(
    "numerator_without_k", lambda count, prefix_count, vocab_size, k=1.0: count / (prefix_count + k * vocab_size)
).says("You add nothing above the line: a word never seen still has probability 0, which smoothing was to mend.")
exercise.mistake(
    "denominator_unchanged", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / prefix_count
).says(
    "You leave the denominator as it was: the V probabilities then sum to 1 + k·V / prefix_count, and a prefix never "
    "seen divides by 0."
)
exercise.mistake(
    "sum_for_product", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + vocab_size + k)
).says("You add V and k below. V words with k extra counts each: that is a product.")
exercise.mistake(
    "brackets_above", lambda count, prefix_count, vocab_size, k=1.0: count + k / (prefix_count + k * vocab_size)
).says("Brackets: Python divides before it adds, so your `count + k / (…)` adds the whole count to a small fraction.")
exercise.mistake(
    "brackets_below", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / prefix_count + k * vocab_size
).says("Brackets: Python divides before it adds, so only prefix_count stands below your line.")
exercise.mistake(
    "brackets_product", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / ((prefix_count + k) * vocab_size)
).says("Brackets: you multiply V by prefix_count as well. Only the extra counts are multiplied by V.")
exercise.mistake(
    "not_smoothed", lambda count, prefix_count, vocab_size, k=1.0: count / prefix_count if prefix_count else 0.0
).says(
    "You divide the counts as they are (0 for a prefix never seen): that is the maximum likelihood estimate, and k "
    "never enters it."
)
exercise.mistake("not_smoothed_unguarded", lambda count, prefix_count, vocab_size, k=1.0: count / prefix_count).says(
    "You divide the counts as they are: that is the maximum likelihood estimate, k never enters it, and a prefix "
    "never seen divides by 0."
)
exercise.mistake(
    "only_zeros_smoothed",
    lambda count, prefix_count, vocab_size, k=1.0: (
        count / prefix_count if count else k / (prefix_count + k * vocab_size)
    ),
).says(
    "You smooth only the words with count 0 and leave the others: then the probabilities sum to more than 1. Every "
    "word gets k."
)
exercise.mistake(
    "zeros_left_at_zero",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k * vocab_size) if count else 0.0,
).says("You give words never seen probability 0. They are the ones that smoothing is for.")
exercise.mistake(
    "unseen_prefix_gives_zero",
    lambda count, prefix_count, vocab_size, k=1.0: (
        (count + k) / (prefix_count + k * vocab_size) if prefix_count else 0.0
    ),
).says("For a prefix never seen you return 0. The formula needs no special case: it gives 1/V to every word.")
exercise.mistake(
    "k_times_v_above",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k * vocab_size) / (prefix_count + k * vocab_size),
).says("You add k·V above the line as well. One word gets k extra counts; k·V is what all of them get together.")
exercise.mistake(
    "k_multiplies_count", lambda count, prefix_count, vocab_size, k=1.0: (count * k) / (prefix_count + k * vocab_size)
).says("You multiply the count by k. Smoothing ADDS k to every count.")
exercise.mistake(
    "unseen_types_only",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k * (vocab_size - 1)),
).says(
    "You add k for V − 1 words only. All V words get k extra counts, the one asked for and those already seen included."
)
exercise.mistake(
    "extra_type", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k * (vocab_size + 1))
).says("You count one type more than V. `vocab_size` is already all of them.")
exercise.mistake(
    "power_for_product", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + vocab_size**k)
).says("You raise V to the power k (or k to the power V). V words with k extra counts each: that is a product.")
exercise.mistake(
    "whole_division", lambda count, prefix_count, vocab_size, k=1.0: (count + k) // (prefix_count + k * vocab_size)
).says("You make a whole number of the result, with // or `int`, and lose all behind the decimal point: 1 // 2 is 0.")
exercise.mistake(
    "log_returned",
    lambda count, prefix_count, vocab_size, k=1.0: math.log((count + k) / (prefix_count + k * vocab_size)),
).says("You return the logarithm of the probability. The probability itself is asked for, between 0 and 1.")
exercise.mistake(
    "upside_down", lambda count, prefix_count, vocab_size, k=1.0: (prefix_count + k * vocab_size) / (count + k)
).says("Your fraction stands on its head: a probability cannot exceed 1.")
exercise.mistake(
    "counts_swapped", lambda count, prefix_count, vocab_size, k=1.0: (prefix_count + k) / (count + k * vocab_size)
).says("You swap the two counts: the one for prefix AND word goes above the line, the one for the prefix alone below.")
exercise.mistake(
    "mean_of_two_estimates",
    lambda count, prefix_count, vocab_size, k=1.0: (
        (1 - k) * (count / prefix_count if prefix_count else 0.0) + k / vocab_size
    ),
).says(
    "You mix the maximum likelihood estimate with 1/V by k. That is interpolation, not add-k: here k is a number of "
    "counts, and may exceed 1."
)
exercise.mistake(
    "no_brackets", lambda count, prefix_count, vocab_size, k=1.0: count + k / prefix_count + k * vocab_size
).says("Brackets: Python divides before it adds. Without them only k is divided, and only by prefix_count.")
exercise.mistake(
    "no_brackets_vocabulary_missing", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / prefix_count + k
).says("Two things: Python divides before it adds, so the sum below needs brackets; and V is missing in it.")
exercise.mistake(
    "vocabulary_multiplies", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / prefix_count * vocab_size
).says(
    "Brackets: you divide by prefix_count and then MULTIPLY by V. The extra counts belong below the line, added to "
    "prefix_count."
)
exercise.mistake(
    "k_on_the_wrong_count", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (k * prefix_count + vocab_size)
).says(
    "Below the line k multiplies prefix_count. The counts that were seen stay as they are; the V extra ones are k each."
)
exercise.mistake(
    "count_plus_one_times_k",
    lambda count, prefix_count, vocab_size, k=1.0: k * (count + 1) / (prefix_count + k * vocab_size),
).says("Above the line you take k·(count + 1). The count that was seen stays as it is; k is added to it.")
exercise.mistake(
    "divided_by_k", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + vocab_size / k)
).says("Below the line you divide V by k. V words with k extra counts each: that is a product.")
exercise.mistake(
    "count_in_denominator", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (count + k * vocab_size)
).says(
    "Below the line stands the count of prefix AND word. There it must be how often the prefix was followed by any "
    "word."
)
exercise.mistake(
    "prefix_count_missing", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (k * vocab_size)
).says("Below the line only the extra counts are left: the counts that were really seen, prefix_count, are missing.")
exercise.mistake("divided_by_vocabulary", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / vocab_size).says(
    "You divide by V alone. Below the line belong the counts that were seen after the prefix, and the extra ones."
)
exercise.mistake(
    "extra_one", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k * vocab_size + 1)
).says("You add 1 below the line on top of k·V. Nothing else was added: V words, k counts each.")
exercise.mistake(
    "sum_times_vocabulary", lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k) * vocab_size
).says("Brackets: you divide first and then MULTIPLY by V. The product k·V belongs below the line as a whole.")
exercise.mistake(
    "minus_below",
    lambda count, prefix_count, vocab_size, k=1.0: (
        (count + k) / (prefix_count - k * vocab_size) if prefix_count != k * vocab_size else 0.0
    ),
).says("You take k·V away below the line. The extra counts come on top: the total GROWS by k·V.")
exercise.mistake(
    "minus_above", lambda count, prefix_count, vocab_size, k=1.0: (count - k) / (prefix_count + k * vocab_size)
).says("You take k away above the line. Every word gets k extra counts.")
exercise.mistake(
    "minus_in_both", lambda count, prefix_count, vocab_size, k=1.0: (count - k) / (prefix_count - k * vocab_size)
).says("You take k away instead of adding it. Every word gets k extra counts, and the total grows by k·V.")
exercise.mistake(
    "k_times_prefix_count",
    lambda count, prefix_count, vocab_size, k=1.0: (
        (count + k) / (prefix_count + k * prefix_count) if prefix_count else 0.0
    ),
).says("Below the line you add k·prefix_count. It is the V words of the vocabulary that get k extra counts each: k·V.")
exercise.mistake(
    "k_times_prefix_count_unguarded",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k * prefix_count),
).says(
    "Below the line k multiplies prefix_count, and a prefix never seen divides by 0. It is the V words of the "
    "vocabulary that get k extra counts each: k·V."
)
exercise.mistake(
    "prefix_count_times_k_alone",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (k * prefix_count) if prefix_count else 0.0,
).says("Below the line stands k·prefix_count alone. The counts that were seen stay as they are, and k·V comes on top.")
exercise.mistake(
    "vocabulary_on_the_wrong_count",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count * vocab_size + k),
).says("Below the line V multiplies prefix_count. It belongs to k: V words get k extra counts each.")
exercise.mistake(
    "k_times_the_whole_sum",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (k * (prefix_count + vocab_size)),
).says("Brackets: k multiplies prefix_count as well. Only the extra counts are k each; those seen stay as they are.")
exercise.mistake(
    "other_default", lambda count, prefix_count, vocab_size, k=0.1: (count + k) / (prefix_count + k * vocab_size)
).says("Your default for k is another one: the first line must read `k=1.0`. With k given, you are right.")
exercise.mistake("uniform", lambda count, prefix_count, vocab_size, k=1.0: 1 / vocab_size).says(
    "You give every word 1/V, whatever was counted. That is right only for a prefix never seen."
)
exercise.mistake(
    "uniform_added",
    lambda count, prefix_count, vocab_size, k=1.0: (count / prefix_count if prefix_count else 0.0) + k / vocab_size,
).says(
    "You add k/V to the estimate without smoothing: then the V probabilities sum to 1 + k. Add k to the counts, "
    "before you divide."
)
exercise.mistake(
    "uniform_added_unguarded", lambda count, prefix_count, vocab_size, k=1.0: count / prefix_count + k / vocab_size
).says(
    "You add k/V to the estimate without smoothing: then the V probabilities sum to 1 + k, and a prefix never seen "
    "divides by 0. Add k to the counts, before you divide."
)
exercise.mistake(
    "k_shared_out", lambda count, prefix_count, vocab_size, k=1.0: (count + k / vocab_size) / (prefix_count + k)
).says("You share ONE portion of k among all words, k/V each. Here every word gets k, and all together k·V.")
exercise.mistake(
    "k_shared_out_above",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k / vocab_size) / (prefix_count + k * vocab_size),
).says("Above the line each word gets k/V, below you add k·V. Every word gets k.")
exercise.mistake(
    "denominator_unchanged_guarded",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / prefix_count if prefix_count else 0.0,
).says(
    "You leave the denominator as it was (and answer 0 for a prefix never seen). The total grows by k·V, and with it "
    "no special case is needed."
)
exercise.mistake(
    "denominator_unchanged_uniform",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / prefix_count if prefix_count else 1 / vocab_size,
).says(
    "You leave the denominator as it was: the V probabilities then sum to more than 1. The total grows by k·V, and "
    "with it a prefix never seen needs no special case."
)
exercise.mistake(
    "unseen_prefix_gives_one",
    lambda count, prefix_count, vocab_size, k=1.0: (
        (count + k) / (prefix_count + k * vocab_size) if prefix_count else 1.0
    ),
).says("For a prefix never seen you return 1. The formula needs no special case: it gives 1/V to every word.")
exercise.mistake(
    "unseen_prefix_gives_k",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + k * vocab_size) if prefix_count else k,
).says("For a prefix never seen you return k. The formula needs no special case: it gives 1/V to every word.")
exercise.mistake(
    "count_left_out", lambda count, prefix_count, vocab_size, k=1.0: k / (prefix_count + k * vocab_size)
).says("The count of the word is missing above the line: a word seen often gets no more than one never seen.")
exercise.mistake(
    "default_of_a_half", lambda count, prefix_count, vocab_size, k=0.5: (count + k) / (prefix_count + k * vocab_size)
).says("Your default for k is 0.5: the first line must read `k=1.0`. With k given, you are right.")
exercise.mistake(
    "default_of_a_hundredth",
    lambda count, prefix_count, vocab_size, k=0.01: (count + k) / (prefix_count + k * vocab_size),
).says("Your default for k is 0.01: the first line must read `k=1.0`. With k given, you are right.")
exercise.mistake(
    "k_outside_the_brackets",
    lambda count, prefix_count, vocab_size, k=1.0: (count + k) / (prefix_count + vocab_size) * k,
).says("Brackets: you multiply the whole fraction by k. Below the line k belongs to V alone.")
exercise.mistake(
    "k_added_to_the_share",
    lambda count, prefix_count, vocab_size, k=1.0: count / prefix_count + k if prefix_count else k,
).says("You add k to the probability. It belongs to the COUNTS, before you divide: else the result exceeds 1.")
exercise.mistake(
    "k_added_to_the_share_unguarded", lambda count, prefix_count, vocab_size, k=1.0: count / prefix_count + k
).says("You add k to the probability, and a prefix never seen divides by 0. It belongs to the COUNTS.")
exercise.mistake(
    "multiplied", lambda count, prefix_count, vocab_size, k=1.0: (count + k) * (prefix_count + k * vocab_size)
).says("You multiply by what belongs below the line: a probability cannot exceed 1.")


@exercise.right
def right_1(count, prefix_count, vocab_size, k=1.0):
    extra = k * vocab_size
    return np.true_divide(count + k, prefix_count + extra)


@exercise.right
def right_2(count, prefix_count, vocab_size, k=1.0):
    share = prefix_count / (prefix_count + k * vocab_size)
    estimate = count / prefix_count if prefix_count else 0.0
    return share * estimate + (1 - share) / vocab_size


@exercise.right
def right_3(count, prefix_count, vocab_size, k=1.0):
    total = float(prefix_count)
    for _word in range(vocab_size):
        total += k
    return (count + k) / total


exercise.right(lambda count, prefix_count, vocab_size, k=1.0: np.float32((count + k) / (prefix_count + k * vocab_size)))
