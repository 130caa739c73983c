"""evaluation.py: the loss on a text and the gap to the floor of Campus, with their standard errors."""

import numpy as np
import pytest

from nlm_utils import evaluation, functional
from nlm_utils.corpora import campus
from nlm_utils.text import Vocabulary


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary.from_types(campus.types())


@pytest.fixture(scope="module")
def sentences():
    return campus.sample(300, seed=404)


@pytest.fixture(scope="module")
def truth(sentences, vocabulary):
    return campus.exact_distributions(sentences, vocabulary)


def uniform(vocabulary):
    words = [word for word in vocabulary if word not in ("<s>", "<unk>")]
    return lambda prefix: dict.fromkeys(words, 1 / len(words))


def test_prefixes_are_those_of_every_token():
    assert evaluation.prefixes([["a", "b"], ["c"]]) == [[], ["a"], []]


def test_a_function_of_the_prefix_becomes_one_row_per_token(sentences, vocabulary, truth):
    by_function = evaluation.distributions(campus.next_word, sentences, vocabulary)
    np.testing.assert_allclose(by_function, truth, atol=1e-12)
    np.testing.assert_allclose(by_function.sum(axis=1), 1)


def test_the_source_has_no_gap_and_a_loss_near_the_entropy_rate(sentences, vocabulary, truth):
    assert evaluation.gap(truth, truth, sentences) == (0.0, 0.0)
    loss = evaluation.nats_per_token(truth, sentences, vocabulary)
    total = sum(campus.log_prob(sentence) for sentence in sentences)
    assert loss.mean == pytest.approx(-total / sum(map(len, sentences)))
    assert abs(loss.mean - campus.entropy_rate()) < 4 * loss.standard_error


def test_a_uniform_guess_loses_log_v(sentences, vocabulary, truth):
    q = evaluation.distributions(uniform(vocabulary), sentences, vocabulary)
    vocab_size = len(vocabulary) - 2
    loss = evaluation.nats_per_token(q, sentences, vocabulary)
    assert loss.mean == pytest.approx(np.log(vocab_size))
    assert loss.standard_error == pytest.approx(0, abs=1e-12)
    entropies = [functional.entropy(row) for row in truth]
    gap = evaluation.gap(truth, q, sentences)
    assert gap.mean == pytest.approx(np.log(vocab_size) - np.mean(entropies))


def test_the_gap_is_the_mean_divergence(sentences, vocabulary, truth):
    q = 0.9 * truth + 0.1 / truth.shape[1]
    by_hand = [functional.kl_divergence(p, belief) for p, belief in zip(truth, q, strict=True)]
    gap = evaluation.gap(truth, q, sentences)
    assert gap.mean == pytest.approx(np.mean(by_hand))
    assert gap.mean > 3 * gap.standard_error > 0
    assert evaluation.gap(truth, q.astype(np.float32), sentences).mean == pytest.approx(gap.mean, rel=1e-4)


def test_a_word_called_impossible_makes_loss_and_gap_infinite(sentences, vocabulary, truth):
    q = truth.copy()
    q[0] = 0
    q[0, vocabulary.id(".")] = 1  # no sentence starts with a full stop
    assert evaluation.gap(truth, q, sentences).mean == np.inf
    assert evaluation.nats_per_token(q, sentences, vocabulary).mean == np.inf


def test_standard_error_is_the_spread_of_the_mean_over_texts():
    rng = np.random.default_rng(0)

    def text():
        lengths = rng.integers(2, 12, size=80)
        # the tokens of a sentence share one shift, so that they hang together
        values = np.repeat(rng.normal(0, 1, 80), lengths) + rng.normal(0, 0.3, lengths.sum())
        return evaluation.mean_over_tokens(values, [["w"] * length for length in lengths])

    estimates = [text() for _ in range(600)]
    spread = np.std([estimate.mean for estimate in estimates])
    claimed = np.mean([estimate.standard_error for estimate in estimates])
    assert claimed == pytest.approx(spread, rel=0.12)


def test_two_sentences_by_hand():
    """Sums 1 and 3 over one token each: mean 2, variance (1 + 1) / (2 − 1), that of the mean half of it."""
    estimate = evaluation.mean_over_tokens(np.array([1.0, 3.0]), [["a"], ["b"]])
    assert estimate == pytest.approx((2.0, 1.0))
    assert str(evaluation.Estimate(2.0, 0.25)) == "≈ 2.000 ± ≈ 0.250 nats per token"


def test_errors_say_what_was_expected(sentences, vocabulary, truth):
    with pytest.raises(ValueError, match="one row of probabilities per token"):
        evaluation.nats_per_token(truth[:-1], sentences, vocabulary)
    with pytest.raises(ValueError, match="one row of probabilities per token"):
        evaluation.gap(truth, truth[:, :-1], sentences)
    with pytest.raises(ValueError, match="two sentences or more"):
        evaluation.mean_over_tokens(np.zeros(3), [["a", "b", "c"]])
    with pytest.raises(ValueError, match="want as many values, got 2"):
        evaluation.mean_over_tokens(np.zeros(2), [["a", "b"], ["c"]])
    with pytest.raises(ValueError, match="'zebra'"):
        evaluation.distributions(lambda prefix: {"zebra": 1.0}, sentences, vocabulary)
