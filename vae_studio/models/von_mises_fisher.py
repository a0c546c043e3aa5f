"""The von Mises-Fisher distribution on the sphere: the posterior of a hyperspherical VAE (Davidson et al., 2018)."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vae_studio.models.bessel import log_bessel_at_zero
from vae_studio.models.bessel_gradient import bessel_ratio, log_bessel
from vae_studio.models.posterior import Drawn

_MOST_KAPPA = 2e5  # a spread of 0.002 radians; beyond it float32 cannot tell directions apart
_FLOOR_DIMS = 10  # with more of them the floor of kappa rises no further: it would cost many nats
_NO_GAP = 1e-14  # the root has no slope at 0
_MOST_ROUNDS = 1000  # two of three proposals are accepted at the least, so a handful of rounds is the rule


@dataclass(frozen=True)
class VonMisesFisher:
    """A mean direction per picture and one concentration kappa, which is kept as log_var = -log kappa.

    Far from the uniform, 1 / kappa is the variance along the sphere, so log_var reads as that of a Gaussian does; it is
    the same in all columns.
    """

    mu: Tensor  # [N, D], of length 1
    log_var: Tensor  # [N, D]

    @classmethod
    def of(cls, direction: Tensor, log_var: Tensor) -> "VonMisesFisher":
        """Make posteriors of what an encoder gives, both [N, D]: the direction is normalised, log_var averaged.

        Kappa starts at about D and has a floor, as the paper's has: posteriors that are nearly uniform tell nothing of
        their direction, so an encoder that once came there would never find back.
        """
        dim = direction.shape[1]
        kappa = min(dim, _FLOOR_DIMS) / 2 + dim / 2 * torch.exp(-log_var.mean(dim=1, keepdim=True))
        return cls(on_sphere(direction), -kappa.clamp(max=_MOST_KAPPA).log().expand_as(log_var))

    @property
    def kappa(self) -> Tensor:
        """The concentrations, [N], as exactly as the device can."""
        return _exact(self.log_var[:, 0]).neg().exp()

    def draw(self, generator: torch.Generator | None) -> Drawn:
        """Return one sample per picture by accepting or rejecting (Ulrich, 1984; Wood, 1994).

        The component along the mean direction is drawn, the rest is a uniform direction at a right angle to it.
        """
        kappa = self.kappa
        along = _along(kappa, self.mu.shape[1], generator)
        noise = torch.empty_like(self.mu).normal_(generator=generator)
        aside = _unit(noise - (noise * self.mu).sum(dim=1, keepdim=True) * self.mu)
        across = (1 - along.square()).clamp(min=_NO_GAP).sqrt()
        z = along.to(self.mu)[:, None] * self.mu + across.to(self.mu)[:, None] * aside
        return Drawn(z, _log_ratio(along, kappa, self.mu.shape[1]).to(self.mu))

    def reparameterize(self, generator: torch.Generator | None) -> Tensor:
        """Return one sample per picture, [N, D]."""
        return self.draw(generator).z

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log q(z|x) with respect to the sphere's surface, [N], in nats."""
        dim = self.mu.shape[1]
        kappa = self.kappa
        # 1 - mu.z from the distance: the product itself would lose what a narrow posterior is about.
        short = _exact(z - self.mu).square().sum(dim=1) / 2
        normaliser = log_bessel(kappa, dim / 2 - 1) - kappa + dim / 2 * math.log(2 * math.pi)
        return (-kappa * short - normaliser).to(z)

    def kl_per_dim(self) -> Tensor:
        """Return KL(q(z|x) || uniform), [N, 1], in nats: on a sphere no dimension stands by itself."""
        order = self.mu.shape[1] / 2 - 1
        kappa = self.kappa
        kl = kappa * bessel_ratio(kappa, order) - log_bessel(kappa, order) + log_bessel_at_zero(order)
        return kl.to(self.mu)[:, None]

    def rows(self, chosen: slice) -> "VonMisesFisher":
        """Return the posteriors of some pictures of the batch."""
        return VonMisesFisher(self.mu[chosen], self.log_var[chosen])

    def repeated(self, times: int) -> "VonMisesFisher":
        """Return the posteriors of the whole batch, as many times over."""
        return VonMisesFisher(self.mu.repeat(times, 1), self.log_var.repeat(times, 1))


def on_sphere(z: Tensor) -> Tensor:
    """Return codes z [..., D] at length 1; the middle, which has no direction, goes to the first axis."""
    length = z.norm(dim=-1, keepdim=True)
    first = torch.zeros_like(z)
    first[..., 0] = 1
    return torch.where(length == 0, first, z / torch.where(length == 0, 1, length))


def _unit(z: Tensor) -> Tensor:
    length: Tensor = z.norm(dim=1, keepdim=True)
    return z / length.clamp(min=torch.finfo(z.dtype).tiny)


def _exact(value: Tensor) -> Tensor:
    """Return numbers in float64 where the device has it: 1 - w of a narrow posterior needs the digits."""
    return value.float() if value.device.type == "mps" else value.double()


def _slant(kappa: Tensor, dim: int) -> Tensor:
    """Return b of Wood's proposals, in the form that does not cancel for large kappa."""
    return (dim - 1) / (2 * kappa + torch.sqrt(4 * kappa.square() + (dim - 1) ** 2))


def _proposed(share: Tensor, slant: Tensor) -> Tensor:
    return (1 - (1 + slant) * share) / (1 - (1 - slant) * share)


def _along(kappa: Tensor, dim: int, generator: torch.Generator | None) -> Tensor:
    """Return the component along the mean direction, w = h(share, kappa), [N]; gradients reach kappa through h."""
    fixed = kappa.detach()
    slant = _slant(fixed, dim)
    top = (1 - slant) / (1 + slant)  # the w at which proposals fit best
    best = fixed * top + (dim - 1) * torch.log1p(-top.square())
    shares = torch.full_like(fixed, 0.5)
    waiting = torch.ones_like(fixed, dtype=torch.bool)
    for _ in range(_MOST_ROUNDS):
        noise = torch.empty((len(fixed), dim), dtype=fixed.dtype, device=fixed.device).normal_(generator=generator)
        share = (1 + _unit(noise)[:, 0]) / 2  # Beta((D - 1) / 2, (D - 1) / 2), as one side of a uniform direction is
        w = _proposed(share, slant)
        height = torch.empty_like(fixed).uniform_(generator=generator).log()
        rejected = fixed * w + (dim - 1) * torch.log1p(-top * w) - best < height  # false for what is no number
        shares = torch.where(waiting & ~rejected, share, shares)
        waiting = waiting & rejected
        if not bool(waiting.any()):
            break
    return _proposed(shares, _slant(kappa, dim))


def _log_ratio(along: Tensor, kappa: Tensor, dim: int) -> Tensor:
    """Return log q(w) - log r(w), [N], but for a constant: how likely a draw is against its being proposed."""
    slant = _slant(kappa, dim)
    proposed = (dim - 1) / 2 * slant.log() - (dim - 1) * torch.log((1 + slant) - (1 - slant) * along)
    return kappa * along - log_bessel(kappa, dim / 2 - 1) - proposed
