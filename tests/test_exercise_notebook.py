"""What a student types: `@exercise`, `hint`, `solution`, `stub`; and what the name is bound to afterwards."""

import sys
from collections import Counter

import numpy as np
import pytest

from nlm_utils.exercises import BoundReference, exercise, get, hint, names, notebook, solution, stub
from nlm_utils.exercises.definition import Exercise


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
    assert get("count_word").check(count_word).misconception == "all_tokens"


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


def test_an_interrupt_binds_the_reference(capsys):
    space = {"exercise": exercise}
    with pytest.raises(KeyboardInterrupt, match="the check of count_word was interrupted"):
        exec("@exercise\ndef count_word(tokens, word):\n    raise KeyboardInterrupt\n", space)
    assert isinstance(space["count_word"], BoundReference) and callable(space["count_word"].yours)
    assert "✗ count_word: interrupted" in capsys.readouterr().out


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
