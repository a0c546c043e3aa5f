"""The recipe desk: the recipe that is being written, and the pictures it names."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import ImageSet
from vae_studio.errors import UsageError
from vae_studio.gui.workers import tasks
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.plural import counted
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_file import lasting_paths, read_recipe_at

log = logging.getLogger(__name__)


class RecipeDesk(QObject):
    """Holds one recipe; keeps its pictures open."""

    recipe_changed = Signal(object)  # Recipe
    images_changed = Signal(object)  # ImageSet, or None while they are loaded
    images_failed = Signal(str)  # a sentence: the pictures cannot be opened
    images_given_up = Signal()  # the user does not want to wait for them
    warned = Signal(str)  # a sentence

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recipe = preset(DEFAULT).recipe
        self.preset_name = DEFAULT  # empty when the recipe came with a run
        self.images: ImageSet | None = None
        self._jobs = jobs
        self._edits: dict[str, Any] = {}

    def choose_source(self, source: str) -> None:
        """Take other pictures; the rest of the recipe stays, unless it came with a run that was opened."""
        if not self.preset_name:
            self.preset_name, self.recipe = DEFAULT, preset(DEFAULT).recipe
        values = {key: value for key, value in self._edits.items() if not key.startswith("data.")}
        self._set_recipe(_edited(self.recipe, {**values, "data.source": source}))
        self.load_pictures()

    def choose_preset(self, name: str) -> None:
        """Take a preset's recipe and keep the pictures, but for what this preset says of them, or the one before."""
        before = preset(self.preset_name).data if self.preset_name else {}
        chosen = preset(name)
        self._edits = {}
        self.preset_name = name
        data = {f"data.{key}": value for key, value in self.recipe.data}
        kept = {key: value for key, value in data.items() if key not in before and key not in chosen.data}
        seen = self.recipe.data
        self._set_recipe(chosen.recipe.with_values(kept))
        if self.recipe.data != seen:
            self.load_pictures()

    def edit(self, key: str, value: object) -> None:
        """Change one value of the recipe, like "training.epochs"; raises UsageError in one sentence."""
        self._set_recipe(self.recipe.with_values({key: value}))
        self._edits[key] = value
        if key.startswith("data."):
            self.load_pictures()

    def open_recipe(self, path: Path) -> None:
        """Take the recipe in a file; raises UsageError or RunError in one sentence."""
        self.take_over(read_recipe_at(path))

    def lasting_recipe(self) -> Recipe:
        """Return the recipe with paths that still hold when the program is started from another folder."""
        return self.recipe.with_values(lasting_paths(self.recipe.data))

    def take_over(self, recipe: Recipe) -> None:
        """Take a recipe as it is, and open its pictures."""
        self._edits = {}
        self.preset_name = ""
        self._set_recipe(recipe)
        self.load_pictures()

    def adopt(self, recipe: Recipe) -> None:
        """Take the recipe of the next run; its pictures stay open where they are the same."""
        if recipe.data != self.recipe.data:
            self.take_over(recipe)
            return
        self._edits, self.preset_name = {}, ""
        self._set_recipe(recipe)

    def set_images(self, images: ImageSet) -> None:
        """Take pictures that are open already."""
        if self.images is not images:
            self.images = images
            self.images_changed.emit(images)

    def load_pictures(self) -> None:
        """Open the recipe's pictures in the background."""
        self.images = None
        self.images_changed.emit(None)
        job = tasks.open_pictures(self.recipe.data)
        self._jobs.start(
            "pictures",
            f"Opening {self.recipe.data.source}",
            job,
            self._on_pictures_opened,
            self.images_failed.emit,
            given_up=self.images_given_up.emit,
        )

    def _on_pictures_opened(self, images: ImageSet) -> None:
        self.set_images(images)
        if not images.skipped:
            return
        count, first = len(images.skipped), images.skipped[0]
        for file in images.skipped:
            log.warning("skipped %s: %s", file.name, file.reason)
        self.warned.emit(
            f"{counted(count, 'file')} could not be used, the first: {first.name} ({first.reason}). The log names all."
        )

    def _set_recipe(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.recipe_changed.emit(recipe)


def _edited(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """Change what can be changed: an edit may belong to a kind of network that is no longer chosen."""
    for key, value in values.items():
        try:
            recipe = recipe.with_values({key: value})
        except UsageError:
            log.info("the recipe has no place for %s any more", key)
    return recipe
