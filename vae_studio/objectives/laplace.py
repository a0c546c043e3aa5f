"""The Laplace likelihood with one fixed scale."""

import math

import torch
from torch import Tensor

from vae_studio.objectives.likelihood_options import LaplaceOptions


class Laplace:
    """Absolute error over b plus log 2b; a density, so its nats can be negative."""

    def __init__(self, options: LaplaceOptions) -> None:
        self.scale = options.scale

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z), [N], in nats."""
        error = (x - self.mean(output)).abs() / self.scale + math.log(2 * self.scale)
        return error.flatten(1).sum(dim=1)

    def mean(self, output: Tensor) -> Tensor:
        """Return the locations, kept in [0, 1] by a sigmoid, as grey values are."""
        return torch.sigmoid(output)
