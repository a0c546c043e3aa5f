"""Bars, one for each latent dimension."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

_MOST_TICKS = 16


class BarPlot(QWidget):
    """A calm bar chart with named axes."""

    def __init__(self, across: str, up: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = {"bottom": across, "left": up}
        self._plot = pg.PlotWidget()
        for side in self._names:
            # Once, at its first range: switched off later, it scales what is shown by a thousand all the same.
            self._plot.getAxis(side).enableAutoSIPrefix(False)
        self._empty = QLabel()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "caption")
        self._empty.hide()
        self._bars = pg.BarGraphItem(x=[], height=[], width=0.7)
        self._plot.addItem(self._bars)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        column.addWidget(self._empty)
        self.setMinimumSize(160, 90)
        self._paint_theme()

    def set_values(self, values: np.ndarray, empty: str = "") -> None:
        """Show one bar for each value, [D]; where there is none, a sentence on it in their place."""
        self._empty.setText("" if len(values) else empty)
        self._empty.setVisible(bool(self._empty.text()))
        self._plot.setVisible(self._empty.isHidden())
        places = np.arange(1, len(values) + 1)
        self._bars.setOpts(x=places, height=values, width=0.7)
        every = max(1, len(values) // _MOST_TICKS)
        self._plot.getAxis("bottom").setTicks([[(place, str(place)) for place in places[::every]]])
        if len(values):
            self._plot.setXRange(0.4, len(values) + 0.6, padding=0)
            self._plot.setYRange(0, max(float(np.nanmax(values)) * 1.2, 0.1), padding=0)  # room for the top tick's text

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_theme()
        super().changeEvent(event)

    def _paint_theme(self) -> None:
        palette = self.palette()
        text = palette.color(QPalette.ColorRole.WindowText)
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for side, name in self._names.items():
            axis = self._plot.getAxis(side)
            axis.setPen(palette.color(QPalette.ColorRole.Mid))
            axis.setTextPen(text)
            axis.setLabel(name)
        self._bars.setOpts(brush=palette.color(QPalette.ColorRole.Highlight), pen=pg.mkPen(None))
