"""One length of many tensors: norms that do not add by Pythagoras, factors upside down, each tensor by itself."""

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.families import epsilon, result, variants
from nlm_utils.exercises.observers.clip_by_global_norm import observe
from nlm_utils.optim import clip_by_global_norm


def numbers(*shape: int, seed: int, scale: float = 1.0, dtype=torch.float64):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card; none is 0."""
    values = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    values = torch.round(10 * scale * values) / 10
    values[values == 0] = 0.1
    return values.to(dtype)


exercise = Exercise(
    clip_by_global_norm,
    checks=(
        "no axis to two, shorter and longer than max_norm, exactly as long, zeros, small, large, float32, unchanged"
    ),
    explanation=(
        "All gradients together are one long vector. One factor for all keeps its direction and changes its length "
        "only; a factor for each tensor would turn it. torch.nn.utils.clip_grad_norm_ does the same in place."
    ),
    hints=[
        "Think of all gradients as one long vector, and of its length by Pythagoras.",
        "Squares of all entries of all tensors, added up, and one square root at the end.",
        "Compare this one norm with max_norm. Shorter or equal: nothing changes. Longer: one factor for all tensors.",
        "The factor is what makes the length max_norm: max_norm divided by the norm. Return (list, norm).",
    ],
    observe=observe,
    rtol=1e-4,  # a norm of float32 numbers may come as a plain number
)

exercise.case([torch.tensor([3.0, 4.0])], 2.5)
exercise.case([torch.tensor([3.0, 4.0]), torch.tensor([12.0])], 6.5)
exercise.case([torch.tensor([0.3, -0.4]), torch.tensor([[1.2]])], 1.5)
exercise.case([torch.tensor([-0.4, 0.3]), torch.tensor([[-1.2]])], 2.0)
exercise.case([numbers(2, 3, seed=201), numbers(3, seed=202), numbers(1, seed=203, scale=3.0)], 1.0)
exercise.case([numbers(2, 3, seed=204, scale=0.1), numbers(4, seed=205, scale=9.0), numbers(2, 2, seed=206)], 3.0)
exercise.case([torch.tensor([0.6, 0.0], dtype=torch.float64), torch.tensor([-0.8], dtype=torch.float64)], 5.0)
exercise.case([torch.tensor([2.0, -2.0]), torch.tensor([[1.0], [0.0]])], 3.0)
exercise.case([torch.zeros(2, 3), torch.zeros(3)], 1.0)
exercise.case(
    [numbers(3, 2, seed=207, scale=1000.0, dtype=torch.float32), numbers(2, seed=208, dtype=torch.float32)],
    0.5,
)
exercise.case([numbers(2, seed=i + 210, scale=0.5) for i in range(4)], 0.7)
exercise.case([torch.tensor(-6.0), numbers(3, 4, seed=220, dtype=torch.float32)], 2)
exercise.case([torch.tensor([0.012, 0.0], dtype=torch.float64), torch.tensor([-0.016], dtype=torch.float64)], 0.01)
exercise.case([torch.zeros(2), torch.tensor([[3.0, -4.0]], dtype=torch.float32), torch.zeros(1, 2)], 2.0)
exercise.case([torch.tensor([0.0, 3e-5], dtype=torch.float64), torch.tensor([4e-5], dtype=torch.float64)], 1.0)


def _draw(rng):
    scale, dtype = 10 ** rng.uniform(-2, 3), [torch.float32, torch.float64][rng.integers(2)]
    shapes = (rng.integers(1, 5, rng.integers(0, 4)) for _ in range(rng.integers(1, 6)))
    return [torch.tensor(scale * rng.normal(size=shape), dtype=dtype) for shape in shapes], 10 ** rng.uniform(-1, 1)


exercise.drawn(_draw, times=5)


def norm_of(grads):
    return torch.sqrt(sum((grad**2).sum() for grad in grads))


def flat(grads):
    return torch.cat([grad.flatten() for grad in grads])


def clipping(norm=norm_of, factor=lambda norm, limit: limit / norm, when=lambda norm, limit: norm > limit):
    """clip_by_global_norm with another norm(grads), factor(norm, max_norm) or condition when(norm, max_norm)."""

    def clip(grads, max_norm):
        size = norm(grads)
        return [g * factor(size, max_norm) for g in grads] if when(size, max_norm) else list(grads), size

    return clip


def one_by_one(change):
    """The right norm, but each tensor changed by itself: change(tensor, max_norm, norm)."""
    return lambda grads, max_norm: ([change(g, max_norm, norm_of(grads)) for g in grads], norm_of(grads))


def by_its_own(g, max_norm, norm=None):
    return g * max_norm / max(g.norm(), torch.as_tensor(max_norm))


def always(norm, max_norm):
    return True


# the norm
for id, (norm, words) in {
    "squared_norm": (lambda norms: sum(n**2 for n in norms), "never take the root: that is the SQUARE of the norm"),
    "sum_of_norms": (sum, "add the norms of the tensors up"),
    "mean_of_norms": (lambda norms: sum(norms) / len(norms), "average the norms of the tensors"),
    "largest_norm": (max, "take the largest norm among the tensors"),
    "first_norm": (lambda norms: norms[0], "take the norm of the first tensor only"),
    "last_norm": (lambda norms: norms[-1], "take the norm of the last tensor only"),
    "norm_of_norms_summed_twice": (lambda norms: sum(norms) ** 2, "square the sum of the tensors' norms"),
    "half_of_the_squares": (
        lambda norms: sum(n**2 for n in norms) / 2,
        "halve the sum of the squares: `** 1 / 2` is (… ** 1) / 2, the root is `** 0.5` or `torch.sqrt`",
    ),
    "root_of_summed_norms": (lambda norms: sum(norms) ** 0.5, "add norms up and take a root of that"),
}.items():
    exercise.mistake(id, clipping(lambda grads, norm=norm: norm([g.norm() for g in grads]))).says(
        f"You {words}. Lengths add by Pythagoras: the squares of ALL entries, and one root at the end."
    )
for id, (norm, words) in {
    "largest_entry": (lambda v: v.abs().max(), "take the largest entry"),
    "sum_of_absolute_values": (lambda v: v.abs().sum(), "add absolute values up"),
    "plain_sum": (lambda v: v.sum(), "add the entries up without squaring them, so that positive and negative cancel"),
    "root_of_the_sum": (lambda v: v.sum().abs().sqrt(), "take a root of the plain sum, without squaring the entries"),
    "root_mean_square": (lambda v: (v**2).mean().sqrt(), "take the root of the MEAN of the squares"),
    "standard_deviation": (lambda v: v.std() if len(v) > 1 else v.norm(), "take the standard deviation"),
}.items():
    exercise.mistake(id, clipping(lambda grads, norm=norm: norm(flat(grads)))).says(
        f"You {words}. The Euclidean length is wanted: the root of the sum of the squares."
    )
exercise.mistake("spectral", clipping(lambda grads: sum(torch.linalg.norm(g, 2) ** 2 for g in grads).sqrt())).says(
    "`torch.linalg.norm(g, 2)` of a matrix is its largest singular value. `torch.linalg.vector_norm(g)` is the length "
    "of all entries, and so is `g.norm()`."
)
exercise.mistake("means_per_tensor", clipping(lambda grads: sum((g**2).mean() for g in grads).sqrt())).says(
    "You take the mean of the squares in each tensor. Length has the sum over all entries."
)
exercise.mistake(
    "norm_of_absolute_sums", clipping(lambda grads: torch.stack([g.abs().sum() for g in grads]).norm())
).says("You add absolute values up in each tensor before squaring. Square every entry.")
exercise.takes(
    variants(
        "under_the_root_{:.0e}",
        (1e-4, 1e-6, 1e-8),
        lambda eps: clipping(lambda grads: (norm_of(grads) ** 2 + eps) ** 0.5),
        "You add a small number under the root, so that the norm of short gradients is wrong. Nothing is added there.",
    )
)
exercise.mistake("norm_of_sums", clipping(lambda grads: torch.stack([g.sum() for g in grads]).norm())).says(
    "You sum each tensor up before squaring, so that positive and negative entries cancel. Square every entry."
)
exercise.mistake(
    "matrix_product", clipping(lambda grads: sum(((g @ g.mT) if g.ndim > 1 else g @ g).sum() for g in grads) ** 0.5)
).says("`g @ g.T` multiplies every row with every other, too. The squares of the entries are `g * g` or `g**2`.")
exercise.mistake("norm_over_count", clipping(lambda grads: norm_of(grads) / len(grads))).says(
    "You divide the norm by the number of tensors. Length is the root of the sum of all squares, no mean."
)
exercise.mistake("stacked", clipping(lambda grads: torch.stack(list(grads)).norm())).says(
    "`torch.stack` wants tensors of one shape; gradients have many. Flatten them, or square and sum each."
)
exercise.mistake("glued_unflattened", clipping(lambda grads: torch.cat(list(grads)).norm())).says(
    "`torch.cat` wants tensors with equally many axes; gradients have different ones. Flatten them first."
)


@exercise.mistake("running_norm").says(
    "You clip inside the loop that still adds up the norm, so that the first tensors are measured by a part of it. "
    "First the whole norm, then the clipping."
)
def running_norm(grads, max_norm):
    clipped = [clip_by_global_norm(grads[: i + 1], max_norm)[0][-1] for i in range(len(grads))]
    return clipped, norm_of(grads)


@exercise.mistake("measured_again").says(
    "You measure the norm again after each tensor that you have scaled, so that the tensors get different factors. "
    "Measure once, before the loop: one norm, one factor for all."
)
def measured_again(grads, max_norm):
    clipped = list(grads)
    if norm_of(grads) > max_norm:
        for i, grad in enumerate(clipped):
            clipped[i] = grad * max_norm / norm_of(clipped)
    return clipped, norm_of(grads)


# when, and by which factor
exercise.takes(
    epsilon(
        lambda eps: clipping(factor=lambda norm, limit: limit / (norm + eps)),
        "the norm in the factor",
        "It makes the length less than max_norm, and is not needed: a norm above max_norm is not 0.",
        values=(1e-1, 1e-2, 1e-3, 1e-4, 1e-5),
    )
)
exercise.mistake("always_rescaled", clipping(when=always)).says(
    "You rescale always, short gradients too. When the norm is at most max_norm nothing changes."
)
exercise.mistake("root_missing_in_the_condition", clipping(when=lambda norm, limit: norm**2 > limit)).says(
    "You compare the SQUARED norm with max_norm, so that short gradients are rescaled or long ones are not."
)
exercise.mistake("condition_reversed", clipping(when=lambda norm, limit: 0 < norm <= limit)).says(
    "Your condition is the wrong way round: you rescale the short gradients and leave the long ones."
)
exercise.mistake("condition_on_one", clipping(when=lambda norm, limit: norm > 1)).says(
    "You compare the norm with 1. The limit is max_norm."
)
exercise.mistake("never_clipped", clipping(when=lambda norm, limit: False)).says(
    "You never change anything. Gradients longer than max_norm are to become as long as max_norm."
)
for id, (factor, words) in {
    "factor_inverted": (lambda norm, limit: norm / limit, "multiply by norm / max_norm, which makes long ones longer"),
    "unit_length": (lambda norm, limit: 1 / norm, "divide by the norm, so that the length becomes 1"),
    "multiplied_by_max_norm": (lambda norm, limit: limit, "multiply by max_norm without dividing by the norm"),
    "divided_by_max_norm": (lambda norm, limit: 1 / limit, "divide by max_norm"),
    "divided_by_the_square": (lambda norm, limit: limit / norm**2, "divide by the square of the norm; once is enough"),
    "square_of_the_factor": (lambda norm, limit: (limit / norm) ** 2, "square the factor max_norm / norm"),
    "root_of_the_factor": (lambda norm, limit: (limit / norm) ** 0.5, "take the root of max_norm / norm"),
    "one_in_the_denominator": (lambda norm, limit: limit / (norm + 1), "add 1 to the norm in the denominator"),
    "zero_when_long": (lambda norm, limit: 0.0, "set gradients that are too long to zero"),
    "share_of_the_surplus": (lambda norm, limit: (norm - limit) / norm, "multiply by the surplus over the norm"),
    "scaled_by_the_surplus": (lambda norm, limit: 1 - norm + limit, "multiply by 1 minus the surplus, norm − max_norm"),
}.items():
    exercise.mistake(id, clipping(factor=factor)).says(
        f"You {words}. The length is to become max_norm: the factor is max_norm / norm."
    )


exercise.mistake(
    "zeros_become_nan", clipping(factor=lambda norm, limit: min(norm, torch.as_tensor(limit)) / norm, when=always)
).says(
    "Gradients of zeros become nan: you divide by their norm, and 0 / 0 is nan. Their norm is short enough: return "
    "them as they are."
)


@exercise.mistake("zero_division").says(
    "Gradients of zeros divide by zero in your code. Their norm is short enough: return them as they are."
)
def zero_division(grads, max_norm):
    norm = float(norm_of(grads))
    return [g * min(1.0, max_norm / norm) for g in grads], norm


@exercise.mistake("zeros_dropped").says(
    "You leave tensors of zeros out of the list. Each parameter has its gradient at its own place: the list is as long "
    "as `grads`, zeros included."
)
def zeros_dropped(grads, max_norm):
    clipped, norm = clip_by_global_norm(grads, max_norm)
    return [g for g in clipped if g.any()], norm


# one factor for all
exercise.mistake("each_alone", one_by_one(by_its_own)).says(
    "You clip each tensor by its own norm. One norm is taken over all tensors together, and one factor for all: else "
    "the direction of the step changes."
)
exercise.mistake(
    "each_alone_norms", lambda grads, limit: ([by_its_own(g, limit) for g in grads], [g.norm() for g in grads])
).says("You take one norm for each tensor. There is ONE, over all of them together, and one factor for all.")
exercise.mistake("rows", one_by_one(lambda g, m, norm: g * m / g.norm(dim=-1, keepdim=True).clamp(min=m))).says(
    "You take a norm for each row. All entries of all tensors make one length."
)
exercise.mistake("only_where_long", one_by_one(lambda g, m, norm: g * (m / norm) if g.norm() > m else g)).says(
    "You scale only the tensors that are too long by themselves. One factor goes to all of them."
)
exercise.mistake(
    "only_first_left", lambda grads, m: ([grads[0], *clip_by_global_norm(grads, m)[0][1:]], norm_of(grads))
).says("The first tensor is not scaled: a loop starts at 1. One factor goes to all of them.")
exercise.mistake(
    "only_last_left", lambda grads, m: ([*clip_by_global_norm(grads, m)[0][:-1], grads[-1]], norm_of(grads))
).says("The last tensor is not scaled: a loop ends one step too early. One factor goes to all of them.")
exercise.mistake(
    "only_last_clipped", lambda grads, m: ([*grads[:-1], clip_by_global_norm(grads, m)[0][-1]], norm_of(grads))
).says("Only the last tensor is scaled. One factor goes to all of them.")
exercise.mistake("large_entries_scaled", one_by_one(lambda g, m, norm: g.where(g.abs() <= m, g * m / norm))).says(
    "You scale only the ENTRIES that are larger than max_norm. One factor goes to all entries of all tensors."
)
exercise.mistake(
    "only_first_clipped",
    lambda grads, limit: ([clip_by_global_norm(grads, limit)[0][0], *grads[1:]], norm_of(grads)),
).says("Only the first tensor is scaled. One factor goes to all of them.")
for id, (change, words) in {
    "clamped": (lambda g, m, norm: g.clamp(-m, m), "cut single entries off at ±max_norm"),
    "clamped_at_one": (lambda g, m, norm: g.clamp(-1, 1), "cut every entry off at ±1"),
    "clamped_above": (lambda g, m, norm: g.clamp(max=m), "cut entries off at max_norm"),
    "squashed": (lambda g, m, norm: m * torch.tanh(g / m), "squash the entries with tanh"),
    "difference": (lambda g, m, norm: g - torch.relu(norm - m), "subtract the surplus from every entry"),
    "sign": (lambda g, m, norm: g.sign() * m if norm > m else g, "keep only the signs"),
}.items():
    exercise.mistake(id, one_by_one(change)).says(
        f"You {words}. That changes the direction: the entries keep their proportions, one factor for all."
    )


def halved(grads, max_norm):
    norm, times = norm_of(grads), 0
    while norm / 2**times > max_norm:
        times += 1
    return [g / 2**times for g in grads], norm


exercise.mistake("halved_until_short", halved).says(
    "You halve until the norm is short enough, which gives less than max_norm. The length is to be just max_norm."
)


def alone(grads, max_norm):
    return [by_its_own(g, max_norm) for g in grads]


exercise.mistakes(
    each_alone_last_norm=lambda grads, m: (alone(grads, m), grads[-1].norm()),
    each_alone_norm_after=lambda grads, m: (alone(grads, m), norm_of(alone(grads, m))),
).says(
    "Two things: each tensor is clipped by its own norm, where one norm and one factor serve for all; and the norm of "
    "ALL tensors, before clipping, is to be returned."
)
exercise.mistake("norm_in_a_list", lambda grads, m: (clip_by_global_norm(grads, m)[0], [norm_of(grads)])).says(
    "Your norm is packed into a list. Return the number itself."
)

# what is returned
exercise.takes(
    result(
        first=("list_alone", "You return the gradients alone. Return the pair (clipped, norm)."),
        last=("norm_alone", "You return the norm alone. Return the pair (clipped, norm)."),
        backwards=("order_reversed", "You return (norm, clipped). The order is (clipped, norm)."),
    )
)
for id, (other, words) in {
    "norm_after": (lambda clipped, norm, limit: norm_of(clipped), "the norm after clipping"),
    "max_norm_returned": (lambda clipped, norm, limit: float(limit), "max_norm itself"),
    "squared_norm_returned": (lambda clipped, norm, limit: norm**2, "the SQUARE of the norm"),
    "whether_clipped": (lambda clipped, norm, limit: bool(norm > limit), "whether something was clipped"),
    "factor_returned": (lambda clipped, norm, limit: (limit / norm).clamp(max=1), "the factor"),
    "zero_returned_when_short": (lambda clipped, norm, limit: norm if norm > limit else 0.0, "0 for a short norm"),
    "max_norm_returned_when_short": (lambda clipped, norm, limit: max(norm, limit), "max_norm for a norm below it"),
}.items():
    exercise.mistake(
        id,
        lambda grads, limit, other=other: (
            clip_by_global_norm(grads, limit)[0],
            other(*clip_by_global_norm(grads, limit), limit),
        ),
    ).says(f"You return {words}. The norm before clipping is wanted, always: it tells how wild the training was.")
exercise.takes(
    variants(
        "norm_rounded_to",
        (1, 2, 3, 4),
        lambda digits: clipping(lambda grads: round(float(norm_of(grads)), digits)),
        "You round the norm. Use and return all its digits; round only where it is printed.",
    ),
    variants(
        "returned_norm_rounded_to",
        (1, 2),
        lambda digits: lambda grads, m: (clip_by_global_norm(grads, m)[0], round(float(norm_of(grads)), digits)),
        "You round the norm. Return all its digits, and round only where it is printed.",
    ),
)
exercise.mistake(
    "dict", lambda grads, m: dict(zip(("clipped", "norm"), clip_by_global_norm(grads, m), strict=True))
).says("You return a dictionary. A pair is wanted, the list first: `return clipped, norm`.")
exercise.mistake(
    "none_when_short", lambda grads, m: clip_by_global_norm(grads, m) if norm_of(grads) > m else None
).says("When nothing is clipped you return None: no `return` is reached. The pair (clipped, norm) is wanted always.")
exercise.mistakes(
    norms_returned=lambda grads, limit: (clip_by_global_norm(grads, limit)[0], [g.norm() for g in grads]),
    pairs=lambda grads, limit: [(g, norm_of(grads)) for g in clip_by_global_norm(grads, limit)[0]],
).says(
    "The clipping is right, but you return a norm for each tensor. One pair is wanted: the list, and the common norm."
)
exercise.mistake(
    "generator",
    lambda grads, limit: ((g for g in clip_by_global_norm(grads, limit)[0]), norm_of(grads)),
).says(
    "You return a generator or a `map`, which computes nothing until somebody goes through it, and only once: round "
    "brackets around `… for g in grads` make one. A list has square ones, `[… for g in grads]`."
)
exercise.takes(
    result(
        0,
        "list",
        first_row=("returns_in_the_loop", "Your list ends after the first tensor: a `return` stands inside the loop."),
    )
)
exercise.mistake(
    "list_alone_when_short",
    lambda grads, limit: clip_by_global_norm(grads, limit) if norm_of(grads) > limit else list(grads),
).says("When nothing is clipped you return the gradients alone. The pair (clipped, norm) is wanted always.")
exercise.mistake(
    "minus", lambda grads, limit: ([-g for g in clip_by_global_norm(grads, limit)[0]], norm_of(grads))
).says("The sign of your gradients is turned. Only their length changes; the minus belongs to the step.")
exercise.mistake("flattened", lambda grads, limit: (flat(clip_by_global_norm(grads, limit)[0]), norm_of(grads))).says(
    "You return one long vector. A list of tensors with the shapes of `grads` is wanted."
)
exercise.mistake(
    "glued_back_in_one", lambda grads, limit: (clip_by_global_norm(grads, limit)[0][0], norm_of(grads))
).says("Only the first tensor comes back. A list as long as `grads` is wanted.")
exercise.mistake(
    "roots_before_the_sum",
    lambda grads, limit: (clip_by_global_norm(grads, limit)[0], flat(grads).abs().sum()),
).says("You take the root of every square, which is the absolute value, and add those up. One root, of the whole sum.")


@exercise.mistake("in_place").says(
    "The numbers are right, but you write into what belongs to the caller: `mul_`, `*=` and `g[:] = …` change the "
    "tensors, `grads[i] = …` the list. Return a new list of new tensors."
)
def in_place(grads, max_norm):
    clipped, norm = clip_by_global_norm(grads, max_norm)
    for g, shorter in zip(grads, clipped, strict=True):
        g.copy_(shorter)
    return grads, norm


exercise.mistake(
    "torchs_own_in_place", lambda grads, limit: (grads, torch.nn.utils.clip_grad_norm_(grads, limit))
).says("torch's clip_grad_norm_ changes the `.grad` of parameters. Here tensors are given and new ones returned.")


@exercise.mistake("squared_in_place").says(
    "`g.pow_(2)` squares the caller's tensors themselves, and you go on with the squares: a method with `_` at its end "
    "writes in place. `g.pow(2)` or `g**2` makes a new tensor."
)
def squared_in_place(grads, max_norm):
    norm = torch.sqrt(sum(g.pow_(2).sum() for g in grads))
    return [g * min(1, max_norm / norm) for g in grads] if norm > 0 else list(grads), norm


# two things
exercise.mistake("factor_inverted_always", clipping(factor=lambda norm, limit: norm / limit, when=always)).says(
    "Two things: your factor is upside down, and it is applied to short gradients too."
)
exercise.mistake("always_unit_length", clipping(factor=lambda norm, limit: 1 / norm, when=always)).says(
    "You divide by the norm always, so that every length becomes 1. Only gradients longer than max_norm change, and "
    "max_norm is what they become."
)
exercise.mistake("each_alone_always", one_by_one(lambda g, m, norm: g * m / g.norm())).says(
    "Two things: each tensor is scaled by its own norm, and short ones are scaled too."
)
exercise.mistake("squares_not_rooted_always", clipping(lambda grads: norm_of(grads) ** 2, when=always)).says(
    "Two things: the root is missing, and you rescale short gradients too."
)
exercise.mistake(
    "halved_until_short_norm_after", lambda grads, limit: (halved(grads, limit)[0], norm_of(halved(grads, limit)[0]))
).says("Two things: halving gives less than max_norm, and the norm from BEFORE is wanted.")
for id, (norm, words) in {
    "each_alone_squares": (lambda grads: norm_of(grads) ** 2, "the root of the summed squares is missing"),
    "each_alone_sum": (lambda grads: sum(g.norm() for g in grads), "norms add by Pythagoras, not as they are"),
}.items():
    exercise.mistake(id, lambda grads, m, norm=norm: ([by_its_own(g, m) for g in grads], norm(grads))).says(
        f"Two things: each tensor is clipped by its own norm, and {words}."
    )


@exercise.right
def one_long_vector(grads, max_norm):
    norm = torch.cat([grad.flatten() for grad in grads]).norm()
    return [grad * min(1.0, max_norm / (float(norm) + 1e-6)) for grad in grads], norm


@exercise.right
def entry_by_entry(grads, max_norm):
    total = 0.0
    for grad in grads:
        for entry in grad.flatten().tolist():
            total += entry * entry
    norm = total**0.5
    factor = max_norm / norm if norm > max_norm else 1.0
    return tuple(grad * factor for grad in grads), norm


@exercise.right
def norm_of_the_norms(grads, max_norm):
    norm = torch.stack([torch.linalg.vector_norm(grad) for grad in grads]).norm()
    return [grad * torch.clamp(max_norm / norm, max=1.0) for grad in grads], norm


@exercise.right
def torchs_own_on_copies(grads, max_norm):
    copies = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for copy, grad in zip(copies, grads, strict=True):
        copy.grad = grad.clone()
    norm = torch.nn.utils.clip_grad_norm_(copies, max_norm)
    return [copy.grad for copy in copies], norm.item()


@exercise.right
def by_einsum(grads, max_norm):
    squares = torch.stack([torch.einsum("i,i->", g.flatten(), g.flatten()) for g in grads])
    norm = squares.sum() ** 0.5
    return [g / torch.maximum(norm / max_norm, torch.ones(())) for g in grads], norm.reshape(1)
