"""matmul_backward."""

import numpy as np

from nlm_utils.exercises.definition import Exercise

from .common import numbers


def matmul_backward(grad, a, b):
    """Gradients (da, db) of the matrices a, (m, k), and b, (k, n), where grad = dL/d(a @ b), (m, n).

    da has the shape of a, db the shape of b; everything is float64.
    """
    return grad @ b.T, a.T @ grad


exercise = Exercise(
    matmul_backward,
    checks="square and rectangular matrices, m, k and n all different, one row, one column",
    explanation=(
        "Entry (i, j) of a @ b is Σ_l a_il·b_lj. So a_il meets every column j, with weight b_lj: da_il = Σ_j "
        "grad_ij·b_lj, which is grad @ b.T; and b_lj meets every row i: db_lj = Σ_i a_il·grad_ij, which is a.T @ "
        "grad. The shapes alone allow nothing else when m, k and n differ."
    ),
    hints=[
        (
            "Write the shapes down: grad is (m, n), b is (k, n), and da has to be (m, k). Which product of grad and b "
            "has that shape?"
        ),
        "For numbers, d(ab)/da = b: so da needs grad and b, and db needs grad and a.",
        "da is grad times the transpose of b; db has the transpose of a on the left of grad.",
    ],
)

exercise.case(
    np.array([[1.0, 0.0], [2.0, -1.0]]),
    np.array([[1.0, 2.0], [3.0, 4.0]]),
    np.array([[5.0, 6.0], [7.0, 9.0]]),
)
exercise.case(numbers(2, 4, seed=11), numbers(2, 3, seed=12), numbers(3, 4, seed=13))
exercise.case(numbers(1, 5, seed=14), numbers(1, 3, seed=15), numbers(3, 5, seed=16))
exercise.case(numbers(4, 1, seed=17), numbers(4, 2, seed=18), numbers(2, 1, seed=19))
exercise.case(numbers(3, 3, seed=20), numbers(3, 3, seed=21), numbers(3, 3, seed=22))

exercise.mistake("swapped", lambda grad, a, b: (a.T @ grad, grad @ b.T)).says(
    "You return db first. The order is that of the arguments: the gradient of a, then the gradient of b."
)
exercise.mistake("no_transposes", lambda grad, a, b: (grad @ b, a @ grad)).says(
    "The transposes are missing. grad is (m, n) and b is (k, n): their product exists only with b turned round, and "
    "so it is with a."
)
exercise.mistake("no_transpose_of_b", lambda grad, a, b: (grad @ b, a.T @ grad)).says(
    "db is right, but in da the transpose of b is missing: (m, n) times (n, k) gives the (m, k) that is wanted. With "
    "square matrices the shapes fit either way and only the numbers tell."
)
exercise.mistake("no_transpose_of_a", lambda grad, a, b: (grad @ b.T, a @ grad)).says(
    "da is right, but in db the transpose of a is missing: (k, m) times (m, n) gives the (k, n) that is wanted. With "
    "square matrices the shapes fit either way and only the numbers tell."
)
exercise.mistake("wrong_side", lambda grad, a, b: (b.T @ grad, grad @ a.T)).says(
    "The factors stand in the wrong order. Matrix products do not commute: a was on the left, so da has grad on the "
    "left and b on the right; for db it is the other way round."
)
exercise.mistake("own_factor", lambda grad, a, b: (grad @ a.T, b.T @ grad)).says(
    "You use a for the gradient of a. The derivative of a product with respect to one factor is the OTHER factor, as "
    "in d(ab)/da = b."
)
exercise.mistake("elementwise", lambda grad, a, b: (grad * b, grad * a)).says(
    "You multiply entry by entry. a @ b sums products over k, and so do its gradients: use matrix products."
)
exercise.mistake("gradients_transposed", lambda grad, a, b: (b @ grad.T, grad.T @ a)).says(
    "Both gradients are transposed. A gradient has the shape of what it belongs to: da that of a, (m, k)."
)
exercise.mistake("da_transposed", lambda grad, a, b: (b @ grad.T, a.T @ grad)).says(
    "db is right, but da is transposed: it has to have the shape of a, (m, k)."
)
exercise.mistake("db_transposed", lambda grad, a, b: (grad @ b.T, grad.T @ a)).says(
    "da is right, but db is transposed: it has to have the shape of b, (k, n)."
)
exercise.mistake("grad_transposed", lambda grad, a, b: (grad.T @ b, a @ grad.T)).says(
    "You transpose grad. It already has the shape of a @ b; what is transposed is the other factor."
)


@exercise.mistake("grad_left_out").says(
    "You leave grad out, as if dL/d(a @ b) were 1 everywhere. The chain rule multiplies by what comes from above."
)
def grad_left_out(grad, a, b):
    ones = np.ones(grad.shape)
    return ones @ b.T, a.T @ ones


exercise.mistake("other_factor_alone", lambda grad, a, b: (b.T, a.T)).says(
    "You return the other factor itself, d(ab)/da = b. That is the rule for numbers, without the gradient that comes "
    "from above: the chain rule multiplies the two."
)
exercise.mistake("mean_over_rows", lambda grad, a, b: (grad @ b.T, a.T @ grad / len(a))).says(
    "You divide db by the number of rows. The rows of a batch add up here; where the loss is a mean, that 1/m is "
    "already in grad."
)
exercise.mistake("only_one", lambda grad, a, b: grad @ b.T).says(
    "You return one gradient. There are two factors, so there are two gradients: return the pair (da, db)."
)
exercise.mistake("sign", lambda grad, a, b: (-(grad @ b.T), -(a.T @ grad))).says(
    "Your gradients have the wrong sign. A gradient says how L GROWS; the minus comes later, in the step."
)
exercise.mistake("da_on_the_wrong_side", lambda grad, a, b: (b.T @ grad, a.T @ grad)).says(
    "db is right, but in da the factors stand in the wrong order: a was on the left of the product, so grad is on the "
    "left here, and the transpose of b on the right."
)
exercise.mistake("db_on_the_wrong_side", lambda grad, a, b: (grad @ b.T, grad @ a.T)).says(
    "da is right, but in db the factors stand in the wrong order: b was on the right of the product, so grad is on "
    "the right here, and the transpose of a on the left."
)
exercise.mistake("db_left_and_transposed", lambda grad, a, b: (grad @ b.T, a @ grad.T)).says(
    "da is right, but db is a @ gradᵀ: the transpose sits on the wrong factor. It is a that is turned round."
)
exercise.mistake("grad_first_without_transposes", lambda grad, a, b: (grad @ b, grad @ a)).says(
    "You multiply grad by the other factor as it is, grad on the left both times. Write the shapes down: b has to be "
    "transposed in da, and in db the transpose of a stands on the LEFT."
)
exercise.mistake("elementwise_transposed", lambda grad, a, b: (grad * b.T, grad * a.T)).says(
    "You multiply entry by entry. a @ b sums products over k, and so do its gradients: use matrix products."
)
exercise.mistake("factors_returned", lambda grad, a, b: (b, a)).says(
    "You return the other factor as it is. The chain rule multiplies it, transposed, by grad."
)
exercise.mistake("mean_in_both", lambda grad, a, b: (grad @ b.T / len(a), a.T @ grad / len(a))).says(
    "You divide by the number of rows. They add up here; where the loss is a mean, that 1/m is already in grad."
)
exercise.mistake("grad_transposed_on_the_left", lambda grad, a, b: (grad.T @ b, grad.T @ a)).says(
    "You transpose grad in both. It already has the shape of a @ b; what is transposed is the other factor, and in db "
    "it stands on the left."
)
exercise.mistake("own_factor_on_the_right", lambda grad, a, b: (grad @ a.T, grad @ b.T)).says(
    "You multiply each gradient by the transpose of its own factor. The derivative of a product with respect to one "
    "factor is the OTHER factor."
)
exercise.mistake("pseudo_inverse", lambda grad, a, b: (grad @ np.linalg.pinv(b), np.linalg.pinv(a) @ grad)).says(
    "You undo the product with an inverse. Going backwards is no undoing: grad is multiplied by the transpose of the "
    "other factor."
)

exercise.right(lambda grad, a, b: (np.einsum("ij,lj->il", grad, b), np.einsum("il,ij->lj", a, grad)))


@exercise.right
def right_1(grad, a, b):
    da, db = np.zeros_like(a), np.zeros_like(b)
    for i in range(a.shape[0]):
        for l in range(a.shape[1]):
            for j in range(b.shape[1]):
                da[i, l] += grad[i, j] * b[l, j]
                db[l, j] += a[i, l] * grad[i, j]
    return [da, db]


exercise.right(
    lambda grad, a, b: (np.dot(grad, b.transpose()).tolist(), np.dot(grad.transpose(), a).transpose().tolist())
)


@exercise.right
def right_2(grad, a, b):
    grad, a, b = grad.astype(np.float32), a.astype(np.float32), b.astype(np.float32)
    return np.tensordot(grad, b, (1, 1)), sum(np.outer(row, g) for row, g in zip(a, grad, strict=True))
