"""The optimizers of lecture 07 as `torch.optim.Optimizer`s: SGD, Adam, Sophia, Muon; clipping, and a schedule.

They keep torch's interface (parameter groups, `lr`, `state_dict`; schedulers work) and add this: settings
are checked; a gradient that is not finite is an error that names its parameter, before anything is changed.
Weight decay is decoupled in all of them (Loshchilov & Hutter 2019): θ ← θ − η·λ·θ, then the step. So Adam is
torch's AdamW, and without weight decay torch's Adam. Lecture 07 takes them apart, 08–13 train with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import torch
from torch import Tensor, nn


class CheckedOptimizer(torch.optim.Optimizer):
    """What they have in common. A subclass writes `update`, and the limits of its settings."""

    def limits(self, group: dict) -> Iterator[tuple[str, bool, str]]:
        """(setting, is its value allowed, what is allowed) for the settings of a parameter group."""
        yield "lr", group["lr"] >= 0, ">= 0"
        yield "weight_decay", group["weight_decay"] >= 0, ">= 0"

    def update(self, group: dict, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        """Moves the parameters of a group, in place, all in one call for each operation."""
        raise NotImplementedError

    def add_param_group(self, param_group: dict) -> None:
        settings = self.defaults | param_group
        for setting, allowed, limit in self.limits(settings):
            if not allowed:
                raise ValueError(f"{type(self).__name__}: {setting} must be {limit}, got {settings[setting]}")
        super().add_param_group(param_group)

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:
        """One step along `parameter.grad`; a parameter without gradient stays. Returns the closure's loss.

        Raises FloatingPointError where a gradient holds nan or inf; then nothing has changed.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        work = []
        for group in self.param_groups:
            parameters = [p for p in group["params"] if p.grad is not None]
            work.append((group, parameters, [p.grad for p in parameters]))
        self._refuse_nonfinite(
            "gradient", [(p, g) for _, *lists in work for p, g in zip(*lists, strict=True)]
        )
        for group, parameters, gradients in work:
            if group["weight_decay"] and parameters:
                torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
            if parameters:
                self.update(group, parameters, gradients)
        return loss

    def remembered(self, parameters: list[Tensor], *names: str) -> list[list[Tensor]]:
        """One list for each name: what the optimizer remembers of every parameter, zeros at first."""
        states = [self.state[p] for p in parameters]
        for state, p in zip(states, parameters, strict=True):
            if not state:
                state.update({name: torch.zeros_like(p) for name in names})
        return [[state[name] for state in states] for name in names]

    def _refuse_nonfinite(self, what: str, values: list[tuple[Tensor, Tensor]]) -> None:
        """One number says whether all is well, so that an accelerator is asked, and waited for, only once.

        values  (parameter, what belongs to it)
        """
        if not values:
            return
        tensors = [value for _, value in values]
        if any(tensor.is_sparse for tensor in tensors):
            raise ValueError(f"{type(self).__name__}: the {what} must be dense; use Embedding(sparse=False)")
        on_cpu = tensors[0].device.type == "cpu"  # there a sum is the cheapest look at every entry
        totals = [tensor.sum() for tensor in tensors] if on_cpu else torch._foreach_norm(tensors)
        if math.isfinite(torch.stack(totals).sum().item()):
            return
        for parameter, value in values:  # may find nothing: a total can overflow
            if not value.isfinite().all():
                raise FloatingPointError(
                    f"{type(self).__name__}: the {what} of {self._name(parameter)} holds "
                    f"{'nan' if value.isnan().any() else 'inf'}; nothing was changed. "
                    f"Look at the loss, lower the learning rate, or clip the gradients before the step"
                )

    def _name(self, parameter: Tensor) -> str:
        """The parameter's name where the optimizer was given `named_parameters()`, else its place."""
        for g, group in enumerate(self.param_groups):
            for i, p in enumerate(group["params"]):
                if p is parameter:
                    name = group["param_names"][i] if "param_names" in group else f"number {i} of group {g}"
                    return f"parameter {name} (shape {tuple(p.shape)})"
        return f"a tensor of shape {tuple(parameter.shape)} that is not one of its parameters"


def _is_share(*values: float) -> bool:
    return all(0 <= value < 1 for value in values)


class SGD(CheckedOptimizer):
    """Stochastic gradient descent with momentum (Polyak 1964): velocity = β·velocity + g; θ ← θ − η·velocity.

    momentum is β; with 0 the velocity is the gradient and nothing is remembered.
    """

    def __init__(self, params: Iterable, lr: float = 0.1, momentum: float = 0.0, weight_decay: float = 0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    def limits(self, group: dict) -> Iterator[tuple[str, bool, str]]:
        yield from super().limits(group)
        yield "momentum", _is_share(group["momentum"]), "in [0, 1)"

    def update(self, group: dict, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        velocity = gradients
        if group["momentum"]:
            (velocity,) = self.remembered(parameters, "velocity")
            torch._foreach_mul_(velocity, group["momentum"])
            torch._foreach_add_(velocity, gradients)
        torch._foreach_add_(parameters, velocity, alpha=-group["lr"])


class Adam(CheckedOptimizer):
    """Adam (Kingma & Ba 2015, Algorithm 1), with decoupled weight decay (AdamW, Loshchilov & Hutter 2019).

    m = β1·m + (1 − β1)·g;  v = β2·v + (1 − β2)·g²;  θ ← θ − η·m̂ / (√v̂ + ε), where m̂ = m / (1 − β1ᵗ) and
    v̂ = v / (1 − β2ᵗ) undo the pull of the zeros that m and v start from. ε stands outside the root.
    """

    def __init__(
        self,
        params: Iterable,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def limits(self, group: dict) -> Iterator[tuple[str, bool, str]]:
        yield from super().limits(group)
        yield "betas", _is_share(*group["betas"]), "in [0, 1)"
        yield "eps", group["eps"] >= 0, ">= 0"

    def update(self, group: dict, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        beta1, beta2 = group["betas"]
        m, v = self.remembered(parameters, "m", "v")
        states = [self.state[p] for p in parameters]
        for state in states:
            state["step"] = state.get("step", 0) + 1
        torch._foreach_lerp_(m, gradients, 1 - beta1)
        torch._foreach_mul_(v, beta2)
        torch._foreach_addcmul_(v, gradients, gradients, 1 - beta2)
        denominators = torch._foreach_sqrt(v)  # √v̂ + ε
        torch._foreach_div_(denominators, [math.sqrt(1 - beta2 ** state["step"]) for state in states])
        torch._foreach_add_(denominators, group["eps"])
        step_sizes = [-group["lr"] / (1 - beta1 ** state["step"]) for state in states]
        torch._foreach_addcdiv_(parameters, m, denominators, step_sizes)


class Sophia(CheckedOptimizer):
    """Sophia (Liu et al. 2023, Algorithm 3): a Newton step for each coordinate, never longer than η.

    m = β1·m + (1 − β1)·g;  θ ← θ − η·clip(m / max(ρ·h, ε), −1, 1), where h is a running mean of estimates
    of the diagonal of the Hessian. h starts at 0, where a step is η·sign(m). Estimates come from outside:

        for x, y in batches:
            optimizer.update_hessian(lambda: gauss_newton_bartlett(model, x, generator))  # every k steps
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()

    rho           ρ (the paper's γ): 0.05 with Gauss–Newton–Bartlett, 0.01 with Hutchinson
    update_every  k, the steps from one estimate to the next
    """

    def __init__(
        self,
        params: Iterable,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.96, 0.99),
        rho: float = 0.05,
        eps: float = 1e-12,
        weight_decay: float = 0.0,
        update_every: int = 10,
    ):
        settings = {"lr": lr, "betas": betas, "rho": rho, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, settings | {"update_every": update_every, "step": 0})

    def limits(self, group: dict) -> Iterator[tuple[str, bool, str]]:
        yield from super().limits(group)
        yield "betas", _is_share(*group["betas"]), "in [0, 1)"
        yield "rho", group["rho"] > 0, "> 0"
        yield "eps", group["eps"] > 0, "> 0"
        yield "update_every", group["update_every"] >= 1, ">= 1"

    def update(self, group: dict, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        m, h = self.remembered(parameters, "m", "h")
        torch._foreach_lerp_(m, gradients, 1 - group["betas"][0])
        denominators = torch._foreach_mul(h, group["rho"])
        torch._foreach_clamp_min_(denominators, group["eps"])
        ratios = torch._foreach_div(m, denominators)
        torch._foreach_clamp_min_(ratios, -1.0)
        torch._foreach_clamp_max_(ratios, 1.0)
        torch._foreach_add_(parameters, ratios, alpha=-group["lr"])
        group["step"] += 1

    def update_hessian(
        self, estimates: Mapping[Tensor, Tensor] | Callable[[], Mapping[Tensor, Tensor]]
    ) -> bool:
        """h = β2·h + (1 − β2)·ĥ for the parameters that `estimates` holds; says whether it did.

        estimates  {parameter: ĥ}, each ĥ shaped like its parameter, as the two functions below return it; or
                   a function without arguments that returns it, called before steps 1, k + 1, 2k + 1, … only
        """
        if callable(estimates):
            first = self.param_groups[0]
            if max(group["step"] for group in self.param_groups) % first["update_every"]:
                return False
            with torch.enable_grad():
                estimates = estimates()
        if not isinstance(estimates, Mapping):
            raise TypeError(
                f"Sophia: estimates must be a dict {{parameter: estimate}}, got {type(estimates).__name__}; "
                "for two lists write dict(zip(parameters, estimates))"
            )
        beta2 = {p: group["betas"][1] for group in self.param_groups for p in group["params"]}
        for p, estimate in estimates.items():
            if p not in beta2 or estimate.shape != p.shape:
                raise ValueError(f"Sophia: estimate of shape {tuple(estimate.shape)} for {self._name(p)}")
        self._refuse_nonfinite("Hessian estimate", list(estimates.items()))
        _, h = self.remembered(list(estimates), "m", "h")
        with torch.no_grad():
            for mean, (p, estimate) in zip(h, estimates.items(), strict=True):
                mean.lerp_(estimate.to(mean), 1 - beta2[p])
        return True

    @torch.no_grad()
    def clipped_share(self) -> float:
        """Share of the coordinates whose step is cut to η: |m| > max(ρ·h, ε), with m and h as they are now.

        Liu et al. tune ρ so that it lies between 0.5 and 0.9. Waits for an accelerator: not for every step.
        """
        clipped, coordinates = 0, 0
        for group in self.param_groups:
            for p in group["params"]:
                if "m" in self.state[p]:
                    m, h = self.state[p]["m"], self.state[p]["h"]
                    clipped += (m.abs() > (group["rho"] * h).clamp_min(group["eps"])).sum().item()
                    coordinates += p.numel()
        if not coordinates:
            raise RuntimeError("Sophia: clipped_share is known after the first step; call .step() first")
        return clipped / coordinates


class Muon(CheckedOptimizer):
    """Muon (Jordan et al. 2024), for the matrices of hidden layers: momentum, then all singular values brought near 1.

    velocity = β·velocity + g;  O = newton_schulz(g + β·velocity), Nesterov's look ahead;  θ ← θ − η·√max(1, n/m)·O.
    ValueError for a parameter that is no matrix (n, m). E, W and the biases belong to another optimizer.
    """

    def __init__(self, params: Iterable, lr: float = 0.02, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    def limits(self, group: dict) -> Iterator[tuple[str, bool, str]]:
        yield from super().limits(group)
        yield "momentum", _is_share(group["momentum"]), "in [0, 1)"

    def add_param_group(self, param_group: dict) -> None:
        super().add_param_group(param_group)
        for p in self.param_groups[-1]["params"]:
            if p.ndim != 2:
                self.param_groups.pop()
                raise ValueError(f"Muon: every parameter must be a matrix, got shape {tuple(p.shape)}")

    def update(self, group: dict, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        (velocity,) = self.remembered(parameters, "velocity")
        torch._foreach_mul_(velocity, group["momentum"])
        torch._foreach_add_(velocity, gradients)
        for p, g, v in zip(parameters, gradients, velocity, strict=True):
            rows, columns = p.shape
            p.sub_(
                newton_schulz(g + group["momentum"] * v), alpha=group["lr"] * max(1, rows / columns) ** 0.5
            )


def newton_schulz(G: Tensor, n_steps: int = 5) -> Tensor:
    """A matrix (n, m) with the singular vectors of G, its singular values brought near 1 (Jordan et al. 2024).

    X ← aX + (bA + cA²)X with A = X Xᵀ, from X = G / ‖G‖: each singular value s becomes as + bs³ + cs⁵, which
    ends between 0.68 and 1.21 for all that were not below a few thousandths of ‖G‖.
    """
    if G.shape[0] > G.shape[1]:  # so that A is the smaller of X Xᵀ and Xᵀ X
        return newton_schulz(G.T, n_steps).T
    X = G / (G.norm() + 1e-7)
    for _ in range(n_steps):
        A = X @ X.T
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X


OPTIMIZERS: dict[
    str, Callable[..., CheckedOptimizer]
] = {  # name -> (parameters, lr, weight_decay=0) -> optimizer
    "SGD": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "Adam": partial(Adam, betas=(0.9, 0.99)),
    "Sophia": partial(Sophia, rho=0.3),
}

# --- estimates of the diagonal of the Hessian --------------------------------------------------------------


def gauss_newton_bartlett(
    model: nn.Module, x: Tensor, generator: torch.Generator | None = None, counted: Tensor | None = None
) -> dict[Tensor, Tensor]:
    """{parameter: B·ĝ²}, an unbiased estimate of the Gauss–Newton matrix's diagonal for the cross-entropy.

    model(x) gives logits (..., V). ĝ is the gradient of the MEAN cross-entropy over B tokens against targets
    that are drawn from the model's own softmax (the true targets would give another matrix).
    counted  bool, shaped like the targets: which tokens are in the mean, `targets != -100`; left out: all

    Liu et al. 2023, Algorithm 2. Costs one forward and one backward; never negative.
    """
    parameters = [p for p in model.parameters() if p.requires_grad]
    with torch.enable_grad():
        t = model(x)
        t = t.flatten(0, -2) if counted is None else t[counted]  # (B, V)
        if not len(t):
            raise ValueError("gauss_newton_bartlett: no token counts; counted must be True somewhere")
        drawn = torch.multinomial(t.detach().softmax(-1), 1, generator=generator).squeeze(-1)
        loss = nn.functional.cross_entropy(t, drawn)
        gradients = torch.autograd.grad(loss, parameters, materialize_grads=True)
    return {p: len(t) * g**2 for p, g in zip(parameters, gradients, strict=True)}


def hutchinson(
    loss: Tensor, parameters: Iterable[Tensor], generator: torch.Generator | None = None
) -> dict[Tensor, Tensor]:
    """{parameter: u ⊙ (H u)}, an unbiased estimate of the diagonal of the Hessian H of `loss`; one draw of u.

    u is −1 or 1, by the toss of a coin. H u is the gradient of ⟨∇loss, u⟩, so H itself is never built.
    May be negative; Sophia then takes a step of sign(m). Hutchinson 1990 (for the trace); Bekas, Kokiopoulou & Saad
    2007 (for the diagonal); Liu et al. 2023, Algorithm 1.
    """
    parameters = list(parameters)
    with torch.enable_grad():
        gradients = torch.autograd.grad(loss, parameters, create_graph=True, materialize_grads=True)
        coins = [torch.randint(2, p.shape, generator=generator, device=p.device) for p in parameters]
        u = [2 * coin.to(p) - 1 for coin, p in zip(coins, parameters, strict=True)]
        along_u = sum((g * direction).sum() for g, direction in zip(gradients, u, strict=True))
        if not along_u.requires_grad:  # a linear loss
            return {p: torch.zeros_like(p) for p in parameters}
        products = torch.autograd.grad(along_u, parameters, materialize_grads=True)
    return {p: direction * product for p, direction, product in zip(parameters, u, products, strict=True)}


# --- the length of a gradient -------------------------------------------------------------------------------


def clip_by_global_norm(grads, max_norm):
    """Gradients that are together no longer than max_norm -> (clipped, norm): a list like `grads`, and a number.

    grads     a list of tensors of any shapes: the gradients of all parameters
    max_norm  a positive number
    norm is the Euclidean length of all their entries TOGETHER, as it was before clipping (a float, or a tensor
    of one number). If norm ≤ max_norm the gradients are returned as they are, zeros included; else all of them
    are multiplied by one factor, so that their common length becomes max_norm. (Up to 1e-6 may be added to the
    norm in the factor against a division by zero, as torch's clip_grad_norm_ does.) The tensors of the caller come
    back unchanged.
    """
    norm = torch.sqrt(sum((grad**2).sum() for grad in grads))
    if norm <= max_norm:
        return list(grads), norm
    return [grad * (max_norm / norm) for grad in grads], norm


# --- the learning rate over time ---------------------------------------------------------------------------


def warmup_cosine(step, warmup, total, peak, floor=0.0):
    """The learning rate at `step` = 0, 1, 2, …: a straight line up, then half a cosine down. A float.

    While step < warmup (0 < warmup < total): equal steps from 0 towards `peak`, which is reached at warmup.
    From there down to `floor`, reached at total, along (1 + cos φ)/2 with φ from 0 to π. After that, floor.
    """
    if step < warmup:
        return peak * step / warmup
    progress = min(1.0, (step - warmup) / (total - warmup))
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2
