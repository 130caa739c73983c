"""The Transformer against torch's own layers, and what its switches do; what holds for all is in test_models.py."""

import pytest
import torch
from torch import nn

from nlm_utils.models import LanguageModel, Transformer
from nlm_utils.models.attention import sinusoidal_positions
from nlm_utils.models.transformer import rotate

V, D, T = 11, 8, 9


def some(batch=3, length=T, dim=D, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, length, dim, generator=generator, dtype=torch.float64)


def some_ids(rows=3, length=T, seed=0):
    return torch.randint(V, (rows, length), generator=torch.Generator().manual_seed(seed))


def moved(transformer: Transformer) -> Transformer:
    """Away from its start, gains too, so that what is left out somewhere shows."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in transformer.parameters():
            parameter += 0.2 * torch.randn_like(parameter)
    return transformer.double()


def torchs(transformer: Transformer, n_heads: int, norm_first: bool) -> nn.Module:
    """torch's encoder with the same weights, and its final norm for norm_first."""
    layer = nn.TransformerEncoderLayer(
        D, n_heads, 4 * D, dropout=0.0, activation="gelu", batch_first=True, norm_first=norm_first, bias=False
    )
    norm = nn.LayerNorm(D, bias=False) if norm_first else None
    encoder = nn.TransformerEncoder(layer, len(transformer.blocks), norm, enable_nested_tensor=False).double()
    for theirs, block in zip(encoder.layers, transformer.blocks, strict=True):
        theirs.load_state_dict(
            {
                "self_attn.in_proj_weight": block.attention.to_qkv.weight,
                "self_attn.out_proj.weight": block.attention.out.weight,
                "linear1.weight": block.feed_forward[0].weight,
                "linear2.weight": block.feed_forward[2].weight,
                "norm1.weight": block.norm1.weight,
                "norm2.weight": block.norm2.weight,
            }
        )
    if norm is not None:
        encoder.norm.load_state_dict(transformer.norm.state_dict())
    return encoder


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("n_heads", [1, 2, 8])
@pytest.mark.parametrize("n_layers", [1, 3])
def test_values_and_gradients_are_those_of_torchs_encoder(n_layers, n_heads, norm):
    mine = moved(Transformer(D, n_layers, n_heads, T, positions="learned", norm=norm))
    theirs = torchs(mine, n_heads, norm == "pre")
    mask = nn.Transformer.generate_square_subsequent_mask(T, dtype=torch.float64)
    c, cotangent = some().requires_grad_(), some(seed=1)
    one, other = mine(c), theirs(c + mine.positions, mask=mask, is_causal=True)
    torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)
    (grad,) = torch.autograd.grad(one, c, cotangent, retain_graph=True)
    torch.testing.assert_close(grad, torch.autograd.grad(other, c, cotangent, retain_graph=True)[0])
    one.backward(cotangent)
    other.backward(cotangent)
    for block, layer in zip(mine.blocks, theirs.layers, strict=True):
        torch.testing.assert_close(block.attention.to_qkv.weight.grad, layer.self_attn.in_proj_weight.grad)
        torch.testing.assert_close(block.feed_forward[0].weight.grad, layer.linear1.weight.grad)
        torch.testing.assert_close(block.norm2.weight.grad, layer.norm2.weight.grad)


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "rotary", None])
@pytest.mark.parametrize("tied", [True, False])
def test_the_parameters_are_those_that_the_formula_counts(positions, tied):
    n_layers, context = 3, 12
    model = LanguageModel(V, D, Transformer(D, n_layers, 2, context, positions), tied=tied)
    learned = context * D if positions == "learned" else 0
    expected = V * D * (1 if tied else 2) + learned + n_layers * (12 * D**2 + 2 * D) + D
    assert model.n_parameters == expected


@pytest.mark.parametrize("positions", ["learned", "rotary"])
@pytest.mark.parametrize("norm", ["pre", "post", None])
def test_weights_are_those_with_which_the_layers_look(positions, norm):
    model = moved(Transformer(D, 2, 2, T, positions, norm=norm))
    c = some()
    weights = model.weights(c)
    assert [w.shape for w in weights] == [(3, 2, T, T)] * 2
    x = model.at(c)
    for block, w in zip(model.blocks, weights, strict=True):
        torch.testing.assert_close(w.sum(-1), torch.ones(3, 2, T, dtype=torch.float64))
        assert (w.triu(1) == 0).all()
        read = block.norm1(x) if norm == "pre" else x
        _, _, v = block.attention.heads(read)
        torch.testing.assert_close(block.attention.merge(w @ v), block.attention(read))
        x = block(x)


def test_a_switch_takes_away_what_it_says():
    c = some()
    for norm in ("pre", None):
        with_it = moved(Transformer(D, 1, 2, T, norm=norm, positions=None))
        without = Transformer(D, 1, 2, T, norm=norm, positions=None, residual=False).double()
        without.load_state_dict(with_it.state_dict())
        block, bare = with_it.blocks[0], without.blocks[0]
        attended = block.attention(block.norm1(c))
        torch.testing.assert_close(bare(c), block.feed_forward(block.norm2(attended)))
        x = c + attended
        torch.testing.assert_close(block(c), x + block.feed_forward(block.norm2(x)))
    assert not any("norm" in name for name, _ in Transformer(D, norm=None).named_parameters())


def test_without_positions_one_layer_is_blind_to_order_and_two_are_not():
    """The causal mask tells a second layer how long the prefix of each word was."""
    c = some()
    other_order = c[:, [1, 0, 2, 3, 4, 6, 5, 7, 8]]
    for n_layers, blind in ((1, True), (2, False)):
        model = moved(Transformer(D, n_layers, 2, T, positions=None))
        assert torch.allclose(model(c)[:, -1], model(other_order)[:, -1], rtol=0, atol=1e-12) == blind


def test_rotary_scores_depend_on_the_distance_alone():
    q, k = some(1, 1, seed=1), some(1, 1, seed=2)
    turns = sinusoidal_positions(20, D).double()
    scores = rotate(q.expand(1, 20, D), turns) @ rotate(k.expand(1, 20, D), turns).transpose(1, 2)
    for distance in range(-5, 6):
        along = scores[0].diagonal(distance)
        torch.testing.assert_close(along, along[:1].expand_as(along), rtol=1e-5, atol=1e-6)
    assert scores[0, 0].std() > 0.1
    torch.testing.assert_close(rotate(q, turns[:1]), q)  # the first place turns nothing
    as_complex = torch.view_as_complex(some(2, 5).unflatten(-1, (-1, 2)))
    angles = torch.arange(5)[:, None] * 10000.0 ** (-torch.arange(0, D, 2) / D)
    expected = torch.view_as_real(as_complex * torch.polar(torch.ones_like(angles), angles)).flatten(-2)
    torch.testing.assert_close(rotate(some(2, 5), turns[:5]), expected, rtol=1e-5, atol=1e-6)


def test_rotary_positions_shift_without_effect_on_what_is_seen():
    """A text read from place 3 on gives what it gives from place 0 on; learned positions do not."""
    for positions, same in (("rotary", True), ("learned", False)):
        model = moved(Transformer(D, 2, 2, 16, positions))
        c = some(1)
        x = model(c)
        if positions == "rotary":
            for block in model.blocks:
                block.attention.rotation = sinusoidal_positions(19, D // 2)[3:].double()
        else:
            model.positions.data = model.positions.data.roll(-3, 0)
        assert torch.allclose(x, model(c), rtol=1e-4, atol=1e-5) == same


def test_at_the_start_the_stream_neither_vanishes_nor_explodes():
    """What the blocks add has the size of what they read, at any depth and width."""
    for dim, n_layers in ((16, 1), (64, 2), (64, 12)):
        model = LanguageModel(V, dim, Transformer(dim, n_layers, 4, T), seed=3)
        x = start = model.composition.at(model.embed(some_ids(20)))
        for block in model.composition.blocks:
            x = block(x)
        assert 0.1 < (x - start).std() / start.std() < 2


def test_a_state_can_be_used_twice():
    model, ids = LanguageModel(V, D, moved(Transformer(D, 2, 2, T))).double(), some_ids()
    _, state = model.step(ids[:, 0])
    first, _ = model.step(ids[:, 1], state)
    model.step(ids[:, 2], state)
    again, _ = model.step(ids[:, 1], state)
    assert torch.equal(first, again)


def test_a_text_longer_than_the_context_is_named():
    model = LanguageModel(V, D, Transformer(D, 1, 2, 4, "rotary"))
    state = None
    for place in range(4):
        _, state = model.step(some_ids()[:, place], state)
    for call in (
        lambda: model.step(some_ids()[:, 4], state),
        lambda: model(some_ids(length=5)),
        lambda: model.composition(torch.zeros(1, 5, D)),
        lambda: model.composition.weights(torch.zeros(1, 5, D)),
    ):
        with pytest.raises(ValueError, match="context = 4 tokens, got 5"):
            call()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"n_layers": 0}, "n_layers and context must be at least 1, got 0"),
        ({"context": 0}, "n_layers and context must be at least 1, got 2, 0"),
        ({"n_heads": 3}, "n_heads must divide dim = 8, got 3"),
        ({"positions": "rope"}, "'rotary' or None, got 'rope'"),
        ({"norm": "layer"}, "'pre', 'post' or None, got 'layer'"),
        ({"positions": "rotary", "n_heads": 8}, "must be even, got dim = 8, n_heads = 8"),
        ({"dim": 9, "n_heads": 3, "positions": "sinusoidal"}, "must be even, got dim = 9"),
    ],
)
def test_a_transformer_that_cannot_be_is_named(settings, words):
    with pytest.raises(ValueError, match=words):
        Transformer(**{"dim": D} | settings)
