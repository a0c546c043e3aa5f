"""One batch's way through a VAE with one sample per picture: what most objectives begin with."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vae_studio.models.posterior import Posterior
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood


@dataclass(frozen=True)
class OneSample:
    """The posterior of a batch, a code z [N, D] drawn from it, its picture, and the negative ELBO in nats."""

    posterior: Posterior
    z: Tensor  # [N, D]
    output: Tensor  # [N, C, H, W], what the decoder makes of it
    reconstruction: Tensor  # [], mean over the batch
    kl: Tensor  # [], unweighted, mean over the batch


def one_sample(model: VAE, likelihood: Likelihood, x: Tensor, generator: torch.Generator) -> OneSample:
    """Encode x [N, C, H, W], draw a code for each picture and decode it."""
    posterior = model.encode(x)
    drawn = posterior.draw(generator)
    output = model.decode(drawn.z)
    cost = likelihood.negative_log_prob(output, x)
    reconstruction = cost.mean() if drawn.log_ratio is None else corrected(cost, drawn.log_ratio).mean()
    return OneSample(posterior, drawn.z, output, reconstruction, model.prior().kl(posterior, drawn.z).mean())


def corrected(cost: Tensor, log_ratio: Tensor) -> Tensor:
    """Return costs [N] of codes that were accepted or rejected, with the gradient that does not go through the codes.

    It is cost times the slope of log_ratio (Naesseth et al., 2017, equation 5). The mean of that slope is 0, so the
    other pictures' mean cost can be taken off, which leaves far less noise.
    """
    told = cost.detach()
    if len(told) > 1:
        told = told - (told.sum() - told) / (len(told) - 1)
    return cost + told * (log_ratio - log_ratio.detach())
