"""Lecture 11's references against layers that nobody here wrote: torch's own, in float64."""

import pytest
import torch
from torch import nn

from nlm_utils.exercises import get

causal_mask = get("causal_mask").reference
count_parameters = get("count_parameters").reference
feed_forward = get("feed_forward").reference
layer_norm = get("layer_norm").reference
pre_norm_block = get("pre_norm_block").reference
rotary_positions = get("rotary_positions").reference


def random(*shape, seed=0, grad=False):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_(grad)


def assert_same_gradients(mine, theirs, parameters):
    cotangent = random(*mine.shape, seed=99)
    for one, other in zip(
        torch.autograd.grad(mine, parameters, cotangent, retain_graph=True),
        torch.autograd.grad(theirs, parameters, cotangent),
        strict=True,
    ):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("front", [(), (3,), (2, 3)])
@pytest.mark.parametrize("eps", [1e-5, 0.1])
def test_layer_norm_and_its_gradients_are_those_of_torch(front, eps):
    x, gain, bias = random(*front, 7, grad=True), random(7, seed=1, grad=True), random(7, seed=2, grad=True)
    theirs = nn.functional.layer_norm(x, (7,), gain, bias, eps)
    mine = layer_norm(x, gain, bias, eps)
    torch.testing.assert_close(mine, theirs)
    assert_same_gradients(mine, theirs, (x, gain, bias))


def test_layer_norm_gives_mean_0_and_variance_1():
    normal = layer_norm(1000 * random(4, 50), torch.ones(50), torch.zeros(50))
    torch.testing.assert_close(normal.mean(-1), torch.zeros(4, dtype=torch.float64))
    torch.testing.assert_close(normal.var(-1, unbiased=False), torch.ones(4, dtype=torch.float64))


@pytest.mark.parametrize("front", [(), (3,), (2, 3)])
def test_feed_forward_and_its_gradients_are_those_of_torch(front):
    network = nn.Sequential(nn.Linear(5, 9), nn.GELU(), nn.Linear(9, 5)).double()
    x = random(*front, 5, grad=True)
    parameters = list(network.parameters())
    mine = feed_forward(x, *parameters)
    torch.testing.assert_close(mine, network(x))
    assert_same_gradients(mine, network(x), (x, *parameters))


@pytest.mark.parametrize("n_heads", [1, 2])
def test_the_block_and_its_gradients_are_those_of_torchs_encoder_layer(n_heads):
    layer = nn.TransformerEncoderLayer(
        6, n_heads, 24, dropout=0.0, activation="gelu", batch_first=True, norm_first=True, dtype=torch.float64
    )
    for name, parameter in layer.named_parameters():  # the norms too, which torch starts at 1 and 0
        parameter.data.copy_(random(*parameter.shape, seed=len(name)) * 0.5)
    mask = ~causal_mask(4)

    def attention(x):
        return layer.self_attn(x, x, x, attn_mask=mask, need_weights=False)[0]

    def network(x):
        return feed_forward(
            x, layer.linear1.weight, layer.linear1.bias, layer.linear2.weight, layer.linear2.bias
        )

    def norm(module):
        return lambda x: layer_norm(x, module.weight, module.bias)

    x = random(2, 4, 6, grad=True)
    mine = pre_norm_block(x, attention, network, norm(layer.norm1), norm(layer.norm2))
    theirs = layer(x, src_mask=mask)
    torch.testing.assert_close(mine, theirs)
    assert_same_gradients(mine, theirs, (x, *layer.parameters()))


@pytest.mark.parametrize("tied", [True, False])
def test_the_count_is_that_of_modules_of_torch(tied):
    vocab_size, dim, n_layers, context = 31, 12, 3, 17
    model = nn.ModuleDict({"E": nn.Embedding(vocab_size, dim), "positions": nn.Embedding(context, dim)})
    for i in range(n_layers):
        model[f"layer{i}"] = nn.TransformerEncoderLayer(dim, 2, 4 * dim, bias=False)
    model["norm"] = nn.LayerNorm(dim, bias=False)
    if not tied:
        model["W"] = nn.Linear(dim, vocab_size, bias=False)
    counted = sum(parameter.numel() for parameter in model.parameters())
    assert count_parameters(vocab_size, dim, n_layers, context, tied) == counted


def test_the_count_is_that_of_gpt_2_but_for_its_biases():
    vocab_size, dim, n_layers, context = 50257, 768, 12, 1024
    biases = n_layers * (3 * dim + dim + 4 * dim + dim + 2 * dim) + dim  # of matrices and norms
    assert count_parameters(vocab_size, dim, n_layers, context, True) + biases == 124_439_808


def test_rotary_is_a_rotation_of_complex_numbers():
    x, positions = random(2, 3, 5, 8), torch.tensor([4, 0, 11, 2, 300])
    speeds = 10000.0 ** (-torch.arange(4, dtype=torch.float64) / 4)
    points = torch.view_as_complex(x.unflatten(-1, (4, 2)))
    turned = points * torch.exp(1j * positions[:, None] * speeds)
    torch.testing.assert_close(rotary_positions(x, positions), torch.view_as_real(turned).flatten(-2))


def test_rotary_keeps_lengths_and_makes_scores_of_the_distance_alone():
    q, k, positions = random(1, 8, seed=1).expand(6, 8), random(1, 8, seed=2).expand(6, 8), torch.arange(6)
    turned = rotary_positions(q, positions)
    torch.testing.assert_close(turned.norm(dim=-1), q.norm(dim=-1))
    scores = turned @ rotary_positions(k, positions).T
    later = rotary_positions(q, positions + 1000) @ rotary_positions(k, positions + 1000).T
    torch.testing.assert_close(later, scores, rtol=0, atol=1e-9)
    for distance in range(-5, 6):
        diagonal = scores.diagonal(distance)
        torch.testing.assert_close(diagonal, diagonal[:1].expand(len(diagonal)), rtol=0, atol=1e-12)
