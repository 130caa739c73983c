"""The loss section of functional.py against torch and SciPy, and the laws of information theory."""

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from nlm_utils import functional

logit = st.floats(-1000, 1000)
rows_of_logits = nps.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 7)), elements=logit)


@st.composite
def distributions(draw, size=None, zeros=True):
    """(V,) probabilities that sum to 1, some of them exactly 0 where `zeros`."""
    size = size or draw(st.integers(1, 8))
    smallest = 0 if zeros else 1
    weights = np.array(draw(st.lists(st.integers(smallest, 50), min_size=size, max_size=size)), float)
    assume(weights.sum() > 0)
    return weights / weights.sum()


@st.composite
def pairs(draw, zeros=True):
    size = draw(st.integers(1, 8))
    return draw(distributions(size, zeros)), draw(distributions(size, zeros))


# --- golden values -------------------------------------------------------------------------------------


def test_the_example_of_the_lecture_notes():
    p = functional.softmax(np.array([1.8, -1.9, 2.9, -0.9]))
    surprises = [functional.negative_log_likelihood(p, target) for target in range(4)]
    np.testing.assert_allclose(surprises, [1.410, 5.110, 0.310, 4.110], atol=5e-4)


def test_values_worked_out_by_hand():
    assert functional.negative_log_likelihood(np.array([0.25, 0.75]), 0) == pytest.approx(2 * np.log(2))
    assert functional.entropy(np.array([0.5, 0.25, 0.25, 0.0])) == pytest.approx(1.5 * np.log(2))
    assert functional.perplexity(np.log(210)) == pytest.approx(210)
    assert functional.perplexity(0.0) == 1
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    assert functional.kl_divergence(p, q) == pytest.approx(0.5 * np.log(2) + 0.5 * np.log(2 / 3))
    assert functional.kl_divergence(q, p) == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5))
    assert functional.kl_divergence(p, np.array([1.0, 0.0])) == np.inf
    assert functional.kl_divergence(np.array([1.0, 0.0]), p) == pytest.approx(np.log(2))


def test_log_softmax_of_huge_logits():
    np.testing.assert_array_equal(functional.log_softmax(np.array([1000.0, 0.0])), [0.0, -1000.0])
    np.testing.assert_array_equal(functional.log_softmax(np.array([-1000.0, 1000.0])), [-2000.0, 0.0])


def test_the_entropy_of_a_certain_word_is_zero_and_not_minus_zero():
    assert str(functional.entropy(np.array([0.0, 1.0, 0.0]))) == "0.0"


# --- log_softmax and cross_entropy ---------------------------------------------------------------------


@given(nps.arrays(np.float64, nps.array_shapes(min_dims=1, max_dims=4, max_side=5), elements=logit))
def test_log_softmax_agrees_with_scipy_and_torch(t):
    before = t.copy()
    ours = functional.log_softmax(t)
    np.testing.assert_allclose(ours, scipy.special.log_softmax(t, axis=-1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(ours, torch.log_softmax(torch.tensor(t), -1).numpy(), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(t, before)


@given(rows_of_logits)
def test_log_softmax_is_finite_and_its_exponentials_sum_to_one(t):
    log_p = functional.log_softmax(t)
    assert np.isfinite(log_p).all()
    np.testing.assert_allclose(np.exp(log_p).sum(axis=-1), 1, rtol=1e-12)
    np.testing.assert_allclose(np.exp(log_p), functional.softmax(t), rtol=1e-12, atol=1e-300)


@given(rows_of_logits, st.floats(-1000, 1000))
def test_log_softmax_does_not_see_a_constant(t, constant):
    np.testing.assert_allclose(
        functional.log_softmax(t + constant), functional.log_softmax(t), rtol=1e-9, atol=1e-9
    )


@given(rows_of_logits, st.data())
def test_cross_entropy_agrees_with_torch(t, data):
    n_rows, vocab_size = t.shape
    targets = data.draw(nps.arrays(np.int64, n_rows, elements=st.integers(0, vocab_size - 1)))
    theirs = torch.nn.functional.cross_entropy(torch.tensor(t), torch.tensor(targets)).item()
    assert functional.cross_entropy(t, targets) == pytest.approx(theirs, rel=1e-12, abs=1e-12)


@given(rows_of_logits, st.data())
def test_cross_entropy_is_the_mean_of_the_surprises(t, data):
    t = t / 100  # no probability is rounded to 0, so that −log p can be taken after the softmax too
    targets = data.draw(nps.arrays(np.int64, len(t), elements=st.integers(0, t.shape[1] - 1)))
    rows = zip(functional.softmax(t), targets, strict=True)
    surprises = [functional.negative_log_likelihood(p, target) for p, target in rows]
    assert functional.cross_entropy(t, targets) == pytest.approx(np.mean(surprises), rel=1e-9, abs=1e-9)


# --- entropy, divergence, perplexity -------------------------------------------------------------------


@given(distributions())
def test_entropy_lies_between_zero_and_log_of_the_vocabulary(p):
    before = p.copy()
    entropy = functional.entropy(p)
    assert -1e-12 <= entropy <= np.log(len(p)) + 1e-12
    assert entropy == pytest.approx(scipy.special.entr(p).sum(), abs=1e-12)
    np.testing.assert_array_equal(p, before)


@given(st.integers(1, 300))
def test_a_uniform_guess_has_entropy_log_v_and_perplexity_v(vocab_size):
    p = np.full(vocab_size, 1 / vocab_size)
    assert functional.entropy(p) == pytest.approx(np.log(vocab_size), abs=1e-12)
    assert functional.perplexity(functional.entropy(p)) == pytest.approx(vocab_size)


@given(pairs())
def test_divergence_is_never_negative_and_agrees_with_scipy(pair):
    p, q = pair
    divergence = functional.kl_divergence(p, q)
    assert divergence >= -1e-12
    expected = scipy.special.rel_entr(p, q).sum()
    assert divergence == pytest.approx(expected, abs=1e-12)
    assert np.isinf(divergence) == bool(((p > 0) & (q == 0)).any())


@given(distributions())
def test_divergence_from_itself_is_zero(p):
    assert functional.kl_divergence(p, p) == 0


@given(pairs())
def test_divergence_is_zero_only_between_equals(pair):
    p, q = pair
    distance = np.abs(p - q).sum()
    assume(distance > 0)
    # Pinsker's inequality (Cover & Thomas 2006, lemma 11.6.1): KL is at least half the squared distance
    assert functional.kl_divergence(p, q) >= distance**2 / 2 - 1e-12
    assert functional.kl_divergence(p, q) > 0


@given(pairs(zeros=False))
def test_expected_loss_is_entropy_plus_divergence(pair):
    p, q = pair
    surprises = [functional.negative_log_likelihood(q, target) for target in range(len(q))]
    expected_loss = float(p @ surprises)
    parts = functional.entropy(p) + functional.kl_divergence(p, q)
    assert expected_loss == pytest.approx(parts, abs=1e-12)


@given(st.floats(0, 20), st.floats(0.001, 5))
def test_perplexity_undoes_the_logarithm_and_grows(loss, more):
    assert np.log(functional.perplexity(loss)) == pytest.approx(loss, abs=1e-12)
    assert functional.perplexity(loss + more) > functional.perplexity(loss)


@pytest.mark.parametrize(
    "value",
    [
        functional.negative_log_likelihood(np.array([0.5, 0.5]), 0),
        functional.cross_entropy(np.zeros((2, 3)), np.array([0, 2])),
        functional.perplexity(1.0),
        functional.entropy(np.array([0.5, 0.5])),
        functional.kl_divergence(np.array([0.5, 0.5]), np.array([0.1, 0.9])),
    ],
)
def test_numbers_come_back_as_plain_floats(value):
    assert type(value) is float
