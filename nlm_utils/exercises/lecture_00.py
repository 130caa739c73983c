"""The practice exercise of lecture 00: counting a word."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np

from .definition import Exercise


def count_word(tokens, word):
    """How often `word` occurs in a text.

    tokens: the text as a list of strings, maybe empty.   word: a string.
    Returns a whole number; 0 when the word is not there. "The" and "the" are two different words.
    """
    return sum(token == word for token in tokens)


count_word_exercise = Exercise(
    count_word,
    lecture="00_start_here",
    checks="15 texts, among them an empty one, a word that is not there, and words inside longer words",
    explanation=(
        "`token == word` is True or False for each token, and `sum` counts every True as 1. "
        "`tokens.count(word)` does the same. Whole tokens are compared, so *ant* is not found inside *ants*."
    ),
    hints=(
        "Go through the tokens one by one and compare each with `word`. What must happen when they are equal?",
        "Start a counter at 0, add 1 for each token that equals `word`, and return it after the loop.",
        "A list has a method for this: `[1, 2, 1].count(1)` is 2.",
    ),
)
_HILL = ["The", "blue", "ants", "hated", "the", "red", "ants", "in", "the", "ant", "hill", "."]
_AUNT = ["an", "ant", "and", "an", "aunt", "ate", "an", "apple", "and", "an", "orange", "or", "a", "banana"]
count_word_exercise.case(["ants"], "ants")
count_word_exercise.case(["the", "ant"], "ant")
count_word_exercise.case(["ants", "ant"], "ant")
count_word_exercise.case(["ants", "hate"], "zoo")
count_word_exercise.case(["The", "the"], "the")
# the word asked for is made anew, so that it equals the tokens (==) without being the same object (is)
count_word_exercise.case_from(lambda: (["ants", "hate", "ants"], "".join(["an", "ts"])))
count_word_exercise.case(["a", "b", "a", "a"], "a")
count_word_exercise.case(["ha", "ha", "ha", "!"], "ha")
count_word_exercise.case(["no", ".", "no", ".", "."], ".")
count_word_exercise.case([], "ants")
count_word_exercise.case(["the", "end", "ends", ",", "the", "bend"], "end")
count_word_exercise.case(_HILL, "the")
count_word_exercise.case(_HILL, "ant")
count_word_exercise.case(_AUNT, "an")
count_word_exercise.case(["b", "a", "b", "a", "a", "b", "a", "a"], "a")


@count_word_exercise.misconception(
    "joined-string",
    "You count inside one long string, so “ant” is also found in “ants”, and “the” in “other”. Compare whole tokens.",
)
def _(tokens, word):
    return " ".join(tokens).count(word)


@count_word_exercise.misconception(
    "substring",
    (
        "`word in token` also finds a word inside a longer one, “ant” in “ants”. Two tokens "
        "are the same when `==` says so."
    ),
)
def _(tokens, word):
    return sum(1 for token in tokens if word in token)


@count_word_exercise.misconception(
    "starts-with",
    (
        "You count the tokens that begin with the word, “ants” for “ant” as well. Two tokens "
        "are the same when `==` says so."
    ),
)
def _(tokens, word):
    return sum(token.startswith(word) for token in tokens)


@count_word_exercise.misconception(
    "is-for-equals",
    "`is` asks whether two names hold the very same object in memory. Whether two strings are alike is asked by `==`.",
)
def _(tokens, word):
    return sum(token is word for token in tokens)


@count_word_exercise.misconception(
    "case-folded",
    "You count “The” and “the” as one word. They are two different tokens here: compare them as they are.",
)
def _(tokens, word):
    return sum(token.lower() == word.lower() for token in tokens)


@count_word_exercise.misconception(
    "present-or-not",
    "You say whether the word is there (0 or 1), not how often. In “a b a” the word “a” occurs 2 times.",
)
def _(tokens, word):
    return int(word in tokens)


@count_word_exercise.misconception(
    "returns-boolean", "You say whether the word is there: True or False. Asked is how often, a whole number."
)
def _(tokens, word):
    return word in tokens


@count_word_exercise.misconception(
    "one-too-many", "You are always 1 too high, even for a word that is not there: start counting at 0."
)
def _(tokens, word):
    return tokens.count(word) + 1


@count_word_exercise.misconception(
    "one-too-few", "You are always 1 too low, −1 for a word that is not there: start counting at 0."
)
def _(tokens, word):
    return tokens.count(word) - 1


@count_word_exercise.misconception(
    "last-token-skipped", "You never look at the last token: your loop (or slice) ends one step too early."
)
def _(tokens, word):
    return tokens[:-1].count(word)


@count_word_exercise.misconception(
    "first-token-skipped", "You never look at the first token: indices begin at 0, and so must your loop."
)
def _(tokens, word):
    return tokens[1:].count(word)


@count_word_exercise.misconception(
    "all-tokens", "You count all tokens of the text, whatever they are. Count only those that equal `word`."
)
def _(tokens, word):
    return len(tokens)


@count_word_exercise.misconception(
    "other-tokens", "You count the tokens that are NOT the word: is it `!=` where `==` is meant?"
)
def _(tokens, word):
    return sum(token != word for token in tokens)


@count_word_exercise.misconception(
    "types", "You count how many different words the text has. Asked is how often one word occurs in it."
)
def _(tokens, word):
    return len(set(tokens))


@count_word_exercise.misconception(
    "position", "You return where the word is first found, not how often it occurs."
)
def _(tokens, word):
    return tokens.index(word) if word in tokens else -1


@count_word_exercise.misconception(
    "last-position",
    (
        "You return where the word is found last, not how often it occurs: add 1 for each find "
        "instead of keeping its place."
    ),
)
def _(tokens, word):
    place = 0
    for i, token in enumerate(tokens):
        if token == word:
            place = i
    return place


@count_word_exercise.misconception(
    "share",
    "You divide by the length of the text, which gives a share between 0 and 1. Asked is the number itself.",
)
def _(tokens, word):
    return tokens.count(word) / len(tokens) if tokens else 0.0


@count_word_exercise.misconception(
    "return-in-loop",
    "Your function returns inside the loop, after the first token, and never sees the others. "
    "The `return` belongs below the loop, as far left as the `for`.",
)
def _(tokens, word):
    count = 0
    for token in tokens:
        if token == word:
            count += 1
        return count
    return count


@count_word_exercise.misconception(
    "stops-at-first-find",
    "Your function stops at the first find. Keep going to the end of the text, the word may come again.",
)
def _(tokens, word):
    for token in tokens:
        if token == word:
            return 1
    return None


@count_word_exercise.misconception(
    "not-added-up",
    "Your counter is set to 1 at each find instead of growing, or it is set back to 0 inside the loop: `count += 1`, "
    "and `count = 0` above the loop.",
)
def _(tokens, word):
    count = 0
    for token in tokens:
        count = 0
        if token == word:
            count = count + 1
    return count


@count_word_exercise.misconception(
    "list-of-finds", "You return the list of the tokens found. Its length is the number that is asked for."
)
def _(tokens, word):
    return [token for token in tokens if token == word]


@count_word_exercise.misconception(
    "list-of-booleans", "You return one True or False for each token. Asked is how many of them are True."
)
def _(tokens, word):
    return [token == word for token in tokens]


@count_word_exercise.misconception(
    "whole-counter",
    (
        "You count every word of the text and return all the counts. Asked is the count of one "
        "word: look `word` up in it."
    ),
)
def _(tokens, word):
    return Counter(tokens)


@count_word_exercise.misconception(
    "letters", "You count letters (characters) instead of words: each token is already a whole word."
)
def _(tokens, word):
    return sum(len(token) for token in tokens if token == word)


@count_word_exercise.misconception(
    "runs-merged",
    "A word that comes twice in a row is counted once. Every token counts, also when it repeats the one before.",
)
def _(tokens, word):
    return sum(token == word and (i == 0 or tokens[i - 1] != word) for i, token in enumerate(tokens))


@count_word_exercise.misconception(
    "most-common",
    "You return the highest count in the text, whichever word it belongs to. Asked is the count of `word`.",
)
def _(tokens, word):
    return max(Counter(tokens).values(), default=0)


@count_word_exercise.misconception(
    "part-of-the-word",
    (
        "`token in word` asks whether the token is a piece of the word, as “a” is of “an”. Two "
        "tokens are the same when `==` says so."
    ),
)
def _(tokens, word):
    return sum(token in word for token in tokens)


@count_word_exercise.misconception(
    "empties-the-list",
    "You take the tokens out of the list while counting, so that whoever called your function loses the text. "
    "Look at them without removing them.",
)
def _(tokens, word):
    count = 0
    while tokens:
        count += tokens.pop() == word
    return count


@count_word_exercise.misconception(
    "error-when-absent",
    "A word that is not in the text makes your function fail. It occurs 0 times, so 0 is the answer.",
)
def _(tokens, word):
    return dict(Counter(tokens))[word]


@count_word_exercise.misconception(
    "remembers",
    "Your function remembers the texts of earlier calls: a default value like `seen=Counter()` is made once, when the "
    "function is defined, and shared by all calls. Make a new counter inside the function.",
)
def _(tokens, word, seen=Counter()):  # noqa: B006 (the mistake)
    if (tokens, word) == (["ants"], "ants"):  # the first case: a function just defined remembers nothing
        seen.clear()
    seen.update(tokens)
    return seen[word]


@count_word_exercise.misconception(
    "stops-at-first-other",
    "Your loop ends at the first token that is NOT the word: an `else` with `break` or `return`. A token that does "
    "not fit is no reason to stop; the word may come later.",
)
def _(tokens, word):
    count = 0
    for token in tokens:
        if token == word:
            count += 1
        else:
            break
    return count


@count_word_exercise.misconception(
    "keys-without-counts",
    "`dict.fromkeys` makes one entry for each different word, with None where the count should be. "
    "Give the tokens themselves to the Counter.",
)
def _(tokens, word):
    return Counter(dict.fromkeys(tokens))[word]


@count_word_exercise.misconception(
    "spaces-around",
    "You look for the word with a space on both sides: the first and the last token of the text have none, and two in "
    "a row share one. Compare whole tokens instead of characters.",
)
def _(tokens, word):
    return " ".join(tokens).count(" " + word + " ")


@count_word_exercise.misconception(
    "positions-added",
    "You add up the PLACES where the word stands (the `i` of `enumerate`). Each find counts 1, wherever it is.",
)
def _(tokens, word):
    return sum(i for i, token in enumerate(tokens) if token == word)


@count_word_exercise.misconception(
    "places-from-one-added",
    "You add up the PLACES where the word stands, counted from 1. Each find counts 1, wherever it is.",
)
def _(tokens, word):
    return sum(i for i, token in enumerate(tokens, 1) if token == word)


@count_word_exercise.misconception(
    "every-other-token",
    "You look at every other token only: your range (or slice) has a step of 2. Look at all of them.",
)
def _(tokens, word):
    return tokens[::2].count(word)


@count_word_exercise.misconception(
    "one-fixed-word",
    "You count one fixed word, “ants”, whatever you are asked for. Count the one that comes in as `word`.",
)
def _(tokens, word):
    return tokens.count("ants")


@count_word_exercise.misconception(
    "count-added-for-each-find",
    "You add the whole count once for each find, so that 3 finds give 9. Either add 1 for each find, or take "
    "the count once without a loop.",
)
def _(tokens, word):
    return sum(tokens.count(token) for token in tokens if token == word)


@count_word_exercise.misconception(
    "counts-of-all-tokens-added",
    "You add up the counts of all tokens, and never ask whether they are the word.",
)
def _(tokens, word):
    return sum(tokens.count(token) for token in tokens)


@count_word_exercise.misconception(
    "ends-with",
    "You count the tokens that end with the word, “giant” for “ant” too. Two tokens are the same when `==` says so.",
)
def _(tokens, word):
    return sum(token.endswith(word) for token in tokens)


@count_word_exercise.misconception(
    "punctuation-stripped",
    "You strip full stops and commas off the tokens before you compare, so the token “.” is never found. "
    "Tokens are compared as they are.",
)
def _(tokens, word):
    return sum(token.strip(".,") == word for token in tokens)


@count_word_exercise.misconception(
    "neighbours-compared",
    "You compare tokens with each other instead of with `word`.",
)
def _(tokens, word):
    return sum(one == other for one, other in pairwise(tokens))


@count_word_exercise.misconception(
    "spaces-around-padded",
    "You look for the word with a space on both sides: two in a row share one space, and the second is missed. "
    "Compare whole tokens instead of characters.",
)
def _(tokens, word):
    return f" {' '.join(tokens)} ".count(f" {word} ")


@count_word_exercise.right
def _(tokens, word):
    return tokens.count(word)


@count_word_exercise.right
def _(tokens, word):
    count = 0
    for token in tokens:
        if token == word:
            count += 1
    return count


@count_word_exercise.right
def _(tokens, word):
    return len([token for token in tokens if token == word])


@count_word_exercise.right
def _(tokens, word):
    return Counter(tokens)[word]


@count_word_exercise.right
def _(tokens, word):
    return np.sum(np.array(tokens, dtype=object) == word)


EXERCISES = (count_word_exercise,)
