"""Fully connected encoder and decoder of pre-norm residual blocks."""

from torch import Tensor, nn

from vae_studio.models.catalogue import ResidualOptions
from vae_studio.models.layers import CodeLinear, FlatPictures, FlatRows, SineFeatures


class ResidualBlock(nn.Module):
    """x + gelu(W norm(x)), or x + W2 gelu(W1 norm(x)) of two layers, all of one width."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        closing = [nn.Linear(width, width)] if layers == 2 else []
        self.branch = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), *closing)

    def forward(self, x: Tensor) -> Tensor:
        branch: Tensor = self.branch(x)
        return x + branch


def build(options: ResidualOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return an encoder [N, C, H, W] -> [N, 2 D] and a decoder [N, D] -> [N, C, H, W]."""
    height, width, channels = shape
    pixels = height * width * channels
    encoder = nn.Sequential(
        FlatRows(),
        nn.Linear(pixels, options.width),
        nn.GELU(),
        *_trunk(options),
        CodeLinear(options.width, 2 * options.latent_dim),
    )
    decoder = nn.Sequential(
        SineFeatures(options.latent_dim, options.width),
        *_trunk(options),
        nn.Linear(options.width, pixels),
        FlatPictures(*shape),
    )
    return encoder, decoder


def _trunk(options: ResidualOptions) -> list[nn.Module]:
    # Measured on MNIST: a closing norm costs 3 nats after three epochs.
    return [ResidualBlock(options.width, options.layers) for _ in range(options.blocks)]
