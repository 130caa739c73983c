"""The exercises of lecture 09: one step of a recurrent network, the whole sentence, clipping, a gated step.

All of it is torch. The references are the teaching versions; models/recurrent.py holds what trains fast, and both are
tested against torch's own cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from .definition import Exercise

LECTURE = "09_recurrent_networks"


def _numbers(*shape: int, seed: int, scale: float = 1.0, dtype=torch.float64, grad: bool = False):
    """Numbers with one decimal, negative ones among them, that are easy to read on a card; none is 0."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.round(10 * scale * torch.randn(shape, generator=generator, dtype=torch.float64)) / 10
    values[values == 0] = 0.1
    return values.to(dtype).requires_grad_(grad)


def _known(exercise: Exercise, table: Sequence[tuple[str, str, Callable]]) -> None:
    """Adds the mistakes of a table of (id, sentence, function), the likeliest first."""
    for id, sentence, function in table:
        exercise.misconception(id, sentence)(function)


# --- rnn_step ------------------------------------------------------------------------------------------------------


def rnn_step(h, x, W_h, W_x, b):
    """The next state of a recurrent network (Elman 1990), (B, hidden): tanh(h W_hᵀ + x W_xᵀ + b).

    h (B, hidden) the state so far, x (B, d) the embedding of the next word, one row for each sentence.
    W_h (hidden, hidden), W_x (hidden, d) and b (hidden,) are the same for all sentences and at all steps.
    The result has the dtype of h. It is right for inputs of ±1000 too, gradients flow back to all five, and
    h comes back unchanged.
    """
    return torch.tanh(h @ W_h.T + x @ W_x.T + b)


rnn_step_exercise = Exercise(
    rnn_step,
    lecture=LECTURE,
    checks="batches of 1 to 3, a state of zeros, inputs of ±1000, float32, the gradients of all five, h unchanged",
    explanation=(
        "Each row of W_h and W_x belongs to one number of the new state: it says how that number hears the old state "
        "and the new word. tanh keeps every entry between −1 and 1, however long the sentence gets."
    ),
    hints=[
        "Three things are added up before anything is bent: what the old state says, what the word says, the bias.",
        "W_h is (hidden, hidden) and W_x is (hidden, d), torch's layout: a batch of rows meets a weight that is "
        "transposed.",
        "`h @ W_h.T` is (B, hidden), and so is the product of x with its own weight; b is added to every row.",
        "`torch.tanh` goes around the whole sum, last.",
    ],
)


def _rnn(batch, hidden, dim, seed, x_scale=1.0, dtype=torch.float64, grad=False):
    """Arguments of rnn_step with numbers of a size that tanh still tells apart."""
    return (
        _numbers(batch, hidden, seed=seed, scale=0.5, dtype=dtype, grad=grad),
        _numbers(batch, dim, seed=seed + 1, scale=x_scale, dtype=dtype, grad=grad),
        _numbers(hidden, hidden, seed=seed + 2, scale=0.6, dtype=dtype, grad=grad),
        _numbers(hidden, dim, seed=seed + 3, scale=0.5, dtype=dtype, grad=grad),
        _numbers(hidden, seed=seed + 4, scale=0.4, dtype=dtype, grad=grad),
    )


_e = rnn_step_exercise
_e.case(*_rnn(1, 2, 3, 10))
_e.case(*_rnn(3, 2, 4, 20))
_e.case(*_rnn(2, 4, 3, 30))
_e.case(torch.zeros(2, 3, dtype=torch.float64), *_rnn(2, 3, 4, 40)[1:])
_e.case(*_rnn(3, 3, 3, 50))
_e.case(*_rnn(2, 3, 5, 61, x_scale=600.0))
_e.case(*_rnn(2, 3, 4, 70, dtype=torch.float32))
_e.case(*_rnn(2, 3, 4, 80, grad=True))


def _pre(h, x, W_h, W_x, b):
    return h @ W_h.T + x @ W_x.T + b


def _rnn_in_place(h, x, W_h, W_x, b):
    h.copy_(torch.tanh(_pre(h, x, W_h, W_x, b)))
    return h


def _tanh_by_hand(a):
    return (torch.exp(a) - torch.exp(-a)) / (torch.exp(a) + torch.exp(-a))


def _first_row_only(h, x, W_h, W_x, b):
    return torch.tanh(W_h @ h[0] + W_x @ x[0] + b)


def _state_written_before_use(h, x, W_h, W_x, b):
    h = torch.tanh(h @ W_h.T + b)
    return torch.tanh(h + x @ W_x.T)


def _rnn_made_anew(h, x, W_h, W_x, b):
    return torch.tensor(torch.tanh(_pre(h, x, W_h, W_x, b)).tolist(), dtype=h.dtype)


def _rnn_no_grad(h, x, W_h, W_x, b):
    with torch.no_grad():
        return torch.tanh(_pre(h, x, W_h, W_x, b))


def _added_in_place(h, x, W_h, W_x, b):
    h += torch.tanh(_pre(h, x, W_h, W_x, b))
    return h


_known(
    _e,
    [
        (
            "no_tanh",
            "You return the sum as it is. Without tanh the network is linear, and its state can grow without end.",
            _pre,
        ),
        (
            "weights_swapped",
            "The weights are exchanged: W_h belongs to the state h, W_x to the word x.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_x.T + x @ W_h.T + b),
        ),
        (
            "product",
            "You multiply what the state says with what the word says. The two are added.",
            lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T) * (x @ W_x.T) + b),
        ),
        (
            "product_of_all",
            "You multiply all parts with each other. They are added: state, word and bias.",
            lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T) * (x @ W_x.T) * b),
        ),
        (
            "nothing_transposed",
            "Neither weight is transposed. Both have one ROW for each number of the new state, so a batch of rows is "
            "multiplied by the transposed weight.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x + b),
        ),
        (
            "W_h_not_transposed",
            "W_h is not transposed. It is square, so torch does not complain; but each of its rows belongs to one "
            "number "
            "of the NEW state, as in W_x.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T + b),
        ),
        (
            "W_x_not_transposed",
            "W_x is not transposed: (B, d) times (hidden, d) does not fit, and where hidden = d it gives other "
            "numbers.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x + b),
        ),
        (
            "columns_for_rows",
            "You write W·h for a single column vector. Here h and x hold one ROW for each sentence of the batch.",
            lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h + W_x @ x + b),
        ),
        (
            "batch_last",
            "Your result is (hidden, B): you computed with columns and did not turn it back. One row for each "
            "sentence is "
            "wanted.",
            lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h.T + W_x @ x.T + b[:, None]),
        ),
        (
            "columns_bias",
            "You compute with columns, (hidden, B), and then add the bias along the wrong axis: b has one number "
            "for each "
            "entry of the state, not for each sentence.",
            lambda h, x, W_h, W_x, b: torch.tanh(W_h @ h.T + W_x @ x.T + b),
        ),
        (
            "columns_bias_turned_back",
            "You add b while your result still has hidden rows and B columns, so it goes along the wrong axis. Turn "
            "the "
            "product back first.",
            lambda h, x, W_h, W_x, b: torch.tanh((W_h @ h.T + W_x @ x.T + b).T),
        ),
        (
            "elementwise",
            "`*` multiplies entry by entry. A matrix product, `@`, is wanted: each new number listens to ALL of the "
            "old "
            "state.",
            lambda h, x, W_h, W_x, b: torch.tanh(h * W_h.T + x * W_x.T + b),
        ),
        (
            "no_bias",
            "The bias b is missing.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T),
        ),
        (
            "bias_after",
            "You add b after tanh, so that the state can leave −1 … 1. The bias belongs inside.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T) + b,
        ),
        (
            "bias_subtracted",
            "You subtract b; the bias is added.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T - b),
        ),
        (
            "bias_twice",
            "b is added twice, once for each product. This cell has one bias.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + b + x @ W_x.T + b),
        ),
        (
            "bias_multiplied",
            "You multiply by b; it is added.",
            lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T + x @ W_x.T) * b),
        ),
        (
            "word_forgotten",
            "x does not enter: your new state is the same whatever word comes.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + b),
        ),
        (
            "state_forgotten",
            "h does not enter: your network starts anew at every word, and remembers nothing.",
            lambda h, x, W_h, W_x, b: torch.tanh(x @ W_x.T + b),
        ),
        (
            "state_not_weighted",
            "The old state is added as it is, without W_h.",
            lambda h, x, W_h, W_x, b: torch.tanh(h + x @ W_x.T + b),
        ),
        (
            "word_not_weighted",
            "The word is added as it is, without W_x: it has d numbers, the state has hidden.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x + b),
        ),
        (
            "word_subtracted",
            "You subtract what the word says; state, word and bias are added.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T - x @ W_x.T + b),
        ),
        (
            "one_weight_for_both",
            "You use W_h for the word too. The word has its own weight, W_x.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_h.T + b),
        ),
        (
            "residual",
            "You add the old state to the new one, h + tanh(…). This cell replaces its state; what it keeps, it keeps "
            "through W_h.",
            lambda h, x, W_h, W_x, b: h + torch.tanh(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "tanh_of_each",
            "You bend the two parts separately and then add. Add first, one tanh around everything.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + torch.tanh(x @ W_x.T) + b,
        ),
        (
            "tanh_of_each_with_bias",
            "You bend the two parts separately and then add; the sum can be as large as 2. One tanh goes around "
            "everything.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + torch.tanh(x @ W_x.T + b),
        ),
        (
            "tanh_of_state_part",
            "Your tanh covers only what the state says. It goes around the whole sum.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T) + x @ W_x.T + b,
        ),
        (
            "tanh_of_word_part",
            "Your tanh covers only what the word says, with the bias. It goes around the whole sum.",
            lambda h, x, W_h, W_x, b: h @ W_h.T + torch.tanh(x @ W_x.T + b),
        ),
        (
            "two_tanhs",
            "You bend the state's part first, and the sum again. There is one tanh, around the sum.",
            _state_written_before_use,
        ),
        (
            "tanh_before",
            "You bend the old state BEFORE the product. It went through tanh when it was made; now the sum does.",
            lambda h, x, W_h, W_x, b: torch.tanh(h) @ W_h.T + x @ W_x.T + b,
        ),
        (
            "tanh_before_both",
            "You bend h and x, and return the sum unbent. tanh goes around the sum.",
            lambda h, x, W_h, W_x, b: torch.tanh(h) @ W_h.T + torch.tanh(x) @ W_x.T + b,
        ),
        (
            "tanh_twice",
            "tanh is applied twice.",
            lambda h, x, W_h, W_x, b: torch.tanh(torch.tanh(_pre(h, x, W_h, W_x, b))),
        ),
        (
            "tanh_of_the_old_state_too",
            "The old state goes through tanh once more before the product; it is used as it is.",
            lambda h, x, W_h, W_x, b: torch.tanh(torch.tanh(h) @ W_h.T + x @ W_x.T + b),
        ),
        (
            "sigmoid",
            "You use the sigmoid, whose values lie between 0 and 1. tanh is wanted: between −1 and 1.",
            lambda h, x, W_h, W_x, b: torch.sigmoid(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "relu",
            "You use ReLU, which forgets what is negative and has no upper end. tanh is wanted.",
            lambda h, x, W_h, W_x, b: torch.relu(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "softmax",
            "You use softmax: its entries compete and add up to 1. tanh bends every entry by itself.",
            lambda h, x, W_h, W_x, b: torch.softmax(_pre(h, x, W_h, W_x, b), dim=-1),
        ),
        (
            "clamped",
            "You cut the sum off at −1 and 1. tanh is smooth: it comes close to them and never arrives.",
            lambda h, x, W_h, W_x, b: torch.clamp(_pre(h, x, W_h, W_x, b), -1, 1),
        ),
        (
            "tan",
            "You use tan, the tangent of an angle. tanh, the hyperbolic one, is wanted.",
            lambda h, x, W_h, W_x, b: torch.tan(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "atan",
            "You use atan, which goes up to π/2. tanh is wanted.",
            lambda h, x, W_h, W_x, b: torch.atan(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "sine",
            "You use a sine, which goes up and down for ever. tanh rises once, from −1 to 1.",
            lambda h, x, W_h, W_x, b: torch.sin(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "exponentials_overflow",
            "Your quotient of exponentials is tanh, but for large inputs it becomes inf / inf. torch's own tanh "
            "does not.",
            lambda h, x, W_h, W_x, b: _tanh_by_hand(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "minus_tanh",
            "The sign of your whole state is the wrong way round.",
            lambda h, x, W_h, W_x, b: -torch.tanh(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "scaled_by_root",
            "You divide the sum by √hidden. That is done in attention; nothing is scaled here.",
            lambda h, x, W_h, W_x, b: torch.tanh(_pre(h, x, W_h, W_x, b) / h.shape[-1] ** 0.5),
        ),
        (
            "mean_of_two",
            "You halve what state and word say together. Nothing is averaged here.",
            lambda h, x, W_h, W_x, b: torch.tanh((h @ W_h.T + x @ W_x.T) / 2 + b),
        ),
        (
            "leaky",
            "You mix old and new state half and half. This cell replaces its state.",
            lambda h, x, W_h, W_x, b: (h + torch.tanh(_pre(h, x, W_h, W_x, b))) / 2,
        ),
        (
            "summed_over_batch",
            "You add the sentences of the batch up. Each has its own state: one row each.",
            lambda h, x, W_h, W_x, b: torch.tanh(_pre(h, x, W_h, W_x, b).sum(0)),
        ),
        (
            "first_sentence_only",
            "You compute the first sentence of the batch only. All rows are wanted.",
            _first_row_only,
        ),
        (
            "state_beside_word",
            "You return state and word side by side, not yet weighted: the weights have to mix them into `hidden` "
            "numbers.",
            lambda h, x, W_h, W_x, b: torch.cat([h, x], dim=-1),
        ),
        (
            "halves_beside",
            "You put the two products side by side. They are added, entry by entry.",
            lambda h, x, W_h, W_x, b: torch.tanh(torch.cat([h @ W_h.T + b, x @ W_x.T], dim=-1)),
        ),
        (
            "concatenated_the_wrong_way",
            "[h, x] is concatenated in one order and the weights in the other.",
            lambda h, x, W_h, W_x, b: torch.tanh(
                torch.cat([h, x], dim=-1) @ torch.cat([W_x, W_h], dim=-1).T + b
            ),
        ),
        (
            "pair",
            "You return a pair, as torch's modules do. The new state alone is wanted.",
            lambda h, x, W_h, W_x, b: (torch.tanh(_pre(h, x, W_h, W_x, b)),) * 2,
        ),
        (
            "old_state",
            "You return the state as it came.",
            lambda h, x, W_h, W_x, b: h,
        ),
        (
            "in_place",
            "The numbers may be right, but you write them into the caller's h. Return a new tensor.",
            _rnn_in_place,
        ),
        (
            "old_state_cut",
            "The numbers are right, but you detach the old state: no gradient gets back to it or through it to "
            "earlier "
            "words.",
            lambda h, x, W_h, W_x, b: torch.tanh(h.detach() @ W_h.T + x @ W_x.T + b),
        ),
        (
            "cut",
            "The numbers are right, but no gradient gets back: `.detach()`, `.data`, `.numpy()`, `torch.no_grad()` "
            "or a "
            "new tensor made from the numbers cut the graph.",
            lambda h, x, W_h, W_x, b: torch.tanh(_pre(h, x, W_h, W_x, b)).detach(),
        ),
        (
            "no_tanh_no_bias",
            "Two things are missing: the bias, and tanh around the sum.",
            lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T,
        ),
        (
            "sigmoid_no_bias",
            "Two things: the bias is missing, and tanh is wanted, not the sigmoid.",
            lambda h, x, W_h, W_x, b: torch.sigmoid(h @ W_h.T + x @ W_x.T),
        ),
        (
            "W_h_not_transposed_no_tanh",
            "Two things: W_h is not transposed, and tanh around the sum is missing.",
            lambda h, x, W_h, W_x, b: h @ W_h + x @ W_x.T + b,
        ),
        (
            "W_h_not_transposed_no_bias",
            "Two things: W_h is not transposed, and the bias is missing.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T),
        ),
        (
            "derivative",
            "You return 1 − tanh², the slope of tanh. The state is tanh itself.",
            lambda h, x, W_h, W_x, b: 1 - torch.tanh(_pre(h, x, W_h, W_x, b)) ** 2,
        ),
        (
            "squeezed",
            "`squeeze` takes the axis of a batch of one away. The result is (B, hidden), with B = 1 too.",
            lambda h, x, W_h, W_x, b: torch.tanh(_pre(h, x, W_h, W_x, b)).squeeze(),
        ),
        (
            "gelu",
            "You use GELU, which has no upper end. tanh is wanted.",
            lambda h, x, W_h, W_x, b: torch.nn.functional.gelu(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "softsign",
            "You use a / (1 + |a|), which has the range of tanh but not its values.",
            lambda h, x, W_h, W_x, b: torch.nn.functional.softsign(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "tanh_after_relu",
            "You cut what is negative off before tanh. The negative half of the state is needed.",
            lambda h, x, W_h, W_x, b: torch.tanh(torch.relu(_pre(h, x, W_h, W_x, b))),
        ),
        (
            "sigmoid_stretched",
            "Twice the sigmoid minus 1 is the tanh of HALF the sum: a factor of 2 is missing inside.",
            lambda h, x, W_h, W_x, b: 2 * torch.sigmoid(_pre(h, x, W_h, W_x, b)) - 1,
        ),
        (
            "exponentials_of_twice_overflow",
            "Your quotient of exponentials is tanh, but for large positive inputs it becomes inf / inf. torch's own "
            "does "
            "not.",
            lambda h, x, W_h, W_x, b: (
                (torch.exp(2 * _pre(h, x, W_h, W_x, b)) - 1) / (torch.exp(2 * _pre(h, x, W_h, W_x, b)) + 1)
            ),
        ),
        (
            "tanh_of_the_bias",
            "Your tanh covers the bias alone. It goes around the whole sum.",
            lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T + torch.tanh(b),
        ),
        (
            "bias_averaged",
            "You make one number of the bias. Each entry of the state has its own.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T + b.mean()),
        ),
        (
            "bias_summed",
            "You make one number of the bias, its sum. Each entry of the state has its own.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T + b.sum()),
        ),
        (
            "residual_inside",
            "You add the old state once more, unweighted, inside tanh. It enters through W_h only.",
            lambda h, x, W_h, W_x, b: torch.tanh(h + _pre(h, x, W_h, W_x, b)),
        ),
        (
            "state_twice",
            "What the old state says is counted twice.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + _pre(h, x, W_h, W_x, b)),
        ),
        (
            "word_twice",
            "What the word says is counted twice.",
            lambda h, x, W_h, W_x, b: torch.tanh(x @ W_x.T + _pre(h, x, W_h, W_x, b)),
        ),
        (
            "leaky_a_tenth",
            "You keep 0.9 of the old state. This cell replaces its state; a cell that keeps some comes later in the "
            "lecture.",
            lambda h, x, W_h, W_x, b: 0.9 * h + 0.1 * torch.tanh(_pre(h, x, W_h, W_x, b)),
        ),
        (
            "normalised",
            "You bring each state to length 1. tanh alone is wanted.",
            lambda h, x, W_h, W_x, b: torch.nn.functional.normalize(
                torch.tanh(_pre(h, x, W_h, W_x, b)), dim=-1
            ),
        ),
        (
            "residual_in_place",
            "Two things: `h += …` writes into the caller's tensor, and the new state REPLACES the old one.",
            _added_in_place,
        ),
        (
            "weights_cut",
            "The numbers are right, but weights and bias are detached: they could never be trained.",
            lambda h, x, W_h, W_x, b: torch.tanh(_pre(h, x, W_h.detach(), W_x.detach(), b.detach())),
        ),
        (
            "word_cut",
            "The numbers are right, but the word is detached: its embedding could never be trained.",
            lambda h, x, W_h, W_x, b: torch.tanh(_pre(h, x.detach(), W_h, W_x, b)),
        ),
        (
            "dot",
            "`torch.dot` takes two vectors. For a batch of rows and a matrix there is `@`.",
            lambda h, x, W_h, W_x, b: torch.tanh(torch.dot(h, W_h) + torch.dot(x, W_x) + b),
        ),
        (
            "cell_arguments_exchanged",
            "torch's cell takes the word first and then the state, and the weights in that order.",
            lambda h, x, W_h, W_x, b: torch.rnn_tanh_cell(h, x, W_h, W_x, b, torch.zeros_like(b)),
        ),
        (
            "bias_of_length_one",
            "Only the first number of the bias is used. Each entry of the state has its own.",
            lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T + b[0]),
        ),
    ],
)


@_e.right
def _(h, x, W_h, W_x, b):
    return (torch.einsum("bk,hk->bh", h, W_h) + torch.einsum("bd,hd->bh", x, W_x) + b).tanh()


@_e.right
def _(h, x, W_h, W_x, b):
    return torch.tanh(torch.cat([h, x], dim=1) @ torch.cat([W_h, W_x], dim=1).T + b)


@_e.right
def _(h, x, W_h, W_x, b):
    return torch.rnn_tanh_cell(x, h, W_x, W_h, b, torch.zeros_like(b))


@_e.right
def _(h, x, W_h, W_x, b):
    linear = torch.nn.functional.linear
    return torch.tanh(linear(h, W_h) + linear(x, W_x, b))


@_e.right
def _(h, x, W_h, W_x, b):
    rows = [torch.tanh(W_h @ old + W_x @ word + b) for old, word in zip(h, x, strict=True)]
    return torch.stack(rows)


@_e.right
def _(h, x, W_h, W_x, b):
    return 1 - 2 / (torch.exp(2 * (W_h @ h.T + W_x @ x.T + b[:, None]).T) + 1)


@_e.right
def _(h, x, W_h, W_x, b):
    return [torch.tanh(row) for row in h.float() @ W_h.float().T + x.float() @ W_x.float().T + b.float()]


# --- recurrent_compose ---------------------------------------------------------------------------------------------


def recurrent_compose(c, h0, W_h, W_x, b):
    """The states of a recurrent network along its sentences, (B, T, hidden).

    c (B, T, d) the embeddings, h0 (B, hidden) the state before the first word; weights as in `rnn_step`.
    State t is `rnn_step` of state t − 1 and c[:, t]: entry [:, t] of the result is the state AFTER reading
    c[:, t], so h0 itself is not in it. Gradients flow back to all arguments, which come back unchanged.
    """
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


recurrent_compose_exercise = Exercise(
    recurrent_compose,
    lecture=LECTURE,
    checks="sentences of 1 to 6 words, batches of 1 to 4, h0 of zeros and others, float32, gradients, h0 unchanged",
    explanation=(
        "One vector is carried along: each step reads one word and hands its state on. The same weights serve at "
        "every "
        "step, so the length of a sentence is not built into the network. `stack` along dimension 1 puts time where "
        "the "
        "embeddings have it."
    ),
    hints=[
        "A loop over the words of the sentences: time is the SECOND axis of c.",
        "Begin with h = h0. In the loop, h becomes `rnn_step` of h and the word's embeddings c[:, t], (B, d).",
        "Keep each new state in a list, `states.append(h)`; h0 itself does not go into it.",
        "After the loop there are T tensors of shape (B, hidden). `torch.stack(states, dim=1)` makes them (B, T, "
        "hidden).",
    ],
)


def _sentences(batch, time, dim, hidden, seed, dtype=torch.float64, grad=False, zero=False):
    """Arguments of recurrent_compose."""
    h0, _, W_h, W_x, b = _rnn(batch, hidden, dim, seed, dtype=dtype, grad=grad)
    if zero:
        h0 = torch.zeros(batch, hidden, dtype=dtype, requires_grad=grad)
    return _numbers(batch, time, dim, seed=seed + 9, dtype=dtype, grad=grad), h0, W_h, W_x, b


_e = recurrent_compose_exercise
_e.case(*_sentences(1, 2, 3, 2, 110))
_e.case(*_sentences(2, 3, 1, 4, 120))
_e.case(*_sentences(2, 4, 3, 5, 130, zero=True))
_e.case(*_sentences(4, 2, 3, 2, 140))
_e.case(*_sentences(3, 3, 3, 3, 150))
_e.case(*_sentences(2, 1, 4, 3, 160))
_e.case(*_sentences(3, 6, 2, 4, 170, dtype=torch.float32))
_e.case(*_sentences(2, 4, 5, 3, 180, grad=True))


def _walk(step=rnn_step, times=None, start=None, keep=None, cut=False, dim=1):
    """recurrent_compose with one thing changed.

    step(h, x, W_h, W_x, b); times(T) the steps; start(h0); keep(states, h0); cut: detach between the steps
    """

    def compose(c, h0, W_h, W_x, b):
        h, states = h0 if start is None else start(h0), []
        for t in range(c.shape[1]) if times is None else times(c.shape[1]):
            h = step(h.detach() if cut else h, c[:, t], W_h, W_x, b)
            states.append(h)
        states = states if keep is None else keep(states, h0)
        return torch.stack(states, dim=dim) if isinstance(states, list) else states

    return compose


def _h0_at_every_step(c, h0, W_h, W_x, b):
    return torch.stack([rnn_step(h0, c[:, t], W_h, W_x, b) for t in range(c.shape[1])], dim=1)


def _first_word_at_every_step(c, h0, W_h, W_x, b):
    h, states = h0, []
    for _ in range(c.shape[1]):
        h = rnn_step(h, c[:, 0], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _word_before(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t - 1], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _word_after(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, (t + 1) % c.shape[1]], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _along_the_batch(c, h0, W_h, W_x, b):
    h, states = h0, []
    for word in c:
        h = rnn_step(h, word, W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _along_the_batch_first(c, h0, W_h, W_x, b):
    h, states = h0, []
    for word in c:
        h = rnn_step(h, word, W_h, W_x, b)
        states.append(h)
    return torch.stack(states)


def _range_of_batch(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[0]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _range_of_dim(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[2]):
        h = rnn_step(h, c[:, :, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _averaged(c, h0, W_h, W_x, b):
    states = recurrent_compose(c, h0, W_h, W_x, b)
    return states.cumsum(1) / torch.arange(1, c.shape[1] + 1, dtype=c.dtype)[:, None]


def _one_buffer(c, h0, W_h, W_x, b):
    h, states = h0.detach().clone(), []
    for t in range(c.shape[1]):
        h[:] = rnn_step(h, c[:, t], W_h, W_x, b).detach()
        states.append(h)
    return torch.stack(states, dim=1)


def _h0_overwritten(c, h0, W_h, W_x, b):
    states = []
    for t in range(c.shape[1]):
        h0.copy_(rnn_step(h0, c[:, t], W_h, W_x, b))
        states.append(h0.clone())
    return torch.stack(states, dim=1)


def _backwards(c, h0, W_h, W_x, b):
    return recurrent_compose(c.flip(1), h0, W_h, W_x, b)


def _backwards_in_place(c, h0, W_h, W_x, b):
    return recurrent_compose(c.flip(1), h0, W_h, W_x, b).flip(1)


def _only_grows(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = h + rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _tanh_at_the_end(c, h0, W_h, W_x, b):
    return torch.tanh(_walk(_pre)(c, h0, W_h, W_x, b))


def _arguments_exchanged(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(c[:, t], h, W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _detached_numbers(c, h0, W_h, W_x, b):
    out = torch.zeros(c.shape[0], c.shape[1], h0.shape[1], dtype=c.dtype)
    h = h0
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        out[:, t] = h.detach()
    return out


def _prefix_sums(c, h0, W_h, W_x, b):
    return torch.stack([rnn_step(h0, c[:, : t + 1].sum(1), W_h, W_x, b) for t in range(c.shape[1])], dim=1)


def _sliced(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t : t + 1], W_h, W_x, b)
        states.append(h)
    return torch.stack(states, dim=1)


def _prefix_means_read(c, h0, W_h, W_x, b):
    counts = torch.arange(1, c.shape[1] + 1, dtype=c.dtype)[:, None]
    return recurrent_compose(c.cumsum(1) / counts, h0, W_h, W_x, b)


def _walk_with_h0(change):
    def compose(c, h0, W_h, W_x, b):
        h, states = h0, []
        for t in range(c.shape[1]):
            h = change(rnn_step(h, c[:, t], W_h, W_x, b), h0)
            states.append(h)
        return torch.stack(states, dim=1)

    return compose


def _kept_after_one_more_step(c, h0, W_h, W_x, b):
    h, states = h0, []
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states.append(rnn_step(h, c[:, t], W_h, W_x, b))
    return torch.stack(states, dim=1)


def _h0_in_place(c, h0, W_h, W_x, b):
    states = []
    for t in range(c.shape[1]):
        h0 += rnn_step(h0, c[:, t], W_h, W_x, b)
        states.append(h0)
    return torch.stack(states, dim=1)


def _buffer_of_width_d(c, h0, W_h, W_x, b):
    states, h = torch.zeros_like(c), h0
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states[:, t] = h
    return states


def _two_before(c, h0, W_h, W_x, b):
    states = [h0, h0]
    for t in range(c.shape[1]):
        states.append(rnn_step(states[-2], c[:, t], W_h, W_x, b))
    return torch.stack(states[2:], dim=1)


_known(
    _e,
    [
        (
            "first_state_repeated",
            "You compute the first state and repeat it. Every word has to be read, each from the state before it.",
            _walk(keep=lambda states, h0: [states[0]] * len(states)),
        ),
        (
            "last_state_repeated",
            "The last state stands at every place. Each place wants the state as it was after ITS word: keep them "
            "as you go.",
            _walk(keep=lambda states, h0: [states[-1]] * len(states)),
        ),
        (
            "h0_at_every_step",
            "Every step starts from h0, so that each state knows one word only. Hand the new state on to the next "
            "step.",
            _h0_at_every_step,
        ),
        (
            "shifted",
            "Your states stand one place too late: h0 is first and the last state is missing. Entry t is the state "
            "AFTER "
            "reading word t.",
            _walk(keep=lambda states, h0: [h0, *states[:-1]]),
        ),
        (
            "h0_included",
            "h0 is in your result, which is one longer than the sentence. Entry 0 is the state after the first word.",
            _walk(keep=lambda states, h0: [h0, *states]),
        ),
        (
            "only_the_last",
            "You return the last state alone. The state after every word is wanted, (B, T, hidden).",
            _walk(keep=lambda states, h0: states[-1]),
        ),
        (
            "time_first",
            "Your states are stacked with time first, (T, B, hidden), or still a list of T. Time is the second axis.",
            _walk(dim=0),
        ),
        (
            "time_last",
            "Your states are stacked with time last, (B, hidden, T). Time is the second axis.",
            _walk(dim=2),
        ),
        (
            "view_for_transpose",
            "You stack with time first and then re-cut the numbers with `view` or `reshape`: that mixes sentences. "
            "Stack "
            "along the right axis, or transpose.",
            lambda c, h0, W_h, W_x, b: _walk(dim=0)(c, h0, W_h, W_x, b).reshape(*c.shape[:2], -1),
        ),
        (
            "glued_in_a_row",
            "You glue the states together with `cat`, (B, T·hidden). `stack` makes the new axis for time.",
            _walk(keep=lambda states, h0: torch.cat(states, dim=1)),
        ),
        (
            "glued_below",
            "You glue the states together with `cat`, (T·B, hidden). `stack` makes the new axis for time.",
            _walk(keep=lambda states, h0: torch.cat(states, dim=0)),
        ),
        (
            "last_word_missing",
            "The last word is not read: your loop ends one too early.",
            _walk(times=lambda T: range(T - 1)),
        ),
        (
            "first_word_missing",
            "The first word is not read: your loop starts one too late.",
            _walk(times=lambda T: range(1, T)),
        ),
        (
            "along_the_batch",
            "Your loop goes over the first axis of c, the sentences. The words are its second axis.",
            _along_the_batch,
        ),
        (
            "along_the_batch_first",
            "Your loop goes over the first axis of c, the sentences, and stacks along it. The words are the second "
            "axis.",
            _along_the_batch_first,
        ),
        (
            "range_of_batch",
            "Your loop makes as many steps as there are SENTENCES, c.shape[0]. There is one step for each word.",
            _range_of_batch,
        ),
        (
            "along_the_dimensions",
            "Your loop goes over the last axis of c, the numbers of an embedding. The words are its second axis.",
            _range_of_dim,
        ),
        (
            "first_word_at_every_step",
            "Every step reads the first word again. Step t reads c[:, t].",
            _first_word_at_every_step,
        ),
        (
            "word_before",
            "Step t reads the word before it, and the first step the last one (index −1). Step t reads word t.",
            _word_before,
        ),
        (
            "word_after",
            "Step t reads the word after it: the network sees what it has to predict. Step t reads word t.",
            _word_after,
        ),
        (
            "backwards",
            "You read the sentences from the end to the beginning.",
            _backwards,
        ),
        (
            "backwards_turned",
            "You read from the end, and put the states back in order: each place knows what comes AFTER it. A "
            "language "
            "model may only know what came before.",
            _backwards_in_place,
        ),
        (
            "result_reversed",
            "The states are right, but in the wrong order: the first word's comes first.",
            _walk(keep=lambda states, h0: states[::-1]),
        ),
        (
            "starts_from_zero",
            "You start from zeros whatever h0 is. The first step starts from h0.",
            _walk(start=torch.zeros_like),
        ),
        (
            "starts_from_one",
            "You start from ones. The first step starts from h0.",
            _walk(start=torch.ones_like),
        ),
        (
            "no_memory",
            "The old state does not enter: each of your states knows one word only.",
            lambda c, h0, W_h, W_x, b: torch.tanh(c @ W_x.T + b),
        ),
        (
            "prefixes_added",
            "You add the prefix up and take one step: its order is lost. One step for each word.",
            _prefix_sums,
        ),
        (
            "states_added_up",
            "Your states are summed along time. Each state already holds its past; return it as it is.",
            lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h, W_x, b).cumsum(1),
        ),
        (
            "states_averaged",
            "You average the states so far. The state after each word is wanted as it is.",
            _averaged,
        ),
        (
            "mean_over_time",
            "You average over time: one vector per sentence. The state after every word is wanted.",
            lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h, W_x, b).mean(1),
        ),
        (
            "old_state_added",
            "You add each new state to the old one. The new state replaces the old.",
            _only_grows,
        ),
        (
            "no_tanh",
            "The steps lack tanh: your states are sums that can grow without end.",
            _walk(_pre),
        ),
        (
            "tanh_at_the_end",
            "You apply tanh once, to the finished states. It belongs in every step, before the state is handed on.",
            _tanh_at_the_end,
        ),
        (
            "W_h_not_transposed",
            "W_h is not transposed in your steps. It is square, so nothing complains; `rnn_step` does it right.",
            _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T + b)),
        ),
        (
            "no_bias",
            "The bias is missing in your steps.",
            _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T)),
        ),
        (
            "weights_swapped",
            "The weights are exchanged: `rnn_step` takes h, x, W_h, W_x, b, in this order.",
            _walk(lambda h, x, W_h, W_x, b: rnn_step(h, x, W_x, W_h, b)),
        ),
        (
            "arguments_exchanged",
            "State and word are exchanged: `rnn_step` takes the state first, then the word.",
            _arguments_exchanged,
        ),
        (
            "sigmoid",
            "Your steps use the sigmoid; `rnn_step` uses tanh.",
            _walk(lambda h, x, W_h, W_x, b: torch.sigmoid(_pre(h, x, W_h, W_x, b))),
        ),
        (
            "relu",
            "Your steps use ReLU; `rnn_step` uses tanh.",
            _walk(lambda h, x, W_h, W_x, b: torch.relu(_pre(h, x, W_h, W_x, b))),
        ),
        (
            "pair",
            "You return the states together with the last one, as torch.nn.RNN does. The states alone are wanted; "
            "the last "
            "is among them.",
            _walk(keep=lambda states, h0: (torch.stack(states, dim=1), states[-1])),
        ),
        (
            "first_and_last",
            "Only the first and the last state are there. One for every word is wanted.",
            _walk(keep=lambda states, h0: [states[0], states[-1]]),
        ),
        (
            "every_word_alone",
            "You return the words weighted by W_x. They have to be read into the state one after the other.",
            lambda c, h0, W_h, W_x, b: c @ W_x.T + b,
        ),
        (
            "one_buffer",
            "All entries of your list are one and the same tensor, which each step overwrites: so the last state "
            "stands "
            "everywhere. Make a new tensor at each step.",
            _one_buffer,
        ),
        (
            "h0_overwritten",
            "You write each state into the caller's h0. Let a name of your own point to the new state.",
            _h0_overwritten,
        ),
        (
            "cut_between_steps",
            "The numbers are right, but you detach the state between the steps: no gradient gets back to earlier "
            "words.",
            _walk(cut=True),
        ),
        (
            "cut",
            "The numbers are right, but no gradient gets back: `.detach()`, `.data`, `.numpy()` or "
            "`torch.no_grad()` cut "
            "the graph.",
            _detached_numbers,
        ),
        (
            "h0_cut",
            "The numbers are right, but h0 is detached: no gradient gets back to the state that the sentences "
            "started from.",
            _walk(start=lambda h0: h0.detach()),
        ),
        (
            "shifted_from_zero",
            "Two things: you start from zeros where h0 is given, and your states stand one place too late.",
            _walk(start=torch.zeros_like, keep=lambda states, h0: [torch.zeros_like(h0), *states[:-1]]),
        ),
        (
            "h0_at_every_step_time_first",
            "Two things: every step starts from h0, and time is stacked first.",
            lambda c, h0, W_h, W_x, b: _h0_at_every_step(c, h0, W_h, W_x, b).transpose(0, 1),
        ),
        (
            "h0_included_time_first",
            "Two things: h0 does not belong among the states, and time is the second axis, not the first.",
            _walk(keep=lambda states, h0: [h0, *states], dim=0),
        ),
        (
            "zero_start_time_first",
            "Two things: you start from zeros where h0 is given, and time is stacked first.",
            _walk(start=torch.zeros_like, dim=0),
        ),
        (
            "no_bias_no_tanh",
            "Two things are missing in your steps: the bias and tanh.",
            _walk(lambda h, x, W_h, W_x, b: h @ W_h.T + x @ W_x.T),
        ),
        (
            "embeddings_summed",
            "You add embeddings up, as lecture 03 did. Here a state is carried along.",
            lambda c, h0, W_h, W_x, b: c.cumsum(1),
        ),
        (
            "returns_in_the_loop",
            "Your `return` stands inside the loop, so that it ends after the first word. Move it to the left.",
            _walk(keep=lambda states, h0: states[:1]),
        ),
        (
            "axis_of_the_word_kept",
            "You slice the word, c[:, t:t+1], which keeps an axis of length 1: then the rows of one sentence meet the "
            "states of all. Index it, (B, d).",
            _sliced,
        ),
        (
            "prefix_mean_read",
            "Each step reads the mean of the prefix. It reads one word, c[:, t]; the state knows the rest.",
            _prefix_means_read,
        ),
        (
            "prefix_sum_read",
            "Each step reads the sum of the prefix. It reads one word, c[:, t]; the state knows the rest.",
            lambda c, h0, W_h, W_x, b: recurrent_compose(c.cumsum(1), h0, W_h, W_x, b),
        ),
        (
            "h0_added",
            "You add h0 at every step. It is where the first step starts, no more.",
            _walk_with_h0(lambda h, h0: h + h0),
        ),
        (
            "h0_added_before",
            "Every step starts from the old state PLUS h0. Only the first step starts from h0.",
            lambda c, h0, W_h, W_x, b: _walk(lambda h, x, W_h, W_x, b: rnn_step(h + h0, x, W_h, W_x, b))(
                c, h0, W_h, W_x, b
            ),
        ),
        (
            "step_twice",
            "Each state that you keep has read its word once more than the one that you hand on. "
            "Keep the one that you hand on.",
            _kept_after_one_more_step,
        ),
        (
            "two_steps_a_word",
            "You take two steps for each word. One is enough.",
            _walk(lambda h, x, W_h, W_x, b: rnn_step(rnn_step(h, x, W_h, W_x, b), x, W_h, W_x, b)),
        ),
        (
            "zero_start_W_h_not_transposed",
            "Two things: you start from zeros where h0 is given, and W_h is not transposed.",
            _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h + x @ W_x.T + b), start=torch.zeros_like),
        ),
        (
            "zero_start_no_bias",
            "Two things: you start from zeros where h0 is given, and the bias is missing.",
            _walk(lambda h, x, W_h, W_x, b: torch.tanh(h @ W_h.T + x @ W_x.T), start=torch.zeros_like),
        ),
        (
            "state_not_weighted",
            "The old state enters your steps without W_h.",
            _walk(lambda h, x, W_h, W_x, b: torch.tanh(h + x @ W_x.T + b)),
        ),
        (
            "h0_in_place",
            "Two things: `h0 += …` writes into the caller's tensor, and a new state replaces the old one.",
            _h0_in_place,
        ),
        (
            "width_d",
            "Your buffer has room for d numbers at each place; a state has `hidden` of them.",
            _buffer_of_width_d,
        ),
        (
            "words_cut",
            "The numbers are right, but the embeddings are detached: they could never be trained.",
            lambda c, h0, W_h, W_x, b: recurrent_compose(c.detach(), h0, W_h, W_x, b),
        ),
        (
            "weights_cut",
            "The numbers are right, but weights and bias are detached: they could never be trained.",
            lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h.detach(), W_x.detach(), b.detach()),
        ),
        (
            "squeezed",
            "`squeeze` takes axes of length 1 away. The result is (B, T, hidden), with B = 1 and T = 1 too.",
            lambda c, h0, W_h, W_x, b: recurrent_compose(c, h0, W_h, W_x, b).squeeze(),
        ),
        (
            "beside_the_embeddings",
            "You return embeddings and states side by side. The states alone are wanted.",
            lambda c, h0, W_h, W_x, b: torch.cat([c, recurrent_compose(c, h0, W_h, W_x, b)], dim=-1),
        ),
        (
            "every_other_state",
            "Each state is built on the one TWO places before it. Hand the newest one on.",
            _two_before,
        ),
    ],
)


@_e.right
def _(c, h0, W_h, W_x, b):
    states, h = [], h0
    for word in c.unbind(1):
        h = torch.tanh(torch.nn.functional.linear(h, W_h) + torch.nn.functional.linear(word, W_x, b))
        states.append(h[:, None])
    return torch.cat(states, dim=1)


@_e.right
def _(c, h0, W_h, W_x, b):
    weights = [W_x, W_h, b, torch.zeros_like(b)]
    return torch.rnn_tanh(c, h0[None], weights, True, 1, 0.0, False, False, True)[0]


@_e.right
def _(c, h0, W_h, W_x, b):
    states = torch.zeros(*c.shape[:2], len(b), dtype=c.dtype)
    h = h0
    for t in range(c.shape[1]):
        h = rnn_step(h, c[:, t], W_h, W_x, b)
        states[:, t] = h
    return states


@_e.right
def _(c, h0, W_h, W_x, b):
    words = c @ W_x.T + b
    states = [torch.tanh(h0 @ W_h.T + words[:, 0])]
    for t in range(1, c.shape[1]):
        states.append(torch.tanh(states[-1] @ W_h.T + words[:, t]))
    return torch.stack(states).transpose(0, 1)


@_e.right
def _(c, h0, W_h, W_x, b):
    rows = []
    for sentence, h in zip(c.float(), h0.float(), strict=True):
        states = []
        for word in sentence:
            h = torch.tanh(W_h.float() @ h + W_x.float() @ word + b.float())
            states.append(h)
        rows.append(torch.stack(states))
    return rows


# --- clip_by_global_norm -------------------------------------------------------------------------------------------


def clip_by_global_norm(grads, max_norm):
    """Gradients that are together no longer than max_norm -> (clipped, norm): a list like `grads`, and a number.

    grads     a list of tensors of any shapes: the gradients of all parameters
    max_norm  a positive number
    norm is the Euclidean length of all their entries TOGETHER, as it was before clipping (a float, or a tensor
    of one number). If norm ≤ max_norm the gradients are returned as they are, zeros included; else all of them
    are multiplied by one factor, so that their common length becomes max_norm. The tensors of the caller come
    back unchanged.
    """
    norm = torch.sqrt(sum((grad**2).sum() for grad in grads))
    if norm <= max_norm:
        return list(grads), norm
    return [grad * (max_norm / norm) for grad in grads], norm


def _observe_clipping(function: Callable, args: tuple, kwargs: dict) -> dict[str, Any]:
    """The clipped tensors, the norm as a float whichever kind of number it is, and the gradients afterwards."""
    result = function(*args, **kwargs)
    facts: dict[str, Any] = {}
    if isinstance(result, (tuple, list)) and len(result) == 2:
        clipped, norm = result
        if isinstance(norm, torch.Tensor) and norm.numel() == 1 and norm.is_floating_point():
            norm = float(norm)
        facts |= {"clipped": clipped, "norm": norm}
    else:
        facts["clipped"] = result
    return facts | {"gradients afterwards": args[0]}


clip_by_global_norm_exercise = Exercise(
    clip_by_global_norm,
    lecture=LECTURE,
    checks="one to four shapes, shorter and longer than max_norm, exactly as long, zeros, large, unchanged",
    explanation=(
        "All gradients together are one long vector. One factor for all keeps its direction and changes its length "
        "only; "
        "a factor for each tensor would turn it. torch.nn.utils.clip_grad_norm_ does the same in place."
    ),
    hints=[
        "Think of all gradients as one long vector, and of its length by Pythagoras.",
        "Squares of all entries of all tensors, added up, and one square root at the end.",
        "Compare this one norm with max_norm. Shorter or equal: nothing changes. Longer: one factor for all tensors.",
        "The factor is what makes the length max_norm: max_norm divided by the norm. Return (list, norm).",
    ],
    observe=_observe_clipping,
)
_e = clip_by_global_norm_exercise
_e.case([torch.tensor([3.0, 4.0])], 2.5)
_e.case([torch.tensor([3.0, 4.0]), torch.tensor([12.0])], 6.5)
_e.case([torch.tensor([0.3, -0.4]), torch.tensor([[1.2]])], 1.5)
_e.case([torch.tensor([-0.4, 0.3]), torch.tensor([[-1.2]])], 2.0)
_e.case([_numbers(2, 3, seed=201), _numbers(3, seed=202), _numbers(1, seed=203, scale=3.0)], 1.0)
_e.case(
    [_numbers(2, 3, seed=204, scale=0.1), _numbers(4, seed=205, scale=9.0), _numbers(2, 2, seed=206)], 3.0
)
_e.case([torch.tensor([0.6, 0.0], dtype=torch.float64), torch.tensor([-0.8], dtype=torch.float64)], 5.0)
_e.case([torch.tensor([2.0, -2.0]), torch.tensor([[1.0], [0.0]])], 3.0)
_e.case([torch.zeros(2, 3), torch.zeros(3)], 1.0)
_e.case(
    [_numbers(3, 2, seed=207, scale=1000.0, dtype=torch.float32), _numbers(2, seed=208, dtype=torch.float32)],
    0.5,
)
_e.case([_numbers(2, seed=i + 210, scale=0.5) for i in range(4)], 0.7)


def _clipping(norm, factor=None, when=None, returned=None):
    """clip_by_global_norm with another norm(grads), factor(norm, max_norm), condition or returned norm."""
    factor = factor or (lambda norm, max_norm: max_norm / norm)
    when = when or (lambda norm, max_norm: norm > max_norm)

    def clip(grads, max_norm):
        size = norm(grads)
        clipped = [g * factor(size, max_norm) for g in grads] if when(size, max_norm) else list(grads)
        return clipped, size if returned is None else returned(size, grads, clipped, max_norm)

    return clip


def _norm(grads):
    return torch.sqrt(sum((g**2).sum() for g in grads))


def _flat(grads):
    return torch.cat([g.flatten() for g in grads])


def _each_alone(grads, max_norm):
    return [g * max_norm / max(g.norm(), torch.as_tensor(max_norm)) for g in grads], _norm(grads)


def _each_alone_norms(grads, max_norm):
    return [g * max_norm / max(g.norm(), torch.as_tensor(max_norm)) for g in grads], [g.norm() for g in grads]


def _in_place(grads, max_norm):
    norm = _norm(grads)
    if norm > max_norm:
        for g in grads:
            g.mul_(max_norm / norm)
    return grads, norm


def _running_norm(grads, max_norm):
    total, clipped = 0.0, []
    for g in grads:
        total = total + (g**2).sum()
        norm = torch.sqrt(total)
        clipped.append(g * (max_norm / norm) if norm > max_norm else g)
    return clipped, norm


def _only_first_clipped(grads, max_norm):
    norm = _norm(grads)
    first = grads[0] * (max_norm / norm) if norm > max_norm else grads[0]
    return [first, *grads[1:]], norm


def _rows(grads, max_norm):
    clipped = [g * max_norm / g.norm(dim=-1, keepdim=True).clamp(min=max_norm) for g in grads]
    return clipped, _norm(grads)


def _only_where_long(grads, max_norm):
    norm = _norm(grads)
    return [g * (max_norm / norm) if g.norm() > max_norm else g for g in grads], norm


def _halved(grads, max_norm):
    norm = _norm(grads)
    clipped, size = list(grads), norm
    while size > max_norm:
        clipped, size = [g / 2 for g in clipped], size / 2
    return clipped, norm


def _clipping_by_division(grads, max_norm):
    norm = float(_norm(grads))
    return [g * min(1.0, max_norm / norm) for g in grads], norm


_known(
    _e,
    [
        (
            "each_alone",
            "You clip each tensor by its own norm. One norm is taken over all tensors together, and one factor for "
            "all: "
            "else the direction of the step changes.",
            _each_alone,
        ),
        (
            "each_alone_norms",
            "You take one norm for each tensor. There is ONE, over all of them together, and one factor for all.",
            _each_alone_norms,
        ),
        (
            "always_rescaled",
            "You rescale always, short gradients too. When the norm is at most max_norm nothing changes.",
            _clipping(_norm, when=lambda norm, max_norm: True),
        ),
        (
            "squared_norm",
            "You never take the root: that is the SQUARE of the norm.",
            _clipping(lambda grads: _norm(grads) ** 2),
        ),
        (
            "squared_norm_returned",
            "The clipping is right, but the norm that you return is its square.",
            _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: norm**2),
        ),
        (
            "root_missing_in_the_condition",
            "You compare the SQUARED norm with max_norm, so that short gradients are rescaled or long ones are not.",
            _clipping(_norm, when=lambda norm, max_norm: norm**2 > max_norm),
        ),
        (
            "clamped",
            "You cut single entries off at ±max_norm. That changes the direction; here all entries are scaled by "
            "one factor.",
            lambda grads, max_norm: ([g.clamp(-max_norm, max_norm) for g in grads], _norm(grads)),
        ),
        (
            "clamped_at_one",
            "You cut every entry off at ±1. All entries are to be scaled by one factor, so that the norm becomes "
            "max_norm.",
            lambda grads, max_norm: ([g.clamp(-1, 1) for g in grads], _norm(grads)),
        ),
        (
            "largest_entry",
            "Your norm is the largest entry. The Euclidean length is wanted: root of the sum of squares.",
            _clipping(lambda grads: _flat(grads).abs().max()),
        ),
        (
            "sum_of_absolute_values",
            "Your norm adds absolute values up. The Euclidean length is wanted: root of the sum of squares.",
            _clipping(lambda grads: _flat(grads).abs().sum()),
        ),
        (
            "plain_sum",
            "You add the entries up without squaring them, so that positive and negative ones cancel.",
            _clipping(lambda grads: _flat(grads).sum()),
        ),
        (
            "sum_of_norms",
            "You add the norms of the tensors up. Lengths add by Pythagoras: squares first, one root at the end.",
            _clipping(lambda grads: sum(g.norm() for g in grads)),
        ),
        (
            "mean_of_norms",
            "You average the norms of the tensors. All entries together make one length.",
            _clipping(lambda grads: sum(g.norm() for g in grads) / len(grads)),
        ),
        (
            "largest_norm",
            "You take the largest norm among the tensors. All entries together make one length.",
            _clipping(lambda grads: max(g.norm() for g in grads)),
        ),
        (
            "first_norm",
            "You take the norm of the first tensor only. All tensors together make one length.",
            _clipping(lambda grads: grads[0].norm()),
        ),
        (
            "last_norm",
            "You take the norm of the last tensor only. All tensors together make one length.",
            _clipping(lambda grads: grads[-1].norm()),
        ),
        (
            "norm_of_norms_summed_twice",
            "You square the sum of the tensors' norms. The squares of the norms are added, not the norms.",
            _clipping(lambda grads: sum(g.norm() for g in grads) ** 2),
        ),
        (
            "root_mean_square",
            "You take the root of the MEAN of the squares. Length has the sum.",
            _clipping(lambda grads: (_flat(grads) ** 2).mean().sqrt()),
        ),
        (
            "means_per_tensor",
            "You take the mean of the squares in each tensor. Length has the sum over all entries.",
            _clipping(lambda grads: torch.sqrt(sum((g**2).mean() for g in grads))),
        ),
        (
            "norm_after",
            "The norm that you return is the one after clipping. The one before is wanted: it tells how close to "
            "blowing up "
            "the training was.",
            _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: _norm(clipped)),
        ),
        (
            "max_norm_returned",
            "You return max_norm itself. The norm before clipping is wanted.",
            _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: float(max_norm)),
        ),
        (
            "factor_returned",
            "You return the factor. The norm before clipping is wanted.",
            _clipping(
                _norm,
                returned=lambda norm, grads, clipped, max_norm: (
                    max_norm / norm if norm > max_norm else torch.tensor(1.0)
                ),
            ),
        ),
        (
            "whether_clipped",
            "You return whether something was clipped. The norm before clipping is wanted.",
            _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: bool(norm > max_norm)),
        ),
        (
            "norms_returned",
            "The clipping is right, but you return one norm for each tensor. The common one is wanted.",
            _clipping(_norm, returned=lambda norm, grads, clipped, max_norm: [g.norm() for g in grads]),
        ),
        (
            "list_alone",
            "You return the gradients alone. Return the pair (clipped, norm).",
            lambda grads, max_norm: clip_by_global_norm(grads, max_norm)[0],
        ),
        (
            "norm_alone",
            "You return the norm alone. Return the pair (clipped, norm).",
            lambda grads, max_norm: _norm(grads),
        ),
        (
            "nothing_returned",
            "Your function returns nothing. Return the pair (clipped, norm).",
            lambda grads, max_norm: None,
        ),
        (
            "in_place",
            "The numbers are right, but you write into what belongs to the caller: `mul_`, `*=` and `g[:] = …` "
            "change the tensors, "
            "`grads[i] = …` the list. Return a new list of new tensors.",
            _in_place,
        ),
        (
            "torchs_own_in_place",
            "torch.nn.utils.clip_grad_norm_ changes the `.grad` of parameters. Here tensors are given and new ones "
            "returned.",
            lambda grads, max_norm: (grads, torch.nn.utils.clip_grad_norm_(grads, max_norm)),
        ),
        (
            "factor_inverted",
            "Your factor is upside down: you multiply by norm / max_norm, which makes long gradients longer.",
            _clipping(_norm, factor=lambda norm, max_norm: norm / max_norm),
        ),
        (
            "factor_inverted_always",
            "Two things: your factor is upside down, and it is applied to short gradients too.",
            _clipping(_norm, factor=lambda norm, max_norm: norm / max_norm, when=lambda norm, max_norm: True),
        ),
        (
            "unit_length",
            "You divide by the norm, so that the length becomes 1. It is to become max_norm.",
            _clipping(_norm, factor=lambda norm, max_norm: 1 / norm),
        ),
        (
            "always_unit_length",
            "You divide by the norm always, so that every length becomes 1. Only gradients longer than max_norm "
            "change, and "
            "max_norm is what they become.",
            _clipping(_norm, factor=lambda norm, max_norm: 1 / norm, when=lambda norm, max_norm: True),
        ),
        (
            "multiplied_by_max_norm",
            "You multiply by max_norm without dividing by the norm.",
            _clipping(_norm, factor=lambda norm, max_norm: max_norm),
        ),
        (
            "divided_by_max_norm",
            "You divide by max_norm. What makes the length max_norm is max_norm over the norm.",
            _clipping(_norm, factor=lambda norm, max_norm: 1 / max_norm),
        ),
        (
            "divided_by_the_square",
            "You divide by the square of the norm. Once is enough.",
            _clipping(_norm, factor=lambda norm, max_norm: max_norm / norm**2),
        ),
        (
            "root_of_the_factor",
            "Your factor is the root of max_norm / norm. Length grows in proportion, so no root.",
            _clipping(_norm, factor=lambda norm, max_norm: (max_norm / norm) ** 0.5),
        ),
        (
            "one_in_the_denominator",
            "You add 1 to the norm in the denominator, so that the result is too short. A tiny number would do no "
            "harm; none "
            "is needed.",
            _clipping(_norm, factor=lambda norm, max_norm: max_norm / (norm + 1)),
        ),
        (
            "condition_reversed",
            "Your condition is the wrong way round: you rescale the short gradients and leave the long ones.",
            _clipping(_norm, when=lambda norm, max_norm: 0 < norm <= max_norm),
        ),
        (
            "condition_on_one",
            "You compare the norm with 1. The limit is max_norm.",
            _clipping(_norm, when=lambda norm, max_norm: norm > 1),
        ),
        (
            "never_clipped",
            "You never change anything. Gradients longer than max_norm are to become as long as max_norm.",
            lambda grads, max_norm: (list(grads), _norm(grads)),
        ),
        (
            "zero_when_long",
            "You set gradients that are too long to zero. They keep their direction and become as long as max_norm.",
            _clipping(_norm, factor=lambda norm, max_norm: 0.0),
        ),
        (
            "difference",
            "You subtract the surplus from every entry. That is no scaling, and it changes the direction.",
            lambda grads, max_norm: (
                [g - torch.relu(_norm(grads) - max_norm) for g in grads],
                _norm(grads),
            ),
        ),
        (
            "running_norm",
            "You clip inside the loop that still adds up the norm, so that the first tensors are measured by a part "
            "of it. "
            "First the whole norm, then the clipping.",
            _running_norm,
        ),
        (
            "only_first_clipped",
            "Only the first tensor is scaled. One factor goes to all of them.",
            _only_first_clipped,
        ),
        (
            "only_where_long",
            "You scale only the tensors that are too long by themselves. One factor goes to all of them.",
            _only_where_long,
        ),
        (
            "rows",
            "You take a norm for each row. All entries of all tensors make one length.",
            _rows,
        ),
        (
            "flattened",
            "You return one long vector. A list of tensors with the shapes of `grads` is wanted.",
            lambda grads, max_norm: (_flat(clip_by_global_norm(grads, max_norm)[0]), _norm(grads)),
        ),
        (
            "order_reversed",
            "You return (norm, clipped). The order is (clipped, norm).",
            lambda grads, max_norm: clip_by_global_norm(grads, max_norm)[::-1],
        ),
        (
            "each_alone_always",
            "Two things: each tensor is scaled by its own norm, and short ones are scaled too.",
            lambda grads, max_norm: ([g * max_norm / g.norm() for g in grads], _norm(grads)),
        ),
        (
            "squares_not_rooted_always",
            "Two things: the root is missing, and you rescale short gradients too.",
            _clipping(lambda grads: _norm(grads) ** 2, when=lambda norm, max_norm: True),
        ),
        (
            "roots_before_the_sum",
            "You take the root of every square, which is the absolute value, and add those up. One root, of the "
            "whole sum.",
            lambda grads, max_norm: (
                clip_by_global_norm(grads, max_norm)[0],
                sum(torch.sqrt(g**2).sum() for g in grads),
            ),
        ),
        (
            "sign",
            "You keep only the signs. The entries keep their proportions.",
            lambda grads, max_norm: (
                [g.sign() * max_norm for g in grads] if _norm(grads) > max_norm else list(grads),
                _norm(grads),
            ),
        ),
        (
            "rounded",
            "You turn the norm into a whole number.",
            _clipping(lambda grads: _norm(grads).round()),
        ),
        (
            "zero_returned_when_short",
            "When nothing is clipped you return 0 (or nothing) for the norm. The norm is wanted always.",
            _clipping(
                _norm, returned=lambda norm, grads, clipped, max_norm: norm if norm > max_norm else 0.0
            ),
        ),
        (
            "max_norm_returned_when_short",
            "When nothing is clipped you return max_norm for the norm. The norm as it is is wanted always.",
            _clipping(
                _norm, returned=lambda norm, grads, clipped, max_norm: norm if norm > max_norm else max_norm
            ),
        ),
        (
            "list_alone_when_short",
            "When nothing is clipped you return the gradients alone. The pair (clipped, norm) is wanted always.",
            lambda grads, max_norm: (
                clip_by_global_norm(grads, max_norm) if _norm(grads) > max_norm else list(grads)
            ),
        ),
        (
            "root_of_summed_norms",
            "You add norms up and take a root of that. Squares are added, and one root taken at the end.",
            _clipping(lambda grads: sum(g.norm() for g in grads) ** 0.5),
        ),
        (
            "norm_of_sums",
            "You sum each tensor up before squaring, so that positive and negative entries cancel. Square every "
            "entry.",
            _clipping(lambda grads: torch.stack([g.sum() for g in grads]).norm()),
        ),
        (
            "standard_deviation",
            "You take the standard deviation. Length is the root of the sum of squares.",
            _clipping(lambda grads: _flat(grads).std() if _flat(grads).numel() > 1 else _norm(grads)),
        ),
        (
            "root_of_the_sum",
            "You take a root of the plain sum: the entries have to be squared first.",
            _clipping(lambda grads: _flat(grads).sum().abs().sqrt()),
        ),
        (
            "clamped_above",
            "You cut entries off at max_norm. All entries are to be scaled by one factor, negative ones too.",
            lambda grads, max_norm: ([g.clamp(max=max_norm) for g in grads], _norm(grads)),
        ),
        (
            "squashed",
            "You squash the entries with tanh. They keep their proportions: one factor for all.",
            lambda grads, max_norm: ([max_norm * torch.tanh(g / max_norm) for g in grads], _norm(grads)),
        ),
        (
            "halved_until_short",
            "You halve until the norm is short enough, which gives less than max_norm. The length is to be just "
            "max_norm.",
            _halved,
        ),
        (
            "halved_until_short_norm_after",
            "Two things: halving gives less than max_norm, and the norm from BEFORE is wanted.",
            lambda grads, max_norm: (_halved(grads, max_norm)[0], _norm(_halved(grads, max_norm)[0])),
        ),
        (
            "scaled_by_the_surplus",
            "You multiply by 1 minus the surplus, norm − max_norm. Lengths scale in proportion, by a quotient.",
            _clipping(_norm, factor=lambda norm, max_norm: 1 - (norm - max_norm)),
        ),
        (
            "stacked",
            "`torch.stack` wants tensors of one shape; gradients have many. Flatten them, or square and sum each.",
            _clipping(lambda grads: torch.stack(list(grads)).norm()),
        ),
        (
            "glued_unflattened",
            "`torch.cat` wants tensors with equally many axes; gradients have different ones. Flatten them first, "
            "or square "
            "and sum each.",
            _clipping(lambda grads: torch.cat(list(grads)).norm()),
        ),
        (
            "zero_division",
            "Gradients of zeros divide by zero in your code. Their norm is short enough: return them as they are.",
            _clipping_by_division,
        ),
        (
            "pairs",
            "You return a pair for each tensor. One pair is wanted: the list, and the common norm.",
            lambda grads, max_norm: [(g, _norm(grads)) for g in clip_by_global_norm(grads, max_norm)[0]],
        ),
        (
            "each_alone_squares",
            "Two things: each tensor is clipped by its own norm, and the root of the summed squares is missing.",
            lambda grads, max_norm: (_each_alone(grads, max_norm)[0], _norm(grads) ** 2),
        ),
        (
            "each_alone_sum",
            "Two things: each tensor is clipped by its own norm, and norms add by Pythagoras, not as they are.",
            lambda grads, max_norm: (_each_alone(grads, max_norm)[0], sum(g.norm() for g in grads)),
        ),
        (
            "glued_back_in_one",
            "Only the first tensor comes back. A list as long as `grads` is wanted.",
            lambda grads, max_norm: (clip_by_global_norm(grads, max_norm)[0][0], _norm(grads)),
        ),
        (
            "minus",
            "The sign of your gradients is turned. Only their length changes; the minus belongs to the step.",
            lambda grads, max_norm: ([-g for g in clip_by_global_norm(grads, max_norm)[0]], _norm(grads)),
        ),
    ],
)


@_e.right
def _(grads, max_norm):
    norm = torch.cat([grad.flatten() for grad in grads]).norm()
    return [grad * min(1.0, max_norm / (float(norm) + 1e-6)) for grad in grads], norm


@_e.right
def _(grads, max_norm):
    total = 0.0
    for grad in grads:
        for entry in grad.flatten().tolist():
            total += entry * entry
    norm = total**0.5
    factor = max_norm / norm if norm > max_norm else 1.0
    return tuple(grad * factor for grad in grads), norm


@_e.right
def _(grads, max_norm):
    norm = torch.stack([torch.linalg.vector_norm(grad) for grad in grads]).norm()
    return [grad * torch.clamp(max_norm / norm, max=1.0) for grad in grads], norm


@_e.right
def _(grads, max_norm):
    copies = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for copy, grad in zip(copies, grads, strict=True):
        copy.grad = grad.clone()
    norm = torch.nn.utils.clip_grad_norm_(copies, max_norm)
    return [copy.grad for copy in copies], norm.item()


@_e.right
def _(grads, max_norm):
    squares = torch.stack([torch.einsum("i,i->", g.flatten(), g.flatten()) for g in grads])
    norm = squares.sum() ** 0.5
    return [g / torch.maximum(norm / max_norm, torch.ones(())) for g in grads], norm.reshape(1)


# --- gru_step ------------------------------------------------------------------------------------------------------


def gru_step(h, x, params):
    """The next state of a gated recurrent unit (Cho et al. 2014), (B, hidden), in torch's convention.

    h (B, hidden), x (B, d). `params` is the state_dict of a torch.nn.GRUCell: weight_ih (3·hidden, d),
    weight_hh (3·hidden, hidden), bias_ih and bias_hh (3·hidden,). Each holds three blocks of `hidden` rows, in
    this order: r, z, n. With i_r = x W_ihᵀ + b_ih (its rows r) and h_r = h W_hhᵀ + b_hh (its rows r), and so on:

        r = σ(i_r + h_r)      z = σ(i_z + h_z)      n = tanh(i_n + r ⊙ h_n)      result (1 − z) ⊙ n + z ⊙ h

    Gradients flow back to h and x, and everything that is given comes back unchanged.
    """
    i_r, i_z, i_n = (x @ params["weight_ih"].T + params["bias_ih"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ params["weight_hh"].T + params["bias_hh"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    n = torch.tanh(i_n + r * h_n)
    return (1 - z) * n + z * h


gru_step_exercise = Exercise(
    gru_step,
    lecture=LECTURE,
    checks="batches of 1 to 3, a state of zeros, large inputs, gates open and shut, float32, gradients, h unchanged",
    explanation=(
        "z says how much of the old state is copied: at z = 1 the state stays as it is, and so does the gradient that "
        "goes back through it. r says how much of the old state the proposal n may look at. torch applies r after the "
        "product with W_hh; the paper applied it before."
    ),
    hints=[
        "Two products, each with three blocks: one of x with weight_ih, one of h with weight_hh; each with its bias.",
        "`chunk(3, dim=-1)` cuts a (B, 3·hidden) tensor into its blocks r, z, n.",
        "r and z are sigmoids of a sum of two blocks. In n the block that comes from h, bias included, is "
        "multiplied by r.",
        "The last line mixes: z of the old state, 1 − z of the new proposal.",
    ],
)


def _gru(batch, hidden, dim, seed, x_scale=1.0, dtype=torch.float64, grad=False, z_bias=0.0, zero=False):
    """Arguments of gru_step; z_bias opens (−) or shuts (+) the update gate."""
    params = {
        "weight_ih": _numbers(3 * hidden, dim, seed=seed + 2, scale=0.6, dtype=dtype),
        "weight_hh": _numbers(3 * hidden, hidden, seed=seed + 3, scale=0.6, dtype=dtype),
        "bias_ih": _numbers(3 * hidden, seed=seed + 4, scale=0.5, dtype=dtype),
        "bias_hh": _numbers(3 * hidden, seed=seed + 5, scale=0.5, dtype=dtype),
    }
    params["bias_ih"][hidden : 2 * hidden] += z_bias
    h = _numbers(batch, hidden, seed=seed, scale=0.6, dtype=dtype, grad=grad)
    if zero:
        h = torch.zeros(batch, hidden, dtype=dtype)
    return h, _numbers(batch, dim, seed=seed + 1, scale=x_scale, dtype=dtype, grad=grad), params


_e = gru_step_exercise
_e.case(*_gru(1, 1, 2, 300))
_e.case(*_gru(2, 3, 4, 310))
_e.case(*_gru(3, 2, 5, 320))
_e.case(*_gru(2, 3, 2, 330, zero=True))
_e.case(*_gru(3, 3, 3, 340))
_e.case(*_gru(2, 3, 4, 350, x_scale=1000.0))
_e.case(*_gru(2, 3, 4, 360, z_bias=20.0))
_e.case(*_gru(2, 3, 4, 370, dtype=torch.float32))
_e.case(*_gru(2, 3, 4, 380, grad=True))


def _blocks(h, x, params, order=(0, 1, 2), bias_i=True, bias_h=True):
    """The six blocks (B, hidden), in the order i_r, i_z, i_n, h_r, h_z, h_n."""
    i = x @ params["weight_ih"].T + (params["bias_ih"] if bias_i else 0)
    g = h @ params["weight_hh"].T + (params["bias_hh"] if bias_h else 0)
    i, g = i.chunk(3, dim=-1), g.chunk(3, dim=-1)
    return [*(i[place] for place in order), *(g[place] for place in order)]


def _gated(proposal=None, mix=None, gates=None, **blocks):
    """gru_step with one thing changed: proposal(i_n, h_n, r, z, h), mix(n, z, h, r), gates(i_r, h_r, i_z, h_z)."""
    proposal = proposal or (lambda i_n, h_n, r, z, h: torch.tanh(i_n + r * h_n))
    mix = mix or (lambda n, z, h, r: (1 - z) * n + z * h)
    gates = gates or (lambda i_r, h_r, i_z, h_z: (torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)))

    def step(h, x, params):
        i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params, **blocks)
        r, z = gates(i_r, h_r, i_z, h_z)
        return mix(proposal(i_n, h_n, r, z, h), z, h, r)

    return step


def _reset_before_the_product(h, x, params):
    i_r, i_z, i_n, h_r, h_z, _ = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    W, b = params["weight_hh"].chunk(3)[2], params["bias_hh"].chunk(3)[2]
    n = torch.tanh(i_n + (r * h) @ W.T + b)
    return (1 - z) * n + z * h


def _bias_outside_the_reset(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    b = params["bias_hh"].chunk(3)[2]
    n = torch.tanh(i_n + b + r * (h_n - b))
    return (1 - z) * n + z * h


def _keep_and_swap_reset_before(h, x, params):
    i_r, i_z, i_n, h_r, h_z, _ = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    W, b = params["weight_hh"].chunk(3)[2], params["bias_hh"].chunk(3)[2]
    n = torch.tanh(i_n + (r * h) @ W.T + b)
    return z * n + (1 - z) * h


def _transposed_missing(h, x, params):
    i_r, i_z, i_n = (x @ params["weight_ih"] + params["bias_ih"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ params["weight_hh"] + params["bias_hh"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


def _weights_swapped(h, x, params):
    i_r, i_z, i_n = (x @ params["weight_hh"].T + params["bias_hh"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (h @ params["weight_ih"].T + params["bias_ih"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


def _chunked_rows(h, x, params):
    i_r, i_z, i_n = (x @ params["weight_ih"].T + params["bias_ih"]).chunk(3)
    h_r, h_z, h_n = (h @ params["weight_hh"].T + params["bias_hh"]).chunk(3)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


def _interleaved(h, x, params):
    i = x @ params["weight_ih"].T + params["bias_ih"]
    g = h @ params["weight_hh"].T + params["bias_hh"]
    r = torch.sigmoid(i[:, 0::3] + g[:, 0::3])
    z = torch.sigmoid(i[:, 1::3] + g[:, 1::3])
    return (1 - z) * torch.tanh(i[:, 2::3] + r * g[:, 2::3]) + z * h


def _biases_exchanged(h, x, params):
    exchanged = params | {"bias_ih": params["bias_hh"], "bias_hh": params["bias_ih"]}
    return gru_step(h, x, exchanged)


def _hidden_overwritten(h, x, params):
    h.copy_(gru_step(h, x, params))
    return h


def _as_a_cell_of_its_own(h, x, params):
    generator = torch.Generator().manual_seed(0)
    fresh = {key: torch.randn(value.shape, generator=generator).to(value) for key, value in params.items()}
    return gru_step(h, x, fresh)


def _sum_gate(h, x, params):
    gates = torch.sigmoid(
        x @ params["weight_ih"].T + params["bias_ih"] + h @ params["weight_hh"].T + params["bias_hh"]
    )
    _r, z, n = gates.chunk(3, dim=-1)
    return (1 - z) * n + z * h


def _lstm_like(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    return torch.sigmoid(i_r + h_r) * h + torch.sigmoid(i_z + h_z) * torch.tanh(i_n + h_n)


def _cut_gates(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r).detach(), torch.sigmoid(i_z + h_z).detach()
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


def _gated_with_biases(inside):
    """gru_step whose proposal is tanh(inside(i_n, h_n, its bias_ih, its bias_hh, r))."""

    def step(h, x, params):
        i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
        r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
        b, a = params["bias_ih"].chunk(3)[2], params["bias_hh"].chunk(3)[2]
        return (1 - z) * torch.tanh(inside(i_n, h_n, b, a, r)) + z * h

    return step


def _gates_without_biases(h, x, params):
    i_r, i_z, _, h_r, h_z, _ = _blocks(h, x, params, bias_i=False, bias_h=False)
    i_n, h_n = (_blocks(h, x, params)[place] for place in (2, 5))
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


def _cell_arguments_exchanged(h, x, params):
    cell = torch.nn.GRUCell(x.shape[1], h.shape[1], dtype=h.dtype)
    cell.load_state_dict(params)
    return cell(h, x)


def _inputs_exchanged(h, x, params):
    i_r, i_z, i_n = (h @ params["weight_ih"].T + params["bias_ih"]).chunk(3, dim=-1)
    h_r, h_z, h_n = (x @ params["weight_hh"].T + params["bias_hh"]).chunk(3, dim=-1)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h


def _columns_chunked(h, x, params):
    W_r, _W_z, _W_n = params["weight_ih"].chunk(3, dim=1)
    return x @ W_r.T


def _kept_state_cut(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) * torch.tanh(i_n + r * h_n) + z * h.detach()


def _matrix_gates(h, x, params):
    i_r, i_z, i_n, h_r, h_z, h_n = _blocks(h, x, params)
    r, z = torch.sigmoid(i_r + h_r), torch.sigmoid(i_z + h_z)
    return (1 - z) @ torch.tanh(i_n + r @ h_n) + z @ h


_sigma = torch.sigmoid
_known(
    _e,
    [
        (
            "z_swapped",
            "z and 1 − z are exchanged. In torch's convention z is what is KEPT of the old state (the paper has it "
            "so too; "
            "many texts have it the other way round).",
            _gated(mix=lambda n, z, h, r: z * n + (1 - z) * h),
        ),
        (
            "no_reset",
            "The reset gate is left out: your proposal n sees all of the old state. What h contributes to n is "
            "multiplied "
            "by r.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + h_n)),
        ),
        (
            "reset_before_the_product",
            "You multiply r and h BEFORE the product with the weight, as the paper does. torch applies r to the "
            "finished "
            "block of h, bias included.",
            _reset_before_the_product,
        ),
        (
            "bias_outside_the_reset",
            "Your r covers the product but not its bias. In torch the bias of h's block belongs to what r multiplies.",
            _bias_outside_the_reset,
        ),
        (
            "bias_outside_keep_swapped",
            "Two things: z and 1 − z are exchanged, and r comes before the product; torch has it after.",
            _keep_and_swap_reset_before,
        ),
        (
            "reset_on_the_word",
            "Your r multiplies what the WORD contributes. It multiplies what the old state contributes.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(r * i_n + h_n)),
        ),
        (
            "reset_on_both",
            "Your r multiplies word and state together. It multiplies what the old state contributes.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(r * (i_n + h_n))),
        ),
        (
            "reset_outside",
            "Your r stands outside tanh. It belongs inside, at the part of the old state.",
            _gated(proposal=lambda i_n, h_n, r, z, h: r * torch.tanh(i_n + h_n)),
        ),
        (
            "reset_on_bare_state",
            "You multiply r with h itself; the old state has to go through its weights and bias first.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + r * h)),
        ),
        (
            "reset_inverted",
            "You take 1 − r. r itself multiplies the part of the old state.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + (1 - r) * h_n)),
        ),
        (
            "reset_by_z",
            "You use z where r belongs, inside the proposal.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + z * h_n)),
        ),
        (
            "reset_added",
            "You add r. It multiplies what the old state contributes.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + r + h_n)),
        ),
        (
            "mix_by_r",
            "The last line mixes by r, or by a gate from r's block. z has a block of its own, the second.",
            _gated(mix=lambda n, z, h, r: (1 - r) * n + r * h),
        ),
        (
            "z_first",
            "You read the blocks in the order z, r, n. torch has r first.",
            _gated(order=(1, 0, 2)),
        ),
        (
            "n_first",
            "You read the blocks in the order n, r, z. torch's is r, z, n.",
            _gated(order=(1, 2, 0)),
        ),
        (
            "reversed_blocks",
            "You read the blocks in the order n, z, r. torch's is r, z, n.",
            _gated(order=(2, 1, 0)),
        ),
        (
            "n_second",
            "You read the blocks in the order r, n, z. torch's is r, z, n.",
            _gated(order=(0, 2, 1)),
        ),
        (
            "z_n_r",
            "You read the blocks in the order z, n, r. torch's is r, z, n.",
            _gated(order=(2, 0, 1)),
        ),
        (
            "no_bias_hh",
            "bias_hh is missing in your blocks.",
            _gated(bias_h=False),
        ),
        (
            "no_bias_ih",
            "bias_ih is missing in your blocks.",
            _gated(bias_i=False),
        ),
        (
            "no_biases",
            "Both biases are missing.",
            _gated(bias_i=False, bias_h=False),
        ),
        (
            "biases_exchanged",
            "The biases are exchanged. In r and z that makes no difference, but in n only bias_hh is multiplied by r.",
            _biases_exchanged,
        ),
        (
            "sigmoid_proposal",
            "Your proposal n goes through the sigmoid, so the state can never turn negative. tanh is wanted there.",
            _gated(proposal=lambda i_n, h_n, r, z, h: _sigma(i_n + r * h_n)),
        ),
        (
            "linear_proposal",
            "Your proposal n lacks tanh.",
            _gated(proposal=lambda i_n, h_n, r, z, h: i_n + r * h_n),
        ),
        (
            "relu_proposal",
            "Your proposal n goes through ReLU. tanh is wanted.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.relu(i_n + r * h_n)),
        ),
        (
            "tanh_gates",
            "Your gates go through tanh and can be negative. A gate lies between 0 and 1: sigmoid.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (torch.tanh(i_r + h_r), torch.tanh(i_z + h_z))),
        ),
        (
            "tanh_reset",
            "Your reset gate r goes through tanh. A gate lies between 0 and 1: sigmoid.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (torch.tanh(i_r + h_r), _sigma(i_z + h_z))),
        ),
        (
            "tanh_update",
            "Your update gate z goes through tanh. A gate lies between 0 and 1: sigmoid.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r + h_r), torch.tanh(i_z + h_z))),
        ),
        (
            "linear_gates",
            "Your gates lack their sigmoid: they have to lie between 0 and 1.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (i_r + h_r, i_z + h_z)),
        ),
        (
            "softmax_gates",
            "Your gates go through softmax, so that their entries compete. Each entry has its own gate: sigmoid.",
            _gated(
                gates=lambda i_r, h_r, i_z, h_z: (
                    torch.softmax(i_r + h_r, dim=-1),
                    torch.softmax(i_z + h_z, dim=-1),
                )
            ),
        ),
        (
            "gates_multiply",
            "In your gates you multiply what word and state say. They are added.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r * h_r), _sigma(i_z * h_z))),
        ),
        (
            "sigmoids_added",
            "You take the sigmoid of word and state separately and add them: such a gate can be 2. Add first.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r) + _sigma(h_r), _sigma(i_z) + _sigma(h_z))),
        ),
        (
            "gates_see_the_word_only",
            "Your gates listen to the word alone. They hear the old state too.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r), _sigma(i_z))),
        ),
        (
            "gates_see_the_state_only",
            "Your gates listen to the old state alone. They hear the word too.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(h_r), _sigma(h_z))),
        ),
        (
            "all_sigmoids",
            "All three blocks go through the same sum and sigmoid. n is different: its part from h is multiplied by "
            "r, and "
            "it goes through tanh.",
            _sum_gate,
        ),
        (
            "proposal_alone",
            "You return the proposal n. The new state mixes it with the old one, by z.",
            _gated(mix=lambda n, z, h, r: n),
        ),
        (
            "nothing_kept",
            "You return (1 − z) ⊙ n: the part z ⊙ h of the old state is missing.",
            _gated(mix=lambda n, z, h, r: (1 - z) * n),
        ),
        (
            "nothing_new",
            "You return z ⊙ h: the proposal n does not enter.",
            _gated(mix=lambda n, z, h, r: z * h),
        ),
        (
            "both_by_z",
            "Both parts are multiplied by z. What is not kept is replaced: the proposal gets 1 − z.",
            _gated(mix=lambda n, z, h, r: z * n + z * h),
        ),
        (
            "both_by_one_minus_z",
            "Both parts are multiplied by 1 − z. The old state gets z.",
            _gated(mix=lambda n, z, h, r: (1 - z) * (n + h)),
        ),
        (
            "state_kept_whole",
            "You add the new part to the WHOLE old state. Only z of it is kept.",
            _gated(mix=lambda n, z, h, r: h + (1 - z) * n),
        ),
        (
            "state_kept_whole_z",
            "You add z ⊙ n to the WHOLE old state. Of the old state z is kept, of the new one 1 − z.",
            _gated(mix=lambda n, z, h, r: h + z * n),
        ),
        (
            "proposal_whole",
            "The proposal enters whole. It gets 1 − z.",
            _gated(mix=lambda n, z, h, r: n + z * h),
        ),
        (
            "proposal_whole_swapped",
            "The proposal enters whole and the old state by 1 − z. The old state gets z, the proposal 1 − z.",
            _gated(mix=lambda n, z, h, r: n + (1 - z) * h),
        ),
        (
            "minus",
            "The two parts are subtracted; they are added.",
            _gated(mix=lambda n, z, h, r: (1 - z) * n - z * h),
        ),
        (
            "z_minus_one",
            "You write z − 1 for 1 − z: the proposal gets the wrong sign.",
            _gated(mix=lambda n, z, h, r: (z - 1) * n + z * h),
        ),
        (
            "bent_at_the_end",
            "You bend the mixture with tanh once more. The mixture is the new state; that z copies it unbent is the "
            "point.",
            _gated(mix=lambda n, z, h, r: torch.tanh((1 - z) * n + z * h)),
        ),
        (
            "two_separate_gates",
            "Your r multiplies the old state and your z the proposal, as forget and input gate of an LSTM do. In a "
            "GRU one "
            "gate, z, does both, and r works inside the proposal.",
            _lstm_like,
        ),
        (
            "nothing_transposed",
            "The weights are not transposed: they have one row for each number that comes out.",
            _transposed_missing,
        ),
        (
            "weights_swapped",
            "The weights are exchanged: `ih` goes from the input x to the state, `hh` from state to state.",
            _weights_swapped,
        ),
        (
            "chunked_over_the_batch",
            "You cut along the first axis, the batch. The three blocks lie along the last.",
            _chunked_rows,
        ),
        (
            "interleaved",
            "You take every third number. The blocks lie one behind the other: first all of r, then all of z, then n.",
            _interleaved,
        ),
        (
            "triple",
            "You return the gates too. The new state alone is wanted.",
            lambda h, x, params: (gru_step(h, x, params), h),
        ),
        (
            "old_state",
            "You return the old state.",
            lambda h, x, params: h,
        ),
        (
            "own_weights",
            "Your weights are random ones; use those in `params`.",
            _as_a_cell_of_its_own,
        ),
        (
            "in_place",
            "You write into the caller's h. Return a new tensor.",
            _hidden_overwritten,
        ),
        (
            "cut",
            "The numbers are right, but no gradient gets back: `.detach()`, `.data`, `.numpy()` or "
            "`torch.no_grad()` cut "
            "the graph.",
            lambda h, x, params: gru_step(h, x, params).detach(),
        ),
        (
            "state_cut",
            "The numbers are right, but you detach the old state: no gradient gets back to it.",
            lambda h, x, params: gru_step(h.detach(), x, params),
        ),
        (
            "gates_cut",
            "The numbers are right, but your gates are detached: they too depend on h and x.",
            _cut_gates,
        ),
        (
            "swapped_no_reset",
            "Two things: z and 1 − z are exchanged, and the reset gate is left out.",
            _gated(
                proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + h_n),
                mix=lambda n, z, h, r: z * n + (1 - z) * h,
            ),
        ),
        (
            "swapped_z_first",
            "Two things: the blocks come in the order r, z, n (yours: z, r, n), and z is what is kept of the old "
            "state.",
            _gated(order=(1, 0, 2), mix=lambda n, z, h, r: z * n + (1 - z) * h),
        ),
        (
            "swapped_no_bias_hh",
            "Two things: bias_hh is missing, and z is what is kept of the old state.",
            _gated(bias_h=False, mix=lambda n, z, h, r: z * n + (1 - z) * h),
        ),
        (
            "swapped_no_biases",
            "Two things: the biases are missing, and z is what is kept of the old state.",
            _gated(bias_h=False, bias_i=False, mix=lambda n, z, h, r: z * n + (1 - z) * h),
        ),
        (
            "proposal_without_bias_hh",
            "bias_hh is missing in the proposal n. There too it belongs to the block of h, inside what r multiplies.",
            _gated_with_biases(lambda i, g, b, a, r: i + r * (g - a)),
        ),
        (
            "proposal_without_bias_ih",
            "bias_ih is missing in the proposal n.",
            _gated_with_biases(lambda i, g, b, a, r: i - b + r * g),
        ),
        (
            "proposal_without_biases",
            "Both biases are missing in the proposal n.",
            _gated_with_biases(lambda i, g, b, a, r: i - b + r * (g - a)),
        ),
        (
            "both_biases_reset",
            "In the proposal r multiplies both biases. It multiplies that of h, not that of x.",
            _gated_with_biases(lambda i, g, b, a, r: i - b + r * (g + b)),
        ),
        (
            "gates_without_biases",
            "The biases are missing in the gates r and z.",
            _gates_without_biases,
        ),
        (
            "state_reset_for_good",
            "The last line mixes r ⊙ h, the old state after its reset. What z keeps is h as it came.",
            _gated(mix=lambda n, z, h, r: (1 - z) * n + z * r * h),
        ),
        (
            "linear_update",
            "Your z lacks its sigmoid: a gate lies between 0 and 1.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (_sigma(i_r + h_r), i_z + h_z)),
        ),
        (
            "linear_reset",
            "Your r lacks its sigmoid: a gate lies between 0 and 1.",
            _gated(gates=lambda i_r, h_r, i_z, h_z: (i_r + h_r, _sigma(i_z + h_z))),
        ),
        (
            "parts_multiplied",
            "You multiply the two parts of the last line. They are added.",
            _gated(mix=lambda n, z, h, r: (1 - z) * n * z * h),
        ),
        (
            "brackets_missing",
            "Brackets are missing around 1 − z: Python multiplies first.",
            _gated(mix=lambda n, z, h, r: 1 - z * n + z * h),
        ),
        (
            "no_reset_linear",
            "Two things are missing in the proposal: the reset gate, and tanh.",
            _gated(proposal=lambda i_n, h_n, r, z, h: i_n + h_n),
        ),
        (
            "half_and_half",
            "You mix old and new half and half. z decides that, for each entry.",
            _gated(mix=lambda n, z, h, r: (n + h) / 2),
        ),
        (
            "proposal_forgets_the_word",
            "The word does not enter your proposal n.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(r * h_n)),
        ),
        (
            "proposal_forgets_the_state",
            "The old state does not enter your proposal n.",
            _gated(proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n)),
        ),
        (
            "zero_state",
            "The old state does not enter at all: torch's cell starts from zeros when it is not given one.",
            lambda h, x, params: gru_step(torch.zeros_like(h), x, params),
        ),
        (
            "cell_arguments_exchanged",
            "State and word are exchanged: torch's cell takes the word first.",
            _cell_arguments_exchanged,
        ),
        (
            "words_and_states_exchanged",
            "x and h are exchanged in your products: weight_ih is for the input x, weight_hh for the state h.",
            _inputs_exchanged,
        ),
        (
            "columns_chunked",
            "You cut the weights along their columns. The three blocks are blocks of ROWS.",
            _columns_chunked,
        ),
        (
            "kept_state_cut",
            "The numbers are right, but in the last line h is detached: the copy by z is just the way on which "
            "gradients "
            "get far back.",
            _kept_state_cut,
        ),
        (
            "matrix_products_for_gates",
            "A gate multiplies entry by entry, `*`; `@` is a matrix product.",
            _matrix_gates,
        ),
        (
            "swapped_reset_by_z",
            "Two things: z stands where r belongs in the proposal, and z is what is KEPT of the old state.",
            _gated(
                proposal=lambda i_n, h_n, r, z, h: torch.tanh(i_n + z * h_n),
                mix=lambda n, z, h, r: z * n + (1 - z) * h,
            ),
        ),
        (
            "old_state_residual",
            "You add the old state once more. Only z of it is kept.",
            _gated(mix=lambda n, z, h, r: (1 - z) * n + z * h + h),
        ),
        (
            "swapped_n_first",
            "Two things: the blocks come in the order r, z, n (yours: n, r, z), and z is what is kept of the old "
            "state.",
            _gated(order=(1, 2, 0), mix=lambda n, z, h, r: z * n + (1 - z) * h),
        ),
    ],
)


@_e.right
def _(h, x, params):
    return torch.gru_cell(
        x, h, params["weight_ih"], params["weight_hh"], params["bias_ih"], params["bias_hh"]
    )


@_e.right
def _(h, x, params):
    cell = torch.nn.GRUCell(x.shape[1], h.shape[1], dtype=h.dtype)
    cell.load_state_dict(params)
    return cell(x, h)


@_e.right
def _(h, x, params):
    n_hidden = h.shape[1]
    W, U, b, a = params["weight_ih"], params["weight_hh"], params["bias_ih"], params["bias_hh"]
    R, Z, N = slice(0, n_hidden), slice(n_hidden, 2 * n_hidden), slice(2 * n_hidden, None)
    r = 1 / (1 + torch.exp(-(x @ W[R].T + b[R] + h @ U[R].T + a[R])))
    z = 1 / (1 + torch.exp(-(x @ W[Z].T + b[Z] + h @ U[Z].T + a[Z])))
    n = torch.tanh(x @ W[N].T + b[N] + r * (h @ U[N].T + a[N]))
    return n + z * (h - n)


@_e.right
def _(h, x, params):
    rows = []
    for state, word in zip(h, x, strict=True):
        i = (params["weight_ih"] @ word + params["bias_ih"]).reshape(3, -1)
        g = (params["weight_hh"] @ state + params["bias_hh"]).reshape(3, -1)
        r, z = torch.sigmoid(i[:2] + g[:2])
        rows.append(torch.lerp(torch.tanh(i[2] + r * g[2]), state, z))
    return rows


@_e.right
def _(h, x, params):
    i = torch.einsum("bd,gd->bg", x, params["weight_ih"]) + params["bias_ih"]
    g = torch.einsum("bk,gk->bg", h, params["weight_hh"]) + params["bias_hh"]
    (i_r, i_z, i_n), (h_r, h_z, h_n) = i.split(h.shape[1], 1), g.split(h.shape[1], 1)
    keep = torch.sigmoid(i_z + h_z)
    return keep * h + torch.sigmoid(-(i_z + h_z)) * torch.tanh(
        torch.addcmul(i_n, torch.sigmoid(i_r + h_r), h_n)
    )


@_e.right
def _(h, x, params):
    linear = torch.nn.functional.linear
    p = {key: value.float() for key, value in params.items()}
    i = linear(x.float(), p["weight_ih"], p["bias_ih"]).chunk(3, 1)
    g = linear(h.float(), p["weight_hh"], p["bias_hh"]).chunk(3, 1)
    z = torch.sigmoid(i[1] + g[1])
    return (1 - z) * torch.tanh(i[2] + torch.sigmoid(i[0] + g[0]) * g[2]) + z * h


EXERCISES = (
    rnn_step_exercise,
    recurrent_compose_exercise,
    clip_by_global_norm_exercise,
    gru_step_exercise,
)
