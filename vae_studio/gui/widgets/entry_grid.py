"""Entries of a code book in a wrapping grid: what each decodes to, as large and as bright framed as it is used."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from vae_studio.gui.plots.colour_table import STEPS, colour_table
from vae_studio.gui.widgets.empty_text import faded, paint_empty
from vae_studio.gui.widgets.images import Picture, draw_rounded, fitted_rect, to_qimage
from vae_studio.plural import counted

_CELL, _GAP, _MARGIN = 64.0, 6.0, 8.0
_SMALLEST = 0.4  # of a cell, the side of an entry that is not used
_UNUSED = 0.35  # opacity


class EntryGrid(QWidget):
    """Paints itself: no widget per entry. Arrow keys go from one to the next."""

    clicked = Signal(int)  # the entry's own number

    def __init__(self, empty: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self._images: list[QImage] = []
        self._entries: list[int] = []
        self._uses = np.zeros(0, np.int64)
        self._selected = -1  # an entry
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Code book")

    def set_entries(self, entries: Sequence[int], pictures: Sequence[Picture], uses: npt.NDArray[np.int64]) -> None:
        """Show entries by number, each with its picture and how often it is used, in this order."""
        self._entries = [int(entry) for entry in entries]
        self._images = [to_qimage(picture) for picture in pictures]
        self._uses = np.asarray(uses, np.int64)
        self.updateGeometry()
        self.setMinimumHeight(self.heightForWidth(max(self.width(), 1)))
        self.update()

    def set_selected(self, entry: int) -> None:
        """Mark an entry, or none with -1."""
        self._selected = entry
        self.update()

    def count(self) -> int:
        """Return how many entries there are."""
        return len(self._entries)

    def cell(self, place: int) -> QRectF:
        """Return where the entry at a place of the order lies."""
        row, column = divmod(place, self._columns(self.width()))
        step = _CELL + _GAP
        return QRectF(_MARGIN + column * step, _MARGIN + row * step, _CELL, _CELL)

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._entries) // self._columns(width))
        return int(2 * _MARGIN + rows * (_CELL + _GAP))

    def sizeHint(self) -> QSize:
        return QSize(480, self.heightForWidth(480))

    def resizeEvent(self, event: QEvent) -> None:
        self.setMinimumHeight(self.heightForWidth(self.width()))
        super().resizeEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if not self._entries:
            paint_empty(painter, QRectF(self.rect()), self.palette(), self._empty)
        most = max(1, int(self._uses.max(initial=0)))
        for place in range(len(self._entries)):
            if self.cell(place).intersects(QRectF(event.rect())):
                self._paint(painter, place, float(np.sqrt(self._uses[place] / most)))
        painter.end()

    def _paint(self, painter: QPainter, place: int, share: float) -> None:
        cell, image = self.cell(place), self._images[place]
        side = _CELL * (_SMALLEST + (1 - _SMALLEST) * share) - 6
        frame = QRectF(0, 0, side, side)
        frame.moveCenter(cell.center())
        rect = fitted_rect(image.width(), image.height(), frame)
        painter.setOpacity(1.0 if self._uses[place] else _UNUSED)
        draw_rounded(painter, image, rect, 4, smooth=True)
        painter.setOpacity(1.0)
        chosen = self._entries[place] == self._selected
        if chosen:
            colour = self.palette().color(QPalette.ColorRole.Highlight)
        elif self._uses[place]:
            colour = QColor(*(int(value) for value in colour_table("viridis")[round(share * (STEPS - 1))]))
        else:
            colour = faded(self.palette().color(QPalette.ColorRole.Text), 0.25)
        painter.setPen(QPen(colour, 3.5 if chosen else 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5), 5, 5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns(self.width())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._entries:
            super().keyPressEvent(event)
            return
        now = self._entries.index(self._selected) if self._selected in self._entries else -step
        if 0 <= now + step < len(self._entries):
            self._choose(now + step)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(QPointF(event.pos()))
            text = f"Entry {self._entries[place]}, used {counted(int(self._uses[place]), 'time')}" if place >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _choose(self, place: int) -> None:
        self.set_selected(self._entries[place])
        self.clicked.emit(self._entries[place])

    def _at(self, place: QPointF) -> int:
        return next((index for index in range(len(self._entries)) if self.cell(index).contains(place)), -1)

    def _columns(self, width: int) -> int:
        return max(1, int((width - 2 * _MARGIN + _GAP) / (_CELL + _GAP)))
