"""Where an answer stopped: which call failed, what went into it, and that reading it runs nothing."""

import numpy as np
import pytest
from exercises_to_try import check, exercise_of

from nlm_utils.exercises.call_site import call_site, described


def site_of(function, *args):
    with pytest.raises(Exception) as caught:
        function(*args)
    return call_site(function, caught.value)


A, B = np.ones((2, 3)), np.ones((2, 5))


def test_operands_of_an_operation():
    def product(a, b):
        c = a + 1
        return c.sum() + (a @ b.T).sum()

    assert site_of(product, A, B) == (
        "a @ b.T",
        (("a", "a float64 array of shape (2, 3)"), ("b.T", "a float64 array of shape (5, 2)")),
        "",
    )


def test_the_right_side_of_an_assignment_to_several_names():
    def unpacks(a):
        batch, time, width = a.shape
        return batch, time, width

    assert site_of(unpacks, A) == ("a.shape", (("a", "a float64 array of shape (2, 3)"),), "")


def test_a_value_that_was_computed_is_read_from_the_librarys_own_frame():
    def takes(a, ids):
        return np.take_along_axis(np.log(a), ids, 1)

    site = site_of(takes, A, np.array([0, 1]))
    assert site.values == (
        ("np.log(a)", "a float64 array of shape (2, 3)"),
        ("ids", "an int64 array of shape (2,)"),
    )
    assert site.library == "numpy"


def test_indices_lists_and_numbers():
    def indexes(a, ids, i):
        return a[ids[0], None] + a[i] + ids[None]

    assert site_of(indexes, A, [1, 0], 1.5).values == (
        ("a", "a float64 array of shape (2, 3)"),
        ("i", "the float 1.5"),
    )
    assert site_of(lambda ids: ids[None], [1, 0]).values == (("ids", "a list of 2 entries, each an int"),)
    assert site_of(lambda a: np.dot(a[0, :2], a[:, 0, None].T), A).values == (
        ("a[0, :2]", "a float64 array of shape (2,)"),
        ("a[:, 0, None].T", "a float64 array of shape (1, 2)"),
    )


def test_constants_are_not_told_and_keys_are():
    assert site_of(lambda a: a > 0, "one").values == (("a", "the string 'one'"),)
    assert site_of(lambda p: p["W"], {"W_q": 1, "b": 2}).values == (("p", "a dict with the keys 'W_q', 'b'"),)
    assert described({str(n): n for n in range(40)}).endswith("'10', '11', … (40 in all)")
    assert described({1: "a"}) == "a dict of 1 entry"


def test_nothing_of_the_students_runs_again():
    calls = []

    class Loud:
        def __getattr__(self, name):
            calls.append(name)
            raise AttributeError(name)

        def __repr__(self):
            calls.append("repr")
            return "loud"

    def answer(x, loud):
        return len(x, loud, loud[x].width, helper(x))

    def helper(x):
        calls.append("helper")

    loud = Loud()
    type(loud).__getitem__ = lambda self, index: self
    type(loud).width = 3
    assert site_of(answer, 1, loud).values == (("x", "1"),)
    assert described(loud) == "" and calls == ["helper"]


def test_code_without_its_text_has_no_call():
    space = {}
    exec("def answer(x):\n    return x.nothing\n", space)
    assert site_of(space["answer"], 3) == ("", (), "")


def test_the_card_says_what_went_into_the_call():
    feedback = check(lambda x, scale=1.0: x @ np.ones((5, 2)))
    assert "There `x` is a float64 array of shape (3,)." in feedback.message


def test_a_call_inside_the_answer_is_no_fault_of_its_first_line():
    def model(x):
        return x

    def step(model, x, y):
        """The model's value."""
        return model(x)

    exercise = exercise_of(step)
    exercise.case_from(lambda: (model, 3, 4))
    feedback = exercise.check(lambda model, x, y: model(x, y))
    assert feedback.misconception == "generic-call-arguments"
    assert "def step" not in feedback.message and "There `x` is 3, `y` is 4." in feedback.message
