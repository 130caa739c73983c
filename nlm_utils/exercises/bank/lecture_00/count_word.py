"""One word counted in a text: learners find it inside longer words, stop early, or return something else."""

import re
import string
from collections import Counter
from itertools import pairwise, takewhile

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result, special


def count_word(tokens, word):
    """How often `word` occurs in a text.

    tokens: the text as a list of strings, maybe empty.   word: a string.
    Returns a whole number; 0 when the word is not there. "The" and "the" are two different words.
    """
    return sum(token == word for token in tokens)


exercise = Exercise(
    count_word,
    checks="20 texts, among them an empty one, a word that is not there, and words inside longer words",
    explanation=(
        "`token == word` is True or False for each token, and `sum` counts every True as 1. `tokens.count(word)` does "
        "the same. Whole tokens are compared, so *ant* is not found inside *ants*."
    ),
    hints=[
        "Go through the tokens one by one and compare each with `word`. What must happen when they are equal?",
        "Start a counter at 0, add 1 for each token that equals `word`, and return it after the loop.",
        "A list has a method for this: `[1, 2, 1].count(1)` is 2.",
    ],
)

HILL = str.split("The blue ants hated the red ants in the ant hill .")
AUNT = str.split("an ant and an aunt ate an apple and an orange or a banana")

exercise.case(["ants"], "ants")
exercise.case(["the", "ant"], "ant")
exercise.case(["ants", "ant"], "ant")
exercise.case(["ants", "hate"], "zoo")
exercise.case(["The", "the"], "the")
exercise.case(["the", "The", "the"], "The")
# the word asked for is made anew, so that it equals the tokens (==) without being the same object (is)
exercise.case_from(lambda: (["ants", "hate", "ants"], "".join(["an", "ts"])))
exercise.case(["a", "b", "a", "a"], "a")
exercise.case(["ha", "ha", "ha", "!"], "ha")
exercise.case(["no", ".", "no", ".", "."], ".")
exercise.case([], "ants")
exercise.case(["the", "end", "ends", ",", "the", "bend"], "end")
exercise.case(HILL, "the")
exercise.case(HILL, "ant")
exercise.case(AUNT, "an")
exercise.case(["b", "a", "b", "a", "a", "b", "a", "a"], "a")
exercise.case(["red ant", "ant", "'ant'", "red\nant", "ant,ant"], "ant")
exercise.case(["a", ".", "a"], ".")
exercise.case([" ant", "ant"], "ant")
exercise.case(["red ant", "the", "ant"], "ant")
exercise.drawn(lambda rng: (rng.choice(["a", "an", "A", "ant", ".", "a n"], rng.integers(12)).tolist(), "an"))
exercise.drawn(lambda rng: (rng.choice(5, 9).astype(str).tolist(), str(rng.integers(6))))

# tokens compared in another way
exercise.mistake("joined_string", lambda tokens, word: " ".join(tokens).count(word)).says(
    "You count inside one long string, so “ant” is also found in “ants”, and “the” in “other”. Compare whole tokens."
)
exercise.mistake("substring", lambda tokens, word: sum(word in token for token in tokens)).says(
    "`word in token` also finds a word inside a longer one, “ant” in “ants”. Two tokens are the same when `==` says so."
)
exercise.mistake("part_of_the_word", lambda tokens, word: sum(token in word for token in tokens)).says(
    "`token in word` asks whether the token is a piece of the word, as “a” is of “an”. Compare them with `==`."
)
exercise.mistakes(
    starts_with=lambda tokens, word: sum(token.startswith(word) for token in tokens),
    ends_with=lambda tokens, word: sum(token.endswith(word) for token in tokens),
).says("You count tokens that begin or end with the word, “ants” or “giant” for “ant”. Compare whole tokens with `==`.")
exercise.mistakes(
    spaces_around=lambda tokens, word: " ".join(tokens).count(f" {word} "),
    spaces_around_padded=lambda tokens, word: f" {' '.join(tokens)} ".count(f" {word} "),
).says(
    "You look for the word with a space on both sides: two in a row share one, and the ends of a text have none by "
    "themselves. Compare whole tokens instead of characters."
)
exercise.mistakes(
    split_again=lambda tokens, word: " ".join(tokens).split().count(word),
    line_ends_around=lambda tokens, word: ("\n" + "\n\n".join(tokens) + "\n").count(f"\n{word}\n"),
    word_boundaries=lambda tokens, word: len(re.findall(rf"\b{re.escape(word)}\b", " ".join(tokens))),
).says(
    "You split tokens, or look for the word in one long string between spaces, quotation marks, line ends or word "
    "boundaries. A token can hold those, too, or be a “.”: compare the entries of the list with `==`."
)
exercise.mistake(
    "also_in_lower_case", lambda tokens, word: sum(token in (word, word.lower()) for token in tokens)
).says("You also count the word in lower case, “the” for “The”. They are two tokens here: compare with `==`.")
exercise.mistake("letters_compared", lambda tokens, word: sum(map(word.__eq__, "".join(tokens)))).says(
    "You compare single LETTERS with the word: a string is taken apart. Each entry of the list is a whole token."
)
exercise.mistakes(
    token_among_the_letters=lambda tokens, word: sum(token in set(word) for token in tokens),
    first_letters_compared=lambda tokens, word: sum(token[0] == word[0] for token in tokens),
).says("You compare with the LETTERS of the word, `set(word)` or `word[0]`. Compare whole tokens: `token == word`.")
exercise.mistake("plural_cut", lambda tokens, word: sum(token.rstrip("s") == word for token in tokens)).says(
    "You cut the s off the tokens: “ants” counts as “ant” then, and is never found itself. Compare them as they are."
)
exercise.mistake("counted_without_search", lambda tokens, word: word.count(word)).says(
    "You count the word in itself, `word.count(word)`. It is `tokens` in which it is to be counted."
)
exercise.mistake("is_for_equals", lambda tokens, word: sum(token is word for token in tokens)).says(
    "`is` asks whether two names hold the very same object in memory. Whether two strings are alike is asked by `==`."
)
exercise.mistake("other_tokens", lambda tokens, word: sum(token != word for token in tokens)).says(
    "You count the tokens that are NOT the word: is it `!=` where `==` is meant?"
)
exercise.mistake("neighbours_compared", lambda tokens, word: sum(one == other for one, other in pairwise(tokens))).says(
    "You compare tokens with each other instead of with `word`."
)
exercise.mistake("one_fixed_word", lambda tokens, word: tokens.count("ants")).says(
    "You count one fixed word, “ants”, whatever you are asked for. Count the one that comes in as `word`."
)
exercise.mistakes(
    punctuation_stripped=lambda tokens, word: sum(token.strip(".,") == word for token in tokens),
    all_punctuation_stripped=lambda tokens, word: sum(token.strip(string.punctuation) == word for token in tokens),
    spaces_stripped=lambda tokens, word: sum(token.strip() == word for token in tokens),
).says(
    "You strip spaces or punctuation off the tokens before you compare: then “ ant” counts as “ant”, or the token “.” "
    "is never found. Compare them as they are."
)
exercise.mistake("word_as_a_pattern", lambda tokens, word: sum(bool(re.fullmatch(word, t)) for t in tokens)).says(
    "You use the word as a regular expression, in which “.” stands for any character. Compare with `==`."
)
exercise.mistake("token_as_a_place", lambda tokens, word: sum(tokens[i] == word for i in tokens)).says(
    "`for i in tokens` gives the tokens themselves, not their places: compare `i` with the word, without `tokens[i]`."
)

# tokens left out, and counters that do not count
exercise.takes(
    argument(
        "tokens",
        lower=(
            "case_folded",
            "You count “The” and “the” as one word. They are two tokens here: compare them as they are.",
        ),
        once=(
            "present_or_not",
            "You get 1 however often the word is there. In “a b a” the word “a” occurs 2 times: do you look into a "
            "set, leave the loop with `break` or `return`, or write `=` or `=+` for `+=`?",
        ),
        without_last=("last_token_skipped", "You never look at the last token: your loop (or slice) ends too early."),
        without_first=("first_token_skipped", "You never look at the first token: indices begin at 0."),
        first=(
            "return_in_loop",
            "You return inside the loop, after the first token. `return` belongs after it, as far left as the `for`.",
        ),
        last=(
            "not_added_up",
            "Your counter does not grow: `count += 1` at each find, and `count = 0` only once, above the loop.",
        ),
    ),
    special(
        lambda tokens, word: word not in tokens,
        "a word that is not there",
        "It occurs 0 times, so 0 is the answer.",
        minus_one="minus_one_when_absent",
        refused="refused_when_absent",
    ),
    argument("word", lower=("word_case_folded", "You make `word` lower case: “The” is never found then.")),
    result(
        zero=(
            "never_counted",
            "Your count is 0 for every text. Either 1 is never added, or what you compare with `word` is a place (as "
            '`range` gives them), the whole list, or another word, as `"word"` in quotes is: compare each token.',
        ),
        plus_one=("one_too_many", "You are always 1 too high, even for a word that is not there: start counting at 0."),
        minus_one=("one_too_few", "You are always 1 too low, −1 for a word that is not there: start counting at 0."),
        square=(
            "count_added_for_each_find",
            "You add the whole count for each find, so 3 finds give 9. Add 1 for each, or take it without a loop.",
        ),
    ),
)
exercise.mistake("list_compared", lambda tokens, word: sum(tokens == word)).says(
    "`tokens == word` compares the whole list with the word: one single False. Compare token by token."
)
exercise.mistake(
    "token_after_a_find_skipped",
    lambda tokens, word: len(re.findall("1.?", "".join(str(int(token == word)) for token in tokens))),
).says("After each find you skip a token: in “ha ha” the second “ha” is lost. Go on by ONE, whatever you found.")
exercise.mistake("finds_in_the_set_counted", lambda tokens, word: len(tokens) - len({*tokens} - {word})).says(
    "You subtract the number of TYPES, not of tokens: a set holds each word once. Count the tokens that equal the word."
)
exercise.mistake("both_ends_skipped", lambda tokens, word: tokens[1:-1].count(word)).says(
    "You look at neither the first nor the last token: your range (or slice) begins too late and ends too early."
)
exercise.mistake("every_other_token", lambda tokens, word: tokens[::2].count(word)).says(
    "You look at every other token only: your range (or slice) has a step of 2. Look at all of them."
)
exercise.mistake("stops_at_first_find", lambda tokens, word: 1 if word in tokens else None).says(
    "Your function stops at the first find. Keep going to the end of the text, the word may come again."
)
exercise.mistake("stops_at_first_other", lambda tokens, word: len([*takewhile(word.__eq__, tokens)])).says(
    "Your loop ends at the first token that is NOT the word: an `else` with `break`. The word may come later."
)
exercise.mistake(
    "runs_merged", lambda tokens, word: sum(word == one != before for before, one in pairwise([None, *tokens]))
).says("A word that comes twice in a row is counted once. Every token counts, also when it repeats the one before.")
exercise.mistake("error_when_absent", lambda tokens, word: dict(Counter(tokens))[word]).says(
    "A word that is not in the text makes your function fail. It occurs 0 times, so 0 is the answer."
)
exercise.mistake("first_find_not_counted", lambda tokens, word: max(tokens.count(word) - 1, 0)).says(
    "You count one too few wherever the word is there: the first find must count 1, too (a new entry of a dict starts "
    "at 1, not at 0)."
)

# another number, or none
exercise.mistake("all_tokens", lambda tokens, word: len(tokens)).says(
    "You count all tokens of the text, whatever they are. Count only those that equal `word`."
)
exercise.mistake("types", lambda tokens, word: len(set(tokens))).says(
    "You count how many different words the text has. Asked is how often one word occurs in it."
)
exercise.mistake("counts_of_all_tokens_added", lambda tokens, word: sum(map(tokens.count, tokens))).says(
    "You add up the counts of all tokens, and never ask whether they are the word."
)
exercise.mistake("most_common", lambda tokens, word: max(Counter(tokens).values(), default=0)).says(
    "You return the highest count in the text, whichever word it belongs to. Asked is the count of `word`."
)
exercise.mistakes(
    position=lambda tokens, word: tokens.index(word) if word in tokens else -1,
    last_position=lambda tokens, word: max((i for i, token in enumerate(tokens) if token == word), default=0),
).says("You return where the word is found, not how often: add 1 for each find instead of keeping its place.")
exercise.mistakes(
    positions_added=lambda tokens, word: sum(i for i, token in enumerate(tokens) if token == word),
    places_from_one_added=lambda tokens, word: sum(i for i, token in enumerate(tokens, 1) if token == word),
).says("You add up the PLACES where the word stands (the `i` of `enumerate`). Each find counts 1, wherever it is.")
exercise.mistake("share", lambda tokens, word: tokens.count(word) / len(tokens) if tokens else 0.0).says(
    "You divide by the length of the text, which gives a share between 0 and 1. Asked is the number itself."
)
exercise.mistake("letters", lambda tokens, word: tokens.count(word) * len(word)).says(
    "You count letters (characters) instead of words: each token is already a whole word."
)
exercise.mistake("list_of_finds", lambda tokens, word: [token for token in tokens if token == word]).says(
    "You return the list of the tokens found. Its length is the number that is asked for."
)

exercise.right(lambda tokens, word: tokens.count(word))
exercise.right(lambda tokens, word: len([token for token in tokens if token == word]))
exercise.right(lambda tokens, word: Counter(tokens)[word])
exercise.right(lambda tokens, word: np.sum(np.array(tokens, dtype=object) == word))


@exercise.right
def counter_in_a_loop(tokens, word):
    count = 0
    for token in tokens:
        if token == word:
            count += 1
    return count
