"""Kneser–Ney: values worked out by hand, distributions that sum to 1, errors that say what to do."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: KneserNey(0), "order must be a whole number >= 1, got 0"),
        (lambda: KneserNey(2).fit([]), "no tokens"),
        (lambda: KneserNey(2).fit([["<s>", "a"]]), "<s>"),
        (lambda: KneserNey(2).fit([["a"]]), "none of the first three may be 0.*fallback_discounts"),
        (lambda: estimate_discounts(np.array([1] * 2 + [2] + [3] * 9)), r"D2 = .* outside \[0, 2\]"),
        (lambda: KneserNey(2, fallback_discounts=(2, 1, 1)), r"\[0, 1\]"),
    ],
)
def test_wrong_input_is_named(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()
