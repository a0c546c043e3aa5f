"""What is measured: a model and pictures, whose codes are made once for all metrics."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.errors import UnsuitableError
from vae_studio.latent.codes import Floats
from vae_studio.latent.model_prior import prior_of
from vae_studio.models.vae import VAE
from vae_studio.objectives.objective import Objective
from vae_studio.training.batches import PictureStore, in_order

MOST = 10_000  # pictures; no figure here changes its second digit beyond
_BATCH = 500
_SEED = 2027

Indices = npt.NDArray[np.int64]


@dataclass(eq=False)
class Subject:
    """A model, the pictures it is measured on, and those it was trained on, where they are of the same set."""

    model: VAE
    objective: Objective
    store: PictureStore
    images: ImageSet
    measured: Indices  # held out
    known: Indices = field(default_factory=lambda: np.zeros(0, np.int64))  # trained on
    has_samples: bool = True  # whether codes drawn from the prior decode to something like the data
    may_download: bool = False  # what is too large to come with the program

    def generator(self) -> torch.Generator:
        """Return the noise of one metric: the same for each, so that a figure read twice is the same figure."""
        return torch.Generator(self.store.bytes.device).manual_seed(_SEED)

    @cached_property
    def drawn(self) -> tuple[Indices, Floats]:
        """Numbers of pictures, trained on or not, and a code drawn from the posterior of each, [N, D]."""
        every = spread(np.arange(len(self.images), dtype=np.int64))
        return every, self.codes(every, draw=True)

    def codes(self, indices: Indices, draw: bool = False) -> Floats:
        """Return the posterior means of pictures, or a code drawn from each posterior, [N, D]."""
        generator = self.generator()
        rows = []
        with torch.inference_mode(), self.model.in_float32():
            for batch in in_order(indices, _BATCH):
                posterior = self.store.given(self.model, batch).encode(self.store.batch(batch))
                # Where there is no prior the posterior has no width that means anything.
                drawn = posterior.reparameterize(generator) if draw and self.has_width else posterior.mu
                rows.append(self.model.quantise(drawn))
        codes: Floats = torch.cat(rows).cpu().numpy()
        return codes

    @property
    def has_width(self) -> bool:
        """Whether a code is known up to a width that was learned."""
        return self.objective.has_prior and self.model.codebook is None

    def factors(self, indices: Indices) -> npt.NDArray[np.float64]:
        """Return the known factors of pictures, [N, K]; raises UnsuitableError where there are none."""
        if not self.images.factors:
            raise UnsuitableError(
                f"The factors behind {self.images.name} are not known; the drawn set 'shapes' has such."
            )
        return np.stack([values[indices] for values in self.images.factors.values()], axis=1).astype(np.float64)

    def labels(self) -> npt.NDArray[np.int64]:
        """Return the labels of all pictures; raises UnsuitableError where there are no two kinds of them."""
        labels = self.images.labels
        if labels is None or len(np.unique(labels)) < 2:
            raise UnsuitableError(f"{self.images.name} has no labels to tell apart; sub-folders would give some.")
        return labels

    def reconstructions(self, indices: Indices) -> Pictures:
        """Return what comes back of pictures through their posterior means, [N, H, W, C]."""
        with torch.inference_mode(), self.model.in_float32():
            parts = []
            for batch in in_order(indices, _BATCH):
                model = self.store.given(self.model, batch)
                parts.append(self._pictures(model, model.encode_mean(self.store.batch(batch))))
            return np.concatenate(parts)

    def samples(self, count: int) -> Pictures:
        """Return pictures decoded from codes drawn from the prior; raises UnsuitableError where there is none.

        A conditional model draws them with the labels of held-out pictures.
        """
        if not self.has_samples:
            raise UnsuitableError("This objective has no prior to draw from, so there are no samples to judge.")
        codes = prior_of(self.model).sample(count, self.model.latent_dim, np.random.default_rng(_SEED))
        z = torch.from_numpy(codes).to(self.store.bytes.device)
        labelled = torch.from_numpy(np.resize(self.measured, count))
        parts = zip(torch.split(z, _BATCH), torch.split(labelled, _BATCH), strict=True)
        with torch.inference_mode(), self.model.in_float32():
            return np.concatenate([self._pictures(self.store.given(self.model, some), part) for part, some in parts])

    def _pictures(self, model: VAE, z: torch.Tensor) -> Pictures:
        mean = self.objective.likelihood.mean(model.decode(z))
        pictures: Pictures = (
            mean.mul(255).round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu().numpy()
        )
        return pictures


def spread(indices: Indices, most: int = MOST) -> Indices:
    """Return at most so many of the indices, spread evenly."""
    return indices[np.unique(np.linspace(0, len(indices) - 1, min(len(indices), most)).astype(np.int64))]
