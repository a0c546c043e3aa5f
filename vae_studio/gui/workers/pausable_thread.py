"""A thread whose work can be paused between two events and stopped after one."""

import threading

from PySide6.QtCore import QObject, QThread


class PausableThread(QThread):
    """Work asks `_stop` whether to end, and waits at `_go` while it is paused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop, self._go = threading.Event(), threading.Event()
        self._go.set()

    def pause(self) -> None:
        """Wait at the next event until `resume`."""
        self._go.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._go.set()

    def stop(self) -> None:
        """Save and end after the event at hand."""
        self._stop.set()
        self._go.set()
