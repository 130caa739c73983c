"""What each composition costs to train, and what the course's code costs beside torch's own: one table, one run.

    python benchmarks/compositions.py

Training tokens/s of a language model with each composition on Campus, embeddings, projection, loss and Adam included,
and its share of the matrix-product peak of this machine, measured on the spot. Then `Recurrent` against
`torch.nn.LSTM` and `Attention` against bare projections around `scaled_dot_product_attention`, forward and backward.
The sides take turns, on one thread; medians are shown. Ratios carry over to other machines, seconds do not.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import torch
from side_by_side import alternate
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from nlm_utils import models, optim, text
from nlm_utils.corpora import campus
from nlm_utils.models.registry import COMPOSITIONS
from nlm_utils.training import Rows

BATCH = 64


def matmul_peak() -> float:
    """Floating-point operations per second of a large matrix product, on as many threads as torch has."""
    a, b = torch.randn(2, 1024, 1024)
    return 2 * 1024**3 / alternate({"product": lambda: a @ b}, 0.5)["product"]


def flops_per_token(model: models.LanguageModel, length: int) -> float:
    """Operations of matrix products for one token, forward and backward: 6 per weight, and the T² of attention."""
    parts = list(model.composition.modules())
    layers = [part for part in parts if isinstance(part, (nn.Linear, nn.RNNBase))]
    weights = model.W.numel() + sum(p.numel() for layer in layers for p in layer.parameters() if p.ndim == 2)
    n_attentions = sum(isinstance(part, models.Attention) for part in parts)
    return 6 * weights + n_attentions * 12 * model.dim * length / 2


def training_step(model: models.LanguageModel, rows: Rows) -> Callable[[], None]:
    optimizer = optim.Adam(model.parameters())

    def step() -> None:
        loss = model.loss(rows.inputs, rows.targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def there_and_back(module: Callable[[Tensor], Tensor], c: Tensor) -> Callable[[], None]:
    def call() -> None:
        module(c).sum().backward()

    return call


class BareAttention(nn.Module):
    """Two projections around torch's kernel and nothing else: what one would write without a class."""

    def __init__(self, dim: int, n_heads: int):
        super().__init__()
        self.n_heads = n_heads
        self.to_qkv, self.out = nn.Linear(dim, 3 * dim, bias=False), nn.Linear(dim, dim, bias=False)

    def forward(self, c: Tensor) -> Tensor:
        q, k, v = (
            part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for part in self.to_qkv(c).chunk(3, -1)
        )
        return self.out(scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))


class BareLSTM(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.cell = nn.LSTM(dim, dim, batch_first=True)

    def forward(self, c: Tensor) -> Tensor:
        return self.cell(c)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="for each side")
    parser.add_argument("--dim", type=int, default=128)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    dim = arguments.dim

    vocabulary = text.Vocabulary.from_types(campus.types())
    rows = Rows.of(campus.sample(BATCH, 0), vocabulary)
    length = rows.inputs.shape[1]
    built = {
        name: models.LanguageModel(len(vocabulary), dim, recipe(dim, length))
        for name, recipe in COMPOSITIONS.items()
    }
    medians = alternate({name: training_step(m, rows) for name, m in built.items()}, arguments.seconds)
    peak = matmul_peak()
    print(
        f"training on Campus, d = {dim}, {BATCH} sentences a step; matrix-product peak {peak / 1e9:.0f} GFLOP/s"
    )
    print(f"{'composition':<24}{'parameters':>12}{'tokens/s':>12}{'share of peak':>15}")
    for name, model in built.items():
        speed = rows.n_tokens / medians[name]
        share = speed * flops_per_token(model, length) / peak
        print(f"{name:<24}{model.n_parameters:>12,}{speed:>12,.0f}{share:>14.0%}")

    print(f"\n{'forward and backward, ms':<40}{'ours':>8}{'torch':>8}{'torch / ours':>14}")
    for length, batch in ((25, 64), (256, 8)):
        c = torch.randn(batch, length, dim, requires_grad=True)
        pairs = {
            "Recurrent, lstm / nn.LSTM": (models.Recurrent(dim, "lstm"), BareLSTM(dim)),
            "Attention / bare projections": (models.Attention(dim, context=length), BareAttention(dim, 4)),
        }
        for name, sides in pairs.items():
            calls = dict(zip(("ours", "torch"), (there_and_back(side, c) for side in sides), strict=True))
            took = alternate(calls, arguments.seconds)
            shown = f"{name}, T {length}, B {batch}"
            ratio = took["torch"] / took["ours"]
            print(f"{shown:<40}{took['ours'] * 1e3:>8.2f}{took['torch'] * 1e3:>8.2f}{ratio:>14.2f}")


if __name__ == "__main__":
    main()
