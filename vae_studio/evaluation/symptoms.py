"""What is measured on a run before anything is said about its health; needs no torch."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.evaluation.aggregate import Moments
from vae_studio.latent.book import perplexity
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.codes import Codes

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossCurve:
    """Negative ELBO after each epoch, in nats per picture; where the networks learn no bound, the reconstruction."""

    epochs: Floats  # [M]
    training: Floats  # [M], means over the epoch; nan where not known
    held_out: Floats  # [M], measured after it

    @property
    def best(self) -> int:
        """The row in which the held-out pictures were best."""
        return int(np.nanargmin(self.held_out)) if np.isfinite(self.held_out).any() else 0

    @property
    def gap(self) -> float:
        """Held out minus training, at the end."""
        return float(self.held_out[-1] - self.training[-1]) if len(self.epochs) else float("nan")


@dataclass(frozen=True)
class BookUsed:
    """How much of a code book the codes of some pictures use."""

    entries: int
    used: int
    perplexity: float  # how many entries, used alike, would tell as much


NO_CURVE = LossCurve(np.zeros(0), np.zeros(0), np.zeros(0))


@dataclass(frozen=True, eq=False)
class Symptoms:
    """The figures of one state of a run; None where one is not known or means nothing."""

    curve: LossCurve = NO_CURVE
    epochs: int = 0  # wanted in all
    pictures: int = 0  # trained on
    has_prior: bool = True  # whether dimensions have a KL to some prior
    standard_prior: bool = True  # whether the prior is N(0, I), which the moments are compared with
    has_labels: bool = False  # whether the networks are told the label, so that the code need not hold it
    learning_rate: float = 0.0
    kl_weight: float | None = None  # what presses on the code, in the end: 1 is the ELBO's own
    kl_per_dim: Floats = field(default_factory=lambda: np.zeros(0))  # [D]
    active_units: int = 0
    moments: Moments | None = None
    explained: float | None = None  # share of the differences between held-out pictures that comes back
    explained_training: float | None = None
    memoriser: str = ""  # the kind of codes of a network without an encoder; empty for all others
    drawn: float | None = None  # share of what the training pictures show that comes back: 0 is what an even grey does
    reconstruction: float | None = None  # nats per training picture
    mean_picture: float | None = None  # the same, were the mean of them drawn each time
    book: BookUsed | None = None  # where codes are made of the entries of a code book
    setbacks: int = 0  # how often the training had to go back to a saved state
    is_finite: bool = True  # whether losses and codes are numbers

    @property
    def latent_dim(self) -> int:
        """The number of dimensions of the code."""
        return len(self.kl_per_dim)

    @property
    def epoch(self) -> float:
        """Epochs done."""
        return float(self.curve.epochs[-1]) if len(self.curve.epochs) else 0.0


def of_codes(codes: Codes) -> dict[str, Any]:
    """Return the symptoms that the codes of some pictures show, by name."""
    good = codes.subset(codes.finite_rows())
    if not len(good):
        return {"is_finite": len(codes) == 0}
    kl = good.kl_per_dim()
    if not len(kl):  # on a sphere the dimensions share one KL
        kl = np.full(good.dim, good.prior.kl_of_each(good.mu, good.log_var).mean() / good.dim)
    return {
        "book": book_used(good),
        "kl_per_dim": kl,
        "active_units": good.active_units(),
        "moments": Moments.of(good),
        "is_finite": len(good) == len(codes),
    }


def book_used(codes: Codes) -> BookUsed | None:
    """Return how much of their code book some codes use; nothing for codes that are not made of entries."""
    if not isinstance(codes.prior, BookPrior):
        return None
    book = codes.prior.book
    uses = book.uses(book.indices(codes.mu))
    return BookUsed(len(book), int((uses > 0).sum()), perplexity(uses))
