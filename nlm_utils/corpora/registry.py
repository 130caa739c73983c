"""Real text behind one interface: `load(name)` gives a corpus as one string.

`python_manual` is the English prose of the manual that comes with Python, so it is on every machine, though
not the same for every version of Python. `shakespeare` and `names` are files: looked for in the folder that
the environment variable NLM_DATA names, then in the download cache, then fetched. Campus is not here: it is
no file (campus.py).
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..text import did_you_mean


class CorpusUnavailable(RuntimeError):
    """A corpus cannot be had on this machine; the message says what to do."""


class _File(NamedTuple):
    file: str
    url: str
    sha256: str
    what: str


_FILES = {
    "shakespeare": _File(
        "tinyshakespeare.txt",
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        "1.1 MB of Shakespeare's plays, speaker by speaker (Karpathy 2015, char-rnn)",
    ),
    "names": _File(
        "names.txt",
        "https://raw.githubusercontent.com/karpathy/makemore/master/names.txt",
        "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
        "32 033 first names, one a line, the most frequent of them first (Karpathy 2022, makemore)",
    ),
}

_CORPORA = {
    "python_manual": "the English prose of Python's own manual, a paragraph a line",
    **{name: file.what for name, file in _FILES.items()},
}


class LoadedText(NamedTuple):
    """What `load_or_fallback` found: the text, which corpus it is, and a notice, empty if all went well."""

    text: str
    name: str
    notice: str


def names() -> tuple[str, ...]:
    """The corpora that `load` knows."""
    return tuple(_CORPORA)


def about(name: str) -> str:
    """What a corpus is and where it comes from, in one line."""
    return _CORPORA[_known(name)]


def load(name: str) -> str:
    """The text of a corpus.

    ValueError for an unknown name; CorpusUnavailable where a file is on neither this machine nor reachable,
    or is damaged (its SHA-256 is not the expected one).
    """
    if _known(name) == "python_manual":
        return _python_manual()
    return _find(name).read_text(encoding="utf-8")


def load_or_fallback(name: str, fallback: str = "python_manual") -> LoadedText:
    """The text of a corpus, or, where it is unavailable, of `fallback` with a notice that says so.

    So that a lecture goes on without a network: put the `name` that came back into the title of the figure.
    """
    try:
        return LoadedText(load(name), name, "")
    except CorpusUnavailable as problem:
        return LoadedText(load(fallback), fallback, f"We go on with {fallback!r}: {problem}")


def _known(name: str) -> str:
    if name not in _CORPORA:
        extra = "; Campus is a module: corpora.campus.sample(n_sentences, seed)" if name == "campus" else ""
        raise ValueError(
            f"corpora.load: no corpus is called {name!r} (there are {', '.join(_CORPORA)})"
            f"{extra or did_you_mean(name, _CORPORA)}"
        )
    return name


# --- files --------------------------------------------------------------------------------------------------


def _find(name: str) -> Path:
    """The file of a corpus on this machine, fetched if need be, its content checked."""
    known = _FILES[name]
    folder = os.environ.get("NLM_DATA")
    if folder and (local := Path(folder).expanduser() / known.file).is_file():
        found = hashlib.sha256(local.read_bytes()).hexdigest()
        if found != known.sha256:
            raise CorpusUnavailable(
                f"corpora.load: {local} is damaged or another text: its SHA-256 is {found[:12]}…, expected "
                f"{known.sha256[:12]}…; delete it, or put the file from {known.url} there"
            )
        return local
    try:
        return Path(_fetch(known))
    except (OSError, ValueError) as problem:  # no network, no such page, no place to write; a wrong checksum
        raise CorpusUnavailable(
            f"corpora.load: {name!r} is not on this machine and could not be fetched "
            f"({type(problem).__name__}); go online once, or put {known.file} from {known.url} into a folder "
            "and name that folder in the environment variable NLM_DATA"
        ) from problem


def _fetch(known: _File) -> str:
    """The path in the download cache; downloads when the file is not there, and checks it in either case."""
    import pooch

    pooch.get_logger().setLevel(
        "ERROR"
    )  # its progress notes would differ from one run of a notebook to the next
    return pooch.retrieve(
        known.url,
        known_hash=f"sha256:{known.sha256}",
        fname=known.file,
        path=pooch.os_cache("nlm-course"),
        downloader=pooch.HTTPDownloader(timeout=10),
    )


# --- the manual that comes with Python ----------------------------------------------------------------------


@cache
def _python_manual() -> str:
    """The prose of `pydoc_data.topics`: whole sentences, without headings, code, grammar, tables and mark-up.

    A paragraph is a line. The topics repeat each other; a paragraph that comes again is left out, so that
    what was held out of a training text is really new.
    """
    from pydoc_data.topics import topics

    paragraphs = []
    for topic in sorted(topics):
        for block in re.split(r"\n\s*\n", topics[topic]):
            lines = [line.strip() for line in block.strip().splitlines()]
            if _is_prose(lines):
                paragraphs.append(_without_markup(" ".join(lines)))
    return "\n".join(dict.fromkeys(paragraphs)) + "\n"


def _is_prose(lines: list[str]) -> bool:
    """Whether a block of lines is a paragraph of English: sentences that are mostly words."""
    paragraph = " ".join(lines)
    if re.search(r"::=|>>>|\.\.\.|[{}=|+]{2}|[-=*~^]{4}|^[|+]|^\S+\(.*\)$", paragraph):
        return False
    begins = re.match(r"(\* |\d+\. |\[\d+\] )?[\"'`*(“]*[A-Z]", paragraph) is not None
    ends = re.search(r"[.:!?][)\"'”]?$", paragraph) is not None
    symbols = len(re.findall(r"[^\w\s.,;:'’\"()*`-]|_|=", paragraph))
    words = len(re.findall(r"\b[a-z]{2,}\b", paragraph))
    return (
        begins and ends and words >= 5 and symbols <= 0.25 * words and words >= 0.5 * len(paragraph.split())
    )


def _without_markup(paragraph: str) -> str:
    """Quotes around code, stars around emphasis, bullets and the numbers of footnotes taken away."""
    paragraph = re.sub(r"^(\* |\d+\. |\[\d+\] )", "", paragraph)
    paragraph = re.sub(r"\s*\[\d+\]", "", paragraph)
    return " ".join(re.sub(r"[\"`*“”]", "", paragraph).split())
