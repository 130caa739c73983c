"""unseen_fraction."""

import math

import numpy as np

from nlm_utils.exercises.definition import Exercise

from .common import guarded
from .count_ngrams import count_ngrams


def unseen_fraction(train, test, n):
    """Share of the n-grams of `test` that never occur in `train`, a float between 0 and 1.

    Every occurrence counts: an unseen n-gram that stands three times in `test` counts three times.
    `train` and `test` are lists of tokens; `test` has at least n. A `train` with fewer has no
    n-grams: then all are unseen.
    """
    seen = count_ngrams(train, n)
    counts = count_ngrams(test, n)
    return sum(count for ngram, count in counts.items() if ngram not in seen) / sum(counts.values())


exercise = Exercise(
    unseen_fraction,
    checks=("n from 1 to 4, repeated n-grams, nothing seen, all seen, capitals, a training text shorter than n"),
    explanation=(
        "Walk over the n-grams of the test text, token by token, and ask of each whether the training text has it. "
        "Repeats count each time, since a model is asked to score each of them."
    ),
    hints=[
        "Which text do you walk over, and in which do you look things up?",
        (
            "`count_ngrams(train, n)` answers `ngram in seen`; `count_ngrams(test, n)` tells how often each n-gram of "
            "the test text is asked for."
        ),
        (
            "Add up the counts of the n-grams of `test` that are not in `seen`, and divide by the sum of all counts "
            "of `test`."
        ),
    ],
)

_RED = ["the", "red", "ants", "hate", "the", "blue", "ants", "."]

_BLUE = [
    "the",
    "blue",
    "ants",
    "hate",
    "the",
    "red",
    "ants",
    "and",
    "the",
    "green",
    "ants",
    "and",
    "the",
    "green",
    "ants",
    "and",
    "the",
    "blue",
    "ants",
    ".",
]

_IPAD = [
    "the",
    "iPad",
    "exploded",
    "because",
    "the",
    "iPad",
    "exploded",
    "because",
    "the",
    "iPad",
    "fell",
    ".",
]

exercise.case(["ants"], ["ants", "eat"], 1)
exercise.case(["ants"], ["ants", "ants", "eat"], 1)
exercise.case(["ants", "hate"], ["eat", "eat", "ants"], 1)
exercise.case(["The", "ants"], ["the", "ants"], 1)
exercise.case(["the", "ants"], ["ants", "the"], 2)
exercise.case(["giant", "hills"], ["ant", "hills", "giant", "hill"], 2)
exercise.case(["no", ".", "ants"], ["red", ".", "ants", ".", "red"], 2)
exercise.case(["the", "red", "ants"], ["red", "the", "red", "ants", "the"], 2)
exercise.case(["a", "b", "a", "c"], ["a", "b", "c", "a", "c", "b", "a"], 2)
exercise.case(_RED, _BLUE, 1)
exercise.case(_RED, _BLUE, 2)
exercise.case(_RED, _BLUE, 3)
exercise.case(_BLUE, _RED, 4)
exercise.case(_BLUE, _RED, 2)
exercise.case(_RED, _RED, 3)
exercise.case(_RED, _IPAD, 2)
exercise.case(_IPAD, _RED * 3, 2)
exercise.case(["the", "ants"], _RED, 3)


def _windows(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


@exercise.mistake("types_for_tokens").says(
    "You count each different n-gram once. An unseen n-gram that stands three times in the test text is three tokens: "
    "every occurrence counts."
)
def types_for_tokens(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(asked - seen) / len(asked)


@exercise.mistake("direction_reversed").says(
    "You have it the wrong way round: you count the n-grams of the TRAINING text that the test text lacks."
)
def direction_reversed(train, test, n):
    seen, asked = set(_windows(test, n)), _windows(train, n)
    return guarded(sum(ngram not in seen for ngram in asked), len(asked))


@exercise.mistake("direction_reversed_types").says(
    "Two things: you count the n-grams of the TRAINING text that the test text lacks, and each of them only once."
)
def direction_reversed_types(train, test, n):
    seen, asked = set(_windows(test, n)), set(_windows(train, n))
    return guarded(len(asked - seen), len(asked))


@exercise.mistake("seen_for_unseen").says("You return the share that WAS seen. Asked for is the rest.")
def seen_for_unseen(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return sum(ngram in seen for ngram in asked) / len(asked)


@exercise.mistake("seen_types").says(
    "Two things: you return the share that WAS seen, and you count each different n-gram only once."
)
def seen_types(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(asked & seen) / len(asked)


@exercise.mistake("divided_by_test_length").says(
    "You divide by the number of tokens of the test text. It has n − 1 n-grams fewer than that."
)
def divided_by_test_length(train, test, n):
    seen = set(_windows(train, n))
    return sum(ngram not in seen for ngram in _windows(test, n)) / len(test)


@exercise.mistake("divided_by_train").says(
    "You divide by the number of n-grams of the TRAINING text. The share is one of the test text."
)
def divided_by_train(train, test, n):
    seen = set(_windows(train, n))
    return guarded(sum(ngram not in seen for ngram in _windows(test, n)), len(_windows(train, n)))


@exercise.mistake("divided_by_train_types").says(
    "You divide by the number of different n-grams of the TRAINING text. The share is one of the test text, of all "
    "its n-grams."
)
def divided_by_train_types(train, test, n):
    seen = set(_windows(train, n))
    return guarded(sum(ngram not in seen for ngram in _windows(test, n)), len(seen))


@exercise.mistake("types_above_tokens_below").says(
    "Above the line you count each different n-gram once, below it every occurrence. Count every occurrence in both."
)
def types_above_tokens_below(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return len(set(asked) - seen) / len(asked)


@exercise.mistake("tokens_above_types_below").says(
    "Above the line you count every occurrence, below it each different n-gram once: the share can exceed 1. Count "
    "every occurrence in both."
)
def tokens_above_types_below(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / len(set(asked))


@exercise.mistake("number_for_share").says(
    "You return how many there are. Divide by the number of n-grams of the test text."
)
def number_for_share(train, test, n):
    seen = set(_windows(train, n))
    return float(sum(ngram not in seen for ngram in _windows(test, n)))


exercise.mistake(
    "number_of_types", lambda train, test, n: float(len(set(_windows(test, n)) - set(_windows(train, n))))
).says(
    "You return how many different n-grams are unseen. Count every occurrence, and divide by the number of n-grams of "
    "the test text."
)


@exercise.mistake("percent").says("You return a percentage. A share lies between 0 and 1.")
def percent(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return 100 * sum(ngram not in seen for ngram in asked) / len(asked)


@exercise.mistake("single_words_looked_up").says(
    "You call an n-gram seen when its words were seen. `ants the` can be new although `ants` and `the` are not: look "
    "up the whole n-gram."
)
def single_words_looked_up(train, test, n):
    words, asked = set(train), _windows(test, n)
    return sum(any(token not in words for token in ngram) for ngram in asked) / len(asked)


exercise.mistake("n_ignored", lambda train, test, n: sum(token not in set(train) for token in test) / len(test)).says(
    "You count unseen words whatever n is. Look up windows of n tokens."
)


@exercise.mistake("counts_subtracted").says(
    "You subtract the counts: an n-gram that stands once in training and three times in the test text counts as two "
    "unseen. It was seen: none of the three counts."
)
def counts_subtracted(train, test, n):
    asked = count_ngrams(test, n)
    return (asked - count_ngrams(train, n)).total() / asked.total()


@exercise.mistake("union_below").says(
    "You divide by the n-grams of both texts together. The share is one of the test text."
)
def union_below(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / (len(asked) + len(_windows(train, n)))


@exercise.mistake("last_dropped").says("You leave out the last n-gram of the texts.")
def last_dropped(train, test, n):
    seen, asked = set(_windows(train, n)[:-1]), _windows(test, n)[:-1]
    return guarded(sum(ngram not in seen for ngram in asked), len(asked))


@exercise.mistake("no_overlap").says(
    "Your windows stand side by side. n-grams overlap: each starts one token after the one before."
)
def no_overlap(train, test, n):
    seen, asked = set(_windows(train, n)[::n]), _windows(test, n)[::n]
    return guarded(sum(ngram not in seen for ngram in asked), len(asked))


@exercise.mistake("test_windows_side_by_side").says(
    "You walk over the test text in steps of n. Its n-grams overlap: each starts one token after the one before."
)
def test_windows_side_by_side(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)[::n]
    return sum(ngram not in seen for ngram in asked) / len(asked)


exercise.mistake("whole_division", lambda train, test, n: float(math.floor(unseen_fraction(train, test, n)))).says(
    "You divide with // and lose everything behind the decimal point: 1 // 2 is 0."
)


@exercise.mistake("test_in_train").says(
    "Your answer is always 0. Either the table in which you look things up holds the test text as well, or you add up "
    "counts of the TRAINING text, where an unseen n-gram has none. Its count in the test text is what you need."
)
def test_in_train(train, test, n):
    seen, asked = set(_windows(train, n)) | set(_windows(test, n)), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / len(asked)


@exercise.mistake("symmetric_difference").says(
    "You also count the n-grams that only the training text has. Asked for are those of the test text."
)
def symmetric_difference(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(seen ^ asked) / len(seen | asked)


@exercise.mistake("empty_training_breaks").says(
    "A training text without any n-gram is an error in your code. Then everything is unseen: the share is 1."
)
def empty_training_breaks(train, test, n):
    share_of_train = 1 / len(_windows(train, n))
    return unseen_fraction(train, test, n) + 0 * share_of_train


@exercise.mistake("never_found").says(
    "You call everything unseen: what you look up can never be found where you look. An n-gram is a tuple; a list of "
    "tokens holds strings. Look n-grams up among n-grams."
)
def never_found(train, test, n):
    asked = _windows(test, n)
    return sum(ngram not in train for ngram in asked) / len(asked)


@exercise.mistake("once_is_not_enough").says("You call an n-gram unseen that was seen once. Once is seen.")
def once_is_not_enough(train, test, n):
    seen, asked = count_ngrams(train, n), _windows(test, n)
    return sum(seen[ngram] <= 1 for ngram in asked) / len(asked)


@exercise.mistake("counts_subtracted_types").says(
    "You subtract the counts and take how many n-grams are left. An n-gram that stands once in training and three "
    "times in the test text is left over, although it was seen."
)
def counts_subtracted_types(train, test, n):
    asked = count_ngrams(test, n)
    return len(asked - count_ngrams(train, n)) / len(asked)


exercise.mistake("word_types", lambda train, test, n: len(set(test) - set(train)) / len(set(test))).says(
    "You count different words, whatever n is. Look up windows of n tokens, and count every occurrence."
)


@exercise.mistake("divided_by_one_too_few").says(
    "You divide by len(test) − n. The test text has one n-gram more than that."
)
def divided_by_one_too_few(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return guarded(sum(ngram not in seen for ngram in asked), len(test) - n)


@exercise.mistake("short_tails").says(
    "Your last windows run over the end of the texts and come out shorter than n. Stop at the last window that still "
    "has n tokens."
)
def short_tails(train, test, n):
    seen = {tuple(train[i : i + n]) for i in range(len(train))}
    asked = [tuple(test[i : i + n]) for i in range(len(test))]
    return sum(ngram not in seen for ngram in asked) / len(asked)


@exercise.mistake("return_in_loop").says(
    "Your `return` stands inside the loop: you look at the first n-gram only. It belongs below the loop."
)
def return_in_loop(train, test, n):
    asked = count_ngrams(test, n)
    first = next(iter(asked))
    return asked[first] / asked.total() if first not in count_ngrams(train, n) else 0.0


@exercise.mistake("last_count_kept").says(
    "Your number of unseen n-grams is overwritten instead of growing: `=` where `+=` is meant. It ends as the count "
    "of the last one."
)
def last_count_kept(train, test, n):
    asked, unseen = count_ngrams(test, n), 0
    for ngram, count in asked.items():
        if ngram not in count_ngrams(train, n):
            unseen = count
    return unseen / asked.total()


@exercise.mistake("last_of_train_dropped").says(
    "Your loop over the training text stops one window early: its last n tokens are an n-gram too."
)
def last_of_train_dropped(train, test, n):
    seen, asked = set(_windows(train, n)[:-1]), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / len(asked)


@exercise.mistake("last_of_test_dropped").says(
    "Your loop over the test text stops one window early: its last n tokens are an n-gram too."
)
def last_of_test_dropped(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)[:-1]
    return guarded(sum(ngram not in seen for ngram in asked), len(asked))


exercise.mistake("n_minus_one", lambda train, test, n: unseen_fraction(train, test, n - 1)).says(
    "You look at windows of n − 1 tokens. n counts all the tokens of the window."
)


@exercise.mistake("n_plus_one").says("You look at windows of n + 1 tokens. n counts all the tokens of the window.")
def n_plus_one(train, test, n):
    seen, asked = set(_windows(train, n + 1)), _windows(test, n + 1)
    return guarded(sum(ngram not in seen for ngram in asked), len(asked))


@exercise.mistake("rarer_in_training").says(
    "You call an n-gram unseen when the training text has it LESS OFTEN than the test text. Once is seen, however "
    "often it is asked for."
)
def rarer_in_training(train, test, n):
    seen, asked = count_ngrams(train, n), count_ngrams(test, n)
    return sum(count for ngram, count in asked.items() if seen[ngram] < count) / asked.total()


@exercise.mistake("order_lost").says(
    "You sort the tokens inside an n-gram (or put them in a set): then `ants the` counts as seen where only `the "
    "ants` was. Keep the order of the text."
)
def order_lost(train, test, n):
    seen, asked = {tuple(sorted(ngram)) for ngram in _windows(train, n)}, _windows(test, n)
    return sum(tuple(sorted(ngram)) not in seen for ngram in asked) / len(asked)


@exercise.mistake("odds").says(
    "You divide the unseen by the SEEN ones. A share is taken of all, seen and unseen together."
)
def odds(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    unseen = sum(ngram not in seen for ngram in asked)
    return guarded(unseen, len(asked) - unseen)


@exercise.mistake("odds_unguarded").says(
    "You divide the unseen by the SEEN ones, of which there may be none. A share is taken of all, seen and unseen."
)
def odds_unguarded(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    unseen = sum(ngram not in seen for ngram in asked)
    return unseen / (len(asked) - unseen)


@exercise.mistake("jaccard").says(
    "You return what the two texts share, divided by what either has (the Jaccard index). Asked for is the unseen "
    "part of the test text, every occurrence counted."
)
def jaccard(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(seen & asked) / len(seen | asked)


@exercise.mistake("unseen_types_over_union").says(
    "You divide by the different n-grams of both texts together. The share is one of the test text, and every "
    "occurrence counts."
)
def unseen_types_over_union(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(asked - seen) / len(seen | asked)


exercise.mistake(
    "zero_for_short_training", lambda train, test, n: 0.0 if len(train) < n else unseen_fraction(train, test, n)
).says("For a training text shorter than n you return 0. It has no n-grams at all, so everything is unseen: 1.")


@exercise.mistake("stops_at_first_seen").says(
    "Your loop ends at the first n-gram that WAS seen: an `else` with `break`. Later ones may be unseen again."
)
def stops_at_first_seen(train, test, n):
    asked, unseen = count_ngrams(test, n), 0
    for ngram, count in asked.items():
        if ngram in count_ngrams(train, n):
            break
        unseen += count
    return unseen / asked.total()


@exercise.mistake("stops_at_first_unseen").says(
    "Your loop ends at the first n-gram that is unseen: there may be more of them."
)
def stops_at_first_unseen(train, test, n):
    asked = count_ngrams(test, n)
    return next((c for ngram, c in asked.items() if ngram not in count_ngrams(train, n)), 0) / asked.total()


@exercise.mistake("training_text_extended").says(
    "You append the test text to `train` itself (`+=` and `extend` do): the caller's training text is changed, and "
    "nothing is ever unseen."
)
def training_text_extended(train, test, n):
    train += test
    return unseen_fraction(train, test, n)


@exercise.mistake("test_text_extended").says(
    "You append the training text to `test` itself (`+=` and `extend` do): the caller's text is changed, and the "
    "share is taken of both together."
)
def test_text_extended(train, test, n):
    seen = train[:]
    test.extend(train)
    return unseen_fraction(seen, test, n)


@exercise.mistake("glued_text").says(
    "You look the glued n-gram up in the glued training text, letter by letter: `ant hills` stands inside `giant "
    "hills`. Compare tuples of tokens."
)
def glued_text(train, test, n):
    asked = _windows(test, n)
    return sum(" ".join(ngram) not in " ".join(train) for ngram in asked) / len(asked)


@exercise.mistake("glued_text_types").says(
    "Two things: you look the glued n-gram up in the glued text, letter by letter, and you count each different "
    "n-gram once."
)
def glued_text_types(train, test, n):
    asked = set(_windows(test, n))
    return sum(" ".join(ngram) not in " ".join(train) for ngram in asked) / len(asked)


exercise.mistake(
    "case_folded",
    lambda train, test, n: unseen_fraction([token.lower() for token in train], [token.lower() for token in test], n),
).says("You change capitals to small letters. `The` and `the` are two different tokens here, and one can be unseen.")


@exercise.mistake("full_stops_left_out").says(
    "You leave out the n-grams with a full stop in them. It is a token like any other here."
)
def full_stops_left_out(train, test, n):
    seen = set(_windows(train, n))
    asked = [ngram for ngram in _windows(test, n) if "." not in ngram]
    return guarded(sum(ngram not in seen for ngram in asked), len(asked))


@exercise.mistake("windows_over_full_stops_left_out").says(
    "You leave out the n-grams that reach over a full stop. The text is one list of tokens here; a full stop is a "
    "token like any other."
)
def windows_over_full_stops_left_out(train, test, n):
    seen = set(_windows(train, n))
    asked = [ngram for ngram in _windows(test, n) if "." not in ngram[:-1]]
    return guarded(sum(ngram not in seen for ngram in asked), len(asked))


@exercise.right
def right_1(train, test, n):
    seen = {tuple(train[i : i + n]) for i in range(len(train) - n + 1)}
    return float(np.mean([tuple(test[i : i + n]) not in seen for i in range(len(test) - n + 1)]))


@exercise.right
def right_2(train, test, n):
    unseen = total = 0
    for i in range(len(test) - n + 1):
        total += 1
        if not any(train[j : j + n] == test[i : i + n] for j in range(len(train) - n + 1)):
            unseen += 1
    return unseen / total


@exercise.right
def right_3(train, test, n):
    counts = count_ngrams(test, n)
    for ngram in count_ngrams(train, n):
        counts.pop(ngram, None)
    return np.float32(counts.total() / (len(test) - n + 1))


@exercise.right
def right_4(train, test, n):
    seen = count_ngrams(train, n)
    return 1 - sum(seen[ngram] > 0 for ngram in zip(*(test[i:] for i in range(n)), strict=False)) / (len(test) - n + 1)
