"""Batches out of pictures that all lie in memory."""

import warnings
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from vae_studio.data.image_set import Pictures


class PictureStore:
    """Pictures as one uint8 tensor on the device that trains."""

    def __init__(self, pictures: Pictures, device: torch.device) -> None:
        self.bytes = as_tensor(pictures).to(device)  # [N, H, W, C]; shares memory with the array on the CPU

    def __len__(self) -> int:
        return len(self.bytes)

    def batch(self, indices: Tensor) -> Tensor:
        """Return pictures as floats in [0, 1], [B, C, H, W], channels last in memory."""
        return self.bytes[indices].permute(0, 3, 1, 2).float().div_(255.0)


def as_tensor(pictures: Pictures) -> Tensor:
    """Return pictures as a tensor, uint8 [N, H, W, C], without a copy; it is only ever read."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(np.ascontiguousarray(pictures))


def epoch_order(indices: np.ndarray, seed: int, epoch: int) -> Tensor:
    """Return the training pictures' indices in the random order of one epoch: a function of seed and epoch alone."""
    order = np.random.default_rng((seed, epoch)).permutation(len(indices))
    return torch.from_numpy(indices[order])


def in_order(indices: np.ndarray, batch_size: int) -> Iterator[Tensor]:
    """Yield the indices in batches, in their order, the last one shorter."""
    yield from torch.split(torch.from_numpy(indices), batch_size)
