"""A language written as templates, compiled to a machine whose every probability is exact.

A `Source` knows nothing about Campus: it takes slots (words with weights) and templates (what a sentence
looks like), and answers what we would like to know of any language: p(next word | prefix), its entropy, and
how far a model that sees only a part of the prefix can get. campus.py is the one language that the course
makes with it.

How it works. A *state* is what is still to be said: the rest of a template, with everything that was
remembered put in. A prefix may fit several templates, so what we know after a prefix is a *belief*: a
distribution over states. Beliefs that are equal are merged: two prefixes with the same belief have the same
future. The language is finite and without loops, so all beliefs can be listed, and everything else is a sum
over that list.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ..text import did_you_mean

END = "."
MAX_TOKENS = 25
DIGITS = 12  # beliefs that agree to so many digits count as equal

_SLOT = re.compile(r"([A-Z]\w*)((?:!\w+)*)(?:\[(\w+|(?:!\w+)+)\])?(?::(\w+))?")
_GROUP = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Family:
    """Sentences of one kind: their share of all sentences, what they show, an example, weighted templates."""

    name: str
    probability: float
    shows: str
    example: str
    templates: Mapping[str, float]


class Place(NamedTuple):
    """One place of a template. What depends on a remembered word holds the variable until that is known."""

    slot: str = ""  # the name of a slot, or "" for a word that is given
    word: str = ""  # the given word
    again: str = ""  # the variable whose word is said again
    not_words: tuple[str, ...] = ()  # words that may not come here; "!a" until a is known
    row: str = ""  # the row of a table; "?a" until a is known
    not_rows: tuple[str, ...] = ()  # rows that may not be used; "!a" until a is known
    name: str = ""  # the variable that remembers the word chosen here

    def knowing(self, variable: str, word: str, row: str) -> Place:
        """The same place once the variable's word is known, and the row that it belongs to."""
        if self.again == variable:
            return Place(word=word)
        unknown = "!" + variable
        if unknown in self.not_words:
            known = tuple(sorted(word if entry == unknown else entry for entry in self.not_words))
            return self._replace(not_words=known)
        if unknown in self.not_rows:
            known = tuple(sorted(row if entry == unknown else entry for entry in self.not_rows))
            return self._replace(not_rows=known)
        if self.row == "?" + variable:
            return self._replace(row=row)
        return self


State = tuple[Place, ...]


class Source:
    """A language given by slots and families of templates.

    slots      name (with a capital letter) → {word: weight}; or → {row: {word: weight}}, which is a table
    families   their probabilities sum to 1

    The words of a template are separated by blanks and end with ".":

        opened          the word itself
        People          a word of the slot People, by weight (of a table: of any row)
        Name:a          the same, remembered as a
        Name!a!b:c      a word other than those remembered as a and b, remembered as c
        =a              the word remembered as a, once more
        Object[r]       a word of one row of the table Object: the row called like the word remembered as r,
                        or, where that was chosen from a table itself, like the row it was in
        Device[!g!h]    a word of any other row than those
        (3 near the Room | 1)   one of these, with weights 3 : 1; may be empty, may not hold another group

    ValueError for a template or a slot that breaks these rules.
    """

    def __init__(self, slots: Mapping[str, Mapping], families: Sequence[Family]) -> None:
        self.slots = slots
        self.families = tuple(families)
        total = sum(family.probability for family in families)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"Source: the probabilities of the families must sum to 1, got {total:.6f}")
        self._choices: dict[tuple, list[tuple[str, float]]] = {}

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change with any word, weight or template."""
        families = [[family.name, family.probability, dict(family.templates)] for family in self.families]
        grammar = json.dumps([self.slots, families], sort_keys=True)
        return hashlib.sha256(grammar.encode()).hexdigest()[:16]

    # --- templates → states ---------------------------------------------------------------------------------

    def states(self) -> dict[State, float]:
        """The states before the first word → their probabilities."""
        states: dict[State, float] = defaultdict(float)
        for family in self.families:
            weights = sum(family.templates.values())
            for template, weight in family.templates.items():
                share = family.probability * weight / weights
                for words, part in _without_groups(template):
                    states[self._places(words, template)] += share * part
        return dict(states)

    def _places(self, words: list[str], template: str) -> State:
        """The places of a template without groups, checked."""
        if words.count(END) != 1 or words[-1] != END:
            raise ValueError(
                f"Source: a template ends with {END!r} and holds it nowhere else, got {template!r}"
            )
        if len(words) > MAX_TOKENS:
            raise ValueError(
                f"Source: a sentence has at most {MAX_TOKENS} tokens, got {len(words)}: {template!r}"
            )
        places: list[Place] = []
        for word in words:
            slot = _SLOT.fullmatch(word)
            if word.startswith("="):
                place, used = Place(again=word[1:]), [word[1:]]
            elif slot is None:
                place, used = Place(word=word), []
            else:
                name, without, row, variable = slot.groups(default="")
                if name not in self.slots:
                    raise ValueError(
                        f"Source: {template!r} uses {name!r}, which is no slot"
                        f"{did_you_mean(name, self.slots)}"
                    )
                not_words = without.split("!")[1:]
                not_rows = row.split("!")[1:]
                row = "" if not_rows else row
                used = [*not_words, *not_rows, *filter(None, [row])]
                place = Place(
                    name,
                    not_words=tuple(sorted("!" + other for other in not_words)),
                    row="?" + row if row else "",
                    not_rows=tuple(sorted("!" + other for other in not_rows)),
                    name=variable,
                )
            for variable in used:
                if variable not in {earlier.name for earlier in places}:
                    raise ValueError(f"Source: {variable!r} is used before it is remembered: {template!r}")
            places.append(place)
        return tuple(places)

    def choices(self, place: Place) -> list[tuple[str, float]]:
        """The words that can come at a place and their probabilities."""
        key = place[:-1]
        if key not in self._choices:
            if not place.slot:
                weights = {place.word: 1.0}
            else:
                slot = self.slots[place.slot]
                if place.row and place.row not in slot:
                    raise ValueError(
                        f"Source: table {place.slot!r} has no row {place.row!r}, it has {list(slot)}"
                    )
                rows = slot if _is_table(slot) else {"": slot}
                weights = {
                    word: weight
                    for row, words in rows.items()
                    if place.row in ("", row) and row not in place.not_rows
                    for word, weight in words.items()
                    if word not in place.not_words
                }
            total = sum(weights.values())
            self._choices[key] = [(word, weight / total) for word, weight in weights.items()]
        return self._choices[key]

    def after(self, state: State, word: str) -> State:
        """What is still to be said when `word` was chosen at the first place of `state`."""
        first, rest = state[0], state[1:]
        if not first.name:
            return rest
        slot = self.slots[first.slot]
        row = next((row for row in slot if word in slot[row]), word) if _is_table(slot) else word
        return tuple(place.knowing(first.name, word, row) for place in rest)

    @cached_property
    def machine(self) -> Machine:
        """All beliefs of the language, listed; worked out at first use."""
        return Machine.of(self)


def _is_table(slot: Mapping) -> bool:
    return isinstance(next(iter(slot.values())), Mapping)


def _without_groups(template: str) -> Iterator[tuple[list[str], float]]:
    """The ways to choose an alternative in every (w … | w …) of a template → (words, share of the whole)."""
    pieces = _GROUP.split(template)  # outside, inside, outside, …
    options = []
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            if "(" in piece or ")" in piece:
                raise ValueError(f"Source: groups must be closed and not nested, got {template!r}")
            options.append([(piece.split(), 1.0)])
        else:
            alternatives = [alternative.split() for alternative in piece.split("|")]
            total = sum(float(weight) for weight, *_ in alternatives)
            options.append([(words, float(weight) / total) for weight, *words in alternatives])
    for chosen in itertools.product(*options):
        yield [word for words, _ in chosen for word in words], float(np.prod([share for _, share in chosen]))


# --- the machine --------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Machine:
    """Beliefs 0 … N−1 (0: before the first word) and the words that lead from one to another.

    The edges of belief b are start[b] … start[b+1]−1; edge e says words[word[e]] with probability p[e] and
    leads to belief next[e]; −1 is the end of the sentence. Each word uses up a place of a template, so there
    are no loops.
    """

    words: tuple[str, ...]  # all words, sorted
    start: np.ndarray  # (N + 1,)
    word: np.ndarray  # (E,)
    p: np.ndarray  # (E,)
    next: np.ndarray  # (E,)

    @classmethod
    def of(cls, source: Source) -> Machine:
        """Follows every word from every belief, beginning before the first word."""
        state_ids: dict[State, int] = {}
        states: list[State] = []
        steps: list[list[tuple[str, float, int]] | None] = []

        def number(state: State) -> int:
            if state not in state_ids:
                state_ids[state] = len(states)
                states.append(state)
                steps.append(None)
            return state_ids[state]

        def ways(id: int) -> list[tuple[str, float, int]]:
            if steps[id] is None:
                state = states[id]
                steps[id] = [
                    (word, p, number(source.after(state, word))) for word, p in source.choices(state[0])
                ]
            return steps[id]

        first = sorted((number(state), p) for state, p in source.states().items())
        beliefs = [first]
        belief_ids: dict[tuple, int] = {}
        start, edge_words, edge_p, edge_next = [0], [], [], []
        for belief in beliefs:  # grows while we walk along it
            reached: dict[str, dict[int, float]] = {}
            for id, weight in belief:
                for word, p, following in ways(id):
                    there = reached.setdefault(word, {})
                    there[following] = there.get(following, 0.0) + weight * p
            for word, there in reached.items():
                total = sum(there.values())
                following = sorted((id, p / total) for id, p in there.items())
                key = tuple((id, round(p, DIGITS)) for id, p in following)
                if not states[following[0][0]]:
                    id = -1
                elif (id := belief_ids.setdefault(key, len(beliefs))) == len(beliefs):
                    beliefs.append(following)
                edge_words.append(word)
                edge_p.append(total)
                edge_next.append(id)
            start.append(len(edge_words))
        words = tuple(sorted(set(edge_words)))
        ids = {word: id for id, word in enumerate(words)}
        return cls(
            words,
            np.array(start),
            np.array([ids[word] for word in edge_words]),
            np.array(edge_p),
            np.array(edge_next),
        )

    def edges_from(self, beliefs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All edges of these beliefs → (positions in `beliefs`, edges), both as long as there are edges."""
        counts = self.start[beliefs + 1] - self.start[beliefs]
        origin = np.repeat(np.arange(beliefs.size), counts)
        within = np.arange(origin.size) - np.repeat(np.cumsum(counts) - counts, counts)
        return origin, self.start[beliefs][origin] + within
