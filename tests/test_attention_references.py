"""Lecture 10's references against attention that nobody here wrote: torch's own, in float64."""

import numpy as np
import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from nlm_utils.corpora import campus, floors
from nlm_utils.exercises import get

attention_weights = get("attention_weights").reference
causal_attention = get("causal_attention").reference
causal_mask = get("causal_mask").reference
merge_heads = get("merge_heads").reference
sinusoidal_positions = get("sinusoidal_positions").reference
split_heads = get("split_heads").reference


def random(*shape, seed=0, grad=False):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_(grad)


@pytest.mark.parametrize("front", [(), (2,), (2, 3)])
def test_weights_and_values_are_those_of_torch(front):
    q, k, v = random(*front, 4, 6, seed=1), random(*front, 5, 6, seed=2), random(*front, 5, 7, seed=3)
    torch.testing.assert_close(attention_weights(q, k) @ v, scaled_dot_product_attention(q, k, v))


@pytest.mark.parametrize("front", [(), (2,), (2, 3)])
def test_causal_attention_and_its_gradients_are_those_of_torch(front):
    q, k, v = (random(*front, 5, width, seed=seed, grad=True) for seed, width in enumerate((6, 6, 4)))
    mine, theirs = causal_attention(q, k, v), scaled_dot_product_attention(q, k, v, is_causal=True)
    torch.testing.assert_close(mine, theirs)
    cotangent = random(*mine.shape, seed=9)
    for one, other in zip(
        torch.autograd.grad(mine, (q, k, v), cotangent),
        torch.autograd.grad(theirs, (q, k, v), cotangent),
        strict=True,
    ):
        torch.testing.assert_close(one, other)


def test_the_mask_is_the_one_that_torch_adds_to_the_scores():
    for length in (1, 2, 6):
        theirs = torch.nn.Transformer.generate_square_subsequent_mask(length) == 0
        assert torch.equal(causal_mask(length), theirs)


@pytest.mark.parametrize("n_heads", [1, 3, 12])
def test_several_heads_are_those_of_torch_with_the_same_weights(n_heads):
    module = torch.nn.MultiheadAttention(12, n_heads, batch_first=True, dtype=torch.float64)
    x = random(2, 5, 12, seed=4)
    q, k, v = torch.nn.functional.linear(x, module.in_proj_weight, module.in_proj_bias).chunk(3, dim=-1)
    heads = causal_attention(*(split_heads(part, n_heads) for part in (q, k, v)))
    mine = module.out_proj(merge_heads(heads))
    theirs, _ = module(x, x, x, attn_mask=~causal_mask(5), need_weights=False)
    torch.testing.assert_close(mine, theirs)


def test_merge_is_the_way_back_from_split():
    x = random(2, 5, 12, seed=5)
    for n_heads in (1, 2, 3, 4, 12):
        assert torch.equal(merge_heads(split_heads(x, n_heads)), x)
        assert split_heads(x, n_heads).shape == (2, n_heads, 5, 12 // n_heads)


def test_a_shift_of_position_is_a_rotation_of_each_pair():
    table, shift = sinusoidal_positions(60, 8).double(), 7
    angles = shift * 10000.0 ** (-torch.arange(0, 8, 2, dtype=torch.float64) / 8)
    sine, cosine = table[:-shift, 0::2], table[:-shift, 1::2]
    moved = torch.stack(
        [sine * angles.cos() + cosine * angles.sin(), cosine * angles.cos() - sine * angles.sin()], dim=-1
    ).flatten(1)
    torch.testing.assert_close(moved, table[shift:], rtol=0, atol=1e-5)


def test_the_last_word_adds_nothing_to_the_bag_of_the_prefix():
    """The floor of attention without positions, which sees both, is the order-blind floor."""
    machine = campus.SOURCE.machine
    n_symbols = len(floors._lumped(machine)[0].words)

    def count_and_keep(seen, symbol):
        counts = seen.copy()  # (F, symbols + 1)
        counts[np.arange(symbol.size), symbol] += 1
        counts[:, -1] = symbol + 1
        return counts

    def keep(seen, symbol):
        return (symbol + 1)[:, None].astype(np.uint16)

    assert floors._floor(machine, np.zeros((1, 1), dtype=np.uint16), keep) == pytest.approx(
        campus.ngram_floor(2)
    )
    start = np.zeros((1, n_symbols + 1), dtype=np.uint16)
    assert floors._floor(machine, start, count_and_keep) == pytest.approx(campus.order_blind_floor())
