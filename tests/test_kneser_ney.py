"""Kneser–Ney: values worked out by hand, distributions that sum to 1, errors that say what to do."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlm_utils import evaluation
from nlm_utils.corpora import campus
from nlm_utils.kneser_ney import KneserNey, estimate_discounts
from nlm_utils.text import Vocabulary

FALLBACK = (0.5, 1.0, 1.5)
words = st.sampled_from(["a", "b", "c", "."])
sentences_of = st.lists(st.lists(words, min_size=1, max_size=7), min_size=1, max_size=6)


def test_bigrams_by_hand():
    """<s> a b and <s> a a: before a stand {<s>, a}, before b stands {a}; events a, b, <unk>."""
    model = KneserNey(2, fallback_discounts=FALLBACK).fit([["a", "b"], ["a", "a"]])
    p_a = (2 - 1.0) / 3 + (1.0 + 0.5) / 3 / 3  # adjusted counts a 2, b 1
    p_b = (1 - 0.5) / 3 + 0.5 / 3
    assert model.prob("a", []) == pytest.approx((2 - 1) / 2 + 1 / 2 * p_a)  # <s> a occurs twice
    assert model.prob("b", ["a"]) == pytest.approx((1 - 0.5) / 2 + (0.5 + 0.5) / 2 * p_b)
    assert model.prob("b", ["b"]) == pytest.approx(p_b)  # nothing follows b
    assert model.prob("iPad", ["iPad"]) == pytest.approx(0.5 / 3)
    assert model.prob("<s>", ["a"]) == 0.0
    assert model.fallback_orders == (1, 2)


def test_discounts_by_hand():
    counts = np.array([1] * 10 + [2] * 5 + [3] * 2 + [4] + [9])  # Y = 10 / 20
    np.testing.assert_allclose(estimate_discounts(counts), [0.5, 2 - 1.5 * 2 / 5, 3 - 2 * 1 / 2])


GOLDEN = [["a", "b", "a", "b"], ["a", "a"]]


def test_given_discounts_by_hand():
    """On paper: bigrams <s> a 2, a b 2, b a 1, a a 1. Before a stand <s>, b, a: 3. Before b stands a: 1. Sum 4.

    Order 1, D = 1/4, 1/2, 3/4: γ = (3/4 + 1/4) / 4 = 1/4, and each of the events a, b, <unk> gets γ/3 = 4/48 of it:
        p(a) = (3 − 3/4)/4 + 4/48 = 31/48, p(b) = (1 − 1/4)/4 + 4/48 = 13/48, p(<unk>) = 4/48.
    Order 2, D = 1/2, 1, 3/2: after a come b 2, a 1, γ = (1 + 1/2)/3 = 1/2:
        p(b | a) = (2 − 1)/3 + 13/96 = 45/96, p(a | a) = (1 − 1/2)/3 + 31/96 = 47/96, p(<unk> | a) = 4/96.
    After b comes a 1, γ = 1/2: p(a | b) = 48/96 + 31/96. After <s> comes a 2, γ = 1/2: p(a | <s>) = (2 − 1)/2 + 31/96.
    """
    model = KneserNey(2, discounts=[[0.25, 0.5, 0.75], [0.5, 1.0, 1.5]]).fit(GOLDEN)
    assert model.fallback_orders == ()
    after = {
        "a": {"a": 47, "b": 45, "<unk>": 4},
        "b": {"a": 79, "b": 13, "<unk>": 4},
        "<s>": {"a": 79, "b": 13, "<unk>": 4},
        "never seen": {"a": 62, "b": 26, "<unk>": 8},
    }
    for last, ninety_sixths in after.items():
        p = model.next_word([] if last == "<s>" else [last])
        assert p == pytest.approx({word: share / 96 for word, share in ninety_sixths.items()})
    assert model.log_prob(["a", "b"]) == pytest.approx(math.log(79 / 96 * 45 / 96))
    assert (model.n_tokens, model.n_types) == (6, 4)  # the bigrams above


def test_an_arpa_file_by_hand(tmp_path):
    """The model above: log10 of each probability, and of γ for what can stand before; `</s>` can never come."""
    KneserNey(2, discounts=[[0.25, 0.5, 0.75], [0.5, 1.0, 1.5]]).fit(GOLDEN).save_arpa(
        tmp_path / "model.arpa"
    )
    head, *orders, end = (tmp_path / "model.arpa").read_text(encoding="utf-8").split("\n\n")
    assert head.split() == ["\\data\\", "ngram", "1=5", "ngram", "2=4"] and end == "\\end\\\n"
    rows = [row.split("\t") for order in orders for row in order.splitlines()[1:]]
    numbers = {words: [float(p), *map(float, backoff)] for p, words, *backoff in rows}
    shares = {"<unk>": [4 / 48, 1], "a": [31 / 48, 1 / 2], "b": [13 / 48, 1 / 2]}
    shares |= {"<s> a": [79 / 96], "a a": [47 / 96], "a b": [45 / 96], "b a": [79 / 96]}
    assert numbers == {
        "<s>": [-99, pytest.approx(math.log10(1 / 2), abs=1e-6)],
        "</s>": [-99],
        **{
            words: pytest.approx([math.log10(share) for share in each], abs=1e-6)
            for words, each in shares.items()
        },
    }


def test_three_equal_discounts_are_one_discount_by_hand():
    """D = 3/4 everywhere: γ = (3/4 + 3/4)/4 = 3/8, p(a) = (9/4)/4 + 1/8 = 11/16, p(b) = 3/16, p(<unk>) = 2/16; after a
    γ = 1/2, p(b | a) = (5/4)/3 + 3/32 = 49/96, p(a | a) = (1/4)/3 + 11/32 = 41/96, p(<unk> | a) = 6/96."""
    model = KneserNey(2, discounts=(0.75, 0.75, 0.75)).fit(GOLDEN)
    assert model.next_word(["a"]) == pytest.approx({"b": 49 / 96, "a": 41 / 96, "<unk>": 6 / 96})


def test_without_discounts_order_one_is_counting():
    model = KneserNey(1, discounts=(0, 0, 0)).fit(GOLDEN)
    assert model.next_word([]) == pytest.approx({"a": 4 / 6, "b": 2 / 6})


def excess(counts: Counter, p: dict[str, float]) -> float:
    """How many standard deviations Pearson's χ² of these counts lies above its mean, if p is true.

    Words expected fewer than 5 times are counted together; inf where a word came that p says cannot.
    """
    n = sum(counts.values())
    common = [word for word in p if n * p[word] >= 5]
    seen = np.array([counts[word] for word in common] + [n - sum(counts[word] for word in common)])
    expected = n * np.array([p[word] for word in common])
    expected = np.append(expected, max(n - expected.sum(), 0.0))
    if any(counts[word] and word not in p for word in counts):
        return math.inf
    if expected[-1] < 1e-6:
        seen, expected = seen[:-1], expected[:-1]
    degrees = len(seen) - 1
    return (((seen - expected) ** 2 / expected).sum() - degrees) / math.sqrt(2 * degrees)


@pytest.mark.parametrize(("order", "wrong_order"), [(1, 2), (2, 1), (3, 2), (4, 3)])
def test_samples_follow_the_probabilities(order, wrong_order):
    """After every prefix that came often χ² is within 5 standard deviations, and far outside for another order."""
    rng = np.random.default_rng(3)
    text = [rng.choice(["a", "b", "c"], size=8, p=[0.5, 0.3, 0.2]).tolist() for _ in range(30)]
    model, wrong = (KneserNey(n, discounts=(0.5, 0.8, 1.0)).fit(text) for n in (order, wrong_order))
    following: dict[tuple, Counter] = {}
    for sentence in model.sample(20_000, 11, max_length=order + 1):
        for place, word in enumerate(sentence):
            following.setdefault(tuple(sentence[:place]), Counter())[word] += 1
    often = [prefix for prefix, counts in following.items() if counts.total() >= 200]
    assert () in often and any(len(prefix) == order for prefix in often)
    assert max(excess(following[prefix], model.next_word(prefix)) for prefix in often) < 5
    assert max(excess(following[prefix], wrong.next_word(prefix)) for prefix in often) > 15


def test_samples_end_as_the_probabilities_say():
    model = KneserNey(3, predict_end=True, discounts=(0.5, 0.8, 1.0)).fit(GOLDEN * 3)
    drawn = model.sample(20_000, 3, max_length=30)
    assert not any("</s>" in sentence for sentence in drawn)
    for sentence in (["a"], ["b"], ["a", "a"], ["a", "b", "a", "b"]):
        p = math.exp(model.log_prob(sentence))
        spread = math.sqrt(20_000 * p * (1 - p))
        assert abs(drawn.count(sentence) - 20_000 * p) < 5 * spread
    assert drawn.count(["a", "a"]) > 100


def test_samples_are_seeded_and_stop():
    model = KneserNey(3, fallback_discounts=FALLBACK).fit(campus.sample(200, seed=5))
    drawn = model.sample(50, 7)
    assert drawn == model.sample(50, np.random.default_rng(7)) != model.sample(50, 8)
    assert all("." not in sentence[:-1] for sentence in drawn)
    assert all(sentence[-1] == "." or len(sentence) == 40 for sentence in drawn)
    assert [len(sentence) for sentence in model.sample(30, 7, max_length=1)] == [1] * 30
    assert model.sample(0, 7) == []
    asked = (
        KneserNey(2, discounts=(0.5, 0.8, 1.0)).fit([["a", ".", "!"], [".", "a", "!"]]).sample(50, 7, end="!")
    )
    assert all("!" not in sentence[:-1] for sentence in asked)
    assert any("." in sentence[:-1] for sentence in asked)


tokens_of_any_kind = st.text(min_size=1, max_size=3).filter(lambda token: token not in ("<s>", "</s>"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(tokens_of_any_kind, min_size=1, max_size=6), min_size=1, max_size=5),
    st.integers(1, 5),
    st.booleans(),
    st.tuples(st.floats(0, 1), st.floats(0, 2), st.floats(0, 3)),
)
def test_any_text_and_any_discounts_sum_to_one_after_every_prefix(sentences, order, predict_end, discounts):
    model = KneserNey(order, predict_end=predict_end, discounts=discounts).fit(sentences)
    prefixes = [sentence[:i] for sentence in sentences for i in range(len(sentence) + 1)]
    p = model.distributions([*prefixes, ["never seen"], [*sentences[0], "never seen", *sentences[-1]]])
    assert (p >= 0).all() and (p[:, model.vocabulary.id("<s>")] == 0).all()
    np.testing.assert_allclose(p.sum(1), 1)


@settings(max_examples=60, deadline=None)
@given(sentences_of, st.integers(1, 5), st.booleans(), st.lists(words, max_size=6))
def test_distributions_sum_to_one_and_score_the_text(sentences, order, predict_end, prefix):
    model = KneserNey(
        order, Vocabulary.from_types(list("abcd.")), predict_end=predict_end, fallback_discounts=FALLBACK
    ).fit(sentences)
    p = model.distributions([prefix, [], ["iPad", *prefix]])
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(1), 1)
    expected = sum(math.log(model.prob(w, prefix[:i])) for i, w in enumerate(prefix))
    if predict_end:
        expected += math.log(model.prob("</s>", prefix))
    if prefix:
        assert model.log_prob(prefix) == pytest.approx(expected)


def test_on_campus_more_words_help_and_no_order_beats_its_floor():
    """End to end: 20 000 sentences, orders 1 to 5, against the exact floor of each order."""
    vocabulary = Vocabulary.from_types(campus.types())
    train, test = campus.sample(20_000, seed=21), campus.sample(1_000, seed=22)
    truth, prefixes = campus.exact_distributions(test, vocabulary), evaluation.prefixes(test)
    losses = []
    for order in range(1, 6):
        model = KneserNey(order, vocabulary, fallback_discounts=FALLBACK).fit(train)
        gap = evaluation.gap(truth, model.distributions(prefixes), test)
        losses.append(campus.entropy_rate() + gap.mean)
        margin = 4 * gap.standard_error  # chance: the prefixes of the test text
        assert losses[-1] > campus.ngram_floor(order) - (margin if order < 3 else 0)
        assert losses[-1] < campus.ngram_floor(order) + margin + 0.04 * order
    assert all(longer < shorter - 0.08 for shorter, longer in pairwise(losses))


def fitted(sentences=GOLDEN) -> KneserNey:
    return KneserNey(2, fallback_discounts=FALLBACK).fit(sentences)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: KneserNey(0), "order must be a whole number >= 1, got 0"),
        (lambda: KneserNey(2).fit([]), "no tokens"),
        (lambda: KneserNey(2).fit([["<s>", "a"]]), "<s>"),
        (lambda: KneserNey(2).fit([["a"]]), "none of the first three may be 0.*fallback_discounts"),
        (lambda: estimate_discounts(np.array([1] * 2 + [2] + [3] * 9)), r"D2 = .* outside \[0, 2\]"),
        (lambda: KneserNey(2, fallback_discounts=(2, 1, 1)), r"fallback_discounts .*\[0, 1\].*got \[2"),
        (lambda: KneserNey(2, discounts=(0.5, 1)), r"discounts must be .*\(3,\).*\(2, 3\); got shape \(2,\)"),
        (lambda: KneserNey(3, discounts=[(0.5, 1, 1.5)] * 2), r"\(3, 3\); got shape \(2, 3\)"),
        (lambda: KneserNey(1, discounts=(0.5, 1, -0.5)), r"must lie in .*\[0, 3\], got \[0.5, 1.0, -0.5\]"),
        (lambda: KneserNey(1, discounts=(0.5, math.nan, 1)), "must lie in .*got .*nan"),
        (lambda: KneserNey(1.5), "whole number >= 1, got 1.5"),
        (lambda: KneserNey(1, predict_end=True).fit([["a", "</s>"]]), "holds '</s>'; leave it out"),
        (lambda: KneserNey(2).fit(["a", "b"]), "KneserNey.fit"),
        (lambda: fitted().prob("a", "a b"), "a prefix must be a list of tokens, got 'a b'; split it first"),
        (lambda: fitted().sample(-1, 0), "at least 0 and max_length at least 1, got -1 and 40"),
        (lambda: fitted().sample(1, 0, max_length=0), "max_length at least 1, got 1 and 0"),
        (lambda: fitted([["a b", "c"]]).save_arpa("never"), "white space.*'a b'"),
    ],
)
def test_wrong_input_is_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()


@pytest.mark.parametrize("method", ["prob", "distribution", "log_prob", "sample", "n_tokens", "save_arpa"])
def test_a_model_not_fitted_says_so(method, tmp_path):
    arguments = {"prob": ("a", []), "distribution": ([],), "log_prob": (["a"],), "sample": (1, 0)}
    with pytest.raises(
        RuntimeError, match=rf"KneserNey.{method}: the model is not fitted|distributions: the model"
    ):
        getattr(KneserNey(2), method)(*arguments.get(method, (tmp_path / "x",)))
