"""A first dense layer that takes pixels as bytes: the numbers of float32, in products of whole numbers.

Processors that multiply bytes do so ten times as fast as floats. A pixel is a byte, and a weight is the sum of three:
rounded to 1/127 of the largest in its row, what that leaves to 1/254 of that, and once more, which is as fine as
float32. Sums of whole numbers are exact.
"""

import contextlib
import math
import time
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_studio.models.layers import Centred, FlatRows

_FINER = 254.0  # times that each byte of a weight is finer than the last
_ROWS, _PIXELS, _WIDTH = 512, 784, 512  # of the trial
_GAIN, _TRIES = 1.3, 5  # below this it is not worth it
_ERROR = 1e-5  # of the largest output, as float32 has it


class ByteLinear(nn.Module):
    """What a linear layer makes of pixels in [0, 1], or centred ones, from their bytes [N, K]."""

    def __init__(self, linear: nn.Linear, centred: bool = False) -> None:
        super().__init__()
        weight, bias = linear.weight.detach().double(), linear.bias.detach().double()
        if centred:
            weight, bias = 2 * weight, bias - weight.sum(dim=1)
        self._bias = bias.float()
        scale = weight.abs().amax(dim=1).clamp(min=1e-30) / 127
        rest = weight / scale[:, None]
        self._parts: list[tuple[Tensor, Tensor]] = []  # packed bytes and what one of them weighs, the finest first
        for _ in range(3):
            whole = rest.round()
            packed = torch.ops.onednn.qlinear_prepack(whole.to(torch.int8), [_ROWS, weight.shape[1]])
            self._parts.insert(0, (packed, (scale / 255).float()))
            rest, scale = (rest - whole) * _FINER, scale / _FINER
        self._zeros = torch.zeros(len(weight), dtype=torch.int32)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the layer's outputs [N, M], added up in float32 from the finest part to the coarsest."""
        product = torch.ops.onednn.qlinear_pointwise
        (packed, scale), *coarser = self._parts
        total: Tensor = product(
            *(pixels, 1.0, 0, packed, scale, self._zeros), *(self._bias, 1.0, 0, torch.float32, "none", [], "")
        )
        for packed, scale in coarser:
            total = product.binary(
                *(pixels, 1.0, 0, packed, scale, self._zeros),
                *(total, None, 1.0, 0, torch.float32, 1.0, 0, "sum", 1.0, "none", [], ""),
            )
        return total


def of_bytes(encoder: nn.Module) -> nn.Module | None:
    """Return an encoder that takes pictures [N, C, H, W] of bytes, where it begins densely and this computer gains."""
    if not isinstance(encoder, nn.Sequential) or not isinstance(encoder[0], FlatRows):
        return None
    centred = isinstance(encoder[1], Centred)
    first, *rest = list(encoder)[2 if centred else 1 :]
    if type(first) is not nn.Linear or not bool(first.weight.isfinite().all()) or not _gains():
        return None  # bytes cannot say that weights are not numbers any more
    return nn.Sequential(encoder[0], ByteLinear(first, centred), *rest)


@lru_cache
def _gains() -> bool:
    """Tell whether this computer has such products, gets them right and gains by them: found by trial."""
    with contextlib.suppress(RuntimeError, AttributeError, NotImplementedError), torch.inference_mode():
        generator = torch.Generator().manual_seed(0)
        pixels = torch.randint(0, 256, (_ROWS, _PIXELS), dtype=torch.uint8, generator=generator)
        plain = nn.Linear(_PIXELS, _WIDTH)
        plain.weight.normal_(generator=generator)
        pixels[0], plain.weight[0] = 255, 1  # older processors have no room for sums as large as these
        fast = ByteLinear(plain)
        exact = functional.linear(pixels.double() / 255, plain.weight.double(), plain.bias.double())
        if (fast(pixels) - exact).abs().max() <= _ERROR * exact.abs().max():
            floats, whole = _seconds(lambda: plain(pixels.float().div_(255.0)), lambda: fast(pixels))
            return floats > _GAIN * whole
    return False


def _seconds(*ways: Callable[[], Tensor]) -> list[float]:
    """Return the least time that each of some ways takes, tried in turns."""
    best = [math.inf] * len(ways)
    for _ in range(_TRIES):
        for number, way in enumerate(ways):
            start = time.perf_counter()
            way()
            best[number] = min(best[number], time.perf_counter() - start)
    return best
