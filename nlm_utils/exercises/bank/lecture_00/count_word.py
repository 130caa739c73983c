"""count_word."""

from collections import Counter
from itertools import pairwise

import numpy as np

from nlm_utils.exercises.definition import Exercise


def count_word(tokens, word):
    """How often `word` occurs in a text.

    tokens: the text as a list of strings, maybe empty.   word: a string.
    Returns a whole number; 0 when the word is not there. "The" and "the" are two different words.
    """
    return sum(token == word for token in tokens)


exercise = Exercise(
    count_word,
    checks="15 texts, among them an empty one, a word that is not there, and words inside longer words",
    explanation=(
        "`token == word` is True or False for each token, and `sum` counts every True as 1. `tokens.count(word)` does "
        "the same. Whole tokens are compared, so *ant* is not found inside *ants*."
    ),
    hints=(
        "Go through the tokens one by one and compare each with `word`. What must happen when they are equal?",
        "Start a counter at 0, add 1 for each token that equals `word`, and return it after the loop.",
        "A list has a method for this: `[1, 2, 1].count(1)` is 2.",
    ),
)

_HILL = ["The", "blue", "ants", "hated", "the", "red", "ants", "in", "the", "ant", "hill", "."]

_AUNT = ["an", "ant", "and", "an", "aunt", "ate", "an", "apple", "and", "an", "orange", "or", "a", "banana"]

exercise.case(["ants"], "ants")
exercise.case(["the", "ant"], "ant")
exercise.case(["ants", "ant"], "ant")
exercise.case(["ants", "hate"], "zoo")
exercise.case(["The", "the"], "the")

# the word asked for is made anew, so that it equals the tokens (==) without being the same object (is)
exercise.case_from(lambda: (["ants", "hate", "ants"], "".join(["an", "ts"])))

exercise.case(["a", "b", "a", "a"], "a")
exercise.case(["ha", "ha", "ha", "!"], "ha")
exercise.case(["no", ".", "no", ".", "."], ".")
exercise.case([], "ants")
exercise.case(["the", "end", "ends", ",", "the", "bend"], "end")
exercise.case(_HILL, "the")
exercise.case(_HILL, "ant")
exercise.case(_AUNT, "an")
exercise.case(["b", "a", "b", "a", "a", "b", "a", "a"], "a")

exercise.mistake("joined-string", lambda tokens, word: " ".join(tokens).count(word)).says(
    "You count inside one long string, so “ant” is also found in “ants”, and “the” in “other”. Compare whole tokens."
)
exercise.mistake("substring", lambda tokens, word: sum(1 for token in tokens if word in token)).says(
    "`word in token` also finds a word inside a longer one, “ant” in “ants”. Two tokens are the same when `==` says so."
)
exercise.mistake("starts-with", lambda tokens, word: sum(token.startswith(word) for token in tokens)).says(
    "You count the tokens that begin with the word, “ants” for “ant” as well. Two tokens are the same when `==` says "
    "so."
)
exercise.mistake("is-for-equals", lambda tokens, word: sum(token is word for token in tokens)).says(
    "`is` asks whether two names hold the very same object in memory. Whether two strings are alike is asked by `==`."
)
exercise.mistake("case-folded", lambda tokens, word: sum(token.lower() == word.lower() for token in tokens)).says(
    "You count “The” and “the” as one word. They are two different tokens here: compare them as they are."
)
exercise.mistake("present-or-not", lambda tokens, word: int(word in tokens)).says(
    "You say whether the word is there (0 or 1), not how often. In “a b a” the word “a” occurs 2 times."
)
exercise.mistake("returns-boolean", lambda tokens, word: word in tokens).says(
    "You say whether the word is there: True or False. Asked is how often, a whole number."
)
exercise.mistake("one-too-many", lambda tokens, word: tokens.count(word) + 1).says(
    "You are always 1 too high, even for a word that is not there: start counting at 0."
)
exercise.mistake("one-too-few", lambda tokens, word: tokens.count(word) - 1).says(
    "You are always 1 too low, −1 for a word that is not there: start counting at 0."
)
exercise.mistake("last-token-skipped", lambda tokens, word: tokens[:-1].count(word)).says(
    "You never look at the last token: your loop (or slice) ends one step too early."
)
exercise.mistake("first-token-skipped", lambda tokens, word: tokens[1:].count(word)).says(
    "You never look at the first token: indices begin at 0, and so must your loop."
)
exercise.mistake("all-tokens", lambda tokens, word: len(tokens)).says(
    "You count all tokens of the text, whatever they are. Count only those that equal `word`."
)
exercise.mistake("other-tokens", lambda tokens, word: sum(token != word for token in tokens)).says(
    "You count the tokens that are NOT the word: is it `!=` where `==` is meant?"
)
exercise.mistake("types", lambda tokens, word: len(set(tokens))).says(
    "You count how many different words the text has. Asked is how often one word occurs in it."
)
exercise.mistake("position", lambda tokens, word: tokens.index(word) if word in tokens else -1).says(
    "You return where the word is first found, not how often it occurs."
)


@exercise.mistake("last-position").says(
    "You return where the word is found last, not how often it occurs: add 1 for each find instead of keeping its "
    "place."
)
def last_position(tokens, word):
    place = 0
    for i, token in enumerate(tokens):
        if token == word:
            place = i
    return place


exercise.mistake("share", lambda tokens, word: tokens.count(word) / len(tokens) if tokens else 0.0).says(
    "You divide by the length of the text, which gives a share between 0 and 1. Asked is the number itself."
)


@exercise.mistake("return-in-loop").says(
    "Your function returns inside the loop, after the first token, and never sees the others. The `return` belongs "
    "below the loop, as far left as the `for`."
)
def return_in_loop(tokens, word):
    count = 0
    for token in tokens:
        if token == word:
            count += 1
        return count
    return count


@exercise.mistake("stops-at-first-find").says(
    "Your function stops at the first find. Keep going to the end of the text, the word may come again."
)
def stops_at_first_find(tokens, word):
    for token in tokens:
        if token == word:
            return 1
    return None


@exercise.mistake("not-added-up").says(
    "Your counter is set to 1 at each find instead of growing, or it is set back to 0 inside the loop: `count += 1`, "
    "and `count = 0` above the loop."
)
def not_added_up(tokens, word):
    count = 0
    for token in tokens:
        count = 0
        if token == word:
            count = count + 1
    return count


exercise.mistake("list-of-finds", lambda tokens, word: [token for token in tokens if token == word]).says(
    "You return the list of the tokens found. Its length is the number that is asked for."
)
exercise.mistake("list-of-booleans", lambda tokens, word: [token == word for token in tokens]).says(
    "You return one True or False for each token. Asked is how many of them are True."
)
exercise.mistake("whole-counter", lambda tokens, word: Counter(tokens)).says(
    "You count every word of the text and return all the counts. Asked is the count of one word: look `word` up in it."
)
exercise.mistake("letters", lambda tokens, word: sum(len(token) for token in tokens if token == word)).says(
    "You count letters (characters) instead of words: each token is already a whole word."
)
exercise.mistake(
    "runs-merged",
    lambda tokens, word: sum(token == word and (i == 0 or tokens[i - 1] != word) for i, token in enumerate(tokens)),
).says("A word that comes twice in a row is counted once. Every token counts, also when it repeats the one before.")
exercise.mistake("most-common", lambda tokens, word: max(Counter(tokens).values(), default=0)).says(
    "You return the highest count in the text, whichever word it belongs to. Asked is the count of `word`."
)
exercise.mistake("part-of-the-word", lambda tokens, word: sum(token in word for token in tokens)).says(
    "`token in word` asks whether the token is a piece of the word, as “a” is of “an”. Two tokens are the same when "
    "`==` says so."
)


@exercise.mistake("empties-the-list").says(
    "You take the tokens out of the list while counting, so that whoever called your function loses the text. Look at "
    "them without removing them."
)
def empties_the_list(tokens, word):
    count = 0
    while tokens:
        count += tokens.pop() == word
    return count


exercise.mistake("error-when-absent", lambda tokens, word: dict(Counter(tokens))[word]).says(
    "A word that is not in the text makes your function fail. It occurs 0 times, so 0 is the answer."
)


@exercise.mistake("remembers").says(
    "Your function remembers the texts of earlier calls: a default value like `seen=Counter()` is made once, when the "
    "function is defined, and shared by all calls. Make a new counter inside the function."
)
def remembers(tokens, word, seen=Counter()):  # noqa: B006 (the mistake)
    if (tokens, word) == (["ants"], "ants"):  # the first case: a function just defined remembers nothing
        seen.clear()
    seen.update(tokens)
    return seen[word]


@exercise.mistake("stops-at-first-other").says(
    "Your loop ends at the first token that is NOT the word: an `else` with `break` or `return`. A token that does "
    "not fit is no reason to stop; the word may come later."
)
def stops_at_first_other(tokens, word):
    count = 0
    for token in tokens:
        if token == word:
            count += 1
        else:
            break
    return count


exercise.mistake("keys-without-counts", lambda tokens, word: Counter(dict.fromkeys(tokens))[word]).says(
    "`dict.fromkeys` makes one entry for each different word, with None where the count should be. Give the tokens "
    "themselves to the Counter."
)
exercise.mistake("spaces-around", lambda tokens, word: " ".join(tokens).count(" " + word + " ")).says(
    "You look for the word with a space on both sides: the first and the last token of the text have none, and two in "
    "a row share one. Compare whole tokens instead of characters."
)
exercise.mistake(
    "positions-added", lambda tokens, word: sum(i for i, token in enumerate(tokens) if token == word)
).says("You add up the PLACES where the word stands (the `i` of `enumerate`). Each find counts 1, wherever it is.")
exercise.mistake(
    "places-from-one-added", lambda tokens, word: sum(i for i, token in enumerate(tokens, 1) if token == word)
).says("You add up the PLACES where the word stands, counted from 1. Each find counts 1, wherever it is.")
exercise.mistake("every-other-token", lambda tokens, word: tokens[::2].count(word)).says(
    "You look at every other token only: your range (or slice) has a step of 2. Look at all of them."
)
exercise.mistake("one-fixed-word", lambda tokens, word: tokens.count("ants")).says(
    "You count one fixed word, “ants”, whatever you are asked for. Count the one that comes in as `word`."
)
exercise.mistake(
    "count-added-for-each-find", lambda tokens, word: sum(tokens.count(token) for token in tokens if token == word)
).says(
    "You add the whole count once for each find, so that 3 finds give 9. Either add 1 for each find, or take the "
    "count once without a loop."
)
exercise.mistake("counts-of-all-tokens-added", lambda tokens, word: sum(tokens.count(token) for token in tokens)).says(
    "You add up the counts of all tokens, and never ask whether they are the word."
)
exercise.mistake("ends-with", lambda tokens, word: sum(token.endswith(word) for token in tokens)).says(
    "You count the tokens that end with the word, “giant” for “ant” too. Two tokens are the same when `==` says so."
)
exercise.mistake("punctuation-stripped", lambda tokens, word: sum(token.strip(".,") == word for token in tokens)).says(
    "You strip full stops and commas off the tokens before you compare, so the token “.” is never found. Tokens are "
    "compared as they are."
)
exercise.mistake("neighbours-compared", lambda tokens, word: sum(one == other for one, other in pairwise(tokens))).says(
    "You compare tokens with each other instead of with `word`."
)
exercise.mistake("spaces-around-padded", lambda tokens, word: f" {' '.join(tokens)} ".count(f" {word} ")).says(
    "You look for the word with a space on both sides: two in a row share one space, and the second is missed. "
    "Compare whole tokens instead of characters."
)

exercise.right(lambda tokens, word: tokens.count(word))


@exercise.right
def right_1(tokens, word):
    count = 0
    for token in tokens:
        if token == word:
            count += 1
    return count


exercise.right(lambda tokens, word: len([token for token in tokens if token == word]))
exercise.right(lambda tokens, word: Counter(tokens)[word])
exercise.right(lambda tokens, word: np.sum(np.array(tokens, dtype=object) == word))
