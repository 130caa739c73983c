"""Kept results of benchmarks are found from anywhere, and a missing one says how to make it."""

from pathlib import Path

import pytest

from nlm_utils import results
from nlm_utils.corpora import campus
from nlm_utils.leaderboard import entries


def test_a_kept_result_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {"command", "versions", "campus_fingerprint"} <= set(results.load("optimizer_comparison"))


def test_a_missing_result_names_the_command():
    with pytest.raises(FileNotFoundError, match=r"python benchmarks/never_run\.py"):
        results.load("never_run")


def test_the_readme_s_table_is_what_the_shoot_out_found():
    runs = results.load("shoot_out")["runs"]
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    texts = ["campus", "names", "shakespeare, characters", "shakespeare, words", "python_manual, words"]
    boards = [
        {entry.name: entry.loss for entry in entries(runs, name, "tokens", "n-grams")} for name in texts
    ]
    table = readme.partition("Campus, above the floor")[2].partition("\n\n")[0]
    rows = [[cell.strip(" *") for cell in line.strip("| ").split("|")] for line in table.splitlines()[2:]]
    assert len(rows) == 10
    for name, *cells in rows:
        losses = [board[name] for board in boards]
        losses[0] -= campus.entropy_rate()
        assert cells == [f"{loss:.3f}" for loss in losses]
