"""Gradients cut to their usual length."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

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

    def excess(self, parameters: Iterable[nn.Parameter]) -> Tensor | None:
        """Return what the parameters' gradients are to be divided by, [], 1 or more; None to leave them as they are.

        Nothing is read back from a device that is not the CPU.
        """
        if self.times == 0:
            return None
        excess = self.limit(nn.utils.get_total_norm([weight.grad for weight in parameters if weight.grad is not None]))
        return None if excess.device.type == "cpu" and excess == 1 else excess

    def limit(self, length: Tensor) -> Tensor:
        """Return what a gradient of this length, [], is to be divided by, [], 1 or more; nothing is read back."""
        usual = torch.where(self.usual > 0, self.usual, length)
        excess = torch.clamp(length / (self.times * usual).clamp(min=_TINY), min=1.0)
        self.usual.copy_(usual + (1 - _MEMORY) * (torch.minimum(length, _RUNAWAY * usual) - usual))
        return excess
