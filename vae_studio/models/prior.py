"""What every prior p(z) can do, and what choosing one decides about the codes."""

from collections.abc import Callable
from typing import Protocol

from torch import Tensor

from vae_studio.models.posterior import Posterior
from vae_studio.models.priors.catalogue import PRIORS, PriorOptions

Encode = Callable[[Tensor], Posterior]  # pictures [K, C, H, W] in [0, 1] -> their posteriors


class Prior(Protocol):
    """A density over codes, with the weights as they are now."""

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log p(z) of codes z [N, D], [N], in nats."""
        ...

    def kl(self, posterior: Posterior, z: Tensor) -> Tensor:
        """Return KL(q(z|x) || p(z)), [N], in nats: exact where it is known, else from one sample z [N, D] of each."""
        ...

    def kl_per_dim(self, posterior: Posterior, z: Tensor) -> Tensor | None:
        """Return the KL of each dimension by itself, [N, D]; None where no dimension stands by itself."""
        ...


class PriorKind(Protocol):
    """A prior before the weights are looked at, and the family of posteriors that goes with it."""

    def posterior(self, mu: Tensor, log_var: Tensor) -> Posterior:
        """Return the posteriors that both halves of an encoder's output [N, D] stand for."""
        ...

    def for_decoder(self, z: Tensor) -> Tensor:
        """Return what the decoder is given for codes z [..., D]: themselves, unless the prior lives on a surface."""
        ...

    def now(self, encode: Encode) -> Prior:
        """Return the prior of the present weights."""
        ...


def build_prior(options: PriorOptions, shape: tuple[int, int, int]) -> PriorKind:
    """Build the chosen prior for pictures of `shape` (H, W, C)."""
    built: PriorKind = PRIORS[options.kind].load()(options, shape)
    return built
