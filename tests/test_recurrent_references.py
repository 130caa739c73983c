"""The references of lecture 09 against torch's own cells, in float64, values and gradients."""

import pytest
import torch

from nlm_utils.exercises import get
from nlm_utils.models import Recurrent

gru_step = get("gru_step").reference
recurrent_compose = get("recurrent_compose").reference
rnn_step = get("rnn_step").reference

DOUBLE = torch.float64


def draw(*shape, seed, grad=True):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=DOUBLE).requires_grad_(grad)


def same_with_gradients(one, other, leaves):
    """Equal values, and equal gradients of a random weighting of them."""
    torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)
    weights = draw(*one.shape, seed=99, grad=False)
    for a, b in zip(
        torch.autograd.grad(one, leaves, weights), torch.autograd.grad(other, leaves, weights), strict=True
    ):
        torch.testing.assert_close(a, b, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(("batch", "hidden", "dim"), [(1, 1, 1), (3, 5, 2), (4, 2, 7)])
def test_rnn_step_is_torchs_cell(batch, hidden, dim):
    cell = torch.nn.RNNCell(dim, hidden, dtype=DOUBLE)
    h, x = draw(batch, hidden, seed=1), draw(batch, dim, seed=2)
    ours = rnn_step(h, x, cell.weight_hh, cell.weight_ih, cell.bias_ih + cell.bias_hh)
    same_with_gradients(ours, cell(x, h), [h, x, cell.weight_hh, cell.weight_ih, cell.bias_ih])


@pytest.mark.parametrize(("batch", "time", "hidden", "dim"), [(1, 1, 2, 3), (3, 7, 5, 2)])
def test_recurrent_compose_is_torchs_network(batch, time, hidden, dim):
    network = torch.nn.RNN(dim, hidden, batch_first=True, dtype=DOUBLE)
    c, h0 = draw(batch, time, dim, seed=3), draw(batch, hidden, seed=4)
    W_h, W_x = network.weight_hh_l0, network.weight_ih_l0
    ours = recurrent_compose(c, h0, W_h, W_x, network.bias_ih_l0 + network.bias_hh_l0)
    same_with_gradients(ours, network(c, h0[None])[0], [c, h0, W_h, W_x])


def test_recurrent_compose_is_the_librarys_composition():
    composition = Recurrent(4, cell="rnn").double()
    cell = composition.cell
    c = draw(2, 6, 4, seed=5)
    zeros = torch.zeros(2, 4, dtype=DOUBLE)
    ours = recurrent_compose(
        c, zeros, cell.weight_hh_l0, cell.weight_ih_l0, cell.bias_ih_l0 + cell.bias_hh_l0
    )
    same_with_gradients(ours, composition(c), [c])


@pytest.mark.parametrize(("batch", "hidden", "dim"), [(1, 1, 1), (3, 5, 2), (2, 3, 6)])
def test_gru_step_is_torchs_cell(batch, hidden, dim):
    cell = torch.nn.GRUCell(dim, hidden, dtype=DOUBLE)
    h, x = draw(batch, hidden, seed=6), draw(batch, dim, seed=7)
    same_with_gradients(gru_step(h, x, cell.state_dict()), cell(x, h), [h, x])
    parameters = dict(cell.named_parameters())
    same_with_gradients(gru_step(h, x, parameters), cell(x, h), list(parameters.values()))


def test_gru_step_is_the_librarys_composition():
    composition = Recurrent(3, cell="gru").double()
    params = {name.removesuffix("_l0"): value for name, value in composition.cell.state_dict().items()}
    c, h = draw(2, 5, 3, seed=8, grad=False), torch.zeros(2, 3, dtype=DOUBLE)
    states = []
    for c_t in c.unbind(1):
        h = gru_step(h, c_t, params)
        states.append(h)
    torch.testing.assert_close(torch.stack(states, dim=1), composition(c), rtol=1e-12, atol=1e-12)
