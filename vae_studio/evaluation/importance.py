"""The marginal likelihood by importance sampling (Burda, Grosse and Salakhutdinov, 2016)."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from vae_studio.data.progress import Progress, silent
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood import Likelihood
from vae_studio.training.batches import PictureStore, in_order

_BATCH = 250  # pictures at a time
_SEED = 2025


@torch.inference_mode()
def negative_log_likelihood(
    model: VAE,
    likelihood: Likelihood,
    store: PictureStore,
    indices: np.ndarray,
    samples: int,
    progress: Progress = silent,
    batch_size: int = 0,
) -> np.ndarray:
    """Return -log p(x) of each picture at `indices`, [N], in nats: -log mean_k p(x|z_k) p(z_k) / q(z_k|x).

    `batch_size` pictures are decoded at a time; 0 takes the usual number.
    """
    generator = torch.Generator(store.bytes.device).manual_seed(_SEED)
    values = []
    batches = list(in_order(indices, batch_size or _BATCH))
    with model.in_float32():
        for number, batch in enumerate(batches):
            drawn: list[Tensor] = []
            given, x = store.given(model, batch), store.batch(batch)
            for log_weights in _log_weights(given, likelihood, x, samples, generator):
                # At each sample: a deep decoder takes most of a minute for all of a batch.
                progress((number + len(drawn) / samples) / len(batches), "Sampling the likelihood.")
                drawn.append(log_weights)
            values.append(math.log(samples) - torch.stack(drawn).logsumexp(dim=0))
    return torch.cat(values).double().cpu().numpy()


def _log_weights(
    model: VAE, likelihood: Likelihood, x: Tensor, samples: int, generator: torch.Generator
) -> Iterator[Tensor]:
    """Yield log p(x|z) p(z) / q(z|x) of one sample z per picture, [N], as often as asked."""
    posterior, prior = model.encode(x), model.prior()
    for _ in range(samples):
        z = posterior.reparameterize(generator)
        log_joint = prior.log_prob(z) - likelihood.negative_log_prob(model.decode(z), x)
        yield log_joint - posterior.log_prob(z)
