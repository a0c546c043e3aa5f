"""The prior that codes are measured against and drawn from, as numbers alone."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_DRAWS = 4  # of each posterior where a KL has to be sampled
_NUMBERS = 1 << 22  # densities in memory at a time
_WIDEST = 60.0  # of a log variance, so that exp() stays finite
_LOG_TWO_PI = float(np.log(2 * np.pi))


class CodePrior(Protocol):
    """A density over codes; nats are nan where mu or log_var are not finite."""

    @property
    def name(self) -> str:
        """What it is called in a recipe."""
        ...

    def sample(self, count: int, dim: int, random: np.random.Generator) -> Floats:
        """Draw codes, [count, dim]."""
        ...

    def project(self, z: npt.ArrayLike) -> Floats:
        """Return where codes z [..., D] belong: themselves, unless the prior lives on a surface."""
        ...

    def kl_of_each(self, mu: Floats, log_var: Floats) -> Doubles:
        """Return the KL of each posterior, mu and log_var [N, D], to the prior, [N], in nats."""
        ...

    def kl_per_dim(self, mu: Floats, log_var: Floats) -> Doubles:
        """Return the mean KL of each dimension by itself, [D]; empty where no dimension stands by itself."""
        ...


@dataclass(frozen=True)
class NormalPrior:
    """A standard normal in every dimension."""

    name: str = "normal"

    def sample(self, count: int, dim: int, random: np.random.Generator) -> Floats:
        """Draw codes, [count, dim]."""
        return random.standard_normal((count, dim), np.float32)

    def project(self, z: npt.ArrayLike) -> Floats:
        """Return the codes as they are."""
        return np.asarray(z, np.float32)

    def kl_of_each(self, mu: Floats, log_var: Floats) -> Doubles:
        """Return the KL of each posterior, [N], in nats."""
        kl: Doubles = _normal_kl(mu, log_var).sum(axis=1)
        return kl

    def kl_per_dim(self, mu: Floats, log_var: Floats) -> Doubles:
        """Return the mean KL of each dimension, [D]."""
        mean: Doubles = _normal_kl(mu, log_var).mean(axis=0)
        return mean


@dataclass(frozen=True)
class PointPrior(NormalPrior):
    """For codes that are points, as an autoencoder's: no posterior lies around them, so there is no KL to speak of.

    What is drawn comes from a standard normal all the same.
    """

    def kl_of_each(self, mu: Floats, log_var: Floats) -> Doubles:  # noqa: ARG002
        """Return nan for each code, [N]."""
        return np.full(len(mu), np.nan)

    def kl_per_dim(self, mu: Floats, log_var: Floats) -> Doubles:  # noqa: ARG002
        """Return nothing."""
        return np.zeros(0)


@dataclass(frozen=True, eq=False)
class MixturePrior:
    """A mixture of Gaussians of equal weight: a VampPrior, once its pseudo-inputs are encoded."""

    mu: Floats  # [K, D]
    log_var: Floats  # [K, D]
    name: str = "vampprior"

    def sample(self, count: int, dim: int, random: np.random.Generator) -> Floats:  # noqa: ARG002  one signature
        """Draw codes, [count, D]."""
        chosen = random.integers(len(self.mu), size=count)
        noise = random.standard_normal((count, self.mu.shape[1]), np.float32)
        codes: Floats = (self.mu[chosen] + np.exp(self.log_var[chosen] / 2) * noise).astype(np.float32)
        return codes

    def project(self, z: npt.ArrayLike) -> Floats:
        """Return the codes as they are."""
        return np.asarray(z, np.float32)

    def kl_of_each(self, mu: Floats, log_var: Floats) -> Doubles:
        """Return a sampled KL of each posterior, [N], in nats; the draws are the same at every call."""
        from scipy.special import logsumexp

        return self._sampled(mu, log_var, lambda own, parts: own.sum(1) - logsumexp(parts.sum(2), axis=1))

    def kl_per_dim(self, mu: Floats, log_var: Floats) -> Doubles:
        """Return the mean KL between the marginals of each dimension, [D]; they do not add up to the whole."""
        from scipy.special import logsumexp

        each = self._sampled(mu, log_var, lambda own, parts: own - logsumexp(parts, axis=1))
        mean: Doubles = each.mean(axis=0)
        return mean

    def _sampled(self, mu: Floats, log_var: Floats, of: Any) -> Doubles:
        random = np.random.default_rng(0)
        deviation = np.exp(np.clip(log_var.astype(np.float64), -_WIDEST, _WIDEST) / 2)
        rows = max(1, _NUMBERS // max(1, self.mu.size))
        means = []
        for start in range(0, len(mu), rows):
            part = slice(start, start + rows)
            draws = []
            for _ in range(_DRAWS):
                noise = random.standard_normal(mu[part].shape)
                z = mu[part] + deviation[part] * noise
                own = -0.5 * (_LOG_TWO_PI + 2 * np.log(deviation[part]) + noise**2)
                draws.append(of(own, _log_normal(z[:, None], self.mu, self.log_var)))
            means.append(np.mean(draws, axis=0) + np.log(len(self.mu)))
        return np.concatenate(means) if means else np.zeros((0, *mu.shape[1:]))


@dataclass(frozen=True)
class SpherePrior:
    """All directions alike; codes have length 1, and log_var is minus the log of their concentration."""

    name: str = "sphere"

    def sample(self, count: int, dim: int, random: np.random.Generator) -> Floats:
        """Draw codes, [count, dim]."""
        return self.project(random.standard_normal((count, dim), np.float32))

    def project(self, z: npt.ArrayLike) -> Floats:
        """Return the codes at length 1; the middle, which has no direction, goes to the first axis."""
        codes = np.array(z, np.float32)
        length = np.linalg.norm(codes, axis=-1, keepdims=True)
        codes[..., 0] = np.where(length[..., 0] == 0, 1, codes[..., 0])
        on_it: Floats = (codes / np.where(length == 0, 1, length)).astype(np.float32)
        return on_it

    def kl_of_each(self, mu: Floats, log_var: Floats) -> Doubles:
        """Return the KL of each posterior, [N], in nats."""
        from vae_studio.models.bessel import sphere_kl

        with np.errstate(over="ignore", invalid="ignore"):
            return sphere_kl(np.exp(-log_var[:, 0].astype(np.float64)), mu.shape[1])

    def kl_per_dim(self, mu: Floats, log_var: Floats) -> Doubles:  # noqa: ARG002
        """Return nothing: the dimensions share one length."""
        return np.zeros(0)


NORMAL = NormalPrior()
POINTS = PointPrior()


def _normal_kl(mu: Floats, log_var: Floats) -> Doubles:
    wide = log_var.astype(np.float64)
    kl: Doubles = 0.5 * (mu.astype(np.float64) ** 2 + np.exp(wide) - 1 - wide)
    return kl


def _log_normal(z: Doubles, mu: Floats, log_var: Floats) -> Doubles:
    log_q: Doubles = -0.5 * (_LOG_TWO_PI + log_var + (z - mu) ** 2 * np.exp(-log_var.astype(np.float64)))
    return log_q
