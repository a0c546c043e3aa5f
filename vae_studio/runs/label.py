"""Labels of conditional runs: by their names, and of pictures that the run was not trained on."""

from dataclasses import replace

import numpy as np

from vae_studio.catalogue import hint_of
from vae_studio.data.image_set import ImageSet
from vae_studio.errors import UsageError
from vae_studio.runs.code_faults import foreign_labels
from vae_studio.runs.parts import labels_of
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.snapshot import Snapshot
from vae_studio.runs.store import RunFolder


def is_conditional(recipe: Recipe) -> bool:
    """Tell whether a network was given the labels of its pictures."""
    return recipe.network.condition == "label"


def label_names(folder: RunFolder) -> tuple[str, ...]:
    """Return what the labels of a run are called; those without a name of their own are numbers."""
    names = [str(name) for name in folder.facts.get("label_names", ())]
    return tuple(names + [str(number) for number in range(len(names), labels_of(folder))])


def given_label(folder: RunFolder, snapshot: Snapshot, name: str | None) -> Snapshot:
    """Return the snapshot that decodes pictures of a label; raises UsageError for a name that the run does not know."""
    if name is None:
        return snapshot
    if not snapshot.classes:
        raise UsageError(
            f"The run {folder.path} is not conditional, so it takes no label; "
            "train one that is with: --set network.condition=label."
        )
    names = label_names(folder)
    if name in names:
        return snapshot.given(names.index(name))
    raise UsageError(f"This run has no label called {name!r}; {hint_of(name, names)}")


def as_known(folder: RunFolder, images: ImageSet) -> ImageSet:
    """Return pictures with the numbers that a conditional run has for their labels; others as they are.

    Raises UsageError when they have no labels, or some that the run does not know.
    """
    if not is_conditional(read_recipe(folder)):
        return images
    names = label_names(folder)
    if images.labels is not None and images.label_names and set(images.label_names) <= set(names):
        numbers = np.array([*(names.index(name) for name in images.label_names), -1], np.int64)
        images = replace(images, labels=numbers[images.labels], label_names=names)
    elif images.label_names and (strangers := sorted(set(images.label_names) - set(names))):
        raise UsageError(
            f"{images.name} has the label {strangers[0]!r}, which this run does not know; "
            f"it was trained on {', '.join(names)}."
        )
    if fault := foreign_labels(images, len(names)):
        raise UsageError(fault)
    return images
