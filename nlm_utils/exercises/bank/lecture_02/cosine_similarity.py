"""The cosine of two vectors: learners divide by another length, or by 0, or take a distance for a similarity."""

import numpy as np
from numpy.linalg import norm

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import result, rounded, special
from nlm_utils.functional import cosine_similarity

exercise = Exercise(
    cosine_similarity,
    checks="25 pairs: long and very short, opposite, at right angles, with single zeros, one and both all zeros",
    explanation=(
        "The dot product grows with the length of either vector; divided by both lengths it is the cosine of the "
        "angle and depends on direction alone. A zero vector has no direction, and 0/0 would give nan: 0.0, *similar "
        "to nothing*, is the agreement here."
    ),
    hints=[
        "cos(a, b) = a·b / (|a| |b|). The length |a| is the root of the sum of the squares.",
        "`np.linalg.norm(a)` is |a|, `a @ b` is the dot product.",
        "When |a| |b| is 0, return 0.0 before you divide.",
    ],
)

exercise.case(np.array([3.0, 4.0]), np.array([4.0, 3.0]))
exercise.case(np.array([3.0, 4.0]), np.array([-6.0, -8.0]))
exercise.case(np.array([1.0, 2.0, 0.0]), np.array([0.0, 0.0, 5.0]))
exercise.case(np.array([-0.43, 0.72, 1.1]), np.array([-0.4, 0.8, 0.9]))
exercise.case(np.array([2.0, -1.0, 0.5, 3.0]), np.array([-1.0, -2.0, 4.0, 0.5]))
exercise.case(np.array([0.0, 0.0, 0.0]), np.array([1.0, -2.0, 3.0]))
exercise.case(np.array([1.0, 2.0]), np.array([0.0, 0.0]))
exercise.case(np.array([0.0, 0.0]), np.array([0.0, 0.0]))
exercise.case(np.array([2.0, 0.0, 1.0]), np.array([1.0, 5.0, 3.0]))
exercise.case(np.array([1.0, 5.0, 3.0]), np.array([-2.0, 0.0, 1.0]))
exercise.case(np.array([0.0, 3.0]), np.array([4.0, 3.0]))
exercise.case(np.array([4.0, 3.0, 1.0]), np.array([0.0, 2.0, -5.0]))
exercise.case(np.array([3.0, 4.0, 0.0]), np.array([1.0, 2.0, 2.0]))
exercise.case(np.array([1.0, 2.0, 2.0]), np.array([3.0, 4.0, 0.0]))
exercise.case(np.array([3.0, 0.0, 4.0]), np.array([1.0, 2.0, 0.0]))
exercise.case(np.array([0.0, -3.0]), np.array([4.0, 0.5]))
exercise.case(np.array([1.0, -1.0]), np.array([2.0, 1.0]))
exercise.case(np.array([2.0, 1.0, 4.0]), np.array([-3.0, 1.0, 2.0]))
exercise.case(np.array([0.012, -0.005]), np.array([0.006, 0.010]))
exercise.case(np.array([1000.0, -300.0, 20.0, 0.0, 7.0]), np.array([-0.2, 0.1, 0.3, 0.7, -0.4]))
exercise.case(np.array([1e-5, 0.0]), np.array([1e-5, 0.0]))
exercise.case(np.array([3e-60, 4e-60]), np.array([4e-60, 3e-60]))
exercise.case(np.array([3e60, 4e60]), np.array([4e-60, 3e-60]))
exercise.case(np.array([3e-10, 4e-10]), np.array([4.0, 3.0]))
exercise.case(np.array([4.0, 3.0]), np.array([3e-13, 4e-13]))
exercise.drawn(lambda rng: tuple(rng.normal(size=(2, rng.integers(1, 9))) * 10.0 ** rng.integers(-40, 40, (2, 1))), 4)
exercise.drawn(lambda rng: tuple(rng.integers(-1, 2, (2, 3)).astype(float)))
exercise.drawn(lambda rng: (rng.normal(size=4), np.zeros(4)))


def ratio(numerator, denominator):
    """0.0 when the denominator is 0."""
    return numerator / denominator if denominator != 0 else 0.0


def ends(a, b):
    """True when neither is all zeros."""
    return bool(a.any() and b.any())


def single(*vectors):
    return [vector.astype(np.float32) for vector in vectors]


@np.errstate(all="ignore")
def cosine_of_units(a, b):
    return (a / norm(a)) @ (b / norm(b)) if norm(a) and norm(b) else 0.0


@np.errstate(all="ignore")
def unguarded(numerator, denominator):
    """nan when both are 0."""
    return numerator / denominator


def zero_if(condition):
    """Returns 0.0 when `condition(a, b)` holds, and divides else, be it by 0."""
    return lambda a, b: 0.0 if condition(a, b) else unguarded(a @ b, norm(a) * norm(b))


exercise.mistake("dot_product", lambda a, b: a @ b).says(
    "This is the dot product alone. It grows with the lengths: for (3, 4) and (4, 3) it is 24. Divide by both lengths."
)

# zero vectors
exercise.takes(
    special(
        lambda a, b: not a.any() or not b.any(),
        "a zero vector",
        "It has no direction and is similar to nothing: 0.0.",
        nan="zero_vector_gives_nan",
        one="zero_vector_gives_one",
        minus_one="zero_vector_gives_minus_one",
        none="zero_vector_gives_none",
    )
)
exercise.mistake("zero_vector_raises", lambda a, b: float(a @ b) / float(norm(a) * norm(b))).says(
    "For a zero vector your code divides by zero and stops. It has no direction; the docstring says what to return."
)
for id, condition in {
    "zero_vector_only_when_both": lambda a, b: not a.any() and not b.any(),
    "zero_vector_only_the_first": lambda a, b: not a.any(),
    "zero_vector_only_the_second": lambda a, b: not b.any(),
}.items():
    exercise.mistake(id, zero_if(condition)).says(
        "Your test lets a zero vector through: one is enough to divide 0 by 0, be it a or b. Ask of both, with `or`."
    )
exercise.mistake("equal_vectors_are_one", lambda a, b: 1.0 if np.array_equal(a, b) else cosine_similarity(a, b)).says(
    "You treat equal vectors as cosine 1 before looking at zeros: two zero vectors still have no direction, 0.0."
)
exercise.mistake("or_between_numbers", zero_if(lambda a, b: norm(a) or norm(b) == 0)).says(
    "`norm(a) or norm(b) == 0` asks whether norm(a) is TRUE, as every number but 0 is. Write `== 0` on both sides."
)
exercise.mistake("and_between_numbers", zero_if(lambda a, b: norm(a) and norm(b) == 0)).says(
    "`norm(a) and norm(b) == 0` asks whether norm(a) is TRUE. Write `== 0` on both sides, and `or` between them."
)
short = "it is short, below a number of your own or that of `np.allclose`. However short, it has a direction"
entry = "ONE of its entries is 0 (`.all()` for `.any()`), as in (2, 0, 1)"
for id, (when, condition) in {
    "all_for_any": (entry, lambda a, b: not a.all() or not b.all()),
    "all_for_any_first": (entry, lambda a, b: not a.all()),
    "all_for_any_second": (entry, lambda a, b: not b.all()),
    "all_for_any_when_both": (entry, lambda a, b: not a.all() and not b.all()),
    "zero_sum": ("its SUM is 0, as that of (1, −1)", lambda a, b: a.sum() == 0 or b.sum() == 0),
    "zero_sum_first": ("its SUM is 0, as that of (1, −1)", lambda a, b: a.sum() == 0),
    "zero_first_entry": ("its FIRST entry is 0, as in (0, 3)", lambda a, b: a[0] == 0 or b[0] == 0),
    "zero_last_entry": ("its LAST entry is 0, as in (3, 4, 0)", lambda a, b: a[-1] == 0 or b[-1] == 0),
    "zero_maximum": ("its LARGEST entry is not above 0, as in (−3, 0)", lambda a, b: min(a.max(), b.max()) <= 0),
    "short_is_zero": (short, lambda a, b: norm(a) * norm(b) < 1e-3),
    "very_short_is_zero": (short, lambda a, b: norm(a) * norm(b) < 1e-9),
    "shorter_is_zero": (short, lambda a, b: min(norm(a), norm(b)) < 1e-12),
    "close_to_zero": (short, lambda a, b: np.allclose(a, 0) or np.allclose(b, 0)),
}.items():
    exercise.mistake(id, zero_if(condition)).says(
        f"You take a vector for zero when {when}. It is zero only when its length is: ask that of a AND of b."
    )
for small in (1.0, 1e-3, 1e-6, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15):
    exercise.mistake(f"{small:g}_added_below", lambda a, b, small=small: a @ b / (norm(a) * norm(b) + small)).says(
        f"You add {small:g} to the denominator, which changes the cosine of short vectors. Treat the zero vector apart."
    )
for small in (1e-3, 1e-8, 1e-12):
    exercise.mistakes(
        **{
            f"product_at_least_{small:g}": lambda a, b, small=small: a @ b / max(norm(a) * norm(b), small),
            f"{small:g}_added_to_lengths": lambda a, b, s=small: a @ b / ((norm(a) + s) * (norm(b) + s)),
            f"lengths_at_least_{small:g}": lambda a, b, s=small: a @ b / (max(norm(a), s) * max(norm(b), s)),
        }
    ).says(
        f"You add {small:g} to a length, or let neither it nor the denominator fall below that: the cosine of short "
        "vectors comes out too small. Treat the zero vector apart."
    )

exercise.mistakes(
    in_float32=lambda a, b: float(zero_if(lambda a, b: norm(a) * norm(b) == 0)(*single(a, b))),
    in_float32_by_each=lambda a, b: float(cosine_of_units(*single(a, b))),
).says("You compute in float32: it ends at 1e-45 and 3e38, and very short or long vectors are lost. Stay in float64.")

# another denominator
for mine, other, length in (("a", "b", lambda a, b: norm(a)), ("b", "a", lambda a, b: norm(b))):
    exercise.mistake(f"length_of_{mine}_only", lambda a, b, length=length: ratio(a @ b, length(a, b))).says(
        f"You divide by the length of {mine} only, so the result still grows with the length of {other}."
    )
    exercise.mistake(f"length_of_{mine}_twice", lambda a, b, length=length: ratio(a @ b, length(a, b) ** 2)).says(
        f"You divide by the length of {mine} twice. One of the two lengths belongs to {other}."
    )
for id, (what, denominator) in {
    "squared_lengths": ("the SQUARED lengths, whose root is still to be taken", lambda a, b: (a @ a) * (b @ b)),
    "roots_of_the_absolute_sums": (
        "the roots of sums that are not of SQUARES",
        lambda a, b: np.sqrt(norm(a, 1) * norm(b, 1)),
    ),
    "roots_of_the_sums": (
        "the roots of sums that are not of SQUARES",
        np.errstate(all="ignore")(lambda a, b: np.sqrt(a.sum()) * np.sqrt(b.sum())),
    ),
    "one_squared_length": ("one length and one SQUARED length", lambda a, b: norm(a) * (b @ b)),
    "other_squared_length": ("one length and one SQUARED length", lambda a, b: (a @ a) * norm(b)),
    "root_of_the_lengths": ("a root too many: `norm` is a root", lambda a, b: np.sqrt(norm(a) * norm(b))),
    "sum_of_lengths": ("the SUM of the lengths", lambda a, b: norm(a) + norm(b)),
    "sum_of_squares_of_both": ("the sum of the squared lengths", lambda a, b: a @ a + b @ b),
    "root_of_the_sum_of_squares_of_both": ("the root of a·a + b·b", lambda a, b: np.sqrt(a @ a + b @ b)),
    "length_of_the_sum": ("the length of a + b", lambda a, b: norm(a + b)),
    "length_of_the_difference": ("the distance between the two", lambda a, b: norm(a - b)),
    "length_of_the_products": ("the length of the element-wise product", lambda a, b: norm(a * b)),
    "sum_for_length": ("the sums of the entries, 7 for (3, 4)", lambda a, b: a.sum() * b.sum()),
    "root_of_squared_sum": ("roots of the squared SUMS, 7 for (3, 4)", lambda a, b: abs(a.sum() * b.sum())),
    "absolute_sum_for_length": ("the sums of absolute values, 7 for (3, 4)", lambda a, b: norm(a, 1) * norm(b, 1)),
    "largest_entry_for_length": ("the largest entries, 4 for (3, 4)", lambda a, b: abs(a).max() * abs(b).max()),
    "number_of_entries_for_length": ("`len(a)`, the number of entries, and `len(b)`", lambda a, b: len(a) * len(b)),
    "divided_by_dimension": ("the number of entries", lambda a, b: len(a)),
    "dot_product_by_standard_deviations": ("standard deviations", lambda a, b: a.std() * b.std()),
    "tanimoto": ("a·a + b·b − a·b (Jaccard, Tanimoto)", lambda a, b: a @ a + b @ b - a @ b),
    "dice": ("the mean of a·a and b·b (Dice)", lambda a, b: (a @ a + b @ b) / 2),
}.items():
    exercise.mistake(id, lambda a, b, of=denominator: ratio(a @ b, of(a, b))).says(
        f"You divide by {what}. Divide by the product of the two lengths, |a| |b|: (3, 4) has length 5."
    )
exercise.mistake("multiplied_by_a_length", lambda a, b: ratio(a @ b, norm(a)) * norm(b)).says(
    "`a @ b / x * y` divides by x and then MULTIPLIES by y. Put the two lengths into brackets."
)
exercise.mistakes(
    sign_of_the_dot_product=lambda a, b: np.sign(a @ b),
    length_of_the_dot_product=lambda a, b: unguarded(a @ b, norm(a @ b)),
).says("You divide the dot product by its own size, so only its sign is left. Divide by |a| |b|, the lengths of both.")
exercise.mistake("standard_deviations_for_lengths", lambda a, b: ratio(np.mean(a * b), a.std() * b.std())).says(
    "You divide by standard deviations. A length is the root of the sum of the squares, with no mean taken off."
)

# something else than the dot product
exercise.mistakes(
    not_summed=lambda a, b: ratio(a * b, norm(a) * norm(b)),
    not_summed_at_all=lambda a, b: unguarded(a * b, norm(a) * norm(b)),
).says("`a * b` multiplies entry by entry and gives a vector. The dot product adds the products up: `a @ b`.")
exercise.mistake("outer_product", lambda a, b: ratio(np.outer(a, b), norm(a) * norm(b))).says(
    "You multiply every entry of a with every entry of b: a table. The dot product is one number, `a @ b`."
)
exercise.mistake("product_of_sums", lambda a, b: ratio(a.sum() * b.sum(), norm(a) * norm(b))).says(
    "You multiply the sums of the entries. The dot product multiplies entry by entry and adds then."
)
exercise.mistakes(
    returned_in_the_loop=lambda a, b: ratio(a[0] * b[0], norm(a) * norm(b)),
    all_returned_in_the_loop=lambda a, b: ratio(a[0] * b[0], abs(a[0] * b[0])),
).says("Your `return` stands inside the loop, so only the first entries are multiplied. Move it out of the loop.")
exercise.mistake("last_product_only", lambda a, b: ratio(a[-1] * b[-1], norm(a) * norm(b))).says(
    "Only the last product is left: in the loop stands `=` where `+=` is meant. The dot product adds all of them up."
)
exercise.mistakes(
    last_product_left_out=lambda a, b: ratio(a[:-1] @ b[:-1], norm(a) * norm(b)),
    last_entry_left_out=lambda a, b: cosine_similarity(a[:-1], b[:-1]),
).says("You leave out the last entry: `range(len(a) - 1)` stops one too early.")
exercise.mistake("two_products_only", lambda a, b: ratio(a[:2] @ b[:2], norm(a) * norm(b))).says(
    "You multiply the first two entries only. A vector has any number of them: `a @ b` takes all."
)
exercise.mistakes(
    first_entry_left_out=lambda a, b: ratio(a[1:] @ b[1:], norm(a) * norm(b)),
    first_entry_left_out_everywhere=lambda a, b: cosine_similarity(a[1:], b[1:]),
).says("You leave out the first entry: places are counted from 0.")

# something else than the cosine
exercise.takes(
    result(
        one_minus=("distance", "This is 1 − cosine, a distance: 0 for the same direction. The similarity is 1 there."),
        absolute=("absolute_value", "You drop the sign. Opposite vectors have cosine −1, not 1."),
        positive=("clipped_at_zero", "You cut negative values off at 0. Opposite vectors have cosine −1."),
        square=("squared", "This is the square of the cosine: the dot product comes in once, not twice."),
    ),
    rounded(2, 3, 4),
)
exercise.mistake("scaled_to_zero_one", lambda a, b: (1.0 + cosine_similarity(a, b)) / 2.0).says(
    "You squeeze the cosine into 0 to 1. It runs from −1 to 1: vectors at right angles have 0, not 0.5."
)
exercise.mistakes(
    angle_as_a_share=lambda a, b: 1 - np.arccos(np.clip(cosine_similarity(a, b), -1, 1)) / np.pi if ends(a, b) else 0.0,
    sine=lambda a, b: np.sqrt(max(0.0, 1 - cosine_similarity(a, b) ** 2)) if ends(a, b) else 0.0,
).says("You turn the cosine into an angle, or a sine. a·b / (|a| |b|) already IS what is asked for: return it.")
for id, unit in {"angle": 1.0, "angle_in_degrees": 180 / np.pi}.items():
    exercise.mistake(id, lambda a, b, unit=unit: unit * np.arccos(np.clip(cosine_similarity(a, b), -1.0, 1.0))).says(
        "This is the angle itself. Its cosine is asked for: no arccos."
    )
for id, of in {"cosine_of_dot_product": np.dot, "cosine_of_the_cosine": cosine_similarity}.items():
    exercise.mistake(id, lambda a, b, of=of: np.cos(of(a, b))).says(
        "You take np.cos, but a·b / (|a| |b|) already IS the cosine of the angle."
    )
exercise.mistakes(
    euclidean_distance=lambda a, b: norm(a - b),
    squared_euclidean_distance=lambda a, b: norm(a - b) ** 2,
    negative_distance=lambda a, b: -norm(a - b),
    plain_inverse_distance=lambda a, b: unguarded(1.0, norm(a - b)) if (a != b).any() else 1.0,
    exponential_of_distance=lambda a, b: np.exp(-norm(a - b)),
    inverse_distance=lambda a, b: 1.0 / (1.0 + norm(a - b)),
).says("You use the distance between the two points. The cosine sees the angle alone: (3, 4) and (6, 8) have cosine 1.")
exercise.mistake(
    "one_minus_distance_of_unit_vectors",
    lambda a, b: 1.0 - norm(a / norm(a) - b / norm(b)) if a.any() and b.any() else 0.0,
).says(
    "This is 1 − the distance of the vectors scaled to length 1: −0.41 at right angles, not 0. Take their dot product."
)
exercise.mistakes(
    correlation=lambda a, b: cosine_similarity(a - a.mean(), b - b.mean()),
    correlation_by_standard_deviations=lambda a, b: unguarded(
        np.mean((a - a.mean()) * (b - b.mean())), a.std() * b.std()
    ),
).says("You subtract the means: that is Pearson's correlation. The cosine takes the vectors as they are.")
exercise.mistake("jaccard", lambda a, b: len({*a} & {*b}) / len({*a} | {*b})).says(
    "You compare the two as SETS of numbers (Jaccard). Which number stands at which place is what counts."
)
exercise.mistake("jaccard_of_weights", lambda a, b: ratio(np.minimum(a, b).sum(), max(0, np.maximum(a, b).sum()))).says(
    "You divide the smaller entries by the larger ones (Jaccard). The cosine is the dot product over both lengths."
)
exercise.mistake("share_of_equal_entries", lambda a, b: np.mean(a == b)).says(
    "You count the places where the two are equal. The cosine is the dot product over both lengths."
)


@exercise.right
def in_plain_python(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    length_a, length_b = sum(x * x for x in a) ** 0.5, sum(y * y for y in b) ** 0.5
    return dot / (length_a * length_b) if length_a and length_b else 0


@exercise.right
def by_scipy(a, b):
    from scipy.spatial.distance import cosine

    return 1.0 - cosine(a, b) if a.any() and b.any() else 0.0


@exercise.right
def nan_to_zero(a, b):
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.einsum("i,i->", a, b) / np.sqrt(np.sum(a**2) * np.sum(b**2)))


exercise.right(lambda a, b: np.dot(a / norm(a), b / norm(b)) if np.any(a) and np.any(b) else 0.0)
exercise.right(lambda a, b: float(a @ b / (norm(a) * norm(b) or 1)))
