"""The KL term in three parts (Chen et al., 2018, equation 2), estimated from a batch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_studio.models.posterior import DiagonalGaussian, standard_normal_log_prob

_DIMS = 8  # at a time, so that long codes need no [N, N, D] at once where no gradient is wanted


@dataclass(frozen=True)
class Decomposition:
    """Means over a batch, in nats; their sum is the batch's estimate of the KL, log q(z|x) - log p(z)."""

    mutual_information: Tensor  # [], log q(z|x) - log q(z)
    total_correlation: Tensor  # [], log q(z) - sum_d log q(z_d)
    dimension_wise_kl: Tensor  # [], sum_d log q(z_d) - log p(z_d)


def decompose(posterior: DiagonalGaussian, z: Tensor) -> Decomposition:
    """Estimate the three parts from one sample z [N, D] of each posterior.

    q(z) is taken as the mixture of the batch's own posteriors. Minibatch-weighted sampling (equation S4) divides by the
    number of all training pictures as well, which adds constants to the parts and changes no gradient.
    """
    count = math.log(len(z))
    joint, marginals = torch.zeros_like(z[:, :1]), torch.zeros_like(z[:, 0])
    parts = zip(*(torch.split(tensor, _DIMS, dim=1) for tensor in (z, posterior.mu, posterior.log_var)), strict=True)
    for values, mu, log_var in parts:
        # Row i, column j: the sample of picture i under the posterior of picture j, [N, N, d].
        log_q = DiagonalGaussian(mu, log_var).log_prob_per_dim(values[:, None])
        joint = joint + log_q.sum(dim=2)
        marginals = marginals + (log_q.logsumexp(dim=1) - count).sum(dim=1)
    aggregate = joint.logsumexp(dim=1) - count
    return Decomposition(
        (posterior.log_prob(z) - aggregate).mean(),
        (aggregate - marginals).mean(),
        (marginals - standard_normal_log_prob(z)).mean(),
    )
