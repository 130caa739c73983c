"""Kept results of benchmarks are found from anywhere, and a missing one says how to make it."""

import re
from pathlib import Path

import pytest

from nlm_utils import benchmark_results
from nlm_utils.corpora import campus
from nlm_utils.leaderboard import entries
from nlm_utils.models import LanguageModel
from nlm_utils.models.registry import COMPOSITIONS, TYPED
from nlm_utils.text import Vocabulary

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_a_kept_result_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {"command", "versions", "campus_fingerprint"} <= set(
        benchmark_results.load("optimizer_comparison")
    )


def test_a_missing_result_names_the_command():
    with pytest.raises(FileNotFoundError, match=r"python benchmarks/never_run\.py"):
        benchmark_results.load("never_run")


def test_the_readme_s_table_is_what_the_shoot_out_found():
    runs = benchmark_results.load("shoot_out")["runs"]
    texts = ["campus", "names", "shakespeare, characters", "shakespeare, words", "python_manual, words"]
    boards = [
        {entry.name: entry.loss for entry in entries(runs, name, "tokens", "n-grams")} for name in texts
    ]
    table = README.partition("Campus, above the floor")[2].partition("\n\n")[0]
    rows = [[cell.strip(" *") for cell in line.strip("| ").split("|")] for line in table.splitlines()[2:]]
    assert len(rows) == 10
    for name, *cells in rows:
        losses = [board[name] for board in boards]
        losses[0] -= campus.entropy_rate()
        assert cells == [f"{loss:.3f}" for loss in losses]


def test_the_models_of_the_readme_are_those_of_the_command_line():
    """It names some of them, as the leaderboard and the command line do; one more makes none of it wrong."""
    table = README.partition("Campus, above the floor")[2].partition("\n\n")[0]
    shown = re.findall(r"(?m)^\| ([^|]+) \|", table)
    assert {name for name in shown if "Kneser" not in name} <= set(COMPOSITIONS)
    examples = re.findall(r"--model ([\w-]+)", README)
    sentence = README.partition("`--model` is ")[2].partition(" `--corpus` is ")[0]
    assert examples and {*examples, *re.findall(r"`([\w-]+)`", sentence)} <= set(TYPED)


@pytest.mark.parametrize(("benchmark", "context"), [("shoot_out", 25), ("time_to_loss", 22)])
def test_kept_results_are_of_the_compositions_as_they_are_built_today(benchmark, context):
    """Every model of Campus has as many parameters as was written down when it was trained.

    context  the longest sentence of the language; in time_to_loss the longest that was drawn
    """
    vocab_size = len(Vocabulary.from_types(campus.types()))
    runs = [run for run in benchmark_results.load(benchmark)["runs"] if run.get("text", "campus") == "campus"]
    sizes = {(run["name"], run["dim"], run["n_parameters"]) for run in runs if "dim" in run}
    assert {name for name, _, _ in sizes} <= set(COMPOSITIONS)
    assert len(sizes) >= 8
    for name, dim, n_parameters in sizes:
        model = LanguageModel(vocab_size, dim, COMPOSITIONS[name](dim, context))
        assert model.n_parameters == n_parameters, name
