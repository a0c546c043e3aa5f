"""One picture, as large as there is room, that can be copied, saved, dragged out, and replaced by dropping a file."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from vae_studio.errors import StudioError
from vae_studio.files import write_bytes
from vae_studio.gui.widgets.empty_text import faded, paint_empty
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.gui.widgets.images import Picture, draw_clipped, fitted_rect, png_bytes, rounded, to_qimage

_ROUND_BY = 4.0  # pixels at the picture's corners


class PictureView(QWidget):
    """Shows uint8 [H, W, C] with its aspect kept, in crisp square pixels or smooth."""

    picture_dropped = Signal(str)  # the path of a file
    failed = Signal(str)  # a finished sentence: saving did not work

    def __init__(
        self, empty: str = "", smooth: bool = False, parent: QWidget | None = None, opaque: bool = False
    ) -> None:
        """Make an empty view; an `opaque` one lies on a plain ground, which is not painted under each picture."""
        super().__init__(parent)
        self._picture: Picture | None = None
        self._image: QImage | None = None
        self._empty = empty
        self._smooth = smooth
        self._drag_from: QPoint | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, opaque)
        self.setAcceptDrops(True)
        self.setMinimumSize(64, 64)
        self.setAccessibleName("Picture")

    def set_picture(self, picture: Picture | None) -> None:
        """Show a copy of a picture, or the empty text."""
        before = self._place()
        self._picture = None if picture is None else picture.copy()
        self._image = None if picture is None else to_qimage(picture)
        after = self._place()
        if after is not None and before is after:
            self.update(after.area)  # the frame around it stays
        else:
            self.update()

    def picture(self) -> Picture | None:
        """Return the picture shown."""
        return self._picture

    def set_smooth(self, smooth: bool) -> None:
        """Scale smoothly, or in crisp square pixels."""
        self._smooth = smooth
        self.update()

    def set_empty(self, text: str) -> None:
        """Set the sentence shown while there is no picture."""
        self._empty = text
        self.update()

    def copy_to_clipboard(self) -> None:
        """Put the picture on the clipboard."""
        if self._image is not None:
            QGuiApplication.clipboard().setImage(self._image)

    def save(self, path: Path | str) -> None:
        """Write the picture as a PNG in its own size; raises ExportError."""
        if self._image is not None:
            write_bytes(Path(path), png_bytes(self._image))

    def picture_rect(self) -> QRectF:
        """Return where the picture is painted."""
        place = self._place()
        return QRectF() if place is None else QRectF(place.rect)

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def hasHeightForWidth(self) -> bool:
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place = self._place()
        if place is not None and event.rect() == place.area:
            painter.fillRect(place.area, self.palette().base())
        else:
            self._paint_ground(painter)
        if self._image is not None and place is not None:
            draw_clipped(painter, self._image, place.rect, place.clip, self._smooth)
        painter.end()

    def _paint_ground(self, painter: QPainter) -> None:
        palette, frame = self.palette(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent):
            painter.fillRect(self.rect(), palette.color(self.backgroundRole()))  # around the corners
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(faded(palette.color(QPalette.ColorRole.Text), 0.12), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(frame, 8, 8)
        if self._image is None:
            paint_empty(painter, frame, palette, self._empty)

    def _place(self) -> "_Place | None":
        """Return where the picture is painted; the same object as long as that stays."""
        if self._image is None:
            return None
        image = self._image
        return _placed(image.width(), image.height(), self.width(), self.height(), not self._smooth)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._image is None:
            return
        menu = QMenu(self)
        menu.addAction("Copy picture", self.copy_to_clipboard)
        menu.addAction("Save picture…", self._on_save_asked)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._image is not None:
            self._drag_from = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is None or self._image is None:
            return
        far = (event.position() - QPointF(self._drag_from)).manhattanLength()
        if far >= QApplication.startDragDistance():
            self._drag_from = None
            self._drag_out(self._image)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        super().mouseReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is not self and _file_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _file_of(event.mimeData())
        if path:
            event.acceptProposedAction()
            self.picture_dropped.emit(path)

    def _drag_out(self, image: QImage) -> None:
        data = QMimeData()
        data.setImageData(image)
        data.setData("image/png", QByteArray(png_bytes(image)))
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(QPixmap.fromImage(image.scaledToHeight(96)))
        drag.exec(Qt.DropAction.CopyAction)

    def _on_save_asked(self) -> None:
        file = ask_where_to_save(self, "Save the picture", "picture.png", "PNG picture (*.png)")
        if file is None:
            return
        try:
            self.save(str(file))
        except StudioError as error:
            self.failed.emit(str(error))


@dataclass(frozen=True)
class _Place:
    """Where a picture lies in its widget; nobody changes what is in here."""

    rect: QRectF
    area: QRect  # the pixels that it touches
    clip: QPainterPath


@lru_cache(maxsize=16)  # a hand on the map asks for one sixty times a second
def _placed(width: int, height: int, wide: int, high: int, whole_steps: bool) -> _Place:
    """Return where a picture of one size lies in a widget of another."""
    rect = fitted_rect(width, height, QRectF(0, 0, wide, high).adjusted(6, 6, -6, -6), whole_steps)
    return _Place(rect, rect.toAlignedRect(), rounded(rect, _ROUND_BY))


def _file_of(data: QMimeData) -> str:
    return next((url.toLocalFile() for url in data.urls() if url.isLocalFile()), "")
