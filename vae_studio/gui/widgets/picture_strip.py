"""Small pictures with captions in a row or a wrapping grid, to be clicked, taken away, and dragged into order."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from vae_studio.gui.widgets.empty_text import faded, paint_empty
from vae_studio.gui.widgets.images import Picture, draw_rounded, fitted_rect, to_qimage

_GAP, _PADDING = 6.0, 4.0


class PictureStrip(QWidget):
    """A row of pictures; with `wrapping` as many rows as are needed. It paints itself: no widget per picture."""

    clicked = Signal(int)
    unmarked = Signal()  # none is marked any more: a click beside the pictures, or Escape
    removed = Signal(int)
    moved = Signal(int, int)  # from, to: the place the picture has afterwards

    def __init__(
        self,
        side: int = 56,
        wrapping: bool = False,
        removable: bool = False,
        movable: bool = False,
        empty: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._side, self._wrapping, self._removable, self._movable = side, wrapping, removable, movable
        self._empty = empty
        self._images: list[QImage] = []
        self._captions: list[str] = []
        self._selected = -1
        self._hovered = -1
        self._pressed = -1
        self._press_place = QPointF()
        self._target: int | None = None  # where a dragged picture would go
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Pictures")

    def set_pictures(self, pictures: Sequence[Picture], captions: Sequence[str] = ()) -> None:
        """Show pictures, uint8 [H, W, C] each, with as many captions or none."""
        images, shown = self._images, self._captions
        self._images = [to_qimage(picture) for picture in pictures]
        self._captions = [*captions, *[""] * len(self._images)][: len(self._images)]
        if len(self._images) == len(images) and any(self._captions) == any(shown):  # all keep their places
            cells = self._cells(0, len(images))
            for index, pair in enumerate(zip(self._images, self._captions, strict=True)):
                if pair != (images[index], shown[index]):
                    self.update(cells[index].toAlignedRect().adjusted(-1, -1, 1, 1))  # with the line around it
            return
        self._selected = self._selected if self._selected < len(self._images) else -1
        if len(self._images) != len(images):  # else a picture may be under the hand, and is only drawn anew
            self._hovered = self._pressed = -1
            self._target = None
        self._fit_height()
        self.update()

    def count(self) -> int:
        """Return how many pictures there are."""
        return len(self._images)

    def set_selected(self, index: int) -> None:
        """Mark one picture, or none with -1."""
        self._selected = index
        self.update()

    def selected(self) -> int:
        """Return the marked picture, or -1."""
        return self._selected

    def set_empty(self, text: str) -> None:
        """Set the sentence shown while there are no pictures."""
        self._empty = text
        self.update()

    def cell(self, index: int) -> QRectF:
        """Return where a picture and its caption lie."""
        return self._cells(index, index + 1)[0]

    def remove_button(self, index: int) -> QRectF:
        """Return where a picture's small cross lies."""
        cell = self.cell(index)
        return QRectF(cell.right() - 17, cell.top() + 1, 16, 16)

    def index_at(self, place: QPointF) -> int:
        """Return the picture at a place, or -1."""
        return next((index for index in range(len(self._images)) if self.cell(index).contains(place)), -1)

    def _nearest(self, place: QPointF) -> int:
        """Return the picture nearest to a place, in a gap or behind the last one as well; -1 outside the strip."""
        if not self.rect().contains(place.toPoint()):
            return -1
        return min(
            range(len(self._images)),
            key=lambda index: (self.cell(index).center() - place).manhattanLength(),
            default=-1,
        )

    def sizeHint(self) -> QSize:
        wide, high = self._cell_size()
        shown = max(len(self._images), 1)
        columns = min(shown, 6) if self._wrapping else shown
        rows = -(-shown // self._columns())
        return QSize(int(columns * (wide + _GAP)) + 4, int(rows * (high + _GAP)) + 2)

    def minimumSizeHint(self) -> QSize:
        if self._wrapping:
            return QSize(int(self._cell_size()[0]) + 8, self.sizeHint().height())
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_height()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._images and self._empty:
            paint_empty(painter, QRectF(self.rect()), self.palette(), self._empty)
        area = QRectF(event.rect())
        for index, cell in enumerate(self._cells(0, len(self._images))):
            if cell.adjusted(-1, -1, 1, 1).intersects(area):
                self._paint_cell(painter, index, cell)
        if self._target is not None:
            edge = self.cell(self._target)
            x = edge.left() - _GAP / 2 if self._target < self._pressed else edge.right() + _GAP / 2
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 3))
            painter.drawLine(QPointF(max(x, 1.5), edge.top()), QPointF(max(x, 1.5), edge.bottom()))
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._captions[index] if index >= 0 else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.index_at(event.position())
        if index >= 0 and self._removable and self.remove_button(index).contains(event.position()):
            self.removed.emit(index)
            return
        self._pressed, self._press_place = index, event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        far = (place - self._press_place).manhattanLength() >= QApplication.startDragDistance()
        if self._pressed >= 0 and self._movable and (far or self._target is not None):
            target = self._nearest(place)
            self._target = target if target >= 0 and target != self._pressed else None
        self._hovered = self.index_at(place)
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._hovered >= 0 else Qt.CursorShape.ArrowCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, target = self._pressed, self._target
        self._pressed, self._target = -1, None
        self.update()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if pressed < 0:
            self._unmark()
            return
        if target is not None:
            self.moved.emit(pressed, target)
        elif self.index_at(event.position()) == pressed:
            self._choose(pressed)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and self._images:
            self._choose(min(max(self._selected + step, 0), len(self._images) - 1))
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._removable and self._selected >= 0:
            self.removed.emit(self._selected)
        elif event.key() != Qt.Key.Key_Escape or not self._unmark():
            super().keyPressEvent(event)

    def _unmark(self) -> bool:
        was_marked = self._selected >= 0
        if was_marked:
            self.set_selected(-1)
            self.unmarked.emit()
        return was_marked

    def _choose(self, index: int) -> None:
        self.set_selected(index)
        self.clicked.emit(index)

    def _cells(self, start: int, end: int) -> list[QRectF]:
        """Return where pictures and their captions lie, measured once for all."""
        wide, high = self._cell_size()
        columns = self._columns_of(wide)
        places = (divmod(index, columns) for index in range(start, end))
        return [QRectF(column * (wide + _GAP) + 2, row * (high + _GAP) + 2, wide, high) for row, column in places]

    def _cell_size(self) -> tuple[float, float]:
        caption = QFontMetricsF(self.font()).height() + 1 if any(self._captions) else 0.0
        return self._side + 2 * _PADDING, self._side + 2 * _PADDING + caption

    def _columns(self) -> int:
        return self._columns_of(self._cell_size()[0])

    def _columns_of(self, wide: float) -> int:
        if not self._wrapping:
            return max(len(self._images), 1)
        return max(int((self.width() - 4 + _GAP) / (wide + _GAP)), 1)

    def _fit_height(self) -> None:
        high = self.sizeHint().height()
        if self.minimumHeight() != high:
            self.setMinimumHeight(high)
        self.updateGeometry()

    def _paint_cell(self, painter: QPainter, index: int, cell: QRectF) -> None:
        palette = self.palette()
        accent, text = palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Text)
        marked = index == self._selected
        if marked or index == self._hovered:
            painter.setPen(QPen(accent, 1.6) if marked else Qt.PenStyle.NoPen)
            painter.setBrush(faded(accent, 0.14) if marked else faded(text, 0.08))
            painter.drawRoundedRect(cell, 6, 6)
        image = self._images[index]
        frame = QRectF(cell.left() + _PADDING, cell.top() + _PADDING, self._side, self._side)
        rect = fitted_rect(image.width(), image.height(), frame)
        draw_rounded(painter, image, rect, 3, smooth=image.width() > self._side)
        caption = QRectF(cell.left() + 2, frame.bottom() + 1, cell.width() - 4, cell.bottom() - frame.bottom() - 2)
        painter.setPen(faded(text, 0.75))
        shown = QFontMetricsF(painter.font()).elidedText(
            self._captions[index], Qt.TextElideMode.ElideRight, caption.width()
        )
        painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, shown)
        if self._removable and index == self._hovered:
            self._paint_cross(painter, self.remove_button(index))

    def _paint_cross(self, painter: QPainter, button: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
        painter.drawEllipse(button)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1.6))
        arm = button.adjusted(5, 5, -5, -5)
        painter.drawLine(arm.topLeft(), arm.bottomRight())
        painter.drawLine(arm.topRight(), arm.bottomLeft())
