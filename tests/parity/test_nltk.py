"""Our counts against nltk.lm, which nobody here wrote: MLE and Lidstone, orders 1 to 4. Run by `make parity`.

NLTK is handed the n-grams of sentences padded on the left only, as ours are. A word outside its vocabulary is
`<UNK>` there and `<unk>` here; `<s>` stays outside its vocabulary, since it is never predicted, and is looked
up as `<UNK>` in prefixes. So both count V − 1 events (and no prefix below holds an unknown word, which NLTK
would take for `<s>`).
"""

import numpy as np
import pytest
from nltk.lm import MLE, Lidstone
from nltk.lm import Vocabulary as NltkVocabulary
from nltk.util import ngrams

from nlm_utils.ngram import NGram
from nlm_utils.text import Vocabulary

TYPES = ["the", "ants", "hate", "eat", "red", "blue", "."]


def corpus(n_sentences: int, seed: int) -> list[list[str]]:
    rng = np.random.default_rng(seed)
    share = np.array([5, 4, 3, 2, 2, 1], dtype=float)
    return [
        [*rng.choice(TYPES[:-1], size=rng.integers(1, 7), p=share / share.sum()).tolist(), "."]
        for _ in range(n_sentences)
    ]


def nltk_model(order: int, k: float, sentences: list[list[str]]):
    # A type counts as known when it stands in this text once; <s> is not in it.
    vocabulary = NltkVocabulary([word for word in TYPES for _ in range(2)], unk_cutoff=1)
    model = Lidstone(k, order, vocabulary) if k else MLE(order, vocabulary)
    padded = [["<s>"] * (order - 1) + sentence for sentence in sentences]
    model.fit([list(ngrams(sentence, order)) for sentence in padded])
    return model


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("k", [0.0, 0.1, 1.0])
def test_same_probabilities(order, k):
    train, test = corpus(200, seed=order), corpus(60, seed=100 + order)
    ours = NGram(order, k=k, vocabulary=Vocabulary.from_types(TYPES)).fit(train)
    theirs = nltk_model(order, k, train)
    assert len(theirs.vocab) == len(ours.vocabulary) - 1
    compared, zeros = 0, 0
    for sentence in test:
        padded = ["<s>"] * (order - 1) + sentence
        for i, word in enumerate(sentence):
            expected = theirs.score(word, padded[i : i + order - 1])
            assert ours.prob(word, sentence[:i]) == pytest.approx(expected, abs=1e-12)
            compared, zeros = compared + 1, zeros + (expected == 0)
    assert compared > 200
    assert (zeros > 0) == (k == 0 and order > 2)  # the comparison has met unseen n-grams


@pytest.mark.parametrize("order", [1, 2, 3])
def test_same_distribution_and_unknown_words(order):
    train = corpus(100, seed=7)
    ours = NGram(order, k=0.25, vocabulary=Vocabulary.from_types(TYPES)).fit(train)
    theirs = nltk_model(order, 0.25, train)
    for prefix in ([], ["the"], ["ants", "hate"], ["hate", "hate", "hate"]):
        padded = ["<s>"] * (order - 1) + prefix
        context = padded[len(padded) - order + 1 :]
        for word in [*TYPES, "iPad"]:
            assert ours.prob(word, prefix) == pytest.approx(theirs.score(word, context), abs=1e-12)


@pytest.mark.parametrize("order", [2, 3])
def test_same_loss_of_a_text(order):
    train, test = corpus(150, seed=11), corpus(40, seed=12)
    ours = NGram(order, k=0.5, vocabulary=Vocabulary.from_types(TYPES)).fit(train)
    theirs = nltk_model(order, 0.5, train)
    windows = [w for sentence in test for w in ngrams(["<s>"] * (order - 1) + sentence, order)]
    assert ours.nats_per_token(test) == pytest.approx(theirs.entropy(windows) * np.log(2))
