"""Files of models and of trainings: written whole or not at all, read with errors that say what is wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch


def write(content: dict[str, Any], path: str | Path) -> None:
    """Saves `content` so that `path` always holds a whole file: the new one, or after any accident the old one."""
    require_place(path)
    path = Path(path)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def require_place(path: str | Path) -> None:
    """FileNotFoundError, which says what to do, where `write` could put no file."""
    path = Path(path)
    if path.is_dir():
        raise FileNotFoundError(f"{path} is a folder; name a file in it")
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"there is no folder {path.parent} for {path.name}; make it first: mkdir -p {path.parent}"
        )


def read(path: str | Path, kind: str) -> dict[str, Any]:
    """What `write` saved, with its tensors on the CPU. No code in the file is run.

    kind  what content["kind"] must be, "language model" say; ValueError for another, and for a damaged file
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {path}")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path} is damaged, or no file of a {kind} ({reason})") from None
    if not isinstance(content, dict) or content.get("kind") != kind:
        found = content.get("kind") if isinstance(content, dict) else None
        raise ValueError(f"{path} must hold a {kind}, got {found or type(content).__name__}")
    return content
