"""Separated attribute predictability (Kumar, Sattigeri and Balakrishnan, 2018)."""

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.evaluation.metrics.factor_information import BINS
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject, spread
from vae_studio.plural import counted

Floats = npt.NDArray[np.float64]


def sap(subject: Subject, progress: Progress) -> list[Reading]:
    """Return the score over all pictures of the set, from their posterior means."""
    indices = spread(np.arange(len(subject.images), dtype=np.int64))
    value = separated_predictability(subject.codes(indices), subject.factors(indices), progress)
    return [Reading("sap", "SAP", value, f"0 to 1; {counted(len(indices), 'picture')}")]


def separated_predictability(codes: npt.ArrayLike, factors: npt.ArrayLike, progress: Progress = silent) -> float:
    """Return the mean over factors of the gap between the two dimensions that predict each best, in [0, 1].

    Codes are [N, D], factors [N, K]. A dimension's score for a factor of many values is the square of their
    correlation; for one of few values it is the balanced accuracy of a linear classifier on that dimension alone.
    """
    codes, factors = np.asarray(codes, np.float64), np.asarray(factors, np.float64)
    gaps = []
    for number, factor in enumerate(factors.T):
        progress(number / factors.shape[1], "")
        if factor.min() == factor.max():
            continue
        few = len(np.unique(factor)) <= BINS
        scores = sorted((_accuracy if few else _correlation)(code, factor) for code in codes.T)
        gaps.append(scores[-1] - (scores[-2] if len(scores) > 1 else 0.0))
    return float(np.mean(gaps))


def _correlation(code: Floats, factor: Floats) -> float:
    spread_of = code.std() * factor.std()
    if spread_of == 0:
        return 0.0
    return float((((code - code.mean()) * (factor - factor.mean())).mean() / spread_of) ** 2)


def _accuracy(code: Floats, factor: Floats) -> float:
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.svm import LinearSVC

    if code.std() == 0:
        return 1 / len(np.unique(factor))
    kinds = np.unique(factor, return_inverse=True)[1]
    column = ((code - code.mean()) / code.std())[:, None]
    train = np.arange(len(code)) % 2 == 0
    model = LinearSVC(C=0.01, class_weight="balanced", dual=False).fit(column[train], kinds[train])
    return float(balanced_accuracy_score(kinds[~train], model.predict(column[~train])))
