"""A composition of the student's own: not its values are observed but the faults that `challenge` finds in it."""

import torch
from torch import nn

from nlm_utils import challenge
from nlm_utils.exercises.definition import Exercise
from nlm_utils.exercises.observers.my_composition import observe


def my_composition(dim):
    """A composition of your own: a module that maps embeddings c (B, T, dim) to vectors x (B, T, dim).

    x[:, t] composes c[:, 0] … c[:, t] and depends on nothing after t, on no other row, and not on T. It reads
    any T up to 25 and leaves c as it is; gradients flow back to c. `dim` is a multiple of 4. Give what is trained
    to nn modules or nn.Parameter. (A plain function of c will do where nothing is trained.)
    """

    class Tree(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(2 * dim, dim) for _ in range(5))

        def forward(self, c):
            for reach, layer in zip([1, 2, 4, 8, 16], self.layers, strict=True):
                before = nn.functional.pad(c, (0, 0, reach, 0))[:, : c.shape[1]]
                c = c + torch.relu(layer(torch.cat([before, c], dim=-1)))
            return c

    return Tree()


exercise = Exercise(
    my_composition,
    observe=observe,
    checks="1 to 25 words, 1 to 40 sentences, each output against later words, other rows, and for a prefix alone",
    explanation=(
        "Five layers. In the first every word meets the one before it, in the second what stands two words back, then "
        "four, eight, sixteen: so five layers reach 31 words back, without a loop over time, as the tree of a scan "
        "does (lecture 12). With convolutions this is WaveNet (van den Oord et al. 2016). There are many other right "
        "answers, and better ones: `submit` tells how good yours is."
    ),
    hints=[
        "Begin with what you know: any composition of lectures 08 to 12 is a right answer. Change one thing.",
        "`torch.nn.functional.pad(c, (0, 0, k, 0))[:, : c.shape[1]]` moves all words k places later: a look back.",
        "Is the loss not what you hoped for? Add c itself to what you compute, and put a `nn.Linear` and a "
        "non-linearity after it.",
    ],
)

exercise.case(8)
exercise.case(16)
exercise.drawn(lambda rng: (4 * int(rng.integers(2, 6)),), 1)


class Wrapped(nn.Module):
    """A module with a function around it: forward is `wrap(part, c)`."""

    def __init__(self, part: nn.Module, wrap):
        super().__init__()
        self.part, self.wrap = part, wrap

    def forward(self, c):
        return self.wrap(self.part, c)


class Remembering(nn.Module):
    """A state that is kept from one call to the next."""

    def __init__(self, dim):
        super().__init__()
        self.state, self.layer = torch.zeros(dim), nn.Linear(dim, dim)

    def forward(self, c):
        x = torch.tanh(self.layer(c)) + self.state
        self.state = x.detach()[0, -1]
        return x


class Listed(nn.Module):
    """Layers in a plain list, where no optimizer finds their parameters."""

    def __init__(self, dim):
        super().__init__()
        self.layers = [nn.Linear(dim, dim) for _ in range(2)]

    def forward(self, c):
        for layer in self.layers:
            c = torch.relu(layer(c)) + c.cumsum(1)
        return c


def in_place(c):
    for t in range(1, c.shape[1]):
        c[:, t] += c[:, t - 1]
    return c * 1.0


for kind, faulty in {
    "no module": lambda dim: None,  # built, and not returned
    "shape": lambda dim: nn.GRU(dim, dim, batch_first=True),
    "not finite": lambda dim: lambda c: c.cumsum(1) / torch.arange(c.shape[1])[:, None],
    "changes its input": lambda dim: in_place,
    "remembers": lambda dim: Remembering(dim),
    "mixes rows": lambda dim: Wrapped(nn.GRU(dim, dim), lambda part, c: part(c)[0]),
    "looks ahead": lambda dim: nn.TransformerEncoderLayer(dim, 4, batch_first=True),
    "knows the length": lambda dim: lambda c: c.cumsum(1) / c.shape[1],
    "not trained": lambda dim: Listed(dim),
    "no gradient": lambda dim: lambda c: c.detach().cumsum(1),
}.items():
    exercise.mistake(kind.replace(" ", "_"), faulty).says(challenge.FAULTS[kind])


@exercise.right
def fading_sum(dim):
    keep = torch.linspace(0.1, 0.99, dim)

    def compose(c):
        h, states = torch.zeros_like(c[:, 0]), []
        for c_t in c.unbind(1):
            h = keep * h + c_t
            states.append(h)
        return torch.stack(states, dim=1)

    return compose


exercise.right(lambda dim: lambda c: c.cumsum(1) / torch.arange(1, c.shape[1] + 1)[:, None])
exercise.right(lambda dim: Wrapped(nn.LSTM(dim, dim, batch_first=True), lambda part, c: part(c)[0]))


@exercise.right
def masked_encoder(dim):
    def read(layer, c):
        return layer(c, nn.Transformer.generate_square_subsequent_mask(c.shape[1]), is_causal=True)

    return Wrapped(nn.TransformerEncoderLayer(dim, 4, batch_first=True), read)


@exercise.right
def convolution(dim):
    def read(layer, c):
        return layer(nn.functional.pad(c.transpose(1, 2), (3, 0))).transpose(1, 2)

    return Wrapped(nn.Conv1d(dim, dim, 4), read)


exercise.right(lambda dim: Wrapped(nn.Dropout(0.5), lambda part, c: part(c.cumsum(1))))
