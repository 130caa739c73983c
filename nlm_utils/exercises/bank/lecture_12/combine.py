"""combine."""

import torch

from nlm_utils.exercises.definition import Exercise

from .common import _numbers


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
exercise.case((_numbers(2, 3, seed=1), _numbers(2, 3, seed=2)), (_numbers(2, 3, seed=3), _numbers(2, 3, seed=4)))
exercise.case(
    (_numbers(3, seed=5, grad=True), _numbers(3, seed=6, grad=True)),
    (_numbers(3, seed=7, grad=True), _numbers(3, seed=8, grad=True)),
)
exercise.case(
    (torch.tensor([0.0, 1000.0, -2.0]), torch.tensor([1.0, -3.0, 1000.0])),
    (torch.tensor([0.5, 0.0, -1000.0]), torch.tensor([4.0, 5.0, 6.0])),
)


def _pair(a=None, b=None):
    """A wrong pair from functions of a_l, b_l, a_r, b_r."""
    a = a or (lambda al, bl, ar, br: ar * al)
    b = b or (lambda al, bl, ar, br: ar * bl + br)
    return lambda left, right: (a(*left, *right), b(*left, *right))


for id, sentence, f in [
    (
        "order",
        "Your order is turned round: you let `right` come first. `left` is earlier, so it is "
        "what LEFT added that right's factor forgets.",
        lambda al, bl, ar, br: al * br + bl,
    ),
    (
        "left_factor",
        "You multiply left's b by left's own a. It is the LATER factor that acts on it.",
        lambda al, bl, ar, br: al * bl + br,
    ),
    (
        "right_on_own",
        "You multiply right's b by right's own a and add left's. It is left's b that is multiplied.",
        lambda al, bl, ar, br: ar * br + bl,
    ),
    (
        "no_factor",
        "You add the two b. What left added goes through right's step: it is multiplied by a_r.",
        lambda al, bl, ar, br: bl + br,
    ),
    (
        "left_on_right",
        "You multiply right's b by left's a AND left's b by right's a. The last b is added whole.",
        lambda al, bl, ar, br: ar * bl + al * br,
    ),
    (
        "factor_on_both",
        "Your a_r multiplies both b. Right's own b is added after its factor.",
        lambda al, bl, ar, br: ar * (bl + br),
    ),
    (
        "both_factors",
        "Left's b is multiplied by both factors. Only the later one acts on it.",
        lambda al, bl, ar, br: ar * al * bl + br,
    ),
    (
        "product_of_b",
        "You multiply the two b. They are added, left's after right's factor.",
        lambda al, bl, ar, br: bl * br,
    ),
    (
        "scaled_product",
        "You multiply where right's b should be added.",
        lambda al, bl, ar, br: ar * bl * br,
    ),
    ("subtracts", "You subtract right's b; it is added.", lambda al, bl, ar, br: ar * bl - br),
    ("b_right_missing", "Right's own b is missing.", lambda al, bl, ar, br: ar * bl + 0 * br),
    (
        "b_left_missing",
        "What left added is lost: your b is right's alone.",
        lambda al, bl, ar, br: br + 0 * bl,
    ),
    (
        "b_with_a",
        "Your b holds a_r·a_l too. That belongs before h, in the new a.",
        lambda al, bl, ar, br: ar * al + ar * bl + br,
    ),
    (
        "cut_b",
        "The values are right, but no gradient flows through the new b (`detach`).",
        lambda al, bl, ar, br: (ar * bl + br).detach(),
    ),
]:
    exercise.mistake(id, _pair(b=f)).says(sentence)

for id, sentence, f in [
    (
        "sum_of_a",
        "You add the two factors. One after the other they multiply.",
        lambda al, bl, ar, br: al + ar,
    ),
    (
        "a_right_only",
        "Your new a is right's alone. h has been through left's factor too.",
        lambda al, bl, ar, br: ar + 0 * al,
    ),
    (
        "a_left_only",
        "Your new a is left's alone. h goes through right's factor too.",
        lambda al, bl, ar, br: al + 0 * ar,
    ),
    (
        "quotient",
        "You divide one factor by the other. They multiply.",
        lambda al, bl, ar, br: ar / al,
    ),
    ("a_squared", "Right's factor stands twice in your new a.", lambda al, bl, ar, br: ar * ar * al),
    (
        "a_with_b",
        "Your new a holds a b. Only what stands before h belongs there.",
        lambda al, bl, ar, br: ar * al + br,
    ),
    (
        "cut_a",
        "The values are right, but no gradient flows through the new a (`detach`).",
        lambda al, bl, ar, br: (ar * al).detach(),
    ),
]:
    exercise.mistake(id, _pair(a=f)).says(sentence)

exercise.mistake("sums", _pair(lambda al, bl, ar, br: al + ar, lambda al, bl, ar, br: bl + br)).says(
    "You add factors and add inputs. Put the first step into the second and multiply out."
)
exercise.mistake("exchanged", lambda left, right: combine(left, right)[::-1]).says(
    "Your pair is in the wrong order: (a, b), the factor first."
)
exercise.mistake("b_only", lambda left, right: combine(left, right)[1]).says(
    "You return the new b alone. The pair (a, b) is wanted, so that it can be combined again."
)
exercise.mistake("pairs_mixed", lambda left, right: combine(left[::-1], right[::-1])[::-1]).says(
    "You unpack a pair as (b, a). The factor comes first."
)
exercise.mistake("cut", lambda left, right: combine([x.detach() for x in left], [x.detach() for x in right])).says(
    "The values are right, but no gradient reaches the arguments (`detach`)."
)

exercise.right(lambda left, right: (left[0] * right[0], torch.addcmul(right[1], right[0], left[1])))


@exercise.right
def right_1(left, right):
    (a1, b1), (a2, b2) = left, right
    return a1 * a2, b2 + b1 * a2


@exercise.right
def right_2(left, right):
    both = right[0] * torch.stack(tuple(left))
    return both[0], both[1] + right[1]


exercise.right(lambda left, right: (torch.mul(right[0], left[0]), torch.add(torch.mul(right[0], left[1]), right[1])))

exercise.mistake("left_on_both", _pair(b=lambda al, bl, ar, br: al * (bl + br))).says(
    "Your a_l multiplies both b. It acts before left's b is added; only a_r acts on it."
)
exercise.mistake("all_on_both", _pair(b=lambda al, bl, ar, br: al * ar * (bl + br))).says(
    "Both factors multiply both b. Only a_r acts, and on left's b alone."
)
exercise.mistake("own_factors", _pair(b=lambda al, bl, ar, br: al * bl + ar * br)).says(
    "Each b is multiplied by its own a. It is right's a that acts on left's b."
)
exercise.mistake("order_and_left_missing", _pair(b=lambda al, bl, ar, br: al * br + 0 * bl)).says(
    "Your b is a_l·b_r. It is right's factor on left's b, and then right's b."
)
exercise.mistake("sum_and_order", _pair(lambda al, bl, ar, br: al + ar, lambda al, bl, ar, br: al * br + bl)).says(
    "Two things: factors multiply; and the order is left first, so a_r acts on b_l."
)
