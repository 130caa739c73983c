"""Our Mamba block and scan against two implementations that nobody here wrote. Run by `make parity`.

mambapy (Torres-Leguet) has a parallel scan and a block whose parameters carry our names. It takes A from float32
whatever the rest is, hence the width of the margins. The mixer of `transformers` loads the same parameters too.
"""

import os

import pytest
import torch
from mambapy.mamba import MambaBlock, MambaConfig
from mambapy.pscan import pscan

from nlm_utils.models.mamba import Mixer
from nlm_utils.models.scan import selective_scan

SIZES = [(8, 4, 2, 4), (24, 16, 2, 4), (16, 3, 1, 2)]  # dim, state, expand, kernel
sizes = pytest.mark.parametrize("dim, state, expand, kernel", SIZES)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def ours(dim, state, expand, kernel) -> Mixer:
    """A mixer away from its start: every parameter is moved a little, A and D too."""
    torch.manual_seed(dim)
    mixer = Mixer(dim, state, expand, kernel).double()
    with torch.no_grad():
        for parameter in mixer.parameters():
            parameter += 0.2 * torch.randn_like(parameter)
    return mixer


def theirs(mixer: Mixer, dim, state, expand, kernel, parallel=True) -> MambaBlock:
    config = MambaConfig(dim, 1, d_state=state, expand_factor=expand, d_conv=kernel, pscan=parallel)
    block = MambaBlock(config).double()
    block.load_state_dict(mixer.state_dict())  # strict: the names and shapes are the same
    return block


@sizes
@pytest.mark.parametrize("length", [1, 2, 13])
@pytest.mark.parametrize("parallel", [True, False], ids=["parallel", "sequential"])
def test_a_block_and_its_gradients_are_mambapys(dim, state, expand, kernel, length, parallel):
    mixer = ours(dim, state, expand, kernel)
    block = theirs(mixer, dim, state, expand, kernel, parallel)
    c, cotangent = normal(2, length, dim).requires_grad_(), normal(2, length, dim, seed=1)
    mine, expected = mixer(c), block(c)
    torch.testing.assert_close(mine, expected, rtol=1e-6, atol=1e-7)
    named = dict(block.named_parameters())
    wanted = [c, *mixer.parameters()]
    others = [c, *(named[name] for name, _ in mixer.named_parameters())]
    for one, other in zip(
        torch.autograd.grad(mine, wanted, cotangent),
        torch.autograd.grad(expected, others, cotangent),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)


@sizes
def test_step_by_step_is_mambapys(dim, state, expand, kernel):
    mixer = ours(dim, state, expand, kernel)
    block = theirs(mixer, dim, state, expand, kernel)
    c, mine = normal(3, 9, dim), None
    cache = (None, c.new_zeros(3, expand * dim, kernel - 1))
    for c_t in c.unbind(1):
        x, mine = mixer.step(c_t, mine)
        expected, cache = block.step(c_t, cache)
        torch.testing.assert_close(x, expected, rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(mine[1], cache[0], rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(mine[0], cache[1].transpose(1, 2))


@pytest.mark.parametrize("length", [1, 7, 64, 300])
def test_the_scan_and_its_gradients_are_those_of_the_parallel_scan(length):
    batch, dim, state = 2, 3, 4
    inputs = [
        normal(batch, length, dim, seed=1),
        0.2 * normal(batch, length, dim, seed=2).abs(),
        -normal(dim, state, seed=3).exp(),
        normal(batch, length, state, seed=4),
        normal(batch, length, state, seed=5),
        normal(dim, seed=6),
    ]
    u, delta, A, B, C, D = (x.requires_grad_() for x in inputs)
    a = torch.exp(delta[..., None] * A)  # (B, T, d, N)
    b = (delta * u)[..., None] * B[:, :, None]
    expected = (pscan(a, b) * C[:, :, None]).sum(-1) + D * u
    mine, cotangent = selective_scan(*inputs), normal(batch, length, dim, seed=7)
    torch.testing.assert_close(mine, expected, rtol=1e-10, atol=1e-12)
    for one, other in zip(
        torch.autograd.grad(mine, inputs, cotangent),
        torch.autograd.grad(expected, inputs, cotangent),
        strict=True,
    ):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-11)


@sizes
def test_a_block_is_that_of_transformers(dim, state, expand, kernel):
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from transformers.models.mamba import configuration_mamba, modeling_mamba

    config = configuration_mamba.MambaConfig(
        vocab_size=8, hidden_size=dim, state_size=state, expand=expand, conv_kernel=kernel,
        num_hidden_layers=1, use_bias=False, use_conv_bias=True,
    )  # fmt: skip
    mixer, block = ours(dim, state, expand, kernel), modeling_mamba.MambaMixer(config, layer_idx=0).double()
    block.load_state_dict(mixer.state_dict())
    c = normal(2, 13, dim)
    torch.testing.assert_close(mixer(c), block(c), rtol=1e-6, atol=1e-7)
