"""layer_norm: each vector on its own. Learners take another axis, divide by d − 1, or put eps or gain elsewhere."""

import math

import torch

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors

from ...families import argument, result, result_with, variants
from . import numbers


def layer_norm(x, gain, bias, eps=1e-5):
    """Layer normalisation (Ba et al. 2016) along the last axis; shaped like x.

    x           (..., d), any number of axes in front, also none; each vector of d numbers is normalised on its own
    gain, bias  (d,): what the normalised vectors are multiplied by, and what is then added
    eps         added to the variance, under the root, so that a vector of d equal numbers gives `bias`

    The variance is the mean of the squared deviations (divided by d, not by d − 1), and right for numbers far from 0
    too (10000 ± 3 in float32). The dtype is that of x. Gradients flow back to x, gain and bias, through mean and
    variance too; all three stay as they were.
    """
    mean = x.mean(dim=-1, keepdim=True)  # (..., 1)
    variance = x.var(dim=-1, keepdim=True, unbiased=False)  # (..., 1)
    return (x - mean) / torch.sqrt(variance + eps) * gain + bias


exercise = Exercise(
    layer_norm,
    checks=(
        "one vector, a batch, a batch of sentences, sizes of 1, equal numbers, large ones and such as lie far from 0, "
        "another eps, float32, the gradients of all three"
    ),
    explanation=(
        "Each vector is moved to mean 0 and stretched to variance 1, whatever the others are: that is what sets layer "
        "norm apart from batch norm. `gain` and `bias` give the network back the freedom that this took. eps keeps "
        "the root away from 0."
    ),
    hints=[
        "Four steps for each vector: subtract its mean, divide by its standard deviation, times gain, plus bias.",
        "A mean for each vector: along the last axis, `dim=-1`. With `keepdim=True` it can be subtracted from x, "
        "whatever shape x has.",
        "torch's `var` divides by d − 1 unless it is told `unbiased=False`. Or take the mean squared deviation.",
        "eps goes to the variance, under the root: `torch.sqrt(variance + eps)`. gain and bias come after that.",
    ],
)


def _drawn(*shape, seed, scale=1.5, **kind):
    """x, gain and bias."""
    gain, bias = (numbers(shape[-1], seed=seed + i, **kind) for i in (1, 2))
    return numbers(*shape, seed=seed, scale=scale, **kind), gain, bias


exercise.case(
    torch.tensor([[1.0, 2.0, 6.0], [4.0, 4.0, 1.0]], dtype=torch.float64),
    torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64),
    torch.tensor([0.5, 0.0, 3.0], dtype=torch.float64),
)
exercise.case(*_drawn(4, seed=1))
exercise.case(*_drawn(3, 3, seed=4))
exercise.case(*_drawn(2, 3, 4, seed=7))
exercise.case(*_drawn(2, 4, seed=10), eps=0.5)
exercise.case(torch.full((1, 3), 2.0, dtype=torch.float64), numbers(3, seed=16), numbers(3, seed=17))
exercise.case(*_drawn(2, 5, seed=18, scale=700.0))
exercise.case(*_drawn(2, 4, seed=24, grad=True))
exercise.case(*_drawn(1, 2, 1, seed=27))
exercise.case(
    torch.tensor([[9997.0, 9999.0, 10000.0, 10004.0], [10002.0, 9998.0, 9997.0, 10003.0]]),
    *_drawn(4, seed=30, dtype=torch.float32)[1:],
)
exercise.case(1000 + 0.01 * numbers(2, 3, seed=33), numbers(3, seed=34), numbers(3, seed=35))
exercise.drawn(lambda rng: (*tensors(rng, "*d d d", d=int(rng.integers(3, 7))), float(rng.choice([1e-5, 0.5]))))


def _each(reduction, **how):
    """x -> the reduction of each of its vectors, (..., 1)."""
    return lambda x: getattr(x, reduction)(dim=-1, keepdim=True, **how)


_mean, _variance, _unbiased = _each("mean"), _each("var", unbiased=False), _each("var")
_total, _least, _most = _each("sum"), _each("amin"), _each("amax")


def _root(variance, eps):
    return torch.sqrt(variance + eps)


def _plus(spread, eps):
    return spread + eps


def _norm(mean=_mean, variance=_variance, root=_root, finish=lambda n, gain, bias: n * gain + bias):
    """A layer norm from its parts: finish((x − mean(x)) / root(variance(x), eps), gain, bias)."""

    def norm(x, gain, bias, eps=1e-5):
        return finish((x - mean(x)) / root(variance(x), eps), gain, bias)

    return norm


def _along(dim, unbiased=False):
    """A norm whose mean and variance run along these axes."""
    return _norm(lambda x: x.mean(dim, keepdim=True), lambda x: x.var(dim, keepdim=True, unbiased=unbiased))


_LESS_ONE = "Two things. The variance divides by d, not by d − 1 (torch's `var` and `std` must be told so)."

# Along which axes
for id, dim, sentence in (
    ("over_the_batch", 0, "You take mean and variance along the first axis; each vector of the last has its own."),
    ("whole_tensor", None, "You take ONE mean and ONE variance for all numbers together. Each vector has its own."),
    ("axis_one", 1, "You count axes from the front, `dim=1`. That is the last only for a matrix; use `dim=-1`."),
    ("axis_two", 2, "You count axes from the front, `dim=2`, which a batch of sentences alone has. Use `dim=-1`."),
    ("axis_before_last", -2, "You normalise along the axis before the last, over words. Take the d numbers of each."),
    ("last_two_axes", (-2, -1), "You normalise over the last TWO axes, all words at once. Each word has its own mean."),
):
    exercise.mistake(id, _along(dim)).says(sentence)
    exercise.mistake(f"{id}_unbiased", _along(dim, unbiased=True)).says(f"{_LESS_ONE} {sentence}")
exercise.mistake("batch_norm", lambda x, *rest, **eps: _along(tuple(range(x.ndim - 1)))(x, *rest, **eps)).says(
    "You take mean and variance over all axes but the last: that is batch norm, where a word's result depends on the "
    "other words. Here each vector of d numbers has its own mean and variance."
)
exercise.mistake("over_the_batch_std", _norm(lambda x: x.mean(0), lambda x: x.std(0), _plus)).says(
    "You take mean and deviation along the first axis, and `std` divides by one less than its length. Each vector is "
    "normalised on its own, along the last axis, dividing by d."
)
exercise.mistake(
    "normalised_shape", lambda x, *affine, eps=1e-5: torch.nn.functional.layer_norm(x, x.shape, *affine, eps)
).says("You tell torch's layer norm to normalise over all axes of x. It is the last one alone: `x.shape[-1:]`.")
exercise.mistake(
    "axes_after_first", lambda x, *affine, eps=1e-5: torch.nn.functional.layer_norm(x, x.shape[1:], *affine, eps)
).says("`x.shape[1:]` is the last axis only where x has two, and nothing where x is one vector. Take `x.shape[-1:]`.")
for id, size in (("over_first_length", lambda x: len(x)), ("over_second_length", lambda x: x.shape[1])):
    exercise.mistake(
        id,
        lambda x, gain, bias, eps=1e-5, size=size: _norm(
            lambda x: _total(x) / size(x), lambda x: _total((x - _total(x) / size(x)) ** 2) / size(x)
        )(x, gain, bias, eps),
    ).says("You divide sums by the length of another axis (`len(x)` is that of the FIRST). Divide by d, `x.shape[-1]`.")
for id, norm in (
    ("no_keepdim", _norm(lambda x: x.mean(-1), lambda x: x.var(-1, unbiased=False))),
    ("no_keepdim_unbiased", _norm(lambda x: x.mean(-1), lambda x: x.var(-1))),
    ("no_keepdim_mean", _norm(mean=lambda x: x.mean(-1))),
    ("no_keepdim_variance", _norm(variance=lambda x: x.var(-1, unbiased=False))),
):
    exercise.mistake(id, norm).says(
        "Without `keepdim=True` the last axis is gone, and torch lines mean or variance up with the wrong axis: it "
        "raises, or (with d rows) silently takes another row's."
    )

# What is divided by, and what is subtracted
exercise.mistake("unbiased", _norm(variance=_unbiased)).says(
    "Your variance divides by d − 1 (torch's `var` and `std` do so unless told otherwise). Divide by d."
)
for id, root, sentence in (
    ("eps_outside", lambda v, eps: v.sqrt() + eps, "You add eps to the root. It belongs to the variance, under it."),
    ("no_eps", lambda v, eps: v.sqrt(), "eps is missing. A vector of equal numbers has variance 0, and yours is nan."),
    ("no_root", _plus, "You divide by the variance. Divide by its square root, the standard deviation."),
    ("variance_no_eps", lambda v, eps: v, "You divide by the variance as it is. Add eps, and take the root."),
    (
        "root_of_eps",
        lambda v, eps: v.sqrt() + eps**0.5,
        "You add √eps to the root. Add eps to the variance, and take ONE root.",
    ),
    ("root_of_root", lambda v, eps: _root(v.sqrt(), eps), "`std` is a root already. Take the root of the VARIANCE."),
):
    exercise.mistake(id, _norm(root=root)).says(sentence)
    exercise.mistake(f"{id}_unbiased", _norm(variance=_unbiased, root=root)).says(f"{_LESS_ONE} {sentence}")
exercise.mistake("cancellation", _norm(variance=lambda x: _mean(x**2) - _mean(x) ** 2)).says(
    "mean(x²) − mean² is the variance on paper. Where the numbers are far from 0, it is the difference of two huge "
    "numbers that agree in all the digits a float has. Square the deviations, `x - mean`, and take the mean of those."
)
exercise.mistake("mean_square", _norm(variance=lambda x: _mean(x**2))).says(
    "You divide by the root of the mean of x². The variance is the mean of the squared DEVIATIONS."
)
exercise.mistake("deviation_squared_mean", _norm(variance=lambda x: _mean(x - _mean(x)) ** 2)).says(
    "You square the mean deviation, which is 0. Square each deviation first, then take the mean."
)
exercise.mistake("deviations_not_averaged", _norm(variance=lambda x: (x - _mean(x)) ** 2)).says(
    "You divide each number by its OWN deviation: average the squared deviations of a vector first."
)
exercise.mistake("whole_mean_square", _norm(variance=lambda x: ((x - _mean(x)) ** 2).mean())).says(
    "Your squared deviations are averaged over ALL numbers: `dim=-1` is missing there."
)
exercise.mistake("absolute_deviation", _norm(_mean, lambda x: _mean((x - _mean(x)).abs()), _plus)).says(
    "You divide by the mean ABSOLUTE deviation. The standard deviation is the root of the mean square."
)
exercise.mistake("euclidean_length", _norm(lambda x: 0, _each("norm"), _plus)).says(
    "You divide x by its Euclidean length. That is neither centred nor divided by a standard deviation."
)
exercise.mistake("rms_norm", _norm(lambda x: 0, lambda x: _mean(x**2))).says(
    "You divide by the root of the mean square: that is RMS norm. Layer norm subtracts the mean first."
)
exercise.mistake("rms_no_bias", _norm(lambda x: 0, lambda x: _mean(x**2), finish=lambda n, gain, bias: n * gain)).says(
    "That is RMS norm, with a gain alone. Here the mean is subtracted first, and a bias added at the end."
)
for id, norm, sentence in (
    ("not_scaled", _norm(root=lambda v, eps: 1), "You subtract the mean; then divide by the standard deviation."),
    ("multiplied_by_root", _norm(root=lambda v, eps: 1 / _root(v, eps)), "You multiply by the root; divide by it."),
    ("eps_as_minimum", _norm(root=lambda v, eps: v.clamp_min(eps).sqrt()), "eps is not a lower limit: add it."),
    ("sum_of_squares", _norm(_mean, lambda x: _total((x - _mean(x)) ** 2)), "You add up squares; take their MEAN."),
    (
        "whole_variance",
        _norm(_mean, lambda x: x.var(unbiased=False)),
        "Your variance is that of all; each vector has its own.",
    ),
    ("whole_mean", _norm(torch.mean), "Your mean is that of all numbers together; each vector has its own."),
    ("not_centred", _norm(lambda x: 0), "The mean is not subtracted before you divide."),
    ("mean_added", _norm(lambda x: -_mean(x)), "You add the mean; subtract it."),
    ("median", _norm(lambda x: _each("median")(x).values), "You subtract the median; the mean is wanted."),
    ("maximum", _norm(_most), "You subtract the maximum, as for a softmax; here it is the mean."),
    ("sum_for_mean", _norm(_total, lambda x: _mean((x - _total(x)) ** 2)), "You subtract the SUM, not the mean."),
):
    exercise.mistake(id, norm).says(sentence)
exercise.mistake("centred_only", lambda x, gain, bias, **_: x - _mean(x)).says(
    "You subtract the mean and stop there. Then comes the division by the root of variance + eps, and gain and bias."
)
exercise.mistake("eps_after_division", lambda x, gain, bias, eps=1e-5: (x - _mean(x)) / _variance(x) + eps**0.5).says(
    "`+ eps` stands outside of the denominator: put brackets around variance + eps, and take the root of that."
)
exercise.mistake(
    "unit_length", lambda x, gain, bias, **_: torch.nn.functional.normalize(x - _mean(x), dim=-1) * gain + bias
).says("`normalize` divides by the Euclidean LENGTH, the root of the sum of squares. The root of their MEAN is wanted.")
exercise.mistake(
    "batch_norm_of_torch",
    lambda x, gain, bias, eps=1e-5: torch.nn.functional.batch_norm(x, None, None, gain, bias, training=True, eps=eps),
).says(
    "`batch_norm` normalises each channel over all words, and takes axis 1 for the channels. Each vector is "
    "normalised on its own: `layer_norm(x, x.shape[-1:], …)`."
)
exercise.mistakes(
    eps_outside_no_gain=_norm(root=lambda v, eps: v.sqrt() + eps, finish=lambda n, g, b: n + b),
    eps_outside_no_bias=_norm(root=lambda v, eps: v.sqrt() + eps, finish=lambda n, g, b: n * g),
    eps_outside_bare=_norm(root=lambda v, eps: v.sqrt() + eps, finish=lambda n, g, b: n),
).says("Two things: eps belongs to the variance, under the root; and gain multiplies, bias is added, both of them.")
exercise.mistake("first_row_only", lambda x, *a, **eps: torch.cat([layer_norm(x, *a, **eps)[:1], 0 * x[1:]])).says(
    "Only the first entry along axis 0 is filled, the others stay 0: the `return` stands inside the loop."
)
exercise.mistake("minmax", _norm(_least, lambda x: _most(x) - _least(x), _plus)).says(
    "You stretch each vector to 0 … 1. Mean 0 and variance 1 are wanted."
)

# gain and bias
for id, finish, sentence in (
    ("no_gain", lambda n, g, b: n + b, "`gain` is not used: it multiplies the normalised numbers."),
    ("no_bias", lambda n, g, b: n * g, "`bias` is not used: it is added at the end."),
    ("no_gain_no_bias", lambda n, g, b: n, "You normalise and stop there. `gain` and `bias` follow."),
    ("gain_and_bias_swapped", lambda n, g, b: n * b + g, "gain and bias are exchanged: times gain, then plus bias."),
    ("bias_first", lambda n, g, b: (n + b) * g, "You add the bias, then multiply. It is times gain, then plus bias."),
    ("one_plus_gain", lambda n, g, b: n * (1 + g) + b, "You multiply by 1 + gain. Here it is gain itself."),
    ("gain_added", lambda n, g, b: n + g + b, "You add gain; it multiplies."),
    ("gain_divides", lambda n, g, b: n / g + b, "You divide by gain; multiply by it."),
    ("gain_plus_bias", lambda n, g, b: n * (g + b), "You multiply by gain + bias. Multiply by gain, then add bias."),
    ("bias_subtracted", lambda n, g, b: n * g - b, "You subtract the bias; it is added."),
    ("bias_multiplied", lambda n, g, b: n * g * b, "You multiply by the bias; it is added."),
    ("sign", lambda n, g, b: -n * g + b, "You subtract x from its mean; it is the other way round."),
    ("matrix_product_gain", lambda n, g, b: g @ n + b, "`@` makes a matrix product. gain goes entry by entry: `*`."),
    ("matrix_product_of_gain", lambda n, g, b: n @ g + b, "`@` adds the products up. gain goes entry by entry: `*`."),
):
    exercise.mistake(id, _norm(finish=finish)).says(sentence)
exercise.mistake("unbiased_no_gain_no_bias", _norm(variance=_unbiased, finish=lambda n, gain, bias: n)).says(
    f"{_LESS_ONE} And gain and bias are not used."
)
exercise.mistake("swapped_unbiased", _norm(variance=_unbiased, finish=lambda n, gain, bias: n * bias + gain)).says(
    f"{_LESS_ONE} And gain multiplies and bias is added, not the other way round."
)
for id, norm, sentence in (
    ("gain_first", lambda x, g, b, eps=1e-5: layer_norm(x * g + b, 1, 0, eps), "gain and bias come LAST, not first."),
    ("gain_only_first", lambda x, g, b, eps=1e-5: layer_norm(x * g, 1, b, eps), "gain comes AFTER normalising."),
    ("not_normalised", lambda x, g, b, **_: x * g + b, "You apply gain and bias to x as it is. Normalise it first."),
    ("softmax", lambda x, g, b, **_: x.softmax(-1) * g + b, "You take a softmax. Mean 0 and variance 1 are wanted."),
):
    exercise.mistake(id, norm).says(sentence)
exercise.mistake(
    "affine_before_dividing", lambda x, gain, bias, eps=1e-5: (gain * x + bias - _mean(x)) / _root(_variance(x), eps)
).says("You apply gain and bias before you subtract and divide. They come last, on normalised numbers.")
for id, norm in (
    ("brackets", lambda x, gain, bias, eps=1e-5: x - _mean(x) / _root(_variance(x), eps) * gain + bias),
    ("brackets_gain", lambda x, gain, bias, eps=1e-5: gain * x - _mean(x) / _root(_variance(x), eps) + bias),
    ("brackets_both", lambda x, gain, bias, eps=1e-5: (x - _mean(x) / _root(_variance(x), eps)) * gain + bias),
):
    exercise.mistake(id, norm).says("Only the mean is divided by the root: put brackets around `x - mean`.")

# eps, as it is passed in
exercise.takes(
    argument(
        "eps",
        default=("eps_not_used", "You do not use the `eps` that is passed in, but 1e-5 always."),
        square=("eps_squared", "You add eps squared under the root. It is eps itself."),
        minus=("eps_subtracted", "You subtract eps from the variance, so that the root of 0 is nan; it is added."),
    ),
    variants(
        "eps_{:.0e}",
        (1e-6,),
        lambda eps: lambda x, gain, bias, **_: layer_norm(x, gain, bias, eps),
        "Your eps is {value}, whatever is passed in; use the parameter (its default is 1e-5).",
    ),
    variants(
        "eps_{:.0e}",
        (1e-8,),
        lambda eps: lambda x, gain, bias, **_: layer_norm(x, gain, bias, eps),
        "eps has next to no effect in your function: a number far smaller than 1e-5 stands there, or a lower limit, or "
        "0 / 0 is mended afterwards. Add the `eps` that is passed in to the variance, under the root.",
    ),
    argument("x", single_precision="x_in_float32"),
    result(squeezed="squeezed"),
    result_with("x", plus=("residual", "You add x: a residual connection is the block's business, not the norm's.")),
)
exercise.mistake(
    "eps_in_numerator", lambda x, gain, bias, eps=1e-5: (x - _mean(x) + eps) / _variance(x).sqrt() * gain + bias
).says("You add eps to the numerator; it belongs to the variance, under the root.")
exercise.mistake(
    "eps_times_gain", lambda x, gain, bias, eps=1e-5: (x - _mean(x)) / _variance(x).sqrt() + eps * gain + bias
).says("You add eps outside of the fraction, to what is already normalised. It belongs under the root.")

# torch's own, and other ways out of it
for id, norm in (
    ("module_alone", lambda x, *_, **eps: torch.nn.LayerNorm(x.shape[-1], dtype=x.dtype)(x)),
    ("module_bare", lambda x, gain, *_, **eps: torch.nn.LayerNorm(x.shape[-1])(x) + 0 * gain),
    ("module_of_its_own_dtype", lambda x, gain, bias, **eps: torch.nn.LayerNorm(x.shape[-1])(x) * gain + bias),
):
    exercise.mistake(id, norm).says(
        "A new `torch.nn.LayerNorm(d)` has a gain of 1, a bias of 0 and an eps of its own, in float32 unless told "
        "otherwise. Work with those that are passed in."
    )
exercise.mistake("numpy", lambda x, *affine, **eps: layer_norm(torch.from_numpy(x.numpy()), *affine, **eps)).says(
    "`.numpy()` leaves torch: no gradient comes back, and a tensor that asks for one refuses it."
)
exercise.mistake("item", _norm(mean=lambda x: _mean(x).item())).says(
    "`.item()` wants a tensor of one number, and there is a mean for each vector. It would cut the graph too."
)
exercise.mistake("math_sqrt", _norm(root=lambda variance, eps: math.sqrt(variance + eps))).says(
    "`math.sqrt` takes one number; there is a variance for each vector. `torch.sqrt` takes them all."
)
exercise.mistakes(
    in_float32=lambda x, *a, **eps: layer_norm(x.float(), *(w.float() for w in a), **eps).to(x.dtype),
    to_float32=lambda x, *a, **eps: layer_norm(x.float(), *(w.float() for w in a), **eps),
).says(
    "You compute in float32 (`.float()`), which keeps seven digits: of a float64 the rest is lost. Keep the dtype of x."
)
exercise.mistake("normalised_twice", lambda x, *a, **eps: layer_norm(layer_norm(x, *a, **eps), *a, **eps)).says(
    "You apply gain and bias, and the whole norm once more."
)


@exercise.mistake("in_place").says("You write into x (`x -= …`). It belongs to whoever called: compute new tensors.")
def in_place(x, gain, bias, eps=1e-5):
    x -= _mean(x)
    x /= _root(_mean(x**2), eps)
    return x * gain + bias


exercise.mistake("in_place_data", lambda x, *rest, **eps: in_place(x.detach(), *rest, **eps)).says(
    "You write into x, past the graph. It belongs to whoever called, and its gradient is lost."
)


@exercise.mistake("in_place_gain").says("You write into gain, which belongs to whoever called.")
def in_place_gain(x, gain, bias, eps=1e-5):
    gain.data *= layer_norm(x, 1, 0, eps).detach().reshape(-1, len(gain))[0]
    return layer_norm(x, gain, bias, eps)


exercise.right(lambda x, gain, bias, eps=1e-5: torch.nn.functional.layer_norm(x, x.shape[-1:], gain, bias, eps))


@exercise.right
def mean_of_squares(x, gain, bias, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return bias + gain * centred * torch.rsqrt(centred.pow(2).mean(-1, keepdim=True) + eps)


@exercise.right
def row_by_mean(x, gain, bias, eps=1e-5):
    rows = []
    for row in x.reshape(-1, x.shape[-1]):
        mean = sum(row) / len(row)
        variance = sum((entry - mean) ** 2 for entry in row) / len(row)
        rows.append((row - mean) / torch.sqrt(variance + eps) * gain + bias)
    return torch.stack(rows).reshape(x.shape)


@exercise.right
def by_einsum(x, gain, bias, eps=1e-5):
    mean = torch.einsum("...d->...", x)[..., None] / len(gain)
    variance = torch.einsum("...d,...d->...", x - mean, x - mean)[..., None] / len(gain)
    return (x - mean) * (variance + eps).rsqrt() * gain + bias
