"""A run in a file: written whole or not at all, and taken up again only by the same run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from ..models import storage
from . import processes
from .rows import Rows


class Checkpoint:
    """The file of a run, from which it goes on as if nothing had happened.

    path      None: nothing is written, and nothing is there to go on from
    steps     the end of the run; it may be later than it was when the file was written, not earlier
    identity  what else makes two runs the same: {name: plain data}, such as `identity` below gives
    parts     all that changes from step to step: {name: something with state_dict and load_state_dict}
    FileNotFoundError for a folder that is not there.
    """

    def __init__(
        self, path: str | Path | None, steps: int, identity: Mapping[str, Any], parts: Mapping[str, Any]
    ):
        self.path, self.steps, self.identity, self.parts = path, steps, dict(identity), dict(parts)
        if path is not None:
            storage.require_place(path)

    def restore(self) -> None:
        """Goes on where the file stopped, if it is there; ValueError, and nothing changed, for another run's."""
        if self.path is None or not Path(self.path).exists():
            return
        content = storage.read(self.path, "checkpoint")
        if reason := self._difference(content):
            raise ValueError(
                f"fit: {self.path} is the checkpoint of another run: {reason}. Give this run a file of its own, or "
                "delete that one"
            )
        for name, part in self.parts.items():
            part.load_state_dict(content["parts"][name])

    def _difference(self, content: dict[str, Any]) -> str:
        mine, theirs = self.identity, content.get("identity", {})
        if mine.keys() != theirs.keys() or "parts" not in content:
            return "another version of the course wrote it"
        for name in mine:
            if mine[name] != theirs[name]:
                if name in ("rows", "held_out", "shapes"):
                    return f"{name.replace('_', '-')} are different ones"
                return f"{name} is {mine[name]!r}, there it is {theirs[name]!r}"
        if self.steps < content["steps"]:
            return f"steps is {self.steps}, there it is {content['steps']}, and a run can only be made longer"
        return ""

    def write(self) -> None:
        """Puts the run into the file as it is now; all processes must call it together, the first one writes."""
        if self.path is None:
            return
        parts = {name: part.state_dict() for name, part in self.parts.items()}
        if processes.rank() == 0:
            content = {"kind": "checkpoint", "identity": self.identity, "steps": self.steps, "parts": parts}
            storage.write(content, self.path)

    def __str__(self) -> str:
        return (
            "no checkpoint was asked for"
            if self.path is None
            else f"the same command goes on from {self.path}"
        )


def identity(
    model: nn.Module, rows: Rows, held_out: Rows | None, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """What makes two runs the same run: model, texts and settings, as plain data."""
    described = getattr(model, "description", None)
    return {
        **settings,
        "model": described() if described else type(model).__name__,
        "shapes": {name: list(tensor.shape) for name, tensor in model.state_dict().items()},
        "rows": rows.fingerprint(),
        "held_out": None if held_out is None else held_out.fingerprint(),
    }


def steps_in(path: str | Path) -> int:
    """How many steps the run in a checkpoint has taken; ValueError or FileNotFoundError where there is none."""
    return storage.read(path, "checkpoint")["parts"]["meter"]["n_steps"]
