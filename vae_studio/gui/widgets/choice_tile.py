"""A large button with a picture, a title and a line below it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from vae_studio.gui.theme import icon
from vae_studio.gui.widgets.empty_text import faded
from vae_studio.gui.widgets.images import Picture, draw_rounded, fitted_rect, to_qimage

_PICTURE, _SMALL_PICTURE = 64.0, 44.0


class ChoiceTile(QAbstractButton):
    """One of the welcome card's choices; without pictures it shows an icon."""

    def __init__(self, title: str, summary: str, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(summary)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._summary = summary
        self._symbol = symbol
        self._images: list[QImage] = []
        self.lit = False  # while something is dragged over it
        self._flat = False

    def set_pictures(self, pictures: list[Picture]) -> None:
        """Show up to four pictures in a square."""
        self._images = [to_qimage(picture) for picture in pictures[:4]]
        self.update()

    def set_flat(self, flat: bool) -> None:
        """Put the picture beside the words instead of above them."""
        self._flat = flat
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 84) if self._flat else QSize(150, 142)

    def needed(self) -> QSize:
        """Return the room that the summary takes at the present width; the title makes itself small."""
        words = self._words(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        metrics = self.fontMetrics()
        box = metrics.boundingRect(0, 0, int(words.width()), 1 << 16, int(Qt.TextFlag.TextWordWrap), self._summary)
        around = self.rect().size() - words.size().toSize()
        return QSize(box.width() + around.width(), metrics.height() + 2 + box.height() + around.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        accent, text = palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Text)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        active = self.underMouse() or self.hasFocus() or self.lit
        painter.setPen(QPen(accent, 1.8) if active else QPen(faded(text, 0.16), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(frame, 10, 10)
        if self.isDown() or self.lit:
            painter.setBrush(faded(accent, 0.12))
            painter.drawRoundedRect(frame, 10, 10)
        self._paint_pictures(painter, self._square(frame))
        self._paint_texts(painter, self._words(frame))
        painter.end()

    def _square(self, frame: QRectF) -> QRectF:
        """Return the place of the pictures."""
        if self._flat:
            return QRectF(frame.left() + 10, frame.center().y() - _SMALL_PICTURE / 2, _SMALL_PICTURE, _SMALL_PICTURE)
        return QRectF(frame.center().x() - _PICTURE / 2, frame.top() + 14, _PICTURE, _PICTURE)

    def _words(self, frame: QRectF) -> QRectF:
        """Return the place of title and summary."""
        if self._flat:
            return frame.adjusted(_SMALL_PICTURE + 18, 10, -4, -6)
        return frame.adjusted(6, _PICTURE + 24, -6, -6)

    def _side(self) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft if self._flat else Qt.AlignmentFlag.AlignHCenter

    def _paint_pictures(self, painter: QPainter, square: QRectF) -> None:
        if not self._images:
            side = 0.75 * square.width()
            place = QRectF(0, 0, side, side)
            place.moveCenter(square.center())
            icon(self._symbol).paint(painter, place.toRect())
            return
        half = (square.width() - 4) / 2 if len(self._images) > 1 else square.width()
        for number, image in enumerate(self._images):
            row, column = divmod(number, 2)
            cell = QRectF(square.left() + column * (half + 4), square.top() + row * (half + 4), half, half)
            rect = fitted_rect(image.width(), image.height(), cell)
            draw_rounded(painter, image, rect, 4, smooth=True)

    def _paint_texts(self, painter: QPainter, frame: QRectF) -> None:
        text = self.palette().color(QPalette.ColorRole.Text)
        font = painter.font()
        font.setBold(True)
        wide = QFontMetricsF(font).horizontalAdvance(self.text())
        if wide > frame.width():  # a narrow window makes the title small; it is never cut
            font.setPointSizeF(font.pointSizeF() * frame.width() / wide)
        painter.setFont(font)
        high = QFontMetricsF(font).height()
        painter.setPen(text)
        painter.drawText(QRectF(frame.left(), frame.top(), frame.width(), high), self._side(), self.text())
        painter.setFont(self.font())
        painter.setPen(faded(text, 0.65))
        below = frame.adjusted(0, high + 2, 0, 0)
        painter.drawText(below, self._side() | Qt.TextFlag.TextWordWrap, self._summary)
