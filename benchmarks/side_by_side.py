"""How the benchmarks time things that are compared: in one run, the sides taking turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def alternate(sides: dict[str, Callable[[], object]], seconds: float, rounds: int = 12) -> dict[str, float]:
    """Median seconds of one call of every side; they take turns, and the first two rounds do not count.

    seconds  for each side; at least so many `rounds` in any case
    """
    times: dict[str, list[float]] = {name: [] for name in sides}
    end = time.perf_counter() + seconds * len(sides)
    while time.perf_counter() < end or len(next(iter(times.values()))) < rounds:
        for name, call in sides.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(durations[2:]) for name, durations in times.items()}
