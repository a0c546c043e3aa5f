"""The importance-weighted autoencoder (Burda, Grosse and Salakhutdinov, 2016)."""

import math

import torch
from torch import Tensor

from vae_studio.models.posterior import Posterior
from vae_studio.models.prior import Prior
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.objective_options import IwaeOptions
from vae_studio.objectives.one_sample import corrected
from vae_studio.objectives.schedule import Share

_MOST_CODES = 1 << 24  # numbers of codes drawn together where nothing is learned
_AT_A_TIME = 1 << 22  # pixels decoded together; a measurement lets go of each chunk before the next


class Iwae:
    """-E[log 1/k sum_i p(x|z_i) p(z_i) / q(z_i|x)]; with k = 1 an estimate of the negative ELBO.

    Reconstruction and KL are those of the ELBO, so their sum lies above the loss.
    """

    has_prior = IwaeOptions.has_prior
    per_picture = True

    def __init__(self, options: IwaeOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: Share) -> Terms:  # noqa: ARG002
        """Return the terms of a batch x [N, C, H, W]."""
        posterior, prior = model.encode(x), model.prior()
        # A measurement takes a thousand pictures at once, a step no more than were found to fit.
        codes = self.options.samples * model.latent_dim
        rows = len(x) if torch.is_grad_enabled() else max(1, _MOST_CODES // codes)
        parts = [slice(start, start + rows) for start in range(0, len(x), rows)]
        drawn = [self._drawn(model.rows(part), x[part], posterior.rows(part), prior, generator) for part in parts]
        bounds, costs, kls = (torch.cat(values) for values in zip(*drawn, strict=True))
        return Terms(-bounds.mean(), costs.mean(), kls.mean())

    def _drawn(
        self, model: VAE, x: Tensor, posterior: Posterior, prior: Prior, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the bound of log p(x), the mean of -log p(x|z), and the KL, each [N]."""
        samples = self.options.samples
        many = posterior.repeated(samples)
        drawn = many.draw(generator)  # [k N, D], sample by sample
        z = drawn.z
        cost = self._costs(model, x, z).view(samples, -1)
        log_ratio = (prior.log_prob(z) - many.log_prob(z)).view(samples, -1)
        bound = (log_ratio - cost).logsumexp(dim=0) - math.log(samples)
        if drawn.log_ratio is not None:
            bound = corrected(bound, drawn.log_ratio.view(samples, -1).sum(dim=0))
        return bound, cost.mean(dim=0), prior.kl(posterior, z[: len(x)])

    def _costs(self, model: VAE, x: Tensor, z: Tensor) -> Tensor:
        """Return -log p(x|z) of codes z [k N, D] of pictures x [N, C, H, W], [k N]."""
        chunk = max(1, _AT_A_TIME // x.numel())  # samples of the whole batch
        parts = torch.split(z, chunk * len(x))
        return torch.cat(
            [self.likelihood.negative_log_prob(model.decode(p), x.repeat(len(p) // len(x), 1, 1, 1)) for p in parts]
        )
