"""A convolutional network whose code keeps its place in the picture: a few numbers for each cell of a grid."""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_studio.models.catalogue import GridOptions
from vae_studio.models.layers import Crop


class ToCode(nn.Conv2d):
    """A 1x1 convolution out of the network into the code, in float32; mu [N, P d], then log_var."""

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            cells = super().forward(x.float())
        return torch.cat([half.permute(0, 2, 3, 1).flatten(1) for half in cells.chunk(2, dim=1)], dim=1)


class FromCode(nn.Conv2d):
    """A 3x3 convolution out of the code [N, P d] into the network, in float32."""

    def __init__(self, width: int, channels: int, rows: int, columns: int) -> None:
        super().__init__(width, channels, 3, padding=1)
        self.grid = rows, columns, width

    def forward(self, z: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):
            return super().forward(z.float().reshape(-1, *self.grid).permute(0, 3, 1, 2))


class Residual(nn.Module):
    """x + W2 silu(W1 silu(norm(x))), the first of 3x3 pixels and the second of one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(math.gcd(8, width), width)
        self.first, self.second = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        inner: Tensor = self.first(functional.silu(self.norm(x)))
        branch: Tensor = self.second(functional.silu(inner))
        return x + branch


def build(options: GridOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return an encoder [N, C, H, W] -> [N, 2 P d] and a decoder [N, P d] -> [N, C, H, W]."""
    height, width, channels = shape
    rows, columns = options.grid(shape)
    steps = options.steps(shape)
    widths = tuple(max(4, options.width >> (steps - 1 - step)) for step in range(steps))
    whole = (rows << steps, columns << steps)
    encoder = nn.Sequential(
        nn.ZeroPad2d((0, whole[1] - width, 0, whole[0] - height)),
        *(layer for below, above in pairwise((channels, *widths)) for layer in _down(below, above)),
        *(Residual(options.width) for _ in range(options.blocks)),
        ToCode(options.width, 2 * options.latent_dim, 1),
    )
    last = nn.Conv2d(widths[0], channels, 3, padding=1)
    decoder = nn.Sequential(
        FromCode(options.latent_dim, options.width, rows, columns),
        *(Residual(options.width) for _ in range(options.blocks)),
        *(layer for below, above in pairwise((*reversed(widths), widths[0])) for layer in _up(below, above)),
        last,
        Crop(height, width),
    )
    nn.init.normal_(last.weight, std=0.01)  # training starts from an even grey and not from loud patterns
    return encoder, decoder


def _down(below: int, above: int) -> list[nn.Module]:
    return [nn.Conv2d(below, above, 4, 2, padding=1), nn.SiLU()]


def _up(below: int, above: int) -> list[nn.Module]:
    return [nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(below, above, 3, padding=1), nn.SiLU()]
