"""Words to ids: learners give unknown words an id of their own making, number the words anew, or lose repeats."""

from itertools import takewhile

import numpy as np

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result
from nlm_utils.functional import encode, one_hot

exercise = Exercise(
    encode,
    checks="10 texts: repeats, `<unk>` itself, unknown words, capitals, spaces in words, pieces of words, large ids",
    explanation=(
        "`vocabulary.get(token, unknown)` looks a token up and falls back on the id of `<unk>` for a word that the "
        "vocabulary does not hold. The text keeps its length: one id per token, so nothing that follows has to shift."
    ),
    hints=[
        "Start with known words only: one id for each token, in the order of the text.",
        "A dict has a method that returns a second choice for a key it does not hold. "
        'Here that is `vocabulary["<unk>"]`.',
        "`vocabulary.get(token, …)` for each token, the results in `np.array([...])`.",
    ],
)

exercise.case(["ants", "hate", "ants"], {"<s>": 0, "<unk>": 1, "ants": 2, "hate": 3})
exercise.case(str.split("the green ants hate the ants"), {"hate": 5, "<unk>": 2, "ants": 0, "<s>": 1, "the": 4, ".": 3})
exercise.case(
    str.split("The ants hated Ann . ann hates the ants ."),
    {"<s>": 0, "<unk>": 1, "the": 5, "ants": 3, ".": 2, "hated": 4, "ann": 7, "Ann": 6},
)
exercise.case(["iPads", "explode"], {"books": 7, "<unk>": 3, "cars": 9})
exercise.case(["zoo"], {"books": 7, "zoo": 4, "<unk>": 3})
exercise.case(["ants", "bees", "wasps", "bees"], {"ants": 41_000, "bees": 140, "<unk>": 300, "<s>": 0})
exercise.case(["<unk>", "bees", "wasps"], {"bees": 1, "<unk>": 0})
exercise.case(["ann", "ants"], {"ants": 2, "<unk>": 1, "Ann": 0})
exercise.case(["bees", "wasps"], {"<unk>": 150, "bees": 90, "ants": 91})
exercise.case(["ant", "red ants", "ants"], {"<unk>": 2, "ants": 0, "red ants": 1, "red": 3})


def _drawn(rng):
    words = ["the", "ant", "ants", "The", "red ants", ".", "<unk>"]
    known = rng.permutation(words[: rng.integers(1, 6)] + words[-1:]).tolist()
    ids = rng.permutation(len(known) + rng.integers(99))[: len(known)].tolist()
    return rng.choice(words, rng.integers(1, 12)).tolist(), dict(zip(known, ids, strict=True))


exercise.drawn(_drawn, 5)


def each(id):
    """An answer with `id(token, vocabulary)` for each token."""
    return lambda tokens, vocabulary: np.array([id(token, vocabulary) for token in tokens])


def token_is(token, vocabulary):
    """The id of the entry that is the very same object."""
    return next((id for word, id in vocabulary.items() if word is token), vocabulary["<unk>"])


exercise.mistake("unknown_raises", each(lambda token, v: v[token])).says(
    "A word that is not in the vocabulary makes your code fail (KeyError). Such words get the id of <unk>."
)
exercise.mistakes(
    **{f"looked_up_as_{key}": each(lambda t, v, key=key: v.get(t, v[key])) for key in ("unk", "UNK", "<UNK>")},
    **{f"unknown_as_{key}": each(lambda t, v, key=key: v[t if t in v else key]) for key in ("unk", "UNK", "<UNK>")},
).says('The key for unknown words is `"<unk>"`: small letters, in angle brackets. Yours is not in the vocabulary.')
exercise.mistake("unknown_dropped", lambda tokens, v: np.array([v[t] for t in tokens if t in v], int)).says(
    "You leave unknown words out, and every later word moves up. One id per token: unknown words get the id of <unk>."
)
for id, (words, unknown) in {
    "zero": ("the id 0, which is another type's", lambda tokens, v: 0),
    "one": ("the id 1, which is that of <unk> in our own vocabularies only", lambda tokens, v: 1),
    "minus_one": ("the id −1. As a row number that is the LAST row, a real word's", lambda tokens, v: -1),
    "new_id": ("the id V, one past the end: there is no such row in any matrix", lambda tokens, v: len(v)),
    "the_last_place": ("the id V − 1, the number of entries less one", lambda tokens, v: len(v) - 1),
    "the_largest_id": ("the largest id, which is another word's", lambda tokens, v: max(v.values())),
    "one_past_the_largest_id": ("the largest id + 1, which nobody has", lambda tokens, v: max(v.values()) + 1),
    "the_length_of_the_text": ("the length of the text for an id", lambda tokens, v: len(tokens)),
    "nan": ("nan, which is no id and turns all ids into floats", lambda tokens, v: np.nan),
    "none": ("None: `vocabulary.get(token)` needs its second choice", lambda tokens, v: None),
    "the_word": ('the string "<unk>"', lambda tokens, v: "<unk>"),
}.items():
    exercise.mistake(
        f"unknown_is_{id}", lambda tokens, v, of=unknown: np.array([v.get(token, of(tokens, v)) for token in tokens])
    ).says(f'You give unknown words {words}. Look up the id of <unk>: `vocabulary["<unk>"]`.')
exercise.mistake("unknown_is_the_word_in_a_list", lambda tokens, v: [v.get(token, "<unk>") for token in tokens]).says(
    'You give unknown words the string "<unk>". Look up the id of <unk>: `vocabulary["<unk>"]`.'
)
exercise.mistake("vocabulary_grows", each(lambda token, v: v.setdefault(token, len(v)))).says(
    "You add unknown words to the vocabulary, but a matrix with V rows has no row for a new id. They get that of <unk>."
)
exercise.mistake("id_zero_is_false", each(lambda token, v: v.get(token) or v["<unk>"])).says(
    "The word with id 0 is taken for unknown: `get(token) or …` goes on after a 0, too. Ask whether the word is IN it."
)
exercise.mistake("unknown_is_the_start_sign", each(lambda token, v: v.get(token, v.get("<s>", 0)))).says(
    'You give unknown words the id of <s>, the start of a text. They have one of their own: `vocabulary["<unk>"]`.'
)
exercise.mistake("unknown_once_at_the_end", lambda t, v: np.array([*(v[w] for w in t if w in v), v["<unk>"]])).says(
    "The id of <unk> is added ONCE, after the loop: that line (or its `else`) stands too far left. One id per token."
)
exercise.mistake("first_entry_decides", each(lambda token, v: v[token if token == next(iter(v)) else "<unk>"])).says(
    "Your inner loop gives up after the first entry of the vocabulary. A dict needs no loop: ask `token in vocabulary`."
)
exercise.mistake("all_unknown", each(lambda token, v: v["<unk>"])).says(
    "You return the id of <unk> for every word. It is for those words only that the vocabulary does not hold."
)
exercise.mistake("looked_up_by_id", each(lambda token, v: v.get(token, v[0]))).says(
    '`vocabulary[0]` looks for a WORD called 0 (KeyError). The id for unknown words is `vocabulary["<unk>"]`.'
)
for id, number in {"looked_up_by_id_when_unknown": 0, "looked_up_by_id_one_when_unknown": 1}.items():
    exercise.mistake(id, each(lambda token, v, number=number: v[token] if token in v else v[number])).says(
        f'`vocabulary[{number}]` looks for a WORD called {number} (KeyError). Unknown words get `vocabulary["<unk>"]`.'
    )
exercise.mistake("inverted", each(lambda token, v: {id: word for word, id in v.items()}[token])).says(
    "You turned the vocabulary round, id → word, and look words up among the ids. It already maps each word to its id."
)

# words numbered anew, or something else than the id
exercise.mistakes(
    positions=lambda tokens, v: np.arange(len(tokens)), positions_from_one=lambda tokens, v: np.arange(len(tokens)) + 1
).says("You numbered the places in the text. An id belongs to the type: both *ants* of a text have the same one.")
for id, order in {"own_numbering": dict.fromkeys, "alphabetical_numbering": lambda tokens: sorted(set(tokens))}.items():
    exercise.mistake(id, lambda t, v, order=order: np.array([list(order(t)).index(token) for token in t])).says(
        "You number the words of this text yourself, and each text another way. Look their ids up in `vocabulary`."
    )
for id, keys in {"place_in_the_dict": list, "place_in_the_sorted_dict": sorted}.items():
    exercise.mistakes(
        **{
            id: each(lambda t, v, keys=keys: keys(v).index(t if t in v else "<unk>")),
            f"{id}_but_unknown": each(lambda t, v, keys=keys: keys(v).index(t) if t in v else v["<unk>"]),
        }
    ).says("You take the place of a word among the keys. The id is the VALUE that the vocabulary holds for the word.")
exercise.mistakes(booleans=each(lambda token, v: token in v), known_or_not=each(lambda token, v: int(token in v))).says(
    "You return whether each word is in the vocabulary. Return the id that the vocabulary stores under it."
)
exercise.mistake("counts", lambda tokens, v: np.bincount(encode(tokens, v))).says(
    "You return how often each id occurs (a bag of words), which loses the order. Return the ids, one per token."
)
exercise.mistake("counts_for_ids", lambda tokens, v: np.array([tokens.count(token) for token in tokens])).says(
    "You return how often each word occurs in the text. Its id is what the vocabulary stores under it."
)
exercise.mistake("one_hot_rows", lambda tokens, v: one_hot(encode(tokens, v), len(v))).says(
    "You return one-hot rows. They come next; here a word becomes a single number, so the shape is (n,)."
)
exercise.mistake("words_replaced", lambda tokens, v: [token if token in v else "<unk>" for token in tokens]).says(
    "You put <unk> for the unknown words but return words. The next step needs their ids."
)
exercise.mistake("pairs", lambda tokens, v: list(zip(tokens, encode(tokens, v), strict=True))).says(
    "You return pairs of word and id. Only the ids are asked for."
)
exercise.mistake("floats", lambda tokens, v: encode(tokens, v).astype(float)).says(
    "Your ids are floats, as `np.zeros` makes them without dtype=int. NumPy refuses a float as the number of a row."
)
for kind, room in {np.uint8: 255, np.int8: 127, np.int16: 32_767}.items():
    exercise.mistake(f"stored_as_{kind.__name__}", lambda t, v, kind=kind: encode(t, v).astype(kind)).says(
        f"{kind.__name__} has room for ids up to {room}: larger ones come out as other numbers. Use `dtype=int`."
    )
    exercise.mistake(f"array_of_{kind.__name__}", lambda t, v, kind=kind: np.array(encode(t, v).tolist(), kind)).says(
        f"{kind.__name__} has room for ids up to {room}, and yours are larger (OverflowError). Use `dtype=int`."
    )

# other words are looked up, or fewer, or more
exercise.takes(
    argument("tokens", lower="lower_case", once="types_only", first="returned_in_the_loop"),
    result(last=("only_the_last", "You return the last id only: each turn of the loop replaces the one before.")),
)
exercise.mistake("both_in_lower_case", lambda t, v: encode([*map(str.lower, t)], {w.lower(): v[w] for w in v})).says(
    "You make text and vocabulary lower case: “Ann” and “ann” share an id then. Look tokens up as they stand."
)
exercise.mistake("text_sorted", lambda tokens, v: encode(sorted(tokens), v)).says(
    "You sort the tokens first. One id per token, in the order of the TEXT."
)
exercise.mistake("letters_looked_up", lambda tokens, v: encode([*"".join(tokens)], v)).says(
    "You look up single LETTERS: a string is taken apart into them. Each entry of `tokens` is a whole word."
)
exercise.mistake("unk_left_out", lambda tokens, v: encode([token for token in tokens if token != "<unk>"], v)).says(
    "You leave out the token “<unk>” where it stands in the text itself. It has its id as every other."
)
exercise.mistake("is_for_equals", lambda tokens, v: np.array([token_is(token, v) for token in tokens])).says(
    "`is` asks whether two names hold the very same object in memory. Whether two strings are alike is asked by `==`."
)
exercise.mistake("capital_as_second_choice", each(lambda t, v: v.get(t, v.get(t.capitalize(), v["<unk>"])))).says(
    "You try the word with a capital, too. A token that is not in the vocabulary exactly as it stands is unknown."
)
exercise.mistake("words_of_letters_only", lambda tokens, v: encode([t for t in tokens if t.isalpha()], v)).says(
    "You leave out tokens that are not made of letters alone, as “.” and “<unk>”. Every token has its id."
)
exercise.mistake("punctuation_stripped", lambda tokens, v: encode([token.strip(".,!?") for token in tokens], v)).says(
    "You strip punctuation off the tokens, and the token “.” is nothing then. Look them up as they stand."
)
exercise.mistake("lower_case_as_second_choice", each(lambda t, v: v.get(t, v.get(t.lower(), v["<unk>"])))).says(
    "You try the word in lower case, too. A token that is not in the vocabulary exactly as it stands is unknown."
)
exercise.mistake("entry_in_the_token", each(lambda t, v: next((v[w] for w in v if w in t), v["<unk>"]))).says(
    "`word in token` is also true of “ant” inside “ants”. Look the whole token up: `token in vocabulary`."
)
exercise.mistake("first_part_looked_up", each(lambda t, v: v.get(t.split()[0], v["<unk>"]))).says(
    "You split a token and look up its first part: “red ants” is then “red”. Look tokens up as they stand."
)
exercise.mistake("loop_over_the_vocabulary", lambda tokens, v: np.array([v[w] for w in v if w in tokens], int)).says(
    "You walk over the vocabulary, which loses the order of the text and its repeats. Walk over `tokens`: one id each."
)
exercise.mistake("plural_cut", lambda tokens, v: encode([token.rstrip("s") for token in tokens], v)).says(
    'You cut the s off before you look a word up. "ants" is another type than "ant": look tokens up as they stand.'
)
exercise.mistake("joined_and_split", lambda tokens, v: encode(" ".join(tokens).split(), v)).says(
    "You join the tokens and split them again: “red ants” falls apart. `tokens` is a list already: take its entries."
)
exercise.mistake("piece_of_an_entry", each(lambda t, v: next((v[word] for word in v if t in word), v["<unk>"]))).says(
    "You take a token for known when it is a PIECE of a known word, “ant” of “ants”. Ask `token in vocabulary`."
)
exercise.mistakes(
    start_sign_added=lambda tokens, v: np.array([v.get("<s>", 0), *encode(tokens, v)]),
    start_sign_or_unknown_added=lambda tokens, v: np.array([v.get("<s>", v["<unk>"]), *encode(tokens, v)]),
).says("You put an id in front of the first word. Rows that begin with <s> come later; here it is one id per token.")
exercise.mistakes(
    ids_without_repeats=lambda tokens, v: np.unique(encode(tokens, v)),
    set_of_tokens=lambda tokens, v: encode(sorted(set(tokens)), v),
    set_of_tokens_in_its_order=lambda tokens, v: encode(set(tokens), v),
).says("Repeats are gone, and so is the order of the text (a set, or `np.unique`). One id per token, in its order.")
for id, more in {"stopped_at_the_first_unknown": 0, "stopped_after_the_first_unknown": 1}.items():
    exercise.mistake(
        id, lambda t, v, more=more: encode(t[: len(list(takewhile(v.__contains__, t))) + more], v).astype(int)
    ).says("You stop at the first unknown word (`break`), and the rest of the text is lost. Give it its id, and go on.")
exercise.mistake("first_place_only", lambda t, v: encode(t, v) * [t.index(w) == i for i, w in enumerate(t)]).says(
    "`tokens.index(token)` finds the FIRST place of a word; those of its repeats are never filled. Take `enumerate`."
)
exercise.mistake(
    "unknown_after_every_word",
    lambda tokens, v: np.array([v[word] for token in tokens for word in (token, "<unk>") if word in v]),
).says("You add the id of <unk> after each known word as well: an `else` is missing.")
exercise.mistake(
    "unknown_for_every_other_entry",
    lambda tokens, v: np.array([v[word if word == token else "<unk>"] for token in tokens for word in v]),
).says("You add the id of <unk> for every entry that is NOT the word. A dict needs no inner loop: ask `token in`.")
exercise.mistake("last_entry_decides", each(lambda token, v: v[token if token == list(v)[-1] else "<unk>"])).says(
    "Your inner loop goes on when it has found the word, and the next entry overwrites the id. A dict needs no loop."
)

exercise.right(lambda tokens, v: [v[token] if token in v else v["<unk>"] for token in tokens])
exercise.right(lambda tokens, v: tuple(v[word] for word in [token if token in v else "<unk>" for token in tokens]))


@exercise.right
def filled(tokens, vocabulary):
    ids = np.full(len(tokens), vocabulary["<unk>"], dtype=np.int32)
    for i, token in enumerate(tokens):
        if token in vocabulary:
            ids[i] = vocabulary[token]
    return ids


@exercise.right
def tried(tokens, vocabulary):
    def look_up(token):
        try:
            return vocabulary[token]
        except KeyError:
            return vocabulary["<unk>"]

    return np.fromiter(map(look_up, tokens), dtype=np.int64)
