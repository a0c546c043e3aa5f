"""The mutual information gap (Chen, Li, Grosse and Duvenaud, 2018)."""

import numpy as np
import numpy.typing as npt

from vae_studio.evaluation.factor_information import information_matrix


def mutual_information_gap(codes: npt.ArrayLike, factors: npt.ArrayLike) -> float:
    """Return the mean over factors of how much more the best dimension tells of each than the second best, in [0, 1].

    Codes [N, D] are drawn from the posteriors, so that a dimension that lies idle tells nothing; factors are [N, K].
    One that never varies is left out.
    """
    information, entropy = information_matrix(codes, factors)
    varies = entropy > 0
    ranked = np.sort(information[:, varies], axis=0)[::-1]
    second = ranked[1] if len(ranked) > 1 else np.zeros(ranked.shape[1])
    return float(((ranked[0] - second) / entropy[varies]).mean())
