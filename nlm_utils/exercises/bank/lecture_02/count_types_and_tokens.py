"""count_types_and_tokens."""

from collections import Counter
from itertools import groupby, pairwise

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.count_types_and_tokens,
    checks=(
        "8 texts: repeats side by side and far apart, words that are nearly the same, upper case, full stops, one "
        "word only, no word at all"
    ),
    explanation=(
        "A set keeps one copy of everything that is put into it, so the size of `set(tokens)` is the number of types; "
        "the length of the list is the number of tokens. Whether *The* and *the* are one type or two is a decision; "
        "here they are two, as they are for every model of this course."
    ),
    hints=[
        "Which Python collection keeps only one copy of each thing that is put into it?",
        ("The number of tokens is the length of the list. The number of types is the length of the set made from it."),
        "`return len(set(tokens)), …` : types first.",
    ],
)

exercise.case(["ants"])
exercise.case(["ants", "hate", "ants"])
exercise.case(["The", "ants", "hate", "the", "ants"])
exercise.case(["red", "ants", "hate", "blue", "ants", "."])
exercise.case(
    "no no no , the blue ants hated the red ants . the ants lost .".split(),  # noqa: SIM905
)
exercise.case(["ants"] * 10)
exercise.case(
    "an ant hates ants . ants hate hats . blue bees hated bees hater".split(),  # noqa: SIM905
)
exercise.case([])

exercise.mistake("swapped", lambda tokens: (len(tokens), len(set(tokens)))).says(
    "These are the right two numbers in the wrong order: types come first, then tokens. A text never has more types "
    "than tokens."
)
exercise.mistake("case_folded", lambda tokens: (len({token.lower() for token in tokens}), len(tokens))).says(
    'You treat upper and lower case as the same, but here "The" and "the" are two types: no two different strings are '
    "merged."
)


@exercise.mistake("punctuation_dropped").says(
    'You left out the punctuation. A token like "." is a word of the text like any other, with its own place in the '
    "vocabulary."
)
def punctuation_dropped(tokens):
    words = [token for token in tokens if token.isalpha()]
    return len(set(words)), len(words)


@exercise.mistake("full_stop_dropped").says(
    'You left out the full stop. "." is a token like any other: the model will have to predict it, too.'
)
def full_stop_dropped(tokens):
    words = [token for token in tokens if token != "."]
    return len(set(words)), len(words)


exercise.mistake(
    "punctuation_dropped_from_the_types",
    lambda tokens: (len({token for token in tokens if token.isalpha()}), len(tokens)),
).says('Your types leave out the punctuation that your tokens still count. "." is a type of its own.')
exercise.mistake(
    "words_that_occur_once", lambda tokens: (sum(count == 1 for count in Counter(tokens).values()), len(tokens))
).says(
    'You counted the words that occur exactly once. A type is a DIFFERENT word, however often it occurs: "ants hate '
    'ants" has two types, ants and hate.'
)
exercise.mistake(
    "words_that_repeat", lambda tokens: (sum(count > 1 for count in Counter(tokens).values()), len(tokens))
).says(
    "You counted the words that occur more than once. Every different word is a type, also one that occurs a single "
    "time."
)
exercise.mistake(
    "only_neighbours_compared", lambda tokens: (len([word for word, _ in groupby(tokens)]), len(tokens))
).says("You only merge repeats that stand side by side. A word that returns later in the text is still the same type.")
exercise.mistake("types_twice", lambda tokens: (len(set(tokens)), len(set(tokens)))).says(
    "Both of your numbers count types: the repeats were already gone when you counted the tokens."
)
exercise.mistake("tokens_twice", lambda tokens: (len(tokens), len(tokens))).says(
    "Both of your numbers count tokens: the repeats are still in the first one. A type counts once, however often it "
    "occurs."
)
exercise.mistake("repeats_for_tokens", lambda tokens: (len(set(tokens)), len(tokens) - len(set(tokens)))).says(
    "Your second number counts only the repeats. Tokens are ALL the words of the text, first occurrences included."
)
exercise.mistake("letters", lambda tokens: (len(set("".join(tokens))), len("".join(tokens)))).says(
    "You counted letters. Each element of `tokens` is a whole word; do not take it apart."
)
exercise.mistake("words_returned", lambda tokens: (set(tokens), tokens)).says(
    "You return the words themselves. Two numbers are asked for: how many types, how many tokens."
)
exercise.mistake("types_not_counted", lambda tokens: (set(tokens), len(tokens))).says(
    "Your tokens are a number but your types are still a collection of words: return how many there are."
)
exercise.mistake("only_types", lambda tokens: len(set(tokens))).says(
    "You return one number, the types. Two are asked for: (types, tokens)."
)
exercise.mistake("only_tokens", lambda tokens: len(tokens)).says(
    "You return one number, the tokens. Two are asked for: (types, tokens)."
)
exercise.mistake("count_of_each", lambda tokens: Counter(tokens)).says(
    "You return how often each word occurs. Two totals are asked for: the number of different words, and of all words."
)
exercise.mistake("ratio", lambda tokens: len(set(tokens)) / len(tokens) if tokens else 0.0).says(
    "You divided: the type–token ratio is a measure of its own. Asked for are the two numbers (types, tokens)."
)
exercise.mistake(
    "most_common_for_tokens", lambda tokens: (len(set(tokens)), max(Counter(tokens).values(), default=0))
).says("Your second number is how often the commonest word occurs. Tokens are all the words together.")
exercise.mistake("one_extra_type", lambda tokens: (len({*tokens, "<unk>"}), len(tokens))).says(
    "You count one type too many. Only the words of the text count here; `<unk>` and its kind belong to a vocabulary."
)
exercise.mistake(
    "empty_text_fails",
    lambda tokens: (np.unique(tokens, return_counts=True)[1].size, tokens.index(tokens[-1]) * 0 + len(tokens)),
).says("An empty text makes your code fail. It has no types and no tokens: (0, 0).")
exercise.mistake("types_listed", lambda tokens: (list(dict.fromkeys(tokens)), len(tokens))).says(
    "Your tokens are a number but your types are still a list of words: return how many there are."
)
exercise.mistake("types_listed_alphabetically", lambda tokens: (sorted(set(tokens)), len(tokens))).says(
    "Your types are still a list of words: return how many there are."
)
exercise.mistake("lists_returned", lambda tokens: (sorted(set(tokens)), tokens)).says(
    "You return the words themselves. Two numbers are asked for: how many types, how many tokens."
)
exercise.mistake("full_stop_dropped_from_the_types", lambda tokens: (len(set(tokens) - {"."}), len(tokens))).says(
    'Your types leave out the full stop that your tokens still count. "." is a type of its own.'
)
exercise.mistake(
    "letters_added_up", lambda tokens: (sum(len(word) for word in set(tokens)), sum(len(word) for word in tokens))
).says("You added up the lengths of the words. Each element of `tokens` is one word, however many letters it has.")
exercise.mistake("one_token_short", lambda tokens: (len(set(tokens)), len(tokens) - 1)).says(
    "You count one token too few. Nothing is left out, neither the last token nor the full stop."
)
exercise.mistake("one_type_short", lambda tokens: (len(set(tokens)) - 1, len(tokens))).says(
    "You count one type too few. Every different word counts, also the first one."
)
exercise.mistake("changes_counted", lambda tokens: (sum(a != b for a, b in pairwise(tokens)), len(tokens))).says(
    "You count how often a word differs from the one before it. A type counts once in the whole text, wherever it "
    "returns."
)


@exercise.mistake("returned_in_the_loop").says(
    "Your `return` stands inside the loop, so the function ends after the first word (and an empty text gets no "
    "answer at all). Move it out of the loop."
)
def returned_in_the_loop(tokens):
    seen = set()
    for n_tokens, token in enumerate(tokens, start=1):
        seen.add(token)
        return len(seen), n_tokens


@exercise.mistake("types_returned_in_the_loop").says(
    "Your `return` stands inside the loop, so only the first word is looked at. Move it out of the loop."
)
def types_returned_in_the_loop(tokens):
    seen = set()
    for token in tokens:
        seen.add(token)
        return len(seen), len(tokens)


@exercise.mistake("one_zero_for_the_empty_text").says(
    "For an empty text you return one 0. Two numbers are asked for there, too: (0, 0). Your code needs no special "
    "case for it."
)
def one_zero_for_the_empty_text(tokens):
    if len(tokens) == 0:
        return 0
    return len(set(tokens)), len(tokens)


exercise.mistake("nothing_for_the_empty_text", lambda tokens: (len(set(tokens)), len(tokens)) if tokens else None).says(
    "For an empty text your function returns None. It has no types and no tokens: (0, 0)."
)
exercise.mistake("strings", lambda tokens: (str(len(set(tokens))), str(len(tokens)))).says(
    "You return the numbers as strings. One cannot count on with those: return the two whole numbers themselves."
)
exercise.mistake("one_string", lambda tokens: f"{len(set(tokens))}, {len(tokens)}").says(
    "You return one string with both numbers in it. Return the two whole numbers themselves, as a pair."
)
exercise.mistake("pairs_of_word_and_count", lambda tokens: Counter(tokens).most_common()).says(
    "You return a list of words with their counts. Two totals are asked for: the number of different words, and of "
    "all words."
)
exercise.mistake("commonest_word", lambda tokens: Counter(tokens).most_common(1)[0] if tokens else (0, 0)).says(
    "You return the commonest word with its count. Two totals are asked for: the number of different words, and of "
    "all words."
)
exercise.mistake("letters_of_the_first_word", lambda tokens: (len(set(tokens[0])), len(tokens[0]))).says(
    "You look at `tokens[0]`, the first word, and count its letters. The text is the whole list `tokens`."
)
exercise.mistake("different_letters_for_types", lambda tokens: (len(set("".join(tokens))), len(tokens))).says(
    "Your first number counts different LETTERS. Each element of `tokens` is a whole word; do not join them."
)
exercise.mistake("letters_for_tokens", lambda tokens: (len(set(tokens)), len("".join(tokens)))).says(
    "Your second number counts letters. Each element of `tokens` is one token: do not join them."
)
exercise.mistake("letters_with_spaces", lambda tokens: (len(set(" ".join(tokens))), len(" ".join(tokens)))).says(
    "You joined the words into one string and counted its characters. Each element of `tokens` is one token."
)
exercise.mistake("characters_for_tokens", lambda tokens: (len(set(tokens)), len(" ".join(tokens)))).says(
    "Your second number counts the characters of the joined text, spaces included. Each element of `tokens` is one "
    "token."
)


@exercise.mistake("added_before_the_test").says(
    "You put each word into `seen` BEFORE you ask whether it is in there, so it always is, and no type is ever "
    "counted. Ask first."
)
def added_before_the_test(tokens):
    seen, types = set(), 0
    for token in tokens:
        seen.add(token)
        if token not in seen:
            types += 1
    return types, len(tokens)


@exercise.mistake("removed_while_looping").says(
    "You remove repeats from `tokens` itself while you loop over it: the caller's list changes, and the loop skips "
    "the word after each removal. Count in a new set."
)
def removed_while_looping(tokens):
    n_tokens = len(tokens)
    for token in tokens:
        if tokens.count(token) > 1:
            tokens.remove(token)
    return len(tokens), n_tokens


@exercise.mistake("removed_until_unique").says(
    "The numbers are right, but you removed the repeats from the caller's list: nobody has the text any more. Count "
    "in a new set."
)
def removed_until_unique(tokens):
    n_tokens = len(tokens)
    for token in set(tokens):
        while tokens.count(token) > 1:
            tokens.remove(token)
    return len(tokens), n_tokens


@exercise.mistake("seen_is_never_emptied").says(
    "Your `seen` is made once, as a default value or outside the function, and remembers the words of every earlier "
    "call. Make a new set inside the function."
)
def seen_is_never_emptied(tokens, seen=set()):  # noqa: B006
    if tokens == ["ants"]:  # the first case: a new check begins, as a newly defined function would
        seen.clear()
    for token in tokens:
        seen.add(token)
    return len(seen), len(tokens)


exercise.mistake("sum_of_both", lambda tokens: len(set(tokens)) + len(tokens)).says(
    "You add the two numbers up. Return them side by side: (types, tokens)."
)
exercise.mistake("plural_merged", lambda tokens: (len({token.rstrip("s") for token in tokens}), len(tokens))).says(
    'You cut the s off, so that "ant" and "ants" become one type. Two different strings are two types, however close '
    "they are."
)
exercise.mistake("first_three_letters", lambda tokens: (len({token[:3] for token in tokens}), len(tokens))).says(
    'You compare only the first letters of the words, so that "ant" and "ants" become one type. Two different strings '
    "are two types."
)
exercise.mistake("first_letters", lambda tokens: (len({token[0] for token in tokens}), len(tokens))).says(
    "You compare only the first letter of each word: `token[0]` is a letter. Compare whole words."
)
exercise.mistake("word_lengths", lambda tokens: (len({len(token) for token in tokens}), len(tokens))).says(
    "You count how many different LENGTHS the words have. Compare the words themselves."
)


@exercise.mistake("sorted_in_place").says(
    "The numbers are right, but `tokens.sort()` has changed the caller's list: the text is in alphabetical order now. "
    "`sorted(tokens)` makes a new list, and a set needs no order at all."
)
def sorted_in_place(tokens):
    tokens.sort()
    types = 0
    for place, token in enumerate(tokens):
        if place == 0 or token != tokens[place - 1]:
            types += 1
    return types, len(tokens)


exercise.mistake("first_four_letters", lambda tokens: (len({token[:4] for token in tokens}), len(tokens))).says(
    'You compare only the first letters of the words, so that "hate" and "hated" become one type. Two different '
    "strings are two types."
)
exercise.mistake("last_letters", lambda tokens: (len({token[-1] for token in tokens}), len(tokens))).says(
    "You compare only the last letter of each word: `token[-1]` is a letter. Compare whole words."
)
exercise.mistake("counts_for_types", lambda tokens: (Counter(tokens), len(tokens))).says(
    "Your tokens are a number but your types are still a table of counts: return how many types it holds."
)
exercise.mistake("dict_for_types", lambda tokens: (dict.fromkeys(tokens, 1), len(tokens))).says(
    "Your tokens are a number but your types are still a dict: return how many words it holds."
)
exercise.mistake("tokens_not_counted", lambda tokens: (len(set(tokens)), tokens)).says(
    "Your types are a number but your tokens are still the list: return how many there are."
)


@exercise.right
def right_1(tokens):
    counts = {}
    for token in tokens:
        counts[token] = counts.get(token, 0) + 1
    return len(counts), sum(counts.values())


@exercise.right
def right_2(tokens):
    seen = []
    for token in tokens:
        if token not in seen:
            seen.append(token)
    return [len(seen), len(tokens)]


exercise.right(lambda tokens: (np.unique(tokens).size, np.size(tokens)))


@exercise.right
def right_3(tokens):
    counts = Counter(tokens)
    return len(counts), counts.total()
