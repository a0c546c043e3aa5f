"""One batch's way through a VAE with one sample per picture: what most objectives begin with."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood


@dataclass(frozen=True)
class OneSample:
    """The posterior of a batch, a code z [N, D] drawn from it, and both sides of the negative ELBO in nats."""

    posterior: DiagonalGaussian
    z: Tensor  # [N, D]
    reconstruction: Tensor  # [], mean over the batch
    kl: Tensor  # [], unweighted, mean over the batch


def one_sample(model: VAE, likelihood: Likelihood, x: Tensor, generator: torch.Generator) -> OneSample:
    """Encode x [N, C, H, W], draw a code for each picture and decode it."""
    posterior = model.encode(x)
    z = posterior.reparameterize(generator)
    reconstruction = likelihood.negative_log_prob(model.decode(z), x).mean()
    return OneSample(posterior, z, reconstruction, posterior.kl_per_dim().sum(dim=1).mean())
