"""The evidence lower bound (Kingma and Welling, 2014) with a weighted KL term (Higgins et al., 2017)."""

import torch
from torch import Tensor

from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import WeightedKlOptions
from vae_studio.objectives.one_sample import OneSample, one_sample
from vae_studio.objectives.schedule import Share, annealed_weight


class Elbo:
    """Negative ELBO: E_q[-log p(x|z)] + beta KL(q(z|x) || p(z)), one sample per picture.

    With free bits lambda the KL term is sum_j max(lambda, mean KL_j) instead (Kingma et al., 2016, equation 15).
    """

    def __init__(self, options: WeightedKlOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.has_prior = options.has_prior
        self.likelihood = likelihood
        self.per_picture = options.free_bits == 0

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:
        """Return the terms of a batch x [N, C, H, W]."""
        return weighted(one_sample(model, self.likelihood, x, generator), self.options, progress)


def weighted(sample: OneSample, options: WeightedKlOptions, progress: Share) -> Terms:
    """Return the terms of a batch's way through a VAE, with the KL weighted as it is at `progress`."""
    free = options.free_bits
    cost = sample.posterior.kl_per_dim().mean(dim=0).clamp(min=free).sum() if free > 0 else sample.kl
    loss = sample.reconstruction + annealed_weight(options, progress) * cost
    return Terms(loss, sample.reconstruction, sample.kl)
