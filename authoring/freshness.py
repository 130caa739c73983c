"""Which lectures are stale, and why: each built notebook keeps what it was made from, file by file, with a hash.

A lecture is stale when its text changed, or a file of nlm_utils or benchmarks/results that one of its two runs really
executed or opened (witness/ notes them in the kernel), or a file of the builder that decides its form. Nothing is
guessed from the syntax. The bytes of a file count, a comment too; but of the syllabus, which every run reads, a
lecture's own entry alone: its title and its exercises. So a lecture may not show another's.
"""

from __future__ import annotations

import hashlib
import json
import os
import runpy
from pathlib import Path

from nlm_utils.exercises import stubs

METADATA_KEY = "nlm_course"
FOLDERS = {"solutions": "✓", "lectures": "○"}  # and the outcome that each exercise must show there
SYLLABUS = "nlm_utils/syllabus.py"
READABLE = ("nlm_utils", "benchmarks/results")
WITNESS = Path(__file__).with_name("witness")
FORM = {
    "authoring/build.py": Path(__file__).with_name("build.py"),
    "authoring/source.py": Path(__file__).with_name("source.py"),
    "nlm_utils/exercises/stubs.py": Path(stubs.__file__),
}


def state(name: str, root: Path) -> dict[str, str]:
    """file -> hash, now, of all that the notebooks of the lecture `name` could be made from."""
    paths = {f"solutions/{name}.md": root / "solutions" / f"{name}.md", **FORM}
    for folder in READABLE:
        for path in (root / folder).rglob("*"):
            if path.is_file() and path.parent.name != "__pycache__":
                paths[path.relative_to(root).as_posix()] = path
    return {file: _own_entry(path, name) if file == SYLLABUS else _hash(path.read_bytes())
            for file, path in paths.items()}  # fmt: skip


def _hash(content: bytes) -> str:
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:12]


def _own_entry(path: Path, name: str) -> str:
    syllabus = runpy.run_path(str(path))
    return _hash(repr((syllabus["LECTURES"].get(name), syllabus["EXERCISES"].get(name))).encode())


def watched(log: Path, root: Path) -> dict[str, str]:
    """The environment in which a kernel, and each process that it starts, notes in `log` what it reads below `root`."""
    root = root.resolve()
    path = os.pathsep.join(filter(None, [str(WITNESS), str(root), os.environ.get("PYTHONPATH")]))
    return {"PYTHONPATH": path, "NLM_WITNESS": str(log), "NLM_WITNESS_ROOT": str(root)}


def read(log: Path, root: Path) -> set[str]:
    """The files noted in `log`, named from `root` as `state` names them."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return {Path(line).relative_to(root.resolve()).as_posix() for line in lines}


def made_from(name: str, before: dict[str, str], read: set[str]) -> dict[str, str]:
    """file -> hash, for a notebook to keep: what its run has read and what gave it its form, as it was before."""
    return {file: before[file] for file in before if file in {*read, *FORM, f"solutions/{name}.md"}}


def reasons(name: str, root: Path) -> list[str]:
    """Why the lecture must be built again, in words; [] when it need not be."""
    now, said = state(name, root), []
    for folder in FOLDERS:
        path = root / folder / f"{name}.ipynb"
        if not path.exists():
            said.append("never built")
            continue
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))["metadata"][METADATA_KEY]["made_from"]
        except (ValueError, KeyError, TypeError):  # torn, edited by hand, or built by an older builder
            said.append(f"{folder}/{name}.ipynb does not say what it was made from")
            continue
        for file in stored:
            if stored[file] != now.get(file):
                said.append(_change(file, name, gone=file not in now))
    return list(dict.fromkeys(said))


def _change(file: str, name: str, gone: bool) -> str:
    if file == f"solutions/{name}.md":
        return "its text changed"
    if file == SYLLABUS:
        return f"its entry in {SYLLABUS} changed"
    return f"{file} is gone" if gone else f"{file} changed since it was built"
