"""cosine_similarity."""

import numpy as np

from nlm_utils import functional
from nlm_utils.exercises.definition import Exercise

from .common import _cosine

exercise = Exercise(
    functional.cosine_similarity,
    checks=(
        "20 pairs of vectors: long and very short, opposite, at right angles, with single zeros, one and both all zeros"
    ),
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


def _norm(a):
    return np.linalg.norm(a)


def _guarded(numerator, denominator):
    return float(numerator / denominator) if denominator > 0 else 0.0


exercise.mistake("dot_product", lambda a, b: float(a @ b)).says(
    "This is the dot product alone. It grows with the lengths: for (3, 4) and (4, 3) it is 24, and no cosine is above "
    "1. Divide by both lengths."
)
exercise.mistake("squared_lengths", lambda a, b: _guarded(a @ b, (a @ a) * (b @ b))).says(
    "You divide by the SQUARED lengths: a·a is |a|², so its root is still to be taken."
)
exercise.mistake("distance", lambda a, b: 1.0 - _cosine(a, b)).says(
    "This is 1 − cosine, a distance: 0 for the same direction. Asked for is the similarity: 1 for the same direction."
)


@exercise.mistake("zero_vector_gives_nan").says(
    "For a zero vector your result is nan, which is what 0 divided by 0 gives. It has no direction; the docstring "
    "says what to return."
)
def zero_vector_gives_nan(a, b):
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@exercise.mistake("zero_vector_raises").says(
    "For a zero vector your code divides by zero and stops. It has no direction; the docstring says what to return."
)
def zero_vector_raises(a, b):
    lengths = float(_norm(a) * _norm(b))
    return float(a @ b) / lengths


@exercise.mistake("zero_vector_only_when_both").says(
    "You look for the case that BOTH vectors are zero. One is enough to divide 0 by 0."
)
def zero_vector_only_when_both(a, b):
    if not a.any() and not b.any():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@exercise.mistake("zero_vector_only_the_first").says("You look only whether a is the zero vector. b may be, too.")
def zero_vector_only_the_first(a, b):
    if not a.any():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


exercise.mistake("zero_vector_gives_one", lambda a, b: _cosine(a, b) if a.any() and b.any() else 1.0).says(
    "For a zero vector you return 1, the same direction. It has no direction and is similar to nothing: 0.0."
)
exercise.mistake("zero_vector_gives_none", lambda a, b: _cosine(a, b) if a.any() and b.any() else None).says(
    "For a zero vector your function returns nothing. A number is needed: 0.0."
)
exercise.mistake("equal_vectors_are_one", lambda a, b: 1.0 if np.array_equal(a, b) else _cosine(a, b)).says(
    "You treat equal vectors as cosine 1 before looking at zeros: two zero vectors still have no direction, 0.0."
)
exercise.mistake("sum_of_lengths", lambda a, b: _guarded(a @ b, _norm(a) + _norm(b))).says(
    "You divide by the SUM of the lengths. It is their product: then doubling a vector cancels out."
)
exercise.mistake("one_length_only", lambda a, b: _guarded(a @ b, _norm(a))).says(
    "You divide by the length of a only, so the result still grows with the length of b. Divide by both."
)
exercise.mistake("other_length_only", lambda a, b: _guarded(a @ b, _norm(b))).says(
    "You divide by the length of b only, so the result still grows with the length of a. Divide by both."
)
exercise.mistake("length_of_a_twice", lambda a, b: _guarded(a @ b, _norm(a) ** 2)).says(
    "You divide by the length of a twice. One of the two lengths belongs to b."
)
exercise.mistake("length_of_b_twice", lambda a, b: _guarded(a @ b, _norm(b) ** 2)).says(
    "You divide by the length of b twice. One of the two lengths belongs to a."
)
exercise.mistake("multiplied_by_a_length", lambda a, b: _guarded(a @ b, _norm(a)) * float(_norm(b))).says(
    "`a @ b / x * y` divides by x and then MULTIPLIES by y. Put the two lengths into brackets."
)
exercise.mistake("root_of_the_lengths", lambda a, b: _guarded(a @ b, np.sqrt(_norm(a) * _norm(b)))).says(
    "You take a root too many: `np.linalg.norm` is already the root of the sum of squares."
)
exercise.mistake(
    "root_of_squared_sum", lambda a, b: _guarded(a @ b, np.sqrt(a.sum() ** 2) * np.sqrt(b.sum() ** 2))
).says("Your length squares the SUM of the entries. Square each entry first, then add: (3, 4) has length 5, not 7.")


@exercise.mistake("sum_for_length").says(
    "You divide by the sums of the entries. A length is the root of the sum of SQUARES: (3, 4) has length 5, not 7."
)
def sum_for_length(a, b):
    denominator = a.sum() * b.sum()
    return float(a @ b / denominator) if denominator != 0 else 0.0


exercise.mistake("absolute_sum_for_length", lambda a, b: _guarded(a @ b, np.abs(a).sum() * np.abs(b).sum())).says(
    "You measure length by the sum of absolute values. Euclid's length is the root of the sum of squares: (3, 4) has "
    "5, not 7."
)
exercise.mistake("number_of_entries_for_length", lambda a, b: float(a @ b / (len(a) * len(b)))).says(
    "`len(a)` is the number of entries, d. The length meant here is the norm, the root of the sum of squares."
)
exercise.mistake("divided_by_dimension", lambda a, b: float(a @ b / len(a))).says(
    "You divide by the number of entries. Divide by the two lengths (norms) instead."
)
exercise.mistake("euclidean_distance", lambda a, b: float(_norm(a - b))).says(
    "This is the distance between the two points. It is large when vectors differ, and depends on their lengths; the "
    "cosine does neither."
)
exercise.mistake("inverse_distance", lambda a, b: float(1.0 / (1.0 + _norm(a - b)))).says(
    "You turn the distance into a similarity. The cosine looks at the angle alone: (3, 4) and (6, 8) have cosine 1."
)
exercise.mistake("absolute_value", lambda a, b: abs(_cosine(a, b))).says(
    "You drop the sign. Opposite vectors have cosine −1, not 1."
)
exercise.mistake("clipped_at_zero", lambda a, b: max(0.0, _cosine(a, b))).says(
    "You cut negative values off at 0. Opposite vectors have cosine −1."
)
exercise.mistake("scaled_to_zero_one", lambda a, b: (1.0 + _cosine(a, b)) / 2.0).says(
    "You squeeze the cosine into 0 to 1. It runs from −1 to 1: vectors at right angles have 0, not 0.5."
)
exercise.mistake("sign", lambda a, b: -_cosine(a, b)).says("The sign is wrong: the same direction has cosine +1.")
exercise.mistake("squared", lambda a, b: _cosine(a, b) ** 2).says(
    "This is the square of the cosine: the dot product comes in once, not twice."
)
exercise.mistake("angle", lambda a, b: float(np.arccos(np.clip(_cosine(a, b), -1.0, 1.0)))).says(
    "This is the angle itself, in radians. Its cosine is asked for: no arccos."
)
exercise.mistake("angle_in_degrees", lambda a, b: float(np.degrees(np.arccos(np.clip(_cosine(a, b), -1.0, 1.0))))).says(
    "This is the angle itself, in degrees. Its cosine is asked for: no arccos."
)
exercise.mistake("cosine_of_dot_product", lambda a, b: float(np.cos(a @ b))).says(
    "You take np.cos of the dot product. a·b / (|a| |b|) already IS the cosine of the angle."
)
exercise.mistake("cosine_of_the_cosine", lambda a, b: float(np.cos(_cosine(a, b)))).says(
    "You take np.cos of the result. a·b / (|a| |b|) already IS the cosine of the angle."
)
exercise.mistake("correlation", lambda a, b: _cosine(a - a.mean(), b - b.mean())).says(
    "You subtract the means: that is Pearson's correlation. The cosine takes the vectors as they are."
)


@exercise.mistake("not_summed").says(
    "You multiply entry by entry and stop there, so you return a vector. The dot product adds the products up."
)
def not_summed(a, b):
    lengths = _norm(a) * _norm(b)
    return a * b / lengths if lengths > 0 else 0.0


@exercise.mistake("not_summed_at_all").says(
    "`a * b` multiplies entry by entry and gives a vector. The dot product adds the products up: `a @ b`."
)
def not_summed_at_all(a, b):
    with np.errstate(all="ignore"):
        return a * b / (_norm(a) * _norm(b))


exercise.mistake("mean_for_sum", lambda a, b: _guarded(np.mean(a * b), _norm(a) * _norm(b))).says(
    "You average the products instead of adding them up, so the result shrinks with d."
)


@exercise.mistake("in_place").says(
    "The number is right, but you changed the vectors that you were given (`a /= …` writes into the caller's array). "
    "Make new ones."
)
def in_place(a, b):
    for vector in (a, b):
        if vector.any():
            vector /= _norm(vector)
    return float(a @ b)


exercise.mistake("rounded", lambda a, b: float(np.round(_cosine(a, b)))).says(
    "You round the result to a whole number. Cosines lie between −1 and 1, so nothing is left of them."
)
exercise.mistake("root_of_the_sum_of_squares_of_both", lambda a, b: _guarded(a @ b, np.sqrt(a @ a + b @ b))).says(
    "You add the two squared lengths under one root. Multiply the two lengths instead."
)
exercise.mistake("sum_of_squares_of_both", lambda a, b: _guarded(a @ b, a @ a + b @ b)).says(
    "You divide by the sum of the squared lengths. Divide by the product of the two lengths."
)
exercise.mistake("product_of_sums", lambda a, b: _guarded(a.sum() * b.sum(), _norm(a) * _norm(b))).says(
    "You multiply the sums of the entries. The dot product multiplies entry by entry and adds then."
)
exercise.mistake("largest_entry_for_length", lambda a, b: _guarded(a @ b, np.abs(a).max() * np.abs(b).max())).says(
    "You measure length by the largest entry. Euclid's length is the root of the sum of squares: (3, 4) has 5, not 4."
)
exercise.mistake("one_added_below", lambda a, b: float(a @ b / (_norm(a) * _norm(b) + 1.0))).says(
    "You add 1 to the denominator against division by zero, which changes every other result. Treat the zero vector "
    "separately."
)
exercise.mistake("length_of_the_sum", lambda a, b: _guarded(a @ b, _norm(a + b))).says(
    "You divide by the length of a + b. Divide by the length of a times the length of b."
)
exercise.mistake("length_of_the_difference", lambda a, b: _guarded(a @ b, _norm(a - b))).says(
    "You divide by the distance between the two. Divide by the length of a times the length of b."
)
exercise.mistake("length_of_the_products", lambda a, b: _guarded(a @ b, _norm(a * b))).says(
    "You take the length of the element-wise product. Take the length of each vector on its own, then multiply."
)


@exercise.mistake("zero_vector_is_an_error").says(
    "You raise an error for a zero vector. It may come (a word that was never seen), and the docstring says what to "
    "return."
)
def zero_vector_is_an_error(a, b):
    if not a.any() or not b.any():
        raise ValueError("zero vector")
    return _cosine(a, b)


exercise.mistake("zero_vector_gives_minus_one", lambda a, b: _cosine(a, b) if a.any() and b.any() else -1.0).says(
    "For a zero vector you return −1, the opposite direction. It has no direction at all: 0.0."
)
exercise.mistake("negative_distance", lambda a, b: -float(_norm(a - b))).says(
    "You turn the distance into a similarity by a minus sign. The cosine looks at the angle alone, not at the distance."
)
exercise.mistake("squared_euclidean_distance", lambda a, b: float(((a - b) ** 2).sum())).says(
    "This is the squared distance between the two points. The cosine looks at the angle alone: a·b / (|a| |b|)."
)


@exercise.mistake("outer_product").says(
    "You multiply every entry of a with every entry of b and get a table. The dot product is one number: `a @ b`."
)
def outer_product(a, b):
    lengths = _norm(a) * _norm(b)
    return np.outer(a, b) / lengths if lengths > 0 else 0.0


exercise.mistake("all_for_any", lambda a, b: _cosine(a, b) if a.all() and b.all() else 0.0).says(
    "You ask whether ALL entries are different from 0. A vector is the zero vector only when NO entry is: (2, 0, 1) "
    "has a zero and a direction. That is what `.any()` tells, not `.all()`."
)


@exercise.mistake("all_for_any_first").says(
    "You ask whether ALL entries of a are different from 0. (2, 0, 1) has a zero and still a direction: it is "
    "`.any()` that tells. And b may be the zero vector, too."
)
def all_for_any_first(a, b):
    if not a.all():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@exercise.mistake("all_for_any_second").says(
    "You ask whether ALL entries of b are different from 0. (2, 0, 1) has a zero and still a direction: it is "
    "`.any()` that tells. And a may be the zero vector, too."
)
def all_for_any_second(a, b):
    if not b.all():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@exercise.mistake("all_for_any_when_both").says(
    "You ask whether both vectors have a zero SOMEWHERE. (2, 0, 1) has one and still a direction; and one zero vector "
    "is enough to divide 0 by 0."
)
def all_for_any_when_both(a, b):
    if not a.all() and not b.all():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@exercise.mistake("or_between_numbers").says(
    "`norm(a) or norm(b) == 0` asks whether norm(a) is TRUE, which every number but 0 is: you return 0.0 for nearly "
    "all vectors. Write `== 0` on both sides of the `or`."
)
def or_between_numbers(a, b):
    if _norm(a) or _norm(b) == 0:
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@exercise.mistake("and_between_numbers").says(
    "`norm(a) and norm(b) == 0` asks whether norm(a) is TRUE, so a zero vector a gets through. Write `== 0` on both "
    "sides, and `or` between them."
)
def and_between_numbers(a, b):
    if _norm(a) and _norm(b) == 0:
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


@exercise.mistake("zero_vector_only_the_second").says("You look only whether b is the zero vector. a may be, too.")
def zero_vector_only_the_second(a, b):
    if not b.any():
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


exercise.mistake("zero_sum", lambda a, b: _cosine(a, b) if a.sum() != 0 and b.sum() != 0 else 0.0).says(
    "You take a vector for zero when its SUM is 0. (1, −1) has the sum 0 and is no zero vector: ask its length."
)


@exercise.mistake("zero_sum_first").says(
    "You take a for the zero vector when its SUM is 0. (1, −1) has the sum 0 and is no zero vector. And b may be one, "
    "too."
)
def zero_sum_first(a, b):
    if a.sum() == 0:
        return 0.0
    with np.errstate(all="ignore"):
        return a @ b / (_norm(a) * _norm(b))


exercise.mistake("zero_first_entry", lambda a, b: _cosine(a, b) if a[0] != 0 and b[0] != 0 else 0.0).says(
    "You look at the first entry only. (0, 3) begins with 0 and is no zero vector: ask its length."
)
exercise.mistake("zero_last_entry", lambda a, b: _cosine(a, b) if a[-1] != 0 and b[-1] != 0 else 0.0).says(
    "You look at the last entry only. (3, 4, 0) ends with 0 and is no zero vector: ask its length."
)
exercise.mistake("zero_maximum", lambda a, b: _cosine(a, b) if a.max() > 0 and b.max() > 0 else 0.0).says(
    "You take a vector for zero when its LARGEST entry is 0 or below. (−3, 0) has a length and a direction."
)
exercise.mistake("short_is_zero", lambda a, b: _cosine(a, b) if _norm(a) * _norm(b) >= 1e-3 else 0.0).says(
    "You take short vectors for zero. However short a vector is, it has a direction: return 0.0 only when the length "
    "is exactly 0 (or next to nothing, such as 1e-12)."
)
exercise.mistake("thousandth_added_below", lambda a, b: float(a @ b / (_norm(a) * _norm(b) + 1e-3))).says(
    "You add 0.001 to the denominator against division by zero, which changes the cosine of short vectors. Treat the "
    "zero vector separately."
)
exercise.mistake("millionth_added_below", lambda a, b: float(a @ b / (_norm(a) * _norm(b) + 1e-6))).says(
    "You add a small number to the denominator against division by zero, which changes the cosine of very short "
    "vectors. Treat the zero vector separately."
)
exercise.mistake("sign_of_the_dot_product", lambda a, b: float(np.sign(a @ b))).says(
    "You divide the dot product by its own size, so only its sign is left. Divide by the length of a times the length "
    "of b."
)


@exercise.mistake("length_of_the_dot_product").says(
    "You divide the dot product by its own size, `norm(a @ b)`, so only its sign is left (and nan at right angles). "
    "Divide by the length of a times the length of b."
)
def length_of_the_dot_product(a, b):
    with np.errstate(all="ignore"):
        return a @ b / _norm(a @ b)


@exercise.mistake("correlation_by_standard_deviations").says(
    "This is Pearson's correlation: you subtract the means and divide by standard deviations. The cosine takes the "
    "vectors as they are and divides by lengths."
)
def correlation_by_standard_deviations(a, b):
    with np.errstate(all="ignore"):
        return float(((a - a.mean()) * (b - b.mean())).mean() / (a.std() * b.std()))


exercise.mistake("standard_deviations_for_lengths", lambda a, b: _guarded(np.mean(a * b), a.std() * b.std())).says(
    "You divide by standard deviations. The length of a vector is the root of the sum of its squares, with no mean "
    "taken off."
)
exercise.mistake("dot_product_by_standard_deviations", lambda a, b: _guarded(a @ b, a.std() * b.std())).says(
    "You divide the dot product by standard deviations. The length of a vector is the root of the sum of its squares, "
    "with no mean taken off."
)


@exercise.mistake("jaccard").says(
    "You compare the two as SETS of numbers (Jaccard). Which number stands at which place is what counts: multiply "
    "place by place and add up."
)
def jaccard(a, b):
    one, other = set(a.tolist()), set(b.tolist())
    return len(one & other) / len(one | other)


exercise.mistake("jaccard_of_weights", lambda a, b: _guarded(np.minimum(a, b).sum(), np.maximum(a, b).sum())).says(
    "You divide the smaller entries by the larger ones (Jaccard). The cosine multiplies place by place, adds up, and "
    "divides by both lengths."
)
exercise.mistake("tanimoto", lambda a, b: _guarded(a @ b, a @ a + b @ b - a @ b)).says(
    "You divide by a·a + b·b − a·b (Jaccard, Tanimoto). The cosine divides by the product of the lengths."
)
exercise.mistake("dice", lambda a, b: _guarded(2.0 * (a @ b), a @ a + b @ b)).says(
    "This is Dice's coefficient, 2 a·b / (a·a + b·b). It depends on the lengths: (3, 4) and (6, 8) would not get 1. "
    "Divide by the product of the lengths."
)
exercise.mistake("share_of_equal_entries", lambda a, b: float(np.mean(a == b))).says(
    "You count the places where the two are equal. The cosine multiplies place by place, adds up, and divides by both "
    "lengths."
)
exercise.mistake("returned_in_the_loop", lambda a, b: _guarded(a[0] * b[0], _norm(a) * _norm(b))).says(
    "Your `return` stands inside the loop, so only the first product is counted. Move it out of the loop."
)
exercise.mistake("all_returned_in_the_loop", lambda a, b: _guarded(a[0] * b[0], abs(a[0]) * abs(b[0]))).says(
    "Your `return` stands inside the loop, so only the first entries are looked at. Move it out of the loop."
)
exercise.mistake("last_product_left_out", lambda a, b: _guarded(a[:-1] @ b[:-1], _norm(a) * _norm(b))).says(
    "Your dot product leaves out the last entry: `range(len(a) - 1)` stops one too early."
)
exercise.mistake("last_entry_left_out", lambda a, b: _cosine(a[:-1], b[:-1])).says(
    "You leave out the last entry of both vectors: `range(len(a) - 1)` stops one too early."
)
exercise.mistake("first_entry_left_out", lambda a, b: _guarded(a[1:] @ b[1:], _norm(a) * _norm(b))).says(
    "You leave out the first entry: places are counted from 0."
)


@exercise.mistake("one_minus_distance_of_unit_vectors").says(
    "You scaled both to length 1 and took 1 − their distance. That orders pairs in the same way but is another "
    "number: vectors at right angles get −0.41, not 0. Take the dot product."
)
def one_minus_distance_of_unit_vectors(a, b):
    if not a.any() or not b.any():
        return 0.0
    return float(1.0 - _norm(a / _norm(a) - b / _norm(b)))


@exercise.right
def right_1(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    length_a, length_b = sum(x * x for x in a) ** 0.5, sum(y * y for y in b) ** 0.5
    if length_a == 0 or length_b == 0:
        return 0
    return dot / (length_a * length_b)


@exercise.right
def right_2(a, b):
    if not np.any(a) or not np.any(b):
        return 0.0
    return np.dot(a / np.linalg.norm(a), b / np.linalg.norm(b))


@exercise.right
def right_3(a, b):
    from scipy.spatial.distance import cosine

    return 1.0 - cosine(a, b) if a.any() and b.any() else 0.0


@exercise.right
def right_4(a, b):
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.einsum("i,i->", a, b) / np.sqrt(np.sum(a**2) * np.sum(b**2)))


exercise.right(lambda a, b: float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-8)))


@exercise.right
def right_5(a, b):
    a, b = a.astype(np.float32), b.astype(np.float32)
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-9)
