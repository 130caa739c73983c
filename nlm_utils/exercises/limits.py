"""Runs a student's function under guard: a time limit, nothing printed, no input(), no way out of the kernel.

`call` is all that the engine uses. It never judges: it says what came back, what was raised, whether the time
was up, and what was printed. What else a function may have changed is the business of state.py. The limits of the
limit: one long call into C (a huge matrix product) ends only by itself, and outside the main thread (or on Windows) so
does a `sleep`.
"""

from __future__ import annotations

import _thread
import builtins
import ctypes
import dis
import io
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from os import _exit as leave
from os import getpid as own_process
from sys import _getframe, getprofile, getrecursionlimit, gettrace, setprofile, setrecursionlimit, settrace
from time import monotonic
from types import SimpleNamespace
from typing import Any

from . import state

# What is used while an answer runs or has just run is found here, also when it has replaced `builtins.len`.
__builtins__ = dict(vars(builtins))
signals = SimpleNamespace(**vars(signal))

AGAIN = 0.004  # seconds between two attempts to stop code that caught the first
WAITING = 10.0  # seconds that a check may wait, beside those in which it computes
PATIENCE = 60.0  # seconds that imports may take
LATE = 1.0  # seconds after which an alarm that should have rung is taken for broken
KEPT_LINES = 20
KEPT_CHARACTERS = 2_000


class TimeIsUp(BaseException):
    """Raised inside a student's function; not an Exception, so that `except Exception` lets it through."""

    def __init__(self, escape: _Escape | None = None):
        super().__init__()
        self.escape = escape

    def __del__(self):
        # An `except` has swallowed it and is through. Python drops a trace function that raised: put it back.
        if self.escape is not None and not self.escape.over:
            self.escape.resume(_getframe(1))


class InputNotAllowed(RuntimeError):
    """What input() raises during a check."""


@dataclass
class Call:
    """What happened in one call of a function."""

    value: Any = None
    exception: BaseException | None = None
    timed_out: bool = False
    waited: bool = False  # it was stopped for the time that it waited, not for what it computed
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
        self.patience = -1.0  # an exception is raised where at most so many handlers stand around
        self.over = False

    def arm(self, frame) -> None:
        self.firings += 1
        self.patience += 1
        if self.firings <= 5:  # an endless recursion leaves the watching functions no room on the stack
            setrecursionlimit(getrecursionlimit() + 200)
        self.resume(frame)
        setprofile(self.profile)

    def resume(self, frame) -> None:
        if frame.f_code.co_filename != __file__:
            self.watch(frame)  # its callers follow when it ends, see `profile`
        settrace(self.trace)

    def at_work(self, frame) -> bool:
        """True when `frame` is one of the functions that watch, or called by them."""
        while frame is not None and frame.f_code.co_filename == __file__:
            if frame.f_code in (_Escape.trace.__code__, _Escape.profile.__code__, TimeIsUp.__del__.__code__):
                return True
            frame = frame.f_back
        return False

    def watch(self, frame) -> None:
        frame.f_trace = self.trace
        frame.f_trace_opcodes = True

    def trace(self, frame, event, argument):
        stop = False
        try:
            if event == "call":
                if frame.f_code.co_filename == __file__:
                    return None
                frame.f_trace_opcodes = True
            elif event in ("line", "opcode"):
                stop = not _in_bookkeeping(frame) and handlers_around(frame) <= int(self.patience) % 16
        except _AsyncTimeIsUp:
            pass
        if stop:
            raise TimeIsUp(self)
        return self.trace

    def profile(self, frame, event, argument) -> None:
        # Python drops a trace function that raised; this one only looks on, and puts it back for the next frame
        try:
            caller = frame.f_back
            if event == "return" and caller is not None and caller.f_code.co_filename != __file__:
                self.resume(caller)
        except _AsyncTimeIsUp:
            pass


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


def _in_bookkeeping(frame) -> bool:
    """True at instructions that begin or end the handling of an exception: one raised there would never be let go."""
    code = frame.f_code
    if code not in _bookkeeping:
        offsets = set()
        for step in dis.get_instructions(code):
            if step.opname in ("PUSH_EXC_INFO", "POP_EXCEPT"):
                offsets |= {step.offset, step.offset - 2}
        _bookkeeping[code] = offsets
    return frame.f_lasti in _bookkeeping[code]


_bookkeeping: dict[Any, set[int]] = {}
_tables: dict[Any, list[tuple[int, int, int]]] = {}


def _exception_table(code) -> list[tuple[int, int, int]]:
    """(start, end, target) of each handler, in bytes (CPython's Objects/exception_handling_notes.txt)."""
    if code not in _tables:
        numbers, value = [], 0
        for byte in (
            code.co_exceptiontable
        ):  # six bits a byte, 64 says "more follow", 128 marks an entry's first byte
            value = (value << 6) | (byte & 63)
            if not byte & 64:
                numbers.append(value)
                value = 0
        entries = zip(numbers[0::4], numbers[1::4], numbers[2::4], strict=False)
        _tables[code] = [(2 * start, 2 * (start + length), 2 * target) for start, length, target in entries]
    return _tables[code]


class _Imports:
    """A first `import torch` takes seconds, and half an import would spoil the module for good: it is let through."""

    def __init__(self):
        self.until, self.modules = monotonic() + PATIENCE, len(sys.modules)

    def are_to_blame(self, frame) -> bool:
        """True while the student's code is inside an import."""
        if monotonic() > self.until:
            return False
        while frame is not None:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return True
            frame = frame.f_back
        return False

    def end_late(self) -> bool:
        """True when modules were imported since this was last asked: their time does not count."""
        grown, self.modules = len(sys.modules) > self.modules, len(sys.modules)
        return grown and monotonic() < self.until


class Clock:
    """The time that one check has: CPU seconds of the thread that made the clock, and seconds beside them.

    CPU seconds, since an answer is not slow because the machine is busy; seconds beside them, in which it does not
    compute, since a `sleep` takes no CPU. Several calls may share a clock. Where a thread has no CPU clock (Windows),
    all seconds count as if it computed.
    """

    def __init__(self, seconds: float, waiting: float = WAITING):
        if hasattr(time, "pthread_getcpuclockid"):
            self.cpu = partial(time.clock_gettime, time.pthread_getcpuclockid(threading.get_ident()))
        else:
            self.cpu = monotonic
        self.computes_until = self.cpu() + seconds
        self.waits_until = monotonic() - self.cpu() + waiting

    def left(self) -> tuple[float, float]:
        """(seconds to compute, seconds to wait) that are left; negative where the time is up."""
        cpu = self.cpu()
        return self.computes_until - cpu, self.waits_until - (monotonic() - cpu)

    def give(self, seconds: float, waiting: float) -> None:
        """Sets what is left to no less than this: for a call that begins, and for what an import took."""
        computes, waits = self.left()
        self.computes_until += max(seconds - computes, 0)
        self.waits_until += max(waiting - waits, 0)


class _Alarm:
    """The limit in the main thread: a repeating SIGALRM, whatever the code does in Python or waits for.

    An answer may ignore the signal, block it or stop the timer: then the watchman stops the answer, with SIGURG, which
    nobody knows and which ends nothing by default, and as it does where there are no signals.
    """

    def __init__(self, clock: Clock, escape: _Escape):
        self.clock, self.escape, self.imports = clock, escape, _Imports()
        self.handler = self.fire
        self.watchman = _Watchman(clock, escape, self)

    def start(self) -> None:
        self.started, self.whole = monotonic(), self.clock.left()
        self.mask = signals.pthread_sigmask(signals.SIG_UNBLOCK, {signals.SIGALRM, signals.SIGURG})
        self.old_handlers = {
            number: signals.signal(number, self.handler) for number in (signals.SIGALRM, signals.SIGURG)
        }
        self.old_timer = signals.getitimer(signals.ITIMER_REAL)
        first = max(min(self.whole), 1e-6)  # where no time is left it rings at once
        signals.setitimer(signals.ITIMER_REAL, first, AGAIN)
        self.watchman.start()

    def fire(self, number, frame) -> None:
        if frame is self.escape.boundary or self.escape.over:
            return  # the student's function has just returned
        if frame.f_code is _Alarm.fire.__code__:
            return  # a slow machine: the last alarm is still being seen to
        if self.imports.are_to_blame(frame):
            return
        if self.imports.end_late():
            self.clock.give(*self.whole)
        left = min(self.clock.left())
        if left > 0:  # it has waited, or the machine is busy
            signals.setitimer(signals.ITIMER_REAL, max(left, AGAIN), AGAIN)
            return
        if self.escape.at_work(frame):
            self.escape.patience += 0.04  # it is on its way out, and an exception here would end the watching
            return
        self.escape.arm(frame)
        raise TimeIsUp(self.escape)

    def look_after(self) -> None:
        """Called by the watchman now and then: a handler that an answer put here might end the kernel."""
        if signals.getsignal(signals.SIGALRM) is not self.handler:
            signals.setitimer(signals.ITIMER_REAL, 0)

    def stop(self) -> None:
        self.watchman.stop()
        signals.pthread_sigmask(
            signals.SIG_SETMASK, self.mask
        )  # an alarm that was blocked rings now, for nobody
        signals.setitimer(signals.ITIMER_REAL, 0)
        for number, handler in self.old_handlers.items():
            signals.signal(number, handler if handler is not None else signals.SIG_DFL)
        delay, interval = self.old_timer
        if delay:  # somebody else's alarm, which goes on
            delay = max(delay - (monotonic() - self.started), 1e-3)
            signals.setitimer(signals.ITIMER_REAL, delay, interval)


_in_thread = threading.local()


class _AsyncTimeIsUp(TimeIsUp):
    """What the watchman throws into a thread that gets no signals; made there, in the frame that it interrupts."""

    def __init__(self):
        escape, frame = getattr(_in_thread, "escape", None), _getframe(1)
        super().__init__(escape)
        if escape is None or not _runs_under(frame, escape.boundary):
            return
        if escape.at_work(frame):
            escape.patience += 0.04
        else:
            escape.arm(frame)


class _Watchman:
    """The limit in another thread, or on Windows: a second thread throws exceptions into this one.

    Where there is an alarm, it waits until that is late, and sees to it that an answer has not taken its place.
    """

    def __init__(self, clock: Clock, escape: _Escape, alarm: _Alarm | None = None):
        self.clock, self.escape, self.imports, self.alarm = clock, escape, _Imports(), alarm
        self.lock, self.over = threading.Lock(), threading.Event()
        self.thread_id = threading.get_ident()

    def start(self) -> None:
        _in_thread.escape = self.escape
        self.whole = self.clock.left()
        _thread.start_new_thread(self.watch, ())  # `Thread.start` would wait until it runs

    def watch(self) -> None:
        late = 0.0 if self.alarm is None else LATE
        wait = min(self.whole)
        while not self.over.wait(wait if self.alarm is None else max(wait / 2, AGAIN)):
            wait = 3 * AGAIN
            if self.alarm is not None:
                self.alarm.look_after()
            if self.imports.are_to_blame(sys._current_frames().get(self.thread_id)):
                continue
            if self.imports.end_late():
                self.clock.give(*self.whole)
            left = min(self.clock.left()) + late
            if left > 0:
                wait = max(left, wait)
                continue
            with self.lock:
                if not self.over.is_set():
                    if self.alarm is not None:
                        signals.pthread_kill(self.thread_id, signals.SIGURG)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(self.thread_id), ctypes.py_object(_AsyncTimeIsUp)
                    )

    def stop(self) -> None:
        with self.lock:
            self.over.set()
        _in_thread.escape = None
        # An exception on its way arrives within this loop; taking it back instead would leave CPython 3.11's flag for
        # such exceptions up for good, and the next traced function would never start.
        for _ in range(10):
            pass


def _runs_under(frame, boundary) -> bool:
    while frame is not None:
        if frame is boundary:
            return True
        frame = frame.f_back
    return False


class _Keyboard(io.TextIOBase):
    """Stands for stdin, where nobody types; and `exit()` closes this one."""

    def readable(self) -> bool:
        return True

    def read(self, *_: Any) -> str:
        _no_input()

    readline = read


def _no_input(*_: Any, **__: Any):
    raise InputNotAllowed(
        "input() waits for somebody to type, and nobody does while your function is checked"
    )


def _other_signal(number: int, handler: Any) -> Any:
    """signal.signal during a call: the limit keeps its signals, one of which would end the kernel by default."""
    if number in (getattr(signals, "SIGALRM", None), getattr(signals, "SIGURG", None)):
        return signals.getsignal(number)
    return signals.signal(number, handler)


def _say_nothing(_: Any) -> None:
    pass


class _Shell:
    """The notebook's shell, if there is one: during a call it shows nothing, and `exit()` does not end it."""

    def __init__(self):
        self.shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()

    def start(self) -> None:
        if self.shell is not None:  # display(...) would show its value once for every case
            from IPython.core.displaypub import CapturingDisplayPublisher

            self.before = self.shell.display_pub, getattr(self.shell, "keepkernel_on_exit", None)
            self.shell.display_pub, self.shell.ask_exit = CapturingDisplayPublisher(), sys.exit

    def stop(self) -> None:
        if self.shell is not None:
            self.shell.display_pub, self.shell.keepkernel_on_exit = self.before
            del self.shell.ask_exit


def _trampoline(function, args, kwargs):
    return function(*args, **kwargs)


def call(
    function: Callable, args: tuple = (), kwargs: dict | None = None, clock: Clock | None = None
) -> Call:
    """Calls `function(*args, **kwargs)` and says what happened. Raises nothing but KeyboardInterrupt.

    clock  the time that it has, made in this thread; a clock of 2 s when it is left out

    The streams, builtins.input, the hooks for breakpoints and for what is raised in a `__del__`, warnings, trace and
    profile functions, the recursion limit, SIGALRM and its timer are afterwards what they were before; and what stands
    in `state.answering` inside `function` is put back where it was cut short.
    """
    clock = clock or Clock(2.0)
    result, printed = Call(), Printed()
    escape = _Escape(_getframe())
    in_main_thread = threading.current_thread() is threading.main_thread()
    limit = (_Alarm if in_main_thread and hasattr(signal, "SIGALRM") else _Watchman)(clock, escape)
    streams, hooks = (sys.stdin, sys.stdout, sys.stderr), (sys.breakpointhook, sys.unraisablehook)
    names, depth, process = dict(vars(builtins)), getrecursionlimit(), own_process()
    tracing, profiling, answers = gettrace(), getprofile(), state.answers_running()
    shell, recorder = _Shell(), warnings.catch_warnings(record=True)
    recorded = recorder.__enter__()
    interrupt = None
    try:
        warnings.simplefilter("always")
        sys.stdin, sys.stdout, sys.stderr = _Keyboard(), printed, printed
        builtins.input = sys.breakpointhook = _no_input
        sys.unraisablehook = _say_nothing  # TimeIsUp in a __del__ or a callback
        signal.signal = _other_signal
        shell.start()
        limit.start()
        try:
            result.value = _trampoline(function, args, kwargs or {})
        except TimeIsUp:
            escape.over = result.timed_out = True
        except KeyboardInterrupt as error:
            interrupt = error
        except BaseException as error:  # SystemExit too: nothing that a student writes may end the kernel
            result.exception = error
    except TimeIsUp:  # thrown by another thread into the lines above
        result.timed_out = True
    finally:
        escape.over = True
        if own_process() != process:  # a copy of the kernel that an answer has made by os.fork
            leave(0)
        while True:
            try:
                setrecursionlimit(depth)
                vars(builtins).update(names)
                if gettrace() is not tracing:
                    settrace(tracing)
                if getprofile() is not profiling:
                    setprofile(profiling)
                limit.stop()
                break
            except TimeIsUp:
                continue
        state.recover(answers)
        sys.stdin, sys.stdout, sys.stderr = streams
        sys.breakpointhook, sys.unraisablehook = hooks
        signal.signal = signals.signal
        shell.stop()
        recorder.__exit__(None, None, None)
    if interrupt is not None:
        raise interrupt
    result.waited = result.timed_out and clock.left()[0] > 0
    result.printed, result.lines_dropped = "".join(printed.kept), printed.dropped
    result.warnings = [f"{entry.category.__name__}: {entry.message}" for entry in recorded[:5]]
    return result
