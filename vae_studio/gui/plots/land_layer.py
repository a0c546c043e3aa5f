"""The land under the points: tiles of decoded pictures, or a field of values as colours, and a veil over empty land."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPalette, QTransform

from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.plots.colour_table import colour_table
from vae_studio.gui.plots.land_kind import DECODED, LANDS, SUPPORT
from vae_studio.gui.plots.tile_cache import TileCache
from vae_studio.gui.plots.tile_grid import TILE, TileKey, level_for, tiles_in
from vae_studio.gui.widgets.empty_text import faded
from vae_studio.gui.widgets.images import argb_image

Values = npt.NDArray[np.float32]
_GAP = 2.0  # pixels between two decoded pictures
_STRENGTH = 0.72  # the points and what is written stay in front
_EMPTY, _THIN = 1.0, 6.0  # percent of support: below all is veiled, from the second on nothing
_VEIL = 0.8
_USUAL = (1.0, 99.0)  # percentiles of what is seen that get the ends of the colour table


@dataclass(frozen=True, eq=False)
class Field:
    """Values over a part of the map."""

    values: Values  # [rows, columns], the highest y first; nan where nothing is known yet
    rect: tuple[float, float, float, float]

    def span(self) -> tuple[float, float] | None:
        """Return the values for the two ends of the colour table, or None when nothing is known."""
        known = self.values[np.isfinite(self.values)]
        if len(known) == 0:
            return None
        low, high = np.percentile(known, _USUAL)
        return float(low), float(max(high, low + 1e-6))


class LandLayer:
    """Paints what there is of a kind of land; what is missing is shown coarser, or finer, until it comes."""

    def __init__(self, cache: TileCache) -> None:
        self.kind = "none"
        self.veiled = True
        self.side = 0  # pixels of a decoded picture's longer side; 0 until one is known
        self._cache = cache
        self._field: tuple[tuple[object, ...], Field] | None = None  # the last one, and what it was made of
        self._veil: tuple[tuple[object, ...], Field] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is no land to be seen."""
        return self.kind == "none"

    def paint(self, painter: QPainter, camera: Camera, frame: QRectF, palette: QPalette) -> None:
        """Paint the land in sight."""
        if self.kind == "none":
            return
        base = palette.color(QPalette.ColorRole.Base)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.kind == DECODED:
            self._paint_pictures(painter, camera)
            _paint_gaps(painter, camera, frame, base, 2.0 ** -self.level(DECODED, camera) / LANDS[DECODED].cells)
            painter.fillRect(frame, faded(base, 1 - _STRENGTH))
            if self.veiled:
                self._paint_veil(painter, camera, frame, palette)
        else:
            self._paint_field(painter, camera)
        painter.restore()

    def level(self, kind: str, camera: Camera) -> int:
        """Return the level of the tiles of a kind that suits the view.

        A decoded picture is seen at about its own size: more of them would cost more and show less of each. The veil
        over them has one value for each.
        """
        if self.kind != DECODED:
            return level_for(camera.scale)
        level = level_for(camera.scale, max(TILE, self.side * LANDS[DECODED].cells))
        return level if kind == DECODED else level - 1

    def span(self, camera: Camera) -> tuple[float, float] | None:
        """Return the values at the ends of the colours, or None for pictures and while nothing is known."""
        if self.kind in ("none", DECODED):
            return None
        return _bounds(self.kind, self.field(self.kind, camera))

    def field(self, kind: str, camera: Camera) -> Field:
        """Return the values in sight, put together from the best tiles there are."""
        level = self.level(kind, camera)
        keys = tiles_in(kind, camera.rect(), level)
        columns, rows = [key.column for key in keys], [key.row for key in keys]
        corner = (min(columns, default=0), max(rows, default=0))
        made_of = (kind, level, corner, len(keys), min(rows, default=0), self._cache.version)
        kept = self._veil if kind == SUPPORT else self._field
        if kept is not None and kept[0] == made_of:
            return kept[1]
        cells = LANDS[kind].cells
        size = (corner[1] - min(rows, default=0) + 1, max(columns, default=0) - corner[0] + 1)
        values = np.full((size[0] * cells, size[1] * cells), np.nan, np.float32)
        for key in keys:
            top, left = (corner[1] - key.row) * cells, (key.column - corner[0]) * cells
            values[top : top + cells, left : left + cells] = self._block(key, cells)
        side = 2.0**-level
        x0, y1 = corner[0] * side, (corner[1] + 1) * side
        made = Field(values, (x0, y1 - size[0] * side, x0 + size[1] * side, y1))
        if kind == SUPPORT:
            self._veil = (made_of, made)
        else:
            self._field = (made_of, made)
        return made

    def _block(self, key: TileKey, cells: int) -> Values:
        """Return the values of a tile, [cells, cells], taken from a larger one when it is not there."""
        content = self._cache.get(key)
        if isinstance(content, np.ndarray):
            return content
        found = self._cache.around(key)
        if found is None or isinstance(found[1], QImage):
            return np.full((cells, cells), np.nan, np.float32)
        left, top, side = key.within(found[0])
        steps = (np.arange(cells) + 0.5) / cells * side
        rows, columns = ((start + steps) * cells for start in (top, left))
        block: Values = found[1][np.ix_(rows.astype(np.int64), columns.astype(np.int64))]
        return block

    def _paint_pictures(self, painter: QPainter, camera: Camera) -> None:
        for key in tiles_in(DECODED, camera.rect(), self.level(DECODED, camera)):
            image = self._cache.get(key)
            target = _on_screen(key.rect, camera)
            if isinstance(image, QImage):
                painter.drawImage(target, image)
                continue
            larger = self._cache.around(key)
            if larger is not None and isinstance(larger[1], QImage):
                left, top, side = key.within(larger[0])
                width, height = larger[1].width(), larger[1].height()
                source = QRectF(left * width, top * height, side * width, side * height)
                painter.drawImage(target, larger[1], source)
            for smaller, part in self._cache.inside(key):
                if isinstance(part, QImage):
                    painter.drawImage(_on_screen(smaller.rect, camera), part)

    def _paint_field(self, painter: QPainter, camera: Camera) -> None:
        field = self.field(self.kind, camera)
        bounds = _bounds(self.kind, field)
        if bounds is not None:
            painter.drawImage(_on_screen(field.rect, camera), _coloured(field.values, bounds, LANDS[self.kind].table))

    def _paint_veil(self, painter: QPainter, camera: Camera, frame: QRectF, palette: QPalette) -> None:
        """Paint grey hatching over land without data, softly where there is little."""
        field = self.field(SUPPORT, camera)
        emptiness = np.clip((_THIN - field.values) / (_THIN - _EMPTY), 0, 1)
        alpha = np.round(np.nan_to_num(emptiness, nan=0.0) * 255).astype(np.uint32)
        if not alpha.any():
            return
        ratio = painter.device().devicePixelRatioF()
        sheet = QImage((frame.size() * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        inner = QPainter(sheet)
        inner.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inner.drawImage(_on_screen(field.rect, camera), argb_image(alpha << 24))
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        inner.fillRect(frame, faded(palette.color(QPalette.ColorRole.Base), _VEIL))
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
        hatch = QBrush(faded(palette.color(QPalette.ColorRole.Text), 0.16), Qt.BrushStyle.BDiagPattern)
        left, top = camera.to_widget(0, 0)  # the hatching moves with the land
        hatch.setTransform(QTransform.fromTranslate(left % 8, top % 8))
        inner.fillRect(frame, hatch)
        inner.end()
        painter.drawImage(QPointF(0, 0), sheet)


def _bounds(kind: str, field: Field) -> tuple[float, float] | None:
    span = field.span()
    return (0.0, 100.0) if LANDS[kind].percent and span is not None else span


def _on_screen(rect: tuple[float, float, float, float], camera: Camera) -> QRectF:
    return QRectF(QPointF(*camera.to_widget(rect[0], rect[3])), QPointF(*camera.to_widget(rect[2], rect[1])))


def _coloured(values: Values, bounds: tuple[float, float], table: str) -> QImage:
    low, high = bounds
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    known = ~np.isnan(share)
    rgb = colour_table(table)[np.where(known, share * 255, 0).astype(np.int64)].astype(np.uint32)
    words = 0xFF000000 | rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]
    return argb_image(np.where(known, words, 0).astype(np.uint32))


def _paint_gaps(painter: QPainter, camera: Camera, frame: QRectF, base: QColor, side: float) -> None:
    """Part the pictures, so wide on the map, by thin lines."""
    x0, y0, x1, y1 = camera.rect()
    for number in range(int(np.ceil(x0 / side)), int(np.floor(x1 / side)) + 1):
        left, _ = camera.to_widget(number * side, 0)
        painter.fillRect(QRectF(left - _GAP / 2, frame.top(), _GAP, frame.height()), base)
    for number in range(int(np.ceil(y0 / side)), int(np.floor(y1 / side)) + 1):
        _, top = camera.to_widget(0, number * side)
        painter.fillRect(QRectF(frame.left(), top - _GAP / 2, frame.width(), _GAP), base)
