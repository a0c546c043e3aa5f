"""Enlarging and then convolving, as one step: the same numbers in half the time, for decoders that no longer learn."""

import torch
from torch import Tensor, nn


class Enlargement(nn.ConvTranspose2d):
    """What a doubling to the nearest pixel and the 3x3 convolution after it do together.

    Each output pixel sees only 2x2 different input pixels, so 4 products do for 9, and the large picture between the
    two is never made.
    """

    def __init__(self, convolution: nn.Conv2d) -> None:
        weight = convolution.weight
        super().__init__(weight.shape[1], weight.shape[0], 4, 2, 1, device=weight.device, dtype=weight.dtype)
        self.weight = nn.Parameter(_spread(weight.detach()), requires_grad=False)
        self.bias = convolution.bias


def merged(decoder: nn.Module) -> nn.Module:
    """Return a decoder with its doublings and the convolutions after them made one; other layers are shared with it."""
    if not isinstance(decoder, nn.Sequential):
        return decoder
    layers: list[nn.Module] = []
    for layer in decoder:
        if isinstance(layer, nn.Conv2d) and _is_plain(layer) and layers and _doubles(layers[-1]):
            layers[-1] = Enlargement(layer)
        else:
            layers.append(layer)
    return nn.Sequential(*layers)


def _doubles(before: nn.Module) -> bool:
    return isinstance(before, nn.Upsample) and (before.scale_factor, before.mode) == (2, "nearest")


def _is_plain(after: nn.Conv2d) -> bool:
    return (after.kernel_size, after.stride, after.padding) == ((3, 3), (1, 1), (1, 1)) and (
        after.dilation,
        after.groups,
        after.padding_mode,
    ) == ((1, 1), 1, "zeros")


def _spread(weight: Tensor) -> Tensor:
    """Return the weights [I, O, 4, 4] of the transposed convolution for those of a convolution, [O, I, 3, 3].

    Output row 2 j + a sees through tap k the doubled row 2 j + a + k - 1, which is input row j + shift; a transposed
    convolution of stride 2 and padding 1 reaches it through its tap a + 1 - 2 shift.
    """
    taps = torch.zeros(4, 3, dtype=weight.dtype, device=weight.device)
    for a in (0, 1):
        for k in range(3):
            shift = (a + k - 1) // 2
            taps[a + 1 - 2 * shift, k] += 1
    return torch.einsum("yk,xl,oikl->ioyx", taps, taps, weight).contiguous()
