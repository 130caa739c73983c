"""The n-gram model: values worked out by hand, distributions that sum to 1, errors that say what to do."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlm_utils.exercises import get
from nlm_utils.ngram import NGram
from nlm_utils.text import Vocabulary

add_k_probability = get("add_k_probability").reference
count_ngrams = get("count_ngrams").reference
interpolated_probability = get("interpolated_probability").reference
mle_probability = get("mle_probability").reference

ANTS = [["ants", "hate", "ants", "."], ["red", "ants", "eat", "."]]

words = st.sampled_from(["a", "b", "c", "d", "."])
sentences_of = st.lists(st.lists(words, min_size=1, max_size=8), min_size=1, max_size=6)


def simplex(order):
    return st.lists(st.integers(1, 9), min_size=order, max_size=order).map(lambda w: [x / sum(w) for x in w])


# --- by hand ----------------------------------------------------------------------------------------------


def test_unigrams_by_hand():
    model = NGram(1).fit(ANTS)  # 8 tokens: ants 3, "." 2, hate 1, red 1, eat 1
    assert model.prob("ants", []) == 3 / 8
    assert model.prob(".", ["anything", "at", "all"]) == 2 / 8
    assert (model.n_tokens, model.n_types) == (8, 5)


def test_bigrams_by_hand():
    model = NGram(2).fit(ANTS)
    assert model.prob("ants", []) == 1 / 2  # one of the two sentences starts with it
    assert model.prob("hate", ["ants"]) == 1 / 3  # ants is followed by hate, ".", eat
    assert model.prob("ants", ["red"]) == 1.0
    assert model.prob("red", ["ants"]) == 0.0
    assert model.prob("ants", ["."]) == 0.0  # nothing ever follows the full stop
    assert model.n_types == 8  # <s> ants, ants hate, hate ants, ants ., <s> red, red ants, ants eat, eat .


def test_trigrams_see_where_the_sentence_starts():
    model = NGram(3).fit(ANTS)
    assert model.prob("hate", ["ants"]) == 1.0  # <s> ants is followed by hate only
    assert model.prob("eat", ["red", "ants"]) == 1.0
    assert model.prob("eat", ["blue", "red", "ants"]) == 1.0  # what lies further back is not looked at
    assert model.prob(".", ["hate", "ants"]) == 1.0


def test_add_k_by_hand():
    model = NGram(2, k=0.5).fit(ANTS)  # 5 types and <unk> can come next: 6 events
    assert model.prob("hate", ["ants"]) == pytest.approx((1 + 0.5) / (3 + 3))
    assert model.prob("red", ["ants"]) == pytest.approx(0.5 / 6)
    assert model.prob("iPad", ["ants"]) == pytest.approx(0.5 / 6)  # <unk>
    assert model.prob("ants", ["iPad"]) == pytest.approx(1 / 6)  # a prefix never seen: every word alike
    assert model.prob("<s>", ["ants"]) == 0.0


def test_interpolation_by_hand():
    model = NGram(2, weights=[0.25, 0.75]).fit(ANTS)
    assert model.prob("hate", ["ants"]) == pytest.approx(0.25 * 1 / 8 + 0.75 * 1 / 3)
    assert model.prob("red", ["ants"]) == pytest.approx(0.25 * 1 / 8)
    assert model.prob("ants", ["iPad"]) == pytest.approx(
        3 / 8
    )  # order 2 cannot answer: order 1 has all the weight


def test_scoring_by_hand():
    model = NGram(2).fit(ANTS)
    expected = np.log([1 / 2, 1.0, 1 / 3, 1.0])  # <s> red, red ants, ants eat, eat .
    assert model.log_probs([["red", "ants", "eat", "."]]) == pytest.approx(expected)
    assert model.nats_per_token([["red", "ants", "eat", "."]]) == pytest.approx(math.log(6) / 4)
    assert model.nats_per_token([["red", "ants", "hate", "red"]]) == math.inf
    assert model.unseen_share([["red", "ants", "hate", "red"]]) == 1 / 4
    assert NGram(3).fit(ANTS).unseen_share([["red", "ants", "hate", "ants", "."]]) == 1 / 5  # red ants hate


def test_a_mixture_counts_the_ngrams_of_its_highest_order():
    plain, mixed = NGram(2).fit(ANTS), NGram(2, weights=[0.5, 0.5]).fit(ANTS)
    text = [["red", "ants", "hate", "red"]]
    assert (mixed.n_tokens, mixed.n_types) == (plain.n_tokens, plain.n_types) == (8, 8)
    assert mixed.unseen_share(text) == plain.unseen_share(text) == 1 / 4


def test_running_text_is_one_sentence():
    tokens = ["the", "ants", "eat", ".", "the", "ants", "hate", "."]
    model = NGram(2).fit([tokens])
    assert model.prob("the", ["."]) == 1.0
    assert model.prob("eat", ["ants"]) == 1 / 2


# --- against the teaching functions of lecture 01 ---------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(sentences_of, st.integers(1, 4), st.lists(words, max_size=5), words)
def test_agrees_with_the_exercises(sentences, order, prefix, word):
    """One padded text, where no n-gram reaches over a sentence's start, seen by mle_probability and by
    NGram.
    """
    model = NGram(order).fit(sentences)
    marks = ["<s>"] * (order - 1)
    counts = Counter()
    for sentence in sentences:
        counts += count_ngrams([*marks, *sentence], order)
    shown = tuple([*marks, *prefix][len(prefix) :]) if order > 1 else ()
    followed = sum(c for ngram, c in counts.items() if ngram[:-1] == shown)
    assert model.prob(word, prefix) == pytest.approx(counts[(*shown, word)] / followed if followed else 0.0)
    smoothed = NGram(order, k=0.3).fit(sentences)
    if word in smoothed.vocabulary:
        by_hand = add_k_probability(counts[(*shown, word)], followed, len(smoothed.vocabulary) - 1, 0.3)
        assert smoothed.prob(word, prefix) == pytest.approx(by_hand)
    tokens = sentences[0]
    first = NGram(order).fit([tokens])
    if len(prefix) >= order - 1:
        shown = tuple(prefix[len(prefix) - order + 1 :])
        assert first.prob(word, prefix) == pytest.approx(mle_probability(tokens, shown, word))


@settings(max_examples=40, deadline=None)
@given(sentences_of, st.integers(1, 4), st.data())
def test_interpolation_agrees_with_the_exercise(sentences, order, data):
    weights = data.draw(simplex(order))
    model = NGram(order, weights=weights).fit(sentences)
    prefix = data.draw(st.sampled_from(sentences))[:3][
        :-1
    ]  # a prefix that was seen, so every order can answer
    word = data.draw(words)
    estimates = [NGram(n).fit(sentences).prob(word, prefix) for n in range(1, order + 1)]
    assert model.prob(word, prefix) == pytest.approx(interpolated_probability(estimates, weights))


# --- every conditional distribution sums to 1 -------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(sentences_of, st.integers(1, 5), st.sampled_from([0.0, 0.01, 1.0]), st.booleans(), st.data())
def test_distributions_sum_to_one(sentences, order, k, mixed, data):
    weights = data.draw(simplex(order)) if mixed else None
    model = NGram(order, k=k, weights=weights).fit(sentences)
    prefixes = data.draw(st.lists(st.lists(words, max_size=6), min_size=1, max_size=4))
    distributions = model.distributions(prefixes)
    assert distributions.shape == (len(prefixes), len(model.vocabulary))
    assert (distributions >= 0).all()
    for prefix, p in zip(prefixes, distributions, strict=True):
        seen = k > 0 or mixed or order == 1 or model.next_word(prefix) != {}
        assert p.sum() == pytest.approx(1.0 if seen else 0.0)
        for word in ("a", ".", "iPad", "<s>"):
            assert model.prob(word, prefix) == pytest.approx(p[model.vocabulary.id(word)])


def test_next_word_is_sorted_and_holds_no_zeros():
    following = NGram(2).fit(ANTS).next_word(["ants"])
    assert following == pytest.approx({"hate": 1 / 3, ".": 1 / 3, "eat": 1 / 3})
    shares = list(NGram(1).fit(ANTS).next_word([]).values())
    assert shares == sorted(shares, reverse=True) and min(shares) > 0


@settings(max_examples=30, deadline=None)
@given(sentences_of, st.integers(1, 4), st.sampled_from([0.0, 0.5]))
def test_a_text_is_scored_word_by_word(sentences, order, k):
    model = NGram(order, k=k, vocabulary=Vocabulary.from_types(list("abcd."))).fit(sentences[:2])
    one_by_one = [model.prob(s[i], s[:i]) for s in sentences for i in range(len(s))]
    assert np.exp(model.log_probs(sentences)) == pytest.approx(one_by_one)


def test_maximum_likelihood_is_the_best_on_its_own_text():
    text = [["a", "b", "a", "."], ["b", "b", "a", "."], ["a", "."]]
    best = NGram(2).fit(text).nats_per_token(text)
    assert best < NGram(2, k=0.1).fit(text).nats_per_token(text)
    assert best < NGram(2, weights=[0.1, 0.9]).fit(text).nats_per_token(text)


# --- packing, tuning, sampling ----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2, 4, 7, 12])
def test_many_types_and_long_prefixes_do_not_overflow(order):
    """50 002 types to the 12th power is far beyond 64 bits; a Counter of tuples gives the truth."""
    vocabulary = Vocabulary.from_types(f"w{i}" for i in range(50_000))
    rng = np.random.default_rng(order)
    tokens = vocabulary.decode(rng.choice([2, 3, 40_000, 50_001], size=3_000).tolist())
    model = NGram(order, vocabulary=vocabulary).fit([tokens])
    padded = ["<s>"] * (order - 1) + tokens
    counts = count_ngrams(padded, order)
    assert model.n_types == len(counts)
    followed = Counter()
    for ngram, count in counts.items():
        followed[ngram[:-1]] += count
    expected = [
        counts[w] / followed[w[:-1]] for w in (tuple(padded[i : i + order]) for i in range(len(tokens)))
    ]
    assert np.exp(model.log_probs([tokens])) == pytest.approx(expected)


def test_tuning_finds_the_best_weights():
    rng = np.random.default_rng(0)
    text = [
        list(rng.choice(list("abcd"), size=10, p=[0.4, 0.3, 0.2, 0.1])) for _ in range(60)
    ]  # order 1 is the truth
    model = NGram(3, weights=[0.2, 0.3, 0.5]).fit(text[:20])
    before = model.nats_per_token(text[20:])
    model.tune(text[20:], n_steps=1000)
    assert model.nats_per_token(text[20:]) < before
    assert model.weights.argmax() == 0 and model.weights.sum() == pytest.approx(1)
    grid = [[a, b, 1 - a - b] for a in np.linspace(0.01, 0.97, 25) for b in np.linspace(0.01, 0.98 - a, 10)]
    best = min(NGram(3, weights=w).fit(text[:20]).nats_per_token(text[20:]) for w in grid)
    assert model.nats_per_token(text[20:]) <= best + 1e-3


def test_tuning_hears_nothing_in_tokens_that_leave_no_choice():
    """After `iPad`, never seen, only order 1 can answer; no order expects an `iPad`. Neither says which is better."""
    train = [["a", "b", "a", "b", "a", "c", "b", "a", "a", "b"]]
    text = ["a", "b", "a", "c", "a", "b", "b", "a", "c", "b", "a", "b"]

    def tuned(tokens):
        return NGram(2, weights=[0.5, 0.5]).fit(train).tune([tokens], n_steps=3000).weights

    assert 0.1 < tuned(text)[0] < 0.9
    assert tuned(text + ["iPad", "iPad", "a"] * 12) == pytest.approx(tuned(text), abs=1e-6)


@pytest.mark.parametrize(
    "settings_of", [{"k": 0.0}, {"k": 0.7}, {"k": 0.2, "weights": [0.3, 0.7]}, {"weights": [0.5, 0.5]}]
)
def test_samples_follow_the_distribution(settings_of):
    model = NGram(2, **settings_of).fit(ANTS)
    drawn = model.sample(20_000, rng=3, max_length=2)
    first = Counter(sentence[0] for sentence in drawn)
    second = Counter(sentence[1] for sentence in drawn if sentence[0] == "ants")
    for counts, prefix in ((first, []), (second, ["ants"])):
        p = model.distribution(prefix)
        for word in model.vocabulary.types:
            expected = p[model.vocabulary.id(word)]
            error = math.sqrt(expected * (1 - expected) / counts.total())
            assert abs(counts[word] / counts.total() - expected) <= 4 * error + 1e-12, (prefix, word)


def test_samples_stop_and_repeat():
    model = NGram(2, k=0.01).fit(ANTS)
    sentences = model.sample(50, rng=1)
    assert sentences == model.sample(50, rng=np.random.default_rng(1)) != model.sample(50, rng=2)
    assert all(sentence.index(".") == len(sentence) - 1 for sentence in sentences if "." in sentence)
    assert max(len(sentence) for sentence in model.sample(50, rng=1, max_length=3)) == 3
    asked = NGram(2, k=0.01).fit([["a", ".", "!"], [".", "a", "!"]]).sample(50, rng=1, end="!")
    assert all(sentence.index("!") == len(sentence) - 1 for sentence in asked if "!" in sentence)
    assert any("." in sentence[:-1] for sentence in asked)
    # nothing ever follows "b": with counts alone the sentence ends there
    assert NGram(2).fit([["a", "b"]]).sample(2, rng=0) == [["a", "b"], ["a", "b"]]


def test_fitting_again_forgets_and_arguments_stay():
    text = [["a", "b", "."]]
    model = NGram(2, vocabulary=Vocabulary.from_types(["a", "b", "."])).fit([["b", "a", "."]])
    model.fit(text)
    assert model.prob("a", []) == 1.0 and text == [["a", "b", "."]]


# --- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: NGram(0), "order must be a whole number >= 1, got 0"),
        (lambda: NGram(2.5), "order"),
        (lambda: NGram(2, k=-1), "k must be >= 0"),
        (lambda: NGram(2, k=math.nan), "k must be"),
        (lambda: NGram(2, weights=[1.0]), "one number for each order 1 … 2"),
        (lambda: NGram(2, weights=[0.5, 0.6]), "sum to 1"),
        (lambda: NGram(2, weights=[1.5, -0.5]), ">= 0"),
        (lambda: NGram(2).fit([]), "no tokens"),
        (lambda: NGram(2).fit([[], []]), "no tokens"),
        (lambda: NGram(2).fit(["the", "ants"]), r"fit\(\[tokens\]\)"),
        (lambda: NGram(2).fit([["<s>", "ants"]]), "<s>"),
        (lambda: NGram(2).fit(ANTS).nats_per_token([]), "no tokens"),
        (lambda: NGram(2).fit(ANTS).prob("ants", "the red"), "list of tokens"),
        (lambda: NGram(2).fit(ANTS).tune(ANTS), "no weights"),
        (lambda: NGram(2, weights=[0.5, 0.5]).fit(ANTS).tune([["iPad"]]), "above 0"),
    ],
)
def test_wrong_input_is_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model.prob("ants", []),
        lambda model: model.distribution([]),
        lambda model: model.nats_per_token(ANTS),
        lambda model: model.sample(1, 0),
        lambda model: model.n_types,
        lambda model: model.unseen_share(ANTS),
    ],
)
def test_not_fitted(ask):
    with pytest.raises(RuntimeError, match=r"not fitted; call fit"):
        ask(NGram(2))
