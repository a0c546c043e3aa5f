"""The outline that is drawn around points: a box or a lasso, kept in places of the map."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF

from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.widgets.empty_text import faded
from vae_studio.latent.selection import inside_box, inside_polygon

Place = tuple[float, float]
Kind = Literal["lasso", "box"]
Mode = Literal["new", "add", "remove"]
_STEP = 2.0  # pixels between two corners of a lasso
_CLICK = 4.0  # pixels within which an outline is no more than a click


@dataclass
class Outline:
    """A box from its first to its last corner, or a lasso through all of them."""

    kind: Kind
    mode: Mode
    corners: list[Place] = field(default_factory=list)

    def extend(self, place: Place, camera: Camera) -> None:
        """Go on to a place."""
        if self.kind == "box" and len(self.corners) > 1:
            self.corners[-1] = place
        elif not self.corners or _apart(self.corners[-1], place, camera) >= _STEP:
            self.corners.append(place)

    def is_click(self, camera: Camera) -> bool:
        """Tell whether it never left the place where it began."""
        return all(_apart(self.corners[0], corner, camera) < _CLICK for corner in self.corners)

    def rows(self, xy: npt.NDArray[np.floating]) -> npt.NDArray[np.int64]:
        """Return the rows of the points xy [N, 2] that lie inside, ascending."""
        if self.kind == "lasso":
            return inside_polygon(xy, self.corners)
        (x0, y0), (x1, y1) = self.corners[0], self.corners[-1]
        return inside_box(xy, (x0, y0, x1, y1))

    def paint(self, painter: QPainter, camera: Camera, palette: QPalette) -> None:
        """Paint the line with a halo and a breath of colour inside."""
        corners = self.corners
        if self.kind == "box" and corners:
            (x0, y0), (x1, y1) = corners[0], corners[-1]
            corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        polygon = QPolygonF([QPointF(*camera.to_widget(x, y)) for x, y in corners])
        accent = palette.color(QPalette.ColorRole.Text if self.mode == "remove" else QPalette.ColorRole.Highlight)
        painter.setBrush(faded(accent, 0.1))
        painter.setPen(QPen(faded(palette.color(QPalette.ColorRole.Base), 0.8), 3.5))
        painter.drawPolygon(polygon, Qt.FillRule.OddEvenFill)
        style = Qt.PenStyle.DashLine if self.mode == "remove" else Qt.PenStyle.SolidLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(accent, 1.6, style))
        painter.drawPolygon(polygon)


def combined(before: npt.NDArray[np.int64], drawn: npt.ArrayLike, mode: Mode) -> npt.NDArray[np.int64]:
    """Return the numbers that are selected after an outline was drawn: each once, ascending."""
    drawn = np.asarray(drawn, np.int64)
    if mode == "new":
        before = before[:0]
    chosen = np.zeros(1 + max(int(before.max(initial=-1)), int(drawn.max(initial=-1))), np.bool_)
    chosen[before] = True
    chosen[drawn] = mode != "remove"
    return np.flatnonzero(chosen)


def _apart(a: Place, b: Place, camera: Camera) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1])) * camera.scale
