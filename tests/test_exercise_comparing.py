"""What counts as the same: shapes, kinds of number, dtypes of tensors, gradients."""

from collections import Counter

import numpy as np
import pytest

from nlm_utils.exercises.compare import difference
from nlm_utils.exercises.definition import Exercise


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
