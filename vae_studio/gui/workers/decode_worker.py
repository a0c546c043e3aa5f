"""The thread that decodes for the window: the newest request of each kind wins, stale ones are dropped."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from vae_studio.errors import StudioError

if TYPE_CHECKING:  # it brings torch, and the window opens before torch is loaded
    from vae_studio.runs.snapshot import Snapshot

Request = Callable[["Snapshot"], Any]
LANES = (
    "point",
    "around",
    "hover",
    "path",
    "pairs",
    "noise",
    "sample",
    "book",
    "ground",
    "trust",
    "rows",
    "faith",
    "moments",
    "moment",
    "ahead",
    "reports",
)  # in the order they are served: what the hand waits for comes first


@dataclass(frozen=True)
class Answer:
    """What came of a request; `failure` is a sentence, or empty."""

    lane: str
    stamp: int
    result: Any
    failure: str = ""


class DecodeWorker(QThread):
    """Serves requests from the newest snapshot; while there is none, they wait."""

    answered = Signal(object)  # Answer, in any lane but that of the point
    point_answered = Signal(object)  # Answer; the hand waits for it, so nobody else is woken for it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._requests: dict[str, tuple[int, Request]] = {}
        self._snapshot: Snapshot | None = None
        self._stamp = 0
        self._over = False

    def set_snapshot(self, snapshot: "Snapshot | None") -> None:
        """Decode from these weights from now on; None lets requests wait."""
        with self._wake:
            self._snapshot = snapshot
            self._wake.notify()

    def ask(self, lane: str, request: Request) -> int:
        """Replace what waits in a lane; return the stamp that its answer will carry."""
        with self._wake:
            self._stamp += 1
            self._requests[lane] = (self._stamp, request)
            self._wake.notify()
            return self._stamp

    def forget(self) -> None:
        """Drop all waiting requests."""
        with self._wake:
            self._requests.clear()

    def end(self) -> None:
        """Let the thread end after the request at hand."""
        with self._wake:
            self._over = True
            self._wake.notify()

    def run(self) -> None:
        """Serve until `end`."""
        threads_set = False
        while (work := self._next()) is not None:
            if not threads_set:  # one core for the hand, the others for the training
                from vae_studio.device import use_one_core  # it brings torch, which is there once there is a snapshot

                use_one_core()
                threads_set = True
            answer = _serve(*work)
            (self.point_answered if answer.lane == "point" else self.answered).emit(answer)
            del work, answer  # or these weights stay in memory until somebody asks again

    def _next(self) -> tuple[str, int, Request, "Snapshot"] | None:
        with self._wake:
            while not self._over and (self._snapshot is None or not self._requests):
                self._wake.wait()
            if self._over or self._snapshot is None:
                return None
            lane = next(lane for lane in LANES if lane in self._requests)
            stamp, request = self._requests.pop(lane)
            return lane, stamp, request, self._snapshot


def _serve(lane: str, stamp: int, request: Request, snapshot: "Snapshot") -> Answer:
    try:
        return Answer(lane, stamp, request(snapshot))
    except StudioError as error:
        return Answer(lane, stamp, None, str(error))
    except Exception as error:
        logging.getLogger(__name__).exception("decoding failed")
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        return Answer(lane, stamp, None, f"Decoding failed: {reason}. The log has the details.")
