"""Likelihoods on MNIST beside published ones, under the conditions of the publications."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from vae_studio.data.image_set import ImageSet
from vae_studio.device import choose_device
from vae_studio.evaluation.importance import negative_log_likelihood
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run

_STATIC = {"likelihood.greys": "static", "network.kind": "dense", "training.batch_size": 500}
_DYNAMIC = _STATIC | {"likelihood.greys": "dynamic"}
_BATCH = 1000  # pictures whose likelihood is sampled together


@dataclass(frozen=True)
class Row:
    """One published figure, and the recipe that is set beside it."""

    name: str
    published: float | None  # nats
    samples: int  # of the importance sampling
    values: dict[str, Any]


_VAE = {"network.widths": [300, 300], "network.latent_dim": 40, "training.epochs": 60, "training.optimiser": "muon"}
_VAMP = _VAE | {"prior.kind": "vampprior", "prior.components": 500}
_IWAE = {"network.widths": [200, 200], "network.latent_dim": 50, "training.epochs": 150, "objective.kind": "iwae"}
_IWAE |= {"training.learning_rate": 2e-3}
_SMALL = {"network.widths": [256, 128], "training.epochs": 20, "training.optimiser": "muon"}

# Targets of the first two: Chadebec et al. (2022), pythae's reproductions with 200 samples; of the next three: Burda et
# al. (2016), one stochastic layer of 50 units, 5,000 samples. The last two have no published figure of these networks:
# they are set beside each other (Davidson et al., 2018: in few dimensions the sphere is ahead).
ROWS = (
    Row("vae_40", 89.9, 200, _STATIC | _VAE),
    Row("vampprior_40", 86.5, 200, _STATIC | _VAMP),
    Row("iwae_1", 86.76, 5000, _DYNAMIC | _IWAE | {"objective.samples": 1}),
    Row("iwae_5", 85.54, 5000, _DYNAMIC | _IWAE | {"objective.samples": 5}),
    Row("iwae_50", 84.78, 5000, _DYNAMIC | _IWAE | {"objective.samples": 50}),
    Row("normal_2", None, 500, _DYNAMIC | _SMALL | {"network.latent_dim": 2}),
    Row("sphere_2", None, 500, _DYNAMIC | _SMALL | {"network.latent_dim": 3, "prior.kind": "sphere"}),
)


def measure(data: Path) -> Iterator[Figure]:
    """Train every row and sample the likelihood of the 10,000 held-out pictures; hours on a CPU, minutes on a GPU."""
    images = open_mnist(data)
    found: dict[str, float] = {}
    for row in ROWS:
        nats, error = measure_row(row, images)
        found[row.name] = nats
        known = row.published == row.published
        yield Figure(
            f"reference.{row.name}",
            nats,
            "nats",
            row.published if known else None,
            nats <= row.published if known else None,
        )
        yield Figure(f"reference.{row.name}.standard_error", error, "nats")
    for more, fewer, margin in (("iwae_5", "iwae_1", 1.22), ("iwae_50", "iwae_5", 0.76)):
        gain = found[fewer] - found[more]
        yield Figure(f"reference.{more}.gain", gain, "nats", margin, abs(gain - margin) <= 0.3)
    gain = found["normal_2"] - found["sphere_2"]
    yield Figure("reference.sphere_2.gain", gain, "nats", 0.0, gain > 0)


def measure_row(row: Row, images: ImageSet) -> tuple[float, float]:
    """Return the mean of -log p(x) over the held-out pictures in nats, and its standard error."""
    run = Run(Recipe().with_values(row.values), images, choose_device())
    for _ in run.train():
        pass
    nats = negative_log_likelihood(
        run.model, run.objective.likelihood, run.store, run.split.held_out, row.samples, batch_size=_BATCH
    )
    return float(nats.mean()), float(nats.std(ddof=1) / np.sqrt(len(nats)))
