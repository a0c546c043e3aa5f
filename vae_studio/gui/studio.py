"""The studio: the state behind the window, and what can be done to it.

Panels show this state and call these methods; they hold no truth of their own.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import ImageSet
from vae_studio.errors import StudioError
from vae_studio.gui.desks.experiment import ExperimentDesk
from vae_studio.gui.desks.path import PathDesk
from vae_studio.gui.desks.recipe import RecipeDesk
from vae_studio.gui.desks.replay import ReplayDesk
from vae_studio.gui.desks.run import RunDesk
from vae_studio.gui.desks.training import TrainingDesk
from vae_studio.gui.errands import Errands
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.morph import MorphDesk
from vae_studio.gui.open_run import OpenRun
from vae_studio.gui.pairs import Pairs
from vae_studio.gui.phased import Phase
from vae_studio.gui.places import Kind, kind_of
from vae_studio.gui.study import Study
from vae_studio.gui.trainer import Trainer
from vae_studio.gui.workers import tasks
from vae_studio.gui.workers.decoders import Decoders
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.resources import resource
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.refusals import Refusals, refusals
from vae_studio.runs.store import RunFolder

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot


class Studio(QObject):
    """One recipe, one run, one map."""

    run_changed = Signal()  # another run, or its name
    curves_changed = Signal(object)  # {(train or held_out, term): (epochs, nats)}
    experiment_asked = Signal()  # one is about to be shown
    message_raised = Signal(str, str)  # "info", "warning" or "error", sentence
    succeeded = Signal()  # what the user asked for is done, so that what went wrong before is of the past

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.device = "auto"
        self.runs = RunDesk(self)
        self.jobs = Jobs(self)
        self.desk = RecipeDesk(self.jobs, self)
        self.trainer = Trainer(self.jobs, self)
        self.decoders = Decoders(self)
        self.explorer = Explorer(self.decoders.places, self)
        self.morph = MorphDesk(self.decoders.films, self)
        self.pairs = Pairs(self.decoders.places, self.explorer, self)
        self.study = Study(self)
        self.errands = Errands(self)
        self.experiments = ExperimentDesk(self)
        self.replay = ReplayDesk(self.decoders, self.explorer, self.pairs, self)
        self.paths = PathDesk(self.morph, self.replay, self.trainer, self.decoders.films, self)
        self.trainings = TrainingDesk(self)
        self._connect()

    def _connect(self) -> None:
        self.jobs.failed.connect(self._complain)
        self.desk.images_changed.connect(self.runs.take_images)
        self.desk.images_failed.connect(self._complain)
        self.desk.warned.connect(self._warn)
        self.trainer.failed.connect(self._complain)
        self.trainer.warned.connect(self._warn)
        self.trainer.curves_changed.connect(self.curves_changed)

    @property
    def phase(self) -> Phase:
        """What the trainer is doing."""
        return self.trainer.phase

    @property
    def run(self) -> OpenRun | None:
        """The run that is open."""
        return self.runs.run

    @property
    def snapshot(self) -> "Snapshot | None":
        """Its weights, as they are looked at."""
        return self.runs.snapshot

    @property
    def folder(self) -> RunFolder | None:
        """The folder of the open run."""
        return None if self.run is None else self.run.folder

    @property
    def snapshot_is_saved(self) -> bool:
        """Tell whether the weights in the folder are those that are looked at."""
        return self.phase is Phase.IDLE and self.run is not None and self.run.unsaved is None

    @property
    def refusals(self) -> Refusals:
        """What the open run cannot show, and why."""
        return Refusals() if self.run is None else refusals(self.run.recipe)

    @property
    def is_example(self) -> bool:
        """Whether the run that ships with the program is open."""
        return self.run is not None and self.run.is_example

    @property
    def recipe(self) -> Recipe:
        """The recipe that is being written."""
        return self.desk.recipe

    @property
    def images(self) -> ImageSet | None:
        """The pictures it names, once they are open."""
        return self.desk.images

    def choose_source(self, source: str) -> None:
        """Take other pictures; the next training starts a new run."""
        if self.phase is not Phase.IDLE:
            self._warn("Stop the training first, then choose other pictures.")
            return
        if self.run is not None:
            self.run.asked = None
        self.desk.choose_source(source)

    # Runs

    def open_example(self) -> None:
        """Show the finished run that ships with the program."""
        self._try(lambda: self.runs.open(resource("example"), is_example=True))

    def open_path(self, path: Path) -> None:
        """Open a run folder, a .vaez file, an experiment, a folder or file of pictures, or encode a single picture."""
        kind = kind_of(path)
        if kind is Kind.PICTURE:
            self.errands.encode_file(path)
        elif kind is Kind.NOTHING:
            self._complain(f"There is nothing at {path}; check the path.")
        elif self.phase is not Phase.IDLE:
            self._warn("Stop the training first, then open something else.")
        elif kind is Kind.RUN:
            self._try(lambda: self.runs.open(path))
        elif kind is Kind.EXPERIMENT:
            self.experiment_asked.emit()
            self._try(lambda: self.experiments.open(path))
        elif kind is Kind.RECIPE:
            self._try(lambda: self.desk.open_recipe(path))
        elif kind is Kind.ARCHIVE:
            job = tasks.unpack_run(path)
            self.jobs.start("run", f"Unpacking {path.name}", job, lambda folder: self.open_path(folder.path))
        else:
            self.choose_source(str(path))

    # Training

    @property
    def can_continue(self) -> bool:
        """Tell whether training would go on with the open run instead of starting a new one."""
        return self.trainings.can_continue

    def train(self) -> None:
        """Start a run, or go on with the open one when nothing but its length was changed."""
        self.trainings.train()

    def may_close(self) -> bool:
        """Stop the training and save; False, once, when the disk refuses: then something can still be done about it."""
        self.trainer.close()
        if refusal := self.experiments.close():
            self.runs.tell_lost(
                f"{refusal} The window is still open, because the run of the experiment that was being trained could "
                "not be saved to its last step. Make room and press Start to go on from its last save, or close again."
            )
        return self.runs.may_close() and not refusal

    def close(self) -> None:
        """Stop everything, save, and wait for all threads; first of all save what was trained."""
        with contextlib.ExitStack() as last:  # all of it whatever one raises: Qt aborts where a thread still runs
            ends = (self.trainer.close, self.experiments.close, self.runs.save_again, self.jobs.end, self.morph.end)
            more = (self.paths.end, self.replay.stop, self.explorer.end, self.study.end, self.decoders.end)
            for end in reversed(ends + more):
                last.callback(end)

    def tell_done(self, sentence: str) -> None:
        """Say that something is done that the user has asked for."""
        self.message_raised.emit("info", sentence)
        self.succeeded.emit()

    # Inside

    def _warn(self, sentence: str) -> None:
        self.message_raised.emit("warning", sentence)

    def _complain(self, sentence: str) -> None:
        self.message_raised.emit("error", sentence)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except StudioError as error:
            self._complain(str(error))
