"""The record of what a student has done: kept, shared by several kernels, and never in the lecture's way."""

import os
import sqlite3
import subprocess
import sys

import pytest

from nlm_utils import syllabus
from nlm_utils.exercises import exercise, progress, record


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A fresh record in a folder that is not there yet."""
    place = tmp_path / "deep" / "progress.sqlite"
    monkeypatch.setenv("NLM_PROGRESS", str(place))
    new_kernel(monkeypatch)
    return place


def new_kernel(monkeypatch):
    monkeypatch.setattr(record, "_memory", {})
    monkeypatch.setattr(record, "_told", False)


def test_what_is_noted_is_there_in_the_next_kernel(path, monkeypatch):
    record.note("count_word", "wrong")
    record.note("softmax", "right")
    record.note("one_hot", "not_attempted")
    new_kernel(monkeypatch)
    assert record.outcomes() == {"count_word": "tried", "softmax": "right"}


def test_a_tick_once_earned_stays(path, monkeypatch):
    for outcome in ("timeout", "right", "wrong", "raised"):
        record.note("count_word", outcome)
    assert record.outcomes() == {"count_word": "right"}
    new_kernel(monkeypatch)
    assert record.outcomes() == {"count_word": "right"}


def test_the_decorator_notes_answers(path, capsys):
    def count_word(tokens, word):
        return 7

    exercise(count_word)
    assert record.outcomes() == {"count_word": "tried"}
    count_word.__code__ = (lambda tokens, word: tokens.count(word)).__code__
    exercise(count_word)
    assert record.outcomes() == {"count_word": "right"}


def test_in_memory(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NLM_PROGRESS", ":memory:")
    new_kernel(monkeypatch)
    record.note("count_word", "right")
    assert record.outcomes() == {"count_word": "right"}
    assert record.place() is None
    assert list(tmp_path.iterdir()) == []


def test_where_the_record_lies(monkeypatch, root):
    monkeypatch.delenv("NLM_PROGRESS", raising=False)
    monkeypatch.setenv("CI", "true")
    assert record.place() is None
    monkeypatch.delenv("CI")
    assert record.place() == root / "my_work" / "progress.sqlite"
    monkeypatch.setattr(record, "__file__", "/somewhere/site-packages/nlm_utils/exercises/record.py")
    assert record.place().name == "progress.sqlite"
    assert "nlm-course" in str(record.place())


WRITER = """
import sys
from nlm_utils.exercises import record
for i in range(25):
    record.note(f"exercise_{sys.argv[1]}_{i}", "right" if i % 2 else "wrong")
    record.note("shared", "right" if sys.argv[1] == "0" and i == 3 else "wrong")
"""


def test_several_kernels_write_at_once(path):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(n)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for n in range(4)
    ]
    for writer in writers:
        said, _ = writer.communicate(timeout=120)
        assert (writer.returncode, said) == (0, b"")
    done = record.outcomes()
    assert len(done) == 4 * 25 + 1
    assert done["shared"] == "right"
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT tries FROM answers WHERE exercise = 'shared'").fetchone() == (100,)


def test_a_damaged_file_is_moved_aside_and_a_new_one_begins(path, capsys):
    path.parent.mkdir()
    path.write_bytes(b"this was never a database" * 100)
    record.note("count_word", "right")
    record.note("softmax", "right")
    assert capsys.readouterr().out.count("\n") == 1
    assert record.outcomes() == {"count_word": "right", "softmax": "right"}
    assert (path.parent / "progress.sqlite.damaged-1").read_bytes().startswith(b"this was never")
    path.write_bytes(b"damaged again" * 100)
    record.note("softmax", "right")
    assert (path.parent / "progress.sqlite.damaged-2").exists()


def test_a_file_damaged_in_the_middle(path, monkeypatch, capsys):
    for i in range(400):
        record.note(f"exercise_{i}", "right")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    record.note("count_word", "right")
    assert record.outcomes()["count_word"] == "right"
    assert capsys.readouterr().out.count("\n") <= 1


def test_a_database_of_somebody_else_is_moved_aside(path, capsys):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE answers (question TEXT, points INTEGER)")
    record.note("count_word", "right")
    assert record.outcomes() == {"count_word": "right"}
    assert "damaged" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["a folder", "below a file"])
def test_a_place_where_nothing_can_be_written(kind, tmp_path, monkeypatch, capsys):
    place = tmp_path / "place"
    place.mkdir() if kind == "a folder" else place.write_text("a file")
    monkeypatch.setenv("NLM_PROGRESS", str(place if kind == "a folder" else place / "progress.sqlite"))
    new_kernel(monkeypatch)
    record.note("count_word", "right")
    record.note("softmax", "wrong")
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "cannot be saved" in said
    assert record.outcomes() == {"count_word": "right", "softmax": "tried"}
    assert "1 of 1" in str(progress("00_start_here"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_file(path, monkeypatch, capsys):
    record.note("count_word", "right")
    new_kernel(monkeypatch)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        record.note("softmax", "right")
        assert record.outcomes()["softmax"] == "right"
        assert capsys.readouterr().out.count("\n") == 1
    finally:
        path.parent.chmod(0o755)


def test_a_locked_file_costs_the_record_not_the_lecture(path, monkeypatch, capsys):
    record.note("count_word", "right")
    monkeypatch.setattr(record, "PATIENCE", 0.05)
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        record.note("softmax", "right")
    assert "locked" in capsys.readouterr().out
    assert record.outcomes() == {"count_word": "right", "softmax": "right"}


def test_the_map_of_the_course(path):
    record.note("count_word", "right")
    record.note("softmax", "wrong")
    card = progress()
    assert card.text().count("\n") == len(syllabus.LECTURES)
    assert "00  1/1  ✓ count_word" in " ".join(card.text().split("\n")[1].split()).replace(
        "00 1/1", "00  1/1 "
    )
    assert "✗ softmax" in card.text() and "○ one_hot" in card.text()
    assert f"1 of {sum(map(len, syllabus.EXERCISES.values()))} exercises" in card.text()
    assert "✗\u00a0softmax" in card.html()


def test_the_map_of_one_lecture(path):
    record.note("count_word", "right")
    card = progress("00_start_here")
    assert card.text().startswith("✓ Start here: 1 of 1 exercises right")
    assert "softmax" not in card.text()
    assert "Did you mean 00_start_here?" in progress("00_strat_here").text()
