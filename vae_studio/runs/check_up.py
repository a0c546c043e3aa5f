"""A run examined: pictures are encoded and drawn again, and the symptoms judged."""

from math import prod

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import labels_at
from vae_studio.data.progress import Progress, silent
from vae_studio.evaluation.explained import explained_share
from vae_studio.evaluation.symptoms import Symptoms, of_codes
from vae_studio.latent.codes import Codes
from vae_studio.runs.health import CheckUp, curve_of, known_of, learns_bound
from vae_studio.runs.run import Run

_FEWEST, _PICTURES = 200, 1000  # of each part; the shares do not change beyond
_NUMBERS = 4_000_000  # pixels and channels of each part: deep networks take their time for large pictures


def check_up(run: Run, progress: Progress = silent) -> CheckUp:
    """Examine a run as it stands."""
    progress(0.0, "Encoding some pictures.")
    snapshot = run.snapshot()
    count = min(_PICTURES, max(_FEWEST, _NUMBERS // prod(run.images.shape)))
    train, held_out = (_some(part, count) for part in (run.split.train, run.split.held_out))
    codes, shares = [], []
    mean = run.images.pictures[train].mean(axis=0)
    for done, part in enumerate((train, held_out), start=1):
        pictures = run.images.pictures[part]
        labels = labels_at(run.images, part)
        codes.append(snapshot.encode(pictures, labels=labels))
        known = np.isfinite(codes[-1].mu).all()
        shares.append(explained_share(pictures, snapshot.decode(codes[-1].mu, labels), mean) if known else None)
        progress(done / 2, "Drawing them again.")
    mu, log_var = (np.concatenate([getattr(part, name) for part in codes]) for name in ("mu", "log_var"))
    both = Codes(mu, log_var, snapshot.prior)
    symptoms = Symptoms(
        **known_of(run.recipe, len(run.split.train), run.stability.setbacks, both.dim),
        **of_codes(both),
        curve=curve_of(run.history, learns_bound(run.recipe)),
        explained_training=shares[0],
        explained=shares[1],
    )
    return CheckUp.of(symptoms, run.recipe)


def _some(indices: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    return indices[np.unique(np.linspace(0, len(indices) - 1, min(len(indices), count)).astype(np.int64))]
