"""The maximum mean discrepancy between codes and prior (Gretton et al., 2012)."""

from collections.abc import Callable

import torch
from torch import Tensor

Kernel = Callable[[Tensor, int], Tensor]  # squared distances, dimensions -> similarities


def gaussian_kernel(squared: Tensor, dim: int) -> Tensor:
    """Return exp(-|a - b|^2 / 2 D): as wide as the prior's codes lie apart (Zhao et al., 2017)."""
    return torch.exp(-squared / (2 * dim))


def imq_kernel(squared: Tensor, dim: int) -> Tensor:
    """Return C / (C + |a - b|^2) with C = 2 D, which still pulls at codes far out (Tolstikhin et al., 2018)."""
    return 2 * dim / (2 * dim + squared)


def mmd(codes: Tensor, prior: Tensor, kernel: Kernel) -> Tensor:
    """Return the unbiased estimate of the squared discrepancy between two samples [N, D]; it may fall below 0."""
    count, dim = codes.shape
    pairs = max(count * (count - 1), 1)  # one picture alone has no pair
    within = [(kernel(_squared(side, side), dim).sum() - count) / pairs for side in (codes, prior)]
    return within[0] + within[1] - 2 * kernel(_squared(codes, prior), dim).mean()


def prior_like(codes: Tensor, generator: torch.Generator) -> Tensor:
    """Return as many codes drawn from N(0, I)."""
    return torch.empty_like(codes).normal_(generator=generator)


def _squared(a: Tensor, b: Tensor) -> Tensor:
    """Return |a_i - b_j|^2, [N, M], without an [N, M, D] in between."""
    squared: Tensor = a.square().sum(dim=1)[:, None] + b.square().sum(dim=1) - 2 * a @ b.T
    return squared.clamp(min=0)  # rounding may leave a picture just below no distance from itself
