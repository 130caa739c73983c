"""Makes or refreshes the student's own copy of the lectures: `python -m authoring.student_copy [--to my_work]`.

Needs nothing but Python. A copy has no outputs, so that it gives no prediction away. A copy that the student touched
is never written to: when the lecture behind it changes, the new version is put beside it as NN_name.new.ipynb.
What was written, and for which version of the lecture, is remembered in .copied.json in the same folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from .files import write_whole

ROOT = Path(__file__).resolve().parents[1]
RECORD = ".copied.json"


def refresh(lectures: Path, copies: Path) -> list[str]:
    """Brings `copies` up to date with the notebooks in `lectures`; returns one line for each thing done.

    Raises OSError when `copies` cannot be made or written.
    """
    copies.mkdir(parents=True, exist_ok=True)
    done = []
    record, complaint = _read_record(copies / RECORD)
    done += complaint
    for lecture in sorted(lectures.glob("[0-9][0-9]_*.ipynb")):
        notebook = _read_notebook(lecture)
        if notebook is None:
            done.append(f"{lecture.name}: this lecture is damaged and was not copied")
            continue
        done += _refresh_one(notebook, copies / lecture.name, record)
    write_whole(copies / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")
    return done


def _refresh_one(lecture: dict, copy: Path, record: dict[str, str]) -> list[str]:
    """One lecture, one copy; `record` maps a file's name to the fingerprint of what we wrote there."""
    new = fingerprint(lecture)
    if not copy.exists():
        _write_copy(lecture, copy, record)
        return [f"{copy.name}: copied"]
    mine = _read_notebook(copy)
    if mine is None:
        return [f"{copy.name}: cannot be read as a notebook, left alone (rename it to get a fresh copy)"]
    if fingerprint(mine) == new:  # untouched and current: it keeps its outputs
        record[copy.name] = new
        return []
    if fingerprint(mine) == record.get(copy.name):  # untouched, and the lecture changed
        _write_copy(lecture, copy, record)
        return [f"{copy.name}: refreshed, the lecture changed"]
    beside = copy.with_suffix(".new.ipynb")
    if new in (record.get(copy.name), record.get(beside.name)):  # touched; nothing new, or offered already
        return []
    old = _read_notebook(beside) if beside.exists() else None
    if beside.exists() and (old is None or fingerprint(old) != record.get(beside.name)):
        return [
            f"{copy.name}: the lecture changed again; move {beside.name}, which you changed, to get the new one"
        ]
    _write_copy(lecture, beside, record)
    return [f"{copy.name}: the lecture changed; yours is untouched, the new version is {beside.name}"]


def fingerprint(notebook: dict) -> str:
    """The hash of what the cells say; outputs, metadata and empty cells (JupyterLab appends one) do not count."""
    cells = [(cell.get("cell_type", ""), _source(cell)) for cell in notebook["cells"]]
    text = json.dumps([cell for cell in cells if cell[1].strip()], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cleared(notebook: dict) -> dict:
    """The notebook as a student gets it: no outputs, no execution counts, no author's metadata."""
    cells = []
    for cell in notebook["cells"]:
        cell = dict(cell)
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
        cells.append(cell)
    metadata = {key: value for key, value in notebook.get("metadata", {}).items() if key != "nlm_course"}
    return {**notebook, "cells": cells, "metadata": metadata}


def _source(cell: dict) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _read_notebook(path: Path) -> dict | None:
    """The notebook, or None when the file is not one."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        fingerprint(notebook)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return notebook


def _read_record(path: Path) -> tuple[dict[str, str], list[str]]:
    """What we wrote earlier; empty, with a complaint, when the record is damaged: every copy then counts as touched."""
    if not path.exists():
        return {}, []
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(record, dict):
            raise ValueError("not a table of names")
    except (OSError, ValueError):
        return {}, [f"{path.name}: damaged, started anew; no copy of yours is overwritten"]
    return {str(name): str(value) for name, value in record.items()}, []


def _write_copy(lecture: dict, target: Path, record: dict[str, str]) -> None:
    write_whole(target, json.dumps(cleared(lecture), indent=1, ensure_ascii=False) + "\n")
    record[target.name] = fingerprint(lecture)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m authoring.student_copy", description=__doc__.split("\n\n")[0]
    )
    parser.add_argument(
        "--to", type=Path, default=ROOT / "my_work", help="the folder of your copies (my_work)"
    )
    options = parser.parse_args(arguments)
    try:
        for line in refresh(ROOT / "lectures", options.to):
            print(line)
    except OSError as error:
        print(f"student_copy: {options.to} cannot be written: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
