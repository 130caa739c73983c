"""Counts of prefix and word over counts of what follows the prefix: learners take another denominator, or none."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result, special

from .count_ngrams import count_ngrams


def mle_probability(tokens, prefix, word):
    """Maximum likelihood estimate of p(word | prefix) from the text `tokens`, a float.

    How often `prefix` is followed by `word`, divided by how often it is followed by any word.
    `tokens` is a list of strings, not empty.
    `prefix` is a tuple of tokens, maybe (): then it is the share of `word` among all tokens.
    A prefix that is never followed by anything gives 0.0.
    """
    counts = count_ngrams(tokens, len(prefix) + 1)
    followed = sum(count for ngram, count in counts.items() if ngram[:-1] == prefix)
    return counts[(*prefix, word)] / followed if followed else 0.0


exercise = Exercise(
    mle_probability,
    checks="prefixes of 0 to 3 tokens, seen, unseen, overlapping, with a full stop or `<s>`, at the end of the text",
    explanation=(
        "Both counts come from the same table, the (m + 1)-grams of a prefix of m tokens: one entry for the "
        "numerator, the sum of all entries that begin with the prefix for the denominator. So the probabilities of "
        "all words after one prefix sum to 1. An m-gram count for the denominator would also count the prefix at the "
        "very end of the text, where nothing follows."
    ),
    hints=[
        "Which n-grams hold both the prefix and the word? How long are they?",
        "Count the n-grams with n = len(prefix) + 1. The denominator is the sum of the counts of all n-grams that "
        "start with the prefix.",
        "An n-gram starts with the prefix when `ngram[:-1] == prefix`. When that sum is 0, return 0.0.",
    ],
)

ANTS = "the red ants hate the blue ants and the red ants eat the"
BOOKS = "students opened their books . students opened their laptops . students closed their books . pupils opened"
for text, asked in (  # of each question the last token is the word, all before it the prefix
    ("ants hate", ["ants hate", "red hate", "hate ants"]),
    ("ants hate ants eat", ["ants"]),
    ("red ants hate red", ["red ants"]),
    ("The ants the iPad", ["the ants"]),
    ("ants hate ants hate red", ["ants hate red"]),
    ("the ant then ants the red", ["the ant"]),
    ("no . ants . ants .", [". ants"]),
    ("no a no b no a", ["no a"]),
    ("no b no a no a no a no c no c", ["no c"]),
    ("the ants the antsy", ["the ants"]),
    ("ha ha ha no", ["ha ha no", "ha ha ha"]),
    ("<s> the ants <s> red", ["<s> the"]),
    (ANTS, ["the red", "the ants", "ants the", "the hate", "red ants hate", "the red ants"]),
    (BOOKS, ["students opened their laptops", "opened their books", "their books", ". students closed", "."]),
    (BOOKS, ["books . students", "their books .", "iPad", "the iPad exploded", "pupils opened their"]),
    (BOOKS, ["books students opened"]),
):
    for question in asked:
        *prefix, word = question.split()
        exercise.case(text.split(), tuple(prefix), word)
_SPACES = ["a b", "c", "x", "a", "b c", "y", "b", "z"]  # tokens may hold a space
exercise.case(_SPACES, ("a", "b c"), "y")
exercise.case(_SPACES, ("b",), "z")
exercise.case(["a_b", "c", "x"], ("a", "b_c"), "x")


def _drawn(rng):
    letters = ["a", "b", "A", ".", "a b"][: rng.integers(2, 6)]
    tokens, prefix = rng.choice(letters, rng.integers(1, 14)), rng.choice(letters, rng.integers(4))
    return tokens.tolist(), tuple(prefix.tolist()), str(rng.choice(letters))


exercise.drawn(_drawn, 12)


def followed(tokens, prefix, fits=lambda ngram, prefix: ngram[:-1] == prefix):
    """The counts of the n-grams that begin with the prefix, in the order of the text."""
    return [count for ngram, count in count_ngrams(tokens, len(prefix) + 1).items() if fits(ngram, prefix)]


def over(below=lambda t, p, w: sum(followed(t, p)), above=lambda table, p, w: table[(*p, w)], guarded=True):
    """An answer that divides `above(table of n-grams, prefix, word)` by `below(tokens, prefix, word)`."""

    def answer(tokens, prefix, word):
        denominator = below(tokens, prefix, word)
        if guarded and not denominator:
            return 0.0
        return above(count_ngrams(tokens, len(prefix) + 1), prefix, word) / denominator

    return answer


def windows(tokens, n):
    return list(zip(*(tokens[i:] for i in range(n)), strict=False))


def without_overlaps(tokens, prefix, word, step):
    """A scan that goes on by `step` tokens after each place of the prefix."""
    i, following = 0, []
    while i + len(prefix) < len(tokens):
        found = tuple(tokens[i : i + len(prefix)]) == prefix
        following += [tokens[i + len(prefix)]] * found
        i += step if found else 1
    return following.count(word) / len(following) if following else 0.0


def over_those(fits):
    """An answer that adds up below the line the n-grams for which `fits(ngram, prefix)` holds."""
    return over(lambda t, p, w: sum(followed(t, p, fits)))


def anywhere(tokens, prefix, word):
    """How often the prefix stands in the text, also where nothing follows it."""
    return count_ngrams(tokens, len(prefix))[prefix]


def fits_joined(separator):
    """Compares strings of tokens joined by a separator."""
    return lambda ngram, prefix: separator.join(ngram[:-1]) == separator.join(prefix)


def joined_by_underscores(tokens, prefix, word):
    """The prefix is looked for as one string, above the line and below it."""
    found = [w[-1] for w in windows(tokens, len(prefix) + 1) if fits_joined("_")(w, prefix)]
    return found.count(word) / len(found) if found else 0.0


def followers(tokens, prefix, m=None):
    """The words that follow a place where the first m words of the prefix stand."""
    return [w[-1] for w in windows(tokens, len(prefix) + 1) if w[:-1][:m] == prefix[:m]]


def places(tokens, prefix):
    """Where the prefix starts, with something after it."""
    return [i for i in range(len(tokens) - len(prefix)) if tuple(tokens[i : i + len(prefix)]) == prefix]


def share_of(word, words):
    return words.count(word) / len(words) if words else 0.0


def chained(sequence, tokens):
    """The product of the bigram probabilities."""
    return float(np.prod([mle_probability(tokens, (one,), other) for one, other in pairwise(sequence)]))


def glued(above, below, around=""):
    """An answer that counts letters in the text as one string: `above` and `below` are made of prefix and word."""

    def answer(tokens, prefix, word):
        text, p = around + " ".join(tokens) + around, " ".join(prefix)
        denominator = text.count(below(p))
        return text.count(above(p, word)) / denominator if denominator else 0.0

    return answer


# In lambdas t, p, w are the tokens, the prefix and the word.
exercise.mistakes(
    joint_probability=over_those(lambda ngram, p: True), joint_over_tokens=over(lambda t, p, w: len(t))
).says(
    "You divide by the number of ALL n-grams or tokens: that is how often prefix and word come together, "
    "p(prefix, word). Divide by how often something follows this prefix."
)
exercise.mistakes(
    prefix_at_the_end=over(lambda t, p, w: anywhere(t, p, w) if p else len(t)),
    prefix_at_the_end_and_before_it=over(anywhere),
).says(
    "You count the prefix also where no word follows, at the end of the text: the probabilities of all next words then "
    "sum to less than 1."
)
exercise.mistakes(
    prefix_at_the_end_unguarded=over(lambda t, p, w: anywhere(t, p, w) if p else len(t), guarded=False),
    prefix_at_the_end_everywhere_unguarded=over(anywhere, guarded=False),
).says(
    "Two things: you count the prefix also at the end of the text, where no word follows, and for a prefix never seen "
    "you divide by 0 where 0.0 is asked for."
)
exercise.mistake("division_by_zero", over(guarded=False)).says(
    "A prefix that nothing ever follows makes you divide by 0. The answer asked for is 0.0."
)
exercise.mistake(
    "uniform_when_unseen", lambda t, p, w: mle_probability(t, p, w) if followed(t, p) else 1 / len(set(t))
).says(
    "For a prefix that nothing follows you spread the probability evenly. A sensible idea, but maximum likelihood has "
    "nothing to say there: 0.0 is asked for."
)
exercise.mistake(
    "unigram_when_unseen", lambda t, p, w: mle_probability(t, p, w) if followed(t, p) else t.count(w) / len(t)
).says("For a prefix that nothing follows you take the word's share of all tokens: that is back-off. Asked is 0.0.")
exercise.mistakes(
    nan_when_unseen=lambda t, p, w: mle_probability(t, p, w) if followed(t, p) else np.nan,
    none_when_unseen=lambda t, p, w: mle_probability(t, p, w) if followed(t, p) else None,
    one_when_unseen=lambda t, p, w: mle_probability(t, p, w) if followed(t, p) else 1.0,
).says("For a prefix that nothing ever follows you return nan, None or 1. The answer asked for is 0.0.")
exercise.mistakes(
    empty_prefix_gives_zero=lambda t, p, w: mle_probability(t, p, w) if p else 0.0,
    empty_prefix_gives_a_share_of_the_types=lambda t, p, w: mle_probability(t, p, w) if p else 1 / len(set(t)),
    empty_prefix_gives_the_count=lambda t, p, w: mle_probability(t, p, w) if p else t.count(w),
    empty_prefix_gives_one=lambda t, p, w: mle_probability(t, p, w) if p else 1.0,
).says("For the empty prefix you return 0, 1, 1/V or a count. Every token follows it: it is the word's share of all.")
exercise.mistake("empty_prefix_breaks", lambda t, p, w: mle_probability(t, (*p[:-1], p[-1]), w)).says(
    "Your code asks for a word of the prefix although it can be empty, (). Then every token counts."
)

# another denominator
exercise.mistake("condition_turned_round", over(lambda t, p, w: t.count(w))).says(
    "You divide by how often the WORD occurs: that is p(prefix | word). What stands right of the bar goes below."
)
exercise.mistake(
    "word_counted_anywhere", lambda t, p, w: t.count(w) / sum(followed(t, p)) if followed(t, p) else 0.0
).says("Above the line you count the word wherever it stands. Count it where the prefix stands right before it.")
exercise.mistake("prefix_ignored", lambda t, p, w: t.count(w) / len(t)).says(
    "You return the share of the word among all tokens. Count only where the prefix stands right before it."
)
exercise.mistake("last_word_in_denominator", over(lambda t, p, w: t[:-1].count(p[-1]) if p else len(t))).says(
    "Your denominator counts the last word of the prefix, wherever it stands. Count the whole prefix."
)
exercise.mistake(
    "types_for_tokens", over(lambda t, p, w: len(followed(t, p)), lambda table, p, w: (*p, w) in table)
).says("You count how many DIFFERENT words follow the prefix. A word that follows twice weighs twice.")
exercise.mistake("types_below", over(lambda t, p, w: len(followed(t, p)))).says(
    "You divide by how many DIFFERENT words follow the prefix. Add up how often: else a probability can exceed 1."
)
exercise.mistake("divided_by_types", over(lambda t, p, w: len(count_ngrams(t, len(p) + 1)))).says(
    "You divide by how many different n-grams there are. Divide by how often something follows this prefix."
)
exercise.mistakes(
    mean_for_sum=over(lambda t, p, w: np.mean(followed(t, p) or [0])),
    mean_of_all=over(lambda t, p, w: np.mean(followed(t, p, lambda *_: True)) if followed(t, p) else 0),
).says("You divide by the MEAN of counts, `sum(…) / len(…)`. Divide by their sum: how often anything follows.")
exercise.mistake(
    "added_for_each_token", over(lambda t, p, w: sum(count_ngrams(t, len(p) + 1)[(*p, follower)] for follower in t))
).says(
    "Below the line you add a count for each TOKEN of the text: a word that stands there twice comes in twice. "
    "Walk over the types, `set(tokens)`, or over the n-grams."
)
exercise.mistake("maximum_for_sum", over(lambda t, p, w: max(followed(t, p), default=0))).says(
    "You divide by the count of the word that follows most often. Add up the counts of ALL words that follow."
)
exercise.mistakes(
    one_added_below=over(lambda t, p, w: sum(followed(t, p)) + 1),
    something_small_below=over(lambda t, p, w: sum(followed(t, p)) + 1e-3),
).says("You add something below the line against dividing by 0: all probabilities come out too small. Ask if it is 0.")
exercise.mistake(
    "smoothed", over(lambda t, p, w: sum(followed(t, p)) + len(set(t)), lambda table, p, w: table[(*p, w)] + 1)
).says("You add 1 to every count. That is smoothing, which comes later; here the counts are taken as they are.")
exercise.mistakes(
    return_in_loop=over(lambda t, p, w: sum(followed(t, p)[:1])),
    return_after_first_ngram=over(lambda t, p, w: sum(followed(t, p)[:1]) if t[: len(p)] == [*p] else 0),
).says("Your `return` stands inside the loop: the sum stops at the first n-gram, or at the first that fits.")
exercise.mistake("last_count_kept", over(lambda t, p, w: sum(followed(t, p)[-1:]))).says(
    "Your denominator is overwritten (`=` for `+=`): it ends as the count of the last n-gram that fits."
)
exercise.mistake(
    "items_forgotten", over(lambda t, p, w: sum(c for ngram, c in count_ngrams(t, len(p) + 1) if ngram[:-1] == p))
).says("A loop over a Counter gives its keys alone, and you take each apart into two names. Key and count: `.items()`.")

# what fits the prefix
exercise.mistake("chain_of_bigrams", lambda t, p, w: chained((*p, w), t) if p else mle_probability(t, p, w)).says(
    "You multiply bigram probabilities along the prefix: that is the whole sequence's probability, and in a bigram "
    "model. Count where ALL of the prefix stands, and what follows."
)
exercise.mistakes(
    other_words_below=over(lambda t, p, w: sum(followed(t, p)) - count_ngrams(t, len(p) + 1)[(*p, w)]),
    other_words_below_unguarded=over(
        lambda t, p, w: sum(followed(t, p)) - count_ngrams(t, len(p) + 1)[(*p, w)], guarded=False
    ),
).says(
    "Below the line you count only the OTHER words (an `else`, an `elif`). It is how often ANY word follows, this too."
)
exercise.mistake("always_bigrams", lambda t, p, w: mle_probability(t, p, w) if len(p) == 1 else 0.0).says(
    "You count 2-grams whatever the prefix is, so one of another length is never found: n is len(prefix) + 1."
)
exercise.mistakes(
    token_after_the_first_of_the_prefix=lambda t, p, w: share_of(w, [t[i + 1] for i in places(t, p) if i + 1 < len(t)]),
    last_of_the_prefix=lambda t, p, w: share_of(w, [t[i + len(p) - 1] for i in places(t, p)]),
).says("You look at a token INSIDE the prefix. One of m words that starts at i is followed by tokens[i + m].")
exercise.mistakes(
    stopped_at_the_find=lambda t, p, w: 1 / (followers(t, p).index(w) + 1) if w in followers(t, p) else 0.0,
    count_set_back=lambda t, p, w: (windows(t, len(p) + 1)[-1:] == [(*p, w)]) / (len(followers(t, p)) or 1),
    count_overwritten=lambda t, p, w: (w in followers(t, p)) / (len(followers(t, p)) or 1),
).says("The count above the line does not grow: a `break`, `= 1` for `+= 1`, or `= 0` inside the loop.")
exercise.mistake("divided_by_the_length_of_the_prefix", over(lambda t, p, w: len(p))).says(
    "You divide by len(prefix), the number of its words. Divide by how often something FOLLOWS it in the text."
)
exercise.mistake("only_last_word_of_prefix", lambda t, p, w: mle_probability(t, p[-1:], w)).says(
    "You look at the last word of the prefix only: `red ants` is another prefix than `ants`. Compare all of it."
)
exercise.mistake("last_window_dropped", lambda t, p, w: mle_probability(t[:-1], p, w)).says(
    "Your loop stops one place too early: the last token of the text follows the tokens before it, too."
)
exercise.mistake(
    "last_window_dropped_unguarded", lambda t, p, w: mle_probability(t[:-1], p, w) if followed(t[:-1], p) else 1 / 0
).says("Two things: your loop stops one place too early, and for a prefix that nothing follows you divide by 0.")
exercise.mistakes(
    first_word_in_denominator=over(lambda t, p, w: t.count(p[0]) if p else len(t)),
    first_word_in_denominator_unguarded=over(lambda t, p, w: t.count(p[0])),
).says("Your denominator counts the FIRST word of the prefix, wherever it stands. Count the whole prefix.")
exercise.mistake(
    "side_by_side",
    lambda t, p, w: share_of(w, [t[i + len(p)] for i in places(t, p) if i % (len(p) + 1) == 0]),
).says("Your windows stand side by side. The prefix may begin anywhere: go on by ONE token.")
exercise.mistake(
    "prefix_ending_in_a_full_stop_refused", lambda t, p, w: 0.0 if p[-1:] == (".",) else mle_probability(t, p, w)
).says(
    "You answer 0 when the prefix ends with a full stop. It is a token like any other, and something does follow it."
)
exercise.mistakes(
    only_first_word_of_prefix=over_those(lambda ngram, p: ngram[:-1][:1] == p[:1]),
    only_first_word_above_and_below=lambda t, p, w: mle_probability(t, p[:1], w),
    first_word_and_the_place_of_the_word=lambda t, p, w: np.mean([f == w for f in followers(t, p, 1)] or [0]),
).says("You compare the first word of the prefix only: `red ants` is another prefix than `red`. Compare all of it.")
exercise.mistake(
    "first_place_only", lambda t, p, w: float(next((a[-1] == w for a in windows(t, len(p) + 1) if a[:-1] == p), 0))
).says("You look at the first place of the prefix only. It may come again: count all places, then divide.")
exercise.mistakes(
    overlaps_skipped=lambda t, p, w: without_overlaps(t, p, w, len(p) + 1),
    overlaps_skipped_by_m=lambda t, p, w: without_overlaps(t, p, w, len(p) or 1),
).says("After a find you go on past the whole prefix. In `ha ha ha` the prefix `ha ha` stands twice: go on by one.")
exercise.mistake(
    "one_word_too_far",
    lambda t, p, w: np.mean([a[-1] == w for a in windows(t, len(p) + 2) if a[: len(p)] == p] or [0]),
).says("You look one word too far: a prefix of m words that starts at i is followed by tokens[i + m].")
exercise.mistake("padded_in_front", lambda t, p, w: mle_probability(["<s>"] * len(p) + t, p, w)).says(
    "You put `<s>` in front of the text. Count in the tokens as they are given: a text may hold `<s>` itself."
)
exercise.mistake("prefix_cut_short", over_those(lambda ngram, p: ngram[:-2] == p[:-1])).says(
    "Your denominator compares all but the last word of the prefix. Which part of an n-gram is the prefix?"
)
exercise.mistake("end_of_the_ngram_compared", over_those(lambda ngram, p: ngram[1:] == p)).says(
    "You compare the END of each n-gram with the prefix. The prefix comes first, the word last."
)
exercise.mistakes(
    prefix_as_a_set=over_those(lambda ngram, p: set(p) <= set(ngram)),
    prefix_as_a_set_in_front=over_those(lambda ngram, p: set(p) == set(ngram[:-1])),
).says("You compare sets of words: `red ants` and `ants red` are two prefixes. They are the FIRST words, in order.")
exercise.mistake(
    "prefix_anywhere_before", lambda t, p, w: np.mean([t[i] == w for i in range(len(t)) if {*p} <= {*t[:i]}] or [0])
).says("You accept the prefix anywhere in front of the word. It has to stand RIGHT before it.")
exercise.mistake("word_inside_the_follower", lambda t, p, w: np.mean([w in f for f in followers(t, p)] or [0])).says(
    "`word in token` is also true of `ants` inside `antsy`. Two tokens are the same when `==` says so."
)
exercise.mistake(
    "word_anywhere_after",
    lambda t, p, w: np.mean(
        [w in t[i + len(p) :] for i in range(len(t) - len(p)) if (*t[i : i + len(p)],) == p] or [0]
    ),
).says("You accept the word anywhere after the prefix. It has to be the very NEXT token.")
exercise.mistake(
    "backed_off", lambda t, p, w: next(mle_probability(t, p[i:], w) for i in range(len(p) + 1) if followed(t, p[i:]))
).says("You back off to a shorter prefix where this one is never followed. That comes later: 0.0 is asked for here.")
exercise.mistake("word_before_prefix", over(above=lambda table, p, w: table[(w, *p)])).says(
    "You put the word BEFORE the prefix. It is what comes next: it goes at the end."
)

# keys that are never equal, and letters
exercise.mistakes(
    tuple_plus_string=lambda t, p, w: p + w,
    tuple_plus_string_when_seen=lambda t, p, w: p + w if followed(t, p) else 0.0,
).says("A tuple and a string cannot be added: `prefix + word` fails. A tuple of one word is written (word,).")
exercise.mistake("word_taken_apart", over(above=lambda table, p, w: table[p + tuple(w)])).says(
    "`tuple('ant')` is ('a', 'n', 't'): only words of one letter are found. A tuple of one word is written (word,)."
)
exercise.mistake("prefix_as_a_list", lambda t, p, w: 0.0 if p else mle_probability(t, p, w)).says(
    "You compare a slice of `tokens`, a list, with `prefix`, a tuple: `['ants'] == ('ants',)` is False, so only the "
    "empty prefix, which you treat apart, is ever found. Make both the same kind."
)
exercise.mistake("nothing_equal", lambda t, p, w: 0.0).says(
    "Your answer is 0.0 always: nothing that you compare or look up is ever equal. The usual reason is a list beside a "
    "tuple: `['ants'] == ('ants',)` is False. Else your n-grams have len(prefix) tokens, with no room for the word, or "
    "the key that you look up is not one flat tuple, the prefix first and the word last. (And the parameters come in "
    "the order tokens, prefix, word.)"
)
exercise.mistake("nothing_equal_unguarded", over(lambda t, p, w: 0, guarded=False)).says(
    "You divide by 0 always: nothing that you compare is ever equal. The usual reason is a list beside a tuple: "
    "`['ants'] == ('ants',)` is False. Make both the same kind."
)
exercise.mistake("glued_ngrams_start_alike", over_those(lambda ngram, p: "".join(ngram).startswith("".join(p)))).says(
    "Your denominator compares glued letters: `then ants` starts with the letters of `the`. Compare tuples of tokens."
)
exercise.mistakes(
    characters_counted=glued(lambda p, w: f"{p} {w}".strip(), lambda p: p),
    characters_counted_with_a_space=glued(lambda p, w: f"{p} {w}", lambda p: p),
).says(
    "You count in the glued text, where `the ant` stands inside `the ants`, and the empty prefix between all letters."
)
exercise.mistakes(
    glued_with_a_space=glued(lambda p, w: f"{p} {w}".strip(), lambda p: f"{p} "),
    glued_with_a_space_unstripped=glued(lambda p, w: f"{p} {w}", lambda p: f"{p} "),
).says(
    "You count in the glued text: `an ant` stands inside `man ants`, and no space after the last token. Count tokens."
)
exercise.mistakes(
    glued_with_spaces_around=glued(lambda p, w: f" {p} {w} ", lambda p: f" {p} ", around=" "),
    joined_prefix=over_those(fits_joined(" ")),
    joined_prefix_with_underscores=joined_by_underscores,
).says("You compare or count in joined strings: two prefixes can look alike there, as a token may hold the separator.")

# another text, and another number at the end
exercise.takes(
    argument("tokens", lower="case_folded"),
    result(whole=("whole_division", "You divide with // and lose what comes after the point: 1 // 2 is 0.")),
    special(
        lambda tokens, prefix, word: not followed(tokens, prefix),
        "a prefix that nothing follows",
        "The answer asked for is 0.0.",
        refused="unseen_prefix_refused",
    ),
)
exercise.mistake("count_returned", over(lambda t, p, w: 1)).says(
    "You return the count itself. Divide it by how often anything follows the prefix."
)
exercise.mistake("denominator_returned", lambda t, p, w: float(sum(followed(t, p)))).says(
    "You return what belongs below the line, how often anything follows. The count of prefix and word goes above it."
)
exercise.mistake("one_minus", lambda t, p, w: 1 - mle_probability(t, p, w) if followed(t, p) else 0.0).says(
    "You return the probability that another word follows: you count the words that are not `word`."
)


@exercise.right
def list_of_followers(tokens, prefix, word):
    m = len(prefix)
    following = [tokens[i + m] for i in range(len(tokens) - m) if tuple(tokens[i : i + m]) == prefix]
    return following.count(word) / len(following) if following else 0.0


@exercise.right
def hits_over_total(tokens, prefix, word):
    hits = total = 0
    for window in zip(*(tokens[i:] for i in range(len(prefix) + 1)), strict=False):
        if list(window[:-1]) == list(prefix):
            total += 1
            hits += window[-1] == word
    return np.float64(hits) / total if total else 0


@exercise.right
def table_of_tables(tokens, prefix, word):
    table = defaultdict(Counter)
    for ngram, count in count_ngrams(tokens, len(prefix) + 1).items():
        table[ngram[:-1]][ngram[-1]] += count
    try:
        return table[prefix][word] / table[prefix].total()
    except ZeroDivisionError:
        return 0.0


exercise.right(over(lambda t, p, w: count_ngrams(t[:-1], len(p))[p] if p else len(t)))
