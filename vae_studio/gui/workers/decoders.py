"""The window's two decoders: one for what the hand waits for, one for films."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_studio.gui.workers.decode_worker import DecodeWorker

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot


class Decoders(QObject):
    """Two threads that decode from the same weights: a geodesic takes seconds, and a click must not wait for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.places = DecodeWorker(self)
        self.films = DecodeWorker(self)
        for worker in (self.places, self.films):
            worker.start()

    def set_snapshot(self, snapshot: "Snapshot | None") -> None:
        """Decode from these weights from now on; None lets requests wait."""
        for worker in (self.places, self.films):
            worker.set_snapshot(snapshot)

    def end(self) -> None:
        """End both threads after the requests at hand."""
        for worker in (self.places, self.films):
            worker.end()
        for worker in (self.places, self.films):
            worker.wait()
