"""Two rows of pictures: originals above their reconstructions."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from vae_studio.gui.widgets.empty_text import faded, paint_empty
from vae_studio.gui.widgets.images import Picture, draw_rounded, fitted_rect, to_qimage

_GAP, _MARGIN = 6.0, 10.0
_SMALLEST, _LARGEST = 36.0, 128.0  # side of a picture, pixels
_CAPTIONS = ("original", "reconstruction")


class PicturePairs(QWidget):
    """Originals above reconstructions, as many columns as fit."""

    def __init__(self, empty: str = "Originals and their reconstructions will be shown here.") -> None:
        super().__init__()
        self._empty = empty
        self._rows: tuple[list[QImage], list[QImage]] = ([], [])
        self.setMinimumSize(120, 100)
        self.setAccessibleName("Originals and reconstructions")

    def set_pairs(self, originals: Picture | None, reconstructions: Picture | None) -> None:
        """Show pairs, both uint8 [N, H, W, C] of one length; None for none. Raises ValueError when lengths differ."""
        above = np.zeros((0, 1, 1, 1), np.uint8) if originals is None else originals
        below = np.zeros((0, 1, 1, 1), np.uint8) if reconstructions is None else reconstructions
        if len(above) != len(below):
            raise ValueError(f"{len(above)} originals but {len(below)} reconstructions")
        self._rows = ([to_qimage(picture) for picture in above], [to_qimage(picture) for picture in below])
        self.update()

    def count(self) -> int:
        """Return how many pairs there are."""
        return len(self._rows[0])

    def columns(self) -> int:
        """Return how many of them fit."""
        return min(self.count(), int((self.width() - 2 * _MARGIN - self._label_width() + _GAP) / (self._side() + _GAP)))

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a picture lies; row 0 holds the originals."""
        side = self._side()
        top = max((self.height() - 2 * side - _GAP) / 2, _MARGIN / 2)
        left = _MARGIN + self._label_width() + column * (side + _GAP)
        return QRectF(left, top + row * (side + _GAP), side, side)

    def sizeHint(self) -> QSize:
        return QSize(640, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        if not self.count():
            paint_empty(painter, QRectF(self.rect()), palette, self._empty)
        for row, images in enumerate(self._rows):
            if not images:
                continue
            first = self.cell(row, 0)
            caption = QRectF(_MARGIN, first.top(), self._label_width() - 10, first.height())
            painter.setPen(faded(palette.color(QPalette.ColorRole.Text), 0.65))
            painter.drawText(caption, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, _CAPTIONS[row])
            for column, image in enumerate(images[: self.columns()]):
                rect = fitted_rect(image.width(), image.height(), self.cell(row, column))
                draw_rounded(painter, image, rect, 4, smooth=image.width() > rect.width())
        painter.end()

    def _side(self) -> float:
        return float(np.clip((self.height() - _MARGIN - _GAP) / 2, _SMALLEST, _LARGEST))

    def _label_width(self) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance(_CAPTIONS[1]) + 12
