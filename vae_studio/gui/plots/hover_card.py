"""The small card beside the cursor that shows the real picture of the nearest point."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPalette, QPen

from vae_studio.gui.widgets.empty_text import faded
from vae_studio.gui.widgets.images import draw_rounded, fitted_rect

_PICTURE, _PADDING, _OFFSET = 96.0, 7.0, 18.0


@dataclass(frozen=True)
class HoverCard:
    """A picture, or none, with up to two lines: its label and its number."""

    image: QImage | None
    label: str
    number: str

    def paint(self, painter: QPainter, frame: QRectF, palette: QPalette, cursor: QPointF) -> None:
        """Paint the card near the cursor, on the side where there is room."""
        metrics = QFontMetricsF(painter.font())
        number_wide = metrics.horizontalAdvance(self.number)
        wide = max(_PICTURE if self.image else 0.0, number_wide + (60 if self.label else 0))
        high = (_PICTURE + 5 if self.image else 0.0) + metrics.height()
        box = QRectF(cursor.x() + _OFFSET, cursor.y() + _OFFSET, wide + 2 * _PADDING, high + 2 * _PADDING)
        if box.right() > frame.right() - 4:
            box.moveRight(cursor.x() - _OFFSET)
        if box.bottom() > frame.bottom() - 4:
            box.moveBottom(cursor.y() - _OFFSET)
        painter.setPen(Qt.PenStyle.NoPen)
        for grow, alpha in ((3.0, 0.05), (2.0, 0.07), (1.0, 0.1)):  # a soft shadow
            painter.setBrush(faded(Qt.GlobalColor.black, alpha))
            painter.drawRoundedRect(box.adjusted(-grow, -grow + 1.5, grow, grow + 1.5), 9 + grow, 9 + grow)
        painter.setPen(QPen(faded(palette.color(QPalette.ColorRole.Text), 0.14), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(box, 9, 9)
        inner = box.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        if self.image is not None:
            room = QRectF(inner.left(), inner.top(), inner.width(), _PICTURE)
            rect = fitted_rect(self.image.width(), self.image.height(), room)
            draw_rounded(painter, self.image, rect, 4, smooth=self.image.width() > _PICTURE)
        line = QRectF(inner.left(), inner.bottom() - metrics.height(), inner.width(), metrics.height())
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        label = metrics.elidedText(self.label, Qt.TextElideMode.ElideRight, line.width() - number_wide - 6)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)
        painter.setPen(faded(palette.color(QPalette.ColorRole.Text), 0.6))
        side = Qt.AlignmentFlag.AlignRight if self.label else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, self.number)
