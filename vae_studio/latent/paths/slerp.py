"""Great circles: spherical interpolation of the direction, linear interpolation of the norm."""

from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress
from vae_studio.latent.paths.linear import Between, Doubles, straight

_NEARLY = 1e-2  # radians short of opposite, and share of the longer norm, below which the circle fades into the line


def slerp(anchors: Doubles, closed: bool, decode: Any, progress: Progress) -> Between:  # noqa: ARG001  one signature
    """Return great-circle arcs through anchors [S + 1, D] (Shoemake 1985, with the norm interpolated linearly).

    Between opposite codes, or from the origin, there is no one circle: there the arc fades into the straight line, and
    does so gradually, so that a stop that is dragged across never makes the path jump.
    """
    norms = np.linalg.norm(anchors, axis=1)
    directions = anchors / np.where(norms > 0, norms, 1)[:, None]

    def between(segment: npt.NDArray[np.int64], u: Doubles) -> Doubles:
        start, end = directions[segment], directions[segment + 1]
        start_norm, end_norm = norms[segment], norms[segment + 1]
        angle = 2 * np.arctan2(np.linalg.norm(start - end, axis=1), np.linalg.norm(start + end, axis=1))
        arc = _arc(start, end, angle, u) * (start_norm * (1 - u) + end_norm * u)[:, None]
        line = straight(anchors[segment], anchors[segment + 1], u)
        longer = np.maximum(start_norm, end_norm)
        ratio = np.minimum(start_norm, end_norm) / np.where(longer > 0, longer, 1)
        trust = _rise((np.pi - angle) / _NEARLY) * _rise(ratio / _NEARLY)
        trust = np.where((u == 0) | (u == 1), 0, trust)  # the line is exact at the stops
        curve: Doubles = line + trust[:, None] * (arc - line)
        return curve

    return between


def _arc(start: Doubles, end: Doubles, angle: Doubles, u: Doubles) -> Doubles:
    sine = np.sin(angle)
    flat = sine < 1e-9
    divisor = np.where(flat, 1, sine)
    first = np.where(flat, 1 - u, np.sin((1 - u) * angle) / divisor)
    second = np.where(flat, u, np.sin(u * angle) / divisor)
    return first[:, None] * start + second[:, None] * end


def _rise(x: Doubles) -> Doubles:
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)
