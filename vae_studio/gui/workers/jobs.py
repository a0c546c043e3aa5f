"""The long jobs of the window, and who runs them."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from vae_studio.gui.workers.job_worker import Job, JobWorker
from vae_studio.gui.workers.late_threads import wait_for

_WAIT_MS = 20_000


class Jobs(QObject):
    """Runs jobs side by side; in each slot the newest counts, an older one is cancelled and its end ignored."""

    started = Signal(str, str)  # slot, title
    progressed = Signal(str, float, str)  # slot, share in 0..1 or -1, sentence
    ended = Signal(str)  # slot
    failed = Signal(str)  # a sentence

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest: dict[str, JobWorker] = {}
        self._given_up: dict[str, Callable[[], object]] = {}  # what to do when the user cancels
        self._alive: set[JobWorker] = set()

    def start(
        self,
        slot: str,
        title: str,
        job: Job,
        done: Callable[[Any], None],
        failed: Callable[[str], None] | None = None,
        quiet: bool = False,
        given_up: Callable[[], object] = lambda: None,
    ) -> None:
        """Run a job; `done` gets its result, `failed` the sentence (by default it is reported to all).

        A quiet job shows no progress: nobody waits for it. `given_up` is called when the user cancels the job, and not
        when the program does, which knows already.
        """
        self.cancel(slot)
        self._given_up[slot] = given_up
        worker = JobWorker(job, title, self)
        self._newest[slot] = worker
        self._alive.add(worker)
        worker.progressed.connect(lambda share, text: self._on_progressed(slot, worker, share, text))
        worker.succeeded.connect(lambda result: self._on_ended(slot, worker, lambda: done(result)))
        worker.failed.connect(lambda text: self._on_ended(slot, worker, lambda: (failed or self.failed.emit)(text)))
        worker.cancelled.connect(lambda: self._on_ended(slot, worker, given_up))
        worker.finished.connect(lambda: self._on_finished(worker))
        if not quiet:
            self.started.emit(slot, title)
        worker.start()

    def cancel(self, slot: str) -> None:
        """Cancel what runs in a slot."""
        worker = self._newest.pop(slot, None)
        if worker is not None:
            worker.cancel()
            self.ended.emit(slot)

    def give_up(self, slot: str) -> None:
        """Cancel what runs in a slot because the user wants it, and let know who has asked for it."""
        if self.running(slot):
            given_up = self._given_up[slot]
            self.cancel(slot)
            given_up()

    def running(self, slot: str) -> bool:
        """Tell whether a slot is busy."""
        return slot in self._newest

    def end(self) -> None:
        """Cancel everything and wait for the threads."""
        for slot in list(self._newest):
            self.cancel(slot)
        for worker in list(self._alive):
            if not wait_for(worker, _WAIT_MS):  # a job that imports torch on a busy computer hears nothing meanwhile
                self._alive.discard(worker)

    def _on_progressed(self, slot: str, worker: JobWorker, share: float, text: str) -> None:
        if self._newest.get(slot) is worker:
            self.progressed.emit(slot, share, text)

    def _on_ended(self, slot: str, worker: JobWorker, then: Callable[[], object]) -> None:
        if self._newest.get(slot) is worker:
            del self._newest[slot]
            self.ended.emit(slot)
            then()

    def _on_finished(self, worker: JobWorker) -> None:
        self._alive.discard(worker)
        worker.deleteLater()
