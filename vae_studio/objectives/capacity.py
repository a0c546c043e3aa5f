"""The beta-VAE whose capacity grows (Burgess et al., 2018)."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import CapacityOptions
from vae_studio.objectives.one_sample import one_sample
from vae_studio.objectives.schedule import Share, capacity_at


class Capacity:
    """E_q[-log p(x|z)] + gamma |KL(q(z|x) || p(z)) - C|, where C rises from 0 to its full size."""

    has_prior = CapacityOptions.has_prior

    def __init__(self, options: CapacityOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:
        """Return the terms of a batch x [N, C, H, W]."""
        sample = one_sample(model, self.likelihood, x, generator)
        target = capacity_at(self.options.capacity, self.options.rise, progress)
        return Terms(
            sample.reconstruction + self.options.gamma * (sample.kl - target).abs(), sample.reconstruction, sample.kl
        )
