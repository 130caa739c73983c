"""Sophia against two implementations that nobody here wrote: the authors' own and pytorch_optimizer's.

Both differ from the paper in form. `sophia_opt.SophiaG` squares the gradient that stands in `.grad` and
multiplies by the batch size in its step, adding 1e-15 where the paper takes a maximum. `SophiaH` of
pytorch_optimizer has no ρ: it is handed ρ·ĥ, which is the same, since the running mean is linear.
"""

import pytest
import torch
from pytorch_optimizer import SophiaH
from sophia_opt import SophiaG
from torch import nn

from nlm_utils.optim import Sophia

LR, BETAS, RHO, DECAY, BATCH = 0.01, (0.96, 0.99), 0.04, 0.1, 480
SHAPES = [(6, 5), (5,), (2, 3, 4)]
STEPS = 50


def parameters() -> list[nn.Parameter]:
    generator = torch.Generator().manual_seed(3)
    return [nn.Parameter(torch.randn(shape, dtype=torch.float64, generator=generator)) for shape in SHAPES]


def gradients(step: int, seed: int) -> list[torch.Tensor]:
    """Each coordinate has a size of its own, from 0.001 to 1, and a sign, or 0, for each step."""
    sizes, signs = torch.Generator().manual_seed(seed), torch.Generator().manual_seed(1000 * seed + step)
    return [
        10 ** (-3 * torch.rand(shape, dtype=torch.float64, generator=sizes))
        * torch.randint(-1, 2, shape, generator=signs)
        for shape in SHAPES
    ]


def estimates(step: int) -> list[torch.Tensor]:
    """ĝ as Gauss–Newton–Bartlett would find it, of a size that clips some coordinates and spares others."""
    return [0.5 * g for g in gradients(step, seed=2)]


def ours(update_every: int) -> tuple[list[nn.Parameter], Sophia]:
    params = parameters()
    optimizer = Sophia(params, LR, BETAS, RHO, weight_decay=DECAY, update_every=update_every)
    for step in range(STEPS):
        optimizer.update_hessian(
            lambda step=step: {p: BATCH * g**2 for p, g in zip(params, estimates(step), strict=True)}
        )
        for p, g in zip(params, gradients(step, seed=1), strict=True):
            p.grad = g
        optimizer.step()
    return params, optimizer


def assert_same(params, reference) -> None:
    for one, other, start in zip(params, reference, parameters(), strict=True):
        assert (one - start).abs().max() > 0.05
        torch.testing.assert_close(one, other, rtol=0, atol=1e-9)


@pytest.mark.parametrize("update_every", [1, 10])
def test_sophia_opt(update_every):
    params, optimizer = ours(update_every)
    assert 0.1 < optimizer.clipped_share() < 0.9
    reference = parameters()
    theirs = SophiaG(reference, lr=LR, betas=BETAS, rho=RHO, weight_decay=DECAY)
    for step in range(STEPS):
        if step % update_every == 0:
            for p, g in zip(reference, estimates(step), strict=True):
                p.grad = g
            theirs.update_hessian()
        for p, g in zip(reference, gradients(step, seed=1), strict=True):
            p.grad = g
        theirs.step(bs=BATCH)
    assert_same(params, reference)


def test_pytorch_optimizer():
    params, _ = ours(update_every=1)
    reference = parameters()
    theirs = SophiaH(reference, lr=LR, betas=BETAS, weight_decay=DECAY, p=1.0, eps=1e-12)
    for step in range(STEPS):
        for p, g in zip(reference, gradients(step, seed=1), strict=True):
            p.grad = g
        theirs.step(hessian=[RHO * BATCH * g**2 for g in estimates(step)])
    assert_same(params, reference)
