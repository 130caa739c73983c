"""The two gradients of a product: learners lose a transpose, or the side on which grad stands."""

import numpy as np

from nlm_utils import autograd
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import argument, result

from . import numbers


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
        "Write the shapes down: grad is (m, n), b is (k, n), and da has to be (m, k). "
        "Which product of grad and b has that shape?",
        "For numbers, d(ab)/da = b: so da needs grad and b, and db needs grad and a.",
        "da is grad times the transpose of b; db has the transpose of a on the left of grad.",
    ],
)

exercise.case(*map(np.array, ([[1.0, 0.0], [2.0, -1.0]], [[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 9.0]])))
exercise.case(numbers(2, 4, seed=11), numbers(2, 3, seed=12), numbers(3, 4, seed=13))
exercise.case(numbers(1, 5, seed=14), numbers(1, 3, seed=15), numbers(3, 5, seed=16))
exercise.case(numbers(4, 1, seed=17), numbers(4, 2, seed=18), numbers(2, 1, seed=19))
exercise.case(numbers(3, 3, seed=20), numbers(3, 3, seed=21), numbers(3, 3, seed=22))
exercise.case(numbers(2, 3, seed=23), numbers(2, 1, seed=24), numbers(1, 3, seed=25))
exercise.drawn(lambda rng: _drawn(*rng.integers(1, 7, 3), rng), 4)


def _drawn(m, k, n, rng):
    return rng.normal(size=(m, n)), rng.normal(size=(m, k)), rng.normal(size=(k, n))


exercise.mistakes(
    no_transposes=lambda grad, a, b: (grad @ b, a @ grad),
    no_transposes_in_einsum=lambda grad, a, b: (np.einsum("ij,jk->ik", grad, b), np.einsum("ij,jk->ik", a, grad)),
    no_transpose_of_b=lambda grad, a, b: (grad @ b, a.T @ grad),
    no_transpose_of_a=lambda grad, a, b: (grad @ b.T, a @ grad),
    grad_first_without_transposes=lambda grad, a, b: (grad @ b, grad @ a),
).says("A transpose is missing: da is grad @ bᵀ, (m, n) times (n, k), and db aᵀ @ grad. Square ones fit either way.")
exercise.mistakes(
    wrong_side=lambda grad, a, b: (b.T @ grad, grad @ a.T),
    da_on_the_wrong_side=lambda grad, a, b: (b.T @ grad, a.T @ grad),
    db_on_the_wrong_side=lambda grad, a, b: (grad @ b.T, grad @ a.T),
).says("The factors stand in the wrong order: a was on the left, so da has bᵀ on the right; db has aᵀ on the left.")
exercise.mistakes(
    own_factor=lambda grad, a, b: (grad @ a.T, b.T @ grad),
    own_factor_on_the_right=lambda grad, a, b: (grad @ a.T, grad @ b.T),
).says("You use a for the gradient of a. The derivative by one factor is the OTHER factor, as in d(ab)/da = b.")
exercise.mistakes(
    all_transposed=lambda grad, a, b: (grad.T @ b.T, a.T @ grad.T),
    grad_transposed=lambda grad, a, b: (grad.T @ b, a @ grad.T),
    grad_transposed_on_the_left=lambda grad, a, b: (grad.T @ b, grad.T @ a),
).says("You transpose grad. It already has the shape of a @ b; what is transposed is the other factor.")
exercise.mistake("db_left_and_transposed", lambda grad, a, b: (grad @ b.T, a @ grad.T)).says(
    "da is right, but db is a @ gradᵀ: the transpose sits on the wrong factor. It is a that is turned round."
)
exercise.takes(
    result(0, "da", transposed="da_transposed"),
    result(1, "db", transposed="db_transposed"),
    argument("grad", one=("grad_left_out", "You leave grad out, as if it were 1. The chain rule multiplies by it.")),
)
exercise.mistake("gradients_transposed", lambda grad, a, b: (b @ grad.T, grad.T @ a)).says(
    "Both gradients are transposed. A gradient has the shape of what it belongs to: da that of a, (m, k)."
)
exercise.mistakes(
    elementwise=lambda grad, a, b: (grad * b, grad * a),
    elementwise_transposed=lambda grad, a, b: (grad * b.T, grad * a.T),
    elementwise_own_factor=lambda grad, a, b: (a * grad, b * grad),
).says("You multiply entry by entry. a @ b sums products over k, and so do its gradients: use matrix products.")
exercise.mistakes(other_factor_alone=lambda grad, a, b: (b.T, a.T), factors_returned=lambda grad, a, b: (b, a)).says(
    "You return the other factor itself. The chain rule multiplies it, transposed, by grad, which comes from above."
)
exercise.mistakes(
    mean_over_rows=lambda grad, a, b: (grad @ b.T, a.T @ grad / len(a)),
    mean_in_both=lambda grad, a, b: (grad @ b.T / len(a), a.T @ grad / len(a)),
).says("You divide by the number of rows. They add up; where the loss is a mean, that 1/m is already in grad.")
exercise.mistakes(
    reshaped=lambda grad, a, b: (grad @ b.reshape(b.shape[::-1]), a.reshape(a.shape[::-1]) @ grad),
    b_reshaped=lambda grad, a, b: (grad @ b.reshape(b.shape[::-1]), a.T @ grad),
    a_reshaped=lambda grad, a, b: (grad @ b.T, a.reshape(a.shape[::-1]) @ grad),
).says(
    "`reshape` is no transpose: it keeps the numbers in reading order, so that rows do not become columns. Use `.T`."
)
exercise.mistakes(
    grad_missing_in_db=lambda grad, a, b: (grad @ b.T, a.T), grad_missing_in_da=lambda grad, a, b: (b.T, a.T @ grad)
).says("One of your gradients is the other factor alone. `return grad @ b.T, a.T @ grad`: grad stands in both.")
exercise.mistakes(
    outer=lambda grad, a, b: (np.outer(grad, b), np.outer(a, grad)),
    inner=lambda grad, a, b: (np.inner(grad, b), np.inner(a, grad)),
).says("`np.outer` and `np.inner` pair other axes. The gradients are matrix products: grad @ bᵀ, and aᵀ @ grad.")
exercise.mistakes(
    grad_summed=lambda grad, a, b: (grad.sum(axis=0) @ b.T + 0 * a, a.T @ (grad.sum(axis=0) + 0 * grad)),
    grad_summed_for_da=lambda grad, a, b: (grad.sum(axis=0) @ b.T + 0 * a, a.T @ grad),
).says(
    "You sum grad over its rows first. Row i of grad belongs to row i of a: the product itself adds up what must be."
)
exercise.mistakes(
    product_for_grad=lambda grad, a, b: ((a @ b) @ b.T, a.T @ (a @ b)),
    product_for_grad_in_db=lambda grad, a, b: (grad @ b.T, a.T @ (a @ b)),
    times_the_product=lambda grad, a, b: ((grad * (a @ b)) @ b.T, a.T @ (grad * (a @ b))),
    grad_times_the_product=lambda grad, a, b: (grad * (a @ b), grad * (a @ b)),
).says("You bring in the product a @ b. Going backwards grad has taken its place: grad @ bᵀ, and aᵀ @ grad.")
exercise.mistake("step_taken", lambda grad, a, b: (a - grad @ b.T, b - a.T @ grad)).says(
    "You return a and b after a step. Only their gradients are wanted: grad @ bᵀ, and aᵀ @ grad."
)
exercise.mistake(
    "last_term_only", lambda grad, a, b: (np.outer(grad[:, -1], b[:, -1]), np.outer(a[-1], grad[-1]))
).says("In your loops `=` overwrites: of a sum of many products the last stays. `+=` adds them up.")
exercise.mistake("zeros_like_grad", lambda grad, a, b: (0 * grad + grad @ b.T, 0 * grad + a.T @ grad)).says(
    "Your arrays have the shape of grad. da has that of a, `np.zeros(a.shape)`, and db that of b."
)
exercise.mistakes(da_twice=lambda grad, a, b: 2 * (grad @ b.T,), db_twice=lambda grad, a, b: 2 * (a.T @ grad,)).says(
    "You return the same gradient twice. da is grad @ bᵀ, db is aᵀ @ grad."
)
exercise.mistake("a_overwritten", lambda grad, a, b: (grad @ b.T, (grad @ b.T).T @ grad)).says(
    "For db you use da in the place of a: the name `a` has a new value by then. Give da a name of its own."
)
exercise.mistake("added_up", lambda grad, a, b: grad @ b.T + a.T @ grad).says(
    "You add the two gradients. They belong to two matrices, a and b: return both, da first."
)
exercise.mistakes(
    pseudo_inverse=lambda grad, a, b: (grad @ np.linalg.pinv(b), np.linalg.pinv(a) @ grad),
    inverse=lambda grad, a, b: (grad @ np.linalg.inv(b), np.linalg.inv(a) @ grad),
).says("You undo the product with an inverse. Going backwards is no undoing: it multiplies by the transpose.")

exercise.right(autograd.matmul_backward)  # the engine's, for batches of matrices too
exercise.right(lambda grad, a, b: (np.einsum("ij,lj->il", grad, b), np.einsum("il,ij->lj", a, grad)))
exercise.right(lambda grad, a, b: [np.dot(grad, b.transpose()).tolist(), (grad.transpose() @ a).T.tolist()])


@exercise.right
def entry_by_entry(grad, a, b):
    da, db = np.zeros_like(a), np.zeros_like(b)
    for i, l, j in np.ndindex(*a.shape, b.shape[1]):
        da[i, l] += grad[i, j] * b[l, j]
        db[l, j] += a[i, l] * grad[i, j]
    return [da, db]


@exercise.right
def sums_of_outer_products(grad, a, b):
    return np.tensordot(grad, b, (1, 1)), sum(np.outer(row, g) for row, g in zip(a, grad, strict=True))
