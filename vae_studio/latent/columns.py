"""Numbers that tell pictures apart, one for each code."""

import numpy as np

from vae_studio.data.progress import Progress, silent
from vae_studio.latent.codes import Codes, Floats

_TREE_DIM = 12  # from here on a k-d tree visits nearly every point
_AT_A_TIME = 4096
_PAIRS = 1 << 24  # distances in memory at a time, 64 MB
_CANDIDATES = 4  # of single precision that are measured exactly


def kl_of_each(codes: Codes) -> Floats:
    """Return the KL of each picture's posterior to the prior, [N], in nats; nan where it is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        kl = codes.prior.kl_of_each(codes.mu, codes.log_var).astype(np.float32)
    return np.where(np.isfinite(kl), kl, np.float32(np.nan))


def nearest_distances(mu: Floats, progress: Progress = silent) -> Floats:
    """Return how far each code mu [N, D] lies from the nearest other one, [N]; nan for codes that are not finite."""
    distances = np.full(len(mu), np.nan, np.float32)
    good = np.flatnonzero(np.isfinite(mu).all(axis=1))
    if len(good) < 2:
        return distances
    points = mu[good]
    search = _by_tree if points.shape[1] < _TREE_DIM else _by_products
    distances[good] = search(points, progress)
    return distances


def _by_tree(points: Floats, progress: Progress) -> Floats:
    from scipy.spatial import cKDTree

    tree = cKDTree(points)
    found = np.empty(len(points), np.float32)
    for start in range(0, len(points), _AT_A_TIME):
        progress(start / len(points), "Measuring distances.")
        part = slice(start, start + _AT_A_TIME)
        found[part] = tree.query(points[part], k=[2])[0][:, 0]
    return found


def _by_products(points: Floats, progress: Progress) -> Floats:
    """Compare all with all by matrix products; what rounding may have mixed up is measured again."""
    points = points - points.mean(axis=0)
    squares = np.einsum("nd,nd->n", points, points)
    found = np.empty(len(points), np.float32)
    count = min(_CANDIDATES, len(points) - 1)
    at_a_time = max(1, _PAIRS // len(points))
    for start in range(0, len(points), at_a_time):
        progress(start / len(points), "Measuring distances.")
        part = np.arange(start, min(start + at_a_time, len(points)))
        apart = squares - 2 * (points[part] @ points.T)
        apart[np.arange(len(part)), part] = np.inf
        near = np.argpartition(apart, count - 1, axis=1)[:, :count]
        exact = np.linalg.norm((points[near] - points[part, None]).astype(np.float64), axis=2)
        found[part] = exact.min(axis=1)
    return found
