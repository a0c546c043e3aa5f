"""The window's decoders: one for what the hand waits for, one for films, one for what may come a little later."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from vae_studio.gui.workers.decode_worker import DecodeWorker
from vae_studio.gui.workers.late_threads import wait_for

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

_WAIT_MS = 20_000  # a geodesic takes seconds, on a busy computer more


class Decoders(QObject):
    """Threads that decode from the same weights: a geodesic takes seconds, and a click must not wait for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.places = DecodeWorker(self)
        self.films = DecodeWorker(self)
        self.judges = DecodeWorker(self)
        self.lands = DecodeWorker(self)
        self.replays = DecodeWorker(self)
        self._newest: Snapshot | None = None
        self._past: Snapshot | None = None  # that places are decoded from meanwhile
        self._label = 0
        self._all = (self.places, self.films, self.judges, self.lands, self.replays)
        for worker in self._all:
            worker.start()

    def set_snapshot(self, snapshot: "Snapshot | None") -> "Snapshot | None":
        """Decode from these weights from now on, with the chosen label; None lets requests wait."""
        self._newest, self._past = self._labelled(snapshot), None
        for worker in self._all:
            worker.set_snapshot(self._newest)
        return self._newest

    def set_label(self, label: int) -> "Snapshot | None":
        """Decode with this label from now on, where the run is conditional; return the newest weights with it."""
        self._label = label
        past = self._past
        newest = self.set_snapshot(self._newest)
        if past is not None:
            self.look_back(past)
        return newest

    def look_back(self, snapshot: "Snapshot") -> None:
        """Decode places from the weights of an earlier moment; films are always those of the newest."""
        self._past = self._labelled(snapshot)
        for worker in (self.places, self.judges, self.lands):
            worker.set_snapshot(self._past)

    def look_forward(self) -> None:
        """Decode everything from the newest weights again."""
        self.set_snapshot(self._newest)

    def _labelled(self, snapshot: "Snapshot | None") -> "Snapshot | None":
        fits = snapshot is not None and 0 <= self._label < snapshot.classes
        return snapshot.given(self._label) if snapshot is not None and fits else snapshot

    def end(self) -> None:
        """End the threads after the requests at hand; one that hears nothing for long does not hold the end."""
        for worker in self._all:
            worker.end()
        for worker in self._all:
            wait_for(worker, _WAIT_MS)
