"""What an exercise is: a reference, the cases it is tried on, and the mistakes we know.

Nothing is checked here (engine.py does that) and nothing is shown (card.py does that). Each exercise has a file of its
own, bank/lecture_03/softmax.py, which makes one Exercise and tells it cases, mistakes and other right answers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import syllabus
from . import engine
from .feedback import Feedback
from .plain import copied
from .task import SECONDS, SECONDS_TORCH, Case, Task


@dataclass(frozen=True)
class Misconception:
    """A wrong implementation together with the sentence a good teacher would say about it."""

    id: str
    sentence: str
    function: Callable


@dataclass(frozen=True)
class Unsaid:
    """Mistakes that still need their sentence."""

    exercise: Exercise
    functions: dict[str, Callable | None]

    def says(self, sentence: str) -> Callable | None:
        """Adds the mistakes with this sentence; without a function, a decorator that adds the one below it."""

        def add(below: Callable | None) -> Callable | None:
            for id, function in self.functions.items():
                self.exercise.misconceptions.append(Misconception(id, sentence, function or below))
            return below

        return add if None in self.functions.values() else add(None)


@dataclass
class Exercise:
    """One exercise of one lecture; its name is the name of its reference.

    reference    a short teaching function with a full docstring; its source is the solution
    lecture      the lecture's file name without suffix, "01_ngram_limits"; left out, the map of the course says it
    checks       what a tick means, in one clause: "4 texts, n from 1 to 4, a text shorter than n"
    explanation  why the solution is what it is, two or three sentences of Markdown
    hints        at least two, from a nudge to nearly the answer
    observe      None, or a function (fn, args, kwargs) -> {what: value} for functions whose plain value
                 cannot be compared (random order, a generator's state, a model that was trained)
    also_right   None, or a function (expected, yours, *arguments) -> bool where several answers are right: is yours,
                 plain data that differs from the reference's, as right as that?
    describe     None, or a function (facts, args, kwargs) -> facts of what `observe` saw, where many answers are right;
                 both stand in observers/
    new_result   the docstring promises a new array: none that shares memory with an argument will do
    rtol, atol   tolerances of the comparison, where there is a reason for others than the policy's (compare.py)
    """

    reference: Callable
    lecture: str = ""
    checks: str = ""
    explanation: str = ""
    hints: Sequence[str] = ()
    observe: Callable[[Callable, tuple, dict], dict[str, Any]] | None = None
    also_right: Callable[..., bool] | None = None
    describe: Callable[[dict[str, Any], tuple, dict], dict[str, Any]] | None = None
    new_result: bool = False
    rtol: float | None = None
    atol: float | None = None
    cases: list[Case] = field(default_factory=list)
    draws: list[Callable[[np.random.Generator], tuple]] = field(default_factory=list)
    misconceptions: list[Misconception] = field(default_factory=list)
    right_answers: list[Callable] = field(default_factory=list)
    _drawn: dict[int, Exercise] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self.lecture = self.lecture or syllabus.lecture_of(self.name)

    @property
    def name(self) -> str:
        return self.reference.__name__

    @property
    def task(self) -> Task:
        """What is needed to observe an answer, without what is known of it."""
        seconds = SECONDS_TORCH if self.lecture[:2] >= "08" else SECONDS
        parameters = list(inspect.signature(self.reference).parameters)
        home = self.reference.__module__
        return Task(self.name, parameters, self.cases, self.observe, seconds, home, self.new_result)

    def case(self, *args: Any, **kwargs: Any) -> None:
        """Adds a case with these arguments, plain data; each call gets a copy of them. Smallest case first."""
        self.cases.append(Case(lambda: copied((args, kwargs))))

    def case_from(self, make: Callable[[], tuple], label: str | None = None) -> None:
        """Adds a case whose positional arguments `make()` builds anew for each call."""
        self.cases.append(Case(lambda: (tuple(make()), {}), label))

    def drawn(self, draw: Callable[[np.random.Generator], tuple], times: int = 3) -> None:
        """Says how inputs of this exercise are drawn: `draw(rng)` gives positional arguments, as varied as allowed.

        Drawn with a new seed for each check where a table of the fixed cases' results could pass for an answer.
        """
        self.draws += times * [draw]

    def on_drawn_inputs(self, seed: int) -> Exercise:
        """The same exercise with inputs drawn from this seed in place of its cases."""
        generators = np.random.default_rng(seed).spawn(len(self.draws))
        drawn = replace(self, cases=[])
        for draw, rng in zip(self.draws, generators, strict=True):
            drawn.case(*draw(rng))
        return drawn

    def with_drawn_inputs(self, seed: int) -> Exercise:
        """The same exercise with inputs drawn from this seed after its cases; one object for each seed."""
        if seed not in self._drawn:
            cases = [*self.cases, *self.on_drawn_inputs(seed).cases]
            self._drawn[seed] = replace(self, cases=cases)
        return self._drawn[seed]

    def mistake(self, id: str, function: Callable | None = None) -> Unsaid:
        """A mistake that learners make, with the sentence a good teacher would say. The likeliest first.

        `exercise.mistake("sign", lambda p: …).says("…")`; for code of several lines
        `@exercise.mistake("sign").says("…")` above a `def`. Without `.says` nothing is added.
        """
        return Unsaid(self, {id: function})

    def mistakes(self, **functions: Callable) -> Unsaid:
        """Several answers that make the same mistake: `mistakes(flat=lambda ids: …, raveled=…).says("…")`."""
        return Unsaid(self, functions)

    def takes(self, *families: Callable[[Exercise], list[Misconception]]) -> None:
        """Adds mistakes that learners make everywhere: `takes(argument("grad", minus="ascent"))`, see families/."""
        for family in families:
            self.misconceptions += family(self)

    def right(self, function: Callable) -> Callable:
        """Decorator: the function below is another correct answer, which must be accepted."""
        self.right_answers.append(function)
        return function

    def check(self, answer: Callable | str, seed: int | None = None) -> Feedback:
        """Compares an answer with the reference on every case -> Feedback. Never raises, never hangs.

        answer  a function, which runs in this process; or Python text that defines one, which runs in a process of its
                own (worker.py), where neither this exercise nor the course's reference is to be had
        seed    inputs drawn from it stand beside the fixed cases, which ship with the course; None for none
        """
        return engine.check(self if seed is None else self.with_drawn_inputs(seed), answer)
