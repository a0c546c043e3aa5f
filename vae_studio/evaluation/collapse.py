"""How much of the code is used: KL per dimension and active units."""

import numpy as np
import torch
from torch import Tensor

from vae_studio.latent.codes import ACTIVE_VARIANCE
from vae_studio.models.vae import VAE
from vae_studio.training.batches import PictureStore, in_order

_BATCH = 1000


def kl_per_dim(model: VAE, store: PictureStore, indices: np.ndarray) -> np.ndarray:
    """Return the mean KL of each dimension over the pictures at `indices`, [D], in nats."""
    with torch.inference_mode(), model.in_float32():
        rows = [
            model.encode(store.batch(batch)).kl_per_dim().sum(dim=0).double() for batch in in_order(indices, _BATCH)
        ]
    mean: np.ndarray = (torch.stack(rows).sum(dim=0) / len(indices)).cpu().numpy()
    return mean


def active_units(model: VAE, store: PictureStore, indices: np.ndarray) -> int:
    """Return the number of dimensions whose posterior mean varies over the data by more than ACTIVE_VARIANCE."""
    with torch.inference_mode(), model.in_float32():
        mu: Tensor = torch.cat([model.encode_mean(store.batch(batch)) for batch in in_order(indices, _BATCH)])
    return int((mu.double().var(dim=0, correction=0) > ACTIVE_VARIANCE).sum())
