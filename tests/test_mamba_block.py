"""Mamba's parameters, start and state; what holds for every composition is in test_models.py."""

import math

import pytest
import torch
from torch.nn.functional import softplus

from nlm_utils.models import LanguageModel, Mamba
from nlm_utils.models.mamba import Mixer


def test_a_block_gives_the_golden_values():
    """Worked out by mambapy 1.2.0, `MambaBlock(MambaConfig(3, 1, d_state=2, d_conv=3))` with these parameters."""
    mixer = Mixer(3, state=2, expand=2, kernel=3).double()
    with torch.no_grad():
        for i, (_, parameter) in enumerate(sorted(mixer.named_parameters())):
            numbers = torch.arange(parameter.numel(), dtype=torch.float64) + i
            parameter.copy_(numbers.sin().view_as(parameter) / 2)
    c = torch.arange(12, dtype=torch.float64).cos().view(1, 4, 3)
    golden = [
        [-0.001017, 0.008083, 0.016539],
        [0.006782, -0.002531, -0.011642],
        [-0.007749, -0.000522, 0.006747],
        [0.00792, -0.00002, -0.007958],
    ]
    torch.testing.assert_close(mixer(c)[0], torch.tensor(golden, dtype=torch.float64), rtol=0, atol=1e-6)


def test_parameters_are_as_many_as_the_paper_counts():
    """About 3·expand·d² a block (Gu & Dao 2023, section 3.4); exactly 116 480 for d = 128, and a norm's gain."""
    assert sum(p.numel() for p in Mixer(128).parameters()) == 116_480
    assert sum(p.numel() for p in Mamba(128, n_layers=3).parameters()) == 3 * (116_480 + 128) + 128


def test_it_starts_as_the_paper_says():
    mixer = LanguageModel(5, 64, Mamba(64, n_layers=4, state=6), seed=2).composition.mixers[1]
    delta = softplus(mixer.dt_proj.bias)  # step sizes where the input says nothing
    assert delta.min() > 0.9e-3 and delta.max() < 0.11
    assert 0.3 < (delta < 1e-2).float().mean() < 0.7  # even in the logarithm
    torch.testing.assert_close(-mixer.A_log.exp(), -torch.arange(1.0, 7).expand(128, 6))
    assert (mixer.D == 1).all()
    bound = 1 / math.sqrt(4)  # dt_rank = 64 / 16
    assert 0.9 * bound < mixer.dt_proj.weight.abs().max() <= bound
    bound = 1 / math.sqrt(128 * 4)  # torch's own bound, and 4 layers share the sum
    assert 0.9 * bound < mixer.out_proj.weight.abs().max() <= bound


def test_the_state_has_one_size_however_long_the_text():
    model, state, sizes = Mamba(8, n_layers=2, state=4, kernel=3), None, []
    for c_t in torch.randn(50, 2, 8):
        _, state = model.step(c_t, state)
        sizes.append([(window.shape, h.shape) for window, h in state])
    assert all(size == [((2, 2, 16), (2, 16, 4))] * 2 for size in sizes)


def test_a_state_can_be_used_twice():
    model, (c_0, c_1, c_2) = Mamba(8, n_layers=2), torch.randn(3, 2, 8)
    _, state = model.step(c_0)
    first, _ = model.step(c_1, state)
    model.step(c_2, state)
    assert torch.equal(model.step(c_1, state)[0], first)


def test_the_convolution_is_torchs_and_looks_back_only():
    mixer, x = Mixer(4, kernel=3), torch.randn(2, 7, 8)
    padded = torch.nn.functional.pad(x.transpose(1, 2), (2, 0))
    torch.testing.assert_close(mixer.convolve(x), mixer.conv1d(padded).transpose(1, 2))


def test_long_texts_pass_and_can_be_learnt_from():
    model = LanguageModel(9, 8, Mamba(8, state=4))
    ids = torch.randint(9, (1, 3000), generator=torch.Generator().manual_seed(0))
    model.loss(ids[:, :-1], ids[:, 1:]).backward()
    assert all(p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize("name", ["dim", "n_layers", "state", "expand", "kernel"])
def test_a_mamba_that_cannot_be_is_named(name):
    with pytest.raises(ValueError, match=f"Mamba: {name} must be at least 1, got 0"):
        Mamba(**{"dim": 8} | {name: 0})
