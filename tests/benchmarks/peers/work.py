"""What all programs are given to do: pictures, networks, the size of a batch."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from tests.benchmarks.mnist import open_mnist
from vae_studio.runs.presets import preset
from vae_studio.runs.recipe import Recipe

BATCH = 128
PRESETS = {"dense": "dense", "conv": "keras"}  # 784-512-256-2, and the 64-128 network of the Keras example
PICTURES = {"dense": 25_600, "conv": 5_120}  # of one timed pass, about two seconds
LATENT_DIM = 2


def recipe_of(network: str) -> Recipe:
    """Return our own recipe of a network: plain Adam at a constant rate, and no gradient is measured or cut."""
    same = {"optimiser": "adam", "schedule": "constant", "clipping": 0}  # as the peers train
    return preset(PRESETS[network]).recipe.with_values(
        {"latent_dim": LATENT_DIM, "batch_size": BATCH, "epochs": 1000, **same}
    )


def pictures(data: Path, count: int) -> npt.NDArray[np.float32]:
    """Return the first MNIST pictures as other programs want them, float32 in [0, 1], [N, 28, 28, 1]."""
    return (open_mnist(data).pictures[:count] / np.float32(255)).astype(np.float32)


def networks(network: str) -> tuple[torch.nn.Module, torch.nn.Module]:
    """Return the very encoder and decoder that we train, for peers that take torch's."""
    from vae_studio.models.vae import build_vae

    vae = build_vae(recipe_of(network).network, (28, 28, 1), seed=0)
    return vae.encoder, vae.decoder
