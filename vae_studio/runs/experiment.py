"""An experiment: runs that differ in a few values, trained one after the other and put on one sheet."""

import shutil
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vae_studio.data.catalogue import open_source
from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions
from vae_studio.data.progress import Progress, silent
from vae_studio.data.split import split
from vae_studio.device import Device
from vae_studio.errors import ExportError, RunError, StudioError, TrainingError, UsageError
from vae_studio.export.comparison.comparison import Comparison
from vae_studio.export.comparison.outcome import Outcome
from vae_studio.runs.code_faults import code_fault
from vae_studio.runs.experiment_folder import ExperimentFolder
from vae_studio.runs.experiment_sheet import ExperimentSheet
from vae_studio.runs.parts import class_count
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_faults import contradiction
from vae_studio.runs.recipe_file import lasting_paths, read_recipe
from vae_studio.runs.resolve import resolve
from vae_studio.runs.run import Run, start_run
from vae_studio.runs.store import MANIFEST, RunFolder, is_file_name
from vae_studio.runs.variation import Trial
from vae_studio.training.events import Event, Stopped

_COMMON = ("batch_size", "learning_rate")  # of the training, where they are automatic
_OF_A_RATE = {"network.kind", "training.optimiser", "optimiser"}  # what its rate depends on beside its length
_TRIAL_SECONDS = 1.0  # of training, to tell how long all of it will take


@dataclass(frozen=True)
class Moved:
    """Something happened in one of the runs."""

    number: int  # of the run, from 0
    trial: Trial
    event: Event
    seconds_left: float  # for all runs; infinite before anything is known


@dataclass(frozen=True)
class Ended:
    """One of the runs is over."""

    number: int
    trial: Trial
    outcome: Outcome


@dataclass(frozen=True)
class Halted:
    """The user stopped; what was done is saved, and the same experiment can go on later."""

    number: int
    trial: Trial


class Experiment:
    """A queue of runs in a folder; what is finished there is not trained again."""

    def __init__(
        self,
        path: Path,
        recipe: Recipe,
        trials: Sequence[Trial],
        device: Device,
        progress: Progress = silent,
        images: ImageSet | None = None,
    ) -> None:
        """Open all pictures and look all runs over; raises a StudioError before anything is trained."""
        self.device = device
        self._images: dict[DataOptions, ImageSet] = {}
        if images is not None:
            self._images[recipe.data] = images
        self.trials = [self._with_common_values(trial, recipe, progress) for trial in trials]
        for trial in self.trials:
            self._check(trial, progress)
        self.folder = ExperimentFolder.create_or_open(path)
        self._recipe = recipe.with_values({**lasting_paths(recipe.data), "training.seed": 0})  # seeds are the trials'
        if self.folder.trials and Recipe.from_toml(self.folder.recipe) != self._recipe:
            raise RunError(f"{self.folder.path} holds an experiment with another recipe; choose another folder.")
        for trial in self.trials:
            self._check_saved(trial)
        self.folder.forget_failed(self.trials)
        self.sheet = ExperimentSheet(self.folder)
        self._spent = self._epochs = 0.0  # seconds, and epochs trained in them

    @property
    def pending(self) -> list[Trial]:
        """The runs of which it is not known yet what became of them."""
        return [trial for trial in self.trials if trial.name not in self.folder.outcomes]

    def seconds(self) -> float:
        """Return about how long the pending runs take, from a second of training of the first one.

        Infinite where that cannot be known, because it breaks.
        """
        if not self.pending:
            return 0.0
        recipe = self.pending[0].recipe
        progress = None
        try:
            run = Run(recipe, self._pictures(recipe), self.device)
            end = time.monotonic() + _TRIAL_SECONDS
            for event in run.train(lambda: time.monotonic() > end):
                progress = event.progress
        except (StudioError, RuntimeError, MemoryError):  # told with its outcome, when it is trained
            return float("inf")
        per_epoch = progress.seconds / progress.epoch if progress is not None and progress.epoch else float("inf")
        return per_epoch * sum(trial.recipe.training.epochs for trial in self.pending)

    def run(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Moved | Ended | Halted]:
        """Train what is pending, one run after the other; the sheet is written anew after each.

        A run that diverges or fails is listed as such and the others go on. Raises ExportError when the disk refuses.
        """
        title = self._pictures(self.trials[0].recipe).name
        self.folder.plan(title, self._recipe.to_toml(), self.trials)
        for number, trial in enumerate(self.trials):
            if trial.name in self.folder.outcomes:
                continue
            outcome = yield from self._one(number, trial, should_stop)
            if outcome is None:
                yield Halted(number, trial)
                return
            self.folder.note(outcome)
            self.sheet.write()
            yield Ended(number, trial, outcome)
        self.sheet.write()

    def comparison(self) -> Comparison:
        """Return what is known so far."""
        return self.sheet.comparison()

    def _one(
        self, number: int, trial: Trial, should_stop: Callable[[], bool]
    ) -> Generator[Moved, None, Outcome | None]:
        """Train one run; returns what became of it, or nothing when it was stopped."""
        start, before = time.monotonic(), 0.0
        try:
            run = self._opened(trial)
            before = run.state.position.epoch
            if not run.finished:
                for event in run.train(should_stop):
                    spent, done = time.monotonic() - start, event.progress.epoch - before
                    yield Moved(number, trial, event, self._left(trial, event.progress.epoch, spent, done))
                    if isinstance(event, Stopped):
                        return None
            report = run.evaluate()
        except TrainingError as error:
            return Outcome(trial.name, trial.settings, trial.seed, "diverged", str(error))
        except ExportError:  # a full disk would fail the others as well
            raise
        except (StudioError, RuntimeError, MemoryError) as error:
            return Outcome(trial.name, trial.settings, trial.seed, "failed", _reason(error))
        self._spent += time.monotonic() - start
        self._epochs += run.state.position.epoch - before
        figures = {
            "negative_elbo": report.negative_elbo,
            "reconstruction": report.reconstruction,
            "kl": report.kl,
            "nll": report.nll,
            "active_units": report.active_units,
            "seconds": run.state.position.seconds,
        }
        return Outcome(trial.name, trial.settings, trial.seed, "finished", "", figures)

    def _opened(self, trial: Trial) -> Run:
        """Return a run ready to train, from where it stands if it was begun before."""
        path, images = self.folder.run_path(trial.name), self._pictures(trial.recipe)
        if (path / MANIFEST).is_file():
            return Run.load(RunFolder.open(path), self.device, images)
        if path.is_dir() and all(_of_a_save(file) for file in path.iterdir()):  # killed before its first save was whole
            shutil.rmtree(path)
        return start_run(trial.recipe, self.device, path, images=images)

    def _left(self, trial: Trial, epoch: float, spent: float, done: float) -> float:
        """Return about how many seconds all that is pending takes, from the mean speed so far."""
        seconds, epochs = self._spent + spent, self._epochs + done
        if epochs <= 0:
            return float("inf")
        others = sum(one.recipe.training.epochs for one in self.pending if one is not trial)
        return seconds / epochs * (others + trial.recipe.training.epochs - epoch)

    def _with_common_values(self, trial: Trial, recipe: Recipe, progress: Progress) -> Trial:
        """Return a run with what is automatic in the common recipe: nothing but what is varied differs."""
        names = [name for name in _COMMON if not getattr(trial.recipe.training, name)]
        names = [name for name in names if {name, f"training.{name}"}.isdisjoint(trial.settings)]
        if not _OF_A_RATE.isdisjoint(trial.settings):  # one network's rate may break another
            names = [name for name in names if name != "learning_rate"]
        if not names:
            return trial
        images = self._pictures(trial.recipe, progress)
        common = recipe.model_copy(update={"data": trial.recipe.data})
        training = resolve(common, images, self._trained_on(trial, images), self.device.bfloat16).training
        return replace(
            trial, recipe=trial.recipe.with_values({f"training.{name}": getattr(training, name) for name in names})
        )

    def _check(self, trial: Trial, progress: Progress) -> None:
        """Raise DataError or UsageError for a run that cannot be trained."""
        images = self._pictures(trial.recipe, progress)
        recipe, count = self._resolved(trial, images), self._trained_on(trial, images)
        if fault := contradiction(recipe, images.shape, count) or code_fault(
            recipe, images.shape, count, class_count(images)
        ):
            raise UsageError(f"The run {trial.title} cannot be trained. {fault}")

    def _check_saved(self, trial: Trial) -> None:
        """Raise RunError when another run lies where this one belongs."""
        path = self.folder.run_path(trial.name)
        if not (path / MANIFEST).is_file():
            return
        folder = RunFolder.open(path)
        saved = read_recipe(folder)
        asked = self._resolved(trial, self._pictures(trial.recipe))
        # Other machines, devices.
        free: dict[str, object] = {"data.root": saved.data.root, "training.precision": saved.training.precision}
        if folder.facts.get("setbacks"):  # it was halved while it trained
            free["training.learning_rate"] = saved.training.learning_rate
        if asked.with_values({**lasting_paths(asked.data), **free}) != saved:
            raise RunError(f"{path} holds a run of another recipe; choose another folder for this experiment.")

    def _resolved(self, trial: Trial, images: ImageSet) -> Recipe:
        return resolve(trial.recipe, images, self._trained_on(trial, images), self.device.bfloat16)

    def _trained_on(self, trial: Trial, images: ImageSet) -> int:
        return len(split(images, trial.recipe.data.held_out, trial.seed).train)

    def _pictures(self, recipe: Recipe, progress: Progress = silent) -> ImageSet:
        if recipe.data not in self._images:
            self._images[recipe.data] = open_source(recipe.data, progress)
        return self._images[recipe.data]


def _of_a_save(path: Path) -> bool:
    return path.is_file() and (is_file_name(path.name) or path.name.endswith(".part"))


def _reason(error: Exception) -> str:
    if isinstance(error, StudioError):
        return str(error)
    told = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    return f"There was not enough memory: {told}." if "memory" in told.lower() else f"{told}."
