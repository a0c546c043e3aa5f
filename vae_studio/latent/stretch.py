"""The stretch map: by how much the decoder magnifies a small piece of the code space."""

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.latent.grid import Rect, cell_middles
from vae_studio.latent.plane import Plane
from vae_studio.latent.pullback import Doubles, pullback


def log_stretch(metric: npt.ArrayLike) -> Doubles:
    """Return log sqrt(det G) of metrics G [N, K, K], [N]; -inf where a direction changes nothing, nan for nan.

    The logarithm, because with hundreds of dimensions the determinant itself leaves the range of floats.
    """
    metric = np.asarray(metric, np.float64)
    known = np.isfinite(metric).all(axis=(1, 2))
    answer = np.full(len(metric), np.nan)
    sign, log_det = np.linalg.slogdet(metric[known])
    answer[known] = np.where(sign > 0, 0.5 * log_det, -np.inf)  # rounding may leave a flat metric just below zero
    return answer


def stretch(metric: npt.ArrayLike) -> Doubles:
    """Return the magnification sqrt(det G) of metrics G [N, K, K], [N] (Bishop, Svensen and Williams, 1997)."""
    with np.errstate(over="ignore"):
        return np.exp(log_stretch(metric))


def stretch_map(
    decode: object, plane: Plane, rect: Rect, columns: int, rows: int, progress: Progress = silent
) -> Doubles:
    """Return the stretch at the middles of a grid over a part of the map, [rows, columns], the highest y first.

    Of more than two dimensions it is the magnification of the plane itself: of its two directions, exactly. The unit
    is picture area (L2 distance in [0, 1] pixels, squared) per area of the map; with one latent dimension, where y
    means nothing, length per length. `decode` is differentiable as in `pullback`.
    """
    middles = plane.to_code(cell_middles(rect, columns, rows))
    directions = plane.axes[np.linalg.norm(plane.axes, axis=1) > 0]
    metric = pullback(decode, middles, directions, progress)
    return stretch(metric).reshape(rows, columns)
