"""encode."""

from collections import Counter

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

exercise = Exercise(
    functional.encode,
    checks=("7 texts and vocabularies: repeats, unknown words, upper case, large ids, ids in no particular order"),
    explanation=(
        "`vocabulary.get(token, unknown)` looks a token up and falls back on the id of `<unk>` for a word that the "
        "vocabulary does not hold. The text keeps its length: one id per token, so nothing that follows has to shift."
    ),
    hints=[
        "Start with known words only: one id for each token, in the order of the text.",
        (
            "A dict has a method that returns a second choice for a key it does not hold. Here that is "
            '`vocabulary["<unk>"]`.'
        ),
        "`vocabulary.get(token, …)` for each token, the results in `np.array([...])`.",
    ],
)

exercise.case(["ants", "hate", "ants"], {"<s>": 0, "<unk>": 1, "ants": 2, "hate": 3})
exercise.case(
    ["the", "green", "ants", "hate", "the", "ants"],
    {"hate": 5, "<unk>": 2, "ants": 0, "<s>": 1, "the": 4, ".": 3},
)
exercise.case(
    ["The", "ants", "hated", "Ann", ".", "ann", "hates", "the", "ants", "."],
    {"<s>": 0, "<unk>": 1, "the": 5, "ants": 3, ".": 2, "hated": 4, "ann": 7, "Ann": 6},
)
exercise.case(["iPads", "explode"], {"books": 7, "<unk>": 3, "cars": 9})
exercise.case(["zoo"], {"books": 7, "zoo": 4, "<unk>": 3})
exercise.case(["ants", "bees", "wasps", "bees"], {"ants": 41_000, "bees": 140, "<unk>": 300, "<s>": 0})
exercise.case(["bees", "wasps"], {"<unk>": 150, "bees": 90, "ants": 91})

exercise.mistake(
    "unknown_dropped",
    lambda tokens, vocabulary: np.array([vocabulary[token] for token in tokens if token in vocabulary], dtype=int),
).says(
    "You leave unknown words out, so the result is shorter than the text and every later word sits at the wrong "
    "place. One id per token: unknown words get the id of <unk>."
)
exercise.mistake(
    "unknown_is_zero", lambda tokens, vocabulary: np.array([vocabulary.get(token, 0) for token in tokens])
).says(
    "You give unknown words the id 0, but 0 belongs to another type. The id for unknown words stands in the "
    "vocabulary, under <unk>."
)
exercise.mistake("unknown_raises", lambda tokens, vocabulary: np.array([vocabulary[token] for token in tokens])).says(
    "A word that is not in the vocabulary makes your code fail (KeyError). Such words get the id of <unk>."
)
exercise.mistake(
    "unknown_is_one", lambda tokens, vocabulary: np.array([vocabulary.get(token, 1) for token in tokens])
).says(
    "You give unknown words the id 1. In our own vocabularies that is right, but the id must be looked up: here <unk> "
    "has another one."
)
exercise.mistake(
    "unknown_is_minus_one", lambda tokens, vocabulary: np.array([vocabulary.get(token, -1) for token in tokens])
).says(
    "You give unknown words the id −1. Used as a row number that is the LAST row, a real word's. Look up the id of "
    "<unk>."
)
exercise.mistake(
    "unknown_is_new_id",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, len(vocabulary)) for token in tokens]),
).says(
    "You give unknown words the id V, one past the end: there is no such row in any matrix. Look up the id of <unk>."
)
exercise.mistake(
    "unknown_is_none", lambda tokens, vocabulary: np.array([vocabulary.get(token) for token in tokens])
).says("Unknown words come out as None: `vocabulary.get(token)` needs its second choice, the id of <unk>.")
exercise.mistake(
    "vocabulary_grows",
    lambda tokens, vocabulary: np.array([vocabulary.setdefault(token, len(vocabulary)) for token in tokens]),
).says(
    "You add unknown words to the vocabulary. It was given and stays as it is: a matrix with V rows has no row for a "
    "new id. Unknown words get the id of <unk>."
)
exercise.mistake("positions", lambda tokens, vocabulary: np.arange(len(tokens))).says(
    "You numbered the places in the text. An id belongs to the type: both *ants* of a text have the same one."
)
exercise.mistake("positions_from_one", lambda tokens, vocabulary: np.arange(1, len(tokens) + 1)).says(
    "You numbered the places in the text, as the notes do under their example. An id belongs to the type: both *ants* "
    "of a text have the same one."
)


@exercise.mistake("own_numbering").says(
    "You number the words as they turn up in the text. The ids are given: look them up in `vocabulary`, or each text "
    "would number the words differently."
)
def own_numbering(tokens, vocabulary):
    first_seen = list(dict.fromkeys(tokens))
    return np.array([first_seen.index(token) for token in tokens])


exercise.mistake("alphabetical_numbering", lambda tokens, vocabulary: np.unique(tokens, return_inverse=True)[1]).says(
    "You number the words of this text alphabetically. The ids are given: look them up in `vocabulary`."
)


@exercise.mistake("place_in_the_dict").says(
    "You take the place of a word among the keys. The id is the VALUE that the vocabulary stores under the word."
)
def place_in_the_dict(tokens, vocabulary):
    words = list(vocabulary)
    return np.array([words.index(token if token in vocabulary else "<unk>") for token in tokens])


exercise.mistake(
    "lower_case",
    lambda tokens, vocabulary: np.array([vocabulary.get(token.lower(), vocabulary["<unk>"]) for token in tokens]),
).says(
    'You change the case before looking words up. "The" and "the" are two types: a token that is not in the '
    "vocabulary exactly as it stands is unknown."
)


@exercise.mistake("lower_case_as_second_choice").says(
    "You try the word in lower case before you call it unknown. A token that is not in the vocabulary exactly as it "
    "stands is unknown."
)
def lower_case_as_second_choice(tokens, vocabulary):
    unknown = vocabulary["<unk>"]
    return np.array([vocabulary.get(token, vocabulary.get(token.lower(), unknown)) for token in tokens])


exercise.mistake(
    "types_only",
    lambda tokens, vocabulary: np.array(
        [vocabulary.get(token, vocabulary["<unk>"]) for token in dict.fromkeys(tokens)]
    ),
).says("You return one id per type. A text is a sequence: one id per TOKEN, repeats included.")
exercise.mistake(
    "sorted",
    lambda tokens, vocabulary: np.array(sorted(vocabulary.get(token, vocabulary["<unk>"]) for token in tokens)),
).says("Your ids are sorted, so the order of the words is lost. Keep the order of the text.")
exercise.mistake(
    "reversed",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])[::-1],
).says("Your ids stand in reverse order. Keep the order of the text.")
exercise.mistake("only_the_first", lambda tokens, vocabulary: vocabulary.get(tokens[0], vocabulary["<unk>"])).says(
    "You return the id of the first token only: is the `return` inside the loop?"
)
exercise.mistake("only_the_last", lambda tokens, vocabulary: vocabulary.get(tokens[-1], vocabulary["<unk>"])).says(
    "You return the id of the last token only: each turn of the loop replaces the one before. Collect the ids in a "
    "list."
)


@exercise.mistake("start_sign_added").says(
    "You put an id in front of the first word. Rows that begin with <s> come later; here it is one id per token."
)
def start_sign_added(tokens, vocabulary):
    ids = [vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]
    return np.array([vocabulary.get("<s>", 0), *ids])


@exercise.mistake("one_hot_rows").says(
    "You return one-hot rows. They come next; here a word becomes a single number, so the shape is (n,)."
)
def one_hot_rows(tokens, vocabulary):
    ids = np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])
    return (ids[:, None] == np.arange(len(vocabulary))).astype(float)


exercise.mistake(
    "counts", lambda tokens, vocabulary: np.bincount([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens])
).says("You return how often each id occurs (a bag of words), which loses the order. Return the ids, one per token.")
exercise.mistake(
    "column", lambda tokens, vocabulary: np.array([[vocabulary.get(token, vocabulary["<unk>"])] for token in tokens])
).says("Your ids are right but stand in a table with one column. The shape asked for is (n,): a plain row of numbers.")
exercise.mistake(
    "floats",
    lambda tokens, vocabulary: np.array([float(vocabulary.get(token, vocabulary["<unk>"])) for token in tokens]),
).says(
    "Your ids are floats (`np.zeros` makes floats unless you say dtype=int). An id chooses a row, so it must be an "
    "integer: NumPy refuses a float as an index."
)
exercise.mistake(
    "ids_from_one",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]) + 1,
).says("Every id is one too large. Take the vocabulary's ids as they are.")
exercise.mistake(
    "words_replaced", lambda tokens, vocabulary: [token if token in vocabulary else "<unk>" for token in tokens]
).says("You put <unk> for the unknown words but return words. The next step needs their ids.")
exercise.mistake(
    "unknown_is_the_word", lambda tokens, vocabulary: np.array([vocabulary.get(token, "<unk>") for token in tokens])
).says('Unknown words come out as the string "<unk>". Its id is what is asked for: `vocabulary["<unk>"]`.')
exercise.mistake(
    "unknown_is_the_word_in_a_list", lambda tokens, vocabulary: [vocabulary.get(token, "<unk>") for token in tokens]
).says('Unknown words come out as the string "<unk>". Its id is what is asked for: `vocabulary["<unk>"]`.')
exercise.mistake(
    "id_zero_is_false",
    lambda tokens, vocabulary: np.array([vocabulary.get(token) or vocabulary["<unk>"] for token in tokens]),
).says(
    "The word with id 0 is taken for unknown: `vocabulary.get(token) or …` goes on to the second choice for a 0 as "
    "well, since 0 counts as false. Ask whether the word is IN the vocabulary."
)
exercise.mistake("all_unknown", lambda tokens, vocabulary: np.full(len(tokens), vocabulary["<unk>"])).says(
    "You return the id of <unk> for every word. It is for those words only that the vocabulary does not hold."
)


@exercise.mistake("unknown_after_every_word").says(
    "You add the id of <unk> after each known word as well: an `else` is missing."
)
def unknown_after_every_word(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token in vocabulary:
            ids.append(vocabulary[token])
        ids.append(vocabulary["<unk>"])
    return np.array(ids)


@exercise.mistake("vocabulary_filled").says(
    "The ids are right, but you wrote the unknown words into the vocabulary, so it has changed for everybody who uses "
    "it next. Only look words up."
)
def vocabulary_filled(tokens, vocabulary):
    for token in tokens:
        vocabulary.setdefault(token, vocabulary["<unk>"])
    return np.array([vocabulary[token] for token in tokens])


@exercise.mistake("place_in_the_sorted_dict").says(
    "You take the place of a word among the sorted keys. The id is the VALUE that the vocabulary stores under the word."
)
def place_in_the_sorted_dict(tokens, vocabulary):
    words = sorted(vocabulary)
    return np.array([words.index(token if token in vocabulary else "<unk>") for token in tokens])


exercise.mistake(
    "row", lambda tokens, vocabulary: np.array([[vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]])
).says("Your ids are right but stand in a table with one row. The shape asked for is (n,), not (1, n).")
exercise.mistake(
    "pairs", lambda tokens, vocabulary: [(token, vocabulary.get(token, vocabulary["<unk>"])) for token in tokens]
).says("You return pairs of word and id. Only the ids are asked for.")
exercise.mistake(
    "dict_returned", lambda tokens, vocabulary: {token: vocabulary.get(token, vocabulary["<unk>"]) for token in tokens}
).says(
    "You return a dict, in which a repeated word stands only once. A text is a sequence: one id per token, in order."
)
exercise.mistake(
    "known_or_not", lambda tokens, vocabulary: np.array([int(token in vocabulary) for token in tokens])
).says(
    "You return 1 for a word that the vocabulary holds and 0 for one that it does not. Return the id that the "
    "vocabulary stores under the word."
)
exercise.mistake("counts_by_word", lambda tokens, vocabulary: Counter(tokens)).says(
    "You return how often each word occurs, which loses the order. Return one id per token, in the order of the text."
)
exercise.mistake("counts_for_ids", lambda tokens, vocabulary: np.array([tokens.count(token) for token in tokens])).says(
    "You return how often each word occurs in the text. Its id is what the vocabulary stores under it."
)
exercise.mistake(
    "counts_by_id", lambda tokens, vocabulary: Counter(vocabulary.get(token, vocabulary["<unk>"]) for token in tokens)
).says("You return how often each id occurs, which loses the order. Return one id per token, in the order of the text.")
exercise.mistake(
    "looked_up_by_id", lambda tokens, vocabulary: np.array([vocabulary.get(token, vocabulary[0]) for token in tokens])
).says(
    "`vocabulary[0]` looks for a WORD called 0, and there is none (KeyError). The vocabulary maps words to ids: the "
    'id for unknown words is `vocabulary["<unk>"]`.'
)
exercise.mistake(
    "strings",
    lambda tokens, vocabulary: np.array([str(vocabulary.get(token, vocabulary["<unk>"])) for token in tokens]),
).says('Your ids are strings, "3" instead of 3. A string chooses no row of a matrix: return whole numbers.')
exercise.mistake(
    "one_string",
    lambda tokens, vocabulary: " ".join(str(vocabulary.get(token, vocabulary["<unk>"])) for token in tokens),
).says("You return one string with all ids in it. Return the whole numbers themselves, in an array.")
exercise.mistake(
    "ids_without_repeats",
    lambda tokens, vocabulary: np.unique([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]),
).says(
    "You drop repeated ids and lose the order of the text (a set, or `np.unique`). One id per token, repeats "
    "included, in the order of the text."
)
exercise.mistake(
    "set_of_tokens",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in sorted(set(tokens))]),
).says("You loop over `set(tokens)`: repeats are gone, and so is the order of the text. One id per token.")
exercise.mistake(
    "set_of_ids", lambda tokens, vocabulary: {vocabulary.get(token, vocabulary["<unk>"]) for token in tokens}
).says("You return a set: repeats are gone, and so is the order of the text. One id per token, in order.")


@exercise.mistake("returned_in_the_loop").says(
    "Your `return` stands inside the loop, so the function ends after the first token. Move it out of the loop."
)
def returned_in_the_loop(tokens, vocabulary):
    ids = []
    for token in tokens:
        ids.append(vocabulary.get(token, vocabulary["<unk>"]))
        return np.array(ids)


@exercise.mistake("stopped_at_the_first_unknown").says(
    "You stop at the first unknown word (`break`), and the rest of the text is lost. An unknown word gets the id of "
    "<unk>, and the text goes on."
)
def stopped_at_the_first_unknown(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token not in vocabulary:
            break
        ids.append(vocabulary[token])
    return np.array(ids, dtype=int)


@exercise.mistake("stopped_after_the_first_unknown").says(
    "You stop at the first unknown word, right after giving it its id, and the rest of the text is lost. The text "
    "goes on."
)
def stopped_after_the_first_unknown(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token not in vocabulary:
            ids.append(vocabulary["<unk>"])
            break
        ids.append(vocabulary[token])
    return np.array(ids)


@exercise.mistake("unknown_for_every_other_entry").says(
    "You add the id of <unk> for every entry of the vocabulary that is NOT the word: the `else` stands inside the "
    "inner loop. A dict needs no inner loop; ask whether the word is in it."
)
def unknown_for_every_other_entry(tokens, vocabulary):
    ids = []
    for token in tokens:
        for word in vocabulary:
            if word == token:
                ids.append(vocabulary[word])
            else:
                ids.append(vocabulary["<unk>"])
    return np.array(ids)


@exercise.mistake("last_entry_decides").says(
    "Your inner loop goes on after it has found the word, and the next entry overwrites the id with that of <unk>. A "
    "dict needs no inner loop; ask whether the word is in it."
)
def last_entry_decides(tokens, vocabulary):
    ids = []
    for token in tokens:
        for word in vocabulary:
            found = vocabulary[word] if word == token else vocabulary["<unk>"]
        ids.append(found)
    return np.array(ids)


exercise.mistake(
    "unknown_is_the_largest_id",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, max(vocabulary.values())) for token in tokens]),
).says("You give unknown words the largest id, which belongs to another word. Look up the id of <unk>.")
exercise.mistake(
    "unknown_is_one_past_the_largest_id",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, max(vocabulary.values()) + 1) for token in tokens]),
).says("You give unknown words an id that nobody has: there is no such row in any matrix. Look up the id of <unk>.")
exercise.mistake(
    "unknown_is_the_last_place",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, len(vocabulary) - 1) for token in tokens]),
).says(
    "You give unknown words the id V − 1: that is the number of entries, less one, and says nothing about <unk>. Look "
    "its id up."
)
exercise.mistake(
    "unknown_is_the_length_of_the_text",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, len(tokens)) for token in tokens]),
).says("You give unknown words the length of the text for an id. Look up the id of <unk>.")


@exercise.mistake("first_place_only").says(
    "`tokens.index(token)` finds the FIRST place of a word, so the places of its repeats are never filled. Take the "
    "place from `enumerate`."
)
def first_place_only(tokens, vocabulary):
    ids = np.zeros(len(tokens), dtype=int)
    for token in tokens:
        ids[tokens.index(token)] = vocabulary.get(token, vocabulary["<unk>"])
    return ids


exercise.mistake(
    "one_byte_per_id",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]).astype(
        np.uint8
    ),
).says(
    "One byte (uint8) has room for ids up to 255: larger ones start again at 0 and become other words. Use plain "
    "integers, `dtype=int`."
)
exercise.mistake(
    "one_signed_byte_per_id",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]).astype(
        np.int8
    ),
).says(
    "One byte with a sign (int8) has room for ids up to 127: larger ones become negative. Use plain integers, "
    "`dtype=int`."
)
exercise.mistake(
    "two_bytes_per_id",
    lambda tokens, vocabulary: np.array([vocabulary.get(token, vocabulary["<unk>"]) for token in tokens]).astype(
        np.int16
    ),
).says(
    "Two bytes (int16) have room for ids up to 32 767, and vocabularies of 50 000 types are common. Use plain "
    "integers, `dtype=int`."
)
exercise.mistake(
    "array_of_one_byte",
    lambda tokens, vocabulary: np.array(
        [vocabulary.get(token, vocabulary["<unk>"]) for token in tokens], dtype=np.uint8
    ),
).says("An id of this vocabulary does not fit into one byte (OverflowError). Use plain integers, `dtype=int`.")
exercise.mistake("booleans", lambda tokens, vocabulary: np.array([token in vocabulary for token in tokens])).says(
    "You return whether each word is in the vocabulary. Return the id that the vocabulary stores under it."
)
exercise.mistake(
    "plural_cut",
    lambda tokens, vocabulary: np.array([vocabulary.get(token.rstrip("s"), vocabulary["<unk>"]) for token in tokens]),
).says('You cut the s off before you look a word up. "ants" is another type than "ant": look tokens up as they stand.')
exercise.mistake(
    "unknown_is_nan", lambda tokens, vocabulary: np.array([vocabulary.get(token, np.nan) for token in tokens])
).says("You give unknown words nan, which is no id and turns all ids into floats. Look up the id of <unk>.")


@exercise.mistake("text_changed").says(
    "The ids are right, but you wrote <unk> into the caller's list of tokens: the words that stood there are lost. "
    "Change nothing, only look up."
)
def text_changed(tokens, vocabulary):
    for place, token in enumerate(tokens):
        if token not in vocabulary:
            tokens[place] = "<unk>"
    return np.array([vocabulary[token] for token in tokens])


exercise.mistake(
    "looked_up_by_id_when_unknown",
    lambda tokens, vocabulary: np.array(
        [vocabulary[token] if token in vocabulary else vocabulary[0] for token in tokens]
    ),
).says(
    "For an unknown word you ask for `vocabulary[0]`: that looks for a WORD called 0, and there is none (KeyError). "
    'The vocabulary maps words to ids: the id for unknown words is `vocabulary["<unk>"]`.'
)
exercise.mistake(
    "looked_up_by_id_one_when_unknown",
    lambda tokens, vocabulary: np.array(
        [vocabulary[token] if token in vocabulary else vocabulary[1] for token in tokens]
    ),
).says(
    "For an unknown word you ask for `vocabulary[1]`: that looks for a WORD called 1, and there is none (KeyError). "
    'The vocabulary maps words to ids: the id for unknown words is `vocabulary["<unk>"]`.'
)


@exercise.mistake("inverted").says(
    "You turned the vocabulary round, id → word, and then look words up among the ids. It already maps each word to "
    "its id."
)
def inverted(tokens, vocabulary):
    word_of = {id: word for word, id in vocabulary.items()}
    return np.array([word_of[token] for token in tokens])


exercise.mistake(
    "array_of_one_signed_byte",
    lambda tokens, vocabulary: np.array(
        [vocabulary.get(token, vocabulary["<unk>"]) for token in tokens], dtype=np.int8
    ),
).says(
    "An id of this vocabulary does not fit into one byte with a sign (OverflowError). Use plain integers, `dtype=int`."
)
exercise.mistake(
    "array_of_two_bytes",
    lambda tokens, vocabulary: np.array(
        [vocabulary.get(token, vocabulary["<unk>"]) for token in tokens], dtype=np.int16
    ),
).says("An id of this vocabulary does not fit into two bytes (OverflowError). Use plain integers, `dtype=int`.")


@exercise.right
def right_1(tokens, vocabulary):
    ids = []
    for token in tokens:
        if token in vocabulary:
            ids.append(vocabulary[token])
        else:
            ids.append(vocabulary["<unk>"])
    return ids


@exercise.right
def right_2(tokens, vocabulary):
    ids = np.full(len(tokens), vocabulary["<unk>"], dtype=np.int32)
    for i, token in enumerate(tokens):
        if token in vocabulary:
            ids[i] = vocabulary[token]
    return ids


@exercise.right
def right_3(tokens, vocabulary):
    def look_up(token):
        try:
            return vocabulary[token]
        except KeyError:
            return vocabulary["<unk>"]

    return np.fromiter(map(look_up, tokens), dtype=np.int64)


@exercise.right
def right_4(tokens, vocabulary):
    known = [token if token in vocabulary else "<unk>" for token in tokens]
    return tuple(vocabulary[token] for token in known)
