"""The denoising autoencoder (Vincent et al., 2008 and 2010)."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import DenoisingOptions
from vae_studio.objectives.schedule import Share


class Denoising:
    """-log p(x | z = mu(x~)), where x~ is the picture x with noise or with pixels masked.

    Its reconstruction, held out as well, is that of spoilt pictures and higher than an autoencoder's. Its codes follow
    no prior, so the KL is given as 0.
    """

    has_prior = DenoisingOptions.has_prior
    per_picture = True

    def __init__(self, options: DenoisingOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:  # noqa: ARG002
        """Return the terms of a batch x [N, C, H, W]."""
        output = model.decode(model.encode_mean(self.spoilt(x, generator)))
        reconstruction = self.likelihood.negative_log_prob(output, x).mean()
        return Terms(reconstruction, reconstruction, torch.zeros_like(reconstruction))

    def spoilt(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Return pictures x [N, C, H, W] with noise, or with all channels of some pixels at 0."""
        if self.options.corruption == "gaussian":
            return x + self.options.amount * torch.empty_like(x).normal_(generator=generator)
        kept = torch.empty_like(x[:, :1]).uniform_(generator=generator) >= self.options.amount
        return x * kept
