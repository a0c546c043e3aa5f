"""The evidence lower bound (Kingma and Welling, 2014) with a weighted KL term (Higgins et al., 2017)."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import WeightedKlOptions
from vae_studio.objectives.schedule import annealed_weight


class Elbo:
    """Negative ELBO: E_q[-log p(x|z)] + beta KL(q(z|x) || p(z)), one sample per picture.

    With free bits lambda the KL term is sum_j max(lambda, mean KL_j) instead (Kingma et al., 2016, equation 15).
    """

    def __init__(self, options: WeightedKlOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.has_prior = options.has_prior
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: float) -> Terms:
        """Return the terms of a batch x [N, C, H, W]."""
        posterior = model.encode(x)
        output = model.decode(posterior.reparameterize(generator))
        reconstruction = self.likelihood.negative_log_prob(output, x).mean()
        per_dim = posterior.kl_per_dim()
        kl = per_dim.sum(dim=1).mean()
        free = self.options.free_bits
        cost = per_dim.mean(dim=0).clamp(min=free).sum() if free > 0 else kl
        return Terms(reconstruction + annealed_weight(self.options, progress) * cost, reconstruction, kl)
