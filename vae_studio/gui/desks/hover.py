"""The hover desk: what is known of the picture under the cursor."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_studio.gui.explorer import Explorer
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker, Request
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.plane import Plane

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

NEIGHBOURS = 6
_LARGEST = 60.0  # of a log variance


@dataclass(frozen=True, eq=False)
class Hovered:
    """A picture's posterior on the plane, and its nearest pictures in all dimensions."""

    number: int
    covariance: npt.NDArray[np.float64]  # [2, 2]
    neighbours: npt.NDArray[np.int64]  # [K], numbers of pictures, the nearest first


class HoverDesk(QObject):
    """Asks beside the window: a search in many dimensions would hold up the hand."""

    found = Signal(object)  # Hovered, of the newest question only

    def __init__(self, decoder: DecodeWorker, explorer: Explorer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decoder, self._explorer = decoder, explorer
        self._stamp = 0
        decoder.answered.connect(self._on_decoder_answered)

    def ask(self, number: int) -> None:
        """Ask about a picture; -1 for none."""
        cloud = self._explorer.cloud
        self._stamp = 0
        if number >= 0 and cloud is not None:
            self._stamp = self._decoder.ask("hover", look_up(number, cloud, self._explorer.plane))

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane == "hover" and answer.stamp == self._stamp and answer.result is not None:
            self.found.emit(answer.result)


def look_up(number: int, cloud: Cloud, plane: Plane) -> Request:
    """Ask for a picture's posterior and neighbours -> Hovered, or None when its code is not finite or not there."""

    def request(_snapshot: "Snapshot") -> Hovered | None:
        rows = np.flatnonzero(cloud.indices == number)
        if len(rows) == 0 or plane.dim != cloud.codes.dim or not np.isfinite(cloud.codes.mu[rows[0]]).all():
            return None
        variance = np.exp(np.minimum(cloud.codes.log_var[rows[0]].astype(np.float64), _LARGEST))
        nearest, _ = cloud.nearest(cloud.codes.mu[rows[0]], NEIGHBOURS + 1)
        others = nearest[nearest != number][:NEIGHBOURS]
        return Hovered(number, (plane.axes * variance) @ plane.axes.T, others)

    return request
