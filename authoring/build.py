"""Builds the notebooks: `python -m authoring.build [NN or name …] [--all] [--check]`.

solutions/NN_name.md -> solutions/NN_name.ipynb, executed and solved, and lectures/NN_name.ipynb, executed with every
exercise cut back to its stub. Only what is stale is built: freshness.py knows what each notebook was made from, and
`--check` says what changed. Nothing is written unless both notebooks of a text came out right.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from . import freshness
from .files import write_whole
from .freshness import FOLDERS, METADATA_KEY
from .source import MAX_BYTES, BuildError, Text, cell_ids, read_text, text_problems

ROOT = Path(__file__).resolve().parents[1]
CELL_TIMEOUT = 120  # seconds, as strict validation has it
KERNEL_ENVIRONMENT = {
    "NLM_PROGRESS": ":memory:",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


# --- which notebooks? ----------------------------------------------------------------------------------------------


def texts(root: Path = ROOT, names: list[str] | tuple[str, ...] = ()) -> list[Path]:
    """The lecture texts in order, or those that `names` names by number or by name. BuildError for an unknown one."""
    every = sorted((root / "solutions").glob("[0-9][0-9]_*.md"))
    if not names:
        return every
    chosen = set()
    for name in names:
        wanted = Path(name).name.removesuffix(".md").removesuffix(".ipynb")
        found = [path for path in every if wanted in (path.stem, path.stem.split("_")[0])]
        if not found:
            raise BuildError(
                f"no lecture {name!r} in solutions/; there are: {', '.join(p.stem for p in every)}"
            )
        chosen.update(found)
    return sorted(chosen)


# --- one text -> two notebooks -------------------------------------------------------------------------------------


def notebook_of(text: Text, folder: str) -> nbformat.NotebookNode:
    """The notebook, not yet run, that stands in `folder` ("solutions" or "lectures") for this text."""
    sources = [(cell.kind, cell.source if folder == "solutions" else cell.stub) for cell in text.cells]
    cells = []
    for cell, (kind, source), id in zip(text.cells, sources, cell_ids(sources), strict=True):
        new = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        cells.append(new(source, id=id, metadata={"tags": list(cell.tags)} if cell.tags else {}))
    metadata = {
        "kernelspec": dict(KERNELSPEC),
        "language_info": dict(LANGUAGE),
        METADATA_KEY: {"source": f"solutions/{text.name}.md"},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def build(path: Path, root: Path = ROOT) -> list[Path]:
    """Builds both notebooks of one text and returns their paths.

    Raises BuildError, with file and line, when the text breaks a rule, a cell fails, an exercise does not show the
    outcome it must, or an output may not be published; the old notebooks then stay as they were.
    """
    before = freshness.state(path.stem, root)  # what changes while a lecture runs makes it stale
    text = read_text(path)
    shown = _shown(path, root)
    if problems := text_problems(text):
        raise BuildError("\n".join(f"{shown}:{line}: {message}" for line, message in problems))
    notebooks = {folder: notebook_of(text, folder) for folder in FOLDERS}
    reads = asyncio.run(_run_all(text, notebooks, root))
    written = {}
    for (folder, notebook), read in zip(notebooks.items(), reads, strict=True):
        _normalise(notebook)
        notebook.metadata[METADATA_KEY]["made_from"] = freshness.made_from(text.name, before, read)
        if problems := output_problems(text, notebook, folder):
            raise BuildError("\n".join(f"{shown}:{line}: {message}" for line, message in problems))
        content = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
        if len(content.encode()) > MAX_BYTES:
            raise BuildError(f"{shown}: {folder}/{text.name}.ipynb would have {len(content.encode())} bytes, "
                             f"{MAX_BYTES} at most: smaller or fewer pictures, shorter outputs")  # fmt: skip
        written[root / folder / f"{text.name}.ipynb"] = content
    for target, content in written.items():
        write_whole(target, content + "\n")
    return list(written)


async def _run_all(text: Text, notebooks: dict[str, nbformat.NotebookNode], root: Path) -> list[set[str]]:
    """Runs the notebooks side by side, both to their end, and returns the files that each of them read.

    Raises the first failure, if there is one.
    """
    runs = [_run(text, folder, notebook, root) for folder, notebook in notebooks.items()]
    results = await asyncio.gather(*runs, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


async def _run(text: Text, folder: str, notebook: nbformat.NotebookNode, root: Path) -> set[str]:
    place = root / folder
    place.mkdir(parents=True, exist_ok=True)
    failed: list[int] = []
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(place)}},
        record_timing=False,
        store_widget_state=True,  # a slider fails without it; _normalise drops what was stored
        extra_arguments=["--IPKernelApp.log_level=40"],
        on_cell_error=lambda cell, cell_index, execute_reply: failed.append(cell_index),
    )
    try:
        with tempfile.TemporaryDirectory() as temporary:
            log = Path(temporary) / "read"
            await client.async_execute(
                env={**os.environ, **KERNEL_ENVIRONMENT, **freshness.watched(log, root)}
            )
            return freshness.read(log, root)
    except CellExecutionError as error:
        raise BuildError(_describe(text, folder, notebook, failed, root)) from error
    except (CellTimeoutError, DeadKernelError) as error:
        index = _last_started(notebook)
        what = "still running" if isinstance(error, CellTimeoutError) else "the kernel died"
        raise BuildError(f"{_place(text, index, root)}: {what} after up to {CELL_TIMEOUT} s in this cell "
                         f"({folder})\n{_excerpt(notebook.cells[index].source)}") from error  # fmt: skip


def _last_started(notebook: nbformat.NotebookNode) -> int:
    """The first code cell without an execution count: the one that hung or killed the kernel."""
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    return next((index for index in code if notebook.cells[index].execution_count is None), code[-1])


def _describe(text: Text, folder: str, notebook: nbformat.NotebookNode, failed: list[int], root: Path) -> str:
    """file:line, the exception, and the cell with an arrow at the line."""
    index = failed[0] if failed else _last_started(notebook)
    cell = notebook.cells[index]
    error = next((output for output in cell.outputs if output.output_type == "error"), None)
    name, value, frames = ("Error", "no traceback", "")
    if error is not None:
        frames = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
        name, value = error.ename, error.evalue
    by_count = {other.get("execution_count"): k for k, other in enumerate(notebook.cells)}
    # frames of the notebook's own cells, outermost first; only unchanged cells keep the text's lines
    steps = [(by_count.get(int(count), index), int(line))
             for count, line in re.findall(r"Cell In\[(\d+)\], line (\d+)", frames)]  # fmt: skip
    steps = steps or [(index, 1)]
    where, inside = steps[-1]
    message = f"{_place(text, where, root, inside, notebook)}: {name}: {value} ({folder})"
    for outer, line in reversed(steps[:-1]):
        message += f"\n    called from {_place(text, outer, root, line, notebook)}"
    return message + "\n" + _excerpt(notebook.cells[where].source, inside)


def _place(text: Text, index: int, root: Path, inside: int = 1, notebook=None) -> str:
    cell = text.cells[index]
    unchanged = notebook is None or notebook.cells[index].source == cell.source
    return f"{_shown(text.path, root)}:{cell.line + (inside - 1 if unchanged else 0)}"


def _excerpt(source: str, line: int | None = None) -> str:
    rows = source.splitlines()
    return "\n".join(f"  {'→' if k == line else ' '} {row}" for k, row in enumerate(rows, start=1))


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _normalise(notebook: nbformat.NotebookNode) -> None:
    """Removes what differs between two runs or two machines and says nothing."""
    notebook.metadata["kernelspec"] = nbformat.from_dict(KERNELSPEC)
    notebook.metadata["language_info"] = nbformat.from_dict(LANGUAGE)
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)


def _joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Neighbouring pieces of one stream as one: where a kernel cuts its stream is chance."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def output_problems(text: Text, notebook: nbformat.NotebookNode, folder: str) -> list[tuple[int, str]]:
    """(line, what is wrong) for each output that may not be published, and for each exercise without its outcome."""
    problems = []
    for cell, built in zip(text.cells, notebook.cells, strict=True):
        if built.cell_type != "code":
            continue
        said = []
        for output in built.outputs:
            if output.output_type == "error":
                problems.append((cell.line, f"{output.ename} in an output of {folder}/: {output.evalue}"))
                continue
            data = output.get("data", {})
            said.append(str(data.get("text/plain", output.get("text", ""))))
            for kind in (kind for kind in data if kind.startswith("image/")):
                if kind != "image/png":
                    problems.append(
                        (cell.line, f"a picture as {kind}: only image/png is shown alike everywhere")
                    )
                elif not str(output.metadata.get(kind, {}).get("alt", "")).strip():
                    problems.append(
                        (cell.line, "a picture without alt text: end with plots.show(fig, alt=…)")
                    )
        ignored = "nbval-ignore-output" in cell.tags
        if not ignored and (address := re.search(r"<[^<>\n]* at 0x[0-9a-f]{6,}[^<>\n]*>", "\n".join(said))):
            problems.append((cell.line, f"{address[0]} is another one at each run: print something else"))
        for name in cell.exercises:
            outcome = next((line[0] for text_ in said for line in text_.splitlines()
                            if re.match(rf"[✓✗○] {name}\b", line)), None)  # fmt: skip
            if outcome != FOLDERS[folder]:
                shown = f"shows {outcome}" if outcome else "shows no card"
                card = "\n".join(said).strip()
                problems.append((cell.line, f"exercise {name} must show {FOLDERS[folder]} in {folder}/ "
                                            f"and {shown}" + (f":\n{card}" if card else "")))  # fmt: skip
    return problems


# --- the command ---------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The command line: 0 when all is built (with --check: when nothing needs to be), 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m authoring.build", description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", help="numbers or names of lectures; none means all of them")
    parser.add_argument("--all", action="store_true", help="build also what is up to date")
    parser.add_argument(
        "--check", action="store_true", help="build nothing; say what is stale, and why; fail if anything is"
    )
    options = parser.parse_args(arguments)
    try:
        stale = 0
        for path in texts(root, options.names):
            reasons = freshness.reasons(path.stem, root)
            if options.check:
                stale += bool(reasons)
                if reasons:
                    print(f"{path.stem}: {'; '.join(reasons)}")
            elif not reasons and not options.all:
                print(f"{path.stem}: up to date")
            else:
                start = time.perf_counter()
                sizes = [f"{target.stat().st_size / 1000:.0f} kB" for target in build(path, root)]
                print(
                    f"{path.stem}: built in {time.perf_counter() - start:.0f} s ({', '.join(sizes)})",
                    flush=True,
                )
        return 1 if stale else 0
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
