"""Results of runs too long for a lecture: what a benchmark has left in benchmarks/results, for a cell to quote."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks" / "results"


def load(name: str) -> dict:
    """The results of the benchmark `name` -> what stands in its JSON file: command, seeds, versions, numbers.

    Raises FileNotFoundError, with the command that makes the file, where there is none.
    """
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        raise FileNotFoundError(
            f"benchmark_results.load: there is no {path}; `python benchmarks/{name}.py` in the course's folder makes it"
        )
    return json.loads(path.read_text(encoding="utf-8"))
