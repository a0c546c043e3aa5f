"""A recipe and its pictures as a plain PyTorch script."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions
from vae_studio.data.split import split
from vae_studio.errors import UsageError
from vae_studio.export.script.script import PICTURES, Subject, by_torchvision, write_script
from vae_studio.files import replacing, write_bytes
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_faults import contradiction
from vae_studio.runs.resolve import resolve

_WRITTEN = {  # what the writers of a script read, by section; everything else has to be as it usually is
    "data": set(DataOptions.model_fields),  # what it asks for is done to the pictures before they are saved
    "network": {"kind", "latent_dim", "widths", "width", "blocks", "layers", "channels", "hidden", "inputs"},
    "likelihood": {"kind", "greys", "sigma", "scale", "estimate"},
    "objective": {"kind", "beta", "warmup", "annealing", "cycles", "free_bits", "capacity", "gamma", "rise", "samples",
                  "corruption", "amount"},
    "training": {"epochs", "batch_size", "learning_rate", "schedule", "optimiser", "weight_decay", "clipping",
                 "precision", "seed"},
}  # fmt: skip


@dataclass(frozen=True)
class Script:
    """The Python text, and what it reads beside it."""

    text: str
    file: str  # an .npz; empty where torchvision brings the pictures


def script_for(recipe: Recipe, images: ImageSet, file: str = PICTURES) -> Script:
    """Write the training of a recipe on `images` out, in float32; raises UsageError in one sentence."""
    parts = split(images, recipe.data.held_out, recipe.training.seed)
    recipe = resolve(recipe, images, len(parts.train), bfloat16=False)
    if fault := contradiction(recipe, images.shape, len(parts.train)):
        raise UsageError(fault)
    _refuse_more(recipe)
    own = _comes_as_it_is(recipe.data)
    subject = Subject(
        images.shape,
        len(parts.held_out) if recipe.data.held_out else 0,
        images.held_out_from is not None,
        "" if own else file,
        recipe.data.source if own else "",
        _root(recipe.data) if own else "",
    )
    text = write_script(subject, recipe.network, recipe.likelihood, recipe.objective, recipe.training)
    return Script(text, subject.file)


def save_script(path: Path, recipe: Recipe, images: ImageSet) -> list[Path]:
    """Write the script and, where it needs them, its pictures under the same name; return the files' paths.

    Raises UsageError or ExportError in one sentence.
    """
    script = script_for(recipe, images, f"{path.stem}.npz")
    beside = [path.with_name(script.file)] if script.file else []
    for place in beside:
        with replacing(place) as file:
            np.savez_compressed(file, pictures=images.pictures)
    write_bytes(path, script.text.encode())
    return [path, *beside]


def _refuse_more(recipe: Recipe) -> None:
    """Raise UsageError for what no script is written for: whole sections, like another prior, and single values."""
    for section, usual in Recipe():
        values = getattr(recipe, section)
        if section not in _WRITTEN and values != usual:
            raise UsageError(
                f"The {section} {values.kind} is too long for a short script; "
                f"one can be written for the {section} {usual.kind}."
            )
        for name, field in type(values).model_fields.items():
            value = getattr(values, name)
            if section in _WRITTEN and name not in _WRITTEN[section] and value != field.default:
                raise UsageError(
                    f"With {section}.{name}={value} a short script grows too long; "
                    f"one can be written for {section}.{name}={field.default}."
                )


def _comes_as_it_is(data: DataOptions) -> bool:
    """Tell whether torchvision gives the very pictures that the recipe trains on."""
    untouched = DataOptions(source=data.source, root=data.root, held_out=data.held_out)
    return by_torchvision(data.source) and data == untouched


def _root(data: DataOptions) -> str:
    from vae_studio.data.torchvision_sets import default_root

    return data.root or str(default_root())
