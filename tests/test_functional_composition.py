"""Composition, logits and softmax against their definitions, SciPy and torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special

from nlm_utils import functional

untimed = settings(deadline=None)  # a slow machine is no failure
LOGIT = st.floats(-1000, 1000, allow_nan=False, width=64)
BATCHES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=6)
LOGITS = hnp.arrays(np.float64, BATCHES, elements=LOGIT)
SMALL = st.floats(-10, 10, allow_nan=False, width=64)


@st.composite
def models(draw):
    """E and W of one shape (V, d), and the ids of a prefix, which may be empty."""
    vocab_size, dim = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    E, W = (draw(hnp.arrays(np.float64, (vocab_size, dim), elements=SMALL)) for _ in range(2))
    ids = draw(st.lists(st.integers(0, vocab_size - 1), max_size=7))
    return E, W, np.array(ids, dtype=np.int64)


@untimed
@given(LOGITS)
def test_softmax_is_a_distribution_along_the_last_axis(t):
    before = t.copy()
    p = functional.softmax(t)
    assert p.shape == t.shape and (p >= 0).all() and np.isfinite(p).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)
    assert (t == before).all()


@untimed
@given(LOGITS, st.floats(-1000, 1000))
def test_softmax_does_not_notice_a_shift(t, shift):
    # 1e-9: adding the shift itself rounds the logits, by up to 2e-13 each
    np.testing.assert_allclose(functional.softmax(t + shift), functional.softmax(t), rtol=1e-9, atol=1e-12)


@untimed
@given(LOGITS)
def test_softmax_agrees_with_scipy_and_torch(t):
    p = functional.softmax(t)
    np.testing.assert_allclose(p, special.softmax(t, axis=-1), rtol=1e-12, atol=1e-300)
    theirs = torch.softmax(torch.from_numpy(t.copy()), dim=-1).numpy()
    np.testing.assert_allclose(p, theirs, rtol=1e-12, atol=1e-300)


@untimed
@given(LOGITS)
def test_softmax_keeps_the_order_and_turns_differences_into_ratios(t):
    row = t.reshape(-1, t.shape[-1])[0]
    p = functional.softmax(row)
    best = row.argmax()
    assert p[best] == p.max()
    np.testing.assert_allclose(p, p[best] * np.exp(row - row[best]), rtol=1e-12, atol=1e-300)


def test_softmax_gives_impossible_words_exactly_nothing():
    t = np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, -1000.0]])
    p = functional.softmax(t)
    assert p[0, 1] == 0 and (p[1] == [0, 0, 1]).all()
    np.testing.assert_allclose(p[0, [0, 2]], special.softmax([0.0, 1.0]))


def test_the_example_of_the_lecture_notes():
    p = functional.softmax(np.array([1.8, -1.9, 2.9, -0.9]))
    np.testing.assert_allclose(p, [0.244135, 0.006036, 0.733422, 0.016407], atol=5e-7)


def test_softmax_takes_whole_numbers_and_cuts_no_tiny_probability_off():
    np.testing.assert_allclose(functional.softmax(np.array([3, 0, 1])), special.softmax([3.0, 0.0, 1.0]))
    p = functional.softmax(np.array([0.0, -600.0, -np.inf]))
    assert p[1] == np.exp(-600.0) > 0 and p[2] == 0


@untimed
@given(models())
def test_composition_is_the_sum_in_any_order(model):
    E, _, ids = model
    x = functional.compose_by_addition(E, ids)
    by_hand = np.zeros(E.shape[1])
    for word_id in ids:
        by_hand += E[word_id]
    assert x.shape == (E.shape[1],)
    np.testing.assert_allclose(x, by_hand, atol=1e-12)
    np.testing.assert_allclose(x, functional.compose_by_addition(E, ids[::-1]), atol=1e-12)


@untimed
@given(models(), hnp.array_shapes(min_dims=0, max_dims=2, max_side=4), st.integers(0, 1000))
def test_logits_of_a_batch_are_the_logits_of_its_vectors(model, batch, seed):
    _, W, _ = model
    x = np.random.default_rng(seed).normal(size=(*batch, W.shape[1]))
    t = functional.logits(W, x)
    assert t.shape == (*batch, len(W))
    for index in np.ndindex(*batch):
        np.testing.assert_allclose(t[index], W @ x[index], atol=1e-12)


@untimed
@given(models())
def test_the_whole_model_is_its_three_parts(model):
    E, W, ids = model
    p = functional.next_word_distribution(E, W, ids)
    assert p.shape == (len(W),)
    np.testing.assert_allclose(p.sum(), 1, rtol=1e-12)
    np.testing.assert_allclose(p, special.softmax(W @ E[ids].sum(axis=0)), rtol=1e-9, atol=1e-12)


def test_an_empty_prefix_makes_all_words_equal():
    rng = np.random.default_rng(0)
    p = functional.next_word_distribution(*rng.normal(size=(2, 5, 3)), np.array([], dtype=np.int64))
    np.testing.assert_allclose(p, 1 / 5)


@untimed
@given(LOGITS, st.floats(0.05, 100))
def test_temperature_divides_the_logits(t, temperature):
    before = t.copy()
    p = functional.softmax_with_temperature(t, temperature)
    np.testing.assert_allclose(p, special.softmax(t / temperature, axis=-1), rtol=1e-9, atol=1e-300)
    assert (t == before).all()


@untimed
@given(hnp.arrays(np.float64, st.integers(2, 6), elements=SMALL), st.floats(0.1, 10), st.floats(1.01, 10))
def test_a_higher_temperature_is_never_surer(t, temperature, factor):
    cool = functional.softmax_with_temperature(t, temperature)
    hot = functional.softmax_with_temperature(t, temperature * factor)
    assert special.entr(hot).sum() >= special.entr(cool).sum() - 1e-9


@pytest.mark.parametrize("temperature", [2, 2.0, 0.05, 1e-5])
def test_every_temperature_above_zero_is_allowed_and_impossible_stays_impossible(temperature):
    p = functional.softmax_with_temperature(np.array([0.0, -np.inf, 1.0]) * temperature, temperature)
    assert p[1] == 0
    np.testing.assert_allclose(p[[0, 2]], special.softmax([0.0, 1.0]))


def test_a_high_temperature_brings_back_what_a_softmax_would_lose():
    p = functional.softmax_with_temperature(np.array([0.0, -1000.0]), 100.0)
    np.testing.assert_allclose(p, special.softmax([0.0, -10.0]))


@pytest.mark.parametrize("temperature", [0, 0.0, -1, -0.5])
def test_a_temperature_that_means_nothing_is_refused(temperature):
    with pytest.raises(ValueError, match=f"temperature must be > 0, got {temperature}"):
        functional.softmax_with_temperature(np.zeros(3), temperature)
