"""The references of lecture 12 against torch's convolution, SciPy and loops over single numbers in float64."""

import numpy as np
import pytest
import torch
from scipy.linalg import expm
from scipy.signal import dlsim, lfilter

from nlm_utils.exercises import get

causal_depthwise_convolution = get("causal_depthwise_convolution").reference
combine = get("combine").reference
discretise = get("discretise").reference
linear_recurrence = get("linear_recurrence").reference
selective_scan = get("selective_scan").reference
ssm_kernel = get("ssm_kernel").reference


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_linear_recurrence_with_one_factor_is_a_filter_of_scipy():
    b = numbers(2, 50, 3)
    h = linear_recurrence(torch.full_like(b, 0.8), b)
    np.testing.assert_allclose(h, lfilter([1.0], [1.0, -0.8], b, axis=1), rtol=1e-12)


def test_discretised_factors_are_the_matrix_exponential():
    delta, A, B = numbers(2, 3, 4).abs(), -numbers(4, 5, seed=1).abs(), numbers(2, 3, 5, seed=2)
    A_bar, B_bar = discretise(delta, A, B)
    for i in range(4):
        expected = expm(float(delta[1, 2, i]) * np.diag(A[i].numpy()))
        np.testing.assert_allclose(np.diag(A_bar[1, 2, i].numpy()), expected, atol=1e-12)
        np.testing.assert_allclose(B_bar[1, 2, i], delta[1, 2, i] * B[1, 2], rtol=1e-12)


def test_kernel_is_the_impulse_response_of_scipy():
    a, b, c = torch.tensor([0.9, -0.5, 0.1], dtype=torch.float64), numbers(3), numbers(3, seed=1)
    impulse = np.zeros(12)
    impulse[0] = 1.0
    # SciPy reads the state before the update: C·A and C·B as its output give the state after it
    system = (np.diag(a), b.numpy()[:, None], (c * a).numpy()[None], np.array([[float(c @ b)]]), 1.0)
    np.testing.assert_allclose(ssm_kernel(a, b, c, 12), dlsim(system, impulse)[1][:, 0], atol=1e-12)


def test_recurrence_and_convolution_give_the_same_outputs():
    a, b, c, u = (
        torch.tensor([0.9, -0.5, 0.1], dtype=torch.float64),
        numbers(3),
        numbers(3, seed=1),
        numbers(40, seed=2),
    )
    h = linear_recurrence(a.expand(1, 40, 3), (u[:, None] * b)[None])
    kernel = ssm_kernel(a, b, c, 40)
    np.testing.assert_allclose(h[0] @ c, np.convolve(u, kernel)[:40], atol=1e-12)


@pytest.mark.parametrize(("length", "k"), [(7, 3), (2, 4), (5, 1)])
def test_causal_convolution_is_that_of_torch(length, k):
    x, w, b = numbers(2, length, 3), numbers(3, k, seed=1), numbers(3, seed=2)
    y = torch.nn.functional.conv1d(x.transpose(1, 2), w[:, None], b, padding=k - 1, groups=3)
    torch.testing.assert_close(causal_depthwise_convolution(x, w, b), y[..., :length].transpose(1, 2))


def test_combine_is_associative_and_a_tree_of_rounds_is_the_loop():
    a, b = numbers(1, 64, 2).sigmoid(), numbers(1, 64, 2, seed=1)
    p, q, r = ((a[:, t], b[:, t]) for t in range(3))
    left, right = combine(combine(p, q), r), combine(p, combine(q, r))
    torch.testing.assert_close(left, right)
    assert not torch.allclose(combine(p, q)[1], combine(q, p)[1])
    expected, rounds, shift = linear_recurrence(a, b), 0, 1
    while shift < 64:
        new_a, new_b = combine((a[:, :-shift], b[:, :-shift]), (a[:, shift:], b[:, shift:]))
        a, b = torch.cat([a[:, :shift], new_a], 1), torch.cat([b[:, :shift], new_b], 1)
        rounds, shift = rounds + 1, 2 * shift
    assert rounds == 6
    torch.testing.assert_close(b, expected)


def test_selective_scan_is_a_loop_over_single_numbers():
    u, delta, A = numbers(2, 6, 3), numbers(2, 6, 3, seed=1).abs(), -numbers(3, 4, seed=2).abs()
    B, C, D = numbers(2, 6, 4, seed=3), numbers(2, 6, 4, seed=4), numbers(3, seed=5)
    y = selective_scan(u, delta, A, B, C, D)
    for text in range(2):
        for i in range(3):
            h = [0.0] * 4
            for t in range(6):
                step, value = float(delta[text, t, i]), float(u[text, t, i])
                for n in range(4):
                    h[n] = np.exp(step * float(A[i, n])) * h[n] + step * float(B[text, t, n]) * value
                expected = sum(float(C[text, t, n]) * h[n] for n in range(4)) + float(D[i]) * value
                assert float(y[text, t, i]) == pytest.approx(expected, abs=1e-12)
