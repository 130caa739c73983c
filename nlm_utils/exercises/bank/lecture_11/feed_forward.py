"""feed_forward."""

import math

import torch

from nlm_utils.exercises.definition import Exercise

from .common import _numbers


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
        ("Two linear layers with one bend between them. Nothing mixes words: the axes in front of d are left alone."),
        "A Linear layer in torch's layout is `x @ W.T + b`.",
        ("`torch.nn.functional.gelu` is the exact GELU as it stands; it goes around the first layer, bias included."),
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


def _normed(x):
    return torch.nn.functional.layer_norm(x, x.shape[-1:])


exercise.mistake("no_bend", _bent(lambda z: z)).says(
    "There is no GELU in between. Two linear layers in a row are one linear layer."
)
exercise.mistake("residual_inside", lambda x, W1, b1, W2, b2: x + feed_forward(x, W1, b1, W2, b2)).says(
    "You add x. The residual connection is the block's business; here only the network itself is wanted."
)
exercise.mistake("relu", _bent(torch.relu)).says(
    "You use ReLU. GELU is wanted, which is smooth and a little negative below 0."
)
exercise.mistake("gelu_tanh", _bent(lambda z: _gelu(z, approximate="tanh"))).says(
    "You use the approximation of GELU with tanh. The exact one is wanted, with the normal distribution."
)
exercise.mistake("gelu_sigmoid", _bent(lambda z: z * torch.sigmoid(1.702 * z))).says(
    "You use z·sigmoid(1.702 z), a rough approximation of GELU. The exact one is wanted."
)
exercise.mistake("silu", _bent(torch.nn.functional.silu)).says("You use SiLU (swish), z·sigmoid(z). GELU is z·Φ(z).")
exercise.mistake("tanh", _bent(torch.tanh)).says("You use tanh. GELU is wanted.")
exercise.mistake("sigmoid", _bent(torch.sigmoid)).says("You use a sigmoid. GELU is wanted.")
exercise.mistake("elu", _bent(torch.nn.functional.elu)).says(
    "You use ELU. GELU is wanted: one letter more, another function."
)
exercise.mistake("leaky", _bent(torch.nn.functional.leaky_relu)).says("You use a leaky ReLU. GELU is wanted.")
exercise.mistake("selu", _bent(torch.nn.functional.selu)).says("You use SELU. GELU is wanted.")
exercise.mistake("softplus", _bent(torch.nn.functional.softplus)).says("You use softplus, log(1 + eᶻ). GELU is wanted.")
exercise.mistake("mish", _bent(torch.nn.functional.mish)).says("You use Mish. GELU is wanted.")
exercise.mistake("relu_squared", _bent(lambda z: torch.relu(z) ** 2)).says(
    "You use the square of ReLU. GELU is wanted."
)
exercise.mistake("softmax", _bent(lambda z: z.softmax(-1))).says(
    "You take a softmax of the hidden numbers. GELU is wanted."
)
exercise.mistake("erf_alone", _bent(torch.erf)).says("You use erf(z). GELU is z·Φ(z), and Φ is (1 + erf(z/√2)) / 2.")
exercise.mistake("phi_alone", _bent(_phi)).says(
    "You use Φ(z), a number between 0 and 1. GELU is z·Φ(z): z times its share that is let through."
)
exercise.mistake("density", _bent(lambda z: z * _density(z))).says(
    "You multiply z by the normal DENSITY. It is the cumulative distribution Φ, with erf."
)
exercise.mistake("erf_without_root", _bent(lambda z: z * (1 + torch.erf(z)) / 2)).says(
    "Your erf gets z. Φ(z) is (1 + erf(z/√2)) / 2: the argument is divided by √2."
)
exercise.mistake("erf_times_root", _bent(lambda z: z * (1 + torch.erf(z * math.sqrt(2))) / 2)).says(
    "Your erf gets z·√2; divide by √2."
)
exercise.mistake("erf_half_argument", _bent(lambda z: z * (1 + torch.erf(z / 2)) / 2)).says(
    "Your erf gets z/2; it is z/√2."
)
exercise.mistake("erf_not_halved", _bent(lambda z: 2 * _gelu(z))).says(
    "Your GELU is twice too large: Φ(z) is HALF of 1 + erf(z/√2)."
)
exercise.mistake("erf_without_one", _bent(lambda z: z * torch.erf(z / math.sqrt(2)) / 2)).says(
    "The 1 in (1 + erf(z/√2)) / 2 is missing."
)
exercise.mistake("erfc", _bent(lambda z: z * (1 - _phi(z)))).says(
    "Your Φ runs the wrong way: it is (1 + erf) / 2, not (1 − erf) / 2."
)
exercise.mistake("nothing_transposed", lambda x, W1, b1, W2, b2: _gelu(x @ W1 + b1) @ W2 + b2).says(
    "Neither weight is transposed. In torch's layout W1 is (h, d), a row for each hidden number: `x @ W.T`."
)
exercise.mistake("W1_not_transposed", lambda x, W1, b1, W2, b2: _gelu(x @ W1 + b1) @ W2.T + b2).says(
    "W1 is not transposed: it has a row for each HIDDEN number."
)
exercise.mistake("W2_not_transposed", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b1) @ W2 + b2).says(
    "W2 is not transposed: it has a row for each number of the RESULT."
)
exercise.mistake("weights_swapped", lambda x, W1, b1, W2, b2: _linear(_gelu(_linear(x, W2, b1)), W1, b2)).says(
    "W1 and W2 are exchanged. W1 (h, d) comes first."
)
exercise.mistake("swapped_not_transposed", lambda x, W1, b1, W2, b2: _gelu(x @ W2 + b1) @ W1 + b2).says(
    "You take W2 for W1 and the other way round, so that no transpose is needed and the shapes fit. But the weights "
    "belong to other layers."
)
exercise.mistake("W1_both_times", lambda x, W1, b1, W2, b2: _gelu(_linear(x, W1, b1)) @ W1 + b2).says(
    "You use W1 on the way back too. The second layer has its own weight, W2."
)
exercise.mistake("column", lambda x, W1, b1, W2, b2: W2 @ _gelu(W1 @ x + b1) + b2).says(
    "`W1 @ x` is right for one column vector. With axes in front the words stand in rows: `x @ W1.T`."
)
exercise.mistake("elementwise", lambda x, W1, b1, W2, b2: _gelu(x * W1 + b1) * W2 + b2).says(
    "`*` multiplies entry by entry; a matrix product, `@`, is wanted."
)
exercise.mistake("no_b1", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T) @ W2.T + b2).says(
    "b1 is missing: it is added before the GELU."
)
exercise.mistake("no_b2", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b1) @ W2.T).says(
    "b2 is missing: it is added at the end."
)
exercise.mistake("no_biases", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T) @ W2.T).says("Both biases are missing.")
exercise.mistake("biases_swapped", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b2) @ W2.T + b1).says(
    "b1 and b2 are exchanged: b1 has h numbers and belongs to the first layer."
)
exercise.mistake("b1_after", lambda x, W1, b1, W2, b2: (_gelu(x @ W1.T) + b1) @ W2.T + b2).says(
    "b1 is added after the GELU; it belongs inside."
)
exercise.mistake("b1_subtracted", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T - b1) @ W2.T + b2).says(
    "b1 is subtracted; it is added."
)
exercise.mistake("b2_subtracted", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T + b1) @ W2.T - b2).says(
    "b2 is subtracted; it is added."
)
exercise.mistake("b2_multiplied", lambda x, W1, b1, W2, b2: (_gelu(x @ W1.T + b1) @ W2.T) * b2).says(
    "You multiply by b2; it is added."
)
exercise.mistake("bend_at_the_end", lambda x, W1, b1, W2, b2: _gelu(_linear(_linear(x, W1, b1), W2, b2))).says(
    "Your GELU comes after the second layer. It goes between the two."
)
exercise.mistake("bend_twice", lambda x, W1, b1, W2, b2: _gelu(feed_forward(x, W1, b1, W2, b2))).says(
    "You bend after the second layer as well. Only the hidden numbers are bent."
)
exercise.mistake("bend_first", lambda x, W1, b1, W2, b2: _linear(_linear(_gelu(x), W1, b1), W2, b2)).says(
    "You bend x before the first layer. The GELU goes around the first layer's result."
)
exercise.mistake("bend_before_and_between", lambda x, W1, b1, W2, b2: feed_forward(_gelu(x), W1, b1, W2, b2)).says(
    "You bend x too, before the first layer. Only the hidden numbers are bent."
)
exercise.mistake("gelu_twice", _bent(lambda z: _gelu(_gelu(z)))).says("You apply the GELU twice in a row.")
exercise.mistake("first_layer_only", lambda x, W1, b1, W2, b2: _gelu(_linear(x, W1, b1))).says(
    "You return the hidden numbers, h of them. The second layer, back to d, is missing."
)
exercise.mistake("first_layer_unbent", lambda x, W1, b1, W2, b2: _linear(x, W1, b1)).says(
    "You return the first layer only, without GELU and without the second layer."
)
exercise.mistake("relu_no_biases", lambda x, W1, b1, W2, b2: torch.relu(x @ W1.T) @ W2.T).says(
    "Two things: GELU is wanted, not ReLU; and both biases are missing."
)
exercise.mistake("relu_residual", lambda x, W1, b1, W2, b2: x + _bent(torch.relu)(x, W1, b1, W2, b2)).says(
    "Two things: GELU is wanted, not ReLU; and x is not added here."
)
exercise.mistake("residual_of_hidden", _bent(lambda z: z + _gelu(z))).says(
    "You add the hidden numbers before the GELU to those after it. There is no shortcut inside."
)
exercise.mistake("norm_of_result", lambda x, W1, b1, W2, b2: _normed(feed_forward(x, W1, b1, W2, b2))).says(
    "You normalise the result. The norm is the block's business."
)
exercise.mistake("norm_of_x", lambda x, W1, b1, W2, b2: feed_forward(_normed(x), W1, b1, W2, b2)).says(
    "You normalise x first. The norm is the block's business."
)
exercise.mistake(
    "summed_over_words", lambda x, W1, b1, W2, b2: feed_forward(x, W1, b1, W2, b2).reshape(-1, x.shape[-1]).sum(0)
).says("You add up all words. Each has a result of its own.")
exercise.mistake(
    "mean_over_words", lambda x, W1, b1, W2, b2: feed_forward(x, W1, b1, W2, b2).reshape(-1, x.shape[-1]).mean(0)
).says("You average over all words. Each has a result of its own.")
exercise.mistake("flattened", lambda x, W1, b1, W2, b2: feed_forward(x, W1, b1, W2, b2).reshape(-1, x.shape[-1])).says(
    "The numbers are right, but the axes in front are gone: keep the shape of x."
)


@exercise.mistake("three_axes_only").says(
    "You unpack three axes, so that only (B, T, d) passes. There may be fewer: leave those in front alone."
)
def three_axes_only(x, W1, b1, W2, b2):
    _batch, _length, _dim = x.shape
    return feed_forward(x, W1, b1, W2, b2)


exercise.mistake(
    "bmm", lambda x, W1, b1, W2, b2: _linear(_gelu(torch.bmm(x, W1.T.expand(len(x), -1, -1)) + b1), W2, b2)
).says("`torch.bmm` takes exactly three axes. `@` takes any number in front.")
exercise.mistake("mm", lambda x, W1, b1, W2, b2: torch.mm(_gelu(torch.mm(x, W1.T) + b1), W2.T) + b2).says(
    "`torch.mm` takes exactly two axes. `@` takes any number in front."
)
exercise.mistake(
    "scaled", lambda x, W1, b1, W2, b2: _linear(_gelu((x @ W1.T + b1) / math.sqrt(x.shape[-1])), W2, b2)
).says("You divide the hidden numbers by √d, as attention does its scores. Nothing is scaled here.")
exercise.mistake("x_detached", lambda x, W1, b1, W2, b2: feed_forward(x.detach(), W1, b1, W2, b2)).says(
    "The values are right, but x is cut off from the graph: what lies below this network would not be trained."
)
exercise.mistake("hidden_detached", lambda x, W1, b1, W2, b2: _linear(_gelu(_linear(x, W1, b1)).detach(), W2, b2)).says(
    "The values are right, but the hidden numbers are cut off from the graph: W1 and b1 would not be trained."
)
exercise.mistake(
    "weights_detached",
    lambda x, W1, b1, W2, b2: feed_forward(
        x, *(torch.tensor(weight.tolist(), dtype=x.dtype) for weight in (W1, b1, W2, b2))
    ),
).says(
    "The values are right, but the weights are cut off from the graph (`.data`, copies in a new layer): they would "
    "not be trained."
)


@exercise.mistake("no_gradients").says(
    "The values are right, but no gradient flows through your function (`no_grad`, `.detach()`, `.numpy()`)."
)
def no_gradients(x, W1, b1, W2, b2):
    with torch.no_grad():
        return feed_forward(x, W1, b1, W2, b2)


@exercise.mistake("in_place").says("You write the result into x, which belongs to whoever called.")
def in_place(x, W1, b1, W2, b2):
    result = feed_forward(x, W1, b1, W2, b2)
    x.copy_(result)
    return x


@exercise.mistake("in_place_data").says(
    "The result is right, but you also write it into x, which belongs to whoever called."
)
def in_place_data(x, W1, b1, W2, b2):
    result = feed_forward(x, W1, b1, W2, b2)
    x.data.copy_(result.data)
    return result


@exercise.mistake("b2_in_place").says("You write into b2 (`b2 += …`), which belongs to whoever called.")
def b2_in_place(x, W1, b1, W2, b2):
    hidden = x @ W1.T + b1
    result = _gelu(hidden) @ W2.T
    with torch.no_grad():
        b2 += result.reshape(-1, len(b2))[0]
    return b2.expand(x.shape)


exercise.mistake("columns_first_layer", lambda x, W1, b1, W2, b2: _gelu(W1 @ x.T + b1) @ W2.T + b2).says(
    "You turn x into columns for the first layer (`W1 @ x.T`) and not back. The words stand in rows: `x @ W1.T`."
)
exercise.mistake(
    "columns_with_columns_of_bias", lambda x, W1, b1, W2, b2: W2 @ _gelu(W1 @ x.T + b1[:, None]) + b2[:, None]
).says("Your result stands in columns. The words stand in rows, and the shape is that of x.")
exercise.mistake("elementwise_transposed", lambda x, W1, b1, W2, b2: _gelu(x * W1.T + b1) * W2.T + b2).says(
    "`*` multiplies entry by entry; a matrix product, `@`, is wanted."
)
exercise.mistake("biases_subtracted", lambda x, W1, b1, W2, b2: _gelu(x @ W1.T - b1) @ W2.T - b2).says(
    "Both biases are subtracted; they are added."
)
exercise.mistake("biases_multiplied", lambda x, W1, b1, W2, b2: (_gelu((x @ W1.T) * b1) @ W2.T) * b2).says(
    "You multiply by the biases; they are added."
)
exercise.mistake(
    "softmax_at_the_end", lambda x, W1, b1, W2, b2: torch.softmax(feed_forward(x, W1, b1, W2, b2), dim=-1)
).says("A softmax follows at the end. This network gives d plain numbers back to the stream.")
exercise.mistake("tanh_at_the_end", lambda x, W1, b1, W2, b2: torch.tanh(feed_forward(x, W1, b1, W2, b2))).says(
    "You bend the result with tanh. Only the hidden numbers are bent, by GELU."
)
exercise.mistake("norm_and_residual", lambda x, W1, b1, W2, b2: x + feed_forward(_normed(x), W1, b1, W2, b2)).says(
    "You norm x first and add x at the end. Both are the block's business; here only the network is wanted."
)
exercise.mistake("residual_and_norm", lambda x, W1, b1, W2, b2: _normed(x + feed_forward(x, W1, b1, W2, b2))).says(
    "You add x and norm the sum. Both are the block's business; here only the network is wanted."
)
exercise.mistake("glu", _bent(torch.nn.functional.glu)).says(
    "`glu` halves the hidden numbers by gating. The letters are close; GELU is wanted."
)
exercise.mistake("leaky_tenth", _bent(lambda z: torch.nn.functional.leaky_relu(z, 0.1))).says(
    "You use a leaky ReLU. GELU is wanted."
)
exercise.mistake("leaky_fifth", _bent(lambda z: torch.nn.functional.leaky_relu(z, 0.2))).says(
    "You use a leaky ReLU. GELU is wanted."
)
exercise.mistake("relu6", _bent(torch.nn.functional.relu6)).says("You use ReLU, cut off at 6. GELU is wanted.")
exercise.mistake("hardswish", _bent(torch.nn.functional.hardswish)).says("You use hard swish. GELU is wanted.")
exercise.mistake("square", _bent(lambda z: z**2)).says("You square the hidden numbers. GELU is wanted.")
exercise.mistake("exponential", _bent(torch.exp)).says("You take the exponential. GELU is wanted.")
exercise.mistake("tanh_without_cube", _bent(lambda z: 0.5 * z * (1 + torch.tanh(math.sqrt(2 / math.pi) * z)))).says(
    "Your approximation with tanh lacks its cubic term; and the exact GELU, with erf, is wanted."
)
exercise.mistake("relu_no_b2", lambda x, W1, b1, W2, b2: torch.relu(x @ W1.T + b1) @ W2.T).says(
    "Two things: GELU is wanted, not ReLU; and b2 is missing."
)
exercise.mistake("no_bend_no_biases", lambda x, W1, b1, W2, b2: x @ W1.T @ W2.T).says(
    "Two things: the GELU in between is missing, and so are both biases."
)
exercise.mistake("relu_not_transposed", lambda x, W1, b1, W2, b2: torch.relu(x @ W1 + b1) @ W2 + b2).says(
    "Two things: the weights are transposed, `x @ W.T`; and GELU is wanted, not ReLU."
)
exercise.mistake(
    "view_of_three",
    lambda x, W1, b1, W2, b2: feed_forward(x.view(x.shape[0] * x.shape[1], -1), W1, b1, W2, b2).view(
        x.shape[0], x.shape[1], x.shape[2]
    ),
).says("The values are right where there are three axes; any number in front is allowed: `@` needs no reshaping.")
exercise.mistake("no_bend_residual", lambda x, W1, b1, W2, b2: x + _bent(lambda z: z)(x, W1, b1, W2, b2)).says(
    "Two things: the GELU in between is missing; and x is not added here."
)
exercise.mistake("bend_twice_residual", lambda x, W1, b1, W2, b2: x + _gelu(feed_forward(x, W1, b1, W2, b2))).says(
    "Two things: only the hidden numbers are bent, not the result; and x is not added here."
)
exercise.mistake(
    "reshaped_weights",
    lambda x, W1, b1, W2, b2: _gelu(x @ W1.reshape(W1.shape[1], -1) + b1) @ W2.reshape(W2.shape[1], -1) + b2,
).says("You reshape the weights instead of transposing them: the shapes fit, but rows do not become columns.")
exercise.mistake("times_gelu", _bent(lambda z: z * _gelu(z))).says(
    "You multiply z by GELU(z). GELU has a factor z inside already: z·Φ(z)."
)
exercise.mistake("tanh_of_result_and_gelu", _bent(lambda z: torch.tanh(_gelu(z)))).says(
    "You bend the hidden numbers twice, or with tanh besides GELU."
)
exercise.mistake("silu_no_b2", lambda x, W1, b1, W2, b2: torch.nn.functional.silu(x @ W1.T + b1) @ W2.T).says(
    "Two things: GELU is wanted, not SiLU; and b2 is missing."
)
exercise.mistake("sigmoid_no_b2", lambda x, W1, b1, W2, b2: torch.sigmoid(x @ W1.T + b1) @ W2.T).says(
    "Two things: GELU is wanted, not a sigmoid; and b2 is missing."
)

exercise.right(
    lambda x, W1, b1, W2, b2: torch.nn.functional.linear(_gelu(torch.nn.functional.linear(x, W1, b1)), W2, b2)
)


@exercise.right
def right_1(x, W1, b1, W2, b2):
    z = torch.einsum("...d,hd->...h", x, W1) + b1
    return torch.einsum("...h,dh->...d", 0.5 * z * (1 + torch.erf(z / 2**0.5)), W2) + b2


@exercise.right
def right_2(x, W1, b1, W2, b2):
    z = x @ W1.t() + b1
    return (z * torch.special.ndtr(z)) @ W2.t() + b2


@exercise.right
def right_3(x, W1, b1, W2, b2):
    rows = [W2 @ torch.nn.GELU()(W1 @ row + b1) + b2 for row in x.reshape(-1, x.shape[-1])]
    return torch.stack(rows).reshape(x.shape)


@exercise.right
def right_4(x, W1, b1, W2, b2):
    z = x.matmul(W1.transpose(0, 1)).add(b1)
    return (z * torch.distributions.Normal(0.0, 1.0).cdf(z)).matmul(W2.transpose(0, 1)).add(b2)
