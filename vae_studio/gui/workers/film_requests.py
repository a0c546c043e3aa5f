"""What the morph asks the decoder: the film through its stops, and the numbers beside each kind of path."""

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.gui.workers.decode_worker import Request
from vae_studio.gui.workers.requests import Morph
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.key_frame import KeyFrame
from vae_studio.latent.path import Curve
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.path_report import PathReport
from vae_studio.latent.timing import Timing

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

_CURVE_POINTS = 60  # drawn between two stops
_MEASURED = 24  # frames between two stops for the numbers beside a path
_BATCH = 256  # decoded between two looks at whether it is still wanted
_MOST_CURVES = 12
_MOST_BYTES = 256 << 20  # of the frames that the window plays; the file always has all


class Curves:
    """The curves that were found last: a geodesic takes seconds, and times are edited one by one.

    Lives on the thread of its worker, where each request is made.
    """

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._curves: OrderedDict[tuple[bytes, str, bool], Curve] = OrderedDict()

    def decode_film(
        self, path: CodePath, timing: Timing, keys: tuple[KeyFrame, ...], fps: float, progress: Progress
    ) -> Request:
        """Ask for the film along a path -> Morph."""

        def request(snapshot: "Snapshot") -> Morph:
            from vae_studio.latent.walk import paced

            moments = timing.moments(len(path.stops), keys, fps)
            curve = self._curve(path, snapshot, progress)
            walked, moments = paced(curve, path.segments, timing, keys, moments, snapshot.decode_floats, progress)
            drawn = curve(np.linspace(0, 1, _CURVE_POINTS * path.segments + 1))
            codes = walked(moments)
            stride = -(-len(codes) * int(np.prod(snapshot.shape)) // _MOST_BYTES)
            frames = _decoded(snapshot, codes[::stride], progress)
            return Morph(snapshot.decode(path.stops.copy()), drawn, codes, frames, stride)

        return request

    def measure(self, path: CodePath, cloud: Cloud | None, progress: Progress) -> Request:
        """Ask for the numbers beside a path, walked at even steps in the codes -> PathReport."""

        def request(snapshot: "Snapshot") -> PathReport:
            curve = self._curve(path, snapshot, progress)
            codes = curve(np.linspace(0, 1, _MEASURED * path.segments + 1))
            known = cloud is not None and cloud.codes.dim == path.dim and len(cloud.codes.finite_rows())
            support = None  # of entries of a code book there is none
            if known and cloud is not None and snapshot.book is None:
                support = cloud.density.support(codes, progress)
            return PathReport.of(codes, snapshot.decode_floats, support, progress=progress)

        return request

    def _curve(self, path: CodePath, snapshot: "Snapshot", progress: Progress) -> Curve:
        if snapshot is not self._snapshot:
            self._snapshot = snapshot
            self._curves.clear()
        key = (path.stops.tobytes(), path.kind, path.closed)
        if key not in self._curves:
            self._curves[key] = path.curve(snapshot.decode_mean, progress)
        self._curves.move_to_end(key)
        while len(self._curves) > _MOST_CURVES:
            self._curves.popitem(last=False)
        return self._curves[key]


def decode_stop(stops: Floats) -> Request:
    """Ask for the picture of a single stop [1, D] -> Morph without frames."""

    def request(snapshot: "Snapshot") -> Morph:
        pictures = snapshot.decode(stops)
        return Morph(pictures, stops[:0], stops[:0], pictures[:0])

    return request


def _decoded(snapshot: "Snapshot", codes: Floats, progress: Progress) -> Pictures:
    pictures = np.empty((len(codes), *snapshot.shape), np.uint8)
    for start in range(0, len(codes), _BATCH):
        progress(start / len(codes), "Decoding the frames.")
        pictures[start : start + _BATCH] = snapshot.decode(codes[start : start + _BATCH])
    return pictures
