"""layer_norm."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

from .common import _numbers


def layer_norm(x, gain, bias, eps=1e-5):
    """Layer normalisation (Ba et al. 2016) along the last axis; shaped like x.

    x           (..., d), any number of axes in front, also none; each vector of d numbers is normalised on its own
    gain, bias  (d,): what the normalised vectors are multiplied by, and what is then added
    eps         added to the variance, under the root, so that a vector of d equal numbers gives `bias`

    The variance is the mean of the squared deviations (divided by d, not by d − 1). The dtype is that of x. Gradients
    flow back to x, gain and bias, through mean and variance too; all three stay as they were.
    """
    mean = x.mean(dim=-1, keepdim=True)  # (..., 1)
    variance = x.var(dim=-1, keepdim=True, unbiased=False)  # (..., 1)
    return (x - mean) / torch.sqrt(variance + eps) * gain + bias


exercise = Exercise(
    layer_norm,
    checks=(
        "one vector, a batch, a batch of sentences, equal numbers, tiny and large ones, another eps, float32, the "
        "gradients of all three"
    ),
    explanation=(
        "Each vector is moved to mean 0 and stretched to variance 1, whatever the others are: that is what sets layer "
        "norm apart from batch norm. `gain` and `bias` give the network back the freedom that this took. eps keeps "
        "the root away from 0."
    ),
    hints=[
        ("Four steps for each vector: subtract its mean, divide by its standard deviation, times gain, plus bias."),
        (
            "A mean for each vector: along the last axis, `dim=-1`. With `keepdim=True` it can be subtracted from x, "
            "whatever shape x has."
        ),
        ("torch's `var` divides by d − 1 unless it is told `unbiased=False`. Or take the mean squared deviation."),
        ("eps goes to the variance, under the root: `torch.sqrt(variance + eps)`. gain and bias come after that."),
    ],
)

exercise.case(
    torch.tensor([[1.0, 2.0, 6.0], [4.0, 4.0, 1.0]], dtype=torch.float64),
    torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64),
    torch.tensor([0.5, 0.0, 3.0], dtype=torch.float64),
)
exercise.case(_numbers(4, seed=1), _numbers(4, seed=2), _numbers(4, seed=3))
exercise.case(_numbers(3, 3, seed=4), _numbers(3, seed=5), _numbers(3, seed=6))
exercise.case(_numbers(2, 3, 4, seed=7), _numbers(4, seed=8), _numbers(4, seed=9))
exercise.case(_numbers(2, 4, seed=10), _numbers(4, seed=11), _numbers(4, seed=12), eps=0.5)
exercise.case(_numbers(3, 4, seed=13) * 0.01, _numbers(4, seed=14), _numbers(4, seed=15))
exercise.case(torch.full((1, 3), 2.0, dtype=torch.float64), _numbers(3, seed=16), _numbers(3, seed=17))
exercise.case(_numbers(2, 5, seed=18, scale=700.0), _numbers(5, seed=19), _numbers(5, seed=20))
exercise.case(
    _numbers(2, 2, 5, seed=21, dtype=torch.float32),
    _numbers(5, seed=22, dtype=torch.float32),
    _numbers(5, seed=23, dtype=torch.float32),
)
exercise.case(_numbers(2, 4, seed=24, grad=True), _numbers(4, seed=25, grad=True), _numbers(4, seed=26, grad=True))


def _row(x):
    return x.mean(dim=-1, keepdim=True)


def _spread(x):
    return x.var(dim=-1, keepdim=True, unbiased=False)


def _root(variance, eps):
    return torch.sqrt(variance + eps)


def _affine(normal, gain, bias):
    return normal * gain + bias


def _norm(mean=_row, variance=_spread, root=_root, finish=_affine):
    """A wrong layer norm from its parts: finish((x − mean(x)) / root(variance(x), eps), gain, bias)."""

    def norm(x, gain, bias, eps=1e-5):
        return finish((x - mean(x)) / root(variance(x), eps), gain, bias)

    return norm


def _zero(x):
    return 0.0


def _along(dim, unbiased=False):
    """A norm whose mean and variance run along these axes."""
    return _norm(lambda x: x.mean(dim=dim, keepdim=True), lambda x: x.var(dim=dim, keepdim=True, unbiased=unbiased))


def _constant(eps):
    return lambda x, gain, bias, **_: layer_norm(x, gain, bias, eps)


exercise.mistake("over_the_batch", _along(0)).says(
    "You take mean and variance along the first axis, over the rows. Each vector is normalised on its own, along the "
    "last axis."
)


@exercise.mistake("batch_norm").says(
    "You take mean and variance over all axes but the last: that is batch norm, where a word's result depends on the "
    "other words. Here each vector of d numbers has its own mean and variance."
)
def batch_norm(x, gain, bias, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(dim=axes, keepdim=True), x.var(dim=axes, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(variance + eps) * gain + bias


exercise.mistake("unbiased", _along(-1, True)).says(
    "Your variance divides by d − 1 (torch's `var` and `std` do so unless told otherwise). Divide by d."
)
exercise.mistake("eps_outside", _norm(root=lambda variance, eps: variance.sqrt() + eps)).says(
    "You add eps to the root. It belongs to the variance, under the root."
)
exercise.mistake(
    "std_plus_eps", _norm(variance=lambda x: x.std(dim=-1, keepdim=True), root=lambda deviation, eps: deviation + eps)
).says(
    "Two things: `std` divides by d − 1 unless it is told `unbiased=False`; and eps is added to the variance, under "
    "the root."
)
exercise.mistake("no_eps", _norm(root=lambda variance, eps: variance.sqrt())).says(
    "eps is missing. A vector of equal numbers has variance 0, and yours becomes nan."
)
exercise.mistake(
    "unbiased_no_eps", _norm(variance=lambda x: x.var(dim=-1, keepdim=True), root=lambda variance, eps: variance.sqrt())
).says("Two things: the variance divides by d, not by d − 1; and eps is added to it before the root.")
exercise.mistake("no_root", _norm(root=lambda variance, eps: variance + eps)).says(
    "You divide by the variance. Its square root, the standard deviation, brings the numbers to size 1."
)
exercise.mistake(
    "no_root_unbiased", _norm(variance=lambda x: x.var(dim=-1, keepdim=True), root=lambda variance, eps: variance + eps)
).says("Two things: divide by the ROOT of the variance; and the variance divides by d, not by d − 1.")
exercise.mistake("not_centred", _norm(mean=_zero)).says("The mean is not subtracted before you divide.")
exercise.mistake("rms_norm", _norm(mean=_zero, variance=lambda x: (x**2).mean(dim=-1, keepdim=True))).says(
    "You divide by the root of the mean square and leave the mean in: that is RMS norm. Layer norm subtracts the mean "
    "first."
)
exercise.mistake("mean_square", _norm(variance=lambda x: (x**2).mean(dim=-1, keepdim=True))).says(
    "You subtract the mean, but divide by the root of the mean of x². The variance is the mean of the squared "
    "DEVIATIONS."
)
exercise.mistake("not_scaled", _norm(root=lambda variance, eps: 1.0)).says(
    "You subtract the mean and do not divide by the standard deviation."
)
exercise.mistake("not_normalised", _norm(mean=_zero, root=lambda variance, eps: 1.0)).says(
    "You apply gain and bias to x as it is. The normalisation itself is missing."
)
exercise.mistake("multiplied_by_root", _norm(root=lambda variance, eps: 1 / torch.sqrt(variance + eps))).says(
    "You multiply by the standard deviation; divide by it."
)
exercise.mistake("no_gain", _norm(finish=lambda n, gain, bias: n + bias)).says(
    "`gain` is not used: it multiplies the normalised numbers."
)
exercise.mistake("no_bias", _norm(finish=lambda n, gain, bias: n * gain)).says(
    "`bias` is not used: it is added at the end."
)
exercise.mistake("no_gain_no_bias", _norm(finish=lambda n, gain, bias: n)).says(
    "You normalise and stop there. `gain` and `bias` follow."
)
exercise.mistake("gain_and_bias_swapped", _norm(finish=lambda n, gain, bias: n * bias + gain)).says(
    "gain and bias are exchanged: multiply by gain, then add bias."
)
exercise.mistake("bias_first", _norm(finish=lambda n, gain, bias: (n + bias) * gain)).says(
    "You add the bias and then multiply. First times gain, then plus bias."
)
exercise.mistake(
    "gain_first", lambda x, gain, bias, eps=1e-5: _norm(finish=lambda n, g, b: n)(x * gain + bias, gain, bias, eps)
).says("You apply gain and bias to x and normalise after that, which takes part of their effect away again.")
exercise.mistake(
    "gain_only_first", lambda x, gain, bias, eps=1e-5: _norm(finish=lambda n, g, b: n + b)(x * gain, gain, bias, eps)
).says("You multiply by gain BEFORE normalising. It follows after.")
exercise.mistake("one_plus_gain", _norm(finish=lambda n, gain, bias: n * (1 + gain) + bias)).says(
    "You multiply by 1 + gain. Some programs do so with a gain that starts at 0; here it is gain itself."
)
exercise.mistake("gain_added", _norm(finish=lambda n, gain, bias: n + gain + bias)).says("You add gain; it multiplies.")
exercise.mistake("bias_subtracted", _norm(finish=lambda n, gain, bias: n * gain - bias)).says(
    "You subtract the bias; it is added."
)
exercise.mistake("bias_multiplied", _norm(finish=lambda n, gain, bias: n * gain * bias)).says(
    "You multiply by the bias; it is added."
)
exercise.mistake("gain_divides", _norm(finish=lambda n, gain, bias: n / gain + bias)).says(
    "You divide by gain; multiply by it."
)
exercise.mistake("sign", _norm(finish=lambda n, gain, bias: -n * gain + bias)).says(
    "You subtract x from its mean; it is the other way round."
)
exercise.mistake("mean_added", _norm(mean=lambda x: -_row(x))).says("You add the mean; subtract it.")
exercise.mistake(
    "whole_tensor",
    lambda x, gain, bias, eps=1e-5: (x - x.mean()) / torch.sqrt(x.var(unbiased=False) + eps) * gain + bias,
).says("You take ONE mean and ONE variance for all numbers together. Each vector has its own.")
exercise.mistake("whole_mean", _norm(mean=lambda x: x.mean())).says(
    "Your mean is that of all numbers together (`x.mean()`); only the variance is each vector's own."
)
exercise.mistake("whole_variance", _norm(variance=lambda x: x.var(unbiased=False))).says(
    "Your variance is that of all numbers together; only the mean is each vector's own."
)
exercise.mistake("whole_unbiased", _norm(mean=lambda x: x.mean(), variance=lambda x: x.var())).says(
    "Two things: each vector has its own mean and variance (`dim=-1`); and the variance divides by d, not d − 1."
)
exercise.mistake("over_the_batch_unbiased", _along(0, True)).says(
    "Two things: each vector is normalised along the LAST axis; and the variance divides by d, not d − 1."
)
exercise.mistake("axis_one", _along(1)).says(
    "You count axes from the front, `dim=1`. That is the last axis only for a matrix; use `dim=-1`."
)
exercise.mistake("axis_two", _along(2)).says(
    "You count axes from the front, `dim=2`, which exists only for a batch of sentences. Use `dim=-1`."
)
exercise.mistake("axis_before_last", _along(-2)).says(
    "You normalise along the axis before the last one, over the words of a sentence. Take the last: the d numbers of "
    "one word."
)
exercise.mistake("last_two_axes", _along((-2, -1))).says(
    "You normalise over the last TWO axes, all words of a sentence together. Each word has its own mean and variance."
)
exercise.mistake("no_keepdim", _norm(lambda x: x.mean(dim=-1), lambda x: x.var(dim=-1, unbiased=False))).says(
    "Without `keepdim=True` the last axis is gone, and torch lines the means up with the wrong axis: it raises, or "
    "(with d rows) silently subtracts another row's mean."
)
exercise.mistake("no_keepdim_unbiased", _norm(lambda x: x.mean(dim=-1), lambda x: x.var(dim=-1))).says(
    "Two things: `keepdim=True` is missing, so that means meet the wrong axis; and the variance divides by d, not by "
    "d − 1."
)
exercise.mistake("no_keepdim_mean", _norm(mean=lambda x: x.mean(dim=-1))).says(
    "`keepdim=True` is missing at the mean, so that it lines up with the wrong axis."
)
exercise.mistake("no_keepdim_variance", _norm(variance=lambda x: x.var(dim=-1, unbiased=False))).says(
    "`keepdim=True` is missing at the variance, so that it lines up with the wrong axis."
)
exercise.mistake("sum_of_squares", _norm(variance=lambda x: ((x - _row(x)) ** 2).sum(dim=-1, keepdim=True))).says(
    "You add up the squared deviations; the variance is their MEAN."
)
exercise.mistake(
    "euclidean_length", _norm(mean=_zero, root=lambda v, eps: v + eps, variance=lambda x: x.norm(dim=-1, keepdim=True))
).says("You divide x by its Euclidean length. That is neither centred nor divided by a standard deviation.")
exercise.mistake(
    "absolute_deviation",
    _norm(
        variance=lambda x: (x - _row(x)).abs().mean(dim=-1, keepdim=True),
        root=lambda deviation, eps: deviation + eps,
    ),
).says("You divide by the mean ABSOLUTE deviation. The standard deviation is the root of the mean square.")
exercise.mistake(
    "deviation_squared_mean", _norm(variance=lambda x: (x - _row(x)).mean(dim=-1, keepdim=True) ** 2)
).says("You square the mean deviation, which is 0. Square each deviation first, then take the mean.")
exercise.mistake("median", _norm(mean=lambda x: x.median(dim=-1, keepdim=True).values)).says(
    "You subtract the median; the mean is wanted."
)
exercise.mistake("maximum", _norm(mean=lambda x: x.amax(dim=-1, keepdim=True))).says(
    "You subtract the maximum, as for a softmax; here it is the mean."
)


@exercise.mistake("minmax").says("You stretch each vector to 0 … 1. Mean 0 and variance 1 are wanted.")
def minmax(x, gain, bias, eps=1e-5):
    low, high = x.amin(dim=-1, keepdim=True), x.amax(dim=-1, keepdim=True)
    return (x - low) / (high - low + eps) * gain + bias


exercise.mistake("softmax", lambda x, gain, bias, eps=1e-5: torch.softmax(x, dim=-1) * gain + bias).says(
    "You take a softmax, whose entries sum to 1. Mean 0 and variance 1 are wanted."
)
exercise.mistake("eps_not_used", _constant(1e-5)).says("You do not use the `eps` that is passed in, but 1e-5 always.")
exercise.mistake("eps_1e-6", _constant(1e-6)).says(
    "You use 1e-6 for eps whatever is passed in; the default here is 1e-5."
)
exercise.mistake("eps_1e-8", _constant(1e-8)).says("Your eps is 1e-8 whatever is passed in; use the parameter.")
exercise.mistake("eps_1e-12", _constant(1e-12)).says("Your eps is 1e-12 whatever is passed in; use the parameter.")
exercise.mistake("eps_squared", _norm(root=lambda variance, eps: torch.sqrt(variance + eps**2))).says(
    "You add eps squared under the root. It is eps itself."
)
exercise.mistake("eps_as_minimum", _norm(root=lambda variance, eps: torch.sqrt(variance.clamp_min(eps)))).says(
    "You take eps as a lower limit of the variance. It is added to the variance, always."
)
exercise.mistake(
    "eps_in_numerator", lambda x, gain, bias, eps=1e-5: (x - _row(x) + eps) / _spread(x).sqrt() * gain + bias
).says("You add eps to the numerator; it belongs to the variance, under the root.")
exercise.mistake("eps_subtracted", _norm(root=lambda variance, eps: torch.sqrt(variance - eps))).says(
    "You subtract eps from the variance, so that the root of 0 is nan; it is added."
)
exercise.mistake(
    "module_alone", lambda x, gain, bias, eps=1e-5: torch.nn.LayerNorm(x.shape[-1], dtype=x.dtype)(x)
).says(
    "`torch.nn.LayerNorm(d)` comes with a gain of 1, a bias of 0 and an eps of its own. Yours must use those that are "
    "passed in."
)
exercise.mistake(
    "statistics_detached",
    lambda x, gain, bias, eps=1e-5: (x - _row(x).detach()) / torch.sqrt(_spread(x).detach() + eps) * gain + bias,
).says(
    "The values are right, but your mean and variance are cut off from the graph. x moves them too, and the gradient "
    "has to know."
)
exercise.mistake(
    "mean_detached", lambda x, gain, bias, eps=1e-5: (x - _row(x).detach()) / torch.sqrt(_spread(x) + eps) * gain + bias
).says("The values are right, but your mean is cut off from the graph.")
exercise.mistake(
    "variance_detached",
    lambda x, gain, bias, eps=1e-5: (x - _row(x)) / torch.sqrt(_spread(x).detach() + eps) * gain + bias,
).says("The values are right, but your variance is cut off from the graph.")
exercise.mistake("x_detached", lambda x, gain, bias, eps=1e-5: layer_norm(x.detach(), gain, bias, eps)).says(
    "The values are right, but x is cut off from the graph (`detach`, `.data`, a new tensor): no gradient flows back "
    "to it."
)


@exercise.mistake("parameters_detached").says(
    "The values are right, but gain and bias are cut off from the graph (copied into a new module, say): they would "
    "never be trained."
)
def parameters_detached(x, gain, bias, eps=1e-5):
    module = torch.nn.LayerNorm(x.shape[-1], eps=eps, dtype=x.dtype)
    module.weight.data, module.bias.data = gain.detach(), bias.detach()
    return module(x)


@exercise.mistake("no_gradients").says(
    "The values are right, but no gradient flows through your function (`no_grad`, `.detach()`, `.numpy()`)."
)
def no_gradients(x, gain, bias, eps=1e-5):
    with torch.no_grad():
        return layer_norm(x, gain, bias, eps)


@exercise.mistake("in_place").says("You write into x (`x -= …`). It belongs to whoever called: compute new tensors.")
def in_place(x, gain, bias, eps=1e-5):
    x -= x.mean(dim=-1, keepdim=True)
    x /= torch.sqrt((x**2).mean(dim=-1, keepdim=True) + eps)
    return x * gain + bias


@exercise.mistake("in_place_data").says(
    "You write into x, past the graph. It belongs to whoever called, and its gradient is lost."
)
def in_place_data(x, gain, bias, eps=1e-5):
    x = x.detach() if x.requires_grad else x
    x -= x.mean(dim=-1, keepdim=True)
    x /= torch.sqrt((x**2).mean(dim=-1, keepdim=True) + eps)
    return x * gain + bias


@exercise.mistake("in_place_gain").says("You write into gain, which belongs to whoever called.")
def in_place_gain(x, gain, bias, eps=1e-5):
    normal = (x - _row(x)) / torch.sqrt(_spread(x) + eps)
    with torch.no_grad():
        gain *= normal.reshape(-1, x.shape[-1])[0]
    return layer_norm(x, gain, bias, eps)


exercise.mistake(
    "flattened", lambda x, gain, bias, eps=1e-5: layer_norm(x, gain, bias, eps).reshape(-1, x.shape[-1])
).says("The numbers are right, but the axes in front are gone: keep the shape of x.")
exercise.mistake(
    "with_statistics", lambda x, gain, bias, eps=1e-5: (layer_norm(x, gain, bias, eps), _row(x), _spread(x))
).says("You return mean and variance too. Only the normalised tensor is wanted.")
exercise.mistake("residual", lambda x, gain, bias, eps=1e-5: x + layer_norm(x, gain, bias, eps)).says(
    "You add x to the result. A residual connection is the block's business, not the norm's."
)
exercise.mistake(
    "normalised_twice", lambda x, gain, bias, eps=1e-5: layer_norm(layer_norm(x, gain, bias, eps), gain, bias, eps)
).says("You apply gain and bias, and the whole norm once more.")
exercise.mistake(
    "over_the_batch_std", _norm(lambda x: x.mean(0), lambda x: x.std(0), lambda deviation, eps: deviation + eps)
).says(
    "You take mean and deviation along the first axis, over the rows; and `std` divides by one less than their "
    "number. Each vector is normalised on its own, along the last axis, dividing by d."
)
exercise.mistake("whole_mean_square", _norm(variance=lambda x: ((x - _row(x)) ** 2).mean())).says(
    "Your mean is each vector's own, but the squared deviations are averaged over ALL numbers: `dim=-1` is missing "
    "there."
)
exercise.mistake("deviations_not_averaged", _norm(variance=lambda x: (x - _row(x)) ** 2)).says(
    "You divide each number by its OWN deviation: average the squared deviations of a vector first."
)
exercise.mistake(
    "normalised_shape", lambda x, gain, bias, eps=1e-5: torch.nn.functional.layer_norm(x, x.shape, gain, bias, eps)
).says("You tell torch's layer norm to normalise over all axes of x. It is the last one alone: `x.shape[-1:]`.")
exercise.mistake(
    "module_of_its_own_dtype", lambda x, gain, bias, eps=1e-5: torch.nn.LayerNorm(x.shape[-1])(x) * gain + bias
).says(
    "A new `torch.nn.LayerNorm` has parameters of its own, in float32, and an eps of its own. Work with those that "
    "are passed in."
)
exercise.mistake("module_bare", lambda x, gain, bias, eps=1e-5: torch.nn.LayerNorm(x.shape[-1])(x) + 0 * gain).says(
    "A new `torch.nn.LayerNorm` has parameters of its own, in float32. Work with those that are passed in."
)
exercise.mistake(
    "eps_times_gain", lambda x, gain, bias, eps=1e-5: (x - _row(x)) / _spread(x).sqrt() + eps * gain + bias
).says("You add eps outside of the fraction, to what is already normalised. It belongs under the root.")
exercise.mistake(
    "brackets", lambda x, gain, bias, eps=1e-5: x - _row(x) / torch.sqrt(_spread(x) + eps) * gain + bias
).says("Only the mean is divided by the root: `x - mean / root` needs brackets, `(x - mean) / root`.")
exercise.mistake(
    "brackets_gain", lambda x, gain, bias, eps=1e-5: gain * x - _row(x) / torch.sqrt(_spread(x) + eps) + bias
).says("Only the mean is divided by the root: put brackets around `x - mean` before you divide and multiply.")
exercise.mistake(
    "brackets_both", lambda x, gain, bias, eps=1e-5: (x - _row(x) / torch.sqrt(_spread(x) + eps)) * gain + bias
).says("Only the mean is divided by the root: put brackets around `x - mean`.")
exercise.mistake(
    "numpy",
    lambda x, gain, bias, eps=1e-5: (
        (torch.from_numpy((x.numpy() - x.numpy().mean(-1, keepdims=True))) / torch.sqrt(_spread(x) + eps)) * gain + bias
    ),
).says("`.numpy()` leaves torch: no gradient comes back, and a tensor that asks for one refuses it.")
exercise.mistake(
    "item", lambda x, gain, bias, eps=1e-5: (x - _row(x).item()) / torch.sqrt(_spread(x) + eps) * gain + bias
).says("`.item()` wants a tensor of one number, and there is a mean for each vector. It would cut the graph too.")
exercise.mistake(
    "math_sqrt", lambda x, gain, bias, eps=1e-5: (x - _row(x)) / math.sqrt(_spread(x) + eps) * gain + bias
).says("`math.sqrt` takes one number; there is a variance for each vector. `torch.sqrt` takes them all.")
exercise.mistake("swapped_unbiased", lambda x, gain, bias, eps=1e-5: _along(-1, True)(x, bias, gain, eps)).says(
    "Two things: gain multiplies and bias is added; and the variance divides by d, not by d − 1."
)
exercise.mistake(
    "rms_no_bias", lambda x, gain, bias, eps=1e-5: x * torch.rsqrt((x**2).mean(-1, keepdim=True) + eps) * gain
).says(
    "You divide by the root of the mean square, times gain: that is RMS norm as in newer models. Here the mean is "
    "subtracted first, and a bias added at the end."
)
exercise.mistake(
    "matrix_product_gain", lambda x, gain, bias, eps=1e-5: gain @ ((x - _row(x)) / torch.sqrt(_spread(x) + eps)) + bias
).says("`@` makes a matrix product. gain multiplies entry by entry: `*`.")
exercise.mistake(
    "matrix_product_of_gain",
    lambda x, gain, bias, eps=1e-5: ((x - _row(x)) / torch.sqrt(_spread(x) + eps)) @ gain + bias,
).says("`@` adds the products up. gain multiplies entry by entry: `*`.")
exercise.mistake("variance_no_eps", _norm(root=lambda variance, eps: variance)).says(
    "Two things: divide by the ROOT of the variance; and eps is added to it."
)
exercise.mistake("std_no_eps_root", _norm(variance=lambda x: _spread(x).sqrt())).says(
    "Your `std` is a root already, and you take the root again. Take the root of the VARIANCE."
)
exercise.mistake("std_root_unbiased", _norm(variance=lambda x: x.std(-1, keepdim=True))).says(
    "Two things: `std` is a root already, do not take one again; and it divides by d − 1."
)
exercise.mistake(
    "unbiased_no_gain_no_bias", _norm(variance=lambda x: x.var(-1, keepdim=True), finish=lambda n, gain, bias: n)
).says("Two things: gain and bias are not used; and the variance divides by d, not by d − 1.")
exercise.mistake("axis_one_unbiased", _along(1, True)).says(
    "Two things: count from the end, `dim=-1`; and the variance divides by d, not d − 1."
)
exercise.mistake(
    "sum_for_mean",
    lambda x, gain, bias, eps=1e-5: (
        gain * (x - (m := x.sum(-1, keepdim=True))) / torch.sqrt(((x - m) ** 2).mean(-1, keepdim=True) + eps) + bias
    ),
).says("You subtract the SUM of a vector; its mean is wanted.")
exercise.mistake(
    "affine_before_dividing", lambda x, gain, bias, eps=1e-5: (gain * x + bias - _row(x)) / torch.sqrt(_spread(x) + eps)
).says("You apply gain and bias before you subtract and divide. They come last, on normalised numbers.")
exercise.mistake("gain_plus_bias", _norm(finish=lambda n, gain, bias: n * (gain + bias))).says(
    "You multiply by the sum of gain and bias. Multiply by gain, then add bias."
)

exercise.right(lambda x, gain, bias, eps=1e-5: torch.nn.functional.layer_norm(x, x.shape[-1:], gain, bias, eps))


@exercise.right
def right_1(x, gain, bias, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return bias + gain * centred * torch.rsqrt(centred.pow(2).mean(-1, keepdim=True) + eps)


@exercise.right
def right_2(x, gain, bias, eps=1e-5):
    mean, square = x.mean(-1, keepdim=True), (x * x).mean(-1, keepdim=True)
    return (x - mean) / (square - mean**2 + eps) ** 0.5 * gain + bias


@exercise.right
def right_3(x, gain, bias, eps=1e-5):
    d = x.shape[-1]
    rows = []
    for row in x.reshape(-1, d):
        mean = sum(row) / d
        variance = sum((entry - mean) ** 2 for entry in row) / d
        rows.append((row - mean) / torch.sqrt(variance + eps) * gain + bias)
    return torch.stack(rows).reshape(x.shape)


@exercise.right
def right_4(x, gain, bias, eps=1e-5):
    d = x.shape[-1]
    mean = torch.einsum("...d->...", x)[..., None] / d
    variance = torch.einsum("...d,...d->...", x - mean, x - mean)[..., None] / d
    return (x - mean) * (variance + eps).rsqrt() * gain + bias
