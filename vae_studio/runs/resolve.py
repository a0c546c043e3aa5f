"""What "automatic" in a recipe means for given pictures."""

import math

from vae_studio.data.image_set import ImageSet
from vae_studio.models.catalogue import kind_for
from vae_studio.models.priors.catalogue import VampPriorOptions
from vae_studio.objectives.vq_vae_options import VqVaeOptions
from vae_studio.runs.recipe import Recipe
from vae_studio.training.options import DEEP, DEEP_RATE, USUAL_RATE, TrainingOptions

_PSEUDO_INPUTS = 100
_FEWEST_STEPS = 24  # per epoch, so that small sets learn something in each
_SMALL, _USUAL, _LARGE = 128, 256, 512  # pictures of a batch
_STEPS = {_USUAL: 300, _LARGE: 1000}  # that are left to a training where a batch is so large
_STEPS_OF_MUON = {_USUAL: 200, _LARGE: 300}  # which loses less by large batches
_MUON_PACE, _MUON_RATES = 0.13, (1e-3, 6e-3)  # the rate falls with the root of the steps


def resolve(recipe: Recipe, images: ImageSet, train_count: int, bfloat16: bool) -> Recipe:
    """Return the recipe with every automatic value made explicit, so that it says what was done."""
    values: dict[str, object] = {}
    training, kind = recipe.training, recipe.network.kind
    if kind == "auto":
        on_grid = isinstance(recipe.objective, VqVaeOptions) and recipe.objective.places == 1
        values["network.kind"] = kind = "grid" if on_grid else kind_for(images.shape)
        if kind in DEEP:
            values["training.learning_rate"] = min(training.learning_rate, DEEP_RATE)
    size = training.batch_size or _batch_size(train_count, 64 if kind in DEEP else _fitting(training, train_count))
    values["training.batch_size"] = size
    if training.learning_rate == 0:
        values["training.learning_rate"] = _rate(training, kind, training.epochs * train_count / size)
    if isinstance(recipe.prior, VampPriorOptions) and recipe.prior.components == 0:
        values["prior.components"] = min(_PSEUDO_INPUTS, train_count)
    if training.precision == "auto":
        values["training.precision"] = "bfloat16" if bfloat16 else "float32"
    return recipe.with_values(values)


def _rate(training: TrainingOptions, kind: str, steps: float) -> float:
    """Return the learning rate that suits an optimiser, a network and so many steps, in two digits."""
    if kind in DEEP:
        return DEEP_RATE
    if training.optimiser != "muon" or kind != "residual":
        return USUAL_RATE
    least, most = _MUON_RATES
    return float(f"{min(max(_MUON_PACE / math.sqrt(max(steps, 1.0)), least), most):.2g}")


def _fitting(training: TrainingOptions, train_count: int) -> int:
    """Return the largest batch that leaves a training steps enough."""
    steps = _STEPS_OF_MUON if training.optimiser == "muon" else _STEPS
    shown = training.epochs * train_count
    return max((size for size, least in steps.items() if shown >= least * size), default=_SMALL)


def _batch_size(train_count: int, size: int) -> int:
    """Return `size`, or less where an epoch would have too few steps."""
    while size > 8 and train_count / size < _FEWEST_STEPS:
        size //= 2
    return size
