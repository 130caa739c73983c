"""Kept results of benchmarks are found from anywhere, and a missing one says how to make it."""

import pytest

from nlm_utils import results


def test_a_kept_result_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {"command", "versions", "campus_fingerprint"} <= set(results.load("optimizer_comparison"))


def test_a_missing_result_names_the_command():
    with pytest.raises(FileNotFoundError, match=r"python benchmarks/never_run\.py"):
        results.load("never_run")
