"""The figures of lecture 11 show the numbers they were given; the kept ablations are of this Campus and complete."""

import numpy as np

from nlm_utils import benchmark_results
from nlm_utils.corpora import campus
from nlm_utils.exercises import get
from nlm_utils.plots import lecture_11 as figures

count_parameters = get("count_parameters").reference


def test_two_colours_have_a_panel_for_each_model_and_a_bar_for_each_probability():
    shares = {"one": [(0.2, 0.1), (0.3, 0.4)], "two": [(0.0, 1.0), (0.9, 0.05)]}
    fig = figures.two_colours(shares, ["hated", "attacked"], ("blue", "red"))
    for ax, (name, pairs) in zip(fig.axes, shares.items(), strict=True):
        assert ax.get_title(loc="left") == name
        heights = [bar.get_height() for bar in ax.patches]
        np.testing.assert_allclose(heights, np.array(pairs).T.ravel())
        assert [label.get_text() for label in ax.get_xticklabels()] == ["hated", "attacked"]


def test_gradients_are_drawn_from_the_first_block_on_and_named():
    norms = {"pre-norm": [3.0, 2.0, 1.0], "neither": [1e-5, 1e-3, 1.0]}
    ax = figures.gradients_by_layer(norms).axes[0]
    for line, values in zip(ax.lines, norms.values(), strict=True):
        np.testing.assert_allclose(line.get_xydata(), list(zip([1, 2, 3], values, strict=True)))
    assert {text.get_text() for text in ax.texts} == set(norms) and ax.get_yscale() == "log"


def test_ablations_show_every_seed_over_dashed_floors():
    losses = {"attention alone": [1.3, 1.2], "full": [1.11, 1.12]}
    ax = figures.ablations(losses, 1.06, {"order-blind": 1.18}, "800 steps").axes[0]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose([line.get_xdata() for line in dots], list(losses.values()))
    assert [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"] == [1.06, 1.18]
    assert [label.get_text() for label in ax.get_yticklabels()] == list(losses)


def test_scores_lie_over_their_distance():
    ax = figures.scores_by_distance([0, 1, 2], {"query at 5": [1, 2, 3], "query at 9": [1, 2, 3]}).axes[0]
    shown = [line.get_xydata() for line in ax.lines if len(line.get_xdata())]
    assert len(shown) == 3
    for dots in shown:
        np.testing.assert_allclose(dots, [[0, 1], [1, 2], [2, 3]])
    assert [label.get_text() for label in ax.get_legend().get_texts()] == ["query at 5", "query at 9"]


def test_the_kept_results_are_of_this_campus_and_complete():
    kept = benchmark_results.load("ablations")
    assert kept["campus_fingerprint"] == campus.fingerprint()
    assert {"command", "seeds", "versions", "settings"} <= set(kept)
    names = {run["name"] for run in kept["runs"]}
    assert {"attention alone", "full"} <= names
    for name in names:
        runs = [run for run in kept["runs"] if run["name"] == name]
        assert sorted(run["seed"] for run in runs) == kept["seeds"]["models"]
        assert all(len(run["gaps"]) == len(kept["settings"]["measure_at"]) for run in runs)
    counted = count_parameters(
        len(campus.types()) + 2, kept["settings"]["dim"], kept["settings"]["full"]["n_layers"], 25, False
    )
    full = next(run["n_parameters"] for run in kept["runs"] if run["name"] == "full")
    assert full == counted
