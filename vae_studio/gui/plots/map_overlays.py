"""What is painted on the map over the points: axes, prior rings, path, stops, markers, captions."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette, QPen, QPolygonF

from vae_studio.gui.plots.camera import Camera, ticks
from vae_studio.gui.widgets.empty_text import faded

Place = tuple[float, float]
_TICK_GAP = 90.0  # pixels between two ticks, about


def paint_axes(painter: QPainter, camera: Camera, palette: QPalette, names: tuple[str, str]) -> None:
    """Paint short ticks with numbers along the lower and the left edge, and the two names."""
    text = palette.color(QPalette.ColorRole.Text)
    x0, y0, x1, y1 = camera.rect()
    small = painter.font()
    small.setPointSizeF(max(small.pointSizeF() * 0.82, 6.0))
    painter.setFont(small)
    metrics = QFontMetricsF(small)
    for value in ticks(x0, x1, int(camera.width / _TICK_GAP)):
        left, _ = camera.to_widget(value, 0)
        label = f"{value:.6g}"
        half = metrics.horizontalAdvance(label) / 2
        if half + 30 < left < camera.width - half - 6:
            painter.setPen(faded(text, 0.25))
            painter.drawLine(QPointF(left, camera.height - 4), QPointF(left, camera.height))
            _write(painter, palette, QPointF(left - half, camera.height - 7), label, 0.6)
    for value in ticks(y0, y1, int(camera.height / _TICK_GAP)):
        _, top = camera.to_widget(0, value)
        if 14 < top < camera.height - 26:
            painter.setPen(faded(text, 0.25))
            painter.drawLine(QPointF(0, top), QPointF(4, top))
            _write(painter, palette, QPointF(7, top + metrics.ascent() / 2 - 1), f"{value:.6g}", 0.6)
    across, up = names
    if across:
        right = camera.width - metrics.horizontalAdvance(across) - 10
        _write(painter, palette, QPointF(right, camera.height - 9 - metrics.height()), across, 0.75)
    if up:
        _write(painter, palette, QPointF(8, metrics.ascent() + 7), up, 0.75)


def _write(painter: QPainter, palette: QPalette, place: QPointF, text: str, strength: float) -> None:
    """Write with a halo, so that it can be read on the decoded ground as well."""
    painter.setPen(faded(palette.color(QPalette.ColorRole.Base), 0.7))
    for across, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(place + QPointF(across, down), text)
    painter.setPen(faded(palette.color(QPalette.ColorRole.Text), strength))
    painter.drawText(place, text)


def paint_prior(
    painter: QPainter, camera: Camera, palette: QPalette, lines: list[npt.NDArray[np.float32]] | None = None
) -> None:
    """Paint a prior's closed lines, or without such the standard normal's rings at one, two and three deviations."""
    text = palette.color(QPalette.ColorRole.Text)
    if lines is not None:
        painter.setPen(QPen(faded(text, 0.7 if len(lines) == 1 else 0.3), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in lines:
            painter.drawPolyline(QPolygonF([QPointF(*camera.to_widget(float(x), float(y))) for x, y in line]))
        return
    left, top = camera.to_widget(0, 0)
    for sigma in (1, 2, 3):
        radius = sigma * camera.scale
        if radius > 20_000:  # nearly straight, and slow to stroke with dashes
            continue
        painter.setPen(QPen(faded(text, 0.45 - 0.08 * sigma), 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(left, top), radius, radius)
        painter.setPen(faded(text, 0.6))
        painter.drawText(QPointF(left + radius * 0.7071 + 4, top - radius * 0.7071 - 3), f"{sigma}σ")


def paint_path(
    painter: QPainter,
    camera: Camera,
    palette: QPalette,
    curve: npt.NDArray[np.float32],
    stops: npt.NDArray[np.float32],
) -> None:
    """Paint the morph's curve with a halo, and its stops as numbered discs."""
    accent, ground = palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Base)
    line = QPolygonF([QPointF(*camera.to_widget(float(x), float(y))) for x, y in curve])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((faded(ground, 0.85), 5.0), (accent, 2.2)):
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(line)
    font = painter.font()
    font.setBold(True)
    painter.setFont(font)
    for number, (x, y) in enumerate(stops, start=1):
        middle = QPointF(*camera.to_widget(float(x), float(y)))
        painter.setPen(QPen(ground, 2.0))
        painter.setBrush(accent)
        painter.drawEllipse(middle, 9.5, 9.5)
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        box = QRectF(middle.x() - 10, middle.y() - 10, 20, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


def paint_path_marker(painter: QPainter, camera: Camera, palette: QPalette, place: Place) -> None:
    """Paint where the playing morph is now."""
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Base), 2.0))
    painter.setBrush(palette.color(QPalette.ColorRole.Text))
    painter.drawEllipse(QPointF(*camera.to_widget(*place)), 6.0, 6.0)


def paint_note(painter: QPainter, frame: QRectF, palette: QPalette, note: str, beside: str = "") -> None:
    """Paint a caption on a pill in the middle of the upper edge, or right of what is written `beside` it.

    Where it is too long for one line it takes more.
    """
    metrics = QFontMetricsF(painter.font())
    left = frame.left() + (metrics.horizontalAdvance(beside) + 24 if beside else 8)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    room = QRectF(0, 0, max(frame.right() - left - 28, 20), frame.height())
    text = metrics.boundingRect(room, flags, note)
    width, height = text.width() + 20, text.height() + 6
    pill = QRectF(max(frame.center().x() - width / 2, left), frame.top() + 8, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(palette.color(QPalette.ColorRole.Window), 0.85))
    round_by = (metrics.height() + 6) / 2
    painter.drawRoundedRect(pill, round_by, round_by)
    painter.setPen(faded(palette.color(QPalette.ColorRole.Text), 0.75))
    painter.drawText(pill.adjusted(9, 0, -9, 0), flags, note)


def layer(painter: QPainter, paint: Callable[[], None]) -> None:
    """Run one painting function with the painter's pens, fonts and brushes put back afterwards."""
    painter.save()
    paint()
    painter.restore()
