"""The beta-TCVAE (Chen et al., 2018)."""

import torch
from torch import Tensor

from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import BetaTcVaeOptions
from vae_studio.objectives.one_sample import one_sample
from vae_studio.objectives.schedule import Share, kl_weight
from vae_studio.objectives.total_correlation import decompose


class BetaTcVae:
    """E_q[-log p(x|z)] + alpha MI + beta TC + gamma sum_d KL(q(z_d) || p(z_d)); with three ones it is the ELBO.

    Computed as KL + (alpha - 1) MI + (beta - 1) TC + (gamma - 1) DW: the KL is known exactly, so only what differs from
    the ELBO carries the noise of the estimate.
    """

    has_prior = BetaTcVaeOptions.has_prior

    def __init__(self, options: BetaTcVaeOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:
        """Return the terms of a batch x [N, C, H, W]."""
        sample, options = one_sample(model, self.likelihood, x, generator), self.options
        reconstruction, kl = sample.reconstruction, sample.kl
        assert isinstance(sample.posterior, DiagonalGaussian)  # no other prior is let through
        parts = decompose(sample.posterior, sample.z)
        cost = (
            kl
            + (options.mi_weight - 1) * parts.mutual_information
            + (options.tc_weight - 1) * parts.total_correlation
            + (options.dim_weight - 1) * parts.dimension_wise_kl
        )
        return Terms(reconstruction + kl_weight(1.0, options.warmup, progress) * cost, reconstruction, kl)
