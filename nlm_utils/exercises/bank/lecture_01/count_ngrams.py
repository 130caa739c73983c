"""Windows of n tokens, counted: learners lose the last, run over an end, or make keys that are no tuples."""

import itertools
from collections import Counter, defaultdict

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, special


def count_ngrams(tokens, n):
    """Counter of the n-grams of `tokens`: tuple of n neighbouring tokens -> how often it occurs.

    `tokens` is a list of strings, n >= 1. Windows overlap: "the ants hate" has two 2-grams.
    With n = 1 the keys are tuples too: ("ants",). Fewer than n tokens: an empty Counter.
    """
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


exercise = Exercise(
    count_ngrams,
    checks="texts of 0 to 9 tokens, repeated n-grams, n from 1 to 4, full stops, capitals, texts shorter than n",
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
exercise.case(["red ants", "red", "ants"], 2)  # a token may hold a space
exercise.case(["a_b", "c"], 1)
exercise.case([], 1)
exercise.case(["the", "ants"], 4)
exercise.drawn(
    lambda rng: (rng.choice(["a", "b", "A", ".", "a b"], rng.integers(10)).tolist(), int(rng.integers(1, 5))), 4
)


STOPS = {"the", "a", "an", "and", "."}


def every_place(length, n):
    return range(length)


def counted(
    key=lambda tokens, i, n: tuple(tokens[i : i + n]),
    starts=lambda length, n: range(length - n + 1),
    keep=lambda window, n: True,
):
    """An answer that counts `key(tokens, i, n)` for each i of `starts(len(tokens), n)`, if it is to be kept."""

    def answer(tokens, n):
        windows = (key(tokens, i, n) for i in starts(len(tokens), n))
        return Counter(window for window in windows if keep(window, n))

    return answer


def at_first_place(tokens, i, n):
    return tuple(tokens[tokens.index(tokens[i]) :][:n])


# where the windows start and end
exercise.mistake("last_dropped", counted(starts=lambda length, n: range(length - n))).says(
    "You stop one window early. `the ants hate` has two 2-grams: the second ends with the last token."
)
exercise.mistakes(
    no_overlap=counted(starts=lambda length, n: range(0, length - n + 1, n)),
    no_overlap_short_tail=counted(starts=lambda length, n: range(0, length, n)),
).says("Your windows stand side by side. n-grams overlap: each starts one token after the one before, not n.")
exercise.mistakes(
    short_tail=counted(starts=every_place),
    one_too_many=counted(starts=lambda length, n: range(length - n + 2)),
).says("You go on over the end of the text, where a window is shorter than n. Stop at the last that has n tokens.")
exercise.mistake(
    "runs_over_the_end", counted(lambda tokens, i, n: tuple(tokens[i + j] for j in range(n)), every_place)
).says("Your last windows ask for tokens after the end of the text. Stop at the last window that still has n tokens.")
exercise.mistake("short_head", counted(lambda tokens, i, n: tuple(tokens[: i + 1][-n:]), every_place)).says(
    "Your first windows begin before the text does, and are shorter than n. Start with the first that has n tokens."
)
exercise.mistake("only_short_windows", counted(starts=every_place, keep=lambda window, n: len(window) == n - 1)).says(
    "You keep the window of n − 1 tokens, which runs over the end, and drop the full ones: compare the length with n."
)
exercise.mistake("two_dropped", counted(starts=lambda length, n: range(length - n - 1))).says(
    "You stop two windows early: the last one starts at len(tokens) − n, and a range leaves out its end by itself."
)
exercise.mistake("end_fixed_for_bigrams", counted(starts=lambda length, n: range(length - 1))).says(
    "Your range ends at len(tokens) − 1, which is right for 2-grams only. How many windows are there for other n?"
)
exercise.mistake("n_windows", counted(starts=lambda length, n: range(n))).says(
    "Your loop makes n steps, `range(n)`. A text of N tokens has N − n + 1 windows, whatever n is."
)
exercise.mistake("one_for_each_n_tokens", counted(starts=lambda length, n: range(length // n))).says(
    "Your loop makes len(tokens) // n steps. A text of N tokens has N − n + 1 windows: the next starts one token later."
)
exercise.mistake("every_other_window", counted(starts=lambda length, n: range(0, length - n + 1, 2))).says(
    "Your loop has a step of 2, which leaves out every other window. The next one starts one token later, always."
)
exercise.mistake("no_overlap_last_dropped", counted(starts=lambda length, n: range(0, length - n, n))).says(
    "Two things: your windows stand side by side, though n-grams overlap, and the last place is never reached."
)
exercise.mistake("stays_empty", lambda tokens, n: Counter()).says(
    "Your Counter stays empty: `counts[ngram] + 1` by itself changes nothing, `counts[ngram] += 1` does."
)
exercise.mistake("only_last_window", counted(starts=lambda length, n: range(length - n + 1)[-1:])).says(
    "Only the last window is counted: your Counter is made anew in each turn of the loop. Make it once, above."
)
exercise.mistake("only_first_window", counted(starts=lambda length, n: range(length - n + 1)[:1])).says(
    "You return after the first window. The `return` belongs after the loop, not inside."
)
exercise.mistake("wraps_around", counted(lambda tokens, i, n: tuple((tokens * n)[i : i + n]), every_place)).says(
    "Your windows wrap around, from the end of the text to its beginning. The last one ends with the last token."
)
exercise.mistakes(
    padded=lambda tokens, n: count_ngrams(["<s>"] * (n - 1) + tokens, n),
    padded_with_none=lambda tokens, n: Counter(itertools.zip_longest(*(tokens[i:] for i in range(n)))),
    padded_by_one_on_both_sides=lambda tokens, n: count_ngrams(["<s>", *tokens, "</s>"], n),
    padded_in_front_by_one=lambda tokens, n: count_ngrams(["<s>", *tokens], n),
    padded_at_the_end=lambda tokens, n: count_ngrams(tokens + ["</s>"] * (n - 1), n),
).says("You pad the text, with marks or None. Here the n-grams of the given tokens are counted, nothing else.")
exercise.mistake("short_text_kept_whole", lambda tokens, n: count_ngrams(tokens, min(n, len(tokens)))).says(
    "You count a text shorter than n as one n-gram. It has no window of n tokens: return an empty Counter."
)
exercise.takes(
    argument(
        "tokens",
        without_first=("first_skipped", "You start at token 1 and lose the first n-gram. Python counts from 0."),
        backwards=("reversed_tokens", "Your n-grams read backwards. Keep the tokens in the order of the text."),
        lower="case_folded",
        once=("repeats_removed", "You remove repeated tokens first (a set, a dict): the text has lost its neighbours."),
        in_order=("text_sorted", "You sort the text first. Neighbours are neighbours only in the order of the text."),
    ),
    special(
        lambda tokens, n: len(tokens) < n,
        "a text shorter than n",
        "It simply has no n-grams: return an empty Counter.",
        refused="short_text_is_an_error",
    ),
)

# how long they are
exercise.mistakes(
    n_plus_one=lambda tokens, n: count_ngrams(tokens, n + 1),
    slice_one_too_wide=counted(lambda tokens, i, n: tuple(tokens[i : i + n + 1])),
).says("You take n + 1 tokens. n counts the whole window, and `tokens[i : i + n]` has n: its end is left out already.")
exercise.mistake("n_minus_one", counted(lambda tokens, i, n: tuple(tokens[i : i + n - 1]))).says(
    "Your n-grams have n − 1 tokens: a slice already leaves out its end, so nothing needs to be subtracted."
)
exercise.mistake("zipped_over_fewer", lambda tokens, n: count_ngrams(tokens, n - 1) if n > 1 else Counter()).says(
    "Your n-grams have n − 1 tokens: `range(n)` gives n shifted copies to zip, `range(1, n)` one less."
)
exercise.mistakes(
    token_and_the_nth_after=lambda tokens, n: Counter(zip(tokens, tokens[n:], strict=False)),
    pair_at_each_window=counted(lambda tokens, i, n: (tokens[i], tokens[i + 1])),
).says("Your keys are PAIRS of tokens whatever n is, as `zip` of two lists makes them. A key holds n neighbours.")
exercise.mistake("slice_end_fixed", counted(lambda tokens, i, n: tuple(tokens[i:n]))).says(
    "Your slice always ends at token n. Its end has to move along with its start."
)
exercise.mistakes(
    always_bigrams=lambda tokens, n: count_ngrams(tokens, 2),
    always_trigrams=lambda tokens, n: count_ngrams(tokens, 3),
    width_fixed_at_two=counted(lambda tokens, i, n: tuple(tokens[i : i + 2])),
    width_fixed_at_three=counted(lambda tokens, i, n: tuple(tokens[i : i + 3])),
).says("Your windows have a fixed width, 2 or 3 tokens, whatever n is. Make their length depend on n.")
exercise.mistake("all_orders", lambda tokens, n: sum((count_ngrams(tokens, k + 1) for k in range(n)), Counter())).says(
    "You count all the lengths from 1 to n in one Counter. Only windows of exactly n tokens are asked for."
)

# keys that are no tuples of n neighbours
exercise.mistakes(
    all_windows=lambda tokens, n: sum((count_ngrams(tokens, k + 1) for k in range(len(tokens))), Counter()),
    beginnings_of_windows=lambda tokens, n: Counter(
        g[:k] for g in count_ngrams(tokens, n).elements() for k in range(1, n + 1)
    ),
).says("You count shorter or longer pieces, too (a loop in a loop). Only windows of exactly n tokens are asked for.")
exercise.mistake("bare_unigrams", lambda tokens, n: Counter(tokens) if n == 1 else count_ngrams(tokens, n)).says(
    "For n = 1 your keys are bare strings. Keep them tuples, `('ants',)`, so that all orders have the same kind of key."
)
exercise.mistake("always_unigrams", lambda tokens, n: Counter(tokens)).says(
    "You count single tokens and never use n. A key is a tuple of n neighbouring tokens."
)
exercise.mistakes(
    order_lost=counted(lambda tokens, i, n: tuple(sorted(tokens[i : i + n]))),
    sets_as_keys=counted(lambda tokens, i, n: frozenset(tokens[i : i + n])),
).says("You sort the tokens of an n-gram, or put them in a set: `ants hate` and `hate ants` are two different 2-grams.")
exercise.mistakes(
    gaps_allowed=lambda tokens, n: Counter(itertools.combinations(tokens, n)),
    permutations=lambda tokens, n: Counter(itertools.permutations(tokens, n)),
).says("You take any n tokens, also with others in between. An n-gram is n NEIGHBOURING tokens, in the text's order.")
exercise.mistakes(
    first_token_as_key=counted(lambda tokens, i, n: tokens[i]),
    first_token_as_key_in_a_tuple=counted(lambda tokens, i, n: (tokens[i],)),
).says("You count the first token of each window only. An n-gram is all n of them.")
exercise.mistake("ends_only", counted(lambda tokens, i, n: (tokens[i], tokens[i + n - 1]))).says(
    "Your keys hold the first and the last token of each window. An n-gram is all n of them."
)
exercise.mistake("nested_pairs", counted(lambda tokens, i, n: (tuple(tokens[i : i + n - 1]), tokens[i + n - 1]))).says(
    "Your keys are pairs of a prefix and a word, a tuple inside a tuple. An n-gram is one flat tuple of n tokens."
)
exercise.mistake("string_in_a_tuple", counted(lambda tokens, i, n: (" ".join(tokens[i : i + n]),))).says(
    "You join the n tokens and put that string into a tuple. The tuple should hold the n tokens themselves."
)
exercise.mistakes(
    tuple_of_letters=counted(lambda tokens, i, n: tuple(" ".join(tokens[i : i + n]))),
    tuple_of_letters_glued=counted(lambda tokens, i, n: tuple("".join(tokens[i : i + n]))),
).says("`tuple('ant')` is ('a', 'n', 't'), its letters. Make the tuple from the slice of the list, without joining.")
exercise.mistakes(
    joined_and_split=counted(lambda tokens, i, n: tuple(" ".join(tokens[i : i + n]).split())),
    joined_and_split_at_underscores=counted(lambda tokens, i, n: tuple("_".join(tokens[i : i + n]).split("_"))),
    text_joined_and_split=lambda tokens, n: count_ngrams(" ".join(tokens).split(), n),
).says(
    "You join tokens and split them again: one that holds a space or the separator itself falls apart. Slices of the "
    "list keep it whole."
)
exercise.mistakes(
    windows_of_letters=lambda tokens, n: count_ngrams(" ".join(tokens), n),
    windows_of_letters_glued=lambda tokens, n: count_ngrams("".join(tokens), n),
).says("You join the tokens, and your windows hold n LETTERS of the text. Take slices of the list: n tokens each.")


@exercise.mistake("table_of_tables").says(
    "You count next words in a table for each prefix. One flat Counter is asked for, its keys tuples of n tokens."
)
def table_of_tables(tokens, n):
    table = defaultdict(Counter)
    for *prefix, word in count_ngrams(tokens, n).elements():
        table[tuple(prefix)][word] += 1
    return table


exercise.mistakes(
    letters_counted=lambda tokens, n: Counter("".join(map(" ".join, count_ngrams(tokens, n).elements()))),
    letters_counted_glued=lambda tokens, n: Counter("".join(map("".join, count_ngrams(tokens, n).elements()))),
).says("You count letters: a string is taken apart into its characters. The tuple of n tokens is what you count.")
exercise.mistake(
    "tokens_of_the_windows_in_tuples",
    lambda tokens, n: Counter((token,) for g in count_ngrams(tokens, n).elements() for token in g),
).says("You count each TOKEN of a window by itself. The key is the window as a whole, one tuple of n tokens.")
exercise.mistake(
    "tokens_of_the_windows", lambda tokens, n: Counter(itertools.chain(*count_ngrams(tokens, n).elements()))
).says("`update` counts each ELEMENT of what you hand it, here the tokens of a window. Count the window as a whole.")
exercise.mistakes(
    zipped_without_shift=counted(lambda tokens, i, n: (tokens[i],) * n, every_place),
    one_token_n_times=counted(lambda tokens, i, n: (tokens[i],) * n),
).says("You zip the list with itself, unshifted: an n-gram is one token n times. The second copy must start one later.")
exercise.mistakes(
    index_of_the_token_short_tail=counted(at_first_place, every_place),
    index_of_the_token=counted(at_first_place, every_place, lambda window, n: len(window) == n),
).says("`tokens.index(token)` is where a token stands FIRST, also when it comes again. Walk over the places instead.")

# windows left out, and numbers that are no counts
exercise.mistakes(
    full_stops_left_out=counted(keep=lambda window, n: "." not in window),
    windows_over_full_stops_left_out=counted(keep=lambda window, n: "." not in window[:-1]),
    frequent_words_removed=lambda tokens, n: count_ngrams([token for token in tokens if token not in STOPS], n),
    full_stops_removed=lambda tokens, n: count_ngrams([token for token in tokens if token != "."], n),
).says(
    "You leave out full stops or frequent words, or the windows that hold or reach over one. They are tokens like any "
    "other."
)
exercise.mistake(
    "runs_merged",
    lambda tokens, n: Counter(g for g, _ in itertools.groupby(zip(*(tokens[i:] for i in range(n)), strict=False))),
).says("An n-gram that comes again right after itself (“ha ha ha”) is counted once only. Every window counts.")
exercise.mistake("counts_types", lambda tokens, n: Counter(list(count_ngrams(tokens, n)))).says(
    "Every count of yours is 1: you put the n-grams in a set, or set the count anew each time. Count each occurrence."
)
exercise.mistake(
    "first_find_not_counted", lambda tokens, n: Counter({g: c - 1 for g, c in count_ngrams(tokens, n).items()})
).says("Your counts are one too low: the first find counts 1, too. A new entry of a dict starts at 1, not at 0.")
exercise.mistake(
    "first_find_counted_twice", lambda tokens, n: Counter({g: c + 1 for g, c in count_ngrams(tokens, n).items()})
).says("Your counts are one too high: `get(ngram, 1) + 1` starts at 2. The second choice of `get` is 0 here.")
exercise.mistake("nothing_counted", lambda tokens, n: dict.fromkeys(count_ngrams(tokens, n), 0)).says(
    "Your counts are 0: `tokens.count(ngram)` looks for a tuple among strings, or 1 is never added. Count windows."
)
exercise.mistakes(
    counted_in_the_text=lambda tokens, n: {g: " ".join(tokens).count(" ".join(g)) for g in count_ngrams(tokens, n)},
    counted_in_the_glued_text=lambda tokens, n: {g: "".join(tokens).count("".join(g)) for g in count_ngrams(tokens, n)},
).says("You count in the joined text, which also finds `the ant` inside `the ants`. Compare tuples with tuples.")
exercise.mistake(
    "count_added_for_each_find", lambda tokens, n: Counter({g: c * c for g, c in count_ngrams(tokens, n).items()})
).says("You add the whole count at each place, so 3 finds give 9. Add 1 for each, or take the count once.")
exercise.mistake(
    "only_repeated_ones", lambda tokens, n: Counter({g: c for g, c in count_ngrams(tokens, n).items() if c > 1})
).says("You leave out the n-grams that occur once. Each of them belongs to the Counter, with a 1.")
exercise.mistake(
    "count_of_the_first_token", lambda tokens, n: Counter({g: tokens.count(g[0]) for g in count_ngrams(tokens, n)})
).says("Your keys are right, but you count how often the FIRST TOKEN of each occurs. Count the whole n-gram.")
exercise.mistake(
    "frequencies", lambda tokens, n: Counter({g: c / (len(tokens) - n + 1) for g, c in count_ngrams(tokens, n).items()})
).says("You return shares of the whole, not counts. Leave the division to those who use the counts.")
exercise.mistake("total_returned", lambda tokens, n: len(count_ngrams(tokens, n))).says(
    "You return one number. Asked for is a Counter: each n-gram with how often it occurs."
)

exercise.right(lambda tokens, n: Counter(zip(*(tokens[i:] for i in range(n)), strict=False)))


@exercise.right
def by_the_end(tokens, n):
    counts = Counter()
    for end in range(n, len(tokens) + 1):
        counts[tuple(tokens[end - n : end])] += 1
    return counts


@exercise.right
def window_moved_along(tokens, n):
    counts, window = Counter(), []
    for token in tokens:
        window = [*window, token][-n:]
        if len(window) == n:
            counts.update([tuple(window)])
    return counts
