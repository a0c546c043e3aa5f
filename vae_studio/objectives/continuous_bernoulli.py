"""The continuous Bernoulli likelihood (Loaiza-Ganem and Cunningham, 2019)."""

import torch
from torch import Tensor

from vae_studio.objectives.likelihood_options import ContinuousBernoulliOptions

_NEAR = 0.3  # logits up to here take the series; the other form loses digits around 0, where a grey is 1/2


class ContinuousBernoulli:
    """A density over greys in [0, 1]: p(x|eta) = exp(eta x) eta / (e^eta - 1); its nats can be negative."""

    def __init__(self, options: ContinuousBernoulliOptions) -> None:
        self.options = options

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z), [N], in nats; `output` holds the logits eta."""
        return (log_normaliser(output) - output * x).flatten(1).sum(dim=1)

    def mean(self, output: Tensor) -> Tensor:
        """Return the expected greys, 1 / (1 - e^-eta) - 1 / eta."""
        near = output.abs() < _NEAR
        squared = torch.where(near, output, 0).square()
        inside = 0.5 + torch.where(near, output, 0) * (
            1 / 12 + squared * (-1 / 720 + squared * (1 / 30240 - squared / 1209600))
        )
        far = torch.where(near, 1, output)
        return torch.where(near, inside, -1 / torch.expm1(-far) - 1 / far).clamp(0, 1)


def log_normaliser(logits: Tensor) -> Tensor:
    """Return log of the integral of exp(eta x) over [0, 1], log((e^eta - 1) / eta), of the same shape."""
    near = logits.abs() < _NEAR
    squared = torch.where(near, logits, 0).square()
    series = squared * (1 / 24 + squared * (-1 / 2880 + squared * (1 / 181440 - squared / 9676800)))
    size = torch.where(near, 1, logits).abs()  # 1, so that no gradient of the branch not taken is infinite
    far = torch.log(-torch.expm1(-size)) - size.log()
    return torch.where(near, series + 0.5 * logits, far + logits.clamp(min=0))
