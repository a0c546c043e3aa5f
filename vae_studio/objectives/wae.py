"""The Wasserstein autoencoder with a maximum mean discrepancy (Tolstikhin et al., 2018, algorithm 2)."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.mmd import imq_kernel, mmd, prior_like
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import WaeOptions
from vae_studio.objectives.schedule import Share


class WaeMmd:
    """-log p(x | z = mu(x)) + lambda MMD(q(z), p(z)) with the inverse multiquadratic kernel.

    A picture's code is a point, so there is no KL, which is given as 0.
    """

    has_prior = WaeOptions.has_prior

    def __init__(self, options: WaeOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:  # noqa: ARG002
        """Return the terms of a batch x [N, C, H, W]."""
        z = model.encode_mean(x)
        reconstruction = self.likelihood.negative_log_prob(model.decode(z), x).mean()
        discrepancy = mmd(z, prior_like(z, generator), imq_kernel)
        loss = reconstruction + self.options.mmd_weight * discrepancy
        return Terms(loss, reconstruction, torch.zeros_like(reconstruction))
