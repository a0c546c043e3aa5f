"""What each dimension of the code tells of each factor, counted in bins, in nats."""

import numpy as np
import numpy.typing as npt

BINS = 20  # of codes, and of factors that take more values than this

Floats = npt.NDArray[np.float64]
Bins = npt.NDArray[np.int64]


def information_matrix(codes: npt.ArrayLike, factors: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return I(z_d; v_k) for codes [N, D] and factors [N, K], [D, K], and the factors' entropies [K], in nats."""
    codes, factors = np.asarray(codes, np.float64), np.asarray(factors, np.float64)
    binned_codes = [in_bins(column) for column in codes.T]
    binned_factors = [in_bins(column) for column in factors.T]
    matrix = np.array([[_information(code, factor) for factor in binned_factors] for code in binned_codes])
    return matrix, np.array([_entropy(factor) for factor in binned_factors])


def in_bins(values: npt.ArrayLike) -> Bins:
    """Return the bin of each value [N]: its own where there are few different values, else one of equally full ones."""
    values = np.asarray(values)
    different, own = np.unique(values, return_inverse=True)
    if len(different) <= BINS:
        return own.astype(np.int64)
    edges = np.quantile(values, np.arange(1, BINS) / BINS)
    return np.searchsorted(edges, values, side="right").astype(np.int64)


def _information(first: Bins, second: Bins) -> float:
    """Return the mutual information of two binned variables, with the bias of few counts taken off (Miller, 1955)."""
    both = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(both, (first, second), 1)
    count = len(first)
    rows, columns = (both.sum(axis=axis) for axis in (1, 0))
    there = both > 0
    plain = (both[there] * np.log((both * count)[there] / np.outer(rows, columns)[there])).sum() / count
    bias = (there.sum() - (rows > 0).sum() - (columns > 0).sum() + 1) / (2 * count)
    return float(max(plain - bias, 0.0))


def _entropy(bins: Bins) -> float:
    shares = np.bincount(bins) / len(bins)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
