"""The plain autoencoder: reconstruction from the posterior mean, no prior."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import AutoencoderOptions
from vae_studio.objectives.schedule import Share


class Autoencoder:
    """-log p(x | z = mu(x)); its codes follow no prior, so its KL is not a number of interest and is given as 0."""

    has_prior = AutoencoderOptions.has_prior
    per_picture = True

    def __init__(self, options: AutoencoderOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:  # noqa: ARG002
        """Return the terms of a batch x [N, C, H, W]."""
        reconstruction = self.likelihood.negative_log_prob(model.decode(model.encode_mean(x)), x).mean()
        return Terms(reconstruction, reconstruction, torch.zeros_like(reconstruction))
