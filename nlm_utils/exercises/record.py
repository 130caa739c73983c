"""Remembers which exercises a student has done, in SQLite: a tick once earned stays.

Several kernels may write at once. A file that cannot be read or written costs the record, never the lecture: one
plain line says so, a damaged file is moved aside, and what follows is remembered until the kernel ends.

The file is the one that NLM_PROGRESS names (":memory:" for none), in CI none, in a checkout of the course
my_work/progress.sqlite, else the user's data folder.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

_memory: dict[str, str] = {}  # exercise -> "right" or "tried", of this kernel
_told = False
PATIENCE = 3.0  # seconds to wait while another kernel writes

SCHEMA = "CREATE TABLE IF NOT EXISTS answers (exercise TEXT PRIMARY KEY, outcome TEXT NOT NULL, tries INTEGER NOT NULL)"
WRITE = """
INSERT INTO answers VALUES (?, ?, 1)
ON CONFLICT (exercise) DO UPDATE SET
    tries = tries + 1,
    outcome = CASE WHEN outcome = 'right' THEN 'right' ELSE excluded.outcome END
"""


def place() -> Path | None:
    """Where the record is kept; None for in memory."""
    named = os.environ.get("NLM_PROGRESS")
    if named:
        return None if named == ":memory:" else Path(named).expanduser()
    if os.environ.get("CI"):
        return None
    repository = Path(__file__).resolve().parents[2]
    if (repository / "pyproject.toml").is_file():
        return repository / "my_work" / "progress.sqlite"
    from platformdirs import user_data_path

    return user_data_path("nlm-course") / "progress.sqlite"


def note(exercise: str, outcome: str) -> None:
    """Remembers one answer. `outcome` is that of the feedback; an exercise not attempted is not noted."""
    if outcome == "not_attempted":
        return
    outcome = "right" if outcome == "right" else "tried"
    if _memory.get(exercise) != "right":
        _memory[exercise] = outcome
    _with_file(lambda connection: connection.execute(WRITE, (exercise, outcome)))


def outcomes() -> dict[str, str]:
    """exercise -> "right" or "tried", from the file and from this kernel."""
    stored = (
        _with_file(lambda connection: dict(connection.execute("SELECT exercise, outcome FROM answers"))) or {}
    )
    return {**_memory, **stored, **{name: "right" for name, outcome in _memory.items() if outcome == "right"}}


def _with_file(work: Callable[[sqlite3.Connection], object]) -> object | None:
    """What `work` gives on the open record; None, and at most one line said, when there is no usable file."""
    path = place()
    if path is None:
        return None
    try:
        try:
            return _open_and(work, path)
        except sqlite3.DatabaseError as error:
            if not _damaged(error):
                raise
            aside = _move_aside(path, work)
            if aside is not None:
                _tell(
                    f"The record of your progress was damaged; it now lies in {aside.name}, and a new one begins."
                )
            return _open_and(work, path)
    except (sqlite3.Error, OSError) as error:
        _tell(f"Your progress cannot be saved in {path} ({error}); it is remembered until the kernel ends.")
        return None


def _open_and(work: Callable[[sqlite3.Connection], object], path: Path) -> object:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(SCHEMA)
        with connection:
            return work(connection)


def _damaged(error: sqlite3.DatabaseError) -> bool:
    text = str(error)
    return any(
        words in text
        for words in (
            "not a database",
            "malformed",
            "no such column",
            "has no column",
            "values were supplied",
        )
    )


def _move_aside(path: Path, work: Callable) -> Path | None:
    """Renames a damaged file (it is never deleted); None when another kernel has just done so."""
    try:
        _open_and(lambda connection: connection.execute("SELECT exercise, outcome, tries FROM answers"), path)
        return None
    except sqlite3.DatabaseError:
        pass
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _tell(line: str) -> None:
    global _told
    if not _told:
        _told = True
        print(line)
