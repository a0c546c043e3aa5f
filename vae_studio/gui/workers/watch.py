"""A watch on a request: it is told how far the work is, and can end it."""

import threading
import time
from collections.abc import Callable

from vae_studio.errors import CancelledError

_REPORT_SECONDS = 0.1


class Watch:
    """Given to a request as its `progress`; made and cancelled by who asks.

    No QObject: the last who knows of it is the thread that served the request, and Qt's things die in their own.
    """

    def __init__(self, report: Callable[["Watch", float], object]) -> None:
        self._report = report  # called in the thread that works, with the watch and a share in 0..1 or -1
        self._cancelled = threading.Event()
        self._next = 0.0

    def cancel(self) -> None:
        """End the work at its next report."""
        self._cancelled.set()

    def __call__(self, share: float, _sentence: str) -> None:
        """Report; raises CancelledError once the work is not wanted any more."""
        if self._cancelled.is_set():
            raise CancelledError("Cancelled.")
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _REPORT_SECONDS
            self._report(self, share)
