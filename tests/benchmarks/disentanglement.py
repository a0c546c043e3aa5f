"""How far the factors of drawn shapes lie in dimensions of their own: MIG of three objectives."""

from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from tests.benchmarks.figure import Figure
from vae_studio.data.catalogue import open_source
from vae_studio.device import choose_device
from vae_studio.evaluation.metrics.mig import mig
from vae_studio.runs.measuring import own_subject
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run

SEEDS = (0, 1, 2)
KINDS = {
    "vae": {},
    "beta-tcvae": {"objective.tc_weight": 20.0},
    "factor-vae": {"objective.gamma": 15.0},
}
_MARGIN = 0.1  # that both are to lie above the VAE, in the mean over the seeds
_COMMON = {
    "data.source": "shapes",
    "data.size": 16,
    "data.limit": 10_000,
    "network.kind": "dense",
    "network.widths": [400, 200],
    "network.latent_dim": 6,
    "likelihood.kind": "gaussian",
    "likelihood.sigma": 0.2,
    "training.epochs": 40,
    "training.batch_size": 128,
    "training.learning_rate": 2e-3,
}


def measure(_data: Path) -> Iterator[Figure]:
    """Train each objective with each seed, all else equal; the peer is the VAE's mean."""
    plain = 0.0
    for kind in KINDS:
        value = mean(mig_of(kind, seed) for seed in SEEDS)
        if kind == "vae":
            plain = value
            yield Figure(f"disentanglement.mig.{kind}", value, "MIG")
        else:
            yield Figure(f"disentanglement.mig.{kind}", value, "MIG", plain, value >= plain + _MARGIN)


def mig_of(kind: str, seed: int) -> float:
    """Return the gap of one training."""
    recipe = Recipe().with_values({**_COMMON, "objective.kind": kind, **KINDS[kind], "training.seed": seed})
    run = Run(recipe, open_source(recipe.data), choose_device("cpu"))
    for _ in run.train():
        pass
    return mig(own_subject(run), lambda *_: None)[0].value
