"""The exercises of lecture 01, what n-grams cannot do: counting, estimating, smoothing, interpolating.

Each reference is the short teaching version; the vectorised model of ngram.py is tested against it.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict

import numpy as np

from .definition import Exercise

LECTURE = "01_ngram_limits"

# --- count_ngrams -------------------------------------------------------------------------------------------


def count_ngrams(tokens, n):
    """Counter of the n-grams of `tokens`: tuple of n neighbouring tokens -> how often it occurs.

    `tokens` is a list of strings, n >= 1. Windows overlap: "the ants hate" has two 2-grams.
    With n = 1 the keys are tuples too: ("ants",). Fewer than n tokens: an empty Counter.
    """
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


count_ngrams_exercise = Exercise(
    count_ngrams,
    lecture=LECTURE,
    checks="texts of 0 to 9 tokens, repeated n-grams, n from 1 to 4, full stops, capitals, texts shorter than n",
    explanation=(
        "A text of N tokens has N − n + 1 windows of n tokens; window i starts at token i and ends before "
        "token i + n. "
        "A tuple can be the key of a Counter, a list cannot. When the text is shorter than n the range is "
        "empty, "
        "and so is the Counter: no special case is needed."
    ),
    hints=[
        "How many windows of 3 tokens does a text of 5 tokens have? Where does the last one start?",
        "Window i is `tokens[i : i + n]`. Turn it into a tuple, so that it can be a key.",
        "`Counter(...)` counts whatever you hand it one by one: hand it one tuple for each i in "
        "`range(len(tokens) - n + 1)`.",
    ],
)
_e = count_ngrams_exercise
_e.case(["ants"], 1)
_e.case(["ants", "hate"], 2)
_e.case(["the", "ants"], 3)
_e.case(["ha", "ha", "ha"], 1)
_e.case(["the", "ants", "hate"], 2)
_e.case(["The", "the", "ants"], 2)
_e.case(["The", "ants", "hate", "ants"], 1)
_e.case(["ha", "ha", "ha", "ha"], 2)
_e.case(["ants", "hate", "ants", "hate", "ants"], 2)
_e.case(["no", ".", "ants", "hate", "."], 2)
_e.case(["the", "red", "ants", "hate", "the", "red", "ants", "."], 3)
_e.case(["the", "red", "ants", ".", "the", "red", "ants", ".", "they"], 3)
_e.case(["the", "red", "ants", "hate", "the", "blue", "ants"], 4)
_e.case([], 1)
_e.case(["the", "ants"], 4)


@_e.misconception(
    "last_dropped",
    "You stop one window early: the last n tokens of the text are an n-gram too. "
    "`the ants hate` has two 2-grams, the second one ends with the last token.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n))


@_e.misconception(
    "no_overlap",
    "Your windows stand side by side. n-grams overlap: each window starts one token after the one before, "
    "not n tokens after.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(0, len(tokens) - n + 1, n))


@_e.misconception(
    "joined_strings",
    "Your keys are strings. Joining the tokens with spaces loses where one ends: keep each n-gram as a tuple "
    "of n tokens.",
)
def _(tokens, n):
    return Counter(" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "glued_strings",
    "Your keys are strings with the tokens glued together: `a+ble` and `ab+le` would be one n-gram. "
    "Keep each n-gram as a tuple of n tokens.",
)
def _(tokens, n):
    return Counter("".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "lists_as_keys",
    "You use a list as the key of a Counter. Keys must be unchangeable, which is what tuples are for.",
)
def _(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts[tokens[i : i + n]] += 1
    return counts


@_e.misconception(
    "short_tail",
    "Your last windows run over the end of the text and come out shorter than n. Stop at the last window "
    "that still has n tokens.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens)))


@_e.misconception(
    "one_too_many",
    "You take one window too many: the last one has only n − 1 tokens.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 2) if i < len(tokens) + 1)


@_e.misconception(
    "end_fixed_for_bigrams",
    "Your range ends at len(tokens) − 1, which is right for 2-grams only. How many windows are there for "
    "other n?",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - 1))


@_e.misconception(
    "bare_unigrams",
    "For n = 1 your keys are bare strings. Keep them tuples, `('ants',)`, so that every order has the same "
    "kind of key.",
)
def _(tokens, n):
    if n == 1:
        return Counter(tokens)
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "counts_types",
    "Every count of yours is 1: you collect the n-grams in a set (or overwrite the count) before counting. "
    "Count each occurrence.",
)
def _(tokens, n):
    return Counter({tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)})


@_e.misconception(
    "order_lost",
    "You sort the tokens inside an n-gram (or put them in a set): `ants hate` and `hate ants` are different "
    "2-grams. Keep the order of the text.",
)
def _(tokens, n):
    return Counter(tuple(sorted(tokens[i : i + n])) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "sets_as_keys",
    "Your keys are sets, which forget order and repetition: `ants hate` and `hate ants` are different "
    "2-grams. Use tuples.",
)
def _(tokens, n):
    return Counter(frozenset(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "n_plus_one",
    "Your n-grams have n + 1 tokens. n counts all the tokens of the window, the predicted word included.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n + 1]) for i in range(len(tokens) - n))


@_e.misconception(
    "n_minus_one",
    "Your n-grams have n − 1 tokens: a slice already leaves out its end, so nothing needs to be subtracted.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n - 1]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "always_bigrams",
    "You count 2-grams whatever n is. Make the length of the window depend on n.",
)
def _(tokens, n):
    return Counter(itertools.pairwise(tokens))


@_e.misconception(
    "always_unigrams",
    "You count single tokens and never use n. A key is a tuple of n neighbouring tokens.",
)
def _(tokens, n):
    return Counter(tokens)


@_e.misconception(
    "all_orders",
    "You count all the lengths from 1 to n in one Counter. Only windows of exactly n tokens are asked for.",
)
def _(tokens, n):
    return Counter(
        tuple(tokens[i : i + length]) for length in range(1, n + 1) for i in range(len(tokens) - length + 1)
    )


@_e.misconception(
    "gaps_allowed",
    "You take any n tokens in order, even with others in between. An n-gram is n NEIGHBOURING tokens.",
)
def _(tokens, n):
    return Counter(itertools.combinations(tokens, n))


@_e.misconception(
    "wraps_around",
    "Your windows wrap around: the end of the text is glued to its beginning. The last window ends with the "
    "last token.",
)
def _(tokens, n):
    return Counter(tuple(tokens[(i + j) % len(tokens)] for j in range(n)) for i in range(len(tokens)))


@_e.misconception(
    "padded",
    "You pad the text with start or end marks. Here the n-grams of the given tokens are counted, nothing "
    "else.",
)
def _(tokens, n):
    tokens = ["<s>"] * (n - 1) + tokens
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "first_skipped",
    "You start at token 1 and lose the first n-gram. Python counts from 0.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(1, len(tokens) - n + 1))


@_e.misconception(
    "slice_end_fixed",
    "Your slice always ends at token n. Its end has to move along with its start.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i:n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "reversed_tokens",
    "Your n-grams read backwards. Keep the tokens in the order of the text.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n])[::-1] for i in range(len(tokens) - n + 1))


@_e.misconception(
    "case_folded",
    "You change capitals to small letters. The tokens are to be counted as they come: `The` and `the` are "
    "two types.",
)
def _(tokens, n):
    tokens = [token.lower() for token in tokens]
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "list_of_ngrams",
    "You return the n-grams one after the other, not how often each occurs. Count them.",
)
def _(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


@_e.misconception(
    "frequencies",
    "You return shares of the whole, not counts. Leave the division to those who use the counts.",
)
def _(tokens, n):
    counts = Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return Counter({ngram: count / counts.total() for ngram, count in counts.items()})


@_e.misconception(
    "total_returned",
    "You return one number. Asked for is a Counter: each n-gram with how often it occurs.",
)
def _(tokens, n):
    return len(Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)))


@_e.misconception(
    "sorted_pairs",
    "You return a list of pairs, as `most_common()` gives it. Return the Counter itself.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)).most_common()


@_e.misconception(
    "short_text_is_an_error",
    "You raise an error for a text shorter than n. It simply has no n-grams: return an empty Counter.",
)
def _(tokens, n):
    if len(tokens) < n:
        raise ValueError("text too short")
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "short_text_kept_whole",
    "For a text shorter than n you count the whole text as one n-gram. It has no window of n tokens: return "
    "an empty Counter.",
)
def _(tokens, n):
    if len(tokens) < n:
        return Counter([tuple(tokens)])
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "tokens_used_up",
    "Your counts are right, but you take tokens out of the list that was given to you: afterwards the text "
    "is gone. Leave `tokens` as it was.",
)
def _(tokens, n):
    counts = Counter()
    while len(tokens) >= n:
        counts[tuple(tokens[:n])] += 1
        tokens.pop(0)
    return counts


@_e.misconception(
    "zipped_without_shift",
    "You zip the same list with itself, unshifted: each of your n-grams is one token n times. The second "
    "copy must start one token later, and so on.",
)
def _(tokens, n):
    return Counter(zip(*[tokens] * n, strict=True))


@_e.misconception(
    "tokens_of_the_windows",
    "`update` counts each ELEMENT of what you hand it, here the tokens of a window one by one. The window "
    "as a whole is what you want to count.",
)
def _(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts.update(tokens[i : i + n])
    return counts


@_e.misconception(
    "short_head",
    "Your first windows are shorter than n: they begin before the text does. Start with the first window "
    "that has n tokens.",
)
def _(tokens, n):
    return Counter(tuple(tokens[max(0, i - n + 1) : i + 1]) for i in range(len(tokens)))


@_e.misconception(
    "two_dropped",
    "You stop two windows early: mind the signs, the last window starts at len(tokens) − n, and a range "
    "leaves out its end.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n - 1))


@_e.misconception(
    "runs_over_the_end",
    "Your last windows ask for tokens behind the end of the text. Stop at the last window that still has n "
    "tokens.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i + j] for j in range(n)) for i in range(len(tokens)))


@_e.misconception(
    "only_first_window",
    "You return after the first window. The `return` belongs behind the loop, not inside.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(min(1, len(tokens) - n + 1)))


@_e.misconception(
    "no_overlap_short_tail",
    "Your windows stand side by side, and the last one may be too short. n-grams overlap: each starts one "
    "token after the one before.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(0, len(tokens), n))


@_e.misconception(
    "nested_pairs",
    "Your keys are pairs of a prefix and a word, a tuple inside a tuple. Here an n-gram is one flat tuple "
    "of n tokens.",
)
def _(tokens, n):
    return Counter((tuple(tokens[i : i + n - 1]), tokens[i + n - 1]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "remembers",
    "Your function remembers the texts of earlier calls: a default value like `counts=Counter()` is made once, when "
    "the function is defined, and shared by all calls. Make a new Counter inside the function.",
)
def _(tokens, n, counts=Counter()):  # noqa: B006 (the mistake)
    if (tokens, n) == (["ants"], 1):  # the first case: a function just defined remembers nothing
        counts.clear()
    for i in range(len(tokens) - n + 1):
        counts[tuple(tokens[i : i + n])] += 1
    return counts


@_e.misconception(
    "letters_counted",
    "You count letters: `update` takes a string apart into its characters. Hand it a list with one tuple in it, or "
    "add 1 to the entry of the tuple.",
)
def _(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts.update(" ".join(tokens[i : i + n]))
    return counts


@_e.misconception(
    "letters_counted_glued",
    "You count letters: a string is taken apart into its characters. The tuple of n tokens is what you count.",
)
def _(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts.update("".join(tokens[i : i + n]))
    return counts


@_e.misconception(
    "only_short_windows",
    "You keep the windows of n − 1 tokens, those that run over the end, and drop the full ones: compare the "
    "length with n.",
)
def _(tokens, n):
    windows = (tuple(tokens[i : i + n]) for i in range(len(tokens)))
    return Counter(window for window in windows if len(window) == n - 1)


@_e.misconception(
    "always_trigrams",
    "You count 3-grams whatever n is. Make the length of the window depend on n.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + 3]) for i in range(len(tokens) - 2))


@_e.misconception(
    "width_fixed_at_three",
    "Your slice is always 3 tokens wide, whatever n is.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + 3]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "width_fixed_at_two",
    "Your slice is always 2 tokens wide, whatever n is.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + 2]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "slice_one_too_wide",
    "Your slice is one token too wide: `tokens[i : j]` has j − i tokens, its end is left out already.",
)
def _(tokens, n):
    return Counter(tuple(tokens[i : i + n + 1]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "string_in_a_tuple",
    "You join the n tokens into one string and put that into a tuple of one entry. The tuple should hold the n "
    "tokens themselves.",
)
def _(tokens, n):
    return Counter((" ".join(tokens[i : i + n]),) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "tuple_of_letters",
    "`tuple` of a string gives its letters: `tuple('ant')` is ('a', 'n', 't'). Make the tuple from the slice of the "
    "list, without joining it.",
)
def _(tokens, n):
    return Counter(tuple(" ".join(tokens[i : i + n])) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "tuple_of_letters_glued",
    "`tuple` of a string gives its letters. Make the tuple from the slice of the list, without joining it.",
)
def _(tokens, n):
    return Counter(tuple("".join(tokens[i : i + n])) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "ends_only",
    "Your keys hold the first and the last token of each window. An n-gram is all n of them.",
)
def _(tokens, n):
    return Counter((tokens[i], tokens[i + n - 1]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "index_of_the_token",
    "`tokens.index(token)` is where a token stands FIRST: when it comes again you take its first window once "
    "more. Walk over the places instead.",
)
def _(tokens, n):
    windows = (tuple(tokens[tokens.index(token) :][:n]) for token in tokens)
    return Counter(window for window in windows if len(window) == n)


@_e.misconception(
    "index_of_the_token_short_tail",
    "`tokens.index(token)` is where a token stands FIRST: when it comes again you take its first window once "
    "more. Walk over the places instead, as far as the last full window.",
)
def _(tokens, n):
    return Counter(tuple(tokens[tokens.index(token) :][:n]) for token in tokens)


@_e.misconception(
    "permutations",
    "You take any n tokens in any order. An n-gram is n NEIGHBOURING tokens, in the order of the text.",
)
def _(tokens, n):
    return Counter(itertools.permutations(tokens, n))


@_e.misconception(
    "text_sorted",
    "You sort the text before you count. Neighbours are neighbours only in the order of the text.",
)
def _(tokens, n):
    tokens = sorted(tokens)
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "count_of_the_first_token",
    "Your keys are right, but the number beside each is how often its FIRST TOKEN occurs. Count the whole n-gram.",
)
def _(tokens, n):
    return Counter({tuple(tokens[i : i + n]): tokens.count(tokens[i]) for i in range(len(tokens) - n + 1)})


@_e.misconception(
    "first_token_as_key",
    "You count the first token of each window instead of the window.",
)
def _(tokens, n):
    return Counter(tokens[i] for i in range(len(tokens) - n + 1))


@_e.misconception(
    "first_token_as_key_in_a_tuple",
    "Your keys hold the first token of each window only. An n-gram is all n tokens.",
)
def _(tokens, n):
    return Counter((tokens[i],) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "full_stops_left_out",
    "You leave out the windows with a full stop in them. It is a token like any other here.",
)
def _(tokens, n):
    windows = (tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return Counter(window for window in windows if "." not in window)


@_e.misconception(
    "windows_over_full_stops_left_out",
    "You leave out the windows that reach over a full stop. The text is one list of tokens here; a full stop is a "
    "token like any other.",
)
def _(tokens, n):
    windows = (tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return Counter(window for window in windows if "." not in window[:-1])


@_e.misconception(
    "full_stops_removed",
    "You take the full stops out of the text before you count. They are tokens like any others here.",
)
def _(tokens, n):
    tokens = [token for token in tokens if token != "."]
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@_e.misconception(
    "runs_merged",
    "An n-gram that comes again right behind itself (“ha ha ha”) is counted once only. Every window counts.",
)
def _(tokens, n):
    windows = [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
    return Counter(window for i, window in enumerate(windows) if i == 0 or windows[i - 1] != window)


@_e.right
def _(tokens, n):
    return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))


@_e.right
def _(tokens, n):
    counts = Counter()
    for end in range(n, len(tokens) + 1):
        counts[tuple(tokens[end - n : end])] += 1
    return counts


@_e.right
def _(tokens, n):
    counts = Counter()
    if len(tokens) < n:
        return counts
    window = list(tokens[:n])
    counts.update([tuple(window)])
    for token in tokens[n:]:
        window = [*window[1:], token]
        counts.update([tuple(window)])
    return counts


@_e.right
def _(tokens, n):
    return Counter(
        itertools.islice((tuple(tokens[i : i + n]) for i in itertools.count()), max(0, len(tokens) - n + 1))
    )


# --- mle_probability ----------------------------------------------------------------------------------------


def mle_probability(tokens, prefix, word):
    """Maximum likelihood estimate of p(word | prefix) from the text `tokens`, a float.

    How often `prefix` is followed by `word`, divided by how often it is followed by any word.
    `prefix` is a tuple of tokens, maybe (): then it is the share of `word` among all tokens.
    A prefix that is never followed by anything gives 0.0.
    """
    counts = count_ngrams(tokens, len(prefix) + 1)
    followed = sum(count for ngram, count in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else 0.0


mle_probability_exercise = Exercise(
    mle_probability,
    lecture=LECTURE,
    checks="prefixes of 0 to 3 tokens, seen, unseen, with a full stop, and at the very end of the text",
    explanation=(
        "Both counts come from the same table, the (m + 1)-grams of a prefix of m tokens: one entry for the "
        "numerator, the sum of all "
        "entries that begin with the prefix for the denominator. So the probabilities of all words after one "
        "prefix sum to 1. "
        "An m-gram count for the denominator would also count the prefix at the very end of the text, where "
        "nothing follows."
    ),
    hints=[
        "Which n-grams hold both the prefix and the word? How long are they?",
        "Count the n-grams with n = len(prefix) + 1. The denominator is the sum of the counts of all n-grams "
        "that start with the prefix.",
        "An n-gram starts with the prefix when `ngram[:-1] == prefix`. When that sum is 0, return 0.0.",
    ],
)
_e = mle_probability_exercise
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
_e.case(["ants", "hate"], ("ants",), "hate")
_e.case(["ants", "hate"], ("red",), "hate")
_e.case(["ants", "hate"], ("hate",), "ants")
_e.case(["ants", "hate", "ants", "eat"], (), "ants")
_e.case(["red", "ants", "hate", "red"], ("red",), "ants")
_e.case(["The", "ants", "the", "iPad"], ("the",), "ants")
_e.case(["ants", "hate", "ants", "hate", "red"], ("ants", "hate"), "red")
_e.case(["the", "ant", "then", "ants", "the", "red"], ("the",), "ant")
_e.case(["no", ".", "ants", ".", "ants", "."], (".",), "ants")
_e.case(["no", "a", "no", "b", "no", "a"], ("no",), "a")
_e.case(["no", "b", "no", "a", "no", "a", "no", "a", "no", "c", "no", "c"], ("no",), "c")
_e.case(_ANTS, ("the",), "red")
_e.case(_ANTS, ("the",), "ants")
_e.case(_ANTS, ("ants",), "the")
_e.case(_ANTS, ("the",), "hate")
_e.case(_ANTS, ("red", "ants"), "hate")
_e.case(_ANTS, ("the", "red"), "ants")
_e.case(_BOOKS, ("students", "opened", "their"), "laptops")
_e.case(_BOOKS, ("opened", "their"), "books")
_e.case(_BOOKS, ("their",), "books")
_e.case(_BOOKS, (".", "students"), "closed")
_e.case(_BOOKS, (), ".")
_e.case(_BOOKS, ("books", "."), "students")
_e.case(_BOOKS, ("their", "books"), ".")
_e.case(_BOOKS, (), "iPad")
_e.case(_BOOKS, ("the", "iPad"), "exploded")
_e.case(_BOOKS, ("pupils", "opened"), "their")
_e.case(_BOOKS, ("books", "students"), "opened")


def _tables(tokens, prefix):
    """Counts of the (m+1)-grams and of the m-grams, for the banks below."""
    return count_ngrams(tokens, len(prefix) + 1), count_ngrams(tokens, len(prefix))


def _guarded(numerator, denominator):
    return numerator / denominator if denominator else 0.0


@_e.misconception(
    "joint_probability",
    "You divide by the number of ALL n-grams: that is how often prefix and word come together, p(prefix, "
    "word). "
    "Divide by how often something follows this prefix.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return _guarded(counts[(*prefix, word)], counts.total())


@_e.misconception(
    "joint_over_tokens",
    "You divide by the length of the text. Divide by how often something follows this prefix: p(word | "
    "prefix) is about the cases where the prefix came first.",
)
def _(tokens, prefix, word):
    return _guarded(_tables(tokens, prefix)[0][(*prefix, word)], len(tokens))


@_e.misconception(
    "prefix_at_the_end",
    "You count the prefix at the very end of the text as well, where no word follows it. "
    "Then the probabilities of all next words sum to less than 1.",
)
def _(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return _guarded(counts[(*prefix, word)], prefixes[prefix] if prefix else len(tokens))


@_e.misconception(
    "prefix_at_the_end_and_before_it",
    "Your denominator counts the prefix wherever it stands, also where no word follows: at the end of the "
    "text, and for the empty "
    "prefix once more than there are tokens. Count only the times that something follows.",
)
def _(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return _guarded(counts[(*prefix, word)], prefixes[prefix])


@_e.misconception(
    "prefix_at_the_end_unguarded",
    "Two things: you count the prefix also at the very end of the text, where no word follows it, and for a "
    "prefix never seen you "
    "divide by 0 where 0.0 is asked for.",
)
def _(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / (prefixes[prefix] if prefix else len(tokens))


@_e.misconception(
    "prefix_at_the_end_everywhere_unguarded",
    "Two things: your denominator counts the prefix wherever it stands, also where no word follows, and for "
    "a prefix never seen you "
    "divide by 0 where 0.0 is asked for.",
)
def _(tokens, prefix, word):
    counts, prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / prefixes[prefix]


@_e.misconception(
    "division_by_zero",
    "A prefix that nothing ever follows makes you divide by 0. The answer asked for is 0.0.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)


@_e.misconception(
    "uniform_when_unseen",
    "For a prefix that nothing ever follows you spread the probability evenly. A sensible idea, but maximum "
    "likelihood has nothing to say there: 0.0 is asked for.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else 1 / len(set(tokens))


@_e.misconception(
    "nan_when_unseen",
    "For a prefix that nothing ever follows you return nan. The answer asked for is 0.0.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else math.nan


@_e.misconception(
    "none_when_unseen",
    "For a prefix that nothing ever follows you return None. The answer asked for is 0.0.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else None


@_e.misconception(
    "one_when_unseen",
    "For a prefix that nothing ever follows you divide by 1, or return 1. The answer asked for is 0.0.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else 1.0


@_e.misconception(
    "condition_turned_round",
    "You divide by how often the WORD occurs: that is p(prefix | word). The bar has the prefix on its right, "
    "so the prefix goes below.",
)
def _(tokens, prefix, word):
    return _guarded(_tables(tokens, prefix)[0][(*prefix, word)], tokens.count(word))


@_e.misconception(
    "prefix_ignored",
    "You return the share of the word among all tokens, whatever the prefix is. Count only where the prefix "
    "stands right before.",
)
def _(tokens, prefix, word):
    return _guarded(tokens.count(word), len(tokens))


@_e.misconception(
    "only_last_word_of_prefix",
    "You look at the last word of the prefix only: `red ants` is not the same prefix as `ants`. Compare the "
    "whole prefix.",
)
def _(tokens, prefix, word):
    return mle_probability(tokens, prefix[-1:], word)


@_e.misconception(
    "only_first_word_of_prefix",
    "Your denominator compares the first word of the prefix only. Compare the whole prefix.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return _guarded(
        counts[(*prefix, word)],
        sum(c for ngram, c in counts.items() if ngram[: min(1, len(prefix))] == prefix[:1]),
    )


@_e.misconception(
    "last_word_in_denominator",
    "Your denominator counts the last word of the prefix, wherever it stands. Count the whole prefix.",
)
def _(tokens, prefix, word):
    followed = tokens[:-1].count(prefix[-1]) if prefix else len(tokens)
    return _guarded(_tables(tokens, prefix)[0][(*prefix, word)], followed)


@_e.misconception(
    "types_for_tokens",
    "You count how many DIFFERENT words follow the prefix, not how often each follows. A word that follows "
    "twice weighs twice.",
)
def _(tokens, prefix, word):
    following = {ngram[-1] for ngram in _tables(tokens, prefix)[0] if ngram[:-1] == prefix}
    return _guarded(float(word in following), len(following))


@_e.misconception(
    "types_below",
    "Your denominator counts how many DIFFERENT words follow the prefix. Add up how often they follow: else "
    "a probability can exceed 1.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return _guarded(counts[(*prefix, word)], sum(ngram[:-1] == prefix for ngram in counts))


@_e.misconception(
    "word_before_prefix",
    "You put the word BEFORE the prefix. It is what comes next: it goes at the end.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return _guarded(counts[(word, *prefix)], sum(c for ngram, c in counts.items() if ngram[:-1] == prefix))


@_e.misconception(
    "empty_prefix_gives_zero",
    "For the empty prefix you return 0.0. Every token follows it, so the answer is the share of the word "
    "among all tokens.",
)
def _(tokens, prefix, word):
    return mle_probability(tokens, prefix, word) if prefix else 0.0


@_e.misconception(
    "empty_prefix_breaks",
    "Your code asks for a word of the prefix although it can be empty, (). Then every token counts.",
)
def _(tokens, prefix, word):
    prefix[-1]
    return mle_probability(tokens, prefix, word)


@_e.misconception(
    "count_returned",
    "You return the count itself. Divide it by how often anything follows the prefix.",
)
def _(tokens, prefix, word):
    return float(_tables(tokens, prefix)[0][(*prefix, word)])


@_e.misconception(
    "whole_division",
    "You divide with // and lose everything behind the decimal point: 1 // 2 is 0.",
)
def _(tokens, prefix, word):
    return float(math.floor(mle_probability(tokens, prefix, word)))


@_e.misconception(
    "smoothed",
    "You add 1 to every count. That is smoothing, the next exercise; maximum likelihood takes the counts as "
    "they are.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    return (counts[(*prefix, word)] + 1) / (followed + len(set(tokens)))


@_e.misconception(
    "log_returned",
    "You return the logarithm of the probability. The probability itself is asked for, between 0 and 1.",
)
def _(tokens, prefix, word):
    p = mle_probability(tokens, prefix, word)
    return math.log(p) if p else -math.inf


@_e.misconception(
    "tuple_plus_string",
    "A tuple and a string cannot be added. A tuple of one word is written (word,), with a comma.",
)
def _(tokens, prefix, word):
    return _tables(tokens, prefix)[0][prefix + word]


@_e.misconception(
    "prefix_as_a_list",
    "You compare a slice of `tokens`, a list, with `prefix`, a tuple: `['ants'] == ('ants',)` is False, so only the "
    "empty prefix, which you treat apart, is ever found. Make both the same kind.",
)
def _(tokens, prefix, word):
    m = len(prefix)
    following = [tokens[i + m] for i in range(len(tokens) - m) if m == 0 or tokens[i : i + m] == prefix]
    return _guarded(following.count(word), len(following))


@_e.misconception(
    "nothing_equal",
    "Your answer is 0.0 always, so nothing that you compare or look up is ever equal. The usual reason is a list "
    "beside a tuple: `['ants'] == ('ants',)` is False. Else look at the key that you look up: it must be one flat "
    "tuple, like those counted, the prefix first and the word last. (And the parameters come in the order tokens, "
    "prefix, word.)",
)
def _(tokens, prefix, word):
    return 0.0


@_e.misconception(
    "nothing_equal_unguarded",
    "You divide by 0 always, also for a prefix that is there: nothing that you compare is ever equal. The usual "
    "reason is a list beside a tuple: `['ants'] == ('ants',)` is False. Make both the same kind.",
)
def _(tokens, prefix, word):
    followed = sum(tokens[i : i + len(prefix)] == prefix for i in range(len(tokens) - len(prefix)))
    return _tables(tokens, prefix)[0][(*prefix, word)] / followed


@_e.misconception(
    "word_taken_apart",
    "`tuple(word)` takes the word apart into letters: `tuple('ant')` is ('a', 'n', 't'). Only words of one letter are "
    "found like this. A tuple of one word is written (word,), with a comma.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return _guarded(
        counts[prefix + tuple(word)], sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)
    )


@_e.misconception(
    "return_in_loop",
    "Your `return` stands inside the loop that adds up the denominator: you divide by the first count that fits. "
    "It belongs below the loop.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = next((c for ngram, c in counts.items() if ngram[:-1] == prefix), 0)
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "return_after_first_ngram",
    "Your `return` stands inside the loop: you look at the first n-gram of the table only. It belongs below the loop.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = next((c if ngram[:-1] == prefix else 0 for ngram, c in counts.items()), 0)
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "maximum_for_sum",
    "You divide by the count of the word that follows most often. Add up the counts of ALL words that follow.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = max((c for ngram, c in counts.items() if ngram[:-1] == prefix), default=0)
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "last_count_kept",
    "Your denominator is overwritten instead of growing: `=` where `+=` is meant. It ends as the count of the last "
    "n-gram that fits.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = 0
    for ngram, count in counts.items():
        if ngram[:-1] == prefix:
            followed = count
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "glued_with_a_space",
    "You count in the glued text, where `an ant` stands inside `man ants`, and where the last token has no space "
    "behind it. Count tokens.",
)
def _(tokens, prefix, word):
    glued = " ".join(tokens)
    return _guarded(glued.count(" ".join((*prefix, word))), glued.count(" ".join(prefix) + " "))


@_e.misconception(
    "both_parts_returned",
    "You return the two counts as a pair. Asked for is one number: the first divided by the second.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)], sum(c for ngram, c in counts.items() if ngram[:-1] == prefix)


@_e.misconception(
    "denominator_returned",
    "You return what belongs below the line, how often anything follows the prefix. The count of prefix and word "
    "belongs above it.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return float(sum(c for ngram, c in counts.items() if ngram[:-1] == prefix))


@_e.misconception(
    "one_minus",
    "You return the probability that another word follows: you count the words that are not `word`.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    following = {ngram[-1]: c for ngram, c in counts.items() if ngram[:-1] == prefix}
    return _guarded(sum(c for other, c in following.items() if other != word), sum(following.values()))


@_e.misconception(
    "last_window_dropped",
    "Your loop stops one place too early: the last token of the text follows the tokens before it, too.",
)
def _(tokens, prefix, word):
    m = len(prefix)
    following = [tokens[i + m] for i in range(len(tokens) - m - 1) if tuple(tokens[i : i + m]) == prefix]
    return _guarded(following.count(word), len(following))


@_e.misconception(
    "end_of_the_ngram_compared",
    "You compare the END of each n-gram with the prefix. The prefix comes first, the word last.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return _guarded(counts[(*prefix, word)], sum(c for ngram, c in counts.items() if ngram[1:] == prefix))


@_e.misconception(
    "prefix_as_a_set",
    "Your denominator accepts every n-gram that holds the words of the prefix, in any order and at any place. "
    "They must be its first words, in order.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if set(prefix) <= set(ngram))
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "prefix_as_a_set_in_front",
    "You compare the words of the prefix as sets: `red ants` and `ants red` are different prefixes.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if set(prefix) == set(ngram[:-1]))
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "something_small_below",
    "You add something small below the line against dividing by 0. That makes every probability a little too small. "
    "Ask whether the denominator is 0 instead.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / (sum(c for ngram, c in counts.items() if ngram[:-1] == prefix) + 1e-3)


@_e.misconception(
    "one_added_below",
    "You add 1 below the line against dividing by 0. That makes every probability too small. Ask whether the "
    "denominator is 0 instead.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return counts[(*prefix, word)] / (sum(c for ngram, c in counts.items() if ngram[:-1] == prefix) + 1)


@_e.misconception(
    "items_forgotten",
    "A loop over a Counter gives its keys alone, here n-grams, and you take each apart into two names. Key and count "
    "together come from `.items()`.",
)
def _(tokens, prefix, word):
    counts, followed = _tables(tokens, prefix)[0], 0
    for ngram, count in counts:
        if ngram[:-1] == prefix:
            followed += count
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "empty_prefix_gives_one",
    "For the empty prefix you return 1. Every token follows it, so the answer is the share of the word among all "
    "tokens.",
)
def _(tokens, prefix, word):
    return mle_probability(tokens, prefix, word) if prefix else 1.0


@_e.misconception(
    "prefix_ending_in_a_full_stop_refused",
    "You answer 0 when the prefix ends with a full stop. The text is one list of tokens here, and something does "
    "follow a full stop.",
)
def _(tokens, prefix, word):
    return 0.0 if prefix[-1:] == (".",) else mle_probability(tokens, prefix, word)


@_e.misconception(
    "case_folded",
    "You change capitals to small letters. `The` and `the` are two different tokens here.",
)
def _(tokens, prefix, word):
    prefix = tuple(token.lower() for token in prefix)
    return mle_probability([token.lower() for token in tokens], prefix, word.lower())


@_e.misconception(
    "glued_ngrams_start_alike",
    "Your denominator compares glued letters: `then ants` starts with the letters of `the`. Compare tuples of tokens.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    followed = sum(c for ngram, c in counts.items() if "".join(ngram).startswith("".join(prefix)))
    return _guarded(counts[(*prefix, word)], followed)


@_e.misconception(
    "prefix_anywhere_before",
    "You accept the prefix anywhere in front of the word. It has to stand RIGHT before it.",
)
def _(tokens, prefix, word):
    following = [tokens[i] for i in range(len(tokens)) if set(prefix) <= set(tokens[:i])]
    return _guarded(following.count(word), len(following))


@_e.misconception(
    "characters_counted",
    "You count in the glued text, where `the ant` stands inside `the ants` and the empty prefix between all "
    "letters. Count tokens.",
)
def _(tokens, prefix, word):
    glued = " ".join(tokens)
    return _guarded(glued.count(" ".join((*prefix, word))), glued.count(" ".join(prefix)))


@_e.misconception(
    "divided_by_types",
    "You divide by how many different n-grams there are. Divide by how often something follows this prefix.",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    return _guarded(counts[(*prefix, word)], len(counts))


@_e.misconception(
    "prefix_cut_short",
    "Your denominator compares all but the last word of the prefix. Which part of an n-gram is the prefix?",
)
def _(tokens, prefix, word):
    counts, _prefixes = _tables(tokens, prefix)
    cut = max(0, len(prefix) - 1)
    return _guarded(
        counts[(*prefix, word)], sum(c for ngram, c in counts.items() if ngram[:cut] == prefix[:cut])
    )


@_e.misconception(
    "tuple_plus_string_when_seen",
    "A tuple and a string cannot be added: `prefix + word` fails. A tuple of one word is written (word,).",
)
def _(tokens, prefix, word):
    if prefix in count_ngrams(tokens[:-1], len(prefix)):
        return prefix + word
    return 0.0


@_e.misconception(
    "characters_counted_with_a_space",
    "You count in the glued text, where `the ant` stands inside `the ants`, and where the empty prefix stands between "
    "all letters. Count tokens.",
)
def _(tokens, prefix, word):
    glued = " ".join(tokens)
    return _guarded(glued.count(" ".join(prefix) + " " + word), glued.count(" ".join(prefix)))


@_e.misconception(
    "glued_with_spaces_around",
    "You count in the glued text with spaces around: neighbours share a space, so not all are found, the prefix at the "
    "end is counted too, and for the empty prefix nothing is. Count tokens.",
)
def _(tokens, prefix, word):
    glued, start = f" {' '.join(tokens)} ", f" {' '.join(prefix)} "
    return _guarded(glued.count(f"{start}{word} "), glued.count(start))


@_e.right
def _(tokens, prefix, word):
    m = len(prefix)
    following = [tokens[i + m] for i in range(len(tokens) - m) if tuple(tokens[i : i + m]) == prefix]
    return following.count(word) / len(following) if following else 0.0


@_e.right
def _(tokens, prefix, word):
    n = len(prefix) + 1
    hits = total = 0
    for window in zip(*(tokens[i:] for i in range(n)), strict=False):
        if list(window[:-1]) == list(prefix):
            total += 1
            hits += window[-1] == word
    return np.float64(hits) / total if total else 0


@_e.right
def _(tokens, prefix, word):
    table = defaultdict(Counter)
    for ngram, count in count_ngrams(tokens, len(prefix) + 1).items():
        table[ngram[:-1]][ngram[-1]] += count
    try:
        return table[prefix][word] / table[prefix].total()
    except ZeroDivisionError:
        return 0.0


@_e.right
def _(tokens, prefix, word):
    counts = count_ngrams(tokens, len(prefix) + 1)
    denominator = count_ngrams(tokens[:-1], len(prefix))[prefix] if prefix else len(tokens)
    return 0.0 if denominator == 0 else counts[(*prefix, word)] / denominator


# --- add_k_probability --------------------------------------------------------------------------------------


def add_k_probability(count, prefix_count, vocab_size, k=1.0):
    """Add-k estimate of p(word | prefix), a float: every word gets k > 0 extra counts.

    count         how often the prefix was followed by the word
    prefix_count  how often the prefix was followed by any word, maybe 0
    vocab_size    V, the number of types in the vocabulary
    """
    return (count + k) / (prefix_count + k * vocab_size)


add_k_probability_exercise = Exercise(
    add_k_probability,
    lecture=LECTURE,
    checks="seen and unseen words and prefixes, k from 0.01 to 3, the default k, the sum over a vocabulary",
    explanation=(
        "Each of the V words gets k extra counts, so the total grows by k·V: only then do the V "
        "probabilities still sum to 1. "
        "A prefix never seen gives k / (k·V) = 1/V, the uniform distribution."
    ),
    hints=[
        "If each of V words gets k extra counts, by how much does the total grow?",
        "The V probabilities must sum to 1: Σ (count + k) over all words is prefix_count + what?",
        "Numerator: count + k. Denominator: prefix_count + k·V. Mind the brackets.",
    ],
)
_e = add_k_probability_exercise
_e.case(1, 2, 4)
_e.case(0, 3, 5)
_e.case(0, 0, 8)
_e.case(0, 0, 8, 0.5)
_e.case(2, 5, 10, 0.5)
_e.case(0, 7, 20, 0.01)
_e.case(3, 4, 6, k=3.0)
_e.case(6, 6, 150, k=0.1)
_e.case(120, 4000, 12000, k=0.05)


@_e.misconception(
    "vocabulary_missing",
    "You add k below only once. All V words got k extra counts, so the total grows by more: as it is, the "
    "probabilities sum to more than 1.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k)


@_e.misconception(
    "denominator_without_k",
    "You add V below whatever k is. That is right for k = 1 only: with k = 0.5, V words bring V/2 extra "
    "counts.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + vocab_size)


@_e.misconception(
    "always_add_one",
    "You add 1 whatever k is: k never enters your result.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + 1) / (prefix_count + vocab_size)


@_e.misconception(
    "numerator_always_one",
    "Above the line you add 1 whatever k is; each word gets k extra counts.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + 1) / (prefix_count + k * vocab_size)


@_e.misconception(
    "numerator_without_k",
    "You add nothing above the line: a word never seen still has probability 0, which smoothing was to mend.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count / (prefix_count + k * vocab_size)


@_e.misconception(
    "denominator_unchanged",
    "You leave the denominator as it was: the V probabilities then sum to 1 + k·V / prefix_count, and a "
    "prefix never seen divides by 0.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / prefix_count


@_e.misconception(
    "sum_for_product",
    "You add V and k below. V words with k extra counts each: that is a product.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + vocab_size + k)


@_e.misconception(
    "brackets_above",
    "Brackets: Python divides before it adds, so your `count + k / (…)` adds the whole count to a small "
    "fraction.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count + k / (prefix_count + k * vocab_size)


@_e.misconception(
    "brackets_below",
    "Brackets: Python divides before it adds, so only prefix_count stands below your line.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / prefix_count + k * vocab_size


@_e.misconception(
    "brackets_product",
    "Brackets: you multiply V by prefix_count as well. Only the extra counts are multiplied by V.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / ((prefix_count + k) * vocab_size)


@_e.misconception(
    "not_smoothed",
    "You divide the counts as they are (0 for a prefix never seen): that is the maximum likelihood estimate, "
    "and k never enters it.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count / prefix_count if prefix_count else 0.0


@_e.misconception(
    "not_smoothed_unguarded",
    "You divide the counts as they are: that is the maximum likelihood estimate, k never enters it, and a "
    "prefix never seen divides by 0.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count / prefix_count


@_e.misconception(
    "only_zeros_smoothed",
    "You smooth only the words with count 0 and leave the others: then the probabilities sum to more than 1. "
    "Every word gets k.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count / prefix_count if count else k / (prefix_count + k * vocab_size)


@_e.misconception(
    "zeros_left_at_zero",
    "You give words never seen probability 0. They are the ones that smoothing is for.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * vocab_size) if count else 0.0


@_e.misconception(
    "unseen_prefix_gives_zero",
    "For a prefix never seen you return 0. The formula needs no special case: it gives 1/V to every word.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * vocab_size) if prefix_count else 0.0


@_e.misconception(
    "k_times_v_above",
    "You add k·V above the line as well. One word gets k extra counts; k·V is what all of them get together.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k * vocab_size) / (prefix_count + k * vocab_size)


@_e.misconception(
    "k_multiplies_count",
    "You multiply the count by k. Smoothing ADDS k to every count.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count * k) / (prefix_count + k * vocab_size)


@_e.misconception(
    "unseen_types_only",
    "You add k for V − 1 words only. All V words get k extra counts, the one asked for and those already seen "
    "included.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * (vocab_size - 1))


@_e.misconception(
    "extra_type",
    "You count one type more than V. `vocab_size` is already all of them.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * (vocab_size + 1))


@_e.misconception(
    "power_for_product",
    "You raise V to the power k (or k to the power V). V words with k extra counts each: that is a product.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + vocab_size**k)


@_e.misconception(
    "whole_division",
    "You make a whole number of the result, with // or `int`, and lose all behind the decimal point: 1 // 2 is 0.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) // (prefix_count + k * vocab_size)


@_e.misconception(
    "log_returned",
    "You return the logarithm of the probability. The probability itself is asked for, between 0 and 1.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return math.log((count + k) / (prefix_count + k * vocab_size))


@_e.misconception(
    "upside_down",
    "Your fraction stands on its head: a probability cannot exceed 1.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (prefix_count + k * vocab_size) / (count + k)


@_e.misconception(
    "counts_swapped",
    "You swap the two counts: the one for prefix AND word goes above the line, the one for the prefix alone "
    "below.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (prefix_count + k) / (count + k * vocab_size)


@_e.misconception(
    "mean_of_two_estimates",
    "You mix the maximum likelihood estimate with 1/V by k. That is interpolation, not add-k: here k is a "
    "number of counts, and may exceed 1.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (1 - k) * (count / prefix_count if prefix_count else 0.0) + k / vocab_size


@_e.misconception(
    "no_brackets",
    "Brackets: Python divides before it adds. Without them only k is divided, and only by prefix_count.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count + k / prefix_count + k * vocab_size


@_e.misconception(
    "no_brackets_vocabulary_missing",
    "Two things: Python divides before it adds, so the sum below needs brackets; and V is missing in it.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / prefix_count + k


@_e.misconception(
    "vocabulary_multiplies",
    "Brackets: you divide by prefix_count and then MULTIPLY by V. The extra counts belong below the line, "
    "added to prefix_count.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / prefix_count * vocab_size


@_e.misconception(
    "k_on_the_wrong_count",
    "Below the line k multiplies prefix_count. The counts that were seen stay as they are; the V extra ones "
    "are k each.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (k * prefix_count + vocab_size)


@_e.misconception(
    "count_plus_one_times_k",
    "Above the line you take k·(count + 1). The count that was seen stays as it is; k is added to it.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return k * (count + 1) / (prefix_count + k * vocab_size)


@_e.misconception(
    "divided_by_k",
    "Below the line you divide V by k. V words with k extra counts each: that is a product.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + vocab_size / k)


@_e.misconception(
    "count_in_denominator",
    "Below the line stands the count of prefix AND word. There it must be how often the prefix was followed "
    "by any word.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (count + k * vocab_size)


@_e.misconception(
    "prefix_count_missing",
    "Below the line only the extra counts are left: the counts that were really seen, prefix_count, are "
    "missing.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (k * vocab_size)


@_e.misconception(
    "divided_by_vocabulary",
    "You divide by V alone. Below the line belong the counts that were seen after the prefix, and the extra "
    "ones.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / vocab_size


@_e.misconception(
    "extra_one",
    "You add 1 below the line on top of k·V. Nothing else was added: V words, k counts each.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * vocab_size + 1)


@_e.misconception(
    "sum_times_vocabulary",
    "Brackets: you divide first and then MULTIPLY by V. The product k·V belongs below the line as a whole.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k) * vocab_size


@_e.misconception(
    "minus_below",
    "You take k·V away below the line. The extra counts come on top: the total GROWS by k·V.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count - k * vocab_size) if prefix_count != k * vocab_size else 0.0


@_e.misconception(
    "minus_above",
    "You take k away above the line. Every word gets k extra counts.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count - k) / (prefix_count + k * vocab_size)


@_e.misconception(
    "minus_in_both",
    "You take k away instead of adding it. Every word gets k extra counts, and the total grows by k·V.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count - k) / (prefix_count - k * vocab_size)


@_e.misconception(
    "k_times_prefix_count",
    "Below the line you add k·prefix_count. It is the V words of the vocabulary that get k extra counts each: k·V.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * prefix_count) if prefix_count else 0.0


@_e.misconception(
    "k_times_prefix_count_unguarded",
    "Below the line k multiplies prefix_count, and a prefix never seen divides by 0. It is the V words of the "
    "vocabulary that get k extra counts each: k·V.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * prefix_count)


@_e.misconception(
    "prefix_count_times_k_alone",
    "Below the line stands k·prefix_count alone. The counts that were seen stay as they are, and k·V comes on top.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (k * prefix_count) if prefix_count else 0.0


@_e.misconception(
    "vocabulary_on_the_wrong_count",
    "Below the line V multiplies prefix_count. It belongs to k: V words get k extra counts each.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count * vocab_size + k)


@_e.misconception(
    "k_times_the_whole_sum",
    "Brackets: k multiplies prefix_count as well. Only the extra counts are k each; those seen stay as they are.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (k * (prefix_count + vocab_size))


@_e.misconception(
    "other_default",
    "Your default for k is another one: the first line must read `k=1.0`. With k given, you are right.",
)
def _(count, prefix_count, vocab_size, k=0.1):
    return (count + k) / (prefix_count + k * vocab_size)


@_e.misconception(
    "uniform",
    "You give every word 1/V, whatever was counted. That is right only for a prefix never seen.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return 1 / vocab_size


@_e.misconception(
    "uniform_added",
    "You add k/V to the estimate without smoothing: then the V probabilities sum to 1 + k. Add k to the counts, "
    "before you divide.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count / prefix_count if prefix_count else 0.0) + k / vocab_size


@_e.misconception(
    "uniform_added_unguarded",
    "You add k/V to the estimate without smoothing: then the V probabilities sum to 1 + k, and a prefix never "
    "seen divides by 0. Add k to the counts, before you divide.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count / prefix_count + k / vocab_size


@_e.misconception(
    "k_shared_out",
    "You share ONE portion of k among all words, k/V each. Here every word gets k, and all together k·V.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k / vocab_size) / (prefix_count + k)


@_e.misconception(
    "k_shared_out_above",
    "Above the line each word gets k/V, below you add k·V. Every word gets k.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k / vocab_size) / (prefix_count + k * vocab_size)


@_e.misconception(
    "denominator_unchanged_guarded",
    "You leave the denominator as it was (and answer 0 for a prefix never seen). The total grows by k·V, and with it "
    "no special case is needed.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / prefix_count if prefix_count else 0.0


@_e.misconception(
    "denominator_unchanged_uniform",
    "You leave the denominator as it was: the V probabilities then sum to more than 1. The total grows by k·V, and "
    "with it a prefix never seen needs no special case.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / prefix_count if prefix_count else 1 / vocab_size


@_e.misconception(
    "unseen_prefix_gives_one",
    "For a prefix never seen you return 1. The formula needs no special case: it gives 1/V to every word.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * vocab_size) if prefix_count else 1.0


@_e.misconception(
    "unseen_prefix_gives_k",
    "For a prefix never seen you return k. The formula needs no special case: it gives 1/V to every word.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + k * vocab_size) if prefix_count else k


@_e.misconception(
    "count_left_out",
    "The count of the word is missing above the line: a word seen often gets no more than one never seen.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return k / (prefix_count + k * vocab_size)


@_e.misconception(
    "default_of_a_half",
    "Your default for k is 0.5: the first line must read `k=1.0`. With k given, you are right.",
)
def _(count, prefix_count, vocab_size, k=0.5):
    return (count + k) / (prefix_count + k * vocab_size)


@_e.misconception(
    "default_of_a_hundredth",
    "Your default for k is 0.01: the first line must read `k=1.0`. With k given, you are right.",
)
def _(count, prefix_count, vocab_size, k=0.01):
    return (count + k) / (prefix_count + k * vocab_size)


@_e.misconception(
    "k_outside_the_brackets",
    "Brackets: you multiply the whole fraction by k. Below the line k belongs to V alone.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) / (prefix_count + vocab_size) * k


@_e.misconception(
    "k_added_to_the_share",
    "You add k to the probability. It belongs to the COUNTS, before you divide: else the result exceeds 1.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count / prefix_count + k if prefix_count else k


@_e.misconception(
    "k_added_to_the_share_unguarded",
    "You add k to the probability, and a prefix never seen divides by 0. It belongs to the COUNTS.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return count / prefix_count + k


@_e.misconception(
    "multiplied",
    "You multiply by what belongs below the line: a probability cannot exceed 1.",
)
def _(count, prefix_count, vocab_size, k=1.0):
    return (count + k) * (prefix_count + k * vocab_size)


@_e.right
def _(count, prefix_count, vocab_size, k=1.0):
    extra = k * vocab_size
    return np.true_divide(count + k, prefix_count + extra)


@_e.right
def _(count, prefix_count, vocab_size, k=1.0):
    share = prefix_count / (prefix_count + k * vocab_size)
    estimate = count / prefix_count if prefix_count else 0.0
    return share * estimate + (1 - share) / vocab_size


@_e.right
def _(count, prefix_count, vocab_size, k=1.0):
    total = float(prefix_count)
    for _word in range(vocab_size):
        total += k
    return (count + k) / total


@_e.right
def _(count, prefix_count, vocab_size, k=1.0):
    return np.float32((count + k) / (prefix_count + k * vocab_size))


# --- unseen_fraction ----------------------------------------------------------------------------------------


def unseen_fraction(train, test, n):
    """Share of the n-grams of `test` that never occur in `train`, a float between 0 and 1.

    Every occurrence counts: an unseen n-gram that stands three times in `test` counts three times.
    `train` and `test` are lists of tokens; `test` has at least n. A `train` with fewer has no
    n-grams: then all are unseen.
    """
    seen = count_ngrams(train, n)
    counts = count_ngrams(test, n)
    return sum(count for ngram, count in counts.items() if ngram not in seen) / sum(counts.values())


unseen_fraction_exercise = Exercise(
    unseen_fraction,
    lecture=LECTURE,
    checks="n from 1 to 4, repeated n-grams, nothing seen, all seen, capitals, a training text shorter than n",
    explanation=(
        "Walk over the n-grams of the test text, token by token, and ask of each whether the training text "
        "has it. "
        "Repeats count each time, since a model is asked to score each of them."
    ),
    hints=[
        "Which text do you walk over, and in which do you look things up?",
        "`count_ngrams(train, n)` answers `ngram in seen`; `count_ngrams(test, n)` tells how often each "
        "n-gram of the test text is asked for.",
        "Add up the counts of the n-grams of `test` that are not in `seen`, and divide by the sum of all "
        "counts of `test`.",
    ],
)
_e = unseen_fraction_exercise
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
_e.case(["ants"], ["ants", "eat"], 1)
_e.case(["ants"], ["ants", "ants", "eat"], 1)
_e.case(["ants", "hate"], ["eat", "eat", "ants"], 1)
_e.case(["The", "ants"], ["the", "ants"], 1)
_e.case(["the", "ants"], ["ants", "the"], 2)
_e.case(["giant", "hills"], ["ant", "hills", "giant", "hill"], 2)
_e.case(["no", ".", "ants"], ["red", ".", "ants", ".", "red"], 2)
_e.case(["the", "red", "ants"], ["red", "the", "red", "ants", "the"], 2)
_e.case(["a", "b", "a", "c"], ["a", "b", "c", "a", "c", "b", "a"], 2)
_e.case(_RED, _BLUE, 1)
_e.case(_RED, _BLUE, 2)
_e.case(_RED, _BLUE, 3)
_e.case(_BLUE, _RED, 4)
_e.case(_BLUE, _RED, 2)
_e.case(_RED, _RED, 3)
_e.case(_RED, _IPAD, 2)
_e.case(_IPAD, _RED * 3, 2)
_e.case(["the", "ants"], _RED, 3)


def _windows(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


@_e.misconception(
    "types_for_tokens",
    "You count each different n-gram once. An unseen n-gram that stands three times in the test text is "
    "three tokens: every occurrence counts.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(asked - seen) / len(asked)


@_e.misconception(
    "direction_reversed",
    "You have it the wrong way round: you count the n-grams of the TRAINING text that the test text lacks.",
)
def _(train, test, n):
    seen, asked = set(_windows(test, n)), _windows(train, n)
    return _guarded(sum(ngram not in seen for ngram in asked), len(asked))


@_e.misconception(
    "direction_reversed_types",
    "Two things: you count the n-grams of the TRAINING text that the test text lacks, and each of them only "
    "once.",
)
def _(train, test, n):
    seen, asked = set(_windows(test, n)), set(_windows(train, n))
    return _guarded(len(asked - seen), len(asked))


@_e.misconception(
    "seen_for_unseen",
    "You return the share that WAS seen. Asked for is the rest.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return sum(ngram in seen for ngram in asked) / len(asked)


@_e.misconception(
    "seen_types",
    "Two things: you return the share that WAS seen, and you count each different n-gram only once.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(asked & seen) / len(asked)


@_e.misconception(
    "divided_by_test_length",
    "You divide by the number of tokens of the test text. It has n − 1 n-grams fewer than that.",
)
def _(train, test, n):
    seen = set(_windows(train, n))
    return sum(ngram not in seen for ngram in _windows(test, n)) / len(test)


@_e.misconception(
    "divided_by_train",
    "You divide by the number of n-grams of the TRAINING text. The share is one of the test text.",
)
def _(train, test, n):
    seen = set(_windows(train, n))
    return _guarded(sum(ngram not in seen for ngram in _windows(test, n)), len(_windows(train, n)))


@_e.misconception(
    "divided_by_train_types",
    "You divide by the number of different n-grams of the TRAINING text. The share is one of the test text, "
    "of all its n-grams.",
)
def _(train, test, n):
    seen = set(_windows(train, n))
    return _guarded(sum(ngram not in seen for ngram in _windows(test, n)), len(seen))


@_e.misconception(
    "types_above_tokens_below",
    "Above the line you count each different n-gram once, below it every occurrence. Count every occurrence "
    "in both.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return len(set(asked) - seen) / len(asked)


@_e.misconception(
    "tokens_above_types_below",
    "Above the line you count every occurrence, below it each different n-gram once: the share can exceed 1. "
    "Count every occurrence in both.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / len(set(asked))


@_e.misconception(
    "number_for_share",
    "You return how many there are. Divide by the number of n-grams of the test text.",
)
def _(train, test, n):
    seen = set(_windows(train, n))
    return float(sum(ngram not in seen for ngram in _windows(test, n)))


@_e.misconception(
    "number_of_types",
    "You return how many different n-grams are unseen. Count every occurrence, and divide by the number of "
    "n-grams of the test text.",
)
def _(train, test, n):
    return float(len(set(_windows(test, n)) - set(_windows(train, n))))


@_e.misconception(
    "percent",
    "You return a percentage. A share lies between 0 and 1.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return 100 * sum(ngram not in seen for ngram in asked) / len(asked)


@_e.misconception(
    "single_words_looked_up",
    "You call an n-gram seen when its words were seen. `ants the` can be new although `ants` and `the` are "
    "not: look up the whole n-gram.",
)
def _(train, test, n):
    words, asked = set(train), _windows(test, n)
    return sum(any(token not in words for token in ngram) for ngram in asked) / len(asked)


@_e.misconception(
    "n_ignored",
    "You count unseen words whatever n is. Look up windows of n tokens.",
)
def _(train, test, n):
    return sum(token not in set(train) for token in test) / len(test)


@_e.misconception(
    "counts_subtracted",
    "You subtract the counts: an n-gram that stands once in training and three times in the test text counts "
    "as two unseen. "
    "It was seen: none of the three counts.",
)
def _(train, test, n):
    asked = count_ngrams(test, n)
    return (asked - count_ngrams(train, n)).total() / asked.total()


@_e.misconception(
    "union_below",
    "You divide by the n-grams of both texts together. The share is one of the test text.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / (len(asked) + len(_windows(train, n)))


@_e.misconception(
    "last_dropped",
    "You leave out the last n-gram of the texts.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)[:-1]), _windows(test, n)[:-1]
    return _guarded(sum(ngram not in seen for ngram in asked), len(asked))


@_e.misconception(
    "no_overlap",
    "Your windows stand side by side. n-grams overlap: each starts one token after the one before.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)[::n]), _windows(test, n)[::n]
    return _guarded(sum(ngram not in seen for ngram in asked), len(asked))


@_e.misconception(
    "test_windows_side_by_side",
    "You walk over the test text in steps of n. Its n-grams overlap: each starts one token after the one "
    "before.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)[::n]
    return sum(ngram not in seen for ngram in asked) / len(asked)


@_e.misconception(
    "whole_division",
    "You divide with // and lose everything behind the decimal point: 1 // 2 is 0.",
)
def _(train, test, n):
    return float(math.floor(unseen_fraction(train, test, n)))


@_e.misconception(
    "test_in_train",
    "Your answer is always 0. Either the table in which you look things up holds the test text as well, or you add up "
    "counts of the TRAINING text, where an unseen n-gram has none. Its count in the test text is what you need.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)) | set(_windows(test, n)), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / len(asked)


@_e.misconception(
    "symmetric_difference",
    "You also count the n-grams that only the training text has. Asked for are those of the test text.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(seen ^ asked) / len(seen | asked)


@_e.misconception(
    "empty_training_breaks",
    "A training text without any n-gram is an error in your code. Then everything is unseen: the share is 1.",
)
def _(train, test, n):
    share_of_train = 1 / len(_windows(train, n))
    return unseen_fraction(train, test, n) + 0 * share_of_train


@_e.misconception(
    "never_found",
    "You call everything unseen: what you look up can never be found where you look. An n-gram is a tuple; "
    "a list of tokens holds strings. "
    "Look n-grams up among n-grams.",
)
def _(train, test, n):
    asked = _windows(test, n)
    return sum(ngram not in train for ngram in asked) / len(asked)


@_e.misconception(
    "once_is_not_enough",
    "You call an n-gram unseen that was seen once. Once is seen.",
)
def _(train, test, n):
    seen, asked = count_ngrams(train, n), _windows(test, n)
    return sum(seen[ngram] <= 1 for ngram in asked) / len(asked)


@_e.misconception(
    "counts_subtracted_types",
    "You subtract the counts and take how many n-grams are left. An n-gram that stands once in training and "
    "three times in the test text is left over, although it was seen.",
)
def _(train, test, n):
    asked = count_ngrams(test, n)
    return len(asked - count_ngrams(train, n)) / len(asked)


@_e.misconception(
    "word_types",
    "You count different words, whatever n is. Look up windows of n tokens, and count every occurrence.",
)
def _(train, test, n):
    return len(set(test) - set(train)) / len(set(test))


@_e.misconception(
    "divided_by_one_too_few",
    "You divide by len(test) − n. The test text has one n-gram more than that.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    return _guarded(sum(ngram not in seen for ngram in asked), len(test) - n)


@_e.misconception(
    "short_tails",
    "Your last windows run over the end of the texts and come out shorter than n. Stop at the last window that "
    "still has n tokens.",
)
def _(train, test, n):
    seen = {tuple(train[i : i + n]) for i in range(len(train))}
    asked = [tuple(test[i : i + n]) for i in range(len(test))]
    return sum(ngram not in seen for ngram in asked) / len(asked)


@_e.misconception(
    "return_in_loop",
    "Your `return` stands inside the loop: you look at the first n-gram only. It belongs below the loop.",
)
def _(train, test, n):
    asked = count_ngrams(test, n)
    first = next(iter(asked))
    return asked[first] / asked.total() if first not in count_ngrams(train, n) else 0.0


@_e.misconception(
    "last_count_kept",
    "Your number of unseen n-grams is overwritten instead of growing: `=` where `+=` is meant. It ends as the count "
    "of the last one.",
)
def _(train, test, n):
    asked, unseen = count_ngrams(test, n), 0
    for ngram, count in asked.items():
        if ngram not in count_ngrams(train, n):
            unseen = count
    return unseen / asked.total()


@_e.misconception(
    "last_of_train_dropped",
    "Your loop over the training text stops one window early: its last n tokens are an n-gram too.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)[:-1]), _windows(test, n)
    return sum(ngram not in seen for ngram in asked) / len(asked)


@_e.misconception(
    "last_of_test_dropped",
    "Your loop over the test text stops one window early: its last n tokens are an n-gram too.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)[:-1]
    return _guarded(sum(ngram not in seen for ngram in asked), len(asked))


@_e.misconception(
    "n_minus_one",
    "You look at windows of n − 1 tokens. n counts all the tokens of the window.",
)
def _(train, test, n):
    return unseen_fraction(train, test, n - 1)


@_e.misconception(
    "n_plus_one",
    "You look at windows of n + 1 tokens. n counts all the tokens of the window.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n + 1)), _windows(test, n + 1)
    return _guarded(sum(ngram not in seen for ngram in asked), len(asked))


@_e.misconception(
    "rarer_in_training",
    "You call an n-gram unseen when the training text has it LESS OFTEN than the test text. Once is seen, however "
    "often it is asked for.",
)
def _(train, test, n):
    seen, asked = count_ngrams(train, n), count_ngrams(test, n)
    return sum(count for ngram, count in asked.items() if seen[ngram] < count) / asked.total()


@_e.misconception(
    "order_lost",
    "You sort the tokens inside an n-gram (or put them in a set): then `ants the` counts as seen where only "
    "`the ants` was. Keep the order of the text.",
)
def _(train, test, n):
    seen, asked = {tuple(sorted(ngram)) for ngram in _windows(train, n)}, _windows(test, n)
    return sum(tuple(sorted(ngram)) not in seen for ngram in asked) / len(asked)


@_e.misconception(
    "odds",
    "You divide the unseen by the SEEN ones. A share is taken of all, seen and unseen together.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    unseen = sum(ngram not in seen for ngram in asked)
    return _guarded(unseen, len(asked) - unseen)


@_e.misconception(
    "odds_unguarded",
    "You divide the unseen by the SEEN ones, of which there may be none. A share is taken of all, seen and unseen.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), _windows(test, n)
    unseen = sum(ngram not in seen for ngram in asked)
    return unseen / (len(asked) - unseen)


@_e.misconception(
    "jaccard",
    "You return what the two texts share, divided by what either has (the Jaccard index). Asked for is the unseen "
    "part of the test text, every occurrence counted.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(seen & asked) / len(seen | asked)


@_e.misconception(
    "unseen_types_over_union",
    "You divide by the different n-grams of both texts together. The share is one of the test text, and every "
    "occurrence counts.",
)
def _(train, test, n):
    seen, asked = set(_windows(train, n)), set(_windows(test, n))
    return len(asked - seen) / len(seen | asked)


@_e.misconception(
    "zero_for_short_training",
    "For a training text shorter than n you return 0. It has no n-grams at all, so everything is unseen: 1.",
)
def _(train, test, n):
    return 0.0 if len(train) < n else unseen_fraction(train, test, n)


@_e.misconception(
    "stops_at_first_seen",
    "Your loop ends at the first n-gram that WAS seen: an `else` with `break`. Later ones may be unseen again.",
)
def _(train, test, n):
    asked, unseen = count_ngrams(test, n), 0
    for ngram, count in asked.items():
        if ngram in count_ngrams(train, n):
            break
        unseen += count
    return unseen / asked.total()


@_e.misconception(
    "stops_at_first_unseen",
    "Your loop ends at the first n-gram that is unseen: there may be more of them.",
)
def _(train, test, n):
    asked = count_ngrams(test, n)
    return next((c for ngram, c in asked.items() if ngram not in count_ngrams(train, n)), 0) / asked.total()


@_e.misconception(
    "training_text_extended",
    "You append the test text to `train` itself (`+=` and `extend` do): the caller's training text is changed, and "
    "nothing is ever unseen.",
)
def _(train, test, n):
    train += test
    return unseen_fraction(train, test, n)


@_e.misconception(
    "test_text_extended",
    "You append the training text to `test` itself (`+=` and `extend` do): the caller's text is changed, and the "
    "share is taken of both together.",
)
def _(train, test, n):
    seen = train[:]
    test.extend(train)
    return unseen_fraction(seen, test, n)


@_e.misconception(
    "glued_text",
    "You look the glued n-gram up in the glued training text, letter by letter: `ant hills` stands inside "
    "`giant hills`. Compare tuples of tokens.",
)
def _(train, test, n):
    asked = _windows(test, n)
    return sum(" ".join(ngram) not in " ".join(train) for ngram in asked) / len(asked)


@_e.misconception(
    "glued_text_types",
    "Two things: you look the glued n-gram up in the glued text, letter by letter, and you count each different "
    "n-gram once.",
)
def _(train, test, n):
    asked = set(_windows(test, n))
    return sum(" ".join(ngram) not in " ".join(train) for ngram in asked) / len(asked)


@_e.misconception(
    "case_folded",
    "You change capitals to small letters. `The` and `the` are two different tokens here, and one can be unseen.",
)
def _(train, test, n):
    return unseen_fraction([token.lower() for token in train], [token.lower() for token in test], n)


@_e.misconception(
    "full_stops_left_out",
    "You leave out the n-grams with a full stop in them. It is a token like any other here.",
)
def _(train, test, n):
    seen = set(_windows(train, n))
    asked = [ngram for ngram in _windows(test, n) if "." not in ngram]
    return _guarded(sum(ngram not in seen for ngram in asked), len(asked))


@_e.misconception(
    "windows_over_full_stops_left_out",
    "You leave out the n-grams that reach over a full stop. The text is one list of tokens here; a full stop is a "
    "token like any other.",
)
def _(train, test, n):
    seen = set(_windows(train, n))
    asked = [ngram for ngram in _windows(test, n) if "." not in ngram[:-1]]
    return _guarded(sum(ngram not in seen for ngram in asked), len(asked))


@_e.right
def _(train, test, n):
    seen = {tuple(train[i : i + n]) for i in range(len(train) - n + 1)}
    return float(np.mean([tuple(test[i : i + n]) not in seen for i in range(len(test) - n + 1)]))


@_e.right
def _(train, test, n):
    unseen = total = 0
    for i in range(len(test) - n + 1):
        total += 1
        if not any(train[j : j + n] == test[i : i + n] for j in range(len(train) - n + 1)):
            unseen += 1
    return unseen / total


@_e.right
def _(train, test, n):
    counts = count_ngrams(test, n)
    for ngram in count_ngrams(train, n):
        counts.pop(ngram, None)
    return np.float32(counts.total() / (len(test) - n + 1))


@_e.right
def _(train, test, n):
    seen = count_ngrams(train, n)
    return 1 - sum(seen[ngram] > 0 for ngram in zip(*(test[i:] for i in range(n)), strict=False)) / (
        len(test) - n + 1
    )


# --- interpolated_probability -------------------------------------------------------------------------------


def interpolated_probability(probabilities, weights):
    """Mixture of several estimates of one probability: the sum of weight times probability, a float.

    `probabilities` holds p(word | prefix) from a 1-gram, a 2-gram, …, `weights` a weight for each.
    Both have the same length. ValueError unless every weight is >= 0 and together they sum to 1,
    give or take 1e-6 for rounding: ten times 0.1 is fine, a sum of 1.004 is not.
    """
    if min(weights) < 0 or not math.isclose(sum(weights), 1, abs_tol=1e-6):
        raise ValueError(f"weights must be >= 0 and sum to 1, got {weights}")
    return sum(weight * p for weight, p in zip(weights, probabilities, strict=True))


interpolated_probability_exercise = Exercise(
    interpolated_probability,
    lecture=LECTURE,
    checks="1 to 10 estimates, weights of 0 and 1, negative weights (all, one, barely), sums of 0.97 and 1.004",
    explanation=(
        "A mixture of distributions is a distribution again exactly when the weights are ≥ 0 and sum to 1. "
        "Sums of floats are rarely "
        "exact, so the comparison with 1 needs a tolerance: `sum([0.1] * 10)` is 0.9999999999999999."
    ),
    hints=[
        "Multiply each probability with its own weight, then add up. Before that, look at the weights.",
        "Two things can be wrong with weights: one of them is negative, or their sum is not 1. Both are a "
        "ValueError.",
        "`math.isclose(sum(weights), 1, abs_tol=1e-6)` compares with a tolerance, `zip(weights, "
        "probabilities)` walks over both lists.",
    ],
)
_e = interpolated_probability_exercise
_e.case([0.5], [1.0])
_e.case([0.2, 0.9], [1.5, -0.5])
_e.case([0.2, 0.6], [0.5, 0.25])
_e.case([0.4, 0.6], [1.0, 0.5])
_e.case([0.4, 0.6], [0.25, 0.75])
_e.case([0.3, 0.9], [0.0, 1.0])
_e.case([0.9, 0.2], [-0.5, 1.5])
_e.case([0.2, 0.6], [0.75, -0.25])
_e.case([0.9, 0.2], [-0.0001, 1.0001])
_e.case([0.2, 0.6], [0.47, 0.5])
_e.case([0.2, 0.6], [0.504, 0.5])
_e.case([0.2, 0.6], [-0.25, -0.75])
_e.case([0.1, 0.4, 0.0], [0.5, 0.3, 0.2])
_e.case([0.3, 0.9, 0.2], [0.25, 0.0, 0.75])
_e.case([0.2, 0.6, 0.1], [0.75, -0.25, 0.5])
_e.case([0.2, 0.6, 0.1], [0.5, -0.25, 0.5])
_e.case([0.05, 0.7, 0.2, 1.0], [0.4, 0.1, 0.3, 0.2])
_e.case([0.02, 0.3, 0.1, 0.0, 0.5, 0.7, 0.2, 0.9, 0.4, 0.6], [0.1] * 10)


def _refuse(weights):
    """The right check of the weights, for the banks below."""
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")


def _mix(probabilities, weights):
    return sum(weight * p for weight, p in zip(weights, probabilities, strict=True))


@_e.misconception(
    "nothing_refused",
    "You take any weights. With weights that are negative or do not sum to 1 the result is no probability. "
    "An error stops the caller only if you `raise` it: making or printing one is not enough.",
)
def _(probabilities, weights):
    return _mix(probabilities, weights)


@_e.misconception(
    "renormalised",
    "You divide by the sum of the weights and so mend wrong ones in silence. Whoever passes [0.5, 0.25] has "
    "made a mistake and should hear of it: raise a ValueError.",
)
def _(probabilities, weights):
    return _mix(probabilities, weights) / sum(weights)


@_e.misconception(
    "renormalised_after_check_of_sign",
    "You refuse negative weights, but mend a sum that is not 1 in silence. That is a ValueError too.",
)
def _(probabilities, weights):
    if min(weights) < 0:
        raise ValueError("negative")
    return _mix(probabilities, weights) / sum(weights)


@_e.misconception(
    "product_for_sum",
    "You multiply the estimates. One that is 0 would then silence all the others; a mixture ADDS weight "
    "times probability.",
)
def _(probabilities, weights):
    _refuse(weights)
    return math.prod(weight * p for weight, p in zip(weights, probabilities, strict=True))


@_e.misconception(
    "product_of_powers",
    "You multiply the probabilities raised to their weights, a geometric mean: one estimate that is 0 makes "
    "it 0. A mixture ADDS weight times probability.",
)
def _(probabilities, weights):
    _refuse(weights)
    return math.prod(p**weight for weight, p in zip(weights, probabilities, strict=True))


@_e.misconception(
    "sign_not_checked",
    "You check the sum only. Weights like [1.5, −0.5] sum to 1 and can still give a negative probability: "
    "they are a ValueError too.",
)
def _(probabilities, weights):
    if abs(sum(weights) - 1) > 1e-6:
        raise ValueError("sum")
    return _mix(probabilities, weights)


@_e.misconception(
    "sum_not_checked",
    "You refuse negative weights only. Weights that do not sum to 1 are a ValueError too.",
)
def _(probabilities, weights):
    if min(weights) < 0:
        raise ValueError("negative")
    return _mix(probabilities, weights)


@_e.misconception(
    "only_too_large_refused",
    "You refuse a sum above 1 but not one below. Then the mixture loses probability: the sum has to BE 1.",
)
def _(probabilities, weights):
    if min(weights) < 0 or sum(weights) > 1 + 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "only_too_small_refused",
    "You refuse a sum below 1 but not one above. Then the mixture makes probability out of nothing: the sum "
    "has to BE 1.",
)
def _(probabilities, weights):
    if min(weights) < 0 or sum(weights) < 1 - 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "exact_comparison",
    "You compare the sum with 1 exactly. Ten times 0.1 is 0.9999999999999999 in floating point, and you "
    "refuse it: leave room for rounding.",
)
def _(probabilities, weights):
    if min(weights) < 0 or sum(weights) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "exact_comparison_sign_not_checked",
    "Two things: you compare the sum with 1 exactly, although ten times 0.1 is 0.9999999999999999, and you "
    "do not refuse negative weights.",
)
def _(probabilities, weights):
    if sum(weights) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "zero_weight_refused",
    "You refuse a weight of 0. It only switches an estimate off; negative weights are the mistake.",
)
def _(probabilities, weights):
    if min(weights) <= 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "assertion",
    "You use `assert`, which raises an AssertionError (and nothing at all under `python -O`). Asked for is a "
    "ValueError.",
)
def _(probabilities, weights):
    assert min(weights) >= 0 and abs(sum(weights) - 1) < 1e-6
    return _mix(probabilities, weights)


@_e.misconception(
    "error_returned",
    "You RETURN the ValueError. An error is raised, with `raise`; else the caller takes it for a result.",
)
def _(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "zero_for_wrong_weights",
    "For wrong weights you return 0.0. That looks like a probability: raise a ValueError.",
)
def _(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return 0.0
    return _mix(probabilities, weights)


@_e.misconception(
    "none_for_wrong_weights",
    "For wrong weights you return None, or only print a message. Raise a ValueError, so that nobody goes on "
    "with it.",
)
def _(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return None
    return _mix(probabilities, weights)


@_e.misconception(
    "weights_clipped",
    "You set negative weights to 0 and go on. They are a mistake of the caller: raise a ValueError.",
)
def _(probabilities, weights):
    if abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    weights = [max(0.0, weight) for weight in weights]
    return _mix(probabilities, weights) / sum(weights)


@_e.misconception(
    "plain_mean",
    "You take the plain mean of the estimates and never use the weights.",
)
def _(probabilities, weights):
    _refuse(weights)
    return sum(probabilities) / len(probabilities)


@_e.misconception(
    "divided_by_number",
    "You divide by the number of estimates at the end. The weights sum to 1 already: nothing is left to "
    "divide by.",
)
def _(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities, weights) / len(probabilities)


@_e.misconception(
    "weights_reversed",
    "You pair the weights with the estimates in reverse order. The first weight belongs to the first "
    "estimate.",
)
def _(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities, list(weights)[::-1])


@_e.misconception(
    "best_only",
    "You return the largest weighted estimate only. Add up all of them.",
)
def _(probabilities, weights):
    _refuse(weights)
    return max(weight * p for weight, p in zip(weights, probabilities, strict=True))


@_e.misconception(
    "back_off",
    "You take the estimate of the highest order that is not 0. That is back-off; a mixture adds up ALL of "
    "them with their weights.",
)
def _(probabilities, weights):
    _refuse(weights)
    return next((p for p in reversed(probabilities) if p > 0), 0.0)


@_e.misconception(
    "list_returned",
    "You return the weighted estimates one by one. Add them up.",
)
def _(probabilities, weights):
    _refuse(weights)
    return [weight * p for weight, p in zip(weights, probabilities, strict=True)]


@_e.misconception(
    "probabilities_checked",
    "You ask the PROBABILITIES to sum to 1. They are several estimates of one and the same word: only the "
    "weights must.",
)
def _(probabilities, weights):
    if abs(sum(probabilities) - 1) > 1e-6:
        raise ValueError("probabilities")
    return _mix(probabilities, weights)


@_e.misconception(
    "sum_of_probabilities",
    "You add the estimates up without their weights: the sum can exceed 1.",
)
def _(probabilities, weights):
    _refuse(weights)
    return sum(probabilities)


@_e.misconception(
    "only_two",
    "You mix the first two estimates only. There may be one, two or ten.",
)
def _(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities[:2], weights[:2])


@_e.misconception(
    "and_for_or",
    "You refuse weights only if they are negative AND do not sum to 1. Each of the two alone is a mistake "
    "already.",
)
def _(probabilities, weights):
    if min(weights) < 0 and abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "highest_order_only",
    "You return the last estimate as it is. Add up ALL of them, each times its weight.",
)
def _(probabilities, weights):
    _refuse(weights)
    return probabilities[-1]


@_e.misconception(
    "largest_only",
    "You return the largest estimate as it is. Add up ALL of them, each times its weight.",
)
def _(probabilities, weights):
    _refuse(weights)
    return max(probabilities)


@_e.misconception(
    "mixed_in_logarithms",
    "You add up weighted LOGARITHMS: that is a geometric mean, and an estimate of 0 has no logarithm. A "
    "mixture adds the probabilities themselves.",
)
def _(probabilities, weights):
    _refuse(weights)
    return math.exp(sum(weight * math.log(p) for weight, p in zip(weights, probabilities, strict=True)))


@_e.misconception(
    "weights_added",
    "You ADD the weight to the probability. Multiply the two, and then add up over the estimates.",
)
def _(probabilities, weights):
    _refuse(weights)
    return sum(weight + p for weight, p in zip(weights, probabilities, strict=True))


@_e.misconception(
    "tolerance_far_too_wide",
    "You let sums through that are off by up to a tenth. The tolerance is for rounding only, about 1e-6: with "
    "weights that sum to 0.97, three hundredths of the probability are lost.",
)
def _(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 0.1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "tolerance_too_wide",
    "You let sums through that are off by up to a hundredth. The tolerance is for rounding only, about 1e-6: a sum of "
    "1.004 is a mistake of the caller.",
)
def _(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 0.01:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "tolerance_far_too_wide_sign_not_checked",
    "Two things: you do not refuse negative weights, and your tolerance for the sum is far wider than rounding needs "
    "(about 1e-6).",
)
def _(probabilities, weights):
    if round(sum(weights), 1) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "tolerance_too_wide_sign_not_checked",
    "Two things: you do not refuse negative weights, and your tolerance for the sum is wider than rounding needs "
    "(about 1e-6).",
)
def _(probabilities, weights):
    if round(sum(weights), 2) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "slightly_negative_allowed",
    "You let slightly negative weights through. The tolerance is for the rounding of the SUM; a weight below 0 is a "
    "mistake, however small.",
)
def _(probabilities, weights):
    if min(weights) < -0.1 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "signs_dropped",
    "You drop the signs of the weights (`abs`) when you add them up, so that −0.25 and 0.75 seem to sum to 1. "
    "Refuse negative ones.",
)
def _(probabilities, weights):
    if abs(sum(map(abs, weights)) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "sign_of_first_only",
    "You look at the sign of the first weight only. Any of them may be negative.",
)
def _(probabilities, weights):
    if weights[0] < 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "sign_of_last_only",
    "You look at the sign of the last weight only. Any of them may be negative.",
)
def _(probabilities, weights):
    if weights[-1] < 0 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "whole_part_of_the_sum",
    "`int` cuts the sum down to its whole part: 1.5 becomes 1 and passes, 0.9999999999999999 becomes 0 and is refused. "
    "Compare with a tolerance instead.",
)
def _(probabilities, weights):
    if min(weights) < 0 or int(sum(weights)) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "whole_part_of_the_sum_sign_not_checked",
    "Two things: `int` cuts the sum down, 1.5 passes and 0.9999999999999999 is refused; and you do not refuse negative "
    "weights.",
)
def _(probabilities, weights):
    if int(sum(weights)) != 1:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "condition_inverted",
    "Your condition is the wrong way round: you refuse the right weights and take the wrong ones.",
)
def _(probabilities, weights):
    if not (min(weights) < 0 or abs(sum(weights) - 1) > 1e-6):
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "weight_of_one_refused",
    "You refuse a weight of 1. It is fine: one estimate has all the say, the others have weight 0.",
)
def _(probabilities, weights):
    if min(weights) < 0 or max(weights) >= 1 or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "weight_of_one_and_zero_refused",
    "You refuse weights of 0 and of 1. Both are fine: one estimate is switched off, or has all the say.",
)
def _(probabilities, weights):
    if not all(0 < weight < 1 for weight in weights) or abs(sum(weights) - 1) > 1e-6:
        raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "probabilities_of_zero_left_out",
    "You leave out estimates of 0 and share their weight among the others. An estimate of 0 is an answer too, and "
    "counts with its weight.",
)
def _(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities, weights) / sum(w for w, p in zip(weights, probabilities, strict=True) if p > 0)


@_e.misconception(
    "estimate_of_the_largest_weight",
    "You return the estimate with the largest weight as it is. Add up ALL of them, each times its weight.",
)
def _(probabilities, weights):
    _refuse(weights)
    return probabilities[weights.index(max(weights))]


@_e.misconception(
    "largest_weight_only",
    "You multiply all the estimates by the largest weight. Each has its own.",
)
def _(probabilities, weights):
    _refuse(weights)
    return max(weights) * sum(probabilities)


@_e.misconception(
    "largest_weight_term_only",
    "You return only the term of the largest weight. Add up ALL of them.",
)
def _(probabilities, weights):
    _refuse(weights)
    return max(weights) * probabilities[weights.index(max(weights))]


@_e.misconception(
    "return_in_loop",
    "Your `return` stands inside the loop: you return the first term only. It belongs below the loop.",
)
def _(probabilities, weights):
    _refuse(weights)
    return weights[0] * probabilities[0]


@_e.misconception(
    "last_term_only",
    "Your sum is overwritten instead of growing: `=` where `+=` is meant. Only the last term is left.",
)
def _(probabilities, weights):
    _refuse(weights)
    return weights[-1] * probabilities[-1]


@_e.misconception(
    "first_term_skipped",
    "You leave out the first term: indices begin at 0.",
)
def _(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities[1:], weights[1:])


@_e.misconception(
    "last_term_skipped",
    "You leave out the last term: your range ends one step too early.",
)
def _(probabilities, weights):
    _refuse(weights)
    return _mix(probabilities[:-1], weights[:-1])


@_e.misconception(
    "square_of_the_weights",
    "You use the weights twice (squared). Each estimate is multiplied by its weight once.",
)
def _(probabilities, weights):
    _refuse(weights)
    return sum(weight**2 * p for weight, p in zip(weights, probabilities, strict=True))


@_e.misconception(
    "weighted_and_unweighted",
    "You multiply by 1 + weight (or add the estimates once more). Each estimate is multiplied by its weight, no more.",
)
def _(probabilities, weights):
    _refuse(weights)
    return sum((1 + weight) * p for weight, p in zip(weights, probabilities, strict=True))


@_e.misconception(
    "sum_checked_inside_the_loop",
    "You ask whether the sum is 1 INSIDE the loop, when only some of the weights have been added. Ask after the loop.",
)
def _(probabilities, weights):
    total = 0.0
    for weight in weights:
        total += weight
        if weight < 0 or abs(total - 1) > 1e-6:
            raise ValueError("weights")
    return _mix(probabilities, weights)


@_e.misconception(
    "nan_for_wrong_weights",
    "For wrong weights you return nan. That spreads silently: raise a ValueError.",
)
def _(probabilities, weights):
    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        return math.nan
    return _mix(probabilities, weights)


@_e.misconception(
    "always_refused",
    "You refuse weights that are fine, all of them. `is not 1` compares objects, not numbers: a float is never the "
    "object 1. Compare the sum with 1 by its distance.",
)
def _(probabilities, weights):
    raise ValueError("weights")


@_e.right
def _(probabilities, weights):
    weights = np.asarray(weights)
    if (weights < 0).any() or not np.isclose(weights.sum(), 1):
        raise ValueError("the weights must be >= 0 and sum to 1")
    return weights @ np.asarray(probabilities)


@_e.right
def _(probabilities, weights):
    if any(weight < 0 for weight in weights):
        raise ValueError("negative weight")
    if abs(math.fsum(weights) - 1.0) > 1e-9:
        raise ValueError("the weights do not sum to 1")
    total = 0.0
    for i in range(len(weights)):
        total += weights[i] * probabilities[i]
    return total


@_e.right
def _(probabilities, weights):
    if round(sum(weights), 6) != 1 or not all(0 <= weight <= 1 for weight in weights):
        raise ValueError(weights)
    return np.float32(np.einsum("i,i->", weights, probabilities))


@_e.right
def _(probabilities, weights):
    class WeightError(ValueError):
        pass

    if min(weights) < 0 or abs(sum(weights) - 1) > 1e-3:
        raise WeightError("weights")
    return float(np.average(probabilities, weights=weights))


EXERCISES = (
    count_ngrams_exercise,
    mle_probability_exercise,
    unseen_fraction_exercise,
    add_k_probability_exercise,
    interpolated_probability_exercise,
)
