"""pre_norm_block: the parts that stand for attention, the network and the norms, by their names."""

import functools

import torch


def look_back(x):
    """Stands for attention: mixes each word with the mean of those so far, and turns the last axis by one."""
    counts = torch.arange(1, x.shape[-2] + 1, dtype=x.dtype)[:, None]
    return 0.7 * (x.cumsum(dim=-2) / counts).roll(1, dims=-1) + 0.1


def bend(x):
    """Stands for the feed-forward network: each word by itself, not linear."""
    return torch.tanh(1.3 * x - 0.4) + 0.2 * x.flip(-1)


def norm_one(x):
    """A layer norm with a gain of 1.5 and a bias of 0.2."""
    return 1.5 * torch.nn.functional.layer_norm(x, x.shape[-1:]) + 0.2


def norm_two(x):
    """A layer norm with a gain of 0.6 and a bias of −0.3."""
    return 0.6 * torch.nn.functional.layer_norm(x, x.shape[-1:]) - 0.3


def triple_and_1(x):
    return 3 * x + 1


def quintuple_and_2(x):
    return 5 * x + 2


def double(x):
    return 2 * x


def septuple_and_4(x):
    return 7 * x + 4


def once(part, name):
    """The part under another name, which gives 1 more when it is asked the same tensor again."""

    @functools.wraps(part)
    def asked(x):
        again = getattr(x, name, 0)
        setattr(x, name, 1)
        return part(x) + again

    asked.__name__ = asked.__qualname__ = name
    return asked


triple_and_1_once = once(triple_and_1, "triple_and_1_once")
quintuple_and_2_once = once(quintuple_and_2, "quintuple_and_2_once")
double_once = once(double, "double_once")
septuple_and_4_once = once(septuple_and_4, "septuple_and_4_once")

BY_HAND = (triple_and_1, quintuple_and_2, double, septuple_and_4)
PARTS = (look_back, bend, norm_one, norm_two)
ASKED_ONCE = (triple_and_1_once, quintuple_and_2_once, double_once, septuple_and_4_once)
