"""Sentences for what is wrong with a recipe."""

import difflib
from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from vae_studio.models.catalogue import MemoriserOptions, NetworkOptions
from vae_studio.objectives.objective_options import (
    BetaTcVaeOptions,
    FactorVaeOptions,
    IwaeOptions,
    ObjectiveOptions,
    WeightedKlOptions,
)
from vae_studio.objectives.vq_vae_options import VqVaeOptions
from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.runs.recipe import Recipe

_MUST = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "literal_error": "{expected}",
    "too_long": "a list of {max_length} values or fewer",
    "too_short": "a list of {min_length} value or more",
}
_KINDS = {  # the beginnings of pydantic's names for faults of type
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a finite number",
    "bool": "true or false",
    "string": "text in quotes",
    "tuple": "a list, like [512, 256]",
    "model": "a table of values",
    "dict": "a table of values",
}
_MOST_DECODED = 1 << 25  # pixels in a step, whose activations take some gigabytes
_MOST_PAIRS = 1 << 27  # densities in a step, half a gigabyte and as much again for each gradient


def sentence(error: ValidationError, model: type[BaseModel], *above: str) -> str:
    """Return one sentence on the first fault that validating `model`, which lies under `above`, has found."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in (*above, *first["loc"]))
    if first["type"] == "extra_forbidden":
        return unknown(where, _siblings(model, first["loc"], above))
    return f"The recipe's {where} cannot be {_shown(first['input'])}: it must be {_must(first)}."


def unknown(where: str, known: Iterable[str]) -> str:
    """Return the sentence on a value that no recipe has, with the nearest one that it has."""
    known = list(known)
    near = difflib.get_close_matches(where, known, n=1)
    return f"The recipe has no value {where!r}; " + (
        f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known)}."
    )


def contradiction(recipe: "Recipe", shape: tuple[int, int, int], train_count: int) -> str | None:
    """Return why a resolved recipe cannot train on so many pictures of `shape` (H, W, C), in a sentence, or nothing."""
    return (
        _of_memoriser(recipe.network, recipe.objective, train_count)
        or _of_code_book(recipe, shape, train_count)
        or _of_objective(recipe, shape)
    )


def _of_objective(recipe: "Recipe", shape: tuple[int, int, int]) -> str | None:
    objective, batch = recipe.objective, recipe.training.batch_size
    length = recipe.network.code_length(shape)
    if objective.compares and batch < 2:
        return (
            f"The objective {objective.kind} compares the pictures of a batch with each other, so it cannot learn "
            "from one at a time; set training.batch_size to 2 or more."
        )
    if isinstance(objective, FactorVaeOptions) and length < 2:
        return (
            "The FactorVAE parts the dimensions of the code, and this recipe has one dimension; set "
            "network.latent_dim to 2 or more, or take another objective."
        )
    if isinstance(objective, WeightedKlOptions) and objective.annealing == "cyclical" and objective.warmup == 0:
        return (
            "A cyclical KL weight rises over its warm-up share of each cycle, which is 0 here; set objective.warmup "
            "to 0.5 or so, or objective.annealing to constant."
        )
    if isinstance(objective, IwaeOptions) and objective.samples * batch * prod(shape) > _MOST_DECODED:
        return _too_many_samples(objective.samples, batch, prod(shape))
    if isinstance(objective, BetaTcVaeOptions) and batch * batch * length > _MOST_PAIRS:
        return (
            f"The total correlation of {batch:,} pictures in {length:,} dimensions compares all "
            "pairs, which does not fit in memory; set training.batch_size to "
            f"{int((_MOST_PAIRS / length) ** 0.5):,} or less."
        )
    return None


def _of_memoriser(network: NetworkOptions, objective: ObjectiveOptions, train_count: int) -> str | None:
    if not isinstance(network, MemoriserOptions):
        return None
    known = network.pictures
    if objective.has_prior or objective.has_samples:
        return (
            f"The memoriser has codes but no encoder that the objective {objective.kind} could train; "
            "set objective.kind to autoencoder, or take another network."
        )
    if train_count > known:
        return (
            f"The memoriser has codes for {counted(known, 'picture')}, and here are {train_count:,} to train "
            f"on; set data.limit to {known} and data.held_out to 0, or take another network."
        )
    return None


def _of_code_book(recipe: "Recipe", shape: tuple[int, int, int], train_count: int) -> str | None:
    network, objective, batch = recipe.network, recipe.objective, recipe.training.batch_size
    if not isinstance(objective, VqVaeOptions):
        return None
    cells, length = prod(network.grid(shape)), network.code_length(shape)
    if cells > 1 and objective.places not in (1, cells):
        return (
            f"This grid has {cells} places of its own for entries of the code book, not {objective.places}; leave "
            "objective.places at 1, or take another network."
        )
    if length % objective.places:
        return (
            f"A code of {length} numbers cannot be cut into {objective.places} equal places; set network.latent_dim to "
            f"{objective.places * max(1, round(length / objective.places))}, or objective.places to a number that "
            "divides it."
        )
    places = max(cells, objective.places)
    vectors = train_count * places
    if objective.entries > vectors:
        return (
            f"A code book of {objective.entries:,} entries is larger than the data: "
            f"{counted(train_count, 'picture')} of {counted(places, 'place')} choose {vectors:,} times; "
            f"set objective.entries to {vectors:,} or less."
        )
    if batch * places * objective.entries > _MOST_PAIRS:
        return _too_many_entries(objective.entries, batch, places)
    return None


def _too_many_entries(entries: int, batch: int, places: int) -> str:
    smaller = _MOST_PAIRS // (places * entries)
    advice = f"set training.batch_size to {smaller:,} or less, or " if smaller else ""
    return (
        f"Comparing the codes of {batch:,} pictures at {counted(places, 'place')} with {entries:,} entries "
        f"does not fit in memory in one step; {advice}set objective.entries to {_MOST_PAIRS // (batch * places):,} or "
        "less."
    )


def _too_many_samples(samples: int, batch: int, pixels: int) -> str:
    fitting = _MOST_DECODED // (batch * pixels)
    advice = (
        f"set objective.samples to {fitting:,} or less, or take a smaller batch" if fitting else "take a smaller batch"
    )
    return (
        f"{samples:,} samples of {batch:,} pictures with {pixels:,} numbers each do not fit in memory in one step; "
        f"{advice}."
    )


def _siblings(model: type[BaseModel], location: tuple[int | str, ...], above: tuple[str, ...]) -> list[str]:
    fields = model.model_fields
    for part in location[:-1]:
        inner = fields[str(part)].annotation
        if not isinstance(inner, type) or not issubclass(inner, BaseModel):
            return []
        fields = inner.model_fields
    return [".".join(str(part) for part in (*above, *location[:-1], name)) for name in fields]


def _must(fault: Any) -> str:
    form = _MUST.get(fault["type"])
    if form is not None:
        return form.format(**{name: str(limit).removesuffix(".0") for name, limit in fault["ctx"].items()})
    return next((text for start, text in _KINDS.items() if fault["type"].startswith(start)), "of another kind")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
