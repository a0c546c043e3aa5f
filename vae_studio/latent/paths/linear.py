"""Straight lines from stop to stop."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress

Doubles = npt.NDArray[np.float64]
Between = Callable[[npt.NDArray[np.int64], Doubles], Doubles]  # segment [F], u [F] in [0, 1] -> z [F, D]


def linear(anchors: Doubles, closed: bool, decode: Any, progress: Progress) -> Between:  # noqa: ARG001  one signature
    """Return the polygon through anchors [S + 1, D]."""

    def between(segment: npt.NDArray[np.int64], u: Doubles) -> Doubles:
        return straight(anchors[segment], anchors[segment + 1], u)

    return between


def straight(start: Doubles, end: Doubles, u: Doubles) -> Doubles:
    """Return points between start and end [F, D] at u [F], exact at both ends."""
    share = u[:, None]
    return (1 - share) * start + share * end
