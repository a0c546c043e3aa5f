"""What every likelihood p(x|z) can do."""

from typing import Protocol

from torch import Tensor


class Likelihood(Protocol):
    """How the decoder's output describes a picture."""

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z) summed over pixels and channels, [N], in nats; output and x are [N, C, H, W]."""
        ...

    def mean(self, output: Tensor) -> Tensor:
        """Return the expected picture, in [0, 1], of the same shape as `output`."""
        ...
