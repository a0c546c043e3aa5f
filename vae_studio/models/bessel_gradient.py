"""The modified Bessel function of the first kind for torch, with gradients by the recurrence of its orders."""

from typing import Any

import torch
from torch import Tensor

from vae_studio.models.bessel import log_bessel_values


class _LogBessel(torch.autograd.Function):
    """log(I_v(x) / x^v); its slope is I_{v+1}(x) / I_v(x), again made of two of these."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, order: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.order = order
        return torch.from_numpy(log_bessel_values(x.detach().cpu().double().numpy(), order)).to(x)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return gradient * bessel_ratio(x, ctx.order), None


def log_bessel(x: Tensor, order: float) -> Tensor:
    """Return log(I_v(x) / x^v) for x >= 0 and an order v >= 0; differentiable any number of times."""
    values: Tensor = _LogBessel.apply(x, order)
    return values


def bessel_ratio(x: Tensor, order: float) -> Tensor:
    """Return I_{v+1}(x) / I_v(x), which rises from 0 at 0 towards 1."""
    return x * torch.exp(log_bessel(x, order + 1) - log_bessel(x, order))
