"""A path through the code space, from stop to stop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.latent.codes import Floats
from vae_studio.latent.paths import NEEDS_DECODER, PATHS

Curve = Callable[[npt.ArrayLike], Floats]  # t [F] in [0, 1] -> z [F, D]
DecodeMean = Callable[[Any], Any]  # differentiable in torch: z [N, D] -> pictures [N, ...] in [0, 1]

_SNAP = 1e-6  # in segments: i / S * S is not always i


@dataclass(frozen=True, eq=False)
class Path:
    """Stops and the kind of way between them; a closed path returns to its first stop."""

    stops: Floats  # [S, D]
    kind: str = "linear"
    closed: bool = False

    def __post_init__(self) -> None:
        stops = np.array(self.stops, np.float32)
        if stops.ndim != 2 or stops.shape[1] == 0:
            raise ValueError(f"stops must be [S, D], not {stops.shape}")
        if len(stops) < 2:
            raise UsageError("A path needs at least two stops; add another one.")
        if not np.isfinite(stops).all():
            raise UsageError("A stop of the path has a value that is not a finite number; remove that stop.")
        stops.flags.writeable = False
        object.__setattr__(self, "stops", stops)
        PATHS[self.kind]  # raises for a kind that does not exist

    @classmethod
    def of(cls, stops: Sequence[npt.ArrayLike], dim: int, kind: str = "linear", closed: bool = False) -> "Path":
        """Return a path for a model with `dim` latent dimensions; raises UsageError for a stop of another length."""
        codes = [np.asarray(stop, np.float32) for stop in stops]
        for number, code in enumerate(codes, 1):
            if code.shape != (dim,):
                raise UsageError(
                    f"Stop {number} has {code.size} numbers, but a code of this model has {dim}; correct it."
                )
        return cls(np.array(codes, np.float32).reshape(-1, dim), kind, closed)

    @property
    def dim(self) -> int:
        """The number of latent dimensions, D."""
        return int(self.stops.shape[1])

    @property
    def segments(self) -> int:
        """The number of ways from one stop to the next."""
        return len(self.stops) - (not self.closed)

    @property
    def needs_decoder(self) -> bool:
        """Whether `curve` must be given a differentiable decoder."""
        return self.kind in NEEDS_DECODER

    def curve(self, decode: DecodeMean | None = None, progress: Progress = silent) -> Curve:
        """Return the way as a function t [F] -> z [F, D].

        t is uniform in stops: the i-th of S segments covers [i/S, (i+1)/S], and t outside [0, 1] stays at the ends.
        `decode` is a torch-differentiable decoder of z [N, D], on the CPU, to pictures [N, ...] in [0, 1]; only kinds
        with `needs_decoder` use it, and only they take long enough to report `progress`. Raises UsageError when the
        decoder is missing.
        """
        if self.needs_decoder and decode is None:
            raise UsageError(
                f"A {self.kind} path needs a trained model; train or open one, or choose another kind of path."
            )
        anchors = self.stops.astype(np.float64)
        if self.closed:
            anchors = np.concatenate([anchors, anchors[:1]])
        between = PATHS[self.kind].load()(anchors, self.closed, decode, progress)

        def along(t: npt.ArrayLike) -> Floats:
            place = np.clip(np.atleast_1d(np.asarray(t, np.float64)), 0, 1) * self.segments
            place = np.where(np.abs(place - np.round(place)) < _SNAP, np.round(place), place)
            segment = np.minimum(place.astype(np.int64), self.segments - 1)
            codes: Floats = between(segment, place - segment).astype(np.float32)
            return codes

        return along
