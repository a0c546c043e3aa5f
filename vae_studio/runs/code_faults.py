"""Sentences for recipes whose prior, condition and objective exclude each other."""

from math import prod
from typing import TYPE_CHECKING

from vae_studio.models.priors.catalogue import PRIORS, VampPriorOptions
from vae_studio.objectives.catalogue import OBJECTIVES
from vae_studio.objectives.objective_options import IwaeOptions, ObjectiveOptions, WeightedKlOptions

if TYPE_CHECKING:
    from vae_studio.data.image_set import ImageSet
    from vae_studio.runs.recipe import Recipe

_MOST_DENSITIES = 1 << 27  # in a step, half a gigabyte and as much again for each gradient
_NEEDS_NORMAL = {
    "beta-tcvae": "takes the KL apart by the dimensions of a standard normal",
    "factor-vae": "mixes the dimensions of codes, which only a prior of independent dimensions allows",
    "info-vae": "compares codes with draws from a standard normal",
    "wae-mmd": "compares codes with draws from a standard normal",
    "vq-vae": "learns a prior over the entries of its code book",
    "autoencoder": "has no KL to a prior",
    "denoising": "has no KL to a prior",
}


def code_fault(recipe: "Recipe", shape: tuple[int, int, int], train_count: int, classes: int) -> str | None:
    """Return why a resolved recipe's codes cannot be trained on so many pictures of `shape` and labels, or nothing."""
    return _condition_fault(recipe, classes) or _prior_fault(recipe, shape, train_count)


def foreign_labels(images: "ImageSet", classes: int) -> str | None:
    """Return why a conditional network of so many labels cannot see these pictures, or nothing."""
    if images.labels is None:
        return (
            f"{images.name} has no labels, and this run is conditional on them; sort the pictures into one folder "
            "for each label."
        )
    if len(images.labels) and int(images.labels.max()) >= classes:
        return (
            f"{images.name} has more labels than the {classes} that this run was trained on; take pictures with the "
            "same labels."
        )
    return None


def _condition_fault(recipe: "Recipe", classes: int) -> str | None:
    if recipe.network.condition != "label":
        return None
    if not classes:
        return (
            "A conditional network needs labels, and these pictures have none; sort them into one folder for each "
            "label, or set network.condition to none."
        )
    if recipe.network.kind == "grid" or recipe.objective.kind == "vq-vae":
        return (
            "Codes on a grid and entries of a code book cannot be given a label; set network.condition to none, or "
            "take another network and objective."
        )
    if recipe.network.kind == "memoriser":
        return (
            "A memoriser has no encoder that could be given a label; set network.condition to none, or take another "
            "network."
        )
    if recipe.prior.kind == "vampprior":
        return (
            "The VampPrior encodes pictures that have no label, so it does not go with a condition; set prior.kind "
            "to normal or sphere, or network.condition to none."
        )
    return None


def _prior_fault(recipe: "Recipe", shape: tuple[int, int, int], train_count: int) -> str | None:
    prior, objective, length = recipe.prior, recipe.objective, recipe.network.code_length(shape)
    title = PRIORS[prior.kind].title
    if prior.kind != "normal" and not objective.any_prior:
        reason = _NEEDS_NORMAL.get(objective.kind, "is made for a standard normal prior")
        others = " or ".join(name for name in OBJECTIVES if _any_prior(name))
        return (
            f"The objective {objective.kind} {reason}, so it does not go with the prior {prior.kind}; set prior.kind "
            f"to normal, or objective.kind to {others}."
        )
    if length < prior.fewest_dims:
        return (
            f"A {title.lower().removeprefix('uniform on a ')} in one dimension is two points; set network.latent_dim "
            "to 2 or more, or take another prior."
        )
    if prior.most_dims is not None and length > prior.most_dims:
        fitting = prior.most_dims // prod(recipe.network.grid(shape))
        advice = f"set network.latent_dim to {fitting:,} or less, or take" if fitting else "take"
        return (
            f"A code of {length:,} numbers is too long for the prior {prior.kind}, which goes to {prior.most_dims:,}; "
            f"{advice} another prior."
        )
    if isinstance(objective, WeightedKlOptions) and objective.free_bits > 0 and not prior.factorises:
        return (
            f"Free nats are given to each dimension, and with the prior {prior.kind} only the whole code has a KL; "
            "set objective.free_bits to 0, or prior.kind to normal."
        )
    return _vampprior_fault(recipe, length, train_count) if isinstance(prior, VampPriorOptions) else None


def _vampprior_fault(recipe: "Recipe", length: int, train_count: int) -> str | None:
    count, batch = recipe.prior.components, recipe.training.batch_size  # type: ignore[attr-defined]
    if count > train_count:
        return (
            f"{count:,} pseudo-inputs are more than the {train_count:,} pictures to train on; set prior.components to "
            f"{train_count:,} or less."
        )
    samples = recipe.objective.samples if isinstance(recipe.objective, IwaeOptions) else 1
    each = samples * batch * length
    if count * each > _MOST_DENSITIES:
        fitting = _MOST_DENSITIES // each
        advice = f"set prior.components to {fitting:,} or less, or take" if fitting else "take"
        return (
            f"{count:,} pseudo-inputs for {samples * batch:,} codes of {length:,} dimensions do not "
            f"fit in memory in one step; {advice} a smaller batch."
        )
    return None


def _any_prior(name: str) -> bool:
    options: type[ObjectiveOptions] = OBJECTIVES[name].options  # type: ignore[assignment]
    return options.any_prior
