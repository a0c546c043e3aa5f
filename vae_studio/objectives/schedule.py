"""How the weight of the KL term, and its target, change during training."""

from vae_studio.objectives.objective_options import WeightedKlOptions

_FIRST_SHARE = 0.1  # a tenth from the start keeps the codes near the prior while the decoder learns


def kl_weight(beta: float, warmup: float, progress: float) -> float:
    """Return the weight at `progress` in [0, 1] of the training: a straight rise from a tenth of beta to beta."""
    if progress >= warmup:
        return beta
    return beta * (_FIRST_SHARE + (1 - _FIRST_SHARE) * progress / warmup)


def cyclical_weight(beta: float, rise: float, cycles: int, progress: float) -> float:
    """Return the weight at `progress`: in every cycle from 0 to beta over its share `rise`, then flat; at the end beta.

    Fu et al. (2019), equation 6.
    """
    within = progress * cycles % 1
    return beta if progress >= 1 or within >= rise else beta * within / rise


def annealed_weight(options: WeightedKlOptions, progress: float) -> float:
    """Return the KL weight that the options ask for at `progress` in [0, 1] of the training."""
    if options.annealing == "constant":
        return options.beta
    if options.annealing == "cyclical":
        return cyclical_weight(options.beta, options.warmup, options.cycles, progress)
    return kl_weight(options.beta, options.warmup, progress)


def capacity_at(capacity: float, rise: float, progress: float) -> float:
    """Return the target of the KL in nats at `progress`: straight from 0 over `rise` of it (Burgess et al., 2018)."""
    return capacity if progress >= rise else capacity * progress / rise
