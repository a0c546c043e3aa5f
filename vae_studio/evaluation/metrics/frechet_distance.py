"""The Fréchet distance of two Gaussians (Dowson and Landau, 1982), and of two sets of features."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def frechet_distance(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return the squared distance between the Gaussians with the moments of two sets of features, [N, F] and [M, F]."""
    moments = [
        (features.mean(axis=0), np.atleast_2d(np.cov(features.T))) for features in map(_doubles, (first, second))
    ]
    return between_gaussians(*moments[0], *moments[1])


def between_gaussians(mean: Floats, covariance: Floats, other_mean: Floats, other: Floats) -> float:
    """Return |m - n|² + tr(S + T - 2 (S^½ T S^½)^½)."""
    root = _root(covariance)
    middle = np.linalg.eigvalsh(root @ other @ root)
    cross = np.sqrt(np.maximum(middle, 0)).sum()
    distance = ((mean - other_mean) ** 2).sum() + np.trace(covariance) + np.trace(other) - 2 * cross
    return float(max(distance, 0.0))


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh(matrix)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return root


def _doubles(features: npt.ArrayLike) -> Floats:
    return np.asarray(features, np.float64)
