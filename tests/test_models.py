"""Every composition there is, under the same tests; and the language model around it."""

import math
import subprocess
import sys
from functools import partial

import pytest
import torch
from torch import nn

from nlm_utils import models
from nlm_utils.models import (
    Addition,
    Attention,
    Composition,
    FeedForward,
    LanguageModel,
    Mamba,
    Recurrent,
    Transformer,
    storage,
)
from nlm_utils.models.attention import sinusoidal_positions
from nlm_utils.models.registry import COMPOSITIONS
from nlm_utils.models.sampling import generate, generate_with_state, top_k_filter, top_p_filter

V, D, T = 11, 8, 9

OTHER_SETTINGS = {
    "feed-forward, window 1": lambda: FeedForward(D, window=1, hidden=5),
    "GRU, two layers": lambda: Recurrent(D, "gru", n_layers=2),
    "attention, sinusoidal positions": lambda: Attention(D, n_heads=2, context=T, positions="sinusoidal"),
    "attention, no positions": lambda: Attention(D, n_heads=1, context=12, positions=None),
    "Transformer, rotary positions": lambda: Transformer(D, n_heads=2, context=12, positions="rotary"),
    "Transformer, no positions": lambda: Transformer(D, n_heads=4, context=T, positions=None),
    "Transformer, norm after": lambda: Transformer(D, 1, 1, T, positions="sinusoidal", norm="post"),
    "Transformer, bare": lambda: Transformer(D, 1, 2, T, norm=None, residual=False),
    "Mamba, two layers": lambda: Mamba(D, n_layers=2, state=4),
    "Mamba, wide kernel": lambda: Mamba(D, state=3, expand=1, kernel=5),
}
BUILDERS = {name: partial(recipe, D, T) for name, recipe in COMPOSITIONS.items()} | OTHER_SETTINGS

each = pytest.mark.parametrize("build", BUILDERS.values(), ids=BUILDERS)


class Mean(Composition):
    """What a student might write: no step of its own."""

    def forward(self, c):
        return c.cumsum(1) / torch.arange(1, c.shape[1] + 1)[:, None]


def model_of(build, **settings) -> LanguageModel:
    return LanguageModel(V, D, build(), **settings)


def some_ids(rows=3, length=T, seed=0) -> torch.Tensor:
    return torch.randint(V, (rows, length), generator=torch.Generator().manual_seed(seed))


# --- what holds for every composition -------------------------------------------------------------------------------


@each
def test_shapes_and_dtype(build):
    c = torch.randn(2, 5, D)
    x = build()(c)
    assert x.shape == (2, 5, D) and x.dtype == c.dtype


@each
def test_a_later_token_changes_nothing_before_it(build):
    model, ids = model_of(build).double(), some_ids()
    before = model(ids)
    for place in range(1, T):
        changed = ids.clone()
        changed[:, place] = (changed[:, place] + 1) % V
        after = model(changed)
        torch.testing.assert_close(after[:, :place], before[:, :place], rtol=0, atol=1e-12)
        assert not torch.allclose(after[:, place], before[:, place])  # and its own place sees it


@each
def test_a_prefix_alone_gives_the_same_as_inside_a_longer_text(build):
    model, ids = model_of(build).double(), some_ids()
    whole = model(ids)
    for length in range(1, T + 1):
        torch.testing.assert_close(model(ids[:, :length]), whole[:, :length], rtol=1e-9, atol=1e-12)


@each
def test_step_by_step_gives_the_same_as_the_whole_pass(build):
    model, ids = model_of(build).double(), some_ids()
    whole, state = model(ids), None
    for place in range(T):
        t, state = model.step(ids[:, place], state)
        torch.testing.assert_close(t, whole[:, place], rtol=1e-9, atol=1e-12)


def test_the_step_that_all_compositions_inherit():
    model, ids = model_of(Mean).double(), some_ids()
    whole, state = model(ids), None
    for place in range(T):
        t, state = model.step(ids[:, place], state)
        torch.testing.assert_close(t, whole[:, place])


@each
def test_gradients(build):
    composition = build().double()
    c = torch.randn(
        2, 4, D, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True
    )
    assert torch.autograd.gradcheck(composition, (c,), atol=1e-6, rtol=1e-5)
    composition(c).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in composition.parameters())


@each
def test_a_saved_model_gives_the_same_logits(build, tmp_path):
    model, ids = model_of(build, seed=5), some_ids()
    model.save(tmp_path / "model.pt")
    again = LanguageModel.load(tmp_path / "model.pt")
    assert type(again.composition) is type(model.composition)
    assert torch.equal(again(ids), model(ids))
    assert list(tmp_path.iterdir()) == [tmp_path / "model.pt"]  # nothing unfinished is left


@each
def test_the_seed_draws_all_parameters_and_nothing_else(build):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    one = LanguageModel(V, D, build(), seed=1)
    torch.manual_seed(4)
    other, third = model_of(build, seed=1), model_of(build, seed=2)
    drawn_twice = zip(build().named_parameters(), build().parameters(), strict=True)
    constant = {f"composition.{name}" for (name, a), b in drawn_twice if torch.equal(a, b)}
    triples = zip(one.named_parameters(), other.parameters(), third.parameters(), strict=True)
    for (name, a), b, c in triples:
        assert torch.equal(a, b) and torch.equal(a, c) == (name in constant), name
    composition = build()
    torch.manual_seed(3)
    LanguageModel(V, D, composition)
    assert torch.equal(torch.rand(1), expected)


@each
def test_the_first_loss_is_close_to_log_v(build):
    model = LanguageModel(250, D, build())
    ids = torch.randint(250, (50, T), generator=torch.Generator().manual_seed(0))
    targets = torch.randint(250, (50, T), generator=torch.Generator().manual_seed(1))
    assert model.loss(ids, targets).item() == pytest.approx(math.log(250), abs=0.03)


def test_embeddings_and_projection_start_at_their_scales():
    untied, tied = (LanguageModel(500, 64, Addition(), tied=tied) for tied in (False, True))
    scales = [weights.std().item() for weights in (untied.E, untied.W, tied.E)]
    assert scales == pytest.approx([1.0, 0.01, 0.02], rel=0.03)


@pytest.mark.parametrize("kind", [Attention, Transformer])
def test_learned_positions_start_half_as_large_as_the_words(kind):
    model = LanguageModel(500, 64, kind(64, context=500, positions="learned"))
    positions = model.composition.positions
    assert (positions.std() / model.E.std()).item() == pytest.approx(0.5, rel=0.03)


@each
def test_generating_with_a_state_draws_the_same_tokens(build):
    model = model_of(build)
    with torch.no_grad():
        model.W *= 100  # far from an even guess
    one = generate(model, [0, 3], T - 2, torch.Generator().manual_seed(2), temperature=0.7)
    other = generate_with_state(model, [0, 3], T - 2, torch.Generator().manual_seed(2), temperature=0.7)
    assert torch.equal(one, other) and one.dtype == torch.int64 and len(one) == T


# --- references that nobody here wrote ------------------------------------------------------------------------------


@pytest.mark.parametrize(("cell", "kind"), [("rnn", nn.RNN), ("gru", nn.GRU), ("lstm", nn.LSTM)])
def test_recurrent_is_torchs_layer_with_the_same_weights(cell, kind):
    composition = Recurrent(D, cell, n_layers=2).double()
    reference = kind(D, D, num_layers=2, batch_first=True).double()
    reference.load_state_dict(composition.cell.state_dict())
    c = torch.randn(3, T, D, dtype=torch.float64)
    assert torch.equal(composition(c), reference(c)[0])


@pytest.mark.parametrize("n_heads", [1, 2, 8])
def test_attention_is_torchs_layer_with_the_same_weights(n_heads):
    composition = Attention(D, n_heads, context=T, positions="sinusoidal").double()
    reference = nn.MultiheadAttention(D, n_heads, bias=False, batch_first=True).double()
    reference.load_state_dict(
        {"in_proj_weight": composition.to_qkv.weight, "out_proj.weight": composition.out.weight}
    )
    c = torch.randn(3, T, D, dtype=torch.float64)
    at = c + composition.positions
    ahead = torch.ones(T, T, dtype=torch.bool).triu(1)
    expected, weights = reference(at, at, at, attn_mask=ahead, average_attn_weights=False)
    torch.testing.assert_close(composition(c), expected)
    torch.testing.assert_close(composition.weights(c), weights)


def test_feed_forward_reads_its_window_oldest_first_and_zeros_before_the_start():
    composition, c = FeedForward(D, window=3).double(), torch.randn(1, 5, D, dtype=torch.float64)
    zeros = torch.zeros(D, dtype=torch.float64)

    def network(*window):
        return composition.out(torch.tanh(composition.hidden(torch.cat(window))))

    torch.testing.assert_close(composition(c)[0, 0], network(zeros, zeros, c[0, 0]))
    torch.testing.assert_close(composition(c)[0, 4], network(c[0, 2], c[0, 3], c[0, 4]))


ORDER_COUNTS = {
    "addition": False, "attention, no positions": False, "feed-forward, window 1": False,
    "feed-forward": True, "RNN": True, "GRU": True, "LSTM": True, "attention": True, "Transformer": True,
    "Transformer, rotary positions": True, "Mamba": True,
}  # fmt: skip


@pytest.mark.parametrize(("name", "counts"), ORDER_COUNTS.items(), ids=ORDER_COUNTS)
def test_whether_the_order_of_the_words_counts(name, counts):
    model, ids = model_of(BUILDERS[name]).double(), some_ids(rows=1)
    other_order = ids[:, [1, 0, 2, 3, 4, 6, 5, 7, 8]]
    same = torch.allclose(model(ids)[:, -1], model(other_order)[:, -1], rtol=0, atol=1e-14)
    assert same != counts


def test_attention_without_positions_still_sees_the_last_word():
    model, ids = model_of(BUILDERS["attention, no positions"]).double(), some_ids(rows=1)
    assert not torch.allclose(model(ids)[:, -1], model(ids[:, [8, 1, 2, 3, 4, 5, 6, 7, 0]])[:, -1])


def test_sinusoidal_positions():
    for p, row in enumerate(sinusoidal_positions(3, 4).tolist()):
        expected = [math.sin(p), math.cos(p), math.sin(p / 100), math.cos(p / 100)]
        assert row == pytest.approx(expected, abs=1e-6)


# --- the model around the composition -------------------------------------------------------------------------------


def test_the_loss_leaves_out_what_is_padding():
    model, ids, targets = model_of(Addition), some_ids(), some_ids(seed=1)
    targets[0, 4:] = -100
    expected = nn.functional.cross_entropy(model(ids).flatten(0, 1), targets.flatten(), ignore_index=-100)
    torch.testing.assert_close(model.loss(ids, targets), expected)


def test_a_tied_projection_is_one_parameter_that_hears_of_both():
    tied, untied = model_of(Addition, tied=True), model_of(Addition)
    assert tied.W is tied.E
    assert tied.n_parameters == V * D and untied.n_parameters == 2 * V * D
    with torch.no_grad():
        untied.E.copy_(tied.E), untied.W.copy_(tied.E)
    for model in (tied, untied):
        model.loss(some_ids(), some_ids(seed=1)).backward()
    torch.testing.assert_close(tied.E.grad, untied.E.grad + untied.W.grad)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda m: m(torch.tensor([[0, V]])), IndexError, f"0 … {V - 1}, got {V}"),
        (lambda m: m(torch.tensor([[0, -100]])), IndexError, "padding belongs in the targets"),
        (lambda m: m(torch.tensor([[0.0, 1.0]])), TypeError, "int64, got torch.float32"),
        (lambda m: m(torch.tensor([0, 1])), ValueError, r"\(batch, time\).*got \(2,\)"),
        (lambda m: m(torch.zeros(1, 0, dtype=torch.int64)), ValueError, "at least one token"),
        (lambda m: m([[0, 1]]), ValueError, "got list"),
        (lambda m: m.loss(some_ids(), some_ids()[:, 1:]), ValueError, "shaped like inputs"),
        (lambda m: m.generate([], 3), ValueError, "at least one id"),
        (lambda m: m.generate([0], 3, temperature=0), ValueError, "temperature must be > 0, got 0"),
        (lambda m: m.generate([0], 3, top_k=0), ValueError, "top_k must be at least 1"),
        (lambda m: m.generate([0], 3, top_p=1.5), ValueError, r"top_p must lie in \(0, 1\], got 1.5"),
    ],
)
def test_bad_input_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call(model_of(Addition))


def test_a_text_longer_than_the_context_is_named():
    model = model_of(lambda: Attention(D, n_heads=2, context=4))
    assert model(some_ids(length=4)).shape == (3, 4, V)
    assert len(model.generate([0], 4)) == 5  # the last token is never read
    with pytest.raises(ValueError, match="context = 4 tokens, got 5"):
        model(some_ids(length=5))
    with pytest.raises(ValueError, match="context = 4 tokens, got 5"):
        model.composition(torch.zeros(1, 5, D))
    with pytest.raises(ValueError, match="context of 4"):
        model.generate([0], 5)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: LanguageModel(V, 4, FeedForward(D)), "dim is 4, but the composition was built for 8"),
        (lambda: LanguageModel(0, D, Addition()), "at least 1, got 0"),
        (lambda: Recurrent(D, "lstmm"), "'lstm', got 'lstmm'"),
        (lambda: FeedForward(D, window=0), "window must be at least 1"),
        (lambda: Attention(D, n_heads=3), "n_heads must divide dim = 8, got 3"),
        (lambda: Attention(D, positions="none"), "got 'none'"),
        (lambda: Attention(9, n_heads=3, positions="sinusoidal"), "need an even dim, got 9"),
    ],
)
def test_a_model_that_cannot_be_is_named(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_a_composition_that_is_no_module_is_named():
    with pytest.raises(TypeError, match=r"such as Addition\(\)"):
        LanguageModel(V, D, Addition)


def test_files_that_cannot_be_read_are_named(tmp_path):
    path = tmp_path / "model.pt"
    with pytest.raises(FileNotFoundError, match=r"model\.pt"):
        LanguageModel.load(path)
    model_of(Addition).save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ValueError, match="damaged"):
        LanguageModel.load(path)
    path.write_text("the students opened their books .")
    with pytest.raises(ValueError, match="damaged"):
        LanguageModel.load(path)
    storage.write({"kind": "checkpoint"}, path)
    with pytest.raises(ValueError, match="must hold a language model, got checkpoint"):
        LanguageModel.load(path)
    LanguageModel(V, D, Mean()).save(path)
    with pytest.raises(ValueError, match="composition 'Mean', which is not one of the course's"):
        LanguageModel.load(path)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "model.pt"
    model_of(Addition).save(path)
    good = path.read_bytes()

    def breaks(content, file):
        file.write(b"half a mod")
        raise OSError("no space left")

    monkeypatch.setattr(storage.torch, "save", breaks)
    with pytest.raises(OSError, match="no space left"):
        model_of(Addition, seed=1).save(path)
    assert path.read_bytes() == good and list(tmp_path.iterdir()) == [path]


# --- the registry ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recipe", COMPOSITIONS.values(), ids=COMPOSITIONS)
def test_every_class_is_found_in_models_by_its_name(recipe):
    kind = type(recipe(D, T))
    assert getattr(models, kind.__name__) is kind and issubclass(kind, models.Composition)


def test_a_name_that_no_model_has_is_refused():
    with pytest.raises(AttributeError, match=r"'nlm_utils\.models' has no attribute 'Transfomer'"):
        models.Transfomer  # noqa: B018


def test_only_the_file_of_the_class_that_is_asked_for_is_read():
    asked = "import sys; from nlm_utils import models; models.Recurrent(8); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    read = {name for name in done.stdout.split() if name.startswith("nlm_utils.models.")}
    files = {type(recipe(D, T)).__module__ for recipe in COMPOSITIONS.values()} | {
        "nlm_utils.models.registry"
    }
    assert read & files == {"nlm_utils.models.recurrent"}


# --- drawing text ---------------------------------------------------------------------------------------------------


def test_filters_keep_what_they_should():
    t = torch.tensor([[1.0, 3.0, 2.0, -1.0], [0.0, 0.1, 5.0, 4.0]])
    inf = math.inf
    assert top_k_filter(t, 2).tolist() == [[-inf, 3.0, 2.0, -inf], [-inf, -inf, 5.0, 4.0]]
    assert top_k_filter(t, 4).tolist() == t.tolist()
    assert top_p_filter(t, 0.6).tolist() == [[-inf, 3.0, -inf, -inf], [-inf, -inf, 5.0, -inf]]
    assert top_p_filter(t, 0.75).tolist() == [[-inf, 3.0, 2.0, -inf], [-inf, -inf, 5.0, 4.0]]
    assert top_p_filter(t, 1e-6).isfinite().sum().item() == 2
    assert top_p_filter(t, 1.0).tolist() == t.tolist()


def test_generation_stops_and_obeys_the_filters():
    model = model_of(Addition)
    with torch.no_grad():
        model.W *= 300
    likeliest = model.generate([0], 5, torch.Generator().manual_seed(0), top_k=1)
    again = model.generate([0], 5, torch.Generator().manual_seed(9), top_p=1e-9)
    assert torch.equal(likeliest, again)
    stopped = model.generate([0], 5, top_k=1, stop=likeliest[2].item())
    first = likeliest.tolist().index(likeliest[2].item(), 1)
    assert stopped.tolist() == likeliest[: first + 1].tolist()


def test_generated_frequencies_are_the_models_probabilities():
    model, generator = model_of(Addition), torch.Generator().manual_seed(0)
    with torch.no_grad():
        model.W *= 60
        p = (model(torch.tensor([[3]]))[0, 0] / 2).softmax(0)
    drawn = [model.generate([3], 1, generator, temperature=2.0)[-1].item() for _ in range(4000)]
    frequencies = torch.bincount(torch.tensor(drawn), minlength=V) / 4000
    assert (frequencies - p).abs().max() < 4 * (p * (1 - p) / 4000).sqrt().max()
