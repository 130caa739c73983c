"""Which name a wrong answer gets: a misconception, one that it looks like, a general diagnosis; and on which input."""

from pathlib import Path

import exercises_to_try as to_try
import numpy as np
import pytest
from exercises_to_try import (
    COUNTS,
    ENDS,
    EX,
    Thing,
    check,
    four,
    make,
    make_total,
    right,
    spread,
    spread_again,
    words,
)

from nlm_utils.exercises import judge
from nlm_utils.exercises.definition import Exercise


def test_right_answers():
    def as_list(x, scale=1.0):
        return right(x, scale).tolist()

    def other_names(a, b=1.0):
        return right(a, b)

    for answer in (spread, right, as_list):
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
    assert feedback.misconception == "generic-stack"
    assert "What sets this input apart from the 4 others: `ids` is empty." in feedback.message
    assert "array([], dtype=int)" in feedback.message  # as it can be typed in: array([]) holds floats


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
        x += 1.0
        return (x - x.mean()) * scale

    feedback = check(known_besides)
    assert feedback.misconception == "whole-mean" and "Besides" in feedback.message
    assert "looks like" not in feedback.message
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


# --- how much a misconception must explain -------------------------------------------------------------------------

SENTENCE = "You square the number."
FIRST, LAST = np.array([1, 0, 0, 0]), np.array([0, 0, 0, 1])
TO_HUNDRED = [1, 2, 3, 4, *range(100, 110)]


def place(n):
    """Three numbers that say where `n` is."""
    return np.array([n + 0.5, 0.25 - n * n, 7.0 / n])


def squared(n):
    return np.array([n * n + 0.125, 3.0 + n, np.sqrt(n + 1)])


def otherwise(n):
    return np.array([np.cos(n), np.sin(3 * n) + n, np.cos(5 * n * n)])


def places(*mistakes, cases=range(1, 11), reference=place):
    """The cases are numbers; a mistake is ({the numbers where it is wrong}, its value there)."""
    found = Exercise(reference, "01_ngram_limits", "some", "", ["a", "b"])
    for n in cases:
        found.case(n)
    for number, (wrong, value) in enumerate(mistakes, 1):

        def mistake(n, wrong=wrong, value=value):
            return value(n) if n in wrong else reference(n)

        found.mistake(f"mistake-{number}", mistake).says(SENTENCE)
    return found


def mixed(*parts, reference=place):
    """An answer whose value on each number is the first part's that has the number, and right where none has."""

    def answer(n):
        return next((value(n) for numbers, value in parts if n in numbers), reference(n))

    return answer


def to(n):
    return set(range(1, n + 1))


def refuses(n):
    raise ValueError(f"not {n}")


@pytest.mark.parametrize(
    ("explained", "named"),
    [(10, True), (5, True), (4, True), (3, True), (2, False), (1, False)],
)
def test_a_misconception_is_named_when_it_explains_three_of_ten_failing_inputs(explained, named):
    feedback = places((to(explained), squared)).check(mixed((to(explained), squared), (to(10), otherwise)))
    assert (feedback.misconception == "mistake-1") is named, str(feedback)
    assert feedback.misconception == "mistake-1" or feedback.misconception == "generic-wrong-values"
    assert "looks like" not in feedback.message


@pytest.mark.parametrize(("explained", "named"), [(5, "mistake-1"), (4, "generic-none-sometimes")])
def test_one_that_explains_less_than_half_gives_way_to_a_sentence_that_is_certain(explained, named):
    wrong = set(range(11 - explained, 11))  # not the first, which the card would show
    feedback = places((wrong, squared)).check(mixed((wrong, squared), (to(10), lambda n: None)))
    assert feedback.misconception == named, str(feedback)


@pytest.mark.parametrize(
    ("explained", "rest"), [(10, ""), (9, ""), (8, "2 other inputs go wrong as well"), (5, "5 other")]
)
def test_nothing_is_said_of_a_rest_that_is_small(explained, rest):
    feedback = places((to(explained), squared)).check(mixed((to(explained), squared), (to(10), otherwise)))
    assert feedback.misconception == "mistake-1"
    assert rest in feedback.sentence and ("It may not be all" in feedback.sentence) is bool(rest)
    one = places((to(1), squared), cases=[1, 2]).check(mixed((to(1), squared), (to(2), otherwise)))
    assert "1 other input goes wrong as well" in one.sentence


@pytest.mark.parametrize(("explained", "named"), [(7, True), (6, True), (5, False), (4, False)])
def test_an_answer_looks_like_a_misconception_that_reproduces_nearly_all_of_it(explained, named):
    feedback = places((to(10), squared)).check(mixed((to(explained), squared), (to(10), otherwise)))
    assert (feedback.misconception == "mistake-1") is named, str(feedback)
    assert (f"This looks like: {SENTENCE}" in feedback.message) is named


def test_of_two_misconceptions_the_one_that_explains_more_is_named():
    less, more = (to(6), squared), (to(9), squared)
    for order in ([less, more], [more, less]):
        known = places(*order).check(mixed(more))
        assert known.misconception == f"mistake-{order.index(more) + 1}"
        similar = places(*((numbers | {10}, squared) for numbers, _ in order)).check(mixed(more))
        assert similar.misconception == f"mistake-{order.index(more) + 1}" and "looks like" in similar.message
    nearest, near = (to(10), squared), (to(10), mixed((to(6), squared), reference=lambda n: 5 - squared(n)))
    for order in ([nearest, near], [near, nearest]):
        similar = places(*order).check(mixed((to(8), squared), ({9}, otherwise)))
        assert similar.misconception == f"mistake-{order.index(nearest) + 1}"


def test_zeros_agree_by_accident():
    zeros = lambda n: np.zeros(3)  # noqa: E731
    few = places((to(4), zeros)).check(mixed((to(4), zeros), (to(10), otherwise)))
    many = places((to(6), zeros)).check(mixed((to(6), zeros), (to(10), otherwise)))
    assert (few.misconception, many.misconception) == ("generic-wrong-values", "mistake-1")
    similar = places((to(10), zeros)).check(mixed((to(7), zeros), (to(10), otherwise)))
    assert similar.misconception == "generic-wrong-values"


def count_of(n):
    """A whole number."""
    return n * 3


WEAK = [  # what the general sentence would be; reference, what the mistake gives, what the rest gives, the cases
    ("generic-axis-length", place, squared, lambda n: np.full(5, n + 0.3), range(1, 11)),
    ("generic-axis-missing", place, squared, lambda n: np.cos(n), range(1, 11)),
    ("generic-axis-too-many", place, squared, lambda n: np.full((2, 3), np.cos(n)), range(1, 11)),
    ("generic-dtype", place, squared, lambda n: otherwise(n) + 0j, range(1, 11)),
    ("generic-type", place, squared, lambda n: object(), range(1, 11)),
    ("generic-raised", place, squared, lambda n: Path(f"/no/{n}").read_text(), range(1, 11)),
    ("generic-value-error", place, squared, lambda n: int(f"q{n}"), range(1, 11)),
    ("generic-some-inputs", place, squared, otherwise, range(1, 12)),
    ("generic-edge", place, squared, otherwise, TO_HUNDRED),
    ("generic-partly", four, lambda n: to_try.four(n) + n * LAST, lambda n: to_try.four(n) - n * FIRST, range(1, 11)),
    ("generic-too-few", count_of, lambda n: n * 3 - 2, lambda n: n * 3 - n % 4 - 1, range(1, 11)),
    ("generic-too-many", count_of, lambda n: n * 3 + 2, lambda n: n * 3 + n % 4 + 1, range(1, 11)),
    ("generic-length", words, lambda n: [*to_try.words(n), "q"], lambda n: [*to_try.words(n), "r", "s"], range(1, 11)),
]  # fmt: skip


@pytest.mark.parametrize(("id", "reference", "value", "rest", "cases"), WEAK, ids=[row[0] for row in WEAK])
def test_a_misconception_that_explains_a_third_goes_before_a_weak_sentence(id, reference, value, rest, cases):
    failing = [n for n in cases if n != 11][-10:]
    explained = set(failing[-4:])
    answer = mixed((explained, value), (failing, rest), reference=reference)
    assert places(cases=cases, reference=reference).check(answer).misconception == id
    assert (
        places((explained, value), cases=cases, reference=reference).check(answer).misconception
        == "mistake-1"
    )


def test_a_zero_without_axes_agrees_by_accident_too():
    zero = lambda n: np.array(0.0)  # noqa: E731
    few = places((to(4), zero)).check(mixed((to(4), zero), (to(10), otherwise)))
    assert few.misconception == "generic-axis-missing"


@pytest.mark.parametrize("nothing", [refuses, lambda n: None])
def test_exceptions_and_none_explain_nothing_but_themselves(nothing):
    ex = places((to(6), nothing))
    assert ex.check(mixed((to(6), nothing))).misconception == "mistake-1"
    assert ex.check(mixed((to(6), nothing), (to(10), otherwise))).misconception != "mistake-1"


@pytest.mark.parametrize(
    ("value", "named"), [(lambda n: n + 1, False), (lambda n: n + 1000, True), (lambda n: n + 1.5, True)]
)
def test_small_whole_numbers_agree_by_accident(value, named):
    """Six of ten failing inputs, while the mistake is wrong on eleven."""
    ex = places((to(11), value), cases=range(1, 13), reference=count_of)
    answer = mixed((to(6), value), ({7, 8, 9, 12}, lambda n: 71 - n * n), reference=count_of)
    assert (ex.check(answer).misconception == "mistake-1") is named


def test_the_plainest_input_is_shown_not_the_first():
    def twice(x):
        """Twice."""
        return 2 * x

    def shown(*cases):
        ex = Exercise(twice, "01_ngram_limits", "some", "", ["a", "b"])
        for case in cases:
            ex.case(case)
        return str(ex.check(lambda x: 7 * x + 0.3)).split("twice(")[1].split(")\n")[0]

    plain = np.array([1.5, 2.5, 4.0])
    for hides in (150.0, 2e5, np.inf):  # large numbers hide which is which
        assert shown(np.array([hides, 2.0]), plain) == "array([1.5, 2.5, 4.0])"
    assert shown(np.array([15.0, 2.0]), plain) == "array([15.0, 2.0])"
    assert shown(np.array([]), plain) == shown(np.ones((1, 1)), plain) == "array([1.5, 2.5, 4.0])"
    assert (
        shown(np.array([[1.0, 3.0], [2.0, 5.0]]), np.array([[1.0, 3.0, 4.0], [2.0, 5.0, 7.0]])).count("[")
        == 3
    )
    assert shown(0.0005, 1.5) == "1.5" and shown(0.5, 1.5) == "0.5"


def test_a_fault_of_the_judge_does_not_end_the_lecture(monkeypatch):
    """The answer is refused, the card says so, and the reference is bound."""

    def fails(*_):
        raise IndexError("a diagnosis that met something new")

    monkeypatch.setattr(judge, "name", fails)
    feedback = check(lambda x, scale=1.0: -x)
    assert (feedback.outcome, feedback.misconception) == ("wrong", "generic-unknown")
    assert "IndexError" in feedback.message
