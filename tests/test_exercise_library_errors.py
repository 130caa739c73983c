"""What is said when torch or NumPy stops inside an answer: the usual cause, with what to do about it."""

import math

import numpy as np
import pytest
from exercises_to_try import exercise_of

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402


def everything(t, ids, x):
    """Nothing in particular."""
    return t.sum() + ids.sum() + x.sum()


EX = exercise_of(
    everything, (torch.arange(30.0, dtype=torch.float64).reshape(2, 3, 5) / 7, torch.tensor([[1, 0, 2], [3, 3, 4]]),
                 np.array([1.0, 2.5, 4.0])),
)  # fmt: skip
g = torch.ones(3, requires_grad=True)


class Forgets(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 2)


def in_place(t, ids, x):
    y = g.exp()
    y += 1
    y.sum().backward()


def leaf(t, ids, x):
    y = torch.zeros(3, requires_grad=True)
    y += 1
    return y


def twice(t, ids, x):
    loss = (g * g).sum()
    loss.backward()
    loss.backward()


def conv(t, kernels, **options):
    return F.conv1d(t, kernels, **options)


other = nn.Linear(2, 3).state_dict()


def double(*shape):
    return torch.zeros(*shape, dtype=torch.float64)


SAID = [  # id, answer, words of the sentence
    ("generic-flatten", lambda t, ids, x: F.cross_entropy(t, ids), "flatten(0, 1)"),
    ("generic-flatten", lambda t, ids, x: F.cross_entropy(t.flatten(0, 1), ids), "(N,)"),
    ("generic-flatten", lambda t, ids, x: nn.CrossEntropyLoss()(t, ids), "flatten"),
    ("generic-target-dtype", lambda t, ids, x: F.cross_entropy(t[0], ids[0].float()), "`.long()`"),
    ("generic-target", lambda t, ids, x: F.cross_entropy(t[0], ids[0] * 0 - 100, ignore_index=-1), "leave `ignore_"),
    ("generic-target", lambda t, ids, x: F.cross_entropy(t[0], ids[0] + 9), "A target of 10 has no column"),
    ("generic-not-a-tensor", lambda t, ids, x: F.cross_entropy(t[0], ids[0], -100), "`ignore_index=-100`"),
    ("generic-loss-class", lambda t, ids, x: nn.CrossEntropyLoss(t, ids), "first brackets make a loss"),
    ("generic-gather", lambda t, ids, x: t.log_softmax(-1).gather(1, ids), "`targets[..., None]`"),
    ("generic-gather", lambda t, ids, x: np.take_along_axis(t.numpy(), ids.numpy(), -1), "`targets[..., None]`"),
    ("generic-maximum", lambda t, ids, x: max(x, 1 - x), "`np.maximum(a, b)`"),
    ("generic-maximum", lambda t, ids, x: np.max(x, 1e-8), "second argument of `np.max` is an axis"),
    ("generic-maximum", lambda t, ids, x: np.min(x, x), "The smaller of two"),
    ("generic-maximum", lambda t, ids, x: torch.max(t, 0.5), "`.clamp(min=…)`"),
    ("generic-not-a-tensor", lambda t, ids, x: torch.maximum(t, 0.5), "`.clamp(min=…)`"),
    ("generic-not-a-tensor", lambda t, ids, x: torch.minimum(t, 0.5), "`.clamp(max=…)`"),
    ("generic-not-a-tensor", lambda t, ids, x: torch.softmax([1.0, 2.0], -1), "gets a list: `torch.tensor(…)`"),
    ("generic-not-a-tensor", lambda t, ids, x: torch.tanh(x), "`torch.from_numpy(…)`"),
    ("generic-not-a-tensor", lambda t, ids, x: torch.exp(2.0), "`math` has"),
    ("generic-range", lambda t, ids, x: list(range(ids.tolist())), "gets a list"),
    ("generic-range", lambda t, ids, x: list(range(t)), "gets a Tensor"),
    ("generic-list-for-array", lambda t, ids, x: ids.tolist()[None], "A list has one axis"),
    ("generic-list-for-array", lambda t, ids, x: ids.tolist()[:, 0], "A list has one axis"),
    ("generic-float-index", lambda t, ids, x: t[torch.Tensor([1, 0])], "`torch.tensor(ids)` keeps whole"),
    ("generic-float-index", lambda t, ids, x: double(3, 4 / 2), "`//` a whole number"),
    ("generic-float-index", lambda t, ids, x: t.reshape(2, 15 / 1), "`//` a whole number"),
    ("generic-float-index", lambda t, ids, x: t[: 2 / 2], "`//` a whole number"),
    ("generic-float-index", lambda t, ids, x: np.zeros(3 / 1), "`//` a whole number"),
    ("generic-axis", lambda t, ids, x: x.sum(axis=1), "ONE vector, which has axis 0 alone"),
    ("generic-axis", lambda t, ids, x: torch.from_numpy(x).softmax(1), "`axis=-1` (torch: `dim=-1`)"),
    ("generic-axis", lambda t, ids, x: np.swapaxes(x, -1, -2), "nothing to exchange"),
    ("generic-axis", lambda t, ids, x: torch.from_numpy(x).mT, "A transpose"),
    ("generic-axis", lambda t, ids, x: t.sum(3), "there are 3, 0 to 2"),
    ("generic-axis", lambda t, ids, x: np.float64(x[0]).sum(axis=1), "a single number"),
    ("generic-axis", lambda t, ids, x: ids[0, 0].sum(1), "of a single number"),
    ("generic-axis", lambda t, ids, x: x.shape[1], "`x.shape[-1]` is the last one"),
    ("generic-axis", lambda t, ids, x: torch.multinomial(t, 1), "`[:, -1]`"),
    ("generic-index", lambda t, ids, x: F.one_hot(ids, 3), "the second argument of `F.one_hot`"),
    ("generic-complex", lambda t, ids, x: torch.view_as_complex(t), "pairs of neighbours"),
    ("generic-index", lambda t, ids, x: t[:, 3], "along axis 1, which has length 3: its places are 0 to 2"),
    ("generic-index", lambda t, ids, x: np.zeros(0)[-1], "empty"),
    ("generic-index", lambda t, ids, x: F.embedding(ids + 9, t[0]), "An id is too large"),
    ("generic-reshape", lambda t, ids, x: x.reshape(2, 2), "3 numbers do not fill the shape (2,2)"),
    ("generic-reshape", lambda t, ids, x: t.reshape(4, 4), "30 numbers do not fill the shape (4, 4)"),
    ("generic-convolution", lambda t, ids, x: conv(t, double(3, 1, 2)), "needs `groups=d` (here 3)"),
    ("generic-convolution", lambda t, ids, x: conv(t, double(5, 1, 2), groups=5), "the channels on axis 1"),
    ("generic-convolution", lambda t, ids, x: conv(t, double(3, 2), groups=3), "`[:, None]` makes the middle one"),
    ("generic-einsum", lambda t, ids, x: np.einsum("bd,vd->bv", x, t[0].numpy()), "each letter is one axis"),
    ("generic-matmul", lambda t, ids, x: t[0] @ t[1], "`t[0] @ t[1].T`, `t[1] @ t[0].T` or `t[0].T"),
    ("generic-matmul", lambda t, ids, x: x @ t[0].numpy().T, "Is a transpose missing"),
    ("generic-matmul", lambda t, ids, x: t @ t, "`t @ t.mT` or `t.mT @ t` would fit"),
    ("generic-matmul", lambda t, ids, x: F.linear(t, double(2, 4)), "Is a transpose missing"),
    ("generic-dtypes", lambda t, ids, x: t @ torch.ones(5, 2), "float64 and float32"),
    ("generic-dtypes", lambda t, ids, x: ids[0] @ t[0], "`.to(x.dtype)`"),
    ("generic-broadcast", lambda t, ids, x: t - t.sum(-1), "axis 2 a length of 5 meets one of 3"),
    ("generic-broadcast", lambda t, ids, x: t[0].numpy() - t[0].numpy().sum(-1), "differ at axis −1, 5 against 3"),
    ("generic-broadcast", lambda t, ids, x: x.__setitem__(slice(0, 2), np.ones(3)), "has shape (2,)"),
    ("generic-stack", lambda t, ids, x: torch.stack([1, 2]), "entry 0 of the list is an int"),
    ("generic-stack", lambda t, ids, x: torch.cat([]), "nothing was ever put"),
    ("generic-stack", lambda t, ids, x: np.stack([]), "nothing was ever put"),
    ("generic-stack", lambda t, ids, x: torch.cat(t, t), "ONE list"),
    ("generic-stack", lambda t, ids, x: np.concatenate(x, x), "ONE list"),
    ("generic-stack", lambda t, ids, x: torch.cat([t, ids]), "Print the shapes of the parts"),
    ("generic-stack", lambda t, ids, x: np.concatenate([x, 1.0]), "Print the shapes of the parts"),
    ("generic-stack", lambda t, ids, x: torch.tensor([t[0], t[1]]), "put together by `torch.stack`"),
    ("generic-numpy-of-gradients", lambda t, ids, x: np.tanh(g), "`torch.tanh` for `np.tanh`"),
    ("generic-numpy-of-gradients", lambda t, ids, x: g.numpy(), "keep the way back"),
    ("generic-scalar-function", lambda t, ids, x: math.tanh(t), "as `torch.tanh`"),
    ("generic-scalar-function", lambda t, ids, x: t.item(), "take one number"),
    ("generic-numpy-and-torch", lambda t, ids, x: x @ t[0], "make both of one kind"),
    ("generic-whole-numbers", lambda t, ids, x: ids.softmax(-1), "wants floats"),
    ("generic-whole-numbers", lambda t, ids, x: torch.mean(ids), "wants floats"),
    ("generic-state-dict-sizes", lambda t, ids, x: nn.Linear(3, 2).load_state_dict(other), "input size first"),
    ("generic-mask-dtype", lambda t, ids, x: t.masked_fill(t, 0.0), "`mask.bool()`"),
    ("generic-probabilities", lambda t, ids, x: torch.multinomial(-t[0], 1), "by the softmax"),
    ("generic-probabilities", lambda t, ids, x: np.random.default_rng(0).choice(3, p=x), "in NumPy of 1"),
    ("generic-call-arguments", lambda t, ids, x: torch.multinomial(t[0], 1, torch.Generator()), "`replacement`"),
    ("generic-in-place", in_place, "still needs"),
    ("generic-in-place", leaf, "asks for gradients is overwritten"),
    ("generic-second-backward", twice, "once for each loss"),
    ("generic-no-graph", lambda t, ids, x: t.sum().backward(), "`torch.no_grad()`"),
    ("generic-backward-of-many", lambda t, ids, x: g.exp().backward(), "starts from one number"),
    ("generic-view", lambda t, ids, x: t.transpose(1, 2).view(2, 15), "`.reshape` copies"),
    ("generic-module-init", lambda t, ids, x: Forgets(), "`super().__init__()` is missing"),
    ("generic-heads", lambda t, ids, x: nn.MultiheadAttention(10, 3), "a multiple of the number of heads"),
    ("generic-attribute", lambda t, ids, x: t.astype(float), "`.to(dtype)`"),
    ("generic-attribute", lambda t, ids, x: [1, 2].shape, "`np.array(…)` makes an array of it"),
    ("generic-attribute", lambda t, ids, x: x.unsqueeze(0), "`x[:, None]`"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "answer", "words"), SAID)
def test_what_torch_and_numpy_mean(id, answer, words):
    feedback = EX.check(answer)
    assert (feedback.outcome, feedback.misconception) == ("raised", id), str(feedback)
    assert words in feedback.sentence, feedback.sentence


def test_unpacking_a_shape_is_told_of_axes_and_other_unpacking_is_not():
    def shape(t, ids, x):
        batch, time = t.shape
        return batch + time

    def model(t, ids, x):
        logits, loss = t.sum(0)
        return logits + loss

    assert "inputs with fewer or more axes are allowed" in EX.check(shape).sentence
    sentence = EX.check(model).sentence
    assert "2 names" in sentence and "axes" not in sentence


def test_an_assertion_of_a_library_is_not_the_students():
    def asserts(t, ids, x):
        assert t.sum() < 0
        return t

    assert "An `assert` in your function" in EX.check(asserts).sentence
    sentence = EX.check(lambda t, ids, x: np.testing.assert_array_equal(x, x + 1)).sentence
    assert "in your function" not in sentence
