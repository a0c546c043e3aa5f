"""Rows of pictures with a name each, to be clicked or walked with the arrow keys."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_studio.gui.widgets.empty_text import faded, paint_empty
from vae_studio.gui.widgets.images import Picture, draw_rounded, fitted_rect, to_qimage

_GAP, _NAME = 4.0, 84.0  # pixels between pictures, and for the names
_SMALLEST, _LARGEST = 36.0, 58.0
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class PictureRows(QWidget):
    """Paints itself: no widget per picture."""

    picked = Signal(int, int)  # row, column

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty  # what is said while there are no rows
        self._images: list[list[QImage]] = []
        self._names: list[tuple[str, str]] = []
        self._marked: list[int] = []
        self._cursor = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setMouseTracking(True)

    def set_empty(self, sentence: str) -> None:
        """Say something else while there are no rows."""
        self._empty = sentence
        self.update()

    def set_rows(
        self, pictures: Picture | None, names: Sequence[tuple[str, str]] = (), marked: Sequence[int] = ()
    ) -> None:
        """Show pictures, uint8 [R, F, H, W, C], a name and a caption for each row, and one marked column in each."""
        self._images = [] if pictures is None else [[to_qimage(one) for one in row] for row in pictures]
        self._names, self._marked = list(names), list(marked)
        rows, columns = self.shape()
        self._cursor = (min(self._cursor[0], max(rows - 1, 0)), min(self._cursor[1], max(columns - 1, 0)))
        self.updateGeometry()
        self.setMinimumHeight(self.sizeHint().height())
        self.update()

    def shape(self) -> tuple[int, int]:
        """Return how many rows and columns there are."""
        return len(self._images), len(self._images[0]) if self._images else 0

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a picture lies."""
        side = self._side()
        return QRectF(_NAME + column * (side + _GAP), 2 + row * (side + _GAP), side, side)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the row and column of the picture at a place."""
        rows, columns = self.shape()
        step = self._side() + _GAP
        row, column = int((place.y() - 2) // step), int((place.x() - _NAME) // step)
        inside = 0 <= row < rows and 0 <= column < columns and self.cell(row, column).contains(place)
        return (row, column) if inside else None

    def sizeHint(self) -> QSize:
        rows, _columns = self.shape()
        return QSize(480, int(2 + max(rows, 1) * (self._side() + _GAP)))

    def resizeEvent(self, event: object) -> None:
        self.setMinimumHeight(self.sizeHint().height() if self._images else 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._pick(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.cell_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        rows, columns = self.shape()
        if step is None or not rows:
            super().keyPressEvent(event)
            return
        row, column = (at + by for at, by in zip(self._cursor, step, strict=True))
        self._pick(int(np.clip(row, 0, rows - 1)), int(np.clip(column, 0, columns - 1)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        if not self._images:
            paint_empty(painter, QRectF(self.rect()), palette, self._empty)
        for row, images in enumerate(self._images):
            if self.cell(row, 0).top() > event.rect().bottom() or self.cell(row, 0).bottom() < event.rect().top():
                continue
            self._paint_name(painter, row)
            for column, image in enumerate(images):
                self._paint_cell(painter, row, column, image)
        painter.end()

    def _paint_name(self, painter: QPainter, row: int) -> None:
        first, text = self.cell(row, 0), self.palette().color(QPalette.ColorRole.Text)
        name, caption = self._names[row] if row < len(self._names) else ("", "")
        line = painter.fontMetrics().lineSpacing()
        box = QRectF(0, first.center().y() - line, _NAME - 10, line)
        painter.setPen(text)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(faded(text, 0.6))
        painter.drawText(box.translated(0, line), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, caption)

    def _paint_cell(self, painter: QPainter, row: int, column: int, image: QImage) -> None:
        cell = self.cell(row, column)
        draw_rounded(painter, image, fitted_rect(image.width(), image.height(), cell), 3, image.width() > cell.width())
        marked = row < len(self._marked) and self._marked[row] == column
        if marked or (self.hasFocus() and (row, column) == self._cursor):
            accent = self.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(accent if marked else faded(accent, 0.6), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(0, 0, 0, 0), 4, 4)

    def _pick(self, row: int, column: int) -> None:
        self._cursor = (row, column)
        self.update()
        self.picked.emit(row, column)

    def _side(self) -> float:
        columns = max(self.shape()[1], 1)
        return float(np.clip((self.width() - _NAME) / columns - _GAP, _SMALLEST, _LARGEST))
