"""The open challenge of lecture 13: may a composition take part, and where does it stand?

`find_fault` puts a composition to the test: above all, that no output depends on a later word. `submit` trains a
language model with it, of the same size and on as many tokens as the course's own, and ranks it among them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from types import CellType

import torch
from torch import Tensor, nn

from . import benchmark_results
from .corpora import campus
from .leaderboard import Entry, entries, ranks, sized, table
from .models import LanguageModel
from .text import PADDING, Vocabulary
from .training import Rows, fit, measured

N_PARAMETERS, TOKENS, BATCH_SIZE = 60_000, 250_000, 64
CONTEXT = 25  # the longest sentence of Campus
MARGIN = 0.1  # share of the parameters by which a model may be larger or smaller
LARGEST_BATCH = 40  # of those that a composition is put to the test with
SLOWEST = 300.0  # seconds that the training of one seed may take
TOLERANCE = {
    torch.float64: 1e-9,
    torch.float32: 1e-4,
}  # of the largest output: rounding may do that, a look may not

FAULTS = {  # kind -> what is wrong, and what to do
    "no module": "It does not return a module: `my_composition(dim)` must return an `nn.Module`, or a function, that "
    "takes c (B, T, dim).",
    "shape": "It must give one vector for every word: c (B, T, dim) in, a tensor (B, T, dim) out, whatever B and T.",
    "not finite": "It gives inf or nan. Divide by nothing that can be 0, and mask before the softmax, never all of a "
    "row.",
    "changes its input": "It changes c, which belongs to the model: write `x = x + …` for `x += …`, and no `_` at the "
    "end of an operation.",
    "remembers": "The same sentences give another result the second time: nothing may be carried from one call to the "
    "next, and in `eval()` nothing may be drawn at random.",
    "mixes rows": "It mixes sentences: the output for one changes when another one of the batch does. Sum, average or "
    "normalise over dim or over the words read so far, never over the batch; torch's recurrent layers need "
    "`batch_first=True`.",
    "looks ahead": "It looks ahead: the output at a word changes when a LATER word does. A model that sees the answer "
    "has a loss near 0 and is of no use, for when it writes there is nothing ahead. Mask, shift or cut what comes "
    "after t.",
    "knows the length": "The output for a prefix is another one when the text goes on after it, whatever comes: it "
    "depends on how long the text is. Divide by the number of words so far, not by T, and count places from the "
    "start.",
    "not trained": "It uses weights that nobody trains: layers belong into attributes of a module that you return, and "
    "lists of them into `nn.ModuleList`; single tensors into `nn.Parameter`.",
    "reads the answers": "It reads what it is not given: the same words with other targets give another output. All "
    "that a composition may look at is c.",
    "no gradient": "No gradient comes back to c, so the embeddings could not learn: leave out `detach`, `no_grad`, "
    "`.data` and roundings.",
}


@dataclass(frozen=True)
class Fault:
    """Why a composition cannot take part: a kind out of `FAULTS`, and where it shows."""

    kind: str
    where: str = ""

    def __str__(self) -> str:
        return f"{FAULTS[self.kind]}{f' Here: {self.where}.' if self.where else ''}"


def find_fault(build: Callable[[int], nn.Module], dim: int = 16) -> Fault | None:
    """The first thing that stands against this composition; None if it may take part.

    build  dim -> a module c (B, T, dim) -> (B, T, dim), T up to 25. What it raises itself comes through.
    Random sentences of small and of large numbers are read as they are, in all lengths from 1 to 25 and batches from 1
    to 40, and with rows or words exchanged, in `eval()` and in `train()`, with the weights as they are and moved a
    little: a look ahead may begin as zero. Where it computes in float64, a leak of 1e-7 of the outputs is seen.
    """
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(2, LARGEST_BATCH, CONTEXT, dim, generator=generator)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        compose = build(dim)
        if not callable(compose) or isinstance(compose, (type, Tensor)):
            return Fault("no module", f"it returned {_described(compose)}")
        if isinstance(compose, nn.Module):
            compose.eval()
        return (
            _form(compose, *drawn[:, :3, :10])
            or _gradient(compose, drawn[0, :3, :10])
            or _looks(compose, drawn)
        )


def _looks(compose: Callable[[Tensor], Tensor], drawn: Tensor) -> Fault | None:
    """What the outputs for sentences `drawn[0]` depend on; `drawn[1]` are others, to exchange words and rows with."""
    exact, sentences = _in_float64(compose, drawn)
    for scale in (2, 0.2):
        fault = _dependence(exact, *(scale * sentences[:, :3])) or _sizes(exact, *(scale * sentences))
        if fault is not None:
            return fault
    if not isinstance(compose, nn.Module):
        return None
    moved = _moved(exact)
    fault = None if moved is None else _dependence(moved, *sentences[:, :2])
    if fault is None:
        was_training = exact.training
        fault = _dependence(exact.train(), *sentences[:, :3])
        exact.train(was_training)
    return fault


def _in_float64(compose: Callable[[Tensor], Tensor], drawn: Tensor) -> tuple[Callable, Tensor]:
    """A copy that computes in float64, with its sentences; both as they are where it cannot."""
    try:
        exact = deepcopy(compose).double() if isinstance(compose, nn.Module) else compose
        if _read(exact, drawn[0, :2].double()).dtype == torch.float64:
            return exact, drawn.double()
    except Exception:  # a tensor of its own that stays in float32
        pass
    return compose, drawn


def _moved(compose: nn.Module) -> nn.Module | None:
    """A copy with other weights, as training will move them; None where it cannot be copied."""
    try:
        moved = deepcopy(compose)
    except Exception:
        return None
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in moved.parameters():
            parameter += 0.1 * torch.randn(parameter.shape, generator=generator).to(parameter)
    return moved


def _read(compose: Callable[[Tensor], Tensor], c: Tensor) -> Tensor:
    """What it makes of c, with the same random numbers each time."""
    torch.manual_seed(1)
    with torch.no_grad():
        return compose(c.clone())


def _form(compose: Callable[[Tensor], Tensor], c: Tensor, other: Tensor) -> Fault | None:
    """Shapes, numbers, the input left alone, the same result twice."""
    for part in (c, c[:1], c[:, :1], torch.cat([c, c, other], dim=1)[:, :CONTEXT]):
        given = part.clone()
        with torch.no_grad():
            x = compose(given)
        if not isinstance(x, Tensor) or x.shape != part.shape or not x.is_floating_point():
            return Fault("shape", f"for c {tuple(part.shape)} it gives {_described(x)}")
        if not torch.isfinite(x).all():
            return Fault("not finite", f"for c {tuple(part.shape)}")
        if not torch.equal(given, part):
            return Fault("changes its input")
    with torch.no_grad():
        first = compose(c.clone())
        compose(other.clone())
        second = compose(c.clone())
    return None if _alike(first, second) else Fault("remembers")


def _gradient(compose: Callable[[Tensor], Tensor], c: Tensor) -> Fault | None:
    """Does a gradient come back to c, and do all weights that it meets belong to the module?"""
    asked = c.clone().requires_grad_()
    x = compose(asked * 1.0)
    if not x.requires_grad:
        return Fault("no gradient")
    known = {id(asked), *map(id, compose.parameters() if isinstance(compose, nn.Module) else ())}
    strangers = [leaf for leaf in leaves(x) if id(leaf) not in known]
    if strangers:
        return Fault("not trained", f"{_described(strangers[0])} is not among the module's parameters")
    (x * torch.linspace(-1, 1, x.numel()).reshape(x.shape)).sum().backward()
    return Fault("no gradient") if asked.grad is None or not asked.grad.any() else None


def leaves(x: Tensor) -> list[Tensor]:
    """The tensors that want a gradient and from which x was computed."""
    seen, waiting, leaves = set(), [x.grad_fn], []
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        waiting += [function for function, _ in node.next_functions]
    return leaves


def _dependence(compose: Callable[[Tensor], Tensor], c: Tensor, other: Tensor) -> Fault | None:
    """On other rows and on later words: c (B, T, dim), where `other` has words and rows to exchange."""
    whole, length = _read(compose, c), c.shape[1]
    for row in range(len(c)):
        changed, others = c.clone(), [i for i in range(len(c)) if i != row]
        changed[row] = other[row]
        if not _alike(_read(compose, changed)[others], whole[others]):
            return Fault("mixes rows")
    for t in range(length - 1):
        later = slice(t + 1, length)
        for words in (later, t + 1 + (3 * t) % (length - t - 1)):  # all of them, and one: some only see that
            if not _alike(_read(compose, _exchanged(c, other, words))[:, : t + 1], whole[:, : t + 1]):
                return Fault("looks ahead", _where(compose, c, other, t, whole))
    return None


def _exchanged(c: Tensor, other: Tensor, words: int | slice) -> Tensor:
    changed = c.clone()
    changed[:, words] = other[:, words]
    return changed


def _where(compose: Callable[[Tensor], Tensor], c: Tensor, other: Tensor, t: int, whole: Tensor) -> str:
    """The first later word that output t changes with."""
    for word in range(t + 1, c.shape[1]):
        if not _alike(_read(compose, _exchanged(c, other, word))[:, : t + 1], whole[:, : t + 1]):
            return f"output {t} changes with word {word}, both counted from 0"
    return f"output {t}, counted from 0, changes with the words after it"


def _sizes(compose: Callable[[Tensor], Tensor], c: Tensor, other: Tensor) -> Fault | None:
    """On how many words and rows there are: every length and every batch up to c's gives what c gives there.

    In `eval()` only, since dropout draws other numbers for another shape.
    """
    n_rows, length, _ = c.shape
    whole = _read(compose, c)
    half, changed = n_rows // 2, c.clone()
    changed[half:] = other[half:]
    if not _alike(_read(compose, changed)[:half], whole[:half]):
        return Fault("mixes rows", f"in a batch of {n_rows}")
    for t in range(0, length - 1, 4):
        if not _alike(
            _read(compose, _exchanged(c, other, slice(t + 1, length)))[:, : t + 1], whole[:, : t + 1]
        ):
            return Fault("looks ahead", f"in a batch of {n_rows}, output {t}, counted from 0")
    for batch in range(1, n_rows + 1):
        words = 1 + 7 * batch % length
        if _alike(_read(compose, c[:batch, :words]), whole[:batch, :words]):
            continue
        if not _alike(_read(compose, c[:batch]), whole[:batch]):
            return Fault("mixes rows", f"{batch} rows alone give another result than among {n_rows}")
        return Fault(
            "knows the length", f"the first {words} words alone give another result than followed by more"
        )
    return None


def _alike(one: Tensor, other: Tensor) -> bool:
    tolerance = TOLERANCE.get(other.dtype, TOLERANCE[torch.float32])
    return bool((one - other).abs().max() <= tolerance * max(1e-3, float(other.abs().max())))


def _described(value: object) -> str:
    if isinstance(value, Tensor):
        return f"a tensor {tuple(value.shape)} of {str(value.dtype).removeprefix('torch.')}"
    return "None" if value is None else f"{type(value).__name__}"


# --- training and ranking -----------------------------------------------------------------------------------------


class _Function(nn.Module):
    """A plain function as a module without parameters."""

    def __init__(self, function: Callable[[Tensor], Tensor]):
        super().__init__()
        self.function = function

    def forward(self, c: Tensor) -> Tensor:
        return self.function(c)


def train(build: Callable[[int], nn.Module], learning_rate: float, seed: int = 0) -> Entry:
    """One language model of 60 000 ± 10 % parameters with this composition, trained on 250 000 tokens of Campus.

    ValueError where no dim gives such a size, TimeoutError where it would take more than five minutes,
    FloatingPointError where the loss becomes inf or nan, UnfairError where the trained model looks at what it must
    not.
    """

    def made(dim: int, context: int) -> nn.Module:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            compose = build(dim)
        return compose if isinstance(compose, nn.Module) else _Function(compose)

    vocabulary = Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(TOKENS // 14, seed=141), vocabulary)
    model = sized(made, len(vocabulary), CONTEXT, N_PARAMETERS, seed)
    _check_size(model, _drawn_numbers(build, model.dim))
    steps = round(TOKENS / (rows.n_tokens / len(rows) * BATCH_SIZE))
    settings = {"batch_size": BATCH_SIZE, "learning_rate": learning_rate, "seed": seed}
    expected = _seconds_a_step(model, rows, settings) * steps
    if expected > SLOWEST:
        raise TimeoutError(f"training would take about {expected:.0f} s, and {SLOWEST:.0f} s are allowed")
    started = time.process_time()
    fit(model, rows, steps, **settings)
    seconds = time.process_time() - started
    text = Rows.campus(500, 142, vocabulary)
    fault = trained_fault(model, text)
    if fault is not None:
        raise UnfairError(str(fault))
    loss, _, _ = measured(model, text)
    return Entry("", (loss,), model.n_parameters, seconds)


class UnfairError(ValueError):
    """A trained model looks at what it must not; the message says at what."""


def trained_fault(model: LanguageModel, text: Rows) -> Fault | None:
    """What only the trained weights show, on sentences of 25 words: a look ahead that was zero when training began."""
    generator = torch.Generator().manual_seed(2)
    ids = text.inputs[text.inputs != PADDING]
    ids = ids[torch.randint(len(ids), (2, LARGEST_BATCH, CONTEXT), generator=generator)]
    was_training = model.training
    model.eval()
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        fault = _looks(model.composition, model.embed(ids))
        fault = fault or (Fault("reads the answers") if _reads_answers(model, text) else None)
    model.train(was_training)
    return None if fault is None else replace(fault, where=f"after training, {fault.where}".rstrip(", "))


def _reads_answers(model: LanguageModel, text: Rows) -> bool:
    """True when the same words with other targets, wherever it finds those, give other outputs."""
    few = Rows(text.inputs[:64], text.targets[:64])
    others = torch.where(few.targets == PADDING, PADDING, (few.targets + 1) % model.vocab_size)
    outputs: list[list[Tensor]] = []
    for targets in (few.targets, others):
        seen: list[Tensor] = []
        hook = model.register_forward_hook(lambda _, __, t, seen=seen: seen.append(t.clone()))
        torch.manual_seed(3)
        measured(model, Rows(few.inputs, targets))
        hook.remove()
        outputs.append(seen)
    return not all(map(_alike, *outputs))


def _check_size(model: LanguageModel, drawn: int) -> None:
    """ValueError unless parameters, and random numbers beside them, are 60 000 ± 10 %."""
    numbers, most = model.n_parameters + drawn, round(N_PARAMETERS * (1 + MARGIN))
    if not round(N_PARAMETERS * (1 - MARGIN)) <= model.n_parameters or numbers > most:
        beside = f" and {drawn:,} random numbers that are not trained, which count too" if drawn else ""
        raise ValueError(
            f"with dim = {model.dim} the model has {model.n_parameters:,} parameters{beside}; allowed are "
            f"{N_PARAMETERS:,} ± {MARGIN:.0%}. Let the sizes of your layers follow dim"
        )


def _drawn_numbers(build: Callable[[int], nn.Module], dim: int) -> int:
    """How many random numbers a composition holds beside its parameters: those that another seed draws anew."""
    held = []
    for seed in (0, 1):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            held.append(_tensors(build(dim)))
    return sum(
        one.numel()
        for one, other in zip(*held, strict=False)
        if one.shape != other.shape or not torch.equal(one, other)
    )


def _tensors(compose: object) -> list[Tensor]:
    """The floating tensors of a composition that are no parameters: buffers, attributes, what functions close over."""
    found, waiting, seen = [], [compose], set()
    while waiting:
        value = waiting.pop()
        if id(value) in seen or isinstance(value, (nn.Parameter, str, type)):
            continue
        seen.add(id(value))
        if isinstance(value, Tensor):
            found += [value] if value.is_floating_point() else []
        elif isinstance(value, nn.Module):
            waiting += vars(value).values()
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            waiting += value
        elif callable(value):
            waiting += [
                cell.cell_contents for cell in getattr(value, "__closure__", None) or () if _filled(cell)
            ]
    return found


def _filled(cell: CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _seconds_a_step(model: nn.Module, rows: Rows, settings: dict) -> float:
    """From two short trainings of different lengths, so that what happens once does not count."""
    took = []
    for steps in (1, 2, 8):  # the first one wakes everything up
        started = time.process_time()
        fit(deepcopy(model), rows, steps, **settings)
        took.append(time.process_time() - started)
    return max(0.0, took[2] - took[1]) / 6


def course_entries() -> list[Entry]:
    """The course's own compositions under the conditions of the challenge: from benchmarks/results/shoot_out.json."""
    return entries(benchmark_results.load("shoot_out")["runs"], "campus", "challenge")


@dataclass(frozen=True)
class Standing:
    """Where a submission stands; shown as a table in a notebook."""

    yours: Entry
    entries: tuple[Entry, ...]
    floor: float

    @property
    def rank(self) -> int:
        """1 is the best; entries whose seeds overlap share one."""
        return next(rank for rank, entry in ranks(self.entries) if entry is self.yours)

    def _repr_markdown_(self) -> str:
        return table(self.entries, self.floor, self.yours.name)

    def __repr__(self) -> str:
        above = self.yours.loss - self.floor
        return (
            f"{self.yours.name}: rank ≈ {self.rank} of {len(self.entries)}, ≈ {self.yours.loss:.3f} nats per token, "
            f"≈ {above:.3f} above the floor, {self.yours.n_parameters} parameters, ≈ {self.yours.seconds:.1f} s"
        )


@dataclass(frozen=True)
class Rejection:
    """Why a submission is not ranked."""

    name: str
    reason: str

    def __repr__(self) -> str:
        return f"{self.name} is not ranked. {self.reason}"


def submit(
    my_composition: Callable[[int], nn.Module],
    name: str = "yours",
    learning_rate: float = 0.01,
    seeds: Sequence[int] = (0,),
) -> Standing | Rejection:
    """Ranks your composition among the course's own, after a check that it is causal; or says why not.

    my_composition  dim -> a module c (B, T, dim) -> (B, T, dim), or a class whose constructor takes dim
    seeds           one training each, some seconds; the course's entries have three
    The model gets the dim at which it has 60 000 ± 10 % parameters, and 250 000 tokens of Campus; its trained weights
    are looked at once more before it is ranked.
    """
    if not callable(my_composition) or isinstance(my_composition, nn.Module):
        what = (
            "a module that is built already"
            if isinstance(my_composition, nn.Module)
            else _described(my_composition)
        )
        return Rejection(name, f"submit takes the function that builds it, dim -> module, and got {what}.")
    if not seeds or not learning_rate > 0:
        raise ValueError(
            f"submit: one seed or more and a learning_rate > 0, got {seeds!r} and {learning_rate!r}"
        )
    try:
        fault = find_fault(my_composition)
    except Exception as error:
        return Rejection(name, f"It raises {type(error).__name__}: {error}")
    if fault is not None:
        return Rejection(name, str(fault))
    try:
        trained = [train(my_composition, learning_rate, seed) for seed in seeds]
    except UnfairError as error:
        return Rejection(name, str(error))
    except (ValueError, TimeoutError, FloatingPointError) as error:
        return Rejection(name, f"It cannot be trained like the others: {error}.")
    losses = tuple(entry.losses[0] for entry in trained)
    seconds = math.fsum(entry.seconds for entry in trained) / len(trained)
    yours = Entry(name, losses, trained[0].n_parameters, seconds)
    return Standing(yours, (*course_entries(), yours), campus.entropy_rate())
