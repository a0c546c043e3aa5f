"""The training desk: begins a training, and puts what it reports on the map."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_studio.gui.open_run import OpenRun
from vae_studio.gui.phased import Phase
from vae_studio.gui.workers import tasks
from vae_studio.latent.cloud import Cloud

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio
    from vae_studio.gui.workers.training_worker import Look, Outcome
    from vae_studio.runs.run import Run


class TrainingDesk(QObject):
    """Stands between the trainer and the run that is open."""

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._studio = studio
        studio.trainer.started.connect(self._on_started)
        studio.trainer.looked.connect(self._on_looked)
        studio.trainer.ended.connect(self._on_ended)

    @property
    def can_continue(self) -> bool:
        """Tell whether training would go on with the open run instead of starting a new one."""
        run = self._studio.run
        return run is not None and run.can_continue(self._studio.recipe)

    def train(self) -> None:
        """Start a run, or go on with the open one when nothing but its length was changed."""
        studio = self._studio
        if studio.phase is Phase.PAUSED:
            studio.trainer.pause()
        if studio.phase is not Phase.IDLE:
            return
        if studio.experiments.phase is not Phase.IDLE:
            self._tell("warning", "Stop the experiment first: two trainings at once would both be slow.")
            return
        studio.replay.leave()
        studio.jobs.cancel("run")  # a run that is still unpacked must not open over this one
        recipe, images, device = studio.recipe, studio.images, studio.device
        if studio.run is not None and studio.run.can_continue(recipe):
            studio.trainer.begin(studio.run.continuation(recipe.training.epochs, images, device))
        else:
            studio.trainer.begin(tasks.start_run(recipe, images, device))

    def _on_started(self, run: "Run") -> None:
        if run.folder is None:
            return
        studio = self._studio
        studio.runs.begin(OpenRun(run.folder, run.recipe, asked=studio.recipe), run.images)
        studio.desk.set_images(run.images)
        studio.run_changed.emit()
        how = f"{run.device.title}, {run.recipe.training.precision}"
        self._tell("info", f"Training on {how}; saved in {run.folder.path}.")

    def _on_looked(self, run: "Run", look: "Look") -> None:
        studio = self._studio
        studio.runs.set_snapshot(look.snapshot, live=True)
        studio.explorer.set_cloud(Cloud.of(run.images, look.codes, look.indices))
        studio.pairs.show(look.originals, look.reconstructions, look.labels)

    def _on_ended(self, run: "Run", outcome: "Outcome") -> None:
        studio = self._studio
        # First of all: what follows may go wrong as well.
        self._tell("info" if outcome.kind in ("finished", "stopped") else "error", outcome.sentence)
        if studio.run is not None and outcome.kind == "unsaved":
            studio.run.unsaved = run
        if outcome.kind == "failed":
            studio.runs.show_saved()
        else:
            studio.runs.set_snapshot(run.snapshot())
        studio.replay.open(run.folder)
        if run.codes is not None and outcome.kind == "finished":
            studio.explorer.set_cloud(Cloud.of(run.images, run.codes))
        studio.run_changed.emit()
        studio.runs.complete_map()

    def _tell(self, kind: str, sentence: str) -> None:
        self._studio.message_raised.emit(kind, sentence)
