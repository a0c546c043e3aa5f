"""A convolutional pyramid for larger and coloured pictures.

Group normalisation (Wu and He, 2018) keeps codes between and beside those of the data decodable: without it, samples of
the prior came out as noise where the posteriors leave gaps. The decoder enlarges before it convolves, which leaves no
checkerboard (Odena, Dumoulin and Olah, 2016).
"""

import math
from itertools import pairwise

from torch import nn

from vae_studio.models.catalogue import PyramidOptions
from vae_studio.models.layers import CodeLinear, Crop, Reshape, halved

_SMALLEST = 4  # pixels at the top of the pyramid


def build(options: PyramidOptions, shape: tuple[int, int, int]) -> tuple[nn.Module, nn.Module]:
    """Return an encoder [N, C, H, W] -> [N, 2 D] and a decoder [N, D] -> [N, C, H, W]."""
    height, width, channels = shape
    steps = _steps(max(height, width))
    widths = tuple(options.width * min(2**step, 8) for step in range(steps))
    rows, columns = halved(height, steps), halved(width, steps)
    top = rows * columns * widths[-1]
    # Padding is added by rounding up first, so that odd sizes lose no border.
    encoder = nn.Sequential(
        nn.ZeroPad2d((0, columns * 2**steps - width, 0, rows * 2**steps - height)),
        *(layer for below, above in pairwise((channels, *widths)) for layer in _down(below, above)),
        nn.Flatten(),
        nn.Linear(top, options.hidden),
        nn.SiLU(),
        CodeLinear(options.hidden, 2 * options.latent_dim),
    )
    last = nn.Conv2d(widths[0], channels, 3, padding=1)
    decoder = nn.Sequential(
        CodeLinear(options.latent_dim, options.hidden),
        nn.SiLU(),
        nn.Linear(options.hidden, top),
        nn.SiLU(),
        Reshape(widths[-1], rows, columns),
        *(layer for below, above in pairwise(reversed(widths)) for layer in _up(below, above)),
        nn.Upsample(scale_factor=2, mode="nearest"),
        last,
        Crop(height, width),
    )
    encoder.apply(_he)
    decoder.apply(_he)
    nn.init.normal_(last.weight, std=0.01)  # training starts from an even grey and not from loud patterns
    return encoder, decoder


def _down(below: int, above: int) -> list[nn.Module]:
    return [nn.Conv2d(below, above, 4, 2, 1), _norm(above), nn.SiLU()]


def _up(below: int, above: int) -> list[nn.Module]:
    return [nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(below, above, 3, padding=1), _norm(above), nn.SiLU()]


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(math.gcd(8, channels), channels)


def _steps(size: int) -> int:
    steps = 1
    while halved(size, steps) > _SMALLEST:
        steps += 1
    return steps


def _he(module: nn.Module) -> None:
    """Initialise for rectifiers (He et al., 2015)."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        nn.init.kaiming_normal_(module.weight)
        nn.init.zeros_(module.bias)  # type: ignore[arg-type]
