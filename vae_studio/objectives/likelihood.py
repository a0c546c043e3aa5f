"""What every likelihood p(x|z) can do."""

from typing import Protocol

import torch
from torch import Tensor

_FARTHEST, _HALVINGS = 1e4, 50  # an output beyond draws black or white; so often is the way to one halved


class Likelihood(Protocol):
    """How the decoder's output describes a picture."""

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z) summed over pixels and channels, [N], in nats; output and x are [N, C, H, W]."""
        ...

    def mean(self, output: Tensor) -> Tensor:
        """Return the expected picture, in [0, 1], of the same shape as `output`."""
        ...


def output_drawing(likelihood: Likelihood, mean: Tensor) -> Tensor:
    """Return the decoder's output under which `mean`, in [0, 1], is the expected picture; of the same shape."""
    low, high = torch.full_like(mean, -_FARTHEST), torch.full_like(mean, _FARTHEST)
    for _ in range(_HALVINGS):  # all likelihoods draw brighter with a larger output, each pixel by itself
        middle = (low + high) / 2
        darker = likelihood.mean(middle) < mean
        low, high = torch.where(darker, middle, low), torch.where(darker, high, middle)
    return (low + high) / 2
