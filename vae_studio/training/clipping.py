"""Gradients cut to their usual length."""

from collections.abc import Iterable

import torch
from torch import nn

_TINY = 1e-30  # a gradient of nothing has no direction to keep
_MEMORY = 0.98  # of the usual length, per step
_RUNAWAY = 5.0  # times the usual length; what is beyond counts as so much, so that it does not raise the limit


class GradientClip:
    """Shortens a gradient that is longer than those before it.

    One picture whose posterior variance runs away gives a gradient 1e10 times the usual one, and Adam's average of
    squares would take thousands of steps to forget it. The limit follows the training, so it needs no unit.
    """

    def __init__(self, times: float, device: torch.device) -> None:
        self.times = times  # the usual length; 0 for no limit
        self.usual = torch.zeros((), device=device)  # 0: not known yet

    def __call__(self, parameters: Iterable[nn.Parameter]) -> None:
        """Shorten the parameters' gradients in place; nothing is read back from the device."""
        if self.times == 0:
            return
        gradients = [weight.grad for weight in parameters if weight.grad is not None]
        length = nn.utils.get_total_norm(gradients)
        usual = torch.where(self.usual > 0, self.usual, length)
        limit = self.times * usual
        share = torch.clamp(limit / length.clamp(min=_TINY), max=1.0)
        if share.device.type != "cpu" or share < 1:  # looking at it is free on the CPU alone
            for gradient in gradients:
                gradient.mul_(share)
        self.usual = usual + (1 - _MEMORY) * (torch.minimum(length, _RUNAWAY * usual) - usual)
