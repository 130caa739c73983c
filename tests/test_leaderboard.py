"""The contestants at equal size, and the table that ranks them."""

import math

import pytest

from nlm_utils import leaderboard, models
from nlm_utils.leaderboard import Entry, entries, fitted_slope, ranking, ranks, sized, table
from nlm_utils.models.registry import COMPOSITIONS


@pytest.mark.parametrize("build", COMPOSITIONS.values(), ids=COMPOSITIONS)
def test_a_contestant_gets_the_wanted_size(build):
    model = sized(build, 250, 25, 60_000)
    assert model.n_parameters == pytest.approx(60_000, rel=0.08)
    for dim in (model.dim - leaderboard.DIM_STEP, model.dim + leaderboard.DIM_STEP):
        other = models.LanguageModel(250, dim, build(dim, 25)).n_parameters
        assert abs(other - 60_000) >= abs(model.n_parameters - 60_000)


def test_too_small_a_wish_is_refused_with_both_numbers():
    with pytest.raises(ValueError, match=r"dim = 4 this model has 16,000 parameters.*1,000"):
        sized(COMPOSITIONS["addition"], 2000, 25, 1000)


A, B, C = Entry("a", (1.0, 1.2), 10, 1.0), Entry("b", (1.15, 1.3), 20, 2.0), Entry("c", (1.25, 1.5), 30, 3.0)


def test_the_lowest_mean_comes_first():
    assert [entry.name for entry in ranking([C, A, B])] == ["a", "b", "c"]
    assert A.loss == pytest.approx(1.1) and A.spread == pytest.approx(0.2)


def test_entries_whose_seeds_overlap_share_a_rank():
    assert [(rank, entry.name) for rank, entry in ranks([C, A, B])] == [(1, "a"), (1, "b"), (3, "c")]


def test_the_table_points_at_one_entry_and_shows_the_floor():
    lines = table([C, A, Entry("counted", (2.0,), 1_234_567, 0.04)], floor=1.0, yours="c").splitlines()
    assert lines[0].split("|")[4].strip() == "above the floor"
    assert lines[2] == "| 1 | a | 1.100 | 0.100 | 0.200 (2) | 10 | 1.0 |"
    assert lines[3] == "| 2 | **c** ← | 1.375 | 0.375 | 0.250 (2) | 30 | 3.0 |"
    assert lines[4] == "| 3 | counted | 2.000 | 1.000 | – | 1 234 567 | 0.0 |"
    assert "above the floor" not in table([A])


def test_an_entry_without_losses_is_refused():
    with pytest.raises(ValueError, match="nobody has no loss"):
        Entry("nobody", (), 1, 1.0)


def test_the_slope_of_a_power_law_is_its_exponent():
    x = [1.0, 10.0, 50.0, 1000.0]
    assert fitted_slope(x, [3 * value**-0.7 for value in x]) == pytest.approx(-0.7, abs=1e-12)
    with pytest.raises(ValueError, match="two points"):
        fitted_slope([1.0], [1.0])
    with pytest.raises(ValueError, match="> 0"):
        fitted_slope([1.0, 2.0], [0.0, 1.0])


def test_a_slope_is_not_moved_by_units():
    x, y = [1.0, 2.0, 4.0, 8.0], [1.0, 0.7, 0.4, 0.3]
    scaled = fitted_slope([1000 * value for value in x], [value / math.e for value in y])
    assert fitted_slope(x, y) == pytest.approx(scaled, abs=1e-12)


def test_the_seeds_of_a_name_become_one_entry():
    facts = {"text": "campus", "n_parameters": 5, "part": "tokens"}
    runs = [
        facts | {"name": "a", "loss": 1.0, "seconds": 1.0},
        facts | {"name": "a", "loss": 2.0, "seconds": 3.0},
        facts | {"name": "b", "loss": 4.0, "seconds": 3.0, "part": "n-grams"},
        facts | {"name": "a", "loss": 9.0, "seconds": 3.0, "part": "pilot"},
        facts | {"name": "a", "loss": 8.0, "seconds": 3.0, "text": "names"},
    ]
    assert entries(runs, "campus", "tokens", "n-grams") == [
        Entry("a", (1.0, 2.0), 5, 2.0),
        Entry("b", (4.0,), 5, 3.0),
    ]
