"""Everything that is seen on the map, and how it is painted, layer by layer."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPalette, QPen

from vae_studio.gui.plots import map_overlays as overlays
from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.plots.dot_layer import DotLayer
from vae_studio.gui.plots.hover_card import HoverCard
from vae_studio.gui.plots.hover_mark import HoverMark
from vae_studio.gui.plots.land_layer import LandLayer
from vae_studio.gui.plots.marker import Marker
from vae_studio.gui.plots.outline import Outline
from vae_studio.gui.plots.point_cloud import Colours, PointCloud
from vae_studio.gui.plots.thumb_layer import ThumbLayer
from vae_studio.gui.widgets.empty_text import paint_empty

Place = tuple[float, float]
Rect = tuple[float, float, float, float]  # x0, y0, x1, y1 on the map


def no_places() -> npt.NDArray[np.float32]:
    """Return an empty list of places, [0, 2]."""
    return np.zeros((0, 2), np.float32)


@dataclass
class MapScene:
    """The map's contents; the widget changes them and calls `paint`."""

    camera: Camera = field(default_factory=Camera)
    cloud: PointCloud = field(default_factory=lambda: PointCloud.of(no_places(), None, None))
    colours: Colours | None = None  # [L, 3]; None: one colour from the palette
    shades: Colours | None = None  # [C, 3], in place of the labels' colours
    label_names: tuple[str, ...] = ()
    land: LandLayer | None = None
    curve: npt.NDArray[np.float32] = field(default_factory=no_places)
    stops: npt.NDArray[np.float32] = field(default_factory=no_places)
    marker: Place | None = None
    path_marker: Place | None = None
    prior_visible: bool = False
    prior_lines: list[npt.NDArray[np.float32]] | None = None  # closed ones; None: a standard normal
    axis_names: tuple[str, str] = ("", "")
    note: str = ""
    empty: str = ""
    hovered: tuple[Place, HoverCard, QPointF] | None = None  # the point, its card, the cursor
    hover_mark: HoverMark | None = None  # around that point
    outline: Outline | None = None  # that is being drawn
    mark: Marker = field(default_factory=Marker)  # at the marker's place
    dots: DotLayer = field(default_factory=DotLayer)
    thumbs: ThumbLayer = field(default_factory=ThumbLayer)

    _still: QImage | None = None  # all that stays as it is while a marker moves
    _fresh: bool = False  # whether it shows what is there now

    def changed(self) -> None:
        """Have everything painted anew the next time, not only what moves over it: the markers, the path, the card."""
        self._fresh = False

    def paint(self, painter: QPainter, frame: QRectF, palette: QPalette) -> None:
        """Paint all layers."""
        ratio = painter.device().devicePixelRatioF()
        size = (frame.size() * ratio).toSize()
        if self._still is None or self._still.size() != size or self._still.devicePixelRatioF() != ratio:
            self._still, self._fresh = QImage(size, QImage.Format.Format_RGB32), False
        if not self._fresh:
            self._still.setDevicePixelRatio(ratio)
            self._paint_still(self._still, frame, palette, painter.font())
            self._fresh = True
        painter.drawImage(QPointF(0, 0), self._still)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_places(painter, palette, ratio)
        if (outline := self.outline) is not None:
            overlays.layer(painter, lambda: outline.paint(painter, self.camera, palette))
        if self.hovered is not None:
            self._paint_hovered(painter, frame, palette)

    def _paint_still(self, image: QImage, frame: QRectF, palette: QPalette, font: QFont) -> None:
        painter = QPainter(image)
        painter.setFont(font)
        painter.fillRect(frame, palette.color(QPalette.ColorRole.Base))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        land = self.land if self.land is not None and not self.land.empty and len(self.cloud) else None
        if land is not None:
            land.paint(painter, self.camera, frame, palette)
        if self.prior_visible:
            overlays.layer(painter, lambda: overlays.paint_prior(painter, self.camera, palette, self.prior_lines))
        if len(self.cloud):
            self.dots.paint(painter, self.cloud, self.camera, frame, self._colours(palette))
            self.thumbs.paint(painter, self.cloud, self.camera, self._colours(palette))
        if len(self.cloud):
            overlays.layer(painter, lambda: overlays.paint_axes(painter, self.camera, palette, self.axis_names))
        elif self.empty:
            paint_empty(painter, frame, palette, self.empty)
        if self.note:
            upper_left = self.axis_names[1] if len(self.cloud) else ""
            overlays.layer(painter, lambda: overlays.paint_note(painter, frame, palette, self.note, upper_left))
        painter.end()

    def _colours(self, palette: QPalette) -> Colours:
        if self.shades is not None:
            return self.shades
        if self.colours is not None:
            return self.colours
        accent = palette.color(QPalette.ColorRole.Highlight)
        return np.array([[accent.red(), accent.green(), accent.blue()]], np.uint8)

    def _paint_places(self, painter: QPainter, palette: QPalette, ratio: float) -> None:
        if len(self.stops) or len(self.curve):
            overlays.layer(painter, lambda: overlays.paint_path(painter, self.camera, palette, self.curve, self.stops))
        if (place := self.path_marker) is not None:
            overlays.layer(painter, lambda: overlays.paint_path_marker(painter, self.camera, palette, place))
        if (here := self.marker) is not None:
            self.mark.paint(painter, self.camera, palette, here, ratio)

    def _paint_hovered(self, painter: QPainter, frame: QRectF, palette: QPalette) -> None:
        assert self.hovered is not None
        (x, y), card, cursor = self.hovered
        if (mark := self.hover_mark) is not None:
            overlays.layer(painter, lambda: mark.paint(painter, self.camera, palette, (x, y)))
        middle = QPointF(*self.camera.to_widget(x, y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1.6))
        painter.drawEllipse(middle, 6.0, 6.0)
        overlays.layer(painter, lambda: card.paint(painter, frame, palette, cursor))
