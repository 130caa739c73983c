"""What gru_step is tried on, and the cells that its mistakes are made of."""

import torch
from torch import sigmoid, tanh
from torch.nn import functional as F

from .inputs import numbers


def gru(batch, hidden, dim, seed, x_scale=1.0, dtype=torch.float64, grad=False, z_bias=0.0, zero=False):
    """Arguments of gru_step; z_bias opens (−) or shuts (+) the update gate."""
    params = {
        "weight_ih": numbers(3 * hidden, dim, seed=seed + 2, scale=0.6, dtype=dtype),
        "weight_hh": numbers(3 * hidden, hidden, seed=seed + 3, scale=0.6, dtype=dtype),
        "bias_ih": numbers(3 * hidden, seed=seed + 4, scale=0.5, dtype=dtype),
        "bias_hh": numbers(3 * hidden, seed=seed + 5, scale=0.5, dtype=dtype),
    }
    params["bias_ih"][hidden : 2 * hidden] += z_bias
    h = numbers(batch, hidden, seed=seed, scale=0.6, dtype=dtype, grad=grad)
    if zero:
        h = torch.zeros(batch, hidden, dtype=dtype)
    return h, numbers(batch, dim, seed=seed + 1, scale=x_scale, dtype=dtype, grad=grad), params


def joined_blocks(h, x, params):
    """What x says and what h says, each (B, 3·hidden), with its bias."""
    return F.linear(x, params["weight_ih"], params["bias_ih"]), F.linear(h, params["weight_hh"], params["bias_hh"])


def blocks_of(h, x, params):
    """The blocks r, z, n of x, and those of h, each (B, hidden)."""
    return [block for side in joined_blocks(h, x, params) for block in side.chunk(3, dim=-1)]


def cell(
    proposal=lambda i, g, r, z, h: tanh(i + r * g),
    mix=lambda n, z, h, r: (1 - z) * n + z * h,
    gates=lambda i, g: sigmoid(i + g),
    z_gate=None,
    order=(0, 1, 2),
    blocks=blocks_of,
):
    """gru_step with something changed: its proposal, its last line, its gates (or z's alone), its blocks."""

    def step(h, x, params):
        all_six = list(blocks(h, x, params))
        i_r, i_z, i_n, h_r, h_z, h_n = [all_six[3 * of + place] for of in (0, 1) for place in order]
        r, z = gates(i_r, h_r), (z_gate or gates)(i_z, h_z)
        return mix(proposal(i_n, h_n, r, z, h), z, h, r)

    return step


def in_n(blocks, i, g):
    """All six blocks, but block i of x and block g of h where those of n belong."""
    return [*blocks[:2], blocks[i], *blocks[3:5], blocks[3 + g]]


def reset_first(mix=lambda n, z, h: (1 - z) * n + z * h):
    """The paper's cell: r times h before the product."""

    def step(h, x, params):
        i_r, i_z, i_n, h_r, h_z, _ = blocks_of(h, x, params)
        r, z = sigmoid(i_r + h_r), sigmoid(i_z + h_z)
        n = tanh(i_n + (r * h) @ params["weight_hh"].chunk(3)[2].T + params["bias_hh"].chunk(3)[2])
        return mix(n, z, h)

    return step


def reset_first_with(h, x, params, bias):
    i_r, i_z, i_n, h_r, h_z, _ = blocks_of(h, x, params)
    r, z = sigmoid(i_r + h_r), sigmoid(i_z + h_z)
    n = tanh(i_n + (r * h) @ params["weight_hh"].chunk(3)[2].T + bias.chunk(3)[2])
    return (1 - z) * n + z * h


def kept_is_new(n, z, h, r=None):
    return z * n + (1 - z) * h
