"""Writes constraints.txt: `python -m authoring.constraints`, in an environment with the test and parity extras.

It pins what pyproject.toml asks for and everything that these packages ask for in turn, and nothing else that
happens to be installed. Pins restrict only what pip installs anyway, so a platform that lacks one is not harmed.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

TARGET = Path(__file__).resolve().parents[1] / "constraints.txt"
PROJECT = "nlm-course"
# runtime libraries of one vendor's GPUs: torch itself says which ones it wants, on the machines that have them
LEFT_OUT = re.compile(r"nvidia-|cuda-|triton|pip$|setuptools$|wheel$")
HEAD = """\
# The versions that the course was tested with, all of them; `make constraints` writes this file.
# pyproject.toml says which packages are needed and from which version on; this file only narrows what pip takes.
# Left out on purpose: GPU libraries (torch asks for its own) and pip's tools. Newest of everything instead:
# make lab CONSTRAINTS=/dev/null
"""


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(project: str, extras: set[str]) -> dict[str, str]:
    """name -> version of all that `project` with its extras needs here. Raises LookupError for what is missing."""
    pins: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(project, extra) for extra in ("", *extras)]
    while waiting:
        name, extra = waiting.pop()
        if (normal(name), extra) in seen or LEFT_OUT.match(normal(name)):
            continue
        seen.add((normal(name), extra))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            raise LookupError(f"{name} is not installed: run `make parity` first") from None
        pins[normal(name)] = Version(found.version).public
        for line in found.requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(needed.name, wanted) for wanted in ("", *needed.extras)]
    del pins[normal(project)]
    return dict(sorted(pins.items()))


def main() -> None:
    pins = closure(PROJECT, {"test", "parity"})
    TARGET.write_text(
        HEAD + "".join(f"{name}=={version}\n" for name, version in pins.items()), encoding="utf-8"
    )
    print(f"{TARGET.name}: {len(pins)} packages")


if __name__ == "__main__":
    main()
