"""Observes an answer in a process of its own, which holds neither reference nor bank and may be killed.

The answer is Python text. What goes to the process is JSON (transport.py), and what comes back is read as JSON:
whatever the text does there, here it is data. There it has so much CPU time, memory and wall time and no more, and the
process ends with the check. It starts as a copy of a clean process that has NumPy and torch loaded (multiprocessing's
forkserver; where there is none, on Windows, as a new one, and without a limit on memory).
"""

from __future__ import annotations

import contextlib
import importlib
import linecache
import math
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.abc import MetaPathFinder
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

import torch  # noqa: F401  the process that others are copied from has it loaded

from . import limits, state
from .observations import Answer, Observation, Raised
from .observe import AGAIN, WAITING, observe, observe_case
from .plain import copied
from .task import Case, Task
from .transport import Unreadable, decode, encode, pack, unpack

PACKAGE = __package__
OBSERVERS = f"{PACKAGE}.observers"
HIDDEN = (f"{PACKAGE}.bank", f"{PACKAGE}.definition", f"{PACKAGE}.known", f"{PACKAGE}.engine")
START = 60.0  # seconds until the process answers for the first time
SLOW = 10.0  # times the CPU seconds of a task, on a busy machine
CPU = 5  # seconds beside the task's, for what is not the answer
MEMORY = 2 << 30  # bytes beside what the process has when it starts
FILES = 64 << 20  # bytes of a file that an answer may write
LONGEST = 1 << 27  # bytes of one message


class Apart:
    """An answer, given as text, that runs in a process of its own. Use it as a context manager, or `close` it.

    task    as for observe.Here
    source  Python text that defines a function of the task's name
    """

    def __init__(self, task: Task, source: str):
        self.task = task
        ours, theirs = _context().Pipe()
        self.connection = ours
        self.process = _context().Process(target=_serve, args=(theirs, _packed(task, source)), daemon=True)
        self.process.start()
        theirs.close()

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process and all that it has started."""
        if self.process.is_alive():
            with contextlib.suppress(OSError, AttributeError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
        self.process.join()
        self.connection.close()

    def all(self) -> Answer:
        """All observations; the last says so where the process was killed, or ended by itself."""
        seen: list[Observation] = []
        try:
            while True:
                kind, content = self._receive()
                if kind == "answer":
                    answer = unpack(Answer, content)
                    return answer if self._is_whole(answer) else Answer([*seen, _last(None, unreadable=True)])
                seen.append(unpack(Observation, content))
        except _Ended as ended:
            return Answer([*seen, ended.observation])
        except Unreadable:  # written by something else than `_serve`
            return Answer([*seen, _last(None, unreadable=True)])

    def _is_whole(self, answer: Answer) -> bool:
        """False for one that something else than `_serve` has written: an observation for each input, or why not."""
        if answer.unusable or answer.attempt != "tried" or (answer.seen and answer.seen[-1].timed_out):
            return True
        return len(answer.seen) == len(self.task.cases)

    def again(self, place: int) -> Observation:
        """One more call on the case at this place, in the same process."""
        try:
            self.connection.send_bytes(str(place).encode())
            return unpack(Observation, self._receive()[1])
        except (OSError, ValueError):  # it has ended
            return Observation(timed_out=True)
        except _Ended as ended:
            return ended.observation

    def _receive(self) -> tuple[str, Any]:
        """(kind, content) of the next message; raises _Ended where none comes, or none that can be read."""
        try:
            if not self.connection.poll(START + WAITING + SLOW * self.task.seconds):
                self.close()
                raise _Ended(Observation(timed_out=True, waited=True))
            message = decode(self.connection.recv_bytes(LONGEST).decode())
            if type(message) is not list or len(message) != 2 or message[0] not in ("answer", "seen"):
                raise Unreadable("expected an observation")
            return message[0], message[1]
        except (EOFError, OSError, UnicodeDecodeError, Unreadable) as error:
            self.close()
            raise _Ended(_last(self.process.exitcode, isinstance(error, Unreadable))) from None


class _Ended(Exception):
    def __init__(self, observation: Observation):
        super().__init__()
        self.observation = observation


def _last(exitcode: int | None, unreadable: bool) -> Observation:
    """What is said of the input on which the process came to its end."""
    if exitcode is not None and exitcode == -getattr(signal, "SIGXCPU", 0):
        return Observation(timed_out=True)
    if unreadable:
        text = "your code wrote into the channel over which it is observed"
    else:
        text = (
            "your code ended the process that it ran in: `os._exit`, a crash inside a library, a signal, or more than "
            f"{MEMORY >> 30} GiB of memory"
        )
    return Observation(raised=Raised(("ProcessEnded", "Exception"), text))


def _context() -> Any:
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(kind)
    context.set_forkserver_preload([__name__])
    return context


def _packed(task: Task, source: str) -> str:
    """A task and an answer as text; functions among the inputs by the names of observers/."""
    cases = [_with_names(case.make()) for case in task.cases]
    observer = task.observer and _name_of(task.observer)
    rest = [task.seconds, task.home, task.new_result]
    return encode([task.name, list(task.parameters), cases, observer, rest, source])


def _with_names(value: Any) -> Any:
    """Functions as ("function", "module:name") under a key that no input has."""
    if type(value) in (list, tuple):
        return type(value)(map(_with_names, value))
    if type(value) is dict:
        return {key: _with_names(entry) for key, entry in value.items()}
    return {_FUNCTION: _name_of(value)} if callable(value) and not isinstance(value, type) else value


_FUNCTION = "a function of observers/"


def _name_of(function: Callable) -> str:
    if not function.__module__.startswith(f"{OBSERVERS}."):
        raise ValueError(
            f"expected a function of {OBSERVERS}, got {function.__qualname__} of {function.__module__}: "
            "what an answer meets in a process of its own must stand there"
        )
    return f"{function.__module__}:{function.__qualname__}"


# --- in the process of its own ------------------------------------------------------------------------------------


def _serve(connection: Connection, text: str) -> None:
    """Observes one answer, and calls it again for as long as it is asked to."""
    name, parameters, cases, observer, rest, source = decode(text)
    makers = [partial(copied, _with_functions(case)) for case in cases]
    task = Task(name, parameters, list(map(Case, makers)), _function(observer) if observer else None, *rest)
    _hide(task)
    _limit(task.seconds)
    function = _defined(source, name)
    if isinstance(function, Answer):
        connection.send_bytes(encode(["answer", pack(function)]).encode())
        return

    def tell(kind: str, record: Observation | Answer) -> None:
        connection.send_bytes(encode([kind, pack(record)]).encode())

    with state.kept(), contextlib.suppress(EOFError):
        tell("answer", observe(task, function, lambda seen: tell("seen", seen)))
        while True:
            place = int(connection.recv_bytes())
            tell("seen", observe_case(task, task.cases[place], function, AGAIN))


def _with_functions(value: Any) -> Any:
    if type(value) is dict and value.keys() == {_FUNCTION}:
        return _function(value[_FUNCTION])
    if type(value) in (list, tuple):
        return type(value)(map(_with_functions, value))
    return {key: _with_functions(entry) for key, entry in value.items()} if type(value) is dict else value


def _function(name: str) -> Callable:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _limit(seconds: float) -> None:
    """CPU time, memory and files, which the answer cannot raise again; a process group of its own."""
    with contextlib.suppress(AttributeError, OSError):
        os.setsid()
    try:
        import resource
    except ImportError:  # Windows
        return
    cpu = math.ceil(time.process_time() + seconds) + CPU
    limits_ = {"RLIMIT_CPU": (cpu, cpu + 1), "RLIMIT_FSIZE": (FILES, FILES), "RLIMIT_CORE": (0, 0)}
    with contextlib.suppress(OSError, ValueError):
        with open("/proc/self/statm") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        limits_["RLIMIT_AS"] = (size + MEMORY, size + MEMORY)
    for which, limit in limits_.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, which), limit)


class _Hidden(MetaPathFinder):
    """No import finds the banks."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.startswith(HIDDEN):
            raise ImportError(f"{name} is not to be had where answers are observed")


def _hide(task: Task) -> None:
    """Nothing of the course's that knows the answer is to be had, and `@exercise` leaves a function as it is."""
    sys.meta_path.insert(0, _Hidden())
    package = sys.modules[PACKAGE]
    for name in ("hint", "solution", "stub", "progress"):
        setattr(package, name, lambda *_, **__: None)
    package.exercise = lambda function=None, **_: function if callable(function) else lambda below: below
    if task.home and not task.home.startswith(PACKAGE):
        _take_away(importlib.import_module(task.home), task.name)


def _take_away(home: ModuleType, name: str) -> None:
    """The library's own function of this name, wherever the library holds it."""
    reference = getattr(home, name)

    def gone(*_: Any, **__: Any) -> None:
        raise LookupError(f"the course's own {name} is not to be had while your {name} is checked")

    for module in [module for key, module in sys.modules.items() if key.startswith("nlm_utils")]:
        for key, value in list(vars(module).items()):
            if value is reference:
                setattr(module, key, gone)


def _defined(source: str, name: str) -> Any:
    """The function that the text defines; an Answer that says why there is none."""
    space: dict[str, Any] = {"__name__": "__main__"}
    linecache.cache["<answer>"] = (len(source), None, source.splitlines(keepends=True), "<answer>")
    call = limits.call(lambda: exec(compile(source, "<answer>", "exec"), space), clock=limits.Clock(WAITING))
    if call.exception is not None:
        return Answer([], unusable=("source", f"{type(call.exception).__name__}: {call.exception}"[:300]))
    if call.timed_out:
        return Answer([], unusable=("source", "it did not end"))
    if name not in space:
        return Answer([], unusable=("source", f"it defines no {name}"))
    return space[name]
