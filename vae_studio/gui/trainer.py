"""The trainer: from pressing Train to the last word of the training thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vae_studio.gui.phased import STOP_MS, Phase, Phased
from vae_studio.gui.workers.job_worker import Job
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.gui.workers.late_threads import wait_for

if TYPE_CHECKING:
    from vae_studio.gui.workers.training_worker import Look, Outcome, TrainingWorker
    from vae_studio.runs.run import Run

_TICK_MS = 50  # how often the newest state of the training is drawn


class Trainer(Phased):
    """Trains one run at a time on its own thread, and passes on what it reports."""

    started = Signal(object)  # Run
    progressed = Signal(object)  # training.events.Progress
    epoch_finished = Signal(object)  # training.events.EpochDone
    curves_changed = Signal(object)  # {(train or held_out, term): (epochs, nats)}
    looked = Signal(object, object)  # Run, Look
    ended = Signal(object, object)  # Run, Outcome; already idle again
    warned = Signal(str)  # training goes on, but for instance cannot be saved
    failed = Signal(str)  # the run could not begin

    _worker: "TrainingWorker | None"

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._number = 0
        self._look: Look | None = None  # that is not told yet
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_timer_ticked)

    def begin(self, preparation: Job) -> None:
        """Prepare a run in the background, then train it."""
        self._set_phase(Phase.PREPARING)
        self._jobs.start("train", "Preparing the run", preparation, self._on_run_ready, self._on_run_failed)

    def stop(self) -> None:
        """Stop after the current batch and save; training can go on later."""
        if self.phase is Phase.PREPARING:
            self._jobs.cancel("train")
            self._set_phase(Phase.IDLE)
        elif self._worker is not None and self.phase in (Phase.TRAINING, Phase.PAUSED):
            self._set_phase(Phase.STOPPING)
            self._worker.stop()

    def close(self) -> None:
        """Stop, save, and wait for the thread; of its end only that is told which the disk has refused."""
        self._timer.stop()
        worker = self._worker
        if worker is None:
            return
        worker.stop()
        wait_for(worker, STOP_MS)
        if worker.outcome is not None and worker.outcome.kind == "unsaved":
            self._on_worker_ended(self._number, worker.outcome)  # its own signal would come too late
        self._worker = None

    def _on_run_ready(self, run: "Run") -> None:
        from vae_studio.gui.workers.training_worker import TrainingWorker

        self._number += 1
        self._look = None
        self.started.emit(run)
        self._worker = TrainingWorker(run, self._number, self)
        self._worker.ended.connect(self._on_worker_ended)
        self._worker.finished.connect(self._worker.deleteLater)
        self._set_phase(Phase.TRAINING)
        self._timer.start()
        self._worker.start()

    def _on_run_failed(self, sentence: str) -> None:
        self._set_phase(Phase.IDLE)
        self.failed.emit(sentence)

    def _on_timer_ticked(self) -> None:
        """Tell what is new; curves and a look, which take a frame each to draw, at different ticks."""
        if self._worker is None:
            return
        if not self._tell():
            self._tell_look()

    def _tell(self) -> bool:
        """Tell all that is new but a look, which is kept; return whether curves were told."""
        assert self._worker is not None
        news = self._worker.mailbox.take()
        for topic, signal in (
            ("progress", self.progressed),
            ("epoch", self.epoch_finished),
            ("curves", self.curves_changed),
            ("warning", self.warned),
        ):
            if topic in news:
                signal.emit(news[topic])
        self._look = news.get("look", self._look)
        return "curves" in news

    def _tell_look(self) -> None:
        look, self._look = self._look, None
        if look is not None and self._worker is not None:
            self.looked.emit(self._worker.training_run, look)

    def _on_worker_ended(self, number: int, outcome: "Outcome") -> None:
        if number != self._number or self._worker is None:  # an old worker's last word
            return
        self._timer.stop()
        self._tell()
        self._tell_look()
        worker, self._worker = self._worker, None
        worker.wait(STOP_MS)
        self._set_phase(Phase.IDLE)
        self.ended.emit(worker.training_run, outcome)
