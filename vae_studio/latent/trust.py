"""How far to trust what is decoded at a code: the data around it, and whether its picture leads back to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.latent.codes import Codes, Decode, Floats
from vae_studio.latent.density import Density

Encode = Callable[[Pictures], Codes]
Verdict = Literal["like the data", "thin", "empty land"]
_Doubles = npt.NDArray[np.float64]

_PERCENT = 1e-2
_REAL = 256  # pictures whose round trips are the measure
_THIN, _EMPTY = 10.0, 1.0  # percent of real codes that lie lonelier
_COMMON, _STRAY = 5.0, 2.0  # percent of real pictures that come back worse; times the worst of nearly all of them


@dataclass(frozen=True)
class Trust:
    """The two measures of one code, and what they mean together."""

    support: float  # percentile of the density among codes of real pictures
    distance: float  # of decode -> encode from the code, in widths of a posterior
    typical: float  # the same for half of the real pictures
    round_trip: float  # percent of the real pictures that come back no better
    verdict: Verdict
    points: bool = False  # whether codes have no posterior: then distances are percent of the codes' spread

    @property
    def score(self) -> float:
        """Both percentiles in one number from 0 to 1, for ranking codes."""
        return (self.support + self.round_trip) / 200

    def sentence(self) -> str:
        """Return the verdict with its reasons."""
        support = f"{self.support:.0f} of 100 real codes lie in emptier places"
        if not np.isfinite(self.distance):
            return "Empty land: this is not a code."
        unit = "% of the codes' spread" if self.points else " posterior widths"
        back = f"its picture comes back {self.distance:.1f}{unit} away (real ones {self.typical:.1f})"
        return f"{self.verdict.capitalize()}: {support}, and {back}."


@dataclass(frozen=True, eq=False)
class Judge:
    """What is normal for real pictures under one decoder and encoder."""

    density: Density
    decode: Decode
    encode: Encode
    widths: _Doubles  # [A], of a typical posterior, along the dimensions that carry something
    real: _Doubles  # [R], distances of real pictures' round trips, ascending
    points: bool = False  # whether there are no posteriors: a hundredth of the cloud is the unit

    @classmethod
    def of(cls, codes: Codes, density: Density, decode: Decode, encode: Encode, progress: Progress = silent) -> "Judge":
        """Send some of the codes of real pictures round through the decoder and the encoder."""
        usable = codes.finite_rows()
        some = codes.subset(usable[np.linspace(0, len(usable) - 1, min(_REAL, len(usable))).astype(np.int64)])
        progress(0, "Sending real pictures round through decoder and encoder.")
        variance = np.exp(np.clip(some.log_var.astype(np.float64), -60, 60)) if len(some) else np.ones((1, codes.dim))
        points = codes.are_points
        least = _PERCENT if points else 1e-3  # of the cloud: posteriors may be as good as points
        widths = np.maximum(np.sqrt(variance.mean(axis=0))[density.kept], least * density.scale)
        judge = cls(density, decode, encode, widths, np.zeros(0), points)
        real = judge.distances(some.mu) if len(some) else np.zeros(0)
        return replace(judge, real=np.sort(real[np.isfinite(real)]))

    def distances(self, z: npt.ArrayLike) -> _Doubles:
        """Return how far decode -> encode leads away from codes z [N, D], [N], in root mean square widths.

        inf for a code that is not finite, or whose picture the encoder cannot place.
        """
        rows = np.atleast_2d(np.asarray(z, np.float32))
        away = np.full(len(rows), np.inf)
        good = np.flatnonzero(np.isfinite(rows).all(axis=1))
        if len(good):
            back = self.encode(self.decode(rows[good])).mu.astype(np.float64)
            offsets = (back - rows[good])[:, self.density.kept] / self.widths
            away[good] = np.sqrt((offsets**2).mean(axis=1))
        away[np.isnan(away)] = np.inf
        return away

    def trust(self, z: npt.ArrayLike) -> Trust:
        """Judge one code z [D]."""
        return self.trusts(np.reshape(np.asarray(z, np.float32), (1, -1)))[0]

    def trusts(self, z: Floats) -> list[Trust]:
        """Judge codes z [N, D]."""
        support, distances = self.density.support(z), self.distances(z)
        worse = 100 * (1 - np.searchsorted(self.real, distances, "left") / max(1, len(self.real)))
        worse[~np.isfinite(distances)] = 0
        typical, most = np.quantile(self.real, [0.5, 0.99]).tolist() if len(self.real) else (np.nan, np.inf)
        return [
            Trust(float(s), float(d), typical, float(w), _verdict(s, w, d > _STRAY * most), self.points)
            for s, d, w in zip(support, distances, worse, strict=True)
        ]


def verdict_of_support(support: float) -> Verdict:
    """Return what the data around a code say of it, while its round trip is not known."""
    return "empty land" if support < _EMPTY else "like the data" if support >= _THIN else "thin"


def _verdict(support: float, round_trip: float, astray: bool) -> Verdict:
    if support < _EMPTY or astray:
        return "empty land"
    return "like the data" if support >= _THIN and round_trip >= _COMMON else "thin"
