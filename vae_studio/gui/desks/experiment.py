"""The experiment desk: runs that differ in a few values of the recipe, and what is known of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal

from vae_studio.errors import UsageError
from vae_studio.export.comparison.comparison import Comparison
from vae_studio.gui.phased import STOP_MS, Phase, Phased
from vae_studio.gui.workers.late_threads import wait_for
from vae_studio.plural import counted
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.variation import Trial, Variation, seeds_of, trials

if TYPE_CHECKING:
    from vae_studio.export.comparison.outcome import Outcome
    from vae_studio.gui.studio import Studio
    from vae_studio.gui.workers.experiment_worker import ExperimentWorker, OpenedExperiment

_TICK_MS = 100


class ExperimentDesk(Phased):
    """Holds one queue; trains it on a thread of its own."""

    planned = Signal(object)  # the trials
    stood = Signal(object)  # Standing
    run_ended = Signal(object, object)  # Outcome, Comparison
    told = Signal(str, str)  # "info" or "error", sentence

    _worker: "ExperimentWorker | None"

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self.trials: list[Trial] = []
        self.recipe: Recipe = studio.recipe  # what they have in common
        self.path: Path | None = None  # of the folder, once there is one
        self.comparison: Comparison | None = None
        self._studio = studio
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_timer_ticked)

    @property
    def pending(self) -> list[Trial]:
        """The runs of which it is not known yet what became of them, and those that failed: they are tried again."""
        outcomes = self.comparison.outcomes if self.comparison is not None else ()
        known = {outcome.name for outcome in outcomes if outcome.settled}
        return [trial for trial in self.trials if trial.name not in known]

    def trials_of(self, rows: Sequence[tuple[str, str]], seeds: str) -> list[Trial]:
        """Return the runs that keys and the text of their values ask for; raises UsageError in one sentence."""
        variations = [Variation.of(key, text) for key, text in rows]
        return trials(self._studio.desk.lasting_recipe(), variations, seeds_of(seeds))

    def start(self, queue: Sequence[Trial]) -> None:
        """Train a queue, or go on with it when it is the one that was stopped.

        Raises UsageError while something else trains; runs that cannot be trained are told before the first one begins.
        """
        if self.phase is not Phase.IDLE:
            return
        if self._studio.phase is not Phase.IDLE:
            raise UsageError("Stop the training first: runs are compared that have the computer to themselves.")
        again = list(queue) == self.trials
        self._set_phase(Phase.PREPARING)
        if not again:
            self.trials, self.path, self.comparison = list(queue), None, None
            self.recipe = self._studio.desk.lasting_recipe()
            self.planned.emit(self.trials)
        self._begin()

    def open(self, path: Path) -> None:
        """Show an experiment of before; it can go on where it was stopped. Raises UsageError while another one runs."""
        from vae_studio.gui.workers.experiment_worker import open_experiment

        if self.phase is not Phase.IDLE:
            raise UsageError("Stop the experiment that is running first, then open another.")
        job, title = open_experiment(path), "Opening the experiment"
        self._studio.jobs.start("experiment", title, job, self._on_opened, lambda told: self.told.emit("error", told))

    def stop(self) -> None:
        """Stop and save; the queue can go on later."""
        if self._worker is not None and self.phase is not Phase.STOPPING:
            self._set_phase(Phase.STOPPING)
            self._worker.stop()

    def close(self) -> str:
        """Stop, save, and wait for the thread; return why that failed, or nothing."""
        self._timer.stop()
        worker = self._worker
        if worker is None:
            return ""
        worker.stop()
        wait_for(worker, STOP_MS)
        kind, sentence = worker.outcome
        if kind != "failed":
            self._worker = None
            return ""
        self._on_ended(kind, sentence)  # its own signal would come too late
        return sentence

    def _begin(self) -> None:
        from vae_studio.gui.workers.experiment_worker import ExperimentWorker, Plan

        studio = self._studio
        same = self.recipe.data == studio.desk.lasting_recipe().data
        images = studio.images if same else None
        worker = ExperimentWorker(Plan(self.recipe, self.trials, images, studio.device, self.path), self)
        worker.prepared.connect(self._mine(worker, self._on_prepared))
        worker.run_ended.connect(self._mine(worker, self._on_run_ended))
        worker.ended.connect(self._mine(worker, self._on_ended))
        worker.finished.connect(worker.deleteLater)
        self._worker = worker
        self._timer.start()
        worker.start()

    def _mine(self, worker: "ExperimentWorker", then: Callable[..., None]) -> Callable[..., None]:
        """Return a slot that hears one worker, and nothing of it once another has taken its place."""

        def slot(*news: object) -> None:
            if self._worker is worker:
                then(*news)

        return slot

    def _on_opened(self, opened: "OpenedExperiment") -> None:
        if self.phase is not Phase.IDLE:
            return
        folder = opened.folder
        self.trials, self.path, self.comparison = folder.trials, folder.path, opened.comparison
        self.recipe = Recipe.from_toml(folder.recipe)
        self.planned.emit(self.trials)
        for outcome in folder.in_order():
            self.run_ended.emit(outcome, opened.comparison)
        left = len(self.pending)
        waiting = f": {counted(left, 'of its runs waits', 'of its runs wait')}; press Start to go on."
        more = waiting if left else ": all of its runs are done."
        self.told.emit("info", f"The experiment {folder.path.name}{more}")

    def _on_prepared(self, path: Path) -> None:
        self.path = path
        if self.phase is Phase.PREPARING:
            self._set_phase(Phase.TRAINING)

    def _on_run_ended(self, outcome: "Outcome", comparison: Comparison) -> None:
        self._on_timer_ticked()
        self.comparison = comparison
        self.run_ended.emit(outcome, comparison)

    def _on_timer_ticked(self) -> None:
        if self._worker is not None and "standing" in (news := self._worker.mailbox.take()):
            self.stood.emit(news["standing"])

    def _on_ended(self, kind: str, sentence: str) -> None:
        self._timer.stop()
        self._on_timer_ticked()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.wait(STOP_MS)
        self._set_phase(Phase.IDLE)
        self.told.emit("error" if kind == "failed" else "info", sentence)
