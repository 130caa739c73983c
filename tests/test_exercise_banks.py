"""Every exercise of every lecture: its reference, its wrong answers, its right answers, its text."""

import inspect
from pathlib import Path

import pytest

from nlm_utils import syllabus
from nlm_utils.exercises import bank as banks
from nlm_utils.exercises import exercise_cell, get, names, stub_source

NAMES = names()
BANKS = {path.stem: path for path in Path(banks.__file__).parent.glob("lecture_*/*.py")}
LONGEST = 500  # lines of one bank


def bank(kind):
    """(exercise name, place in the bank) of every misconception or right answer."""
    ids = []
    for name in NAMES:
        entries = getattr(get(name), kind)
        ids += [
            pytest.param(name, i, id=f"{name}-{getattr(entry, 'id', i)}") for i, entry in enumerate(entries)
        ]
    return ids


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_one_file_of_its_lecture(name):
    assert get(name).name == name
    assert get(name).lecture == syllabus.lecture_of(name)
    assert BANKS[name].parent.name == f"lecture_{syllabus.lecture_of(name)[:2]}"


def test_every_bank_is_named_in_the_map():
    assert {
        name for name, path in BANKS.items() if "\nexercise = Exercise(" in path.read_text("utf-8")
    } == set(NAMES)


def test_banks_are_short_enough_to_be_read():
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in BANKS.items()}
    assert max(lines.values()) <= LONGEST, f"{max(lines, key=lines.get)} has {max(lines.values())} lines"


def test_names_are_unique_in_the_course():
    every = [name for names in syllabus.EXERCISES.values() for name in names]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("name", NAMES)
def test_reference_passes(name):
    exercise = get(name)
    feedback = exercise.check(exercise.reference)
    assert feedback.outcome == "right", str(feedback)


@pytest.mark.parametrize(("name", "i"), bank("misconceptions"))
def test_misconception_is_rejected_and_named_as_itself(name, i):
    exercise = get(name)
    mistake = exercise.misconceptions[i]
    feedback = exercise.check(mistake.function)
    assert feedback.outcome in ("wrong", "raised", "timeout"), (
        f"{mistake.id} is accepted as {feedback.outcome}"
    )
    assert feedback.misconception == mistake.id, str(feedback)
    assert mistake.sentence in feedback.message


@pytest.mark.parametrize(("name", "i"), bank("right_answers"))
def test_right_answer_is_accepted(name, i):
    feedback = get(name).check(get(name).right_answers[i])
    assert feedback.outcome == "right", str(feedback)


@pytest.mark.parametrize("name", NAMES)
def test_stub_is_not_attempted(name):
    reference = get(name).reference
    space = dict(reference.__globals__)
    exec(stub_source(inspect.getsource(reference)), space)
    feedback = get(name).check(space[name])
    assert feedback.outcome == "not_attempted", str(feedback)
    assert space[name].__doc__ == reference.__doc__


@pytest.mark.parametrize("name", NAMES)
def test_text_is_complete(name):
    exercise = get(name)
    assert len(exercise.misconceptions) >= 4
    assert len(exercise.hints) >= 2
    assert len(exercise.right_answers) >= 2
    assert exercise.reference.__doc__.strip()
    assert exercise.checks.strip() and exercise.explanation.strip()
    ids = [mistake.id for mistake in exercise.misconceptions]
    assert len(ids) == len(set(ids))
    assert all(len(mistake.sentence) > 20 for mistake in exercise.misconceptions)
    assert exercise_cell(name).startswith(f"@exercise\ndef {name}(")


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_is_always_the_same_is_rejected_and_named(name):
    for constant in (0, None, [], 1.0):
        feedback = get(name).check(lambda *args, constant=constant, **kwargs: constant)
        assert feedback.outcome != "right"
        assert feedback.misconception is not None, str(feedback)


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_are_right_on_drawn_inputs(name):
    exercise = get(name)
    assert exercise.draws
    for seed in range(5):
        drawn = exercise.on_drawn_inputs(seed)
        for function in [exercise.reference, *exercise.right_answers]:
            feedback = drawn.check(function)
            assert feedback.outcome == "right", f"seed {seed}: {feedback}"
