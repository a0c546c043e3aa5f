"""The evidence lower bound (Kingma and Welling, 2014) with a weighted KL term (Higgins et al., 2017)."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.catalogue import VaeOptions
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.schedule import kl_weight


class Elbo:
    """Negative ELBO: E_q[-log p(x|z)] + beta KL(q(z|x) || p(z)), one sample per picture."""

    has_prior = VaeOptions.has_prior

    def __init__(self, options: VaeOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: float) -> Terms:
        """Return the terms of a batch x [N, C, H, W]."""
        posterior = model.encode(x)
        output = model.decode(posterior.reparameterize(generator))
        reconstruction = self.likelihood.negative_log_prob(output, x).mean()
        kl = posterior.kl_per_dim().sum(dim=1).mean()
        weight = kl_weight(self.options.beta, self.options.warmup, progress)
        return Terms(reconstruction + weight * kl, reconstruction, kl)
