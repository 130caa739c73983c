"""numerical_gradient: the functions whose slope is asked for, by their names."""

import numpy as np

from nlm_utils.functional import log_softmax


def sum_of_squares(theta):
    return float((theta**2).sum())


def sum_of_cubes(theta):
    return float((theta**3).sum())


def a_times_b_squared(theta):
    a, b = theta
    return float(a * b**2)


def a_product(theta):
    return float(
        (theta[0, 0] + theta[1, 2]) ** 3 * theta[0, 1] + theta[1, 0] * theta[1, 1] ** 2 - theta[0, 2]
    )


def surprise_at_laptops(theta):
    return float(-log_softmax(theta)[2])


def loss_of_w(theta):
    return float(-log_softmax(theta @ np.array([1.0, 0.5, -2.0]))[1])
