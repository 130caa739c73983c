"""The files around the code: commands, environments, pins and licence say the same thing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def direct() -> list[Requirement]:
    """What pyproject.toml asks for, with all extras, the project's own name aside."""
    extras = PROJECT["optional-dependencies"].values()
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]
    return [needed for needed in map(Requirement, lines) if needed.name != PROJECT["name"]]


@pytest.mark.parametrize("needed", direct(), ids=lambda needed: needed.name)
def test_what_the_project_asks_for_is_pinned_within_its_bounds(needed):
    assert needed.specifier.contains(pins()[canonicalize_name(needed.name)])


def test_pins_are_plain_versions_and_fit_every_platform():
    for name, version in pins().items():
        assert name == canonicalize_name(name)
        assert str(Version(version)) == version
        assert not Version(version).local
        assert not re.match(r"nvidia-|cuda-|triton", name)
    assert list(pins()) == sorted(pins())


def test_the_runtime_asks_for_lower_bounds_only():
    """An exact pin in the package itself stops it from installing on the next Python."""
    for needed in direct():
        assert {bound.operator for bound in needed.specifier} <= {">=", "!="}, str(needed)


def test_the_conda_environment_is_a_shell_over_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert environment["name"] == PROJECT["name"]
    assert conda == [f"python{PROJECT['requires-python']}", "pip"]
    assert sorted(pip) == ["-c constraints.txt", "-e ."]


def test_every_folder_of_the_package_is_installed():
    for folder in {path.parent for path in (ROOT / "nlm_utils").rglob("*.py")}:
        assert (folder / "__init__.py").is_file(), folder


def test_the_licence_is_mit():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License")
    assert "The NLM course authors" in text
    assert PROJECT["license"] == "MIT"


def test_the_ci_script_is_executable_bash():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    for target in ("make test", "make test-cpu", "make first-edition", "make parity"):
        assert re.search(rf"(?m)^{target}$", script.read_text(encoding="utf-8"))


# --- make ----------------------------------------------------------------------------------------------------------

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def bare(tmp_path) -> Path:
    """A folder, with a space in its name, that holds what `make` needs before anything is installed."""
    folder = tmp_path / "the course"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def fake_python(folder: Path, body: str) -> str:
    path = folder / "fake python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"PY='{path}'"


@needs_make
@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_make_lists_its_targets(arguments):
    done = make(*arguments)
    assert done.returncode == 0
    for target in ("lab", "test", "test-cpu", "parity", "build"):
        assert re.search(rf"(?m)^ +make {target} +\w", done.stdout)


@needs_make
def test_an_old_python_is_named(bare):
    done = make("lab", fake_python(bare, "exit 1"), folder=bare)
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stdout
    assert not (bare / ".venv").exists()


@needs_make
def test_a_python_that_is_not_there_is_named(bare):
    done = make("lab", "PY=no-such-python", folder=bare)
    assert done.returncode != 0
    assert "'no-such-python'" in done.stdout


@needs_make
def test_a_python_without_venv_is_named(bare):
    done = make("lab", fake_python(bare, 'case "$*" in *ensurepip*) exit 1;; esac'), folder=bare)
    assert done.returncode != 0
    assert "python3-venv" in done.stdout


# stands in for Python and pip: `-m venv` makes an environment with itself in it, everything is written down
FAKE = """\
echo "$*" >> calls
case "$*" in
    *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python;;
    *"pip"*"install"*) exit "${PIP_RESULT:-0}";;
esac"""


@needs_make
def test_make_lab_installs_once_copies_and_starts(bare):
    python = fake_python(bare, FAKE)
    assert make("lab", python, "ARGS=--no-browser --port=9", folder=bare).returncode == 0
    calls = (bare / "calls").read_text().splitlines()
    assert sum("pip" in call and "install" in call and "-c constraints.txt" in call for call in calls) == 1
    assert calls[-2:] == [
        "-m authoring.student_copy --to my_work",
        "-m jupyter lab my_work/00_start_here.ipynb --ip=127.0.0.1 --log-level=WARN "
        "--LabApp.default_url=/lab/tree/00_start_here.ipynb "
        "--no-browser --port=9",
    ]
    (bare / "calls").unlink()
    assert make("lab", python, folder=bare).returncode == 0
    assert not any("pip" in call for call in (bare / "calls").read_text().splitlines())


@needs_make
@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_make_lab_installs_again_when_the_requirements_changed(bare, changed):
    python = fake_python(bare, FAKE)
    make("lab", python, folder=bare)
    later = (bare / ".venv" / "lab.stamp").stat().st_mtime + 5
    os.utime(bare / changed, (later, later))
    (bare / "calls").unlink()
    make("lab", python, folder=bare)
    assert "pip" in (bare / "calls").read_text()


@needs_make
def test_an_installation_that_fails_is_named_and_tried_again(bare):
    python = fake_python(bare, FAKE.replace("${PIP_RESULT:-0}", "1"))
    for _ in range(2):
        done = make("lab", python, folder=bare)
        assert done.returncode != 0
        assert "CONSTRAINTS=/dev/null" in done.stdout
        assert "student_copy" not in (bare / "calls").read_text()
