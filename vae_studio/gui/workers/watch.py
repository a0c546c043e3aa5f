"""A watch on a request: it is told how far the work is, and can end it."""

import threading
import time

from PySide6.QtCore import QObject, Signal

from vae_studio.errors import CancelledError

_REPORT_SECONDS = 0.1


class Watch(QObject):
    """Given to a request as its `progress`; made and cancelled by who asks."""

    progressed = Signal(float, str)  # share in 0..1 or -1, sentence

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = threading.Event()
        self._next = 0.0

    def cancel(self) -> None:
        """End the work at its next report."""
        self._cancelled.set()

    def __call__(self, share: float, sentence: str) -> None:
        """Report; raises CancelledError once the work is not wanted any more."""
        if self._cancelled.is_set():
            raise CancelledError("Cancelled.")
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _REPORT_SECONDS
            self.progressed.emit(share, sentence)
