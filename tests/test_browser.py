"""A student's first quarter of an hour, in a real browser: `make lab`, lecture 01, a wrong answer, a right one.

Needs Chromium. Where it is absent the test says so and is skipped; with NLM_BROWSER_REQUIRED=1 (CI) it fails instead.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nlm_utils.exercises import get

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
REQUIRED = os.environ.get("NLM_BROWSER_REQUIRED") == "1"
TOKEN = "a-token-for-this-test"
LECTURE = "01_ngram_limits"
STARTED = 90  # seconds for JupyterLab to answer
RUN = 300  # seconds for all cells of the lecture on a busy machine
SEEN = 60_000  # milliseconds for something to show up on the page

WRONG = "return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n))"
RIGHT = "return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))"


def missing() -> str | None:
    """Why the test cannot run here, or None."""
    if CHROMIUM is None:
        return "Chromium is not installed (Debian: apt-get install chromium)"
    if shutil.which("make") is None:
        return "make is not installed"
    if not (ROOT / ".venv" / "lab.stamp").is_file():
        return "the course is not installed in .venv: run `make lab` or `make test` once"
    return None


@dataclass
class Lab:
    """A running JupyterLab and the student's folder that it shows."""

    url: str
    work: Path

    def ask(self, path: str):
        request = urllib.request.Request(f"{self.url}/{path}", headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def notebook(self) -> dict:
        return json.loads((self.work / f"{LECTURE}.ipynb").read_text(encoding="utf-8"))


def wait_for(what: str, holds: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"after {seconds} s still waiting for {what}")
        time.sleep(0.2)


@pytest.fixture
def lab(tmp_path) -> Iterator[Lab]:
    """JupyterLab as `make lab` starts it, on copies, settings and a record of progress of its own."""
    if reason := missing():
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(f"http://127.0.0.1:{port}", tmp_path / "my work")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    environment |= {
        "JUPYTER_TOKEN": TOKEN,
        "NLM_PROGRESS": str(tmp_path / "progress.sqlite"),
        "HOME": str(tmp_path),
    }
    environment |= {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    log = tmp_path / "jupyter.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            ["make", "lab", f"WORK={lab.work}", f"ARGS=--no-browser --port={port} --allow-root"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def answers() -> bool:
        assert server.poll() is None, f"make lab ended:\n{log.read_text()}"
        try:
            return bool(lab.ask("api/status"))
        except OSError:
            return False

    try:
        wait_for(f"JupyterLab to answer (see {log})", answers, STARTED)
        yield lab
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture
def page(lab, tmp_path):
    """A Chromium page with lecture 01 open in JupyterLab; a picture of it is left behind when the test fails."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(SEEN)
        try:
            page.goto(f"{lab.url}/lab/tree/{LECTURE}.ipynb?token={TOKEN}")
            page.locator(".jp-Notebook .jp-Cell").first.wait_for()
            page.get_by_text("| Idle").wait_for()  # the status bar, once the page is connected to the kernel
            yield page
        finally:
            page.screenshot(path=tmp_path / "last.png")
            browser.close()


def choose(page, menu: str, entry: str) -> None:
    """Clicks an entry of one of JupyterLab's menus."""
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{entry}$")).click()


def wait_until_idle(lab: Lab, page) -> None:
    """Waits until nothing runs and nothing waits to be run, then saves the notebook."""

    def idle() -> bool:
        states = [session["kernel"]["execution_state"] for session in lab.ask("api/sessions")]
        return states == ["idle"] and page.locator(".jp-InputPrompt", has_text="[*]").count() == 0

    wait_for("the kernel to be idle", idle, RUN)
    page.wait_for_timeout(500)  # the last outputs are on their way
    assert idle()
    choose(page, "File", "Save Notebook")
    page.wait_for_timeout(1000)


def exercise_cell(page, source: str):
    """The code cell that contains `source`, brought into view."""
    cell = page.locator(".jp-Notebook .jp-CodeCell", has=page.locator(".cm-content", has_text=source)).first
    cell.scroll_into_view_if_needed()
    return cell


def write(page, name: str, line: str):
    """Puts `line` in place of the last line of the exercise's cell, by the keyboard; returns the cell."""
    cell = exercise_cell(page, f"def {name}(")
    cell.locator(".cm-content").click()
    for keys in ("Control+End", "Shift+Home"):
        page.keyboard.press(keys)
    page.keyboard.type(line)
    return cell


def run(page, cell, *, interrupt_at: Path | None = None) -> str:
    """Runs a cell, interrupted as soon as there is such a file; returns what stands below it then."""
    before = cell.locator(".jp-InputPrompt").inner_text()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    if interrupt_at is not None:
        wait_for("the cell to have begun", interrupt_at.exists, 60)
        choose(page, "Kernel", "Interrupt Kernel")
    wait_for(
        "a new prompt number",
        lambda: cell.locator(".jp-InputPrompt").inner_text() not in (before, "[*]:"),
        60,
    )
    output = cell.locator(".jp-OutputArea-output")
    output.first.wait_for()
    return " ".join(output.all_inner_texts())


def answer(page, name: str, line: str) -> str:
    """Types `line` as the answer to an exercise and runs its cell; returns the card's text."""
    return run(page, write(page, name, line))


def run_all(lab, page, last) -> list[dict]:
    """Runs all cells and returns their outputs, none of which is an error; `last` is the last cell."""
    choose(page, "Run", "Run All Cells")
    wait_for("the last cell", lambda: re.search(r"\d", last.locator(".jp-InputPrompt").inner_text()), RUN)
    wait_until_idle(lab, page)
    code = [cell for cell in lab.notebook()["cells"] if cell["cell_type"] == "code" and cell["source"]]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    return outputs


def wrong_answer(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n))


def named_sentence() -> str:
    """What the course says about WRONG, as it reads on the page."""
    exercise = get("count_ngrams")
    feedback = exercise.check(wrong_answer)
    assert feedback.outcome == "wrong"
    (sentence,) = [known.sentence for known in exercise.misconceptions if known.id == feedback.misconception]
    return sentence.replace("`", "")


def test_a_student_runs_a_lecture_errs_is_told_why_and_gets_it_right(lab, page):
    last = exercise_cell(page, f'progress("{LECTURE}")')
    assert "○ count_ngrams" in json.dumps(run_all(lab, page, last), ensure_ascii=False)

    card = answer(page, "count_ngrams", WRONG)
    assert "✗" in card
    assert named_sentence() in card

    card = answer(page, "count_ngrams", RIGHT)
    assert "✓" in card
    assert "count_ngrams" in card
    assert "✗" not in card

    last.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    wait_until_idle(lab, page)
    shown = last.locator(".jp-OutputArea-output").first.inner_text()
    assert re.search(r"✓\s*count_ngrams", shown), shown
    assert not re.search(r"✓\s*mle_probability", shown), shown


def test_a_student_is_never_stuck(lab, page):
    """A bracket that is left open stops no cell; after an interrupt the next cell runs."""
    write(page, "count_ngrams", "return Counter(zip(tokens, tokens[1:])")
    outputs = json.dumps(run_all(lab, page, exercise_cell(page, "progress(")), ensure_ascii=False)
    assert "✗ count_ngrams: Python cannot read this cell" in outputs
    card = exercise_cell(page, "def count_ngrams(").locator(".jp-OutputArea-output").inner_text()
    assert "The ( that opens here is never closed" in card and "SyntaxError" in card

    goes_on = exercise_cell(page, "count_ngrams(tokens, 3)")
    assert "different 3-grams" in run(page, goes_on)

    cell = write(page, "count_ngrams", "open('began', 'w').close(); import time; time.sleep(60)")
    shown = run(page, cell, interrupt_at=lab.work / "began")
    assert "✗ count_ngrams: interrupted" in shown and "time.sleep(60)" in shown
    assert shown.rstrip().endswith("KeyboardInterrupt: the check of count_ngrams was interrupted")
    assert "different 3-grams" in run(page, goes_on)
    assert "✓" in answer(page, "count_ngrams", RIGHT)
