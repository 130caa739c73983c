"""What lecture 08 quotes: the best window there can be is computed rightly, and the kept results are of this Campus."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from nlm_utils import benchmark_results, text
from nlm_utils.corpora import campus

VOCABULARY = text.Vocabulary.from_types(campus.types())
SENTENCES = campus.sample(500, seed=0)
EXACT = campus.exact_distributions(SENTENCES, VOCABULARY)


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "benchmarks"))
    return importlib.import_module("ten_times")


def test_a_window_as_long_as_a_sentence_knows_the_truth(benchmark):
    best = benchmark.of_the_best_window(SENTENCES, VOCABULARY, window=25)
    np.testing.assert_allclose(best, EXACT, atol=1e-12)


@pytest.mark.parametrize("window", [1, 2, 5])
def test_the_best_window_reaches_the_floor_of_its_n_grams(benchmark, window):
    best = benchmark.of_the_best_window(SENTENCES, VOCABULARY, window)
    assert (best[EXACT > 0] > 0).all(), "what can come after the whole prefix can come after its last words"
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(EXACT > 0, EXACT * np.log(EXACT / best), 0).sum(1).mean()
    assert campus.entropy_rate() + gap == pytest.approx(campus.ngram_floor(window + 1), abs=0.05)


def test_masses_are_what_is_given_to_excluded_words(benchmark):
    p, q = np.array([[1.0, 0.0, 0.0]]), np.array([[0.5, 0.3, 0.2]])
    found = benchmark.masses(q, p, best=np.array([[0.5, 0.5, 0.0]]))
    assert found == pytest.approx(
        {"impossible": 0.5, "outside_the_top_ten": 0.0, "possible_after_the_window": 0.3}
    )


def test_the_kept_results_are_complete_and_of_this_campus(benchmark):
    kept = benchmark_results.load("ten_times")
    assert kept["campus_fingerprint"] == campus.fingerprint()
    assert set(kept["seeds"]["sweep"]).isdisjoint(kept["seeds"]["runs"])
    assert len(kept["runs"]) == 4 * 5 * 2 and len(kept["withheld"]) == 2 * 5 * 2
    losses = {(entry["name"], entry["peak"]): entry["loss"] for entry in kept["sweep"]}
    for name, peak in kept["settings"]["peaks"].items():
        assert losses[name, peak] == min(loss for (other, _), loss in losses.items() if other == name)
