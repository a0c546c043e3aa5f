"""The map's legend: a column of label names with their colours, each of which can be clicked away, back, or alone."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from vae_studio.gui.widgets.empty_text import faded

Colours = npt.NDArray[np.uint8]  # [L, 3]
_DOT, _WIDEST, _AROUND = 12, 150, 22  # pixels: a dot, the widest column, what is around a name


class MapLegend(QListWidget):
    """Stands beside the map, so that every place of the map itself can be clicked."""

    label_clicked = Signal(int)
    label_soloed = Signal(int)

    _hidden: frozenset[int] = frozenset()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapLegend")
        self.setAccessibleName("Legend")
        self.setToolTip("Click a label to hide or show its points; double-click to show it alone")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setIconSize(QSize(_DOT, _DOT))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._shown: tuple[tuple[str, ...], bytes, frozenset[int]] | None = None
        self.itemClicked.connect(lambda item: self.label_clicked.emit(self.row(item)))
        self.itemDoubleClicked.connect(lambda item: self.label_soloed.emit(self.row(item)))

    def show_labels(self, names: Sequence[str], colours: Colours, hidden: frozenset[int]) -> None:
        """Show label names [L] with their colours; hidden ones are hollow and pale."""
        state = (tuple(names), colours.tobytes(), hidden)
        if state == self._shown:
            return
        if self._shown is None or self._shown[0] != state[0]:
            self.clear()
            for name in names:
                QListWidgetItem(name, self).setToolTip(name)
        self._shown = state
        for label in range(self.count()):
            colour = QColor(*(int(part) for part in colours[label % len(colours)]))
            self.item(label).setIcon(_dot(colour, label not in hidden, self.devicePixelRatioF()))
        self._hidden = hidden
        self._colour_names()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        widest = max(self.sizeHintForColumn(0), 0) + _AROUND
        return QSize(min(widest, _WIDEST), 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 40)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour_names()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.label_clicked.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def _colour_names(self) -> None:
        pale = faded(self.palette().color(self.foregroundRole()), 0.45)
        for label in range(self.count()):
            self.item(label).setForeground(pale if label in self._hidden else self.palette().text())


def _dot(colour: QColor, filled: bool, ratio: float) -> QIcon:
    pixmap = QPixmap(round(_DOT * ratio), round(_DOT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if filled else QPen(faded(colour, 0.6), 1.4))
    painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(1, 1, _DOT - 2, _DOT - 2)
    painter.end()
    return QIcon(pixmap)
