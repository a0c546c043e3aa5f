"""The pace of a walk: how much the picture changes along a curve, and the same curve walked at even visual speed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.latent.codes import Floats
from vae_studio.latent.path import Curve

Draw = Callable[[Floats], npt.NDArray[np.floating]]  # z [N, D] -> pictures [N, ...] in [0, 1], not rounded to bytes
_Doubles = npt.NDArray[np.float64]

_POINTS = 96  # measured from stop to stop
_BATCH = 64  # decoded at a time
_ROUNDS = 16  # a cusp in a path needs about a dozen, a smooth path none
_EVEN = 0.005  # standard deviation of the steps over their mean
_TRACE = 1e-3  # of plain t: keeps the pace defined where the picture does not change at all


@dataclass(frozen=True, eq=False)
class Pace:
    """Picture change from the start of a curve up to each of some places on it."""

    places: _Doubles  # [M], t from 0 to 1, as many in each segment
    lengths: _Doubles  # [M], sums of L2 distances between pictures
    segments: int

    @classmethod
    def of(cls, curve: Curve, segments: int, draw: Draw, progress: Progress = silent) -> "Pace":
        """Measure a curve of so many segments; pictures are decoded a few at a time, never all at once."""
        first = cls._measured(np.linspace(0, 1, segments * _POINTS + 1), curve, segments, draw, progress)
        # Where the picture hurries, evenly spread places are too few: half of the second ones go by its pace.
        clock = (first._clock_between_stops() + first.places) / 2
        return cls._measured(np.interp(first.places, clock, first.places), curve, segments, draw, progress)

    @classmethod
    def _measured(cls, places: _Doubles, curve: Curve, segments: int, draw: Draw, progress: Progress) -> "Pace":
        steps = picture_steps(curve(places), draw, progress)
        steps[~np.isfinite(steps)] = 0  # a decoder that answers nan has no pace
        return cls(places, np.concatenate([[0.0], np.cumsum(steps)]), segments)

    @property
    def length(self) -> float:
        """The length of the whole walk, in pictures."""
        return float(self.lengths[-1])

    def whole(self, curve: Curve) -> Curve:
        """Return the curve at one visual speed from its start to its end: t is the share of the length.

        On a closed path, the moments i / F of a loop give F equal steps, the last of which leads into the first frame.
        """
        return _retimed(curve, self.places, self._eased(self.lengths))

    def even_moments(
        self, curve: Curve, frames: int, draw: Draw, cyclic: bool = False, progress: Progress = silent
    ) -> _Doubles:
        """Return the places t [F] of frames between which the picture changes equally, also round corners.

        A cyclic film steps as far from its last frame to its first. Each round decodes all frames once.
        """
        even = np.linspace(0, 1, frames + cyclic)
        t = np.interp(even, self._eased(self.lengths), self.places)
        for _ in range(_ROUNDS):
            steps = picture_steps(curve(t), draw, progress)
            if not np.isfinite(steps).all() or steps.std() <= _EVEN * steps.mean():
                break
            t = np.interp(even, self._eased(np.concatenate([[0.0], np.cumsum(steps)])), t)
        return np.asarray(t[:frames], np.float64)

    def between_stops(self, curve: Curve) -> Curve:
        """Return the curve at one visual speed within each segment, its stops at i / S as before.

        For films that rest or slow down at their stops.
        """
        return _retimed(curve, self.places, self._clock_between_stops())

    def _clock_between_stops(self) -> _Doubles:
        ends = self.lengths[::_POINTS]
        share = np.empty_like(self.lengths)
        for number in range(self.segments):
            part = slice(number * _POINTS, (number + 1) * _POINTS + 1)
            span = ends[number + 1] - ends[number]
            grown = self.lengths[part] - ends[number]
            share[part] = number + self._eased(grown if span > 0 else np.zeros_like(grown))
        clock: _Doubles = share / self.segments
        return clock

    @staticmethod
    def _eased(lengths: _Doubles) -> _Doubles:
        """Return lengths from 0 to 1, strictly growing."""
        even: _Doubles = np.linspace(0, 1, len(lengths))
        return (1 - _TRACE) * lengths / lengths[-1] + _TRACE * even if lengths[-1] > 0 else even


def _retimed(curve: Curve, places: _Doubles, clock: _Doubles) -> Curve:
    def along(t: npt.ArrayLike) -> Floats:
        return curve(np.interp(np.clip(np.atleast_1d(np.asarray(t, np.float64)), 0, 1), clock, places))

    return along


def picture_steps(codes: Floats, draw: Draw, progress: Progress = silent) -> _Doubles:
    """Return the L2 distance from each decoded picture to the next, codes [F, D] -> [F - 1]."""
    steps = np.empty(max(0, len(codes) - 1))
    before: npt.NDArray[np.floating] | None = None
    for start in range(0, len(codes), _BATCH):
        progress(start / len(codes), "Measuring how the picture changes.")
        drawn = draw(codes[start : start + _BATCH])
        flat = np.asarray(drawn, np.float32).reshape(len(drawn), -1)
        if before is not None:
            flat = np.concatenate([before, flat])
        first = start if before is None else start - 1
        steps[first : first + len(flat) - 1] = np.linalg.norm(np.diff(flat, axis=0), axis=1)
        before = flat[-1:]
    return steps
