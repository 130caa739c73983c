"""The exercises of lecture 11: layer norm, the feed-forward network, the block, its parameters, rotary positions.

The references are plain torch, one function each. models/transformer.py puts the same pieces together with learnt
matrices; tests/test_transformer_references.py holds the references to torch's own layers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch

from .definition import Exercise

LECTURE = "11_transformers"


def _numbers(*shape: int, seed: int, scale: float = 1.5, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card; none is 0."""
    generator = torch.Generator().manual_seed(seed)
    numbers = (torch.randn(shape, generator=generator, dtype=torch.float64) * scale).round(decimals=1)
    numbers[numbers == 0] = 0.1
    return numbers.to(dtype).requires_grad_(grad)


def _add(exercise: Exercise, table: Sequence[tuple[str, str, Callable]]) -> None:
    """(id, sentence, function) of mistakes that differ from each other in one operation."""
    for id, sentence, function in table:
        exercise.misconception(id, sentence)(function)


# --- layer_norm ----------------------------------------------------------------------------------------------------


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


layer_norm_exercise = Exercise(
    layer_norm,
    lecture=LECTURE,
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
        "Four steps for each vector: subtract its mean, divide by its standard deviation, times gain, plus bias.",
        "A mean for each vector: along the last axis, `dim=-1`. With `keepdim=True` it can be subtracted from x, "
        "whatever shape x has.",
        "torch's `var` divides by d − 1 unless it is told `unbiased=False`. Or take the mean squared deviation.",
        "eps goes to the variance, under the root: `torch.sqrt(variance + eps)`. gain and bias come after that.",
    ],
)
_e = layer_norm_exercise
_e.case(
    torch.tensor([[1.0, 2.0, 6.0], [4.0, 4.0, 1.0]], dtype=torch.float64),
    torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64),
    torch.tensor([0.5, 0.0, 3.0], dtype=torch.float64),
)
_e.case(_numbers(4, seed=1), _numbers(4, seed=2), _numbers(4, seed=3))
_e.case(_numbers(3, 3, seed=4), _numbers(3, seed=5), _numbers(3, seed=6))
_e.case(_numbers(2, 3, 4, seed=7), _numbers(4, seed=8), _numbers(4, seed=9))
_e.case(_numbers(2, 4, seed=10), _numbers(4, seed=11), _numbers(4, seed=12), eps=0.5)
_e.case(_numbers(3, 4, seed=13) * 0.01, _numbers(4, seed=14), _numbers(4, seed=15))
_e.case(torch.full((1, 3), 2.0, dtype=torch.float64), _numbers(3, seed=16), _numbers(3, seed=17))
_e.case(_numbers(2, 5, seed=18, scale=700.0), _numbers(5, seed=19), _numbers(5, seed=20))
_e.case(
    _numbers(2, 2, 5, seed=21, dtype=torch.float32),
    _numbers(5, seed=22, dtype=torch.float32),
    _numbers(5, seed=23, dtype=torch.float32),
)
_e.case(_numbers(2, 4, seed=24, grad=True), _numbers(4, seed=25, grad=True), _numbers(4, seed=26, grad=True))


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
    return _norm(
        lambda x: x.mean(dim=dim, keepdim=True), lambda x: x.var(dim=dim, keepdim=True, unbiased=unbiased)
    )


def _over_all(x, gain, bias, eps=1e-5):
    return (x - x.mean()) / torch.sqrt(x.var(unbiased=False) + eps) * gain + bias


def _batch_norm(x, gain, bias, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(dim=axes, keepdim=True), x.var(dim=axes, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(variance + eps) * gain + bias


def _in_place_norm(x, gain, bias, eps=1e-5):
    x = x.detach() if x.requires_grad else x
    x -= x.mean(dim=-1, keepdim=True)
    x /= torch.sqrt((x**2).mean(dim=-1, keepdim=True) + eps)
    return x * gain + bias


def _in_place_leaf(x, gain, bias, eps=1e-5):
    x -= x.mean(dim=-1, keepdim=True)
    x /= torch.sqrt((x**2).mean(dim=-1, keepdim=True) + eps)
    return x * gain + bias


def _in_place_gain(x, gain, bias, eps=1e-5):
    normal = (x - _row(x)) / torch.sqrt(_spread(x) + eps)
    with torch.no_grad():
        gain *= normal.reshape(-1, x.shape[-1])[0]
    return layer_norm(x, gain, bias, eps)


def _norm_no_grad(x, gain, bias, eps=1e-5):
    with torch.no_grad():
        return layer_norm(x, gain, bias, eps)


def _norm_module(x, gain, bias, eps=1e-5):
    return torch.nn.LayerNorm(x.shape[-1], dtype=x.dtype)(x)


def _fresh_parameters(x, gain, bias, eps=1e-5):
    module = torch.nn.LayerNorm(x.shape[-1], eps=eps, dtype=x.dtype)
    module.weight.data, module.bias.data = gain.detach(), bias.detach()
    return module(x)


def _minmax(x, gain, bias, eps=1e-5):
    low, high = x.amin(dim=-1, keepdim=True), x.amax(dim=-1, keepdim=True)
    return (x - low) / (high - low + eps) * gain + bias


def _constant(eps):
    return lambda x, gain, bias, **_: layer_norm(x, gain, bias, eps)


_add(
    layer_norm_exercise,
    [
        (
            "over_the_batch",
            "You take mean and variance along the first axis, over the rows. Each vector is normalised on its own, "
            "along the last axis.",
            _along(0),
        ),
        (
            "batch_norm",
            "You take mean and variance over all axes but the last: that is batch norm, where a word's result depends "
            "on the other words. Here each vector of d numbers has its own mean and variance.",
            _batch_norm,
        ),
        (
            "unbiased",
            "Your variance divides by d − 1 (torch's `var` and `std` do so unless told otherwise). Divide by d.",
            _along(-1, True),
        ),
        (
            "eps_outside",
            "You add eps to the root. It belongs to the variance, under the root.",
            _norm(root=lambda variance, eps: variance.sqrt() + eps),
        ),
        (
            "std_plus_eps",
            "Two things: `std` divides by d − 1 unless it is told `unbiased=False`; and eps is added to the variance, "
            "under the root.",
            _norm(
                variance=lambda x: x.std(dim=-1, keepdim=True), root=lambda deviation, eps: deviation + eps
            ),
        ),
        (
            "no_eps",
            "eps is missing. A vector of equal numbers has variance 0, and yours becomes nan.",
            _norm(root=lambda variance, eps: variance.sqrt()),
        ),
        (
            "unbiased_no_eps",
            "Two things: the variance divides by d, not by d − 1; and eps is added to it before the root.",
            _norm(variance=lambda x: x.var(dim=-1, keepdim=True), root=lambda variance, eps: variance.sqrt()),
        ),
        (
            "no_root",
            "You divide by the variance. Its square root, the standard deviation, brings the numbers to size 1.",
            _norm(root=lambda variance, eps: variance + eps),
        ),
        (
            "no_root_unbiased",
            "Two things: divide by the ROOT of the variance; and the variance divides by d, not by d − 1.",
            _norm(variance=lambda x: x.var(dim=-1, keepdim=True), root=lambda variance, eps: variance + eps),
        ),
        (
            "not_centred",
            "The mean is not subtracted before you divide.",
            _norm(mean=_zero),
        ),
        (
            "rms_norm",
            "You divide by the root of the mean square and leave the mean in: that is RMS norm. Layer norm subtracts "
            "the mean first.",
            _norm(mean=_zero, variance=lambda x: (x**2).mean(dim=-1, keepdim=True)),
        ),
        (
            "mean_square",
            "You subtract the mean, but divide by the root of the mean of x². The variance is the mean of the squared "
            "DEVIATIONS.",
            _norm(variance=lambda x: (x**2).mean(dim=-1, keepdim=True)),
        ),
        (
            "not_scaled",
            "You subtract the mean and do not divide by the standard deviation.",
            _norm(root=lambda variance, eps: 1.0),
        ),
        (
            "not_normalised",
            "You apply gain and bias to x as it is. The normalisation itself is missing.",
            _norm(mean=_zero, root=lambda variance, eps: 1.0),
        ),
        (
            "multiplied_by_root",
            "You multiply by the standard deviation; divide by it.",
            _norm(root=lambda variance, eps: 1 / torch.sqrt(variance + eps)),
        ),
        (
            "no_gain",
            "`gain` is not used: it multiplies the normalised numbers.",
            _norm(finish=lambda n, gain, bias: n + bias),
        ),
        (
            "no_bias",
            "`bias` is not used: it is added at the end.",
            _norm(finish=lambda n, gain, bias: n * gain),
        ),
        (
            "no_gain_no_bias",
            "You normalise and stop there. `gain` and `bias` follow.",
            _norm(finish=lambda n, gain, bias: n),
        ),
        (
            "gain_and_bias_swapped",
            "gain and bias are exchanged: multiply by gain, then add bias.",
            _norm(finish=lambda n, gain, bias: n * bias + gain),
        ),
        (
            "bias_first",
            "You add the bias and then multiply. First times gain, then plus bias.",
            _norm(finish=lambda n, gain, bias: (n + bias) * gain),
        ),
        (
            "gain_first",
            "You apply gain and bias to x and normalise after that, which takes part of their effect away again.",
            lambda x, gain, bias, eps=1e-5: _norm(finish=lambda n, g, b: n)(x * gain + bias, gain, bias, eps),
        ),
        (
            "gain_only_first",
            "You multiply by gain BEFORE normalising. It follows after.",
            lambda x, gain, bias, eps=1e-5: _norm(finish=lambda n, g, b: n + b)(x * gain, gain, bias, eps),
        ),
        (
            "one_plus_gain",
            "You multiply by 1 + gain. Some programs do so with a gain that starts at 0; here it is gain itself.",
            _norm(finish=lambda n, gain, bias: n * (1 + gain) + bias),
        ),
        (
            "gain_added",
            "You add gain; it multiplies.",
            _norm(finish=lambda n, gain, bias: n + gain + bias),
        ),
        (
            "bias_subtracted",
            "You subtract the bias; it is added.",
            _norm(finish=lambda n, gain, bias: n * gain - bias),
        ),
        (
            "bias_multiplied",
            "You multiply by the bias; it is added.",
            _norm(finish=lambda n, gain, bias: n * gain * bias),
        ),
        (
            "gain_divides",
            "You divide by gain; multiply by it.",
            _norm(finish=lambda n, gain, bias: n / gain + bias),
        ),
        (
            "sign",
            "You subtract x from its mean; it is the other way round.",
            _norm(finish=lambda n, gain, bias: -n * gain + bias),
        ),
        (
            "mean_added",
            "You add the mean; subtract it.",
            _norm(mean=lambda x: -_row(x)),
        ),
        (
            "whole_tensor",
            "You take ONE mean and ONE variance for all numbers together. Each vector has its own.",
            _over_all,
        ),
        (
            "whole_mean",
            "Your mean is that of all numbers together (`x.mean()`); only the variance is each vector's own.",
            _norm(mean=lambda x: x.mean()),
        ),
        (
            "whole_variance",
            "Your variance is that of all numbers together; only the mean is each vector's own.",
            _norm(variance=lambda x: x.var(unbiased=False)),
        ),
        (
            "whole_unbiased",
            "Two things: each vector has its own mean and variance (`dim=-1`); and the variance divides by d, not "
            "d − 1.",
            _norm(mean=lambda x: x.mean(), variance=lambda x: x.var()),
        ),
        (
            "over_the_batch_unbiased",
            "Two things: each vector is normalised along the LAST axis; and the variance divides by d, not d − 1.",
            _along(0, True),
        ),
        (
            "axis_one",
            "You count axes from the front, `dim=1`. That is the last axis only for a matrix; use `dim=-1`.",
            _along(1),
        ),
        (
            "axis_two",
            "You count axes from the front, `dim=2`, which exists only for a batch of sentences. Use `dim=-1`.",
            _along(2),
        ),
        (
            "axis_before_last",
            "You normalise along the axis before the last one, over the words of a sentence. Take the last: the d "
            "numbers of one word.",
            _along(-2),
        ),
        (
            "last_two_axes",
            "You normalise over the last TWO axes, all words of a sentence together. Each word has its own mean and "
            "variance.",
            _along((-2, -1)),
        ),
        (
            "no_keepdim",
            "Without `keepdim=True` the last axis is gone, and torch lines the means up with the wrong axis: it "
            "raises, or (with d rows) silently subtracts another row's mean.",
            _norm(lambda x: x.mean(dim=-1), lambda x: x.var(dim=-1, unbiased=False)),
        ),
        (
            "no_keepdim_unbiased",
            "Two things: `keepdim=True` is missing, so that means meet the wrong axis; and the variance divides by d, "
            "not by d − 1.",
            _norm(lambda x: x.mean(dim=-1), lambda x: x.var(dim=-1)),
        ),
        (
            "no_keepdim_mean",
            "`keepdim=True` is missing at the mean, so that it lines up with the wrong axis.",
            _norm(mean=lambda x: x.mean(dim=-1)),
        ),
        (
            "no_keepdim_variance",
            "`keepdim=True` is missing at the variance, so that it lines up with the wrong axis.",
            _norm(variance=lambda x: x.var(dim=-1, unbiased=False)),
        ),
        (
            "sum_of_squares",
            "You add up the squared deviations; the variance is their MEAN.",
            _norm(variance=lambda x: ((x - _row(x)) ** 2).sum(dim=-1, keepdim=True)),
        ),
        (
            "euclidean_length",
            "You divide x by its Euclidean length. That is neither centred nor divided by a standard deviation.",
            _norm(mean=_zero, root=lambda v, eps: v + eps, variance=lambda x: x.norm(dim=-1, keepdim=True)),
        ),
        (
            "absolute_deviation",
            "You divide by the mean ABSOLUTE deviation. The standard deviation is the root of the mean square.",
            _norm(
                variance=lambda x: (x - _row(x)).abs().mean(dim=-1, keepdim=True),
                root=lambda deviation, eps: deviation + eps,
            ),
        ),
        (
            "deviation_squared_mean",
            "You square the mean deviation, which is 0. Square each deviation first, then take the mean.",
            _norm(variance=lambda x: (x - _row(x)).mean(dim=-1, keepdim=True) ** 2),
        ),
        (
            "median",
            "You subtract the median; the mean is wanted.",
            _norm(mean=lambda x: x.median(dim=-1, keepdim=True).values),
        ),
        (
            "maximum",
            "You subtract the maximum, as for a softmax; here it is the mean.",
            _norm(mean=lambda x: x.amax(dim=-1, keepdim=True)),
        ),
        ("minmax", "You stretch each vector to 0 … 1. Mean 0 and variance 1 are wanted.", _minmax),
        (
            "softmax",
            "You take a softmax, whose entries sum to 1. Mean 0 and variance 1 are wanted.",
            lambda x, gain, bias, eps=1e-5: torch.softmax(x, dim=-1) * gain + bias,
        ),
        (
            "eps_not_used",
            "You do not use the `eps` that is passed in, but 1e-5 always.",
            _constant(1e-5),
        ),
        (
            "eps_1e-6",
            "You use 1e-6 for eps whatever is passed in; the default here is 1e-5.",
            _constant(1e-6),
        ),
        ("eps_1e-8", "Your eps is 1e-8 whatever is passed in; use the parameter.", _constant(1e-8)),
        ("eps_1e-12", "Your eps is 1e-12 whatever is passed in; use the parameter.", _constant(1e-12)),
        (
            "eps_squared",
            "You add eps squared under the root. It is eps itself.",
            _norm(root=lambda variance, eps: torch.sqrt(variance + eps**2)),
        ),
        (
            "eps_as_minimum",
            "You take eps as a lower limit of the variance. It is added to the variance, always.",
            _norm(root=lambda variance, eps: torch.sqrt(variance.clamp_min(eps))),
        ),
        (
            "eps_in_numerator",
            "You add eps to the numerator; it belongs to the variance, under the root.",
            lambda x, gain, bias, eps=1e-5: (x - _row(x) + eps) / _spread(x).sqrt() * gain + bias,
        ),
        (
            "eps_subtracted",
            "You subtract eps from the variance, so that the root of 0 is nan; it is added.",
            _norm(root=lambda variance, eps: torch.sqrt(variance - eps)),
        ),
        (
            "module_alone",
            "`torch.nn.LayerNorm(d)` comes with a gain of 1, a bias of 0 and an eps of its own. Yours must use those "
            "that are passed in.",
            _norm_module,
        ),
        (
            "statistics_detached",
            "The values are right, but your mean and variance are cut off from the graph. x moves them too, and the "
            "gradient has to know.",
            lambda x, gain, bias, eps=1e-5: (
                (x - _row(x).detach()) / torch.sqrt(_spread(x).detach() + eps) * gain + bias
            ),
        ),
        (
            "mean_detached",
            "The values are right, but your mean is cut off from the graph.",
            lambda x, gain, bias, eps=1e-5: (
                (x - _row(x).detach()) / torch.sqrt(_spread(x) + eps) * gain + bias
            ),
        ),
        (
            "variance_detached",
            "The values are right, but your variance is cut off from the graph.",
            lambda x, gain, bias, eps=1e-5: (
                (x - _row(x)) / torch.sqrt(_spread(x).detach() + eps) * gain + bias
            ),
        ),
        (
            "x_detached",
            "The values are right, but x is cut off from the graph (`detach`, `.data`, a new tensor): no gradient "
            "flows back to it.",
            lambda x, gain, bias, eps=1e-5: layer_norm(x.detach(), gain, bias, eps),
        ),
        (
            "parameters_detached",
            "The values are right, but gain and bias are cut off from the graph (copied into a new module, say): they "
            "would never be trained.",
            _fresh_parameters,
        ),
        (
            "no_gradients",
            "The values are right, but no gradient flows through your function (`no_grad`, `.detach()`, `.numpy()`).",
            _norm_no_grad,
        ),
        (
            "in_place",
            "You write into x (`x -= …`). It belongs to whoever called: compute new tensors.",
            _in_place_leaf,
        ),
        (
            "in_place_data",
            "You write into x, past the graph. It belongs to whoever called, and its gradient is lost.",
            _in_place_norm,
        ),
        ("in_place_gain", "You write into gain, which belongs to whoever called.", _in_place_gain),
        (
            "flattened",
            "The numbers are right, but the axes in front are gone: keep the shape of x.",
            lambda x, gain, bias, eps=1e-5: layer_norm(x, gain, bias, eps).reshape(-1, x.shape[-1]),
        ),
        (
            "with_statistics",
            "You return mean and variance too. Only the normalised tensor is wanted.",
            lambda x, gain, bias, eps=1e-5: (layer_norm(x, gain, bias, eps), _row(x), _spread(x)),
        ),
        (
            "residual",
            "You add x to the result. A residual connection is the block's business, not the norm's.",
            lambda x, gain, bias, eps=1e-5: x + layer_norm(x, gain, bias, eps),
        ),
        (
            "normalised_twice",
            "You apply gain and bias, and the whole norm once more.",
            lambda x, gain, bias, eps=1e-5: layer_norm(layer_norm(x, gain, bias, eps), gain, bias, eps),
        ),
    ],
)


_add(
    layer_norm_exercise,
    [
        (
            "over_the_batch_std",
            "You take mean and deviation along the first axis, over the rows; and `std` divides by one less than their "
            "number. Each vector is normalised on its own, along the last axis, dividing by d.",
            _norm(lambda x: x.mean(0), lambda x: x.std(0), lambda deviation, eps: deviation + eps),
        ),
        (
            "whole_mean_square",
            "Your mean is each vector's own, but the squared deviations are averaged over ALL numbers: `dim=-1` is "
            "missing there.",
            _norm(variance=lambda x: ((x - _row(x)) ** 2).mean()),
        ),
        (
            "deviations_not_averaged",
            "You divide each number by its OWN deviation: average the squared deviations of a vector first.",
            _norm(variance=lambda x: (x - _row(x)) ** 2),
        ),
        (
            "normalised_shape",
            "You tell torch's layer norm to normalise over all axes of x. It is the last one alone: `x.shape[-1:]`.",
            lambda x, gain, bias, eps=1e-5: torch.nn.functional.layer_norm(x, x.shape, gain, bias, eps),
        ),
        (
            "module_of_its_own_dtype",
            "A new `torch.nn.LayerNorm` has parameters of its own, in float32, and an eps of its own. Work with those "
            "that are passed in.",
            lambda x, gain, bias, eps=1e-5: torch.nn.LayerNorm(x.shape[-1])(x) * gain + bias,
        ),
        (
            "module_bare",
            "A new `torch.nn.LayerNorm` has parameters of its own, in float32. Work with those that are passed in.",
            lambda x, gain, bias, eps=1e-5: torch.nn.LayerNorm(x.shape[-1])(x) + 0 * gain,
        ),
        (
            "eps_times_gain",
            "You add eps outside of the fraction, to what is already normalised. It belongs under the root.",
            lambda x, gain, bias, eps=1e-5: (x - _row(x)) / _spread(x).sqrt() + eps * gain + bias,
        ),
        (
            "brackets",
            "Only the mean is divided by the root: `x - mean / root` needs brackets, `(x - mean) / root`.",
            lambda x, gain, bias, eps=1e-5: x - _row(x) / torch.sqrt(_spread(x) + eps) * gain + bias,
        ),
        (
            "brackets_gain",
            "Only the mean is divided by the root: put brackets around `x - mean` before you divide and multiply.",
            lambda x, gain, bias, eps=1e-5: gain * x - _row(x) / torch.sqrt(_spread(x) + eps) + bias,
        ),
        (
            "brackets_both",
            "Only the mean is divided by the root: put brackets around `x - mean`.",
            lambda x, gain, bias, eps=1e-5: (x - _row(x) / torch.sqrt(_spread(x) + eps)) * gain + bias,
        ),
        (
            "numpy",
            "`.numpy()` leaves torch: no gradient comes back, and a tensor that asks for one refuses it.",
            lambda x, gain, bias, eps=1e-5: (
                (
                    torch.from_numpy((x.numpy() - x.numpy().mean(-1, keepdims=True)))
                    / torch.sqrt(_spread(x) + eps)
                )
                * gain
                + bias
            ),
        ),
        (
            "item",
            "`.item()` wants a tensor of one number, and there is a mean for each vector. It would cut the graph too.",
            lambda x, gain, bias, eps=1e-5: (x - _row(x).item()) / torch.sqrt(_spread(x) + eps) * gain + bias,
        ),
        (
            "math_sqrt",
            "`math.sqrt` takes one number; there is a variance for each vector. `torch.sqrt` takes them all.",
            lambda x, gain, bias, eps=1e-5: (x - _row(x)) / math.sqrt(_spread(x) + eps) * gain + bias,
        ),
        (
            "swapped_unbiased",
            "Two things: gain multiplies and bias is added; and the variance divides by d, not by d − 1.",
            lambda x, gain, bias, eps=1e-5: _along(-1, True)(x, bias, gain, eps),
        ),
        (
            "rms_no_bias",
            "You divide by the root of the mean square, times gain: that is RMS norm as in newer models. Here the mean "
            "is subtracted first, and a bias added at the end.",
            lambda x, gain, bias, eps=1e-5: x * torch.rsqrt((x**2).mean(-1, keepdim=True) + eps) * gain,
        ),
        (
            "matrix_product_gain",
            "`@` makes a matrix product. gain multiplies entry by entry: `*`.",
            lambda x, gain, bias, eps=1e-5: gain @ ((x - _row(x)) / torch.sqrt(_spread(x) + eps)) + bias,
        ),
        (
            "matrix_product_of_gain",
            "`@` adds the products up. gain multiplies entry by entry: `*`.",
            lambda x, gain, bias, eps=1e-5: ((x - _row(x)) / torch.sqrt(_spread(x) + eps)) @ gain + bias,
        ),
        (
            "variance_no_eps",
            "Two things: divide by the ROOT of the variance; and eps is added to it.",
            _norm(root=lambda variance, eps: variance),
        ),
        (
            "std_no_eps_root",
            "Your `std` is a root already, and you take the root again. Take the root of the VARIANCE.",
            _norm(variance=lambda x: _spread(x).sqrt()),
        ),
        (
            "std_root_unbiased",
            "Two things: `std` is a root already, do not take one again; and it divides by d − 1.",
            _norm(variance=lambda x: x.std(-1, keepdim=True)),
        ),
        (
            "unbiased_no_gain_no_bias",
            "Two things: gain and bias are not used; and the variance divides by d, not by d − 1.",
            _norm(variance=lambda x: x.var(-1, keepdim=True), finish=lambda n, gain, bias: n),
        ),
        (
            "axis_one_unbiased",
            "Two things: count from the end, `dim=-1`; and the variance divides by d, not d − 1.",
            _along(1, True),
        ),
    ],
)


_add(
    layer_norm_exercise,
    [
        (
            "sum_for_mean",
            "You subtract the SUM of a vector; its mean is wanted.",
            lambda x, gain, bias, eps=1e-5: (
                gain
                * (x - (m := x.sum(-1, keepdim=True)))
                / torch.sqrt(((x - m) ** 2).mean(-1, keepdim=True) + eps)
                + bias
            ),
        ),
        (
            "affine_before_dividing",
            "You apply gain and bias before you subtract and divide. They come last, on normalised numbers.",
            lambda x, gain, bias, eps=1e-5: (gain * x + bias - _row(x)) / torch.sqrt(_spread(x) + eps),
        ),
        (
            "gain_plus_bias",
            "You multiply by the sum of gain and bias. Multiply by gain, then add bias.",
            _norm(finish=lambda n, gain, bias: n * (gain + bias)),
        ),
    ],
)


@layer_norm_exercise.right
def _(x, gain, bias, eps=1e-5):
    return torch.nn.functional.layer_norm(x, x.shape[-1:], gain, bias, eps)


@layer_norm_exercise.right
def _(x, gain, bias, eps=1e-5):
    centred = x - x.mean(-1, keepdim=True)
    return bias + gain * centred * torch.rsqrt(centred.pow(2).mean(-1, keepdim=True) + eps)


@layer_norm_exercise.right
def _(x, gain, bias, eps=1e-5):
    mean, square = x.mean(-1, keepdim=True), (x * x).mean(-1, keepdim=True)
    return (x - mean) / (square - mean**2 + eps) ** 0.5 * gain + bias


@layer_norm_exercise.right
def _(x, gain, bias, eps=1e-5):
    d = x.shape[-1]
    rows = []
    for row in x.reshape(-1, d):
        mean = sum(row) / d
        variance = sum((entry - mean) ** 2 for entry in row) / d
        rows.append((row - mean) / torch.sqrt(variance + eps) * gain + bias)
    return torch.stack(rows).reshape(x.shape)


@layer_norm_exercise.right
def _(x, gain, bias, eps=1e-5):
    d = x.shape[-1]
    mean = torch.einsum("...d->...", x)[..., None] / d
    variance = torch.einsum("...d,...d->...", x - mean, x - mean)[..., None] / d
    return (x - mean) * (variance + eps).rsqrt() * gain + bias


# --- feed_forward --------------------------------------------------------------------------------------------------


def feed_forward(x, W1, b1, W2, b2):
    """A network of two layers for each word by itself: GELU(x W1ᵀ + b1) W2ᵀ + b2, shaped like x.

    x   (..., d), any number of axes in front, also none
    W1  (h, d) and b1 (h,), to h hidden numbers; W2 (d, h) and b2 (d,), back to d (torch's Linear layout)

    The GELU (Hendrycks & Gimpel 2016) is the exact one, z·Φ(z) with the cumulative normal distribution
    Φ(z) = (1 + erf(z/√2)) / 2; not its approximation with tanh. The dtype is that of x. Right for ±1000 too. Gradients
    flow back to all five, which stay as they were.
    """
    hidden = torch.nn.functional.gelu(x @ W1.T + b1)  # (..., h)
    return hidden @ W2.T + b2


feed_forward_exercise = Exercise(
    feed_forward,
    lecture=LECTURE,
    checks=(
        "one vector, a sentence, a batch, h larger and smaller than d and equal to it, ±1000, float32, the gradients "
        "of all five"
    ),
    explanation=(
        "Attention mixes words and is linear in the values. This network is the other way round: it looks at one word "
        "at a time and bends. Without the bend between them, two matrices are one matrix."
    ),
    hints=[
        "Two linear layers with one bend between them. Nothing mixes words: the axes in front of d are left alone.",
        "A Linear layer in torch's layout is `x @ W.T + b`.",
        "`torch.nn.functional.gelu` is the exact GELU as it stands; it goes around the first layer, bias included.",
        "`hidden = gelu(x @ W1.T + b1)` has h numbers per word. The second layer takes them back to d.",
    ],
)


def _network(*front, d, h, seed, scale=1.0, dtype=torch.float64, grad=False):
    """Arguments of feed_forward; the hidden numbers reach about ±3, where all activations differ."""
    return (
        _numbers(*front, d, seed=seed, scale=scale, dtype=dtype, grad=grad),
        _numbers(h, d, seed=seed + 1, scale=0.8, dtype=dtype, grad=grad),
        _numbers(h, seed=seed + 2, scale=0.7, dtype=dtype, grad=grad),
        _numbers(d, h, seed=seed + 3, scale=0.8, dtype=dtype, grad=grad),
        _numbers(d, seed=seed + 4, scale=0.7, dtype=dtype, grad=grad),
    )


_e = feed_forward_exercise
_e.case(*_network(1, d=2, h=3, seed=100))
_e.case(*_network(d=3, h=4, seed=110))
_e.case(*_network(2, d=3, h=5, seed=120))
_e.case(*_network(4, d=3, h=2, seed=130))
_e.case(*_network(3, d=4, h=4, seed=140))
_e.case(*_network(2, 3, d=4, h=6, seed=150))
_e.case(*_network(3, 3, d=3, h=3, seed=160))
_e.case(*_network(2, d=3, h=4, seed=170, scale=700.0))
_e.case(*_network(2, 3, d=4, h=5, seed=180, dtype=torch.float32))
_e.case(*_network(3, d=2, h=4, seed=190, grad=True))

_gelu = torch.nn.functional.gelu


def _linear(x, W, b):
    return x @ W.T + b


def _bent(activation):
    """feed_forward with another activation."""
    return lambda x, W1, b1, W2, b2: _linear(activation(_linear(x, W1, b1)), W2, b2)


def _phi(z):
    return (1 + torch.erf(z / math.sqrt(2))) / 2


def _density(z):
    return torch.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _tanh_by_hand(z):
    return 0.5 * z * (1 + torch.tanh(0.79788456 * (z + 0.044715 * z**3)))


def _network_no_grad(x, W1, b1, W2, b2):
    with torch.no_grad():
        return feed_forward(x, W1, b1, W2, b2)


def _fresh_layers(x, W1, b1, W2, b2):
    return feed_forward(x, *(torch.tensor(weight.tolist(), dtype=x.dtype) for weight in (W1, b1, W2, b2)))


def _bias_in_place(x, W1, b1, W2, b2):
    hidden = x @ W1.T + b1
    result = _gelu(hidden) @ W2.T
    with torch.no_grad():
        b2 += result.reshape(-1, len(b2))[0]
    return b2.expand(x.shape)


def _x_in_place(x, W1, b1, W2, b2):
    result = feed_forward(x, W1, b1, W2, b2)
    x.copy_(result)
    return x


def _x_overwritten(x, W1, b1, W2, b2):
    result = feed_forward(x, W1, b1, W2, b2)
    x.data.copy_(result.data)
    return result


def _per_word_only(x, W1, b1, W2, b2):
    _batch, _length, _dim = x.shape
    return feed_forward(x, W1, b1, W2, b2)


def _normed(x):
    return torch.nn.functional.layer_norm(x, x.shape[-1:])


_add(
    feed_forward_exercise,
    [
        (
            "no_bend",
            "There is no GELU in between. Two linear layers in a row are one linear layer.",
            _bent(lambda z: z),
        ),
        (
            "residual_inside",
            "You add x. The residual connection is the block's business; here only the network itself is wanted.",
            lambda x, W1, b1, W2, b2: x + feed_forward(x, W1, b1, W2, b2),
        ),
        (
            "relu",
            "You use ReLU. GELU is wanted, which is smooth and a little negative below 0.",
            _bent(torch.relu),
        ),
        (
            "gelu_tanh",
            "You use the approximation of GELU with tanh. The exact one is wanted, with the normal distribution.",
            _bent(lambda z: _gelu(z, approximate="tanh")),
        ),
        (
            "gelu_sigmoid",
            "You use z·sigmoid(1.702 z), a rough approximation of GELU. The exact one is wanted.",
            _bent(lambda z: z * torch.sigmoid(1.702 * z)),
        ),
        ("silu", "You use SiLU (swish), z·sigmoid(z). GELU is z·Φ(z).", _bent(torch.nn.functional.silu)),
        ("tanh", "You use tanh. GELU is wanted.", _bent(torch.tanh)),
        ("sigmoid", "You use a sigmoid. GELU is wanted.", _bent(torch.sigmoid)),
        (
            "elu",
            "You use ELU. GELU is wanted: one letter more, another function.",
            _bent(torch.nn.functional.elu),
        ),
        ("leaky", "You use a leaky ReLU. GELU is wanted.", _bent(torch.nn.functional.leaky_relu)),
        ("selu", "You use SELU. GELU is wanted.", _bent(torch.nn.functional.selu)),
        ("softplus", "You use softplus, log(1 + eᶻ). GELU is wanted.", _bent(torch.nn.functional.softplus)),
        ("mish", "You use Mish. GELU is wanted.", _bent(torch.nn.functional.mish)),
        ("relu_squared", "You use the square of ReLU. GELU is wanted.", _bent(lambda z: torch.relu(z) ** 2)),
        (
            "softmax",
            "You take a softmax of the hidden numbers. GELU is wanted.",
            _bent(lambda z: z.softmax(-1)),
        ),
        ("erf_alone", "You use erf(z). GELU is z·Φ(z), and Φ is (1 + erf(z/√2)) / 2.", _bent(torch.erf)),
        (
            "phi_alone",
            "You use Φ(z), a number between 0 and 1. GELU is z·Φ(z): z times its share that is let through.",
            _bent(_phi),
        ),
        (
            "density",
            "You multiply z by the normal DENSITY. It is the cumulative distribution Φ, with erf.",
            _bent(lambda z: z * _density(z)),
        ),
        (
            "erf_without_root",
            "Your erf gets z. Φ(z) is (1 + erf(z/√2)) / 2: the argument is divided by √2.",
            _bent(lambda z: z * (1 + torch.erf(z)) / 2),
        ),
        (
            "erf_times_root",
            "Your erf gets z·√2; divide by √2.",
            _bent(lambda z: z * (1 + torch.erf(z * math.sqrt(2))) / 2),
        ),
        (
            "erf_half_argument",
            "Your erf gets z/2; it is z/√2.",
            _bent(lambda z: z * (1 + torch.erf(z / 2)) / 2),
        ),
        (
            "erf_not_halved",
            "Your GELU is twice too large: Φ(z) is HALF of 1 + erf(z/√2).",
            _bent(lambda z: 2 * _gelu(z)),
        ),
        (
            "erf_without_one",
            "The 1 in (1 + erf(z/√2)) / 2 is missing.",
            _bent(lambda z: z * torch.erf(z / math.sqrt(2)) / 2),
        ),
        (
            "erfc",
            "Your Φ runs the wrong way: it is (1 + erf) / 2, not (1 − erf) / 2.",
            _bent(lambda z: z * (1 - _phi(z))),
        ),
        (
            "nothing_transposed",
            "Neither weight is transposed. In torch's layout W1 is (h, d), a row for each hidden number: `x @ W.T`.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1 + b1) @ W2 + b2,
        ),
        (
            "W1_not_transposed",
            "W1 is not transposed: it has a row for each HIDDEN number.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1 + b1) @ W2.T + b2,
        ),
        (
            "W2_not_transposed",
            "W2 is not transposed: it has a row for each number of the RESULT.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b1) @ W2 + b2,
        ),
        (
            "weights_swapped",
            "W1 and W2 are exchanged. W1 (h, d) comes first.",
            lambda x, W1, b1, W2, b2: _linear(_gelu(_linear(x, W2, b1)), W1, b2),
        ),
        (
            "swapped_not_transposed",
            "You take W2 for W1 and the other way round, so that no transpose is needed and the shapes fit. But the "
            "weights belong to other layers.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W2 + b1) @ W1 + b2,
        ),
        (
            "W1_both_times",
            "You use W1 on the way back too. The second layer has its own weight, W2.",
            lambda x, W1, b1, W2, b2: _gelu(_linear(x, W1, b1)) @ W1 + b2,
        ),
        (
            "column",
            "`W1 @ x` is right for one column vector. With axes in front the words stand in rows: `x @ W1.T`.",
            lambda x, W1, b1, W2, b2: W2 @ _gelu(W1 @ x + b1) + b2,
        ),
        (
            "elementwise",
            "`*` multiplies entry by entry; a matrix product, `@`, is wanted.",
            lambda x, W1, b1, W2, b2: _gelu(x * W1 + b1) * W2 + b2,
        ),
        (
            "no_b1",
            "b1 is missing: it is added before the GELU.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T) @ W2.T + b2,
        ),
        (
            "no_b2",
            "b2 is missing: it is added at the end.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b1) @ W2.T,
        ),
        (
            "no_biases",
            "Both biases are missing.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T) @ W2.T,
        ),
        (
            "biases_swapped",
            "b1 and b2 are exchanged: b1 has h numbers and belongs to the first layer.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b2) @ W2.T + b1,
        ),
        (
            "b1_after",
            "b1 is added after the GELU; it belongs inside.",
            lambda x, W1, b1, W2, b2: (_gelu(x @ W1.T) + b1) @ W2.T + b2,
        ),
        (
            "b1_subtracted",
            "b1 is subtracted; it is added.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T - b1) @ W2.T + b2,
        ),
        (
            "b2_subtracted",
            "b2 is subtracted; it is added.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b1) @ W2.T - b2,
        ),
        (
            "b2_multiplied",
            "You multiply by b2; it is added.",
            lambda x, W1, b1, W2, b2: (_gelu(x @ W1.T + b1) @ W2.T) * b2,
        ),
        (
            "bend_at_the_end",
            "Your GELU comes after the second layer. It goes between the two.",
            lambda x, W1, b1, W2, b2: _gelu(_linear(_linear(x, W1, b1), W2, b2)),
        ),
        (
            "bend_twice",
            "You bend after the second layer as well. Only the hidden numbers are bent.",
            lambda x, W1, b1, W2, b2: _gelu(feed_forward(x, W1, b1, W2, b2)),
        ),
        (
            "bend_first",
            "You bend x before the first layer. The GELU goes around the first layer's result.",
            lambda x, W1, b1, W2, b2: _linear(_linear(_gelu(x), W1, b1), W2, b2),
        ),
        (
            "bend_before_and_between",
            "You bend x too, before the first layer. Only the hidden numbers are bent.",
            lambda x, W1, b1, W2, b2: feed_forward(_gelu(x), W1, b1, W2, b2),
        ),
        ("gelu_twice", "You apply the GELU twice in a row.", _bent(lambda z: _gelu(_gelu(z)))),
        (
            "first_layer_only",
            "You return the hidden numbers, h of them. The second layer, back to d, is missing.",
            lambda x, W1, b1, W2, b2: _gelu(_linear(x, W1, b1)),
        ),
        (
            "first_layer_unbent",
            "You return the first layer only, without GELU and without the second layer.",
            lambda x, W1, b1, W2, b2: _linear(x, W1, b1),
        ),
        (
            "relu_no_biases",
            "Two things: GELU is wanted, not ReLU; and both biases are missing.",
            lambda x, W1, b1, W2, b2: torch.relu(x @ W1.T) @ W2.T,
        ),
        (
            "relu_residual",
            "Two things: GELU is wanted, not ReLU; and x is not added here.",
            lambda x, W1, b1, W2, b2: x + _bent(torch.relu)(x, W1, b1, W2, b2),
        ),
        (
            "residual_of_hidden",
            "You add the hidden numbers before the GELU to those after it. There is no shortcut inside.",
            _bent(lambda z: z + _gelu(z)),
        ),
        (
            "norm_of_result",
            "You normalise the result. The norm is the block's business.",
            lambda x, W1, b1, W2, b2: _normed(feed_forward(x, W1, b1, W2, b2)),
        ),
        (
            "norm_of_x",
            "You normalise x first. The norm is the block's business.",
            lambda x, W1, b1, W2, b2: feed_forward(_normed(x), W1, b1, W2, b2),
        ),
        (
            "summed_over_words",
            "You add up all words. Each has a result of its own.",
            lambda x, W1, b1, W2, b2: feed_forward(x, W1, b1, W2, b2).reshape(-1, x.shape[-1]).sum(0),
        ),
        (
            "mean_over_words",
            "You average over all words. Each has a result of its own.",
            lambda x, W1, b1, W2, b2: feed_forward(x, W1, b1, W2, b2).reshape(-1, x.shape[-1]).mean(0),
        ),
        (
            "flattened",
            "The numbers are right, but the axes in front are gone: keep the shape of x.",
            lambda x, W1, b1, W2, b2: feed_forward(x, W1, b1, W2, b2).reshape(-1, x.shape[-1]),
        ),
        (
            "three_axes_only",
            "You unpack three axes, so that only (B, T, d) passes. There may be fewer: leave those in front alone.",
            _per_word_only,
        ),
        (
            "bmm",
            "`torch.bmm` takes exactly three axes. `@` takes any number in front.",
            lambda x, W1, b1, W2, b2: _linear(_gelu(torch.bmm(x, W1.T.expand(len(x), -1, -1)) + b1), W2, b2),
        ),
        (
            "mm",
            "`torch.mm` takes exactly two axes. `@` takes any number in front.",
            lambda x, W1, b1, W2, b2: torch.mm(_gelu(torch.mm(x, W1.T) + b1), W2.T) + b2,
        ),
        (
            "scaled",
            "You divide the hidden numbers by √d, as attention does its scores. Nothing is scaled here.",
            lambda x, W1, b1, W2, b2: _linear(_gelu((x @ W1.T + b1) / math.sqrt(x.shape[-1])), W2, b2),
        ),
        (
            "x_detached",
            "The values are right, but x is cut off from the graph: what lies below this network would not be trained.",
            lambda x, W1, b1, W2, b2: feed_forward(x.detach(), W1, b1, W2, b2),
        ),
        (
            "hidden_detached",
            "The values are right, but the hidden numbers are cut off from the graph: W1 and b1 would not be trained.",
            lambda x, W1, b1, W2, b2: _linear(_gelu(_linear(x, W1, b1)).detach(), W2, b2),
        ),
        (
            "weights_detached",
            "The values are right, but the weights are cut off from the graph (`.data`, copies in a new layer): they "
            "would not be trained.",
            _fresh_layers,
        ),
        (
            "no_gradients",
            "The values are right, but no gradient flows through your function (`no_grad`, `.detach()`, `.numpy()`).",
            _network_no_grad,
        ),
        ("in_place", "You write the result into x, which belongs to whoever called.", _x_in_place),
        (
            "in_place_data",
            "The result is right, but you also write it into x, which belongs to whoever called.",
            _x_overwritten,
        ),
        ("b2_in_place", "You write into b2 (`b2 += …`), which belongs to whoever called.", _bias_in_place),
    ],
)


_add(
    feed_forward_exercise,
    [
        (
            "columns_first_layer",
            "You turn x into columns for the first layer (`W1 @ x.T`) and not back. The words stand in rows: "
            "`x @ W1.T`.",
            lambda x, W1, b1, W2, b2: _gelu(W1 @ x.T + b1) @ W2.T + b2,
        ),
        (
            "columns_with_columns_of_bias",
            "Your result stands in columns. The words stand in rows, and the shape is that of x.",
            lambda x, W1, b1, W2, b2: W2 @ _gelu(W1 @ x.T + b1[:, None]) + b2[:, None],
        ),
        (
            "elementwise_transposed",
            "`*` multiplies entry by entry; a matrix product, `@`, is wanted.",
            lambda x, W1, b1, W2, b2: _gelu(x * W1.T + b1) * W2.T + b2,
        ),
        (
            "biases_subtracted",
            "Both biases are subtracted; they are added.",
            lambda x, W1, b1, W2, b2: _gelu(x @ W1.T - b1) @ W2.T - b2,
        ),
        (
            "biases_multiplied",
            "You multiply by the biases; they are added.",
            lambda x, W1, b1, W2, b2: (_gelu((x @ W1.T) * b1) @ W2.T) * b2,
        ),
        (
            "softmax_at_the_end",
            "A softmax follows at the end. This network gives d plain numbers back to the stream.",
            lambda x, W1, b1, W2, b2: torch.softmax(feed_forward(x, W1, b1, W2, b2), dim=-1),
        ),
        (
            "tanh_at_the_end",
            "You bend the result with tanh. Only the hidden numbers are bent, by GELU.",
            lambda x, W1, b1, W2, b2: torch.tanh(feed_forward(x, W1, b1, W2, b2)),
        ),
        (
            "norm_and_residual",
            "You norm x first and add x at the end. Both are the block's business; here only the network is wanted.",
            lambda x, W1, b1, W2, b2: x + feed_forward(_normed(x), W1, b1, W2, b2),
        ),
        (
            "residual_and_norm",
            "You add x and norm the sum. Both are the block's business; here only the network is wanted.",
            lambda x, W1, b1, W2, b2: _normed(x + feed_forward(x, W1, b1, W2, b2)),
        ),
        (
            "glu",
            "`glu` halves the hidden numbers by gating. The letters are close; GELU is wanted.",
            _bent(torch.nn.functional.glu),
        ),
        (
            "leaky_tenth",
            "You use a leaky ReLU. GELU is wanted.",
            _bent(lambda z: torch.nn.functional.leaky_relu(z, 0.1)),
        ),
        (
            "leaky_fifth",
            "You use a leaky ReLU. GELU is wanted.",
            _bent(lambda z: torch.nn.functional.leaky_relu(z, 0.2)),
        ),
        ("relu6", "You use ReLU, cut off at 6. GELU is wanted.", _bent(torch.nn.functional.relu6)),
        ("hardswish", "You use hard swish. GELU is wanted.", _bent(torch.nn.functional.hardswish)),
        ("square", "You square the hidden numbers. GELU is wanted.", _bent(lambda z: z**2)),
        ("exponential", "You take the exponential. GELU is wanted.", _bent(torch.exp)),
        (
            "tanh_without_cube",
            "Your approximation with tanh lacks its cubic term; and the exact GELU, with erf, is wanted.",
            _bent(lambda z: 0.5 * z * (1 + torch.tanh(math.sqrt(2 / math.pi) * z))),
        ),
        (
            "relu_no_b2",
            "Two things: GELU is wanted, not ReLU; and b2 is missing.",
            lambda x, W1, b1, W2, b2: torch.relu(x @ W1.T + b1) @ W2.T,
        ),
        (
            "no_bend_no_biases",
            "Two things: the GELU in between is missing, and so are both biases.",
            lambda x, W1, b1, W2, b2: x @ W1.T @ W2.T,
        ),
        (
            "relu_not_transposed",
            "Two things: the weights are transposed, `x @ W.T`; and GELU is wanted, not ReLU.",
            lambda x, W1, b1, W2, b2: torch.relu(x @ W1 + b1) @ W2 + b2,
        ),
        (
            "view_of_three",
            "The values are right where there are three axes; any number in front is allowed: `@` needs no reshaping.",
            lambda x, W1, b1, W2, b2: feed_forward(x.view(x.shape[0] * x.shape[1], -1), W1, b1, W2, b2).view(
                x.shape[0], x.shape[1], x.shape[2]
            ),
        ),
    ],
)


_add(
    feed_forward_exercise,
    [
        (
            "no_bend_residual",
            "Two things: the GELU in between is missing; and x is not added here.",
            lambda x, W1, b1, W2, b2: x + _bent(lambda z: z)(x, W1, b1, W2, b2),
        ),
        (
            "bend_twice_residual",
            "Two things: only the hidden numbers are bent, not the result; and x is not added here.",
            lambda x, W1, b1, W2, b2: x + _gelu(feed_forward(x, W1, b1, W2, b2)),
        ),
        (
            "reshaped_weights",
            "You reshape the weights instead of transposing them: the shapes fit, but rows do not become columns.",
            lambda x, W1, b1, W2, b2: (
                _gelu(x @ W1.reshape(W1.shape[1], -1) + b1) @ W2.reshape(W2.shape[1], -1) + b2
            ),
        ),
        (
            "times_gelu",
            "You multiply z by GELU(z). GELU has a factor z inside already: z·Φ(z).",
            _bent(lambda z: z * _gelu(z)),
        ),
        (
            "tanh_of_result_and_gelu",
            "You bend the hidden numbers twice, or with tanh besides GELU.",
            _bent(lambda z: torch.tanh(_gelu(z))),
        ),
        (
            "silu_no_b2",
            "Two things: GELU is wanted, not SiLU; and b2 is missing.",
            lambda x, W1, b1, W2, b2: torch.nn.functional.silu(x @ W1.T + b1) @ W2.T,
        ),
        (
            "sigmoid_no_b2",
            "Two things: GELU is wanted, not a sigmoid; and b2 is missing.",
            lambda x, W1, b1, W2, b2: torch.sigmoid(x @ W1.T + b1) @ W2.T,
        ),
    ],
)


@feed_forward_exercise.right
def _(x, W1, b1, W2, b2):
    return torch.nn.functional.linear(_gelu(torch.nn.functional.linear(x, W1, b1)), W2, b2)


@feed_forward_exercise.right
def _(x, W1, b1, W2, b2):
    z = torch.einsum("...d,hd->...h", x, W1) + b1
    return torch.einsum("...h,dh->...d", 0.5 * z * (1 + torch.erf(z / 2**0.5)), W2) + b2


@feed_forward_exercise.right
def _(x, W1, b1, W2, b2):
    z = x @ W1.t() + b1
    return (z * torch.special.ndtr(z)) @ W2.t() + b2


@feed_forward_exercise.right
def _(x, W1, b1, W2, b2):
    rows = [W2 @ torch.nn.GELU()(W1 @ row + b1) + b2 for row in x.reshape(-1, x.shape[-1])]
    return torch.stack(rows).reshape(x.shape)


@feed_forward_exercise.right
def _(x, W1, b1, W2, b2):
    z = x.matmul(W1.transpose(0, 1)).add(b1)
    return (z * torch.distributions.Normal(0.0, 1.0).cdf(z)).matmul(W2.transpose(0, 1)).add(b2)


# --- pre_norm_block ------------------------------------------------------------------------------------------------


def pre_norm_block(x, attention, feed_forward, norm1, norm2):
    """One block of a Transformer with the norms in front (Xiong et al. 2020); shaped like x.

    x                        (B, T, d)
    attention, feed_forward  functions (or modules) of one tensor (B, T, d) that return one shaped like it
    norm1, norm2             such functions too: norm1 for what attention reads, norm2 for what feed_forward reads

    Twice the same pattern: what a part computes from the normed stream is ADDED to the stream, which itself is never
    normed. Attention first, then feed_forward, which reads the stream with attention's result in it. Each of the four
    functions is called once. Gradients flow back to x, which stays as it was.
    """
    x = x + attention(norm1(x))
    return x + feed_forward(norm2(x))


pre_norm_block_exercise = Exercise(
    pre_norm_block,
    lecture=LECTURE,
    checks="three shapes, linear and other parts, numbers of ±1000, float32, the gradient of x, x unchanged",
    explanation=(
        "The stream x runs through the block untouched but for what is added to it, so that a gradient finds a way "
        "back that no matrix and no norm lies on. The norms stand in the side branches, where they keep what the parts "
        "read at size 1."
    ),
    hints=[
        "Two steps of one pattern: stream = stream + part(norm(stream)).",
        "Attention reads `norm1(x)`. What it says is added to x itself, not to `norm1(x)`.",
        "The second step starts from the NEW stream, both in what is normed and in what is added to.",
        "`x = x + attention(norm1(x))` makes a new tensor and leaves the caller's alone (`x += …` would not).",
    ],
)


def _look_back(x):
    """Stands for attention: mixes each word with the mean of those so far, and turns the last axis by one."""
    counts = torch.arange(1, x.shape[-2] + 1, dtype=x.dtype)[:, None]
    return 0.7 * (x.cumsum(dim=-2) / counts).roll(1, dims=-1) + 0.1


def _bend(x):
    """Stands for the feed-forward network: each word by itself, not linear."""
    return torch.tanh(1.3 * x - 0.4) + 0.2 * x.flip(-1)


def _norm_one(x):
    """A layer norm with a gain of 1.5 and a bias of 0.2."""
    return 1.5 * torch.nn.functional.layer_norm(x, x.shape[-1:]) + 0.2


def _norm_two(x):
    """A layer norm with a gain of 0.6 and a bias of −0.3."""
    return 0.6 * torch.nn.functional.layer_norm(x, x.shape[-1:]) - 0.3


def _times(a, b):
    """x -> a·x + b: parts that can be followed by hand."""

    def part(x):
        return a * x + b

    part.__name__ = f"{a}*x + {b}"
    return part


_BY_HAND = (_times(3, 1), _times(5, 2), _times(2, 0), _times(7, 4))
_PARTS = (_look_back, _bend, _norm_one, _norm_two)
_AS_NUMBERS = "attention=3x + 1, feed_forward=5x + 2, norm1=2x, norm2=7x + 4"


def _block_case(*shape, seed, parts=_PARTS, words="causal attention, a tanh network, two norms", **settings):
    pre_norm_block_exercise.case_from(
        lambda: (_numbers(*shape, seed=seed, **settings), *parts),
        f"x of shape {shape}, {words}",
    )


pre_norm_block_exercise.case_from(
    lambda: (torch.tensor([[[1.0, -2.0]]], dtype=torch.float64), *_BY_HAND),
    f"tensor([[[1.0, -2.0]]]), {_AS_NUMBERS}",
)
_block_case(1, 2, 3, seed=200)
_block_case(2, 3, 4, seed=201)
_block_case(3, 4, 2, seed=202, parts=_BY_HAND, words=_AS_NUMBERS)
_block_case(2, 2, 5, seed=203, scale=700.0)
_block_case(2, 4, 3, seed=204, dtype=torch.float32)
_block_case(2, 3, 3, seed=205, grad=True, words="which asks for gradients, and the parts from before")


def _block(function):
    """A wrong block, written with short names: x, attention a, feed-forward f, norms n and m."""
    return lambda x, attention, feed_forward, norm1, norm2: function(x, attention, feed_forward, norm1, norm2)


def _two_steps(first, second):
    """A wrong block from its two steps, each (x, part, norm) -> the new stream."""
    return lambda x, attention, feed_forward, norm1, norm2: second(
        first(x, attention, norm1), feed_forward, norm2
    )


def _pre(x, part, norm):
    return x + part(norm(x))


def _post(x, part, norm):
    return norm(x + part(x))


def _from_normed(x, part, norm):
    return norm(x) + part(norm(x))


def _no_residual(x, part, norm):
    return part(norm(x))


def _no_norm(x, part, norm):
    return x + part(x)


def _norm_behind(x, part, norm):
    return x + norm(part(x))


def _both_norms(x, part, norm):
    return norm(x + part(norm(x)))


def _nothing(x, part, norm):
    return part(x)


def _block_no_grad(x, attention, feed_forward, norm1, norm2):
    with torch.no_grad():
        return pre_norm_block(x, attention, feed_forward, norm1, norm2)


def _block_in_place(x, attention, feed_forward, norm1, norm2):
    x += attention(norm1(x))
    x += feed_forward(norm2(x))
    return x


def _block_in_place_once(x, attention, feed_forward, norm1, norm2):
    x += attention(norm1(x))
    return x + feed_forward(norm2(x))


def _block_in_place_data(x, attention, feed_forward, norm1, norm2):
    result = pre_norm_block(x, attention, feed_forward, norm1, norm2)
    x.data.copy_(result.data)
    return result


def _second_from_x(x, a, f, n, m):
    h = x + a(n(x))
    return x + f(m(h))


_pre_block = _two_steps(_pre, _pre)

_add(
    pre_norm_block_exercise,
    [
        (
            "post_norm",
            "Your norms come after the sums: that is the post-norm block of 2017. Here each norm stands in front of "
            "its part, and the stream itself is not normed.",
            _two_steps(_post, _post),
        ),
        (
            "residual_from_normed",
            "You add to the NORMED x. The stream that is added to stays as it is; only the part reads it normed.",
            _two_steps(_from_normed, _from_normed),
        ),
        (
            "second_residual_missing",
            "After attention the stream is added, after feed_forward it is not: the second residual is missing.",
            _two_steps(_pre, _no_residual),
        ),
        (
            "first_residual_missing",
            "Attention's result replaces the stream; it should be added to it. The first residual is missing.",
            _two_steps(_no_residual, _pre),
        ),
        (
            "no_residuals",
            "Both residuals are missing: each part's result should be ADDED to the stream.",
            _two_steps(_no_residual, _no_residual),
        ),
        (
            "no_norms",
            "Neither norm is used. Each part reads the normed stream.",
            _two_steps(_no_norm, _no_norm),
        ),
        (
            "norm1_missing",
            "norm1 is not used: attention should read the normed stream.",
            _two_steps(_no_norm, _pre),
        ),
        (
            "norm2_missing",
            "norm2 is not used: feed_forward should read the normed stream.",
            _two_steps(_pre, _no_norm),
        ),
        (
            "parts_alone",
            "You call the parts one after the other. Residuals and norms are missing.",
            _two_steps(_nothing, _nothing),
        ),
        (
            "norms_swapped",
            "The norms are exchanged: norm1 belongs to attention, norm2 to feed_forward.",
            _block(lambda x, a, f, n, m: _pre_block(x, a, f, m, n)),
        ),
        (
            "norm1_twice",
            "You use norm1 for both parts. norm2 belongs to feed_forward.",
            _block(lambda x, a, f, n, m: _pre_block(x, a, f, n, n)),
        ),
        (
            "norm2_twice",
            "You use norm2 for both parts. norm1 belongs to attention.",
            _block(lambda x, a, f, n, m: _pre_block(x, a, f, m, m)),
        ),
        (
            "feed_forward_first",
            "feed_forward comes first in yours. Attention comes first, with norm1.",
            _block(lambda x, a, f, n, m: _pre_block(x, f, a, m, n)),
        ),
        (
            "parts_swapped",
            "The parts are exchanged: attention goes with norm1 and comes first.",
            _block(lambda x, a, f, n, m: _pre_block(x, f, a, n, m)),
        ),
        (
            "attention_twice",
            "You use attention in both steps. The second is feed_forward's.",
            _block(lambda x, a, f, n, m: _pre_block(x, a, a, n, m)),
        ),
        (
            "feed_forward_twice",
            "You use feed_forward in both steps. The first is attention's.",
            _block(lambda x, a, f, n, m: _pre_block(x, f, f, n, m)),
        ),
        (
            "parallel",
            "Both parts of yours read the OLD stream, side by side. feed_forward should read the stream with "
            "attention's result in it.",
            _block(lambda x, a, f, n, m: x + a(n(x)) + f(m(x))),
        ),
        (
            "parallel_one_norm",
            "Both parts read norm1(x), side by side. The second step norms the NEW stream with norm2.",
            _block(lambda x, a, f, n, m: x + a(n(x)) + f(n(x))),
        ),
        (
            "second_residual_from_start",
            "Your second residual adds the x from before attention, so that attention's result is lost but for what "
            "feed_forward makes of it. Add to the new stream.",
            _block(_second_from_x),
        ),
        (
            "both_parts_old",
            "feed_forward reads the old stream, and its result is added to the old one: attention's is lost.",
            _block(lambda x, a, f, n, m: x + f(m(x))),
        ),
        (
            "reads_attention_only",
            "Your second step norms what attention said, not the stream that it was added to.",
            _block(lambda x, a, f, n, m: x + a(n(x)) + f(m(a(n(x))))),
        ),
        (
            "one_residual_around_both",
            "You have one residual around both parts together. Each part has its own.",
            _block(lambda x, a, f, n, m: x + f(m(a(n(x))))),
        ),
        (
            "residual_of_attention_only",
            "You return only what the two parts say. The stream itself goes on with it: x plus both.",
            _block(lambda x, a, f, n, m: a(n(x)) + f(m(x + a(n(x))))),
        ),
        (
            "x_added_once_more",
            "You add the x from the beginning once more at the end. It is in the stream already.",
            _block(lambda x, a, f, n, m: x + _pre_block(x, a, f, n, m)),
        ),
        (
            "first_residual_twice",
            "Your first step adds the stream twice.",
            _block(lambda x, a, f, n, m: _pre(x + _pre(x, a, n), f, m)),
        ),
        (
            "second_residual_twice",
            "Your second step adds the stream twice.",
            _block(lambda x, a, f, n, m: 2 * _pre(x, a, n) + f(m(_pre(x, a, n)))),
        ),
        (
            "attention_only",
            "You stop after attention: feed_forward and norm2 are missing.",
            _two_steps(_pre, lambda x, f, m: x),
        ),
        (
            "first_from_normed",
            "Your first step adds attention's result to the NORMED x. It is added to x as it came.",
            _two_steps(_from_normed, _pre),
        ),
        (
            "second_from_normed",
            "Your second step adds to the NORMED stream. Add to the stream as it is.",
            _two_steps(_pre, _from_normed),
        ),
        (
            "pre_then_post",
            "Your first step is right; in the second the norm comes after the sum, not in front of feed_forward.",
            _two_steps(_pre, _post),
        ),
        (
            "post_then_pre",
            "In your first step the norm comes after the sum. It belongs in front of attention.",
            _two_steps(_post, _pre),
        ),
        (
            "norm_behind_parts",
            "You norm what the parts SAY. The norms stand in front: they are for what the parts read.",
            _two_steps(_norm_behind, _norm_behind),
        ),
        (
            "norm_behind_first",
            "You norm what attention says; norm what it reads.",
            _two_steps(_norm_behind, _pre),
        ),
        (
            "norm_behind_second",
            "You norm what feed_forward says; norm what it reads.",
            _two_steps(_pre, _norm_behind),
        ),
        (
            "norms_everywhere",
            "You norm in front of each part AND after each sum. The stream itself is not normed.",
            _two_steps(_both_norms, _both_norms),
        ),
        (
            "norm_at_the_end",
            "Right, but then you norm the result. The one norm at the very end belongs to the whole model, not to "
            "each block.",
            _block(lambda x, a, f, n, m: m(_pre_block(x, a, f, n, m))),
        ),
        (
            "norm1_at_the_end",
            "Right, but then you norm the result with norm1.",
            _block(lambda x, a, f, n, m: n(_pre_block(x, a, f, n, m))),
        ),
        (
            "two_norms_in_a_row",
            "feed_forward reads norm2 of the NORMED x, from before attention. It reads norm2 of the new stream.",
            _block(lambda x, a, f, n, m: x + a(n(x)) + f(m(n(x)))),
        ),
        (
            "no_norm_no_second_residual",
            "Two things: the norms are not used, and the second residual is missing.",
            _two_steps(_no_norm, _nothing),
        ),
        (
            "post_norm_no_residual",
            "Two things: the norms belong in front of the parts, and each part's result is added to the stream.",
            _block(lambda x, a, f, n, m: m(f(n(a(x))))),
        ),
        (
            "post_norm_swapped",
            "Two things: the norms belong in front of the parts; and norm1 is attention's, norm2 feed_forward's.",
            _block(lambda x, a, f, n, m: _two_steps(_post, _post)(x, a, f, m, n)),
        ),
        (
            "residual_inside",
            "You add x to the normed x BEFORE the part. The part reads the normed x alone; x is added to what it says.",
            _two_steps(lambda x, p, n: p(x + n(x)), lambda x, p, n: p(x + n(x))),
        ),
        (
            "product",
            "You multiply the stream with what the parts say. It is added.",
            _two_steps(lambda x, p, n: x * p(n(x)), lambda x, p, n: x * p(n(x))),
        ),
        (
            "difference",
            "You subtract what the parts say. It is added.",
            _two_steps(lambda x, p, n: x - p(n(x)), lambda x, p, n: x - p(n(x))),
        ),
        (
            "mean",
            "You halve the sums. Nothing is averaged: the stream goes on in full.",
            _two_steps(lambda x, p, n: (x + p(n(x))) / 2, lambda x, p, n: (x + p(n(x))) / 2),
        ),
        (
            "root_two",
            "You divide the sums by √2. The stream goes on in full.",
            _two_steps(
                lambda x, p, n: (x + p(n(x))) / math.sqrt(2), lambda x, p, n: (x + p(n(x))) / math.sqrt(2)
            ),
        ),
        (
            "concatenated",
            "You put the stream and what a part says side by side. They are added; the shape stays that of x.",
            _two_steps(
                lambda x, p, n: torch.cat([x, p(n(x))], -1), lambda x, p, n: torch.cat([x, p(n(x))], -1)
            ),
        ),
        (
            "attention_of_three",
            "You call attention with three tensors, as for q, k and v. These functions take one.",
            _block(lambda x, a, f, n, m: _pre(x + a(n(x), n(x), n(x)), f, m)),
        ),
        (
            "unchanged",
            "You return x as it came: the parts' results are thrown away.",
            _block(lambda x, a, f, n, m: x.clone()),
        ),
        (
            "pair",
            "You return two tensors. Only the stream at the end is wanted.",
            _block(lambda x, a, f, n, m: (_pre(x, a, n), _pre_block(x, a, f, n, m))),
        ),
        (
            "stream_detached",
            "The values are right, but the residual stream is cut off from the graph: the short way back for the "
            "gradient, which is what it is for, is gone.",
            _two_steps(lambda x, p, n: x.detach() + p(n(x)), lambda x, p, n: x.detach() + p(n(x))),
        ),
        (
            "first_stream_detached",
            "The values are right, but the residual of the first step is cut off from the graph.",
            _two_steps(lambda x, p, n: x.detach() + p(n(x)), _pre),
        ),
        (
            "parts_detached",
            "The values are right, but what the parts say is cut off from the graph: they would not be trained.",
            _two_steps(lambda x, p, n: x + p(n(x)).detach(), lambda x, p, n: x + p(n(x)).detach()),
        ),
        (
            "no_gradients",
            "The values are right, but no gradient flows through your function (`no_grad`, `.detach()`, `.data`).",
            _block_no_grad,
        ),
        (
            "in_place",
            "`x += …` writes into the caller's tensor. `x = x + …` makes a new one.",
            _block_in_place,
        ),
        (
            "in_place_once",
            "Your first `x += …` writes into the caller's tensor. `x = x + …` makes a new one.",
            _block_in_place_once,
        ),
        (
            "in_place_data",
            "The result is right, but you also write it into x, which belongs to whoever called.",
            _block_in_place_data,
        ),
    ],
)


_add(
    pre_norm_block_exercise,
    [
        (
            "post_norm_nested",
            "Your second residual adds the x from the beginning, and the norms come after the sums. Twice the same "
            "pattern is wanted: stream + part(norm(stream)).",
            _block(lambda x, a, f, n, m: m(x + f(n(x + a(x))))),
        ),
        (
            "normed_reused",
            "You go on with the NORMED x: it is added to in the first step, and it is what feed_forward's norm reads.",
            _block(lambda x, a, f, n, m: n(x) + a(n(x)) + f(m(n(x)))),
        ),
        (
            "reads_both",
            "What your parts read is the normed stream PLUS the stream. They read the normed one alone.",
            _two_steps(lambda x, p, n: x + p(n(x) + x), lambda x, p, n: x + p(n(x) + x)),
        ),
        (
            "attention_into_feed_forward",
            "You add attention's result to what feed_forward READS, next to the norm of the old stream. It is added to "
            "the stream, and the norm reads the sum.",
            _block(lambda x, a, f, n, m: x + f(m(x) + a(n(x)))),
        ),
        (
            "second_norm_on_the_stream",
            "In your second step the norm sits on the stream, and feed_forward reads it unnormed. It is the other way "
            "round.",
            _two_steps(_pre, lambda x, p, n: n(x) + p(x)),
        ),
        (
            "norms_on_the_stream",
            "Your norms sit on the stream, and the parts read it unnormed. It is the other way round.",
            _two_steps(lambda x, p, n: n(x) + p(x), lambda x, p, n: n(x) + p(x)),
        ),
        (
            "second_norm_twice",
            "You norm what feed_forward reads AND what it says. Only what it reads is normed.",
            _two_steps(_pre, lambda x, p, n: x + n(p(n(x)))),
        ),
        (
            "norms_twice",
            "You norm what the parts read AND what they say. Only what they read is normed.",
            _two_steps(lambda x, p, n: x + n(p(n(x))), lambda x, p, n: x + n(p(n(x)))),
        ),
        (
            "norm2_norm1",
            "You norm the stream with both norms, one after the other, for feed_forward. norm2 alone is meant.",
            _block(lambda x, a, f, n, m: _pre(x, a, n) + f(m(n(_pre(x, a, n))))),
        ),
        (
            "only_feed_forward_of_attention",
            "You return feed_forward of attention's result: both residuals and norm2 are missing.",
            _block(lambda x, a, f, n, m: f(a(n(x)))),
        ),
        (
            "norm2_missing_no_residual",
            "Two things: feed_forward should read the normed stream; and its result is added to the stream.",
            _two_steps(_pre, _nothing),
        ),
        (
            "parallel_no_norms",
            "Both parts read the old stream, side by side and unnormed. Step by step, and each with its norm.",
            _block(lambda x, a, f, n, m: x + a(x) + f(x)),
        ),
        (
            "parallel_no_residual",
            "Both parts read the old stream, side by side, and the stream itself is lost.",
            _block(lambda x, a, f, n, m: a(n(x)) + f(m(x))),
        ),
        (
            "attention_alone_no_residual",
            "You return what attention says. The residual and the whole second step are missing.",
            _block(lambda x, a, f, n, m: a(n(x))),
        ),
        (
            "two_blocks",
            "You run through the block twice.",
            _block(lambda x, a, f, n, m: _pre_block(_pre_block(x, a, f, n, m), a, f, n, m)),
        ),
    ],
)


_add(
    pre_norm_block_exercise,
    [
        (
            "attention_only_post",
            "feed_forward is not used, and a norm stands after the sum. Twice: stream + part(norm(stream)).",
            _block(lambda x, a, f, n, m: m(n(x) + a(n(x)))),
        ),
    ],
)


@pre_norm_block_exercise.right
def _(x, attention, feed_forward, norm1, norm2):
    after = attention(norm1(x)) + x
    return feed_forward(norm2(after)) + after


@pre_norm_block_exercise.right
def _(x, attention, feed_forward, norm1, norm2):
    for part, norm in ((attention, norm1), (feed_forward, norm2)):
        x = torch.add(x, part(norm(x)))
    return x


@pre_norm_block_exercise.right
def _(x, attention, feed_forward, norm1, norm2):
    stream = x.clone()
    stream = stream + attention(norm1(stream))
    stream = stream + feed_forward(norm2(stream))
    return stream


@pre_norm_block_exercise.right
def _(x, attention, feed_forward, norm1, norm2):
    said = attention(norm1(x))
    return torch.stack([x, said, feed_forward(norm2(x + said))]).sum(0)


# --- count_parameters ----------------------------------------------------------------------------------------------


def count_parameters(vocab_size, dim, n_layers, context, tied):
    """How many numbers the course's Transformer (without biases) trains, as a whole number.

    embeddings E       vocab_size × dim
    positions          context × dim, learned
    each of n_layers   attention: four matrices dim × dim (q, k, v and the output); feed-forward: dim -> 4·dim -> dim;
                       two layer norms with a gain each, dim numbers
    a last layer norm  dim
    projection W       vocab_size × dim; where `tied` is True W is E, and nothing is added

    All five come as whole numbers ≥ 1 and a boolean.
    """
    layer = 4 * dim * dim + 2 * dim * 4 * dim + 2 * dim
    projection = 0 if tied else vocab_size * dim
    return vocab_size * dim + context * dim + n_layers * layer + dim + projection


count_parameters_exercise = Exercise(
    count_parameters,
    lecture=LECTURE,
    checks="tied and not, 1 to 48 layers, all numbers distinct, GPT-2 small and XL without their biases",
    explanation=(
        "Nearly everything is matrices: 4d² for attention and 8d² for the feed-forward network, 12d² in each layer; "
        "the norms hardly count. In small models with many words E and W weigh most, which is why they are often tied."
    ),
    hints=[
        "Go through the model from the bottom: embeddings, positions, the layers (all alike), the last norm, W.",
        "A layer's feed-forward network has two matrices, dim × 4·dim and 4·dim × dim: 8·dim² together.",
        "A layer: 4·dim² + 8·dim² + 2·dim. The last norm has dim more, once.",
        "`0 if tied else vocab_size * dim` is what the projection adds.",
    ],
)
_e = count_parameters_exercise
_e.case(5, 2, 1, 3, True)
_e.case(5, 2, 1, 3, False)
_e.case(7, 4, 3, 9, True)
_e.case(11, 6, 2, 8, False)
_e.case(50257, 768, 12, 1024, True)
_e.case(50257, 1600, 48, 1024, True)
_e.case(167, 64, 2, 25, False)
_e.case(1000, 128, 4, 64, False)


def _total(
    layer=lambda d: 12 * d * d + 2 * d,
    embeddings=lambda V, d: V * d,
    positions=lambda c, d: c * d,
    last=lambda d: d,
    projection=lambda V, d, tied: 0 if tied else V * d,
    extra=lambda V, d, n, c: 0,
):
    """A wrong count from its parts."""

    def count(vocab_size, dim, n_layers, context, tied):
        return (
            embeddings(vocab_size, dim)
            + positions(context, dim)
            + n_layers * layer(dim)
            + last(dim)
            + projection(vocab_size, dim, tied)
            + extra(vocab_size, dim, n_layers, context)
        )

    return count


def _none(*_):
    return 0


_add(
    count_parameters_exercise,
    [
        (
            "tied_twice",
            "You count W in any case. Where it is tied, W IS E: the same numbers, counted once.",
            _total(projection=lambda V, d, tied: V * d),
        ),
        (
            "never_projection",
            "You never count W. Where it is not tied it is a matrix of its own, vocab_size × dim.",
            _total(projection=_none),
        ),
        (
            "tied_reversed",
            "You have it the wrong way round: W adds numbers where it is NOT tied.",
            _total(projection=lambda V, d, tied: V * d if tied else 0),
        ),
        ("no_positions", "The learned positions are missing: context × dim.", _total(positions=_none)),
        (
            "no_positions_tied_twice",
            "Two things: the learned positions are missing, and a tied W is counted again.",
            _total(positions=_none, projection=lambda V, d, tied: V * d),
        ),
        ("no_last_norm", "The last layer norm is missing: dim numbers, once.", _total(last=_none)),
        (
            "no_norms_in_layers",
            "The two norms of each layer are missing: 2·dim in a layer.",
            _total(layer=lambda d: 12 * d * d),
        ),
        (
            "no_norms",
            "The layer norms are missing: 2·dim in each layer, and dim for the last one.",
            _total(layer=lambda d: 12 * d * d, last=_none),
        ),
        (
            "one_norm_per_layer",
            "You count one norm in a layer. There are two, one in front of each part.",
            _total(layer=lambda d: 12 * d * d + d),
        ),
        (
            "three_norms_per_layer",
            "You count a norm in each layer that is there only once: two for each layer, one at the end.",
            _total(layer=lambda d: 12 * d * d + 3 * d, last=_none),
        ),
        (
            "norm_biases",
            "Your norms have a gain and a bias. This model has no biases: dim numbers for each norm.",
            _total(layer=lambda d: 12 * d * d + 4 * d, last=lambda d: 2 * d),
        ),
        (
            "norm_biases_in_layers",
            "The norms of your layers have a bias each. This model has none.",
            _total(layer=lambda d: 12 * d * d + 4 * d),
        ),
        (
            "last_norm_bias",
            "Your last norm has a bias. This model has none.",
            _total(last=lambda d: 2 * d),
        ),
        (
            "all_biases",
            "You count biases of matrices and norms, as in GPT-2. This model has none.",
            _total(layer=lambda d: 12 * d * d + 13 * d, last=lambda d: 2 * d),
        ),
        (
            "matrix_biases",
            "You count biases of the layers' matrices. This model has none.",
            _total(layer=lambda d: 12 * d * d + 11 * d),
        ),
        (
            "feed_forward_biases",
            "You count the biases of the feed-forward network. This model has none.",
            _total(layer=lambda d: 12 * d * d + 7 * d),
        ),
        (
            "attention_biases",
            "You count the biases of attention. This model has none.",
            _total(layer=lambda d: 12 * d * d + 6 * d),
        ),
        (
            "output_bias",
            "You count a bias of the projection, one for each word. This model has none.",
            _total(extra=lambda V, d, n, c: V),
        ),
        (
            "no_output_matrix",
            "Attention has four matrices: q, k, v and the output. You count three.",
            _total(layer=lambda d: 11 * d * d + 2 * d),
        ),
        (
            "one_attention_matrix",
            "You count one matrix for attention. There are four: q, k, v and the output.",
            _total(layer=lambda d: 9 * d * d + 2 * d),
        ),
        (
            "two_attention_matrices",
            "You count two matrices for attention. There are four: q, k, v and the output.",
            _total(layer=lambda d: 10 * d * d + 2 * d),
        ),
        (
            "no_attention",
            "Attention is missing: 4·dim² in each layer.",
            _total(layer=lambda d: 8 * d * d + 2 * d),
        ),
        (
            "no_feed_forward",
            "The feed-forward network is missing: 8·dim² in each layer.",
            _total(layer=lambda d: 4 * d * d + 2 * d),
        ),
        (
            "feed_forward_no_widening",
            "Your feed-forward network is dim wide inside. It is 4·dim: 8·dim² in all.",
            _total(layer=lambda d: 6 * d * d + 2 * d),
        ),
        (
            "feed_forward_squared",
            "Your feed-forward network has matrices of 4·dim × 4·dim. They go from dim to 4·dim and back.",
            _total(layer=lambda d: 4 * d * d + 2 * 16 * d * d + 2 * d),
        ),
        (
            "gated_feed_forward",
            "You count three matrices in the feed-forward network, as gated ones have. Here there are two.",
            _total(layer=lambda d: 16 * d * d + 2 * d),
        ),
        (
            "not_squared",
            "You count dim where dim² is meant: a matrix dim × dim has dim² numbers.",
            _total(layer=lambda d: 12 * d + 2 * d),
        ),
        (
            "layers_not_multiplied",
            "You count one layer, whatever n_layers is.",
            lambda V, d, n, c, tied: count_parameters(V, d, 1, c, tied),
        ),
        ("no_layers", "The layers are missing.", _total(layer=_none)),
        (
            "one_layer_more",
            "You count a layer too many.",
            lambda V, d, n, c, tied: count_parameters(V, d, n + 1, c, tied),
        ),
        (
            "one_layer_less",
            "You count a layer too few.",
            lambda V, d, n, c, tied: count_parameters(V, d, n - 1, c, tied),
        ),
        ("no_embeddings", "The embeddings E are missing: vocab_size × dim.", _total(embeddings=_none)),
        (
            "embeddings_per_layer",
            "You count the embeddings in every layer. They are there once, at the bottom.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (n - 1) * V * d,
        ),
        (
            "positions_per_layer",
            "You count the positions in every layer. They are added once, at the bottom.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (n - 1) * c * d,
        ),
        (
            "last_norm_per_layer",
            "You count the last norm in every layer. It is there once, at the end.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + n * d,
        ),
        (
            "everything_per_layer",
            "You multiply everything by n_layers. Embeddings, positions, last norm and W are there once.",
            lambda V, d, n, c, tied: n * count_parameters(V, d, 1, c, tied),
        ),
        (
            "positions_one_number",
            "You count one number for each position. Each has a vector of dim numbers.",
            _total(positions=lambda c, d: c),
        ),
        (
            "positions_square",
            "You count context² for the positions (the mask, perhaps). The mask is not trained; the positions are "
            "context × dim.",
            _total(positions=lambda c, d: c * c),
        ),
        (
            "mask_counted",
            "You count the causal mask, context². It is fixed, not trained.",
            _total(extra=lambda V, d, n, c: c * c),
        ),
        (
            "positions_and_vocabulary",
            "You multiply context by vocab_size. A position is a vector of dim numbers.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) - c * d + c * V,
        ),
        (
            "attention_of_context",
            "You count context × context weights of attention. They are computed from the text, not trained.",
            _total(extra=lambda V, d, n, c: n * c * c),
        ),
        (
            "rough",
            "12·n_layers·dim² is the usual rough count; it leaves out embeddings, positions, norms and W.",
            lambda V, d, n, c, tied: 12 * n * d * d,
        ),
        (
            "rough_with_embeddings",
            "You count embeddings, matrices and W; positions and norms are missing.",
            _total(layer=lambda d: 12 * d * d, positions=_none, last=_none),
        ),
        (
            "rough_with_embeddings_once",
            "You count embeddings and matrices; positions, norms, and W where it is not tied, are missing.",
            _total(layer=lambda d: 12 * d * d, positions=_none, last=_none, projection=_none),
        ),
        (
            "no_positions_no_norms_tied",
            "Positions and norms are missing, and a tied W is counted again.",
            _total(
                layer=lambda d: 12 * d * d, positions=_none, last=_none, projection=lambda V, d, tied: V * d
            ),
        ),
        (
            "no_last_norm_tied_twice",
            "Two things: the last norm is missing, and a tied W is counted again.",
            _total(last=_none, projection=lambda V, d, tied: V * d),
        ),
        (
            "no_positions_no_last_norm",
            "Two things are missing: the learned positions, context × dim, and the last norm, dim.",
            _total(positions=_none, last=_none),
        ),
        (
            "embedding_of_dim",
            "You count dim × dim for the embeddings. E is vocab_size × dim.",
            _total(embeddings=lambda V, d: d * d, projection=lambda V, d, tied: 0 if tied else d * d),
        ),
        (
            "millions",
            "You return millions. The number itself is wanted.",
            lambda *arguments: count_parameters(*arguments) / 1e6,
        ),
        (
            "bytes",
            "You return bytes, four for each number. The numbers are to be counted.",
            lambda *arguments: 4 * count_parameters(*arguments),
        ),
        (
            "float",
            "The number is right, but it is a float; a count is a whole number. (`/` makes floats, and so does `4.0`.)",
            lambda *arguments: float(count_parameters(*arguments)),
        ),
        (
            "text",
            "You return a text. The number itself is wanted.",
            lambda *arguments: f"{count_parameters(*arguments):,}",
        ),
    ],
)


_add(
    count_parameters_exercise,
    [
        (
            "everything_doubled",
            "Where W is not tied you double the whole model. Only vocab_size × dim comes on top.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, True) * (1 if tied else 2),
        ),
        (
            "norms_once",
            "Your 2·dim for the norms of a layer are counted once; every layer has its two.",
            _total(layer=lambda d: 12 * d * d, extra=lambda V, d, n, c: 2 * d),
        ),
        (
            "projection_one_number",
            "You count one number for each word in W. Each has a row of dim numbers.",
            _total(projection=lambda V, d, tied: 0 if tied else V),
        ),
        (
            "positions_doubled",
            "You count the positions twice where W is not tied. Only W is a second matrix.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (0 if tied else c * d),
        ),
        (
            "norms_of_one_number",
            "You count one number for each norm. Its gain has dim numbers.",
            _total(layer=lambda d: 12 * d * d + 2, last=lambda d: 1),
        ),
        (
            "layer_times_dim",
            "Your layers are multiplied by dim once too often.",
            lambda V, d, n, c, tied: _total(layer=lambda d: (12 * d * d + 2 * d) * d)(V, d, n, c, tied),
        ),
        (
            "layers_only",
            "You count the layers alone. Embeddings, positions, the last norm and an untied W are missing.",
            _total(embeddings=_none, positions=_none, last=_none, projection=_none),
        ),
        (
            "layers_and_last_norm",
            "You count the layers and the last norm. Embeddings, positions and an untied W are missing.",
            _total(embeddings=_none, positions=_none, projection=_none),
        ),
        (
            "layers_and_embeddings",
            "You count embeddings, layers and the last norm. The positions and an untied W are missing.",
            _total(positions=_none, projection=_none),
        ),
        (
            "feed_forward_of_dim",
            "You count 8·dim for the feed-forward network. Its two matrices have 4·dim × dim numbers each.",
            _total(layer=lambda d: 4 * d * d + 8 * d + 2 * d),
        ),
        (
            "embeddings_and_positions_per_layer",
            "You count embeddings and positions in every layer. They are there once, at the bottom.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) + (n - 1) * (V + c) * d,
        ),
        (
            "feed_forward_16",
            "Your feed-forward network has 16·dim² numbers. Its two matrices, dim × 4·dim and back, have 8·dim².",
            _total(layer=lambda d: 20 * d * d + 2 * d),
        ),
        (
            "conditional_without_brackets",
            "`a + b + 0 if tied else c` is `(a + b + 0) if tied else c`: untied, you return W alone. Put brackets "
            "around the conditional.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, True) if tied else V * d,
        ),
        (
            "positions_times_words",
            "You multiply vocabulary and context. Words and positions have a vector each; they are added up.",
            lambda V, d, n, c, tied: count_parameters(V, d, n, c, tied) - (V + c) * d + V * c * d,
        ),
        (
            "no_last_norm_tied_reversed",
            "Two things: the last norm is missing; and W adds numbers where it is NOT tied.",
            _total(last=_none, projection=lambda V, d, tied: V * d if tied else 0),
        ),
        (
            "no_positions_tied_reversed",
            "Two things: the positions are missing; and W adds numbers where it is NOT tied.",
            _total(positions=_none, projection=lambda V, d, tied: V * d if tied else 0),
        ),
        (
            "no_positions_no_norms_in_layers",
            "Two things are missing: the positions, and the two norms of each layer.",
            _total(positions=_none, layer=lambda d: 12 * d * d),
        ),
        (
            "no_output_matrix_no_last_norm",
            "Two things are missing: attention's output matrix, dim², and the last norm, dim.",
            _total(layer=lambda d: 11 * d * d + 2 * d, last=_none),
        ),
        (
            "positions_not_multiplied_by_dim_no_norms",
            "Each position has dim numbers, not one; and the layer norms are missing.",
            _total(positions=lambda c, d: c, layer=lambda d: 12 * d * d, last=_none),
        ),
        (
            "negative",
            "Where W is tied you SUBTRACT it. It is not counted again, and nothing is taken off.",
            _total(projection=lambda V, d, tied: -V * d if tied else V * d),
        ),
    ],
)


_add(
    count_parameters_exercise,
    [
        (
            "layers_norms_twice_once",
            "Your layers have no norms, and there are two at the end. It is two in each layer and one at the end.",
            _total(layer=lambda d: 12 * d * d, last=lambda d: 2 * d),
        ),
        (
            "seven_squares",
            "Your layers have 7·dim², for 12: four of attention, and two matrices of 4·dim² each behind it.",
            _total(layer=lambda d: 7 * d * d + 2 * d),
        ),
    ],
)


@count_parameters_exercise.right
def _(vocab_size, dim, n_layers, context, tied):
    return dim * (vocab_size * (2 - tied) + context + n_layers * (12 * dim + 2) + 1)


@count_parameters_exercise.right
def _(vocab_size, dim, n_layers, context, tied):
    shapes = [(vocab_size, dim), (context, dim), (dim,)]
    for _ in range(n_layers):
        shapes += [(dim, 3 * dim), (dim, dim), (4 * dim, dim), (dim, 4 * dim), (dim,), (dim,)]
    if not tied:
        shapes.append((vocab_size, dim))
    return sum(math.prod(shape) for shape in shapes)


@count_parameters_exercise.right
def _(vocab_size, dim, n_layers, context, tied):
    n = (vocab_size + context + 1) * dim
    for _ in range(n_layers):
        n += 4 * dim**2
        n += 8 * dim**2
        n += dim + dim
    return n if tied else n + dim * vocab_size


@count_parameters_exercise.right
def _(vocab_size, dim, n_layers, context, tied):
    return (
        int(torch.tensor(vocab_size * dim * (1 if tied else 2)))
        + dim * (context + 1 + 2 * n_layers)
        + n_layers * 12 * dim**2
    )


# --- rotary_positions ----------------------------------------------------------------------------------------------


def rotary_positions(x, positions):
    """Queries or keys turned by their positions (Su et al. 2021); shaped like x.

    x          (..., T, d) with d even; none or more axes in front (a batch, heads)
    positions  (T,) whole numbers, the position of each of the T rows; they need not begin at 0 nor be in order

    The row at position p is cut into the pairs (x_2i, x_2i+1), i = 0 … d/2 − 1: NEIGHBOURS, not halves. Each pair is
    turned by its own angle φ = p · 10000^(−2i/d):
    (x_2i cos φ − x_2i+1 sin φ,  x_2i sin φ + x_2i+1 cos φ), and stays where it was.
    The dtype is that of x. Gradients flow back to x; x and positions stay as they were.
    """
    dim = x.shape[-1]
    frequencies = 10000.0 ** (-torch.arange(0, dim, 2, dtype=x.dtype, device=x.device) / dim)  # (d/2,)
    angles = positions[:, None] * frequencies  # (T, d/2)
    first, second = x[..., 0::2], x[..., 1::2]  # (..., T, d/2) each
    turned = [first * angles.cos() - second * angles.sin(), first * angles.sin() + second * angles.cos()]
    return torch.stack(turned, dim=-1).flatten(-2)


rotary_positions_exercise = Exercise(
    rotary_positions,
    lecture=LECTURE,
    checks=(
        "one pair and many, no batch, a batch, heads, positions that begin later or are out of order, float32, the "
        "gradient of x"
    ),
    explanation=(
        "A pair is a point in the plane, and its position an angle. The dot product of two turned points depends only "
        "on the DIFFERENCE of their angles, so that attention's scores know how far two words are apart, not where "
        "they stand. Each pair turns at its own speed: fast ones tell neighbours apart, slow ones distant words."
    ),
    hints=[
        "The angles first: a table (T, d/2), one row for each position, one column for each pair.",
        "`torch.arange(0, d, 2) / d` are the exponents 2i/d; `positions[:, None] * frequencies` is the table.",
        "All first members of the pairs are `x[..., 0::2]`, all second ones `x[..., 1::2]`. Turn them with cos and sin "
        "of the table; both new ones are made from the OLD ones.",
        "`torch.stack([first, second], dim=-1)` puts the two side by side, (..., T, d/2, 2); flattening the last two "
        "axes brings the pairs back to their places.",
    ],
    rtol=1e-3,
    atol=1e-4,
)
_e = rotary_positions_exercise
_e.case(torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64), torch.tensor([1, 2]))
_e.case(_numbers(3, 4, seed=300), torch.tensor([0, 1, 2]))
_e.case(_numbers(3, 6, seed=301), torch.tensor([5, 6, 7]))
_e.case(_numbers(4, 4, seed=302), torch.tensor([3, 0, 9, 4]))
_e.case(_numbers(2, 3, 4, seed=303), torch.tensor([1, 2, 3]))
_e.case(_numbers(2, 3, 4, 6, seed=304), torch.tensor([10, 11, 12, 13]))
_e.case(_numbers(3, 3, 3, 4, seed=305), torch.tensor([40, 2, 17]))
_e.case(_numbers(2, 3, 6, seed=306, dtype=torch.float32), torch.tensor([7, 8, 30]))
_e.case(_numbers(3, 4, seed=307, grad=True), torch.tensor([2, 3, 6]))


def _even(dim):
    return torch.arange(0, dim, 2, dtype=torch.float64)


def _speeds(exponents=lambda dim: -_even(dim) / dim, base=10000.0):
    return lambda dim: base ** exponents(dim)


def _turn(first, second, angles):
    cosine, sine = angles.cos(), angles.sin()
    return first * cosine - second * sine, first * sine + second * cosine


def _neighbours(first, second):
    return torch.stack([first, second], dim=-1).flatten(-2)


def _side_by_side(first, second):
    return torch.cat([first, second], dim=-1)


def _pairs(x):
    return x[..., 0::2], x[..., 1::2]


def _halves(x):
    return x.chunk(2, dim=-1)


def _rotary(speeds=None, turn=_turn, split=_pairs, join=_neighbours, place=lambda p, x: p):
    """Wrong rotary positions from their parts; `place` makes the positions that are used."""
    speeds = speeds or _speeds()

    def rotary(x, positions):
        angles = (place(positions, x)[:, None] * speeds(x.shape[-1])).to(x.dtype)
        return join(*turn(*split(x), angles))

    return rotary


def _counted(positions, x):
    return torch.arange(len(positions))


def _own_speeds(x, positions):
    columns = torch.arange(x.shape[-1], dtype=torch.float64)
    angles = (positions[:, None] * 10000.0 ** (-columns / x.shape[-1])).to(x.dtype)
    first, second = _pairs(x)
    cosine, sine = angles.cos(), angles.sin()
    return _neighbours(
        first * cosine[:, 0::2] - second * sine[:, 0::2], first * sine[:, 1::2] + second * cosine[:, 1::2]
    )


def _second_from_new(first, second, angles):
    first = first * angles.cos() - second * angles.sin()
    return first, first * angles.sin() + second * angles.cos()


def _rotary_in_place(x, positions):
    turned = rotary_positions(x, positions)
    x.data.copy_(turned.data)
    return turned


def _rotary_in_place_wrong(x, positions):
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    x[..., 0::2] = x[..., 0::2] * angles.cos() - x[..., 1::2] * angles.sin()
    x[..., 1::2] = x[..., 0::2] * angles.sin() + x[..., 1::2] * angles.cos()
    return x


def _unpacked(x, positions):
    _batch, _length, _dim = x.shape
    return rotary_positions(x, positions)


def _two_axes(x, positions):
    result, dim = torch.zeros(x.shape, dtype=x.dtype), x.shape[-1]
    for t in range(len(positions)):
        for i in range(dim // 2):
            angle = positions[t] * 10000.0 ** (-2 * i / dim)
            one, other = x[t, 2 * i], x[t, 2 * i + 1]
            result[t, 2 * i] = one * angle.cos() - other * angle.sin()
            result[t, 2 * i + 1] = one * angle.sin() + other * angle.cos()
    return result


def _rotary_no_grad(x, positions):
    with torch.no_grad():
        return rotary_positions(x, positions)


def _sinusoids(x, positions):
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    return _neighbours(angles.sin(), angles.cos())


def _half_mixed(x, positions):
    """The usual 'rotate half', with angles that are laid out for neighbours."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, dim=-1)
    first, second = _halves(x)
    return x * angles.cos() + torch.cat([-second, first], dim=-1) * angles.sin()


def _neighbours_mixed(x, positions):
    """Neighbours turned, with angles that are laid out for halves."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat(1, 2)
    first, second = _pairs(x)
    return x * angles.cos() + _neighbours(-second, first) * angles.sin()


def _time_first(x, positions):
    """Takes axis 0 for time."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    shape = (len(positions),) + (1,) * (x.ndim - 2) + (x.shape[-1] // 2,)
    return _neighbours(*_turn(*_pairs(x), angles.reshape(shape)))


def _time_one(x, positions):
    """Takes axis 1 for time."""
    angles = (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype)
    shape = (1, len(positions)) + (1,) * (x.ndim - 3) + (x.shape[-1] // 2,)
    return _neighbours(*_turn(*_pairs(x), angles.reshape(shape)))


def _by_square_root(first, second, angles):
    one, other = _turn(first, second, angles)
    scale = math.sqrt(2 * first.shape[-1])
    return one / scale, other / scale


def _turning(one, other):
    """A turn from two functions of (first, second, cosine, sine)."""
    return lambda a, b, angles: (
        one(a, b, angles.cos(), angles.sin()),
        other(a, b, angles.cos(), angles.sin()),
    )


def _plain_first(a, b, c, s):
    return a * c - b * s


def _plain_second(a, b, c, s):
    return a * s + b * c


_add(
    rotary_positions_exercise,
    [
        (
            "positions_ignored",
            "You number the rows 0, 1, 2, … and do not use `positions`. A text may begin later, or be out of order.",
            _rotary(place=_counted),
        ),
        (
            "halves",
            "You pair x_i with x_(i+d/2), the two halves. Some programs do; here a pair is two NEIGHBOURS, x_2i and "
            "x_2i+1.",
            _rotary(split=_halves, join=_side_by_side),
        ),
        (
            "one_angle",
            "All your pairs turn by the same angle. Each has a speed of its own, 10000^(−2i/d).",
            _rotary(_speeds(lambda dim: 0 * _even(dim))),
        ),
        (
            "slowest_everywhere",
            "All your pairs turn equally slowly. Each has a speed of its own, 10000^(−2i/d), beginning with 1.",
            _rotary(lambda dim: torch.full((dim // 2,), 1e-4, dtype=torch.float64)),
        ),
        (
            "halves_joined_as_pairs",
            "You take halves apart and put them back as neighbours: the numbers change places. Both ways must be the "
            "same: neighbours.",
            _rotary(split=_halves),
        ),
        (
            "pairs_joined_as_halves",
            "You turn the right pairs, but then put all first members in front and all second ones behind. Each goes "
            "back to its own place: `stack` along a new last axis and flatten, not `cat`.",
            _rotary(join=_side_by_side),
        ),
        (
            "halves_mixed",
            "You turn x_i with x_(i+d/2), but your angles are laid out for neighbours. Here the pairs are neighbours "
            "throughout.",
            _half_mixed,
        ),
        (
            "neighbours_mixed",
            "You turn neighbours, but your angles are laid out for halves, so that the two of a pair get different "
            "ones: repeat each angle twice in a row (`repeat_interleave`).",
            _neighbours_mixed,
        ),
        (
            "backwards",
            "You turn the other way: the signs of both sines are exchanged.",
            _rotary(turn=lambda a, b, angles: _turn(a, b, -angles)),
        ),
        (
            "halves_backwards",
            "Two things: pairs are neighbours, not halves; and you turn the other way.",
            _rotary(split=_halves, join=_side_by_side, turn=lambda a, b, angles: _turn(a, b, -angles)),
        ),
        (
            "halves_counted",
            "Two things: pairs are neighbours, not halves; and the rows stand at `positions`, not at 0, 1, 2, …",
            _rotary(split=_halves, join=_side_by_side, place=_counted),
        ),
        (
            "sine_for_cosine",
            "Sine and cosine are exchanged: at position 0, where the angle is 0, nothing may change.",
            _rotary(turn=lambda a, b, angles: _turn(a, b, math.pi / 2 - angles)),
        ),
        (
            "first_sign",
            "The sign in the first member is wrong: x_2i cos φ MINUS x_2i+1 sin φ.",
            _rotary(turn=_turning(lambda a, b, c, s: a * c + b * s, _plain_second)),
        ),
        (
            "second_sign",
            "The sign in the second member is wrong: x_2i sin φ PLUS x_2i+1 cos φ.",
            _rotary(turn=_turning(_plain_first, lambda a, b, c, s: a * s - b * c)),
        ),
        (
            "second_sign_of_sine",
            "Your second member subtracts the sine: x_2i sin φ PLUS x_2i+1 cos φ.",
            _rotary(turn=_turning(_plain_first, lambda a, b, c, s: b * c - a * s)),
        ),
        (
            "second_as_first",
            "Your second member exchanges the two: it is x_2i SIN φ + x_2i+1 COS φ.",
            _rotary(turn=_turning(_plain_first, lambda a, b, c, s: a * c + b * s)),
        ),
        (
            "first_exchanged",
            "Your first member exchanges the two: it is x_2i COS φ − x_2i+1 SIN φ.",
            _rotary(turn=_turning(lambda a, b, c, s: b * c - a * s, _plain_second)),
        ),
        (
            "members_exchanged",
            "The two members of each pair have changed places: the first one is x_2i cos φ − x_2i+1 sin φ.",
            _rotary(turn=_turning(_plain_second, _plain_first)),
        ),
        (
            "second_from_new",
            "Your second member is made from the first one as it is AFTER turning. Both are made from the old pair.",
            _rotary(turn=_second_from_new),
        ),
        (
            "cosine_only",
            "You multiply everything by the cosine; the sine, which mixes the two of a pair, is missing.",
            _rotary(turn=_turning(lambda a, b, c, s: a * c, lambda a, b, c, s: b * c)),
        ),
        (
            "cosine_and_sine",
            "You multiply the first by the cosine and the second by the sine. A turn mixes the two.",
            _rotary(turn=_turning(lambda a, b, c, s: a * c, lambda a, b, c, s: b * s)),
        ),
        (
            "sine_and_cosine",
            "You multiply the first by the sine and the second by the cosine. A turn mixes the two.",
            _rotary(turn=_turning(lambda a, b, c, s: a * s, lambda a, b, c, s: b * c)),
        ),
        (
            "added",
            "You add sinusoidal positions. Here nothing is added: each pair is TURNED.",
            lambda x, positions: x + _sinusoids(x, positions),
        ),
        (
            "table",
            "You return the table of sines and cosines. x is to be turned by it.",
            lambda x, positions: _sinusoids(x, positions).expand(x.shape),
        ),
        (
            "angle_added",
            "You add the angles to x. They are angles to TURN by.",
            lambda x, positions: (
                x + (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, -1)
            ),
        ),
        (
            "from_one",
            "Your positions are one too high. `positions` is used as it is; position 0 is not turned at all.",
            _rotary(place=lambda p, x: p + 1),
        ),
        (
            "one_too_low",
            "Your positions are one too low. `positions` is used as it is.",
            _rotary(place=lambda p, x: p - 1),
        ),
        (
            "relative_to_first",
            "You subtract the first position. `positions` is used as it is.",
            _rotary(place=lambda p, x: p - p[0]),
        ),
        (
            "counted_from_one",
            "You number the rows 1, 2, 3, … and do not use `positions`.",
            _rotary(place=lambda p, x: torch.arange(1, len(p) + 1)),
        ),
        (
            "reversed",
            "You use the positions in reverse order: row j stands at `positions[j]`.",
            _rotary(place=lambda p, x: p.flip(0)),
        ),
        (
            "sorted",
            "You sort the positions. Row j stands at `positions[j]`, in whatever order.",
            _rotary(place=lambda p, x: p.sort().values),
        ),
        (
            "last_position",
            "You turn all rows by the last position. Each row has its own.",
            _rotary(place=lambda p, x: p[-1:].expand(len(p))),
        ),
        (
            "first_position",
            "You turn all rows by the first position. Each row has its own.",
            _rotary(place=lambda p, x: p[:1].expand(len(p))),
        ),
        (
            "share_of_length",
            "You divide the positions by the number of rows. They are used as they are.",
            _rotary(place=lambda p, x: p / len(p)),
        ),
        (
            "exponent_halved",
            "Your exponents are i/d, with i = 0, 1, 2, … for the pairs. They are 2i/d.",
            _rotary(_speeds(lambda dim: -_even(dim) / 2 / dim)),
        ),
        (
            "exponent_doubled",
            "Your exponents are twice too large: 0, 2, 4, … ARE 2i already, and you double them again.",
            _rotary(_speeds(lambda dim: -2 * _even(dim) / dim)),
        ),
        (
            "exponent_without_d",
            "Only your first pair turns noticeably. All d/2 do, with exponents 2i/d. (10000 to the power −2i is close "
            "to 0 for the others.)",
            _rotary(_speeds(lambda dim: -_even(dim))),
        ),
        (
            "own_speeds",
            "Each of your columns has an exponent of its own. The two of a pair share ONE angle, with exponent 2i/d.",
            _own_speeds,
        ),
        (
            "speeds_grow",
            "Your angles are MULTIPLIED by 10000^(2i/d). The exponent is negative: later pairs turn more slowly.",
            _rotary(_speeds(lambda dim: _even(dim) / dim)),
        ),
        (
            "speeds_reversed",
            "Your speeds run the other way: the first pair is the fastest.",
            _rotary(lambda dim: _speeds()(dim).flip(0)),
        ),
        (
            "shifted_exponent",
            "Your exponents begin at 2/d. i counts from 0: the first pair turns by one radian a word.",
            _rotary(_speeds(lambda dim: -(_even(dim) + 2) / dim)),
        ),
        (
            "to_the_very_end",
            "Your exponents go from 0 to exactly −1, in d/2 − 1 steps. They are −2i/d, which stops a little before.",
            _rotary(_speeds(lambda dim: -_even(dim) / max(dim - 2, 1))),
        ),
        ("base_1000", "Your base is 1000. It is 10000.", _rotary(_speeds(base=1000.0))),
        ("base_100000", "Your base is 100000. It is 10000.", _rotary(_speeds(base=1e5))),
        (
            "base_500000",
            "Your base is larger than 10000 (newer models take 500000). Here it is 10000.",
            _rotary(_speeds(base=5e5)),
        ),
        ("base_e", "Your base is e. It is 10000.", _rotary(_speeds(base=math.e))),
        (
            "no_power",
            "You divide by 10000 times 2i/d. 10000 is raised to that POWER.",
            _rotary(lambda dim: 1 / (10000.0 * _even(dim) / dim).clamp_min(1.0)),
        ),
        (
            "turns",
            "You multiply the angle by 2π. It is in radians as it is.",
            _rotary(place=lambda p, x: 2 * math.pi * p),
        ),
        (
            "half_turns",
            "You multiply the angle by π. It is in radians as it is.",
            _rotary(place=lambda p, x: math.pi * p),
        ),
        (
            "degrees",
            "You take the angle for degrees. sin and cos take radians, and it is in radians as it is.",
            _rotary(place=lambda p, x: p * math.pi / 180),
        ),
        ("half_angle", "Your angles are half as large as they should be.", _rotary(place=lambda p, x: p / 2)),
        (
            "double_angle",
            "Your angles are twice as large as they should be.",
            _rotary(place=lambda p, x: 2 * p),
        ),
        (
            "time_first",
            "You take the FIRST axis for time. With a batch in front time is the axis before the last.",
            _time_first,
        ),
        (
            "time_one",
            "You take axis 1 for time. Count from the end: time is the axis before the last.",
            _time_one,
        ),
        (
            "scaled",
            "You divide by √d. The scale belongs to attention; a turn keeps all lengths.",
            _rotary(turn=_by_square_root),
        ),
        (
            "unchanged",
            "You return x as it came: nothing is turned.",
            lambda x, positions: x.clone(),
        ),
        (
            "first_members",
            "You return the first members of the pairs only, d/2 numbers. All d are wanted.",
            _rotary(join=lambda first, second: first),
        ),
        (
            "pairs_apart",
            "Your pairs have an axis of their own, (..., d/2, 2). Flatten the last two axes.",
            _rotary(join=lambda first, second: torch.stack([first, second], dim=-1)),
        ),
        (
            "stacked_over_time",
            "You stack the two members in front of time, and flattening mixes rows. Stack along a new LAST axis.",
            _rotary(
                join=lambda first, second: torch.stack([first, second], dim=-3).reshape(
                    *first.shape[:-1], 2 * first.shape[-1]
                )
            ),
        ),
        (
            "two_tensors",
            "You return the two members separately. They go back into one tensor, side by side.",
            _rotary(join=lambda first, second: (first, second)),
        ),
        (
            "no_gradients",
            "The values are right, but no gradient flows back to x (`no_grad`, `.detach()`, `.data`, `.numpy()`).",
            _rotary_no_grad,
        ),
        (
            "second_detached",
            "The values are right, but half of x is cut off from the graph.",
            _rotary(turn=lambda a, b, angles: _turn(a, b.detach(), angles)),
        ),
        (
            "first_detached",
            "The values are right, but half of x, the first members, is cut off from the graph.",
            _rotary(turn=lambda a, b, angles: _turn(a.detach(), b, angles)),
        ),
        (
            "in_place",
            "You write into x, which belongs to whoever called; and the second members are made from first ones that "
            "are turned already.",
            _rotary_in_place_wrong,
        ),
        (
            "in_place_data",
            "The result is right, but you also write it into x, which belongs to whoever called.",
            _rotary_in_place,
        ),
    ],
)


_add(
    rotary_positions_exercise,
    [
        (
            "rolled",
            "You take the neighbour to the left for every number, across the pairs. Each pair mixes only with itself, "
            "and one of the two sines has a minus.",
            lambda x, positions: (
                x
                * (
                    a := (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, -1)
                ).cos()
                + x.roll(1, -1) * a.sin()
            ),
        ),
        (
            "no_column",
            "`positions * frequencies` multiplies entry by entry. A table is wanted, every position with every "
            "frequency: give positions an axis, `positions[:, None]`.",
            lambda x, positions: _neighbours(
                *_turn(*_pairs(x), (positions * _speeds()(x.shape[-1])).to(x.dtype))
            ),
        ),
        (
            "angles_transposed",
            "Your table of angles is (d/2, T). A row belongs to a position: (T, d/2).",
            lambda x, positions: _neighbours(
                *_turn(*_pairs(x), (positions * _speeds()(x.shape[-1])[:, None]).to(x.dtype))
            ),
        ),
        (
            "full_angles",
            "Your table has d columns, and the halves that it meets have d/2. One angle for each PAIR.",
            lambda x, positions: _neighbours(
                *_turn(
                    *_pairs(x),
                    (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype).repeat_interleave(2, -1),
                )
            ),
        ),
        (
            "stacked_at_front",
            "You stack the two members along a new FIRST axis. Stack along a new last one and flatten it.",
            lambda x, positions: torch.stack(
                _turn(*_pairs(x), (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype))
            ).flatten(-2),
        ),
        (
            "members_taken_crosswise",
            "You take the odd columns for first members and the even ones for second. It is the other way: x_2i "
            "comes first.",
            lambda x, positions: _neighbours(
                *_turn(*_pairs(x)[::-1], (positions[:, None] * _speeds()(x.shape[-1])).to(x.dtype))
            ),
        ),
        (
            "unpacked",
            "You unpack a fixed number of axes. There may be none in front of time, or several: take d from "
            "`x.shape[-1]`.",
            _unpacked,
        ),
        (
            "two_axes",
            "You index x with two axes, `x[t, i]`, which takes the first axis for time when there is a batch. Count "
            "from the end: `x[..., t, i]`.",
            _two_axes,
        ),
        (
            "halves_one_angle",
            "Two things: pairs are neighbours, not halves; and each has a speed of its own.",
            _rotary(_speeds(lambda dim: 0 * _even(dim)), split=_halves, join=_side_by_side),
        ),
        (
            "halves_from_one",
            "Two things: pairs are neighbours, not halves; and `positions` is used as it is, not plus 1.",
            _rotary(split=_halves, join=_side_by_side, place=lambda p, x: p + 1),
        ),
        (
            "backwards_counted",
            "Two things: you turn the other way; and the rows stand at `positions`, not at 0, 1, 2, …",
            _rotary(turn=lambda a, b, angles: _turn(a, b, -angles), place=_counted),
        ),
        (
            "one_angle_counted",
            "Two things: each pair has a speed of its own; and the rows stand at `positions`.",
            _rotary(_speeds(lambda dim: 0 * _even(dim)), place=_counted),
        ),
        (
            "exponent_halved_halves",
            "Two things: pairs are neighbours, not halves; and the exponents are 2i/d, not i/d.",
            _rotary(_speeds(lambda dim: -_even(dim) / 2 / dim), split=_halves, join=_side_by_side),
        ),
        (
            "cosines_exchanged_with_halves",
            "Two things: pairs are neighbours, not halves; and the signs: x_2i cos φ MINUS x_2i+1 sin φ.",
            _rotary(
                split=_halves,
                join=_side_by_side,
                turn=_turning(lambda a, b, c, s: a * c + b * s, _plain_second),
            ),
        ),
        (
            "summed",
            "You turn each row and then add what it was before. Nothing is added: the turned row replaces it.",
            lambda x, positions: x + rotary_positions(x, positions),
        ),
    ],
)


_add(
    rotary_positions_exercise,
    [
        (
            "first_as_second",
            "Your first member takes sine and cosine the wrong way round: x_2i COS φ − x_2i+1 SIN φ.",
            _rotary(turn=_turning(lambda a, b, c, s: a * s - b * c, _plain_second)),
        ),
        (
            "members_summed",
            "You add up the two members of each pair, d/2 numbers. Both stay, side by side.",
            _rotary(join=lambda first, second: first + second),
        ),
    ],
)


@rotary_positions_exercise.right
def _(x, positions):
    dim = x.shape[-1]
    angles = positions.to(x.dtype)[:, None] * 10000.0 ** (-torch.arange(0, dim, 2) / dim)
    turns = torch.polar(torch.ones_like(angles), angles)
    points = torch.view_as_complex(x.reshape(*x.shape[:-1], dim // 2, 2))
    return torch.view_as_real(points * turns.to(points.dtype)).flatten(-2)


@rotary_positions_exercise.right
def _(x, positions):
    dim = x.shape[-1]
    result = torch.zeros_like(x)
    for row, p in enumerate(positions.tolist()):
        for i in range(dim // 2):
            phi = p * 10000 ** (-2 * i / dim)
            one, other = x[..., row, 2 * i], x[..., row, 2 * i + 1]
            result[..., row, 2 * i] = one * math.cos(phi) - other * math.sin(phi)
            result[..., row, 2 * i + 1] = one * math.sin(phi) + other * math.cos(phi)
    return result


@rotary_positions_exercise.right
def _(x, positions):
    dim = x.shape[-1]
    frequencies = torch.exp(-math.log(10000.0) * torch.arange(0, dim, 2).float() / dim)
    angles = torch.outer(positions.float(), frequencies).repeat_interleave(2, dim=-1)
    swapped = torch.stack([-x[..., 1::2], x[..., 0::2]], dim=-1).reshape(x.shape)
    return (x * angles.cos() + swapped * angles.sin()).to(x.dtype)


@rotary_positions_exercise.right
def _(x, positions):
    dim = x.shape[-1]
    angles = torch.einsum("t,i->ti", positions.float(), 1 / 10000 ** (torch.arange(0, dim, 2) / dim))
    cosine, sine = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    matrices = torch.stack([torch.stack([cosine, -sine], -1), torch.stack([sine, cosine], -1)], -2)
    return torch.einsum("tiab,...tib->...tia", matrices, x.unflatten(-1, (-1, 2))).flatten(-2)


@rotary_positions_exercise.right
def _(x, positions):
    dim = x.shape[-1]
    angles = positions.unsqueeze(1) / torch.pow(10000.0, torch.arange(0, dim, 2) / dim)
    out = x.clone()
    out[..., ::2] = x[..., ::2] * torch.cos(angles) - x[..., 1::2] * torch.sin(angles)
    out[..., 1::2] = x[..., ::2] * torch.sin(angles) + x[..., 1::2] * torch.cos(angles)
    return out


EXERCISES = (
    layer_norm_exercise,
    feed_forward_exercise,
    pre_norm_block_exercise,
    count_parameters_exercise,
    rotary_positions_exercise,
)
