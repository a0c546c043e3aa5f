"""How the weight of the KL term, and its target, change during training."""

import torch
from torch import Tensor

from vae_studio.objectives.objective_options import WeightedKlOptions

_FIRST_SHARE = 0.1  # a tenth from the start keeps the codes near the prior while the decoder learns


Share = float | Tensor  # of the training; a tensor [] where a step is recorded once and repeated


def kl_weight(beta: float, warmup: float, progress: Share) -> Share:
    """Return the weight at `progress` in [0, 1] of the training: a straight rise from a tenth of beta to beta."""
    return beta * (_FIRST_SHARE + (1 - _FIRST_SHARE) * _risen(progress, warmup))


def cyclical_weight(beta: float, rise: float, cycles: int, progress: Share) -> Share:
    """Return the weight at `progress`: in every cycle from 0 to beta over its share `rise`, then flat; at the end beta.

    Fu et al. (2019), equation 6.
    """
    within = _risen(progress * cycles % 1, rise)
    if isinstance(within, Tensor):
        return beta * torch.where(torch.as_tensor(progress) >= 1, 1.0, within)
    return beta if progress >= 1 else beta * within


def annealed_weight(options: WeightedKlOptions, progress: Share) -> Share:
    """Return the KL weight that the options ask for at `progress` in [0, 1] of the training."""
    if options.annealing == "constant":
        return options.beta
    if options.annealing == "cyclical":
        return cyclical_weight(options.beta, options.warmup, options.cycles, progress)
    return kl_weight(options.beta, options.warmup, progress)


def capacity_at(capacity: float, rise: float, progress: Share) -> Share:
    """Return the target of the KL in nats at `progress`: straight from 0 over `rise` of it (Burgess et al., 2018)."""
    return capacity * _risen(progress, rise)


def _risen(progress: Share, rise: float) -> Share:
    """Return how much of a rise over the first `rise` of everything is done, in [0, 1]."""
    if isinstance(progress, Tensor):
        return (progress / rise).clamp(max=1.0) if rise > 0 else torch.ones_like(progress)
    return progress / rise if progress < rise else 1.0
