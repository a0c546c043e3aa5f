"""The friendly sentence in the middle of a widget that has nothing to show yet."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette


def faded(colour: QColor | Qt.GlobalColor, alpha: float) -> QColor:
    """Return a colour with another opacity, 0 to 1."""
    colour = QColor(colour)
    colour.setAlphaF(alpha)
    return colour


def is_dark(palette: QPalette) -> bool:
    """Tell whether text is light on a dark ground."""
    return palette.color(QPalette.ColorRole.Base).lightness() < 128


def paint_empty(painter: QPainter, frame: QRectF, palette: QPalette, text: str) -> None:
    """Paint a sentence in the middle of a frame, wrapped and subdued."""
    painter.save()
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 1.1)
    painter.setFont(font)
    painter.setPen(faded(palette.color(QPalette.ColorRole.Text), 0.55))
    side = min(frame.width() * 0.12, 60)
    box = frame.adjusted(side, 4, -side, -4)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
    painter.restore()
