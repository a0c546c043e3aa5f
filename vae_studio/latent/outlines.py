"""Outlines of a prior on the map, for those that are not one standard normal."""

import numpy as np
import numpy.typing as npt

from vae_studio.latent.plane import Plane
from vae_studio.latent.prior import CodePrior, MixturePrior, SpherePrior

Floats = npt.NDArray[np.float32]
_POINTS = 65  # of one closed line
_MOST = 500  # lines; more only darken the map


def outlines(prior: CodePrior, plane: Plane) -> list[Floats]:
    """Return closed lines [P, 2] on the map: the sphere's section, or one standard deviation of each component."""
    turns = np.linspace(0, 2 * np.pi, _POINTS)
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    middle = np.zeros((1, plane.dim))
    if isinstance(prior, SpherePrior):
        left = 1 - float(plane.distance(middle)[0]) ** 2
        return [(plane.to_plane(middle) + np.sqrt(left) * circle).astype(np.float32)] if left > 0 else []
    if not isinstance(prior, MixturePrior):
        return []
    lines = []
    for place, log_var in zip(plane.to_plane(prior.mu[:_MOST]), prior.log_var[:_MOST], strict=True):
        # The rows of an axis times the deviations span the component's shadow on the plane.
        shadow = plane.axes * np.exp(log_var.astype(np.float64) / 2)
        spread, directions = np.linalg.eigh(shadow @ shadow.T)
        lines.append((place + (circle * np.sqrt(np.maximum(spread, 0))) @ directions.T).astype(np.float32))
    return lines
