"""The figures of lecture 07 show the numbers that they were given; the kept results of its long runs are complete."""

import json
from pathlib import Path

import numpy as np

from nlm_utils.corpora import campus
from nlm_utils.optim import OPTIMIZERS
from nlm_utils.plots import lecture_07 as figures

RESULTS = Path(__file__).resolve().parents[1] / "benchmarks" / "results" / "optimizer_comparison.json"


def test_every_path_has_its_panel_its_places_and_the_colour_of_its_optimizer():
    paths = {"SGD, η = 1": np.array([[-4.0, 2.0], [-1.0, 0.5]]), "Adam": np.array([[-4.0, 2.0], [0.0, 9.0]])}
    fig = figures.valley_paths(lambda a, b: a**2 + 20 * b**2, paths, columns=2)
    for ax, (title, path) in zip(fig.axes, paths.items(), strict=True):
        assert ax.get_title(loc="left") == title
        np.testing.assert_allclose(ax.lines[0].get_xydata(), path)
        assert ax.lines[0].get_color() == figures.COLOURS[title.split(",")[0]]
        assert ax.get_xlim() == figures.FRAME[0] and ax.get_ylim() == figures.FRAME[1]


def test_first_steps_show_means_corrected_means_and_where_they_should_be():
    m, v = np.array([0.05, 0.095]), np.array([0.00025, 0.0005])
    left, right = figures.first_steps(m, m * 10, v, v * 1000, g=0.5).axes
    for ax, raw, factor, goal in ((left, m, 10, 0.5), (right, v, 1000, 0.25)):
        dashed, corrected, plain = ax.lines
        assert (dashed.get_ydata()[0], dashed.get_linestyle()) == (goal, "--")
        np.testing.assert_allclose(corrected.get_ydata(), raw * factor)
        np.testing.assert_allclose(plain.get_ydata(), raw)


def test_estimates_stand_above_their_number_of_draws():
    estimates = np.arange(12.0).reshape(2, 3, 2)
    ax = figures.estimates_of_curvature([1, 10], estimates, exact=[2, 38]).axes[0]
    dashed = [line.get_ydata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    dots = [line.get_xydata() for line in ax.lines if line.get_linestyle() == "None"]
    assert dashed == [2, 38]
    np.testing.assert_allclose(dots[1], [[10, 6], [10, 8], [10, 10]])  # the first entry, ten draws


def test_a_valley_marks_its_best_and_crosses_what_diverged():
    ax = figures.valleys({"SGD": ([0.1, 1, 10, 100], [2.5, 1.5, 2.0, np.inf])}, floor=1.18, top=3).axes[0]
    curve, crosses, best, floor = ax.lines
    np.testing.assert_allclose(curve.get_xydata(), [[0.1, 2.5], [1, 1.5], [10, 2.0]])
    np.testing.assert_allclose(crosses.get_xydata(), [[100, 3]])
    np.testing.assert_allclose(best.get_xydata(), [[1, 1.5]])
    assert (floor.get_ydata()[0], floor.get_linestyle()) == (1.18, "--")


def test_spreads_show_the_mean_and_the_lowest_and_highest_seed():
    losses = np.array([[3.0, 2.0, 1.5], [3.2, 2.4, 1.6]])
    curves = {"Adam": ([1, 2, 3], losses)}
    first, second = figures.spreads({"steps": curves, "seconds": curves}, floor=1.18).axes
    for ax in (first, second):
        np.testing.assert_allclose(ax.lines[0].get_ydata(), [3.1, 2.2, 1.55])
        band = ax.collections[0].get_paths()[0].vertices
        assert band[:, 1].min() == 1.5 and band[:, 1].max() == 3.2
        assert ax.lines[1].get_ydata()[0] == 1.18
    assert "Adam" in [label.get_text() for label in second.texts]


def test_a_schedule_is_drawn_with_the_end_of_its_warm_up():
    ax = figures.schedule([0, 0.5, 1, 0.5, 0], warmup=2).axes[0]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0, 0.5, 1, 0.5, 0])
    assert ax.lines[1].get_xdata()[0] == 2


# --- short trainings -----------------------------------------------------------------------------------------------


def test_the_kept_results_are_of_this_campus_and_complete():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert results["campus_fingerprint"] == campus.fingerprint()
    assert {"command", "seeds", "versions"} <= set(results)
    for optimizer in OPTIMIZERS:
        for schedule in ("constant", "cosine"):
            final = [r for r in results["final"] if (r["optimizer"], r["schedule"]) == (optimizer, schedule)]
            assert sorted(r["seed"] for r in final) == results["seeds"]["final"]
            sweep = [r for r in results["sweep"] if (r["optimizer"], r["schedule"]) == (optimizer, schedule)]
            rates = sorted({r["learning_rate"] for r in sweep})
            ends = [np.mean([r["losses"][-1] for r in sweep if r["learning_rate"] == rate]) for rate in rates]
            best = rates[int(np.argmin(ends))]
            assert {r["learning_rate"] for r in final} == {best}
            assert rates[0] < best < rates[-1], f"{optimizer}: the best rate is at the edge of the sweep"


def test_what_was_measured_beside_is_of_this_campus_and_chosen_within_its_sweeps():
    results = json.loads(RESULTS.with_name("beyond_adam.json").read_text(encoding="utf-8"))
    assert results["campus_fingerprint"] == campus.fingerprint()
    assert not set(results["seeds"]["sweep"]) & set(results["seeds"]["final"])
    chosen = [
        *results["labels"].values(),
        *(results["equal_time"][schedule] for schedule in ("constant", "cosine")),
        *results["decay"].values(),
        *(results["muon"][kind] for kind in ("for all", "Adam", "momentum", "Muon")),
    ]
    for found in chosen:
        ends = {tuple(run["setting"]): np.mean(run["losses"]) for run in found["sweep"]}
        assert tuple(found["best"]) == min(ends, key=ends.get)
        assert len(found["losses"]) == len(results["seeds"]["final"])
        for best, values in zip(found["best"], zip(*ends, strict=True), strict=True):
            if len(set(values)) > 1:
                assert min(values) < best < max(values), "the best is at the edge of its sweep"
    for schedule in ("cosine", "wsd"):
        peaks = [run["peak"] for run in results["wsd"][schedule]["sweep"]]
        assert min(peaks) < results["wsd"][schedule]["best"] < max(peaks)
