"""Small layers that several networks share."""

import torch
from torch import Tensor, nn


class Reshape(nn.Module):
    """View each row as a block of `shape`."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(-1, *self.shape)


class Crop(nn.Module):
    """Cut the top left H x W pixels out of pictures [N, C, H', W']."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, : self.height, : self.width]


class FlatPictures(nn.Module):
    """Turn rows [N, H W C] back into pictures [N, C, H, W] that lie channels last."""

    def __init__(self, height: int, width: int, channels: int) -> None:
        super().__init__()
        self.height, self.width, self.channels = height, width, channels

    def forward(self, rows: Tensor) -> Tensor:
        return rows.reshape(-1, self.height, self.width, self.channels).permute(0, 3, 1, 2)


class FlatRows(nn.Module):
    """Turn pictures [N, C, H, W] into rows [N, H W C]; free when they lie channels last."""

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(0, 2, 3, 1).flatten(1)


def halved(size: int, times: int) -> int:
    """Return what is left of `size` pixels after `times` convolutions of stride 2 that round up."""
    return -(-size // (1 << times))


def glorot(module: nn.Module) -> None:
    """Initialise as Keras does: Glorot uniform weights (Glorot and Bengio, 2010), zero biases."""
    if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            torch.nn.init.zeros_(module.bias)
