"""One card: what a check, a hint, a solution or the map of the course looks like, as HTML and as plain text.

Inline styles only (JupyterLab removes <style>), the page's own background and text colour, no ids and nothing that
changes from run to run. Colour is only in the border and the symbol, with contrast on white and on black.
"""

from __future__ import annotations

import html
import re
import sys
import textwrap
from dataclasses import dataclass, field

GREEN, RED, GREY, BLUE = "#2e8b57", "#d1495b", "#808080", "#3a87c8"
COLOURS = {"✓": GREEN, "✗": RED, "○": GREY, "?": BLUE}
MONO = "font-family: monospace; font-size: 0.95em; white-space: pre-wrap; overflow-wrap: anywhere;"

_MARK = re.compile("(?<=[✓✗○]) ")  # a mark and the name after it stay on one line


@dataclass
class Card:
    """A symbol, a first line, and blocks below it.

    A block is ("text", words), ("rows", [(label, value), ...]), ("code", lines) or ("fold", title, lines).
    In words, `code` between backticks is set as code.
    """

    symbol: str
    head: str
    blocks: list[tuple] = field(default_factory=list)

    def html(self) -> str:
        colour = COLOURS.get(self.symbol, BLUE)
        style = f"border-left: 4px solid {colour}; padding: 0.2em 0.9em; margin: 0.3em 0; line-height: 1.45;"
        symbol = f'<span style="color: {colour}; font-weight: bold;">{self.symbol}</span> '
        parts = [f"<div>{symbol}<strong>{_inline(self.head)}</strong></div>"]
        parts += [_HTML[block[0]](*block[1:]) for block in self.blocks]
        return f'<div style="{style}">{"".join(parts)}</div>'

    def text(self) -> str:
        body = self.body_text()
        return f"{self.symbol} {self.head}" + (f"\n{textwrap.indent(body, '  ')}" if body else "")

    def body_text(self) -> str:
        return "\n".join(_TEXT[block[0]](*block[1:]) for block in self.blocks)

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return self.text()


def show(card: Card) -> None:
    """Displays a card: HTML with the same in plain text in a notebook, plain text in a terminal."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        print(card.text())
    else:
        from IPython.display import display

        display({"text/html": card.html(), "text/plain": card.text()}, raw=True)


def _inline(text: str) -> str:
    text = html.escape(text, quote=False)
    text = re.sub(
        r"`([^`]+)`", r'<code style="background: none; color: inherit; padding: 0;">\1</code>', text
    )
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)


def _text_html(words: str) -> str:
    paragraphs = "<br>".join(_inline(line) for line in words.split("\n"))
    return f'<div style="margin: 0.3em 0;">{paragraphs}</div>'


def _rows_html(rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f'<div style="display: flex;"><span style="flex: 0 0 8em; opacity: 0.75;">{html.escape(label)}</span>'
        f'<span style="{MONO}">{_MARK.sub(chr(160), html.escape(value))}</span></div>'
        for label, value in rows
    )
    return f'<div style="margin: 0.3em 0;">{cells}</div>'


def _code_html(lines: str) -> str:
    style = f"{MONO} margin: 0.3em 0; padding: 0; background: none; color: inherit; border: none;"
    return f'<pre style="{style}">{html.escape(lines)}</pre>'


def _fold_html(title: str, lines: str) -> str:
    summary = f'<summary style="cursor: pointer; opacity: 0.75;">{html.escape(title)}</summary>'
    return f'<details style="margin: 0.3em 0;">{summary}{_code_html(lines)}</details>'


def _rows_text(rows: list[tuple[str, str]]) -> str:
    width = max(len(label) for label, _ in rows)
    indent = "\n" + " " * (width + 2)
    return "\n".join(f"{label:<{width}}  {value.replace(chr(10), indent)}" for label, value in rows)


def _fold_text(title: str, lines: str) -> str:
    return f"{title}:\n{textwrap.indent(lines, '  ')}"


_HTML = {"text": _text_html, "rows": _rows_html, "code": _code_html, "fold": _fold_html}
_TEXT = {"text": str, "rows": _rows_text, "code": str, "fold": _fold_text}
