"""Muon: steps of hidden weight matrices along orthogonal directions (Jordan et al., 2024), AdamW for all else."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

_MOMENTUM = 0.95
_TIMES = 4.0  # how far a matrix moves in a step, beside the learning rate of all else
_QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan et al.: singular values from 0.01 to 1 come near 1 in five rounds
_ROUNDS = 3
_BLOCK = 64  # rows made orthogonal together
_LEAST = 32  # rows and columns of a matrix that is worth it
_TINY = 1e-7


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
    ) -> None:
        groups = [{"params": list(others)}] + ([{"params": list(matrices), "orthogonal": True}] if matrices else [])
        usual = {"lr": lr, "betas": betas, "weight_decay": weight_decay, "eps": 1e-8, "fused": True}
        super().__init__(groups, usual)
        self.dtype = dtype  # of the matrix products
        self.grad_scale: Tensor | None = None  # what gradients are divided by, as in torch's fused optimisers
        self.found_inf: Tensor | None = None

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Move the weights."""
        others, *matrices = self.param_groups
        self._adamw(others)
        for group in matrices:
            self._muon(group)

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
        weights = [weight for weight in group["params"] if weight.grad is not None]
        gradients = [weight.grad for weight in weights]
        averages = [self._momentum(weight) for weight in weights]
        if self.grad_scale is not None:
            torch._foreach_div_(gradients, self.grad_scale)
        torch._foreach_lerp_(averages, gradients, 1 - _MOMENTUM)
        ahead = torch._foreach_lerp(gradients, averages, _MOMENTUM)
        rate = group["lr"] * _TIMES
        for weight, direction in zip(weights, orthogonalised(ahead, self.dtype), strict=True):
            if group["weight_decay"]:
                weight.mul_(1 - rate * group["weight_decay"])
            longer = max(1.0, weight.shape[0] / weight.shape[1]) ** 0.5
            if isinstance(rate, Tensor):
                weight.sub_(direction.to(weight.dtype) * (rate * longer))
            else:
                weight.add_(direction, alpha=-rate * longer)

    def _momentum(self, weight: nn.Parameter) -> Tensor:
        state: dict[str, Tensor] = self.state[weight]
        if not state:
            state["momentum"] = torch.zeros_like(weight)
        return state["momentum"]


def orthogonalised(matrices: Sequence[Tensor], dtype: torch.dtype = torch.float32) -> list[Tensor]:
    """Return matrices [R, C] whose blocks of rows have nearly equal singular values, near 1, in their own precision.

    Those of one shape are worked on together, by Newton-Schulz rounds in `dtype`.
    """
    found: dict[int, Tensor] = {}
    for alike in _of_one_shape(matrices):
        rows, columns = matrices[alike[0]].shape
        stacked = torch.stack([matrices[place] for place in alike]).to(dtype)
        done = _newton_schulz(stacked.view(-1, _block(rows, columns), columns)).view_as(stacked)
        found |= dict(zip(alike, done, strict=True))
    return [found[place] for place in range(len(matrices))]


def is_matrix(weight: Tensor) -> bool:
    """Tell whether a weight is a matrix large enough to have directions."""
    return weight.ndim == 2 and min(weight.shape) >= _LEAST


def _of_one_shape(matrices: Iterable[Tensor]) -> list[list[int]]:
    places: dict[torch.Size, list[int]] = {}
    for place, matrix in enumerate(matrices):
        places.setdefault(matrix.shape, []).append(place)
    return list(places.values())


def _block(rows: int, columns: int) -> int:
    """Return the largest part of the rows that divides them and is no larger than a block, or all that there are."""
    fitting = [size for size in range(_LEAST // 2, min(_BLOCK, columns) + 1) if rows % size == 0]
    return max(fitting, default=rows)


def _newton_schulz(blocks: Tensor) -> Tensor:
    """Return blocks [B, R, C] with their singular values drawn to 1.

    A round multiplies X by a polynomial of A = X X^T. These polynomials commute, so A alone goes through the rounds, as
    small matrices [B, R, R] in float32, and X is multiplied once, by the product of them all.
    """
    a, b, c = _QUINTIC
    square = (blocks @ blocks.mT).float()
    length = square.diagonal(dim1=1, dim2=2).sum(1).sqrt()[:, None, None] + _TINY
    square /= length.square()
    factor: Tensor | None = None
    for left in reversed(range(_ROUNDS)):
        polynomial = torch.baddbmm(square, square, square, beta=b, alpha=c)
        polynomial.diagonal(dim1=1, dim2=2).add_(a)
        factor = polynomial if factor is None else factor @ polynomial
        if left:
            square = polynomial @ square @ polynomial
    assert factor is not None
    return (factor / length).to(blocks.dtype) @ blocks
