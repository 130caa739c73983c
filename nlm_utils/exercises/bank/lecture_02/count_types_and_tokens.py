"""Types and tokens: learners merge words that are different, leave out the full stop, count letters, return words."""

from collections import Counter
from itertools import combinations, groupby, pairwise
from operator import itemgetter

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.count_types_and_tokens,
    checks=(
        "9 texts: repeats side by side and far apart, words that are nearly the same, upper case, full stops, a space "
        "in a word, one word only, no word at all"
    ),
    explanation=(
        "A set keeps one copy of everything that is put into it, so the size of `set(tokens)` is the number of types; "
        "the length of the list is the number of tokens. Whether *The* and *the* are one type or two is a decision; "
        "here they are two, as they are for every model of this course."
    ),
    hints=[
        "Which Python collection keeps only one copy of each thing that is put into it?",
        "The number of tokens is the length of the list. The number of types is the length of the set made from it.",
        "`return len(set(tokens)), …` : types first.",
    ],
)

exercise.case(["ants"])
exercise.case(["ants", "hate", "ants"])
exercise.case(["The", "ants", "hate", "the", "ants"])
exercise.case(["red", "ants", "hate", "blue", "ants", "."])
exercise.case(str.split("no no no , the blue ants hated the red ants . the ants lost ."))
exercise.case(["ants"] * 10)
exercise.case(str.split("an ant hates ants . ants hate hats . blue bees hated bees hater"))
exercise.case(["new", "ant hill", "ant", "new ant", "hill"])
exercise.case([])
exercise.drawn(lambda rng: (rng.choice(["a", "b", "A", "ab", ".", "a b"], rng.integers(12)).tolist(),), 4)


def types(of, tokens=len):
    """An answer with `of(words)` for the number of types and `tokens(words)` for that of tokens."""
    return lambda words: (of(words), tokens(words))


def different(words):
    """The right number of types."""
    return len(set(words))


def alike(part):
    """An answer for which words are one type when `part` of them is equal."""
    return types(lambda words: different(map(part, words)))


exercise.mistake("swapped", types(len, different)).says(
    "These are the right two numbers in the wrong order: types first. A text never has more types than tokens."
)
exercise.mistake("case_folded", alike(str.lower)).says(
    'You treat upper and lower case as the same, but "The" and "the" are two types here: two different strings.'
)
for id, marks in {"punctuation_dropped": ".,", "full_stop_dropped": "."}.items():
    exercise.mistake(id, lambda words, marks=marks: exercise.reference([w for w in words if w not in marks])).says(
        'You left out punctuation. "." is a token like any other: the model will have to predict it, too.'
    )
    exercise.mistake(f"{id}_from_the_types", types(lambda words, marks=marks: len(set(words) - set(marks)))).says(
        'Your types leave out punctuation that your tokens still count. "." is a type of its own.'
    )
exercise.mistake("words_that_occur_once", types(lambda words: list(Counter(words).values()).count(1))).says(
    'You counted the words that occur once. A type is a DIFFERENT word: "ants hate ants" has two, ants and hate.'
)
exercise.mistake("words_that_repeat", types(lambda words: sum(n > 1 for n in Counter(words).values()))).says(
    "You counted the words that occur more than once. Every different word is a type, also one that occurs once."
)
exercise.mistake("only_neighbours_compared", types(lambda words: len(list(groupby(words))))).says(
    "You only merge repeats that stand side by side. A word that returns later in the text is still the same type."
)
exercise.mistake("changes_counted", types(lambda words: sum(a != b for a, b in pairwise(words)))).says(
    "You count how often a word differs from the one before it. A type counts once in the text, wherever it returns."
)
exercise.mistake("types_twice", types(different, different)).says(
    "Both of your numbers count types: the repeats were already gone when you counted the tokens."
)
exercise.mistake("tokens_twice", types(len)).says(
    "Both of your numbers count tokens: the repeats are still in the first one. A type counts once."
)
exercise.mistake("counts_added_for_each_token", types(different, lambda words: sum(map(words.count, words)))).says(
    "Your second number adds up the counts of all TOKENS, and a word that occurs 3 times gives 9. Add the types'."
)
exercise.mistakes(
    different_pairs=types(lambda words: sum(a != b for a in words for b in words)),
    pairs_alike_subtracted=types(lambda words: len(words) - sum(a == b for a, b in combinations(words, 2))),
    later_pairs_different=types(lambda words: sum(a != b for a, b in combinations(words, 2))),
).says(
    "You compare all pairs, and a word that occurs three times has three. Ask of each word once: was it there before?"
)
exercise.mistake("repeats_for_tokens", types(different, lambda words: len(words) - different(words))).says(
    "Your second number counts only the repeats. Tokens are ALL the words of the text, first occurrences included."
)
exercise.mistake("most_common_for_tokens", types(different, lambda w: max(Counter(w).values(), default=0))).says(
    "Your second number is how often the commonest word occurs. Tokens are all the words together."
)
for id, more in {"one_extra_type": 1, "two_extra_types": 2}.items():
    exercise.mistake(id, types(lambda words, more=more: different(words) + more)).says(
        "You count types that are not in the text. Only its words count; `<s>` and `<unk>` belong to a vocabulary."
    )
exercise.mistake("one_type_short", types(lambda words: different(words) - 1)).says(
    "You count one type too few. Every different word counts, also the first one."
)
exercise.mistake("one_token_short", types(different, lambda words: len(words) - 1)).says(
    "You count one token too few. Nothing is left out, neither the last token nor the full stop."
)

# words that are taken apart, or counted as one though they differ
exercise.mistakes(
    joined_and_split=lambda words: exercise.reference(" ".join(words).split()),
    printed_and_split=lambda words: exercise.reference(str(words).split()),
    joined_and_split_for_types=types(lambda words: different(" ".join(words).split())),
).says("You split words, or all of them joined: “ant hill” falls apart. `tokens` is a list already: take its entries.")
exercise.mistake(
    "looked_up_in_one_string", types(lambda words: sum(w not in " ".join(words[:i]) for i, w in enumerate(words)))
).says(
    "You look words up in one string of those before: `in` finds “ant” inside “ants”. Collect them in a set or a list."
)
exercise.mistake("plural_merged", alike(lambda word: word.rstrip("s"))).says(
    'You cut the s off, so that "ant" and "ants" become one type. Two different strings are two types.'
)
for id, letters in {"first_letters": 0, "first_three_letters": slice(3), "first_four_letters": slice(4)}.items():
    exercise.mistake(id, alike(itemgetter(letters))).says(
        "You compare only the beginning of each word: `token[0]` is a letter. Two different strings are two types."
    )
exercise.mistake("last_letters", alike(itemgetter(-1))).says(
    "You compare only the last letter of each word: `token[-1]` is a letter. Compare whole words."
)
exercise.mistake("word_lengths", alike(len)).says(
    "You count how many different LENGTHS the words have. Compare the words themselves."
)
exercise.mistake("letters_of_the_first_word", lambda words: exercise.reference(words[0])).says(
    "You look at `tokens[0]`, the first word, and count its letters. The text is the whole list `tokens`."
)
exercise.mistake("letters_added_up", lambda words: (len("".join(set(words))), len("".join(words)))).says(
    "You added up the lengths of the words. Each element of `tokens` is one word, however many letters it has."
)
exercise.mistakes(
    letters=lambda words: exercise.reference("".join(words)),
    letters_with_spaces=lambda words: exercise.reference(" ".join(words)),
    different_letters_for_types=types(lambda words: different("".join(words))),
    letters_for_tokens=types(different, lambda words: len("".join(words))),
    characters_for_tokens=types(different, lambda words: len(" ".join(words))),
).says(
    "You count letters: the words are joined, or `update(word)` takes each apart (`add` does not). Each element "
    "of `tokens` is a whole word."
)

# something else than two numbers
exercise.mistakes(
    types_not_counted=types(set),
    types_listed=types(lambda words: list(dict.fromkeys(words))),
    types_listed_alphabetically=types(lambda words: sorted(set(words))),
    counts_for_types=types(Counter),
    dict_for_types=types(lambda words: dict.fromkeys(words, 1)),
).says("Your tokens are a number, but your types are still a collection of words: return how many it holds.")
exercise.mistakes(
    unique_arrays=lambda words: np.unique(words, return_counts=True),
    unique_counts_for_tokens=types(different, lambda words: np.unique(words, return_counts=True)[1]),
).says(
    "`np.unique` gives the types, and how often each occurs: two arrays. Two numbers are asked for, the length of the "
    "first and the sum of the second."
)
exercise.mistake("ratio_besides", lambda w: (different(w), len(w), different(w) / max(len(w), 1))).says(
    "You return three values. Two are asked for, types and tokens; their ratio is a measure of its own."
)
exercise.mistake("tokens_not_counted", types(different, list)).says(
    "Your types are a number, but your tokens are still the list: return how many there are."
)
exercise.mistakes(words_returned=types(set, list), lists_returned=types(lambda words: sorted(set(words)), list)).says(
    "You return the words themselves. Two numbers are asked for: how many types, how many tokens."
)
exercise.mistakes(only_types=different, only_tokens=len).says(
    "You return one number. Two are asked for: how many types, and how many tokens."
)
exercise.mistake("sum_of_both", lambda words: different(words) + len(words)).says(
    "You add the two numbers up. Return them side by side: (types, tokens)."
)
exercise.mistake("ratio_for_types", types(lambda words: different(words) / len(words) if words else 0)).says(
    "Your first number is the type–token ratio, a measure of its own. Return the number of types, undivided."
)
exercise.mistake("ratio", lambda words: different(words) / len(words) if words else 0.0).says(
    "You divided: the type–token ratio is a measure of its own. Asked for are the two numbers (types, tokens)."
)
exercise.mistake("strings", lambda words: (str(different(words)), str(len(words)))).says(
    "You return the numbers as strings. One cannot count on with those: return the two whole numbers themselves."
)
exercise.mistake("one_string", lambda words: f"{different(words)}, {len(words)}").says(
    "You return one string with both numbers in it. Return the two whole numbers themselves, as a pair."
)
exercise.mistake("pairs_of_word_and_count", lambda words: Counter(words).most_common()).says(
    "You return words with their counts. Two totals are asked for: of the different words, and of all words."
)
exercise.mistake("commonest_word", lambda words: Counter(words).most_common(1)[0] if words else (0, 0)).says(
    "You return the commonest word with its count. Two totals are asked for: of the different words, and of all words."
)

# the loop, and the empty text
exercise.mistake("returned_in_the_loop", lambda words: (1, 1) if words else None).says(
    "Your `return` stands inside the loop: the function ends after the first word (and an empty text gets no answer)."
)
exercise.mistake("types_returned_in_the_loop", lambda words: (1, len(words)) if words else None).says(
    "Your `return` stands inside the loop, so only the first word is looked at. Move it out of the loop."
)
exercise.mistake("added_before_the_test", types(lambda words: 0)).says(
    "No type is ever counted. Do you put each word into `seen` BEFORE you ask whether it is in there? Ask first."
)
exercise.mistake("one_zero_for_the_empty_text", lambda words: exercise.reference(words) if words else 0).says(
    "For an empty text you return one 0. Two numbers are asked for there, too, (0, 0), and need no special case."
)
exercise.mistake("empty_text_fails", lambda words: exercise.reference([words[0], *words[1:]])).says(
    "An empty text makes your code fail. It has no types and no tokens: (0, 0)."
)


for id, over in (("removed_while_looping", iter), ("removed_until_unique", list)):

    @exercise.mistake(id).says(
        "You remove repeats from `tokens` itself: the caller's list changes, and a loop over it skips a word each time."
    )
    def repeats_removed(tokens, over=over):
        n_tokens = len(tokens)
        for token in over(tokens):
            if tokens.count(token) > 1:
                tokens.remove(token)
        return len(tokens), n_tokens


@exercise.right
def counted_in_a_dict(tokens):
    counts = {}
    for token in tokens:
        counts[token] = counts.get(token, 0) + 1
    return len(counts), sum(counts.values())


@exercise.right
def collected_in_a_list(tokens):
    seen = []
    for token in tokens:
        if token not in seen:
            seen.append(token)
    return [len(seen), len(tokens)]


exercise.right(lambda tokens: (np.unique(tokens).size, np.size(tokens)))
exercise.right(lambda tokens: (len(Counter(tokens)), Counter(tokens).total()))
