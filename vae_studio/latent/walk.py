"""The walk of a film: a path's curve, and where on it each frame lies."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.latent.key_frame import KeyFrame
from vae_studio.latent.pace import Draw, Pace
from vae_studio.latent.path import Curve, DecodeMean, Path
from vae_studio.latent.timing import Timing

_Doubles = npt.NDArray[np.float64]


def walk(
    path: Path,
    timing: Timing,
    keys: Sequence[KeyFrame],
    fps: float | None,
    decode: DecodeMean,
    draw: Draw,
    progress: Progress = silent,
) -> tuple[Curve, _Doubles]:
    """Return the curve of a film and the moments t [F] of its frames, as `Path.curve` and `Timing.moments` do.

    Raises UsageError when the times do not fit together, before anything takes time.
    """
    moments = timing.moments(len(path.stops), keys, fps)
    return paced(path.curve(decode, progress), path.segments, timing, keys, moments, draw, progress)


def paced(
    curve: Curve,
    segments: int,
    timing: Timing,
    keys: Sequence[KeyFrame],
    moments: _Doubles,
    draw: Draw,
    progress: Progress = silent,
) -> tuple[Curve, _Doubles]:
    """Return a curve of so many segments and the moments t [F] of a film on it at the pace that was asked for.

    At a pace in pictures, the frames of a film without rests change the picture by equal steps from its start to its
    end; a film that rests or slows down at its stops has one visual speed on each way.
    """
    if timing.pace == "codes":
        return curve, moments
    pace = Pace.of(curve, segments, draw, progress)
    if timing.rests(keys) or timing.easing != "even":
        return pace.between_stops(curve), moments
    if timing.cycle == "ping-pong":
        return pace.whole(curve), moments
    return curve, pace.even_moments(curve, len(moments), draw, timing.closed, progress)
