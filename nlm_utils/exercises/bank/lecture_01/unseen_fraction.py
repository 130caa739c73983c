"""The share of n-grams never seen: learners count types, or the other text's, or divide by another number."""

from collections import Counter
from itertools import takewhile

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import result, special

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
    checks="n from 1 to 4, repeated n-grams, nothing seen, all seen, capitals, a training text shorter than n",
    explanation=(
        "Walk over the n-grams of the test text, token by token, and ask of each whether the training text has it. "
        "Repeats count each time, since a model is asked to score each of them."
    ),
    hints=[
        "Which text do you walk over, and in which do you look things up?",
        "`count_ngrams(train, n)` answers `ngram in seen`; `count_ngrams(test, n)` tells how often each n-gram of "
        "the test text is asked for.",
        "Add up the counts of the n-grams of `test` that are not in `seen`, and divide by the sum of all counts "
        "of `test`.",
    ],
)

RED = str.split("the red ants hate the blue ants .")
BLUE = str.split("the blue ants hate the red ants and the green ants and the green ants and the blue ants .")
IPAD = str.split("the iPad exploded because the iPad exploded because the iPad fell .")

exercise.case(["ants"], ["ants", "eat"], 1)
exercise.case(["ants"], ["ants", "ants", "eat"], 1)
exercise.case(["ants", "hate"], ["eat", "eat", "ants"], 1)
exercise.case(["The", "ants"], ["the", "ants"], 1)
exercise.case(["the", "ants"], ["ants", "the"], 2)
exercise.case(["The", "ants"], ["The", "the"], 1)
exercise.case(["giant", "hills"], ["ant", "hills", "giant", "hill"], 2)
exercise.case(["no", ".", "ants"], ["red", ".", "ants", ".", "red"], 2)
exercise.case(["the", "red", "ants"], ["red", "the", "red", "ants", "the"], 2)
exercise.case(["a", "b", "a", "c"], ["a", "b", "c", "a", "c", "b", "a"], 2)
exercise.case(RED, BLUE, 1)
exercise.case(RED, BLUE, 2)
exercise.case(RED, BLUE, 3)
exercise.case(BLUE, RED, 4)
exercise.case(BLUE, RED, 2)
exercise.case(RED, RED, 3)
exercise.case(RED, IPAD, 2)
exercise.case(IPAD, RED * 3, 2)
exercise.case(["the", "ants"], RED, 3)
exercise.case(["a_b", "c"], ["a", "b_c"], 2)
exercise.case(["ab", "c", "x", "a b", "c"], ["a", "bc", "a", "b c"], 2)  # joined, two of the three are seen


def drawn(rng):
    letters = ["a", "b", "A", ".", "a b"][: rng.integers(2, 6)]
    n = int(rng.integers(1, 4))
    return (*(rng.choice(letters, rng.integers(least, 20)).tolist() for least in (0, n)), n)


exercise.drawn(drawn, 6)


def windows(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def glued(tokens, n, separator=" "):
    return [separator.join(ngram) for ngram in windows(tokens, n)]


def unseen(seen, asked):
    return sum(ngram not in seen for ngram in asked)


def unseen_types(seen, asked):
    return unseen(seen, set(asked))


def types(seen, asked):
    return len(set(asked))


def types_of_both(seen, asked):
    return len({*seen, *asked})


def last(asked):
    """The last of the different n-grams."""
    return [*dict.fromkeys(asked)][-1]


def counts_of_unseen(seen, asked):
    """How often each unseen n-gram is asked for, in their order; [0] where there is none."""
    return [asked.count(ngram) for ngram in dict.fromkeys(asked) if ngram not in seen] or [0]


def share(above=unseen, below=lambda seen, asked: len(asked), seen=windows, asked=windows):
    """An answer that divides what `above` and `below` make of two lists, `seen(train, n)` and `asked(test, n)`."""

    def answer(train, test, n):
        lists = seen(train, n), asked(test, n)
        return above(*lists) / below(*lists) if below(*lists) else 0.0

    return answer


def up_to(tokens, n):
    """The windows of all lengths up to n."""
    return [window for k in range(n) for window in windows(tokens, k + 1)]


def over_the_end(tokens, n):
    """The last windows are shorter than n."""
    return [tuple(tokens[i : i + n]) for i in range(len(tokens))]


def in_lower_case(tokens, n):
    return windows([*map(str.lower, tokens)], n)


def with_windows(cut):
    """An answer that cuts both texts into other windows, `cut(tokens, n)`."""
    return share(seen=cut, asked=cut)


# what is counted
exercise.mistake("types_for_tokens", share(unseen_types, types)).says(
    "You count each different n-gram once. An unseen one that stands three times in the test text counts three times."
)
exercise.mistake(
    "direction_reversed", share(lambda seen, asked: unseen(asked, seen), lambda seen, asked: len(seen))
).says("You have it the wrong way round: you count the n-grams of the TRAINING text that the test text lacks.")
exercise.mistake(
    "direction_reversed_types", share(lambda seen, asked: unseen_types(asked, seen), lambda seen, asked: len(set(seen)))
).says("Two things: you count the n-grams of the TRAINING text that the test text lacks, and each of them only once.")
exercise.mistake(
    "whole_text_asked", share(lambda seen, asked: float(unseen(seen, asked) > 0), lambda seen, asked: 1)
).says("You ask whether ANY is unseen, one yes or no for the text. Asked is which share of them is, from 0 to 1.")
exercise.mistake(
    "compared_place_by_place", share(lambda seen, asked: sum(a != b for a, b in zip(seen, asked, strict=False)))
).says("You compare the two texts place by place. An n-gram is seen when it stands ANYWHERE in the training text.")
exercise.mistake("mismatches_counted", share(lambda seen, asked: sum(a != b for a in seen for b in asked))).says(
    "You add 1 for each training n-gram that is ANOTHER one. It counts once, and only if none of them equals it: `in`."
)
exercise.mistake(
    "windows_of_both_texts", lambda train, test, n: share(seen=lambda *_: windows(train, n))(train, train + test, n)
).says("You put the two texts one after the other and count in both. The share is one of the TEST text alone.")
exercise.mistake("seen_types", share(lambda seen, asked: len({*seen} & {*asked}), types)).says(
    "Two things: you return the share that WAS seen, and you count each different n-gram only once."
)
exercise.takes(
    result(
        one_minus=("seen_for_unseen", "You return the share that WAS seen. Asked for is the rest."),
        whole=("whole_division", "You divide with // and lose everything after the decimal point: 1 // 2 is 0."),
        zero=(
            "test_in_train",
            "Your answer is always 0. Either the table in which you look things up holds the test text as well, or "
            "you add up counts of the TRAINING text, where an unseen n-gram has none. Take its count in the test text.",
        ),
    ),
    special(
        lambda train, test, n: len(train) < n,
        "a training text shorter than n",
        "It has no n-grams, so all of the test text are unseen: 1.",
        refused="short_training_refused",
    ),
)
exercise.mistake("never_found", share(seen=lambda tokens, n: tokens)).says(
    "You call everything unseen: what you look up is never equal to what you look among. A tuple of tokens is no list, "
    "no string and no count: look up n-grams among n-grams of the same kind."
)
exercise.mistakes(
    n_ignored=lambda train, test, n: unseen_fraction(train, test, 1),
    word_types=lambda train, test, n: len(set(test) - set(train)) / len(set(test)),
).says("You count unseen words, whatever n is. Look up windows of n tokens, and count every occurrence.")
exercise.mistakes(
    always_bigrams=lambda train, test, n: unseen_fraction(train, test, 2),
    all_orders=lambda train, test, n: np.mean([unseen_fraction(train, test, k + 1) for k in range(n)]),
    all_orders_together=share(seen=up_to, asked=up_to),
).says("You count windows of 2 tokens whatever n is, or of all lengths up to n. Only windows of n tokens count here.")
exercise.mistakes(
    single_words_looked_up=lambda train, test, n: np.mean([not {*g} <= {*train} for g in windows(test, n)]),
    any_word_looked_up=lambda train, test, n: np.mean([not {*g} & {*train} for g in windows(test, n)]),
    last_word_looked_up=lambda train, test, n: np.mean([g[-1] not in train for g in windows(test, n)]),
).says("You look up single words of an n-gram. `ants the` can be new although neither word is: look up the whole.")
exercise.mistakes(
    counts_subtracted=share(lambda seen, asked: (Counter(asked) - Counter(seen)).total()),
    counts_subtracted_types=share(lambda seen, asked: len(Counter(asked) - Counter(seen)), types),
).says(
    "You subtract the counts: what stands once in training and three times in the test text is left over. It was seen: "
    "none of the three counts."
)
exercise.mistake("once_is_not_enough", share(lambda seen, asked: sum(seen.count(ngram) < 2 for ngram in asked))).says(
    "You call an n-gram unseen that was seen once. Once is seen."
)
exercise.mistake(
    "rarer_in_training", share(lambda seen, asked: sum(seen.count(ngram) < asked.count(ngram) for ngram in asked))
).says("You call an n-gram unseen that training has LESS OFTEN than the test text. Once is seen, however often asked.")
exercise.mistake("symmetric_difference", share(lambda seen, asked: len({*seen} ^ {*asked}), types_of_both)).says(
    "You also count the n-grams that only the training text has. Asked for are those of the test text."
)
exercise.mistake("jaccard", share(lambda seen, asked: len({*seen} & {*asked}), types_of_both)).says(
    "You return what the texts share, over what either has (Jaccard's index). Asked for is the test text's unseen part."
)

# what it is divided by
exercise.mistakes(
    divided_by_test_length=lambda train, test, n: unseen(windows(train, n), windows(test, n)) / len(test),
    divided_by_one_too_few=share(below=lambda seen, asked: len(asked) - 1),
).says("You divide by len(test) or len(test) − n. The test text has len(test) − n + 1 n-grams.")
exercise.mistake(
    "brackets_below", lambda train, test, n: unseen(windows(train, n), windows(test, n)) / len(test) - n + 1
).says("Brackets: Python divides before it subtracts, so `/ len(test) - n + 1` divides by len(test) alone.")
exercise.mistakes(
    divided_by_train=share(below=lambda seen, asked: len(seen)),
    divided_by_train_types=share(below=lambda seen, asked: len(set(seen))),
).says("You divide by the number of n-grams of the TRAINING text. The share is one of the test text, of all it has.")
exercise.mistakes(
    union_below=share(below=lambda seen, asked: len(seen) + len(asked)),
    unseen_types_over_union=share(unseen_types, types_of_both),
).says("You divide by the n-grams of both texts together. The share is one of the test text, each occurrence counted.")
exercise.mistakes(types_above_tokens_below=share(unseen_types), tokens_above_types_below=share(below=types)).says(
    "On one side of the line you count each different n-gram once. Count every occurrence, above and below."
)
exercise.mistakes(
    number_for_share=share(below=lambda seen, asked: 1), number_of_types=share(unseen_types, lambda seen, asked: 1)
).says("You return how many there are. Count every occurrence, and divide by the number of n-grams of the test text.")
exercise.mistakes(
    odds=share(below=lambda seen, asked: len(asked) - unseen(seen, asked)),
    odds_unguarded=share(lambda *both: unseen(*both) / (len(both[1]) - unseen(*both)), below=lambda seen, asked: 1),
).says("You divide the unseen by the SEEN ones, of which there may be none. A share is taken of all, seen or not.")

# other windows
exercise.mistakes(
    last_dropped=with_windows(lambda tokens, n: windows(tokens, n)[:-1]),
    last_of_train_dropped=share(seen=lambda tokens, n: windows(tokens, n)[:-1]),
    last_of_test_not_counted=share(lambda seen, asked: unseen(seen, asked[:-1])),
    last_of_test_dropped=share(asked=lambda tokens, n: windows(tokens, n)[:-1]),
).says("You stop one window early in one of the texts, or in both: the last n tokens are an n-gram too.")
exercise.mistakes(
    no_overlap=with_windows(lambda tokens, n: windows(tokens, n)[::n]),
    no_overlap_short_tail=with_windows(lambda tokens, n: over_the_end(tokens, n)[::n]),
    test_windows_side_by_side=share(asked=lambda tokens, n: windows(tokens, n)[::n]),
    test_windows_side_by_side_short_tail=share(asked=lambda tokens, n: over_the_end(tokens, n)[::n]),
).says("You walk in steps of n: your windows stand side by side. n-grams overlap: the next starts one token later.")
exercise.mistake("short_tails_of_test", share(asked=over_the_end)).says(
    "Your last windows of the test text run over its end, or you subtract from 1 the seen ones over len(test). It has "
    "len(test) − n + 1 n-grams: that many, and no more."
)
exercise.mistake("short_tails", with_windows(over_the_end)).says(
    "Your last windows run over the end of the texts, shorter than n. Stop at the last that still has n tokens."
)
exercise.mistakes(
    n_minus_one=with_windows(lambda tokens, n: windows(tokens, n - 1)),
    n_plus_one=with_windows(lambda tokens, n: windows(tokens, n + 1)),
    word_left_out=with_windows(lambda tokens, n: [ngram[:-1] for ngram in windows(tokens, n)]),
).says("You look at windows of n − 1 or n + 1 tokens. n counts all the tokens of the window.")
exercise.mistake("order_lost", with_windows(lambda tokens, n: [tuple(sorted(g)) for g in windows(tokens, n)])).says(
    "You sort the tokens of an n-gram (or use a set): `ants the` then counts as seen where only `the ants` was."
)
exercise.mistake("ends_only", with_windows(lambda tokens, n: [(g[0], g[-1]) for g in windows(tokens, n)])).says(
    "You compare the first and the last token of each window. An n-gram is all n of them."
)
exercise.mistakes(
    joined_ngrams=with_windows(glued), joined_by_underscores=with_windows(lambda tokens, n: glued(tokens, n, "_"))
).says("You compare joined strings: “a” + “bc” is “ab” + “c”, and a token may hold the separator. Compare tuples.")
exercise.mistake("glued_text", share(seen=lambda tokens, n: " ".join(tokens), asked=glued)).says(
    "You look letters up in the glued text: `ant hills` stands inside `giant hills`. Compare tuples of tokens."
)
exercise.mistake(
    "glued_text_types",
    share(unseen_types, types, lambda tokens, n: " ".join(tokens), glued),
).says("Two things: you look letters up in the glued text, and you count each different n-gram once.")
exercise.mistakes(
    case_folded=with_windows(in_lower_case),
    case_of_train_folded=share(seen=in_lower_case),
    case_of_test_folded=share(asked=in_lower_case),
).says("You change capitals to small letters. `The` and `the` are two different tokens here, and one can be unseen.")
exercise.mistakes(
    full_stops_left_out=share(asked=lambda tokens, n: [g for g in windows(tokens, n) if "." not in g]),
    windows_over_full_stops_left_out=share(
        asked=lambda tokens, n: [g for g in windows(tokens, n) if "." not in g[:-1]]
    ),
).says("You leave out n-grams that hold a full stop, or reach over one. It is a token like any other here.")

# a training text without n-grams, loops left early, a text changed
exercise.mistake(
    "zero_for_short_training", lambda train, test, n: unseen_fraction(train, test, n) if len(train) >= n else 0.0
).says("For a training text shorter than n you return 0. It has no n-grams at all, so everything is unseen: 1.")
exercise.mistake(
    "empty_training_breaks", lambda train, test, n: unseen_fraction(train, test, n) + 0 / len(windows(train, n))
).says("A training text without any n-gram is an error in your code. Then everything is unseen: the share is 1.")
exercise.mistakes(
    return_in_loop=share(lambda seen, asked: asked.count(asked[0]) * (asked[0] not in seen)),
    return_in_loop_by_place=share(lambda seen, asked: int(asked[0] not in seen)),
).says("Your `return` stands inside the loop: you look at the first n-gram only. It belongs after the loop.")
exercise.mistakes(
    set_back_in_the_loop=share(lambda seen, asked: int(asked[-1] not in seen)),
    set_back_in_the_loop_over_types=share(lambda seen, asked: asked.count(last(asked)) * (last(asked) not in seen)),
).says("Your counter is set back to 0 inside the loop, so only the last n-gram counts. Set it to 0 once, above.")
exercise.mistake("last_count_kept", share(lambda seen, asked: counts_of_unseen(seen, asked)[-1])).says(
    "Your number of unseen n-grams is overwritten (`=` for `+=`): it ends as the count of the last one."
)
exercise.mistake("stops_at_first_unseen", share(lambda seen, asked: counts_of_unseen(seen, asked)[0])).says(
    "Your loop ends at the first n-gram that is unseen: there may be more of them."
)
exercise.mistake(
    "stops_at_first_seen",
    share(lambda seen, asked: sum(asked.count(g) for g in takewhile(lambda g: g not in seen, dict.fromkeys(asked)))),
).says(
    "After the first n-gram that WAS seen none counts: `else: break`, or a `found = True` that is never set back to "
    "False. Later ones may be unseen again."
)
exercise.mistake(
    "test_text_extended", lambda train, test, n: unseen_fraction(train[:], test.extend(train) or test, n)
).says("You append the training text to `test` itself (`+=`, `extend`): the share is then that of both texts.")


@exercise.right
def mean_of_booleans(train, test, n):
    seen = {tuple(train[i : i + n]) for i in range(len(train) - n + 1)}
    return float(np.mean([tuple(test[i : i + n]) not in seen for i in range(len(test) - n + 1)]))


@exercise.right
def slices_compared(train, test, n):
    unseen = total = 0
    for i in range(len(test) - n + 1):
        total += 1
        if not any(train[j : j + n] == test[i : i + n] for j in range(len(train) - n + 1)):
            unseen += 1
    return unseen / total


@exercise.right
def seen_ones_removed(train, test, n):
    counts = count_ngrams(test, n)
    for ngram in count_ngrams(train, n):
        counts.pop(ngram, None)
    return np.float64(counts.total() / (len(test) - n + 1))
