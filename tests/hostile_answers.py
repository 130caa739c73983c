# ruff: noqa: B003, E722, SIM105
"""Answers and cells that do harm, what the kernel is like before and after, and a program that tries them.

Run as a program it forks a process for each, with nothing checked yet, and prints what came of it as JSON, a line each.
The list of what is looked at, `kernel`, knows nothing of state.py.
"""

import builtins
import decimal
import faulthandler
import gc
import hashlib
import json
import locale
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings

import numpy as np
import torch

from nlm_utils import autograd, functional
from nlm_utils.exercises import definition, feedback, limits, observe, state
from nlm_utils.exercises.definition import Exercise

ANSWERS, CELLS = {}, {}


def ends(outcome, note=""):
    """The answer below ends so, and the card says this of what is left."""

    def add(function):
        ANSWERS[function.__name__] = (function, outcome, note)
        return function

    return add


def right(function):
    return ends("right")(function)


def endless(function):
    return ends("timeout")(function)


def raises(function):
    return ends("raised")(function)


def cell(function):
    """A cell of the notebook that runs before anything is checked."""
    CELLS[function.__name__] = function
    return function


def forever():
    while True:
        pass


# --- stopped in the middle -------------------------------------------------------------------------------------------


@endless
def loop_without_gradients(x):
    with torch.no_grad():
        forever()


@endless
def loop_in_inference_mode(x):
    with torch.inference_mode():
        forever()


@endless
def loop_that_leaves_gradients_off(x):
    torch.set_grad_enabled(False)
    forever()


@endless
def loop_in_errstate(x):
    with np.errstate(all="raise"):
        forever()


@endless
def loop_in_printoptions(x):
    with np.printoptions(precision=1):
        forever()


@endless
def loop_in_a_device(x):
    with torch.device("meta"):
        forever()


@endless
def loop_in_a_decimal_context(x):
    with decimal.localcontext() as context:
        context.prec = 3
        forever()


@endless
def loop_in_our_no_grad(x):
    with autograd.no_grad():
        forever()


@endless
def loop_with_replaced_exp(x):
    before, np.exp = np.exp, None
    try:
        forever()
    finally:
        forever()
        np.exp = before


@endless
def loop_in_catch_warnings(x):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forever()


@endless
def loop_in_a_profile(x):
    sys.setprofile(lambda *_: None)
    forever()


@endless
def loop_that_catches_all(x):
    while True:
        try:
            torch.set_grad_enabled(False)
            forever()
        except BaseException:
            np.seterr(all="raise")


@endless
def endless_generator(x):
    def numbers():
        while True:
            yield 1

    return sum(numbers())


@endless
def endless_recursion_that_catches(x):
    try:
        return endless_recursion_that_catches(x)
    except:
        return endless_recursion_that_catches(x)


@raises
def endless_recursion(x):
    return endless_recursion(x)


# --- the limit itself ------------------------------------------------------------------------------------------------


@endless
def ignores_the_alarm(x):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    forever()


@endless
def gives_the_alarm_its_default(x):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    forever()


@endless
def stops_the_timer(x):
    signal.setitimer(signal.ITIMER_REAL, 0)
    forever()


@endless
def stops_the_alarm(x):
    signal.alarm(0)
    forever()


@endless
def blocks_the_alarm(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    forever()


@endless
def blocks_all_signals(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    forever()


@endless
def replaces_the_signal_functions(x):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.signal = signal.setitimer = signal.getsignal = signal.pthread_sigmask = lambda *_: None
    forever()


@endless
def ignores_the_alarm_and_sleeps(x):
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    time.sleep(1000)


@endless
def replaces_the_clock(x):
    time.monotonic = time.time = lambda: 0.0
    time.clock_gettime = lambda _: 0.0
    forever()


@ends("timeout or raised")
def replaces_min_and_max(x):
    builtins.min = builtins.max = builtins.next = builtins.int = None
    forever()


@endless
def waits_for_a_lock(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


@endless
def sleeps(x):
    time.sleep(1000)


@endless
def slow_switches(x):
    sys.setswitchinterval(1000.0)
    forever()


# --- ways out --------------------------------------------------------------------------------------------------------


@raises
def calls_exit(x):
    exit()


@raises
def calls_quit(x):
    quit()


@raises
def calls_sys_exit(x):
    sys.exit(3)


@raises
def raises_system_exit(x):
    raise SystemExit


@raises
def raises_generator_exit(x):
    raise GeneratorExit


@raises
def asks_for_input(x):
    return input()


@raises
def reads_what_is_typed(x):
    return sys.stdin.readline()


@ends("interrupted")
def is_interrupted(x):
    torch.set_grad_enabled(False)
    np.seterr(all="raise")
    os.kill(os.getpid(), signal.SIGINT)
    forever()


@right
def forks(x):
    if os.fork() == 0:
        print("a second kernel")
    return 2 * x


# --- switches --------------------------------------------------------------------------------------------------------


@right
def gradients_off(x):
    value = 2 * x
    torch.set_grad_enabled(False)
    return value


@right
def inference_mode_never_left(x):
    global kept_open
    kept_open = torch.inference_mode()
    value = 2 * x
    kept_open.__enter__()
    return value


@right
def other_dtype_and_device(x):
    value = 2 * x
    torch.set_default_dtype(torch.float16)
    torch.set_default_device("meta")
    return value


@right
def device_never_left(x):
    value = 2 * x
    torch.device("meta").__enter__()
    return value


@right
def deterministic(x):
    torch.use_deterministic_algorithms(True)
    torch.autograd.set_detect_anomaly(True)
    torch.set_float32_matmul_precision("medium")
    torch.set_flush_denormal(True)
    torch.set_autocast_enabled("cpu", True)
    return 2 * x


@right
def threads_of_torch(x):
    torch.set_num_threads(2)
    return 2 * x


@right
def prints_otherwise(x):
    torch.set_printoptions(precision=1, sci_mode=True)
    np.set_printoptions(formatter={"float": lambda _: "?"}, precision=1)
    return 2 * x


@right
def strict_numpy(x):
    np.seterr(all="raise")
    np.seterrcall(print)
    return 2 * x


@right
def moves_random_states(x):
    np.random.seed(1)
    random.seed(1)
    torch.manual_seed(1)
    np.random.rand(1000)
    return 2 * x


@right
def warns_as_errors(x):
    warnings.filterwarnings("error")
    warnings.filters.clear()
    warnings.showwarning = warnings.warn = None
    return 2 * x


@right
def interpreter_settings(x):
    sys.setrecursionlimit(sys.getrecursionlimit() * 3)
    sys.setswitchinterval(0.5)
    sys.set_int_max_str_digits(700)
    gc.disable()
    gc.set_threshold(1)
    return 2 * x


@ends("right or raised")
def low_recursion_limit(x):
    depth = 1
    while True:
        try:
            sys.setrecursionlimit(depth)
        except RecursionError:
            depth += 1
        else:
            return x + x


@right
def traces(x):
    sys.settrace(lambda *_: None)
    threading.settrace(lambda *_: None)
    sys.setprofile(lambda *_: None)
    return 2 * x


@right
def other_language(x):
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    decimal.getcontext().prec = 5
    decimal.setcontext(decimal.Context(prec=3))
    return 2 * x


@right
def other_signals(x):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_VIRTUAL, 100)
    signal.setitimer(signal.ITIMER_REAL, 100)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    return 2 * x


@right
def hooks(x):
    sys.excepthook = sys.unraisablehook = sys.displayhook = sys.breakpointhook = threading.excepthook = None
    return 2 * x


@right
def dumps_later(x):
    faulthandler.enable(sys.__stderr__)
    return 2 * x


# --- folders, streams, modules ---------------------------------------------------------------------------------------


@right
def another_folder(x):
    os.chdir("/")
    return 2 * x


@right
def a_folder_that_is_gone(x):
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.rmdir(folder)
    return 2 * x


@right
def clears_the_environment(x):
    os.environ.clear()
    os.environ["HOME"] = "/nowhere"
    return 2 * x


@right
def replaces_the_environment(x):
    os.environ = {}
    return 2 * x


@right
def clears_the_paths(x):
    sys.path.clear()
    sys.meta_path.clear()
    sys.path_hooks.clear()
    sys.argv.clear()
    return 2 * x


@right
def replaces_the_path(x):
    sys.path = ["/nowhere"]
    return 2 * x


@right
def removes_numpy(x):
    del sys.modules["numpy"], sys.modules["torch"], sys.modules["random"]
    return 2 * x


@right
def replaces_modules(x):
    sys.modules["numpy"] = sys.modules["torch"] = sys.modules["math"] = math
    sys.modules["nlm_utils.exercises.compare"] = None
    return 2 * x


@right
def replaces_streams(x):
    sys.stdout = sys.stderr = sys.__stdout__ = None
    return 2 * x


@right
def closes_the_streams_it_has(x):
    sys.stdout.close()
    sys.stdin.close()
    return 2 * x


@right
def closes_the_descriptors(x):
    for number in (1, 2):
        try:
            os.close(number)
        except OSError:  # in an earlier call
            pass
    return 2 * x


@ends("right", "closed `sys.stdin`")
def closes_what_cannot_be_opened(x):
    sys.__stdin__.close()
    return 2 * x


# --- replaced attributes ---------------------------------------------------------------------------------------------


@right
def replaces_numpys_functions(x):
    value = 2 * x
    np.exp = np.sum = np.isclose = np.asarray = np.errstate = lambda *_, **__: 0
    np.random.seed = np.random.rand = np.linalg.norm = None
    np.pi = 3
    return value


@right
def deletes_numpys_functions(x):
    value = 2 * x
    del np.exp, np.isclose, np.ndarray, np.random
    return value


@right
def replaces_torchs_functions(x):
    value = 2 * x
    torch.softmax = torch.exp = torch.is_grad_enabled = torch.set_grad_enabled = torch.get_rng_state = None
    torch.nn.functional.softmax = torch.nn.Linear = torch.optim.SGD = torch.autograd.grad = None
    return value


@right
def replaces_methods_of_tensors(x):
    value = 2 * x
    torch.Tensor.backward = torch.Tensor.__format__ = torch.Tensor.detach = lambda *_: 0
    torch.nn.Module.__call__ = torch.nn.Linear.forward = torch.optim.SGD.step = None
    return value


@right
def replaces_builtins(x):
    value = 2 * x
    builtins.len = builtins.print = builtins.isinstance = builtins.all = builtins.map = builtins.type = (
        lambda *_: 0
    )
    builtins.__import__ = builtins.input = builtins.max = builtins.Exception = None
    builtins.helper = 3
    return value


@right
def clears_builtins(x):
    value = 2 * x
    vars(builtins).clear()
    return value


@right
def replaces_mathematics(x):
    math.exp = random.random = random.seed = random.getstate = None
    math.pi = 3
    return 2 * x


@right
def replaces_the_courses_functions(x):
    functional.softmax = functional.log_softmax = None
    autograd._recording = False
    feedback.wrong = limits.call = observe.observe = None
    return 2 * x


@right
def replaces_functions_of_the_system(x):
    os.getcwd = os.dup = os.close = os.fstat = sys.getrecursionlimit = sys.exc_info = None
    gc.isenabled = gc.disable = threading.enumerate = warnings.catch_warnings = None
    return 2 * x


# --- what cannot be put back -----------------------------------------------------------------------------------------


@ends("right", "A thread that your function started still runs")
def leaves_a_thread(x):
    if not any(thread.name == "left" for thread in threading.enumerate()):
        threading.Thread(target=time.sleep, args=(100,), daemon=True, name="left").start()
    return 2 * x


@right
def a_thread_that_ends(x):
    threading.Thread(target=time.sleep, args=(0.01,)).start()
    return 2 * x


processes = []


@ends("right", "A process that your function started still runs")
def leaves_a_process(x):
    if not processes:
        processes.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"]))
    return 2 * x


# --- values that do something ----------------------------------------------------------------------------------------


class Loops:
    def __repr__(self):
        forever()

    __eq__ = __len__ = __iter__ = __str__ = __getattr__ = __array__ = lambda *_: forever()
    __hash__ = None


class Fails:
    def __repr__(self):
        raise RuntimeError("no")

    __eq__ = __len__ = __iter__ = __str__ = __array__ = __repr__
    __hash__ = None


class Meddles:
    def __repr__(self):
        torch.set_grad_enabled(False)
        np.seterr(all="raise")
        np.exp = None
        return "Meddles"


class Dies:
    def __init__(self, last):
        self.last = last

    def __del__(self):
        self.last()


@ends("wrong or timeout")
def value_that_loops(x):
    return Loops()


@ends("wrong or timeout")
def values_that_fail(x):
    return [Fails(), {"a": Fails()}]


@ends("wrong or timeout")
def value_that_meddles(x):
    return Meddles()


@ends("wrong or timeout")
def value_that_loops_when_it_goes(x):
    return Dies(forever)


@ends("wrong or timeout")
def value_that_fails_when_it_goes(x):
    return Dies(lambda: 1 / 0)


@ends("raised or timeout")
def exception_that_loops(x):
    class Bad(Exception):
        def __str__(self):
            forever()

    raise Bad


# --- cells before the first check ------------------------------------------------------------------------------------


@cell
def cell_replaces_exp():
    np.exp = lambda x: x


@cell
def cell_replaces_more_of_numpy():
    np.exp = np.sum = np.asarray = np.array = np.isclose = np.errstate = lambda *_, **__: np.float64(0)


@cell
def cell_replaces_softmax_of_torch():
    torch.softmax = torch.nn.functional.softmax = torch.exp = lambda x, *_, **__: x


@cell
def cell_replaces_methods():
    torch.Tensor.softmax = torch.Tensor.exp = torch.Tensor.sum = lambda x, *_, **__: x


@cell
def cell_gradients_off():
    torch.set_grad_enabled(False)


@cell
def cell_in_inference_mode():
    global kept_open
    kept_open = torch.inference_mode()
    kept_open.__enter__()


@cell
def cell_strict_numpy():
    np.seterr(all="raise")


@cell
def cell_double():
    torch.set_default_dtype(torch.float64)


@cell
def cell_on_meta():
    torch.set_default_device("meta")


@cell
def cell_in_a_device():
    torch.device("meta").__enter__()


@cell
def cell_of_switches():
    torch.use_deterministic_algorithms(True)
    torch.autograd.set_detect_anomaly(True)
    torch.set_autocast_enabled("cpu", True)
    torch.set_flush_denormal(True)
    torch.set_num_threads(2)


@cell
def cell_warns_as_errors():
    warnings.filterwarnings("error")


@cell
def cell_replaces_the_courses_functions():
    functional.softmax = functional.log_softmax = lambda x: x
    autograd._recording = False


@cell
def cell_replaces_builtins():
    builtins.len = builtins.sum = builtins.max = lambda *_: 0
    math.exp = lambda x: x


@cell
def cell_replaces_modules():
    sys.modules["numpy"] = sys.modules["torch"] = math


@cell
def cell_prints_and_folders():
    np.set_printoptions(precision=2)
    torch.set_printoptions(precision=2)
    os.chdir("/")
    os.environ["A"] = "b"
    sys.setrecursionlimit(2500)
    random.seed(1)
    gc.disable()
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 100)


# --- what the kernel is like -----------------------------------------------------------------------------------------


OWNERS = [
    builtins,
    os,
    sys,
    math,
    random,
    time,
    signal,
    gc,
    warnings,
    threading,
    functional,
    feedback,
    limits,
    observe,
]
OWNERS += [np, np.linalg, np.random, torch, torch.nn, torch.nn.functional, torch.optim, torch.autograd]
OWNERS += [torch.Tensor, torch.nn.Module, torch.nn.Linear, torch.optim.SGD]


def kernel():
    """{what: how it stands, as text}, in the words of the libraries themselves."""
    found = {
        "gradients": torch.is_grad_enabled(),
        "a product's gradient": (2 * torch.ones(2, requires_grad=True)).requires_grad,
        "inference mode": torch.is_inference_mode_enabled(),
        "dtype": torch.get_default_dtype(),
        "device": (torch.ones(1).device, torch.get_default_device()),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "anomaly": torch.is_anomaly_enabled(),
        "precision": torch.get_float32_matmul_precision(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "denormals": torch.tensor([1e-310], dtype=torch.float64, device="cpu").mul(1).item(),
        "threads of torch": torch.get_num_threads(),
        "a tensor": str(torch.tensor([1 / 3, 1e6], device="cpu")),
        "state of torch": hashlib.md5(bytes(torch.get_rng_state().tolist())).hexdigest(),
        "state of numpy": hashlib.md5(
            repr(np.random.get_state()).encode() + np.random.get_state()[1].tobytes()
        ),
        "state of random": hash(random.getstate()),
        "errors": (np.geterr(), np.geterrcall()),
        "an array": str(np.array([1 / 3, 1e6])),
        "recursion": sys.getrecursionlimit(),
        "switches": sys.getswitchinterval(),
        "digits": sys.get_int_max_str_digits(),
        "collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug()),
        "tracing": (sys.gettrace(), sys.getprofile()),
        "streams": [(id(s), s and s.closed) for s in (sys.stdin, sys.stdout, sys.stderr)],
        "descriptors": [os.fstat(number).st_ino for number in (0, 1, 2)],
        "hooks": (
            sys.excepthook,
            sys.unraisablehook,
            sys.displayhook,
            sys.breakpointhook,
            threading.excepthook,
        ),
        "path": (id(sys.path), sys.path, sys.meta_path, sys.path_hooks, sys.argv),
        "modules": [
            id(sys.modules.get(n)) for n in ("numpy", "torch", "math", "random", "nlm_utils.functional")
        ],
        "submodules": [np.random is sys.modules["numpy.random"], torch.nn is sys.modules["torch.nn"]],
        "folder": os.getcwd(),
        "environment": (id(os.environ), sorted(os.environ.items())),
        "locale": locale.setlocale(locale.LC_ALL),
        "decimal": str(decimal.getcontext()),
        "warnings": (id(warnings.filters), warnings.filters, warnings.showwarning, warnings.warn),
        "handlers": [signal.getsignal(number) for number in sorted(signal.valid_signals())],
        "timers": [math.ceil(signal.getitimer(which)[0] / 50) for which in range(3)],
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
        "recording": autograd._recording,
    }
    found["state of numpy"] = found["state of numpy"].hexdigest()
    found |= {key: repr(value) for key, value in found.items()}
    for owner in OWNERS:
        public = {
            name: id(value)
            for name, value in vars(owner).items()
            if (name[0] != "_" or name[:2] == "__") and type(value) is not type(math)  # submodules come late
        }
        found[f"attributes of {owner.__name__}"] = public
    return found


def changes(before, after):
    """What differs, in words."""
    said = []
    for key, one in before.items():
        other = after[key]
        if type(one) is dict:
            names = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
            names -= {"__warningregistry__", "last_value"}
            said += [f"{key}: {', '.join(sorted(names))}"] if names else []
        elif one != other:
            said.append(f"{key}: {one} -> {other}")
    return said


# --- two other exercises, which must go on ---------------------------------------------------------------------------


def double(x):
    """Twice `x`."""
    return 2 * x


def shares(t):
    """Softmax of a vector `t`."""
    positive = np.exp(t - np.max(t))
    return positive / np.sum(positive)


def weights(t):
    """Softmax along the last axis of a tensor `t`; gradients flow."""
    return torch.softmax(t, dim=-1)


def _shares_of_largest(t):
    positive = np.exp(t - np.max(t))
    return positive / np.max(positive)


def _first_axis(t):
    return torch.softmax(t, dim=0)


def exercises():
    """(double, with NumPy and torch; the NumPy exercise, the torch exercise), each as if it was just imported."""
    found = [
        Exercise(reference, "01_ngram_limits", "some", "", ["a", "b"])
        for reference in (double, shares, weights)
    ]
    found[0].case(np.array([1.0, 2.0]))
    found[0].case(torch.tensor([1.0, 2.0], requires_grad=True))
    found[1].case(np.array([0.0, 1.0, 3.0]))
    found[1].case(np.array([-1000.0, 0.5, 1.0]))
    found[1].mistake("largest", _shares_of_largest).says("You divide by the largest.")
    found[2].case(torch.tensor([[0.0, 1.0], [3.0, -1.0]], requires_grad=True))
    found[2].case_from(lambda: (torch.arange(6.0).reshape(2, 3) + torch.ones(3),))
    found[2].mistake("first-axis", _first_axis).says("You sum over the first axis.")
    return found


OTHER_ANSWERS = """
import numpy as np, torch

def right_shares(t):
    e = [float(np.exp(entry)) for entry in t - t.max()]
    return np.array(e) / np.array(e).sum()

def wrong_shares(t):
    e = np.exp(t - t.max())
    return e / e.max()

def right_weights(t):
    return t.softmax(-1)

def wrong_weights(t):
    return torch.softmax(t, 0)

def without_gradients(t):
    return torch.softmax(t.detach(), -1)
"""


def others(found=None):
    """The outcomes of right answers, and the ids of wrong ones, of the other two exercises."""
    space = {"__name__": "__main__"}
    exec(OTHER_ANSWERS, space)
    _, numpys, torchs = found or exercises()
    return [
        numpys.check(space["right_shares"]).outcome,
        numpys.check(space["wrong_shares"]).misconception,
        torchs.check(space["right_weights"]).outcome,
        torchs.check(space["wrong_weights"]).misconception,
        torchs.check(space["without_gradients"]).misconception,
    ]


# --- the program -----------------------------------------------------------------------------------------------------


def try_answer(name):
    before = kernel()
    try:
        found = exercises()[0].check(ANSWERS[name][0])
        outcome, text = found.outcome, str(found)
    except KeyboardInterrupt:
        outcome, text = "interrupted", ""
    return {"outcome": outcome, "text": text, "changes": changes(before, kernel()), "others": others()}


def try_cell(name):
    """What is judged after the cell; and once more when its notebook has put back what it has replaced."""
    replaces = name.startswith("cell_replaces")
    attributes, modules = [(owner, dict(vars(owner))) for owner in OWNERS], dict(sys.modules)
    CELLS[name]()
    with state.course():  # as a bank is imported
        found = exercises()
    before = {} if replaces else kernel()
    first = others(found)
    changed = [] if replaces else changes(before, kernel())
    sys.modules.update(modules)
    for owner, names in attributes if replaces else ():
        if isinstance(owner, type):
            for key in vars(owner).keys() - names.keys():
                type(owner).__delattr__(owner, key)
        for key, value in names.items():
            if vars(owner).get(key) is not value:
                type(owner).__setattr__(owner, key, value)
    return {"first": first, "others": others(found), "changes": changed}


def apart(function, name):
    """What the function gives, run in a copy of this process."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        signal.signal(
            signal.SIGINT, signal.default_int_handler
        )  # ignored in what a shell runs in the background
        try:
            found = function(name)
        except BaseException as error:
            import traceback

            found = {"broken": "".join(traceback.format_exception(error))}
        os.write(theirs, json.dumps(found).encode())
        for process in processes:
            process.kill()
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as file:
        text = file.read()
    status = os.waitpid(child, 0)[1]
    return json.loads(text) if text else {"broken": f"the process ended with {status}"}


if __name__ == "__main__":
    definition.SECONDS, observe.WAITING, limits.LATE = 0.25, 1.0, 0.2
    wanted = sys.argv[1:] or [*ANSWERS, *CELLS]
    for name in wanted:
        began = time.monotonic()
        result = apart(try_answer if name in ANSWERS else try_cell, name)
        result["seconds"] = round(time.monotonic() - began, 2)
        print(json.dumps({"name": name, **result}), flush=True)
