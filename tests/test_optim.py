"""SGD, Adam, Sophia and Muon: against torch, by hand, their estimates, their state, and what they refuse."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import torch
from torch import nn

from nlm_utils import optim
from nlm_utils.optim import (
    SGD,
    Adam,
    Muon,
    Sophia,
    gauss_newton_bartlett,
    hutchinson,
    newton_schulz,
    warmup_cosine,
)

SHAPES = [(7, 5), (5,), (3, 2, 4)]
ALL = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (Adam, {"lr": 0.01, "weight_decay": 0.1}),
    (Sophia, {"lr": 0.01, "weight_decay": 0.1}),
]
each_optimizer = pytest.mark.parametrize(
    ("make", "settings"), ALL, ids=lambda x: getattr(x, "__name__", str(x))
)


def parameters(dtype=torch.float64, seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [nn.Parameter(torch.randn(shape, dtype=dtype, generator=generator)) for shape in SHAPES]


def set_gradients(params, step: int) -> None:
    """Gradients of very different size, from 1e-8 to 10, the same for every call with this step."""
    generator = torch.Generator().manual_seed(1000 + step)
    for p in params:
        size = 10 ** (9 * torch.rand(p.shape, dtype=p.dtype, generator=generator) - 8)
        p.grad = size * torch.randn(p.shape, dtype=p.dtype, generator=generator).sign()


def run(make, settings, steps, dtype=torch.float64, params=None, optimizer=None, first=0):
    params = parameters(dtype) if params is None else params
    optimizer = make(params, **settings) if optimizer is None else optimizer
    for step in range(first, first + steps):
        set_gradients(params, step)
        if isinstance(optimizer, Sophia):
            optimizer.update_hessian(lambda: {p: p.grad**2 * 10 for p in params})
        optimizer.step()
    return params, optimizer


TORCH_PAIRS = [
    (SGD, {"lr": 0.1}, torch.optim.SGD),
    (SGD, {"lr": 0.1, "momentum": 0.9}, torch.optim.SGD),
    (Adam, {"lr": 1e-3}, torch.optim.Adam),
    (Adam, {"lr": 1e-2, "betas": (0.8, 0.99), "eps": 1e-6}, torch.optim.Adam),
    (Adam, {"lr": 1e-2, "weight_decay": 0.1}, torch.optim.AdamW),
]


@pytest.mark.parametrize(("make", "settings", "reference"), TORCH_PAIRS, ids=str)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_200_steps_agree_with_torch(make, settings, reference, dtype):
    ours, _ = run(make, settings, 200, dtype)
    torchs, _ = run(reference, settings, 200, dtype)
    start = parameters(dtype)
    for a, b, c in zip(ours, torchs, start, strict=True):
        assert not torch.equal(a, c)
        torch.testing.assert_close(a, b, rtol=4 * torch.finfo(dtype).eps, atol=4 * torch.finfo(dtype).eps)


def test_eps_stands_outside_the_root():
    """With g = 1e-8 = eps the first step of Adam is η/2; with eps inside the root it would be η/10 000."""
    p = nn.Parameter(torch.zeros(1, dtype=torch.float64))
    p.grad = torch.full_like(p, 1e-8)
    Adam([p], lr=1.0, eps=1e-8).step()
    assert p.item() == pytest.approx(-0.5, rel=1e-9)


def test_sgd_weight_decay_is_decoupled():
    """The velocity knows nothing of the decay: θ shrinks by η·λ in every step, with momentum too."""
    p = nn.Parameter(torch.ones(2, dtype=torch.float64))
    optimizer = SGD([p], lr=0.1, momentum=0.9, weight_decay=0.5)
    for _ in range(3):
        p.grad = torch.zeros_like(p)
        optimizer.step()
    torch.testing.assert_close(p.detach(), torch.full_like(p, 0.95**3).detach())


# --- Sophia


def test_sophia_by_hand():
    theta = nn.Parameter(torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64))
    optimizer = Sophia([theta], lr=0.1, betas=(0.9, 0.99), rho=0.05, weight_decay=0.1)
    theta.grad = torch.tensor([0.2, -0.5, 0.1], dtype=torch.float64)
    g_hat = torch.tensor([0.3, 0.1, 0.0], dtype=torch.float64)
    assert optimizer.update_hessian({theta: 1000 * g_hat**2})
    optimizer.step()
    m, h = optimizer.state[theta]["m"], optimizer.state[theta]["h"]
    np.testing.assert_allclose(m.numpy(), [0.02, -0.05, 0.01])
    np.testing.assert_allclose(0.05 * h.numpy(), [0.045, 0.005, 0.0], atol=1e-15)
    np.testing.assert_allclose(theta.detach().numpy(), [0.945556, -1.88, 0.395], atol=5e-7)
    assert optimizer.clipped_share() == pytest.approx(2 / 3)


def test_sophia_without_estimates_is_sign_momentum():
    ours, _ = run(lambda params: Sophia(params, lr=0.01, update_every=1), {}, 0)
    optimizer = Sophia(ours, lr=0.01)
    start = [p.detach().clone() for p in ours]
    set_gradients(ours, 0)
    optimizer.step()
    for p, before in zip(ours, start, strict=True):
        torch.testing.assert_close(p.detach(), before - 0.01 * p.grad.sign())
    assert optimizer.clipped_share() == 1.0


def test_negative_curvature_gives_a_sign_step():
    p = nn.Parameter(torch.zeros(2, dtype=torch.float64))
    optimizer = Sophia([p], lr=0.1, betas=(0.0, 0.0), rho=1.0)
    p.grad = torch.tensor([1e-3, -1e-3], dtype=torch.float64)
    optimizer.update_hessian({p: torch.tensor([-5.0, -5.0])})
    optimizer.step()
    np.testing.assert_allclose(p.detach().numpy(), [-0.1, 0.1])


def test_update_hessian_calls_a_function_every_k_steps_only():
    params = parameters()
    optimizer = Sophia(params, update_every=3)
    calls = []
    for step in range(8):
        set_gradients(params, step)
        done = optimizer.update_hessian(
            lambda step=step: calls.append(step) or {p: p.grad**2 for p in params}
        )
        assert done == (step % 3 == 0)
        optimizer.step()
    assert calls == [0, 3, 6]


def test_update_hessian_takes_some_of_the_parameters_and_each_groups_own_beta():
    a, b, c = parameters()
    optimizer = Sophia([{"params": [a]}, {"params": [b, c], "betas": (0.9, 0.5)}], betas=(0.9, 0.9))
    optimizer.update_hessian({a: torch.ones_like(a), b: torch.ones_like(b)})
    assert torch.all(optimizer.state[a]["h"].sub(0.1).abs() < 1e-12)
    assert torch.all(optimizer.state[b]["h"] == 0.5)
    assert "h" not in optimizer.state[c]


@pytest.mark.parametrize(
    ("estimates", "error", "words"),
    [
        (lambda a, b: [torch.ones_like(a)], TypeError, r"must be a dict.*got list.*dict\(zip"),
        (
            lambda a, b: {a: torch.ones(3)},
            ValueError,
            r"estimate of shape \(3,\) for.*number 0 of group 0.*\(7, 5\)",
        ),
        (lambda a, b: {torch.ones(3): torch.ones(3)}, ValueError, "not one of its parameters"),
        (
            lambda a, b: {b: torch.full_like(b, math.nan)},
            FloatingPointError,
            "Hessian estimate.*number 1.*nan",
        ),
    ],
)
def test_update_hessian_refuses(estimates, error, words):
    a, b, _ = params = parameters()
    with pytest.raises(error, match=words):
        Sophia(params).update_hessian(estimates(a, b))


def test_clipped_share_before_the_first_step():
    with pytest.raises(RuntimeError, match="after the first step"):
        Sophia(parameters()).clipped_share()


# --- estimates of the Hessian's diagonal


class SoftmaxModel(nn.Module):
    """Logits (B, T, V) = x W^T: linear, so that the Gauss–Newton matrix is the Hessian, known exactly."""

    def __init__(self, vocab_size: int, dim: int):
        super().__init__()
        generator = torch.Generator().manual_seed(5)
        self.W = nn.Parameter(torch.randn(vocab_size, dim, dtype=torch.float64, generator=generator))
        self.unused = nn.Parameter(torch.zeros(2, dtype=torch.float64))
        self.frozen = nn.Parameter(torch.zeros(2), requires_grad=False)

    def forward(self, x):
        return x @ self.W.T


@pytest.mark.parametrize("with_padding", [False, True])
def test_gauss_newton_bartlett_equals_the_exact_diagonal_within_its_error(with_padding):
    model, x = (
        SoftmaxModel(5, 3),
        torch.randn(4, 6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1)),
    )
    counted = torch.ones(4, 6, dtype=torch.bool)
    counted[:, 4:] = not with_padding
    p, rows = model(x)[counted].detach().softmax(-1), x[counted]
    exact = torch.einsum("bv,bd->vd", p * (1 - p), rows**2) / len(rows)  # mean over tokens of p(1 − p)·x²
    generator = torch.Generator().manual_seed(0)
    keep = counted if with_padding else None
    draws = torch.stack([gauss_newton_bartlett(model, x, generator, keep)[model.W] for _ in range(3000)])
    standard_error = draws.std(0) / math.sqrt(len(draws))
    assert ((draws.mean(0) - exact).abs() <= 4.5 * standard_error).all()
    assert (standard_error / exact).max() < 0.1  # else the line above would say little
    estimates = gauss_newton_bartlett(model, x, generator)
    assert set(estimates) == {model.W, model.unused} and not estimates[model.unused].any()
    assert all(estimate.min() >= 0 and not estimate.requires_grad for estimate in estimates.values())
    assert model.W.grad is None


def test_gauss_newton_bartlett_does_not_look_at_the_true_targets_and_uses_the_generator():
    model, x = SoftmaxModel(5, 3), torch.ones(2, 3, 3, dtype=torch.float64)
    one, same, other = (
        gauss_newton_bartlett(model, x, torch.Generator().manual_seed(seed))[model.W] for seed in (1, 1, 2)
    )
    assert torch.equal(one, same) and not torch.equal(one, other)
    with torch.no_grad():  # as inside update_hessian of a training loop that switched gradients off
        assert torch.equal(gauss_newton_bartlett(model, x, torch.Generator().manual_seed(1))[model.W], one)
    with pytest.raises(ValueError, match="no token counts"):
        gauss_newton_bartlett(model, x, counted=torch.zeros(2, 3, dtype=torch.bool))


def test_hutchinson_against_an_exact_hessian():
    generator = torch.Generator().manual_seed(0)
    A = torch.randn(6, 6, dtype=torch.float64, generator=generator)
    a, b = (nn.Parameter(torch.randn(3, dtype=torch.float64, generator=generator)) for _ in range(2))

    def loss(a, b):
        theta = torch.cat([a, b])
        return (A @ theta).tanh().square().sum() + theta.pow(4).sum() - theta.square().sum()

    (aa, _), (_, bb) = torch.autograd.functional.hessian(loss, (a, b))
    exact = torch.cat([aa.diagonal(), bb.diagonal()])
    draws = []
    for _ in range(3000):
        estimates = hutchinson(loss(a, b), [a, b], generator)
        draws.append(torch.cat([estimates[a], estimates[b]]))
    draws = torch.stack(draws)
    standard_error = draws.std(0) / math.sqrt(len(draws))
    assert ((draws.mean(0) - exact).abs() <= 4.5 * standard_error).all()
    assert (standard_error / exact.abs()).max() < 0.1
    assert a.grad is None and not draws.requires_grad


def test_one_draw_is_exact_for_a_diagonal_hessian_even_if_negative():
    theta, unused = nn.Parameter(torch.tensor([1.0, 2.0, 3.0])), nn.Parameter(torch.ones(2))
    curvature = torch.tensor([4.0, -2.0, 0.0])
    estimates = hutchinson(
        (curvature * theta**2).sum() / 2, [theta, unused], torch.Generator().manual_seed(0)
    )
    torch.testing.assert_close(estimates[theta], curvature)
    assert not estimates[unused].any()
    assert not hutchinson(theta.sum(), [theta])[theta].any()  # a linear loss has no curvature


# --- what all of them promise


@each_optimizer
def test_a_saved_and_loaded_run_goes_on_identically(make, settings):
    straight, _ = run(make, settings, 25)
    params, optimizer = run(make, settings, 13)
    file = io.BytesIO()
    torch.save({"params": params, "optimizer": optimizer.state_dict()}, file)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    loaded = [nn.Parameter(p.detach().clone()) for p in saved["params"]]
    resumed = make(loaded, **settings | {"lr": 99.0})
    resumed.load_state_dict(saved["optimizer"])
    run(make, settings, 12, params=loaded, optimizer=resumed, first=13)
    assert all(torch.equal(a, b) for a, b in zip(loaded, straight, strict=True))


@each_optimizer
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_not_finite_is_an_error_and_changes_nothing(make, settings, bad):
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    optimizer = make(model.named_parameters(), **settings)
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    optimizer.step()
    before = [p.detach().clone() for p in model.parameters()]
    model[1].weight.grad[1, 2] = bad
    place, what = r"parameter 1\.weight \(shape \(2, 4\)\)", "nan" if math.isnan(bad) else "inf"
    expected = rf"{make.__name__}: the gradient of {place} holds {what}"
    with pytest.raises(FloatingPointError, match=expected):
        optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    model[1].weight.grad[1, 2] = 0.0
    optimizer.step()


def test_the_place_of_a_parameter_without_a_name():
    a, b, c = parameters()
    for p in (a, b, c):
        p.grad = torch.zeros_like(p)
    c.grad[0, 0, 0] = math.nan
    optimizer = SGD([{"params": [a]}, {"params": [b, c]}])
    with pytest.raises(FloatingPointError, match=r"number 1 of group 1 \(shape \(3, 2, 4\)\) holds nan"):
        optimizer.step()


def test_a_huge_but_finite_gradient_is_no_error():
    p = nn.Parameter(torch.zeros(4))
    p.grad = torch.full((4,), 3e38)  # their sum overflows
    SGD([p], lr=1e-38).step()
    torch.testing.assert_close(p.detach(), torch.full((4,), -3.0))


@each_optimizer
def test_groups_have_their_own_settings_and_missing_gradients_are_left_alone(make, settings):
    a, b, c = parameters()
    start = [p.detach().clone() for p in (a, b, c)]
    optimizer = make([{"params": [a, b]}, {"params": [c], "lr": 0.0}], **settings)
    a.grad, c.grad = torch.ones_like(a), torch.ones_like(c)
    loss = optimizer.step(lambda: torch.tensor(3.0))
    assert loss.item() == 3.0
    assert not torch.equal(a, start[0]) and torch.equal(b, start[1]) and torch.equal(c, start[2])
    make(parameters(), **settings).step()  # no gradient anywhere


@each_optimizer
def test_a_schedule_of_torch_drives_the_learning_rate(make, settings):
    optimizer = make(parameters(), **settings | {"lr": 1.0})
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: warmup_cosine(step, 2, 10, 1.0))
    optimizer.step()
    schedule.step()
    assert optimizer.param_groups[0]["lr"] == 0.5


@pytest.mark.parametrize(
    ("make", "wrong", "words"),
    [
        (SGD, {"lr": -0.1}, r"SGD: lr must be >= 0, got -0\.1"),
        (SGD, {"momentum": 1.0}, r"SGD: momentum must be in \[0, 1\), got 1\.0"),
        (SGD, {"lr": math.nan}, "SGD: lr must be >= 0, got nan"),
        (Adam, {"betas": (0.9, 1.0)}, r"Adam: betas must be in \[0, 1\), got \(0\.9, 1\.0\)"),
        (Adam, {"eps": -1e-8}, "Adam: eps must be >= 0"),
        (Adam, {"weight_decay": -1}, "Adam: weight_decay must be >= 0"),
        (Sophia, {"rho": 0.0}, r"Sophia: rho must be > 0, got 0\.0"),
        (Sophia, {"eps": 0.0}, "Sophia: eps must be > 0"),
        (Sophia, {"update_every": 0}, "Sophia: update_every must be >= 1, got 0"),
    ],
)
def test_settings_are_checked(make, wrong, words):
    with pytest.raises(ValueError, match=words):
        make(parameters(), **wrong)
    optimizer = make(parameters()[:1])
    with pytest.raises(ValueError, match=words):
        optimizer.add_param_group({"params": parameters()[1:], **wrong})
    assert len(optimizer.param_groups) == 1


def test_sparse_gradients_are_refused():
    table = nn.Embedding(4, 2, sparse=True)
    table(torch.tensor([1, 1])).sum().backward()
    with pytest.raises(ValueError, match="must be dense"):
        Adam(table.parameters()).step()


def test_what_each_remembers_per_parameter():
    sizes = {}
    for make, settings in ALL:
        _, optimizer = run(make, settings, 1)
        tensors = [
            value for state in optimizer.state.values() for value in state.values() if torch.is_tensor(value)
        ]
        sizes[make.__name__, settings.get("momentum", 0)] = sum(t.numel() for t in tensors)
    n = sum(math.prod(shape) for shape in SHAPES)
    assert sizes == {("SGD", 0): 0, ("SGD", 0.9): n, ("Adam", 0): 2 * n, ("Sophia", 0): 2 * n}


def test_warmup_cosine():
    rates = [warmup_cosine(step, 4, 12, 0.8, 0.2) for step in range(15)]
    np.testing.assert_allclose(rates[:5], [0.0, 0.2, 0.4, 0.6, 0.8])
    np.testing.assert_allclose(rates[8], 0.5)
    np.testing.assert_allclose(rates[12:], 0.2)
    assert (np.diff(rates[4:13]) < 0).all()
    assert optim.warmup_cosine(0, 1, 2, 1.0) == 0.0


# --- Muon


def test_newton_schulz_keeps_the_singular_vectors_and_levels_the_singular_values():
    G = torch.randn(6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    G = G @ torch.diag(torch.tensor([1.0, 0.3, 0.1, 0.03], dtype=torch.float64))
    U, s, Vh = torch.linalg.svd(G, full_matrices=False)
    assert s[0] > 20 * s[-1]
    for matrix, left, right in ((G, U, Vh), (G.T, Vh.T, U.T)):  # tall and wide
        levelled = torch.diagonal(left.T @ newton_schulz(matrix) @ right.T)
        assert (levelled > 0.68).all() and (levelled < 1.21).all()
    assert not newton_schulz(torch.zeros(3, 3)).any()


def test_muon_scales_a_tall_matrix_and_decays_beside_its_step():
    tall = nn.Parameter(torch.ones(8, 2, dtype=torch.float64))
    tall.grad = torch.randn(8, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    Muon([tall], lr=0.1, momentum=0.5, weight_decay=0.3).step()
    expected = (1 - 0.1 * 0.3) - 0.1 * 2 * newton_schulz(tall.grad)  # √(8/2) = 2
    torch.testing.assert_close(tall.detach(), expected)


def test_muon_wants_matrices():
    with pytest.raises(ValueError, match=r"every parameter must be a matrix, got shape \(5,\)"):
        Muon(parameters())
