"""What several exercises of this lecture share."""

import torch


def numbers(*shape: int, seed: int, scale: float = 1.0, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card; none is 0."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.round(10 * scale * torch.randn(shape, generator=generator, dtype=torch.float64)) / 10
    values[values == 0] = 0.1
    return values.to(dtype).requires_grad_(grad)


def rnn(batch, hidden, dim, seed, x_scale=1.0, dtype=torch.float64, grad=False):
    """Arguments of rnn_step with numbers of a size that tanh still tells apart."""
    return (
        numbers(batch, hidden, seed=seed, scale=0.5, dtype=dtype, grad=grad),
        numbers(batch, dim, seed=seed + 1, scale=x_scale, dtype=dtype, grad=grad),
        numbers(hidden, hidden, seed=seed + 2, scale=0.6, dtype=dtype, grad=grad),
        numbers(hidden, dim, seed=seed + 3, scale=0.5, dtype=dtype, grad=grad),
        numbers(hidden, seed=seed + 4, scale=0.4, dtype=dtype, grad=grad),
    )


def drawn(rng, *shapes: tuple[int, ...]) -> list:
    """Random tensors of these shapes, all of one dtype and size, which ask for gradients or do not."""
    dtype, grad = [torch.float32, torch.float64][rng.integers(2)], bool(rng.integers(2))
    scale = 10 ** rng.uniform(-2, -0.3)  # in float32 the slope of a saturated tanh has few digits
    return [torch.tensor(scale * rng.normal(size=shape), dtype=dtype, requires_grad=grad) for shape in shapes]


def pre(h, x, W_h, W_x, b):
    return h @ W_h.T + x @ W_x.T + b
