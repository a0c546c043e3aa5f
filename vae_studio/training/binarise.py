"""Grey pixels drawn black or white, with their grey as the probability of white."""

import torch
from torch import Tensor

# SplitMix64 (Steele, Lea and Flood, 2014), its unsigned constants written as signed.
_STEP = 0x9E3779B97F4A7C15 - (1 << 64)
_FIRST = 0xBF58476D1CE4E5B9 - (1 << 64)
_SECOND = 0x94D049BB133111EB - (1 << 64)
_SEEDS = 0xD1342543DE82EF95  # odd, so that no two seeds start at one place


def binarised_anew(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return pictures, uint8, with every pixel 0 or 255, drawn from the generator (Burda et al., 2016, section 5.1)."""
    noise = torch.rand(pictures.shape, generator=generator, device=pictures.device)
    return (noise * 255 < pictures).to(torch.uint8).mul_(255)


def binarised_once(pictures: Tensor, indices: Tensor, seed: int) -> Tensor:
    """Return pictures, uint8 [B, ...], with every pixel 0 or 255, always the same for a picture's index and a seed.

    The noise is a function of seed, index and pixel, so that no second copy of the pictures is needed
    (a fixed set as in Larochelle and Murray, 2011).
    """
    values = pictures[:1].numel()
    device = pictures.device
    counter = indices.to(device)[:, None] * values + torch.arange(values, device=device)
    start = seed * _SEEDS % (1 << 64) - (1 << 63)
    noise = _mixed(counter.add_(start)) * 255
    return (noise < pictures.flatten(1).long() << 32).view_as(pictures).to(torch.uint8).mul_(255)


def _mixed(counter: Tensor) -> Tensor:
    """Return random whole numbers in [0, 2^32) that are a function of int64 counters; overwrites them."""
    mixed = counter.mul_(_STEP)
    mixed = mixed.bitwise_xor_(_shifted(mixed, 30)).mul_(_FIRST)
    mixed = mixed.bitwise_xor_(_shifted(mixed, 27)).mul_(_SECOND)
    return _shifted(mixed.bitwise_xor_(_shifted(mixed, 31)), 32)


def _shifted(numbers: Tensor, bits: int) -> Tensor:
    """Shift to the right as if there were no sign."""
    return (numbers >> bits).bitwise_and_((1 << (64 - bits)) - 1)
