"""The exercises of lecture 02, words as vectors: counting words, numbering them, and giving each a vector.

Every case is chosen so that two different mistakes give two different answers: V, d and n are never equal,
ids repeat, and no word's neighbours are the same by two measures.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby, pairwise

import numpy as np

from .. import functional
from .definition import Exercise

LECTURE = "02_words_as_vectors"

# --- count_types_and_tokens ---------------------------------------------------------------------------------

types_and_tokens_exercise = Exercise(
    functional.count_types_and_tokens,
    lecture=LECTURE,
    checks=(
        "8 texts: repeats side by side and far apart, words that are nearly the same, upper case, full stops, "
        "one word only, no word at all"
    ),
    explanation=(
        "A set keeps one copy of everything that is put into it, so the size of `set(tokens)` is the number "
        "of types; the length of the list is the number of tokens. Whether *The* and *the* are one type or "
        "two is a decision; here they are two, as they are for every model of this course."
    ),
    hints=[
        "Which Python collection keeps only one copy of each thing that is put into it?",
        "The number of tokens is the length of the list. The number of types is the length of the set made "
        "from it.",
        "`return len(set(tokens)), …` : types first.",
    ],
)

types_and_tokens_exercise.case(["ants"])
types_and_tokens_exercise.case(["ants", "hate", "ants"])
types_and_tokens_exercise.case(["The", "ants", "hate", "the", "ants"])
types_and_tokens_exercise.case(["red", "ants", "hate", "blue", "ants", "."])
types_and_tokens_exercise.case(
    "no no no , the blue ants hated the red ants . the ants lost .".split(),  # noqa: SIM905
)
types_and_tokens_exercise.case(["ants"] * 10)
types_and_tokens_exercise.case(
    "an ant hates ants . ants hate hats . blue bees hated bees hater".split(),  # noqa: SIM905
)
types_and_tokens_exercise.case([])


@types_and_tokens_exercise.misconception(
    "swapped",
    "These are the right two numbers in the wrong order: types come first, then tokens. A text never has "
    "more types than tokens.",
)
def _(tokens):
    return len(tokens), len(set(tokens))


@types_and_tokens_exercise.misconception(
    "case_folded",
    'You treat upper and lower case as the same, but here "The" and "the" are two types: no two different '
    "strings are merged.",
)
def _(tokens):
    return len({token.lower() for token in tokens}), len(tokens)


@types_and_tokens_exercise.misconception(
    "punctuation_dropped",
    'You left out the punctuation. A token like "." is a word of the text like any other, with its own '
    "place in the vocabulary.",
)
def _(tokens):
    words = [token for token in tokens if token.isalpha()]
    return len(set(words)), len(words)


@types_and_tokens_exercise.misconception(
    "full_stop_dropped",
    'You left out the full stop. "." is a token like any other: the model will have to predict it, too.',
)
def _(tokens):
    words = [token for token in tokens if token != "."]
    return len(set(words)), len(words)


@types_and_tokens_exercise.misconception(
    "punctuation_dropped_from_the_types",
    'Your types leave out the punctuation that your tokens still count. "." is a type of its own.',
)
def _(tokens):
    return len({token for token in tokens if token.isalpha()}), len(tokens)


@types_and_tokens_exercise.misconception(
    "words_that_occur_once",
    "You counted the words that occur exactly once. A type is a DIFFERENT word, however often it occurs: "
    '"ants hate ants" has two types, ants and hate.',
)
def _(tokens):
    return sum(count == 1 for count in Counter(tokens).values()), len(tokens)


@types_and_tokens_exercise.misconception(
    "words_that_repeat",
    "You counted the words that occur more than once. Every different word is a type, also one that occurs "
    "a single time.",
)
def _(tokens):
    return sum(count > 1 for count in Counter(tokens).values()), len(tokens)


@types_and_tokens_exercise.misconception(
    "only_neighbours_compared",
    "You only merge repeats that stand side by side. A word that returns later in the text is still the "
    "same type.",
)
def _(tokens):
    return len([word for word, _ in groupby(tokens)]), len(tokens)


@types_and_tokens_exercise.misconception(
    "types_twice",
    "Both of your numbers count types: the repeats were already gone when you counted the tokens.",
)
def _(tokens):
    return len(set(tokens)), len(set(tokens))


@types_and_tokens_exercise.misconception(
    "tokens_twice",
    "Both of your numbers count tokens: the repeats are still in the first one. A type counts once, however "
    "often it occurs.",
)
def _(tokens):
    return len(tokens), len(tokens)


@types_and_tokens_exercise.misconception(
    "repeats_for_tokens",
    "Your second number counts only the repeats. Tokens are ALL the words of the text, first occurrences "
    "included.",
)
def _(tokens):
    return len(set(tokens)), len(tokens) - len(set(tokens))


@types_and_tokens_exercise.misconception(
    "letters",
    "You counted letters. Each element of `tokens` is a whole word; do not take it apart.",
)
def _(tokens):
    return len(set("".join(tokens))), len("".join(tokens))


@types_and_tokens_exercise.misconception(
    "words_returned",
    "You return the words themselves. Two numbers are asked for: how many types, how many tokens.",
)
def _(tokens):
    return set(tokens), tokens


@types_and_tokens_exercise.misconception(
    "types_not_counted",
    "Your tokens are a number but your types are still a collection of words: return how many there are.",
)
def _(tokens):
    return set(tokens), len(tokens)


@types_and_tokens_exercise.misconception(
    "only_types",
    "You return one number, the types. Two are asked for: (types, tokens).",
)
def _(tokens):
    return len(set(tokens))


@types_and_tokens_exercise.misconception(
    "only_tokens",
    "You return one number, the tokens. Two are asked for: (types, tokens).",
)
def _(tokens):
    return len(tokens)


@types_and_tokens_exercise.misconception(
    "count_of_each",
    "You return how often each word occurs. Two totals are asked for: the number of different words, and of "
    "all words.",
)
def _(tokens):
    return Counter(tokens)


@types_and_tokens_exercise.misconception(
    "ratio",
    "You divided: the type–token ratio is a measure of its own. Asked for are the two numbers (types, "
    "tokens).",
)
def _(tokens):
    return len(set(tokens)) / len(tokens) if tokens else 0.0


@types_and_tokens_exercise.misconception(
    "most_common_for_tokens",
    "Your second number is how often the commonest word occurs. Tokens are all the words together.",
)
def _(tokens):
    return len(set(tokens)), max(Counter(tokens).values(), default=0)


@types_and_tokens_exercise.misconception(
    "one_extra_type",
    "You count one type too many. Only the words of the text count here; `<unk>` and its kind belong to a "
    "vocabulary.",
)
def _(tokens):
    return len({*tokens, "<unk>"}), len(tokens)


@types_and_tokens_exercise.misconception(
    "empty_text_fails",
    "An empty text makes your code fail. It has no types and no tokens: (0, 0).",
)
def _(tokens):
    return np.unique(tokens, return_counts=True)[1].size, tokens.index(tokens[-1]) * 0 + len(tokens)


@types_and_tokens_exercise.misconception(
    "types_listed",
    "Your tokens are a number but your types are still a list of words: return how many there are.",
)
def _(tokens):
    return list(dict.fromkeys(tokens)), len(tokens)


@types_and_tokens_exercise.misconception(
    "types_listed_alphabetically",
    "Your types are still a list of words: return how many there are.",
)
def _(tokens):
    return sorted(set(tokens)), len(tokens)


@types_and_tokens_exercise.misconception(
    "lists_returned",
    "You return the words themselves. Two numbers are asked for: how many types, how many tokens.",
)
def _(tokens):
    return sorted(set(tokens)), tokens


@types_and_tokens_exercise.misconception(
    "full_stop_dropped_from_the_types",
    'Your types leave out the full stop that your tokens still count. "." is a type of its own.',
)
def _(tokens):
    return len(set(tokens) - {"."}), len(tokens)


@types_and_tokens_exercise.misconception(
    "letters_added_up",
    "You added up the lengths of the words. Each element of `tokens` is one word, however many letters it "
    "has.",
)
def _(tokens):
    return sum(len(word) for word in set(tokens)), sum(len(word) for word in tokens)


@types_and_tokens_exercise.misconception(
    "one_token_short",
    "You count one token too few. Nothing is left out, neither the last token nor the full stop.",
)
def _(tokens):
    return len(set(tokens)), len(tokens) - 1


@types_and_tokens_exercise.misconception(
    "one_type_short",
    "You count one type too few. Every different word counts, also the first one.",
)
def _(tokens):
    return len(set(tokens)) - 1, len(tokens)


@types_and_tokens_exercise.misconception(
    "changes_counted",
    "You count how often a word differs from the one before it. A type counts once in the whole text, "
    "wherever it returns.",
)
def _(tokens):
    return sum(a != b for a, b in pairwise(tokens)), len(tokens)


@types_and_tokens_exercise.misconception(
    "returned_in_the_loop",
    "Your `return` stands inside the loop, so the function ends after the first word (and an empty text gets "
    "no answer at all). Move it out of the loop.",
)
def _(tokens):
    seen = set()
    for n_tokens, token in enumerate(tokens, start=1):
        seen.add(token)
        return len(seen), n_tokens


@types_and_tokens_exercise.misconception(
    "types_returned_in_the_loop",
    "Your `return` stands inside the loop, so only the first word is looked at. Move it out of the loop.",
)
def _(tokens):
    seen = set()
    for token in tokens:
        seen.add(token)
        return len(seen), len(tokens)


@types_and_tokens_exercise.misconception(
    "one_zero_for_the_empty_text",
    "For an empty text you return one 0. Two numbers are asked for there, too: (0, 0). Your code needs no "
    "special case for it.",
)
def _(tokens):
    if len(tokens) == 0:
        return 0
    return len(set(tokens)), len(tokens)


@types_and_tokens_exercise.misconception(
    "nothing_for_the_empty_text",
    "For an empty text your function returns None. It has no types and no tokens: (0, 0).",
)
def _(tokens):
    return (len(set(tokens)), len(tokens)) if tokens else None


@types_and_tokens_exercise.misconception(
    "strings",
    "You return the numbers as strings. One cannot count on with those: return the two whole numbers "
    "themselves.",
)
def _(tokens):
    return str(len(set(tokens))), str(len(tokens))


@types_and_tokens_exercise.misconception(
    "one_string",
    "You return one string with both numbers in it. Return the two whole numbers themselves, as a pair.",
)
def _(tokens):
    return f"{len(set(tokens))}, {len(tokens)}"


@types_and_tokens_exercise.misconception(
    "pairs_of_word_and_count",
    "You return a list of words with their counts. Two totals are asked for: the number of different words, "
    "and of all words.",
)
def _(tokens):
    return Counter(tokens).most_common()


@types_and_tokens_exercise.misconception(
    "commonest_word",
    "You return the commonest word with its count. Two totals are asked for: the number of different words, "
    "and of all words.",
)
def _(tokens):
    return Counter(tokens).most_common(1)[0] if tokens else (0, 0)


@types_and_tokens_exercise.misconception(
    "letters_of_the_first_word",
    "You look at `tokens[0]`, the first word, and count its letters. The text is the whole list `tokens`.",
)
def _(tokens):
    return len(set(tokens[0])), len(tokens[0])


@types_and_tokens_exercise.misconception(
    "different_letters_for_types",
    "Your first number counts different LETTERS. Each element of `tokens` is a whole word; do not join them.",
)
def _(tokens):
    return len(set("".join(tokens))), len(tokens)


@types_and_tokens_exercise.misconception(
    "letters_for_tokens",
    "Your second number counts letters. Each element of `tokens` is one token: do not join them.",
)
def _(tokens):
    return len(set(tokens)), len("".join(tokens))


@types_and_tokens_exercise.misconception(
    "letters_with_spaces",
    "You joined the words into one string and counted its characters. Each element of `tokens` is one token.",
)
def _(tokens):
    return len(set(" ".join(tokens))), len(" ".join(tokens))


@types_and_tokens_exercise.misconception(
    "characters_for_tokens",
    "Your second number counts the characters of the joined text, spaces included. Each element of `tokens` "
    "is one token.",
)
def _(tokens):
    return len(set(tokens)), len(" ".join(tokens))


@types_and_tokens_exercise.misconception(
    "added_before_the_test",
    "You put each word into `seen` BEFORE you ask whether it is in there, so it always is, and no type is "
    "ever counted. Ask first.",
)
def _(tokens):
    seen, types = set(), 0
    for token in tokens:
        seen.add(token)
        if token not in seen:
            types += 1
    return types, len(tokens)


@types_and_tokens_exercise.misconception(
    "removed_while_looping",
    "You remove repeats from `tokens` itself while you loop over it: the caller's list changes, and the loop "
    "skips the word after each removal. Count in a new set.",
)
def _(tokens):
    n_tokens = len(tokens)
    for token in tokens:
        if tokens.count(token) > 1:
            tokens.remove(token)
    return len(tokens), n_tokens


@types_and_tokens_exercise.misconception(
    "removed_until_unique",
    "The numbers are right, but you removed the repeats from the caller's list: nobody has the text any more. "
    "Count in a new set.",
)
def _(tokens):
    n_tokens = len(tokens)
    for token in set(tokens):
        while tokens.count(token) > 1:
            tokens.remove(token)
    return len(tokens), n_tokens


@types_and_tokens_exercise.misconception(
    "seen_is_never_emptied",
    "Your `seen` is made once, as a default value or outside the function, and remembers the words of every "
    "earlier call. Make a new set inside the function.",
)
def _(tokens, seen=set()):  # noqa: B006
    if tokens == ["ants"]:  # the first case: a new check begins, as a newly defined function would
        seen.clear()
    for token in tokens:
        seen.add(token)
    return len(seen), len(tokens)


@types_and_tokens_exercise.misconception(
    "sum_of_both",
    "You add the two numbers up. Return them side by side: (types, tokens).",
)
def _(tokens):
    return len(set(tokens)) + len(tokens)


@types_and_tokens_exercise.misconception(
    "plural_merged",
    'You cut the s off, so that "ant" and "ants" become one type. Two different strings are two types, '
    "however close they are.",
)
def _(tokens):
    return len({token.rstrip("s") for token in tokens}), len(tokens)


@types_and_tokens_exercise.misconception(
    "first_three_letters",
    'You compare only the first letters of the words, so that "ant" and "ants" become one type. Two '
    "different strings are two types.",
)
def _(tokens):
    return len({token[:3] for token in tokens}), len(tokens)


@types_and_tokens_exercise.misconception(
    "first_letters",
    "You compare only the first letter of each word: `token[0]` is a letter. Compare whole words.",
)
def _(tokens):
    return len({token[0] for token in tokens}), len(tokens)


@types_and_tokens_exercise.misconception(
    "word_lengths",
    "You count how many different LENGTHS the words have. Compare the words themselves.",
)
def _(tokens):
    return len({len(token) for token in tokens}), len(tokens)


@types_and_tokens_exercise.misconception(
    "sorted_in_place",
    "The numbers are right, but `tokens.sort()` has changed the caller's list: the text is in alphabetical "
    "order now. `sorted(tokens)` makes a new list, and a set needs no order at all.",
)
def _(tokens):
    tokens.sort()
    types = 0
    for place, token in enumerate(tokens):
        if place == 0 or token != tokens[place - 1]:
            types += 1
    return types, len(tokens)


@types_and_tokens_exercise.misconception(
    "first_four_letters",
    'You compare only the first letters of the words, so that "hate" and "hated" become one type. Two '
    "different strings are two types.",
)
def _(tokens):
    return len({token[:4] for token in tokens}), len(tokens)


@types_and_tokens_exercise.misconception(
    "last_letters",
    "You compare only the last letter of each word: `token[-1]` is a letter. Compare whole words.",
)
def _(tokens):
    return len({token[-1] for token in tokens}), len(tokens)


@types_and_tokens_exercise.misconception(
    "counts_for_types",
    "Your tokens are a number but your types are still a table of counts: return how many types it holds.",
)
def _(tokens):
    return Counter(tokens), len(tokens)


@types_and_tokens_exercise.misconception(
    "dict_for_types",
    "Your tokens are a number but your types are still a dict: return how many words it holds.",
)
def _(tokens):
    return dict.fromkeys(tokens, 1), len(tokens)


@types_and_tokens_exercise.misconception(
    "tokens_not_counted",
    "Your types are a number but your tokens are still the list: return how many there are.",
)
def _(tokens):
    return len(set(tokens)), tokens


@types_and_tokens_exercise.right
def _(tokens):
    counts = {}
    for token in tokens:
        counts[token] = counts.get(token, 0) + 1
    return len(counts), sum(counts.values())


@types_and_tokens_exercise.right
def _(tokens):
    seen = []
    for token in tokens:
        if token not in seen:
            seen.append(token)
    return [len(seen), len(tokens)]


@types_and_tokens_exercise.right
def _(tokens):
    return np.unique(tokens).size, np.size(tokens)


@types_and_tokens_exercise.right
def _(tokens):
    counts = Counter(tokens)
    return len(counts), counts.total()


# --- encode -------------------------------------------------------------------------------------------------

encode_exercise = Exercise(
    functional.encode,
    lecture=LECTURE,
    checks="7 texts and vocabularies: repeats, unknown words, upper case, large ids, ids in no particular order",
    explanation=(
        "`vocabulary.get(token, unknown)` looks a token up and falls back on the id of `<unk>` for a word "
        "that the vocabulary does not hold. The text keeps its length: one id per token, so nothing that "
        "follows has to shift."
    ),
    hints=[
        "Start with known words only: one id for each token, in the order of the text.",
        "A dict has a method that returns a second choice for a key it does not hold. Here that is "
        '`vocabulary["<unk>"]`.',
        "`vocabulary.get(token, …)` for each token, the results in `np.array([...])`.",
    ],
)

encode_exercise.case(["ants", "hate", "ants"], {"<s>": 0, "<unk>": 1, "ants": 2, "hate": 3})
encode_exercise.case(
    ["the", "green", "ants", "hate", "the", "ants"],
    {"hate": 5, "<unk>": 2, "ants": 0, "<s>": 1, "the": 4, ".": 3},
)
encode_exercise.case(
    ["The", "ants", "hated", "Ann", ".", "ann", "hates", "the", "ants", "."],
    {"<s>": 0, "<unk>": 1, "the": 5, "ants": 3, ".": 2, "hated": 4, "ann": 7, "Ann": 6},
)
encode_exercise.case(["iPads", "explode"], {"books": 7, "<unk>": 3, "cars": 9})
encode_exercise.case(["zoo"], {"books": 7, "zoo": 4, "<unk>": 3})
encode_exercise.case(["ants", "bees", "wasps", "bees"], {"ants": 41_000, "bees": 140, "<unk>": 300, "<s>": 0})
encode_exercise.case(["bees", "wasps"], {"<unk>": 150, "bees": 90, "ants": 91})


@encode_exercise.misconception(
    "unknown_dropped",
    "You leave unknown words out, so the result is shorter than the text and every later word sits at the "
    "wrong place. One id per token: unknown words get the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary[token] for token in tokens if token in vocabulary], dtype=int)


@encode_exercise.misconception(
    "unknown_is_zero",
    "You give unknown words the id 0, but 0 belongs to another type. The id for unknown words stands in the "
    "vocabulary, under <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, 0) for token in tokens])


@encode_exercise.misconception(
    "unknown_raises",
    "A word that is not in the vocabulary makes your code fail (KeyError). Such words get the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary[token] for token in tokens])


@encode_exercise.misconception(
    "unknown_is_one",
    "You give unknown words the id 1. In our own vocabularies that is right, but the id must be looked up: "
    "here <unk> has another one.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, 1) for token in tokens])


@encode_exercise.misconception(
    "unknown_is_minus_one",
    "You give unknown words the id −1. Used as a row number that is the LAST row, a real word's. Look up "
    "the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, -1) for token in tokens])


@encode_exercise.misconception(
    "unknown_is_new_id",
    "You give unknown words the id V, one past the end: there is no such row in any matrix. Look up the id "
    "of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, len(vocabulary)) for token in tokens])


@encode_exercise.misconception(
    "unknown_is_none",
    "Unknown words come out as None: `vocabulary.get(token)` needs its second choice, the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token) for token in tokens])


@encode_exercise.misconception(
    "vocabulary_grows",
    "You add unknown words to the vocabulary. It was given and stays as it is: a matrix with V rows has no "
    "row for a new id. Unknown words get the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.setdefault(token, len(vocabulary)) for token in tokens])


@encode_exercise.misconception(
    "positions",
    "You numbered the places in the text. An id belongs to the type: both *ants* of a text have the same "
    "one.",
)
def _(tokens, vocabulary):
    return np.arange(len(tokens))


@encode_exercise.misconception(
    "positions_from_one",
    "You numbered the places in the text, as the notes do under their example. An id belongs to the type: "
    "both *ants* of a text have the same one.",
)
def _(tokens, vocabulary):
    return np.arange(1, len(tokens) + 1)


@encode_exercise.misconception(
    "own_numbering",
    "You number the words as they turn up in the text. The ids are given: look them up in `vocabulary`, or "
    "each text would number the words differently.",
)
def _(tokens, vocabulary):
    first_seen = list(dict.fromkeys(tokens))
    return np.array([first_seen.index(token) for token in tokens])


@encode_exercise.misconception(
    "alphabetical_numbering",
    "You number the words of this text alphabetically. The ids are given: look them up in `vocabulary`.",
)
def _(tokens, vocabulary):
    return np.unique(tokens, return_inverse=True)[1]


@encode_exercise.misconception(
    "place_in_the_dict",
    "You take the place of a word among the keys. The id is the VALUE that the vocabulary stores under the "
    "word.",
)
def _(tokens, vocabulary):
    words = list(vocabulary)
    return np.array([words.index(token if token in vocabulary else "<unk>") for token in tokens])


@encode_exercise.misconception(
    "lower_case",
    'You change the case before looking words up. "The" and "the" are two types: a token that is not in the '
    "vocabulary exactly as it stands is unknown.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token.lower(), vocabulary["<unk>"]) for token in tokens])


@encode_exercise.misconception(
    "lower_case_as_second_choice",
    "You try the word in lower case before you call it unknown. A token that is not in the vocabulary "
    "exactly as it stands is unknown.",
)
def _(tokens, vocabulary):
    unknown = vocabulary["<unk>"]
    return np.array([vocabulary.get(token, vocabulary.get(token.lower(), unknown)) for token in tokens])


@encode_exercise.misconception(
    "types_only",
    "You return one id per type. A text is a sequence: one id per TOKEN, repeats included.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in dict.fromkeys(tokens)])


@encode_exercise.misconception(
    "sorted",
    "Your ids are sorted, so the order of the words is lost. Keep the order of the text.",
)
def _(tokens, vocabulary):
    return np.array(sorted(vocabulary.get(token, vocabulary["<unk>"]) for token in tokens))


@encode_exercise.misconception(
    "reversed",
    "Your ids stand in reverse order. Keep the order of the text.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])[::-1]


@encode_exercise.misconception(
    "only_the_first",
    "You return the id of the first token only: is the `return` inside the loop?",
)
def _(tokens, vocabulary):
    return vocabulary.get(tokens[0], vocabulary["<unk>"])


@encode_exercise.misconception(
    "only_the_last",
    "You return the id of the last token only: each turn of the loop replaces the one before. Collect the "
    "ids in a list.",
)
def _(tokens, vocabulary):
    return vocabulary.get(tokens[-1], vocabulary["<unk>"])


@encode_exercise.misconception(
    "start_sign_added",
    "You put an id in front of the first word. Rows that begin with <s> come later; here it is one id per "
    "token.",
)
def _(tokens, vocabulary):
    ids = [vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]
    return np.array([vocabulary.get("<s>", 0), *ids])


@encode_exercise.misconception(
    "one_hot_rows",
    "You return one-hot rows. They come next; here a word becomes a single number, so the shape is (n,).",
)
def _(tokens, vocabulary):
    ids = np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])
    return (ids[:, None] == np.arange(len(vocabulary))).astype(float)


@encode_exercise.misconception(
    "counts",
    "You return how often each id occurs (a bag of words), which loses the order. Return the ids, one per "
    "token.",
)
def _(tokens, vocabulary):
    return np.bincount([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])


@encode_exercise.misconception(
    "column",
    "Your ids are right but stand in a table with one column. The shape asked for is (n,): a plain row of "
    "numbers.",
)
def _(tokens, vocabulary):
    return np.array([[vocabulary.get(token, vocabulary["<unk>"])] for token in tokens])


@encode_exercise.misconception(
    "floats",
    "Your ids are floats (`np.zeros` makes floats unless you say dtype=int). An id chooses a row, so it "
    "must be an integer: NumPy refuses a float as an index.",
)
def _(tokens, vocabulary):
    return np.array([float(vocabulary.get(token, vocabulary["<unk>"])) for token in tokens])


@encode_exercise.misconception(
    "ids_from_one",
    "Every id is one too large. Take the vocabulary's ids as they are.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]) + 1


@encode_exercise.misconception(
    "words_replaced",
    "You put <unk> for the unknown words but return words. The next step needs their ids.",
)
def _(tokens, vocabulary):
    return [token if token in vocabulary else "<unk>" for token in tokens]


@encode_exercise.misconception(
    "unknown_is_the_word",
    'Unknown words come out as the string "<unk>". Its id is what is asked for: `vocabulary["<unk>"]`.',
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, "<unk>") for token in tokens])


@encode_exercise.misconception(
    "unknown_is_the_word_in_a_list",
    'Unknown words come out as the string "<unk>". Its id is what is asked for: `vocabulary["<unk>"]`.',
)
def _(tokens, vocabulary):
    return [vocabulary.get(token, "<unk>") for token in tokens]


@encode_exercise.misconception(
    "id_zero_is_false",
    "The word with id 0 is taken for unknown: `vocabulary.get(token) or …` goes on to the second choice "
    "for a 0 as well, since 0 counts as false. Ask whether the word is IN the vocabulary.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token) or vocabulary["<unk>"] for token in tokens])


@encode_exercise.misconception(
    "all_unknown",
    "You return the id of <unk> for every word. It is for those words only that the vocabulary does not "
    "hold.",
)
def _(tokens, vocabulary):
    return np.full(len(tokens), vocabulary["<unk>"])


@encode_exercise.misconception(
    "unknown_after_every_word",
    "You add the id of <unk> after each known word as well: an `else` is missing.",
)
def _(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token in vocabulary:
            ids.append(vocabulary[token])
        ids.append(vocabulary["<unk>"])
    return np.array(ids)


@encode_exercise.misconception(
    "vocabulary_filled",
    "The ids are right, but you wrote the unknown words into the vocabulary, so it has changed for "
    "everybody who uses it next. Only look words up.",
)
def _(tokens, vocabulary):
    for token in tokens:
        vocabulary.setdefault(token, vocabulary["<unk>"])
    return np.array([vocabulary[token] for token in tokens])


@encode_exercise.misconception(
    "place_in_the_sorted_dict",
    "You take the place of a word among the sorted keys. The id is the VALUE that the vocabulary stores "
    "under the word.",
)
def _(tokens, vocabulary):
    words = sorted(vocabulary)
    return np.array([words.index(token if token in vocabulary else "<unk>") for token in tokens])


@encode_exercise.misconception(
    "row",
    "Your ids are right but stand in a table with one row. The shape asked for is (n,), not (1, n).",
)
def _(tokens, vocabulary):
    return np.array([[vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]])


@encode_exercise.misconception(
    "pairs",
    "You return pairs of word and id. Only the ids are asked for.",
)
def _(tokens, vocabulary):
    return [(token, vocabulary.get(token, vocabulary["<unk>"])) for token in tokens]


@encode_exercise.misconception(
    "dict_returned",
    "You return a dict, in which a repeated word stands only once. A text is a sequence: one id per token, "
    "in order.",
)
def _(tokens, vocabulary):
    return {token: vocabulary.get(token, vocabulary["<unk>"]) for token in tokens}


@encode_exercise.misconception(
    "known_or_not",
    "You return 1 for a word that the vocabulary holds and 0 for one that it does not. Return the id that "
    "the vocabulary stores under the word.",
)
def _(tokens, vocabulary):
    return np.array([int(token in vocabulary) for token in tokens])


@encode_exercise.misconception(
    "counts_by_word",
    "You return how often each word occurs, which loses the order. Return one id per token, in the order of "
    "the text.",
)
def _(tokens, vocabulary):
    return Counter(tokens)


@encode_exercise.misconception(
    "counts_for_ids",
    "You return how often each word occurs in the text. Its id is what the vocabulary stores under it.",
)
def _(tokens, vocabulary):
    return np.array([tokens.count(token) for token in tokens])


@encode_exercise.misconception(
    "counts_by_id",
    "You return how often each id occurs, which loses the order. Return one id per token, in the order of "
    "the text.",
)
def _(tokens, vocabulary):
    return Counter(vocabulary.get(token, vocabulary["<unk>"]) for token in tokens)


@encode_exercise.misconception(
    "looked_up_by_id",
    "`vocabulary[0]` looks for a WORD called 0, and there is none (KeyError). The vocabulary maps words to "
    'ids: the id for unknown words is `vocabulary["<unk>"]`.',
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary[0]) for token in tokens])


@encode_exercise.misconception(
    "strings",
    'Your ids are strings, "3" instead of 3. A string chooses no row of a matrix: return whole numbers.',
)
def _(tokens, vocabulary):
    return np.array([str(vocabulary.get(token, vocabulary["<unk>"])) for token in tokens])


@encode_exercise.misconception(
    "one_string",
    "You return one string with all ids in it. Return the whole numbers themselves, in an array.",
)
def _(tokens, vocabulary):
    return " ".join(str(vocabulary.get(token, vocabulary["<unk>"])) for token in tokens)


@encode_exercise.misconception(
    "ids_without_repeats",
    "You drop repeated ids and lose the order of the text (a set, or `np.unique`). One id per token, repeats "
    "included, in the order of the text.",
)
def _(tokens, vocabulary):
    return np.unique([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])


@encode_exercise.misconception(
    "set_of_tokens",
    "You loop over `set(tokens)`: repeats are gone, and so is the order of the text. One id per token.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in sorted(set(tokens))])


@encode_exercise.misconception(
    "set_of_ids",
    "You return a set: repeats are gone, and so is the order of the text. One id per token, in order.",
)
def _(tokens, vocabulary):
    return {vocabulary.get(token, vocabulary["<unk>"]) for token in tokens}


@encode_exercise.misconception(
    "returned_in_the_loop",
    "Your `return` stands inside the loop, so the function ends after the first token. Move it out of the "
    "loop.",
)
def _(tokens, vocabulary):
    ids = []
    for token in tokens:
        ids.append(vocabulary.get(token, vocabulary["<unk>"]))
        return np.array(ids)


@encode_exercise.misconception(
    "stopped_at_the_first_unknown",
    "You stop at the first unknown word (`break`), and the rest of the text is lost. An unknown word gets the "
    "id of <unk>, and the text goes on.",
)
def _(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token not in vocabulary:
            break
        ids.append(vocabulary[token])
    return np.array(ids, dtype=int)


@encode_exercise.misconception(
    "stopped_after_the_first_unknown",
    "You stop at the first unknown word, right after giving it its id, and the rest of the text is lost. The "
    "text goes on.",
)
def _(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token not in vocabulary:
            ids.append(vocabulary["<unk>"])
            break
        ids.append(vocabulary[token])
    return np.array(ids)


@encode_exercise.misconception(
    "unknown_for_every_other_entry",
    "You add the id of <unk> for every entry of the vocabulary that is NOT the word: the `else` stands inside "
    "the inner loop. A dict needs no inner loop; ask whether the word is in it.",
)
def _(tokens, vocabulary):
    ids = []
    for token in tokens:
        for word in vocabulary:
            if word == token:
                ids.append(vocabulary[word])
            else:
                ids.append(vocabulary["<unk>"])
    return np.array(ids)


@encode_exercise.misconception(
    "last_entry_decides",
    "Your inner loop goes on after it has found the word, and the next entry overwrites the id with that of "
    "<unk>. A dict needs no inner loop; ask whether the word is in it.",
)
def _(tokens, vocabulary):
    ids = []
    for token in tokens:
        for word in vocabulary:
            found = vocabulary[word] if word == token else vocabulary["<unk>"]
        ids.append(found)
    return np.array(ids)


@encode_exercise.misconception(
    "unknown_is_the_largest_id",
    "You give unknown words the largest id, which belongs to another word. Look up the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, max(vocabulary.values())) for token in tokens])


@encode_exercise.misconception(
    "unknown_is_one_past_the_largest_id",
    "You give unknown words an id that nobody has: there is no such row in any matrix. Look up the id of "
    "<unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, max(vocabulary.values()) + 1) for token in tokens])


@encode_exercise.misconception(
    "unknown_is_the_last_place",
    "You give unknown words the id V − 1: that is the number of entries, less one, and says nothing about "
    "<unk>. Look its id up.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, len(vocabulary) - 1) for token in tokens])


@encode_exercise.misconception(
    "unknown_is_the_length_of_the_text",
    "You give unknown words the length of the text for an id. Look up the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, len(tokens)) for token in tokens])


@encode_exercise.misconception(
    "first_place_only",
    "`tokens.index(token)` finds the FIRST place of a word, so the places of its repeats are never filled. "
    "Take the place from `enumerate`.",
)
def _(tokens, vocabulary):
    ids = np.zeros(len(tokens), dtype=int)
    for token in tokens:
        ids[tokens.index(token)] = vocabulary.get(token, vocabulary["<unk>"])
    return ids


@encode_exercise.misconception(
    "one_byte_per_id",
    "One byte (uint8) has room for ids up to 255: larger ones start again at 0 and become other words. Use "
    "plain integers, `dtype=int`.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]).astype(np.uint8)


@encode_exercise.misconception(
    "one_signed_byte_per_id",
    "One byte with a sign (int8) has room for ids up to 127: larger ones become negative. Use plain integers, "
    "`dtype=int`.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]).astype(np.int8)


@encode_exercise.misconception(
    "two_bytes_per_id",
    "Two bytes (int16) have room for ids up to 32 767, and vocabularies of 50 000 types are common. Use plain "
    "integers, `dtype=int`.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]).astype(np.int16)


@encode_exercise.misconception(
    "array_of_one_byte",
    "An id of this vocabulary does not fit into one byte (OverflowError). Use plain integers, `dtype=int`.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens], dtype=np.uint8)


@encode_exercise.misconception(
    "booleans",
    "You return whether each word is in the vocabulary. Return the id that the vocabulary stores under it.",
)
def _(tokens, vocabulary):
    return np.array([token in vocabulary for token in tokens])


@encode_exercise.misconception(
    "plural_cut",
    'You cut the s off before you look a word up. "ants" is another type than "ant": look tokens up as they '
    "stand.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token.rstrip("s"), vocabulary["<unk>"]) for token in tokens])


@encode_exercise.misconception(
    "unknown_is_nan",
    "You give unknown words nan, which is no id and turns all ids into floats. Look up the id of <unk>.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, np.nan) for token in tokens])


@encode_exercise.misconception(
    "text_changed",
    "The ids are right, but you wrote <unk> into the caller's list of tokens: the words that stood there are "
    "lost. Change nothing, only look up.",
)
def _(tokens, vocabulary):
    for place, token in enumerate(tokens):
        if token not in vocabulary:
            tokens[place] = "<unk>"
    return np.array([vocabulary[token] for token in tokens])


@encode_exercise.misconception(
    "looked_up_by_id_when_unknown",
    "For an unknown word you ask for `vocabulary[0]`: that looks for a WORD called 0, and there is none "
    '(KeyError). The vocabulary maps words to ids: the id for unknown words is `vocabulary["<unk>"]`.',
)
def _(tokens, vocabulary):
    return np.array([vocabulary[token] if token in vocabulary else vocabulary[0] for token in tokens])


@encode_exercise.misconception(
    "looked_up_by_id_one_when_unknown",
    "For an unknown word you ask for `vocabulary[1]`: that looks for a WORD called 1, and there is none "
    '(KeyError). The vocabulary maps words to ids: the id for unknown words is `vocabulary["<unk>"]`.',
)
def _(tokens, vocabulary):
    return np.array([vocabulary[token] if token in vocabulary else vocabulary[1] for token in tokens])


@encode_exercise.misconception(
    "inverted",
    "You turned the vocabulary round, id → word, and then look words up among the ids. It already maps each "
    "word to its id.",
)
def _(tokens, vocabulary):
    word_of = {id: word for word, id in vocabulary.items()}
    return np.array([word_of[token] for token in tokens])


@encode_exercise.misconception(
    "array_of_one_signed_byte",
    "An id of this vocabulary does not fit into one byte with a sign (OverflowError). Use plain integers, "
    "`dtype=int`.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens], dtype=np.int8)


@encode_exercise.misconception(
    "array_of_two_bytes",
    "An id of this vocabulary does not fit into two bytes (OverflowError). Use plain integers, `dtype=int`.",
)
def _(tokens, vocabulary):
    return np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens], dtype=np.int16)


@encode_exercise.right
def _(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token in vocabulary:
            ids.append(vocabulary[token])
        else:
            ids.append(vocabulary["<unk>"])
    return ids


@encode_exercise.right
def _(tokens, vocabulary):
    ids = np.full(len(tokens), vocabulary["<unk>"], dtype=np.int32)
    for i, token in enumerate(tokens):
        if token in vocabulary:
            ids[i] = vocabulary[token]
    return ids


@encode_exercise.right
def _(tokens, vocabulary):
    def look_up(token):
        try:
            return vocabulary[token]
        except KeyError:
            return vocabulary["<unk>"]

    return np.fromiter(map(look_up, tokens), dtype=np.int64)


@encode_exercise.right
def _(tokens, vocabulary):
    known = [token if token in vocabulary else "<unk>" for token in tokens]
    return tuple(vocabulary[token] for token in known)


# --- one_hot ------------------------------------------------------------------------------------------------

one_hot_exercise = Exercise(
    functional.one_hot,
    lecture=LECTURE,
    checks=(
        "a row of ids with repeats, a table of ids, a single id, the first and the last id of the vocabulary"
    ),
    explanation=(
        "`ids[..., None]` gives every id an axis of its own with one entry; comparing it with "
        "`np.arange(vocab_size)` stretches that axis to V and is true at one place. "
        "`np.eye(vocab_size)[ids]` says the same in fewer letters: row `id` of the identity matrix is the "
        "one-hot vector of `id`. It costs a V×V matrix."
    ),
    hints=[
        "Begin with one id: a vector of `vocab_size` zeros, and a 1.0 at place `id`.",
        "Row 3 of the identity matrix is zero everywhere except at place 3. NumPy makes it with `np.eye`.",
        "Indexing a matrix with an array of ids of any shape picks one row for each id and keeps that "
        "shape: `matrix[ids]` has shape `(..., V)`.",
    ],
)

one_hot_exercise.case(np.array([2, 0]), 3)
one_hot_exercise.case(np.array([1, 3, 1, 5, 0]), 7)
one_hot_exercise.case(2, 4)
one_hot_exercise.case(np.array([[3, 0, 3], [1, 2, 4]]), 6)
one_hot_exercise.case(
    np.array([[[1, 1, 0, 4], [7, 2, 5, 6], [0, 3, 3, 2]], [[6, 6, 6, 1], [5, 4, 2, 0], [1, 7, 3, 3]]]), 8
)


@one_hot_exercise.misconception(
    "transposed",
    "Your ones stand in columns: the shape is (V, n), and (n, V) is asked for, one ROW for each id. The "
    "vocabulary is the last axis.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[:, ids]


@one_hot_exercise.misconception(
    "transposed_at_the_end",
    "Your result is transposed: one ROW for each id is asked for, with the vocabulary as the last axis.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[ids].T


@one_hot_exercise.misconception(
    "transposed_last_two",
    "The last two axes are exchanged: one ROW for each id is asked for, with the vocabulary as the last "
    "axis.",
)
def _(ids, vocab_size):
    rows = np.eye(vocab_size)[ids]
    return np.swapaxes(rows, -1, -2) if rows.ndim > 1 else rows


@one_hot_exercise.misconception(
    "transposed_one_row_of_ids",
    "Your ones stand in columns, one per id. One ROW for each id is asked for: shape (n, V), and the same "
    "for ids of any shape.",
)
def _(ids, vocab_size):
    out = np.zeros((vocab_size, len(ids)))
    for i, id in enumerate(ids):
        out[id, i] = 1.0
    return out


@one_hot_exercise.misconception(
    "all_in_one_row",
    "You put all the ones into a single vector of V numbers. Each id needs a row of its own: which word "
    "came first, and that a word came twice, is lost otherwise.",
)
def _(ids, vocab_size):
    out = np.zeros(vocab_size)
    out[ids] = 1.0
    return out


@one_hot_exercise.misconception(
    "bag_of_words",
    "You counted how often each id occurs. That is a bag of words, the SUM of the one-hot rows; here each "
    "id keeps its own row.",
)
def _(ids, vocab_size):
    return np.bincount(np.ravel(ids), minlength=vocab_size).astype(float)


@one_hot_exercise.misconception(
    "only_one_row_of_ids",
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table "
    "(B, T) must give (B, T, V).",
)
def _(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    out[np.arange(len(ids)), ids] = 1.0
    return out


@one_hot_exercise.misconception(
    "only_one_row_of_ids_by_loop",
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table "
    "(B, T) must give (B, T, V).",
)
def _(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    for i, id in enumerate(ids):
        out[i, id] = 1.0
    return out


@one_hot_exercise.misconception(
    "only_one_row_of_ids_by_shape",
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table "
    "(B, T) must give (B, T, V).",
)
def _(ids, vocab_size):
    out = np.zeros((ids.shape[0], vocab_size))
    out[np.arange(ids.shape[0]), ids] = 1.0
    return out


@one_hot_exercise.misconception(
    "no_single_id",
    "A single id, the plain number 2, makes your code fail: it has no length and cannot be looped over or "
    "indexed. One id must give one row, of shape (V,).",
)
def _(ids, vocab_size):
    len(ids)
    return np.eye(vocab_size)[ids]


@one_hot_exercise.misconception(
    "no_single_id_by_shape",
    "A single id, the plain number 2, makes your code fail: it has no `.shape`. `np.asarray(ids)` turns "
    "both a number and an array into something that has one.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[ids.reshape(-1)].reshape(*ids.shape, vocab_size)


@one_hot_exercise.misconception(
    "single_id_gets_an_axis",
    "A single id must give a single row, of shape (V,). Yours has an axis in front, (1, V).",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[np.atleast_1d(ids)]


@one_hot_exercise.misconception(
    "flattened",
    "You flatten the ids, and the shape is lost: ids of shape (B, T) must give (B, T, V).",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[np.ravel(ids)] if np.ndim(ids) else np.eye(vocab_size)[ids]


@one_hot_exercise.misconception(
    "always_flattened",
    "You flatten the ids, and the shape is lost: ids of shape (B, T) must give (B, T, V), a single id (V,).",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[np.ravel(ids)]


@one_hot_exercise.misconception(
    "booleans",
    "Your entries are True and False. Floats are asked for (0.0 and 1.0), as every matrix product with them "
    "wants.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size, dtype=bool)[ids]


@one_hot_exercise.misconception(
    "integers",
    "Your entries are integers. Floats are asked for: 1.0, not 1.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size, dtype=int)[ids]


@one_hot_exercise.misconception(
    "counted_from_one",
    "Your one stands one place too far to the left: ids start at 0, so id 0 has its one at the very first "
    "place.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[np.asarray(ids) - 1]


@one_hot_exercise.misconception(
    "width_from_the_ids",
    "Your rows are only as long as the largest id needs. They have vocab_size places, also for words that "
    "do not occur here.",
)
def _(ids, vocab_size):
    return np.eye(int(np.max(ids)) + 1)[ids]


@one_hot_exercise.misconception(
    "identity",
    "You return the whole identity matrix. It holds the one-hot rows of ALL types; pick the row of each id "
    "out of it.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)


@one_hot_exercise.misconception(
    "id_as_value",
    "You write the id itself into its place. The place says which word it is; the value there is always 1.0.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[ids] * np.asarray(ids)[..., None]


@one_hot_exercise.misconception(
    "zeros_and_ones_exchanged",
    "Zeros and ones are exchanged: one-hot means that exactly one entry is 1.0.",
)
def _(ids, vocab_size):
    return 1.0 - np.eye(vocab_size)[ids]


@one_hot_exercise.misconception(
    "repeats_dropped",
    "You drop repeated ids. Each id, repeated or not, has its own row.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[np.unique(ids)]


@one_hot_exercise.misconception(
    "shared_row",
    "All your rows are the same, and each holds the ones of all ids. Either `out[:, ids] = 1` writes into "
    "every row, or the rows are one and the same object: a vector made once, BEFORE the loop, and appended at "
    "each turn, or `[[0] * V] * n`, which copies nothing.",
)
def _(ids, vocab_size):
    rows = [[0.0] * vocab_size] * len(ids)
    for i, id in enumerate(ids):
        rows[i][id] = 1.0
    return np.array(rows)


@one_hot_exercise.misconception(
    "no_ones",
    "Your result holds no ones at all: is the array that you return the one that you wrote into?",
)
def _(ids, vocab_size):
    return np.zeros((*np.shape(ids), vocab_size))


@one_hot_exercise.misconception(
    "only_the_first_id",
    "You return the row of the first id only: is the `return` inside the loop?",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[ids[0]]


@one_hot_exercise.misconception(
    "every_row_has_all",
    "All your rows are the same, and each holds the ones of all ids: `out[..., ids] = 1` writes into every "
    "row. Each row gets the one of its own id.",
)
def _(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[..., ids] = 1.0
    return out


@one_hot_exercise.misconception(
    "places_for_ids",
    "Row i has its one at place i. The place is what the ID says: row i has its one at place `ids[i]`.",
)
def _(ids, vocab_size):
    return np.eye(len(ids), vocab_size)


@one_hot_exercise.misconception(
    "first_rows_of_the_identity",
    "You take the first rows of the identity matrix. Which rows to take is what the ids say.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[: np.size(ids)]


@one_hot_exercise.misconception(
    "concatenated",
    "You string the rows together into one long vector. Each id has a row of its own.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[ids].reshape(-1)


@one_hot_exercise.misconception(
    "compared_in_columns",
    "Your vocabulary is the first axis. It must be the LAST one: give the ids the new axis, not the "
    "vocabulary.",
)
def _(ids, vocab_size):
    return (np.arange(vocab_size)[:, None] == np.asarray(ids)).astype(float)


@one_hot_exercise.misconception(
    "only_one_row_of_ids_as_array",
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table "
    "(B, T) must give (B, T, V).",
)
def _(ids, vocab_size):
    ids = np.asarray(ids)
    out = np.zeros((ids.shape[0], vocab_size))
    out[np.arange(ids.shape[0]), ids] = 1.0
    return out


@one_hot_exercise.misconception(
    "counted_up",
    "Your one stands one place too far to the right: ids start at 0.",
)
def _(ids, vocab_size):
    return np.roll(np.eye(vocab_size)[ids], 1, axis=-1)


@one_hot_exercise.misconception(
    "one_place_too_many",
    "Your rows have vocab_size + 1 places. Ids run from 0 to vocab_size − 1, so vocab_size places are "
    "enough.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size + 1)[ids]


@one_hot_exercise.misconception(
    "row_not_reset",
    "Your row is not emptied between two ids, so each one carries the ones of all ids before it. Start every "
    "row from zeros.",
)
def _(ids, vocab_size):
    row, rows = np.zeros(vocab_size), []
    for id in ids:
        row[id] = 1.0
        rows.append(row.copy())
    return np.array(rows)


@one_hot_exercise.misconception(
    "one_place_too_few",
    "Your rows have vocab_size − 1 places. `np.arange(vocab_size)` runs from 0 to vocab_size − 1 already.",
)
def _(ids, vocab_size):
    return (np.asarray(ids)[..., None] == np.arange(vocab_size - 1)).astype(float)


@one_hot_exercise.misconception(
    "only_the_first_id_of_an_array",
    "You use `ids[0]` only. Every id gets a row, and a single id has no first one.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[np.asarray(ids)[0]]


@one_hot_exercise.misconception(
    "one_for_the_first_id",
    "You put a one at `ids[0]` and look at no other id. Every id gets a row of its own.",
)
def _(ids, vocab_size):
    row = np.zeros(vocab_size)
    row[ids[0]] = 1.0
    return row


@one_hot_exercise.misconception(
    "swapped_parameters",
    "You exchanged the two parameters: the first one holds the ids, the second one the size of the "
    "vocabulary.",
)
def _(ids, vocab_size):
    return np.eye(ids)[vocab_size]


@one_hot_exercise.misconception(
    "swapped_in_the_comparison",
    "You exchanged the two: `np.arange` gets the SIZE of the vocabulary, and its numbers are compared with "
    "the ids.",
)
def _(ids, vocab_size):
    return (np.asarray(vocab_size)[..., None] == np.arange(ids)).astype(float)


@one_hot_exercise.misconception(
    "all_ones",
    "All your entries are 1. One-hot means a single 1.0 in each row, at the place of the id, and zeros "
    "everywhere else.",
)
def _(ids, vocab_size):
    return np.ones((*np.shape(ids), vocab_size))


@one_hot_exercise.misconception(
    "every_entry_is_the_id",
    "Every entry of your row is the id itself. One-hot means a single 1.0 at the place of the id, and zeros "
    "everywhere else.",
)
def _(ids, vocab_size):
    return np.zeros((*np.shape(ids), vocab_size)) + np.asarray(ids)[..., None]


@one_hot_exercise.misconception(
    "whole_rows_set",
    "You use the id as the number of a ROW of your result (`out[ids] = 1`, say). A row belongs to a place in "
    "the text; the id is the place WITHIN that row.",
)
def _(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    out[ids] = 1.0
    return out


@one_hot_exercise.misconception(
    "whole_rows_of_the_vocabulary_set",
    "Your matrix has V rows, and the ids choose which of them are filled with ones. Asked for is one row per "
    "ID, with a single one in it.",
)
def _(ids, vocab_size):
    out = np.zeros((vocab_size, vocab_size))
    out[ids] = 1.0
    return out


@one_hot_exercise.misconception(
    "times_every_place",
    "You multiply each id with every place. Compare them instead: 1.0 where the place IS the id, else 0.0.",
)
def _(ids, vocab_size):
    return np.asarray(ids)[..., None] * np.arange(float(vocab_size))


@one_hot_exercise.misconception(
    "id_in_the_first_place",
    "You wrote the id itself into the first place of its row. The id says at WHICH place the 1.0 stands.",
)
def _(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[..., 0] = ids
    return out


@one_hot_exercise.misconception(
    "one_in_the_first_place",
    "All your ones stand in the first place. The id says at which place the 1.0 stands.",
)
def _(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[..., 0] = 1.0
    return out


@one_hot_exercise.misconception(
    "counted_from_one_by_comparison",
    "You compare the places with id − 1, so each one stands a place too far to the left, and the id 0 gets "
    "none at all. Ids start at 0.",
)
def _(ids, vocab_size):
    return (np.asarray(ids)[..., None] - 1 == np.arange(vocab_size)).astype(float)


@one_hot_exercise.misconception(
    "counted_up_by_comparison",
    "You compare the places with id + 1, so each one stands a place too far to the right, and the last id "
    "gets none at all. Ids start at 0.",
)
def _(ids, vocab_size):
    return (np.asarray(ids)[..., None] + 1 == np.arange(vocab_size)).astype(float)


@one_hot_exercise.misconception(
    "ones_up_to_the_id",
    "You have ones at all places up to the id: that is what `<=` gives. One-hot means that the place EQUALS "
    "the id.",
)
def _(ids, vocab_size):
    return (np.arange(vocab_size) <= np.asarray(ids)[..., None]).astype(float)


@one_hot_exercise.misconception(
    "ones_before_the_id",
    "You have ones at all places before the id: that is what `<` gives. One-hot means that the place EQUALS "
    "the id.",
)
def _(ids, vocab_size):
    return (np.arange(vocab_size) < np.asarray(ids)[..., None]).astype(float)


@one_hot_exercise.misconception(
    "ones_from_the_id_on",
    "You have ones at all places from the id on: that is what `>=` gives. One-hot means that the place EQUALS "
    "the id.",
)
def _(ids, vocab_size):
    return (np.arange(vocab_size) >= np.asarray(ids)[..., None]).astype(float)


@one_hot_exercise.misconception(
    "ones_after_the_id",
    "You have ones at all places after the id: that is what `>` gives. One-hot means that the place EQUALS "
    "the id.",
)
def _(ids, vocab_size):
    return (np.arange(vocab_size) > np.asarray(ids)[..., None]).astype(float)


@one_hot_exercise.misconception(
    "strings",
    "Your entries are strings. Floats are asked for: 1.0 and 0.0.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[ids].astype(str)


@one_hot_exercise.misconception(
    "reshaped_for_transposed",
    "You pick columns and then `reshape` them into rows, which scrambles the ones: reshaping reads the numbers "
    "row by row and does not exchange axes. Pick rows from the start.",
)
def _(ids, vocab_size):
    return np.eye(vocab_size)[:, ids].reshape(*np.shape(ids), vocab_size)


@one_hot_exercise.misconception(
    "added_into_one_row",
    "You add all the ones into a single vector of V numbers, where a repeated id counts twice. Each id needs "
    "a row of its own.",
)
def _(ids, vocab_size):
    row = np.zeros(vocab_size)
    for id in ids:
        row[id] += 1.0
    return row


@one_hot_exercise.misconception(
    "added_into_every_row",
    "`out[:, id] += 1` writes into EVERY row. Each row gets the one of its own id only: `out[i, id]`.",
)
def _(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    for id in ids:
        out[:, id] += 1.0
    return out


@one_hot_exercise.misconception(
    "returned_in_the_loop",
    "Your `return` stands inside the loop: only the first row has its one, the others are still zeros. Move "
    "it out of the loop.",
)
def _(ids, vocab_size):
    out = np.zeros((len(ids), vocab_size))
    for i, id in enumerate(ids):
        out[i, id] = 1.0
        return out


@one_hot_exercise.misconception(
    "list_returned_in_the_loop",
    "Your `return` stands inside the loop, so there is one row only. Move it out of the loop.",
)
def _(ids, vocab_size):
    rows = []
    for id in ids:
        row = [0.0] * vocab_size
        row[id] = 1.0
        rows.append(row)
        return np.array(rows)


@one_hot_exercise.misconception(
    "last_row_only",
    "You return the row of the last id only: each turn of the loop replaces the one before. Collect the rows.",
)
def _(ids, vocab_size):
    for id in ids:
        row = np.zeros(vocab_size)
        row[id] = 1.0
    return row


@one_hot_exercise.misconception(
    "row_not_reset_for_any_shape",
    "Your row is not emptied between two ids, so each one carries the ones of all ids before it. Start every "
    "row from zeros.",
)
def _(ids, vocab_size):
    row, rows = np.zeros(vocab_size), []
    for id in np.ravel(ids):
        row[id] = 1.0
        rows.append(row.copy())
    return np.array(rows).reshape(*np.shape(ids), vocab_size)


@one_hot_exercise.misconception(
    "times_every_place_in_whole_numbers",
    "You multiply each id with every place. Compare them instead: 1.0 where the place IS the id, else 0.0.",
)
def _(ids, vocab_size):
    return np.asarray(ids)[..., None] * np.arange(vocab_size)


@one_hot_exercise.misconception(
    "compared_without_a_new_axis",
    "You compare n ids with V places, entry by entry, and the shapes do not fit. Every id must meet every "
    "place: give the ids a new last axis first, `[..., None]`.",
)
def _(ids, vocab_size):
    return np.where(np.arange(vocab_size) == ids, 1.0, 0.0)


@one_hot_exercise.misconception(
    "whole_rows_set_for_any_shape",
    "You use the id as the number of a ROW of your result (`out[ids] = 1`, say). A row belongs to a place in "
    "the text; the id is the place WITHIN that row.",
)
def _(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    out[np.asarray(ids)] = 1.0
    return out


@one_hot_exercise.misconception(
    "only_one_row_of_ids_by_list",
    "This works for ids in a row, but not for ids of any shape: a single id must give shape (V,), a table "
    "(B, T) must give (B, T, V).",
)
def _(ids, vocab_size):
    return np.array([[1.0 if place == id else 0.0 for place in range(vocab_size)] for id in ids])


@one_hot_exercise.right
def _(ids, vocab_size):
    return np.eye(vocab_size)[ids]


@one_hot_exercise.right
def _(ids, vocab_size):
    ids = np.asarray(ids)
    out = np.zeros((*ids.shape, vocab_size))
    for index in np.ndindex(ids.shape):
        out[(*index, ids[index])] = 1
    return out


@one_hot_exercise.right
def _(ids, vocab_size):
    flat = np.asarray(ids).reshape(-1)
    out = np.zeros((flat.size, vocab_size), dtype=np.float32)
    out[np.arange(flat.size), flat] = 1.0
    return out.reshape(*np.shape(ids), vocab_size)


@one_hot_exercise.right
def _(ids, vocab_size):
    out = np.zeros((*np.shape(ids), vocab_size))
    np.put_along_axis(out, np.asarray(ids)[..., None], 1.0, axis=-1)
    return out


@one_hot_exercise.right
def _(ids, vocab_size):
    def rows(ids):
        if np.ndim(ids) == 0:
            return [1.0 if place == ids else 0.0 for place in range(vocab_size)]
        return [rows(part) for part in ids]

    return rows(ids)


# --- embed --------------------------------------------------------------------------------------------------

_generator = np.random.default_rng(2)
_E_5_by_3 = np.round(_generator.normal(size=(5, 3)), 2)
_E_4_by_6 = np.round(_generator.normal(size=(4, 6)), 2)
_E_9_by_2 = np.round(_generator.normal(size=(9, 2)), 2)

embed_exercise = Exercise(
    functional.embed,
    lecture=LECTURE,
    checks="3 matrices of different shapes; a row of ids with repeats, a table of ids, a single id",
    explanation=(
        "NumPy indexing along the first axis picks whole rows, one for each id, and keeps the shape of the "
        "ids: that is all that a lookup is. It costs n·d copied numbers, whatever V is; the product with "
        "one-hot rows gives the same result for n·V·d multiplications."
    ),
    hints=[
        "E has one row per type. Which rows are asked for, and in which order?",
        "For one id, `E[3]` is row 3. NumPy also takes an array of ids between the brackets.",
        "`E[ids]` has the shape of `ids` with d added at the end.",
    ],
)

embed_exercise.case(np.array([[0.1, 0.2], [1.1, 1.2], [2.1, 2.2]]), np.array([2, 0, 0, 1]))
embed_exercise.case(_E_4_by_6, np.array([3, 1, 1, 0, 2]))
embed_exercise.case(_E_9_by_2, np.array([8, 5, 8]))
embed_exercise.case(_E_9_by_2, np.array([5, 1, 7, 1]))
embed_exercise.case(_E_5_by_3, 4)
embed_exercise.case(_E_5_by_3, np.array([[4, 0, 4, 2], [1, 3, 0, 0]]))
embed_exercise.case(_E_4_by_6, np.array([[0, 2, 3], [3, 1, 3]]))


@embed_exercise.misconception(
    "columns",
    "You take columns of E. A word's vector is its ROW: E has V rows, one per type, each with d numbers.",
)
def _(E, ids):
    return E[:, ids]


@embed_exercise.misconception(
    "columns_transposed",
    "You take columns of E (rows of E transposed). A word's vector is its ROW: E has V rows, one per type.",
)
def _(E, ids):
    return E.T[ids]


@embed_exercise.misconception(
    "summed",
    "You add the vectors up. That is composition, the next lecture; here every id keeps its own vector: (n, "
    "d), not (d,).",
)
def _(E, ids):
    return E[ids].sum(axis=0) if np.ndim(ids) else E[ids]


@embed_exercise.misconception(
    "summed_per_row",
    "You add the vectors of each prefix up. That is composition, the next lecture; here every id keeps its "
    "own vector.",
)
def _(E, ids):
    return E[ids].sum(axis=-2) if np.ndim(ids) else E[ids]


@embed_exercise.misconception(
    "summed_always",
    "You add numbers up that belong apart: every id keeps its own vector of d numbers.",
)
def _(E, ids):
    return E[ids].sum(axis=0)


@embed_exercise.misconception(
    "averaged",
    "You average the vectors. Every id keeps its own vector here: (n, d), not (d,).",
)
def _(E, ids):
    return E[ids].mean(axis=0) if np.ndim(ids) else E[ids]


@embed_exercise.misconception(
    "averaged_always",
    "You average numbers that belong apart: every id keeps its own vector of d numbers.",
)
def _(E, ids):
    return E[ids].mean(axis=0)


@embed_exercise.misconception(
    "averaged_per_row",
    "You average the vectors of each prefix. Every id keeps its own vector here.",
)
def _(E, ids):
    return E[ids].mean(axis=-2) if np.ndim(ids) else E[ids]


@embed_exercise.misconception(
    "concatenated",
    "You string all vectors together into one long one. Every id keeps its own row: (n, d), not (n·d,).",
)
def _(E, ids):
    return E[ids].reshape(-1)


@embed_exercise.misconception(
    "concatenated_per_row",
    "You string the vectors of each prefix together. The shape asked for is (..., d): an axis for the "
    "words, an axis for d.",
)
def _(E, ids):
    return E[ids].reshape((*np.shape(ids)[:-1], -1))


@embed_exercise.misconception(
    "flattened_ids",
    "The shape of the ids is lost: ids of shape (B, T) must give (B, T, d), not (B·T, d).",
)
def _(E, ids):
    return E[ids].reshape(-1, E.shape[1]) if np.ndim(ids) else E[ids]


@embed_exercise.misconception(
    "always_two_dimensional",
    "Your result always has two axes. Its shape is that of the ids with d added: (d,) for one id, (B, T, d) "
    "for a table.",
)
def _(E, ids):
    return E[np.ravel(ids)]


@embed_exercise.misconception(
    "single_id_gets_an_axis",
    "A single id must give a single vector, of shape (d,). Yours has an axis in front, (1, d).",
)
def _(E, ids):
    return E[np.atleast_1d(ids)]


@embed_exercise.misconception(
    "no_single_id",
    "A single id, the plain number 4, makes your code fail: one cannot loop over a number. `E[ids]` needs "
    "no loop.",
)
def _(E, ids):
    return np.array([E[id] for id in ids])


@embed_exercise.misconception(
    "no_single_id_by_shape",
    "A single id, the plain number 4, makes your code fail: it has no shape. `E[ids]` needs none.",
)
def _(E, ids):
    return E[ids.reshape(-1)].reshape(*ids.shape, E.shape[1])


@embed_exercise.misconception(
    "only_one_row_of_ids",
    "This works for ids in a row, but not for ids of any shape: a table (B, T) must give (B, T, d).",
)
def _(E, ids):
    out = np.zeros((len(ids), E.shape[1]))
    for i, id in enumerate(ids):
        out[i] = E[id]
    return out


@embed_exercise.misconception(
    "counted_from_one",
    "You take the row before the right one: ids start at 0, and id 0 owns row 0.",
)
def _(E, ids):
    return E[np.asarray(ids) - 1]


@embed_exercise.misconception(
    "take_without_axis",
    "`np.take` without an axis looks into the flattened matrix, so that you get single numbers. Say axis=0, "
    "or write `E[ids]`.",
)
def _(E, ids):
    return np.take(E, ids)


@embed_exercise.misconception(
    "first_rows",
    "You return the first rows of E, as many as there are ids. Which rows they are is what the ids say.",
)
def _(E, ids):
    return E[: np.size(ids)]


@embed_exercise.misconception(
    "repeats_dropped",
    "You drop repeated ids, and the order of the text with them. One row for each id, in the order of `ids`.",
)
def _(E, ids):
    return E[np.unique(ids)]


@embed_exercise.misconception(
    "sorted_ids",
    "You sort the ids first. One row for each id, in the order of `ids`: the order of the words is the text.",
)
def _(E, ids):
    return E[np.sort(ids)] if np.ndim(ids) else E[ids]


@embed_exercise.misconception(
    "transposed",
    "Your result is transposed: one ROW for each id, d numbers long, so that d is the last axis.",
)
def _(E, ids):
    return E[ids].T


@embed_exercise.misconception(
    "last_word_only",
    "You return the vector of the last word only. Every id gets its own.",
)
def _(E, ids):
    return E[ids[-1]]


@embed_exercise.misconception(
    "first_word_only",
    "You return the vector of the first word only: is the `return` inside the loop? Every id gets its own.",
)
def _(E, ids):
    return E[ids[0]]


@embed_exercise.misconception(
    "integers",
    "Your vectors have lost their decimals: the array you collect them in holds integers.",
)
def _(E, ids):
    return E[ids].astype(int)


@embed_exercise.misconception(
    "unit_length",
    "You scale the vectors to length 1. A lookup returns the rows as they are; lengths matter later.",
)
def _(E, ids):
    return E[ids] / np.linalg.norm(E[ids], axis=-1, keepdims=True)


@embed_exercise.misconception(
    "one_hot_only",
    "You return one-hot rows. They still have to be multiplied by E: (..., V) times (V, d) gives (..., d).",
)
def _(E, ids):
    return functional.one_hot(ids, len(E))


@embed_exercise.misconception(
    "whole_matrix",
    "You return the whole of E. Only the rows that `ids` names are asked for.",
)
def _(E, ids):
    return E


@embed_exercise.misconception(
    "summed_by_loop",
    "You add the vectors up. That is composition, the next lecture; here every id keeps its own vector: "
    "(n, d), not (d,).",
)
def _(E, ids):
    total = np.zeros(E.shape[1])
    for id in ids:
        total = total + E[id]
    return total


@embed_exercise.misconception(
    "all_in_one_row",
    "You put the ones of all ids into one vector before multiplying, which adds up the vectors (and a "
    "repeated word only once). Each id needs its own one-hot row.",
)
def _(E, ids):
    row = np.zeros(len(E))
    row[ids] = 1.0
    return row @ E


@embed_exercise.misconception(
    "concatenated_by_loop",
    "You string all vectors together into one long one. Every id keeps its own row: (n, d), not (n·d,).",
)
def _(E, ids):
    return np.concatenate([E[id] for id in ids])


@embed_exercise.misconception(
    "single_numbers",
    "`E[ids, ids]` takes single numbers, row id and column id. A word's vector is its whole row.",
)
def _(E, ids):
    return E[ids, ids]


@embed_exercise.misconception(
    "integers_by_loop",
    "Your vectors have lost their decimals: the array you collect them in holds integers.",
)
def _(E, ids):
    out = np.zeros((len(ids), E.shape[1]), dtype=int)
    for i, id in enumerate(ids):
        out[i] = E[id]
    return out


@embed_exercise.misconception(
    "batch_axis_added",
    "Your result has an axis too many. Its shape is that of the ids with d added.",
)
def _(E, ids):
    return E[np.atleast_2d(ids)]


@embed_exercise.misconception(
    "rescaled_matrix",
    "You divide by the spread or the size of E. A lookup returns the rows as they are.",
)
def _(E, ids):
    return E[ids] / E.std()


@embed_exercise.misconception(
    "reversed",
    "Your rows come in reverse order. One row for each id, in the order of `ids`.",
)
def _(E, ids):
    return E[ids][::-1] if np.ndim(ids) else E[ids]


@embed_exercise.misconception(
    "ids_indexed_by_E",
    "`ids[E]` looks up numbers of E among the ids. It is E that has the rows: the ids go between ITS brackets.",
)
def _(E, ids):
    return ids[E]


@embed_exercise.misconception(
    "ids_as_a_tuple",
    "A tuple between the brackets means one index per AXIS: `E[(2, 0)]` is the single number in row 2, column "
    "0. To pick rows, the ids must be an array or a list.",
)
def _(E, ids):
    return E[tuple(ids)]


@embed_exercise.misconception(
    "counted_from_the_end",
    "You count the rows from the end: `E[::-1]` turns the matrix upside down. Id 0 owns the first row.",
)
def _(E, ids):
    return E[::-1][ids]


@embed_exercise.misconception(
    "counted_from_the_end_by_sign",
    "A minus in front of the ids counts rows from the end of E. Take the ids as they are.",
)
def _(E, ids):
    return E[-np.asarray(ids)]


@embed_exercise.misconception(
    "ids_sorted_in_place",
    "`ids.sort()` sorts the caller's ids: they stay changed, and the order of the words is the text. Take the "
    "ids as they are.",
)
def _(E, ids):
    if np.ndim(ids):
        ids.sort()
    return E[ids]


@embed_exercise.misconception(
    "ids_sorted_in_place_always",
    "`ids.sort()` sorts the caller's ids: they stay changed, and the order of the words is the text. Take the "
    "ids as they are.",
)
def _(E, ids):
    ids.sort()
    return E[ids]


@embed_exercise.misconception(
    "rows_by_place",
    "You take row 0 for the first word, row 1 for the second, and so on: that is the place in the text. The "
    "row to take is what the ID says.",
)
def _(E, ids):
    return np.array([E[place] for place in range(len(ids))])


@embed_exercise.misconception(
    "rows_by_place_of_any_shape",
    "You number the words and take the rows with those numbers: that is the place in the text. The row to "
    "take is what the ID says.",
)
def _(E, ids):
    return E[np.arange(np.size(ids)).reshape(np.shape(ids))]


@embed_exercise.misconception(
    "first_rows_by_length",
    "You return the first rows of E, as many as there are ids. Which rows they are is what the ids say.",
)
def _(E, ids):
    return E[: len(ids)]


@embed_exercise.misconception(
    "one_row_too_far",
    "You take the row after the right one, and run over the end for the last id. Ids start at 0, as rows do.",
)
def _(E, ids):
    return E[np.asarray(ids) + 1]


@embed_exercise.misconception(
    "one_row_too_far_rolled",
    "You take the row after the right one. Ids start at 0, as rows do.",
)
def _(E, ids):
    return np.roll(E, -1, axis=0)[ids]


@embed_exercise.misconception(
    "one_slice",
    "You take all rows from the first id to the last one. The ids are a list of single rows, in any order.",
)
def _(E, ids):
    return E[ids[0] : ids[-1] + 1]


@embed_exercise.misconception(
    "slice_up_to_the_id",
    "`E[:ids]` means all rows BEFORE that number. The row with that number is `E[ids]`, without a colon.",
)
def _(E, ids):
    return E[:ids]


@embed_exercise.misconception(
    "returned_in_the_loop",
    "Your `return` stands inside the loop, so there is one row only. Move it out of the loop; or have none: "
    "NumPy takes all ids at once.",
)
def _(E, ids):
    rows = []
    for id in ids:
        rows.append(E[id])
        return np.array(rows)


@embed_exercise.misconception(
    "multiplied_by_the_id",
    "You multiply the vectors by their ids. An id only says which row to take.",
)
def _(E, ids):
    return E[ids] * np.asarray(ids)[..., None]


@embed_exercise.misconception(
    "dict_returned",
    "You return a dict from id to vector, in which a repeated word stands only once. Return an array: one row "
    "for each id, in order.",
)
def _(E, ids):
    return {int(id): E[id] for id in np.ravel(ids)}


@embed_exercise.misconception(
    "array_returned_in_the_loop",
    "Your `return` stands inside the loop: only the first row is filled, the others are still zeros. Move it "
    "out of the loop; or have none: NumPy takes all ids at once.",
)
def _(E, ids):
    out = np.zeros((len(ids), E.shape[1]))
    for i, id in enumerate(ids):
        out[i] = E[id]
        return out


@embed_exercise.misconception(
    "rows_left_at_their_place",
    "You copy the chosen rows into a matrix as large as E, each at its old place. The result has one row per "
    "id, in the order of `ids`.",
)
def _(E, ids):
    out = np.zeros(E.shape)
    for id in np.ravel(ids):
        out[id] = E[id]
    return out


@embed_exercise.misconception(
    "summed_over_d",
    "You add up the d numbers of each vector. They are its coordinates: keep all of them.",
)
def _(E, ids):
    return E[ids].sum(axis=-1)


@embed_exercise.misconception(
    "averaged_over_d",
    "You average the d numbers of each vector. They are its coordinates: keep all of them.",
)
def _(E, ids):
    return E[ids].mean(axis=-1)


@embed_exercise.misconception(
    "columns_turned",
    "You take columns of E and turn them into rows. A word's vector is its ROW: E has V rows, one per type, "
    "each with d numbers.",
)
def _(E, ids):
    return E[:, ids].T


@embed_exercise.misconception(
    "product_in_the_wrong_order",
    "One-hot rows have V numbers each, as many as E has ROWS, so they stand on the left: (n, V) times (V, d).",
)
def _(E, ids):
    return E @ functional.one_hot(ids, len(E))


@embed_exercise.misconception(
    "ids_times_E",
    "You multiply the ids themselves with E. An id is a row NUMBER: either it goes between the brackets, or it "
    "becomes a one-hot row first.",
)
def _(E, ids):
    return ids @ E


@embed_exercise.misconception(
    "E_times_ids",
    "You multiply E by the ids, entry by entry. An id is a row NUMBER: it goes between the brackets.",
)
def _(E, ids):
    return E * ids


@embed_exercise.right
def _(E, ids):
    return functional.one_hot(ids, len(E)) @ E


@embed_exercise.right
def _(E, ids):
    return np.take(E, ids, axis=0)


@embed_exercise.right
def _(E, ids):
    return np.einsum("...v,vd->...d", functional.one_hot(ids, len(E)), E)


@embed_exercise.right
def _(E, ids):
    if np.ndim(ids) == 0:
        return [float(number) for number in E[ids]]
    if np.ndim(ids) == 1:
        return [E[id] for id in ids]
    return np.stack([[E[id] for id in row] for row in ids]).astype(np.float32)


# --- cosine_similarity --------------------------------------------------------------------------------------

cosine_exercise = Exercise(
    functional.cosine_similarity,
    lecture=LECTURE,
    checks=(
        "20 pairs of vectors: long and very short, opposite, at right angles, with single zeros, one and both "
        "all zeros"
    ),
    explanation=(
        "The dot product grows with the length of either vector; divided by both lengths it is the cosine "
        "of the angle and depends on direction alone. A zero vector has no direction, and 0/0 would give "
        "nan: 0.0, *similar to nothing*, is the agreement here."
    ),
    hints=[
        "cos(a, b) = a·b / (|a| |b|). The length |a| is the root of the sum of the squares.",
        "`np.linalg.norm(a)` is |a|, `a @ b` is the dot product.",
        "When |a| |b| is 0, return 0.0 before you divide.",
    ],
)

cosine_exercise.case(np.array([3.0, 4.0]), np.array([4.0, 3.0]))
cosine_exercise.case(np.array([3.0, 4.0]), np.array([-6.0, -8.0]))
cosine_exercise.case(np.array([1.0, 2.0, 0.0]), np.array([0.0, 0.0, 5.0]))
cosine_exercise.case(np.array([-0.43, 0.72, 1.1]), np.array([-0.4, 0.8, 0.9]))
cosine_exercise.case(np.array([2.0, -1.0, 0.5, 3.0]), np.array([-1.0, -2.0, 4.0, 0.5]))
cosine_exercise.case(np.array([0.0, 0.0, 0.0]), np.array([1.0, -2.0, 3.0]))
cosine_exercise.case(np.array([1.0, 2.0]), np.array([0.0, 0.0]))
cosine_exercise.case(np.array([0.0, 0.0]), np.array([0.0, 0.0]))
cosine_exercise.case(np.array([2.0, 0.0, 1.0]), np.array([1.0, 5.0, 3.0]))  # a zero is not yet a zero vector
cosine_exercise.case(np.array([1.0, 5.0, 3.0]), np.array([-2.0, 0.0, 1.0]))
cosine_exercise.case(np.array([0.0, 3.0]), np.array([4.0, 3.0]))
cosine_exercise.case(np.array([4.0, 3.0, 1.0]), np.array([0.0, 2.0, -5.0]))
cosine_exercise.case(np.array([3.0, 4.0, 0.0]), np.array([1.0, 2.0, 2.0]))
cosine_exercise.case(np.array([1.0, 2.0, 2.0]), np.array([3.0, 4.0, 0.0]))
cosine_exercise.case(np.array([3.0, 0.0, 4.0]), np.array([1.0, 2.0, 0.0]))
cosine_exercise.case(np.array([0.0, -3.0]), np.array([4.0, 0.5]))
cosine_exercise.case(np.array([1.0, -1.0]), np.array([2.0, 1.0]))  # the entries add up to 0
cosine_exercise.case(np.array([2.0, 1.0, 4.0]), np.array([-3.0, 1.0, 2.0]))
cosine_exercise.case(np.array([0.012, -0.005]), np.array([0.006, 0.010]))  # short, but not zero
cosine_exercise.case(np.array([1000.0, -300.0, 20.0, 0.0, 7.0]), np.array([-0.2, 0.1, 0.3, 0.7, -0.4]))


def _cosine(a, b):
    return functional.cosine_similarity(a, b)


def _norm(a):
    return np.linalg.norm(a)


def _guarded(numerator, denominator):
    return float(numerator / denominator) if denominator > 0 else 0.0


@cosine_exercise.misconception(
    "dot_product",
    "This is the dot product alone. It grows with the lengths: for (3, 4) and (4, 3) it is 24, and no "
    "cosine is above 1. Divide by both lengths.",
)
def _(a, b):
    return float(a @ b)


@cosine_exercise.misconception(
    "squared_lengths",
    "You divide by the SQUARED lengths: a·a is |a|², so its root is still to be taken.",
)
def _(a, b):
    return _guarded(a @ b, (a @ a) * (b @ b))


@cosine_exercise.misconception(
    "distance",
    "This is 1 − cosine, a distance: 0 for the same direction. Asked for is the similarity: 1 for the same "
    "direction.",
)
def _(a, b):
    return 1.0 - _cosine(a, b)


@cosine_exercise.misconception(
    "zero_vector_gives_nan",
    "For a zero vector your result is nan, which is what 0 divided by 0 gives. It has no direction; the "
    "docstring says what to return.",
)
def _(a, b):
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "zero_vector_raises",
    "For a zero vector your code divides by zero and stops. It has no direction; the docstring says what to "
    "return.",
)
def _(a, b):
    lengths = float(_norm(a) * _norm(b))
    return float(a @ b) / lengths


@cosine_exercise.misconception(
    "zero_vector_only_when_both",
    "You look for the case that BOTH vectors are zero. One is enough to divide 0 by 0.",
)
def _(a, b):
    if not a.any() and not b.any():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "zero_vector_only_the_first",
    "You look only whether a is the zero vector. b may be, too.",
)
def _(a, b):
    if not a.any():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "zero_vector_gives_one",
    "For a zero vector you return 1, the same direction. It has no direction and is similar to nothing: 0.0.",
)
def _(a, b):
    return _cosine(a, b) if a.any() and b.any() else 1.0


@cosine_exercise.misconception(
    "zero_vector_gives_none",
    "For a zero vector your function returns nothing. A number is needed: 0.0.",
)
def _(a, b):
    return _cosine(a, b) if a.any() and b.any() else None


@cosine_exercise.misconception(
    "equal_vectors_are_one",
    "You treat equal vectors as cosine 1 before looking at zeros: two zero vectors still have no direction, "
    "0.0.",
)
def _(a, b):
    return 1.0 if np.array_equal(a, b) else _cosine(a, b)


@cosine_exercise.misconception(
    "sum_of_lengths",
    "You divide by the SUM of the lengths. It is their product: then doubling a vector cancels out.",
)
def _(a, b):
    return _guarded(a @ b, _norm(a) + _norm(b))


@cosine_exercise.misconception(
    "one_length_only",
    "You divide by the length of a only, so the result still grows with the length of b. Divide by both.",
)
def _(a, b):
    return _guarded(a @ b, _norm(a))


@cosine_exercise.misconception(
    "other_length_only",
    "You divide by the length of b only, so the result still grows with the length of a. Divide by both.",
)
def _(a, b):
    return _guarded(a @ b, _norm(b))


@cosine_exercise.misconception(
    "length_of_a_twice",
    "You divide by the length of a twice. One of the two lengths belongs to b.",
)
def _(a, b):
    return _guarded(a @ b, _norm(a) ** 2)


@cosine_exercise.misconception(
    "length_of_b_twice",
    "You divide by the length of b twice. One of the two lengths belongs to a.",
)
def _(a, b):
    return _guarded(a @ b, _norm(b) ** 2)


@cosine_exercise.misconception(
    "multiplied_by_a_length",
    "`a @ b / x * y` divides by x and then MULTIPLIES by y. Put the two lengths into brackets.",
)
def _(a, b):
    return _guarded(a @ b, _norm(a)) * float(_norm(b))


@cosine_exercise.misconception(
    "root_of_the_lengths",
    "You take a root too many: `np.linalg.norm` is already the root of the sum of squares.",
)
def _(a, b):
    return _guarded(a @ b, np.sqrt(_norm(a) * _norm(b)))


@cosine_exercise.misconception(
    "root_of_squared_sum",
    "Your length squares the SUM of the entries. Square each entry first, then add: (3, 4) has length 5, "
    "not 7.",
)
def _(a, b):
    return _guarded(a @ b, np.sqrt(a.sum() ** 2) * np.sqrt(b.sum() ** 2))


@cosine_exercise.misconception(
    "sum_for_length",
    "You divide by the sums of the entries. A length is the root of the sum of SQUARES: (3, 4) has length "
    "5, not 7.",
)
def _(a, b):
    denominator = a.sum() * b.sum()
    return float(a @ b / denominator) if denominator != 0 else 0.0


@cosine_exercise.misconception(
    "absolute_sum_for_length",
    "You measure length by the sum of absolute values. Euclid's length is the root of the sum of squares: "
    "(3, 4) has 5, not 7.",
)
def _(a, b):
    return _guarded(a @ b, np.abs(a).sum() * np.abs(b).sum())


@cosine_exercise.misconception(
    "number_of_entries_for_length",
    "`len(a)` is the number of entries, d. The length meant here is the norm, the root of the sum of "
    "squares.",
)
def _(a, b):
    return float(a @ b / (len(a) * len(b)))


@cosine_exercise.misconception(
    "divided_by_dimension",
    "You divide by the number of entries. Divide by the two lengths (norms) instead.",
)
def _(a, b):
    return float(a @ b / len(a))


@cosine_exercise.misconception(
    "euclidean_distance",
    "This is the distance between the two points. It is large when vectors differ, and depends on their "
    "lengths; the cosine does neither.",
)
def _(a, b):
    return float(_norm(a - b))


@cosine_exercise.misconception(
    "inverse_distance",
    "You turn the distance into a similarity. The cosine looks at the angle alone: (3, 4) and (6, 8) have "
    "cosine 1.",
)
def _(a, b):
    return float(1.0 / (1.0 + _norm(a - b)))


@cosine_exercise.misconception(
    "absolute_value",
    "You drop the sign. Opposite vectors have cosine −1, not 1.",
)
def _(a, b):
    return abs(_cosine(a, b))


@cosine_exercise.misconception(
    "clipped_at_zero",
    "You cut negative values off at 0. Opposite vectors have cosine −1.",
)
def _(a, b):
    return max(0.0, _cosine(a, b))


@cosine_exercise.misconception(
    "scaled_to_zero_one",
    "You squeeze the cosine into 0 to 1. It runs from −1 to 1: vectors at right angles have 0, not 0.5.",
)
def _(a, b):
    return (1.0 + _cosine(a, b)) / 2.0


@cosine_exercise.misconception(
    "sign",
    "The sign is wrong: the same direction has cosine +1.",
)
def _(a, b):
    return -_cosine(a, b)


@cosine_exercise.misconception(
    "squared",
    "This is the square of the cosine: the dot product comes in once, not twice.",
)
def _(a, b):
    return _cosine(a, b) ** 2


@cosine_exercise.misconception(
    "angle",
    "This is the angle itself, in radians. Its cosine is asked for: no arccos.",
)
def _(a, b):
    return float(np.arccos(np.clip(_cosine(a, b), -1.0, 1.0)))


@cosine_exercise.misconception(
    "angle_in_degrees",
    "This is the angle itself, in degrees. Its cosine is asked for: no arccos.",
)
def _(a, b):
    return float(np.degrees(np.arccos(np.clip(_cosine(a, b), -1.0, 1.0))))


@cosine_exercise.misconception(
    "cosine_of_dot_product",
    "You take np.cos of the dot product. a·b / (|a| |b|) already IS the cosine of the angle.",
)
def _(a, b):
    return float(np.cos(a @ b))


@cosine_exercise.misconception(
    "cosine_of_the_cosine",
    "You take np.cos of the result. a·b / (|a| |b|) already IS the cosine of the angle.",
)
def _(a, b):
    return float(np.cos(_cosine(a, b)))


@cosine_exercise.misconception(
    "correlation",
    "You subtract the means: that is Pearson's correlation. The cosine takes the vectors as they are.",
)
def _(a, b):
    return _cosine(a - a.mean(), b - b.mean())


@cosine_exercise.misconception(
    "not_summed",
    "You multiply entry by entry and stop there, so you return a vector. The dot product adds the products "
    "up.",
)
def _(a, b):
    lengths = _norm(a) * _norm(b)
    return a * b / lengths if lengths > 0 else 0.0


@cosine_exercise.misconception(
    "not_summed_at_all",
    "`a * b` multiplies entry by entry and gives a vector. The dot product adds the products up: `a @ b`.",
)
def _(a, b):
    with np.errstate(all="ignore"):
        return a * b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "mean_for_sum",
    "You average the products instead of adding them up, so the result shrinks with d.",
)
def _(a, b):
    return _guarded(np.mean(a * b), _norm(a) * _norm(b))


@cosine_exercise.misconception(
    "in_place",
    "The number is right, but you changed the vectors that you were given (`a /= …` writes into the "
    "caller's array). Make new ones.",
)
def _(a, b):
    for vector in (a, b):
        if vector.any():
            vector /= _norm(vector)
    return float(a @ b)


@cosine_exercise.misconception(
    "rounded",
    "You round the result to a whole number. Cosines lie between −1 and 1, so nothing is left of them.",
)
def _(a, b):
    return float(np.round(_cosine(a, b)))


@cosine_exercise.misconception(
    "root_of_the_sum_of_squares_of_both",
    "You add the two squared lengths under one root. Multiply the two lengths instead.",
)
def _(a, b):
    return _guarded(a @ b, np.sqrt(a @ a + b @ b))


@cosine_exercise.misconception(
    "sum_of_squares_of_both",
    "You divide by the sum of the squared lengths. Divide by the product of the two lengths.",
)
def _(a, b):
    return _guarded(a @ b, a @ a + b @ b)


@cosine_exercise.misconception(
    "product_of_sums",
    "You multiply the sums of the entries. The dot product multiplies entry by entry and adds then.",
)
def _(a, b):
    return _guarded(a.sum() * b.sum(), _norm(a) * _norm(b))


@cosine_exercise.misconception(
    "largest_entry_for_length",
    "You measure length by the largest entry. Euclid's length is the root of the sum of squares: (3, 4) "
    "has 5, not 4.",
)
def _(a, b):
    return _guarded(a @ b, np.abs(a).max() * np.abs(b).max())


@cosine_exercise.misconception(
    "one_added_below",
    "You add 1 to the denominator against division by zero, which changes every other result. Treat the "
    "zero vector separately.",
)
def _(a, b):
    return float(a @ b / (_norm(a) * _norm(b) + 1.0))


@cosine_exercise.misconception(
    "length_of_the_sum",
    "You divide by the length of a + b. Divide by the length of a times the length of b.",
)
def _(a, b):
    return _guarded(a @ b, _norm(a + b))


@cosine_exercise.misconception(
    "length_of_the_difference",
    "You divide by the distance between the two. Divide by the length of a times the length of b.",
)
def _(a, b):
    return _guarded(a @ b, _norm(a - b))


@cosine_exercise.misconception(
    "length_of_the_products",
    "You take the length of the element-wise product. Take the length of each vector on its own, then "
    "multiply.",
)
def _(a, b):
    return _guarded(a @ b, _norm(a * b))


@cosine_exercise.misconception(
    "zero_vector_is_an_error",
    "You raise an error for a zero vector. It may come (a word that was never seen), and the docstring "
    "says what to return.",
)
def _(a, b):
    if not a.any() or not b.any():
        raise ValueError("zero vector")
    return _cosine(a, b)


@cosine_exercise.misconception(
    "zero_vector_gives_minus_one",
    "For a zero vector you return −1, the opposite direction. It has no direction at all: 0.0.",
)
def _(a, b):
    return _cosine(a, b) if a.any() and b.any() else -1.0


@cosine_exercise.misconception(
    "negative_distance",
    "You turn the distance into a similarity by a minus sign. The cosine looks at the angle alone, not at "
    "the distance.",
)
def _(a, b):
    return -float(_norm(a - b))


@cosine_exercise.misconception(
    "squared_euclidean_distance",
    "This is the squared distance between the two points. The cosine looks at the angle alone: a·b / (|a| "
    "|b|).",
)
def _(a, b):
    return float(((a - b) ** 2).sum())


@cosine_exercise.misconception(
    "outer_product",
    "You multiply every entry of a with every entry of b and get a table. The dot product is one number: "
    "`a @ b`.",
)
def _(a, b):
    lengths = _norm(a) * _norm(b)
    return np.outer(a, b) / lengths if lengths > 0 else 0.0


@cosine_exercise.misconception(
    "all_for_any",
    "You ask whether ALL entries are different from 0. A vector is the zero vector only when NO entry is: "
    "(2, 0, 1) has a zero and a direction. That is what `.any()` tells, not `.all()`.",
)
def _(a, b):
    return _cosine(a, b) if a.all() and b.all() else 0.0


@cosine_exercise.misconception(
    "all_for_any_first",
    "You ask whether ALL entries of a are different from 0. (2, 0, 1) has a zero and still a direction: it is "
    "`.any()` that tells. And b may be the zero vector, too.",
)
def _(a, b):
    if not a.all():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "all_for_any_second",
    "You ask whether ALL entries of b are different from 0. (2, 0, 1) has a zero and still a direction: it is "
    "`.any()` that tells. And a may be the zero vector, too.",
)
def _(a, b):
    if not b.all():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "all_for_any_when_both",
    "You ask whether both vectors have a zero SOMEWHERE. (2, 0, 1) has one and still a direction; and one zero "
    "vector is enough to divide 0 by 0.",
)
def _(a, b):
    if not a.all() and not b.all():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "or_between_numbers",
    "`norm(a) or norm(b) == 0` asks whether norm(a) is TRUE, which every number but 0 is: you return 0.0 for "
    "nearly all vectors. Write `== 0` on both sides of the `or`.",
)
def _(a, b):
    if _norm(a) or _norm(b) == 0:
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "and_between_numbers",
    "`norm(a) and norm(b) == 0` asks whether norm(a) is TRUE, so a zero vector a gets through. Write `== 0` on "
    "both sides, and `or` between them.",
)
def _(a, b):
    if _norm(a) and _norm(b) == 0:
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "zero_vector_only_the_second",
    "You look only whether b is the zero vector. a may be, too.",
)
def _(a, b):
    if not b.any():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "zero_sum",
    "You take a vector for zero when its SUM is 0. (1, −1) has the sum 0 and is no zero vector: ask its "
    "length.",
)
def _(a, b):
    return _cosine(a, b) if a.sum() != 0 and b.sum() != 0 else 0.0


@cosine_exercise.misconception(
    "zero_sum_first",
    "You take a for the zero vector when its SUM is 0. (1, −1) has the sum 0 and is no zero vector. And b may "
    "be one, too.",
)
def _(a, b):
    if a.sum() == 0:
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@cosine_exercise.misconception(
    "zero_first_entry",
    "You look at the first entry only. (0, 3) begins with 0 and is no zero vector: ask its length.",
)
def _(a, b):
    return _cosine(a, b) if a[0] != 0 and b[0] != 0 else 0.0


@cosine_exercise.misconception(
    "zero_last_entry",
    "You look at the last entry only. (3, 4, 0) ends with 0 and is no zero vector: ask its length.",
)
def _(a, b):
    return _cosine(a, b) if a[-1] != 0 and b[-1] != 0 else 0.0


@cosine_exercise.misconception(
    "zero_maximum",
    "You take a vector for zero when its LARGEST entry is 0 or below. (−3, 0) has a length and a direction.",
)
def _(a, b):
    return _cosine(a, b) if a.max() > 0 and b.max() > 0 else 0.0


@cosine_exercise.misconception(
    "short_is_zero",
    "You take short vectors for zero. However short a vector is, it has a direction: return 0.0 only when the "
    "length is exactly 0 (or next to nothing, such as 1e-12).",
)
def _(a, b):
    return _cosine(a, b) if _norm(a) * _norm(b) >= 1e-3 else 0.0


@cosine_exercise.misconception(
    "thousandth_added_below",
    "You add 0.001 to the denominator against division by zero, which changes the cosine of short vectors. "
    "Treat the zero vector separately.",
)
def _(a, b):
    return float(a @ b / (_norm(a) * _norm(b) + 1e-3))


@cosine_exercise.misconception(
    "millionth_added_below",
    "You add a small number to the denominator against division by zero, which changes the cosine of very "
    "short vectors. Treat the zero vector separately.",
)
def _(a, b):
    return float(a @ b / (_norm(a) * _norm(b) + 1e-6))


@cosine_exercise.misconception(
    "sign_of_the_dot_product",
    "You divide the dot product by its own size, so only its sign is left. Divide by the length of a times "
    "the length of b.",
)
def _(a, b):
    return float(np.sign(a @ b))


@cosine_exercise.misconception(
    "length_of_the_dot_product",
    "You divide the dot product by its own size, `norm(a @ b)`, so only its sign is left (and nan at right "
    "angles). Divide by the length of a times the length of b.",
)
def _(a, b):
    with np.errstate(all="ignore"):
        return a @ b / _norm(a @ b)


@cosine_exercise.misconception(
    "correlation_by_standard_deviations",
    "This is Pearson's correlation: you subtract the means and divide by standard deviations. The cosine takes "
    "the vectors as they are and divides by lengths.",
)
def _(a, b):
    with np.errstate(all="ignore"):
        return float(((a - a.mean()) * (b - b.mean())).mean() / (a.std() * b.std()))


@cosine_exercise.misconception(
    "standard_deviations_for_lengths",
    "You divide by standard deviations. The length of a vector is the root of the sum of its squares, with no "
    "mean taken off.",
)
def _(a, b):
    return _guarded(np.mean(a * b), a.std() * b.std())


@cosine_exercise.misconception(
    "dot_product_by_standard_deviations",
    "You divide the dot product by standard deviations. The length of a vector is the root of the sum of its "
    "squares, with no mean taken off.",
)
def _(a, b):
    return _guarded(a @ b, a.std() * b.std())


@cosine_exercise.misconception(
    "jaccard",
    "You compare the two as SETS of numbers (Jaccard). Which number stands at which place is what counts: "
    "multiply place by place and add up.",
)
def _(a, b):
    one, other = set(a.tolist()), set(b.tolist())
    return len(one & other) / len(one | other)


@cosine_exercise.misconception(
    "jaccard_of_weights",
    "You divide the smaller entries by the larger ones (Jaccard). The cosine multiplies place by place, adds "
    "up, and divides by both lengths.",
)
def _(a, b):
    return _guarded(np.minimum(a, b).sum(), np.maximum(a, b).sum())


@cosine_exercise.misconception(
    "tanimoto",
    "You divide by a·a + b·b − a·b (Jaccard, Tanimoto). The cosine divides by the product of the lengths.",
)
def _(a, b):
    return _guarded(a @ b, a @ a + b @ b - a @ b)


@cosine_exercise.misconception(
    "dice",
    "This is Dice's coefficient, 2 a·b / (a·a + b·b). It depends on the lengths: (3, 4) and (6, 8) would not "
    "get 1. Divide by the product of the lengths.",
)
def _(a, b):
    return _guarded(2.0 * (a @ b), a @ a + b @ b)


@cosine_exercise.misconception(
    "share_of_equal_entries",
    "You count the places where the two are equal. The cosine multiplies place by place, adds up, and divides "
    "by both lengths.",
)
def _(a, b):
    return float(np.mean(a == b))


@cosine_exercise.misconception(
    "returned_in_the_loop",
    "Your `return` stands inside the loop, so only the first product is counted. Move it out of the loop.",
)
def _(a, b):
    return _guarded(a[0] * b[0], _norm(a) * _norm(b))


@cosine_exercise.misconception(
    "all_returned_in_the_loop",
    "Your `return` stands inside the loop, so only the first entries are looked at. Move it out of the loop.",
)
def _(a, b):
    return _guarded(a[0] * b[0], abs(a[0]) * abs(b[0]))


@cosine_exercise.misconception(
    "last_product_left_out",
    "Your dot product leaves out the last entry: `range(len(a) - 1)` stops one too early.",
)
def _(a, b):
    return _guarded(a[:-1] @ b[:-1], _norm(a) * _norm(b))


@cosine_exercise.misconception(
    "last_entry_left_out",
    "You leave out the last entry of both vectors: `range(len(a) - 1)` stops one too early.",
)
def _(a, b):
    return _cosine(a[:-1], b[:-1])


@cosine_exercise.misconception(
    "first_entry_left_out",
    "You leave out the first entry: places are counted from 0.",
)
def _(a, b):
    return _guarded(a[1:] @ b[1:], _norm(a) * _norm(b))


@cosine_exercise.misconception(
    "one_minus_distance_of_unit_vectors",
    "You scaled both to length 1 and took 1 − their distance. That orders pairs in the same way but is another "
    "number: vectors at right angles get −0.41, not 0. Take the dot product.",
)
def _(a, b):
    if not a.any() or not b.any():
        return 0.0
    return float(1.0 - _norm(a / _norm(a) - b / _norm(b)))


@cosine_exercise.right
def _(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    length_a, length_b = sum(x * x for x in a) ** 0.5, sum(y * y for y in b) ** 0.5
    if length_a == 0 or length_b == 0:
        return 0
    return dot / (length_a * length_b)


@cosine_exercise.right
def _(a, b):
    if not np.any(a) or not np.any(b):
        return 0.0
    return np.dot(a / np.linalg.norm(a), b / np.linalg.norm(b))


@cosine_exercise.right
def _(a, b):
    from scipy.spatial.distance import cosine

    return 1.0 - cosine(a, b) if a.any() and b.any() else 0.0


@cosine_exercise.right
def _(a, b):
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.einsum("i,i->", a, b) / np.sqrt(np.sum(a**2) * np.sum(b**2)))


@cosine_exercise.right
def _(a, b):
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-8))


@cosine_exercise.right
def _(a, b):
    a, b = a.astype(np.float32), b.astype(np.float32)
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9)


# --- nearest_neighbours -------------------------------------------------------------------------------------

neighbours_exercise = Exercise(
    functional.nearest_neighbours,
    lecture=LECTURE,
    checks=(
        "9 matrices, the first, a middle and the last word, k from 1 to V − 1, rows of very different length, "
        "of the same and of opposite direction, a row of zeros"
    ),
    explanation=(
        "One cosine for each row of E, then the ids in the order of falling cosine: `np.argsort` sorts "
        "upwards, hence the minus sign. The word itself is taken out by its id before the first k are "
        "kept: it has cosine 1, but so has every other row of its direction. Taking its row out of E "
        "beforehand would shift all later ids by one."
    ),
    hints=[
        "First the cosine of row `word_id` with every row of E: V numbers. You have `cosine_similarity`.",
        "`np.argsort` returns the ids in the order of their values, smallest first. You want the largest "
        "first.",
        "With `order = np.argsort(-similarities)`: drop `word_id` from it, then keep the first k.",
    ],
)

_E_small = np.array([[1.0, 0.0], [0.6, 0.5], [4.0, 4.0], [-0.3, 0.1], [0.2, -0.05]])
_E_same_direction = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
_E_opposite_last = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [-3.0, 0.0]])
_E_opposite_first = np.array([[-3.0, 0.0], [1.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
_E_zero_row = np.array([[0.0, 0.0], [1.0, 0.2], [3.0, 1.0], [-1.0, 0.5], [0.5, -1.0]])
_E_7_by_3 = np.array(
    [
        [0.5, 0.1, 0.2],
        [-1.0, 0.4, 0.0],
        [3.0, 2.5, 0.5],
        [0.3, 0.0, 0.2],
        [-0.1, -0.6, 2.0],
        [0.05, 0.02, 0.01],
        [1.0, -2.0, 0.3],
    ]
)
_E_12_by_4 = np.round(
    np.random.default_rng(12).normal(size=(12, 4)) * np.linspace(0.2, 4.0, 12)[::-1, None], 2
)

_E_40_by_6 = np.random.default_rng(86).normal(size=(40, 6)).round(2)
_E_700_by_5 = np.random.default_rng(113).normal(size=(700, 5)).round(2)  # too long for argpartition to sort

neighbours_exercise.case(_E_small, 0, 2)
neighbours_exercise.case(_E_small, 1, 1)
neighbours_exercise.case(_E_small, 0, 4)
neighbours_exercise.case(_E_same_direction, 0, 1)
neighbours_exercise.case(_E_same_direction, 1, 1)
neighbours_exercise.case(_E_opposite_last, 0, 3)
neighbours_exercise.case(_E_opposite_last, 1, 3)
neighbours_exercise.case(_E_opposite_first, 1, 3)
neighbours_exercise.case(_E_opposite_first, 2, 3)
neighbours_exercise.case(_E_zero_row, 1, 1)
neighbours_exercise.case(_E_zero_row, 1, 4)
neighbours_exercise.case(_E_zero_row, 3, 4)
neighbours_exercise.case(_E_7_by_3, 2, 3)
neighbours_exercise.case(_E_7_by_3, 6, 4)
neighbours_exercise.case(_E_12_by_4, 7, 5)
neighbours_exercise.case(_E_12_by_4, 11, 1)
neighbours_exercise.case(_E_40_by_6, 17, 9)
neighbours_exercise.case(_E_40_by_6, 0, 39)
neighbours_exercise.case(_E_700_by_5, 400, 300)


def _similarities(E, word_id):
    lengths = np.linalg.norm(E, axis=1) * np.linalg.norm(E[word_id])
    return E @ E[word_id] / np.where(lengths == 0, 1.0, lengths)


def _without(order, word_id):
    return order[order != word_id]


@neighbours_exercise.misconception(
    "word_itself_included",
    "Your first neighbour is the word itself: its cosine with itself is 1, which nothing beats. Leave it "
    "out, then take k.",
)
def _(E, word_id, k):
    return np.argsort(-_similarities(E, word_id))[:k]


@neighbours_exercise.misconception(
    "ascending",
    "You return the LEAST similar words first: `np.argsort` sorts upwards.",
)
def _(E, word_id, k):
    return _without(np.argsort(_similarities(E, word_id)), word_id)[:k]


@neighbours_exercise.misconception(
    "ascending_first_dropped",
    "You return the least similar words, and the very first of them you drop: `np.argsort` sorts upwards, "
    "so the word itself is at the END of the order.",
)
def _(E, word_id, k):
    return np.argsort(_similarities(E, word_id))[1 : k + 1]


@neighbours_exercise.misconception(
    "dot_product",
    "You rank by the dot product, so long vectors win whatever their direction. Divide by the length of "
    "every row too: that is the cosine.",
)
def _(E, word_id, k):
    return _without(np.argsort(-(E @ E[word_id])), word_id)[:k]


@neighbours_exercise.misconception(
    "dot_product_itself_included",
    "You rank by the dot product and leave the word itself in. Divide by the length of every row, and drop "
    "`word_id`.",
)
def _(E, word_id, k):
    return np.argsort(-(E @ E[word_id]))[:k]


@neighbours_exercise.misconception(
    "dot_product_first_dropped",
    "You rank by the dot product. Then long vectors win, and the first in the order need not even be the "
    "word itself. Rank by the cosine.",
)
def _(E, word_id, k):
    return np.argsort(-(E @ E[word_id]))[1 : k + 1]


@neighbours_exercise.misconception(
    "squared_lengths",
    "You divide by the squared length of each row, so short vectors win. Divide by the length itself, the "
    "root.",
)
def _(E, word_id, k):
    return _without(np.argsort(-(E @ E[word_id]) / (E**2).sum(axis=1)), word_id)[:k]


@neighbours_exercise.misconception(
    "euclidean_distance",
    "You rank by the distance between the points, so words with short vectors flock together. By cosine "
    "only the direction counts.",
)
def _(E, word_id, k):
    return _without(np.argsort(np.linalg.norm(E - E[word_id], axis=1)), word_id)[:k]


@neighbours_exercise.misconception(
    "absolute_value",
    "You rank by the size of the cosine without its sign. A cosine of −1 means the opposite direction, as "
    "far away as can be.",
)
def _(E, word_id, k):
    return _without(np.argsort(-np.abs(_similarities(E, word_id))), word_id)[:k]


@neighbours_exercise.misconception(
    "similarities_returned",
    "You return the cosines. Asked for are the ids of the words that have them: `np.argsort` gives ids, "
    "`np.sort` values.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    return similarities[_without(np.argsort(-similarities), word_id)[:k]]


@neighbours_exercise.misconception(
    "similarities_returned_with_itself",
    "You return the largest cosines, the word's own 1 included. Asked for are the ids of the words that "
    "have them, without the word itself.",
)
def _(E, word_id, k):
    return np.sort(_similarities(E, word_id))[::-1][:k]


@neighbours_exercise.misconception(
    "pairs_returned",
    "You return pairs of id and cosine. Only the ids are asked for, shape (k,).",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    return [(int(i), float(similarities[i])) for i in _without(np.argsort(-similarities), word_id)[:k]]


@neighbours_exercise.misconception(
    "vectors_returned",
    "You return the neighbours' vectors. Their ids are asked for, shape (k,).",
)
def _(E, word_id, k):
    return E[_without(np.argsort(-_similarities(E, word_id)), word_id)[:k]]


@neighbours_exercise.misconception(
    "one_too_few",
    "You return k − 1 neighbours: you keep k words and drop the word itself afterwards. Drop it first.",
)
def _(E, word_id, k):
    return np.argsort(-_similarities(E, word_id))[1:k]


@neighbours_exercise.misconception(
    "one_too_many",
    "You return k + 1 words, the word itself among them. Without it there are k.",
)
def _(E, word_id, k):
    return np.argsort(-_similarities(E, word_id))[: k + 1]


@neighbours_exercise.misconception(
    "all_returned",
    "You return all the other words. Only the k most similar are asked for.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E, word_id)), word_id)


@neighbours_exercise.misconception(
    "all_returned_with_itself",
    "You return the whole order, the word itself in front. Only the k most similar others are asked for.",
)
def _(E, word_id, k):
    return np.argsort(-_similarities(E, word_id))


@neighbours_exercise.misconception(
    "reversed_inside",
    "You have the right words in reverse: the MOST similar comes first.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E, word_id)), word_id)[:k][::-1]


@neighbours_exercise.misconception(
    "sorted_by_id",
    "You have the right words, but in the order of their ids. The most similar comes first.",
)
def _(E, word_id, k):
    return np.sort(_without(np.argsort(-_similarities(E, word_id)), word_id)[:k])


@neighbours_exercise.misconception(
    "ids_shifted",
    "You took the word's own row out of E before you numbered the rest, so every id after it is one too "
    "small.",
)
def _(E, word_id, k):
    return np.argsort(-np.delete(_similarities(E, word_id), word_id))[:k]


@neighbours_exercise.misconception(
    "only_the_best",
    "You return the single best word as a number. k ids are asked for, in an array of shape (k,), also for "
    "k = 1.",
)
def _(E, word_id, k):
    return int(_without(np.argsort(-_similarities(E, word_id)), word_id)[0])


@neighbours_exercise.misconception(
    "ranks_returned",
    "You return ranks: the place that each word takes in the order. Asked for are the words at the first k "
    "places; one `np.argsort` does it.",
)
def _(E, word_id, k):
    return np.argsort(_without(np.argsort(-_similarities(E, word_id)), word_id))[:k]


@neighbours_exercise.misconception(
    "columns",
    "You compare columns of E. A word's vector is its ROW.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E.T, word_id)), word_id)[:k]


@neighbours_exercise.misconception(
    "last_id_dropped",
    "You drop the word with the largest id, or never look at it. Every row of E except the word's own is a "
    "candidate.",
)
def _(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)
    return order[order != len(E) - 1][:k]


@neighbours_exercise.misconception(
    "id_zero_dropped",
    "You drop the word with id 0. It is a word like any other; the one to leave out is `word_id`.",
)
def _(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)
    return order[order != 0][:k]


@neighbours_exercise.misconception(
    "in_place",
    "The ids are right, but you scaled the rows of E in place (`E /= …`), so the caller's matrix has "
    "changed. Work on a new one.",
)
def _(E, word_id, k):
    lengths = np.linalg.norm(E, axis=1, keepdims=True)
    E /= np.where(lengths == 0, 1.0, lengths)
    return _without(np.argsort(-(E @ E[word_id])), word_id)[:k]


@neighbours_exercise.misconception(
    "own_row_overwritten",
    "The ids are right, but you wrote into E to keep the word itself out, so the caller's matrix has "
    "changed. Change the cosines instead.",
)
def _(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)[:k]
    E[word_id] = 0.0
    return order


@neighbours_exercise.misconception(
    "partition_not_sorted",
    "These are the right words, but `np.argpartition` leaves them unsorted. The most similar comes first: "
    "sort those k by their cosine.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -np.inf
    return np.argpartition(-similarities, k - 1)[:k]


@neighbours_exercise.misconception(
    "partition_from_the_end",
    "These are the right words, but `np.argpartition` leaves them unsorted. The most similar comes first: "
    "sort those k by their cosine.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -np.inf
    return np.argpartition(similarities, -k)[-k:]


@neighbours_exercise.misconception(
    "best_neighbour_skipped",
    "You skip one word too many: the best neighbour is missing. Only `word_id` itself is left out.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E, word_id)), word_id)[1 : k + 1]


@neighbours_exercise.misconception(
    "ascending_with_itself",
    "You take the k last of the order, which runs upwards: the word itself is among them, and the most "
    "similar comes last instead of first.",
)
def _(E, word_id, k):
    return np.argsort(_similarities(E, word_id))[-k:]


@neighbours_exercise.misconception(
    "itself_set_to_zero",
    "You keep the word itself out by setting its cosine to 0. That is not the smallest one: words with a "
    "negative cosine now come after it.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = 0.0
    return np.argsort(-similarities)[:k]


@neighbours_exercise.misconception(
    "columns_normalised",
    "You divide the columns of E by their lengths. A word's vector is a ROW: divide each row by its own "
    "length (axis=1).",
)
def _(E, word_id, k):
    unit = E / np.linalg.norm(E, axis=0)
    return _without(np.argsort(-(unit @ unit[word_id])), word_id)[:k]


@neighbours_exercise.misconception(
    "centred",
    "You subtract the mean of each vector first: that is the correlation. The cosine takes the rows as "
    "they are.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E - E.mean(axis=1, keepdims=True), word_id)), word_id)[:k]


@neighbours_exercise.misconception(
    "mean_word_removed",
    "You subtract the average vector of all words first. The cosine takes the rows as they are.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E - E.mean(axis=0), word_id)), word_id)[:k]


@neighbours_exercise.misconception(
    "another_word_asked",
    "You delete the word's row and then use `word_id` on what is left: that is another word's row. Compute "
    "the cosines first, then drop the word itself.",
)
def _(E, word_id, k):
    rest = np.delete(E, word_id, axis=0)
    return np.argsort(-np.array([_cosine(rest[word_id], row) for row in rest]))[:k]


@neighbours_exercise.misconception(
    "absolute_distance",
    "You rank by the sum of absolute differences. By cosine only the direction of a row counts, not its "
    "length.",
)
def _(E, word_id, k):
    return _without(np.argsort(np.abs(E - E[word_id]).sum(axis=1)), word_id)[:k]


def _unguarded(E, word_id):
    """Cosines in which a row of zeros has nan, 0 divided by 0."""
    with np.errstate(all="ignore"):
        return E @ E[word_id] / (np.linalg.norm(E, axis=1) * np.linalg.norm(E[word_id]))


@neighbours_exercise.misconception(
    "zero_row_first",
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and nan is sorted like the "
    "largest number: the word without a vector comes out on top. Its cosine is 0.",
)
def _(E, word_id, k):
    return _without(np.argsort(_unguarded(E, word_id))[::-1], word_id)[:k]


@neighbours_exercise.misconception(
    "zero_row_first_and_first_dropped",
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and nan is sorted like the "
    "largest number. Its cosine is 0. And the word itself need not be the first of the order: leave it out by "
    "its id.",
)
def _(E, word_id, k):
    return np.argsort(_unguarded(E, word_id))[::-1][1 : k + 1]


@neighbours_exercise.misconception(
    "zero_row_last",
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and `np.argsort` puts nan at the "
    "very end. Its cosine is 0: that is before every negative one.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_unguarded(E, word_id)), word_id)[:k]


@neighbours_exercise.misconception(
    "zero_row_last_and_first_dropped",
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and nan is sorted to the end. Its "
    "cosine is 0. And the word itself need not be the first of the order: leave it out by its id.",
)
def _(E, word_id, k):
    return np.argsort(-_unguarded(E, word_id))[1 : k + 1]


@neighbours_exercise.misconception(
    "zero_row_first_and_itself_included",
    "You keep the word itself, and a row of zeros comes out on top: its cosine is 0 / 0 = nan in your code, "
    "and nan is sorted like the largest number. Leave the word out, and give a row of zeros the cosine 0.",
)
def _(E, word_id, k):
    return np.argsort(_unguarded(E, word_id))[::-1][:k]


@neighbours_exercise.misconception(
    "zero_row_dropped",
    "You leave out the rows of zeros. They are words, too: their cosine is 0, which is more than a negative "
    "one.",
)
def _(E, word_id, k):
    order = _without(np.argsort(-_similarities(E, word_id)), word_id)
    return order[np.any(E[order] != 0, axis=1)][:k]


@neighbours_exercise.misconception(
    "first_of_the_order_dropped",
    "You drop whatever comes FIRST, in the belief that it is the word itself. Another word may have the cosine "
    "1, too, and then comes before it: leave out `word_id` by its id.",
)
def _(E, word_id, k):
    return np.argsort(-_similarities(E, word_id))[1 : k + 1]


@neighbours_exercise.misconception(
    "last_of_the_order_dropped",
    "You drop whatever comes LAST in the rising order, in the belief that it is the word itself. Another word "
    "may have the cosine 1, too: leave out `word_id` by its id.",
)
def _(E, word_id, k):
    return np.argsort(_similarities(E, word_id))[-k - 1 : -1][::-1]


@neighbours_exercise.misconception(
    "all_with_the_largest_cosine_dropped",
    "You drop every word whose cosine is the largest. A word that points exactly the same way has it, too, "
    "and is the very best neighbour: leave out `word_id` by its id.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[similarities == similarities.max()] = -2.0
    return np.argsort(-similarities)[:k]


@neighbours_exercise.misconception(
    "all_with_cosine_one_dropped",
    "You drop every word whose cosine is 1. A word that points exactly the same way has it, too, and is the "
    "very best neighbour: leave out `word_id` by its id.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    order = np.argsort(-similarities)
    return order[~np.isclose(similarities[order], 1.0, atol=1e-12)][:k]


@neighbours_exercise.misconception(
    "looked_up_by_value",
    "You look the ids up by their cosines. Two words with the same cosine then get ONE id between them: sort "
    "ids, or pairs of cosine and id.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id).tolist()
    best = sorted((s for i, s in enumerate(similarities) if i != word_id), reverse=True)
    return np.array([similarities.index(s) for s in best[:k]])


@neighbours_exercise.misconception(
    "dict_by_value",
    "You use the cosine as the key of a dict. Two words with the same cosine then share one entry, and one of "
    "them is lost: use the id as the key.",
)
def _(E, word_id, k):
    id_of = {s: i for i, s in enumerate(_similarities(E, word_id))}
    return _without(np.array([id_of[s] for s in sorted(id_of, reverse=True)]), word_id)[:k]


@neighbours_exercise.misconception(
    "itself_set_to_minus_one",
    "You keep the word itself out by setting its cosine to −1. A word that points exactly the other way has "
    "that, too, and then the word itself may come before it. Take −inf, or leave it out by its id.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -1.0
    return np.argsort(-similarities)[:k]


@neighbours_exercise.misconception(
    "itself_set_to_minus_one_reversed",
    "You keep the word itself out by setting its cosine to −1. A word that points exactly the other way has "
    "that, too, and then the word itself may come before it. Take −inf, or leave it out by its id.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -1.0
    return np.argsort(similarities)[::-1][:k]


@neighbours_exercise.misconception(
    "dropped_by_place",
    "You delete the entry at PLACE `word_id` of the order. There stands another word: the word itself stands "
    "wherever its cosine puts it, near the front. Drop the entry whose VALUE is `word_id`.",
)
def _(E, word_id, k):
    return np.delete(np.argsort(-_similarities(E, word_id)), word_id)[:k]


@neighbours_exercise.misconception(
    "dropped_by_place_ascending",
    "`np.argsort` sorts upwards, so the LEAST similar come first, and you delete the entry at PLACE `word_id` "
    "of that order. Drop the entry whose VALUE is `word_id`.",
)
def _(E, word_id, k):
    return np.delete(np.argsort(_similarities(E, word_id)), word_id)[:k]


@neighbours_exercise.misconception(
    "one_too_few_of_the_others",
    "You return k − 1 neighbours. The word itself is already left out of the order, so keep k of the rest.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E, word_id)), word_id)[: k - 1]


@neighbours_exercise.misconception(
    "whole_numbers",
    "You keep the cosines in an array of whole numbers, which cuts them down to −1, 0 and 1. Then the order "
    "among the zeros is an accident: use floats.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E, word_id).astype(int)), word_id)[:k]


@neighbours_exercise.misconception(
    "first_ids",
    "You return the first k ids, whatever their rows are. Order the words by their cosine with row `word_id`.",
)
def _(E, word_id, k):
    return _without(np.arange(len(E)), word_id)[:k]


@neighbours_exercise.misconception(
    "first_ids_with_itself",
    "You return the ids 0 to k − 1, whatever their rows are. Order the words by their cosine with row "
    "`word_id`.",
)
def _(E, word_id, k):
    return np.arange(k)


@neighbours_exercise.misconception(
    "smallest_values",
    "You return the smallest cosines. Asked for are IDS, and those of the largest cosines.",
)
def _(E, word_id, k):
    return np.sort(_similarities(E, word_id))[:k]


@neighbours_exercise.misconception(
    "values_of_the_others",
    "You return the cosines of the other words, in the order of their ids. Asked for are the ids of the k "
    "largest.",
)
def _(E, word_id, k):
    return np.delete(_similarities(E, word_id), word_id)[:k]


@neighbours_exercise.misconception(
    "cosine_with_the_id",
    "You compare each row with `word_id`, a whole number. Compare it with the word's VECTOR, `E[word_id]`.",
)
def _(E, word_id, k):
    similarities = np.array([_cosine(word_id, row) for row in E])
    return _without(np.argsort(-similarities), word_id)[:k]


@neighbours_exercise.misconception(
    "best_one_repeated",
    "You return the best neighbour k times: after it is found, its cosine must be taken out of the race (set "
    "it to −inf).",
)
def _(E, word_id, k):
    return np.full(k, _without(np.argsort(-_similarities(E, word_id)), word_id)[0])


@neighbours_exercise.misconception(
    "itself_repeated",
    "You return the word itself k times: neither it nor a word that was found already is taken out of the race.",
)
def _(E, word_id, k):
    return np.full(k, word_id)


@neighbours_exercise.misconception(
    "deleted_in_the_loop",
    "You delete each word that you found from the list of cosines, and then the ids behind it move down by "
    "one. Set its cosine to −inf instead, so that every word keeps its place.",
)
def _(E, word_id, k):
    similarities = _similarities(E, word_id)
    similarities[word_id] = -np.inf
    best = []
    for _ in range(k):
        best.append(int(np.argmax(similarities)))
        similarities = np.delete(similarities, best[-1])
    return np.array(best)


@neighbours_exercise.misconception(
    "own_row_deleted_then_in_the_loop",
    "You delete words from the list of cosines, first the word itself and then each that you found, and the "
    "ids behind them move down by one. Set a cosine to −inf instead.",
)
def _(E, word_id, k):
    similarities = np.delete(_similarities(E, word_id), word_id)
    best = []
    for _ in range(k):
        best.append(int(np.argmax(similarities)))
        similarities = np.delete(similarities, best[-1])
    return np.array(best)


@neighbours_exercise.misconception(
    "shifted_back_too_late",
    "You took the word's own row out and then shift the larger ids back. The id that EQUALS `word_id` belongs "
    "to the next word and has to be shifted, too: `>=`, not `>`.",
)
def _(E, word_id, k):
    order = np.argsort(-np.delete(_similarities(E, word_id), word_id))
    order[order > word_id] += 1
    return order[:k]


@neighbours_exercise.misconception(
    "swapped_parameters",
    "You exchanged `word_id` and `k`: the second parameter says which word, the third how many neighbours.",
)
def _(E, word_id, k):
    return _without(np.argsort(-_similarities(E, k)), k)[:word_id]


@neighbours_exercise.misconception(
    "chain",
    "You go from neighbour to neighbour: each word is nearest to the one BEFORE it. All k are asked for as "
    "neighbours of `word_id`.",
)
def _(E, word_id, k):
    chain = [word_id]
    for _ in range(k):
        similarities = _similarities(E, chain[-1])
        similarities[chain] = -np.inf
        chain.append(int(np.argmax(similarities)))
    return np.array(chain[1:])


@neighbours_exercise.misconception(
    "break_at_the_word_itself",
    "You stop when you meet the word itself (`break`), and it is among the first. Step over it: `continue`.",
)
def _(E, word_id, k):
    best = []
    for i in np.argsort(-_similarities(E, word_id)):
        if i == word_id:
            break
        best.append(int(i))
    return np.array(best[:k], dtype=int)


@neighbours_exercise.misconception(
    "break_among_the_rows",
    "You stop when you meet the word itself (`break`), so the rows after it are never looked at. Step over it: "
    "`continue`.",
)
def _(E, word_id, k):
    return np.argsort(-_similarities(E, word_id)[:word_id])[:k]


@neighbours_exercise.misconception(
    "words_of_similarity_one",
    "You return one number. k ids are asked for, in an array of shape (k,).",
)
def _(E, word_id, k):
    return int(np.argsort(-_similarities(E, word_id))[0])


@neighbours_exercise.misconception(
    "set_returned",
    "You return a set, which has no order. The most similar word comes first: return an array or a list.",
)
def _(E, word_id, k):
    return set(_without(np.argsort(-_similarities(E, word_id)), word_id)[:k].tolist())


@neighbours_exercise.misconception(
    "zero_row_behind_the_word_itself",
    "A row of zeros has length 0, so its cosine is 0 / 0 = nan in your code, and `np.argsort` puts nan at the "
    "very end, behind even the word itself. Its cosine is 0.",
)
def _(E, word_id, k):
    similarities = _unguarded(E, word_id)
    similarities[word_id] = -np.inf
    return np.argsort(-similarities)[:k]


@neighbours_exercise.misconception(
    "cosine_with_the_id_itself_included",
    "You compare each row with `word_id`, a whole number. Compare it with the word's VECTOR, `E[word_id]`, and "
    "leave the word itself out.",
)
def _(E, word_id, k):
    return np.argsort(-np.array([_cosine(word_id, row) for row in E]))[:k]


@neighbours_exercise.misconception(
    "partition_with_itself",
    "`np.argpartition` leaves the words unsorted. The most similar comes first: sort those k by their cosine.",
)
def _(E, word_id, k):
    return _without(np.argpartition(-_similarities(E, word_id), k)[: k + 1], word_id)[:k]


@neighbours_exercise.right
def _(E, word_id, k):
    lengths = np.linalg.norm(E, axis=1, keepdims=True)
    unit = E / np.where(lengths == 0, 1.0, lengths)
    order = np.argsort(unit @ unit[word_id])[::-1]
    return np.delete(order, np.flatnonzero(order == word_id))[:k]


@neighbours_exercise.right
def _(E, word_id, k):
    pairs = [(_cosine(E[i], E[word_id]), i) for i in range(len(E)) if i != word_id]
    return [i for _, i in sorted(pairs, reverse=True)[:k]]


@neighbours_exercise.right
def _(E, word_id, k):
    from scipy.spatial.distance import cdist

    distances = np.nan_to_num(cdist(E[word_id : word_id + 1], E, metric="cosine")[0], nan=1.0)
    distances[word_id] = np.inf
    return distances.argsort()[:k]


@neighbours_exercise.right
def _(E, word_id, k):
    similarities = _similarities(E.astype(np.float32), word_id)
    similarities[word_id] = -np.inf
    best = []
    for _ in range(k):
        best.append(int(np.argmax(similarities)))
        similarities[best[-1]] = -np.inf
    return tuple(best)


@neighbours_exercise.right
def _(E, word_id, k):
    unit = E / (np.linalg.norm(E, axis=1, keepdims=True) + 1e-9)
    similarities = unit @ unit[word_id]
    similarities[word_id] = -2.0
    return np.flip(np.argsort(similarities))[:k]


@neighbours_exercise.right
def _(E, word_id, k):
    others = [i for i in range(len(E)) if i != word_id]
    others.sort(key=lambda i: _cosine(E[word_id], E[i]), reverse=True)
    return others[:k]


EXERCISES = (
    types_and_tokens_exercise,
    encode_exercise,
    one_hot_exercise,
    embed_exercise,
    cosine_exercise,
    neighbours_exercise,
)
