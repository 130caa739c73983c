"""feed_forward: two layers and a GELU between them. Learners bend otherwise or elsewhere, or do the block's work."""

import math
from functools import partial

import torch
from torch.nn import functional

from nlm_utils.exercises.definition import Exercise

from ...families import argument, exchanged, other_function, result, result_with
from . import numbers


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


exercise = Exercise(
    feed_forward,
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


def _network(*front, d, h, seed, scale=1.0, **kind):
    """Arguments of feed_forward; the hidden numbers reach about ±3, where all activations differ."""
    shapes = ((*front, d), scale), ((h, d), 0.8), ((h,), 0.7), ((d, h), 0.8), ((d,), 0.7)
    return [numbers(*shape, seed=seed + i, scale=scale, **kind) for i, (shape, scale) in enumerate(shapes)]


exercise.case(*_network(1, d=2, h=3, seed=100))
exercise.case(*_network(d=3, h=4, seed=110))
exercise.case(*_network(2, d=3, h=5, seed=120))
exercise.case(*_network(4, d=3, h=2, seed=130))
exercise.case(*_network(3, d=4, h=4, seed=140))
exercise.case(*_network(2, 3, d=4, h=6, seed=150))
exercise.case(*_network(3, 3, d=3, h=3, seed=160))
exercise.case(*_network(2, d=3, h=4, seed=170, scale=700.0))
exercise.case(*_network(2, 3, d=4, h=5, seed=180, dtype=torch.float32))
exercise.case(*_network(3, d=2, h=4, seed=190, grad=True))


def _bent(bend):
    """The network with another function than GELU."""
    return lambda x, W1, b1, W2, b2: bend(x @ W1.T + b1) @ W2.T + b2


def _gelu(z):
    return functional.gelu(z)


def _phi(z, factor=0.5**0.5):
    """Φ(z) is (1 + erf(z · factor)) / 2."""
    return (1 + torch.erf(z * factor)) / 2


def _untransposed(x, W1, b1, W2, b2):
    return _gelu(x @ W1 + b1) @ W2 + b2


def _normed(x):
    return functional.layer_norm(x, x.shape[-1:])


def _same(z):
    return z


exercise.takes(
    other_function(
        _bent,
        "GELU",
        functional.gelu,
        nothing=("no_bend", "There is no GELU in between. Two linear layers in a row are one linear layer."),
        relu=("relu", "You use ReLU. GELU is wanted, which is smooth and a little negative below 0."),
        silu=("silu", "You use SiLU (swish), z·sigmoid(z). GELU is z·Φ(z)."),
        tanh="tanh",
        sigmoid="sigmoid",
        elu=("elu", "You use ELU. GELU is wanted: one letter more, another function."),
        leaky="leaky",
        selu="selu",
        softplus="softplus",
        mish="mish",
        softmax="softmax",
        square="square",
        exp="exponential",
        twice="gelu_twice",
    ),
    result_with(
        "x",
        plus=("residual_inside", "You add x: that is the block's business. Here only the network itself is wanted."),
    ),
    argument("W1", transposed=("W1_not_transposed", "W1 is not transposed: it has a row for each HIDDEN number.")),
    argument(
        "W2", transposed=("W2_not_transposed", "W2 is not transposed: it has a row for each number that comes out.")
    ),
    exchanged("W1", "W2", ("weights_swapped", "W1 and W2 are exchanged. W1 (h, d) comes first.")),
    exchanged(
        "b1", "b2", ("biases_swapped", "b1 and b2 are exchanged: b1 has h numbers, as the first layer's result.")
    ),
    argument(
        "b1",
        zero=("no_b1", "b1 is missing: it is added before the GELU."),
        minus=("b1_subtracted", "b1 is subtracted; it is added."),
    ),
    argument(
        "b2",
        zero=("no_b2", "b2 is missing: it is added at the end."),
        minus=("b2_subtracted", "b2 is subtracted; it is added."),
    ),
    result(
        softmax=("softmax_at_the_end", "A softmax follows at the end. The network gives d plain numbers back."),
        tanh=("tanh_at_the_end", "You bend the result with tanh. Only the hidden numbers are bent, by GELU."),
    ),
)

# Other functions, which no family knows
for id, words, bend in (
    ("gelu_tanh", "the approximation of GELU with tanh", lambda z: functional.gelu(z, approximate="tanh")),
    ("gelu_sigmoid", "z·sigmoid(1.702 z), a rough approximation of GELU", lambda z: z * torch.sigmoid(1.702 * z)),
    ("leaky_tenth", "a leaky ReLU", lambda z: functional.leaky_relu(z, 0.1)),
    ("leaky_fifth", "a leaky ReLU", lambda z: functional.leaky_relu(z, 0.2)),
    ("relu_squared", "the square of ReLU", lambda z: torch.relu(z) ** 2),
    ("relu6", "ReLU, cut off at 6", functional.relu6),
    ("hardswish", "hard swish", functional.hardswish),
    ("glu", "`glu`, which halves the hidden numbers by gating", functional.glu),
    ("tanh_of_result_and_gelu", "tanh besides GELU", lambda z: torch.tanh(_gelu(z))),
):
    exercise.mistake(id, _bent(bend)).says(f"You use {words}. The exact GELU is wanted, z·Φ(z), and nothing else.")

# The formula of GELU
for id, bend, sentence in (
    ("erf_alone", torch.erf, "You use erf(z). GELU is z·Φ(z), and Φ is (1 + erf(z/√2)) / 2."),
    ("phi_alone", _phi, "You use Φ(z), between 0 and 1. GELU is z·Φ(z): z times its share that is let through."),
    ("erf_without_root", lambda z: z * _phi(z, 1), "Your erf gets z. Φ(z) is (1 + erf(z/√2)) / 2: divide by √2."),
    ("erf_times_root", lambda z: z * _phi(z, 2**0.5), "Your erf gets z·√2; divide by √2."),
    ("erf_half_argument", lambda z: z * _phi(z, 0.5), "Your erf gets z/2; it is z/√2."),
    ("erf_not_halved", lambda z: 2 * _gelu(z), "Your GELU is twice too large: Φ(z) is HALF of 1 + erf(z/√2)."),
    ("erf_without_one", lambda z: z * (_phi(z) - 0.5), "The 1 in (1 + erf(z/√2)) / 2 is missing."),
    ("erfc", lambda z: z * _phi(-z), "Your Φ runs the wrong way: it is (1 + erf) / 2, not (1 − erf) / 2."),
    ("times_gelu", lambda z: z * _gelu(z), "You multiply z by GELU(z). GELU has a factor z inside already: z·Φ(z)."),
    ("residual_of_hidden", lambda z: z + _gelu(z), "You add the hidden numbers before the GELU to those after it."),
):
    exercise.mistake(id, _bent(bend)).says(sentence)
exercise.mistake("density", _bent(lambda z: z * torch.exp(-z * z / 2) / math.sqrt(2 * math.pi))).says(
    "You multiply z by the normal DENSITY. It is the cumulative distribution Φ, with erf."
)
exercise.mistake("tanh_without_cube", _bent(lambda z: z / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * z)))).says(
    "Your approximation with tanh lacks its cubic term; and the exact GELU, with erf, is wanted."
)

# The bend at another place
exercise.mistake("bend_at_the_end", lambda x, W1, b1, W2, b2: _gelu((x @ W1.T + b1) @ W2.T + b2)).says(
    "Your GELU comes after the second layer. It goes between the two."
)
exercise.mistake("bend_twice", lambda x, *layers: _gelu(feed_forward(x, *layers))).says(
    "You bend after the second layer as well. Only the hidden numbers are bent."
)
exercise.mistake("bend_first", lambda x, *layers: _bent(_same)(_gelu(x), *layers)).says(
    "You bend x before the first layer. The GELU goes around the first layer's result."
)
exercise.mistake("bend_before_and_between", lambda x, *layers: feed_forward(_gelu(x), *layers)).says(
    "You bend x too, before the first layer. Only the hidden numbers are bent."
)
exercise.mistake("first_layer_only", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b1)).says(
    "You return the hidden numbers, h of them. The second layer, back to d, is missing."
)
exercise.mistake("first_layer_unbent", lambda x, W1, b1, W2, b2: x @ W1.T + b1).says(
    "You return the first layer only, without GELU and without the second layer."
)
exercise.mistake("scaled", lambda x, *layers: _bent(lambda z: _gelu(z / math.sqrt(x.shape[-1])))(x, *layers)).says(
    "You divide the hidden numbers by √d, as attention does its scores. Nothing is scaled here."
)

# Weights and biases
exercise.mistake("nothing_transposed", _untransposed).says(
    "Neither weight is transposed. In torch's layout W1 is (h, d), a row for each hidden number: `x @ W.T`."
)
exercise.mistake("swapped_not_transposed", lambda x, W1, b1, W2, b2: _untransposed(x, W2, b1, W1, b2)).says(
    "You exchange W1 and W2, so that the shapes fit without a transpose. But each belongs to a layer of its own."
)
exercise.mistake("W1_both_times", lambda x, W1, b1, W2, b2: _untransposed(x, W1.T, b1, W1, b2)).says(
    "You use W1 on the way back too. The second layer has its own weight, W2."
)


@exercise.mistake("reshaped_weights").says(
    "You reshape the weights instead of transposing them: the shapes fit, but rows do not become columns."
)
def reshaped_weights(x, W1, b1, W2, b2):
    return _untransposed(x, W1.reshape(W1.shape[::-1]), b1, W2.reshape(W2.shape[::-1]), b2)


exercise.mistake("column", lambda x, W1, b1, W2, b2: W2 @ _gelu(W1 @ x + b1) + b2).says(
    "`W1 @ x` is right for one column vector. With axes in front the words stand in rows: `x @ W1.T`."
)
exercise.mistake("columns_first_layer", lambda x, W1, b1, W2, b2: feed_forward(W1, x, b1, W2, b2)).says(
    "You turn x into columns for the first layer (`W1 @ x.T`) and not back. The words stand in rows: `x @ W1.T`."
)
exercise.mistake(
    "columns_with_columns_of_bias", lambda x, W1, b1, W2, b2: W2 @ _gelu(W1 @ x.T + b1[:, None]) + b2[:, None]
).says("Your result stands in columns. The words stand in rows, and the shape is that of x.")
for id, network in (
    ("elementwise", lambda x, W1, b1, W2, b2: _gelu(x * W1 + b1) * W2 + b2),
    ("elementwise_transposed", lambda x, W1, b1, W2, b2: _gelu(x * W1.T + b1) * W2.T + b2),
):
    exercise.mistake(id, network).says("`*` multiplies entry by entry; a matrix product, `@`, is wanted.")
exercise.mistake("b1_after", lambda x, W1, b1, W2, b2: (_gelu(x @ W1.T) + b1) @ W2.T + b2).says(
    "b1 is added after the GELU; it belongs inside."
)
exercise.mistake("b2_multiplied", lambda x, W1, b1, W2, b2: feed_forward(x, W1, b1, W2, 0) * b2).says(
    "You multiply by b2; it is added."
)
exercise.mistake("biases_multiplied", lambda x, W1, b1, W2, b2: (_gelu((x @ W1.T) * b1) @ W2.T) * b2).says(
    "You multiply by the biases; they are added."
)
exercise.mistake("biases_subtracted", lambda x, W1, b1, W2, b2: feed_forward(x, W1, -b1, W2, -b2)).says(
    "Both biases are subtracted; they are added."
)
exercise.mistake("no_biases", lambda x, W1, b1, W2, b2: feed_forward(x, W1, 0, W2, 0)).says("Both biases are missing.")

# What the block does, words that are mixed, axes that are counted
for id, network, sentence in (
    ("norm_of_result", lambda x, *layers: _normed(feed_forward(x, *layers)), "You normalise the result"),
    ("norm_of_x", lambda x, *layers: feed_forward(_normed(x), *layers), "You normalise x first"),
    ("norm_and_residual", lambda x, *layers: x + feed_forward(_normed(x), *layers), "You norm x first and add x after"),
    ("residual_and_norm", lambda x, *layers: _normed(x + feed_forward(x, *layers)), "You add x and norm the sum"),
):
    exercise.mistake(id, network).says(f"{sentence}. That is the block's business; only the network is wanted here.")
exercise.mistake("summed_over_words", lambda x, *layers: feed_forward(x, *layers).reshape(-1, x.shape[-1]).sum(0)).says(
    "You add up all words. Each has a result of its own."
)
exercise.mistake("mean_over_words", lambda x, *layers: feed_forward(x, *layers).reshape(-1, x.shape[-1]).mean(0)).says(
    "You average over all words. Each has a result of its own."
)
exercise.mistake("mm", lambda x, W1, b1, W2, b2: torch.mm(_gelu(torch.mm(x, W1.T) + b1), W2.T) + b2).says(
    "`torch.mm` takes exactly two axes. `@` takes any number in front."
)
exercise.mistake(
    "bmm", lambda x, W1, b1, W2, b2: _gelu(torch.bmm(x, W1.T.expand(len(x), -1, -1)) + b1) @ W2.T + b2
).says("`torch.bmm` takes exactly three axes. `@` takes any number in front.")
exercise.mistake(
    "view_of_three", lambda x, *layers: feed_forward(x.view(x.shape[0] * x.shape[1], -1), *layers).view(x.shape)
).says("You make two axes of three, and three again. There may be fewer or more: `@` needs no reshaping.")


@exercise.mistake("in_place").says("You write the result into x, which belongs to whoever called.")
def in_place(x, *layers):
    return x.copy_(feed_forward(x, *layers))


@exercise.mistake("b2_in_place").says("You write into b2 (`b2 += …`), which belongs to whoever called.")
def b2_in_place(x, W1, b1, W2, b2):
    with torch.no_grad():
        b2 += feed_forward(x, W1, b1, W2, 0).reshape(-1, len(b2))[0]
    return b2.expand(x.shape)


# Two things
for id, bend, first in (
    ("no_bend", _same, "the GELU in between is missing"),
    ("relu", torch.relu, "GELU is wanted, not ReLU"),
    ("silu", functional.silu, "GELU is wanted, not SiLU"),
    ("sigmoid", torch.sigmoid, "GELU is wanted, not a sigmoid"),
):
    for also, network, second in (
        ("no_b2", lambda f, x, W1, b1, W2, b2: f(x, W1, b1, W2, 0), "b2 is missing"),
        ("no_biases", lambda f, x, W1, b1, W2, b2: f(x, W1, 0, W2, 0), "both biases are missing"),
        ("residual", lambda f, x, *layers: x + f(x, *layers), "x is not added here"),
    ):
        exercise.mistake(f"{id}_{also}", partial(network, _bent(bend))).says(f"Two things: {first}; and {second}.")
exercise.mistake("relu_not_transposed", lambda x, W1, b1, W2, b2: torch.relu(x @ W1 + b1) @ W2 + b2).says(
    "Two things: the weights are transposed, `x @ W.T`; and GELU is wanted, not ReLU."
)
exercise.mistake("bend_twice_residual", lambda x, *layers: x + _gelu(feed_forward(x, *layers))).says(
    "Two things: only the hidden numbers are bent, not the result; and x is not added here."
)

exercise.right(lambda x, W1, b1, W2, b2: functional.linear(functional.gelu(functional.linear(x, W1, b1)), W2, b2))


@exercise.right
def by_einsum_and_erf(x, W1, b1, W2, b2):
    z = torch.einsum("...d,hd->...h", x, W1) + b1
    return torch.einsum("...h,dh->...d", 0.5 * z * (1 + torch.erf(z / 2**0.5)), W2) + b2


@exercise.right
def by_normal_distribution(x, W1, b1, W2, b2):
    z = x.matmul(W1.transpose(0, 1)).add(b1)
    return (z * torch.distributions.Normal(0.0, 1.0).cdf(z)).matmul(W2.t()).add(b2)


@exercise.right
def word_by_word(x, W1, b1, W2, b2):
    rows = [W2 @ torch.nn.GELU()(W1 @ row + b1) + b2 for row in x.reshape(-1, x.shape[-1])]
    return torch.stack(rows).reshape(x.shape)
