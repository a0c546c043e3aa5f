"""The Bernoulli likelihood: a pixel's grey value is read as the probability of white."""

import torch
from torch import Tensor
from torch.nn import functional

from vae_studio.objectives.likelihood_options import BernoulliOptions


class Bernoulli:
    """Cross-entropy with logits; grey targets give the usual "grey BCE", which is not a density over greys."""

    def __init__(self, options: BernoulliOptions) -> None:
        self.options = options

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z), [N], in nats."""
        return functional.binary_cross_entropy_with_logits(output, x, reduction="none").flatten(1).sum(dim=1)

    def mean(self, output: Tensor) -> Tensor:
        """Return the probabilities of white."""
        return torch.sigmoid(output)
