"""The language model of the whole course: embed the prefix, compose, project, and let a softmax follow.

softmax(W · compose(E[w_1], …, E[w_n])) for every prefix of a text at once; only the composition differs from one
lecture to the next. How it is trained is training.py's business, how text is drawn from it stands in sampling.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..text import PADDING
from . import storage
from .composition import Composition, class_named


class LanguageModel(nn.Module):
    """Embeddings E (V, d), a composition, a projection W (V, d): ids (B, T) -> logits t (B, T, V).

    composition  a `Composition` for this dim: (B, T, d) -> (B, T, d)
    tied         W is E (Press & Wolf 2017)
    seed         all parameters, those of the composition too, are drawn anew from it; other random numbers stay as
                 they are
    E starts with standard normal entries and W with entries of standard deviation 0.01 (tied: both with 0.02), so
    that the logits are small and the first loss is close to log V.
    """

    def __init__(
        self, vocab_size: int, dim: int, composition: Composition, tied: bool = False, seed: int = 0
    ):
        super().__init__()
        if vocab_size < 1 or dim < 1:
            raise ValueError(f"LanguageModel: vocab_size and dim must be at least 1, got {vocab_size}, {dim}")
        if not isinstance(composition, nn.Module):
            raise TypeError(
                f"LanguageModel: composition must be a module such as Addition(), got {composition!r}"
            )
        built_for = getattr(composition, "settings", {}).get("dim", dim)
        if built_for != dim:
            raise ValueError(f"LanguageModel: dim is {dim}, but the composition was built for {built_for}")
        self.vocab_size, self.dim, self.tied = vocab_size, dim, tied
        self.E = nn.Parameter(torch.empty(vocab_size, dim))
        self.composition = composition
        self.W = self.E if tied else nn.Parameter(torch.empty(vocab_size, dim))
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            composition.apply(lambda part: getattr(part, "reset_parameters", lambda: None)())
            nn.init.normal_(self.E, std=0.02 if tied else 1.0)
            if not tied:
                nn.init.normal_(self.W, std=0.01)

    @property
    def n_parameters(self) -> int:
        """How many numbers are trained; a tied W counts once."""
        return sum(parameter.numel() for parameter in self.parameters())

    @property
    def context(self) -> int | None:
        """The longest text that the composition can read, None for any."""
        return getattr(self.composition, "context", None)

    def embed(self, ids: Tensor) -> Tensor:
        """The embeddings c (…, d) of ids (…); IndexError for an id outside 0 … V−1."""
        if not isinstance(ids, Tensor) or ids.dtype not in (torch.int64, torch.int32):
            came = ids.dtype if isinstance(ids, Tensor) else type(ids).__name__
            raise TypeError(f"LanguageModel: ids must be a tensor of int64, got {came}; torch.as_tensor(ids)")
        try:
            return nn.functional.embedding(ids, self.E)
        except IndexError:
            wrong = ids[(ids < 0) | (ids >= self.vocab_size)][0].item()
            raise IndexError(
                f"LanguageModel: ids must lie in 0 … {self.vocab_size - 1}, got {wrong}"
                + ("; padding belongs in the targets, not in the inputs" if wrong == PADDING else "")
            ) from None

    def compose(self, ids: Tensor) -> Tensor:
        """The composed vector of every prefix: ids (B, T) -> x (B, T, d)."""
        if not isinstance(ids, Tensor) or ids.ndim != 2 or ids.shape[1] == 0:
            came = tuple(ids.shape) if isinstance(ids, Tensor) else type(ids).__name__
            raise ValueError(
                f"LanguageModel: ids must be a tensor (batch, time) of at least one token, got {came}"
            )
        if self.context is not None and ids.shape[1] > self.context:
            raise ValueError(
                f"LanguageModel: the text must have at most context = {self.context} tokens, got {ids.shape[1]}; "
                "cut it into shorter pieces or build the model with a larger context"
            )
        return self.composition(self.embed(ids))

    def forward(self, ids: Tensor) -> Tensor:
        """Logits for the word that follows each prefix: ids (B, T) int64 -> t (B, T, V)."""
        return self.compose(ids) @ self.W.T

    def loss(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """Mean negative log likelihood in nats per token; targets (B, T) of −100 do not count.

        What does not count is not projected either: at V words the projection costs most.
        """
        if targets.shape != inputs.shape:
            raise ValueError(
                f"LanguageModel.loss: targets must be shaped like inputs {tuple(inputs.shape)}, "
                f"got {tuple(targets.shape)}"
            )
        real = targets != PADDING  # (B, T)
        t = self.compose(inputs)[real] @ self.W.T  # (tokens, V)
        return nn.functional.cross_entropy(t, targets[real])

    def step(self, ids: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """Reads one more token per row, ids (B,) -> (logits t (B, V), state): what `forward` gives at its last place.

        state  what the call before returned; None at the beginning of a text
        """
        x, state = self.composition.step(self.embed(ids), state)
        return x @ self.W.T, state

    def generate(self, prefix_ids, n_new: int, generator: torch.Generator | None = None, **options) -> Tensor:
        """`n_new` tokens after a prefix, drawn one by one: see `sampling.generate_with_state`."""
        from .sampling import generate_with_state

        return generate_with_state(self, prefix_ids, n_new, generator, **options)

    # --- files ------------------------------------------------------------------------------------------------------

    def description(self) -> dict[str, Any]:
        """What the model is, its parameters apart: enough to build it again."""
        return {
            "vocab_size": self.vocab_size,
            "dim": self.dim,
            "tied": self.tied,
            "composition": type(self.composition).__name__,
            "settings": dict(getattr(self.composition, "settings", {})),
        }

    def save(self, path: str | Path) -> None:
        """Writes the model to a file, which `LanguageModel.load` reads; a file that is there is replaced at the end."""
        storage.write(
            {"kind": "language model", "model": self.description(), "parameters": self.state_dict()}, path
        )

    @classmethod
    def load(cls, path: str | Path) -> LanguageModel:
        """The model in a file that `save` wrote, on the CPU.

        ValueError for a damaged file, and for a composition that is not one of the course's: build such a model and
        use `model.load_state_dict`.
        """
        content = storage.read(path, "language model")
        model = content["model"]
        try:
            kind = class_named(model["composition"])
        except LookupError:
            raise ValueError(
                f"LanguageModel.load: {path} has the composition {model['composition']!r}, which is not one of the "
                "course's; build that model and give it torch.load(path)['parameters'] by model.load_state_dict"
            ) from None
        composition = kind(**model["settings"])
        built = cls(model["vocab_size"], model["dim"], composition, model["tied"])
        built.load_state_dict(content["parameters"])
        return built
