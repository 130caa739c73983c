"""Two steps h → a·h + b made one. Learners turn the order round, or let a factor act on a b that it does not meet."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors
from nlm_utils.exercises.families import result

from .common import numbers


def combine(left, right):
    """Two steps of h → a·h + b as one: first `left`, then `right`.

    left, right  pairs (a, b) of tensors, all four of one shape, whatever it is
    returns      the pair (a, b) with right(left(h)) = a·h + b for every h

    Nothing is divided; a may be zero. Gradients flow back to all four, which stay as they were.
    """
    a_left, b_left = left
    a_right, b_right = right
    return a_right * a_left, a_right * b_left + b_right


exercise = Exercise(
    combine,
    checks="one number, several axes, zeros and negative factors, ±1000, gradients",
    explanation=(
        "a_r·(a_l·h + b_l) + b_r = (a_r·a_l)·h + (a_r·b_l + b_r): two steps are a step of the same kind. What left "
        "added is forgotten by right's factor. The order matters, the brackets do not: that is what a scan needs."
    ),
    hints=[
        "Write the first step on paper, h' = a_l·h + b_l, and put it into the second, a_r·h' + b_r.",
        "Multiply out, and collect what stands before h: that is the new a.",
        "The rest is the new b: b_r, and what left added after right's factor has been over it.",
    ],
)

exercise.case((torch.tensor([0.5]), torch.tensor([2.0])), (torch.tensor([0.2]), torch.tensor([3.0])))
exercise.case((numbers(2, 3, seed=1), numbers(2, 3, seed=2)), (numbers(2, 3, seed=3), numbers(2, 3, seed=4)))
exercise.case(
    (numbers(3, seed=5, grad=True), numbers(3, seed=6, grad=True)),
    (numbers(3, seed=7, grad=True), numbers(3, seed=8, grad=True)),
)
exercise.drawn(lambda rng: ((pairs := tensors(rng, "*n *n *n *n"))[:2], pairs[2:]))
exercise.case(
    (torch.tensor([0.0, 1000.0, -2.0]), torch.tensor([1.0, -3.0, 1000.0])),
    (torch.tensor([0.5, 0.0, -1000.0]), torch.tensor([4.0, 5.0, 6.0])),
)


def _a(wrong):
    """The right b, and the new a by `wrong(a_left, b_right, a_right)`."""
    return lambda left, right: (wrong(left[0], right[1], right[0]), combine(left, right)[1])


def _b(wrong):
    """The right a, and the new b by `wrong(a_left, b_left, a_right, b_right)`."""
    return lambda left, right: (combine(left, right)[0], wrong(*left, *right))


exercise.takes(
    result(
        last=("b_only", "You return the new b alone. The pair (a, b) is wanted, so that it can be combined again."),
        backwards=("exchanged", "Your pair is in the wrong order: (a, b), the factor first."),
    ),
)

# The new b: a_r·b_l + b_r.
exercise.mistakes(
    left_factor=_b(lambda al, bl, ar, br: al * bl + br),
    both_factors=_b(lambda al, bl, ar, br: ar * al * bl + br),
    own_factors=_b(lambda al, bl, ar, br: al * bl + ar * br),
    left_on_both=_b(lambda al, bl, ar, br: al * (bl + br)),
    all_on_both=_b(lambda al, bl, ar, br: al * ar * (bl + br)),
).says("Your a_l multiplies b_l, which is added only after it. It is the LATER factor, a_r, that acts on b_l.")
exercise.mistakes(
    right_on_own=_b(lambda al, bl, ar, br: ar * br + bl),
    left_on_right=_b(lambda al, bl, ar, br: ar * bl + al * br),
    factor_on_both=_b(lambda al, bl, ar, br: ar * (bl + br)),
    order_and_left_missing=_b(lambda al, bl, ar, br: al * br + 0 * bl),
).says("Your b_r is multiplied. It is added last, whole; what is multiplied, by a_r, is b_l.")
exercise.mistakes(
    product_of_b=_b(lambda al, bl, ar, br: bl * br),
    scaled_product=_b(lambda al, bl, ar, br: ar * bl * br),
).says("You multiply the two b. They are added, b_l after it has been multiplied by a_r.")
for _id, (_wrong, _sentence) in {
    "order": (lambda al, bl, ar, br: al * br + bl, "You let `right` come first. It comes later: a_r acts on b_l."),
    "no_factor": (lambda al, bl, ar, br: bl + br, "You add the two b. First b_l goes through a_r: a_r·b_l + b_r."),
    "subtracts": (lambda al, bl, ar, br: ar * bl - br, "You subtract right's b; it is added."),
    "b_right_missing": (lambda al, bl, ar, br: ar * bl + 0 * br, "Right's own b is missing: it is added last."),
    "b_left_missing": (lambda al, bl, ar, br: br + 0 * bl, "What left added is lost: your b is right's alone."),
    "b_with_a": (lambda al, bl, ar, br: ar * al + ar * bl + br, "Your b holds a_r·a_l, which belongs before h, in a."),
}.items():
    exercise.mistake(_id, _b(_wrong)).says(_sentence)

# The new a: a_r·a_l.
for _id, (_wrong, _sentence) in {
    "sum_of_a": (lambda al, br, ar: al + ar, "You add the two factors. One after the other they multiply."),
    "a_right_only": (lambda al, br, ar: ar + 0 * al, "Your new a is right's alone. h went through left's factor too."),
    "a_left_only": (lambda al, br, ar: al + 0 * ar, "Your new a is left's alone. h goes through right's factor too."),
    "quotient": (lambda al, br, ar: ar / al, "You divide one factor by the other. They multiply."),
    "logarithms": (
        lambda al, br, ar: (al.log() + ar.log()).exp(),
        "You take logarithms; factors may be ≤ 0. Multiply.",
    ),
    "a_squared": (lambda al, br, ar: ar * ar * al, "Right's factor stands twice in your new a: a_r·a_l is all."),
    "a_with_b": (lambda al, br, ar: ar * al + br, "Your new a holds a b. Only what stands before h belongs there."),
}.items():
    exercise.mistake(_id, _a(_wrong)).says(_sentence)

# Both.
exercise.mistake("sums", lambda left, right: (left[0] + right[0], left[1] + right[1])).says(
    "You add factors and add inputs. Put the first step into the second and multiply out."
)
exercise.mistake("sum_and_order", lambda left, right: (left[0] + right[0], combine(right, left)[1])).says(
    "Two things: factors multiply; and the order is left first, so a_r acts on b_l."
)
exercise.mistakes(
    matrix_products=lambda left, right: (right[0] @ left[0], right[0] @ left[1] + right[1]),
    matrix_product_in_b=_b(lambda al, bl, ar, br: ar @ bl + br),
).says("`@` sums over an axis. The four tensors have one shape and meet entry by entry: `*`.")
exercise.mistakes(
    divides=_b(lambda al, bl, ar, br: al * ar * (bl / al) + br),
    divides_guarded=_b(lambda al, bl, ar, br: al * ar * (bl / (al + 1e-8)) + br),
    divides_both=_b(lambda al, bl, ar, br: ar * al * (bl / al + br / (ar * al))),
    divides_alone=_b(lambda al, bl, ar, br: ar * bl / al + br),
).says("You divide by a_l, which may be zero. Nothing has to be undone: a_r acts on b_l as it is.")
exercise.mistake("strung_together", lambda left, right: left + right).says(
    "`+` strings two tuples together, four tensors. Unpack both, `a_left, b_left = left`, and combine the tensors."
)
exercise.mistake("squeezed", lambda left, right: tuple(part.squeeze() for part in combine(left, right))).says(
    "Your `squeeze()` drops axes of length 1. Both results have the shape of the four arguments."
)
exercise.mistakes(
    in_place=lambda left, right: (left[0].mul_(right[0]), left[1].mul_(right[0]).add_(right[1])),
    in_place_a=lambda left, right: (left[0].mul_(right[0]), right[0] * left[1] + right[1]),
    in_place_b=lambda left, right: (left[0] * right[0], left[1].mul_(right[0]).add_(right[1])),
).says("`*=`, `+=` and `mul_` write into the tensors of whoever called. Compute new ones: `a_right * a_left`.")
exercise.mistake("factors_in_left", lambda left, right: (left[0] * left[1], left[1] * right[0] + right[1])).says(
    "You unpack `left` as the two a and `right` as the two b. Each is a step of its own: `a_left, b_left = left`."
)
exercise.mistake("pairs_mixed", lambda left, right: combine(left[::-1], right[::-1])[::-1]).says(
    "You unpack a pair as (b, a). The factor comes first."
)

exercise.right(lambda left, right: (left[0] * right[0], torch.addcmul(right[1], right[0], left[1])))
exercise.right(lambda left, right: (right[0] * left[0], right[1] + left[1] * right[0]))


@exercise.right
def one_product(left, right):
    both = right[0] * torch.stack(tuple(left))
    return both[0], both[1] + right[1]
