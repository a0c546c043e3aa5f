"""The mutual information gap (Chen, Li, Grosse and Duvenaud, 2018)."""

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress
from vae_studio.evaluation.metrics.factor_information import information_matrix
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject
from vae_studio.plural import counted


def mig(subject: Subject, _progress: Progress) -> list[Reading]:
    """Return the gap over all pictures of the set: no factor was trained on."""
    indices, codes = subject.drawn
    value = mutual_information_gap(codes, subject.factors(indices))
    return [
        Reading("mig", "MIG", value, f"0 to 1; {counted(len(indices), 'picture')}, {', '.join(subject.images.factors)}")
    ]


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
