"""The general diagnoses: each has an answer here of which it is said, and none is said without evidence."""

import math
import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import exercises_to_try as to_try
import numpy as np
import pytest
from exercises_to_try import (
    COUNTS,
    DOUBLED,
    ENDS,
    EX,
    MEAN,
    SHARES,
    TIMES,
    changed,
    check,
    cosine,
    exercise_of,
    from_source,
    make_angle,
    make_total,
    right,
    spread_again,
)

import nlm_utils.exercises
from nlm_utils.exercises import get
from nlm_utils.exercises.definition import Exercise

ANGLE, TOTAL = make_angle(), make_total()


def share(change):
    """An answer to SHARES that is right but for `change` of its value."""
    return lambda numbers: change(to_try.shares(numbers))


# --- every id ------------------------------------------------------------------------------------------------------

OF_VALUES = {  # of the exercise `spread`, when this is done to the right value
    "generic-sign": lambda y: -y,
    "generic-transposed": lambda y: np.swapaxes(y, -1, -2) if y.ndim > 1 else y,
    "generic-axes": lambda y: np.swapaxes(y, 0, 1) if y.ndim == 3 else y,
    "generic-reversed": lambda y: y[..., ::-1],
    "generic-sorted": lambda y: np.sort(y, -1),
    "generic-shifted": lambda y: np.roll(y, 1, -1),
    "generic-dtype": lambda y: y.astype(complex),
    "generic-off-by-one": lambda y: y + 1,
    "generic-offset": lambda y: y - 0.3,
    "generic-log2": lambda y: y / np.log(2),
    "generic-log10": lambda y: y / np.log(10),
    "generic-double": lambda y: 2 * y,
    "generic-half": lambda y: y / 2,
    "generic-percent": lambda y: 100 * y,
    "generic-factor": lambda y: 3 * y,
    "generic-rounded": lambda y: np.round(y, 0),
    "generic-squared": lambda y: y**2,
    "generic-exponential": lambda y: np.exp(np.minimum(y, 600)),
    "generic-power-of-two": lambda y: np.exp2(np.minimum(y, 600)),
    "generic-absolute": np.abs,
    "generic-zeros": lambda y: 0 * y,
    "generic-nan": lambda y: y * np.nan,
    "generic-overflow": lambda y: y * 0 + np.inf,
    "generic-reshaped": lambda y: y.reshape(-1) if y.ndim > 1 else y,
    "generic-extra-axis": lambda y: y[None],
    "generic-axis-summed": lambda y: y.sum(0) if y.ndim > 1 else y.sum(keepdims=True) + 0 * y[:1],
    "generic-one-row": lambda y: y[0],
    "generic-last-missing": lambda y: y[:-1],
    "generic-first-missing": lambda y: y[1:],
    "generic-one-too-many": lambda y: np.concatenate([y, y[-1:]]),
    "generic-row-offset": lambda y: y + np.sign(y[..., :1]) * 3 + y[..., -1:],
    "generic-row-factor": lambda y: y * (2 + np.abs(y).sum(-1, keepdims=True)),
    "generic-order": lambda y: y.ravel()[np.r_[1, 0, 2 : y.size]].reshape(y.shape),
    "generic-axis-length": lambda y: np.repeat(y, 2, -1) + 0.5,
    "generic-axis-missing": lambda y: y.max(-1) + 7,
    "generic-axis-too-many": lambda y: np.stack([y, y + 7]),
    "generic-none": lambda y: None,
    "generic-generator": lambda y: (entry for entry in y),
    "generic-generator-in-array": lambda y: np.array(entry for entry in y),
    "generic-iterator": lambda y: map(float, y),
    "generic-returns-class": lambda y: np.ndarray,
    "generic-returns-function": lambda y: y.sum,
    "generic-placeholder": lambda y: ...,
    "generic-string-for-number": str,
    "generic-mapping": lambda y: {0: y},
    "generic-set": lambda y: set(y.ravel()),
    "generic-type": lambda y: object(),
}


@pytest.mark.parametrize("id", OF_VALUES)
def test_diagnoses_of_values(id):
    feedback = check(changed(OF_VALUES[id]))
    assert (feedback.outcome, feedback.misconception) == ("wrong", id), str(feedback)
    assert feedback.sentence and feedback.sentence in feedback.message


def tri(n):
    """The lower triangle."""
    return np.tri(n) > 0


def one_and_rest(x):
    """The first entry, and the others."""
    return [x[:1], x[1:]]


def sorted_copy(numbers):
    """The same numbers in order."""
    return sorted(numbers)


def capped(step, peak):
    """The step in tenths, at most `peak`."""
    return min(step / 10, peak)


MASK = exercise_of(tri, (3,), (5,), (4,))
CAPPED = exercise_of(capped, (1, 0.75), (2, 0.65), (9, 0.5), (3, 0.85), (8, 0.35))

OTHERS = [  # id, exercise, answer, words of the sentence
    ("generic-constant", MEAN, lambda values: 2.75, "the same answer whatever the input is"),
    ("generic-empty", SHARES, lambda numbers: [], "empty, whatever the input is"),
    ("generic-wrong-values", SHARES, share(lambda y: y**3 + np.cos(7 * y)), "here and on all 3 inputs"),
    ("generic-not-normalised", SHARES, share(lambda y: y * 1.7), "divide by their sum"),
    ("generic-not-normalised", SHARES, lambda numbers: numbers, "do not sum to 1"),
    ("generic-root", SHARES, share(np.sqrt), "one root too many"),
    ("generic-logarithm", SHARES, share(np.log), "one `log` too many"),
    ("generic-negative-logarithm", SHARES, share(lambda y: -np.log(y)), "−log of the expected"),
    ("generic-reciprocal", SHARES, share(lambda y: 1 / y), "1 over the expected"),
    ("generic-complement", SHARES, share(lambda y: 1 - y), "1 minus the expected"),
    ("generic-log2", EX, changed(lambda y: y * np.log(2)), "which is ln 2"),
    ("generic-off-by-one", SHARES, share(lambda y: y - 1), "too small by 1"),
    ("generic-offset", SHARES, share(lambda y: y + 0.125), "differ from the expected ones by 0.125"),
    ("generic-factor", EX, changed(lambda y: -7 * y), "-7.0 times"),
    ("generic-partly", SHARES, share(lambda y: y + 0.2 * np.eye(y.shape[-1])[0]), "3 of the 4 numbers are right"),
    ("generic-returns-argument", DOUBLED, lambda words: words, "gives `words` back as it came"),
    ("generic-missing-mean", MEAN, lambda values: sum(values), "the length of `values`"),
    ("generic-missing-mean", MEAN, lambda values: np.array(values), "the mean of your entries"),
    ("generic-missing-sum", MEAN, lambda values: np.array(values) / len(values), "the sum of your entries"),
    ("generic-extra-mean", MEAN, lambda values: np.mean(values) / len(values), "the length of `values`"),
    ("generic-extra-axis", MEAN, lambda values: np.mean(values, keepdims=True), "an axis too many"),
    ("generic-whole-array", MEAN, lambda values: np.sort(values) + 9, "an array where one number"),
    ("generic-rounded", MEAN, lambda values: int(np.mean(values)), "throws the fraction away"),
    ("generic-trailing-comma", MEAN, lambda values: (np.mean(values),), "a comma after `return value`"),
    ("generic-boolean-for-number", MEAN, lambda values: np.mean(values) > 3, "the result of a comparison"),
    ("generic-too-many-values", EX, changed(lambda y: (7, y)), "return it alone"),
    ("generic-none-sometimes", MEAN, lambda values: to_try.mean_of(values) if len(values) > 2 else None, "gives None"),
    ("generic-some-inputs", ANGLE, lambda a, b: 1.0 if a[0] == 1 else cosine(a, b), "wrong on 3"),
    ("generic-edge", ANGLE, lambda a, b: cosine(a, b) if a.any() else 0.5, "`a` is all zeros"),
    ("generic-too-few", TIMES, lambda words, word: words[:-1].count(word) // 2, "is too small wherever"),
    ("generic-too-many", TIMES, lambda words, word: words.count(word) + len(words) // 3, "is too large wherever"),
    ("generic-dtype", TIMES, lambda words, word: float(words.count(word)), "of another kind"),
    ("generic-dtype", TIMES, lambda words, word: words.count(word) + 0.5 * len(words), "a float where a whole"),
    ("generic-swapped", ENDS, lambda words: (words[-1], words[0]), "in the wrong order"),
    ("generic-string-for-tuple", ENDS, lambda words: words[0] + " " + words[-1], "keeps its parts apart"),
    ("generic-string-for-tuple", exercise_of(to_try.halves, (np.arange(4.0),)), lambda x: "01 23", "one string"),
    ("generic-one-of-several", ENDS, lambda words: words[0], "return first, second"),
    ("generic-axis-order", exercise_of(to_try.shares, (np.ones((2, 4)),)), lambda x: x.T, "another order: is there"),
    ("generic-type", exercise_of(to_try.four, (1,), (2,)), lambda n: (np.ones(2), np.ones(2)), "joined into one"),
    ("generic-shape", exercise_of(one_and_rest, (np.arange(4.0),)), lambda x: [x[:1], x[2:]], "[1] is an array of"),
    ("generic-sign", exercise_of(to_try.halves, (np.arange(9.0),)), lambda x: (x[:4], -x[4:]), "[1] of your result:"),
    ("generic-additive-mask", MASK, lambda n: np.where(np.tri(n) > 0, 0.0, -np.inf), "True and False"),
    ("generic-returns-argument", CAPPED, lambda step, peak: peak, "is wrong it gives `peak` itself"),
    ("generic-type", ENDS, lambda words: (words[0], len(words)), "[1] is a whole number where a string"),
    ("generic-length", ENDS, lambda words: (words[0], words[-1], "and", words[-1]), "another number of entries"),
    ("generic-reversed", DOUBLED, lambda words: to_try.doubled(words)[::-1], "in reversed order"),
    ("generic-last-missing", DOUBLED, lambda words: to_try.doubled(words)[:-1], "left at the end is dropped"),
    ("generic-first-missing", DOUBLED, lambda words: to_try.doubled(words)[1:], "begins one step too late"),
    ("generic-one-too-many", DOUBLED, lambda words: [*to_try.doubled(words), ""], "goes one step too far"),
    ("generic-one-too-many", DOUBLED, lambda words: ["", *to_try.doubled(words)], "in front, and the others are right"),
    ("generic-one-too-many", SHARES, share(lambda y: np.insert(y, 0, 9.5, 0)), "in front, and the others are right"),
    ("generic-rounded", SHARES, share(lambda y: np.round(y, 4)), "to 4 digits after the point"),
    ("generic-rounded", SHARES, share(lambda y: np.round(y, 7)), "to 7 digits after the point"),
    ("generic-nearly", SHARES, share(lambda y: y * (1 + 1e-5)), "nearly right"),
    ("generic-parameter-order", TIMES, lambda word, words: words.count(word), "`def how_often(words, word):`"),
    ("generic-index-by-entry", TIMES, lambda words, word: sum(words[i] == word for i in words), "`t` is one"),
    ("generic-order", DOUBLED, lambda words: to_try.doubled([*words[1:], words[0]]), "in another order"),
    ("generic-no-mapping", COUNTS, lambda words: list(to_try.counts(words).items()), "maps each key to its value"),
    ("generic-keys-joined", COUNTS, lambda w: Counter(" ".join(pair) for pair in pairwise(w)), "a joined string"),
    ("generic-counts-once", COUNTS, lambda words: dict.fromkeys(to_try.counts(words), 1), "Every count is 1"),
    ("generic-dtype", COUNTS, lambda words: {key: float(n) for key, n in to_try.counts(words).items()}, "another kind"),
    ("generic-too-few", COUNTS, lambda words: to_try.counts(words[:-1]), "You count too little"),
    ("generic-too-many", COUNTS, lambda words: to_try.counts(words) + to_try.counts(words), "You count too much"),
    ("generic-keys-missing", COUNTS, lambda words: {("a", "b"): 0.5} if "b" in words else {}, "Some keys are missing"),
    ("generic-keys-extra", COUNTS, lambda words: {**to_try.counts(words), ("q", "q"): 1}, "should not be there"),
    ("generic-keys", COUNTS, lambda words: {(*key, "q"): n for key, n in to_try.counts(words).items()}, "other ones"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "exercise", "answer", "words"), OTHERS)
def test_diagnoses_of_other_exercises(id, exercise, answer, words):
    feedback = exercise.check(answer)
    assert feedback.misconception == id, str(feedback)
    assert words in feedback.sentence, feedback.sentence


def unpacks(x, scale=1.0):
    a, b, c, d, e, f = x
    return a + b + c + d + e + f


def unbound(x, scale=1.0):
    if scale > 100:
        y = x
    return y


def divides_in_place(x, scale=1.0):
    y = np.zeros(x.shape, dtype=int)
    y += x
    return y


def grows(x, scale=1.0):
    seen = {0: 1}
    for key in seen:
        seen[key + 1] = 1


def asserts(x, scale=1.0):
    assert x.sum() < 0
    return x


RAISES_STRING = from_source("def spread(x, scale=1.0):\n    raise 'ValueError'\n")

RAISED = [  # id, answer to `spread`, words of the sentence
    ("generic-signature", lambda: 3, "def spread(x, scale=1.0):"),
    ("generic-name", lambda x, scale=1.0: y, "`y` is not defined"),  # noqa: F821
    ("generic-unbound-local", unbound, "`y` is used before it has a value"),
    ("generic-input", lambda x, scale=1.0: float(input("number? ")), "spread(x, scale=1.0)"),
    ("generic-exit", lambda x, scale=1.0: sys.exit(), "use `return`"),
    ("generic-import", lambda x, scale=1.0: __import__("no_such_module_at_all"), "No module named"),
    ("generic-raises-string", RAISES_STRING, "a string is none"),
    ("generic-raises-string", lambda x, scale=1.0: RAISES_STRING(x), "a string is none"),
    ("generic-assertion", asserts, "the claim is not true"),
    ("generic-assertion", lambda x, scale=1.0: (_ for _ in ()).throw(AssertionError), "An `assert`"),
    ("generic-recursion", lambda x, scale=1.0: spread_again(x), "a ready-made `spread`"),
    ("generic-zero-division", lambda x, scale=1.0: 1 / 0, "divides by zero"),
    ("generic-mask", lambda x, scale=1.0: x[np.array([True] * 9)], "A mask"),
    ("generic-float-index", lambda x, scale=1.0: x[x / 2], "A whole number"),
    ("generic-float-index", lambda x, scale=1.0: [1, 2][len(x) / 2], "`//` a whole number"),
    ("generic-float-index", lambda x, scale=1.0: list(range(x[0])), "`//` a whole number"),
    ("generic-too-many-indices", lambda x, scale=1.0: x[:, 0], "more axes"),
    ("generic-index", lambda x, scale=1.0: [].pop(), "something that is empty"),
    ("generic-index", lambda x, scale=1.0: [1, 2][5], "An index lies outside"),
    ("generic-key", lambda x, scale=1.0: {"a": 1}["ants"], "asks a dictionary for 'ants'"),
    ("generic-attribute-none", lambda x, scale=1.0: [].sort().real, "(`.real` is asked of it)"),
    ("generic-attribute", lambda x, scale=1.0: [].softmax, "A list has no `.softmax`"),
    ("generic-attribute", lambda x, scale=1.0: (1).softmax, "An int has no `.softmax`"),
    ("generic-attribute", lambda x, scale=1.0: np.softmax(x), "is the name spelt right?"),
    ("generic-list-assignment", lambda x, scale=1.0: [].__setitem__(0, 1), "`x.append(…)` adds one"),
    ("generic-changed-in-loop", grows, "go through a copy"),
    ("generic-truth-of-array", lambda x, scale=1.0: not x, "len(x) == 0"),
    ("generic-truth-of-array", lambda x, scale=1.0: np.eye(1, 9, k=x), "asks that of one"),
    ("generic-truth-of-array", lambda x, scale=1.0: x if x > 0 else -x, "`np.where` decides"),
    ("generic-power", lambda x, scale=1.0: 2.0 ^ x, "`**`"),
    ("generic-matmul", lambda x, scale=1.0: np.ones((2, 5)) @ x, "a length of 5 meets one of 3"),
    ("generic-matmul", lambda x, scale=1.0: np.dot(np.ones((2, 5)), x), "Here (2,5) meets (3,)."),
    ("generic-broadcast", lambda x, scale=1.0: x[x > 1] - x.ravel(), "2 and 3 numbers"),
    ("generic-broadcast", lambda x, scale=1.0: x - np.array([]), "one of them is empty: (3,) and (0,)"),
    ("generic-broadcast", lambda x, scale=1.0: x + np.ones((2, 2)), "differ at axis −1, 3 against 2"),
    ("generic-cast", divides_in_place, "np.zeros"),
    ("generic-unpack", unpacks, "another number of names"),
    ("generic-ragged", lambda x, scale=1.0: np.array([[1, 2], [3]]), "different lengths"),
    ("generic-empty", lambda x, scale=1.0: max([]), "largest or smallest entry of nothing"),
    ("generic-empty", lambda x, scale=1.0: np.max([]), "largest or smallest entry of nothing"),
    ("generic-call-arguments", lambda x, scale=1.0: x.sum(-1, keepdim=True), "did you mean `keepdims`"),
    ("generic-call-arguments", lambda x, scale=1.0: x.sum(dim=-1), "did you mean `axis`"),
    ("generic-call-arguments", lambda x, scale=1.0: math.exp(), "gets other arguments than it takes"),
    ("generic-type-none", lambda x, scale=1.0: [].sort() + 1, "like `list.sort`, return None"),
    ("generic-scalar-function", lambda x, scale=1.0: math.exp(x), "np.log"),
    ("generic-unhashable", lambda x, scale=1.0: {[1]: 2}, "a tuple can be a key"),
    ("generic-subscript", lambda x, scale=1.0: len[0], "are round brackets missing"),
    ("generic-call", lambda x, scale=1.0: x(2), "a missing `*`"),
    ("generic-iterate", lambda x, scale=1.0: sum(3), "as if it were a list"),
    ("generic-argument-type", lambda x, scale=1.0: "a".replace(1, "b"), "gets a int where it wants a str"),
    ("generic-operand", lambda x, scale=1.0: [1, 2] - 1, "Arithmetic on a list"),
    ("generic-type-error", lambda x, scale=1.0: sum(["a", 1], "b"), "does not fit the type"),
    ("generic-overflow", lambda x, scale=1.0: math.exp(1000), "over 709"),
    ("generic-not-implemented", lambda x, scale=1.0: (_ for _ in ()).throw(NotImplementedError), "does not support"),
    ("generic-whole-number-too-large", lambda x, scale=1.0: np.array([300], dtype=np.uint8), "ends at 255"),
    ("generic-stop-iteration", lambda x, scale=1.0: next(iter([])), "one entry more than there is"),
    ("generic-value-error", lambda x, scale=1.0: int("three"), "(“invalid literal for int()"),
    ("generic-raised", lambda x, scale=1.0: Path("/no/such/file").read_text(), "stops with a FileNotFoundError"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "answer", "words"), RAISED)
def test_exceptions_are_explained(id, answer, words):
    feedback = check(answer)
    assert (feedback.outcome, feedback.misconception) == ("raised", id), str(feedback)
    assert words in feedback.sentence, feedback.sentence


def torch_answers():
    import torch

    def double(x):
        """Twice x."""
        return 2 * x

    of_tensors = exercise_of(
        double, (torch.tensor([1.0, -2.5]),), (torch.tensor([[3.0, 0.5]], requires_grad=True),)
    )
    numbers = lambda change: lambda values: change(torch.tensor(to_try.mean_of(values)))  # noqa: E731
    return [
        ("generic-array-for-tensor", of_tensors, lambda x: 2 * x.detach().numpy(), "gradients cannot flow"),
        ("generic-array-for-tensor", of_tensors, lambda x: (2 * x).tolist(), "gradients cannot flow"),
        ("generic-precision", of_tensors, lambda x: 2 * x.double(), "keeps the dtype of the input"),
        ("generic-tensor-for-number", MEAN, numbers(lambda y: y), "`.item()` takes it out"),
        ("generic-tensor-for-array", SHARES, lambda x: torch.tensor(to_try.shares(x)), "`.numpy()` converts"),
    ]


def test_diagnoses_of_tensors():
    pytest.importorskip("torch")
    for id, exercise, answer, words in torch_answers():
        feedback = exercise.check(answer)
        assert feedback.misconception == id and words in feedback.sentence, str(feedback)


ELSEWHERE = {  # tested with what they are about: running, comparing, judging
    "generic-equals-plus", "generic-fact", "generic-order-of-a-set", "generic-process-ended", "generic-uninitialised",
    "generic-async", "generic-backward-fails", "generic-changes-argument", "generic-class", "generic-mutable-default",
    "generic-implicit-axis", "generic-nearly", "generic-no-exception", "generic-no-gradient", "generic-not-callable",
    "generic-other-array", "generic-precision", "generic-prints", "generic-random", "generic-shared-result",
    "generic-timeout", "generic-unknown", "generic-waits", "generic-wrong-exception", "generic-wrong-gradient",
}  # fmt: skip


def test_every_diagnosis_has_an_answer_of_which_it_is_said():
    folder = Path(nlm_utils.exercises.__file__).parent
    written = [
        file.read_text(encoding="utf-8") for file in [*folder.glob("diagnoses/*.py"), folder / "feedback.py"]
    ]
    ids = set(re.findall(r'"(generic-[a-z0-9-]+)"', "".join(written)))
    libraries = Path(__file__).with_name("test_exercise_library_errors.py").read_text(encoding="utf-8")
    of_libraries = re.findall(r'^    \("(generic-[a-z-]+)"', libraries, re.MULTILINE)
    shown = {*OF_VALUES, *(row[0] for row in [*OTHERS, *RAISED]), *ELSEWHERE, *of_libraries}
    assert ids - shown == {
        "generic-array-for-tensor",
        "generic-tensor-for-array",
        "generic-tensor-for-number",
    }
    tests = "".join(
        file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_exercise_*.py")
    )
    assert [id for id in ELSEWHERE if tests.count(f'"{id}"') < 2] == []


# --- how much evidence a sentence needs ----------------------------------------------------------------------------


def said(expected, yours):
    """The id for an answer that gives `yours[i]` on the i-th input, where `expected[i]` is right."""
    exercise = exercise_of(lambda i: expected[i], *((i,) for i in range(len(expected))))
    return exercise.check(lambda i: yours[i]).misconception


VAGUE = {"generic-wrong-values", "generic-some-inputs", "generic-partly"}
TEN = [np.array([i + 0.5, 2.25 - i * i, 7.0 / (i + 1)]) for i in range(10)]


@pytest.mark.parametrize(("share", "id"), [(10, True), (8, True), (7, False), (5, False)])
def test_a_sentence_explains_four_fifths_of_the_failing_inputs(share, id):
    yours = [-y if i < share else np.cos(9 * y) for i, y in enumerate(TEN)]
    assert (said(TEN, yours) == "generic-sign") is id


def test_numbers_that_agree_by_accident_say_nothing():
    """0, 1 and −1 are common; two numbers lie on many curves."""
    assert (
        said([np.array([0.0, 1.0, -1.0, 2.0])] * 2, [np.array([0.0, -1.0, 1.0, -2.0])] * 2) != "generic-sign"
    )
    assert (
        said([np.array([0.0, 3.0, -1.0, 2.0])] * 2, [np.array([0.0, -3.0, 1.0, -2.0])] * 2) == "generic-sign"
    )
    assert said([np.array([0.5, 0.75])], [np.array([0.25, 0.5625])]) in VAGUE
    assert said([np.array([0.5, 0.75, 3.0])], [np.array([0.25, 0.5625, 9.0])]) == "generic-squared"
    zeros_and_ones = np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    assert said([zeros_and_ones[:4]], [zeros_and_ones[3::-1]]) in VAGUE
    assert said([zeros_and_ones], [zeros_and_ones[::-1]]) == "generic-reversed"
    assert said([np.array([2.0, 0.0, 1.0, 1.0])], [np.array([1.0, 1.0, 0.0, 2.0])]) in VAGUE
    assert said([np.array([1.0, 0.0])], [np.array([True, False])]) == "generic-dtype"
    assert said([1.0, 0.0], [np.array([1.0, 0.0, 3.0])] * 2) == "generic-whole-array"


def test_rounding_is_only_seen_in_several_fractions():
    assert said([np.array([2.25, 3.75, 4.0])], [np.array([2.0, 3.0, 4.0])]) == "generic-rounded"
    assert said([np.array([2.25, 4.0, 5.0])], [np.array([2.0, 4.0, 5.0])]) in VAGUE
    assert said([np.array([0.25, 0.75, 0.5])], [np.array([0.0, 1.0, 0.0])]) in VAGUE
    six = np.array([0.25, 0.75, 0.3, 0.9, 0.2, 0.6])
    assert said([six], [np.round(six)]) == "generic-rounded"
    assert said([np.array([2.25, 2.75])], [np.array([2.0, 2.0])]) in VAGUE


def test_constants_need_three_numbers_and_are_exact():
    assert said([2.5, 4.25], [3.5, 5.25]) in VAGUE
    assert said([2.5, 4.25, 9.0], [3.5, 5.25, 10.0]) == "generic-off-by-one"
    assert said([2.5, 4.25, 9.0], [3.6, 5.35, 10.1]) == "generic-offset"
    assert said([2.5, 4.25, 9.0], [5.0, 8.5, 18.0]) == "generic-double"
    assert said([2.5, 4.25, 9.0], [4.75, 8.075, 17.1]) == "generic-factor"
    assert said([np.array([2.5, 0.0, 2.5])], [np.array([5.0, 0.0, 5.0])]) in VAGUE  # only one number to go by
    assert said([2.5, 4.25, 0.0, 3.0], [5.0, 8.5, 0.5, 6.0]) in VAGUE
    assert said([np.zeros(3), np.array([2.5, 4.25])], [np.ones(3), np.array([5.0, 8.5])]) in VAGUE


def test_a_length_that_never_varies_is_no_reason():
    one_length = exercise_of(to_try.mean_of, ([1.0, 2.0, 4.5],), ([3.0, 5.0, 8.0],), ([1.0, 7.0, 2.5],))
    assert one_length.check(lambda values: sum(values)).misconception == "generic-factor"


def test_structures_are_compared_on_two_inputs_at_least():
    pairs = [("a", "b"), ("c", "d"), ("e", "f")]
    assert said(pairs[:1], [("b", "a")]) == "generic-wrong-values"
    assert said(pairs, [("b", "a"), ("d", "c"), ("f", "e")]) == "generic-swapped"


def test_an_answer_that_never_changes_is_seen_on_three_inputs():
    words = [["a"], ["b", "c"], ["d"]]
    assert said(words[:2], [["x"]] * 2) != "generic-constant"
    assert said(words, [["x"]] * 3) == "generic-constant"
    assert said([["a"]] * 3, [["x"]] * 3) != "generic-constant"  # neither does the right one
    assert said(words, [[["x"], ["y", "z"]]] * 3) == "generic-constant"


def test_an_argument_that_comes_back_says_little_when_it_is_a_small_number():
    def next_to(n):
        """Not a line."""
        return n * n + 3

    small, large = (
        exercise_of(next_to, *((n,) for n in numbers)) for numbers in ((2, 4, 7, 9), (12, 24, 57, 99))
    )
    assert small.check(lambda n: n).misconception != "generic-returns-argument"
    assert large.check(lambda n: n).misconception == "generic-returns-argument"
    two = exercise_of(next_to, (12,), (24,))
    assert two.check(lambda n: n).misconception != "generic-returns-argument"


def test_counts_and_parts():
    assert (
        said([3, 5, 9], [4, 8, 10]) == "generic-too-many" and said([3, 5, 9], [1, 4, 6]) == "generic-too-few"
    )
    assert said([3, 5], [4, 8]) == "generic-wrong-values"
    right_in_part = np.arange(8) + 0.5
    for many, id in ((6, "generic-partly"), (4, "generic-partly"), (3, "generic-wrong-values")):
        assert said([right_in_part], [np.where(np.arange(8) < many, right_in_part, 77.7)]) == id
    twelve, threes = np.arange(12) + 0.5, [np.arange(3) + i + 0.5 for i in range(4)]
    assert (
        said([twelve], [np.where(np.arange(12) < 4, twelve, 77.7)]) == "generic-wrong-values"
    )  # less than half
    assert said(threes, [np.array([77.7 - y[1] ** 3, *y[1:]]) for y in threes]) == "generic-wrong-values"
    mostly_zeros = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.5, 3.5, 4.5])
    assert said([mostly_zeros], [np.where(mostly_zeros < 4, mostly_zeros, 77.7)]) == "generic-wrong-values"


def apart(inputs, fails):
    """What is said of the inputs on which an answer fails."""
    exercise = exercise_of(lambda x: np.sum(x) + 11.5, *((x,) for x in inputs))
    return exercise.check(lambda x: 0.123 if fails(x) else np.sum(x) + 11.5).sentence


def test_what_sets_inputs_apart():
    arrays = [np.array([1.5, 2.0]), np.array([3.5, 1.0, 2.0]), np.array([0.5, 4.0]), np.array([9.5, 7.0])]
    negative = [np.array([-1.5, 2.0]), np.array([-3.5, 1.0])]
    is_negative = lambda x: (x < 0).any()  # noqa: E731
    assert "the 2 inputs that go wrong apart from the 4 others: `x` holds negative" in apart(
        arrays + negative, is_negative
    )
    assert "sets" not in apart(arrays + negative[:1], is_negative)  # one input may be so by accident
    assert "sets" not in apart(arrays[:2] + negative, is_negative)  # too few that are right
    for special, words in [
        (np.zeros(2), "`x` is all zeros"),
        (np.array([]), "`x` is empty"),
        (np.array([np.inf, 1.0]), "`x` holds an infinite entry"),
    ]:
        fails = lambda x, special=special: x is not None and np.array_equal(x, special)  # noqa: E731
        assert f"this input apart from the 4 others: {words}" in apart([*arrays, special], fails)
    large = [np.array([150.0, 2.0]), np.array([7.0, 300.0])]
    assert "`x` holds large numbers" in apart(arrays + large, lambda x: x.max() >= 100)
    medium = [np.array([50.0, 2.0]), np.array([7.0, 30.0])]
    assert "sets" not in apart(arrays + medium, lambda x: x.max() >= 20)
    repeated = [np.array([2, 2]), np.array([3, 1, 3])]
    assert "an id occurs more than once in `x`" in apart(
        [np.array([1, 2]), np.array([3, 1, 2]), np.array([4, 0]), *repeated], lambda x: len(set(x)) < len(x)
    )
    assert "`x` is 0" in apart([2.5, 3.5, 4.5, 0], lambda x: x == 0)
    for axes, words in ((2, "two"), (3, "three"), (4, "four")):
        halves = [np.ones((2,) * axes) / 2, np.ones((3,) * axes) / 2]
        assert f"`x` has {words} axes" in apart(arrays + halves, lambda x: x.ndim > 1)
    rows = [array[None] for array in arrays] + [np.ones((2, 2)) / 2, np.ones((3, 3)) / 2]
    assert "`x` has more than one row" in apart(rows, lambda x: len(x) > 1)
    assert "`x` has one row only" in apart([*rows[::-1], np.ones((4, 2)) / 2], lambda x: len(x) == 1)
    assert "`x` is above 1" in apart([0.25, 0.5, 0.75, 1.5, 2.5], lambda x: x > 1)


def test_words_with_capitals_are_set_apart():
    exercise = exercise_of(
        len_of, *((words.split(),) for words in ("a b", "a b c", "d", "The a", "an Ant hill"))
    )
    answer = lambda words: len(words) + 0.5 if " ".join(words).islower() else 77.5  # noqa: E731
    assert "`words` has words with capitals" in exercise.check(answer).sentence


def len_of(words):
    """How many, and a half, so that the number is no small whole one."""
    return len(words) + 0.5


# --- sentences must be true -------------------------------------------------------------------------------------------


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


def test_printing_instead_of_returning():
    def answer(x, scale=1.0):
        print(right(x, abs(scale)))

    assert check(answer).misconception == "generic-prints"


def test_in_place_methods_are_named_where_nothing_is_returned():
    exercise = exercise_of(to_try.shares, (np.array([1.0, 2.0]),), (np.array([3.0, 2.0]),))
    assert "`np.add.at` works in place" in exercise.check(lambda x: np.add.at(x * 1, [0], 1)).sentence
    assert "ends without a `return`" in exercise.check(lambda x: None).sentence


def test_memory_that_nobody_wrote_and_the_order_of_a_set():
    kept = []

    def holds_anything(x, scale=1.0):
        y = np.empty(x.shape)
        kept.append(len(kept))
        return y * 0 + len(kept)

    class Node:
        pass

    def order(n):
        """Nothing."""
        return list(range(n))

    def of_a_set(n):
        places = {Node(): i for i in range(n)}
        kept.append(places)
        return [places[node] for node in set(places)]

    feedback = check(holds_anything)
    assert (
        feedback.misconception == "generic-uninitialised" and "`zeros` begins with zeros" in feedback.sentence
    )
    assert exercise_of(order, (40,)).check(of_a_set).misconception == "generic-order-of-a-set"

    def buffer(x, scale=1.0):
        y = np.empty_like(x)
        y[:] = np.cos(17 * x)
        return y

    assert "And `empty_like` holds whatever lay in memory" in check(buffer).sentence


def test_what_an_observer_says_in_words_is_not_the_students():
    def says(function, args, kwargs):
        value = function(*args)
        return {"sorted": value == sorted(value), "largest": str(max(value)), "entries": value}

    exercise = Exercise(sorted_copy, "01_ngram_limits", "1", "", ["a", "b"], observe=says)
    exercise.case([4, 1, 3, 2])
    feedback = exercise.check(lambda numbers: numbers)
    assert "True or False" not in feedback.sentence
    assert feedback.misconception == "generic-order" and "are the right ones" in feedback.sentence

    exercise = Exercise(
        sorted_copy,
        observe=lambda function, args, kwargs: {"largest": str(max(function(*args)))},
        lecture="01_ngram_limits",
    )
    exercise.case([4, 1, 3, 2])
    feedback = exercise.check(lambda numbers: [*sorted(numbers), 5])
    assert "“largest”: '4' is expected, and with your function it is '5'" in feedback.sentence
    assert feedback.misconception == "generic-fact"


def test_plus_after_the_equals_sign():
    def counts_to_one(words, word):
        n = 0
        for other in words:
            if other == word:
                n =+ 1  # fmt: skip
        return n

    assert TIMES.check(counts_to_one).misconception == "generic-equals-plus"


def test_a_hat_for_a_power():
    def hat_for_power(words, word):
        return words.count(word) ^ 2 + 0

    assert TIMES.check(hat_for_power).misconception == "generic-power"
    assert TIMES.check(lambda words, word: 0).misconception != "generic-power"


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


def test_none_sometimes_is_true_of_an_explicit_none():
    ex = make_angle()
    feedback = ex.check(lambda a, b: {True: 0.5}.get(a.sum() > 50))
    assert feedback.misconception == "generic-none" and "None on every input" in feedback.message
    feedback = ex.check(lambda a, b: {True: cosine(a, b)}.get(a.sum() > 2.5))
    assert feedback.misconception == "generic-none-sometimes" and "d.get(key)" in feedback.message


def test_a_raise_after_the_return_is_never_reached():
    def returns_first(x, scale=1.0):
        return (x - x.mean(-1, keepdims=True)) * scale
        if scale <= 0:
            raise ValueError("scale")

    feedback = check(returns_first)
    assert feedback.misconception == "generic-no-exception" and "which are never reached" in feedback.sentence

    def leaves_the_stubs_line(x, scale=1.0):
        return (x - x.mean(-1, keepdims=True)) * scale
        raise NotImplementedError

    assert "reached" not in check(leaves_the_stubs_line).sentence


def test_a_softmax_without_an_axis():
    torch = pytest.importorskip("torch")
    from torch.nn import functional as F

    def weights(t):
        """The softmax over the last axis."""
        return t.softmax(-1)

    of_vectors_too = exercise_of(
        weights, *((torch.arange(24.0).sin().reshape(shape),) for shape in ((24,), (6, 4), (2, 3, 4)))
    )
    feedback = of_vectors_too.check(lambda t: F.softmax(t))
    assert feedback.misconception == "generic-implicit-axis" and "`dim=-1` is the last" in feedback.sentence
    assert of_vectors_too.check(lambda t: F.softmax(t, 0)).misconception != "generic-implicit-axis"


def test_fewer_digits_are_named_though_a_few_inputs_go_wrong_otherwise():
    expected = [np.array([1.0, 2.0]) / n for n in (3, 7, 9, 11, 13)]
    yours = [entry.astype(np.float32) for entry in expected]
    assert said(expected, [*yours[:4], yours[4] * 9]) == "generic-precision"
    assert said(expected, [*yours[:3], yours[3] * 9, yours[4] + 5]) != "generic-precision"


def test_numbers_that_are_slightly_wrong_do_not_count_as_right():
    numbers = [1.25, 7.5, 3.75, 8.5, 2.25]
    exercise = exercise_of(lambda n: n, *((n,) for n in numbers))
    feedback = exercise.check(lambda n: {7.5: 7.5 + 1e-6, 3.75: 20.0, 8.5: -1.0}.get(n, n))
    assert "right on 2 inputs and wrong on 3" in feedback.sentence


def test_parameters_that_come_by_name_may_stand_in_any_order():
    exercise = exercise_of(to_try.shares)
    exercise.case(numbers=np.array([1.0, 3.0]))
    assert exercise.check(lambda numbers: numbers).misconception != "generic-parameter-order"
    feedback = exercise_of(how_far, (2.5, 3), (4.5, 7), (1.5, 2)).check(lambda b, a: b - a)
    assert feedback.misconception == "generic-parameter-order"
    by_name = exercise_of(how_far)
    for a, b in ((2.5, 3), (4.5, 7), (1.5, 2)):
        by_name.case(a=a, b=b)
    assert by_name.check(lambda b, a: b - a).outcome == "right"
    assert by_name.check(lambda b, a: a - b).misconception == "generic-sign"


def how_far(a, b):
    """From a to b."""
    return b - a


def test_what_an_observer_finds_changed_is_told_as_for_other_exercises():
    windows = get("make_windows")

    def last_id_overwritten(ids, length):
        result = tuple(part.clone() for part in windows.reference(ids, length))
        if len(ids):
            ids[-1] = 0
        return result

    feedback = windows.check(last_id_overwritten)
    assert feedback.misconception == "generic-changes-argument"
    assert "changes what it was given (ids)" in feedback.message


def test_nothing_returned_to_an_observer_is_said():
    feedback = get("minibatches").check(
        lambda n_examples, batch_size, rng: rng.permutation(n_examples) is None or None
    )
    assert feedback.misconception == "generic-fact" and "does it end with a `return`" in feedback.sentence


def test_a_wrong_dtype_is_named():
    assert (
        "a float where a whole number is expected"
        in TIMES.check(lambda words, word: float(words.count(word))).sentence
    )
