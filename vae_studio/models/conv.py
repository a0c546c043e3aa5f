"""The convolutional network of the Keras VAE example (keras-io, examples/generative/vae.py), widened to 64-128.

With a 2-D code and 28x28x1 pictures the encoder has 174,932 parameters and the decoder 157,633.
"""

from itertools import pairwise

from torch import nn

from vae_studio.models.catalogue import ConvOptions
from vae_studio.models.layers import CodeLinear, Crop, Deconvolution, Reshape, glorot, halved


def build(options: ConvOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return an encoder [N, C, H, W] -> [N, 2 D] and a decoder [N, D] -> [N, C, H, W]."""
    height, width, channels = shape
    widths = (channels, *options.channels)
    steps = len(options.channels)
    rows, columns = halved(height, steps), halved(width, steps)
    encoder = nn.Sequential(
        *(
            layer
            for below, above in pairwise(widths)
            for layer in (nn.Conv2d(below, above, 3, 2, padding=1), nn.ReLU(inplace=True))
        ),
        nn.Flatten(),
        nn.Linear(rows * columns * widths[-1], options.hidden),
        nn.ReLU(),
        CodeLinear(options.hidden, 2 * options.latent_dim),
    )
    first = options.channels[0]  # the Keras decoder starts with the encoder's first width and rises before it falls
    rising = (first, *reversed(options.channels))
    decoder = nn.Sequential(
        CodeLinear(options.latent_dim, rows * columns * first),
        nn.ReLU(),
        Reshape(first, rows, columns),
        *(
            layer
            for below, above in pairwise(rising)
            for layer in (Deconvolution(below, above, 3, 2, padding=1, output_padding=1), nn.ReLU(inplace=True))
        ),
        Deconvolution(rising[-1], channels, 3, padding=1),
        Crop(height, width),
    )
    encoder.apply(glorot)
    decoder.apply(glorot)
    return encoder, decoder
