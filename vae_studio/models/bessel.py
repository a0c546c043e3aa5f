"""The modified Bessel function of the first kind, in logarithms, without torch."""

import math

import numpy as np
import numpy.typing as npt
from scipy import special

_MOST_TERMS = 2000  # of the power series; a code of 2000 numbers needs about two hundred
_NEGLIGIBLE = 1e-17  # of the sum: terms below it change nothing
_SMALLEST = 1e-280  # below it the scaled function loses digits, and soon underflows
_SMALL = 1e-3

Doubles = npt.NDArray[np.float64]


def log_bessel_values(x: Doubles, order: float) -> Doubles:
    """Return log(I_v(x) / x^v) for x >= 0 and an order v >= 0; finite also at 0, nan where x is."""
    scaled = special.ive(order, x)  # I_v(x) exp(-x), which does not overflow
    safe = (scaled > _SMALLEST) & (x > _SMALL)
    kept = np.where(safe, x, 1)
    large = np.log(np.where(safe, scaled, 1)) + kept - order * np.log(kept)
    return np.where(safe, large, _series(np.where(safe, 0, x), order))


def log_bessel_at_zero(order: float) -> float:
    """Return the limit of log(I_v(x) / x^v) at 0: -log(2^v Gamma(v + 1))."""
    return -order * math.log(2) - math.lgamma(order + 1)


def sphere_kl(kappa: Doubles, dim: int) -> Doubles:
    """Return KL(vMF(., kappa) || uniform) on the sphere in `dim` dimensions, in nats."""
    order = dim / 2 - 1
    here, above = log_bessel_values(kappa, order), log_bessel_values(kappa, order + 1)
    kl: Doubles = kappa**2 * np.exp(above - here) - here + log_bessel_at_zero(order)
    return kl


def _series(x: Doubles, order: float) -> Doubles:
    """Return the same by the power series: for small x, and where a high order makes the function itself tiny."""
    step = np.ones_like(x)
    total = np.zeros_like(x)
    for term in range(1, _MOST_TERMS):
        step = step * (x / 2) ** 2 / (term * (term + order))
        total = total + step
        # They fall faster and faster once they fall at all, and one that does not matter has begun to.
        if not (step > _NEGLIGIBLE * total).any():
            break
    sums: Doubles = log_bessel_at_zero(order) + np.log1p(total)
    return sums
