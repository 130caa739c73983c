"""feed_forward: two layers and a GELU between them. Learners bend otherwise or elsewhere, or do the block's work."""

import math
from functools import partial

import torch
from torch.nn import functional
from torch.nn.functional import gelu

from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.draws import tensors

from ...families import argument, other_function, result, result_with
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
        "one vector, a sentence, a batch, sizes of 1, h larger and smaller than d and equal to it, ±1000, float32, the "
        "gradients of all five"
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
exercise.case(*_network(4, d=3, h=2, seed=130))
exercise.case(*_network(3, d=4, h=4, seed=140))
exercise.case(*_network(3, 3, d=3, h=3, seed=160))
exercise.case(*_network(2, d=3, h=4, seed=170, scale=700.0))
exercise.case(*_network(2, 3, d=4, h=5, seed=180, dtype=torch.float32))
exercise.case(*_network(3, d=2, h=4, seed=190, grad=True))
exercise.case(*_network(1, 1, d=1, h=1, seed=200))
exercise.drawn(lambda rng: tensors(rng, "*d hd h dh d"))


def _bent(bend):
    """The network with another function than GELU."""
    return lambda x, W1, b1, W2, b2: bend(x @ W1.T + b1) @ W2.T + b2


def _phi(z, factor=0.5**0.5):
    """Φ(z) is (1 + erf(z · factor)) / 2."""
    return (1 + torch.erf(z * factor)) / 2


def _normed(x):
    return functional.layer_norm(x, x.shape[-1:])


def _same(z):
    return z


def _words(x, *layers):
    return feed_forward(x, *layers).reshape(-1, x.shape[-1])


def _of_transposes(network):
    return lambda x, W1, b1, W2, b2: network(x, W1.T, b1, W2.T, b2)


def _reshaped(x, U, a, V, b):
    return gelu(x @ U.T.reshape(U.shape) + a) @ V.T.reshape(V.shape) + b


exercise.takes(
    other_function(
        _bent,
        "GELU",
        gelu,
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
    argument("W1", transposed=("W1_not_transposed", "W1 is not transposed: it has a row for each HIDDEN number.")),
    argument("W2", transposed=("W2_not_transposed", "W2 is not transposed: its rows are the numbers of the RESULT.")),
    result(
        tanh="tanh_at_the_end",
        softmax=("softmax_at_the_end", "A softmax follows at the end. The network gives d plain numbers back."),
        squeezed="squeezed",
    ),
    result_with("x", plus=("residual_inside", "You add x. That is the block's business; only the network is wanted.")),
)
for id, words, bend in (
    ("gelu_tanh", "the approximation of GELU with tanh", lambda z: gelu(z, approximate="tanh")),
    ("gelu_sigmoid", "z·sigmoid(1.702 z), a rough approximation of GELU", lambda z: z * torch.sigmoid(1.702 * z)),
    ("leaky_tenth", "a leaky ReLU", lambda z: functional.leaky_relu(z, 0.1)),
    ("leaky_fifth", "a leaky ReLU", lambda z: functional.leaky_relu(z, 0.2)),
    ("relu_squared", "the square of ReLU", lambda z: torch.relu(z) ** 2),
    ("relu6", "ReLU, cut off at 6", functional.relu6),
    ("hardswish", "hard swish", functional.hardswish),
    ("glu", "`glu`, which halves the hidden numbers by gating", functional.glu),
    *(
        (f"gelu_clamped_{most}", "GELU of hidden numbers that are clamped (limited) before or after", clamped)
        for most in (10, 20, 50, 100)
        for clamped in [lambda z, most=most: gelu(z.clamp(-most, most))]
    ),
    ("tanh_of_result_and_gelu", "tanh besides GELU", lambda z: torch.tanh(gelu(z))),
):
    exercise.mistake(id, _bent(bend)).says(f"You use {words}. The exact GELU is wanted, z·Φ(z), and nothing else.")

# The formula of GELU
for id, bend, sentence in (
    ("erf_half_only", lambda z: z * (1 + torch.erf(z / 2**0.5) / 2), "You halve erf alone: brackets around 1 + erf."),
    ("erf_unbracketed", lambda z: z + torch.erf(z / 2**0.5) / 2, "z multiplies 1 alone: brackets around 1 + erf."),
    ("hidden_normed", lambda z: gelu(_normed(z)), "You normalise the hidden numbers. Nothing is normalised here."),
    ("erf_alone", torch.erf, "You use erf(z). GELU is z·Φ(z), and Φ is (1 + erf(z/√2)) / 2."),
    ("phi_alone", _phi, "You use Φ(z), between 0 and 1. GELU is z·Φ(z): z times its share that is let through."),
    ("erf_without_root", lambda z: z * _phi(z, 1), "Your erf gets z. Φ(z) is (1 + erf(z/√2)) / 2: divide by √2."),
    ("erf_times_root", lambda z: z * _phi(z, 2**0.5), "Your erf gets z·√2; divide by √2."),
    ("erf_half_argument", lambda z: z * _phi(z, 0.5), "Your erf gets z/2; it is z/√2."),
    ("erf_not_halved", lambda z: 2 * gelu(z), "Your GELU is twice too large: Φ(z) is HALF of 1 + erf(z/√2)."),
    ("erf_without_one", lambda z: z * (_phi(z) - 0.5), "The 1 in (1 + erf(z/√2)) / 2 is missing."),
    ("erfc", lambda z: z * _phi(-z), "Your Φ runs the wrong way: it is (1 + erf) / 2, not (1 − erf) / 2."),
    ("times_gelu", lambda z: z * gelu(z), "You multiply z by GELU(z). GELU has a factor z inside already: z·Φ(z)."),
    ("residual_of_hidden", lambda z: z + gelu(z), "You add z itself to GELU(z). GELU(z) alone goes on."),
):
    exercise.mistake(id, _bent(bend)).says(sentence)
exercise.mistake("density", _bent(lambda z: z * torch.exp(-z * z / 2) / math.sqrt(2 * math.pi))).says(
    "You multiply z by the normal DENSITY. It is the cumulative distribution Φ, with erf."
)
exercise.mistake("tanh_without_cube", _bent(lambda z: z / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * z)))).says(
    "Your approximation with tanh lacks its cubic term; and the exact GELU, with erf, is wanted."
)

# Weights and biases, their transposes and places; here U is W1ᵀ, a is b1, V is W2ᵀ, b is b2
for id, network, sentence in (
    ("weights_swapped", lambda x, U, a, V, b: gelu(x @ V + a) @ U + b, "W1 and W2 are exchanged: W1 comes first."),
    ("W1_both_times", lambda x, U, a, V, b: gelu(x @ U + a) @ U.T + b, "You use W1 on the way back. W2 is for that."),
    ("column", lambda x, U, a, V, b: V.T @ gelu(U.T @ x + a) + b, "`W1 @ x` is for ONE column; words stand in rows."),
    ("columns_first_layer", lambda x, U, a, V, b: gelu(U.T @ x.T + a) @ V + b, "Words stand in rows: `x @ W1.T`."),
    ("no_b1", lambda x, U, a, V, b: gelu(x @ U) @ V + b, "b1 is missing: it is added before the GELU."),
    ("no_b2", lambda x, U, a, V, b: gelu(x @ U + a) @ V, "b2 is missing: it is added at the end."),
    ("no_biases", lambda x, U, a, V, b: gelu(x @ U) @ V, "Both biases are missing: b1 before the GELU, b2 last."),
    ("biases_swapped", lambda x, U, a, V, b: gelu(x @ U + b) @ V + a, "b1 and b2 are exchanged: b1 comes first."),
    ("b1_after", lambda x, U, a, V, b: (gelu(x @ U) + a) @ V + b, "b1 is added after the GELU; it belongs inside."),
    ("bend_before_b1", lambda x, U, a, V, b: gelu(gelu(x @ U) + a) @ V + b, "You bend twice: before b1 and after it."),
    (
        "b1_after_bend_last",
        lambda x, U, a, V, b: gelu((gelu(x @ U) + a) @ V + b),
        "b1 belongs inside; no bend last.",
    ),
    ("b1_subtracted", lambda x, U, a, V, b: gelu(x @ U - a) @ V + b, "b1 is subtracted; it is added."),
    ("b2_subtracted", lambda x, U, a, V, b: gelu(x @ U + a) @ V - b, "b2 is subtracted; it is added."),
    ("biases_subtracted", lambda x, U, a, V, b: gelu(x @ U - a) @ V - b, "The biases are subtracted; they are added."),
    ("b2_multiplied", lambda x, U, a, V, b: (gelu(x @ U + a) @ V) * b, "You multiply by b2; it is added."),
    ("biases_multiplied", lambda x, U, a, V, b: gelu(x @ U * a) @ V * b, "You multiply by the biases; add them."),
    ("bend_at_the_end", lambda x, U, a, V, b: gelu((x @ U + a) @ V + b), "GELU goes between the layers, not after."),
    ("bend_first", lambda x, U, a, V, b: (gelu(x) @ U + a) @ V + b, "GELU goes between the layers, not before."),
    ("first_layer_only", lambda x, U, a, V, b: gelu(x @ U + a), "You return the hidden numbers: a layer is missing."),
    ("first_layer_unbent", lambda x, U, a, V, b: x @ U + a, "This is the first layer alone, without GELU and W2."),
):
    exercise.mistake(id, _of_transposes(network)).says(sentence)
for id, network in (
    ("elementwise", lambda x, W1, b1, W2, b2: gelu(x * W1 + b1) * W2 + b2),
    ("elementwise_transposed", lambda x, W1, b1, W2, b2: gelu(x * W1.T + b1) * W2.T + b2),
):
    exercise.mistake(id, network).says("`*` multiplies entry by entry; a matrix product, `@`, is wanted.")
exercise.mistake("nothing_transposed", lambda x, W1, b1, W2, b2: gelu(x @ W1 + b1) @ W2 + b2).says(
    "Neither weight is transposed. In torch's layout W1 is (h, d), a row for each hidden number: `x @ W.T`."
)
exercise.mistake("swapped_not_transposed", lambda x, W1, b1, W2, b2: gelu(x @ W2 + b1) @ W1 + b2).says(
    "You exchange W1 and W2, so that the shapes fit without a transpose. But each belongs to a layer of its own."
)
exercise.mistake("network_twice", lambda x, *layers: feed_forward(gelu(feed_forward(x, *layers)), *layers)).says(
    "You go through the network twice. Two layers are wanted, with one GELU between them."
)
exercise.mistake("scaled", lambda x, *w: _bent(lambda z: gelu(z / math.sqrt(x.shape[-1])))(x, *w)).says(
    "You divide the hidden numbers by √d, as attention does its scores. Nothing is scaled here."
)
exercise.mistake("mm", lambda x, W1, b1, W2, b2: torch.mm(gelu(torch.mm(x, W1.T) + b1), W2.T) + b2).says(
    "`torch.mm` takes exactly two axes. `@` takes any number in front."
)
exercise.mistake("one_word_only", lambda x, W1, b1, W2, b2: W2.mv(gelu(W1.mv(x) + b1)) + b2).says(
    "`torch.mv` takes one vector: a single word. `x @ W1.T` takes any number of axes in front."
)
exercise.mistake(
    "first_axis_loop", lambda x, *w: torch.stack([w[2] @ gelu(w[0] @ row + w[1]) + w[3] for row in x])
).says("You loop over the first axis of x, whose entries are words only where x has two axes. `@` needs no loop.")
exercise.mistake("math_erf", _bent(lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2)).says(
    "`math.erf` takes one number; there are h hidden ones for each word. `torch.erf` takes them all."
)
exercise.mistake("gated", lambda x, W1, b1, W2, b2: (functional.silu(x @ W1.T) * (x @ W1.T + b1)) @ W2.T + b2).says(
    "That is a gated network (SwiGLU). GELU(x W1ᵀ + b1) alone goes into the second layer."
)
exercise.mistake("brackets", lambda x, W1, b1, W2, b2: gelu(x @ W1.T) + b1 @ W2.T + b2).says(
    "`@` comes before `+`: your W2 meets b1 alone. Brackets: GELU of `x @ W1.T + b1`, and then `@ W2.T`."
)
exercise.mistake("front_squeezed", lambda x, *layers: feed_forward(x, *layers).squeeze(0)).says(
    "You squeeze the first axis away where it has length 1. The result is shaped like x, whatever its sizes."
)
exercise.mistake(
    "bmm", _of_transposes(lambda x, U, a, V, b: gelu(torch.bmm(x, U.expand(len(x), -1, -1)) + a) @ V + b)
).says("`torch.bmm` takes exactly three axes. `@` takes any number in front.")
exercise.mistake(
    "columns_with_columns_of_bias",
    _of_transposes(lambda x, U, a, V, b: V.T @ gelu(U.T @ x.T + a[:, None]) + b[:, None]),
).says("Your result stands in columns. The words stand in rows, and the shape is that of x.")
exercise.mistake("reshaped_weights", _of_transposes(_reshaped)).says(
    "You reshape the weights instead of transposing them: the shapes fit, but rows do not become columns."
)

# Around the network: the block's work, a bend too many, words that are mixed
for id, network, sentence in (
    ("norm_of_result", lambda *w: _normed(feed_forward(*w)), "You normalise the result"),
    ("norm_of_x", lambda x, *w: feed_forward(_normed(x), *w), "You normalise x first"),
    ("norm_and_residual", lambda x, *w: x + feed_forward(_normed(x), *w), "You normalise x first and add x at the end"),
    ("residual_and_norm", lambda x, *w: _normed(x + feed_forward(x, *w)), "You add x and normalise the sum"),
):
    exercise.mistake(id, network).says(f"{sentence}. That is the block's business; only the network is wanted here.")
for id, network, sentence in (
    ("bend_twice", lambda *w: gelu(feed_forward(*w)), "You bend the result as well. Bend the hidden numbers alone."),
    ("bend_before_and_between", lambda x, *w: feed_forward(gelu(x), *w), "You bend x, too. Bend hidden numbers alone."),
    ("summed_over_words", lambda *w: _words(*w).sum(0), "You add up all words. Each has a result of its own."),
    ("mean_over_words", lambda *w: _words(*w).mean(0), "You average over all words. Each has a result of its own."),
):
    exercise.mistake(id, network).says(sentence)
exercise.mistakes(
    view_of_three=lambda x, *w: feed_forward(x.view(x.shape[0] * x.shape[1], -1), *w).view(x.shape),
    three_axes_only=lambda x, *w: next(feed_forward(x, *w) for _, _, _ in [x.shape]),
).says("Your code needs three axes, (B, T, d). There may be fewer or more in front of d: `@` needs no reshaping.")
exercise.mistakes(
    in_place=lambda x, *layers: x.copy_(feed_forward(x, *layers)),
    in_place_data=lambda x, *layers: [result := feed_forward(x, *layers), x.data.copy_(result)][0],
).says("You write the result into x, which belongs to whoever called.")


@exercise.mistake("b2_in_place").says("You write into b2 (`b2 += …`), which belongs to whoever called.")
def b2_in_place(x, W1, b1, W2, b2):
    b2.data += feed_forward(x, W1, b1, W2, 0).detach().reshape(-1, len(b2))[0]
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
        ("no_b1", lambda f, x, W1, b1, W2, b2: f(x, W1, 0, W2, b2), "b1 is missing"),
        ("minus_b2", lambda f, x, W1, b1, W2, b2: f(x, W1, b1, W2, -b2), "b2 is subtracted; it is added"),
        ("residual", lambda f, x, *layers: x + f(x, *layers), "x is not added here"),
    ):
        exercise.mistake(f"{id}_{also}", partial(network, _bent(bend))).says(f"Two things: {first}; and {second}.")
exercise.mistake("relu_not_transposed", lambda x, W1, b1, W2, b2: torch.relu(x @ W1 + b1) @ W2 + b2).says(
    "Two things: the weights are transposed, `x @ W.T`; and GELU is wanted, not ReLU."
)
exercise.mistake("bend_twice_residual", lambda x, *layers: x + gelu(feed_forward(x, *layers))).says(
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
