"""What every objective can do, and the terms it is made of."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES, LikelihoodOptions, ObjectiveOptions
from vae_studio.objectives.likelihood import Likelihood


@dataclass(frozen=True)
class Terms:
    """One batch's losses: sums over pixels and dimensions, means over the batch, in nats."""

    loss: Tensor  # [], what is minimised
    reconstruction: Tensor  # []
    kl: Tensor  # [], unweighted


class Objective(Protocol):
    """What training minimises."""

    likelihood: Likelihood
    has_prior: bool  # whether negative ELBO, KL and samples from the prior mean anything

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: float) -> Terms:
        """Return the terms of a batch x [N, C, H, W] in [0, 1], at `progress` in [0, 1] of the training."""
        ...


def build_objective(objective: ObjectiveOptions, likelihood: LikelihoodOptions) -> Objective:
    """Build the chosen objective with the chosen likelihood."""
    built: Objective = OBJECTIVES[objective.kind].load()(objective, LIKELIHOODS[likelihood.kind].load()(likelihood))
    return built
