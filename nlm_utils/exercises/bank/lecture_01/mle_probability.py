"""mle_probability."""

import math
from collections import Counter, defaultdict

import numpy as np

from nlm_utils.exercises.definition import Exercise

from .common import guarded
from .count_ngrams import count_ngrams


def mle_probability(tokens, prefix, word):
    """Maximum likelihood estimate of p(word | prefix) from the text `tokens`, a float.

    How often `prefix` is followed by `word`, divided by how often it is followed by any word.
    `prefix` is a tuple of tokens, maybe (): then it is the share of `word` among all tokens.
    A prefix that is never followed by anything gives 0.0.
    """
    counts = count_ngrams(tokens, len(prefix) + 1)
    followed = sum(count for ngram, count in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else 0.0


exercise = Exercise(
    mle_probability,
    checks="prefixes of 0 to 3 tokens, seen, unseen, with a full stop, and at the very end of the text",
    explanation=(
        "Both counts come from the same table, the (m + 1)-grams of a prefix of m tokens: one entry for the "
        "numerator, the sum of all entries that begin with the prefix for the denominator. So the probabilities of "
        "all words after one prefix sum to 1. An m-gram count for the denominator would also count the prefix at the "
        "very end of the text, where nothing follows."
    ),
    hints=[
        "Which n-grams hold both the prefix and the word? How long are they?",
        (
            "Count the n-grams with n = len(prefix) + 1. The denominator is the sum of the counts of all n-grams that "
            "start with the prefix."
        ),
        "An n-gram starts with the prefix when `ngram[:-1] == prefix`. When that sum is 0, return 0.0.",
    ],
)

_ANTS = ["the", "red", "ants", "hate", "the", "blue", "ants", "and", "the", "red", "ants", "eat", "the"]

_BOOKS = [
    "students",
    "opened",
    "their",
    "books",
    ".",
    "students",
    "opened",
    "their",
    "laptops",
    ".",
    "students",
    "closed",
    "their",
    "books",
    ".",
    "pupils",
    "opened",
]

exercise.case(["ants", "hate"], ("ants",), "hate")
exercise.case(["ants", "hate"], ("red",), "hate")
exercise.case(["ants", "hate"], ("hate",), "ants")
exercise.case(["ants", "hate", "ants", "eat"], (), "ants")
exercise.case(["red", "ants", "hate", "red"], ("red",), "ants")
exercise.case(["The", "ants", "the", "iPad"], ("the",), "ants")
exercise.case(["ants", "hate", "ants", "hate", "red"], ("ants", "hate"), "red")
exercise.case(["the", "ant", "then", "ants", "the", "red"], ("the",), "ant")
exercise.case(["no", ".", "ants", ".", "ants", "."], (".",), "ants")
exercise.case(["no", "a", "no", "b", "no", "a"], ("no",), "a")
exercise.case(["no", "b", "no", "a", "no", "a", "no", "a", "no", "c", "no", "c"], ("no",), "c")
exercise.case(_ANTS, ("the",), "red")
exercise.case(_ANTS, ("the",), "ants")
exercise.case(_ANTS, ("ants",), "the")
exercise.case(_ANTS, ("the",), "hate")
exercise.case(_ANTS, ("red", "ants"), "hate")
exercise.case(_ANTS, ("the", "red"), "ants")
exercise.case(_BOOKS, ("students", "opened", "their"), "laptops")
exercise.case(_BOOKS, ("opened", "their"), "books")
exercise.case(_BOOKS, ("their",), "books")
exercise.case(_BOOKS, (".", "students"), "closed")
exercise.case(_BOOKS, (), ".")
exercise.case(_BOOKS, ("books", "."), "students")
exercise.case(_BOOKS, ("their", "books"), ".")
exercise.case(_BOOKS, (), "iPad")
exercise.case(_BOOKS, ("the", "iPad"), "exploded")
exercise.case(_BOOKS, ("pupils", "opened"), "their")
exercise.case(_BOOKS, ("books", "students"), "opened")


def _tables(tokens, prefix):
    """Counts of the (m+1)-grams and of the m-grams, for the banks below."""
    return count_ngrams(tokens, len(prefix) + 1), count_ngrams(tokens, len(prefix))


@exercise.mistake("joint_probability").says(
    "You divide by the number of ALL n-grams: that is how often prefix and word come together, p(prefix, word). "
    "Divide by how often something follows this prefix."
)
def joint_probability(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return guarded(counts[(*prefix, word)], counts.total())


exercise.mistake(
    "joint_over_tokens", lambda tokens, prefix, word: guarded(_tables(tokens, prefix)[0][(*prefix, word)], len(tokens))
).says(
    "You divide by the length of the text. Divide by how often something follows this prefix: p(word | prefix) is "
    "about the cases where the prefix came first."
)


@exercise.mistake("prefix_at_the_end").says(
    "You count the prefix at the very end of the text as well, where no word follows it. Then the probabilities of "
    "all next words sum to less than 1."
)
def prefix_at_the_end(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return guarded(counts[(*prefix, word)], prefixes[prefix] if prefix else len(tokens))


@exercise.mistake("prefix_at_the_end_and_before_it").says(
    "Your denominator counts the prefix wherever it stands, also where no word follows: at the end of the text, and "
    "for the empty prefix once more than there are tokens. Count only the times that something follows."
)
def prefix_at_the_end_and_before_it(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return guarded(counts[(*prefix, word)], prefixes[prefix])


@exercise.mistake("prefix_at_the_end_unguarded").says(
    "Two things: you count the prefix also at the very end of the text, where no word follows it, and for a prefix "
    "never seen you divide by 0 where 0.0 is asked for."
)
def prefix_at_the_end_unguarded(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / (prefixes[prefix] if prefix else len(tokens))


@exercise.mistake("prefix_at_the_end_everywhere_unguarded").says(
    "Two things: your denominator counts the prefix wherever it stands, also where no word follows, and for a prefix "
    "never seen you divide by 0 where 0.0 is asked for."
)
def prefix_at_the_end_everywhere_unguarded(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / prefixes[prefix]


@exercise.mistake("division_by_zero").says(
    "A prefix that nothing ever follows makes you divide by 0. The answer asked for is 0.0."
)
def division_by_zero(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)


@exercise.mistake("uniform_when_unseen").says(
    "For a prefix that nothing ever follows you spread the probability evenly. A sensible idea, but maximum "
    "likelihood has nothing to say there: 0.0 is asked for."
)
def uniform_when_unseen(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else 1 / len(set(tokens))


@exercise.mistake("nan_when_unseen").says(
    "For a prefix that nothing ever follows you return nan. The answer asked for is 0.0."
)
def nan_when_unseen(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else math.nan


@exercise.mistake("none_when_unseen").says(
    "For a prefix that nothing ever follows you return None. The answer asked for is 0.0."
)
def none_when_unseen(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else None


@exercise.mistake("one_when_unseen").says(
    "For a prefix that nothing ever follows you divide by 1, or return 1. The answer asked for is 0.0."
)
def one_when_unseen(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else 1.0


exercise.mistake(
    "condition_turned_round",
    lambda tokens, prefix, word: guarded(_tables(tokens, prefix)[0][(*prefix, word)], tokens.count(word)),
).says(
    "You divide by how often the WORD occurs: that is p(prefix | word). The bar has the prefix on its right, so the "
    "prefix goes below."
)
exercise.mistake("prefix_ignored", lambda tokens, prefix, word: guarded(tokens.count(word), len(tokens))).says(
    "You return the share of the word among all tokens, whatever the prefix is. Count only where the prefix stands "
    "right before."
)
exercise.mistake(
    "only_last_word_of_prefix", lambda tokens, prefix, word: mle_probability(tokens, prefix[-1:], word)
).says(
    "You look at the last word of the prefix only: `red ants` is not the same prefix as `ants`. Compare the whole "
    "prefix."
)


@exercise.mistake("only_first_word_of_prefix").says(
    "Your denominator compares the first word of the prefix only. Compare the whole prefix."
)
def only_first_word_of_prefix(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return guarded(
        counts[(*prefix, word)],
        sum(c for ngram, c in counts.items() if ngram[: min(1, len(prefix))] == prefix[:1]),
    )


@exercise.mistake("last_word_in_denominator").says(
    "Your denominator counts the last word of the prefix, wherever it stands. Count the whole prefix."
)
def last_word_in_denominator(tokens, prefix, word):
    followed = tokens[:-1].count(prefix[-1]) if prefix else len(tokens)
    return guarded(_tables(tokens, prefix)[0][(*prefix, word)], followed)


@exercise.mistake("types_for_tokens").says(
    "You count how many DIFFERENT words follow the prefix, not how often each follows. A word that follows twice "
    "weighs twice."
)
def types_for_tokens(tokens, prefix, word):
    following = {ngram[-1] for ngram in _tables(tokens, prefix)[0] if ngram[:-1] == prefix}
    return guarded(float(word in following), len(following))


@exercise.mistake("types_below").says(
    "Your denominator counts how many DIFFERENT words follow the prefix. Add up how often they follow: else a "
    "probability can exceed 1."
)
def types_below(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return guarded(counts[(*prefix, word)], sum(ngram[:-1] == prefix for ngram in counts))


@exercise.mistake("word_before_prefix").says(
    "You put the word BEFORE the prefix. It is what comes next: it goes at the end."
)
def word_before_prefix(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return guarded(counts[(word, *prefix)], sum(c for ngram, c in counts.items() if ngram[:-1] == prefix))


exercise.mistake(
    "empty_prefix_gives_zero", lambda tokens, prefix, word: mle_probability(tokens, prefix, word) if prefix else 0.0
).says(
    "For the empty prefix you return 0.0. Every token follows it, so the answer is the share of the word among all "
    "tokens."
)


@exercise.mistake("empty_prefix_breaks").says(
    "Your code asks for a word of the prefix although it can be empty, (). Then every token counts."
)
def empty_prefix_breaks(tokens, prefix, word):
    prefix[-1]
    return mle_probability(tokens, prefix, word)


exercise.mistake(
    "count_returned", lambda tokens, prefix, word: float(_tables(tokens, prefix)[0][(*prefix, word)])
).says("You return the count itself. Divide it by how often anything follows the prefix.")
exercise.mistake(
    "whole_division", lambda tokens, prefix, word: float(math.floor(mle_probability(tokens, prefix, word)))
).says("You divide with // and lose everything behind the decimal point: 1 // 2 is 0.")


@exercise.mistake("smoothed").says(
    "You add 1 to every count. That is smoothing, the next exercise; maximum likelihood takes the counts as they are."
)
def smoothed(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return (counts[(*prefix, word)] + 1) / (followed + len(set(tokens)))


@exercise.mistake("log_returned").says(
    "You return the logarithm of the probability. The probability itself is asked for, between 0 and 1."
)
def log_returned(tokens, prefix, word):
    p = mle_probability(tokens, prefix, word)
    return math.log(p) if p else -math.inf


exercise.mistake("tuple_plus_string", lambda tokens, prefix, word: _tables(tokens, prefix)[0][prefix + word]).says(
    "A tuple and a string cannot be added. A tuple of one word is written (word,), with a comma."
)


@exercise.mistake("prefix_as_a_list").says(
    "You compare a slice of `tokens`, a list, with `prefix`, a tuple: `['ants'] == ('ants',)` is False, so only the "
    "empty prefix, which you treat apart, is ever found. Make both the same kind."
)
def prefix_as_a_list(tokens, prefix, word):
    m = len(prefix)
    following = [tokens[i + m] for i in range(len(tokens) - m) if m == 0 or tokens[i : i + m] == prefix]
    return guarded(following.count(word), len(following))


exercise.mistake("nothing_equal", lambda tokens, prefix, word: 0.0).says(
    "Your answer is 0.0 always, so nothing that you compare or look up is ever equal. The usual reason is a list "
    "beside a tuple: `['ants'] == ('ants',)` is False. Else look at the key that you look up: it must be one flat "
    "tuple, like those counted, the prefix first and the word last. (And the parameters come in the order tokens, "
    "prefix, word.)"
)


@exercise.mistake("nothing_equal_unguarded").says(
    "You divide by 0 always, also for a prefix that is there: nothing that you compare is ever equal. The usual "
    "reason is a list beside a tuple: `['ants'] == ('ants',)` is False. Make both the same kind."
)
def nothing_equal_unguarded(tokens, prefix, word):
    followed = sum(tokens[i : i + len(prefix)] == prefix for i in range(len(tokens) - len(prefix)))
    return _tables(tokens, prefix)[0][(*prefix, word)] / followed


@exercise.mistake("word_taken_apart").says(
    "`tuple(word)` takes the word apart into letters: `tuple('ant')` is ('a', 'n', 't'). Only words of one letter are "
    "found like this. A tuple of one word is written (word,), with a comma."
)
def word_taken_apart(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return guarded(counts[prefix + tuple(word)], sum(c for ngram, c in counts.items() if ngram[:-1] == prefix))


@exercise.mistake("return_in_loop").says(
    "Your `return` stands inside the loop that adds up the denominator: you divide by the first count that fits. It "
    "belongs below the loop."
)
def return_in_loop(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = next((c for ngram, c in counts.items() if ngram[:-1] == prefix), 0)
    return guarded(counts[(*prefix, word)], followed)


@exercise.mistake("return_after_first_ngram").says(
    "Your `return` stands inside the loop: you look at the first n-gram of the table only. It belongs below the loop."
)
def return_after_first_ngram(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = next((c if ngram[:-1] == prefix else 0 for ngram, c in counts.items()), 0)
    return guarded(counts[(*prefix, word)], followed)


@exercise.mistake("maximum_for_sum").says(
    "You divide by the count of the word that follows most often. Add up the counts of ALL words that follow."
)
def maximum_for_sum(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = max((c for ngram, c in counts.items() if ngram[:-1] == prefix), default=0)
    return guarded(counts[(*prefix, word)], followed)


@exercise.mistake("last_count_kept").says(
    "Your denominator is overwritten instead of growing: `=` where `+=` is meant. It ends as the count of the last "
    "n-gram that fits."
)
def last_count_kept(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = 0
    for ngram, count in counts.items():
        if ngram[:-1] == prefix:
            followed = count
    return guarded(counts[(*prefix, word)], followed)


@exercise.mistake("glued_with_a_space").says(
    "You count in the glued text, where `an ant` stands inside `man ants`, and where the last token has no space "
    "behind it. Count tokens."
)
def glued_with_a_space(tokens, prefix, word):
    glued = " ".join(tokens)
    return guarded(glued.count(" ".join((*prefix, word))), glued.count(" ".join(prefix) + " "))


@exercise.mistake("both_parts_returned").says(
    "You return the two counts as a pair. Asked for is one number: the first divided by the second."
)
def both_parts_returned(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)], sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)


@exercise.mistake("denominator_returned").says(
    "You return what belongs below the line, how often anything follows the prefix. The count of prefix and word "
    "belongs above it."
)
def denominator_returned(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return float(sum(c for ngram, c in counts.items() if ngram[:-1] == prefix))


@exercise.mistake("one_minus").says(
    "You return the probability that another word follows: you count the words that are not `word`."
)
def one_minus(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    following = {ngram[-1]: c for ngram, c in counts.items() if ngram[:-1] == prefix}
    return guarded(sum(c for other, c in following.items() if other != word), sum(following.values()))


@exercise.mistake("last_window_dropped").says(
    "Your loop stops one place too early: the last token of the text follows the tokens before it, too."
)
def last_window_dropped(tokens, prefix, word):
    m = len(prefix)
    following = [tokens[i + m] for i in range(len(tokens) - m - 1) if tuple(tokens[i : i + m]) == prefix]
    return guarded(following.count(word), len(following))


@exercise.mistake("end_of_the_ngram_compared").says(
    "You compare the END of each n-gram with the prefix. The prefix comes first, the word last."
)
def end_of_the_ngram_compared(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return guarded(counts[(*prefix, word)], sum(c for ngram, c in counts.items() if ngram[1:] == prefix))


@exercise.mistake("prefix_as_a_set").says(
    "Your denominator accepts every n-gram that holds the words of the prefix, in any order and at any place. They "
    "must be its first words, in order."
)
def prefix_as_a_set(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if set(prefix) <= set(ngram))
    return guarded(counts[(*prefix, word)], followed)


@exercise.mistake("prefix_as_a_set_in_front").says(
    "You compare the words of the prefix as sets: `red ants` and `ants red` are different prefixes."
)
def prefix_as_a_set_in_front(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if set(prefix) == set(ngram[:-1]))
    return guarded(counts[(*prefix, word)], followed)


@exercise.mistake("something_small_below").says(
    "You add something small below the line against dividing by 0. That makes every probability a little too small. "
    "Ask whether the denominator is 0 instead."
)
def something_small_below(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / (sum(c for ngram, c in counts.items() if ngram[:-1] == prefix) + 1e-3)


@exercise.mistake("one_added_below").says(
    "You add 1 below the line against dividing by 0. That makes every probability too small. Ask whether the "
    "denominator is 0 instead."
)
def one_added_below(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / (sum(c for ngram, c in counts.items() if ngram[:-1] == prefix) + 1)


@exercise.mistake("items_forgotten").says(
    "A loop over a Counter gives its keys alone, here n-grams, and you take each apart into two names. Key and count "
    "together come from `.items()`."
)
def items_forgotten(tokens, prefix, word):
    counts, followed = _tables(tokens, prefix)[0], 0
    for ngram, count in counts:
        if ngram[:-1] == prefix:
            followed += count
    return guarded(counts[(*prefix, word)], followed)


exercise.mistake(
    "empty_prefix_gives_one", lambda tokens, prefix, word: mle_probability(tokens, prefix, word) if prefix else 1.0
).says(
    "For the empty prefix you return 1. Every token follows it, so the answer is the share of the word among all "
    "tokens."
)
exercise.mistake(
    "prefix_ending_in_a_full_stop_refused",
    lambda tokens, prefix, word: 0.0 if prefix[-1:] == (".",) else mle_probability(tokens, prefix, word),
).says(
    "You answer 0 when the prefix ends with a full stop. The text is one list of tokens here, and something does "
    "follow a full stop."
)


@exercise.mistake("case_folded").says(
    "You change capitals to small letters. `The` and `the` are two different tokens here."
)
def case_folded(tokens, prefix, word):
    prefix = tuple(token.lower() for token in prefix)
    return mle_probability([token.lower() for token in tokens], prefix, word.lower())


@exercise.mistake("glued_ngrams_start_alike").says(
    "Your denominator compares glued letters: `then ants` starts with the letters of `the`. Compare tuples of tokens."
)
def glued_ngrams_start_alike(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if "".join(ngram).startswith("".join(prefix)))
    return guarded(counts[(*prefix, word)], followed)


@exercise.mistake("prefix_anywhere_before").says(
    "You accept the prefix anywhere in front of the word. It has to stand RIGHT before it."
)
def prefix_anywhere_before(tokens, prefix, word):
    following = [tokens[i] for i in range(len(tokens)) if set(prefix) <= set(tokens[:i])]
    return guarded(following.count(word), len(following))


@exercise.mistake("characters_counted").says(
    "You count in the glued text, where `the ant` stands inside `the ants` and the empty prefix between all letters. "
    "Count tokens."
)
def characters_counted(tokens, prefix, word):
    glued = " ".join(tokens)
    return guarded(glued.count(" ".join((*prefix, word))), glued.count(" ".join(prefix)))


@exercise.mistake("divided_by_types").says(
    "You divide by how many different n-grams there are. Divide by how often something follows this prefix."
)
def divided_by_types(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return guarded(counts[(*prefix, word)], len(counts))


@exercise.mistake("prefix_cut_short").says(
    "Your denominator compares all but the last word of the prefix. Which part of an n-gram is the prefix?"
)
def prefix_cut_short(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    cut = max(0, len(prefix) - 1)
    return guarded(counts[(*prefix, word)], sum(c for ngram, c in counts.items() if ngram[:cut] == prefix[:cut]))


@exercise.mistake("tuple_plus_string_when_seen").says(
    "A tuple and a string cannot be added: `prefix + word` fails. A tuple of one word is written (word,)."
)
def tuple_plus_string_when_seen(tokens, prefix, word):
    if prefix in count_ngrams(tokens[:-1], len(prefix)):
        return prefix + word
    return 0.0


@exercise.mistake("characters_counted_with_a_space").says(
    "You count in the glued text, where `the ant` stands inside `the ants`, and where the empty prefix stands between "
    "all letters. Count tokens."
)
def characters_counted_with_a_space(tokens, prefix, word):
    glued = " ".join(tokens)
    return guarded(glued.count(" ".join(prefix) + " " + word), glued.count(" ".join(prefix)))


@exercise.mistake("glued_with_spaces_around").says(
    "You count in the glued text with spaces around: neighbours share a space, so not all are found, the prefix at "
    "the end is counted too, and for the empty prefix nothing is. Count tokens."
)
def glued_with_spaces_around(tokens, prefix, word):
    glued, start = f" {' '.join(tokens)} ", f" {' '.join(prefix)} "
    return guarded(glued.count(f"{start}{word} "), glued.count(start))


@exercise.right
def right_1(tokens, prefix, word):
    m = len(prefix)
    following = [tokens[i + m] for i in range(len(tokens) - m) if tuple(tokens[i : i + m]) == prefix]
    return following.count(word) / len(following) if following else 0.0


@exercise.right
def right_2(tokens, prefix, word):
    n = len(prefix) + 1
    hits = total = 0
    for window in zip(*(tokens[i:] for i in range(n)), strict=False):
        if list(window[:-1]) == list(prefix):
            total += 1
            hits += window[-1] == word
    return np.float64(hits) / total if total else 0


@exercise.right
def right_3(tokens, prefix, word):
    table = defaultdict(Counter)
    for ngram, count in count_ngrams(tokens, len(prefix) + 1).items():
        table[ngram[:-1]][ngram[-1]] += count
    try:
        return table[prefix][word] / table[prefix].total()
    except ZeroDivisionError:
        return 0.0


@exercise.right
def right_4(tokens, prefix, word):
    counts = count_ngrams(tokens, len(prefix) + 1)
    denominator = count_ngrams(tokens[:-1], len(prefix))[prefix] if prefix else len(tokens)
    return 0.0 if denominator == 0 else counts[(*prefix, word)] / denominator
