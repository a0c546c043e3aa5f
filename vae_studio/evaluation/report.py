"""The figures of a model on held-out pictures, in nats per image."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vae_studio.data.progress import Progress, silent
from vae_studio.evaluation.book_use import BookUse, book_use
from vae_studio.evaluation.collapse import active_units, kl_per_dim
from vae_studio.evaluation.importance import negative_log_likelihood
from vae_studio.models.vae import VAE
from vae_studio.objectives.likelihood_options import Pixels
from vae_studio.objectives.objective import Objective
from vae_studio.training.batches import PictureStore
from vae_studio.training.held_out import held_out_losses

NLL_SAMPLES = 100
NLL_PICTURES = 1000  # at most; the report says how many
_FEWEST, _MOST_PIXELS = 50, 8e7  # large pictures are fewer: decoding a hundred samples of a thousand takes minutes


@dataclass(frozen=True)
class Effort:
    """How much goes into the sampled likelihood; 0 takes the usual."""

    samples: int = 0  # codes drawn for each picture
    batch_size: int = 0  # pictures decoded at a time: fewer take less memory


@dataclass(frozen=True)
class Report:
    """Means over held-out pictures; None where the objective has no prior and the figure means nothing."""

    negative_elbo: float | None
    reconstruction: float
    kl: float | None
    nll: float | None  # importance-sampled -log p(x) of the first `nll_pictures`
    nll_standard_error: float | None
    nll_samples: int
    nll_pictures: int
    active_units: int
    kl_per_dim: tuple[float, ...]
    pictures: int
    latent_dim: int = 0
    code_book: BookUse | None = None
    pixels: Pixels = "grey"  # drawn black or white where not; figures of different kinds cannot be compared

    def to_dict(self) -> dict[str, Any]:
        """Return the figures by name."""
        return asdict(self)


def evaluate(
    model: VAE,
    objective: Objective,
    store: PictureStore,
    indices: np.ndarray,
    progress: Progress = silent,
    effort: Effort | None = None,
) -> Report:
    """Measure `model` on the pictures at `indices`, in float32."""
    effort = effort or Effort()
    progress(0.0, "Measuring held-out losses.")
    losses = held_out_losses(model, objective, store, indices)
    progress(0.2, "Measuring the code.")
    per_dim = kl_per_dim(model, store, indices) if objective.has_prior else np.zeros(0)
    active = active_units(model, store, indices)
    nll: float | None = None
    error: float | None = None
    chosen = indices[: _nll_pictures(store)]
    book = model.codebook
    sampled = objective.has_prior and book is None  # a code book's posterior is certain: one sample says it all
    if sampled:
        values = negative_log_likelihood(
            model,
            objective.likelihood,
            store,
            chosen,
            effort.samples or NLL_SAMPLES,
            lambda share, text: progress(0.3 + 0.7 * share, text),
            effort.batch_size,
        )
        nll = float(values.mean())
        if len(values) > 1:  # one picture says nothing about others
            error = float(values.std(ddof=1) / np.sqrt(len(values)))
    return Report(
        negative_elbo=losses.total if objective.has_prior else None,
        reconstruction=losses.reconstruction,
        kl=losses.kl if objective.has_prior else None,
        nll=nll,
        nll_standard_error=error,
        nll_samples=(effort.samples or NLL_SAMPLES) if sampled else 0,
        nll_pictures=len(chosen) if sampled else 0,
        active_units=active,
        kl_per_dim=tuple(float(value) for value in per_dim),
        pictures=len(indices),
        latent_dim=model.latent_dim,
        pixels=store.pixels,
        code_book=None if book is None else book_use(model, book, store, indices, losses.kl),
    )


def _nll_pictures(store: PictureStore) -> int:
    """Return how many pictures of this size the importance sampling can afford."""
    pixels = int(np.prod(store.bytes.shape[1:]))
    return min(NLL_PICTURES, max(_FEWEST, int(_MOST_PIXELS / (NLL_SAMPLES * pixels))))
