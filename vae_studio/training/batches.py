"""Batches out of pictures that lie in memory, or in a file too large for it."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vae_studio.data.image_set import Labels, Pictures
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood_options import Pixels
from vae_studio.training.binarise import binarised_anew, binarised_once

COMFORTABLE = 4 << 30  # bytes of pictures; with more, neither memory nor the system's cache can be counted on
_BLOCK = 1 << 20  # bytes of neighbours read together, which a disk likes
_MIXED = 256 << 20  # bytes of blocks that are mixed picture by picture


@dataclass(frozen=True)
class Blocks:
    """How pictures are mixed when they cannot all be at hand."""

    size: int  # neighbouring pictures that stay together until they are mixed
    mixed: int  # blocks mixed with each other


class PictureStore:
    """Pictures as one uint8 tensor on the device that trains.

    Up to `comfortable` bytes, each epoch mixes all pictures. Of more, blocks of neighbours are drawn in random order
    and some hundred of them at a time are mixed picture by picture, so that a mapped file is read in long stretches.
    Grey pixels can be drawn black or white, once for each picture and seed or anew at each step of the training.
    """

    def __init__(
        self,
        pictures: Pictures,
        device: torch.device,
        comfortable: int = COMFORTABLE,
        pixels: Pixels = "grey",
        seed: int = 0,
        labels: Labels | None = None,
    ) -> None:
        self.pixels, self.seed = pixels, seed
        self.labels = None if labels is None else torch.from_numpy(labels.astype(np.int64)).to(device)  # [N]
        self.bytes = as_tensor(pictures).to(device)  # [N, H, W, C]; shares memory with the array on the CPU
        size = pictures[:1].nbytes
        # The size decides, not the machine, so that a run goes on elsewhere exactly as it began.
        self.blocks = None if pictures.nbytes <= comfortable else Blocks(max(1, _BLOCK // size), _MIXED // _BLOCK)

    def __len__(self) -> int:
        return len(self.bytes)

    def given(self, model: VAE, indices: Tensor) -> VAE:
        """Return the network for the pictures at `indices`: a conditional one needs their labels."""
        return model if self.labels is None else model.given(self.labels[indices])

    def batch(self, indices: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Return pictures as floats in [0, 1], [B, C, H, W], channels last in memory.

        Black and white ones are drawn from the generator of a training step; without it, and when they are drawn once,
        they are always the same, so that every measurement is of the same pictures.
        """
        indices = indices.to(self.bytes.device)
        chosen = self.bytes.index_select(0, indices)  # copies whole rows, ten times as fast as indexing
        if self.pixels == "dynamic" and generator is not None:
            chosen = binarised_anew(chosen, generator)
        elif self.pixels != "grey":
            chosen = binarised_once(chosen, indices, self.seed)
        return chosen.permute(0, 3, 1, 2).float().div_(255.0)


def as_tensor(pictures: Pictures) -> Tensor:
    """Return pictures as a tensor, uint8 [N, H, W, C], without a copy; it is only ever read."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(np.ascontiguousarray(pictures))


def epoch_order(indices: np.ndarray, seed: int, epoch: int, blocks: Blocks | None = None) -> Tensor:
    """Return the training pictures' indices in the random order of one epoch.

    A function of seed and epoch, and of the blocks where there are some.
    """
    random = np.random.default_rng((seed, epoch))
    if blocks is None:
        return torch.from_numpy(indices[random.permutation(len(indices))])
    first = int(random.integers(1, blocks.size + 1))  # neighbours meet other neighbours in each epoch
    parts = np.split(indices, np.arange(first, len(indices), blocks.size))
    order = random.permutation(len(parts))
    mixed = [
        random.permutation(np.concatenate([parts[place] for place in order[start : start + blocks.mixed]]))
        for start in range(0, len(parts), blocks.mixed)
    ]
    return torch.from_numpy(np.concatenate(mixed))


def in_order(indices: np.ndarray, batch_size: int) -> Iterator[Tensor]:
    """Yield the indices in batches, in their order, the last one shorter."""
    yield from torch.split(torch.from_numpy(indices), batch_size)
