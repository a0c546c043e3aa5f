"""How far the factors of drawn shapes lie in dimensions of their own: MIG of two objectives beside the VAE's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import mean
from typing import Any

from tests.benchmarks.figure import Figure
from vae_studio.data.catalogue import open_source
from vae_studio.device import choose_device
from vae_studio.evaluation.metrics.mig import mig
from vae_studio.runs.measuring import own_subject
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run

SEEDS = (0, 1, 2)
_MARGIN = 0.1  # that both are to lie above a VAE trained in the same way, in the mean over the seeds
_COMMON = {
    "data.source": "shapes",
    "data.size": 16,
    "data.limit": 10_000,
    "network.kind": "dense",
    "network.widths": [400, 200],
    "network.latent_dim": 6,
    "likelihood.kind": "gaussian",
    "likelihood.sigma": 0.2,
    "training.learning_rate": 2e-3,
}
# The total correlation is estimated from the batch itself, which wants large ones; a discriminator wants many steps.
KINDS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "beta-tcvae": ({"objective.tc_weight": 20.0}, {"training.batch_size": 512, "training.epochs": 100}),
    "factor-vae": ({"objective.gamma": 15.0}, {"training.batch_size": 128, "training.epochs": 40}),
}


def measure(_data: Path) -> Iterator[Figure]:
    """Train each objective and a VAE beside it with each seed, all else equal; the peer is that VAE's mean."""
    for kind, (values, training) in KINDS.items():
        plain = mean(mig_of("vae", training, seed) for seed in SEEDS)
        value = mean(mig_of(kind, {**values, **training}, seed) for seed in SEEDS)
        yield Figure(f"disentanglement.mig.{kind}.vae", plain, "MIG")
        yield Figure(f"disentanglement.mig.{kind}", value, "MIG", plain, value >= plain + _MARGIN)


def mig_of(kind: str, values: Mapping[str, Any], seed: int) -> float:
    """Return the gap of one training."""
    recipe = Recipe().with_values({**_COMMON, **values, "objective.kind": kind, "training.seed": seed})
    run = Run(recipe, open_source(recipe.data), choose_device("cpu"))
    for _ in run.train():
        pass
    return mig(own_subject(run), lambda *_: None)[0].value
