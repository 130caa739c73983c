"""What counts as the same: shapes, kinds of number, dtypes of tensors, gradients."""

from collections import Counter

import numpy as np
import pytest

from nlm_utils.exercises.compare import difference, precision
from nlm_utils.exercises.definition import Exercise


def same(expected, got):
    return difference(expected, got) is None and precision(expected, got) is None


def test_what_is_the_same():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert (
        same(x, x.astype(np.longdouble))
        and same(x.astype(np.float32), x)
        and same(x, x.tolist())
        and same(x, [x[0], x[1]])
        and same(x, [[1, 2], [3, 4]])
    )
    assert same(1.0, 1) and same(1.0, np.longdouble(1)) and same(np.float64(2), 2.0) and same(2, np.array(2))
    assert same(np.nan, float("nan")) and same(np.inf, float("inf")) and same(True, np.bool_(True))
    assert same(Counter(a=1), {"a": 1}) and same(Counter(a=1), Counter(a=1, b=0)) and same((1, 2), [1, 2])
    assert same([1, 2], np.array([1, 2])) and same(None, None) and same("a", "a") and same(np.zeros(0), [])
    assert same([np.array([1, 2]), np.array([3])], [[1, 2], [3]])


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (np.array([1.0, 2.0]), np.array([1, 2])),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0], np.float32)),
        (np.array([1.0, 2.0]), [np.float32(1), np.float32(2)]),
        (np.array([[1.0], [2.0]]), [np.ones(1), np.array([2.0], np.float32)]),
        (1.0, np.float32(1)),
        ((1.0, 2.0), (1.0, np.array(2, np.float16))),
        ({"a": 1.0}, {"a": np.float32(1)}),
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
    assert same(x, [x[0], x[1]]) and same(x, x.tolist()) and same(x, x.detach().numpy())
    assert same(x, [list(row) for row in x]) and same(x, [[1, 2], [3, 4]])
    assert same(x.long(), x.int()) and same(x.long(), x.int().numpy()) and same(x.long(), [[1, 2], [3, 4]])
    assert same(x[0, 0], 1.0) and same(x[0, 0], np.float32(1)) and same(x > 1, (x > 1).tolist())
    assert not same(x, x.long()) and not same(x, x[:1]) and not same(x, 2 * x) and not same(x, [x[0]])
    assert (
        not same(x, x.double()) and not same(x, list(x.double())) and not same(x, x.double().detach().numpy())
    )
    assert not same(1.0, torch.tensor(1.0)) and not same(np.ones(2), torch.ones(2).double())
    assert not same(x > 1, (x > 1).int()) and not same(x.long(), x.tolist())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_another_order_of_summation_is_the_same(dtype):
    """Sums of terms of which most cancel, forwards, backwards, in pairs, as a product and by a running sum."""
    terms = np.random.default_rng(0).normal(size=(40, 300)).astype(dtype)
    expected = terms.cumsum(axis=1)[:, -1]
    assert not np.isclose(expected, terms.sum(axis=1), rtol=1e-14, atol=0).all()
    for got in (
        terms.sum(axis=1),
        terms[:, ::-1].cumsum(axis=1)[:, -1],
        terms[:, ::2].sum(axis=1) + terms[:, 1::2].sum(axis=1),
        terms @ np.ones(300, dtype),
        np.einsum("ij->i", terms),
    ):
        assert same(expected, got)


@pytest.mark.parametrize(("dtype", "factor"), [("float32", 1e-3), ("float64", 1e-7)])
def test_more_than_rounding_is_not_the_same(dtype, factor):
    x = np.random.default_rng(0).normal(size=20).astype(dtype)
    assert not same(x, (x * (1 + factor)).astype(dtype)) and not same(x, (x + factor).astype(dtype))


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


@pytest.mark.parametrize("known", [lambda x, y: 2 * x, lambda x, y: 2 * x + 0 * y])
def test_an_argument_without_effect_is_the_same_mistake_with_no_gradient_and_with_one_of_zeros(
    double_exercise, known
):
    double_exercise.mistake("no_y", known).says("y is missing.")
    for answer in (lambda x, y: 2 * x, lambda x, y: 2 * x + 0 * y):
        assert double_exercise.check(answer).sentence == "y is missing."


@pytest.mark.parametrize("reference", [lambda x, y: 2 * x, lambda x, y: 2 * x + 0 * y])
def test_an_argument_without_effect_has_no_gradient_or_one_of_zeros(double_exercise, reference):
    ex = Exercise(reference, "08_x", "one case", "…", ["…", "…"], cases=double_exercise.cases)
    for answer in (lambda x, y: 2 * x, lambda x, y: 2 * x + 0 * y):
        assert ex.check(answer).outcome == "right"


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


def test_without_a_float_tensor_as_input_torchs_default_is_enough_and_more_is_right():
    import torch

    exercise = Exercise(lambda n: torch.arange(n) / 2, "08_x", "one case", "…", ["…", "…"])
    exercise.case(3)
    for more in (lambda n: torch.arange(n).double() / 2, lambda n: np.arange(n) / 2, lambda n: [0, 0.5, 1]):
        feedback = exercise.check(more)
        assert feedback.outcome == "right", str(feedback)
        assert feedback.adapter(more(3)).dtype == torch.float32
    feedback = exercise.check(lambda n: torch.arange(n).half() / 2)
    assert feedback.misconception == "generic-precision" and "torch’s default dtype" in feedback.sentence


HALVED = Exercise(lambda x: x / 2, "03_x", "three cases", "…", ["…", "…"])
HALVED.case(np.array([[1.1, 2.6], [0.1, -3.3]]))
HALVED.case(np.array([[1, 2], [0, 5]]))
HALVED.case(np.array([[0.7, 1.9]], np.float32))


@pytest.mark.parametrize(
    ("answer", "misconception", "words"),
    [
        (lambda x: x / 2, None, ""),
        (lambda x: x.astype(float) / 2, None, ""),
        (lambda x: x.astype(np.longdouble) / 2, None, ""),
        (lambda x: (x / 2).tolist(), None, ""),
        (lambda x: [tuple(row) for row in x / 2], None, ""),
        (lambda x: np.asfortranarray(x / 2), None, ""),
        (lambda x: (x / 2).astype(np.float32), "generic-precision", "float32 where float64 is expected"),
        (lambda x: (x / 2).astype(np.float16), "generic-precision", "`.astype(np.float32)`"),
        (lambda x: list((x / 2).astype(np.float32)), "generic-precision", "it keeps the dtype of the input"),
        (
            lambda x: x / 2 if x.dtype.kind == "f" else np.float32(x / 2),
            "generic-precision",
            "become float64",
        ),
        (lambda x: x.astype(np.float32).astype(float) / 2, "generic-nearly", "a step in float32"),
        (lambda x: x / (2 + 1e-6), "generic-nearly", "an ε"),
        (
            lambda x: np.divide(x, 2, out=np.zeros_like(x), casting="unsafe"),
            "generic-rounded",
            "whole numbers",
        ),
        (lambda x: np.matrix(x / 2), "generic-other-array", "np.array"),
        (lambda x: np.ma.masked_less(x / 2, 0), "generic-other-array", "hidden"),
    ],
)
def test_arrays_have_the_float_dtype_of_the_input(answer, misconception, words):
    feedback = HALVED.check(answer)
    assert feedback.misconception == misconception, str(feedback)
    assert (feedback.outcome == "right") == (misconception is None) and words in feedback.sentence
