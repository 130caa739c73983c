"""backpropagate against torch.autograd, on random graphs whose values are used again and again."""

import numpy as np
import pytest
import torch

from nlm_utils.autograd import Node, backpropagate

OPERATIONS = {  # name: (value, gradients of the parents), the same for arrays and for torch's tensors
    "product": (lambda a, b: a * b, lambda grad, a, b: (grad * b, grad * a)),
    "sum": (lambda a, b: a + b, lambda grad, a, b: (grad, grad)),
    "difference": (lambda a, b: a - b, lambda grad, a, b: (grad, -grad)),
    "quotient": (
        lambda a, b: a / (1 + b * b),
        lambda grad, a, b: (grad / (1 + b * b), -2 * grad * a * b / (1 + b * b) ** 2),
    ),
}


@pytest.mark.parametrize("seed", range(20))
def test_every_gradient_is_torchs(seed):
    rng = np.random.default_rng(seed)
    leaves = rng.normal(size=(3, 4))
    nodes = [Node(row, (), lambda grad: ()) for row in leaves]
    tensors = [torch.tensor(row, requires_grad=True) for row in leaves]
    for _ in range(12):
        i, j = rng.integers(len(nodes), size=2)
        value, rule = OPERATIONS[list(OPERATIONS)[rng.integers(len(OPERATIONS))]]
        a, b = nodes[i].value, nodes[j].value
        nodes.append(
            Node(value(a, b), (nodes[i], nodes[j]), lambda grad, rule=rule, a=a, b=b: rule(grad, a, b))
        )
        tensors.append(value(tensors[i], tensors[j]))
        tensors[-1].retain_grad()
    backpropagate(nodes[-1])
    tensors[-1].sum().backward()
    for node, tensor in zip(nodes, tensors, strict=True):
        if tensor.grad is None:
            assert node.grad is None
        else:
            np.testing.assert_allclose(node.grad, tensor.grad.numpy(), rtol=1e-12, atol=1e-12)
