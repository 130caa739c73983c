"""Nothing that the first edition recognised is lost: its 3911 mistakes are refused and named at least as well.

Its 307 right answers beside the references are accepted as well, but for those in `refused/`, which an
input that the docstring allows shows to be wrong.

`banks.tar.xz` holds the banks of the first edition as they were, whose code is run here against the
exercises of today. `named/lecture_NN.json` lists every mistake by exercise and id with the id under which
it is named today: its own, or that of another mistake or a general diagnosis whose sentence says the same; `null` for
what was no mistake: it differed only on an input on which the docstring says nothing.
"""

import json
import sys
import tarfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from nlm_utils.exercises import get
from nlm_utils.exercises.definition import Exercise, Misconception

HERE = Path(__file__).parent
NAMED = {
    name: mistakes
    for path in sorted((HERE / "named").glob("lecture_*.json"))
    for name, mistakes in json.loads(path.read_text(encoding="utf-8")).items()
}

LECTURE = {  # {exercise: number of its lecture then}; clipping has moved since
    name: path.stem.removeprefix("lecture_")
    for path in (HERE / "named").glob("lecture_*.json")
    for name in json.loads(path.read_text(encoding="utf-8"))
}

REFUSED = {  # {exercise: {place of the right answer: why it is none}}
    name: answers
    for path in sorted((HERE / "refused").glob("lecture_*.json"))
    for name, answers in json.loads(path.read_text(encoding="utf-8")).items()
}

MOVED = {  # what the old code takes from the library, where it has another home or gives tensors today
    "from nlm_utils.text import windows": "from nlm_utils.training.rows import make_windows as windows",
    "map(torch.from_numpy, windows(": "(windows(",
}


class FirstExercise(Exercise):
    """An exercise as the first edition defined it: its banks use these two calls."""

    def misconception(self, id, sentence):
        def add(function):
            self.misconceptions.append(Misconception(id, sentence, function))
            return function

        return add


@pytest.fixture(scope="module")
def first_edition(tmp_path_factory):
    """A function: lecture number -> {name: exercise} of the first edition."""
    folder = tmp_path_factory.mktemp("first_edition")
    with tarfile.open(HERE / "banks.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    package = ModuleType("nlm_utils_first_edition")
    package.__path__ = [str(folder)]
    definition = ModuleType("nlm_utils_first_edition.definition")
    definition.Exercise = FirstExercise
    sys.modules.update({"nlm_utils_first_edition": package, "nlm_utils_first_edition.definition": definition})
    loaded = {}

    def load(number):
        if number not in loaded:
            path = folder / f"lecture_{number}.py"
            text = path.read_text(encoding="utf-8").replace("from .. import", "from nlm_utils import")
            text = text.replace("from ..", "from nlm_utils.")
            for then, today in MOVED.items():
                text = text.replace(then, today)
            path.write_text(text, encoding="utf-8")
            spec = spec_from_file_location(f"nlm_utils_first_edition.lecture_{number}", path)
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            loaded[number] = {exercise.name: exercise for exercise in module.EXERCISES}
        return loaded[number]

    return load


@pytest.mark.parametrize("name", NAMED)
def test_every_mistake_of_the_first_edition_is_named_at_least_as_well(first_edition, name):
    exercise = get(name)
    first = first_edition(LECTURE[name])[name]
    assert [mistake.id for mistake in first.misconceptions] == list(NAMED[name])
    lost = []
    for mistake in first.misconceptions:
        feedback = exercise.check(mistake.function)
        refused = feedback.outcome in ("wrong", "raised", "timeout")
        wanted = NAMED[name][mistake.id]
        if refused != (wanted is not None) or feedback.misconception != wanted:
            lost.append(
                f"{mistake.id}: {feedback.outcome}, named {feedback.misconception}: {feedback.sentence}"
            )
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("name", NAMED)
def test_every_right_answer_of_the_first_edition_is_accepted(first_edition, name):
    exercise = get(name)
    answers = first_edition(LECTURE[name])[name].right_answers
    assert len(answers) >= 2
    for place, answer in enumerate(answers):
        feedback = exercise.check(answer)
        refused = str(place) in REFUSED.get(name, {})
        assert (feedback.outcome != "right") == refused, f"right answer {place}: {feedback}"
