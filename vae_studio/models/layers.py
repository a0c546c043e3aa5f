"""Small layers that several networks share."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

_FREQUENCY = 0.6  # radians per unit of a code drawn from the prior; more make long trainings on MNIST jump


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


class Deconvolution(nn.ConvTranspose2d):
    """A transposed convolution whose bias is added after it.

    On a CPU oneDNN sums the gradient of a fused bias one number at a time, which took longer than all the rest.
    """

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        assert self.bias is not None and output_size is None and not isinstance(self.padding, str)
        raised: Tensor = functional.conv_transpose2d(
            x, self.weight, None, self.stride, self.padding, self.output_padding, self.groups, self.dilation
        )
        return raised.add_(self.bias.to(raised.dtype)[:, None, None])


class CodeLinear(nn.Linear):
    """A linear layer into or out of the code space, in float32 whatever the network computes in.

    bfloat16 keeps eight bits: it would round a mean of 5 to steps of 0.03, which is as wide as a posterior on MNIST.
    """

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.float())


class SineFeatures(nn.Module):
    """Turn codes [N, D] into waves over the code space, [N, width]: sin(W z + b) with learned W and b.

    Random frequencies let what follows tell neighbouring codes apart from the first step, where a plain layer learns
    the coarse shape long before the fine one (Tancik et al., 2020).
    """

    def __init__(self, latent_dim: int, width: int) -> None:
        super().__init__()
        self.linear = CodeLinear(latent_dim, width)
        nn.init.normal_(self.linear.weight, std=_FREQUENCY / math.sqrt(latent_dim))
        nn.init.uniform_(self.linear.bias, -math.pi, math.pi)

    def forward(self, z: Tensor) -> Tensor:
        return torch.sin(self.linear(z))


class FlatRows(nn.Module):
    """Turn pictures [N, C, H, W] into rows [N, H W C]; free when they lie channels last."""

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(0, 2, 3, 1).flatten(1)


class Centred(nn.Module):
    """Bring numbers from [0, 1] to [-1, 1]."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * x - 1


def halved(size: int, times: int) -> int:
    """Return what is left of `size` pixels after `times` convolutions of stride 2 that round up."""
    return -(-size // (1 << times))


def glorot(module: nn.Module) -> None:
    """Initialise as Keras does: Glorot uniform weights (Glorot and Bengio, 2010), zero biases."""
    if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            torch.nn.init.zeros_(module.bias)
