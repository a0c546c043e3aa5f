"""Disentanglement, completeness and informativeness (Eastwood and Williams, 2018)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.evaluation.metrics.factor_information import BINS
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject, spread
from vae_studio.plural import counted

_TREES = 20
_LEAF = 5  # pictures in a leaf: single ones would only be remembered
_SEED = 0
_PICTURES = 5000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dci:
    """Three figures in [0, 1]; 1 is best."""

    disentanglement: float  # whether each dimension matters for one factor
    completeness: float  # whether each factor needs one dimension
    informativeness: float  # how well all dimensions together predict the factors


def dci(subject: Subject, progress: Progress) -> list[Reading]:
    """Return the three figures over pictures of the whole set, from their posterior means."""
    indices = spread(np.arange(len(subject.images), dtype=np.int64), _PICTURES)
    found = measured_dci(subject.codes(indices), subject.factors(indices), progress)
    note = f"0 to 1; {counted(len(indices), 'picture')}, forests of {_TREES} trees"
    return [
        Reading("dci_disentanglement", "DCI disentanglement", found.disentanglement, note),
        Reading("dci_completeness", "DCI completeness", found.completeness),
        Reading("dci_informativeness", "DCI informativeness", found.informativeness, "R² and accuracy, other half"),
    ]


def measured_dci(codes: npt.ArrayLike, factors: npt.ArrayLike, progress: Progress = silent) -> Dci:
    """Return the figures for codes [N, D] and factors [N, K]; forests learn on one half and predict the other."""
    codes, factors = np.asarray(codes, np.float64), np.asarray(factors, np.float64)
    factors = factors[:, factors.min(axis=0) < factors.max(axis=0)]
    importances, scores = [], []
    for number, factor in enumerate(factors.T):
        progress(number / factors.shape[1], "")
        importance, score = _forest(codes, factor)
        importances.append(importance)
        scores.append(max(score, 0.0))
    matrix = np.array(importances).T  # [D, K]
    weights = matrix.sum(axis=1) / max(matrix.sum(), 1e-30)
    return Dci(
        float((weights * (1 - _entropies(matrix))).sum()),
        float((1 - _entropies(matrix.T)).mean()),
        float(np.mean(scores)),
    )


def _forest(codes: Floats, factor: Floats) -> tuple[Floats, float]:
    """Return how much each dimension matters for a factor, [D], and the score on pictures not learned from."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    train = np.arange(len(codes)) % 2 == 0
    few = len(np.unique(factor)) <= BINS
    kind = RandomForestClassifier if few else RandomForestRegressor
    target = np.unique(factor, return_inverse=True)[1] if few else factor
    model = kind(_TREES, min_samples_leaf=_LEAF, max_features=None, random_state=_SEED).fit(codes[train], target[train])
    return model.feature_importances_, float(model.score(codes[~train], target[~train]))


def _entropies(matrix: Floats) -> Floats:
    """Return the entropy of each row as a share of the largest possible, [rows]."""
    if matrix.shape[1] == 1:
        return np.zeros(len(matrix))
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-30)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    entropies: Floats = -(shares * logs).sum(axis=1) / np.log(matrix.shape[1])
    return entropies
