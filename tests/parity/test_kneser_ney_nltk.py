"""Our Kneser–Ney against nltk.lm's, which nobody here wrote, as far as the two definitions coincide. `make parity`.

NLTK's KneserNeyInterpolated is Kneser & Ney's method with one discount D, and leaves order 1 as it is: the share of
different bigrams that end in a word. Ours says the same with the discounts D, D, D for orders 2 … n and 0, 0, 0 for
order 1, which then is not mixed with 1 / (number of events). With these discounts the two are one function, to
rounding, for order 2 after every prefix, and for orders 3 and 4 after every prefix that, `<s>` included, has n − 1
words or more.

After shorter prefixes they cannot agree from order 3 on. There the n-grams that decide begin with `<s>` and are shorter
than n. Ours keeps their counts, as Chen & Goodman and KenLM do, for nothing can stand before `<s>`. NLTK counts what
stands before them even so: with one `<s>` before a sentence that is nothing, and it divides by 0; with n − 1 of them,
its own padding, it is always `<s>`, and the weights γ, taken from another count, make the sum larger than 1. The last
test pins that down: should NLTK mend it, the comparison can be widened.
"""

import numpy as np
import pytest
from nltk.lm import KneserNeyInterpolated
from nltk.lm import Vocabulary as NltkVocabulary
from nltk.util import everygrams

from nlm_utils.kneser_ney import KneserNey
from nlm_utils.text import Vocabulary

TYPES = ["the", "ants", "hate", "eat", "red", "blue", "."]


def corpus(n_sentences: int, seed: int) -> list[list[str]]:
    rng = np.random.default_rng(seed)
    share = np.array([6, 4, 3, 2, 1, 1], dtype=float)
    return [
        [*rng.choice(TYPES[:-1], size=rng.integers(1, 7), p=share / share.sum()).tolist(), "."]
        for _ in range(n_sentences)
    ]


def our_model(order: int, discount: float, sentences: list[list[str]]) -> KneserNey:
    discounts = [[0.0] * 3] + [[discount] * 3] * (order - 1)
    return KneserNey(order, Vocabulary.from_types(TYPES), discounts=discounts).fit(sentences)


def nltk_model(order: int, discount: float, sentences: list[list[str]], n_starts: int = 1):
    model = KneserNeyInterpolated(order, discount, vocabulary=NltkVocabulary(["<s>", *TYPES]))
    padded = [["<s>"] * n_starts + sentence for sentence in sentences]
    model.fit([list(everygrams(sentence, max_len=order)) for sentence in padded])
    return model


@pytest.mark.parametrize("order", [2, 3, 4])
@pytest.mark.parametrize("discount", [0.1, 0.75, 1.0])
def test_same_probabilities(order, discount):
    train, test = corpus(40, seed=order), corpus(15, seed=100 + order)
    ours, theirs = our_model(order, discount, train), nltk_model(order, discount, train)
    compared, unseen_prefixes, unseen_words = 0, 0, 0
    for sentence in test:
        for place in range(order - 2, len(sentence)):  # `<s>` and the words before: n − 1 or more
            context = tuple(["<s>", *sentence[:place]][-(order - 1) :])
            expected = [theirs.score(word, context) for word in TYPES]
            got = [ours.prob(word, sentence[:place]) for word in TYPES]
            assert got == pytest.approx(expected, abs=1e-12)
            assert sum(expected) == pytest.approx(1)
            compared += 1
            unseen_prefixes += not theirs.counts[context]
            unseen_words += sum(not theirs.counts[context][word] for word in TYPES)
    assert compared > 25 and unseen_words > 5  # words that only the lower order knows
    assert (unseen_prefixes > 0) == (order > 2)


def test_the_same_after_a_word_that_nothing_follows_and_for_a_word_never_seen():
    train = [["the", "ants"], ["the", "red", "ants"], ["ants"]]
    ours, theirs = our_model(2, 0.5, train), nltk_model(2, 0.5, train)
    for word in [*TYPES, "iPad"]:
        for prefix in (["ants"], ["iPad"], ["blue"]):
            assert ours.prob(word, prefix) == pytest.approx(theirs.score(word, prefix), abs=1e-12)
    # before ants stand the, red, <s>; before the <s>; before red the
    assert theirs.score("ants", ["ants"]) == pytest.approx(3 / 5)


def test_where_nltk_gives_no_distribution():
    """The first word of a sentence, order 3, with NLTK's own padding: see above."""
    train = corpus(40, seed=7)
    ours, theirs = our_model(3, 0.75, train), nltk_model(3, 0.75, train, n_starts=2)
    assert sum(ours.prob(word, []) for word in TYPES) == pytest.approx(1)
    assert sum(theirs.score(word, ("<s>", "<s>")) for word in ["<s>", *TYPES]) > 1.01
    with pytest.raises(ZeroDivisionError):
        nltk_model(3, 0.75, train).score("the", ("<s>",))
