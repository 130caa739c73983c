"""The families of mistakes: what a student writes is named in the family's words, and nothing is dropped in silence."""

import numpy as np
import pytest
import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import (
    argument,
    both,
    epsilon,
    exchanged,
    holes,
    one_for_both,
    other_axes,
    other_function,
    other_reduction,
    other_softmax,
    result,
    result_with,
    results,
    rounded,
    special,
    variants,
)
from nlm_utils.exercises.families import arguments as arguments_module

TEXT = {"lecture": "03_composition_and_softmax", "checks": "two", "explanation": "", "hints": ["", ""]}


def shares(E, W, ids, rate=2.0):
    """NumPy: the softmax of W times the sum of rows of E, divided by rate."""
    t = W @ E[ids].sum(axis=0) / rate
    e = np.exp(t - t.max())
    return e / e.sum()


def layer(x, W, b):
    """torch: one layer, and the sum of what comes in."""
    return torch.tanh(x @ W.T + b), x.sum(-1)


def shares_exercise(*families):
    exercise = Exercise(shares, **TEXT)
    rng = np.random.default_rng(0)
    for ids in ([1], [2, 0], [1, 1, 3], [3, 1, 1, 0]):
        exercise.case(rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), np.array(ids), rate=0.5)
    exercise.case(rng.normal(size=(4, 3)), 2000 * rng.normal(size=(4, 3)), np.array([2, 1]))
    exercise.takes(*families)
    return exercise


def layer_exercise(*families):
    exercise = Exercise(layer, **(TEXT | {"lecture": "09_recurrent_networks"}))
    for seed in range(3):
        torch.manual_seed(seed)
        exercise.case(torch.randn(2, 3), torch.randn(3, 3), torch.randn(3))
    exercise.takes(*families)
    return exercise


def softmax(t):
    e = np.exp(t - t.max())
    return e / e.sum()


def with_softmax(other):
    return lambda E, W, ids, rate=2.0: other(W @ E[ids].sum(0) / rate)


def with_sum(total):
    return lambda E, W, ids, rate=2.0: softmax(W @ total(E[ids], 0) / rate)


def with_axes(axis, keepdims):
    return lambda E, W, ids, rate=2.0: softmax(W @ E[ids].sum(axis) / rate)


def with_epsilon(eps):
    def answer(E, W, ids, rate=2.0):
        e = np.exp((t := W @ E[ids].sum(0) / rate) - t.max())
        return e / (e.sum() + eps)

    return answer


def with_function(f):
    return lambda x, W, b: (f(x @ W.T + b), x.sum(-1))


# what a student writes, the family, the id, and what the sentence must say


def refuses_one_word(E, W, ids, rate=2.0):
    if len(ids) == 1:
        raise ValueError("one word is too short")
    return softmax(W @ E[ids].sum(0) / rate)


WRONG = [
    (
        shares_exercise,
        argument("rate", one="rate_missing", inverse="multiplied"),
        lambda E, W, ids, rate=2.0: softmax(W @ E[ids].sum(0)),
        "rate_missing",
        "`rate` = 1",
    ),
    (
        shares_exercise,
        argument("ids", once="types", last="last_word_only"),
        lambda E, W, ids, rate=2.0: softmax(W @ E[sorted(set(ids.tolist()))].sum(0) / rate),
        "types",
        "each time it comes",
    ),
    (
        shares_exercise,
        argument("rate", default=("fixed", "Your rate is always 2.")),
        lambda E, W, ids, rate=2.0: softmax(W @ E[ids].sum(0) / 2),
        "fixed",
        "Your rate is always 2.",
    ),
    (
        layer_exercise,
        argument("b", minus="bias_subtracted", zero="no_bias"),
        lambda x, W, b: (torch.tanh(x @ W.T), x.sum(-1)),
        "no_bias",
        "`b` = 0",
    ),
    (
        layer_exercise,
        argument("W", transposed="not_transposed"),
        lambda x, W, b: (torch.tanh(x @ W + b), x.sum(-1)),
        "not_transposed",
        "wrong way round",
    ),
    (
        shares_exercise,
        exchanged("E", "W"),
        lambda E, W, ids, rate=2.0: softmax(E @ W[ids].sum(0) / rate),
        "swapped",
        "changed places",
    ),
    (
        shares_exercise,
        one_for_both("E", "W", "E_for_W"),
        lambda E, W, ids, rate=2.0: softmax(E @ E[ids].sum(0) / rate),
        "E_for_W",
        "where `W` belongs",
    ),
    (
        shares_exercise,
        result(softmax="softmax_twice", place_of_largest="best_word"),
        lambda E, W, ids, rate=2.0: (W @ E[ids].sum(0)).argmax(),
        "best_word",
        "place of the largest",
    ),
    (
        layer_exercise,
        result(1, "sum", minus="sign_of_the_sum", twice="sum_doubled"),
        lambda x, W, b: (torch.tanh(x @ W.T + b), -x.sum(-1)),
        "sign_of_the_sum",
        "Your `sum` has the wrong sign",
    ),
    (
        shares_exercise,
        result_with("rate", times="rate_again"),
        lambda E, W, ids, rate=2.0: rate * softmax(W @ E[ids].sum(0) / rate),
        "rate_again",
        "multiply the result by `rate`",
    ),
    (
        shares_exercise,
        epsilon(with_epsilon, "the denominator", "The sum is never 0.", values=(1e-2, 1e-3)),
        lambda E, W, ids, rate=2.0: with_epsilon(1e-3)(E, W, ids, rate),
        "epsilon_1e-03",
        "a small number to the denominator",
    ),
    (
        shares_exercise,
        rounded(1, 2),
        lambda E, W, ids, rate=2.0: np.round(softmax(W @ E[ids].sum(0) / rate), 2),
        "rounded_to_2",
        "You round your result",
    ),
    (
        layer_exercise,
        rounded(1, 2),
        lambda x, W, b: ((100 * torch.tanh(x @ W.T + b)).round() / 100, (100 * x.sum(-1)).round() / 100),
        "rounded_to_2",
        "You round your result",
    ),
    (
        shares_exercise,
        variants(
            "capped_at",
            (1, 3),
            lambda most: with_softmax(lambda t: softmax(np.minimum(t, most))),
            "At {value}.",
        ),
        lambda E, W, ids, rate=2.0: softmax(np.minimum(W @ E[ids].sum(0) / rate, 3)),
        "capped_at_3",
        "At 3.",
    ),
    (
        shares_exercise,
        other_softmax(with_softmax, overflow="overflow", sigmoid="sigmoid"),
        lambda E, W, ids, rate=2.0: (e := np.exp(W @ E[ids].sum(0) / rate)) / e.sum(),
        "overflow",
        "e^1000 is infinite",
    ),
    (
        layer_exercise,
        other_function(with_function, "tanh", torch.tanh, relu="relu", twice="tanh_twice"),
        lambda x, W, b: (torch.relu(x @ W.T + b), x.sum(-1)),
        "relu",
        "tanh is wanted",
    ),
    (
        shares_exercise,
        other_reduction(with_sum, "the sum", mean="mean_for_sum", largest="maximum_for_sum"),
        lambda E, W, ids, rate=2.0: softmax(W @ E[ids].mean(0) / rate),
        "mean_for_sum",
        "the sum is wanted",
    ),
    (
        shares_exercise,
        other_axes(with_axes, whole="everything", second="second_axis"),
        lambda E, W, ids, rate=2.0: softmax(W @ E[ids].sum(1) / rate),
        "second_axis",
        "axis 1",
    ),
    (
        shares_exercise,
        special(
            lambda E, W, ids, rate=2.0: len(ids) == 1,
            "one word",
            "It is a prefix like any other.",
            none="none_for_one_word",
            refused="one_word_refused",
            zero="zeros_for_one_word",
        ),
        lambda E, W, ids, rate=2.0: softmax(W @ E[ids].sum(0) / rate) if len(ids) > 1 else np.zeros(len(W)),
        "zeros_for_one_word",
        "For one word you give 0. It is a prefix like any other.",
    ),
    (
        shares_exercise,
        special(
            lambda E, W, ids, rate=2.0: len(ids) == 1,
            "one word",
            "It is allowed.",
            refused="one_word_refused",
        ),
        refuses_one_word,
        "one_word_refused",
        "For one word you raise an error",
    ),
    (
        layer_exercise,
        both("relu_no_bias", other_function(with_function, "tanh", relu=""), argument("b", zero="")),
        lambda x, W, b: (torch.relu(x @ W.T), x.sum(-1)),
        "relu_no_bias",
        "tanh is wanted. Your result is that of `b` = 0",
    ),
]


@pytest.mark.parametrize(("build", "family", "answer", "id", "words"), WRONG, ids=[case[3] for case in WRONG])
def test_what_a_student_writes_is_named_in_the_words_of_the_family(build, family, answer, id, words):
    exercise = build(family)
    feedback = exercise.check(answer)
    assert feedback.outcome in ("wrong", "raised")
    assert feedback.misconception == id, str(feedback)
    assert words in feedback.message


@pytest.mark.parametrize(("build", "family"), [case[:2] for case in WRONG], ids=[case[3] for case in WRONG])
def test_the_right_answer_is_accepted_and_each_mistake_refused_as_itself(build, family):
    exercise = build(family)
    assert exercise.check(exercise.reference).outcome == "right"
    for mistake in exercise.misconceptions:
        assert exercise.check(mistake.function).misconception == mistake.id


def test_a_mistake_that_does_not_show_is_kept_and_accepted_so_that_the_test_of_the_banks_fails():
    exercise = shares_exercise(argument("ids", backwards="reversed"))
    assert [mistake.id for mistake in exercise.misconceptions] == ["reversed"]
    assert exercise.check(exercise.misconceptions[0].function).outcome == "right"


def test_a_kind_that_no_family_knows_is_an_error():
    with pytest.raises(KeyError, match="upside_down"):
        shares_exercise(argument("ids", upside_down="reversed"))


VECTOR = [2.0, 0.3, 0.5]
MATRIX = [[2.0, -0.5, 0.25], [0.5, 3.0, -1.0]]
WORDS = ["The", "ants", "The"]


def changed(change, value):
    try:
        return repr(change(value)) != repr(value)
    except (TypeError, AttributeError, IndexError):
        return False


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(
    "kind", [*arguments_module.MISTAKES.items(), *results.MISTAKES.items()], ids=lambda k: k[0]
)
def test_every_kind_changes_an_array_a_tensor_or_a_list_of_words(kind):
    change = kind[1][1]
    values = [np.array(VECTOR), np.array(MATRIX), torch.tensor(VECTOR), torch.tensor([MATRIX]), WORDS]
    assert any(changed(change, value) for value in values)


@pytest.mark.parametrize("kind", [*holes.SOFTMAXES.items(), *holes.FUNCTIONS.items()], ids=lambda k: k[0])
def test_every_function_for_a_hole_keeps_the_shape(kind):
    assert kind[1][1](torch.tensor(MATRIX)).shape == (2, 3)


@pytest.mark.parametrize("kind", holes.REDUCTIONS.items(), ids=lambda k: k[0])
def test_every_reduction_works_along_an_axis(kind):
    assert np.shape(kind[1][1](np.array(MATRIX), 0)) in [(3,), (), (2, 3)]
