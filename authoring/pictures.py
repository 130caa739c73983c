"""The README's pictures, taken from the built notebooks: `python -m authoring.pictures`, after `make build`.

A feedback card is HTML and is photographed by Chromium; a figure lies in its notebook as it is.
"""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "authoring" / "pictures"
CARD = ("solutions/00_start_here.ipynb", "✗ count_word")
FIGURES = {
    "floors.png": ("solutions/01_ngram_limits.ipynb", "Figure: One bar per order"),
    "leaderboard.png": ("solutions/13_shoot_out.ipynb", "Figure: A leaderboard of 16 rows"),
}
PAGE = '<body style="margin:10px 14px;font:15px sans-serif;background:#fff;color:#222">{}</body>'


def output_that_begins_with(notebook: str, words: str) -> dict:
    """The data of the first output whose plain text begins with `words`, {mime type: content}."""
    for cell in nbformat.read(ROOT / notebook, as_version=4).cells:
        for output in cell.get("outputs", []):
            if output.get("data", {}).get("text/plain", "").startswith(words):
                return output["data"]
    sys.exit(
        f"pictures: {notebook} has no output that begins with {words!r}; build it, or change authoring/pictures.py"
    )


def photograph(html: str, to: Path, width: int = 640) -> None:
    """Renders a piece of HTML as wide as a page column and saves the picture."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or sys.exit("pictures: chromium is not installed")
    with sync_playwright() as play, TemporaryDirectory() as folder:
        page_file = Path(folder) / "card.html"
        page_file.write_text(f'<meta charset="utf-8">{PAGE.format(html)}', encoding="utf-8")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 100}, device_scale_factor=1.5)
        page.goto(page_file.as_uri())
        page.screenshot(path=to, full_page=True)
        browser.close()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    photograph(output_that_begins_with(*CARD)["text/html"], FOLDER / "card.png")
    for name, place in FIGURES.items():
        (FOLDER / name).write_bytes(base64.b64decode(output_that_begins_with(*place)["image/png"]))
    print("written: card.png, " + ", ".join(FIGURES))


if __name__ == "__main__":
    main()
