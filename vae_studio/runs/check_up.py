"""A run examined: pictures are encoded and drawn again, and the symptoms judged."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Labels, Pictures, labels_at
from vae_studio.data.progress import Progress, silent
from vae_studio.evaluation.explained import drawn_share, explained_share
from vae_studio.evaluation.symptoms import Symptoms, of_codes
from vae_studio.latent.codes import Codes
from vae_studio.runs.health import CheckUp, curve_of, known_of, learns_bound
from vae_studio.runs.run import Run
from vae_studio.runs.snapshot import Snapshot

_FEWEST, _PICTURES = 200, 1000  # of each part; the shares do not change beyond
_NUMBERS = 4_000_000  # pixels and channels of each part: deep networks take their time for large pictures


@dataclass(frozen=True, eq=False)
class _Part:
    """Some pictures, their codes, and what comes back; nothing where the codes are no numbers."""

    pictures: Pictures
    labels: Labels | None
    codes: Codes
    returned: Pictures | None

    def explained(self, mean: npt.NDArray[Any]) -> float | None:
        return None if self.returned is None else explained_share(self.pictures, self.returned, mean)


def check_up(run: Run, progress: Progress = silent) -> CheckUp:
    """Examine a run as it stands."""
    progress(0.0, "Encoding some pictures.")
    snapshot = run.snapshot()
    count = min(_PICTURES, max(_FEWEST, _NUMBERS // prod(run.images.shape)))
    parts = []
    for done, indices in enumerate((run.split.train, run.split.held_out), start=1):
        parts.append(_part(run, snapshot, _some(indices, count)))
        progress(done / 2, "Drawing them again.")
    train, held_out = parts
    mean = train.pictures.mean(axis=0)
    mu, log_var = (np.concatenate([getattr(part.codes, name) for part in parts]) for name in ("mu", "log_var"))
    both = Codes(mu, log_var, snapshot.prior)
    bound = learns_bound(run.recipe)
    symptoms = Symptoms(
        **known_of(run.recipe, len(run.split.train), run.stability.setbacks, both.dim),
        **of_codes(both),
        curve=curve_of(run.history, bound),
        explained_training=train.explained(mean),
        explained=held_out.explained(mean),
        **({} if bound else _recall(snapshot, train, mean)),
    )
    return CheckUp.of(symptoms, run.recipe)


def _part(run: Run, snapshot: Snapshot, indices: npt.NDArray[np.int64]) -> _Part:
    pictures, labels = run.images.pictures[indices], labels_at(run.images, indices)
    codes = snapshot.encode(pictures, labels=labels)
    known = np.isfinite(codes.mu).all()
    return _Part(pictures, labels, codes, snapshot.decode(codes.mu, labels) if known else None)


def _recall(snapshot: Snapshot, part: _Part, mean: npt.NDArray[Any]) -> dict[str, Any]:
    """Return what is known of models that are judged by what comes back alone, in shares and in nats."""
    if part.returned is None:
        return {}
    rows = np.arange(len(part.pictures))
    return {
        "drawn": drawn_share(part.pictures, part.returned),
        "reconstruction": float(snapshot.losses(part.pictures, rows, labels=part.labels).mean()),
        "mean_picture": float(snapshot.losses_drawing(mean, part.pictures).mean()),
    }


def _some(indices: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    return indices[np.unique(np.linspace(0, len(indices) - 1, min(len(indices), count)).astype(np.int64))]
