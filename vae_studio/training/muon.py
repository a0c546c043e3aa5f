"""Muon: steps of hidden weight matrices along orthogonal directions (Jordan et al., 2024), AdamW for all else."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

from vae_studio.training.orthogonal import orthogonalised

_MOMENTUM = 0.9
_TIMES = 8.0  # how far a matrix moves in a step, beside the learning rate of all else
_LEAST = 32  # rows and columns of a matrix that is worth it


class Muon(torch.optim.Optimizer):
    """Nesterov momentum whose matrices are made orthogonal, block by block, before they are taken as a step.

    All directions of a matrix learn at one speed, where the plain gradient knows a few strong ones. Blocks of rows (as
    in Khaled et al., 2025) cost much less than whole matrices; with a 2-D code on MNIST twelve epochs of them reach
    what twenty of AdamW do (`python -m tests.benchmarks optimisers`). Weights that are no matrices, and the layers into
    and out of the code, take AdamW.
    """

    def __init__(
        self,
        matrices: Sequence[nn.Parameter],
        others: Sequence[nn.Parameter],
        lr: float | Tensor,
        betas: tuple[float, float],
        weight_decay: float,
        dtype: torch.dtype = torch.float32,
        more: Sequence[dict[str, Any]] = (),  # groups of weights that take AdamW at a pace of their own
    ) -> None:
        groups = [{"params": list(others)}, *more]
        groups += [{"params": list(matrices), "orthogonal": True}] if matrices else []
        usual = {"lr": lr, "betas": betas, "weight_decay": weight_decay, "eps": 1e-8, "fused": True}
        super().__init__(groups, usual)
        self.dtype = dtype  # of the matrix products
        self.grad_scale: Tensor | None = None  # what gradients are divided by, as in torch's fused optimisers
        self.found_inf: Tensor | None = None
        self.copies: dict[nn.Parameter, nn.Parameter] = {}  # of matrices, that learn in their place, rounded

    @property
    def matrices(self) -> list[nn.Parameter]:
        """The weights whose steps are made orthogonal."""
        return [weight for group in self.param_groups if group.get("orthogonal") for weight in group["params"]]

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Move the weights."""
        for group in self.param_groups:
            if group.get("orthogonal"):
                self._muon(group)
            else:
                self._adamw(group)

    def _adamw(self, group: dict[str, Any]) -> None:
        weights = [weight for weight in group["params"] if weight.grad is not None]
        states = [self._adamw_state(weight) for weight in weights]
        adamw(
            weights,
            [weight.grad for weight in weights],
            [state["exp_avg"] for state in states],
            [state["exp_avg_sq"] for state in states],
            [],
            [state["step"] for state in states],
            fused=True,
            grad_scale=self.grad_scale,
            found_inf=self.found_inf,
            amsgrad=False,
            beta1=group["betas"][0],
            beta2=group["betas"][1],
            lr=group["lr"],
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            maximize=False,
        )

    def _adamw_state(self, weight: nn.Parameter) -> dict[str, Tensor]:
        state: dict[str, Tensor] = self.state[weight]
        if not state:
            state["step"] = torch.zeros((), device=weight.device)
            state["exp_avg"], state["exp_avg_sq"] = torch.zeros_like(weight), torch.zeros_like(weight)
        return state

    def _muon(self, group: dict[str, Any]) -> None:
        """Move the matrices; those of one shape are worked on together."""
        sets = _of_one_shape(weight for weight in group["params"] if self._learner(weight).grad is not None)
        if not sets:
            return
        rate = group["lr"] * _TIMES
        kept = 1 - rate * group["weight_decay"] if group["weight_decay"] else None
        lengths = [rate * _longer(weights[0]) for weights in sets]
        moves = orthogonalised([self._ahead(weights) for weights in sets], lengths)
        for weights, steps in zip(sets, moves, strict=True):
            self._move(weights, steps, kept)

    def _ahead(self, weights: list[nn.Parameter]) -> Tensor:
        """Take in the gradients of M weights and return where they point, [M, R, C]."""
        found = torch.empty(len(weights), *weights[0].shape, dtype=self.dtype, device=weights[0].device)
        for weight, ahead in zip(weights, found, strict=True):
            self._look_ahead(weight, ahead)
        return found

    def _move(self, weights: list[nn.Parameter], steps: Tensor, kept: float | Tensor | None) -> None:
        """Take a step [M, R, C] with each of M weights, of which decay has left a share."""
        for weight, step in zip(weights, steps, strict=True):
            if kept is not None:
                weight.mul_(kept)
            weight.sub_(step)
            if weight in self.copies:
                self.copies[weight].copy_(weight)

    def _look_ahead(self, weight: nn.Parameter, ahead: Tensor) -> None:
        """Take in a weight's gradient and write where it points, looked at from one step ahead (Nesterov)."""
        gradient = self._learner(weight).grad
        assert gradient is not None
        if self.grad_scale is not None:
            gradient.div_(self.grad_scale)
        average = self._momentum(weight, gradient.dtype).lerp_(gradient, 1 - _MOMENTUM)
        if ahead.dtype == gradient.dtype:
            torch.lerp(gradient, average, _MOMENTUM, out=ahead)
        else:
            ahead.copy_(torch.lerp(gradient, average, _MOMENTUM))

    def _momentum(self, weight: nn.Parameter, dtype: torch.dtype) -> Tensor:
        """Return the average of a weight's gradients, in their precision; a restored one comes in the weight's."""
        state: dict[str, Tensor] = self.state[weight]
        state["momentum"] = state["momentum"].to(dtype) if state else torch.zeros_like(weight, dtype=dtype)
        return state["momentum"]

    def _learner(self, weight: nn.Parameter) -> nn.Parameter:
        """Return who has a weight's gradient: itself or its copy."""
        return self.copies.get(weight, weight)


def is_matrix(weight: Tensor) -> bool:
    """Tell whether a weight is a matrix large enough to have directions."""
    return weight.ndim == 2 and min(weight.shape) >= _LEAST


def _longer(weight: Tensor) -> float:
    """Return how much longer the step of a tall matrix is than that of a square one."""
    return math.sqrt(max(1.0, weight.shape[0] / weight.shape[1]))


def _of_one_shape(weights: Iterable[nn.Parameter]) -> list[list[nn.Parameter]]:
    alike: dict[torch.Size, list[nn.Parameter]] = {}
    for weight in weights:
        alike.setdefault(weight.shape, []).append(weight)
    return list(alike.values())
