# ruff: noqa: SIM105
"""Running answers: nothing hangs, nothing raises, nothing is left changed, whatever they do."""

import builtins
import io
import signal
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from exercises_to_try import (
    changed,
    check,
    forever,
    make,
    right,
    spread,
    spread_again,
)

from nlm_utils.exercises import (
    BoundReference,
    definition,
    feedback,
    limits,
    observe,
)
from nlm_utils.exercises.definition import Exercise


def bare_except(x, scale=1.0):
    while True:
        try:
            pass
        except:  # noqa: E722
            pass


def sleeps_in_except(x, scale=1.0):
    while True:
        try:
            time.sleep(100)
        except BaseException:
            continue


def nested(x, scale=1.0):
    def inner():
        try:
            time.sleep(100)
        except:  # noqa: E722
            pass

    try:
        while True:
            try:
                inner()
            except:  # noqa: E722
                pass
    finally:
        try:
            while True:
                pass
        finally:
            for _ in range(10**12):
                pass


def prints_forever(x, scale=1.0):
    while True:
        print("x" * 1000)


def endless_generator(x, scale=1.0):
    def numbers():
        while True:
            yield 1

    return sum(numbers())


def sleeps(x, scale=1.0):
    time.sleep(1000)


def recursion_that_catches_itself(x, scale=1.0):
    try:
        return recursion_that_catches_itself(x)
    except:  # noqa: E722
        return recursion_that_catches_itself(x)


ENDLESS = [forever, bare_except, prints_forever, endless_generator]


if sys.version_info[:3] != (3, 13, 0):  # which lets this recursion go far beyond its own limit
    ENDLESS += [recursion_that_catches_itself]


@pytest.mark.parametrize("function", ENDLESS, ids=lambda function: function.__name__)
def test_endless_code_is_stopped(function, monkeypatch):
    monkeypatch.setattr(definition, "SECONDS", 0.2)
    feedback = check(function)
    assert feedback.outcome == "timeout"
    assert feedback.misconception == "generic-timeout"
    assert "stopped after 0.2 s" in str(feedback)
    assert sys.exc_info() == (None, None, None)


@pytest.mark.parametrize(
    "function", [sleeps, sleeps_in_except, nested], ids=lambda function: function.__name__
)
def test_code_that_waits_is_stopped_later_and_told_so(function, monkeypatch):
    monkeypatch.setattr(definition, "SECONDS", 0.1)
    monkeypatch.setattr(observe, "WAITING", 0.3)
    monkeypatch.setattr(feedback, "WAITING", 0.3)
    answer = check(function)
    assert (answer.outcome, answer.misconception) == ("timeout", "generic-waits")
    assert "stopped after 0.3 s" in str(answer)


def test_a_right_answer_that_waits_for_its_turn_is_right(monkeypatch):
    monkeypatch.setattr(definition, "SECONDS", 0.2)

    def slow_machine(x, scale=1.0):
        time.sleep(0.15)
        return right(x, scale)

    assert check(slow_machine).outcome == "right"


@pytest.mark.parametrize(
    "function", [forever, bare_except, prints_forever, endless_generator], ids=lambda f: f.__name__
)
def test_endless_code_is_stopped_in_another_thread(function, monkeypatch):
    monkeypatch.setattr(definition, "SECONDS", 0.2)
    answers = []
    thread = threading.Thread(target=lambda: answers.append((check(function), check(right))), daemon=True)
    thread.start()
    thread.join(60)
    assert [feedback.outcome for feedback in answers[0]] == ["timeout", "right"]


def test_an_endless_loop_on_a_later_input_is_still_wrong_on_the_first(monkeypatch):
    monkeypatch.setattr(definition, "SECONDS", 0.2)

    def answer(x, scale=1.0):
        while x.ndim > 1:
            pass
        return x * 7

    assert check(answer).outcome == "wrong"


def test_nothing_is_left_changed(monkeypatch):
    def meddles(x, scale=1.0):
        sys.setrecursionlimit(5000)
        np.seterr(all="raise")
        warnings.simplefilter("error")
        sys.stdout = io.StringIO()
        builtins.input = None
        sys.settrace(lambda *_: None)
        forever(x)

    seen = []

    def state():
        return (
            sys.stdout, sys.stderr, builtins.input, sys.breakpointhook, sys.getrecursionlimit(), np.geterr(),
            warnings.filters[:], sys.getprofile(), signal.getsignal(signal.SIGALRM),
            signal.getitimer(signal.ITIMER_REAL),
            np.random.get_state()[1].tolist(), "spread" in right.__globals__, spread,
        )  # fmt: skip

    def traced():
        return sys.gettrace()

    monkeypatch.setattr(definition, "SECONDS", 0.2)
    seen.append(state())
    trace = traced()
    assert check(meddles).outcome == "timeout"
    assert check(right).outcome == "right"
    seen.append(state())
    assert seen[0] == seen[1]
    assert traced() is trace


def test_somebody_elses_alarm_goes_on():
    rung = []
    old = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2, 0)
        assert check(right).outcome == "right"
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        deadline = time.monotonic() + 20
        while not rung and time.monotonic() < deadline:
            time.sleep(0.01)
        assert rung
    finally:
        signal.signal(signal.SIGALRM, old)


def test_an_interrupt_by_the_user_passes_through():
    def interrupted(x, scale=1.0):
        raise KeyboardInterrupt

    before = sys.stdout, builtins.input
    with pytest.raises(KeyboardInterrupt):
        check(interrupted)
    assert (sys.stdout, builtins.input) == before


def test_deep_recursion_and_system_exit():
    assert check(lambda x, scale=1.0: spread_again(x)).outcome == "raised"
    assert check(lambda x, scale=1.0: exit()).outcome == "raised"


def test_the_name_is_the_students_own_function_while_it_is_checked():
    ex = make()
    space = {"spread": spread, "np": np}
    exec("def spread(x, scale=1.0):\n    return spread(x, scale)\n", space)
    answer = space["spread"]
    space["spread"] = BoundReference(ex, answer)
    bound = space["spread"]
    feedback = ex.check(answer)
    assert (feedback.outcome, feedback.misconception) == ("raised", "generic-recursion")
    assert space["spread"] is bound
    del space["spread"]
    ex.check(answer)
    assert "spread" not in space


def test_aliasing_and_later_changes_do_not_fool_the_check():
    kept = []

    def spoils_earlier_arguments(x, scale=1.0):
        for old in kept:
            old[...] = 0
        kept.append(x)
        return right(x, scale)

    assert check(spoils_earlier_arguments).outcome == "right"

    buffer = np.zeros(3)

    def one_buffer(x, scale=1.0):
        if x.shape != (3,):
            return right(x, scale)
        buffer[:] = right(x, scale)
        return buffer

    feedback = check(one_buffer)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-shared-result")


def test_warnings_make_no_noise_but_are_said_when_wrong(capsys):
    def answer(x, scale=1.0):
        return right(x, scale) + np.log(np.zeros(1))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        feedback = check(answer)
    assert "RuntimeWarning: divide by zero" in feedback.message
    assert capsys.readouterr() == ("", "")


def test_other_things_than_functions():
    async def coroutine(x, scale=1.0):
        return x

    class Class:
        def __init__(self, x, scale=1.0):
            pass

    class Callable:
        def __call__(self, x, scale=1.0):
            return right(x, scale)

    assert check(3).misconception == "generic-not-callable"
    assert check(None).outcome == "wrong"
    assert check(Class).misconception == "generic-class"
    assert check(coroutine).misconception == "generic-async"
    assert check(Callable()).outcome == "right"
    assert check(np.sum).outcome in ("wrong", "raised")

    def generates(x, scale=1.0):
        yield x

    assert check(generates).misconception == "generic-generator"


def test_values_whose_comparison_or_repr_fails():
    class Nasty:
        def __eq__(self, other):
            raise RuntimeError("no")

        def __repr__(self):
            raise RuntimeError("no")

        __hash__ = None

    loop = []
    loop.append(loop)
    for value in (Nasty(), [Nasty()], loop, {"a": loop}):
        assert check(lambda x, scale=1.0, value=value: value).outcome == "wrong"

    class NoLength:
        def __len__(self):
            raise RuntimeError("no")

    feedback = check(lambda x, scale=1.0: NoLength())
    assert feedback.misconception == "generic-type" and "a NoLength" in feedback.message


def test_call_reports_values_exceptions_and_prints():
    assert limits.call(lambda a, b=2: a + b, (1,), {"b": 5}).value == 6
    assert isinstance(limits.call(lambda: 1 / 0).exception, ZeroDivisionError)
    assert limits.call(lambda: print("a", file=sys.stderr)).printed == "a\n"
    slept = limits.call(time.sleep, (50,), clock=limits.Clock(0.05, 0.05))
    assert slept.timed_out and slept.waited
    for seconds in (-1.0, 0.0, 1e-9, 1e-5):  # an alarm may ring before the call has begun
        late = limits.call(lambda: 1, clock=limits.Clock(seconds))
        assert late.timed_out or late.value == 1


def test_an_import_may_take_longer_than_the_limit(monkeypatch, tmp_path):
    monkeypatch.setattr(definition, "SECONDS", 0.6)
    monkeypatch.syspath_prepend(str(tmp_path))
    for i in range(2):
        (tmp_path / f"slow_module_{i}.py").write_text("import time\ntime.sleep(0.8)\nvalue = 1\n")

    def imports(x, scale=1.0):
        import slow_module_0  # noqa: F401

        time.sleep(0.04)  # what the inputs after the import take still has its time
        return right(x, scale)

    assert check(imports).outcome == "right"

    def imports_in_a_thread(x, scale=1.0):
        import slow_module_1  # noqa: F401

        return right(x, scale)

    answers = []
    thread = threading.Thread(target=lambda: answers.append(check(imports_in_a_thread)), daemon=True)
    thread.start()
    thread.join(60)
    assert answers[0].outcome == "right"

    def imports_and_loops(x, scale=1.0):
        import slow_module_0

        while slow_module_0.value:
            pass

    assert check(imports_and_loops).outcome == "timeout"


def test_the_folder_and_the_unraisable_hook_are_restored(monkeypatch, tmp_path, capfd):
    import os

    class Fails:
        def __del__(self):
            raise RuntimeError("in __del__")

    def answer(x, scale=1.0):
        Fails()
        os.chdir(tmp_path)
        return right(x, scale)

    hook, folder = sys.unraisablehook, os.getcwd()
    assert check(answer).outcome == "right"
    assert (sys.unraisablehook, os.getcwd()) == (hook, folder)
    assert capfd.readouterr() == ("", "")


def test_a_longdouble_is_no_shared_result():
    assert check(changed(lambda y: y.astype(np.longdouble))).outcome == "right"


def test_gradients_are_kept_after_an_answer_that_was_stopped_without_them():
    import torch

    def double(x):
        return 2 * x

    def endless(x):
        torch.set_grad_enabled(False)
        while True:
            pass

    exercise = Exercise(double, "08_x", "one case", "…", ["…", "…"])
    exercise.case(torch.ones(2, requires_grad=True))
    assert exercise.check(endless).outcome == "timeout"
    assert torch.is_grad_enabled()


def test_lectures_with_torch_have_a_limit_of_their_own(monkeypatch):
    monkeypatch.setattr(definition, "SECONDS", 60.0)
    monkeypatch.setattr(definition, "SECONDS_TORCH", 0.2)
    for lecture in ("08_training_a_language_model", "12_state_space_models"):
        ex = Exercise(abs, lecture, "1", "", ["a", "b"])
        ex.case(1.0)
        assert "stopped after 0.2 s" in str(ex.check(forever))
