"""How much of the code is used: KL per dimension and active units."""

import numpy as np
import torch
from torch import Tensor

from vae_studio.latent.codes import ACTIVE_VARIANCE
from vae_studio.models.vae import VAE
from vae_studio.training.batches import PictureStore, in_order

_BATCH = 1000
_SEED = 2026


def kl_per_dim(model: VAE, store: PictureStore, indices: np.ndarray) -> np.ndarray:
    """Return the mean KL of each dimension over the pictures at `indices`, [D], in nats.

    It is empty where the prior lets no dimension stand by itself, and sampled where it is not known exactly.
    """
    if model.codebook is not None:
        return np.zeros(0)
    generator = torch.Generator(store.bytes.device).manual_seed(_SEED)
    rows = []
    with torch.inference_mode(), model.in_float32():
        prior = model.prior()
        for batch in in_order(indices, _BATCH):
            posterior = store.given(model, batch).encode(store.batch(batch))
            kl = prior.kl_per_dim(posterior, posterior.reparameterize(generator))
            if kl is None:
                return np.zeros(0)
            rows.append(kl.sum(dim=0).double())
    mean: np.ndarray = (torch.stack(rows).sum(dim=0) / len(indices)).cpu().numpy()
    return mean


def active_units(model: VAE, store: PictureStore, indices: np.ndarray) -> int:
    """Return the number of dimensions whose posterior mean varies over the data by more than ACTIVE_VARIANCE."""
    with torch.inference_mode(), model.in_float32():
        batches = in_order(indices, _BATCH)
        mu: Tensor = torch.cat([store.given(model, batch).encode_mean(store.batch(batch)) for batch in batches])
    return int((mu.double().var(dim=0, correction=0) > ACTIVE_VARIANCE).sum())
