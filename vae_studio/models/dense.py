"""Fully connected encoder and decoder."""

from itertools import pairwise

from torch import nn

from vae_studio.models.catalogue import DenseOptions
from vae_studio.models.layers import Centred, CodeLinear, FlatPictures, FlatRows, glorot


def build(options: DenseOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return an encoder [N, C, H, W] -> [N, 2 D] and a decoder [N, D] -> [N, C, H, W]."""
    height, width, channels = shape
    pixels = height * width * channels
    widths = (pixels, *options.widths)
    narrowing, widening = pairwise(widths), pairwise(reversed(options.widths))
    encoder = nn.Sequential(
        FlatRows(),
        *([Centred()] if options.inputs == "-1..1" else []),
        *(layer for below, above in narrowing for layer in (nn.Linear(below, above), nn.ReLU())),
        CodeLinear(widths[-1], 2 * options.latent_dim),
    )
    decoder = nn.Sequential(
        CodeLinear(options.latent_dim, widths[-1]),
        nn.ReLU(),
        *(layer for below, above in widening for layer in (nn.Linear(below, above), nn.ReLU())),
        nn.Linear(widths[1], pixels),
        FlatPictures(*shape),
    )
    encoder.apply(glorot)
    decoder.apply(glorot)
    return encoder, decoder
