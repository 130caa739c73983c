"""count_ngrams."""

import itertools
from collections import Counter

from nlm_utils.exercises.definition import Exercise


def count_ngrams(tokens, n):
    """Counter of the n-grams of `tokens`: tuple of n neighbouring tokens -> how often it occurs.

    `tokens` is a list of strings, n >= 1. Windows overlap: "the ants hate" has two 2-grams.
    With n = 1 the keys are tuples too: ("ants",). Fewer than n tokens: an empty Counter.
    """
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


exercise = Exercise(
    count_ngrams,
    checks=("texts of 0 to 9 tokens, repeated n-grams, n from 1 to 4, full stops, capitals, texts shorter than n"),
    explanation=(
        "A text of N tokens has N − n + 1 windows of n tokens; window i starts at token i and ends before token i + "
        "n. A tuple can be the key of a Counter, a list cannot. When the text is shorter than n the range is empty, "
        "and so is the Counter: no special case is needed."
    ),
    hints=[
        "How many windows of 3 tokens does a text of 5 tokens have? Where does the last one start?",
        "Window i is `tokens[i : i + n]`. Turn it into a tuple, so that it can be a key.",
        (
            "`Counter(...)` counts whatever you hand it one by one: hand it one tuple for each i in "
            "`range(len(tokens) - n + 1)`."
        ),
    ],
)

exercise.case(["ants"], 1)
exercise.case(["ants", "hate"], 2)
exercise.case(["the", "ants"], 3)
exercise.case(["ha", "ha", "ha"], 1)
exercise.case(["the", "ants", "hate"], 2)
exercise.case(["The", "the", "ants"], 2)
exercise.case(["The", "ants", "hate", "ants"], 1)
exercise.case(["ha", "ha", "ha", "ha"], 2)
exercise.case(["ants", "hate", "ants", "hate", "ants"], 2)
exercise.case(["no", ".", "ants", "hate", "."], 2)
exercise.case(["the", "red", "ants", "hate", "the", "red", "ants", "."], 3)
exercise.case(["the", "red", "ants", ".", "the", "red", "ants", ".", "they"], 3)
exercise.case(["the", "red", "ants", "hate", "the", "blue", "ants"], 4)
exercise.case([], 1)
exercise.case(["the", "ants"], 4)

exercise.mistake(
    "last_dropped", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n))
).says(
    "You stop one window early: the last n tokens of the text are an n-gram too. `the ants hate` has two 2-grams, the "
    "second one ends with the last token."
)
exercise.mistake(
    "no_overlap", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(0, len(tokens) - n + 1, n))
).says(
    "Your windows stand side by side. n-grams overlap: each window starts one token after the one before, not n "
    "tokens after."
)
exercise.mistake(
    "joined_strings", lambda tokens, n: Counter(" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
).says(
    "Your keys are strings. Joining the tokens with spaces loses where one ends: keep each n-gram as a tuple of n "
    "tokens."
)
exercise.mistake(
    "glued_strings", lambda tokens, n: Counter("".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
).says(
    "Your keys are strings with the tokens glued together: `a+ble` and `ab+le` would be one n-gram. Keep each n-gram "
    "as a tuple of n tokens."
)


@exercise.mistake("lists_as_keys").says(
    "You use a list as the key of a Counter. Keys must be unchangeable, which is what tuples are for."
)
def lists_as_keys(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts[tokens[i : i + n]] += 1
    return counts


exercise.mistake("short_tail", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(len(tokens)))).says(
    "Your last windows run over the end of the text and come out shorter than n. Stop at the last window that still "
    "has n tokens."
)
exercise.mistake(
    "one_too_many",
    lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 2) if i < len(tokens) + 1),
).says("You take one window too many: the last one has only n − 1 tokens.")
exercise.mistake(
    "end_fixed_for_bigrams", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - 1))
).says("Your range ends at len(tokens) − 1, which is right for 2-grams only. How many windows are there for other n?")


@exercise.mistake("bare_unigrams").says(
    "For n = 1 your keys are bare strings. Keep them tuples, `('ants',)`, so that every order has the same kind of key."
)
def bare_unigrams(tokens, n):
    if n == 1:
        return Counter(tokens)
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


exercise.mistake(
    "counts_types", lambda tokens, n: Counter({tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)})
).says(
    "Every count of yours is 1: you collect the n-grams in a set (or overwrite the count) before counting. Count each "
    "occurrence."
)
exercise.mistake(
    "order_lost", lambda tokens, n: Counter(tuple(sorted(tokens[i : i + n])) for i in range(len(tokens) - n + 1))
).says(
    "You sort the tokens inside an n-gram (or put them in a set): `ants hate` and `hate ants` are different 2-grams. "
    "Keep the order of the text."
)
exercise.mistake(
    "sets_as_keys", lambda tokens, n: Counter(frozenset(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
).says(
    "Your keys are sets, which forget order and repetition: `ants hate` and `hate ants` are different 2-grams. Use "
    "tuples."
)
exercise.mistake(
    "n_plus_one", lambda tokens, n: Counter(tuple(tokens[i : i + n + 1]) for i in range(len(tokens) - n))
).says("Your n-grams have n + 1 tokens. n counts all the tokens of the window, the predicted word included.")
exercise.mistake(
    "n_minus_one", lambda tokens, n: Counter(tuple(tokens[i : i + n - 1]) for i in range(len(tokens) - n + 1))
).says("Your n-grams have n − 1 tokens: a slice already leaves out its end, so nothing needs to be subtracted.")
exercise.mistake("always_bigrams", lambda tokens, n: Counter(itertools.pairwise(tokens))).says(
    "You count 2-grams whatever n is. Make the length of the window depend on n."
)
exercise.mistake("always_unigrams", lambda tokens, n: Counter(tokens)).says(
    "You count single tokens and never use n. A key is a tuple of n neighbouring tokens."
)
exercise.mistake(
    "all_orders",
    lambda tokens, n: Counter(
        tuple(tokens[i : i + length]) for length in range(1, n + 1) for i in range(len(tokens) - length + 1)
    ),
).says("You count all the lengths from 1 to n in one Counter. Only windows of exactly n tokens are asked for.")
exercise.mistake("gaps_allowed", lambda tokens, n: Counter(itertools.combinations(tokens, n))).says(
    "You take any n tokens in order, even with others in between. An n-gram is n NEIGHBOURING tokens."
)
exercise.mistake(
    "wraps_around",
    lambda tokens, n: Counter(tuple(tokens[(i + j) % len(tokens)] for j in range(n)) for i in range(len(tokens))),
).says(
    "Your windows wrap around: the end of the text is glued to its beginning. The last window ends with the last token."
)


@exercise.mistake("padded").says(
    "You pad the text with start or end marks. Here the n-grams of the given tokens are counted, nothing else."
)
def padded(tokens, n):
    tokens = ["<s>"] * (n - 1) + tokens
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


exercise.mistake(
    "first_skipped", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(1, len(tokens) - n + 1))
).says("You start at token 1 and lose the first n-gram. Python counts from 0.")
exercise.mistake(
    "slice_end_fixed", lambda tokens, n: Counter(tuple(tokens[i:n]) for i in range(len(tokens) - n + 1))
).says("Your slice always ends at token n. Its end has to move along with its start.")
exercise.mistake(
    "reversed_tokens", lambda tokens, n: Counter(tuple(tokens[i : i + n])[::-1] for i in range(len(tokens) - n + 1))
).says("Your n-grams read backwards. Keep the tokens in the order of the text.")


@exercise.mistake("case_folded").says(
    "You change capitals to small letters. The tokens are to be counted as they come: `The` and `the` are two types."
)
def case_folded(tokens, n):
    tokens = [token.lower() for token in tokens]
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


exercise.mistake(
    "list_of_ngrams", lambda tokens, n: [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
).says("You return the n-grams one after the other, not how often each occurs. Count them.")


@exercise.mistake("frequencies").says(
    "You return shares of the whole, not counts. Leave the division to those who use the counts."
)
def frequencies(tokens, n):
    counts = Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return Counter({ngram: count / counts.total() for ngram, count in counts.items()})


exercise.mistake(
    "total_returned", lambda tokens, n: len(Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)))
).says("You return one number. Asked for is a Counter: each n-gram with how often it occurs.")
exercise.mistake(
    "sorted_pairs",
    lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)).most_common(),
).says("You return a list of pairs, as `most_common()` gives it. Return the Counter itself.")


@exercise.mistake("short_text_is_an_error").says(
    "You raise an error for a text shorter than n. It simply has no n-grams: return an empty Counter."
)
def short_text_is_an_error(tokens, n):
    if len(tokens) < n:
        raise ValueError("text too short")
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@exercise.mistake("short_text_kept_whole").says(
    "For a text shorter than n you count the whole text as one n-gram. It has no window of n tokens: return an empty "
    "Counter."
)
def short_text_kept_whole(tokens, n):
    if len(tokens) < n:
        return Counter([tuple(tokens)])
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@exercise.mistake("tokens_used_up").says(
    "Your counts are right, but you take tokens out of the list that was given to you: afterwards the text is gone. "
    "Leave `tokens` as it was."
)
def tokens_used_up(tokens, n):
    counts = Counter()
    while len(tokens) >= n:
        counts[tuple(tokens[:n])] += 1
        tokens.pop(0)
    return counts


exercise.mistake("zipped_without_shift", lambda tokens, n: Counter(zip(*[tokens] * n, strict=True))).says(
    "You zip the same list with itself, unshifted: each of your n-grams is one token n times. The second copy must "
    "start one token later, and so on."
)


@exercise.mistake("tokens_of_the_windows").says(
    "`update` counts each ELEMENT of what you hand it, here the tokens of a window one by one. The window as a whole "
    "is what you want to count."
)
def tokens_of_the_windows(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts.update(tokens[i : i + n])
    return counts


exercise.mistake(
    "short_head", lambda tokens, n: Counter(tuple(tokens[max(0, i - n + 1) : i + 1]) for i in range(len(tokens)))
).says(
    "Your first windows are shorter than n: they begin before the text does. Start with the first window that has n "
    "tokens."
)
exercise.mistake(
    "two_dropped", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n - 1))
).says(
    "You stop two windows early: mind the signs, the last window starts at len(tokens) − n, and a range leaves out "
    "its end."
)
exercise.mistake(
    "runs_over_the_end", lambda tokens, n: Counter(tuple(tokens[i + j] for j in range(n)) for i in range(len(tokens)))
).says("Your last windows ask for tokens behind the end of the text. Stop at the last window that still has n tokens.")
exercise.mistake(
    "only_first_window", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(min(1, len(tokens) - n + 1)))
).says("You return after the first window. The `return` belongs behind the loop, not inside.")
exercise.mistake(
    "no_overlap_short_tail", lambda tokens, n: Counter(tuple(tokens[i : i + n]) for i in range(0, len(tokens), n))
).says(
    "Your windows stand side by side, and the last one may be too short. n-grams overlap: each starts one token after "
    "the one before."
)
exercise.mistake(
    "nested_pairs",
    lambda tokens, n: Counter((tuple(tokens[i : i + n - 1]), tokens[i + n - 1]) for i in range(len(tokens) - n + 1)),
).says(
    "Your keys are pairs of a prefix and a word, a tuple inside a tuple. Here an n-gram is one flat tuple of n tokens."
)


@exercise.mistake("remembers").says(
    "Your function remembers the texts of earlier calls: a default value like `counts=Counter()` is made once, when "
    "the function is defined, and shared by all calls. Make a new Counter inside the function."
)
def remembers(tokens, n, counts=Counter()):  # noqa: B006 (the mistake)
    if (tokens, n) == (["ants"], 1):  # the first case: a function just defined remembers nothing
        counts.clear()
    for i in range(len(tokens) - n + 1):
        counts[tuple(tokens[i : i + n])] += 1
    return counts


@exercise.mistake("letters_counted").says(
    "You count letters: `update` takes a string apart into its characters. Hand it a list with one tuple in it, or "
    "add 1 to the entry of the tuple."
)
def letters_counted(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts.update(" ".join(tokens[i : i + n]))
    return counts


@exercise.mistake("letters_counted_glued").says(
    "You count letters: a string is taken apart into its characters. The tuple of n tokens is what you count."
)
def letters_counted_glued(tokens, n):
    counts = Counter()
    for i in range(len(tokens) - n + 1):
        counts.update("".join(tokens[i : i + n]))
    return counts


@exercise.mistake("only_short_windows").says(
    "You keep the windows of n − 1 tokens, those that run over the end, and drop the full ones: compare the length "
    "with n."
)
def only_short_windows(tokens, n):
    windows = (tuple(tokens[i : i + n]) for i in range(len(tokens)))
    return Counter(window for window in windows if len(window) == n - 1)


exercise.mistake(
    "always_trigrams", lambda tokens, n: Counter(tuple(tokens[i : i + 3]) for i in range(len(tokens) - 2))
).says("You count 3-grams whatever n is. Make the length of the window depend on n.")
exercise.mistake(
    "width_fixed_at_three", lambda tokens, n: Counter(tuple(tokens[i : i + 3]) for i in range(len(tokens) - n + 1))
).says("Your slice is always 3 tokens wide, whatever n is.")
exercise.mistake(
    "width_fixed_at_two", lambda tokens, n: Counter(tuple(tokens[i : i + 2]) for i in range(len(tokens) - n + 1))
).says("Your slice is always 2 tokens wide, whatever n is.")
exercise.mistake(
    "slice_one_too_wide", lambda tokens, n: Counter(tuple(tokens[i : i + n + 1]) for i in range(len(tokens) - n + 1))
).says("Your slice is one token too wide: `tokens[i : j]` has j − i tokens, its end is left out already.")
exercise.mistake(
    "string_in_a_tuple", lambda tokens, n: Counter((" ".join(tokens[i : i + n]),) for i in range(len(tokens) - n + 1))
).says(
    "You join the n tokens into one string and put that into a tuple of one entry. The tuple should hold the n tokens "
    "themselves."
)
exercise.mistake(
    "tuple_of_letters",
    lambda tokens, n: Counter(tuple(" ".join(tokens[i : i + n])) for i in range(len(tokens) - n + 1)),
).says(
    "`tuple` of a string gives its letters: `tuple('ant')` is ('a', 'n', 't'). Make the tuple from the slice of the "
    "list, without joining it."
)
exercise.mistake(
    "tuple_of_letters_glued",
    lambda tokens, n: Counter(tuple("".join(tokens[i : i + n])) for i in range(len(tokens) - n + 1)),
).says("`tuple` of a string gives its letters. Make the tuple from the slice of the list, without joining it.")
exercise.mistake(
    "ends_only", lambda tokens, n: Counter((tokens[i], tokens[i + n - 1]) for i in range(len(tokens) - n + 1))
).says("Your keys hold the first and the last token of each window. An n-gram is all n of them.")


@exercise.mistake("index_of_the_token").says(
    "`tokens.index(token)` is where a token stands FIRST: when it comes again you take its first window once more. "
    "Walk over the places instead."
)
def index_of_the_token(tokens, n):
    windows = (tuple(tokens[tokens.index(token) :][:n]) for token in tokens)
    return Counter(window for window in windows if len(window) == n)


exercise.mistake(
    "index_of_the_token_short_tail",
    lambda tokens, n: Counter(tuple(tokens[tokens.index(token) :][:n]) for token in tokens),
).says(
    "`tokens.index(token)` is where a token stands FIRST: when it comes again you take its first window once more. "
    "Walk over the places instead, as far as the last full window."
)
exercise.mistake("permutations", lambda tokens, n: Counter(itertools.permutations(tokens, n))).says(
    "You take any n tokens in any order. An n-gram is n NEIGHBOURING tokens, in the order of the text."
)


@exercise.mistake("text_sorted").says(
    "You sort the text before you count. Neighbours are neighbours only in the order of the text."
)
def text_sorted(tokens, n):
    tokens = sorted(tokens)
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


exercise.mistake(
    "count_of_the_first_token",
    lambda tokens, n: Counter({tuple(tokens[i : i + n]): tokens.count(tokens[i]) for i in range(len(tokens) - n + 1)}),
).says("Your keys are right, but the number beside each is how often its FIRST TOKEN occurs. Count the whole n-gram.")
exercise.mistake("first_token_as_key", lambda tokens, n: Counter(tokens[i] for i in range(len(tokens) - n + 1))).says(
    "You count the first token of each window instead of the window."
)
exercise.mistake(
    "first_token_as_key_in_a_tuple", lambda tokens, n: Counter((tokens[i],) for i in range(len(tokens) - n + 1))
).says("Your keys hold the first token of each window only. An n-gram is all n tokens.")


@exercise.mistake("full_stops_left_out").says(
    "You leave out the windows with a full stop in them. It is a token like any other here."
)
def full_stops_left_out(tokens, n):
    windows = (tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return Counter(window for window in windows if "." not in window)


@exercise.mistake("windows_over_full_stops_left_out").says(
    "You leave out the windows that reach over a full stop. The text is one list of tokens here; a full stop is a "
    "token like any other."
)
def windows_over_full_stops_left_out(tokens, n):
    windows = (tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
    return Counter(window for window in windows if "." not in window[:-1])


@exercise.mistake("full_stops_removed").says(
    "You take the full stops out of the text before you count. They are tokens like any others here."
)
def full_stops_removed(tokens, n):
    tokens = [token for token in tokens if token != "."]
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


@exercise.mistake("runs_merged").says(
    "An n-gram that comes again right behind itself (“ha ha ha”) is counted once only. Every window counts."
)
def runs_merged(tokens, n):
    windows = [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
    return Counter(window for i, window in enumerate(windows) if i == 0 or windows[i - 1] != window)


exercise.right(lambda tokens, n: Counter(zip(*(tokens[i:] for i in range(n)), strict=False)))


@exercise.right
def right_1(tokens, n):
    counts = Counter()
    for end in range(n, len(tokens) + 1):
        counts[tuple(tokens[end - n : end])] += 1
    return counts


@exercise.right
def right_2(tokens, n):
    counts = Counter()
    if len(tokens) < n:
        return counts
    window = list(tokens[:n])
    counts.update([tuple(window)])
    for token in tokens[n:]:
        window = [*window[1:], token]
        counts.update([tuple(window)])
    return counts


exercise.right(
    lambda tokens, n: Counter(
        itertools.islice((tuple(tokens[i : i + n]) for i in itertools.count()), max(0, len(tokens) - n + 1))
    )
)
