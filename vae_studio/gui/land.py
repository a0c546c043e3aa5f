"""The land under the points: which kind is shown, and the tiles of it that are asked of the decoder."""

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from vae_studio.gui.explorer import Explorer
from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.plots.land_kind import DECODED, LANDS, SUPPORT
from vae_studio.gui.plots.land_layer import LandLayer
from vae_studio.gui.plots.tile_cache import TileCache
from vae_studio.gui.plots.tile_grid import TileKey, tiles_in
from vae_studio.gui.widgets.images import Picture, to_qimage
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.land_requests import Drawn, Order, draw_tiles
from vae_studio.latent.plane import Plane

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

_SECONDS = 0.05  # that one batch of tiles may take: what went out of sight meanwhile is not drawn
_COARSE = 2  # levels: a sixteenth of the tiles, drawn first where there is nothing at all
_FIRST_BATCH = {"stretch": 4}  # tiles, before it is known how long one takes
_TURNED = 0.2  # of a plane's axes, or of its origin in units of the view: more is another plane


class Land(QObject):
    """Keeps the decoder at work on the tiles that are in sight, and only on those; one batch is under way at a time."""

    changed = Signal()  # there is something else to paint
    failed = Signal(str)

    def __init__(self, decoder: DecodeWorker, explorer: Explorer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decoder, self._explorer = decoder, explorer
        self._cache = TileCache()
        self.layer = LandLayer(self._cache)
        self._veiled, self._veilable = self.layer.veiled, True
        self.counted = 0  # pictures that density and support come from, when that is not all of them
        self._camera: Camera | None = None
        self._plane: Plane | None = None
        self._cloud = explorer.cloud
        self._stamp = 0  # of the batch under way, or 0
        self._order: Order | None = None  # what the decoder draws when it gets to it
        self._pace: dict[str, float] = {}  # seconds for a tile of each kind
        decoder.answered.connect(self._on_decoder_answered)
        explorer.weights_changed.connect(self._on_weights_changed)
        explorer.cloud_changed.connect(self._on_cloud_changed)
        explorer.chart.changed.connect(self._on_plane_changed)
        explorer.chart.shifted.connect(self._on_plane_changed)

    @property
    def kind(self) -> str:
        """The kind of land that is shown, a name of LANDS."""
        return self.layer.kind

    def show(self, kind: str) -> None:
        """Show another kind of land, or "none"."""
        if kind != self.layer.kind:
            self.layer.kind = kind
            self._refresh()

    def set_veiled(self, veiled: bool) -> None:
        """Veil decoded land on which no data lies, or show it bare."""
        self._veiled = veiled
        self.layer.veiled = veiled and self._veilable
        self._refresh()

    def set_veilable(self, veilable: bool) -> None:
        """Let decoded land be veiled, or not where no support can be measured."""
        if veilable != self._veilable:
            self._veilable = veilable
            self.layer.veiled = self._veiled and veilable
            self._refresh()

    def look(self, camera: Camera) -> None:
        """Follow the view of the map."""
        self._camera = camera
        self._ask()

    def is_complete(self) -> bool:
        """Tell whether all that is in sight has been drawn from the newest weights and codes."""
        return not self._wanted(coarse=False)

    def span(self) -> tuple[float, float] | None:
        """Return the values at the two ends of the colours in sight; None for pictures."""
        return None if self._camera is None else self.layer.span(self._camera)

    @property
    def counted_in_sight(self) -> int:
        """How many pictures the density in sight comes from, when that is not all of them; else 0."""
        return self.counted if set(self._kinds()) & {"density", SUPPORT} else 0

    def _refresh(self) -> None:
        self._ask()
        self.changed.emit()

    def _on_weights_changed(self) -> None:
        for kind in (DECODED, "stretch"):
            self._cache.expire(kind)
        self._ask()

    def _on_cloud_changed(self) -> None:
        if self._explorer.cloud is None:  # another run
            self._cache.clear()
            self._pace.clear()
        for kind in ("density", SUPPORT):
            self._cache.expire(kind)
        self._cloud = self._explorer.cloud
        self._on_plane_changed()

    def _on_plane_changed(self) -> None:
        """Draw everything anew; what was there stays in sight meanwhile unless it has nothing to do with the plane."""
        before, self._plane = self._plane, self._explorer.plane
        if before is not None and not _same(before, self._plane):
            if _turned(before, self._plane):
                self._cache.clear()
            for kind in LANDS:
                self._cache.expire(kind)
        self._refresh()

    # The batches

    def _kinds(self) -> list[str]:
        if self.kind == "none" or not self._explorer.chart.exact:
            return []
        return [DECODED, SUPPORT] if self.kind == DECODED and self.layer.veiled else [self.kind]

    def _wanted(self, coarse: bool = True) -> tuple[TileKey, ...]:
        """Return the tiles of one kind to draw next, the most wanted first."""
        if self._camera is None or self._explorer.cloud is None:
            return ()
        seen = [tiles_in(kind, self._camera.rect(), self.layer.level(kind, self._camera)) for kind in self._kinds()]
        missing = [[key for key in keys if not self._cache.fresh(key)] for keys in seen]
        if coarse:
            for keys in missing:
                bare = [key for key in keys if self._cache.get(key) is None and self._cache.around(key) is None]
                if bare:
                    return tuple(dict.fromkeys(key.above(_COARSE) for key in bare))
        return tuple(next(filter(None, missing), ()))

    def _ask(self) -> None:
        keys = self._wanted()
        if not keys:
            self._order = None
        else:
            kind = keys[0].kind
            pace = self._pace.get(kind)
            most = _FIRST_BATCH.get(kind, 16) if pace is None else max(1, math.floor(_SECONDS / max(pace, 1e-5)))
            generation = self._cache.generation(kind)
            plane = self._explorer.plane
            self._order = Order(kind, keys[:most], generation, self._cache.era, plane, self._cloud)
            if self._stamp == 0:
                self._stamp = self._decoder.ask("ground", self._draw)

    def _draw(self, snapshot: "Snapshot") -> Drawn | None:
        """Draw what is wanted when the decoder gets to it, which may be other tiles than when it was asked."""
        order = self._order
        return None if order is None else draw_tiles(snapshot, order)

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane != "ground" or answer.stamp != self._stamp:
            return
        self._stamp = 0
        if answer.failure:
            self.failed.emit(answer.failure)
            return
        drawn: Drawn | None = answer.result
        if drawn is not None:
            self._keep(drawn)
        self._ask()  # the decoder goes on while the map paints
        if drawn is not None:
            self.changed.emit()

    def _keep(self, drawn: Drawn) -> None:
        order = drawn.order
        pace = drawn.seconds / max(1, len(order.keys))
        self._pace[order.kind] = pace if order.kind not in self._pace else 0.5 * (pace + self._pace[order.kind])
        if order.era != self._cache.era:
            return
        if drawn.counted is not None:
            self.counted = drawn.counted
        cells = LANDS[order.kind].cells
        for key, content in zip(order.keys, drawn.contents, strict=True):
            if order.kind == DECODED:
                self.layer.side = max(content.shape[:2]) // cells
            shown = _tile_image(content, cells) if order.kind == DECODED else content
            self._cache.put(key, shown, order.generation)


def _tile_image(pictures: Picture, cells: int) -> QImage:
    """Return the pictures of a tile as a square image in the format that is painted fastest."""
    height, width, channels = pictures.shape
    side = max(height, width)
    if height == width:
        return to_qimage(pictures).convertToFormat(QImage.Format.Format_RGB32)
    high, wide = height // cells, width // cells
    cell = max(high, wide)
    square = np.zeros((cells, cell, cells, cell, 4), np.uint8)
    top, left = (cell - high) // 2, (cell - wide) // 2
    inner = square[:, top : top + high, :, left : left + wide]
    inner[..., :3] = pictures.reshape(cells, high, cells, wide, channels)
    inner[..., 3] = 255
    image = to_qimage(square.reshape(side, side, 4))
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _same(a: Plane, b: Plane) -> bool:
    return a.dim == b.dim and np.array_equal(a.axes, b.axes) and np.array_equal(a.origin, b.origin)


def _turned(a: Plane, b: Plane) -> bool:
    """Tell whether two planes have so little in common that the land of one says nothing about the other's."""
    return a.dim != b.dim or float(np.abs(a.axes - b.axes).max()) > _TURNED
