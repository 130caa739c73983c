# ruff: noqa: RUF007, SIM105, RUF005, SIM212
"""The engine on odd and hostile answers: it never hangs, never raises, names what it can and leaves nothing changed."""

import builtins
import io
import re
import signal
import sys
import threading
import time
import warnings
from collections import Counter

import numpy as np
import pytest

from nlm_utils.exercises import engine, hint, limits, names, notebook, solution, stub, stub_source
from nlm_utils.exercises.compare import difference
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.notebook import BoundReference, exercise, get

# --- an exercise of our own ----------------------------------------------------------------------------------------


def spread(x, scale=1.0):
    """The entries of `x`, shape (..., V), minus their mean over the last axis, times `scale` > 0.

    Raises ValueError when `scale` is not positive.
    """
    if scale <= 0:
        raise ValueError(f"spread: scale must be > 0, got {scale}")
    x = np.asarray(x, dtype=float)
    return (x - x.mean(-1, keepdims=True)) * scale


def make():
    ex = Exercise(spread, "01_ngram_limits", "6 arrays", "Because.", ["Think.", "Think more."])
    ex.case(np.array([1.0, 2.0, 6.0]))
    ex.case(np.array([[1.0, -2.0, 0.5, 8.0], [3.0, 1.0, 1.5, -1.0]]))
    ex.case(np.array([1.0, 5.0, 2.0]), scale=2.0)
    ex.case(np.arange(24.0).reshape(2, 3, 4) ** 2)
    ex.case(np.array([3.0, 9.0]), -1.0)

    @ex.misconception("whole-mean", "You subtract the mean of everything.")
    def _(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        return (x - x.mean()) * scale

    @ex.misconception("scale-forgotten", "You leave the scale out.")
    def _(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        return x - x.mean(-1, keepdims=True)

    @ex.misconception("in-place", "You change x itself.")
    def _(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        x -= x.mean(-1, keepdims=True)
        x *= scale
        return x

    return ex


EX = make()


def right(x, scale=1.0):
    if scale <= 0:
        raise ValueError("no")
    return (x - x.mean(-1, keepdims=True)) * scale


def check(function):
    return EX.check(function)


def changed(change):
    """An answer that is right but for `change` of its value."""

    def answer(x, scale=1.0):
        return change(right(x, scale))

    return answer


# --- outcomes and naming -------------------------------------------------------------------------------------------


def test_right_answers():
    def as_list(x, scale=1.0):
        return right(x, scale).tolist()

    def in_float32(x, scale=1.0):
        return right(x, scale).astype(np.float32)

    def other_names(a, b=1.0):
        return right(a, b)

    for answer in (spread, right, as_list, in_float32):
        feedback = check(answer)
        assert feedback.outcome == "right", str(feedback)
        assert feedback.misconception is None
    assert check(other_names).outcome == "raised"  # the cases name `scale`


@pytest.mark.parametrize("mistake", EX.misconceptions, ids=lambda mistake: mistake.id)
def test_misconceptions_are_named(mistake):
    feedback = check(mistake.function)
    assert (feedback.outcome, feedback.misconception) == ("wrong", mistake.id)
    assert mistake.sentence in feedback.message


def test_two_mistakes_at_once_look_like_the_one_that_explains_most():
    def answer(x, scale=1.0):
        if scale <= 0:
            return None
        if x.ndim == 3:
            return x
        return x - x.mean() if x.ndim > 1 else right(x, 1.0)

    feedback = check(answer)
    assert feedback.outcome == "wrong"
    assert feedback.misconception is not None


def test_nearly_a_misconception_is_said_to_look_like_it():
    ex = make()
    ex.case(np.array([[1.0, 2.0], [7.0, 3.0], [5.0, 5.0]]))

    def answer(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        if x.shape == (3, 2):
            return x * 0.5
        return (x - x.mean()) * scale

    feedback = ex.check(answer)
    assert feedback.misconception == "whole-mean"
    assert "This looks like: You subtract the mean of everything." in feedback.message


def test_a_misconception_that_explains_one_failing_input_of_four_is_not_named():
    def spread(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        return x - x.mean() if x.ndim == 3 else 7.3 * x + 1.1

    feedback = make().check(spread)
    assert feedback.outcome == "wrong"
    assert feedback.misconception != "whole-mean" and "mean of everything" not in feedback.message


GENERIC = {
    "generic-sign": lambda y: -y,
    "generic-transposed": lambda y: np.swapaxes(y, -1, -2) if y.ndim > 1 else y,
    "generic-reversed": lambda y: y[..., ::-1],
    "generic-double": lambda y: 2 * y,
    "generic-log2": lambda y: y / np.log(2),
    "generic-off-by-one": lambda y: y + 1,
    "generic-offset": lambda y: y - 0.3,
    "generic-factor": lambda y: 3 * y,
    "generic-shifted": lambda y: np.roll(y, 1, -1),
    "generic-rounded": lambda y: np.round(y, 0),
    "generic-squared": lambda y: y**2,
    "generic-exponential": lambda y: np.exp(np.minimum(y, 600)),
    "generic-sorted": lambda y: np.sort(y, -1),
    "generic-absolute": np.abs,
    "generic-none": lambda y: None,
    "generic-zeros": lambda y: 0 * y,
    "generic-nan": lambda y: y * np.nan,
    "generic-overflow": lambda y: y * 0 + np.inf,
    "generic-generator": lambda y: (entry for entry in y),
    "generic-iterator": lambda y: map(float, y),
    "generic-returns-function": lambda y: y.sum,
    "generic-returns-class": lambda y: np.ndarray,
    "generic-reshaped": lambda y: y[None][..., None, :].reshape(-1) if y.ndim > 1 else y,
    "generic-trailing-comma": lambda y: (y,),
    "generic-string-for-number": str,
    "generic-mapping": lambda y: {0: y},
    "generic-last-missing": lambda y: y[:-1],
    "generic-first-missing": lambda y: y[1:],
    "generic-axis-summed": lambda y: y.sum(0) if y.ndim > 1 else y.sum(keepdims=True) + 0 * y[:1],
}


@pytest.mark.parametrize("id", GENERIC)
def test_general_diagnoses(id):
    feedback = check(changed(GENERIC[id]))
    assert feedback.outcome == "wrong"
    alike = {"generic-trailing-comma": {"generic-extra-axis", "generic-trailing-comma"}}
    assert feedback.misconception in alike.get(id, {id}), str(feedback)
    assert feedback.sentence in feedback.message and feedback.sentence


def test_a_missing_mean_names_the_length():
    def mean_of(values):
        """The mean."""
        return float(np.mean(values))

    ex = Exercise(mean_of, "01_ngram_limits", "3", "", ["a", "b"])
    ex.case([1.0, 2.0, 4.0])
    ex.case([3.0, 5.0])
    ex.case([1.0, 7.0, 2.0, 9.0])
    feedback = ex.check(lambda values: sum(values))
    assert feedback.misconception == "generic-missing-mean"
    assert "the length of `values`" in feedback.message
    feedback = ex.check(lambda values: np.array(values))
    assert feedback.misconception == "generic-missing-mean"
    assert ex.check(lambda values: np.mean(values) / len(values)).misconception == "generic-extra-mean"
    assert ex.check(lambda values: np.mean(values, keepdims=True)).misconception == "generic-extra-axis"
    assert ex.check(lambda values: int(np.mean(values))).misconception == "generic-rounded"
    assert ex.check(lambda values: complex(np.mean(values))).outcome == "wrong"


def test_swapped_pairs_counts_and_strings():
    def ends(words):
        """First and last word."""
        return words[0], words[-1]

    ex = Exercise(ends, "01_ngram_limits", "2", "", ["a", "b"])
    ex.case(["a", "b", "c"])
    ex.case(["the", "blue", "ant"])
    ex.case(["x", "z"])
    assert ex.check(lambda words: (words[-1], words[0])).misconception == "generic-swapped"
    assert ex.check(lambda words: words[0] + " " + words[-1]).misconception == "generic-string-for-tuple"
    assert ex.check(lambda words: words[0]).misconception == "generic-one-of-several"
    assert ex.check(lambda words: [words[0], words[-1]]).outcome == "right"

    def counts(words):
        """Counts."""
        return Counter(zip(words, words[1:], strict=False))

    ex = Exercise(counts, "01_ngram_limits", "2", "", ["a", "b"])
    ex.case(["a", "b", "a", "b"])
    ex.case(["The", "x", "y", "The", "x", "x"])
    assert ex.check(lambda w: dict(counts(w))).outcome == "right"
    assert (
        ex.check(lambda w: Counter(" ".join(p) for p in zip(w, w[1:], strict=False))).misconception
        == "generic-keys-joined"
    )
    assert ex.check(lambda w: dict.fromkeys(counts(w), 1)).misconception == "generic-counts-once"
    assert (
        ex.check(lambda w: {key: float(n) for key, n in counts(w).items()}).misconception == "generic-dtype"
    )
    assert ex.check(lambda w: counts(w[:-1])).misconception is not None


EXCEPTIONS = {
    "generic-name": lambda x, scale=1.0: y,  # noqa: F821
    "generic-signature": lambda: 3,
    "generic-index": lambda x, scale=1.0: [1, 2][5],
    "generic-key": lambda x, scale=1.0: {}["a"],
    "generic-attribute": lambda x, scale=1.0: x.softmax,
    "generic-attribute-none": lambda x, scale=1.0: [].sort().real,
    "generic-type-none": lambda x, scale=1.0: [].sort() + 1,
    "generic-matmul": lambda x, scale=1.0: x @ np.ones((7, 7)),
    "generic-broadcast": lambda x, scale=1.0: x + np.ones(7),
    "generic-truth-of-array": lambda x, scale=1.0: x if x > 0 else -x,
    "generic-zero-division": lambda x, scale=1.0: 1 / 0,
    "generic-recursion": lambda x, scale=1.0: spread_again(x),
    "generic-input": lambda x, scale=1.0: float(input("number? ")),
    "generic-exit": lambda x, scale=1.0: sys.exit(),
    "generic-unhashable": lambda x, scale=1.0: {[1]: 2},
    "generic-assertion": lambda x, scale=1.0: (_ for _ in ()).throw(AssertionError),
    "generic-import": lambda x, scale=1.0: __import__("no_such_module_at_all"),
}


def spread_again(x):
    return spread_again(x)


@pytest.mark.parametrize("id", EXCEPTIONS)
def test_exceptions_are_explained(id):
    feedback = check(EXCEPTIONS[id])
    assert feedback.outcome == "raised"
    assert feedback.misconception == id, str(feedback)


def test_wrong_signature_shows_the_right_one():
    assert "def spread(x, scale=1.0):" in check(lambda: 0).message


def test_the_card_shows_the_students_own_line_and_no_engine_frames():
    def answer(x, scale=1.0):
        helper = x.sum(axis=5)
        return helper

    feedback = check(answer)
    assert "helper = x.sum(axis=5)" in feedback.message
    assert "engine.py" not in feedback.message and "limits.py" not in feedback.message
    space = {}
    exec("def answer(x, scale=1.0):\n    y = x\n    return y.nothing\n", space)
    assert "line 3 of your function" in check(space["answer"]).message


def test_errors_that_are_expected():
    def no_error(x, scale=1.0):
        return (x - x.mean(-1, keepdims=True)) * scale

    def other_error(x, scale=1.0):
        if scale <= 0:
            raise TypeError("no")
        return no_error(x, scale)

    feedback = check(no_error)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-no-exception")
    assert "ValueError" in feedback.message and "spread(array([3.0, 9.0]), -1.0)" in feedback.message
    feedback = check(other_error)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-wrong-exception")


def test_the_smallest_failing_input_is_shown_as_a_call():
    feedback = check(changed(lambda y: -y))
    assert "spread(array([1.0, 2.0, 6.0]))" in feedback.message
    assert re.search(r"expected +an array of shape \(3,\), floats: \[-2\.0, -1\.0, 3\.0\]", feedback.message)
    assert re.search(r"yours +an array of shape \(3,\), floats: \[2\.0, 1\.0, -3\.0\]", feedback.message)


def test_large_arrays_do_not_flood_the_card():
    def double(x):
        """Twice."""
        return 2 * x

    ex = Exercise(double, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(np.arange(60_000.0).reshape(200, 300))

    def answer(x):
        y = 2 * x
        y[1, 2] = 0.5
        return y

    feedback = ex.check(answer)
    assert "[1, 2] should be 604.0, yours is 0.5" in feedback.message
    assert len(feedback.message) < 1000


# --- comparison ----------------------------------------------------------------------------------------------------


def same(expected, got):
    return difference(expected, got, 1e-4, 1e-6) is None


def test_what_is_the_same():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert (
        same(x, x.astype(np.float32))
        and same(x, x.tolist())
        and same(x, [x[0], x[1]])
        and same(x, [[1, 2], [3, 4]])
    )
    assert same(1.0, 1) and same(1.0, np.float32(1)) and same(np.float64(2), 2.0) and same(2, np.array(2))
    assert same(np.nan, float("nan")) and same(np.inf, float("inf")) and same(True, np.bool_(True))
    assert same(Counter(a=1), {"a": 1}) and same(Counter(a=1), Counter(a=1, b=0)) and same((1, 2), [1, 2])
    assert same([1, 2], np.array([1, 2])) and same(None, None) and same("a", "a") and same(np.zeros(0), [])
    assert same([np.array([1, 2]), np.array([3])], [[1, 2], [3]])


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (np.array([1.0, 2.0]), np.array([1, 2])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([1.0, 2.0]), np.array([[1.0, 2.0]])),
        (np.array([1.0, 1.0]), 1.0),
        (np.array([1.0, 2.0]), np.array([1.0, np.nan])),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0 + 0j])),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0], dtype=object)),
        (np.array([True, False]), np.array([1, 0])),
        (np.array([1, 0]), np.array([True, False])),
        (1.0, np.array([1.0])),
        (1.0, float("nan")),
        (np.inf, 1e300),
        (3, 3.0),
        (1, True),
        (True, 1),
        (1.0, None),
        (1.0, "1.0"),
        (1.0, 10**400),
        ("a", ("a",)),
        ((1, 2), (1, 2, 3)),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, [("a", 1)]),
        ({("a", "b"): 1}, {"a b": 1}),
        (None, 0),
        (np.zeros((0, 3)), np.zeros(0)),
    ],
)
def test_what_is_not_the_same(expected, got):
    assert not same(expected, got)


def test_tensors():
    torch = pytest.importorskip("torch")
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert (
        same(x, x.double())
        and same(x, [x[0], x[1]])
        and same(x, x.tolist())
        and same(x.long(), x.long().int())
    )
    assert (
        not same(x, x.long())
        and not same(x, x[:1])
        and not same(x, x.detach().numpy())
        and not same(x, 2 * x)
    )
    assert not same(1.0, torch.tensor(1.0)) and not same(np.ones(2), torch.ones(2).double())


# --- hostile answers -----------------------------------------------------------------------------------------------


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


def forever(x, scale=1.0):
    while True:
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


ENDLESS = [forever, bare_except, sleeps, sleeps_in_except, nested, prints_forever, endless_generator]
if sys.version_info[:3] != (3, 13, 0):  # which lets this recursion go far beyond its own limit
    ENDLESS += [recursion_that_catches_itself]


@pytest.mark.parametrize("function", ENDLESS, ids=lambda function: function.__name__)
def test_endless_code_is_stopped(function, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    feedback = check(function)
    assert feedback.outcome == "timeout"
    assert feedback.misconception == "generic-timeout"
    assert "stopped after 0.2 s" in str(feedback)
    assert sys.exc_info() == (None, None, None)


@pytest.mark.parametrize(
    "function", [forever, bare_except, prints_forever, endless_generator], ids=lambda f: f.__name__
)
def test_endless_code_is_stopped_in_another_thread(function, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    answers = []
    thread = threading.Thread(target=lambda: answers.append((check(function), check(right))), daemon=True)
    thread.start()
    thread.join(60)
    assert [feedback.outcome for feedback in answers[0]] == ["timeout", "right"]


def test_an_endless_loop_on_a_later_input_is_still_wrong_on_the_first(monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.2)

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

    monkeypatch.setattr(engine, "SECONDS", 0.2)
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


def test_changed_arguments_are_shown():
    def answer(x, scale=1.0):
        result = right(x, scale)
        x[0] = 99.0
        return result

    feedback = check(answer)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-changes-argument")
    assert "x before" in feedback.message and "99.0" in feedback.message


def test_what_is_printed_is_folded_and_cut():
    def answer(x, scale=1.0):
        for i in range(500):
            print("line", i)
        return right(x, scale)

    feedback = check(answer)
    assert feedback.outcome == "right"
    assert (
        "line 19" in feedback.message
        and "line 20" not in feedback.message
        and "480 more lines" in feedback.message
    )
    assert "<details" in feedback._repr_html_()


def test_printing_instead_of_returning():
    def answer(x, scale=1.0):
        print(right(x, abs(scale)))

    assert check(answer).misconception == "generic-prints"


def test_warnings_make_no_noise_but_are_said_when_wrong(capsys):
    def answer(x, scale=1.0):
        return right(x, scale) + np.log(np.zeros(1))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        feedback = check(answer)
    assert "RuntimeWarning: divide by zero" in feedback.message
    assert capsys.readouterr() == ("", "")


class Thing:
    pass


def test_addresses_are_masked_and_html_is_escaped():
    feedback = check(changed(lambda y: [Thing(), "<b>&"]))
    assert "0x…" in feedback.message and not re.search("0x[0-9a-f]{4}", feedback.message)
    page = feedback._repr_html_()
    assert "<b>" not in page and "&lt;b&gt;&amp;" in page


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


# --- not attempted -------------------------------------------------------------------------------------------------


def from_source(text):
    space = {"np": np}
    exec(text, space)
    return space["spread"]


@pytest.mark.parametrize(
    "body",
    [
        "raise NotImplementedError",
        "raise NotImplementedError()",
        "raise NotImplementedError('later')",
        "pass",
        "...",
    ]
    + ['"""Only this."""', '"""This."""\n    raise NotImplementedError', "# YOUR CODE HERE\n    pass"],
)
def test_untouched(body):
    feedback = check(from_source(f"def spread(x, scale=1.0):\n    {body}\n"))
    assert feedback.outcome == "not_attempted"
    assert str(feedback) == "○ spread: not attempted yet"


@pytest.mark.parametrize("body", ["return None", "return", "return 0", "x = 1", "print(x)"])
def test_little_is_an_attempt(body):
    assert check(from_source(f"def spread(x, scale=1.0):\n    {body}\n")).outcome == "wrong"


def test_partly_written():
    feedback = check(
        from_source("def spread(x, scale=1.0):\n    y = x - x.mean()\n    raise NotImplementedError\n")
    )
    assert feedback.outcome == "not_attempted"
    assert "still reaches `raise NotImplementedError`" in feedback.message


def test_not_implemented_by_somebody_else_is_an_error():
    def library():
        raise NotImplementedError("softmax of ints")

    feedback = check(lambda x, scale=1.0: library())
    assert (feedback.outcome, feedback.misconception) == ("raised", "generic-not-implemented")
    torch = pytest.importorskip("torch")
    feedback = check(lambda x, scale=1.0: torch.softmax(torch.tensor([1, 2]), -1))
    assert feedback.outcome == "raised"


# --- what the student types ----------------------------------------------------------------------------------------


def test_the_decorator_binds_the_students_function_when_right(capsys):
    @exercise
    def count_word(tokens, word):
        return tokens.count(word)

    assert not isinstance(count_word, BoundReference)
    assert count_word.yours is count_word
    assert capsys.readouterr().out.startswith("✓ count_word: right")


@pytest.mark.parametrize("form", [exercise, exercise(), exercise("count_word"), exercise(name="count_word")])
def test_the_decorator_binds_the_reference_when_wrong(form, capsys):
    @form
    def count_word(tokens, word):
        return len(tokens)

    out = capsys.readouterr().out
    assert isinstance(count_word, BoundReference)
    assert count_word(["a", "b", "a"], "a") == 2
    assert count_word.yours(["a", "b", "a"], "a") == 3
    assert "reference" in repr(count_word) and "not your own" in count_word.__doc__
    assert 'hint("count_word")' in out and "count_word.yours" in out
    assert get("count_word").check(count_word).misconception == "all-tokens"


def test_an_untouched_cell_goes_on_with_the_reference(capsys):
    source = stub("count_word")
    space = {"exercise": exercise}
    exec(source, space)
    assert (
        capsys.readouterr().out == "○ count_word: not attempted yet; the lecture goes on with the reference\n"
    )
    assert space["count_word"](["a"], "a") == 1


def test_the_solution_of_a_stub_is_right(capsys):
    space = {"exercise": exercise}
    exec(notebook.exercise_cell("count_word"), space)
    assert capsys.readouterr().out.startswith("✓")


def test_a_name_that_is_no_exercise(capsys):
    @exercise
    def count_words(tokens, word):
        return 7

    assert count_words([], "") == 7
    assert "did you mean count_word" in capsys.readouterr().out
    with pytest.raises(notebook.UnknownExercise, match="did you mean count_word"):
        get("cuont_word")
    assert "did you mean count_word" in str(hint("count_wrd")).lower()


def test_the_decorator_on_other_things(capsys):
    with pytest.raises(TypeError, match="expected a function"):
        exercise(3)
    assert callable(exercise(lambda tokens, word: 0))
    assert "lambda" in capsys.readouterr().out

    @exercise
    class count_word:
        pass

    assert isinstance(count_word, BoundReference)
    assert "is a class" in capsys.readouterr().out


def test_hints_come_one_after_the_other(monkeypatch):
    monkeypatch.setattr(notebook, "_hints_given", {})
    hints = get("count_word").hints
    for i, text in enumerate(hints, 1):
        assert f"hint {i} of {len(hints)}" in str(hint("count_word"))
        assert text in str(notebook._find("count_word").hints[i - 1])
    assert 'solution("count_word")' in str(hint("count_word"))
    assert "hint 1 of" in str(hint("count_word"))


def test_the_solution_shows_code_and_explanation():
    card = solution("count_word")
    assert "@exercise\ndef count_word(tokens, word):" in card.text().replace("\n  ", "\n")
    assert get("count_word").explanation in card.text()
    assert "<pre" in card.html()


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_have_contrast_on_light_and_dark_pages():
    from nlm_utils.exercises.card import COLOURS

    for colour in COLOURS.values():
        for page in ("#ffffff", "#111111"):
            light, dark = sorted((luminance(colour), luminance(page)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3, (colour, page)


def test_the_card_is_one_inline_styled_block_with_the_same_words_as_the_text():
    import html

    feedback = check(changed(lambda y: -y))
    page = feedback._repr_html_()
    assert (
        page.startswith("<div style=")
        and page.endswith("</div>")
        and page.count("<div") == page.count("</div>")
    )
    assert not re.search(r"<style|<svg|<script|class=|id=", page)
    words = lambda text: re.sub(r"\s+", "", text)  # noqa: E731
    assert words(html.unescape(re.sub(r"<[^>]+>", "", page))) == words(str(feedback).replace("`", ""))
    assert page == check(changed(lambda y: -y))._repr_html_()


# --- stubs ---------------------------------------------------------------------------------------------------------

AWKWARD = '''# a comment above
@exercise
def tricky(a: dict[str, int] = {"x": 1}, *, b=lambda v: v) -> "a: b":
    """Grüße: a docstring.

    More: of it.
    """  # after the docstring
    # a first comment
    total = 0
    for key in a:
        total += a[key]  # counts
    return total  # the end


print(tricky({"y": 2}))
'''


def test_a_stub_keeps_what_stands_around_the_body():
    cut = stub_source(AWKWARD)
    assert (
        cut
        == AWKWARD.split("  # after")[0]
        + '\n    # YOUR CODE HERE\n    raise NotImplementedError\n\n\nprint(tricky({"y": 2}))\n'
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x): return x + 1\n", "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError\n"),
        ("def f(x):\n  y = x\n  return y\n", "def f(x):\n  # YOUR CODE HERE\n  raise NotImplementedError\n"),
        (
            'def f(x):\n    "Doc."; return x',
            'def f(x):\n    "Doc."\n    # YOUR CODE HERE\n    raise NotImplementedError',
        ),
        (
            'def f(x):\n    """Doc."""\n    return x',
            'def f(x):\n    """Doc."""\n    # YOUR CODE HERE\n    raise NotImplementedError',
        ),
        (
            "def f(\n    x,\n    y={1: 2},\n):\n    # note\n    return x\n",
            "def f(\n    x,\n    y={1: 2},\n):\n    # YOUR CODE HERE\n    raise NotImplementedError\n",
        ),
    ],
)
def test_stub_forms(source, expected):
    assert stub_source(source) == expected


def test_stub_of_text_without_a_function():
    with pytest.raises(ValueError, match="top-level `def`"):
        stub_source("x = 1\n")


# --- the guard by itself -------------------------------------------------------------------------------------------


def test_call_reports_values_exceptions_and_prints():
    assert limits.call(lambda a, b=2: a + b, (1,), {"b": 5}).value == 6
    assert isinstance(limits.call(lambda: 1 / 0).exception, ZeroDivisionError)
    assert limits.call(lambda: print("a", file=sys.stderr)).printed == "a\n"
    assert limits.call(time.sleep, (50,), seconds=0.05).timed_out


def test_importing_the_package_is_light():
    import subprocess

    heavy = "{'torch', 'numpy', 'matplotlib', 'sqlite3'}"
    code = f"import sys, nlm_utils.exercises; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_the_listing_for_instructors(capsys):
    from nlm_utils.exercises.__main__ import main

    assert main(["count_word"]) == 0
    out = capsys.readouterr().out
    found = get("count_word")
    assert all(mistake.id in out and mistake.sentence[:30] in out for mistake in found.misconceptions)
    assert all(text[:30] in out for text in found.hints) and "def count_word" in out
    assert main(["count_wrod"]) == 2
    assert "did you mean count_word" in capsys.readouterr().err
    assert names()[0] == "count_word"


# --- sentences must be true ----------------------------------------------------------------------------------------


def total(E, ids):
    """The sum of the rows `ids` of `E`, shape (V, d); zeros when there are no ids."""
    return E[ids].sum(0)


def make_total():
    ex = Exercise(total, "01_ngram_limits", "5", "", ["a", "b"])
    E = np.array([[1.0, 0.5, 2.0], [0.25, 3.0, -1.0], [-2.0, 1.5, 4.0], [0.75, -0.5, 8.0]])
    for ids in ([2, 1], [0, 3, 0], [], [3, 1, 2, 2], [1, 0]):
        ex.case(E, np.array(ids, dtype=int))

    @ex.misconception("times-ids", "You multiply E by the ids.")
    def _(E, ids):
        return (E.T * ids).sum(1)

    @ex.misconception("empty-refused", "You refuse the empty list.")
    def _(E, ids):
        if len(ids) == 0:
            raise ValueError("no ids")
        return E[ids].sum(0)

    return ex


def test_exceptions_agree_by_type_and_message():
    ex = make_total()

    def compares_with_a_list(E, ids):
        if ids == []:
            return np.zeros(E.shape[1])
        return E[ids].sum(0)

    def another_message(E, ids):
        return np.vdot(E, ids)

    def own_words(E, ids):
        if not len(ids):
            raise ValueError("give me something")
        return E[ids].sum(0)

    def falls_over_it(E, ids):
        return np.stack([E[i] for i in ids]).sum(0)

    feedback = ex.check(compares_with_a_list)
    assert feedback.misconception == "generic-broadcast" and "len(x) == 0" in feedback.message
    feedback = ex.check(another_message)
    assert feedback.misconception == "generic-value-error" and "multiply" not in feedback.message
    assert ex.check(own_words).misconception == "empty-refused"
    feedback = ex.check(falls_over_it)
    assert feedback.misconception == "generic-value-error"
    assert "What sets this input apart from the 4 others: `ids` is empty." in feedback.message
    assert "array([])" in feedback.message


def angle(a, b):
    """The cosine between `a` and `b`; 0 when one of them is all zeros."""
    length = np.linalg.norm(a) * np.linalg.norm(b)
    return float(a @ b / length) if length else 0.0


cosine = angle  # `angle` itself is the student's function while it is checked


def make_angle():
    ex = Exercise(angle, "01_ngram_limits", "6", "", ["a", "b"])
    for a, b in (([1, 2], [3, 4]), ([1, 0], [0, 2]), ([0, 0], [1, 2]), ([3, -1], [2, 7]), ([1, 5], [-2, 3])):
        ex.case(np.array(a, float), np.array(b, float))
    ex.case(np.array([2.0, 1.0]), np.array([4.0, 2.0]))
    return ex


def test_general_sentences_need_evidence():
    ex = make_angle()
    weak = {"generic-some-inputs", "generic-wrong-values"}
    assert ex.check(lambda a, b: 0.0 if (a.all() == 0 or b.all() == 0) else 2.0).misconception in weak
    assert ex.check(lambda a, b: 1.0 if a[0] == 1 else cosine(a, b)).misconception in weak
    assert ex.check(lambda a, b: round(cosine(a, b), 2)).misconception == "generic-rounded"
    assert ex.check(lambda a, b: 0.0).misconception in {"generic-zeros", "generic-constant"}
    feedback = ex.check(lambda a, b: cosine(a, b) ** 2 + 0.3 * (a[0] > 2))
    assert feedback.misconception in weak and feedback.sentence


def test_what_sets_wrong_inputs_apart_needs_several_right_ones():
    ex = make_angle()
    assert ex.check(lambda a, b: float(a.sum() == 0)).misconception != "generic-edge"
    feedback = ex.check(lambda a, b: cosine(a, b) if a.any() else 0.5)
    assert feedback.misconception == "generic-edge"
    assert "What sets this input apart from the 5 others: `a` is all zeros." in feedback.message


def test_the_case_on_the_card_is_one_that_the_sentence_explains():
    ex = make()

    def two_mistakes(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        return (x - x.mean()) * scale if x.ndim > 1 else x * 0.125

    ex.cases.insert(1, ex.cases.pop(0))  # the simplest failing case is not of the kind that is named
    ex.case(np.array([[1.0, 2.0], [7.0, 3.0], [0.5, 4.0]]))
    ex.case(np.array([[1.0, 4.0], [5.0, 3.0], [2.0, 8.0]]))
    feedback = ex.check(two_mistakes)
    assert feedback.misconception == "whole-mean"
    assert "spread(array([[1.0, 2.0], [7.0, 3.0], [0.5, 4.0]]))" in feedback.message


def test_nothing_is_said_of_a_rest_that_is_small():
    sentences = [engine._rest(n, list(range(10))) for n in (10, 9, 8)]
    assert sentences[:2] == ["", ""]
    assert "2 other inputs that went wrong are not explained" in sentences[2]
    assert "1 other input that went wrong is not explained" in engine._rest(1, [0, 1])


def test_none_sometimes_is_true_of_an_explicit_none():
    ex = make_angle()
    feedback = ex.check(lambda a, b: {True: 0.5}.get(a.sum() > 50))
    assert feedback.misconception == "generic-none" and "None on every input" in feedback.message
    feedback = ex.check(lambda a, b: {True: cosine(a, b)}.get(a.sum() > 2.5))
    assert feedback.misconception == "generic-none-sometimes" and "d.get(key)" in feedback.message


def test_changed_arguments_are_mentioned_besides_a_wrong_result():
    def answer(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        x += 1e-12
        return x * 0.125

    feedback = check(answer)
    assert feedback.misconception != "generic-changes-argument"
    assert "Besides, your function changes `x`" in feedback.message

    def known_besides(x, scale=1.0):
        if scale <= 0:
            raise ValueError
        x += 1e-12
        return (x - x.mean()) * scale

    feedback = check(known_besides)
    assert feedback.misconception == "whole-mean" and "Besides" in feedback.message
    assert "Besides" not in check(EX.misconceptions[2].function).message  # its own sentence says so


def test_a_changed_argument_is_shown_whole_and_in_enough_digits():
    def longest(words):
        """The longest word."""
        return max(words, key=len)

    ex = Exercise(longest, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(["ants", "hate", "hills"])

    def sorts(words):
        found = longest(words)
        words.sort(key=len, reverse=True)
        return found

    message = ex.check(sorts).message
    assert "words before  ['ants', 'hate', 'hills']" in message
    assert "words after   ['hills', 'ants', 'hate']" in message

    def nudges(x, scale=1.0):
        found = right(x, scale)
        x += 1e-12
        return found

    assert "1.000000000001" in check(nudges).message


def test_functions_that_remember_or_draw():
    def remembers(x, scale=1.0, seen=[]):  # noqa: B006
        seen.append(1)
        return right(x, scale) + len(seen)

    def draws(x, scale=1.0):
        return right(x, scale) + np.random.default_rng().random()

    feedback = check(remembers)
    assert feedback.misconception == "generic-mutable-default" and "inputs are right" not in feedback.message
    assert check(draws).misconception == "generic-random"
    assert check(lambda x, scale=1.0: Thing()).misconception == "generic-type"


ERRORS = {
    "generic-power": (lambda x, scale=1.0: 2.0 ^ x, "`**`"),
    "generic-call-arguments": (lambda x, scale=1.0: x.sum(-1, keepdim=True), "did you mean `keepdims`"),
    "generic-float-index": (lambda x, scale=1.0: x[x / 2], "must be a whole number"),
    "generic-cast": (lambda x, scale=1.0: np.zeros(x.shape, dtype=int).__iadd__(x), "np.zeros"),
    "generic-mask": (lambda x, scale=1.0: x[np.array([True] * 9)], "mask"),
    "generic-broadcast": (lambda x, scale=1.0: x[x > 1] - x.ravel(), "2 and 3 numbers"),
    "generic-key": (lambda x, scale=1.0: {"a": 1}["ants"], "asks a dictionary for 'ants'"),
    "generic-truth-of-array": (lambda x, scale=1.0: 0 if not x else x, "len(x) == 0"),
    "generic-matmul": (lambda x, scale=1.0: np.ones((2, 5)) @ x, "a length of 3 meets one of 5"),
    "generic-scalar-function": (lambda x, scale=1.0: __import__("math").exp(x), "np.log"),
    "generic-too-many-indices": (lambda x, scale=1.0: x[:, 0], "more axes"),
    "generic-raises-string": (lambda x, scale=1.0: from_source(RAISES_STRING)(x), "a string is none"),
    "generic-generator-in-array": (lambda x, scale=1.0: np.array(v for v in x), "does not run it"),
    "generic-string-for-number": (lambda x, scale=1.0: [str(v) for v in x.ravel()], "text where numbers"),
}
RAISES_STRING = "def spread(x, scale=1.0):\n    raise 'ValueError'\n"


@pytest.mark.parametrize("id", ERRORS)
def test_errors_are_explained_by_their_text(id):
    function, words = ERRORS[id]
    feedback = check(function)
    assert feedback.misconception == id, str(feedback)
    assert words in feedback.sentence, feedback.sentence


def test_a_raise_of_the_students_own():
    def refuses(x, scale=1.0):
        if x.ndim == 1:
            raise ValueError
        return right(x, scale)

    feedback = check(refuses)
    assert "You raise a ValueError on this input, but the input is an allowed one" in feedback.message
    assert "“”" not in feedback.message

    def other_kind(x, scale=1.0):
        if scale <= 0:
            raise IndexError
        return right(x, scale)

    def not_implemented(x, scale=1.0):
        if scale <= 0:
            raise NotImplementedError
        return right(x, scale)

    feedback = check(other_kind)
    assert feedback.misconception == "generic-wrong-exception"
    assert "you raise an IndexError for it; asked is a ValueError" in feedback.message
    feedback = check(not_implemented)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-wrong-exception")


def test_the_bank_is_asked_before_recursion_is_blamed():
    ex = make()

    @ex.misconception("calls-itself", "You call yourself.")
    def _(x, scale=1.0):
        return spread_again(x)

    assert ex.check(lambda x, scale=1.0: spread_again(x)).misconception == "calls-itself"


# --- the card ------------------------------------------------------------------------------------------------------


def test_arrays_up_to_24_numbers_are_written_out_row_by_row():
    def twice(x, n):
        """Twice."""
        return 2 * x

    ex = Exercise(twice, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(np.arange(15).reshape(5, 3) / 7, np.array([1, 2]))
    message = ex.check(lambda x, n: 2 * x + np.eye(5, 3)).message
    assert "twice(array([[0.0, 0.1429, 0.2857],\n                       [0.4286" in message
    assert "array([1, 2]))" in message and "<array" not in message
    assert re.search(r"yours +an array of shape \(5, 3\), floats:\n +\[\[1\.0, 0\.2857", message)


def test_digits_zero_and_articles():
    def half(x):
        """Half."""
        return x / 2

    ex = Exercise(half, "01_ngram_limits", "1", "", ["a", "b"])
    ex.case(7.9999)
    message = ex.check(lambda x: x / 2 - 0.0006).message
    assert "half(7.9999)" in message and "3.99995" in message and "3.99935" in message
    assert "-0.0" not in check(changed(lambda y: -0.0 * y)).message
    feedback = check(lambda x, scale=1.0: x.sum(-1) if x.ndim > 1 else float(x.sum()))
    assert "Your result has 0 axes where 1 is expected" in feedback.message
    from nlm_utils.exercises.values import an

    assert [an(word) for word in ("R", "A", "Exception", "list")] == [
        "an R",
        "an A",
        "an Exception",
        "a list",
    ]
    ex.case(5.0)
    feedback = ex.check(lambda x: [x / 2])
    assert feedback.misconception == "generic-trailing-comma"
    assert "whole array" not in ex.check(lambda x: (1, 2)).message


def test_the_simplest_failing_input_is_shown():
    ex = make_total()
    square = np.array([[1.0, 2.0], [3.0, 5.0]])
    ex.case(square, np.array([0, 1]))  # smaller, but a square hides which axis is which
    ex.case(np.ones((1, 3)), np.array([0]))
    ex.cases.insert(0, ex.cases.pop(3))
    assert "array([2, 1]))" in ex.check(lambda E, ids: E[ids].sum(0) * 3).message


# --- what a check leaves behind ------------------------------------------------------------------------------------


def test_an_import_may_take_longer_than_the_limit(monkeypatch, tmp_path):
    monkeypatch.setattr(engine, "SECONDS", 0.3)
    monkeypatch.syspath_prepend(str(tmp_path))
    for i in range(2):
        (tmp_path / f"slow_module_{i}.py").write_text("import time\ntime.sleep(0.8)\nvalue = 1\n")

    def imports(x, scale=1.0):
        import slow_module_0  # noqa: F401

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


# --- results of another kind ---------------------------------------------------------------------------------------


def bind(reference, cases, answer, monkeypatch):
    ex = Exercise(reference, "01_ngram_limits", "some", "", ["a", "b"])
    for args in cases:
        ex.case(*args)
    monkeypatch.setattr(notebook, "get", lambda name: ex)
    return exercise(answer)


def test_a_right_answer_of_another_kind_is_adapted(monkeypatch, capsys):
    def rows(x):
        """An array."""
        return x * 2.0

    def as_list(x):
        return [int(2 * v) for v in x]

    bound = bind(rows, [(np.array([1, 2]),), (np.array([3]),)], as_list, monkeypatch)
    assert "your list becomes an array" in capsys.readouterr().out
    assert bound.yours is as_list and bound.__name__ == "as_list"
    assert isinstance(bound(np.array([4, 5])), np.ndarray) and bound(np.array([4])).dtype == float

    def pair(words):
        """Two."""
        return len(words), np.array([1.0, 2.0])

    bound = bind(pair, [("ab",), ("abc",)], lambda words: [len(words), [1.0, 2.0]], monkeypatch)
    number, array = bound("abcd")
    assert type(bound("ab")) is tuple and number == 4 and isinstance(array, np.ndarray)

    def counts(words):
        """Counts."""
        return Counter(words)

    bound = bind(counts, [("aab",), ("",)], lambda words: {w: words.count(w) for w in words}, monkeypatch)
    assert type(bound("aa")) is Counter

    def words_of(text):
        """Words."""
        return tuple(text.split())

    bound = bind(words_of, [("a b",), ("c",)], lambda text: np.array(text.split()), monkeypatch)
    assert bound("x y z") == ("x", "y", "z")


def test_a_right_answer_of_the_same_kind_is_bound_as_it_is(monkeypatch, capsys):
    def mixed(x):
        """A number for a number, an array for an array."""
        return x * 2

    def answer(x):
        return x + x

    assert bind(mixed, [(2.0,), (np.array([1.0, 2.0]),)], answer, monkeypatch) is answer
    assert "becomes" not in capsys.readouterr().out

    def with_lists(x):
        return [2 * v for v in x] if isinstance(x, np.ndarray) else 2 * x

    bound = bind(mixed, [(2.0,), (np.array([1.0, 2.0]),)], with_lists, monkeypatch)
    assert isinstance(bound(np.ones(3)), np.ndarray) and bound(3.0) == 6.0


# --- gradients of torch functions -----------------------------------------------------------------------------------


@pytest.fixture
def double_exercise():
    import torch

    def double(x, y):
        """Twice x, plus y."""
        return 2 * x + y

    exercise = Exercise(double, "08_x", "one case", "…", ["…", "…"])
    exercise.case(torch.tensor([1.0, -2.0], requires_grad=True), torch.tensor([0.5, 3.0], requires_grad=True))
    return exercise


@pytest.mark.parametrize(
    ("answer", "misconception"),
    [
        (lambda x, y: x + x + y, None),
        (lambda x, y: 2 * x.detach() + y, "generic-no-gradient"),
        (lambda x, y: (2 * x + y).data, "generic-no-gradient"),
        (lambda x, y: x + x.detach() + y, "generic-wrong-gradient"),
    ],
)
def test_gradients_have_to_flow(double_exercise, answer, misconception):
    feedback = double_exercise.check(answer)
    assert feedback.outcome == ("right" if misconception is None else "wrong"), str(feedback)
    assert feedback.misconception == misconception
    if misconception is not None:
        assert "`x`" in feedback.message and "expected gradients" in str(feedback)


def test_a_backward_pass_that_fails_is_named(double_exercise):
    def overwrites(x, y):
        e = (2 * x).exp()
        result = e.log() + y
        e *= 0
        return result

    feedback = double_exercise.check(overwrites)
    assert feedback.misconception == "generic-backward-fails", str(feedback)


@pytest.mark.parametrize(
    ("answer", "misconception"),
    [
        (lambda x, y: (2 * x + y).double(), "generic-precision"),
        (lambda x, y: (2 * x + y).half().double(), "generic-precision"),
        (lambda x, y: (2 * x - y).double(), None),
    ],
)
def test_a_tensor_keeps_the_dtype_of_the_input(answer, misconception):
    exercise = Exercise(lambda x, y: 2 * x + y, "08_x", "one case", "…", ["…", "…"])
    import torch

    exercise.case(torch.tensor([1.0, -2.0]), torch.tensor([0.5, 3.0]))
    feedback = exercise.check(answer)
    assert feedback.outcome == "wrong"
    if misconception is not None:
        assert (
            feedback.misconception == misconception
            and "float64 where float32 is expected" in feedback.message
        )
    else:
        assert feedback.misconception != "generic-precision"


def test_without_a_float_tensor_as_input_the_dtype_is_free():
    import torch

    exercise = Exercise(lambda n: torch.arange(n) / 2, "08_x", "one case", "…", ["…", "…"])
    exercise.case(3)
    assert exercise.check(lambda n: torch.arange(n).double() / 2).outcome == "right"
