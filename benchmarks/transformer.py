"""Training speed of the course's Transformer beside torch's own layers of the same size: one table, one run.

    python benchmarks/transformer.py

Both sides are language models without dropout and biases, the same sizes and Adam: ours is `LanguageModel` with
`Transformer`, the other embedding, learned positions, `torch.nn.TransformerEncoder` (norm first, GELU, causal mask),
projection and cross-entropy, what a user would write from torch's manual. They read the same random ids, every target
counts, and they take turns on one thread; medians are shown. The share of the matrix-product peak counts 6 operations
for each weight and token, and those of causal attention; the peak is measured in the same run.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import torch
from side_by_side import alternate
from torch import Tensor, nn

from nlm_utils import models, optim

VOCAB_SIZE = 256


class Lean(nn.Module):
    """torch's own layers, and nothing that training does not need."""

    def __init__(self, dim: int, n_layers: int, n_heads: int, context: int):
        super().__init__()
        layer = nn.TransformerEncoderLayer(
            dim,
            n_heads,
            4 * dim,
            dropout=0.0,
            activation="gelu",
            batch_first=True,
            norm_first=True,
            bias=False,
        )
        norm = nn.LayerNorm(dim, bias=False)
        self.encoder = nn.TransformerEncoder(layer, n_layers, norm, enable_nested_tensor=False)
        self.E, self.W = nn.Embedding(VOCAB_SIZE, dim), nn.Linear(dim, VOCAB_SIZE, bias=False)
        self.positions = nn.Parameter(torch.randn(context, dim) / 2)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(context))

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        length = inputs.shape[1]
        x = self.E(inputs) + self.positions[:length]
        x = self.encoder(x, mask=self.mask[:length, :length], is_causal=True)
        return nn.functional.cross_entropy(self.W(x).flatten(0, 1), targets.flatten())


def ours(dim: int, n_layers: int, n_heads: int, context: int) -> models.LanguageModel:
    composition = models.Transformer(dim, n_layers, n_heads, context)
    return models.LanguageModel(VOCAB_SIZE, dim, composition)


def training_step(model: nn.Module, ids: Tensor) -> Callable[[], None]:
    optimizer = optim.Adam(model.parameters(), lr=1e-3)

    def step() -> None:
        loss = model.loss(ids[:, :-1], ids[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="for each side of each line")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    a, b = torch.randn(2, 1024, 1024)
    print("goal: ours at least as fast, a ratio of 1.0")
    print(f"{'':<34}{'tokens/s':^20}{'':>8}{'share of peak':^18}{'peak':>10}")
    print(f"{'size':<34}{'ours':>10}{'torch':>10}{'ratio':>8}{'ours':>10}{'torch':>8}{'GFLOP/s':>10}")
    for dim, n_layers, length, batch in (
        (64, 2, 24, 64),
        (128, 2, 64, 32),
        (128, 4, 64, 32),
        (128, 2, 256, 8),
    ):
        sizes = {"dim": dim, "n_layers": n_layers, "n_heads": 4, "context": length}
        mine, theirs = ours(**sizes), Lean(**sizes)
        assert mine.n_parameters == sum(p.numel() for p in theirs.parameters())
        ids = torch.randint(VOCAB_SIZE, (batch, length + 1))
        sides = {"ours": training_step(mine, ids), "torch": training_step(theirs, ids), "peak": lambda: a @ b}
        took = alternate(sides, arguments.seconds)
        peak = 2 * 1024**3 / took["peak"]
        weights = VOCAB_SIZE * dim + 12 * n_layers * dim**2
        operations = (
            6 * weights + 6 * n_layers * dim * length
        )  # two products of T/2 places on average, and back
        speed = {name: batch * length / took[name] for name in ("ours", "torch")}
        shares = {name: speed[name] * operations / peak for name in speed}
        size = f"d {dim}, {n_layers} layers, T {length}, B {batch}"
        print(
            f"{size:<34}{speed['ours']:>10,.0f}{speed['torch']:>10,.0f}{took['torch'] / took['ours']:>8.2f}"
            f"{shares['ours']:>10.0%}{shares['torch']:>8.0%}{peak / 1e9:>10.0f}"
        )


if __name__ == "__main__":
    main()
