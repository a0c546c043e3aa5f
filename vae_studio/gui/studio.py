"""The studio: the state behind the window, and what can be done to it.

Panels show this state and call these methods; they hold no truth of their own.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import ImageSet
from vae_studio.errors import StudioError
from vae_studio.gui.errands import Errands
from vae_studio.gui.experiment_desk import ExperimentDesk
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.morph import MorphDesk
from vae_studio.gui.open_run import OpenRun
from vae_studio.gui.pairs import Pairs
from vae_studio.gui.path_desk import PathDesk
from vae_studio.gui.places import Kind, kind_of
from vae_studio.gui.recipe_desk import RecipeDesk
from vae_studio.gui.replay_desk import ReplayDesk
from vae_studio.gui.study import Study
from vae_studio.gui.trainer import Phase, Trainer
from vae_studio.gui.workers import tasks
from vae_studio.gui.workers.decoders import Decoders
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.latent.cloud import Cloud
from vae_studio.resources import resource
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.store import RunFolder

if TYPE_CHECKING:
    from vae_studio.gui.workers.training_worker import Look, Outcome
    from vae_studio.runs.run import Run
    from vae_studio.runs.snapshot import Snapshot

# What they bring belongs to the run they began with.
_JOBS_OF_A_RUN = ("run", "decoder", "encode", "measure", "file", "embedding", "attribute", "health")


class Studio(QObject):
    """One recipe, one run, one map."""

    run_changed = Signal()  # another run, or its name
    curves_changed = Signal(object)  # {(train or held_out, term): (epochs, nats)}
    message_raised = Signal(str, str)  # "info", "warning" or "error", sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.device = "auto"
        self.run: OpenRun | None = None
        self.snapshot: Snapshot | None = None
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
        self._connect()

    def _connect(self) -> None:
        self.jobs.failed.connect(self._complain)
        self.desk.images_changed.connect(self._on_images_changed)
        self.desk.images_failed.connect(self._complain)
        self.desk.warned.connect(self._warn)
        self.trainer.failed.connect(self._complain)
        self.trainer.warned.connect(self._warn)
        self.trainer.started.connect(self._on_training_started)
        self.trainer.curves_changed.connect(self.curves_changed)
        self.trainer.looked.connect(self._on_looked)
        self.trainer.ended.connect(self._on_training_ended)

    @property
    def phase(self) -> Phase:
        """What the trainer is doing."""
        return self.trainer.phase

    @property
    def folder(self) -> RunFolder | None:
        """The folder of the open run."""
        return None if self.run is None else self.run.folder

    @property
    def snapshot_is_saved(self) -> bool:
        """Tell whether the weights in the folder are those that are looked at."""
        return self.phase is Phase.IDLE and self.run is not None and self.run.unsaved is None

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
        self._try(lambda: self._open_run(resource("example"), is_example=True))

    def open_path(self, path: Path) -> None:
        """Open a run folder, a .vaez file, a folder or file of pictures, or encode a single picture."""
        kind = kind_of(path)
        if kind is Kind.PICTURE:
            self.errands.encode_file(path)
        elif kind is Kind.NOTHING:
            self._complain(f"There is nothing at {path}; check the path.")
        elif self.phase is not Phase.IDLE:
            self._warn("Stop the training first, then open something else.")
        elif kind is Kind.RUN:
            self._try(lambda: self._open_run(path))
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
        return self.run is not None and self.run.can_continue(self.recipe)

    def train(self) -> None:
        """Start a run, or go on with the open one when nothing but its length was changed."""
        if self.phase is Phase.PAUSED:
            self.trainer.pause()
        if self.phase is not Phase.IDLE:
            return
        if self.experiments.phase is not Phase.IDLE:
            self._warn("Stop the experiment first: two trainings at once would both be slow.")
            return
        self.replay.leave()
        self.jobs.cancel("run")  # a run that is still unpacked must not open over this one
        if self.run is not None and self.run.can_continue(self.recipe):
            self.trainer.begin(self.run.continuation(self.recipe.training.epochs, self.images, self.device))
        else:
            self.trainer.begin(tasks.start_run(self.recipe, self.images, self.device))

    def close(self) -> None:
        """Stop everything, save, and wait for all threads; first of all save what was trained."""
        self.trainer.close()
        self.experiments.close()
        if self.run is not None:
            self._try(self.run.save_again)
        self.jobs.end()
        self.morph.end()
        self.paths.end()
        self.replay.stop()
        self.explorer.end()
        self.study.end()
        self.decoders.end()

    # What the threads report

    def _on_images_changed(self, images: ImageSet | None) -> None:
        if images is None or not self._belongs(images):
            return
        self.explorer.set_images(images)
        self._complete_map()

    def _on_training_started(self, run: "Run") -> None:
        if run.folder is None:
            return
        self._begin(OpenRun(run.folder, run.recipe, asked=self.recipe), run.images)
        self.desk.set_images(run.images)
        self.run_changed.emit()
        self._say(f"Training on {run.device.title}, {run.recipe.training.precision}; saved in {run.folder.path}.")

    def _on_looked(self, run: "Run", look: "Look") -> None:
        self._set_snapshot(look.snapshot, live=True)
        self.explorer.set_cloud(Cloud.of(run.images, look.codes, look.indices))
        self.pairs.show(look.originals, look.reconstructions, look.labels)

    def _on_training_ended(self, run: "Run", outcome: "Outcome") -> None:
        if self.run is not None and outcome.kind == "unsaved":
            self.run.unsaved = run
        self._set_snapshot(run.snapshot())
        self.replay.open(run.folder)
        if run.codes is not None and outcome.kind == "finished":
            self.explorer.set_cloud(Cloud.of(run.images, run.codes))
        self.run_changed.emit()
        good = outcome.kind in ("finished", "stopped")
        (self._say if good else self._complain)(outcome.sentence)
        self._complete_map()

    def _on_decoder_loaded(self, snapshot: "Snapshot") -> None:
        self._set_snapshot(snapshot)
        self._complete_map()
        self.jobs.start("trainer", "Waking up the trainer", tasks.wake_trainer(), lambda _none: None, quiet=True)

    # Inside

    def _open_run(self, path: Path, is_example: bool = False) -> None:
        opened = tasks.open_run(path)
        self._begin(OpenRun(opened.folder, opened.recipe, opened.recipe, is_example), None)
        if opened.cloud is not None:
            self.explorer.set_cloud(opened.cloud)
            self.explorer.look_at_middle()
        self.curves_changed.emit(tasks.curves_of(opened.history))
        self.run_changed.emit()
        self.desk.take_over(opened.recipe)
        if not is_example:
            self._say(f"Opened {path.name}.")
        if opened.folder.has("weights"):
            self.replay.open(opened.folder)
            job = tasks.load_decoder(opened.folder)
            self.jobs.start("decoder", "Waking up the decoder", job, self._on_decoder_loaded)

    def _begin(self, run: OpenRun, images: ImageSet | None) -> None:
        """Let go of the open run and of all that is still under way for it, and turn to another."""
        for slot in _JOBS_OF_A_RUN:
            self.jobs.cancel(slot)
        going_on = self.run is not None and self.run.folder.path == run.folder.path
        if self.run is not None and not going_on:
            self._try(self.run.save_again)
        self.run = run
        self.replay.open(None)
        self._set_snapshot(None)
        self.explorer.begin(images, run.code_length)
        if not going_on:  # the stops of a run that goes on stay where they are
            self.morph.clear()
        self.pairs.show(None, None)

    def _belongs(self, images: ImageSet) -> bool:
        """Tell whether these are the pictures of the open run; warn when its own recipe brings others."""
        if self.run is None or self.run.asked is None:
            return False
        same = self.run.holds(images)
        if not same and self.recipe == self.run.asked and self.phase is Phase.IDLE:
            self._warn(
                f"{images.name} does not hold the pictures this run was trained on, so the map shows no real pictures; "
                "put them back, or train a new run."
            )
        return same

    def _complete_map(self) -> None:
        """Once pictures and decoder are there: show reconstructions, and encode what the map does not show yet."""
        self.replay.leave()
        images, snapshot, cloud = self.images, self.snapshot, self.explorer.cloud
        ready = self.phase is Phase.IDLE and self.explorer.images is images
        if not ready or images is None or snapshot is None or self.run is None:
            return
        self.pairs.ask(images, self.run.recipe)
        if cloud is None or len(cloud.indices) != len(images):
            job = tasks.encode_set(snapshot, images)
            self.jobs.start("encode", "Encoding all pictures", job, self.explorer.set_cloud)

    def _set_snapshot(self, snapshot: "Snapshot | None", live: bool = False) -> None:
        self.snapshot = self.decoders.set_snapshot(snapshot)
        self.explorer.snapshot_changed()
        self.morph.snapshot_changed(live)
        if not live:
            self.paths.forget()

    def _say(self, sentence: str) -> None:
        self.message_raised.emit("info", sentence)

    def _warn(self, sentence: str) -> None:
        self.message_raised.emit("warning", sentence)

    def _complain(self, sentence: str) -> None:
        self.message_raised.emit("error", sentence)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except StudioError as error:
            self._complain(str(error))
