"""What a check leaves as it was, whatever the answer did: switches, random states, attributes, signals, streams.

`kept` stands around a whole check. Inside it the switches of torch and NumPy, and the attributes of both, are those of
a fresh kernel, so that what a notebook did to them neither makes a wrong answer right nor a right one wrong.
`answering` stands around each call of the student's function, which has the attributes of its notebook; `course` where
the reference and the known mistakes are observed, which do not. Nothing here needs NumPy or torch to be there.

Beyond reach: `os._exit`, `os.kill` and `os.abort` end the kernel, and so does a crash in C; a file that was removed; an
object that was changed from within (`np.mean.__code__ = …`). A thread or a process that still runs and a stream that
was closed are said.
"""

from __future__ import annotations

import _signal
import builtins
import contextlib
import gc
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import is_
from types import ModuleType
from typing import Any

# The functions below find `len` and the like in this copy, also when an answer has replaced `builtins.len`.
__builtins__ = dict(vars(builtins))

# Their attributes are the notebook's in the student's function, and those of a fresh kernel in the course's own.
FRESH = {"builtins", "math", "random", "time", "operator", "itertools", "functools", "collections", "copy"}
FRESH |= {"numpy", "numpy.linalg", "numpy.random", "torch", "torch.autograd", "torch.linalg", "torch.special"}
FRESH |= {"torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.utils", "torch.optim"}
CLASSES_OF_NN = ("Parameter", "Module", "Linear", "Embedding", "LayerNorm", "Sequential")
CLASSES_OF_OPTIM = ("Optimizer", "SGD", "Adam", "AdamW")
OURS = "nlm_utils."
# Their attributes are the notebook's everywhere, for it writes into some of them on purpose.
KEPT = {"sys", "os", "signal", "threading", "warnings", "gc"}
MACHINERY = "nlm_utils.exercises."
OF_CALLS = {builtins, signal, sys, warnings}  # limits.py writes into these for each call

GRACE = 0.05  # seconds that threads have to end by themselves


# --- attributes -----------------------------------------------------------------------------------------------------

_missing = object()
_loaded = 0
_modules: dict[str, ModuleType] = {}  # by the name under which each was first seen
_fresh: dict[Any, dict[str, Any]] = {}  # {module or class: its attributes when it was first seen}
_kept: list[ModuleType] = []
_ours: set[Any] = set()


def see() -> None:
    """Takes down the attributes of modules that are new since the last time."""
    global _loaded
    if len(sys.modules) == _loaded:
        return
    _loaded = len(sys.modules)
    for name, module in list(sys.modules.items()):
        ours = name.startswith(OURS)
        if name not in _modules and (ours or name in FRESH or name in KEPT) and _is_whole(module):
            _modules[name] = module
            if ours:
                _ours.add(module)
            if name == __name__:
                continue  # what it remembers of a check is not undone by the check
            if name in KEPT or name.startswith(MACHINERY):
                _kept.append(module)
            else:
                _see(module)
                if name == "torch":
                    for part, names in (("nn", CLASSES_OF_NN), ("optim", CLASSES_OF_OPTIM)):
                        _see(*(getattr(getattr(module, part), name) for name in names))
                    _see(module.Tensor)


def _see(*owners: Any) -> None:
    _fresh.update((owner, dict(vars(owner))) for owner in owners)


def _is_whole(module: Any) -> bool:
    """False for what is just being imported, and for what an answer put in a module's place."""
    return type(module) is ModuleType and not getattr(module.__spec__, "_initializing", False)


class Attributes:
    """The attributes of modules and classes as they are now."""

    def __init__(self, owners: Iterable[Any]):
        self.owners = list(owners)
        self.before = [dict(vars(owner)) for owner in self.owners]
        self.views = [
            vars(owner).values() for owner in self.owners
        ]  # they show what is there when they are asked
        self.values = list(chain.from_iterable(self.views))

    def put_back(self) -> None:
        same = map(is_, chain.from_iterable(self.views), self.values)  # thousands of them, for each call
        if sum(map(len, self.views)) != len(self.values) or not all(same):
            for owner, before in zip(self.owners, self.before, strict=True):
                _set(owner, before)
                _take_away(owner, before)


def _take_away(owner: Any, wanted: dict[str, Any]) -> bool:
    """Takes away what is new; True when there was any of it. What was imported stays, and so does `_cache`."""
    now = vars(owner)
    new = [name for name in now if name not in wanted and name[0] != "_"]
    new = [name for name in new if not issubclass(type(now[name]), ModuleType)]
    for name in new:
        type(owner).__delattr__(owner, name)
    return bool(new)


def _set(owner: Any, wanted: dict[str, Any]) -> bool:
    """Puts back what was replaced or deleted; True when there was any of it.

    What other libraries keep for themselves under names like `_cache` is left alone.
    """
    now, ours, any_set = vars(owner), owner in _ours, False
    for name, value in wanted.items():
        if now.get(name, _missing) is not value and (ours or name[0] != "_" or name[:2] == "__"):
            type(owner).__setattr__(owner, name, value)
            any_set = True
    return any_set


class Modules:
    """What stands in sys.modules now."""

    def __init__(self):
        self.before = dict(sys.modules)

    def put_back(self) -> None:
        now, before = sys.modules, self.before
        if len(now) != len(before) or not all(map(is_, now.values(), before.values())):
            for name, module in before.items():
                if now.get(name) is not module:
                    now[name] = module


def _set_fresh() -> bool:
    """Puts in place what was there when it was first seen; True when something else stood there."""
    found = False
    for owner, first in _fresh.items():
        now = vars(owner)
        if len(now) != len(first) or not all(map(is_, now.values(), first.values())):
            found |= _set(owner, first)
            if issubclass(type(owner), type):  # a new method of a tensor hides that of its base
                found |= _take_away(owner, first)
    for name, module in _modules.items():
        if sys.modules.get(name) is not module:
            sys.modules[name], found = module, True
    return found


# --- switches -------------------------------------------------------------------------------------------------------

AS_IT_IS = object()


@dataclass(frozen=True)
class Switch:
    """Something that can be read and written; `fresh` is its value in a kernel that has just begun."""

    read: Callable[[], Any]
    write: Callable[[Any], Any]
    fresh: Any = AS_IT_IS

    def put(self, value: Any) -> None:
        """Writes the value where another stands; nothing can be done where that fails (a folder that is gone)."""
        with contextlib.suppress(Exception):
            if not _same(self.read(), value):
                self.write(value)


def _same(one: Any, other: Any) -> bool:
    """Equal, without asking an object of the student's."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if type(one) in (tuple, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if type(one) is dict:
        return len(one) == len(other) and all(_same(value, other.get(key, one)) for key, value in one.items())
    return type(one) in (int, float, str, bytes) and one == other


def _contents(kept: list) -> Switch:
    return Switch(partial(list, kept), partial(kept.__setitem__, slice(None)))


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it has been removed
        return None


def _write_folder(folder: str | None) -> None:
    if folder is not None:
        os.chdir(folder)


def _python() -> list[Switch]:
    return [
        Switch(sys.getrecursionlimit, sys.setrecursionlimit),
        Switch(sys.getswitchinterval, sys.setswitchinterval),
        Switch(gc.isenabled, lambda on: gc.enable() if on else gc.disable()),
        Switch(gc.get_threshold, lambda threshold: gc.set_threshold(*threshold)),
        *map(_contents, (sys.path, sys.meta_path, sys.path_hooks, sys.argv)),
        Switch(_folder, _write_folder),
    ]


def _numpy(np: Any) -> list[Switch]:
    return [
        Switch(
            np.geterr,
            lambda errors, seterr=np.seterr: seterr(**errors),
            {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"},
        ),
        Switch(np.geterrcall, np.seterrcall, None),
        Switch(np.get_printoptions, lambda options, write=np.set_printoptions: write(**options)),
    ]


TINY, ONE = 5e-324, 1.0


def _of_torch(torch: Any) -> list[Switch]:
    c, printing = torch._C, torch._tensor_str.PRINT_OPTS
    names = ("precision", "threshold", "edgeitems", "linewidth", "sci_mode")
    modes, home = torch.overrides, torch._GLOBAL_DEVICE_CONTEXT

    def deterministic() -> tuple:
        return (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
        )

    def device() -> list:
        """The modes on torch's stack, one of which may be a default device, and the one that was set for good."""
        return [getattr(home, "device_context", None), *modes._get_current_function_mode_stack()]

    def write_device(wanted: list) -> None:
        home.device_context = wanted[0]
        while c._len_torch_function_stack():
            c._pop_torch_function_stack()
        for mode in wanted[1:]:
            c._push_on_torch_function_stack(mode)

    def write_printing(values: tuple) -> None:
        for name, value in zip(names, values, strict=True):
            setattr(printing, name, value)

    return [
        Switch(torch.is_inference_mode_enabled, _write_inference, False),
        Switch(torch.is_grad_enabled, torch.set_grad_enabled, True),
        Switch(torch.get_default_dtype, torch.set_default_dtype, torch.float32),
        Switch(device, write_device, [None]),
        Switch(torch.get_num_threads, torch.set_num_threads, 1),
        Switch(
            deterministic, lambda v: c._set_deterministic_algorithms(v[0], warn_only=v[1]), (False, False)
        ),
        Switch(
            c._get_deterministic_fill_uninitialized_memory,
            c._set_deterministic_fill_uninitialized_memory,
            True,
        ),
        Switch(
            lambda: (torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()),
            lambda v: torch.autograd.set_detect_anomaly(*v),
            (False, True),
        ),
        Switch(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, "highest"),
        Switch(
            lambda: torch.is_autocast_enabled("cpu"), lambda v: torch.set_autocast_enabled("cpu", v), False
        ),
        Switch(torch.is_autocast_cache_enabled, torch.set_autocast_cache_enabled, True),
        Switch(lambda: TINY * ONE == 0, torch.set_flush_denormal, False),
        Switch(torch.is_warn_always_enabled, torch.set_warn_always, False),
        Switch(lambda: tuple(getattr(printing, name) for name in names), write_printing),
    ]


_inference: list[Any] = []  # modes that were entered here and are never left: nobody else would leave them


def _write_inference(on: bool) -> None:
    mode = sys.modules["torch"].inference_mode(on)
    mode.__enter__()
    _inference.append(mode)


_tables: dict[str, list[Switch]] = {}


def _switches() -> list[Switch]:
    """All switches there are; those of NumPy and torch from when they are first seen."""
    for name, make in (("", lambda _: _python()), ("numpy", _numpy), ("torch", _of_torch)):
        module = sys.modules.get(name or "builtins")
        if name not in _tables and module is not None and _is_whole(module):
            _tables[name] = make(module)
    return [switch for table in _tables.values() for switch in table]


class Switches:
    """How all switches stand now. The attributes are to be fresh while they are read."""

    def __init__(self, more: list[Switch] = ()):
        switches = _switches()
        self.count = len(switches)
        self.before = [(switch, switch.read()) for switch in (*switches, *more)]

    def put_back(self) -> None:
        for switch, before in self.before:
            switch.put(before)
        _set_fresh_switches(_switches()[self.count :])  # those of torch, which was imported in the meantime


def _set_fresh_switches(switches: list[Switch]) -> None:
    for switch in switches:
        if switch.fresh is not AS_IT_IS:
            switch.put(switch.fresh)


# --- what is read once in a check -----------------------------------------------------------------------------------


def _random_states() -> list[tuple[Callable[[Any], Any], Any]]:
    """What sets the states of the random numbers that everybody shares, and how they stand."""
    found = [(random.setstate, random.getstate())]
    if "numpy" in sys.modules:
        shared = sys.modules["numpy"].random
        found.append((shared.set_state, shared.get_state(legacy=False)))
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        found.append((torch.set_rng_state, torch.get_rng_state()))
    return found


_environment = os.environ


def _write_environment(before: dict) -> None:
    now = _environment._data
    for key in [*now]:
        if key not in before:
            del _environment[_environment.decodekey(key)]
    for key, value in before.items():
        if now.get(key) is not value:
            _environment[_environment.decodekey(key)] = _environment.decodevalue(value)


def _write_warnings(before: list) -> None:
    warnings.filters[:] = before
    warnings._filters_mutated()


def _world() -> list[Switch]:
    found = [
        Switch(_environment._data.copy, _write_environment),
        Switch(lambda: list(warnings.filters), _write_warnings),
        Switch(gc.get_debug, gc.set_debug),
        Switch(sys.get_int_max_str_digits, sys.set_int_max_str_digits),
    ]
    if "locale" in sys.modules:
        module = sys.modules["locale"]
        found.append(
            Switch(partial(module.setlocale, module.LC_ALL), partial(module.setlocale, module.LC_ALL))
        )
    if "decimal" in sys.modules:
        found.append(_decimal(sys.modules["decimal"]))
    if threading.current_thread() is threading.main_thread():
        found += _signals()
    return found


def _decimal(decimal: Any) -> Switch:
    context = decimal.getcontext()
    names = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")

    def read() -> list:
        now = decimal.getcontext()
        return [now, *(getattr(now, name) for name in names), dict(now.traps), dict(now.flags)]

    def write(before: list) -> None:
        decimal.setcontext(context)
        for name, value in zip(names, before[1:], strict=False):
            setattr(context, name, value)
        for name, value in (("traps", before[-2]), ("flags", before[-1])):
            getattr(context, name).update(value)

    return Switch(read, write)


def _signals() -> list[Switch]:
    """Handlers and timers: only the main thread may set them. limits.py sees to SIGALRM's timer."""

    def write(before: list) -> None:
        for number, handler in zip(_NUMBERS, before, strict=True):
            if handler is not None and _handler(number) is not handler:
                signal.signal(number, handler)

    found = [Switch(lambda: [_handler(number) for number in _NUMBERS], write)]
    for name in ("ITIMER_VIRTUAL", "ITIMER_PROF"):
        if hasattr(signal, name):
            timer = getattr(signal, name)
            write_timer = partial(lambda timer, before: signal.setitimer(timer, *before), timer)
            found.append(Switch(partial(signal.getitimer, timer), write_timer))
    return found


_NUMBERS = sorted(map(int, signal.valid_signals()))
_handler = _signal.getsignal  # what signal.getsignal calls, without the time that its Enum takes


class _Streams:
    """File descriptors 1 and 2, and whether Python's streams are open."""

    NAMES = ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__")

    def __init__(self):
        self.open = [(name, getattr(sys, name)) for name in self.NAMES if self.is_open(getattr(sys, name))]
        self.copies = []
        for number in (1, 2):
            with contextlib.suppress(OSError):
                self.copies.append((number, os.dup(number)))

    @staticmethod
    def is_open(stream: Any) -> bool:
        return stream is not None and not getattr(stream, "closed", False)

    def put_back(self) -> list[str]:
        for number, copy in self.copies:
            if _identity(number) != _identity(copy):
                os.dup2(copy, number)
            os.close(copy)
        closed = [name for name, stream in self.open if not self.is_open(stream)]
        if not closed:
            return []
        return [f"Your function closed `sys.{closed[0]}`, which cannot be opened again: restart the kernel."]


def _identity(number: int) -> tuple | None:
    try:
        found = os.fstat(number)
    except OSError:
        return None
    return found.st_dev, found.st_ino


class _Company:
    """Threads and processes beside this one."""

    def __init__(self):
        self.threads, self.processes = set(threading.enumerate()), _has_children()

    def left(self) -> list[str]:
        """What is said of those that an answer started and that still run."""
        said = []
        new = [thread for thread in threading.enumerate() if thread not in self.threads]
        until = time.monotonic() + GRACE
        for thread in new:
            thread.join(max(until - time.monotonic(), 0))
        running = sum(thread.is_alive() for thread in new)
        if running:
            threads = "A thread" if running == 1 else f"{running} threads"
            verb, them = ("runs", "it") if running == 1 else ("run", "them")
            said.append(
                f"{threads} that your function started still {verb}: restart the kernel to end {them}."
            )
        if not self.processes and _has_children():
            said.append(
                "A process that your function started still runs: `.terminate()` ends it, and so does a restart."
            )
        return said


def _has_children() -> bool:
    """True when a process that this one started is running."""
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except (AttributeError, OSError):  # Windows; or there is none
        return False


# --- for the engine -------------------------------------------------------------------------------------------------

_checking = False
_home: Attributes | None = None  # what the answer has, where the notebook has replaced some of it
_between_calls: list[Attributes | Modules] | None = None
_open: list[answering] = []


def _all_but_of_calls() -> list[Attributes | Modules]:
    return [Attributes({*_fresh, *_kept} - OF_CALLS), Modules()]


@contextlib.contextmanager
def kept() -> Iterator[list[str]]:
    """Around a check: afterwards all is as before, and in the list stands what could not be put back.

    Within, the attributes of NumPy, torch and nlm_utils and the switches of both are fresh.
    """
    global _checking, _home, _between_calls
    left: list[str] = []
    if _checking:  # an answer that checks another one
        yield left
        return
    see()
    home, modules, system = Attributes(_fresh), Modules(), Attributes(_kept)
    of_answer = Attributes(_fresh.keys() - OF_CALLS)
    replaced = _set_fresh()
    world, numbers = Switches(_world()), _random_states()
    streams, company, folder = _Streams(), _Company(), _folder()
    _checking, _home, _between_calls = True, of_answer if replaced else None, _all_but_of_calls()
    try:
        _set_fresh_switches(_switches())
        yield left
    finally:
        _checking, _home, _between_calls = False, None, None
        system.put_back()
        for write, before in numbers:
            write(before)
        world.put_back()
        home.put_back()
        modules.put_back()
        left += streams.put_back() + company.left()
        if folder is not None and _folder() is None:
            left.append("The folder in which the kernel worked was removed: restart the kernel.")


@contextlib.contextmanager
def course() -> Iterator[None]:
    """Where the course's own functions are observed: `kept`, and `answering` brings nothing of the notebook's."""
    global _home, _between_calls
    with kept():
        before, _home, _between_calls = (_home, _between_calls), None, []
        try:
            yield
        finally:
            _home, _between_calls = before


class answering:
    """Around one call of a function: within, it has what its notebook replaced; afterwards all that calls need is back.

    What is cut short is done by `recover`. Of the course's own functions only switches are put back.
    """

    def __enter__(self) -> None:
        self.before = [Switches()]
        if _between_calls != []:
            self.before = [Attributes(OF_CALLS), *(_between_calls or _all_but_of_calls()), *self.before]
        _open.append(self)
        if _home is not None:
            _home.put_back()

    def __exit__(self, *_: Any) -> None:
        self.put_back()
        _open.remove(self)

    def put_back(self) -> None:
        for before in self.before:
            before.put_back()


def answers_running() -> int:
    return len(_open)


def recover(running: int) -> None:
    """Puts back what calls have changed that were stopped, down to so many that still run."""
    while len(_open) > running:
        _open[-1].put_back()
        _open.pop()
