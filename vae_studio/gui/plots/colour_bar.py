"""The colour bar: what the colours of numbers mean."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from vae_studio.gui.plots.colour_table import STEPS, colour_table
from vae_studio.gui.widgets.empty_text import faded

_BAR, _MARGIN = 12, 8  # pixels: the colours, around
_TICKS = 5


class ColourBar(QWidget):
    """A column of colours with numbers beside it, and a title above."""

    WIDTH = 92  # pixels

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._title, self._table = "", "viridis"
        self._ticks: tuple[str, ...] = ()

    def show_scale(self, title: str, table: str, low: float, high: float, written: Callable[[float], str]) -> None:
        """Show a scale from low to high, with numbers as they are `written`."""
        self._title, self._table = title, table
        self._ticks = tuple(written(float(value)) for value in np.linspace(low, high, _TICKS))
        words = f"{title}: from {self._ticks[0]} to {self._ticks[-1]}"
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def ticks(self) -> tuple[str, ...]:
        """Return the numbers beside the bar, the lowest first."""
        return self._ticks

    def title(self) -> str:
        """Return what the numbers are."""
        return self._title

    def sizeHint(self) -> QSize:
        return QSize(self.WIDTH, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.WIDTH, 60)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = self.palette().color(QPalette.ColorRole.Text)
        small = painter.font()
        small.setPointSizeF(max(small.pointSizeF() * 0.88, 6.0))
        painter.setFont(small)
        metrics = QFontMetricsF(small)
        room = QRectF(_MARGIN, _MARGIN, self.width() - 2 * _MARGIN, 2.2 * metrics.lineSpacing())
        wrap = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        painter.setPen(faded(text, 0.8))
        painter.drawText(room, wrap, self._title)
        top = room.bottom() + metrics.height()
        bar = QRectF(_MARGIN, top, _BAR, min(max(self.height() - top - metrics.height(), 10.0), 260.0))
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        table = colour_table(self._table)
        for step in np.linspace(0, 1, 17):
            red, green, blue = (int(part) for part in table[round(step * (STEPS - 1))])
            gradient.setColorAt(float(step), QColor(red, green, blue))
        painter.setBrush(gradient)
        painter.setPen(QPen(faded(text, 0.25), 1))
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(faded(text, 0.75))
        for number, tick in enumerate(self._ticks):
            y = bar.bottom() - number / max(1, len(self._ticks) - 1) * bar.height()
            line = QRectF(bar.right() + 7, y - metrics.height() / 2, self.width() - bar.right() - 9, metrics.height())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tick)
        painter.end()
