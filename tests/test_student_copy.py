"""The student's own copy: brought in, refreshed while untouched, and never written to once touched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from authoring.student_copy import RECORD, cleared, refresh

NAME = "01_counts.ipynb"


def lecture(*sources: str) -> dict:
    """A built lecture: a heading and one executed code cell for each source."""
    cells = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# 01 · Counts\n", "Hello"]}]
    for number, source in enumerate(sources, start=1):
        output = {"output_type": "stream", "name": "stdout", "text": ["the prediction, given away\n"]}
        cells.append(
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "source": [source],
                "execution_count": number,
                "outputs": [output],
            }
        )
    metadata = {"kernelspec": {"name": "python3"}, "nlm_course": {"source": "solutions/01_counts.md"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def course(tmp_path: Path):
    """Folders `lectures` (one notebook in it) and `mine` (not there yet)."""

    class Course:
        lectures, mine = tmp_path / "lectures", tmp_path / "my work"

        def publish(self, *sources: str, name: str = NAME) -> None:
            (self.lectures / name).write_text(json.dumps(lecture(*sources)), encoding="utf-8")

        def refresh(self) -> list[str]:
            return refresh(self.lectures, self.mine)

        def read(self, name: str = NAME) -> dict:
            return json.loads((self.mine / name).read_text(encoding="utf-8"))

        def sources(self, name: str = NAME) -> list[str]:
            return ["".join(cell["source"]) for cell in self.read(name)["cells"][1:]]

        def edit(self, change, name: str = NAME) -> bytes:
            notebook = self.read(name)
            change(notebook)
            content = json.dumps(notebook).encode()
            (self.mine / name).write_bytes(content)
            return content

        def answer(self, text: str = "mine", name: str = NAME) -> bytes:
            return self.edit(lambda notebook: notebook["cells"][1].update(source=text), name)

    course = Course()
    course.lectures.mkdir()
    course.publish("x = 1")
    return course


def test_a_copy_has_the_cells_and_gives_nothing_away(course):
    assert course.refresh() == [f"{NAME}: copied"]
    copy = course.read()
    assert "given away" not in json.dumps(copy)
    assert "nlm_course" not in copy["metadata"]
    assert copy["cells"][1]["execution_count"] is None
    assert copy["cells"][1]["outputs"] == []
    assert copy["cells"][1]["id"] == "cell-1"
    assert course.sources() == ["x = 1"]


def test_the_lecture_itself_is_not_changed_by_clearing():
    notebook = lecture("x = 1")
    before = json.dumps(notebook)
    cleared(notebook)
    assert json.dumps(notebook) == before


def test_nothing_to_do_says_nothing_and_writes_nothing(course):
    course.refresh()
    stamp = (course.mine / NAME).stat().st_mtime_ns
    assert course.refresh() == []
    assert (course.mine / NAME).stat().st_mtime_ns == stamp


def test_new_lectures_are_brought_in(course):
    course.refresh()
    course.publish("y = 2", name="02_words.ipynb")
    assert course.refresh() == ["02_words.ipynb: copied"]


def test_an_untouched_copy_follows_the_lecture(course):
    course.refresh()
    course.publish("x = 2")
    assert course.refresh() == [f"{NAME}: refreshed, the lecture changed"]
    assert course.sources() == ["x = 2"]
    assert course.refresh() == []


def run_all(notebook: dict) -> None:
    """What JupyterLab does to a notebook that is only run: outputs, counts, and an empty cell at the end."""
    notebook["cells"][1].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}], execution_count=7
    )
    notebook["cells"].append(
        {
            "cell_type": "code",
            "id": "new",
            "metadata": {},
            "source": "",
            "outputs": [],
            "execution_count": None,
        }
    )
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.99"}


def test_running_is_not_touching_and_keeps_its_outputs(course):
    course.refresh()
    content = course.edit(run_all)
    assert course.refresh() == []
    assert (course.mine / NAME).read_bytes() == content


def test_a_copy_that_was_only_run_still_follows_the_lecture(course):
    course.refresh()
    course.edit(run_all)
    course.publish("x = 2")
    assert course.refresh() == [f"{NAME}: refreshed, the lecture changed"]


def test_a_touched_copy_is_never_written_to(course):
    course.refresh()
    content = course.answer()
    assert course.refresh() == []  # the lecture did not change: nothing to say
    course.publish("x = 2")
    (line,) = course.refresh()
    assert "01_counts.new.ipynb" in line
    assert (course.mine / NAME).read_bytes() == content
    assert course.sources("01_counts.new.ipynb") == ["x = 2"]


@pytest.mark.parametrize("change", ["add", "delete", "reorder", "markdown"])
def test_every_change_of_cells_counts_as_touching(course, change):
    course.publish("x = 1", "y = 2")
    course.refresh()

    def touch(notebook):
        cells = notebook["cells"]
        if change == "add":
            cells.append(dict(cells[1], source="print(x)", id="added"))
        elif change == "delete":
            del cells[2]
        elif change == "reorder":
            cells[1], cells[2] = cells[2], cells[1]
        else:
            cells[0]["source"] = "# my notes"

    content = course.edit(touch)
    course.publish("x = 3", "y = 4")
    course.refresh()
    assert (course.mine / NAME).read_bytes() == content


def test_a_new_version_is_offered_once(course):
    course.refresh()
    course.answer()
    course.publish("x = 2")
    assert len(course.refresh()) == 1
    assert course.refresh() == []
    (course.mine / "01_counts.new.ipynb").unlink()  # read and thrown away
    assert course.refresh() == []
    course.publish("x = 3")
    assert len(course.refresh()) == 1
    assert course.sources("01_counts.new.ipynb") == ["x = 3"]


def test_an_offered_version_is_itself_safe_once_touched(course):
    course.refresh()
    course.answer()
    course.publish("x = 2")
    course.refresh()
    content = course.answer("also mine", "01_counts.new.ipynb")
    course.publish("x = 3")
    (line,) = course.refresh()
    assert "move 01_counts.new.ipynb" in line
    assert (course.mine / "01_counts.new.ipynb").read_bytes() == content


def test_taking_the_offered_version_over_is_understood(course):
    course.refresh()
    course.answer()
    course.publish("x = 2")
    course.refresh()
    (course.mine / "01_counts.new.ipynb").replace(course.mine / NAME)
    assert course.refresh() == []
    course.publish("x = 3")
    assert course.refresh() == [f"{NAME}: refreshed, the lecture changed"]


def test_a_deleted_copy_comes_back_fresh(course):
    course.refresh()
    course.answer()
    (course.mine / NAME).unlink()
    assert course.refresh() == [f"{NAME}: copied"]
    assert course.sources() == ["x = 1"]


@pytest.mark.parametrize("content", [b"{ torn", b"", b"[]", b'{"cells": 3}', b"\xff\xfe\x00"])
def test_a_damaged_copy_is_left_alone_with_a_message(course, content):
    course.refresh()
    (course.mine / NAME).write_bytes(content)
    (line,) = course.refresh()
    assert "left alone" in line
    assert (course.mine / NAME).read_bytes() == content


@pytest.mark.parametrize("content", ["{ torn", "[]", "null"])
def test_a_damaged_record_costs_nobody_their_work(course, content):
    course.refresh()
    mine = course.answer()
    (course.mine / RECORD).write_text(content, encoding="utf-8")
    course.publish("x = 2")
    lines = course.refresh()
    assert any("damaged" in line for line in lines)
    assert (course.mine / NAME).read_bytes() == mine
    assert course.refresh() == []


def test_a_damaged_lecture_is_not_copied(course):
    (course.lectures / "02_words.ipynb").write_text("{ torn", encoding="utf-8")
    assert "02_words.ipynb: this lecture is damaged and was not copied" in course.refresh()
    assert not (course.mine / "02_words.ipynb").exists()


def test_other_files_of_the_student_are_left_alone(course):
    course.mine.mkdir()
    (course.mine / "notes.md").write_text("mine", encoding="utf-8")
    course.refresh()
    assert sorted(path.name for path in course.mine.iterdir()) == [RECORD, NAME, "notes.md"]


def command(*arguments, root: Path) -> subprocess.CompletedProcess:
    """The command as `make lab` runs it, without any package (-S: no site-packages)."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "authoring.student_copy", *map(str, arguments)],
        cwd=root,
        capture_output=True,
        text=True,
    )


def test_the_command_needs_no_package_and_copies_every_lecture(root, tmp_path):
    done = command("--to", tmp_path / "copy", root=root)
    assert done.returncode == 0, done.stderr
    lectures = sorted(path.name for path in (root / "lectures").glob("*.ipynb"))
    assert done.stdout.splitlines() == [f"{name}: copied" for name in lectures]


def test_a_folder_that_cannot_be_made_is_a_clear_error(root, tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    done = command("--to", tmp_path / "file", root=root)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
