"""The training loop: what it computes, that a run goes on as if nothing had happened, and what it refuses."""

import math
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from nlm_utils import evaluation, optim, text, training
from nlm_utils.corpora import campus
from nlm_utils.models import Addition, Attention, FeedForward, LanguageModel
from nlm_utils.optim import OPTIMIZERS
from nlm_utils.text import PADDING
from nlm_utils.training import History, Rows, fit

ROOT = Path(__file__).resolve().parents[1]
VOCABULARY = text.Vocabulary.from_types(campus.types())
SENTENCES = campus.sample(150, 1)
ROWS = Rows.of(SENTENCES, VOCABULARY)
HELD_OUT = Rows.campus(60, 2, VOCABULARY)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")


def small(seed=0, composition=None) -> LanguageModel:
    return LanguageModel(len(VOCABULARY), 8, composition or FeedForward(8, window=2, hidden=8), seed=seed)


def parameters(model) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])


# --- rows -----------------------------------------------------------------------------------------------------------


def test_rows_of_campus_know_the_truth():
    sentences = campus.sample(60, 2)
    assert HELD_OUT.n_tokens == sum(map(len, sentences)) == len(HELD_OUT.exact)
    assert HELD_OUT.entropy_rate == campus.entropy_rate()
    inputs, targets = text.sentence_rows(sentences, VOCABULARY)
    assert np.array_equal(HELD_OUT.inputs, inputs) and np.array_equal(HELD_OUT.targets, targets)


def test_rows_from_windows_are_one_token_ahead():
    rows = Rows.from_windows(np.arange(10), 4)
    assert rows.inputs.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert rows.targets.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


@pytest.mark.parametrize(
    ("build", "kind", "words"),
    [
        (lambda: Rows.from_windows([1, 2, 3], 3), ValueError, "more than length = 3 ids, got 3"),
        (lambda: Rows.from_windows([1, 2, 3], 0), ValueError, "length must be at least 1"),
        (lambda: Rows.from_windows([[1, 2], [3, 4]], 2), ValueError, "1-D array of whole numbers"),
        (lambda: Rows.from_windows([0.5, 1.5], 2), ValueError, "1-D array of whole numbers"),
        (lambda: Rows.from_windows(["a", "b"], 2), ValueError, "1-D array of whole numbers"),
        (lambda: Rows(ROWS.inputs, ROWS.targets[:, 1:]), ValueError, "one shape"),
        (lambda: Rows(torch.zeros(2, 3), torch.zeros(2, 3)), TypeError, "must be int64, got torch.float32"),
        (lambda: Rows(ROWS.inputs[:0], ROWS.targets[:0]), ValueError, "empty"),
        (lambda: Rows(ROWS.inputs, ROWS.targets, HELD_OUT.exact), ValueError, "a row for each of"),
        (lambda: Rows.of([], VOCABULARY), ValueError, "empty"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_are_named(build, kind, words):
    with pytest.raises(kind, match=words):
        build()


# --- what a run computes --------------------------------------------------------------------------------------------


class Reader(nn.Module):
    """A language model that notes the rows it is trained on, without what is behind the last that counts."""

    def __init__(self, model=None):
        super().__init__()
        self.model = model or small(composition=Addition())
        self.batches = []

    def forward(self, ids):
        return self.model(ids)

    def loss(self, inputs, targets):
        self.batches.append(
            [row[kept != PADDING].tolist() for row, kept in zip(targets, targets, strict=True)]
        )
        return self.model.loss(inputs, targets)


def batches_of(n_steps, **settings) -> list[list[list[int]]]:
    reader = Reader()
    fit(reader, ROWS, n_steps, **settings)
    return reader.batches


@pytest.mark.parametrize(
    ("name", "build", "rate", "decay"),
    [
        ("SGD", lambda parameters: torch.optim.SGD(parameters), 1.0, 0.0),
        ("momentum", lambda parameters: torch.optim.SGD(parameters, momentum=0.9), 0.3, 0.0),
        ("Adam", lambda parameters: torch.optim.Adam(parameters, betas=(0.9, 0.99)), 0.01, 0.0),
        ("Adam", lambda parameters: torch.optim.AdamW(parameters, betas=(0.9, 0.99), weight_decay=0.5), 0.01, 0.5),
    ],
)  # fmt: skip
def test_steps_are_those_of_a_loop_written_out(name, build, rate, decay):
    reader, other = Reader(), small(composition=Addition())
    history = fit(
        reader, ROWS, 7, batch_size=40, optimizer=name, learning_rate=rate, warmup=2, clip=0.2, weight_decay=decay,
        measure_every=7,
    )  # fmt: skip
    optimizer, norms, tokens, losses = build(other.parameters()), [], 0, 0.0
    for step, batch in enumerate(reader.batches):
        loss = 0.0
        for row in batch:  # one sentence after the other
            t = other(torch.tensor([[VOCABULARY.id("<s>"), *row[:-1]]]))
            loss = loss + nn.functional.cross_entropy(t[0], torch.tensor(row), reduction="sum")
        optimizer.zero_grad()
        (loss / (40 * ROWS.n_tokens / len(ROWS))).backward()
        norms.append(nn.utils.clip_grad_norm_(other.parameters(), 0.2).item())
        optimizer.param_groups[0]["lr"] = optim.warmup_cosine(step + 1, 2, 8, rate)
        optimizer.step()
        tokens, losses = tokens + sum(map(len, batch)), losses + loss.item()
    assert min(norms) > 0.2, "nothing was clipped, so the test would not notice"
    torch.testing.assert_close(parameters(reader), parameters(other), rtol=1e-4, atol=1e-6)
    assert history.train_losses[-1] == pytest.approx(losses / tokens, rel=1e-5)
    assert history.tokens == [0, tokens]
    assert history.measurements[-1].gradient_norm == pytest.approx(np.mean(norms), rel=1e-4)


def test_an_epoch_takes_every_row_once_and_draws_a_new_order():
    batches = batches_of(8, batch_size=40)
    epochs = [batches[:4], batches[4:]]
    everything = sorted(VOCABULARY.encode(sentence).tolist() for sentence in SENTENCES)
    for epoch in epochs:
        assert [len(batch) for batch in epoch] == [40, 40, 40, 30]
        assert sorted(row for batch in epoch for row in batch) == everything
    assert epochs[0] != epochs[1] and batches_of(8, batch_size=40) == batches
    assert batches_of(8, batch_size=40, seed=1) != batches


def test_the_labels_that_sophia_draws_change_no_batch():
    def read(optimizer):
        batches = batches_of(12, batch_size=30, optimizer=optimizer)
        return [batch for batch, before in zip(batches, [None, *batches], strict=False) if batch != before]

    assert read("Sophia") == read("Adam")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_learns(optimizer):
    rates = {"SGD": 3.0, "momentum": 0.3, "Adam": 0.01, "Sophia": 0.01}
    history = fit(small(), ROWS, 60, optimizer=optimizer, learning_rate=rates[optimizer], held_out=HELD_OUT)
    assert history.gaps[0] == pytest.approx(math.log(len(VOCABULARY)) - campus.entropy_rate(), abs=0.3)
    assert history.gaps[-1] < 0.8 * history.gaps[0]
    assert history.losses[-1] == pytest.approx(history.gaps[-1] + campus.entropy_rate())


def test_the_same_seed_gives_the_same_run_and_leaves_torchs_generator_alone():
    one, other, third = small(), small(), small()
    torch.manual_seed(11)
    expected = torch.rand(1)
    torch.manual_seed(11)
    fit(one, ROWS, 5)
    assert torch.equal(torch.rand(1), expected)
    fit(other, ROWS, 5)
    fit(third, ROWS, 5, seed=1)
    assert torch.equal(parameters(one), parameters(other))
    assert not torch.equal(parameters(one), parameters(third))


def test_measurements_agree_with_evaluation():
    model = small(composition=Addition())
    history = fit(model, ROWS, 20, held_out=HELD_OUT, measure_every=7)
    assert history.steps == [0, 7, 14, 20] and history.ended == "done"
    sentences = campus.sample(60, 2)
    q = evaluation.model_distributions(model, sentences, VOCABULARY)
    gap = evaluation.gap(HELD_OUT.exact, q, sentences)
    assert history.gaps[-1] == pytest.approx(gap.mean, rel=1e-5)
    assert history.measurements[-1].standard_error == pytest.approx(gap.standard_error, rel=1e-4)
    plain = Rows(HELD_OUT.inputs, HELD_OUT.targets)
    loss, unknown, _ = training.measured(model, plain, batch_size=7)
    assert math.isnan(unknown)
    assert loss == pytest.approx(evaluation.nats_per_token(q, sentences, VOCABULARY).mean, rel=1e-5)
    assert history.tokens[-1] > 0 and math.isnan(history.train_losses[0])


def test_a_model_of_ones_own_is_trained_too():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Parameter(torch.zeros(len(VOCABULARY), len(VOCABULARY)))

        def forward(self, ids):
            return self.table[ids]

    history = fit(Own(), ROWS, 30, learning_rate=0.1, held_out=HELD_OUT)
    assert history.gaps[-1] < 0.7 * history.gaps[0]


def test_early_stop_gives_back_the_best_weights():
    few = Rows.of(campus.sample(12, 3), VOCABULARY)
    model = small(composition=FeedForward(8, window=4, hidden=32))
    history = fit(model, few, 2000, learning_rate=0.02, held_out=HELD_OUT, measure_every=10, patience=3)
    assert history.ended == "early stop" and history.steps[-1] < 2000
    best = int(np.argmin(history.losses))
    assert history.best_step == history.steps[best] == history.steps[-1] - 30
    assert training.measured(model, HELD_OUT)[0] == pytest.approx(history.losses[best], rel=1e-6)


# --- a run that goes on ---------------------------------------------------------------------------------------------


class Cut(Exception):
    pass


def run_with_dropout(checkpoint=None, optimizer="Sophia"):
    torch.manual_seed(0)
    composition = FeedForward(8, window=2, hidden=8)
    composition.out = nn.Sequential(nn.Dropout(0.2), composition.out)
    model = small(composition=composition)
    history = fit(
        model, ROWS, 24, batch_size=32, optimizer=optimizer, learning_rate=0.01, held_out=HELD_OUT,
        measure_every=6, checkpoint=checkpoint,
    )  # fmt: skip
    return parameters(model), [row[:-1] for row in history.measurements]  # all but the seconds


@pytest.mark.parametrize("optimizer", ["Adam", "Sophia"])
@pytest.mark.parametrize("at", [0, 1, 6, 13, 23])
def test_a_run_that_is_cut_off_at_any_step_goes_on_as_if_nothing_had_happened(
    tmp_path, monkeypatch, at, optimizer
):
    weights, measurements = run_with_dropout(optimizer=optimizer)
    kind, taken = getattr(optim, optimizer), []

    def cut(self):
        if len(taken) == at:
            raise Cut
        taken.append(self)
        optim.CheckedOptimizer.step(self)

    with monkeypatch.context() as patched, pytest.raises(Cut):
        patched.setattr(kind, "step", cut)
        run_with_dropout(tmp_path / "run.pt", optimizer)
    weights_again, measurements_again = run_with_dropout(tmp_path / "run.pt", optimizer)
    assert np.array_equal(np.array(measurements_again), np.array(measurements), equal_nan=True)
    assert torch.equal(weights_again, weights)


def test_a_finished_run_is_not_run_again(tmp_path, monkeypatch):
    weights, measurements = run_with_dropout(tmp_path / "run.pt")
    monkeypatch.setattr(optim.Sophia, "step", lambda self: pytest.fail("a step of a finished run"))
    weights_again, measurements_again = run_with_dropout(tmp_path / "run.pt")
    assert torch.equal(weights, weights_again) and len(measurements) == len(measurements_again)


def test_a_finished_run_goes_on_with_more_steps(tmp_path):
    settings = {
        "held_out": HELD_OUT,
        "learning_rate": 0.01,
        "measure_every": 10,
        "checkpoint": tmp_path / "run.pt",
    }
    short = fit(small(), ROWS, 20, **settings)
    with pytest.raises(ValueError, match="steps is 10, there it is 20, and a run can only be made longer"):
        fit(small(), ROWS, 10, **settings)
    long = fit(small(), ROWS, 40, **settings)
    assert long.steps == [0, 10, 20, 30, 40] and long.ended == "done"
    assert long.losses[:3] == short.losses and long.losses[-1] < short.losses[-1] - 0.05
    rates = [measurement.learning_rate for measurement in long.measurements]
    assert rates[2] == optim.warmup_cosine(20, 1, 21, 0.01) and rates[3] == optim.warmup_cosine(
        30, 2, 41, 0.01
    )
    whole = fit(small(), ROWS, 40, **(settings | {"checkpoint": None}))
    assert long.losses[-1] != whole.losses[-1]  # its rate was nearly 0 once in between
    assert fit(small(), ROWS, 40, **settings).steps == long.steps


SCRIPT = textwrap.dedent(
    """
    import sys, torch
    from nlm_utils import text, training
    from nlm_utils.corpora import campus
    from nlm_utils.models import Addition, LanguageModel
    torch.set_num_threads(1)
    vocabulary = text.Vocabulary.from_types(campus.types())
    rows = training.Rows.of(campus.sample(150, 1), vocabulary)
    model = LanguageModel(len(vocabulary), 8, Addition())
    history = training.fit(model, rows, int(sys.argv[1]), held_out=training.Rows.campus(60, 2, vocabulary),
                           measure_every=5, checkpoint=sys.argv[2])
    print(history.ended, *history.losses)
    """
)


def start(steps: int, path: Path) -> subprocess.Popen:
    environment = os.environ | {"TQDM_DISABLE": "1"}
    command = [sys.executable, "-c", SCRIPT, str(steps), str(path)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def test_a_process_that_is_killed_leaves_a_whole_checkpoint_and_the_curve_goes_on(tmp_path):
    whole = start(200, tmp_path / "whole.pt").communicate(timeout=120)[0]
    process = start(200, tmp_path / "killed.pt")
    while not (tmp_path / "killed.pt").exists():
        assert process.poll() is None
        time.sleep(0.005)
    time.sleep(0.1)
    process.kill()
    process.wait()
    assert start(200, tmp_path / "killed.pt").communicate(timeout=120)[0] == whole


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_ctrl_c_keeps_what_was_learnt_and_the_run_can_go_on(tmp_path):
    process = start(1_000_000, tmp_path / "run.pt")
    while not (tmp_path / "run.pt").exists():
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=60)[0].split()
    assert process.returncode == 0 and output[0] == "interrupted" and len(output) > 1


def test_an_interrupted_fit_returns_and_ctrl_c_is_as_before():
    model, before = small(), signal.getsignal(signal.SIGINT)
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    history = fit(model, ROWS, 1_000_000, measure_every=500_000)
    assert history.ended == "interrupted"
    assert signal.getsignal(signal.SIGINT) is before
    assert not torch.equal(parameters(model), parameters(small()))


def test_fit_works_outside_the_main_thread():
    histories = []
    thread = threading.Thread(target=lambda: histories.append(fit(small(), ROWS, 3)))
    thread.start()
    thread.join()
    assert histories[0].ended == "done"


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"steps": 0}, "steps must be at least 1, got 0"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"optimizer": "adam"}, "'Adam', 'Sophia', got 'adam'"),
        ({"learning_rate": 0.0}, "learning_rate must be > 0"),
        ({"clip": 0.0}, "clip must be > 0, or None"),
        ({"measure_every": -1}, "measure_every must be at least 1"),
        ({"patience": 2}, "patience needs held_out"),
    ],
)
def test_settings_that_cannot_be_are_named(setting, words):
    with pytest.raises(ValueError, match=words):
        fit(small(), ROWS, **({"steps": 3} | setting))


def test_checkpoints_of_another_run_are_refused(tmp_path):
    path = tmp_path / "run.pt"
    fit(small(), ROWS, 4, checkpoint=path)
    before = path.read_bytes()
    other = small()
    for model, rows, settings, words in [
        (other, ROWS, {"learning_rate": 0.1}, "learning_rate is 0.1, there it is 0.003"),
        (small(composition=Addition()), ROWS, {}, "model is .*Addition.*, there it is .*FeedForward"),
        (other, HELD_OUT, {}, "rows are different ones"),
        (other, ROWS, {"held_out": HELD_OUT}, "held-out are different ones"),
    ]:
        with pytest.raises(ValueError, match=f"another run: {words}"):
            fit(model, rows, 4, checkpoint=path, **settings)
    assert path.read_bytes() == before
    assert torch.equal(parameters(other), parameters(small()))


@pytest.mark.parametrize(
    "damage", [lambda content: content[:100], lambda content: b"", lambda content: b"x" + content]
)
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    path = tmp_path / "run.pt"
    fit(small(), ROWS, 2, checkpoint=path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"run\.pt is damaged"):
        fit(small(), ROWS, 2, checkpoint=path)


def test_a_file_that_is_no_checkpoint_is_named(tmp_path):
    small().save(tmp_path / "model.pt")
    with pytest.raises(ValueError, match="must hold a checkpoint, got language model"):
        fit(small(), ROWS, 2, checkpoint=tmp_path / "model.pt")


def test_a_loss_that_is_not_finite_stops_the_run_and_changes_nothing():
    model = small(composition=Addition())
    with torch.no_grad():
        model.W[3, 2] = math.inf
    before = parameters(model)
    with pytest.raises(FloatingPointError, match="at step 1 the loss is nan"):
        fit(model, ROWS, 3)
    assert torch.equal(parameters(model), before)


def test_rows_longer_than_the_context_are_named():
    model = small(composition=Attention(8, n_heads=2, context=4))
    with pytest.raises(ValueError, match="context = 4 tokens"):
        fit(model, ROWS, 1)


def test_a_model_without_parameters_is_named():
    with pytest.raises(ValueError, match="no parameters"):
        fit(nn.Identity(), ROWS, 1)


# --- what is shown --------------------------------------------------------------------------------------------------


def test_a_history_says_how_it_ended_and_draws_itself_over_the_floors():
    history = fit(small(), ROWS, 20, held_out=HELD_OUT)
    assert str(history).startswith("done: 20 steps, ") and "gap to the entropy rate ≈ " in str(history)
    figure = history.plot({"trigram": campus.ngram_floor(3)}, title="a title")
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "a title"
    levels = [line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == "--"]
    assert campus.ngram_floor(3) in levels and campus.entropy_rate() in levels
    drawn = [line.get_xydata().T for line in axes.lines if len(line.get_ydata()) == len(history.steps) - 1]
    assert all(xs.tolist() == history.tokens[1:] for xs, _ in drawn) and "tokens" in axes.get_xlabel()
    for losses in (history.losses, history.train_losses):
        assert any(np.allclose(ys, losses[1:]) for _, ys in drawn)
    with pytest.raises(ValueError, match="nothing to draw"):
        History().plot()


def test_the_progress_bar_tells_loss_gap_and_speed(monkeypatch, capsys):
    monkeypatch.delenv("TQDM_DISABLE")
    monkeypatch.delenv("CI", raising=False)
    fit(small(), ROWS, 60, held_out=HELD_OUT)
    shown = capsys.readouterr().err
    assert "loss " in shown and "gap " in shown and "tokens/s" in shown
    monkeypatch.setenv("CI", "true")
    fit(small(), ROWS, 60)
    assert capsys.readouterr().err == ""
