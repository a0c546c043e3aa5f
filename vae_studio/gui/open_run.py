"""The open run: what the map belongs to, and what it takes to go on with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vae_studio.data.image_set import ImageSet
from vae_studio.gui.workers import tasks
from vae_studio.gui.workers.job_worker import Job
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.store import RunFolder

if TYPE_CHECKING:
    from vae_studio.runs.run import Run


@dataclass
class OpenRun:
    """A run that is looked at or trained."""

    folder: RunFolder
    recipe: Recipe  # what it was trained by
    asked: Recipe | None  # the recipe as the user had it when the run began; None once other pictures were chosen
    is_example: bool = False
    unsaved: "Run | None" = None  # the run itself, when the disk refused its last state
    warned: bool = False  # that it is lost when the window closes

    def can_continue(self, recipe: Recipe) -> bool:
        """Tell whether a recipe asks for more of this run, and not for another one."""
        if self.asked is None or self.is_example:
            return False
        same = recipe.with_values({"training.epochs": self.asked.training.epochs}) == self.asked
        return same and (self.unsaved is not None or recipe.training.epochs > self.folder.facts.get("epoch", 0))

    def continuation(self, epochs: int, images: ImageSet | None, device: str) -> Job:
        """Return the job that makes the run ready to go on to `epochs` in all."""
        if self.unsaved is not None:
            return tasks.retry_run(self.unsaved, epochs)
        return tasks.continue_run(self.folder, images, device, epochs)

    @property
    def code_length(self) -> int:
        """How many numbers a code of it has."""
        height, width, channels = self.folder.facts.get("shape", (1, 1, 1))
        return self.recipe.network.code_length((height, width, channels))

    def holds(self, images: ImageSet) -> bool:
        """Tell whether these are its pictures, so that a code's number is that picture's number."""
        return images.fingerprint == self.folder.facts.get("fingerprint")

    def save_again(self) -> None:
        """Try once more to save what the disk has refused; may raise ExportError."""
        if self.unsaved is not None:
            self.unsaved.save()
            self.unsaved = None
