"""The discretised logistic likelihood of pixels of 256 levels (Salimans et al., 2017, equation 2, one component)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_studio.objectives.likelihood_options import DiscretisedLogisticOptions

_HALF = 1 / 510  # half the way from one level to the next
_LEAST = 1e-3  # of the scale: a quarter of a level


class DiscretisedLogistic(nn.Module):
    """P(level) = F((x + 1/510 - mu) / s) - F((x - 1/510 - mu) / s), where 0 and 255 take all that lies beyond.

    Probabilities and not densities: the nats are never negative, and divided by log 2 they are the bits of a lossless
    file. One scale s is learned for all pixels (Kingma et al., 2016, section 4).
    """

    def __init__(self, options: DiscretisedLogisticOptions) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(options.start)))

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z), [N], in nats; x holds levels / 255."""
        scale = self.log_scale.clamp(min=math.log(_LEAST)).exp()
        distance = x - self.mean(output)
        # F(a) - F(b) = F(a) F(-b) (1 - e^(b - a)), which loses no digits; each factor goes where its edge is infinite.
        below = functional.logsigmoid((distance + _HALF) / scale) * (x < 1)
        above = functional.logsigmoid((_HALF - distance) / scale) * (x > 0)
        between = torch.log(-torch.expm1(-2 * _HALF / scale)) * ((x > 0) & (x < 1))
        return -(below + above + between).flatten(1).sum(dim=1)

    def mean(self, output: Tensor) -> Tensor:
        """Return the locations, kept in [0, 1] by a sigmoid, as grey values are."""
        return torch.sigmoid(output)
