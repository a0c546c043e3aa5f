"""The prior over codes that are made of entries of a code book."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.book import Book
from vae_studio.latent.prior import Doubles, Floats

if TYPE_CHECKING:  # it brings torch, and a map is drawn before torch is loaded
    from vae_studio.models.index_prior import IndexPrior

_BATCH = 512  # codes at a time


@dataclass(frozen=True, eq=False)
class BookPrior:
    """A code book, and what was learned of which entries go together; nothing where only codes were saved."""

    book: Book
    learned: "IndexPrior | None" = None
    name: str = "code book"

    def sample(self, count: int, dim: int, random: np.random.Generator) -> Floats:  # noqa: ARG002  one signature
        """Draw codes, [count, D]; raises UsageError where the prior itself is not at hand."""
        import torch

        if self.learned is None:
            raise UsageError("The prior over the code book is not loaded yet; try again once the decoder is awake.")
        generator = torch.Generator().manual_seed(int(random.integers(1 << 62)))
        parts = [min(_BATCH, count - start) for start in range(0, count, _BATCH)]
        with torch.inference_mode():
            return self.book.codes(np.concatenate([self.learned.sample(n, generator).numpy() for n in parts]))

    def project(self, z: npt.ArrayLike) -> Floats:
        """Return codes z [..., D] with their nearest entries in their place."""
        codes = np.asarray(z, np.float32)
        return self.book.codes(self.book.indices(codes)).reshape(codes.shape)

    def kl_of_each(self, mu: Floats, log_var: Floats) -> Doubles:  # noqa: ARG002
        """Return what each code costs, [N], in nats; nan where the prior itself is not at hand."""
        import torch

        if self.learned is None:
            return np.full(len(mu), np.nan)
        indices = torch.from_numpy(self.book.indices(mu))
        with torch.inference_mode():
            parts = [-self.learned.log_prob(part).double() for part in torch.split(indices, _BATCH)]
        cost: Doubles = torch.cat(parts).numpy() if parts else np.zeros(0)
        return np.where(np.isfinite(mu).all(axis=1), cost, np.nan)

    def kl_per_dim(self, mu: Floats, log_var: Floats) -> Doubles:  # noqa: ARG002
        """Return nothing: the numbers of an entry are chosen together."""
        return np.zeros(0)
