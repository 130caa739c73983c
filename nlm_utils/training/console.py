"""What somebody who watches a training sees and does: a progress bar, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from . import processes


def progress_bar(steps: int, done: int):
    """A bar that vanishes at the end; none where CI or TQDM_DISABLE is set, whose outputs are compared."""
    from tqdm.auto import tqdm

    quiet = bool(os.environ.get("CI") or os.environ.get("TQDM_DISABLE") or processes.rank())
    return tqdm(total=steps, initial=done, unit="step", leave=False, disable=quiet)


@contextmanager
def interruptible(device: torch.device) -> Iterator[Callable[[], bool]]:
    """Inside, a first Ctrl-C is only noted, for the loop to stop between two steps; a second one is as ever.

    Gives a function that says whether it was pressed, in this process or another; all of them must ask together.
    """
    pressed = threading.Event()

    def asked() -> bool:
        return processes.total([float(pressed.is_set())], device) != [0.0]

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.getsignal(signal.SIGINT)

    def note(number, frame):
        pressed.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
