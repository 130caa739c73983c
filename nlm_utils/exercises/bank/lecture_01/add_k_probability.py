"""k extra counts for each of V words: learners lose V or k below the line, misplace a bracket, or add to the share."""

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import epsilon, result, rounded, variants


def add_k_probability(count, prefix_count, vocab_size, k=1.0):
    """Add-k estimate of p(word | prefix), a float: every word gets k > 0 extra counts.

    count         how often the prefix was followed by the word
    prefix_count  how often the prefix was followed by any word, maybe 0
    vocab_size    V, the number of types in the vocabulary
    """
    return (count + k) / (prefix_count + k * vocab_size)


exercise = Exercise(
    add_k_probability,
    checks="seen and unseen words and prefixes, k from 10⁻⁹ to 3, the default k, the sum over a vocabulary",
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
exercise.case(0, 0, 4, k=1e-9)
exercise.case(1, 2, 4, 2)
exercise.drawn(lambda rng: (int(rng.integers(9)), int(rng.integers(9, 99)), int(rng.integers(2, 500)), rng.random()))
exercise.drawn(lambda rng: (0, int(rng.integers(2)), int(rng.integers(2, 500)), int(rng.integers(1, 4))))


def share(c, N):
    return c / N if N else 0.0


# Below, c is the word's count, N the prefix's, V the size of the vocabulary.
exercise.mistake("vocabulary_missing", lambda c, N, V, k=1.0: (c + k) / (N + k)).says(
    "You add k below only once. All V words got k extra counts: as it is, the probabilities sum to more than 1."
)
exercise.mistake("denominator_without_k", lambda c, N, V, k=1.0: (c + k) / (N + V)).says(
    "You add V below whatever k is. That is right for k = 1 only: with k = 0.5, V words bring V/2 extra counts."
)
exercise.mistake("always_add_one", lambda c, N, V, k=1.0: (c + 1) / (N + V)).says(
    "You add 1 whatever k is: k never enters your result."
)
exercise.mistake("numerator_always_one", lambda c, N, V, k=1.0: (c + 1) / (N + k * V)).says(
    "Above the line you add 1 whatever k is; each word gets k extra counts."
)
exercise.mistake("at_least_k", lambda c, N, V, k=1.0: max(c, k) / (N + k * V)).says(
    "You lift the count to at least k, with `max`. Every count gets k more, those above k as well: count + k."
)
exercise.mistakes(
    k_cut_to_whole_number=lambda c, N, V, k=1.0: (c + int(k)) / (N + int(k) * V),
    k_cut_to_whole_number_guarded=lambda c, N, V, k=1.0: share(c + int(k), N + int(k) * V),
    k_cut_above=lambda c, N, V, k=1.0: int(c + k) / (N + k * V),
    k_cut_below=lambda c, N, V, k=1.0: (c + k) / int(N + k * V),
).says("You make a whole number of k, or of a sum with it: 0.5 becomes 0. k may be any number above 0; leave it so.")
exercise.mistake("one_at_least_below", lambda c, N, V, k=1.0: (c + k) / max(1, N + k * V)).says(
    "You do not let the denominator fall below 1. It may: for a prefix never seen it is k·V, however small k is."
)
exercise.mistake("numerator_without_k", lambda c, N, V, k=1.0: c / (N + k * V)).says(
    "You add nothing above the line: a word never seen still has probability 0, which smoothing was to mend."
)
exercise.mistakes(
    denominator_unchanged=lambda c, N, V, k=1.0: (c + k) / N,
    denominator_unchanged_guarded=lambda c, N, V, k=1.0: share(c + k, N),
    denominator_unchanged_uniform=lambda c, N, V, k=1.0: (c + k) / N if N else 1 / V,
).says(
    "You leave the denominator as it was: the V probabilities then sum to more than 1. The total grows by k·V, and "
    "with it a prefix never seen needs no special case."
)
exercise.mistakes(
    sum_for_product=lambda c, N, V, k=1.0: (c + k) / (N + V + k),
    power_for_product=lambda c, N, V, k=1.0: (c + k) / (N + V**k),
    power_of_k=lambda c, N, V, k=1.0: (c + k) / (N + k**V),
    divided_by_k=lambda c, N, V, k=1.0: (c + k) / (N + V / k),
).says("You add V and k, divide one by the other, or take a power. V words with k extra counts each: a product, k·V.")
exercise.mistakes(
    prefix_count_missing=lambda c, N, V, k=1.0: (c + k) / (k * V),
    divided_by_vocabulary=lambda c, N, V, k=1.0: (c + k) / V,
).says("Below the line the counts that were really seen after the prefix are missing: prefix_count, plus k·V.")
exercise.mistakes(
    count_in_denominator=lambda c, N, V, k=1.0: (c + k) / (c + k * V),
    count_in_denominator_without_k=lambda c, N, V, k=1.0: (c + k) / (c + V),
).says("Below stands the count of prefix AND word. There it must be how often the prefix was followed by any word.")
exercise.mistakes(
    count_added_below=lambda c, N, V, k=1.0: (c + k) / (N + c + k * V),
    count_taken_off_below=lambda c, N, V, k=1.0: (c + k) / (N - c + k * V),
).says("Below the line you add the word's own count, or take it off. prefix_count holds it already, once: leave it.")
exercise.mistakes(
    unseen_types_only=lambda c, N, V, k=1.0: (c + k) / (N + k * (V - 1)),
    extra_type=lambda c, N, V, k=1.0: (c + k) / (N + k * (V + 1)),
).says("You add k for V − 1 or V + 1 words. `vocab_size` is all of them: each gets k, those already seen included.")
exercise.mistakes(
    other_words_below=lambda c, N, V, k=1.0: (c + k) / (N - c + k * (V - 1)),
    types_less_the_count=lambda c, N, V, k=1.0: share(c + k, N + k * (V - c)),
    types_less_the_prefix_count=lambda c, N, V, k=1.0: share(c + k, N + k * (V - N)),
    vocabulary_twice=lambda c, N, V, k=1.0: (c + k) / (N + (k + 1) * V),
).says("Below the line stand prefix_count + k·V: all words, with neither a count nor anything else taken off or added.")
exercise.mistake("extra_one", lambda c, N, V, k=1.0: (c + k) / (N + k * V + 1)).says(
    "You add 1 below the line on top of k·V. Nothing else was added: V words, k counts each."
)
exercise.mistakes(
    k_on_the_wrong_count=lambda c, N, V, k=1.0: (c + k) / (k * N + V),
    k_times_prefix_count=lambda c, N, V, k=1.0: share(c + k, N + k * N),
    k_times_prefix_count_unguarded=lambda c, N, V, k=1.0: (c + k) / (N + k * N),
    prefix_count_times_k_alone=lambda c, N, V, k=1.0: share(c + k, k * N),
    vocabulary_on_the_wrong_count=lambda c, N, V, k=1.0: (c + k) / (N * V + k),
    product_of_all_three=lambda c, N, V, k=1.0: (c + k) / (max(N, 1) * k * V),
).says(
    "Below the line you multiply prefix_count by k or V. What was seen stays as it is; k for each of V words is added."
)
exercise.mistake("one_for_a_prefix_count_of_zero", lambda c, N, V, k=1.0: (c + k) / ((N or 1) + k * V)).says(
    "You put 1 for a prefix_count of 0. The denominator is k·V then, which is above 0: no special case is needed."
)
exercise.mistakes(
    minus_above=lambda c, N, V, k=1.0: (c - k) / (N + k * V),
    minus_below=lambda c, N, V, k=1.0: share(c + k, N - k * V),
    minus_in_both=lambda c, N, V, k=1.0: (c - k) / (N - k * V),
).says("You take k away, above the line or below it. Every word gets k extra counts, and the total GROWS by k·V.")

# brackets
exercise.mistake("brackets_above", lambda c, N, V, k=1.0: c + k / (N + k * V)).says(
    "Brackets: Python divides before it adds, so your `count + k / (…)` adds the whole count to a small fraction."
)
exercise.mistakes(
    brackets_below=lambda c, N, V, k=1.0: (c + k) / N + k * V,
    no_brackets_without_k=lambda c, N, V, k=1.0: c + (k / N if N else 0) + V,
    no_brackets=lambda c, N, V, k=1.0: c + k / N + k * V,
).says("Brackets: Python divides before it adds, so only prefix_count stands below your line.")
exercise.mistake("no_brackets_vocabulary_missing", lambda c, N, V, k=1.0: (c + k) / N + k).says(
    "Two things: Python divides before it adds, so the sum below needs brackets; and V is missing in it."
)
exercise.mistakes(
    brackets_product=lambda c, N, V, k=1.0: (c + k) / ((N + k) * V),
    k_times_the_whole_sum=lambda c, N, V, k=1.0: (c + k) / (k * (N + V)),
).says("Brackets: you multiply prefix_count as well. Only the extra counts are a product, k·V; those seen stay.")
exercise.mistakes(
    vocabulary_multiplies=lambda c, N, V, k=1.0: (c + k) / N * V,
    sum_times_vocabulary=lambda c, N, V, k=1.0: (c + k) / (N + k) * V,
).says("Brackets: you divide first and then MULTIPLY by V. The product k·V belongs below the line as a whole.")
exercise.mistakes(
    k_outside_the_brackets=lambda c, N, V, k=1.0: (c + k) / (N + V) * k,
    add_one_times_k=lambda c, N, V, k=1.0: (c + 1) / (N + V) * k,
).says("Brackets: you multiply the whole fraction by k. Below the line k belongs to V alone.")

# above the line
exercise.mistake("count_left_out", lambda c, N, V, k=1.0: k / (N + k * V)).says(
    "The count of the word is missing above the line: a word seen often gets no more than one never seen."
)
exercise.mistake("k_times_v_above", lambda c, N, V, k=1.0: (c + k * V) / (N + k * V)).says(
    "You add k·V above the line as well. One word gets k extra counts; k·V is what all of them get together."
)
exercise.mistakes(
    k_multiplies_count=lambda c, N, V, k=1.0: (c * k) / (N + k * V),
    count_times_one_plus_k=lambda c, N, V, k=1.0: c * (1 + k) / (N + k * V),
    count_plus_one_times_k=lambda c, N, V, k=1.0: k * (c + 1) / (N + k * V),
    both_counts_times_k=lambda c, N, V, k=1.0: c * k / (N * k + V) if N else 1 / V,
).says("Above the line you multiply by k. Smoothing ADDS k to every count; what was seen stays as it is.")
exercise.mistakes(
    k_shared_out=lambda c, N, V, k=1.0: (c + k / V) / (N + k),
    k_shared_out_for_one=lambda c, N, V, k=1.0: (c + k / V) / (N + k / V),
    k_shared_out_above=lambda c, N, V, k=1.0: (c + k / V) / (N + k * V),
).says("You give each word k/V, its share of ONE portion of k. Every word gets k, and all together k·V.")

# no smoothing, or only here and there
exercise.mistakes(
    not_smoothed=lambda c, N, V, k=1.0: share(c, N), not_smoothed_unguarded=lambda c, N, V, k=1.0: c / N
).says("You divide the counts as they are: that is the maximum likelihood estimate, and k never enters it.")
exercise.mistake("only_zeros_smoothed", lambda c, N, V, k=1.0: c / N if c else k / (N + k * V)).says(
    "You smooth only words with count 0: then the probabilities sum to more than 1. Every word gets k."
)
exercise.mistake("zeros_left_at_zero", lambda c, N, V, k=1.0: (c + k) / (N + k * V) if c else 0.0).says(
    "You give words never seen probability 0. They are the ones that smoothing is for."
)
exercise.mistakes(
    unseen_prefix_gives_zero=lambda c, N, V, k=1.0: (c + k) / (N + k * V) if N else 0.0,
    unseen_prefix_gives_one=lambda c, N, V, k=1.0: (c + k) / (N + k * V) if N else 1.0,
    unseen_prefix_gives_k=lambda c, N, V, k=1.0: (c + k) / (N + k * V) if N else k,
).says("For a prefix never seen you return 0, 1 or k. The formula needs no special case: it gives 1/V to every word.")
exercise.mistake("uniform", lambda c, N, V, k=1.0: 1 / V).says(
    "You give every word 1/V, whatever was counted. That is right only for a prefix never seen."
)
exercise.mistakes(
    uniform_added=lambda c, N, V, k=1.0: share(c, N) + k / V,
    uniform_added_unguarded=lambda c, N, V, k=1.0: c / N + k / V,
).says("You add k/V to the share: the V probabilities then sum to 1 + k. Add k to the COUNTS, before you divide.")
exercise.mistakes(
    k_added_to_the_share=lambda c, N, V, k=1.0: share(c, N) + k,
    k_added_to_the_share_unguarded=lambda c, N, V, k=1.0: c / N + k,
).says("You add k to the probability. It belongs to the COUNTS, before you divide: else the result can exceed 1.")
exercise.mistakes(
    share_smoothed=lambda c, N, V, k=1.0: (share(c, N) + k) / (1 + k * V),
    share_smoothed_unguarded=lambda c, N, V, k=1.0: (c / N + k) / (1 + k * V),
).says(
    "You smooth the SHARE, count / prefix_count, as if the prefix had been seen once. Add k to the COUNTS: the more "
    "often a prefix was seen, the less k moves it."
)
exercise.mistake("smoothed_count", lambda c, N, V, k=1.0: (c + k) * N / (N + k * V)).says(
    "You multiply by prefix_count: that is the smoothed COUNT. The probability is asked for, the fraction alone."
)
exercise.mistakes(
    fraction_added=lambda c, N, V, k=1.0: share(c, N) + k / (N + k * V),
    fraction_added_unguarded=lambda c, N, V, k=1.0: c / N + k / (N + k * V),
    k_added_at_the_end=lambda c, N, V, k=1.0: c / (N + k * V) + k,
).says("You add k, or a fraction with it, to another fraction. It is ONE: count + k above, prefix_count + k·V below.")
exercise.mistakes(
    at_most_one_above=lambda c, N, V, k=1.0: min(1, c + k) / (N + k * V),
    at_most_one_k=lambda c, N, V, k=1.0: (c + min(k, 1)) / (N + min(k, 1) * V),
    at_least_one_k=lambda c, N, V, k=1.0: (c + max(k, 1)) / (N + max(k, 1) * V),
).says(
    "You cap k, or count + k, at 1 (`min`, `max`). Both are numbers of counts, and may be any: take them as they are."
)
exercise.mistake("in_float32", lambda c, N, V, k=1.0: float(np.float32(c + k) / np.float32(N + k * V))).says(
    "You compute in float32, which keeps seven digits. Python's own numbers keep sixteen: leave the conversion out."
)
exercise.mistakes(
    discounted=lambda c, N, V, k=1.0: share(max(c - k, 0), N),
    discounted_unguarded=lambda c, N, V, k=1.0: max(c - k, 0) / N,
).says("You take k off the counts: that is discounting. Here every word GETS k extra counts, and the total k·V.")
exercise.mistake("one_added_besides", lambda c, N, V, k=1.0: (c + 1 + k) / (N + 1 + k * V)).says(
    "You add 1 besides k. k is all that is added: count + k above, prefix_count + k·V below."
)
exercise.mistake("squared_below", lambda c, N, V, k=1.0: (c + k) / (N + k * V) ** 2).says(
    "You divide by prefix_count + k·V twice. Once is right."
)
exercise.mistakes(
    uniform_for_unseen_prefixes_only=lambda c, N, V, k=1.0: (c + k) / (N + k) if N else 1 / V,
    unseen_words_by_themselves=lambda c, N, V, k=1.0: (c + k) / (N + k * V) if c else k / V,
    unseen_words_uniform=lambda c, N, V, k=1.0: (c + k) / (N + k * V) if c else 1 / V,
).says("You treat what was never seen apart, with `if`. One formula fits all: (count + k) / (prefix_count + k·V).")
exercise.mistake("mean_of_two_estimates", lambda c, N, V, k=1.0: (1 - k) * share(c, N) + k / V).says(
    "You mix the maximum likelihood estimate with 1/V. That is interpolation; here k is a number of counts, maybe 3."
)

# the rest
exercise.takes(
    result(whole=("whole_division", "You make a whole number of the result, with // or `int`: 1 // 2 is 0.")),
    rounded(2, 3, 4),
    variants(
        "default_of",
        (0, 0.5, 0.1, 0.01),
        lambda default: lambda c, N, V, k=default: (c + k) / (N + k * V),
        "Your default for k is {value}: the first line must read `k=1.0`. With k given, you are right.",
    ),
    epsilon(
        lambda eps: lambda c, N, V, k=1.0: (c + k) / (N + k * V + eps),
        "the denominator",
        "It can never be 0, since k is above 0; and k may be as small as that number.",
        values=(1e-3, 1e-6, 1e-8, 1e-9, 1e-10, 1e-12),
    ),
)
exercise.mistake("counts_swapped", lambda c, N, V, k=1.0: (N + k) / (c + k * V)).says(
    "You swap the two counts: that of prefix AND word goes above the line, that of the prefix alone below."
)
exercise.mistake("multiplied", lambda c, N, V, k=1.0: (c + k) * (N + k * V)).says(
    "You multiply by what belongs below the line: a probability cannot exceed 1."
)

exercise.right(lambda c, N, V, k=1.0: np.true_divide(c + k, N + k * V))
exercise.right(lambda c, N, V, k=1.0: np.float64((c + k) / (N + k * V)))


@exercise.right
def mixed_with_uniform(count, prefix_count, vocab_size, k=1.0):
    weight = prefix_count / (prefix_count + k * vocab_size)
    return weight * share(count, prefix_count) + (1 - weight) / vocab_size


@exercise.right
def total_counted_up(count, prefix_count, vocab_size, k=1.0):
    total = float(prefix_count)
    for _word in range(vocab_size):
        total += k
    return (count + k) / total
