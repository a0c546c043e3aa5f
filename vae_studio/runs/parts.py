"""What a recipe is made of: the network with its prior, and the objective."""

import numpy as np
import torch

from vae_studio.data.image_set import ImageSet
from vae_studio.errors import RunError
from vae_studio.models.priors.vampprior import VampPrior
from vae_studio.models.vae import VAE, build_vae
from vae_studio.objectives.objective import Objective, attach, build_objective
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.store import RunFolder

_MOST_LABELS = 100_000  # a saved run that claims more is not one of ours
_SOME = 2000  # pictures that stand for all of them where a mean is wanted


def build_parts(recipe: Recipe, shape: tuple[int, int, int], classes: int = 0, seed: int = 0) -> tuple[VAE, Objective]:
    """Build the network and the objective of a recipe for pictures of `shape` (H, W, C) with so many labels."""
    conditional = classes if recipe.network.condition == "label" else 0
    model = build_vae(recipe.network, shape, seed, recipe.prior, conditional)
    objective = build_objective(recipe.objective, recipe.likelihood)
    attach(model, objective)
    return model, objective


def begin_with(model: VAE, images: ImageSet, train: np.ndarray, seed: int) -> None:
    """Let a prior that is made of pictures begin with some of those at `train`."""
    prior = model.prior_kind
    if isinstance(prior, VampPrior):
        count = min(len(train), max(_SOME, prior.options.components))
        some = np.sort(np.random.default_rng(seed).choice(train, count, replace=False))
        prior.begin(torch.from_numpy(images.pictures[some]).permute(0, 3, 1, 2).float() / 255, seed)


def class_count(images: ImageSet) -> int:
    """Return how many labels the pictures have; 0 for none."""
    if images.labels is None or not len(images.labels):
        return 0
    return max(len(images.label_names), int(images.labels.max()) + 1)


def labels_of(folder: RunFolder) -> int:
    """Return how many labels a saved run's pictures have; raises RunError when that cannot be told."""
    match folder.facts.get("labels", 0):
        case int(count) if 0 <= count <= _MOST_LABELS:
            return count
    raise RunError(f"The run {folder.path} does not say how many labels there are; restore it from a copy.")
