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
exercise.case(20)  # 8 heads do not divide it
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


class Anew(nn.Module):
    """A layer that each call makes for itself."""

    def forward(self, c):
        return nn.Linear(c.shape[-1], c.shape[-1])(c.cumsum(1))


class Table(nn.Module):
    """Vectors for 25 places, all of them added to whatever comes."""

    def __init__(self, dim):
        super().__init__()
        self.places = nn.Parameter(torch.zeros(25, dim))

    def forward(self, c):
        return (c + self.places).cumsum(1)


def _attention(mask):
    """torch's attention with `mask(ones)`, of a square of ones as large as the text."""

    def read(layer, c):
        return layer(c, c, c, attn_mask=mask(torch.ones(c.shape[1], c.shape[1])).bool())[0]

    return lambda dim: Wrapped(nn.MultiheadAttention(dim, 4, batch_first=True), read)


def _first_alone(c):
    return torch.cat([c[:, :3], c[:, 3:] + c[:, 3:].sum(1, keepdim=True)], 1)


# What nothing more is known of
for kind, faulty in {
    "no module": lambda dim: 2 * dim,
    "shape": lambda dim: lambda c: list(c.cumsum(1)),
    "not finite": lambda dim: lambda c: c.cumsum(1) / (c - c),
    "changes its input": lambda dim: in_place,
    "looks ahead": lambda dim: _first_alone,
    "knows the length": lambda dim: lambda c: c.cumsum(1) / c.shape[1],
    "not trained": lambda dim: Listed(dim),
    "no gradient": lambda dim: lambda c: c.detach().cumsum(1),
}.items():
    exercise.mistake(kind.replace(" ", "_"), faulty).says(challenge.FAULTS[kind])

_FUNCTION = "`my_composition(dim)` gets the number dim, and returns a module, or a function, that takes c (B, T, dim)."
_WANTED = "A tensor (B, T, dim) is wanted, one vector for every word"
_AHEAD = "It looks ahead"
for _id, (_faulty, _sentence) in {
    "none": (lambda dim: None, f"It returns None: is its `return` missing? {_FUNCTION}"),
    "class": (
        lambda dim: nn.Identity,
        "It returns the class itself: `return Net()` makes a module, `return Net` none.",
    ),
    "c_for_dim": (lambda dim: dim.cumsum(1), f"It takes the argument for c. {_FUNCTION}"),
    "forward_none": (
        lambda dim: lambda c: None,
        "Reading c gives None: `return` is missing (`print` hands nothing back).",
    ),
    "tuple": (
        lambda dim: nn.GRU(dim, dim, batch_first=True),
        "Reading c gives a tuple: torch's recurrent layers return (outputs, last state), its attention (outputs, "
        f"weights). {_WANTED}: take the first of the two, `[0]`, in a `forward` of your own.",
    ),
    "last_axis": (
        lambda dim: lambda c: torch.cat([c, c], -1),
        f"The last axis has another length than dim. {_WANTED}: give the layers dim for their last size, or put an "
        "`nn.Linear(…, dim)` at the end.",
    ),
    "number_of_words": (
        lambda dim: lambda c: c[:, 1:],
        "As many vectors as words must come back, and yours are more or fewer: does a `return` stand inside the loop, "
        "or does a convolution lengthen or shorten the text? Pad in front, and cut to `[:, : c.shape[1]]`.",
    ),
    "one_vector": (lambda dim: lambda c: c[:, -1], f"One vector comes back for each sentence. {_WANTED}: keep axis 1."),
    "channels_first": (
        lambda dim: lambda c: c.cumsum(1).mT,
        f"It gives (B, dim, T), as torch's convolutions do. {_WANTED}: turn it back, `.transpose(1, 2)`.",
    ),
    "time_first": (
        lambda dim: lambda c: torch.stack([c[:, : t + 1].sum(1) for t in range(c.shape[1])]),
        "It gives (T, B, dim): stack the states along axis 1, `torch.stack(…, dim=1)`.",
    ),
    "squeezed": (
        lambda dim: lambda c: c.squeeze().cumsum(-2),
        "A `squeeze()` drops axes of length 1, where there is one sentence, or one word. All three axes stay.",
    ),
    "last_not_finite": (
        _attention(torch.tril),
        "The last word gets nan: in its row of the mask all is forbidden. In torch's attention layers True means "
        "FORBIDDEN: it is what stands after the word, `torch.ones(T, T).triu(1).bool()`.",
    ),
    "first_not_finite": (
        lambda dim: lambda c: c.cumsum(1) / torch.arange(c.shape[1])[:, None],
        "The first word gets inf or nan: it is divided by 0, or all is masked for it. Count it (`arange(1, T + 1)`), "
        "and let each word see itself (`triu(1)`).",
    ),
    "state_kept": (
        lambda dim: Remembering(dim),
        "The same sentences give another result the second time: a state, a table or a sum is kept from one call to "
        "the next. Begin each call with a new one.",
    ),
    "made_anew": (
        lambda dim: Anew(),
        "Each call makes a layer (or a parameter) anew, with new random weights that nobody trains. Make them once, in "
        "`__init__`, `self.layer = nn.Linear(dim, dim)`, and use `self.layer` in `forward`.",
    ),
    "at_random": (
        lambda dim: lambda c: c.cumsum(1) + torch.randn(dim),
        "It draws random numbers in `eval()` too: `F.dropout` does unless told `training=self.training`, and so does "
        "`torch.randn`. `nn.Dropout` as a layer of a module stops by itself.",
    ),
    "along_the_batch": (
        lambda dim: Wrapped(nn.GRU(dim, dim), lambda part, c: part(c)[0]),
        "It walks along the batch, from sentence to sentence: time is axis 1. torch's recurrent layers and attention "
        "need `batch_first=True`, and sums `dim=1`.",
    ),
    "whole_batch": (
        lambda dim: lambda c: c.cumsum(1) - c.mean(0),
        "The result for a sentence depends on the others of its batch: a batch norm, or a mean, sum or softmax over "
        "axis 0 (attention and encoders need `batch_first=True`). Normalise over dim, or over the words read so far.",
    ),
    "next_word": (
        lambda dim: lambda c: c + nn.functional.pad(c, (0, 0, 0, 1))[:, 1:],
        f"{_AHEAD}, one word: a shift goes the wrong way, a mask begins one place too late (`triu(1)` forbids what "
        "comes after), or a window is centred on its word (`padding=…` pads both ends). Pad in front only.",
    ),
    "a_few_words": (
        lambda dim: lambda c: c + nn.functional.pad(c, (0, 0, 0, 2))[:, 2:],
        f"{_AHEAD}, a few words: a shift goes the wrong way, or a window is centred on its word (`padding='same'` and "
        "`padding=…` pad both ends). Pad in front only, and cut what is too long off at the end.",
    ),
    "last_word": (
        lambda dim: lambda c: c + c[:, -1:],
        f"{_AHEAD}: every place reads the LAST word (`[:, -1]`, or the last state), which is not known yet.",
    ),
    "wraps": (
        lambda dim: lambda c: c + c.roll(1, 1),
        "The first words see the END of the text: `roll` and the index −1 wrap around. Before the text there are "
        "zeros: `nn.functional.pad(c, (0, 0, 1, 0))[:, :-1]` moves all words one place later.",
    ),
    "all_words": (
        lambda dim: lambda c: nn.functional.layer_norm(c, c.shape[1:]),
        f"{_AHEAD}, and every output depends on ALL words: attention without a causal mask (or one that is added "
        "without −inf), a mean, maximum, softmax or norm over the whole text, a layer that reads in both directions, "
        "or shifts that wrap around. Each word may meet only itself and those before it.",
    ),
    "only_later_words": (
        lambda dim: lambda c: c.flip(1).cumsum(1).flip(1),
        "It looks the wrong way: each word meets those AFTER it and none before. The triangle is the other one (`tril` "
        "for `triu`), or the text is read from its end.",
    ),
    "turned_round": (
        lambda dim: lambda c: c.cumsum(1).flip(1),
        f"{_AHEAD}: the text is turned round (`flip`), so that the first output reads the last word.",
    ),
    "fewer_words": (
        lambda dim: Table(dim),
        "It stops with fewer than 25 words: a table, a mask or a layer of a fixed length meets a shorter text. Cut a "
        "table to the text's length, `[: c.shape[1]]` (a mask on both axes); a layer goes over dim, never over time.",
    ),
    "one_word": (
        lambda dim: lambda c: torch.cat([c[:, :1], c[:, 1:] + torch.stack(list(c[:, :-1].unbind(1)), 1)], 1),
        "It stops where a text has ONE word: nothing stands before it, so that an empty list or slice is left, or a "
        "norm over time has a single number. Begin with zeros for what is before the text, and normalise over dim.",
    ),
    "one_sentence": (
        lambda dim: lambda c: c.squeeze(0).cumsum(-2) + c.squeeze(0).unflatten(0, (3, -1)).flatten(0, 1),
        "It stops where the batch has another size: a batch size stands in it as a number, or a `squeeze()` drops an "
        "axis of length 1. Take B from `c.shape[0]`.",
    ),
    "no_forward": (
        lambda dim: nn.Module(),
        "The module has no `forward`: is the method there, spelt like that, and indented into the class?",
    ),
    "another_dim": (
        lambda dim: Wrapped(nn.Linear(64, 64), lambda part, c: part(c).cumsum(1)),
        "It works for another dim than the one that it is given: a number like 64 stands where `dim` belongs, "
        "or a number of heads does not divide it (dim is a multiple of 4).",
    ),
}.items():
    exercise.mistake(_id, _faulty).says(_sentence)


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
