"""A code book as numbers: which entries a code is made of, and how often each is used; needs no torch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.prior import Floats

Indices = npt.NDArray[np.int64]
_SHOWN = 4  # entries in an example


@dataclass(frozen=True, eq=False)
class Book:
    """Entries [K, d]; a code [P d] has one at each of its places."""

    entries: Floats  # [K, d]
    places: int

    def __len__(self) -> int:
        return len(self.entries)

    def indices(self, codes: Floats) -> Indices:
        """Return the nearest entry at each place of codes [N, P d], [N, P]."""
        vectors = np.asarray(codes, np.float32).reshape(-1, self.entries.shape[1])
        squared = (self.entries**2).sum(axis=1) - 2 * vectors @ self.entries.T
        nearest: Indices = squared.argmin(axis=1).astype(np.int64).reshape(-1, self.places)
        return nearest

    def codes(self, indices: Indices) -> Floats:
        """Return the codes [N, P d] of entries [N, P]."""
        chosen: Floats = self.entries[indices].reshape(len(indices), -1)
        return chosen

    def everywhere(self) -> Floats:
        """Return for each entry the code that has it at all places, [K, P d]."""
        codes: Floats = np.tile(self.entries, (1, self.places))
        return codes

    def uses(self, indices: Indices) -> Indices:
        """Return how often each entry occurs in codes [N, P], [K]."""
        counts: Indices = np.bincount(indices.ravel(), minlength=len(self)).astype(np.int64)
        return counts

    def parse(self, text: str) -> Floats:
        """Read a code [P d] from the numbers of its entries with commas between them; raises UsageError."""
        parts = [part.strip() for part in text.strip().strip("()[]").split(",")]
        example = ",".join(["3", "17", "0", "8"][: self.places]) + (",…" if self.places > _SHOWN else "")
        known = [int(part) for part in parts if part.isascii() and part.isdigit() and int(part) < len(self)]
        if len(known) != len(parts) or len(parts) != self.places:
            raise UsageError(
                f"A code of this run has {self.places} entr{'ies' if self.places > 1 else 'y'} of its code book, each "
                f"a number from 0 to {len(self) - 1}; {text!r} is none, write it like {example}."
            )
        code: Floats = self.codes(np.array([known], np.int64))[0]
        return code


def perplexity(uses: Indices) -> float:
    """Return e to the entropy of how often each entry is used: as many, used alike, would tell as much."""
    shares = uses[uses > 0] / max(int(uses.sum()), 1)
    return float(np.exp(-(shares * np.log(shares)).sum()))
