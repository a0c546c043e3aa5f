"""How far to trust what is decoded from entries of a code book: whether the learned prior knows such a mixture."""

import math
from dataclasses import dataclass

import numpy as np

from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.codes import Codes, Floats
from vae_studio.latent.prior import Doubles
from vae_studio.latent.trust import Verdict, verdict_of_support
from vae_studio.plural import counted

_REAL = 256  # codes of real pictures that are the measure


@dataclass(frozen=True)
class BookTrust:
    """What one code costs under the prior over the entries, beside the codes of real pictures."""

    bits: float
    typical: float  # the same for half of the real pictures at most
    support: float  # percent of the real pictures whose codes cost as much or more; equal ones count half
    different: int  # entries that it is made of
    places: int

    @property
    def verdict(self) -> Verdict:
        """What that means."""
        return verdict_of_support(self.support)

    def sentence(self) -> str:
        """Return the verdict with its reasons."""
        return (
            f"{self.verdict.capitalize()}: {counted(self.different, 'entry', 'entries')} at "
            f"{counted(self.places, 'place')} cost "
            f"{self.bits:.0f} bits under the prior, half of the real pictures' codes {self.typical:.0f} or less."
        )


@dataclass(frozen=True, eq=False)
class BookJudge:
    """What is normal for real pictures under one prior."""

    prior: BookPrior
    real: Doubles  # [R], bits, ascending

    @classmethod
    def of(cls, codes: Codes, prior: BookPrior) -> "BookJudge":
        """Measure some of the codes of real pictures."""
        usable = codes.finite_rows()
        some = codes.mu[usable[np.linspace(0, len(usable) - 1, min(_REAL, len(usable))).astype(np.int64)]]
        return cls(prior, np.sort(_bits(prior, some)))

    def trust(self, code: Floats) -> BookTrust | None:
        """Judge one code [D]; nothing where the prior is not at hand."""
        bits = float(_bits(self.prior, np.reshape(code, (1, -1)))[0])
        if not math.isfinite(bits) or not len(self.real) or not np.isfinite(self.real).all():
            return None
        below, through = (np.searchsorted(self.real, bits, side) for side in ("left", "right"))
        support = 100 * (1 - float(below + through) / 2 / len(self.real))
        book = self.prior.book
        entries = book.indices(np.reshape(code, (1, -1)))[0]
        return BookTrust(bits, float(np.median(self.real)), support, len(np.unique(entries)), book.places)


def _bits(prior: BookPrior, mu: Floats) -> Doubles:
    cost: Doubles = prior.kl_of_each(mu, np.zeros_like(mu)) / math.log(2)
    return cost
