"""One smooth curve through all stops."""

from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress
from vae_studio.latent.paths.linear import Between, Doubles


def spline(anchors: Doubles, closed: bool, decode: Any, progress: Progress) -> Between:  # noqa: ARG001  one signature
    """Return a cubic Hermite curve through anchors [S + 1, D] whose velocity is continuous, also where it closes.

    A tangent has the direction of the centripetal Catmull-Rom spline and is no longer than the shorter neighbouring
    chord. So the curve never strays from a chord by more than a third of that chord's length, however unevenly the
    stops lie, where a natural cubic spline swings out; and unlike PCHIP it does not depend on the choice of axes.
    """
    tangents = _tangents(anchors, closed)

    def between(segment: npt.NDArray[np.int64], u: Doubles) -> Doubles:
        u = u[:, None]
        start, end = anchors[segment], anchors[segment + 1]
        bend = (1 - u) * tangents[segment] - u * tangents[segment + 1]
        slow = u * u * (3 - 2 * u)
        curve: Doubles = (1 - slow) * start + slow * end + u * (1 - u) * bend
        return curve

    return between


def _tangents(anchors: Doubles, closed: bool) -> Doubles:
    """Return the velocity at each anchor per segment, [S + 1, D]."""
    chords: Doubles = np.diff(anchors, axis=0)
    before = np.concatenate([chords[-1:], chords])
    after = np.concatenate([chords, chords[:1]])
    before_length, after_length = np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)
    # Centripetal: the time of a chord is the root of its length; multiplied out, so that equal stops divide nothing.
    direction = before * after_length[:, None] + after * before_length[:, None]
    length = np.linalg.norm(direction, axis=1)
    speed = np.minimum(np.linalg.norm(before + after, axis=1) / 2, np.minimum(before_length, after_length))
    tangents: Doubles = direction * (speed / np.where(length > 0, length, 1))[:, None]
    if not closed:
        if len(anchors) == 2:
            return np.concatenate([chords, chords])
        tangents[0] = (3 * chords[0] - tangents[1]) / 2  # no curvature at the free ends
        tangents[-1] = (3 * chords[-1] - tangents[-2]) / 2
    return tangents
