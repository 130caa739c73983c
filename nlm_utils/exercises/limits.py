"""Runs a student's function under guard: a time limit, nothing printed, no input(), nothing left changed.

`call` is all that the engine uses. It never judges: it says what came back, what was raised, whether the time
was up, and what was printed. The limits of the limit: one long call into C (a huge matrix product) ends only by
itself, and outside the main thread (or on Windows) so does a `sleep`.
"""

from __future__ import annotations

import builtins
import ctypes
import io
import itertools
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

AGAIN = 0.01  # seconds between two attempts to stop code that caught the first
KEPT_LINES = 20
KEPT_CHARACTERS = 2_000


class TimeIsUp(BaseException):
    """Raised inside a student's function; not an Exception, so that `except Exception` lets it through."""


class InputNotAllowed(RuntimeError):
    """What input() raises during a check."""


@dataclass
class Call:
    """What happened in one call of a function."""

    value: Any = None
    exception: BaseException | None = None
    timed_out: bool = False
    printed: str = ""
    lines_dropped: int = 0
    warnings: list[str] = field(default_factory=list)


class Printed(io.TextIOBase):
    """Stands for stdout and stderr: keeps the first lines, counts the rest, so that endless printing costs nothing."""

    def __init__(self):
        self.kept, self.size, self.lines, self.dropped = [], 0, 0, 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        text = str(text)
        room = KEPT_CHARACTERS - self.size
        if self.lines < KEPT_LINES and room > 0:
            pieces = text[:room].splitlines(keepends=True)[: KEPT_LINES - self.lines]
            kept = "".join(pieces)
            self.kept.append(kept)
            self.size += len(kept)
            self.lines += kept.count("\n")
            self.dropped += text.count("\n") - kept.count("\n")
        else:
            self.dropped += text.count("\n")
        return len(text)


class _Escape:
    """Drives TimeIsUp out of code that catches everything.

    An alarm that raises inside `try: ... except: pass` within an endless loop is simply caught, each time. So once the
    first one has fired, every further instruction of the student's frames is watched, and TimeIsUp is raised again
    where no handler stands around it, which ends that frame. Handlers that cannot be avoided (a loop inside a
    `try ... finally`) are tried next: with each firing one more of them is accepted.
    """

    def __init__(self, boundary):
        self.boundary = boundary  # the engine's own frame: nothing is raised there or below it
        self.firings = 0

    def arm(self, frame) -> None:
        self.firings += 1
        while frame is not None and frame is not self.boundary:
            self.watch(frame)
            frame = frame.f_back
        sys.settrace(self.trace)
        sys.setprofile(self.profile)

    def watch(self, frame) -> None:
        frame.f_trace = self.trace
        frame.f_trace_opcodes = True

    def trace(self, frame, event, argument):
        if event == "call":
            if frame.f_code.co_filename == __file__:
                return None
            frame.f_trace_opcodes = True
        elif event in ("line", "opcode") and handlers_around(frame) <= (self.firings - 1) % 16:
            raise TimeIsUp
        return self.trace

    def profile(self, frame, event, argument) -> None:
        # Python drops a trace function that raised; the one that only looks on puts it back for the next frame
        caller = frame.f_back
        if event == "return" and caller is not None and caller.f_code.co_filename != __file__:
            self.watch(caller)
            sys.settrace(self.trace)


def handlers_around(frame) -> int:
    """How many `except`, `finally` or `with` blocks an exception raised at this instruction has to pass."""
    table, offset, count = _exception_table(frame.f_code), frame.f_lasti, 0
    while count < 64:
        # the entries do not overlap: an inner block's range is cut out of the outer one's
        target = next((target for start, end, target in table if start <= offset < end), None)
        if target is None:
            return count
        offset, count = target, count + 1
    return count


_tables: dict[Any, list[tuple[int, int, int]]] = {}


def _exception_table(code) -> list[tuple[int, int, int]]:
    """The (start, end, target) byte offsets of a code object's handlers (CPython's Objects/exception_handling_notes.txt)."""
    if code not in _tables:
        numbers, value = [], 0
        for byte in code.co_exceptiontable:  # six bits a byte, 64 says "more follow", 128 marks an entry's first byte
            value = (value << 6) | (byte & 63)
            if not byte & 64:
                numbers.append(value)
                value = 0
        entries = zip(numbers[0::4], numbers[1::4], numbers[2::4], strict=False)
        _tables[code] = [(2 * start, 2 * (start + length), 2 * target) for start, length, target in entries]
    return _tables[code]


_in_thread = threading.local()


class _AsyncTimeIsUp(TimeIsUp):
    """What the watchman throws into a thread that gets no signals; made there, in the frame that it interrupts."""

    def __init__(self):
        escape, frame = getattr(_in_thread, "escape", None), sys._getframe(1)
        if escape is not None and _runs_under(frame, escape.boundary):
            escape.arm(frame)


class _Watchman:
    """A thread that waits until the time is up and then interrupts the student's thread again and again.

    In the main thread by SIGALRM, which ends a `sleep` as well; elsewhere, and on Windows, by an exception thrown from
    thread to thread, which waits until a C call is over.
    """

    def __init__(self, seconds: float, escape: _Escape):
        self.seconds, self.escape = seconds, escape
        self.lock, self.over = threading.Lock(), threading.Event()
        self.thread_id = threading.get_ident()
        self.by_signal = hasattr(signal, "pthread_kill") and threading.current_thread() is threading.main_thread()

    def start(self) -> None:
        if self.by_signal:
            self.old_handler = signal.signal(signal.SIGALRM, self.on_signal)
        else:
            _in_thread.escape = self.escape
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self) -> None:
        wait = self.seconds
        for attempt in itertools.count(1):
            if self.over.wait(wait):
                return
            with self.lock:
                if self.over.is_set():
                    return
                if self.by_signal:
                    signal.pthread_kill(self.thread_id, signal.SIGALRM)
                else:
                    _throw(self.thread_id, _AsyncTimeIsUp)
            # Code that catches its own endless recursion leaves our handler no room on the stack, except now and then.
            wait = AGAIN if self.escape.firings or attempt < 5 else AGAIN / 50

    def on_signal(self, number, frame) -> None:
        if frame is self.escape.boundary or not _runs_under(frame, self.escape.boundary):
            return  # the student's function has just returned
        self.escape.arm(frame)
        raise TimeIsUp

    def stop(self) -> None:
        with self.lock:
            self.over.set()
            if not self.by_signal:
                _throw(self.thread_id, None)  # takes back one that has not arrived yet
        if self.by_signal:
            signal.signal(signal.SIGALRM, self.old_handler if self.old_handler is not None else signal.SIG_DFL)
        _in_thread.escape = None


def _throw(thread_id: int, exception: type | None) -> None:
    argument = ctypes.py_object(exception) if exception is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), argument)


def _runs_under(frame, boundary) -> bool:
    while frame is not None:
        if frame is boundary:
            return True
        frame = frame.f_back
    return False


def _no_input(*_: Any, **__: Any):
    raise InputNotAllowed("input() waits for somebody to type, and nobody does while your function is checked")


def _trampoline(function, args, kwargs):
    return function(*args, **kwargs)


def call(function: Callable, args: tuple = (), kwargs: dict | None = None, seconds: float = 2.0) -> Call:
    """Calls `function(*args, **kwargs)` and says what happened. Raises nothing but KeyboardInterrupt.

    stdout, stderr, builtins.input, the breakpoint hook, warnings, NumPy's error state, trace and profile functions,
    the recursion limit and the handler of SIGALRM are afterwards what they were before.
    """
    import numpy as np

    result, printed = Call(), Printed()
    escape = _Escape(sys._getframe())
    limit = _Watchman(seconds, escape)
    before = (sys.stdout, sys.stderr, builtins.input, sys.breakpointhook, sys.getrecursionlimit())
    tracing, profiling = sys.gettrace(), sys.getprofile()
    recorder, error_state = warnings.catch_warnings(record=True), np.errstate()
    recorded = recorder.__enter__()
    error_state.__enter__()
    interrupt = None
    try:
        warnings.simplefilter("always")
        sys.stdout = sys.stderr = printed
        builtins.input = sys.breakpointhook = _no_input
        limit.start()
        try:
            result.value = _trampoline(function, args, kwargs or {})
        except TimeIsUp:
            result.timed_out = True
        except KeyboardInterrupt as error:
            interrupt = error
        except BaseException as error:  # SystemExit too: nothing that a student writes may end the kernel
            result.exception = error
    except TimeIsUp:  # thrown by another thread into the lines above
        result.timed_out = True
    finally:
        while True:
            try:
                if sys.gettrace() is not tracing:
                    sys.settrace(tracing)
                if sys.getprofile() is not profiling:
                    sys.setprofile(profiling)
                limit.stop()
                break
            except TimeIsUp:
                continue
        sys.stdout, sys.stderr, builtins.input, sys.breakpointhook = before[:4]
        if sys.getrecursionlimit() != before[4]:
            sys.setrecursionlimit(before[4])
        error_state.__exit__(None, None, None)
        recorder.__exit__(None, None, None)
    if interrupt is not None:
        raise interrupt
    result.printed, result.lines_dropped = "".join(printed.kept), printed.dropped
    result.warnings = [f"{entry.category.__name__}: {entry.message}" for entry in recorded[:5]]
    return result
