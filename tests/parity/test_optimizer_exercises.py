"""Exercises of lecture 07, and Muon, against torch.optim: twenty steps, with gradients from 1e-8 to 10."""

import numpy as np
import pytest
import torch

from nlm_utils.exercises import get
from nlm_utils.optim import Muon

GRADIENTS = [
    10 ** rng.uniform(-8, 1, (3, 4)) * rng.choice([-1.0, 1.0], (3, 4))
    for rng in map(np.random.default_rng, range(20))
]


def of_torch(make, **settings) -> np.ndarray:
    theta = torch.nn.Parameter(torch.ones(3, 4, dtype=torch.float64))
    optimizer = make([theta], **settings)
    for grad in GRADIENTS:
        theta.grad = torch.from_numpy(grad)
        optimizer.step()
    return theta.detach().numpy()


@pytest.mark.parametrize(("beta", "eps"), [(0.9, 1e-8), (0.5, 1e-3)])
def test_rmsprop_step(beta, eps):
    theta, v = np.ones((3, 4)), np.zeros((3, 4))
    for grad in GRADIENTS:
        theta, v = get("rmsprop_step").reference(theta, grad, v, 0.01, beta, eps)
    np.testing.assert_allclose(theta, of_torch(torch.optim.RMSprop, lr=0.01, alpha=beta, eps=eps), rtol=1e-12)


@pytest.mark.parametrize("weight_decay", [0.0, 0.1, 3.0])
def test_adamw_step(weight_decay):
    theta, m, v = np.ones((3, 4)), np.zeros((3, 4)), np.zeros((3, 4))
    for t, grad in enumerate(GRADIENTS, start=1):
        theta, m, v = get("adamw_step").reference(theta, grad, m, v, t, 0.01, weight_decay)
    wanted = of_torch(torch.optim.AdamW, lr=0.01, weight_decay=weight_decay)
    np.testing.assert_allclose(theta, wanted, rtol=1e-12)


@pytest.mark.parametrize("shape", [(8, 3), (3, 8)])
def test_muon(shape):
    """torch's velocity is a mean, which Newton–Schulz cannot tell from our sum, and it works in bfloat16."""
    start = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    ours, theirs = (torch.nn.Parameter(start.clone()) for _ in range(2))
    pair = Muon([ours], lr=0.02, weight_decay=0.1), torch.optim.Muon([theirs], lr=0.02, weight_decay=0.1)
    for step in range(10):
        ours.grad = torch.randn(shape, generator=torch.Generator().manual_seed(step))
        theirs.grad = ours.grad.clone()
        for optimizer in pair:
            optimizer.step()
    assert (ours - start).norm() > 0.1
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0.02 * float((ours - start).detach().abs().max()))
