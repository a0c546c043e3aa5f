"""What is painted around the point under the cursor: how sure its code is, and where its true neighbours lie."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF

from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.widgets.empty_text import faded

Floats = npt.NDArray[np.floating]
_TURNS = np.linspace(0, 2 * np.pi, 65)
_WIDEST = 20_000.0  # pixels: an ellipse beyond has no edge in sight


@dataclass(frozen=True, eq=False)
class HoverMark:
    """The posterior of a point, as it is seen on the map, and the places of its neighbours."""

    covariance: Floats | None  # [2, 2], of the posterior; None when the map has no such thing
    neighbours: Floats  # [K, 2]

    def paint(self, painter: QPainter, camera: Camera, palette: QPalette, place: tuple[float, float]) -> None:
        """Paint lines to the neighbours, and ellipses at one and two standard deviations."""
        middle = QPointF(*camera.to_widget(*place))
        text, base = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ends = [QPointF(*camera.to_widget(float(x), float(y))) for x, y in self.neighbours]
        for pen in (QPen(faded(base, 0.8), 3.2), QPen(faded(text, 0.75), 1.2)):
            painter.setPen(pen)
            for end in ends:
                painter.drawLine(middle, end)
                painter.drawEllipse(end, 3.5, 3.5)
        for sigma, strength in ((2.0, 0.5), (1.0, 0.9)):
            outline = self.outline(sigma, camera)
            if outline is None:
                continue
            polygon = QPolygonF([middle + QPointF(right, down) for right, down in outline.tolist()])
            for pen in (QPen(faded(base, 0.8), 3.6), QPen(faded(text, strength), 1.4)):
                painter.setPen(pen)
                painter.drawPolygon(polygon)

    def outline(self, sigma: float, camera: Camera) -> npt.NDArray[np.float64] | None:
        """Return the ellipse at so many standard deviations, in pixels from the point, [65, 2]."""
        if self.covariance is None or not np.isfinite(self.covariance).all():
            return None
        variances, axes = np.linalg.eigh(np.asarray(self.covariance, np.float64))
        radii = sigma * camera.scale * np.sqrt(np.maximum(variances, 0))
        if radii.max() > _WIDEST:
            return None
        circle = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1) * radii
        edge: npt.NDArray[np.float64] = circle @ axes.T * np.array([1.0, -1.0])
        return edge
