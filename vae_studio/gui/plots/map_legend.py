"""The map's legend: a column of label names with their colours, each of which can be clicked away and back."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen

from vae_studio.gui.widgets.empty_text import faded

_MARGIN, _PADDING, _DOT = 10.0, 8.0, 10.0
_WIDEST = 150.0  # of a name, pixels


@dataclass
class MapLegend:
    """Names, colours and which of them are switched off."""

    names: tuple[str, ...] = ()
    colours: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 3), np.uint8))
    hidden: set[int] = field(default_factory=set)
    shown: bool = True
    _rows: list[QRectF] = field(default_factory=list)

    def set_labels(self, names: tuple[str, ...], colours: npt.NDArray[np.uint8]) -> None:
        """Show other labels; what was hidden stays hidden as long as the names are the same."""
        if names != self.names:
            self.hidden.clear()
        self.names, self.colours = names, colours
        self._rows = []

    def label_at(self, place: QPointF) -> int | None:
        """Return the label whose entry lies at a place of the widget."""
        if not self.shown:
            return None
        return next((label for label, row in enumerate(self._rows) if row.contains(place)), None)

    def toggle(self, label: int) -> None:
        """Switch a label off or on."""
        self.hidden ^= {label}

    def paint(self, painter: QPainter, frame: QRectF, palette: QPalette) -> None:
        """Paint the legend in the upper right corner, with as many entries as there is room for."""
        self._rows = []
        if not self.shown or not self.names:
            return
        metrics = QFontMetricsF(painter.font())
        step = metrics.height() + 5
        room = int((frame.height() - 2 * _MARGIN - 2 * _PADDING - 24) / step)
        if room < 1 or frame.width() < 220:
            return
        columns = min(-(-len(self.names) // room), 2)
        rows = min(-(-len(self.names) // columns), room)
        texts = [
            metrics.elidedText(name, Qt.TextElideMode.ElideRight, _WIDEST) for name in self.names[: rows * columns]
        ]
        wide = max(metrics.horizontalAdvance(text) for text in texts) + _DOT + 16
        box = QRectF(0, 0, wide * columns + 2 * _PADDING - 4, rows * step + 2 * _PADDING - 3)
        box.moveTopRight(QPointF(frame.right() - _MARGIN, frame.top() + _MARGIN))
        painter.setPen(QPen(faded(palette.color(QPalette.ColorRole.Text), 0.1), 1))
        painter.setBrush(faded(palette.color(QPalette.ColorRole.Base), 0.86))
        painter.drawRoundedRect(box, 8, 8)
        for label, text in enumerate(texts):
            left = box.left() + _PADDING - 2 + (label // rows) * wide
            row = QRectF(left, box.top() + _PADDING - 1 + (label % rows) * step, wide, step)
            self._rows.append(row)
            self._paint_entry(painter, row, label, text, palette)

    def _paint_entry(self, painter: QPainter, row: QRectF, label: int, text: str, palette: QPalette) -> None:
        off = label in self.hidden
        colour = QColor(*(int(part) for part in self.colours[label % len(self.colours)]))
        middle = QPointF(row.left() + _DOT / 2 + 2, row.center().y())
        painter.setPen(QPen(faded(colour, 0.6), 1.4) if off else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if off else colour)
        painter.drawEllipse(middle, _DOT / 2 - 0.5, _DOT / 2 - 0.5)
        painter.setPen(faded(palette.color(QPalette.ColorRole.Text), 0.4 if off else 0.9))
        left = row.adjusted(_DOT + 9, 0, 0, 0)
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
