"""How the weight of the KL term changes during training."""

_FIRST_SHARE = 0.1  # a tenth from the start keeps the codes near the prior while the decoder learns


def kl_weight(beta: float, warmup: float, progress: float) -> float:
    """Return the weight at `progress` in [0, 1] of the training: a straight rise from a tenth of beta to beta."""
    if progress >= warmup:
        return beta
    return beta * (_FIRST_SHARE + (1 - _FIRST_SHARE) * progress / warmup)
