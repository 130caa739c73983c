"""CONTRIBUTING.md is true: its recipes, taken block by block as they stand there, work on a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(
    r"<!-- (?P<verb>in (?P<place>\S+) replace|by|append to (?P<file>\S+)) -->\n"
    r"(?P<fence>`{3,})\w*\n(?P<text>.*?)\n(?P=fence)\n",
    re.DOTALL,
)


TITLES = (
    "Change a paragraph",
    "Add an exercise",
    "Add a composition",
    "Add a lecture",
    "What the tests ask of you",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The repository with its built notebooks, without what is installed or made for one person."""
    folder = tmp_path_factory.mktemp("walk") / "course"
    left_out = shutil.ignore_patterns(".venv", ".git", "my_work", "*.egg-info", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def recipe(title):
    """The (verb, file, text) of every block of one section, in order."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {title}\n", 1)[1]
    for other in TITLES:
        section = section.split(f"\n## {other}\n", 1)[0]
    return [(m["verb"].split()[0], m["place"] or m["file"], m["text"]) for m in BLOCK.finditer(section)]


def follow(title, folder):
    steps = recipe(title)
    assert steps, f"CONTRIBUTING.md has no blocks under {title!r}"
    for number, (verb, file, text) in enumerate(steps):
        if verb == "append":
            target = folder / file
            before = target.read_text(encoding="utf-8") + "\n\n" if target.exists() else ""
            target.write_text(before + text + "\n", encoding="utf-8")
        elif verb == "in":
            target, (following, _, replacement) = folder / file, steps[number + 1]
            assert following == "by"
            before = target.read_text(encoding="utf-8")
            assert before.count(text) == 1, f"{file} does not hold, once: {text}"
            target.write_text(before.replace(text, replacement), encoding="utf-8")


def run(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(folder), "NLM_PROGRESS": ":memory:"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def stale(folder):
    """The names of the lectures that `make build` would build."""
    lines = run(folder, "-m", "authoring.build", "--check").stdout.splitlines()
    return [line.split(":")[0] for line in lines]


def build(folder, name):
    result = run(folder, "-m", "authoring.build", name)
    assert result.returncode == 0, result.stdout + result.stderr
    return [
        (folder / part / f"{name}.ipynb").read_text(encoding="utf-8") for part in ("solutions", "lectures")
    ]


def test_a_changed_paragraph_reaches_both_notebooks(copy):
    follow("Change a paragraph", copy)
    assert stale(copy) == ["00_start_here"]
    for notebook in build(copy, "00_start_here"):
        assert "and nobody sees it" in notebook


def test_an_added_exercise_is_checked_and_cut(copy):
    follow("Add an exercise", copy)
    assert stale(copy) == ["00_start_here"]
    refused = run(copy, "-m", "authoring.build", "00_start_here")
    assert refused.returncode != 0
    right = re.search(r"write \*\*Minutes\*\* (\d+)", refused.stdout + refused.stderr)
    assert right, "the builder says how many minutes there must be: " + refused.stdout + refused.stderr
    text = copy / "solutions" / "00_start_here.md"
    text.write_text(
        re.sub(r"\*\*Minutes\*\* \d+", f"**Minutes** {right[1]}", text.read_text(encoding="utf-8")),
        encoding="utf-8",
    )
    solved, stubs = build(copy, "00_start_here")
    assert "max(tokens, key=len)" in solved and "max(tokens, key=len)" not in stubs
    assert "longest_word: not attempted" in stubs
    bank = run(
        copy, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_exercise_banks.py", "-k", "longest_word"
    )
    assert bank.returncode == 0 and " passed" in bank.stdout, bank.stdout + bank.stderr


def test_an_added_composition_is_trained_tested_and_ranked(copy):
    follow("Add a composition", copy)
    trained = run(
        copy, "-m", "nlm_utils.train", "--model", "fading", "--steps", "2", "--sentences", "200", "--dim", "8"
    )
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout.startswith("fading, ")
    tested = run(
        copy, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "tests/test_models.py", "tests/test_leaderboard.py",
        "tests/test_challenge.py", "tests/test_train.py", "tests/test_benchmark_results.py", "-k", "fading or readme",
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout + tested.stderr
    for name in ("models", "leaderboard", "challenge", "train"):
        assert re.search(rf"PASSED tests/test_{name}\.py::\w+\[.*fading", tested.stdout), name


def test_an_added_lecture_is_built(copy):
    follow("Add a lecture", copy)
    for notebook in build(copy, "99_afterword"):
        assert "the students closed their books ." in notebook
