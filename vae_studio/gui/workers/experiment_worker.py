"""The thread that trains an experiment: one run after the other, its newest state in a mailbox."""

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import Progress
from vae_studio.errors import CancelledError, StudioError
from vae_studio.export.comparison.comparison import Comparison
from vae_studio.gui.workers.job_worker import Job
from vae_studio.gui.workers.mailbox import Mailbox
from vae_studio.gui.workers.pausable_thread import PausableThread
from vae_studio.gui.workers.quiet_thread import lower_priority, quick_switching
from vae_studio.runs.experiment_folder import ExperimentFolder
from vae_studio.runs.home import EXPERIMENTS, reserve_run_path
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.variation import Trial

if TYPE_CHECKING:
    from vae_studio.runs.experiment import Moved


@dataclass(frozen=True)
class Plan:
    """What an experiment worker is to do; without a path it takes a new folder."""

    recipe: Recipe
    trials: Sequence[Trial]
    images: ImageSet | None
    device: str
    path: Path | None = None


@dataclass(frozen=True, eq=False)
class Standing:
    """How far the run is that is trained now."""

    number: int  # of the run, from 0
    trial: Trial
    epoch: float
    epochs: int
    seconds_left: float  # for all runs
    curve: npt.NDArray[np.float64]  # [M, 2], epochs and held-out nats


@dataclass(frozen=True, eq=False)
class OpenedExperiment:
    """What a folder holds of an experiment of before."""

    folder: ExperimentFolder
    comparison: Comparison


def open_experiment(path: Path) -> Job:
    """Read an experiment and what it can show -> OpenedExperiment."""

    def job(_progress: Progress) -> OpenedExperiment:
        from vae_studio.runs.experiment_sheet import ExperimentSheet

        folder = ExperimentFolder.open(path)
        return OpenedExperiment(folder, ExperimentSheet(folder).comparison())

    return job


class ExperimentWorker(PausableThread):
    """Trains what is pending in a folder; always ends with `ended`."""

    prepared = Signal(object)  # the folder's path
    run_ended = Signal(object, object)  # Outcome, Comparison of all that is known
    ended = Signal(str, str)  # "finished", "stopped" or "failed", and a sentence

    def __init__(self, plan: Plan, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox()
        self.outcome = ("", "")  # what `ended` tells, for who waits for the end and hears no signal meanwhile
        self._plan = plan
        self._curve: list[tuple[float, float]] = []

    def run(self) -> None:
        """Do the plan."""
        lower_priority()
        told = ("failed", "The experiment ended without a word; see the log.")
        try:
            with quick_switching():
                told = self._train()
        except CancelledError:
            told = ("stopped", "Stopped before the first run began.")
        except StudioError as error:
            told = ("failed", str(error))
        except Exception as error:
            logging.getLogger(__name__).exception("experiment failed")
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            told = ("failed", f"The experiment failed: {reason}. What was done is kept; the log has the details.")
        finally:
            self.outcome = told
            self.ended.emit(*told)

    def _train(self) -> tuple[str, str]:
        from vae_studio.device import choose_device, give_back_freed_memory
        from vae_studio.runs.experiment import Ended, Experiment, Halted, Moved

        plan = self._plan
        path = plan.path or reserve_run_path(plan.recipe.data.source, EXPERIMENTS)
        try:
            device = choose_device(plan.device)  # type: ignore[arg-type]
            experiment = Experiment(path, plan.recipe, plan.trials, device, self._progress, plan.images)
        except BaseException:
            with contextlib.suppress(OSError):  # only an empty folder goes
                path.rmdir()
            raise
        self.prepared.emit(path)
        try:
            for event in experiment.run(self._stop.is_set):
                if isinstance(event, Moved):
                    self._report(event)
                elif isinstance(event, Ended):
                    self._curve = []
                    self.run_ended.emit(event.outcome, experiment.comparison())
                elif isinstance(event, Halted):
                    return "stopped", "Stopped and saved. Press Start to go on."
                self._go.wait()
                if self._stop.is_set() and isinstance(event, Ended) and experiment.pending:
                    return "stopped", "Stopped and saved. Press Start to go on."
        finally:
            give_back_freed_memory()
        states = [experiment.folder.outcomes[trial.name].state for trial in plan.trials]
        lost = len(states) - states.count("finished")
        told = f" {lost} of {len(states)} could not be finished: rest the cursor on its state." if lost else ""
        return "finished", f"All runs are done; the sheet is {path / 'sheet.html'}.{told}"

    def _progress(self, _share: float, _text: str) -> None:
        if self._stop.is_set():
            raise CancelledError("Stopped.")

    def _report(self, moved: "Moved") -> None:
        from vae_studio.training.events import EpochDone

        at = moved.event.progress
        if isinstance(moved.event, EpochDone):
            losses = moved.event.held_out
            prior = moved.trial.recipe.objective.has_prior
            self._curve.append((at.epoch, losses.total if prior else losses.reconstruction))
        curve = np.array(self._curve, np.float64).reshape(-1, 2)
        self.mailbox.post(
            "standing", Standing(moved.number, moved.trial, at.epoch, at.epochs, moved.seconds_left, curve)
        )
