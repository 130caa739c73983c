"""training_step: two steps on a small model with old gradients; the losses, and the parameters after each."""

import torch
from torch import nn


class _Bigram(nn.Module):
    """A model of V logits for each last word, `scale` times as large as usual."""

    def __init__(self, vocab_size: int, seed: int, scale: float):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        table = torch.randn(vocab_size, vocab_size, generator=generator, dtype=torch.float64)
        self.table = nn.Parameter(torch.round(10 * table) / 10 * scale)
        self.bias = nn.Parameter(torch.linspace(-1, 1, vocab_size, dtype=torch.float64))

    def forward(self, ids):
        return self.table[ids] + self.bias


_OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.5),
    "SGD with momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.3, momentum=0.9),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.1),
}


def observe(function, args, kwargs) -> dict:
    """Two steps on one model that has old gradients: the losses, their kind, and the parameters after each."""
    vocab_size, x, y, optimizer_name, stale, scale = args
    model = _Bigram(vocab_size, seed=3, scale=scale)
    optimizer = _OPTIMIZERS[optimizer_name](model.parameters())
    if stale:
        for parameter in model.parameters():
            parameter.grad = torch.full_like(parameter, 0.25)
    x_in, y_in = x.clone(), y.clone()
    facts, events = {}, []
    model.bias.register_hook(lambda gradient: events.append("backward"))
    optimizer.register_step_post_hook(
        lambda *_: events.append("step" if _has_gradients(model) else "step without gradients")
    )
    before = model.bias.detach().clone()
    for number in ("first", "second"):
        loss = function(model, x_in, y_in, optimizer)
        kind = "float" if isinstance(loss, float) else type(loss).__name__
        facts["kind"] = "tensor with a graph" if torch.is_tensor(loss) and loss.requires_grad else kind
        facts[f"{number} loss"] = float(loss) if kind in ("float", "int", "Tensor", "float64") else loss
        facts[f"parameters after the {number} step"] = [p.detach().clone() for p in model.parameters()]
        if not _stepped(events) and not torch.equal(model.bias, before):
            facts[f"parameters after the {number} step"] = "moved by something else than the optimizer"
            break
    if torch.equal(model.bias, before):
        facts["nothing moved"] = ", ".join(events[:2]) or "neither backward nor step"
    facts["x and y unchanged"] = torch.equal(x, x_in) and torch.equal(y, y_in)
    return facts


def _stepped(events) -> bool:
    return any(event.startswith("step") for event in events)


def _has_gradients(model) -> bool:
    return any(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())
