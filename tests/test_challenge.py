"""The open challenge: every fault is seen and named, every composition of the course takes part, and is ranked."""

import pytest
import torch
from torch import nn

from nlm_utils import challenge
from nlm_utils.challenge import FAULTS, Rejection, Standing, find_fault, submit
from nlm_utils.leaderboard import Entry
from nlm_utils.models.registry import COMPOSITIONS


class Around(nn.Module):
    """A module with a function around it."""

    def __init__(self, part, read):
        super().__init__()
        self.part, self.read = part, read

    def forward(self, c):
        return self.read(self.part, c)


class Listed(nn.Module):
    """Its layers are in a plain list, where no optimizer finds them."""

    def __init__(self, dim):
        super().__init__()
        self.layers = [nn.Linear(dim, dim)]

    def forward(self, c):
        return self.layers[0](c).cumsum(1)


def around_a_layer(layer):
    return lambda c: layer(c.cumsum(1))


def counted_down(c):
    return c.cumsum(1) + torch.arange(c.shape[1]).flip(0)[:, None]


FAULTY = {
    "mean over the text": ("looks ahead", lambda dim: lambda c: c.mean(1, keepdim=True).expand_as(c)),
    "max over the text": ("looks ahead", lambda dim: lambda c: c / c.abs().amax((1, 2), keepdim=True)),
    "both directions": (
        "looks ahead",
        lambda dim: Around(
            nn.LSTM(dim, dim // 2, bidirectional=True, batch_first=True), lambda m, c: m(c)[0]
        ),
    ),
    "padding on both sides": (
        "looks ahead",
        lambda dim: Around(
            nn.Conv1d(dim, dim, 3, padding=1), lambda m, c: m(c.transpose(1, 2)).transpose(1, 2)
        ),
    ),
    "no mask": ("looks ahead", lambda dim: nn.TransformerEncoderLayer(dim, 4, batch_first=True)),
    "mask after the softmax": (
        "looks ahead",
        lambda dim: lambda c: torch.tril((c @ c.transpose(1, 2)).softmax(-1)) @ c,
    ),
    "one word ahead": ("looks ahead", lambda dim: lambda c: torch.cat([c[:, 1:], c[:, :1]], dim=1)),
    "norm over time": (
        "looks ahead",
        lambda dim: lambda c: nn.functional.layer_norm(c, tuple(c.shape[1:])),
    ),
    "batch second": ("mixes rows", lambda dim: Around(nn.GRU(dim, dim), lambda m, c: m(c)[0])),
    "batch norm": (
        "mixes rows",
        lambda dim: Around(nn.BatchNorm1d(dim), lambda m, c: m(c.cumsum(1).transpose(1, 2)).transpose(1, 2)),
    ),
    "divided by T": ("knows the length", lambda dim: lambda c: c.cumsum(1) / c.shape[1]),
    "places from the end": ("knows the length", lambda dim: lambda c: counted_down(c)),
    "the last alone": ("shape", lambda dim: lambda c: c.cumsum(1)[:, -1]),
    "a tuple": ("shape", lambda dim: nn.GRU(dim, dim, batch_first=True)),
    "nan": ("not finite", lambda dim: lambda c: c.cumsum(1) / 0),
    "in place": ("changes its input", lambda dim: lambda c: c.cumsum_(1)),
    "random": ("remembers", lambda dim: lambda c: nn.functional.dropout(c.cumsum(1))),
    "detached": ("no gradient", lambda dim: lambda c: c.detach().cumsum(1)),
    "rounded": ("no gradient", lambda dim: lambda c: c.round().cumsum(1)),
    "layers in a list": ("not trained", lambda dim: Listed(dim)),
    "a layer beside a function": ("not trained", lambda dim: around_a_layer(nn.Linear(dim, dim))),
    "nothing": ("no module", lambda dim: None),
    "a class": ("no module", lambda dim: nn.Linear),
}


@pytest.mark.parametrize(("kind", "build"), FAULTY.values(), ids=FAULTY)
def test_a_fault_is_named(kind, build):
    fault = find_fault(build)
    assert fault is not None and fault.kind == kind, fault
    assert str(fault).startswith(FAULTS[kind])


@pytest.mark.parametrize("build", COMPOSITIONS.values(), ids=COMPOSITIONS)
def test_the_compositions_of_the_course_have_no_fault(build):
    assert find_fault(lambda dim: build(dim, challenge.CONTEXT)) is None


def test_a_sum_that_is_constant_is_not_taken_for_a_missing_gradient():
    assert find_fault(lambda dim: lambda c: nn.functional.layer_norm(c, c.shape[-1:])) is None


def test_weights_that_are_shared_or_frozen_are_no_fault():
    def build(dim):
        layer = nn.Linear(dim, dim)
        frozen = nn.Linear(dim, dim).requires_grad_(False)
        return Around(nn.ModuleList([layer, layer, frozen]), lambda parts, c: parts[2](parts[1](parts[0](c))))

    assert find_fault(build) is None


def test_dropout_is_no_fault():
    assert find_fault(lambda dim: Around(nn.Dropout(0.5), lambda part, c: part(c.cumsum(1)))) is None


def test_where_it_looks_ahead_is_said():
    one_ahead = FAULTY["one word ahead"][1]
    assert find_fault(one_ahead).where == "output 0 changes with word 1, both counted from 0"


def test_the_caller_s_random_numbers_stay_as_they_were():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    find_fault(lambda dim: nn.Dropout(0.5))
    assert torch.equal(torch.rand(3), expected)


# --- submitting ---------------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """A challenge of seconds, among two entries that are made up."""
    monkeypatch.setattr(challenge, "TOKENS", 14_000)
    made_up = [Entry("good", (1.1, 1.12, 1.13), 60_000, 3.0), Entry("bad", (5.4, 5.4, 5.5), 60_000, 3.0)]
    monkeypatch.setattr(challenge, "course_entries", lambda: made_up)


def test_a_submission_is_ranked_among_the_others(small):
    standing = submit(lambda dim: lambda c: c.cumsum(1), name="a plain sum", seeds=(0, 1))
    assert isinstance(standing, Standing)
    assert standing.rank == 2 and len(standing.yours.losses) == 2
    assert standing.yours.n_parameters == 60_000
    assert "| 2 | **a plain sum** ←" in standing._repr_markdown_()
    assert repr(standing).startswith("a plain sum: rank ≈ 2 of 3")


def test_the_same_seed_gives_the_same_loss(small):
    def build(dim):
        return Around(nn.Linear(dim, dim), lambda part, c: torch.tanh(part(c.cumsum(1))))

    losses = [submit(build, seeds=(3,)).yours.loss for _ in range(2)]
    assert losses[0] == losses[1]
    assert submit(build, seeds=(4,)).yours.loss != losses[0]


def test_the_seed_also_orders_the_batches(small, monkeypatch):
    seeds, fit = set(), challenge.fit
    monkeypatch.setattr(
        challenge, "fit", lambda *args, seed, **rest: (seeds.add(seed), fit(*args, seed=seed, **rest))
    )
    submit(lambda dim: lambda c: c.cumsum(1), seeds=(3,))
    assert seeds == {3}


@pytest.mark.parametrize(
    ("submission", "reason"),
    [
        (FAULTY["mean over the text"][1], "It looks ahead"),
        (nn.Linear(4, 4), "takes the function that builds it, dim -> module, and got a module"),
        (7, "and got int"),
        (lambda: nn.Identity(), "It raises TypeError"),
        (lambda dim: lambda c: c @ torch.ones(3, 3), "It raises RuntimeError"),
        (
            lambda dim: Around(nn.Linear(300_000, 2), lambda part, c: c * part.bias[0]),
            "cannot be trained like",
        ),
    ],
)
def test_a_rejection_says_why(small, submission, reason):
    rejection = submit(submission, name="mine")
    assert isinstance(rejection, Rejection)
    assert repr(rejection).startswith("mine is not ranked. ") and reason in repr(rejection)


def test_what_takes_too_long_is_not_trained(small, monkeypatch):
    monkeypatch.setattr(challenge, "SLOWEST", -1.0)
    assert "training would take about" in repr(submit(lambda dim: lambda c: c.cumsum(1)))


def test_what_happens_once_does_not_count_as_slow(small, monkeypatch):
    """The first step of a process can take a second; the seconds of a step come from later ones."""
    clock, calls = [0.0], []

    def fit(model, rows, steps, **settings):
        calls.append(steps)
        clock[0] += (50.0 if len(calls) == 1 else 3.0) + 0.5 * steps

    monkeypatch.setattr(challenge, "fit", fit)
    monkeypatch.setattr(challenge.time, "process_time", lambda: clock[0])
    assert challenge._seconds_a_step(nn.Linear(1, 1), None, {}) == pytest.approx(0.5)


def test_settings_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"one seed or more.*\(\)"):
        submit(lambda dim: lambda c: c, seeds=())
    with pytest.raises(ValueError, match="learning_rate > 0"):
        submit(lambda dim: lambda c: c, learning_rate=0)
