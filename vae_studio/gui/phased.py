"""The phases of work that trains in a thread, and its pause."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from vae_studio.gui.workers.pausable_thread import PausableThread

STOP_MS = 300_000  # a stop waits for one batch and one save, on a busy computer and a slow disk


class Phase(StrEnum):
    """What the work is at."""

    IDLE = "idle"
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"


class Phased(QObject):
    """Knows the phase of its work, and the thread that does it while there is one."""

    phase_changed = Signal(object)  # Phase

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase = Phase.IDLE
        self._worker: PausableThread | None = None

    def pause(self) -> None:
        """Pause, or go on."""
        if self._worker is None:
            return
        if self.phase is Phase.TRAINING:
            self._worker.pause()
            self._set_phase(Phase.PAUSED)
        elif self.phase is Phase.PAUSED:
            self._worker.resume()
            self._set_phase(Phase.TRAINING)

    def _set_phase(self, phase: Phase) -> None:
        self.phase = phase
        self.phase_changed.emit(phase)
