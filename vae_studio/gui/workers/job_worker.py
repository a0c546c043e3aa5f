"""Long jobs beside the window: each a function with progress, a cancel, and exactly one end."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from vae_studio.data.progress import Progress
from vae_studio.errors import CancelledError, StudioError

Job = Callable[[Progress], Any]
_REPORT_SECONDS = 0.05


class JobWorker(QThread):
    """Runs one job. Exactly one of `succeeded`, `failed` and `cancelled` is emitted."""

    progressed = Signal(float, str)  # share in 0..1 or -1, sentence
    succeeded = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, job: Job, title: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._job = job
        self._cancel = threading.Event()
        self._next_report = 0.0

    def cancel(self) -> None:
        """Ask the job to end; it does at its next report of progress."""
        self._cancel.set()

    def run(self) -> None:
        """Do the job."""
        try:
            result = self._job(self._report)
            if self._cancel.is_set():
                self.cancelled.emit()
            else:
                self.succeeded.emit(result)
        except CancelledError:
            self.cancelled.emit()
        except StudioError as error:
            self.failed.emit(str(error))
        except Exception as error:
            logging.getLogger(__name__).exception("%s failed", self.title)
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            self.failed.emit(f"{self.title} failed: {reason}. The log has the details.")

    def _report(self, share: float, sentence: str) -> None:
        if self._cancel.is_set():
            raise CancelledError("Cancelled.")
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + _REPORT_SECONDS
            self.progressed.emit(share, sentence)
