"""What all test files share: where the repository is, no figure left open, how much of the notebooks is compared."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def ignored_share() -> tuple[int, int]:
    """(cells whose output is not compared, all code cells) over both folders."""
    ignored = total = 0
    for path in [*ROOT.glob("lectures/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                total += 1
                ignored += "nbval-ignore-output" in cell["metadata"].get("tags", ())
    return ignored, total


def pytest_terminal_summary(terminalreporter, config):
    ran = [report.nodeid for report in terminalreporter.stats.get("passed", [])]
    if any("test_notebooks.py" in nodeid for nodeid in ran):
        ignored, total = ignored_share()
        share = 100 * ignored / max(total, 1)
        terminalreporter.write_line(f"outputs not compared: {ignored} of {total} code cells ({share:.1f} %)")
