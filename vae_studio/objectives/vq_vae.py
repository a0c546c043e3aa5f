"""The VQ-VAE (van den Oord, Vinyals and Kavukcuoglu, 2017)."""

import torch
from torch import Tensor, nn

from vae_studio.models.codebook import Codebook
from vae_studio.models.index_prior import IndexPrior
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.objectives.objective import Terms
from vae_studio.objectives.vq_vae_options import VqVaeOptions


class VqVae:
    """-log p(x | z = e(x)) + beta |z_e(x) - sg(e)|^2, where e(x) are the entries of the code book nearest to z_e(x).

    q(z|x) is certain, so the KL to a prior over entries is what a code costs under it, -log p(k). The prior learns in
    the same step from the codes as they are; the networks do not see it, so its loss is left out of what is told as
    minimised. Reconstruction plus KL is a bound as for any VAE, in nats, and the KL over log 2 is bits per picture.
    """

    has_prior = VqVaeOptions.has_prior

    def __init__(self, options: VqVaeOptions, likelihood: Likelihood) -> None:
        self.options = options
        self.likelihood = likelihood

    def companions(self, model: VAE) -> dict[str, nn.Module]:
        """Return the code book and the prior over its entries, the same at each call."""
        options = self.options
        rows, columns = model.grid if model.grid != (1, 1) else (1, options.places)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            width = model.latent_dim // (rows * columns)
            book = Codebook(options.entries, width, rows * columns, options.update == "gradient")
            return {"codebook": book, "index_prior": IndexPrior(options.entries, rows, columns, options.hidden)}

    def __call__(self, model: VAE, x: Tensor, generator: torch.Generator, progress: float | Tensor) -> Terms:  # noqa: ARG002
        """Return the terms of a batch x [N, C, H, W]."""
        book, prior = model.companions["codebook"], model.companions["index_prior"]
        assert isinstance(book, Codebook) and isinstance(prior, IndexPrior)
        z = model.encode(x).mu
        if torch.is_grad_enabled():
            book.follow(z.detach(), self.options.decay, self.options.restart, generator)
        indices = book.indices(z)
        chosen = book.lookup(indices)
        reconstruction = self.likelihood.negative_log_prob(model.decode(z), x).mean()
        loss = reconstruction + self.options.commitment * (z - chosen.detach()).square().sum(dim=1).mean()
        if self.options.update == "gradient":
            loss = loss + (chosen - z.detach()).square().sum(dim=1).mean()
        kl = -prior.log_prob(indices).mean()
        if torch.is_grad_enabled():
            loss = loss + (kl - kl.detach())  # its gradient, without its value
        return Terms(loss, reconstruction, kl.detach())
