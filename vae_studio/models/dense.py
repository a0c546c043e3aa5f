"""Fully connected encoder and decoder."""

from itertools import pairwise

from torch import nn

from vae_studio.models.catalogue import DenseOptions
from vae_studio.models.layers import FlatPictures, FlatRows, glorot


def build(options: DenseOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return an encoder [N, C, H, W] -> [N, 2 D] and a decoder [N, D] -> [N, C, H, W]."""
    height, width, channels = shape
    pixels = height * width * channels
    widths = (pixels, *options.widths)
    encoder = nn.Sequential(FlatRows(), *_stack(widths), nn.Linear(widths[-1], 2 * options.latent_dim))
    decoder = nn.Sequential(
        *_stack((options.latent_dim, *reversed(options.widths))), nn.Linear(widths[1], pixels), FlatPictures(*shape)
    )
    encoder.apply(glorot)
    decoder.apply(glorot)
    return encoder, decoder


def _stack(widths: tuple[int, ...]) -> list[nn.Module]:
    return [layer for below, above in pairwise(widths) for layer in (nn.Linear(below, above), nn.ReLU())]
