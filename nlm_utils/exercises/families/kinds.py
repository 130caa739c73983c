"""How a family chooses: a table of kinds, each a sentence and what is done, and the kinds that an exercise takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..definition import Misconception

Id = str | tuple[str, str]
Table = dict[str, tuple[str, Any]]


def chosen(table: Table, ids: dict[str, Id], function: Callable[[Any], Callable], **words: str):
    """One misconception for each kind in `ids`; its function is `function(what the table holds)`.

    ids     {kind: id}, or {kind: (id, sentence)} where the exercise has better words than the table
    words   what the names in the table's sentences stand for
    """
    found = []
    for kind, id in ids.items():
        sentence, what = table[kind]
        id, sentence = id if isinstance(id, tuple) else (id, sentence.format(**words))
        found.append(Misconception(id, sentence, function(what)))
    return found
