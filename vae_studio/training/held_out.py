"""The losses on pictures that are never trained on."""

import numpy as np
import torch

from vae_studio.models.vae import VAE
from vae_studio.objectives.objective import Objective
from vae_studio.training.batches import PictureStore, in_order
from vae_studio.training.events import Losses

_BATCH = 1000
_NOISE_SEED = 2024  # the same noise at every measurement, so that a figure read twice is the same figure


@torch.inference_mode()
def held_out_losses(model: VAE, objective: Objective, store: PictureStore, indices: np.ndarray) -> Losses:
    """Return the mean losses over the pictures at `indices`, with the final KL weight, one sample each, in float32."""
    device = store.bytes.device
    generator = torch.Generator(device).manual_seed(_NOISE_SEED)
    sums = torch.zeros(3, dtype=torch.float32 if device.type == "mps" else torch.float64, device=device)
    with model.in_float32():
        for batch in in_order(indices, _BATCH):
            terms = objective(store.given(model, batch), store.batch(batch), generator, progress=1.0)
            sums.add_(torch.stack([terms.loss, terms.reconstruction, terms.kl]), alpha=len(batch))
    loss, reconstruction, kl = (sums / max(len(indices), 1)).tolist()  # read once: each reading waits for the device
    return Losses(loss, reconstruction, kl)
