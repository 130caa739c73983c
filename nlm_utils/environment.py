"""The self-check of lecture 00: is everything here that the course needs, and if not, what to do.

What is fine is said without versions or paths, so that the page reads the same on every machine.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

PACKAGES = {
    "numpy": "arrays: all lectures",
    "scipy": "sparse matrices and SVD: lecture 02",
    "matplotlib": "figures: all lectures",
    "ipywidgets": "sliders",
    "pooch": "fetching real text",
    "tqdm": "progress bars: from lecture 08",
    "torch": "training: from lecture 08, and to compare with in 06 and 07",
}
OLDEST_PYTHON = (3, 11)
REPAIR = (
    "run `make lab` in the course's folder, or `pip install -e . -c constraints.txt`, then restart the kernel"
)


@dataclass(frozen=True)
class Finding:
    """One line of the self-check."""

    ok: bool
    text: str


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding(True, "Python 3.11 or newer")
    return Finding(
        False, f"Python {found} is too old: the course needs 3.11 or newer; install it, then {REPAIR}"
    )


def _package(name: str, purpose: str, load: Callable[[str], object]) -> Finding:
    try:
        load(name)
    except Exception as error:  # a broken package may raise anything while it loads
        return Finding(False, f"{name} ({purpose}) does not load: {type(error).__name__}: {error}; {REPAIR}")
    return Finding(True, f"{name}: {purpose}")


def _record() -> Finding:
    from .exercises.record import place as place_of_record

    place = place_of_record()
    if place is None:
        return Finding(True, "your progress is kept")
    folder = next(parent for parent in place.parents if parent.exists())
    if os.access(folder, os.W_OK):
        return Finding(True, "your progress is kept")
    return Finding(
        False, f"your progress cannot be written to {place}; set NLM_PROGRESS to a file in a folder of yours"
    )


class SelfCheck:
    """The findings, shown as a list; `.ok` says whether all is well."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)

    def _verdict(self) -> str:
        failed = sum(not finding.ok for finding in self.findings)
        return (
            "All is well: you can start."
            if self.ok
            else f"{failed} of {len(self.findings)} need your attention."
        )

    def __repr__(self) -> str:
        lines = [f"{'✓' if finding.ok else '✗'} {finding.text}" for finding in self.findings]
        return "\n".join([*lines, self._verdict()])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<div style="padding:1px 0"><b>{"✓" if finding.ok else "✗"}</b>&nbsp; {escape(finding.text)}</div>'
            for finding in self.findings
        )
        return (
            f'<div style="border-left:4px solid {"#0f8a5f" if self.ok else "#D55E00"};padding:6px 12px">{rows}'
            f'<div style="padding-top:6px"><b>{escape(self._verdict())}</b></div></div>'
        )


def self_check(load: Callable[[str], object] = importlib.import_module) -> SelfCheck:
    """Tries everything that the course needs -> SelfCheck; never raises. `load` imports a package by its name."""
    packages = [_package(name, purpose, load) for name, purpose in PACKAGES.items()]
    return SelfCheck([_python(), *packages, _record()])
