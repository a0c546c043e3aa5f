"""The InfoVAE and, without a KL term, the MMD-VAE (Zhao, Song and Ermon, 2017)."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.mmd import gaussian_kernel, mmd, prior_like
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import InfoVaeOptions
from vae_studio.objectives.one_sample import one_sample
from vae_studio.objectives.schedule import Share, kl_weight


class InfoVae:
    """E_q[-log p(x|z)] + (1 - alpha) KL(q(z|x) || p(z)) + (alpha + lambda - 1) MMD(q(z), p(z))."""

    has_prior = InfoVaeOptions.has_prior

    def __init__(self, options: InfoVaeOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:
        """Return the terms of a batch x [N, C, H, W]."""
        alpha, weight = self.options.alpha, self.options.mmd_weight
        sample = one_sample(model, self.likelihood, x, generator)
        reconstruction, kl = sample.reconstruction, sample.kl
        discrepancy = mmd(sample.z, prior_like(sample.z, generator), gaussian_kernel)
        cost = (1 - alpha) * kl + (alpha + weight - 1) * discrepancy
        return Terms(reconstruction + kl_weight(1.0, self.options.warmup, progress) * cost, reconstruction, kl)
