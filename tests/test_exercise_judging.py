"""Which name a wrong answer gets: a misconception, one that it looks like, a general diagnosis; and on which input."""

import exercises_to_try as to_try
import numpy as np
import pytest
from exercises_to_try import COUNTS, ENDS, EX, Thing, check, make, make_total, right, spread, spread_again

from nlm_utils.exercises import judge


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
    assert ENDS.check(lambda words: [words[0], words[-1]]).outcome == "right"
    assert COUNTS.check(lambda words: dict(to_try.counts(words))).outcome == "right"


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
    sentences = [judge._rest(n, 10) for n in (10, 9, 8)]
    assert sentences[:2] == ["", ""]
    assert "2 other inputs that went wrong are not explained" in sentences[2]
    assert "1 other input that went wrong is not explained" in judge._rest(1, 2)


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


def test_the_bank_is_asked_before_recursion_is_blamed():
    ex = make()

    @ex.mistake("calls-itself").says("You call yourself.")
    def _(x, scale=1.0):
        return spread_again(x)

    assert ex.check(lambda x, scale=1.0: spread_again(x)).misconception == "calls-itself"


def test_the_simplest_failing_input_is_shown():
    ex = make_total()
    square = np.array([[1.0, 2.0], [3.0, 5.0]])
    ex.case(square, np.array([0, 1]))  # smaller, but a square hides which axis is which
    ex.case(np.ones((1, 3)), np.array([0]))
    ex.cases.insert(0, ex.cases.pop(3))
    assert "array([2, 1]))" in ex.check(lambda E, ids: E[ids].sum(0) * 3).message
