"""The prior of a model as numbers, with its weights as they are now."""

import copy

import torch

from vae_studio.latent.book import Book
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.prior import NORMAL, CodePrior, MixturePrior, SpherePrior
from vae_studio.models.index_prior import IndexPrior
from vae_studio.models.priors.sphere import Sphere
from vae_studio.models.priors.vampprior import Mixture, VampPrior
from vae_studio.models.vae import VAE


def prior_of(model: VAE) -> CodePrior:
    """Return what a model's codes are measured against and drawn from."""
    if (book := model.codebook) is not None:
        learned = copy.deepcopy(model.companions["index_prior"]).cpu()
        assert isinstance(learned, IndexPrior)
        return BookPrior(Book(book.entries.detach().cpu().numpy().copy(), book.places), learned)
    if isinstance(model.prior_kind, Sphere):
        return SpherePrior()
    if not isinstance(model.prior_kind, VampPrior):
        return NORMAL
    with torch.inference_mode(), model.in_float32():
        prior = model.prior()
    assert isinstance(prior, Mixture)
    halves = prior.components.mu, prior.components.log_var  # of one tensor, so they have gaps in memory
    mu, log_var = (half.cpu().contiguous().numpy() for half in halves)
    return MixturePrior(mu, log_var)
